//! `riskset logrank`

use super::frame::{Asked, refuse_model_terms, stratum_columns};
use crate::Failure;
use crate::args::LogrankArgs;
use crate::args::estimate::{AdjustArg, TestArg};
use crate::output::Console;
use crate::progress::Busy;
use riskset::{Adjustment, LogRank, LogRankWeight};
use riskset_data::{Grouping, ModelFrame};
use riskset_report::documents::logrank::{Group, LogrankDocument, Pair, TestEntry};

/// Compares the curves and writes the comparison.
pub fn run(args: &LogrankArgs, console: &mut Console) -> Result<(), Failure> {
    let busy = Busy::new("comparing", console.quiet);
    let document = document(args, &busy)?;
    drop(busy);
    console.document(&document, &args.output)
}

fn document(args: &LogrankArgs, busy: &Busy) -> Result<LogrankDocument, Failure> {
    let weight = weight(args)?;
    let asked = Asked::new(&args.data).shown(busy);
    let frame = asked.frame()?;
    refuse_model_terms(&frame, "logrank")?;
    let groups = two_groups(&frame)?;
    let strata = frame.strata.as_ref().map(|strata| &strata.groups);
    let response = frame.observations()?;
    let test = LogRank::default().weight(weight).test(response, &groups.groups, strata)?;
    let entries = groups.labels.iter().zip(test.groups());
    Ok(LogrankDocument {
        head: asked.head("logrank", &frame),
        groups: entries
            .map(|(label, group)| Group {
                label: label.clone(),
                n: group.n,
                events: group.events,
                observed: group.observed,
                expected: group.expected,
            })
            .collect(),
        trend: if args.trend { test.trend().map(Into::into) } else { None },
        pairwise: pairs(args, &frame, &groups, LogRank::default().weight(weight))?,
        adjustment: args.pairwise.map(|adjust| adjustment(adjust).name()),
        strata: stratum_columns(&frame),
        test: TestEntry::new(&test),
    })
}

fn weight(args: &LogrankArgs) -> Result<LogRankWeight, Failure> {
    if args.test != TestArg::FlemingHarrington && (args.rho.is_some() || args.gamma.is_some()) {
        return Err(Failure::usage(
            "--rho and --gamma belong to --test fleming-harrington; add it, or leave them out",
        ));
    }
    Ok(match args.test {
        TestArg::Logrank => LogRankWeight::LogRank,
        TestArg::GehanWilcoxon => LogRankWeight::GehanWilcoxon,
        TestArg::TaroneWare => LogRankWeight::TaroneWare,
        TestArg::PetoPeto => LogRankWeight::PetoPeto,
        TestArg::FlemingHarrington => LogRankWeight::FlemingHarrington {
            rho: args.rho.unwrap_or(0.0),
            gamma: args.gamma.unwrap_or(0.0),
        },
    })
}

fn adjustment(arg: AdjustArg) -> Adjustment {
    match arg {
        AdjustArg::None => Adjustment::None,
        AdjustArg::Bonferroni => Adjustment::Bonferroni,
        AdjustArg::Holm => Adjustment::Holm,
        AdjustArg::Bh => Adjustment::BenjaminiHochberg,
    }
}

fn two_groups(frame: &ModelFrame) -> Result<Grouping, Failure> {
    match frame.groups()? {
        Some(groups) if groups.groups.count() > 1 => Ok(groups),
        Some(groups) => Err(Failure::analysis(format!(
            "all rows are of one group ({}), so there is nothing to compare; check the subset and \
             the missing values",
            groups.labels[0]
        ))),
        None => Err(Failure::analysis(
            "the formula names no groups; write a grouping column right of ~, such as \
             Surv(time, event) ~ arm",
        )),
    }
}

fn pairs(
    args: &LogrankArgs,
    frame: &ModelFrame,
    groups: &Grouping,
    test: LogRank,
) -> Result<Vec<Pair>, Failure> {
    let Some(adjust) = args.pairwise else { return Ok(Vec::new()) };
    let strata = frame.strata.as_ref().map(|strata| &strata.groups);
    let (response, adjust) = (frame.observations()?, adjustment(adjust));
    let pairs = match &args.control {
        None => test.pairwise(response, &groups.groups, strata, adjust)?,
        Some(name) => {
            let control = control(groups, name)?;
            test.against_control(response, &groups.groups, strata, control, adjust)?
        }
    };
    Ok(pairs.iter().map(|pair| Pair::new(pair, &groups.labels)).collect())
}

/// The group whose label, or whose only level, is `name`.
fn control(groups: &Grouping, name: &str) -> Result<usize, Failure> {
    let named = |index: &usize| {
        let levels = &groups.levels[*index];
        groups.labels[*index] == name || (levels.len() == 1 && levels[0].1 == name)
    };
    (0..groups.labels.len()).find(named).ok_or_else(|| {
        Failure::analysis(format!(
            "--control {name}: there is no such group; the groups are {}",
            groups.labels.join(", ")
        ))
    })
}
