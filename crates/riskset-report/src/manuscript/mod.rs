//! A manuscript as a value, and its writers: Word, HTML, LaTeX, Markdown.
//!
//! Whoever makes one ([`Draft`]) writes sections with the names of tables, figures and references;
//! [`Draft::numbered`] gives them their numbers in the order in which they are cited, puts each table
//! and figure behind the section that cites it first, and the rest into the supplement.

mod bib;
mod captions;
mod docx;
mod html;
mod latex;
mod markdown;
mod number;
mod package;
pub mod references;
mod spelling;

pub use spelling::Spelling;

use crate::table::Table;
use references::Reference;

/// A piece of a paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// Words, as plain text.
    Text(String),
    /// Tables and figures that the words before rest on, by their names; shown in parentheses.
    See(Vec<Target>),
    /// Publications, by their keys in [`references`]; shown as raised numbers.
    Cite(Vec<&'static str>),
}

/// A table or a figure that is cited.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// Which of the two.
    pub kind: Kind,
    /// Its name in the study.
    pub name: String,
}

/// What has a number and a caption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A table.
    Table,
    /// A figure.
    Figure,
}

impl Target {
    /// A table.
    pub fn table(name: impl Into<String>) -> Target {
        Target { kind: Kind::Table, name: name.into() }
    }

    /// A figure.
    pub fn figure(name: impl Into<String>) -> Target {
        Target { kind: Kind::Figure, name: name.into() }
    }
}

/// A paragraph that is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paragraph(pub Vec<Span>);

impl Paragraph {
    /// A paragraph of words.
    pub fn new(words: impl Into<String>) -> Paragraph {
        Paragraph(vec![Span::Text(words.into())])
    }

    /// Adds words; a space parts them from what stands before.
    pub fn say(mut self, words: impl AsRef<str>) -> Paragraph {
        let words = words.as_ref();
        let text = if self.0.is_empty() { words.to_owned() } else { format!(" {words}") };
        self.0.push(Span::Text(text));
        self
    }

    /// Cites publications behind the words.
    pub fn cite(mut self, keys: &[&'static str]) -> Paragraph {
        if !keys.is_empty() {
            self.0.push(Span::Cite(keys.to_vec()));
        }
        self
    }

    /// Refers to tables and figures: ahead of the full stop that the words end with.
    pub fn see(mut self, targets: impl IntoIterator<Item = Target>) -> Paragraph {
        let targets: Vec<Target> = targets.into_iter().collect();
        if targets.is_empty() {
            return self;
        }
        // What refers already refers to these as well.
        if let [.., Span::See(seen), Span::Text(stop)] = &mut self.0[..]
            && stop == "."
        {
            seen.extend(targets);
            return self;
        }
        let stop = match self.0.last_mut() {
            Some(Span::Text(text)) if text.ends_with('.') => {
                text.pop();
                true
            }
            _ => false,
        };
        self.0.push(Span::See(targets));
        if stop {
            self.0.push(Span::Text(".".to_owned()));
        }
        self
    }

    /// The words alone, without references to anything.
    pub fn plain(&self) -> String {
        let words = self.0.iter().filter_map(|span| match span {
            Span::Text(text) => Some(text.as_str()),
            _ => None,
        });
        words.collect()
    }
}

/// A heading with its paragraphs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// In order.
    pub paragraphs: Vec<Paragraph>,
}

/// A table or a figure before it has a number.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is cited by.
    pub target: Target,
    /// One line, without a number.
    pub title: String,
    /// What a reader needs besides, a sentence each.
    pub notes: Vec<String>,
    /// What is shown.
    pub content: Content,
    /// Whether it belongs to the main text; else it stands in the supplement.
    pub main: bool,
}

/// What an item shows.
#[derive(Clone, Debug)]
pub enum Content {
    /// A table; its title and notes are those of the item.
    Table(Table),
    /// A drawing at its final size.
    Picture(Picture),
}

/// A drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Vector, with text as text.
    pub svg: String,
    /// The same as pixels, for programs that cannot show the vector.
    pub png: Vec<u8>,
    /// The file of the study's folder that LaTeX includes, without its ending: `figures/flow`.
    pub file: String,
    /// Millimetres.
    pub width: f64,
    /// Millimetres.
    pub height: f64,
    /// What it shows, for a reader who cannot see it.
    pub alt: String,
}

