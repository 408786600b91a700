//! Predictions of a saved model, without the data that made it.

use crate::cox::Predicting;
use crate::expected::{IncidencePrediction, PredictingIncidence};
use crate::performance::Cuts;
use crate::saved::{Model, Predictor, SavedModel};
use crate::{About, CoxPrediction, Data, Doubt, Problem};
use riskset::Remedy;
use riskset_data::{Coding, NumberSeen, ReadOptions, Table};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a saved model says of the rows of a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PredictRequest {
    /// The file of the model, as a Cox regression saves it.
    pub model: String,
    /// The new rows: a file, `-` for standard input, or a bundled set.
    pub data: String,
    /// What the reader of the data is told; what is not told is seen from the file.
    #[serde(skip_serializing_if = "crate::rows::is_default")]
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub reading: ReadOptions,
    /// Survival, or with competing risks the incidence, at these times; the whole curve when there are
    /// none.
    pub times: Vec<f64>,
    /// Restricted means up to this time; an incidence has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tau: Option<f64>,
    /// Cut-offs of groups: risks by `at`, as fractions, or linear predictors without it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<f64>,
    /// The time by which the risk of the cut-offs is predicted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<f64>,
}

/// What a saved model says.
#[derive(Clone, Debug)]
pub struct PredictAnswer {
    /// The new rows, and doubts.
    pub about: About,
    /// What was asked.
    pub request: PredictRequest,
    /// The model.
    pub model: SavedModel,
    /// What it predicts.
    pub predictions: Predictions,
    /// The label of each stratum; empty without strata.
    pub stratum_labels: Vec<String>,
    /// The group of each prediction, when groups were asked for; `None` where its risk by the time does
    /// not exist.
    pub groups: Option<Vec<Option<String>>>,
}

/// What a model predicts.
#[derive(Clone, Debug, PartialEq)]
pub enum Predictions {
    /// Survival, one per row; of a table without the columns of the strata, one per row and stratum.
    Survival(Vec<CoxPrediction>),
    /// The incidence of a cause, one per row.
    Incidence(Vec<IncidencePrediction>),
}

impl PredictRequest {
    /// Predicts.
    pub(crate) fn run(&self, data: &Data) -> Result<PredictAnswer, Problem> {
        if self.model.is_empty() {
            return Err(Problem::request("no model was given", Remedy::set("model")));
        }
        let model = Model::from_json(data.text("model")?, &self.model)?;
        let table = data.read(None)?;
        let mut about = self.about(&model.saved, &table);
        doubt_new_rows(&mut about, &model.coding, &table)?;
        let (predictions, groups) = match &model.predictor {
            Predictor::Survival(predictor) => {
                let (coding, times, tau) = (&model.coding, &self.times[..], self.tau);
                let asked = Predicting { predictor, coding, times, tau };
                let found = asked.rows(&table)?;
                doubt_times(&mut about, &asked, &found);
                let predictors = found.iter().map(|one| one.linear_predictor).collect();
                let groups = self.groups(predictors, |at| {
                    let there = Predicting { times: &[at], tau: None, ..asked }.rows(&table)?;
                    let risk = |one: &CoxPrediction| Some(1.0 - one.points[0].survival?);
                    Ok(there.iter().map(risk).collect())
                })?;
                (Predictions::Survival(found), groups)
            }
            Predictor::Incidence(predictor) => {
                self.refuse_mean(&model.saved)?;
                let (coding, times) = (&model.coding, &self.times[..]);
                let asked = PredictingIncidence { predictor, coding, times };
                let found = asked.rows(&table)?;
                asked.doubt_times(&mut about);
                let predictors = found.iter().map(|one| one.linear_predictor).collect();
                let groups = self.groups(predictors, |at| {
                    let there = PredictingIncidence { times: &[at], ..asked }.rows(&table)?;
                    Ok(there.iter().map(|one| one.points[0].incidence).collect())
                })?;
                (Predictions::Incidence(found), groups)
            }
        };
        Ok(PredictAnswer {
            about,
            request: self.clone(),
            predictions,
            groups,
            stratum_labels: model.coding.stratum_labels(),
            model: model.saved,
        })
    }

