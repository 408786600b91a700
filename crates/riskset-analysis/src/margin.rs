//! Margins of non-inferiority: each estimate of a comparison against its own.

use crate::Problem;
use riskset::{Better, MarginTest, Remedy, margin_test};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What has a margin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarginOf {
    /// The hazard ratio.
    HazardRatio,
    /// The differences of survival at the milestones.
    Survival,
    /// The difference of restricted means.
    RestrictedMean,
}

riskset::choices!(
    MarginOf,
    "estimate with a margin",
    [
        (MarginOf::HazardRatio, "hr", "The hazard ratio, such as 1.3"),
        (MarginOf::Survival, "survival", "A difference of survival, as a fraction, such as -0.1"),
        (MarginOf::RestrictedMean, "rmst", "A difference of restricted means, such as -30"),
    ]
);

/// A margin.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Margin {
    /// What it is of.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<MarginOf>")]
    pub of: MarginOf,
    /// The least that is bad, on the scale of the estimate.
    pub value: f64,
    /// The event is wanted, such as a recovery, so that more of it is better.
    #[serde(default)]
    pub event_is_good: bool,
}

impl FromStr for Margin {
    type Err = String;

    fn from_str(text: &str) -> Result<Margin, String> {
        let (of, value) = text.split_once('=').ok_or_else(|| {
            format!("`{text}` is no margin; write hr=1.3, survival=-0.1 or rmst=-30")
        })?;
        let of = of.trim().parse::<MarginOf>().map_err(|error| error.to_string())?;
        match value.trim().parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Margin { of, value, event_is_good: false }),
            _ => Err(format!("`{value}` is not a number")),
        }
    }
}

impl Margin {
    /// The estimate on a scale where it is normal, against the margin.
    pub(crate) fn test(
        &self,
        estimate: f64,
        std_error: f64,
        level: f64,
    ) -> Result<MarginTest, Problem> {
        let ratio = self.of == MarginOf::HazardRatio;
        if ratio && self.value <= 0.0 {
            let what = format!("a margin of a hazard ratio is above 0, not {}", self.value);
            return Err(Problem::request(what, Remedy::set_to("margin", "hr=1.3")));
        }
        let better = match ratio != self.event_is_good {
            true => Better::Lower,
            false => Better::Higher,
        };
        let value = if ratio { self.value.ln() } else { self.value };
        let mut test = margin_test(estimate, std_error, value, better, level)?;
        if ratio {
            test.limit = test.limit.exp();
        }
        Ok(test)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `a_hazard_ratio_by_hand` of the core: HR 0.9, margin 1.3, standard error 0.15. The limit is
    /// given as a ratio: 0.9 exp(1.96 x 0.15) = 1.208.
    #[test]
    fn a_ratio_has_its_limit_as_a_ratio() {
        let margin: Margin = "hr=1.3".parse().unwrap();
        let test = margin.test(0.9_f64.ln(), 0.15, 0.025).unwrap();
        assert!((test.limit - 0.9 * (1.959963984540054 * 0.15_f64).exp()).abs() < 1e-12);
        assert_eq!(test.verdict, riskset::Verdict::NonInferior);
    }

    #[test]
    fn what_is_no_margin_is_refused() {
        let refuse = |text: &str| text.parse::<Margin>().unwrap_err();
        assert!(refuse("1.3").contains("write hr=1.3"));
        assert!(refuse("hz=1.3").contains("there is no estimate with a margin"));
        assert!(refuse("hr=x").contains("not a number"));
        let negative: Margin = "hr=-0.1".parse().unwrap();
        assert!(negative.test(0.1, 0.1, 0.025).unwrap_err().what.contains("above 0"));
        let good: Margin = "hr=0.8".parse().unwrap();
        assert!(good.test(0.1, 0.1, 0.025).unwrap_err().what.contains("bad side"));
    }
}
