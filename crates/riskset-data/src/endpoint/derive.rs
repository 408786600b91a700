//! The derivation: check a patient's dates, then find the one that decides.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::columns::DateCell;
use super::outcome::CENSORED;
use super::{
    DateColumns, Dated, Derived, EndpointError, OnProblem, Outcome, Problem, ProblemKind, Rule,
};

impl Rule {
    /// Derives a time and an event for every row.
    ///
    /// The date that decides is the earliest event or competing event up to the data cut. Without
    /// one, the patient is censored at the latest date of `censor`, or at the data cut when the
    /// patient is known to have been followed until then.
    ///
    /// # Errors
    ///
    /// [`EndpointError::NoEvents`], [`EndpointError::NoCensoring`] and [`EndpointError::Condition`]
    /// for a rule that cannot be applied; [`EndpointError::NoColumn`] for a column that the data do
    /// not have; [`EndpointError::Refused`] with every problem found, unless the rule flags them.
    pub fn derive(&self, data: &DateColumns) -> Result<Derived, EndpointError> {
        let inputs = Inputs::new(self, data)?;
        let first_rows = first_rows(data.ids());
        let outcomes: Vec<Outcome> =
            (0..data.n_rows()).map(|row| inputs.outcome(row, &first_rows)).collect();
        let derived = Derived { rule: self.clone(), id_name: data.id_name().to_owned(), outcomes };
        let problems: Vec<Problem> = derived.problems().cloned().collect();
        if self.on_problem == OnProblem::Refuse && !problems.is_empty() {
            return Err(EndpointError::Refused { rule: self.name.clone(), problems });
        }
        Ok(derived)
    }

    /// The columns that the rule reads as dates, each once, in the order of the rule.
    pub fn date_columns(&self) -> Vec<&str> {
        let dated = self.events.iter().chain(&self.competing).map(|dated| dated.column.as_str());
        let censor = self.censor.iter().map(String::as_str);
        distinct(std::iter::once(self.time_zero.as_str()).chain(dated).chain(censor))
    }

    /// The columns that its conditions read as texts, each once.
    pub fn text_columns(&self) -> Vec<&str> {
        let conditions =
            self.events.iter().chain(&self.competing).filter_map(|dated| dated.when.as_ref());
        distinct(conditions.map(|condition| condition.column.as_str()))
    }

    fn check(&self) -> Result<(), EndpointError> {
        if self.events.is_empty() {
            return Err(EndpointError::NoEvents { rule: self.name.clone() });
        }
        if self.censor.is_empty() {
            return Err(EndpointError::NoCensoring { rule: self.name.clone() });
        }
        for condition in
            self.events.iter().chain(&self.competing).filter_map(|dated| dated.when.as_ref())
        {
            if condition.is.is_empty() && condition.is_not.is_empty() {
                return Err(EndpointError::Condition { column: condition.column.clone() });
            }
        }
        Ok(())
    }
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut kept = Vec::new();
    for name in names {
        if !kept.contains(&name) {
            kept.push(name);
        }
    }
    kept
}

/// The first row of each id.
fn first_rows(ids: &[String]) -> BTreeMap<&str, usize> {
    let mut first = BTreeMap::new();
    for (row, id) in ids.iter().enumerate() {
        first.entry(id.as_str()).or_insert(row);
    }
    first
}

/// A column of events with its dates and its condition's texts.
struct EventColumn<'a> {
    dated: &'a Dated,
    competing: bool,
    cells: &'a [DateCell],
    texts: Option<&'a [Option<String>]>,
}

/// The columns of a rule, found in the data.
struct Inputs<'a> {
    rule: &'a Rule,
    data: &'a DateColumns,
    time_zero: &'a [DateCell],
    events: Vec<EventColumn<'a>>,
    censor: Vec<(&'a str, &'a [DateCell])>,
    /// The columns with times of day.
    clocked: Vec<&'a str>,
}

/// A date that happened to a patient.
#[derive(Clone, Copy)]
struct Happened<'a> {
    dated: &'a Dated,
    competing: bool,
    at: NaiveDateTime,
}

