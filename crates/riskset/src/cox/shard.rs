//! The second pass over the covariates, shard by shard: the cross-products of which gradient and
//! information are made. See the top of moments.rs.

use super::choices::Ties;
use super::gram::{add_weighted_gram, dot, scratch};
use super::parts::{Block, Late, NONE};
use super::risk::{Risk, Tied};
use super::rows::Rows;

/// The second pass of one shard: its part of the gradient and the information.
pub(super) struct ShardSums<'a> {
    rows: &'a Rows,
    risk: &'a Risk,
    ties: Ties,
    multiplier: Option<&'a [f64]>,
    cumulative: &'a [f64],
    /// S1, carried from block to block.
    pub running: Vec<f64>,
    /// The sum of q x.
    pub weighted_sum: Vec<f64>,
    /// The upper triangle of the sum of q x x'.
    pub gram: Vec<f64>,
    /// The upper triangle of the sum of a m m'.
    pub outer: Vec<f64>,
    // Space that is used again for every block.
    q: Vec<f64>,
    prefix: Vec<f64>,
    means: Vec<f64>,
    mean_weights: Vec<f64>,
    closing: Vec<Closing>,
    leaving: Vec<f64>,
    gone: Vec<f64>,
    scratch: Vec<f64>,
}

/// A record that closes in a block.
struct Closing {
    /// The row before its end, within the block.
    last: u32,
    /// How much of E1 its mean lacks.
    fraction: f64,
    /// The weight of E1 E1', where it is not 0.
    spread: f64,
    deaths: u32,
    /// How many rows have left by then, of those that leave within the block.
    left: u32,
}

