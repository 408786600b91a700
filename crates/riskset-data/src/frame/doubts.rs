//! What is odd about the rows of a frame, as facts; words are made by the front ends.

use super::FrameOptions;
use super::alike::{alike, key};
use super::balance::{Balance, event_of};
use super::words::meant_order;
use crate::formula::{ResponseExpr, Variable};
use crate::{Error, Expr, Factor, Formula, Place, Table, Values};
use riskset::Observations;
use std::collections::HashMap;

/// Something that the rows allow and that is often a slip.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FrameDoubt {
    /// Values that differ only by case, blanks, hyphens or accents are counted as different.
    LevelsAlike {
        /// The column or term.
        column: String,
        /// The values with their rows among those used, in the order of the levels.
        levels: Vec<(String, usize)>,
    },
    /// Every row used has the event, and rows were dropped for a missing time or event only.
    AllEvents {
        /// The event's column or expression.
        column: String,
        /// The rows used.
        events: usize,
        /// The rows dropped.
        missing: usize,
    },
    /// A column that names patients repeats, and nothing in the analysis says so.
    RepeatedIds {
        /// The column.
        column: String,
        /// Its distinct values among the rows used.
        patients: usize,
        /// The rows that have one.
        rows: usize,
    },
    /// Rows that cover intervals, of which one begins where another ends: parts of one patient, whose
    /// ends count as censored because nothing says whose they are.
    RowsGoOn {
        /// The column that names patients, where there is one.
        column: Option<String>,
        /// The rows without the event that are followed by another.
        rows: usize,
    },
    /// The last row of the table is called Total, Mean or the like, and is used as a patient.
    TotalRow {
        /// The column.
        column: String,
        /// Its value there.
        value: String,
        /// Where.
        place: Place,
    },
    /// A column that says whether a patient is dead or alive, coded 0 and 1, is taken as the event;
    /// some registries have 1 for the living.
    VitalStatus {
        /// The column.
        column: String,
    },
    /// A column that is called after censoring is taken as the event.
    CnsrAsEvent {
        /// The column.
        column: String,
    },
    /// Several parameters of an analysis data set are pooled.
    SeveralParameters {
        /// The column, as `PARAMCD`.
        column: String,
        /// The parameters with their rows among those used.
        parameters: Vec<(String, usize)>,
    },
    /// Words or Roman numbers that have an order stand in another one.
    OrderOfWords {
        /// The term.
        term: String,
        /// The levels in the order that is used.
        levels: Vec<String>,
        /// The order that the words have.
        meant: Vec<String>,
    },
    /// Weights that are not all whole numbers.
    WeightsNotWhole {
        /// The column.
        column: String,
        /// How many rows have such a weight.
        rows: usize,
    },
}

/// What the doubts look at.
pub(super) struct Seen<'a> {
    pub(super) table: &'a Table,
    pub(super) formula: &'a Formula,
    pub(super) options: &'a FrameOptions,
    pub(super) rows: &'a [u32],
    pub(super) missing: &'a [(String, usize)],
    pub(super) balance: &'a Balance,
    pub(super) variables: &'a [(Variable, Values)],
    pub(super) weights: Option<(&'a str, &'a [f64])>,
    pub(super) intervals: Option<&'a Observations>,
}

