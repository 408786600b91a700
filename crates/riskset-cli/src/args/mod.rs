//! What a user may type: commands, options, help and the example that ends each help page.

pub mod adjust;
pub mod app;
pub mod contrast;
pub mod dates;
pub mod estimate;
pub mod federated;
pub mod figure;
pub mod installed;
pub(crate) mod net;
pub mod performance;
pub mod plan;
pub mod plot;
pub mod predict;
pub mod risk_groups;
pub mod sampled;
pub mod simulate;
pub mod stored;
pub mod study;
pub mod tables;
pub mod tipping;

pub use estimate::{CifArgs, CoxArgs, FineGrayArgs, KmArgs, LogrankArgs, NpvArgs};
use plan::{MetaArgs, MetaCommand, PowerArgs};
use plot::PlotArgs;
use stored::{DiffArgs, ExtractArgs, LintArgs, VerifyArgs};
use study::{DatasetsArgs, EndpointArgs, LookArgs, StudyArgs};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::parser::ValueSource;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use riskset::Choice;
use riskset_analysis::{ReferenceLevel, Request, RowsRequest, Software};
use riskset_data::endpoint::RuleSpec;
use riskset_data::{DateFormat, Decimal, Encoding, ReadOptions, Separator};
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::LazyLock;

/// Survival analysis from a table of patients to figures, tables and sentences.
///
/// Every command reads DATA: a file (.csv, .tsv, .xlsx by extension), `-` for CSV on standard
/// input, or `@name` for a bundled data set (`riskset datasets list`).
#[derive(Debug, Parser)]
#[command(
    name = "riskset",
    version = version(),
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Example:\n  riskset km @lung \"Surv(time, status == 2) ~ sex\"\n\n\
                  Exit status: 0 done; 1 the analysis could not be done; 2 the command line is wrong."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// Threads to use; the answer does not depend on it [default: all cores]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,

    /// No progress bar and no notes on standard error
    #[arg(long, global = true)]
    pub quiet: bool,

    /// Print the request that the command makes, and nothing else: `riskset run` answers it
    #[arg(long, global = true)]
    pub print_request: bool,

    /// Take the defaults of another program in all that is not typed, and say what that changes
    #[arg(long = "match", global = true, value_parser = choice::<Software>(), value_name = "PROGRAM")]
    pub matched: Option<Software>,

    /// The options that were typed, by the names of the fields of a request.
    #[arg(skip)]
    pub typed: Vec<String>,
}

/// The version, with the commit where whoever built the program said it.
fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let version = env!("CARGO_PKG_VERSION");
        match option_env!("RISKSET_COMMIT") {
            Some(commit) if !commit.is_empty() => format!("{version} ({commit})"),
            _ => version.to_owned(),
        }
    });
    &VERSION
}

/// `riskset run`
#[derive(Debug, Args)]
#[command(after_help = "Every analysing command prints its request with --print-request.\n\n\
                  Example:\n  riskset km @lung \"Surv(time, status == 2) ~ sex\" --print-request > request.json\n  \
                  riskset run request.json")]
pub struct RunArgs {
    /// The file of the request (JSON)
    pub request: PathBuf,

