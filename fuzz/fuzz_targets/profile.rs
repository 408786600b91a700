//! Arbitrary text as the profile of a journal, with which a figure is laid out.

#![no_main]

#[path = "../../tests/src/hard/files.rs"]
mod files;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| files::check_profile(bytes));
