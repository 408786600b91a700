//! The named endpoints, each with its definition and where it is from.
//!
//! The definitions differ between guidelines. Those here follow one source each, which is stated;
//! a study with another definition writes its own rule.

use serde::{Deserialize, Serialize};

use super::{Condition, Dated, EndpointError, OnProblem, Rule, TimeUnit};

/// A named endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Endpoint {
    /// Overall survival.
    Os,
    /// Disease-free survival.
    Dfs,
    /// Relapse-free survival.
    Rfs,
    /// Progression-free survival.
    Pfs,
    /// Event-free survival.
    Efs,
    /// Disease-specific survival.
    Dss,
    /// Time to progression.
    Ttp,
}

/// Which columns of a study hold which dates. A list may name several columns; an absent one is
/// empty or `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    /// The date at which time starts.
    pub time_zero: String,
    /// Local, regional or distant recurrence after treatment that left no disease.
    pub relapse: Vec<String>,
    /// Progression of disease that was there; for event-free survival, one that precludes surgery.
    pub progression: Vec<String>,
    /// A second primary cancer.
    pub second_primary: Vec<String>,
    /// Death from any cause.
    pub death: Option<String>,
    /// Who is dead at the last contact, where no column has the day of death: that day is then the
    /// one of the last contact.
    pub dead: Option<Condition>,
    /// How to tell that a death is from the disease.
    pub death_from_disease: Option<Condition>,
    /// The last visit or contact; the latest of several counts.
    pub last_visit: Vec<String>,
    /// Components of the definition that the study did not record, by their key: `second_primary`.
    /// They do not count, and the definition says so.
    pub ignore: Vec<String>,
}

/// The components that a study may leave out: the key, and what is said of them.
const SECOND_PRIMARY: &str = "second_primary";
const RELAPSE: &str = "relapse";
const PROGRESSION: &str = "progression";

const PUNT: &str = "Punt CJ, Buyse M, Kohne CH, et al. Endpoints in adjuvant treatment trials: a \
    systematic review of the literature in colon cancer and proposed definitions for future trials. \
    J Natl Cancer Inst 2007;99:998-1003.";

const FDA: &str = "US Food and Drug Administration. Clinical trial endpoints for the approval of \
    cancer drugs and biologics: guidance for industry. December 2018.";

impl Endpoint {
    /// All named endpoints.
    pub const ALL: [Endpoint; 7] = [
        Endpoint::Os,
        Endpoint::Dfs,
        Endpoint::Rfs,
        Endpoint::Pfs,
        Endpoint::Efs,
        Endpoint::Dss,
        Endpoint::Ttp,
    ];

    /// The endpoint of that name, in any letter case.
    pub fn parse(name: &str) -> Option<Endpoint> {
        Endpoint::ALL.into_iter().find(|endpoint| endpoint.name().eq_ignore_ascii_case(name))
    }

