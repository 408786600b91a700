//! Patients with a known truth, and how an analysis fares on many tables of them.

mod contrasts;
mod proportions;

use crate::{Answer, Data, Problem, Request, run};
use riskset::{Fitted, Remedy};
use riskset_data::Table;
use riskset_data::simulate::{Simulation, Truth};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Patients drawn from a declared model; with `repeat`, an analysis of many such tables.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct SimulateRequest {
    /// The file that declares the model (TOML).
    pub model: String,
    /// Patients in place of those that the file says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<usize>,
    /// The seed in place of the file's; of the first table, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// How many tables are analysed; 0 for one table that is not.
    pub repeat: usize,
    /// The file with the request that is asked of each table (JSON); its `data` is not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask: Option<String>,
}

/// A table, or how an analysis fared on many.
#[derive(Debug)]
pub struct SimulateAnswer {
    /// What was asked.
    pub request: SimulateRequest,
    /// The truth of the model, at the times that the analysis reads.
    pub truth: Truth,
    /// The patients; `None` where many tables were analysed.
    pub table: Option<Table>,
    /// What the analysis was for; `None` where none was made.
    pub analysis: Option<Repeated>,
    /// Patients of each table.
    pub n: usize,
    /// The seed of the first table.
    pub seed: u64,
}

/// How an analysis fared.
#[derive(Clone, Debug, PartialEq)]
pub struct Repeated {
    /// The analysis, as the requests are named.
    pub analysis: String,
    /// Its formula.
    pub formula: String,
    /// Tables analysed.
    pub tables: usize,
    /// Tables for which the analysis was refused, and the first reason.
    pub refused: usize,
    /// The first reason.
    pub reason: Option<String>,
    /// Each quantity, in the order in which the answers have them.
    pub measures: Vec<Measure>,
}

/// One quantity over many tables. Monte Carlo errors are standard errors (Burton and others 2006).
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// What it is: `log hazard ratio, groupb`.
    pub name: String,
    /// Its true value; `None` where the model has no such single value.
    pub truth: Option<f64>,
    /// Tables in which it had an estimate.
    pub estimates: usize,
    /// The mean of the estimates, and its Monte Carlo error.
    pub mean: Option<f64>,
    /// Mean less truth.
    pub bias: Option<f64>,
    /// The Monte Carlo error of mean and bias.
    pub bias_error: Option<f64>,
    /// The standard deviation of the estimates.
    pub empirical_error: Option<f64>,
    /// The mean of their standard errors.
    pub model_error: Option<f64>,
    /// Tables in which it had an interval; a limit that is not reached counts as without bound.
    pub intervals: usize,
    /// The share of these intervals that hold the truth.
    pub coverage: Option<f64>,
    /// The Monte Carlo error of the coverage.
    pub coverage_error: Option<f64>,
    /// Tables in which it had a P value.
    pub tests: usize,
    /// The share of P values below 0.05: power, or where nothing is to be found the error.
    pub rejected: Option<f64>,
    /// The Monte Carlo error of that share.
    pub rejected_error: Option<f64>,
}

/// The most tables of one run.
const MOST: usize = 1_000_000;

