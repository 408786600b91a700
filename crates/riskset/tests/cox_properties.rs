//! What must hold for a Cox model of any data.

use proptest::collection::vec;
use proptest::prelude::*;
use riskset::{
    CountingProcess, CoxFit, CoxModel, DesignMatrix, Fitted, Groups, LogRank, Observations,
    RightCensored, RowResidual, Ties,
};

/// One row: entry, time after it, event, two covariates, weight.
type Row = (u16, u16, bool, i8, i8, u8);

fn rows(size: std::ops::Range<usize>, times: u16) -> impl Strategy<Value = Vec<Row>> {
    vec((0u16..20, 1..times, any::<bool>(), any::<i8>(), any::<i8>(), 0u8..4), size)
}

fn column(rows: &[Row], value: impl Fn(&Row) -> f64) -> Vec<f64> {
    rows.iter().map(value).collect()
}

fn event(rows: &[Row]) -> Vec<bool> {
    rows.iter().map(|row| row.2).collect()
}

fn right_censored(rows: &[Row]) -> Observations {
    RightCensored::new(&column(rows, |r| r.1.into()), &event(rows)).unwrap().into_observations()
}

fn with_entry(rows: &[Row]) -> Observations {
    let stop = column(rows, |r| f64::from(r.0) + f64::from(r.1));
    let rows = CountingProcess::new(&column(rows, |r| r.0.into()), &stop, &event(rows));
    rows.unwrap().into_observations()
}

fn design(rows: &[Row]) -> DesignMatrix {
    let mut x = column(rows, |r| f64::from(r.3) / 64.0);
    x.extend(column(rows, |r| f64::from(r.4.signum())));
    DesignMatrix::from_columns(x, rows.len()).unwrap()
}

/// Estimates of an ordinary fit; `None` when the data have no events, columns that say the same,
/// or no finite maximum.
fn ordinary(model: &CoxModel, response: &Observations, design: &DesignMatrix) -> Option<CoxFit> {
    let fit = model.fit(response, design).ok()?;
    let few =
        |warning: &riskset::CoxWarning| matches!(warning, riskset::CoxWarning::FewEvents { .. });
    (fit.all_estimated() && fit.warnings().iter().all(few)).then_some(fit)
}

fn numbers(fit: &CoxFit) -> Vec<f64> {
    let mut numbers: Vec<f64> = fit
        .coefficients()
        .iter()
        .filter_map(Fitted::estimate)
        .flat_map(|c| [c.estimate, c.std_error.unwrap()])
        .collect();
    numbers.extend([fit.log_likelihood_null(), fit.log_likelihood()]);
    numbers.extend(fit.score_test().map(|test| test.statistic));
    numbers
}

fn close(a: &[f64], b: &[f64], tolerance: f64) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= tolerance * a.abs().max(1.0))
}

/// The log partial likelihood at `beta`: the fit of no covariates with x'beta as the offset.
fn log_likelihood(
    model: &CoxModel,
    response: &Observations,
    x: &DesignMatrix,
    beta: &[f64],
) -> f64 {
    let offset: Vec<f64> = (0..x.rows())
        .map(|row| beta.iter().enumerate().map(|(j, b)| b * x.column(j)[row]).sum())
        .collect();
    let model = model.clone().offset(&offset[..]);
    model.fit(response, &DesignMatrix::empty(x.rows())).unwrap().log_likelihood()
}

