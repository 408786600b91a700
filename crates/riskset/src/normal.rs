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
/// ```
/// assert!((riskset::normal::two_sided_quantile(0.95)? - 1.959963984540054).abs() < 1e-12);
/// # Ok::<(), riskset::Error>(())
/// ```
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
///
/// ```
/// assert!((riskset::normal::quantile(0.975) - 1.959963984540054).abs() < 1e-12);
/// ```
pub fn quantile(probability: f64) -> f64 {
    Normal::standard().inverse_cdf(probability)
}

/// The distribution function of the standard normal distribution.
pub fn cdf(x: f64) -> f64 {
    0.5 * erfc(-x / SQRT_2)
}

/// The two-sided p value of a standard normal statistic.
///
/// ```
/// assert!((riskset::normal::two_sided_p(-1.959963984540054) - 0.05).abs() < 1e-12);
/// ```
pub fn two_sided_p(z: f64) -> f64 {
    erfc(z.abs() / SQRT_2)
}

/// The upper tail of the chi-square distribution; 1 when there are no degrees of freedom.
///
/// ```
/// // The square of 1.96 on one degree of freedom.
/// assert!((riskset::normal::chi_square_p(3.841458820694124, 1.0) - 0.05).abs() < 1e-12);
/// ```
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
            (1e-300, -37.0470962993612),
            (1e-30, -11.464024688443617),
            (1e-10, -6.361340902404056),
            (0.001, -3.090232306167813),
            (0.01, -2.3263478740408408),
            (0.025, -1.9599639845400538),
            (0.05, -1.6448536269514726),
            (0.1, -1.2815515655446008),
            (0.2, -0.8416212335729142),
            (0.3, -0.5244005127080407),
            (0.4, -0.2533471031357998),
            (0.45, -0.125661346855074),
            (0.49, -0.025068908258711057),
            (0.4999, -0.0002506628300880075),
            (0.5001, 0.0002506628300880075),
            (0.55, 0.12566134685507413),
            (0.6, 0.2533471031357998),
            (0.7, 0.5244005127080407),
            (0.8, 0.8416212335729144),
            (0.9, 1.2815515655446008),
            (0.95, 1.6448536269514715),
            (0.975, 1.9599639845400536),
            (0.99, 2.3263478740408408),
            (0.995, 2.5758293035489),
            (0.9995, 3.2905267314919255),
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
            (1e-08, 0.9999999920211544),
            (0.001, 0.9992021155721779),
            (0.1, 0.920344325445942),
            (0.3, 0.7641771556220947),
            (0.5, 0.6170750774519739),
            (0.7, 0.48392730444614596),
            (1.0, 0.3173105078629141),
            (1.5, 0.13361440253771614),
            (2.0, 0.045500263896358424),
            (3.0, 0.002699796063260189),
            (4.0, 6.334248366623985e-5),
            (5.0, 5.733031437583878e-7),
            (6.0, 1.973175290075396e-9),
            (8.0, 1.244192114854357e-15),
            (10.0, 1.5239706048321054e-23),
            (12.0, 3.552964224155358e-33),
            (15.0, 7.341932398625503e-51),
            (20.0, 5.5072482372124675e-89),
            (25.0, 6.113393412765123e-138),
            (30.0, 9.813427854296374e-198),
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
            (0.01, 1.0, 0.920344325445942),
            (0.5, 1.0, 0.4795001221869535),
            (3.84, 1.0, 0.050043521248705224),
            (20.0, 1.0, 7.744216431044086e-6),
            (140.0, 1.0, 2.6620348904588313e-32),
            (300.0, 1.0, 3.294362383314041e-67),
            (0.01, 2.0, 0.9950124791926822),
            (0.5, 2.0, 0.7788007830714049),
            (3.84, 2.0, 0.14660696213035015),
            (20.0, 2.0, 4.5399929762484854e-5),
            (140.0, 2.0, 3.975449735908647e-31),
            (300.0, 2.0, 7.175095973164411e-66),
            (0.01, 3.0, 0.9997348349413444),
            (0.5, 3.0, 0.9188914116546759),
            (3.84, 3.0, 0.2792676171186103),
            (20.0, 3.0, 0.0001697424355528265),
            (140.0, 3.0, 3.779722162902132e-30),
            (300.0, 3.0, 9.948758346327708e-65),
            (0.01, 4.0, 0.9999875415886457),
            (0.5, 4.0, 0.9735009788392561),
            (3.84, 4.0, 0.4280923294206225),
            (20.0, 4.0, 0.0004993992273873336),
            (140.0, 4.0, 2.8225693124951394e-29),
            (300.0, 4.0, 1.083439491947826e-63),
            (0.01, 7.0, 0.9999999992430589),
            (0.5, 7.0, 0.9994464813904251),
            (3.84, 7.0, 0.7980109150360402),
            (20.0, 7.0, 0.005569683072945571),
            (140.0, 7.0, 5.082977510439578e-27),
            (300.0, 7.0, 6.0496418565563194e-61),
            (0.01, 20.0, 1.0),
            (0.5, 20.0, 0.9999999999997906),
            (3.84, 20.0, 0.9999667953164147),
            (20.0, 20.0, 0.45792971447185227),
            (140.0, 20.0, 5.061297149038724e-20),
            (300.0, 20.0, 8.082849629775909e-52),
            (0.01, 100.0, 1.0),
            (0.5, 100.0, 1.0),
            (3.84, 100.0, 1.0),
            (20.0, 100.0, 1.0),
            (140.0, 100.0, 0.0051405024585058955),
            (300.0, 100.0, 7.412100857322875e-22),
        ];
        for (statistic, df, p) in pchisq {
            close(chi_square_p(statistic, df), p, 1e-12);
        }
        assert_eq!(chi_square_p(0.0, 3.0), 1.0);
        assert_eq!(chi_square_p(5.0, 0.0), 1.0);
    }
}
