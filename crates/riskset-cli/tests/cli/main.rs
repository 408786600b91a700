//! The real binary, as a user meets it.

mod adjust;
mod comparing;
mod competing;
mod cox;
mod csv;
mod doubts;
mod errors;
mod examples;
mod explain;
mod faults;
mod federated;
mod figures;
mod licences;
mod limits;
mod meta_hr;
mod output;
mod page;
mod pages;
mod robust;
mod routes;
mod simulate;
mod small;
mod streams;
mod study;
mod support;
mod workbook;
