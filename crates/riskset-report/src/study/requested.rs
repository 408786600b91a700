//! Figures by their requests: whatever `riskset run` draws, with what the study file has said already.
//!
//! The data and how they are read, the journal, the level and the scale of intervals are those of the
//! study where the request does not say otherwise. A population chooses the rows; an endpoint and a group
//! of the study stand in the formula by their names.

use super::context::Context;
use super::counted;
use super::data::Sheet;
use super::figures::Figure;
use super::file::{Endpoint, Group, Requested, StudyFile, Text};
use super::model::{CAUSE, EVENT, TIME};
use super::read::Source;
use super::subject::{self, About, CENSORED, Columns, put};
use super::voice::StudyWords;
use crate::Error;
use riskset_analysis::{Answer, Data, Problem, Request};
use riskset_data::ReadOptions;
use riskset_plot::Figure as Drawn;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// Refuses a request that cannot be read, before any data are.
pub fn check(source: &Source, file: &StudyFile) -> Result<(), Error> {
    file.figure.iter().try_for_each(|spec| {
        if let Some(data) = spec.data.as_ref().filter(|data| data.get_ref() != "units") {
            let message =
                "a figure is about the patients, which needs no `data`, or about \"units\"";
            return Err(source.refuse(data, message));
        }
        let named = |name: &Option<Text>, known: bool, what: &str| match name {
            Some(name) if !known => {
                Err(source.refuse(name, format!("the study has no {what} of this name")))
            }
            _ => Ok(()),
        };
        let population = file.population.iter().any(|one| is(&spec.population, &one.name));
        named(&spec.population, population, "[[population]]")?;
        named(&spec.endpoint, endpoint(file, spec).is_some(), "[[endpoint]]")?;
        named(&spec.group, group(file, spec).is_some(), "[[group]]")?;
        if let Some(name) = &spec.with {
            let known = super::results::parts(file);
            if !known.contains(&name.get_ref().as_str()) {
                return Err(source.unknown(name, "the part of Results", &known));
            }
        }
        request(source, file, spec).map(|_| ())
    })
}

/// The files that the figures read besides the data of the study.
pub fn files(folder: &Path, file: &StudyFile) -> Vec<PathBuf> {
    let named = |spec: &Requested| -> Vec<String> {
        let name = |key: &str| spec.request.get(key).and_then(toml::Value::as_str);
        let theme = name("theme").filter(|theme| theme.ends_with(".toml"));
        let names = [name("data"), name("validate"), theme].into_iter().flatten();
        names.filter(|name| !name.starts_with('@')).map(str::to_owned).collect()
    };
    file.figure.iter().flat_map(named).map(|name| folder.join(name)).collect()
}

/// Draws the figure of a request.
pub fn figure(
    context: &mut Context,
    folder: &Path,
    patients: &Sheet,
    units: Option<&Sheet>,
    spec: &Requested,
) -> Result<Figure, Error> {
    let request = request(context.source, context.file, spec)?;
    let name = spec.name.get_ref();
    let sheet = match (&spec.data, units) {
        (None, _) => patients,
        (Some(_), Some(units)) => units,
        (Some(data), None) => {
            return Err(context.source.refuse(data, "there is no [units] section; add one"));
        }
    };
    let answer = data(context, folder, sheet, spec, &request)
        .and_then(|data| context.run(&request, &data))
        .map_err(|problem| context.problem_in(&StudyWords, &spec.name, &problem))?;
    let Answer::Figure(answer) = answer else { unreachable!("only figures pass the check") };
    for doubt in answer.about.iter().flat_map(|about| &about.doubts) {
        context.doubt_in(&answer.words(&StudyWords), name, doubt);
    }
    let mut drawn = answer.figure;
    if spec.data.is_some() {
        let many = format!("several {} of one patient", context.file.many_units());
        for sentence in &mut drawn.caption {
            sentence.text = sentence.text.replace("several observations of one cluster", &many);
        }
    }
    if context.file.study.synthetic && of_the_patients(&request) {
        dress_synthetic(&mut drawn);
    }
    let said = if of_the_patients(&request) { context.synthetic() } else { "" };
    let title = format!("{}{said}", spec.title);
    Ok(Figure { name: name.clone(), title, caption: drawn.caption_texts().join(" "), drawn })
}

