//! Intervals, and the scales on which a confidence interval for a survival probability is built.

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

impl ConfType {
    /// Every scale, with the name a user types.
    pub const NAMES: [(&'static str, ConfType); 6] = [
        ("log", ConfType::Log),
        ("log-log", ConfType::LogLog),
        ("plain", ConfType::Plain),
        ("logit", ConfType::Logit),
        ("arcsin", ConfType::Arcsin),
        ("none", ConfType::None),
    ];

    /// The name a user types.
    pub fn name(self) -> &'static str {
        match self {
            ConfType::Log => "log",
            ConfType::LogLog => "log-log",
            ConfType::Plain => "plain",
            ConfType::Logit => "logit",
            ConfType::Arcsin => "arcsin",
            ConfType::None => "none",
        }
    }

    /// The interval for a survival probability, cut to [0, 1].
    ///
    /// `log_variance` is the variance of log S(t) (Greenwood's sum), `z` the normal quantile.
    /// `None` where the interval does not exist: S = 0, or no interval asked for. Where S = 1 the
    /// variance is 0 and both limits are 1.
    pub fn interval(self, survival: f64, log_variance: f64, z: f64) -> Option<Interval> {
        if self == ConfType::None || survival <= 0.0 {
            return None;
        }
        if survival >= 1.0 && log_variance == 0.0 {
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
