//! `riskset share` and `riskset pool`

use super::plot;
use super::read_text;
use crate::Failure;
use crate::args::federated::{PoolArgs, ShareArgs};
use crate::output::{Console, refuse_one_file};
use crate::voice::CommandLine;
use riskset_analysis::federated::{
    Plan, Pooled, PooledAnswer, PooledCox, Round, SiteAnswer, pool, share,
};
use riskset_analysis::{Answer, Data};
use riskset_report::documents::pool::PoolDocument;
use riskset_report::files::write_file;
use std::path::{Path, PathBuf};

/// Answers a plan from this place's rows.
pub fn run_share(args: &ShareArgs, console: &mut Console) -> Result<(), Failure> {
    let plan = read_plan(&args.plan)?;
    if args.check {
        return console.answer(plan.summary().as_bytes());
    }
    let (Some(name), Some(site)) = (&args.data, &args.site) else {
        unreachable!("both are required without --check")
    };
    let round = read_round(args.round.as_deref())?;
    let data = Data::source(name, args.reading.options())?;
    refuse_one_file(args.output.iter().chain(&args.log).map(PathBuf::as_path))?;
    let answer = share(&plan, site, &data, round.as_ref())?;
    console.deliver(answer.to_json().as_bytes(), args.output.as_deref())?;
    console.note(&answer.summary());
    match &args.log {
        Some(log) => add_to_log(log, &answer, console),
        None => Ok(()),
    }
}

/// The log grows: it is written anew with what it had before, whole or not at all.
fn add_to_log(log: &Path, answer: &SiteAnswer, console: &mut Console) -> Result<(), Failure> {
    let before = if log.exists() { read_text(log, "the log")? } else { String::new() };
    let text = format!("{before}{}\n", answer.summary());
    write_file(log, text.as_bytes(), &console.inputs)?;
    console.note(&format!("added to {}", log.display()));
    Ok(())
}

/// Adds up the places' answers.
pub fn run_pool(args: &PoolArgs, console: &mut Console) -> Result<(), Failure> {
    let plan = read_plan(&args.plan)?;
    let round = read_round(args.round.as_deref())?;
    let read = |file: &PathBuf| {
        let text = read_text(file, "the answer")?;
        SiteAnswer::from_json(&text)
            .map_err(|problem| Failure::analysis(format!("{}: {problem}", file.display())))
    };
    let answers = args.answers.iter().map(read).collect::<Result<Vec<SiteAnswer>, Failure>>()?;
    refuse_one_file(args.next.iter().chain(&args.output.output).map(PathBuf::as_path))?;
    let pooled = pool(&plan, &answers, round.as_ref())?;
    write_next(args, &pooled, console)?;
    draw(args, &pooled, console)?;
    console.document(&PoolDocument::of(pooled, &plan.rules, &CommandLine), &args.output)
}

fn write_next(args: &PoolArgs, pooled: &Pooled, console: &mut Console) -> Result<(), Failure> {
    match (&pooled.next, &args.next) {
        (Some(next), Some(file)) => console.write_file(file, next.to_json().as_bytes()),
        (Some(next), None) => {
            console.note(&format!(
                "Note: a regression needs round {}; write its request with --next FILE",
                next.round
            ));
            Ok(())
        }
        (None, Some(_)) => {
            console.note("Note: every regression is done, so no next round was written");
            Ok(())
        }
        (None, None) => Ok(()),
    }
}

/// The figures of the plan, each as SVG and PDF.
fn draw(args: &PoolArgs, pooled: &Pooled, console: &mut Console) -> Result<(), Failure> {
    for (name, answer) in &pooled.answers {
        let counted = match answer {
            PooledAnswer::Counts(answer, _) => answer,
            PooledAnswer::Cox(cox) => {
                forests(args, name, cox, console)?;
                continue;
            }
            PooledAnswer::Table(_) => continue,
        };
        let Answer::Figure(figure) = &**counted else { continue };
        let Some(folder) = &args.figures else {
            console.note(&format!("Note: {name} is a figure; draw it with --figures FOLDER"));
            continue;
        };
        for extension in ["svg", "pdf"] {
            let file = folder.join(format!("{name}.{extension}"));
            console.write_file(&file, &plot::bytes(&figure.figure, &file, 600.0)?)?;
        }
        console.caption(&figure.figure.caption_texts().join(" "));
    }
    Ok(())
}

/// The estimates of the places with the exact one, a forest for each coefficient.
fn forests(
    args: &PoolArgs,
    name: &str,
    cox: &PooledCox,
    console: &mut Console,
) -> Result<(), Failure> {
    let Some(folder) = &args.figures else { return Ok(()) };
    for (at, stage) in cox.two_stage.iter().enumerate() {
        let figure = stage.forest(&cox.fit, at)?;
        for extension in ["svg", "pdf"] {
            let file = folder.join(format!("{name}-{}.{extension}", at + 1));
            console.write_file(&file, &plot::bytes(&figure.figure, &file, 600.0)?)?;
        }
        console.caption(&figure.figure.caption_texts().join(" "));
    }
    Ok(())
}

fn read_plan(file: &Path) -> Result<Plan, Failure> {
    Ok(Plan::with_rules(&read_text(file, "the plan")?, &serde_json::Map::new())?)
}

fn read_round(file: Option<&Path>) -> Result<Option<Round>, Failure> {
    let read = |file| Ok::<Round, Failure>(Round::from_json(&read_text(file, "the round")?)?);
    file.map(read).transpose()
}
