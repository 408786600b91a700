//! What no figure can be asked for: sizes and labels beyond reason are refused before they cost time
//! and memory.

use crate::error::Error;

/// Widths and heights, in millimetres: from a thumbnail to a poster.
const SIZES: (f64, f64) = (10.0, 2000.0);
/// Letters of a label. A caption says more than this better.
const LETTERS: usize = 500;

/// Refuses a width or a height that no page has; `None` is chosen by the layout.
pub(crate) fn check_size(width: Option<f64>, height: Option<f64>) -> Result<(), Error> {
    for (what, size) in [("the width", width), ("the height", height)] {
        if let Some(value) = size.filter(|size| !(SIZES.0..=SIZES.1).contains(size)) {
            let place = format!("{what} of the figure");
            return Err(Error::Value { place, value, must: "from 10 to 2000 mm" });
        }
    }
    Ok(())
}

/// Refuses a label that is a text.
pub(crate) fn check_label(label: &str) -> Result<(), Error> {
    let letters = label.chars().count();
    if letters > LETTERS {
        let start: String = label.chars().take(30).collect();
        let place = format!("the number of letters of the label `{start}...`");
        return Err(Error::Value { place, value: letters as f64, must: "at most 500" });
    }
    Ok(())
}
