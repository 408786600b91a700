//! Figures of predictions: calibration at a time, discrimination over time, and net benefit.

use super::{FigureAnswer, PageRequest};
use crate::{Data, ModelPerformance, PerformanceAnswer, PerformanceRequest, Problem};
use riskset::Remedy;
use riskset_plot::{Layer, PlotFigure, Profile, format};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is drawn of predictions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PerformanceFigure {
    /// Observed against predicted risks, one panel per time.
    #[default]
    Calibration,
    /// The area under the ROC curve at the times.
    Auc,
    /// Net benefit over thresholds, at the first time.
    Decision,
}

riskset::choices!(
    PerformanceFigure,
    "figure of predictions",
    [
        (PerformanceFigure::Calibration, "calibration", "Observed against predicted risks"),
        (PerformanceFigure::Auc, "auc", "The area under the ROC curve over time"),
        (PerformanceFigure::Decision, "decision", "Net benefit over thresholds of risk"),
    ]
);

/// Predictions, drawn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotPerformanceRequest {
    /// The models and where they are judged.
    #[serde(flatten)]
    pub performance: PerformanceRequest,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
    /// Which figure.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<PerformanceFigure>")]
    pub kind: PerformanceFigure,
    /// The unit of time, such as `days`.
    pub unit: Option<String>,
    /// What the two models are called in the legend, the model first and then the one beside it; their
    /// terms when there are none.
    pub model_names: Vec<String>,
    /// Height in millimetres.
    pub height: Option<f64>,
}

/// Thresholds of a decision curve, in per cent.
const THRESHOLDS: std::ops::RangeInclusive<u32> = 1..=99;

