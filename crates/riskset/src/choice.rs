//! Enums of choices, each with one table of names.
//!
//! What a user types, what a document prints and what a help page lists come from the same table, so
//! that a choice is added in one place.

use std::fmt;
use std::str::FromStr;

/// An enum of choices with the name and the help of each.
///
/// A choice that carries numbers, such as the exponents of a test, stands in the table with its
/// usual ones and is written by its name alone.
pub trait Choice: Copy + PartialEq + fmt::Display + FromStr<Err = UnknownChoice> + 'static {
    /// What kind of choice it is, in words: `tie method`.
    const WHAT: &'static str;

    /// Every choice, the name a user types, and what it means in a few words.
    const ALL: &'static [(Self, &'static str, &'static str)];

    /// The names, in the order of the table.
    fn names() -> Vec<&'static str> {
        Self::ALL.iter().map(|(_, name, _)| *name).collect()
    }
}

/// A name that no choice has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownChoice {
    /// What was asked for.
    pub what: &'static str,
    /// The name found.
    pub name: String,
    /// The names there are.
    pub known: Vec<&'static str>,
}

impl std::error::Error for UnknownChoice {}

impl fmt::Display for UnknownChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.known.join(", ");
        write!(f, "there is no {} `{}`; there are {known}", self.what, self.name)
    }
}

/// Gives an enum of choices its table, and from it `Display`, `FromStr` and `name`. Two values are one choice when
/// they differ only in the numbers they carry.
#[macro_export]
macro_rules! choices {
    ($type:ty, $what:literal, [$(($value:expr, $name:literal, $help:literal)),+ $(,)?]) => {
        impl $crate::Choice for $type {
            const WHAT: &'static str = $what;
            const ALL: &'static [($type, &'static str, &'static str)] =
                &[$(($value, $name, $help)),+];
        }

        impl $type {
            /// The name a user types.
            pub fn name(self) -> &'static str {
                let same = |(choice, name, _): &($type, &'static str, &'static str)| {
                    (std::mem::discriminant(choice) == std::mem::discriminant(&self))
                        .then_some(*name)
                };
                let table = <$type as $crate::Choice>::ALL;
                table.iter().find_map(same).expect("every choice stands in its table")
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::UnknownChoice;

            fn from_str(text: &str) -> Result<$type, $crate::UnknownChoice> {
                let table = <$type as $crate::Choice>::ALL;
                let found = table.iter().find(|(_, name, _)| *name == text);
                found.map(|(choice, _, _)| *choice).ok_or_else(|| $crate::UnknownChoice {
                    what: $what,
                    name: text.to_owned(),
                    known: <$type as $crate::Choice>::names(),
                })
            }
        }
    };
}
