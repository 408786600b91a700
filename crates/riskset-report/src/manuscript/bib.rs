//! The references as BibTeX and as RIS, which reference managers read.

use super::Manuscript;
use super::references::Reference;
use crate::escape;

impl Manuscript {
    /// The references as BibTeX, in the order of their numbers.
    pub fn to_bib(&self) -> String {
        self.references.iter().map(|one| bib(one)).collect::<Vec<_>>().join("\n")
    }

    /// The references as RIS, in the order of their numbers.
    pub fn to_ris(&self) -> String {
        self.references.iter().map(|one| ris(one)).collect()
    }
}

fn bib(one: &Reference) -> String {
    let kind = if one.year == 0 { "misc" } else { "article" };
    let mut fields = vec![
        ("author", one.authors.iter().map(|name| author(name)).collect::<Vec<_>>().join(" and ")),
        ("title", format!("{{{}}}", escape::latex(one.title))),
    ];
    let (volume, number) = parts(one.volume);
    let year = if one.year == 0 { String::new() } else { one.year.to_string() };
    let journal = if one.year == 0 { "howpublished" } else { "journal" };
    fields.extend([
        (journal, escape::latex(one.journal)),
        ("year", year),
        ("volume", volume),
        ("number", number),
        ("pages", one.pages.replace('-', "--")),
        ("doi", one.doi.to_owned()),
    ]);
    let lines: Vec<String> = fields
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("  {name} = {{{value}}}"))
        .collect();
    format!("@{kind}{{{},\n{}\n}}\n", one.key, lines.join(",\n"))
}

/// `Kaplan EL` as `Kaplan, E. L.`; `others` for the rest.
fn author(name: &str) -> String {
    if name == "et al" {
        return "others".to_owned();
    }
    match name.rsplit_once(' ') {
        Some((last, initials)) => {
            let initials: Vec<String> = initials.chars().map(|sign| format!("{sign}.")).collect();
            format!("{last}, {}", initials.join(" "))
        }
        None => format!("{{{name}}}"),
    }
}

/// Volume and issue of `53(282)`.
fn parts(volume: &str) -> (String, String) {
    match volume.split_once('(') {
        Some((volume, issue)) => (volume.to_owned(), issue.trim_end_matches(')').to_owned()),
        None => (volume.to_owned(), String::new()),
    }
}

fn ris(one: &Reference) -> String {
    let (volume, number) = parts(one.volume);
    let (first, last) = one.pages.split_once('-').unwrap_or((one.pages, ""));
    let kind = if one.year == 0 { "COMP" } else { "JOUR" };
    let mut lines = vec![("TY", kind.to_owned())];
    let named = one.authors.iter().filter(|name| **name != "et al");
    lines.extend(named.map(|name| ("AU", author(name).replace(['{', '}'], ""))));
    let year = if one.year == 0 { String::new() } else { one.year.to_string() };
    lines.extend([
        ("TI", one.title.to_owned()),
        ("JO", one.journal.to_owned()),
        ("PY", year),
        ("VL", volume),
        ("IS", number),
        ("SP", first.to_owned()),
        ("EP", last.to_owned()),
        ("DO", one.doi.to_owned()),
    ]);
    let mut text = String::new();
    for (name, value) in lines.into_iter().filter(|(_, value)| !value.is_empty()) {
        text.push_str(&format!("{name}  - {value}\r\n"));
    }
    text + "ER  - \r\n\r\n"
}

#[cfg(test)]
mod tests {
    use super::super::references::reference;
    use super::*;

    #[test]
    fn an_article_has_its_fields() {
        assert_eq!(
            bib(reference("kaplan1958")),
            "@article{kaplan1958,\n  author = {Kaplan, E. L. and Meier, P.},\n  title = {{Nonparametric \
             estimation from incomplete observations}},\n  journal = {J Am Stat Assoc},\n  year = \
             {1958},\n  volume = {53},\n  number = {282},\n  pages = {457--481},\n  doi = \
             {10.1080/01621459.1958.10501452}\n}\n"
        );
        let text = ris(reference("kaplan1958"));
        assert!(
            text.starts_with("TY  - JOUR\r\nAU  - Kaplan, E. L.\r\nAU  - Meier, P.\r\n"),
            "{text}"
        );
        assert!(text.contains("SP  - 457\r\nEP  - 481\r\n") && text.ends_with("ER  - \r\n\r\n"));
        assert!(bib(reference("punt2007")).contains("and others"));
    }
}