/// The dates of one patient that could be read: at midnight, unless all of them have a time of day.
struct Readable<'a> {
    clocked: bool,
    time_zero: Option<NaiveDateTime>,
    happened: Vec<Happened<'a>>,
    last_visit: Option<(&'a str, NaiveDateTime)>,
}

impl<'a> Inputs<'a> {
    fn new(rule: &'a Rule, data: &'a DateColumns) -> Result<Self, EndpointError> {
        rule.check()?;
        let column = |dated: &'a Dated, competing| {
            let texts = match &dated.when {
                Some(condition) => Some(data.text_column(&condition.column)?),
                None => None,
            };
            Ok(EventColumn { dated, competing, cells: data.date_column(&dated.column)?, texts })
        };
        let events = rule.events.iter().map(|dated| column(dated, false));
        let competing = rule.competing.iter().map(|dated| column(dated, true));
        Ok(Inputs {
            rule,
            data,
            time_zero: data.date_column(&rule.time_zero)?,
            clocked: rule.date_columns().into_iter().filter(|name| data.has_clock(name)).collect(),
            events: events.chain(competing).collect::<Result<_, EndpointError>>()?,
            censor: rule
                .censor
                .iter()
                .map(|name| Ok((name.as_str(), data.date_column(name)?)))
                .collect::<Result<_, EndpointError>>()?,
        })
    }

    fn outcome(&self, row: usize, first_rows: &BTreeMap<&str, usize>) -> Outcome {
        let id = &self.data.ids()[row];
        let file_row = self.data.file_row(row);
        let mut found = Vec::new();
        if let Some(&first) = first_rows.get(id.as_str())
            && first < row
        {
            found.push(ProblemKind::DuplicateId { first: self.data.file_row(first) });
        }
        let readable = self.read(row, &mut found);
        self.check_order(&readable, &mut found);
        let usable = found.iter().all(ProblemKind::leaves_a_time);
        let end = if usable { self.end(&readable, &mut found) } else { None };
        let audit = match (&end, readable.time_zero) {
            (Some(end), Some(zero)) => self.audit(end, zero, readable.clocked),
            _ => audit_without_time(&found),
        };
        let flags =
            found.into_iter().map(|kind| Problem { id: id.clone(), row: file_row, kind }).collect();
        let span = end.as_ref().zip(readable.time_zero);
        let days = span.map(|(end, zero)| (end.at.date() - zero.date()).num_days());
        let exact_days = span.map(|(end, zero)| end.days_since(zero));
        Outcome {
            id: id.clone(),
            row: file_row,
            days,
            exact_days,
            time: exact_days.map(|days| days / self.rule.unit.days()),
            event: end.as_ref().map(|end| matches!(end.kind, EndKind::Event)),
            cause: end.as_ref().map(|end| match end.kind {
                EndKind::Event | EndKind::Competing => end.labels[0].clone(),
                _ => CENSORED.to_owned(),
            }),
            date: end.as_ref().map(|end| end.at.date()),
            decided_by: end.map(|end| end.columns).unwrap_or_default(),
            audit,
            flags,
        }
    }

    /// Reads a row's dates; what cannot be read is a problem.
    fn read(&self, row: usize, found: &mut Vec<ProblemKind>) -> Readable<'a> {
        let clocked = self.is_clocked(row);
        let read_cell = |cell: &DateCell, column: &str, found: &mut Vec<ProblemKind>| {
            let at = read_cell(cell, column, found)?;
            Some(if clocked { at } else { at.date().and_time(NaiveTime::MIN) })
        };
        let time_zero = read_cell(&self.time_zero[row], &self.rule.time_zero, found);
        if self.time_zero[row] == DateCell::Missing {
            found.push(ProblemKind::MissingTimeZero { column: self.rule.time_zero.clone() });
        }
        let mut happened = Vec::new();
        for column in &self.events {
            let at = read_cell(&column.cells[row], &column.dated.column, found);
            if let Some(at) = at.filter(|_| column.counts(row, found)) {
                let EventColumn { dated, competing, .. } = *column;
                happened.push(Happened { dated, competing, at });
            }
        }
        let mut last_visit: Option<(&str, NaiveDateTime)> = None;
        for &(name, cells) in &self.censor {
            let at = read_cell(&cells[row], name, found);
            if let Some(at) = at.filter(|&at| last_visit.is_none_or(|last| at > last.1)) {
                last_visit = Some((name, at));
            }
        }
        Readable { clocked, time_zero, happened, last_visit }
    }

    /// Whether every date of the row is in a column with times of day. A patient with one date that
    /// has none is counted in whole days.
    fn is_clocked(&self, row: usize) -> bool {
        let zero = (self.rule.time_zero.as_str(), self.time_zero);
        let events = self.events.iter().map(|column| (column.dated.column.as_str(), column.cells));
        let mut columns = std::iter::once(zero).chain(events).chain(self.censor.iter().copied());
        columns.all(|(name, cells)| {
            !matches!(cells[row], DateCell::Date(_)) || self.clocked.contains(&name)
        })
    }

    /// Dates that cannot all be true.
    fn check_order(&self, readable: &Readable, found: &mut Vec<ProblemKind>) {
        let dates: Vec<(&str, NaiveDateTime)> = readable
            .happened
            .iter()
            .map(|happened| (happened.dated.column.as_str(), happened.at))
            .chain(readable.last_visit)
            .collect();
        if let Some(zero) = readable.time_zero {
            let time_zero = zero.date();
            for &(column, at) in dates.iter().filter(|(_, at)| *at < zero) {
                let (column, date) = (column.to_owned(), at.date());
                found.push(ProblemKind::BeforeTimeZero { column, date, time_zero });
            }
            if let Some(data_cut) = self.rule.data_cut.filter(|&cut| time_zero > cut) {
                found.push(ProblemKind::AfterDataCut { time_zero, data_cut });
            }
        }
        let deaths = readable.happened.iter().filter(|happened| happened.dated.terminal);
        if let Some(death) = deaths.map(|happened| happened.at.date()).min() {
            for (column, at) in dates.iter().filter(|(_, at)| at.date() > death) {
                let (column, date) = ((*column).to_owned(), at.date());
                found.push(ProblemKind::AfterDeath { column, date, death });
            }
        }
        if let Some((_, last_visit)) = readable.last_visit {
            let last_visit = last_visit.date();
            let late =
                |happened: &&Happened| !happened.dated.terminal && happened.at.date() > last_visit;
            for happened in readable.happened.iter().filter(late) {
                let (column, date) = (happened.dated.column.clone(), happened.at.date());
                found.push(ProblemKind::AfterLastVisit { column, date, last_visit });
            }
        }
    }

    /// Where the patient's time ends. `None`, with a problem, when nothing says so.
    fn end(&self, readable: &Readable, found: &mut Vec<ProblemKind>) -> Option<End> {
        let cut = self.rule.data_cut;
        let in_time = |at: NaiveDateTime| cut.is_none_or(|cut| at.date() <= cut);
        let first = readable.happened.iter().map(|happened| happened.at).min();
        if let Some(first) = first.filter(|&first| in_time(first)) {
            return Some(End::happened(first, &readable.happened));
        }
        // An event after the cut shows that the patient was followed until the cut.
        let followed = readable.last_visit.map(|(_, at)| at).max(first);
        match (followed, readable.last_visit) {
            (Some(at), _) if !in_time(at) => Some(End::cut(cut.unwrap_or(at.date()))),
            (_, Some((column, at))) => Some(End::last_visit(column, at)),
            _ => {
                found.push(ProblemKind::NoEnd);
                None
            }
        }
    }

    fn audit(&self, end: &End, time_zero: NaiveDateTime, clocked: bool) -> String {
        let name = &self.rule.time_zero;
        let day = end.at.date();
        let from = match clocked {
            true => format!("{:.4} days after {name} {time_zero}", end.days_since(time_zero)),
            false => {
                let zero = time_zero.date();
                let left = if self.clocked.is_empty() { "" } else { ", without the times of day" };
                format!("day {} after {name} {zero}{left}", (day - zero).num_days())
            }
        };
        match end.kind {
            EndKind::Event => {
                format!("event: {} on {}, {from}", end.labels.join(" and "), day)
            }
            EndKind::Competing => {
                format!("competing event: {} on {}, {from}", end.labels.join(" and "), day)
            }
            EndKind::LastVisit => format!(
                "censored: no event recorded, {} is {}, {from}",
                end.columns.join(" and "),
                day
            ),
            EndKind::DataCut => {
                format!("censored: no event up to the data cut {}, {from}", day)
            }
        }
    }
}

