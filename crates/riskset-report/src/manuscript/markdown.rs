//! The manuscript as Markdown, as Pandoc reads it: raised numbers between `^`.

use super::{Block, Manuscript, Piece, runs};
use crate::escape;

impl Manuscript {
    /// The text with its tables; figures are links to the files of the study's folder.
    pub fn to_markdown(&self) -> String {
        let mut text = format!("# {}\n\n", escape::markdown(&self.title));
        for (label, words) in &self.front {
            let (label, words) = (escape::markdown(label), escape::markdown(words));
            text.push_str(&format!("**{label}:** {words}\n\n"));
        }
        if !self.abbreviations.is_empty() {
            let list = escape::markdown(&super::listed(&self.abbreviations));
            text.push_str(&format!("**Abbreviations:** {list}\n\n"));
        }
        self.main.iter().for_each(|block| text.push_str(&of(block)));
        if !self.references.is_empty() {
            text.push_str("## References\n\n");
            for (place, one) in self.references.iter().enumerate() {
                text.push_str(&format!("{}. {}\n", place + 1, escape::markdown(&one.text())));
            }
            text.push('\n');
        }
        if !self.supplement.is_empty() {
            text.push_str("## Supplement\n\n");
            self.supplement.iter().for_each(|block| text.push_str(&of(block)));
        }
        text
    }
}

fn of(block: &Block) -> String {
    match block {
        Block::Heading(level, text) => {
            format!("{} {}\n\n", "#".repeat(usize::from(*level) + 1), escape::markdown(text))
        }
        Block::Text(pieces) => {
            let inside: String = pieces.iter().map(piece).collect();
            format!("{inside}\n\n")
        }
        Block::Table(item) => {
            let mut table = item.content.clone();
            table.title = format!("{}. {}.", item.label.text, item.title);
            if !item.notes.is_empty() {
                table.footnotes = vec![item.notes.clone()];
            }
            format!("{}\n", table.to_markdown())
        }
        Block::Figure(item) => format!(
            "![{}]({}.svg)\n\n**{}. {}.** {}\n\n",
            escape::markdown(&item.content.alt),
            item.content.file,
            item.label.text,
            escape::markdown(&item.title),
            escape::markdown(&item.notes)
        ),
    }
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => escape::markdown(text),
        Piece::Cite(numbers) => format!("^{}^", runs(numbers, "\u{2013}")),
        Piece::See(labels) => {
            let labels: Vec<&str> = labels.iter().map(|label| label.text.as_str()).collect();
            format!(" ({})", labels.join(", "))
        }
    }
}
