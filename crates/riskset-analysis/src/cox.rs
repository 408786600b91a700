//! Cox regression.

mod nested;
mod null;
pub(crate) mod penalised;
mod predict;
mod residuals;
mod time_varying;

pub use nested::Nested;
pub use penalised::{FrailtyAnswer, Penalised};
pub(crate) use predict::Predicting;
pub use predict::{CoxPrediction, PredictedPoint};
pub use residuals::{ResidualKind, Residuals};
pub use time_varying::{EffectOverTime, EffectPoint};
pub(crate) use time_varying::{Expanded, expand};

use crate::comparison::stratum_columns;
use crate::contrast::estimated;
use crate::curve::{CurveOver, Places, curves};
use crate::explain::{Steps, cox as explain_cox, explained};
use crate::saved::{SavedModel, refuse_over_time};
use crate::{About, Data, Doubt, OverTime, OverTimeRequest, Problem, RowsRequest};
use riskset::{
    Baseline, BaselineAt, Coefficient, Concordance, ConcordanceWeight, CoxFit, CoxModel,
    DesignMatrix, Penalty, Remedy, Ties, Zph, ZphTransform,
};
use riskset_data::{Design, FrameOptions, ModelFrame};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A Cox regression with what is read off it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CoxRequest {
    /// Data, model and rows.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Level of the confidence intervals, as a fraction.
    pub conf_level: f64,
    /// How tied event times enter the likelihood.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<Ties>")]
    pub ties: Ties,
    /// Sandwich variance; `cluster(id)` in the formula asks for it by cluster.
    pub robust: bool,
    /// Firth's penalised likelihood.
    pub firth: bool,
    /// The test of proportional hazards, with this transform of time.
    #[serde(with = "crate::choice::optional")]
    #[schemars(schema_with = "crate::choice::optional::schema::<ZphTransform>")]
    pub zph: Option<ZphTransform>,
    /// The baseline cumulative hazard.
    pub baseline: bool,
    /// The covariates of the baseline.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<BaselineAt>")]
    pub baseline_at: BaselineAt,
    /// Residuals.
    #[serde(with = "crate::choice::list")]
    #[schemars(schema_with = "crate::choice::list::schema::<ResidualKind>")]
    pub residuals: Vec<ResidualKind>,
    /// Which concordance.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<ConcordanceWeight>")]
    pub concordance: ConcordanceWeight,
    /// The terms of a smaller model that this one is compared with, each of which is a combination of
    /// the model's own: `age + sex`, or a line in `stage` against `factor(stage)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<String>,
    /// Predictions for the rows of this table.
    pub predict: Option<String>,
    /// Survival of the predictions at these times; the whole curve when there are none.
    pub times: Vec<f64>,
    /// Restricted means of the predictions up to this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tau: Option<f64>,
    /// The model as a file can hold it, for predictions without the data.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub save_model: bool,
    /// The value of a covariate that its curve, such as `rcs(age, 4)`, is compared with, by covariate;
    /// the median of the rows where none is given.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub reference_values: BTreeMap<String, f64>,
    /// Hazard ratios by period and on average.
    #[serde(flatten)]
    pub over_time: OverTimeRequest,
    /// How it comes about as well: the arithmetic, one row a step.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub explain: bool,
}

impl Default for CoxRequest {
    fn default() -> CoxRequest {
        CoxRequest {
            rows: RowsRequest::default(),
            conf_level: 0.95,
            ties: Ties::Efron,
            robust: false,
            firth: false,
            zph: None,
            baseline: false,
            baseline_at: BaselineAt::Zero,
            residuals: Vec::new(),
            concordance: ConcordanceWeight::Harrell,
            against: None,
            predict: None,
            times: Vec::new(),
            tau: None,
            save_model: false,
            reference_values: BTreeMap::new(),
            over_time: OverTimeRequest::default(),
            explain: false,
        }
    }
}

/// A Cox regression.
#[derive(Debug)]
pub struct CoxAnswer {
    /// Rows and doubts.
    pub about: About,
    /// What was asked.
    pub request: CoxRequest,
    /// The fit: coefficients, variance, likelihoods, tests.
    pub fit: CoxFit,
    /// The names of its columns and their terms.
    pub design: Design,
    /// The likelihood-ratio test against a smaller model, when asked for.
    pub nested: Option<Nested>,
    /// The concordance of the linear predictor with the times; `None` for a model that predicts the
    /// same for everybody.
    pub concordance: Option<Concordance>,
    /// Tests of proportional hazards, one per term and a global one, when asked for.
    pub zph: Option<Zph>,
    /// Baseline cumulative hazards, one per stratum, when asked for.
    pub baseline: Option<Vec<Baseline>>,
    /// Residuals, in the order asked for.
    pub residuals: Vec<(ResidualKind, Residuals)>,
    /// Predictions, one per row of the new table, when asked for.
    pub predictions: Option<Vec<CoxPrediction>>,
    /// The model as a file can hold it, when asked for.
    pub saved: Option<SavedModel>,
    /// The columns whose levels are the strata.
    pub strata: Vec<String>,
    /// The label of each stratum; empty without strata.
    pub stratum_labels: Vec<String>,
    /// How many clusters the robust variance sums over.
    pub clusters: Option<usize>,
    /// The hazard ratio of each column of `tv()` at times; empty without one.
    pub effects: Vec<EffectOverTime>,
    /// Hazard ratios by period and on average, when asked for.
    pub over_time: OverTime,
    /// The hazard ratio over the covariate of each curve among the terms.
    pub curves: Vec<CurveOver>,
    /// What `ridge()`, `pspline()` and `frailty()` did; `None` without them.
    pub penalised: Option<Penalised>,
}

