//! Two curves, and their difference with its band below.

use super::curves::inputs;
use super::options::options;
use crate::Failure;
use crate::args::figure::PlotArgs;
use crate::commands::frame::{Asked, refuse_model_terms};
use riskset::KaplanMeier;
use riskset_plot::{
    Figure, KmFigure, PanelContent, PanelInput, Panels, PlotFigure, Profile, Quantity,
};

/// Fits the two curves and lays out the panels.
pub fn scene(args: &PlotArgs, asked: &Asked, profile: &Profile) -> Result<Figure, Failure> {
    let frame = asked.frame()?;
    refuse_model_terms(&frame, "plot")?;
    let grouping = frame.groups()?.filter(|grouping| grouping.count() == 2).ok_or_else(|| {
        Failure::analysis(
            "a difference is between two groups; name a column with two levels right of ~, or use \
             --subset to leave two",
        )
    })?;
    let curves = KaplanMeier::default()
        .conf_level(args.data.conf_level)
        .conf_type(super::curves::conf_type(args))
        .fit_groups(frame.observations()?, &grouping.groups)?;
    let labels = super::curves::labels(args, Some(&grouping))?;
    // In the unit of the curves above.
    let per = args.per.unwrap_or(1.0);
    let (unit, times) =
        if profile.number.percent { (", percentage points", 100.0) } else { ("", 1.0) };
    let steps: Vec<(f64, f64, f64, f64)> = curves[1]
        .difference_from(&curves[0])
        .iter()
        .filter_map(|step| {
            let (lower, upper) = (step.lower? * times, step.upper? * times);
            Some((step.time / per, step.difference * times, lower, upper))
        })
        .collect();
    let annotations =
        super::curves::annotations(args, frame.observations()?, Some(&grouping), &curves)?;
    let mut options = options(args, Quantity::Survival, annotations.lines)?;
    options.proportional = annotations.proportional;
    options.follow_up = super::curves::median_follow_up(args, frame.observations()?)?;
    let name = format!("{} less {}{unit}", labels[1], labels[0]);
    let difference = PlotFigure::difference(&name, &options.time_title(), &steps);
    let survival = KmFigure {
        groups: inputs(&curves, &labels, frame.observations()?, &grouping.groups),
        options,
    };
    let panel = |content| PanelInput { title: None, content };
    let panels = Panels {
        panels: vec![panel(PanelContent::Km(survival)), panel(PanelContent::Plot(difference))],
        columns: Some(1),
        // One above the other, two curves fill a column.
        width: Some(args.width.unwrap_or(profile.page.single_column)),
        height: args.height,
        embed: !args.no_embed,
        ..Panels::default()
    };
    panels.draw(profile).map_err(Failure::analysis)
}
