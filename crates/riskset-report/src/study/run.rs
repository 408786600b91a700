//! The run of a study: read, check, compute, draw, write.

use super::adjust;
use super::analysis::{self, Answered};
use super::check;
use super::checklist;
use super::cohort;
use super::compare;
use super::computed::Computed;
use super::context::Context;
use super::cutpoint;
use super::data::{Input, Sheet};
use super::describe;
use super::design;
use super::factors;
use super::figures;
use super::file::StudyFile;
use super::flow;
use super::followup;
use super::manuscript;
use super::meta;
use super::model;
use super::performance;
use super::proportion;
use super::published;
use super::read::Source;
use super::report::Report;
use super::requested;
use super::results;
use super::text;
use crate::Error;
use crate::files::Output;
use crate::format::Style;
use crate::store::{Store, slug};
use crate::table::Table;
use riskset_plot::Profile;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// How a study is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StudyOptions {
    /// The folder to write; its parent must exist.
    pub output: PathBuf,
    /// Whether a folder that exists is replaced.
    pub force: bool,
    /// Pixels per inch of the PNG figures.
    pub dpi: u32,
}

/// What a run wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The folder.
    pub output: PathBuf,
    /// The study's title.
    pub title: String,
    /// Patients in the data.
    pub patients: usize,
    /// Numbers in `results.json`.
    pub numbers: usize,
    /// Figures, each as SVG, PDF and PNG.
    pub figures: usize,
    /// Tables, each as CSV, Markdown, LaTeX, HTML and DOCX.
    pub tables: usize,
    /// Printed quantities that were recomputed, and how many of them agree as printed.
    pub published: Option<(usize, usize)>,
    /// What the reader chose about the data, a sentence each.
    pub notes: Vec<String>,
    /// Doubts, as code and sentence.
    pub warnings: Vec<(String, String)>,
    /// What runs that were killed had left beside the folder, and what became of it.
    pub recovered: Vec<String>,
    /// One line a comparison and endpoint, for the terminal.
    pub lines: Vec<String>,
}

/// Checks the text of a study file against itself, before any data are read; `path` is what messages
/// call it.
///
/// # Errors
///
/// [`Error::Study`] with the line.
pub fn check_study(path: &Path, text: &str) -> Result<(), Error> {
    let source = Source { path: path.into(), text: text.to_owned() };
    let file = source.parse()?;
    check::check(&source, &file)?;
    profile(&source, &file).map(|_| ())
}

