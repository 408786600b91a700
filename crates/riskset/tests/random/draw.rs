//! Small sets of patients as they come: ties, few events, empty groups, weights, late entry.

use super::rows::Rows;

/// Random numbers from a seed (SplitMix64: Steele, Lea and Flood 2014, OOPSLA 453-472).
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Draw {
        Draw(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5bd1_e995)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number below `n`.
    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// Uniform in [0, 1).
    fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One set of 2 to 60 rows.
    pub fn rows(mut self) -> Rows {
        let n = 2 + self.below(59);
        // Few distinct times in one set of three, times with digits in the others.
        let (grid, unit) = (1 + self.below(20), [1.0, 1.0 / 30.4375, 0.1][self.below(3) as usize]);
        let (tied, late, weighted) = (self.below(3) == 0, self.below(4) == 0, self.below(4) == 0);
        let some = if self.below(8) == 0 { 1 } else { 2 + self.below(3) };
        let (groups, event) = (some, 0.05 + 0.9 * self.uniform());
        let mut rows = Rows::default();
        for _ in 0..n {
            let group = self.below(groups);
            let x = self.uniform() * 4.0 - 2.0;
            let scale = (0.4 * x + 0.3 * group as f64).exp();
            let length = match tied {
                true => (1 + self.below(grid)) as f64 * unit,
                false => -(1.0 - self.uniform()).ln() * 20.0 / scale * unit + 1e-3,
            };
            let start = if late { self.below(5) as f64 * unit } else { 0.0 };
            rows.entry.push(start);
            rows.time.push(start + length);
            let cause = if self.uniform() < event { 1 + self.below(2) } else { 0 };
            rows.cause.push(cause as u32);
            rows.group.push(group as u32);
            rows.stratum.push(self.below(2) as u32);
            rows.cluster.push(self.below(n.div_ceil(2)) as u32);
            rows.weight.push(if weighted { (1 + self.below(8)) as f64 / 4.0 } else { 1.0 });
            let columns = [x, self.below(2) as f64, (self.uniform() * 60.0).round() + 30.0];
            rows.x.iter_mut().zip(columns).for_each(|(column, value)| column.push(value));
        }
        rows
    }

    /// The same rows with weights whose sums are rounded, so that the order of a sum shows.
    pub fn weighted(mut self, rows: &Rows) -> Rows {
        let weight = rows.time.iter().map(|_| 0.1 + 2.0 * self.uniform()).collect();
        Rows { weight, ..rows.clone() }
    }

    /// The same rows in another order.
    pub fn permuted(mut self, rows: &Rows) -> Rows {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        for last in (1..order.len()).rev() {
            order.swap(last, self.below(last as u64 + 1) as usize);
        }
        let floats =
            |values: &[f64]| -> Vec<f64> { order.iter().map(|&row| values[row]).collect() };
        let codes = |values: &[u32]| -> Vec<u32> { order.iter().map(|&row| values[row]).collect() };
        Rows {
            entry: floats(&rows.entry),
            time: floats(&rows.time),
            cause: codes(&rows.cause),
            group: codes(&rows.group),
            stratum: codes(&rows.stratum),
            cluster: codes(&rows.cluster),
            weight: floats(&rows.weight),
            x: [0, 1, 2].map(|column: usize| floats(&rows.x[column])),
        }
    }
}
