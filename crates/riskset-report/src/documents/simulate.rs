//! The answer of `riskset simulate`.

use super::{Document, Head, full};
use crate::format::Style;
use crate::table::{Align, Table};
use riskset_analysis::{Measure, SimulateAnswer};
use riskset_data::simulate::Truth;
use riskset_data::{Factor, MISSING, Values};
use serde::Serialize;

/// Patients with a known truth, or how an analysis fared on many tables of them.
#[derive(Clone, Debug, Serialize)]
pub struct SimulateDocument {
    /// What every document starts with.
    #[serde(flatten)]
    pub head: Head,
    /// The seed of the first table.
    pub seed: u64,
    /// The truth of the model.
    pub truth: Truth,
    /// How an analysis fared; absent where none was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeated: Option<RepeatedEntry>,
    /// The patients, for the main table.
    #[serde(skip)]
    patients: Option<Table>,
}

/// How an analysis fared on many tables.
#[derive(Clone, Debug, Serialize)]
pub struct RepeatedEntry {
    /// The analysis.
    pub analysis: String,
    /// Its formula.
    pub formula: String,
    /// Tables analysed.
    pub tables: usize,
    /// Tables for which the analysis was refused.
    pub refused: usize,
    /// The first reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Each quantity.
    pub measures: Vec<MeasureEntry>,
}

/// One quantity over many tables.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "as riskset_analysis::Measure has them")]
pub struct MeasureEntry {
    pub name: String,
    pub truth: Option<f64>,
    pub estimates: usize,
    pub mean: Option<f64>,
    pub bias: Option<f64>,
    pub bias_error: Option<f64>,
    pub empirical_error: Option<f64>,
    pub model_error: Option<f64>,
    pub intervals: usize,
    pub coverage: Option<f64>,
    pub coverage_error: Option<f64>,
    pub tests: usize,
    pub rejected: Option<f64>,
    pub rejected_error: Option<f64>,
}

impl MeasureEntry {
    fn of(measure: &Measure) -> MeasureEntry {
        MeasureEntry {
            name: measure.name.clone(),
            truth: measure.truth,
            estimates: measure.estimates,
            mean: measure.mean,
            bias: measure.bias,
            bias_error: measure.bias_error,
            empirical_error: measure.empirical_error,
            model_error: measure.model_error,
            intervals: measure.intervals,
            coverage: measure.coverage,
            coverage_error: measure.coverage_error,
            tests: measure.tests,
            rejected: measure.rejected,
            rejected_error: measure.rejected_error,
        }
    }
}

impl SimulateDocument {
    /// The document of an answer.
    pub fn of(answer: &SimulateAnswer) -> SimulateDocument {
        let asked = format!(
            "{}: {} simulated patients, seed {}",
            answer.truth.title, answer.n, answer.seed
        );
        let repeated = answer.analysis.as_ref().map(|repeated| RepeatedEntry {
            analysis: repeated.analysis.clone(),
            formula: repeated.formula.clone(),
            tables: repeated.tables,
            refused: repeated.refused,
            reason: repeated.reason.clone(),
            measures: repeated.measures.iter().map(MeasureEntry::of).collect(),
        });
        SimulateDocument {
            head: Head::new("simulate", answer.n, 0, asked),
            seed: answer.seed,
            truth: answer.truth.clone(),
            repeated,
            patients: answer.table.as_ref().map(patients),
        }
    }

    fn truth_table(&self, style: &Style) -> Table {
        let mut table = Table::new("The truth").column("Group", Align::Left);
        for time in &self.truth.times {
            table = table.column(format!("S({time}), %"), Align::Right);
        }
        table = table.column("Median", Align::Right);
        if let Some(tau) = self.truth.rmst {
            table = table.column(format!("Restricted mean to {tau}"), Align::Right);
        }
        for group in &self.truth.groups {
            let survival = group.survival.iter().map(|s| style.number(100.0 * s, 1));
            let median = style.optional(group.median, 2, "never");
            let mean = group.restricted_mean.map(|mean| style.number(mean, 2));
            let cells = [group.name.clone()].into_iter().chain(survival);
            table = table.row(cells.chain([median]).chain(mean));
        }
        table
    }
}

