//! Groups of patients by what a model predicts for them, at cut-offs that were given, with the survival
//! that was seen in each; with competing risks, with the incidence of the cause of interest.
//!
//! A cut-off that was chosen by looking at the same patients belongs to `cutpoint`, whose P value knows
//! of the search.

use super::cuts::Cuts;
use super::model::{Made, Predicted};
use super::outcome::Outcome;
use super::rows::{Judging, Making};
use super::{IncidenceModel, Judged, PerformanceRequest};
use crate::{
    About, CauseRequest, CifRequest, CoxRequest, Data, Doubt, FineGrayRequest, GroupName, KmGroup,
    KmRequest, NewColumn, Problem, RowsRequest,
};
use riskset::{
    Coefficient, ConfType, FlatRule, GrayTestResult, IncidenceAt, LogRankTest, Remedy, Ties,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Groups by the predictions of a Cox model, or with competing risks by those of an incidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct RiskGroupsRequest {
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
    /// Scale on which the interval of S(t), or of an incidence, is symmetric.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<ConfType>")]
    pub conf_type: ConfType,
    /// Which time of a flat is a quantile.
    #[serde(with = "crate::choice", skip_serializing_if = "crate::choice::is_default")]
    #[schemars(schema_with = "crate::choice::schema::<FlatRule>")]
    pub flat: FlatRule,
    /// How tied event times enter the likelihood.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<Ties>")]
    pub ties: Ties,
    /// Cut-offs, increasing; whoever is at one belongs to the group above it. They are risks, as
    /// fractions, where `at` is given, and otherwise linear predictors from the means of the rows that
    /// made the model.
    pub groups: Vec<f64>,
    /// The time by which the risk is predicted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<f64>,
    /// Survival (with competing risks the incidence), seen and predicted, at these times; at `at` when
    /// there are none.
    pub times: Vec<f64>,
    /// New data whose rows are grouped, instead of those that made the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validate: Option<String>,
    /// The response of the new data where its columns have other names: `Surv(months, dead)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validate_response: Option<String>,
}

impl Default for RiskGroupsRequest {
    fn default() -> RiskGroupsRequest {
        RiskGroupsRequest {
            rows: RowsRequest::default(),
            cause: None,
            censor: None,
            incidence_model: None,
            conf_level: 0.95,
            conf_type: ConfType::Log,
            flat: FlatRule::Middle,
            ties: Ties::Efron,
            groups: Vec::new(),
            at: None,
            times: Vec::new(),
            validate: None,
            validate_response: None,
        }
    }
}

/// Groups by the predictions of a model.
#[derive(Clone, Debug)]
pub struct RiskGroupsAnswer {
    /// Rows and doubts; the rows are those that made the model.
    pub about: About,
    /// What was asked.
    pub request: RiskGroupsRequest,
    /// Events of the rows that made the model.
    pub events: usize,
    /// The rows that are grouped.
    pub judged: Judged,
    /// The groups by increasing risk, those without a patient too.
    pub groups: Vec<RiskGroup>,
    /// The log-rank test of the groups that have patients; `None` for one group, and with competing
    /// risks.
    pub test: Option<LogRankTest>,
    /// With competing risks: Gray's test of the cause, of the groups that have patients.
    pub gray: Option<GrayTestResult>,
}

/// A group.
#[derive(Clone, Debug)]
pub struct RiskGroup {
    /// `Risk 20% to below 50%`.
    pub label: String,
    /// The cut-off at which it starts; `None` for the lowest.
    pub from: Option<f64>,
    /// The cut-off below which it ends; `None` for the highest.
    pub below: Option<f64>,
    /// Its rows.
    pub n: usize,
    /// Their events.
    pub events: usize,
    /// With competing risks: their events of other causes.
    pub competing: usize,
    /// Their curve, with the median and the survival at the times; `None` without rows, and with
    /// competing risks.
    pub seen: Option<KmGroup>,
    /// With competing risks: the Aalen-Johansen incidence of the cause at the times; empty without rows.
    pub incidence: Vec<IncidenceAt>,
    /// The mean of the predicted survival, with competing risks of the predicted incidence, at each of
    /// the times; empty without rows.
    pub predicted: Vec<f64>,
    /// The hazard ratio, with competing risks that of the subdistribution, against the lowest group that has rows; `None` for that one, for a group
    /// without rows and where it has no finite estimate.
    pub ratio: Option<Coefficient>,
}

/// The column of the groups in the table of the rows that are grouped.
const GROUP: &str = "risk group";

impl RiskGroupsRequest {
    /// Fits, groups and looks what became of each group.
    pub(crate) fn run(&self, data: &Data) -> Result<RiskGroupsAnswer, Problem> {
        let grouped = self.grouped(data)?;
        let mut about = grouped.about.clone();
        let seen = match grouped.causes() {
            None => self.curves(&grouped)?,
            Some(causes) => self.incidences(&grouped, causes)?,
        };
        let ratios = self.ratios(&grouped)?;
        about.doubts.extend(seen.doubts.iter().filter(|doubt| of_curves(doubt)).cloned());
        let (test, gray) = (seen.test.clone(), seen.gray.clone());
        let groups = grouped.told(seen, ratios);
        if let Some(group) = groups.iter().find(|group| group.n == 0) {
            about.doubt(Doubt::EmptyGroup { group: group.label.clone() });
        }
        Ok(RiskGroupsAnswer {
            about,
            request: self.clone(),
            events: grouped.events,
            judged: grouped.judged,
            groups,
            test,
            gray,
        })
    }

    /// The model, and the rows in their groups.
    pub(crate) fn grouped(&self, data: &Data) -> Result<Grouped, Problem> {
        self.refuse()?;
        let asked = self.performance();
        let making = Making::of(&asked, data)?;
        let mut about = About { analysis: "risk-groups", ..making.about.clone() };
        let made = Made::of(&asked, &making.frames[0], &mut about)?;
        let events = made.fit.n_events();
        let made = [made];
        let judging = Judging::of(&asked, data, &making, &made, &mut about)?;
        asked.doubt_times(&mut about, &judging);
        let Judging { judged, outcome, designs } = judging;
        let predicted = Predicted::of(&made[0].fit, &designs[0], &asked.times)?;
        if !judged.new {
            about.doubt(Doubt::OwnGroups);
        }
        let n = outcome.len();
        let values = match self.at {
            Some(_) => &predicted.risks[..n],
            None => &predicted.predictor[..],
        };
        let group = values.iter().map(|&value| self.cuts().place(value)).collect();
        // The time of the cut-offs comes first, and is not among the times shown unless it was asked.
        let skip = usize::from(self.at.is_some() && !self.times.is_empty());
        let risks = predicted.risks[skip * n..].to_vec();
        let (labels, cuts) = (self.cuts().labels(), self.groups.clone());
        let terms = making.names[0].clone();
        let causes = asked.causes();
        Ok(Grouped { about, events, terms, judged, outcome, causes, group, risks, labels, cuts })
    }

    /// The question of performance that has the same rows and the same model.
    fn performance(&self) -> PerformanceRequest {
        PerformanceRequest {
            rows: self.rows.clone(),
            cause: self.cause.clone(),
            censor: self.censor.clone(),
            incidence_model: self.incidence_model,
            conf_level: self.conf_level,
            ties: self.ties,
            times: self.at.into_iter().chain(self.times.iter().copied()).collect(),
            validate: self.validate.clone(),
            validate_response: self.validate_response.clone(),
            ..PerformanceRequest::default()
        }
    }

    /// The times at which survival is told.
    pub fn shown(&self) -> Vec<f64> {
        match self.times.is_empty() {
            true => self.at.into_iter().collect(),
            false => self.times.clone(),
        }
    }

    fn refuse(&self) -> Result<(), Problem> {
        self.cuts().refuse()?;
        if self.validate.is_none() && self.validate_response.is_some() {
            let what = "the response of new data was given, and no new data";
            return Err(Problem::request(what, Remedy::set("validate")));
        }
        if self.cause.is_none() && self.incidence_model == Some(IncidenceModel::CauseSpecific) {
            let what = "a model of an incidence was chosen, and no cause whose incidence it is";
            return Err(Problem::request(what, Remedy::set("cause")));
        }
        // Of models of all causes there is no one linear predictor.
        if self.incidence_model == Some(IncidenceModel::CauseSpecific) && self.at.is_none() {
            let what = "cause-specific models have no linear predictor of their incidence to cut";
            return Err(Problem::request(what, Remedy::set("at")));
        }
        self.performance().refuse_of_causes()
    }

    fn cuts(&self) -> Cuts<'_> {
        Cuts { cuts: &self.groups, at: self.at, field: "groups" }
    }

    fn curves(&self, grouped: &Grouped) -> Result<Seen, Problem> {
        let request = KmRequest {
            rows: grouped.rows(),
            conf_level: self.conf_level,
            conf_type: self.conf_type,
            flat: self.flat,
            times: self.shown(),
            quantiles: vec![0.5],
            ..KmRequest::default()
        };
        let found = request.run(&grouped.data()?)?;
        Ok(Seen {
            curves: found.groups,
            doubts: found.about.doubts,
            test: found.test,
            ..Seen::default()
        })
    }

    /// The incidence of the cause in each group, by Aalen and Johansen, with Gray's test.
    fn incidences(&self, grouped: &Grouped, causes: &CauseRequest) -> Result<Seen, Problem> {
        let request = CifRequest {
            rows: grouped.rows(),
            causes: causes.clone(),
            conf_level: self.conf_level,
            conf_type: self.conf_type,
            times: self.shown(),
            gray: grouped.present().len() > 1,
            ..CifRequest::default()
        };
        let found = request.run(&grouped.data()?)?;
        // The cause is among them, because the frame refuses one that no row has.
        let place = found.causes.iter().position(|cause| *cause == causes.cause).unwrap_or(0);
        let at_times = |group: &crate::CifGroup| group.at_times[place].clone();
        Ok(Seen {
            incidences: found.groups.iter().map(at_times).collect(),
            gray: found.gray.map(|mut tests| tests.swap_remove(place)),
            doubts: found.about.doubts,
            ..Seen::default()
        })
    }

    /// The hazard ratio of every group that has rows but the lowest, in their order.
    fn ratios(&self, grouped: &Grouped) -> Result<Vec<Option<Coefficient>>, Problem> {
        if grouped.present().len() < 2 {
            return Ok(Vec::new());
        }
        let data = grouped.data()?;
        if let Some(causes) = grouped.causes() {
            let request = FineGrayRequest {
                rows: grouped.rows(),
                causes: causes.clone(),
                conf_level: self.conf_level,
                ..FineGrayRequest::default()
            };
            let answer = request.run(&data)?;
            let coefficients = answer.fit.coefficients().iter();
            return Ok(coefficients.map(|found| found.estimate().copied()).collect());
        }
        let request = CoxRequest {
            rows: grouped.rows(),
            conf_level: self.conf_level,
            ties: self.ties,
            ..CoxRequest::default()
        };
        let answer = request.run(&data)?;
        Ok(answer.estimated().into_iter().map(|found| found.cloned()).collect())
    }
}

