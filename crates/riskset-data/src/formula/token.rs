//! Splits a formula into tokens, each with the bytes it stands on.

use std::ops::Range;

use super::FormulaError;

/// One token of a formula.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A column or function name; `quoted` when it stood in backticks.
    Name {
        name: String,
        quoted: bool,
    },
    Number(f64),
    Text(String),
    /// An operator or a bracket, as R spells it.
    Symbol(&'static str),
    End,
}

impl Token {
    /// What an error message calls the token.
    pub(super) fn describe(&self) -> String {
        match self {
            Token::Name { name, .. } => format!("`{name}`"),
            Token::Number(number) => format!("the number {number}"),
            Token::Text(text) => format!("the text \"{text}\""),
            Token::Symbol(symbol) => format!("`{symbol}`"),
            Token::End => "the end of the formula".to_string(),
        }
    }
}

/// A token and the bytes of the formula it stands on.
pub(super) type Spanned = (Token, Range<usize>);

/// Quotes that text processors and chat programs put in the place of straight ones.
const CURLY: [char; 8] =
    ['\u{2018}', '\u{2019}', '\u{201A}', '\u{201C}', '\u{201D}', '\u{201E}', '\u{AB}', '\u{BB}'];

/// Longest first, so that `<=` is not read as `<` and `=`.
const SYMBOLS: [&str; 23] = [
    "%in%", "==", "!=", "<=", ">=", "&&", "||", "<-", "~", "+", "-", "*", "/", "^", ":", "(", ")",
    ",", "<", ">", "&", "|", "!",
];

/// Reads all tokens of `text`; the last one is [`Token::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Spanned>, FormulaError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (token, end) = token(text, at, first)?;
        tokens.push((token, at..end));
        at = end;
    }
    tokens.push((Token::End, text.len()..text.len()));
    Ok(tokens)
}

/// The token that starts at byte `at` with the character `first`, and where it ends.
fn token(text: &str, at: usize, first: char) -> Result<(Token, usize), FormulaError> {
    let rest = &text[at..];
    let second_is_digit = rest[first.len_utf8()..].starts_with(|c: char| c.is_ascii_digit());
    if first.is_ascii_digit() || (first == '.' && second_is_digit) {
        return number(text, at);
    }
    if first.is_alphabetic() || first == '.' || first == '_' {
        let in_name = |c: char| c.is_alphanumeric() || c == '.' || c == '_';
        let end = rest.find(|c| !in_name(c)).unwrap_or(rest.len());
        let name = rest[..end].to_string();
        return Ok((Token::Name { name, quoted: false }, at + end));
    }
    match first {
        '`' => {
            let (name, end) = delimited(text, at, '`')?;
            Ok((Token::Name { name, quoted: true }, end))
        }
        '"' | '\'' => {
            let (content, end) = delimited(text, at, first)?;
            Ok((Token::Text(content), end))
        }
        _ => match SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
            Some(symbol) => Ok((Token::Symbol(symbol), at + symbol.len())),
            None if CURLY.contains(&first) => Err(FormulaError::new(
                text,
                at..at + first.len_utf8(),
                format!("the quote `{first}` is one of a text processor, not of a formula"),
                "write straight quotes: status == \"dead\"",
            )),
            None if first == '=' => Ok((Token::Symbol("="), at + 1)),
            None => Err(FormulaError::new(
                text,
                at..at + first.len_utf8(),
                format!("the character `{first}` has no meaning here"),
                "write a column whose name is not a plain identifier in backticks: `arm group`",
            )),
        },
    }
}

fn number(text: &str, at: usize) -> Result<(Token, usize), FormulaError> {
    let bytes = text.as_bytes();
    let digits = |mut end: usize| {
        while bytes.get(end).is_some_and(u8::is_ascii_digit) {
            end += 1;
        }
        end
    };
    let mut end = digits(at);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent_end = digits(end + 1 + sign);
        if exponent_end > end + 1 + sign {
            end = exponent_end;
        }
    }
    match text[at..end].parse::<f64>() {
        Ok(number) if number.is_finite() => Ok((Token::Number(number), end)),
        _ => Err(FormulaError::new(
            text,
            at..end,
            format!("`{}` is too large for a number", &text[at..end]),
            "write a smaller number",
        )),
    }
}

/// The content between two `quote` characters, with `\` taking the next character as it is.
fn delimited(text: &str, at: usize, quote: char) -> Result<(String, usize), FormulaError> {
    let mut content = String::new();
    let mut characters = text[at + 1..].char_indices();
    while let Some((offset, c)) = characters.next() {
        match c {
            _ if c == quote => return Ok((content, at + 1 + offset + 1)),
            '\\' => content.extend(characters.next().map(|(_, escaped)| escaped)),
            _ => content.push(c),
        }
    }
    Err(FormulaError::new(
        text,
        at..text.len(),
        format!("the {quote} opened here is never closed"),
        format!("add the closing {quote}"),
    ))
}
