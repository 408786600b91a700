//! `riskset cif`

use super::frame::{Asked, refuse_model_terms, stratum_columns};
use super::km::groups_or_all;
use crate::Failure;
use crate::args::CifArgs;
use crate::output::Console;
use crate::progress::Busy;
use riskset::{AalenJohansen, CompetingRisks, GrayTest};
use riskset_data::{CompetingEvents, Grouping, ModelFrame};
use riskset_report::documents::cif::{CifDocument, Gray, Group};

/// Estimates the incidences and writes them.
pub fn run(args: &CifArgs, console: &mut Console) -> Result<(), Failure> {
    let busy = Busy::new("estimating", console.quiet);
    let document = document(args, &busy)?;
    drop(busy);
    console.document(&document, &args.output)
}

fn document(args: &CifArgs, busy: &Busy) -> Result<CifDocument, Failure> {
    let asked = Asked::new(&args.data).shown(busy).with_cause(&args.cause);
    let frame = asked.frame()?;
    refuse_model_terms(&frame, "cif")?;
    if frame.strata.is_some() && !args.gray {
        return Err(Failure::analysis(
            "strata() in the formula stratifies Gray's test, which was not asked for; add --gray, \
             or name the column without strata() to get a curve per level",
        ));
    }
    let (response, events) = competing(&frame)?;
    let grouping = frame.groups()?;
    let estimator = AalenJohansen::default().conf_level(args.data.conf_level);
    let fits = estimator.fit_groups(&response, &groups_or_all(grouping.as_ref(), frame.n))?;
    let groups = fits.iter().enumerate().map(|(index, fit)| match &grouping {
        None => Group::new(None, &[], fit, &events.causes, &args.times),
        Some(grouping) => {
            let (label, levels) = (&grouping.labels[index], &grouping.levels[index]);
            Group::new(Some(label), levels, fit, &events.causes, &args.times)
        }
    });
    Ok(CifDocument {
        head: asked.head("cif", &frame),
        cause: args.cause.cause.clone(),
        conf_type: "log",
        conf_level: args.data.conf_level,
        groups: groups.collect::<Result<Vec<Group>, riskset::Error>>()?,
        gray: gray(args, &frame, &response, events, grouping.as_ref())?,
        strata: stratum_columns(&frame),
    })
}

/// The checked response with its causes.
pub fn competing(frame: &ModelFrame) -> Result<(CompetingRisks, &CompetingEvents), Failure> {
    let events = frame.competing.as_ref().expect("--cause and --censor were given");
    let response = CompetingRisks::from_observations(
        frame.observations()?.clone(),
        &events.codes,
        events.causes.len(),
    )?;
    Ok((response, events))
}

fn gray(
    args: &CifArgs,
    frame: &ModelFrame,
    response: &CompetingRisks,
    events: &CompetingEvents,
    grouping: Option<&Grouping>,
) -> Result<Option<Vec<Gray>>, Failure> {
    if !args.gray {
        return Ok(None);
    }
    let Some(grouping) = grouping else {
        return Err(Failure::analysis(
            "--gray compares groups, but the formula names none; write a grouping column right of \
             ~, such as Surv(time, event) ~ arm",
        ));
    };
    let strata = frame.strata.as_ref().map(|strata| &strata.groups);
    let tests = GrayTest::default().test(response, &grouping.groups, strata)?;
    Ok(Some(tests.iter().map(|test| Gray::new(test, &events.causes)).collect()))
}