impl Seen<'_> {
    pub(super) fn doubts(&self) -> Result<Vec<FrameDoubt>, Error> {
        let mut doubts = Vec::new();
        self.alike_events(&mut doubts)?;
        for (variable, values) in self.variables {
            if let Values::Text(factor) = values {
                doubts.extend(levels_alike(&variable.name, factor));
                doubts.extend(order_of_words(variable, factor));
            }
        }
        for name in &self.options.by {
            doubts.extend(levels_alike(name, &self.used(name)?));
        }
        doubts.extend(self.all_events());
        doubts.extend(self.cnsr_as_event());
        doubts.extend(self.vital_status());
        doubts.extend(self.weights_not_whole());
        doubts.extend(self.repeated_ids()?);
        doubts.extend(self.rows_go_on()?);
        doubts.extend(self.several_parameters()?);
        doubts.extend(self.total_row()?);
        Ok(doubts)
    }

    /// A column at the rows used.
    fn used(&self, name: &str) -> Result<Factor, Error> {
        let Factor { codes, levels } = self.table.factor(name)?;
        let codes = self.rows.iter().map(|&row| codes[row as usize]).collect();
        Ok(Factor { codes, levels }.drop_unused())
    }

    fn alike_events(&self, doubts: &mut Vec<FrameDoubt>) -> Result<(), Error> {
        for column in event_of(self.formula).columns() {
            if !self.table.is_numeric(&column)? {
                doubts.extend(levels_alike(&column, &self.used(&column)?));
            }
        }
        Ok(())
    }

    fn all_events(&self) -> Option<FrameDoubt> {
        let of_response = match self.formula.response() {
            ResponseExpr::Surv { time, event, .. } => {
                [crate::eval::bare(time), crate::eval::bare(event)]
            }
            ResponseExpr::Plain(event) => [crate::eval::bare(event), String::new()],
        };
        let response_only = self.missing.iter().all(|(name, _)| of_response.contains(name));
        let missing = self.balance.missing + self.balance.left_out;
        let doubtful = self.balance.n_censored() == 0 && missing > 0 && response_only;
        doubtful.then(|| FrameDoubt::AllEvents {
            column: self.balance.column.clone(),
            events: self.balance.n_events(),
            missing,
        })
    }

    fn cnsr_as_event(&self) -> Option<FrameDoubt> {
        let Expr::Column { name, .. } = event_of(self.formula).inner() else { return None };
        let lower = name.to_lowercase();
        let called = lower.starts_with("cnsr") || lower.starts_with("cens");
        (called && self.options.competing.is_none())
            .then(|| FrameDoubt::CnsrAsEvent { column: name.clone() })
    }

    fn vital_status(&self) -> Option<FrameDoubt> {
        let Expr::Column { name, .. } = event_of(self.formula).inner() else { return None };
        let plain: String = name.to_lowercase().chars().filter(|sign| *sign != '_').collect();
        let words = ["vitalstat", "vitstat", "alive", "living", "lebend", "lebt", "vivant"];
        let called = words.iter().any(|word| plain.contains(word)) && !plain.contains("dead");
        (called && self.options.competing.is_none())
            .then(|| FrameDoubt::VitalStatus { column: name.clone() })
    }

    fn weights_not_whole(&self) -> Option<FrameDoubt> {
        let (column, weights) = self.weights?;
        let rows = weights.iter().filter(|weight| weight.fract() != 0.0).count();
        (rows > 0).then(|| FrameDoubt::WeightsNotWhole { column: column.to_string(), rows })
    }

    /// Several rows of a patient are right where intervals, a cluster or a frailty say so.
    fn repeated_ids(&self) -> Result<Option<FrameDoubt>, Error> {
        let intervals =
            matches!(self.formula.response(), ResponseExpr::Surv { start: Some(_), .. });
        let named = self.formula.cluster().is_some() || self.formula.frailty().is_some();
        let clustered = named || self.options.cluster.is_some();
        if intervals || clustered || self.rows.len() > MOST_CHECKED {
            return Ok(None);
        }
        let columns = self.table.column_names().iter();
        let named = columns.filter(|name| is_id(name) && self.table.has_column(name));
        for name in self.options.id.iter().chain(named) {
            let factor = self.used(name)?;
            let (rows, patients) = (factor.counts().iter().sum(), factor.levels.len());
            if patients > 1 && patients < rows {
                return Ok(Some(FrameDoubt::RepeatedIds { column: name.clone(), patients, rows }));
            }
        }
        Ok(None)
    }

    /// Without the patient's name a row that goes on in another cannot be told from a censored one.
    fn rows_go_on(&self) -> Result<Option<FrameDoubt>, Error> {
        let Some(rows) = self.intervals.filter(|rows| rows.len() <= MOST_CHECKED) else {
            return Ok(None);
        };
        let Some(entry) = rows.entry().filter(|_| self.options.id.is_none()) else {
            return Ok(None);
        };
        let mut columns = self.table.column_names().iter();
        let named = columns.find(|name| is_id(name) && self.table.has_column(name));
        let followed = |ids: Vec<u32>| -> usize {
            let followed = rows.clone().followed_by(&ids).ok();
            let continuing = followed.as_ref().and_then(Observations::continuing);
            continuing.map_or(0, |rows| rows.iter().filter(|&&row| row).count())
        };
        if let Some(name) = named {
            let found = followed(self.used(name)?.codes);
            let column = Some(name.clone());
            return Ok((found > 0).then_some(FrameDoubt::RowsGoOn { column, rows: found }));
        }
        // Nearly every late start is another row's end: the rows were split, and nobody enters late.
        let first = entry.iter().copied().fold(f64::INFINITY, f64::min);
        let late: Vec<f64> = entry.iter().copied().filter(|&start| start > first).collect();
        let ends: Vec<u64> = (0..rows.len())
            .filter(|&row| !rows.event()[row])
            .map(|row| rows.time()[row].to_bits())
            .collect();
        let ends: std::collections::HashSet<u64> = ends.into_iter().collect();
        let met = late.iter().filter(|start| ends.contains(&start.to_bits())).count();
        let split = met >= 3 && met * 10 >= late.len() * 9;
        Ok(split.then_some(FrameDoubt::RowsGoOn { column: None, rows: met }))
    }

    fn several_parameters(&self) -> Result<Option<FrameDoubt>, Error> {
        let mut columns = self.table.column_names().iter();
        let column = columns.find(|name| is_parameter(name) && self.table.has_column(name));
        let Some(column) = column else { return Ok(None) };
        if self.formula.columns().contains(column) || self.options.by.contains(column) {
            return Ok(None);
        }
        let parameters = pairs(&self.used(column)?);
        let several = parameters.len() > 1;
        Ok(several.then(|| FrameDoubt::SeveralParameters { column: column.clone(), parameters }))
    }

    fn total_row(&self) -> Result<Option<FrameDoubt>, Error> {
        let Some(column) = self.table.column_names().first() else { return Ok(None) };
        let last = self.rows.last().filter(|&&row| row as usize == self.table.n_rows() - 1);
        match self.table.has_column(column) {
            true => row_of_sums(self.table, last.copied(), column),
            false => Ok(None),
        }
    }
}

