//! Simultaneous bands: limits that hold the whole curve between two times, not one point of it.
//!
//! With n patients and V(t) the variance of log S(t) (or of the cumulative hazard), the error of the
//! curve is, in the time scale a = n V / (1 + n V), a Brownian bridge divided by 1 - a. The
//! equal-precision band is the pointwise interval with a larger quantile, the critical value of the
//! largest |bridge| / sqrt(a (1 - a)); that of Hall and Wellner is wider by (1 + n V) / sqrt(n), with
//! the critical value of the largest |bridge|. Both values are computed for the times asked for:
//!
//! - Hall and Wellner's: between two points a bridge with given ends stays within two walls with a
//!   probability that is a sum over reflections; it is integrated over the ends.
//! - Equal precision: the standardised bridge is an Ornstein-Uhlenbeck process in log(a / (1 - a)) / 2,
//!   and the chance that it stays within two walls is a sum of exponentials of the eigenvalues of
//!   its generator, which Galerkin's method gives.
//!
//! Derivation: docs/methods/comparisons.md. Sources: Hall and Wellner (1980), Biometrika 67:133-143;
//! Nair (1984), Technometrics 26:265-275; Borgan and Liestol (1990), Scand J Stat 17:35-41
//! (transformed bands); Bie, Borgan and Liestol (1987), Scand J Stat 14:221-233 (cumulative
//! hazard); Klein and Moeschberger (2003), Survival Analysis, 4.4 and appendix C. Reference: their
//! tables, and the same probabilities by other numerical methods in R.

use super::quadrature::{integrate, legendre};
use crate::{ConfType, CurveVariance, Error, Interval, SurvivalCurve, normal};
use nalgebra::{Cholesky, DMatrix, DVector, SymmetricEigen};
use std::f64::consts::PI;

/// Which simultaneous band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum BandKind {
    /// Proportional to the pointwise intervals.
    #[default]
    EqualPrecision,
    /// Narrower in the middle, wider at the ends.
    HallWellner,
}

crate::choices!(
    BandKind,
    "simultaneous band",
    [
        (BandKind::EqualPrecision, "equal-precision", "Proportional to the pointwise intervals"),
        (BandKind::HallWellner, "hall-wellner", "Narrower in the middle, wider at the ends"),
    ]
);

/// The scale of a band for the cumulative hazard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum HazardScale {
    /// The logarithm of the cumulative hazard.
    #[default]
    Log,
    /// The cumulative hazard itself; the lower limit is cut to 0.
    Plain,
}

/// A simultaneous band between two times.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Which band.
    pub kind: BandKind,
    /// From where to where it holds: the first and the last time of the band that have limits.
    pub range: (f64, f64),
    /// The place of these times in the time scale of the bridge, both in (0, 1).
    pub scale_range: (f64, f64),
    /// The critical value of the supremum.
    pub critical: f64,
    /// The times, increasing: those of the curve within the range asked for.
    pub time: Vec<f64>,
    /// The limits from each time to the next.
    pub interval: Vec<Interval>,
}

impl BandKind {
    /// The band for S(t) from time `from` to time `to` at the level and on the scale of the curve.
    ///
    /// Only event times with 0 < S(t) < 1 have limits, so that the band starts at the first event
    /// at or after `from`, or at `from` when events came before it, and ends at `to`, or at the last
    /// event before S(t) is 0. `None` when no such time lies in between.
    ///
    /// # Errors
    ///
    /// [`Error::RequestedTime`] for a time that is not finite, [`Error::OutOfRange`] unless `from` <
    /// `to`, [`Error::Unsupported`] with case weights, which do not say how many patients there are,
    /// with late entries, or when the curve has no scale of intervals.
    pub fn survival(
        self,
        curve: &SurvivalCurve,
        from: f64,
        to: f64,
    ) -> Result<Option<Band>, Error> {
        check(curve, from, to)?;
        if curve.conf_type() == ConfType::None {
            return Err(Error::Unsupported {
                what: "a band without a scale",
                instead: "choose the scale of the intervals: log-log or arcsin hold their level best",
            });
        }
        let variance = log_variances(curve);
        let limits = |row: usize, width: f64| {
            curve.conf_type().interval(curve.survival()[row], width * width, 1.0)
        };
        self.band(curve, &variance, (from, to), limits)
    }

