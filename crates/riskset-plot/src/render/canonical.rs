//! A PDF in canonical form: the same drawing gives the same bytes.
//!
//! svg2pdf keeps fonts and resources in hash maps, so that object numbers and the order of
//! dictionary entries differ from run to run. Here the entries are sorted, and the objects are
//! numbered and written in the order in which they are reached from the catalogue.

use std::collections::BTreeMap;

/// One object: its dictionary (or array, or string) and, after it, its stream.
struct Object<'a> {
    head: Vec<u8>,
    stream: &'a [u8],
}

/// Rewrites a PDF that pdf-writer made. `None` when it is not of the shape that pdf-writer gives.
pub(crate) fn canonical(pdf: &[u8]) -> Option<Vec<u8>> {
    let table = position_last(pdf, b"\nxref\n")? + 1;
    let trailer_at = table + position(&pdf[table..], b"trailer\n")?;
    let trailer_end = trailer_at + position(&pdf[trailer_at..], b"startxref")?;
    let trailer = &pdf[trailer_at..trailer_end];
    let offsets = offsets(&pdf[table..trailer_at])?;
    let objects = objects(pdf, &offsets, table)?;

    let mut order = Vec::new();
    let mut number = BTreeMap::new();
    let mut waiting = references(trailer);
    waiting.reverse();
    while let Some(next) = waiting.pop() {
        if number.contains_key(&next) {
            continue;
        }
        order.push(next);
        number.insert(next, order.len());
        waiting.extend(references(&objects.get(&next)?.head).into_iter().rev());
    }

    let first = *offsets.values().min()?;
    let mut out = pdf[..first].to_vec();
    let mut places = Vec::with_capacity(order.len());
    for (index, old) in order.iter().enumerate() {
        let object = &objects[old];
        places.push(out.len());
        out.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
        out.extend_from_slice(&renumbered(&object.head, &number));
        out.extend_from_slice(object.stream);
    }
    let table = out.len();
    let count = order.len() + 1;
    out.extend_from_slice(format!("xref\n0 {count}\n0000000000 65535 f\r\n").as_bytes());
    for place in places {
        out.extend_from_slice(format!("{place:010} 00000 n\r\n").as_bytes());
    }
    let trailer = String::from_utf8(renumbered(trailer, &number)).ok()?;
    let size_from = trailer.find("/Size ")? + 6;
    let size_to = size_from + trailer[size_from..].find(|c: char| !c.is_ascii_digit())?;
    let (before, after) = (&trailer[..size_from], &trailer[size_to..]);
    out.extend_from_slice(format!("{before}{count}{after}startxref\n{table}\n%%EOF").as_bytes());
    Some(out)
}

/// Where each object starts, from the table of cross references.
fn offsets(table: &[u8]) -> Option<BTreeMap<usize, usize>> {
    let text = std::str::from_utf8(table).ok()?;
    let entries = text.lines().skip(2).enumerate();
    let mut offsets = BTreeMap::new();
    for (number, line) in entries {
        if line.trim_end().ends_with(" n") {
            offsets.insert(number, line.get(..10)?.parse().ok()?);
        }
    }
    Some(offsets)
}

fn objects<'a>(
    pdf: &'a [u8],
    offsets: &BTreeMap<usize, usize>,
    end: usize,
) -> Option<BTreeMap<usize, Object<'a>>> {
    let mut starts: Vec<usize> = offsets.values().copied().collect();
    starts.push(end);
    starts.sort_unstable();
    let object = |(&number, &start): (&usize, &usize)| {
        let stop = starts[starts.partition_point(|&other| other <= start)];
        let body = start + position(&pdf[start..stop], b" obj\n")? + 5;
        let whole = &pdf[body..stop];
        let split = position(whole, b"\nstream\n").unwrap_or(whole.len());
        Some((number, Object { head: sorted(&whole[..split]), stream: &whole[split..] }))
    };
    offsets.iter().map(object).collect()
}

/// Sorts each run of neighbouring resource entries (`/xo0 12 0 R`, `/gs3 9 0 R`, ...) by name.
fn sorted(head: &[u8]) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = head.split_inclusive(|&byte| byte == b'\n').collect();
    let mut start = 0;
    while start < lines.len() {
        let run = lines[start..].iter().take_while(|line| entry(line).is_some()).count();
        lines[start..start + run].sort_by_key(|line| entry(line));
        start += run.max(1);
    }
    lines.concat()
}

/// The kind and number of a resource's name, if the line is a resource's entry.
fn entry(line: &[u8]) -> Option<(&[u8], u32)> {
    let name = line.trim_ascii_start().strip_prefix(b"/")?;
    let kind = name.get(..2)?;
    let digits = name[2..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let known = [b"xo", b"gs", b"fo", b"cs", b"po", b"sh"].contains(&kind.try_into().ok()?);
    let number = std::str::from_utf8(&name[2..2 + digits]).ok()?.parse().ok()?;
    (known && name.get(2 + digits) == Some(&b' ')).then_some((kind, number))
}

/// The spans of the numbers in `12 0 R`, outside of strings.
fn spans(text: &[u8]) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let (mut at, mut depth) = (0, 0_u32);
    while at < text.len() {
        match text[at] {
            b'\\' if depth > 0 => at += 1,
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            byte if depth == 0 && byte.is_ascii_digit() => {
                let digits = text[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                if text[at + digits..].starts_with(b" 0 R") {
                    spans.push((at, at + digits));
                }
                at += digits;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    spans
}

fn references(text: &[u8]) -> Vec<usize> {
    let number = |(from, to): (usize, usize)| {
        std::str::from_utf8(&text[from..to]).ok().and_then(|digits| digits.parse().ok())
    };
    spans(text).into_iter().filter_map(number).collect()
}

fn renumbered(text: &[u8], number: &BTreeMap<usize, usize>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut done = 0;
    for ((from, to), old) in spans(text).into_iter().zip(references(text)) {
        out.extend_from_slice(&text[done..from]);
        out.extend_from_slice(number[&old].to_string().as_bytes());
        done = to;
    }
    out.extend_from_slice(&text[done..]);
    out
}

fn position(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

fn position_last(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).rposition(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_sorted_by_number_and_references_in_strings_are_left_alone() {
        let head = b"<<\n  /xo10 4 0 R\n  /xo2 9 0 R\n  /Title (see 9 0 R \\) 4 0 R)\n>>";
        let text = String::from_utf8(sorted(head)).unwrap();
        assert!(text.find("/xo2").unwrap() < text.find("/xo10").unwrap());
        assert_eq!(references(head), [4, 9]);
        let number = BTreeMap::from([(4, 1), (9, 2)]);
        let out = String::from_utf8(renumbered(head, &number)).unwrap();
        assert!(out.contains("/xo10 1 0 R") && out.contains("(see 9 0 R \\) 4 0 R)"));
    }
}
