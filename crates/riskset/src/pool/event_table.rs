//! Events and censorings counted by time: all that curves and their tests need of the rows.

use crate::{CompetingRisks, Error, Groups, Observations, Response};

/// What happened at one time in one group of one stratum.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct EventCell {
    /// The stratum, from 0.
    pub stratum: usize,
    /// The group, from 0.
    pub group: usize,
    /// The time, in the unit of the data.
    pub time: f64,
    /// The events of each cause, in the order of their codes from 1.
    pub events: Vec<u64>,
    /// Those censored.
    pub censored: u64,
}

impl EventCell {
    /// Everyone whose follow-up ends here.
    pub fn n(&self) -> u64 {
        self.events.iter().sum::<u64>() + self.censored
    }

    fn counts(&self) -> impl Iterator<Item = u64> + '_ {
        self.events.iter().copied().chain([self.censored])
    }

    fn place(&self) -> (usize, usize) {
        (self.stratum, self.group)
    }

    fn add(&mut self, other: &EventCell) {
        self.events.iter_mut().zip(&other.events).for_each(|(sum, more)| *sum += more);
        self.censored += other.censored;
    }
}

/// Events and censorings by stratum, group and time. Tables of the same groups, strata and causes
/// add up to the table of all their rows.
///
/// ```
/// use riskset::{CompetingRisks, EventTable, Groups, KaplanMeier};
///
/// // Two hospitals, one cause, times in months.
/// let here = CompetingRisks::new(&[1.0, 2.0], &[1, 0], 1)?;
/// let there = CompetingRisks::new(&[1.0, 3.0], &[0, 1], 1)?;
/// let table = EventTable::of(&here, &Groups::single(2), None)?
///     .merge(&EventTable::of(&there, &Groups::single(2), None)?)?;
/// let (response, _, _) = table.rows()?;
/// let curve = KaplanMeier::default().fit(&response)?;
/// assert_eq!(curve.points()[0].survival, 0.75); // one of four dies at month 1
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct EventTable {
    groups: usize,
    strata: usize,
    causes: usize,
    /// By stratum, group and increasing time; none is empty.
    cells: Vec<EventCell>,
}

impl EventTable {
    /// Counts the rows of a response. Case weights count as that many rows.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] when groups or strata have another number of rows,
    /// [`Error::WeightNotWhole`], and [`Error::Unsupported`] for late entries: when a row enters is
    /// no part of the table.
    pub fn of(
        response: &CompetingRisks,
        groups: &Groups,
        strata: Option<&Groups>,
    ) -> Result<EventTable, Error> {
        let rows = response.observations();
        check(rows, groups, strata)?;
        let causes = response.n_causes();
        let cells = (0..rows.len()).map(|row| {
            let count = rows.weight(row) as u64;
            let cause = response.cause()[row] as usize;
            let mut events = vec![0; causes];
            if cause > 0 {
                events[cause - 1] = count;
            }
            EventCell {
                stratum: strata.map_or(0, |strata| strata.index()[row] as usize),
                group: groups.index()[row] as usize,
                time: rows.time()[row],
                events,
                censored: if cause == 0 { count } else { 0 },
            }
        });
        let strata = strata.map_or(1, Groups::count);
        EventTable::new(groups.count(), strata, causes, cells.collect())
    }

    /// A table of cells in any order; cells of one stratum, group and time are added, empty ones
    /// left out.
    ///
    /// # Errors
    ///
    /// [`Error::Time`] for a time that is negative or not finite, where `row` is the cell;
    /// [`Error::NoSuchGroup`] for a group or stratum beyond their number; [`Error::Length`] for a
    /// cell with another number of causes.
    pub fn new(
        groups: usize,
        strata: usize,
        causes: usize,
        cells: Vec<EventCell>,
    ) -> Result<EventTable, Error> {
        for (row, cell) in cells.iter().enumerate() {
            if !(cell.time.is_finite() && cell.time >= 0.0) {
                return Err(Error::Time { row, value: cell.time });
            }
            for (index, count) in [(cell.group, groups), (cell.stratum, strata)] {
                if index >= count {
                    return Err(Error::NoSuchGroup { group: index, count });
                }
            }
            if cell.events.len() != causes {
                let found = cell.events.len();
                return Err(Error::Length { what: "causes", expected: causes, found });
            }
        }
        Ok(EventTable { groups, strata, causes, cells: in_order(cells) })
    }

    /// How many groups.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// How many strata, at least 1.
    pub fn strata(&self) -> usize {
        self.strata
    }

    /// How many causes.
    pub fn causes(&self) -> usize {
        self.causes
    }

    /// The cells, by stratum, group and increasing time; none is empty.
    pub fn cells(&self) -> &[EventCell] {
        &self.cells
    }

    /// Everyone counted.
    pub fn n(&self) -> u64 {
        self.cells.iter().map(EventCell::n).sum()
    }