/// What became of the groups that have rows, in their order.
#[derive(Default)]
struct Seen {
    curves: Vec<KmGroup>,
    incidences: Vec<Vec<IncidenceAt>>,
    doubts: Vec<Doubt>,
    test: Option<LogRankTest>,
    gray: Option<GrayTestResult>,
}

/// What is said of single curves belongs to the groups; the rest was said of the rows before.
fn of_curves(doubt: &Doubt) -> bool {
    matches!(doubt, Doubt::FewFailures { .. } | Doubt::QuantileMoves { .. })
}

/// Rows in their groups.
pub(crate) struct Grouped {
    pub about: About,
    /// Events of the rows that made the model.
    pub events: usize,
    /// The terms of the model.
    pub terms: String,
    pub judged: Judged,
    outcome: Outcome,
    causes: Option<CauseRequest>,
    /// The group of each row, from 0 by increasing risk.
    group: Vec<usize>,
    /// The risk by each of the times shown: `[time * rows + row]`.
    risks: Vec<f64>,
    labels: Vec<String>,
    cuts: Vec<f64>,
}

impl Grouped {
    /// The causes of competing risks; `None` for one event.
    pub fn causes(&self) -> Option<&CauseRequest> {
        self.causes.as_ref()
    }

    /// The groups that have rows.
    fn present(&self) -> Vec<usize> {
        (0..self.labels.len()).filter(|group| self.group.contains(group)).collect()
    }