/// What a manuscript is made of before anything has a number.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The title.
    pub title: String,
    /// What stands on the title page, as label and text.
    pub front: Vec<(String, String)>,
    /// The parts (Methods, Results) with their sections.
    pub parts: Vec<(String, Vec<Section>)>,
    /// Every table and figure.
    pub items: Vec<Item>,
    /// Short forms and what they stand for; those that are used are printed.
    pub abbreviations: Vec<(String, String)>,
    /// What stands at the head of the supplement.
    pub supplement: Vec<Paragraph>,
    /// Sentences of captions that the Methods say.
    pub said: Vec<String>,
    /// How words are spelt.
    pub spelling: Spelling,
}

/// A manuscript ready to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Manuscript {
    /// The title.
    pub title: String,
    /// What stands on the title page.
    pub front: Vec<(String, String)>,
    /// The main text.
    pub main: Vec<Block>,
    /// Short forms in use, by the alphabet.
    pub abbreviations: Vec<(String, String)>,
    /// The publications cited, in the order of their numbers.
    pub references: Vec<&'static Reference>,
    /// What stands behind the references.
    pub supplement: Vec<Block>,
    /// For each cited item its label, "Table 1", in the order of the text.
    pub labels: Vec<(Target, String)>,
}

/// A part of the text in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading; 1 for a part, 2 for a section.
    Heading(u8, String),
    /// A paragraph.
    Text(Vec<Piece>),
    /// A table with its caption.
    Table(Box<Numbered<Table>>),
    /// A figure with its caption.
    Figure(Box<Numbered<Picture>>),
}

impl Block {
    /// Whether it needs a page on its side.
    pub(crate) fn is_lying(&self) -> bool {
        matches!(self, Block::Table(item) if item.content.is_landscape())
    }
}

/// A piece of a paragraph, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Text(String),
    /// Items that are referred to, in parentheses.
    See(Vec<Label>),
    /// Numbers of references, increasing.
    Cite(Vec<usize>),
}

/// The label of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Which item.
    pub target: Target,
    /// `Table 2`, `Figure S1`.
    pub text: String,
}

/// An item with its number.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbered<T> {
    /// Its label.
    pub label: Label,
    /// Its number within its kind and part, from 1.
    pub number: usize,
    /// Whether it stands in the supplement.
    pub supplement: bool,
    /// One line.
    pub title: String,
    /// What a reader needs besides: one paragraph, may be empty.
    pub notes: String,
    /// What is shown.
    pub content: T,
}

impl Manuscript {
    /// The words of the main text, without captions, tables and references: what journals count.
    pub fn words(&self) -> usize {
        let texts = self.main.iter().filter_map(|block| match block {
            Block::Text(pieces) => Some(pieces),
            _ => None,
        });
        let words = texts.flatten().map(|piece| match piece {
            Piece::Text(text) => text.split_whitespace().count(),
            _ => 0,
        });
        words.sum()
    }

    /// How many tables and figures the main text has.
    pub fn counts(&self) -> (usize, usize) {
        let tables = self.main.iter().filter(|block| matches!(block, Block::Table(_))).count();
        let figures = self.main.iter().filter(|block| matches!(block, Block::Figure(_))).count();
        (tables, figures)
    }
}

/// Numbers with runs put together: "1,3-5".
fn runs(numbers: &[usize], dash: &str) -> String {
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for &number in numbers {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => parts.push((number, number)),
        }
    }
    let shown = parts.iter().map(|&(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first},{last}"),
        _ => format!("{first}{dash}{last}"),
    });
    shown.collect::<Vec<_>>().join(",")
}

/// "CI, confidence interval; OS, overall survival".
fn listed(forms: &[(String, String)]) -> String {
    forms.iter().map(|(short, long)| format!("{short}, {long}")).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_references_are_put_together() {
        assert_eq!(runs(&[1], "-"), "1");
        assert_eq!(runs(&[1, 2], "-"), "1,2");
        assert_eq!(runs(&[1, 3, 4, 5, 7], "-"), "1,3-5,7");
    }

    #[test]
    fn a_reference_to_an_item_stands_ahead_of_the_full_stop() {
        let paragraph = Paragraph::new("All were alive.").see([Target::table("one")]);
        assert_eq!(paragraph.plain(), "All were alive.");
        assert_eq!(paragraph.0.len(), 3);
    }
}
