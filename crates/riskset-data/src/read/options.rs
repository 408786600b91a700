//! What a reader may be told about a source, where looking at it is not enough.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::DateFormat;

/// What a reader is told. All is optional: what is not told is seen from the content, and what the
/// content does not decide is refused with both readings, never guessed. An option that does not
/// apply to the kind of source is refused.
///
/// ```
/// use riskset_data::ReadOptions;
///
/// let told = ReadOptions { na: vec!["--".into(), ".".into()], ..ReadOptions::default() };
/// assert_eq!(told.header_row, None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReadOptions {
    /// The sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The file within a `.zip`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// What stands between two fields of a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<Separator>,
    /// What stands between the whole and the fraction of a number: `.` or `,`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<Decimal>,
    /// What stands between groups of three digits: `,`, `.`, `'` or a blank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thousands: Option<char>,
    /// The encoding of a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// Words that mean missing, beside an empty field, `NA` and `#N/A`; compared without the
    /// blanks around them, letter by letter.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub na: Vec<String>,
    /// The line (of a sheet: the row) that holds the names, from 1, as the owner's program counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_row: Option<usize>,
    /// How many lines (of a sheet: rows) at the start are left out; the names follow. Either this
    /// or `header_row`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip: Option<usize>,
    /// The line (of a sheet: the row) of the first patient, from 1, where lines with units or
    /// explanations stand between the names and the data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_row: Option<usize>,
    /// Lines of a text that start with this are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// How dates are written, where that is not plain: `dmy`, `mdy`, `ymd`, `excel`, or a pattern
    /// such as `%d %b %Y`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_format: Option<DateFormat>,
}

impl ReadOptions {
    /// The names of all fields, in the order of the type.
    pub const NAMES: [&str; 12] = [
        "sheet",
        "member",
        "separator",
        "decimal",
        "thousands",
        "encoding",
        "na",
        "header_row",
        "skip",
        "data_row",
        "comment",
        "date_format",
    ];

    /// The names of the fields that are told, in the order of the type.
    pub fn told(&self) -> Vec<&'static str> {
        // Without `..`, so that one more field in the type does not compile here.
        let ReadOptions {
            sheet,
            member,
            separator,
            decimal,
            thousands,
            encoding,
            na,
            header_row,
            skip,
            data_row,
            comment,
            date_format,
        } = self;
        let told = [
            sheet.is_some(),
            member.is_some(),
            separator.is_some(),
            decimal.is_some(),
            thousands.is_some(),
            encoding.is_some(),
            !na.is_empty(),
            header_row.is_some(),
            skip.is_some(),
            data_row.is_some(),
            comment.is_some(),
            date_format.is_some(),
        ];
        Self::NAMES.into_iter().zip(told).filter(|(_, told)| *told).map(|(name, _)| name).collect()
    }
}

/// A word of an option that does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord {
    /// What was written.
    pub word: String,
    /// What may be written.
    pub choices: &'static str,
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is none of the choices: {}", self.word, self.choices)
    }
}

impl std::error::Error for UnknownWord {}

/// What stands between two fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub enum Separator {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
    /// `|`
    Pipe,
    /// One or more blanks or tabs; those at the ends of a line separate nothing.
    Blanks,
}

impl Separator {
    /// All, in the order in which they are tried.
    pub const ALL: [Separator; 5] = [
        Separator::Comma,
        Separator::Semicolon,
        Separator::Tab,
        Separator::Pipe,
        Separator::Blanks,
    ];

    /// The byte between two fields; runs of blanks are made one tab before they are parsed.
    #[allow(dead_code)]
    pub(crate) fn byte(self) -> u8 {
        match self {
            Separator::Comma => b',',
            Separator::Semicolon => b';',
            Separator::Tab | Separator::Blanks => b'\t',
            Separator::Pipe => b'|',
        }
    }

    /// What it is called in a sentence.
    pub fn plural(self) -> &'static str {
        match self {
            Separator::Comma => "commas",
            Separator::Semicolon => "semicolons",
            Separator::Tab => "tabs",
            Separator::Pipe => "pipes (|)",
            Separator::Blanks => "blanks",
        }
    }
}

