//! The weighted partial likelihood, its gradient and its information, at given coefficients.
//!
//! With r = exp(b'z), the sum of risks at t is that of the rows not yet ended plus, for rows that
//! another cause ended before, G(t-) times the sum of r / G(T-): one pass backwards and one
//! forwards give it at every event time. The information needs no squares by event time, because
//! sum over t of d / S0 S2 is a sum over rows of z z' times the events expected of the row.

use super::rows::{End, Rows};

pub(super) struct Score {
    pub log_likelihood: f64,
    pub gradient: Vec<f64>,
    /// The risk of each sorted place, divided by exp(`shift`); 0 for one that does not count.
    pub risk: Vec<f64>,
    pub shift: f64,
    /// At each event time, the mean covariates of those at risk: `event * p + column`.
    pub mean: Vec<f64>,
    /// Running integrals of the baseline hazard up to each event time, the first entry 0.
    pub integrals: Integrals,
}

/// Sums over event times so far, in units of 1 / exp(shift).
pub(super) struct Integrals {
    /// Of the hazard: `event`.
    pub hazard: Vec<f64>,
    /// Of the hazard times the mean covariates: `event * p + column`.
    pub mean: Vec<f64>,
    /// Of the hazard times G(t-): `event * groups + group`.
    pub weighted: Vec<f64>,
    /// Of both: `(event * groups + group) * p + column`.
    pub weighted_mean: Vec<f64>,
}

impl Score {
    pub fn new(rows: &Rows, beta: &[f64]) -> Score {
        let linear: Vec<f64> = (0..rows.n)
            .map(|place| rows.row(place).iter().zip(beta).map(|(z, b)| z * b).sum())
            .collect();
        let shift = rows.counted().map(|place| linear[place]).fold(f64::NEG_INFINITY, f64::max);
        let linear_of_events: f64 =
            (0..rows.n).filter(|&i| rows.end[i] == End::Event).map(|i| linear[i]).sum();
        let mut risk = vec![0.0; rows.n];
        rows.counted().for_each(|place| risk[place] = (linear[place] - shift).exp());
        let (total, mean) = sums_at_risk(rows, &risk);
        let mut gradient = vec![0.0; rows.p];
        let mut log_likelihood = linear_of_events;
        for (k, event) in rows.events.iter().enumerate() {
            log_likelihood -= event.events * (total[k].ln() + shift);
            for j in 0..rows.p {
                gradient[j] -= event.events * mean[k * rows.p + j];
            }
            for place in event.rows.clone().filter(|&place| rows.end[place] == End::Event) {
                gradient.iter_mut().zip(rows.row(place)).for_each(|(sum, z)| *sum += z);
            }
        }
        let integrals = Integrals::new(rows, &total, &mean);
        Score { log_likelihood, gradient, risk, shift, mean, integrals }
    }

    /// The information, p by p, and its part before the means are taken away, on the diagonal:
    /// the measure of rounding.
    pub fn information(&self, rows: &Rows) -> (Vec<f64>, Vec<f64>) {
        let p = rows.p;
        let mut square = vec![0.0; p * p];
        for place in 0..rows.n {
            let expected = self.expected_events(rows, place);
            add_square(&mut square, rows.row(place), expected);
        }
        let raw = (0..p).map(|j| square[j * p + j]).collect();
        for (event, mean) in rows.events.iter().zip(self.mean.chunks_exact(p.max(1))) {
            add_square(&mut square, mean, -event.events);
        }
        for j in 0..p {
            for l in 0..j {
                square[j * p + l] = square[l * p + j];
            }
        }
        (square, raw)
    }

