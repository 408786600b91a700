//! Lengths that a file of Stata declares, checked before its reader takes memory for them.
//!
//! The reader makes room for a set of value labels, a long string or a characteristic of the length
//! that the file says, up to 4 GB, before it sees that the file ends. What is longer than the rest of
//! the file is refused here: a damaged file of 6 kB took 1.9 GB. The same holds for the number of
//! columns, which takes four bytes from release 119 on, and for value labels that share their text.
//!
//! Each check begins at the place that the reader has reached and goes from piece to piece as the
//! reader will, so that what looks like a piece within a text of a cell is none.

/// What a file says of how it is written.
pub(super) struct Lengths<'a> {
    bytes: &'a [u8],
    /// 102 to 119.
    release: u32,
    is_little: bool,
}

/// A piece of a file: where it begins, and the length that stands before it.
type Piece = (usize, usize);

impl<'a> Lengths<'a> {
    /// Of a file whose release is not to be found, a release of 0, for which nothing is checked: the
    /// reader refuses it.
    pub(super) fn of(bytes: &'a [u8]) -> Lengths<'a> {
        if !bytes.starts_with(b"<stata_dta>") {
            let release = bytes.first().map_or(0, |&release| u32::from(release));
            return Lengths { bytes, release, is_little: bytes.get(1) != Some(&1) };
        }
        let after = |mark| memchr::memmem::find(bytes, mark).map(|at| &bytes[at + mark.len()..]);
        let digits = after(b"<release>").and_then(|rest| std::str::from_utf8(rest.get(..3)?).ok());
        let release = digits.and_then(|digits| digits.parse().ok()).unwrap_or(0);
        let is_little = !after(b"<byteorder>").is_some_and(|rest| rest.starts_with(b"MSF"));
        Lengths { bytes, release, is_little }
    }

    fn is_tagged(&self) -> bool {
        self.release >= 117
    }

    /// Whether the file is long enough for its columns: each has a name of at least 129 bytes in the
    /// releases that can have more than 65,535 of them.
    pub(super) fn columns_fit(&self) -> bool {
        const NAME: usize = 129;
        let count = memchr::memmem::find(self.bytes, b"<K>").and_then(|at| self.length(at + 3));
        self.release < 119 || count.is_none_or(|count| count <= self.bytes.len() / NAME)
    }

    /// Whether each characteristic, the first at `start`, ends within the file. Before release 110
    /// two bytes hold the length, and there is room for that.
    pub(super) fn characteristics_fit(&self, start: usize) -> bool {
        if self.is_tagged() {
            let start = self.after(start, b"<characteristics>");
            let next = |at| Some((at + 8, self.length(self.mark(at, b"<ch>")?)?));
            return self.all_fit(start, next, b"</ch>".len());
        }
        let next = |at: usize| match self.bytes.get(at)? {
            0 => None,
            _ => Some((at + 5, self.length(at + 1)?)),
        };
        self.release < 110 || self.all_fit(start, next, 0)
    }

    /// Whether each long string, the first at `start`, ends within the file.
    pub(super) fn long_strings_fit(&self, start: usize) -> bool {
        // The number of the row takes four bytes in release 117 and eight in later ones.
        let row = if self.release == 117 { 4 } else { 8 };
        let next = |at| {
            let length = self.mark(at, b"GSO")? + 4 + row + 1;
            Some((length + 4, self.length(length)?))
        };
        !self.is_tagged() || self.all_fit(self.after(start, b"<strls>"), next, 0)
    }

    /// Whether each set of value labels, the first at `start`, ends within the file, and all labels
    /// take no more than 20 times its length. Before release 108 two bytes hold the number of labels.
    pub(super) fn labels_fit(&self, start: usize) -> bool {
        let name = match self.release {
            ..110 => 9,
            110..118 => 33,
            _ => 129,
        };
        let (mark, end, start) = match self.is_tagged() {
            true => (&b"<lbl>"[..], b"</lbl>".len(), self.after(start, b"<value_labels>")),
            false => (&b""[..], 0, start),
        };
        let room = std::cell::Cell::new(self.bytes.len().saturating_mul(20));
        let next = |at| {
            let length = self.mark(at, mark)?;
            let piece = (length + 4 + name + 3, self.length(length)?);
            let set = self.bytes.get(piece.0..piece.0.checked_add(piece.1)?);
            let left = set.map_or(Some(0), |set| self.room_after(set, room.get()));
            room.set(left.unwrap_or(0));
            Some(if left.is_some() { piece } else { (piece.0, usize::MAX) })
        };
        self.release < 108 || self.all_fit(start, next, end)
    }

    /// What is left of `room` after the texts of a set of labels: the number of labels, the length of
    /// all texts, where each text begins, the codes, the texts, each up to a zero. `None` when they
    /// take more.
    fn room_after(&self, set: &[u8], room: usize) -> Option<usize> {
        let four = |at: usize| set.get(at..at + 4).map(|four| self.number(four));
        let (Some(labels), Some(_)) = (four(0), four(4)) else { return Some(room) };
        let texts = labels.checked_mul(8).and_then(|bytes| set.get(bytes.checked_add(8)?..));
        let Some(texts) = texts else { return Some(room) };
        (0..labels).try_fold(room, |room, label| {
            let text = four(8 + 4 * label).and_then(|at| texts.get(at..)).unwrap_or_default();
            room.checked_sub(memchr::memchr(0, text).unwrap_or(text.len()))
        })
    }

    /// Whether every piece from `start` on lies within the file; `end` bytes close each.
    fn all_fit(&self, start: usize, next: impl Fn(usize) -> Option<Piece>, end: usize) -> bool {
        let mut at = start;
        while let Some((begin, length)) = next(at) {
            if length > self.bytes.len().saturating_sub(begin) {
                return false;
            }
            at = begin + length + end;
        }
        true
    }

    /// The place after a mark that stands at `at`.
    fn mark(&self, at: usize, mark: &[u8]) -> Option<usize> {
        self.bytes.get(at..)?.starts_with(mark).then_some(at + mark.len())
    }

    /// The place after a mark at `at`, or `at` when it does not stand there.
    fn after(&self, at: usize, mark: &[u8]) -> usize {
        self.mark(at, mark).unwrap_or(at)
    }

    fn length(&self, at: usize) -> Option<usize> {
        self.bytes.get(at..at.checked_add(4)?).map(|four| self.number(four))
    }

    /// The number of four bytes.
    fn number(&self, four: &[u8]) -> usize {
        let value = |n: usize, byte: &u8| (n << 8) | usize::from(*byte);
        match self.is_little {
            true => four.iter().rev().fold(0, value),
            false => four.iter().fold(0, value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &[u8] =
        b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder></header>";

    /// The file of [`HEAD`] and these parts.
    fn tagged(parts: &[&[u8]]) -> Vec<u8> {
        [HEAD, &parts.concat()].concat()
    }

    /// The same bytes where the highest comes first, as in a file of release 115 that says so.
    fn untagged(parts: &[&[u8]]) -> Vec<u8> {
        [&[115, 1, 1, 0][..], &parts.concat()].concat()
    }

    #[test]
    fn a_set_of_labels_ends_within_the_file() {
        let fits = |length: u32| {
            let set = [&b"<lbl>"[..], &length.to_le_bytes(), &[0; 132], &[0; 20], b"</lbl>"];
            let file = tagged(&[b"<value_labels>", &set.concat(), &set.concat()]);
            Lengths::of(&file).labels_fit(HEAD.len())
        };
        assert!(fits(20));
        assert!(!fits(2_000_000_000));
        assert!(!fits(u32::MAX));
    }

    #[test]
    fn a_file_without_tags_is_checked_set_by_set() {
        let set = |length: u32| [&length.to_be_bytes()[..], &[0; 36], &[0; 4]].concat();
        let fits = |second: u32| Lengths::of(&untagged(&[&set(4), &set(second)])).labels_fit(4);
        assert!(fits(4));
        assert!(!fits(1_000_000_000));
    }

    #[test]
    fn labels_that_share_a_text_are_counted_each() {
        let fits = |labels: usize| {
            let number = |n: usize| (n as u32).to_be_bytes();
            let places = number(0).repeat(2 * labels);
            let text = [b'x'; 1_000];
            let set = [&number(labels)[..], &number(1_000), &places, &text].concat();
            let file = untagged(&[&number(set.len()), &[0; 36], &set]);
            Lengths::of(&file).labels_fit(4)
        };
        assert!(fits(20), "20,000 bytes of texts in a file of 1,200");
        assert!(!fits(60), "60,000 in one of 1,500");
    }

    #[test]
    fn the_columns_fit_into_the_file() {
        let fits = |release: &str, count: u32| {
            let head = format!(
                "<stata_dta><header><release>{release}</release><byteorder>LSF</byteorder>"
            );
            let file = [head.as_bytes(), b"<K>", &count.to_le_bytes(), b"</K>", &[0; 400]].concat();
            Lengths::of(&file).columns_fit()
        };
        assert!(fits("119", 3));
        assert!(!fits("119", 4), "names of 129 bytes for four columns");
        assert!(!fits("119", 1_885_696_773));
        assert!(fits("118", 1_885_696_773), "two bytes count them, and no more");
        assert!(Lengths::of(&[115, 2, 1, 0]).columns_fit());
    }

    #[test]
    fn a_long_string_ends_within_the_file() {
        let fits = |second: u32| {
            let long = |length: u32| {
                [b"GSO", &[1, 0, 0, 0][..], &[1; 8], &[130], &length.to_le_bytes(), b"ab"].concat()
            };
            let file = tagged(&[b"GSO", b"<strls>", &long(2), &long(second), b"</strls>"]);
            Lengths::of(&file).long_strings_fit(HEAD.len() + 3)
        };
        assert!(fits(2));
        assert!(!fits(3_000_000));
        assert!(Lengths::of(&untagged(&[b"GSO"])).long_strings_fit(4), "it has none");
    }

    #[test]
    fn a_characteristic_ends_within_the_file() {
        let fits = |length: u32| {
            let note = [&b"<ch>"[..], &length.to_le_bytes(), b"notes", b"</ch>"].concat();
            let file = tagged(&[b"<characteristics>", &note, &note, b"</characteristics>"]);
            Lengths::of(&file).characteristics_fit(HEAD.len())
        };
        assert!(fits(5));
        assert!(!fits(2_000_000_000));
        let fits = |length: u32| {
            let second = [&[9][..], &length.to_be_bytes(), b"ab"].concat();
            let file = untagged(&[&[1, 0, 0, 0, 1, 7], &second, &[0; 5], &[255; 40]]);
            Lengths::of(&file).characteristics_fit(4)
        };
        assert!(fits(2), "what comes after the last one is none");
        assert!(!fits(2_000_000_000));
    }
}