    /// The table of both tables' rows.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] unless both have the same groups, strata and causes.
    pub fn merge(&self, other: &EventTable) -> Result<EventTable, Error> {
        for (what, expected, found) in [
            ("groups", self.groups, other.groups),
            ("strata", self.strata, other.strata),
            ("causes", self.causes, other.causes),
        ] {
            if expected != found {
                return Err(Error::Length { what, expected, found });
            }
        }
        let cells = [&self.cells[..], &other.cells[..]].concat();
        Ok(EventTable { cells: in_order(cells), ..*self })
    }

    /// The same with every time moved to the end of its interval (k - 1, k] times `width`; 0 stays
    /// 0. Who is censored within an interval counts as at risk for the events of it, as whoever is
    /// censored at t is at risk at t.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] unless the width is finite and above 0.
    pub fn on_grid(&self, width: f64) -> Result<EventTable, Error> {
        if !(width.is_finite() && width > 0.0) {
            let range = "be finite and above 0, in the unit of the times";
            return Err(Error::OutOfRange { what: "the width of the grid", value: width, range });
        }
        let moved = |cell: &EventCell| EventCell {
            // A time on the grid but for rounding stays where it is.
            time: (cell.time / width - 1e-9).ceil().max(0.0) * width,
            ..cell.clone()
        };
        Ok(EventTable { cells: in_order(self.cells.iter().map(moved).collect()), ..*self })
    }

    /// The same with neighbouring times of each stratum and group joined, later and later, until no
    /// count lies between 1 and `least - 1`; a cell stands at the last of its times, and every
    /// total stays what it was.
    ///
    /// # Errors
    ///
    /// The first stratum and group of which even the total has such a count, with that count.
    pub fn joined(&self, least: u64) -> Result<EventTable, SmallCount> {
        let mut cells: Vec<EventCell> = Vec::new();
        for of_place in self.cells.chunk_by(|a, b| a.place() == b.place()) {
            cells.extend(joined(of_place, least)?);
        }
        Ok(EventTable { cells, ..*self })
    }

    /// One row for each cause and each censoring of a cell, with its count as case weight, and the
    /// rows' groups and strata. The estimators give for these rows what they give for the rows that
    /// were counted.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] for a table without cells, [`Error::EmptyGroup`] for a group or stratum
    /// without a row.
    pub fn rows(&self) -> Result<(CompetingRisks, Groups, Option<Groups>), Error> {
        let mut rows = Rows::default();
        for cell in &self.cells {
            for (code, count) in (1..).zip(&cell.events).chain([(0, &cell.censored)]) {
                if *count > 0 {
                    rows.push(cell, code, *count as f64);
                }
            }
        }
        rows.checked(self)
    }

    /// One row for each person, for what takes no case weights, such as Gray's test.
    ///
    /// # Errors
    ///
    /// As [`rows`](Self::rows), and [`Error::TooManyRows`].
    pub fn single_rows(&self) -> Result<(CompetingRisks, Groups, Option<Groups>), Error> {
        match usize::try_from(self.n()) {
            Ok(rows) if u32::try_from(rows).is_ok() => {}
            _ => return Err(Error::TooManyRows { rows: self.n() as usize }),
        }
        let mut rows = Rows::default();
        for cell in &self.cells {
            for (code, count) in (1..).zip(&cell.events).chain([(0, &cell.censored)]) {
                (0..*count).for_each(|_| rows.push(cell, code, 1.0));
            }
        }
        rows.checked(self)
    }
}

/// A count of a whole group that is too small to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmallCount {
    /// The stratum, from 0.
    pub stratum: usize,
    /// The group, from 0.
    pub group: usize,
    /// The code of the cause, from 1; 0 for those censored.
    pub cause: usize,
    /// How many there are.
    pub count: u64,
}

/// Columns of rows in the making.
#[derive(Default)]
struct Rows {
    time: Vec<f64>,
    cause: Vec<u32>,
    weight: Vec<f64>,
    group: Vec<u32>,
    stratum: Vec<u32>,
}

impl Rows {
    fn push(&mut self, cell: &EventCell, code: u32, weight: f64) {
        self.time.push(cell.time);
        self.cause.push(code);
        self.weight.push(weight);
        self.group.push(cell.group as u32);
        self.stratum.push(cell.stratum as u32);
    }

    fn checked(
        self,
        table: &EventTable,
    ) -> Result<(CompetingRisks, Groups, Option<Groups>), Error> {
        let mut response = CompetingRisks::new(&self.time, &self.cause, table.causes)?;
        if self.weight.iter().any(|&weight| weight != 1.0) {
            response = response.with_weights(&self.weight)?;
        }
        let groups = Groups::new(self.group, table.groups)?;
        let strata =
            (table.strata > 1).then(|| Groups::new(self.stratum, table.strata)).transpose()?;
        Ok((response, groups, strata))
    }
}

