//! What columns could be times, events, groups and days, and formulas to start from.

use chrono::NaiveDate;
use serde::Serialize;

use super::column::{ColumnKind, LookedAt};
use super::names;
use crate::formula::{written_name, written_text};
use crate::{Formula, Table};

/// What the columns could be, the likeliest names first. Nothing is chosen among them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Suggestions {
    /// Columns that could be a time: numbers of 0 or more with more than ten values.
    pub times: Vec<String>,
    /// Columns that could be an event: two values of which one may be an event, or a name that
    /// says so and few values.
    pub events: Vec<String>,
    /// Columns that could be groups: two to six values, and not an event.
    pub groups: Vec<String>,
    /// Columns of dates that can be read.
    pub dates: Vec<String>,
    /// Pairs of dates of which the second is never before the first.
    pub date_pairs: Vec<DatePair>,
    /// A column of dates whose name says death.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub death: Option<String>,
    /// A column of dates whose name says last contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_contact: Option<String>,
    /// Pairs of times of which nearly every row has one: the first where it is there, the second
    /// otherwise. Registries keep days to death and days to last contact apart.
    pub either: Vec<(String, String)>,
    /// Formulas to start from; an event that is not coded 0 and 1 or true and false has one for
    /// each of its values, because a coding is never guessed.
    pub formulas: Vec<String>,
}

/// Two columns of dates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DatePair {
    /// The one that is never after the other.
    pub from: String,
    /// The later one.
    pub to: String,
}

/// The most columns of each kind that are offered.
const COLUMNS: usize = 30;

/// The most pairs of dates, and the most dates that are paired.
const PAIRS: usize = 8;

/// The most formulas.
const FORMULAS: usize = 12;

pub(super) fn of(table: &Table, columns: &[LookedAt]) -> Suggestions {
    let times = named(columns, could_be_time, names::hints_time);
    let events = named(columns, |column| is_event_among(columns, column), names::hints_event);
    let groups = named(columns, could_be_group, |_| false);
    let groups = groups.into_iter().filter(|name| !events.contains(name)).collect();
    let readable =
        |column: &LookedAt| column.dates.as_ref().is_some_and(|dates| dates.problem.is_none());
    let dates = named(columns, readable, |_| false);
    let date_pairs = date_pairs(table, columns, &dates);
    let either = either_times(table, columns);
    let hinted = |hints: fn(&str) -> bool| dates.iter().find(|name| hints(name)).cloned();
    let (death, last_contact) = (hinted(names::hints_death), hinted(names::hints_last));
    let mut suggestions = Suggestions {
        times,
        events,
        groups,
        dates,
        date_pairs,
        death,
        last_contact,
        either,
        formulas: vec![],
    };
    suggestions.formulas = formulas(columns, &suggestions);
    suggestions
}

/// The columns for which something holds, those whose name hints at it first.
fn named(
    columns: &[LookedAt],
    holds: impl Fn(&LookedAt) -> bool,
    hints: impl Fn(&str) -> bool,
) -> Vec<String> {
    let mut names: Vec<String> = columns
        .iter()
        .filter(|column| !column.name.is_empty() && holds(column))
        .map(|column| column.name.clone())
        .collect();
    names.sort_by_key(|name| !hints(name));
    names.truncate(COLUMNS);
    names
}

fn could_be_time(column: &LookedAt) -> bool {
    let positive = column.range.is_some_and(|(low, _)| low >= 0.0);
    column.kind == ColumnKind::Number && positive && column.distinct > 10 && column.dates.is_none()
}

/// A column of 0 and 1 is an event by its name, or where no column is one by its name.
fn is_event_among(columns: &[LookedAt], column: &LookedAt) -> bool {
    let hinted = |column: &LookedAt| names::hints_event(&column.name);
    let by_code = column.kind == ColumnKind::Number && !hinted(column);
    let others = || columns.iter().any(|other| hinted(other) && could_be_event(other));
    could_be_event(column) && !(by_code && others())
}

fn could_be_event(column: &LookedAt) -> bool {
    let levels: Vec<&str> = column.levels.iter().map(|(level, _)| level.as_str()).collect();
    let hinted = names::hints_event(&column.name);
    match (column.kind, column.distinct) {
        (ColumnKind::Date | ColumnKind::Empty | ColumnKind::MostlyNumber, _) => false,
        (ColumnKind::Flag, 2) => true,
        (_, 1) => hinted && column.missing > 0,
        (ColumnKind::Number, 2) => levels == ["0", "1"] || (hinted && levels == ["1", "2"]),
        (_, 2) => hinted || levels.iter().any(|level| names::is_event_word(level)),
        (_, 3..=5) => hinted,
        _ => false,
    }
}

fn could_be_group(column: &LookedAt) -> bool {
    let kind = matches!(column.kind, ColumnKind::Text | ColumnKind::Flag | ColumnKind::Number);
    kind && (2..=6).contains(&column.distinct)
}

