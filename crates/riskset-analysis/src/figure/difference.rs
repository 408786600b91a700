//! Two curves, and their difference with its band below.

use super::curves::{CurveEstimates, CurvesKind, inputs, median_follow_up};
use super::rename::Words;
use super::{CurveLook, FigureAnswer, PageRequest, TimeAxis};
use crate::{Data, Problem, RowsRequest};
use riskset::{Remedy, SurvivalCurve};
use riskset_plot::{KmFigure, PanelContent, PanelInput, Panels, PlotFigure, Quantity, format};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Kaplan-Meier curves of two groups with their difference below.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotDifferenceRequest {
    /// Data, model and rows.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
    /// The time axis.
    #[serde(flatten)]
    pub time: TimeAxis,
    /// The look of the curves.
    #[serde(flatten)]
    pub look: CurveLook,
    /// The estimates behind them.
    #[serde(flatten)]
    pub estimates: CurveEstimates,
    /// A margin of non-inferiority of the difference of survival, a fraction: a line below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub margin: Option<f64>,
}

impl PlotDifferenceRequest {
    /// Fits the two curves and lays out the panels.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        if self.look.title.is_some() || self.look.min_cell.is_some() {
            let field = if self.look.title.is_some() { "title" } else { "min_cell" };
            let what =
                "a figure of a difference has no title of one plot and no mask of small cells";
            return Err(Problem::request(what, Remedy::Unset(field.into())));
        }
        if self.estimates.band.is_some() {
            let what = "a difference has pointwise intervals";
            return Err(Problem::request(what, Remedy::Unset("band".into())));
        }
        let profile = self.page.profile(data)?;
        let words = Words::new(&self.look.rename);
        let counts = self.estimates.robust != Some(true);
        let mut rows = self.rows.curve_rows(data, "plot", false, counts)?;
        let model = self.estimates.model(CurvesKind::Km, &mut rows)?;
        let Some(grouping) = rows.compared().filter(|grouping| grouping.count() == 2) else {
            return Err(Problem::analysis(
                "a difference is between two groups",
                Remedy::AnyOf(vec![
                    Remedy::to("name a column with two levels right of ~"),
                    Remedy::set("subset"),
                ]),
            ));
        };
        let curves = model.fit_groups(&rows.response, &grouping.groups)?;
        let names = self.look.names(&words, Some(grouping))?;
        let per = self.time.scale()?;
        let written = self.estimates.annotations(&rows, &names, &curves, per)?;
        let mut options = self.look.options(
            &self.page,
            &self.time.unit_of_rows(&self.rows).of(&rows.about)?,
            Quantity::Survival,
            written.lines,
        )?;
        options.proportional = written.proportional;
        options.follow_up = median_follow_up(&rows.response, per)?;
        let percent = profile.number.percent;
        let (unit, times) = if percent { (", percentage points", 100.0) } else { ("", 1.0) };
        let name = format!("{} less {}{unit}", names[1], names[0]);
        let steps = steps(&curves, per, times);
        let level = format::level(&profile, self.estimates.conf_level);
        let mut difference = PlotFigure {
            caption: vec![format!(
                "The line is the difference {} less {}, with its pointwise {level} confidence \
                 interval.",
                names[1], names[0]
            )],
            ..PlotFigure::difference(&name, &options.time_title(), &steps)
        };
        if let Some(margin) = self.margin()? {
            difference.levels.push((margin * times, "margin".to_owned()));
            let margin = format::number(&profile, margin * times, if percent { 1 } else { 3 });
            difference.caption.push(format!(
                "The lower dashed line is the margin of non-inferiority, {margin}{unit}: where the \
                 band lies above it, {} is not worse than {} by as much at that time.",
                names[1], names[0]
            ));
        }
        let groups = inputs(&curves, &names, &rows.response, &grouping.groups);
        let survival = KmFigure { groups, options };
        let panel = |content| PanelInput { title: None, content };
        let panels = Panels {
            panels: vec![panel(PanelContent::Km(survival)), panel(PanelContent::Plot(difference))],
            columns: Some(1),
            // One above the other, two curves fill a column.
            width: Some(self.page.width.unwrap_or(profile.page.single_column)),
            height: self.look.height,
            embed: !self.page.no_embed,
            ..Panels::default()
        };
        words.check_used()?;
        let mut about = rows.about;
        about.doubts.extend(written.doubts);
        FigureAnswer::new(about, panels.draw(&profile))
    }
}

impl PlotDifferenceRequest {
    /// A margin is on the side of worse survival of the second group.
    fn margin(&self) -> Result<Option<f64>, Problem> {
        match self.margin {
            Some(margin) if !(margin < 0.0 && margin > -1.0) => Err(Problem::request(
                format!(
                    "a margin of a difference of survival lies between -1 and 0, as -0.1 for 10 \
                     percentage points, and not at {margin}"
                ),
                Remedy::set_to("margin", "-0.1"),
            )),
            margin => Ok(margin),
        }
    }
}

/// Time, difference and limits of the second curve less the first, in the unit of the axis.
fn steps(curves: &[SurvivalCurve], per: f64, times: f64) -> Vec<(f64, f64, f64, f64)> {
    let step = |step: &riskset::CurveDifference| {
        let (lower, upper) = (step.lower? * times, step.upper? * times);
        Some((step.time / per, step.difference * times, lower, upper))
    };
    curves[1].difference_from(&curves[0]).iter().filter_map(step).collect()
}
