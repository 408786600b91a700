//! Numbers for tables, figures and references, in the order in which the text cites them.

use super::captions::{Captions, Notes};
use super::references::{Reference, reference};
use super::{
    Block, Content, Draft, Item, Kind, Label, Manuscript, Numbered, Paragraph, Piece, Span,
    Spelling, Target,
};
use std::collections::BTreeMap;

/// The numbers given so far.
#[derive(Default)]
struct Numbers {
    /// Next numbers of tables and figures, of the main text and of the supplement.
    next: BTreeMap<(Kind, bool), usize>,
    labels: Vec<(Target, Label, usize)>,
    cited: Vec<&'static str>,
}

impl Numbers {
    fn label(&mut self, item: &Item) -> Label {
        if let Some((_, label, _)) = self.labels.iter().find(|(one, ..)| *one == item.target) {
            return label.clone();
        }
        let number = self.next.entry((item.target.kind, item.main)).or_insert(0);
        *number += 1;
        let kind = match item.target.kind {
            Kind::Table => "Table",
            Kind::Figure => "Figure",
        };
        let letter = if item.main { "" } else { "S" };
        let text = format!("{kind} {letter}{number}");
        let label = Label { target: item.target.clone(), text };
        self.labels.push((item.target.clone(), label.clone(), *number));
        label
    }

    fn cite(&mut self, keys: &[&'static str]) -> Vec<usize> {
        let mut numbers: Vec<usize> = keys
            .iter()
            .map(|key| match self.cited.iter().position(|one| one == key) {
                Some(place) => place + 1,
                None => {
                    self.cited.push(key);
                    self.cited.len()
                }
            })
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

impl Draft {
    /// The manuscript with its numbers. An item that nothing cites is cited at the head of the
    /// supplement, so that none stands there unexplained.
    pub fn numbered(&self) -> Manuscript {
        let mut numbers = Numbers::default();
        let mut captions = Captions::new(&self.said);
        let mut manuscript = Manuscript {
            title: self.spelling.of(&self.title),
            front: Vec::new(),
            main: Vec::new(),
            abbreviations: Vec::new(),
            references: Vec::new(),
            supplement: Vec::new(),
            labels: Vec::new(),
        };
        let mut placed: Vec<&Target> = Vec::new();
        for (part, sections) in &self.parts {
            // A page on its side would leave the one before it half empty: such tables stand together at
            // the end of the part.
            let mut lying = Vec::new();
            manuscript.main.push(Block::Heading(1, self.spelling.of(part)));
            for section in sections {
                manuscript.main.push(Block::Heading(2, self.spelling.of(&section.heading)));
                let mut shown = Vec::new();
                for paragraph in &section.paragraphs {
                    let pieces = self.pieces(&mut numbers, paragraph, &mut shown);
                    manuscript.main.push(Block::Text(pieces));
                }
                for item in shown.iter().filter(|item| item.main) {
                    if !placed.contains(&&item.target) {
                        placed.push(&item.target);
                        let block = self.block(&mut captions, item, &mut numbers);
                        match block.is_lying() {
                            true => lying.push(block),
                            false => manuscript.main.push(block),
                        }
                    }
                }
            }
            manuscript.main.append(&mut lying);
        }
        manuscript.supplement = self.appendix(&mut numbers, &mut captions);
        manuscript.abbreviations = self.short_forms(&manuscript, captions.abbreviations());
        manuscript.references =
            numbers.cited.iter().map(|key| reference(key)).collect::<Vec<&'static Reference>>();
        let labels = numbers.labels.into_iter();
        manuscript.labels = labels.map(|(target, label, _)| (target, label.text)).collect();
        manuscript.front = self.front(&manuscript);
        manuscript
    }

    fn appendix(&self, numbers: &mut Numbers, captions: &mut Captions) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut shown = Vec::new();
        for paragraph in &self.supplement {
            blocks.push(Block::Text(self.pieces(numbers, paragraph, &mut shown)));
        }
        let uncited: Vec<Target> = self
            .items
            .iter()
            .filter(|item| numbers.labels.iter().all(|(one, ..)| *one != item.target))
            .map(|item| item.target.clone())
            .collect();
        if !uncited.is_empty() {
            let paragraph = Paragraph::new("Further results are shown here.").see(uncited);
            blocks.push(Block::Text(self.pieces(numbers, &paragraph, &mut shown)));
        }
        // Whatever was cited anywhere and does not stand in the main text, by kind and number.
        let mut items: Vec<(Kind, usize, &Item)> = numbers
            .labels
            .iter()
            .filter_map(|(target, _, number)| {
                let item = self.items.iter().find(|item| item.target == *target)?;
                // An item of the main text that only the supplement cites would be lost.
                (!item.main || shown.iter().any(|one| one.target == item.target)).then_some((
                    target.kind,
                    *number,
                    item,
                ))
            })
            .collect();
        items.sort_by_key(|(kind, number, _)| (*kind, *number));
        let mut further = Vec::new();
        for (_, _, item) in items {
            further.push(self.block(captions, item, numbers));
        }
        if let Some(text) = captions.further() {
            blocks.push(Block::Heading(2, "Notes to the figures".to_owned()));
            blocks.extend(
                text.into_iter()
                    .map(|text| Block::Text(vec![Piece::Text(self.spelling.of(&text))])),
            );
        }
        if !further.is_empty() {
            blocks.push(Block::Heading(2, "Tables and figures".to_owned()));
        }
        blocks.extend(further);
        blocks
    }

    /// The pieces of a paragraph; the items that it refers to are added to `shown`.
    fn pieces<'a>(
        &'a self,
        numbers: &mut Numbers,
        paragraph: &Paragraph,
        shown: &mut Vec<&'a Item>,
    ) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for span in &paragraph.0 {
            match span {
                Span::Text(text) => pieces.push(Piece::Text(self.spelling.of(text))),
                Span::Cite(keys) => pieces.push(Piece::Cite(numbers.cite(keys))),
                Span::See(targets) => {
                    let items: Vec<&Item> = targets
                        .iter()
                        .filter_map(|target| self.items.iter().find(|item| item.target == *target))
                        .collect();
                    let labels: Vec<Label> = items.iter().map(|item| numbers.label(item)).collect();
                    shown.extend(items);
                    if !labels.is_empty() {
                        pieces.push(Piece::See(labels));
                    }
                }
            }
        }
        pieces
    }

