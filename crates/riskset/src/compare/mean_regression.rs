//! The difference of restricted means of two groups, adjusted for covariates by regression.
//!
//! The mean of min(T, tau) is a constant, a difference between the groups and a slope for each
//! covariate, so that the difference is that of patients with the same covariates. What was not
//! observed is replaced in one of two ways:
//!
//! - the pseudo-value of each patient stands for min(T, tau), by least squares;
//! - those whose min(T, tau) is known count by 1 / G, G the chance of their group not to be censored
//!   before, by weighted least squares.
//!
//! Both variances are robust; that of the weights knows that G is estimated. Derivation:
//! docs/methods/comparisons.md.
//!
//! Sources: Andersen, Hansen and Klein (2004), Lifetime Data Anal 10:335-350; Tian, Zhao and Wei (2014),
//! Biostatistics 15:222-233. Reference: `geeglm` of R geepack on pseudo-values from `survfit`; and `lm`
//! with weights from `survfit`, differentiated by the weight of each patient.

use super::contrast::{Contrast, Estimand};
use super::max_combo::two_groups;
use super::pseudo::{Censoring, plain, pseudo_values};
use crate::regression::linear::{Definite, aliased};
use crate::{DesignMatrix, Error, Groups, KaplanMeier, Observations, Response, normal};

/// What stands for the restricted time of patients who were censored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeanMethod {
    /// Every patient's pseudo-value.
    PseudoValues,
    /// The weights of those who were not.
    CensoringWeights,
}

crate::choices!(
    MeanMethod,
    "regression of restricted means",
    [
        (MeanMethod::PseudoValues, "pseudo-values", "Of the pseudo-value of every patient"),
        (
            MeanMethod::CensoringWeights,
            "censoring-weights",
            "Of the known times, by the inverse probability not to be censored in the group"
        ),
    ]
);

/// The difference of restricted means to `tau`, second group less first at the same covariates: the
/// columns of `design`, one row per row of the response.
///
/// `None` where the restricted mean of all patients, or of all but one, does not exist.
///
/// ```
/// use riskset::{DesignMatrix, Groups, MeanMethod, RightCensored, mean_regression};
///
/// let rows = RightCensored::new(&[1.0, 3.0, 2.0, 6.0], &[true; 4])?;
/// let groups = Groups::new(vec![0, 0, 1, 1], 2)?;
/// let design = DesignMatrix::from_columns(vec![-1.0, 1.0, -1.0, 1.0], 4)?;
/// // To 5 the times are 1, 3 and 2, 5: means 2 and 3.5, all residuals 1/4 in size.
/// let found = mean_regression(&rows, &groups, &design, 5.0, MeanMethod::PseudoValues, 0.95)?.unwrap();
/// assert!((found.estimate - 1.5).abs() < 1e-9 && (found.std_error - 0.25).abs() < 1e-9);
/// # Ok::<(), riskset::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::OneGroup`], [`Error::Length`], [`Error::ConfLevel`], [`Error::RequestedTime`];
/// [`Error::Unsupported`] for more than two groups, late entries or case weights, and for a group of
/// which no time is known; [`Error::Aliased`] for a column that is constant or a combination of others
/// and the group.
pub fn mean_regression(
    response: &impl Response,
    groups: &Groups,
    design: &DesignMatrix,
    tau: f64,
    method: MeanMethod,
    conf_level: f64,
) -> Result<Option<Contrast>, Error> {
    let rows = plain(response, "pseudo-values")?;
    groups.check_rows("groups", rows.len())?;
    two_groups(groups, "a regression of restricted means")?;
    let (expected, found) = (rows.len(), design.rows());
    if expected != found {
        return Err(Error::Length { what: "the rows of the covariates", expected, found });
    }
    let z = normal::two_sided_quantile(conf_level)?;
    if !tau.is_finite() {
        return Err(Error::RequestedTime { value: tau });
    }
    if KaplanMeier::default().fit(rows)?.rmst(tau).is_none() {
        return Ok(None);
    }
    let fitted = match method {
        MeanMethod::PseudoValues => {
            let Some(values) = pseudo_values(rows, Estimand::RestrictedMean(tau))? else {
                return Ok(None);
            };
            let fit = Least::squares(groups, design, &values, &vec![1.0; rows.len()])?;
            (fit.difference, fit.parts)
        }
        MeanMethod::CensoringWeights => weighted(rows, groups, design, tau)?,
    };
    let (difference, parts) = fitted;
    let std_error = parts.iter().map(|part| part * part).sum::<f64>().sqrt();
    Ok(Some(Contrast::difference(difference, std_error, z)))
}

/// The difference, and what the weight of each patient adds to it: by the own time, and by what G was
/// estimated from.
fn weighted(
    rows: &Observations,
    groups: &Groups,
    design: &DesignMatrix,
    tau: f64,
) -> Result<(f64, Vec<f64>), Error> {
    let curves = KaplanMeier::default().fit_groups(rows, groups)?;
    let censoring: Vec<Censoring> = curves.iter().map(Censoring::new).collect();
    let values: Vec<f64> = rows.time().iter().map(|time| time.min(tau)).collect();
    let weight = |row: usize| {
        let is_known = rows.event()[row] || rows.time()[row] >= tau;
        let own = &censoring[groups.index()[row] as usize];
        if is_known { 1.0 / own.before(values[row]) } else { 0.0 }
    };
    let weights: Vec<f64> = (0..rows.len()).map(weight).collect();
    let fit = Least::squares(groups, design, &values, &weights)?;
    let mut parts = fit.parts.clone();
    for group in 0..2 {
        of_censoring(rows, groups, group, (tau, &fit.parts), &mut parts);
    }
    Ok((fit.difference, parts))
}

