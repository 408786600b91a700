//! One plot with its axes, counts, legend and notes: what every figure over time is made of.
//!
//! [`spec`] says what is to be shown, in axis units. [`layout`] finds room for it, [`draw`] puts it
//! into the scene; both use the same [`frame`], so that counts cannot drift from their ticks.

pub(crate) mod block;
pub(crate) mod counts;
pub(crate) mod draw;
mod draw_data;
mod draw_words;
pub(crate) mod frame;
pub(crate) mod key;
pub(crate) mod layout;
mod pen;
pub(crate) mod spec;
