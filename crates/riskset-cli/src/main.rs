//! The `riskset` command.

use std::io::{stderr, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    riskset_cli::signals::watch();
    ExitCode::from(riskset_cli::run(std::env::args_os(), &mut stdout(), &mut stderr()))
}
