//! What was computed for an answer, and how, as the Methods section of a paper says it.
//!
//! The sentences are those of a study's Methods where a study has them; here they follow the request of
//! one answer, with what its document knows besides: rows left out, robust standard errors.

mod several;
mod survival;
pub(crate) mod words;

use crate::documents::{AnyDocument, Document};
use crate::format::Style;
use crate::manuscript::references::reference;
use crate::manuscript::{Paragraph, Span};
use riskset_analysis::{Request, RowsRequest, Software};
use riskset_data::Formula;
use riskset_data::endpoint::RuleSpec;

/// The Methods of an answer: a paragraph for what was analysed, one or more for how, one for the
/// program. A plan or a look has no patients, so its first paragraph is missing.
pub fn methods(request: &Request, document: &AnyDocument) -> Vec<Paragraph> {
    let mut paragraphs: Vec<Paragraph> =
        rows_of(request).and_then(|rows| analysed(rows, document.head())).into_iter().collect();
    paragraphs.extend(endpoints(request).into_iter().flatten());
    paragraphs.extend(match survival::methods(request, document) {
        found if found.is_empty() => several::methods(request),
        found => found,
    });
    if !matches!(request, Request::Look(_)) {
        let matched = document.head().matching.as_ref();
        let program = matched.and_then(|found| found.software.parse::<Software>().ok());
        let software = words::software();
        paragraphs.push(match program {
            Some(program) => software.say(words::matched(program.title())),
            None => software,
        });
    }
    paragraphs
}

/// The Methods of an answer that stands beside a study, whose own Methods tell the rows, the endpoints
/// and the program.
pub(crate) fn beside_a_study(request: &Request, document: &AnyDocument) -> Vec<Paragraph> {
    let landmark = rows_of(request).and_then(|rows| rows.landmark).map(|time| {
        let words = format!(
            "Landmark analysis at {time} of the patients then at risk, time counted from there."
        );
        Paragraph::new(words).cite(&["anderson1983"])
    });
    let how = match survival::methods(request, document) {
        found if found.is_empty() => several::methods(request),
        found => found,
    };
    landmark.into_iter().chain(how).collect()
}

/// The paragraphs as text, publications numbered in the order of citing, with their list at the end.
pub fn text(paragraphs: &[Paragraph]) -> String {
    let mut cited: Vec<&str> = Vec::new();
    let mut text = String::new();
    for paragraph in paragraphs {
        for span in &paragraph.0 {
            match span {
                Span::Text(words) => text.push_str(words),
                Span::Cite(keys) => {
                    let numbers = keys.iter().map(|key| {
                        let known = cited.iter().position(|one| one == key);
                        let at = known.unwrap_or_else(|| {
                            cited.push(key);
                            cited.len() - 1
                        });
                        (at + 1).to_string()
                    });
                    text.push_str(&format!(" [{}]", numbers.collect::<Vec<_>>().join(",")));
                }
                Span::See(_) => {}
            }
        }
        text.push_str("\n\n");
    }
    for (at, key) in cited.iter().enumerate() {
        text.push_str(&format!("{}. {}\n", at + 1, reference(key).text()));
    }
    text.trim_end().to_owned() + "\n"
}

/// The part of a request that says which rows were analysed.
fn rows_of(request: &Request) -> Option<&RowsRequest> {
    Some(match request {
        Request::Km(one) => &one.rows,
        Request::Logrank(one) => &one.rows,
        Request::Compare(one) => &one.rows,
        Request::Adjust(one) => &one.rows,
        Request::Cutpoint(one) => &one.rows,
        Request::Cox(one) => &one.rows,
        Request::ElasticNet(one) => &one.rows,
        Request::Factors(one) => &one.rows,
        Request::Performance(one) => &one.rows,
        Request::RiskGroups(one) => &one.rows,
        Request::Clogit(one) => &one.rows,
        Request::CaseCohort(one) => &one.rows,
        Request::Cif(one) => &one.rows,
        Request::FineGray(one) => &one.rows,
        Request::Npv(one) => &one.rows,
        Request::Tipping(one) => &one.rows,
        Request::Split(one) => &one.rows,
        Request::TableSurvival(one) => &one.curves.rows,
        Request::TableCif(one) => &one.incidences.rows,
        _ => return None,
    })
}

/// Who was analysed, what weighs and groups them, and from when time counts.
fn analysed(rows: &RowsRequest, head: &crate::documents::Head) -> Option<Paragraph> {
    let mut text = Vec::new();
    if let Some(subset) = &rows.subset {
        text.push(format!("Analysed were the rows in which {subset}."));
    }
    if head.n_missing > 0 {
        text.push(format!(
            "Rows that miss a value used were left out ({}); no value was imputed.",
            head.n_missing
        ));
    }
    if let Some(weights) = &rows.weights {
        text.push(format!("Each row counts by its weight ({weights})."));
    }
    if !rows.counts.is_empty() {
        text.push("The table holds counts, and each person counts once.".to_owned());
    }
    if let Some(formula) = parsed(rows) {
        let strata: Vec<String> = formula.strata().iter().map(ToString::to_string).collect();
        if !strata.is_empty() {
            text.push(format!("The analysis is stratified by {}.", strata.join(", ")));
        }
    }
    let mut paragraph = Paragraph::default();
    if !text.is_empty() {
        paragraph = paragraph.say(text.join(" "));
    }
    if let Some(landmark) = rows.landmark {
        let words = format!(
            "Landmark analysis at {landmark}, in the unit of the data, of those then at risk, time counted \
             from there."
        );
        paragraph = paragraph.say(words).cite(&["anderson1983"]);
    }
    if let Some(column) = &rows.known_at {
        let words = format!(
            "A patient of the second group counts in the first until the group is known ({column})."
        );
        paragraph = paragraph.say(words).cite(&["simon1984"]);
    }
    (!paragraph.0.is_empty()).then_some(paragraph)
}

/// The formula of the rows, which was read before they were answered.
fn parsed(rows: &RowsRequest) -> Option<Formula> {
    Formula::parse(&rows.formula).ok()
}

/// The rules by which dates became endpoints, one paragraph each.
fn endpoints(request: &Request) -> Option<Vec<Paragraph>> {
    let rules: Vec<&RuleSpec> = match request {
        Request::Endpoint(one) => std::iter::once(&one.rule).chain(&one.further).collect(),
        other => rows_of(other)?.derive.iter().collect(),
    };
    let of = |spec: &RuleSpec| {
        let rule = spec.resolve().ok()?;
        let mut text = match rule.definition.is_empty() {
            true => format!("{}: the time from {} to the event.", rule.name, rule.time_zero),
            false => format!("{}: {}", rule.name, rule.definition),
        };
        if !text.ends_with('.') {
            text.push('.');
        }
        if let Some(cut) = rule.data_cut {
            text.push_str(&format!(" The data were cut on {cut}."));
        }
        let paragraph = Paragraph::new(text);
        Some(match (words::defined_by(&rule.source), rule.source.is_empty()) {
            (Some(key), _) => paragraph.cite(&[key]),
            (None, true) => paragraph,
            (None, false) => {
                paragraph.say(format!("Definition: {}.", rule.source.trim_end_matches('.')))
            }
        })
    };
    Some(rules.into_iter().filter_map(of).collect())
}

/// `95%`.
fn level(level: f64) -> String {
    Style::default().level(level)
}
