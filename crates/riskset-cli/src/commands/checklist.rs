//! `riskset checklist`

use crate::Failure;
use crate::args::stored::ChecklistArgs;
use crate::output::Console;
use crate::progress::Busy;
use riskset_report::documents::checklist::ChecklistDocument;
use riskset_report::study::checklist_of;

/// Fills in a checklist for a study.
pub fn run(args: &ChecklistArgs, console: &mut Console) -> Result<(), Failure> {
    let busy = Busy::new("filling in the checklist", console.quiet);
    let checklist = checklist_of(&args.study, &args.name)?;
    drop(busy);
    let document = ChecklistDocument::new(&args.study.display().to_string(), checklist);
    console.document(&document, &args.output)
}
