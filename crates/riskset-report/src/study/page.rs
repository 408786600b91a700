//! The HTML report: one file that needs no other, made from blocks.

use super::figures::Figure;
use super::reading::Reading;
use super::text::Section;
use crate::format::Style;
use crate::table::Table;
use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use riskset_plot::DataTable;
use serde::Serialize;

const TEMPLATE: &str = include_str!("report.html.jinja");
const SCRIPT: &str = include_str!("report.js");

/// A part of the report with its entry in the contents.
#[derive(Debug, Serialize)]
pub struct PageSection {
    pub id: String,
    pub heading: String,
    pub blocks: Vec<Block>,
}

/// What a section holds, in order.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Block {
    Heading { text: String },
    Text { text: String },
    Doubt { text: String },
    Table { name: String, html: String },
    Figure(Box<FigureBlock>),
    List { items: Vec<(String, String)> },
}

/// A figure with what can be read off it.
#[derive(Debug, Serialize)]
pub struct FigureBlock {
    pub name: String,
    pub svg: String,
    pub title: String,
    pub caption: String,
    /// The address of its numbers as CSV, held in the page itself; `None` when the figure has none.
    pub data: Option<String>,
    /// Its curves as JSON and, at the ticks, as a table; `None` where it has no curves over time.
    pub reading: Option<(String, String)>,
}

impl FigureBlock {
    pub fn of(figure: &Figure, style: &Style) -> FigureBlock {
        let reading = Reading::of(figure);
        FigureBlock {
            name: figure.name.clone(),
            svg: figure.inline_svg(),
            title: figure.title.clone(),
            caption: figure.caption.clone(),
            data: figure.drawn.data.as_ref().map(|tables| address(tables)),
            reading: reading.map(|reading| (reading.json(), reading.table(style).to_html())),
        }
    }
}

/// The tables of a figure as the address of a file that needs no other, as `riskset extract` writes them.
fn address(tables: &[DataTable]) -> String {
    let texts = tables.iter().map(|table| format!("# {}\n{}", table.name, table.to_csv()));
    let csv = texts.collect::<Vec<String>>().join("\n");
    let mut address = "data:text/csv;charset=utf-8,".to_owned();
    for byte in csv.bytes() {
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'.' | b',' | b'-' | b'_' => {
                address.push(char::from(byte));
            }
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address
}

/// What stands at the top and the bottom.
#[derive(Debug)]
pub struct Frame<'a> {
    pub title: &'a str,
    pub subtitle: Option<&'a str>,
    pub citation: Option<&'a str>,
    pub note: Option<&'a str>,
    pub synthetic: bool,
    pub study_file: &'a str,
}

impl PageSection {
    pub fn new(id: &str, heading: &str) -> PageSection {
        PageSection { id: id.to_owned(), heading: heading.to_owned(), blocks: Vec::new() }
    }

    pub fn table(&mut self, name: &str, table: &Table) {
        self.blocks.push(Block::Table { name: name.to_owned(), html: table.to_html() });
    }

    pub fn text(&mut self, section: &Section) {
        self.blocks.push(Block::Heading { text: section.heading.clone() });
        self.paragraphs(section);
    }

    pub fn paragraphs(&mut self, section: &Section) {
        let blocks = section.paragraphs.iter().map(|text| Block::Text { text: text.clone() });
        self.blocks.extend(blocks);
    }
}

/// The page. Texts are escaped by the template; tables and figures escape their own.
pub fn page(frame: &Frame, sections: &[PageSection]) -> String {
    let mut environment = Environment::new();
    environment.add_template("report.html", TEMPLATE).expect("the template is part of the program");
    let template = environment.get_template("report.html").expect("it was just added");
    template
        .render(context! {
            title => frame.title,
            subtitle => frame.subtitle,
            citation => frame.citation,
            note => frame.note,
            synthetic => frame.synthetic,
            study_file => frame.study_file,
            version => env!("CARGO_PKG_VERSION"),
            sections => Value::from(Serde(sections)),
            script => SCRIPT,
        })
        .expect("the template asks only for what is given")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_from_the_study_file_are_escaped() {
        let frame = Frame {
            title: "<script>alert(1)</script>",
            subtitle: None,
            citation: None,
            note: Some("a & b"),
            synthetic: true,
            study_file: "study.toml",
        };
        let mut section = PageSection::new("x", "<b>");
        section.blocks.push(Block::Text { text: "1 < 2".into() });
        let html = page(&frame, &[section]);
        // The one script is the page's own.
        assert_eq!(html.matches("<script").count(), 1);
        assert!(html.contains("&lt;script&gt;alert(1)") && !html.contains("<b>"));
        assert!(html.contains("1 &lt; 2") && html.contains("a &amp; b"));
        assert!(html.contains("Synthetic data."));
        assert!(!html.contains("http://") && !html.contains("https://"), "nothing is loaded");
    }
}
