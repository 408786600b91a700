//! Journal profiles: sizes, type, lines, colours and wording, read from data files.

use crate::colour::Colour;
use crate::digits::PRule;
use crate::error::Error;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a journal asks of a figure. The built-in profiles are TOML files in `profiles/`; a user's
/// own file states only what differs from `plain` (or from the profile that its `base` names).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The name a user types.
    pub name: String,
    /// The journal.
    pub title: String,
    /// The parts whose values come from general knowledge of the journal's printed figures and not
    /// from an instruction that was read.
    pub house: Vec<String>,
    /// Widths of the page.
    pub page: Page,
    /// Sizes of type.
    #[serde(rename = "type")]
    pub type_size: TypeSize,
    /// Weights of lines.
    pub line: Line,
    /// Colours.
    pub colour: Colours,
    /// Line types.
    pub curve: Curves,
    /// Words.
    pub wording: Wording,
    /// How numbers are written.
    pub number: Numbers,
}

/// Widths of the page, in millimetres.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// One column.
    pub single_column: f64,
    /// Two columns, the full width of the type area.
    pub double_column: f64,
}

/// Sizes of type, in points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeSize {
    /// Axis titles, legends, annotations.
    pub base: f64,
    /// Tick labels and counts.
    pub small: f64,
    /// Nothing may be smaller.
    pub smallest: f64,
    /// Panel letters, bold.
    pub letter: f64,
}

/// Weights of lines in points, and ticks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Curves.
    pub curve: f64,
    /// Axes and ticks.
    pub axis: f64,
    /// Censoring marks and interval bars.
    pub mark: f64,
    /// Reference lines.
    pub reference: f64,
    /// Length of a tick, in millimetres.
    pub tick_length: f64,
    /// Whether ticks point out of the plot or into it.
    pub ticks: Ticks,
}

/// The side of the axis on which ticks stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ticks {
    /// Away from the data.
    Out,
    /// Towards the data.
    In,
}

/// Colours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Colours {
    /// Text and axes.
    pub ink: Colour,
    /// Secondary text and reference lines.
    pub quiet: Colour,
    /// Opacity of confidence bands, from 0 to 1.
    pub band_opacity: f64,
    /// One colour per group, in group order; used again from the start when there are more groups.
    pub groups: Vec<Colour>,
}

/// Line types.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Curves {
    /// One line type per group: strokes and gaps in millimetres, none for a solid line.
    pub dashes: Vec<Vec<f64>>,
}

/// Words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// Above the counts at risk.
    pub at_risk: String,
    /// Above the counts at risk with the censored in brackets.
    pub at_risk_censored: String,
    /// Row of the cumulative events.
    pub events: String,
    /// Row of the cumulative censored.
    pub censored: String,
    /// A median or a limit that the curve does not reach.
    pub not_reached: String,
    /// The letter of the first panel: `A` or `a`.
    pub letters: String,
}

/// How numbers are written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbers {
    /// Probabilities in per cent, or as fractions of 1.
    pub percent: bool,
    /// The decimal point: `.` or `·`.
    pub decimal: String,
    /// Whether a P value below 1 starts with 0.
    pub leading_zero: bool,
    /// Between the limits of an interval.
    pub interval: String,
    /// `P` or `p`.
    pub p_letter: String,
    /// Whether that letter is italic.
    pub p_italic: bool,
    /// Whether spaces surround the relation sign of a P value.
    pub p_spaces: bool,
    /// How many decimals a P value has: `annals`, `ama`, `nejm` or `lancet`.
    pub p_rule: PRule,
    /// Whether a comma stands between the name of an interval and its limits: `95% CI, 0.48-1.77`.
    pub interval_comma: bool,
    /// What a column or a group of rows with counts and percentages is called: `No. (%)`.
    pub count_heading: String,
    /// Whether the percentages below that heading have the sign again: `67 (59.8%)`, not `67 (59.8)`.
    pub percent_sign: bool,
    /// Where the rules come from, by the key of the rule; what is known from printed pages alone is
    /// `from general knowledge`.
    pub source: BTreeMap<String, String>,
}

