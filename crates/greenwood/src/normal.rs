//! The normal and chi-square distributions, as the estimators use them.
//!
//! Tails are computed as tails, never as one minus the rest, so that a p value of 1e-30 keeps its
//! digits. Checked against R's `pnorm`, `qnorm` and `pchisq`: quantiles to a relative 1e-14, p
//! values to 1e-12.

use crate::Error;
use libm::erfc; // accurate to the last bit or two; that of statrs is not (1e-10)
use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::gamma::gamma_ur;
use std::f64::consts::{FRAC_2_SQRT_PI, SQRT_2};

/// The quantile z of a two-sided interval of this level: 1.959964 for 0.95.
///
/// # Errors
///
/// [`Error::ConfLevel`] unless 0 < level < 1.
pub fn two_sided_quantile(level: f64) -> Result<f64, Error> {
    if level > 0.0 && level < 1.0 {
        Ok(-quantile((1.0 - level) / 2.0)) // from the tail, where digits are not lost
    } else {
        Err(Error::ConfLevel { level })
    }
}

/// The quantile of the standard normal distribution; `probability` in (0, 1).
pub fn quantile(probability: f64) -> f64 {
    Normal::standard().inverse_cdf(probability)
}

/// The distribution function of the standard normal distribution.
pub fn cdf(x: f64) -> f64 {
    0.5 * erfc(-x / SQRT_2)
}

/// The two-sided p value of a standard normal statistic.
pub fn two_sided_p(z: f64) -> f64 {
    erfc(z.abs() / SQRT_2)
}

/// The upper tail of the chi-square distribution; 1 when there are no degrees of freedom.
pub fn chi_square_p(statistic: f64, df: f64) -> f64 {
    if df <= 0.0 || statistic <= 0.0 {
        return 1.0;
    }
    let half = statistic / 2.0;
    if df.fract() == 0.0 && df <= MANY && half < UNDERFLOW {
        whole_df(half, df)
    } else {
        gamma_ur(df / 2.0, half)
    }
}

/// Up to so many degrees of freedom the tail is summed term by term.
const MANY: f64 = 1000.0;
/// exp(-700) is still a normal number.
const UNDERFLOW: f64 = 700.0;

