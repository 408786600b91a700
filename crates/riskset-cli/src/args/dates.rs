//! Endpoints from dates: the rules and the columns that hold what they ask for.

use clap::Args;
use clap::builder::TypedValueParser;
use clap::error::ErrorKind;
use riskset_data::endpoint::{Condition, Endpoint, OnProblem, RuleSpec, TimeUnit};
use std::ffi::OsStr;

/// Endpoints from dates, for a command that analyses them.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Endpoints from dates (the model is then \"dfs ~ arm\")")]
pub struct DatesArgs {
    /// The rule: os, dfs, rfs, pfs, efs, dss, ttp, several with commas, or a TOML file with a rule of
    /// your own
    #[arg(long, value_name = "RULE,...", value_delimiter = ',', value_parser = FromFile(named_rule))]
    pub rule: Vec<RuleName>,

    /// Column of time zero
    #[arg(long, value_name = "COLUMN", requires = "rule")]
    pub time_zero: Option<String>,

    /// Columns of relapse
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',', requires = "rule")]
    pub relapse: Vec<String>,

    /// Columns of progression
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',', requires = "rule")]
    pub progression: Vec<String>,

    /// Columns of second primary cancers
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',', requires = "rule")]
    pub second_primary: Vec<String>,

    /// Components of a rule that were not recorded and do not count: second_primary of dfs,
    /// progression or relapse of efs
    #[arg(long, value_name = "COMPONENT,...", value_delimiter = ',', requires = "rule")]
    pub ignore: Vec<String>,

    /// Column of the day of death
    #[arg(long, value_name = "COLUMN", requires = "rule")]
    pub death: Option<String>,

    /// Who is dead at the last contact, where no column has the day of death, such as "status == dead"
    #[arg(long, value_name = "COLUMN == VALUE", requires = "rule", value_parser = condition)]
    pub dead: Option<Condition>,

    /// Which deaths are from the disease (dss), such as "cause_of_death == cancer"
    #[arg(long, value_name = "COLUMN == VALUE", requires = "rule", value_parser = condition)]
    pub death_from_disease: Option<Condition>,

    /// Columns of the last visit or contact; the latest date counts
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',', requires = "rule")]
    pub last_visit: Vec<String>,

    /// Everything after this date is unknown (YYYY-MM-DD)
    #[arg(long, value_name = "DATE", requires = "rule")]
    pub data_cut: Option<String>,

    /// Unit of the derived time: days, weeks, months (30.4375 days) or years (365.25 days) [default:
    /// days]
    #[arg(long, value_name = "UNIT", requires = "rule", value_parser = unit)]
    pub time_unit: Option<TimeUnit>,

    /// Flag patients whose dates contradict each other instead of refusing
    #[arg(long, requires = "rule")]
    pub flag: bool,
}

/// A rule by its name or from a file.
#[derive(Clone, Debug)]
pub struct RuleName {
    name: String,
    file: Option<RuleSpec>,
}

impl DatesArgs {
    /// The part of a request: a rule for each name. A file holds its rule whole.
    pub fn specs(&self, unit: Option<TimeUnit>) -> Vec<RuleSpec> {
        let unit = self.time_unit.or(unit).unwrap_or_default();
        let one =
            |rule: &RuleName| rule.file.clone().unwrap_or_else(|| self.named(&rule.name, unit));
        self.rule.iter().map(one).collect()
    }

    fn named(&self, name: &str, unit: TimeUnit) -> RuleSpec {
        RuleSpec {
            rule: Some(name.to_owned()),
            time_zero: self.time_zero.clone().unwrap_or_default(),
            relapse: self.relapse.clone(),
            progression: self.progression.clone(),
            second_primary: self.second_primary.clone(),
            ignore: self.ignored_by(name),
            death: self.death.clone(),
            dead: self.dead.clone(),
            death_from_disease: self.death_from_disease.clone(),
            last_visit: self.last_visit.clone(),
            data_cut: self.data_cut.clone(),
            unit,
            on_problem: if self.flag { OnProblem::Flag } else { OnProblem::Refuse },
            ..RuleSpec::default()
        }
    }

    /// What one of several rules ignores: what it may do without, and what no rule knows, which it is
    /// to refuse.
    fn ignored_by(&self, name: &str) -> Vec<String> {
        let optional = |name: &str| Endpoint::parse(name).map_or(&[][..], Endpoint::optional);
        let elsewhere = |component: &str| {
            self.rule.iter().any(|rule| optional(&rule.name).contains(&component))
        };
        let own = |component: &&String| {
            optional(name).contains(&component.as_str()) || !elsewhere(component)
        };
        self.ignore.iter().filter(own).cloned().collect()
    }

    /// The rule files.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.rule.iter().filter(|rule| rule.file.is_some()).map(|rule| rule.name.as_str())
    }
}

/// Reads the value of an option by a function that may open a file; what the file holds is no fault of
/// the command line, and the exit status says so.
#[derive(Clone)]
pub struct FromFile<T>(pub fn(&str) -> Result<T, String>);

impl<T: Clone + Send + Sync + 'static> TypedValueParser for FromFile<T> {
    type Value = T;

    fn parse_ref(
        &self,
        _: &clap::Command,
        _: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<T, clap::Error> {
        (self.0)(&value.to_string_lossy())
            .map_err(|message| clap::Error::raw(ErrorKind::Io, format!("{message}\n")))
    }
}

fn named_rule(name: &str) -> Result<RuleName, String> {
    let file = name.ends_with(".toml").then(|| super::rule(name)).transpose()?;
    Ok(RuleName { name: name.to_owned(), file })
}

/// `column == value`, the value with or without quotes.
fn condition(text: &str) -> Result<Condition, String> {
    let parts = text.split_once("==").map(|(column, value)| (column.trim(), value.trim()));
    let Some((column, value)) = parts.filter(|(a, b)| !a.is_empty() && !b.is_empty()) else {
        return Err("write COLUMN == VALUE, such as \"status == dead\"".to_owned());
    };
    Ok(Condition {
        column: column.trim_matches('`').to_owned(),
        is: vec![value.trim_matches('"').to_owned()],
        is_not: Vec::new(),
    })
}

/// A unit of time by its name.
pub fn unit(text: &str) -> Result<TimeUnit, String> {
    let unknown = || format!("`{text}` is no unit of time; use days, weeks, months or years");
    TimeUnit::parse(text).ok_or_else(unknown)
}
