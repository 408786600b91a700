//! Captions of at most 80 words: what an earlier caption or the Methods say is not said again, short
//! forms are gathered for one list, and what does not fit goes to the notes of the supplement.

use super::{Content, Item};
use crate::verify::sentences;

/// The longest caption of a figure, in words, with its title.
const MOST_WORDS: usize = 80;

/// The text below a title.
pub struct Notes {
    pub text: String,
}

/// What captions have said so far.
pub struct Captions {
    said: Vec<String>,
    /// A sentence and the label of the item that says it.
    shared: Vec<(String, String)>,
    abbreviations: Vec<(String, String)>,
    /// What did not fit, with the label.
    further: Vec<(String, Vec<String>)>,
}

impl Captions {
    pub fn new(said: &[String]) -> Captions {
        let said = said.iter().flat_map(|text| split(text)).collect();
        Captions { said, shared: Vec::new(), abbreviations: Vec::new(), further: Vec::new() }
    }

    /// The notes of an item.
    pub fn notes(&mut self, item: &Item, label: &str) -> Notes {
        let picture = matches!(item.content, Content::Picture(_));
        let (mut kept, mut at) = (Vec::new(), Vec::new());
        for sentence in item.notes.iter().flat_map(|text| split(text)) {
            if let Some(forms) = short_forms(&sentence) {
                forms.into_iter().for_each(|form| self.learn(form));
                continue;
            }
            if self.said.contains(&sentence) || picture && is_told_by_the_table(&sentence) {
                continue;
            }
            match self.shared.iter().find(|(one, _)| *one == sentence) {
                Some((_, label)) => {
                    if !at.contains(label) {
                        at.push(label.clone());
                    }
                }
                None => {
                    self.shared.push((sentence.clone(), label.to_owned()));
                    kept.push(sentence);
                }
            }
        }
        if let Some(first) = at.first() {
            kept.push(format!("Further notes: see {first}."));
        }
        if picture {
            self.shorten(&mut kept, &item.title, label);
        }
        Notes { text: kept.join(" ") }
    }

    /// Takes sentences from the end until the caption is short enough.
    fn shorten(&mut self, kept: &mut Vec<String>, title: &str, label: &str) {
        let words = |text: &str| text.split_whitespace().count();
        let too_long = |kept: &[String]| {
            words(title) + kept.iter().map(|one| words(one)).sum::<usize>() > MOST_WORDS
        };
        if !too_long(kept) {
            return;
        }
        let mut moved = Vec::new();
        kept.push("Further notes: see the Supplement.".to_owned());
        while too_long(kept) && kept.len() > 1 {
            moved.push(kept.remove(kept.len() - 2));
        }
        moved.reverse();
        self.further.push((label.to_owned(), moved));
    }

    fn learn(&mut self, form: (String, String)) {
        if self.abbreviations.iter().all(|(short, _)| *short != form.0) {
            self.abbreviations.push(form);
        }
    }

    /// The short forms found in notes.
    pub fn abbreviations(&self) -> Vec<(String, String)> {
        self.abbreviations.clone()
    }

    /// What did not fit into captions, a paragraph each.
    pub fn further(&self) -> Option<Vec<String>> {
        let text = |(label, notes): &(String, Vec<String>)| format!("{label}. {}", notes.join(" "));
        (!self.further.is_empty()).then(|| self.further.iter().map(text).collect())
    }
}

fn split(text: &str) -> Vec<String> {
    let places = sentences(text).into_iter();
    let parts = places.map(|place| text[place].trim().to_owned());
    parts.filter(|sentence| !sentence.is_empty() && sentence != "Synthetic data.").collect()
}

/// Numbers of patients, events and medians stand in the table and in the text.
fn is_told_by_the_table(sentence: &str) -> bool {
    sentence.contains(" patients, ") && sentence.contains(" events")
        || sentence.starts_with("Events: ")
}

/// "NR, not reached; NE, not estimable." as pairs; `None` for another sentence.
fn short_forms(sentence: &str) -> Option<Vec<(String, String)>> {
    let pair = |part: &str| {
        let (short, long) = part.trim().split_once(", ")?;
        let is_short = short.len() <= 12
            && short.chars().filter(|sign| sign.is_uppercase()).count() >= 2
            && !short.contains("  ");
        let is_long = long.split_whitespace().count() <= 6 && !long.contains(", ");
        (is_short && is_long).then(|| (short.to_owned(), long.to_owned()))
    };
    sentence.trim_end_matches('.').split(';').map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manuscript::{Picture, Target};

    fn figure(name: &str, notes: &[&str]) -> Item {
        let picture = Picture {
            svg: String::new(),
            png: Vec::new(),
            file: String::new(),
            width: 1.0,
            height: 1.0,
            alt: String::new(),
        };
        Item {
            target: Target::figure(name),
            title: "Survival".to_owned(),
            notes: notes.iter().map(|note| (*note).to_owned()).collect(),
            content: Content::Picture(picture),
            main: true,
        }
    }

    #[test]
    fn a_note_is_said_once_and_short_forms_are_gathered() {
        let mut captions = Captions::new(&["Death was counted.".to_owned()]);
        let notes = [
            "Bands are intervals. Death was counted. NR, not reached; CEA, carcinoembryonic antigen.",
        ];
        assert_eq!(captions.notes(&figure("a", &notes), "Figure 1").text, "Bands are intervals.");
        assert_eq!(
            captions.notes(&figure("b", &notes), "Figure 2").text,
            "Further notes: see Figure 1."
        );
        assert_eq!(captions.abbreviations().len(), 2);
    }

    #[test]
    fn a_long_caption_keeps_eighty_words_and_loses_none() {
        let long = "One two three four five six seven eight nine ten eleven twelve. ";
        let sentences: Vec<String> =
            (0..9).map(|at| long.replace("twelve", &format!("number{at}"))).collect();
        let notes: Vec<&str> = sentences.iter().map(String::as_str).collect();
        let mut captions = Captions::new(&[]);
        let text = captions.notes(&figure("a", &notes), "Figure 1").text;
        assert!(text.split_whitespace().count() < 80, "{text}");
        assert!(text.ends_with("see the Supplement."));
        let further = captions.further().unwrap().join(" ");
        for at in 0..9 {
            assert!(
                text.contains(&format!("number{at}")) != further.contains(&format!("number{at}"))
            );
        }
    }
}
