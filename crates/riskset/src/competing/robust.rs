//! The robust variance of a cumulative incidence: what each row, or each cluster of rows, moves it by.
//!
//! With U the influence of log S, S and F those before and after a time, a row moves F(t) by the sum
//! over s <= t of dU(s) (F(t) - F(s)) + S(s-) (dN_k - Y d_k / n) / n. So it is F(t) U(t) + M(t), where
//! U and M both grow by steps of those at risk and by jumps at events, and the sums over clusters of
//! their squares and products are carried through time. Derivation:
//! docs/methods/competing-risks.md.
//!
//! Sources: as for the survival curve, `km::influence`. Reference program: `survfit` of R survival.

use super::incidence::{CauseColumns, CumulativeIncidence};
use crate::CurveVariance;
use crate::km::influence::Influence;

/// The same incidences with the standard errors that their rows show.
pub(super) fn of(mut curve: CumulativeIncidence, influence: &Influence) -> CumulativeIncidence {
    let errors: Vec<Vec<f64>> = (1..)
        .zip(&curve.causes)
        .map(|(code, cause)| std_errors(&curve, (code, cause), influence))
        .collect();
    for (cause, errors) in curve.causes.iter_mut().zip(errors) {
        cause.std_error = errors;
    }
    curve.variance = influence.variance();
    let by_row = influence.variance() == CurveVariance::Robust { clusters: None };
    curve.has_errors = by_row || influence.count() > 1;
    curve
}

fn std_errors(
    curve: &CumulativeIncidence,
    (code, cause): (u32, &CauseColumns),
    influence: &Influence,
) -> Vec<f64> {
    let (rows, unit) = (influence.rows(), influence.unit());
    let of = |weight: f64| if unit > 0.0 { weight / unit } else { 0.0 };
    let (mut entering, mut leaving) = (influence.entering().into_iter().peekable(), 0);
    let mut sums =
        Sums { clusters: vec![Cluster::default(); influence.count()], ..Sums::default() };
    let mut survival = 1.0; // before the time
    let mut errors = Vec::with_capacity(curve.len());
    for place in 0..curve.len() {
        while let Some(row) = entering.next_if(|&row| rows[row as usize].first as usize <= place) {
            let row = &rows[row as usize];
            sums.change(row.cluster, row.weight, 1, [0.0, 0.0]);
        }
        let (n, d) = (of(curve.sets.n_risk[place]), of(curve.sets.n_event[place]));
        let (after, incidence) = (curve.event_free[place], cause.estimate[place]);
        let share = if n > 0.0 { survival / n } else { 0.0 };
        // Where nobody stays, S moves no more: all at risk have an event.
        let any = if d > 0.0 && after > 0.0 { 1.0 / (n - d) } else { 0.0 };
        let size = if d > 0.0 { any * d / n } else { 0.0 };
        let part = if n > 0.0 { of(cause.n_event[place]) / n } else { 0.0 };
        sums.step([size, -incidence * size - share * part]);
        while let Some(row) = rows.get(leaving).filter(|row| row.last as usize == place) {
            let own = if row.mark == code { share } else { 0.0 };
            let jump = if row.mark > 0 { [-any, incidence * any + own] } else { [0.0, 0.0] };
            sums.change(row.cluster, -row.weight, -1, jump.map(|jump| row.weight * jump));
            leaving += 1;
        }
        let certain = incidence <= 0.0 || incidence >= 1.0;
        errors.push(if certain { 0.0 } else { sums.variance(incidence).max(0.0).sqrt() });
        survival = after;
    }
    errors
}

/// The sums over clusters of the products of U, M and the weight at risk.
#[derive(Default)]
struct Sums {
    clusters: Vec<Cluster>,
    /// The sums of the steps of U and M so far.
    total: [f64; 2],
    uu: f64,
    um: f64,
    mm: f64,
    uw: f64,
    mw: f64,
    ww: f64,
}

#[derive(Clone, Copy, Default)]
struct Cluster {
    weight: f64,
    rows: i32,
    /// U and M when the totals were `seen`; they have grown since by the weight at risk.
    own: [f64; 2],
    seen: [f64; 2],
}

impl Sums {
    /// The variance of F where it is `incidence`.
    fn variance(&self, incidence: f64) -> f64 {
        incidence * (incidence * self.uu + 2.0 * self.um) + self.mm
    }

    /// Each cluster moves by its weight at risk.
    fn step(&mut self, [u, m]: [f64; 2]) {
        self.uu += u * (2.0 * self.uw + u * self.ww);
        self.um += u * self.mw + m * self.uw + u * m * self.ww;
        self.mm += m * (2.0 * self.mw + m * self.ww);
        self.uw += u * self.ww;
        self.mw += m * self.ww;
        self.total = [self.total[0] + u, self.total[1] + m];
    }

    /// A row enters or leaves, with or without an event.
    fn change(&mut self, cluster: u32, weight: f64, rows: i32, jump: [f64; 2]) {
        let mut own = self.clusters[cluster as usize];
        for k in 0..2 {
            own.own[k] += own.weight * (self.total[k] - own.seen[k]);
            own.seen[k] = self.total[k];
        }
        self.add(-1.0, &own);
        own.rows += rows;
        // Nobody left weighs nothing, whatever the rounding.
        own.weight = if own.rows == 0 { 0.0 } else { own.weight + weight };
        own.own = [own.own[0] + jump[0], own.own[1] + jump[1]];
        self.add(1.0, &own);
        self.clusters[cluster as usize] = own;
    }

    fn add(&mut self, sign: f64, own: &Cluster) {
        let ([u, m], w) = (own.own, own.weight);
        self.uu += sign * u * u;
        self.um += sign * u * m;
        self.mm += sign * m * m;
        self.uw += sign * u * w;
        self.mw += sign * m * w;
        self.ww += sign * w * w;
    }
}
