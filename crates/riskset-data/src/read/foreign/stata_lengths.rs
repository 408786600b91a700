//! Lengths that a file of Stata declares, checked before its reader takes memory for them.
//!
//! The reader makes room for a set of value labels, or a long string, of the length that the file
//! says, up to 4 GB, before it sees that the file ends. What is longer than the rest of the file is
//! refused here: a damaged file of 6 kB took 1.9 GB. The same holds for the number of columns, which
//! takes four bytes from release 119 on.

/// Whether every set of value labels and every long string ends within the file. `labels` is where
/// the value labels begin in a file without tags (releases 108 to 116).
pub(super) fn within(bytes: &[u8], labels: Option<usize>) -> bool {
    match bytes.starts_with(b"<stata_dta>") {
        true => tagged(bytes),
        false => labels.is_none_or(|start| untagged(bytes, start)),
    }
}

/// Whether the file is long enough for its columns: each has a name of at least 129 bytes in the
/// releases that can have more than 65,535 of them.
pub(super) fn columns_within(bytes: &[u8]) -> bool {
    const NAME: usize = 129;
    let Some(release) = find(bytes, b"<release>").map(|at| &bytes[at..]) else { return true };
    if !bytes.starts_with(b"<stata_dta>") || !release.starts_with(b"119") {
        return true;
    }
    let count = find(bytes, b"<K>").and_then(|at| length(bytes, at, is_little(bytes)));
    count.is_none_or(|count| count <= bytes.len() / NAME)
}

fn is_little(tagged: &[u8]) -> bool {
    !find(tagged, b"<byteorder>").is_some_and(|at| tagged[at..].starts_with(b"MSF"))
}

/// Releases 117 and later: `<lbl>` and the length of the set; `GSO`, the cell, the kind and the
/// length of the string.
fn tagged(bytes: &[u8]) -> bool {
    let little = is_little(bytes);
    // The number of the row takes four bytes in release 117 and eight in later ones.
    let row = match find(bytes, b"<release>").map(|at| &bytes[at..]) {
        Some(rest) if rest.starts_with(b"117") => 4,
        _ => 8,
    };
    all(bytes, b"<lbl>", 0, little) && all(bytes, b"GSO", 4 + row + 1, little)
}

/// Whether after each mark, and so many bytes more, stands a length that the file has. Where a mark
/// is part of a text, a length too large by chance would be refused: `GSO` has to be followed by one
/// of its two kinds.
fn all(bytes: &[u8], mark: &[u8], skip: usize, little: bool) -> bool {
    let mut from = 0;
    while let Some(at) = find(&bytes[from..], mark).map(|at| from + at) {
        from = at;
        let place = at + skip;
        let is_kind = |kind: &u8| matches!(*kind, 129 | 130);
        let is_mark = skip == 0 || bytes.get(place - 1).is_some_and(is_kind);
        if is_mark && length(bytes, place, little).is_some_and(|n| n > bytes.len() - place - 4) {
            return false;
        }
    }
    true
}

/// Sets one after the other: the length, the name, three bytes, the set.
fn untagged(bytes: &[u8], start: usize) -> bool {
    let name = match bytes.first() {
        Some(..108) | None => return true,
        Some(108) => 9,
        Some(_) => 33,
    };
    let little = bytes.get(1) != Some(&1);
    let mut at = start;
    while let Some(set) = length(bytes, at, little) {
        let begin = at + 4 + name + 3;
        if set > bytes.len().saturating_sub(begin) {
            return false;
        }
        at = begin + set;
    }
    true
}

fn length(bytes: &[u8], at: usize, little: bool) -> Option<usize> {
    let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    Some(if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) } as usize)
}

/// Where the bytes after a mark begin.
fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, mark).map(|at| at + mark.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &[u8] =
        b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder></header>";

    #[test]
    fn a_set_of_labels_ends_within_the_file() {
        let with = |length: u32| {
            [HEAD, b"<value_labels><lbl>", &length.to_le_bytes(), &[0; 20], b"</lbl>"].concat()
        };
        assert!(within(&with(20), None));
        assert!(!within(&with(2_000_000_000), None));
        assert!(!within(&with(u32::MAX), None));
    }

    #[test]
    fn the_columns_fit_into_the_file() {
        let with = |release: &str, count: u32| {
            let head = format!(
                "<stata_dta><header><release>{release}</release><byteorder>LSF</byteorder>"
            );
            [head.as_bytes(), b"<K>", &count.to_le_bytes(), b"</K>", &[0; 400]].concat()
        };
        assert!(columns_within(&with("119", 3)));
        assert!(!columns_within(&with("119", 4)), "names of 129 bytes for four columns");
        assert!(!columns_within(&with("119", 1_885_696_773)));
        assert!(columns_within(&with("118", 1_885_696_773)), "two bytes count them, and no more");
        assert!(columns_within(&[115, 2, 1, 0]));
    }

    #[test]
    fn a_long_string_ends_within_the_file() {
        let with = |kind: u8, length: u32| {
            [HEAD, b"<strls>GSO", &[1, 0, 0, 0], &[1; 8], &[kind], &length.to_le_bytes(), b"ab"]
                .concat()
        };
        assert!(within(&with(130, 2), None));
        assert!(!within(&with(130, 3_000_000), None));
        assert!(within(&with(7, 3_000_000), None), "a text with the letters GSO is no long string");
    }

    #[test]
    fn a_file_without_tags_is_checked_set_by_set() {
        let set = |length: u32| [&length.to_le_bytes()[..], &[0; 36], &[0; 4]].concat();
        let file = |second: u32| [&[115, 2, 1, 0][..], &set(4), &set(second)].concat();
        assert!(within(&file(4), Some(4)));
        assert!(!within(&file(1_000_000_000), Some(4)));
    }
}
