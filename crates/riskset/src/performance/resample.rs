//! Which rows a refit takes: drawn with replacement, or all but a part.
//!
//! Sources: Efron and Gong (1983), Am Stat 37:36-48; Harrell, Lee and Mark (1996), Stat Med
//! 15:361-387.

use crate::compare::Draw;

/// As many rows as there are, drawn with replacement. Depends on the seed and the number of the
/// replicate alone, not on the threads.
///
/// ```
/// let drawn = riskset::resampled(5, 1, 0);
/// assert!(drawn.len() == 5 && drawn.iter().all(|&row| row < 5));
/// assert_eq!(drawn, riskset::resampled(5, 1, 0));
/// ```
pub fn resampled(rows: usize, seed: u64, replicate: u64) -> Vec<usize> {
    let mut draw = Draw::new(seed, replicate);
    (0..rows).map(|_| draw.below(rows)).collect()
}

/// The fold of each row, from 0: random, and as even as the rows allow.
///
/// ```
/// let fold = riskset::folds(10, 5, 1);
/// assert!((0..5).all(|one| fold.iter().filter(|&&own| own == one).count() == 2));
/// ```
pub fn folds(rows: usize, folds: usize, seed: u64) -> Vec<usize> {
    let mut fold: Vec<usize> = (0..rows).map(|row| row % folds.max(1)).collect();
    Draw::new(seed, 0).shuffle(&mut fold);
    fold
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replicate_has_its_own_rows_and_keeps_them() {
        let first = resampled(50, 7, 0);
        assert_eq!(first, resampled(50, 7, 0));
        assert_ne!(first, resampled(50, 7, 1));
        assert!(first.iter().all(|&row| row < 50));
    }

    #[test]
    fn folds_are_even() {
        let fold = folds(11, 3, 1);
        let sizes: Vec<usize> =
            (0..3).map(|k| fold.iter().filter(|&&own| own == k).count()).collect();
        assert_eq!(sizes, [4, 4, 3]);
    }
}
