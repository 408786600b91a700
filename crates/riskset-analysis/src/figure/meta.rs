//! Proportions of several studies, and the pooled one.

use super::{FigureAnswer, PageRequest};
use crate::{Data, MetaProportionRequest, Problem};
use riskset::{MetaFit, MetaStudy};
use riskset_plot::{ForestEffect, ForestFigure, ForestRow, Profile, format};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A forest plot of a meta-analysis.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotMetaRequest {
    /// What is pooled.
    #[serde(flatten)]
    pub pooled: MetaProportionRequest,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
}

impl PlotMetaRequest {
    /// Pools and lays out the figure.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        let answer = self.pooled.run(data)?;
        let mut figure = forest(&answer.studies, &answer.fit, self.pooled.conf_level, &profile);
        figure.width = self.page.width;
        figure.embed = !self.page.no_embed;
        FigureAnswer::new(answer.about, figure.draw(&profile))
    }
}

/// The studies with their exact intervals and weights, and the pooled proportion as a diamond.
fn forest(names: &[String], fit: &MetaFit, conf_level: f64, profile: &Profile) -> ForestFigure {
    let study = |(name, study): (&String, &MetaStudy)| ForestRow {
        label: name.clone(),
        cells: vec![
            format!("{}/{}", study.events, study.n),
            format::number(profile, 100.0 * study.weight, 1),
        ],
        effect: ForestEffect::Estimate {
            value: study.estimate,
            lower: study.interval.lower,
            upper: study.interval.upper,
            weight: Some(study.weight),
        },
        ..ForestRow::default()
    };
    let (events, n): (u64, u64) =
        fit.studies.iter().fold((0, 0), |sum, study| (sum.0 + study.events, sum.1 + study.n));
    let mut rows: Vec<ForestRow> = names.iter().zip(&fit.studies).map(study).collect();
    rows.push(ForestRow {
        label: "Pooled".to_owned(),
        heading: true,
        cells: vec![format!("{events}/{n}"), format::number(profile, 100.0, 1)],
        effect: match (fit.interval.lower, fit.interval.upper) {
            (Some(lower), Some(upper)) => {
                ForestEffect::Summary { value: fit.estimate, lower, upper }
            }
            (lower, upper) => {
                ForestEffect::Estimate { value: fit.estimate, lower, upper, weight: None }
            }
        },
        ..ForestRow::default()
    });
    let level = format::level(profile, conf_level);
    let percent = if profile.number.percent { ", %" } else { "" };
    let mut caption = vec![format!(
        "Squares are the studies' proportions, their areas the weights, with exact {level} \
         confidence intervals; the diamond is the pooled proportion from a random-effects model."
    )];
    if let (Some(lower), Some(upper)) = (fit.prediction.lower, fit.prediction.upper) {
        let limits = [lower, upper].map(|limit| format::probability(profile, limit, 1));
        caption.push(format!(
            "The proportion of a further study lies from {} to {}{} with a probability of {level}.",
            limits[0],
            limits[1],
            if profile.number.percent { "%" } else { "" },
        ));
    }
    ForestFigure {
        label_header: "Study".to_owned(),
        headers: vec!["Events/n".to_owned(), "Weight, %".to_owned()],
        effect_header: format!("Proportion{percent} ({level} CI)"),
        caption,
        ..ForestFigure::proportions("Proportion", rows, conf_level, None)
    }
}
