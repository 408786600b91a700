//! One test program for everything that crosses crates: one link of the whole workspace.

mod hard;
mod reference;
