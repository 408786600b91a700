//! Several places by files, and what goes wrong: each step is a process of its own, some of which are
//! killed. The run goes on or ends with a clear error, and nothing wrong is reported.

use crate::federated::{at, hospitals};
use crate::support::{Answer, refused};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const PLACES: [(&str, &str); 3] = [("leeds", "Leeds"), ("utrecht", "Utrecht"), ("osaka", "Osaka")];

/// All places answer a round into `NAME-ROUND.json`.
fn answer(folder: &Path, round: usize) {
    for (name, site) in PLACES {
        let answer = share(folder, "plan.toml", name, site, round);
        assert_eq!(answer.status, 0, "{}", answer.err);
    }
}

fn share(folder: &Path, plan: &str, name: &str, site: &str, round: usize) -> Answer {
    let asked = if round > 1 { format!(" --round round-{round}.json") } else { String::new() };
    let output = format!("--output {name}-{round}.json");
    at(folder, &format!("share {plan} {name}.csv --site {site}{asked} {output}"))
}

fn pool(folder: &Path, files: &str, round: usize) -> Answer {
    let asked = if round > 1 { format!(" --round round-{round}.json") } else { String::new() };
    at(folder, &format!("pool plan.toml {files}{asked} --next next.json --format json"))
}

/// The first round is answered and pooled: every place is asked for the second.
fn second_round() -> tempfile::TempDir {
    let folder = hospitals();
    answer(folder.path(), 1);
    let pooled = pool(folder.path(), "leeds-1.json utrecht-1.json osaka-1.json", 1);
    assert_eq!(pooled.status, 0, "{}", pooled.err);
    fs::rename(folder.path().join("next.json"), folder.path().join("round-2.json")).unwrap();
    folder
}

#[test]
fn a_place_that_is_killed_while_it_answers_has_told_nothing() {
    let folder = hospitals();
    let folder = folder.path();
    let rows = fs::read_to_string(folder.join("leeds.csv")).unwrap();
    let before = fs::read_dir(folder).unwrap().count();
    let mut place = Command::new(env!("CARGO_BIN_EXE_riskset"))
        .args(["share", "plan.toml", "-", "--site", "Leeds", "--output", "leeds-1.json"])
        .args(["--log", "audit.txt"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // It waits for the rest of its rows.
    place.stdin.as_mut().unwrap().write_all(&rows.as_bytes()[..rows.len() / 2]).unwrap();
    place.stdin.as_mut().unwrap().flush().unwrap();
    place.kill().unwrap();
    assert!(!place.wait().unwrap().success());
    assert!(!folder.join("leeds-1.json").exists() && !folder.join("audit.txt").exists());
    assert_eq!(fs::read_dir(folder).unwrap().count(), before, "nothing half written is left");
    // Asked again it answers, and the run goes on.
    answer(folder, 1);
    assert_eq!(pool(folder, "leeds-1.json utrecht-1.json osaka-1.json", 1).status, 0);
}

#[test]
fn a_place_that_is_gone_stops_its_round_and_not_a_new_beginning() {
    let folder = second_round();
    let folder = folder.path();
    answer(folder, 2);
    refused(
        &pool(folder, "leeds-2.json utrecht-2.json", 2),
        &["2 places answered", "asks for 3", "wait for more answers"],
    );
    assert!(!folder.join("next.json").exists(), "no round is asked for");
    // A file that was cut on its way.
    let whole = fs::read_to_string(folder.join("osaka-2.json")).unwrap();
    fs::write(folder.join("cut.json"), &whole[..whole.len() / 2]).unwrap();
    refused(
        &pool(folder, "leeds-2.json utrecht-2.json cut.json", 2),
        &["cut.json", "cannot be read", "once more"],
    );
}

#[test]
fn answers_that_are_late_or_come_twice_are_refused() {
    let folder = second_round();
    let folder = folder.path();
    answer(folder, 2);
    refused(
        &pool(folder, "leeds-2.json utrecht-2.json osaka-1.json", 2),
        &["Osaka answers round 1, this is round 2"],
    );
    refused(
        &pool(folder, "leeds-2.json utrecht-2.json osaka-2.json osaka-2.json", 2),
        &["Osaka answers twice"],
    );
    assert!(!folder.join("next.json").exists());
}

#[test]
fn another_plan_other_rows_and_another_version_are_refused_at_both_ends() {
    let folder = second_round();
    let folder = folder.path();
    answer(folder, 2);
    // Another plan: at the place, whose round it is not, and at the coordinator.
    let plan = fs::read_to_string(folder.join("plan.toml")).unwrap();
    fs::write(folder.join("other.toml"), plan.replace("~ age + sex", "~ age")).unwrap();
    let other = share(folder, "other.toml", "osaka", "Osaka", 2);
    assert_eq!((other.status, other.out.as_str()), (2, ""));
    assert!(other.err.contains("the round is of another plan"), "{}", other.err);
    let first = at(folder, "share other.toml osaka.csv --site Osaka --output other-1.json");
    assert_eq!(first.status, 0, "{}", first.err);
    refused(
        &pool(folder, "leeds-1.json utrecht-1.json other-1.json", 1),
        &["Osaka answers another plan"],
    );
    // Other rows: a patient more.
    let rows = fs::read_to_string(folder.join("osaka.csv")).unwrap();
    let more = rows.lines().nth(1).unwrap();
    fs::write(folder.join("osaka.csv"), format!("{rows}{more}\n")).unwrap();
    refused(
        &share(folder, "plan.toml", "osaka", "Osaka", 2),
        &["rows of Osaka are not those of the first round", "same file"],
    );
    // The coordinator sees what a place did not say.
    let answer = fs::read_to_string(folder.join("osaka-2.json")).unwrap();
    let document: serde_json::Value = serde_json::from_str(&answer).unwrap();
    for (field, value, expected) in [
        ("rows", "0000", "other rows than in the first round"),
        ("program", "0.0.1", "version 0.0.1 of the program"),
        ("site", "Lima", "Lima did not answer the first round"),
    ] {
        let mut changed = document.clone();
        changed[field] = value.into();
        fs::write(folder.join("changed.json"), changed.to_string()).unwrap();
        refused(&pool(folder, "leeds-2.json utrecht-2.json changed.json", 2), &[expected]);
    }
    assert!(!folder.join("next.json").exists());
}

/// Everything that a coordinator needs lies in files: one that is started again between two rounds, or
/// killed in one, comes to the same round.
#[test]
fn a_coordinator_that_begins_again_comes_to_the_same_round() {
    let folder = second_round();
    let folder = folder.path();
    answer(folder, 2);
    let files = "leeds-2.json utrecht-2.json osaka-2.json";
    let mut killed = Command::new(env!("CARGO_BIN_EXE_riskset"))
        .args(["pool", "plan.toml"])
        .args(files.split(' '))
        .args(["--round", "round-2.json", "--next", "next.json"])
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    killed.kill().unwrap();
    killed.wait().unwrap();
    let again = |_: usize| {
        let pooled = pool(folder, files, 2);
        assert_eq!(pooled.status, 0, "{}", pooled.err);
        (pooled.out, fs::read_to_string(folder.join("next.json")).unwrap())
    };
    let (first, second) = (again(0), again(1));
    assert_eq!(first, second);
    let round: serde_json::Value = serde_json::from_str(&first.1).unwrap();
    assert_eq!(round["round"], 3);
}
