//! Where the covariates and the offset are centred.
//!
//! The centre is the mean of those who fail in the stratum (of all its rows where nobody does). At
//! the maximum it is the mean of the risk sets, so that nothing large cancels; and rows that lie far
//! away, of a small risk or in no risk set at all, do not push the risks of the others out of range.

use super::design::DesignMatrix;
use super::parts::{Record, Stratum};
use crate::Groups;
use rayon::prelude::*;

/// What the columns are centred and scaled by, in the unit of the data.
pub(super) struct Centers {
    /// The mean of each column over all rows of each stratum: `[stratum * p + j]`.
    pub means: Vec<f64>,
    /// The centre of each column within each stratum, in the same places.
    pub centers: Vec<f64>,
    /// A power of two near the spread of each column.
    pub scales: Vec<f64>,
    /// No two values of a column are further apart, in the scaled unit; infinite where nobody
    /// looked.
    pub reaches: Vec<f64>,
}

impl Centers {
    /// `order` has the data row of each sorted row.
    pub fn new(
        design: &DesignMatrix,
        strata: &Groups,
        order: &[u32],
        records: &[Record],
    ) -> Centers {
        let mut fails = vec![false; order.len()];
        for row in records.iter().flat_map(Record::failing) {
            fails[order[row] as usize] = true;
        }
        if strata.count() > 1 {
            let (means, scales) = means_and_scales(design, strata);
            let centers = event_centers(design, strata, &fails, &means);
            let reaches = vec![f64::INFINITY; scales.len()];
            return Centers { means, centers, scales, reaches };
        }
        let failing = records.iter().map(|record| record.deaths as usize).sum();
        let columns: Vec<OneStratum> = (0..design.columns())
            .into_par_iter()
            .map(|j| OneStratum::new(design.column(j), &fails, failing))
            .collect();
        Centers {
            means: columns.iter().map(|column| column.mean).collect(),
            centers: columns.iter().map(|column| column.center).collect(),
            scales: columns.iter().map(|column| power_of_two(column.spread)).collect(),
            reaches: columns
                .iter()
                .map(|column| 2.0 * column.greatest / power_of_two(column.spread))
                .collect(),
        }
    }
}

/// A column where all rows are in one stratum.
struct OneStratum {
    mean: f64,
    center: f64,
    spread: f64,
    /// No value is further from one of them.
    greatest: f64,
}

/// Independent partial sums.
const LANES: usize = 8;

/// Sums of differences from one value.
struct Sums {
    from: f64,
    all: [f64; LANES],
    failing: [f64; LANES],
    squares: [f64; LANES],
    greatest: [f64; LANES],
}

impl Sums {
    #[inline(always)]
    fn add(&mut self, lane: usize, value: f64, fails: bool) {
        let difference = value - self.from;
        self.all[lane] += difference;
        self.failing[lane] += if fails { difference } else { 0.0 };
        self.squares[lane] += difference * difference;
        self.greatest[lane] = larger(self.greatest[lane], difference.abs());
    }
}

impl OneStratum {
    /// One pass in fixed lanes; `failing` rows fail.
    fn new(column: &[f64], fails: &[bool], failing: usize) -> OneStratum {
        // Differences from a failing row: where these are alike, their centre is exact.
        let from = column[fails.iter().position(|&fails| fails).unwrap_or(0)];
        let none = [0.0; LANES];
        let mut sums = Sums { from, all: none, failing: none, squares: none, greatest: none };
        let (values, rest) = column.as_chunks::<LANES>();
        let (flags, rest_flags) = fails.as_chunks::<LANES>();
        for (values, flags) in values.iter().zip(flags) {
            for lane in 0..LANES {
                sums.add(lane, values[lane], flags[lane]);
            }
        }
        for (lane, (&value, &fails)) in rest.iter().zip(rest_flags).enumerate() {
            sums.add(lane, value, fails);
        }
        let n = column.len();
        let all: f64 = sums.all.iter().sum();
        let greatest = sums.greatest.into_iter().fold(0.0, larger);
        let mean = from + all / n as f64;
        let center = match failing {
            0 => mean,
            _ => from + sums.failing.iter().sum::<f64>() / failing as f64,
        };
        let spread = spread(sums.squares.iter().sum(), all * all / n as f64, greatest, n);
        OneStratum { mean, center, spread, greatest }
    }
}

