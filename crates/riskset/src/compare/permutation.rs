//! The permutation test of groups by log-rank scores: exact, or by random permutations.
//!
//! If the groups do not differ, every way to hand the groups out to the patients of a stratum was
//! as likely. The statistic is the log-rank one, the observed less expected events of the groups,
//! and P is the share of all ways whose statistic is at least as large as the one found. It needs
//! no large number of patients; it needs that censoring does not depend on the group. Derivation:
//! docs/methods/comparisons.md.
//!
//! Sources: Peto and Peto (1972), J R Stat Soc A 135:185-207 (scores and permutations); Strasser and
//! Weber (1999), Math Methods Stat 8:220-250 (moments); Davison and Hinkley (1997), Bootstrap
//! Methods and their Application, section 4.2 (the observed table counts). Reference program:
//! `independence_test` of R coin with these scores.

use super::draw::Draw;
use super::max_combo::whole_weights;
use super::scores::scores;
use super::weight::TimeWeight;
use crate::logrank::statistic::chi_square;
use crate::{Error, Groups, Response, Tally};
use rayon::prelude::*;

/// Statistics nearer to each other than this part are equal: sums in another order.
const SAME: f64 = 1e-9;

/// How the permutations are gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permutations {
    /// All of them; refused when there are more than `at_most`.
    All {
        /// The most that are gone through.
        at_most: u64,
    },
    /// `draws` random ones from this seed.
    Random {
        /// How many, at least 1.
        draws: usize,
        /// The seed: the same seed gives the same answer, on any number of threads.
        seed: u64,
    },
}

/// The permutation test, and [`test`](Self::test). By default log-rank scores and all permutations,
/// if there are at most a million.
///
/// ```
/// use riskset::{Groups, PermutationLogRank, RightCensored};
///
/// let response = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true; 4])?;
/// let arms = Groups::new(vec![0, 0, 1, 1], 2)?;
/// let test = PermutationLogRank::default().test(&response, &arms)?;
/// // Two of the six ways to choose two of four are as far apart: this one and its opposite.
/// assert_eq!(test.p_value, 2.0 / 6.0);
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PermutationLogRank<'a> {
    weight: TimeWeight,
    permutations: Permutations,
    strata: Option<&'a Groups>,
}

/// The result of a permutation test.
#[derive(Clone, Debug, PartialEq)]
pub struct PermutationTest {
    /// Observed less expected events of each group, weighted, in group order.
    pub score: Vec<f64>,
    /// The quadratic form of the scores with their variance over all permutations; with two groups
    /// the square of the score of one over its variance. `None` when no permutation changes
    /// anything: no event, or one patient in each stratum.
    pub statistic: Option<f64>,
    /// The share of permutations with a statistic at least as large; 1 without a statistic.
    pub p_value: f64,
    /// The standard error of `p_value` from drawing at random; `None` when all were gone through.
    pub std_error: Option<f64>,
    /// The permutations gone through, the observed one among them when all were.
    pub permutations: u64,
    /// How many ways there are to hand the groups out; infinite when too many for a number.
    pub possible: f64,
    /// The smallest P that could have been found: with few patients it can be above 0.05, and then
    /// the test cannot succeed. `None` for random permutations of a number of ways not gone through,
    /// where it is at least 1 / (draws + 1).
    pub smallest_p: Option<f64>,
}

impl Default for PermutationLogRank<'_> {
    fn default() -> Self {
        PermutationLogRank {
            weight: TimeWeight::LOG_RANK,
            permutations: Permutations::All { at_most: 1_000_000 },
            strata: None,
        }
    }
}

impl<'a> PermutationLogRank<'a> {
    /// Sets the weight of the event times, those of the pooled curve.
    pub fn weight(mut self, weight: TimeWeight) -> Self {
        self.weight = weight;
        self
    }

    /// Sets how the permutations are gone through.
    pub fn permutations(mut self, permutations: Permutations) -> Self {
        self.permutations = permutations;
        self
    }

    /// Permutes within these strata.
    pub fn strata(mut self, strata: impl Into<Option<&'a Groups>>) -> Self {
        self.strata = strata.into();
        self
    }

