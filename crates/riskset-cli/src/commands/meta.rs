//! `riskset meta`

use super::answer::answer;
use super::plot;
use crate::Failure;
use crate::args::OutputArgs;
use crate::args::figure::FigureOutputArgs;
use crate::args::plan::{MetaArgs, MetaCommand};
use crate::output::{Console, refuse_one_file};
use riskset_analysis::figure::{PageRequest, PlotMetaHrRequest, PlotMetaRequest};
use riskset_analysis::{MetaHrRequest, MetaProportionRequest, Request};
use std::path::PathBuf;

/// Dots per inch of PNG and TIFF, as `plot` has by default.
const DPI: f64 = 600.0;

/// Pools, draws the forest where one is asked for, and writes the answer.
pub fn run(args: &MetaArgs, console: &mut Console) -> Result<(), Failure> {
    match &args.command {
        MetaCommand::Proportion(args) => {
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
            let page = PageRequest::default();
            let figure = Request::PlotMeta(PlotMetaRequest { pooled: pooled.clone(), page });
            pool((Request::MetaProportion(pooled), figure), &args.forest, &args.output, console)
        }
        MetaCommand::Hr(args) => {
            let pooled = MetaHrRequest {
                data: args.data.clone(),
                reading: args.reading.options(),
                study: args.study.clone(),
                hr: args.hr.clone(),
                lower: args.lower.clone(),
                upper: args.upper.clone(),
                published_level: args.published_level,
                std_error: args.std_error.clone(),
                o_minus_e: args.o_minus_e.clone(),
                variance: args.variance.clone(),
                medians: args.medians.clone(),
                events: args.events.clone(),
                time: args.time.clone(),
                survival: args.survival.clone(),
                at_risk: args.at_risk.clone(),
                subset: args.subset.clone(),
                conf_level: args.conf_level,
            };
            let page = PageRequest::default();
            let figure = Request::PlotMetaHr(PlotMetaHrRequest { pooled: pooled.clone(), page });
            pool((Request::MetaHr(pooled), figure), &args.forest, &args.output, console)
        }
    }
}

fn pool(
    (request, figure): (Request, Request),
    forest: &Option<PathBuf>,
    output: &OutputArgs,
    console: &mut Console,
) -> Result<(), Failure> {
    let outputs = forest.iter().chain(&output.output).map(PathBuf::as_path);
    refuse_one_file(outputs)?;
    if let Some(file) = forest.as_ref().filter(|_| !console.print_request) {
        let output = FigureOutputArgs { output: vec![file.clone()], dpi: DPI, lint: false };
        plot::draw(&figure, &output, console)?;
    }
    answer(&request, output, console)
}
