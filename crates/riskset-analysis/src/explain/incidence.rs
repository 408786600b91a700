//! The increments of an incidence.

use super::{StepKind, Steps, column, titled};
use crate::CifGroup;

/// The steps of one cause (from 1) in each group.
pub(crate) fn incidence(groups: &[CifGroup], causes: &[String], cause: u32) -> Vec<Steps> {
    let name = &causes[cause as usize - 1];
    let why = [
        "To have the event of interest at a time one must have had no event of any cause before: its \
         probability grows by S(t-) d / n, S(t-) being the chance to be without any event just before \
         and d / n the hazard of this cause at the time.",
        "An event of another cause does not move this incidence at its own time; it makes S(t-) \
         smaller for all times that come. A censoring makes n smaller, and S(t-) not.",
    ];
    let columns = || {
        vec![
            column("time", "Time", StepKind::Time),
            column("n_risk", "At risk, n", StepKind::Count),
            column("n_event", format!("Events of {name}, d"), StepKind::Count),
            column("n_competing", "Competing", StepKind::Count),
            column("n_censor", "Censored", StepKind::Count),
            column("event_free_before", "S(t-)", StepKind::Fraction),
            column("hazard", "d / n", StepKind::Fraction),
            column("increment", "S(t-) d / n", StepKind::Fraction),
            column("incidence", "Incidence", StepKind::Fraction),
        ]
    };
    groups
        .iter()
        .map(|group| {
            let rows = group
                .incidence
                .cause(cause)
                .steps()
                .iter()
                .map(|step| {
                    let counts = [step.time, step.n_risk, step.n_event, step.n_competing];
                    let rest = [step.n_censor, step.event_free_before, step.hazard];
                    let sums = [step.increment, step.incidence];
                    counts.into_iter().chain(rest).chain(sums).map(Some).collect()
                })
                .collect();
            let title = titled(
                &format!("Cumulative incidence of {name}, step by step"),
                group.name.label.as_deref(),
            );
            Steps::new(title, &why, columns()).with_rows(rows)
        })
        .collect()
}
