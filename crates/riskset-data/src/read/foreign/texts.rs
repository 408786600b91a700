//! The texts of a column as they are met, each kept once.

use std::collections::HashMap;

use chrono::DateTime;

use super::Cells;
use crate::values::MISSING;

/// A column of texts while it is filled.
#[derive(Default)]
pub(super) struct Texts {
    /// The number of each row's text, [`MISSING`] where there is none.
    codes: Vec<u32>,
    /// Each text once, in the order in which they were met.
    texts: Vec<String>,
    code_of: HashMap<String, u32>,
    /// Rows often repeat the text before them.
    last: u32,
}

impl Texts {
    /// The text of the next row.
    pub(super) fn push(&mut self, text: Option<&str>) {
        let code = match text {
            None => MISSING,
            Some(text) if self.texts.get(self.last as usize).is_some_and(|last| last == text) => {
                self.last
            }
            Some(text) => match self.code_of.get(text) {
                Some(&code) => code,
                None => {
                    let code = self.texts.len() as u32;
                    self.texts.push(text.to_owned());
                    self.code_of.insert(text.to_owned(), code);
                    code
                }
            },
        };
        if code != MISSING {
            self.last = code;
        }
        self.codes.push(code);
    }

    /// A moment in seconds since 1970 as ISO text, the day alone at midnight; missing where no
    /// calendar has it.
    pub(super) fn push_moment(&mut self, seconds: Option<i64>) {
        let moment = seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        let text = moment.map(|moment| {
            let is_midnight = moment.timestamp().rem_euclid(86_400) == 0;
            let pattern = if is_midnight { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M:%S" };
            moment.format(pattern).to_string()
        });
        self.push(text.as_deref())
    }

    /// The column; one without any text is a column of numbers, all missing.
    pub(super) fn done(self) -> Cells {
        if self.texts.is_empty() {
            return Cells::Numbers(vec![f64::NAN; self.codes.len()]);
        }
        Cells::Coded { codes: self.codes, texts: self.texts }
    }
}
