//! The table of who was studied, from several places.

use crate::format::{NOT_ESTIMABLE, Style};
use crate::table::{Align, Table};
use riskset_analysis::federated::{LevelCounts, PooledMeans, PooledTable};
use schemars::JsonSchema;
use serde::Serialize;

/// The table of who was studied.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PooledTableEntry {
    /// The column whose levels are the groups; `null` where all rows are one.
    pub by: Option<String>,
    /// The groups; one without a name for all rows.
    pub groups: Vec<String>,
    /// Columns with counts.
    pub levels: Vec<LevelsEntry>,
    /// Columns with means.
    pub means: Vec<MeansEntry>,
}

/// A column whose levels were counted.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LevelsEntry {
    /// The column.
    pub column: String,
    /// Levels that were told together, and how many patients of each group have one of them.
    pub counts: Vec<(Vec<String>, Vec<u64>)>,
}

/// A column of numbers.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MeansEntry {
    /// The column.
    pub column: String,
    /// One entry per group.
    pub groups: Vec<MeanEntry>,
}

/// The mean of a group.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MeanEntry {
    /// Patients whose number is known.
    pub n: u64,
    /// Their mean.
    pub mean: Option<f64>,
    /// Their standard deviation.
    pub std_dev: Option<f64>,
}

impl PooledTableEntry {
    pub(super) fn of(table: PooledTable) -> PooledTableEntry {
        let levels =
            |levels: LevelCounts| LevelsEntry { column: levels.column, counts: levels.blocks };
        let means = |means: PooledMeans| MeansEntry {
            column: means.column,
            groups: (means.groups.iter())
                .map(|of| MeanEntry { n: of.n, mean: of.mean, std_dev: of.std_dev })
                .collect(),
        };
        PooledTableEntry {
            by: table.by,
            groups: table.groups,
            levels: table.levels.into_iter().map(levels).collect(),
            means: table.means.into_iter().map(means).collect(),
        }
    }

    pub(super) fn table(&self, name: &str, style: &Style) -> Table {
        let mut table = Table::new(format!("{name}: who was studied")).column("", Align::Left);
        for group in &self.groups {
            let title = match &self.by {
                Some(by) => format!("{by}={group}"),
                None => "All".to_owned(),
            };
            table = table.column(title, Align::Right);
        }
        for levels in &self.levels {
            for (names, counts) in &levels.counts {
                let shares = (0..counts.len()).map(|group| {
                    let all: u64 = levels.counts.iter().map(|(_, counts)| counts[group]).sum();
                    share(counts[group], all, style)
                });
                let title = format!("{}: {}", levels.column, names.join(" or "));
                table = table.row(std::iter::once(title).chain(shares));
            }
        }
        for means in &self.means {
            let cells = means.groups.iter().map(|of| match (of.mean, of.std_dev) {
                (Some(mean), Some(sd)) => {
                    format!("{} ({}), n = {}", style.number(mean, 1), style.number(sd, 1), of.n)
                }
                _ => NOT_ESTIMABLE.to_owned(),
            });
            let title = format!("{}, mean (SD)", means.column);
            table = table.row(std::iter::once(title).chain(cells));
        }
        table.footnote("Counts are n (%) of the patients whose value is known; levels joined by \"or\" were told together because one alone would be a small count.")
    }
}

fn share(count: u64, all: u64, style: &Style) -> String {
    match all {
        0 => "0".to_owned(),
        all => format!("{count} ({})", style.number(100.0 * count as f64 / all as f64, 1)),
    }
}
