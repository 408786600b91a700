//! The Aalen-Johansen estimate of cumulative incidence.
//!
//! At each time with n at risk, d_k events of cause k and d of any, the incidence of k grows by
//! S d_k / n, S the probability of no event before, and S is multiplied by (n - d) / n. Its
//! variance is carried through time as the covariance of the states, each step being a multinomial
//! draw from those at risk; that is the infinitesimal jackknife's variance, too. Derivation:
//! docs/methods/competing-risks.md, "Aalen-Johansen".
//!
//! Sources: Aalen and Johansen (1978), Scand J Stat 5:141-150; Andersen, Borgan, Gill and Keiding
//! (1993), Statistical Models Based on Counting Processes, 290-297; Allignol, Schumacher and
//! Beyersmann (2010), Biom J 52:126-137 (the recursion of the variance). Reference program:
//! `survfit` of R survival for a response with several states.

use super::{
    CompetingRisks, aalen,
    incidence::{CauseColumns, CumulativeIncidence, Scale},
    robust,
};
use crate::km::influence::Influence;
use crate::sweep::Marks;
use crate::{
    ConfType, CurveVariance, Error, FlatRule, Groups, Response, RiskSets, choices, columns, normal,
};
use rayon::prelude::*;

/// How the variance of a cumulative incidence is estimated from the counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum IncidenceVariance {
    /// Each time is a multinomial draw from those at risk: the infinitesimal jackknife.
    #[default]
    Multinomial,
    /// By the theory of counting processes, with n - 1 (Aalen 1978).
    Aalen,
}

choices!(
    IncidenceVariance,
    "variance of an incidence",
    [
        (
            IncidenceVariance::Multinomial,
            "multinomial",
            "Each time a draw from those at risk, as R's survfit"
        ),
        (IncidenceVariance::Aalen, "aalen", "Counting processes, as R's cuminc and SAS"),
    ]
);

/// Aalen-Johansen estimator: its options, and [`fit`](Self::fit). By default a 95% interval on the
/// log scale of the incidence.
///
/// ```
/// use riskset::{AalenJohansen, CompetingRisks};
///
/// let response = CompetingRisks::new(&[2.0, 3.0, 3.0, 5.0, 8.0], &[1, 2, 0, 1, 0], 2)?;
/// let incidence = AalenJohansen::default().fit(&response)?;
/// // 1/5 at 2 months, and at 5 months one of the two left: 4/5 * 3/4 * 1/2 more.
/// assert_eq!(incidence.cause(1).estimate()[2], 0.2 + 0.8 * 0.75 * 0.5);
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct AalenJohansen {
    conf_level: f64,
    conf_type: ConfType,
    flat: FlatRule,
    errors: IncidenceVariance,
    robust: bool,
    cluster: Option<Groups>,
}

impl Default for AalenJohansen {
    fn default() -> Self {
        AalenJohansen {
            conf_level: 0.95,
            conf_type: ConfType::Log,
            flat: FlatRule::Middle,
            errors: IncidenceVariance::Multinomial,
            robust: false,
            cluster: None,
        }
    }
}

impl AalenJohansen {
    /// Sets the level of the intervals as a fraction: 0.95, not 95. Checked by [`fit`](Self::fit).
    pub fn conf_level(mut self, level: f64) -> Self {
        self.conf_level = level;
        self
    }

    /// Sets the scale on which the intervals of the incidence are built: `Log` is log F(t).
    pub fn conf_type(mut self, conf_type: ConfType) -> Self {
        self.conf_type = conf_type;
        self
    }

    /// Sets which time of a flat is a quantile.
    pub fn flat(mut self, flat: FlatRule) -> Self {
        self.flat = flat;
        self
    }

    /// Sets how standard errors come from the counts; robust ones do not.
    pub fn errors(mut self, errors: IncidenceVariance) -> Self {
        self.errors = errors;
        self
    }

    /// Whether standard errors rest on what each row moves an incidence by (the infinitesimal
    /// jackknife) instead of on counts: for weights that are no counts of patients.
    pub fn robust(mut self, robust: bool) -> Self {
        self.robust = robust;
        self
    }

