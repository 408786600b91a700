//! Tables that count people: what `SELECT ... GROUP BY` of a database gives.
//!
//! A row is a combination of values with the number of people who have them. Two forms are read. One
//! column of counts says how many people a row stands for. Several say how many people of the row ended
//! in each way, the last of them censored: each becomes a row of its own, with the column `event`.

use crate::frame::MOST_WRITTEN_OUT;
use crate::read::ReadNote;
use crate::{Error, Expr, Factor, FrameError, Table, Values};

/// The column that says how the people of a row ended, where several columns count them.
pub const EVENT_OF_COUNTS: &str = "event";

/// The column of a table of counts that says how many people a row stands for. No formula can name
/// it by chance.
pub(crate) const PEOPLE: &str = " people";

/// What people ended with who are counted by the last column.
const CENSORED: &str = "censored";

/// Some rows of a table, in the order of the new one, with what is counted of them.
#[derive(Default)]
struct Rows {
    /// The row of the table.
    row: Vec<u32>,
    /// Which of the counts.
    kind: Vec<u32>,
    people: Vec<f64>,
}

impl Table {
    /// The table with a row for the people of each count: `counts` are the columns (or expressions
    /// such as `n - events`) of the two forms, and what they name is a column no more. Where
    /// `written_out`, a row for each of them; otherwise the column [`PEOPLE`] says how many a row
    /// stands for.
    ///
    /// # Errors
    ///
    /// [`Error::Row`] for a count that is missing, negative or no whole number, [`Error::NoRows`] when
    /// nobody is counted, [`Error::Kind`] for a column `event` that is in the way, and
    /// [`FrameError::TooManyPeople`] when there are more people than rows can be written out.
    pub(crate) fn of_counts(&self, counts: &[Expr], written_out: bool) -> Result<Table, Error> {
        let rows = self.counted_rows(counts)?;
        let people: f64 = rows.people.iter().sum();
        if rows.row.is_empty() {
            return Err(Error::NoRows { source: self.name().to_string() });
        }
        if written_out && people > MOST_WRITTEN_OUT as f64 {
            return Err(FrameError::TooManyPeople { people: people as u64 }.into());
        }
        let rows = if written_out { rows.written_out() } else { rows };
        let mut table = self.without(&counted_columns(counts)).at_rows(&rows.row);
        table.note(ReadNote::Counts { rows: self.n_rows(), people: people as u64 });
        let mut columns = Vec::new();
        if counts.len() > 1 {
            columns.push((EVENT_OF_COUNTS.to_string(), rows.events(counts)));
        }
        if !written_out {
            columns.push((PEOPLE.to_string(), Values::Number(rows.people)));
        }
        table.with_columns(columns)
    }

    /// The rows that count somebody, in the order of the table and of the counts.
    fn counted_rows(&self, counts: &[Expr]) -> Result<Rows, Error> {
        let columns =
            counts.iter().map(|count| self.numbers_of(count)).collect::<Result<Vec<_>, Error>>()?;
        let mut rows = Rows::default();
        for row in 0..self.n_rows() {
            for (kind, column) in columns.iter().enumerate() {
                let count = column[row];
                if !(count >= 0.0 && count.fract() == 0.0 && count.is_finite()) {
                    return Err(Error::Row {
                        column: counts[kind].to_string(),
                        place: self.place(row),
                        problem: match count.is_nan() {
                            true => {
                                "is missing, but a count is 0 where there is nobody".to_string()
                            }
                            false => format!("is {count}, but a count is a whole number of people"),
                        },
                    });
                }
                if count > 0.0 {
                    rows.row.push(row as u32);
                    rows.kind.push(kind as u32);
                    rows.people.push(count);
                }
            }
        }
        Ok(rows)
    }
}

impl Rows {
    fn written_out(self) -> Rows {
        let times = |at: usize| self.people[at] as usize;
        let repeated = |values: &[u32]| -> Vec<u32> {
            (0..values.len()).flat_map(|at| std::iter::repeat_n(values[at], times(at))).collect()
        };
        Rows { row: repeated(&self.row), kind: repeated(&self.kind), people: Vec::new() }
    }

    /// 1 and 0 where one column counts events; otherwise the names of the columns, and `censored`.
    fn events(&self, counts: &[Expr]) -> Values {
        if let [_, _] = counts {
            let flag = |&kind: &u32| Some(kind == 0);
            return Values::Flag(self.kind.iter().map(flag).collect());
        }
        let last = counts.len() - 1;
        let mut levels: Vec<String> = counts[..last].iter().map(name).collect();
        levels.push(CENSORED.to_string());
        Values::Text(Factor { codes: self.kind.clone(), levels })
    }
}

/// What an expression is called as the value of a column.
fn name(count: &Expr) -> String {
    match count.inner() {
        Expr::Column { name, .. } => name.clone(),
        other => other.to_string(),
    }
}

/// The columns that the counts are made of.
pub(crate) fn counted_columns(counts: &[Expr]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in counts.iter().flat_map(Expr::columns) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// How a table of people is made of a table of counts: by the columns that hold them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CountsOf {
    counts: Vec<Expr>,
}

impl CountsOf {
    /// The counts, one or more columns or expressions of columns.
    ///
    /// # Errors
    ///
    /// [`Error::Formula`] for a text that is no expression.
    pub fn parse(counts: &[String]) -> Result<CountsOf, Error> {
        let counts = counts.iter().map(|text| Expr::parse(text)).collect::<Result<_, _>>();
        Ok(CountsOf { counts: counts.map_err(Error::from)? })
    }

