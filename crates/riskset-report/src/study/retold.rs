//! The estimates of an answer's tables in sentences, for the Results: a table that the text only points
//! to is a result that nobody reads.

use super::context::{Context, lower_first};
use crate::table::{Row, RowKind, Table};

/// More rows than these stand in the table alone, unless some stand under no heading.
const MOST: usize = 12;
/// How the heading of a column of P values is written.
pub const P_VALUE: &str = "P value";

/// A sentence for every column of estimates with their limits, of as many tables as a reader takes in;
/// where no table has limits, for every column of numbers of the short ones.
pub fn sentences(context: &Context, tables: &[Table]) -> Vec<String> {
    let mut told: Vec<(usize, Vec<Column>)> =
        tables.iter().map(|table| of_table(context, table)).enumerate().collect();
    if told.iter().all(|(_, columns)| columns.is_empty()) {
        let short = tables.iter().filter(|table| table.rows.len() <= MOST);
        let columns = short.flat_map(|table| of_numbers(context, table));
        return columns.map(Column::sentence).collect();
    }
    // The shortest tables first: what does not fit is read in its table.
    let parts = |columns: &[Column]| columns.iter().map(|one| one.parts.len()).sum::<usize>();
    told.sort_by_key(|(_, columns)| parts(columns));
    let mut left = MOST;
    told.retain(|(_, columns)| {
        let fits = parts(columns) <= left;
        left = left.saturating_sub(if fits { parts(columns) } else { left });
        fits
    });
    told.sort_by_key(|(place, _)| *place);
    told.into_iter().flat_map(|(_, columns)| columns).map(Column::sentence).collect()
}

/// What one column of a table says: its name, and its rows.
struct Column {
    name: String,
    parts: Vec<String>,
}

impl Column {
    fn sentence(self) -> String {
        super::figures::capital(&format!("{}{}.", self.name, self.parts.join("; ")))
    }
}

fn of_table(context: &Context, table: &Table) -> Vec<Column> {
    let ci = format!(" ({})", context.ci());
    let columns = table.columns.iter().enumerate();
    let estimates = columns.filter_map(|(at, column)| {
        let (name, rest) = column.heading.split_once(&ci)?;
        Some((at, format!("{name}{rest}")))
    });
    estimates.filter_map(|(at, name)| of_column(context, table, at, &name)).collect()
}

fn of_numbers(context: &Context, table: &Table) -> Vec<Column> {
    let columns = table.columns.iter().enumerate().skip(1);
    let numbers = columns.filter(|(_, column)| column.heading != P_VALUE);
    numbers.filter_map(|(at, column)| of_column(context, table, at, &column.heading)).collect()
}

/// "Hazard ratio: A vs B, 0.61 (95% CI, 0.36-1.03; P = 0.062); ...". `None` where no row has one.
fn of_column(context: &Context, table: &Table, at: usize, name: &str) -> Option<Column> {
    let p = table.columns.get(at + 1).filter(|column| column.heading == P_VALUE).map(|_| at + 1);
    let known = |row: &&Row| row.kind != RowKind::Group && has_number(&row.cells, at, p);
    let many = table.rows.iter().filter(known).count() > MOST;
    let mut parts: Vec<String> = Vec::new();
    let mut heading: Option<&str> = None;
    for row in &table.rows {
        match row.kind {
            RowKind::Group => heading = Some(&row.cells[0]),
            RowKind::Indented if many => {}
            RowKind::Plain => {
                heading = None;
                parts.extend(told(context, row, at, p, None));
            }
            RowKind::Indented => parts.extend(told(context, row, at, p, heading.take())),
        }
    }
    let name = match name {
        // It says nothing of what is estimated; the rows do.
        "Estimate" => String::new(),
        // The title says of whom against whom.
        "Hazard ratio" if table.title.starts_with("Hazard ratio") => format!("{}: ", table.title),
        name => format!("{name}: "),
    };
    (!parts.is_empty()).then_some(Column { name, parts })
}

fn has_number(cells: &[String], at: usize, p: Option<usize>) -> bool {
    let number = |text: &str| text.contains(|sign: char| sign.is_ascii_digit());
    let reference = cells[at].contains("reference");
    !reference && (number(&cells[at]) || p.is_some_and(|p| number(&cells[p])))
}

/// One row: its name, its estimate with limits, its P value.
fn told(
    context: &Context,
    row: &Row,
    at: usize,
    p: Option<usize>,
    heading: Option<&str>,
) -> Option<String> {
    if !has_number(&row.cells, at, p) {
        return None;
    }
    let mut label = lower_name(context, &row.cells[0]);
    // A question is the heading of a table and no part of a sentence.
    if let Some(heading) = heading.filter(|heading| !heading.ends_with('?')) {
        label = format!("{}, {label}", heading.trim_end_matches(':'));
    }
    let p = p.map(|p| row.cells[p].as_str()).filter(|shown| !shown.is_empty());
    let p = p.map(|shown| context.style.p_words(shown));
    let cell = &row.cells[at];
    let value = match (cell.split_once(" ("), p) {
        (Some((value, limits)), p) => {
            let limits = limits.trim_end_matches(')');
            let p = p.map_or(String::new(), |p| format!("; {p}"));
            format!("{value} ({} {limits}{p})", context.ci_before_limits())
        }
        (None, Some(p)) if cell.is_empty() => p,
        (None, Some(p)) => format!("{cell} ({p})"),
        (None, None) => cell.clone(),
    };
    Some(format!("{label}, {value}"))
}

/// A label inside a sentence: what the program calls a row begins small; levels of the study, and words
/// with a capital inside, are names.
fn lower_name(context: &Context, label: &str) -> String {
    let levels = context.file.group.iter().flat_map(|group| &group.levels);
    let of_study = levels.map(|level| level.label.as_str()).any(|level| level == label);
    let inner = |word: &str| word.chars().skip(1).any(char::is_uppercase);
    let named = label.split_whitespace().next().is_some_and(inner);
    if of_study || named { label.to_owned() } else { lower_first(label) }
}
