//! The exact partial likelihood of tied events: the probability that those who failed did, given
//! how many.
//!
//! With d events in a risk set, the denominator is the sum over all subsets of d rows of the
//! product of their risks. Gail, Lubin and Rubinstein (1981, Biometrika 68:703-707) build it row
//! by row: B(d, m) = B(d, m - 1) + r B(d - 1, m - 1). The same recursion is read here as a random
//! subset drawn with those weights, whose sum of covariates has a mean and a variance; adding a
//! row mixes two such distributions, so that every term is an average and nothing cancels.

use super::moments::Moments;
use super::parts::{NONE, Record};
use super::rows::Rows;
use rayon::prelude::*;

/// What the event times with several events add.
pub(super) struct Sums {
    /// The logarithms of the denominators.
    pub log: f64,
    mean: Vec<f64>,
    variance: Vec<f64>,
}

impl Sums {
    /// Completes a gradient and an information that lack these event times.
    pub fn add_to(&self, moments: &mut Moments) {
        let p = self.mean.len();
        moments.gradient.iter_mut().zip(&self.mean).for_each(|(g, mean)| *g -= mean);
        moments.information.iter_mut().zip(&self.variance).for_each(|(i, v)| *i += v);
        for j in 0..p {
            moments.raw[j] += self.variance[j * p + j];
        }
    }
}

/// The sums over all event times with several events; rows weigh one each.
pub(super) fn sums(rows: &Rows, risk: &[f64]) -> Sums {
    let tied: Vec<usize> =
        (0..rows.records.len()).filter(|&index| rows.records[index].deaths > 1).collect();
    let parts: Vec<Subsets> = tied
        .par_iter()
        .map(|&index| denominator(rows, risk, index as u32, &rows.records[index]))
        .collect();
    let p = rows.p;
    let mut sums = Sums { log: 0.0, mean: vec![0.0; p], variance: vec![0.0; p * p] };
    for part in parts {
        sums.log += part.log;
        sums.mean.iter_mut().zip(&part.mean).for_each(|(sum, value)| *sum += value);
        sums.variance.iter_mut().zip(&part.variance).for_each(|(sum, value)| *sum += value);
    }
    sums
}

/// Subsets of a given size: the log of their total weight, and the mean and variance of the sum of
/// their covariates.
struct Subsets {
    log: f64,
    mean: Vec<f64>,
    variance: Vec<f64>,
}

/// Subsets of one size among the rows seen so far.
#[derive(Clone)]
struct Size {
    weight: f64,
    mean: Vec<f64>,
    variance: Vec<f64>,
}

fn denominator(rows: &Rows, risk: &[f64], index: u32, record: &Record) -> Subsets {
    let (p, d) = (rows.p, record.deaths as usize);
    let members = members(rows, index, record);
    // Read as coins that come up with the odds c r: the weights are then probabilities, which do not
    // overflow, and c is such that about d coins come up. The factor c^d / product of (1 + c r)
    // between the two is put back at the end.
    let (n, total): (f64, f64) = (members.len() as f64, members.iter().map(|&row| risk[row]).sum());
    let c = d as f64 / total * n / (n - d as f64 + 0.5);
    let empty = Size { weight: 0.0, mean: vec![0.0; p], variance: vec![0.0; p * p] };
    let mut sizes = vec![empty; d + 1];
    sizes[0].weight = 1.0;
    let (mut x, mut gap, mut log) = (vec![0.0; p], vec![0.0; p], -(d as f64) * c.ln());
    for (seen, &row) in members.iter().enumerate() {
        x.iter_mut().enumerate().for_each(|(j, x)| *x = rows.covariate(row, j));
        let odds = c * risk[row];
        log += odds.ln_1p();
        // Sizes that can still grow to d, largest first, so that each row counts once.
        let still = members.len() - seen - 1;
        for size in (d.saturating_sub(still)..=d.min(seen + 1)).rev() {
            let (smaller, larger) = sizes.split_at_mut(size);
            larger[0].weight /= 1.0 + odds;
            if let Some(smaller) = smaller.last() {
                mix(&mut larger[0], smaller, odds / (1.0 + odds), &x, &mut gap);
            }
        }
    }
    let last = sizes.pop().expect("there is a size for every count");
    Subsets { log: log + last.weight.ln(), mean: last.mean, variance: last.variance }
}

/// Adds to `to` the subsets of `from` with one more row, which comes up with this chance. `gap` is
/// space for one row.
fn mix(to: &mut Size, from: &Size, chance: f64, x: &[f64], gap: &mut [f64]) {
    let added = chance * from.weight;
    to.weight += added;
    if added == 0.0 {
        return;
    }
    let (p, part) = (x.len(), added / to.weight);
    // How far the mean of the newcomers is from that of the others.
    for (j, gap) in gap.iter_mut().enumerate() {
        *gap = from.mean[j] + x[j] - to.mean[j];
    }
    for (at, variance) in to.variance.iter_mut().enumerate() {
        let between = part * (1.0 - part) * gap[at / p] * gap[at % p];
        *variance += part * (from.variance[at] - *variance) + between;
    }
    to.mean.iter_mut().zip(&*gap).for_each(|(mean, gap)| *mean += part * gap);
}

/// The sorted rows at risk at a record.
fn members(rows: &Rows, index: u32, record: &Record) -> Vec<usize> {
    let start = rows.strata[record.stratum as usize].rows.start;
    let inside = |row: &usize| match &rows.late {
        None => true,
        Some(late) => late.left[*row] == NONE || late.left[*row] > index,
    };
    (start..record.end as usize).filter(inside).collect()
}
