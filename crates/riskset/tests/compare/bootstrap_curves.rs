//! Limits of adjusted curves by the bootstrap: those of the single contrasts, and what they refuse.

use crate::small::response;
use crate::support::golden;
use riskset::{
    CurveAdjustment, DesignMatrix, Error, Estimand, Groups, KaplanMeier, Observations, Propensity,
    bootstrap_curves,
};

/// The lung patients in whom age and performance are known: sex 1 and sex 2.
fn lung() -> (Observations, Groups, DesignMatrix) {
    let case = golden("compare-meanregression").at("lung");
    let rows = response(&case);
    let groups = Groups::new(case.codes("group"), 2).unwrap();
    let design = DesignMatrix::from_columns(case.matrix("x").concat(), rows.len()).unwrap();
    (rows, groups, design)
}

/// With limits on the normal scale the half width is about the robust standard error times 1.96; the
/// infinitesimal jackknife takes the weights as known, which makes it larger for these weights.
#[test]
fn limits_are_as_wide_as_the_standard_error_says() {
    let (rows, groups, design) = lung();
    let propensity = Propensity::default();
    let weights = propensity.fit(&groups, &design).unwrap().weights;
    let weighted = rows.clone().with_weights(&weights).unwrap();
    let curves = KaplanMeier::default().robust(true).fit_groups(&weighted, &groups).unwrap();
    let times = [100.0, 300.0, 600.0];
    let how = CurveAdjustment::Weights(&propensity);
    let drawn =
        bootstrap_curves(&rows, &groups, &design, how, [&times, &times], 0.95, (300, 3)).unwrap();
    assert_eq!((drawn.replicates, drawn.failed), (300, 0));
    for (group, curve) in curves.iter().enumerate() {
        for (place, &time) in times.iter().enumerate() {
            let at = curve.at(time).unwrap();
            let limits = drawn.limits[group][place].unwrap();
            let (lower, upper) = (limits.lower.unwrap(), limits.upper.unwrap());
            let (survival, error) = (at.survival.unwrap(), at.std_error.unwrap());
            assert!(lower < survival && survival < upper);
            let ratio = (upper - lower) / (2.0 * 1.96 * error);
            assert!((0.8..1.2).contains(&ratio), "{group} {time}: {ratio}");
        }
    }
}

/// The limits at a time are the percentiles that the contrast at that time is made of, because the
/// draws are the same: so the limits of the difference lie within what both limits allow.
#[test]
fn the_draws_are_those_of_the_contrast() {
    let (rows, groups, design) = lung();
    let at = [300.0];
    for (how, contrast) in [
        (
            CurveAdjustment::Weights(&Propensity::default()),
            riskset::bootstrap_contrast(
                &rows,
                &groups,
                &design,
                &Propensity::default(),
                Estimand::Survival(300.0),
                0.95,
                (100, 5),
            ),
        ),
        (
            CurveAdjustment::Standardise,
            riskset::bootstrap_standardised(
                &rows,
                &groups,
                &design,
                Estimand::Survival(300.0),
                0.95,
                (100, 5),
            ),
        ),
    ] {
        let drawn = bootstrap_curves(&rows, &groups, &design, how, [&at, &at], 0.95, (100, 5));
        let limits = drawn.unwrap().limits.map(|limits| limits[0].unwrap());
        let [first, second] = limits.map(|one| (one.lower.unwrap(), one.upper.unwrap()));
        let found = contrast.unwrap().unwrap();
        assert!(found.difference_limits.0 > second.0 - first.1);
        assert!(found.difference_limits.1 < second.1 - first.0);
        assert!(first.0 < found.observed.reference.0 && found.observed.reference.0 < first.1);
    }
}

/// After the last time of most draws there are no limits.
#[test]
fn where_draws_do_not_know_the_curve_there_are_none() {
    let (rows, groups, design) = lung();
    let last = [rows.time().iter().copied().fold(0.0, f64::max)];
    let how = CurveAdjustment::Standardise;
    let drawn = bootstrap_curves(&rows, &groups, &design, how, [&last, &last], 0.95, (50, 1));
    assert_eq!(drawn.unwrap().limits, [vec![None], vec![None]]);
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let (rows, groups, design) = lung();
    let how = CurveAdjustment::Standardise;
    let of = |rows: &Observations, draws| {
        bootstrap_curves(rows, &groups, &design, how, [&[1.0], &[1.0]], 0.95, (draws, 1))
    };
    assert!(matches!(of(&rows, 1), Err(Error::OutOfRange { value: 1.0, .. })));
    let weighted = rows.clone().with_weights(&vec![2.0; rows.len()]).unwrap();
    assert!(matches!(of(&weighted, 10), Err(Error::Unsupported { .. })));
}
