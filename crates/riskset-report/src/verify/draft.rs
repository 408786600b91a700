//! A draft read as paragraphs and cells: Markdown, LaTeX, plain text, Word.

use crate::Error;
use crate::study::PRINTED;
use docx_rs::{
    DocumentChild, Paragraph, ParagraphChild, RunChild, Table, TableCellContent, TableChild,
    TableRowChild, read_docx,
};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::io::{Cursor, Read};
use std::path::Path;
use zip::ZipArchive;

/// A piece of text with what stands around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// A paragraph, or a cell of a table.
    pub text: String,
    /// The heading above it; for a cell its row, its group of rows and its column.
    pub context: String,
    pub is_cell: bool,
}

/// Reads a draft by the ending of its name.
///
/// # Errors
///
/// [`Error::Data`] for another kind of file, text that is not UTF-8, a Word file that is damaged or
/// that holds tracked changes, of which nobody knows which count.
pub fn read(path: &Path, bytes: &[u8]) -> Result<Vec<Piece>, Error> {
    let name = path.display();
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    if ending.as_deref() == Some("docx") {
        return word(&name.to_string(), bytes);
    }
    let plain: fn(&str) -> String = match ending.as_deref() {
        Some("md" | "markdown") => markdown,
        Some("tex") => latex,
        Some("txt") => str::to_owned,
        _ => {
            return Err(Error::Data(format!(
                "{name} is no draft that can be read; save it as .docx, .md, .tex or .txt"
            )));
        }
    };
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Error::Data(format!("{name} is not UTF-8 text; save the draft as UTF-8")))?;
    Ok(lines(&plain(&text.replace('\u{a0}', " "))))
}

/// Paragraphs parted by empty lines, headings, and tables of cells between `|` or `&`.
fn lines(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut paragraph, mut heading) = (String::new(), String::new());
    let mut table: Vec<Vec<String>> = Vec::new();
    let mut listed = false;
    let mut below = false;
    for line in text.lines().chain([""]) {
        let line = line.trim();
        if line.starts_with('#') {
            listed = lists_references(line.trim_start_matches('#'));
        }
        // What describes a drawing, and what others published, are no claims of the draft.
        let line =
            if line.starts_with("![") || listed && !line.starts_with('#') { "" } else { line };
        let cells = cells(line);
        if cells.is_none() && !table.is_empty() {
            push_table(&mut pieces, &std::mem::take(&mut table), &heading);
            below = true;
        }
        let ends = line.is_empty() || line.starts_with('#') || cells.is_some();
        if ends && !paragraph.is_empty() {
            let text = std::mem::take(&mut paragraph);
            let context = about(&pieces, &heading, std::mem::take(&mut below));
            pieces.push(Piece { text, context, is_cell: false });
        }
        match cells {
            Some(cells) => table.push(cells),
            None if line.starts_with('#') => {
                heading = line.trim_start_matches('#').trim().to_owned()
            }
            None if line.is_empty() => {}
            None => {
                if !paragraph.is_empty() {
                    paragraph.push(' ');
                }
                paragraph.push_str(line);
            }
        }
    }
    pieces
}

/// What a paragraph is about: its heading, and below a table the caption of that.
fn about(pieces: &[Piece], heading: &str, below: bool) -> String {
    let caption = pieces.iter().rev().find(|piece| !piece.is_cell);
    match caption.filter(|caption| below && caption.text.starts_with("Table ")) {
        Some(caption) => format!("{heading}; {}", caption.text),
        None => heading.to_owned(),
    }
}

/// Whether a heading stands above the list of references.
fn lists_references(heading: &str) -> bool {
    matches!(&*heading.trim().to_lowercase(), "references" | "bibliography" | "literature")
}

/// The cells of a line of a table; `None` for other lines.
fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.strip_prefix('|')?;
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    Some(inner.split('|').map(|cell| cell.trim().to_owned()).collect())
}

/// Whether a caption is that of a table which a study writes of what stands in print: the numbers of
/// others are no claims of the draft.
fn of_print(caption: &str) -> bool {
    caption.trim_start_matches('*').starts_with("Table ")
        && PRINTED.iter().any(|title| caption.contains(&format!(". {title}")))
}

/// The first row is the heading; a row with nothing but its first cell is a group of rows.
fn push_table(pieces: &mut Vec<Piece>, rows: &[Vec<String>], title: &str) {
    let caption = pieces.iter().rev().find(|piece| !piece.is_cell).cloned();
    if caption.as_ref().is_some_and(|caption| of_print(&caption.text)) {
        return;
    }
    // What a table is of stands in its caption.
    let title = match caption.filter(|caption| caption.text.starts_with("Table ")) {
        Some(caption) => format!("{title}; {}", caption.text),
        None => title.to_owned(),
    };
    let head = rows.first().cloned().unwrap_or_default();
    let mut group = String::new();
    for row in rows.iter().skip(1) {
        let first = row.first().cloned().unwrap_or_default();
        if row.iter().skip(1).all(String::is_empty) {
            group = first;
            continue;
        }
        for (column, cell) in row.iter().enumerate().skip(1) {
            let heading = head.get(column).map_or("", String::as_str);
            let context = format!("{title}; {group}; {first}; {heading}");
            pieces.push(Piece { text: cell.clone(), context, is_cell: true });
        }
    }
}

