//! The real binary, as a user meets it.

mod adjust;
mod comparing;
mod cox;
mod errors;
mod examples;
mod faults;
mod federated;
mod figures;
mod licences;
mod limits;
mod output;
mod pages;
mod robust;
mod routes;
mod small;
mod streams;
mod study;
mod support;
mod workbook;
