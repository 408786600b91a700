//! Figures as a user draws them.

use crate::support::{Answer, greenwood};
use std::path::Path;

/// Draws a figure into a folder.
fn plot(folder: &Path, name: &str, args: &[&str]) -> Answer {
    let file = folder.join(name);
    let mut all = vec!["plot"];
    all.extend(args);
    all.extend(["--output", file.to_str().unwrap()]);
    greenwood(&all)
}

/// Asserts that an option is refused as a wrong command line, by its name.
#[track_caller]
fn wrong(args: &[&str], part: &str) {
    let folder = tempfile::tempdir().unwrap();
    let answer = plot(folder.path(), "figure.svg", args);
    assert_eq!(answer.status, 2, "{}", answer.err);
    assert!(answer.err.contains(part), "{}", answer.err);
    assert!(!folder.path().join("figure.svg").exists());
}

const LUNG: &str = "Surv(time, status == 2) ~ sex";

#[test]
fn options_that_a_kind_cannot_honour_are_refused() {
    wrong(&["forest", "@lung", LUNG, "--incidence"], "--incidence");
    wrong(&["schoenfeld", "@lung", LUNG, "--risk-table", "at-risk"], "--risk-table");
    let cif = ["cif", "@mgus2", "Surv(etime, event) ~ sex", "--cause", "pcm", "--censor", "censor"];
    wrong(&[&cif[..], &["--annotate", "logrank"]].concat(), "--annotate");
    wrong(&["difference", "@lung", LUNG, "--min-cell", "5"], "--min-cell");
    wrong(&["follow-up", "@lung", LUNG, "--annotate", "hr"], "--annotate");
    wrong(&["subgroups", "@lung", LUNG], "--by");
    wrong(&["npv", "@dream_lesions", "nonviable ~ 1"], "--cluster");
    wrong(&["km", "@lung", LUNG, "--panel", "sex == 2"], "--panel");
}

#[test]
fn a_difference_passes_its_own_checks() {
    let folder = tempfile::tempdir().unwrap();
    let answer = plot(folder.path(), "d.svg", &["difference", "@lung", LUNG, "--lint"]);
    assert_eq!(answer.status, 0, "{}{}", answer.out, answer.err);
}

#[test]
fn panels_hold_the_counts_of_their_own_patients() {
    let folder = tempfile::tempdir().unwrap();
    let panels = ["--panel", "Women: sex == 2", "--panel", "Men: sex == 1"];
    let args =
        ["km", "@lung", "Surv(time, status == 2) ~ 1", "--risk-table", "kmunicate", "--lint"];
    let answer = plot(folder.path(), "p.svg", &[&args[..], &panels[..]].concat());
    assert_eq!(answer.status, 0, "{}{}", answer.out, answer.err);
    let svg = std::fs::read_to_string(folder.path().join("p.svg")).unwrap();
    for part in [">Women<", ">Men<", ">90<", ">138<"] {
        assert!(svg.contains(part), "{part}");
    }
}

/// The data behind each figure are the two kinds of subgroups that readers ask for.
#[test]
fn subgroups_and_proportions_are_drawn_with_their_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let trial = ["--subset", "etype == 2 & rx != \"Lev\"", "--by", "sex,node4"];
    let args = ["subgroups", "@colon", "Surv(time, status) ~ rx"];
    let answer = plot(folder.path(), "s.svg", &[&args[..], &trial[..]].concat());
    assert_eq!(answer.status, 0, "{}", answer.err);
    let lesions = ["npv", "@dream_lesions", "nonviable ~ 1", "--cluster", "patient"];
    let options = ["--by", "management", "--subset", "kind == \"cDLM\" & evaluable == 1"];
    let answer = plot(folder.path(), "n.svg", &[&lesions[..], &options[..]].concat());
    assert_eq!(answer.status, 0, "{}", answer.err);
    let svg = std::fs::read_to_string(folder.path().join("n.svg")).unwrap();
    assert!(svg.contains("management"));
}

#[test]
fn a_meta_analysis_draws_its_forest() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("meta.svg");
    let subset = "outcome == \"viable\" & management == \"any\" & lesions == \"DLM\"";
    let answer = greenwood(&[
        "meta",
        "proportion",
        "@dlm_literature",
        "--events",
        "events",
        "--n",
        "n",
        "--study",
        "study",
        "--subset",
        subset,
        "--forest",
        file.to_str().unwrap(),
    ]);
    assert_eq!(answer.status, 0, "{}", answer.err);
    assert!(std::fs::read_to_string(&file).unwrap().contains(">Pooled<"));
}

#[test]
fn the_same_command_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for extension in ["svg", "pdf", "png"] {
        let names = [1, 2].map(|run| format!("{run}.{extension}"));
        for name in &names {
            assert_eq!(plot(folder.path(), name, &["km", "@lung", LUNG]).status, 0);
        }
        let [one, two] = names.map(|name| std::fs::read(folder.path().join(name)).unwrap());
        assert!(one == two, "{extension}");
    }
}

#[test]
fn a_tiff_has_no_data_to_give_back() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(plot(folder.path(), "f.tiff", &["km", "@lung", LUNG]).status, 0);
    let answer = greenwood(&["extract", folder.path().join("f.tiff").to_str().unwrap()]);
    crate::support::refused(&answer, &["TIFF", "SVG, PDF or PNG"]);
}
