//! The computed numbers: counting here, every estimate in the core crate.

use std::collections::{BTreeMap, BTreeSet};

use riskset::{
    ClusteredProportion, ConfType, CoxModel, DesignMatrix, Error, Groups, KaplanMeier, LogRank,
    ProportionDesign, RightCensored, SurvivalCurve,
};

use super::decimal::half_up;
use super::recipes::{DesignNumber, Recipe};
use super::rows::{Columns, Data, File, Filter};

/// The month of the publications, in days.
const DAYS_PER_MONTH: f64 = 30.4375;

/// Deaths within this many days after surgery are postoperative.
const POSTOPERATIVE_DAYS: f64 = 90.0;

/// The level of the predictive values.
const NPV_LEVEL: f64 = 0.90;

/// The numbers of one quantity; `None` for those that it does not have.
#[derive(Clone, Copy, Debug, Default)]
pub struct Numbers {
    pub value: Option<f64>,
    pub lower: Option<f64>,
    pub upper: Option<f64>,
    pub sd: Option<f64>,
    pub percent: Option<f64>,
    pub k: Option<f64>,
    pub n: Option<f64>,
}

/// What a recipe gives.
pub enum Outcome {
    Numbers(Numbers),
    /// A comparison printed in words: what was computed, and whether it fits the words.
    Words {
        text: String,
        agrees: bool,
    },
    /// Nothing, and why.
    Nothing(&'static str),
}

/// Follows a recipe.
pub fn compute(recipe: &Recipe, data: &Data, conf_type: ConfType) -> Result<Outcome, Error> {
    let numbers = match *recipe {
        Recipe::Nothing(reason) => return Ok(Outcome::Nothing(reason)),
        Recipe::Similar(column) => return similar(data, column),
        Recipe::Count { file, among, of } => count(data.file(file), among, of),
        Recipe::Share { file, among, of } => share(data.file(file), among, of),
        Recipe::Fraction { file, among, of } => fraction(data.file(file), among, of),
        Recipe::Distinct { file, column } => distinct(data.file(file), column),
        Recipe::MeanSd { file, column, among } => mean_sd(data.file(file), column, among),
        Recipe::Quartiles { file, column, among } => quartiles(data.file(file), column, among),
        Recipe::MedianRange { file, column } => median_range(data.file(file), column),
        Recipe::PostoperativeDeaths => postoperative_deaths(data.file(File::DreamPatients)),
        Recipe::Npv(among) => npv(data.file(File::DreamLesions), among)?,
        Recipe::Median { file, endpoint, among } => {
            median(data.file(file), endpoint, among, conf_type)?
        }
        Recipe::HazardRatio(endpoint) => hazard_ratio(data.file(File::DreamPatients), endpoint)?,
        Recipe::LogRankP(endpoint) => {
            let patients = data.file(File::KuhlmannPatients);
            let (p, n) = log_rank(patients, endpoint, &[], "dlm")?;
            Numbers { value: p, n: Some(n as f64), ..Numbers::default() }
        }
        Recipe::FollowUp => follow_up(data.file(File::DreamPatients))?,
        Recipe::Design(number) => design(number)?,
    };
    Ok(Outcome::Numbers(numbers))
}

fn count(file: &Columns, among: Filter, of: Filter) -> Numbers {
    let among = file.rows(among);
    let of: BTreeSet<usize> = file.rows(of).into_iter().collect();
    let k = among.iter().filter(|row| of.contains(row)).count() as f64;
    let n = among.len() as f64;
    Numbers { value: Some(k), n: Some(n), percent: Some(100.0 * k / n), ..Numbers::default() }
}

/// A count whose percentage is what is printed.
fn share(file: &Columns, among: Filter, of: Filter) -> Numbers {
    let Numbers { value, percent, n, .. } = count(file, among, of);
    Numbers { value: percent, k: value, n, ..Numbers::default() }
}

fn fraction(file: &Columns, among: Filter, of: Filter) -> Numbers {
    let Numbers { value, n, .. } = count(file, among, of);
    let fraction = value.zip(n).map(|(k, n)| k / n);
    Numbers { value: fraction, k: value, n, ..Numbers::default() }
}

fn distinct(file: &Columns, column: &str) -> Numbers {
    let values: BTreeSet<&str> = file.column(column).iter().copied().collect();
    Numbers { value: Some(values.len() as f64), ..Numbers::default() }
}

fn mean_sd(file: &Columns, column: &str, among: Filter) -> Numbers {
    let values = file.numbers(column, &file.rows(among));
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    let sd = f64::sqrt(squares / (n - 1.0));
    Numbers { value: Some(mean), sd: Some(sd), n: Some(n), ..Numbers::default() }
}

fn quartiles(file: &Columns, column: &str, among: Filter) -> Numbers {
    let mut values = file.numbers(column, &file.rows(among));
    values.sort_by(f64::total_cmp);
    let quartile = |share: f64| Some(quantile(&values, share));
    Numbers {
        value: quartile(0.5),
        lower: quartile(0.25),
        upper: quartile(0.75),
        n: Some(values.len() as f64),
        ..Numbers::default()
    }
}

/// Linear interpolation between order statistics (definition 7 of Hyndman and Fan 1996, Am Stat
/// 50:361-365). The cohorts are made so that every usual definition prints alike.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let position = (sorted.len() - 1) as f64 * share;
    let (below, above) = (position.floor() as usize, position.ceil() as usize);
    sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
}

