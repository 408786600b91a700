//! Arbitrary text as a study file.

#![no_main]

#[path = "../../tests/src/hard/files.rs"]
mod files;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| files::check_study_file(bytes));
