//! The draft as a page: claims that agree are green, those that differ red with what the study says,
//! those without a source amber. Colour is never alone: a sign and words stand beside it.

use super::{Entry, VerifyDocument};
use crate::escape::html;

const STYLE: &str = "body{font:16px/1.6 Georgia,serif;max-width:46rem;margin:2rem auto;padding:0 1rem;\
color:#1a1a1a}mark{padding:0 .15em;border-radius:2px}mark.agrees{background:#dcefdc}\
mark.differs{background:#f6c9c5;font-weight:bold}mark.none{background:#fbe7b5}\
small{font:13px/1.4 sans-serif}.context{color:#555}h1{font-size:1.4rem}";

/// The whole page; it needs no other file.
pub fn page(document: &VerifyDocument) -> String {
    let title = html(&document.head.asked);
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{title}</title><style>{STYLE}</style></head><body>\n<h1>{title}</h1>\n\
         <p><small>{} claims: {} agree (&#10003;), {} differ (&#10007;, with the number of the study), {} \
         have no source (?).</small></p>\n",
        document.claims.len(),
        document.agree,
        document.differ,
        document.no_source
    );
    let mut heading = "";
    for (piece, marked) in &document.pieces {
        if piece.context != heading && !piece.is_cell {
            text.push_str(&format!("<h2>{}</h2>\n", html(&piece.context)));
            heading = &piece.context;
        }
        text.push_str("<p>");
        if piece.is_cell {
            text.push_str(&format!("<small class=\"context\">{}</small> ", html(&piece.context)));
        }
        let mut from = 0;
        for mark in marked {
            text.push_str(&html(&piece.text[from..mark.place.start]));
            let entry = &document.claims[mark.entry];
            text.push_str(&claim(&piece.text[mark.place.clone()], entry));
            from = mark.place.end;
        }
        text.push_str(&html(&piece.text[from..]));
        text.push_str("</p>\n");
    }
    text.push_str("</body></html>\n");
    text
}

fn claim(words: &str, entry: &Entry) -> String {
    let (class, sign) = match entry.verdict {
        "agrees" => ("agrees", "&#10003;"),
        "differs" => ("differs", "&#10007;"),
        _ => ("none", "?"),
    };
    let key = entry.key.as_deref().unwrap_or("no number of the study");
    let beside = entry.expected.as_ref().map_or(String::new(), |expected| {
        let because = entry.because.as_ref().map_or(String::new(), |why| format!("; {why}"));
        format!(" <small>[{key}: {}{}]</small>", html(expected), html(&because), key = html(key))
    });
    format!("<mark class=\"{class}\" title=\"{}\">{}{sign}</mark>{beside}", html(key), html(words))
}
