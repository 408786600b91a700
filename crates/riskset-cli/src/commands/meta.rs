//! `riskset meta`

use super::answer::answer;
use super::plot;
use crate::Failure;
use crate::args::figure::FigureOutputArgs;
use crate::args::plan::{MetaArgs, MetaCommand};
use crate::output::{Console, refuse_one_file};
use riskset_analysis::figure::{PageRequest, PlotMetaRequest};
use riskset_analysis::{MetaProportionRequest, Request};
use std::path::PathBuf;

/// Dots per inch of PNG and TIFF, as `plot` has by default.
const DPI: f64 = 600.0;

/// Pools, draws the forest where one is asked for, and writes the answer.
pub fn run(args: &MetaArgs, console: &mut Console) -> Result<(), Failure> {
    let MetaCommand::Proportion(args) = &args.command;
    let pooled = MetaProportionRequest {
        data: args.data.clone(),
        reading: args.reading.options(),
        events: args.events.clone(),
        n: args.n.clone(),
        study: args.study.clone(),
        subset: args.subset.clone(),
        conf_level: args.conf_level,
        method: args.method,
    };
    let outputs = args.forest.iter().chain(&args.output.output).map(PathBuf::as_path);
    refuse_one_file(outputs)?;
    if let Some(file) = args.forest.as_ref().filter(|_| !console.print_request) {
        let figure = PlotMetaRequest { pooled: pooled.clone(), page: PageRequest::default() };
        let output = FigureOutputArgs { output: vec![file.clone()], dpi: DPI, lint: false };
        plot::draw(&Request::PlotMeta(figure), &output, console)?;
    }
    answer(&Request::MetaProportion(pooled), &args.output, console)
}
