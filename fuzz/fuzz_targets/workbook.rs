//! Workbooks, whole (xlsx, xls, ods) and as the text of their parts.

#![no_main]

#[path = "../../tests/src/hard/text.rs"]
mod text;
#[path = "../../tests/src/hard/workbook.rs"]
mod workbook;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| workbook::check_workbook(bytes));
