//! Subsets: parsed, printed back, evaluated on a small table.

#![no_main]

#[path = "../../tests/src/hard/text.rs"]
mod text;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| text::check_subset(bytes));