    /// The rows by group, as curves are asked of them.
    pub fn rows(&self) -> RowsRequest {
        let start = self.outcome.rows().entry().map_or("", |_| "start, ");
        RowsRequest {
            weights: self.outcome.rows().weights().map(|_| "weight".to_owned()),
            order: self.present().into_iter().map(|group| self.labels[group].clone()).collect(),
            ..RowsRequest::new(
                self.judged.data.clone(),
                format!("Surv({start}time, event) ~ `{GROUP}`"),
            )
        }
    }

    /// The table of those rows.
    pub fn data(&self) -> Result<Data, Problem> {
        let numbers =
            |values: &[f64]| NewColumn::Numbers(values.iter().copied().map(Some).collect());
        let rows = self.outcome.rows();
        let labels = self.group.iter().map(|&group| Some(self.labels[group].clone())).collect();
        let mut columns = vec![
            ("time".to_owned(), numbers(rows.time())),
            ("event".to_owned(), self.ends()),
            (GROUP.to_owned(), NewColumn::Texts(labels)),
        ];
        columns.extend(rows.entry().map(|entry| ("start".to_owned(), numbers(entry))));
        columns.extend(rows.weights().map(|weights| ("weight".to_owned(), numbers(weights))));
        Data::columns(self.judged.data.clone(), columns)
    }

