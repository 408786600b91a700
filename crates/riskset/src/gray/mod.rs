//! Gray's test: whether the cumulative incidence of a cause differs between groups.
//!
//! At each event of the cause the test compares each group's events with its share of all that are
//! at risk for the subdistribution: the number at risk times G / S, G one minus the group's
//! incidence and S its probability of no event, which brings back those whom another cause took.
//! Derivation: docs/methods/competing-risks.md, "Gray's test".
//!
//! Source: Gray (1988), Ann Stat 16:1141-1154. Reference program: `cuminc` of R cmprsk.

mod walk;

use crate::{CompetingRisks, Error, Groups, Response, logrank::statistic::chi_square, normal};
use walk::Sums;

/// Gray's test: its options, and [`test`](Self::test). By default rho is 0: all events count alike.
///
/// ```
/// use riskset::{CompetingRisks, GrayTest, Groups};
///
/// let times = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
/// let response = CompetingRisks::new(&times, &[1, 2, 1, 1, 0, 2, 1, 0], 2)?;
/// let arms = Groups::new(vec![0, 1, 0, 0, 1, 1, 0, 1], 2)?;
/// let tests = GrayTest::default().test(&response, &arms)?;
/// assert_eq!((tests.len(), tests[0].cause, tests[0].df), (2, 1, 1));
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GrayTest<'a> {
    rho: f64,
    strata: Option<&'a Groups>,
}

/// The test for one cause.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct GrayTestResult {
    /// The code of the cause, from 1.
    pub cause: u32,
    /// The chi-square statistic. `None` when there is nothing to compare: no event of the cause
    /// while two groups are at risk.
    pub statistic: Option<f64>,
    /// Degrees of freedom: the groups that can be told apart, less one.
    pub df: usize,
    /// The p value; `None` without a statistic.
    pub p_value: Option<f64>,
    /// Each group, in group order.
    pub groups: Vec<GrayGroup>,
}

/// One group in Gray's test.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct GrayGroup {
    /// Rows of the group; people, where rows are counted.
    pub n: usize,
    /// Events of the cause.
    pub observed: usize,
    /// Weighted events less those expected if all groups had one incidence. Above 0 when the
    /// group has more. The scores add up to 0.
    pub score: f64,
}

impl<'a> GrayTest<'a> {
    /// Sets the power rho of the weight (1 - F)^rho, F the pooled incidence just before the event:
    /// above 0 early events count more, below 0 late ones.
    pub fn rho(mut self, rho: f64) -> Self {
        self.rho = rho;
        self
    }

    /// Compares events and those at risk within each of these strata, and adds up scores and
    /// variances.
    pub fn strata(mut self, strata: impl Into<Option<&'a Groups>>) -> Self {
        self.strata = strata.into();
        self
    }

    /// Tests every cause, in the order of their codes.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] when groups or strata have another number of rows, [`Error::OneGroup`],
    /// [`Error::OutOfRange`] for a rho that is not finite, [`Error::Unsupported`] for a response
    /// with late entry or case weights, for which Gray's variance is not derived. Counts of people
    /// ([`Observations::with_counts`](crate::Observations::with_counts)) are no case weights.
    pub fn test(
        &self,
        response: &CompetingRisks,
        groups: &Groups,
    ) -> Result<Vec<GrayTestResult>, Error> {
        self.check(response, groups)?;
        let order = response.observations().order();
        let strata = self.strata.map_or_else(|| vec![order.to_vec()], |strata| strata.split(order));
        let mut sizes = vec![0; groups.count()];
        for (row, &group) in groups.index().iter().enumerate() {
            sizes[group as usize] += response.observations().people_at(row);
        }
        let causes = 1..=response.n_causes() as u32;
        Ok(causes
            .map(|cause| {
                let mut sums = Sums::new(groups.count());
                for rows in &strata {
                    sums.add(&walk::stratum(response, groups, rows, cause, self.rho));
                }
                result(cause, &sizes, &sums)
            })
            .collect())
    }

    fn check(&self, response: &CompetingRisks, groups: &Groups) -> Result<(), Error> {
        let rows = response.observations();
        groups.check_rows("groups", rows.len())?;
        if let Some(strata) = self.strata {
            strata.check_rows("strata", rows.len())?;
        }
        if groups.count() < 2 {
            return Err(Error::OneGroup);
        }
        if !self.rho.is_finite() {
            let range = "be finite; 0 is the usual test";
            return Err(Error::OutOfRange { what: "rho", value: self.rho, range });
        }
        let instead = "use the log-rank test of the cause-specific hazard";
        if rows.entry_order().is_some() {
            Err(Error::Unsupported { what: "Gray's test with late entry", instead })
        } else if rows.weights().is_some() && !rows.is_counted() {
            Err(Error::Unsupported { what: "Gray's test with case weights", instead })
        } else {
            Ok(())
        }
    }
}

fn result(cause: u32, sizes: &[usize], sums: &Sums) -> GrayTestResult {
    // DIFFERENCE: a group that adds nothing, because its variance is that of others, takes a
    // degree of freedom with it; cmprsk answers -1 when it meets a singular matrix.
    let (statistic, df) = chi_square(&sums.score, &sums.variance);
    let group = |(n, (observed, score)): (&usize, (&f64, &f64))| GrayGroup {
        n: *n,
        observed: *observed as usize,
        score: *score,
    };
    GrayTestResult {
        cause,
        statistic,
        df,
        p_value: statistic.map(|statistic| normal::chi_square_p(statistic, df as f64)),
        groups: sizes.iter().zip(sums.observed.iter().zip(&sums.score)).map(group).collect(),
    }
}