impl SimulateRequest {
    /// Draws, and analyses where that was asked.
    pub(crate) fn run(&self, data: &Data) -> Result<SimulateAnswer, Problem> {
        if self.model.is_empty() {
            return Err(Problem::request("no model was named", Remedy::set("model")));
        }
        let mut simulation = Simulation::from_toml(data.text("model")?)
            .map_err(|error| Problem::analysis(error, None))?;
        if let Some(n) = self.n {
            simulation.n = n;
        }
        if let Some(seed) = self.seed {
            simulation.seed = seed;
        }
        let (n, seed) = (simulation.n, simulation.seed);
        let answer = |truth, table, analysis| SimulateAnswer {
            request: self.clone(),
            truth,
            table,
            analysis,
            n,
            seed,
        };
        let refuse = |error| Problem::analysis(error, None);
        match (&self.ask, self.repeat) {
            (None, 0) => {
                let table = simulation.table().map_err(refuse)?;
                Ok(answer(simulation.truth(), Some(table), None))
            }
            (None, _) => Err(Problem::request(
                "tables are repeated for an analysis, and none was named",
                Remedy::set("ask"),
            )),
            (Some(_), 0) => Err(Problem::request(
                "an analysis was named, and not how many tables it is asked of",
                Remedy::set_to("repeat", "1000"),
            )),
            (Some(_), repeat) if repeat > MOST => Err(Problem::request(
                format!("{repeat} tables are more than {MOST}"),
                Remedy::set_to("repeat", "10000"),
            )),
            (Some(_), _) => {
                let ask = Request::from_json(data.text("ask")?)?;
                let (truth, repeated) = self.repeated(&mut simulation, &ask)?;
                Ok(answer(truth, None, Some(repeated)))
            }
        }
    }

    fn repeated(
        &self,
        simulation: &mut Simulation,
        ask: &Request,
    ) -> Result<(Truth, Repeated), Problem> {
        let (times, tau) = readings(ask)?;
        if let Request::Npv(request) = ask {
            proportions::check(request, simulation)?;
        }
        simulation.times = times;
        simulation.rmst = tau;
        let (truth, first) = (simulation.truth(), simulation.seed);
        let simulation = &*simulation;
        // Each table has a seed of its own, and the tables come together in their order.
        let found: Vec<Result<Vec<Reading>, Problem>> = in_order(self.repeat, |number| {
            let table = simulation
                .table_of(first.wrapping_add(number as u64))
                .map_err(|error| Problem::analysis(error, None))?;
            let answer = run(ask, &Data::table(table, "simulated"))?;
            Ok(read(&answer, &truth))
        });
        let refused = found.iter().filter(|found| found.is_err()).count();
        let reason = found.iter().find_map(|found| found.as_ref().err()).map(ToString::to_string);
        let mut measures: Vec<(String, Vec<Reading>)> = Vec::new();
        for reading in found.into_iter().flatten().flatten() {
            match measures.iter_mut().find(|(name, _)| *name == reading.name) {
                Some((_, all)) => all.push(reading),
                None => measures.push((reading.name.clone(), vec![reading])),
            }
        }
        let fields = ask.to_value();
        let text = |field: &str| fields[field].as_str().unwrap_or_default().to_owned();
        let repeated = Repeated {
            analysis: text("analysis"),
            formula: text("formula"),
            tables: self.repeat,
            refused,
            reason,
            measures: measures.into_iter().map(|(name, all)| Measure::of(name, &all)).collect(),
        };
        Ok((truth, repeated))
    }
}

/// The answers for 0, 1, ... in their order, several at a time. The threads are no workers of the pool
/// that analyses use: a worker that waits for a part of its own analysis would begin another table on
/// top of it, and so on until its stack is full.
fn in_order<T: Send>(count: usize, one: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let (next, tally) = (AtomicUsize::new(0), riskset::Tally::new(count));
    let work = || {
        let mut own = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return own;
            }
            own.push((number, tally.count(|| one(number))));
        }
    };
    let threads = rayon::current_num_threads().clamp(1, count.max(1));
    let mut all: Vec<(usize, T)> = thread::scope(|scope| {
        let started: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let ended = started.into_iter().map(|one| one.join().unwrap_or_else(|p| resume_unwind(p)));
        ended.flatten().collect()
    });
    all.sort_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, found)| found).collect()
}

/// The times at which the analysis reads curves, and the horizon of its restricted means.
fn readings(ask: &Request) -> Result<(Vec<f64>, Option<f64>), Problem> {
    match ask {
        Request::Km(request) => Ok((request.times.clone(), request.rmst)),
        Request::Cif(request) => Ok((request.times.clone(), None)),
        Request::Compare(request) => Ok((request.times.clone(), request.rmst)),
        Request::Adjust(request) => Ok((request.times.clone(), request.rmst)),
        Request::Cox(_) | Request::Logrank(_) => Ok((Vec::new(), None)),
        Request::Npv(request) => Ok((vec![proportions::time(request)?], None)),
        _ => Err(Problem::request(
            "this analysis is not compared with a truth",
            Remedy::to("ask km, cif, cox, logrank, compare, adjust or npv"),
        )),
    }
}

