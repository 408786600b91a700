//! Endpoints with competing events: incidences of the event while the others compete, Gray's test, and
//! the Fine-Gray model. The others are further values of the event's column, or dates of a rule.

use crate::ask::{Asked, Fields, missing};
use crate::plan::{Endpoint, Only};
use riskset::Remedy;
use riskset_analysis::{Problem, Request};
use riskset_data::endpoint::{Dated, RuleSpec};
use riskset_data::written_name;
use riskset_report::store::unique_slugs;
use serde_json::{Value, json};

/// What a figure of survival curves may hold, and one of incidences has no word for.
const OF_SURVIVAL: [&str; 2] = ["annotate", "incidence"];

/// What a rule of dates calls a time that ends without any event.
const CENSORED: &str = "censored";

impl Endpoint {
    /// Whether its incidence is asked for while other events compete.
    pub fn competes(&self) -> bool {
        match &self.dates {
            Some(_) => self.compete,
            None => self.censor.is_some(),
        }
    }
}

/// The rule of an endpoint with every date of its event under one name, because each date would be a
/// cause of its own otherwise. The dates, their order and what competes stay as the rule has them.
/// `label` names the event of a rule that a person made; a named rule has its own word.
pub fn one_cause(spec: &RuleSpec, label: &str) -> Result<RuleSpec, Problem> {
    let rule = spec.resolve().map_err(|error| Problem::analysis(error, None))?;
    if rule.competing.is_empty() {
        let what = format!("no event competes with that of the rule `{}`", rule.name);
        return Err(Problem::request(what, Remedy::to("let the other ends count as censored")));
    }
    let label = match (spec.rule.as_deref(), &rule.events[..]) {
        (None, _) => label.to_owned(),
        (Some(_), [only]) if only.label.is_some() => only.words(),
        (Some(_), _) => "progression".to_owned(),
    };
    let named = |event: &Dated| Dated { label: Some(label.clone()), ..event.clone() };
    Ok(RuleSpec {
        name: Some(rule.name),
        definition: Some(rule.definition),
        source: Some(rule.source),
        time_zero: rule.time_zero,
        events: rule.events.iter().map(named).collect(),
        competing: rule.competing,
        last_visit: rule.censor,
        data_cut: spec.data_cut.clone(),
        unit: spec.unit,
        on_problem: spec.on_problem,
        ..RuleSpec::default()
    })
}