    /// How each row ends: with the event or not, or with which cause. What the other causes are called
    /// does not matter for the one of interest.
    fn ends(&self) -> NewColumn {
        let (Some(causes), Outcome::Incidence(response, _)) = (&self.causes, &self.outcome) else {
            let events = self.outcome.rows().event().iter();
            return NewColumn::Flags(events.copied().map(Some).collect());
        };
        let other = format!("other than {}", causes.cause);
        let end = |(row, &code): (usize, &u32)| {
            Some(match code {
                0 => causes.censor.clone(),
                _ if self.outcome.had(row) => causes.cause.clone(),
                _ => other.clone(),
            })
        };
        NewColumn::Texts(response.cause().iter().enumerate().map(end).collect())
    }

    /// What became of each group.
    fn told(&self, seen: Seen, ratios: Vec<Option<Coefficient>>) -> Vec<RiskGroup> {
        let (mut curves, mut incidences) = (seen.curves.into_iter(), seen.incidences.into_iter());
        let mut ratios = std::iter::once(None).chain(ratios);
        (0..self.labels.len())
            .map(|group| {
                let rows: Vec<usize> =
                    (0..self.group.len()).filter(|&row| self.group[row] == group).collect();
                let present = !rows.is_empty();
                let n = self.group.len();
                let shown = |risk: f64| if self.causes.is_some() { risk } else { 1.0 - risk };
                let mean = |risks: &[f64]| {
                    rows.iter().map(|&row| shown(risks[row])).sum::<f64>() / rows.len() as f64
                };
                let ended = |row: &&usize| self.outcome.rows().event()[**row];
                let had = |row: &&usize| self.outcome.had(**row);
                let predicted = match present {
                    true => self.risks.chunks(n).map(mean).collect(),
                    false => Vec::new(),
                };
                RiskGroup {
                    label: self.labels[group].clone(),
                    from: group.checked_sub(1).map(|below| self.cuts[below]),
                    below: self.cuts.get(group).copied(),
                    n: rows.len(),
                    events: rows.iter().filter(had).count(),
                    competing: rows.iter().filter(|row| ended(row) && !had(row)).count(),
                    seen: if present {
                        curves.next().map(named(&self.labels[group]))
                    } else {
                        None
                    },
                    incidence: match present {
                        true => incidences.next().unwrap_or_default(),
                        false => Vec::new(),
                    },
                    predicted,
                    ratio: if present { ratios.next().flatten() } else { None },
                }
            })
            .collect()
    }
}

/// A curve under the name of its group alone.
fn named(label: &str) -> impl Fn(KmGroup) -> KmGroup + '_ {
    move |group| KmGroup {
        name: GroupName { label: Some(label.to_owned()), levels: Vec::new() },
        ..group
    }
}
