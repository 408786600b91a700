//! A penalised maximum as a fit: what is read off any Cox model is read off it in the same way.

use super::tests_of::{shrunk, wald};
use super::tune::{Tuned, effective_df, second_variance};
use super::{FrailtyDistribution, FrailtyFit, PenalisedFit, PenalisedTest, held};
use crate::cox::CoxFit;
use crate::cox::model::CoxModel;
use crate::cox::risk::Risk;
use crate::cox::rows::Rows;
use crate::regression::{Regression, Summit};
use crate::{DesignMatrix, Error, Groups, Observations, normal};

impl Tuned<'_> {
    pub(super) fn into_fit(
        self,
        model: &CoxModel<'_>,
        observations: &Observations,
        design: &DesignMatrix,
        plain: &CoxFit,
    ) -> Result<PenalisedFit, Error> {
        let (q, p) = (self.columns, self.top.beta.len());
        let second = second_variance(&self.top, p);
        let own = |matrix: &[f64]| -> Vec<f64> {
            (0..q * q).map(|at| matrix[(at / q) * p + at % q]).collect()
        };
        let held = held(self.shrinkages);
        let column_df: Vec<Option<f64>> = (0..q)
            .map(|column| match held.contains(&column) {
                true => None,
                false => effective_df(&self.top, &[column], p),
            })
            .collect();
        let terms: Vec<_> = self
            .shrinkages
            .iter()
            .zip(&self.weights)
            .map(|(one, &weight)| shrunk(&self.top, one, weight, p))
            .collect();
        let frailty = self.frailty_fit(plain);
        let df = column_df.iter().flatten().sum::<f64>()
            + terms.iter().map(|term| term.df).sum::<f64>()
            + frailty.as_ref().map_or(0.0, |frailty| frailty.df);
        let offset = self.offset(model, observations.len());
        let fit =
            self.dressed(model, observations, (design, &own(&self.top.variance)), offset, plain)?;
        Ok(PenalisedFit {
            fit,
            second_variance: own(&second),
            terms,
            frailty,
            column_df,
            df,
            log_likelihood: self.top.log_likelihood,
            penalty: self.top.penalty,
        })
    }

    /// The model's offset and the log frailty of each row's group.
    fn offset(&self, model: &CoxModel<'_>, rows: usize) -> Option<Vec<f64>> {
        let Some(frailty) = &self.frailty else { return model.offset.map(<[f64]>::to_vec) };
        let log = &self.top.beta[self.columns..];
        let of = |row: usize| {
            let own = model.offset.map_or(0.0, |offset| offset[row]);
            own + log[frailty.groups.index()[row] as usize]
        };
        Some((0..rows).map(of).collect())
    }

    fn dressed(
        &self,
        model: &CoxModel<'_>,
        observations: &Observations,
        (design, variance): (&DesignMatrix, &[f64]),
        offset: Option<Vec<f64>>,
        plain: &CoxFit,
    ) -> Result<CoxFit, Error> {
        let single = Groups::single(observations.len());
        let strata = model.strata.unwrap_or(&single);
        let rows = Rows::new(observations, design, strata, offset.as_deref());
        let beta = self.top.beta[..self.columns].to_vec();
        let scaled: Vec<f64> = beta.iter().zip(&rows.scales).map(|(b, s)| b * s).collect();
        let risk = Risk::new(&rows, &scaled, model.ties, None);
        let information = risk.moments(&rows, model.ties, None).information;
        let regression = Regression::new(Summit {
            columns: design.columns(),
            kept: (0..design.columns()).collect(),
            aliased: Vec::new(),
            infinite: Vec::new(),
            beta,
            model_variance: Some(variance.to_vec()),
            robust_variance: None,
            conf_level: model.conf_level,
            z: normal::two_sided_quantile(model.conf_level)?,
            n: rows.len(),
            events: plain.n_events(),
            log_likelihood_null: plain.log_likelihood_null(),
            log_likelihood: self.top.log_likelihood,
            iterations: self.top.iterations,
            converged: true,
            wald: None,
        })
        .with_names(design.names());
        Ok(CoxFit::penalised(regression, model, observations, rows, risk, information))
    }

    fn frailty_fit(&self, plain: &CoxFit) -> Option<FrailtyFit> {
        let frailty = self.frailty?;
        let (p, variance) = (self.top.beta.len(), self.variance?);
        let columns: Vec<usize> = (self.columns..p).collect();
        let estimated = frailty.variance.is_none();
        let log_frailty = match variance > 0.0 {
            true => self.top.beta[self.columns..].to_vec(),
            false => vec![0.0; columns.len()],
        };
        let df = match variance > 0.0 {
            true => effective_df(&self.top, &columns, p).unwrap_or(0.0),
            false => 0.0,
        };
        let gamma = frailty.distribution == FrailtyDistribution::Gamma;
        let integrated = gamma.then(|| match variance > 0.0 {
            true => self.integrated(variance),
            false => self.top.log_likelihood,
        });
        // Against the same penalties without the frailty; with other penalties the gain is of no one
        // likelihood.
        let comparable = estimated && self.shrinkages.is_empty();
        let gain = integrated.filter(|_| comparable);
        // Without variance there is no gain, whatever rounding says.
        let gain = gain.map(|found| match variance > 0.0 {
            true => (2.0 * (found - plain.log_likelihood())).max(0.0),
            false => 0.0,
        });
        Some(FrailtyFit {
            distribution: frailty.distribution,
            variance,
            estimated,
            log_frailty,
            integrated,
            variance_test: gain.map(|statistic| PenalisedTest {
                statistic,
                df: 1.0,
                p_value: match statistic > 0.0 {
                    true => 0.5 * normal::chi_square_p(statistic, 1.0),
                    false => 1.0,
                },
            }),
            df,
            test: wald(&self.top, &columns, p)
                .filter(|_| variance > 0.0)
                .and_then(|statistic| PenalisedTest::of(statistic, df)),
        })
    }

    /// See tune.rs.
    fn integrated(&self, variance: f64) -> f64 {
        let nu = 1.0 / variance;
        let of = |&d: &f64| {
            let sum: f64 = (0..d as usize).map(|k| ((nu + k as f64) / (nu + d)).ln()).sum();
            sum - nu * (d / nu).ln_1p() + d
        };
        let corrected: f64 = self.deaths.iter().map(of).sum();
        self.top.log_likelihood - self.top.penalty + corrected
    }
}
