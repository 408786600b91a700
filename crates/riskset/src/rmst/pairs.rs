//! Restricted means of every pair of groups, with p values adjusted for their number.

use super::RmstContrast;
use crate::{Adjustment, SurvivalCurve};

/// The restricted means of two groups among several.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RmstPair {
    /// The first group of the pair, by its place among the curves: the one compared with.
    pub a: usize,
    /// The second group of the pair: the one in the numerator.
    pub b: usize,
    /// The second group against the first; `None` where one of the two means does not exist, see
    /// [`SurvivalCurve::rmst`].
    pub contrast: Option<RmstContrast>,
    /// The p value of the difference adjusted for the number of differences that could be tested.
    pub p_difference: Option<f64>,
    /// The p value of the ratio adjusted for the number of ratios that could be tested.
    pub p_ratio: Option<f64>,
}

/// Compares the restricted means to `tau` of every pair of curves of different patients, in the order
/// (0, 1), (0, 2), ..., (1, 2), ... . Limits are those of one pair at the level of the curves; only
/// p values are adjusted, differences and ratios each as a family of their own.
///
/// ```
/// use riskset::{Adjustment, Groups, KaplanMeier, RightCensored, rmst_pairs};
///
/// let times = [1.0, 3.0, 2.0, 4.0, 5.0, 6.0];
/// let response = RightCensored::new(&times, &[true; 6])?;
/// let groups = Groups::new(vec![0, 0, 1, 1, 2, 2], 3)?;
/// let curves = KaplanMeier::default().fit_groups(&response, &groups)?;
/// let pairs = rmst_pairs(&curves, 10.0, Adjustment::Bonferroni);
/// // Nobody is censored, so the means are 2, 3 and 5.5.
/// let differences: Vec<f64> =
///     pairs.iter().map(|pair| pair.contrast.unwrap().difference.estimate).collect();
/// assert_eq!(differences, [1.0, 3.5, 2.5]);
/// let alone = pairs[1].contrast.unwrap().difference.p_value.unwrap();
/// assert_eq!(pairs[1].p_difference, Some(3.0 * alone));
/// # Ok::<(), riskset::Error>(())
/// ```
pub fn rmst_pairs(curves: &[SurvivalCurve], tau: f64, adjustment: Adjustment) -> Vec<RmstPair> {
    let count = curves.len();
    let places = (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b)));
    let compare = |(a, b): (usize, usize)| {
        let contrast = curves[b].rmst_against(&curves[a], tau);
        RmstPair { a, b, contrast, p_difference: None, p_ratio: None }
    };
    let mut pairs: Vec<RmstPair> = places.map(compare).collect();
    let of = |pair: &RmstPair| pair.contrast.map(|contrast| contrast.difference.p_value);
    let differences: Vec<Option<f64>> = pairs.iter().map(|pair| of(pair).flatten()).collect();
    let of = |pair: &RmstPair| pair.contrast.and_then(|contrast| contrast.ratio)?.p_value;
    let ratios: Vec<Option<f64>> = pairs.iter().map(of).collect();
    let adjusted = adjustment.adjust(&differences).into_iter().zip(adjustment.adjust(&ratios));
    for (pair, (difference, ratio)) in pairs.iter_mut().zip(adjusted) {
        (pair.p_difference, pair.p_ratio) = (difference, ratio);
    }
    pairs
}