const TIES: [Ties; 3] = [Ties::Efron, Ties::Breslow, Ties::Exact];

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Gradient and information at zero and information at the maximum, by differences.
    #[test]
    fn derivatives_agree_with_differences(rows in rows(12..40, 12), late in any::<bool>()) {
        let response = if late { with_entry(&rows) } else { right_censored(&rows) };
        let x = DesignMatrix::from_columns(design(&rows).column(0).to_vec(), rows.len()).unwrap();
        for ties in TIES {
            let model = CoxModel::default().ties(ties);
            let Some(fit) = ordinary(&model, &response, &x) else { continue };
            let h = 1e-4;
            let at = |beta: f64| log_likelihood(&model, &response, &x, &[beta]);
            let second = |beta: f64| (at(beta + h) - 2.0 * at(beta) + at(beta - h)) / (h * h);
            let first = |beta: f64| (at(beta + h) - at(beta - h)) / (2.0 * h);
            let score = first(0.0).powi(2) / -second(0.0);
            let found = fit.score_test().unwrap().statistic;
            prop_assert!((score - found).abs() < 1e-4 * (1.0 + found), "{score} {found}");
            let beta = fit.coefficients()[0].estimate().unwrap();
            prop_assert!(first(beta.estimate).abs() < 1e-4 * (1.0 - second(beta.estimate)));
            let std_error = (-1.0 / second(beta.estimate)).sqrt();
            prop_assert!((std_error / beta.std_error.unwrap() - 1.0).abs() < 1e-3);
        }
    }

    #[test]
    fn the_order_of_rows_does_not_matter(rows in rows(8..60, 15)) {
        let mut reversed = rows.clone();
        reversed.reverse();
        for ties in TIES {
            let model = CoxModel::default().ties(ties);
            let Some(fit) = ordinary(&model, &with_entry(&rows), &design(&rows)) else { continue };
            let other = model.fit(&with_entry(&reversed), &design(&reversed)).unwrap();
            prop_assert!(close(&numbers(&fit), &numbers(&other), 1e-9));
            let (mut a, b) = (fit.martingale_residuals().unwrap(), other.martingale_residuals().unwrap());
            a.reverse();
            prop_assert!(close(&a, &b, 1e-9));
        }
    }

    /// A column measured in another unit from another origin has its coefficient in that unit.
    #[test]
    fn the_scale_of_a_covariate_does_not_matter(rows in rows(8..60, 15)) {
        let x = design(&rows);
        let mut moved: Vec<f64> = x.column(0).iter().map(|x| 1e6 + 1000.0 * x).collect();
        moved.extend(x.column(1));
        let moved = DesignMatrix::from_columns(moved, rows.len()).unwrap();
        let Some(fit) = ordinary(&CoxModel::default(), &right_censored(&rows), &x)
            else { return Ok(()) };
        let other = CoxModel::default().fit(&right_censored(&rows), &moved).unwrap();
        let (a, b) = (fit.coefficients()[0].estimate().unwrap(), other.coefficients()[0].estimate().unwrap());
        prop_assert!((a.estimate - 1000.0 * b.estimate).abs() < 1e-8 * (1.0 + a.estimate.abs()));
        prop_assert!((a.z.unwrap() - b.z.unwrap()).abs() < 1e-8 * (1.0 + a.z.unwrap().abs()));
        let (a, b) = (fit.coefficients()[1].estimate().unwrap(), other.coefficients()[1].estimate().unwrap());
        prop_assert!((a.estimate - b.estimate).abs() < 1e-8 * (1.0 + a.estimate.abs()));
    }

    #[test]
    fn one_stratum_equals_none(rows in rows(8..60, 15)) {
        let single = Groups::single(rows.len());
        let model = CoxModel::default();
        let Some(fit) = ordinary(&model, &with_entry(&rows), &design(&rows))
            else { return Ok(()) };
        let other = model.strata(&single).fit(&with_entry(&rows), &design(&rows)).unwrap();
        prop_assert_eq!(numbers(&fit), numbers(&other));
    }

    /// With Breslow's ties a weight is a number of copies, and none at all when it is 0.
    #[test]
    fn weights_are_copies(rows in rows(8..40, 15)) {
        let copies: Vec<Row> =
            rows.iter().flat_map(|&row| std::iter::repeat_n(row, row.5.into())).collect();
        prop_assume!(!copies.is_empty());
        let weighted = with_entry(&rows).with_weights(&column(&rows, |r| r.5.into())).unwrap();
        let model = CoxModel::default().ties(Ties::Breslow);
        let Some(fit) = ordinary(&model, &weighted, &design(&rows)) else { return Ok(()) };
        let other = model.fit(&with_entry(&copies), &design(&copies)).unwrap();
        prop_assert!(close(&numbers(&fit), &numbers(&other), 1e-8));
        let martingale = fit.martingale_residuals().unwrap();
        let spread = rows.iter().zip(martingale);
        let spread: Vec<f64> =
            spread.flat_map(|(row, m)| std::iter::repeat_n(m, row.5.into())).collect();
        prop_assert!(close(&spread, &other.martingale_residuals().unwrap(), 1e-8));
    }

    /// Doubling every row keeps Breslow's estimate and halves its variance.
    #[test]
    fn doubling_halves_the_variance(rows in rows(8..40, 15)) {
        let doubled: Vec<Row> = rows.iter().chain(&rows).copied().collect();
        let model = CoxModel::default().ties(Ties::Breslow);
        let Some(fit) = ordinary(&model, &with_entry(&rows), &design(&rows))
            else { return Ok(()) };
        let other = model.fit(&with_entry(&doubled), &design(&doubled)).unwrap();
        for (one, two) in fit.coefficients().iter().zip(other.coefficients()) {
            let (one, two) = (one.estimate().unwrap(), two.estimate().unwrap());
            prop_assert!((one.estimate - two.estimate).abs() < 1e-8 * (1.0 + one.estimate.abs()));
            let ratio = one.std_error.unwrap() / two.std_error.unwrap();
            prop_assert!((ratio - 2f64.sqrt()).abs() < 1e-7);
        }
    }

    /// Cutting a row's follow-up in two changes nothing: (a, c] and (c, b] are (a, b].
    #[test]
    fn cutting_follow_up_changes_nothing(rows in rows(8..40, 15), cut in 1u16..25) {
        let cut = f64::from(cut) + 0.5;
        let (mut start, mut stop, mut event, mut index) = (vec![], vec![], vec![], vec![]);
        for (at, row) in rows.iter().enumerate() {
            let (from, to) = (f64::from(row.0), f64::from(row.0) + f64::from(row.1));
            if from < cut && cut < to {
                start.push(from);
                stop.push(cut);
                event.push(false);
                index.push(at);
            }
            start.push(if from < cut && cut < to { cut } else { from });
            stop.push(to);
            event.push(row.2);
            index.push(at);
        }
        let x = design(&rows);
        let picked = (0..2).flat_map(|j| index.iter().map(move |&at| (j, at)));
        let picked = picked.map(|(j, at)| x.column(j)[at]).collect();
        let picked = DesignMatrix::from_columns(picked, index.len()).unwrap();
        let pieces = CountingProcess::new(&start, &stop, &event).unwrap().into_observations();
        for ties in TIES {
            let model = CoxModel::default().ties(ties);
            let Some(fit) = ordinary(&model, &with_entry(&rows), &x) else { continue };
            // On a likelihood as flat as a table, the rounding of the pieces may keep one of the two
            // fits from settling; such a fit gives no number that could be compared.
            let Some(other) = ordinary(&model, &pieces, &picked) else { continue };
            prop_assert!(close(&numbers(&fit), &numbers(&other), 1e-8));
        }
    }

    /// Without ties the score test of a group is the log-rank test; with exact ties always.
    #[test]
    fn the_score_test_is_the_log_rank_test(rows in rows(6..40, 12), tied in any::<bool>()) {
        let mut time = column(&rows, |r| r.1.into());
        if !tied {
            time.iter_mut().enumerate().for_each(|(row, time)| *time += row as f64 / 1000.0);
        }
        let group: Vec<u32> = rows.iter().map(|row| u32::from(row.3 > 0)).collect();
        prop_assume!(group.contains(&0) && group.contains(&1) && rows.iter().any(|row| row.2));
        let response = RightCensored::new(&time, &event(&rows)).unwrap();
        let x = group.iter().map(|&g| f64::from(g)).collect();
        let x = DesignMatrix::from_columns(x, rows.len()).unwrap();
        let groups = Groups::new(group, 2).unwrap();
        let log_rank = LogRank::default().test(&response, &groups).unwrap();
        for ties in TIES {
            if tied && ties != Ties::Exact {
                continue;
            }
            let fit = CoxModel::default().ties(ties).fit(&response, &x).unwrap();
            if let (Some(score), Some(found)) = (fit.score_test(), log_rank.statistic()) {
                prop_assert!((score.statistic - found).abs() < 1e-9 * (1.0 + found));
            }
        }
    }

    /// At the maximum the weighted martingale, score and Schoenfeld residuals sum to zero.
    #[test]
    fn residuals_sum_to_zero(rows in rows(8..60, 12)) {
        let weights = column(&rows, |r| f64::from(r.5) + 0.5);
        let response = with_entry(&rows).with_weights(&weights).unwrap();
        for ties in [Ties::Efron, Ties::Breslow] {
            let model = CoxModel::default().ties(ties);
            let Some(fit) = ordinary(&model, &response, &design(&rows)) else { continue };
            let martingale = fit.martingale_residuals().unwrap();
            let total: f64 = martingale.iter().zip(&weights).map(|(m, w)| m * w).sum();
            prop_assert!(total.abs() < 1e-8, "martingale {total}");
            let score = fit.row_residuals(RowResidual::Score).unwrap();
            let schoenfeld = fit.schoenfeld_residuals(false).unwrap();
            for j in 0..2 {
                let total: f64 = score.rows().zip(&weights).map(|(row, w)| row[j] * w).sum();
                prop_assert!(total.abs() < 1e-7, "score {total}");
                let events = schoenfeld.values.rows().zip(&schoenfeld.row);
                let total: f64 = events.map(|(row, &at)| row[j] * weights[at]).sum();
                prop_assert!(total.abs() < 1e-7, "Schoenfeld {total}");
            }
        }
    }
}

