//! Where the time of a workload goes: the median of five for each step that the library offers.

use crate::data::{COVARIATES, Cohort, Columns};
use riskset::{
    AalenJohansen, CompetingRisks, ConcordanceIndex, CountingProcess, CoxModel, DesignMatrix,
    Groups, KaplanMeier, LogRank, RightCensored,
};
use serde_json::{Value, json};
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// `{"phase": seconds, ...}` of `nonparametric`, `cox` or `counting`, by the order of the work.
pub fn measure(name: &str, folder: &Path) -> Result<Value, Box<dyn Error>> {
    let cohort = folder.join("cohort");
    let columns = Columns::new(&cohort, 1);
    match name {
        "nonparametric" => nonparametric(&columns),
        "cox" => cox(&columns),
        "counting" => counting(&columns),
        _ => Err(format!("no phases are named {name}").into()),
    }
}

fn nonparametric(columns: &Columns<'_>) -> Result<Value, Box<dyn Error>> {
    let (time, event) = (columns.read("time")?, columns.flags("event")?);
    let (cause, score) = (columns.codes("cause")?, columns.read("x1")?);
    let groups = Groups::new(columns.codes("group")?, 3)?;
    let response = RightCensored::new(&time, &event)?;
    let risks = CompetingRisks::new(&time, &cause, 2)?;
    let curves = KaplanMeier::default().fit_groups(&response, &groups)?;
    Ok(json!({
        "response: check, copy, sort, merge near ties": median(|| RightCensored::new(&time, &event)),
        "Kaplan-Meier: risk sets and product": median(|| KaplanMeier::default().fit_groups(&response, &groups)),
        "Kaplan-Meier: standard errors": median(|| curves.iter().map(|c| c.std_errors()).collect::<Vec<_>>()),
        "Kaplan-Meier: intervals": median(|| curves.iter().map(|c| c.intervals()).collect::<Vec<_>>()),
        "log-rank: sums": median(|| LogRank::default().test(&response, &groups)),
        "concordance: ranks, tree, influence": median(|| ConcordanceIndex::default().estimate(&response, &score)),
        "cumulative incidence: estimates and standard errors": median(|| AalenJohansen::default().fit_groups(&risks, &groups)),
    }))
}

fn cox(columns: &Columns<'_>) -> Result<Value, Box<dyn Error>> {
    let (time, event) = (columns.read("time")?, columns.flags("event")?);
    let x = Arc::new(columns.covariates(COVARIATES)?);
    let response = RightCensored::new(&time, &event)?;
    let design = DesignMatrix::from_shared(Arc::clone(&x), time.len())?;
    let iterations = CoxModel::default().fit(&response, &design)?.iterations();
    let fit = |limit| median(|| CoxModel::default().max_iterations(limit).fit(&response, &design));
    let (one, all) = (fit(1), fit(iterations));
    Ok(json!({
        "response: check, copy, sort, merge near ties": median(|| RightCensored::new(&time, &event)),
        "design: check": median(|| DesignMatrix::from_shared(Arc::clone(&x), time.len())),
        "start: scaling, ordering, moments at 0 and one step": one,
        "each further step": (all - one) / (iterations.max(2) - 1) as f64,
        "steps": iterations,
        "fit, in all": all,
    }))
}

fn counting(columns: &Columns<'_>) -> Result<Value, Box<dyn Error>> {
    let (start, stop) = (columns.read("start")?, columns.read("stop")?);
    let event = columns.flags("event")?;
    let x = Arc::new(columns.covariates(COVARIATES)?);
    let response = CountingProcess::new(&start, &stop, &event)?;
    let design = DesignMatrix::from_shared(x, stop.len())?;
    Ok(json!({
        "response: check, copy, sort twice, merge near ties": median(|| CountingProcess::new(&start, &stop, &event)),
        "fit, in all": median(|| CoxModel::default().fit(&response, &design)),
    }))
}

/// Curves by group from a hundredth of `rows` to all of them, each step ten times the rows.
pub fn growth(rows: usize) -> Result<Value, Box<dyn Error>> {
    let mut points = Vec::new();
    for rows in [rows / 100, rows / 10, rows] {
        let cohort = Cohort::new(rows, 0, 3);
        let groups = Groups::new(cohort.group.iter().map(|&group| group as u32).collect(), 3)?;
        let event: Vec<bool> = cohort.event.iter().map(|&event| event != 0.0).collect();
        let seconds = median(|| -> Result<_, riskset::Error> {
            let response = RightCensored::new(&cohort.time, &event)?;
            KaplanMeier::default().fit_groups(&response, &groups)
        });
        let comparisons = rows as f64 * (rows as f64).log2();
        points.push(json!({
            "rows": rows,
            "seconds": seconds,
            "nanoseconds_per_row_log_row": seconds * 1e9 / comparisons,
        }));
    }
    Ok(Value::Array(points))
}

/// The median of five, in seconds.
fn median<T>(mut work: impl FnMut() -> T) -> f64 {
    let mut seconds: Vec<f64> = (0..5)
        .map(|_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    seconds[2]
}
