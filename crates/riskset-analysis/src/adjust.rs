//! Two groups compared as if they were alike: weighted by their propensities, or standardised.
//!
//! The crude comparison stands beside the adjusted one, both with the standard errors of the
//! infinitesimal jackknife, so that what the adjustment changed can be seen.

mod curve;
mod doubts;
mod prepare;
mod rows;

use crate::contrast::{Ratio, hazard_ratios};
use crate::explain::{explained, weights as weights_explained};
use crate::{About, Data, GroupName, Problem, RowsRequest};
use riskset::{
    AdjustedBand, Balance, BandKind, BootstrapContrast, ConfType, Contrast, CoxModel,
    CurveAdjustment, DesignMatrix, Estimand, Groups, KaplanMeier, MeanMethod, Observations,
    Population, Propensity, PropensityWeights, Remedy, Standardised, SurvivalCurve,
    WeightedComparison, WeightedContrast, balance, bootstrap_contrast, bootstrap_curves,
    bootstrap_standardised, mean_regression, weighted_bands,
};
use rows::Adjusted;

pub use curve::{AdjustedCurve, CurveBand};
pub(crate) use curve::{BAND_DRAWS, check_band};
pub(crate) use prepare::AdjustedFigure;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How groups are made comparable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AdjustMethod {
    /// Each patient counts by the inverse of the chance of being in the own group.
    #[default]
    Iptw,
    /// A Cox model predicts every patient in either group (the g-formula).
    Standardise,
}

riskset::choices!(
    AdjustMethod,
    "way to adjust",
    [
        (AdjustMethod::Iptw, "iptw", "Weights by the inverse probability of the own group"),
        (AdjustMethod::Standardise, "standardise", "Predictions of a Cox model for all patients"),
    ]
);

/// What is adjusted for, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct AdjustFor {
    /// The covariates, as right of `~`: `age + cea`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub adjust: String,
    /// How.
    #[serde(with = "crate::choice", skip_serializing_if = "is_default")]
    #[schemars(schema_with = "crate::choice::schema::<AdjustMethod>")]
    pub method: AdjustMethod,
    /// Whom the weighted groups look like.
    #[serde(with = "crate::choice", skip_serializing_if = "is_default")]
    #[schemars(schema_with = "crate::choice::schema::<Population>")]
    pub target: Population,
    /// Weights multiplied by the share of the own group, so that they are 1 on average.
    #[serde(skip_serializing_if = "is_default")]
    pub stabilised: bool,
    /// Weights cut at this quantile and at 1 less it: 0.01 for 1%.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncate: Option<f64>,
    /// Patients drawn anew this often, with propensities or the model fitted anew; none when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bootstrap: Option<usize>,
    /// The seed of the draws.
    #[serde(skip_serializing_if = "is_first")]
    pub seed: u64,
}

impl Default for AdjustFor {
    fn default() -> AdjustFor {
        AdjustFor {
            adjust: String::new(),
            method: AdjustMethod::Iptw,
            target: Population::default(),
            stabilised: false,
            truncate: None,
            bootstrap: None,
            seed: 1,
        }
    }
}

