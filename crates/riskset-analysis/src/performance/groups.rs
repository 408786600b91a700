//! Groups of patients by what a model predicts for them, at cut-offs that were given, with the survival
//! that was seen in each.
//!
//! A cut-off that was chosen by looking at the same patients belongs to `cutpoint`, whose P value knows
//! of the search.

use super::cuts::Cuts;
use super::model::{Made, Predicted};
use super::rows::{Judging, Making};
use super::{Judged, PerformanceRequest};
use crate::{
    About, CoxRequest, Data, Doubt, GroupName, KmAnswer, KmGroup, KmRequest, NewColumn, Problem,
    RowsRequest,
};
use riskset::{Coefficient, ConfType, FlatRule, LogRankTest, Observations, Remedy, Ties};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Groups by the predictions of a Cox model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct RiskGroupsRequest {
    /// Data, model and rows that the model is made of.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Level of the confidence intervals, as a fraction.
    pub conf_level: f64,
    /// Scale on which the interval of S(t) is symmetric.
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
    /// Survival, seen and predicted, at these times; at `at` when there are none.
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

/// Groups by the predictions of a Cox model.
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
    /// The log-rank test of the groups that have patients; `None` for one group.
    pub test: Option<LogRankTest>,
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
    /// Their curve, with the median and the survival at the times; `None` without rows.
    pub seen: Option<KmGroup>,
    /// The mean of the predicted survival at each of the times; empty without rows.
    pub predicted: Vec<f64>,
    /// The hazard ratio against the lowest group that has rows; `None` for that one, for a group
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
        let km = self.curves(&grouped)?;
        let ratios = self.ratios(&grouped)?;
        about.doubts.extend(km.about.doubts.iter().filter(|doubt| of_curves(doubt)).cloned());
        let test = km.test.clone();
        let groups = grouped.told(km, ratios);
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
        let response = outcome.rows().clone();
        let predicted = Predicted::of(&made[0].fit, &designs[0], &asked.times)?;
        if !judged.new {
            about.doubt(Doubt::OwnGroups);
        }
        let n = response.len();
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
        Ok(Grouped { about, events, terms, judged, response, group, risks, labels, cuts })
    }

    /// The question of performance that has the same rows and the same model.
    fn performance(&self) -> PerformanceRequest {
        PerformanceRequest {
            rows: self.rows.clone(),
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
        Ok(())
    }

    fn cuts(&self) -> Cuts<'_> {
        Cuts { cuts: &self.groups, at: self.at, field: "groups" }
    }

    fn curves(&self, grouped: &Grouped) -> Result<KmAnswer, Problem> {
        let request = KmRequest {
            rows: grouped.rows(),
            conf_level: self.conf_level,
            conf_type: self.conf_type,
            flat: self.flat,
            times: self.shown(),
            quantiles: vec![0.5],
            ..KmRequest::default()
        };
        request.run(&grouped.data()?)
    }

    /// The hazard ratio of every group that has rows but the lowest, in their order.
    fn ratios(&self, grouped: &Grouped) -> Result<Vec<Option<Coefficient>>, Problem> {
        if grouped.present().len() < 2 {
            return Ok(Vec::new());
        }
        let request = CoxRequest {
            rows: grouped.rows(),
            conf_level: self.conf_level,
            ties: self.ties,
            ..CoxRequest::default()
        };
        let answer = request.run(&grouped.data()?)?;
        Ok(answer.estimated().into_iter().map(|found| found.cloned()).collect())
    }
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
    response: Observations,
    /// The group of each row, from 0 by increasing risk.
    group: Vec<usize>,
    /// The risk by each of the times shown: `[time * rows + row]`.
    risks: Vec<f64>,
    labels: Vec<String>,
    cuts: Vec<f64>,
}

impl Grouped {
    /// The groups that have rows.
    fn present(&self) -> Vec<usize> {
        (0..self.labels.len()).filter(|group| self.group.contains(group)).collect()
    }

    /// The rows by group, as curves are asked of them.
    pub fn rows(&self) -> RowsRequest {
        let start = self.response.entry().map_or("", |_| "start, ");
        RowsRequest {
            weights: self.response.weights().map(|_| "weight".to_owned()),
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
        let rows = &self.response;
        let labels = self.group.iter().map(|&group| Some(self.labels[group].clone())).collect();
        let mut columns = vec![
            ("time".to_owned(), numbers(rows.time())),
            (
                "event".to_owned(),
                NewColumn::Flags(rows.event().iter().copied().map(Some).collect()),
            ),
            (GROUP.to_owned(), NewColumn::Texts(labels)),
        ];
        columns.extend(rows.entry().map(|entry| ("start".to_owned(), numbers(entry))));
        columns.extend(rows.weights().map(|weights| ("weight".to_owned(), numbers(weights))));
        Data::columns(self.judged.data.clone(), columns)
    }

    /// What became of each group.
    fn told(&self, km: KmAnswer, ratios: Vec<Option<Coefficient>>) -> Vec<RiskGroup> {
        let mut seen = km.groups.into_iter();
        let mut ratios = std::iter::once(None).chain(ratios);
        (0..self.labels.len())
            .map(|group| {
                let rows: Vec<usize> =
                    (0..self.group.len()).filter(|&row| self.group[row] == group).collect();
                let present = !rows.is_empty();
                let n = self.group.len();
                let mean = |risks: &[f64]| {
                    let survival: f64 = rows.iter().map(|&row| 1.0 - risks[row]).sum();
                    survival / rows.len() as f64
                };
                let predicted = match present {
                    true => self.risks.chunks(n).map(mean).collect(),
                    false => Vec::new(),
                };
                RiskGroup {
                    label: self.labels[group].clone(),
                    from: group.checked_sub(1).map(|below| self.cuts[below]),
                    below: self.cuts.get(group).copied(),
                    n: rows.len(),
                    events: rows.iter().filter(|&&row| self.response.event()[row]).count(),
                    seen: if present { seen.next().map(named(&self.labels[group])) } else { None },
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
