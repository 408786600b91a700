//! Runs the binary that cargo has just built.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a command answered.
pub struct Answer {
    /// The exit status.
    pub status: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// Runs `riskset` in the root of the repository.
pub fn riskset(args: &[&str]) -> Answer {
    run(args, "")
}

/// Runs `riskset` with this text on standard input.
pub fn run(args: &[&str], input: &str) -> Answer {
    riskset_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."), args, input)
}

/// Runs `riskset` in this folder with this text on standard input.
pub fn riskset_in(folder: &Path, args: &[&str], input: &str) -> Answer {
    let mut child = Command::new(env!("CARGO_BIN_EXE_riskset"))
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its arguments does not read its input.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let answer = Answer {
        status: output.status.code().expect("the program was not killed"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    };
    let unknown = unknown_options(args, &answer.err);
    assert!(unknown.is_empty(), "{args:?} has no {unknown:?}:\n{}", answer.err);
    answer
}

/// The options that a message names and the command does not have: advice that nobody can follow.
fn unknown_options(args: &[&str], message: &str) -> Vec<String> {
    // The parser of arguments repeats what was typed; a request is advised as its command is.
    if !message.contains("--") || message.contains("unexpected argument") || args[0] == "run" {
        return Vec::new();
    }
    let help =
        Command::new(env!("CARGO_BIN_EXE_riskset")).args(args).arg("--help").output().unwrap();
    if !help.status.success() {
        return Vec::new();
    }
    let help = String::from_utf8(help.stdout).unwrap();
    let known: Vec<&str> = options(&help).collect();
    let own = message.lines().map(|line| line.split("riskset ").next().unwrap());
    let named = own.flat_map(options).filter(|option| !known.contains(option));
    named.map(str::to_owned).collect()
}

/// `--conf-type`, and the others that stand in a text.
fn options(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("--").filter_map(|(start, _)| {
        let before = text[..start].chars().next_back();
        let rest = &text[start + 2..];
        let end = rest
            .find(|sign: char| !sign.is_ascii_lowercase() && sign != '-' && !sign.is_ascii_digit());
        let name = &rest[..end.unwrap_or(rest.len())];
        let starts = name.starts_with(|sign: char| sign.is_ascii_lowercase());
        let whole = before.is_none_or(|sign| !sign.is_alphanumeric() && sign != '-');
        (starts && whole).then(|| &text[start..start + 2 + name.len()])
    })
}

/// Splits a command line as a shell does: quotes of both kinds, no expansions.
pub fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for sign in line.trim().chars() {
        match (quote, sign) {
            (Some(open), sign) if sign == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(sign);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(sign),
        }
    }
    words.extend(word);
    words
}

/// Asserts that the command line or request was wrong: exit status 2, else as [`refused`].
#[track_caller]
pub fn misused(answer: &Answer, parts: &[&str]) {
    assert_eq!(answer.status, 2, "{}", answer.err);
    refused(&Answer { status: 1, out: answer.out.clone(), err: answer.err.clone() }, parts);
}

/// Asserts a refusal: exit status 1, nothing on standard output, every part in the message, and no
/// panic.
#[track_caller]
pub fn refused(answer: &Answer, parts: &[&str]) {
    assert_eq!(answer.status, 1, "{}", answer.err);
    assert_eq!(answer.out, "");
    assert!(!answer.err.contains("panicked"), "{}", answer.err);
    for part in parts {
        assert!(answer.err.contains(part), "`{part}` is not in: {}", answer.err);
    }
}