const PLAIN: &str = include_str!("../profiles/plain.toml");

impl Profile {
    /// The built-in profiles.
    pub const NAMES: [&'static str; 10] = crate::error::PROFILES;

    /// riskset's own look.
    pub fn plain() -> Profile {
        Profile::named("plain").expect("the bundled profile is valid")
    }

    /// A built-in profile by its name.
    ///
    /// # Errors
    ///
    /// [`Error::Profile`] for a name that is not in [`NAMES`](Self::NAMES).
    pub fn named(name: &str) -> Result<Profile, Error> {
        let text = match name {
            "plain" => "",
            "grey" => include_str!("../profiles/grey.toml"),
            "jama" => include_str!("../profiles/jama.toml"),
            "nejm" => include_str!("../profiles/nejm.toml"),
            "lancet" => include_str!("../profiles/lancet.toml"),
            "jco" => include_str!("../profiles/jco.toml"),
            "annals" => include_str!("../profiles/annals.toml"),
            "bmj" => include_str!("../profiles/bmj.toml"),
            "nature" => include_str!("../profiles/nature.toml"),
            "slides" => include_str!("../profiles/slides.toml"),
            _ => {
                let message = "there is no built-in profile of this name".to_owned();
                return Err(Error::Profile { name: name.to_owned(), message });
            }
        };
        Profile::from_toml(name, text)
    }

    /// A profile from the text of a TOML file, called `name` in messages. Keys that the text leaves
    /// out come from its `base` (a built-in profile), by default `plain`.
    ///
    /// # Errors
    ///
    /// [`Error::Profile`] for text that is not TOML, an unknown key or base, a value of the wrong
    /// kind, type smaller than `type.smallest`, or no colours or line types.
    pub fn from_toml(name: &str, text: &str) -> Result<Profile, Error> {
        let refusal = |message: String| Error::Profile { name: name.to_owned(), message };
        let mut own: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let at = error.span().map(|span| span.start);
            refusal(riskset::toml_refusal(&error.to_string(), text, at))
        })?;
        let mut merged = match own.remove("base") {
            None => PLAIN.parse().expect("the bundled profile is valid"),
            Some(toml::Value::String(base)) => {
                toml::Table::try_from(Profile::named(&base)?).map_err(|e| refusal(e.to_string()))?
            }
            Some(_) => return Err(refusal("`base` must be the name of a profile".to_owned())),
        };
        merge(&mut merged, own);
        let profile: Profile = merged.try_into().map_err(|error| refusal(format!("{error}")))?;
        profile.check().map_err(|(table, key, message)| {
            refusal(match line_of(text, table, key) {
                Some(line) => format!("line {line}: {message}"),
                None => message,
            })
        })?;
        Ok(profile)
    }

    /// The colour of a group, by its place in the group order.
    pub fn colour(&self, group: usize) -> Colour {
        self.colour.groups[group % self.colour.groups.len()]
    }

    /// The line type of a group: strokes and gaps in millimetres, none for a solid line.
    pub fn dashes(&self, group: usize) -> &[f64] {
        &self.curve.dashes[group % self.curve.dashes.len()]
    }

    /// What is wrong with the values, and the table and the key that hold it.
    fn check(&self) -> Result<(), (&'static str, &'static str, String)> {
        let (page, size, line) = (&self.page, &self.type_size, &self.line);
        for (table, key, value, range) in [
            ("page", "single_column", page.single_column, WIDTHS),
            ("page", "double_column", page.double_column, WIDTHS),
            ("type", "base", size.base, SIZES),
            ("type", "small", size.small, SIZES),
            ("type", "smallest", size.smallest, SIZES),
            ("type", "letter", size.letter, SIZES),
            ("line", "curve", line.curve, LINES),
            ("line", "axis", line.axis, LINES),
            ("line", "mark", line.mark, LINES),
            ("line", "reference", line.reference, LINES),
            ("line", "tick_length", line.tick_length, LENGTHS),
            ("colour", "band_opacity", self.colour.band_opacity, (0.0, 1.0)),
        ] {
            // A number that is none lies in no range.
            if !(range.0..=range.1).contains(&value) {
                let must =
                    format!("`{key}` is {value}, but must be from {} to {}", range.0, range.1);
                return Err((table, key, must));
            }
        }
        self.check_type()?;
        self.check_colours()?;
        self.check_dashes()?;
        self.check_signs()
    }

    fn check_type(&self) -> Result<(), (&'static str, &'static str, String)> {
        let sizes = &self.type_size;
        let small = [("base", sizes.base), ("small", sizes.small)];
        match small.into_iter().find(|(_, size)| *size < sizes.smallest) {
            Some((key, size)) => Err((
                "type",
                key,
                format!(
                    "type of {size} pt is smaller than its own limit `type.smallest` of {} pt",
                    sizes.smallest
                ),
            )),
            None => Ok(()),
        }
    }

    fn check_colours(&self) -> Result<(), (&'static str, &'static str, String)> {
        let colours = &self.colour;
        if colours.groups.is_empty() {
            let message = "it needs at least one colour and one line type".to_owned();
            return Err(("colour", "groups", message));
        }
        let ink = [("ink", colours.ink), ("quiet", colours.quiet)];
        let all = ink.into_iter().chain(colours.groups.iter().map(|&colour| ("groups", colour)));
        let mut weak = all.filter(|(_, colour)| colour.contrast(Colour::WHITE) < FAINT);
        match weak.next() {
            Some((key, colour)) => Err((
                "colour",
                key,
                format!("the colour {} cannot be seen on white", String::from(colour)),
            )),
            None => Ok(()),
        }
    }

    fn check_dashes(&self) -> Result<(), (&'static str, &'static str, String)> {
        let wrong = |message: &str| Err(("curve", "dashes", message.to_owned()));
        if self.curve.dashes.is_empty() {
            return wrong("it needs at least one colour and one line type");
        }
        let good = |length: &f64| *length > 0.0 && *length <= LENGTHS.1;
        if !self.curve.dashes.iter().flatten().all(good) {
            return wrong(
                "strokes and gaps of a line type must be longer than 0 mm and at most 20",
            );
        }
        Ok(())
    }

    fn check_signs(&self) -> Result<(), (&'static str, &'static str, String)> {
        let number = &self.number;
        for (key, sign) in [
            ("decimal", &number.decimal),
            ("interval", &number.interval),
            ("p_letter", &number.p_letter),
            ("count_heading", &number.count_heading),
        ] {
            let letters = sign.chars().count();
            if sign.trim().is_empty() || letters > 8 || sign.chars().any(|c| c.is_ascii_digit()) {
                let must = format!("`{key}` must be a sign of at most 8 letters and no digit");
                return Err(("number", key, must));
            }
        }
        Ok(())
    }
}

