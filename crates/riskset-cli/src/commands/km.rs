//! `riskset km`

use super::frame::{Asked, refuse_model_terms};
use crate::args::KmArgs;
use crate::args::estimate::EstimatorArg;
use crate::output::Console;
use crate::{Failure, progress::Busy};
use riskset::{
    ConfType, Groups, KaplanMeier, LogRank, LogRankWeight, Observations, SurvivalCurve,
    SurvivalEstimator,
};
use riskset_data::{Grouping, ModelFrame};
use riskset_report::documents::km::{Group, KmDocument, Readings, RmstComparison};
use riskset_report::documents::{Head, Test};

/// Estimates the curves and writes them.
pub fn run(args: &KmArgs, console: &mut Console) -> Result<(), Failure> {
    let busy = Busy::new("estimating", console.quiet);
    let document = document(args, &busy)?;
    drop(busy);
    console.document(&document, &args.output)
}

fn document(args: &KmArgs, busy: &Busy) -> Result<KmDocument, Failure> {
    let asked = Asked::new(&args.data).shown(busy);
    let frame = asked.frame()?;
    refuse_model_terms(&frame, "km")?;
    let mut head = asked.head("km", &frame);
    warn_competing(&mut head, &frame, args.reverse);
    let rows = frame.n;
    let (response, grouping) = frame.into_curves()?;
    let response = if args.reverse { response.reversed() } else { response };
    let estimator = estimator(args.estimator);
    let conf_type = ConfType::from(args.conf_type);
    let model = KaplanMeier::default()
        .conf_level(args.data.conf_level)
        .conf_type(conf_type)
        .estimator(estimator);
    // Each is one pass over the rows: side by side.
    let (curves, tests) = rayon::join(
        || model.fit_groups(&response, all_or(grouping.as_ref(), &Groups::single(rows))),
        || tests(&response, grouping.as_ref(), args),
    );
    let (curves, tests) = (curves?, tests?);
    drop(response);
    let readings =
        Readings { quantiles: args.quantiles.clone(), times: args.times.clone(), rmst: args.rmst };
    warn_flat_tails(&mut head, grouping.as_ref(), &curves, args.rmst);
    Ok(KmDocument {
        head,
        estimator: estimator.name(),
        conf_type: conf_type.name(),
        conf_level: args.data.conf_level,
        reverse: args.reverse,
        tests,
        rmst_comparison: restricted_means(grouping.as_ref(), &curves, args.rmst),
        groups: entries(grouping.as_ref(), curves, &readings)?,
        show_curve: args.curve,
    })
}

fn estimator(arg: EstimatorArg) -> SurvivalEstimator {
    match arg {
        EstimatorArg::KaplanMeier => SurvivalEstimator::KaplanMeier,
        EstimatorArg::FlemingHarrington => SurvivalEstimator::FlemingHarrington,
        EstimatorArg::Breslow => SurvivalEstimator::Breslow,
    }
}

/// The groups without a copy, or `single`.
fn all_or<'a>(grouping: Option<&'a Grouping>, single: &'a Groups) -> &'a Groups {
    grouping.map_or(single, |grouping| &grouping.groups)
}

/// The groups, or all rows in one.
pub fn groups_or_all(grouping: Option<&Grouping>, rows: usize) -> Groups {
    grouping.map_or_else(|| Groups::single(rows), |grouping| grouping.groups.clone())
}

fn entries(
    grouping: Option<&Grouping>,
    curves: Vec<SurvivalCurve>,
    readings: &Readings,
) -> Result<Vec<Group>, Failure> {
    let entry = |(index, curve): (usize, SurvivalCurve)| match grouping {
        None => Group::new(None, &[], curve, readings),
        Some(grouping) => {
            Group::new(Some(&grouping.labels[index]), &grouping.levels[index], curve, readings)
        }
    };
    let curves = curves.into_iter().enumerate();
    Ok(curves.map(entry).collect::<Result<Vec<Group>, riskset::Error>>()?)
}

/// The log-rank test comes with two or more groups, where it is defined: not for weighted rows, and
/// not for a curve of follow-up.
fn tests(
    response: &Observations,
    grouping: Option<&Grouping>,
    args: &KmArgs,
) -> Result<Vec<Test>, Failure> {
    let Some(grouping) = grouping.filter(|grouping| grouping.count() > 1) else {
        return Ok(Vec::new());
    };
    if args.reverse || response.weights().is_some() || response.n_events() == 0 {
        return Ok(Vec::new());
    }
    let test =
        LogRank::default().weight(LogRankWeight::LogRank).test(response, &grouping.groups, None)?;
    let Some(statistic) = test.statistic() else { return Ok(Vec::new()) };
    let (name, df) = (test.weight().name().to_string(), test.df() as f64);
    Ok(vec![Test { name, statistic, df, p_value: test.p_value() }])
}

/// An event that makes the one of interest impossible is no censoring.
fn warn_competing(head: &mut Head, frame: &ModelFrame, reverse: bool) {
    if frame.censored_values.is_empty() || reverse {
        return;
    }
    head.warn(
        "competing_as_censored",
        format!(
            "the comparison counts several values as censored: {}; if one of them is an event that \
             makes the event of interest impossible, one minus this curve overstates its \
             incidence; use `riskset cif` with --cause and --censor",
            frame.censored_values.join(", ")
        ),
    );
}

/// A restricted mean beyond the follow-up rests on a curve that nobody has seen.
fn warn_flat_tails(
    head: &mut Head,
    grouping: Option<&Grouping>,
    curves: &[SurvivalCurve],
    tau: Option<f64>,
) {
    let Some(tau) = tau else { return };
    for (index, curve) in curves.iter().enumerate().filter(|(_, curve)| !curve.is_known_at(tau)) {
        let name = grouping.map_or("all rows", |grouping| &grouping.labels[index]);
        head.warn(
            "tail_unstable",
            format!(
                "{name}: the follow-up ends at {} with a curve above 0, so its restricted mean to \
                 {tau} does not exist; the number shown takes the curve as flat from there, in \
                 favour of the group; choose a horizon within the follow-up of every group",
                curve.last_time()
            ),
        );
    }
}

/// The second group against the first, when there are two and both reach the horizon.
fn restricted_means(
    grouping: Option<&Grouping>,
    curves: &[SurvivalCurve],
    tau: Option<f64>,
) -> Option<RmstComparison> {
    let (Some(grouping), [first, second], Some(tau)) = (grouping, curves, tau) else {
        return None;
    };
    let contrast = second.rmst_against(first, tau)?;
    Some(RmstComparison::new([&grouping.labels[0], &grouping.labels[1]], &contrast))
}