/// The centre of each column within each stratum: `[stratum * p + j]`, as `means` has them of all
/// rows. `fails` is in data order.
fn event_centers(
    design: &DesignMatrix,
    strata: &Groups,
    fails: &[bool],
    means: &[f64],
) -> Vec<f64> {
    let p = design.columns();
    let columns: Vec<Vec<f64>> = (0..p)
        .into_par_iter()
        .map(|j| {
            // Sums of differences from the first value: a constant column gives exactly 0.
            let mut found: Vec<Option<(f64, f64, f64)>> = vec![None; strata.count()];
            let rows = design.column(j).iter().zip(fails).zip(strata.index());
            for ((&value, _), &stratum) in rows.filter(|((_, fails), _)| **fails) {
                let (first, sum, count) = found[stratum as usize].get_or_insert((value, 0.0, 0.0));
                *sum += value - *first;
                *count += 1.0;
            }
            let center = |(stratum, found): (usize, Option<(f64, f64, f64)>)| {
                found.map_or(means[stratum * p + j], |(first, sum, count)| first + sum / count)
            };
            found.into_iter().enumerate().map(center).collect()
        })
        .collect();
    let strata = 0..strata.count();
    strata.flat_map(|stratum| columns.iter().map(move |column| column[stratum])).collect()
}

/// The mean of each column within each stratum, and a power of two near its spread.
fn means_and_scales(design: &DesignMatrix, strata: &Groups) -> (Vec<f64>, Vec<f64>) {
    let (p, sizes) = (design.columns(), strata.sizes());
    let columns: Vec<(Vec<f64>, f64)> = (0..p)
        .into_par_iter()
        .map(|j| {
            // Sums of differences from the stratum's first value: a constant column gives exactly 0.
            let column = design.column(j);
            let mut first: Vec<Option<f64>> = vec![None; sizes.len()];
            let (mut sums, mut squares, mut greatest) = (vec![0.0; sizes.len()], 0.0, 0.0f64);
            for (&value, &stratum) in column.iter().zip(strata.index()) {
                let stratum = stratum as usize;
                let difference = value - *first[stratum].get_or_insert(value);
                greatest = greatest.max(difference.abs());
                sums[stratum] += difference;
                squares += difference * difference;
            }
            let mut between = 0.0;
            for (sum, &size) in sums.iter_mut().zip(&sizes) {
                between += *sum * *sum / size as f64;
                *sum /= size as f64;
            }
            let spread = spread(squares, between, greatest, column.len());
            let centers = first.iter().zip(&sums).map(|(first, sum)| first.unwrap_or(0.0) + sum);
            (centers.collect(), power_of_two(spread))
        })
        .collect();
    let centers = (0..sizes.len()).flat_map(|s| columns.iter().map(move |(c, _)| c[s])).collect();
    (centers, columns.into_iter().map(|(_, scale)| scale).collect())
}

/// The larger of two known numbers, as the processor compares them: several at a time.
fn larger(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

/// The spread of `n` differences: the root of their mean square about the mean, or the greatest
/// where their squares are too small or too large for a number.
fn spread(squares: f64, between: f64, greatest: f64, n: usize) -> f64 {
    let spread = ((squares - between).max(squares * 1e-12) / n as f64).sqrt();
    if spread == 0.0 || !spread.is_finite() { greatest } else { spread }
}

fn power_of_two(spread: f64) -> f64 {
    if spread > 0.0 && spread.is_finite() {
        spread.log2().round().clamp(-1000.0, 1000.0).exp2()
    } else {
        1.0
    }
}

/// The mean of each column over all rows, from those of the strata.
pub(super) fn overall_means(p: usize, strata: &Groups, means: &[f64]) -> Vec<f64> {
    let sizes = strata.sizes();
    let n: usize = sizes.iter().sum();
    let parts = |j: usize| {
        let each = sizes.iter().enumerate();
        each.map(move |(stratum, &size)| size as f64 / n as f64 * means[stratum * p + j])
    };
    (0..p).map(|j| parts(j).sum()).collect()
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