    /// The short name: `dfs`.
    pub fn name(self) -> &'static str {
        match self {
            Endpoint::Os => "os",
            Endpoint::Dfs => "dfs",
            Endpoint::Rfs => "rfs",
            Endpoint::Pfs => "pfs",
            Endpoint::Efs => "efs",
            Endpoint::Dss => "dss",
            Endpoint::Ttp => "ttp",
        }
    }

    /// The name in words: `disease-free survival`.
    pub fn title(self) -> &'static str {
        match self {
            Endpoint::Os => "overall survival",
            Endpoint::Dfs => "disease-free survival",
            Endpoint::Rfs => "relapse-free survival",
            Endpoint::Pfs => "progression-free survival",
            Endpoint::Efs => "event-free survival",
            Endpoint::Dss => "disease-specific survival",
            Endpoint::Ttp => "time to progression",
        }
    }

    /// What counts as the event, what competes with it, and what is censored. A rule of a study that
    /// leaves a component out has a [`definition`](Rule::definition) of its own.
    pub fn definition(self) -> &'static str {
        match self {
            Endpoint::Os => {
                "Time to death from any cause. Patients alive are censored at the last visit."
            }
            Endpoint::Dfs => {
                "Time to the first of local, regional or distant relapse, a second primary cancer, \
                 and death from any cause. Patients without any of them are censored at the last \
                 visit."
            }
            Endpoint::Rfs => {
                "Time to the first of local, regional or distant relapse and death from any cause. \
                 Second primary cancers are ignored. Patients without an event are censored at the \
                 last visit."
            }
            Endpoint::Pfs => {
                "Time to the first of progression and death from any cause. Patients without an \
                 event are censored at the last visit."
            }
            Endpoint::Efs => {
                "Time to the first of progression that precludes surgery, local or distant relapse, \
                 and death from any cause. Patients without an event are censored at the last visit."
            }
            Endpoint::Dss => {
                "Time to death from the disease. Death from another cause competes with it. \
                 Patients alive are censored at the last visit."
            }
            Endpoint::Ttp => {
                "Time to progression. Death without progression competes with it. Patients alive \
                 without progression are censored at the last visit."
            }
        }
    }

    /// The publication that the definition follows.
    pub fn source(self) -> &'static str {
        match self {
            Endpoint::Os | Endpoint::Dfs | Endpoint::Rfs | Endpoint::Dss => PUNT,
            Endpoint::Pfs | Endpoint::Efs | Endpoint::Ttp => FDA,
        }
    }

    /// The rule for a study's columns, in days, refusing contradictory dates; change these fields
    /// of the rule as needed. Columns that the definition does not use are left aside.
    ///
    /// # Errors
    ///
    /// [`EndpointError::Role`] when the definition needs a column that `roles` does not name and does
    /// not ignore, [`EndpointError::Ignored`] for an ignored component that the definition has not,
    /// or that has a column.
    pub fn rule(self, roles: &Roles) -> Result<Rule, EndpointError> {
        self.check_ignored(roles)?;
        let (events, competing) = self.events(roles)?;
        if roles.time_zero.is_empty() {
            return Err(self.missing("the date at which time starts (`time_zero`)"));
        }
        if roles.last_visit.is_empty() {
            return Err(self.missing("the date of the last visit (`last_visit`)"));
        }
        Ok(Rule {
            name: self.name().to_owned(),
            definition: self.definition_without(&roles.ignore),
            source: self.source().to_owned(),
            time_zero: roles.time_zero.clone(),
            events,
            competing,
            censor: roles.last_visit.clone(),
            data_cut: None,
            unit: TimeUnit::Days,
            on_problem: OnProblem::Refuse,
        })
    }

    /// The events and the competing events of the definition.
    fn events(self, roles: &Roles) -> Result<(Vec<Dated>, Vec<Dated>), EndpointError> {
        let death = || self.death(roles);
        let events = match self {
            Endpoint::Os => vec![death()?],
            Endpoint::Dfs => {
                let mut events = self.relapse(roles)?;
                events.extend(self.component(
                    roles,
                    (&roles.second_primary, SECOND_PRIMARY),
                    "the dates of second primary cancers (`second_primary`), or to be told that the \
                     study did not record them (`ignore`)",
                )?);
                events.push(death()?);
                events
            }
            Endpoint::Rfs => with(self.relapse(roles)?, death()?),
            Endpoint::Pfs => with(self.progression(roles)?, death()?),
            Endpoint::Efs => {
                let mut events = self.component(
                    roles,
                    (&roles.progression, PROGRESSION),
                    "the dates of progression that precludes surgery (`progression`), or to be told \
                     that the study did not record them (`ignore`)",
                )?;
                events.extend(self.component(
                    roles,
                    (&roles.relapse, RELAPSE),
                    "the dates of relapse (`relapse`), or to be told that the study did not record \
                     them (`ignore`)",
                )?);
                if events.is_empty() {
                    return Err(self.missing(
                        "the dates of progression (`progression`), of relapse (`relapse`), or both",
                    ));
                }
                with(events, death()?)
            }
            Endpoint::Dss => return self.deaths_by_cause(roles),
            Endpoint::Ttp => return Ok((self.progression(roles)?, vec![death()?])),
        };
        Ok((events, Vec::new()))
    }

    fn deaths_by_cause(self, roles: &Roles) -> Result<(Vec<Dated>, Vec<Dated>), EndpointError> {
        let death = self.death(roles)?;
        if death.when.is_some() {
            return Err(
                self.missing("the date of death (`death`); a status (`dead`) is not enough")
            );
        }
        let disease = roles.death_from_disease.clone().ok_or_else(|| {
            self.missing("the values of a cause-of-death column that mean the disease (`death_from_disease`)")
        })?;
        let other = Condition {
            column: disease.column.clone(),
            is: disease.is_not.clone(),
            is_not: disease.is.clone(),
        };
        Ok((
            vec![death.clone().when(disease).label("death from the disease")],
            vec![death.when(other).label("death from another cause")],
        ))
    }

    fn death(self, roles: &Roles) -> Result<Dated, EndpointError> {
        match (&roles.death, &roles.dead, &roles.last_visit[..]) {
            (Some(column), None, _) => Ok(Dated::death(column)),
            (None, Some(dead), [last]) => Ok(Dated::death(last).when(dead.clone())),
            (None, Some(_), _) => Err(self.missing(
                "one date of the last contact (`last_visit`), on which the status (`dead`) was known",
            )),
            (Some(_), Some(_), _) => Err(self.missing(
                "either the date of death (`death`) or a status at the last contact (`dead`), and \
                 was given both",
            )),
            (None, None, _) => Err(self.missing(
                "the date of death (`death`), or who is dead at the last contact (`dead`)",
            )),
        }
    }

    fn relapse(self, roles: &Roles) -> Result<Vec<Dated>, EndpointError> {
        match dated(&roles.relapse) {
            none if none.is_empty() => Err(self.missing("the dates of relapse (`relapse`)")),
            some => Ok(some),
        }
    }

    fn progression(self, roles: &Roles) -> Result<Vec<Dated>, EndpointError> {
        match dated(&roles.progression) {
            none if none.is_empty() => Err(self.missing("the date of progression (`progression`)")),
            some => Ok(some),
        }
    }

    /// What a study may leave out of the definition, by the keys of [`Roles`].
    pub fn optional(self) -> &'static [&'static str] {
        match self {
            Endpoint::Dfs => &[SECOND_PRIMARY],
            Endpoint::Efs => &[PROGRESSION, RELAPSE],
            _ => &[],
        }
    }

    /// The dates of a component, or none when the study is said to have none.
    fn component(
        self,
        roles: &Roles,
        (columns, key): (&[String], &str),
        role: &'static str,
    ) -> Result<Vec<Dated>, EndpointError> {
        match dated(columns) {
            none if none.is_empty() && !roles.ignore.iter().any(|one| one == key) => {
                Err(self.missing(role))
            }
            dates => Ok(dates),
        }
    }

    fn check_ignored(self, roles: &Roles) -> Result<(), EndpointError> {
        let columns = |key: &str| match key {
            SECOND_PRIMARY => &roles.second_primary[..],
            PROGRESSION => &roles.progression,
            RELAPSE => &roles.relapse,
            _ => &[],
        };
        let wrong = roles.ignore.iter().find_map(|key| {
            let known = self.optional().contains(&key.as_str());
            let column = columns(key).first().cloned();
            (!known || column.is_some()).then_some((key.clone(), column.filter(|_| known)))
        });
        match wrong {
            None => Ok(()),
            Some((component, column)) => Err(EndpointError::Ignored {
                rule: self.name().to_owned(),
                component,
                column,
                optional: self.optional(),
            }),
        }
    }

    /// The definition of the components that the study recorded.
    fn definition_without(self, ignored: &[String]) -> String {
        let is = |key: &str| ignored.iter().any(|one| one == key);
        let told = match self {
            Endpoint::Dfs if is(SECOND_PRIMARY) => {
                "Time to the first of local, regional or distant relapse and death from any cause. \
                 Second primary cancers were not recorded and do not count. Patients without an \
                 event are censored at the last visit."
            }
            Endpoint::Efs if is(PROGRESSION) => {
                "Time to the first of local or distant relapse and death from any cause. Progression \
                 that precludes surgery was not recorded and does not count. Patients without an \
                 event are censored at the last visit."
            }
            Endpoint::Efs if is(RELAPSE) => {
                "Time to the first of progression that precludes surgery and death from any cause. \
                 Relapse was not recorded and does not count. Patients without an event are censored \
                 at the last visit."
            }
            _ => self.definition(),
        };
        told.to_owned()
    }

    fn missing(self, role: &'static str) -> EndpointError {
        EndpointError::Role { rule: self.name().to_owned(), role }
    }
}

fn dated(columns: &[String]) -> Vec<Dated> {
    columns.iter().map(|column| Dated::column(column)).collect()
}

fn with(mut events: Vec<Dated>, last: Dated) -> Vec<Dated> {
    events.push(last);
    events
}