    /// Rows of a cluster, one number per row, move an incidence together: robust standard errors for
    /// several rows of a patient or a centre. A cluster with rows in two groups is one in each.
    pub fn cluster<'g>(mut self, cluster: impl Into<Option<&'g Groups>>) -> Self {
        self.cluster = cluster.into().cloned();
        self
    }

    /// Estimates the incidence of every cause from all rows.
    ///
    /// # Errors
    ///
    /// [`Error::ConfLevel`] unless 0 < level < 1.
    pub fn fit(&self, response: &CompetingRisks) -> Result<CumulativeIncidence, Error> {
        let all = Groups::single(response.observations().len());
        Ok(self.fit_groups(response, &all)?.swap_remove(0))
    }

    /// Estimates the incidence of every cause in each group, in group order.
    ///
    /// # Errors
    ///
    /// [`Error::ConfLevel`], and [`Error::Length`] when `groups` or the clusters have another number
    /// of rows.
    pub fn fit_groups(
        &self,
        response: &CompetingRisks,
        groups: &Groups,
    ) -> Result<Vec<CumulativeIncidence>, Error> {
        let rows = response.observations();
        groups.check_rows("groups", rows.len())?;
        let z = normal::two_sided_quantile(self.conf_level)?;
        let (conf_level, conf_type, flat) = (self.conf_level, self.conf_type, self.flat);
        let scale = Scale { conf_level, conf_type, flat, z };
        let (sets, causes) = risk_sets_by_cause(response, groups);
        let curve = |(sets, causes)| walk(sets, causes, scale);
        if self.robust || self.cluster.is_some() {
            let mark = |row: usize| response.cause()[row];
            let clusters = self.cluster.as_ref();
            clusters.map_or(Ok(()), |clusters| clusters.check_rows("clusters", rows.len()))?;
            let influences = Influence::of_groups(rows, groups, &sets, clusters, mark);
            let curves = sets.into_iter().zip(causes).zip(influences);
            return Ok(curves.map(|(own, influence)| robust::of(curve(own), &influence)).collect());
        }
        let curve = |own| match self.errors {
            IncidenceVariance::Multinomial => curve(own),
            IncidenceVariance::Aalen => aalen::of(curve(own)),
        };
        // Each group is one thread's work from its first time to its last.
        Ok(if rows.len() >= columns::MANY {
            sets.into_par_iter().zip(causes).map(curve).collect()
        } else {
            sets.into_iter().zip(causes).map(curve).collect()
        })
    }
}

/// The risk sets of each group, and the events of each cause at each of their times: the table of
/// risk sets counts all causes together.
fn risk_sets_by_cause(
    response: &CompetingRisks,
    groups: &Groups,
) -> (Vec<RiskSets>, Vec<Vec<CauseColumns>>) {
    let empty = |rows: usize| -> Vec<CauseColumns> {
        (0..response.n_causes()).map(|_| CauseColumns::with_capacity(rows)).collect()
    };
    let mut columns: Vec<Vec<CauseColumns>> = groups.sizes().into_iter().map(empty).collect();
    let marks = Marks::Causes(response.cause(), response.n_causes() as u32);
    let sets = response.observations().risk_sets_with(groups, marks, |row| {
        let causes = &mut columns[row.group];
        for (code, column) in (1..).zip(causes) {
            column.count(row.place, if code == row.mark { row.weight } else { 0.0 });
            column.n_rows += row.people * usize::from(code == row.mark);
        }
    });
    (sets, columns)
}

/// The covariance of one cause's incidence F with itself and with S, and F itself.
#[derive(Clone, Copy, Default)]
struct State {
    incidence: f64,
    variance: f64,
    with_survival: f64,
}

/// An incidence that lacks less than this of 1, with nobody left, is 1: a single event of another
/// cause among as many patients as memory holds would take more.
const CERTAIN: f64 = 1e-12;

/// One pass through the times of a group.
fn walk(sets: RiskSets, mut causes: Vec<CauseColumns>, scale: Scale) -> CumulativeIncidence {
    let mut states = vec![State::default(); causes.len()];
    let (mut survival, mut variance) = (1.0, 0.0); // S before the time, and its variance
    let mut event_free = Vec::with_capacity(sets.len());
    causes.iter_mut().for_each(|cause| cause.fit_to(sets.len()));
    for at in 0..sets.len() {
        let (n, d) = (sets.n_risk[at], sets.n_event[at]);
        if d > 0.0 {
            let (square, stay) = (survival * survival, (n - d) / n);
            for (state, cause) in states.iter_mut().zip(&causes) {
                let share = cause.n_event[at] / n;
                // F + S a and S (1 - a.): the covariance so far goes through the step, and the
                // draw of the step adds its own.
                state.variance += share * (2.0 * state.with_survival + share * variance)
                    + square * share * (1.0 - share) / n;
                state.with_survival =
                    stay * (state.with_survival + share * variance - square * share / n);
                state.incidence += survival * share;
            }
            variance = stay * (stay * variance + square * (d / n) / n);
            survival *= stay;
        }
        event_free.push(survival);
        for (state, cause) in states.iter_mut().zip(&mut causes) {
            // Everybody had this cause: certain, where the sums are so but for rounding.
            if survival <= 0.0 && state.incidence >= 1.0 - CERTAIN {
                *state = State { incidence: 1.0, ..State::default() };
            }
            cause.estimate.push(state.incidence.min(1.0));
            cause.std_error.push(state.variance.max(0.0).sqrt());
        }
    }
    let variance = CurveVariance::Greenwood;
    CumulativeIncidence { sets, causes, event_free, scale, variance, has_errors: true }
}
