//! The bound of Hothorn and Lausen of the P of a maximally selected statistic.
//!
//! With A_i the event that the statistic at the i-th cut is at or beyond the observed one, the chance
//! of any of them is at most P(A_1) + the sum of P(A_i+1 without A_i): the improved Bonferroni
//! inequality. Over all orders of the patients each of these chances is a count of subsets by their
//! sum of scores. Scores are put on a lattice, and what rounding could make of a sum is granted to the
//! events, so that the answer stays an upper bound. Derivation: docs/methods/comparisons.md.
//!
//! Sources: Hothorn and Lausen (2003), Comput Stat Data Anal 43:121-137; Worsley (1982), Biometrika
//! 69:297-302; Streitberg and Röhmel (1986), Stat Software Newsletter 12:10-17 (the counts). Reference:
//! all orders, gone through in R.

use rayon::prelude::*;

/// Patients squared times the steps of the lattice: what is gone through at most.
const MOST: usize = 400_000_000;
/// Where rounding could move a statistic by more than this, the bound would be no use.
const ROUNDING: f64 = 0.03;

/// Where statistics are compared, and with what.
pub(super) struct Cuts<'a> {
    /// How many patients are at or below each cut, increasing.
    pub below: &'a [usize],
    /// The observed statistic, less what is counted as equal to it.
    pub statistic: f64,
    /// The variance of the scores, with n - 1 in the denominator.
    pub spread: f64,
}

/// The bound, cut to 1. `None` for more patients than can be gone through: about 150.
pub(super) fn hothorn_lausen(scores: &[f64], cuts: &Cuts<'_>) -> Option<f64> {
    let lattice = Lattice::new(scores, cuts)?;
    let counts = lattice.counts();
    let single = |&m: &usize| {
        let (low, high) = lattice.within(m);
        let row = &counts[m];
        let beyond = row[..low].iter().chain(&row[high.max(low)..]).sum::<f64>();
        beyond / lattice.subsets[m]
    };
    let singles: Vec<f64> = cuts.below.iter().map(single).collect();
    let steps = lattice.steps(&counts);
    let first = cuts.below[0];
    let mut bound = singles[0];
    for (pair, &later) in cuts.below.windows(2).zip(&singles[1..]) {
        // Between two cuts may lie several patients of one value: whoever is beyond at the second and
        // not at the first has stepped over somewhere on the way.
        let way: f64 = steps[pair[0] - first..pair[1] - first].iter().sum();
        bound += way.max(0.0).min(later);
    }
    let largest = singles.iter().copied().fold(0.0, f64::max);
    Some(bound.max(largest).min(1.0))
}

/// Scores as whole steps.
struct Lattice {
    /// The step of each patient, sorted.
    steps: Vec<usize>,
    /// For each number of patients the sums that are not beyond: from the first up to before the
    /// second.
    within: Vec<(usize, usize)>,
    /// The numbers of subsets by their size.
    subsets: Vec<f64>,
    first: usize,
    last: usize,
}

impl Lattice {
    fn new(scores: &[f64], cuts: &Cuts<'_>) -> Option<Lattice> {
        let n = scores.len();
        let (low, high) = range(scores);
        let mean = scores.iter().sum::<f64>() / n as f64;
        // Counted from the end that is nearer to the mean, the sums are shorter.
        let from_low = mean - low <= high - mean;
        let shift = |score: f64| if from_low { score - low } else { high - score };
        let shifted: Vec<f64> = scores.iter().map(|&score| shift(score)).collect();
        let total: f64 = shifted.iter().sum();
        let width = step(&shifted, total, MOST / (n * n))?;
        let mut sorted = shifted;
        sorted.sort_by(f64::total_cmp);
        let steps: Vec<usize> =
            sorted.iter().map(|&score| (score / width).round() as usize).collect();
        let errors: Vec<f64> =
            sorted.iter().zip(&steps).map(|(score, &step)| step as f64 * width - score).collect();
        let moved = Moved::new(errors);
        let (first, last) = (cuts.below[0], *cuts.below.last()?);
        let sum = steps.iter().sum::<usize>();
        let centre = sum as f64 / n as f64;
        let mut within = vec![(0, sum + 1); n + 1];
        for (m, within) in within.iter_mut().enumerate().take(last + 1).skip(first) {
            let (own, all) = (m as f64, n as f64);
            let sd = (cuts.spread * own * (all - own) / all).sqrt();
            let error = moved.at_most(m);
            if error > ROUNDING * sd {
                return None;
            }
            // A sum is within when it is nearer to its mean than this, in steps.
            let near = (cuts.statistic * sd - error) / width;
            let lowest = (own * centre - near).floor() + 1.0;
            let highest = (own * centre + near).ceil();
            *within = (lowest.max(0.0) as usize, (highest.max(0.0) as usize).min(sum + 1));
        }
        let subsets = (0..n).scan(1.0, |count, m| {
            let here = *count;
            *count *= (n - m) as f64 / (m + 1) as f64;
            Some(here)
        });
        let subsets = subsets.chain([1.0]).collect();
        Some(Lattice { steps, within, subsets, first, last })
    }

