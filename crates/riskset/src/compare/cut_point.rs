//! The search for a cut-point: maximally selected log-rank statistics.
//!
//! At each cut of a column the patients at or below it are compared with those above by the sum of
//! their log-rank scores, standardised over all permutations. The largest of many such statistics is
//! large by chance; P is the chance that the largest is: exactly for few patients, from the joint
//! normal distribution of the statistics, from the formula of Lausen and Schumacher, or from
//! permutations. Derivation:
//! docs/methods/comparisons.md.
//!
//! Sources: Lausen and Schumacher (1992), Biometrics 48:73-85; Hothorn and Lausen (2003), Comput
//! Stat Data Anal 43:121-137 (the bound over all orders, in `cut_bound.rs`); Worsley
//! (1982), Biometrika 69:297-302 (the bound); Hothorn and Zeileis (2008), Biometrics 64:1263-1269
//! (the joint normal distribution). Reference program: `maxstat_test` of R coin with these scores.

use super::cut_bound::{Cuts, hothorn_lausen};
use super::cut_exact::chance_beyond;
use super::draw::Draw;
use super::quadrature::legendre;
use super::{max_combo::whole_weights, multinormal::between, multinormal::first_beyond};
use super::{scores::scores, weight::TimeWeight};
use crate::{Error, Observations, Response, Tally, normal};
use rayon::prelude::*;
use std::f64::consts::PI;

/// Statistics that differ by this part are one: the order of a sum moves its last digits.
const CLOSE: f64 = 1e-9;

/// The search for a cut-point, and [`search`](Self::search). By default between the quantiles 0.1
/// and 0.9, without permutations.
///
/// ```
/// use riskset::{CutPointSearch, RightCensored};
///
/// let rows = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true; 4])?;
/// let test = CutPointSearch::default().search(&rows, &[1.0, 2.0, 3.0, 4.0])?;
/// // The patient above 3 has 13/12 fewer events than expected, with the variance 276/432 * 3/4.
/// assert_eq!(test.best_cut().cut, 3.0);
/// assert!((test.statistic - 13.0 / 12.0 / (276.0_f64 / 432.0 * 0.75).sqrt()).abs() < 1e-12);
/// // What must not be reported, and what may.
/// assert!(test.p_uncorrected < test.p_exact.unwrap());
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CutPointSearch {
    lowest: f64,
    highest: f64,
    permutations: Option<(usize, u64)>,
}

/// The comparison at one cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CutPoint {
    /// The cut: a value of the column. Patients at or below it are the low group.
    pub cut: f64,
    /// How many patients are at or below it.
    pub n_low: usize,
    /// Observed less expected events of those above it.
    pub score: f64,
    /// `score` standardised over all permutations: positive when those above have more events.
    pub z: f64,
}

/// The result of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct CutPointTest {
    /// Every cut tried, increasing; at least one.
    pub cuts: Vec<CutPoint>,
    /// The place of the best among them: the largest absolute z, the first of equals.
    pub best: usize,
    /// The largest absolute z.
    pub statistic: f64,
    /// The P of the best cut as if it had been the only one: what must not be reported.
    pub p_uncorrected: f64,
    /// From the joint normal distribution of the statistics at all cuts.
    pub p_normal: f64,
    /// An upper bound of it by neighbouring cuts (the improved Bonferroni inequality), cut to 1.
    pub p_bound: f64,
    /// The approximation of Lausen and Schumacher for many cuts, cut to 1; good for small P.
    /// `None` for a statistic of 1 or less, for which it is none.
    pub p_lausen_schumacher: Option<f64>,
    /// The bound of Hothorn and Lausen: over all orders of the patients, by neighbouring cuts. Never
    /// below `p_exact`. `None` for more patients than can be gone through, about 150.
    pub p_hothorn_lausen: Option<f64>,
    /// The exact chance over all orders of the patients; `None` for more patients than can be gone
    /// through: about 22 whose scores all differ, and more with equal ones.
    pub p_exact: Option<f64>,
    /// The share of permutations whose largest statistic is as large, the data counted. `None` when
    /// none were asked for.
    pub p_permutation: Option<f64>,
    /// Its standard error from drawing at random. `None` with `p_permutation`.
    pub permutation_std_error: Option<f64>,
}

