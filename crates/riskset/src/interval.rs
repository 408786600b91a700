//! Intervals, and the scales on which a confidence interval for a survival probability is built.

use crate::choices;

/// A lower and an upper limit. `None` is a limit that does not exist: an upper limit that is
/// infinite, or a limit of a quantile that the curve never reaches.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Interval {
    /// The lower limit, on the scale of the estimate.
    pub lower: Option<f64>,
    /// The upper limit, on the scale of the estimate.
    pub upper: Option<f64>,
}

/// The scale on which an interval for S(t) is symmetric.
///
/// Sources: Kalbfleisch and Prentice (1980), The Statistical Analysis of Failure Time Data, 14-15
/// (log-log); Borgan and Liestol (1990), Scand J Stat 17:35-41 (arcsin); Klein and Moeschberger
/// (2003), Survival Analysis, 104-108.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ConfType {
    /// log S(t), R's default.
    #[default]
    Log,
    /// log(-log S(t)), the default of SAS.
    LogLog,
    /// S(t) itself.
    Plain,
    /// log(S(t) / (1 - S(t))).
    Logit,
    /// arcsin of the square root of S(t).
    Arcsin,
    /// No interval.
    None,
}

choices!(
    ConfType,
    "scale of intervals",
    [
        (ConfType::Log, "log", "Symmetric for log S(t), as R does"),
        (ConfType::LogLog, "log-log", "Symmetric for log(-log S(t)), as SAS does"),
        (ConfType::Plain, "plain", "Symmetric for S(t)"),
        (ConfType::Logit, "logit", "Symmetric for the log odds of S(t)"),
        (ConfType::Arcsin, "arcsin", "Symmetric for the arcsine of the square root of S(t)"),
        (ConfType::None, "none", "No interval"),
    ]
);

impl ConfType {
    /// The interval for a survival probability, cut to [0, 1].
    ///
    /// `log_variance` is the variance of log S(t) (Greenwood's sum), `z` the normal quantile.
    /// `None` where the interval does not exist: S = 0, or no interval asked for. Where S = 1 the
    /// variance is 0 and both limits are 1.
    ///
    /// ```
    /// use riskset::ConfType;
    ///
    /// // S = 1/2 with a standard error of 1/10.
    /// let limits = ConfType::Plain.interval(0.5, 0.04, 1.96).unwrap();
    /// assert!((limits.lower.unwrap() - 0.304).abs() < 1e-12);
    /// assert!((limits.upper.unwrap() - 0.696).abs() < 1e-12);
    /// ```
    pub fn interval(self, survival: f64, log_variance: f64, z: f64) -> Option<Interval> {
        if self == ConfType::None || survival <= 0.0 {
            return None;
        }
        // Where S is 1 the last three scales are infinite or have no slope.
        let at_the_end = !matches!(self, ConfType::Log | ConfType::Plain);
        if survival >= 1.0 && (log_variance == 0.0 || at_the_end) {
            return Some(Interval { lower: Some(1.0), upper: Some(1.0) });
        }
        let width = z * log_variance.sqrt();
        let (lower, upper) = match self {
            ConfType::Log => (survival * (-width).exp(), survival * width.exp()),
            ConfType::Plain => (survival * (1.0 - width), survival * (1.0 + width)),
            ConfType::LogLog => {
                let log = -survival.ln(); // the cumulative hazard
                ((-log * (width / log).exp()).exp(), (-log * (-width / log).exp()).exp())
            }
            ConfType::Logit => {
                let logit = (survival / (1.0 - survival)).ln();
                let width = width / (1.0 - survival);
                (expit(logit - width), expit(logit + width))
            }
            ConfType::Arcsin => {
                let angle = survival.sqrt().asin();
                let width = 0.5 * width * (survival / (1.0 - survival)).sqrt();
                let right = std::f64::consts::FRAC_PI_2;
                ((angle - width).max(0.0).sin().powi(2), (angle + width).min(right).sin().powi(2))
            }
            ConfType::None => return None,
        };
        Some(Interval { lower: Some(lower.clamp(0.0, 1.0)), upper: Some(upper.clamp(0.0, 1.0)) })
    }
}

fn expit(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Choice;

    /// S = 0.64 with a variance of log S of 0.01 and z = 2: the half width is 0.2 on the log
    /// scale, and follows on the others by the derivative of the scale.
    #[test]
    fn every_scale_by_hand() {
        let close = |conf_type: ConfType, lower: f64, upper: f64| {
            let interval = conf_type.interval(0.64, 0.01, 2.0).unwrap();
            let (found_lower, found_upper) = (interval.lower.unwrap(), interval.upper.unwrap());
            assert!((found_lower - lower).abs() < 1e-15, "{conf_type:?} {found_lower} {lower}");
            assert!((found_upper - upper).abs() < 1e-15, "{conf_type:?} {found_upper} {upper}");
        };
        close(ConfType::Log, 0.64 * (-0.2_f64).exp(), 0.64 * 0.2_f64.exp());
        close(ConfType::Plain, 0.64 - 2.0 * 0.064, 0.64 + 2.0 * 0.064);
        let width = (0.2 / -0.64_f64.ln()).exp();
        close(ConfType::LogLog, 0.64_f64.powf(width), 0.64_f64.powf(1.0 / width));
        // Odds 16/9; half width on the logit 0.2 / 0.36.
        let odds = |sign: f64| 16.0 / 9.0 * (sign * 0.2 / 0.36).exp();
        close(ConfType::Logit, odds(-1.0) / (1.0 + odds(-1.0)), odds(1.0) / (1.0 + odds(1.0)));
        // asin(0.8); half width 1/2 * 0.2 * sqrt(0.64 / 0.36).
        let angle = |sign: f64| (0.8_f64.asin() + sign * 0.1 * 4.0 / 3.0).sin().powi(2);
        close(ConfType::Arcsin, angle(-1.0), angle(1.0));
        assert_eq!(ConfType::None.interval(0.64, 0.01, 2.0), None);
    }

    #[test]
    fn limits_stay_within_0_and_1() {
        for &(conf_type, _, _) in ConfType::ALL {
            for (survival, variance) in [(0.99, 0.5), (0.01, 5.0), (0.5, 1e6), (1e-300, 1.0)] {
                let Some(interval) = conf_type.interval(survival, variance, 3.0) else { continue };
                let (lower, upper) = (interval.lower.unwrap(), interval.upper.unwrap());
                assert!(0.0 <= lower && lower <= survival, "{conf_type:?} {survival} {lower}");
                assert!(survival <= upper && upper <= 1.0, "{conf_type:?} {survival} {upper}");
            }
            assert_eq!(conf_type.interval(0.0, f64::INFINITY, 2.0), None);
        }
    }
}
