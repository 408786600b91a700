//! The hazard ratio over a covariate of which a term is a curve: `rcs(age, 4)`, `ns(age, df = 3)`,
//! `poly(age, 2)`. Its coefficients mean nothing one by one; the ratio of a value to a reference does.

mod course;

use crate::Problem;
use course::Courses;
use riskset::{Coefficient, CoxTest, CurveBasis, Interval, RatioPoint, Regression, Remedy};
use riskset_data::{CurveInfo, Design, TermInfo, TermKind};
use std::collections::BTreeMap;

/// A curve in a fitted model.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveOver {
    /// The term: `rcs(age, 4)`.
    pub term: String,
    /// The covariate: `age`.
    pub covariate: String,
    /// The knots in the unit of the covariate, increasing; none of a polynomial.
    pub knots: Vec<f64>,
    /// Beyond which a natural spline is straight.
    pub boundary: Option<(f64, f64)>,
    /// The value that the others are compared with.
    pub reference: f64,
    /// Wald's test that the curve is a straight line, in all groups when it differs between groups.
    /// `None` for a curve of one column, and where a coefficient is not known.
    pub nonlinearity: Option<CoxTest>,
    /// The curve, or one for each level of the factor that it interacts with.
    pub courses: Vec<Course>,
    /// Terms with the curve in them for which it was not worked out: it is that where the other
    /// variables of these are 0 or at their reference.
    pub at_zero_of: Vec<String>,
}

/// The hazard ratio over the covariate.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// The factor and the level in which it is; `None` for everybody.
    pub within: Option<(String, String)>,
    /// The hazard ratio at values, increasing; empty where a coefficient is not known.
    pub points: Vec<RatioPoint>,
}

/// At which values a curve is read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Places {
    /// Five quantiles of the rows.
    Quantiles,
    /// So many, evenly from the 1% to the 99% quantile.
    Even(usize),
}

/// The quantiles at which a curve is told in numbers.
const TOLD: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// A curve is drawn between these quantiles: beyond them hardly anybody says how it goes on.
const DRAWN: (f64, f64) = (0.01, 0.99);

/// The curves of a model, in the order of its terms. `references` are by covariate; its median where
/// none is given.
pub(crate) fn curves(
    fit: &Regression,
    design: &Design,
    references: &BTreeMap<String, f64>,
    places: Places,
) -> Result<Vec<CurveOver>, Problem> {
    refuse_unknown(design, references)?;
    let of = |term: &TermInfo| match &term.kind {
        TermKind::Curve(info) => Some(curve(fit, design, (term, info), references, places)),
        _ => None,
    };
    design.terms.iter().filter_map(of).collect()
}

fn curve(
    fit: &Regression,
    design: &Design,
    (term, info): (&TermInfo, &CurveInfo),
    references: &BTreeMap<String, f64>,
    places: Places,
) -> Result<CurveOver, Problem> {
    let mut sorted = info.values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let reference = match references.get(&info.covariate) {
        Some(&given) => within(given, &sorted, &info.covariate)?,
        None => quantile(&sorted, 0.5),
    };
    let values = match places {
        Places::Quantiles => {
            let mut values: Vec<f64> = TOLD.iter().map(|&p| quantile(&sorted, p)).collect();
            values.dedup();
            values
        }
        Places::Even(count) => {
            let (from, to) = (quantile(&sorted, DRAWN.0), quantile(&sorted, DRAWN.1));
            let step = (to - from) / (count - 1) as f64;
            (0..count).map(|place| from + step * place as f64).collect()
        }
    };
    let found = Courses::of(design, term, info);
    let points = |parts: &dyn Fn(f64) -> Vec<(usize, f64)>| -> Vec<RatioPoint> {
        let at = |&value: &f64| Some(point(value, &fit.combination(&parts(value))?));
        values.iter().map(at).collect::<Option<_>>().unwrap_or_default()
    };
    let courses = found.groups.iter().map(|group| Course {
        within: group.within.clone(),
        points: points(&|value| group.difference(info, reference, value)),
    });
    Ok(CurveOver {
        term: term.name.clone(),
        covariate: info.covariate.clone(),
        knots: info.basis.knots().to_vec(),
        boundary: info.basis.boundary(),
        reference,
        nonlinearity: found.conditions(info).and_then(|all| fit.combinations_test(&all)),
        courses: courses.collect(),
        at_zero_of: found.at_zero_of,
    })
}