/// The patients as the main table, in full precision.
fn patients(table: &riskset_data::Table) -> Table {
    let mut main = Table::new("");
    let mut columns: Vec<Vec<String>> = Vec::new();
    for name in table.column_names() {
        main = main.column(name.clone(), Align::Left);
        columns.push(
            match table.values(name).expect("a simulated column is read as it was made") {
                Values::Number(values) => values.iter().map(|value| full(Some(*value))).collect(),
                other => texts(other.into_factor()),
            },
        );
    }
    for row in 0..table.n_rows() {
        main = main.row(columns.iter().map(|column| column[row].clone()));
    }
    main
}

fn texts(factor: Factor) -> Vec<String> {
    let level = |code: u32| match code {
        MISSING => String::new(),
        code => factor.levels[code as usize].clone(),
    };
    factor.codes.iter().map(|&code| level(code)).collect()
}

impl Document for SimulateDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn title(&self) -> String {
        self.head.asked.clone()
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        let mut tables = vec![self.truth_table(style)];
        let Some(repeated) = &self.repeated else { return tables };
        let mut table = Table::new(format!(
            "{} {}, {} tables",
            repeated.analysis, repeated.formula, repeated.tables
        ))
        .column("Quantity", Align::Left)
        .column("Truth", Align::Right)
        .column("Mean", Align::Right)
        .column("Bias (MC error)", Align::Right)
        .column("Empirical SE", Align::Right)
        .column("Mean SE", Align::Right)
        .column("Coverage, % (MC error)", Align::Right)
        .column("P < 0.05, % (MC error)", Align::Right);
        let number = |value: Option<f64>| style.optional(value, 4, "-");
        let with_error = |value: Option<f64>, error: Option<f64>, factor: f64, digits: usize| {
            let scaled =
                |value: Option<f64>| style.optional(value.map(|v| factor * v), digits, "-");
            match value {
                Some(_) => format!("{} ({})", scaled(value), scaled(error)),
                None => "-".to_owned(),
            }
        };
        for measure in &repeated.measures {
            table = table.row([
                measure.name.clone(),
                number(measure.truth),
                number(measure.mean),
                with_error(measure.bias, measure.bias_error, 1.0, 4),
                number(measure.empirical_error),
                number(measure.model_error),
                with_error(measure.coverage, measure.coverage_error, 100.0, 1),
                with_error(measure.rejected, measure.rejected_error, 100.0, 1),
            ]);
        }
        tables.push(table);
        tables
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let mut notes = vec!["Simulated: no patient of these exists.".to_owned()];
        for (group, ratio) in &self.truth.hazard_ratios {
            notes.push(match ratio {
                Some(ratio) => {
                    format!("True hazard ratio of {group}: {}.", style.number(*ratio, 3))
                }
                None => format!("The true hazard ratio of {group} changes with time."),
            });
        }
        for (name, ratio) in &self.truth.covariates {
            notes.push(format!("True hazard ratio of {name}: {}.", style.number(*ratio, 3)));
        }
        if let Some(repeated) = self.repeated.as_ref().filter(|repeated| repeated.refused > 0) {
            notes.push(format!(
                "{} of {} tables could not be analysed; the first: {}.",
                repeated.refused,
                repeated.tables,
                repeated.reason.as_deref().unwrap_or("no reason")
            ));
        }
        if let Some(repeated) = &self.repeated {
            let few = |measure: &&MeasureEntry| {
                measure.estimates + measure.tests > 0
                    && measure.estimates < repeated.tables - repeated.refused
                    && measure.estimates > 0
            };
            notes.extend(repeated.measures.iter().filter(few).map(|measure| {
                format!("{}: an estimate in {} tables.", measure.name, measure.estimates)
            }));
        }
        notes
    }

    /// The patients, where there are some: a table to be read again.
    fn data(&self) -> Option<Table> {
        self.patients.clone()
    }
}
