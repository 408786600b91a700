//! Adjusted curves, from weights or from a model.

use crate::Problem;
use riskset::{
    AdjustedBand, BandKind, ConfType, Estimand, Interval, Remedy, Standardised, SurvivalCurve,
};

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
    /// The band that holds the whole curve, when asked for.
    pub band: Option<CurveBand>,
}

/// A simultaneous band.
#[derive(Clone, Debug)]
pub struct CurveBand {
    /// Its critical value, from where to where it holds, and the draws.
    pub of: AdjustedBand,
    /// Its limits, one entry per time of the curve; `None` outside its range.
    pub interval: Vec<Option<Interval>>,
}

/// Draws of multipliers, or of baseline and coefficients: the critical value has a Monte Carlo error of
/// about 0.02.
pub(crate) const BAND_DRAWS: usize = 5000;

/// What has no band is refused.
pub(crate) fn check_band(band: Option<BandKind>, conf_type: ConfType) -> Result<(), Problem> {
    match band {
        Some(BandKind::HallWellner) => Err(Problem::request(
            "the band of Hall and Wellner rests on the curve of patients who count alike, and an \
             adjusted curve is none",
            Remedy::set_to("band", BandKind::EqualPrecision.name()),
        )),
        Some(_) if conf_type == ConfType::None => Err(Problem::request(
            "a band needs a scale of intervals",
            Remedy::set_to("conf_type", ConfType::LogLog.name()),
        )),
        _ => Ok(()),
    }
}

impl AdjustedCurve {
    /// Puts the band on the curve, made of these standard errors.
    pub(crate) fn set_band(
        &mut self,
        band: Option<AdjustedBand>,
        errors: &[Option<f64>],
        conf_type: ConfType,
    ) {
        self.band = band.map(|of| {
            let curve = self.time.iter().zip(&self.survival).zip(errors);
            let limits = |((&time, &survival), error): ((&f64, &f64), &Option<f64>)| {
                let error = error
                    .filter(|_| (of.range.0..=of.range.1).contains(&time) && survival > 0.0)?;
                conf_type.interval(survival, (error / survival).powi(2), of.critical)
            };
            CurveBand { of, interval: curve.map(limits).collect() }
        });
    }

    /// The same with the standard errors of the curve itself.
    pub(crate) fn set_own_band(&mut self, band: Option<AdjustedBand>, conf_type: ConfType) {
        let errors = self.std_error.clone();
        self.set_band(band, &errors, conf_type);
    }

    pub(crate) fn of(curve: &SurvivalCurve) -> AdjustedCurve {
        AdjustedCurve {
            time: curve.time().to_vec(),
            survival: curve.survival().to_vec(),
            std_error: curve.std_errors(),
            interval: curve.intervals(),
            median: Some(curve.median()),
            band: None,
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
