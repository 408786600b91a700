//! What becomes of the disk when a run is killed, stopped, finds the disk full or meets another run.
//!
//! The program under test has the feature `faults`: see `crates/riskset-report/src/files/disk.rs`.

use crate::small;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// What lies in a folder, hidden places included, by path: the text, `None` for a folder.
type Tree = BTreeMap<String, Option<Vec<u8>>>;

fn tree(folder: &Path) -> Tree {
    let mut found = Tree::new();
    let mut open = vec![folder.to_owned()];
    while let Some(place) = open.pop() {
        for entry in fs::read_dir(&place).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            match path.is_dir() {
                true => {
                    found.insert(name, None);
                    open.push(path);
                }
                false => drop(found.insert(name, Some(fs::read(&path).unwrap()))),
            }
        }
    }
    found
}

/// A study file with its data, and no report yet.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    small::write(folder.path());
    folder
}

fn study(folder: &Path, fault: &str, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_riskset"));
    command.args(["study", "study.toml", "--output", "report", "--dpi", "50"]).args(more);
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    if !fault.is_empty() {
        command.env("RISKSET_FAULT", fault);
    }
    command
}

/// Runs to the end: whether it went well, and standard error.
fn run(folder: &Path, fault: &str, more: &[&str]) -> (bool, String) {
    let output = study(folder, fault, more).output().unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

/// The names of the hidden places beside the report.
fn hidden(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.retain(|name| name.starts_with('.'));
    names.sort();
    names
}

/// The report alone, without the rest of the folder.
fn report(folder: &Path) -> Tree {
    tree(&folder.join("report"))
}

/// How many steps on the disk a run takes.
fn steps(folder: &Path, more: &[&str]) -> u64 {
    let (done, said) = run(folder, "count:0", more);
    assert!(done, "{said}");
    said.lines().filter(|line| line.starts_with("step ")).count() as u64
}

/// Twenty steps of a run, the first and the last among them.
fn twenty(all: u64) -> impl Iterator<Item = u64> {
    assert!(all >= 20, "a run of {all} steps");
    (0..20).map(move |part| 1 + part * (all - 1) / 19)
}

/// Killed at any point, a first run leaves no report and no half of one, and the next run clears what
/// it left, says so and is as good as ever.
#[test]
fn a_first_run_that_is_killed_leaves_nothing_that_the_next_does_not_clear() {
    let (whole, killed) = (folder(), folder());
    let all = steps(whole.path(), &[]);
    let expected = report(whole.path());
    for step in twenty(all) {
        let (done, _) = run(killed.path(), &format!("kill:{step}"), &[]);
        assert!(!done, "step {step}");
        assert!(!killed.path().join("report").exists(), "step {step}: a half of a report");
        let left = hidden(killed.path());
        assert!(left.len() <= 1, "step {step}: {left:?}");
        // A folder without a marker, which is the state after the first step, may be a run that starts.
        age(killed.path());
        let (done, said) = run(killed.path(), "", &[]);
        assert!(done, "step {step}: {said}");
        for name in left {
            assert!(said.contains(&name) && said.contains("has been deleted"), "{step}: {said}");
        }
        assert_eq!(hidden(killed.path()), [""; 0], "step {step}");
        assert!(report(killed.path()) == expected, "step {step}: another report");
        fs::remove_dir_all(killed.path().join("report")).unwrap();
    }
}

/// Makes hidden folders old, as they are when somebody tries again.
fn age(folder: &Path) {
    let then = std::time::SystemTime::now() - std::time::Duration::from_secs(60);
    for name in hidden(folder) {
        let place = folder.join(name);
        if place.is_dir() {
            fs::File::open(place).unwrap().set_modified(then).unwrap();
        }
    }
}

/// Killed at any point, a run that replaces a report leaves the old one or the new one, if need be in
/// the hidden place, and the next run brings it back and says so.
#[test]
fn a_report_survives_a_kill_of_the_run_that_replaces_it() {
    let (first, killed) = (folder(), folder());
    assert!(run(first.path(), "", &[]).0);
    let old = report(first.path());
    change(first.path());
    let making = steps(killed.path(), &[]);
    let all = steps(first.path(), &["--force"]);
    let new = report(first.path());
    assert!(old != new, "the change is in the report");
    let mut brought_back = 0;
    // The old report goes in the step that is the last of a first run, and the new one comes next.
    for step in twenty(all).chain([making, making + 1, making + 2]) {
        assert!(run(killed.path(), "", &["--force"]).0);
        assert!(report(killed.path()) == old);
        change(killed.path());
        run(killed.path(), &format!("kill:{step}"), &["--force"]);
        let there = killed.path().join("report").exists();
        // Without --force nothing is replaced: what is there is the old report or the new.
        age(killed.path());
        let (done, said) = run(killed.path(), "", &[]);
        assert!(!done && said.contains("report exists"), "step {step}: {said}");
        if !there {
            assert!(said.contains("was brought back"), "step {step}: {said}");
            brought_back += 1;
        }
        let kept = report(killed.path());
        assert!(kept == old || kept == new, "step {step}: {:?}", kept.keys());
        assert_eq!(hidden(killed.path()), [""; 0], "step {step}: {said}");
        small::write(killed.path());
    }
    assert!(brought_back > 0, "no step between the old and the new was met");
}

/// The same study with another title.
fn change(folder: &Path) {
    let file = folder.join("study.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("A small study", "Another study", 1)).unwrap();
}

/// From any step on, the disk is full: the message says so, and everything is as it was.
#[test]
fn a_full_disk_changes_nothing() {
    let place = folder();
    let before = tree(place.path());
    let all = steps(place.path(), &[]);
    fs::remove_dir_all(place.path().join("report")).unwrap();
    for step in twenty(all) {
        let (done, said) = run(place.path(), &format!("full:{step}"), &[]);
        assert!(!done && said.contains("no storage space"), "step {step}: {said}");
        // The removal fails in this test as well; the next run does it.
        age(place.path());
        assert!(!place.path().join("report").exists());
        let (_, said) = run(place.path(), "full:1", &[]);
        assert!(said.contains("no storage space"), "step {step}: {said}");
        assert!(run(place.path(), "", &[]).0);
        fs::remove_dir_all(place.path().join("report")).unwrap();
        assert!(tree(place.path()) == before, "step {step}: {:?}", tree(place.path()).keys());
    }
}

/// A disk that is really full: a limit on the size of any file, which the system enforces.
#[test]
#[cfg(unix)]
fn a_limit_of_the_system_changes_nothing() {
    let place = folder();
    let before = tree(place.path());
    let line = "trap '' XFSZ; ulimit -f 4; exec \"$0\" study study.toml --output report --dpi 50";
    let output = Command::new("sh")
        .args(["-c", line, env!("CARGO_BIN_EXE_riskset")])
        .current_dir(place.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("File too large"), "{said}");
    assert!(tree(place.path()) == before, "{:?}", tree(place.path()).keys());
}

/// TERM, INT and HUP at a point where a part is written: all of it is removed, and the exit status is
/// the shell's.
#[test]
#[cfg(unix)]
fn a_signal_removes_what_is_unfinished() {
    let place = folder();
    let before = tree(place.path());
    let all = steps(place.path(), &[]);
    fs::remove_dir_all(place.path().join("report")).unwrap();
    for (signal, number) in [("TERM", 15), ("INT", 2), ("HUP", 1)] {
        for step in [2, 5, all / 2, all - 2] {
            let (status, said) = paused(place.path(), step, signal);
            assert_eq!(status, 128 + number, "{signal} at {step}: {said}");
            assert!(said.contains("interrupted"), "{said}");
            assert!(
                tree(place.path()) == before,
                "{signal} at {step}: {:?}",
                tree(place.path()).keys()
            );
        }
    }
}

/// A signal between the old report and the new one waits until the new one is there.
#[test]
#[cfg(unix)]
fn a_signal_within_the_exchange_waits_for_it() {
    let (first, place) = (folder(), folder());
    assert!(run(place.path(), "", &[]).0);
    change(place.path());
    fs::copy(place.path().join("study.toml"), first.path().join("study.toml")).unwrap();
    let making = steps(first.path(), &[]);
    let (status, said) = paused(place.path(), making + 1, "TERM");
    assert_eq!(status, 143, "{said}");
    assert!(report(place.path()) == report(first.path()), "the new report is not there");
    assert_eq!(hidden(place.path()), [""; 0]);
}

/// Starts a run that waits at a step, sends the signal, and gives the exit status and what was said.
#[cfg(unix)]
fn paused(folder: &Path, step: u64, signal: &str) -> (i32, String) {
    use std::io::{BufRead, BufReader, Read};
    let mut child = study(folder, &format!("pause:{step}"), &["--force"]).spawn().unwrap();
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while line != "paused\n" {
        line.clear();
        assert!(err.read_line(&mut line).unwrap() > 0, "the run never came to step {step}");
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success());
    let status = child.wait().unwrap();
    let mut said = String::new();
    err.read_to_string(&mut said).unwrap();
    (status.code().expect("the program ends by itself"), said)
}

/// Two runs into one folder at once: one of them, or each after the other, writes a whole report.
#[test]
fn two_runs_into_one_folder_leave_one_whole_report() {
    let (alone, place) = (folder(), folder());
    assert!(run(alone.path(), "", &[]).0);
    let expected = report(alone.path());
    for force in [&[][..], &["--force"]] {
        for _ in 0..4 {
            let runs: Vec<_> =
                (0..3).map(|_| study(place.path(), "", force).spawn().unwrap()).collect();
            let done: Vec<bool> = runs
                .into_iter()
                .map(|run| run.wait_with_output().unwrap().status.success())
                .collect();
            assert!(done.contains(&true), "{done:?}");
            assert_eq!(
                force.is_empty(),
                done.iter().filter(|done| **done).count() == 1,
                "{done:?}"
            );
            assert!(report(place.path()) == expected);
            assert_eq!(hidden(place.path()), [""; 0]);
            fs::remove_dir_all(place.path().join("report")).unwrap();
        }
    }
}

/// The folder of the output may not be written.
#[test]
#[cfg(target_os = "linux")]
fn a_read_only_folder_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let place = folder();
    let locked = place.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
    // Whoever may do everything may write there too; nobody may make a folder in the system's own.
    let may = fs::write(locked.join("x"), "").is_ok();
    let target = if may { "/sys/report".into() } else { locked.join("report") };
    let args = ["study", "study.toml", "--output", target.to_str().unwrap(), "--dpi", "50"];
    let answer = crate::support::riskset_in(place.path(), &args, "");
    crate::support::refused(&answer, &[target.to_str().unwrap(), "could not be written"]);
    assert_eq!(hidden(place.path()), [""; 0]);
}

/// What somebody else put into a hidden place of ours is not deleted.
#[test]
fn a_leftover_with_something_else_in_it_stays() {
    let place = folder();
    run(place.path(), "kill:9", &[]);
    let left = hidden(place.path());
    assert_eq!(left.len(), 1, "{left:?}");
    let mine = place.path().join(&left[0]).join("mine.txt");
    fs::write(&mine, "mine").unwrap();
    let (done, said) = run(place.path(), "", &[]);
    assert!(done && said.contains("look at it and delete it"), "{said}");
    assert_eq!(fs::read_to_string(mine).unwrap(), "mine");
}

/// The part of a file that a killed run left is cleared by the next, and a file is old or new.
#[test]
fn a_file_is_whole_or_as_it_was() {
    let place = folder();
    let km = |fault: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_riskset"));
        command.args(["km", "d.csv", "Surv(time, status) ~ g", "--output", "km.txt"]);
        command.current_dir(place.path());
        if !fault.is_empty() {
            command.env("RISKSET_FAULT", fault);
        }
        let output = command.output().unwrap();
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    fs::write(place.path().join("km.txt"), "old").unwrap();
    for fault in ["kill:1", "kill:2"] {
        assert!(!km(fault).0);
        assert_eq!(fs::read_to_string(place.path().join("km.txt")).unwrap(), "old", "{fault}");
        let left = hidden(place.path());
        assert_eq!(left.len(), 1, "{fault}: {left:?}");
        // A full disk: the old part is cleared, the new one too.
        fs::write(place.path().join(".km.txt.note.part"), "mine").unwrap();
        let (done, said) = km("");
        assert!(done && said.contains(&left[0]), "{said}");
        assert_eq!(hidden(place.path()), [".km.txt.note.part"]);
        fs::remove_file(place.path().join(".km.txt.note.part")).unwrap();
        assert!(fs::read_to_string(place.path().join("km.txt")).unwrap().contains("Kaplan-Meier"));
        fs::write(place.path().join("km.txt"), "old").unwrap();
    }
    assert!(!km("full:1").0);
    assert_eq!(fs::read_to_string(place.path().join("km.txt")).unwrap(), "old");
    assert_eq!(hidden(place.path()), [""; 0]);
}
