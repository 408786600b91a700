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
    Answer {
        status: output.status.code().expect("the program was not killed"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
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
