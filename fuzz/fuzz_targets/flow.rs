//! Arbitrary text as the counts of a flow of patients, and its figure.

#![no_main]

#[path = "../../tests/src/hard/files.rs"]
mod files;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| files::check_flow(bytes));
