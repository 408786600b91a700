//! The log partial likelihood, its gradient and its information at given coefficients.
//!
//! Let r be a row's weight times exp(linear predictor), S0 and S1 the sums of r and r x over a
//! risk set, and h the hazard increment of an event time. Exchanging the order of the sums over
//! event times and over rows at risk turns the two large sums into cross-products of columns:
//!
//! - gradient = sum over events of w x - sum over rows of q x, where q is r times the hazard met
//!   while at risk (so that w - q of a failing row is its martingale residual);
//! - information = sum over rows of q x x' - sum over event times of a m m', with m the mean of
//!   the risk set and a the weight of the event time.
//!
//! Only S0 and S1 are running sums. With d tied events of mean weight w, Efron's terms are
//! k = 0..d of denominators D = S0 - (k/d) E0 and means (S1 - (k/d) E1) / D, E0 and E1 being the
//! sums of r and r x over the failing rows. As functions of k/d the means lie on a line, so their
//! d outer products are two: with v = w/D², f the v-weighted mean of k/d and b = sum v (k/d - f)²,
//! they are (sum v) (S1 - f E1)(S1 - f E1)' + b E1 E1'.

use super::choices::Ties;
use super::gram::{dot, sum};
use super::parts::{Block, Late, Record};
use super::risk::{Risk, Tied};
use super::rows::Rows;
use super::shard::ShardSums;
use rayon::prelude::*;
use std::ops::Range;

/// Where late entries take so much out of a sum that less than this part of it is left, the rest
/// is rounding: there is no likelihood to be had.
const LOST: f64 = 1e-12;

/// Gradient and information, in the scaled unit of the columns.
#[derive(Clone, Debug)]
pub(super) struct Moments {
    pub gradient: Vec<f64>,
    /// p by p, row-major, both triangles.
    pub information: Vec<f64>,
    /// The diagonal of sum q x x': what the information is to be compared with for rounding.
    pub raw: Vec<f64>,
}

/// The sum of w log D over the event times.
struct LogSum {
    sum: f64,
    /// A product of denominators whose logarithm is still to be added: one logarithm for many, and
    /// a rounding for each factor as there would be for each logarithm.
    product: f64,
}

impl LogSum {
    /// D of [`totals`] is in this range, so that the product of two is a number.
    const RANGE: std::ops::RangeInclusive<f64> = 1e-150..=1e150;

    fn add(&mut self, ties: Ties, record: &Record, total: f64, failing: f64) {
        let d = f64::from(record.tied);
        if record.tied == 1 || ties == Ties::Breslow {
            if record.weight == 1.0 {
                self.multiply(total);
            } else {
                self.sum += record.weight * total.ln();
            }
        } else if ties == Ties::Efron {
            let w = record.weight / d;
            for k in 0..record.tied {
                self.sum += w * (total - f64::from(k) / d * failing).ln();
            }
        }
    }

    fn multiply(&mut self, total: f64) {
        self.product *= total;
        if !LogSum::RANGE.contains(&self.product) {
            self.sum += self.product.ln();
            self.product = 1.0;
        }
    }

    fn finish(self) -> f64 {
        self.sum + self.product.ln()
    }
}

impl Risk {
    /// One pass over the covariates, and two over the rows. `spare` is one that is no longer
    /// needed, whose memory is used again.
    pub fn new(rows: &Rows, beta: &[f64], ties: Ties, spare: Option<Risk>) -> Risk {
        let (n, times) = (rows.len(), rows.records.len());
        // Every entry is written below.
        let (mut risk, mut total, mut hazard) = match spare {
            Some(spare) => (spare.risk, spare.total, spare.hazard),
            None => (vec![0.0; n], vec![0.0; times], vec![0.0; times]),
        };
        let mut carries = risks(rows, beta, &mut risk);
        if let Some(late) = &rows.late {
            take_out_late(rows, late, &risk, &mut carries);
        }
        let starts = starts(rows.p, carries);
        let ranges = || rows.shards.iter().map(|shard| shard_records(rows, shard));
        let pieces: Vec<_> =
            pieces(&mut total, ranges()).into_iter().zip(pieces(&mut hazard, ranges())).collect();
        let logs: Vec<f64> = (&rows.shards, pieces, &starts)
            .into_par_iter()
            .map(|(shard, (total, hazard), start)| {
                totals(rows, shard, &risk, ties, start[0], total, hazard)
            })
            .collect();
        let linear = dot(beta, &rows.event_sums) + rows.event_offset;
        let log_likelihood = linear - logs.iter().sum::<f64>();
        Risk { beta: beta.to_vec(), risk, total, hazard, log_likelihood, starts }
    }