/// The word that is typed: `,`, `;`, `tab`, `|`, `blanks`.
impl fmt::Display for Separator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Separator::Comma => ",",
            Separator::Semicolon => ";",
            Separator::Tab => "tab",
            Separator::Pipe => "|",
            Separator::Blanks => "blanks",
        })
    }
}

impl FromStr for Separator {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Separator, UnknownWord> {
        match word {
            "," | "comma" => Ok(Separator::Comma),
            ";" | "semicolon" => Ok(Separator::Semicolon),
            "\t" | "\\t" | "tab" => Ok(Separator::Tab),
            "|" | "pipe" => Ok(Separator::Pipe),
            " " | "blank" | "blanks" | "space" => Ok(Separator::Blanks),
            _ => Err(UnknownWord { word: word.to_string(), choices: ", ; tab | blanks" }),
        }
    }
}

/// What stands between the whole and the fraction of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub enum Decimal {
    /// `1.5`
    #[default]
    Point,
    /// `1,5`
    Comma,
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Decimal::Point => ".",
            Decimal::Comma => ",",
        })
    }
}

impl FromStr for Decimal {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Decimal, UnknownWord> {
        match word {
            "." | "point" => Ok(Decimal::Point),
            "," | "comma" => Ok(Decimal::Comma),
            _ => Err(UnknownWord { word: word.to_string(), choices: ". ," }),
        }
    }
}

/// How the characters of a text are written as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Encoding(pub(crate) &'static encoding_rs::Encoding);

/// The name that the web uses: `UTF-8`, `windows-1252`, `macintosh`, `UTF-16LE`.
impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

/// Every label of the WHATWG encoding standard is understood (`latin1` is `windows-1252`), and
/// `mac-roman`.
impl FromStr for Encoding {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Encoding, UnknownWord> {
        let label = match word.to_ascii_lowercase().as_str() {
            "mac-roman" | "macroman" | "mac_roman" => "macintosh".to_string(),
            "utf8" => "utf-8".to_string(),
            "latin-1" => "latin1".to_string(),
            "cp1252" => "windows-1252".to_string(),
            other => other.to_string(),
        };
        encoding_rs::Encoding::for_label(label.as_bytes()).map(Encoding).ok_or(UnknownWord {
            word: word.to_string(),
            choices: "utf-8, utf-16, windows-1252, macintosh and the other names of the web's \
                      encodings",
        })
    }
}

/// `TryFrom<String>` and `Into<String>` for types that read and write themselves.
macro_rules! as_text {
    ($($type:ty),*) => {$(
        impl TryFrom<String> for $type {
            type Error = UnknownWord;

            fn try_from(text: String) -> Result<$type, UnknownWord> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> String {
                value.to_string()
            }
        }
    )*};
}
pub(crate) use as_text;

as_text!(Separator, Decimal, Encoding);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back_as_they_are_written() {
        for separator in Separator::ALL {
            assert_eq!(separator.to_string().parse(), Ok(separator));
        }
        assert_eq!("latin1".parse::<Encoding>().unwrap().to_string(), "windows-1252");
        assert_eq!("mac-roman".parse::<Encoding>().unwrap().to_string(), "macintosh");
        assert_eq!(
            ":".parse::<Separator>().unwrap_err().to_string(),
            "`:` is none of the choices: , ; tab | blanks"
        );
    }

    #[test]
    fn a_table_of_options_is_read_and_unknown_fields_are_refused() {
        let text = "separator = ';'\ndecimal = ','\nna = ['.', '--']\ndate_format = 'dmy'";
        let options: ReadOptions = toml::from_str(text).unwrap();
        assert_eq!(options.told(), ["separator", "decimal", "na", "date_format"]);
        assert_eq!(
            (options.separator, options.decimal),
            (Some(Separator::Semicolon), Some(Decimal::Comma))
        );
        let error = toml::from_str::<ReadOptions>("seperator = ';'").unwrap_err();
        assert!(error.to_string().contains("unknown field `seperator`"), "{error}");
    }
}
