//! The order of the rows, and how it is cut: records, blocks, segments and shards.

use super::parts::{Block, NONE, Record, Segment, Stratum};
use crate::{Groups, Observations};
use std::ops::Range;

/// Rows per block: a few columns of a block fit the nearest cache.
const BLOCK: usize = 512;

/// At most this many shards, each of at least one block.
const SHARDS: usize = 64;

/// The rows of a fit in order, with what decides the order.
pub(super) struct InOrder {
    /// The data row of each sorted row.
    pub order: Vec<u32>,
    /// Its time.
    pub time: Vec<f64>,
    /// Whether it fails: an event of weight zero fails nowhere, because a weight says how often a
    /// row counts.
    pub fails: Vec<bool>,
}

/// Strata in order, times decreasing, and who fails last among equal times.
pub(super) fn in_order(observations: &Observations, strata: &Groups) -> InOrder {
    let (order, time) = (observations.order(), observations.sorted_time());
    let fails =
        |&row: &u32| observations.event()[row as usize] && observations.weight(row as usize) > 0.0;
    let fails: Vec<bool> = order.iter().map(fails).collect();
    let stratum = |at: usize| match strata.count() {
        1 => 0,
        _ => strata.index()[order[at] as usize] as usize,
    };
    let mut total = 0;
    let mut next: Vec<usize> = Vec::with_capacity(strata.count());
    for size in strata.sizes() {
        next.push(total);
        total += size;
    }
    let mut rows =
        InOrder { order: vec![0; total], time: vec![0.0; total], fails: vec![false; total] };
    let mut place = |at: usize| {
        let next = &mut next[stratum(at)];
        (rows.order[*next], rows.time[*next], rows.fails[*next]) = (order[at], time[at], fails[at]);
        *next += 1;
    };
    let mut end = total;
    while end > 0 {
        let mut start = end - 1;
        while start > 0 && time[start - 1] == time[start] {
            start -= 1;
        }
        if end - start == 1 {
            place(start);
        } else {
            (start..end).filter(|&at| !fails[at]).for_each(&mut place);
            (start..end).filter(|&at| fails[at]).for_each(&mut place);
        }
        end = start;
    }
    rows
}

/// The event times of each stratum, from the sorted columns; where rows are counted, weights are
/// people.
pub(super) fn records(
    time: &[f64],
    fails: &[bool],
    weight: Option<&[f64]>,
    counted: bool,
    strata: &Groups,
) -> (Vec<Record>, Vec<Stratum>) {
    let events = fails.iter().filter(|&&fails| fails).count();
    let mut records: Vec<Record> = Vec::with_capacity(events);
    let mut ranges = Vec::with_capacity(strata.count());
    let mut start = 0;
    for (stratum, size) in (0..).zip(strata.sizes()) {
        let (end, first) = (start + size, records.len());
        let mut row = start;
        while row < end {
            let mut next = row + 1;
            while next < end && time[next] == time[row] {
                next += 1;
            }
            let weight = |row: usize| weight.map_or(1.0, |weight| weight[row]);
            let deaths = (row..next).rev().take_while(|&row| fails[row]).count();
            if deaths > 0 {
                let all: f64 = (next - deaths..next).map(weight).sum();
                records.push(Record {
                    time: time[row],
                    end: next as u32,
                    deaths: deaths as u32,
                    tied: if counted { all as u32 } else { deaths as u32 },
                    weight: all,
                    late: (0, 0),
                    stratum,
                });
            }
            row = next;
        }
        ranges.push(Stratum { rows: start..end, records: first..records.len() });
        start = end;
    }
    (records, ranges)
}

/// The order of entry (sorted rows), and for each sorted row the record from which it is out.
pub(super) fn late_entries(
    observations: &Observations,
    entry_order: &[u32],
    strata: &Groups,
    order: &[u32],
    ranges: &[Stratum],
    records: &mut [Record],
) -> (Vec<u32>, Vec<u32>) {
    let entry = observations.entry().expect("an order of entry comes with entry times");
    let mut sorted_row = vec![0; order.len()];
    for (sorted, &row) in (0..).zip(order) {
        sorted_row[row as usize] = sorted;
    }
    let mut next: Vec<usize> = ranges.iter().map(|stratum| stratum.rows.start).collect();
    let mut late = vec![0; order.len()];
    for &row in entry_order.iter().rev() {
        let next = &mut next[strata.index()[row as usize] as usize];
        late[*next] = sorted_row[row as usize];
        *next += 1;
    }
    let mut left = vec![NONE; order.len()];
    for stratum in ranges {
        let mut place = stratum.rows.start;
        for index in stratum.records.clone() {
            let begin = place;
            while place < stratum.rows.end
                && entry[order[late[place] as usize] as usize] >= records[index].time
            {
                left[late[place] as usize] = index as u32;
                place += 1;
            }
            records[index].late = (begin as u32, place as u32);
        }
    }
    (late, left)
}

/// Cuts the rows into blocks of about [`BLOCK`] rows, never between rows that fail together, and
/// each block into segments.
pub(super) fn blocks(
    rows: usize,
    records: &[Record],
    strata: &[Stratum],
    has_late: bool,
) -> (Vec<Block>, Vec<Segment>) {
    let mut blocks: Vec<Block> = Vec::with_capacity(rows / BLOCK + 1);
    let mut segments: Vec<Segment> =
        Vec::with_capacity(records.len() + blocks.capacity() + strata.len());
    let (mut start, mut record, mut stratum) = (0, 0, 0);
    while start < rows {
        let end = block_end(start, rows, &records[record..]);
        let (first_segment, first_record) = (segments.len(), record);
        let mut resets = false;
        let mut at = start;
        while at < end {
            while strata[stratum].rows.end <= at {
                stratum += 1;
            }
            let here = &strata[stratum];
            let begins = at == here.rows.start;
            resets |= begins && at > start;
            let within = record < here.records.end;
            let stop = if within { records[record].end as usize } else { here.rows.end };
            let closes = within && stop <= end;
            segments.push(Segment {
                end: stop.min(end) as u32,
                record: if within { record as u32 } else { NONE },
                closes,
                resets: begins,
            });
            record += usize::from(closes);
            at = stop.min(end);
        }
        let closed = &records[first_record..record];
        let late = match (closed.first(), closed.last()) {
            (Some(first), Some(last)) if has_late => first.late.0 as usize..last.late.1 as usize,
            _ => blocks.last().map_or(0..0, |block| block.late.end..block.late.end),
        };
        blocks.push(Block {
            rows: start..end,
            segments: first_segment..segments.len(),
            records: first_record..record,
            plain: !resets,
            late,
        });
        start = end;
    }
    (blocks, segments)
}

/// Where a block that starts at `start` ends; `records` are those that close after `start`.
fn block_end(start: usize, rows: usize, records: &[Record]) -> usize {
    let wanted = start + BLOCK;
    if wanted >= rows {
        return rows;
    }
    // The first record that reaches beyond the wanted cut; its failing rows must stay together.
    let at = records.partition_point(|record| (record.end as usize) <= wanted);
    match records.get(at) {
        Some(record) if record.failing().start < wanted => record.end as usize,
        _ => wanted,
    }
}

pub(super) fn shards(blocks: usize) -> Vec<Range<usize>> {
    let size = blocks.div_ceil(SHARDS).max(1);
    (0..blocks).step_by(size).map(|start| start..(start + size).min(blocks)).collect()
}
