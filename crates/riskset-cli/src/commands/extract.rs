//! `riskset extract`

use crate::Failure;
use crate::args::figure::{ExtractArgs, ExtractFormat};
use crate::output::Console;
use riskset_plot::{Embedded, extract};
use std::path::Path;

/// Gives back the numbers that a figure carries.
pub fn run(args: &ExtractArgs, console: &mut Console) -> Result<(), Failure> {
    let embedded = read(&args.figure)?;
    let text = match args.format {
        ExtractFormat::Json => embedded.to_json(),
        ExtractFormat::Csv => {
            let tables = embedded.tables.iter();
            tables
                .map(|table| format!("# {}\n{}", table.name, table.to_csv()))
                .collect::<Vec<_>>()
                .join("\n")
        }
    };
    console.deliver(format!("{}\n", text.trim_end()).as_bytes(), args.output.as_deref())
}

/// Reads a figure and takes out what it carries.
pub fn read(file: &Path) -> Result<Embedded, Failure> {
    let bytes = bytes(file)?;
    extract(&bytes).map_err(|error| Failure::analysis(format!("{}: {error}", file.display())))
}

/// The bytes of a figure's file.
pub fn bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    super::read_bytes(file, "the figure")
}