impl EventColumn<'_> {
    /// Whether a date of this row counts; an empty condition column is a problem.
    fn counts(&self, row: usize, found: &mut Vec<ProblemKind>) -> bool {
        let (Some(condition), Some(texts)) = (&self.dated.when, self.texts) else {
            return true;
        };
        match &texts[row] {
            Some(text) => condition.holds(text),
            None => {
                let problem = ProblemKind::UnknownCondition {
                    column: self.dated.column.clone(),
                    condition: condition.column.clone(),
                };
                // Two conditions of one rule often read the same pair of columns.
                if !found.contains(&problem) {
                    found.push(problem);
                }
                false
            }
        }
    }
}

fn read_cell(cell: &DateCell, column: &str, found: &mut Vec<ProblemKind>) -> Option<NaiveDateTime> {
    let problem = match cell {
        DateCell::Date(at) => return Some(*at),
        DateCell::Missing => return None,
        DateCell::Impossible(text) => {
            ProblemKind::ImpossibleDate { column: column.to_owned(), text: text.clone() }
        }
        DateCell::OtherFormat(text) => {
            ProblemKind::OtherFormat { column: column.to_owned(), text: text.clone() }
        }
    };
    // A column may serve twice in a rule, as event and as competing event.
    if !found.contains(&problem) {
        found.push(problem);
    }
    None
}

