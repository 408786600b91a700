//! The score and its variance, in one pass through the times of a stratum.
//!
//! With h = Y / S of each group, w the weight and F the pooled incidence, the score of group k is
//! a sum over groups r of integrals of a_kr against the subdistribution hazards, where
//! a_kr = w (h_k 1(k = r) - h_k h_r / h.). Its variance adds, at each event of r,
//!
//! - cause of interest: (a_kr + b (C_kr - c_kr)) (same for l) dF / h_r, with b = 1 - (1 - F) / S_r;
//! - another cause: b (C_kr - c_kr) (same for l) dF_2r / h_r, with b = -(1 - F) / S_r;
//!
//! c_kr being the integral of a_kr / (1 - F) dF so far and C_kr to the end. C is known only at the
//! end, so the square is expanded: its parts without C, with one and with two are summed apart.

use crate::{CompetingRisks, Groups, Response};

/// What a test adds up over strata.
pub(super) struct Sums {
    pub(super) observed: Vec<f64>,
    pub(super) score: Vec<f64>,
    /// Row by row, groups times groups.
    pub(super) variance: Vec<f64>,
}

impl Sums {
    pub(super) fn new(groups: usize) -> Sums {
        Sums {
            observed: vec![0.0; groups],
            score: vec![0.0; groups],
            variance: vec![0.0; groups * groups],
        }
    }

    pub(super) fn add(&mut self, other: &Sums) {
        let add = |to: &mut Vec<f64>, from: &[f64]| {
            to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
        };
        add(&mut self.observed, &other.observed);
        add(&mut self.score, &other.score);
        add(&mut self.variance, &other.variance);
    }
}

/// One group at the time the walk has come to.
#[derive(Clone, Copy)]
struct Group {
    /// At risk just before.
    at_risk: f64,
    /// Events of the cause, of other causes, and censored, now.
    events: f64,
    others: f64,
    censored: f64,
    /// S and F of the group just before.
    survival: f64,
    incidence: f64,
    /// Y / S; 0 when nobody is at risk.
    h: f64,
}

/// The sums of the expanded square for one source r of variation: see the head of the file.
struct Square {
    without: Vec<f64>,
    once: Vec<f64>,
    twice: f64,
}

/// The walk through one stratum. `rows` are its rows by increasing time.
pub(super) fn stratum(
    response: &CompetingRisks,
    groups: &Groups,
    rows: &[u32],
    cause: u32,
    rho: f64,
) -> Sums {
    let (time, index) = (response.observations().time(), groups.index());
    let people = |row: u32| response.observations().people_at(row as usize) as f64;
    let mut walk = Walk::new(groups.count(), rho);
    for &row in rows {
        walk.groups[index[row as usize] as usize].at_risk += people(row);
    }
    for tied in rows.chunk_by(|&a, &b| time[a as usize] == time[b as usize]) {
        for &row in tied {
            let group = &mut walk.groups[index[row as usize] as usize];
            match response.cause()[row as usize] {
                0 => group.censored += people(row),
                found if found == cause => group.events += people(row),
                _ => group.others += people(row),
            }
        }
        walk.step();
    }
    walk.finish()
}

struct Walk {
    groups: Vec<Group>,
    rho: f64,
    /// The pooled incidence.
    incidence: f64,
    sums: Sums,
    /// a_kr and c_kr of the head of the file, row by row.
    a: Vec<f64>,
    c: Vec<f64>,
    squares: Vec<Square>,
    scratch: Vec<f64>,
}

impl Walk {
    fn new(count: usize, rho: f64) -> Walk {
        let group = Group {
            at_risk: 0.0,
            events: 0.0,
            others: 0.0,
            censored: 0.0,
            survival: 1.0,
            incidence: 0.0,
            h: 0.0,
        };
        let square =
            || Square { without: vec![0.0; count * count], once: vec![0.0; count], twice: 0.0 };
        Walk {
            groups: vec![group; count],
            rho,
            incidence: 0.0,
            sums: Sums::new(count),
            a: vec![0.0; count * count],
            c: vec![0.0; count * count],
            squares: (0..count).map(|_| square()).collect(),
            scratch: vec![0.0; count],
        }
    }

    /// One time: the events counted so far in `groups`.
    fn step(&mut self) {
        let events: f64 = self.groups.iter().map(|group| group.events).sum();
        let others: f64 = self.groups.iter().map(|group| group.others).sum();
        if events + others > 0.0 {
            self.weigh(events);
            self.move_on(events);
        }
        for group in &mut self.groups {
            group.at_risk -= group.events + group.others + group.censored;
            (group.events, group.others, group.censored) = (0.0, 0.0, 0.0);
        }
    }

