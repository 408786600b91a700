//! The path of an elastic net, and the cross-validated deviance, over the logarithm of lambda.

use super::rename::{Rename, Words};
use super::residuals::draw;
use super::{FigureAnswer, PageRequest};
use crate::{Data, ElasticNetAnswer, ElasticNetRequest, NetValidation, Problem};
use riskset_plot::{Layer, PlotFigure};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An elastic net, drawn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotElasticNetRequest {
    /// The elastic net.
    #[serde(flatten)]
    pub net: ElasticNetRequest,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
    /// Height in millimetres.
    pub height: Option<f64>,
    /// Words for codes.
    pub rename: Vec<Rename>,
}

/// More columns than this are not told apart by name.
const NAMED: usize = 8;

impl PlotElasticNetRequest {
    /// Fits, and draws the path with the deviance below it.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        let words = Words::new(&self.rename);
        let answer = self.net.run(data)?;
        let mut figures = vec![path(&answer, &words)];
        figures.extend(answer.validation.as_ref().map(|found| deviance(&answer, found)));
        words.check_used()?;
        draw(figures, &self.page, self.height, &profile, answer.about)
    }
}

/// The coefficients that are ever kept, per standard deviation of their column.
fn path(answer: &ElasticNetAnswer, words: &Words) -> PlotFigure {
    let points = &answer.path.points;
    let ever = |column: &usize| points.iter().any(|point| point.coefficients[*column] != 0.0);
    let kept: Vec<usize> = (0..answer.names.len()).filter(ever).collect();
    let line = |&column: &usize| -> Vec<(f64, f64)> {
        let scale = match answer.request.standardise {
            true => answer.path.scales[column],
            false => 1.0,
        };
        let at = points.iter().map(|p| (p.lambda.ln(), scale * p.coefficients[column]));
        let mut line: Vec<(f64, f64)> = at.collect();
        line.reverse();
        line
    };
    let named = kept.len() <= NAMED;
    let layers = kept.iter().map(|column| Layer {
        label: if named { words.term(&answer.names[*column]) } else { String::new() },
        line: line(column),
        ..Layer::default()
    });
    let unit = if answer.request.standardise { "per standard deviation" } else { "per unit" };
    let mut caption = vec![format!(
        "Coefficients of a Cox model by elastic net (alpha {}) over the logarithm of the weight lambda of \
         the penalty, {unit} of the column; to the right more is held back.",
        answer.request.alpha
    )];
    if !named {
        caption.push(format!("{} of {} columns are ever kept.", kept.len(), answer.names.len()));
    }
    PlotFigure {
        kind: "elastic-net".to_owned(),
        name: "Path of an elastic net".to_owned(),
        layers: layers.collect(),
        x_title: "Logarithm of lambda".to_owned(),
        y_title: format!("Coefficient {unit}"),
        levels: vec![(0.0, String::new())],
        caption,
        ..PlotFigure::default()
    }
}

fn deviance(answer: &ElasticNetAnswer, found: &NetValidation) -> PlotFigure {
    let at = |place: usize| answer.path.points[place].lambda.ln();
    let places = (0..found.deviance.len()).rev();
    let points: Vec<(f64, f64)> = places.clone().map(|k| (at(k), found.deviance[k])).collect();
    let band = places
        .map(|k| {
            (at(k), found.deviance[k] - found.std_error[k], found.deviance[k] + found.std_error[k])
        })
        .collect();
    let mark = |place: usize| (at(place), found.deviance[place]);
    PlotFigure {
        kind: "elastic-net-deviance".to_owned(),
        name: "Cross-validated deviance of an elastic net".to_owned(),
        layers: vec![
            Layer { line: points, band, ..Layer::default() },
            Layer {
                points: vec![mark(found.within_one_error), mark(found.best)],
                ..Layer::default()
            },
        ],
        x_title: "Logarithm of lambda".to_owned(),
        y_title: "Deviance per event".to_owned(),
        caption: vec![format!(
            "Deviance per event in patients who did not help to fit, over {} parts (seed {}), with one \
             standard error on both sides. The points are the least deviance and the greatest lambda within \
             one standard error of it.",
            answer.request.folds, answer.request.seed
        )],
        ..PlotFigure::default()
    }
}
