//! `riskset study`

use crate::Failure;
use crate::args::study::StudyArgs;
use crate::output::Console;
use crate::progress::Busy;
use riskset_report::study::{StudyOptions, init_template, run_study};

/// Runs a study file, or writes one to start from.
pub fn run(args: &StudyArgs, console: &mut Console) -> Result<(), Failure> {
    if let Some(file) = &args.init {
        if file.exists() && !args.force {
            return Err(Failure::analysis(format!(
                "{} exists; choose another name, or say --force to replace it",
                file.display()
            )));
        }
        return console.write_file(file, init_template().as_bytes());
    }
    let (Some(study), Some(output)) = (&args.study, &args.output) else {
        return Err(Failure::usage("give a study file and --output DIR, or --init FILE"));
    };
    let options = StudyOptions { output: output.clone(), force: args.force, dpi: args.dpi };
    let busy = Busy::new("running the study", console.quiet);
    let summary = run_study(study, &options, &|step| busy.say(step)).map_err(Failure::analysis)?;
    drop(busy);
    summary.recovered.iter().for_each(|sentence| console.note(sentence));
    console.answer(format!("{}\n", summary.lines.join("\n")).as_bytes())?;
    console.warnings(summary.warnings.into_iter().map(|(_, message)| message));
    Ok(())
}
