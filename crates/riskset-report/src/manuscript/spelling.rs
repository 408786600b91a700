//! British or American spelling. The program's words are British; an American manuscript has them
//! changed, and those of the study file with them, so that text and tables agree.

use serde::{Deserialize, Serialize};

/// How words are spelt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Spelling {
    /// "randomised", "tumour".
    #[default]
    British,
    /// "randomized", "tumor".
    American,
}

/// What stands before "-ise" in words that American spelling writes with "-ize".
const VERBS: [&str; 16] = [
    "random",
    "standard",
    "general",
    "stabil",
    "normal",
    "categor",
    "character",
    "hospital",
    "summar",
    "recogn",
    "organ",
    "local",
    "penal",
    "util",
    "metastas",
    "minim",
];

/// The endings of those words, behind "is".
const ENDINGS: [&str; 7] = ["e", "ed", "es", "er", "ing", "ation", "ations"];

/// Beginnings of other words, British and American.
const WORDS: [(&str, &str); 17] = [
    ("analyse", "analyze"),
    ("analysing", "analyzing"),
    ("tumour", "tumor"),
    ("centre", "center"),
    ("colour", "color"),
    ("haem", "hem"),
    ("anaem", "anem"),
    ("leukaem", "leukem"),
    ("oesophag", "esophag"),
    ("oestrogen", "estrogen"),
    ("paediatric", "pediatric"),
    ("labelled", "labeled"),
    ("modelled", "modeled"),
    ("behaviour", "behavior"),
    ("favour", "favor"),
    ("neighbour", "neighbor"),
    ("oedema", "edema"),
];

impl Spelling {
    /// A text in this spelling.
    pub fn of(self, text: &str) -> String {
        if self == Spelling::British {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while !rest.is_empty() {
            let word = rest.find(|sign: char| !sign.is_alphabetic()).unwrap_or(rest.len());
            out.push_str(&american(&rest[..word]));
            let other = rest[word..].find(char::is_alphabetic).unwrap_or(rest.len() - word);
            out.push_str(&rest[word..word + other]);
            rest = &rest[word + other..];
        }
        out
    }
}

/// One word; the case of its first letter stays, a word in capitals is left.
fn american(word: &str) -> String {
    let small = word.to_lowercase();
    // "analyses" is the plural of "analysis" too, and nobody can tell which is meant.
    if small == "analyses" || word.chars().skip(1).any(char::is_uppercase) {
        return word.to_owned();
    }
    let verb = VERBS.iter().find_map(|verb| {
        let ending = small.strip_prefix(verb)?.strip_prefix("is")?;
        ENDINGS.contains(&ending).then(|| format!("{verb}iz{ending}"))
    });
    let other = || {
        let (british, american) = WORDS.iter().find(|(british, _)| small.starts_with(british))?;
        Some(format!("{american}{}", &small[british.len()..]))
    };
    let Some(changed) = verb.or_else(other) else { return word.to_owned() };
    match word.chars().next().is_some_and(char::is_uppercase) {
        false => changed,
        true => {
            let mut signs = changed.chars();
            signs.next().map_or(String::new(), |first| first.to_uppercase().chain(signs).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_change_and_names_stay() {
        let text =
            "Randomised patients were analysed; the analyses of tumours in centres (OESOPHAGUS).";
        assert_eq!(
            Spelling::American.of(text),
            "Randomized patients were analyzed; the analyses of tumors in centers (OESOPHAGUS)."
        );
        assert_eq!(Spelling::British.of(text), text);
        assert_eq!(Spelling::American.of("metastasis, metastasised"), "metastasis, metastasized");
        let names = "Characteristics of the organism, localised";
        assert_eq!(Spelling::American.of(names), "Characteristics of the organism, localized");
    }
}
