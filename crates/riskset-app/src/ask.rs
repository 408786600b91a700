//! From a plan to requests: the only place that knows how the page's choices are asked.

use crate::competing::one_cause;
use crate::plan::{Endpoint, Group, Only, Plan};
use riskset::Remedy;
use riskset_analysis::{Problem, Request};
use riskset_data::endpoint::TimeUnit;
use riskset_data::endpoint::{Rule, RuleSpec};
use riskset_data::{Table, Values, written_name, written_text};
use serde_json::{Map, Value, json};

/// A plan with the table that it is about.
pub struct Asked<'a> {
    pub plan: &'a Plan,
    /// Its columns and values; those of the people, where its rows are counts.
    pub table: &'a Table,
    /// The table as it was read, of which requests are answered.
    pub read: &'a Table,
    /// What requests call the data.
    pub name: &'a str,
}

pub type Fields = Map<String, Value>;

impl Asked<'_> {
    /// The figure of the curves, a panel for each endpoint.
    pub fn curves(&self) -> Result<Request, Problem> {
        if self.plan.endpoints.is_empty() {
            return Err(missing("the endpoint"));
        }
        let endpoints = self.survival_endpoints();
        let Some(first) = endpoints.first() else {
            return Err(Problem::request(
                "every endpoint has competing events, and a survival curve is of none of them",
                Remedy::to("look at the incidences"),
            ));
        };
        let mut fields = self.plan.look.clone();
        if !fields.contains_key("annotate") {
            let lines: &[&str] = if self.compares() { &["hr", "logrank"] } else { &["median"] };
            fields.insert("annotate".into(), json!(lines));
        }
        self.axis(first, &mut fields)?;
        self.levels(&mut fields);
        if let Some(group) = self.plan.group.as_ref().filter(|group| !group.labels.is_empty()) {
            fields.insert("labels".into(), json!(group.shown_labels()));
        }
        if endpoints.len() > 1 {
            let panel = |endpoint: &&Endpoint| {
                let formula = self.formula(endpoint, &self.right_hand_side())?;
                // The first colon of a panel ends its title.
                Ok(format!("{}: {formula}", endpoint.label.replace(':', " -")))
            };
            let panels = endpoints.iter().map(panel);
            fields.insert("panel".into(), json!(panels.collect::<Result<Vec<_>, Problem>>()?));
        } else if !first.label.is_empty() {
            fields.insert("endpoint".into(), json!(first.label));
        }
        self.rows("plot-km", first, &self.right_hand_side(), fields)
    }

    /// The numbers of an endpoint: incidences where events compete, a comparison where there are
    /// groups, else a curve.
    pub fn numbers(&self, endpoint: &Endpoint) -> Result<Request, Problem> {
        if endpoint.competes() {
            return self.incidences(endpoint);
        }
        let mut fields = Fields::new();
        self.levels(&mut fields);
        if !self.plan.times.is_empty() {
            fields.insert("times".into(), json!(self.plan.times));
        }
        if let Some(horizon) = self.plan.rmst {
            fields.insert("rmst".into(), json!(horizon));
        }
        let analysis = if self.compares() { "compare" } else { "km" };
        self.rows(analysis, endpoint, &self.right_hand_side(), fields)
    }

    /// How the curves and the test of an endpoint come about, a time at a time.
    pub fn explained(&self, endpoint: &Endpoint) -> Result<Request, Problem> {
        let mut fields = Fields::from_iter([("explain".to_owned(), json!(true))]);
        self.levels(&mut fields);
        if endpoint.competes() {
            return self.of_causes("cif", endpoint, &self.right_hand_side(), fields);
        }
        self.rows("km", endpoint, &self.right_hand_side(), fields)
    }

    /// The endpoint of dates, patient by patient.
    pub fn audit(&self, endpoint: &Endpoint) -> Result<Request, Problem> {
        let rule = self.rule(endpoint)?.ok_or_else(|| {
            Problem::request("this endpoint is made of a time and an event, not of dates", None)
        })?;
        let id = self.plan.id.as_ref().ok_or_else(|| {
            Problem::request(
                "which column names the patient was not said",
                Remedy::to("choose it under “What is what”"),
            )
        })?;
        let mut fields = Fields::new();
        fields.insert("id".into(), json!(id));
        fields.insert("rule".into(), json!(rule));
        if let Some(subset) = self.subset()? {
            fields.insert("subset".into(), json!(subset));
        }
        self.request("endpoint", fields)
    }

    /// The adjusted model of an endpoint: as numbers (`cox`) or as a figure (`plot-forest`).
    pub fn model(&self, analysis: &str, endpoint: &Endpoint) -> Result<Request, Problem> {
        let mut terms = self.terms()?;
        terms.extend(self.plan.strata.iter().map(|column| strata(column)));
        self.rows(analysis, endpoint, &terms.join(" + "), self.page_of(analysis))
    }

    /// The terms of an adjusted model, without its strata.
    pub fn terms(&self) -> Result<Vec<String>, Problem> {
        let mut terms: Vec<String> =
            self.plan.group.iter().map(|group| self.factor(group)).collect();
        terms.extend(self.plan.covariates.iter().map(|column| written_name(column)));
        match terms.is_empty() {
            false => Ok(terms),
            true => Err(Problem::request(
                "a model has at least one term",
                Remedy::to("choose a group or covariates"),
            )),
        }
    }

    /// The group's effect in subgroups.
    pub fn subgroups(&self, endpoint: &Endpoint) -> Result<Request, Problem> {
        let mut fields = self.page_of("plot-subgroups");
        self.levels(&mut fields);
        fields.insert("by".into(), json!(self.plan.subgroups));
        self.rows("plot-subgroups", endpoint, &self.right_hand_side(), fields)
    }

    /// Profile and width, which every figure has.
    pub(crate) fn page_of(&self, analysis: &str) -> Fields {
        let of_page =
            |name: &&str| analysis.starts_with("plot") && self.plan.look.contains_key(*name);
        let names = ["theme", "width"].into_iter().filter(of_page);
        names.map(|name| (name.to_owned(), self.plan.look[name].clone())).collect()
    }

    /// A request about the rows of an endpoint.
    pub(crate) fn rows(
        &self,
        analysis: &str,
        endpoint: &Endpoint,
        terms: &str,
        mut fields: Fields,
    ) -> Result<Request, Problem> {
        if !fields.contains_key("formula") {
            fields.insert("formula".into(), json!(self.formula(endpoint, terms)?));
        }
        let rules = self.plan.endpoints.iter().map(|endpoint| self.rule(endpoint));
        let rules = rules.collect::<Result<Vec<_>, Problem>>()?;
        let rules: Vec<Value> = rules.into_iter().flatten().map(|rule| json!(rule)).collect();
        if !rules.is_empty() {
            fields.insert("derive".into(), Value::Array(rules));
            // The patient's name stands in messages about dates; times have no use for it.
            if let Some(id) = &self.plan.id {
                fields.insert("id".into(), json!(id));
            }
        }
        let counts = self.plan.counted()?;
        if !counts.is_empty() {
            fields.insert("counts".into(), json!(counts));
        }
        if let Some(subset) = self.subset()? {
            fields.insert("subset".into(), json!(subset));
        }
        if let Some(landmark) = self.plan.landmark {
            fields.insert("landmark".into(), json!(landmark));
        }
        let known = Request::fields_of(analysis).unwrap_or_default();
        let has = |field: &str| known.iter().any(|known| known == field);
        // A figure of balance has no intervals.
        let level = self.plan.conf_level.filter(|_| has("conf_level") && analysis != "plot-love");
        if let Some(level) = level {
            fields.insert("conf_level".into(), json!(level));
        }
        let has_scale = has("conf_type")
            && !["cox", "fine-gray", "plot-forest", "plot-subgroups", "plot-love"]
                .contains(&analysis);
        if let Some(scale) = self.plan.conf_type.as_ref().filter(|_| has_scale) {
            fields.insert("conf_type".into(), json!(scale));
        }
        self.request(analysis, fields)
    }

    fn request(&self, analysis: &str, mut fields: Fields) -> Result<Request, Problem> {
        fields.insert("analysis".into(), json!(analysis));
        fields.insert("data".into(), json!(self.name));
        if self.plan.reading != riskset_data::ReadOptions::default() {
            fields.insert("reading".into(), json!(self.plan.reading));
        }
        if let Some(program) = &self.plan.matched {
            // A kind in which no program does anything else is asked as it is.
            let known = Request::fields_of(analysis).unwrap_or_default();
            if known.iter().any(|field| field == "match") {
                fields.insert("match".into(), json!(program));
            }
        }
        Request::from_fields(fields)
    }

    /// `Surv(time, event == "dead") ~ terms`.
    fn formula(&self, endpoint: &Endpoint, terms: &str) -> Result<String, Problem> {
        let (time, event) = match self.rule(endpoint)? {
            Some(spec) => {
                let rule = spec.resolve().map_err(|error| Problem::analysis(error, None))?;
                let Rule { name, unit, .. } = rule;
                (written_name(&format!("{name}_{unit}")), written_name(&format!("{name}_event")))
            }
            None => {
                let time =
                    endpoint.time.as_deref().ok_or_else(|| missing("the column of times"))?;
                let event = endpoint.event.as_ref().ok_or_else(|| missing("what the event is"))?;
                (written_name(time), self.condition(event)?)
            }
        };
        Ok(format!("Surv({time}, {event}) ~ {terms}"))
    }

    /// The rule of an endpoint, under a name whose columns the table does not have already.
    pub fn rule(&self, endpoint: &Endpoint) -> Result<Option<RuleSpec>, Problem> {
        let Some(mut spec) = endpoint.dates.clone() else { return Ok(None) };
        if endpoint.competes() {
            let label = match endpoint.label.trim() {
                "" => "event",
                label => label,
            };
            spec = one_cause(&spec, label)?;
        }
        let own = spec.name.clone().or(spec.rule.clone()).unwrap_or_else(|| "endpoint".to_owned());
        let taken = |name: &str| {
            let made = [spec.unit.to_string().as_str(), "event", "cause"]
                .map(|what| format!("{name}_{what}"));
            self.table.column_names().iter().any(|column| made.contains(column))
        };
        let mut name = own.clone();
        while taken(&name) {
            name.push_str("_by_rule");
        }
        if name != own {
            spec.name = Some(name);
        }
        Ok(Some(spec))
    }

    /// A column with some of its values, as a formula compares them.
    pub fn condition(&self, only: &Only) -> Result<String, Problem> {
        let column = written_name(&only.column);
        let values = self.table.values(&only.column)?;
        let written = |value: &String| match &values {
            Values::Text(_) => written_text(value),
            Values::Number(_) | Values::Flag(_) => value.clone(),
        };
        Ok(match (&only.is[..], &values) {
            ([], _) => return Err(missing(&format!("a value of {}", only.column))),
            ([one], Values::Flag(_)) if one == "TRUE" => column,
            ([one], Values::Flag(_)) if one == "FALSE" => format!("!{column}"),
            ([one], _) => format!("{column} == {}", written(one)),
            (several, _) => {
                let several: Vec<String> = several.iter().map(written).collect();
                format!("{column} %in% c({})", several.join(", "))
            }
        })
    }

    /// Whether there are groups to compare: where all but one are switched off, there are none.
    pub(crate) fn compares(&self) -> bool {
        let one_left = |group: &Group| !group.order.is_empty() && group.shown().len() < 2;
        self.plan.group.as_ref().is_some_and(|group| !one_left(group))
    }

    /// Everything that has to hold of a row.
    pub fn subset(&self) -> Result<Option<String>, Problem> {
        let mut all: Vec<String> = self.chosen()?;
        if let Some(group) = self.plan.group.as_ref().filter(|group| !group.off.is_empty()) {
            let is = self.all_levels(group)?;
            let is = is.into_iter().filter(|level| !group.off.contains(level)).collect();
            all.push(self.condition(&Only { column: group.column.clone(), is })?);
        }
        Ok(self.joined(all))
    }

    /// The same without the groups, which a study divides by itself.
    pub fn subset_of_patients(&self) -> Result<Option<String>, Problem> {
        Ok(self.joined(self.chosen()?))
    }

    fn chosen(&self) -> Result<Vec<String>, Problem> {
        self.plan.only.iter().map(|only| self.condition(only)).collect()
    }

    fn joined(&self, mut all: Vec<String>) -> Option<String> {
        if let Some(text) = self.plan.subset.as_deref().filter(|text| !text.trim().is_empty()) {
            all.push(if all.is_empty() { text.to_owned() } else { format!("({text})") });
        }
        (!all.is_empty()).then(|| all.join(" & "))
    }

    /// The levels of a group in their order, also those that are left out.
    pub fn all_levels(&self, group: &Group) -> Result<Vec<String>, Problem> {
        match group.order.is_empty() {
            true => Ok(self.table.factor(&group.column)?.levels),
            false => Ok(group.order.clone()),
        }
    }

    pub(crate) fn right_hand_side(&self) -> String {
        let group = self.plan.group.as_ref().map(|group| written_name(&group.column));
        let strata = self.plan.strata.iter().map(|column| strata(column));
        let terms: Vec<String> = group.into_iter().chain(strata).collect();
        if terms.is_empty() { "1".to_owned() } else { terms.join(" + ") }
    }

    /// The group in a model with other terms, with its order and its reference.
    fn factor(&self, group: &Group) -> String {
        let column = written_name(&group.column);
        let order = group.shown();
        let levels = match order.is_empty() {
            true => String::new(),
            false => {
                let levels: Vec<String> = order.iter().map(|level| written_text(level)).collect();
                format!(", levels = c({})", levels.join(", "))
            }
        };
        let reference = match &group.reference {
            Some(reference) => format!(", ref = {}", written_text(reference)),
            None => String::new(),
        };
        format!("factor({column}{levels}{reference})")
    }

    pub(crate) fn levels(&self, fields: &mut Fields) {
        let Some(group) = &self.plan.group else { return };
        if !group.order.is_empty() {
            fields.insert("order".into(), json!(group.shown()));
        }
        if let Some(reference) = &group.reference {
            fields.insert("reference".into(), json!(reference));
        }
    }

    /// The time axis in the unit that was chosen, which may not be that of the data.
    pub(crate) fn axis(&self, endpoint: &Endpoint, fields: &mut Fields) -> Result<(), Problem> {
        let own = match &endpoint.dates {
            Some(rule) => Some(unit(&rule.unit.to_string())),
            None => endpoint.unit,
        };
        let shown = self.plan.unit.or(own);
        let Some(shown) = shown else { return Ok(()) };
        fields.insert("unit".into(), json!(shown.name()));
        match own {
            Some(own) if own != shown => {
                fields.insert("per".into(), json!(shown.days() / own.days()));
                Ok(())
            }
            Some(_) => Ok(()),
            None => Err(missing("the unit in which the times were recorded")),
        }
    }
}

impl Group {
    /// The levels that are shown, in their order.
    fn shown(&self) -> Vec<String> {
        self.order.iter().filter(|level| !self.off.contains(level)).cloned().collect()
    }

    /// Their labels. The reference comes first in a figure, and its label with it.
    pub(crate) fn shown_labels(&self) -> Vec<String> {
        let named = self.order.iter().zip(&self.labels);
        let mut shown: Vec<(&String, &String)> =
            named.filter(|(level, _)| !self.off.contains(level)).collect();
        if let Some(reference) = &self.reference {
            shown.sort_by_key(|(level, _)| *level != reference);
        }
        shown.into_iter().map(|(_, label)| label.clone()).collect()
    }
}

pub(crate) fn strata(column: &str) -> String {
    format!("strata({})", written_name(column))
}

/// A unit of time by its name.
pub fn unit(name: &str) -> TimeUnit {
    match name {
        "days" => TimeUnit::Days,
        "weeks" => TimeUnit::Weeks,
        "years" => TimeUnit::Years,
        _ => TimeUnit::Months,
    }
}

pub fn missing(what: &str) -> Problem {
    Problem::request(
        format!("{what} was not said yet"),
        Remedy::to("choose it under “What is what”"),
    )
}
