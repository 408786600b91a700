//! Score residuals: each row's part of the gradient, and what is made of them.
//!
//! The score residual of a row is the integral of x - xbar(t) against its martingale: at its own
//! event, x less the mean of the risk set; and less, at every event time at which it is at risk,
//! its risk times the hazard times the same difference. With Efron's ties the rows that fail
//! together share the terms k = 0..d of their time: each has 1/d of every event, and is at risk in
//! term k with the part 1 - k/d of itself.
//!
//! Sources: Lin and Wei (1989), J Am Stat Assoc 84:1074-1078; Therneau and Grambsch (2000),
//! sections 4.6 and 7.2.

use super::choices::Ties;
use super::moments::{Moments, linear_predictor};
use super::parts::NONE;
use super::risk::{Risk, Tied};
use super::rows::Rows;
use crate::regression::linear::{Definite, quadratic};
use crate::{CoxTest, Groups};
use rayon::prelude::*;

/// Columns of score residuals (sorted rows, scaled unit), not multiplied by the case weights.
pub(super) fn score_residuals(rows: &Rows, risk: &Risk, ties: Ties) -> Vec<Vec<f64>> {
    let (tied, relative) = (tied(rows, risk, ties), relative_risk(rows, risk));
    let met = hazard_met(rows, &risk.cumulative(rows, None), &tied);
    (0..rows.p)
        .into_par_iter()
        .map(|j| {
            let means = RecordMeans::new(rows, risk, &tied, j);
            column(rows, &relative, &met, &means, j)
        })
        .collect()
}

/// Efron's sums of each record.
pub(super) fn tied(rows: &Rows, risk: &Risk, ties: Ties) -> Vec<Tied> {
    let record = |(record, &total): (&super::parts::Record, &f64)| {
        Tied::new(ties, record, total, risk.risk[record.failing()].iter().sum())
    };
    rows.records.iter().zip(&risk.total).map(record).collect()
}

/// The linear predictor of each sorted row, from the centre of its stratum.
pub(super) fn sorted_linear_predictor(rows: &Rows, risk: &Risk) -> Vec<f64> {
    let mut linear = vec![0.0; rows.len()];
    for block in &rows.blocks {
        let out = &mut linear[block.rows.clone()];
        linear_predictor(rows, block, rows.tile(block), &risk.beta, out);
    }
    linear
}

/// exp(linear predictor) of each sorted row, without its weight; 0 for rows that are at risk at no
/// event time, of which nothing kept the exponential within range.
fn relative_risk(rows: &Rows, risk: &Risk) -> Vec<f64> {
    // Not the weighted risk divided by the weight, which may be 0.
    let mut relative = match rows.weight {
        None => risk.risk.clone(),
        Some(_) => sorted_linear_predictor(rows, risk).into_iter().map(f64::exp).collect(),
    };
    for block in &rows.blocks {
        let never = rows.segments_of(block).filter(|(_, segment)| segment.record == NONE);
        never.for_each(|(range, _)| relative[range].fill(0.0));
    }
    relative
}

/// The hazard that each sorted row met while at risk. `cumulative` as from
/// [`Risk::cumulative`].
pub(super) fn hazard_met(rows: &Rows, cumulative: &[f64], tied: &[Tied]) -> Vec<f64> {
    let mut met = vec![0.0; rows.len()];
    for block in &rows.blocks {
        for (range, segment) in rows.segments_of(block) {
            if segment.record == NONE {
                continue;
            }
            met[range].fill(cumulative[segment.record as usize]);
        }
    }
    if let Some(late) = &rows.late {
        for (met, &left) in met.iter_mut().zip(&late.left) {
            if left != NONE {
                *met -= cumulative[left as usize];
            }
        }
    }
    for (record, tied) in rows.records.iter().zip(tied) {
        for met in &mut met[record.failing()] {
            *met -= tied.failing_less;
        }
    }
    met
}

/// Means of one column at each record.
pub(super) struct RecordMeans {
    /// The mean over the risk set, averaged over the terms of a tie.
    pub mean: Vec<f64>,
    /// The hazard times the mean, summed over the terms.
    pub hazard: Vec<f64>,
    /// The part of it that failing rows do not meet.
    failing_less: Vec<f64>,
}

impl RecordMeans {
    pub fn new(rows: &Rows, risk: &Risk, tied: &[Tied], j: usize) -> RecordMeans {
        let sums = risk_set_sums(rows, &risk.risk, j);
        let count = rows.records.len();
        let mut means = RecordMeans {
            mean: Vec::with_capacity(count),
            hazard: Vec::with_capacity(count),
            failing_less: Vec::with_capacity(count),
        };
        for ((record, tied), (all, failing)) in rows.records.iter().zip(tied).zip(sums) {
            let squares = tied.spread + tied.outer * tied.fraction * tied.fraction;
            means.mean.push((tied.hazard * all - tied.failing_less * failing) / record.weight);
            means.hazard.push(tied.outer * (all - tied.fraction * failing));
            means.failing_less.push(tied.outer * tied.fraction * all - squares * failing);
        }
        means
    }
}

