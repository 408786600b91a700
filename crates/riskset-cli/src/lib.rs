//! The `riskset` command as a function: arguments, output, exit status. It does no statistics: what
//! was typed becomes a request of `riskset-analysis`, and the answer a document of `riskset-report`.
//!
//! ```
//! let command = ["riskset", "power", "logrank", "--hazard-ratio", "0.5", "--power", "0.8"];
//! let (mut out, mut err) = (Vec::new(), Vec::new());
//! let status = riskset_cli::run(command.map(Into::into), &mut out, &mut err);
//! assert_eq!(status, 0);
//! assert!(String::from_utf8_lossy(&out).contains("Events needed"));
//! ```

mod args;
pub mod closed;
mod commands;
mod failure;
mod output;
mod progress;
pub mod signals;
mod voice;
mod words;

pub use failure::Failure;

use args::{Cli, Command};
use commands::answer::answer;
use commands::predict::answer_and_save;
use riskset_report::escape::shown;
use std::ffi::OsString;
use std::io::Write;

/// Runs one command line and returns its exit status: 0 done, 1 the analysis could not be done,
/// 2 the command line is wrong.
///
/// `args` starts with the program's name. Answers go to `out`, messages to `err`.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    out: &mut (dyn Write + Send),
    err: &mut (dyn Write + Send),
) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match Cli::read(args.clone()) {
        Ok(cli) => cli,
        Err(error) => return answer_parse(&error, &args, out, err),
    };
    match with_threads(&cli, out, err) {
        Ok(()) => 0,
        Err(failure) => {
            // A reader that has gone away cannot be told that it has.
            let _ = writeln!(err, "riskset: {}", shown(&failure.to_string()));
            failure.exit_status()
        }
    }
}

/// Help and version are answers; everything else that clap says is a wrong command line.
fn answer_parse<'a>(
    error: &clap::Error,
    args: &[OsString],
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
) -> u8 {
    let status = match error.kind() {
        clap::error::ErrorKind::Io => 1,
        _ => u8::try_from(error.exit_code()).unwrap_or(2),
    };
    if let Some(words) = words::of_r(error) {
        let _ = writeln!(err, "riskset: {words}");
        return status;
    }
    if let Some(words) = words::of_shell(error, args) {
        let _ = writeln!(err, "riskset: {}", shown(&words));
        return status;
    }
    let target = if error.use_stderr() { err } else { out };
    let text = error.render().to_string();
    // What was typed is echoed in a refusal; help is the program's own.
    let _ = write!(target, "{}", if error.use_stderr() { shown(&text) } else { text });
    status
}

fn with_threads(
    cli: &Cli,
    out: &mut (dyn Write + Send),
    err: &mut (dyn Write + Send),
) -> Result<(), Failure> {
    match cli.threads {
        None => dispatch(cli, out, err),
        Some(threads) => rayon::ThreadPoolBuilder::new()
            .num_threads(threads.into())
            .build()
            .map_err(|error| Failure::analysis(format!("{threads} threads: {error}")))?
            .install(|| dispatch(cli, out, err)),
    }
}

fn dispatch(cli: &Cli, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Failure> {
    if cli.print_request && !cli.command.is_request() {
        return Err(Failure::usage(
            "this command is not one request, so there is none to print; leave out --print-request",
        ));
    }
    let inputs = cli.command.inputs();
    if cli.matched.is_some() && !cli.command.is_request() {
        return Err(Failure::usage(
            "this command is not one request, so it has no defaults to take from another program; in a \
             study write match under [study], and leave out --match here",
        ));
    }
    let (quiet, print_request, written) = (cli.quiet, cli.print_request, Vec::new());
    let matched = cli.matched.map(|software| (software, cli.typed.clone()));
    let console = &mut output::Console { out, err, quiet, print_request, matched, inputs, written };
    match &cli.command {
        Command::Km(args) => answer(&commands::km::request(args)?, &args.output, console),
        Command::Logrank(args) => answer(&commands::logrank::request(args)?, &args.output, console),
        Command::Compare(args) => answer(&commands::compare::request(args)?, &args.output, console),
        Command::Adjust(args) => answer(&commands::adjust::request(args)?, &args.output, console),
        Command::Tipping(args) => answer(&commands::tipping::request(args)?, &args.output, console),
        Command::Split(args) => answer(&commands::split::request(args)?, &args.output, console),
        Command::Cutpoint(args) => {
            answer(&commands::cutpoint::request(args)?, &args.output, console)
        }
        Command::Cox(args) => {
            let (request, file) = (commands::cox::request(args)?, args.save_model.as_deref());
            answer_and_save(&request, file, &args.output, console)
        }
        Command::ElasticNet(args) => {
            answer(&commands::elastic_net::request(args)?, &args.output, console)
        }
        Command::Factors(args) => answer(&commands::factors::request(args)?, &args.output, console),
        Command::Performance(args) => {
            let file = args.save_model.as_deref();
            let request = commands::performance::request(args)?;
            answer_and_save(&request, file, &args.output, console)
        }
        Command::RiskGroups(args) => {
            answer(&commands::risk_groups::request(args), &args.output, console)
        }
        Command::Predict(args) => answer(&commands::predict::request(args), &args.output, console),
        Command::Cif(args) => answer(&commands::cif::request(args)?, &args.output, console),
        Command::Clogit(args) => answer(&commands::sampled::clogit(args), &args.output, console),
        Command::CaseCohort(args) => {
            answer(&commands::sampled::case_cohort(args), &args.output, console)
        }
        Command::FineGray(args) => {
            let (request, file) = (commands::fine_gray::request(args)?, args.save_model.as_deref());
            answer_and_save(&request, file, &args.output, console)
        }
        Command::Npv(args) => answer(&commands::npv::request(args)?, &args.output, console),
        Command::Power(args) => {
            let (request, output) = commands::power::request(args)?;
            answer(&request, output, console)
        }
        Command::Meta(args) => commands::meta::run(args, console),
        Command::Endpoint(args) if args.list_rules => commands::endpoint::list(args, console),
        Command::Endpoint(args) => {
            answer(&commands::endpoint::request(args)?, &args.output, console)
        }
        Command::Look(args) => answer(&commands::look::request(args), &args.output, console),
        Command::Table(args) => {
            let (request, output) = commands::table::request(args)?;
            answer(&request, output, console)
        }
        Command::Study(args) => commands::study::run(args, console),
        Command::Plot(args) => commands::plot::run(args, console),
        Command::Simulate(args) => commands::simulate::run(args, console),
        Command::Extract(args) => commands::extract::run(args, console),
        Command::Lint(args) => commands::lint::run(args, console),
        Command::Verify(args) => commands::verify::run(args, console),
        Command::Checklist(args) => commands::checklist::run(args, console),
        Command::Diff(args) => commands::verify::run_diff(args, console),
        Command::Run(args) => commands::answer::run_file(args, console),
        Command::App(args) => commands::app::run(args, console),
        Command::Share(args) => commands::federated::run_share(args, console),
        Command::Pool(args) => commands::federated::run_pool(args, console),
        Command::Datasets(args) => commands::datasets::run(args, console),
        Command::Exercise(args) => commands::exercise::run(args, console),
        Command::Licences => commands::licences::run(console),
        Command::Completions(args) => commands::installed::completions(args, console),
        Command::Man(args) => commands::installed::man(args, console),
    }
}
