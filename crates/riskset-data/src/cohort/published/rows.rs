//! The four files as columns of text, which is all that counting needs.

use std::collections::BTreeMap;

use crate::datasets;

/// One of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    DreamPatients,
    DreamLesions,
    KuhlmannPatients,
    KuhlmannLesions,
}

/// Rows whose columns have these values; several values of one column are separated by `|`.
pub type Filter = &'static [(&'static str, &'static str)];

/// The columns of a file. Its fields hold no quotes and no commas, which the generator sees to.
pub struct Columns {
    n_rows: usize,
    columns: BTreeMap<&'static str, Vec<&'static str>>,
}

/// All four files.
pub struct Data {
    dream_patients: Columns,
    dream_lesions: Columns,
    kuhlmann_patients: Columns,
    kuhlmann_lesions: Columns,
}

impl Data {
    pub fn read() -> Data {
        let columns = |name| {
            let dataset = datasets::get(name).expect("the synthetic cohorts are bundled");
            Columns::read(dataset.csv)
        };
        Data {
            dream_patients: columns("dream"),
            dream_lesions: columns("dream_lesions"),
            kuhlmann_patients: columns("kuhlmann"),
            kuhlmann_lesions: columns("kuhlmann_lesions"),
        }
    }

    pub fn file(&self, file: File) -> &Columns {
        match file {
            File::DreamPatients => &self.dream_patients,
            File::DreamLesions => &self.dream_lesions,
            File::KuhlmannPatients => &self.kuhlmann_patients,
            File::KuhlmannLesions => &self.kuhlmann_lesions,
        }
    }
}

impl Columns {
    fn read(text: &'static str) -> Columns {
        let mut lines = text.lines();
        let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
        let mut columns: Vec<Vec<&'static str>> = vec![Vec::new(); header.len()];
        for line in lines {
            for (column, field) in columns.iter_mut().zip(line.split(',')) {
                column.push(field);
            }
        }
        let n_rows = columns.first().map_or(0, Vec::len);
        Columns { n_rows, columns: header.into_iter().zip(columns).collect() }
    }

    pub fn column(&self, name: &str) -> &[&'static str] {
        self.columns.get(name).expect("the recipes name columns of the committed files")
    }

    /// The rows that meet a filter, increasing.
    pub fn rows(&self, filter: Filter) -> Vec<usize> {
        let tests: Vec<(&[&str], &str)> =
            filter.iter().map(|&(name, values)| (self.column(name), values)).collect();
        let meets = |row: &usize| {
            tests.iter().all(|(column, values)| values.split('|').any(|one| one == column[*row]))
        };
        (0..self.n_rows).filter(meets).collect()
    }

    /// The numbers of a column in these rows; missing fields are left out.
    pub fn numbers(&self, name: &str, rows: &[usize]) -> Vec<f64> {
        let column = self.column(name);
        rows.iter().filter_map(|&row| column[row].parse().ok()).collect()
    }
}