/// Widths of columns that a page may have, in millimetres.
const WIDTHS: (f64, f64) = (30.0, 1000.0);
/// Sizes of type, in points.
const SIZES: (f64, f64) = (3.0, 100.0);
/// Weights of lines, in points.
const LINES: (f64, f64) = (0.1, 20.0);
/// Lengths of ticks and strokes, in millimetres.
const LENGTHS: (f64, f64) = (0.0, 20.0);
/// The least contrast with paper at which a colour is one.
const FAINT: f64 = 1.5;

/// The line of a key in a table of a TOML text, from 1; `None` when it stands in the base.
fn line_of(text: &str, table: &str, key: &str) -> Option<usize> {
    let mut within = "";
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[') {
            within = name.split(']').next().unwrap_or("").trim();
        } else if let Some((name, _)) = line.split_once('=') {
            let name = name.trim();
            if (within == table && name == key) || name == format!("{table}.{key}") {
                return Some(index + 1);
            }
        }
    }
    None
}

/// Puts the values of `own` over those of `base`, table by table.
fn merge(base: &mut toml::Table, own: toml::Table) {
    for (key, value) in own {
        match (base.get_mut(&key), value) {
            (Some(toml::Value::Table(inner)), toml::Value::Table(own)) => merge(inner, own),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::Eye;

    #[test]
    fn every_built_in_profile_is_valid_and_bears_its_name() {
        for name in Profile::NAMES {
            assert_eq!(Profile::named(name).unwrap().name, name);
        }
    }

    /// Whoever changes how a number is written in a journal says where that stands.
    #[test]
    fn every_rule_of_numbers_has_its_source() {
        for name in Profile::NAMES {
            let text = match name {
                "plain" => PLAIN.to_owned(),
                name => std::fs::read_to_string(format!("profiles/{name}.toml")).unwrap(),
            };
            let own: toml::Table = text.parse().unwrap();
            let Some(rules) = own.get("number").and_then(|number| number.as_table()) else {
                continue;
            };
            let sources = rules["source"].as_table().unwrap();
            for rule in rules.keys().filter(|key| *key != "source") {
                assert!(sources.contains_key(rule), "{name}: {rule} has no source");
            }
        }
        assert!(Profile::from_toml("x", "[number]\np_rule = \"vancouver\"\n").is_err());
    }

    /// Checklist 18: contrast with the paper of 3:1 in every profile, for every group.
    #[test]
    fn every_colour_stands_out_from_the_paper() {
        for name in Profile::NAMES {
            for colour in Profile::named(name).unwrap().colour.groups {
                let contrast = colour.contrast(Colour::WHITE);
                assert!(contrast >= 3.0, "{name} {}: {contrast:.2}", String::from(colour));
            }
        }
    }

    /// The first four colours stay apart for every eye; the line types help in grey.
    #[test]
    fn the_first_four_colours_stay_apart_for_every_eye() {
        for name in Profile::NAMES {
            let profile = Profile::named(name).unwrap();
            for eye in [Eye::Usual, Eye::Protan, Eye::Deutan, Eye::Tritan] {
                for a in 0..4 {
                    for b in 0..a {
                        let (one, other) = (profile.colour(a), profile.colour(b));
                        let distance = one.as_seen(eye).distance(other.as_seen(eye));
                        assert!(distance > 10.0, "{name}: {a} and {b} for {eye:?}: {distance:.1}");
                    }
                }
            }
            let mut dashes: Vec<_> = (0..8).map(|group| profile.dashes(group).to_vec()).collect();
            dashes.dedup();
            assert_eq!(dashes.len(), 8);
        }
    }

    #[test]
    fn a_user_states_only_what_differs() {
        let text = "base = \"jama\"\nname = \"ours\"\n[type]\nbase = 9.0\n";
        let profile = Profile::from_toml("ours.toml", text).unwrap();
        assert_eq!(profile.wording.at_risk, "No. at risk");
        assert_eq!(profile.type_size.base, 9.0);
        assert_eq!(profile.type_size.small, 6.5);
    }

    #[test]
    fn a_wrong_profile_is_refused_with_its_name() {
        let refusal = |text| Profile::from_toml("ours.toml", text).unwrap_err().to_string();
        assert!(refusal("[type]\nbas = 9.0\n").contains("ours.toml"));
        assert!(refusal("[type]\nsmall = 4.0\n").contains("line 2: type of 4 pt is smaller"));
        for (text, wanted) in [
            ("[type]\nbase = nan\n", "line 2: `base` is NaN"),
            ("\n[line]\ncurve = -1.0\n", "line 3: `curve` is -1"),
            ("[page]\nsingle_column = 1e300\n", "line 2: `single_column`"),
            ("[colour]\nband_opacity = 50.0\n", "line 2: `band_opacity` is 50"),
            ("[colour]\nink = \"#FFFFFF\"\n", "line 2: the colour #FFFFFF cannot be seen"),
            ("[number]\ndecimal = \"\"\n", "line 2: `decimal` must be"),
            ("[curve]\ndashes = [[inf, 1.0]]\n", "line 2: strokes and gaps"),
        ] {
            assert!(refusal(text).contains(wanted), "{}", refusal(text));
        }
        assert!(Profile::named("cell").unwrap_err().to_string().contains("nejm"));
    }
}
