//! The rows of a Cox model in the order in which the risk sets are met: stratum by stratum, and
//! backwards through time, so that a risk set only ever grows (and, with late entries, loses who
//! had not entered yet).
//!
//! The covariates are gathered once into this order, centred within their stratum (which changes
//! no partial likelihood; see centers.rs) and divided by a power of two near their spread (which
//! changes no bit of their differences). They lie in blocks of rows, each column contiguous within its block. A few
//! dozen shards of consecutive blocks are the unit of parallel work; blocks and shards depend on
//! the data alone, never on the number of threads.

use super::centers::{Centers, centred_offset, overall_means};
use super::design::DesignMatrix;
use super::gram::dot;
use super::layout::{InOrder, blocks, in_order, late_entries, records, shards};
use super::parts::{Block, Late, NONE, Record, Segment, Stratum};
use crate::{Groups, Observations};
use rayon::prelude::*;
use std::ops::Range;

/// See the top of the file.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    /// The number of columns.
    pub p: usize,
    /// The data row of each sorted row.
    pub order: Vec<u32>,
    /// Event or censoring time of each sorted row.
    pub time: Vec<f64>,
    /// Case weight of each sorted row; `None` when all are 1. With late entries, 0 for a row that is
    /// in no risk set.
    pub weight: Option<Vec<f64>>,
    /// Offset of each sorted row, less the centre of its stratum.
    pub offset: Option<Vec<f64>>,
    pub tiles: Vec<f64>,
    pub late: Option<Late>,
    pub records: Vec<Record>,
    pub segments: Vec<Segment>,
    pub blocks: Vec<Block>,
    pub shards: Vec<Range<usize>>,
    pub strata: Vec<Stratum>,
    /// The centre of each column within each stratum, in the unit of the data: `[stratum * p + j]`.
    pub centers: Vec<f64>,
    /// The mean of each column over all rows, in the unit of the data.
    pub means: Vec<f64>,
    /// The centre of the offset in each stratum.
    pub offset_centers: Vec<f64>,
    /// What a column's unit was divided by.
    pub scales: Vec<f64>,
    /// No two values of a column are further apart, in the scaled unit.
    pub reaches: Vec<f64>,
    /// The sum of w x over the failing rows, in the scaled unit, and of w times the offset.
    pub event_sums: Vec<f64>,
    pub event_offset: f64,
    /// The sum of weights of the failing rows.
    pub event_weight: f64,
}

