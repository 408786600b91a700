//! What a study found, as the files of its report show it: tables, text, numbers for programs.

use super::adjust;
use super::analysis::Answered;
use super::compare::Compared;
use super::computed::Computed;
use super::context::Context;
use super::cutpoint;
use super::data::Input;
use super::factors;
use super::figures::{self, Figure};
use super::incidence;
use super::labels;
use super::meta;
use super::methods;
use super::model;
use super::performance;
use super::published;
use super::results;
use super::tables;
use super::text;
use crate::manuscript::Section;
use crate::table::Table;
use riskset_analysis::SavedModel;
use serde_json::{Value, json};
use std::path::Path;

/// What the report is made of: its tables and its text are made once, for every file that shows them.
pub struct Report<'a> {
    pub context: &'a Context<'a>,
    pub computed: &'a Computed<'a>,
    pub drawn: &'a [Figure],
    /// The comparison with print, where the study asks for one.
    pub printed: Option<published::Comparison>,
    pub inputs: Vec<&'a Input>,
    /// Every table with its file name, in the order of the report.
    pub tables: Vec<(String, Table)>,
    /// Methods with what they cite.
    pub methods: Vec<Section>,
    /// Results with what they cite.
    pub results: Vec<Section>,
}

impl<'a> Report<'a> {
    /// Makes tables and text.
    pub fn new(
        context: &'a Context<'a>,
        computed: &'a Computed<'a>,
        drawn: &'a [Figure],
        printed: Option<published::Comparison>,
        inputs: Vec<&'a Input>,
    ) -> Report<'a> {
        let tables = tables(context, computed, printed.as_ref());
        let methods = methods::methods(context, computed);
        let results = results::results(context, computed, drawn);
        Report { context, computed, drawn, printed, inputs, tables, methods, results }
    }
}

impl Report<'_> {
    /// Per endpoint derived from dates, one row a patient: the date that decided, and why censored.
    /// For checking patient by patient, so it is a file and not a part of the report.
    pub fn audits(&self) -> Vec<(String, Table)> {
        let endpoints = self.context.file.endpoint.iter().zip(&self.context.cohort.audits);
        endpoints
            .filter_map(|(spec, audit)| {
                Some((format!("endpoints-{}", spec.name.get_ref()), tables::audit(audit.as_ref()?)))
            })
            .collect()
    }

    /// The models that the study saves, by file name.
    pub fn saved(&self) -> impl Iterator<Item = (String, &SavedModel)> {
        let models = self.computed.models.iter();
        let models = models.map(|fitted| (&fitted.spec.name, &fitted.saved));
        let judged = self.computed.judged.iter().map(|judged| (&judged.spec.name, &judged.saved));
        models.chain(judged).filter_map(|(name, saved)| {
            Some((format!("models/{}.json", name.get_ref()), saved.as_ref()?))
        })
    }

    /// Methods as plain text.
    pub fn plain_methods(&self) -> Vec<text::Section> {
        self.methods.iter().map(text::plain).collect()
    }

    /// Results as plain text.
    pub fn plain_results(&self) -> Vec<text::Section> {
        self.results.iter().map(text::plain).collect()
    }

    /// The text of `results.json`.
    pub fn json(&self) -> Value {
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
        if let Some(software) = file.study.software() {
            document["match"] =
                json!({ "software": software.name(), "said": &*context.matching.borrow() });
        }
        document
    }
}

/// Every table with its file name, in the order of the report.
fn tables(
    context: &Context,
    computed: &Computed,
    printed: Option<&published::Comparison>,
) -> Vec<(String, Table)> {
    let file = context.file;
    let mut tables = computed.described.clone();

    if !file.endpoint.is_empty() {
        tables.push(("outcomes".into(), incidence::table::outcomes(context)));
    }
    if !file.follow_up.is_empty() {
        tables.push(("follow-up".into(), tables::follow_up(context, &file.follow_up)));
    }
    for spec in &file.proportion {
        tables.push((spec.name.get_ref().clone(), tables::proportion(context, spec)));
    }
    for all in &computed.compared {
        let name = all[0].spec.name.get_ref().clone();
        tables.push((name, tables::comparison(context, all)));
    }
    for adjusted in &computed.adjusted {
        tables.extend(adjust::tables(context, adjusted));
    }
    for searched in &computed.searched {
        let name = searched.spec.name.get_ref().clone();
        tables.push((name, cutpoint::table(context, searched)));
    }
    for answered in &computed.answered {
        tables.extend(answered.tables(context));
    }
    for fitted in &computed.models {
        tables.push((fitted.spec.name.get_ref().clone(), model::table(context, fitted)));
    }
    for told in &computed.told {
        tables.push((told.spec.name.get_ref().clone(), factors::table(context, told)));
    }
    for judged in &computed.judged {
        tables.extend(performance::tables(context, judged));
    }
    for pooled in &computed.pooled {
        tables.push((pooled.spec.name.get_ref().clone(), meta::table(context, pooled)));
    }
    if let Some(printed) = printed {
        tables.push(("published".into(), published::table(context, printed)));
        if !printed.discrepancies.is_empty() {
            let table = published::discrepancies(context, printed);
            tables.push(("discrepancies".into(), table));
        }
    }
    tables
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

/// The name of a file without its folders.
pub fn file_name(path: &Path) -> String {
    path.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned())
}
