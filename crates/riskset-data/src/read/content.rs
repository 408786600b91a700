//! What every reader hands over: the columns asked for, and what was met on the way.

use std::collections::HashMap;

use super::ReadNote;
use crate::csv::Lines;
use crate::{Error, Values};

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
