//! One closure per workload: from plain columns in memory to the answers.
//!
//! The answers are what another program also reports, and few enough to print; everything that
//! the other program computes with them (standard errors and intervals at every time) is computed
//! here too, inside the measurement.

use crate::data::{COVARIATES, Columns, WIDE};
use riskset::{
    AalenJohansen, CompetingRisks, ConcordanceIndex, CountingProcess, CoxFit, CoxModel,
    DesignMatrix, Groups, KaplanMeier, LogRank, RightCensored, ZphTransform,
};
use serde_json::{Value, json};
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

/// Times, in years, at which curves are compared.
pub const TIMES: [f64; 4] = [0.25, 0.5, 1.0, 2.0];

type Answer = Result<Value, Box<dyn Error>>;

/// Reads what the workload needs, and says how to do it once.
pub fn prepare(name: &str, folder: &Path) -> Result<Box<dyn Fn() -> Answer>, Box<dyn Error>> {
    let (cohort, wide) = (folder.join("cohort"), folder.join("wide"));
    let part = |part| Columns::new(&cohort, part);
    Ok(match name {
        "km" => kaplan_meier(&part(1))?,
        "logrank" => log_rank(&part(1))?,
        "cox" | "cox-solver" => cox(&part(1), COVARIATES, false)?,
        "cox-all" => cox(&part(1), COVARIATES, true)?,
        "cox-wide" => cox(&Columns::new(&wide, 1), WIDE, false)?,
        "cox-counting" => counting_process(&part(1))?,
        "concordance" => concordance(&part(1))?,
        "zph" => proportional_hazards(&part(10))?,
        // `cuminc` gives no intervals, `survfit` does.
        "incidence" => incidence(&part(1), false)?,
        "incidence-few" => incidence(&part(100), true)?,
        _ => return Err(format!("no workload is named {name}").into()),
    })
}

fn groups(columns: &Columns<'_>) -> Result<Groups, Box<dyn Error>> {
    Ok(Groups::new(columns.codes("group")?, 3)?)
}

fn kaplan_meier(columns: &Columns<'_>) -> Result<Box<dyn Fn() -> Answer>, Box<dyn Error>> {
    let (time, event) = (columns.read("time")?, columns.flags("event")?);
    let groups = groups(columns)?;
    Ok(Box::new(move || {
        let response = RightCensored::new(&time, &event)?;
        let curves = KaplanMeier::default().fit_groups(&response, &groups)?;
        let (mut estimate, mut std_error) = (Vec::new(), Vec::new());
        for curve in &curves {
            let errors = black_box(curve.std_errors());
            black_box(curve.intervals());
            for at in TIMES {
                let place = last_until(curve.time(), at)?;
                estimate.push(curve.survival()[place]);
                std_error.push(errors[place]);
            }
        }
        Ok(json!({ "estimate": estimate, "std_error": std_error }))
    }))
}

/// The place of the last time that is not after `at`.
fn last_until(times: &[f64], at: f64) -> Result<usize, Box<dyn Error>> {
    let after = times.partition_point(|&time| time <= at);
    after.checked_sub(1).ok_or_else(|| format!("nobody was observed until {at}").into())
}

fn log_rank(columns: &Columns<'_>) -> Result<Box<dyn Fn() -> Answer>, Box<dyn Error>> {
    let (time, event) = (columns.read("time")?, columns.flags("event")?);
    let groups = groups(columns)?;
    Ok(Box::new(move || {
        let response = RightCensored::new(&time, &event)?;
        let test = LogRank::default().test(&response, &groups)?;
        Ok(json!({ "statistic": [test.statistic()] }))
    }))
}

/// `all`: with the concordance and the martingale residuals, which R's `coxph` computes at once.
fn cox(
    columns: &Columns<'_>,
    covariates: usize,
    all: bool,
) -> Result<Box<dyn Fn() -> Answer>, Box<dyn Error>> {
    let (time, event) = (columns.read("time")?, columns.flags("event")?);
    let x = Arc::new(columns.covariates(covariates)?);
    Ok(Box::new(move || {
        let response = RightCensored::new(&time, &event)?;
        let design = DesignMatrix::from_shared(Arc::clone(&x), time.len())?;
        let fit = CoxModel::default().fit(&response, &design)?;
        let mut answer = coefficients(&fit);
        if all {
            let scores = linear_predictor(&fit, &x, time.len());
            let index = ConcordanceIndex::default().estimate(&response, &scores)?;
            black_box(fit.martingale_residuals()?);
            answer["concordance"] = json!([index.estimate]);
            answer["concordance_std_error"] = json!([index.std_error]);
        }
        Ok(answer)
    }))
}