    /// A model of an incidence says nothing of the other causes, and so of no survival.
    fn refuse_mean(&self, model: &SavedModel) -> Result<(), Problem> {
        let cause = model.incidence.as_ref().map_or("", |incidence| &incidence.cause);
        match self.tau {
            None => Ok(()),
            Some(_) => Err(Problem::analysis(
                format!(
                    "the model predicts the incidence of {cause}, and nothing of what else may come first: \
                     a restricted mean is an area under survival, which it does not know"
                ),
                Remedy::AnyOf(vec![
                    Remedy::Unset("tau".into()),
                    Remedy::to("save a Cox model of all events together"),
                ]),
            )),
        }
    }

    /// The group of each prediction, by its linear predictor or by the risk that is asked for.
    fn groups(
        &self,
        predictors: Vec<f64>,
        risks: impl Fn(f64) -> Result<Vec<Option<f64>>, Problem>,
    ) -> Result<Option<Vec<Option<String>>>, Problem> {
        let cuts = Cuts { cuts: &self.groups, at: self.at, field: "groups" };
        if self.groups.is_empty() {
            return match self.at {
                None => Ok(None),
                Some(_) => cuts.refuse().map(|()| None),
            };
        }
        cuts.refuse()?;
        let labels = cuts.labels();
        let values = match self.at {
            None => predictors.into_iter().map(Some).collect(),
            Some(at) => risks(at)?,
        };
        let label = |value: Option<f64>| Some(labels[cuts.place(value?)].clone());
        Ok(Some(values.into_iter().map(label).collect()))
    }

    fn about(&self, model: &SavedModel, table: &Table) -> About {
        About {
            analysis: "predict",
            request: String::new(),
            data: self.data.clone(),
            formula: model.formula.clone(),
            subset: None,
            n: table.n_rows(),
            n_missing: 0,
            notes: table.notes().to_vec(),
            landmark: None,
            known_at: None,
            matching: None,
            balance: None,
            doubts: Vec::new(),
            steps: Vec::new(),
        }
    }
}

/// A mean so many standard deviations away is of another unit, or of other patients.
const FAR: f64 = 3.0;

/// Numbers whose mean in new rows is far from that of the rows that made the model; of a curve or an
/// interaction as well.
pub(crate) fn other_units(coding: &Coding, table: &Table) -> Result<Vec<Doubt>, Problem> {
    let far = |(name, seen, numbers): (&str, NumberSeen, Vec<f64>)| {
        let after = numbers.iter().sum::<f64>() / numbers.len() as f64;
        let other = (after - seen.mean).abs() > FAR * seen.std_dev;
        other.then(|| Doubt::OtherUnits { column: name.to_owned(), before: seen.mean, after })
    };
    Ok(coding.numbers_at(table)?.into_iter().filter_map(far).collect())
}

/// Numbers of new rows that are far from those that made the model, or beyond all of them.
pub(crate) fn doubt_new_rows(
    about: &mut About,
    coding: &Coding,
    table: &Table,
) -> Result<(), Problem> {
    for (name, seen, numbers) in coding.numbers_at(table)? {
        let after = numbers.iter().sum::<f64>() / numbers.len() as f64;
        if (after - seen.mean).abs() > FAR * seen.std_dev {
            about.doubt(Doubt::OtherUnits { column: name.to_owned(), before: seen.mean, after });
            continue;
        }
        let outside = |number: &&f64| **number < seen.least || **number > seen.greatest;
        let rows = numbers.iter().filter(outside).count();
        if rows > 0 {
            let (column, least, greatest) = (name.to_owned(), seen.least, seen.greatest);
            about.doubt(Doubt::Extrapolated { column, rows, least, greatest });
        }
    }
    Ok(())
}

/// Times after the last event, or after everybody, of a stratum that is predicted for.
pub(crate) fn doubt_times(about: &mut About, asked: &Predicting, found: &[CoxPrediction]) {
    let strata = &asked.predictor.parts().strata;
    let mut used: Vec<usize> = found.iter().map(|one| one.stratum.unwrap_or(0)).collect();
    used.sort_unstable();
    used.dedup();
    let times = asked.times.iter().copied().chain(asked.tau);
    let (mut after, mut beyond) = (None, None);
    for time in times {
        for stratum in used.iter().map(|&stratum| &strata[stratum]) {
            let last = stratum.time.last().copied().unwrap_or(0.0);
            let last_event = stratum.last_event();
            if time > last {
                beyond = beyond.or(Some(Doubt::BeyondModel { time, last }));
            } else if let Some(last) = last_event.filter(|&last| time > last) {
                after = after.or(Some(Doubt::AfterLastEvent { time, last }));
            }
        }
    }
    about.doubts.extend(beyond.into_iter().chain(after));
}
