//! How groups differ in what they were at the start: the tests and the distances of a table of patients.
//!
//! | | test | statistic |
//! | --- | --- | --- |
//! | numbers, by ranks | [`kruskal_wallis`] | H with the correction for ties, chi-square with k - 1 degrees of freedom; for two groups the rank-sum test without a continuity correction |
//! | numbers, by means | [`welch`] | Welch's F, variances not taken for equal; for two groups the square of Welch's t |
//! | levels, counted | [`pearson`] | the sum of (observed - expected)^2 / expected, no continuity correction |
//! | levels, exactly | [`fisher`] | the probability of all tables with the margins at hand that are no likelier than the one observed |
//!
//! A standardised difference has the unit of a standard deviation and does not grow with the number of
//! patients.
//!
//! Sources: Kruskal and Wallis (1952), J Am Stat Assoc 47:583-621; Welch (1951), Biometrika 38:330-336;
//! Freeman and Halton (1951), Biometrika 38:141-149; Austin (2009), Stat Med 28:3083-3107; Yang and Dalton
//! (2012), SAS Global Forum, paper 335 (levels). Reference programs: `kruskal.test`, `oneway.test`,
//! `chisq.test(correct = FALSE)` and `fisher.test` of R.

use crate::{Groups, Sample, beta, normal};
use nalgebra::{DMatrix, DVector};
use statrs::function::gamma::ln_gamma;

/// A test of several groups.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupTest {
    /// The statistic: H, F or chi-square. `None` for an exact test, which has none.
    pub statistic: Option<f64>,
    /// Its degrees of freedom, those of the numerator for F. `None` for an exact test.
    pub df: Option<f64>,
    /// The degrees of freedom of the denominator; `None` unless the statistic is an F.
    pub df_residual: Option<f64>,
    /// P that the groups differ so much or more by chance.
    pub p_value: f64,
}

/// The values of each group, in row order.
fn split(values: &[f64], groups: &Groups) -> Vec<Vec<f64>> {
    let mut parts = vec![Vec::new(); groups.count()];
    for (&value, &group) in values.iter().zip(groups.index()) {
        parts[group as usize].push(value);
    }
    parts
}

/// The test of Kruskal and Wallis of values, one per row and all finite. `None` with one group, or where
/// all values are equal.
///
/// ```
/// use riskset::{Groups, kruskal_wallis};
///
/// // Sums of ranks 6 and 15: 12 / (6 * 7) * (36/3 + 225/3) - 3 * 7.
/// let groups = Groups::new(vec![0, 0, 0, 1, 1, 1], 2)?;
/// let found = kruskal_wallis(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &groups).unwrap();
/// assert!((found.statistic.unwrap() - (12.0 / 42.0 * 87.0 - 21.0)).abs() < 1e-12);
/// # Ok::<(), riskset::Error>(())
/// ```
pub fn kruskal_wallis(values: &[f64], groups: &Groups) -> Option<GroupTest> {
    let (n, k) = (values.len() as f64, groups.count());
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut sums = vec![0.0; k];
    let mut counts = vec![0.0; k];
    let mut ties = 0.0;
    for run in order.chunk_by(|&a, &b| values[a] == values[b]) {
        // Equal values share the mean of the ranks that they take.
        let before = sums_of(&counts);
        let (t, rank) = (run.len() as f64, before + (run.len() as f64 + 1.0) / 2.0);
        ties += t * t * t - t;
        for &row in run {
            let group = groups.index()[row] as usize;
            sums[group] += rank;
            counts[group] += 1.0;
        }
    }
    let correction = 1.0 - ties / (n * n * n - n);
    if k < 2 || correction <= 0.0 || n < 2.0 {
        return None;
    }
    let squares: f64 = sums.iter().zip(&counts).map(|(sum, count)| sum * sum / count).sum();
    let h = (12.0 / (n * (n + 1.0)) * squares - 3.0 * (n + 1.0)) / correction;
    let df = (k - 1) as f64;
    let p_value = normal::chi_square_p(h, df);
    Some(GroupTest { statistic: Some(h), df: Some(df), df_residual: None, p_value })
}

fn sums_of(counts: &[f64]) -> f64 {
    counts.iter().sum()
}

