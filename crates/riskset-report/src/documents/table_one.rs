//! The answer of `riskset table one`: the patients by group.

use super::{Document, Head};
use crate::format::{NOT_ESTIMABLE, Style};
use crate::table::{Align, RowKind, Table};
use riskset::Choice;
use riskset_analysis::{
    Described, DescribedAs, GroupComparison, NumberSummary, Summary, TableColumn, TableOneAnswer,
    TestKind, Voice,
};
use schemars::JsonSchema;
use serde::Serialize;

/// The patients by group.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TableOneDocument {
    /// What every document starts with.
    #[serde(flatten)]
    pub head: Head,
    /// The column that names the groups; `null` without.
    pub by: Option<String>,
    /// The columns of the table: the groups, and everybody.
    pub columns: Vec<ColumnEntry>,
    /// The columns of the data that are described.
    pub variables: Vec<VariableEntry>,
    /// Columns of the data with too many different texts for a table.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
    /// What the rows are called.
    #[serde(skip)]
    pub units: Option<String>,
    /// Whether the text has a column with the rows that have a value.
    #[serde(skip)]
    pub known: bool,
    /// Whether P values were asked for.
    #[serde(skip)]
    pub tests: bool,
    /// Whether standardised differences were asked for.
    #[serde(skip)]
    pub differences: bool,
}

/// A column of the table.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ColumnEntry {
    /// The group; `null` for everybody.
    pub label: Option<String>,
    /// Rows.
    pub n: usize,
    /// The patients whose rows they are; absent where rows are patients.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patients: Option<usize>,
}

/// A column of the data.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct VariableEntry {
    /// The column.
    pub column: String,
    /// What readers see.
    pub label: String,
    /// `numeric` or `factor`.
    pub kind: &'static str,
    /// Per column of the table, the rows with a value.
    pub known: Vec<usize>,
    /// Per column of the table, the rows without.
    pub missing: Vec<usize>,
    /// Per column of the table, of a number; `null` without a value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<Option<NumberEntry>>,
    /// Per level, of a factor.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<LevelEntry>,
    /// How the groups differ; `null` where it was not asked for or cannot be said.
    pub test: Option<TestEntry>,
    /// The standardised difference, the largest of any two groups.
    pub standardised_difference: Option<f64>,
    /// What the text shows of a number.
    #[serde(skip)]
    summaries: Vec<Summary>,
    #[serde(skip)]
    decimals: usize,
}

/// A sample of numbers.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct NumberEntry {
    /// The arithmetic mean.
    pub mean: f64,
    /// The standard deviation, with n - 1; `null` for one value.
    pub std_deviation: Option<f64>,
    /// The median.
    pub median: f64,
    /// The first quartile.
    pub q1: f64,
    /// The third quartile.
    pub q3: f64,
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
}

/// A level.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LevelEntry {
    /// What readers see.
    pub level: String,
    /// Rows per column of the table.
    pub counts: Vec<usize>,
}

/// A test of the groups.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct TestEntry {
    /// `kruskal-wallis`, `welch`, `pearson` or `fisher`.
    pub name: &'static str,
    /// H, F or chi-square; `null` for the exact test.
    pub statistic: Option<f64>,
    /// Its degrees of freedom.
    pub df: Option<f64>,
    /// Those of the denominator of an F.
    pub df_residual: Option<f64>,
    /// The P value.
    pub p_value: f64,
    #[serde(skip)]
    #[schemars(skip)]
    kind: TestKind,
}

/// A column that is no row of the table.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LeftOut {
    /// The column.
    pub column: String,
    /// How many different texts it holds.
    pub texts: usize,
}

/// Marks of notes, as journals have them.
const MARKS: [&str; 4] = ["\u{1d43}", "\u{1d47}", "\u{1d9c}", "\u{1d48}"];

impl TableOneDocument {
    /// The document of an answer.
    pub fn of(answer: TableOneAnswer, voice: &dyn Voice) -> TableOneDocument {
        let request = answer.request;
        TableOneDocument {
            head: Head::of(&answer.about, voice),
            by: request.by,
            columns: answer.columns.into_iter().map(ColumnEntry::from).collect(),
            variables: answer.described.into_iter().map(VariableEntry::from).collect(),
            left_out: answer
                .left_out
                .into_iter()
                .map(|(column, texts)| LeftOut { column, texts })
                .collect(),
            units: request.units,
            known: request.with_data,
            tests: request.p_values,
            differences: request.smd,
        }
    }

    fn heading(&self, column: &ColumnEntry) -> String {
        let units = self.units.as_deref();
        let label = match (&column.label, units) {
            (Some(label), _) => label.clone(),
            (None, Some(units)) => format!("All {units}"),
            (None, None) => "All".to_owned(),
        };
        match (column.patients, units) {
            (Some(patients), units) => {
                format!("{label} ({} {} of {patients} patients)", column.n, units.unwrap_or("rows"))
            }
            (None, _) => format!("{label} (n = {})", column.n),
        }
    }

