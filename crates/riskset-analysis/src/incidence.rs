//! Competing risks: cumulative incidences by group, Gray's test, and the Fine-Gray model.

use crate::comparison::stratum_columns;
use crate::curve::{CurveOver, Places, curves};
use crate::doubt::curves::quantile_moves;
use crate::expected::{IncidencePrediction, PredictingIncidence};
use crate::explain::{explained, incidence};
use crate::predict::doubt_new_rows;
use crate::rows::settle;
use crate::saved::{FineGrayMade, SavedModel};
use crate::{About, Data, Doubt, GroupName, Problem, RowsRequest};
use riskset::{
    AalenJohansen, CauseIncidence, CompetingRisks, ConfType, CumulativeIncidence, CurveVariance,
    DesignMatrix, FineGray, FineGrayFit, FlatRule, GrayTest, GrayTestResult, Groups, IncidenceAt,
    IncidencePredictor, IncidenceVariance, Quantile, Remedy,
};
use riskset_data::{Competing, CompetingEvents, Design, Grouping, ModelFrame};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How the event column names causes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CauseRequest {
    /// The cause of interest, as the event column has it.
    pub cause: String,
    /// The value of the event column that means censored.
    pub censor: String,
}

/// Cumulative incidences (Aalen-Johansen).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CifRequest {
    /// Data, model and rows.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Causes.
    #[serde(flatten)]
    pub causes: CauseRequest,
    /// Level of the confidence intervals, as a fraction.
    pub conf_level: f64,
    /// Scale on which the interval of an incidence is symmetric.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<ConfType>")]
    pub conf_type: ConfType,
    /// Which time of a flat is a quantile.
    #[serde(with = "crate::choice", skip_serializing_if = "crate::choice::is_default")]
    #[schemars(schema_with = "crate::choice::schema::<FlatRule>")]
    pub flat: FlatRule,
    /// How the variance of an incidence is estimated from the counts.
    #[serde(with = "crate::choice", skip_serializing_if = "crate::choice::is_default")]
    #[schemars(schema_with = "crate::choice::schema::<IncidenceVariance>")]
    pub incidence_variance: IncidenceVariance,
    /// Times by which an incidence reaches these probabilities.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quantiles: Vec<f64>,
    /// Gray's test for each cause; `strata()` in the formula stratifies it.
    pub gray: bool,
    /// Incidence at these times, in the unit of the data.
    pub times: Vec<f64>,
    /// Robust standard errors (the infinitesimal jackknife). Left out, they are robust when the
    /// weights are not all whole numbers or `cluster()` stands in the formula.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub robust: Option<bool>,
    /// How it comes about as well: the arithmetic, one row a step.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub explain: bool,
}

impl Default for CifRequest {
    fn default() -> CifRequest {
        CifRequest {
            rows: RowsRequest::default(),
            causes: CauseRequest::default(),
            conf_level: 0.95,
            conf_type: ConfType::Log,
            flat: FlatRule::Middle,
            incidence_variance: IncidenceVariance::Multinomial,
            quantiles: Vec::new(),
            gray: false,
            times: Vec::new(),
            robust: None,
            explain: false,
        }
    }
}

/// Cumulative incidences.
#[derive(Clone, Debug)]
pub struct CifAnswer {
    /// Rows and doubts.
    pub about: About,
    /// What was asked.
    pub request: CifRequest,
    /// The name of every cause, in the order of the curves.
    pub causes: Vec<String>,
    /// One entry per group, in level order, with all causes.
    pub groups: Vec<CifGroup>,
    /// Gray's test of every cause, in order, when asked for.
    pub gray: Option<Vec<GrayTestResult>>,
    /// The columns of `strata()`, within which Gray's test compares.
    pub strata: Vec<String>,
    /// How standard errors and limits were made; the clusters are those of all groups.
    pub variance: CurveVariance,
}

/// A group with the incidences of all causes.
#[derive(Clone, Debug)]
pub struct CifGroup {
    /// Its levels.
    pub name: GroupName,
    /// The incidence of every cause, by its number from 1.
    pub incidence: CumulativeIncidence,
    /// For every cause, in order, the incidence at the times asked for, in that order.
    pub at_times: Vec<Vec<IncidenceAt>>,
    /// For every cause, in order, the quantiles asked for, in that order.
    pub quantiles: Vec<Vec<Quantile>>,
}

impl CauseRequest {
    /// The options of a frame.
    pub(crate) fn competing(&self) -> Result<Competing, Problem> {
        for (field, value) in [("cause", &self.cause), ("censor", &self.censor)] {
            if value.is_empty() {
                return Err(Problem::request(
                    "which values of the event column mean the cause of interest and censored was \
                     not said",
                    Remedy::set(field),
                ));
            }
        }
        Ok(Competing { censor: vec![self.censor.clone()], cause: Some(self.cause.clone()) })
    }
}

