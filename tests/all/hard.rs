//! Hard texts and files: every formula and every table of `tests/hard/` goes through the checks that the fuzz
//! targets run. The hard data of the estimators run in the core, `crates/riskset/tests/hard.rs`.

use riskset_tests::hard::{files, request, table, text, workbook};
use riskset_tests::reference::root;
use std::fs;

/// Runs a check on every file of a folder, each of which the README explains.
fn each_file(folder: &str, least: usize, check: impl Fn(&[u8])) {
    let readme = fs::read_to_string(root().join("tests/hard/README.md")).unwrap();
    let mut files: Vec<_> = fs::read_dir(root().join("tests/hard").join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= least, "only {} files in {folder}", files.len());
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        assert!(readme.contains(&format!("`{name}`")), "the README says nothing about {name}");
        println!("{folder}/{name}");
        check(&fs::read(&file).unwrap());
    }
}

#[test]
fn formulas_are_refused_in_words_or_read_back() {
    each_file("formula", 6, text::check_formula);
}

#[test]
fn tables_are_refused_in_words_or_read() {
    each_file("csv", 6, text::check_csv);
}

#[test]
fn files_of_other_programs_are_refused_in_words_or_read() {
    each_file("stata", 1, table::check_table);
    each_file("parquet", 1, table::check_table);
    each_file("spss", 1, table::check_table);
    each_file("feather", 1, table::check_table);
}

#[test]
fn workbooks_are_refused_in_words_or_read() {
    each_file("workbook", 1, workbook::check_workbook);
}

#[test]
fn figures_are_refused_in_words_or_give_back_what_they_carry() {
    each_file("figure", 1, files::check_figure);
}

/// A check panics when a promise is broken.
type Check = fn(&[u8]);

/// What the fuzz targets start from.
#[test]
fn every_seed() {
    let checks: [(&str, Check); 16] = [
        ("formula", text::check_formula),
        ("subset", text::check_subset),
        ("csv", text::check_csv),
        ("workbook", workbook::check_workbook),
        ("table", table::check_table),
        ("stata", table::check_table),
        ("sas", table::check_table),
        ("transport", table::check_table),
        ("parquet", table::check_table),
        ("spss", table::check_table),
        ("feather", table::check_table),
        ("profile", files::check_profile),
        ("flow", files::check_flow),
        ("study", files::check_study_file),
        ("request", request::check_request),
        ("figure", files::check_figure),
    ];
    for (name, check) in checks {
        let seeds = fs::read_dir(root().join("fuzz/seeds").join(name)).unwrap();
        let seeds: Vec<_> = seeds.map(|entry| entry.unwrap().path()).collect();
        assert!(!seeds.is_empty(), "no seed of {name}");
        for seed in seeds {
            println!("{}", seed.display());
            check(&fs::read(&seed).unwrap());
        }
    }
}