impl CutPointTest {
    /// The best cut.
    pub fn best_cut(&self) -> CutPoint {
        self.cuts[self.best]
    }
}

impl Default for CutPointSearch {
    fn default() -> Self {
        CutPointSearch { lowest: 0.1, highest: 0.9, permutations: None }
    }
}

impl CutPointSearch {
    /// Sets the share of patients at or below the lowest and the highest cut tried: fractions, 0 <
    /// `lowest` < `highest` < 1. Checked by [`search`](Self::search).
    pub fn between(mut self, lowest: f64, highest: f64) -> Self {
        (self.lowest, self.highest) = (lowest, highest);
        self
    }

    /// Asks for P from this many random permutations (at least 1) of this seed.
    pub fn permutations(mut self, draws: usize, seed: u64) -> Self {
        self.permutations = Some((draws, seed));
        self
    }

    /// The best cut alone, without the P values, which are the work: a cross-validation searches often.
    pub(super) fn best(&self, response: &impl Response, values: &[f64]) -> Result<CutPoint, Error> {
        let rows = response.observations();
        self.check(rows, values)?;
        let scores = scores(rows, None, TimeWeight::LOG_RANK)?;
        let cuts = Sweep::new(values, &scores, self.lowest, self.highest)?.cuts(&scores);
        Ok(cuts[best(&cuts)])
    }

    /// Tries every cut of `values`, one per row in data order.
    ///
    /// # Errors
    ///
    /// [`Error::Length`], [`Error::Covariate`] for a value that is not finite, [`Error::OutOfRange`]
    /// for the shares or no draws, [`Error::Unsupported`] for case weights, for fewer than two cuts
    /// to choose from (then nothing is searched), or when no score varies.
    pub fn search(&self, response: &impl Response, values: &[f64]) -> Result<CutPointTest, Error> {
        let rows = response.observations();
        self.check(rows, values)?;
        let scores = scores(rows, None, TimeWeight::LOG_RANK)?;
        let sweep = Sweep::new(values, &scores, self.lowest, self.highest)?;
        let cuts = sweep.cuts(&scores);
        let best = best(&cuts);
        let statistic = cuts[best].z.abs();
        let (p_permutation, permutation_std_error) = match self.permutations {
            None => (None, None),
            Some((draws, seed)) => {
                let p = sweep.permuted(&scores, statistic, draws, seed);
                (Some(p), Some((p * (1.0 - p) / draws as f64).sqrt()))
            }
        };
        Ok(CutPointTest {
            p_uncorrected: normal::two_sided_p(statistic),
            p_normal: sweep.any_beyond(statistic),
            p_bound: sweep.bound(statistic),
            p_lausen_schumacher: sweep.lausen_schumacher(statistic),
            p_hothorn_lausen: sweep.bound_of_orders(&scores, statistic),
            p_exact: sweep.exact(&scores, statistic),
            cuts,
            best,
            statistic,
            p_permutation,
            permutation_std_error,
        })
    }

    fn check(&self, rows: &Observations, values: &[f64]) -> Result<(), Error> {
        let (expected, found) = (rows.len(), values.len());
        if expected != found {
            return Err(Error::Length { what: "the values to cut", expected, found });
        }
        if let Some(row) = values.iter().position(|value| !value.is_finite()) {
            return Err(Error::Covariate { row, column: 0, value: values[row] });
        }
        for (what, value) in
            [("the lowest share", self.lowest), ("the highest share", self.highest)]
        {
            if !(value > 0.0 && value < 1.0 && self.lowest < self.highest) {
                let range = "lie between 0 and 1, the lowest below the highest; write 0.1 for 10%";
                return Err(Error::OutOfRange { what, value, range });
            }
        }
        if self.permutations.is_some_and(|(draws, _)| draws == 0) {
            let range = "be 1 or more; 10000 gives two digits of P";
            return Err(Error::OutOfRange { what: "the number of draws", value: 0.0, range });
        }
        whole_weights(rows)?;
        if rows.weights().is_some_and(|weights| weights.iter().any(|&weight| weight != 1.0)) {
            return Err(Error::Unsupported {
                what: "a search for a cut-point with case weights",
                instead: "give one row for each patient, and leave the weights out",
            });
        }
        Ok(())
    }
}

