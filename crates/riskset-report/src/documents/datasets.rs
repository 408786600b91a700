//! The answers of `riskset datasets`.

use super::{Document, Head};
use crate::format::Style;
use crate::table::{Align, Table};
use riskset_data::datasets::{ColumnInfo, Dataset, Descriptor};
use serde::Serialize;

/// All bundled data sets.
#[derive(Clone, Debug, Serialize)]
pub struct ListDocument {
    /// What every document starts with; `n` is the number of sets.
    #[serde(flatten)]
    pub head: Head,
    /// One entry per set, by name.
    pub datasets: Vec<Entry>,
}

/// A data set in the list.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// The name, without `@`.
    pub name: String,
    /// One line.
    pub title: String,
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Whether the patients are made up.
    pub synthetic: bool,
    /// The publication to cite.
    pub publication: String,
}

impl ListDocument {
    /// The document of these sets.
    pub fn new(sets: &[Dataset]) -> ListDocument {
        let entry = |set: &Dataset| {
            let descriptor = set.descriptor();
            Entry {
                name: set.name.to_string(),
                title: descriptor.title,
                rows: descriptor.rows,
                columns: descriptor.columns.len(),
                synthetic: descriptor.synthetic,
                publication: descriptor.publication,
            }
        };
        let head = Head::new("datasets-list", sets.len(), 0, "Bundled data sets");
        ListDocument { head, datasets: sets.iter().map(entry).collect() }
    }
}

impl Document for ListDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn title(&self) -> String {
        "Bundled data sets; use one as @NAME".to_string()
    }

    fn tables(&self, _: &Style) -> Vec<Table> {
        let mut table = Table::new("")
            .column("Name", Align::Left)
            .column("Rows", Align::Right)
            .column("Columns", Align::Right)
            .column("What it is", Align::Left);
        for entry in &self.datasets {
            let says_so = entry.title.to_lowercase().contains("synthetic");
            let title = match entry.synthetic && !says_so {
                true => format!("{} (synthetic)", entry.title),
                false => entry.title.clone(),
            };
            table = table.row([
                format!("@{}", entry.name),
                entry.rows.to_string(),
                entry.columns.to_string(),
                title,
            ]);
        }
        vec![table]
    }

    fn notes(&self, _: &Style) -> Vec<String> {
        vec!["riskset datasets show NAME: publication, licence, columns and units.".to_string()]
    }

    fn data(&self) -> Option<Table> {
        let mut table = Table::new("");
        for column in ["name", "title", "rows", "columns", "synthetic", "publication"] {
            table = table.column(column, Align::Left);
        }
        for entry in &self.datasets {
            table = table.row([
                entry.name.clone(),
                entry.title.clone(),
                entry.rows.to_string(),
                entry.columns.to_string(),
                entry.synthetic.to_string(),
                entry.publication.clone(),
            ]);
        }
        Some(table)
    }
}

/// One data set.
#[derive(Clone, Debug, Serialize)]
pub struct ShowDocument {
    /// What every document starts with; `n` is the number of rows.
    #[serde(flatten)]
    pub head: Head,
    /// The name, without `@`.
    pub name: String,
    /// One line.
    pub title: String,
    /// More to say, where there is.
    pub description: Option<String>,
    /// The publication to cite.
    pub publication: String,
    /// Under which licence the compilation is distributed.
    pub licence: String,
    /// Whether the patients are made up.
    pub synthetic: bool,
    /// A formula to start from.
    pub example: Option<String>,
    /// The columns in order.
    pub columns: Vec<Column>,
}

/// A column.
#[derive(Clone, Debug, Serialize)]
pub struct Column {
    /// The name in the header.
    pub name: String,
    /// What it holds.
    pub meaning: String,
    /// The unit.
    pub unit: Option<String>,
    /// What its codes mean.
    pub coding: Option<String>,
}

impl From<ColumnInfo> for Column {
    fn from(info: ColumnInfo) -> Column {
        Column { name: info.name, meaning: info.meaning, unit: info.unit, coding: info.coding }
    }
}

impl ShowDocument {
    /// The document of this set.
    pub fn new(set: &Dataset) -> ShowDocument {
        let Descriptor {
            title,
            description,
            publication,
            licence,
            rows,
            synthetic,
            example,
            columns,
        } = set.descriptor();
        ShowDocument {
            head: Head::new("datasets-show", rows, 0, set.name),
            name: set.name.to_string(),
            title,
            description,
            publication,
            licence,
            synthetic,
            example,
            columns: columns.into_iter().map(Column::from).collect(),
        }
    }

    /// The columns, a row each, under these headings.
    fn under(&self, headings: [&str; 4]) -> Table {
        let mut table = Table::new("");
        for heading in headings {
            table = table.column(heading, Align::Left);
        }
        for column in &self.columns {
            table = table.row([
                column.name.clone(),
                column.meaning.clone(),
                column.unit.clone().unwrap_or_default(),
                column.coding.clone().unwrap_or_default(),
            ]);
        }
        table
    }
}

impl Document for ShowDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn title(&self) -> String {
        let mut lines = vec![format!("@{}: {}", self.name, self.title)];
        if self.synthetic {
            lines.push("Synthetic: no real patients.".to_string());
        }
        lines.extend(self.description.clone());
        lines.push(format!("{} rows, {} columns", self.head.n, self.columns.len()));
        lines.push(format!("Publication: {}", self.publication));
        lines.push(format!("Licence: {}", self.licence));
        lines.join("\n")
    }

    fn tables(&self, _: &Style) -> Vec<Table> {
        vec![self.under(["Column", "What it holds", "Unit", "Codes"])]
    }

    fn notes(&self, _: &Style) -> Vec<String> {
        let example = |formula: &String| format!("Try: riskset km @{} \"{formula}\"", self.name);
        let lgpl = self.licence.contains("LGPL");
        let text = "The text of the licence: licences/LGPL-2.txt, and `riskset licences` prints it";
        self.example.iter().map(example).chain(lgpl.then(|| text.to_owned())).collect()
    }

    fn data(&self) -> Option<Table> {
        Some(self.under(["column", "meaning", "unit", "coding"]))
    }
}