    /// The score, a_kr and c_kr at this time.
    fn weigh(&mut self, events: f64) {
        for group in &mut self.groups {
            group.h = if group.at_risk > 0.0 { group.at_risk / group.survival } else { 0.0 };
        }
        if events == 0.0 {
            return;
        }
        let weight = (1.0 - self.incidence).powf(self.rho);
        let at_risk: f64 = self.groups.iter().map(|group| group.h * (1.0 - group.incidence)).sum();
        let total: f64 = self.groups.iter().map(|group| group.h).sum();
        let count = self.groups.len();
        let hazard = events / total / (1.0 - self.incidence);
        // With one group left there is nothing to compare, and rounding must not say otherwise.
        let alone = self.groups.iter().filter(|group| group.h > 0.0).count() < 2;
        let weight = if alone { 0.0 } else { weight };
        for (k, group) in self.groups.iter().enumerate() {
            let share = group.h * (1.0 - group.incidence) / at_risk;
            self.sums.observed[k] += group.events;
            self.sums.score[k] += weight * (group.events - share * events);
            for (r, other) in self.groups.iter().enumerate() {
                let own = if k == r { group.h } else { 0.0 };
                let a = weight * (own - group.h * other.h / total);
                self.a[k * count + r] = a;
                self.c[k * count + r] += a * hazard;
            }
        }
    }

    /// The variance of this time's events, and the curves just after it.
    fn move_on(&mut self, events: f64) {
        let total: f64 = self.groups.iter().map(|group| group.h).sum();
        let jump = events / total;
        let left = 1.0 - self.incidence - jump; // one minus the pooled incidence just after
        for r in 0..self.groups.len() {
            let group = self.groups[r];
            if group.at_risk == 0.0 {
                continue;
            }
            let stay = 1.0 - (group.events + group.others) / group.at_risk;
            let survival = group.survival * stay;
            // Once the group is used up c no longer grows, and the factor b meets a zero.
            let back = if survival > 0.0 { left / survival } else { 0.0 };
            if events > 0.0 {
                let tied = finite_population(events, total * group.survival);
                self.add_square(r, tied * jump / group.h, 1.0, 1.0 - back);
            }
            if group.others > 0.0 {
                let tied = finite_population(group.others, group.at_risk);
                let jump = group.survival * group.others / group.at_risk;
                self.add_square(r, tied * jump / group.h, 0.0, -back);
            }
            let group = &mut self.groups[r];
            group.incidence += group.survival * group.events / group.at_risk;
            group.survival = survival;
        }
        self.incidence += jump;
    }

    /// Adds weight (direct a + b (C - c))^2 of source r, the part without C, with one and with two.
    fn add_square(&mut self, r: usize, weight: f64, direct: f64, b: f64) {
        let (count, square) = (self.groups.len(), &mut self.squares[r]);
        for k in 0..count {
            self.scratch[k] = direct * self.a[k * count + r] - b * self.c[k * count + r];
        }
        for k in 0..count {
            let scaled = weight * self.scratch[k];
            square.once[k] += b * scaled;
            for l in 0..count {
                square.without[k * count + l] += scaled * self.scratch[l];
            }
        }
        square.twice += weight * b * b;
    }

    /// Puts C, the c of the end, into the expanded squares.
    fn finish(mut self) -> Sums {
        let count = self.groups.len();
        for (r, square) in self.squares.iter().enumerate() {
            for k in 0..count {
                for l in 0..count {
                    let (end_k, end_l) = (self.c[k * count + r], self.c[l * count + r]);
                    self.sums.variance[k * count + l] += square.without[k * count + l]
                        + square.once[k] * end_l
                        + square.once[l] * end_k
                        + square.twice * end_k * end_l;
                }
            }
        }
        self.sums
    }
}

/// The factor by which ties lower the variance: `events` drawn together from `size`. A size in
/// terms of one group can be less than the events of all; the variance is then 0, not negative.
fn finite_population(events: f64, size: f64) -> f64 {
    if events <= 1.0 {
        1.0
    } else if events < size * (1.0 - 1e-9) {
        1.0 - (events - 1.0) / (size - 1.0)
    } else {
        0.0 // everybody, but for rounding
    }
}