    /// Dots per inch of a figure's PNG and TIFF
    #[arg(long, value_name = "DPI", default_value_t = 600.0, value_parser = positive)]
    pub dpi: f64,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Survival curves: Kaplan-Meier and its relatives, medians, survival at given times, RMST
    Km(KmArgs),
    /// Tests that compare survival curves: log-rank and the weighted family
    Logrank(LogrankArgs),
    /// Groups compared for one endpoint: curves, test, hazard ratios, restricted means
    Compare(estimate::CompareArgs),
    /// Two groups compared with and without adjustment: propensity weights, standardised curves
    Adjust(adjust::AdjustArgs),
    /// The search for a cut-point, with a P value and an effect that know of the search
    Cutpoint(contrast::CutpointArgs),
    /// How much hangs on those lost to follow-up: best and worst case, where the conclusion turns
    Tipping(tipping::TippingArgs),
    /// Cox regression
    Cox(CoxArgs),
    /// Which of many columns predict: the elastic net of a Cox model, lambda by cross-validation
    ElasticNet(net::ElasticNetArgs),
    /// Prognostic factors: each alone and all together, medians and hazard ratios in one table
    Factors(estimate::FactorsArgs),
    /// What the predictions of a Cox model, or of two, are worth: discrimination, Brier score, calibration
    Performance(performance::PerformanceArgs),
    /// Groups by what a Cox model predicts, at given cut-offs, with the survival seen in each
    RiskGroups(risk_groups::RiskGroupsArgs),
    /// What a saved model predicts for new rows, without the data that made it
    Predict(predict::PredictArgs),
    /// Conditional logistic regression of matched sets
    Clogit(sampled::ClogitArgs),
    /// Cox regression of a case-cohort sample: all cases, and a part of the cohort that was drawn
    CaseCohort(sampled::CaseCohortArgs),
    /// Cumulative incidence with competing risks (Aalen-Johansen), Gray's test
    Cif(CifArgs),
    /// Fine-Gray regression for the incidence of one cause among competing risks
    FineGray(FineGrayArgs),
    /// Proportions of clustered observations, such as negative predictive values by lesion
    Npv(NpvArgs),
    /// Sample size, power and detectable effects
    Power(PowerArgs),
    /// Meta-analysis
    Meta(MetaArgs),
    /// The answer to a request file
    Run(RunArgs),
    /// What this place tells for an analysis of several places whose rows may not travel
    Share(federated::ShareArgs),
    /// The answers of several places added up
    Pool(federated::PoolArgs),
    /// Patients with a known truth, and how an analysis fares on many tables of them
    Simulate(simulate::SimulateArgs),
    /// Times and events from dates, by a named rule, with one audit line per patient
    Endpoint(EndpointArgs),
    /// Rows of (start, stop] from one row a patient: cut at times, measurements and events merged in
    Split(contrast::SplitArgs),
    /// What is in a file: columns, kinds, levels, odd values, and what to type next
    Look(LookArgs),
    /// Tables of a manuscript: the patients, survival, prognostic factors, incidences
    Table(tables::TableArgs),
    /// A whole manuscript's analyses from one declarative file
    Study(StudyArgs),
    /// Figures
    Plot(Box<PlotArgs>),
    /// The values that a figure carries, given back
    Extract(ExtractArgs),
    /// The reviewer's checklist, run on a figure
    Lint(LintArgs),
    /// The numbers of a draft against those of a study
    Verify(VerifyArgs),
    /// A reporting guideline (STROBE, REMARK, STARD, TRIPOD) filled in for a study
    Checklist(stored::ChecklistArgs),
    /// What changed from one report of a study to the next, and why
    Diff(DiffArgs),
    /// The page: from a file to the figure in the browser, on this computer alone
    App(app::AppArgs),
    /// The bundled data sets
    Datasets(DatasetsArgs),
    /// Exercises by hand: the data, a check of your own number, the answer
    Exercise(study::ExerciseArgs),
    /// The licences of the program and of all that it carries: crates, typeface, data sets
    #[command(after_help = "Example:\n  riskset licences")]
    Licences,
    /// What completes commands and options in a shell, as a script
    Completions(installed::CompletionsArgs),
    /// The manual: a page for each command
    Man(installed::ManArgs),
}

impl Command {
    /// Whether the command is one request, which `--print-request` can print.
    pub fn is_request(&self) -> bool {
        match self {
            Command::Study(_)
            | Command::Extract(_)
            | Command::Lint(_)
            | Command::Share(_)
            | Command::Pool(_)
            | Command::Verify(_)
            | Command::Diff(_)
            | Command::Checklist(_)
            | Command::App(_)
            | Command::Completions(_)
            | Command::Man(_)
            | Command::Datasets(_)
            | Command::Exercise(_)
            | Command::Licences => false,
            Command::Endpoint(args) => !args.list_rules,
            _ => true,
        }
    }

