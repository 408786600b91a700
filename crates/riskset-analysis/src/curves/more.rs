//! What may be asked of a curve besides its own intervals: limits for few patients, a simultaneous
//! band, and the survival of those who have come so far.

use super::KmRequest;
use crate::Problem;
use riskset::{
    Band, BandKind, ConditionalSurvival, FewPatients, Interval, Remedy, SurvivalCurve,
    conditional_survival,
};

/// Limits for few patients.
#[derive(Clone, Debug)]
pub struct FewPatientsLimits {
    /// How they are made.
    pub method: FewPatients,
    /// Of the median, by inverting those of S(t).
    pub median: Interval,
    /// Of S(t) at the times asked for, in that order; `None` where they do not exist.
    pub at_times: Vec<Option<Interval>>,
}

/// What was asked of a curve.
#[derive(Clone, Debug, Default)]
pub struct MoreOfCurve {
    /// Limits for few patients.
    pub few: Option<FewPatientsLimits>,
    /// The simultaneous band; `None` as well where no event lies in its range.
    pub band: Option<Band>,
    /// Survival at the times asked for, given survival to the time given; `None` where it does not
    /// exist, and for times that are not later.
    pub conditional: Vec<Option<ConditionalSurvival>>,
}

impl KmRequest {
    /// What was asked of a curve besides its own intervals.
    pub(super) fn more(&self, curve: &SurvivalCurve) -> Result<MoreOfCurve, riskset::Error> {
        let few = self.few_patients.map(|method| few(curve, method, &self.times)).transpose()?;
        let band = self.band.map(|kind| band(curve, kind)).transpose()?.flatten();
        let given = |from: f64| {
            let of = |&time: &f64| match time > from {
                true => conditional_survival(curve, from, time - from),
                false => Ok(None),
            };
            self.times.iter().map(of).collect::<Result<Vec<_>, _>>()
        };
        let conditional = self.given.map(given).transpose()?.unwrap_or_default();
        Ok(MoreOfCurve { few, band, conditional })
    }

    /// What makes no sense beside each other.
    pub(super) fn check_more(&self) -> Result<(), Problem> {
        if self.given.is_some_and(|from| !self.times.iter().any(|&time| time > from)) {
            let what = "survival given survival so far needs later times at which it is asked for";
            return Err(Problem::request(what, Remedy::set("times")));
        }
        Ok(())
    }
}

fn few(
    curve: &SurvivalCurve,
    method: FewPatients,
    times: &[f64],
) -> Result<FewPatientsLimits, riskset::Error> {
    let at_times = times.iter().map(|&time| method.at(curve, time));
    Ok(FewPatientsLimits {
        method,
        median: method.quantile(curve, 0.5)?,
        at_times: at_times.collect::<Result<_, _>>()?,
    })
}

/// The band over all event times: from the first event to the last before the curve is 0.
pub(crate) fn band(curve: &SurvivalCurve, kind: BandKind) -> Result<Option<Band>, riskset::Error> {
    kind.survival(curve, 0.0, curve.last_time())
}