    fn block(&self, captions: &mut Captions, item: &Item, numbers: &mut Numbers) -> Block {
        let label = numbers.label(item);
        let number = numbers.labels.iter().find(|(one, ..)| *one == item.target);
        let number = number.map_or(0, |(.., number)| *number);
        let Notes { text } = captions.notes(item, &label.text);
        let title = self.spelling.of(item.title.trim_end_matches('.'));
        let notes = self.spelling.of(&text);
        let supplement = !item.main;
        match &item.content {
            Content::Table(table) => {
                let content = spelt(table, self.spelling);
                Block::Table(Box::new(Numbered {
                    label,
                    number,
                    supplement,
                    title,
                    notes,
                    content,
                }))
            }
            Content::Picture(picture) => {
                let content = picture.clone();
                Block::Figure(Box::new(Numbered {
                    label,
                    number,
                    supplement,
                    title,
                    notes,
                    content,
                }))
            }
        }
    }

    /// The short forms that the manuscript uses, by the alphabet.
    fn short_forms(
        &self,
        manuscript: &Manuscript,
        found: Vec<(String, String)>,
    ) -> Vec<(String, String)> {
        let text = all_text(manuscript);
        let mut forms: BTreeMap<String, String> = BTreeMap::new();
        for (short, long) in self.abbreviations.iter().cloned().chain(found) {
            if uses(&text, &short) {
                forms.entry(short).or_insert_with(|| self.spelling.of(&long));
            }
        }
        forms.into_iter().collect()
    }

    /// The title page, with the counts that journals ask for.
    fn front(&self, manuscript: &Manuscript) -> Vec<(String, String)> {
        let (tables, figures) = manuscript.counts();
        let mut front: Vec<(String, String)> = Vec::new();
        for (label, text) in &self.front {
            front.push((self.spelling.of(label), self.spelling.of(text)));
        }
        front.push((
            "Main text".to_owned(),
            format!(
                "Methods and Results, {} words; tables, {tables}; figures, {figures}; references, {}",
                manuscript.words(),
                manuscript.references.len()
            ),
        ));
        front
    }
}

/// A table in a spelling, without its title, caption and notes, which stand in the caption.
fn spelt(table: &crate::table::Table, spelling: Spelling) -> crate::table::Table {
    let mut table = table.clone();
    for column in &mut table.columns {
        // A number of patients is not torn from its sign at the end of a line.
        let heading = spelling.of(&column.heading);
        column.heading = heading.replace("(n = ", "(n\u{a0}=\u{a0}");
    }
    for cell in table.rows.iter_mut().flat_map(|row| row.cells.iter_mut()) {
        *cell = spelling.of(cell);
    }
    table.title.clear();
    table.caption.clear();
    table.footnotes.clear();
    table
}

/// Everything that is read, for the question which short forms are used.
fn all_text(manuscript: &Manuscript) -> String {
    let mut text = String::new();
    let mut add = |part: &str| {
        text.push_str(part);
        text.push(' ');
    };
    for block in manuscript.main.iter().chain(&manuscript.supplement) {
        match block {
            Block::Heading(_, heading) => add(heading),
            Block::Text(pieces) => pieces.iter().for_each(|piece| {
                if let Piece::Text(words) = piece {
                    add(words);
                }
            }),
            Block::Table(item) => {
                add(&item.title);
                add(&item.notes);
                item.content.columns.iter().for_each(|column| add(&column.heading));
                item.content.rows.iter().flat_map(|row| &row.cells).for_each(|cell| add(cell));
            }
            Block::Figure(item) => {
                add(&item.title);
                add(&item.notes);
                // What is drawn is read too: the texts of the drawing.
                add(&item.content.alt);
            }
        }
    }
    text
}

/// Whether a text holds a short form as a word of its own.
fn uses(text: &str, short: &str) -> bool {
    let inside = |sign: Option<char>| sign.is_some_and(char::is_alphanumeric);
    text.match_indices(short).any(|(at, _)| {
        !inside(text[..at].chars().next_back()) && !inside(text[at + short.len()..].chars().next())
    })
}
