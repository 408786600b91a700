//! Events and censorings counted by time: all that curves and their tests need of the rows.

use crate::{CompetingRisks, Error, Groups, Observations, Response};
use std::collections::BTreeMap;

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
/// assert_eq!(curve.survival()[0], 0.75); // one of four dies at month 1
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
        let moved =
            |cell: &EventCell| EventCell { time: grid_time(cell.time, width), ..cell.clone() };
        Ok(EventTable { cells: in_order(self.cells.iter().map(moved).collect()), ..*self })
    }

    /// The same without a count from 1 to `least - 1`: within each stratum and group, neighbouring
    /// events of each cause, and neighbouring censorings, are joined until there are enough of them,
    /// and stand at the median of their times. The few left over at the end join the last. Every
    /// total stays what it was; [`shift`](Self::shift) says how far times moved.
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

    /// How far times moved on average between two tables of the same people, such as this one and
    /// its [`joined`](Self::joined) form: the mean over all of them of the distance between their
    /// times, each kind of each group taken in order of time. `None` when the totals of a kind
    /// differ, or nobody is counted.
    pub fn shift(&self, other: &EventTable) -> Option<f64> {
        let (mine, theirs) = (self.series(), other.series());
        let same = mine.keys().eq(theirs.keys())
            && mine.iter().zip(&theirs).all(|(a, b)| total(a.1) == total(b.1));
        let n = self.n();
        (same && n > 0).then(|| {
            let apart: f64 = mine.values().zip(theirs.values()).map(|(a, b)| distance(a, b)).sum();
            apart / n as f64
        })
    }

    /// Times and counts of each stratum, group and kind, in order of time.
    fn series(&self) -> BTreeMap<(usize, usize, usize), Vec<(f64, u64)>> {
        let mut series: BTreeMap<_, Vec<(f64, u64)>> = BTreeMap::new();
        for cell in &self.cells {
            for (kind, count) in cell.counts().enumerate().filter(|(_, count)| *count > 0) {
                let of = series.entry((cell.stratum, cell.group, kind)).or_default();
                of.push((cell.time, count));
            }
        }
        series
    }

    /// One row for each cause and each censoring of a cell, [counted](Observations::with_counts), and
    /// the rows' groups and strata. The estimators give for these rows what they give for the rows that
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

    /// One row for each person, for what takes no counts.
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

/// Where each row's time goes on a grid of this width without a count of events or of censorings from 1
/// to `least - 1`: what [`EventTable::on_grid`] and [`EventTable::joined`] do to the table of all rows in
/// one group. One time per row in data order.
///
/// # Errors
///
/// Those of [`EventTable::of`] and [`EventTable::on_grid`]; the inner error where even all events or all
/// censorings are too few.
pub fn coarsened_times(
    rows: &Observations,
    width: f64,
    least: u64,
) -> Result<Result<Vec<f64>, SmallCount>, Error> {
    let codes: Vec<u32> = rows.event().iter().map(|&event| u32::from(event)).collect();
    let response = CompetingRisks::from_observations(rows.clone(), &codes, 1)?;
    let table = EventTable::of(&response, &Groups::single(rows.len()), None)?.on_grid(width)?;
    let joined = match table.joined(least) {
        Ok(joined) => joined,
        Err(small) => return Ok(Err(small)),
    };
    let (from, to) = (table.series(), joined.series());
    // Blocks of neighbouring times were joined whole, in order of time.
    let mut places: BTreeMap<(usize, u64), f64> = BTreeMap::new();
    for (key, times) in &from {
        let mut own = times.iter();
        for &(place, count) in &to[key] {
            let mut left = count;
            while left > 0 {
                let (time, part) = own.next().expect("joining keeps every total");
                places.insert((key.2, time.to_bits()), place);
                left -= part;
            }
        }
    }
    let place = |row: usize| {
        let kind = usize::from(!rows.event()[row]);
        places[&(kind, grid_time(rows.time()[row], width).to_bits())]
    };
    Ok(Ok((0..rows.len()).map(place).collect()))
}

