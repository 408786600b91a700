//! Adjusted curves, from weights or from a model.

use riskset::{Estimand, Standardised, SurvivalCurve};

/// An adjusted curve: one entry per distinct time of the group, increasing.
#[derive(Clone, Debug, Default)]
pub struct AdjustedCurve {
    /// Event and censoring times.
    pub time: Vec<f64>,
    /// Adjusted S(t).
    pub survival: Vec<f64>,
    /// Its standard error; `None` once it is 0.
    pub std_error: Vec<Option<f64>>,
    /// Its limits; `None` once it is 0.
    pub interval: Vec<Option<riskset::Interval>>,
    /// The median of the weighted curve; `None` for a standardisation.
    pub median: Option<riskset::Quantile>,
}

impl AdjustedCurve {
    pub(super) fn of(curve: &SurvivalCurve) -> AdjustedCurve {
        AdjustedCurve {
            time: curve.time().to_vec(),
            survival: curve.survival().to_vec(),
            std_error: curve.std_errors(),
            interval: curve.intervals(),
            median: Some(curve.median()),
        }
    }

    /// The standardised curve at the times of the crude one. It moves only at events.
    pub(crate) fn predicted(
        fit: &Standardised,
        group: usize,
        crude: &SurvivalCurve,
    ) -> Result<AdjustedCurve, riskset::Error> {
        let z = quantile(crude.conf_level());
        let mut curve = AdjustedCurve { time: crude.time().to_vec(), ..AdjustedCurve::default() };
        let mut now = (1.0, Some(0.0));
        for (&time, &events) in crude.time().iter().zip(crude.n_event()) {
            if events > 0.0 {
                let at = fit.at(group, Estimand::Survival(time))?;
                now = at.map_or((0.0, None), |(survival, error)| (survival, Some(error)));
            }
            let (survival, error) = now;
            let error = error.filter(|_| survival > 0.0);
            curve.survival.push(survival);
            curve.std_error.push(error);
            curve.interval.push(error.and_then(|error| {
                crude.conf_type().interval(survival, (error / survival).powi(2), z)
            }));
        }
        Ok(curve)
    }
}

/// The two-sided normal quantile of a level that was checked when the curve was made.
fn quantile(level: f64) -> f64 {
    riskset::normal::two_sided_quantile(level).unwrap_or(f64::NAN)
}