fn check(rows: &Observations, groups: &Groups, strata: Option<&Groups>) -> Result<(), Error> {
    groups.check_rows("groups", rows.len())?;
    if let Some(strata) = strata {
        strata.check_rows("strata", rows.len())?;
    }
    if rows.entry_order().is_some() {
        return Err(Error::Unsupported {
            what: "a table of events for rows that enter late",
            instead: "count follow-up from the entry, or analyse the rows where they are",
        });
    }
    let whole = |row: &usize| rows.weight(*row).fract() != 0.0;
    match (0..rows.len()).find(whole) {
        Some(row) => Err(Error::WeightNotWhole { row, value: rows.weight(row) }),
        None => Ok(()),
    }
}

/// By stratum, group and time, one cell for each that holds somebody.
fn in_order(mut cells: Vec<EventCell>) -> Vec<EventCell> {
    cells.sort_by(|a, b| a.place().cmp(&b.place()).then(a.time.total_cmp(&b.time)));
    let mut sums: Vec<EventCell> = Vec::new();
    for cell in cells {
        match sums.last_mut() {
            Some(sum) if sum.place() == cell.place() && sum.time == cell.time => sum.add(&cell),
            _ => sums.push(cell),
        }
    }
    sums.retain(|cell| cell.n() > 0);
    sums
}

/// Joins the cells of one group, in order of time.
fn joined(cells: &[EventCell], least: u64) -> Result<Vec<EventCell>, SmallCount> {
    let small = |cell: &EventCell| cell.counts().any(|count| count > 0 && count < least);
    let mut done: Vec<EventCell> = Vec::new();
    let mut open: Option<EventCell> = None;
    for cell in cells {
        let mut sum = open.take().unwrap_or_else(|| EventCell {
            events: vec![0; cell.events.len()],
            censored: 0,
            ..cell.clone()
        });
        sum.add(cell);
        sum.time = cell.time;
        match small(&sum) {
            true => open = Some(sum),
            false => done.push(sum),
        }
    }
    // What is left over at the end goes to the cells before it, as many as it needs.
    while let Some(rest) = open.take() {
        let Some(mut before) = done.pop() else {
            let (cause, count) = rest
                .counts()
                .enumerate()
                .find(|(_, count)| *count > 0 && *count < least)
                .expect("only a cell with a small count is left open");
            let cause = if cause == rest.events.len() { 0 } else { cause + 1 };
            let EventCell { stratum, group, .. } = rest;
            return Err(SmallCount { stratum, group, cause, count });
        };
        before.add(&rest);
        before.time = rest.time;
        match small(&before) {
            true => open = Some(before),
            false => done.push(before),
        }
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(group: usize, time: f64, events: u64, censored: u64) -> EventCell {
        EventCell { stratum: 0, group, time, events: vec![events], censored }
    }

    fn table(cells: Vec<EventCell>) -> EventTable {
        EventTable::new(2, 1, 1, cells).unwrap()
    }

    #[test]
    fn neighbours_are_joined_until_no_count_is_small_and_totals_stay() {
        let counted = table(vec![
            cell(0, 1.0, 2, 0),
            cell(0, 2.0, 2, 4),
            cell(0, 3.0, 1, 1),
            cell(1, 1.0, 0, 3),
            cell(1, 5.0, 6, 0),
        ]);
        let joined = counted.joined(3).unwrap();
        // Group 0: 2 events at 1 are too few, 4 and 4 at 2 are not; 1 and 1 at 3 go to them.
        assert_eq!(joined.cells(), [cell(0, 3.0, 5, 5), cell(1, 1.0, 0, 3), cell(1, 5.0, 6, 0)]);
        assert_eq!(joined.n(), counted.n());
    }

    #[test]
    fn a_group_of_too_few_is_named() {
        let counted = table(vec![cell(0, 1.0, 7, 0), cell(1, 1.0, 5, 0), cell(1, 2.0, 0, 2)]);
        let refused = counted.joined(3).unwrap_err();
        assert_eq!(refused, SmallCount { stratum: 0, group: 1, cause: 0, count: 2 });
    }

    #[test]
    fn a_time_goes_to_the_end_of_its_interval_and_a_time_on_the_grid_stays() {
        let counted = table(vec![
            cell(0, 0.0, 1, 0),
            cell(0, 0.1, 1, 0),
            cell(0, 0.3 * 10.0, 1, 0), // 3, but for rounding
            cell(1, 3.01, 0, 1),
        ]);
        let grid = counted.on_grid(1.0).unwrap();
        let times: Vec<f64> = grid.cells().iter().map(|cell| cell.time).collect();
        assert_eq!(times, [0.0, 1.0, 3.0, 4.0]);
        assert!(counted.on_grid(0.0).is_err());
    }
}
