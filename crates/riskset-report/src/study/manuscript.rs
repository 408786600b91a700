//! The manuscript of a study: its sentences, tables and figures as one document, what stands in the
//! main text, and what only the authors can say.

use super::context::Context;
use super::figures::curve_name;
use super::file::{ManuscriptSpec, StudyFile, TableSpec};
use super::published;
use super::read::Source;
use super::report::Report;
use super::results;
use super::text::short_definition;
use crate::Error;
use crate::files::Output;
use crate::manuscript::{Content, Draft, Item, Kind, Manuscript, Paragraph, Picture, Target};

/// The formats that a manuscript is written in.
pub const FORMATS: [&str; 4] = ["docx", "html", "tex", "md"];

/// What stands where the authors have said nothing.
const OPEN: &str = "[to be completed by the authors]";

/// Checks the section against the rest of the file.
pub fn check(source: &Source, file: &StudyFile) -> Result<(), Error> {
    let Some(spec) = &file.manuscript else { return Ok(()) };
    for format in &spec.formats {
        if !FORMATS.contains(&format.get_ref().as_str()) {
            return Err(source.unknown(format, "the format of a manuscript", &FORMATS));
        }
    }
    if let Some(alpha) = &spec.alpha {
        let value = *alpha.get_ref();
        if !(value > 0.0 && value < 1.0) {
            let message = format!("alpha {value} must lie between 0 and 1; write 0.05 for 5%");
            return Err(source.refuse_at(alpha.span(), message));
        }
    }
    if let Some(primary) = &spec.primary {
        let known = analyses(file);
        if !known.contains(&primary.get_ref().as_str()) {
            return Err(source.unknown(primary, "the primary analysis", &known));
        }
    }
    for (at, design) in spec.design.iter().enumerate() {
        let name = design.name.get_ref();
        if spec.design[..at].iter().any(|one| one.name.get_ref() == name) {
            let message = format!("two plans are called {name:?}; give each a name of its own");
            return Err(source.refuse(&design.name, message));
        }
    }
    super::checklist::check(source, spec)?;
    super::design::check(source, file)
}

/// The names of what may be the primary analysis.
fn analyses(file: &StudyFile) -> Vec<&str> {
    let names = file
        .comparison
        .iter()
        .map(|one| &one.name)
        .chain(file.proportion.iter().map(|one| &one.name))
        .chain(file.adjust.iter().map(|one| &one.name))
        .chain(file.model.iter().map(|one| &one.name))
        .chain(file.factors.iter().map(|one| &one.name));
    names.map(|name| name.get_ref().as_str()).collect()
}

/// Puts the manuscript together.
///
/// # Errors
///
/// [`Error::Study`] when `main` names what there is not.
pub fn manuscript(report: &Report, pictures: Vec<Picture>) -> Result<Manuscript, Error> {
    let context = report.context;
    let file = context.file;
    let spec = file.manuscript.as_ref();
    let main = main_items(report)?;
    let mut items = Vec::new();
    for (name, table) in &report.tables {
        let target = Target::table(name);
        let mut notes = vec![table.caption.clone()];
        notes.extend(table.footnotes.iter().cloned());
        notes.retain(|note| !note.is_empty());
        let content = Content::Table(table.clone());
        items.push(Item {
            main: main.contains(&target),
            title: table.title.clone(),
            notes,
            content,
            target,
        });
    }
    let compared = report.computed.compared.iter().flatten();
    let twice = compared.filter(|one| results::is_in_a_panel(file, one));
    let twice: Vec<String> = twice.map(curve_name).collect();
    for (figure, picture) in report.drawn.iter().zip(pictures) {
        let target = Target::figure(&figure.name);
        if twice.contains(&figure.name) && !main.contains(&target) {
            continue;
        }
        let notes = figure.drawn.caption_texts();
        let content = Content::Picture(picture);
        items.push(Item {
            main: main.contains(&target),
            title: figure.title.clone(),
            notes,
            content,
            target,
        });
    }
    let title = spec.and_then(|spec| spec.title.clone()).unwrap_or(file.study.title.clone());
    let draft = Draft {
        title,
        front: front(context),
        parts: vec![
            ("Methods".to_owned(), report.methods.clone()),
            ("Results".to_owned(), report.results.clone()),
        ],
        items,
        abbreviations: abbreviations(context),
        supplement: supplement(context, report.printed.as_ref().map(published::sentence)),
        said: file.endpoint.iter().map(short_definition).collect(),
        spelling: spec.map(|spec| spec.spelling).unwrap_or_default(),
    };
    Ok(draft.numbered())
}

