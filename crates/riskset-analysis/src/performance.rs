//! How good a model's predictions are: on the rows that made it, corrected for having made it, and on
//! new data; and two models of the same rows against each other. A Cox model predicts the risk of the
//! event; with competing risks a Fine-Gray model, or Cox models of all causes, the incidence of one.

mod compare;
mod cuts;
mod fits;
mod groups;
mod measures;
mod model;
mod outcome;
mod rows;
mod validate;

pub use compare::ModelComparison;
pub(crate) use cuts::Cuts;
pub(crate) use groups::Grouped;
pub use groups::{RiskGroup, RiskGroupsAnswer, RiskGroupsRequest};
pub use measures::Measures;
pub use model::ModelPerformance;
pub use validate::{Corrected, Validation};

use crate::saved::{SavedModel, validations};
use crate::{About, CauseRequest, Data, Doubt, Problem, RowsRequest};
use model::Made;
use riskset::{Remedy, Ties};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What predicts an incidence with competing risks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IncidenceModel {
    /// A Fine-Gray model of the cause.
    #[default]
    FineGray,
    /// Cox models of the hazards of all causes, put together.
    CauseSpecific,
}

riskset::choices!(
    IncidenceModel,
    "model of an incidence",
    [
        (IncidenceModel::FineGray, "fine-gray", "A Fine-Gray model of the cause"),
        (
            IncidenceModel::CauseSpecific,
            "cause-specific",
            "Cox models of the hazards of all causes, put together"
        ),
    ]
);

/// The performance of one model or of two.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PerformanceRequest {
    /// Data, model and rows that the model is made of.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// With competing risks: the cause whose incidence is predicted, as the event column has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// With competing risks: the value of the event column that means censored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub censor: Option<String>,
    /// With competing risks: the model of the incidence, `fine-gray` when absent.
    #[serde(with = "crate::choice::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crate::choice::optional::schema::<IncidenceModel>")]
    pub incidence_model: Option<IncidenceModel>,
    /// Level of the confidence intervals, as a fraction.
    pub conf_level: f64,
    /// How tied event times enter the likelihood.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<Ties>")]
    pub ties: Ties,
    /// Times of the predicted risks, in the unit of the data, increasing; at least one.
    pub times: Vec<f64>,
    /// Uno's concordance counts pairs whose first event is before this; the last of `times` when
    /// absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tau: Option<f64>,
    /// Groups of predicted risk for calibration.
    pub groups: usize,
    /// The terms of another model of the same rows: `age + sex`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<String>,
    /// New data on which the model is judged, instead of the rows that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validate: Option<String>,
    /// The response of the new data where its columns have other names: `Surv(months, dead)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validate_response: Option<String>,
    /// Bootstrap samples for the correction of optimism; none when 0.
    pub bootstrap: usize,
    /// Folds of a cross-validation; none when 0.
    pub folds: usize,
    /// Cut-offs of risk, as fractions, between the categories of which patients move from one of two
    /// models to the other; none are told when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reclassify: Vec<f64>,
    /// Samples of the rows judged, with their predictions as they are, that give the limits of ICI and
    /// E90; none when 0.
    pub resample: usize,
    /// Where the random numbers start.
    pub seed: u64,
    /// The model, with how it was judged, as a file can hold it, for predictions without the data.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub save_model: bool,
    /// Thresholds of risk at which the net benefit is given, at the first time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<f64>,
}

impl Default for PerformanceRequest {
    fn default() -> PerformanceRequest {
        PerformanceRequest {
            rows: RowsRequest::default(),
            cause: None,
            censor: None,
            incidence_model: None,
            conf_level: 0.95,
            ties: Ties::Efron,
            times: Vec::new(),
            tau: None,
            groups: 5,
            against: None,
            validate: None,
            validate_response: None,
            bootstrap: 0,
            folds: 0,
            reclassify: Vec::new(),
            resample: 0,
            seed: 1,
            save_model: false,
            thresholds: Vec::new(),
        }
    }
}

/// The performance of one model or of two.
#[derive(Clone, Debug)]
pub struct PerformanceAnswer {
    /// Rows and doubts; the rows are those that the models were made of.
    pub about: About,
    /// What was asked.
    pub request: PerformanceRequest,
    /// Events of the rows that the models were made of.
    pub events: usize,
    /// The rows on which the models are judged.
    pub judged: Judged,
    /// The model, and the other one where there is one.
    pub models: Vec<ModelPerformance>,
    /// The model less the other one.
    pub comparison: Option<ModelComparison>,
    /// The model as a file can hold it, when asked for.
    pub saved: Option<SavedModel>,
}

/// The rows on which models are judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// What the data are called.
    pub data: String,
    /// Whether they are new: not the rows that made the models.
    pub new: bool,
    /// Rows.
    pub n: usize,
    /// Rows left out because a column used is missing.
    pub n_missing: usize,
    /// Events; with competing risks those of the cause of interest.
    pub events: usize,
    /// Events of other causes.
    pub competing: usize,
}

