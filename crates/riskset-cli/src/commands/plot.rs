//! `riskset plot`: from the model to the scene of a figure, and to its files.

mod allowed;
mod cif;
mod curves;
mod difference;
mod flow;
mod forest;
mod npv;
mod options;
mod panels;
mod residuals;
mod subgroups;
mod swimmer;

use super::frame::Asked;
use super::lint;
use crate::Failure;
use crate::args::figure::{PlotArgs, PlotKind};
use crate::output::{Console, extension};
use crate::progress::Busy;
use crate::voice::CommandLine;
use riskset_plot::{Figure, Profile};
use std::path::Path;

/// Draws the figure and writes its files.
pub fn run(args: &PlotArgs, console: &mut Console) -> Result<(), Failure> {
    for file in &args.output {
        check_extension(file)?;
    }
    allowed::check(args)?;
    let profile = profile(&args.theme)?;
    let busy = Busy::new("drawing", console.quiet);
    let figure = scene(args, &profile, &busy)?;
    allowed::check_renames(args)?;
    for file in &args.output {
        console.write_file(file, &bytes(&figure, file, args.dpi)?)?;
    }
    drop(busy);
    for warning in &figure.warnings {
        console.note(&format!("Warning: {}.", warning.words(&CommandLine)));
    }
    if !figure.caption.is_empty() {
        console.note(&format!("Caption: {}", figure.caption_texts().join(" ")));
    }
    if args.lint { lint::report(&figure.findings(), console) } else { Ok(()) }
}

fn scene(args: &PlotArgs, profile: &Profile, busy: &Busy) -> Result<Figure, Failure> {
    if !args.panel.is_empty() {
        return panels::scene(args, profile);
    }
    let asked = Asked::new(&args.data).shown(busy);
    match args.kind {
        PlotKind::Km | PlotKind::FollowUp | PlotKind::Cumhaz | PlotKind::Loglog => {
            curves::scene(args, &asked, profile)
        }
        PlotKind::Cif => cif::scene(args, asked, profile),
        PlotKind::Forest => forest::scene(args, &asked, profile),
        PlotKind::Schoenfeld | PlotKind::Residuals => residuals::scene(args, &asked, profile),
        PlotKind::Subgroups => subgroups::scene(args, profile),
        PlotKind::Npv => npv::scene(args, profile),
        PlotKind::Difference => difference::scene(args, &asked, profile),
        PlotKind::Swimmer => swimmer::scene(args, &asked, profile),
        PlotKind::Flow => flow::scene(args, profile),
    }
}

/// Refuses a file whose extension names no kind of figure.
pub fn check_extension(file: &Path) -> Result<(), Failure> {
    match extension(file).as_str() {
        "svg" | "pdf" | "png" | "tif" | "tiff" => Ok(()),
        "eps" => Err(Failure::usage(format!(
            "--output {}: EPS is not written; journals take PDF for the same purpose, so use .pdf",
            file.display()
        ))),
        _ => Err(Failure::usage(format!(
            "--output {}: the extension names no kind of figure; use .svg, .pdf, .png or .tiff",
            file.display()
        ))),
    }
}

/// The bytes of a figure in the format that the extension names.
pub fn bytes(figure: &Figure, file: &Path, dpi: f64) -> Result<Vec<u8>, Failure> {
    let bytes = match extension(file).as_str() {
        "svg" => Ok(figure.svg().into_bytes()),
        "pdf" => figure.pdf(),
        "png" => figure.png(dpi),
        _ => figure.tiff(dpi),
    };
    bytes.map_err(Failure::analysis)
}

/// A profile by its name, or from a user's TOML file.
pub fn profile(name: &str) -> Result<Profile, Failure> {
    if !name.ends_with(".toml") {
        return Profile::named(name).map_err(Failure::analysis);
    }
    let text = std::fs::read_to_string(name).map_err(|error| {
        Failure::analysis(format!("cannot read the profile {name}: {error}; check the name"))
    })?;
    Profile::from_toml(name, &text).map_err(Failure::analysis)
}
