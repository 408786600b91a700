//! `riskset extract`

use crate::Failure;
use crate::args::stored::{ExtractArgs, ExtractFormat};
use crate::output::Console;
use riskset_analysis::Request;
use riskset_plot::{Embedded, extract};
use std::path::Path;

/// Gives back the numbers that a figure carries.
pub fn run(args: &ExtractArgs, console: &mut Console) -> Result<(), Failure> {
    let embedded = read(&args.figure)?;
    let text = match args.format {
        ExtractFormat::Json => embedded.to_json(),
        ExtractFormat::Request => request(args, &embedded)?,
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

/// The request that drew the figure, if it was drawn by one.
fn request(args: &ExtractArgs, embedded: &Embedded) -> Result<String, Failure> {
    let settings = embedded.settings.as_object().filter(|fields| !fields.is_empty());
    let fields = settings.ok_or_else(|| {
        Failure::analysis(format!(
            "{} carries no request: it is a part of a study's report, or was drawn by a program of \
             the library",
            args.figure.display()
        ))
    })?;
    Ok(Request::from_fields(fields.clone())?.to_json())
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
