//! Tests of whether survival differs between groups: the weighted log-rank family.
//!
//! At each event time of each stratum, with d events among n at risk, of whom d_g and n_g are of
//! group g, the test adds up W (d_g - d n_g / n) with the hypergeometric variance; W is the weight
//! that gives the test its name. Derivation: docs/methods/nonparametric.md.
//!
//! Sources: Mantel (1966), Cancer Chemother Rep 50:163-170; Peto and Peto (1972), J R Stat Soc A
//! 135:185-207; Gehan (1965), Biometrika 52:203-223; Breslow (1970), Biometrika 57:579-594; Tarone
//! and Ware (1977), Biometrika 64:156-160; Fleming and Harrington (1991), Counting Processes and
//! Survival Analysis, chapter 7; Klein and Moeschberger (2003), Survival Analysis, 205-219.
//! Reference program: `survdiff` of R survival, where it has the test.

mod adjust;
mod pairs;
pub(crate) mod statistic;
mod steps;
mod sums;

pub use adjust::Adjustment;
pub use pairs::PairTest;
pub use steps::{GroupStep, LogRankStep};

use crate::choices;
use crate::{Error, Groups, Observations, Response, normal};
use sums::{Strata, Sums};

/// The weight of an event time in the test.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub enum LogRankWeight {
    /// 1: every event counts the same.
    #[default]
    LogRank,
    /// n, the number at risk: early events count more.
    GehanWilcoxon,
    /// The square root of n.
    TaroneWare,
    /// The product of 1 - d / (n + 1) up to and including the time.
    PetoPeto,
    /// S^rho (1 - S)^gamma, S the pooled Kaplan-Meier estimate just before the time.
    FlemingHarrington {
        /// The power of S, 0 or more; with 1 early differences count more.
        rho: f64,
        /// The power of 1 - S, 0 or more; with 1 late differences count more.
        gamma: f64,
    },
}

choices!(
    LogRankWeight,
    "test",
    [
        (LogRankWeight::LogRank, "logrank", "All events weigh the same"),
        (
            LogRankWeight::GehanWilcoxon,
            "gehan-wilcoxon",
            "Weight n: early differences (Gehan 1965, Breslow 1970)"
        ),
        (
            LogRankWeight::TaroneWare,
            "tarone-ware",
            "Weight sqrt(n): early differences, less so (Tarone and Ware 1977)"
        ),
        (
            LogRankWeight::PetoPeto,
            "peto-peto",
            "Weight close to S(t): early differences (Peto and Peto 1972)"
        ),
        (
            LogRankWeight::FlemingHarrington { rho: 0.0, gamma: 0.0 },
            "fleming-harrington",
            "Weight S^rho (1 - S)^gamma (Fleming and Harrington 1991)"
        ),
    ]
);

impl LogRankWeight {
    fn check(self) -> Result<(), Error> {
        let LogRankWeight::FlemingHarrington { rho, gamma } = self else { return Ok(()) };
        for (name, value) in [("rho", rho), ("gamma", gamma)] {
            if !(value >= 0.0 && value.is_finite()) {
                return Err(Error::LogRankPower { name, value });
            }
        }
        Ok(())
    }
}

/// The log-rank test and its weighted relatives.
///
/// ```
/// use riskset::{Groups, LogRank, RightCensored};
///
/// let response = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true, true, true, false])?;
/// let arms = Groups::new(vec![0, 0, 1, 1], 2)?;
/// let test = LogRank::default().test(&response, &arms)?;
/// // Expected in the first arm: 2/4 at time 1, 1/3 at time 2, none at time 3.
/// assert!((test.groups()[0].expected - (2.0 / 4.0 + 1.0 / 3.0)).abs() < 1e-15);
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct LogRank<'a> {
    weight: LogRankWeight,
    strata: Option<&'a Groups>,
}

/// What the test saw of one group.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct LogRankGroup {
    /// Its rows, each counted once; its people, where rows are counted.
    pub n: usize,
    /// Its rows that end with the event, likewise.
    pub events: usize,
    /// The sum over event times of W d_g; with the log-rank weight, its events.
    pub observed: f64,
    /// The sum over event times of W d n_g / n: what would be observed if the groups did not
    /// differ.
    pub expected: f64,
}

/// The result of a test of the log-rank family.
#[derive(Clone, Debug, PartialEq)]
pub struct LogRankTest {
    weight: LogRankWeight,
    groups: Vec<LogRankGroup>,
    /// Observed minus expected, summed as differences.
    score: Vec<f64>,
    /// The variance of `score`, one row after the other.
    variance: Vec<f64>,
    statistic: Option<f64>,
    df: usize,
}

/// A test for a trend over the groups: chi-square on one degree of freedom.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct TrendTest {
    /// Positive when groups of higher score have more events than expected; standard normal when
    /// the groups do not differ.
    pub z: f64,
    /// The square of `z`, chi-square on one degree of freedom.
    pub statistic: f64,
    /// Two-sided.
    pub p_value: f64,
}

