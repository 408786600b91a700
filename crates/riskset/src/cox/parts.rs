//! What the rows of a Cox model are cut into: event times, segments, blocks, strata. Places only; how
//! they are found is told in layout.rs, and what lies in them in rows.rs.

use std::ops::Range;

/// No such record: the row is not at risk at any event, or was followed from the origin.
pub(super) const NONE: u32 = u32::MAX;

/// One event time of one stratum.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    /// The event time.
    pub time: f64,
    /// Sorted rows of the stratum before this one have a time at or after the event time.
    pub end: u32,
    /// How many rows fail here; they are the rows `end - deaths..end`.
    pub deaths: u32,
    /// How many people that are: as many, unless rows are counted.
    pub tied: u32,
    /// The sum of their weights.
    pub weight: f64,
    /// Places in the order of entry of the rows that are found here to enter at this time or
    /// later, so that they leave the risk set.
    pub late: (u32, u32),
    /// The stratum.
    pub stratum: u32,
}

impl Record {
    /// The sorted rows that fail here.
    pub fn failing(&self) -> Range<usize> {
        (self.end - self.deaths) as usize..self.end as usize
    }
}

/// Consecutive sorted rows that enter the risk set together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    /// Where the segment ends; it starts where the one before ends.
    pub end: u32,
    /// The first record (backwards through time) at which these rows are at risk, or [`NONE`].
    pub record: u32,
    /// Whether that record's risk set is complete at the end of this segment.
    pub closes: bool,
    /// Whether a stratum begins here.
    pub resets: bool,
}

/// Consecutive sorted rows whose covariates lie together.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// Sorted rows.
    pub rows: Range<usize>,
    /// Segments that make up the rows.
    pub segments: Range<usize>,
    /// Records that close within the rows.
    pub records: Range<usize>,
    /// Places in the order of entry, of the rows that leave at those records.
    pub late: Range<usize>,
    /// Whether the block's risk sets are running sums throughout: no stratum begins within it.
    pub plain: bool,
}

/// Late entries: the rows once more, by decreasing entry time within their stratum.
#[derive(Clone, Debug)]
pub(super) struct Late {
    /// The sorted row at each place.
    pub row: Vec<u32>,
    /// Covariates, in the blocks' `late` ranges, each column contiguous.
    pub tiles: Vec<f64>,
    /// For each sorted row, the first record (backwards through time) at or before its entry, or
    /// [`NONE`]: from there on it is not at risk.
    pub left: Vec<u32>,
}

/// One stratum, as ranges of sorted rows and of records.
#[derive(Clone, Debug)]
pub(super) struct Stratum {
    pub rows: Range<usize>,
    pub records: Range<usize>,
}
