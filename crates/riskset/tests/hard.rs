//! Hard data: every file of `tests/hard/estimators` goes through the checks that the fuzz target
//! runs, and is explained in the README there.

#[path = "../../../tests/src/hard/comparisons.rs"]
mod comparisons;
#[path = "../../../tests/src/hard/estimators.rs"]
mod estimators;
#[path = "../../../tests/src/hard/rows.rs"]
mod rows;

use rows::Rows;
use std::fs;
use std::path::Path;

#[test]
fn estimators_keep_their_promises_on_hard_data() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/hard");
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    let mut files: Vec<_> = fs::read_dir(folder.join("estimators"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 9, "only {} files", files.len());
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        assert!(readme.contains(&format!("`{name}`")), "the README says nothing about {name}");
        println!("{name}");
        let rows = Rows::from_csv(&fs::read_to_string(&file).unwrap()).unwrap();
        estimators::check(&rows);
        comparisons::check(&rows);
    }
}

/// Rows that the fuzzer's bytes make up are written and read again as the same rows, so that a
/// finding can be kept.
#[test]
fn rows_read_back_as_written() {
    let bytes: Vec<u8> = (0..=255).collect();
    let rows = Rows::from_bytes(&bytes).unwrap();
    assert_eq!(rows.len(), 36);
    assert!(!rows.is_empty());
    assert_eq!(Rows::from_csv(&rows.to_csv()), Ok(rows));
}