    /// The columns of the source that must be read for an analysis that uses `wanted`.
    pub fn columns(&self, wanted: &[String]) -> Vec<String> {
        let made = |name: &&String| self.counts.len() > 1 && *name == EVENT_OF_COUNTS;
        let mut names: Vec<String> = wanted.iter().filter(|name| !made(name)).cloned().collect();
        for name in counted_columns(&self.counts) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// A row for each person.
    ///
    /// # Errors
    ///
    /// [`Error::Row`] for a count that is missing, negative or no whole number, [`Error::NoRows`] when
    /// nobody is counted, [`Error::Kind`] for a column `event` that is in the way, and
    /// [`FrameError::TooManyPeople`] for more people than rows can be written out.
    pub fn written_out(&self, table: &Table) -> Result<Table, Error> {
        table.of_counts(&self.counts, true)
    }

    /// A row for the people of each count, with the column that
    /// [`FrameOptions::people`](crate::FrameOptions::people) names.
    ///
    /// # Errors
    ///
    /// As [`written_out`](Self::written_out), whatever the number of people.
    pub fn grouped(&self, table: &Table) -> Result<Table, Error> {
        table.of_counts(&self.counts, false)
    }

    /// The name of the column of [`grouped`](Self::grouped) that says how many people a row is.
    pub fn people_column() -> String {
        PEOPLE.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(csv: &str) -> Table {
        Table::from_csv(csv.as_bytes(), b',', "t.csv", None).unwrap()
    }

    fn counts(of: &[&str]) -> CountsOf {
        CountsOf::parse(&of.iter().map(|text| (*text).to_string()).collect::<Vec<_>>()).unwrap()
    }

    const CSV: &str = "time,arm,events,censored\n1,a,2,0\n2,a,0,1\n2,b,1,3\n";

    #[test]
    fn events_and_censorings_become_rows() {
        let asked = counts(&["events", "censored"]);
        let grouped = asked.grouped(&table(CSV)).unwrap();
        assert_eq!(grouped.n_rows(), 4);
        assert_eq!(grouped.numbers("time").unwrap(), [1.0, 2.0, 2.0, 2.0]);
        assert_eq!(grouped.numbers("event").unwrap(), [1.0, 0.0, 1.0, 0.0]);
        assert_eq!(grouped.numbers(PEOPLE).unwrap(), [2.0, 1.0, 1.0, 3.0]);
        assert!(grouped.values("events").is_err(), "what counts is no covariate");
        let out = asked.written_out(&table(CSV)).unwrap();
        assert_eq!(out.numbers("event").unwrap(), [1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
        // The seventh person stands in the third row of the file, its fourth line.
        assert_eq!((out.place(6).row, out.place(6).line), (2, Some(4)));
        assert!(out.notes().contains(&ReadNote::Counts { rows: 3, people: 7 }));
    }

    #[test]
    fn one_column_says_how_many_a_row_is_and_a_difference_is_a_count() {
        let csv = "time,dead,n\n1,1,2\n2,0,0\n3,0,1\n";
        let out = counts(&["n"]).written_out(&table(csv)).unwrap();
        assert_eq!(out.numbers("time").unwrap(), [1.0, 1.0, 3.0]);
        let csv = "time,events,n\n1,1,3\n";
        let out = counts(&["events", "n - events"]).grouped(&table(csv)).unwrap();
        assert_eq!(out.numbers(PEOPLE).unwrap(), [1.0, 2.0]);
    }

    #[test]
    fn several_events_have_their_names() {
        let csv = "time,relapse,death,alive\n5,1,2,1\n";
        let asked = counts(&["relapse", "death", "alive"]);
        let texts = asked.grouped(&table(csv)).unwrap().texts("event").unwrap();
        let words: Vec<&str> = texts.iter().flatten().map(String::as_str).collect();
        assert_eq!(words, ["relapse", "death", "censored"]);
        let needed = asked.columns(&["time".into(), "event".into(), "arm".into()]);
        assert_eq!(needed, ["time", "arm", "relapse", "death", "alive"]);
    }

    #[test]
    fn what_counts_nobody_or_half_a_person_is_refused() {
        let refused =
            |csv: &str, of: &[&str]| counts(of).grouped(&table(csv)).unwrap_err().to_string();
        for (csv, expected) in [
            ("time,n\n1,2.5\n", "is 2.5, but a count is a whole number"),
            ("time,n\n1,-1\n", "is -1"),
            ("time,n\n1,2\n2,\n", "is missing"),
        ] {
            let said = refused(csv, &["n"]);
            assert!(said.contains(expected), "{said}");
        }
        assert!(matches!(
            counts(&["n"]).grouped(&table("time,n\n1,0\n")),
            Err(Error::NoRows { .. })
        ));
        let taken = refused("time,event,d,c\n1,x,1,1\n", &["d", "c"]);
        assert!(taken.contains("event"), "{taken}");
        let csv = "time,n\n1,30000000\n";
        let many = counts(&["n"]).written_out(&table(csv)).unwrap_err().to_string();
        assert!(many.contains("30000000 people"), "{many}");
        assert!(counts(&["n"]).grouped(&table(csv)).is_ok());
    }
}