/// The first of these rows that holds the sums of others, by the word for it in a column of names:
/// a table of patients or of studies that was made to be read often ends with one.
///
/// # Errors
///
/// [`Error::NoSuchColumn`].
pub fn row_of_sums(
    table: &Table,
    rows: impl IntoIterator<Item = u32>,
    column: &str,
) -> Result<Option<FrameDoubt>, Error> {
    let is_of_sums = |row: &usize| table.text_at(column, *row).is_some_and(is_total);
    let row = match table.is_numeric(column)? {
        true => None,
        false => rows.into_iter().map(|row| row as usize).find(is_of_sums),
    };
    Ok(row.map(|row| FrameDoubt::TotalRow {
        column: column.to_string(),
        value: table.text_at(column, row).unwrap_or_default().to_string(),
        place: table.place(row),
    }))
}

/// What is odd about columns of words at some rows, whatever is asked of them: levels that look alike.
///
/// # Errors
///
/// [`Error::NoSuchColumn`].
pub fn words_alike(
    table: &Table,
    rows: &[u32],
    columns: &[&str],
) -> Result<Vec<FrameDoubt>, Error> {
    let mut doubts = Vec::new();
    for name in columns {
        if !table.is_numeric(name)? {
            let Factor { codes, levels } = table.factor(name)?;
            let codes = rows.iter().map(|&row| codes[row as usize]).collect();
            doubts.extend(levels_alike(name, &Factor { codes, levels }.drop_unused()));
        }
    }
    Ok(doubts)
}

