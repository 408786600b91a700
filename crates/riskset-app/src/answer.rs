//! Answers as the page shows them: tables of finished texts, sentences, doubts, and the figure.

use crate::ask::Asked;
use crate::study::study;
use crate::voice::Page;
use crate::{axes, hand, report};
use riskset_analysis::figure::FigureAnswer;
use riskset_analysis::{About, Answer, Data, Problem, Request, run};
use riskset_data::Table as DataTable;
use riskset_plot::Figure;
use riskset_report::documents::{AnyDocument, Document};
use riskset_report::format::Style;
use riskset_report::study::dress_synthetic;
use riskset_report::table::{Align, RowKind, Table};
use serde_json::{Value, json};

/// Answers a request about a table that is held already. The figure of a bundled set of made-up
/// patients says so, as it does in a study.
///
/// # Errors
///
/// The refusal of the analysis.
pub fn ask(request: &Request, table: &DataTable) -> Result<Answer, Problem> {
    let name = request.data().unwrap_or_default();
    let mut answer = run(request, &Data::table(table.clone(), name))?;
    if let (Answer::Figure(answer), true) = (&mut answer, is_synthetic(name)) {
        dress_synthetic(&mut answer.figure);
    }
    Ok(answer)
}

/// Whether the data are a bundled set of made-up patients.
pub fn is_synthetic(name: &str) -> bool {
    let set = name.strip_prefix('@').and_then(riskset_data::datasets::get);
    set.is_some_and(|set| set.descriptor().synthetic)
}

/// A part of what the page shows: what was asked, and either its answer or why there is none.
pub fn part(name: &str, request: Result<Request, Problem>, table: &DataTable) -> Value {
    let request = match request {
        Ok(request) => request,
        Err(problem) => return json!({ "name": name, "problem": self::problem(&problem) }),
    };
    let asked = json!({
        "text": request.to_json(),
        "command": hand::command(&request),
    });
    match ask(&request, table) {
        Ok(Answer::Figure(answer)) => {
            json!({ "name": name, "asked": asked, "figure": figure(&answer) })
        }
        Ok(answer) => {
            let document = AnyDocument::of(answer, &Page).expect("a figure was answered above");
            json!({ "name": name, "asked": asked, "answer": self::document(&document) })
        }
        Err(problem) => json!({ "name": name, "asked": asked, "problem": self::problem(&problem) }),
    }
}

/// Table 1, which a study makes: what was asked is its file.
pub fn table_one(asked: &Asked, bytes: &[u8]) -> Value {
    let text = study(asked, is_synthetic(asked.name));
    let made = text.and_then(|text| Ok((text, report::table_one(asked, bytes)?)));
    match made {
        Ok((text, made)) => json!({
            "name": "table1",
            "asked": { "text": text, "command": hand::STUDY },
            "answer": { "title": [], "tables": [table(&made)], "notes": [], "steps": [], "doubts": [] },
        }),
        Err(problem) => json!({ "name": "table1", "problem": self::problem(&problem) }),
    }
}

/// A refusal.
pub fn problem(problem: &Problem) -> Value {
    json!({ "what": problem.what, "remedy": problem.remedy.as_ref().and_then(|r| r.words(&Page)) })
}

/// The words of an answer.
pub fn document(document: &AnyDocument) -> Value {
    let style = Style::default();
    let head = document.head();
    json!({
        "title": document.title().lines().collect::<Vec<_>>(),
        "n": head.n,
        "tables": document.tables(&style).iter().map(table).collect::<Vec<_>>(),
        "notes": document.notes(&style),
        "steps": head.steps.iter().map(|steps| table(&steps.table(&style))).collect::<Vec<_>>(),
        "matching": head.matching.as_ref().map(|found| &found.words),
        "doubts": head.warnings.iter().map(|warning| &warning.message).collect::<Vec<_>>(),
    })
}

/// A table of finished texts.
pub fn table(table: &Table) -> Value {
    let align = |align: Align| if align == Align::Left { "left" } else { "right" };
    let columns = table
        .columns
        .iter()
        .map(|column| json!({ "heading": column.heading, "align": align(column.align) }));
    let rows = table.rows.iter().map(|row| {
        let kind = match row.kind {
            RowKind::Plain => "plain",
            RowKind::Group => "group",
            RowKind::Indented => "indented",
        };
        json!({ "kind": kind, "cells": row.cells })
    });
    json!({
        "title": table.title,
        "caption": table.caption,
        "columns": columns.collect::<Vec<_>>(),
        "rows": rows.collect::<Vec<_>>(),
        "notes": table.footnotes,
    })
}

/// A figure, with the numbers that it shows. What its file carries besides is left to the file.
fn figure(answer: &FigureAnswer) -> Value {
    let FigureAnswer { about, figure } = answer;
    let shown = Figure { data: None, ..figure.clone() };
    let words = answer.words(&Page);
    let doubts = about.iter().flat_map(|about| &about.doubts).map(|doubt| doubt.words(&words));
    let warnings = figure.warnings.iter().map(|warning| warning.words(&words));
    json!({
        "svg": shown.svg(),
        "title": figure.scene.title,
        "description": figure.scene.description,
        "caption": figure.caption_texts(),
        "width": figure.scene.width,
        "height": figure.scene.height,
        "axes": axes::of(figure),
        "curves": curves(figure),
        "doubts": doubts.chain(warnings).collect::<Vec<_>>(),
        "notes": about.iter().flat_map(notes).collect::<Vec<_>>(),
        "matching": about.as_ref().and_then(|about| Some(about.matching.as_ref()?.sentences())),
    })
}

fn notes(about: &About) -> impl Iterator<Item = String> {
    about.notes.iter().map(ToString::to_string)
}

/// Most points of curves that are sent to be read with a pointer; more are read in the data file.
const MOST_POINTS: usize = 20_000;

/// The plotted values of the curves, by column; `null` where there are none, or too many.
fn curves(figure: &Figure) -> Value {
    let tables = figure.data.iter().flatten();
    let read: Vec<Value> = tables
        .filter(|table| table.name.ends_with("curves"))
        .filter(|table| table.columns.first().is_some_and(|c| c.values.len() <= MOST_POINTS))
        .map(|table| {
            let columns = table.columns.iter().map(|c| (c.name.clone(), json!(c.values)));
            // The tables of panels start with the panel's letter: `a_curves`.
            let panel = table.name.split_once('_').map(|(letter, _)| letter.to_uppercase());
            json!({ "panel": panel, "columns": columns.collect::<serde_json::Map<_, _>>() })
        })
        .collect();
    if read.is_empty() { Value::Null } else { Value::Array(read) }
}
