//! What comparisons say in one table: tests for hazards of every kind, and adjusted contrasts.

use super::Reading;
use crate::{AdjustAnswer, AdjustContrast, CompareAnswer, Further};
use riskset::{Contrast, Estimand, RmstContrast, WeightedContrast};
use riskset_data::simulate::Truth;

/// Every test and every difference of a comparison of two groups.
pub(super) fn of_comparison(answer: &CompareAnswer) -> Vec<Reading> {
    let mut readings = vec![Reading::test("log-rank test", answer.test.p_value())];
    readings.extend(of_further(&answer.further));
    let Some(second) = (0..answer.groups.len()).find(|&group| group != answer.ratios.reference)
    else {
        return readings;
    };
    readings.push(Reading::test("hazard ratio, Wald", answer.ratios.ratios[second].p_value));
    for (_, average) in &answer.over_time.average {
        readings.push(Reading::test("average hazard ratio", average.p_value));
    }
    for (_, periods) in &answer.over_time.periods {
        let p = periods.equality.map(|test| test.p_value);
        readings.push(Reading::test("hazard ratios equal in all periods", p));
    }
    if let Some(RmstContrast { difference, .. }) = &answer.mean_contrasts[second] {
        readings.push(Reading::test("difference of restricted means", difference.p_value));
    }
    for found in answer.milestones[second].iter().flatten() {
        let name = format!("survival at {}, log(-log)", found.time);
        readings.push(Reading::test(&name, found.p_log_log));
    }
    readings
}

/// The tests that were asked for beside the log-rank test.
pub(super) fn of_further(further: &Further) -> Vec<Reading> {
    let permutation =
        further.permutation.as_ref().map(|test| ("permutation test", Some(test.p_value)));
    let combination = further.max_combo.as_ref().map(|test| ("MaxCombo", Some(test.p_value)));
    let modest = further.modest.as_ref().map(|test| ("modestly weighted test", Some(test.p_value)));
    let all = permutation.into_iter().chain(combination).chain(modest);
    all.map(|(name, p_value)| Reading::test(name, p_value)).collect()
}

/// Crude and adjusted differences of two groups. Their truth is 0 where no group has an effect of its
/// own: what the groups differ in then are their covariates.
pub(super) fn of_adjusted(answer: &AdjustAnswer, truth: &Truth) -> Vec<Reading> {
    let none = truth.hazard_ratios.iter().all(|(_, ratio)| *ratio == Some(1.0));
    let truth = none.then_some(0.0);
    let mut readings = Vec::new();
    for one in &answer.contrasts {
        let what = match one.estimand {
            Estimand::Survival(time) => format!("survival at {time}"),
            Estimand::RestrictedMean(tau) => format!("restricted mean to {tau}"),
        };
        let AdjustContrast { crude, adjusted, bootstrap, .. } = one;
        for (kind, found) in [("crude", crude), ("adjusted", adjusted)] {
            let difference = found.map(|found: WeightedContrast| found.difference);
            readings.push(difference_of(
                format!("difference of {what}, {kind}"),
                difference,
                truth,
            ));
        }
        if let Some(found) = bootstrap {
            let (lower, upper) = found.difference_limits;
            readings.push(Reading {
                name: format!("difference of {what}, bootstrap"),
                truth,
                estimate: Some(found.observed.difference.estimate),
                std_error: Some(found.difference_std_error),
                interval: Some((Some(lower), Some(upper))),
                p_value: None,
            });
        }
    }
    for (kind, ratio) in [("crude", Some(answer.ratios.0)), ("adjusted", answer.ratios.1)] {
        let Some(ratio) = ratio else { continue };
        let log = |limit: Option<f64>| limit.map(f64::ln);
        readings.push(Reading {
            name: format!("log hazard ratio, {kind}"),
            truth,
            estimate: log(ratio.estimate),
            std_error: ratio.std_error,
            interval: ratio.interval.map(|limits| (log(limits.lower), log(limits.upper))),
            p_value: ratio.p_value,
        });
    }
    readings
}

fn difference_of(name: String, found: Option<Contrast>, truth: Option<f64>) -> Reading {
    Reading {
        name,
        truth,
        estimate: found.map(|found| found.estimate),
        std_error: found.map(|found| found.std_error),
        interval: found.map(|found| (Some(found.lower), Some(found.upper))),
        p_value: found.and_then(|found| found.p_value),
    }
}
