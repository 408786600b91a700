//! The `riskset` command.

use std::io::{self, Write, stderr, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    riskset_cli::signals::watch();
    if riskset_cli::closed::is_closed() {
        return ExitCode::from(riskset_cli::run(std::env::args_os(), &mut Closed, &mut stderr()));
    }
    ExitCode::from(riskset_cli::run(std::env::args_os(), &mut stdout(), &mut stderr()))
}

/// Standard output that is closed: an answer that nobody gets is a failure.
struct Closed;

impl Write for Closed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match bytes.is_empty() {
            true => Ok(0),
            false => Err(io::Error::other("it is closed, so there is nowhere to answer")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
