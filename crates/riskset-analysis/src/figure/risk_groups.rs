//! The curves of groups by predicted risk.

use super::cif::PlotCifRequest;
use super::curves::{Annotate, CurveEstimates, CurvesKind, PlotCurvesRequest};
use super::{CurveLook, FigureAnswer, PageRequest, TimeAxis};
use crate::performance::{Grouped, IncidenceModel, RiskGroupsRequest};
use crate::{CauseRequest, Data, Problem};
use riskset::Remedy;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Kaplan-Meier curves of groups by what a model predicts, at cut-offs that were given; with competing
/// risks, their cumulative incidences of the cause.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotRiskGroupsRequest {
    /// The model and the groups; `times` is of the table.
    #[serde(flatten)]
    pub risk_groups: RiskGroupsRequest,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
    /// The time axis.
    #[serde(flatten)]
    pub time: TimeAxis,
    /// The look of the curves.
    #[serde(flatten)]
    pub look: CurveLook,
    /// Lines written in the plot; with competing risks `logrank` alone, which is then Gray's test.
    #[serde(with = "crate::choice::list")]
    #[schemars(schema_with = "crate::choice::list::schema::<Annotate>")]
    pub annotate: Vec<Annotate>,
}

impl PlotRiskGroupsRequest {
    /// Fits, groups and draws.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let grouped = self.risk_groups.grouped(data)?;
        let mut table = grouped.data()?;
        // The curves are of another table, and a profile's file is the same.
        if self.page.file().is_some() {
            table = table.with_text("theme", data.text("theme")?);
        }
        let mut answer = match grouped.causes() {
            None => self.curves(&grouped, &table)?,
            Some(causes) => self.incidences(&grouped, causes, &table)?,
        };
        answer.figure.caption.push(self.sentence(&grouped).as_str().into());
        if let Some(about) = &mut answer.about {
            let own = std::mem::replace(about, grouped.about);
            let new = own.doubts.into_iter().filter(|doubt| !about.doubts.contains(doubt));
            let new: Vec<_> = new.collect();
            about.doubts.extend(new);
        }
        Ok(answer)
    }

    fn incidences(
        &self,
        grouped: &Grouped,
        causes: &CauseRequest,
        table: &Data,
    ) -> Result<FigureAnswer, Problem> {
        if self.annotate.iter().any(|line| *line != Annotate::Logrank) {
            return Err(Problem::request(
                "a hazard ratio and a median are of survival, and the curves are of an incidence",
                Remedy::set_to("annotate", "logrank"),
            ));
        }
        let incidences = PlotCifRequest {
            rows: grouped.rows(),
            causes: causes.clone(),
            page: self.page.clone(),
            time: self.time.clone(),
            look: self.look.clone(),
            conf_level: self.risk_groups.conf_level,
            conf_type: self.risk_groups.conf_type,
            gray: !self.annotate.is_empty(),
            ..PlotCifRequest::default()
        };
        incidences.run(table)
    }

    fn curves(&self, grouped: &Grouped, table: &Data) -> Result<FigureAnswer, Problem> {
        let curves = PlotCurvesRequest {
            rows: grouped.rows(),
            page: self.page.clone(),
            time: self.time.clone(),
            look: self.look.clone(),
            estimates: CurveEstimates {
                conf_level: self.risk_groups.conf_level,
                conf_type: self.risk_groups.conf_type,
                annotate: self.annotate.clone(),
                ..CurveEstimates::default()
            },
            ..PlotCurvesRequest::default()
        };
        curves.run(CurvesKind::Km, table)
    }

    /// How the groups came about.
    fn sentence(&self, grouped: &Grouped) -> String {
        let what = match self.risk_groups.at {
            Some(at) => {
                // The unit of the axis is that of the time only where the axis has that of the data.
                let unit = self.time.unit.as_ref().filter(|_| self.time.per.is_none());
                let unit = unit.map_or(String::new(), |unit| format!(" {unit}"));
                format!("the predicted risk of the event by {at}{unit}")
            }
            None => "the linear predictor".to_owned(),
        };
        let judged = match grouped.judged.new {
            true => format!("patients of {}, none of whom made the model", grouped.judged.data),
            false => "the patients who made the model".to_owned(),
        };
        let model = match (grouped.causes(), self.risk_groups.incidence_model.unwrap_or_default()) {
            (None, _) => "a Cox model",
            (Some(_), IncidenceModel::FineGray) => "a Fine-Gray model",
            (Some(_), IncidenceModel::CauseSpecific) => "Cox models of the hazards of all causes",
        };
        format!(
            "Groups by {what} in {model} of {} of {} patients with {} events; curves of {judged}.",
            grouped.terms, grouped.about.n, grouped.events
        )
    }
}
