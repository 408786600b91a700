//! Units and events per cluster, and the moments that need nothing else.

use super::sums::ClusterSums;
use crate::Groups;

/// The clusters of one group: how many units each has, and how many of them have the property.
pub(super) struct ClusterCounts {
    /// Units and events of each cluster, in cluster order; clusters without a unit are left out.
    pub(super) of: Vec<(f64, f64)>,
    pub(super) n: usize,
    pub(super) events: usize,
    /// The sums of the clusters where they are all that is known; there are then no clusters above.
    sums: Option<ClusterSums>,
}

impl ClusterCounts {
    pub(super) fn of(outcome: &[bool], clusters: &Groups, rows: &[usize]) -> ClusterCounts {
        let mut of = vec![(0.0, 0.0); clusters.count()];
        for &row in rows {
            let (units, events) = &mut of[clusters.index()[row] as usize];
            *units += 1.0;
            *events += f64::from(u8::from(outcome[row]));
        }
        of.retain(|&(units, _)| units > 0.0);
        let events = rows.iter().filter(|&&row| outcome[row]).count();
        ClusterCounts { of, n: rows.len(), events, sums: None }
    }

    pub(super) fn of_sums(sums: ClusterSums) -> ClusterCounts {
        ClusterCounts { of: Vec::new(), n: sums.n, events: sums.events, sums: Some(sums) }
    }

    pub(super) fn clusters(&self) -> usize {
        self.sums.map_or(self.of.len(), |sums| sums.clusters)
    }

    pub(super) fn share(&self) -> f64 {
        self.events as f64 / self.n as f64
    }

    pub(super) fn all_alike(&self) -> bool {
        self.events == 0 || self.events == self.n
    }

    /// Sum of squared cluster sizes over their sum: the mean size, weighted by size.
    fn weighted_size(&self) -> f64 {
        let squares = match &self.sums {
            Some(sums) => sums.size_squares,
            None => self.of.iter().map(|(units, _)| units * units).sum::<f64>(),
        };
        squares / self.n as f64
    }

    /// The intraclass correlation by one-way analysis of variance (Donner and Klar 2000, 9):
    /// (MSC - MSW) / (MSC + (m - 1) MSW), m the analysis of variance's mean cluster size.
    pub(super) fn anova_icc(&self) -> Option<f64> {
        let (n, k, p) = (self.n as f64, self.clusters() as f64, self.share());
        if self.clusters() < 2 || self.n == self.clusters() || self.all_alike() {
            return None;
        }
        let (between, within) = match &self.sums {
            // p is x over n, so that the first sum is sum x²/m less p times sum x.
            Some(sums) => {
                let events = sums.events as f64;
                (sums.shares - p * events, events - sums.shares)
            }
            None => (
                self.of.iter().map(|(m, x)| m * (x / m - p).powi(2)).sum::<f64>(),
                self.of.iter().map(|(m, x)| x * (m - x) / m).sum::<f64>(),
            ),
        };
        let (between, within) = (between / (k - 1.0), within / (n - k));
        let size = (n - self.weighted_size()) / (k - 1.0);
        let total = between + (size - 1.0) * within;
        (total > 0.0).then(|| (between - within) / total)
    }

    /// Donner and Donald's design effect. Clusters of one unit each need no correlation.
    pub(super) fn design_effect(&self, icc: Option<f64>) -> Option<f64> {
        if self.n == self.clusters() {
            return Some(1.0);
        }
        icc.map(|icc| 1.0 + (self.weighted_size() - 1.0) * icc)
    }

    /// The variance of the ratio of events to units, both sums over clusters (Cochran 1977, 66).
    pub(super) fn ratio_variance(&self) -> Option<f64> {
        let (n, k, p) = (self.n as f64, self.clusters() as f64, self.share());
        let residual: f64 = match &self.sums {
            Some(sums) => sums.event_squares - 2.0 * p * sums.products + p * p * sums.size_squares,
            None => self.of.iter().map(|(m, x)| (x - m * p).powi(2)).sum(),
        };
        (self.clusters() > 1).then(|| k / (k - 1.0) * residual / (n * n))
    }
}