fn median_range(file: &Columns, column: &str) -> Numbers {
    let mut values = file.numbers(column, &file.rows(&[]));
    values.sort_by(f64::total_cmp);
    Numbers {
        value: Some(quantile(&values, 0.5)),
        lower: values.first().copied(),
        upper: values.last().copied(),
        n: Some(values.len() as f64),
        ..Numbers::default()
    }
}

fn postoperative_deaths(patients: &Columns) -> Numbers {
    let deaths = patients.numbers("os_days", &patients.rows(&[("os_event", "1")]));
    let early = deaths.iter().filter(|&&day| day <= POSTOPERATIVE_DAYS).count();
    let operated = patients.rows(&[("operated", "1")]).len();
    Numbers { value: Some(early as f64), n: Some(operated as f64), ..Numbers::default() }
}

/// The share of non-viable lesions with Donner and Donald's variance and limits on the scale of the
/// proportion, in percent.
fn npv(lesions: &Columns, among: Filter) -> Result<Numbers, Error> {
    let rows = lesions.rows(among);
    let nonviable: Vec<bool> =
        rows.iter().map(|&row| lesions.column("nonviable")[row] == "1").collect();
    let mut patients = BTreeMap::new();
    let clusters: Vec<u32> = rows
        .iter()
        .map(|&row| {
            let next = patients.len() as u32;
            *patients.entry(lesions.column("patient")[row]).or_insert(next)
        })
        .collect();
    let groups = Groups::new(clusters, patients.len())?;
    let fit = ClusteredProportion::default().conf_level(NPV_LEVEL).fit(&nonviable, &groups)?;
    let percent = |share: f64| 100.0 * share;
    Ok(Numbers {
        value: Some(percent(fit.estimate)),
        lower: fit.interval.and_then(|interval| interval.lower).map(percent),
        upper: fit.interval.and_then(|interval| interval.upper).map(percent),
        k: Some(fit.events as f64),
        n: Some(fit.n as f64),
        ..Numbers::default()
    })
}

/// Times in months and events of an endpoint (`dfs`, `os`, `pfs`) in these rows.
fn response(file: &Columns, endpoint: &str, rows: &[usize]) -> Result<RightCensored, Error> {
    let days = file.numbers(&format!("{endpoint}_days"), rows);
    let months: Vec<f64> = days.iter().map(|day| day / DAYS_PER_MONTH).collect();
    let events = file.column(&format!("{endpoint}_event"));
    let events: Vec<bool> = rows.iter().map(|&row| events[row] == "1").collect();
    RightCensored::new(&months, &events)
}

fn median(
    file: &Columns,
    endpoint: &str,
    among: Filter,
    conf_type: ConfType,
) -> Result<Numbers, Error> {
    let response = response(file, endpoint, &file.rows(among))?;
    let curve = KaplanMeier::default().conf_type(conf_type).fit(&response)?;
    Ok(quantiles(&curve, [0.5; 3]))
}

