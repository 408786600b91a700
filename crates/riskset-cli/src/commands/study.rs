//! `riskset study`

use crate::Failure;
use crate::args::study::StudyArgs;
use crate::output::Console;
use crate::progress::Busy;
use riskset_analysis::{Answer, Data, LookRequest, Request, run as run_request};
use riskset_report::study::{StudyOptions, init_template, run_study, study_of};
use std::path::Path;

/// Runs a study file, or writes one to start from.
pub fn run(args: &StudyArgs, console: &mut Console) -> Result<(), Failure> {
    if let Some(file) = &args.init {
        if file.exists() && !args.force {
            return Err(Failure::analysis(format!(
                "{} exists; choose another name, or say --force to replace it",
                file.display()
            )));
        }
        return match &args.data {
            None => console.write_file(file, init_template().as_bytes()),
            Some(data) => begin(file, data, args, console),
        };
    }
    let (Some(study), Some(output)) = (&args.study, &args.output) else {
        return Err(Failure::usage("give a study file and --output DIR, or --init FILE"));
    };
    let options = StudyOptions { output: output.clone(), force: args.force, dpi: args.dpi };
    let busy = Busy::new("running the study", console.quiet);
    let summary = run_study(study, &options, &|step| busy.say(step))?;
    drop(busy);
    summary.recovered.iter().for_each(|sentence| console.note(sentence));
    summary.notes.iter().for_each(|note| console.note(&format!("Note: {note}")));
    console.answer(format!("{}\n", summary.lines.join("\n")).as_bytes())?;
    console.warnings(summary.warnings.into_iter().map(|(_, message)| message));
    Ok(())
}

/// Writes a study file that begins with what is in a table.
fn begin(file: &Path, data: &str, args: &StudyArgs, console: &mut Console) -> Result<(), Failure> {
    if data == "-" {
        return Err(Failure::usage(
            "--data: a study names a file, so standard input cannot be one",
        ));
    }
    let request = LookRequest { data: data.to_owned(), reading: args.reading.options() };
    let request = Request::Look(request);
    let Answer::Look(answer) = run_request(&request, &Data::of(&request)?)? else {
        return Err(Failure::analysis("the table was not looked at"));
    };
    let text = study_of(&answer, &beside(file, data));
    console.write_file(file, text.as_bytes())?;
    let questions = text.lines().filter(|line| line.starts_with("# QUESTION")).count();
    let left = match questions {
        0 => String::new(),
        1 => "answer the question in it, then ".to_owned(),
        n => format!("answer the {n} questions in it, then "),
    };
    console.note(&format!("{left}riskset study {} --output report", file.display()));
    Ok(())
}

/// The name of the data as a study file in its folder has to call them.
fn beside(study: &Path, data: &str) -> String {
    if data.starts_with('@') {
        return data.to_owned();
    }
    let (path, sheet) = match data.split_once('#') {
        Some((path, sheet)) if !Path::new(data).exists() => (path, format!("#{sheet}")),
        _ => (data, String::new()),
    };
    let folder = study.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).canonicalize();
    let (Ok(folder), Ok(whole)) = (folder, Path::new(path).canonicalize()) else {
        return data.to_owned();
    };
    let shown = whole.strip_prefix(&folder).unwrap_or(&whole);
    format!("{}{sheet}", shown.display())
}
