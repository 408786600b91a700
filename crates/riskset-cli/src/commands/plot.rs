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
mod shared;
mod subgroups;
mod swimmer;

use super::frame::Asked;
use super::{lint, read_text};
use crate::Failure;
use crate::args::figure::{PlotArgs, PlotKind};
use crate::output::{Console, extension, refuse_one_file};
use crate::progress::Busy;
use riskset_plot::{Profile, Scene, render};
use std::path::{Path, PathBuf};

/// Draws the figure and writes its files.
pub fn run(args: &PlotArgs, console: &mut Console) -> Result<(), Failure> {
    for file in &args.output {
        check_extension(file)?;
    }
    refuse_one_file(args.output.iter().map(PathBuf::as_path))?;
    allowed::check(args)?;
    let profile = profile(&args.theme)?;
    let busy = Busy::new("drawing", console.quiet);
    let scene = scene(args, &profile, &busy)?;
    allowed::check_renames(args)?;
    for file in &args.output {
        console.write_file(file, &bytes(&scene, file, args.dpi)?)?;
    }
    drop(busy);
    for warning in &scene.warnings {
        console.note(&format!("Warning: {warning}."));
    }
    if !scene.caption.is_empty() {
        console.note(&format!("Caption: {}", scene.caption.join(" ")));
    }
    if args.lint { lint::report(&riskset_plot::lint::lint(&scene), console) } else { Ok(()) }
}

fn scene(args: &PlotArgs, profile: &Profile, busy: &Busy) -> Result<Scene, Failure> {
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
pub fn bytes(scene: &Scene, file: &Path, dpi: f64) -> Result<Vec<u8>, Failure> {
    let bytes = match extension(file).as_str() {
        "svg" => Ok(scene.to_svg().into_bytes()),
        "pdf" => render::pdf(scene),
        "png" => render::png(scene, dpi),
        _ => render::tiff(scene, dpi),
    };
    bytes.map_err(Failure::analysis)
}

/// A profile by its name, or from a user's TOML file.
pub fn profile(name: &str) -> Result<Profile, Failure> {
    if !name.ends_with(".toml") {
        return Profile::named(name).map_err(Failure::analysis);
    }
    let text = read_text(Path::new(name), "the profile")?;
    Profile::from_toml(name, &text).map_err(Failure::analysis)
}
