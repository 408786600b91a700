//! What describes a sample in a table of patients: mean, standard deviation, quantiles.
//!
//! The quantile is by default the linear interpolation between order statistics that R and
//! spreadsheets use; others are [`QuantileRule`]s, by the definitions of Hyndman and Fan (1996), Am
//! Stat 50:361-365.

use crate::{Error, choices};

/// How a quantile lies between two values. Programs differ, by up to the distance of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum QuantileRule {
    /// Interpolated at place (n - 1) p from 0: definition 7.
    #[default]
    Interpolated,
    /// The value at place n p, or the mean of two where that is whole: definition 2.
    Averaged,
    /// Interpolated at place (n + 1) p from 1: definition 6.
    Weighted,
}

choices!(
    QuantileRule,
    "rule for quartiles",
    [
        (QuantileRule::Interpolated, "type-7", "Interpolated at (n - 1) p, as R"),
        (QuantileRule::Averaged, "type-2", "The value at n p or the mean of two, as SAS and Stata"),
        (QuantileRule::Weighted, "type-6", "Interpolated at (n + 1) p, as SPSS and Prism"),
    ]
);

/// A place is whole when it differs from a whole number by less than this: 0.1 times 30 is.
const WHOLE: f64 = 1e-9;

/// A sample in increasing order; at least one value, all finite.
///
/// ```
/// use riskset::Sample;
///
/// let ages = Sample::new(&[61.0, 48.0, 70.0, 55.0])?;
/// assert_eq!(ages.quantile(0.5), 58.0);
/// assert_eq!(ages.mean(), 58.5);
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    sorted: Vec<f64>,
}

impl Sample {
    /// Sorts the values, which are in the unit of the data, in any order.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] without values, [`Error::OutOfRange`] for one that is not finite.
    pub fn new(values: &[f64]) -> Result<Sample, Error> {
        if values.is_empty() {
            return Err(Error::Empty);
        }
        if let Some(&value) = values.iter().find(|value| !value.is_finite()) {
            let range = "be finite; correct the row or leave it empty";
            return Err(Error::OutOfRange { what: "a value of the sample", value, range });
        }
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        Ok(Sample { sorted })
    }

    /// How many values there are.
    pub fn n(&self) -> usize {
        self.sorted.len()
    }

    /// The arithmetic mean.
    pub fn mean(&self) -> f64 {
        self.sorted.iter().sum::<f64>() / self.n() as f64
    }

    /// The standard deviation, with n - 1 in the denominator. `None` for a single value.
    pub fn std_deviation(&self) -> Option<f64> {
        let mean = self.mean();
        let squares: f64 = self.sorted.iter().map(|value| (value - mean).powi(2)).sum();
        (self.n() > 1).then(|| (squares / (self.n() - 1) as f64).sqrt())
    }

    /// The quantile at this probability, which is taken as 0 below 0 and as 1 above 1.
    pub fn quantile(&self, probability: f64) -> f64 {
        self.quantile_by(QuantileRule::Interpolated, probability)
    }

    /// The same by a rule.
    pub fn quantile_by(&self, rule: QuantileRule, probability: f64) -> f64 {
        let (n, last) = (self.n() as f64, (self.n() - 1) as f64);
        let probability = probability.clamp(0.0, 1.0);
        // Places count from 0; beyond the ends is the end.
        let place = match rule {
            QuantileRule::Interpolated => last * probability,
            QuantileRule::Weighted => ((n + 1.0) * probability - 1.0).clamp(0.0, last),
            QuantileRule::Averaged => {
                let at = n * probability;
                let whole = (at - at.round()).abs() < WHOLE;
                let place = if whole { at.round() - 0.5 } else { at.floor() };
                place.clamp(0.0, last)
            }
        };
        let below = place.floor() as usize;
        let above = (below + 1).min(self.n() - 1);
        let (low, high) = (self.sorted[below], self.sorted[above]);
        // Equal neighbours give themselves, without the rounding of an interpolation.
        if low == high { low } else { low + (place - below as f64) * (high - low) }
    }

    /// The smallest and the largest value.
    pub fn range(&self) -> (f64, f64) {
        (self.sorted[0], self.sorted[self.n() - 1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1, 2, 4, 8: the quartiles lie at places 0.75, 1.5 and 2.25 of the order 0..3.
    #[test]
    fn four_values_by_hand() {
        let sample = Sample::new(&[8.0, 1.0, 4.0, 2.0]).unwrap();
        assert_eq!(sample.quantile(0.25), 1.0 + 0.75 * 1.0);
        assert_eq!(sample.quantile(0.5), 3.0);
        assert_eq!(sample.quantile(0.75), 4.0 + 0.25 * 4.0);
        assert_eq!(sample.mean(), 15.0 / 4.0);
        // Squared distances from 3.75: 7.5625 (1) + 3.0625 (2) + 0.0625 (4) + 18.0625 (8) = 28.75.
        assert_eq!(sample.std_deviation(), Some((28.75_f64 / 3.0).sqrt()));
        assert_eq!(sample.range(), (1.0, 8.0));
    }

    /// 1, 2, 4, 8 again: n p is 1, 2 and 3, between two values each; (n + 1) p is 1.25, 2.5 and 3.75.
    #[test]
    fn four_values_by_other_rules() {
        let sample = Sample::new(&[8.0, 1.0, 4.0, 2.0]).unwrap();
        let by = |rule| [0.25, 0.5, 0.75].map(|p| sample.quantile_by(rule, p));
        assert_eq!(by(QuantileRule::Averaged), [1.5, 3.0, 6.0]);
        assert_eq!(by(QuantileRule::Weighted), [1.25, 3.0, 7.0]);
        assert_eq!(by(QuantileRule::Interpolated), [1.75, 3.0, 5.0]);
    }

    #[test]
    fn one_value_has_no_deviation_and_none_is_refused() {
        let one = Sample::new(&[3.0]).unwrap();
        assert_eq!((one.quantile(0.25), one.std_deviation()), (3.0, None));
        assert_eq!(Sample::new(&[]), Err(Error::Empty));
        assert!(Sample::new(&[f64::NAN]).is_err());
    }
}
