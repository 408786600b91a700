//! The real binary, as a user meets it.

mod competing;
mod cox;
mod csv;
mod doubts;
mod drafts;
mod errors;
mod examples;
mod explain;
mod faults;
mod federated;
mod figures;
mod licences;
mod limits;
mod look;
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
