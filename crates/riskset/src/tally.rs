//! How far work has come that is made of many like parts: draws of a bootstrap, permutations, simulated
//! tables.
//!
//! The count is for whoever watches a long answer being made; nothing here reads it, so that no answer
//! depends on it.

use std::sync::atomic::{AtomicU64, Ordering};

static DONE: AtomicU64 = AtomicU64::new(0);
static BEGUN: AtomicU64 = AtomicU64::new(0);

/// Work of like parts that is going on. When it is dropped its parts are no longer counted.
///
/// ```
/// use riskset::{Tally, tallied};
///
/// let draws = Tally::new(1000);
/// let squares: Vec<u64> = (0..3).map(|number| draws.count(|| number * number)).collect();
/// assert_eq!((squares, tallied()), (vec![0, 1, 4], (3, 1000)));
/// drop(draws);
/// assert_eq!(tallied(), (0, 0));
/// ```
#[derive(Debug)]
pub struct Tally {
    all: u64,
    done: AtomicU64,
}

impl Tally {
    /// Begins work of so many parts.
    pub fn new(all: usize) -> Tally {
        BEGUN.fetch_add(all as u64, Ordering::Relaxed);
        Tally { all: all as u64, done: AtomicU64::new(0) }
    }

    /// Does one part and counts it.
    pub fn count<T>(&self, part: impl FnOnce() -> T) -> T {
        let made = part();
        self.done.fetch_add(1, Ordering::Relaxed);
        DONE.fetch_add(1, Ordering::Relaxed);
        made
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        DONE.fetch_sub(*self.done.get_mut(), Ordering::Relaxed);
        BEGUN.fetch_sub(self.all, Ordering::Relaxed);
    }
}

/// Parts that are done, and parts in all, of the work that is going on in this process; 0 and 0 when there
/// is none.
pub fn tallied() -> (u64, u64) {
    (DONE.load(Ordering::Relaxed), BEGUN.load(Ordering::Relaxed))
}
