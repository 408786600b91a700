//! The hazard ratio over what might have become of those who were lost.

use super::rename::{Rename, Words};
use super::{FigureAnswer, PageRequest};
use crate::{Data, Problem, TippingAnswer, TippingRequest};
use riskset::{LostCase, TippedRatio};
use riskset_plot::{Layer, PlotFigure, Profile, format};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The hazard ratio over delta, in one group at a time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotTippingRequest {
    /// What is imputed; `deltas` is of the table, the figure has its own.
    #[serde(flatten)]
    pub tipping: TippingRequest,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
    /// Height in millimetres.
    pub height: Option<f64>,
    /// Words for codes.
    pub rename: Vec<Rename>,
}

/// Steps of the figure: factors of 2 in thirds, from 1/16 to 16.
const STEPS: i32 = 12;

impl PlotTippingRequest {
    /// Imputes, and draws.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        let words = Words::new(&self.rename);
        let deltas = (-STEPS..=STEPS).map(|step| 2f64.powf(f64::from(step) / 3.0)).collect();
        let answer = TippingRequest { deltas, ..self.tipping.clone() }.run(data)?;
        let names = answer.groups.each_ref().map(|group| {
            let levels = group.name.levels.iter().map(|(column, level)| words.level(column, level));
            levels.collect::<Vec<String>>().join(", ")
        });
        words.check_used()?;
        let figure = PlotFigure {
            width: self.page.width,
            height: self.height,
            embed: !self.page.no_embed,
            ..drawn(&answer, &names, &profile)
        };
        FigureAnswer::new(answer.about, figure.draw(&profile))
    }
}

fn drawn(answer: &TippingAnswer, names: &[String; 2], profile: &Profile) -> PlotFigure {
    let layer = |group: usize| {
        let mut layer = Layer { label: format!("{} lost", names[group]), ..Layer::default() };
        for (delta, found) in &answer.deltas[group] {
            let Some(TippedRatio { log_ratio, interval, .. }) = found else { continue };
            let x = delta.log2();
            layer.line.push((x, *log_ratio));
            if let (Some(lower), Some(upper)) = (interval.lower, interval.upper) {
                layer.band.push((x, lower.ln(), upper.ln()));
            }
        }
        layer
    };
    let layers = vec![layer(1), layer(0)];
    let powers = (-4..=4).map(|power: i32| {
        let label = if power < 0 { format!("1/{}", 1 << -power) } else { (1 << power).to_string() };
        (f64::from(power), label)
    });
    let case = |case: LostCase| answer.cases.iter().find(|(own, _)| *own == case)?.1;
    let told = [
        ("As observed", LostCase::Observed),
        ("Worst case", LostCase::WorstForSecond),
        ("Best case", LostCase::BestForSecond),
    ];
    let notes = told.into_iter().filter_map(|(name, own)| {
        let found = case(own)?;
        let (lower, upper) = (found.interval.lower, found.interval.upper);
        let ratio = format::estimate(profile, Some(found.log_ratio.exp()), lower, upper, 2);
        Some(format!("{name}: {ratio}"))
    });
    let lost = answer.groups.each_ref().map(|group| group.lost);
    PlotFigure {
        kind: "tipping".to_owned(),
        name: format!("Hazard ratio of {} against {} by delta", names[1], names[0]),
        y_labels: super::effect::ratio_labels(&layers),
        layers,
        x_title: "Hazard of those lost over that of those followed".to_owned(),
        y_title: format!("Hazard ratio, {} against {}", names[1], names[0]),
        x_labels: powers.collect(),
        x_limits: Some((-4.0, 4.0)),
        levels: vec![(0.0, String::new())],
        notes: notes.collect(),
        caption: vec![
            format!(
                "Pooled hazard ratio with its {} limits over delta, the hazard of those who were lost \
                 over that of those of their group still followed; one group at a time, the other's \
                 delta is 1. Lost were {} ({}) and {} ({}).",
                format::level(profile, answer.request.conf_level),
                lost[1],
                names[1],
                lost[0],
                names[0]
            ),
            format!(
                "{} imputations with seed {} (Rubin's rules). Worst case: those lost of {} have the \
                 event and those of {} none; best case: the other way round.",
                answer.request.imputations, answer.request.seed, names[1], names[0]
            ),
        ],
        ..PlotFigure::default()
    }
}
