//! How a coefficient may change over time: a smooth of the scaled Schoenfeld residuals.
//!
//! The residuals are regressed on a natural cubic spline of transformed time. Their variance is
//! about the number of events times the variance of the coefficient, from which the band follows.
//!
//! Sources: Grambsch and Therneau (1994), Biometrika 81:515-526; Therneau and Grambsch (2000),
//! Modeling Survival Data, 130-134; the spline in truncated powers: Stone and Koo (1985),
//! Proceedings of the Statistical Computing Section, American Statistical Association, 45-48.

use super::fit::CoxFit;
use super::zph::ZphTransform;
use crate::Error;
use nalgebra::{DMatrix, DVector};

/// A coefficient over time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SmoothPoint {
    /// The time, in the unit of the data.
    pub time: f64,
    /// The coefficient then.
    pub estimate: f64,
    /// The lower limit, pointwise, at the level of the fit.
    pub lower: f64,
    /// The upper limit.
    pub upper: f64,
}

/// Knots at these quantiles of the transformed event times: a spline with four degrees of freedom
/// beyond its mean.
const KNOTS: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

/// Below this part of the largest pivot the knots lie too close together for a curve through them.
const SINGULAR: f64 = 1e-12;

impl CoxFit {
    /// The smoothed course of the coefficient of one column of the design, at every distinct event
    /// time, increasing. Empty when the distinct event times are fewer than six, which a curve with
    /// four degrees of freedom needs, or nearly so, or when the column has no coefficient.
    ///
    /// # Errors
    ///
    /// Those of [`zph`](Self::zph).
    pub fn coefficient_over_time(
        &self,
        column: usize,
        transform: ZphTransform,
    ) -> Result<Vec<SmoothPoint>, Error> {
        let transformed = self.zph(transform, &[])?.transformed_time;
        let residuals = self.schoenfeld_residuals(true)?;
        let Some(place) = residuals.values.columns().iter().position(|&kept| kept == column) else {
            return Ok(Vec::new());
        };
        // Neither has a coefficient that runs to infinity.
        let Some(variance) = self.model_variance(column, column) else { return Ok(Vec::new()) };
        let mut points: Vec<(f64, f64, f64)> = residuals
            .values
            .rows()
            .enumerate()
            .map(|(row, values)| (residuals.time[row], transformed[row], values[place]))
            .collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let spread = points.len() as f64 * variance;
        Ok(smooth(&points, spread, self.z).unwrap_or_default())
    }
}

/// Least squares on the spline; `points` are (time, transformed time, residual) by time.
fn smooth(points: &[(f64, f64, f64)], spread: f64, z: f64) -> Option<Vec<SmoothPoint>> {
    let distinct = 1 + points.windows(2).filter(|pair| pair[0].1 < pair[1].1).count();
    if distinct <= KNOTS.len() {
        return None;
    }
    let knots = knots(points);
    let basis = DMatrix::from_row_iterator(
        points.len(),
        KNOTS.len(),
        points.iter().flat_map(|point| row(point.1, &knots)),
    );
    let response = DVector::from_iterator(points.len(), points.iter().map(|point| point.2));
    // Truncated powers are nearly collinear: their cross-products would cost half of the digits.
    let (q, r) = basis.qr().unpack();
    let pivots = r.diagonal().abs();
    if pivots.min() < SINGULAR * pivots.max() {
        return None;
    }
    let beta = r.solve_upper_triangular(&q.tr_mul(&response))?;
    let mut course: Vec<SmoothPoint> = Vec::with_capacity(distinct);
    for &(time, x, _) in points {
        if course.last().is_some_and(|last| last.time == time) {
            continue;
        }
        let row = DVector::from_row_slice(&row(x, &knots));
        let estimate = row.dot(&beta);
        let width = z * spread.sqrt() * r.tr_solve_upper_triangular(&row)?.norm();
        course.push(SmoothPoint {
            time,
            estimate,
            lower: estimate - width,
            upper: estimate + width,
        });
    }
    Some(course)
}

/// Quantiles of the distinct transformed times, scaled to [0, 1] by their range.
fn knots(points: &[(f64, f64, f64)]) -> [f64; 5] {
    let mut times: Vec<f64> = points.iter().map(|point| point.1).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    KNOTS.map(|share| times[(share * (times.len() - 1) as f64).round() as usize])
}

/// The natural cubic spline in truncated powers: 1, x, and one column per knot but two, linear
/// beyond the outer knots.
fn row(x: f64, knots: &[f64; 5]) -> [f64; 5] {
    let [first, .., last] = *knots;
    let range = last - first;
    let cube = |knot: f64| ((x - knot) / range).max(0.0).powi(3);
    let slope = |knot: f64| (cube(knot) - cube(last)) / ((last - knot) / range);
    let base = slope(knots[3]);
    [
        1.0,
        (x - first) / range,
        slope(knots[0]) - base,
        slope(knots[1]) - base,
        slope(knots[2]) - base,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A straight line is in the span of a natural spline, so the smooth of one is itself.
    #[test]
    fn a_straight_line_is_kept() {
        let points: Vec<(f64, f64, f64)> =
            (0..20).map(|i| (f64::from(i), f64::from(i), 3.0 - 0.5 * f64::from(i))).collect();
        for point in smooth(&points, 1.0, 1.96).unwrap() {
            assert!((point.estimate - (3.0 - 0.5 * point.time)).abs() < 1e-9);
            assert!(point.lower < point.estimate && point.estimate < point.upper);
        }
    }

    /// With as many parameters as distinct times nothing would be smoothed, however many share them;
    /// nor can a curve be drawn through times that all but coincide.
    #[test]
    fn five_times_are_too_few() {
        let at = |times: &[f64]| {
            let points: Vec<(f64, f64, f64)> =
                times.iter().map(|&time| (time, time, 1.0)).collect();
            smooth(&points, 1.0, 1.96)
        };
        assert_eq!(at(&[0.0, 1.0, 2.0, 3.0, 4.0]), None);
        assert_eq!(at(&[0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0]), None);
        assert_eq!(at(&[0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 5.0]).unwrap().len(), 6);
        assert_eq!(at(&[0.0, 1e-14, 2e-14, 3e-14, 4e-14, 1.0]), None);
    }
}
