//! How a text is written, seen from its first part: separator, header, row names, units.

use super::header::{self, Grid};
use super::numbers::Evidence;
use super::{ReadError, ReadNote, ReadOptions, Separator, Units};
use crate::Error;
use crate::csv;
use crate::read::decode::Tabbed;
use std::io::Read;

/// Records that are looked at.
const RECORDS: usize = 500;

/// How a text is written.
pub(super) struct Shape {
    pub(super) separator: Separator,
    /// Lines before the names.
    pub(super) skip: usize,
    /// Lines that start with this are left out.
    pub(super) comment: String,
    pub(super) row_names: bool,
    pub(super) units: Option<Units>,
    pub(super) evidence: Evidence,
    pub(super) notes: Vec<ReadNote>,
}

/// Sees how the text is written of which `sample` is the start, or all when `whole`.
pub(super) fn shape(
    source: &str,
    sample: &[u8],
    whole: bool,
    options: &ReadOptions,
) -> Result<Shape, Error> {
    let sample = sample.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(sample);
    let mut notes = Vec::new();
    let told = options.header_row.map(|row| row.saturating_sub(1)).or(options.skip);
    let (mut skip, mut said) = (told.unwrap_or(0), options.separator);
    if told.is_none() {
        if let Some(separator) = sep_line(sample) {
            (skip, said) = (1, said.or(Some(separator)));
        }
        let marks = comments(&sample[line_start(sample, skip)..]);
        if marks > 0 && options.comment.is_none() {
            notes.push(ReadNote::Comments { lines: marks, mark: "#".to_string() });
            skip += marks;
        }
    }
    let comment = options.comment.clone().unwrap_or_default();
    let rest = &sample[line_start(sample, skip)..];
    let candidates: Vec<Candidate> = match said {
        Some(separator) => vec![Candidate::of(rest, whole, separator, &comment)],
        None => {
            let all = Separator::ALL;
            all.map(|separator| Candidate::of(rest, whole, separator, &comment)).into()
        }
    };
    let chosen = choose(source, candidates, told.is_some())?;
    let separator = chosen.separator;
    if said.is_none() && separator != Separator::Comma {
        notes.push(ReadNote::Separator { separator });
    }
    let row_names = chosen.row_names;
    let mut units = None;
    if row_names {
        notes.push(ReadNote::RowNames);
    }
    let grid = chosen.grid(skip);
    let mut evidence = Evidence::default();
    if !row_names {
        let header = match told {
            Some(_) => 0,
            None => match header::find(&grid) {
                header::Guess::Row(row) => row,
                header::Guess::Propose { row, found } => {
                    let (source, row) = (source.to_string(), grid.lines[row]);
                    return Err(ReadError::HeaderRow { source, found, row }.into());
                }
            },
        };
        if header > 0 {
            notes.push(ReadNote::HeaderRow { row: grid.lines[header] });
            skip = grid.lines[header] - 1;
        }
        if options.data_row.is_none() {
            units = header::units(&grid, header);
        }
        grid.rows.iter().skip(header + 1).flatten().for_each(|cell| evidence.see(cell));
    } else {
        grid.rows.iter().skip(1).flatten().for_each(|cell| evidence.see(cell));
    }
    Ok(Shape { separator, skip, comment, row_names, units, evidence, notes })
}

