//! The answer of `riskset look`.

use super::{Document, Head};
use crate::format::Style;
use crate::table::{Align, Table};
use riskset_analysis::{EndpointRequest, KmRequest, LookAnswer, Remedy, Request, Voice};
use riskset_data::{ColumnKind, Look, LookedAt, ReadOptions};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// What is in a file.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LookDocument {
    /// What every document starts with; `n` is the number of rows. Its warnings are those that an
    /// analysis of all rows would have.
    #[serde(flatten)]
    pub head: Head,
    /// The columns, and what they could be.
    #[serde(flatten)]
    #[schemars(with = "serde_json::Map<String, Value>")]
    pub look: Look,
    /// Requests to ask next, as `riskset run` takes them.
    pub next: Vec<Request>,
    /// The same as they are typed or called.
    pub calls: Vec<String>,
    /// What is wrong with columns, a sentence each.
    pub oddities: Vec<String>,
}

/// The levels that people are shown of one column.
const LEVELS: usize = 6;

/// The letters that people are shown of one value.
const LETTERS: usize = 40;

/// The most columns that people are shown; programs find all of them in JSON.
const COLUMNS: usize = 200;

impl LookDocument {
    /// The document of an answer.
    pub fn of(answer: LookAnswer, voice: &dyn Voice) -> LookDocument {
        let mut head = Head::of(&answer.about, voice);
        head.asked = answer.about.data.clone();
        let calls = answer.next.iter().filter_map(|request| call(request, voice)).collect();
        let oddities = oddities(&answer.look, voice);
        LookDocument { head, look: answer.look, next: answer.next, calls, oddities }
    }

    fn blanks(&self) -> bool {
        let shown = |(level, _): &(String, usize)| visible(level).contains(BLANK);
        self.look
            .columns
            .iter()
            .any(|column| column.levels.iter().take(LEVELS).chain(&column.odd_texts).any(shown))
    }

    fn could_be(&self) -> Vec<String> {
        let seen = &self.look.suggestions;
        let list = |what: &str, names: &[String]| {
            let more = names.len().saturating_sub(12);
            let shown: Vec<String> =
                names.iter().take(12).map(|name| format!("`{}`", visible(name))).collect();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            (!names.is_empty()).then(|| format!("{what}: {}{more}.", shown.join(", ")))
        };
        let pairs: Vec<String> = seen
            .date_pairs
            .iter()
            .map(|pair| format!("`{}` is never before `{}`", pair.to, pair.from))
            .collect();
        let pairs = (!pairs.is_empty()).then(|| {
            format!("Days that could be time zero and a later one: {}.", pairs.join("; "))
        });
        let either: Vec<String> =
            seen.either.iter().map(|(a, b)| format!("`{a}`, else `{b}`")).collect();
        let either = (!either.is_empty())
            .then(|| format!("Times of which nearly every row has one: {}.", either.join("; ")));
        [
            list("Could be a time", &seen.times),
            list("Could be an event", &seen.events),
            list("Could be a group", &seen.groups),
            pairs,
            either,
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn commands(&self) -> Option<String> {
        if self.calls.is_empty() {
            return None;
        }
        let mut text = String::from(
            "What to ask next (where a line stands for each value of an event, only you know which \
             is right):",
        );
        for call in &self.calls {
            text.push_str(&format!("\n  {call}"));
        }
        Some(text)
    }

    fn table(&self) -> Table {
        let mut table = Table::new("")
            .column("Column", Align::Left)
            .column("Kind", Align::Left)
            .column("Missing", Align::Right)
            .column("Values", Align::Left);
        for column in self.look.columns.iter().take(COLUMNS) {
            let name = match &column.label {
                Some(label) if label != &column.name => format!("{} ({label})", column.name),
                _ => column.name.clone(),
            };
            let cells =
                [visible(&name), kind(column).into(), column.missing.to_string(), values(column)];
            table = table.row(cells);
        }
        table
    }
}

fn oddities(look: &Look, voice: &dyn Voice) -> Vec<String> {
    let mut sentences = Vec::new();
    for column in &look.columns {
        let name = &column.name;
        if !column.odd_texts.is_empty() {
            let what = format!(
                "`{name}` holds texts among its numbers: {}",
                counted(&column.odd_texts, LEVELS, column.odd_texts.len())
            );
            let remedy = missing_words(&column.odd_texts);
            sentences.push(Remedy::after(&what, Some(&remedy), voice) + ".");
        }
        let dates = column.dates.as_ref().and_then(|dates| dates.problem.as_ref());
        let remedy = column.dates.as_ref().and_then(|dates| dates.remedy.as_ref());
        let said = |problem: &str| Remedy::after(problem, remedy, voice) + ".";
        sentences.extend(dates.map(|problem| match problem.contains(name) {
            true => said(problem),
            false => format!("`{name}`: {}", said(problem)),
        }));
        sentences.extend(column.bad_cells.as_ref().map(|problem| format!("{problem}.")));
    }
    if !look.duplicates.is_empty() {
        let names = look.duplicates.join("`, `");
        sentences.push(format!("Several columns share a name and cannot be used: `{names}`."));
    }
    sentences
}

/// Texts among numbers mean missing, or are slips.
fn missing_words(texts: &[(String, usize)]) -> Remedy {
    let words: Vec<&str> = texts.iter().map(|(text, _)| text.as_str()).collect();
    let correct = Remedy::to("correct them");
    match words.iter().any(|word| word.contains(',')) {
        true => correct,
        false => Remedy::AnyOf(vec![Remedy::set_to("na", words.join(",")), correct]),
    }
}

/// The mark of a blank that a reader would not see.
const BLANK: char = '\u{2423}';

/// A text with its overlooked blanks made visible: those that are not plain, doubled ones, and
/// those at an end.
fn visible(text: &str) -> String {
    let signs: Vec<char> = text.chars().collect();
    let show = |at: usize| {
        let end = at == 0 || at + 1 == signs.len();
        signs[at] != ' ' || end || signs[at - 1].is_whitespace()
    };
    let sign = |(at, sign): (usize, &char)| match sign.is_whitespace() && show(at) {
        true => BLANK,
        false => *sign,
    };
    signs.iter().enumerate().map(sign).collect()
}

fn kind(column: &LookedAt) -> &'static str {
    match column.kind {
        ColumnKind::Number => "number",
        ColumnKind::Flag => "true or false",
        ColumnKind::Date => "date",
        ColumnKind::MostlyNumber => "number with texts",
        ColumnKind::Text => "text",
        ColumnKind::Empty => "empty",
    }
}

/// The values of a column in a cell.
fn values(column: &LookedAt) -> String {
    if let Some(dates) = &column.dates {
        let format = match dates.format.as_str() {
            "" => "written with day and month in an unknown order",
            "dmy" => "written day, month, year",
            "mdy" => "written month, day, year",
            "ymd" => "written year, month, day",
            "names" => "written with the month's name",
            "excel" => "if these are days of a spreadsheet",
            other => other,
        };
        return match dates.first.is_empty() {
            true => format!("{} different, {format}", column.distinct),
            false => format!("{} to {}, {format}", dates.first, dates.last),
        };
    }
    match (column.kind, column.range) {
        (ColumnKind::Empty, _) => String::new(),
        (ColumnKind::Number, Some((low, high))) if column.distinct > LEVELS => {
            format!("{low} to {high}")
        }
        _ if column.distinct > riskset_data::LEVELS_SHOWN => {
            let first: Vec<String> =
                column.levels.iter().take(3).map(|(level, _)| shown(level)).collect();
            format!("{} different: {}, ...", column.distinct, first.join(", "))
        }
        _ => counted(&column.levels, LEVELS, column.distinct),
    }
}

/// A value with its blanks made visible; of a long one, such as a remark, the beginning.
fn shown(level: &str) -> String {
    let visible = visible(level);
    match visible.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}...", visible[..end].trim_end()),
        None => visible,
    }
}

