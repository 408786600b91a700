//! Rows cut in time: one patient's follow-up in several pieces, each with its own covariates.
//!
//! A row covers (start, stop]. A cut at c within it leaves (start, c] without the event and (c, stop]
//! with it. The pieces say neither more nor less than the row, so every estimator gives the same as
//! before until a covariate differs between them. Source: Andersen and Gill (1982), Ann Stat
//! 10:1100-1120; Therneau and Grambsch (2000), Modeling Survival Data, section 3.7. Reference
//! programs: `survSplit` and `tmerge` of R survival.

use crate::{CountingProcess, Error, Observations, Response};

/// A part of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// The row it is a part of, a number of the rows given.
    pub row: usize,
    /// Where it starts, excluded.
    pub start: f64,
    /// Where it ends, included.
    pub stop: f64,
    /// Whether it ends with the event: only the last piece of a row can.
    pub event: bool,
}

/// Rows cut in time.
#[derive(Clone, Debug, PartialEq)]
pub struct SplitRows {
    /// The pieces as a response, in the order of `pieces`, with the weights of their rows.
    pub response: CountingProcess,
    /// The pieces, in the order of the rows and in each row by time.
    pub pieces: Vec<Piece>,
}

/// More pieces than this are refused: they would take gigabytes.
const MOST_PIECES: usize = 20_000_000;

/// Cuts every row at these times, in any order; what lies outside a row does not cut it.
///
/// ```
/// use riskset::{RightCensored, split_at};
///
/// let rows = RightCensored::new(&[10.0], &[true])?;
/// let pieces = split_at(&rows, &[4.0, 7.0])?.pieces;
/// let read: Vec<_> = pieces.iter().map(|piece| (piece.start, piece.stop, piece.event)).collect();
/// assert_eq!(read, [(0.0, 4.0, false), (4.0, 7.0, false), (7.0, 10.0, true)]);
/// # Ok::<(), riskset::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::RequestedTime`] for a cut that is not finite; [`Error::EmptyInterval`] for a row that ends
/// at its start, such as a patient followed for a time of 0.
pub fn split_at(response: &impl Response, cuts: &[f64]) -> Result<SplitRows, Error> {
    let cuts = sorted(cuts)?;
    let rows = response.observations();
    let pieces = (0..rows.len()).map(|row| 1 + cuts_within(rows, row, &cuts).len());
    if pieces.sum::<usize>() > MOST_PIECES {
        return Err(Error::Unsupported {
            what: "rows cut into more than 20 million pieces",
            instead: "cut at fewer times, or take a sample of the patients",
        });
    }
    split_each(rows, |row| cuts_within(rows, row, &cuts).to_vec())
}

/// Cuts each row at its own times: `cuts` has one list per row, in any order.
///
/// # Errors
///
/// As [`split_at`], and [`Error::Length`].
pub fn split_rows(response: &impl Response, cuts: &[Vec<f64>]) -> Result<SplitRows, Error> {
    let rows = response.observations();
    if cuts.len() != rows.len() {
        let (expected, found) = (rows.len(), cuts.len());
        return Err(Error::Length { what: "the cuts of the rows", expected, found });
    }
    let cuts: Vec<Vec<f64>> = cuts.iter().map(|own| sorted(own)).collect::<Result<_, _>>()?;
    split_each(rows, |row| cuts_within(rows, row, &cuts[row]).to_vec())
}

/// Cuts at every distinct time of an event: within a piece every risk set is the same, so that a
/// covariate may be any function of time.
///
/// # Errors
///
/// As [`split_at`].
pub fn split_at_events(response: &impl Response) -> Result<SplitRows, Error> {
    let rows = response.observations();
    let events = (0..rows.len()).filter(|&row| rows.event()[row] && rows.weight(row) > 0.0);
    let times: Vec<f64> = events.map(|row| rows.time()[row]).collect();
    split_at(rows, &times)
}

fn split_each(rows: &Observations, cuts: impl Fn(usize) -> Vec<f64>) -> Result<SplitRows, Error> {
    let mut pieces = Vec::new();
    for row in 0..rows.len() {
        let stop = rows.time()[row];
        let mut start = rows.entry().map_or(0.0, |entry| entry[row]);
        if start >= stop {
            return Err(Error::EmptyInterval { row, start, stop });
        }
        for cut in cuts(row) {
            pieces.push(Piece { row, start, stop: cut, event: false });
            start = cut;
        }
        pieces.push(Piece { row, start, stop, event: rows.event()[row] });
    }
    let of = |value: fn(&Piece) -> f64| pieces.iter().map(value).collect::<Vec<f64>>();
    let events = pieces.iter().map(|piece| piece.event).collect();
    let response =
        CountingProcess::from_columns(of(|piece| piece.start), of(|piece| piece.stop), events)?;
    let response = match rows.weights() {
        None => response,
        Some(weights) => {
            let own: Vec<f64> = pieces.iter().map(|piece| weights[piece.row]).collect();
            response.with_weights(&own)?
        }
    };
    Ok(SplitRows { response, pieces })
}

/// The cuts strictly within a row.
fn cuts_within<'a>(rows: &Observations, row: usize, cuts: &'a [f64]) -> &'a [f64] {
    let start = rows.entry().map_or(0.0, |entry| entry[row]);
    let from = cuts.partition_point(|&cut| cut <= start);
    let to = cuts.partition_point(|&cut| cut < rows.time()[row]);
    &cuts[from..to.max(from)]
}

fn sorted(cuts: &[f64]) -> Result<Vec<f64>, Error> {
    if let Some(&value) = cuts.iter().find(|cut| !cut.is_finite()) {
        return Err(Error::RequestedTime { value });
    }
    let mut cuts = cuts.to_vec();
    cuts.sort_by(f64::total_cmp);
    cuts.dedup();
    Ok(cuts)
}
