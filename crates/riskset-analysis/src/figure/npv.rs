//! Proportions of clustered observations: all, then by the levels of each column.

use super::rename::{Rename, Words};
use super::{FigureAnswer, PageRequest};
use crate::proportion::refuse_terms;
use crate::{Data, Problem, RowsRequest};
use riskset::{
    ClusteredProportion, Groups, Proportion, ProportionInterval, ProportionVariance, Remedy,
};
use riskset_data::{FrameOptions, ModelFrame};
use riskset_plot::{ForestEffect, ForestFigure, ForestRow, Profile, format};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Proportions of clustered observations, against a threshold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotNpvRequest {
    /// Data, the proportion as `nonviable ~ 1`, and rows.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
    /// The column that names the cluster (patient) of each row.
    pub cluster: String,
    /// The columns whose levels make the groups, each column by itself.
    pub by: Vec<String>,
    /// Level of the confidence intervals, as a fraction.
    pub conf_level: f64,
    /// How the variance allows for clusters.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<ProportionVariance>")]
    pub variance: ProportionVariance,
    /// The form of the interval; the one that belongs to the variance when none is named.
    #[serde(with = "crate::choice::optional")]
    #[schemars(schema_with = "crate::choice::optional::schema::<ProportionInterval>")]
    pub interval: Option<ProportionInterval>,
    /// A threshold that the proportion is compared with, as a fraction.
    pub threshold: Option<f64>,
    /// The whole title of the axis.
    pub xlab: Option<String>,
    /// Range of the axis.
    pub xlim: Option<(f64, f64)>,
    /// Words for codes.
    pub rename: Vec<Rename>,
}

impl Default for PlotNpvRequest {
    fn default() -> PlotNpvRequest {
        PlotNpvRequest {
            rows: RowsRequest::default(),
            page: PageRequest::default(),
            cluster: String::new(),
            by: Vec::new(),
            conf_level: 0.95,
            variance: ProportionVariance::Donner,
            interval: None,
            threshold: None,
            xlab: None,
            xlim: None,
            rename: Vec::new(),
        }
    }
}

impl PlotNpvRequest {
    /// Estimates the proportions and lays out the figure.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        if self.cluster.is_empty() {
            let what = "which column names the cluster of each row was not said";
            return Err(Problem::request(what, Remedy::set("cluster")));
        }
        let profile = self.page.profile(data)?;
        let words = Words::new(&self.rename);
        let formula = self.rows.parsed()?;
        let mut options = FrameOptions {
            cluster: Some(self.cluster.clone()),
            by: self.by.clone(),
            ..self.rows.options()?
        };
        let table = data.read(Some(&options.columns(&formula)))?;
        options.by = Vec::new();
        let all = self.rows.rows_of(&table, "plot", &formula, &options)?;
        let mut rows = self.section(&all.frame, None, &words)?;
        for column in &self.by {
            options.by = vec![column.clone()];
            let frame = ModelFrame::build(&table, &formula, &options)?;
            rows.extend(self.section(&frame, Some(column), &words)?);
        }
        words.check_used()?;
        FigureAnswer::new(all.about, self.figure(rows, &profile).draw(&profile))
    }

    fn figure(&self, rows: Vec<ForestRow>, profile: &Profile) -> ForestFigure {
        let level = format::level(profile, self.conf_level);
        let measure = self.xlab.clone().unwrap_or_else(|| "Proportion".to_owned());
        let percent = if profile.number.percent { ", %" } else { "" };
        let line = self.threshold.map(|threshold| {
            let value = format::probability(profile, threshold, 0);
            let sign = if profile.number.percent { "%" } else { "" };
            (threshold, format!("Threshold {value}{sign}"))
        });
        ForestFigure {
            headers: vec!["Clusters".to_owned(), "Observations".to_owned()],
            effect_header: format!("{measure}{percent} ({level} CI)"),
            limits: self.xlim,
            caption: vec![format!(
                "Proportions with pointwise {level} confidence intervals that allow for several \
                 observations of one cluster ({} variance).",
                self.variance
            )],
            width: self.page.width,
            embed: !self.page.no_embed,
            line,
            ..ForestFigure::proportions(&measure, rows, self.conf_level, None)
        }
    }

    /// All observations in one row, or a heading and one row per level.
    fn section(
        &self,
        frame: &ModelFrame,
        column: Option<&String>,
        words: &Words,
    ) -> Result<Vec<ForestRow>, Problem> {
        refuse_terms(frame)?;
        let clusters = &frame.cluster.as_ref().expect("the cluster column was named").groups;
        let all = Groups::single(frame.n);
        let by = frame.by.as_ref();
        let groups = by.map_or(&all, |by| &by.groups);
        let estimator =
            ClusteredProportion::default().conf_level(self.conf_level).variance(self.variance);
        let estimator = self.interval.map_or(estimator.clone(), |form| estimator.interval(form));
        let fits = estimator.fit_groups(frame.outcome()?, clusters, groups)?;
        let Some((column, by)) = column.zip(by) else {
            return Ok(fits.iter().map(|fit| row("All".to_owned(), 0, fit)).collect());
        };
        let label = words.term(column);
        let heading = ForestRow { label, heading: true, ..ForestRow::default() };
        let levels = by.levels.iter().map(|levels| words.level(&levels[0].0, &levels[0].1));
        let rows = levels.zip(&fits).map(|(level, fit)| row(level, 1, fit));
        Ok(std::iter::once(heading).chain(rows).collect())
    }
}

fn row(label: String, indent: usize, fit: &Proportion) -> ForestRow {
    ForestRow {
        label,
        indent,
        cells: vec![fit.clusters.to_string(), format!("{}/{}", fit.events, fit.n)],
        effect: ForestEffect::Estimate {
            value: fit.estimate,
            lower: fit.interval.and_then(|limits| limits.lower),
            upper: fit.interval.and_then(|limits| limits.upper),
            weight: None,
        },
        ..ForestRow::default()
    }
}
