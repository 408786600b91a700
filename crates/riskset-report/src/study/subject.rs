//! What a request in a study is about: the study's own endpoint, group and population, which stand as
//! columns beside those of the data.

use super::context::Context;
use super::data::Sheet;
use super::figures::capital;
use super::file::{Analysis, Endpoint, Group, StudyFile, Text};
use super::read::Source;
use crate::Error;
use riskset_analysis::{self as analysis, NewColumn, Problem};
use riskset_data::written_text;
use serde_json::{Map, Value};

/// Fields that the study says for all its requests.
const OF_THE_STUDY: [&str; 3] = ["data", "reading", "counts"];

/// The keys that say what a request is about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    pub name: &'a Text,
    pub population: Option<&'a Text>,
    pub endpoint: Option<&'a Text>,
    pub group: Option<&'a Text>,
    pub terms: Option<&'a Text>,
    pub request: &'a toml::Table,
}

/// The columns that are made of endpoint and group, by what readers see.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Names {
    time: String,
    event: String,
    group: String,
}

impl<'a> From<&'a Analysis> for Subject<'a> {
    fn from(spec: &'a Analysis) -> Subject<'a> {
        Subject {
            name: &spec.name,
            population: spec.population.as_ref(),
            endpoint: spec.endpoint.as_ref(),
            group: spec.group.as_ref(),
            terms: spec.terms.as_ref(),
            request: &spec.request,
        }
    }
}

/// The places of two texts of the file, so that a message can show them.
fn found<'f, T>(items: &'f [T], name: &Text, of: impl Fn(&T) -> &Text) -> Option<&'f T> {
    items.iter().find(|item| of(item).get_ref() == name.get_ref())
}

impl Subject<'_> {
    /// Whether the request is about the data as they are, and nothing of the study.
    pub fn is_plain(&self) -> bool {
        [self.population, self.endpoint, self.group, self.terms].iter().all(Option::is_none)
    }

    /// What is wrong with the keys themselves.
    pub fn check(&self, source: &Source, file: &StudyFile) -> Result<(), Error> {
        if let Some(field) = OF_THE_STUDY.iter().find(|field| self.request.contains_key(**field)) {
            return Err(source.refuse(
                self.name,
                format!(
                    "the request names {field}, which is that of [data] for all requests of a study; \
                     leave it out"
                ),
            ));
        }
        let model = [self.endpoint, self.group, self.terms].into_iter().flatten().next();
        if let Some(text) = model.filter(|_| self.request.contains_key("formula")) {
            let message = "the request has a formula of its own, so endpoint, group and terms say \
                           nothing; keep one of the two";
            return Err(source.refuse(text, message));
        }
        if let (None, Some(text)) = (self.endpoint, model) {
            let message = "groups and terms are compared for an endpoint; name one as `endpoint`";
            return Err(source.refuse(text, message));
        }
        if let Some(text) = self.endpoint {
            let endpoint = found(&file.endpoint, text, |item| &item.name);
            if endpoint.is_some_and(|endpoint| !endpoint.competing.is_empty()) {
                let message = "this endpoint has competing events, which a request would take for \
                               censorings; a [[comparison]] tells its incidences, or write the formula \
                               of the data's own columns into the request";
                return Err(source.refuse(text, message));
            }
        }
        Ok(())
    }

    /// The fields of the request with what the study says; the names of columns do not matter before
    /// there are data.
    pub fn fields(
        &self,
        source: &Source,
        file: &StudyFile,
        patients: Option<&Sheet>,
    ) -> Result<Map<String, Value>, Error> {
        let value = serde_json::to_value(self.request)
            .map_err(|error| source.refuse(self.name, format!("the request: {error}")))?;
        let Value::Object(mut fields) = value else { unreachable!("a table of TOML is an object") };
        fields.insert("data".to_owned(), Value::from(file.data.file.get_ref().as_str()));
        let reading = file.data.reading();
        if reading != riskset_data::ReadOptions::default() {
            let reading = serde_json::to_value(reading).expect("what a reader is told is JSON");
            fields.insert("reading".to_owned(), reading);
        }
        if self.endpoint.is_some() {
            let names = self.names(file, patients);
            let left = format!("Surv(`{}`, `{}`)", names.time, names.event);
            let right = self.right(file, &names, &mut fields);
            fields.insert("formula".to_owned(), Value::from(format!("{left} ~ {right}")));
        }
        Ok(fields)
    }

    /// Level and scale, where the analysis has them and the request does not say them.
    pub fn of_the_study(
        &self,
        file: &StudyFile,
        known: &[String],
        fields: &mut Map<String, Value>,
    ) {
        let level = file.study.level.as_ref().map(|level| Value::from(*level.get_ref()));
        let scale = Value::from(file.study.conf_type.get_ref().as_str());
        put(known, fields, "conf_level", level);
        put(known, fields, "conf_type", Some(scale));
        put(known, fields, "match", file.study.software().map(|software| software.name().into()));
    }

    /// A text of an answer without the columns that the study made: a level is a name of its own.
    pub fn plain_words(&self, file: &StudyFile, patients: &Sheet, text: &str) -> String {
        if self.group.is_none() {
            return text.to_owned();
        }
        let name = self.names(file, Some(patients)).group;
        text.replace(&format!("factor(`{name}`)="), "")
            .replace(&format!("factor(`{name}`)"), &name)
            .replace(&format!("{name}="), "")
    }

    /// The right-hand side. A group that stands alone has its order and its reference as fields, which
    /// every analysis of groups takes.
    fn right(&self, file: &StudyFile, names: &Names, fields: &mut Map<String, Value>) -> String {
        let group = self.group.and_then(|text| found(&file.group, text, |item| &item.name));
        let Some(group) = group else {
            return self.terms.map_or_else(|| "1".to_owned(), |terms| terms.get_ref().clone());
        };
        let reference = reference(group);
        match self.terms {
            None => {
                fields.entry("reference").or_insert_with(|| Value::from(level(group, reference)));
                format!("`{}`", names.group)
            }
            Some(terms) => format!(
                "factor(`{}`, ref = {}) + {}",
                names.group,
                written_text(level(group, reference)),
                terms.get_ref()
            ),
        }
    }

    /// Columns are called as readers call them, and never as a column that the data have.
    fn names(&self, file: &StudyFile, patients: Option<&Sheet>) -> Names {
        let endpoint =
            self.endpoint.and_then(|text| found(&file.endpoint, text, |item| &item.name));
        let group = self.group.and_then(|text| found(&file.group, text, |item| &item.name));
        let taken = |name: &str| patients.is_some_and(|sheet| sheet.column(name).is_ok());
        let free = |name: String, what: &str| {
            let name = name.replace('`', "'");
            if taken(&name) { format!("{name} ({what})") } else { name }
        };
        Names {
            time: free(axis(file, endpoint), "time"),
            event: free(endpoint.map_or("Event", |item| &item.label).to_owned(), "event"),
            group: free(group.map_or("Group", |item| &item.label).to_owned(), "group"),
        }
    }

    /// The rows that the request is asked of, with the columns of endpoint and group.
    pub fn data(
        &self,
        context: &Context,
        patients: &Sheet,
        name: &str,
    ) -> Result<analysis::Data, Problem> {
        let Names { time, event, group } = self.names(context.file, Some(patients));
        let about =
            About { population: self.population, endpoint: self.endpoint, group: self.group };
        data(context, patients, about, Columns { time, event, cause: None, group }, name)
    }
}

