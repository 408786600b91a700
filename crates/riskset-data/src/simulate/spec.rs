//! The file that declares a simulation.

use super::Baseline;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A model of patients.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Simulation {
    /// What is simulated.
    pub title: String,
    /// How many patients.
    pub n: usize,
    /// The seed; another seed gives other patients of the same model.
    #[serde(default = "one")]
    pub seed: u64,
    /// The unit of all times.
    pub unit: String,
    /// The hazard of a patient without any effect.
    pub baseline: Baseline,
    /// The groups; one where none is given.
    #[serde(default, rename = "group")]
    pub groups: Vec<Group>,
    /// The covariates, each a column.
    #[serde(default, rename = "covariate")]
    pub covariates: Vec<Covariate>,
    /// The share of patients who never have the event.
    #[serde(default)]
    pub cured: f64,
    /// Patients of a cluster share a risk.
    #[serde(default)]
    pub frailty: Option<Frailty>,
    /// Events that make the one of interest impossible.
    #[serde(default, rename = "cause")]
    pub causes: Vec<Cause>,
    /// How follow-up ends without an event.
    #[serde(default)]
    pub censoring: Censoring,
    /// Patients come under observation late.
    #[serde(default)]
    pub entry: Option<Entry>,
    /// The times at which the truth is given.
    #[serde(default)]
    pub times: Vec<f64>,
    /// The horizon of the true restricted means.
    #[serde(default)]
    pub rmst: Option<f64>,
}

fn one() -> u64 {
    1
}

/// A group of patients.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Its share of the patients; shares are taken relative to their sum.
    pub share: f64,
    /// The ratio of its hazard to the baseline.
    #[serde(default = "ratio")]
    pub hazard_ratio: f64,
    /// The effect begins at this time: a delayed effect.
    #[serde(default)]
    pub from: f64,
    /// The effect ends at this time.
    #[serde(default)]
    pub until: Option<f64>,
    /// Who is to be in this group must first live this long without the event, and is counted from
    /// time 0 all the same: immortal time. Who does not is in the first group.
    #[serde(default)]
    pub known_after: f64,
    /// The disease is found this much earlier in the group, and time is counted from then: lead time,
    /// which lengthens every time of the group and nobody's life.
    #[serde(default)]
    pub lead_time: f64,
}

fn ratio() -> f64 {
    1.0
}

/// A column that acts on the hazard, or does not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Covariate {
    /// The column.
    pub name: String,
    /// Its distribution.
    pub kind: CovariateKind,
    /// The mean of a normal one, or the share of yes (1); one value, or one for each group, which
    /// makes it a confounder.
    pub mean: Vec<f64>,
    /// The standard deviation of a normal one.
    #[serde(default)]
    pub sd: f64,
    /// The ratio of hazards for one unit more.
    #[serde(default = "ratio")]
    pub hazard_ratio: f64,
}

/// The distribution of a covariate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CovariateKind {
    /// Normal.
    Normal,
    /// 1 or 0.
    YesNo,
}

/// A gamma risk with mean 1 that the patients of a cluster share.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frailty {
    /// Its variance.
    pub variance: f64,
    /// How many patients a cluster has.
    pub size: usize,
}

/// A competing cause.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// What the event column says.
    pub name: String,
    /// Its hazard, on which no effect acts.
    pub baseline: Baseline,
}

/// How follow-up ends without an event. What is left out does not censor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Censoring {
    /// Patients come over this time, evenly ...
    #[serde(default)]
    pub accrual: f64,
    /// ... and the study ends this long after the last.
    #[serde(default)]
    pub follow_up: Option<f64>,
    /// Patients lost per patient and unit of time.
    #[serde(default)]
    pub rate: f64,
    /// The loss is informative: the rate of a patient is multiplied by the own risk to this power.
    #[serde(default)]
    pub informative: f64,
}

/// Late entry.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Entries lie evenly between 0 and this time; who has the event before is never seen.
    pub latest: f64,
}

/// Why a simulation cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimulationError(pub(super) String);

impl std::error::Error for SimulationError {}

impl fmt::Display for SimulationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the simulation cannot be made: {}", self.0)
    }
}

impl Simulation {
    /// Reads and checks a declaration.
    ///
    /// # Errors
    ///
    /// [`SimulationError`] for text that is no TOML, a key that does not exist, and parameters that
    /// make no model.
    pub fn from_toml(text: &str) -> Result<Simulation, SimulationError> {
        let mut simulation: Simulation = toml::from_str(text).map_err(|error| {
            let at = error.span().map(|span| span.start);
            SimulationError(riskset::toml_refusal(&error.to_string(), text, at))
        })?;
        if simulation.groups.is_empty() {
            simulation.groups.push(Group {
                name: "all".to_owned(),
                share: 1.0,
                hazard_ratio: 1.0,
                from: 0.0,
                until: None,
                known_after: 0.0,
                lead_time: 0.0,
            });
        }
        match simulation.fault() {
            None => Ok(simulation),
            Some(fault) => Err(SimulationError(fault)),
        }
    }