/// Welch's test that the means are equal. `None` with one group, and where a group has one value or does
/// not vary.
///
/// ```
/// use riskset::{Groups, welch};
///
/// // t = 3 / sqrt(1/3 + 1/3) on 4 degrees of freedom.
/// let groups = Groups::new(vec![0, 0, 0, 1, 1, 1], 2)?;
/// let found = welch(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &groups).unwrap();
/// assert!((found.p_value - 0.021312).abs() < 1e-6);
/// # Ok::<(), riskset::Error>(())
/// ```
pub fn welch(values: &[f64], groups: &Groups) -> Option<GroupTest> {
    let parts = split(values, groups);
    let k = parts.len() as f64;
    let described = parts.iter().map(|part| {
        let sample = Sample::new(part).ok()?;
        let deviation = sample.std_deviation().filter(|&deviation| deviation > 0.0)?;
        Some((part.len() as f64, sample.mean(), part.len() as f64 / (deviation * deviation)))
    });
    let described = described.collect::<Option<Vec<(f64, f64, f64)>>>()?;
    if parts.len() < 2 {
        return None;
    }
    let total: f64 = described.iter().map(|(_, _, weight)| weight).sum();
    let centre = described.iter().map(|(_, mean, weight)| weight * mean).sum::<f64>() / total;
    let between = described.iter().map(|(_, mean, weight)| weight * (mean - centre).powi(2));
    let between = between.sum::<f64>() / (k - 1.0);
    let spread = described.iter().map(|(n, _, weight)| (1.0 - weight / total).powi(2) / (n - 1.0));
    let spread: f64 = spread.sum();
    let f = between / (1.0 + 2.0 * (k - 2.0) / (k * k - 1.0) * spread);
    let (df, df_residual) = (k - 1.0, (k * k - 1.0) / (3.0 * spread));
    let p_value = f_tail(f, df, df_residual);
    Some(GroupTest { statistic: Some(f), df: Some(df), df_residual: Some(df_residual), p_value })
}

/// The upper tail of the F distribution.
fn f_tail(f: f64, df: f64, df_residual: f64) -> f64 {
    beta::cdf(df_residual / 2.0, df / 2.0, df_residual / (df_residual + df * f))
}

/// A table of counts without its empty rows and columns: one row per level, one column per group.
fn filled(counts: &[Vec<usize>]) -> Option<Vec<Vec<usize>>> {
    let columns = counts.first()?.len();
    let used: Vec<usize> =
        (0..columns).filter(|&column| counts.iter().any(|row| row[column] > 0)).collect();
    let rows = counts.iter().filter(|row| row.iter().any(|&count| count > 0));
    let rows: Vec<Vec<usize>> =
        rows.map(|row| used.iter().map(|&column| row[column]).collect()).collect();
    (rows.len() > 1 && used.len() > 1).then_some(rows)
}

/// Pearson's chi-square test of counts, one row per level and one column per group; rows and columns of
/// zeros are left out. `None` where fewer than two of either remain.
///
/// ```
/// // 15 are expected in each cell.
/// let found = riskset::pearson(&[vec![10, 20], vec![20, 10]]).unwrap();
/// assert!((found.statistic.unwrap() - 4.0 * 25.0 / 15.0).abs() < 1e-12);
/// ```
pub fn pearson(counts: &[Vec<usize>]) -> Option<GroupTest> {
    let counts = filled(counts)?;
    let (rows, columns) = margins(&counts);
    let n: f64 = rows.iter().sum();
    let cells = counts.iter().zip(&rows).flat_map(|(row, in_row)| {
        row.iter().zip(&columns).map(move |(&count, in_column)| {
            let expected = in_row * in_column / n;
            (count as f64 - expected).powi(2) / expected
        })
    });
    let statistic: f64 = cells.sum();
    let df = ((rows.len() - 1) * (columns.len() - 1)) as f64;
    let p_value = normal::chi_square_p(statistic, df);
    Some(GroupTest { statistic: Some(statistic), df: Some(df), df_residual: None, p_value })
}

/// The smallest count that Pearson's test expects in a cell; below 5 its P value is rough (Cochran 1954).
/// `None` as for [`pearson`].
///
/// ```
/// assert_eq!(riskset::smallest_expected(&[vec![3, 1], vec![1, 3]]), Some(2.0));
/// ```
pub fn smallest_expected(counts: &[Vec<usize>]) -> Option<f64> {
    let counts = filled(counts)?;
    let (rows, columns) = margins(&counts);
    let least = |margin: &[f64]| margin.iter().copied().fold(f64::INFINITY, f64::min);
    Some(least(&rows) * least(&columns) / rows.iter().sum::<f64>())
}

