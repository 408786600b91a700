//! `riskset plot`: what was typed as a request, and the figure's files.

use super::lint;
use crate::Failure;
use crate::args::figure::FigureOutputArgs;
use crate::args::plot::{PlotArgs, PlotBalanceArgs, PlotCommand, PlotCurvesArgs, PlotExplainArgs};
use crate::output::{Console, extension, refuse_one_file};
use crate::progress::Busy;
use crate::voice::CommandLine;
use riskset_analysis::figure::{
    Explained, PlotBalanceRequest, PlotCifRequest, PlotCurvesRequest, PlotCutpointRequest,
    PlotDifferenceRequest, PlotEffectRequest, PlotElasticNetRequest, PlotExplainRequest,
    PlotFactorsRequest, PlotFlowRequest, PlotForestRequest, PlotNomogramRequest, PlotNpvRequest,
    PlotPerformanceRequest, PlotResidualsRequest, PlotSchoenfeldRequest, PlotSubgroupsRequest,
    PlotSwimmerRequest, PlotTippingRequest,
};
use riskset_analysis::{AdjustFor, Answer, Data, FactorsRequest, Matching, Request, run as answer};
use riskset_plot::Figure;
use std::path::{Path, PathBuf};

/// Draws the figure and writes its files.
pub fn run(args: &PlotArgs, console: &mut Console) -> Result<(), Failure> {
    match &args.command {
        PlotCommand::Explain(args) if args.frames && !console.print_request => {
            frames(args, console)
        }
        _ => {
            let (request, output) = request(args);
            draw(&request, output, console)
        }
    }
}

/// Every step of an explanation as files of its own.
fn frames(args: &PlotExplainArgs, console: &mut Console) -> Result<(), Failure> {
    let output = &args.figure.output;
    if args.figure.rows.data == "-" {
        return Err(Failure::usage(
            "the table is read for each frame, and standard input can be read once; save it as a file",
        ));
    }
    let mut request = explain(args);
    let data = Data::of(&Request::PlotExplain(request.clone()))?;
    let steps = request.steps(&data)?;
    let digits = steps.to_string().len().max(2);
    for step in 1..=steps {
        request.step = Some(step).filter(|_| request.kind != Explained::Likelihood);
        let numbered = |file: &PathBuf| {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            file.with_file_name(format!("{stem}-{step:0digits$}.{}", extension(file)))
        };
        let files = output.output.iter().map(numbered).collect();
        let output = FigureOutputArgs { output: files, ..output.clone() };
        // The words below a figure are the same for all of them.
        let quiet = console.quiet;
        console.quiet = quiet || step < steps;
        let drawn = draw(&Request::PlotExplain(request.clone()), &output, console);
        console.quiet = quiet;
        drawn?;
    }
    Ok(())
}

fn explain(args: &PlotExplainArgs) -> PlotExplainRequest {
    PlotExplainRequest {
        rows: args.figure.rows.request(),
        cause: args.cause.clone().unwrap_or_default(),
        censor: args.censor.clone().unwrap_or_default(),
        page: args.figure.page.request(),
        time: args.time.request(),
        kind: args.kind,
        step: args.step,
        ties: args.ties,
        labels: args.labels.clone(),
        rename: args.rename.rename.clone(),
    }
}

/// Draws a request, or prints it where that was asked for.
pub fn draw(
    request: &Request,
    output: &FigureOutputArgs,
    console: &mut Console,
) -> Result<(), Failure> {
    let request = &console.settled(request)?;
    if console.print_request {
        return console.answer(request.to_json().as_bytes());
    }
    if output.output.is_empty() && !output.lint {
        return Err(Failure::usage(
            "a figure is written to a file: name it with --output FIGURE.pdf (.svg, .pdf, .png or \
             .tiff)",
        ));
    }
    for file in &output.output {
        check_extension(file)?;
    }
    refuse_one_file(output.output.iter().map(PathBuf::as_path))?;
    let busy = Busy::new("drawing", console.quiet);
    let data = Data::of_watched(request, busy.reading())?;
    let Answer::Figure(answer) = answer(request, &data)? else {
        return Err(Failure::usage("the request is no figure; leave out the figure's file"));
    };
    let figure = &answer.figure;
    for file in &output.output {
        console.write_file(file, &bytes(figure, file, output.dpi)?)?;
    }
    drop(busy);
    super::answer::say_notes(answer.about.as_ref(), console);
    for sentence in
        answer.about.iter().flat_map(|about| &about.matching).flat_map(Matching::sentences)
    {
        console.note(&sentence);
    }
    let doubts = answer.about.iter().flat_map(|about| &about.doubts);
    let voice = answer.words(&CommandLine);
    let doubts = doubts.map(|doubt| doubt.words(&voice));
    let warnings = figure.warnings.iter().map(|warning| warning.words(&voice));
    console.warnings(doubts.chain(warnings).map(|words| format!("{words}.")));
    if !figure.caption.is_empty() {
        console.caption(&figure.caption_texts().join(" "));
    }
    match output.lint {
        true => lint::report(&figure.findings(), console),
        false => Ok(()),
    }
}

