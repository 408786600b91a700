//! Cumulative incidences with competing causes.

use super::curves::median_follow_up;
use super::options::options;
use crate::Failure;
use crate::args::estimate::CauseArgs;
use crate::args::figure::PlotArgs;
use crate::args::rename::words;
use crate::commands::cif::competing;
use crate::commands::frame::{Asked, refuse_model_terms};
use crate::commands::km::groups_or_all;
use riskset::{AalenJohansen, CompetingRisks, Groups, Response};
use riskset_plot::{CifFigure, CifGroup, Figure, Profile, Quantity};

/// Estimates the incidences and lays out the figure.
pub fn scene(args: &PlotArgs, asked: Asked, profile: &Profile) -> Result<Figure, Failure> {
    figure(args, asked)?.draw(profile).map_err(Failure::analysis)
}

/// Estimates the incidences.
pub fn figure(args: &PlotArgs, asked: Asked) -> Result<CifFigure, Failure> {
    let (Some(cause), Some(censor)) = (&args.cause, &args.censor) else {
        return Err(Failure::usage(
            "`plot cif` needs --cause and --censor: the values of the event column that mean the \
             cause of interest and censored",
        ));
    };
    let cause = CauseArgs { cause: cause.clone(), censor: censor.clone() };
    let frame = asked.with_cause(&cause).frame()?;
    refuse_model_terms(&frame, "plot")?;
    let (response, events) = competing(&frame)?;
    let grouping = frame.groups()?;
    let all = groups_or_all(grouping.as_ref(), frame.n);
    let fits =
        AalenJohansen::default().conf_level(args.data.conf_level).fit_groups(&response, &all)?;
    let labels = super::curves::labels(args, grouping.as_ref())?;
    let words = |cause: &String| words(&args.rename, cause).unwrap_or_else(|| cause.clone());
    let names: Vec<String> = events.causes.iter().map(words).collect();
    let causes: Vec<&str> = names.iter().map(String::as_str).collect();
    let interest = events.cause.map_or(0, |cause| cause as usize - 1);
    let named = labels.iter().zip(&fits).map(|(label, fit)| CifGroup::new(fit, label, &causes));
    let mut groups: Vec<CifGroup> = named.collect();
    if response.observations().weights().is_some() {
        groups = weighted(groups, &response, &all)?;
    }
    let mut options = options(args, Quantity::Incidence, Vec::new())?;
    options.follow_up = median_follow_up(args, response.observations())?;
    Ok(CifFigure {
        groups,
        // With several groups one cause is enough for one plot; with one group all are shown.
        causes: if fits.len() > 1 { vec![names[interest].clone()] } else { Vec::new() },
        options,
    })
}

/// The groups with the patients that stand behind each of them.
fn weighted(
    groups: Vec<CifGroup>,
    response: &CompetingRisks,
    all: &Groups,
) -> Result<Vec<CifGroup>, Failure> {
    let mut rows = Vec::with_capacity(response.n_causes());
    for cause in (1..).take(response.n_causes()) {
        rows.push(response.cause_specific(cause)?.headcounts(all));
    }
    let of = |group: usize| rows.iter().map(|rows| rows[group].clone()).collect::<Vec<_>>();
    Ok(groups.into_iter().enumerate().map(|(group, curves)| curves.weighted(&of(group))).collect())
}
