//! Figures by their requests: whatever `riskset run` draws, about the patients of the study.

use super::context::Context;
use super::data::Sheet;
use super::figures::Figure;
use super::file::{Requested, StudyFile};
use super::read::Source;
use super::voice::StudyWords;
use crate::Error;
use riskset_analysis::{Answer, Problem, Request, run};
use riskset_plot::Figure as Drawn;
use serde_json::{Map, Value};

/// Fields that the study says for all its requests.
const OF_THE_STUDY: [&str; 2] = ["data", "reading"];

/// Refuses a request that cannot be read, before any data are.
pub fn check(source: &Source, file: &StudyFile) -> Result<(), Error> {
    file.figure.iter().try_for_each(|spec| request(source, file, spec).map(|_| ()))
}

/// Draws the figure of a request, as it is drawn anywhere: in the same bytes.
pub fn figure(context: &mut Context, patients: &Sheet, spec: &Requested) -> Result<Figure, Error> {
    let request = request(context.source, context.file, spec)?;
    let name = spec.name.get_ref();
    let answer = patients
        .whole(request.data().unwrap_or_default())
        .and_then(|data| run(&request, &data))
        .map_err(|problem| context.problem(&spec.name, &problem))?;
    let Answer::Figure(answer) = answer else { unreachable!("only figures pass the check") };
    for doubt in answer.about.iter().flat_map(|about| &about.doubts) {
        context.doubt(name, doubt);
    }
    let mut drawn = answer.figure;
    if context.file.study.synthetic {
        dress_synthetic(&mut drawn);
    }
    let title = format!("{}{}", spec.title, context.synthetic());
    Ok(Figure { name: name.clone(), title, caption: drawn.caption_texts().join(" "), drawn })
}

/// Says of a figure that its data are made up, in its title and its caption.
pub fn dress_synthetic(figure: &mut Drawn) {
    figure.scene.title.push_str(" (synthetic data)");
    figure.caption.push("Synthetic data.".into());
}

/// The request with the data of the study.
fn request(source: &Source, file: &StudyFile, spec: &Requested) -> Result<Request, Error> {
    let refuse = |problem: Problem| {
        source.refuse(&spec.name, format!("the request: {}", problem.words(&StudyWords)))
    };
    let refuse_text = |text: String| source.refuse(&spec.name, text);
    if let Some(field) = OF_THE_STUDY.iter().find(|field| spec.request.contains_key(**field)) {
        return Err(refuse_text(format!(
            "the request names {field}, which is that of [data] for all figures of a study; leave it \
             out"
        )));
    }
    let value = serde_json::to_value(&spec.request)
        .map_err(|error| refuse_text(format!("the request: {error}")))?;
    let Value::Object(mut fields) = value else { unreachable!("a table of TOML is an object") };
    of_the_study(file, &mut fields);
    let request = Request::from_fields(fields).map_err(refuse)?;
    let is_of_rows = request.data().is_some() && request.further_data().is_empty();
    if request.page().is_none() || !is_of_rows {
        return Err(refuse_text(
            "the request is no figure of the patients; `analysis` names one, such as \"plot-km\""
                .to_owned(),
        ));
    }
    if let Some((_, name)) = request.text_files().first() {
        return Err(refuse_text(format!("a study reads no file {name}; name a bundled profile")));
    }
    Ok(request)
}

/// Data and reading as the study has them.
fn of_the_study(file: &StudyFile, fields: &mut Map<String, Value>) {
    fields.insert("data".to_owned(), Value::from(file.data.file.get_ref().as_str()));
    let reading = file.data.reading();
    if reading != riskset_data::ReadOptions::default() {
        let reading = serde_json::to_value(reading).expect("what a reader is told is JSON");
        fields.insert("reading".to_owned(), reading);
    }
}