/// Says of a figure that its data are made up, in its title and its caption.
pub fn dress_synthetic(figure: &mut Drawn) {
    figure.scene.title.push_str(" (synthetic data)");
    figure.caption.push("Synthetic data.".into());
}

/// Whether a figure shows rows of the study; a forest plot of series and a flow have data of their own.
fn of_the_patients(request: &Request) -> bool {
    !matches!(request, Request::PlotMeta(_) | Request::PlotMetaHr(_) | Request::PlotFlow(_))
}

/// The rows with the columns that the study adds, and the further files that the request names.
fn data(
    context: &Context,
    folder: &Path,
    sheet: &Sheet,
    spec: &Requested,
    request: &Request,
) -> Result<Data, Problem> {
    let beside = |name: &str, reading: ReadOptions| {
        let place = match name.starts_with('@') {
            true => name.to_owned(),
            false => folder.join(name).to_string_lossy().into_owned(),
        };
        Data::source(&place, reading).map(|data| data.called(name))
    };
    let mut data = match (of_the_patients(request), request.data()) {
        (true, _) => of_sheet(context, sheet, spec, request)?,
        (false, Some(name)) => beside(name, request.reading())?,
        (false, None) => Data::none(),
    };
    for (role, name) in request.further_data() {
        data = data.with(role, beside(name, ReadOptions::default())?);
    }
    for (role, name) in request.text_files() {
        let place = folder.join(name);
        let text = crate::files::read_file(&place)
            .map_err(|error| Problem::analysis(format!("{name} cannot be read: {error}"), None))?;
        let text = String::from_utf8(text)
            .map_err(|_| Problem::analysis(format!("{name} is not UTF-8 text"), None))?;
        data = data.with_text(role, text);
    }
    Ok(data)
}

fn of_sheet(
    context: &Context,
    sheet: &Sheet,
    spec: &Requested,
    request: &Request,
) -> Result<Data, Problem> {
    if let Some(counts) = counted::data(sheet, request) {
        return Ok(counts);
    }
    let about = About {
        population: spec.population.as_ref(),
        endpoint: spec.endpoint.as_ref(),
        group: spec.group.as_ref(),
    };
    let columns = Columns {
        time: TIME.to_owned(),
        event: EVENT.to_owned(),
        cause: Some(CAUSE.to_owned()),
        group: spec.group.as_ref().map_or_else(String::new, |group| group.get_ref().clone()),
    };
    subject::data(context, sheet, about, columns, request.data().unwrap_or_default())
}

/// The request with what the study has said.
fn request(source: &Source, file: &StudyFile, spec: &Requested) -> Result<Request, Error> {
    let refuse = |problem: Problem| {
        source.refuse(&spec.name, format!("the request: {}", problem.words(&StudyWords)))
    };
    let refuse_text = |text: String| source.refuse(&spec.name, text);
    let value = serde_json::to_value(&spec.request)
        .map_err(|error| refuse_text(format!("the request: {error}")))?;
    let Value::Object(mut fields) = value else { unreachable!("a table of TOML is an object") };
    let analysis = fields.get("analysis").and_then(Value::as_str).unwrap_or_default();
    let known = Request::fields_of(analysis).unwrap_or_default();
    let own_data = !known.iter().any(|field| field == "formula");
    if !own_data {
        let of_the_study =
            ["data", "reading", "counts"].into_iter().find(|field| fields.contains_key(*field));
        if let Some(field) = of_the_study {
            return Err(refuse_text(format!(
                "the request names {field}, which is that of [data] for all figures of a study; leave \
                 it out"
            )));
        }
        of_the_study_file(file, spec, &known, &mut fields).map_err(&refuse_text)?;
    } else if spec.population.is_some() || spec.endpoint.is_some() || spec.group.is_some() {
        return Err(refuse_text(format!(
            "a figure of the kind {analysis:?} has data of its own, not patients of a population"
        )));
    }
    of_the_journal(file, &known, &mut fields);
    let request = Request::from_fields(fields).map_err(refuse)?;
    match request.page() {
        Some(_) => Ok(request),
        None => Err(refuse_text(
            "the request is no figure; `analysis` names one, such as \"plot-km\"".to_owned(),
        )),
    }
}

