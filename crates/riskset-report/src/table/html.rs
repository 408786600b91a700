//! HTML: one `table` element, with scopes for screen readers, styled by the page that holds it.

use super::{Align, Row, RowKind, Table};
use crate::escape;

impl Table {
    /// A `table` element of class `results`, its footnotes in a `tfoot`. Every text carries
    /// `dir="auto"`, so that names written from right to left stay in their cell.
    pub fn to_html(&self) -> String {
        let mut html = String::from("<table class=\"results\">\n<caption dir=\"auto\">");
        html.push_str(&format!("<strong>{}</strong>", escape::html(&self.title)));
        if !self.caption.is_empty() {
            html.push_str(&format!(" {}", escape::html(&self.caption)));
        }
        html.push_str("</caption>\n<thead><tr>");
        for column in &self.columns {
            let class = class(column.align);
            // A heading of nothing is none, which a screen reader would announce.
            html.push_str(&match escape::html(&column.heading) {
                heading if heading.is_empty() => format!("<td class=\"{class}\"></td>"),
                heading => {
                    format!("<th scope=\"col\" class=\"{class}\" dir=\"auto\">{heading}</th>")
                }
            });
        }
        html.push_str("</tr></thead>\n<tbody>\n");
        for row in &self.rows {
            html.push_str(&self.html_row(row));
        }
        html.push_str("</tbody>\n");
        if !self.footnotes.is_empty() {
            html.push_str(&self.html_notes());
        }
        html.push_str("</table>\n");
        html
    }

    fn html_row(&self, row: &Row) -> String {
        let kind = match row.kind {
            RowKind::Plain => "plain",
            RowKind::Group => "group",
            RowKind::Indented => "indented",
        };
        let mut html = format!("<tr class=\"{kind}\">");
        for (position, (cell, column)) in row.cells.iter().zip(&self.columns).enumerate() {
            let (class, cell) = (class(column.align), escape::html(cell));
            html.push_str(&match position {
                0 => format!("<th scope=\"row\" class=\"{class}\" dir=\"auto\">{cell}</th>"),
                // On a narrow page the rows fold, and each cell says of what it is.
                _ => {
                    let of = escape::html(&column.heading);
                    format!("<td class=\"{class}\" dir=\"auto\" data-of=\"{of}\">{cell}</td>")
                }
            });
        }
        html + "</tr>\n"
    }

    fn html_notes(&self) -> String {
        let notes: Vec<String> = self.footnotes.iter().map(|note| escape::html(note)).collect();
        format!(
            "<tfoot><tr><td colspan=\"{}\" dir=\"auto\">{}</td></tr></tfoot>\n",
            self.columns.len(),
            notes.join("<br>")
        )
    }
}

fn class(align: Align) -> &'static str {
    match align {
        Align::Left => "left",
        Align::Right => "right",
        Align::Center => "center",
    }
}

#[cfg(test)]
mod tests {
    use crate::table::tests::hostile;

    #[test]
    fn a_script_is_shown_and_not_run() {
        let html = hostile().to_html();
        assert!(!html.contains("<script>") && !html.contains("<b>") && !html.contains("<i>"));
        assert!(html.contains("dir=\"auto\">&lt;script&gt;alert(1)&lt;/script&gt;</th>"));
        assert!(html.contains("<tr class=\"indented\">"));
        assert!(html.contains("<tfoot><tr><td colspan=\"3\""));
    }
}
