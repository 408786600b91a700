//! The derivation: check a patient's dates, then find the one that decides.

use std::collections::BTreeMap;

use chrono::NaiveDate;

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
}

/// A date that happened to a patient.
#[derive(Clone, Copy)]
struct Happened<'a> {
    dated: &'a Dated,
    competing: bool,
    date: NaiveDate,
}

/// The dates of one patient that could be read.
struct Readable<'a> {
    time_zero: Option<NaiveDate>,
    happened: Vec<Happened<'a>>,
    last_visit: Option<(&'a str, NaiveDate)>,
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
            (Some(end), Some(zero)) => self.audit(end, zero),
            _ => audit_without_time(&found),
        };
        let flags =
            found.into_iter().map(|kind| Problem { id: id.clone(), row: file_row, kind }).collect();
        let days = end
            .as_ref()
            .zip(readable.time_zero)
            .map(|(end, time_zero)| (end.date - time_zero).num_days());
        Outcome {
            id: id.clone(),
            row: file_row,
            days,
            time: days.map(|days| days as f64 / self.rule.unit.days()),
            event: end.as_ref().map(|end| matches!(end.kind, EndKind::Event)),
            cause: end.as_ref().map(|end| match end.kind {
                EndKind::Event | EndKind::Competing => end.labels[0].clone(),
                _ => CENSORED.to_owned(),
            }),
            date: end.as_ref().map(|end| end.date),
            decided_by: end.map(|end| end.columns).unwrap_or_default(),
            audit,
            flags,
        }
    }

    /// Reads a row's dates; what cannot be read is a problem.
    fn read(&self, row: usize, found: &mut Vec<ProblemKind>) -> Readable<'a> {
        let time_zero = read_cell(&self.time_zero[row], &self.rule.time_zero, found);
        if self.time_zero[row] == DateCell::Missing {
            found.push(ProblemKind::MissingTimeZero { column: self.rule.time_zero.clone() });
        }
        let mut happened = Vec::new();
        for column in &self.events {
            let date = read_cell(&column.cells[row], &column.dated.column, found);
            if let Some(date) = date.filter(|_| column.counts(row, found)) {
                let EventColumn { dated, competing, .. } = *column;
                happened.push(Happened { dated, competing, date });
            }
        }
        let mut last_visit: Option<(&str, NaiveDate)> = None;
        for &(name, cells) in &self.censor {
            let date = read_cell(&cells[row], name, found);
            if let Some(date) = date.filter(|&date| last_visit.is_none_or(|last| date > last.1)) {
                last_visit = Some((name, date));
            }
        }
        Readable { time_zero, happened, last_visit }
    }

    /// Dates that cannot all be true.
    fn check_order(&self, readable: &Readable, found: &mut Vec<ProblemKind>) {
        let dates: Vec<(&str, NaiveDate)> = readable
            .happened
            .iter()
            .map(|happened| (happened.dated.column.as_str(), happened.date))
            .chain(readable.last_visit)
            .collect();
        if let Some(time_zero) = readable.time_zero {
            for &(column, date) in dates.iter().filter(|(_, date)| *date < time_zero) {
                let column = column.to_owned();
                found.push(ProblemKind::BeforeTimeZero { column, date, time_zero });
            }
            if let Some(data_cut) = self.rule.data_cut.filter(|&cut| time_zero > cut) {
                found.push(ProblemKind::AfterDataCut { time_zero, data_cut });
            }
        }
        let deaths = readable.happened.iter().filter(|happened| happened.dated.terminal);
        if let Some(death) = deaths.map(|happened| happened.date).min() {
            for &(column, date) in dates.iter().filter(|(_, date)| *date > death) {
                found.push(ProblemKind::AfterDeath { column: column.to_owned(), date, death });
            }
        }
        if let Some((_, last_visit)) = readable.last_visit {
            let late =
                |happened: &&Happened| !happened.dated.terminal && happened.date > last_visit;
            for happened in readable.happened.iter().filter(late) {
                let (column, date) = (happened.dated.column.clone(), happened.date);
                found.push(ProblemKind::AfterLastVisit { column, date, last_visit });
            }
        }
    }

    /// Where the patient's time ends. `None`, with a problem, when nothing says so.
    fn end(&self, readable: &Readable, found: &mut Vec<ProblemKind>) -> Option<End> {
        let cut = self.rule.data_cut;
        let in_time = |date: NaiveDate| cut.is_none_or(|cut| date <= cut);
        let first = readable.happened.iter().map(|happened| happened.date).min();
        if let Some(first) = first.filter(|&first| in_time(first)) {
            return Some(End::happened(first, &readable.happened));
        }
        // An event after the cut shows that the patient was followed until the cut.
        let followed = readable.last_visit.map(|(_, date)| date).max(first);
        match (followed, readable.last_visit) {
            (Some(date), _) if !in_time(date) => Some(End::cut(cut.unwrap_or(date))),
            (_, Some((column, date))) => Some(End::last_visit(column, date)),
            _ => {
                found.push(ProblemKind::NoEnd);
                None
            }
        }
    }

    fn audit(&self, end: &End, time_zero: NaiveDate) -> String {
        let days = (end.date - time_zero).num_days();
        let from = format!("day {days} after {} {time_zero}", self.rule.time_zero);
        match end.kind {
            EndKind::Event => {
                format!("event: {} on {}, {from}", end.labels.join(" and "), end.date)
            }
            EndKind::Competing => {
                format!("competing event: {} on {}, {from}", end.labels.join(" and "), end.date)
            }
            EndKind::LastVisit => format!(
                "censored: no event recorded, {} is {}, {from}",
                end.columns.join(" and "),
                end.date
            ),
            EndKind::DataCut => {
                format!("censored: no event up to the data cut {}, {from}", end.date)
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

fn read_cell(cell: &DateCell, column: &str, found: &mut Vec<ProblemKind>) -> Option<NaiveDate> {
    let problem = match cell {
        DateCell::Date(date) => return Some(*date),
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

/// The end of a patient's time: the day, what decided, and its labels (none when censored).
struct End {
    kind: EndKind,
    date: NaiveDate,
    columns: Vec<String>,
    labels: Vec<String>,
}

impl End {
    /// What happened on the first day; an event of interest comes before one that competes.
    fn happened(date: NaiveDate, happened: &[Happened]) -> End {
        let that_day: Vec<&Happened> =
            happened.iter().filter(|happened| happened.date == date).collect();
        let competing = that_day.iter().all(|happened| happened.competing);
        let decided = || that_day.iter().filter(|happened| happened.competing == competing);
        let columns = distinct(decided().map(|happened| happened.dated.column.as_str()));
        End {
            kind: if competing { EndKind::Competing } else { EndKind::Event },
            date,
            columns: columns.into_iter().map(str::to_owned).collect(),
            labels: decided().map(|happened| happened.dated.words()).collect(),
        }
    }

    fn last_visit(column: &str, date: NaiveDate) -> End {
        let columns = vec![column.to_owned()];
        End { kind: EndKind::LastVisit, date, columns, labels: Vec::new() }
    }

    fn cut(date: NaiveDate) -> End {
        End { kind: EndKind::DataCut, date, columns: Vec::new(), labels: Vec::new() }
    }
}
