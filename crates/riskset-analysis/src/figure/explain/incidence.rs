//! How a cumulative incidence comes about, told at each time.

use super::{Tale, corners, shown};
use crate::Problem;
use riskset::{AalenJohansen, CompetingRisks, Groups, IncidenceStep, Response};
use riskset_data::Grouping;

/// The steps of one cause in each group.
pub(super) struct Incidences<'a> {
    names: &'a [String],
    cause: &'a str,
    steps: Vec<Vec<IncidenceStep>>,
}

impl<'a> Incidences<'a> {
    /// `cause` is the name of the cause and its number from 1.
    pub(super) fn new(
        response: &CompetingRisks,
        grouping: Option<&Grouping>,
        names: &'a [String],
        (cause, number): (&'a str, u32),
    ) -> Result<Incidences<'a>, Problem> {
        let single = Groups::single(response.observations().len());
        let groups = grouping.map_or(&single, |grouping| &grouping.groups);
        let fits = AalenJohansen::default().fit_groups(response, groups)?;
        let steps = fits.iter().map(|fit| fit.cause(number).steps()).collect();
        Ok(Incidences { names, cause, steps })
    }

    fn line(&self, steps: &[IncidenceStep], time: f64) -> String {
        let Some(place) = steps.iter().position(|step| step.time == time) else {
            return "nothing happens, the incidence stays.".to_owned();
        };
        let (step, cause) = (&steps[place], self.cause);
        let (n, d) = (shown(step.n_risk), shown(step.n_event));
        let others = shown(step.n_competing);
        if step.n_event == 0.0 {
            let what = match step.n_competing > 0.0 {
                true => format!("{others} with another event, which lowers S"),
                false => format!("{} censored", shown(step.n_censor)),
            };
            return format!("{n} at risk, {what}; the incidence stays at {:.4}.", step.incidence);
        }
        let before = place.checked_sub(1).map_or(0.0, |place| steps[place].incidence);
        let and = match step.n_competing > 0.0 {
            true => format!(", {others} with another event"),
            false => String::new(),
        };
        format!(
            "{n} at risk, {d} with {cause}{and}; incidence = {before:.4} + S \u{d7} {d} / {n} = {before:.4} \
             + {:.4} \u{d7} {d} / {n} = {:.4}.",
            step.event_free_before, step.incidence
        )
    }
}

impl Tale for Incidences<'_> {
    fn lines(&self, time: f64) -> Vec<String> {
        let line = |(name, steps): (&String, &Vec<IncidenceStep>)| {
            let name = if self.names.len() > 1 { format!("{name}: ") } else { String::new() };
            format!("{name}{}", self.line(steps, time))
        };
        self.names.iter().zip(&self.steps).map(line).collect()
    }

    fn curves_to(&self, time: f64, scale: f64) -> Vec<Vec<(f64, f64)>> {
        let curve = |steps: &Vec<IncidenceStep>| {
            let points = steps.iter().map(|step| (step.time, step.incidence));
            corners(0.0, points, time, scale)
        };
        self.steps.iter().map(curve).collect()
    }

    fn title(&self) -> &'static str {
        "Incidence"
    }
}
