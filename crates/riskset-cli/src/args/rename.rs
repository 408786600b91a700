//! `--rename CODE=WORDS`: words for the codes of terms, levels and causes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A code of the data, and what readers see instead.
#[derive(Clone, Debug)]
pub struct Rename {
    code: String,
    words: String,
    used: Arc<AtomicBool>,
}

impl Rename {
    /// From `sex=Sex`, `sex:1=Men` or `pcm=Plasma cell malignancy`.
    pub fn parse(text: &str) -> Result<Rename, String> {
        match text.split_once('=').map(|(code, words)| (code.trim(), words.trim())) {
            Some((code, words)) if !code.is_empty() && !words.is_empty() => {
                Ok(Rename { code: code.to_owned(), words: words.to_owned(), used: Arc::default() })
            }
            _ => Err(format!("`{text}` is not CODE=WORDS, such as sex=Sex or sex:1=Men")),
        }
    }

    /// What was typed before the sign.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Whether the code was met.
    pub fn used(&self) -> bool {
        self.used.load(Ordering::Relaxed)
    }
}

/// The words for a code, if there are any.
pub fn words(renames: &[Rename], code: &str) -> Option<String> {
    let found = renames.iter().find(|rename| rename.code == code)?;
    found.used.store(true, Ordering::Relaxed);
    Some(found.words.clone())
}

/// A level of a column: the words for `column:level`, else the level itself.
pub fn level(renames: &[Rename], column: &str, level: &str) -> String {
    words(renames, &format!("{}:{level}", variable(column))).unwrap_or_else(|| level.to_owned())
}

/// A term of a model: the words for it, else its variable without `factor()`.
pub fn term(renames: &[Rename], name: &str) -> String {
    words(renames, name)
        .or_else(|| words(renames, variable(name)))
        .unwrap_or_else(|| variable(name).to_owned())
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
        let renames: Vec<Rename> = ["sex=Sex", "sex:1=Men", "age = Age, years"]
            .map(|r| Rename::parse(r).unwrap())
            .to_vec();
        assert_eq!(term(&renames, "factor(sex)"), "Sex");
        assert_eq!(term(&renames, "factor(ph.ecog, ref = \"0\")"), "ph.ecog");
        assert_eq!(term(&renames, "log(age)"), "log(age)");
        assert_eq!(level(&renames, "factor(sex)", "1"), "Men");
        assert_eq!(level(&renames, "sex", "2"), "2");
        let used: Vec<bool> = renames.iter().map(Rename::used).collect();
        assert_eq!(used, [true, true, false]);
        assert_eq!(term(&renames, "age"), "Age, years");
        assert!(Rename::parse("sex").is_err());
        assert!(Rename::parse("=Sex").is_err());
    }
}