    /// Gradient and information, each event time counted `multiplier[record]` times (once where
    /// there is none).
    pub fn moments(&self, rows: &Rows, ties: Ties, multiplier: Option<&[f64]>) -> Moments {
        let p = rows.p;
        let cumulative = self.cumulative(rows, multiplier);
        let parts: Vec<(Vec<f64>, Vec<f64>, Vec<f64>)> = (&rows.shards, &self.starts)
            .into_par_iter()
            .map(|(shard, start)| {
                let mut sums = ShardSums::new(rows, self, ties, multiplier, &cumulative);
                sums.running.copy_from_slice(&start[1..]);
                sums.add_blocks(&rows.blocks[shard.clone()], rows.late.as_ref());
                (sums.weighted_sum, sums.gram, sums.outer)
            })
            .collect();
        let mut gradient = rows.event_totals(multiplier);
        let (mut gram, mut outer) = (vec![0.0; p * p], vec![0.0; p * p]);
        for (part_sum, part_gram, part_outer) in &parts {
            gradient.iter_mut().zip(part_sum).for_each(|(g, part)| *g -= part);
            gram.iter_mut().zip(part_gram).for_each(|(g, part)| *g += part);
            outer.iter_mut().zip(part_outer).for_each(|(g, part)| *g += part);
        }
        let raw = (0..p).map(|j| gram[j * p + j]).collect();
        let mut information = gram;
        for j in 0..p {
            for k in j..p {
                let value = information[j * p + k] - outer[j * p + k];
                information[j * p + k] = value;
                information[k * p + j] = value;
            }
        }
        Moments { gradient, information, raw }
    }

    /// For each record, the hazard from it down to the first event time of the stratum: what a row
    /// whose last risk set it is has met.
    pub fn cumulative(&self, rows: &Rows, multiplier: Option<&[f64]>) -> Vec<f64> {
        let mut cumulative = match multiplier {
            None => self.hazard.clone(),
            Some(multiplier) => self.hazard.iter().zip(multiplier).map(|(h, m)| h * m).collect(),
        };
        for stratum in &rows.strata {
            let mut sum = 0.0;
            for value in cumulative[stratum.records.clone()].iter_mut().rev() {
                sum += *value;
                *value = sum;
            }
        }
        cumulative
    }
}

fn shard_records(rows: &Rows, shard: &Range<usize>) -> Range<usize> {
    rows.blocks[shard.start].records.start..rows.blocks[shard.end - 1].records.end
}

/// Cuts `values` at consecutive ranges.
fn pieces(values: &mut [f64], ranges: impl Iterator<Item = Range<usize>>) -> Vec<&mut [f64]> {
    let mut rest = values;
    let mut pieces = Vec::new();
    for range in ranges {
        let (piece, after) = rest.split_at_mut(range.len());
        pieces.push(piece);
        rest = after;
    }
    pieces
}

/// What a shard adds to S0 and S1, and whether a stratum began in it (then they start there).
struct Carry {
    resets: bool,
    sums: Vec<f64>,
}