/// The tail for a whole number of degrees of freedom: that for 1 or 2, to which every further pair
/// adds half^a exp(-half) / Gamma(a + 1) (Abramowitz and Stegun 1964, 26.4.4 and 26.4.5). All
/// terms are positive, so that no digits are lost.
fn whole_df(half: f64, df: f64) -> f64 {
    let odd = df % 2.0 == 1.0;
    let density = (-half).exp();
    let (mut tail, mut a, mut term) = if odd {
        (erfc(half.sqrt()), 0.5, half.sqrt() * density * FRAC_2_SQRT_PI)
    } else {
        (density, 1.0, half * density)
    };
    while 2.0 * a < df {
        tail += term;
        a += 1.0;
        term *= half / a;
    }
    tail.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative error against R 4.2.2, arguments and answers at 17 digits.
    #[track_caller]
    fn close(found: f64, r: f64, tolerance: f64) {
        assert!((found - r).abs() <= tolerance * r.abs(), "{found:e}, R has {r:e}");
    }

    #[test]
    fn quantiles_agree_with_qnorm() {
        let qnorm = [
            (1e-300, -37.047096299361201),
            (1.0000000000000001e-30, -11.464024688443617),
            (1e-10, -6.3613409024040557),
            (0.001, -3.0902323061678132),
            (0.01, -2.3263478740408408),
            (0.025000000000000001, -1.9599639845400538),
            (0.050000000000000003, -1.6448536269514726),
            (0.10000000000000001, -1.2815515655446008),
            (0.20000000000000001, -0.84162123357291418),
            (0.29999999999999999, -0.52440051270804067),
            (0.40000000000000002, -0.25334710313579978),
            (0.45000000000000001, -0.12566134685507399),
            (0.48999999999999999, -0.025068908258711057),
            (0.49990000000000001, -0.00025066283008800752),
            (0.50009999999999999, 0.00025066283008800752),
            (0.55000000000000004, 0.12566134685507413),
            (0.59999999999999998, 0.25334710313579978),
            (0.69999999999999996, 0.52440051270804067),
            (0.80000000000000004, 0.84162123357291441),
            (0.90000000000000002, 1.2815515655446008),
            (0.94999999999999996, 1.6448536269514715),
            (0.97499999999999998, 1.9599639845400536),
            (0.98999999999999999, 2.3263478740408408),
            (0.995, 2.5758293035488999),
            (0.99950000000000006, 3.2905267314919255),
        ];
        for (p, z) in qnorm {
            close(quantile(p), z, 1e-14);
        }
        assert_eq!(quantile(0.5), 0.0);
        close(two_sided_quantile(0.95).unwrap(), 1.959963984540054, 1e-15);
    }

    #[test]
    fn p_values_agree_with_pnorm() {
        let pnorm = [
            (1e-08, 0.99999999202115442),
            (0.001, 0.99920211557217786),
            (0.10000000000000001, 0.92034432544594202),
            (0.29999999999999999, 0.76417715562209465),
            (0.5, 0.61707507745197387),
            (0.69999999999999996, 0.48392730444614596),
            (1.0, 0.31731050786291409),
            (1.5, 0.13361440253771614),
            (2.0, 0.045500263896358424),
            (3.0, 0.0026997960632601892),
            (4.0, 6.3342483666239849e-05),
            (5.0, 5.7330314375838782e-07),
            (6.0, 1.9731752900753962e-09),
            (8.0, 1.244192114854357e-15),
            (10.0, 1.5239706048321054e-23),
            (12.0, 3.5529642241553581e-33),
            (15.0, 7.3419323986255028e-51),
            (20.0, 5.5072482372124675e-89),
            (25.0, 6.1133934127651232e-138),
            (30.0, 9.8134278542963744e-198),
            (35.0, 2.2498214129448125e-268),
        ];
        for (z, p) in pnorm {
            close(two_sided_p(z), p, 1e-12);
            close(two_sided_p(-z), p, 1e-12);
            close(cdf(-z), p / 2.0, 1e-12);
            close(cdf(z), 1.0 - p / 2.0, 1e-15);
        }
    }

    #[test]
    fn p_values_agree_with_pchisq() {
        let pchisq = [
            (0.01, 1.0, 0.92034432544594202),
            (0.5, 1.0, 0.47950012218695348),
            (3.8399999999999999, 1.0, 0.050043521248705224),
            (20.0, 1.0, 7.7442164310440858e-06),
            (140.0, 1.0, 2.6620348904588313e-32),
            (300.0, 1.0, 3.294362383314041e-67),
            (0.01, 2.0, 0.99501247919268221),
            (0.5, 2.0, 0.77880078307140488),
            (3.8399999999999999, 2.0, 0.14660696213035015),
            (20.0, 2.0, 4.5399929762484854e-05),
            (140.0, 2.0, 3.9754497359086468e-31),
            (300.0, 2.0, 7.1750959731644108e-66),
            (0.01, 3.0, 0.99973483494134441),
            (0.5, 3.0, 0.91889141165467592),
            (3.8399999999999999, 3.0, 0.27926761711861031),
            (20.0, 3.0, 0.00016974243555282649),
            (140.0, 3.0, 3.7797221629021319e-30),
            (300.0, 3.0, 9.948758346327708e-65),
            (0.01, 4.0, 0.99998754158864567),
            (0.5, 4.0, 0.97350097883925613),
            (3.8399999999999999, 4.0, 0.42809232942062247),
            (20.0, 4.0, 0.00049939922738733355),
            (140.0, 4.0, 2.8225693124951394e-29),
            (300.0, 4.0, 1.083439491947826e-63),
            (0.01, 7.0, 0.99999999924305893),
            (0.5, 7.0, 0.99944648139042513),
            (3.8399999999999999, 7.0, 0.79801091503604016),
            (20.0, 7.0, 0.0055696830729455712),
            (140.0, 7.0, 5.082977510439578e-27),
            (300.0, 7.0, 6.0496418565563194e-61),
            (0.01, 20.0, 1.0),
            (0.5, 20.0, 0.99999999999979061),
            (3.8399999999999999, 20.0, 0.99996679531641475),
            (20.0, 20.0, 0.45792971447185227),
            (140.0, 20.0, 5.0612971490387242e-20),
            (300.0, 20.0, 8.082849629775909e-52),
            (0.01, 100.0, 1.0),
            (0.5, 100.0, 1.0),
            (3.8399999999999999, 100.0, 1.0),
            (20.0, 100.0, 1.0),
            (140.0, 100.0, 0.0051405024585058955),
            (300.0, 100.0, 7.4121008573228746e-22),
        ];
        for (statistic, df, p) in pchisq {
            close(chi_square_p(statistic, df), p, 1e-12);
        }
        assert_eq!(chi_square_p(0.0, 3.0), 1.0);
        assert_eq!(chi_square_p(5.0, 0.0), 1.0);
    }
}
