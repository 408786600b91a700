//! Times that differ only by rounding become one time.
//!
//! 0.1 + 0.2 and 0.3 months are a tie. R calls the same rule `timefix`.

use crate::sort::Sorted;

/// Two times are one when they differ by at most this, or by at most this part of the mean of the
/// distinct absolute times: the square root of the machine epsilon.
const SAME_TIME: f64 = 1.490_116_119_384_765_6e-8;

/// Gives every run of times that differ only by rounding the earliest of them, stops and entries
/// together, and returns how many distinct times went. Rows stay in data order within ties.
pub(crate) fn merge_times(stops: &mut Sorted, entries: Option<&mut Sorted>) -> usize {
    let late = entries.as_ref().map_or(&[][..], |entries| &entries.values);
    let tolerance = Gaps::of(&stops.values, late).tolerance_if_needed();
    tolerance.map_or(0, |tolerance| settle(stops, entries, tolerance))
}

/// What there is between the distinct times.
struct Gaps {
    count: usize,
    sum: f64,
    last: f64,
    smallest: f64,
}

impl Gaps {
    fn of(stops: &[f64], entries: &[f64]) -> Gaps {
        let mut gaps = Gaps { count: 0, sum: 0.0, last: f64::NAN, smallest: f64::INFINITY };
        let mut entries = entries.iter().copied().peekable();
        for &time in stops {
            while let Some(start) = entries.next_if(|&start| start <= time) {
                gaps.meet(start);
            }
            gaps.meet(time);
        }
        gaps // an entry after the last stop belongs to a row that will be refused
    }

    /// The next time, not before the last.
    fn meet(&mut self, time: f64) {
        if time != self.last {
            self.count += 1;
            self.sum += time.abs();
            self.smallest = self.smallest.min(time - self.last); // min leaves out the first, NaN
            self.last = time;
        }
    }

    /// How near two times must be to be one; `None` when no two are.
    fn tolerance_if_needed(&self) -> Option<f64> {
        let tolerance = SAME_TIME * (self.sum / self.count as f64).max(1.0);
        (self.smallest <= tolerance).then_some(tolerance)
    }
}

/// Replaces each time by the first of its run of neighbours within the tolerance.
fn settle(stops: &mut Sorted, entries: Option<&mut Sorted>, tolerance: f64) -> usize {
    let mut runs = Runs { tolerance, last: f64::NAN, first: f64::NAN, merged: 0 };
    let (mut stops, mut nobody) = (Column::new(stops), Sorted::default());
    let mut entries = Column::new(entries.unwrap_or(&mut nobody));
    while let (Some(stop), Some(start)) = (stops.peek(), entries.peek()) {
        if start <= stop {
            entries.settle_next(start, &mut runs);
        } else {
            stops.settle_next(stop, &mut runs);
        }
    }
    stops.settle_rest(&mut runs);
    stops.end_tie();
    entries.end_tie();
    runs.merged
}

/// The runs of neighbours, stops and entries together.
struct Runs {
    tolerance: f64,
    /// The last time met, as it was.
    last: f64,
    /// The first time of its run.
    first: f64,
    merged: usize,
}

impl Runs {
    /// The time that stands for `time`, which is not before the last.
    fn place(&mut self, time: f64) -> f64 {
        if time != self.last {
            if time - self.last <= self.tolerance {
                self.merged += 1;
            } else {
                self.first = time;
            }
            self.last = time;
        }
        self.first
    }
}

/// A column being settled in order of time.
struct Column<'a> {
    sorted: &'a mut Sorted,
    next: usize,
    /// Where the rows of the present time start in order of time.
    tie: usize,
    time: f64,
    /// Whether a later time was merged into it, so that its rows are out of data order.
    mixed: bool,
}

impl<'a> Column<'a> {
    fn new(sorted: &'a mut Sorted) -> Column<'a> {
        Column { sorted, next: 0, tie: 0, time: f64::NAN, mixed: false }
    }

    fn peek(&self) -> Option<f64> {
        self.sorted.values.get(self.next).copied()
    }

    /// Settles the next row, whose time is `value`.
    fn settle_next(&mut self, value: f64, runs: &mut Runs) {
        let time = runs.place(value);
        if time != self.time {
            self.end_tie();
            self.time = time;
        }
        if time != value {
            self.sorted.values[self.next] = time;
            self.mixed = true;
        }
        self.next += 1;
    }

    /// Settles all rows that are left.
    fn settle_rest(&mut self, runs: &mut Runs) {
        while let Some(value) = self.peek() {
            self.settle_next(value, runs);
        }
    }

    /// Puts the rows of the present time back into data order, if merging mixed them.
    fn end_tie(&mut self) {
        if self.mixed {
            self.sorted.order[self.tie..self.next].sort_unstable();
        }
        (self.tie, self.mixed) = (self.next, false);
    }
}
