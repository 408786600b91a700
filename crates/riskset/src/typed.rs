//! What text processors and other systems do to what is typed in a file of TOML.

/// What to do about a line of TOML that could not be read, where a text processor's quotes, a
/// backslash or a quote within quotes explain it.
///
/// ```
/// let help = riskset::toml_help("title = “Trial”");
/// assert!(help.is_some_and(|help| help.contains("straight quotes")));
/// assert_eq!(riskset::toml_help("title = \"Trial\""), None);
/// ```
pub fn toml_help(line: &str) -> Option<&'static str> {
    const CURLY: [char; 8] = ['“', '”', '„', '‟', '‘', '’', '‚', '‛'];
    let value = line.split_once('=').map_or(line, |(_, value)| value).trim();
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    // The value opens with the quote of a text processor, or such quotes stand where none is straight.
    if value.trim_start_matches(['[', ' ', '{']).starts_with(CURLY) {
        return Some(
            "these are the quotes of a text processor; write straight quotes, \"like these\"",
        );
    }
    if value.starts_with('"') && value.contains('\\') {
        return Some(
            "a backslash within \"...\" begins a code such as \\n; write a path between single \
             quotes, 'C:\\data\\trial.csv', or with /",
        );
    }
    if inner.is_some_and(|inner| inner.contains('"')) {
        return Some(
            "a text with double quotes in it stands between single quotes: 'sex == \"F\"'",
        );
    }
    let single = value.matches('\'').count();
    if value.starts_with('\'') && single % 2 == 1 {
        return Some("close the text with the quote that it begins with");
    }
    None
}

/// A message about a text of TOML, with what to do about the line at this byte where it explains it.
pub fn toml_refusal(message: &str, text: &str, at: Option<usize>) -> String {
    let message = message.trim_end();
    match at.and_then(|at| toml_help(line_at(text, at))) {
        Some(help) => format!("{message}\n{help}"),
        None => message.to_owned(),
    }
}

/// The line of a text in which a byte stands.
///
/// ```
/// assert_eq!(riskset::line_at("a\nb = 1\nc", 3), "b = 1");
/// ```
pub fn line_at(text: &str, at: usize) -> &str {
    let before = &text.as_bytes()[..at.min(text.len())];
    let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |position| position + 1);
    text[start..].lines().next().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::toml_help;

    #[test]
    fn what_was_meant_is_said() {
        let says = |line: &str, part: &str| {
            let help = toml_help(line).unwrap_or_else(|| panic!("{line}: no help"));
            assert!(help.contains(part), "{line}: {help}");
        };
        for line in ["title = “Trial”", "title = ‘Trial’", "title = „Studie“", "by = [“sex”]"]
        {
            says(line, "straight quotes");
        }
        says(r#"file = "C:\Users\me\data.csv""#, "single quotes");
        says(r#"event = "status == "dead"""#, "'sex == \"F\"'");
        says("title = 'Trial", "close the text");
        for right in ["title = \"“Trial”\"", "n = 12", "file = 'C:\\data.csv'", "[study]"] {
            assert_eq!(toml_help(right), None, "{right}");
        }
    }
}