    fn within(&self, m: usize) -> (usize, usize) {
        let (low, high) = self.within[m];
        (low.min(self.sum() + 1), high)
    }

    fn sum(&self) -> usize {
        self.steps.iter().sum()
    }

    /// How many subsets of each size have each sum.
    fn counts(&self) -> Vec<Vec<f64>> {
        let mut counts = vec![vec![0.0; self.sum() + 1]; self.steps.len() + 1];
        counts[0][0] = 1.0;
        let mut reached = 0;
        for (drawn, &step) in self.steps.iter().enumerate() {
            for m in (0..=drawn).rev() {
                let (fewer, more) = counts.split_at_mut(m + 1);
                let to = more[0][step..].iter_mut();
                to.zip(&fewer[m][..=reached]).for_each(|(to, from)| *to += from);
            }
            reached += step;
        }
        counts
    }

    /// For each m from the first cut to before the last: the chance of being within with m patients
    /// and beyond with one more.
    fn steps(&self, counts: &[Vec<f64>]) -> Vec<f64> {
        let mut values = self.steps.clone();
        values.dedup();
        let of = |&value: &usize| {
            let times = self.steps.iter().filter(|&&step| step == value).count() as f64;
            self.steps_by(counts, value).into_iter().map(move |sum| times * sum).collect()
        };
        let each: Vec<Vec<f64>> = values.par_iter().map(of).collect();
        let n = self.steps.len();
        let chance = |place: usize| {
            let m = self.first + place;
            let orders = self.subsets[m] * (n - m) as f64;
            each.iter().map(|sums| sums[place]).sum::<f64>() / orders
        };
        (0..self.last - self.first).map(chance).collect()
    }

    /// The same as a count, where the next patient is a given one with this step. The counts of the
    /// others follow from those of all by taking the patient out: from the empty subset upwards for the
    /// smaller half, from the full one downwards for the larger, so that rounding does not grow.
    fn steps_by(&self, counts: &[Vec<f64>], value: usize) -> Vec<f64> {
        let (n, sum) = (self.steps.len(), self.sum());
        let mut found = vec![0.0; self.last - self.first];
        let half = n / 2;
        let mut others = counts[0].clone();
        for m in 0..self.last.min(half) {
            if m > 0 {
                let mut next = counts[m].clone();
                let taken = next[value..].iter_mut();
                taken.zip(&others).for_each(|(next, other)| *next -= other);
                others = next;
            }
            if m >= self.first {
                found[m - self.first] = self.stepping(&others, m, value);
            }
        }
        let mut others = vec![0.0; sum + 1];
        for m in (half.max(self.first)..n).rev() {
            let mut next = vec![0.0; sum + 1];
            let after = counts[m + 1][value..].iter().zip(&others[value..]);
            next.iter_mut().zip(after).for_each(|(next, (all, with))| *next = all - with);
            others = next;
            if m < self.last {
                found[m - self.first] = self.stepping(&others, m, value);
            }
        }
        found
    }

