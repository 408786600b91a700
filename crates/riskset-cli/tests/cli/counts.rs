//! Tables of counts: the commands of the guide, on its table and on smaller ones.

use crate::support::{refused, riskset_in, words};
use std::fs;

const GUIDE: &str = include_str!("../../../../docs/guide/counts.md");

/// Six rows of 40 people, with every column that the commands of the guide name.
const COUNTS: &str = "\
time,arm,age,deaths,censored,n,relapse,death,alive,events,dead
30,A,60,4,1,5,2,2,1,4,1
60,A,50,3,2,5,2,1,2,3,1
90,A,70,2,8,10,1,1,8,2,0
30,B,60,7,0,7,4,3,0,7,1
60,B,50,5,1,6,3,2,1,5,0
90,B,40,1,6,7,1,0,6,1,1
";

#[test]
fn the_commands_of_the_guide_count_people() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("counts.csv"), COUNTS).unwrap();
    let mut commands = 0;
    for command in GUIDE.lines().filter_map(|line| line.strip_prefix("    riskset ")) {
        let words = words(command);
        let args: Vec<&str> = words.iter().map(String::as_str).collect();
        let answer = riskset_in(folder.path(), &args, "");
        assert_eq!(answer.status, 0, "{command}\n{}", answer.err);
        assert!(answer.out.contains("40 people"), "{command}\n{}", answer.out);
        assert!(answer.err.contains("counts 40 people in 6 rows"), "{command}\n{}", answer.err);
        commands += 1;
    }
    assert_eq!(commands, 5);
}

/// Of lesions with a property and without, by patient.
#[test]
fn proportions_of_counts() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("lesions.csv"), "patient,dead,alive\n1,2,0\n2,1,1\n3,3,1\n")
        .unwrap();
    let args =
        ["npv", "lesions.csv", "event ~ 1", "--cluster", "patient", "--counts", "dead,alive"];
    let answer = riskset_in(folder.path(), &args, "");
    assert_eq!(answer.status, 0, "{}", answer.err);
    assert!(answer.out.contains("75.0"), "6 of 8: {}", answer.out);
}

#[test]
fn a_count_that_is_none_is_refused_with_its_row() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("counts.csv"), "time,deaths,censored\n1,2,0\n2,1,-3\n").unwrap();
    let args = ["km", "counts.csv", "Surv(time, event) ~ 1", "--counts", "deaths,censored"];
    refused(&riskset_in(folder.path(), &args, ""), &["censored", "line 3", "-3"]);
}