fn best(cuts: &[CutPoint]) -> usize {
    let mut best = 0;
    for (place, cut) in cuts.iter().enumerate() {
        if cut.z.abs() > cuts[best].z.abs() {
            best = place;
        }
    }
    best
}

/// The patients by increasing value, and where the cuts lie.
struct Sweep {
    order: Vec<usize>,
    /// The value of each cut, and how many patients are at or below it.
    places: Vec<(f64, usize)>,
    mean: f64,
    /// The variance of the scores, with n - 1 in the denominator.
    spread: f64,
}

impl Sweep {
    fn new(values: &[f64], scores: &[f64], lowest: f64, highest: f64) -> Result<Sweep, Error> {
        let n = values.len();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        let share = |low: usize| low as f64 / n as f64;
        let is_cut = |&low: &usize| {
            values[order[low - 1]] < values[order[low]] && (lowest..=highest).contains(&share(low))
        };
        let places: Vec<(f64, usize)> =
            (1..n).filter(is_cut).map(|low| (values[order[low - 1]], low)).collect();
        let mean = scores.iter().sum::<f64>() / n as f64;
        let squares: f64 = scores.iter().map(|score| (score - mean).powi(2)).sum();
        if places.len() < 2 {
            return Err(Error::Unsupported {
                what: "a search among fewer than two cuts",
                instead: "a column of few values has categories: compare those; or widen the shares \
                          between which cuts are tried",
            });
        }
        if squares <= 0.0 {
            return Err(Error::NoEvents { rows: n });
        }
        Ok(Sweep { order, places, mean, spread: squares / (n as f64 - 1.0) })
    }

    fn n(&self) -> f64 {
        self.order.len() as f64
    }

    /// The statistics with these scores, one per row.
    fn cuts(&self, scores: &[f64]) -> Vec<CutPoint> {
        let n = self.n();
        let (mut low, mut sum) = (0, 0.0);
        let cut = |&(cut, n_low): &(f64, usize)| {
            sum += self.order[low..n_low].iter().map(|&row| scores[row]).sum::<f64>();
            low = n_low;
            let m = n_low as f64;
            let score = m * self.mean - sum; // of those above, from what is expected
            CutPoint { cut, n_low, score, z: score / (self.spread * m * (n - m) / n).sqrt() }
        };
        self.places.iter().map(cut).collect()
    }

    /// The chance of all orders, where there are few enough.
    fn exact(&self, scores: &[f64], statistic: f64) -> Option<f64> {
        let n = self.n();
        let is_cut = |low: usize| self.places.binary_search_by_key(&low, |place| place.1).is_ok();
        chance_beyond(scores, |low, sum| {
            let m = low as f64;
            let z = || (m * self.mean - sum) / (self.spread * m * (n - m) / n).sqrt();
            is_cut(low) && z().abs() >= statistic * (1.0 - CLOSE)
        })
    }

    /// The bound of all orders by neighbouring cuts.
    fn bound_of_orders(&self, scores: &[f64], statistic: f64) -> Option<f64> {
        let below: Vec<usize> = self.places.iter().map(|place| place.1).collect();
        let statistic = statistic * (1.0 - CLOSE);
        hothorn_lausen(scores, &Cuts { below: &below, statistic, spread: self.spread })
    }

    fn permuted(&self, scores: &[f64], statistic: f64, draws: usize, seed: u64) -> f64 {
        let as_large = |replicate: &u64| {
            let mut shuffled = scores.to_vec();
            Draw::new(seed, *replicate).shuffle(&mut shuffled);
            let cuts = self.cuts(&shuffled);
            cuts[best(&cuts)].z.abs() >= statistic * (1.0 - CLOSE)
        };
        let tally = Tally::new(draws);
        let as_large = |replicate: &u64| tally.count(|| as_large(replicate));
        let count = (0..draws as u64).into_par_iter().filter(as_large).count();
        (count + 1) as f64 / (draws + 1) as f64
    }