/// Journal and level of intervals, where the request has a place for them and says nothing.
fn of_the_journal(file: &StudyFile, known: &[String], fields: &mut Map<String, Value>) {
    let mut put = |field: &str, value: Option<Value>| put(known, fields, field, value);
    let text = |text: &Text| Value::from(text.get_ref().as_str());
    put("theme", file.study.profile.as_ref().map(text));
    put("conf_level", file.study.level.as_ref().map(|level| Value::from(*level.get_ref())));
}

/// Data, reading, scale of intervals, endpoint and group.
fn of_the_study_file(
    file: &StudyFile,
    spec: &Requested,
    known: &[String],
    fields: &mut Map<String, Value>,
) -> Result<(), String> {
    let data = match (&spec.data, &file.units) {
        (Some(_), Some(units)) => &units.file,
        _ => &file.data.file,
    };
    fields.insert("data".to_owned(), Value::from(data.get_ref().as_str()));
    let reading = file.data.reading();
    if spec.data.is_none() && reading != ReadOptions::default() {
        let reading = serde_json::to_value(reading).expect("what a reader is told is JSON");
        fields.insert("reading".to_owned(), reading);
    }
    put(known, fields, "conf_type", Some(file.study.conf_type.get_ref().as_str().into()));
    let plain = [&spec.population, &spec.endpoint, &spec.group].iter().all(|one| one.is_none());
    if plain && spec.data.is_none() {
        counted::put(file, known, fields);
    }
    put(known, fields, "match", file.study.software().map(|software| software.name().into()));
    let formula = fields.get("formula").and_then(Value::as_str).unwrap_or_default().to_owned();
    let (left, right) = match (formula.split_once('~'), group(file, spec)) {
        (Some((left, right)), _) => (left.trim().to_owned(), right.trim().to_owned()),
        (None, Some(group)) if formula.is_empty() => (String::new(), group.name.get_ref().clone()),
        _ => (String::new(), "1".to_owned()),
    };
    if let Some(endpoint) = endpoint(file, spec) {
        if !left.is_empty() && left != *endpoint.name.get_ref() {
            return Err(format!(
                "the formula begins with {left:?}, and `endpoint` names {:?}, by which it begins then; \
                 leave one of them out",
                endpoint.name.get_ref()
            ));
        }
        let response = of_the_endpoint(file, endpoint, known, fields);
        fields.insert("formula".to_owned(), format!("{response} ~ {right}").into());
    }
    if let Some(group) = group(file, spec).filter(|group| right == *group.name.get_ref()) {
        let labels: Vec<&str> = group.levels.iter().map(|level| level.label.as_str()).collect();
        let reference =
            group.levels.iter().find(|level| level.name.get_ref() == group.reference.get_ref());
        put(known, fields, "order", Some(labels.into()));
        put(known, fields, "reference", reference.map(|level| level.label.as_str().into()));
    }
    Ok(())
}

/// The response of an endpoint, and what its axis says.
fn of_the_endpoint(
    file: &StudyFile,
    endpoint: &Endpoint,
    known: &[String],
    fields: &mut Map<String, Value>,
) -> String {
    put(known, fields, "unit", Some(file.study.unit.name().into()));
    put(known, fields, "endpoint", Some(endpoint.label.as_str().into()));
    put(known, fields, "origin", endpoint.origin.as_deref().map(Value::from));
    if known.iter().any(|field| field == "cause") {
        put(known, fields, "cause", Some(endpoint.short().into()));
        put(known, fields, "censor", Some(CENSORED.into()));
        return format!("Surv(`{TIME}`, `{CAUSE}`)");
    }
    match endpoint.competing.is_empty() {
        true => format!("Surv(`{TIME}`, `{EVENT}`)"),
        // As a comparison of causes, so that what counts as censored is seen and doubted.
        false => format!("Surv(`{TIME}`, `{CAUSE}` == {:?})", endpoint.short()),
    }
}

fn is(asked: &Option<Text>, name: &Text) -> bool {
    asked.as_ref().is_some_and(|asked| asked.get_ref() == name.get_ref())
}

fn endpoint<'a>(file: &'a StudyFile, spec: &Requested) -> Option<&'a Endpoint> {
    file.endpoint.iter().find(|one| is(&spec.endpoint, &one.name))
}

fn group<'a>(file: &'a StudyFile, spec: &Requested) -> Option<&'a Group> {
    file.group.iter().find(|one| is(&spec.group, &one.name))
}
