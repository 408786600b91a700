//! Pipes, devices, and what the data send to a terminal.

use crate::support::{refused, riskset_in, run};
use std::fs;
use std::process::{Command, Stdio};

/// A named pipe has no end while nobody writes to it, so it is not waited for.
#[test]
#[cfg(unix)]
fn a_named_pipe_is_said_and_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["pipe", "pipe.csv", "pipe.toml", "pipe.svg"] {
        let made = Command::new("mkfifo").arg(folder.path().join(name)).status().unwrap();
        assert!(made.success());
    }
    crate::small::write(folder.path());
    let surv = "Surv(time, status) ~ g";
    let commands: [&[&str]; 10] = [
        &["km", "pipe.csv", surv],
        &["km", "d.csv", surv, "--output", "pipe"],
        &["plot", "km", "d.csv", surv, "--output", "pipe.svg"],
        &["plot", "km", "d.csv", surv, "--theme", "pipe.toml", "--output", "a.svg"],
        &["plot", "flow", "pipe.toml", "--output", "a.svg"],
        &["study", "pipe.toml", "--output", "report"],
        &["run", "pipe"],
        &["extract", "pipe.svg"],
        &["lint", "pipe.svg"],
        &["endpoint", "d.csv", "--id", "id", "--rule", "pipe.toml"],
    ];
    for command in commands {
        refused(&riskset_in(folder.path(), command, ""), &["pipe", "no regular file"]);
    }
    let study = fs::read_to_string(folder.path().join("study.toml")).unwrap();
    let study = study.replacen("\"d.csv\"", "\"pipe.csv\"", 1);
    fs::write(folder.path().join("study.toml"), study).unwrap();
    let answer = riskset_in(folder.path(), &["study", "study.toml", "--output", "report"], "");
    refused(&answer, &["pipe.csv", "no regular file"]);
}

/// A device, and a folder.
#[test]
#[cfg(target_os = "linux")]
fn a_device_is_said() {
    let folder = tempfile::tempdir().unwrap();
    crate::small::write(folder.path());
    let surv = "Surv(time, status) ~ g";
    for output in ["/dev/full", "/dev/zero", "."] {
        let answer = riskset_in(folder.path(), &["km", "d.csv", surv, "--output", output], "");
        refused(&answer, &[output, "no regular file"]);
    }
    let args = ["km", "d.csv", surv, "--output", "/dev/null"];
    assert_eq!(riskset_in(folder.path(), &args, "").status, 0);
}

/// Standard output that cannot take the answer is a failure; a reader that has gone away is none.
#[test]
#[cfg(target_os = "linux")]
fn an_answer_that_cannot_be_given_is_a_failure() {
    let km = |out: Stdio| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_riskset"));
        command.args(["km", "@lung", "Surv(time, status == 2) ~ sex"]).stdout(out);
        let output = command.stderr(Stdio::piped()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let (status, said) = km(full.into());
    assert_eq!(status, Some(1));
    assert!(said.contains("standard output"), "{said}");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert_eq!(km(writer.into()), (Some(0), String::new()));
    assert_eq!(km(Stdio::null()), (Some(0), String::new()), "asked for, and no failure");
}

/// Closed as a whole, which the runtime of Rust would hide.
#[test]
#[cfg(unix)]
fn a_closed_standard_output_is_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    let sh = |line: &str| {
        let line = format!("exec \"$0\" {line}");
        let mut command = Command::new("sh");
        command.args(["-c", &line, env!("CARGO_BIN_EXE_riskset")]).current_dir(folder.path());
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let km = "km @lung 'Surv(time, status == 2) ~ sex'";
    let (status, said) = sh(&format!("{km} >&-"));
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("standard output") && said.contains("closed"), "{said}");
    // An answer that goes to a file needs no standard output.
    assert_eq!(sh(&format!("{km} --quiet -o km.txt >&-")), (Some(0), String::new()));
    assert!(folder.path().join("km.txt").exists());
}