    /// Compares the groups. Late entries stay with
    /// the patient. Case weights are refused: a permutation hands groups out to patients.
    ///
    /// # Errors
    ///
    /// [`Error::OneGroup`], [`Error::Length`], [`Error::LogRankPower`], [`Error::RequestedTime`],
    /// [`Error::WeightNotWhole`] and [`Error::Unsupported`] for case weights, [`Error::OutOfRange`]
    /// for no draws, or when all permutations are asked for and there are more than `at_most`.
    pub fn test(
        &self,
        response: &impl Response,
        groups: &Groups,
    ) -> Result<PermutationTest, Error> {
        let rows = response.observations();
        self.weight.check()?;
        super::events::check(rows, groups, self.strata)?;
        if groups.count() < 2 {
            return Err(Error::OneGroup);
        }
        whole_weights(rows)?;
        if rows.weights().is_some_and(|weights| weights.iter().any(|&weight| weight != 1.0)) {
            return Err(Error::Unsupported {
                what: "a permutation test with case weights",
                instead: "give one row for each patient, and leave the weights out",
            });
        }
        let urn = Urn::new(scores(rows, self.strata, self.weight)?, groups, self.strata);
        match self.permutations {
            Permutations::All { at_most } => urn.all(at_most),
            Permutations::Random { draws, seed } => urn.random(draws, seed),
        }
    }
}

/// What is handed out: the groups of each stratum, to patients with scores.
struct Urn {
    count: usize,
    /// Scores and groups, stratum by stratum.
    strata: Vec<(Vec<f64>, Vec<u32>)>,
    /// The variance of the group sums over all permutations, row-major.
    variance: Vec<f64>,
}

impl Urn {
    fn new(scores: Vec<f64>, groups: &Groups, strata: Option<&Groups>) -> Urn {
        let members = match strata {
            None => vec![(0..scores.len()).collect()],
            Some(strata) => strata.rows(),
        };
        let stratum = |rows: &Vec<usize>| {
            let scores = rows.iter().map(|&row| scores[row]).collect();
            (scores, rows.iter().map(|&row| groups.index()[row]).collect())
        };
        let count = groups.count();
        let strata: Vec<(Vec<f64>, Vec<u32>)> = members.iter().map(stratum).collect();
        let mut variance = vec![0.0; count * count];
        strata.iter().for_each(|(scores, groups)| {
            add_variance(&mut variance, count, scores, groups);
        });
        Urn { count, strata, variance }
    }

    fn sums(&self, strata: &[(Vec<f64>, Vec<u32>)]) -> Vec<f64> {
        let mut sums = vec![0.0; self.count];
        for (scores, groups) in strata {
            scores.iter().zip(groups).for_each(|(score, &group)| sums[group as usize] += score);
        }
        sums
    }

    /// Chi-square of the sums of scores; `None` where nothing varies.
    fn statistic(&self, sums: &[f64]) -> Option<f64> {
        match self.count {
            2 => (self.variance[3] > 0.0).then(|| sums[1] * sums[1] / self.variance[3]),
            _ => chi_square(sums, &self.variance).0,
        }
    }

    /// How many ways there are to hand the groups out.
    fn possible(&self) -> f64 {
        let mut ways = 1.0_f64;
        for (_, groups) in &self.strata {
            let mut handed = vec![0.0; self.count];
            for (place, &group) in groups.iter().enumerate() {
                handed[group as usize] += 1.0;
                // Multinomial coefficients stay whole when built up patient by patient.
                ways *= (place as f64 + 1.0) / handed[group as usize];
            }
            ways = ways.round();
        }
        ways
    }

    fn all(&self, at_most: u64) -> Result<PermutationTest, Error> {
        let possible = self.possible();
        if possible > at_most as f64 {
            return Err(Error::OutOfRange {
                what: "the number of permutations",
                value: possible,
                range: "not exceed the limit when all are gone through; draw at random instead, or \
                        raise the limit",
            });
        }
        let mut walk = Walk::new(self);
        walk.stratum(0);
        let smallest = walk.largest as f64 / walk.ways as f64;
        Ok(PermutationTest {
            p_value: walk.as_large as f64 / walk.ways as f64,
            std_error: None,
            permutations: walk.ways,
            smallest_p: Some(smallest),
            ..self.observed(possible)
        })
    }

