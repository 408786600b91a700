//! `riskset exercise`

use crate::Failure;
use crate::args::study::ExerciseArgs;
use crate::output::Console;
use crate::voice::CommandLine;
use riskset_report::documents::{Format, write};
use riskset_report::exercises::{Exercise, NAME, Verdict, all};

/// Lists the exercises, asks one, judges the reader's number or gives the answer.
pub fn run(args: &ExerciseArgs, console: &mut Console) -> Result<(), Failure> {
    let Some(number) = args.number else { return list(console) };
    let exercise = number.checked_sub(1).and_then(|place| all().get(place)).ok_or_else(|| {
        let last = all().len();
        Failure::analysis(format!("there is no exercise {number}; they go from 1 to {last}"))
    })?;
    if let Some(file) = &args.data {
        let data = exercise.data().ok_or_else(|| {
            Failure::analysis(format!("exercise {number} has no data; leave out --data"))
        })?;
        console.write_file(file, data.as_bytes())?;
    }
    match &args.my {
        Some(mine) => judge(number, exercise, mine, console),
        None if args.answer => answer(exercise, console),
        None if args.data.is_some() => Ok(()),
        None => ask(number, exercise, console),
    }
}

fn list(console: &mut Console) -> Result<(), Failure> {
    let mut text = String::from("Exercises by hand; `riskset exercise 1` asks the first.\n\n");
    for (number, exercise) in (1..).zip(all()) {
        text.push_str(&format!("{number:>3}  {}\n", exercise.topic));
    }
    console.answer(text.as_bytes())
}

fn ask(number: usize, exercise: &Exercise, console: &mut Console) -> Result<(), Failure> {
    let mut text = format!("Exercise {number}: {}\n\n", exercise.topic);
    if let Some(data) = exercise.data() {
        data.lines().for_each(|line| text.push_str(&format!("    {line}\n")));
        text.push('\n');
    }
    let decimals = match exercise.decimals {
        0 => "Give a whole number.".to_owned(),
        1 => "Give one decimal.".to_owned(),
        more => format!("Give {more} decimals."),
    };
    text.push_str(&format!("{} {decimals}\n", exercise.question));
    text.push_str(&format!("Hint: {}\n\n", exercise.hint));
    text.push_str(&format!("Check yours with: riskset exercise {number} --my NUMBER\n"));
    if exercise.data().is_some() {
        text.push_str(&format!("Save the data with: riskset exercise {number} --data {NAME}\n"));
    }
    console.answer(text.as_bytes())
}

fn judge(
    number: usize,
    exercise: &Exercise,
    mine: &str,
    console: &mut Console,
) -> Result<(), Failure> {
    let (text, right) = match exercise.judge(mine, &CommandLine).map_err(Failure::analysis)? {
        Verdict::Right => (format!("Right: {}", exercise.why), true),
        Verdict::Rounded { answer } => {
            let said = "yours is off in the last decimal, as when one rounds on the way";
            (format!("Right, nearly: {answer}; {said}. {}", exercise.why), true)
        }
        Verdict::TooShort { decimals } => {
            (format!("Not yet: it may be right; give {decimals} decimals."), false)
        }
        Verdict::Wrong(Some(said)) => (format!("Not yet. {said}"), false),
        Verdict::Wrong(None) => (format!("Not yet. {}", exercise.hint), false),
    };
    console.answer(format!("{text}\n").as_bytes())?;
    match right {
        true => Ok(()),
        false => Err(Failure::analysis(format!(
            "{mine} is not the answer; `riskset exercise {number} --answer` gives it"
        ))),
    }
}

/// The number, and the program's own way to it.
fn answer(exercise: &Exercise, console: &mut Console) -> Result<(), Failure> {
    let solution = exercise.solve(&CommandLine).map_err(Failure::analysis)?;
    let (number, decimals) = (solution.number, exercise.decimals);
    let mut text = format!("{number:.decimals$}\n{}\n\n", exercise.why).into_bytes();
    text.extend(format!("    {}\n\n", exercise.command).bytes());
    write(&solution.document, Format::Text, &mut text).map_err(Failure::analysis)?;
    console.answer(&text)
}
