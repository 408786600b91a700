//! A table of text on its way into a CSV file.

/// Columns of text, of one length.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    header: Vec<&'static str>,
    columns: Vec<Vec<String>>,
}

impl Sheet {
    /// Adds a column.
    pub fn column(&mut self, name: &'static str, values: Vec<String>) {
        debug_assert!(self.columns.first().is_none_or(|first| first.len() == values.len()));
        self.header.push(name);
        self.columns.push(values);
    }

    /// The header and the rows as comma-separated lines, the rows in the order of their numbers
    /// given. No value of the cohorts holds a comma or a quote.
    pub fn csv(&self, order: &[usize]) -> String {
        let mut text = self.header.join(",");
        text.push('\n');
        for &row in order {
            let fields: Vec<&str> =
                self.columns.iter().map(|column| column[row].as_str()).collect();
            text.push_str(&fields.join(","));
            text.push('\n');
        }
        text
    }
}

/// 1 or 0.
pub fn flag(yes: bool) -> String {
    String::from(if yes { "1" } else { "0" })
}

/// The value, or an empty field.
pub fn optional<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