    /// The band for the cumulative hazard (Nelson and Aalen's for a Kaplan-Meier curve) from time
    /// `from` to time `to`, at the level of the curve; its times are as in
    /// [`survival`](Self::survival).
    ///
    /// # Errors
    ///
    /// As for [`survival`](Self::survival), but for the scale.
    pub fn cumulative_hazard(
        self,
        curve: &SurvivalCurve,
        scale: HazardScale,
        from: f64,
        to: f64,
    ) -> Result<Option<Band>, Error> {
        check(curve, from, to)?;
        let hazard = curve.cumulative_hazard();
        let errors = curve.cumulative_hazard_std_error();
        // The check above has seen that they are Greenwood's, which exist.
        let variance: Vec<f64> = errors.iter().flatten().map(|error| error * error).collect();
        let limits = |row: usize, width: f64| {
            let value = hazard[row];
            let (lower, upper) = match scale {
                HazardScale::Plain => ((value - width).max(0.0), value + width),
                HazardScale::Log => (value * (-width / value).exp(), value * (width / value).exp()),
            };
            Some(Interval { lower: Some(lower), upper: Some(upper) })
        };
        self.band(curve, &variance, (from, to), limits)
    }

    /// The band of what has these variances; `limits` is given a row and half the width.
    fn band(
        self,
        curve: &SurvivalCurve,
        variance: &[f64],
        (from, to): (f64, f64),
        limits: impl Fn(usize, f64) -> Option<Interval>,
    ) -> Result<Option<Band>, Error> {
        let usable = |&row: &usize| variance[row] > 0.0 && variance[row].is_finite();
        // A range that starts between two times starts with the limits of the one before it.
        let first = curve.time().partition_point(|&at| at <= from).saturating_sub(1);
        let last = curve.time().partition_point(|&at| at <= to);
        let rows: Vec<usize> = (first..last).filter(usable).collect();
        let (Some(&low), Some(&high)) = (rows.first(), rows.last()) else { return Ok(None) };
        let n = curve.n_rows() as f64;
        let place = |row: usize| n * variance[row] / (1.0 + n * variance[row]);
        let scale_range = (place(low), place(high));
        let critical = self.critical_value(scale_range.0, scale_range.1, curve.conf_level())?;
        let width = |row: usize| match self {
            BandKind::EqualPrecision => critical * variance[row].sqrt(),
            BandKind::HallWellner => critical * (1.0 + n * variance[row]) / n.sqrt(),
        };
        let interval: Vec<Interval> =
            rows.iter().filter_map(|&row| limits(row, width(row))).collect();
        let time: Vec<f64> = rows.iter().map(|&row| curve.time()[row].max(from)).collect();
        // The event that takes the curve to 0 has no limits: the band ends there.
        let zero = (high + 1..last).find(|&row| !variance[row].is_finite());
        let end = zero.map_or(to.min(curve.last_time()), |row| curve.time()[row]);
        Ok(Some(Band { kind: self, range: (time[0], end), scale_range, critical, time, interval }))
    }

    /// The value that the supremum of the bridge between `low` and `high` exceeds with a chance of 1 -
    /// `level`: for Hall and Wellner's band of its absolute, for the other of its absolute over its
    /// standard deviation. With `low` = `high` it is that of a normal variable.
    ///
    /// ```
    /// use riskset::BandKind;
    ///
    /// // Over all of the bridge it is Kolmogorov's.
    /// let found = BandKind::HallWellner.critical_value(1e-4, 1.0 - 1e-4, 0.95)?;
    /// assert!((found - 1.3581).abs() < 1e-3);
    /// # Ok::<(), riskset::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] unless 0 < `low` <= `high` < 1, [`Error::ConfLevel`].
    pub fn critical_value(self, low: f64, high: f64, level: f64) -> Result<f64, Error> {
        let z = normal::two_sided_quantile(level)?;
        for (what, value) in [("the start in the scale of the band", low), ("its end", high)] {
            if !(value > 0.0 && value < 1.0 && low <= high) {
                let range = "lie between 0 and 1, the start not after the end";
                return Err(Error::OutOfRange { what, value, range });
            }
        }
        let inside = |c: f64| match self {
            BandKind::EqualPrecision => stays_standardised(low, high, c),
            BandKind::HallWellner => stays(low, high, c),
        };
        if low == high && self == BandKind::EqualPrecision {
            return Ok(z); // a single point
        }
        // It is at least the pointwise quantile at the point of the largest variance.
        let widest = 0.5_f64.clamp(low, high);
        let start = match self {
            BandKind::EqualPrecision => z,
            BandKind::HallWellner => z * (widest * (1.0 - widest)).sqrt(),
        };
        Ok(solve(inside, start, level))
    }
}

