//! The incidence of a cause that Cox models of all causes say together.
//!
//! One model for the hazard of each cause, the others censored, with the same covariates. In a step
//! of time in which the cumulative hazards of a row rise by a_k, whoever is still free of events stays
//! so with exp(-sum a_k), and otherwise meets cause k with a_k / sum a_k. So the incidences and the part
//! free of events add up to 1, whatever the hazards; this is the product of the exponentials of the
//! steps of the transition hazards.
//!
//! Sources: Cheng, Fine and Wei (1998), Biometrics 54:219-228; Putter, Fiocco and Geskus (2007), Stat
//! Med 26:2389-2430. Reference program: `survfit` of a multi-state `coxph` of R survival 3.5.

use super::CompetingRisks;
use crate::{BaselineAt, CoxFit, CoxModel, DesignMatrix, Error};

/// Cox models of the hazards of all causes.
#[derive(Debug)]
pub struct CauseSpecific {
    /// By code from 1; `None` for a cause that no row has.
    fits: Vec<Option<CoxFit>>,
}

impl CauseSpecific {
    /// Fits `model` to each cause that some row has, the other causes being censored.
    ///
    /// # Errors
    ///
    /// Those of [`CoxModel::fit`].
    pub fn fit(
        model: &CoxModel<'_>,
        response: &CompetingRisks,
        design: &DesignMatrix,
    ) -> Result<CauseSpecific, Error> {
        let fit = |cause: u32| match response.n_events(cause) {
            0 => Ok(None),
            _ => model.fit(&response.cause_specific(cause)?, design).map(Some),
        };
        let fits = (1..).take(response.n_causes()).map(fit).collect::<Result<_, Error>>()?;
        Ok(CauseSpecific { fits })
    }

    /// The fit of a cause by its code; `None` for a cause that no row has.
    pub fn cause(&self, cause: u32) -> Option<&CoxFit> {
        self.fits.get((cause as usize).checked_sub(1)?)?.as_ref()
    }

    /// The fits of all causes that some row has, in the order of their codes.
    pub fn fits(&self) -> impl Iterator<Item = &CoxFit> {
        self.fits.iter().flatten()
    }

    /// The incidence of a cause at each of `times`, which increase, for each row of `design` (columns as
    /// fitted): `[time * rows + row]`. After the last time of the rows that were fitted the incidence
    /// stays as it is: who asks must know that nobody was seen there.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchCause`], and those of [`CoxFit::baseline`] and of
    /// [`CoxFit::linear_predictors`].
    pub fn incidence(
        &self,
        cause: u32,
        design: &DesignMatrix,
        times: &[f64],
    ) -> Result<Vec<f64>, Error> {
        if cause == 0 || cause as usize > self.fits.len() {
            return Err(Error::NoSuchCause { cause, n_causes: self.fits.len() });
        }
        let n = design.rows();
        let mut parts = Vec::new();
        for (code, fit) in (1..).zip(&self.fits) {
            let Some(fit) = fit else { continue };
            let own = fit.linear_predictors(design, BaselineAt::Mean)?;
            let ratios: Vec<f64> = own.iter().map(|one| one.estimate.exp()).collect();
            let baseline = fit.baseline(BaselineAt::Mean)?;
            // Without strata there is one.
            let baseline = baseline.into_iter().next().ok_or(Error::Empty)?;
            parts.push((code == cause, ratios, baseline));
        }
        let steps = steps(&parts);
        let mut found = vec![0.0; n * times.len()];
        for row in 0..n {
            let (mut free, mut incidence, mut next) = (1.0, 0.0, 0);
            let mut put = |until: f64, incidence: f64| {
                while next < times.len() && times[next] < until {
                    found[next * n + row] = incidence;
                    next += 1;
                }
            };
            for (time, rises) in &steps {
                put(*time, incidence);
                let (mut all, mut of_cause) = (0.0, 0.0);
                for ((is_cause, ratios, _), rise) in parts.iter().zip(rises) {
                    let hazard = rise * ratios[row];
                    all += hazard;
                    of_cause += if *is_cause { hazard } else { 0.0 };
                }
                if all > 0.0 {
                    incidence += free * -(-all).exp_m1() * (of_cause / all);
                    free *= (-all).exp();
                }
            }
            put(f64::INFINITY, incidence);
        }
        Ok(found)
    }
}

type Part = (bool, Vec<f64>, crate::Baseline);

/// The times at which a hazard rises, increasing, with the rise of each.
fn steps(parts: &[Part]) -> Vec<(f64, Vec<f64>)> {
    let mut steps: Vec<(f64, usize, f64)> = Vec::new();
    for (place, (_, _, baseline)) in parts.iter().enumerate() {
        let mut before = 0.0;
        for (&time, &hazard) in baseline.time.iter().zip(&baseline.cumulative_hazard) {
            if hazard > before {
                steps.push((time, place, hazard - before));
            }
            before = hazard;
        }
    }
    steps.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let of_time = |tied: &[(f64, usize, f64)]| {
        let mut rises = vec![0.0; parts.len()];
        tied.iter().for_each(|&(_, place, rise)| rises[place] += rise);
        (tied[0].0, rises)
    };
    steps.chunk_by(|a, b| a.0 == b.0).map(of_time).collect()
}
