//! What one minus Kaplan-Meier would say if the competing causes were coded as censored.

use super::CauseIncidence;

/// How far one minus Kaplan-Meier, with the other causes taken as censored, exceeds the cumulative
/// incidence: it speaks of a world in which nobody meets another cause first.
///
/// Source: Putter, Fiocco and Geskus (2007), Stat Med 26:2389-2430, pages 2397-2399.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Overstatement {
    /// The time of the largest difference, which is that of the cause's last event, in the unit of
    /// the data.
    pub time: f64,
    /// One minus Kaplan-Meier at that time.
    pub one_minus_kaplan_meier: f64,
    /// The cumulative incidence at that time.
    pub incidence: f64,
    /// Events of other causes up to that time; a sum of weights when there are weights.
    pub competing_events: f64,
}

impl CauseIncidence<'_> {
    /// One minus the Kaplan-Meier curve of this cause with the others taken as censored, at each
    /// time of the group. Never below [`estimate`](Self::estimate).
    pub fn one_minus_kaplan_meier(&self) -> Vec<f64> {
        let mut survival = 1.0;
        let steps = self.columns.n_event.iter().zip(&self.group.sets.n_risk);
        steps
            .map(|(&events, &n_risk)| {
                if events > 0.0 {
                    survival *= (n_risk - events) / n_risk;
                }
                1.0 - survival
            })
            .collect()
    }

    /// Where coding the other causes as censored would overstate this one the most; `None` when it
    /// would not, because no event of another cause comes before the last of this one.
    pub fn overstatement(&self) -> Option<Overstatement> {
        let sets = &self.group.sets;
        // Without an earlier competing event the two are one curve, and differ by rounding only.
        let competes = |&at: &usize| sets.n_event[at] > self.columns.n_event[at];
        let first = (0..sets.len()).find(competes)?;
        let last = self.columns.n_event.iter().rposition(|&events| events > 0.0)?;
        if last <= first {
            return None;
        }
        // Each event adds the same share of a survival that is no smaller, so the difference never
        // falls and is largest at the last event.
        let naive = self.one_minus_kaplan_meier();
        let other = |at: usize| sets.n_event[at] - self.columns.n_event[at];
        Some(Overstatement {
            time: sets.time[last],
            one_minus_kaplan_meier: naive[last],
            incidence: self.columns.estimate[last],
            competing_events: (0..=last).map(other).sum(),
        })
    }
}