impl<'a> ShardSums<'a> {
    pub fn new(
        rows: &'a Rows,
        risk: &'a Risk,
        ties: Ties,
        multiplier: Option<&'a [f64]>,
        cumulative: &'a [f64],
    ) -> ShardSums<'a> {
        let p = rows.p;
        ShardSums {
            rows,
            risk,
            ties,
            multiplier,
            cumulative,
            running: vec![0.0; p],
            weighted_sum: vec![0.0; p],
            gram: vec![0.0; p * p],
            outer: vec![0.0; p * p],
            q: Vec::new(),
            prefix: Vec::new(),
            means: Vec::new(),
            mean_weights: Vec::new(),
            closing: Vec::new(),
            leaving: Vec::new(),
            gone: Vec::new(),
            scratch: scratch(p),
        }
    }

    /// Adds blocks; blocks come in order.
    pub fn add_blocks(&mut self, blocks: &[Block], late: Option<&Late>) {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has just been found to have AVX2. The function is the safe one
            // below, compiled with wider vectors and no fused operations, so the bits are the same.
            return unsafe { self.add_blocks_avx2(blocks, late) };
        }
        self.add_blocks_portable(blocks, late);
    }

    /// The same on a processor of which nothing is known.
    pub fn add_blocks_portable(&mut self, blocks: &[Block], late: Option<&Late>) {
        blocks.iter().for_each(|block| self.add_block(block, late));
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    unsafe fn add_blocks_avx2(&mut self, blocks: &[Block], late: Option<&Late>) {
        for block in blocks {
            self.add_block(block, late);
        }
    }

    #[inline(always)]
    fn add_block(&mut self, block: &Block, late: Option<&Late>) {
        if self.rows.segments[block.segments.start].resets {
            self.running.fill(0.0);
        }
        self.weigh(block, late);
        let (tile, len) = (self.rows.tile(block), block.rows.len());
        for (sum, column) in self.weighted_sum.iter_mut().zip(tile.chunks_exact(len)) {
            *sum += dot(&self.q, column);
        }
        add_weighted_gram(tile, &self.q, &mut self.gram, &mut self.scratch);
        let z_rows = self.mean_weights.len();
        self.means.resize(z_rows * self.rows.p, 0.0);
        self.leaving.clear();
        if let Some(late) = late {
            let rows = late.row[block.late.clone()].iter();
            self.leaving.extend(rows.map(|&row| self.risk.risk[row as usize]));
        }
        if block.plain {
            self.scan_plain(block, late);
        } else {
            self.scan_segments(block, late);
        }
        add_weighted_gram(&self.means, &self.mean_weights, &mut self.outer, &mut self.scratch);
    }

    /// Fills q for the block's rows, and what closes in it.
    #[inline(always)]
    fn weigh(&mut self, block: &Block, late: Option<&Late>) {
        let (rows, risk, start) = (self.rows, &self.risk.risk, block.rows.start);
        self.q.clear();
        self.closing.clear();
        self.mean_weights.clear();
        for (range, segment) in rows.segments_of(block) {
            if segment.record == NONE {
                // At risk at no event time: not even an infinite risk counts.
                self.q.extend(range.map(|_| 0.0));
                continue;
            }
            let met = self.cumulative[segment.record as usize];
            match late {
                None => self.q.extend(risk[range].iter().map(|r| r * met)),
                Some(late) => self.q.extend(range.map(|row| {
                    let left = late.left[row];
                    let missed = if left == NONE { 0.0 } else { self.cumulative[left as usize] };
                    risk[row] * (met - missed)
                })),
            }
            if !segment.closes {
                continue;
            }
            let index = segment.record as usize;
            let record = &rows.records[index];
            let multiplier = self.multiplier.map_or(1.0, |multiplier| multiplier[index]);
            let total = self.risk.total[index];
            let (mut outer, mut fraction, mut spread) = (self.risk.hazard[index] / total, 0.0, 0.0);
            if record.tied > 1 && self.ties != Ties::Breslow {
                let failing = risk[record.failing()].iter().sum();
                let tied = Tied::new(self.ties, record, total, failing);
                (outer, fraction, spread) = (tied.outer, tied.fraction, tied.spread);
                for row in record.failing() {
                    self.q[row - start] -= risk[row] * tied.failing_less * multiplier;
                }
            }
            self.mean_weights.push(outer * multiplier);
            let last = segment.end - 1 - start as u32;
            let (spread, deaths) = (spread * multiplier, record.deaths);
            let left = record.late.1.saturating_sub(block.late.start as u32);
            self.closing.push(Closing { last, fraction, spread, deaths, left });
        }
        let spreads = self.closing.iter().map(|closing| closing.spread).filter(|&s| s != 0.0);
        self.mean_weights.extend(spreads);
    }

    /// S1 at each closing record by running sums over the whole block, four columns at a time so
    /// that their additions need not wait for one another.
    #[inline(always)]
    fn scan_plain(&mut self, block: &Block, late: Option<&Late>) {
        let (p, len, width) = (self.rows.p, block.rows.len(), block.late.len());
        let (tile, risk) = (self.rows.tile(block), &self.risk.risk[block.rows.clone()]);
        let late_tile = late.map_or(&[][..], |late| self.rows.late_tile(late, block));
        self.prefix.resize(4 * len, 0.0);
        self.gone.resize(4 * width, 0.0);
        let mut j = 0;
        while j < p {
            let columns = (p - j).min(4);
            let mut gone = [0.0; 4];
            let running = &mut self.running[j..j + columns];
            running_sums(risk, &tile[j * len..], running, &mut self.prefix);
            if width > 0 {
                let leaving = &late_tile[j * width..];
                running_sums(&self.leaving, leaving, &mut gone[..columns], &mut self.gone);
                running.iter_mut().zip(gone).for_each(|(sum, gone)| *sum -= gone);
            }
            for c in 0..columns {
                let column = &tile[(j + c) * len..(j + c + 1) * len];
                self.means_at_closings(j + c, c, len, width, risk, column);
            }
            j += columns;
        }
    }

    /// Fills the means of column `j` from the `c`-th running sums.
    fn means_at_closings(
        &mut self,
        j: usize,
        c: usize,
        len: usize,
        width: usize,
        risk: &[f64],
        column: &[f64],
    ) {
        let prefix = &self.prefix[c * len..(c + 1) * len];
        let gone = &self.gone[c * width..(c + 1) * width];
        let z_rows = self.mean_weights.len();
        let means = &mut self.means[j * z_rows..(j + 1) * z_rows];
        let mut extra = self.closing.len();
        for (index, closing) in self.closing.iter().enumerate() {
            let last = closing.last as usize;
            means[index] = prefix[last];
            if width > 0 && closing.left > 0 {
                means[index] -= gone[closing.left as usize - 1];
            }
            if closing.spread != 0.0 {
                let from = last + 1 - closing.deaths as usize;
                let failing = plain_dot(&risk[from..=last], &column[from..=last]);
                means[index] -= closing.fraction * failing;
                means[extra] = failing;
                extra += 1;
            }
        }
    }

    /// The same where strata begin within the block, or rows leave.
    fn scan_segments(&mut self, block: &Block, late: Option<&Late>) {
        let (rows, len, start) = (self.rows, block.rows.len(), block.rows.start);
        let (tile, risk) = (rows.tile(block), &self.risk.risk);
        for j in 0..rows.p {
            let column = &tile[j * len..(j + 1) * len];
            let z_rows = self.mean_weights.len();
            let means = &mut self.means[j * z_rows..(j + 1) * z_rows];
            let (mut sum, mut extra) = (self.running[j], self.closing.len());
            let mut closings = self.closing.iter().enumerate();
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
                if let Some(late) = late {
                    let record = &rows.records[segment.record as usize];
                    let width = block.late.len();
                    let leaving = &rows.late_tile(late, block)[j * width..(j + 1) * width];
                    for place in record.late.0 as usize..record.late.1 as usize {
                        let place = place - block.late.start;
                        sum -= self.leaving[place] * leaving[place];
                    }
                }
                let (index, closing) = closings.next().expect("one closing for each record");
                means[index] = sum;
                if closing.spread != 0.0 {
                    let last = closing.last as usize;
                    let from = last + 1 - closing.deaths as usize;
                    let failing =
                        plain_dot(&risk[start + from..=start + last], &column[from..=last]);
                    means[index] -= closing.fraction * failing;
                    means[extra] = failing;
                    extra += 1;
                }
            }
            self.running[j] = sum;
        }
    }
}

fn plain_dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

/// Running sums of r x for up to four columns, continued from `state`, which they update.
#[inline(always)]
fn running_sums(risk: &[f64], tile: &[f64], state: &mut [f64], out: &mut [f64]) {
    match state.len() {
        4 => running_sums_of::<4>(risk, tile, state, out),
        3 => running_sums_of::<3>(risk, tile, state, out),
        2 => running_sums_of::<2>(risk, tile, state, out),
        _ => running_sums_of::<1>(risk, tile, state, out),
    }
}

#[inline(always)]
fn running_sums_of<const C: usize>(risk: &[f64], tile: &[f64], state: &mut [f64], out: &mut [f64]) {
    let len = risk.len();
    let columns: [&[f64]; C] = std::array::from_fn(|c| &tile[c * len..(c + 1) * len]);
    let mut sums: [f64; C] = std::array::from_fn(|c| state[c]);
    let mut outs = out[..C * len].chunks_exact_mut(len);
    let outs: [&mut [f64]; C] =
        std::array::from_fn(|_| outs.next().expect("one output for each column"));
    for row in 0..len {
        for c in 0..C {
            sums[c] += risk[row] * columns[c][row];
            outs[c][row] = sums[c];
        }
    }
    state[..C].copy_from_slice(&sums);
}
