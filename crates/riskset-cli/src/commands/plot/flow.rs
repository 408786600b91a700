//! The flow of the patients from a file of counts.

use crate::Failure;
use crate::args::figure::PlotArgs;
use crate::commands::read_text;
use riskset_plot::{FlowFigure, Profile, Scene};
use std::path::Path;

/// Reads the counts and lays out the figure.
pub fn scene(args: &PlotArgs, profile: &Profile) -> Result<Scene, Failure> {
    let file = &args.data.data;
    let text = read_text(Path::new(file), "the counts (a TOML file of stages and counts)")?;
    let mut figure = FlowFigure::from_toml(file, &text).map_err(Failure::analysis)?;
    figure.width = args.width.or(figure.width);
    figure.no_embed = args.no_embed;
    figure.scene(profile).map_err(Failure::analysis)
}