/// The median of a curve with its limits, or its quartiles when three probabilities are given.
fn quantiles(curve: &SurvivalCurve, [lower, middle, upper]: [f64; 3]) -> Numbers {
    let median = curve.quantile(middle);
    let limits = if lower == upper {
        (median.lower, median.upper)
    } else {
        (curve.quantile(lower).estimate, curve.quantile(upper).estimate)
    };
    Numbers {
        value: median.estimate,
        lower: limits.0,
        upper: limits.1,
        n: Some(curve.n_rows() as f64),
        ..Numbers::default()
    }
}

/// Quartiles of potential follow-up of the operated patients, by the reverse Kaplan-Meier method
/// (Schemper and Smith 1996, Control Clin Trials 17:343-346).
fn follow_up(patients: &Columns) -> Result<Numbers, Error> {
    let observed = response(patients, "os", &patients.rows(&[("operated", "1")]))?;
    let reversed = observed.into_observations().reversed();
    let curve = KaplanMeier::default().fit(&reversed)?;
    Ok(quantiles(&curve, [0.25, 0.5, 0.75]))
}

/// All removed against at least one left behind, one covariate, Efron's ties.
fn hazard_ratio(patients: &Columns, endpoint: &str) -> Result<Numbers, Error> {
    let rows = patients.rows(&[("survival_set", "1"), ("cdlm", "1")]);
    let management = patients.column("management");
    let removed: Vec<f64> =
        rows.iter().map(|&row| f64::from(u8::from(management[row] == "all removed"))).collect();
    let design = DesignMatrix::from_columns(removed, rows.len())?;
    let fit = CoxModel::default().fit(&response(patients, endpoint, &rows)?, &design)?;
    let fitted = &fit.coefficients()[0];
    let interval = fitted.interval();
    Ok(Numbers {
        value: fitted.hazard_ratio(),
        lower: interval.and_then(|interval| interval.lower),
        upper: interval.and_then(|interval| interval.upper),
        n: Some(rows.len() as f64),
        ..Numbers::default()
    })
}

/// The log-rank P value of a 0/1 column, and the number of rows.
fn log_rank(
    file: &Columns,
    endpoint: &str,
    among: Filter,
    by: &str,
) -> Result<(Option<f64>, usize), Error> {
    let rows = file.rows(among);
    let column = file.column(by);
    let index = rows.iter().map(|&row| u32::from(column[row] == "1")).collect();
    let response = response(file, endpoint, &rows)?;
    let test = LogRank::default().test(&response, &Groups::new(index, 2)?)?;
    Ok((test.p_value(), rows.len()))
}

/// Survival that is described as similar, without a number: fits when neither log-rank test shows a
/// difference at 5%. That is no proof of likeness, and the text says so.
fn similar(data: &Data, column: &str) -> Result<Outcome, Error> {
    let patients = data.file(File::DreamPatients);
    let p = |endpoint| log_rank(patients, endpoint, &[("survival_set", "1")], column);
    let (Some(dfs), Some(os)) = (p("dfs")?.0, p("os")?.0) else {
        return Ok(Outcome::Nothing("the log-rank statistic does not exist"));
    };
    Ok(Outcome::Words {
        text: format!(
            "no clear difference: log-rank P = {} (disease-free) and {} (overall)",
            half_up(dfs, 2),
            half_up(os, 2)
        ),
        agrees: dfs > 0.05 && os > 0.05,
    })
}

/// The sample size of the design, from its printed assumptions.
fn design(number: DesignNumber) -> Result<Numbers, Error> {
    let design = ProportionDesign::new(0.85, 0.95)
        .alpha(0.05)
        .icc(0.2)
        .cluster_size(2.0)
        .evaluable(0.80)
        .carriers(0.15)
        .loss(0.04);
    let size = design.sample_size(0.90)?;
    let value = match number {
        DesignNumber::Lesions => size.units as f64,
        DesignNumber::Eligible => size.expected_patients,
        DesignNumber::Planned => size.enrolled as f64,
    };
    Ok(Numbers { value: Some(value), ..Numbers::default() })
}
