//! Arbitrary bytes as a CSV file: read, and turned into a response by formulas.

#![no_main]

#[path = "../../tests/src/hard/text.rs"]
mod text;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| text::check_csv(bytes));