    /// The events expected of a row over all event times, its weight after a competing event
    /// included.
    fn expected_events(&self, rows: &Rows, place: usize) -> f64 {
        let (up_to, integrals) = (rows.events_up_to(place), &self.integrals);
        let mut hazard = integrals.hazard[up_to];
        if rows.end[place] == End::Competing {
            let (groups, group) = (rows.groups, rows.group[place] as usize);
            let end = integrals.weighted[rows.events.len() * groups + group];
            hazard += (end - integrals.weighted[up_to * groups + group]) / rows.own_weight[place];
        }
        self.risk[place] * hazard
    }
}

/// Adds weight x x' to the upper triangle.
fn add_square(square: &mut [f64], x: &[f64], weight: f64) {
    let p = x.len();
    for j in 0..p {
        let scaled = weight * x[j];
        for l in j..p {
            square[j * p + l] += scaled * x[l];
        }
    }
}

/// The sum of risks at each event time, and the mean covariates.
fn sums_at_risk(rows: &Rows, risk: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let (p, events) = (rows.p, rows.events.len());
    let (mut total, mut mean) = (vec![0.0; events], vec![0.0; events * p]);
    add_competing(rows, risk, &mut total, &mut mean);
    let (mut sum, mut sum_z) = (0.0, vec![0.0; p]);
    let mut from = rows.n;
    for (k, event) in rows.events.iter().enumerate().rev() {
        for place in (event.rows.start..from).rev() {
            sum += risk[place];
            sum_z.iter_mut().zip(rows.row(place)).for_each(|(s, z)| *s += risk[place] * z);
        }
        from = event.rows.start;
        total[k] += sum;
        for j in 0..p {
            mean[k * p + j] = (mean[k * p + j] + sum_z[j]) / total[k];
        }
    }
    (total, mean)
}

/// Adds the rows that another cause ended before each event time, with their weight.
fn add_competing(rows: &Rows, risk: &[f64], total: &mut [f64], mean: &mut [f64]) {
    let (p, groups) = (rows.p, rows.groups);
    let (mut sum, mut sum_z) = (vec![0.0; groups], vec![0.0; groups * p]);
    let mut from = 0;
    for (k, event) in rows.events.iter().enumerate() {
        let ended = from..event.rows.start;
        for (place, &risk) in ended.clone().zip(&risk[ended]) {
            if rows.end[place] == End::Competing {
                let (group, r) = (rows.group[place] as usize, risk / rows.own_weight[place]);
                sum[group] += r;
                let sums = &mut sum_z[group * p..(group + 1) * p];
                sums.iter_mut().zip(rows.row(place)).for_each(|(s, z)| *s += r * z);
            }
        }
        from = event.rows.start;
        for group in 0..groups {
            let weight = rows.event_weight[k * groups + group];
            total[k] += weight * sum[group];
            for j in 0..p {
                mean[k * p + j] += weight * sum_z[group * p + j];
            }
        }
    }
}

impl Integrals {
    fn new(rows: &Rows, total: &[f64], mean: &[f64]) -> Integrals {
        let (p, groups, events) = (rows.p, rows.groups, rows.events.len());
        let mut sums = Integrals {
            hazard: vec![0.0; events + 1],
            mean: vec![0.0; (events + 1) * p],
            weighted: vec![0.0; (events + 1) * groups],
            weighted_mean: vec![0.0; (events + 1) * groups * p],
        };
        for (k, event) in rows.events.iter().enumerate() {
            let hazard = event.events / total[k];
            sums.hazard[k + 1] = sums.hazard[k] + hazard;
            for j in 0..p {
                sums.mean[(k + 1) * p + j] = sums.mean[k * p + j] + hazard * mean[k * p + j];
            }
            for group in 0..groups {
                let (at, next) = (k * groups + group, (k + 1) * groups + group);
                let weighted = hazard * rows.event_weight[at];
                sums.weighted[next] = sums.weighted[at] + weighted;
                for j in 0..p {
                    sums.weighted_mean[next * p + j] =
                        sums.weighted_mean[at * p + j] + weighted * mean[k * p + j];
                }
            }
        }
        sums
    }
}
