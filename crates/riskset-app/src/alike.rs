//! Two groups that were not drawn by lot: the comparison adjusted by their propensities or by a model,
//! with the balance of what they are made alike in.

use crate::ask::{Asked, Fields};
use crate::plan::{Alike, Endpoint};
use riskset_analysis::{Problem, Request};
use riskset_data::written_name;
use serde_json::{Value, json};

impl Alike {
    /// Whether an adjusted comparison is asked for.
    pub fn is_asked(&self) -> bool {
        !self.covariates.is_empty()
    }

    fn standardises(&self) -> bool {
        self.method.as_deref() == Some("standardise")
    }

    /// Whether there are weights, whose balance a figure shows.
    pub fn weights(&self) -> bool {
        self.is_asked() && !self.standardises()
    }

    /// The covariates as the right-hand side of a formula.
    pub fn terms(&self) -> String {
        let names: Vec<String> = self.covariates.iter().map(|name| written_name(name)).collect();
        names.join(" + ")
    }

    /// What was said of the way, by the names that requests and study files have for it.
    pub fn way(&self) -> Fields {
        let said = [
            ("method", json!(self.method)),
            ("target", json!(self.target)),
            ("stabilised", json!(self.stabilised.then_some(true))),
            ("truncate", json!(self.truncate)),
        ];
        let said = said.into_iter().filter(|(_, value)| *value != Value::Null);
        said.map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

impl Asked<'_> {
    /// The figure of the adjusted curves.
    pub fn adjusted_curves(&self, endpoint: &Endpoint) -> Result<Request, Problem> {
        let mut fields = self.plan.look.clone();
        // A log-rank test compares the patients as they are, and curves of a model have no ratio.
        let lines = match (fields.get("annotate"), self.plan.alike.standardises()) {
            (_, true) => Vec::new(),
            (Some(Value::Array(lines)), false) => {
                lines.iter().filter(|line| **line != json!("logrank")).cloned().collect()
            }
            (_, false) => vec![json!("hr")],
        };
        fields.insert("annotate".into(), Value::Array(lines));
        self.axis(endpoint, &mut fields)?;
        if let Some(group) = self.plan.group.as_ref().filter(|group| !group.labels.is_empty()) {
            fields.insert("labels".into(), json!(group.shown_labels()));
        }
        if !endpoint.label.is_empty() {
            fields.insert("endpoint".into(), json!(endpoint.label));
        }
        self.made_alike("plot-km", endpoint, fields)
    }

    /// The crude comparison beside the adjusted one, with the balance of the covariates.
    pub fn adjusted(&self, endpoint: &Endpoint) -> Result<Request, Problem> {
        let mut fields = Fields::new();
        if !self.plan.times.is_empty() {
            fields.insert("times".into(), json!(self.plan.times));
        }
        if let Some(horizon) = self.plan.rmst {
            fields.insert("rmst".into(), json!(horizon));
        }
        self.made_alike("adjust", endpoint, fields)
    }

    /// The figure of the balance before and after weighting.
    pub fn balance(&self, endpoint: &Endpoint) -> Result<Request, Problem> {
        self.made_alike("plot-love", endpoint, self.page_of("plot-love"))
    }

    fn made_alike(
        &self,
        analysis: &str,
        endpoint: &Endpoint,
        mut fields: Fields,
    ) -> Result<Request, Problem> {
        let alike = &self.plan.alike;
        fields.insert("adjust".into(), json!(alike.terms()));
        fields.extend(alike.way());
        self.levels(&mut fields);
        self.rows(analysis, endpoint, &self.right_hand_side(), fields)
    }
}
