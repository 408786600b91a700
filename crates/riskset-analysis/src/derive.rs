//! The data of a request, with the endpoints that are derived from their dates.

use crate::{Data, Doubt, Problem, RowsRequest};
use riskset_data::endpoint::{DateColumns, Derived, Rule};
use riskset_data::{Expr, Factor, Formula, FrameOptions, Table, Values};

/// A table with what was met while its endpoints were derived.
pub(crate) struct Read {
    pub table: Table,
    pub doubts: Vec<Doubt>,
}

impl RowsRequest {
    /// Reads the columns that the formula and the options use, and derives the endpoints asked for.
    pub(crate) fn read(
        &self,
        data: &Data,
        formula: &Formula,
        options: &FrameOptions,
    ) -> Result<Read, Problem> {
        let wanted = options.columns(formula);
        if self.derive.is_empty() {
            return Ok(Read { table: data.read(Some(&wanted))?, doubts: Vec::new() });
        }
        let rules = self.rules()?;
        let table = data.read(Some(&self.columns_to_read(wanted, &rules)))?;
        let rows = self.dated_rows(&table, options.subset.as_ref())?;
        let (mut columns, mut doubts) = (Vec::new(), Vec::new());
        for rule in &rules {
            let derived = self.derived(&table, rule, &rows)?;
            doubts.extend(derived.problems().cloned().map(Doubt::Date));
            columns.extend(columns_of(&derived, &rows, table.n_rows()));
        }
        Ok(Read { table: table.with_columns(columns)?, doubts })
    }

    fn rules(&self) -> Result<Vec<Rule>, Problem> {
        let resolve = |error| Problem::analysis(error, None);
        self.derive.iter().map(|spec| spec.resolve().map_err(resolve)).collect()
    }

    /// The columns to read: those that are wanted and not made here, and those of the rules.
    fn columns_to_read(&self, wanted: Vec<String>, rules: &[Rule]) -> Vec<String> {
        let made: Vec<String> = rules.iter().flat_map(names).collect();
        let mut columns: Vec<String> =
            wanted.into_iter().filter(|column| !made.contains(column)).collect();
        let dates = |rule: &Rule| -> Vec<String> {
            let names = rule.date_columns().into_iter().chain(rule.text_columns());
            names.map(str::to_owned).collect()
        };
        for column in rules.iter().flat_map(dates).chain(self.id.clone()) {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        columns
    }

    /// The rows whose dates are read: those of the subset, so that the dates of patients who are not
    /// asked about raise no doubt. A subset that asks about a derived time has to wait for it.
    fn dated_rows(&self, table: &Table, subset: Option<&Expr>) -> Result<Vec<u32>, Problem> {
        let known = |expr: &&Expr| expr.columns().iter().all(|column| table.has_column(column));
        match subset.filter(known) {
            Some(expr) => Ok(table.rows_where(expr)?),
            None => Ok((0..table.n_rows() as u32).collect()),
        }
    }

    fn derived(&self, table: &Table, rule: &Rule, rows: &[u32]) -> Result<Derived, Problem> {
        let columns = match &self.id {
            Some(id) => DateColumns::from_table_rows(table, id, rule, rows),
            None => DateColumns::without_ids(table, rule, rows),
        };
        let derived = columns.and_then(|columns| rule.derive(&columns));
        derived.map_err(|error| Problem::analysis(error, None))
    }
}

/// The columns of a rule, named as the command `endpoint` names them: time, event, cause.
fn names(rule: &Rule) -> [String; 3] {
    let Rule { name, unit, .. } = rule;
    [format!("{name}_{unit}"), format!("{name}_event"), format!("{name}_cause")]
}

/// Time, event and cause of every row of the table; missing where a row has no time or was not asked
/// about.
fn columns_of(derived: &Derived, rows: &[u32], n: usize) -> Vec<(String, Values)> {
    let (mut times, mut events) = (vec![f64::NAN; n], vec![f64::NAN; n]);
    let mut causes: Vec<Option<&str>> = vec![None; n];
    for (&row, outcome) in rows.iter().zip(&derived.outcomes) {
        let row = row as usize;
        times[row] = outcome.time.unwrap_or(f64::NAN);
        events[row] = outcome.event.map_or(f64::NAN, |event| f64::from(u8::from(event)));
        causes[row] = outcome.cause.as_deref();
    }
    let values =
        [Values::Number(times), Values::Number(events), Values::Text(Factor::of_texts(causes))];
    names(&derived.rule).into_iter().zip(values).collect()
}

#[cfg(test)]
mod tests {
    use crate::{Answer, Data, KmRequest, Request, RowsRequest, run};

    /// Two patients by hand: a death after 61 days, and one alive after 92; a third has no surgery
    /// and is left out by the subset before the rule could refuse the missing date.
    #[test]
    fn dates_become_times_within_a_request() {
        let csv = b"patient,arm,operated,surgery,death,seen\n\
            1,a,1,2020-01-01,2020-03-02,2020-03-02\n\
            2,a,1,2020-01-01,,2020-04-02\n\
            3,b,0,,,2020-04-02\n";
        let table = riskset_data::Table::from_csv(csv, b',', "t.csv", None).unwrap();
        let mut rows = RowsRequest::new("t.csv", "Surv(os_days, os_event) ~ 1");
        rows.subset = Some("operated == 1".into());
        let rule = serde_json::json!({
            "rule": "os", "time_zero": "surgery", "death": "death", "last_visit": "seen"
        });
        rows.derive = vec![serde_json::from_value(rule).unwrap()];
        let request = Request::Km(KmRequest { rows, ..KmRequest::default() });
        let text = request.to_json();
        assert_eq!(Request::from_json(&text).unwrap(), request, "{text}");
        let data = Data::table(table, "t.csv");
        let Answer::Km(answer) = run(&request, &data).unwrap() else { panic!() };
        let curve = &answer.groups[0].curve;
        assert_eq!(curve.time(), [61.0, 92.0]);
        assert_eq!(curve.survival(), [0.5, 0.5]);
        assert_eq!(curve.n_event(), [1.0, 0.0]);
    }
}
