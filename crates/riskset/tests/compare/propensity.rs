//! Propensity weights, balance and weighted comparisons: by hand, against R, and what is refused.

use crate::small::{groups, response};
use crate::support::{CLOSED_FORM, Golden, ITERATED, assert_close, golden};
use riskset::{
    Balance, DesignMatrix, Error, Estimand, Groups, KaplanMeier, Population, Propensity,
    PropensityWeights, RightCensored, WeightedComparison, balance, bootstrap_contrast,
    effective_size,
};

/// R's numerical derivative of an area of some hundred days.
const NUMERICAL: f64 = 1e-7;

fn lung() -> (Golden, Groups, DesignMatrix) {
    let golden = golden("compare-propensity");
    let columns = [golden.numbers("data.age"), golden.numbers("data.ecog")];
    let rows = columns[0].len();
    let arms = groups(&golden, "data.group");
    (golden, arms, DesignMatrix::from_columns(columns.concat(), rows).unwrap())
}

fn fit(propensity: &Propensity) -> PropensityWeights {
    let (_, arms, design) = lung();
    propensity.fit(&arms, &design).unwrap()
}

#[test]
fn weights_agree_with_glm() {
    let (golden, ..) = lung();
    let plain = Propensity::default;
    let ate = fit(&plain());
    assert_close(&ate.coefficients, &golden.numbers("coefficients"), ITERATED);
    assert_close(&ate.propensity, &golden.numbers("propensity"), ITERATED);
    let truncated = fit(&plain().truncate(0.05));
    let cut = truncated.truncated_at.unwrap();
    assert_close(&[cut.0, cut.1], &golden.numbers("cut"), ITERATED);
    assert_eq!(truncated.truncated as f64, golden.number("truncated").unwrap());
    assert_eq!((ate.truncated_at, ate.truncated), (None, 0));
    for (key, found) in [
        ("ate", ate),
        ("att", fit(&plain().population(Population::Second))),
        ("overlap", fit(&plain().population(Population::Overlap))),
        ("stabilised", fit(&plain().stabilised(true))),
        ("truncated", truncated),
    ] {
        assert_close(&found.weights, &golden.numbers(&format!("weights.{key}")), ITERATED);
        assert_close(&found.effective, &golden.numbers(&format!("effective.{key}")), ITERATED);
    }
}

/// Overlap weights make the means of the columns in the model equal (Li, Morgan and Zaslavsky 2018).
#[test]
fn balance_agrees_with_r_and_overlap_weights_are_exact() {
    let (golden, arms, design) = lung();
    let of = |propensity: &Propensity| balance(&arms, &design, &fit(propensity).weights).unwrap();
    let column = |rows: &[Balance], value: fn(&Balance) -> Option<f64>| -> Vec<f64> {
        rows.iter().map(|row| value(row).unwrap()).collect()
    };
    let ate = of(&Propensity::default());
    assert_close(&column(&ate, |row| row.before), &golden.numbers("before"), ITERATED);
    assert_close(&column(&ate, |row| row.after), &golden.numbers("after"), ITERATED);
    let overlap = of(&Propensity::default().population(Population::Overlap));
    assert!(column(&overlap, |row| row.after).iter().all(|gap| gap.abs() < 1e-10));
}

#[test]
fn weighted_curves_agree_with_survfit() {
    let (golden, arms, _) = lung();
    let rows = response(&golden).with_weights(&fit(&Propensity::default()).weights).unwrap();
    let run = |estimand| WeightedComparison::new(estimand).compare(&rows, &arms).unwrap().unwrap();
    let at: Vec<_> = [200.0, 500.0].map(|time| run(Estimand::Survival(time))).to_vec();
    let read = |value: &dyn Fn((f64, f64)) -> f64| -> Vec<f64> {
        let first = at.iter().map(|found| value(found.reference));
        first.chain(at.iter().map(|found| value(found.group))).collect()
    };
    assert_close(&read(&|v| v.0), &golden.numbers("survival_at.surv"), ITERATED);
    assert_close(&read(&|v| v.1), &golden.numbers("survival_at.std_error"), ITERATED);
    let mean = run(Estimand::RestrictedMean(500.0));
    let found = [mean.reference.0, mean.reference.1, mean.group.0, mean.group.1];
    assert_close(&found, &golden.numbers("rmst"), NUMERICAL);
    assert_close(&[mean.difference.std_error], &[found[1].hypot(found[3])], CLOSED_FORM);
    // Patients written twice, as clusters, vary as they do once.
    let twice: Vec<usize> = (0..rows.len()).chain(0..rows.len()).collect();
    let doubled = rows.select(&twice).unwrap();
    let pick = |groups: &Groups| groups.index().repeat(2);
    let patients = Groups::new(twice.iter().map(|&row| row as u32).collect(), rows.len()).unwrap();
    let arms = Groups::new(pick(&arms), 2).unwrap();
    let again = Estimand::RestrictedMean(500.0);
    let again = WeightedComparison::new(again)
        .cluster(&patients)
        .compare(&doubled, &arms)
        .unwrap()
        .unwrap();
    assert_close(&[again.difference.std_error], &[mean.difference.std_error], 1e-10);
}

