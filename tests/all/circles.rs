//! Files that lean on each other in a circle can only be understood together. There is none among the
//! parts of these folders.

use riskset_tests::reference::root;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What each part of a folder names of the others: a part is a file, or a folder with all its files.
/// Other parts are named as `prefix::part`.
fn names(folder: &Path, prefix: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut texts = BTreeMap::<String, String>::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let part = path.file_stem().unwrap().to_string_lossy().into_owned();
        if !["mod", "lib", "main"].contains(&part.as_str()) {
            read(&path, texts.entry(part).or_default());
        }
    }
    let parts: Vec<String> = texts.keys().cloned().collect();
    let others = |(part, text): (&String, &String)| {
        let named = parts.iter().filter(|other| *other != part && names_part(text, prefix, other));
        (part.clone(), named.cloned().collect())
    };
    texts.iter().map(others).collect()
}

/// Adds the code of a file, or of all files of a folder, without comments and unit tests.
fn read(path: &Path, text: &mut String) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            read(&entry.unwrap().path(), text);
        }
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        let source = fs::read_to_string(path).unwrap();
        let code = source.split("#[cfg(test)]").next().unwrap();
        let lines = code.lines().map(|line| line.split("//").next().unwrap());
        lines.for_each(|line| *text += &format!("{line}\n"));
    }
}

/// `prefix::part::...`, alone or in braces.
fn names_part(text: &str, prefix: &str, part: &str) -> bool {
    text.split(&format!("{prefix}::")).skip(1).any(|after| {
        let listed = match after.strip_prefix('{') {
            Some(list) => list.split(';').next().unwrap(),
            None => {
                after.split(|sign: char| !sign.is_alphanumeric() && sign != '_').next().unwrap()
            }
        };
        let mut words = listed.split(|sign: char| !sign.is_alphanumeric() && sign != '_');
        words.any(|word| word == part)
    })
}

/// The parts that are left when whatever leans on nothing is taken away, again and again.
fn circle(mut names: BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    loop {
        let free: BTreeSet<String> = names
            .iter()
            .filter(|(_, named)| named.is_empty())
            .map(|(part, _)| part.clone())
            .collect();
        if free.is_empty() {
            return names.into_keys().collect();
        }
        names.retain(|part, _| !free.contains(part));
        names.values_mut().for_each(|named| named.retain(|other| !free.contains(other)));
    }
}

#[test]
fn there_is_no_circle() {
    let folders = [
        ("crates/riskset/src/cox", "super", 15),
        ("crates/riskset/src", "crate", 20),
        ("crates/riskset-plot/src", "crate", 20),
    ];
    for (folder, prefix, least) in folders {
        let names = names(&root().join(folder), prefix);
        assert!(names.len() >= least, "{folder}: {names:?}");
        assert!(names.values().filter(|named| !named.is_empty()).count() * 2 > least, "{folder}");
        let left = circle(names.clone());
        let among: Vec<_> = left.iter().map(|part| (part, &names[part])).collect();
        assert!(left.is_empty(), "{folder}: in a circle, or leaning on one: {among:?}");
    }
}

#[test]
fn a_circle_would_be_found() {
    let part = |name: &str, named: &[&str]| {
        (name.to_owned(), named.iter().map(|one| (*one).to_owned()).collect::<BTreeSet<_>>())
    };
    let round = BTreeMap::from([part("a", &["b"]), part("b", &["c"]), part("c", &["a"])]);
    assert_eq!(circle(round), ["a", "b", "c"]);
    assert!(circle(BTreeMap::from([part("a", &["b"]), part("b", &[])])).is_empty());
    assert!(names_part("use crate::{svg, Error};", "crate", "svg"));
    assert!(!names_part("use crate::svg_more::X;", "crate", "svg"));
}
