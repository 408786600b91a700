//! The weights of penalties, and the fit with them.
//!
//! A smooth takes the weight at which its effective degrees of freedom are those asked for. A gamma
//! frailty takes the variance where the integrated likelihood is highest: with d_g events in group g, log
//! frailties w and nu = 1/theta it is the partial likelihood less the penalty plus
//!
//! sum over g of [ sum over k < d_g of log((nu + k)/(nu + d_g)) - nu log(1 + d_g/nu) + d_g ]
//!
//! whose derivative in nu, w being at the maximum, is that of the explicit nu alone. A Gaussian one takes
//! the REML estimate, theta = (sum of w² + trace of V_ww) / groups.

use super::climb::{Top, climb};
use super::penalty::Taken;
use super::root::{Root, root};
use super::{Frailty, FrailtyDistribution, Shrinkage, rows_with};
use crate::cox::CoxFit;
use crate::cox::choices::Ties;
use crate::cox::model::CoxModel;
use crate::cox::newton::Control;
use crate::cox::rows::Rows;
use crate::regression::linear::Definite;
use crate::{DesignMatrix, Error, Groups, Observations};
use std::ops::Range;

/// A fit with its weights.
pub(super) struct Tuned<'a> {
    pub top: Top,
    /// One for each shrinkage.
    pub weights: Vec<f64>,
    /// The variance of the frailty; 0 where it has none.
    pub variance: Option<f64>,
    pub shrinkages: &'a [Shrinkage],
    pub frailty: Option<Frailty<'a>>,
    /// Columns of the design, before those of the frailty.
    pub columns: usize,
    /// Events in each frailty group.
    pub deaths: Vec<f64>,
}

/// What stays the same while weights are looked for.
struct Search<'a> {
    rows: Rows,
    ties: Ties,
    control: Control,
    design: &'a DesignMatrix,
    shrinkages: &'a [Shrinkage],
    frailty: Option<Frailty<'a>>,
    deaths: Vec<f64>,
}

/// Weights that are looked for lie between these.
const WEIGHTS: (f64, f64) = (1e-12, 1e12);

/// Variances of frailties likewise. Below the least the likelihood is that of no frailty.
const VARIANCES: (f64, f64) = (1e-5, 1e3);

/// More turns than this are not taken when several weights depend on each other.
const TURNS: usize = 40;

/// The turns end when no weight moved by more than this part of itself.
const SETTLED: f64 = 1e-9;

impl<'a> Tuned<'a> {
    pub fn new(
        model: &CoxModel<'_>,
        observations: &Observations,
        design: &'a DesignMatrix,
        shrinkages: &'a [Shrinkage],
        frailty: Option<Frailty<'a>>,
        plain: &CoxFit,
    ) -> Result<Tuned<'a>, Error> {
        let strata = model.strata_of(observations.len());
        let strata = strata.as_ref();
        let groups = frailty.as_ref().map(|frailty| frailty.groups);
        let search = Search {
            rows: rows_with(model, observations, design, strata, groups)?,
            ties: model.ties,
            control: model.control,
            design,
            shrinkages,
            deaths: groups.map_or(Vec::new(), |groups| deaths(observations, groups)),
            frailty,
        };
        let known = plain.all_estimated();
        let mut start = if known { plain.regression.beta.clone() } else { Vec::new() };
        start.resize(search.rows.p, 0.0);
        search.tuned(start)
    }
}

fn deaths(observations: &Observations, groups: &Groups) -> Vec<f64> {
    let mut deaths = vec![0.0; groups.count()];
    for (row, &group) in groups.index().iter().enumerate() {
        deaths[group as usize] += f64::from(u8::from(observations.event()[row]));
    }
    deaths
}

