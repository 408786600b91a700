//! The probability that correlated standard normal variables all lie within their limits.
//!
//! With the correlation R = L L' the variables are sums of independent ones, y: the first bounds
//! y1, the second y2 given y1, and so on, and a variable that is a sum of earlier ones narrows the
//! bounds of the last y in it. The innermost integral is a difference of normal probabilities. Up
//! to two further dimensions are integrated adaptively; more are averaged over a lattice of quasi
//! random points, shifted a few times, which also gives the error.
//!
//! Sources: Genz (1992), J Comput Graph Stat 1:141-149; Genz and Kwong (2000), J Stat Comput Simul
//! 68:1-21 (singular correlations); Richtmyer's lattice in Genz and Bretz (2009), Computation of
//! Multivariate Normal and t Probabilities, section 4.2. Reference program: `pmvnorm` of R mvtnorm.

use super::{draw::Draw, quadrature::integrate};
use crate::normal;
use std::f64::consts::PI;

/// A variance below this, of a variable given those before it, is rounding: it is a sum of them.
const SINGULAR: f64 = 1e-10;
/// Beyond this the normal density adds nothing that a double can hold beside the rest.
const FAR: f64 = 38.0;
/// What adaptive integration is asked for, relative to the answer.
const RELATIVE: f64 = 1e-8;
/// Points of the lattice, and how often it is shifted.
const POINTS: usize = 8192;
const SHIFTS: u64 = 12;

/// A probability with a bound, or an estimate, of its error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Probability {
    pub value: f64,
    pub error: f64,
}

/// The chance that at least one of the variables is outside (-`limit`, `limit`), or with
/// `one_sided` above `limit`. `correlation` is row-major.
///
/// It is the sum over k of the chance that the k-th is the first to be outside, so that a small
/// chance keeps its digits.
pub(crate) fn any_beyond(correlation: &[f64], limit: f64, one_sided: bool) -> Probability {
    let n = (correlation.len() as f64).sqrt() as usize;
    let sides = if one_sided { 1.0 } else { 2.0 };
    let lowest = if one_sided { f64::NEG_INFINITY } else { -limit };
    let mut sum = Probability { value: 0.0, error: 0.0 };
    for k in 0..n {
        // The k-th comes first, so that its tail is the outermost integral.
        let order: Vec<usize> = std::iter::once(k).chain(0..k).collect();
        let part = Region::new(correlation, n, &order, lowest, limit).probability();
        sum.value += sides * part.value;
        sum.error += sides * part.error;
    }
    sum.value = sum.value.min(1.0);
    sum
}

/// The chance that the second of two variables is above `limit` (0 or more) while the first lies
/// within (-`limit`, `limit`); `r` is their correlation.
pub(crate) fn first_beyond(r: f64, limit: f64) -> f64 {
    Region::new(&[1.0, r, r, 1.0], 2, &[1, 0], -limit, limit).probability().value
}

/// One variable as a sum of independent ones, and its limits.
struct Bound {
    /// Its coefficients; the last is not 0.
    sum: Vec<f64>,
    low: f64,
    high: f64,
}

/// The region in the independent variables: the bounds that end in each of them.
struct Region(Vec<Vec<Bound>>);

impl Region {
    /// The first of `order` lies above `limit`, the others between `lowest` and `limit`.
    fn new(correlation: &[f64], n: usize, order: &[usize], lowest: f64, limit: f64) -> Region {
        let mut factor: Vec<Vec<f64>> = Vec::new(); // rows of L, without the columns that are 0
        let mut pivots: Vec<usize> = Vec::new(); // the rows that brought a new independent variable
        let mut bounds: Vec<Vec<Bound>> = Vec::new();
        for (place, &variable) in order.iter().enumerate() {
            let mut row: Vec<f64> = Vec::new();
            for &pivot in &pivots {
                let known = &factor[pivot];
                let done: f64 = row.iter().zip(known).map(|(a, b)| a * b).sum();
                let entry = correlation[variable * n + order[pivot]];
                row.push((entry - done) / known[row.len()]);
            }
            let rest = 1.0 - row.iter().map(|value| value * value).sum::<f64>();
            if rest > SINGULAR {
                row.push(rest.sqrt());
                pivots.push(place);
                bounds.push(Vec::new());
            }
            let mut sum = row.clone();
            while sum.last().is_some_and(|value| value.abs() < SINGULAR.sqrt()) {
                sum.pop();
            }
            let (low, high) = if place == 0 { (limit, FAR.max(limit)) } else { (lowest, limit) };
            bounds[sum.len() - 1].push(Bound { sum, low, high });
            factor.push(row);
        }
        Region(bounds)
    }

