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
        'α' => Some("$\\alpha$"),
        'β' => Some("$\\beta$"),
        'γ' => Some("$\\gamma$"),
        'δ' => Some("$\\delta$"),
        'κ' => Some("$\\kappa$"),
        'λ' => Some("$\\lambda$"),
        'μ' => Some("$\\mu$"),
        'σ' => Some("$\\sigma$"),
        'τ' => Some("$\\tau$"),
        'χ' => Some("$\\chi$"),
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
/// spreadsheets fold them. So do signs behind something that nobody sees, which some take away before
/// they look.
fn guard(text: &str) -> String {
    let signs = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    let computed = text.trim_start_matches(is_unseen).starts_with(signs);
    let control = text.starts_with(['\t', '\r']);
    if computed || control { format!("'{text}") } else { text.to_owned() }
}

/// Blanks of every width, control characters, and what has no width at all.
fn is_unseen(sign: char) -> bool {
    let no_width = matches!(
        sign,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    );
    no_width || sign.is_whitespace() || sign.is_control()
}

/// Text that XML 1.0 can hold: the control characters it forbids become spaces. The writer escapes
/// the rest.
pub fn xml_characters(text: &str) -> String {
    one_line(text).replace(['\u{fffe}', '\u{ffff}'], " ")
}

/// The longest line of a message, in characters: what is longer is cut in the middle.
pub const SHOWN_LINE: usize = 600;
/// The most lines of a message.
pub const SHOWN_LINES: usize = 60;
/// The longest row of digits: a number of 300 digits is nothing that anybody reads.
pub const SHOWN_DIGITS: usize = 25;

/// A message for a terminal. Control characters of the data are shown as `\u{1b}`, so that no terminal
/// obeys them; a long line is cut around the place that the line below points at, or in the middle; a
/// long row of digits is cut; and of many lines the first are shown.
pub fn shown(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut shown = Vec::new();
    for (number, line) in lines.iter().take(SHOWN_LINES).enumerate() {
        let below = lines.get(number + 1).and_then(|line| pointed(line));
        let line = escaped(&short_numbers(&window(line, pointed(line).or(below))));
        shown.push(line);
    }
    if lines.len() > SHOWN_LINES {
        shown.push(format!("... and {} more lines", lines.len() - SHOWN_LINES));
    }
    shown.join("\n")
}

/// The column that a line of blanks and carets points at.
fn pointed(line: &str) -> Option<usize> {
    let only = line.chars().all(|sign| matches!(sign, ' ' | '^' | '|' | '~'));
    line.chars().position(|sign| sign == '^').filter(|_| only)
}

/// A part of a line: around the column, or the two ends of it.
fn window(line: &str, column: Option<usize>) -> String {
    let signs: Vec<char> = line.chars().collect();
    if signs.len() <= SHOWN_LINE {
        return line.to_owned();
    }
    let part = |from: usize, to: usize| signs[from..to.min(signs.len())].iter().collect::<String>();
    if let Some(column) = column {
        let from = column.saturating_sub(SHOWN_LINE / 2);
        return part(from, from + SHOWN_LINE);
    }
    let left_out = signs.len() - SHOWN_LINE;
    let (start, end) = (part(0, SHOWN_LINE * 2 / 3), signs.len() - SHOWN_LINE / 3);
    format!("{start} [{left_out} characters left out] {}", part(end, signs.len()))
}

/// Long rows of digits, of which the first are shown.
fn short_numbers(line: &str) -> String {
    let mut short = String::with_capacity(line.len());
    let mut digits = 0;
    for sign in line.chars() {
        if !sign.is_ascii_digit() {
            end_of_digits(&mut short, digits);
            digits = 0;
        } else {
            digits += 1;
        }
        if digits <= SHOWN_DIGITS {
            short.push(sign);
        }
    }
    end_of_digits(&mut short, digits);
    short
}

fn end_of_digits(short: &mut String, digits: usize) {
    if digits > SHOWN_DIGITS {
        short.push_str(&format!("... ({digits} digits)"));
    }
}

/// What a terminal would obey, written out.
pub fn escaped(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for sign in line.chars() {
        let turns = matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        match sign.is_control() && sign != '\t' || turns {
            true => text.extend(sign.escape_unicode()),
            false => text.push(sign),
        }
    }
    text
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

/// A drawing as a part of an HTML page: without its declaration, and with identifiers of its own, which
/// several drawings in one page must not share.
pub fn inline_svg(svg: &str, name: &str) -> String {
    let start = svg.find("<svg").unwrap_or(0);
    svg[start..]
        .replace(" id=\"", &format!(" id=\"{name}-"))
        .replace("url(#", &format!("url(#{name}-"))
        .replace("href=\"#", &format!("href=\"#{name}-"))
        .replace("aria-labelledby=\"", &format!("aria-labelledby=\"{name}-"))
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
        for unseen in [" ", "\u{a0}", "\u{200b}", "\u{feff}", "\u{2003}\u{2060}", "\u{202e}"] {
            for sign in ["=", "+", "-", "@", "\u{ff1d}"] {
                let text = format!("{unseen}{sign}cmd");
                assert_eq!(csv(&text), format!("'{text}"));
            }
            assert_eq!(csv(&format!("{unseen}a=1")), format!("{unseen}a=1"));
        }
        assert_eq!(csv("a, \"b\""), "\"a, \"\"b\"\"\"");
    }

    #[test]
    fn a_cell_cannot_turn_the_direction_of_its_neighbours() {
        assert_eq!(one_line("a\u{202e}b\nc\u{7}"), "ab c ");
        assert_eq!(one_line("\u{5e9}\u{5dc}\u{5d5}\u{5dd}"), "\u{5e9}\u{5dc}\u{5d5}\u{5dd}");
    }

    #[test]
    fn a_message_cannot_drive_a_terminal() {
        assert_eq!(shown("a\u{1b}]0;x\u{7}b"), "a\\u{1b}]0;x\\u{7}b");
        assert_eq!(shown("one\ntwo\r"), "one\ntwo\\u{d}");
        assert_eq!(shown("\u{9b}31m\u{202e}"), "\\u{9b}31m\\u{202e}");
        assert_eq!(shown("S\u{e3}o, 5 \u{2265} 3\tx"), "S\u{e3}o, 5 \u{2265} 3\tx");
    }

    #[test]
    fn a_long_message_is_shortened_and_says_so() {
        let long = format!("start{}end", "x".repeat(10_000));
        let short = shown(&long);
        assert!(short.starts_with("startxxx") && short.ends_with("xxxend"), "{short}");
        assert!(short.contains("[9408 characters left out]"), "{short}");
        let many = "line\n".repeat(1000);
        assert!(shown(&many).ends_with("line\n... and 941 more lines"), "{}", shown(&many));
        let digits = format!("found {}.5", "1".repeat(301));
        assert_eq!(shown(&digits), format!("found {}... (301 digits).5", "1".repeat(25)));
        assert_eq!(shown("1234567890.1234567890123456"), "1234567890.1234567890123456");
    }

    /// The place that a line of carets points at stays under its caret.
    #[test]
    fn a_long_line_is_cut_around_its_place() {
        let line = format!("{}HERE{}", "a".repeat(5000), "b".repeat(5000));
        let below = format!("{}^^^^", " ".repeat(5000));
        let short = shown(&format!("why\n{line}\n{below}"));
        let lines: Vec<&str> = short.lines().collect();
        let (place, caret) = (lines[1].find("HERE").unwrap(), lines[2].find('^').unwrap());
        assert_eq!((place, caret), (300, 300), "{short}");
    }
}