/// Markdown without its marks.
fn markdown(text: &str) -> String {
    let mut plain = text.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">");
    plain = plain.replace("&amp;", "&").replace("**", "").replace('`', "");
    plain = without_raised(&plain);
    // A backslash before a sign keeps the sign.
    let mut out = String::new();
    let mut signs = plain.chars().peekable();
    while let Some(sign) = signs.next() {
        let escapes = sign == '\\' && signs.peek().is_some_and(char::is_ascii_punctuation);
        if !escapes {
            out.push(sign);
        }
    }
    out
}

/// Without raised numbers of references, `^1,2^`, which claim nothing.
fn without_raised(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('^') {
        out.push_str(before);
        let number = |sign: char| sign.is_ascii_digit() || [',', '-', '\u{2013}'].contains(&sign);
        match after.split_once('^') {
            Some((raised, behind)) if !raised.is_empty() && raised.chars().all(number) => {
                rest = behind
            }
            _ => {
                out.push('^');
                rest = after;
            }
        }
    }
    out + rest
}

/// LaTeX as text: commands fall away and their arguments stay.
fn latex(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let line = uncommented(line);
        // Rules and heads that repeat are no rows, and do not end a table either.
        let bare = line.trim();
        if bare.starts_with("\\bibitem") || STRUCTURE.contains(&bare) {
            continue;
        }
        // The columns of a table are no words, and its caption begins a paragraph.
        if bare.starts_with("\\begin{longtable}") || bare.starts_with("\\begin{tabular}") {
            out.push('\n');
            continue;
        }
        let line = &without_names(line);
        let section = line.trim_start().starts_with("\\section")
            || line.trim_start().starts_with("\\subsection");
        let mut plain = line.replace("\\%", "%").replace("\\&", "\u{1}").replace("---", "\u{2014}");
        plain = plain.replace("--", "\u{2013}").replace(['~', '\t'], " ").replace("\\,", " ");
        plain = plain.replace("\\textless", "<").replace("\\textgreater", ">").replace('$', "");
        let plain = plain.replace("\\\\*", "\\\\");
        let row = plain.trim_end().ends_with("\\\\") && (plain.contains('&') || spanned(bare));
        if section {
            out.push_str("# ");
        }
        let plain = commands(&plain.replace("\\\\", ""));
        let plain = if row { format!("| {} |", plain.replace('&', "|")) } else { plain };
        out.push_str(&plain.replace('\u{1}', "&"));
        out.push('\n');
    }
    out
}

/// Lines of a table that hold none of its cells.
const STRUCTURE: [&str; 8] = [
    "\\toprule",
    "\\midrule",
    "\\bottomrule",
    "\\hline",
    "\\endfirsthead",
    "\\endhead",
    "\\endfoot",
    "\\endlastfoot",
];

/// Whether a line is a heading over all columns of a table.
fn spanned(line: &str) -> bool {
    line.starts_with("\\multicolumn")
}

/// Commands with the number of their arguments that are names and measures and no words of the draft.
const NAMED: [(&str, usize); 9] = [
    ("\\hypertarget", 1),
    ("\\hyperlink", 1),
    ("\\hspace*", 1),
    ("\\hspace", 1),
    ("\\vspace", 1),
    ("\\multicolumn", 2),
    ("\\cite", 1),
    ("\\begin", 1),
    ("\\end", 1),
];

/// A line without those arguments. A star after the name of a command falls away with it.
fn without_names(line: &str) -> String {
    let mut line = line.replace("section*{", "section{").replace("\\caption*{", "\\caption{");
    for (command, arguments) in NAMED {
        while let Some(at) = line.find(&format!("{command}{{")) {
            let mut end = at + command.len();
            for _ in 0..arguments {
                match line[end..].starts_with('{').then(|| line[end..].find('}')).flatten() {
                    Some(close) => end += close + 1,
                    None => break,
                }
            }
            line.replace_range(at..end, "");
        }
    }
    line
}

fn uncommented(line: &str) -> &str {
    let mut escaped = false;
    for (at, sign) in line.char_indices() {
        match sign {
            '%' if !escaped => return &line[..at],
            _ => escaped = sign == '\\' && !escaped,
        }
    }
    line
}

/// Without the names of commands, braces and options in brackets right after a command.
fn commands(text: &str) -> String {
    let mut out = String::new();
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' => {
                let mut named = false;
                while signs.peek().is_some_and(char::is_ascii_alphabetic) {
                    signs.next();
                    named = true;
                }
                if !named {
                    continue;
                }
                if signs.peek() == Some(&' ') {
                    signs.next();
                }
            }
            '{' | '}' => {}
            _ => out.push(sign),
        }
    }
    out
}

