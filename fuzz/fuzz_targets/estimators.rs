//! Every estimator on arbitrary small data. A finding is printed as a table for
//! `tests/hard/estimators`.

#![no_main]

#[path = "../../tests/src/hard/comparisons.rs"]
mod comparisons;
#[path = "../../tests/src/hard/estimators.rs"]
mod estimators;
#[path = "../../tests/src/hard/rows.rs"]
mod rows;

use libfuzzer_sys::fuzz_target;
use rows::Rows;

fuzz_target!(|bytes: &[u8]| {
    let Some(rows) = Rows::from_bytes(bytes) else { return };
    if std::env::var_os("SHOW").is_some() {
        eprintln!("{}", rows.to_csv());
    }
    estimators::check(&rows);
    comparisons::check(&rows);
});