fn check(curve: &SurvivalCurve, from: f64, to: f64) -> Result<(), Error> {
    if let Some(&value) = [from, to].iter().find(|time| !time.is_finite()) {
        return Err(Error::RequestedTime { value });
    }
    if from >= to {
        let range = "be before its end; give the two times in their order";
        return Err(Error::OutOfRange { what: "the start of the band", value: from, range });
    }
    let robust = curve.variance() != CurveVariance::Greenwood;
    if curve.risk_sets().rows.is_some() || curve.is_left_truncated() || robust {
        return Err(Error::Unsupported {
            what: "a simultaneous band with clusters, case weights or late entries",
            instead: "use pointwise intervals",
        });
    }
    Ok(())
}

fn log_variances(curve: &SurvivalCurve) -> Vec<f64> {
    let mut sum = 0.0;
    let step = |row: usize| {
        sum += curve.log_variance_step(row);
        sum
    };
    (0..curve.len()).map(step).collect()
}

/// The c at which `inside`, which grows with c, is `level`: by halving, from a c that is too small.
fn solve(inside: impl Fn(f64) -> f64, start: f64, level: f64) -> f64 {
    let (mut low, mut high) = (start, start);
    while inside(high) < level {
        high *= 1.5;
    }
    while high - low > 1e-10 * high {
        let middle = 0.5 * (low + high);
        if inside(middle) < level { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// The chance that a Brownian bridge stays within (-c, c) between `low` and `high`.
///
/// With ends u and v it is the ratio of two densities of moving from u to v: with walls, a sum over
/// reflections, and without. The last is part of the joint density of the ends and cancels.
fn stays(low: f64, high: f64, c: f64) -> f64 {
    let span = high - low;
    let density =
        |x: f64, variance: f64| (-0.5 * x * x / variance).exp() / (2.0 * PI * variance).sqrt();
    // The end given the start has this share of it and this variance.
    if span == 0.0 {
        let sd = (low * (1.0 - low)).sqrt();
        return 1.0 - normal::two_sided_p(c / sd);
    }
    let walls = |u: f64, v: f64| -> f64 {
        let image = |k: i32| {
            let shift = 4.0 * c * f64::from(k);
            density(v - u + shift, span) - density(v + u - 2.0 * c + shift, span)
        };
        (-8..=8).map(image).sum()
    };
    let inner = |u: f64| {
        // The end lies near u, and near 0 where little of the bridge is left.
        let near = 9.0 * span.sqrt();
        let (from, to) = ((u - near).max(-c), (u + near).min(c));
        let mut f = |v: f64| walls(u, v) * density(v, 1.0 - high);
        integrate(&mut f, from, to, 1e-13, 1e-11).0
    };
    let far = c.min(9.0 * low.sqrt());
    let mut outer = |u: f64| density(u, low) * inner(u);
    let (half, _) = integrate(&mut outer, 0.0, far, 1e-13, 1e-10);
    2.0 * half * (2.0 * PI).sqrt() // over the density of the bridge's own end, 0 at 1
}

/// Polynomials of Galerkin's method, and nodes of its integrals.
const BASIS: usize = 28;
const NODES: usize = 96;

/// The chance that the standardised bridge stays within (-c, c) between `low` and `high`.
///
/// In s = log(a / (1 - a)) / 2 it is stationary with correlation exp(-|s|): its generator is
/// f'' - x f'. On even functions that are 0 at the walls the chance is b' exp(-T M^-1 A) M^-1 b with
/// M the products, A the products of the slopes and b the integrals under the normal density.
fn stays_standardised(low: f64, high: f64, c: f64) -> f64 {
    let length = 0.5 * ((high / (1.0 - high)).ln() - (low / (1.0 - low)).ln());
    let rule = legendre(NODES);
    let (mut mass, mut slope) = (DMatrix::zeros(BASIS, BASIS), DMatrix::zeros(BASIS, BASIS));
    let mut whole = DVector::zeros(BASIS);
    for (x, weight) in rule {
        let (values, slopes) = basis(x);
        let density = (-0.5 * (c * x).powi(2)).exp() / (2.0 * PI).sqrt() * weight * c;
        for i in 0..BASIS {
            whole[i] += density * values[i];
            for j in 0..BASIS {
                mass[(i, j)] += density * values[i] * values[j];
                slope[(i, j)] += density * slopes[i] * slopes[j] / (c * c);
            }
        }
    }
    let Some(factor) = Cholesky::new(mass) else { return f64::NAN };
    let l = factor.l();
    let left: DMatrix<f64> =
        l.solve_lower_triangular(&slope).expect("a Cholesky factor has no zero pivot");
    let both: DMatrix<f64> = l.solve_lower_triangular(&left.transpose()).expect("as above");
    let start: DVector<f64> = l.solve_lower_triangular(&whole).expect("as above");
    let modes = SymmetricEigen::new(0.5 * (&both + both.transpose()));
    let parts = modes.eigenvectors.transpose() * start;
    parts.iter().zip(modes.eigenvalues.iter()).map(|(p, e)| p * p * (-length * e).exp()).sum()
}

/// Even polynomials on (-1, 1) that are 0 at both ends, P(k+1) - P(k-1) for k = 1, 3, 5, ..., and
/// their slopes, (2k + 1) P(k), scaled to slopes of size 1.
fn basis(x: f64) -> (Vec<f64>, Vec<f64>) {
    let mut p = vec![1.0, x];
    for k in 2..=2 * BASIS + 1 {
        let n = k as f64;
        p.push(((2.0 * n - 1.0) * x * p[k - 1] - (n - 1.0) * p[k - 2]) / n);
    }
    let scale = |k: usize| 1.0 / ((2 * k + 1) as f64).sqrt();
    let odd = (0..BASIS).map(|i| 2 * i + 1);
    let values = odd.clone().map(|k| (p[k + 1] - p[k - 1]) * scale(k)).collect();
    (values, odd.map(|k| p[k] / scale(k)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Klein and Moeschberger (2003), table C.4, for a from 0.1 to 0.6.
    #[test]
    fn the_critical_value_of_the_table() {
        let value = BandKind::HallWellner.critical_value(0.1, 0.6, 0.95).unwrap();
        assert!((value - 1.3211).abs() < 5e-4, "{value}");
    }

    /// Nearly the whole bridge: Kolmogorov's 1.3581.
    #[test]
    fn the_whole_bridge_is_kolmogorovs() {
        let value = BandKind::HallWellner.critical_value(1e-6, 1.0 - 1e-6, 0.95).unwrap();
        let series: f64 = (1..20)
            .map(|k| {
                let k = f64::from(k);
                2.0 * (if k % 2.0 == 1.0 { 1.0 } else { -1.0 }) * (-2.0 * (k * value).powi(2)).exp()
            })
            .sum();
        assert!((series - 0.05).abs() < 1e-5, "{value} {series}");
    }

    /// A single point has no supremum to take.
    #[test]
    fn at_one_point_it_is_the_normal_quantile() {
        let z = normal::two_sided_quantile(0.9).unwrap();
        let ep = BandKind::EqualPrecision.critical_value(0.3, 0.3, 0.9).unwrap();
        let hw = BandKind::HallWellner.critical_value(0.3, 0.3, 0.9).unwrap();
        assert!((hw - z * 0.21_f64.sqrt()).abs() < 1e-8);
        assert_eq!(ep, z);
    }
}