    /// Every file that the command reads, as it was named; a workbook without its sheet. A bundled
    /// set and standard input are none.
    pub fn inputs(&self) -> Vec<PathBuf> {
        let named: Vec<&str> = match self {
            Command::Km(args) => vec![&args.data.rows.data],
            Command::Logrank(args) => vec![&args.data.rows.data],
            Command::Compare(args) => vec![&args.data.rows.data],
            Command::Adjust(args) => vec![&args.data.rows.data],
            Command::Cutpoint(args) => vec![&args.data.rows.data],
            Command::Tipping(args) => vec![&args.data.rows.data],
            Command::ElasticNet(args) => vec![&args.rows.data],
            Command::Split(args) => {
                std::iter::once(args.rows.data.as_str()).chain(args.with.as_deref()).collect()
            }
            Command::Cox(args) => {
                let new = args.predict.as_deref();
                std::iter::once(args.data.rows.data.as_str()).chain(new).collect()
            }
            Command::Factors(args) => vec![&args.data.rows.data],
            Command::Performance(args) => {
                let new = args.judging.validate.as_deref();
                std::iter::once(args.data.rows.data.as_str()).chain(new).collect()
            }
            Command::RiskGroups(args) => {
                let new = args.groups.validate.as_deref();
                std::iter::once(args.data.rows.data.as_str()).chain(new).collect()
            }
            Command::Predict(args) => return crate::commands::predict::files(args),
            Command::Cif(args) => vec![&args.data.rows.data],
            Command::FineGray(args) => vec![&args.data.rows.data],
            Command::Clogit(args) => vec![&args.data.rows.data],
            Command::CaseCohort(args) => vec![&args.data.rows.data],
            Command::Npv(args) => vec![&args.proportion.data],
            Command::Meta(MetaArgs { command: MetaCommand::Proportion(args) }) => vec![&args.data],
            Command::Meta(MetaArgs { command: MetaCommand::Hr(args) }) => vec![&args.data],
            Command::Endpoint(args) => {
                args.data.as_deref().into_iter().chain(args.dates.files()).collect()
            }
            Command::Look(args) => vec![&args.data],
            Command::Table(args) => vec![args.command.data()],
            Command::Plot(args) => args.files(),
            Command::Study(args) => return args.study.iter().cloned().collect(),
            Command::Run(args) => return vec![args.request.clone()],
            Command::Share(args) => {
                let files = [&args.plan].into_iter().chain(&args.round).cloned();
                return files.chain(self::files(args.data.as_deref())).collect();
            }
            Command::Pool(args) => {
                let files = [&args.plan].into_iter().chain(&args.round).chain(&args.answers);
                return files.cloned().collect();
            }
            Command::Simulate(args) => {
                return [&args.model].into_iter().chain(&args.ask).cloned().collect();
            }
            Command::Extract(args) => return vec![args.figure.clone()],
            Command::Lint(args) => return vec![args.figure.clone()],
            Command::Verify(args) => return vec![args.draft.clone(), args.results.clone()],
            Command::Diff(args) => {
                return [&args.old, &args.new].map(|folder| folder.join("results.json")).into();
            }
            Command::Checklist(args) => {
                let folder = args.study.is_dir();
                let inside = folder.then(|| args.study.join("results.json"));
                return vec![inside.unwrap_or_else(|| args.study.clone())];
            }
            Command::App(args) => return args.file.iter().map(PathBuf::from).collect(),
            Command::Power(_)
            | Command::Datasets(_)
            | Command::Exercise(_)
            | Command::Licences
            | Command::Completions(_)
            | Command::Man(_) => Vec::new(),
        };
        files(named)
    }
}

/// The files among tables as they were named; a bundled set and standard input are none.
pub fn files<'a>(named: impl IntoIterator<Item = &'a str>) -> Vec<PathBuf> {
    let files = named.into_iter().filter(|name| !name.starts_with('@') && *name != "-");
    files
        .flat_map(|name| {
            let workbook = name.split_once('#').map(|(workbook, _)| workbook);
            [Some(name), workbook].into_iter().flatten().map(PathBuf::from)
        })
        .collect()
}

impl Cli {
    /// Reads a command line.
    pub fn read(args: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
        let matches = Cli::command().try_get_matches_from(args)?;
        let mut cli = Cli::from_arg_matches(&matches)?;
        cli.typed = typed(&matches);
        crate::voice::speak_for(&chosen(&matches).join("-"));
        Ok(cli)
    }
}

/// The names of the command that was chosen: `plot`, `km`.
fn chosen(matches: &clap::ArgMatches) -> Vec<&str> {
    match matches.subcommand() {
        Some((name, below)) => std::iter::once(name).chain(chosen(below)).collect(),
        None => Vec::new(),
    }
}

/// The options of the command that makes a request, without their dashes, by the name of the request:
/// those of `plot km` for `plot-km`. `None` for a command that makes none, such as `lint`.
pub fn options_of(request: &str) -> Option<Vec<String>> {
    Request::fields_of(request)?;
    let mut all = Cli::command();
    // Options of all commands are handed down to each.
    all.build();
    let is_group = |name: &str| all.find_subcommand(name).is_some_and(|one| one.has_subcommands());
    let names = match request.split_once('-') {
        Some((group, command)) if is_group(group) => vec![group, command],
        _ => vec![request],
    };
    let command = names.iter().try_fold(&all, |above, name| above.find_subcommand(name))?;
    let names = command.get_arguments().flat_map(|argument| {
        argument.get_long().into_iter().chain(argument.get_all_aliases().into_iter().flatten())
    });
    Some(names.map(str::to_owned).collect())
}