/// Covariates, weights and offsets as nobody should have them.
fn wild() -> impl Strategy<Value = Vec<(Row, [usize; 3], usize, usize)>> {
    let row = (0u16..4, 1u16..6, any::<bool>(), any::<i8>(), any::<i8>(), 0u8..4);
    vec((row, [0usize..8, 0usize..8, 0usize..8], 0usize..5, 0usize..6), 1..14)
}

const X: [f64; 8] = [0.0, 1.0, -1.0, 1e-100, 1e100, 1e6 + 0.001, 1e6, -3e7];
const WEIGHTS: [f64; 5] = [1.0, 0.0, 1e-10, 1e10, 2.5];
const OFFSETS: [f64; 6] = [0.0, 0.0, 1.0, -50.0, 300.0, 1e9];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever the data: a refusal or finite numbers, no panic, no endless loop.
    #[test]
    fn no_number_is_made_up(data in wild(), late in any::<bool>(), odd in 0u8..4, firth in any::<bool>()) {
        let rows: Vec<Row> = data.iter().map(|row| row.0).collect();
        let n = rows.len();
        let plain = if late { with_entry(&rows) } else { right_censored(&rows) };
        let x = (0..3).flat_map(|j| data.iter().map(move |row| X[row.1[j]])).collect();
        let x = DesignMatrix::from_columns(x, n).unwrap();
        let weights: Vec<f64> = data.iter().map(|row| WEIGHTS[row.2]).collect();
        let offset: Vec<f64> = data.iter().map(|row| OFFSETS[row.3]).collect();
        let strata = Groups::new(vec![0; n], 1).unwrap();
        for ties in TIES {
            let mut model = CoxModel::default().ties(ties).strata(&strata);
            let mut response = plain.clone();
            if odd & 1 == 1 && ties != Ties::Exact {
                response = response.with_weights(&weights).unwrap();
                model = model.robust(!firth);
            }
            if odd & 2 == 2 {
                model = model.offset(&offset[..]);
            }
            if firth && ties != Ties::Exact {
                model = model.penalty(riskset::Penalty::Firth);
            }
            let Ok(fit) = model.fit(&response, &x) else { continue };
            let mut numbers = vec![fit.log_likelihood(), fit.log_likelihood_null()];
            for c in fit.coefficients().iter().filter_map(Fitted::estimate) {
                numbers.push(c.estimate);
                let optional = [c.std_error, c.robust_std_error, c.z, c.p_value, c.hazard_ratio];
                numbers.extend(optional.into_iter().flatten());
                numbers.extend([c.interval.lower, c.interval.upper].into_iter().flatten());
            }
            let tests = [fit.likelihood_ratio_test(), fit.wald_test(), fit.score_test()];
            numbers.extend(tests.into_iter().flatten().map(|test| test.statistic));
            match (fit.martingale_residuals(), fit.deviance_residuals()) {
                (Ok(martingale), Ok(deviance)) => numbers.extend([martingale, deviance].concat()),
                // Nothing bounds the risk of a row of weight 0.
                _ => prop_assert!((0..n).any(|row| response.weight(row) == 0.0)),
            }
            if let Ok(found) = fit.row_residuals(RowResidual::Dfbetas) {
                numbers.extend(found.rows().flatten());
            }
            if let Ok(zph) = fit.zph(riskset::ZphTransform::Km, &[0..1, 1..3]) {
                numbers.extend(zph.global.map(|test| test.statistic));
            }
            if let Ok(curves) = fit.curves(&x, 0, riskset::ConfType::LogLog) {
                numbers.extend(curves.iter().flat_map(|c| c.survival.clone()));
            }
            prop_assert!(numbers.iter().all(|value| value.is_finite()), "{ties:?} {numbers:?}");
        }
    }
}