/// Runs the study of a file and writes its report.
///
/// `progress` is told what is being done, one short phrase a step.
///
/// # Errors
///
/// [`Error::Study`] with the line of the study file, [`Error::Data`] with the row of the data,
/// [`Error::Exists`] when the folder is there and `force` is not given, [`Error::Io`]. After an error
/// nothing has been written.
pub fn run_study(
    path: &Path,
    options: &StudyOptions,
    progress: &dyn Fn(&str),
) -> Result<Summary, Error> {
    progress("reading the study file");
    let source = Source::read(path)?;
    let file = source.parse()?;
    check::check(&source, &file)?;
    let profile = profile(&source, &file)?;
    let output = Output::start(&options.output, options.force)?;
    progress("reading the data");
    let folder = path.parent().unwrap_or(Path::new(""));
    output.refuse_inputs(inputs(path, folder, &file).iter().map(PathBuf::as_path))?;
    let (raw, patients) = Sheet::patients(&source, folder, &file.data)?;
    let units = match &file.units {
        Some(spec) => Some(Sheet::units(&source, folder, spec, &patients)?),
        None => None,
    };
    let mut context = begun((&source, &file), &profile, &patients, &raw)?;
    warn_of_groups(&mut context);
    describe::doubt_rows(&mut context, &patients);
    if let Some(units) = &units {
        describe::doubt_rows(&mut context, units);
    }

    progress("computing");
    let mut computed = compute(&mut context, &patients, units.as_ref())?;
    for spec in &file.analysis {
        computed.answered.push(analysis::answer(&mut context, &patients, folder, spec)?);
    }
    for spec in &file.meta {
        computed.pooled.push(meta::pool(&mut context, folder, spec)?);
    }
    progress("drawing");
    let Computed { compared, models, told, pooled, .. } = &computed;
    let mut drawn = figures::all(&context, &profile, compared, models, told, pooled)?;
    for adjusted in &computed.adjusted {
        drawn.extend(adjust::figures(&context, &profile, adjusted)?);
    }
    drawn.extend(computed.judged.iter_mut().flat_map(|judged| std::mem::take(&mut judged.figures)));
    for searched in &computed.searched {
        drawn.push(cutpoint::figure(&context, &profile, searched)?);
    }
    for spec in &file.figure {
        drawn.push(requested::figure(&mut context, folder, &patients, units.as_ref(), spec)?);
    }
    progress("writing");
    let printed = match &file.published {
        Some(spec) => Some(published::check(&context, folder, spec)?),
        None => None,
    };
    let mut inputs: Vec<&Input> =
        std::iter::once(raw.input()).chain(units.as_ref().map(Sheet::input)).collect();
    let further = computed.answered.iter().flat_map(|answered| &answered.inputs);
    for input in computed.pooled.iter().map(|pooled| &pooled.input).chain(further) {
        // Several analyses may read one file.
        if inputs.iter().all(|known| known.sha256 != input.sha256) {
            inputs.push(input);
        }
    }
    let report = Report::new(&context, &computed, &drawn, printed, inputs);
    one_file_each(&source, &file, &report.tables)?;
    for (name, table) in &report.tables {
        write_table(&output, name, table)?;
    }
    let all: Vec<Table> = report.tables.iter().map(|(_, table)| table.clone()).collect();
    let workbook = crate::table::xlsx(&all, &[]).map_err(Error::Data)?;
    output.write("tables/tables.xlsx", workbook)?;
    let rows = computed.answered.iter().filter_map(Answered::rows);
    for (name, table) in report.audits().into_iter().chain(rows) {
        output.write(&format!("tables/{name}.csv"), table.to_csv())?;
    }
    let pictures = figures::write(&output, &drawn, options.dpi, progress)?;
    for (name, model) in report.saved() {
        output.write(&name, model.to_json())?;
    }
    output.write("text/methods.md", text::to_markdown("Methods", &report.plain_methods()))?;
    output.write("text/results.md", text::to_markdown("Results", &report.plain_results()))?;
    output.write("report.html", report.html())?;
    progress("writing the manuscript");
    let written = manuscript::manuscript(&report, pictures)?;
    let mut json = report.json();
    json["checklists"] = serde_json::json!(checklist::all(&context, &written));
    output.write("results.json", pretty(&json))?;
    manuscript::write(&output, &file, &written)?;
    checklist::write(&output, &context, &written)?;
    let summary = summary(&report);
    let mut recovered = output.recovered().to_vec();
    let (output, said) = output.finish()?;
    recovered.extend(said);
    Ok(Summary { output, recovered, ..summary })
}

/// The tables of a study that describe its patients (`[[table]]`), by their names, in the order of the
/// file. Nothing is compared, drawn or written.
///
/// # Errors
///
/// As [`run_study`], but for those of writing.
pub fn describe_study(path: &Path) -> Result<Vec<(String, Table)>, Error> {
    let source = Source::read(path)?;
    let file = source.parse()?;
    check::check(&source, &file)?;
    let profile = profile(&source, &file)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let (raw, patients) = Sheet::patients(&source, folder, &file.data)?;
    let units = match &file.units {
        Some(spec) => Some(Sheet::units(&source, folder, spec, &patients)?),
        None => None,
    };
    let mut context = begun((&source, &file), &profile, &patients, &raw)?;
    described(&mut context, &patients, units.as_ref())
}

