//! Rows split by one or more columns: groups, strata, clusters.

use riskset::Groups;

use crate::{Factor, Values};

/// A partition of the rows by the values of some columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Grouping {
    /// The group of each row, for the core.
    pub groups: Groups,
    /// One label per group: `sex=1, ph.ecog=0`.
    pub labels: Vec<String>,
    /// For each group the columns and their values, in the order of the formula.
    pub levels: Vec<Vec<(String, String)>>,
}

impl Grouping {
    /// The number of groups, at least one.
    pub fn count(&self) -> usize {
        self.groups.count()
    }

    /// The combinations with another partition of the same rows that occur, this one slowest.
    pub(super) fn within(&self, other: &Grouping) -> Grouping {
        let factor = Factor { codes: other.groups.index().to_vec(), levels: other.labels.clone() };
        let (codes, count) = crossed(self.groups.index(), &factor);
        let (mut labels, mut levels) = (Vec::new(), Vec::new());
        for row in first_rows(&codes, count).into_iter().flatten() {
            let own = self.groups.index()[row] as usize;
            let others = factor.codes[row] as usize;
            labels.push(format!("{}, {}", self.labels[own], other.labels[others]));
            levels.push([&self.levels[own][..], &other.levels[others][..]].concat());
        }
        let groups = Groups::new(codes, count).expect("every combination that is numbered occurs");
        Grouping { groups, labels, levels }
    }

    /// The combinations that occur, the first column varying slowest; `None` without columns or
    /// rows. No value may be missing.
    pub(super) fn of(columns: Vec<(String, Values)>) -> Option<Grouping> {
        let factors: Vec<(String, Factor)> =
            columns.into_iter().map(|(name, values)| (name, values.into_factor())).collect();
        let (_, first) = factors.first()?;
        // Codes stay below the number of rows, so the products fit.
        let mut crossed_codes = None;
        let mut count = first.levels.len();
        for (_, factor) in &factors[1..] {
            let before = crossed_codes.as_ref().unwrap_or(&first.codes);
            let (codes, more) = crossed(before, factor);
            (crossed_codes, count) = (Some(codes), more);
        }
        let first_row = first_rows(crossed_codes.as_ref().unwrap_or(&first.codes), count);
        let level = |row: usize| {
            let pair = |(name, factor): &(String, Factor)| {
                (name.clone(), factor.levels[factor.codes[row] as usize].clone())
            };
            factors.iter().map(pair).collect::<Vec<_>>()
        };
        let levels: Vec<Vec<(String, String)>> = first_row
            .into_iter()
            .map(|row| level(row.expect("only combinations that occur are numbered")))
            .collect();
        let label = |level: &Vec<(String, String)>| {
            let pairs: Vec<String> =
                level.iter().map(|(name, value)| format!("{name}={value}")).collect();
            pairs.join(", ")
        };
        let labels = levels.iter().map(label).collect();
        let codes = crossed_codes.or_else(|| Some(factors.into_iter().next()?.1.codes))?;
        let groups = Groups::new(codes, count).ok()?;
        Some(Grouping { groups, labels, levels })
    }
}

/// The first row of each code.
fn first_rows(codes: &[u32], count: usize) -> Vec<Option<usize>> {
    let mut first_row = vec![None; count];
    let mut left = count;
    for (row, &code) in codes.iter().enumerate() {
        if first_row[code as usize].is_none() {
            first_row[code as usize] = Some(row);
            left -= 1;
            if left == 0 {
                break;
            }
        }
    }
    first_row
}

/// Each row's combination of `codes` and a further factor, numbered from 0 without gaps.
fn crossed(codes: &[u32], factor: &Factor) -> (Vec<u32>, usize) {
    let width = factor.levels.len() as u64;
    let combined: Vec<u64> = codes
        .iter()
        .zip(&factor.codes)
        .map(|(&code, &more)| u64::from(code) * width + u64::from(more))
        .collect();
    let mut distinct = combined.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let number = |key: &u64| distinct.binary_search(key).expect("every key is listed") as u32;
    (combined.iter().map(number).collect(), distinct.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_combinations_that_occur_the_first_slowest() {
        let text =
            |texts: &[&str]| Values::Text(Factor::of_texts(texts.iter().map(|text| Some(*text))));
        let columns = vec![
            ("arm".to_string(), text(&["b", "a", "b", "a"])),
            ("stage".to_string(), Values::Number(vec![10.0, 2.0, 2.0, 2.0])),
        ];
        let grouping = Grouping::of(columns).unwrap();
        assert_eq!(grouping.labels, ["arm=a, stage=2", "arm=b, stage=2", "arm=b, stage=10"]);
        assert_eq!(grouping.groups.index(), [2, 0, 1, 0]);
        assert_eq!(Grouping::of(Vec::new()), None);
    }
}