    fn dimensions(&self) -> usize {
        self.0.len()
    }

    /// The limits of the independent variable number `at`, given those before it.
    fn limits(&self, at: usize, y: &[f64]) -> (f64, f64) {
        let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
        for bound in &self.0[at] {
            let known: f64 = bound.sum.iter().zip(y).map(|(a, y)| a * y).sum();
            let last = bound.sum[at];
            let (a, b) = ((bound.low - known) / last, (bound.high - known) / last);
            low = low.max(a.min(b));
            high = high.min(a.max(b));
        }
        (low, high)
    }

    fn probability(&self) -> Probability {
        if self.dimensions() <= 3 {
            let (value, error) = self.inner(0, &mut Vec::new(), RELATIVE);
            Probability { value, error }
        } else {
            self.lattice()
        }
    }

    /// The integral over the variables from number `at` on, given those before it.
    fn inner(&self, at: usize, y: &mut Vec<f64>, relative: f64) -> (f64, f64) {
        let (low, high) = self.limits(at, y);
        if at + 1 == self.dimensions() {
            return (between(low, high), 0.0);
        }
        let (low, high) = (low.max(-9.0), high.min(if low > 0.0 { low + 9.0 } else { 9.0 }));
        let mut f = |value: f64| {
            y.push(value);
            let inner = self.inner(at + 1, y, relative * 0.1).0;
            y.pop();
            inner * density(value)
        };
        integrate(&mut f, low, high, 1e-300, relative)
    }

    /// Averages over a shifted lattice: each variable is drawn within its limits by the inverse of
    /// the distribution function, and the point counts the product of the chances to be there.
    fn lattice(&self) -> Probability {
        let dimensions = self.dimensions() - 1;
        let steps: Vec<f64> = PRIMES[..dimensions].iter().map(|prime| prime.sqrt()).collect();
        let mut means = Vec::new();
        for shift in 0..SHIFTS {
            let mut draw = Draw::new(0x6d75_6c74_696e, shift);
            let start: Vec<f64> = steps.iter().map(|_| draw.uniform()).collect();
            let point = |i: usize| {
                let place = |d: usize| {
                    let u = (i as f64 * steps[d] + start[d]).fract();
                    (2.0 * u - 1.0).abs() // the tent, which makes the integrand periodic
                };
                self.chance((0..dimensions).map(place))
            };
            means.push((0..POINTS).map(point).sum::<f64>() / POINTS as f64);
        }
        let n = SHIFTS as f64;
        let value = means.iter().sum::<f64>() / n;
        let spread: f64 = means.iter().map(|mean| (mean - value).powi(2)).sum();
        Probability { value, error: 3.0 * (spread / (n * (n - 1.0))).sqrt() }
    }

    fn chance(&self, point: impl Iterator<Item = f64>) -> f64 {
        let (mut y, mut chance) = (Vec::with_capacity(self.dimensions()), 1.0);
        for (at, u) in point.enumerate() {
            let (low, high) = self.limits(at, &y);
            let width = between(low, high);
            chance *= width;
            if chance <= 0.0 {
                return 0.0;
            }
            y.push(inverse(low, width, u));
        }
        let (low, high) = self.limits(self.dimensions() - 1, &y);
        chance * between(low, high)
    }
}

/// Square roots of primes are as far from fractions as a lattice wants.
const PRIMES: [f64; 12] = [2.0, 3.0, 5.0, 7.0, 11.0, 13.0, 17.0, 19.0, 23.0, 29.0, 31.0, 37.0];