fn margins(counts: &[Vec<usize>]) -> (Vec<f64>, Vec<f64>) {
    let rows = counts.iter().map(|row| row.iter().sum::<usize>() as f64).collect();
    let columns = (0..counts[0].len())
        .map(|column| counts.iter().map(|row| row[column]).sum::<usize>() as f64);
    (rows, columns.collect())
}

/// Tables that are gone through before an exact test is given up.
const MOST_TABLES: usize = 2_000_000;
/// Tables as likely as the observed one count, whatever the last digits of a logarithm say.
const AS_LIKELY: f64 = 1e-7;

/// The exact test of Fisher, Freeman and Halton of counts as [`pearson`] takes them. `None` as there, and
/// where there are too many tables with these margins to go through.
///
/// ```
/// // The lady who tasted tea: three of four cups right.
/// let found = riskset::fisher(&[vec![3, 1], vec![1, 3]]).unwrap();
/// assert!((found.p_value - 34.0 / 70.0).abs() < 1e-12);
/// ```
pub fn fisher(counts: &[Vec<usize>]) -> Option<GroupTest> {
    let counts = filled(counts)?;
    let (rows, columns) = margins(&counts);
    let factorial = |count: f64| ln_gamma(count + 1.0);
    let n: f64 = rows.iter().sum();
    let fixed: f64 = rows.iter().chain(&columns).map(|&count| factorial(count)).sum();
    let constant = fixed - factorial(n);
    let of_cells: f64 = counts.iter().flatten().map(|&count| factorial(count as f64)).sum();
    let mut walk = Walk {
        rows: rows.iter().map(|&count| count as usize).collect(),
        columns: columns.iter().map(|&count| count as usize).collect(),
        bound: constant - of_cells + AS_LIKELY,
        total: 0.0,
        tables: 0,
    };
    let whole = walk.cell(0, 0, constant);
    let exact =
        GroupTest { statistic: None, df: None, df_residual: None, p_value: walk.total.min(1.0) };
    whole.then_some(exact)
}

/// All tables with given margins, column after column and row after row.
struct Walk {
    /// What is left of each row.
    rows: Vec<usize>,
    /// What is left of each column.
    columns: Vec<usize>,
    /// The log probability up to which a table counts.
    bound: f64,
    total: f64,
    tables: usize,
}

impl Walk {
    /// Fills the table from this cell on, `log` being the log probability so far; false when there are too
    /// many tables.
    fn cell(&mut self, row: usize, column: usize, log: f64) -> bool {
        if column + 1 == self.columns.len() {
            // What is left of the rows is the last column.
            let last: f64 = self.rows.iter().map(|&count| ln_gamma(count as f64 + 1.0)).sum();
            self.tables += 1;
            if log - last <= self.bound {
                self.total += (log - last).exp();
            }
            return self.tables <= MOST_TABLES;
        }
        let (in_row, in_column) = (self.rows[row], self.columns[column]);
        let rest: usize = self.rows[row + 1..].iter().sum();
        let least = in_column.saturating_sub(rest);
        for count in least..=in_row.min(in_column) {
            self.rows[row] -= count;
            self.columns[column] -= count;
            let log = log - ln_gamma(count as f64 + 1.0);
            let next = if row + 1 == self.rows.len() { (0, column + 1) } else { (row + 1, column) };
            let whole = self.cell(next.0, next.1, log);
            self.rows[row] += count;
            self.columns[column] += count;
            if !whole {
                return false;
            }
        }
        true
    }
}

/// The standardised difference of the means of two groups of numbers, without its sign: the distance by
/// the square root of the mean of both variances. `None` where a group has fewer than two values, or
/// neither varies.
///
/// ```
/// let found = riskset::standardised_means(&[0.0, 2.0], &[1.0, 3.0]).unwrap();
/// assert!((found - 1.0 / 2.0_f64.sqrt()).abs() < 1e-12);
/// ```
pub fn standardised_means(one: &[f64], other: &[f64]) -> Option<f64> {
    let (one, other) = (Sample::new(one).ok()?, Sample::new(other).ok()?);
    let variance = (one.std_deviation()?.powi(2) + other.std_deviation()?.powi(2)) / 2.0;
    (variance > 0.0).then(|| (one.mean() - other.mean()).abs() / variance.sqrt())
}

