//! The Cox model behind a comparison of groups: one indicator per group that is not the reference.

use crate::Doubt;
use riskset::{
    Coefficient, CoxFit, CoxModel, CoxTest, DesignMatrix, Fitted, Groups, Interval, Observations,
    Regression, ZphTransform,
};

/// Hazard ratios of groups against one of them.
#[derive(Clone, Debug, Default)]
pub struct HazardRatios {
    /// The group that the others are compared with.
    pub reference: usize,
    /// One per group, in order; not estimable for the reference.
    pub ratios: Vec<Ratio>,
    /// The test of proportional hazards of all groups together, on the Kaplan-Meier scale of time.
    /// `None` where a ratio is not estimable.
    pub zph: Option<CoxTest>,
    /// Doubts about the model.
    pub doubts: Vec<Doubt>,
}

/// A hazard ratio; everything is `None` where it is not estimable.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ratio {
    /// The hazard ratio against the reference.
    pub estimate: Option<f64>,
    /// Its limits.
    pub interval: Option<Interval>,
    /// Two-sided.
    pub p_value: Option<f64>,
    /// The standard error of its logarithm.
    pub std_error: Option<f64>,
}

/// Fits the indicators of all groups but the reference with the options of `model`, under the names of
/// the groups. Without an
/// event there is no model, and nothing is estimable.
///
/// # Errors
///
/// Those of the core for rows that make no model.
pub(crate) fn hazard_ratios(
    rows: &Observations,
    groups: &Groups,
    model: CoxModel<'_>,
    reference: usize,
    names: &[String],
) -> Result<HazardRatios, riskset::Error> {
    let count = groups.count();
    let none = HazardRatios {
        reference,
        ratios: vec![Ratio::default(); count],
        ..HazardRatios::default()
    };
    if rows.n_events() == 0 {
        return Ok(none);
    }
    let others: Vec<usize> = (0..count).filter(|&group| group != reference).collect();
    let indicator = |group: usize| {
        groups.index().iter().map(move |&own| f64::from(u8::from(own as usize == group)))
    };
    let columns: Vec<f64> = others.iter().flat_map(|&group| indicator(group)).collect();
    let design = DesignMatrix::from_columns(columns, rows.len())?;
    let fit = model.fit(rows, &design)?;
    let mut ratios = none.ratios;
    for (&group, fitted) in others.iter().zip(estimated(&fit)) {
        ratios[group] = fitted.map_or(Ratio::default(), ratio);
    }
    let labels: Vec<String> = others.iter().map(|&group| names[group].clone()).collect();
    let doubts = Doubt::of_fit(&fit, &labels);
    Ok(HazardRatios { reference, zph: proportional(&fit, others.len())?, ratios, doubts })
}

/// Each coefficient that has a finite estimate. Where the likelihood rises without end, the value at
/// which the iteration stopped is none.
pub(crate) fn estimated(fit: &Regression) -> Vec<Option<&Coefficient>> {
    fit.coefficients().iter().map(Fitted::estimate).collect()
}

/// The hazard ratio of a coefficient.
pub(crate) fn ratio(coefficient: &Coefficient) -> Ratio {
    Ratio {
        estimate: coefficient.hazard_ratio,
        interval: Some(coefficient.interval),
        p_value: coefficient.p_value,
        std_error: coefficient.robust_std_error.or(coefficient.std_error),
    }
}

/// One term with all its indicators, so that the answer does not depend on the reference.
fn proportional(fit: &CoxFit, columns: usize) -> Result<Option<CoxTest>, riskset::Error> {
    if estimated(fit).iter().any(Option::is_none) {
        return Ok(None);
    }
    Ok(fit.zph(ZphTransform::Km, std::slice::from_ref(&(0..columns)))?.global)
}
