//! From the score and its variance to a test.

use super::TrendTest;
use crate::normal;

/// A pivot below this part of its diagonal is rounding: that group adds no degree of freedom.
const SINGULAR: f64 = 1e-10;

/// The quadratic form of the score in a generalised inverse of its variance, and its degrees of
/// freedom, the rank of the variance. No statistic when the rank is 0.
///
/// The rows of the variance sum to zero, so at least one group is spare; so is each group that is
/// never at risk together with another. Elimination leaves a spare group out when it meets it.
pub(crate) fn chi_square(score: &[f64], variance: &[f64]) -> (Option<f64>, usize) {
    let count = score.len();
    let (mut left, mut u) = (variance.to_vec(), score.to_vec());
    let (mut statistic, mut df) = (0.0, 0);
    for k in 0..count {
        let pivot = left[k * count + k];
        // Also left out: NaN, which only an infinite weight could make.
        if pivot.is_nan() || pivot <= SINGULAR * variance[k * count + k] {
            continue;
        }
        statistic += u[k] * u[k] / pivot;
        df += 1;
        for i in k + 1..count {
            let factor = left[i * count + k] / pivot;
            u[i] -= factor * u[k];
            for j in k + 1..count {
                left[i * count + j] -= factor * left[k * count + j];
            }
        }
    }
    ((df > 0).then_some(statistic), df)
}

/// The test for a trend; `None` when its score has no variance.
pub(super) fn trend(score: &[f64], variance: &[f64], scores: &[f64]) -> Option<TrendTest> {
    let count = score.len();
    // Centred scores give the same answer and lose fewer digits: both sums ignore a shift.
    let mean = scores.iter().sum::<f64>() / count as f64;
    let scores: Vec<f64> = scores.iter().map(|score| score - mean).collect();
    let total: f64 = scores.iter().zip(score).map(|(a, u)| a * u).sum();
    let (mut spread, mut size) = (0.0, 0.0);
    for a in 0..count {
        for b in 0..count {
            spread += scores[a] * variance[a * count + b] * scores[b];
        }
        size += scores[a] * scores[a] * variance[a * count + a];
    }
    if spread.is_nan() || spread <= SINGULAR * size {
        return None;
    }
    let z = total / spread.sqrt();
    Some(TrendTest { z, statistic: z * z, p_value: normal::two_sided_p(z) })
}
