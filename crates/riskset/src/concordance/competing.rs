//! Concordance of predicted incidences with competing risks.
//!
//! Whoever meets another cause never has the event of interest, so an event is concordant with him
//! too when its score is higher: besides the pairs in which the other is followed longer there are
//! those in which the other had met another cause before. Without weights this is the index of the
//! rows in which other causes are censorings after everybody else (Wolbers et al. 2009). With
//! weights a pair of the first kind counts 1/G(t-)², and one of the second 1/(G(t-) G(s-)), s being
//! the time of the other cause (Wolbers et al. 2014): both patients had to be uncensored so long. G is
//! the Kaplan-Meier estimate of being uncensored by rows in which every cause is an event.
//!
//! The standard error is the infinitesimal jackknife with the weights held fixed, as without
//! competing risks.
//!
//! Sources: Wolbers, Koller, Witteman and Steyerberg (2009), Epidemiology 20:555-561; Wolbers,
//! Blanche, Koller, Witteman and Gerds (2014), Biostatistics 15:526-539. Reference programs:
//! `concordance` of R survival 3.5 on the rows above, `cindex` of R pec 2022.05.04.

use super::count::{self, Item};
use super::difference::ConcordanceDifference;
use super::pairs::Pairs;
use super::{Concordance, ConcordanceIndex, ranks, uncensored_before};
use crate::{CompetingRisks, Error, Observations, Response};

impl ConcordanceIndex<'_> {
    /// Estimates the concordance of `scores` with the incidence of a cause: one value per row in data
    /// order; a higher score stands for a higher incidence.
    ///
    /// # Errors
    ///
    /// Those of [`estimate`](Self::estimate), [`Error::NoSuchCause`], and [`Error::Unsupported`] for
    /// late entries.
    pub fn of_incidence(
        &self,
        response: &CompetingRisks,
        cause: u32,
        scores: &[f64],
    ) -> Result<Concordance, Error> {
        Ok(self.incidence_influences(response, cause, scores)?.0)
    }

    /// Compares two scores of the same rows, as [`difference`](Self::difference) does.
    ///
    /// # Errors
    ///
    /// [`Error::ConfLevel`], and those of [`of_incidence`](Self::of_incidence) for either score.
    pub fn difference_of_incidence(
        &self,
        response: &CompetingRisks,
        cause: u32,
        first: &[f64],
        second: &[f64],
        conf_level: f64,
    ) -> Result<ConcordanceDifference, Error> {
        let first = self.incidence_influences(response, cause, first)?;
        let second = self.incidence_influences(response, cause, second)?;
        ConcordanceDifference::of(first, second, self.cluster, conf_level)
    }

    fn incidence_influences(
        &self,
        response: &CompetingRisks,
        cause: u32,
        scores: &[f64],
    ) -> Result<(Concordance, Vec<f64>), Error> {
        let ends = response.observations();
        self.check(ends, scores)?;
        if ends.entry_order().is_some() {
            return Err(Error::Unsupported {
                what: "concordance with competing risks and late entries",
                instead: "use rows that are followed from the origin",
            });
        }
        let rows = response.cause_specific(cause)?;
        let time_weights = self.time_weights(&rows, ends)?;
        let uncensored = time_weights.as_ref().map(|_| uncensored_before(ends));
        let followed = self.pairs(&rows, time_weights.as_deref(), scores);
        // 1/G(t-)² is 0 where the event is at or after tau; half of it is left for the event itself.
        let own = |row: usize| match (&uncensored, &time_weights) {
            (Some(g), Some(weights)) => weights[row] * g[row],
            _ => 1.0,
        };
        let other = |row: usize| uncensored.as_ref().map_or(1.0, |g| 1.0 / g[row]);
        let marks = Marks { rows: &rows, codes: response.cause(), cause };
        let gone = marks.pairs(self.strata_index(), scores, own, other);
        Ok(followed.and(gone).told(&rows, self.cluster))
    }
}

/// How each row ends.
struct Marks<'a> {
    /// Events are those of the cause.
    rows: &'a Observations,
    codes: &'a [u32],
    cause: u32,
}