/// One quantity in one table.
struct Reading {
    name: String,
    truth: Option<f64>,
    estimate: Option<f64>,
    std_error: Option<f64>,
    /// `None` without an interval; a limit that does not exist is without bound.
    interval: Option<(Option<f64>, Option<f64>)>,
    p_value: Option<f64>,
}

fn read(answer: &Answer, truth: &Truth) -> Vec<Reading> {
    match answer {
        Answer::Km(answer) => {
            let mut readings: Vec<Reading> =
                answer.groups.iter().flat_map(|group| of_curve(group, truth)).collect();
            if let Some(test) = &answer.test {
                readings.push(Reading::test("log-rank test", test.p_value()));
            }
            if let Some(means) = &answer.restricted_means {
                let [first, second] = [0, 1].map(|group| truth.groups[group].restricted_mean);
                readings.push(Reading {
                    name: "difference of restricted means".to_owned(),
                    truth: second.zip(first).map(|(second, first)| second - first),
                    estimate: Some(means.difference.estimate),
                    std_error: Some(means.difference.std_error),
                    interval: Some((Some(means.difference.lower), Some(means.difference.upper))),
                    p_value: means.difference.p_value,
                });
            }
            readings
        }
        Answer::Cif(answer) => {
            let cause = answer.causes.iter().position(|cause| cause == "event");
            let groups = answer.groups.iter();
            groups
                .flat_map(|group| {
                    let of = of_group(truth, group.name.levels.first().map(|level| &level.1));
                    let at = cause.map_or(&[][..], |cause| &group.at_times[cause]);
                    at.iter().enumerate().map(move |(index, at)| Reading {
                        name: format!("incidence at {}, {}", at.time, group.name.name()),
                        truth: of.map(|of| of.incidence[index]),
                        estimate: at.estimate,
                        std_error: at.std_error,
                        interval: at.interval.map(|i| (i.lower, i.upper)),
                        p_value: None,
                    })
                })
                .collect()
        }
        Answer::Cox(answer) => {
            let columns = answer.design.names.iter().zip(answer.fit.coefficients());
            columns.map(|(name, fitted)| coefficient(name, fitted, truth)).collect()
        }
        Answer::Logrank(answer) => {
            let own = Reading::test("log-rank test", answer.test.p_value());
            std::iter::once(own).chain(contrasts::of_further(&answer.further)).collect()
        }
        Answer::Compare(answer) => contrasts::of_comparison(answer),
        Answer::Adjust(answer) => contrasts::of_adjusted(answer, truth),
        Answer::Npv(answer) => proportions::read(answer, truth),
        _ => Vec::new(),
    }
}

fn of_group<'a>(
    truth: &'a Truth,
    level: Option<&String>,
) -> Option<&'a riskset_data::simulate::GroupTruth> {
    match level {
        Some(level) => truth.groups.iter().find(|group| group.name == *level),
        None => truth.groups.first().filter(|_| truth.groups.len() == 1),
    }
}

fn of_curve(group: &crate::KmGroup, truth: &Truth) -> Vec<Reading> {
    let of = of_group(truth, group.name.levels.first().map(|level| &level.1));
    let name = group.name.name();
    let mut readings: Vec<Reading> = group
        .at_times
        .iter()
        .enumerate()
        .map(|(index, at)| Reading {
            name: format!("survival at {}, {name}", at.time),
            truth: of.map(|of| of.survival[index]),
            estimate: at.survival,
            std_error: at.std_error,
            interval: at.interval.map(|interval| (interval.lower, interval.upper)),
            p_value: None,
        })
        .collect();
    let median = group.curve.median();
    readings.push(Reading {
        name: format!("median, {name}"),
        truth: of.and_then(|of| of.median),
        estimate: median.estimate,
        std_error: None,
        interval: (median.lower.is_some() || median.upper.is_some())
            .then_some((median.lower, median.upper)),
        p_value: None,
    });
    readings.extend(group.restricted_mean.map(|mean| Reading {
        name: format!("restricted mean, {name}"),
        truth: of.and_then(|of| of.restricted_mean),
        estimate: Some(mean.estimate),
        std_error: Some(mean.std_error),
        interval: Some((Some(mean.lower), Some(mean.upper))),
        p_value: None,
    }));
    readings
}