/// The patients of a study with their endpoints, and nothing computed yet.
fn begun<'a>(
    (source, file): (&'a Source, &'a StudyFile),
    profile: &Profile,
    patients: &Sheet,
    raw: &Sheet,
) -> Result<Context<'a>, Error> {
    let (cohort, doubts) = cohort::build(source, file, patients, raw)?;
    let mut context = Context {
        conf_type: check::conf_type(source, &file.study.conf_type)?,
        level: file.study.level.as_ref().map_or(0.95, |level| *level.get_ref()),
        unit: file.study.unit,
        style: Style::of(profile),
        source,
        file,
        cohort,
        store: Store::new(),
        warnings: Vec::new(),
        matching: std::cell::RefCell::default(),
    };
    doubts.into_iter().for_each(|(code, message)| context.warn(code, message));
    Ok(context)
}

/// The tables that describe patients.
fn described(
    context: &mut Context,
    patients: &Sheet,
    units: Option<&Sheet>,
) -> Result<Vec<(String, Table)>, Error> {
    let mut tables = Vec::new();
    for spec in &context.file.table {
        let table = describe::table(context, patients, units, spec)?;
        tables.push((spec.name.get_ref().clone(), table));
    }
    Ok(tables)
}

/// Every file that the run reads: the study file and those that it names.
fn inputs(path: &Path, folder: &Path, file: &StudyFile) -> Vec<PathBuf> {
    let data = [&file.data.file].into_iter();
    let units = file.units.iter().map(|spec| &spec.file);
    let pooled = file.meta.iter().map(|spec| &spec.file);
    let printed = file.published.iter().map(|spec| &spec.file);
    let named = data.chain(units).chain(pooled).chain(printed).map(|name| name.get_ref().as_str());
    let named = named.chain(file.analysis.iter().flat_map(analysis::further));
    let files = named.filter(|name| !name.starts_with('@'));
    // A workbook is named with its sheet: `patients.xlsx#Sheet 2`.
    let places = files.flat_map(|name| {
        let workbook = name.split_once('#').map(|(workbook, _)| folder.join(workbook));
        [Some(folder.join(name)), workbook].into_iter().flatten()
    });
    let of_figures = requested::files(folder, file);
    std::iter::once(path.to_owned()).chain(places).chain(of_figures).collect()
}

fn compute<'a>(
    context: &mut Context<'a>,
    patients: &Sheet,
    units: Option<&Sheet>,
) -> Result<Computed<'a>, Error> {
    let file = context.file;
    let counted = match file.data.counts_people() {
        true => "people counted in the data",
        false => "rows of the data",
    };
    context.store.count("data.patients", patients.n(), counted);
    if let Some(units) = units {
        context.store.count("data.units", units.n(), "rows of the units");
    }
    for (number, spec) in file.population.iter().enumerate() {
        let count = context.members(number).len();
        context.store.count(format!("population.{}", spec.name.get_ref()), count, &spec.label);
    }
    if let Some(spec) = &file.flow {
        flow::count(context, spec)?;
        if let (Some(flow), Some(units)) = (&spec.units, units) {
            flow::count_units(context, units, flow)?;
        }
    }
    for spec in file.manuscript.iter().flat_map(|spec| &spec.design) {
        design::plan(context, spec)?;
    }
    let described = described(context, patients, units)?;
    for spec in &file.follow_up {
        followup::follow_up(context, spec)?;
    }
    if let Some(units) = units {
        for spec in &file.proportion {
            proportion::proportion(context, units, spec)?;
        }
    }
    let mut compared = Vec::new();
    for spec in &file.comparison {
        compared.push(compare::compare(context, spec)?);
    }
    let mut adjusted = Vec::new();
    for spec in &file.adjust {
        adjusted.push(adjust::fit(context, patients, spec)?);
    }
    let mut searched = Vec::new();
    for spec in &file.cutpoint {
        searched.push(cutpoint::search(context, patients, spec)?);
    }
    let mut models = Vec::new();
    for spec in &file.model {
        models.push(model::fit(context, patients, spec)?);
    }
    results::put_crude(context, &models, &compared);
    let mut told = Vec::new();
    for spec in &file.factors {
        told.push(factors::factors(context, patients, spec)?);
    }
    let mut judged = Vec::new();
    for spec in &file.performance {
        judged.push(performance::judge(context, patients, spec)?);
    }
    let (answered, pooled) = (Vec::new(), Vec::new());
    Ok(Computed { described, compared, adjusted, searched, answered, models, told, judged, pooled })
}

