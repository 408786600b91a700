//! What every reader hands over: the columns asked for, and what was met on the way.

use std::collections::HashMap;

use super::{ReadError, ReadNote};
use crate::csv::Lines;
use crate::{Error, Place, Values};

/// A source read: all its column names, and the values of the columns asked for.
#[derive(Default)]
pub(crate) struct Content {
    /// All columns of the source, in its order.
    pub(crate) names: Vec<String>,
    /// The columns that were read.
    pub(crate) values: Vec<(String, Values)>,
    pub(crate) rows: usize,
    pub(crate) lines: Lines,
    pub(crate) notes: Vec<ReadNote>,
    /// What columns are called in print, by name.
    pub(crate) labels: Vec<(String, String)>,
    /// What the codes of a column mean, by name, increasing.
    pub(crate) codes: Vec<(String, Vec<(f64, String)>)>,
    /// Columns that no question can be asked of, and why: `holds bytes that are no text`.
    pub(crate) unusable: Vec<(String, String)>,
    /// Cells that hold an error instead of a value.
    pub(crate) bad_cells: Vec<BadCell>,
}

/// A cell that is refused where its row is used, and only there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadCell {
    pub(crate) column: String,
    /// The row, from 0.
    pub(crate) row: usize,
    /// What it holds: `#REF!`.
    pub(crate) value: String,
}

/// The fields of the wanted columns (all when `None`), increasing, each once.
pub(crate) fn choose(
    source: &str,
    names: &[String],
    wanted: Option<&[String]>,
) -> Result<Vec<usize>, Error> {
    let Some(wanted) = wanted else {
        return Ok(distinct(names));
    };
    let mut fields = Vec::with_capacity(wanted.len());
    for name in wanted {
        fields.push(field_of(source, names, name)?);
    }
    fields.sort_unstable();
    fields.dedup();
    Ok(fields)
}

/// The columns whose name says which is meant, and the first one without a name.
fn distinct(names: &[String]) -> Vec<usize> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let unnamed = names.iter().position(String::is_empty);
    let kept = |&field: &usize| match names[field].as_str() {
        "" => unnamed == Some(field),
        name => counts[name] == 1,
    };
    (0..names.len()).filter(kept).collect()
}

/// The column of that name. A name that several columns have says none of them.
pub(crate) fn field_of(source: &str, names: &[String], name: &str) -> Result<usize, Error> {
    let mut fields = (0..names.len()).filter(|&field| names[field] == name);
    match (fields.next(), fields.next()) {
        (Some(first), Some(second)) => Err(Error::DuplicateColumn {
            source: source.to_string(),
            name: name.to_string(),
            columns: (first + 1, second + 1),
        }),
        (Some(field), None) => Ok(field),
        (None, _) => Err(Error::NoSuchColumn {
            source: source.to_string(),
            name: name.to_string(),
            columns: names.to_vec(),
            counted: false,
        }),
    }
}

/// A note for each name that several columns have; columns without a name are not asked for.
pub(crate) fn duplicates(names: &[String]) -> Vec<ReadNote> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        places.entry(name).or_default().push(index + 1);
    }
    let mut several: Vec<(&str, Vec<usize>)> =
        places.into_iter().filter(|(_, columns)| columns.len() > 1).collect();
    several.sort_unstable_by_key(|(_, columns)| columns[0]);
    let note = |(name, columns): (&str, Vec<usize>)| ReadNote::DuplicateName {
        name: name.to_string(),
        columns,
    };
    several.into_iter().map(note).collect()
}

impl Content {
    /// Where a row stands.
    pub(crate) fn place(&self, row: usize) -> Place {
        Place { row, line: self.lines.line(row) }
    }

    /// Notes what the values show: identifiers with leading zeros, undecoded bytes.
    pub(crate) fn note_values(&mut self) {
        for (column, values) in &self.values {
            let Values::Text(factor) = values else { continue };
            if factor.levels.iter().any(|level| crate::csv::has_leading_zeros(level.as_bytes())) {
                self.notes.push(ReadNote::LeadingZeros { column: column.clone() });
            }
            let undecoded: Vec<bool> =
                factor.levels.iter().map(|level| level.contains('\u{FFFD}')).collect();
            for (row, &code) in factor.codes.iter().enumerate() {
                if code != crate::MISSING && undecoded[code as usize] {
                    let value = factor.levels[code as usize].clone();
                    self.bad_cells.push(BadCell { column: column.clone(), row, value });
                }
            }
        }
    }

    /// Refuses units above the numbers of a column that is asked for, and notes them otherwise.
    pub(crate) fn check_units(
        &mut self,
        source: &str,
        units: &Units,
        wanted: Option<&[String]>,
    ) -> Result<(), Error> {
        let asked = units
            .columns
            .iter()
            .find(|(name, _)| wanted.is_some_and(|wanted| wanted.contains(name)));
        if let Some((column, value)) = asked {
            return Err(ReadError::UnitsRow {
                source: source.to_string(),
                column: column.clone(),
                value: value.clone(),
                row: units.row,
                data_row: units.data_row,
            }
            .into());
        }
        let columns = units.columns.iter().map(|(name, _)| name.clone()).collect();
        self.notes.push(ReadNote::UnitsRows { data_row: units.data_row, columns });
        Ok(())
    }
}

/// Rows between the names and the data that look like units.
pub(crate) struct Units {
    /// The first of them, from 1, as the owner's program counts.
    pub(crate) row: usize,
    /// The row of the first patient.
    pub(crate) data_row: usize,
    /// The columns that are numbers without them, with what stands there.
    pub(crate) columns: Vec<(String, String)>,
}