/// The model with the variance that the rows need.
pub(crate) fn with_variance(
    model: AalenJohansen,
    asked: Option<bool>,
    frame: &ModelFrame,
    about: &mut About,
) -> Result<(AalenJohansen, CurveVariance), Problem> {
    let cluster = frame.cluster.as_ref();
    let robust = settle(asked, cluster.is_some(), frame.weights.as_deref(), about)?;
    let variance = match robust {
        true => CurveVariance::Robust { clusters: cluster.map(Grouping::count) },
        false => CurveVariance::Greenwood,
    };
    Ok((model.robust(robust).cluster(cluster.map(|cluster| &cluster.groups)), variance))
}

impl CifRequest {
    /// Estimates the incidences.
    pub(crate) fn run(&self, data: &Data) -> Result<CifAnswer, Problem> {
        let counts = self.robust != Some(true);
        let mut rows = self.rows.competing(data, "cif", self.causes.competing()?, counts)?;
        // Gray's test takes no clusters.
        if self.gray {
            rows.refuse_model_terms()?
        } else {
            rows.refuse_offset()?
        }
        if rows.frame.strata.is_some() && !self.gray {
            return Err(Problem::analysis(
                "strata() in the formula stratifies Gray's test, which was not asked for",
                Remedy::AnyOf(vec![
                    Remedy::set("gray"),
                    Remedy::to("name the column without strata() to get a curve per level"),
                ]),
            ));
        }
        let frame = &rows.frame;
        let (response, events) = competing(frame)?;
        let grouping = frame.groups()?;
        let all = Groups::single(frame.n);
        let groups = grouping.as_ref().map_or(&all, |grouping| &grouping.groups);
        let model = AalenJohansen::default()
            .conf_level(self.conf_level)
            .conf_type(self.conf_type)
            .flat(self.flat)
            .errors(self.incidence_variance);
        let (model, variance) = with_variance(model, self.robust, frame, &mut rows.about)?;
        let fits = model.fit_groups(&response, groups)?;
        let named = GroupName::all(grouping.as_ref()).into_iter().zip(fits);
        let groups = named.map(|(name, incidence)| self.group(name, incidence));
        let groups = groups.collect::<Result<Vec<CifGroup>, riskset::Error>>()?;
        let steps = match (self.explain, events.cause) {
            (true, Some(cause)) => incidence(&groups, &events.causes, cause),
            _ => Vec::new(),
        };
        let gray = self.gray_test(frame, &response, grouping.as_ref())?;
        let strata = stratum_columns(frame);
        let mut about = rows.about;
        explained(&mut about, &self.rows, steps);
        self.doubt_flats(&mut about, &groups, &events.causes);
        Ok(CifAnswer {
            groups,
            causes: events.causes.clone(),
            gray,
            strata,
            request: self.clone(),
            about,
            variance,
        })
    }

    /// Quantiles that are the middle of a flat which lasts to the end of the follow-up.
    fn doubt_flats(&self, about: &mut About, groups: &[CifGroup], causes: &[String]) {
        for (group, &probability) in
            groups.iter().flat_map(|g| self.quantiles.iter().map(move |p| (g, p)))
        {
            let moves = group.incidence.causes().zip(causes).filter_map(|(incidence, cause)| {
                let name = format!("{}, {cause}", group.name.name());
                quantile_moves(&name, probability, incidence.open_flat(probability))
            });
            about.doubts.extend(moves);
        }
    }

    /// What is read off the incidences of a group.
    fn group(
        &self,
        name: GroupName,
        incidence: CumulativeIncidence,
    ) -> Result<CifGroup, riskset::Error> {
        let causes = (1..).take(incidence.n_causes());
        let at_times = causes
            .map(|cause| incidence.cause(cause).at_times(&self.times))
            .collect::<Result<_, riskset::Error>>()?;
        let causes = (1..).take(incidence.n_causes()).map(|cause| incidence.cause(cause));
        let read = |cause: CauseIncidence<'_>| -> Vec<Quantile> {
            self.quantiles.iter().map(|&p| cause.quantile(p)).collect()
        };
        let quantiles = causes.map(read).collect();
        Ok(CifGroup { name, incidence, at_times, quantiles })
    }

    fn gray_test(
        &self,
        frame: &ModelFrame,
        response: &CompetingRisks,
        grouping: Option<&Grouping>,
    ) -> Result<Option<Vec<GrayTestResult>>, Problem> {
        if !self.gray {
            return Ok(None);
        }
        let Some(grouping) = grouping else {
            return Err(Problem::analysis(
                "Gray's test compares groups, but the formula names none",
                Remedy::to("write a grouping column right of ~, such as Surv(time, event) ~ arm"),
            ));
        };
        let strata = frame.strata.as_ref().map(|strata| &strata.groups);
        Ok(Some(GrayTest::default().strata(strata).test(response, &grouping.groups)?))
    }
}

/// The checked response with its causes.
pub(crate) fn competing(frame: &ModelFrame) -> Result<(CompetingRisks, &CompetingEvents), Problem> {
    let events = frame.competing.as_ref().expect("the options of the frame name causes");
    let response = CompetingRisks::from_observations(
        frame.observations()?.clone(),
        &events.codes,
        events.causes.len(),
    )?;
    Ok((response, events))
}

