//! A rule as a study file writes it.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize};

use super::{
    Condition, Dated, Endpoint, EndpointError, OnProblem, Roles, Rule, TimeUnit, parse_date,
};

/// A rule of a study file: a named endpoint with the study's columns, or an endpoint of its own.
///
/// ```toml
/// name = "dfs"
/// rule = "dfs"                       # the named rule; without it, `events` says what counts
/// time_zero = "surgery_date"
/// relapse = ["local_relapse_date", "extrahepatic_progression_date"]
/// ignore = ["second_primary"]        # of dfs: not recorded here
/// death = "death_date"
/// last_visit = ["last_visit_date"]
/// data_cut = 2022-06-30              # optional
/// unit = "months"
/// on_problem = "flag"                # or "refuse", the default
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSpec {
    /// The name of the output columns; the named rule's when absent.
    #[serde(default)]
    pub name: Option<String>,
    /// The named rule: os, dfs, rfs, pfs, efs, dss or ttp.
    #[serde(default)]
    pub rule: Option<String>,
    /// The definition in words, of a rule with its own events.
    #[serde(default)]
    pub definition: Option<String>,
    /// Where that definition is from.
    #[serde(default)]
    pub source: Option<String>,
    /// The column of the date at which time starts.
    #[serde(default)]
    pub time_zero: String,
    /// The columns of relapse, for a named rule.
    #[serde(default, deserialize_with = "one_or_more")]
    pub relapse: Vec<String>,
    /// The columns of progression, for a named rule.
    #[serde(default, deserialize_with = "one_or_more")]
    pub progression: Vec<String>,
    /// The columns of second primary cancers, for a named rule.
    #[serde(default, deserialize_with = "one_or_more")]
    pub second_primary: Vec<String>,
    /// Components of the named rule that the study did not record: `second_primary` of dfs,
    /// `progression` or `relapse` of efs.
    #[serde(default, deserialize_with = "one_or_more", skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<String>,
    /// The column of death, for a named rule.
    #[serde(default)]
    pub death: Option<String>,
    /// Who is dead at the last contact, for a named rule where no column has the day of death.
    #[serde(default)]
    pub dead: Option<Condition>,
    /// Which deaths are from the disease, for the named rule dss.
    #[serde(default)]
    pub death_from_disease: Option<Condition>,
    /// The events of a rule of its own.
    #[serde(default)]
    pub events: Vec<Dated>,
    /// The competing events of a rule of its own.
    #[serde(default)]
    pub competing: Vec<Dated>,
    /// The columns that end follow-up; the latest date counts.
    #[serde(default, deserialize_with = "one_or_more")]
    pub last_visit: Vec<String>,
    /// The last day of the data, as YYYY-MM-DD.
    #[serde(default, deserialize_with = "date_or_text")]
    pub data_cut: Option<String>,
    /// The unit of time.
    #[serde(default)]
    pub unit: TimeUnit,
    /// What to do about contradictory dates.
    #[serde(default)]
    pub on_problem: OnProblem,
}

impl RuleSpec {
    /// The rule that this says.
    ///
    /// # Errors
    ///
    /// [`EndpointError::UnknownRule`], [`EndpointError::Role`], [`EndpointError::TwoDefinitions`],
    /// [`EndpointError::NoEvents`] and [`EndpointError::NoCensoring`] when it says too little or too
    /// much, [`EndpointError::DataCut`] for a cut that is not a date.
    pub fn resolve(&self) -> Result<Rule, EndpointError> {
        let mut rule = match &self.rule {
            Some(named) => self.named(named)?,
            None => self.own()?,
        };
        if let Some(name) = &self.name {
            rule.name = name.clone();
        }
        rule.data_cut = self.cut()?;
        rule.unit = self.unit;
        rule.on_problem = self.on_problem;
        Ok(rule)
    }

    fn named(&self, name: &str) -> Result<Rule, EndpointError> {
        let endpoint = Endpoint::parse(name).ok_or_else(|| unknown(name))?;
        if !(self.events.is_empty() && self.competing.is_empty()) {
            let rule = self.name.clone().unwrap_or_else(|| name.to_owned());
            return Err(EndpointError::TwoDefinitions { rule, named: name.to_owned() });
        }
        endpoint.rule(&Roles {
            time_zero: self.time_zero.clone(),
            relapse: self.relapse.clone(),
            progression: self.progression.clone(),
            second_primary: self.second_primary.clone(),
            death: self.death.clone(),
            dead: self.dead.clone(),
            death_from_disease: self.death_from_disease.clone(),
            last_visit: self.last_visit.clone(),
            ignore: self.ignore.clone(),
        })
    }

    fn own(&self) -> Result<Rule, EndpointError> {
        let name = self.name.clone().unwrap_or_else(|| "endpoint".to_owned());
        let missing = |role| EndpointError::Role { rule: name.clone(), role };
        if self.events.is_empty() {
            return Err(EndpointError::NoEvents { rule: name });
        }
        if let Some(component) = self.ignore.first().cloned() {
            let (column, optional) = (None, &[][..]);
            return Err(EndpointError::Ignored { rule: name, component, column, optional });
        }
        if self.time_zero.is_empty() {
            return Err(missing("the date at which time starts (`time_zero`)"));
        }
        if self.last_visit.is_empty() {
            return Err(EndpointError::NoCensoring { rule: name });
        }
        Ok(Rule {
            definition: self.definition.clone().unwrap_or_default(),
            source: self.source.clone().unwrap_or_default(),
            time_zero: self.time_zero.clone(),
            events: self.events.clone(),
            competing: self.competing.clone(),
            censor: self.last_visit.clone(),
            data_cut: None,
            unit: self.unit,
            on_problem: self.on_problem,
            name,
        })
    }

    fn cut(&self) -> Result<Option<NaiveDate>, EndpointError> {
        match &self.data_cut {
            None => Ok(None),
            Some(text) => parse_date(text)
                .map(Some)
                .ok_or_else(|| EndpointError::DataCut { text: text.clone() }),
        }
    }
}

fn unknown(name: &str) -> EndpointError {
    let names = Endpoint::ALL.into_iter().map(Endpoint::name);
    EndpointError::UnknownRule {
        rule: name.to_owned(),
        nearest: crate::nearest(name, names).map(str::to_owned),
    }
}

/// A list of columns, or one column without the brackets.
fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Columns {
        One(String),
        More(Vec<String>),
    }
    Ok(match Columns::deserialize(deserializer)? {
        Columns::One(column) => vec![column],
        Columns::More(columns) => columns,
    })
}

/// A date of TOML's own, or a text; either is checked when the rule is resolved.
fn date_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<toml::Value>::deserialize(deserializer)?.map(|value| match value {
        toml::Value::String(text) => text,
        other => other.to_string(),
    }))
}
