//! Proportions of clustered observations with a known truth: the share of those who are free of every
//! event at a time, where nobody is censored before it. The rows of a cluster share a risk, as lesions
//! of a patient do.

use super::{Reading, of_group};
use crate::{NpvAnswer, NpvRequest, Problem};
use riskset::Remedy;
use riskset_data::simulate::{Simulation, Truth};

/// The time that the proportion is about: `time > 12 ~ 1`.
pub(super) fn time(request: &NpvRequest) -> Result<f64, Problem> {
    let left = request.rows.formula.split_once('~').map_or("", |(left, _)| left).trim();
    let time = left.strip_prefix("time").and_then(|rest| rest.trim().strip_prefix('>'));
    let time = time.and_then(|time| time.trim().parse().ok()).filter(|time: &f64| *time > 0.0);
    time.ok_or_else(|| {
        Problem::request(
            "the truth of this proportion is not known",
            Remedy::Write("time > 12 ~ 1".to_owned()),
        )
    })
}

/// Whoever is censored, or not seen from the start, would be counted wrongly.
pub(super) fn check(request: &NpvRequest, simulation: &Simulation) -> Result<(), Problem> {
    let time = time(request)?;
    let censoring = &simulation.censoring;
    let early = censoring.follow_up.is_some_and(|follow_up| follow_up < time);
    if early || censoring.rate > 0.0 || simulation.entry.is_some() {
        return Err(Problem::request(
            format!(
                "patients are censored before {time}, or come late, so that the share of those free of \
                 the event is not what is counted"
            ),
            Remedy::to("declare a model that follows everybody so long"),
        ));
    }
    Ok(())
}

/// The proportion of each group.
pub(super) fn read(answer: &NpvAnswer, truth: &Truth) -> Vec<Reading> {
    let reading = |(name, found): &(crate::GroupName, riskset::Proportion)| Reading {
        name: format!("proportion, {}", name.name()),
        truth: of_group(truth, name.levels.first().map(|level| &level.1)).map(|of| of.survival[0]),
        estimate: Some(found.estimate),
        std_error: found.std_error,
        interval: found.interval.map(|i| (i.lower, i.upper)),
        p_value: None,
    };
    answer.groups.iter().map(reading).collect()
}