/// Each row's covariates times the coefficients, a column at a time.
fn linear_predictor(fit: &CoxFit, x: &[f64], rows: usize) -> Vec<f64> {
    let mut scores = vec![0.0; rows];
    for (column, fitted) in x.chunks_exact(rows).zip(fit.coefficients()) {
        let beta = fitted.estimate().map_or(0.0, |coefficient| coefficient.estimate);
        scores.iter_mut().zip(column).for_each(|(score, value)| *score += beta * value);
    }
    scores
}

fn coefficients(fit: &CoxFit) -> Value {
    let column = |of: fn(&riskset::Coefficient) -> Option<f64>| -> Vec<Option<f64>> {
        fit.coefficients().iter().map(|found| found.estimate().and_then(of)).collect()
    };
    json!({
        "coefficient": column(|coefficient| Some(coefficient.estimate)),
        "std_error": column(|coefficient| coefficient.std_error),
        "log_likelihood": [fit.log_likelihood_null(), fit.log_likelihood()],
    })
}

fn counting_process(columns: &Columns<'_>) -> Result<Box<dyn Fn() -> Answer>, Box<dyn Error>> {
    let (start, stop) = (columns.read("start")?, columns.read("stop")?);
    let event = columns.flags("event")?;
    let x = Arc::new(columns.covariates(COVARIATES)?);
    Ok(Box::new(move || {
        let response = CountingProcess::new(&start, &stop, &event)?;
        let design = DesignMatrix::from_shared(Arc::clone(&x), stop.len())?;
        Ok(coefficients(&CoxModel::default().fit(&response, &design)?))
    }))
}

fn concordance(columns: &Columns<'_>) -> Result<Box<dyn Fn() -> Answer>, Box<dyn Error>> {
    let (time, event) = (columns.read("time")?, columns.flags("event")?);
    let score = columns.read("x1")?;
    Ok(Box::new(move || {
        let response = RightCensored::new(&time, &event)?;
        let index = ConcordanceIndex::default().estimate(&response, &score)?;
        Ok(json!({ "estimate": [index.estimate], "std_error": [index.std_error] }))
    }))
}

/// The fit is made before the measurement, as it is in the other programs.
fn proportional_hazards(columns: &Columns<'_>) -> Result<Box<dyn Fn() -> Answer>, Box<dyn Error>> {
    let (time, event) = (columns.read("time")?, columns.flags("event")?);
    let design = DesignMatrix::from_columns(columns.covariates(COVARIATES)?, time.len())?;
    let fit = CoxModel::default().fit(&RightCensored::new(&time, &event)?, &design)?;
    let terms: Vec<_> = (0..COVARIATES).map(|j| j..j + 1).collect();
    Ok(Box::new(move || {
        let tests = fit.zph(ZphTransform::Km, &terms)?;
        let statistic = |test: &Option<riskset::CoxTest>| test.as_ref().map(|test| test.statistic);
        let each: Vec<Option<f64>> = tests.terms.iter().map(statistic).collect();
        Ok(json!({ "statistic": each, "global": [statistic(&tests.global)] }))
    }))
}

fn incidence(
    columns: &Columns<'_>,
    intervals: bool,
) -> Result<Box<dyn Fn() -> Answer>, Box<dyn Error>> {
    let (time, cause) = (columns.read("time")?, columns.codes("cause")?);
    let groups = groups(columns)?;
    Ok(Box::new(move || {
        let response = CompetingRisks::new(&time, &cause, 2)?;
        let curves = AalenJohansen::default().fit_groups(&response, &groups)?;
        let (mut estimate, mut std_error) = (Vec::new(), Vec::new());
        for curve in &curves {
            for cause in curve.causes() {
                if intervals {
                    black_box(cause.intervals());
                }
                for at in TIMES {
                    let place = last_until(curve.time(), at)?;
                    estimate.push(cause.estimate()[place]);
                    std_error.push(cause.std_error().map_or(f64::NAN, |errors| errors[place]));
                }
            }
        }
        Ok(json!({ "estimate": estimate, "std_error": std_error }))
    }))
}
