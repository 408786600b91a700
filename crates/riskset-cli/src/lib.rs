//! The `riskset` command as a function: arguments, output, exit status. It does no statistics.

mod args;
mod commands;
mod failure;
mod output;
mod progress;
mod voice;

pub use failure::Failure;

use args::{Cli, Command};
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
    let cli = match Cli::read(args) {
        Ok(cli) => cli,
        Err(error) => return answer_parse(&error, out, err),
    };
    match with_threads(&cli, out, err) {
        Ok(()) => 0,
        Err(failure) => {
            // A reader that has gone away cannot be told that it has.
            let _ = writeln!(err, "riskset: {failure}");
            failure.exit_status()
        }
    }
}

/// Help and version are answers; everything else that clap says is a wrong command line.
fn answer_parse<'a>(error: &clap::Error, out: &'a mut dyn Write, err: &'a mut dyn Write) -> u8 {
    let status = u8::try_from(error.exit_code()).unwrap_or(2);
    let target = if error.use_stderr() { err } else { out };
    let _ = write!(target, "{}", error.render());
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
    let inputs = cli.command.inputs();
    let mut console = output::Console { out, err, quiet: cli.quiet, inputs };
    match &cli.command {
        Command::Km(args) => commands::km::run(args, &mut console),
        Command::Logrank(args) => commands::logrank::run(args, &mut console),
        Command::Cox(args) => commands::cox::run(args, &mut console),
        Command::Cif(args) => commands::cif::run(args, &mut console),
        Command::FineGray(args) => commands::fine_gray::run(args, &mut console),
        Command::Npv(args) => commands::npv::run(args, &mut console),
        Command::Power(args) => commands::power::run(args, &mut console),
        Command::Meta(args) => commands::meta::run(args, &mut console),
        Command::Endpoint(args) => commands::endpoint::run(args, &mut console),
        Command::Study(args) => commands::study::run(args, &mut console),
        Command::Plot(args) => commands::plot::run(args, &mut console),
        Command::Extract(args) => commands::extract::run(args, &mut console),
        Command::Lint(args) => commands::lint::run(args, &mut console),
        Command::Datasets(args) => commands::datasets::run(args, &mut console),
    }
}