impl Rows {
    /// Sorts and gathers. `strata` has one entry per row; lengths were checked.
    pub fn new(
        observations: &Observations,
        design: &DesignMatrix,
        strata: &Groups,
        offset: Option<&[f64]>,
    ) -> Rows {
        let InOrder { order, time, fails } = in_order(observations, strata);
        let pick = |values: &[f64]| -> Vec<f64> {
            order.iter().map(|&row| values[row as usize]).collect()
        };
        let weight = observations.weights().map(pick);
        let (mut records, strata_ranges) =
            records(&time, &fails, weight.as_deref(), observations.is_counted(), strata);
        let late = observations.entry_order().map(|entry_order| {
            late_entries(observations, entry_order, strata, &order, &strata_ranges, &mut records)
        });
        let cut = || {
            let (blocks, segments) = blocks(time.len(), &records, &strata_ranges, late.is_some());
            let weight = match &late {
                Some((_, left)) => without_absent(weight, &segments, left),
                None => weight,
            };
            let of = |row: usize| weight.as_ref().map_or(1.0, |weight| weight[row]);
            let failing: Vec<f64> = fails
                .iter()
                .enumerate()
                .map(|(row, &fails)| if fails { of(row) } else { 0.0 })
                .collect();
            (blocks, segments, weight, failing)
        };
        // Cutting is one thread's work, beside which another finds the centres.
        let ((blocks, segments, weight, failing), centers) =
            rayon::join(cut, || Centers::new(design, strata, &order, &records));
        let Centers { means: stratum_means, centers, scales, reaches } = centers;
        let (offset, offset_centers) = centred_offset(offset, &order, &strata_ranges, &records);
        let mut rows = Rows {
            p: design.columns(),
            order,
            time,
            weight,
            offset,
            tiles: Vec::new(),
            late: None,
            records,
            segments,
            shards: shards(blocks.len()),
            blocks,
            strata: strata_ranges,
            centers,
            means: overall_means(design.columns(), strata, &stratum_means),
            offset_centers,
            scales,
            reaches,
            event_sums: Vec::new(),
            event_offset: 0.0,
            event_weight: 0.0,
        };
        rows.gather(design, strata, &failing);
        rows.late = late.map(|(row, left)| rows.gather_late(design, strata, row, left));
        rows.event_weight = rows.records.iter().map(|record| record.weight).sum();
        rows.event_offset = rows.offset.as_ref().map_or(0.0, |offset| dot(&failing, offset));
        rows
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// The case weight of a sorted row.
    pub fn weight(&self, row: usize) -> f64 {
        self.weight.as_ref().map_or(1.0, |weight| weight[row])
    }

    /// One covariate of a sorted row, scaled and from the centre of its stratum.
    pub fn covariate(&self, row: usize, column: usize) -> f64 {
        let at = self.blocks.partition_point(|block| block.rows.end <= row);
        let block = &self.blocks[at];
        self.tile(block)[column * block.rows.len() + row - block.rows.start]
    }

    /// The covariates of a block: column `j` is `[j * len..(j + 1) * len]`.
    pub fn tile(&self, block: &Block) -> &[f64] {
        &self.tiles[block.rows.start * self.p..block.rows.end * self.p]
    }

    /// The covariates of the rows that leave within a block, laid out as [`tile`](Self::tile).
    pub fn late_tile<'a>(&self, late: &'a Late, block: &Block) -> &'a [f64] {
        &late.tiles[block.late.start * self.p..block.late.end * self.p]
    }

    /// The start of each segment of a block.
    pub fn segments_of<'a>(
        &'a self,
        block: &'a Block,
    ) -> impl Iterator<Item = (Range<usize>, Segment)> + 'a {
        let mut start = block.rows.start;
        self.segments[block.segments.clone()].iter().map(move |segment| {
            let rows = start..segment.end as usize;
            start = rows.end;
            (rows, *segment)
        })
    }

    /// Fills the tiles, and sums w x over the failing rows, whose weights are given (0 for the
    /// others). A column at a time, so that no more than one lies in the cache of its own.
    fn gather(&mut self, design: &DesignMatrix, strata: &Groups, failing: &[f64]) {
        let mut tiles = vec![0.0; self.len() * self.p];
        let ranges = || self.blocks.iter().map(|block| block.rows.clone());
        let pieces = columns_of(cut(&mut tiles, ranges(), self.p), ranges(), self.p);
        let mut event_sums = Vec::with_capacity(self.p);
        for (j, pieces) in pieces.into_iter().enumerate() {
            let column = Column::new(self, design, strata, j);
            let sums: Vec<f64> = (&self.blocks, pieces)
                .into_par_iter()
                .with_min_len(AT_ONCE)
                .map(|(block, out)| {
                    column.fill(&self.order[block.rows.clone()], out);
                    dot(&failing[block.rows.clone()], out)
                })
                .collect();
            event_sums.push(sums.iter().sum());
        }
        (self.tiles, self.event_sums) = (tiles, event_sums);
    }

    /// The covariates once more, in the order of entry: of the sorted rows `row`.
    fn gather_late(
        &self,
        design: &DesignMatrix,
        strata: &Groups,
        row: Vec<u32>,
        left: Vec<u32>,
    ) -> Late {
        let mut tiles = vec![0.0; row.len() * self.p];
        let data_rows: Vec<u32> = row.iter().map(|&row| self.order[row as usize]).collect();
        let ranges = || self.blocks.iter().map(|block| block.late.clone());
        let pieces = columns_of(cut(&mut tiles, ranges(), self.p), ranges(), self.p);
        for (j, pieces) in pieces.into_iter().enumerate() {
            let column = Column::new(self, design, strata, j);
            (&self.blocks, pieces)
                .into_par_iter()
                .with_min_len(AT_ONCE)
                .for_each(|(block, out)| column.fill(&data_rows[block.late.clone()], out));
        }
        Late { row, tiles, left }
    }

    /// The sum of w x over the failing rows, each record counted `multiplier[record]` times.
    pub fn event_totals(&self, multiplier: Option<&[f64]>) -> Vec<f64> {
        let Some(multiplier) = multiplier else { return self.event_sums.clone() };
        let mut totals = vec![0.0; self.p];
        for block in &self.blocks {
            let (tile, len) = (self.tile(block), block.rows.len());
            for index in block.records.clone() {
                for row in self.records[index].failing() {
                    let weight = self.weight(row) * multiplier[index];
                    for (j, total) in totals.iter_mut().enumerate() {
                        *total += weight * tile[j * len + row - block.rows.start];
                    }
                }
            }
        }
        totals
    }
}