/// Without weights and ties the jackknife is Greenwood's: S = 1/2 of two, and nothing of the other.
#[test]
fn a_weighted_comparison_by_hand() {
    let rows = RightCensored::new(&[1.0, 3.0, 3.0, 3.0], &[true, false, false, false]).unwrap();
    let arms = Groups::new(vec![1, 1, 0, 0], 2).unwrap();
    let found = WeightedComparison::new(Estimand::Survival(2.0)).compare(&rows, &arms);
    let found = found.unwrap().unwrap();
    // D of the event: S (1 / (2 * 1) - 1) = -1/4, of the other 1/4: squares add up to 1/8.
    assert_close(&[found.group.0, found.group.1], &[0.5, 0.125f64.sqrt()], CLOSED_FORM);
    assert_eq!(found.reference, (1.0, 0.0));
    // To 3: area 1 + 2/2 = 2, after the event 1: D is -1/2 and 1/2.
    let mean = WeightedComparison::new(Estimand::RestrictedMean(3.0)).compare(&rows, &arms);
    let mean = mean.unwrap().unwrap();
    assert_close(&[mean.group.0, mean.group.1], &[2.0, 0.5f64.sqrt()], CLOSED_FORM);
    let late = WeightedComparison::new(Estimand::Survival(4.0)).compare(&rows, &arms);
    assert_eq!(late, Ok(None));
    let curve = KaplanMeier::default().fit(&rows.clone()).unwrap();
    assert!(curve.is_known_at(3.0) && effective_size(&[1.0, 1.0, 2.0]) == 16.0 / 6.0);
    assert_eq!(effective_size(&[]), 0.0);
}

/// The bootstrap gives the same bits on one thread and many, and a standard error like the other.
#[test]
fn the_bootstrap_depends_on_its_seed_alone() {
    let (golden, arms, design) = lung();
    let rows = response(&golden);
    let run = |seed| {
        let estimand = Estimand::Survival(300.0);
        let plain = Propensity::default();
        bootstrap_contrast(&rows, &arms, &design, &plain, estimand, 0.95, (200, seed))
            .unwrap()
            .unwrap()
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let found = run(5);
    assert_eq!(pool.install(|| run(5)), found);
    assert_ne!(run(6), found);
    assert_eq!((found.replicates, found.failed), (200, 0));
    // 200 replicates know a standard error to 5%; the two differ by the known weights.
    let ratio = found.difference_std_error / found.observed.difference.std_error;
    assert!((0.8..1.25).contains(&ratio), "{ratio}");
    let (low, high) = found.difference_limits;
    assert!(low < found.observed.difference.estimate && found.observed.difference.estimate < high);
    let none = bootstrap_contrast(
        &rows,
        &arms,
        &design,
        &Propensity::default(),
        Estimand::Survival(300.0),
        0.95,
        (1, 1),
    );
    assert!(none.unwrap_err().to_string().starts_with("the number of draws is 1, but"));
}

#[test]
fn separation_is_a_refusal() {
    let arms = Groups::new(vec![0, 0, 0, 1, 1, 1], 2).unwrap();
    let fit = |columns: &[f64]| {
        let design = DesignMatrix::from_columns(columns.to_vec(), 6).unwrap();
        Propensity::default().fit(&arms, &design).unwrap_err()
    };
    // All told apart; told apart but for a tie at 3; told apart by the sum of two columns.
    assert_eq!(fit(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), Error::Separated { rows: 6 });
    assert_eq!(fit(&[1.0, 2.0, 3.0, 3.0, 5.0, 6.0]), Error::Separated { rows: 4 });
    let two = [0.0, 1.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0, 0.0, 2.0, 1.0, 0.0];
    assert!(matches!(fit(&two), Error::Separated { .. }));
    let text = fit(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).to_string();
    assert!(text.starts_with("the covariates tell the groups apart") && text.contains("leave out"));
    assert_eq!(fit(&[1.0; 6]), Error::Aliased { column: 0 });
}

#[test]
fn what_cannot_be_weighted_is_refused() {
    let (_, arms, design) = lung();
    let refuse = |propensity: Propensity| propensity.fit(&arms, &design).unwrap_err().to_string();
    let att = Propensity::default().population(Population::Second).stabilised(true);
    assert!(refuse(att).starts_with("stabilised weights for another population"));
    let tail = refuse(Propensity::default().truncate(0.6));
    assert!(tail.starts_with("the truncated tail is 0.6, but it must lie between 0 and 0.5"));
    let one = Groups::single(design.rows());
    assert_eq!(Propensity::default().fit(&one, &design), Err(Error::OneGroup));
    assert!(matches!(balance(&arms, &design, &[1.0]), Err(Error::Length { found: 1, .. })));
}
