//! Table 1: the patients by group.
//!
//! A column of texts, of true and false, or of at most two different numbers is counted by level; a column
//! of numbers has its median and quartiles unless something else was said. Percentages are of all rows of a
//! column of the table; tests and differences are of the rows that have a value.

use super::{
    Described, DescribedAs, GroupComparison, NumberSummary, Summary, TableColumn, TableOneAnswer,
    TestKind,
};
use crate::figure::Rename;
use crate::{About, Data, Doubt, Problem, Software};
use riskset::{
    Groups, QuantileRule, Remedy, fisher, kruskal_wallis, pearson, smallest_expected,
    standardised_means, standardised_shares, welch,
};
use riskset_data::{Expr, Factor, ReadOptions, Table, Values, names_patients};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A column of texts with more different ones is no variable, such as a name or a date.
const MOST_LEVELS: usize = 20;
/// Pearson's P is rough where fewer are expected in a cell (Cochran 1954, Biometrics 10:417-451).
const FEW_EXPECTED: f64 = 5.0;

/// The patients by group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TableOneRequest {
    /// A file, `-` for standard input, or a bundled set such as `@lung`.
    pub data: String,
    /// What the reader of the data is told; what is not told is seen from the file.
    #[serde(skip_serializing_if = "crate::rows::is_default")]
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub reading: ReadOptions,
    /// Only the rows where this holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subset: Option<String>,
    /// The column whose levels are the columns of the table; everybody in one column without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Its levels in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<String>,
    /// The columns that are described, in this order; without any all that describe patients.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<String>,
    /// Columns of numbers that are codes, counted by level.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<String>,
    /// How a column of numbers is described where it is not by median and quartiles.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub summary: Vec<ColumnSummary>,
    /// Words for columns (`age`) and levels (`sex:1`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rename: Vec<Rename>,
    /// How quartiles lie between two values.
    #[serde(with = "crate::choice", skip_serializing_if = "crate::choice::is_default")]
    #[schemars(schema_with = "crate::choice::schema::<QuantileRule>")]
    pub quartiles: QuantileRule,
    /// The program whose defaults the request takes in all that it does not say.
    #[serde(rename = "match", with = "crate::choice::optional")]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crate::choice::optional::schema::<Software>")]
    pub matched: Option<Software>,
    /// No column for everybody beside the groups.
    pub no_total: bool,
    /// A column with the rows that have a value.
    pub with_data: bool,
    /// P values of the differences between groups.
    pub p_values: bool,
    /// Standardised differences between groups.
    pub smd: bool,
    /// The column that names the patient, where the rows are units of patients.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What the rows are called, such as `lesions`; patients without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units: Option<String>,
}

/// How a column is described.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnSummary {
    /// The column.
    pub column: String,
    /// `median`, `mean`, `range`; several stand below each other.
    pub summaries: Vec<String>,
}

/// A column of the data that is no row of the table, and how many different texts it holds.
type LeftOut = (String, usize);

/// The rows of the table's columns: the groups first, everybody last.
struct Parts {
    columns: Vec<TableColumn>,
    /// Rows of the data per column of the table.
    rows: Vec<Vec<usize>>,
    /// How many of the columns are groups.
    groups: usize,
}

impl TableOneRequest {
    /// Describes the columns.
    pub(crate) fn run(&self, data: &Data) -> Result<TableOneAnswer, Problem> {
        self.check()?;
        let table = data.read(None)?;
        let chosen = self.chosen(&table)?;
        let (parts, missing) = self.parts(&table, &chosen)?;
        let (mut names, left_out) = self.names(&table)?;
        // The groups stand in the heads of the columns: all of one, none of the others says nothing.
        let own = |name: &String| Some(name) == self.by.as_ref();
        let doubts = names.iter().filter(|name| own(name)).take(1).cloned();
        let doubts = doubts.map(|column| Doubt::GroupAsRow { column }).collect();
        names.retain(|name| !own(name));
        self.check_names(&table, &names)?;
        let described = names.iter().map(|name| self.describe(&table, name, &parts));
        let described = described.collect::<Result<Vec<Described>, Problem>>()?;
        let about = About {
            analysis: "table-one",
            request: String::new(),
            data: self.data.clone(),
            formula: self.by.as_ref().map_or(String::new(), |by| format!("by {by}")),
            subset: self.subset.clone(),
            n: chosen.len() - missing,
            n_missing: missing,
            notes: table.notes().to_vec(),
            landmark: None,
            known_at: None,
            matching: None,
            balance: None,
            doubts,
            steps: Vec::new(),
        };
        let request = self.clone();
        Ok(TableOneAnswer { about, request, columns: parts.columns, described, left_out })
    }

