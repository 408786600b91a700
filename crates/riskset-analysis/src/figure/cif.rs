//! Cumulative incidences with competing causes.

use super::curves::median_follow_up;
use super::rename::Words;
use super::{CurveLook, FigureAnswer, PageRequest, PanelRequest, TimeAxis, panels};
use crate::incidence::{competing, with_variance};
use crate::rows::Rows;
use crate::{About, CauseRequest, Data, Problem, RowsRequest};
use riskset::{
    AalenJohansen, CompetingRisks, ConfType, GrayTest, GrayTestResult, Groups, IncidenceVariance,
    Remedy, Response,
};
use riskset_data::{CompetingEvents, Grouping};
use riskset_plot::{Annotation, CifFigure, CifGroup, Quantity};
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
    /// Further causes drawn beside the one of interest; without groups and without these, all are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub more_causes: Vec<String>,
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
    /// Scale on which the interval of an incidence is symmetric.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<ConfType>")]
    pub conf_type: ConfType,
    /// How the variance of an incidence is estimated from the counts.
    #[serde(with = "crate::choice", skip_serializing_if = "crate::choice::is_default")]
    #[schemars(schema_with = "crate::choice::schema::<IncidenceVariance>")]
    pub incidence_variance: IncidenceVariance,
    /// Robust standard errors. Left out, they are robust when the weights are not all whole numbers or
    /// `cluster()` stands in the formula.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub robust: Option<bool>,
    /// The P value of Gray's test of each cause shown, written in the plot; `strata()` in the formula
    /// stratifies it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub gray: bool,
    /// Panels of one figure.
    #[serde(flatten)]
    pub panels: PanelRequest,
}

impl Default for PlotCifRequest {
    fn default() -> PlotCifRequest {
        PlotCifRequest {
            rows: RowsRequest::default(),
            causes: CauseRequest::default(),
            more_causes: Vec::new(),
            page: PageRequest::default(),
            time: TimeAxis::default(),
            look: CurveLook::default(),
            conf_level: 0.95,
            conf_type: ConfType::Log,
            incidence_variance: IncidenceVariance::Multinomial,
            robust: None,
            gray: false,
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
        let time = self.time.unit_of_rows(rows);
        let counts = self.robust != Some(true);
        let mut rows = rows.competing(data, "plot", self.causes.competing()?, counts)?;
        rows.refuse_offset()?;
        let frame = &rows.frame;
        if frame.strata.is_some() && !self.gray {
            return Err(Problem::analysis(
                "strata() in the formula stratifies Gray's test, which was not asked for",
                Remedy::AnyOf(vec![
                    Remedy::set("gray"),
                    Remedy::to("name the column without strata() to get a curve per level"),
                ]),
            ));
        }
        let (response, events) = competing(frame)?;
        let grouping = frame.groups()?;
        let all = Groups::single(frame.n);
        let groups = grouping.as_ref().map_or(&all, |grouping| &grouping.groups);
        let model = AalenJohansen::default()
            .conf_level(self.conf_level)
            .conf_type(self.conf_type)
            .errors(self.incidence_variance);
        let shown = self.shown(events)?;
        let tests = self.gray_tests(&rows, &response, grouping.as_ref(), &shown)?;
        let (model, _) = with_variance(model, self.robust, frame, &mut rows.about)?;
        let fits = model.fit_groups(&response, groups)?;
        let labels = self.look.names(words, grouping.as_ref())?;
        let named = |cause: &String| words.of(cause).unwrap_or_else(|| cause.clone());
        let names: Vec<String> = events.causes.iter().map(named).collect();
        let causes: Vec<&str> = names.iter().map(String::as_str).collect();
        let drawn = labels.iter().zip(&fits).map(|(label, fit)| CifGroup::new(fit, label, &causes));
        let mut drawn: Vec<CifGroup> = drawn.collect();
        let observations = response.observations();
        if observations.weights().is_some() && !observations.is_counted() {
            drawn = weighted(drawn, &response, groups)?;
        }
        let mut options = self.look.options(
            &self.page,
            &time.of(&rows.about)?,
            Quantity::Incidence,
            tests.into_iter().map(|test| named_test(test, &names)).collect(),
        )?;
        options.follow_up = median_follow_up(response.observations(), self.time.scale()?)?;
        let figure = CifFigure {
            causes: match fits.len() > 1 || !self.more_causes.is_empty() {
                true => shown.into_iter().map(|cause| names[cause].clone()).collect(),
                false => Vec::new(),
            },
            groups: drawn,
            options,
        };
        Ok((rows.about, figure))
    }
}

impl PlotCifRequest {
    /// The places of the causes that are drawn. With several groups one is enough unless more were
    /// asked for; with one group all are shown unless some were.
    fn shown(&self, events: &CompetingEvents) -> Result<Vec<usize>, Problem> {
        let interest = events.cause.map_or(0, |cause| cause as usize - 1);
        let mut shown = vec![interest];
        for name in &self.more_causes {
            let place = events.causes.iter().position(|cause| cause == name);
            let place = place.ok_or_else(|| {
                Problem::analysis(
                    format!(
                        "no row ends with the cause {name:?}; the causes are {}",
                        events.causes.join(", ")
                    ),
                    Remedy::to("name one of them"),
                )
            })?;
            if shown.contains(&place) {
                return Err(Problem::request(
                    format!("the cause {name:?} is named twice"),
                    Remedy::to("name it once"),
                ));
            }
            shown.push(place);
        }
        shown.sort_unstable();
        Ok(shown)
    }

    /// Gray's test of the causes shown, when asked for.
    fn gray_tests(
        &self,
        rows: &Rows,
        response: &CompetingRisks,
        grouping: Option<&Grouping>,
        shown: &[usize],
    ) -> Result<Vec<GrayTestResult>, Problem> {
        if !self.gray {
            return Ok(Vec::new());
        }
        rows.refuse_model_terms()?;
        let grouping = grouping.filter(|grouping| grouping.count() > 1).ok_or_else(|| {
            Problem::analysis(
                "Gray's test compares groups, and there is only one",
                Remedy::to("write a grouping column right of ~, such as Surv(time, event) ~ arm"),
            )
        })?;
        let strata = rows.frame.strata.as_ref().map(|strata| &strata.groups);
        let tests = GrayTest::default().strata(strata).test(response, &grouping.groups)?;
        let is_shown = |test: &GrayTestResult| shown.contains(&(test.cause as usize - 1));
        Ok(tests.into_iter().filter(is_shown).collect())
    }
}

/// A test as it is written in the plot: `Gray, pcm: P = 0.02`.
fn named_test(test: GrayTestResult, names: &[String]) -> Annotation {
    let name = format!("Gray, {}", names[test.cause as usize - 1]);
    match test.p_value {
        Some(p_value) => Annotation::Test { name, p_value },
        None => Annotation::Text(format!("{name}: not estimable")),
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
