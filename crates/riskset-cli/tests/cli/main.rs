//! The real binary, as a user meets it.

mod errors;
mod examples;
mod figures;
mod output;
mod pages;
mod study;
mod support;
mod workbook;