    fn check(&self) -> Result<(), Problem> {
        let asked = [("p_values", self.p_values), ("smd", self.smd)];
        if let Some((field, _)) = asked.into_iter().find(|(_, asked)| *asked && self.by.is_none()) {
            return Err(Problem::request(
                "groups are compared, and no column names them",
                Remedy::AnyOf(vec![Remedy::set("by"), Remedy::Unset(field.into())]),
            ));
        }
        if self.no_total && self.by.is_none() {
            return Err(Problem::request(
                "without groups the column of everybody is the only one",
                Remedy::AnyOf(vec![Remedy::set("by"), Remedy::Unset("no_total".into())]),
            ));
        }
        if self.p_values && self.id.is_some() {
            return Err(Problem::request(
                "rows of one patient are not independent, and these tests take them for it",
                Remedy::AnyOf(vec![Remedy::Unset("p_values".into()), Remedy::set("smd")]),
            ));
        }
        self.summary.iter().try_for_each(|one| self.summaries_of(&one.column).map(|_| ()))
    }

    fn chosen(&self, table: &Table) -> Result<Vec<usize>, Problem> {
        let Some(text) = &self.subset else { return Ok((0..table.n_rows()).collect()) };
        let expression = Expr::parse(text).map_err(riskset_data::Error::from)?;
        let flags = table.flags(&expression)?;
        let rows: Vec<usize> = (0..flags.len()).filter(|&row| flags[row] == Some(true)).collect();
        match rows.is_empty() {
            false => Ok(rows),
            true => Err(Problem::analysis("no row is left", Remedy::to("check the subset"))),
        }
    }

    /// The columns of the table, and how many rows have no group.
    fn parts(&self, table: &Table, chosen: &[usize]) -> Result<(Parts, usize), Problem> {
        let ids = self.id.as_ref().map(|id| table.texts(id)).transpose()?;
        let column = |label: Option<String>, rows: &[usize]| {
            let patients = ids.as_ref().map(|ids| {
                let named = rows.iter().filter_map(|&row| ids[row].as_deref());
                named.collect::<BTreeSet<&str>>().len()
            });
            TableColumn { label, n: rows.len(), patients }
        };
        let Some(by) = &self.by else {
            let columns = vec![column(None, chosen)];
            return Ok((Parts { columns, rows: vec![chosen.to_vec()], groups: 0 }, 0));
        };
        let factor = table.factor(by)?;
        let levels = self.group_levels(by, &factor, chosen)?;
        let mut rows: Vec<Vec<usize>> = levels
            .iter()
            .map(|&level| {
                chosen.iter().copied().filter(|&row| factor.codes[row] == level).collect()
            })
            .collect();
        let labels =
            levels.iter().map(|&level| self.level_label(by, &factor.levels[level as usize]));
        let mut columns: Vec<TableColumn> =
            labels.zip(&rows).map(|(label, rows)| column(Some(label), rows)).collect();
        let mut all: Vec<usize> = rows.concat();
        all.sort_unstable();
        let missing = chosen.len() - all.len();
        if !self.no_total {
            columns.push(column(None, &all));
            rows.push(all);
        }
        let groups = levels.len();
        Ok((Parts { columns, rows, groups }, missing))
    }

    /// The levels of the groups that the rows have, in the order asked for.
    fn group_levels(
        &self,
        by: &str,
        factor: &Factor,
        chosen: &[usize],
    ) -> Result<Vec<u32>, Problem> {
        let has = |level: u32| chosen.iter().any(|&row| factor.codes[row] == level);
        let used: Vec<u32> = (0..factor.levels.len() as u32).filter(|&level| has(level)).collect();
        let names: Vec<&str> =
            used.iter().map(|&level| factor.levels[level as usize].as_str()).collect();
        if used.is_empty() || used.len() > MOST_LEVELS {
            let what = format!(
                "the column `{by}` has {} different values in these rows, and each would be a column of \
                 the table",
                used.len()
            );
            return Err(Problem::analysis(what, Remedy::to("name a column of groups")));
        }
        if self.order.is_empty() {
            return Ok(used);
        }
        let mut levels = Vec::new();
        for name in &self.order {
            match names.iter().position(|known| known == name) {
                Some(place) if !levels.contains(&used[place]) => levels.push(used[place]),
                Some(_) => {
                    let what = format!("the order names `{name}` twice");
                    return Err(Problem::request(what, None));
                }
                None => {
                    let what = format!("`{by}` has no level `{name}`; it has {}", names.join(", "));
                    return Err(Problem::request(what, Remedy::set("order")));
                }
            }
        }
        match levels.len() == used.len() {
            true => Ok(levels),
            false => Err(Problem::request(
                format!("the order leaves out levels of `{by}`, which has {}", names.join(", ")),
                Remedy::AnyOf(vec![Remedy::set("order"), Remedy::set("subset")]),
            )),
        }
    }