/// What of the study stands as columns beside those of a sheet, and which rows.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    pub population: Option<&'a Text>,
    pub endpoint: Option<&'a Text>,
    pub group: Option<&'a Text>,
}

/// What those columns are called.
#[derive(Clone, Debug)]
pub struct Columns {
    pub time: String,
    pub event: String,
    /// The column of what each time ends with, where one is wanted.
    pub cause: Option<String>,
    pub group: String,
}

/// What stands in the column of causes for a patient without any event.
pub const CENSORED: &str = "censored";

/// The rows of a sheet whose patients belong to the population, with the columns of endpoint and group;
/// the sheet as it is when nothing of the study is asked for.
pub fn data(
    context: &Context,
    sheet: &Sheet,
    about: About,
    columns: Columns,
    name: &str,
) -> Result<analysis::Data, Problem> {
    if [about.population, about.endpoint, about.group].iter().all(Option::is_none) {
        return sheet.whole(name);
    }
    let members =
        about.population.map(|text| &context.cohort.populations[context.population(text).0]);
    let belongs = |&row: &usize| members.is_none_or(|members| members[sheet.patient(row)]);
    let chosen: Vec<usize> = (0..sheet.n()).filter(belongs).collect();
    let mut made = Vec::new();
    if let Some(text) = about.endpoint {
        let (endpoint, said) = context.endpoint(text);
        let outcome = |row: &usize| context.cohort.endpoints[endpoint][sheet.patient(*row)];
        let time = chosen.iter().map(|row| Some(outcome(row)?.time)).collect();
        let event = chosen.iter().map(|row| Some(outcome(row)?.event)).collect();
        made.push((columns.time, NewColumn::Numbers(time)));
        made.push((columns.event, NewColumn::Flags(event)));
        let cause = |row: &usize| {
            let outcome = outcome(row)?;
            Some(match (outcome.event, outcome.competing) {
                (true, _) => said.short().to_owned(),
                (false, Some(place)) => said.competing[usize::from(place)].label.clone(),
                (false, None) => CENSORED.to_owned(),
            })
        };
        made.extend(
            columns.cause.map(|name| (name, NewColumn::Texts(chosen.iter().map(cause).collect()))),
        );
    }
    if let Some(text) = about.group {
        let (group, said) = context.group(text);
        let label = |row: &usize| {
            let level = context.cohort.groups[group][sheet.patient(*row)]?;
            Some(said.levels[level as usize].label.clone())
        };
        made.push((columns.group, NewColumn::Texts(chosen.iter().map(label).collect())));
    }
    sheet.data(&chosen, made)
}

/// Puts a value where the kind of request has the field and the request is silent.
pub fn put(known: &[String], fields: &mut Map<String, Value>, field: &str, value: Option<Value>) {
    let Some(value) = value else { return };
    if known.iter().any(|known| known == field) {
        fields.entry(field).or_insert(value);
    }
}

/// What the axis of time is called: `Months since surgery`.
fn axis(file: &StudyFile, endpoint: Option<&Endpoint>) -> String {
    let unit = capital(file.study.unit.name());
    match endpoint.and_then(|endpoint| endpoint.origin.as_ref()) {
        Some(origin) => format!("{unit} since {origin}"),
        None => unit,
    }
}

fn reference(group: &Group) -> usize {
    let own = |level: &super::file::Level| level.name.get_ref() == group.reference.get_ref();
    group.levels.iter().position(own).expect("the reference level was checked")
}

/// A level as readers see it.
fn level(group: &Group, place: usize) -> &str {
    &group.levels[place].label
}