/// The first seed needs not be said.
fn is_first(seed: &u64) -> bool {
    *seed == 1
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Two groups compared with and without adjustment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct AdjustRequest {
    /// Data, model and rows; the one column right of `~` has the two groups.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// What is adjusted for.
    #[serde(flatten)]
    pub adjust_for: AdjustFor,
    /// Level of the confidence intervals, as a fraction.
    pub conf_level: f64,
    /// Scale on which the interval of S(t) is symmetric.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<ConfType>")]
    pub conf_type: ConfType,
    /// Survival compared at these times, in the unit of the data.
    pub times: Vec<f64>,
    /// Horizon of the restricted means; the shorter follow-up of the two groups when absent.
    pub rmst: Option<f64>,
    /// A band that holds each adjusted curve as a whole, with the level of the intervals.
    #[serde(with = "crate::choice::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crate::choice::optional::schema::<BandKind>")]
    pub band: Option<BandKind>,
    /// The difference of restricted means by a regression on group and covariates as well.
    #[serde(with = "crate::choice::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crate::choice::optional::schema::<MeanMethod>")]
    pub mean_regression: Option<MeanMethod>,
    /// How the weights come about as well, a patient a row.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub explain: bool,
}

impl Default for AdjustRequest {
    fn default() -> AdjustRequest {
        AdjustRequest {
            rows: RowsRequest::default(),
            adjust_for: AdjustFor::default(),
            conf_level: 0.95,
            conf_type: ConfType::Log,
            times: Vec::new(),
            rmst: None,
            band: None,
            mean_regression: None,
            explain: false,
        }
    }
}

/// Two groups compared with and without adjustment.
#[derive(Clone, Debug)]
pub struct AdjustAnswer {
    /// Rows and doubts.
    pub about: About,
    /// What was asked.
    pub request: AdjustRequest,
    /// The reference and the group compared with it.
    pub groups: Vec<AdjustGroup>,
    /// Survival at the times asked for, then the restricted mean.
    pub contrasts: Vec<AdjustContrast>,
    /// The columns of the covariates with how alike the groups are in each; `after` is of the weights,
    /// and what was before for a standardisation, which weights nobody.
    pub balance: Vec<(String, Balance)>,
    /// The propensities; `None` for a standardisation.
    pub propensity: Option<PropensityWeights>,
    /// The hazard ratio, crude and weighted with a robust variance; `None` for the weighted one of a
    /// standardisation, whose model gives each group its own baseline.
    pub ratios: (Ratio, Option<Ratio>),
    /// The horizon of the restricted means.
    pub tau: f64,
    /// The difference of restricted means by regression, the other less the reference; `None` when it
    /// was not asked for or does not exist.
    pub regressed: Option<Contrast>,
    /// Draws of the curves that could not be computed; `None` without a bootstrap.
    pub failed_draws: Option<usize>,
}

/// A group with its curves.
#[derive(Clone, Debug)]
pub struct AdjustGroup {
    /// Its level.
    pub name: GroupName,
    /// Patients.
    pub n: usize,
    /// Patients with the event.
    pub events: usize,
    /// The number of equally weighted patients that know as much; `None` for a standardisation.
    pub effective: Option<f64>,
    /// The largest weight; `None` for a standardisation.
    pub largest: Option<f64>,
    /// The curve of the patients as they are.
    pub crude: SurvivalCurve,
    /// The adjusted curve.
    pub adjusted: AdjustedCurve,
}

/// One comparison, crude and adjusted. What does not exist is `None`: after the last time of a group.
#[derive(Clone, Copy, Debug)]
pub struct AdjustContrast {
    /// What is compared.
    pub estimand: Estimand,
    /// As the patients are.
    pub crude: Option<WeightedContrast>,
    /// Adjusted.
    pub adjusted: Option<WeightedContrast>,
    /// What the bootstrap says of the adjusted one, when asked for.
    pub bootstrap: Option<BootstrapContrast>,
}

impl AdjustFor {
    fn propensity(&self) -> Propensity {
        Propensity::default()
            .population(self.target)
            .stabilised(self.stabilised)
            .truncate(self.truncate)
    }

    /// The limits of both curves by the bootstrap, in place of their own, and their bands where a scale
    /// is given. Gives the draws that could not be computed.
    pub(crate) fn redraw(
        &self,
        rows: &Adjusted,
        curves: &mut [AdjustedCurve],
        conf_level: f64,
        band: Option<ConfType>,
        draws: usize,
    ) -> Result<usize, Problem> {
        let propensity = self.propensity();
        let how = match self.method {
            AdjustMethod::Iptw => CurveAdjustment::Weights(&propensity),
            AdjustMethod::Standardise => CurveAdjustment::Standardise,
        };
        let [first, second] = curves else { return Ok(0) };
        let times = [&first.time[..], &second.time[..]];
        let (response, groups) = (&rows.response, &rows.grouping.groups);
        let draws = (draws, self.seed);
        let found =
            bootstrap_curves(response, groups, &rows.matrix, how, times, conf_level, draws)?;
        let [of_first, of_second] = found.limits;
        first.interval = of_first;
        second.interval = of_second;
        if let Some(scale) = band {
            first.set_band(found.bands[0], &found.std_errors[0], scale);
            second.set_band(found.bands[1], &found.std_errors[1], scale);
        }
        Ok(found.failed)
    }

    /// What makes no sense beside each other.
    fn check(&self) -> Result<(), Problem> {
        let weights = [
            ("target", self.target != Population::All),
            ("stabilised", self.stabilised),
            ("truncate", self.truncate.is_some()),
        ];
        let set = weights.into_iter().find(|(_, set)| *set);
        match (self.method, set) {
            (AdjustMethod::Standardise, Some((field, _))) => Err(Problem::request(
                format!("`{field}` is about weights, and a standardisation has none"),
                Remedy::AnyOf(vec![Remedy::Unset(field.into()), Remedy::set_to("method", "iptw")]),
            )),
            _ => Ok(()),
        }
    }
}

impl AdjustRequest {
    /// Compares the groups.
    pub(crate) fn run(&self, data: &Data) -> Result<AdjustAnswer, Problem> {
        self.adjust_for.check()?;
        check_band(self.band, self.conf_type)?;
        if self.explain && self.adjust_for.method == AdjustMethod::Standardise {
            return Err(Problem::request(
                "a standardisation has no weights to explain",
                Remedy::AnyOf(vec![
                    Remedy::Unset("explain".into()),
                    Remedy::set_to("method", "iptw"),
                ]),
            ));
        }
        let rows = rows::of(&self.rows, &self.adjust_for, data, "adjust")?;
        let (response, groups) = (&rows.response, &rows.grouping.groups);
        let model = KaplanMeier::default().conf_level(self.conf_level).conf_type(self.conf_type);
        let crude = model.fit_groups(response, groups)?;
        let last = crude.iter().map(SurvivalCurve::last_time).fold(f64::INFINITY, f64::min);
        let tau = self.rmst.unwrap_or(last);
        let estimands = self.times.iter().map(|&time| Estimand::Survival(time));
        let estimands: Vec<Estimand> = estimands.chain([Estimand::RestrictedMean(tau)]).collect();
        let ratio = self.ratio(response, groups, &rows.grouping.labels, false)?;
        let names = GroupName::all(Some(&rows.grouping));
        let mut answer = AdjustAnswer {
            about: rows.about.clone(),
            request: self.clone(),
            groups: Vec::new(),
            contrasts: Vec::new(),
            balance: Vec::new(),
            propensity: None,
            ratios: (ratio, None),
            tau,
            regressed: self.regressed(&rows, tau)?,
            failed_draws: None,
        };
        let made = match self.adjust_for.method {
            AdjustMethod::Iptw => self.weighted(&rows, &estimands, model, &mut answer)?,
            AdjustMethod::Standardise => self.standardised(&rows, &estimands, &crude)?,
        };
        let weights = answer.propensity.as_ref().map(|found| &found.weights[..]);
        let unit = vec![1.0; response.len()];
        let balance = balance(groups, &rows.matrix, weights.unwrap_or(&unit))?;
        answer.balance = rows.names.iter().cloned().zip(balance).collect();
        for (estimand, (adjusted, bootstrap)) in estimands.into_iter().zip(made.contrasts) {
            let crude = WeightedComparison::new(estimand)
                .conf_level(self.conf_level)
                .compare(response, groups)?;
            answer.contrasts.push(AdjustContrast { estimand, crude, adjusted, bootstrap });
        }
        let mut curves = made.curves;
        if let Some(draws) = self.adjust_for.bootstrap {
            let (level, scale) = (self.conf_level, self.band.map(|_| self.conf_type));
            let failed = self.adjust_for.redraw(&rows, &mut curves, level, scale, draws)?;
            answer.failed_draws = Some(failed);
        } else {
            for (curve, band) in curves.iter_mut().zip(made.bands) {
                curve.set_own_band(band, self.conf_type);
            }
        }
        let curves = names.into_iter().zip(crude).zip(curves).enumerate();
        for (group, ((name, crude), adjusted)) in curves {
            let found = answer.propensity.as_ref();
            answer.groups.push(AdjustGroup {
                name,
                n: crude.n_rows(),
                events: crude.n_events(),
                effective: found.map(|found| found.effective[group]),
                largest: found.map(|found| doubts::largest(&found.weights, groups, group)),
                crude,
                adjusted,
            });
        }
        doubts::doubt(&mut answer, &rows);
        if let (true, Some(found)) = (self.explain, &answer.propensity) {
            let names = [answer.groups[0].name.name(), answer.groups[1].name.name()];
            let AdjustFor { target, stabilised, .. } = self.adjust_for;
            let steps = weights_explained(found, groups, (&rows.rows, names), target, stabilised);
            explained(&mut answer.about, &self.rows, vec![steps]);
        }
        Ok(answer)
    }

    /// The restricted means by regression, where it was asked for.
    fn regressed(&self, rows: &Adjusted, tau: f64) -> Result<Option<Contrast>, Problem> {
        let Some(method) = self.mean_regression else { return Ok(None) };
        let (response, groups) = (&rows.response, &rows.grouping.groups);
        mean_regression(response, groups, &rows.matrix, tau, method, self.conf_level)
            .map_err(|error| rows.explain(error))
    }

    fn ratio(
        &self,
        response: &Observations,
        groups: &Groups,
        names: &[String],
        robust: bool,
    ) -> Result<Ratio, Problem> {
        let model = CoxModel::default().conf_level(self.conf_level).robust(robust);
        Ok(hazard_ratios(response, groups, model, 0, names)?.ratios[1])
    }

    fn weighted(
        &self,
        rows: &Adjusted,
        estimands: &[Estimand],
        model: KaplanMeier,
        answer: &mut AdjustAnswer,
    ) -> Result<Made, Problem> {
        let groups = &rows.grouping.groups;
        let propensity = self.adjust_for.propensity();
        let found = propensity.fit(groups, &rows.matrix).map_err(|e| rows.explain(e))?;
        let response = rows.response.clone().with_weights(&found.weights)?;
        let curves = model.robust(true).fit_groups(&response, groups)?;
        answer.ratios.1 = Some(self.ratio(&response, groups, &rows.grouping.labels, true)?);
        answer.propensity = Some(found);
        let contrast = |&estimand: &Estimand| {
            let level = self.conf_level;
            let Some(draws) = self.adjust_for.bootstrap else {
                return Ok((
                    WeightedComparison::new(estimand)
                        .conf_level(level)
                        .compare(&response, groups)?,
                    None,
                ));
            };
            let (plain, design) = (&rows.response, &rows.matrix);
            let draws = (draws, self.adjust_for.seed);
            let all =
                bootstrap_contrast(plain, groups, design, &propensity, estimand, level, draws)?;
            Ok((all.map(|all| all.observed), all))
        };
        let contrasts = estimands.iter().map(contrast).collect::<Result<_, riskset::Error>>()?;
        let bands = match self.own_draws() {
            None => Vec::new(),
            Some(draws) => weighted_bands(&response, groups, self.conf_level, draws)?,
        };
        Ok(Made { contrasts, curves: curves.iter().map(AdjustedCurve::of).collect(), bands })
    }

    fn standardised(
        &self,
        rows: &Adjusted,
        estimands: &[Estimand],
        crude: &[SurvivalCurve],
    ) -> Result<Made, Problem> {
        let fit = Standardised::fit(&rows.response, &rows.grouping.groups, &rows.matrix);
        let fit = fit.map_err(|error| rows.explain(error))?;
        let (response, groups) = (&rows.response, &rows.grouping.groups);
        let contrast = |&estimand: &Estimand| {
            let level = self.conf_level;
            let Some(draws) = self.adjust_for.bootstrap else {
                return Ok((fit.contrast(1, 0, estimand, level)?, None));
            };
            let draws = (draws, self.adjust_for.seed);
            let design = &rows.matrix;
            let all = bootstrap_standardised(response, groups, design, estimand, level, draws)?;
            Ok((all.map(|all| all.observed), all))
        };
        let contrasts = estimands.iter().map(contrast).collect::<Result<_, riskset::Error>>()?;
        let curves = crude.iter().enumerate();
        let curves = curves.map(|(group, crude)| AdjustedCurve::predicted(&fit, group, crude));
        let curves = curves.collect::<Result<_, riskset::Error>>()?;
        let bands = match self.own_draws() {
            None => Vec::new(),
            Some(draws) => fit.bands(self.conf_level, draws)?,
        };
        Ok(Made { contrasts, curves, bands })
    }

    /// The draws of a band that is not made of a bootstrap.
    fn own_draws(&self) -> Option<(usize, u64)> {
        let own = self.band.is_some() && self.adjust_for.bootstrap.is_none();
        own.then_some((BAND_DRAWS, self.adjust_for.seed))
    }
}

/// What a method gives.
struct Made {
    contrasts: Vec<(Option<WeightedContrast>, Option<BootstrapContrast>)>,
    curves: Vec<AdjustedCurve>,
    /// Of each curve, when asked for without a bootstrap.
    bands: Vec<Option<AdjustedBand>>,
}

/// The columns of a design.
pub(crate) fn matrix(design: &riskset_data::Design) -> Result<DesignMatrix, riskset::Error> {
    DesignMatrix::from_shared(design.values.clone(), design.n_rows)
}
