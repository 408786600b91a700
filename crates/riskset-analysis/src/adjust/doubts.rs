//! What is doubtful about an adjusted comparison.

use super::{AdjustAnswer, AdjustMethod, Adjusted};
use crate::Doubt;
use crate::doubt::curves::quantile_moves;
use riskset::{Groups, Population, PropensityWeights};

/// A standardised difference above this is called an imbalance (Austin 2009, Stat Med 28:3083-3107).
const IMBALANCE: f64 = 0.1;
/// A patient with more than this share of the weight of a group, and this many times an equal share,
/// decides what the group says.
const SHARE: f64 = 0.1;
const TIMES: f64 = 5.0;
/// Patients of the smaller group for each coefficient of the propensity model (Peduzzi et al. 1996,
/// J Clin Epidemiol 49:1373-1379).
const PATIENTS_PER_PARAMETER: usize = 10;

pub(super) fn doubt(answer: &mut AdjustAnswer, rows: &Adjusted) {
    let parameters = rows.names.len();
    let events = rows.response.n_events();
    if answer.request.adjust_for.method == AdjustMethod::Standardise
        && events < PATIENTS_PER_PARAMETER * parameters
    {
        answer.about.doubt(Doubt::FewEvents { events, parameters });
    }
    let medians = answer
        .groups
        .iter()
        .filter_map(|group| quantile_moves(group.name.name(), 0.5, group.crude.open_flat(0.5)));
    answer.about.doubts.extend(medians.collect::<Vec<Doubt>>());
    let Some(found) = &answer.propensity else { return };
    let mut doubts = of_weights(found, rows, answer.request.adjust_for.target);
    let uneven = answer.balance.iter().filter(|(_, balance)| {
        balance.after.is_some_and(|difference| difference.abs() > IMBALANCE)
    });
    let columns: Vec<String> = uneven.map(|(name, _)| name.clone()).collect();
    if !columns.is_empty() {
        doubts.push(Doubt::Imbalance { columns });
    }
    answer.about.doubts.extend(doubts);
}

/// What is doubtful about weights.
pub(super) fn of_weights(
    found: &PropensityWeights,
    rows: &Adjusted,
    target: Population,
) -> Vec<Doubt> {
    let groups = &rows.grouping.groups;
    let (sizes, parameters) = (groups.sizes(), rows.names.len());
    let smaller = sizes.iter().copied().min().unwrap_or(0);
    let mut doubts = Vec::new();
    if smaller < PATIENTS_PER_PARAMETER * parameters {
        doubts.push(Doubt::FewForPropensity { smaller, parameters });
    }
    for (group, label) in rows.grouping.labels.iter().enumerate() {
        let total: f64 = members(&found.weights, groups, group).sum();
        let largest = largest(&found.weights, groups, group);
        let (n, effective) = (sizes[group], found.effective[group]);
        let share = if total > 0.0 { largest / total } else { 1.0 };
        // Weights of the overlap are never large: they are small for those who are like nobody else.
        let lost = target != Population::Overlap && effective < n as f64 / 2.0;
        if lost || (share > SHARE && share > TIMES / n as f64) {
            let group = label.clone();
            doubts.push(Doubt::LargeWeights { group, largest, share, effective, n });
        }
    }
    doubts
}

/// The largest weight of a group.
pub(super) fn largest(weights: &[f64], groups: &Groups, group: usize) -> f64 {
    members(weights, groups, group).fold(0.0, f64::max)
}

fn members<'a>(
    weights: &'a [f64],
    groups: &'a Groups,
    group: usize,
) -> impl Iterator<Item = f64> + 'a {
    let own = groups.index().iter().zip(weights);
    own.filter(move |(own, _)| **own as usize == group).map(|(_, weight)| *weight)
}
