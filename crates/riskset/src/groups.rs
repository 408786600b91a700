//! Which group (or stratum, or cluster) each row belongs to.

use crate::Error;

/// A partition of the rows: one group number per row, in data order, every group used.
#[derive(Clone, Debug, PartialEq)]
pub struct Groups {
    index: Vec<u32>,
    count: usize,
}

impl Groups {
    /// Checks a partition. `index` has one entry per row, from 0 to `count - 1`.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] without rows, [`Error::EmptyGroup`] for a number below `count` that no
    /// row carries, [`Error::NoSuchGroup`] when a row carries a number of `count` or more.
    pub fn new(index: Vec<u32>, count: usize) -> Result<Groups, Error> {
        if index.is_empty() {
            return Err(Error::Empty);
        }
        let mut used = vec![false; count];
        for &group in &index {
            match used.get_mut(group as usize) {
                Some(slot) => *slot = true,
                None => {
                    return Err(Error::NoSuchGroup { group: group as usize, count });
                }
            }
        }
        match used.iter().position(|&used| !used) {
            Some(group) => Err(Error::EmptyGroup { group }),
            None => Ok(Groups { index, count }),
        }
    }

    /// All rows in one group.
    pub fn single(rows: usize) -> Groups {
        Groups { index: vec![0; rows], count: 1 }
    }

    /// Checks that the partition has as many rows as the response.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] naming `what`.
    pub(crate) fn check_rows(&self, what: &'static str, rows: usize) -> Result<(), Error> {
        let found = self.index.len();
        if found == rows { Ok(()) } else { Err(Error::Length { what, expected: rows, found }) }
    }

    /// The group of each row, from 0, in data order.
    pub fn index(&self) -> &[u32] {
        &self.index
    }

    /// How many groups there are, at least one.
    pub fn count(&self) -> usize {
        self.count
    }

    /// How many rows each group has, in group order.
    pub fn sizes(&self) -> Vec<usize> {
        if self.count == 1 {
            return vec![self.index.len()];
        }
        let mut sizes = vec![0; self.count];
        for &group in &self.index {
            sizes[group as usize] += 1;
        }
        sizes
    }

    /// Splits a list of rows by group, keeping its order within each.
    pub(crate) fn split(&self, rows: &[u32]) -> Vec<Vec<u32>> {
        let mut sizes = vec![0; self.count];
        rows.iter().for_each(|&row| sizes[self.index[row as usize] as usize] += 1);
        let mut split: Vec<Vec<u32>> = sizes.into_iter().map(Vec::with_capacity).collect();
        rows.iter().for_each(|&row| split[self.index[row as usize] as usize].push(row));
        split
    }

    /// The rows of each group, in data order.
    pub fn rows(&self) -> Vec<Vec<usize>> {
        let mut rows: Vec<Vec<usize>> = self.sizes().into_iter().map(Vec::with_capacity).collect();
        for (row, &group) in self.index.iter().enumerate() {
            rows[group as usize].push(row);
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_without_rows_is_refused() {
        assert_eq!(Groups::new(vec![0, 2], 3), Err(Error::EmptyGroup { group: 1 }));
        assert_eq!(Groups::new(vec![0, 3], 1), Err(Error::NoSuchGroup { group: 3, count: 1 }));
        assert_eq!(Groups::new(vec![], 0), Err(Error::Empty));
        let groups = Groups::new(vec![1, 0, 1], 2).unwrap();
        assert_eq!(groups.sizes(), [1, 2]);
        assert_eq!(groups.rows(), [vec![1], vec![0, 2]]);
    }
}