impl PlotPerformanceRequest {
    /// Judges the models and lays out the figure.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        let mut request = self.performance.clone();
        if self.kind == PerformanceFigure::Decision && request.thresholds.is_empty() {
            request.thresholds = THRESHOLDS.map(|percent| f64::from(percent) / 100.0).collect();
        }
        self.check_names()?;
        let mut answer = request.run(data)?;
        answer.about.analysis = "plot";
        for (model, name) in answer.models.iter_mut().zip(&self.model_names) {
            model.terms.clone_from(name);
        }
        let mut figures = match self.kind {
            PerformanceFigure::Calibration => {
                (0..request.times.len()).map(|place| self.calibration(&answer, place)).collect()
            }
            PerformanceFigure::Auc => vec![self.areas(&answer, &profile)],
            PerformanceFigure::Decision => vec![self.decision(&answer, &profile)],
        };
        let first: &mut PlotFigure = &mut figures[0];
        first.caption.extend(judged(&answer));
        super::residuals::draw(figures, &self.page, self.height, &profile, answer.about)
    }

    fn check_names(&self) -> Result<(), Problem> {
        let models = 1 + usize::from(self.performance.against.is_some());
        if self.model_names.is_empty() || (models == 2 && self.model_names.len() == 2) {
            return Ok(());
        }
        if models == 1 {
            let what = "one model is drawn, and the legend does not name it";
            return Err(Problem::request(what, Remedy::Unset("model_names".into())));
        }
        let named = self.model_names.len();
        let what = format!("names of the two models of the figure: {named} given");
        Err(Problem::request(what, Remedy::to("name both, the model first")))
    }

    fn by(&self, time: f64) -> String {
        match &self.unit {
            Some(unit) => format!("by {time} {unit}"),
            None => format!("by {time}"),
        }
    }

    /// Groups with their limits, the smooth curve of each model, and the diagonal.
    fn calibration(&self, answer: &PerformanceAnswer, place: usize) -> PlotFigure {
        let time = answer.request.times[place];
        let mut layers = Vec::new();
        let mut highest = 0.0_f64;
        for model in &answer.models {
            let at = &model.measures.calibration[place];
            let known = || at.groups.iter().filter_map(|group| Some((group, group.observed?)));
            let limits = known().filter_map(|(group, _)| {
                Some((group.predicted, group.interval.lower?, group.interval.upper?))
            });
            let layer = Layer {
                label: match answer.models.len() {
                    1 => "Model".to_owned(),
                    _ => model.terms.clone(),
                },
                points: known().map(|(group, observed)| (group.predicted, observed)).collect(),
                line: at.smooth.as_ref().map_or_else(Vec::new, |smooth| thinned(&smooth.points)),
                bars: limits.collect(),
                ..Layer::default()
            };
            let values =
                layer.points.iter().chain(&layer.line).flat_map(|point| [point.0, point.1]);
            let bars = layer.bars.iter().map(|bar| bar.2);
            highest = values.chain(bars).fold(highest, f64::max);
            layers.push(layer);
        }
        let end = ((highest * 20.0).ceil() / 20.0).min(1.0);
        let line = vec![(0.0, 0.0), (end, end)];
        layers.push(Layer { label: "Perfect calibration".to_owned(), line, ..Layer::default() });
        PlotFigure {
            kind: "calibration".to_owned(),
            name: format!("Calibration of predicted risks {}", self.by(time)),
            layers,
            x_title: format!("Predicted risk {}", self.by(time)),
            y_title: "Observed risk".to_owned(),
            x_limits: Some((0.0, end)),
            y_limits: Some((0.0, end)),
            proportion: Some(1.0),
            caption: match place {
                0 => vec![format!(
                    "Points are groups of patients with similar predictions, their {} risk with its \
                     confidence interval; the curve is a smooth of all patients, the straight line \
                     perfect calibration.",
                    observed_by(answer)
                )],
                _ => Vec::new(),
            },
            ..PlotFigure::default()
        }
    }

    fn areas(&self, answer: &PerformanceAnswer, profile: &Profile) -> PlotFigure {
        let level = format::level(profile, answer.request.conf_level);
        let layer = |model: &ModelPerformance| {
            let known = || model.measures.auc.at().iter().filter(|at| at.estimate.is_some());
            let line: Vec<(f64, f64)> =
                known().filter_map(|at| Some((at.time, at.estimate?))).collect();
            let limits =
                known().filter_map(|at| Some((at.time, at.interval.lower?, at.interval.upper?)));
            let points = if line.len() == 1 { line.clone() } else { Vec::new() };
            Layer {
                label: label(answer, model),
                points,
                band: if line.len() > 1 { limits.clone().collect() } else { Vec::new() },
                bars: if line.len() > 1 { Vec::new() } else { limits.collect() },
                line,
                ..Layer::default()
            }
        };
        let unit = self.unit.as_ref().map_or(String::new(), |unit| format!(", {unit}"));
        PlotFigure {
            kind: "auc".to_owned(),
            name: "Area under the ROC curve over time".to_owned(),
            layers: answer.models.iter().map(layer).collect(),
            x_title: format!("Time{unit}"),
            y_title: "Area under the ROC curve".to_owned(),
            levels: vec![(0.5, String::new())],
            caption: vec![format!(
                "Cumulative/dynamic areas, weighted by the inverse probability of being uncensored, \
                 with pointwise {level} bands that take the predictions as given; the dashed line is \
                 chance.{}",
                match answer.request.cause {
                    Some(_) => " Controls are all without the event of interest by the time.",
                    None => "",
                }
            )],
            ..PlotFigure::default()
        }
    }

    fn decision(&self, answer: &PerformanceAnswer, profile: &Profile) -> PlotFigure {
        let time = answer.request.times[0];
        let level = format::level(profile, answer.request.conf_level);
        let alone = answer.models.len() == 1;
        let mut layers: Vec<Layer> = answer
            .models
            .iter()
            .map(|model| {
                let line = model.net_benefit.iter();
                let limits = line.clone().filter_map(|at| {
                    let limits = at.model_interval;
                    Some((at.threshold, limits.lower?, limits.upper?))
                });
                Layer {
                    // The bands of two models would hide each other.
                    band: if alone { limits.collect() } else { Vec::new() },
                    label: match answer.models.len() {
                        1 => "Model".to_owned(),
                        _ => model.terms.clone(),
                    },
                    line: line.filter_map(|at| Some((at.threshold, at.model?))).collect(),
                    ..Layer::default()
                }
            })
            .collect();
        let all = answer.models[0].net_benefit.iter();
        let all: Vec<(f64, f64)> =
            all.filter_map(|at| Some((at.threshold, at.treat_all?))).collect();
        let best = layers.iter().flat_map(|layer| &layer.line).chain(&all);
        let top = best.map(|point| point.1).fold(0.0, f64::max);
        // Far below 0 everybody sees that treating all is worse; the rest is what is compared.
        let floor = -0.1 * top;
        let seen: Vec<(f64, f64)> = all.into_iter().filter(|point| point.1 >= floor).collect();
        layers.push(Layer { label: "Treat all".to_owned(), line: seen, ..Layer::default() });
        // In the legend and not beside its line, where curves that come close would run through it.
        let ends = answer.models[0].net_benefit.iter();
        let none = ends.clone().take(1).chain(ends.last()).map(|at| (at.threshold, 0.0)).collect();
        layers.push(Layer { label: "Treat none".to_owned(), line: none, ..Layer::default() });
        for layer in &mut layers {
            layer.line.retain(|point| point.1 >= floor);
            layer.band.retain(|limits| limits.1 >= floor);
        }
        PlotFigure {
            kind: "decision".to_owned(),
            name: format!("Net benefit of treating by predicted risk {}", self.by(time)),
            layers,
            x_title: format!("Threshold of risk {}", self.by(time)),
            y_title: "Net benefit".to_owned(),
            caption: vec![format!(
                "Net benefit per patient: those treated who would have the event, less those treated \
                 who would not, weighted by the odds of the threshold. {}",
                match alone {
                    true => format!(
                        "The band is the pointwise {level} confidence interval of the model, its \
                         predictions taken as given."
                    ),
                    false => "Limits stand in the table.".to_owned(),
                }
            )],
            ..PlotFigure::default()
        }
    }
}

/// Whose estimate an observed risk is.
fn observed_by(answer: &PerformanceAnswer) -> &'static str {
    if answer.request.cause.is_some() { "Aalen-Johansen" } else { "Kaplan-Meier" }
}

/// Names in a legend only where there are two models.
fn label(answer: &PerformanceAnswer, model: &ModelPerformance) -> String {
    if answer.models.len() > 1 { model.terms.clone() } else { String::new() }
}

/// So many places of a smooth curve are enough to draw it.
const PLACES: usize = 200;

/// Places of a smooth curve, x increasing and each once.
fn thinned(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let step = points.len().div_ceil(PLACES).max(1);
    let last = points.len().saturating_sub(1);
    let kept = points.iter().enumerate().filter(|(place, _)| place % step == 0 || *place == last);
    let mut line: Vec<(f64, f64)> = kept.map(|(_, &point)| point).collect();
    line.dedup_by(|a, b| a.0 == b.0);
    line
}

/// On whom the models were judged.
fn judged(answer: &PerformanceAnswer) -> Option<String> {
    let judged = &answer.judged;
    Some(match judged.new {
        true => format!(
            "The model was made of {} patients and is judged on {} others with {} events ({}).",
            answer.about.n, judged.n, judged.events, judged.data
        ),
        false => format!(
            "Judged on the {} patients that made the model, without correction for it.",
            judged.n
        ),
    })
}
