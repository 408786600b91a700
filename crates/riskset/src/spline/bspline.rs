//! B-splines: bumps that add up to one, each of them zero beyond a few knots.
//!
//! By the recursion of de Boor: a bump of degree d at a knot is the bump of degree d - 1 there,
//! rising, plus the one at the next knot, falling.
//!
//! Sources: de Boor (1978), A Practical Guide to Splines, chapter X; Eilers and Marx (1996), Stat
//! Sci 11:89-121, for equally spaced ones. Reference program: `pspline` of R survival 3.5.

use super::{Basis, check_values, too_few_values};
use crate::Error;

/// The values of all `knots.len() - degree - 1` bumps at x, within the knots that carry a full
/// set; the last of them counts to the last interval.
pub(super) fn bumps(knots: &[f64], degree: usize, x: f64) -> Vec<f64> {
    let last = knots.len() - degree - 2; // the last interval that carries a full set
    let interval = knots.partition_point(|&knot| knot <= x).saturating_sub(1).clamp(degree, last);
    // The knots before the end of the range may coincide: the last interval that is not empty.
    let interval = (degree..=interval).rev().find(|&i| knots[i] < knots[i + 1]).unwrap_or(degree);
    let mut values = vec![0.0; knots.len() - degree - 1];
    values[interval] = 1.0;
    for d in 1..=degree {
        for j in interval - d..=interval {
            let rising = part(x - knots[j], knots[j + d] - knots[j]) * values[j];
            let next = values.get(j + 1).copied().unwrap_or(0.0);
            let next = if j == interval { 0.0 } else { next };
            let span = knots.get(j + d + 1).map_or(0.0, |&end| end - knots[j + 1]);
            let end = knots.get(j + d + 1).copied().unwrap_or(x);
            values[j] = rising + part(end - x, span) * next;
        }
    }
    values
}

/// The derivatives of all bumps at x: the difference of those of one degree less.
pub(super) fn slopes(knots: &[f64], degree: usize, x: f64, order: usize) -> Vec<f64> {
    if order == 0 {
        return bumps(knots, degree, x);
    }
    let lower = slopes(knots, degree - 1, x, order - 1);
    let term = |j: usize, k: usize| part(lower[j], knots[k + degree] - knots[k]);
    (0..knots.len() - degree - 1)
        .map(|j| degree as f64 * (term(j, j) - term(j + 1, j + 1)))
        .collect()
}

/// A part of a span; none of an empty one.
fn part(length: f64, span: f64) -> f64 {
    if span > 0.0 { length / span } else { 0.0 }
}

/// Cubic B-splines on equally spaced knots over the range of the covariate, without the first,
/// which the baseline hazard takes up. Beyond the range they go on as straight lines.
#[derive(Clone, Debug, PartialEq)]
pub struct BSplines {
    knots: Vec<f64>,
    lower: f64,
    upper: f64,
}

const DEGREE: usize = 3;

impl BSplines {
    /// `intervals` equal ones between the least and the largest of `values`.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for fewer than 3 intervals, [`Error::Empty`], [`Error::Covariate`],
    /// and [`Error::Unsupported`] when all values are the same.
    pub fn from_data(values: &[f64], intervals: usize) -> Result<BSplines, Error> {
        check_values(values)?;
        let lower = values.iter().copied().fold(f64::INFINITY, f64::min);
        let upper = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        BSplines::between(lower, upper, intervals)
    }

    /// The same between two given values.
    ///
    /// # Errors
    ///
    /// As [`from_data`](Self::from_data).
    pub fn between(lower: f64, upper: f64, intervals: usize) -> Result<BSplines, Error> {
        if intervals < 3 {
            return Err(Error::OutOfRange {
                what: "the number of intervals of a penalised spline",
                value: intervals as f64,
                range: "be 3 or more; 2.5 times the degrees of freedom is usual",
            });
        }
        if !(lower < upper && (upper - lower).is_finite()) {
            return Err(too_few_values());
        }
        let step = (upper - lower) / intervals as f64;
        let degree = DEGREE as i64;
        let before = (-degree..intervals as i64).map(|at| lower + step * at as f64);
        let after = (0..=degree).map(|at| upper + step * at as f64);
        Ok(BSplines { knots: before.chain(after).collect(), lower, upper })
    }

    /// The ends of the range, beyond which the curve is straight.
    pub fn range(&self) -> (f64, f64) {
        (self.lower, self.upper)
    }
}

impl Basis for BSplines {
    fn columns(&self) -> usize {
        self.knots.len() - DEGREE - 2
    }

    fn at(&self, value: f64) -> Vec<f64> {
        let mut all = straight_beyond(&self.knots, (self.lower, self.upper), value);
        all.remove(0);
        all
    }
}

/// Cubic bumps within the range, and their tangents beyond it.
pub(super) fn straight_beyond(knots: &[f64], range: (f64, f64), value: f64) -> Vec<f64> {
    let inside = value.clamp(range.0, range.1);
    let mut all = bumps(knots, DEGREE, inside);
    if value != inside {
        let slope = slopes(knots, DEGREE, inside, 1);
        all.iter_mut().zip(slope).for_each(|(bump, slope)| *bump += slope * (value - inside));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At a knot the three cubic bumps over it are 1/6, 4/6, 1/6; half-way between two knots the
    /// four are 1/48, 23/48, 23/48, 1/48.
    #[test]
    fn cubic_bumps_by_hand() {
        let knots: Vec<f64> = (-3..=6).map(f64::from).collect();
        let close = |x: f64, expected: [f64; 6]| {
            for (found, expected) in bumps(&knots, 3, x).iter().zip(expected) {
                assert!((found - expected).abs() < 1e-15, "{x}: {found} {expected}");
            }
        };
        close(1.0, [0.0, 1.0 / 6.0, 4.0 / 6.0, 1.0 / 6.0, 0.0, 0.0]);
        close(1.5, [0.0, 1.0 / 48.0, 23.0 / 48.0, 23.0 / 48.0, 1.0 / 48.0, 0.0]);
        close(3.0, [0.0, 0.0, 0.0, 1.0 / 6.0, 4.0 / 6.0, 1.0 / 6.0]);
        // The second derivative at a knot is 1, -2, 1.
        let second = slopes(&knots, 3, 1.0, 2);
        assert_eq!(second, [0.0, 1.0, -2.0, 1.0, 0.0, 0.0]);
    }
}