    /// The kinds of tests that were done, in the order in which they first stand in the table.
    fn kinds(&self) -> Vec<TestKind> {
        let mut kinds: Vec<TestKind> = Vec::new();
        for kind in self.variables.iter().filter_map(|one| Some(one.test?.kind)) {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        kinds
    }

    /// What stands right of the groups in the first row of a variable: P and difference.
    fn right(&self, variable: &VariableEntry, style: &Style, kinds: &[TestKind]) -> Vec<String> {
        let mut cells = Vec::new();
        if self.tests {
            cells.push(match variable.test {
                None => NOT_ESTIMABLE.to_owned(),
                Some(test) => {
                    let place = kinds.iter().position(|kind| *kind == test.kind).unwrap_or(0);
                    // One test needs no mark: the note says which it is.
                    let mark = if kinds.len() > 1 { MARKS[place] } else { "" };
                    format!("{}{mark}", style.p_value(Some(test.p_value)))
                }
            });
        }
        if self.differences {
            cells.push(style.optional(variable.standardised_difference, 2, NOT_ESTIMABLE));
        }
        cells
    }

    fn with_known(&self, variable: &VariableEntry, cells: Vec<String>, first: bool) -> Vec<String> {
        if !self.known {
            return cells;
        }
        // The last column is everybody, or there is none and the groups add up.
        let total = match self.columns.last() {
            Some(column) if column.label.is_none() => variable.known[self.columns.len() - 1],
            _ => variable.known.iter().sum(),
        };
        let known = if first { total.to_string() } else { String::new() };
        std::iter::once(known).chain(cells).collect()
    }

    fn rows(
        &self,
        mut table: Table,
        variable: &VariableEntry,
        style: &Style,
        kinds: &[TestKind],
    ) -> Table {
        let right = self.right(variable, style, kinds);
        let blank = vec![String::new(); self.columns.len()];
        let line = |label: String, cells: Vec<String>, first: bool| -> Vec<String> {
            let right = if first { right.clone() } else { Vec::new() };
            let cells = self.with_known(variable, cells, first);
            std::iter::once(label).chain(cells).chain(right).collect()
        };
        match (&variable.levels[..], &variable.summaries[..]) {
            ([], [one]) => {
                let cells = variable.number_cells(*one, style);
                let label = format!("{}, {}", variable.label, summary_words(*one));
                table.push(RowKind::Plain, line(label, cells, true));
            }
            ([], several) => {
                table.push(RowKind::Group, line(variable.label.clone(), blank, true));
                for &one in several {
                    let cells = variable.number_cells(one, style);
                    let label = summary_words(one);
                    table.push(RowKind::Indented, line(capital(label), cells, false));
                }
            }
            (levels, _) => {
                let label = format!("{}, {}", variable.label, style.count_heading);
                table.push(RowKind::Group, line(label, blank, true));
                for level in levels {
                    let cells = self.shares(&level.counts, style);
                    table.push(RowKind::Indented, line(level.level.clone(), cells, false));
                }
            }
        }
        if variable.missing.iter().any(|&missing| missing > 0) {
            let cells = self.shares(&variable.missing, style);
            let name = match variable.levels.is_empty() {
                true => format!("Missing, {}", style.count_heading),
                false => "Missing".to_owned(),
            };
            table.push(RowKind::Indented, line(name, cells, false));
        }
        table
    }

    fn shares(&self, counts: &[usize], style: &Style) -> Vec<String> {
        let cell = |(column, &k): (&ColumnEntry, &usize)| style.count_below(k, column.n, 1);
        self.columns.iter().zip(counts).map(cell).collect()
    }

    fn abbreviations(&self, table: &Table) -> Option<String> {
        let shown = |word: &str| {
            let headings = table.columns.iter().map(|column| &column.heading);
            let cells = table.rows.iter().flat_map(|row| &row.cells);
            headings.chain(cells).any(|text| text.contains(word))
        };
        let known = [
            ("IQR", "interquartile range"),
            (NOT_ESTIMABLE, "not estimable"),
            ("SD)", "standard deviation"),
            ("SMD", "standardised mean difference"),
        ];
        let used: Vec<String> = known
            .iter()
            .filter(|(word, _)| shown(word))
            .map(|(word, words)| format!("{}, {words}", word.trim_end_matches(')')))
            .collect();
        (!used.is_empty()).then(|| format!("{}.", used.join("; ")))
    }
}

impl From<TableColumn> for ColumnEntry {
    fn from(column: TableColumn) -> ColumnEntry {
        ColumnEntry { label: column.label, n: column.n, patients: column.patients }
    }
}

impl From<Described> for VariableEntry {
    fn from(one: Described) -> VariableEntry {
        let (kind, numbers, levels, summaries, decimals) = match one.how {
            DescribedAs::Numbers { summaries, samples, decimals } => {
                let numbers = samples.into_iter().map(|sample| sample.map(NumberEntry::from));
                ("numeric", numbers.collect(), Vec::new(), summaries, decimals)
            }
            DescribedAs::Levels { levels, counts } => {
                let levels = levels.into_iter().zip(counts);
                let levels = levels.map(|(level, counts)| LevelEntry { level, counts });
                ("factor", Vec::new(), levels.collect(), Vec::new(), 0)
            }
        };
        VariableEntry {
            column: one.column,
            label: one.label,
            kind,
            known: one.known,
            missing: one.missing,
            numbers,
            levels,
            test: one.test.map(TestEntry::from),
            standardised_difference: one.difference,
            summaries,
            decimals,
        }
    }
}

impl From<NumberSummary> for NumberEntry {
    fn from(one: NumberSummary) -> NumberEntry {
        NumberEntry {
            mean: one.mean,
            std_deviation: one.std_deviation,
            median: one.median,
            q1: one.quartiles.0,
            q3: one.quartiles.1,
            min: one.range.0,
            max: one.range.1,
        }
    }
}

impl From<GroupComparison> for TestEntry {
    fn from(one: GroupComparison) -> TestEntry {
        TestEntry {
            name: one.kind.name(),
            statistic: one.test.statistic,
            df: one.test.df,
            df_residual: one.test.df_residual,
            p_value: one.test.p_value,
            kind: one.kind,
        }
    }
}

impl VariableEntry {
    /// A summary in every column: with the decimals of the data, one more for a mean and for quartiles
    /// that lie between two values.
    fn number_cells(&self, summary: Summary, style: &Style) -> Vec<String> {
        let finer = self.numbers.iter().flatten().any(|one| {
            let scale = 10_f64.powi(self.decimals as i32);
            [one.median, one.q1, one.q3].iter().any(|value| {
                let scaled = value * scale;
                (scaled - scaled.round()).abs() > 1e-6
            })
        });
        let decimals = self.decimals
            + usize::from(summary == Summary::Mean || finer && summary == Summary::Median);
        let cell = |one: &Option<NumberEntry>| {
            let Some(one) = one else { return NOT_ESTIMABLE.to_owned() };
            let range =
                |low: f64, high: f64| style.range(Some(low), Some(high), decimals, NOT_ESTIMABLE);
            match summary {
                Summary::Median => {
                    format!("{} ({})", style.number(one.median, decimals), range(one.q1, one.q3))
                }
                Summary::Mean => format!(
                    "{} ({})",
                    style.number(one.mean, decimals),
                    style.optional(one.std_deviation, decimals, NOT_ESTIMABLE)
                ),
                Summary::Range => range(one.min, one.max),
            }
        };
        self.numbers.iter().map(cell).collect()
    }
}

fn summary_words(summary: Summary) -> &'static str {
    match summary {
        Summary::Median => "median (IQR)",
        Summary::Mean => "mean (SD)",
        Summary::Range => "range",
    }
}