    /// The columns that are described, and those that are none of a table with their different texts.
    fn names(&self, table: &Table) -> Result<(Vec<String>, Vec<LeftOut>), Problem> {
        if !self.variables.is_empty() {
            return Ok((self.variables.clone(), Vec::new()));
        }
        let aside = |name: &String| {
            Some(name) == self.by.as_ref() || Some(name) == self.id.as_ref() || names_patients(name)
        };
        let (mut names, mut left_out) = (Vec::new(), Vec::new());
        for name in table.column_names().iter().filter(|name| !aside(name)) {
            match table.values(name)? {
                Values::Text(factor) if factor.levels.len() > MOST_LEVELS => {
                    left_out.push((name.clone(), factor.levels.len()));
                }
                _ => names.push(name.clone()),
            }
        }
        Ok((names, left_out))
    }

    /// Every column that an option names is in the table.
    fn check_names(&self, table: &Table, names: &[String]) -> Result<(), Problem> {
        let of_summaries = self.summary.iter().map(|one| ("summary", &one.column));
        let of_levels = self.levels.iter().map(|name| ("levels", name));
        for (field, name) in of_summaries.chain(of_levels) {
            if !names.contains(name) {
                let what = format!("`{name}` is not among the columns that are described");
                return Err(Problem::request(
                    what,
                    Remedy::AnyOf(vec![Remedy::set("variables"), Remedy::Unset(field.into())]),
                ));
            }
        }
        for rename in &self.rename {
            let column = rename.code.split_once(':').map_or(&*rename.code, |(column, _)| column);
            if !table.has_column(column) {
                let what = format!("there is no column `{column}` that could be renamed");
                return Err(Problem::request(what, Remedy::set("rename")));
            }
        }
        Ok(())
    }

    fn describe(&self, table: &Table, name: &str, parts: &Parts) -> Result<Described, Problem> {
        let values = table.values(name)?;
        let label = self.words(name).or_else(|| table.label(name).map(str::to_owned));
        let label = label.unwrap_or_else(|| name.to_owned());
        let summaries = self.summaries_of(name)?;
        match values {
            Values::Number(numbers) if !self.counted(name, &numbers, &summaries) => {
                let summaries = summaries.unwrap_or_else(|| vec![Summary::Median]);
                Ok(self.numbers(name, label, &numbers, summaries, parts))
            }
            _ if summaries.is_some() => Err(Problem::analysis(
                format!("the column `{name}` is counted by level and has no mean and no median"),
                Remedy::Unset("summary".into()),
            )),
            _ => self.counts(table, name, label, parts),
        }
    }

    /// Whether a column of numbers is counted by level: because it was said, or because it has at most two
    /// different values and no summary was asked for.
    fn counted(&self, name: &str, numbers: &[f64], summaries: &Option<Vec<Summary>>) -> bool {
        let mut different: Vec<f64> = Vec::new();
        for &number in numbers.iter().filter(|number| !number.is_nan()) {
            if !different.contains(&number) {
                different.push(number);
            }
            if different.len() > 2 {
                break;
            }
        }
        self.levels.iter().any(|level| level == name) || summaries.is_none() && different.len() <= 2
    }

    fn numbers(
        &self,
        name: &str,
        label: String,
        numbers: &[f64],
        summaries: Vec<Summary>,
        parts: &Parts,
    ) -> Described {
        let known = |rows: &Vec<usize>| -> Vec<f64> {
            rows.iter().map(|&row| numbers[row]).filter(|value| value.is_finite()).collect()
        };
        let values: Vec<Vec<f64>> = parts.rows.iter().map(known).collect();
        let groups = &values[..parts.groups];
        let test = match groups.iter().any(Vec::is_empty) || !self.p_values {
            true => None,
            false => {
                let index = (0..).zip(groups).flat_map(|(group, part)| vec![group; part.len()]);
                let groups_of = Groups::new(index.collect(), groups.len()).ok();
                // What is shown by its mean alone is compared by its mean.
                let kind = match summaries == [Summary::Mean] {
                    true => TestKind::Welch,
                    false => TestKind::KruskalWallis,
                };
                let by = if kind == TestKind::Welch { welch } else { kruskal_wallis };
                groups_of
                    .and_then(|groups_of| by(&groups.concat(), &groups_of))
                    .map(|test| GroupComparison { kind, test })
            }
        };
        let difference = |a: usize, b: usize| standardised_means(&groups[a], &groups[b]);
        let difference = self.largest(parts.groups, difference);
        let samples = values.iter().map(|part| NumberSummary::of(part, self.quartiles)).collect();
        let known: Vec<usize> = values.iter().map(Vec::len).collect();
        let missing =
            parts.rows.iter().zip(&known).map(|(rows, known)| rows.len() - known).collect();
        let decimals = decimals(&values.concat());
        let how = DescribedAs::Numbers { summaries, samples, decimals };
        Described { column: name.to_owned(), label, known, missing, how, test, difference }
    }