impl Marks<'_> {
    /// The pairs of an event with a row that had met another cause before; the weight of an event is
    /// `own` and that of the other row `other`.
    ///
    /// Going back in time, such rows stand after the event; at the same time they stand before it,
    /// because such a pair is counted among those that are followed as long.
    fn pairs(
        &self,
        strata: Option<&[u32]>,
        scores: &[f64],
        own: impl Fn(usize) -> f64,
        other: impl Fn(usize) -> f64,
    ) -> Pairs {
        let (rows, ranks) = (self.rows, ranks(scores));
        let is_event = |row: usize| self.codes[row] == self.cause;
        // A row that weighs nothing may stand where nobody who weighs is uncensored.
        let counts = |row: &usize| self.codes[*row] != 0 && rows.weight(*row) > 0.0;
        let mut order: Vec<usize> = (0..rows.len()).filter(counts).collect();
        let stratum = |row: usize| strata.map_or(0, |strata| strata[row]);
        order.sort_by(|&a, &b| {
            let times = rows.time()[b].total_cmp(&rows.time()[a]);
            stratum(a).cmp(&stratum(b)).then(times).then(is_event(a).cmp(&is_event(b)))
        });
        let mut pairs = Pairs::none(rows.len());
        for members in order.chunk_by(|&a, &b| stratum(a) == stratum(b)) {
            let item = |(place, &row): (usize, &usize)| {
                let weight = rows.weight(row);
                let (event, other) = match is_event(row) {
                    true => (weight * own(row), 0.0),
                    false => (0.0, weight * other(row)),
                };
                Item { rank: ranks[row], place: place as u32, event, other, ..Item::default() }
            };
            let mut items: Vec<Item<f64>> = members.iter().enumerate().map(item).collect();
            let mut others: f64 = items.iter().map(|item| item.other).sum();
            count::count(&mut items);
            items.sort_by_key(|item| item.place);
            let mut events = 0.0;
            for (item, &row) in items.iter().zip(members) {
                if is_event(row) {
                    pairs.add(item.event, item.lower_others, item.tied_others, others);
                    let lower = item.lower_others + 0.5 * item.tied_others;
                    pairs.part(row, own(row), lower, others);
                    events += item.event;
                } else {
                    let higher = events - item.lower_events - 0.5 * item.tied_events;
                    pairs.part(row, other(row), higher, events);
                    others -= item.other;
                }
            }
        }
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ConcordanceWeight;

    /// Cause 1 at 2 and 4, another at 1 and 3, a censoring at 5. The event at 2 beats (score 5) the
    /// rows at 3, 4, 5 and the one that was gone at 1 (score 6): 3 of 4. The event at 4 (score 2)
    /// against 5 (score 1) and against those gone at 1 (6) and 3 (2): 1 and a half of 3.
    #[test]
    fn five_patients_by_hand() {
        let response =
            CompetingRisks::new(&[1.0, 2.0, 3.0, 4.0, 5.0], &[2, 1, 2, 1, 0], 2).unwrap();
        let scores = [6.0, 5.0, 2.0, 2.0, 1.0];
        let found = ConcordanceIndex::default().of_incidence(&response, 1, &scores).unwrap();
        assert_eq!((found.concordant, found.tied, found.discordant), (4.0, 1.0, 2.0));
        // Nobody is censored before the last event, so all weights are 1; before 4 is only the first.
        let uno = |tau| ConcordanceIndex::default().weight(ConcordanceWeight::Uno { tau });
        let found = uno(None).of_incidence(&response, 1, &scores).unwrap();
        assert_eq!((found.concordant, found.tied, found.discordant), (4.0, 1.0, 2.0));
        let found = uno(Some(4.0)).of_incidence(&response, 1, &scores).unwrap();
        assert_eq!((found.concordant, found.tied, found.discordant), (3.0, 0.0, 1.0));
    }

    #[test]
    fn one_cause_is_a_survival_time() {
        let (times, codes) = ([3.0, 1.0, 2.0, 2.0, 5.0, 4.0], [1, 1, 0, 1, 1, 0]);
        let scores = [1.0, 4.0, 2.0, 2.0, 3.0, 0.0];
        let response = CompetingRisks::new(&times, &codes, 1).unwrap();
        let uno = ConcordanceIndex::default().weight(ConcordanceWeight::Uno { tau: Some(4.5) });
        let plain = uno.estimate(response.observations(), &scores).unwrap();
        assert_eq!(uno.of_incidence(&response, 1, &scores).unwrap(), plain);
    }

    #[test]
    fn late_entries_are_refused() {
        let response = CompetingRisks::new(&[1.0, 2.0], &[1, 2], 2).unwrap();
        let late = response.with_entry(&[0.5, 0.0]).unwrap();
        let error = ConcordanceIndex::default().of_incidence(&late, 1, &[1.0, 2.0]).unwrap_err();
        assert!(error.to_string().contains("late entries"), "{error}");
    }
}
