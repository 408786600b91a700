//! An answer as one long CSV table, made from its JSON so that nothing can be left out of it.
//!
//! The first column, `table`, says which table of the answer a line belongs to; the others are the
//! columns of all tables, each once, empty where a table does not have them. `table == "groups"` is
//! then a table of its own, with types that hold: a column of numbers is one in every table.
//!
//! - `answer` holds what stands once, as `item` and `content`: `conf_level`, `log_likelihood.null`.
//! - A list of objects is a table, one line each; an object inside is put beside it
//!   (`median_lower`), a list inside is a table of its own (`groups.at_times`) whose lines repeat the
//!   texts that say whose they are (`label`, `cause`, `stratum`).
//! - Lists of equal length around `time` are the columns of one table (`groups.curve`).
//! - Any other list of values is `row` and `value`, and a matrix `row`, `column`, `value`, the column
//!   by its name: a term of the coefficients beside it, or a name of `columns`.

use crate::escape;
use serde_json::{Map, Value};
use std::io::{self, Write};

/// Writes the long table of a document.
///
/// # Errors
///
/// Those of the writer.
pub(super) fn write(document: &Value, out: &mut dyn Write) -> io::Result<()> {
    let mut long = Long::default();
    if let Value::Object(root) = document {
        long.root(root);
    }
    long.write(out)
}

/// Cells by column.
type Cells = Vec<(usize, String)>;

#[derive(Default)]
struct Long {
    /// The columns of the matrices at hand.
    names: Vec<String>,
    columns: Vec<String>,
    rows: Vec<(String, Cells)>,
}

impl Long {
    fn column(&mut self, name: &str) -> usize {
        self.columns.iter().position(|column| column == name).unwrap_or_else(|| {
            self.columns.push(name.to_owned());
            self.columns.len() - 1
        })
    }

    fn cell(&mut self, name: &str, value: &Value) -> (usize, String) {
        (self.column(name), content(value))
    }

    fn push(&mut self, table: &str, cells: Cells) {
        self.rows.push((table.to_owned(), cells));
    }

    /// What stands once comes first, then the tables in the order of the document.
    fn root(&mut self, root: &Map<String, Value>) {
        for (item, value) in items(root) {
            let cells = vec![self.cell("item", &item.into()), self.cell("content", value)];
            self.push("answer", cells);
        }
        self.lists_of("", root, &[]);
    }

    /// The lists in an object, and in objects inside it.
    fn lists_of(&mut self, path: &str, object: &Map<String, Value>, whose: &[(usize, String)]) {
        let outer = names_in(object).map(|names| std::mem::replace(&mut self.names, names));
        for (key, value) in object {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            match value {
                Value::Array(list) => self.list(&path, list, whose),
                Value::Object(inner) if is_columns(inner) => self.entry(&path, inner, whose, None),
                Value::Object(inner) => self.lists_of(&path, inner, whose),
                _ => {}
            }
        }
        if let Some(outer) = outer {
            self.names = outer;
        }
    }

    fn list(&mut self, path: &str, list: &[Value], whose: &[(usize, String)]) {
        let objects = list.iter().any(Value::is_object);
        for (index, value) in list.iter().enumerate() {
            let row = Value::from(index + 1);
            match value {
                Value::Object(entry) => self.entry(path, entry, whose, Some(&row)),
                // An entry that does not exist keeps its place.
                _ if objects => {
                    let cell = self.cell("row", &row);
                    self.push(path, with(whose, [cell]));
                }
                Value::Array(values) => {
                    let cell = self.cell("row", &row);
                    self.matrix_row(path, values, &with(whose, [cell]));
                }
                value => {
                    let cells = [self.cell("row", &row), self.cell("value", value)];
                    self.push(path, with(whose, cells));
                }
            }
        }
    }

