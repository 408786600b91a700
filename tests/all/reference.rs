//! Agreement with R: every case of `tests/reference/cases`, at its stated tolerance.

use riskset_tests::reference::{cases, pending};

/// Every case that is not listed as pending agrees.
#[test]
fn every_case_agrees_with_r() {
    let pending = pending().unwrap();
    let cases = cases().unwrap();
    assert!(cases.len() >= 182, "only {} cases were found", cases.len());
    let failures: Vec<String> = cases
        .iter()
        .filter(|case| !pending.contains(&case.name))
        .filter_map(|case| case.check().err().map(|error| format!("{}: {error}", case.name)))
        .collect();
    assert!(failures.is_empty(), "{} cases differ:\n{}", failures.len(), failures.join("\n"));
}

/// A pending case that would pass has to leave the list; a name on the list has to be a case.
#[test]
fn the_pending_list_is_up_to_date() {
    let cases = cases().unwrap();
    for name in pending().unwrap() {
        let case = cases.iter().find(|case| case.name == name);
        let case = case.unwrap_or_else(|| panic!("`{name}` in pending.txt is not a case"));
        assert!(case.check().is_err(), "`{name}` passes: take it off pending.txt");
    }
}