/// A column of a Cox model: that of a group is called `groupb`, that of a covariate by its name.
fn coefficient(name: &str, fitted: &Fitted, truth: &Truth) -> Reading {
    let group = truth.hazard_ratios.iter().find(|(group, _)| name == format!("group{group}"));
    let covariate = truth.covariates.iter().find(|(covariate, _)| covariate == name);
    let ratio = group.and_then(|(_, ratio)| *ratio).or(covariate.map(|(_, ratio)| *ratio));
    let found = fitted.estimate();
    let log = |limit: Option<f64>| limit.map(f64::ln);
    Reading {
        name: format!("log hazard ratio, {name}"),
        truth: ratio.map(f64::ln),
        estimate: found.map(|found| found.estimate),
        std_error: found.and_then(|found| found.robust_std_error.or(found.std_error)),
        interval: found
            .filter(|found| found.interval.lower.is_some() || found.interval.upper.is_some())
            .map(|found| (log(found.interval.lower), log(found.interval.upper))),
        p_value: found.and_then(|found| found.p_value),
    }
}

impl Reading {
    fn test(name: &str, p_value: Option<f64>) -> Reading {
        Reading {
            name: name.to_owned(),
            truth: None,
            estimate: None,
            std_error: None,
            interval: None,
            p_value,
        }
    }
}

impl Measure {
    fn of(name: String, readings: &[Reading]) -> Measure {
        let truth = readings.iter().find_map(|reading| reading.truth);
        let estimates: Vec<f64> = readings.iter().filter_map(|reading| reading.estimate).collect();
        let errors: Vec<f64> = readings.iter().filter_map(|reading| reading.std_error).collect();
        let intervals: Vec<_> = readings.iter().filter_map(|reading| reading.interval).collect();
        let tests: Vec<f64> = readings.iter().filter_map(|reading| reading.p_value).collect();
        let mean = mean(&estimates);
        let spread = mean.filter(|_| estimates.len() > 1).map(|mean| {
            let squares: f64 = estimates.iter().map(|value| (value - mean).powi(2)).sum();
            (squares / (estimates.len() as f64 - 1.0)).sqrt()
        });
        let holds = |truth: f64| {
            let inside = |(lower, upper): &&(Option<f64>, Option<f64>)| {
                lower.is_none_or(|lower| lower <= truth) && upper.is_none_or(|upper| truth <= upper)
            };
            share(intervals.iter().filter(inside).count(), intervals.len())
        };
        let coverage = truth.and_then(holds);
        let rejected = share(tests.iter().filter(|p| **p < 0.05).count(), tests.len());
        let of_share = |share: f64, n: usize| (share * (1.0 - share) / n as f64).sqrt();
        Measure {
            name,
            truth,
            estimates: estimates.len(),
            mean,
            bias: mean.zip(truth).map(|(mean, truth)| mean - truth),
            bias_error: spread.map(|spread| spread / (estimates.len() as f64).sqrt()),
            empirical_error: spread,
            model_error: self::mean(&errors),
            intervals: intervals.len(),
            coverage,
            coverage_error: coverage.map(|coverage| of_share(coverage, intervals.len())),
            tests: tests.len(),
            rejected,
            rejected_error: rejected.map(|rejected| of_share(rejected, tests.len())),
        }
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn share(part: usize, all: usize) -> Option<f64> {
    (all > 0).then(|| part as f64 / all as f64)
}
