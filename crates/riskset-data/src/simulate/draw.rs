//! The table of patients.

use super::patient::{Risk, covariate, exponential, gamma};
use super::spec::{Simulation, SimulationError};
use crate::Table;
use crate::cohort::random::SplitMix64;
use polars::prelude::{Column, DataFrame, NamedFrom, Series};

/// Columns in the making.
#[derive(Default)]
struct Columns {
    id: Vec<i32>,
    cluster: Vec<i32>,
    entry: Vec<f64>,
    time: Vec<f64>,
    event: Vec<String>,
    group: Vec<String>,
    covariates: Vec<Vec<f64>>,
}

impl Simulation {
    /// The patients of this simulation's seed: `id`, `cluster` with a frailty, `entry` with late
    /// entry, `time`, `event` (`event`, `censored`, or the name of a competing cause), `group` with
    /// several groups, and a column for each covariate.
    ///
    /// # Errors
    ///
    /// [`SimulationError`] when nobody comes under observation.
    pub fn table(&self) -> Result<Table, SimulationError> {
        self.table_of(self.seed)
    }

    /// The patients of another seed.
    ///
    /// # Errors
    ///
    /// As [`table`](Self::table).
    pub fn table_of(&self, seed: u64) -> Result<Table, SimulationError> {
        let random = &mut SplitMix64::new(seed);
        let mut columns =
            Columns { covariates: vec![Vec::new(); self.covariates.len()], ..Columns::default() };
        let (mut frailty, mut cluster) = (1.0, 0);
        // Who has the event before entering is never seen: so many are drawn as are seen.
        let mut drawn = 0;
        while columns.time.len() < self.n {
            drawn += 1;
            if drawn > 1000 * self.n {
                let what = "hardly anybody lives to the entry; make `latest` earlier";
                return Err(SimulationError(what.to_owned()));
            }
            if let Some(shared) = self.frailty
                && columns.time.len().is_multiple_of(shared.size)
                && columns.time.len() / shared.size == cluster
            {
                cluster += 1;
                frailty = gamma(shared.variance, random);
            }
            self.patient(&mut columns, (cluster, frailty), random);
        }
        self.frame(columns)
    }

    fn patient(
        &self,
        columns: &mut Columns,
        (cluster, frailty): (usize, f64),
        random: &mut SplitMix64,
    ) {
        let mut group = self.pick_group(random);
        let values: Vec<f64> =
            self.covariates.iter().map(|column| covariate(column, group, random)).collect();
        let logs = self.covariates.iter().zip(&values);
        let log: f64 = logs.map(|(column, value)| value * libm::log(column.hazard_ratio)).sum();
        let ratio = libm::exp(log) * frailty;
        let (hazard, cured) = (exponential(random), random.unit() < self.cured);
        let time_in = |group: usize| {
            let risk = Risk { ratio, group: &self.groups[group] };
            if cured { f64::INFINITY } else { risk.inverse(self, hazard) }
        };
        if self.groups[group].known_after > 0.0 && time_in(0) <= self.groups[group].known_after {
            group = 0;
        }
        let (mut time, mut event) = (time_in(group), "event");
        for cause in &self.causes {
            let other = cause.baseline.inverse(exponential(random));
            if other < time {
                (time, event) = (other, &cause.name);
            }
        }
        let end = self.end_of_follow_up(ratio, random);
        if end < time {
            (time, event) = (end, "censored");
        }
        let entry = self.entry.map(|entry| entry.latest * random.unit());
        if !time.is_finite() || entry.is_some_and(|entry| time <= entry) {
            return;
        }
        // Found earlier, the clock has run longer when anything happens.
        let lead = self.groups[group].lead_time;
        columns.id.push(columns.id.len() as i32 + 1);
        columns.cluster.push(cluster as i32);
        columns.entry.push(entry.map_or(0.0, |entry| entry + lead));
        columns.time.push(time + lead);
        columns.event.push(event.to_owned());
        columns.group.push(self.groups[group].name.clone());
        columns.covariates.iter_mut().zip(values).for_each(|(column, value)| column.push(value));
    }

    fn pick_group(&self, random: &mut SplitMix64) -> usize {
        let all: f64 = self.groups.iter().map(|group| group.share).sum();
        let mut left = random.unit() * all;
        for (index, group) in self.groups.iter().enumerate() {
            left -= group.share;
            if left < 0.0 {
                return index;
            }
        }
        self.groups.len() - 1
    }

    fn end_of_follow_up(&self, ratio: f64, random: &mut SplitMix64) -> f64 {
        let censoring = self.censoring;
        let study = censoring
            .follow_up
            .map_or(f64::INFINITY, |time| time + censoring.accrual * random.unit());
        let rate = censoring.rate * libm::pow(ratio, censoring.informative);
        let lost = if rate > 0.0 { exponential(random) / rate } else { f64::INFINITY };
        study.min(lost)
    }

    fn frame(&self, columns: Columns) -> Result<Table, SimulationError> {
        let n = columns.time.len();
        let mut all: Vec<Column> = vec![Series::new("id".into(), columns.id).into()];
        if self.frailty.is_some() {
            all.push(Series::new("cluster".into(), columns.cluster).into());
        }
        if self.entry.is_some() {
            all.push(Series::new("entry".into(), columns.entry).into());
        }
        all.push(Series::new("time".into(), columns.time).into());
        all.push(Series::new("event".into(), columns.event).into());
        if self.groups.len() > 1 {
            all.push(Series::new("group".into(), columns.group).into());
        }
        for (covariate, values) in self.covariates.iter().zip(columns.covariates) {
            all.push(Series::new(covariate.name.as_str().into(), values).into());
        }
        let frame = DataFrame::new(n, all).expect("columns of one length and different names");
        Table::from_frame(frame, &self.title).map_err(|error| SimulationError(error.to_string()))
    }
}
