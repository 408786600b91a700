//! Estimates with their intervals, one row each, beside a table.

mod columns;
mod draw;
mod spec;

pub use spec::{ForestEffect, ForestFigure, ForestRow, ForestScale, Squares, ratio_decimals};
