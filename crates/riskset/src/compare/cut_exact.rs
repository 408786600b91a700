//! The exact distribution of a maximally selected statistic for few patients.
//!
//! Given the scores, every order of the patients along the column is as likely as any other when the
//! column says nothing. The patients are drawn one after the other; what counts of those drawn is only
//! how many have each score, so orders that lead to the same counts are added up. The chance that no
//! cut on the way reaches the statistic is carried from counts to counts, and what reaches it is P.
//! Derivation: docs/methods/comparisons.md.
//!
//! Source: Hothorn and Lausen (2003), Comput Stat Data Anal 43:121-137, who bound this chance by that
//! of pairs of neighbouring cuts. Reference: all orders, gone through in R; `pmaxstat` of R maxstat is
//! their bound.

/// The most counts of drawn scores that are gone through: half a second and 64 MB.
const MOST: usize = 4_000_000;
/// Scores are one when they differ by rounding only, as a part of the largest.
const ROUNDING: f64 = 1e-10;

/// The distinct scores with how many patients have each.
fn distinct(scores: &[f64]) -> Vec<(f64, usize)> {
    let mut sorted = scores.to_vec();
    sorted.sort_by(f64::total_cmp);
    let largest = sorted.iter().fold(0.0_f64, |most, score| most.max(score.abs()));
    let mut values: Vec<(f64, usize)> = Vec::new();
    for score in sorted {
        match values.last_mut() {
            Some((value, count)) if score - *value <= ROUNDING * largest => *count += 1,
            _ => values.push((score, 1)),
        }
    }
    values
}

/// The chance that an order of `scores` has a cut that is beyond: `is_beyond` is asked with how many
/// patients are below a cut and the sum of their scores, and answers for places without a cut with
/// `false`. `None` for more patients than can be gone through.
pub(super) fn chance_beyond(scores: &[f64], is_beyond: impl Fn(usize, f64) -> bool) -> Option<f64> {
    let values = distinct(scores);
    let sizes = values.iter().map(|(_, count)| count + 1);
    let states = sizes.clone().try_fold(1_usize, |product, size| {
        product.checked_mul(size).filter(|&product| product <= MOST)
    })?;
    // The place of counts is a number with a digit for each score, so that counts come before those
    // with one patient more.
    let mut strides = vec![1; values.len()];
    for k in 1..values.len() {
        strides[k] = strides[k - 1] * (values[k - 1].1 + 1);
    }
    let mut within = vec![0.0; states];
    within[0] = 1.0;
    let mut beyond = 0.0;
    let mut drawn = Drawn { counts: vec![0; values.len()], n: 0, sum: 0.0, others: 0.0 };
    for state in 0..states {
        let mass = within[state];
        if mass > 0.0 && drawn.n > 0 && is_beyond(drawn.n, drawn.sum) {
            beyond += mass;
        } else if mass > 0.0 {
            let share = mass / (scores.len() - drawn.n) as f64;
            for (k, &count) in drawn.counts.iter().enumerate() {
                let left = values[k].1 - count;
                if left > 0 {
                    within[state + strides[k]] += share * left as f64;
                }
            }
        }
        drawn.next(&values);
    }
    // Rounding may take a certain event a little beyond 1.
    Some(beyond.min(1.0))
}

/// How many of each score are drawn, their number and their sum.
struct Drawn {
    counts: Vec<usize>,
    n: usize,
    sum: f64,
    /// The sum without the first score, anew at each carry so that rounding does not add up.
    others: f64,
}

impl Drawn {
    /// The counts at the next place: the first digit moves fastest.
    fn next(&mut self, values: &[(f64, usize)]) {
        for (count, (_, most)) in self.counts.iter_mut().zip(values) {
            if *count < *most {
                *count += 1;
                self.n += 1;
                break;
            }
            self.n -= *count;
            *count = 0;
        }
        if self.counts[0] == 0 {
            let sums = self.counts.iter().zip(values).skip(1);
            self.others = sums.map(|(&count, (value, _))| count as f64 * value).sum();
        }
        self.sum = self.others + self.counts[0] as f64 * values[0].0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scores -1, 0, 1 and a cut after the first: beyond is whoever starts with -1 or 1, two orders of
    /// three. With a cut after two as well, beyond where the sum of two is 1 or -1 in size: no order is
    /// left, because an order that starts with 0 goes on with -1 or 1.
    #[test]
    fn three_patients_by_hand() {
        let scores = [1.0, -1.0, 0.0];
        let first = chance_beyond(&scores, |n, sum: f64| n == 1 && sum.abs() >= 1.0);
        assert!((first.unwrap() - 2.0 / 3.0).abs() < 1e-15);
        let both = chance_beyond(&scores, |n, sum: f64| n < 3 && sum.abs() >= 1.0);
        assert!((both.unwrap() - 1.0).abs() < 1e-15);
    }

    /// Two of four have the score 1: the first two drawn are both of them in one of six pairs.
    #[test]
    fn equal_scores_are_counted_together() {
        let scores = [0.0, 1.0, 1.0 + 1e-13, 0.0];
        let found = chance_beyond(&scores, |n, sum: f64| n == 2 && sum > 1.5);
        assert!((found.unwrap() - 1.0 / 6.0).abs() < 1e-15);
    }

    /// The ranks 1 to 8 with cuts after 1 to 7 patients: of the 40320 orders 27398, 8256 and 1152 have a
    /// statistic of at least 1.5, 2 and 2.3 (tests/golden/compare-cutexact.R goes through them). At 2.3
    /// the P of maxstat is the same.
    #[test]
    fn ranks_agree_with_all_orders() {
        let scores: Vec<f64> = (1..=8).map(f64::from).collect();
        let p = |b: f64| {
            chance_beyond(&scores, |m, sum| {
                let m = m as f64;
                m < 8.0 && (sum - m * 4.5).abs() / (6.0 * m * (8.0 - m) / 8.0).sqrt() >= b - 1e-9
            })
        };
        for (b, orders) in [(1.5, 27398.0), (2.0, 8256.0), (2.3, 1152.0)] {
            assert!((p(b).unwrap() - orders / 40320.0).abs() < 1e-14, "{b}");
        }
    }

    #[test]
    fn too_many_are_not_gone_through() {
        let scores: Vec<f64> = (0..40).map(f64::from).collect();
        assert_eq!(chance_beyond(&scores, |_, _| true), None);
    }
}