    /// Subsets that are within, and beyond with the next patient.
    fn stepping(&self, others: &[f64], m: usize, value: usize) -> f64 {
        let ((low, high), (next_low, next_high)) = (self.within(m), self.within(m + 1));
        let below = next_low.saturating_sub(value).min(high);
        let above = next_high.saturating_sub(value).max(low).max(below);
        let part = |from: usize, to: usize| {
            let to = to.min(others.len());
            if from < to { others[from..to].iter().sum::<f64>() } else { 0.0 }
        };
        part(low, below) + part(above, high)
    }
}

/// How wide a step is: whole where the scores are whole numbers of one, else as narrow as can be gone
/// through. `None` when not even the coarsest can.
fn step(shifted: &[f64], total: f64, most: usize) -> Option<f64> {
    let smallest =
        shifted.iter().copied().filter(|&score| score > 0.0).fold(f64::INFINITY, f64::min);
    let whole =
        shifted.iter().all(|score| ((score / smallest).round() * smallest - score).abs() < 1e-12);
    if whole && total / smallest <= most as f64 {
        return Some(smallest);
    }
    let width = total / most.min(200_000) as f64;
    (width > 0.0 && width.is_finite()).then_some(width)
}

fn range(scores: &[f64]) -> (f64, f64) {
    let low = scores.iter().copied().fold(f64::INFINITY, f64::min);
    let high = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (low, high)
}

/// What rounding can do to the sum of some of the scores, from its mean.
struct Moved {
    /// Sums of the m largest and of the m smallest errors from their mean, by m.
    largest: Vec<f64>,
    smallest: Vec<f64>,
}

impl Moved {
    fn new(mut errors: Vec<f64>) -> Moved {
        let mean = errors.iter().sum::<f64>() / errors.len() as f64;
        errors.iter_mut().for_each(|error| *error -= mean);
        errors.sort_by(f64::total_cmp);
        let add = |sum: &mut f64, error: &f64| {
            *sum += error;
            Some(*sum)
        };
        Moved {
            smallest: errors.iter().scan(0.0, add).collect(),
            largest: errors.iter().rev().scan(0.0, add).collect(),
        }
    }

    fn at_most(&self, m: usize) -> f64 {
        self.largest[m - 1].max(-self.smallest[m - 1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(scores: &[f64], below: &[usize], statistic: f64, spread: f64) -> f64 {
        hothorn_lausen(scores, &Cuts { below, statistic: statistic - 1e-9, spread }).unwrap()
    }

    /// Scores -1, 0, 1 with the variance 1: after one patient or two the sum has the variance 2/3. An
    /// order begins with -1 or 1 in two of three; one that begins with 0 goes on to -1 or 1.
    #[test]
    fn three_patients_by_hand() {
        let (scores, z) = ([1.0, -1.0, 0.0], (1.0_f64 / (2.0 / 3.0)).sqrt());
        assert!((bound(&scores, &[1], z, 1.0) - 2.0 / 3.0).abs() < 1e-12);
        assert!((bound(&scores, &[1, 2], z, 1.0) - 1.0).abs() < 1e-12);
    }

    /// The ranks 1 to 8 with cuts after 1 to 7 patients: of the 40320 orders 1152 have a statistic of at
    /// least 2.3 (tests/golden/compare-cutexact.R), which no order leaves and reaches again, so that the
    /// bound is exact.
    #[test]
    fn ranks_agree_with_all_orders() {
        let scores: Vec<f64> = (1..=8).map(f64::from).collect();
        let found = bound(&scores, &[1, 2, 3, 4, 5, 6, 7], 2.3, 6.0);
        assert!((found - 1152.0 / 40320.0).abs() < 1e-12, "{found}");
    }

    #[test]
    fn too_many_are_not_gone_through() {
        let scores: Vec<f64> = (0..400).map(|i| f64::from(i).sqrt()).collect();
        let below: Vec<usize> = (40..360).collect();
        let cuts = Cuts { below: &below, statistic: 3.0, spread: 30.0 };
        assert_eq!(hothorn_lausen(&scores, &cuts), None);
    }
}
