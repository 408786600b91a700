//! Arbitrary text as a request.

#![no_main]

#[path = "../../tests/src/hard/request.rs"]
mod request;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| request::check_request(bytes));