/// The separator that a first line such as `sep=;` names.
fn sep_line(sample: &[u8]) -> Option<Separator> {
    let line = sample.split(|b| *b == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?.trim_end_matches('\r').trim_matches('"');
    let mark = line.strip_prefix("sep=").or_else(|| line.strip_prefix("SEP="))?;
    mark.parse().ok()
}

/// How many lines at the start begin with `#`.
fn comments(sample: &[u8]) -> usize {
    sample.split(|b| *b == b'\n').take_while(|line| line.starts_with(b"#")).count()
}

/// The byte at which the line (from 0) starts.
fn line_start(sample: &[u8], line: usize) -> usize {
    match line {
        0 => 0,
        line => memchr::memchr_iter(b'\n', sample).nth(line - 1).map_or(sample.len(), |at| at + 1),
    }
}

/// The first records with one separator.
struct Candidate {
    separator: Separator,
    /// The cells of each record, and the line (from 0) where it starts.
    records: Vec<(usize, Vec<String>)>,
    row_names: bool,
    /// The share of records with as many fields as most of them.
    agree: f64,
    /// That number of fields.
    columns: usize,
}

impl Candidate {
    fn of(sample: &[u8], whole: bool, separator: Separator, comment: &str) -> Candidate {
        let records = if separator == Separator::Blanks {
            let mut tabbed = Vec::new();
            // Reading from memory does not fail.
            let _ = Tabbed::new(sample).read_to_end(&mut tabbed);
            records(&tabbed, whole, b'\t', comment)
        } else {
            records(sample, whole, separator.byte(), comment)
        };
        let counts: Vec<usize> = records.iter().map(|(_, cells)| cells.len()).collect();
        let rows = counts.get(1..).unwrap_or_default();
        let columns = most_common(rows).or(counts.first().copied()).unwrap_or(0);
        let same = rows.iter().filter(|n| **n == columns).count();
        let agree = if rows.is_empty() { 1.0 } else { same as f64 / rows.len() as f64 };
        let row_names = counts.first().is_some_and(|n| n + 1 == columns && *n >= 2) && agree == 1.0;
        Candidate { separator, records, row_names, agree, columns }
    }

    /// Whether this separator makes a table: two columns or more, in most rows and the header.
    fn fits(&self, told: bool) -> bool {
        let header = self.records.first().map_or(0, |(_, cells)| cells.len());
        let titled = !told && self.records.iter().take(20).any(|(_, c)| c.len() == self.columns);
        self.columns >= 2
            && self.agree >= 0.5
            && (header == self.columns || self.row_names || (titled && header < self.columns))
    }

    /// The cells as a grid whose lines are counted in the file.
    fn grid(&self, skip: usize) -> Grid {
        let lines = self.records.iter().map(|(line, _)| skip + line + 1).collect();
        Grid { rows: self.records.iter().map(|(_, cells)| cells.clone()).collect(), lines }
    }
}

fn most_common(counts: &[usize]) -> Option<usize> {
    let frequency = |n: usize| counts.iter().filter(|count| **count == n).count();
    counts.iter().copied().max_by_key(|n| (frequency(*n), *n))
}

/// The first records of a sample; one that is cut off or opens a quote for good ends them.
fn records(sample: &[u8], whole: bool, separator: u8, comment: &str) -> Vec<(usize, Vec<String>)> {
    let (mut records, mut at, mut line) = (Vec::new(), 0, 0);
    while at < sample.len() && records.len() < RECORDS {
        let start = at;
        let mut cells = Vec::new();
        loop {
            let Some(Ok(field)) = csv::next_field(sample, at, whole, separator) else {
                return records;
            };
            cells.push(csv::unquoted(field.content).trim().to_string());
            at = field.end + 1;
            if field.last {
                break;
            }
        }
        let is_comment = !comment.is_empty() && sample[start..].starts_with(comment.as_bytes());
        // Blank lines are no records, with or without separators; the header is never blank.
        if !is_comment && cells.iter().any(|cell| !cell.is_empty()) {
            records.push((line, cells));
        }
        line += memchr::memchr_iter(b'\n', &sample[start..at.min(sample.len())]).count();
    }
    records
}

/// The one candidate that makes a table. Blanks are only tried when nothing else fits, because
/// texts hold them.
fn choose(source: &str, candidates: Vec<Candidate>, told: bool) -> Result<Candidate, Error> {
    // Titles above the names explain a short first line only when nothing explains it better.
    let plain = candidates.iter().any(|c| c.fits(true) && c.separator != Separator::Blanks);
    let fits = |c: &&Candidate| c.fits(told || plain) && c.separator != Separator::Blanks;
    let best = candidates.iter().filter(fits);
    let perfect = best.clone().any(|c| c.agree == 1.0);
    let fitting: Vec<&Candidate> = best.filter(|c| !perfect || c.agree == 1.0).collect();
    if fitting.len() > 1 {
        let readings = fitting.iter().map(|c| (c.separator, c.columns)).collect();
        return Err(ReadError::Separators { source: source.to_string(), readings }.into());
    }
    let position = match fitting.first() {
        Some(only) => candidates.iter().position(|c| c.separator == only.separator),
        None => candidates.iter().position(|c| c.fits(told) && c.agree == 1.0),
    };
    // Nothing fits: one column, or rows of unequal length, which the reader refuses by their line.
    let header = |c: &Candidate| c.records.first().map_or(0, |(_, cells)| cells.len());
    let position = position.unwrap_or_else(|| {
        let marks = candidates.iter().filter(|c| c.separator != Separator::Blanks);
        let most = marks.map(header).max().unwrap_or(0);
        candidates.iter().position(|c| header(c) == most).unwrap_or(0)
    });
    let mut chosen = candidates.into_iter().nth(position).expect("the position is one of them");
    chosen.row_names &= chosen.fits(told);
    Ok(chosen)
}