    fn fault(&self) -> Option<String> {
        let limit = 10_000_000;
        if !(1..=limit).contains(&self.n) {
            return Some(format!("`n` is {}, and must be from 1 to {limit}", self.n));
        }
        if let Some(fault) = self.baseline.fault() {
            return Some(format!("the baseline: {fault}"));
        }
        for cause in &self.causes {
            if let Some(fault) = cause.baseline.fault() {
                return Some(format!("the cause {}: {fault}", cause.name));
            }
            if ["event", "censored"].contains(&cause.name.as_str()) {
                return Some(format!("a competing cause cannot be called {}", cause.name));
            }
        }
        if !(0.0..1.0).contains(&self.cured) {
            return Some(format!("`cured` is {}, and is a share from 0 to below 1", self.cured));
        }
        if self.cured > 0.0 && self.censoring.follow_up.is_none() && self.censoring.rate == 0.0 {
            return Some("who is cured would be followed for ever; give a `follow_up`".to_owned());
        }
        self.groups
            .iter()
            .find_map(Group::fault)
            .or_else(|| self.covariates.iter().find_map(|c| c.fault(self.groups.len())))
            .or_else(|| self.names_fault())
            .or_else(|| self.frailty.and_then(Frailty::fault))
            .or_else(|| self.censoring.fault())
            .or_else(|| self.entry.and_then(Entry::fault))
            .or_else(|| self.reading_fault())
    }

    fn names_fault(&self) -> Option<String> {
        let taken = ["id", "cluster", "entry", "time", "event", "group"];
        let mut before: Vec<&str> = taken.to_vec();
        for covariate in &self.covariates {
            if before.contains(&covariate.name.as_str()) {
                return Some(format!("two columns would be called {}", covariate.name));
            }
            before.push(&covariate.name);
        }
        let mut names: Vec<&str> = Vec::new();
        for group in &self.groups {
            if names.contains(&group.name.as_str()) {
                return Some(format!("two groups are called {}", group.name));
            }
            names.push(&group.name);
        }
        None
    }

    fn reading_fault(&self) -> Option<String> {
        let wrong = |time: &&f64| !(time.is_finite() && **time >= 0.0);
        if let Some(time) = self.times.iter().find(wrong) {
            return Some(format!("`times` has {time}"));
        }
        let tau = self.rmst.filter(|tau| !(tau.is_finite() && *tau > 0.0));
        tau.map(|tau| format!("`rmst` is {tau}, and is a time above 0"))
    }
}

fn not_positive(what: &str, value: f64) -> Option<String> {
    let wrong = !(value.is_finite() && value > 0.0);
    wrong.then(|| format!("{what} is {value}, and must be a number above 0"))
}

impl Group {
    fn fault(&self) -> Option<String> {
        let of = |what: &str| format!("`{what}` of the group {}", self.name);
        not_positive(&of("share"), self.share)
            .or_else(|| not_positive(&of("hazard_ratio"), self.hazard_ratio))
            .or_else(|| {
                let until = self.until.unwrap_or(f64::INFINITY);
                let wrong = !(self.from >= 0.0 && until > self.from);
                wrong
                    .then(|| format!("the effect of the group {} ends before it begins", self.name))
            })
            .or_else(|| {
                let times = [("known_after", self.known_after), ("lead_time", self.lead_time)];
                let wrong = |time: &(&str, f64)| !(time.1.is_finite() && time.1 >= 0.0);
                let (name, time) = times.into_iter().find(wrong)?;
                Some(format!("{} is {time}, and is a time of 0 or more", of(name)))
            })
    }
}

impl Covariate {
    fn fault(&self, groups: usize) -> Option<String> {
        let name = &self.name;
        if self.mean.len() != 1 && self.mean.len() != groups {
            let found = self.mean.len();
            return Some(format!(
                "{name} has {found} means for {groups} groups; give one, or one each"
            ));
        }
        let share = |mean: &&f64| !(0.0..=1.0).contains(*mean);
        match self.kind {
            CovariateKind::Normal => not_positive(&format!("`sd` of {name}"), self.sd),
            CovariateKind::YesNo => {
                self.mean.iter().find(share).map(|mean| {
                    format!("{name} is yes in {mean} of the patients, which is no share")
                })
            }
        }
        .or_else(|| not_positive(&format!("`hazard_ratio` of {name}"), self.hazard_ratio))
    }
}

impl Frailty {
    fn fault(self) -> Option<String> {
        let size = (self.size == 0).then(|| "a cluster has no patients".to_owned());
        not_positive("`variance` of the frailty", self.variance).or(size)
    }
}

impl Censoring {
    fn fault(self) -> Option<String> {
        for (name, value) in [("accrual", self.accrual), ("rate", self.rate)] {
            if !(value.is_finite() && value >= 0.0) {
                return Some(format!("`{name}` is {value}, and must be 0 or more"));
            }
        }
        if self.accrual > 0.0 && self.follow_up.is_none() {
            return Some("`accrual` has an end of the study only with `follow_up`".to_owned());
        }
        self.follow_up.and_then(|time| not_positive("`follow_up`", time))
    }
}

impl Entry {
    fn fault(self) -> Option<String> {
        not_positive("`latest` of the entry", self.latest)
    }
}
