//! Options of `study`, `endpoint`, `look` and `datasets`.

use super::OutputArgs;
use clap::{Args, Subcommand};
use riskset_data::endpoint::TimeUnit;
use std::path::PathBuf;

/// `riskset study`
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  riskset study datasets/dream/study.toml --output dream-report\n  riskset study --init my-study.toml --data @lung"
)]
pub struct StudyArgs {
    /// The study file
    #[arg(required_unless_present = "init")]
    pub study: Option<PathBuf>,
    /// The folder to write
    #[arg(long, short, value_name = "DIR", required_unless_present = "init")]
    pub output: Option<PathBuf>,
    /// Replace the folder when it exists; only a folder that this program made and nothing was added to
    #[arg(long)]
    pub force: bool,
    /// Dots per inch of the PNG figures
    #[arg(long, value_name = "DPI", default_value_t = 300, value_parser = clap::value_parser!(u32).range(50..=2400))]
    pub dpi: u32,
    /// Write a study file to start from, and nothing else
    #[arg(long, value_name = "FILE", conflicts_with_all = ["study", "output", "dpi"])]
    pub init: Option<PathBuf>,
    /// Begin that file from what is in this table; what only you can know stands there as a question
    #[arg(long, value_name = "DATA", requires = "init")]
    pub data: Option<String>,
    /// Reading the data.
    #[command(flatten)]
    pub reading: super::ReadingArgs,
}

/// `riskset endpoint`
#[derive(Debug, Args)]
#[command(
    after_help = "With --format csv, or an output that ends in .csv, every column of the data stands before the derived ones.\n\
                  A rule file is TOML with the keys of [endpoint.dates] in a study file.\n\n\
                  Example:\n  riskset endpoint @dream --rule dfs --subset \"survival_set == 1\" --time-zero surgery_date \\\n      \
                  --relapse local_relapse_date,extrahepatic_progression_date --ignore second_primary \\\n      --death death_date --last-visit last_visit_date --unit months"
)]
pub struct EndpointArgs {
    /// A file (.csv, .tsv, .xlsx), `-` for CSV on standard input, or a bundled set
    #[arg(required_unless_present = "list_rules")]
    pub data: Option<String>,
    /// Print the named rules with their definitions and sources
    #[arg(long)]
    pub list_rules: bool,
    /// Column that names the patient
    #[arg(long, value_name = "COLUMN", default_value = "patient")]
    pub id: String,
    /// The rules and their columns.
    #[command(flatten)]
    pub dates: super::dates::DatesArgs,
    /// The same as --time-unit
    #[arg(long, value_name = "UNIT", value_parser = super::dates::unit, conflicts_with = "time_unit")]
    pub unit: Option<TimeUnit>,
    /// Use only the rows where this holds
    #[arg(long, value_name = "EXPR")]
    pub subset: Option<String>,
    /// Reading the data.
    #[command(flatten)]
    pub reading: super::ReadingArgs,
    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `riskset look`
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  riskset look @lung")]
pub struct LookArgs {
    /// A table or workbook of any kind that is read, `-` for standard input, or a bundled set
    pub data: String,
    /// Reading the data.
    #[command(flatten)]
    pub reading: super::ReadingArgs,
    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `riskset datasets`
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  riskset datasets show lung")]
pub struct DatasetsArgs {
    /// List, show or export.
    #[command(subcommand)]
    pub command: DatasetsCommand,
}

/// What to do with the bundled data sets.
#[derive(Debug, Subcommand)]
pub enum DatasetsCommand {
    /// All bundled data sets, a line each
    List {
        /// Format and file.
        #[command(flatten)]
        output: OutputArgs,
    },
    /// One data set: title, publication, licence, columns with their units and codes
    Show {
        /// Its name, such as lung or @lung
        name: String,
        /// Format and file.
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Write one data set as CSV
    Export {
        /// Its name, such as lung or @lung
        name: String,
        /// The file to write [default: standard output]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// `riskset exercise`
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0, and 1 where your number is not the answer.\n\nExamples:\n  riskset exercise\n\n  riskset exercise 1\n\n  riskset exercise 1 --data five.csv\n\n  riskset exercise 1 --my 0.42"
)]
pub struct ExerciseArgs {
    /// Which exercise; without it, what they are about
    #[arg(value_name = "N")]
    pub number: Option<usize>,

    /// Your number, rounded as the exercise asks
    #[arg(long, value_name = "NUMBER", requires = "number", allow_hyphen_values = true)]
    pub my: Option<String>,

    /// The answer, the command that gives it, and how it comes about
    #[arg(long, requires = "number", conflicts_with = "my")]
    pub answer: bool,

    /// Write the data of the exercise to this file
    #[arg(long, value_name = "FILE", requires = "number")]
    pub data: Option<PathBuf>,
}