/// The end of the interval of the grid that holds a time. A time on the grid but for rounding stays
/// where it is.
fn grid_time(time: f64, width: f64) -> f64 {
    (time / width - 1e-9).ceil().max(0.0) * width
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
            response = response.with_counts(&self.weight)?;
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

/// How many there are in a block of times.
fn total(block: &[(f64, u64)]) -> u64 {
    block.iter().map(|(_, count)| count).sum()
}

/// The sum of the distances between two lists of times, the first with the first and so on.
fn distance(a: &[(f64, u64)], b: &[(f64, u64)]) -> f64 {
    let (mut sum, mut b) = (0.0, b.iter().copied());
    let mut other = (0.0, 0);
    for &(time, mut left) in a {
        while left > 0 {
            if other.1 == 0 {
                other = b.next().expect("both have as many");
            }
            let both = left.min(other.1);
            sum += (time - other.0).abs() * both as f64;
            (left, other.1) = (left - both, other.1 - both);
        }
    }
    sum
}

/// The time by which half of a block's have come: one of its own times.
fn median(block: &[(f64, u64)]) -> f64 {
    let (mut seen, all) = (0, total(block));
    let reached = block.iter().find(|(_, count)| {
        seen += count;
        2 * seen >= all
    });
    reached.expect("a block holds somebody").0
}

/// Joins the counts of each kind of one group, in order of time.
fn joined(cells: &[EventCell], least: u64) -> Result<Vec<EventCell>, SmallCount> {
    let causes = cells[0].events.len();
    let mut done = Vec::new();
    for kind in 0..=causes {
        let count = |cell: &EventCell| cell.counts().nth(kind).expect("every cell has every kind");
        let alone = |time: f64, count: u64| {
            let mut events = vec![0; causes];
            let mut censored = 0;
            *events.get_mut(kind).unwrap_or(&mut censored) = count;
            EventCell { time, events, censored, ..cells[0] }
        };
        let mut blocks: Vec<Vec<(f64, u64)>> = Vec::new();
        let mut open = Vec::new();
        for (time, count) in cells.iter().map(|cell| (cell.time, count(cell))) {
            if count > 0 {
                open.push((time, count));
            }
            if total(&open) >= least && !open.is_empty() {
                blocks.push(std::mem::take(&mut open));
            }
        }
        if !open.is_empty() {
            // The few that are left over at the end go back to the last that are enough.
            let Some(last) = blocks.last_mut() else {
                let EventCell { stratum, group, .. } = cells[0];
                let cause = if kind == causes { 0 } else { kind + 1 };
                return Err(SmallCount { stratum, group, cause, count: total(&open) });
            };
            last.append(&mut open);
        }
        done.extend(blocks.iter().map(|block| alone(median(block), total(block))));
    }
    Ok(in_order(done))
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
        // Group 0: 2 events at 1 are too few and join 2 at 2; 1 event at 3 joins them, and the median
        // of 1, 1, 2, 2, 3 is 2; 1 censoring at 3 joins the 4 at 2.
        assert_eq!(joined.cells(), [cell(0, 2.0, 5, 5), cell(1, 1.0, 0, 3), cell(1, 5.0, 6, 0)]);
        assert_eq!(joined.n(), counted.n());
        // Two events moved by 1 from 1 to 2, one from 3 to 2, one censoring from 3 to 2, of 19.
        assert!((joined.shift(&counted).unwrap() - 4.0 / 19.0).abs() < 1e-15);
        assert_eq!(counted.shift(&table(vec![cell(0, 1.0, 1, 0)])), None);
    }

    /// Rows go where the counts go, and a kind that is too few is named.
    #[test]
    fn rows_move_with_their_counts() {
        let time = [0.5, 1.2, 1.4, 2.5, 2.5, 3.0, 0.7, 3.3];
        let event = [true, true, true, true, true, true, false, false];
        let rows = crate::RightCensored::new(&time, &event).unwrap().into_observations();
        // Events on the grid of 1: 1 at 1, 2 at 2, 3 at 3; of at least 2 each, 1 and 2 join at 2.
        // Censorings at 1 and 4 join at the median, 1.
        let moved = coarsened_times(&rows, 1.0, 2).unwrap().unwrap();
        assert_eq!(moved, [2.0, 2.0, 2.0, 3.0, 3.0, 3.0, 1.0, 1.0]);
        let few = coarsened_times(&rows, 1.0, 3).unwrap().unwrap_err();
        assert_eq!((few.cause, few.count), (0, 2));
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
