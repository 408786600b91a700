//! Prognostic factors: hazard ratios of models of one factor and of all, side by side.

use super::forest::effect;
use super::rename::{Rename, Words};
use super::{FigureAnswer, PageRequest};
use crate::{Data, Factor, FactorLine, FactorsAnswer, FactorsRequest, Problem};
use riskset::Coefficient;
use riskset_plot::{ForestEffect, ForestFigure, ForestRow, ForestScale, Profile, format};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Hazard ratios of each factor alone and of all together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotFactorsRequest {
    /// What is fitted.
    #[serde(flatten)]
    pub factors: FactorsRequest,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
    /// The endpoint in words.
    pub endpoint: Option<String>,
    /// The whole title of the axis.
    pub xlab: Option<String>,
    /// Range of the axis.
    pub xlim: Option<(f64, f64)>,
    /// Words for codes.
    pub rename: Vec<Rename>,
}

impl PlotFactorsRequest {
    /// Fits the models and lays out the figure.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        let mut answer = self.factors.run(data)?;
        answer.about.analysis = "plot";
        let words = Words::new(&self.rename);
        let rows = answer.factors.iter().flat_map(|factor| rows(factor, &words)).collect();
        let figure = self.figure(rows, &answer, &profile);
        words.check_used()?;
        FigureAnswer::new(answer.about, figure.draw(&profile))
    }

    fn figure(
        &self,
        rows: Vec<ForestRow>,
        answer: &FactorsAnswer,
        profile: &Profile,
    ) -> ForestFigure {
        let level = format::level(profile, self.factors.conf_level);
        let endpoint = self.endpoint.as_ref().map_or(String::new(), |name| format!(", {name}"));
        let of_one = match self.factors.same_rows {
            true => "of the same patients",
            false => "of the patients in whom it is known",
        };
        ForestFigure {
            name: format!("Hazard ratios of prognostic factors{endpoint}"),
            rows,
            headers: vec!["Patients".to_owned(), "Events".to_owned()],
            effect_header: format!("Univariable ({level} CI)"),
            second_header: format!("Multivariable ({level} CI)"),
            scale: ForestScale::Ratio,
            x_title: self.xlab.clone().unwrap_or_else(|| "Hazard ratio (log scale)".to_owned()),
            limits: self.xlim,
            conf_level: self.factors.conf_level,
            caption: vec![
                format!(
                    "Cox models. Open marks are hazard ratios of one factor alone, {of_one}; filled \
                     marks those of all factors in one model of {} patients with {} events. Lines \
                     are {level} confidence intervals.",
                    answer.about.n, answer.events
                ),
                "A numeric factor is per unit.".to_owned(),
            ],
            width: self.page.width,
            embed: !self.page.no_embed,
            ..ForestFigure::default()
        }
    }
}

fn rows(factor: &Factor, words: &Words) -> Vec<ForestRow> {
    if !factor.categorical {
        return factor.lines.iter().map(|line| row(words.term(&line.name), 0, line)).collect();
    }
    let heading =
        ForestRow { label: words.term(&factor.term), heading: true, ..ForestRow::default() };
    let level = |line: &FactorLine| row(words.level(&factor.term, &line.name), 1, line);
    std::iter::once(heading).chain(factor.lines.iter().map(level)).collect()
}

fn row(label: String, indent: usize, line: &FactorLine) -> ForestRow {
    let of = |coefficient: &Option<Coefficient>| match line.reference {
        true => ForestEffect::Reference,
        false => effect(coefficient.as_ref()),
    };
    ForestRow {
        label,
        indent,
        cells: vec![line.n.to_string(), line.events.to_string()],
        effect: of(&line.crude),
        second: of(&line.adjusted),
        ..ForestRow::default()
    }
}
