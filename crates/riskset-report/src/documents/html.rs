//! Any document as a page that needs no other file.

use super::{Document, sentences, steps};
use crate::escape;
use crate::format::Style;
use crate::table::Table;

/// Readable on a screen and on paper, in light and in dark.
const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;\
padding:0 1rem;color:#1a1a1a;background:#fff}h1{font-size:1.25rem}\
table{border-collapse:collapse;margin:1.5rem 0;border-top:2px solid;border-bottom:2px solid}\
caption{text-align:left;padding-bottom:.4rem}\
th,td{padding:.25rem .75rem .25rem 0;text-align:left;font-weight:400;vertical-align:top}\
thead th{border-bottom:1px solid;font-weight:600}.right{text-align:right}.center{text-align:center}\
tr.group th{font-weight:600}tr.indented th{padding-left:1.2rem}\
p.note{color:#555;margin:.3rem 0}p.warning{border-left:3px solid #b35c00;padding-left:.7rem}\
pre{background:#f4f4f4;padding:.6rem .8rem;overflow-x:auto}\
@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}p.note{color:#aaa}\
pre{background:#262626}}";

/// The page: the title, what the reader chose, the tables, the sentences below them.
pub(super) fn page(document: &impl Document, style: &Style) -> String {
    let title = document.title();
    let mut lines = title.lines();
    let head = escape::html(lines.next().unwrap_or_default());
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{head}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<h1 dir=\"auto\">{head}</h1>\n"
    );
    lines.for_each(|line| html.push_str(&paragraph("", line)));
    for note in &document.head().notes {
        html.push_str(&paragraph("note", &format!("Note: {note}")));
    }
    document.tables(style).iter().map(Table::to_html).for_each(|table| html.push_str(&table));
    for sentence in sentences(document, style) {
        html.push_str(&sentence_or_code(&sentence));
    }
    steps(document, style).iter().map(Table::to_html).for_each(|table| html.push_str(&table));
    html + "</body>\n</html>\n"
}

fn paragraph(class: &str, text: &str) -> String {
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    format!("<p{class} dir=\"auto\">{}</p>\n", escape::html(text))
}

/// Lines that are indented below a sentence are to be typed.
fn sentence_or_code(text: &str) -> String {
    let (sentence, code) = text.split_once("\n  ").map_or((text, None), |(a, b)| (a, Some(b)));
    let class = if sentence.starts_with("Warning: ") { "warning" } else { "" };
    let mut html = paragraph(class, sentence);
    if let Some(code) = code {
        let code: Vec<&str> = code.lines().map(str::trim_start).collect();
        let code: Vec<String> = code.into_iter().map(escape::html).collect();
        html.push_str(&format!("<pre>{}</pre>\n", code.join("\n")));
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_indented_is_code_and_nothing_is_obeyed() {
        assert_eq!(
            sentence_or_code("Type <this>:\n  a & b\n  c"),
            "<p dir=\"auto\">Type &lt;this&gt;:</p>\n<pre>a &amp; b\nc</pre>\n"
        );
        assert_eq!(
            sentence_or_code("Warning: few"),
            "<p class=\"warning\" dir=\"auto\">Warning: few</p>\n"
        );
    }
}