impl<'a> Search<'a> {
    fn tuned(self, start: Vec<f64>) -> Result<Tuned<'a>, Error> {
        let mut weights: Vec<f64> = self
            .shrinkages
            .iter()
            .map(|one| match one {
                Shrinkage::Ridge { theta, .. } => *theta,
                Shrinkage::Smooth { .. } => 1.0,
            })
            .collect();
        let mut variance = self.frailty.map(|frailty| frailty.variance.unwrap_or(0.5));
        let looked_for = self.shrinkages.iter().any(|s| matches!(s, Shrinkage::Smooth { .. }))
            || self.frailty.is_some_and(|frailty| frailty.variance.is_none());
        let mut beta = start;
        for _ in 0..TURNS {
            let before = (weights.clone(), variance);
            if !looked_for {
                break;
            }
            for index in 0..self.shrinkages.len() {
                weights[index] = self.weight(index, &weights, variance, &mut beta)?;
            }
            if self.frailty.is_some_and(|frailty| frailty.variance.is_none()) {
                variance = Some(self.variance(&weights, variance.unwrap_or(0.5), &mut beta)?);
            }
            if settled(&before.0, &weights) && settled_one(before.1, variance) {
                break;
            }
        }
        if variance == Some(0.0) {
            let columns = self.design.columns();
            beta[columns..].fill(0.0);
        }
        let top = self.top(&weights, variance, &beta).ok_or_else(not_found)?;
        Ok(Tuned {
            top,
            weights,
            variance,
            shrinkages: self.shrinkages,
            frailty: self.frailty,
            columns: self.design.columns(),
            deaths: self.deaths,
        })
    }

    /// The maximum with these weights. A variance of 0 is that of frailties held at 1, for which the
    /// least variance stands, whose log frailties are nothing beside the other coefficients.
    fn top(&self, weights: &[f64], variance: Option<f64>, beta: &[f64]) -> Option<Top> {
        let mut taken = Taken::none(self.rows.p);
        for (one, &weight) in self.shrinkages.iter().zip(weights) {
            taken.shrink(one, weight, self.design);
        }
        if let (Some(frailty), Some(variance)) = (&self.frailty, variance) {
            let variance = if variance > 0.0 { variance } else { NOTHING };
            taken.frailty(self.frailties(), frailty.distribution, variance);
        }
        climb(&self.rows, self.ties, self.control, &taken, beta.to_vec())
    }

    fn frailties(&self) -> Range<usize> {
        self.design.columns()..self.rows.p
    }

    fn weight(
        &self,
        index: usize,
        weights: &[f64],
        variance: Option<f64>,
        beta: &mut Vec<f64>,
    ) -> Result<f64, Error> {
        let Shrinkage::Smooth { columns, df } = &self.shrinkages[index] else {
            return Ok(weights[index]);
        };
        let mut weights = weights.to_vec();
        let start = weights[index];
        let found = root(
            |weight| {
                weights[index] = weight;
                let top = self.top(&weights, variance, beta)?;
                let own: Vec<usize> = columns.clone().collect();
                let found = effective_df(&top, &own, self.rows.p)?;
                beta.clone_from(&top.beta);
                Some(found - df)
            },
            start,
            WEIGHTS,
        );
        match found {
            Some(Root::At(weight)) => Ok(weight),
            Some(_) => Err(Error::Unsupported {
                what: "a penalised spline that no weight gives the degrees of freedom asked for",
                instead: "ask for fewer degrees of freedom, or leave out other columns of the same covariate",
            }),
            None => Err(not_found()),
        }
    }

    /// The estimated variance; 0 where no positive one is better.
    fn variance(&self, weights: &[f64], start: f64, beta: &mut Vec<f64>) -> Result<f64, Error> {
        let distribution = self.frailty.map_or(FrailtyDistribution::Gamma, |f| f.distribution);
        let start = if start > 0.0 { start } else { 0.5 };
        let found = root(
            |variance| {
                let top = self.top(weights, Some(variance), beta)?;
                beta.clone_from(&top.beta);
                Some(match distribution {
                    FrailtyDistribution::Gamma => self.gamma_slope(&top, variance),
                    FrailtyDistribution::LogNormal => self.reml(&top, variance),
                })
            },
            start,
            VARIANCES,
        );
        match found {
            Some(Root::At(variance)) => Ok(variance),
            Some(Root::Below) => Ok(0.0),
            Some(Root::Above) => Err(Error::Unsupported {
                what: "a frailty whose variance grows without end",
                instead: "leave it out: the groups hardly share an event time at which they can be compared",
            }),
            None => Err(not_found()),
        }
    }

    /// The derivative of the integrated likelihood by the logarithm of the variance: that by nu times -nu.
    fn gamma_slope(&self, top: &Top, variance: f64) -> f64 {
        let nu = 1.0 / variance;
        let log = &top.beta[self.frailties()];
        let of = |(&w, &d): (&f64, &f64)| {
            let sum: f64 = (0..d as usize).map(|k| 1.0 / (nu + k as f64)).sum();
            sum - (d / nu).ln_1p() - (w.exp_m1() - w)
        };
        -nu * log.iter().zip(&self.deaths).map(of).sum::<f64>()
    }

    /// (sum of w² + trace of V_ww) / groups less the variance, over its square, which keeps its sign and
    /// has a limit where the variance vanishes.
    fn reml(&self, top: &Top, variance: f64) -> f64 {
        let (columns, p) = (self.frailties(), self.rows.p);
        let squares: f64 = top.beta[columns.clone()].iter().map(|w| w * w).sum();
        // groups - trace/variance loses digits for small variances: V = (I + 1/variance)^-1 there.
        let rest: f64 = columns.clone().map(|j| variance - top.variance[j * p + j]).sum();
        (squares - rest) / (variance * variance)
    }
}

/// The variance of frailties that are all but 1.
const NOTHING: f64 = 1e-9;

fn settled(before: &[f64], after: &[f64]) -> bool {
    before.iter().zip(after).all(|(before, after)| (after - before).abs() <= SETTLED * before.abs())
}

fn settled_one(before: Option<f64>, after: Option<f64>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => settled(&[before], &[after]),
        _ => true,
    }
}

fn not_found() -> Error {
    Error::Unsupported {
        what: "a penalised likelihood whose maximum is not found",
        instead: "fit fewer columns, or hold them back more: a larger theta, fewer degrees of freedom",
    }
}

/// trace(V2_jj V_jj^-1) of some columns; V2 = V - V C V with C the curvature of the penalty.
pub(super) fn effective_df(top: &Top, columns: &[usize], p: usize) -> Option<f64> {
    let m = columns.len();
    let own = |matrix: &[f64]| -> Vec<f64> {
        columns.iter().flat_map(|&a| columns.iter().map(move |&b| matrix[a * p + b])).collect()
    };
    let second = own(&second_variance(top, p));
    let inverse = Definite::new(&own(&top.variance), m)?.inverse();
    Some((0..m).map(|a| (0..m).map(|b| second[a * m + b] * inverse[b * m + a]).sum::<f64>()).sum())
}

/// V2 = V - V C V.
pub(super) fn second_variance(top: &Top, p: usize) -> Vec<f64> {
    let taken = crate::regression::linear::sandwich(&top.variance, &top.curvature, p);
    top.variance.iter().zip(taken).map(|(v, taken)| v - taken).collect()
}
