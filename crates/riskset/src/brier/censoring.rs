//! The probability of being uncensored, and what each row does to means that it weights.

use super::Status;
use crate::Observations;

/// The Kaplan-Meier estimate of being uncensored, one entry per distinct time of a censoring.
pub(crate) struct Censoring {
    time: Vec<f64>,
    /// Censored at each time, and at risk of it: whoever has an event then is not.
    censored: Vec<f64>,
    at_risk: Vec<f64>,
    /// G just after each time.
    after: Vec<f64>,
}

impl Censoring {
    pub fn new(rows: &Observations, status: &[Status]) -> Censoring {
        let mut left: f64 = (0..rows.len()).map(|row| rows.weight(row)).sum();
        let mut found =
            Censoring { time: vec![], censored: vec![], at_risk: vec![], after: vec![] };
        let (time, mut g) = (rows.time(), 1.0);
        for tied in rows.order().chunk_by(|&a, &b| time[a as usize] == time[b as usize]) {
            let sum = |censored: bool| -> f64 {
                let rows_of = tied.iter().map(|&row| row as usize);
                rows_of
                    .filter(|&r| (status[r] == Status::Censored) == censored)
                    .map(|r| rows.weight(r))
                    .sum()
            };
            let (events, censored) = (sum(false), sum(true));
            if censored > 0.0 {
                let at_risk = left - events;
                g *= 1.0 - censored / at_risk;
                found.time.push(time[tied[0] as usize]);
                found.censored.push(censored);
                found.at_risk.push(at_risk);
                found.after.push(g);
            }
            left -= events + censored;
        }
        found
    }

    /// G(t), and G just before t.
    pub fn at(&self, time: f64) -> f64 {
        self.after_times(self.time.partition_point(|&at| at <= time))
    }

    pub fn before(&self, time: f64) -> f64 {
        self.after_times(self.time.partition_point(|&at| at < time))
    }

    fn after_times(&self, count: usize) -> f64 {
        if count == 0 { 1.0 } else { self.after[count - 1] }
    }

    /// For each row, the derivative with respect to its weight of the sum of `parts` through G
    /// alone. `parts[row]`, weight included, is divided by G just before the row's time, or by G(t)
    /// where that comes first.
    ///
    /// The derivative of log(1 - d/n) by a row's weight is (Y d - dN n) / (n (n - d)), Y and dN
    /// saying whether the row is at risk and censored. Each is met by all parts whose G holds it.
    pub fn through(
        &self,
        rows: &Observations,
        status: &[Status],
        t: f64,
        parts: &[f64],
    ) -> Vec<f64> {
        let limit = self.time.partition_point(|&at| at <= t);
        let place = |row: usize| self.time.partition_point(|&at| at < rows.time()[row]);
        let mut met = vec![0.0; limit + 1]; // by place, then summed from the end
        for (row, &part) in parts.iter().enumerate() {
            met[place(row).min(limit)] += part;
        }
        for at in (0..limit).rev() {
            met[at] += met[at + 1];
        }
        // met[u + 1] are the parts whose G holds the censoring number u. Of nobody, there is none.
        let mut lost = vec![0.0; limit + 1];
        for u in 0..limit {
            let (n, d, a) = (self.at_risk[u], self.censored[u], met[u + 1]);
            lost[u + 1] = lost[u] + if a > 0.0 { a * d / (n * (n - d)) } else { 0.0 };
        }
        let change = |row: usize| {
            let place = place(row);
            let censored = status[row] == Status::Censored && place < limit;
            if !censored {
                return -lost[place.min(limit)];
            }
            let (n, d, a) = (self.at_risk[place], self.censored[place], met[place + 1]);
            let own = if a > 0.0 { a / (n - d) } else { 0.0 };
            own - lost[place + 1]
        };
        (0..rows.len()).map(change).collect()
    }
}
