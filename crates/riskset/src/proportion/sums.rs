//! What a clustered proportion needs of the rows: sums over clusters, which add over places.
//!
//! With m units and x events of a cluster, the analysis of variance has between clusters
//!
//! ```text
//! sum m (x/m - p)² = sum x²/m - 2 p sum x + p² sum m,    within sum x - sum x²/m,
//! ```
//!
//! the design effect the mean size sum m² / sum m, and the ratio's variance
//!
//! ```text
//! sum (x - m p)² = sum x² - 2 p sum x m + p² sum m².
//! ```
//!
//! So seven sums give the answer of all clusters, p being that of all places. Generalised estimating
//! equations weigh each cluster by its size at every step, and need the clusters.

use super::counts::ClusterCounts;
use super::{ClusteredProportion, Proportion, ProportionVariance};
use crate::{Error, Groups};

/// The sums over the clusters of one group. Those of places without a cluster in common add.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ClusterSums {
    /// Clusters with at least one unit.
    pub clusters: usize,
    /// Units, sum m.
    pub n: usize,
    /// Units that have the property, sum x.
    pub events: usize,
    /// Sum m².
    pub size_squares: f64,
    /// Sum x².
    pub event_squares: f64,
    /// Sum x m.
    pub products: f64,
    /// Sum x²/m.
    pub shares: f64,
}

impl ClusterSums {
    /// Adds the sums of another place.
    pub fn add(&mut self, other: &ClusterSums) {
        self.clusters += other.clusters;
        self.n += other.n;
        self.events += other.events;
        self.size_squares += other.size_squares;
        self.event_squares += other.event_squares;
        self.products += other.products;
        self.shares += other.shares;
    }

    fn of(counts: &ClusterCounts) -> ClusterSums {
        let sum = |term: fn(&(f64, f64)) -> f64| counts.of.iter().map(term).sum();
        ClusterSums {
            clusters: counts.clusters(),
            n: counts.n,
            events: counts.events,
            size_squares: sum(|(m, _)| m * m),
            event_squares: sum(|(_, x)| x * x),
            products: sum(|(m, x)| x * m),
            shares: sum(|(m, x)| x * x / m),
        }
    }
}

impl ClusteredProportion {
    /// The sums of each group of `by`, in group order: what a place tells of its rows.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] and [`Error::Length`].
    pub fn sums(
        outcome: &[bool],
        clusters: &Groups,
        by: &Groups,
    ) -> Result<Vec<ClusterSums>, Error> {
        super::check_lengths(outcome, clusters, by)?;
        let of = |rows: &Vec<usize>| ClusterSums::of(&ClusterCounts::of(outcome, clusters, rows));
        Ok(by.rows().iter().map(of).collect())
    }

    /// The proportion of all clusters that were summed.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] for no unit, [`Error::ConfLevel`], [`Error::OutOfRange`] for a threshold
    /// outside (0, 1), and [`Error::Unsupported`] under GEE.
    pub fn fit_sums(&self, sums: &ClusterSums) -> Result<Proportion, Error> {
        if self.variance == ProportionVariance::Gee {
            return Err(Error::Unsupported {
                what: "generalised estimating equations from sums over clusters",
                instead: "take Donner's variance or the ratio's",
            });
        }
        if sums.n == 0 {
            return Err(Error::Empty);
        }
        self.estimate(&ClusterCounts::of_sums(*sums), self.quantile()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three patients of 2 of 3, 0 of 1 and 1 of 2 lesions, two of them at one place.
    #[test]
    fn sums_of_three_patients_by_hand() {
        let outcome = [true, true, false, false, true, false];
        let patients = Groups::new(vec![0, 0, 0, 1, 2, 2], 3).unwrap();
        let sums = ClusteredProportion::sums(&outcome, &patients, &Groups::single(6)).unwrap();
        let expected = ClusterSums {
            clusters: 3,
            n: 6,
            events: 3,
            size_squares: 9.0 + 1.0 + 4.0,
            event_squares: 4.0 + 0.0 + 1.0,
            products: 6.0 + 0.0 + 2.0,
            shares: 4.0 / 3.0 + 0.0 + 0.5,
        };
        assert_eq!(sums, [expected]);
        let here = ClusteredProportion::sums(
            &outcome[..4],
            &Groups::new(vec![0, 0, 0, 1], 2).unwrap(),
            &Groups::single(4),
        );
        let there =
            ClusteredProportion::sums(&outcome[4..], &Groups::single(2), &Groups::single(2));
        let mut both = here.unwrap()[0];
        both.add(&there.unwrap()[0]);
        assert_eq!(both, expected);
    }
}
