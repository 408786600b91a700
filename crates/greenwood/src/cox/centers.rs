//! Where the covariates and the offset are centred.
//!
//! The centre is the mean of those who fail in the stratum (of all its rows where nobody does). At
//! the maximum it is the mean of the risk sets, so that nothing large cancels; and rows that lie far
//! away, of a small risk or in no risk set at all, do not push the risks of the others out of range.

use super::DesignMatrix;
use super::rows::{Record, Stratum};
use crate::Groups;
use rayon::prelude::*;

/// The centre of each column within each stratum: `[stratum * p + j]`, as `means` has them of all
/// rows. `order` has the data row of each sorted row.
pub(super) fn event_centers(
    design: &DesignMatrix,
    strata: &Groups,
    order: &[u32],
    records: &[Record],
    means: &[f64],
) -> Vec<f64> {
    let p = design.columns();
    let mut fails = vec![false; order.len()];
    for row in records.iter().flat_map(Record::failing) {
        fails[order[row] as usize] = true;
    }
    let columns: Vec<Vec<f64>> = (0..p)
        .into_par_iter()
        .map(|j| {
            // Sums of differences from the first value: a constant column gives exactly 0.
            let mut found: Vec<Option<(f64, f64, f64)>> = vec![None; strata.count()];
            let rows = design.column(j).iter().zip(&fails).zip(strata.index());
            for ((&value, _), &stratum) in rows.filter(|((_, fails), _)| **fails) {
                let (first, sum, count) = found[stratum as usize].get_or_insert((value, 0.0, 0.0));
                *sum += value - *first;
                *count += 1.0;
            }
            let center = |(stratum, found): (usize, Option<(f64, f64, f64)>)| {
                found.map_or(means[stratum * p + j], |(first, sum, count)| first + sum / count)
            };
            found.into_iter().enumerate().map(center).collect()
        })
        .collect();
    let strata = 0..strata.count();
    strata.flat_map(|stratum| columns.iter().map(move |column| column[stratum])).collect()
}

/// The mean of each column over all rows, from those of the strata.
pub(super) fn overall_means(p: usize, strata: &Groups, means: &[f64]) -> Vec<f64> {
    let sizes = strata.sizes();
    let n: usize = sizes.iter().sum();
    let parts = |j: usize| {
        let each = sizes.iter().enumerate();
        each.map(move |(stratum, &size)| size as f64 / n as f64 * means[stratum * p + j])
    };
    (0..p).map(|j| parts(j).sum()).collect()
}

/// The offset in sorted order, less the centre of its stratum, and those centres: the means of those
/// who fail, as for the columns.
pub(super) fn centred_offset(
    offset: Option<&[f64]>,
    order: &[u32],
    strata: &[Stratum],
    records: &[Record],
) -> (Option<Vec<f64>>, Vec<f64>) {
    let Some(offset) = offset else { return (None, vec![0.0; strata.len()]) };
    let mut sorted: Vec<f64> = order.iter().map(|&row| offset[row as usize]).collect();
    let mut centers = Vec::with_capacity(strata.len());
    for stratum in strata {
        let failing = records[stratum.records.clone()].iter().flat_map(Record::failing);
        let mut rows: Vec<usize> = failing.collect();
        if rows.is_empty() {
            rows = stratum.rows.clone().collect();
        }
        let first = sorted[rows[0]];
        let sum: f64 = rows.iter().map(|&row| sorted[row] - first).sum();
        let center = first + sum / rows.len() as f64;
        sorted[stratum.rows.clone()].iter_mut().for_each(|value| *value -= center);
        centers.push(center);
    }
    (Some(sorted), centers)
}
