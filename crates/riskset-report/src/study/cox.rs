//! The Cox model of a comparison: one indicator per level that is not the reference.

use crate::store::Estimate;
use riskset::{
    Coefficient, CoxModel, CoxWarning, DesignMatrix, Fitted, Groups, Observations, Regression,
    ZphTransform,
};

/// A hazard ratio with its interval and P value.
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    pub estimate: Estimate,
    pub p_value: Option<f64>,
}

/// What a comparison needs of the model.
#[derive(Debug)]
pub struct Fit {
    /// One per level asked for, in that order.
    pub ratios: Vec<Ratio>,
    /// Statistic and P value of the test of proportional hazards, all levels together.
    pub zph: (Option<f64>, Option<f64>),
    /// Code and sentence of each doubt.
    pub warnings: Vec<(&'static str, String)>,
}

/// Fits the indicators of `levels`; everybody else is the reference. Without an event there is no
/// model, and nothing is estimable.
pub fn groups(
    rows: &Observations,
    groups: &Groups,
    levels: &[usize],
    level: f64,
) -> Result<Fit, riskset::Error> {
    if rows.n_events() == 0 {
        let ratios = levels.iter().map(|_| ratio(None)).collect();
        return Ok(Fit { ratios, zph: (None, None), warnings: Vec::new() });
    }
    let index = groups.index();
    let values = levels
        .iter()
        .flat_map(|&level| index.iter().map(move |&group| f64::from(group == level as u32)))
        .collect();
    let design = DesignMatrix::from_columns(values, rows.len())?;
    let fit = CoxModel::default().conf_level(level).fit(rows, &design)?;
    let ratios = fit.coefficients().iter().map(|fitted| ratio(fitted.estimate())).collect();
    // One term with all its indicators, so that the answer does not depend on the reference.
    let all = 0..levels.len();
    let check = fit.zph(ZphTransform::Km, std::slice::from_ref(&all))?.global;
    let zph = (check.map(|test| test.statistic), check.map(|test| test.p_value));
    Ok(Fit { ratios, zph, warnings: doubts(&fit) })
}

fn ratio(coefficient: Option<&Coefficient>) -> Ratio {
    let limits = coefficient.map(|coefficient| coefficient.interval);
    Ratio {
        estimate: Estimate {
            estimate: coefficient.and_then(|coefficient| coefficient.hazard_ratio),
            lower: limits.and_then(|limits| limits.lower),
            upper: limits.and_then(|limits| limits.upper),
        },
        p_value: coefficient.and_then(|coefficient| coefficient.p_value),
    }
}

/// Doubts in words; few events are said by the caller, who knows the name of the analysis.
pub fn doubts(fit: &Regression) -> Vec<(&'static str, String)> {
    let columns = fit.coefficients().iter().filter_map(column);
    let whole = fit.warnings().iter().filter_map(|warning| match warning {
        CoxWarning::NotConverged { iterations } => Some((
            "not_converged",
            format!("the Cox model did not settle in {iterations} iterations"),
        )),
        _ => None,
    });
    columns.map(|(code, message)| (code, message.to_owned())).chain(whole).collect()
}

fn column(fitted: &Fitted) -> Option<(&'static str, &'static str)> {
    match fitted {
        Fitted::Infinite(_) => Some((
            "infinite_coefficient",
            "a group without events (or with all of them) has no finite hazard ratio",
        )),
        Fitted::Aliased(_) => Some((
            "collinear",
            "a term of the model equals a combination of others and has no coefficient of its own",
        )),
        Fitted::Estimate(_) | Fitted::Unsettled(_) => None,
    }
}
