//! Proportions of clustered observations: all, then by the levels of each column; of several kinds of
//! observations in sections below each other.

use super::panels::asked;
use super::rename::{Rename, Words};
use super::{FigureAnswer, PageRequest};
use crate::{About, Data, GroupName, NpvRequest, Problem};
use riskset::{Proportion, ProportionVariance};
use riskset_data::ModelFrame;
use riskset_plot::{ForestEffect, ForestFigure, ForestRow, Profile, format};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Proportions of clustered observations, against a threshold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotNpvRequest {
    /// What is estimated.
    #[serde(flatten)]
    pub npv: NpvRequest,
    /// Sections below each other, each `TITLE: CONDITION` for some of the rows, or `TITLE: FORMULA`
    /// for another proportion.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub section: Vec<String>,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
    /// The whole title of the axis.
    pub xlab: Option<String>,
    /// Range of the axis.
    pub xlim: Option<(f64, f64)>,
    /// Words for codes; for `clusters` and `observations` those above their numbers.
    pub rename: Vec<Rename>,
}

impl PlotNpvRequest {
    /// Estimates the proportions and lays out the figure.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        let words = Words::new(&self.rename);
        if self.section.is_empty() {
            let (about, rows) = proportions(&self.npv, data, &words)?;
            let figure = self.figure(rows, &words, &profile);
            words.check_used()?;
            return FigureAnswer::new(about, figure.draw(&profile));
        }
        let (mut lines, mut all) = (Vec::new(), None::<About>);
        for section in &self.section {
            let (title, rows) = asked("section", section, &self.npv.rows)?;
            let (about, rows) =
                proportions(&NpvRequest { rows, ..self.npv.clone() }, data, &words)?;
            lines.push(ForestRow { label: title, heading: true, ..ForestRow::default() });
            // Levels of one column need no heading of their own under the title.
            let rows = rows.into_iter().filter(|row| self.npv.by.len() > 1 || !row.heading);
            lines.extend(rows.map(|row| ForestRow { heading: false, indent: 1, ..row }));
            match &mut all {
                None => all = Some(about),
                Some(all) => all.doubts.extend(about.doubts),
            }
        }
        let figure = self.figure(lines, &words, &profile);
        words.check_used()?;
        Ok(FigureAnswer { about: all, figure: figure.draw(&profile)? })
    }

    fn figure(&self, rows: Vec<ForestRow>, words: &Words, profile: &Profile) -> ForestFigure {
        let level = format::level(profile, self.npv.conf_level);
        let measure = self.xlab.clone().unwrap_or_else(|| "Proportion".to_owned());
        let percent = if profile.number.percent { ", %" } else { "" };
        let line = self.npv.threshold.map(|threshold| {
            let value = format::probability(profile, threshold, 0);
            let sign = if profile.number.percent { "%" } else { "" };
            (threshold, format!("Threshold {value}{sign}"))
        });
        ForestFigure {
            headers: vec![
                words.of("clusters").unwrap_or_else(|| "Clusters".to_owned()),
                words.of("observations").unwrap_or_else(|| "Observations".to_owned()),
            ],
            effect_header: format!("{measure}{percent} ({level} CI)"),
            limits: self.xlim,
            caption: vec![format!(
                "Proportions with two-sided {level} confidence intervals that allow for several \
                 observations of one cluster ({}).",
                match self.npv.variance {
                    ProportionVariance::Donner => "design effect of Donner and Donald",
                    ProportionVariance::Gee => "generalised estimating equations",
                    ProportionVariance::Ratio => "variance of a ratio estimator",
                    ProportionVariance::Binomial => {
                        "binomial variance, which takes observations as independent"
                    }
                }
            )],
            width: self.page.width,
            embed: !self.page.no_embed,
            line,
            ..ForestFigure::proportions(&measure, rows, self.npv.conf_level, None)
        }
    }
}

/// The row of all observations, then those of the levels of each column.
fn proportions(
    npv: &NpvRequest,
    data: &Data,
    words: &Words,
) -> Result<(About, Vec<ForestRow>), Problem> {
    let formula = npv.rows.parsed()?;
    let mut options = npv.options()?;
    options.by = npv.by.clone();
    let read = npv.rows.read(data, &formula, &options)?;
    let table = read.table;
    options.by = Vec::new();
    let mut all = npv.rows.rows_of(&table, "plot", &formula, &options)?;
    all.about.doubts.extend(read.doubts);
    let fits = npv.fit(&all.frame, &mut all.about)?;
    let mut rows: Vec<ForestRow> =
        fits.iter().map(|(_, fit)| row("All".to_owned(), 0, fit)).collect();
    for column in &npv.by {
        options.by = vec![column.clone()];
        let frame = ModelFrame::build(&table, &formula, &options)?;
        let fits = npv.fit(&frame, &mut all.about)?;
        rows.extend(section(column, &fits, words));
    }
    Ok((all.about, rows))
}

/// A heading and one row per level of a column.
fn section(column: &str, fits: &[(GroupName, Proportion)], words: &Words) -> Vec<ForestRow> {
    let heading = ForestRow { label: words.term(column), heading: true, ..ForestRow::default() };
    let levels = fits.iter().map(|(name, fit)| {
        let (column, level) = &name.levels[0];
        row(words.level(column, level), 1, fit)
    });
    std::iter::once(heading).chain(levels).collect()
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