/// The weights, with 0 for rows that enter and leave between event times. Their risk is held within
/// range by no likelihood, and must not enter a sum from which it is taken out again.
fn without_absent(
    weight: Option<Vec<f64>>,
    segments: &[Segment],
    left: &[u32],
) -> Option<Vec<f64>> {
    let mut weight = weight;
    let mut start = 0;
    for segment in segments {
        for row in start..segment.end as usize {
            if left[row] != NONE && left[row] == segment.record {
                weight.get_or_insert_with(|| vec![1.0; left.len()])[row] = 0.0;
            }
        }
        start = segment.end as usize;
    }
    weight
}

/// Cuts `values` (p per row) at consecutive, increasing ranges of rows; gaps between them are
/// skipped.
fn cut(
    values: &mut [f64],
    ranges: impl Iterator<Item = Range<usize>>,
    p: usize,
) -> Vec<&mut [f64]> {
    let (mut rest, mut at) = (values, 0);
    let mut pieces = Vec::new();
    for range in ranges {
        let (_, after) = rest.split_at_mut((range.start - at) * p);
        let (piece, after) = after.split_at_mut(range.len() * p);
        pieces.push(piece);
        (rest, at) = (after, range.end);
    }
    pieces
}

/// Turns the tiles of blocks into lists of columns: for each column its piece of every block.
fn columns_of(
    tiles: Vec<&mut [f64]>,
    ranges: impl Iterator<Item = Range<usize>>,
    p: usize,
) -> Vec<Vec<&mut [f64]>> {
    let mut columns: Vec<Vec<&mut [f64]>> =
        (0..p).map(|_| Vec::with_capacity(tiles.len())).collect();
    for (mut tile, range) in tiles.into_iter().zip(ranges) {
        for column in &mut columns {
            let (piece, rest) = tile.split_at_mut(range.len());
            column.push(piece);
            tile = rest;
        }
    }
    columns
}

/// Blocks of one column that one thread gathers at a time.
const AT_ONCE: usize = 16;

/// A column of the design, to be centred and scaled.
struct Column<'a> {
    values: &'a [f64],
    /// The centre of each stratum.
    centers: Vec<f64>,
    inverse: f64,
    strata: &'a [u32],
}

impl<'a> Column<'a> {
    fn new(rows: &Rows, design: &'a DesignMatrix, strata: &'a Groups, j: usize) -> Column<'a> {
        let centers = (0..strata.count()).map(|stratum| rows.centers[stratum * rows.p + j]);
        Column {
            values: design.column(j),
            centers: centers.collect(),
            inverse: 1.0 / rows.scales[j],
            strata: strata.index(),
        }
    }

    /// The values of data rows, in their order.
    fn fill(&self, rows: &[u32], out: &mut [f64]) {
        if let [center] = self.centers[..] {
            for (out, &row) in out.iter_mut().zip(rows) {
                *out = (self.values[row as usize] - center) * self.inverse;
            }
            return;
        }
        for (out, &row) in out.iter_mut().zip(rows) {
            let center = self.centers[self.strata[row as usize] as usize];
            *out = (self.values[row as usize] - center) * self.inverse;
        }
    }
}
