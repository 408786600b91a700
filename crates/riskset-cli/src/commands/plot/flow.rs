//! The flow of the patients from a file of counts.

use crate::Failure;
use crate::args::figure::PlotArgs;
use riskset_plot::{Figure, FlowFigure, Profile};

/// Reads the counts and lays out the figure.
pub fn scene(args: &PlotArgs, profile: &Profile) -> Result<Figure, Failure> {
    let file = &args.data.data;
    let text = std::fs::read_to_string(file).map_err(|error| {
        Failure::analysis(format!(
            "cannot read the counts of {file}: {error}; `plot flow` takes a TOML file of stages and \
             counts"
        ))
    })?;
    let mut figure = FlowFigure::from_toml(file, &text).map_err(Failure::analysis)?;
    figure.width = args.width.or(figure.width);
    figure.no_embed = args.no_embed;
    figure.draw(profile).map_err(Failure::analysis)
}
