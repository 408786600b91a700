//! Further analyses of the same endpoint, groups and covariates: each has a topic, of which the page shows
//! numbers, a figure, or both. What a topic is told are fields of its requests, by their names.

use crate::ask::{Asked, Fields, unit};
use crate::plan::Endpoint;
use riskset::Remedy;
use riskset_analysis::{Problem, Request};
use riskset_data::written_name;
use serde_json::{Value, json};

/// What stands right of `~`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// The groups, within strata where there are some.
    Groups,
    /// Group and covariates, as in the adjusted model.
    Model,
    /// The column that the topic names.
    Column,
}

struct Topic {
    name: &'static str,
    of: Of,
    /// The kinds of its requests: numbers, then figures.
    kinds: &'static [&'static str],
    /// Whether it is of incidences as well, where events compete.
    incidences: bool,
    /// The title of its figure in a study.
    title: &'static str,
}

const fn topic(
    name: &'static str,
    of: Of,
    kinds: &'static [&'static str],
    title: &'static str,
) -> Topic {
    Topic { name, of, kinds, incidences: false, title }
}

const TOPICS: [Topic; 12] = [
    topic("tests", Of::Groups, &["logrank"], "Tests"),
    topic("hazards", Of::Groups, &["plot-cumhaz"], "Cumulative hazards"),
    topic("loglog", Of::Groups, &["plot-loglog"], "log(-log S(t)) against log time"),
    topic("followup", Of::Groups, &["plot-follow-up"], "Follow-up"),
    topic("difference", Of::Groups, &["plot-difference"], "The difference of the curves"),
    topic("cutpoint", Of::Column, &["cutpoint", "plot-cutpoint"], "The search for a cut-point"),
    topic("proportional", Of::Model, &["plot-schoenfeld"], "Scaled Schoenfeld residuals"),
    topic("residuals", Of::Model, &["plot-residuals"], "Residuals"),
    topic("factors", Of::Model, &["factors", "plot-factors"], "Factors, one by one and together"),
    topic("nomogram", Of::Model, &["plot-nomogram"], "Nomogram"),
    Topic {
        name: "performance",
        of: Of::Model,
        kinds: &["performance", "plot-performance"],
        incidences: true,
        title: "What the predictions are worth",
    },
    topic(
        "risk-groups",
        Of::Model,
        &["risk-groups", "plot-risk-groups"],
        "Groups by predicted risk",
    ),
];

/// The topic of a name, as a problem where there is none.
fn find(name: &str) -> Result<&'static Topic, Problem> {
    let found = TOPICS.iter().find(|topic| topic.name == name);
    found.ok_or_else(|| Problem::request(format!("there is no further analysis {name:?}"), None))
}

/// Whether a part is a kind of request of a further analysis.
pub fn is_part(part: &str) -> bool {
    TOPICS.iter().any(|topic| topic.kinds.contains(&part))
}

/// Names and kinds, as the page needs them.
pub fn topics() -> Value {
    let one = |topic: &Topic| {
        json!({
            "name": topic.name, "kinds": topic.kinds, "incidences": topic.incidences,
            "needs": match topic.of {
                Of::Groups => "groups",
                Of::Model => "model",
                Of::Column => "column",
            },
        })
    };
    Value::Array(TOPICS.iter().map(one).collect())
}

impl Asked<'_> {
    /// The request of a further analysis of one endpoint, by its kind.
    ///
    /// # Errors
    ///
    /// What is not chosen yet, and what the request refuses.
    pub fn further(&self, kind: &str, endpoint: &Endpoint) -> Result<Request, Problem> {
        let topic = TOPICS.iter().find(|topic| topic.kinds.contains(&kind));
        let topic = topic.ok_or_else(|| {
            Problem::request(format!("{kind} is no further analysis of the page"), None)
        })?;
        let told = self.plan.further.get(topic.name).cloned().unwrap_or_default();
        let known = Request::fields_of(kind).unwrap_or_default();
        let has = |field: &str| known.iter().any(|known| known == field);
        let mut fields = self.page_of(kind);
        self.dress(kind, endpoint, &mut fields)?;
        if has("times") && !self.plan.times.is_empty() {
            fields.insert("times".into(), json!(self.plan.times));
        }
        let terms = match topic.of {
            Of::Groups => {
                self.levels(&mut fields);
                self.right_hand_side()
            }
            Of::Model => self.terms()?.join(" + "),
            Of::Column => {
                let column = told.get("column").and_then(Value::as_str).unwrap_or_default();
                if column.is_empty() {
                    let remedy = Remedy::to("choose it under “Further analyses”");
                    return Err(Problem::request(
                        "the column that is cut was not said yet",
                        remedy,
                    ));
                }
                written_name(column)
            }
        };
        for (field, value) in told.into_iter().filter(|(field, _)| has(field)) {
            let value = match (field.as_str(), &value) {
                ("against", Value::Array(columns)) => {
                    let names = columns.iter().filter_map(Value::as_str).map(written_name);
                    json!(names.collect::<Vec<_>>().join(" + "))
                }
                _ => value,
            };
            fields.insert(field, value);
        }
        match endpoint.competes() {
            true => self.of_causes(kind, endpoint, &terms, fields),
            false => self.rows(kind, endpoint, &terms, fields),
        }
    }

    /// Names of groups, unit and words of the axis, where the kind has them.
    fn dress(&self, kind: &str, endpoint: &Endpoint, fields: &mut Fields) -> Result<(), Problem> {
        let known = Request::fields_of(kind).unwrap_or_default();
        let has = |field: &str| known.iter().any(|known| known == field);
        let own = match &endpoint.dates {
            Some(rule) => Some(unit(&rule.unit.to_string())),
            None => endpoint.unit,
        };
        match (has("per"), own) {
            (true, _) => self.axis(endpoint, fields)?,
            (false, Some(own)) if has("unit") => {
                fields.insert("unit".into(), json!(own.name()));
            }
            _ => {}
        }
        if has("endpoint") && !endpoint.label.is_empty() {
            fields.insert("endpoint".into(), json!(endpoint.label));
        }
        let labels = self.plan.group.as_ref().filter(|group| !group.labels.is_empty());
        if let Some(group) = labels.filter(|_| has("labels") && has("panel")) {
            fields.insert("labels".into(), json!(group.shown_labels()));
        }
        Ok(())
    }

    /// Endpoints of which a further analysis is asked: those without competing events, and of some all.
    pub fn endpoints_of(&self, kind: &str) -> Vec<&Endpoint> {
        let incidences = TOPICS.iter().any(|topic| topic.kinds.contains(&kind) && topic.incidences);
        match incidences {
            true => self.plan.endpoints.iter().collect(),
            false => self.survival_endpoints(),
        }
    }

    /// Every further analysis that the plan asks for, as kind, title in a study, and request of the first
    /// endpoint that it is of.
    pub fn all_further(&self) -> Result<Vec<(&'static str, &'static str, Request)>, Problem> {
        let mut found = Vec::new();
        for name in self.plan.further.keys() {
            let topic = find(name)?;
            for kind in topic.kinds {
                if let Some(endpoint) = self.endpoints_of(kind).first() {
                    found.push((*kind, topic.title, self.further(kind, endpoint)?));
                }
            }
        }
        Ok(found)
    }
}