impl<'a> LogRank<'a> {
    /// Sets the weight of the event times.
    pub fn weight(mut self, weight: LogRankWeight) -> Self {
        self.weight = weight;
        self
    }

    /// Compares within these strata, and adds up over them: weights, numbers at risk and the pooled
    /// curve are those of the stratum.
    pub fn strata(mut self, strata: impl Into<Option<&'a Groups>>) -> Self {
        self.strata = strata.into();
        self
    }

    /// Compares the groups. Late entries are honoured. Case weights must be
    /// whole numbers: each row counts as that many rows.
    ///
    /// # Errors
    ///
    /// [`Error::OneGroup`] with nothing to compare, [`Error::Length`] when `groups` or `strata`
    /// has another number of rows, [`Error::WeightNotWhole`] for a fractional case weight, whose
    /// hypergeometric variance does not exist, [`Error::LogRankPower`] for a negative rho or
    /// gamma.
    pub fn test(&self, response: &impl Response, groups: &Groups) -> Result<LogRankTest, Error> {
        let rows = self.check(response, groups)?;
        let strata = Strata::new(rows, groups, self.strata);
        let slots: Vec<Option<u32>> = (0..groups.count() as u32).map(Some).collect();
        Ok(LogRankTest::new(self.weight, Sums::new(rows, groups, &slots, &strata, self.weight)))
    }

    fn check<'r>(
        &self,
        response: &'r impl Response,
        groups: &Groups,
    ) -> Result<&'r Observations, Error> {
        let rows = response.observations();
        self.weight.check()?;
        groups.check_rows("groups", rows.len())?;
        if let Some(strata) = self.strata {
            strata.check_rows("strata", rows.len())?;
        }
        if groups.count() < 2 {
            return Err(Error::OneGroup);
        }
        let weights = rows.weights().unwrap_or_default();
        // Beyond 2^53 a float cannot tell a whole number from its neighbour.
        let whole = |weight: &f64| weight.fract() == 0.0 && *weight <= 9_007_199_254_740_992.0;
        match weights.iter().position(|weight| !whole(weight)) {
            Some(row) => Err(Error::WeightNotWhole { row, value: weights[row] }),
            None => Ok(rows),
        }
    }
}

impl LogRankTest {
    fn new(weight: LogRankWeight, sums: Sums) -> LogRankTest {
        let (statistic, df) = statistic::chi_square(&sums.score, &sums.variance);
        LogRankTest {
            weight,
            groups: sums.groups,
            score: sums.score,
            variance: sums.variance,
            statistic,
            df,
        }
    }

    /// The weight of the event times, which gives the test its name.
    pub fn weight(&self) -> LogRankWeight {
        self.weight
    }

    /// The groups, in group order.
    pub fn groups(&self) -> &[LogRankGroup] {
        &self.groups
    }

    /// The chi-square statistic; `None` when there is nothing to test: no event at a time at
    /// which two groups are at risk.
    pub fn statistic(&self) -> Option<f64> {
        self.statistic
    }

    /// The degrees of freedom: the rank of the variance. A group that is never at risk together
    /// with another when an event happens adds none.
    pub fn df(&self) -> usize {
        self.df
    }

    /// The p value; `None` when there is no statistic.
    pub fn p_value(&self) -> Option<f64> {
        self.statistic.map(|statistic| normal::chi_square_p(statistic, self.df as f64))
    }

    /// Observed minus expected of each group, in group order; they sum to 0.
    pub fn score(&self) -> &[f64] {
        &self.score
    }

    /// The covariance of the observed (weighted) counts of two groups.
    ///
    /// # Panics
    ///
    /// When a group does not exist.
    pub fn variance(&self, a: usize, b: usize) -> f64 {
        self.variance[a * self.groups.len() + b]
    }

    /// Tests for a trend over the groups with the scores 1, 2, ... in group order.
    pub fn trend(&self) -> Option<TrendTest> {
        let scores: Vec<f64> = (1..=self.groups.len()).map(|score| score as f64).collect();
        self.trend_with(&scores).expect("one score per group")
    }

    /// Tests for a trend over the groups with these scores, one per group (Tarone 1975,
    /// Biometrika 62:679-682). `None` when the score has no variance.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] unless there is one score per group, [`Error::TrendScores`] when a score
    /// is not finite or all are the same.
    pub fn trend_with(&self, scores: &[f64]) -> Result<Option<TrendTest>, Error> {
        let count = self.groups.len();
        if scores.len() != count {
            return Err(Error::Length { what: "scores", expected: count, found: scores.len() });
        }
        if scores.iter().any(|s| !s.is_finite()) || scores.iter().all(|&s| s == scores[0]) {
            return Err(Error::TrendScores);
        }
        Ok(statistic::trend(&self.score, &self.variance, scores))
    }
}
