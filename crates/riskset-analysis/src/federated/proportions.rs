//! Proportions of clustered observations: sums over the clusters of a place, and what they add up to.

use super::{Question, Rules, SharedLevels, told_missing};
use crate::rows::Rows;
use crate::{About, Data, GroupName, NpvAnswer, NpvRequest, Problem, Request};
use riskset::{ClusterSums, ClusteredProportion, Groups, Remedy};
use riskset_data::{FrameOptions, ModelFrame};
use serde::{Deserialize, Serialize};

/// Sums over the clusters of a place, by group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedProportions {
    /// Which question of the plan.
    pub question: String,
    /// Rows left out because a column used is missing; `None` where that is a small count.
    pub n_missing: Option<u64>,
    /// The groups with their sums.
    pub groups: Vec<SharedSums>,
}

/// The sums over the clusters of one group: with m observations of a cluster, x of them with the
/// property.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedSums {
    /// The columns of the group and their levels; empty for all rows.
    pub group: SharedLevels,
    /// Clusters.
    pub clusters: usize,
    /// Observations.
    pub n: usize,
    /// Those with the property.
    pub events: usize,
    /// Sum m².
    pub size_squares: f64,
    /// Sum x².
    pub event_squares: f64,
    /// Sum x m.
    pub products: f64,
    /// Sum x²/m.
    pub shares: f64,
}

impl SharedSums {
    fn of(group: &GroupName, sums: &ClusterSums) -> SharedSums {
        let ClusterSums { clusters, n, events, .. } = *sums;
        let ClusterSums { size_squares, event_squares, products, shares, .. } = *sums;
        let group = group.levels.clone();
        SharedSums { group, clusters, n, events, size_squares, event_squares, products, shares }
    }

    fn sums(&self) -> ClusterSums {
        let SharedSums { clusters, n, events, .. } = *self;
        let SharedSums { size_squares, event_squares, products, shares, .. } = *self;
        ClusterSums { clusters, n, events, size_squares, event_squares, products, shares }
    }

    /// Nobody may be told of few: observations with and without the property, clusters.
    fn protect(&self, name: &str, least: u64) -> Result<(), Problem> {
        let counts = [
            (self.events, "observations with the property"),
            (self.n - self.events, "observations without it"),
            (self.clusters, "clusters"),
        ];
        let small = counts.iter().find(|(count, _)| (1..least).contains(&(*count as u64)));
        small.map_or(Ok(()), |(count, of)| {
            Err(Problem::analysis(
                format!(
                    "{name} has {count} {of}; no count from 1 to {} may leave this place",
                    least - 1
                ),
                Remedy::to("agree on wider groups, or pool with another place before answering"),
            ))
        })
    }
}

fn asked(question: &Question) -> &NpvRequest {
    match &question.request {
        Request::Npv(request) => request,
        _ => unreachable!("only proportions are summed over clusters"),
    }
}

/// The sums of a place.
pub(super) fn proportions(
    question: &Question,
    rules: &Rules,
    data: &Data,
) -> Result<SharedProportions, Problem> {
    let request = asked(question);
    let options = FrameOptions { by: request.by.clone(), ..request.options()? };
    let Rows { frame, .. } = request.rows.rows_with(data, "npv", options)?;
    let sums = sums_of(&frame)?;
    let names = GroupName::all(frame.by.as_ref());
    let groups: Vec<SharedSums> =
        names.iter().zip(&sums).map(|(name, sums)| SharedSums::of(name, sums)).collect();
    for (name, sums) in names.iter().zip(&groups) {
        sums.protect(name.name(), rules.min_cell)?;
    }
    Ok(SharedProportions {
        question: question.name.clone(),
        n_missing: told_missing(frame.n_missing, rules),
        groups,
    })
}

fn sums_of(frame: &ModelFrame) -> Result<Vec<ClusterSums>, Problem> {
    let clusters = &frame.cluster.as_ref().expect("the options name the cluster").groups;
    let all = Groups::single(frame.n);
    let groups = frame.by.as_ref().map_or(&all, |by| &by.groups);
    Ok(ClusteredProportion::sums(frame.outcome()?, clusters, groups)?)
}

/// The proportions of all places; no cluster has observations in two of them.
pub(super) fn pooled(
    question: &Question,
    parts: &[&SharedProportions],
) -> Result<NpvAnswer, Problem> {
    let request = asked(question);
    let mut groups: Vec<(SharedLevels, ClusterSums)> = Vec::new();
    for part in parts.iter().flat_map(|part| &part.groups) {
        match groups.iter_mut().find(|(group, _)| *group == part.group) {
            Some((_, sums)) => sums.add(&part.sums()),
            None => groups.push((part.group.clone(), part.sums())),
        }
    }
    let n = groups.iter().map(|(_, sums)| sums.n).sum();
    let mut about = About::of_sums("npv", &request.rows, n);
    let mut fits = Vec::with_capacity(groups.len());
    for (levels, sums) in groups {
        let label = levels.iter().map(|(column, level)| format!("{column}={level}"));
        let label = label.collect::<Vec<_>>().join(", ");
        let name = GroupName { label: (!label.is_empty()).then_some(label), levels };
        let fit = request.estimator().fit_sums(&sums)?;
        NpvRequest::doubt(&mut about, &name, &fit);
        fits.push((name, fit));
    }
    Ok(NpvAnswer { groups: fits, request: request.clone(), about })
}
