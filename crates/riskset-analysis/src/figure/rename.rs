//! Words for the codes of terms, levels and causes.

use crate::Problem;
use riskset::Remedy;
use riskset_data::Grouping;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;

/// A code of the data, and what readers see instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rename {
    /// `sex` (a term), `sex:1` (a level) or `pcm` (a cause).
    pub code: String,
    /// The words for it.
    pub words: String,
}

/// The words of a figure, with a note of which were used.
pub(super) struct Words<'a> {
    renames: &'a [Rename],
    used: RefCell<Vec<bool>>,
}

impl<'a> Words<'a> {
    pub fn new(renames: &'a [Rename]) -> Words<'a> {
        Words { renames, used: RefCell::new(vec![false; renames.len()]) }
    }

    /// The words for a code, if there are any.
    pub fn of(&self, code: &str) -> Option<String> {
        let place = self.renames.iter().position(|rename| rename.code == code)?;
        self.used.borrow_mut()[place] = true;
        Some(self.renames[place].words.clone())
    }

    /// A level of a column: the words for `column:level`, else the level itself.
    pub fn level(&self, column: &str, level: &str) -> String {
        self.of(&format!("{}:{level}", variable(column))).unwrap_or_else(|| level.to_owned())
    }

    /// A term of a model: the words for it, else its variable without `factor()`.
    pub fn term(&self, name: &str) -> String {
        self.of(name)
            .or_else(|| self.of(variable(name)))
            .unwrap_or_else(|| variable(name).to_owned())
    }

    /// The levels of each group without their columns' names, which are codes to a reader.
    pub fn groups(&self, grouping: Option<&Grouping>) -> Vec<String> {
        let Some(grouping) = grouping else { return vec!["All patients".to_owned()] };
        let group = |levels: &Vec<(String, String)>| {
            let names = levels.iter().map(|(column, level)| self.level(column, level));
            names.collect::<Vec<_>>().join(", ")
        };
        grouping.levels.iter().map(group).collect()
    }

    /// Refuses words for a code that the figure does not hold.
    pub fn check_used(&self) -> Result<(), Problem> {
        let used = self.used.borrow();
        match self.renames.iter().zip(used.iter()).find(|(_, used)| !**used) {
            None => Ok(()),
            Some((rename, _)) => Err(Problem::request(
                format!(
                    "the figure has no term, level or cause `{}` that could be renamed",
                    rename.code
                ),
                Remedy::to(
                    "write COLUMN=WORDS, COLUMN:LEVEL=WORDS or CAUSE=WORDS, with the names of the \
                     data",
                ),
            )),
        }
    }
}

/// The variable within `factor(...)`, which a reader of the figure needs not know of.
fn variable(name: &str) -> &str {
    let inner = name.strip_prefix("factor(").and_then(|rest| rest.strip_suffix(')'));
    inner.map_or(name, |inner| inner.split(',').next().unwrap_or(inner).trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_levels_and_causes_have_words() {
        let renames: Vec<Rename> = [("sex", "Sex"), ("sex:1", "Men"), ("age", "Age, years")]
            .map(|(code, words)| Rename { code: code.to_owned(), words: words.to_owned() })
            .to_vec();
        let words = Words::new(&renames);
        assert_eq!(words.term("factor(sex)"), "Sex");
        assert_eq!(words.term("factor(ph.ecog, ref = \"0\")"), "ph.ecog");
        assert_eq!(words.term("log(age)"), "log(age)");
        assert_eq!(words.level("factor(sex)", "1"), "Men");
        assert_eq!(words.level("sex", "2"), "2");
        assert!(words.check_used().unwrap_err().to_string().contains("`age`"));
        assert_eq!(words.term("age"), "Age, years");
        assert_eq!(words.check_used(), Ok(()));
    }
}