fn word(name: &str, bytes: &[u8]) -> Result<Vec<Piece>, Error> {
    look(name, bytes)?;
    let docx = read_docx(bytes).map_err(|error| broken(name, &error))?;
    let mut pieces = Vec::new();
    let mut heading = String::new();
    let mut below = false;
    for child in &docx.document.children {
        match child {
            DocumentChild::Paragraph(paragraph) => {
                let text = paragraph_text(name, paragraph)?;
                let style = paragraph.property.style.as_ref().map(|style| style.val.to_lowercase());
                if style.is_some_and(|style| style.contains("heading")) {
                    heading = text;
                    below = false;
                } else if !text.trim().is_empty() && !lists_references(&heading) {
                    let context = about(&pieces, &heading, std::mem::take(&mut below));
                    pieces.push(Piece { text, context, is_cell: false });
                }
            }
            DocumentChild::Table(table) => {
                push_table(&mut pieces, &word_rows(name, table)?, &heading);
                below = true;
            }
            _ => {}
        }
    }
    Ok(pieces)
}

/// The most bytes of a part that are read.
const LARGEST_PART: u64 = 1 << 28;

/// Looks at the parts of the file before the library reads them. Whether a change was recorded is seen
/// wherever it stands: in a paragraph, in a row of a table, in a link, in the mark of a paragraph. And
/// every element that is opened is closed again: the library looks for the end of one for ever where
/// there is none.
fn look(name: &str, bytes: &[u8]) -> Result<(), Error> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(name, &error))?;
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).map_err(|error| broken(name, &error))?;
        let path = part.name().map_err(|error| broken(name, &error))?.into_owned();
        if !(path.ends_with(".xml") || path.ends_with(".rels")) {
            continue;
        }
        let mut xml = Vec::new();
        let read = part.by_ref().take(LARGEST_PART).read_to_end(&mut xml);
        read.map_err(|error| broken(name, &error))?;
        if marks_changes(&xml).map_err(|error| broken(name, &error))? && path == "word/document.xml"
        {
            return Err(tracked(name));
        }
    }
    Ok(())
}

/// Whether a part records changes; an error where it is not whole.
fn marks_changes(xml: &[u8]) -> Result<bool, String> {
    let mut reader = Reader::from_reader(xml);
    let (mut open, mut marked) = (0_usize, false);
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        if let Event::Start(tag) | Event::Empty(tag) = &event {
            let marks = ["w:ins", "w:del", "w:moveFrom", "w:moveTo"];
            marked |= marks.contains(&tag.name().as_ref());
        }
        match event {
            Event::Start(_) => open += 1,
            Event::End(_) => open = open.saturating_sub(1),
            Event::Eof if open == 0 => return Ok(marked),
            Event::Eof => return Err("its content ends in the middle".to_owned()),
            _ => {}
        }
    }
}

fn broken(name: &str, error: &dyn std::fmt::Display) -> Error {
    Error::Data(format!(
        "{name} cannot be read as a Word document ({error}); open it in Word and save it again"
    ))
}

fn tracked(name: &str) -> Error {
    Error::Data(format!(
        "{name} holds tracked changes, so nobody knows which numbers count; accept or reject them in Word \
         and save it again"
    ))
}

fn word_rows(name: &str, table: &Table) -> Result<Vec<Vec<String>>, Error> {
    let mut rows = Vec::new();
    for TableChild::TableRow(row) in &table.rows {
        let mut cells = Vec::new();
        for TableRowChild::TableCell(cell) in &row.cells {
            let mut text = Vec::new();
            for content in &cell.children {
                if let TableCellContent::Paragraph(paragraph) = content {
                    text.push(paragraph_text(name, paragraph)?);
                }
            }
            cells.push(text.join(" ").trim().to_owned());
        }
        rows.push(cells);
    }
    Ok(rows)
}

fn paragraph_text(name: &str, paragraph: &Paragraph) -> Result<String, Error> {
    let mut text = String::new();
    for child in &paragraph.children {
        match child {
            // A raised number leads to a reference and claims nothing.
            ParagraphChild::Run(run) if run.run_property.vert_align.is_some() => {}
            ParagraphChild::Run(run) => run.children.iter().for_each(|child| match child {
                RunChild::Text(part) => text.push_str(&part.text),
                RunChild::Tab(_) | RunChild::Break(_) => text.push(' '),
                _ => {}
            }),
            ParagraphChild::Insert(_) | ParagraphChild::Delete(_) => {
                return Err(tracked(name));
            }
            _ => {}
        }
    }
    // A blank that does not break is a blank.
    Ok(text.replace('\u{a0}', " "))
}

/// The sentences of a paragraph as places of bytes: a full stop, a space and a capital part them,
/// unless the word before is an abbreviation.
pub fn sentences(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(". ") {
        let next = text[at + 2..].trim_start().chars().next();
        let word = text[start..at].rsplit([' ', '(']).next().unwrap_or_default();
        let short = ["vs", "No", "Dr", "et al", "e.g", "i.e", "Fig", "al"].contains(&word);
        if next.is_some_and(|sign| sign.is_uppercase() || sign.is_ascii_digit()) && !short {
            found.push(start..at + 1);
            start = at + 2;
        }
    }
    found.push(start..text.len());
    found
}
