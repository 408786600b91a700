//! The manuscript as a Word document: real styles, captions with fields that count, references to them
//! as fields, heads of tables that repeat, rows that do not break, figures as vectors at their size.

use super::package::{HEAD_ROW, pack, picture_id};
use super::{Block, Label, Manuscript, Numbered, Picture, Piece, runs};
use crate::escape::xml_characters;
use crate::table::{PageTable, Table};
use docx_rs::{
    AlignmentType, BreakType, Docx, FieldCharType, Footer, InstrText, LineSpacing, LineSpacingType,
    PageMargin, PageOrientationType, PageSize, Paragraph, Pic, Run, RunFonts, RunProperty,
    SectionProperty, Style, StyleType, VertAlignType,
};

/// EMU in a millimetre.
const EMU: f64 = 36_000.0;
/// Millimetres between the margins of an A4 page, and the height that a figure may take with its
/// caption.
const WIDTH: f64 = 170.0;
const HEIGHT: f64 = 215.0;

impl Manuscript {
    /// The Word document. The same manuscript gives the same bytes.
    pub fn to_docx(&self) -> Vec<u8> {
        let mut writer = Writer {
            docx: start(&self.title),
            pictures: Vec::new(),
            bookmarks: 0,
            rows: 0,
            paragraphs: 0,
            lying: false,
        };
        writer.front(self);
        writer.blocks(&self.main);
        writer.lay(false);
        writer.references(self);
        if !self.supplement.is_empty() {
            writer.heading(1, "Supplement", true);
            writer.blocks(&self.supplement);
            writer.lay(false);
        }
        pack(writer.docx.build(), &writer.pictures)
    }
}

/// An A4 page in twentieths of a point, and its margins.
const SHORT_SIDE: u32 = 11_906;
const LONG_SIDE: u32 = 16_838;
const MARGIN: PageMargin = PageMargin {
    top: 1134,
    bottom: 1134,
    left: 1134,
    right: 1134,
    header: 567,
    footer: 567,
    gutter: 0,
};

/// The pages of a section, upright or on their side.
fn section(lying: bool) -> SectionProperty {
    let size = match lying {
        false => PageSize::new().size(SHORT_SIDE, LONG_SIDE),
        true => PageSize::new().size(LONG_SIDE, SHORT_SIDE).orient(PageOrientationType::Landscape),
    };
    SectionProperty::new().page_size(size).page_margin(MARGIN)
}

/// An empty document with its styles, its page and its page numbers.
fn start(title: &str) -> Docx {
    let fonts = RunFonts::new().ascii("Arial").hi_ansi("Arial").cs("Arial");
    let number = Paragraph::new().id("0f000001").align(AlignmentType::Center);
    let number = with_field(number, "PAGE", "1", |run| run);
    let mut docx = Docx::new()
        .default_fonts(fonts)
        .default_size(21)
        .page_size(SHORT_SIDE, LONG_SIDE)
        .page_margin(MARGIN)
        // A fixed date: a document that differs at each run cannot be compared.
        .created_at("1970-01-01T00:00:00Z")
        .updated_at("1970-01-01T00:00:00Z")
        .custom_property("title", xml_characters(title))
        .footer(Footer::new().add_paragraph(number));
    for style in styles() {
        docx = docx.add_style(style);
    }
    docx
}

fn spacing(before: u32, after: u32, line: i32) -> LineSpacing {
    LineSpacing::new().before(before).after(after).line_rule(LineSpacingType::Auto).line(line)
}

