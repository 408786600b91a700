//! Files of Stata (`.dta`), releases 102 to 119.

use std::cell::Cell as Shared;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::rc::Rc;

use dta::stata::dta::dta_reader::DtaReader;
use dta::stata::dta::long_string_ref::LongStringRef;
use dta::stata::dta::long_string_table::LongStringTable;
use dta::stata::dta::value::Value;
use dta::stata::dta::value_label_table::ValueLabelTable;
use dta::stata::dta::variable::Variable;
use dta::stata::dta::variable_type::VariableType;

use super::filled::Filled;
use super::stata_lengths::Lengths;
use super::texts::Texts;
use super::{Cells, Column, shortest};

/// A column while the rows are read.
enum Filling {
    Known(Filled),
    /// Where the long string of each row stands.
    Long(Vec<LongStringRef>),
}

pub(super) fn columns(bytes: &[u8]) -> Result<Vec<Column>, String> {
    let failed = |error: dta::stata::dta::dta_error::DtaError| error.to_string();
    let longer = |what: &str| format!("{what} is longer than the file");
    let lengths = Lengths::of(bytes);
    if !lengths.columns_fit() {
        return Err("it promises more columns than it has room for".to_owned());
    }
    let place = Rc::new(Shared::new(0));
    let source = Placed { bytes: Cursor::new(bytes), place: Rc::clone(&place) };
    let reader = DtaReader::new().from_reader(source).read_header().map_err(failed)?;
    let mut reader = reader.read_schema().map_err(failed)?;
    if !lengths.characteristics_fit(place.get()) {
        return Err(longer("a characteristic of it"));
    }
    reader.skip_to_end().map_err(failed)?;
    let mut reader = reader.into_record_reader().map_err(failed)?;
    let variables: Vec<Variable> = reader.schema().variables().to_vec();
    if variables.is_empty() {
        // Any number of rows of nothing would be read one by one.
        return Ok(Vec::new());
    }
    // A value takes at least a byte.
    let promised = usize::try_from(reader.header().observation_count()).unwrap_or(usize::MAX);
    let rows = promised.min(bytes.len() / variables.len());
    let cells = |variable: &Variable| match variable.variable_type() {
        VariableType::LongString => Filling::Long(Vec::with_capacity(rows)),
        VariableType::FixedString(_) => Filling::Known(Filled::default()),
        _ => Filling::Known(Filled::with_capacity(rows)),
    };
    let mut cells: Vec<Filling> = variables.iter().map(cells).collect();
    let units: Vec<Unit> = variables.iter().map(|variable| Unit::of(variable.format())).collect();
    while let Some(record) = reader.read_record().map_err(failed)? {
        for ((column, unit), value) in cells.iter_mut().zip(&units).zip(record.values()) {
            column.push(value, unit);
        }
    }
    let encoding = reader.encoding();
    let mut reader = reader.into_long_string_reader().map_err(failed)?;
    if !lengths.long_strings_fit(place.get()) {
        return Err(longer("a long text of it"));
    }
    let mut long = LongStringTable::for_reading();
    reader.read_remaining_into(&mut long).map_err(failed)?;
    let mut reader = reader.into_value_label_reader().map_err(failed)?;
    if !lengths.labels_fit(place.get()) {
        return Err(longer("a set of its value labels"));
    }
    let mut labels = ValueLabelTable::new();
    reader.read_remaining_into(&mut labels).map_err(failed)?;
    let known = |cells: Filling| match cells {
        Filling::Known(cells) => cells.done(),
        Filling::Long(places) => {
            let mut texts = Texts::default();
            for place in places {
                let found = long.get(&place);
                texts.push(found.as_ref().and_then(|text| text.data_str(encoding)).as_deref());
            }
            texts.done()
        }
    };
    let columns = variables.iter().zip(cells);
    Ok(columns.map(|(variable, cells)| column(variable, known(cells), &labels)).collect())
}

/// The bytes of a file, and beside them the place up to which they were read.
struct Placed<'a> {
    bytes: Cursor<&'a [u8]>,
    place: Rc<Shared<usize>>,
}

impl Placed<'_> {
    fn is_at(&self) {
        self.place.set(usize::try_from(self.bytes.position()).unwrap_or(usize::MAX));
    }
}

impl Read for Placed<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.bytes.read(into);
        self.is_at();
        read
    }
}

impl Seek for Placed<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let place = self.bytes.seek(to);
        self.is_at();
        place
    }
}

/// What the numbers of a column are, by the format in which Stata shows them.
enum Unit {
    Number,
    /// Days since 1960.
    Days,
    /// Milliseconds since 1960.
    Milliseconds,
}

impl Unit {
    fn of(format: &str) -> Unit {
        let is_one_of = |starts: &[&str]| starts.iter().any(|start| format.starts_with(start));
        if is_one_of(&["%td", "%d", "%-td"]) {
            Unit::Days
        } else if is_one_of(&["%tc", "%-tc"]) {
            Unit::Milliseconds
        } else {
            Unit::Number
        }
    }
}

impl Filling {
    fn push(&mut self, value: &Value<'_>, unit: &Unit) {
        let number = match value {
            Value::Byte(value) => value.present().map(f64::from),
            Value::Int(value) => value.present().map(f64::from),
            Value::Long(value) => value.present().map(f64::from),
            Value::Float(value) => value.present().map(shortest),
            Value::Double(value) => value.present(),
            Value::String(_) | Value::LongStringRef(_) => None,
        };
        match (self, value) {
            (Filling::Long(places), Value::LongStringRef(place)) => places.push(*place),
            // A column has values of its kind alone.
            (Filling::Long(_), _) => (),
            (Filling::Known(cells), Value::String(text)) => cells.text(text),
            (Filling::Known(cells), _) => match (number, unit) {
                (None, _) => cells.missing(),
                (Some(number), Unit::Number) => cells.number(number),
                (Some(number), Unit::Days) => cells.day_since_1960(number),
                (Some(number), Unit::Milliseconds) => cells.moment_since_1960(number / 1000.0),
            },
        }
    }
}

fn column(variable: &Variable, cells: Cells, labels: &ValueLabelTable) -> Column {
    let mut column = Column::new(variable.name(), variable.label(), cells);
    if let Some(set) = labels.get(variable.value_label_name()) {
        // Codes above the largest long are the extended missing values, which no row has.
        let entries = set.entries().iter().map(|e| (f64::from(e.value()), e.label().to_string()));
        column.codes = entries.filter(|(code, _)| *code <= 2_147_483_620.0).collect();
        column.codes.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    column
}
