//! Proportions of clustered observations: all, then by the levels of each column of --by.

use crate::Failure;
use crate::args::estimate::VarianceArg;
use crate::args::figure::PlotArgs;
use crate::args::rename::{self, Rename};
use crate::commands::npv::{form, refuse_terms, variance};
use riskset::{ClusteredProportion, Groups, Proportion};
use riskset_data::{Expr, Formula, FrameOptions, ModelFrame, Source, Table};
use riskset_plot::{Figure, ForestEffect, ForestFigure, ForestRow, Profile, format};

/// Estimates the proportions and lays out the figure.
pub fn scene(args: &PlotArgs, profile: &Profile) -> Result<Figure, Failure> {
    let Some(cluster) = &args.cluster else {
        return Err(Failure::usage(
            "`plot npv` needs --cluster: the column that names the patient of each row, such as \
             --cluster patient",
        ));
    };
    let formula = Formula::parse(&args.data.formula).map_err(riskset_data::Error::from)?;
    let mut options = FrameOptions {
        subset: match &args.data.subset {
            Some(text) => Some(Expr::parse(text).map_err(riskset_data::Error::from)?),
            None => None,
        },
        cluster: Some(cluster.clone()),
        by: args.by.clone(),
        ..FrameOptions::default()
    };
    let source = Source::parse(&args.data.data)?;
    let table = Table::read(&source, Some(&options.columns(&formula)))?;
    let estimator = estimator(args);
    options.by = Vec::new();
    let mut rows =
        section(&args.rename, &ModelFrame::build(&table, &formula, &options)?, &estimator, None)?;
    for column in &args.by {
        options.by = vec![column.clone()];
        let frame = ModelFrame::build(&table, &formula, &options)?;
        rows.extend(section(&args.rename, &frame, &estimator, Some(column))?);
    }
    let level = format::level(profile, args.data.conf_level);
    let measure = args.xlab.clone().unwrap_or_else(|| "Proportion".to_owned());
    let percent = if profile.number.percent { ", %" } else { "" };
    let threshold = args.threshold.map(|threshold| {
        let value = format::probability(profile, threshold, 0);
        let sign = if profile.number.percent { "%" } else { "" };
        (threshold, format!("Threshold {value}{sign}"))
    });
    let figure = ForestFigure {
        headers: vec!["Clusters".to_owned(), "Observations".to_owned()],
        effect_header: format!("{measure}{percent} ({level} CI)"),
        limits: args.xlim,
        caption: vec![format!(
            "Proportions with pointwise {level} confidence intervals that allow for several \
             observations of one cluster ({} variance).",
            args.variance.map_or("donner", |arg| variance(arg).name())
        )],
        width: args.width,
        embed: !args.no_embed,
        line: threshold,
        ..ForestFigure::proportions(&measure, rows, args.data.conf_level, None)
    };
    figure.draw(profile).map_err(Failure::analysis)
}

fn estimator(args: &PlotArgs) -> ClusteredProportion {
    let mut estimator = ClusteredProportion::default()
        .conf_level(args.data.conf_level)
        .variance(variance(args.variance.unwrap_or(VarianceArg::Donner)));
    if let Some(interval) = args.interval {
        estimator = estimator.interval(form(interval));
    }
    estimator
}

/// All observations in one row, or a heading and one row per level.
fn section(
    renames: &[Rename],
    frame: &ModelFrame,
    estimator: &ClusteredProportion,
    column: Option<&String>,
) -> Result<Vec<ForestRow>, Failure> {
    refuse_terms(frame)?;
    let clusters = &frame.cluster.as_ref().expect("--cluster was given").groups;
    let all = Groups::single(frame.n);
    let by = frame.by.as_ref();
    let groups = by.map_or(&all, |by| &by.groups);
    let fits = estimator.fit_groups(frame.outcome()?, clusters, groups)?;
    let Some((column, by)) = column.zip(by) else {
        return Ok(fits.iter().map(|fit| row("All".to_owned(), 0, fit)).collect());
    };
    let heading =
        ForestRow { label: rename::term(renames, column), heading: true, ..ForestRow::default() };
    let levels = by.levels.iter().map(|levels| rename::level(renames, &levels[0].0, &levels[0].1));
    let rows = levels.zip(&fits).map(|(level, fit)| row(level, 1, fit));
    Ok(std::iter::once(heading).chain(rows).collect())
}

fn row(label: String, indent: usize, fit: &Proportion) -> ForestRow {
    ForestRow {
        label,
        indent,
        cells: vec![fit.clusters.to_string(), format!("{}/{}", fit.events, fit.n)],
        effect: ForestEffect::Estimate {
            value: fit.estimate,
            lower: fit.interval.and_then(|limits| limits.lower),
            upper: fit.interval.and_then(|limits| limits.upper),
            weight: None,
        },
        ..ForestRow::default()
    }
}
