//! Text from data, made safe for each format.
//!
//! A group may be called `<script>`, `=1+1` or `\input{x}`. Each function returns text that the
//! format shows as the characters it was given and never obeys.

/// Text on one line: line ends, tabs and other control characters become spaces, and the invisible
/// characters that reverse the direction of what follows them are left out (a cell must not
/// rearrange its neighbours). Letters that are written from right to left are not touched.
pub fn one_line(text: &str) -> String {
    text.chars()
        .filter(|sign| !matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .map(|sign| if sign.is_control() { ' ' } else { sign })
        .collect()
}

/// Text for the content of an HTML element or for a quoted attribute.
pub fn html(text: &str) -> String {
    replace(text, |sign| match sign {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\'' => Some("&#39;"),
        _ => None,
    })
}

/// Text for Markdown, inside a table cell too. `<` becomes an entity, because Markdown passes HTML
/// through.
pub fn markdown(text: &str) -> String {
    replace(text, |sign| match sign {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '\\' => Some("\\\\"),
        '|' => Some("\\|"),
        '*' => Some("\\*"),
        '_' => Some("\\_"),
        '`' => Some("\\`"),
        '[' => Some("\\["),
        ']' => Some("\\]"),
        '$' => Some("\\$"),
        '~' => Some("\\~"),
        '#' => Some("\\#"),
        _ => None,
    })
}

/// Text for LaTeX, inside a tabular too: `[` and `*` are braced, because after `\\` they would be
/// read as an option.
pub fn latex(text: &str) -> String {
    replace(text, |sign| match sign {
        '\\' => Some("\\textbackslash{}"),
        '{' => Some("\\{"),
        '}' => Some("\\}"),
        '$' => Some("\\$"),
        '&' => Some("\\&"),
        '#' => Some("\\#"),
        '%' => Some("\\%"),
        '_' => Some("\\_"),
        '^' => Some("\\textasciicircum{}"),
        '~' => Some("\\textasciitilde{}"),
        '<' => Some("\\textless{}"),
        '>' => Some("\\textgreater{}"),
        '|' => Some("\\textbar{}"),
        '"' => Some("\\textquotedbl{}"),
        '`' => Some("\\textasciigrave{}"),
        '[' => Some("{[}"),
        ']' => Some("{]}"),
        '*' => Some("{*}"),
        '\u{2212}' => Some("$-$"),
        '\u{2013}' => Some("--"),
        '\u{2265}' => Some("$\\geq$"),
        '\u{2264}' => Some("$\\leq$"),
        '\u{b7}' => Some("\\textperiodcentered{}"),
        '\u{a0}' => Some("~"),
        _ => None,
    })
}

/// A CSV field (RFC 4180). A text that a spreadsheet would take for a formula is preceded by an
/// apostrophe; a negative number is left a number, with the sign that programs read.
pub fn csv(text: &str) -> String {
    let plain = text.replace('\u{2212}', "-");
    let text = if plain.parse::<f64>().is_ok_and(f64::is_finite) { plain } else { guard(text) };
    if text.contains([',', '"', '\n', '\r', ';', '\t']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// Puts an apostrophe before what a spreadsheet would compute. The full-width signs count too: some
/// spreadsheets fold them.
fn guard(text: &str) -> String {
    let starts = ['=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    if text.starts_with(starts) { format!("'{text}") } else { text.to_owned() }
}

/// Text that XML 1.0 can hold: the control characters it forbids become spaces. The writer escapes
/// the rest.
pub fn xml_characters(text: &str) -> String {
    one_line(text).replace(['\u{fffe}', '\u{ffff}'], " ")
}

fn replace(text: &str, with: impl Fn(char) -> Option<&'static str>) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in one_line(text).chars() {
        match with(sign) {
            Some(replacement) => escaped.push_str(replacement),
            None => escaped.push(sign),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_and_markdown_show_a_script_instead_of_running_it() {
        assert_eq!(
            html("<script>alert('x')</script>"),
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"
        );
        assert_eq!(markdown("<script>|*a*"), "&lt;script&gt;\\|\\*a\\*");
        assert_eq!(markdown("![x](javascript:y)"), "!\\[x\\](javascript:y)");
    }

    #[test]
    fn latex_shows_a_command_instead_of_obeying_it() {
        assert_eq!(latex("\\input{x}"), "\\textbackslash{}input\\{x\\}");
        assert_eq!(
            latex("100% & $5_a^b~#"),
            "100\\% \\& \\$5\\_a\\textasciicircum{}b\\textasciitilde{}\\#"
        );
        assert_eq!(latex("[1cm]"), "{[}1cm{]}");
    }

    #[test]
    fn csv_defuses_formulas_and_keeps_numbers() {
        assert_eq!(csv("=1+1"), "'=1+1");
        assert_eq!(csv("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(csv("+33 6 12"), "'+33 6 12");
        assert_eq!(csv("\u{2212}0.5"), "-0.5");
        assert_eq!(csv("-0.5"), "-0.5");
        assert_eq!(csv("-inf"), "'-inf");
        assert_eq!(csv("a, \"b\""), "\"a, \"\"b\"\"\"");
    }

    #[test]
    fn a_cell_cannot_turn_the_direction_of_its_neighbours() {
        assert_eq!(one_line("a\u{202e}b\nc\u{7}"), "ab c ");
        assert_eq!(one_line("\u{5e9}\u{5dc}\u{5d5}\u{5dd}"), "\u{5e9}\u{5dc}\u{5d5}\u{5dd}");
    }
}
