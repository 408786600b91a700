//! Arbitrary bytes as a figure (SVG, PDF, PNG): what it carries, and the checklist.

#![no_main]

#[path = "../../tests/src/hard/files.rs"]
mod files;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| files::check_figure(bytes));
