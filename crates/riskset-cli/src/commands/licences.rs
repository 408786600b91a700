//! `riskset licences`: under which licences stands what the program carries.

use crate::Failure;
use crate::output::Console;
use riskset_data::datasets;

const OWN: &str = include_str!("../../../../LICENSE");
const MIT: &str = include_str!("../../../../LICENSE-MIT");
const APACHE: &str = include_str!("../../../../LICENSE-APACHE");
const FONTS: &str = include_str!("../../../riskset-plot/fonts/LICENSE-OFL.txt");
const LGPL: &str = include_str!("../../../../licences/LGPL-2.txt");
/// The texts of all crates, written by `licences/collect.py`.
const CRATES: &str = include_str!("../../../../licences/texts.txt");

/// Prints all of it.
pub fn run(console: &mut Console) -> Result<(), Failure> {
    console.answer(text().as_bytes())
}

fn text() -> String {
    let sets: Vec<String> = datasets::list()
        .iter()
        .map(|set| {
            let about = set.descriptor();
            format!("@{}: {}\n    {}", set.name, about.licence, about.publication)
        })
        .collect();
    let parts = [
        ("riskset", OWN.to_owned()),
        ("riskset: MIT licence", MIT.to_owned()),
        ("riskset: Apache licence", APACHE.to_owned()),
        ("The typeface Liberation Sans of the figures", FONTS.to_owned()),
        ("The bundled data sets", sets.join("\n")),
        ("The sets of the R package survival: LGPL, version 2", LGPL.to_owned()),
        ("The standard library of Rust, by the Rust project's contributors", STANDARD.to_owned()),
        ("The crates that the program is made of, each with its text", CRATES.to_owned()),
    ];
    let parts = parts.iter().map(|(heading, text)| {
        let rule = "=".repeat(heading.len());
        format!("{heading}\n{rule}\n\n{}\n", text.trim_end())
    });
    parts.collect::<Vec<String>>().join("\n\n")
}

const STANDARD: &str =
    "MIT or Apache-2.0, whose texts stand above: https://www.rust-lang.org/policies/licenses";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_its_text() {
        let text = text();
        for part in [
            "The riskset developers",
            "Apache License",
            "SIL OPEN FONT LICENSE",
            "GNU LIBRARY GENERAL PUBLIC LICENSE",
            "@lung: Distributed with the R package survival under the LGPL",
            "polars-core 0.55.2",
        ] {
            assert!(text.contains(part), "{part}");
        }
    }

    /// What names the LGPL is given its text.
    #[test]
    fn the_sets_of_survival_name_their_licence() {
        let sets = datasets::list();
        let lgpl = sets.iter().filter(|set| set.descriptor().licence.contains("LGPL")).count();
        assert_eq!(lgpl, 22);
    }
}
