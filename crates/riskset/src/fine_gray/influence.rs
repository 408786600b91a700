//! What each row adds to the score, directly and through the estimated censoring curve.
//!
//! Source: Fine and Gray (1999), J Am Stat Assoc 94:496-509, page 500: the terms eta and psi, with
//! their inequalities: a censoring at u changes the weights at u and later of whoever met another
//! cause before u.

use super::{
    WeightError,
    rows::{End, Rows},
    score::Score,
};
use crate::Groups;

/// The middle of the sandwich, p by p: the sum of squares of the influences, added up by cluster.
pub(super) fn meat(
    rows: &Rows,
    score: &Score,
    weight_error: WeightError,
    cluster: Option<&Groups>,
) -> Vec<f64> {
    let p = rows.p;
    let influence = self::rows(rows, score, weight_error);
    let units = match cluster {
        None => influence,
        Some(cluster) => {
            let mut units = vec![0.0; cluster.count() * p];
            for (place, row) in influence.chunks_exact(p.max(1)).enumerate() {
                let unit = cluster.index()[rows.order[place] as usize] as usize;
                units[unit * p..(unit + 1) * p].iter_mut().zip(row).for_each(|(u, v)| *u += v);
            }
            units
        }
    };
    let mut meat = vec![0.0; p * p];
    for unit in units.chunks_exact(p.max(1)) {
        for j in 0..p {
            for l in 0..p {
                meat[j * p + l] += unit[j] * unit[l];
            }
        }
    }
    meat
}

/// What each row adds to the score: `place * p + column`.
pub(super) fn rows(rows: &Rows, score: &Score, weight_error: WeightError) -> Vec<f64> {
    let mut influence: Vec<f64> =
        (0..rows.n).flat_map(|place| direct(rows, score, place)).collect();
    if weight_error == WeightError::Estimated {
        add_through_censoring(rows, score, &mut influence);
    }
    influence
}

/// The row's own residual: the integral of z less the mean against its martingale.
fn direct(rows: &Rows, score: &Score, place: usize) -> Vec<f64> {
    let (p, z, risk) = (rows.p, rows.row(place), score.risk[place]);
    let (up_to, integrals) = (rows.events_up_to(place), &score.integrals);
    let own = if rows.end[place] == End::Event { 1.0 } else { 0.0 };
    let mut influence: Vec<f64> = (0..p)
        .map(|j| {
            // An event's own time is the last event time up to it.
            let mean = if own > 0.0 { score.mean[(up_to - 1) * p + j] } else { 0.0 };
            own * (z[j] - mean)
                - risk * (z[j] * integrals.hazard[up_to] - integrals.mean[up_to * p + j])
        })
        .collect();
    if rows.end[place] == End::Competing {
        let group = rows.group[place] as usize;
        let r = risk / rows.own_weight[place];
        let later = Later::new(rows, score, up_to, group);
        for j in 0..p {
            influence[j] -= r * (z[j] * later.hazard - later.mean[j]);
        }
    }
    influence
}

/// The integrals of weighted hazard, and of it times the means, after some event times.
struct Later {
    hazard: f64,
    mean: Vec<f64>,
}

impl Later {
    fn new(rows: &Rows, score: &Score, up_to: usize, group: usize) -> Later {
        let (p, groups) = (rows.p, rows.groups);
        let (now, end) = (up_to * groups + group, rows.events.len() * groups + group);
        let (hazard, mean) = (&score.integrals.weighted, &score.integrals.weighted_mean);
        Later {
            hazard: hazard[end] - hazard[now],
            mean: (0..p).map(|j| mean[end * p + j] - mean[now * p + j]).collect(),
        }
    }
}

/// Adds what each row does to the weights of others: the martingale of censoring, times q / pi, q
/// being how the score answers to a change of the weights after the time, pi those at risk.
fn add_through_censoring(rows: &Rows, score: &Score, influence: &mut [f64]) {
    let (p, groups) = (rows.p, rows.groups);
    // Sums over competing events so far of r / G and r z / G; and of q dN / pi^2.
    let (mut sum, mut sum_z) = (vec![0.0; groups], vec![0.0; groups * p]);
    let mut drift = vec![0.0; groups * p];
    let mut events_before = 0;
    for (number, tied) in rows.tied.iter().enumerate() {
        let jump: Vec<f64> = (0..groups)
            .flat_map(|group| {
                let censoring = rows.censoring[number * groups + group];
                let later = Later::new(rows, score, events_before, group);
                let (sum, sum_z) = (sum[group], &sum_z[group * p..(group + 1) * p]);
                let ratio = move |j: usize, sum_z: f64| {
                    (sum_z * later.hazard - sum * later.mean[j]) / censoring.at_risk
                };
                let any = censoring.censored > 0.0;
                let jump = sum_z.iter().enumerate();
                jump.map(|(j, &s)| if any { ratio(j, s) } else { 0.0 }).collect::<Vec<f64>>()
            })
            .collect();
        for group in 0..groups {
            let censoring = rows.censoring[number * groups + group];
            if censoring.censored > 0.0 {
                let hazard = censoring.censored / censoring.at_risk;
                for j in 0..p {
                    drift[group * p + j] += jump[group * p + j] * hazard;
                }
            }
        }
        for place in tied.rows.clone() {
            let group = rows.group[place] as usize;
            let own = if rows.end[place] == End::Censored { 1.0 } else { 0.0 };
            for j in 0..p {
                influence[place * p + j] += own * jump[group * p + j] - drift[group * p + j];
            }
        }
        events_before = tied.events_before_next;
        for place in tied.rows.clone().filter(|&place| rows.end[place] == End::Competing) {
            let (group, r) =
                (rows.group[place] as usize, score.risk[place] / rows.own_weight[place]);
            sum[group] += r;
            for (j, z) in rows.row(place).iter().enumerate() {
                sum_z[group * p + j] += r * z;
            }
        }
    }
}
