//! Hazard ratios of several studies, and the pooled ones.

use super::{FigureAnswer, PageRequest};
use crate::{Data, MetaHrAnswer, MetaHrRequest, Problem};
use riskset::{PooledRatio, RatioStudy};
use riskset_plot::{ForestEffect, ForestFigure, ForestRow, Profile, format};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A forest plot of a meta-analysis of hazard ratios.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotMetaHrRequest {
    /// What is pooled.
    #[serde(flatten)]
    pub pooled: MetaHrRequest,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
}

impl PlotMetaHrRequest {
    /// Pools and lays out the figure.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        let answer = self.pooled.run(data)?;
        let mut figure = forest(&answer, &profile);
        figure.width = self.page.width;
        figure.embed = !self.page.no_embed;
        FigureAnswer::new(answer.about, figure.draw(&profile))
    }
}

pub(crate) fn forest(answer: &MetaHrAnswer, profile: &Profile) -> ForestFigure {
    let fit = &answer.fit;
    let percent = |share: f64| format::number(profile, 100.0 * share, 1);
    let study = |(name, study): (&String, &RatioStudy)| ForestRow {
        label: name.clone(),
        cells: vec![percent(study.weight_common), percent(study.weight_random)],
        effect: ForestEffect::Estimate {
            value: study.ratio,
            lower: study.interval.lower,
            upper: study.interval.upper,
            weight: Some(study.weight_random),
        },
        ..ForestRow::default()
    };
    let mut rows: Vec<ForestRow> = answer.studies.iter().zip(&fit.studies).map(study).collect();
    rows.push(summary("Common effect", &fit.common, [percent(1.0), String::new()]));
    rows.push(summary("Random effects", &fit.random, [String::new(), percent(1.0)]));
    let prediction = fit.prediction.lower.zip(fit.prediction.upper);
    rows.extend(prediction.map(|(lower, upper)| ForestRow {
        label: "Prediction".to_owned(),
        effect: ForestEffect::Prediction { lower, upper },
        ..ForestRow::default()
    }));
    let level = format::level(profile, fit.conf_level);
    ForestFigure {
        rows,
        label_header: "Study".to_owned(),
        headers: vec!["Weight, common, %".to_owned(), "random, %".to_owned()],
        effect_header: format!("Hazard ratio ({level} CI)"),
        conf_level: fit.conf_level,
        caption: vec![format!(
            "Squares are the studies' hazard ratios, their areas the weights with random effects, \
             with {level} confidence intervals; diamonds are the pooled hazard ratios, with one \
             common effect and with random effects (restricted maximum likelihood, Hartung and \
             Knapp's interval); the bar is where the hazard ratio of a further study is expected \
             with a probability of {level}."
        )],
        ..ForestFigure::default()
    }
}

fn summary(label: &str, pooled: &PooledRatio, cells: [String; 2]) -> ForestRow {
    ForestRow {
        label: label.to_owned(),
        heading: true,
        cells: cells.to_vec(),
        effect: match (pooled.interval.lower, pooled.interval.upper) {
            (Some(lower), Some(upper)) => {
                ForestEffect::Summary { value: pooled.ratio, lower, upper }
            }
            (lower, upper) => {
                ForestEffect::Estimate { value: pooled.ratio, lower, upper, weight: None }
            }
        },
        ..ForestRow::default()
    }
}
