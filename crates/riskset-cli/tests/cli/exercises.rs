//! `riskset exercise`: the data, the judgement, and that the command shown gives the answer.

use crate::support::{refused, riskset, riskset_in, words};
use riskset_report::exercises::all;

#[test]
fn every_exercise_has_data_an_answer_and_a_command_that_gives_it() {
    let list = riskset(&["exercise"]);
    assert_eq!(list.status, 0);
    for (number, exercise) in (1..).zip(all()) {
        assert!(list.out.contains(&exercise.topic), "{}", list.out);
        let folder = tempfile::tempdir().unwrap();
        let n = number.to_string();
        let asked = riskset(&["exercise", &n]);
        assert!(asked.out.contains(&exercise.question), "{}", asked.out);
        if let Some(data) = exercise.data() {
            assert!(asked.out.contains(data.lines().nth(1).unwrap()));
            let saved = riskset_in(folder.path(), &["exercise", &n, "--data", "exercise.csv"], "");
            assert_eq!(saved.status, 0, "{}", saved.err);
        }
        let answer = riskset(&["exercise", &n, "--answer"]);
        assert_eq!(answer.status, 0, "{}", answer.err);
        let number = answer.out.lines().next().unwrap();
        let right = riskset(&["exercise", &n, "--my", number]);
        assert_eq!(right.status, 0, "{}", right.out);
        assert!(right.out.starts_with("Right: "), "{}", right.out);
        // What the answer shows below is what the command prints, without the lines on the table.
        let command = words(exercise.command.trim_start_matches("riskset "));
        let args: Vec<&str> = command.iter().map(String::as_str).collect();
        let printed = riskset_in(folder.path(), &args, "");
        assert_eq!(printed.status, 0, "{}", printed.err);
        assert!(answer.out.ends_with(&printed.out), "{}\n{}", answer.out, printed.out);
    }
}

#[test]
fn a_wrong_number_is_told_why() {
    let wrong = riskset(&["exercise", "1", "--my", "0.25"]);
    assert_eq!(wrong.status, 1);
    assert!(wrong.out.contains("leaves the censored patients out"), "{}", wrong.out);
    assert!(wrong.err.contains("riskset exercise 1 --answer"), "{}", wrong.err);
    let short = riskset(&["exercise", "1", "--my", "0.4"]);
    assert!(short.out.contains("give 2 decimals"), "{}", short.out);
    refused(&riskset(&["exercise", "99"]), &["no exercise 99", "from 1 to 12"]);
    refused(&riskset(&["exercise", "1", "--my", "x"]), &["`x` is no number"]);
    refused(&riskset(&["exercise", "12", "--data", "x.csv"]), &["has no data"]);
}
