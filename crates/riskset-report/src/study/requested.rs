//! Figures by their requests: whatever `riskset run` draws, about the patients of the study.

use super::context::Context;
use super::data::Sheet;
use super::figures::Figure;
use super::file::{Requested, StudyFile};
use super::read::Source;
use super::subject::Subject;
use super::voice::StudyWords;
use crate::Error;
use riskset_analysis::{Answer, Problem, Request, run};
use riskset_plot::Figure as Drawn;

/// Refuses a request that cannot be read, before any data are.
pub fn check(source: &Source, file: &StudyFile) -> Result<(), Error> {
    file.figure.iter().try_for_each(|spec| {
        Subject::from(spec).check(source, file)?;
        request(source, file, spec, None).map(|_| ())
    })
}

/// Draws the figure of a request, as it is drawn anywhere: in the same bytes.
pub fn figure(context: &mut Context, patients: &Sheet, spec: &Requested) -> Result<Figure, Error> {
    let subject = Subject::from(spec);
    let request = request(context.source, context.file, spec, Some(patients))?;
    let name = spec.name.get_ref();
    let answer = subject
        .data(context, patients, request.data().unwrap_or_default())
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

/// The request with the data of the study; a figure of the study's own endpoint has its words and its
/// profile too.
fn request(
    source: &Source,
    file: &StudyFile,
    spec: &Requested,
    patients: Option<&Sheet>,
) -> Result<Request, Error> {
    let refuse = |problem: Problem| {
        source.refuse(&spec.name, format!("the request: {}", problem.words(&StudyWords)))
    };
    let subject = Subject::from(spec);
    let mut fields = subject.fields(source, file, patients)?;
    if !subject.is_plain() {
        let known = Request::from_fields(fields.clone()).map_err(refuse)?.to_value();
        subject.of_the_study(file, &known, &mut fields);
        subject.words_of_the_study(file, &known, &mut fields);
    }
    let request = Request::from_fields(fields).map_err(refuse)?;
    let is_of_rows = request.data().is_some() && request.further_data().is_empty();
    if request.page().is_none() || !is_of_rows {
        return Err(source.refuse(
            &spec.name,
            "the request is no figure of the patients; `analysis` names one, such as \"plot-km\"",
        ));
    }
    if let Some((_, name)) = request.text_files().first() {
        let message = format!("a study reads no file {name}; name a bundled profile");
        return Err(source.refuse(&spec.name, message));
    }
    Ok(request)
}