impl CoxAnswer {
    /// Each column's coefficient where it has a finite estimate, in the order of the design.
    pub fn estimated(&self) -> Vec<Option<&Coefficient>> {
        estimated(&self.fit)
    }
}

impl CoxRequest {
    /// Fits the model.
    pub(crate) fn run(&self, data: &Data) -> Result<CoxAnswer, Problem> {
        let formula = self.rows.parsed()?;
        let options = FrameOptions {
            also: self.columns_of_smaller(&formula)?,
            time_varying: true,
            penalised: true,
            ..self.rows.options()?
        };
        let (mut rows, table) = self.rows.rows_and_table(data, "cox", &formula, &options)?;
        // A long table is kept only where a smaller model is made from it.
        let table = self.against.is_some().then_some(table);
        rows.doubt_competing();
        let frame = &rows.frame;
        let mut design = frame.design()?;
        null::refuse_of_covariates(self, &design)?;
        let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)?;
        let expanded = time_varying::expand(frame, &design, self.robust)?;
        if self.save_model {
            refuse_over_time(expanded.is_some())?;
        }
        self.refuse_with_penalties(frame)?;
        let (mut fit, penalised) = match &expanded {
            None => penalised::fit(frame, &design, &matrix, &self.model(frame))?,
            Some(_) if frame.is_penalised() => {
                return Err(Problem::request(
                    "tv() and penalised terms are not fitted together",
                    Remedy::to("leave one of them out"),
                ));
            }
            Some(expanded) => (self.over_time(expanded)?, None),
        };
        if self.firth {
            fit = fit.with_profile_limits()?;
        }
        self.refuse_infinite(&fit)?;
        let effects = match &expanded {
            None => Vec::new(),
            Some(expanded) => {
                let usual = || time_varying::usual_times(&expanded.response);
                let times = if self.times.is_empty() { usual() } else { self.times.clone() };
                expanded.effects(&fit, &times, self.conf_level)?
            }
        };
        self.refuse_in_periods(frame)?;
        let strata = frame.strata.as_ref().map(|strata| &strata.groups);
        let level = self.conf_level;
        let rows_used = frame.observations()?;
        let over_time = self.over_time.run(rows_used, &matrix, &design.names, strata, level)?;
        if let Some(expanded) = &expanded {
            design = expanded.design.clone();
        }
        let curves = curves(&fit, &design, &self.reference_values, Places::Quantiles)?;
        let zph = self.zph.map(|transform| zph(&fit, &design, transform)).transpose()?;
        let predicts = !design.names.is_empty() || frame.offset.is_some();
        let concordance = predicts.then(|| fit.concordance(self.concordance)).transpose()?;
        let steps = self.steps(frame, (&matrix, &design.names), &fit)?;
        let mut about = rows.about;
        explained(&mut about, &self.rows, steps);
        self.settle_weights(&mut about, frame);
        doubt_fit(&mut about, &fit, &design);
        penalised::doubt_events(&mut about, &fit, penalised.as_ref());
        doubt_hazards(&mut about, &design, zph.as_ref());
        let predictions = match expanded {
            None => predict::predictions(self, data, frame, &fit, &mut about)?,
            Some(_) => None,
        };
        Ok(CoxAnswer {
            saved: self.saved(&about, frame, &fit)?,
            nested: nested::nested(self, table.as_ref(), frame, (&design, &fit))?,
            concordance,
            baseline: self.baseline.then(|| fit.baseline(self.baseline_at)).transpose()?,
            residuals: residuals::all(&fit, &self.residuals)?,
            predictions,
            effects,
            over_time,
            curves,
            penalised,
            strata: stratum_columns(frame),
            stratum_labels: frame
                .strata
                .as_ref()
                .map_or(Vec::new(), |strata| strata.labels.clone()),
            clusters: frame.cluster.as_ref().map(|cluster| cluster.count()),
            request: self.clone(),
            about,
            fit,
            design,
            zph,
        })
    }

    fn saved(
        &self,
        about: &About,
        frame: &ModelFrame,
        fit: &CoxFit,
    ) -> Result<Option<SavedModel>, Problem> {
        if !self.save_model {
            return Ok(None);
        }
        SavedModel::of(about, frame, fit).map(Some)
    }

    /// Effects by period and on average are of a plain model.
    fn refuse_in_periods(&self, frame: &ModelFrame) -> Result<(), Problem> {
        if self.over_time == OverTimeRequest::default() {
            return Ok(());
        }
        let set = [
            ("firth", self.firth),
            ("robust", self.robust),
            ("ties", self.ties != Ties::Efron),
            ("cluster()", frame.cluster.is_some()),
            ("offset()", frame.offset.is_some()),
        ];
        match set.into_iter().find(|(_, set)| *set) {
            None => Ok(()),
            Some((what, _)) => Err(Problem::request(
                format!("hazard ratios by period and on average take no {what}"),
                Remedy::AnyOf(vec![
                    Remedy::Unset("periods".into()),
                    Remedy::Unset("average".into()),
                ]),
            )),
        }
    }

    /// Fits effects that change with time.
    fn over_time(&self, expanded: &Expanded) -> Result<CoxFit, Problem> {
        self.refuse_over_time()?;
        let model = CoxModel::default()
            .ties(self.ties)
            .strata(expanded.strata.as_ref())
            .cluster(expanded.cluster.as_ref())
            .offset(expanded.offset.as_deref())
            .penalty(self.firth.then_some(Penalty::Firth))
            .conf_level(self.conf_level);
        Ok(model.fit(&expanded.response, &expanded.matrix)?)
    }

    fn steps(
        &self,
        frame: &ModelFrame,
        design: (&DesignMatrix, &[String]),
        fit: &CoxFit,
    ) -> Result<Vec<Steps>, Problem> {
        if !self.explain {
            return Ok(Vec::new());
        }
        let model = self.model(frame).penalty(None);
        let stratified = frame.strata.is_some();
        explain_cox(&model, self.ties, frame.observations()?, design, fit, stratified)
    }

    fn model<'a>(&self, frame: &'a ModelFrame) -> CoxModel<'a> {
        CoxModel::default()
            .ties(self.ties)
            .strata(frame.strata.as_ref().map(|strata| &strata.groups))
            .cluster(frame.cluster.as_ref().map(|cluster| &cluster.groups))
            .robust(self.robust)
            .offset(frame.offset.as_deref())
            .penalty(self.firth.then_some(Penalty::Firth))
            .conf_level(self.conf_level)
    }

    /// What is read off a fit with a coefficient at infinity would depend on where the iteration
    /// was broken off.
    fn refuse_infinite(&self, fit: &CoxFit) -> Result<(), Problem> {
        let asked = match (self.predict.is_some(), self.baseline) {
            (true, _) => "prediction",
            (_, true) => "baseline hazard",
            _ if self.save_model => "model to save",
            _ if !self.residuals.is_empty() => "residual",
            _ => return Ok(()),
        };
        if !fit.any_infinite() {
            return Ok(());
        }
        Err(Problem::analysis(
            format!("a coefficient runs to infinity, so there is no {asked}"),
            Remedy::set_to("firth", "true"),
        ))
    }

    /// Standard errors by the sandwich do not take weights for counts.
    fn settle_weights(&self, about: &mut About, frame: &ModelFrame) {
        if self.robust || frame.cluster.is_some() {
            about.doubts.retain(|doubt| doubt.code() != "weights_not_whole");
        }
    }
}