/// The chance of a standard normal variable to lie between two limits, from the nearer tail.
pub(crate) fn between(low: f64, high: f64) -> f64 {
    if low >= high {
        0.0
    } else if low > 0.0 {
        normal::cdf(-low) - normal::cdf(-high)
    } else {
        normal::cdf(high) - normal::cdf(low)
    }
}

/// The value below which lies the part `u` of the chance `width` above `low`.
fn inverse(low: f64, width: f64, u: f64) -> f64 {
    let tiny = f64::MIN_POSITIVE;
    if low > 0.0 {
        -normal::quantile((normal::cdf(-low) - u * width).clamp(tiny, 1.0 - f64::EPSILON))
    } else {
        normal::quantile((normal::cdf(low) + u * width).clamp(tiny, 1.0 - f64::EPSILON))
    }
}

fn density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: Probability, expected: f64, relative: f64) {
        let off = (found.value - expected).abs();
        assert!(off <= relative * expected, "{found:?}, expected {expected:e}");
        assert!(off <= found.error.max(1e-13 * expected), "{found:?}, expected {expected:e}");
    }

    /// Independent variables: 1 - (1 - p)^n, from 1 to 6 of them, also far in the tail.
    #[test]
    fn independent_variables() {
        for n in 1..=6 {
            let identity: Vec<f64> =
                (0..n * n).map(|at| f64::from(u8::from(at / n == at % n))).collect();
            for limit in [0.5, 2.0, 5.0, 10.0] {
                let p = normal::two_sided_p(limit);
                let expected = -(n as f64 * (-p).ln_1p()).exp_m1();
                let relative = if n <= 3 { 1e-9 } else { 1e-6 };
                close(any_beyond(&identity, limit, false), expected, relative);
            }
        }
    }

    /// At a limit of 0 one-sided, the chance that none of three is positive is the orthant's:
    /// 1/8 + (the sum of the arc sines of the correlations) / (4 pi).
    #[test]
    fn orthants() {
        let (a, b, c) = (0.3, -0.2, 0.7_f64);
        let correlation = [1.0, a, b, a, 1.0, c, b, c, 1.0];
        let expected = 0.125 + (a.asin() + f64::asin(b) + c.asin()) / (4.0 * PI);
        close(any_beyond(&correlation, 0.0, true), 1.0 - expected, 1e-8);
    }

    /// A variable that stands twice, or is the opposite of another, changes nothing.
    #[test]
    fn singular_correlations() {
        let one = [1.0; 9];
        close(any_beyond(&one, 2.5, false), normal::two_sided_p(2.5), 1e-12);
        let opposite = [1.0, -1.0, -1.0, 1.0];
        close(any_beyond(&opposite, 2.5, false), normal::two_sided_p(2.5), 1e-12);
        let r: f64 = 0.6;
        let pair = any_beyond(&[1.0, r, r, 1.0], 2.0, false).value;
        let triple = any_beyond(&[1.0, r, 1.0, r, 1.0, r, 1.0, r, 1.0], 2.0, false);
        close(triple, pair, 1e-8);
    }

    /// The same on the lattice as by adaptive integration: a four-dimensional equicorrelated
    /// region is a one-dimensional integral over the common part.
    #[test]
    fn equal_correlations() {
        for n in [3, 4, 6] {
            let r: f64 = 0.5;
            let correlation: Vec<f64> =
                (0..n * n).map(|at| if at / n == at % n { 1.0 } else { r }).collect();
            let limit = 2.3;
            let mut f = |z: f64| {
                let scale = (1.0 - r).sqrt();
                let inside = |sign: f64| normal::cdf((sign * limit - r.sqrt() * z) / scale);
                density(z) * (inside(1.0) - inside(-1.0)).powi(n)
            };
            let (within, _) = integrate(&mut f, -9.0, 9.0, 1e-14, 0.0);
            let relative = if n == 3 { 1e-8 } else { 1e-4 };
            close(any_beyond(&correlation, limit, false), 1.0 - within, relative);
        }
    }
}
