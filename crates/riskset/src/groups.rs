//! Which group (or stratum, or cluster) each row belongs to.

use crate::Error;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A partition of the rows: one group number per row, in data order, every group used. Made from
/// labels it keeps their names, for whoever prints an answer; no estimator looks at them.
///
/// ```
/// use riskset::Groups;
///
/// let arms = Groups::from_labels(&["placebo", "active", "placebo"])?;
/// assert_eq!(arms.index(), [1, 0, 1]);
/// assert_eq!(arms.label(0), Some("active"));
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Groups {
    index: Vec<u32>,
    count: usize,
    labels: Option<Arc<[String]>>,
}

/// The same partition, whatever its groups are called.
impl PartialEq for Groups {
    fn eq(&self, other: &Groups) -> bool {
        self.index == other.index && self.count == other.count
    }
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
            None => Ok(Groups { index, count, labels: None }),
        }
    }

    /// All rows in one group.
    pub fn single(rows: usize) -> Groups {
        Groups { index: vec![0; rows], count: 1, labels: None }
    }

    /// One group for each label, in the order of the labels as text: the first of them is group 0,
    /// with which models compare the others. Relabel the rows, or use [`new`](Self::new), for
    /// another order.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] without rows.
    pub fn from_labels<L: AsRef<str>>(labels: &[L]) -> Result<Groups, Error> {
        let mut codes: BTreeMap<&str, u32> =
            labels.iter().map(|label| (label.as_ref(), 0)).collect();
        codes.values_mut().zip(0..).for_each(|(code, place)| *code = place);
        let index = labels.iter().map(|label| codes[label.as_ref()]).collect();
        let names = codes.keys().map(|&name| name.to_owned()).collect();
        let groups = Groups::new(index, codes.len())?;
        Ok(Groups { labels: Some(names), ..groups })
    }

    /// The label of a group; `None` when the groups were made from numbers, or there are not so many.
    pub fn label(&self, group: usize) -> Option<&str> {
        self.labels.as_ref()?.get(group).map(String::as_str)
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

    #[test]
    fn labels_are_kept_in_the_order_of_their_text() {
        let groups = Groups::from_labels(&["b", "a", "c", "a"]).unwrap();
        assert_eq!(groups.index(), [1, 0, 2, 0]);
        assert_eq!((groups.count(), groups.label(2), groups.label(3)), (3, Some("c"), None));
        assert_eq!(groups, Groups::new(vec![1, 0, 2, 0], 3).unwrap());
        assert_eq!(Groups::from_labels::<&str>(&[]), Err(Error::Empty));
    }
}
