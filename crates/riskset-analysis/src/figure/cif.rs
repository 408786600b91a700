//! Cumulative incidences with competing causes.

use super::curves::median_follow_up;
use super::rename::Words;
use super::{CurveLook, FigureAnswer, PageRequest, PanelRequest, TimeAxis, panels};
use crate::incidence::{competing, with_variance};
use crate::{About, CauseRequest, Data, Problem, RowsRequest};
use riskset::{AalenJohansen, CompetingRisks, Groups, Remedy, Response};
use riskset_plot::{CifFigure, CifGroup, Quantity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Cumulative incidences over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotCifRequest {
    /// Data, model and rows.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Causes.
    #[serde(flatten)]
    pub causes: CauseRequest,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
    /// The time axis.
    #[serde(flatten)]
    pub time: TimeAxis,
    /// The look of the curves.
    #[serde(flatten)]
    pub look: CurveLook,
    /// Level of the confidence intervals, as a fraction.
    pub conf_level: f64,
    /// Panels of one figure.
    #[serde(flatten)]
    pub panels: PanelRequest,
}

impl Default for PlotCifRequest {
    fn default() -> PlotCifRequest {
        PlotCifRequest {
            rows: RowsRequest::default(),
            causes: CauseRequest::default(),
            page: PageRequest::default(),
            time: TimeAxis::default(),
            look: CurveLook::default(),
            conf_level: 0.95,
            panels: PanelRequest::default(),
        }
    }
}

impl PlotCifRequest {
    /// Estimates the incidences and lays out the figure.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        let words = Words::new(&self.look.rename);
        if !self.panels.panel.is_empty() {
            return panels::incidences(self, data, &profile, &words);
        }
        let (about, figure) = self.figure(&self.rows, data, &words)?;
        words.check_used()?;
        FigureAnswer::new(about, figure.draw(&profile))
    }

    /// Estimates the incidences of these rows.
    pub(super) fn figure(
        &self,
        rows: &RowsRequest,
        data: &Data,
        words: &Words,
    ) -> Result<(About, CifFigure), Problem> {
        let mut rows = rows.competing(data, "plot", self.causes.competing()?)?;
        rows.refuse_offset()?;
        let frame = &rows.frame;
        if frame.strata.is_some() {
            return Err(Problem::analysis(
                "strata() in the formula stratifies a test, and this figure has none",
                Remedy::to("name the column without strata() to get a curve per level"),
            ));
        }
        let (response, events) = competing(frame)?;
        let grouping = frame.groups()?;
        let all = Groups::single(frame.n);
        let groups = grouping.as_ref().map_or(&all, |grouping| &grouping.groups);
        let model = AalenJohansen::default().conf_level(self.conf_level);
        let (model, _) = with_variance(model, None, frame, &mut rows.about)?;
        let fits = model.fit_groups(&response, groups)?;
        let labels = self.look.names(words, grouping.as_ref())?;
        let named = |cause: &String| words.of(cause).unwrap_or_else(|| cause.clone());
        let names: Vec<String> = events.causes.iter().map(named).collect();
        let causes: Vec<&str> = names.iter().map(String::as_str).collect();
        let interest = events.cause.map_or(0, |cause| cause as usize - 1);
        let drawn = labels.iter().zip(&fits).map(|(label, fit)| CifGroup::new(fit, label, &causes));
        let mut drawn: Vec<CifGroup> = drawn.collect();
        if response.observations().weights().is_some() {
            drawn = weighted(drawn, &response, groups)?;
        }
        let mut options = self.look.options(
            &self.page,
            &self.time.of(&rows.about)?,
            Quantity::Incidence,
            Vec::new(),
        )?;
        options.follow_up = median_follow_up(response.observations(), self.time.scale()?)?;
        let figure = CifFigure {
            // With several groups one cause is enough for one plot; with one group all are shown.
            causes: if fits.len() > 1 { vec![names[interest].clone()] } else { Vec::new() },
            groups: drawn,
            options,
        };
        Ok((rows.about, figure))
    }
}

/// The groups with the patients that stand behind each of them.
fn weighted(
    drawn: Vec<CifGroup>,
    response: &CompetingRisks,
    groups: &Groups,
) -> Result<Vec<CifGroup>, Problem> {
    let mut rows = Vec::with_capacity(response.n_causes());
    for cause in (1..).take(response.n_causes()) {
        rows.push(response.cause_specific(cause)?.headcounts(groups));
    }
    let of = |group: usize| rows.iter().map(|rows| rows[group].clone()).collect::<Vec<_>>();
    Ok(drawn.into_iter().enumerate().map(|(group, curves)| curves.weighted(&of(group))).collect())
}