impl Asked<'_> {
    /// The endpoints without competing events, in their order: those that a survival curve is of.
    pub fn survival_endpoints(&self) -> Vec<&Endpoint> {
        self.plan.endpoints.iter().filter(|endpoint| !endpoint.competes()).collect()
    }

    /// The figure of the incidence of an endpoint with competing events, by group where there are some.
    pub fn incidence_figure(&self, endpoint: &Endpoint) -> Result<Request, Problem> {
        let mut fields = self.plan.look.clone();
        // Whoever wants no log-rank test in the plot wants none of Gray's either.
        let tested = match fields.get("annotate") {
            Some(lines) => lines.as_array().is_some_and(|lines| lines.contains(&json!("logrank"))),
            None => true,
        };
        fields.retain(|field, _| !OF_SURVIVAL.contains(&field.as_str()));
        fields.insert("gray".into(), json!(tested && self.compares()));
        self.axis(endpoint, &mut fields)?;
        self.levels(&mut fields);
        if let Some(group) = self.plan.group.as_ref().filter(|group| !group.labels.is_empty()) {
            fields.insert("labels".into(), json!(group.shown_labels()));
        }
        self.of_causes("plot-cif", endpoint, &self.right_hand_side(), fields)
    }

    /// The incidences of every cause as numbers, with Gray's test where there are groups.
    pub fn incidences(&self, endpoint: &Endpoint) -> Result<Request, Problem> {
        let mut fields = Fields::from_iter([("gray".to_owned(), json!(self.compares()))]);
        self.levels(&mut fields);
        if !self.plan.times.is_empty() {
            fields.insert("times".into(), json!(self.plan.times));
        }
        self.of_causes("cif", endpoint, &self.right_hand_side(), fields)
    }

    /// The model of the incidence, with the terms of the adjusted one.
    pub fn fine_gray(&self, endpoint: &Endpoint) -> Result<Request, Problem> {
        self.of_causes("fine-gray", endpoint, &self.terms()?.join(" + "), Fields::new())
    }

    /// A request about an event column of several values.
    pub fn of_causes(
        &self,
        analysis: &str,
        endpoint: &Endpoint,
        terms: &str,
        mut fields: Fields,
    ) -> Result<Request, Problem> {
        let (time, column, cause, censor) = match self.rule(endpoint)? {
            Some(spec) => {
                let rule = spec.resolve().map_err(|error| Problem::analysis(error, None))?;
                let [time, _, column] = rule.column_names();
                (time, column, rule.events[0].words(), Some(CENSORED.to_owned()))
            }
            None => {
                let (event, cause) = cause(endpoint)?;
                let time = endpoint.time.clone().ok_or_else(|| missing("the column of times"))?;
                (time, event.column.clone(), cause.clone(), endpoint.censor.clone())
            }
        };
        let (time, column) = (written_name(&time), written_name(&column));
        fields.insert("formula".into(), json!(format!("Surv({time}, {column}) ~ {terms}")));
        fields.insert("cause".into(), json!(cause));
        fields.insert("censor".into(), json!(censor));
        self.rows(analysis, endpoint, terms, fields)
    }

    /// The competing events of an endpoint as a study file has them: every value that is neither the
    /// event nor censored, in the order of the column. None where nothing competes.
    pub fn competing_events(&self, endpoint: &Endpoint) -> Result<Vec<Value>, Problem> {
        if endpoint.competes() && endpoint.dates.is_some() {
            return self.competing_dates(endpoint);
        }
        let Some(censor) = &endpoint.censor else { return Ok(Vec::new()) };
        let (event, cause) = cause(endpoint)?;
        let levels = self.table.factor(&event.column)?.levels;
        let others: Vec<String> =
            levels.into_iter().filter(|level| level != censor && level != cause).collect();
        let names = unique_slugs(others.iter().map(String::as_str));
        let one = |(level, name): (&String, String)| {
            let only = Only { column: event.column.clone(), is: vec![level.clone()] };
            let condition = self.condition(&only)?;
            Ok(json!({ "name": name, "label": level, "event": condition }))
        };
        others.iter().zip(names).map(one).collect()
    }

    /// The same of a rule: every date that competes, in the order of the rule.
    fn competing_dates(&self, endpoint: &Endpoint) -> Result<Vec<Value>, Problem> {
        let Some(spec) = self.rule(endpoint)? else { return Ok(Vec::new()) };
        let rule = spec.resolve().map_err(|error| Problem::analysis(error, None))?;
        let words: Vec<String> = rule.competing.iter().map(Dated::words).collect();
        let names = unique_slugs(words.iter().map(String::as_str));
        let one = |((event, label), name): ((&Dated, &String), String)| json!({ "name": name, "label": label, "date": event.column });
        Ok(rule.competing.iter().zip(&words).zip(names).map(one).collect())
    }
}

/// The event's column and the one value of it that is the cause of interest.
fn cause(endpoint: &Endpoint) -> Result<(&Only, &String), Problem> {
    let event = endpoint.event.as_ref().ok_or_else(|| missing("what the event is"))?;
    match &event.is[..] {
        [] => Err(missing(&format!("a value of {}", event.column))),
        [one] if Some(one) == endpoint.censor.as_ref() => Err(Problem::request(
            format!("{one} is the event, and cannot mean censored as well"),
            Remedy::to("choose another value for one of them"),
        )),
        [one] => Ok((event, one)),
        _ => Err(Problem::request(
            "several values are the event, and an incidence with competing events is of one",
            Remedy::to("choose one value as the event, or no competing events"),
        )),
    }
}
