//! The run of a study: read, check, compute, draw, write.

use super::adjust::{self, Adjusted};
use super::analysis::{self, Answered};
use super::check;
use super::checklist;
use super::cohort;
use super::compare::{self, Compared};
use super::context::{Context, Warning};
use super::cutpoint::{self, Searched};
use super::data::{Input, Sheet};
use super::describe;
use super::design;
use super::factors::{self, Told};
use super::figures::{self, Figure};
use super::file::StudyFile;
use super::flow;
use super::followup;
use super::forest;
use super::incidence;
use super::labels;
use super::manuscript::{self, Parts};
use super::meta::{self, Pooled};
use super::methods;
use super::model::{self, Fitted};
use super::page::{Block, Frame, PageSection, page};
use super::performance::{self, Judged};
use super::proportion;
use super::published;
use super::read::Source;
use super::requested;
use super::results;
use super::tables;
use super::text;
use crate::Error;
use crate::files::Output;
use crate::format::Style;
use crate::manuscript::Section;
use crate::store::{Store, slug};
use crate::table::Table;
use riskset_analysis::SavedModel;
use riskset_plot::Profile;
use serde_json::{Value, json};
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
    let (cohort, doubts) = cohort::build(&source, &file, &patients, &raw)?;
    let mut context = Context {
        conf_type: check::conf_type(&source, &file.study.conf_type)?,
        level: file.study.level.as_ref().map_or(0.95, |level| *level.get_ref()),
        unit: file.study.unit,
        style: Style::of(&profile),
        source: &source,
        file: &file,
        cohort,
        store: Store::new(),
        warnings: Vec::new(),
    };
    doubts.into_iter().for_each(|(code, message)| context.warn(code, message));
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
        drawn.push(requested::figure(&mut context, &patients, spec)?);
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
    let report = Report { context: &context, computed: &computed, drawn: &drawn, printed, inputs };
    let tables = report.tables();
    one_file_each(&source, &file, &tables)?;
    for (name, table) in &tables {
        write_table(&output, name, table)?;
    }
    let rows = computed.answered.iter().filter_map(Answered::rows);
    for (name, table) in report.audits().into_iter().chain(rows) {
        output.write(&format!("tables/{name}.csv"), table.to_csv())?;
    }
    for (name, model) in report.saved() {
        output.write(&name, model.to_json())?;
    }
    let pictures = figures::write(&output, &drawn, options.dpi, progress)?;
    output.write("results.json", pretty(&report.json()))?;
    let (methods, results) = report.texts();
    output.write("text/methods.md", text::to_markdown("Methods", &methods))?;
    output.write("text/results.md", text::to_markdown("Results", &results))?;
    output.write("report.html", report.html())?;
    progress("writing the manuscript");
    let (methods, results) = report.written();
    let printed = report.printed.as_ref().map(published::sentence);
    let parts = Parts { methods, results, tables: &tables, drawn: &drawn, pictures, printed };
    let written = manuscript::manuscript(&context, parts)?;
    manuscript::write(&output, &file, &written)?;
    checklist::write(&output, &context, &written)?;
    let summary = report.summary(tables.len());
    let mut recovered = output.recovered().to_vec();
    let (output, said) = output.finish()?;
    recovered.extend(said);
    Ok(Summary { output, recovered, ..summary })
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
    std::iter::once(path.to_owned()).chain(places).collect()
}

/// Everything computed that is not a number of the store.
pub struct Computed<'a> {
    pub described: Vec<(String, Table)>,
    pub compared: Vec<Vec<Compared<'a>>>,
    pub adjusted: Vec<Adjusted<'a>>,
    pub searched: Vec<Searched<'a>>,
    pub answered: Vec<Answered<'a>>,
    pub models: Vec<Fitted<'a>>,
    pub told: Vec<Told<'a>>,
    pub judged: Vec<Judged<'a>>,
    pub pooled: Vec<Pooled<'a>>,
}

