//! The table of who was studied: counts of levels and means of numbers, from every place.

use super::Rules;
use super::plan::BaselineTable;
use crate::{Data, Problem};
use riskset::Remedy;
use riskset_data::{CountsOf, Expr, Factor, MISSING, Table, natural_order};
use serde::{Deserialize, Serialize};

/// What a place tells for a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedTable {
    /// Which table of the plan.
    pub table: String,
    /// The groups, in natural order; one without a name for all rows.
    pub groups: Vec<String>,
    /// The columns whose levels are counted.
    pub levels: Vec<LevelCounts>,
    /// The columns whose means are told.
    pub means: Vec<Means>,
}

/// Levels that are told together, and how many patients of each group have one of them.
pub type Blocks = Vec<(Vec<String>, Vec<u64>)>;

/// How many patients have each level of a column; who has none is not counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelCounts {
    /// The column.
    pub column: String,
    /// Neighbouring levels that are told together, because one alone would be a small count, and how
    /// many patients of each group have one of them.
    pub blocks: Blocks,
}

/// Sums of a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Means {
    /// The column.
    pub column: String,
    /// Of each group the patients that have one, the sum, and the sum of squares.
    pub groups: Vec<(u64, f64, f64)>,
}

/// The table of all places.
#[derive(Clone, Debug, PartialEq)]
pub struct PooledTable {
    /// The column whose levels are the groups; `None` where all rows are one.
    pub by: Option<String>,
    /// The groups, in natural order; one without a name for all rows.
    pub groups: Vec<String>,
    /// The columns whose levels were counted.
    pub levels: Vec<LevelCounts>,
    /// The columns with means.
    pub means: Vec<PooledMeans>,
}

/// Means of all places.
#[derive(Clone, Debug, PartialEq)]
pub struct PooledMeans {
    /// The column.
    pub column: String,
    /// One entry per group.
    pub groups: Vec<MeanOf>,
}

/// The mean of a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanOf {
    /// Patients.
    pub n: u64,
    /// Their mean; `None` without patients.
    pub mean: Option<f64>,
    /// Their standard deviation; `None` for fewer than two.
    pub std_dev: Option<f64>,
}

/// The groups of a table's rows.
struct Rows {
    table: Table,
    /// The rows used.
    used: Vec<u32>,
    names: Vec<String>,
    /// The group of each row used; `None` where it is not known.
    group: Vec<Option<usize>>,
}