/// The standardised difference of two groups counted in the same levels: Mahalanobis' distance of their
/// shares, all levels but the first, by the mean of both multinomial covariances. For two levels this is
/// the difference of the shares by the square root of the mean of both p (1 - p). `None` for an empty
/// group, and where no level varies in either.
///
/// ```
/// // Shares 1/2 and 1/5 of the second level, with the variances 1/4 and 4/25.
/// let found = riskset::standardised_shares(&[5, 5], &[8, 2]).unwrap();
/// assert!((found - 0.3 / (0.5_f64 * (0.25 + 0.16)).sqrt()).abs() < 1e-12);
/// ```
pub fn standardised_shares(one: &[usize], other: &[usize]) -> Option<f64> {
    let used: Vec<usize> = (0..one.len()).filter(|&level| one[level] + other[level] > 0).collect();
    let shares = |counts: &[usize]| {
        let n: usize = counts.iter().sum();
        let share = |&level: &usize| counts[level] as f64 / n as f64;
        (n > 0).then(|| {
            DVector::from_iterator(used.len().saturating_sub(1), used.iter().skip(1).map(share))
        })
    };
    let (p, q) = (shares(one)?, shares(other)?);
    if p.is_empty() {
        return None;
    }
    let covariance = |share: &DVector<f64>| {
        DMatrix::from_fn(share.len(), share.len(), |a, b| {
            if a == b { share[a] * (1.0 - share[a]) } else { -share[a] * share[b] }
        })
    };
    let pooled = (covariance(&p) + covariance(&q)) / 2.0;
    let difference = &p - &q;
    let solved = pooled.cholesky()?.solve(&difference);
    let distance = difference.dot(&solved).sqrt();
    distance.is_finite().then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(index: &[u32]) -> Groups {
        Groups::new(index.to_vec(), 1 + index.iter().max().map_or(0, |&last| last as usize))
            .unwrap()
    }

    /// 1, 2 | 3, 4: the ranks add up to 3 and 7; H = 12/20 (9/2 + 49/2) - 15 = 2.4.
    #[test]
    fn ranks_by_hand() {
        let test = kruskal_wallis(&[1.0, 2.0, 3.0, 4.0], &groups(&[0, 0, 1, 1])).unwrap();
        assert!((test.statistic.unwrap() - 2.4).abs() < 1e-12);
        assert_eq!(kruskal_wallis(&[1.0, 1.0], &groups(&[0, 1])), None);
        assert_eq!(kruskal_wallis(&[1.0, 2.0], &groups(&[0, 0])), None);
    }

    /// Fisher's tea: 3 and 1 of 4 and 4. Tables 0, 1, 2, 3, 4 have the probabilities 1, 16, 36, 16, 1 of 70;
    /// those no likelier than 16 are 34 of 70.
    #[test]
    fn the_lady_tasting_tea() {
        let test = fisher(&[vec![3, 1], vec![1, 3]]).unwrap();
        assert!((test.p_value - 34.0 / 70.0).abs() < 1e-12);
        assert_eq!(test.statistic, None);
        assert_eq!(fisher(&[vec![3, 1], vec![0, 0]]), None);
    }

    /// Half and a quarter: the shares differ by 0.25; the variances are 0.25 and 0.1875, their mean 0.21875.
    #[test]
    fn shares_by_hand() {
        let distance = standardised_shares(&[2, 2], &[3, 1]).unwrap();
        assert!((distance - 0.25 / 0.21875_f64.sqrt()).abs() < 1e-12);
        // A level that nobody has changes nothing.
        let with_empty = standardised_shares(&[2, 0, 2], &[3, 0, 1]).unwrap();
        assert!((distance - with_empty).abs() < 1e-12);
        assert_eq!(standardised_shares(&[4, 0], &[4, 0]), None);
        assert_eq!(standardised_shares(&[0, 0], &[4, 1]), None);
    }

    /// 1, 3 and 2, 6: means 2 and 4, variances 2 and 8.
    #[test]
    fn means_by_hand() {
        let distance = standardised_means(&[1.0, 3.0], &[2.0, 6.0]).unwrap();
        assert!((distance - 2.0 / 5.0_f64.sqrt()).abs() < 1e-12);
        assert_eq!(standardised_means(&[1.0], &[2.0, 6.0]), None);
    }

    #[test]
    fn a_table_of_very_many_possibilities_has_no_exact_test() {
        let large: Vec<Vec<usize>> = (0..6).map(|row| vec![40 + row; 5]).collect();
        assert_eq!(fisher(&large), None);
        assert!(pearson(&large).is_some() && smallest_expected(&large).unwrap() > 5.0);
    }
}
