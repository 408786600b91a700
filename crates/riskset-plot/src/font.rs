//! The bundled typeface: Liberation Sans 2, which has the widths of Arial and Helvetica.
//!
//! Fonts are never taken from the system, so that every machine measures and draws the same. The
//! licence (SIL Open Font License 1.1) lies beside the files in `fonts/`.

use crate::geometry::MM_PER_PT;
use std::sync::LazyLock;
use ttf_parser::Face;

/// The family name inside the font files.
pub(crate) const FAMILY: &str = "Liberation Sans";

/// The font files, in the order of [`Cut`].
pub(crate) static FILES: [&[u8]; 3] = [
    include_bytes!("../fonts/LiberationSans-Regular.ttf"),
    include_bytes!("../fonts/LiberationSans-Bold.ttf"),
    include_bytes!("../fonts/LiberationSans-Italic.ttf"),
];

static FACES: LazyLock<[Face<'static>; 3]> =
    LazyLock::new(|| FILES.map(|data| Face::parse(data, 0).expect("the bundled fonts are valid")));

/// The cut of the typeface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Cut {
    /// Upright, for nearly everything.
    #[default]
    Regular,
    /// Bold, for panel letters and headings.
    Bold,
    /// Italic, for the P of a P value.
    Italic,
}

/// The width of a text in millimetres, without kerning (which only makes it narrower).
pub(crate) fn width(text: &str, cut: Cut, size_pt: f64) -> f64 {
    let face = &FACES[cut as usize];
    let units: u32 = text
        .chars()
        .map(|c| face.glyph_index(c).unwrap_or_default())
        .map(|glyph| u32::from(face.glyph_hor_advance(glyph).unwrap_or(0)))
        .sum();
    f64::from(units) / f64::from(face.units_per_em()) * size_pt * MM_PER_PT
}

/// How far capitals rise above the baseline, in millimetres.
pub(crate) fn cap_height(size_pt: f64) -> f64 {
    0.716 * size_pt * MM_PER_PT
}

/// How far letters reach above the baseline (accents of capitals left out), in millimetres.
pub(crate) fn ascent(size_pt: f64) -> f64 {
    0.76 * size_pt * MM_PER_PT
}

/// How far letters reach below the baseline, in millimetres.
pub(crate) fn descent(size_pt: f64) -> f64 {
    0.21 * size_pt * MM_PER_PT
}

/// From one baseline to the next, in millimetres.
pub(crate) fn line_height(size_pt: f64) -> f64 {
    1.2 * size_pt * MM_PER_PT
}

/// The width of the key of a legend: long enough to show the line type.
pub(crate) fn legend_key(size_pt: f64) -> f64 {
    width("0", Cut::Regular, size_pt) * 4.5
}

/// The characters that the bundled typeface lacks, each once, in order of appearance.
pub(crate) fn missing(text: &str) -> Vec<char> {
    let mut missing = Vec::new();
    for c in text.chars() {
        if !c.is_control() && FACES[0].glyph_index(c).is_none() && !missing.contains(&c) {
            missing.push(c);
        }
    }
    missing
}

/// Breaks a text into lines no wider than `limit` millimetres, at spaces (not at no-break spaces),
/// else within words.
/// At most `lines` lines: the last one ends in an ellipsis when the text is longer.
pub(crate) fn wrap(text: &str, cut: Cut, size_pt: f64, limit: f64, lines: usize) -> Vec<String> {
    let fits = |text: &str| width(text, cut, size_pt) <= limit;
    let mut result: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_ascii_whitespace() {
        let joined = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&joined) {
            line = joined;
            continue;
        }
        if !line.is_empty() {
            result.push(std::mem::take(&mut line));
        }
        for c in word.chars() {
            line.push(c);
            if !fits(&line) && line.chars().count() > 1 {
                line.pop();
                result.push(std::mem::take(&mut line));
                line.push(c);
            }
        }
    }
    result.push(line);
    if result.len() > lines {
        result.truncate(lines);
        let last = result.last_mut().expect("at least one line is asked for");
        while !last.is_empty() && !fits(&format!("{last}\u{2026}")) {
            last.pop();
        }
        *last = format!("{}\u{2026}", last.trim_end());
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_arial() {
        // The digits of Arial are 1139 of 2048 units wide, so ten of them at 10 pt are
        // 10 * 10 * 1139 / 2048 = 55.6 pt.
        let expected = 10.0 * 10.0 * 1139.0 / 2048.0 * MM_PER_PT;
        assert!((width("0123456789", Cut::Regular, 10.0) - expected).abs() < 1e-9);
    }

    #[test]
    fn long_names_break_at_spaces_and_end_in_an_ellipsis() {
        let name = "No adjuvant treatment after complete resection of the primary tumour";
        let lines = wrap(name, Cut::Regular, 7.0, 25.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('\u{2026}'));
        assert!(lines.iter().all(|line| width(line, Cut::Regular, 7.0) <= 25.0));
        assert_eq!(wrap(name, Cut::Regular, 7.0, 25.0, 9).join(" "), name);
    }

    #[test]
    fn accents_and_relations_are_there_and_chinese_is_not() {
        assert_eq!(missing("≤ ≥ – × é ü Ł ± · שלום"), []);
        assert_eq!(missing("生存"), ['生', '存']);
    }
}
