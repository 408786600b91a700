//! Sums over pairs of patients, and the index that they make.

use super::Concordance;
use crate::{Groups, Observations};

/// The sums over pairs, each (weighted) pair counted once.
pub(super) struct Pairs {
    concordant: f64,
    tied: f64,
    all: f64,
    /// Of each row, in data order, the parts of the numerator and of the denominator of the pairs in
    /// which it takes part, without its own weight: n_i and d_i.
    parts: Vec<(f64, f64)>,
}

impl Pairs {
    /// No pair of so many rows.
    pub fn none(rows: usize) -> Pairs {
        Pairs { concordant: 0.0, tied: 0.0, all: 0.0, parts: vec![(0.0, 0.0); rows] }
    }

    /// Adds the pairs of an event: with rows of a lower score, of the same one, and of any.
    pub fn add(&mut self, event: f64, lower: f64, tied: f64, all: f64) {
        self.concordant += event * lower;
        self.tied += event * tied;
        self.all += event * all;
    }

    /// Adds to the parts of a row.
    pub fn part(&mut self, row: usize, factor: f64, numerator: f64, denominator: f64) {
        self.parts[row].0 += factor * numerator;
        self.parts[row].1 += factor * denominator;
    }

    /// These pairs and others of the same rows.
    pub fn and(mut self, other: Pairs) -> Pairs {
        self.concordant += other.concordant;
        self.tied += other.tied;
        self.all += other.all;
        for (own, other) in self.parts.iter_mut().zip(other.parts) {
            *own = (own.0 + other.0, own.1 + other.1);
        }
        self
    }

    /// The index, and its derivative with respect to each row's weight times that weight; no
    /// derivatives without an estimate.
    pub fn told(self, rows: &Observations, cluster: Option<&Groups>) -> (Concordance, Vec<f64>) {
        let Pairs { concordant, tied, all, parts } = self;
        let estimate = (all > 0.0).then(|| (concordant + 0.5 * tied) / all);
        let influence = |c: f64| {
            let of_row =
                move |(row, &(n, d)): (usize, &(f64, f64))| rows.weight(row) * (n - c * d) / all;
            parts.iter().enumerate().map(of_row).collect::<Vec<f64>>()
        };
        let influences = estimate.map(influence).unwrap_or_default();
        let std_error = estimate.map(|_| jackknife(influences.iter().copied(), cluster));
        let discordant = all - concordant - tied;
        (Concordance { estimate, std_error, concordant, discordant, tied }, influences)
    }
}

/// The root of the sum of squares of the influences, summed by cluster.
pub(super) fn jackknife(influences: impl Iterator<Item = f64>, cluster: Option<&Groups>) -> f64 {
    let squares: f64 = match cluster {
        None => influences.map(|value| value * value).sum(),
        Some(cluster) => {
            let mut sums = vec![0.0; cluster.count()];
            influences.zip(cluster.index()).for_each(|(value, &c)| sums[c as usize] += value);
            sums.iter().map(|value| value * value).sum()
        }
    };
    squares.sqrt()
}