    fn random(&self, draws: usize, seed: u64) -> Result<PermutationTest, Error> {
        if draws == 0 {
            let range = "be 1 or more; 10000 gives two digits of P";
            return Err(Error::OutOfRange { what: "the number of draws", value: 0.0, range });
        }
        let found = self.observed(self.possible());
        let observed = found.statistic.unwrap_or(0.0);
        let is_as_large = |replicate: u64| {
            let mut draw = Draw::new(seed, replicate);
            let mut strata = self.strata.clone();
            strata.iter_mut().for_each(|(_, groups)| draw.shuffle(groups));
            self.statistic(&self.sums(&strata)).unwrap_or(0.0) >= observed * (1.0 - SAME)
        };
        let tally = Tally::new(draws);
        let as_large = (0..draws as u64)
            .into_par_iter()
            .filter(|&replicate| tally.count(|| is_as_large(replicate)))
            .count();
        let p_value = (as_large + 1) as f64 / (draws + 1) as f64;
        let std_error = (p_value * (1.0 - p_value) / draws as f64).sqrt();
        Ok(PermutationTest {
            p_value,
            std_error: Some(std_error),
            permutations: draws as u64,
            ..found
        })
    }

    fn observed(&self, possible: f64) -> PermutationTest {
        let score = self.sums(&self.strata);
        PermutationTest {
            statistic: self.statistic(&score),
            score,
            p_value: 1.0,
            std_error: None,
            permutations: 0,
            possible,
            smallest_p: None,
        }
    }
}

/// Adds the variance of the group sums of one stratum over its permutations: with N patients, of
/// whom n_g are in group g, s^2 (n_g [g = h] - n_g n_h / N), s^2 the variance of the scores.
fn add_variance(variance: &mut [f64], count: usize, scores: &[f64], groups: &[u32]) {
    let n = scores.len() as f64;
    let mean = scores.iter().sum::<f64>() / n;
    let squares: f64 = scores.iter().map(|score| (score - mean).powi(2)).sum();
    let spread = if n > 1.0 { squares / (n - 1.0) } else { 0.0 };
    let mut sizes = vec![0.0; count];
    groups.iter().for_each(|&group| sizes[group as usize] += 1.0);
    for g in 0..count {
        for h in 0..count {
            let own = if g == h { sizes[g] } else { 0.0 };
            variance[g * count + h] += spread * (own - sizes[g] * sizes[h] / n);
        }
    }
}

/// Goes through all ways to hand the groups out, stratum after stratum, patient after patient.
struct Walk<'a> {
    urn: &'a Urn,
    observed: f64,
    /// The sum of the scores handed to each group so far.
    sums: Vec<f64>,
    /// How many of each group are still to be handed out in the stratum.
    left: Vec<usize>,
    ways: u64,
    as_large: u64,
    /// The largest statistic seen, and how many ways have it.
    record: f64,
    largest: u64,
}

impl<'a> Walk<'a> {
    fn new(urn: &'a Urn) -> Walk<'a> {
        let observed = urn.statistic(&urn.sums(&urn.strata)).unwrap_or(0.0);
        let (sums, left) = (vec![0.0; urn.count], Vec::new());
        let record = f64::NEG_INFINITY;
        Walk { urn, observed, sums, left, ways: 0, as_large: 0, record, largest: 0 }
    }

    fn stratum(&mut self, stratum: usize) {
        let Some((_, groups)) = self.urn.strata.get(stratum) else { return self.count() };
        let before = std::mem::replace(&mut self.left, vec![0; self.urn.count]);
        groups.iter().for_each(|&group| self.left[group as usize] += 1);
        self.patient(stratum, 0);
        self.left = before;
    }

    fn patient(&mut self, stratum: usize, patient: usize) {
        let scores = &self.urn.strata[stratum].0;
        let Some(score) = scores.get(patient) else { return self.stratum(stratum + 1) };
        for group in 0..self.urn.count {
            if self.left[group] > 0 {
                let before = self.sums[group];
                self.left[group] -= 1;
                self.sums[group] += score;
                self.patient(stratum, patient + 1);
                self.sums[group] = before; // not less the score, which would round
                self.left[group] += 1;
            }
        }
    }

    fn count(&mut self) {
        let statistic = self.urn.statistic(&self.sums).unwrap_or(0.0);
        self.ways += 1;
        self.as_large += u64::from(statistic >= self.observed * (1.0 - SAME));
        if statistic > self.record * (1.0 + SAME) || self.largest == 0 {
            (self.record, self.largest) = (statistic, 0);
        }
        self.largest += u64::from(statistic >= self.record * (1.0 - SAME));
    }
}