    fn matrix_row(&mut self, path: &str, values: &[Value], start: &[(usize, String)]) {
        for (index, value) in values.iter().enumerate() {
            let name = self.names.get(index).filter(|_| self.names.len() == values.len());
            let name = name.cloned().unwrap_or_else(|| (index + 1).to_string());
            let cells = [self.cell("column", &name.into()), self.cell("value", value)];
            self.push(path, with(start, cells));
        }
    }

    /// One object of a list, or an object of columns.
    fn entry(
        &mut self,
        path: &str,
        entry: &Map<String, Value>,
        whose: &[(usize, String)],
        row: Option<&Value>,
    ) {
        let scalars: Vec<(String, &Value)> = scalars(entry, "_");
        let named = |(name, value): &&(String, &Value)| {
            entry.contains_key(name) && (value.is_string() || name == "row")
        };
        let mut mine = whose.to_vec();
        // What has no name of its own is found again by its number.
        if let (None, true, Some(row)) = (scalars.iter().find(named), whose.is_empty(), row) {
            mine.push(self.cell("row", row));
        }
        for (name, value) in scalars.iter().filter(named) {
            mine.push(self.cell(name, value));
        }
        let rest = scalars.iter().filter(|scalar| !named(scalar));
        let rest: Cells = rest.map(|(name, value)| self.cell(name, value)).collect();
        match is_columns(entry) {
            true => self.parallel(path, entry, &with(&mine, rest)),
            false => {
                if !scalars.is_empty() {
                    self.push(path, with(&mine, rest));
                }
                self.lists_of(path, entry, &mine);
            }
        }
    }

    /// Lists around `time`: one line per time, and the matrices beside them as tables of their own.
    /// Without a time the rest of the object is a line.
    fn parallel(&mut self, path: &str, entry: &Map<String, Value>, start: &[(usize, String)]) {
        let Some(Value::Array(times)) = entry.get("time") else { return };
        let lists = || entry.iter().filter_map(|(key, value)| Some((key, value.as_array()?)));
        let is_column = |list: &[Value]| list.len() == times.len() && list.iter().all(is_single);
        let columns: Vec<_> = lists().filter(|(_, list)| is_column(list)).collect();
        for index in 0..times.len() {
            let cells: Vec<_> =
                columns.iter().map(|(key, list)| self.cell(key, &list[index])).collect();
            if columns.len() > 1 {
                self.push(path, with(start, cells));
            }
        }
        if times.is_empty() && !start.is_empty() {
            self.push(path, start.to_vec());
        }
        for (key, list) in lists().filter(|(_, list)| !is_column(list)) {
            let path = format!("{path}.{key}");
            match list.len() == times.len() && list.iter().all(Value::is_array) {
                false => self.list(&path, list, start),
                true => {
                    for (time, values) in times.iter().zip(list) {
                        let cell = self.cell("time", time);
                        let values = values.as_array().map_or(&[][..], Vec::as_slice);
                        self.matrix_row(&path, values, &with(start, [cell]));
                    }
                }
            }
        }
        for (key, inner) in entry.iter().filter_map(|(key, value)| Some((key, value.as_object()?)))
        {
            self.lists_of(&format!("{path}.{key}"), inner, start);
        }
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let columns = self.columns.iter().map(|name| field(name));
        writeln!(
            out,
            "{}",
            ["table".to_owned()].into_iter().chain(columns).collect::<Vec<_>>().join(",")
        )?;
        let mut line = vec![String::new(); self.columns.len() + 1];
        for (table, cells) in &self.rows {
            line.iter_mut().for_each(String::clear);
            line[0] = field(table);
            for (column, text) in cells {
                line[column + 1] = field(text);
            }
            writeln!(out, "{}", line.join(","))?;
        }
        Ok(())
    }
}

fn with(start: &[(usize, String)], cells: impl IntoIterator<Item = (usize, String)>) -> Cells {
    start.iter().cloned().chain(cells).collect()
}

fn field(text: &str) -> String {
    escape::csv(&escape::one_line(text))
}

