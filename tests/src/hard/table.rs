//! Files of any kind, known by what they hold: texts in any separator and encoding, packed files, and
//! the formats of other programs. Refused in words, or read and then as long as they say.

use super::text;
use riskset_data::{ReadOptions, ReadProgress, Table};

/// What the reader may be told about the same bytes.
const TOLD: [&str; 3] = [
    "",
    "na = ['.', 'NA']\ncomment = '#'\nskip = 1",
    "separator = ';'\ndecimal = ','\ndate_format = 'dmy'\nencoding = 'windows-1252'",
];

/// The bytes as a file whose name says nothing, told nothing and told something.
///
/// # Panics
///
/// When an answer breaks a promise.
pub fn check_table(bytes: &[u8]) {
    for told in TOLD {
        let options: ReadOptions = toml::from_str(told).expect("the options are fine");
        match Table::from_bytes(bytes, "hard", None, &options, &ReadProgress::default()) {
            Ok(table) => text::read(&table),
            Err(error) => assert!(error.to_string().len() > 10, "{error}"),
        }
    }
}