/// `Dead 14, dead 3 and 2 more`, numbers as `0 (17 rows)`.
fn counted(levels: &[(String, usize)], most: usize, all: usize) -> String {
    let one = |(level, rows): &(String, usize)| format!("{} ({rows})", shown(level));
    let shown: Vec<String> = levels.iter().take(most).map(one).collect();
    let more = all.saturating_sub(shown.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// A request as it is typed or called.
fn call(request: &Request, voice: &dyn Voice) -> Option<String> {
    match request {
        Request::Km(KmRequest { rows, .. }) => {
            Some(voice.call("km", &[&rows.data, &rows.formula], &told(&rows.reading)))
        }
        Request::Endpoint(EndpointRequest { data, reading, id, rule, .. }) => {
            let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            let mut fields = vec![
                field("rule", rule.rule.as_deref().unwrap_or_default()),
                field("id", id),
                field("time_zero", &rule.time_zero),
            ];
            fields.extend(rule.death.as_deref().map(|death| field("death", death)));
            fields.push(field("last_visit", &rule.last_visit.join(",")));
            fields.extend(told(reading));
            Some(voice.call("endpoint", &[data], &fields))
        }
        _ => None,
    }
}

/// What the reader was told, as fields.
fn told(reading: &ReadOptions) -> Vec<(String, String)> {
    let Ok(Value::Object(fields)) = serde_json::to_value(reading) else { return Vec::new() };
    let text = |value: Value| match value {
        Value::String(text) => text,
        Value::Array(words) => {
            let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
            words.join(",")
        }
        other => other.to_string(),
    };
    fields.into_iter().map(|(field, value)| (field, text(value))).collect()
}

impl Document for LookDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn title(&self) -> String {
        let columns = self.look.columns.len();
        let shown =
            if columns > COLUMNS { format!(", the first {COLUMNS} shown") } else { String::new() };
        format!("{}\n{} rows, {columns} columns{shown}", self.head.asked, self.look.rows)
    }

    fn tables(&self, _: &Style) -> Vec<Table> {
        vec![self.table()]
    }

    fn notes(&self, _: &Style) -> Vec<String> {
        let mut notes = self.oddities.clone();
        if self.blanks() {
            notes.push(format!("{BLANK} is a blank that is easily overlooked."));
        }
        notes.extend(self.could_be());
        notes.extend(self.commands());
        notes
    }

    /// One row per column.
    fn data(&self) -> Option<Table> {
        let mut table = Table::new("");
        for heading in ["column", "kind", "missing", "distinct", "values"] {
            table = table.column(heading, Align::Left);
        }
        Some(self.look.columns.iter().fold(table, |table, column| {
            table.row([
                column.name.clone(),
                kind(column).replace(' ', "_"),
                column.missing.to_string(),
                column.distinct.to_string(),
                values(column),
            ])
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_blanks_that_are_overlooked_are_marked() {
        assert_eq!(visible("not reported"), "not reported");
        assert_eq!(visible("Dead "), "Dead\u{2423}");
        assert_eq!(visible("a  b"), "a \u{2423}b");
        assert_eq!(visible("a\u{a0}b"), "a\u{2423}b");
    }
}
