//! Where the covariates and the offset are centred, and what the covariates' unit is divided by.
//!
//! The centre is the mean of those who fail in the stratum (of all its rows where nobody does). At
//! the maximum it is the mean of the risk sets, so that nothing large cancels; and rows that lie far
//! away, of a small risk or in no risk set at all, do not push the risks of the others out of range.

use super::DesignMatrix;
use super::rows::{Record, Stratum};
use crate::Groups;
use rayon::prelude::*;

/// The units of the columns.
pub(super) struct Units {
    /// The centre of each column within each stratum: `[stratum * p + j]`.
    pub centers: Vec<f64>,
    /// The mean of each column over all rows.
    pub means: Vec<f64>,
    /// A power of two near the spread of each column, over all rows.
    pub scales: Vec<f64>,
}

impl Units {
    /// `failing` are the data rows of those who fail.
    pub fn new(design: &DesignMatrix, strata: &Groups, failing: &[u32]) -> Units {
        let (p, sizes) = (design.columns(), strata.sizes());
        let columns: Vec<(Vec<f64>, f64, f64)> = (0..p)
            .into_par_iter()
            .map(|j| {
                let column = design.column(j);
                let all = differences(column, strata, 0..column.len());
                let mut spread = {
                    let between: f64 = all
                        .sums
                        .iter()
                        .zip(&sizes)
                        .map(|(sum, &size)| sum * sum / size as f64)
                        .sum();
                    ((all.squares - between).max(all.squares * 1e-12) / column.len() as f64).sqrt()
                };
                if spread == 0.0 || !spread.is_finite() {
                    spread = all.greatest; // the squares were too small or too large for a number
                }
                let means = all.means();
                let parts = means.iter().zip(&sizes);
                let mean =
                    parts.map(|(mean, &size)| size as f64 / column.len() as f64 * mean).sum();
                let failing = differences(column, strata, failing.iter().map(|&row| row as usize));
                let counts = failing.counts.iter().zip(failing.means());
                let centers =
                    counts.zip(means).map(|((&n, failing), all)| if n > 0 { failing } else { all });
                (centers.collect(), mean, power_of_two(spread))
            })
            .collect();
        let center = |s: usize| columns.iter().map(move |(centers, ..)| centers[s]);
        Units {
            centers: (0..sizes.len()).flat_map(center).collect(),
            means: columns.iter().map(|(_, mean, _)| *mean).collect(),
            scales: columns.iter().map(|(.., scale)| *scale).collect(),
        }
    }
}

/// Sums over each stratum of differences from its first value, so that a constant column gives
/// exactly 0.
struct Differences {
    first: Vec<f64>,
    counts: Vec<usize>,
    sums: Vec<f64>,
    squares: f64,
    greatest: f64,
}

fn differences(column: &[f64], strata: &Groups, rows: impl Iterator<Item = usize>) -> Differences {
    let count = strata.count();
    let mut found = Differences {
        first: vec![0.0; count],
        counts: vec![0; count],
        sums: vec![0.0; count],
        squares: 0.0,
        greatest: 0.0,
    };
    for row in rows {
        let (value, stratum) = (column[row], strata.index()[row] as usize);
        if found.counts[stratum] == 0 {
            found.first[stratum] = value;
        }
        found.counts[stratum] += 1;
        let difference = value - found.first[stratum];
        found.greatest = found.greatest.max(difference.abs());
        found.sums[stratum] += difference;
        found.squares += difference * difference;
    }
    found
}

impl Differences {
    /// The mean of each stratum; its first value (or 0) where nothing was added.
    fn means(&self) -> Vec<f64> {
        let parts = self.first.iter().zip(&self.sums).zip(&self.counts);
        parts.map(|((first, sum), &count)| first + sum / count.max(1) as f64).collect()
    }
}

fn power_of_two(spread: f64) -> f64 {
    if spread > 0.0 && spread.is_finite() {
        spread.log2().round().clamp(-1000.0, 1000.0).exp2()
    } else {
        1.0
    }
}

/// The offset in sorted order, less the centre of its stratum, and those centres: the means of those
/// who fail, as for the columns.
pub(super) fn centred_offset(
    offset: Option<&[f64]>,
    order: &[u32],
    strata: &[Stratum],
    records: &[Record],
) -> (Option<Vec<f64>>, Vec<f64>) {
    let Some(offset) = offset else { return (None, vec![0.0; strata.len()]) };
    let mut sorted: Vec<f64> = order.iter().map(|&row| offset[row as usize]).collect();
    let mut centers = Vec::with_capacity(strata.len());
    for stratum in strata {
        let failing = records[stratum.records.clone()].iter().flat_map(Record::failing);
        let mut rows: Vec<usize> = failing.collect();
        if rows.is_empty() {
            rows = stratum.rows.clone().collect();
        }
        let first = sorted[rows[0]];
        let sum: f64 = rows.iter().map(|&row| sorted[row] - first).sum();
        let center = first + sum / rows.len() as f64;
        sorted[stratum.rows.clone()].iter_mut().for_each(|value| *value -= center);
        centers.push(center);
    }
    (Some(sorted), centers)
}