/// The arguments that were typed, of the command and of those it stands below.
fn typed(matches: &clap::ArgMatches) -> Vec<String> {
    let on_the_line =
        |id: &&clap::Id| matches.value_source(id.as_str()) == Some(ValueSource::CommandLine);
    let mut names: Vec<String> =
        matches.ids().filter(on_the_line).map(ToString::to_string).collect();
    if let Some((_, below)) = matches.subcommand() {
        names.extend(typed(below));
    }
    names
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned text, rounded for people
    Text,
    /// Everything in full precision
    Json,
    /// Comma-separated values in full precision
    Csv,
    /// Markdown tables
    Markdown,
    /// LaTeX tables (booktabs)
    Latex,
    /// A page with the tables
    Html,
    /// A Word document with the tables
    Docx,
    /// A workbook with a sheet for each table
    Xlsx,
}

/// Where an answer goes, and how it is written.
#[derive(Clone, Debug, Default, Args)]
pub struct OutputArgs {
    /// How the answer is written [default: text, or by the extension of --output]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<Format>,

    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// The journal whose rules the numbers of texts and tables follow: P values, intervals, counts [default: plain]
    #[arg(long, value_name = "PROFILE", value_parser = PossibleValuesParser::new(riskset_plot::Profile::NAMES))]
    pub journal: Option<String>,
}

/// What the reader of the data is told.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Reading the data")]
pub struct ReadingArgs {
    /// The sheet of a workbook [default: the first that is shown]
    #[arg(long, value_name = "SHEET")]
    pub sheet: Option<String>,

    /// The file within a .zip
    #[arg(long, value_name = "FILE")]
    pub member: Option<String>,

    /// What stands between two fields: , ; tab | blanks [default: seen from the file]
    #[arg(long, value_name = "C")]
    pub separator: Option<Separator>,

    /// What stands before the fraction of a number: . or , [default: seen from the file]
    #[arg(long, value_name = "C")]
    pub decimal: Option<Decimal>,

    /// What stands between groups of three digits
    #[arg(long, value_name = "C")]
    pub thousands: Option<char>,

    /// The encoding of a text, such as windows-1252 [default: seen from the file]
    #[arg(long, value_name = "ENCODING")]
    pub encoding: Option<Encoding>,

    /// Words that mean missing, beside an empty field and NA, such as ".,n/a"
    #[arg(long, value_name = "WORD,...", value_delimiter = ',')]
    pub na: Vec<String>,

    /// The line or row of a sheet that holds the names, from 1
    #[arg(long, value_name = "N")]
    pub header_row: Option<usize>,

    /// Lines at the start that are left out
    #[arg(long, value_name = "N")]
    pub skip: Option<usize>,

    /// The line or row of the first patient, where units stand below the names
    #[arg(long, value_name = "N")]
    pub data_row: Option<usize>,

    /// Lines that start with this are left out, such as "#"
    #[arg(long, value_name = "C")]
    pub comment: Option<String>,

    /// How dates are written: dmy, mdy, ymd, excel, or a pattern such as "%d %b %Y"
    #[arg(long, value_name = "FORMAT")]
    pub date_format: Option<DateFormat>,
}

impl ReadingArgs {
    /// The part of a request.
    pub fn options(&self) -> ReadOptions {
        ReadOptions {
            sheet: self.sheet.clone(),
            member: self.member.clone(),
            separator: self.separator,
            decimal: self.decimal,
            thousands: self.thousands,
            encoding: self.encoding,
            na: self.na.clone(),
            header_row: self.header_row,
            skip: self.skip,
            data_row: self.data_row,
            comment: self.comment.clone(),
            date_format: self.date_format.clone(),
        }
    }
}

/// What every estimating command takes.
#[derive(Clone, Debug, Args)]
pub struct DataArgs {
    /// Data, formula and rows.
    #[command(flatten)]
    pub rows: RowsArgs,
    /// Level of the intervals.
    #[command(flatten)]
    pub level: LevelArgs,
}

impl DataArgs {
    /// The rows of a request.
    pub fn rows(&self) -> RowsRequest {
        self.rows.request()
    }
}

/// The level of intervals.
#[derive(Clone, Debug, Args)]
pub struct LevelArgs {
    /// Level of the confidence intervals, as a fraction
    #[arg(long, value_name = "LEVEL", default_value_t = 0.95, value_parser = fraction)]
    pub conf_level: f64,
}