/// The styles by the names that Word gives its own, so that a journal's template takes them over.
fn styles() -> Vec<Style> {
    let paragraph =
        |id: &str, name: &str| Style::new(id, StyleType::Paragraph).name(name).q_format(true);
    let heading = |level: usize, size: usize| {
        paragraph(&format!("Heading{level}"), &format!("heading {level}"))
            .based_on("Normal")
            .next("BodyText")
            .outline_lvl(level - 1)
            .size(size)
            .bold()
            .line_spacing(spacing(320, 120, 260))
    };
    vec![
        paragraph("Normal", "Normal"),
        paragraph("Title", "Title")
            .based_on("Normal")
            .size(34)
            .bold()
            .line_spacing(spacing(0, 240, 260)),
        heading(1, 28),
        heading(2, 23),
        heading(3, 21),
        paragraph("BodyText", "Body Text").based_on("Normal").line_spacing(spacing(0, 140, 336)),
        paragraph("Caption", "caption")
            .based_on("Normal")
            .size(19)
            .line_spacing(spacing(200, 100, 250)),
        paragraph("TableText", "Table Text")
            .based_on("Normal")
            .size(17)
            .line_spacing(spacing(20, 20, 240)),
        paragraph("TableSmall", "Table Small").based_on("TableText").size(15),
        paragraph("TableNote", "Table Note")
            .based_on("Normal")
            .size(16)
            .line_spacing(spacing(60, 240, 240)),
        paragraph("SectionEnd", "Section End")
            .based_on("Normal")
            .size(2)
            .line_spacing(spacing(0, 0, 20)),
        paragraph("Bibliography", "Bibliography")
            .based_on("Normal")
            .size(19)
            .line_spacing(spacing(0, 60, 260)),
    ]
}

/// A field whose result is known, at the end of a paragraph. Each of its parts is a run of its own: of
/// a field within one run, LibreOffice shows the result without the run's properties, so not in bold.
fn with_field(paragraph: Paragraph, code: &str, result: &str, style: fn(Run) -> Run) -> Paragraph {
    let mark = |kind| Run::new().add_field_char(kind, false);
    let parts = [
        mark(FieldCharType::Begin),
        Run::new().add_instr_text(InstrText::Unsupported(format!(" {code} "))),
        mark(FieldCharType::Separate),
        Run::new().add_text(result),
        mark(FieldCharType::End),
    ];
    parts.into_iter().map(style).fold(paragraph, Paragraph::add_run)
}

fn words(text: &str) -> Run {
    Run::new().add_text(xml_characters(text))
}

/// Text in which a P value is not torn from its sign at the end of a line.
fn together(text: &str) -> String {
    let mut text = text.to_owned();
    for sign in ["=", "<", ">"] {
        text = text.replace(&format!("P {sign} "), &format!("P\u{a0}{sign}\u{a0}"));
    }
    text
}

/// The bookmark of a label: "Table S1" is `ref_Table_S1`.
fn bookmark(label: &Label) -> String {
    format!("ref_{}", label.text.replace(' ', "_"))
}

struct Writer<'a> {
    docx: Docx,
    pictures: Vec<&'a Picture>,
    bookmarks: usize,
    /// Rows of tables so far, for the identifiers of their paragraphs.
    rows: usize,
    paragraphs: usize,
    /// Whether the pages lie on their side.
    lying: bool,
}

impl<'a> Writer<'a> {
    fn add(&mut self, paragraph: Paragraph) {
        self.paragraphs += 1;
        let paragraph = paragraph.id(format!("{:08x}", 0x4000_0000 + self.paragraphs));
        self.docx = std::mem::take(&mut self.docx).add_paragraph(paragraph);
    }

    fn heading(&mut self, level: u8, text: &str, on_new_page: bool) {
        let style = format!("Heading{level}");
        let paragraph = Paragraph::new().style(&style).keep_next(true).add_run(words(text));
        self.add(if on_new_page { paragraph.page_break_before(true) } else { paragraph });
    }

    fn front(&mut self, manuscript: &Manuscript) {
        self.add(Paragraph::new().style("Title").add_run(words(&manuscript.title)));
        for (label, text) in &manuscript.front {
            let run = words(&format!("{label}: ")).bold();
            self.add(Paragraph::new().style("BodyText").add_run(run).add_run(words(text)));
        }
        if !manuscript.abbreviations.is_empty() {
            let run = words("Abbreviations: ").bold();
            let list = super::listed(&manuscript.abbreviations);
            self.add(Paragraph::new().style("BodyText").add_run(run).add_run(words(&list)));
        }
        self.add(Paragraph::new().add_run(Run::new().add_break(BreakType::Page)));
    }

