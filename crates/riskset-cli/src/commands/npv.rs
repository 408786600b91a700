//! `riskset npv`

use crate::Failure;
use crate::args::NpvArgs;
use crate::args::estimate::{IntervalArg, VarianceArg};
use crate::output::Console;
use riskset::{ClusteredProportion, Groups, ProportionInterval, ProportionVariance};
use riskset_data::{Expr, Formula, FrameOptions, ModelFrame, Source, Table};
use riskset_report::documents::Head;
use riskset_report::documents::npv::NpvDocument;

/// Estimates the proportions and writes them.
pub fn run(args: &NpvArgs, console: &mut Console) -> Result<(), Failure> {
    console.document(&document(args)?, &args.output)
}

fn document(args: &NpvArgs) -> Result<NpvDocument, Failure> {
    let formula = Formula::parse(&args.formula).map_err(riskset_data::Error::from)?;
    let subset = match &args.subset {
        Some(text) => Some(Expr::parse(text).map_err(riskset_data::Error::from)?),
        None => None,
    };
    let options = FrameOptions {
        subset,
        cluster: Some(args.cluster.clone()),
        by: args.by.clone(),
        ..FrameOptions::default()
    };
    let table = Table::read(&Source::parse(&args.data)?, Some(&options.columns(&formula)))?;
    let frame = ModelFrame::build(&table, &formula, &options)?;
    refuse_terms(&frame)?;
    let clusters = &frame.cluster.as_ref().expect("--cluster is required").groups;
    let mut estimator = ClusteredProportion::default()
        .conf_level(args.conf_level)
        .variance(variance(args.variance));
    if let Some(interval) = args.interval {
        estimator = estimator.interval(form(interval));
    }
    if let Some(threshold) = args.threshold {
        estimator = estimator.threshold(threshold);
    }
    let by = frame.by.as_ref();
    let all = Groups::single(frame.n);
    let groups = by.map_or(&all, |by| &by.groups);
    let fits = estimator.fit_groups(frame.outcome()?, clusters, groups)?;
    let subset = args.subset.as_ref().map_or_else(String::new, |text| format!(", where {text}"));
    let asked = format!("{}: {}{subset}", args.data, args.formula);
    let head = Head::new("npv", frame.n, frame.n_missing, asked);
    Ok(NpvDocument::new(head, by.map_or(&[], |by| &by.labels), &fits))
}

/// The right-hand side is 1: groups come from --by, so that a formula never means two things.
pub fn refuse_terms(frame: &ModelFrame) -> Result<(), Failure> {
    if frame.groups()?.is_some() || frame.strata.is_some() || frame.offset.is_some() {
        return Err(Failure::analysis(
            "a proportion has no terms right of ~; write ~ 1, and name the columns that make \
             groups with --by",
        ));
    }
    Ok(())
}

/// The variance as the core names it.
pub fn variance(arg: VarianceArg) -> ProportionVariance {
    match arg {
        VarianceArg::Donner => ProportionVariance::Donner,
        VarianceArg::Gee => ProportionVariance::Gee,
        VarianceArg::Ratio => ProportionVariance::Ratio,
        VarianceArg::Binomial => ProportionVariance::Binomial,
    }
}

/// The interval as the core names it.
pub fn form(arg: IntervalArg) -> ProportionInterval {
    match arg {
        IntervalArg::Wald => ProportionInterval::Wald,
        IntervalArg::Logit => ProportionInterval::Logit,
        IntervalArg::Wilson => ProportionInterval::Wilson,
        IntervalArg::Exact => ProportionInterval::Exact,
    }
}