/// Fills `risk` and sums r and r x over each shard, from its last beginning of a stratum.
fn risks(rows: &Rows, beta: &[f64], risk: &mut [f64]) -> Vec<Carry> {
    let null = rows.offset.is_none() && beta.iter().all(|&beta| beta == 0.0);
    let blocks = |shard: &Range<usize>| &rows.blocks[shard.clone()];
    let ranges = rows.shards.iter().map(|shard| {
        let blocks = blocks(shard);
        blocks[0].rows.start..blocks[blocks.len() - 1].rows.end
    });
    let pieces = pieces(risk, ranges);
    rows.shards
        .par_iter()
        .zip(pieces)
        .map(|(shard, risk)| {
            #[cfg(target_arch = "x86_64")]
            if std::arch::is_x86_feature_detected!("avx2") {
                // SAFETY: the processor has just been found to have AVX2. The function is the safe
                // one below, compiled with wider vectors and no fused operations, so the bits are
                // the same.
                return unsafe { shard_risks_avx2(rows, shard, beta, null, risk) };
            }
            shard_risks(rows, shard, beta, null, risk)
        })
        .collect()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn shard_risks_avx2(
    rows: &Rows,
    shard: &Range<usize>,
    beta: &[f64],
    null: bool,
    risk: &mut [f64],
) -> Carry {
    shard_risks(rows, shard, beta, null, risk)
}

/// The risks of one shard, and what they add up to. `null`: all linear predictors are 0.
#[inline(always)]
fn shard_risks(
    rows: &Rows,
    shard: &Range<usize>,
    beta: &[f64],
    null: bool,
    risk: &mut [f64],
) -> Carry {
    let blocks = &rows.blocks[shard.clone()];
    let first = blocks[0].rows.start;
    let mut carry = Carry { resets: false, sums: vec![0.0; rows.p + 1] };
    for block in blocks {
        let tile = rows.tile(block);
        let risk = &mut risk[block.rows.start - first..block.rows.end - first];
        if null {
            risk.fill(1.0);
        } else {
            linear_predictor(rows, block, tile, beta, risk);
            risk.iter_mut().for_each(|risk| *risk = risk.exp());
        }
        if let Some(weight) = &rows.weight {
            for (risk, &weight) in risk.iter_mut().zip(&weight[block.rows.clone()]) {
                // A weight of 0 also takes a risk that is too large for a number.
                *risk = if weight > 0.0 { *risk * weight } else { 0.0 };
            }
        }
        let from = last_reset(rows, block);
        if from.is_some() {
            carry.resets = true;
            carry.sums.fill(0.0);
        }
        let from = from.unwrap_or(block.rows.start) - block.rows.start;
        let (risk, len) = (&risk[from..], block.rows.len());
        carry.sums[0] += sum(risk);
        for j in 0..rows.p {
            carry.sums[j + 1] += dot(risk, &tile[j * len + from..(j + 1) * len]);
        }
    }
    carry
}

/// The sorted row at which the last stratum to begin within a block begins.
fn last_reset(rows: &Rows, block: &Block) -> Option<usize> {
    rows.segments_of(block).filter(|(_, segment)| segment.resets).map(|(rows, _)| rows.start).last()
}

/// x'beta plus the offset for a block's rows, from the centre of their stratum.
#[inline(always)]
pub(super) fn linear_predictor(
    rows: &Rows,
    block: &Block,
    tile: &[f64],
    beta: &[f64],
    out: &mut [f64],
) {
    match &rows.offset {
        Some(offset) => out.copy_from_slice(&offset[block.rows.clone()]),
        None => out.fill(0.0),
    }
    let len = out.len();
    for (&beta, column) in beta.iter().zip(tile.chunks_exact(len)) {
        for (out, &x) in out.iter_mut().zip(column) {
            *out += beta * x;
        }
    }
}

/// Subtracts from each carry the rows that leave within its shard.
fn take_out_late(rows: &Rows, late: &Late, risk: &[f64], carries: &mut [Carry]) {
    (&rows.shards, carries).into_par_iter().for_each(|(shard, carry)| {
        let blocks = &rows.blocks[shard.clone()];
        let from =
            blocks.iter().rev().find_map(|block| last_reset(rows, block)).unwrap_or(0) as u32;
        for block in blocks {
            let (tile, len) = (rows.late_tile(late, block), block.late.len());
            let records = rows.records[block.records.clone()].iter();
            let Some(begin) =
                records.filter(|record| record.end > from).map(|record| record.late.0).next()
            else {
                continue;
            };
            let begin = begin as usize;
            let leaving: Vec<f64> =
                late.row[begin..block.late.end].iter().map(|&row| risk[row as usize]).collect();
            carry.sums[0] -= leaving.iter().sum::<f64>();
            let skipped = begin - block.late.start;
            for j in 0..rows.p {
                carry.sums[j + 1] -= dot(&leaving, &tile[j * len + skipped..(j + 1) * len]);
            }
        }
    });
}

/// S0 and S1 at the start of each shard.
fn starts(p: usize, carries: Vec<Carry>) -> Vec<Vec<f64>> {
    let mut state = vec![0.0; p + 1];
    let mut starts = Vec::with_capacity(carries.len());
    for carry in carries {
        starts.push(state.clone());
        if carry.resets {
            state = carry.sums;
        } else {
            state.iter_mut().zip(carry.sums).for_each(|(state, sum)| *state += sum);
        }
    }
    starts
}

/// Fills S0 and the hazard of the shard's records; returns the sum of w log D.
fn totals(
    rows: &Rows,
    shard: &Range<usize>,
    risk: &[f64],
    ties: Ties,
    start: f64,
    total: &mut [f64],
    hazard: &mut [f64],
) -> f64 {
    let first = shard_records(rows, shard).start;
    let (mut sum, mut peak) = (start, start);
    let mut log = LogSum { sum: 0.0, product: 1.0 };
    for block in &rows.blocks[shard.clone()] {
        for (range, segment) in rows.segments_of(block) {
            if segment.resets {
                (sum, peak) = (0.0, 0.0);
            }
            for &r in &risk[range] {
                sum += r;
            }
            peak = peak.max(sum);
            if segment.closes {
                let record = &rows.records[segment.record as usize];
                if let Some(late) = &rows.late {
                    for &row in &late.row[record.late.0 as usize..record.late.1 as usize] {
                        sum -= risk[row as usize];
                    }
                    if sum <= peak * LOST {
                        log.sum = f64::NAN;
                    }
                }
                // Outside this range the square of the sum is 0 or infinite.
                if !LogSum::RANGE.contains(&sum) {
                    log.sum = f64::NAN;
                }
                let failing = risk[record.failing()].iter().sum();
                let tied = Tied::new(ties, record, sum, failing);
                total[segment.record as usize - first] = sum;
                hazard[segment.record as usize - first] = tied.hazard;
                log.add(ties, record, sum, failing);
            }
        }
    }
    log.finish()
}

#[cfg(test)]
#[cfg(target_arch = "x86_64")]
mod tests {
    use super::*;
    use crate::{CountingProcess, DesignMatrix, Groups, Response};

    /// The two sums of a shard over several blocks with ties, weights, strata and late entries.
    fn rows() -> Rows {
        let n = 1500;
        let value = |row: usize, salt: usize| (row as f64 * 0.37 + salt as f64 * 1.7).sin();
        let start: Vec<f64> = (0..n).map(|row| (value(row, 1) + 1.0).floor()).collect();
        let stop: Vec<f64> =
            (0..n).map(|row| start[row] + 1.0 + ((value(row, 2) + 1.0) * 20.0).floor()).collect();
        let event: Vec<bool> = (0..n).map(|row| value(row, 3) > 0.1).collect();
        let weights: Vec<f64> = (0..n).map(|row| 1.1 + value(row, 4)).collect();
        let x: Vec<f64> = (0..5 * n).map(|at| value(at % n, 5 + at / n) * 3.0).collect();
        let strata = Groups::new((0..n as u32).map(|row| row % 3).collect(), 3).unwrap();
        let response = CountingProcess::new(&start, &stop, &event).unwrap();
        let response = response.with_weights(&weights).unwrap();
        let x = DesignMatrix::from_columns(x, n).unwrap();
        Rows::new(response.observations(), &x, &strata, None)
    }

    fn bits(values: &[f64]) -> Vec<u64> {
        values.iter().map(|value| value.to_bits()).collect()
    }

    /// The wide paths and the portable ones give the same bits: risks, their sums, and the second pass.
    #[test]
    fn wide_vectors_change_no_bit_of_a_pass() {
        if !std::arch::is_x86_feature_detected!("avx2") {
            println!("no AVX2 here: there is one path only");
            return;
        }
        let (rows, beta) = (rows(), [0.3, -0.2, 0.1, 0.05, -0.4]);
        assert!(rows.blocks.len() > 2, "several blocks");
        for shard in &rows.shards {
            let blocks = &rows.blocks[shard.clone()];
            let len = blocks[blocks.len() - 1].rows.end - blocks[0].rows.start;
            for null in [false, true] {
                let (mut portable, mut wide) = (vec![0.0; len], vec![0.0; len]);
                let one = shard_risks(&rows, shard, &beta, null, &mut portable);
                // SAFETY: the processor has just been found to have AVX2.
                let two = unsafe { shard_risks_avx2(&rows, shard, &beta, null, &mut wide) };
                assert_eq!(bits(&portable), bits(&wide));
                assert_eq!(bits(&one.sums), bits(&two.sums));
            }
        }
        for ties in [Ties::Efron, Ties::Breslow] {
            let risk = Risk::new(&rows, &beta, ties, None);
            let cumulative = risk.cumulative(&rows, None);
            for shard in &rows.shards {
                let blocks = &rows.blocks[shard.clone()];
                let sums = || ShardSums::new(&rows, &risk, ties, None, &cumulative);
                let (mut portable, mut wide) = (sums(), sums());
                portable.add_blocks_portable(blocks, rows.late.as_ref());
                wide.add_blocks(blocks, rows.late.as_ref());
                for (one, two) in [
                    (&portable.gram, &wide.gram),
                    (&portable.outer, &wide.outer),
                    (&portable.weighted_sum, &wide.weighted_sum),
                    (&portable.running, &wide.running),
                ] {
                    assert_eq!(bits(one), bits(two), "{ties:?}");
                }
            }
        }
    }
}
