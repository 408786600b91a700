//! One test program for everything that crosses crates: one link of the whole workspace.

mod budget;
mod circles;
mod hard;
mod reference;
mod texts;
