//! p values adjusted for the number of tests.

use crate::choices;

/// How p values are adjusted for the number of tests.
///
/// Sources: Holm (1979), Scand J Stat 6:65-70; Benjamini and Hochberg (1995), J R Stat Soc B
/// 57:289-300. Reference program: `p.adjust` of R.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Adjustment {
    /// Not at all.
    #[default]
    None,
    /// Times the number of tests; keeps the chance of any false finding.
    Bonferroni,
    /// Step by step from the smallest; keeps the same chance and is never worse than Bonferroni.
    Holm,
    /// Keeps the expected share of false ones among the findings.
    BenjaminiHochberg,
}

choices!(
    Adjustment,
    "adjustment",
    [
        (Adjustment::None, "none", "Not at all"),
        (Adjustment::Bonferroni, "bonferroni", "Bonferroni"),
        (Adjustment::Holm, "holm", "Holm (1979)"),
        (
            Adjustment::BenjaminiHochberg,
            "bh",
            "Benjamini and Hochberg (1995), false discovery rate"
        ),
    ]
);

impl Adjustment {
    /// The adjusted p values, in the order given. A `None` is a test that could not be made: it
    /// stays `None` and is not counted.
    ///
    /// ```
    /// use riskset::Adjustment;
    ///
    /// let adjusted = Adjustment::Holm.adjust(&[Some(0.01), None, Some(0.04), Some(0.03)]);
    /// // Times 3, 2 and 1 from the smallest on, and never below the one before.
    /// let close = |found: Option<f64>, expected: f64| (found.unwrap() - expected).abs() < 1e-12;
    /// assert!(close(adjusted[0], 0.03) && close(adjusted[2], 0.06) && close(adjusted[3], 0.06));
    /// assert_eq!(adjusted[1], None);
    /// ```
    pub fn adjust(self, p_values: &[Option<f64>]) -> Vec<Option<f64>> {
        let mut made: Vec<(usize, f64)> =
            p_values.iter().enumerate().filter_map(|(place, p)| Some((place, (*p)?))).collect();
        made.sort_by(|a, b| a.1.total_cmp(&b.1));
        let count = made.len() as f64;
        let mut adjusted = vec![None; p_values.len()];
        let mut put = |place: usize, p: f64| adjusted[place] = Some(p.min(1.0));
        match self {
            Adjustment::None => made.iter().for_each(|&(place, p)| put(place, p)),
            Adjustment::Bonferroni => made.iter().for_each(|&(place, p)| put(place, p * count)),
            Adjustment::Holm => {
                let mut largest: f64 = 0.0;
                for (rank, &(place, p)) in made.iter().enumerate() {
                    largest = largest.max((count - rank as f64) * p);
                    put(place, largest);
                }
            }
            Adjustment::BenjaminiHochberg => {
                let mut smallest: f64 = 1.0;
                for (rank, &(place, p)) in made.iter().enumerate().rev() {
                    smallest = smallest.min(count / (rank as f64 + 1.0) * p);
                    put(place, smallest);
                }
            }
        }
        adjusted
    }
}
