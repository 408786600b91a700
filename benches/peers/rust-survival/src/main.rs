//! The crate `survival` on the workloads of `benches/peers/run.py`: `WORKLOAD DIR SECONDS`.
//!
//! Prints what the other programs print. Building the crate's own input types is part of a
//! measurement, as it is for riskset.

use ndarray::Array2;
use serde_json::{Value, json};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;
use survival::concordance::{ConcordanceOptions, concordancefit};
use survival::core::SurvResponse;
use survival::data_types::SurvivalData;
use survival::regression::{CoxPHFit, CoxphData, CoxphOptions, ZphTransform, cox_zph};
use survival::surv_analysis::{
    SurvdiffData, SurvfitAJData, SurvfitAJOptions, SurvfitKMData, SurvfitKMOptions, survdiff,
    survfitaj, survfitkm,
};

/// Times, in years, at which curves are compared.
const TIMES: [f64; 4] = [0.25, 0.5, 1.0, 2.0];
const REPEATS: usize = 5;

type Answer = Result<Value, Box<dyn Error>>;
type Work = Box<dyn Fn() -> Answer>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [workload, folder, seconds] = &arguments[..] else {
        return Err("usage: peers-rust-survival WORKLOAD DIR SECONDS".into());
    };
    let (limit, work) = (seconds.parse::<f64>()?, prepare(workload, Path::new(folder))?);
    let (mut seconds, mut processor) = (Vec::new(), Vec::new());
    let mut answer = Value::Null;
    let begin = Instant::now();
    while seconds.len() < REPEATS {
        let (start, used) = (Instant::now(), processor_seconds());
        answer = work()?;
        seconds.push(start.elapsed().as_secs_f64());
        processor.push(processor_seconds().zip(used).map(|(after, before)| after - before));
        let (runs, spent) = (seconds.len() as f64, begin.elapsed().as_secs_f64());
        if spent * (runs + 1.0) / runs > limit {
            break;
        }
    }
    println!("{}", json!({ "seconds": seconds, "processor": processor, "answer": answer }));
    Ok(())
}

/// Processor time of all threads so far, where the system tells it.
fn processor_seconds() -> Option<f64> {
    let mut nanoseconds = 0.0;
    for task in std::fs::read_dir("/proc/self/task").ok()? {
        let text = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        nanoseconds += text.split_whitespace().next()?.parse::<f64>().ok()?;
    }
    Some(nanoseconds * 1e-9)
}

/// The columns of one folder, of which the first `1/part` of the rows are read.
struct Columns {
    folder: PathBuf,
    part: usize,
}

impl Columns {
    fn numbers(&self, name: &str) -> Result<Vec<f64>, Box<dyn Error>> {
        let bytes = std::fs::read(self.folder.join(format!("{name}.f64")))?;
        let numbers = bytes.as_chunks::<8>().0;
        let rows = numbers.len() / self.part;
        Ok(numbers[..rows].iter().map(|&bytes| f64::from_le_bytes(bytes)).collect())
    }

    fn codes(&self, name: &str) -> Result<Vec<i32>, Box<dyn Error>> {
        Ok(self.numbers(name)?.into_iter().map(|value| value as i32).collect())
    }

    /// `x1` to `xN` as a matrix of rows by columns.
    fn design(&self, columns: usize) -> Result<Array2<f64>, Box<dyn Error>> {
        let names: Vec<String> = (1..=columns).map(|j| format!("x{j}")).collect();
        let x: Result<Vec<_>, _> = names.iter().map(|name| self.numbers(name)).collect();
        let x = x?;
        Ok(Array2::from_shape_fn((x[0].len(), columns), |(row, j)| x[j][row]))
    }
}

fn prepare(name: &str, folder: &Path) -> Result<Work, Box<dyn Error>> {
    let part = |part| Columns { folder: folder.join("cohort"), part };
    match name {
        "km" => kaplan_meier(part(1)),
        "logrank" => log_rank(part(1)),
        // Its fit always computes residuals and the concordance.
        "cox" | "cox-all" => cox(part(1), 10, false),
        "cox-wide" => cox(Columns { folder: folder.join("wide"), part: 1 }, 50, false),
        "cox-counting" => cox(part(1), 10, true),
        "concordance" => concordance(part(1)),
        "zph" => proportional_hazards(part(10)),
        "incidence" => incidence(part(1)),
        "incidence-few" => incidence(part(100)),
        _ => Err(format!("the crate has nothing for {name}").into()),
    }
}