/// Writes the manuscript in the formats asked for, and its references.
pub fn write(output: &Output, file: &StudyFile, manuscript: &Manuscript) -> Result<(), Error> {
    let asked = file.manuscript.iter().flat_map(|spec| &spec.formats);
    let asked: Vec<&str> = asked.map(|format| format.get_ref().as_str()).collect();
    for format in FORMATS.iter().filter(|one| asked.is_empty() || asked.contains(*one)) {
        let bytes = match *format {
            "docx" => manuscript.to_docx(),
            "html" => manuscript.to_html().into_bytes(),
            "tex" => manuscript.to_latex().into_bytes(),
            _ => manuscript.to_markdown().into_bytes(),
        };
        output.write(&format!("manuscript.{format}"), bytes)?;
    }
    output.write("manuscript.bib", manuscript.to_bib())?;
    output.write("manuscript.ris", manuscript.to_ris())
}

/// What stands in the main text: what the authors name, or the flow, the first description, the first
/// proportion, comparison, adjustment and model, and the panels.
fn main_items(report: &Report) -> Result<Vec<Target>, Error> {
    let context = report.context;
    let file = context.file;
    let exists = |target: &Target| match target.kind {
        Kind::Table => report.tables.iter().any(|(name, _)| *name == target.name),
        Kind::Figure => report.drawn.iter().any(|figure| figure.name == target.name),
    };
    let both = |name: &str| [Target::table(name), Target::figure(name)];
    let asked = file.manuscript.iter().flat_map(|spec| &spec.main);
    let mut chosen = Vec::new();
    for name in asked {
        let named: Vec<Target> = match name.get_ref().split_once(':') {
            Some(("table", name)) => vec![Target::table(name)],
            Some(("figure", name)) => vec![Target::figure(name)],
            _ => both(name.get_ref()).into(),
        };
        let found: Vec<Target> = named.into_iter().filter(|target| exists(target)).collect();
        if found.is_empty() {
            let tables = report.tables.iter().map(|(name, _)| name.as_str());
            let known: Vec<&str> =
                tables.chain(report.drawn.iter().map(|figure| figure.name.as_str())).collect();
            return Err(context.source.unknown(name, "a table or figure of the main text", &known));
        }
        chosen.extend(found);
    }
    if !chosen.is_empty() {
        return Ok(chosen);
    }
    chosen.push(Target::figure("flow"));
    let baseline = |table: &&TableSpec| table.kind.get_ref() == "baseline";
    let of_patients = |table: &&TableSpec| {
        baseline(table) && table.data.as_ref().is_none_or(|data| data.get_ref() == "patients")
    };
    let described = file.table.iter().find(of_patients).or(file.table.iter().find(baseline));
    chosen.extend(described.map(|one| Target::table(one.name.get_ref())));
    chosen.extend(file.proportion.first().iter().flat_map(|one| both(one.name.get_ref())));
    chosen.extend(file.panel.iter().map(|one| Target::figure(one.name.get_ref())));
    if let Some(first) = file.comparison.first() {
        let name = first.name.get_ref();
        chosen.push(Target::table(name));
        let mut curves = file.panel.iter().flat_map(|panel| &panel.curves);
        if !curves.any(|curve| curve.comparison.get_ref() == name) {
            let own = first.endpoints.iter();
            chosen.extend(own.map(|one| Target::figure(format!("{name}-{}", one.get_ref()))));
        }
    }
    let models = file.factors.first().map(|one| &one.name);
    let models = models.or(file.model.first().map(|one| &one.name));
    chosen.extend(models.map(|name| Target::table(name.get_ref())));
    chosen.extend(file.adjust.first().map(|one| Target::table(one.name.get_ref())));
    chosen.retain(exists);
    Ok(chosen)
}

