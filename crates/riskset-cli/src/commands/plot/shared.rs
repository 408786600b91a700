//! What several figures need of a frame.

use crate::Failure;
use riskset::{CompetingRisks, Groups};
use riskset_data::{CompetingEvents, Grouping, ModelFrame};

/// The groups, or all rows in one.
pub fn groups_or_all(grouping: Option<&Grouping>, rows: usize) -> Groups {
    grouping.map_or_else(|| Groups::single(rows), |grouping| grouping.groups.clone())
}

/// The checked response with its causes.
pub fn competing(frame: &ModelFrame) -> Result<(CompetingRisks, &CompetingEvents), Failure> {
    let events = frame.competing.as_ref().expect("--cause and --censor were given");
    let response = CompetingRisks::from_observations(
        frame.observations()?.clone(),
        &events.codes,
        events.causes.len(),
    )?;
    Ok((response, events))
}

/// The right-hand side is 1: groups come from --by, so that a formula never means two things.
pub fn refuse_terms(frame: &ModelFrame) -> Result<(), Failure> {
    if frame.groups()?.is_some() || frame.strata.is_some() || frame.offset.is_some() {
        return Err(Failure::analysis(
            "a proportion has no terms right of ~; write ~ 1, and name the columns that make \
             groups with --by",
        ));
    }
    Ok(())
}