impl Rows {
    fn read(asked: &BaselineTable, data: &Data) -> Result<Rows, Problem> {
        let parse = |text: &String| Expr::parse(text).map_err(riskset_data::Error::from);
        let subset = asked.subset.as_ref().map(parse).transpose()?;
        let mut columns: Vec<String> = subset.iter().flat_map(Expr::columns).collect();
        for name in asked.by.iter().chain(&asked.levels).chain(&asked.means) {
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
        let table = match &asked.counts[..] {
            [] => data.read(Some(&columns))?,
            counts => {
                let counts = CountsOf::parse(counts)?;
                counts.written_out(&data.read(Some(&counts.columns(&columns)))?)?
            }
        };
        let used = match &subset {
            Some(expr) => table.rows_where(expr)?,
            None => (0..table.n_rows() as u32).collect(),
        };
        let (names, group) = match &asked.by {
            None => (vec![String::new()], vec![Some(0); used.len()]),
            Some(by) => {
                let factor = used_of(table.factor(by)?, &used);
                let known = |&code: &u32| (code != MISSING).then_some(code as usize);
                (factor.levels, factor.codes.iter().map(known).collect())
            }
        };
        Ok(Rows { table, used, names, group })
    }

    /// How many of each group have each level.
    fn levels(&self, column: &str) -> Result<Blocks, Problem> {
        let factor = used_of(self.table.factor(column)?, &self.used);
        let mut blocks: Blocks =
            factor.levels.iter().map(|l| (vec![l.clone()], vec![0; self.names.len()])).collect();
        for (code, group) in factor.codes.iter().zip(&self.group) {
            if let (Some(group), true) = (group, *code != MISSING) {
                blocks[*code as usize].1[*group] += 1;
            }
        }
        Ok(blocks)
    }

    fn means(&self, column: &str) -> Result<Vec<(u64, f64, f64)>, Problem> {
        let numbers = self.table.numbers(column)?;
        let mut sums = vec![(0, 0.0, 0.0); self.names.len()];
        for (&row, group) in self.used.iter().zip(&self.group) {
            let number = numbers[row as usize];
            if let Some(group) = group.filter(|_| number.is_finite()) {
                let sum = &mut sums[group];
                *sum = (sum.0 + 1, sum.1 + number, sum.2 + number * number);
            }
        }
        Ok(sums)
    }
}

/// The levels that the rows used have.
fn used_of(factor: Factor, used: &[u32]) -> Factor {
    let codes = used.iter().map(|&row| factor.codes[row as usize]).collect();
    Factor { codes, levels: factor.levels }.drop_unused()
}

/// The table of a place.
pub(super) fn table(
    asked: &BaselineTable,
    rules: &Rules,
    data: &Data,
) -> Result<SharedTable, Problem> {
    let rows = Rows::read(asked, data)?;
    let least = rules.min_cell;
    let mut levels = Vec::new();
    for column in &asked.levels {
        let blocks = joined(rows.levels(column)?, least)
            .map_err(|(group, count)| small(column, &rows.names[group], count, least))?;
        levels.push(LevelCounts { column: column.clone(), blocks });
    }
    let mut means = Vec::new();
    for column in &asked.means {
        let groups = rows.means(column)?;
        if let Some(group) = groups.iter().position(|(n, ..)| (1..least).contains(n)) {
            return Err(small(column, &rows.names[group], groups[group].0, least));
        }
        means.push(Means { column: column.clone(), groups });
    }
    Ok(SharedTable { table: asked.name.clone(), groups: rows.names, levels, means })
}

fn small(column: &str, group: &str, count: u64, least: u64) -> Problem {
    let of = if group.is_empty() { String::new() } else { format!(" of {group}") };
    Problem::analysis(
        format!(
            "{count} patients{of} have a value of {column}; no count from 1 to {} may leave this place",
            least - 1
        ),
        Remedy::to("agree on wider groups, or pool with another place before answering"),
    )
}

/// Neighbouring levels joined until no group has a small count of a block. Totals stay.
///
/// # Errors
///
/// The group, and its count, of which all levels together are too few.
fn joined(mut blocks: Blocks, least: u64) -> Result<Blocks, (usize, u64)> {
    let small = |counts: &[u64]| counts.iter().position(|count| (1..least).contains(count));
    while let Some((at, group)) =
        blocks.iter().enumerate().find_map(|(at, (_, counts))| Some((at, small(counts)?)))
    {
        if blocks.len() == 1 {
            return Err((group, blocks[0].1[group]));
        }
        // With the next level; the last goes to the one before it.
        let first = at.min(blocks.len() - 2);
        let (names, counts) = blocks.remove(first + 1);
        blocks[first].0.extend(names);
        blocks[first].1.iter_mut().zip(counts).for_each(|(sum, more)| *sum += more);
    }
    Ok(blocks)
}

/// The table of all places: levels that one place told together are together.
pub(super) fn pooled(by: Option<&String>, parts: &[&SharedTable]) -> PooledTable {
    let mut groups: Vec<String> = Vec::new();
    for name in parts.iter().flat_map(|part| &part.groups) {
        if !groups.contains(name) {
            groups.push(name.clone());
        }
    }
    groups.sort_by(|a, b| natural_order(a, b));
    let place = |part: &SharedTable, group: usize| {
        groups.iter().position(|name| *name == part.groups[group]).expect("every group is listed")
    };
    let columns = |part: &SharedTable| part.levels.len();
    let levels = (0..parts.first().map_or(0, |part| columns(part)))
        .map(|at| pooled_levels(at, parts, groups.len(), &place));
    let means = (0..parts.first().map_or(0, |part| part.means.len()))
        .map(|at| pooled_means(at, parts, groups.len(), &place));
    let (levels, means) = (levels.collect(), means.collect());
    PooledTable { by: by.cloned(), groups, levels, means }
}

fn pooled_levels(
    at: usize,
    parts: &[&SharedTable],
    groups: usize,
    place: &impl Fn(&SharedTable, usize) -> usize,
) -> LevelCounts {
    let mut blocks: Blocks = Vec::new();
    for part in parts {
        for (names, counts) in &part.levels[at].blocks {
            let mut new = (names.clone(), vec![0; groups]);
            for (group, count) in counts.iter().enumerate() {
                new.1[place(part, group)] += count;
            }
            // Whatever has a level in common is one block.
            let (meets, others): (Vec<_>, Vec<_>) = blocks
                .into_iter()
                .partition(|(own, _)| own.iter().any(|name| new.0.contains(name)));
            blocks = others;
            for (names, counts) in meets {
                new.0.extend(names);
                new.1.iter_mut().zip(counts).for_each(|(sum, more)| *sum += more);
            }
            new.0.sort_by(|a, b| natural_order(a, b));
            new.0.dedup();
            blocks.push(new);
        }
    }
    blocks.sort_by(|a, b| natural_order(&a.0[0], &b.0[0]));
    LevelCounts { column: parts[0].levels[at].column.clone(), blocks }
}

fn pooled_means(
    at: usize,
    parts: &[&SharedTable],
    groups: usize,
    place: &impl Fn(&SharedTable, usize) -> usize,
) -> PooledMeans {
    let mut sums = vec![(0, 0.0, 0.0); groups];
    for part in parts {
        for (group, (n, sum, squares)) in part.means[at].groups.iter().enumerate() {
            let all = &mut sums[place(part, group)];
            *all = (all.0 + n, all.1 + sum, all.2 + squares);
        }
    }
    let of = |&(n, sum, squares): &(u64, f64, f64)| {
        let count = n as f64;
        let mean = (n > 0).then(|| sum / count);
        let variance = (n > 1).then(|| (squares - sum * sum / count).max(0.0) / (count - 1.0));
        MeanOf { n, mean, std_dev: variance.map(f64::sqrt) }
    };
    PooledMeans { column: parts[0].means[at].column.clone(), groups: sums.iter().map(of).collect() }
}

impl SharedTable {
    /// Whether it answers this table of the plan, with a count for each of its groups.
    pub(super) fn fits(&self, asked: &BaselineTable) -> bool {
        let groups = self.groups.len();
        let levels: Vec<&String> = self.levels.iter().map(|levels| &levels.column).collect();
        let means: Vec<&String> = self.means.iter().map(|means| &means.column).collect();
        let counts = self.levels.iter().flat_map(|levels| &levels.blocks);
        levels.into_iter().eq(&asked.levels)
            && means.into_iter().eq(&asked.means)
            && counts.clone().all(|(names, counts)| !names.is_empty() && counts.len() == groups)
            && self.means.iter().all(|means| means.groups.len() == groups)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(names: &[&str], counts: &[u64]) -> (Vec<String>, Vec<u64>) {
        (names.iter().map(|name| (*name).to_owned()).collect(), counts.to_vec())
    }

    #[test]
    fn neighbouring_levels_are_joined_until_no_group_has_few() {
        let levels = vec![
            block(&["I"], &[9, 6]),
            block(&["II"], &[0, 7]),
            block(&["III"], &[5, 2]),
            block(&["IV"], &[8, 3]),
        ];
        // III has 2 of the second group: it joins IV.
        let told = joined(levels, 5).unwrap();
        let expected =
            [block(&["I"], &[9, 6]), block(&["II"], &[0, 7]), block(&["III", "IV"], &[13, 5])];
        assert_eq!(told, expected);
        assert_eq!(joined(vec![block(&["a"], &[5]), block(&["b"], &[1])], 5).unwrap().len(), 1);
        assert_eq!(joined(vec![block(&["a"], &[2, 9])], 5), Err((0, 2)));
    }

    #[test]
    fn places_that_joined_otherwise_are_pooled_at_what_both_tell() {
        let part = |groups: &[&str], blocks: Vec<(Vec<String>, Vec<u64>)>| SharedTable {
            table: "t".to_owned(),
            groups: groups.iter().map(|name| (*name).to_owned()).collect(),
            levels: vec![LevelCounts { column: "stage".to_owned(), blocks }],
            means: vec![Means {
                column: "age".to_owned(),
                groups: vec![(3, 6.0, 14.0); groups.len()],
            }],
        };
        let here = part(&["A", "B"], vec![block(&["I"], &[9, 6]), block(&["II", "III"], &[5, 8])]);
        let there =
            part(&["B"], vec![block(&["I"], &[5]), block(&["III"], &[7]), block(&["IV"], &[6])]);
        let table = pooled(None, &[&here, &there]);
        let expected =
            [block(&["I"], &[9, 11]), block(&["II", "III"], &[5, 15]), block(&["IV"], &[0, 6])];
        assert_eq!(table.levels[0].blocks, expected);
        // 1, 2 and 3, twice in B: mean 2, variance 1 and 4/5.
        let of = |group: usize| table.means[0].groups[group];
        assert_eq!(of(0), MeanOf { n: 3, mean: Some(2.0), std_dev: Some(1.0) });
        assert_eq!(of(1), MeanOf { n: 6, mean: Some(2.0), std_dev: Some((4.0f64 / 5.0).sqrt()) });
    }
}
