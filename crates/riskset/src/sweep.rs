//! Reading columns in time order, a block at a time.
//!
//! Rows in time order lie anywhere in memory. Gathering a block of each column in a loop of its
//! own lets the processor fetch many values at once; a loop that also decides something would
//! wait for every one of them. The group of a row and what happened to it are put into one byte
//! first, where they fit: one small column is fetched instead of two large ones.

use crate::Groups;

/// Rows of one block: a block of every column stays in the first-level cache.
const BLOCK: usize = 1024;

/// What happened to each row, in data order.
#[derive(Clone, Copy)]
pub(crate) enum Marks<'a> {
    /// Whether it ends with the event.
    Events(&'a [bool]),
    /// What ended it, up to the greatest code.
    Causes(&'a [u32], u32),
}

impl Marks<'_> {
    fn at(&self, row: usize) -> u32 {
        match self {
            Marks::Events(events) => u32::from(events[row]),
            Marks::Causes(causes, _) => causes[row],
        }
    }

    fn greatest(&self) -> u32 {
        match *self {
            Marks::Events(_) => 1,
            Marks::Causes(_, greatest) => greatest,
        }
    }
}

/// The group and the mark of each row, in data order.
pub(crate) struct Columns<'a> {
    groups: &'a [u32],
    marks: Marks<'a>,
    /// Both in a byte, the mark in the lowest bits.
    packed: Option<Vec<u8>>,
    /// Bits of a mark.
    bits: u32,
}

/// The rows of one block, in order.
pub(crate) struct Block<'a> {
    pub rows: &'a [u32],
    pub time: &'a [f64],
    pub group: &'a [u32],
    /// 1 for an event, 0 for none; or the cause.
    pub mark: &'a [u32],
}

impl<'a> Columns<'a> {
    /// `groups` and `marks` have one entry per row.
    pub fn new(groups: &'a Groups, marks: Marks<'a>) -> Columns<'a> {
        let bits = u32::BITS - marks.greatest().leading_zeros();
        let fits = (groups.count() as u64) << bits <= 1 << u8::BITS;
        let index = groups.index();
        let packed = fits.then(|| match marks {
            Marks::Events(events) => {
                let pairs = index.iter().zip(events);
                pairs.map(|(&group, &event)| (group << bits) as u8 | u8::from(event)).collect()
            }
            Marks::Causes(causes, _) => {
                let pairs = index.iter().zip(causes);
                pairs.map(|(&group, &cause)| (group << bits | cause) as u8).collect()
            }
        });
        Columns { groups: index, marks, packed, bits }
    }

    /// Visits the rows named by `order`, whose times are `time`, block by block.
    pub fn blocks(&self, order: &[u32], time: &[f64], mut visit: impl FnMut(Block<'_>)) {
        let (mut group, mut mark) = (Vec::with_capacity(BLOCK), Vec::with_capacity(BLOCK));
        let mut bytes = Vec::with_capacity(BLOCK);
        let lowest = (1u32 << self.bits) - 1;
        for (rows, time) in order.chunks(BLOCK).zip(time.chunks(BLOCK)) {
            if let Some(packed) = &self.packed {
                gather(rows, &mut bytes, |row| packed[row]);
                fill(&bytes, &mut group, |byte| u32::from(byte) >> self.bits);
                fill(&bytes, &mut mark, |byte| u32::from(byte) & lowest);
            } else {
                gather(rows, &mut group, |row| self.groups[row]);
                gather(rows, &mut mark, |row| self.marks.at(row));
            }
            visit(Block { rows, time, group: &group, mark: &mark });
        }
    }
}

fn gather<T>(rows: &[u32], block: &mut Vec<T>, value: impl Fn(usize) -> T) {
    block.clear();
    block.extend(rows.iter().map(|&row| value(row as usize)));
}

fn fill(bytes: &[u8], block: &mut Vec<u32>, value: impl Fn(u8) -> u32) {
    block.clear();
    block.extend(bytes.iter().map(|&byte| value(byte)));
}
