//! Support for the tests that cross crates: the reference cases and how an answer is compared.

pub mod compare;
pub mod reference;
