//! Files of Feather (Arrow).

#![no_main]

#[path = "../../tests/src/hard/table.rs"]
mod table;
#[path = "../../tests/src/hard/text.rs"]
mod text;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| table::check_table(bytes));
