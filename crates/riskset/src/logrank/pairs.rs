//! Comparisons of two groups at a time, with p values adjusted for their number.

use super::{
    Adjustment, LogRank, LogRankTest,
    sums::{Strata, Sums},
};
use crate::{Error, Groups, Observations, Response};

/// The comparison of two groups, made from their rows alone.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PairTest {
    /// The first group of the pair; with a control, the control.
    pub a: usize,
    /// The second group of the pair.
    pub b: usize,
    /// Chi-square on one degree of freedom; `None` when there is nothing to test.
    pub statistic: Option<f64>,
    /// Its p value; `None` when there is no statistic.
    pub p_value: Option<f64>,
    /// The p value adjusted for the number of tests that could be made.
    pub p_adjusted: Option<f64>,
}

impl LogRank<'_> {
    /// Compares every pair of groups, in group order: (0, 1), (0, 2), ..., (1, 2), ... .
    ///
    /// # Errors
    ///
    /// As [`test`](Self::test).
    pub fn pairwise(
        &self,
        response: &impl Response,
        groups: &Groups,
        adjustment: Adjustment,
    ) -> Result<Vec<PairTest>, Error> {
        let count = groups.count();
        let pairs = (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b))).collect();
        let rows = self.check(response, groups)?;
        Ok(self.pairs(rows, groups, adjustment, pairs))
    }

    /// Compares every other group with the group `control`, in group order.
    ///
    /// # Errors
    ///
    /// As [`test`](Self::test), and [`Error::NoSuchGroup`] when there is no group `control`.
    pub fn against_control(
        &self,
        response: &impl Response,
        groups: &Groups,
        control: usize,
        adjustment: Adjustment,
    ) -> Result<Vec<PairTest>, Error> {
        let count = groups.count();
        if control >= count {
            return Err(Error::NoSuchGroup { group: control, count });
        }
        let pairs = (0..count).filter(|&b| b != control).map(|b| (control, b)).collect();
        let rows = self.check(response, groups)?;
        Ok(self.pairs(rows, groups, adjustment, pairs))
    }

    fn pairs(
        &self,
        rows: &Observations,
        groups: &Groups,
        adjustment: Adjustment,
        pairs: Vec<(usize, usize)>,
    ) -> Vec<PairTest> {
        let strata = Strata::new(rows, groups, self.strata);
        let compare = |(a, b): (usize, usize)| {
            let mut slots = vec![None; groups.count()];
            (slots[a], slots[b]) = (Some(0), Some(1));
            let sums = Sums::new(rows, groups, &slots, &strata, self.weight);
            let test = LogRankTest::new(self.weight, sums);
            let (statistic, p_value) = (test.statistic(), test.p_value());
            PairTest { a, b, statistic, p_value, p_adjusted: None }
        };
        let mut tests: Vec<PairTest> = pairs.into_iter().map(compare).collect();
        let p_values: Vec<Option<f64>> = tests.iter().map(|test| test.p_value).collect();
        for (test, adjusted) in tests.iter_mut().zip(adjustment.adjust(&p_values)) {
            test.p_adjusted = adjusted;
        }
        tests
    }
}