fn audit_without_time(found: &[ProblemKind]) -> String {
    let reasons: Vec<String> = found.iter().map(ProblemKind::to_string).collect();
    format!("no time: {}", reasons.join("; "))
}

/// What ends a time.
enum EndKind {
    Event,
    Competing,
    LastVisit,
    DataCut,
}

/// The end of a patient's time: when, what decided, and its labels (none when censored).
struct End {
    kind: EndKind,
    at: NaiveDateTime,
    columns: Vec<String>,
    labels: Vec<String>,
}

impl End {
    /// Days from a time zero. A data cut is a whole day, whatever the time of day of the start.
    fn days_since(&self, zero: NaiveDateTime) -> f64 {
        let whole = (self.at.date() - zero.date()).num_days() as f64;
        let part = (self.at.time() - zero.time()).num_milliseconds() as f64 / 86_400_000.0;
        if matches!(self.kind, EndKind::DataCut) { whole } else { whole + part }
    }

    /// What happened first; an event of interest comes before one that competes.
    fn happened(at: NaiveDateTime, happened: &[Happened]) -> End {
        let that_day: Vec<&Happened> =
            happened.iter().filter(|happened| happened.at == at).collect();
        let competing = that_day.iter().all(|happened| happened.competing);
        let decided = || that_day.iter().filter(|happened| happened.competing == competing);
        let columns = distinct(decided().map(|happened| happened.dated.column.as_str()));
        End {
            kind: if competing { EndKind::Competing } else { EndKind::Event },
            at,
            columns: columns.into_iter().map(str::to_owned).collect(),
            labels: decided().map(|happened| happened.dated.words()).collect(),
        }
    }

    fn last_visit(column: &str, at: NaiveDateTime) -> End {
        let columns = vec![column.to_owned()];
        End { kind: EndKind::LastVisit, at, columns, labels: Vec::new() }
    }

    fn cut(date: NaiveDate) -> End {
        let at = date.and_time(NaiveTime::MIN);
        End { kind: EndKind::DataCut, at, columns: Vec::new(), labels: Vec::new() }
    }
}