/// Times with gaps of which one fills the gaps of the other: of those whose names hint at a time,
/// death before last contact.
fn either_times(table: &Table, columns: &[LookedAt]) -> Vec<(String, String)> {
    let gaps = |column: &&LookedAt| {
        could_be_time(column)
            && names::hints_time(&column.name)
            && 10 * column.missing > table.n_rows()
    };
    let known = |column: &LookedAt| {
        let numbers = table.numbers(&column.name).ok()?;
        Some((column.name.clone(), numbers.iter().map(|n| !n.is_nan()).collect::<Vec<bool>>()))
    };
    let times: Vec<_> = columns.iter().filter(gaps).take(PAIRS).filter_map(known).collect();
    let mut pairs = Vec::new();
    for (index, (first, a)) in times.iter().enumerate() {
        for (second, b) in &times[index + 1..] {
            let gaps = a.iter().zip(b).filter(|(a, b)| !**a && !**b).count();
            if 10 * gaps > table.n_rows() {
                continue;
            }
            let swap = names::hints_death(second) && !names::hints_death(first);
            let (first, second) = if swap { (second, first) } else { (first, second) };
            pairs.push((first.clone(), second.clone()));
        }
    }
    pairs.truncate(PAIRS);
    pairs
}

/// Pairs of dates of which the first is known for nearly all rows and never after the second.
fn date_pairs(table: &Table, columns: &[LookedAt], dates: &[String]) -> Vec<DatePair> {
    let read = |name: &String| table.dates(name).ok().map(|days| (name.clone(), days));
    let days: Vec<_> = dates.iter().take(PAIRS).filter_map(read).collect();
    let nearly_all = |name: &str| {
        let column = columns.iter().find(|column| column.name == name);
        column.is_some_and(|column| 20 * column.missing <= table.n_rows())
    };
    let mut pairs = Vec::new();
    for (from, first) in days.iter().filter(|(name, _)| nearly_all(name)) {
        for (to, second) in days.iter().filter(|(name, _)| name != from) {
            if follows(first, second) {
                pairs.push(DatePair { from: from.clone(), to: to.clone() });
            }
        }
    }
    pairs.truncate(PAIRS);
    pairs
}

/// Whether some rows have both days, and in none of them the second is before the first.
fn follows(first: &[Option<NaiveDate>], second: &[Option<NaiveDate>]) -> bool {
    let both: Vec<_> = first.iter().zip(second).filter_map(|(a, b)| Some(((*a)?, (*b)?))).collect();
    both.iter().any(|(a, b)| a < b) && both.iter().all(|(a, b)| a <= b)
}

/// A formula for each pair of time and event, pairs whose names start alike first.
fn formulas(columns: &[LookedAt], suggestions: &Suggestions) -> Vec<String> {
    let of_name = |name: &String| columns.iter().find(|column| column.name == *name);
    // What one of two columns of a time holds is the time of some rows only.
    let part = |name: &String| suggestions.either.iter().any(|(a, b)| a == name || b == name);
    let whole = |name: &&String| names::hints_time(name) && !part(name);
    let hinted: Vec<String> = suggestions.times.iter().filter(whole).cloned().collect();
    let mut times: Vec<(String, String)> = match hinted.is_empty() && suggestions.either.is_empty()
    {
        true => &suggestions.times,
        false => &hinted,
    }
    .iter()
    .map(|name| (name.clone(), written_name(name)))
    .collect();
    times.extend(suggestions.date_pairs.iter().filter_map(|pair| {
        let known = of_name(&pair.to).is_some_and(|column| column.missing == 0);
        let (from, to) = (written_name(&pair.from), written_name(&pair.to));
        known.then(|| (pair.to.clone(), format!("({to} - {from}) / 30.4375")))
    }));
    times.extend(suggestions.either.iter().map(|(first, second)| {
        (first.clone(), format!("coalesce({}, {})", written_name(first), written_name(second)))
    }));
    let mut pairs: Vec<(bool, &str, &LookedAt)> = Vec::new();
    for event in suggestions.events.iter().filter_map(of_name) {
        let near = |(name, _): &(String, String)| names::common_start(name, &event.name);
        let nearest = times.iter().map(near).max().unwrap_or(0);
        let of_event = times.iter().filter(|time| *time.0 != event.name);
        // Where a name starts as the event does (OS.time and OS), the others are not its time.
        let of_event = of_event.filter(|time| nearest < 2 || near(time) == nearest);
        pairs.extend(of_event.map(|time| (nearest >= 2, time.1.as_str(), event)));
    }
    pairs.sort_by_key(|(near, _, event)| (!names::hints_event(&event.name), !near));
    let all = pairs.into_iter().flat_map(|(_, time, event)| {
        codings(event).into_iter().map(move |event| format!("Surv({time}, {event}) ~ 1"))
    });
    all.filter(|formula| Formula::parse(formula).is_ok()).take(FORMULAS).collect()
}

/// The ways in which a column may be an event.
fn codings(event: &LookedAt) -> Vec<String> {
    let name = written_name(&event.name);
    let levels: Vec<&str> = event.levels.iter().map(|(level, _)| level.as_str()).collect();
    let censored = event.name.to_lowercase();
    let censored = censored.starts_with("cens") || censored.starts_with("cnsr");
    if levels.len() == 1 && event.missing > 0 {
        return vec![format!("!is.na({name})")];
    }
    if !censored && (event.kind == ColumnKind::Flag || levels == ["0", "1"]) {
        return vec![name];
    }
    let value = |level: &&str| match event.kind {
        ColumnKind::Number | ColumnKind::Flag => (*level).to_string(),
        _ => written_text(level),
    };
    levels.iter().map(|level| format!("{name} == {}", value(level))).collect()
}