fn capital(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map_or(String::new(), |first| first.to_uppercase().chain(signs).collect())
}

fn test_words(kind: TestKind) -> &'static str {
    TestKind::ALL.iter().find(|(one, ..)| *one == kind).map_or("", |(_, _, words)| words)
}

impl Document for TableOneDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        let what = self.units.as_deref().map_or("patients".to_owned(), str::to_lowercase);
        let title = match self.by {
            Some(_) => format!("Characteristics of the {what} by group"),
            None => format!("Characteristics of the {what}"),
        };
        let mut table = Table::new(title).column("Characteristic", Align::Left);
        if self.known {
            table = table.column("With data, n", Align::Right);
        }
        for column in &self.columns {
            table = table.column(self.heading(column), Align::Right);
        }
        if self.tests {
            table = table.column(format!("{} value", style.p_letter), Align::Right);
        }
        if self.differences {
            table = table.column("SMD", Align::Right);
        }
        let kinds = self.kinds();
        for variable in &self.variables {
            table = self.rows(table, variable, style, &kinds);
        }
        if self.variables.iter().any(|one| one.missing.iter().any(|&missing| missing > 0)) {
            table = table.footnote(
                "Percentages are of all rows of the column, those with a missing value included.",
            );
        }
        if self.differences
            && self.columns.iter().filter(|column| column.label.is_some()).count() > 2
        {
            table = table.footnote("The SMD is the largest of any two groups.");
        }
        if let [kind] = kinds[..] {
            table = table.footnote(format!("{} values: {}.", style.p_letter, test_words(kind)));
        } else {
            for (kind, mark) in kinds.iter().zip(MARKS) {
                table = table.footnote(format!("{mark} {}.", test_words(*kind)));
            }
        }
        if let Some(abbreviations) = self.abbreviations(&table) {
            table = table.footnote(abbreviations);
        }
        vec![table]
    }

    fn notes(&self, _: &Style) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.left_out.is_empty() {
            let columns: Vec<String> = self
                .left_out
                .iter()
                .map(|one| format!("{} ({} different texts)", one.column, one.texts))
                .collect();
            notes.push(format!("Left out: {}.", columns.join(", ")));
        }
        notes
    }
}
