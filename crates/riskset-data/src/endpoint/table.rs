//! A rule applied to a table.

use super::{DateColumns, Derived, EndpointError, Rule};
use crate::Table;
use crate::dates::{Day, read_days};

impl Rule {
    /// The columns to read from a source: the id, the dates and the texts of the conditions, each
    /// once.
    pub fn columns(&self, id: &str) -> Vec<String> {
        let mut columns = vec![id.to_owned()];
        for name in self.date_columns().into_iter().chain(self.text_columns()) {
            if !columns.iter().any(|column| column == name) {
                columns.push(name.to_owned());
            }
        }
        columns
    }

    /// A condition that no row of the table could meet is a slip: everyone would be censored.
    fn check_conditions(&self, table: &Table) -> Result<(), EndpointError> {
        let all = self.events.iter().chain(&self.competing);
        for condition in all.filter_map(|dated| dated.when.as_ref()) {
            let levels = table.factor(&condition.column).map_err(EndpointError::Table)?.levels;
            let named: Vec<&String> = condition.is.iter().chain(&condition.is_not).collect();
            if !named.is_empty() && !named.iter().any(|value| levels.contains(value)) {
                return Err(EndpointError::Table(crate::Error::NoSuchLevel {
                    column: condition.column.clone(),
                    level: format!("\"{}\"", named[0]),
                    levels,
                }));
            }
        }
        Ok(())
    }

    /// Derives a time and an event for every row of a table, whose column `id` names the patients.
    ///
    /// # Errors
    ///
    /// [`EndpointError::Table`] for a column that the table does not have,
    /// [`EndpointError::NoId`] for a row without an id, and those of [`derive`](Self::derive).
    ///
    /// ```
    /// use riskset_data::endpoint::{Endpoint, OnProblem, Roles, Rule, TimeUnit};
    /// use riskset_data::{Source, Table};
    ///
    /// let roles = Roles {
    ///     time_zero: "surgery_date".into(),
    ///     death: Some("death_date".into()),
    ///     last_visit: vec!["last_visit_date".into()],
    ///     ..Roles::default()
    /// };
    /// let mut rule = Endpoint::Os.rule(&roles)?;
    /// // Registered patients without surgery have no time zero: kept, with a flag.
    /// rule.on_problem = OnProblem::Flag;
    /// rule.unit = TimeUnit::Months;
    /// let table = Table::read(&Source::parse("@dream")?, Some(&rule.columns("patient")))?;
    /// let survival = rule.derive_table(&table, "patient")?;
    /// assert_eq!((survival.n_events(), survival.n_without_time()), (24, 124));
    /// assert!(survival.outcomes[0].audit.starts_with("censored: no event recorded"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn derive_table(&self, table: &Table, id: &str) -> Result<Derived, EndpointError> {
        self.derive(&DateColumns::from_table(table, id, self)?)
    }
}

/// A column of dates at these rows, as the table shows or was told that they are written.
fn days(table: &Table, name: &str, rows: &[u32]) -> Result<Vec<Day>, EndpointError> {
    let mut factor = table.factor(name).map_err(EndpointError::Table)?;
    factor.codes = rows.iter().map(|&row| factor.codes[row as usize]).collect();
    let place = |row: usize| table.place(rows[row] as usize);
    read_days(name, &factor, table.date_format(), place).map_err(EndpointError::Table)
}

impl DateColumns {
    /// The columns of a table that a rule reads, with the patients' ids.
    ///
    /// # Errors
    ///
    /// [`EndpointError::Table`] for a column that the table does not have or whose dates have two
    /// readings, and [`EndpointError::NoId`] for a row without an id.
    pub fn from_table(table: &Table, id: &str, rule: &Rule) -> Result<Self, EndpointError> {
        let rows: Vec<u32> = (0..table.n_rows() as u32).collect();
        DateColumns::from_table_rows(table, id, rule, &rows)
    }

    /// The same for some rows of the table, counted from 0; messages name the rows of the table.
    ///
    /// # Errors
    ///
    /// As [`from_table`](Self::from_table), about these rows.
    pub fn from_table_rows(
        table: &Table,
        id: &str,
        rule: &Rule,
        rows: &[u32],
    ) -> Result<Self, EndpointError> {
        let texts = |name: &str| -> Result<Vec<Option<String>>, EndpointError> {
            let mut texts = table.texts(name).map_err(EndpointError::Table)?;
            Ok(rows.iter().map(|&row| texts[row as usize].take()).collect())
        };
        let ids = texts(id)?.into_iter().zip(rows).map(|(text, &row)| {
            text.ok_or_else(|| EndpointError::NoId {
                column: id.to_owned(),
                place: table.place(row as usize),
            })
        });
        let columns = DateColumns::new(id, ids.collect::<Result<_, _>>()?);
        columns.of_rows(table, rule, rows)
    }

    /// The same for a table without a column that names the patients: each is called by its row,
    /// counted from 1.
    ///
    /// # Errors
    ///
    /// As [`from_table`](Self::from_table), about these rows.
    pub fn without_ids(table: &Table, rule: &Rule, rows: &[u32]) -> Result<Self, EndpointError> {
        let ids = rows.iter().map(|row| (row + 1).to_string()).collect();
        DateColumns::new("row", ids).of_rows(table, rule, rows)
    }

    fn of_rows(self, table: &Table, rule: &Rule, rows: &[u32]) -> Result<Self, EndpointError> {
        let texts = |name: &str| -> Result<Vec<Option<String>>, EndpointError> {
            let mut texts = table.texts(name).map_err(EndpointError::Table)?;
            Ok(rows.iter().map(|&row| texts[row as usize].take()).collect())
        };
        rule.check_conditions(table)?;
        let mut columns = self.rows(rows.iter().map(|&row| row as usize).collect())?;
        for name in rule.date_columns() {
            columns = columns.days(name, &texts(name)?, days(table, name, rows)?)?;
        }
        for name in rule.text_columns() {
            columns = columns.texts(name, texts(name)?)?;
        }
        Ok(columns)
    }
}