fn compute<'a>(
    context: &mut Context<'a>,
    patients: &Sheet,
    units: Option<&Sheet>,
) -> Result<Computed<'a>, Error> {
    let file = context.file;
    context.store.count("data.patients", patients.n(), "rows of the data");
    if let Some(units) = units {
        context.store.count("data.units", units.n(), "rows of the units");
    }
    for (number, spec) in file.population.iter().enumerate() {
        let count = context.members(number).len();
        context.store.count(format!("population.{}", spec.name.get_ref()), count, &spec.label);
    }
    if let Some(spec) = &file.flow {
        flow::count(context, spec)?;
    }
    for spec in file.manuscript.iter().flat_map(|spec| &spec.design) {
        design::plan(context, spec)?;
    }
    let mut described = Vec::new();
    for spec in &file.table {
        let table = describe::table(context, patients, units, spec)?;
        described.push((spec.name.get_ref().clone(), table));
    }
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

/// What the report is made of.
struct Report<'a> {
    context: &'a Context<'a>,
    computed: &'a Computed<'a>,
    drawn: &'a [Figure],
    printed: Option<published::Comparison>,
    inputs: Vec<&'a Input>,
}

impl Report<'_> {
    /// Every table with its file name, in the order of the report.
    fn tables(&self) -> Vec<(String, Table)> {
        let (context, file) = (self.context, self.context.file);
        let mut tables = self.computed.described.clone();
        if !file.endpoint.is_empty() {
            tables.push(("outcomes".into(), incidence::table::outcomes(context)));
        }
        if !file.follow_up.is_empty() {
            tables.push(("follow-up".into(), tables::follow_up(context, &file.follow_up)));
        }
        for spec in &file.proportion {
            tables.push((spec.name.get_ref().clone(), tables::proportion(context, spec)));
        }
        for all in &self.computed.compared {
            let name = all[0].spec.name.get_ref().clone();
            tables.push((name, tables::comparison(context, all)));
        }
        for adjusted in &self.computed.adjusted {
            tables.extend(adjust::tables(context, adjusted));
        }
        for searched in &self.computed.searched {
            let name = searched.spec.name.get_ref().clone();
            tables.push((name, cutpoint::table(context, searched)));
        }
        for answered in &self.computed.answered {
            tables.extend(answered.tables(context));
        }
        for fitted in &self.computed.models {
            tables.push((fitted.spec.name.get_ref().clone(), model::table(context, fitted)));
        }
        for told in &self.computed.told {
            tables.push((told.spec.name.get_ref().clone(), factors::table(context, told)));
        }
        for judged in &self.computed.judged {
            let name = judged.spec.name.get_ref();
            tables.push((name.clone(), performance::table(context, judged)));
            let groups = performance::groups_table(context, judged);
            tables.extend(groups.map(|table| (format!("{name}-groups"), table)));
        }
        for pooled in &self.computed.pooled {
            tables.push((pooled.spec.name.get_ref().clone(), meta::table(context, pooled)));
        }
        if let Some(printed) = &self.printed {
            tables.push(("published".into(), published::table(context, printed)));
            if !printed.discrepancies.is_empty() {
                let table = published::discrepancies(context, printed);
                tables.push(("discrepancies".into(), table));
            }
        }
        tables
    }

    /// Per endpoint derived from dates, one row a patient: the date that decided, and why censored.
    /// For checking patient by patient, so it is a file and not a part of the report.
    fn audits(&self) -> Vec<(String, Table)> {
        let endpoints = self.context.file.endpoint.iter().zip(&self.context.cohort.audits);
        endpoints
            .filter_map(|(spec, audit)| {
                Some((format!("endpoints-{}", spec.name.get_ref()), tables::audit(audit.as_ref()?)))
            })
            .collect()
    }

    /// The models that the study saves, by file name.
    fn saved(&self) -> impl Iterator<Item = (String, &SavedModel)> {
        let models = self.computed.models.iter();
        models.filter_map(|fitted| {
            let name = fitted.spec.name.get_ref();
            Some((format!("models/{name}.json"), fitted.saved.as_ref()?))
        })
    }

    /// Methods and Results with what they cite.
    fn written(&self) -> (Vec<Section>, Vec<Section>) {
        let methods = methods::methods(self.context, &self.computed.compared);
        (methods, results::results(self.context, self.computed, self.drawn))
    }

    /// Methods and Results as plain text.
    fn texts(&self) -> (Vec<text::Section>, Vec<text::Section>) {
        let plain = |sections: Vec<Section>| sections.iter().map(text::plain).collect();
        let (methods, results) = self.written();
        (plain(methods), plain(results))
    }

    fn json(&self) -> Value {
        let context = self.context;
        let file = context.file;
        let sets: Vec<Value> = self.inputs.iter().map(|input| input.to_json()).collect();
        let missing =
            context.cohort.endpoints.iter().zip(&file.endpoint).map(|(outcomes, spec)| {
                let count = outcomes.iter().filter(|outcome| outcome.is_none()).count();
                (spec.name.get_ref().clone(), Value::from(count))
            });
        let curves: serde_json::Map<String, Value> =
            self.computed.compared.iter().flatten().flat_map(curves_json).collect();
        let ends = file.endpoint.iter().zip(&context.cohort.balances);
        let ends: serde_json::Map<String, Value> =
            ends.map(|(spec, ends)| (spec.name.get_ref().clone(), json!(ends))).collect();
        let answers = self.computed.answered.iter().map(Answered::json);
        let mut document = json!({
            "schema": "riskset.study/1",
            "n": context.cohort.n,
            "n_missing": missing.collect::<serde_json::Map<String, Value>>(),
            "warnings": context.warnings,
            "title": file.study.title,
            "synthetic": file.study.synthetic,
            "settings": {
                "conf_type": context.conf_type.name(),
                "level": context.level,
                "unit": context.unit.name(),
                "days_per_unit": context.unit.days(),
                "times": file.study.times(),
                "rounding": "halves up on the decimal value",
            },
            "provenance": {
                "program": "riskset",
                "version": env!("CARGO_PKG_VERSION"),
                "study_file": {
                    "name": file_name(&context.source.path),
                    "sha256": super::data::sha256(context.source.text.as_bytes()),
                },
                "inputs": sets,
            },
            "numbers": context.store.to_json(&context.style),
            "curves": curves,
            "outcomes": ends,
            "labels": labels::labels(context, &self.computed.compared, &self.computed.models),
            "published": self.printed,
        });
        let answers: serde_json::Map<String, Value> = answers.collect();
        if !answers.is_empty() {
            document["answers"] = Value::Object(answers);
        }
        document
    }

    fn html(&self) -> String {
        let study = &self.context.file.study;
        let name = file_name(&self.context.source.path);
        let frame = Frame {
            title: &study.title,
            subtitle: study.subtitle.as_deref(),
            citation: study.citation.as_deref(),
            note: study.note.as_deref(),
            synthetic: study.synthetic,
            study_file: &name,
        };
        page(&frame, &self.sections())
    }

    fn sections(&self) -> Vec<PageSection> {
        let (context, file) = (self.context, self.context.file);
        let (methods, results) = self.texts();
        let tables = self.tables();
        let table = |name: &str| {
            let found = tables.iter().find(|(other, _)| other == name);
            &found.expect("every table of the report was made").1
        };
        let text = |heading: &str| results.iter().find(|section| section.heading == heading);
        let mut sections = Vec::new();

        let mut patients = PageSection::new("patients", "Patients");
        text("Participants").into_iter().for_each(|section| patients.paragraphs(section));
        self.figure(&mut patients, "flow");
        for (name, table) in &self.computed.described {
            patients.table(name, table);
        }
        if !file.endpoint.is_empty() {
            patients.table("outcomes", table("outcomes"));
        }
        if !file.follow_up.is_empty() {
            text("Follow-up").into_iter().for_each(|section| patients.text(section));
            patients.table("follow-up", table("follow-up"));
        }
        sections.push(patients);

        for spec in &file.proportion {
            let name = spec.name.get_ref();
            let mut section = PageSection::new(&format!("part-{name}"), &spec.label);
            text(&spec.label).into_iter().for_each(|text| section.paragraphs(text));
            self.figure(&mut section, name);
            section.table(name, table(name));
            sections.push(section);
        }
        for all in &self.computed.compared {
            let name = all[0].spec.name.get_ref();
            let mut section = PageSection::new(&format!("part-{name}"), &all[0].spec.label);
            let doubts = context.warnings.iter().filter(|warning| {
                warning.code == "group_after_baseline"
                    && warning.message.starts_with(&all[0].spec.label)
            });
            for Warning { message, .. } in doubts {
                section.blocks.push(Block::Doubt { text: message.clone() });
            }
            text(&all[0].spec.label).into_iter().for_each(|text| section.paragraphs(text));
            for compared in all {
                let name = figures::curve_name(compared);
                self.figure(&mut section, &name);
                for event in &compared.endpoint.competing {
                    self.figure(&mut section, &format!("{name}-{}", event.name.get_ref()));
                }
            }
            section.table(name, table(name));
            sections.push(section);
        }
        if !file.panel.is_empty() {
            let mut section = PageSection::new("panels", "Figures in panels");
            for panel in &file.panel {
                self.figure(&mut section, panel.name.get_ref());
            }
            sections.push(section);
        }
        for adjusted in &self.computed.adjusted {
            let spec = adjusted.spec;
            let name = spec.name.get_ref();
            let balance = format!("{name}-balance");
            let mut section = PageSection::new(&format!("part-{name}"), &spec.label);
            text(&spec.label).into_iter().for_each(|text| section.paragraphs(text));
            self.figure(&mut section, name);
            section.table(name, table(name));
            self.figure(&mut section, &balance);
            section.table(&balance, table(&balance));
            sections.push(section);
        }
        for searched in &self.computed.searched {
            let name = searched.spec.name.get_ref();
            let mut section = PageSection::new(&format!("part-{name}"), &searched.spec.label);
            text(&searched.spec.label).into_iter().for_each(|text| section.paragraphs(text));
            self.figure(&mut section, name);
            section.table(name, table(name));
            sections.push(section);
        }
        for answered in &self.computed.answered {
            let spec = answered.spec;
            let id = format!("part-{}", spec.name.get_ref());
            let mut section = PageSection::new(&id, &spec.label);
            text(&spec.label).into_iter().for_each(|text| section.paragraphs(text));
            for (name, _) in answered.tables(context) {
                section.table(&name, table(&name));
            }
            sections.push(section);
        }
        if !file.figure.is_empty() {
            let mut section = PageSection::new("requests", "Further figures");
            for spec in &file.figure {
                self.figure(&mut section, spec.name.get_ref());
            }
            sections.push(section);
        }
        if !self.computed.models.is_empty() {
            let mut section = PageSection::new("models", "Adjusted models");
            for fitted in &self.computed.models {
                let name = fitted.spec.name.get_ref();
                text(&fitted.spec.label).into_iter().for_each(|text| section.paragraphs(text));
                self.figure(&mut section, name);
                self.figure(&mut section, &forest::subdistribution_name(fitted));
                section.table(name, table(name));
            }
            sections.push(section);
        }
        for told in &self.computed.told {
            let name = told.spec.name.get_ref();
            let mut section = PageSection::new(&format!("part-{name}"), &told.spec.label);
            text(&told.spec.label).into_iter().for_each(|text| section.paragraphs(text));
            self.figure(&mut section, name);
            section.table(name, table(name));
            sections.push(section);
        }
        for judged in &self.computed.judged {
            let name = judged.spec.name.get_ref();
            let mut section = PageSection::new(&format!("part-{name}"), &judged.spec.label);
            text(&judged.spec.label).into_iter().for_each(|text| section.paragraphs(text));
            self.figure(&mut section, name);
            section.table(name, table(name));
            let groups = format!("{name}-groups");
            if !judged.spec.groups.is_empty() {
                self.figure(&mut section, &groups);
                section.table(&groups, table(&groups));
            }
            sections.push(section);
        }
        for pooled in &self.computed.pooled {
            let name = pooled.spec.name.get_ref();
            let mut section = PageSection::new(&format!("part-{name}"), &pooled.spec.label);
            text(&pooled.spec.label).into_iter().for_each(|text| section.paragraphs(text));
            self.figure(&mut section, name);
            section.table(name, table(name));
            sections.push(section);
        }
        let mut section = PageSection::new("methods", "Methods");
        methods.iter().for_each(|text| section.text(text));
        sections.push(section);
        if let Some(printed) = &self.printed {
            let mut section = PageSection::new("published", "Published and reproduced");
            section.blocks.push(Block::Text { text: published::sentence(printed) });
            section.table("published", table("published"));
            if !printed.discrepancies.is_empty() {
                section.table("discrepancies", table("discrepancies"));
            }
            sections.push(section);
        }
        if !context.warnings.is_empty() {
            let mut section = PageSection::new("cautions", "Cautions");
            for Warning { message, .. } in &context.warnings {
                section.blocks.push(Block::Doubt { text: format!("{message}.") });
            }
            sections.push(section);
        }
        sections.push(self.provenance());
        sections
    }

    fn figure(&self, section: &mut PageSection, name: &str) {
        if let Some(figure) = self.drawn.iter().find(|figure| figure.name == name) {
            section.blocks.push(Block::Figure {
                name: figure.name.clone(),
                svg: figure.inline_svg(),
                title: figure.title.clone(),
                caption: figure.caption.clone(),
            });
        }
    }

    fn provenance(&self) -> PageSection {
        let context = self.context;
        let mut items = vec![
            ("Program".to_owned(), format!("riskset {}", env!("CARGO_PKG_VERSION"))),
            (
                "Study file".to_owned(),
                format!(
                    "{}, SHA-256 {}",
                    file_name(&context.source.path),
                    super::data::sha256(context.source.text.as_bytes())
                ),
            ),
        ];
        for input in &self.inputs {
            items.push(("Data".into(), format!("{}, SHA-256 {}", input.name, input.sha256)));
            items.extend(input.notes.iter().map(|note| ("Read".into(), note.clone())));
        }
        items.push((
            "Settings".into(),
            format!(
                "intervals on the {} scale, level {}, times in {} of {} days",
                context.conf_type.name(),
                context.style.level(context.level),
                context.unit.name(),
                context.unit.days()
            ),
        ));
        for (name, table) in self.audits() {
            let text = format!(
                "tables/{name}.csv: {} rows, the date that decided each patient's time",
                table.rows.len()
            );
            items.push(("Endpoint, patient by patient".into(), text));
        }
        items.extend(self.computed.answered.iter().map(Answered::asked));
        for (name, model) in self.saved() {
            let text = format!(
                "{name}, of {} patients with {} events: predicts without the data (`riskset predict`)",
                model.n, model.events
            );
            items.push(("Saved model".into(), text));
        }
        items.push(("Numbers".into(), format!("{} in results.json", context.store.len())));
        let mut section = PageSection::new("provenance", "Provenance");
        section.blocks.push(Block::List { items });
        section
    }

    fn summary(&self, tables: usize) -> Summary {
        let context = self.context;
        let warnings = context.warnings.iter();
        Summary {
            output: PathBuf::new(),
            recovered: Vec::new(),
            title: context.file.study.title.clone(),
            patients: context.cohort.n,
            numbers: context.store.len(),
            figures: self.drawn.len(),
            tables,
            published: self.printed.as_ref().map(published::agreement),
            notes: self
                .inputs
                .iter()
                .flat_map(|input| input.notes.iter().map(|note| format!("{}: {note}", input.name)))
                .collect(),
            warnings: warnings.map(|one| (one.code.to_owned(), one.message.clone())).collect(),
            lines: self
                .computed
                .compared
                .iter()
                .flatten()
                .map(|one| text::line(context, one))
                .collect(),
        }
    }
}

/// The curves of a comparison under the keys of their levels.
fn curves_json(compared: &Compared) -> Vec<(String, Value)> {
    let mut curves: Vec<(String, Value)> = (compared.survival().iter().enumerate())
        .map(|(level, curve)| (compared.level_key(level), figures::curve_json(curve)))
        .collect();
    if let Some(incidences) = compared.incidences() {
        for cause in &incidences.causes {
            let Some(number) = cause.number else { continue };
            for (level, incidence) in incidences.groups.iter().enumerate() {
                let key = format!("{}.{}", compared.level_key(level), cause.path);
                let key = key.trim_end_matches('.').to_owned();
                curves.push((key, figures::incidence_json(incidence, number)));
            }
        }
    }
    curves
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned())
}