/// The hazard ratio of a value to the reference, with limits of the same width as those of a
/// coefficient; at the reference itself it is 1 without doubt.
fn point(value: f64, found: &Coefficient) -> RatioPoint {
    let std_error = found.robust_std_error.or(found.std_error).unwrap_or(0.0);
    let certain = Interval { lower: Some(1.0), upper: Some(1.0) };
    RatioPoint {
        value,
        log_hazard_ratio: found.estimate,
        std_error,
        hazard_ratio: found.hazard_ratio,
        interval: if std_error > 0.0 { found.interval } else { certain },
    }
}

/// A curve as one number: its third quartile against the first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quartiles {
    /// The first quartile of the covariate in the rows of the model.
    pub low: f64,
    /// The third.
    pub high: f64,
}

impl Quartiles {
    /// Of the rows of a curve.
    pub fn of(info: &CurveInfo) -> Quartiles {
        let mut sorted = info.values.to_vec();
        sorted.sort_by(f64::total_cmp);
        Quartiles { low: quantile(&sorted, 0.25), high: quantile(&sorted, 0.75) }
    }

    /// `age, 69 against 56`.
    pub fn words(&self, covariate: &str) -> String {
        format!("{covariate}, {} against {}", told(self.high), told(self.low))
    }

    /// The coefficient of the step between them, with the joint P value of the curve: that of the step
    /// says nothing of a curve that turns.
    pub fn ratio(
        &self,
        fit: &Regression,
        term: &TermInfo,
        info: &CurveInfo,
    ) -> Option<Coefficient> {
        let penalised = matches!(info.basis, CurveBasis::Penalised(_));
        let parts = course::difference(info, term.columns.clone(), self.low, self.high);
        let columns: Vec<usize> = term.columns.clone().collect();
        let mut found = fit.combination(&parts)?;
        // The test of a penalised curve is on its effective degrees of freedom; see `Penalised`.
        found.p_value = fit.joint_test(&columns).filter(|_| !penalised).map(|test| test.p_value);
        found.z = None;
        Some(found)
    }
}

/// A value of a covariate in a label, with four digits: `56.25`.
pub fn told(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits = (3 - value.abs().log10().floor() as i32).max(0);
    let scale = 10f64.powi(digits);
    ((value * scale).round() / scale).to_string()
}

/// The quantile of sorted values, linear between order statistics.
pub(crate) fn quantile(sorted: &[f64], probability: f64) -> f64 {
    let place = probability * (sorted.len() - 1) as f64;
    let (below, part) = (place.floor() as usize, place.fract());
    let high = sorted[(below + 1).min(sorted.len() - 1)];
    sorted[below] + part * (high - sorted[below])
}

fn within(given: f64, sorted: &[f64], covariate: &str) -> Result<f64, Problem> {
    let (least, greatest) = (sorted[0], sorted[sorted.len() - 1]);
    if (least..=greatest).contains(&given) {
        return Ok(given);
    }
    Err(Problem::analysis(
        format!(
            "the reference value {given} of `{covariate}` lies where no row is: it runs from {least} \
             to {greatest}"
        ),
        Remedy::set("reference_values"),
    ))
}

fn refuse_unknown(design: &Design, references: &BTreeMap<String, f64>) -> Result<(), Problem> {
    let known: Vec<&str> = design
        .terms
        .iter()
        .filter_map(|term| match &term.kind {
            TermKind::Curve(info) => Some(info.covariate.as_str()),
            _ => None,
        })
        .collect();
    match references.keys().find(|name| !known.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => Err(Problem::analysis(
            format!("a reference value was given for `{name}`, of which the model has no curve"),
            Remedy::AnyOf(vec![
                Remedy::Write(format!("rcs({name}, 4)")),
                Remedy::Unset("reference_values".into()),
            ]),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_with_four_digits() {
        let all = [0.0, 56.25, 0.012345, 1234.5, 123456.0, -1.5].map(told);
        assert_eq!(all, ["0", "56.25", "0.01235", "1235", "123456", "-1.5"]);
    }

    #[test]
    fn quantiles_by_hand() {
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.5), 2.0);
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.75), 3.0);
        assert_eq!(quantile(&[7.0], 0.3), 7.0);
    }
}
