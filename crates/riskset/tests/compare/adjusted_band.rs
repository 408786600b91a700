//! Simultaneous bands of adjusted curves: against normal draws in R, against the exact critical value
//! where there is one, and what they refuse.

use crate::small::{groups, response};
use crate::support::golden;
use riskset::{
    BandKind, CurveAdjustment, DesignMatrix, Error, Groups, KaplanMeier, Observations, Propensity,
    RightCensored, Standardised, bootstrap_curves, weighted_bands,
};

/// Draws here and in R: the critical value of 20000 has a standard error of about 0.01.
const DRAWS: usize = 20_000;
const MONTE_CARLO: f64 = 0.04;

struct Case {
    golden: crate::support::Golden,
    rows: Observations,
    groups: Groups,
    design: DesignMatrix,
}

fn case() -> Case {
    let golden = golden("compare-adjustedband");
    let (rows, groups) = (response(&golden), groups(&golden, "data.group"));
    let columns = [golden.numbers("data.age"), golden.numbers("data.ecog")].concat();
    let design = DesignMatrix::from_columns(columns, rows.len()).unwrap();
    Case { golden, rows, groups, design }
}

#[test]
fn weighted_and_standardised_bands_agree_with_draws_in_r() {
    let Case { golden, rows, groups, design } = case();
    let weights = Propensity::default().fit(&groups, &design).unwrap().weights;
    let weighted = rows.clone().with_weights(&weights).unwrap();
    let fit = Standardised::fit(&rows, &groups, &design).unwrap();
    let found = [
        ("weighted", weighted_bands(&weighted, &groups, 0.95, (DRAWS, 1)).unwrap()),
        ("standardised", fit.bands(0.95, (DRAWS, 1)).unwrap()),
    ];
    for (name, bands) in found {
        for (band, expected) in bands.into_iter().zip(golden.at(name).entries()) {
            let (band, critical) = (band.unwrap(), expected.numbers("critical"));
            let error = MONTE_CARLO + 4.0 * critical[1];
            assert!((band.critical - critical[0]).abs() < error, "{name} {}", band.critical);
            assert_eq!(vec![band.range.0, band.range.1], expected.numbers("range"));
            assert_eq!(band.draws, DRAWS);
        }
    }
}

/// Patients who count alike have the band of a Kaplan-Meier curve, its largest error at the event times;
/// so has, with the variance of its hazard, a standardisation without covariates. The critical value of
/// `BandKind` is that of all times, between which the bridge may be larger.
#[test]
fn without_an_adjustment_it_is_the_band_of_equal_precision() {
    let Case { golden, rows, groups, .. } = case();
    let plain = golden.at("plain").entries();
    let model = KaplanMeier::default().conf_level(0.9);
    let curves = model.fit_groups(&rows, &groups).unwrap();
    let bands = weighted_bands(&rows, &groups, 0.9, (DRAWS, 3)).unwrap();
    let fit = Standardised::fit(&rows, &groups, &DesignMatrix::empty(rows.len())).unwrap();
    let alone = fit.bands(0.9, (DRAWS, 3)).unwrap();
    for ((curve, plain), (band, alone)) in curves.iter().zip(plain).zip(bands.iter().zip(&alone)) {
        let (from, to) = band.unwrap().range;
        let exact = BandKind::EqualPrecision.survival(curve, from, to).unwrap().unwrap().critical;
        let drawn = plain.numbers("critical")[0];
        for found in [band.unwrap().critical, alone.unwrap().critical] {
            assert!(
                (found - drawn).abs() < MONTE_CARLO && found < exact,
                "{found} {drawn} {exact}"
            );
        }
    }
}

/// With draws of patients the standard deviations are those of the curve, and the critical value lies
/// near that of the multipliers.
#[test]
fn a_bootstrap_gives_about_the_same_band() {
    let Case { golden, rows, groups, design } = case();
    let times = [0, 1].map(|group: u32| {
        let own = (0..rows.len()).filter(|&row| groups.index()[row] == group);
        let mut times: Vec<f64> = own.map(|row| rows.time()[row]).collect();
        times.sort_by(f64::total_cmp);
        times.dedup();
        times
    });
    let propensity = Propensity::default();
    let how = CurveAdjustment::Weights(&propensity);
    let at = [&times[0][..], &times[1][..]];
    let drawn = bootstrap_curves(&rows, &groups, &design, how, at, 0.95, (400, 1)).unwrap();
    for (group, expected) in golden.at("weighted").entries().iter().enumerate() {
        let band = drawn.bands[group].unwrap();
        let critical = expected.numbers("critical")[0];
        assert!((band.critical / critical - 1.0).abs() < 0.25, "{} {critical}", band.critical);
        assert_eq!(band.draws, 400);
        let known = drawn.std_errors[group].iter().flatten().count();
        assert!(known > times[group].len() / 2 && known <= times[group].len());
        assert_eq!(vec![band.range.0, band.range.1], expected.numbers("range"));
    }
}

/// With four events, or with fewer than five at risk at the fifth, there is none.
#[test]
fn what_has_no_band_and_what_is_refused() {
    let quiet = RightCensored::new(&[1.0, 2.0], &[false, false]).unwrap();
    assert_eq!(weighted_bands(&quiet, &Groups::single(2), 0.95, (10, 1)), Ok(vec![None]));
    let five = RightCensored::new(&[1.0, 2.0, 3.0, 4.0, 5.0], &[true; 5]).unwrap();
    assert_eq!(weighted_bands(&five, &Groups::single(5), 0.95, (10, 1)), Ok(vec![None]));
    let few = weighted_bands(&quiet, &Groups::single(2), 0.95, (1, 1));
    assert!(matches!(few, Err(Error::OutOfRange { value: 1.0, .. })));
    let level = RightCensored::new(&[1.0; 6], &[true, true, true, true, true, false]).unwrap();
    let level = weighted_bands(&level, &Groups::single(6), 1.5, (10, 1));
    assert!(matches!(level, Err(Error::ConfLevel { .. })));
}

#[test]
fn the_band_depends_on_its_seed_alone() {
    let Case { rows, groups, .. } = case();
    let band = |seed| weighted_bands(&rows, &groups, 0.95, (500, seed)).unwrap();
    assert_eq!(band(4), band(4));
    assert_ne!(band(4), band(5));
}