/// S1 and E1 of one column at each record.
fn risk_set_sums(rows: &Rows, risk: &[f64], j: usize) -> Vec<(f64, f64)> {
    let mut sums = Vec::with_capacity(rows.records.len());
    let mut sum = 0.0;
    for block in &rows.blocks {
        let (len, start) = (block.rows.len(), block.rows.start);
        let column = &rows.tile(block)[j * len..(j + 1) * len];
        for (range, segment) in rows.segments_of(block) {
            if segment.resets {
                sum = 0.0;
            }
            for row in range {
                sum += risk[row] * column[row - start];
            }
            if !segment.closes {
                continue;
            }
            let record = &rows.records[segment.record as usize];
            if let Some(late) = &rows.late {
                let width = block.late.len();
                let leaving = &rows.late_tile(late, block)[j * width..(j + 1) * width];
                for place in record.late.0 as usize..record.late.1 as usize {
                    sum -= risk[late.row[place] as usize] * leaving[place - block.late.start];
                }
            }
            let failing = record.failing().map(|row| risk[row] * column[row - start]).sum();
            sums.push((sum, failing));
        }
    }
    sums
}

fn column(rows: &Rows, relative: &[f64], met: &[f64], means: &RecordMeans, j: usize) -> Vec<f64> {
    // The hazard times the mean, from each record down to the first event time.
    let mut cumulative = means.hazard.clone();
    for stratum in &rows.strata {
        let mut sum = 0.0;
        for value in cumulative[stratum.records.clone()].iter_mut().rev() {
            sum += *value;
            *value = sum;
        }
    }
    let mut mean_met = hazard_met(rows, &cumulative, &[]);
    for (record, less) in rows.records.iter().zip(&means.failing_less) {
        for met in &mut mean_met[record.failing()] {
            *met -= less;
        }
    }
    let mut residuals = vec![0.0; rows.len()];
    for block in &rows.blocks {
        let (len, start) = (block.rows.len(), block.rows.start);
        let column = &rows.tile(block)[j * len..(j + 1) * len];
        for row in block.rows.clone() {
            let x = column[row - start];
            residuals[row] = -relative[row] * (x * met[row] - mean_met[row]);
        }
        for (record, mean) in
            rows.records[block.records.clone()].iter().zip(&means.mean[block.records.clone()])
        {
            for row in record.failing() {
                residuals[row] += column[row - start] - mean;
            }
        }
    }
    residuals
}

/// The sum over clusters (or rows) of the outer products of their weighted scores, scaled unit.
pub(super) fn meat(rows: &Rows, risk: &Risk, ties: Ties, cluster: Option<&Groups>) -> Vec<f64> {
    let scores = cluster_scores(rows, risk, ties, cluster);
    let p = rows.p;
    let mut meat = vec![0.0; p * p];
    for j in 0..p {
        for k in j..p {
            meat[j * p + k] = scores[j].iter().zip(&scores[k]).map(|(a, b)| a * b).sum();
            meat[k * p + j] = meat[j * p + k];
        }
    }
    meat
}

/// Columns of weighted scores, one entry per cluster, or per sorted row.
fn cluster_scores(rows: &Rows, risk: &Risk, ties: Ties, cluster: Option<&Groups>) -> Vec<Vec<f64>> {
    let mut scores = score_residuals(rows, risk, ties);
    for column in &mut scores {
        if rows.weight.is_some() {
            column
                .iter_mut()
                .enumerate()
                .for_each(|(row, score)| *score = weighted(rows, row, *score));
        }
        if let Some(cluster) = cluster {
            let mut sums = vec![0.0; cluster.count()];
            for (score, &row) in column.iter().zip(&rows.order) {
                sums[cluster.index()[row as usize] as usize] += score;
            }
            *column = sums;
        }
    }
    scores
}

/// A value times the case weight of its sorted row: 0 for a weight of 0, also where the value, which
/// nothing held back, is too large for a number.
pub(super) fn weighted(rows: &Rows, row: usize, value: f64) -> f64 {
    match rows.weight(row) {
        0.0 => 0.0,
        weight => weight * value,
    }
}

/// The score test at zero with the variance of [`meat`]. `None` where that is singular.
pub(super) fn robust_score(
    rows: &Rows,
    risk: &Risk,
    ties: Ties,
    cluster: Option<&Groups>,
    moments: &Moments,
) -> Option<CoxTest> {
    let meat = Definite::new(&meat(rows, risk, ties, cluster), rows.p)?;
    CoxTest::of(quadratic(&meat.inverse(), &moments.gradient, &moments.gradient), rows.p)
}