    fn counts(
        &self,
        table: &Table,
        name: &str,
        label: String,
        parts: &Parts,
    ) -> Result<Described, Problem> {
        let factor = table.factor(name)?;
        let has = |level: u32| parts.rows.iter().flatten().any(|&row| factor.codes[row] == level);
        let levels: Vec<u32> =
            (0..factor.levels.len() as u32).filter(|&level| has(level)).collect();
        let count = |level: u32, rows: &Vec<usize>| {
            rows.iter().filter(|&&row| factor.codes[row] == level).count()
        };
        let counts: Vec<Vec<usize>> = levels
            .iter()
            .map(|&level| parts.rows.iter().map(|rows| count(level, rows)).collect())
            .collect();
        let known: Vec<usize> = (0..parts.rows.len())
            .map(|column| counts.iter().map(|row| row[column]).sum())
            .collect();
        let missing =
            parts.rows.iter().zip(&known).map(|(rows, known)| rows.len() - known).collect();
        let of_groups: Vec<Vec<usize>> =
            counts.iter().map(|row| row[..parts.groups].to_vec()).collect();
        let test = if self.p_values { compared(&of_groups) } else { None };
        let column = |at: usize| -> Vec<usize> { of_groups.iter().map(|row| row[at]).collect() };
        let difference =
            self.largest(parts.groups, |a, b| standardised_shares(&column(a), &column(b)));
        let names = levels.iter().map(|&level| {
            let level = &factor.levels[level as usize];
            let code = |codes: &[(f64, String)]| {
                let value: f64 = level.parse().ok()?;
                codes.iter().find(|(code, _)| *code == value).map(|(_, words)| words.clone())
            };
            self.words(&format!("{name}:{level}"))
                .or_else(|| code(table.codes(name)))
                .unwrap_or_else(|| level.clone())
        });
        let how = DescribedAs::Levels { levels: names.collect(), counts };
        Ok(Described { column: name.to_owned(), label, known, missing, how, test, difference })
    }

    /// The largest difference of any two groups; `None` where one of them has none.
    fn largest(&self, groups: usize, of: impl Fn(usize, usize) -> Option<f64>) -> Option<f64> {
        if !self.smd || groups < 2 {
            return None;
        }
        let pairs = (0..groups).flat_map(|a| (a + 1..groups).map(move |b| (a, b)));
        pairs.map(|(a, b)| of(a, b)).try_fold(0.0_f64, |most, one| Some(most.max(one?)))
    }

    fn summaries_of(&self, column: &str) -> Result<Option<Vec<Summary>>, Problem> {
        let Some(one) = self.summary.iter().find(|one| one.column == column) else {
            return Ok(None);
        };
        let read = |name: &String| {
            name.parse().map_err(|error| Problem::request(error, Remedy::set("summary")))
        };
        let summaries: Vec<Summary> = one.summaries.iter().map(read).collect::<Result<_, _>>()?;
        match summaries.is_empty() {
            false => Ok(Some(summaries)),
            true => Err(Problem::request(
                format!("no summary of `{column}` was named"),
                Remedy::set("summary"),
            )),
        }
    }

    fn words(&self, code: &str) -> Option<String> {
        let found = self.rename.iter().find(|rename| rename.code == code);
        found.map(|rename| rename.words.clone())
    }

    /// A level as a heading of the table: a code needs its column beside it.
    fn level_label(&self, column: &str, level: &str) -> String {
        self.words(&format!("{column}:{level}")).unwrap_or_else(|| match level.parse::<f64>() {
            Ok(_) => format!("{column} = {level}"),
            Err(_) => level.to_owned(),
        })
    }
}

/// The exact test where few are expected in a cell and the tables can be gone through.
fn compared(counts: &[Vec<usize>]) -> Option<GroupComparison> {
    let few = smallest_expected(counts)? < FEW_EXPECTED;
    let exact = if few { fisher(counts) } else { None };
    match exact {
        Some(test) => Some(GroupComparison { kind: TestKind::Fisher, test }),
        None => pearson(counts).map(|test| GroupComparison { kind: TestKind::Pearson, test }),
    }
}

/// The decimals that these numbers are written with, at most 2.
fn decimals(values: &[f64]) -> usize {
    let needs =
        |value: f64| (0..2).find(|&d| is_whole(value * 10_f64.powi(d))).unwrap_or(2) as usize;
    values.iter().map(|&value| needs(value)).max().unwrap_or(0)
}

fn is_whole(value: f64) -> bool {
    // A tenth in binary is not exact: 0.1 * 10 may miss 1 by its last digits.
    (value - value.round()).abs() <= 1e-9 * value.abs().max(1.0)
}