    /// The correlation of the statistics at two neighbouring cuts.
    fn correlation(&self, place: usize) -> f64 {
        let (a, b) = (self.places[place].1 as f64, self.places[place + 1].1 as f64);
        (a * (self.n() - b) / ((self.n() - a) * b)).sqrt()
    }

    /// The first is beyond, or a later one is and its neighbour before it is not.
    fn bound(&self, statistic: f64) -> f64 {
        let first = normal::two_sided_p(statistic);
        let later = (0..self.places.len() - 1)
            .map(|place| 2.0 * first_beyond(self.correlation(place), statistic));
        (first + later.sum::<f64>()).min(1.0)
    }

    fn lausen_schumacher(&self, b: f64) -> Option<f64> {
        let share = |place: usize| self.places[place].1 as f64 / self.n();
        let (low, high) = (share(0), share(self.places.len() - 1));
        let density = (-0.5 * b * b).exp() / (2.0 * PI).sqrt();
        let range = (high * (1.0 - low) / ((1.0 - high) * low)).ln();
        (b > 1.0).then(|| (density * ((b - 1.0 / b) * range + 4.0 / b)).clamp(0.0, 1.0))
    }

    /// The chance that any of the normal statistics is beyond: from one cut to the next they are a
    /// Markov chain, so that the density of those that were never beyond is carried forward.
    fn any_beyond(&self, statistic: f64) -> f64 {
        let nodes = self.nodes(statistic);
        let density = |x: f64| (-0.5 * x * x).exp() / (2.0 * PI).sqrt();
        let mut within: Vec<f64> = nodes.iter().map(|&(x, w)| w * density(x)).collect();
        let mut lost = normal::two_sided_p(statistic);
        for place in 0..self.places.len() - 1 {
            let r = self.correlation(place);
            let sd = ((1.0 - r) * (1.0 + r)).sqrt();
            // What leaves is added up itself, so that a small P keeps its digits.
            let leaves =
                |x: f64| 1.0 - between((-statistic - r * x) / sd, (statistic - r * x) / sd);
            lost += nodes.iter().zip(&within).map(|(&(x, _), mass)| mass * leaves(x)).sum::<f64>();
            within = carry(&nodes, &within, r, sd);
        }
        lost.min(1.0)
    }

    /// Nodes dense enough for the narrowest step from one cut to the next.
    fn nodes(&self, statistic: f64) -> Vec<(f64, f64)> {
        let closest = (0..self.places.len() - 1).map(|place| self.correlation(place));
        let r = closest.fold(0.0, f64::max);
        let sd = ((1.0 - r) * (1.0 + r)).sqrt();
        let panels = (2.0 * statistic / (2.0 * sd)).ceil().clamp(2.0, 4000.0) as usize;
        let width = 2.0 * statistic / panels as f64;
        let rule = legendre(12);
        let panel = |i: usize| {
            let middle = -statistic + (i as f64 + 0.5) * width;
            rule.iter().map(move |(x, w)| (middle + 0.5 * width * x, 0.5 * width * w))
        };
        (0..panels).flat_map(panel).collect()
    }
}

/// The masses at the nodes one step later; steps of more than nine standard deviations do not occur.
fn carry(nodes: &[(f64, f64)], within: &[f64], r: f64, sd: f64) -> Vec<f64> {
    let scale = 1.0 / (sd * (2.0 * PI).sqrt());
    let step = |&(x, weight): &(f64, f64)| {
        let (low, high) = ((x - 9.0 * sd) / r, (x + 9.0 * sd) / r);
        let from = nodes.partition_point(|node| node.0 < low);
        let to = nodes.partition_point(|node| node.0 <= high);
        let near = nodes[from..to].iter().zip(&within[from..to]);
        let sum: f64 =
            near.map(|(&(y, _), mass)| mass * (-0.5 * ((x - r * y) / sd).powi(2)).exp()).sum();
        weight * scale * sum
    };
    nodes.iter().map(step).collect()
}