/// The columns of the matrices in an object: those it lists, or the terms of its coefficients.
fn names_in(object: &Map<String, Value>) -> Option<Vec<String>> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let listed = object.get("columns").and_then(Value::as_array);
    let listed = listed.and_then(|names| names.iter().map(text).collect());
    let terms = object.get("coefficients").and_then(Value::as_array);
    listed.or_else(|| {
        terms.and_then(|terms| terms.iter().map(|one| text(one.get("term")?)).collect())
    })
}

fn is_single(value: &Value) -> bool {
    !value.is_array() && !value.is_object()
}

/// An object that holds a list of times is one of columns.
fn is_columns(object: &Map<String, Value>) -> bool {
    object.get("time").is_some_and(Value::is_array)
}

/// Single values of the root; what does not exist is no item.
fn items(root: &Map<String, Value>) -> Vec<(String, &Value)> {
    scalars(root, ".").into_iter().filter(|(_, value)| !value.is_null()).collect()
}

/// The single values of an object and of objects inside it, whose keys are put before theirs.
fn scalars<'v>(object: &'v Map<String, Value>, joint: &str) -> Vec<(String, &'v Value)> {
    let mut found = Vec::new();
    for (key, value) in object {
        match value {
            Value::Array(_) => {}
            Value::Object(inner) if is_columns(inner) => {}
            Value::Object(inner) => {
                let inner = scalars(inner, joint).into_iter();
                found.extend(inner.map(|(name, value)| (format!("{key}{joint}{name}"), value)));
            }
            value => found.push((key.clone(), value)),
        }
    }
    found
}

/// A value in full precision; empty when it does not exist.
fn content(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) => match (number.is_f64(), number.as_f64()) {
            (true, Some(float)) => float.to_string(),
            _ => number.to_string(),
        },
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn long(document: Value) -> String {
        let mut out = Vec::new();
        super::write(&document, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lists_are_tables_and_what_stands_once_is_an_item() {
        let document = json!({
            "n": 4, "zph": null, "limits": {"lower": 0.5},
            "groups": [
                {"label": "g=A", "n": 2, "median": {"estimate": 1.5, "upper": null},
                 "at": [{"time": 1.0, "n": 2}], "curve": {"time": [1.0, 2.0], "s": [0.5, null]}},
            ],
            "strata": ["site"],
        });
        let expected = "table,item,content,label,n,median_estimate,median_upper,time,s,row,value\n\
                        answer,n,4,,,,,,,,\n\
                        answer,limits.lower,0.5,,,,,,,,\n\
                        groups,,,g=A,2,1.5,,,,,\n\
                        groups.at,,,g=A,2,,,1,,,\n\
                        groups.curve,,,g=A,,,,1,0.5,,\n\
                        groups.curve,,,g=A,,,,2,,,\n\
                        strata,,,,,,,,,1,site\n";
        assert_eq!(long(document), expected);
    }

    #[test]
    fn matrices_are_long_and_have_the_names_of_their_columns() {
        let document = json!({
            "coefficients": [{"term": "age"}, {"term": "sex"}],
            "variance": [[1.0, null]],
            "residuals": {"schoenfeld": {"time": [5.0], "values": [[0.25, -1.0]]}},
        });
        let expected = "table,term,row,column,value,time\n\
                        coefficients,age,,,,\n\
                        coefficients,sex,,,,\n\
                        variance,,1,age,1,\n\
                        variance,,1,sex,,\n\
                        residuals.schoenfeld.values,,,age,0.25,5\n\
                        residuals.schoenfeld.values,,,sex,-1,5\n";
        assert_eq!(long(document), expected);
    }

    #[test]
    fn rows_without_times_and_without_names_keep_their_number() {
        let document = json!({
            "predictions": [{"row": 1, "risk": 2.0, "time": []}],
            "means": [null, {"estimate": 3.0}],
        });
        let expected = "table,row,risk,estimate\n\
                        predictions,1,2,\n\
                        means,1,,\n\
                        means,2,,3\n";
        assert_eq!(long(document), expected);
    }
}
