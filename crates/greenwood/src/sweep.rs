//! Reading columns in time order, a block at a time.
//!
//! Rows in time order lie anywhere in memory. Gathering a block of each column in a loop of its
//! own lets the processor fetch many values at once; a loop that also decides something would
//! wait for every one of them.

/// Rows of one block: a block of every column stays in the first-level cache.
pub(crate) const BLOCK: usize = 1024;

/// The rows of one block, in order.
pub(crate) struct Block<'a> {
    pub rows: &'a [u32],
    pub time: &'a [f64],
    pub event: &'a [bool],
    pub group: &'a [u32],
}

/// Visits the rows named by `order`, block by block. The columns have one entry per row of data.
pub(crate) fn blocks(
    order: &[u32],
    time: &[f64],
    event: &[bool],
    group: &[u32],
    mut visit: impl FnMut(Block<'_>),
) {
    let (mut times, mut events, mut groups) = (Vec::new(), Vec::new(), Vec::new());
    for rows in order.chunks(BLOCK) {
        gather(time, rows, &mut times);
        gather(event, rows, &mut events);
        gather(group, rows, &mut groups);
        visit(Block { rows, time: &times, event: &events, group: &groups });
    }
}

/// Visits one column in the order given.
pub(crate) fn column(order: &[u32], values: &[f64], mut visit: impl FnMut(f64)) {
    let mut block = Vec::new();
    for rows in order.chunks(BLOCK) {
        gather(values, rows, &mut block);
        block.iter().for_each(|&value| visit(value));
    }
}

/// Fills the block with the values of these rows.
pub(crate) fn gather<T: Copy>(values: &[T], rows: &[u32], block: &mut Vec<T>) {
    block.clear();
    block.extend(rows.iter().map(|&row| values[row as usize]));
}