/// Fine-Gray regression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct FineGrayRequest {
    /// Data, model and rows.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Causes.
    #[serde(flatten)]
    pub causes: CauseRequest,
    /// Level of the confidence intervals, as a fraction.
    pub conf_level: f64,
    /// A table with the columns of the model, for whose rows the incidence is predicted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub predict: Option<String>,
    /// Incidence of the predictions at these times; at all event times when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<f64>,
    /// The model as a file can hold it, for predictions without the data.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub save_model: bool,
    /// The value of a covariate that its curve, such as `rcs(age, 4)`, is compared with, by covariate;
    /// the median of the rows where none is given.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub reference_values: BTreeMap<String, f64>,
}

impl Default for FineGrayRequest {
    fn default() -> FineGrayRequest {
        FineGrayRequest {
            rows: RowsRequest::default(),
            causes: CauseRequest::default(),
            conf_level: 0.95,
            predict: None,
            times: Vec::new(),
            save_model: false,
            reference_values: BTreeMap::new(),
        }
    }
}

/// A Fine-Gray regression.
#[derive(Debug)]
pub struct FineGrayAnswer {
    /// Rows and doubts.
    pub about: About,
    /// What was asked.
    pub request: FineGrayRequest,
    /// The fit: coefficients, robust variance, likelihoods, test.
    pub fit: FineGrayFit,
    /// The names of its columns and their terms.
    pub design: Design,
    /// The predictions, one per row of the new table, when asked for.
    pub predictions: Option<Vec<IncidencePrediction>>,
    /// The model as a file can hold it, when asked for.
    pub saved: Option<SavedModel>,
    /// The subdistribution hazard ratio over the covariate of each curve among the terms.
    pub curves: Vec<CurveOver>,
}

impl FineGrayRequest {
    /// Fits the model.
    pub(crate) fn run(&self, data: &Data) -> Result<FineGrayAnswer, Problem> {
        let rows = self.rows.competing(data, "fine-gray", self.causes.competing()?, false)?;
        let frame = &rows.frame;
        if frame.strata.is_some() || frame.offset.is_some() {
            return Err(Problem::analysis(
                "strata() and offset() have no meaning in a Fine-Gray model",
                Remedy::to("leave them out, or put the column among the covariates"),
            ));
        }
        let (response, events) = competing(frame)?;
        let cause = events.cause.expect("the options of the frame name a cause of interest");
        let design = frame.design()?;
        let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)?;
        let model = FineGray::default()
            .conf_level(self.conf_level)
            .cluster(frame.cluster.as_ref().map(|cluster| &cluster.groups));
        let fit = model.fit(&response, cause, &matrix)?;
        let curves = curves(&fit, &design, &self.reference_values, Places::Quantiles)?;
        let mut about = rows.about.clone();
        about.doubts.extend(Doubt::of_fit(&fit, &design.names));
        let (predictions, saved) = match self.predicts()? {
            false => (None, None),
            true => {
                let predictor = predictor(&model, &response, &matrix, &fit)?;
                let causes = &self.causes;
                let (response, matrix) = (&response, &matrix);
                let made =
                    FineGrayMade { fit: &fit, predictor: &predictor, response, matrix, causes };
                let saved = self.save_model.then(|| SavedModel::of_incidence(&about, frame, &made));
                let saved = saved.transpose()?;
                (self.predictions(data, frame, &predictor, &mut about)?, saved)
            }
        };
        let request = self.clone();
        Ok(FineGrayAnswer { about, request, fit, design, predictions, saved, curves })
    }

    /// Whether anything is predicted, now or from a file.
    fn predicts(&self) -> Result<bool, Problem> {
        if self.predict.is_none() && !self.times.is_empty() {
            return Err(Problem::request(
                "times of a prediction were given, and no table to predict for",
                Remedy::set("predict"),
            ));
        }
        Ok(self.predict.is_some() || self.save_model)
    }

    /// One prediction per row of the new table, when asked for.
    fn predictions(
        &self,
        data: &Data,
        frame: &ModelFrame,
        predictor: &IncidencePredictor,
        about: &mut About,
    ) -> Result<Option<Vec<IncidencePrediction>>, Problem> {
        if self.predict.is_none() {
            return Ok(None);
        }
        let table = data.further("predict")?.read(None)?;
        let coding = frame.coding()?;
        let asked = PredictingIncidence { predictor, coding: &coding, times: &self.times };
        let found = asked.rows(&table)?;
        doubt_new_rows(about, &coding, &table)?;
        asked.doubt_times(about);
        Ok(Some(found))
    }
}

/// The predictions of a fit, which needs all its coefficients.
pub(crate) fn predictor(
    model: &FineGray,
    response: &CompetingRisks,
    matrix: &DesignMatrix,
    fit: &FineGrayFit,
) -> Result<IncidencePredictor, Problem> {
    if fit.any_infinite() || !fit.converged() {
        return Err(Problem::analysis(
            "a coefficient runs to infinity, so that nothing can be predicted",
            Remedy::to("leave its term out, or combine levels"),
        ));
    }
    Ok(model.predictor(response, matrix, fit)?)
}