fn kaplan_meier(columns: Columns) -> Result<Work, Box<dyn Error>> {
    let (time, event) = (columns.numbers("time")?, columns.codes("event")?);
    let group = columns.codes("group")?;
    Ok(Box::new(move || {
        let groups = Some(group.clone());
        let data =
            SurvfitKMData::try_new(None, time.clone(), event.clone(), None, groups, None, None)?;
        let fit = survfitkm(&data, &SurvfitKMOptions::default())?;
        let log_errors = fit.std_err.as_ref().ok_or("no standard errors")?;
        let (mut estimate, mut std_error) = (Vec::new(), Vec::new());
        for range in fit.curve_ranges() {
            for at in TIMES {
                let place = range.start + fit.time[range.clone()].partition_point(|&t| t <= at) - 1;
                estimate.push(fit.surv[place]);
                std_error.push(fit.surv[place] * log_errors[place]);
            }
        }
        Ok(json!({ "estimate": estimate, "std_error": std_error }))
    }))
}

fn log_rank(columns: Columns) -> Result<Work, Box<dyn Error>> {
    let (time, event) = (columns.numbers("time")?, columns.codes("event")?);
    let group = columns.codes("group")?;
    Ok(Box::new(move || {
        let data = SurvdiffData::try_new(None, time.clone(), event.clone(), group.clone(), None)?;
        Ok(json!({ "statistic": [survdiff(&data, 0.0, true)?.chisq] }))
    }))
}

fn cox(columns: Columns, covariates: usize, counting: bool) -> Result<Work, Box<dyn Error>> {
    let time = columns.numbers(if counting { "stop" } else { "time" })?;
    let entry = if counting { Some(columns.numbers("start")?) } else { None };
    let (event, x) = (columns.codes("event")?, columns.design(covariates)?);
    Ok(Box::new(move || {
        let (time, entry, event) = (time.clone(), entry.clone(), event.clone());
        let data = CoxphData::try_new(time, entry, event, x.clone(), None, None, None)?;
        let fit = CoxPHFit::fit(data, CoxphOptions::default())?;
        let std_error: Vec<f64> = fit.var.diag().iter().map(|variance| variance.sqrt()).collect();
        Ok(json!({
            "coefficient": fit.coefficients,
            "std_error": std_error,
            "log_likelihood": fit.loglik,
            "concordance": fit.concordance.concordance,
        }))
    }))
}

fn concordance(columns: Columns) -> Result<Work, Box<dyn Error>> {
    let (time, event) = (columns.numbers("time")?, columns.codes("event")?);
    let x = columns.design(1)?;
    Ok(Box::new(move || {
        let data = SurvivalData::try_new(time.clone(), event.clone())?;
        let options = ConcordanceOptions { reverse: true, ..ConcordanceOptions::default() };
        let response = SurvResponse::Right(&data);
        let fit = concordancefit(response, x.view(), None, None, None, &options)?;
        let std_error = fit.var.map(|variance| variance[0][0].sqrt());
        Ok(json!({ "estimate": fit.concordance, "std_error": [std_error] }))
    }))
}

fn proportional_hazards(columns: Columns) -> Result<Work, Box<dyn Error>> {
    let (time, event) = (columns.numbers("time")?, columns.codes("event")?);
    let data = CoxphData::try_new(time, None, event, columns.design(10)?, None, None, None)?;
    let fit = CoxPHFit::fit(data, CoxphOptions::default())?;
    Ok(Box::new(move || {
        let tests = cox_zph(&fit, &ZphTransform::Km, true, false, true, None)?;
        let each: Vec<f64> = tests.table.iter().map(|test| test.chisq).collect();
        Ok(json!({ "statistic": each, "global": [tests.global_test.map(|test| test.chisq)] }))
    }))
}

fn incidence(columns: Columns) -> Result<Work, Box<dyn Error>> {
    let (time, cause) = (columns.numbers("time")?, columns.codes("cause")?);
    let group = columns.codes("group")?;
    Ok(Box::new(move || {
        let states = vec!["first".to_string(), "second".to_string()];
        let (time, cause, group) = (time.clone(), cause.clone(), Some(group.clone()));
        let data = SurvfitAJData::try_new(
            None, time, cause, states, None, group, None, None, None, None,
        )?;
        let fit = survfitaj(&data, &SurvfitAJOptions::default())?;
        let errors = fit.std_err.as_ref().ok_or("no standard errors")?;
        let column = |name: &str| fit.states.iter().position(|state| state == name);
        let (mut estimate, mut std_error) = (Vec::new(), Vec::new());
        for range in fit.curve_ranges() {
            for state in ["first", "second"] {
                let state = column(state).ok_or("a state is missing")?;
                for at in TIMES {
                    let place =
                        range.start + fit.time[range.clone()].partition_point(|&t| t <= at) - 1;
                    estimate.push(fit.pstate[place][state]);
                    std_error.push(errors[place][state]);
                }
            }
        }
        Ok(json!({ "estimate": estimate, "std_error": std_error }))
    }))
}
