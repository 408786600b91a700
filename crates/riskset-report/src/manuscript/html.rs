//! The manuscript as one HTML page that needs no other file.

use super::{Block, Label, Manuscript, Numbered, Piece, runs};
use crate::escape;

const STYLE: &str = "body{font:1rem/1.6 Georgia,serif;max-width:46rem;margin:2rem auto;padding:0 1rem;\
color:#111;background:#fff}h1,h2,h3,caption,table,figcaption{font-family:Arial,Helvetica,sans-serif}\
h1{font-size:1.6rem}h2{font-size:1.3rem;margin-top:2rem}h3{font-size:1.05rem}\
table{border-collapse:collapse;font-size:.8rem;width:100%;border-top:2px solid;border-bottom:2px solid}\
caption{text-align:left;padding:.4rem 0}th,td{padding:.15rem .4rem;vertical-align:top;font-weight:normal}\
thead th{border-bottom:1px solid;font-weight:bold}tr.group th{font-weight:bold}\
tr.indented th{padding-left:1.4rem}.left{text-align:left}.right{text-align:right}.center{text-align:center}\
.wide{overflow-x:auto}.note{font-size:.8rem}figure{margin:1.5rem 0}figure svg{max-width:100%;height:auto}\
figcaption{font-size:.85rem}dt{font-weight:bold}@media print{table,figure{break-inside:avoid}}";

impl Manuscript {
    /// The page.
    pub fn to_html(&self) -> String {
        let title = escape::html(&self.title);
        let mut html = format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta name=\"viewport\" \
             content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style></head>\n\
             <body>\n<h1>{title}</h1>\n<dl>\n"
        );
        let short = match self.abbreviations.is_empty() {
            true => None,
            false => Some(("Abbreviations".to_owned(), super::listed(&self.abbreviations))),
        };
        for (label, text) in self.front.iter().chain(&short) {
            let (label, text) = (escape::html(label), escape::html(text));
            html.push_str(&format!("<dt>{label}</dt><dd>{text}</dd>\n"));
        }
        html.push_str("</dl>\n");
        self.main.iter().for_each(|block| html.push_str(&of(block)));
        if !self.references.is_empty() {
            html.push_str("<h2>References</h2>\n<ol>\n");
            for (place, one) in self.references.iter().enumerate() {
                let text = escape::html(&one.text());
                html.push_str(&format!("<li id=\"reference-{}\">{text}</li>\n", place + 1));
            }
            html.push_str("</ol>\n");
        }
        if !self.supplement.is_empty() {
            html.push_str("<h2>Supplement</h2>\n");
            self.supplement.iter().for_each(|block| html.push_str(&of(block)));
        }
        html + "</body></html>\n"
    }
}

fn anchor(label: &Label) -> String {
    label.text.to_lowercase().replace(' ', "-")
}

fn of(block: &Block) -> String {
    match block {
        Block::Heading(level, text) => {
            format!("<h{0}>{1}</h{0}>\n", level + 1, escape::html(text))
        }
        Block::Text(pieces) => {
            let inside: String = pieces.iter().map(piece).collect();
            format!("<p>{inside}</p>\n")
        }
        Block::Table(item) => {
            let mut table = item.content.clone();
            table.title = format!("{}. {}.", item.label.text, item.title);
            let note = match item.notes.is_empty() {
                true => String::new(),
                false => format!("<p class=\"note\">{}</p>\n", escape::html(&item.notes)),
            };
            let (id, table) = (anchor(&item.label), table.to_html());
            format!("<div class=\"wide\" id=\"{id}\">\n{table}</div>\n{note}")
        }
        Block::Figure(item) => {
            let name = anchor(&item.label);
            format!(
                "<figure id=\"{name}\">\n{}\n<figcaption>{}</figcaption></figure>\n",
                escape::inline_svg(&item.content.svg, &name),
                caption(item)
            )
        }
    }
}

fn caption<T>(item: &Numbered<T>) -> String {
    format!(
        "<strong>{}. {}.</strong> {}",
        item.label.text,
        escape::html(&item.title),
        escape::html(&item.notes)
    )
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => escape::html(text),
        Piece::Cite(numbers) => {
            let first = numbers.first().copied().unwrap_or(1);
            let shown = runs(numbers, "\u{2013}");
            format!("<sup><a href=\"#reference-{first}\">{shown}</a></sup>")
        }
        Piece::See(labels) => {
            let link = |label: &Label| format!("<a href=\"#{}\">{}</a>", anchor(label), label.text);
            format!(" ({})", labels.iter().map(link).collect::<Vec<_>>().join(", "))
        }
    }
}
