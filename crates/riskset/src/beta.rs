//! The beta distribution, for exact limits of a proportion, and Student's t, which follows from it.
//!
//! Our own because the library at hand stops its continued fraction after 140 terms, too early for
//! the parameters of a registry, and takes differences of large log gammas.
//!
//! Sources: Press and others (2007), Numerical Recipes, 3rd edition, 270-273 (the continued
//! fraction); Loader (2000), Fast and Accurate Computation of Binomial Probabilities (the factor
//! before it, as deviances and Stirling errors).

use std::f64::consts::PI;

/// The distribution function at `x` of the beta distribution; `a` and `b` above 0, `x` in [0, 1].
pub(crate) fn cdf(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        0.0
    } else if x >= 1.0 {
        1.0
    } else if x < (a + 1.0) / (a + b + 2.0) {
        lower_tail(a, b, x, 1.0 - x)
    } else {
        1.0 - lower_tail(b, a, 1.0 - x, x)
    }
}

/// The quantile of the beta distribution; `probability` in (0, 1).
pub(crate) fn quantile(a: f64, b: f64, probability: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    let mut x = a / (a + b);
    // Newton's step, or a bisection where it leaves the bracket: about ten steps, never endless.
    for _ in 0..1100 {
        let excess = cdf(a, b, x) - probability;
        if excess > 0.0 {
            high = x
        } else {
            low = x
        }
        let density = (ln_factor(a, b, x, 1.0 - x) - x.ln() - (-x).ln_1p()).exp();
        let newton = x - excess / density;
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        if next == x || (next - x).abs() <= 2.0 * f64::EPSILON * x {
            return next;
        }
        x = next;
    }
    x
}

/// The quantile t of a two-sided interval of this level under Student's t with `df` degrees of
/// freedom: 2.228139 for 0.95 and 10.
pub(crate) fn two_sided_t(level: f64, df: f64) -> f64 {
    let share = quantile(0.5, df / 2.0, level); // t^2 / (df + t^2)
    (df * share / (1.0 - share)).sqrt()
}

/// The two-sided tail of Student's t beyond this statistic.
pub(crate) fn two_sided_t_p(statistic: f64, df: f64) -> f64 {
    cdf(0.5 * df, 0.5, df / (df + statistic * statistic))
}

/// The distribution function below the mean, by the continued fraction, with `y` = 1 - `x`.
fn lower_tail(a: f64, b: f64, x: f64, y: f64) -> f64 {
    ln_factor(a, b, x, y).exp() * fraction(a, b, x) / a
}

/// The logarithm of x^a y^b / B(a, b), without differences of large numbers.
fn ln_factor(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    let errors = stirling_error(n) - stirling_error(a) - stirling_error(b);
    0.5 * (a / n * b / (2.0 * PI)).ln() + errors - deviance(a, n * x) - deviance(b, n * y)
}

/// a log(a / m) + m - a, exact when a is near m.
fn deviance(a: f64, m: f64) -> f64 {
    let v = (a - m) / m;
    if v.abs() > 0.1 {
        return a * (a / m).ln() + m - a;
    }
    // The series of (1 + v) log(1 + v) - v.
    let (mut power, mut sum) = (v * v, 0.0);
    for k in 2..40 {
        let k = f64::from(k);
        sum += power / (k * (k - 1.0));
        power *= -v;
    }
    m * sum
}

/// What Stirling's formula lacks of log gamma(z).
fn stirling_error(mut z: f64) -> f64 {
    let mut error = 0.0;
    while z < 12.0 {
        error += (z + 0.5) * (1.0 / z).ln_1p() - 1.0;
        z += 1.0;
    }
    let w = 1.0 / (z * z);
    let series = 1.0 / 1188.0 - w * (691.0 / 360_360.0 - w / 156.0);
    let series = 1.0 / 1260.0 - w * (1.0 / 1680.0 - w * series);
    error + (1.0 / 12.0 - w * (1.0 / 360.0 - w * series)) / z
}

/// The continued fraction of the incomplete beta function, by Lentz's method.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away = |value: f64| if value.abs() < TINY { TINY } else { value };
    let (mut c, mut d) = (1.0, 1.0 / away(1.0 - (a + b) * x / (a + 1.0)));
    let mut value = d;
    // About sqrt(max(a, b)) terms are needed.
    for m in 1..1_000_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = value;
        for term in [even, odd] {
            d = 1.0 / away(1.0 + term * d);
            c = away(1.0 + term / c);
            value *= c * d;
        }
        if (value - before).abs() <= f64::EPSILON * 0.5 * value.abs() {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64, tolerance: f64) {
        assert!((found - expected).abs() <= tolerance * expected.abs(), "{found} {expected}");
    }

    /// The beta distribution with b = 1 is x^a, and with a = 1 it is 1 - (1 - x)^b.
    #[test]
    fn closed_forms() {
        for (a, x) in [(0.3, 0.2), (1.0, 0.7), (7.5, 0.9), (400.0, 0.99)] {
            close(cdf(a, 1.0, x), f64::powf(x, a), 1e-14);
            close(quantile(a, 1.0, f64::powf(x, a)), x, 1e-14);
            close(cdf(1.0, a, 1.0 - x), 1.0 - f64::powf(x, a), 1e-13);
        }
        // Student's t with 1 degree of freedom is Cauchy's: tan(pi (level / 2)).
        close(two_sided_t(0.95, 1.0), (PI * 0.475).tan(), 1e-13);
        // With 2: t = level sqrt(2 / (1 - level^2)).
        close(two_sided_t(0.95, 2.0), 0.95 * (2.0 / (1.0 - 0.9025_f64)).sqrt(), 1e-13);
    }

    /// qbeta, pbeta and qt of R 4.2.2 at parameters a registry brings.
    #[test]
    fn large_parameters_agree_with_r() {
        for (a, b, p, x) in R_QUANTILES {
            close(quantile(a, b, p), x, 1e-12);
            close(cdf(a, b, x), p, 1e-9); // x is given to 17 digits, which moves p by more
        }
    }

    const R_QUANTILES: [(f64, f64, f64, f64); 7] = [
        (128.0, 35.0, 0.025, 0.7192631533952494),
        (129.0, 34.0, 0.975, 0.8500603853328472),
        (0.5, 8.5, 0.95, 0.207508041680733),
        (0.7, 0.4, 0.025, 0.014955932259258583),
        (400001.0, 600000.0, 0.975, 0.4009609708277764),
        (5.0, 1000000.0, 0.025, 1.6234818253061567e-06),
        (12.3, 2.4, 0.999, 0.9930125873713997),
    ];
}
