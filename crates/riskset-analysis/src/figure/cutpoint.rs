//! The statistic of every cut-point that a search tried.

use super::rename::{Rename, Words};
use super::{FigureAnswer, PageRequest};
use crate::{CutpointAnswer, CutpointRequest, Data, Problem};
use riskset::CutPointTest;
use riskset_plot::{Layer, PlotFigure, Profile, format};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The statistic over the cuts, drawn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotCutpointRequest {
    /// The search.
    #[serde(flatten)]
    pub cutpoint: CutpointRequest,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
    /// Height in millimetres.
    pub height: Option<f64>,
    /// Words for codes.
    pub rename: Vec<Rename>,
}

/// What a statistic must exceed at a planned cut, and at none that was searched.
const PLANNED: f64 = 1.959963984540054;

impl PlotCutpointRequest {
    /// Searches, and draws |z| over the cuts.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        let words = Words::new(&self.rename);
        let search = CutpointRequest { folds: 0, ..self.cutpoint.clone() };
        let answer = search.run(data)?;
        let name = words.term(&answer.column);
        words.check_used()?;
        let figure = PlotFigure {
            width: self.page.width,
            height: self.height,
            embed: !self.page.no_embed,
            ..cutpoint_figure(&answer, &name, &profile)
        };
        FigureAnswer::new(answer.about, figure.draw(&profile))
    }
}

/// |z| over the cuts of an answer, the column under this name.
pub fn cutpoint_figure(answer: &CutpointAnswer, name: &str, profile: &Profile) -> PlotFigure {
    let best = answer.test.best_cut();
    let p = format::p_value(profile, p_value(&answer.test));
    let line = answer.test.cuts.iter().map(|cut| (cut.cut, cut.z.abs())).collect();
    PlotFigure {
        kind: "cutpoint".to_owned(),
        name: format!("Statistic of every cut-point of {name}"),
        layers: vec![
            Layer { line, steps: true, ..Layer::default() },
            Layer {
                points: vec![(best.cut, best.z.abs())],
                line: vec![(best.cut, 0.0), (best.cut, best.z.abs())],
                ..Layer::default()
            },
        ],
        x_title: format!("Cut-point of {name}"),
        y_title: "Standardised log-rank statistic".to_owned(),
        y_limits: Some((0.0, 1.15 * answer.test.statistic.max(PLANNED))),
        levels: vec![(PLANNED, String::new())],
        notes: vec![format!("Best cut {}, corrected {p}", shown(best.cut))],
        caption: caption(&answer.test, name, &answer.request),
        ..PlotFigure::default()
    }
}

/// The corrected P that assumes least of those there are.
fn p_value(test: &CutPointTest) -> f64 {
    test.p_exact.or(test.p_permutation).unwrap_or(test.p_normal)
}

fn caption(test: &CutPointTest, name: &str, request: &CutpointRequest) -> Vec<String> {
    let how = match (test.p_exact, test.p_permutation) {
        (Some(_), _) => "over all orders of the patients".to_owned(),
        (None, Some(_)) => {
            format!("by {} permutations with seed {}", request.permutations, request.seed)
        }
        (None, None) => "from the joint normal distribution of all statistics".to_owned(),
    };
    vec![
        format!(
            "Absolute log-rank statistic of the patients above against those at or below each of {} \
             cuts of {name}; the upright line is at the largest. The dashed line is what a single planned \
             cut would have to exceed for a P value below 0.05.",
            test.cuts.len()
        ),
        format!(
            "The cut was not planned but chosen because it separates these patients best; its P value \
             is corrected for the search {how}."
        ),
    ]
}

/// A cut without digits that say nothing.
fn shown(cut: f64) -> String {
    format!("{}", format!("{cut:.6e}").parse::<f64>().unwrap_or(cut))
}