fn profile(source: &Source, file: &StudyFile) -> Result<Profile, Error> {
    match &file.study.profile {
        None => Ok(Profile::plain()),
        Some(name) => Profile::named(name.get_ref()).map_err(|error| source.refuse(name, error)),
    }
}

/// Groups that are known only after time zero make survivors look better: whoever dies early never
/// gets into them (Anderson, Cain and Gelber 1983, J Clin Oncol 1:710-719).
fn warn_of_groups(context: &mut Context) {
    let file = context.file;
    let compared = file.comparison.iter().map(|one| (&one.group, &one.landmark, &one.label));
    let adjusted = file.adjust.iter().map(|one| (&one.group, &one.landmark, &one.label));
    let answered = file.analysis.iter().filter_map(|one| Some((one.group.as_ref()?, one)));
    let compared = compared.chain(adjusted).map(|(group, at, label)| (group, at.is_some(), label));
    let answered = answered.map(|(group, one)| {
        let starts_later =
            ["landmark", "known_at"].iter().any(|key| one.request.contains_key(*key));
        (group, starts_later, &one.label)
    });
    for (group, starts_later, label) in compared.chain(answered) {
        let (_, group) = context.group(group);
        if starts_later {
            continue;
        }
        let because = match cohort::defined_by_outcome(file, group) {
            Some(endpoint) => format!("are made of the outcome {endpoint:?}"),
            None if group.known.get_ref() == "after" => "are known only after time zero".to_owned(),
            None => continue,
        };
        let message = format!(
            "{}: the groups of {:?} {because}, so patients with early events cannot be in some of \
             them and the comparison is biased; set `landmark` to a time",
            label, group.label
        );
        context.warn("group_after_baseline", message);
    }
}

/// The tables of an answer are numbered, and another section may have such a name.
fn one_file_each(
    source: &Source,
    file: &StudyFile,
    tables: &[(String, Table)],
) -> Result<(), Error> {
    let mut seen = std::collections::BTreeSet::new();
    let Some((twice, _)) = tables.iter().find(|(name, _)| !seen.insert(slug(name))) else {
        return Ok(());
    };
    let owner = |spec: &&super::file::Analysis| slug(twice).starts_with(&slug(spec.name.get_ref()));
    let message = format!("two tables would have the file name {twice:?}; choose another name");
    match file.analysis.iter().find(owner) {
        Some(spec) => Err(source.refuse(&spec.name, message)),
        None => Err(Error::Study(message)),
    }
}

fn write_table(output: &Output, name: &str, table: &Table) -> Result<(), Error> {
    output.write(&format!("tables/{name}.csv"), table.to_csv())?;
    output.write(&format!("tables/{name}.md"), table.to_markdown())?;
    output.write(&format!("tables/{name}.tex"), table.to_latex(name))?;
    output.write(&format!("tables/{name}.html"), table.to_html())?;
    output.write(&format!("tables/{name}.docx"), table.to_docx())
}

fn pretty(value: &Value) -> String {
    let text = serde_json::to_string_pretty(value).expect("numbers and texts are always JSON");
    text + "\n"
}

/// What the run wrote, but for where.
fn summary(report: &Report) -> Summary {
    let context = report.context;
    let warnings = context.warnings.iter();
    Summary {
        output: PathBuf::new(),
        recovered: Vec::new(),
        title: context.file.study.title.clone(),
        patients: context.cohort.n,
        numbers: context.store.len(),
        figures: report.drawn.len(),
        tables: report.tables.len(),
        published: report.printed.as_ref().map(published::agreement),
        notes: report
            .inputs
            .iter()
            .flat_map(|input| input.notes.iter().map(|note| format!("{}: {note}", input.name)))
            .collect(),
        warnings: warnings.map(|one| (one.code.to_owned(), one.message.clone())).collect(),
        lines: report
            .computed
            .compared
            .iter()
            .flatten()
            .map(|one| text::line(context, one))
            .collect(),
    }
}
