//! Where knots are put: quantiles of the covariate.

use super::{check_values, too_few_values};
use crate::Error;

/// The quantile of sorted values that R calls type 7: linear between the order statistics, the
/// smallest at probability 0 and the largest at 1 (Hyndman and Fan 1996, Am Stat 50:361-365).
pub(crate) fn quantile(sorted: &[f64], probability: f64) -> f64 {
    let place = probability * (sorted.len() - 1) as f64;
    // A probability such as 0.35 times a whole number may fall a rounding short of a whole place.
    let below = (place + 4.0 * f64::EPSILON).floor();
    let part = if (place - below).abs() < 4.0 * f64::EPSILON { 0.0 } else { place - below };
    let low = sorted[below as usize];
    let high = sorted[(below as usize + 1).min(sorted.len() - 1)];
    if part == 0.0 { low } else { (1.0 - part) * low + part * high }
}

/// The values in increasing order.
///
/// # Errors
///
/// [`Error::Empty`] and [`Error::Covariate`].
pub(crate) fn sorted(values: &[f64]) -> Result<Vec<f64>, Error> {
    check_values(values)?;
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    Ok(sorted)
}

/// Probabilities from `first` to `last`, equally spaced, `count` of them (at least 2).
pub(crate) fn spaced(first: f64, last: f64, count: usize) -> impl Iterator<Item = f64> {
    let step = (last - first) / (count - 1) as f64;
    (0..count).map(move |at| first + step * at as f64)
}

/// A value that at least this part of the rows shares, at an end of the covariate, is a clump: a
/// count of positive nodes that is mostly 0. The knot goes to the next value.
const CLUMP: f64 = 0.05;

/// Below so many rows the outer knots are the fifth value from each end.
const FEW_ROWS: usize = 100;

/// Harrell's knots (2015, Regression Modeling Strategies, table 2.3): the outer ones at the 10%
/// quantiles (3 knots), 5% (4 to 6) or 2.5% (7 and more), the others equally spaced between.
pub(crate) fn harrell(values: &[f64], count: usize) -> Result<Vec<f64>, Error> {
    let sorted = sorted(values)?;
    let clumped = |value: f64| {
        let share = sorted.iter().filter(|&&other| other == value).count();
        share as f64 >= CLUMP * sorted.len() as f64
    };
    let (least, most) = (sorted[0], sorted[sorted.len() - 1]);
    let inner_clump = sorted.chunk_by(|a, b| a == b).any(|same| {
        same[0] != least && same[0] != most && same.len() as f64 >= CLUMP * sorted.len() as f64
    });
    let first = (!inner_clump && clumped(least))
        .then(|| sorted.iter().copied().find(|&value| value > least))
        .flatten();
    let last = (!inner_clump && clumped(most))
        .then(|| sorted.iter().rev().copied().find(|&value| value < most))
        .flatten();
    let within = |value: &f64| first.is_none_or(|f| *value > f) && last.is_none_or(|l| *value < l);
    let rest: Vec<f64> = sorted.iter().copied().filter(within).collect();
    let wanted = count - usize::from(first.is_some()) - usize::from(last.is_some());
    if rest.len() < 2 * wanted {
        return Err(too_few_values());
    }
    let mut knots = inner(&rest, count, wanted);
    if rest.len() < FEW_ROWS {
        if first.is_none() {
            knots[0] = rest[4];
        }
        if last.is_none() {
            knots[wanted - 1] = rest[rest.len() - 5];
        }
    }
    let mut knots: Vec<f64> = first.into_iter().chain(knots).chain(last).collect();
    // A value that many rows share may be several of the quantiles: it is one knot.
    knots.sort_by(f64::total_cmp);
    knots.dedup();
    if knots.len() >= 3 { Ok(knots) } else { Err(too_few_values()) }
}

fn inner(sorted: &[f64], count: usize, wanted: usize) -> Vec<f64> {
    let outer = match count {
        3 => 0.1,
        4..=6 => 0.05,
        _ => 0.025,
    };
    match wanted {
        1 => vec![quantile(sorted, 0.5)],
        2 => vec![quantile(sorted, 0.5), quantile(sorted, 1.0 - outer)],
        _ => spaced(outer, 1.0 - outer, wanted).map(|p| quantile(sorted, p)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of 0, 1, ..., 10 the quantile of 0.35 is at place 3.5, and that of 0.1 at 1.
    #[test]
    fn quantiles_by_hand() {
        let values: Vec<f64> = (0..11).map(f64::from).collect();
        assert_eq!(quantile(&values, 0.35), 3.5);
        assert_eq!(quantile(&values, 0.1), 1.0);
        assert_eq!(quantile(&values, 1.0), 10.0);
    }
}