    /// Turns the pages for what follows: the section so far ends with an empty line.
    fn lay(&mut self, lying: bool) {
        if lying != self.lying {
            let end = Paragraph::new().style("SectionEnd").section_property(section(self.lying));
            self.add(end);
            self.lying = lying;
        }
    }

    fn blocks(&mut self, blocks: &'a [Block]) {
        for block in blocks {
            self.lay(block.is_lying());
            match block {
                Block::Heading(level, text) => self.heading(*level, text, false),
                Block::Text(pieces) => self.text(pieces),
                Block::Table(item) => self.table(item),
                Block::Figure(item) => self.figure(item),
            }
        }
    }

    fn text(&mut self, pieces: &[Piece]) {
        let mut paragraph = Paragraph::new().style("BodyText");
        for piece in pieces {
            match piece {
                Piece::Text(text) => paragraph = paragraph.add_run(words(&together(text))),
                Piece::Cite(numbers) => {
                    let mut run = words(&runs(numbers, "\u{2013}"));
                    run.run_property = RunProperty::new().vert_align(VertAlignType::SuperScript);
                    paragraph = paragraph.add_run(run);
                }
                Piece::See(labels) => {
                    for (place, label) in labels.iter().enumerate() {
                        let before = if place == 0 { " (" } else { ", " };
                        let code = format!("REF {} \\h", bookmark(label));
                        paragraph = paragraph.add_run(words(before));
                        paragraph = with_field(paragraph, &code, &label.text, |run| run);
                    }
                    paragraph = paragraph.add_run(words(")"));
                }
            }
        }
        self.add(paragraph);
    }

    /// "Table 1. Title": the number is a field that counts, and the label a bookmark.
    fn caption<T>(&mut self, item: &Numbered<T>, with_notes: bool) -> Paragraph {
        self.bookmarks += 1;
        let kind = item.label.text.split(' ').next().unwrap_or_default();
        let (lead, list) = match item.supplement {
            true => (format!("{kind} S"), format!("{kind}S")),
            false => (format!("{kind} "), kind.to_owned()),
        };
        let code = format!("SEQ {list} \\* ARABIC");
        let mut paragraph = Paragraph::new()
            .style("Caption")
            .add_bookmark_start(self.bookmarks, bookmark(&item.label))
            .add_run(words(&lead).bold());
        paragraph = with_field(paragraph, &code, &item.number.to_string(), Run::bold)
            .add_bookmark_end(self.bookmarks)
            .add_run(words(&format!(". {}.", item.title)).bold());
        if with_notes && !item.notes.is_empty() {
            paragraph = paragraph.add_run(words(&format!(" {}", item.notes)));
        }
        paragraph
    }

    fn table(&mut self, item: &Numbered<Table>) {
        let caption = self.caption(item, false).keep_next(true);
        self.add(caption);
        let style = if item.content.is_wide() { "TableSmall" } else { "TableText" };
        let page = PageTable { style, before: self.rows, head: Some(HEAD_ROW) };
        let table = item.content.docx_page(&page);
        self.rows += item.content.rows.len() + 2;
        self.docx = std::mem::take(&mut self.docx).add_table(table);
        self.add(Paragraph::new().style("TableNote").add_run(words(&item.notes)));
    }

    fn figure(&mut self, item: &'a Numbered<Picture>) {
        let picture = &item.content;
        let scale = (WIDTH / picture.width).min(HEIGHT / picture.height).min(1.0);
        let emu = |millimetres: f64| (millimetres * scale * EMU).round() as u32;
        let pic = Pic::new_with_dimensions(picture.png.clone(), 1, 1)
            .id(picture_id(self.pictures.len()))
            .size(emu(picture.width), emu(picture.height));
        self.pictures.push(picture);
        self.add(Paragraph::new().keep_next(true).add_run(Run::new().add_image(pic)));
        let caption = self.caption(item, true).keep_lines(true);
        self.add(caption);
    }

    fn references(&mut self, manuscript: &Manuscript) {
        if manuscript.references.is_empty() {
            return;
        }
        self.heading(1, "References", false);
        for (place, one) in manuscript.references.iter().enumerate() {
            let text = format!("{}. {}", place + 1, one.text());
            self.add(Paragraph::new().style("Bibliography").add_run(words(&text)));
        }
    }
}