/// What is odd about one column of all rows: levels that look alike where it holds words, patients
/// that repeat, several parameters, a last row of totals.
pub(crate) fn doubts_of_column(
    table: &Table,
    name: &str,
    factor: &Factor,
    is_words: bool,
) -> Vec<FrameDoubt> {
    let mut doubts = if is_words { levels_alike(name, factor) } else { Vec::new() };
    let column = name.to_string();
    let (rows, patients) = (factor.counts().iter().sum(), factor.levels.len());
    if is_id(name) && patients > 1 && patients < rows {
        doubts.push(FrameDoubt::RepeatedIds { column: column.clone(), patients, rows });
    }
    if is_parameter(name) && patients > 1 {
        let parameters = pairs(factor);
        doubts.push(FrameDoubt::SeveralParameters { column: column.clone(), parameters });
    }
    if table.column_names().first().is_some_and(|first| first == name) {
        // A column that was read is there.
        let sums = row_of_sums(table, table.n_rows().checked_sub(1).map(|last| last as u32), name);
        doubts.extend(sums.ok().flatten());
    }
    doubts
}

/// Looking for repeated patients in more rows than this would cost as much as the analysis.
const MOST_CHECKED: usize = 1_000_000;

/// The columns that the doubts look at although no formula names them: those that may name
/// patients or parameters, and the first one, where a row of totals has its name.
fn watched(names: &[String]) -> Vec<usize> {
    let mut times: HashMap<&str, usize> = HashMap::new();
    names.iter().for_each(|name| *times.entry(name).or_default() += 1);
    let watched = |&field: &usize| {
        let name = names[field].as_str();
        let once = !name.is_empty() && times[name] == 1;
        once && (field == 0 || is_id(name) || is_parameter(name))
    };
    (0..names.len()).filter(watched).collect()
}

/// The fields chosen and those watched, increasing, each once.
pub(crate) fn with_watched(names: &[String], mut fields: Vec<usize>) -> Vec<usize> {
    fields.extend(watched(names));
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// Whether a column of this name says which patient a row belongs to.
pub fn names_patients(name: &str) -> bool {
    is_id(name)
}

fn is_id(name: &str) -> bool {
    const NAMES: [&str; 19] = [
        "id",
        "pid",
        "patient",
        "patientid",
        "patid",
        "patno",
        "patientno",
        "subject",
        "subjectid",
        "subjid",
        "usubjid",
        "recordid",
        "caseid",
        "casesubmitterid",
        "submitterid",
        "bcrpatientbarcode",
        "mrn",
        "participant",
        "participantid",
    ];
    NAMES.contains(&key(name).replace('.', "").as_str())
}

fn is_parameter(name: &str) -> bool {
    name.eq_ignore_ascii_case("PARAMCD")
}

fn is_total(value: &str) -> bool {
    const WORDS: [&str; 17] = [
        "total",
        "subtotal",
        "overall",
        "pooled",
        "totals",
        "sum",
        "mean",
        "average",
        "median",
        "summe",
        "mittel",
        "mittelwert",
        "gesamt",
        "durchschnitt",
        "somme",
        "moyenne",
        "mediane",
    ];
    WORDS.contains(&key(value).trim_end_matches([':', '.']))
}

/// Levels of a column that differ only by case, blanks, hyphens or accents, a doubt for each group
/// of them.
pub fn levels_alike(column: &str, factor: &Factor) -> Vec<FrameDoubt> {
    let counts = factor.counts();
    let used: Vec<usize> = (0..counts.len()).filter(|&level| counts[level] > 0).collect();
    let names: Vec<String> = used.iter().map(|&level| factor.levels[level].clone()).collect();
    let doubt = |group: Vec<usize>| FrameDoubt::LevelsAlike {
        column: column.to_string(),
        levels: group.into_iter().map(|at| (names[at].clone(), counts[used[at]])).collect(),
    };
    alike(&names).into_iter().map(doubt).collect()
}

fn order_of_words(variable: &Variable, factor: &Factor) -> Option<FrameDoubt> {
    if !variable.levels().is_empty() {
        return None;
    }
    let levels: Vec<String> = pairs(factor).into_iter().map(|(level, _)| level).collect();
    let meant = meant_order(&levels)?;
    Some(FrameDoubt::OrderOfWords { term: variable.name.clone(), levels, meant })
}

/// The levels that occur with their counts.
fn pairs(factor: &Factor) -> Vec<(String, usize)> {
    let counted = factor.levels.iter().cloned().zip(factor.counts());
    counted.filter(|(_, n)| *n > 0).collect()
}