/// Adds what a patient's part in G does to the difference. With Y at risk of c censorings at s, the
/// logarithm of G after s has the derivative -([censored at s] Y - c [at risk]) / (Y (Y - c)), and G
/// divides the part q of those beyond s. At one time an event comes before a censoring; a censoring at
/// or after tau hides nothing.
fn of_censoring(
    rows: &Observations,
    groups: &Groups,
    group: u32,
    (tau, own): (f64, &[f64]),
    parts: &mut [f64],
) {
    let mut members: Vec<usize> =
        (0..rows.len()).filter(|&row| groups.index()[row] == group).collect();
    // Events first, so that whoever stands at or after a censoring is at risk of it.
    let place = |row: usize| (rows.time()[row], !rows.event()[row]);
    members.sort_by(|&a, &b| {
        let ((a, late_a), (b, late_b)) = (place(a), place(b));
        a.total_cmp(&b).then(late_a.cmp(&late_b))
    });
    // The parts of those from a place on.
    let mut from = vec![0.0; members.len() + 1];
    for place in (0..members.len()).rev() {
        from[place] = from[place + 1] + own[members[place]];
    }
    let mut first = 0;
    let mut passed = 0.0;
    while first < members.len() {
        let (time, is_censored) = place(members[first]);
        let here = members[first..].iter().take_while(|&&row| place(row) == (time, is_censored));
        let count = here.count();
        let at_risk = (members.len() - first) as f64;
        let left = at_risk - count as f64;
        let mut share = 0.0;
        if is_censored && left > 0.0 && time < tau {
            share = from[first + count] / left;
            passed += share * count as f64 / at_risk;
        }
        for &row in &members[first..first + count] {
            parts[row] += share - passed;
        }
        first += count;
    }
}

/// Weighted least squares: the difference between the groups, and the part of each row in it.
struct Least {
    difference: f64,
    parts: Vec<f64>,
}

/// The place of the group among the columns, after the constant.
const GROUP: usize = 1;

impl Least {
    /// Covariates are centred and scaled, which leaves the difference as it is.
    fn squares(
        groups: &Groups,
        design: &DesignMatrix,
        values: &[f64],
        weights: &[f64],
    ) -> Result<Least, Error> {
        let total: f64 = weights.iter().sum();
        let mut columns = vec![vec![1.0; values.len()]];
        columns.push(groups.index().iter().map(|&group| f64::from(group)).collect());
        columns.extend((0..design.columns()).map(|at| scaled(design.column(at), weights, total)));
        let p = columns.len();
        let sum = |one: &dyn Fn(usize) -> f64| -> f64 { (0..values.len()).map(one).sum() };
        let product =
            |a: usize, b: usize| sum(&|row| weights[row] * columns[a][row] * columns[b][row]);
        let matrix: Vec<f64> = (0..p * p).map(|at| product(at / p, at % p)).collect();
        let spare = aliased(&matrix, &vec![total; p]).1;
        let known = Definite::new(&matrix, p).filter(|_| spare.is_empty());
        let Some(inverse) = known.map(|matrix| matrix.inverse()) else {
            let first = spare.first().map_or(GROUP, |spare| spare.column);
            return Err(match first.checked_sub(GROUP + 1) {
                Some(column) => Error::Aliased { column },
                None => Error::Unsupported {
                    what: "a restricted mean of a group in which no time is known",
                    instead: "choose an earlier horizon",
                },
            });
        };
        let right = |at: usize| sum(&|row| weights[row] * columns[at][row] * values[row]);
        let right: Vec<f64> = (0..p).map(right).collect();
        let coefficient =
            |at: usize| (0..p).map(|other| inverse[at * p + other] * right[other]).sum::<f64>();
        let coefficients: Vec<f64> = (0..p).map(coefficient).collect();
        let part = |row: usize| {
            let fitted: f64 = (0..p).map(|at| coefficients[at] * columns[at][row]).sum();
            let lever: f64 = (0..p).map(|at| inverse[GROUP * p + at] * columns[at][row]).sum();
            lever * weights[row] * (values[row] - fitted)
        };
        let parts = (0..values.len()).map(part).collect();
        Ok(Least { difference: coefficients[GROUP], parts })
    }
}

fn scaled(values: &[f64], weights: &[f64], total: f64) -> Vec<f64> {
    let mean = values.iter().zip(weights).map(|(x, w)| w * x).sum::<f64>() / total;
    let square = |(x, w): (&f64, &f64)| w * (x - mean) * (x - mean);
    let spread = values.iter().zip(weights).map(square).sum::<f64>() / total;
    let scale = if spread > 0.0 { spread.sqrt() } else { 1.0 };
    values.iter().map(|x| (x - mean) / scale).collect()
}
