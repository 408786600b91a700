//! Which encoding a text is in.

use std::io::Read;

use encoding_rs::{
    Encoding as Known, MACINTOSH, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252,
};

use super::text::Text;
use super::{Encoding, ReadError, ReadNote};
use crate::{Error, csv};

/// The encoding that is told, or seen from the first bytes; UTF-8 until a byte shows otherwise.
pub(super) fn at_start(text: &Text<'_>) -> Result<(&'static Known, Vec<ReadNote>), Error> {
    let mut start = Vec::new();
    (text.open)()
        .and_then(|reader| reader.take(4096).read_to_end(&mut start))
        .map_err(|error| csv::io_error(text.name, &error))?;
    let seen = match text.told_encoding() {
        Some(Encoding(told)) => return Ok((told, Vec::new())),
        None => utf16(&start),
    };
    Ok(match seen {
        Some(encoding) => (encoding, vec![ReadNote::Encoding { encoding: Encoding(encoding) }]),
        None => (UTF_8, Vec::new()),
    })
}

/// UTF-16 by its mark, or by the zeros of its letters.
fn utf16(start: &[u8]) -> Option<&'static Known> {
    let zeros = |odd: usize| start.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    match start {
        [0xFF, 0xFE, ..] => Some(UTF_16LE),
        [0xFE, 0xFF, ..] => Some(UTF_16BE),
        _ if start.len() > 8 && 4 * zeros(1) > start.len() => Some(UTF_16LE),
        _ if start.len() > 8 && 4 * zeros(0) > start.len() => Some(UTF_16BE),
        _ => None,
    }
}

/// What a text is in that turned out not to be UTF-8: the one encoding in which its letters stand
/// as letters do; UTF-8 with U+FFFD where most of it is; otherwise both readings.
pub(super) fn of_bytes(text: &Text<'_>) -> Result<(&'static Known, ReadNote), Error> {
    let mut bytes = Vec::new();
    (text.open)()
        .and_then(|mut reader| reader.read_to_end(&mut bytes))
        .map_err(|error| csv::io_error(text.name, &error))?;
    let lines = bytes.split(|b| *b == b'\n' || *b == b'\r').enumerate();
    let mut broken = lines.filter(|(_, line)| std::str::from_utf8(line).is_err()).peekable();
    let (first, word) = match broken.peek() {
        Some((line, content)) => (line + 1, word(content)),
        None => (1, Vec::new()),
    };
    if has_utf8(&bytes) {
        return Ok((REPLACEMENT, ReadNote::Undecoded { line: first }));
    }
    let lines: Vec<&[u8]> = broken.map(|(_, line)| line).collect();
    let fits = |encoding: &'static Known| {
        lines.iter().all(|line| is_plausible(&encoding.decode_without_bom_handling(line).0))
    };
    let fitting: Vec<&'static Known> =
        [WINDOWS_1252, MACINTOSH].into_iter().filter(|encoding| fits(encoding)).collect();
    if let [only] = fitting.as_slice() {
        return Ok((only, ReadNote::Encoding { encoding: Encoding(only) }));
    }
    let reading = |encoding: &'static Known| {
        (Encoding(encoding), encoding.decode_without_bom_handling(&word).0.into_owned())
    };
    let readings = vec![reading(WINDOWS_1252), reading(MACINTOSH)];
    Err(ReadError::Encodings { source: text.name.to_string(), line: first, readings }.into())
}

/// Whether some character beyond ASCII is whole UTF-8, which no other encoding makes by chance
/// among letters.
fn has_utf8(bytes: &[u8]) -> bool {
    bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii())
}

/// The run of bytes around the first one that is no UTF-8, up to blanks and separators.
fn word(line: &[u8]) -> Vec<u8> {
    let at = std::str::from_utf8(line)
        .map_or(0, str::len)
        .max(std::str::from_utf8(line).err().map_or(0, |error| error.valid_up_to()));
    let ends = |b: &u8| matches!(b, b' ' | b',' | b';' | b'\t' | b'|' | b'"');
    let from = line[..at].iter().rposition(ends).map_or(0, |i| i + 1);
    let to = line[at..].iter().position(ends).map_or(line.len(), |i| at + i);
    line[from..to].to_vec()
}

/// Whether characters beyond ASCII stand as they do in words: letters of Western European
/// languages, and signs that stand between numbers, not between letters.
fn is_plausible(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let letter = |i: Option<usize>| i.and_then(|i| chars.get(i)).is_some_and(|c| c.is_alphabetic());
    chars.iter().enumerate().filter(|(_, c)| !c.is_ascii()).all(|(i, &c)| match c {
        'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ' => {
            // A capital within small letters is a sign of the wrong encoding.
            !(c.is_uppercase() && i > 0 && chars[i - 1].is_lowercase())
        }
        '’' | '‘' | '“' | '”' | '„' | '–' | '—' | '…' | '\u{A0}' => true,
        '°' | 'µ' | '±' | '²' | '³' | '€' | '§' | '½' | '≥' | '≤' => {
            !(letter(i.checked_sub(1)) && letter(Some(i + 1)))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_stand_among_letters() {
        let reads = |bytes: &[u8]| {
            let plausible =
                |known: &'static Known| is_plausible(&known.decode_without_bom_handling(bytes).0);
            (plausible(WINDOWS_1252), plausible(MACINTOSH))
        };
        assert_eq!(reads(b"m\xE4nnlich"), (true, false)); // ä, or a per mille sign
        assert_eq!(reads(b"m\x8Annlich"), (false, true)); // S with caron, or ä
        assert_eq!(reads(b"\x86berleben"), (false, true)); // a dagger, or Ü
        assert_eq!(reads(b"\xDCberleben"), (true, false)); // Ü, or a guillemet
    }
}
