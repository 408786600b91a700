//! How survival curves and the log-rank test come about, told at each time.

use super::{Tale, corners, shown};
use crate::Problem;
use riskset::{
    Groups, KaplanMeier, LogRank, LogRankStep, Observations, SurvivalCurve, SurvivalStep,
};
use riskset_data::Grouping;

/// Curves by group, and the test between them.
pub(super) struct Story<'a> {
    names: &'a [String],
    curves: Vec<SurvivalCurve>,
    tests: Vec<LogRankStep>,
}

impl<'a> Story<'a> {
    pub(super) fn new(
        rows: &Observations,
        grouping: Option<&Grouping>,
        names: &'a [String],
    ) -> Result<Story<'a>, Problem> {
        let single = Groups::single(rows.len());
        let groups = grouping.map_or(&single, |grouping| &grouping.groups);
        let curves = KaplanMeier::default().fit_groups(rows, groups)?;
        let tests = match names.len() > 1 && rows.n_events() > 0 {
            true => LogRank::default().steps(rows, groups)?,
            false => Vec::new(),
        };
        Ok(Story { names, curves, tests })
    }

    fn test_lines(&self, time: f64) -> Vec<String> {
        let Some(place) = self.tests.iter().position(|step| step.time == time) else {
            return Vec::new();
        };
        let (step, so_far) = (&self.tests[place], &self.tests[..=place]);
        let (first, name) = (step.groups[0], &self.names[0]);
        let sum = |of: fn(&LogRankStep) -> f64| so_far.iter().map(of).sum::<f64>();
        let observed = sum(|step| step.groups[0].n_event);
        let expected = sum(|step| step.groups[0].expected);
        let variance = sum(|step| step.groups[0].variance);
        vec![
            format!(
                "If alike, {name} expects {} \u{d7} {} / {} = {:.4} of the events and has {}; variance {:.4}.",
                shown(step.n_event),
                shown(first.n_risk),
                shown(step.n_risk),
                first.expected,
                shown(first.n_event),
                first.variance,
            ),
            format!(
                "So far {name}: O = {}, E = {expected:.4}, V = {variance:.4}.",
                shown(observed)
            ),
        ]
    }
}

impl Tale for Story<'_> {
    fn lines(&self, time: f64) -> Vec<String> {
        let mut lines = Vec::new();
        for (name, curve) in self.names.iter().zip(&self.curves) {
            let name = if self.names.len() > 1 { format!("{name}: ") } else { String::new() };
            let steps = curve.steps();
            let here = steps.iter().position(|step| step.risk_set.time == time);
            lines.push(match here {
                Some(place) => {
                    let before = place.checked_sub(1).map_or(1.0, |place| steps[place].survival);
                    format!("{name}{}", product(&steps[place], before))
                }
                None => format!("{name}nothing happens, S stays."),
            });
        }
        lines.extend(self.test_lines(time));
        lines
    }

    fn curves_to(&self, time: f64, scale: f64) -> Vec<Vec<(f64, f64)>> {
        let to = |curve: &SurvivalCurve| {
            let steps = curve.steps();
            let points = steps.iter().map(|step| (step.risk_set.time, step.survival));
            corners(1.0, points, time, scale)
        };
        self.curves.iter().map(to).collect()
    }

    fn title(&self) -> &'static str {
        "Survival"
    }
}

/// `3 at risk, 1 with the event; S = 0.8000 × (3 − 1) / 3 = 0.5333.`
fn product(step: &SurvivalStep, before: f64) -> String {
    let set = step.risk_set;
    let (n, d) = (shown(set.n_risk), shown(set.n_event));
    if set.n_event == 0.0 {
        let censored = shown(set.n_censor);
        return format!("{n} at risk, {censored} censored; S stays at {:.4}.", step.survival);
    }
    format!(
        "{n} at risk, {d} with the event; S = {before:.4} \u{d7} ({n} \u{2212} {d}) / {n} = {:.4}.",
        step.survival
    )
}
