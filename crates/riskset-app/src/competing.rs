//! Endpoints whose event column holds several values: incidences of the chosen one while the others
//! compete, Gray's test, and the Fine-Gray model.

use crate::ask::{Asked, Fields, missing};
use crate::plan::{Endpoint, Only};
use riskset::Remedy;
use riskset_analysis::{Problem, Request};
use riskset_data::written_name;
use riskset_report::store::unique_slugs;
use serde_json::{Value, json};

/// What a figure of survival curves may hold, and one of incidences has no word for.
const OF_SURVIVAL: [&str; 2] = ["annotate", "incidence"];

impl Asked<'_> {
    /// The endpoints without competing events, in their order: those that a survival curve is of.
    pub fn survival_endpoints(&self) -> Vec<&Endpoint> {
        self.plan.endpoints.iter().filter(|endpoint| endpoint.censor.is_none()).collect()
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
        let (event, cause) = cause(endpoint)?;
        let time = endpoint.time.as_deref().ok_or_else(|| missing("the column of times"))?;
        let (time, column) = (written_name(time), written_name(&event.column));
        fields.insert("formula".into(), json!(format!("Surv({time}, {column}) ~ {terms}")));
        fields.insert("cause".into(), json!(cause));
        fields.insert("censor".into(), json!(endpoint.censor));
        self.rows(analysis, endpoint, terms, fields)
    }

    /// The competing events of an endpoint as a study file has them: every value that is neither the
    /// event nor censored, in the order of the column. None where nothing competes.
    pub fn competing_events(&self, endpoint: &Endpoint) -> Result<Vec<Value>, Problem> {
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
