//! Dates as people write them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::read::{UnknownWord, as_text};

/// How dates are written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub enum DateFormat {
    /// Day, month, year: `13.04.2018`, `13/4/18`.
    Dmy,
    /// Month, day, year: `04/13/2018`.
    Mdy,
    /// Year, month, day: `2018-04-13`, `2018/4/13`.
    Ymd,
    /// The number of days that Excel counts, with 1 for 1 January 1900: `43203`.
    Excel,
    /// A pattern of `strptime`: `%d %b %Y`.
    Pattern(String),
}

impl fmt::Display for DateFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DateFormat::Dmy => "dmy",
            DateFormat::Mdy => "mdy",
            DateFormat::Ymd => "ymd",
            DateFormat::Excel => "excel",
            DateFormat::Pattern(pattern) => pattern,
        })
    }
}

impl FromStr for DateFormat {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<DateFormat, UnknownWord> {
        match word {
            "dmy" => Ok(DateFormat::Dmy),
            "mdy" => Ok(DateFormat::Mdy),
            "ymd" => Ok(DateFormat::Ymd),
            "excel" => Ok(DateFormat::Excel),
            pattern if is_pattern(pattern) => Ok(DateFormat::Pattern(pattern.to_string())),
            _ => Err(UnknownWord {
                word: word.to_string(),
                choices: "dmy, mdy, ymd, excel, or a pattern such as %d %b %Y",
            }),
        }
    }
}

/// Whether chrono understands the pattern and it names something of a date.
fn is_pattern(pattern: &str) -> bool {
    use chrono::format::{Item, StrftimeItems};
    pattern.contains('%') && !StrftimeItems::new(pattern).any(|item| matches!(item, Item::Error))
}

as_text!(DateFormat);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_read_back_as_they_are_written() {
        for word in ["dmy", "mdy", "ymd", "excel", "%d %b %Y"] {
            assert_eq!(word.parse::<DateFormat>().unwrap().to_string(), word);
        }
        let error = "d/m/y".parse::<DateFormat>().unwrap_err().to_string();
        assert!(error.starts_with("`d/m/y` is none of the choices: dmy, mdy"), "{error}");
        assert!("%Q".parse::<DateFormat>().is_err());
    }
}