/// What was typed, as a request, and where the figure goes.
fn request(args: &PlotArgs) -> (Request, &FigureOutputArgs) {
    match &args.command {
        PlotCommand::Km(args) => {
            let mut request = curves(&args.curves);
            request.incidence = args.incidence;
            let how = args.adjust_for.request(args.adjust.as_deref().unwrap_or(""));
            request.adjust_for = args.draws.of(how);
            (Request::PlotKm(request), &args.curves.figure.output)
        }
        PlotCommand::Cumhaz(args) => (Request::PlotCumhaz(curves(args)), &args.figure.output),
        PlotCommand::FollowUp(args) => (Request::PlotFollowUp(curves(args)), &args.figure.output),
        PlotCommand::Loglog(args) => {
            let request = PlotCurvesRequest {
                rows: args.figure.rows.request(),
                page: args.figure.page.request(),
                time: args.time.request(),
                look: args.look.request(None, Some(&args.panels)),
                estimates: args.estimates.request(),
                incidence: false,
                adjust_for: AdjustFor::default(),
                panels: args.panels.request(),
            };
            (Request::PlotLoglog(request), &args.figure.output)
        }
        PlotCommand::Difference(args) => {
            let request = PlotDifferenceRequest {
                rows: args.figure.rows.request(),
                page: args.figure.page.request(),
                time: args.time.request(),
                look: args.look.request(Some(&args.marks), None),
                estimates: args.estimates.request(),
                margin: args.margin,
            };
            (Request::PlotDifference(request), &args.figure.output)
        }
        PlotCommand::Cif(args) => {
            let request = PlotCifRequest {
                rows: args.figure.rows.request(),
                causes: args.cause.request(),
                more_causes: args.cause.more(),
                page: args.figure.page.request(),
                time: args.time.request(),
                look: args.look.request(Some(&args.marks), Some(&args.panels)),
                conf_level: args.level.conf_level,
                conf_type: args.conf_type,
                incidence_variance: args.incidence_variance,
                robust: args.robust.then_some(true),
                gray: args.gray,
                panels: args.panels.request(),
            };
            (Request::PlotCif(request), &args.figure.output)
        }
        PlotCommand::Forest(args) => {
            let request = PlotForestRequest {
                rows: args.figure.rows.request(),
                page: args.figure.page.request(),
                conf_level: args.level.conf_level,
                ties: args.ties,
                endpoint: args.endpoint.clone(),
                xlab: args.axis.xlab.clone(),
                xlim: args.axis.xlim,
                rename: args.rename.rename.clone(),
            };
            (Request::PlotForest(request), &args.figure.output)
        }
        PlotCommand::Love(args) => (Request::PlotLove(balance(args)), &args.figure.output),
        PlotCommand::Overlap(args) => (Request::PlotOverlap(balance(args)), &args.figure.output),
        PlotCommand::Tipping(args) => {
            let (rows, level) = (args.figure.rows.request(), args.level.conf_level);
            let request = PlotTippingRequest {
                tipping: args.lost.request(rows, level),
                page: args.figure.page.request(),
                height: args.height,
                rename: args.rename.rename.clone(),
            };
            (Request::PlotTipping(request), &args.figure.output)
        }
        PlotCommand::Effect(args) => {
            let request = PlotEffectRequest {
                rows: args.figure.rows.request(),
                page: args.figure.page.request(),
                height: args.height,
                unit: args.unit.clone(),
                conf_level: args.level.conf_level,
                periods: args.periods.clone(),
                reference_values: args.references.request(),
                rename: args.rename.rename.clone(),
            };
            (Request::PlotEffect(request), &args.figure.output)
        }
        PlotCommand::ElasticNet(args) => {
            let request = PlotElasticNetRequest {
                net: args.net.request(args.figure.rows.request()),
                page: args.figure.page.request(),
                height: args.height,
                rename: args.rename.rename.clone(),
            };
            (Request::PlotElasticNet(request), &args.figure.output)
        }
        PlotCommand::Cutpoint(args) => {
            let request = PlotCutpointRequest {
                cutpoint: args.search.request(args.figure.rows.request(), 0.95),
                page: args.figure.page.request(),
                height: args.height,
                rename: args.rename.rename.clone(),
            };
            (Request::PlotCutpoint(request), &args.figure.output)
        }
        PlotCommand::Factors(args) => {
            let factors = FactorsRequest {
                rows: args.figure.rows.request(),
                conf_level: args.level.conf_level,
                ties: args.models.ties,
                same_rows: args.models.same_rows,
                ..FactorsRequest::default()
            };
            let request = PlotFactorsRequest {
                factors,
                page: args.figure.page.request(),
                endpoint: args.endpoint.clone(),
                xlab: args.axis.xlab.clone(),
                xlim: args.axis.xlim,
                rename: args.rename.rename.clone(),
            };
            (Request::PlotFactors(request), &args.figure.output)
        }
        PlotCommand::Performance(args) => {
            let rows = args.figure.rows.request();
            let request = PlotPerformanceRequest {
                performance: args.judging.request(rows, args.level.conf_level),
                page: args.figure.page.request(),
                kind: args.kind,
                unit: args.unit.clone(),
                model_names: args.model_names.clone(),
                height: args.height,
            };
            (Request::PlotPerformance(request), &args.figure.output)
        }
        PlotCommand::RiskGroups(args) => (super::risk_groups::figure(args), &args.figure.output),
        PlotCommand::Nomogram(args) => {
            let request = PlotNomogramRequest {
                rows: args.figure.rows.request(),
                page: args.figure.page.request(),
                ties: args.ties,
                times: args.times.clone(),
                unit: args.unit.clone(),
                endpoint: args.endpoint.clone(),
                rename: args.rename.rename.clone(),
            };
            (Request::PlotNomogram(request), &args.figure.output)
        }
        PlotCommand::Subgroups(args) => {
            let request = PlotSubgroupsRequest {
                rows: args.figure.rows.request(),
                page: args.figure.page.request(),
                by: args.by.clone(),
                conf_level: args.level.conf_level,
                endpoint: args.endpoint.clone(),
                xlab: args.axis.xlab.clone(),
                xlim: args.axis.xlim,
                labels: args.labels.clone(),
                rename: args.rename.rename.clone(),
            };
            (Request::PlotSubgroups(request), &args.figure.output)
        }
        PlotCommand::Schoenfeld(args) => {
            let request = PlotSchoenfeldRequest {
                rows: args.figure.rows.request(),
                page: args.figure.page.request(),
                height: args.height,
                unit: args.unit.clone(),
                conf_level: args.level.conf_level,
                transform: args.transform,
                rename: args.rename.rename.clone(),
            };
            (Request::PlotSchoenfeld(request), &args.figure.output)
        }
        PlotCommand::Residuals(args) => {
            let request = PlotResidualsRequest {
                rows: args.figure.rows.request(),
                page: args.figure.page.request(),
                height: args.height,
                residual: args.residual,
                rename: args.rename.rename.clone(),
            };
            (Request::PlotResiduals(request), &args.figure.output)
        }
        PlotCommand::Npv(args) => {
            let request = PlotNpvRequest {
                npv: args.proportion.request(),
                section: args.section.clone(),
                page: args.page.request(),
                xlab: args.axis.xlab.clone(),
                xlim: args.axis.xlim,
                rename: args.rename.rename.clone(),
            };
            (Request::PlotNpv(request), &args.output)
        }
        PlotCommand::Swimmer(args) => {
            let request = PlotSwimmerRequest {
                rows: args.figure.rows.request(),
                page: args.figure.page.request(),
                time: args.time.request(),
                labels: args.labels.clone(),
                censor: args.censor.clone(),
                also: args.also.clone(),
                rename: args.rename.rename.clone(),
            };
            (Request::PlotSwimmer(request), &args.figure.output)
        }
        PlotCommand::Explain(args) => (Request::PlotExplain(explain(args)), &args.figure.output),
        PlotCommand::Flow(args) => {
            let request = PlotFlowRequest { data: args.data.clone(), page: args.page.request() };
            (Request::PlotFlow(request), &args.output)
        }
    }
}

fn balance(args: &PlotBalanceArgs) -> PlotBalanceRequest {
    PlotBalanceRequest {
        rows: args.figure.rows.request(),
        adjust_for: args.adjust_for.request(&args.adjust),
        page: args.figure.page.request(),
        rename: args.rename.rename.clone(),
    }
}

fn curves(args: &PlotCurvesArgs) -> PlotCurvesRequest {
    PlotCurvesRequest {
        rows: args.figure.rows.request(),
        page: args.figure.page.request(),
        time: args.time.request(),
        look: args.look.request(Some(&args.marks), Some(&args.panels)),
        estimates: args.estimates.request(),
        incidence: false,
        adjust_for: AdjustFor::default(),
        panels: args.panels.request(),
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