impl PerformanceRequest {
    /// The causes of competing risks; `None` for one event.
    pub(crate) fn causes(&self) -> Option<CauseRequest> {
        let (cause, censor) = (self.cause.clone(), self.censor.clone());
        let text = |value: Option<String>| value.unwrap_or_default();
        let any = cause.is_some() || censor.is_some();
        any.then(|| CauseRequest { cause: text(cause), censor: text(censor) })
    }

    /// The model of the incidence.
    pub fn model(&self) -> IncidenceModel {
        self.incidence_model.unwrap_or_default()
    }

    /// Fits the models and judges them.
    pub(crate) fn run(&self, data: &Data) -> Result<PerformanceAnswer, Problem> {
        self.refuse()?;
        let rows = rows::Making::of(self, data)?;
        let mut about = rows.about.clone();
        let made = rows.frames.iter().map(|frame| Made::of(self, frame, &mut about));
        let made: Vec<Made> = made.collect::<Result<_, Problem>>()?;
        let judging = rows::Judging::of(self, data, &rows, &made, &mut about)?;
        self.doubt_times(&mut about, &judging);
        let names = rows.names.clone();
        let mut models = Vec::with_capacity(made.len());
        for ((made, name), design) in made.iter().zip(names).zip(&judging.designs) {
            models.push(made.judged(self, name, &judging.outcome, design)?);
        }
        let comparison = match (&made[..], &models[..]) {
            ([first, second], [model, other]) => {
                let fits = (&first.fit, &second.fit);
                Some(compare::compare(self, &judging.outcome, (model, other), fits)?)
            }
            _ => None,
        };
        if !judging.judged.new && self.bootstrap == 0 && self.folds == 0 {
            about.doubt(Doubt::Apparent);
        }
        let saved = match self.save_model {
            true => {
                let of = made[0].saved(self, &about, &rows.frames[0])?;
                let validation = validations(self, &judging.judged, &models[0]);
                Some(SavedModel { validation, ..of })
            }
            false => None,
        };
        Ok(PerformanceAnswer {
            saved,
            events: made[0].fit.n_events(),
            request: self.clone(),
            judged: judging.judged,
            about,
            models,
            comparison,
        })
    }

    fn refuse(&self) -> Result<(), Problem> {
        if self.times.is_empty() {
            return Err(Problem::request(
                "a predicted risk is one by a time, and no time was given",
                Remedy::set("times"),
            ));
        }
        if self.validate.is_none() && self.validate_response.is_some() {
            return Err(Problem::request(
                "the response of new data was given, and no new data",
                Remedy::set("validate"),
            ));
        }
        if self.validate.is_some() && (self.bootstrap > 0 || self.folds > 0) {
            return Err(Problem::request(
                "new data have nothing to correct: no row of theirs made the model",
                Remedy::AnyOf(vec![
                    Remedy::Unset("validate".into()),
                    Remedy::Unset(if self.bootstrap > 0 { "bootstrap" } else { "folds" }.into()),
                ]),
            ));
        }
        if !self.reclassify.is_empty() {
            if self.against.is_none() {
                let what = "patients are reclassified from one model to another, and there is one";
                return Err(Problem::request(what, Remedy::set("against")));
            }
            let at = self.times.first().copied();
            Cuts { cuts: &self.reclassify, at, field: "reclassify" }.refuse()?;
        }
        self.refuse_of_causes()?;
        match self.folds {
            1 => Err(Problem::request(
                "one fold leaves no rows to make a model of",
                Remedy::set_to("folds", "10"),
            )),
            _ => Ok(()),
        }
    }

    /// What belongs to competing risks is refused without them, and the other way round.
    pub(crate) fn refuse_of_causes(&self) -> Result<(), Problem> {
        if self.causes().is_none() {
            return match self.incidence_model {
                Some(_) => Err(Problem::request(
                    "a model of an incidence was chosen, and no cause whose incidence it is",
                    Remedy::AnyOf(vec![
                        Remedy::set("cause"),
                        Remedy::Unset("incidence_model".into()),
                    ]),
                )),
                None => Ok(()),
            };
        }
        match (self.save_model, self.model()) {
            (true, IncidenceModel::CauseSpecific) => Err(Problem::request(
                "a saved model of an incidence is a Fine-Gray model: of several Cox models together no \
                 file is made",
                Remedy::AnyOf(vec![
                    Remedy::set_to("incidence_model", "fine-gray"),
                    Remedy::Unset("save_model".into()),
                ]),
            )),
            _ => Ok(()),
        }
    }

    /// The end of the pairs of Uno's concordance.
    pub fn horizon(&self) -> f64 {
        self.tau.unwrap_or_else(|| self.times.iter().copied().fold(f64::NEG_INFINITY, f64::max))
    }

    /// After the last event a curve is level because nobody was seen to fail, not because nobody
    /// does.
    fn doubt_times(&self, about: &mut About, judging: &rows::Judging) {
        let outcome = &judging.outcome;
        let events = (0..outcome.len()).filter(|&row| outcome.had(row));
        let last = events.map(|row| outcome.rows().time()[row]).fold(f64::NEG_INFINITY, f64::max);
        if let Some(&time) = self.times.iter().find(|&&time| time > last) {
            about.doubt(Doubt::AfterLastEvent { time, last });
        }
    }
}