/// The data, the model and the rows.
#[derive(Clone, Debug, Args)]
pub struct RowsArgs {
    /// A file (.csv, .tsv, .xlsx), `-` for CSV on standard input, or a bundled set such as @lung
    pub data: String,

    /// The model, such as "Surv(time, status == 2) ~ sex"
    pub formula: String,

    /// Analyse only the rows where this holds, such as "age >= 60 & sex == 2"
    #[arg(long, value_name = "EXPR")]
    pub subset: Option<String>,

    /// An endpoint derived from dates by the rule of this TOML file, as `riskset endpoint --rule`
    /// takes it; the formula names its columns, such as dfs_months and dfs_event. Repeat for more
    #[arg(long, value_name = "RULE.toml", value_parser = dates::FromFile(rule))]
    pub derive: Vec<RuleSpec>,

    /// The table counts people: columns of their events and, last, of those censored, such as
    /// "deaths,censored" or "deaths,n - deaths", beside Surv(time, event); or the one column of how many
    /// people a row is
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    pub counts: Vec<String>,

    /// Column of case weights
    #[arg(long, value_name = "COLUMN")]
    pub weights: Option<String>,

    /// Column that names the patient, where a patient may have several rows
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,

    /// The levels of the one column right of ~, in their order
    #[arg(long, value_name = "LEVEL,...", value_delimiter = ',')]
    pub order: Vec<String>,

    /// The level of the one column right of ~ that the others are compared with
    #[arg(long, value_name = "LEVEL")]
    pub reference: Option<String>,

    /// Which level of a category a model compares with, where neither is said
    #[arg(long, value_parser = choice::<ReferenceLevel>(), value_name = "LEVEL", default_value = "first")]
    pub reference_level: ReferenceLevel,

    /// Landmark analysis: who has the event or is censored by T is left out, time is counted from T
    #[arg(long, value_name = "T", value_parser = number)]
    pub landmark: Option<f64>,

    /// Column with the time at which a group is known; until then its patients count in the first group
    #[arg(long, value_name = "COLUMN")]
    pub known_at: Option<String>,

    /// Endpoints from dates.
    #[command(flatten)]
    pub dates: dates::DatesArgs,

    /// Reading the data.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

impl RowsArgs {
    /// The part of a request.
    pub fn request(&self) -> RowsRequest {
        RowsRequest {
            data: self.data.clone(),
            reading: self.reading.options(),
            formula: self.formula.clone(),
            derive: [self.derive.clone(), self.dates.specs(None)].concat(),
            subset: self.subset.clone(),
            counts: self.counts.clone(),
            weights: self.weights.clone(),
            id: self.id.clone(),
            order: self.order.clone(),
            reference: self.reference.clone(),
            reference_level: self.reference_level,
            matched: None,
            landmark: self.landmark,
            known_at: self.known_at.clone(),
        }
    }
}

/// A choice of the core, by the names and the help of its table.
pub(crate) fn choice<T: Choice + Send + Sync>() -> impl TypedValueParser<Value = T> {
    let values = T::ALL.iter().map(|(_, name, help)| PossibleValue::new(name).help(help));
    PossibleValuesParser::new(values)
        .map(|name| name.parse().expect("clap accepts the names of the table"))
}

/// A rule of an endpoint, read from its file.
fn rule(file: &str) -> Result<RuleSpec, String> {
    let text = riskset_report::files::read_file(std::path::Path::new(file))
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8(text).map_err(|_| format!("{file} is not UTF-8 text"))?;
    toml::from_str(&text).map_err(|error| {
        let at = error.span().map(|span| span.start);
        format!("{file}: {}", riskset::toml_refusal(&error.to_string(), &text, at))
    })
}

/// A number strictly between 0 and 1.
pub(crate) fn fraction(text: &str) -> Result<f64, String> {
    match number(text)? {
        value if value > 0.0 && value < 1.0 => Ok(value),
        value => Err(format!("{value} is not between 0 and 1; write 0.95 for 95%")),
    }
}

/// A finite number.
pub(crate) fn number(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        _ => Err(format!("`{text}` is not a number")),
    }
}

/// A finite number above 0.
pub(crate) fn positive(text: &str) -> Result<f64, String> {
    match number(text)? {
        value if value > 0.0 => Ok(value),
        value => Err(format!("{value} is not above 0")),
    }
}

/// A finite number, 0 or more.
pub(crate) fn not_negative(text: &str) -> Result<f64, String> {
    match number(text)? {
        value if value >= 0.0 => Ok(value),
        value => Err(format!("{value} is below 0")),
    }
}
