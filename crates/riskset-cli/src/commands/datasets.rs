//! `riskset datasets`

use crate::Failure;
use crate::args::study::{DatasetsArgs, DatasetsCommand};
use crate::output::Console;
use riskset_data::datasets::{self, Dataset};
use riskset_report::documents::datasets::{ListDocument, ShowDocument};

/// Lists, shows or exports the bundled data sets.
pub fn run(args: &DatasetsArgs, console: &mut Console) -> Result<(), Failure> {
    match &args.command {
        DatasetsCommand::List { output } => {
            console.document(&ListDocument::new(datasets::list()), output)
        }
        DatasetsCommand::Show { name, output } => {
            console.document(&ShowDocument::new(named(name)?), output)
        }
        DatasetsCommand::Export { name, output } => {
            let csv = named(name)?.csv;
            console.deliver(csv.as_bytes(), output.as_deref())
        }
    }
}

/// The set of this name, with or without @.
fn named(name: &str) -> Result<&'static Dataset, Failure> {
    let name = name.trim_start_matches('@');
    datasets::get(name).ok_or_else(|| {
        // The reader of data names the nearest set, so its message is the one to give.
        match riskset_data::Source::parse(&format!("@{name}")) {
            Err(error) => Failure::analysis(error),
            Ok(_) => Failure::analysis(format!("there is no bundled data set called {name}")),
        }
    })
}