/// The title page.
fn front(context: &Context) -> Vec<(String, String)> {
    let study = &context.file.study;
    let spec = context.file.manuscript.as_ref();
    let mut front: Vec<(String, String)> = Vec::new();
    let mut add = |label: &str, text: Option<String>| {
        front.extend(text.map(|text| (label.to_owned(), text)));
    };
    let list = |of: fn(&ManuscriptSpec) -> &Vec<String>, with: &str| {
        let all = spec.map(of).filter(|all| !all.is_empty());
        Some(all.map_or(OPEN.to_owned(), |all| all.join(with)))
    };
    let text = |of: fn(&ManuscriptSpec) -> &Option<String>| {
        Some(spec.and_then(|spec| of(spec).clone()).unwrap_or(OPEN.to_owned()))
    };
    if study.synthetic {
        add("Synthetic data", Some("The patients of this manuscript are made up.".to_owned()));
    }
    add("Subtitle", study.subtitle.clone());
    add("Journal", spec.and_then(|spec| spec.journal.clone()));
    add("Authors", list(|spec| &spec.authors, ", "));
    add("Affiliations", list(|spec| &spec.affiliations, "; "));
    add("Corresponding author", text(|spec| &spec.corresponding));
    add("Keywords", list(|spec| &spec.keywords, ", "));
    add("Source of the data", study.citation.clone());
    add("Note", study.note.clone());
    add("Registration", text(|spec| &spec.registration));
    add("Ethics", text(|spec| &spec.ethics));
    add("Funding", text(|spec| &spec.funding));
    add("Conflicts of interest", text(|spec| &spec.conflicts));
    add("Data availability", text(|spec| &spec.data_availability));
    front
}

/// Short forms of the program's words, of the endpoints and of the authors.
fn abbreviations(context: &Context) -> Vec<(String, String)> {
    let own = [
        ("AIC", "Akaike information criterion"),
        ("AUC", "area under the receiver operating characteristic curve"),
        ("CI", "confidence interval"),
        ("HR", "hazard ratio"),
        ("ICC", "intraclass correlation"),
        ("IQR", "interquartile range"),
        ("NE", "not estimable"),
        ("NR", "not reached"),
        ("SD", "standard deviation"),
    ];
    let own = own.map(|(short, long)| (short.to_owned(), long.to_owned()));
    let endpoints = context
        .file
        .endpoint
        .iter()
        .filter_map(|one| Some((one.abbreviation.clone()?, one.in_sentence())));
    let said = context.file.manuscript.iter().flat_map(|spec| spec.abbreviations.clone());
    said.chain(endpoints).chain(own).collect()
}

/// How the numbers were computed, for whoever repeats it; what print says.
fn supplement(context: &Context, printed: Option<String>) -> Vec<Paragraph> {
    let mut text = format!(
        "Computation: time in {} (days in each, {}); {} of survival on the {} scale; rounding, halves up.",
        context.unit.name(),
        context.unit.days(),
        context.ci(),
        context.conf_type.name()
    );
    let name = context.source.path.file_name().map(|name| name.to_string_lossy().into_owned());
    text.push_str(&format!(
        " The study file {} and the data give every number again; all of them are in results.json.",
        name.unwrap_or_default()
    ));
    let mut paragraphs = vec![Paragraph::new(text)];
    if let Some(printed) = printed {
        let items = [Target::table("published"), Target::table("discrepancies")];
        paragraphs.push(Paragraph::new(printed).see(items));
    }
    paragraphs
}
