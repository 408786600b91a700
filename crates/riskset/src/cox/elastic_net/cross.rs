//! Which lambda, by cross-validation of the partial likelihood.
//!
//! A fold alone has few risk sets, so its part of the likelihood is what is gained by adding it: the
//! deviance of all rows less that of the rows the model was made from, both at coefficients that did not
//! see the fold, per event of the fold.

use super::{ElasticNet, NetPath, Problem};
use crate::{DesignMatrix, Error, Groups, Observations, Response};
use rayon::prelude::*;

/// A path with its cross-validated deviance.
#[derive(Clone, Debug, PartialEq)]
pub struct CrossValidated {
    /// The path of all rows.
    pub path: NetPath,
    /// The mean deviance per event at each lambda, over folds, weighted by their events.
    pub deviance: Vec<f64>,
    /// Its standard error, from the spread between folds.
    pub std_error: Vec<f64>,
    /// The place of the lambda with the least deviance.
    pub best: usize,
    /// The place of the greatest lambda whose deviance is within one standard error of the least.
    pub within_one_error: usize,
}

impl ElasticNet<'_> {
    /// The path, and the deviance of each lambda in rows that did not help to choose it. `fold` numbers the
    /// folds of the rows from 0.
    ///
    /// # Errors
    ///
    /// Those of [`path`](ElasticNet::path), also of the rows without a fold, [`Error::Length`], and
    /// [`Error::Unsupported`] for fewer than three folds or a fold without an event.
    pub fn cross_validated(
        &self,
        response: &impl Response,
        design: &DesignMatrix,
        fold: &[usize],
    ) -> Result<CrossValidated, Error> {
        let observations = response.observations();
        let path = self.path(observations, design)?;
        if fold.len() != observations.len() {
            let found = fold.len();
            return Err(Error::Length { what: "folds", expected: observations.len(), found });
        }
        let count = fold.iter().max().map_or(0, |last| last + 1);
        let events = events(observations, fold, count);
        if count < 3 || events.iter().any(|weight| *weight == 0.0) {
            return Err(Error::Unsupported {
                what: "fewer than three folds, or a fold without an event",
                instead: "ask for fewer folds where events are few, and at least 3",
            });
        }
        let lambdas: Vec<f64> = path.points.iter().map(|point| point.lambda).collect();
        let parts: Vec<Vec<f64>> = (0..count)
            .into_par_iter()
            .map(|own| self.fold(observations, design, (fold, own), &lambdas))
            .collect::<Result<_, Error>>()?;
        let total: f64 = events.iter().sum();
        let mean =
            |place: usize| -> f64 { (0..count).map(|own| parts[own][place]).sum::<f64>() / total };
        let deviance: Vec<f64> = (0..lambdas.len()).map(mean).collect();
        let error = |place: usize| {
            let spread: f64 = (0..count)
                .map(|own| {
                    events[own] * (parts[own][place] / events[own] - deviance[place]).powi(2)
                })
                .sum();
            (spread / total / (count - 1) as f64).sqrt()
        };
        let std_error: Vec<f64> = (0..lambdas.len()).map(error).collect();
        let best = (0..lambdas.len())
            .min_by(|&a, &b| deviance[a].total_cmp(&deviance[b]))
            .expect("a path has a lambda");
        let limit = deviance[best] + std_error[best];
        let within_one_error = (0..=best).find(|&place| deviance[place] <= limit).unwrap_or(best);
        Ok(CrossValidated { path, deviance, std_error, best, within_one_error })
    }

    /// What the deviance gains by a fold at each lambda.
    fn fold(
        &self,
        observations: &Observations,
        design: &DesignMatrix,
        (fold, own): (&[usize], usize),
        lambdas: &[f64],
    ) -> Result<Vec<f64>, Error> {
        let kept: Vec<usize> = (0..fold.len()).filter(|&row| fold[row] != own).collect();
        let columns: Vec<f64> = (0..design.columns())
            .flat_map(|column| kept.iter().map(move |&row| design.column(column)[row]))
            .collect();
        let rest = observations.select(&kept)?;
        let rest_design = DesignMatrix::from_columns(columns, kept.len())?;
        let strata = self.strata.map(|strata| {
            let index = kept.iter().map(|&row| strata.index()[row]).collect();
            Groups::new(index, strata.count())
        });
        let strata = strata.transpose()?;
        let offset: Option<Vec<f64>> =
            self.offset.map(|offset| kept.iter().map(|&row| offset[row]).collect());
        let own_net = ElasticNet {
            alpha: self.alpha,
            lambdas: lambdas.to_vec(),
            count: self.count,
            least: self.least,
            standardise: self.standardise,
            ties: self.ties,
            strata: strata.as_ref(),
            offset: offset.as_deref(),
        };
        let found = own_net.path(&rest, &rest_design)?;
        // In the unit of the data, whatever a fold's standard deviations are.
        let plain = vec![1.0; design.columns()];
        let all = Problem::with_scales(self, observations, design, plain.clone());
        let rest = Problem::with_scales(&own_net, &rest, &rest_design, plain);
        let saturated = (all.saturated(), rest.saturated());
        let gained = |coefficients: &[f64]| {
            let all = saturated.0 - all.risk(coefficients).log_likelihood;
            2.0 * (all - (saturated.1 - rest.risk(coefficients).log_likelihood))
        };
        Ok(found.points.iter().map(|point| gained(&point.coefficients)).collect())
    }
}

/// The weight of the events of each fold.
fn events(observations: &Observations, fold: &[usize], count: usize) -> Vec<f64> {
    let mut events = vec![0.0; count];
    for (row, &own) in fold.iter().enumerate() {
        if observations.event()[row] {
            events[own] += observations.weight(row);
        }
    }
    events
}
