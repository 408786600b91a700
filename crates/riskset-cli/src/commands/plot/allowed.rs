//! Which options a kind of figure can honour: every other one is refused, never ignored.

use crate::Failure;
use crate::args::figure::{AnnotateArg, PlotArgs, PlotKind};
use clap::ValueEnum;

use PlotKind::{
    Cif, Cumhaz, Difference, Flow, FollowUp, Forest, Km, Loglog, Npv, Residuals, Schoenfeld,
    Subgroups, Swimmer,
};

/// Figures with curves over time.
const CURVES: &[PlotKind] = &[Km, Cif, Cumhaz, Loglog, FollowUp, Difference];
/// Figures that may be panels of one figure.
const PANELS: &[PlotKind] = &[Km, Cif, Cumhaz, Loglog, FollowUp];
/// Tables of estimates with their intervals.
const TABLES: &[PlotKind] = &[Forest, Subgroups, Npv];

/// Refuses the first option that was given and that this kind of figure has no use for.
pub fn check(args: &PlotArgs) -> Result<(), Failure> {
    for (option, given, kinds) in options(args) {
        if given && !kinds.contains(&args.kind) {
            let names: Vec<String> = kinds.iter().copied().map(name).collect();
            return Err(Failure::usage(format!(
                "{option} has no meaning in `plot {}`; leave it out (it belongs to {})",
                name(args.kind),
                names.join(", ")
            )));
        }
    }
    check_formula(args)?;
    if args.kind == FollowUp && args.annotate.iter().any(|what| *what != AnnotateArg::Median) {
        return Err(Failure::usage(
            "--annotate logrank and hr compare survival, but `plot follow-up` shows censoring; use \
             --annotate median",
        ));
    }
    if args.min_cell.is_some() && !args.annotate.is_empty() {
        return Err(Failure::usage(
            "--annotate writes numbers of the unmasked data, which --min-cell is there to hide; \
             leave one of them out",
        ));
    }
    if !args.panel.is_empty() && args.title.is_some() {
        return Err(Failure::usage(
            "--title names one plot; with panels, name each in --panel \"TITLE: ...\"",
        ));
    }
    Ok(())
}

/// Every option with a limited use: its name, whether it was given, and the kinds that honour it.
fn options(args: &PlotArgs) -> Vec<(&'static str, bool, Vec<PlotKind>)> {
    let without = |kinds: &[PlotKind], not: &[PlotKind]| -> Vec<PlotKind> {
        kinds.iter().copied().filter(|kind| !not.contains(kind)).collect()
    };
    let with = |kinds: &[PlotKind], more: &[PlotKind]| [kinds, more].concat();
    let marked = without(CURVES, &[Loglog]);
    vec![
        ("--subset", args.data.subset.is_some(), without(&every(), &[Flow])),
        (
            "--weights",
            args.data.weights.is_some(),
            without(&every(), &[Npv, Subgroups, Swimmer, Flow]),
        ),
        ("--height", args.height.is_some(), with(CURVES, &[Schoenfeld, Residuals])),
        ("--unit", args.unit.is_some(), with(CURVES, &[Schoenfeld, Swimmer])),
        ("--per", args.per.is_some(), with(CURVES, &[Swimmer])),
        ("--origin", args.origin.is_some(), with(CURVES, &[Swimmer])),
        ("--endpoint", args.endpoint.is_some(), with(CURVES, &[Forest, Subgroups, Swimmer])),
        ("--xlab", args.xlab.is_some(), [CURVES, TABLES, &[Swimmer]].concat()),
        ("--ylab", args.ylab.is_some(), CURVES.to_vec()),
        ("--title", args.title.is_some(), PANELS.to_vec()),
        ("--break-time", args.break_time.is_some(), without(CURVES, &[Loglog])),
        ("--xlim", args.xlim.is_some(), with(CURVES, TABLES)),
        ("--ylim", args.ylim.is_some(), CURVES.to_vec()),
        ("--risk-table", args.risk_table.is_some(), CURVES.to_vec()),
        ("--conf-band", args.conf_band.is_some(), marked.clone()),
        ("--censor-marks", args.censor_marks.is_some(), marked),
        ("--legend", args.legend.is_some(), CURVES.to_vec()),
        ("--labels", !args.labels.is_empty(), with(CURVES, &[Subgroups, Swimmer])),
        ("--annotate", !args.annotate.is_empty(), without(CURVES, &[Cif])),
        ("--tail", args.tail.is_some(), CURVES.to_vec()),
        ("--incidence", args.incidence, vec![Km]),
        ("--landmark", args.landmark.is_some(), CURVES.to_vec()),
        ("--conf-type", args.conf_type.is_some(), without(CURVES, &[Cif])),
        ("--cause", args.cause.is_some(), vec![Cif]),
        ("--censor", args.censor.is_some(), vec![Cif]),
        ("--residual", args.residual.is_some(), vec![Residuals]),
        ("--transform", args.transform.is_some(), vec![Schoenfeld]),
        ("--by", !args.by.is_empty(), vec![Subgroups, Npv]),
        ("--cluster", args.cluster.is_some(), vec![Npv]),
        ("--variance", args.variance.is_some(), vec![Npv]),
        ("--interval", args.interval.is_some(), vec![Npv]),
        ("--threshold", args.threshold.is_some(), vec![Npv]),
        ("--panel", !args.panel.is_empty(), PANELS.to_vec()),
        ("--rename", !args.rename.is_empty(), without(&every(), &[Flow])),
        ("--min-cell", args.min_cell.is_some(), PANELS.to_vec()),
    ]
}

/// Every kind but the flow needs a formula.
fn check_formula(args: &PlotArgs) -> Result<(), Failure> {
    match (args.kind == Flow, args.data.formula.is_empty()) {
        (true, false) => Err(Failure::usage(
            "`plot flow` is drawn from a file of counts and takes no formula; leave it out",
        )),
        (false, true) => Err(Failure::usage(format!(
            "the formula is missing: write the model after the data, such as riskset plot {} \
             {} \"Surv(time, status == 2) ~ sex\"",
            name(args.kind),
            args.data.data
        ))),
        _ => Ok(()),
    }
}

/// Refuses words for a code that the figure does not hold.
pub fn check_renames(args: &PlotArgs) -> Result<(), Failure> {
    match args.rename.iter().find(|rename| !rename.used()) {
        Some(rename) => Err(Failure::usage(format!(
            "--rename {}=...: the figure has no term, level or cause of this name; write \
             COLUMN=WORDS, COLUMN:LEVEL=WORDS or CAUSE=WORDS, with the names of the data",
            rename.code()
        ))),
        None => Ok(()),
    }
}

fn every() -> Vec<PlotKind> {
    PlotKind::value_variants().to_vec()
}

fn name(kind: PlotKind) -> String {
    kind.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}