/// A level that would set the title of a terminal's window or clear it.
#[test]
fn control_characters_of_the_data_are_shown() {
    let table = "time,status,g\n5,1,\u{1b}]0;owned\u{7}\n8,0,\u{1b}[2J\n3,1,\u{9b}31m\n";
    for command in [
        ["km", "-", "Surv(time, status) ~ g", "--subset", "g == \"\u{1b}[2J\" & z > 1"],
        ["km", "-", "Surv(time, g) ~ 1", "--conf-level", "0.9"],
        ["km", "-", "Surv(time, status) ~ \u{1b}[31m", "--conf-level", "0.9"],
        ["km", "-", "Surv(time, status) ~ g", "--conf-level", "\u{1b}[31m"],
        ["km", "-", "Surv(time, status) ~ 1", "--subset", "time >= 0 & g != \"\u{1b}[2J\""],
    ] {
        let answer = run(&command, table);
        let all = format!("{}{}", answer.out, answer.err);
        let sent = all.chars().find(|sign| sign.is_control() && *sign != '\n' && *sign != '\t');
        assert_eq!(sent, None, "{command:?}: {all:?}");
        assert_eq!(answer.status == 0, command[4].contains("time >= 0"), "{all:?}");
    }
}

/// Whatever was typed or read, a message can be read.
#[test]
fn long_messages_are_shortened() {
    let table = "time,status,g\n5,1,a\n8,0,b\n";
    let formula = format!("Surv(time, status) ~ {}", "g + ".repeat(20_000) + "nothing_of_it");
    let level = "x".repeat(100_000);
    let number = format!("1{}", "0".repeat(300));
    for (args, input) in [
        (vec!["km", "-", formula.as_str()], table.to_owned()),
        (vec!["km", "-", "Surv(time, g) ~ 1"], table.replace(",a", &format!(",{level}"))),
        (vec!["km", "-", "Surv(time, status) ~ 1"], table.replace("8,0", &format!("{number},7"))),
    ] {
        let answer = run(&args, &input);
        assert_ne!(answer.status, 0);
        assert!(answer.err.len() < 5_000, "{} bytes: {}", answer.err.len(), &answer.err[..500]);
        assert!(!answer.err.contains("panicked"), "{}", answer.err);
    }
}

/// Two outputs of one run are never one file.
#[test]
fn two_outputs_of_one_name_are_refused_with_both_places() {
    let folder = tempfile::tempdir().unwrap();
    crate::small::write(folder.path());
    fs::create_dir(folder.path().join("sub")).unwrap();
    fs::write(folder.path().join("m.csv"), "study,events,n\nA,1,9\nB,2,8\nC,0,7\n").unwrap();
    fs::write(folder.path().join("here.svg"), "").unwrap();
    fs::hard_link(folder.path().join("here.svg"), folder.path().join("there.svg")).unwrap();
    let km = ["plot", "km", "d.csv", "Surv(time, status) ~ g", "-o"];
    let meta = [
        "meta",
        "proportion",
        "m.csv",
        "--events",
        "events",
        "--n",
        "n",
        "--study",
        "study",
        "--format",
        "json",
        "--forest",
    ];
    let pairs = [
        ("a.svg", "a.svg"),
        ("a.svg", "sub/../a.svg"),
        ("a.svg", "A.SVG"),
        ("here.svg", "there.svg"),
    ];
    for (first, second) in pairs {
        for command in [&km[..], &meta] {
            let args = [command, &[first, "-o", second]].concat();
            let answer = riskset_in(folder.path(), &args, "");
            assert_eq!(answer.status, 2, "{args:?}: {}", answer.err);
            for part in [first, second, "are one file"] {
                assert!(answer.err.contains(part), "{}", answer.err);
            }
            assert!(!folder.path().join("a.svg").exists(), "refused before anything is written");
        }
    }
    let args = [&km[..], &["a.svg", "-o", "b.svg"]].concat();
    assert_eq!(riskset_in(folder.path(), &args, "").status, 0);
}

/// A warning for each of many groups is ten and a count.
#[test]
fn many_warnings_are_counted() {
    let mut table = String::from("time,status,g\n");
    (0..200).for_each(|g| table.push_str(&format!("1,1,{g}\n2,0,{g}\n2,0,{g}\n")));
    let args = ["km", "-", "Surv(time, status) ~ factor(g)", "--rmst", "9"];
    let answer = run(&args, &table);
    assert_eq!(answer.status, 0, "{}", answer.err);
    assert_eq!(answer.out.matches("Warning: ").count(), 10);
    assert!(answer.out.contains("... and 190 more warnings like these (tail_unstable)"));
    let json = run(&[&args[..], &["--format", "json"]].concat(), &table).out;
    assert_eq!(json.matches("\"tail_unstable\"").count(), 200, "programs find all of them");
}
