//! Cox's partial likelihood, one event time after the other: for teaching and for checking by hand.

use super::{CoxModel, DesignMatrix};
use crate::{CoxProgress, CoxRounds, CoxStep, Error, Response};

/// One event time of one stratum and its part of the partial likelihood.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct LikelihoodStep {
    /// The stratum, from 0.
    pub stratum: usize,
    /// The time, in the unit of the data.
    pub time: f64,
    /// Rows at risk just before it.
    pub n_risk: usize,
    /// Rows that fail at it.
    pub deaths: usize,
    /// The sum over those at risk of the risk w exp(x'beta).
    pub risk: f64,
    /// The same over those who fail.
    pub failing_risk: f64,
    /// The logarithm of the time's factor by Breslow's ties: every failure meets the whole risk
    /// set.
    pub breslow: f64,
    /// By Efron's: those who fail leave the risk set a fraction at a time. The same without ties.
    pub efron: f64,
}

/// A step of the climb to the maximum.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct NewtonStep {
    /// The coefficients, in the unit of the data.
    pub beta: Vec<f64>,
    /// Likelihood, gradient and information there.
    pub at: CoxStep,
}

impl CoxModel<'_> {
    /// The partial likelihood at `beta`, one coefficient per column in the unit of the data: one
    /// entry per event time, stratum by stratum in order of time. The sum of the logarithms is the
    /// log partial likelihood. Each time is a pass over the rows, so that `first` and `last` times
    /// of all are given where there are more; the number of all comes with them.
    ///
    /// # Errors
    ///
    /// [`Error::Length`], [`Error::Offset`], and [`Error::OutOfRange`] for a coefficient that is not
    /// finite.
    pub fn likelihood_steps(
        &self,
        response: &impl Response,
        design: &DesignMatrix,
        beta: &[f64],
        (first, last): (usize, usize),
    ) -> Result<(Vec<LikelihoodStep>, usize), Error> {
        let rows = response.observations();
        self.check_lengths(rows.len(), design)?;
        if beta.len() != design.columns() {
            let (expected, found) = (design.columns(), beta.len());
            return Err(Error::Length { what: "coefficients", expected, found });
        }
        if let Some(&value) = beta.iter().find(|value| !value.is_finite()) {
            return Err(Error::OutOfRange { what: "a coefficient", value, range: "be finite" });
        }
        let log_risk: Vec<f64> = (0..rows.len())
            .map(|row| {
                let sum: f64 =
                    beta.iter().enumerate().map(|(j, b)| b * design.column(j)[row]).sum();
                sum + self.offset.map_or(0.0, |offset| offset[row])
            })
            .collect();
        let stratum = |row: usize| self.strata.map_or(0, |strata| strata.index()[row] as usize);
        let fails = |row: &usize| rows.event()[*row] && rows.weight(*row) > 0.0;
        let mut times: Vec<(usize, f64)> =
            (0..rows.len()).filter(fails).map(|row| (stratum(row), rows.time()[row])).collect();
        times.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        times.dedup();
        let all = times.len();
        if all > first + last {
            times.drain(first..all - last);
        }
        let step = |(at, time): (usize, f64)| {
            let mut step = LikelihoodStep {
                stratum: at,
                time,
                n_risk: 0,
                deaths: 0,
                risk: 0.0,
                failing_risk: 0.0,
                breslow: 0.0,
                efron: 0.0,
            };
            let mut failing_weight = 0.0;
            for row in (0..rows.len()).filter(|&row| stratum(row) == at) {
                let entered = rows.entry().is_none_or(|entry| entry[row] < time);
                if rows.time()[row] < time || !entered || rows.weight(row) == 0.0 {
                    continue;
                }
                let risk = rows.weight(row) * log_risk[row].exp();
                step.n_risk += 1;
                step.risk += risk;
                if rows.time()[row] == time && rows.event()[row] {
                    step.deaths += 1;
                    step.failing_risk += risk;
                    step.breslow += rows.weight(row) * log_risk[row];
                    failing_weight += rows.weight(row);
                }
            }
            let (d, log_failing) = (step.deaths as f64, step.breslow);
            step.breslow = log_failing - failing_weight * step.risk.ln();
            let denominators = (0..step.deaths)
                .map(|k| (step.risk - k as f64 / d * step.failing_risk).ln())
                .sum::<f64>();
            step.efron = log_failing - failing_weight / d * denominators;
            step
        };
        Ok((times.into_iter().map(step).collect(), all))
    }

    /// Newton's steps from zero to the maximum, with the ties, strata and offset of the model: the
    /// first entry is at zero, the last at the maximum.
    ///
    /// # Errors
    ///
    /// Those of [`step`](Self::step) and of [`CoxRounds::advance`].
    pub fn newton_steps(
        &self,
        response: &impl Response,
        design: &DesignMatrix,
    ) -> Result<Vec<NewtonStep>, Error> {
        let mut rounds = CoxRounds::new(design.columns());
        let mut steps = Vec::new();
        loop {
            let beta = rounds.beta().to_vec();
            let at = self.step(response, design, &beta)?;
            let progress = rounds.advance(&at, self.conf_level)?;
            steps.push(NewtonStep { beta, at });
            if progress != CoxProgress::Again {
                return Ok(steps);
            }
        }
    }
}