/// The test of proportional hazards, a term at a time.
pub(crate) fn zph(
    fit: &CoxFit,
    design: &Design,
    transform: ZphTransform,
) -> Result<Zph, riskset::Error> {
    let ranges: Vec<_> = design.terms.iter().map(|term| term.columns.clone()).collect();
    fit.zph(transform, &ranges)
}

/// The doubts of the fit itself.
pub(crate) fn doubt_fit(about: &mut About, fit: &CoxFit, design: &Design) {
    about.doubts.extend(Doubt::of_fit(fit, &design.names));
}

/// Below this P value a term is named as not proportional.
const NOT_PROPORTIONAL: f64 = 0.05;

/// Terms, and all together, whose hazards do not look proportional.
fn doubt_hazards(about: &mut About, design: &Design, zph: Option<&Zph>) {
    let Some(zph) = zph else { return };
    let names = design.terms.iter().map(|term| term.name.as_str()).chain(["GLOBAL"]);
    let tests = zph.terms.iter().map(Option::as_ref).chain([zph.global.as_ref()]);
    let small = names
        .zip(tests)
        .filter(|(_, test)| test.is_some_and(|test| test.p_value < NOT_PROPORTIONAL));
    let terms: Vec<String> = small.map(|(name, _)| name.to_owned()).collect();
    if !terms.is_empty() {
        about.doubt(Doubt::NonProportional { terms });
    }
}
