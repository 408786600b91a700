//! The supply chain: every crate is listed with its licence, none of which is a surprise, and no crate
//! comes in two versions unnoticed.

use crate::support::riskset;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Licences that a program under MIT or Apache-2.0 can carry.
const ALLOWED: [&str; 12] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates that come in several versions, because crates that we use want different ones.
const SEVERAL: [&str; 13] = [
    "bitflags",
    "getrandom",
    "glam",
    "hashbrown",
    "kurbo",
    "miniz_oxide",
    "num-bigint",
    "png",
    "quick-xml",
    "r-efi",
    "syn",
    "typed-path",
    "zip",
];

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Name, version, licence and whether the program carries it, of every crate of `licences/crates.txt`.
fn listed() -> Vec<(String, String, String, bool)> {
    let text = fs::read_to_string(root().join("licences/crates.txt")).unwrap();
    let crates = text.lines().map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let (name, version) = fields[0].split_once(' ').unwrap();
        (name.to_owned(), version.to_owned(), fields[1].to_owned(), fields[2] == "carried")
    });
    crates.collect()
}

/// Name and version of every crate of Cargo.lock that is not ours.
fn locked() -> BTreeSet<(String, String)> {
    let text = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let lock: toml::Table = text.parse().unwrap();
    let packages = lock["package"].as_array().unwrap().iter();
    let foreign = packages.filter(|package| package.get("source").is_some());
    foreign
        .map(|package| {
            let field = |name: &str| package[name].as_str().unwrap().to_owned();
            (field("name"), field("version"))
        })
        .collect()
}

#[test]
fn every_crate_of_the_lock_file_is_listed() {
    let listed: BTreeSet<(String, String)> =
        listed().into_iter().map(|(name, version, ..)| (name, version)).collect();
    let locked = locked();
    let new: Vec<_> = locked.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&locked).collect();
    assert!(new.is_empty() && gone.is_empty(), "run licences/collect.py: {new:?} {gone:?}");
    assert!(locked.len() > 200, "{}", locked.len());
}

/// `A OR B` needs one of them, `A AND B` both.
fn allowed(expression: &str) -> bool {
    let expression = expression.trim();
    let both = |text: &str| text.split(" AND ").all(allowed_or);
    both(expression)
}

fn allowed_or(text: &str) -> bool {
    let text = text.trim_matches(['(', ')']);
    text.split(" OR ").flat_map(|part| part.split('/')).any(|one| ALLOWED.contains(&one.trim()))
}

#[test]
fn every_licence_is_one_that_we_know() {
    for (name, version, licence, _) in listed() {
        assert!(
            allowed(&licence),
            "{name} {version} is under {licence}: read it, then list it here"
        );
    }
    assert!(!allowed("GPL-3.0-only") && !allowed("(MIT OR Apache-2.0) AND GPL-2.0-only"));
    assert!(allowed("MIT OR GPL-2.0-only"));
}

#[test]
fn a_second_version_of_a_crate_is_noticed() {
    let mut versions = BTreeMap::<String, Vec<String>>::new();
    for (name, version, ..) in listed() {
        versions.entry(name).or_default().push(version);
    }
    let several: Vec<(String, Vec<String>)> =
        versions.into_iter().filter(|(_, versions)| versions.len() > 1).collect();
    let names: Vec<&str> = several.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, SEVERAL, "{several:?}");
}

/// What the program prints holds the text of every crate in it.
#[test]
fn the_program_prints_the_text_of_every_crate_that_it_carries() {
    let answer = riskset(&["licences"]);
    assert_eq!(answer.status, 0, "{}", answer.err);
    let headings: String =
        answer.out.lines().filter(|line| line.starts_with("==== ")).collect::<Vec<_>>().join(", ");
    let named: BTreeSet<&str> =
        headings.split(", ").map(|name| name.trim_start_matches("==== ")).collect();
    for (name, version, _, carried) in listed() {
        let whole = format!("{name} {version}");
        let without_file = answer.out.contains(&format!("\n{whole}, "));
        assert!(!carried || named.contains(whole.as_str()) || without_file, "{whole}");
    }
    let lung = riskset(&["datasets", "show", "lung"]).out;
    assert!(lung.contains("LGPL") && lung.contains("riskset licences"), "{lung}");
}
