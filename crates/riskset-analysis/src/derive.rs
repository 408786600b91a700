//! The data of a request, with the endpoints that are derived from their dates.

use crate::endpoint::refusal;
use crate::{Data, Doubt, Problem, RowsRequest};
use riskset::Remedy;
use riskset_data::endpoint::{DateColumns, Derived, Endpoint, Rule};
use riskset_data::{CountsOf, Expr, Formula, FrameOptions, Table, written_name};
use std::borrow::Cow;

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
        self.read_columns(data, options.columns(formula), options)
    }

    /// The same for columns that are known by name.
    pub(crate) fn read_columns(
        &self,
        data: &Data,
        wanted: Vec<String>,
        options: &FrameOptions,
    ) -> Result<Read, Problem> {
        if !self.counts.is_empty() {
            return self.read_counts(data, wanted, options);
        }
        if self.derive.is_empty() {
            return Ok(Read { table: data.read(Some(&wanted))?, doubts: Vec::new() });
        }
        let rules = self.rules()?;
        let table = data.read(Some(&self.columns_to_read(wanted, &rules)))?;
        let rows = self.dated_rows(&table, options.subset.as_ref())?;
        let (mut columns, mut doubts) =
            (Vec::new(), instead(&table, rules.iter().flat_map(Rule::column_names)));
        for rule in &rules {
            let derived = self.derived(&table, rule, &rows)?;
            for doubt in doubts_of(&table, rule)?.into_iter().chain(dates(&derived)) {
                if !doubts.contains(&doubt) {
                    doubts.push(doubt);
                }
            }
            columns.extend(derived.columns(table.n_rows()));
        }
        Ok(Read { table: table.with_columns(columns)?, doubts })
    }

    /// Reads a table of counts, and makes of it one of people: a row for each, or for many where the
    /// options have a column of counts.
    fn read_counts(
        &self,
        data: &Data,
        wanted: Vec<String>,
        options: &FrameOptions,
    ) -> Result<Read, Problem> {
        let of_single_patients = [
            ("derive", !self.derive.is_empty()),
            ("weights", self.weights.is_some()),
            ("id", self.id.is_some()),
            ("known_at", self.known_at.is_some()),
        ];
        if let Some((field, _)) = of_single_patients.iter().find(|(_, asked)| *asked) {
            let what = format!(
                "a table of counts has no row of a single patient, and `{field}` is of such rows"
            );
            return Err(Problem::request(what, Remedy::Unset((*field).into())));
        }
        let counts = CountsOf::parse(&self.counts)?;
        let wanted: Vec<String> =
            wanted.into_iter().filter(|name| Some(name) != options.people.as_ref()).collect();
        let read = data.read(Some(&counts.columns(&wanted)))?;
        for column in counts.columns(&wanted) {
            read.check_cells(&column, None)?;
        }
        let table = match options.people {
            Some(_) => counts.grouped(&read)?,
            None => counts.written_out(&read)?,
        };
        Ok(Read { table, doubts: Vec::new() })
    }

    /// The formula as it is read: where endpoints are derived, the name of one left of `~`, or
    /// `Surv(.)` and nothing where there is only one, stands for its time and its event, and where
    /// causes compete for its cause.
    pub(crate) fn written(&self, competing: bool) -> Result<Cow<'_, str>, Problem> {
        let Some((left, right)) = self.formula.split_once('~').filter(|_| !self.derive.is_empty())
        else {
            return Ok(Cow::Borrowed(&self.formula));
        };
        let Some(rule) = self.meant(left)? else { return Ok(Cow::Borrowed(&self.formula)) };
        let [time, event, cause] = rule.column_names().map(|name| written_name(&name));
        let event = if competing { cause } else { event };
        Ok(Cow::Owned(format!("Surv({time}, {event}) ~ {}", right.trim())))
    }

    /// The endpoint that the left side of a formula names.
    fn meant(&self, left: &str) -> Result<Option<Rule>, Problem> {
        let left: String = left.split_whitespace().collect();
        let mut rules = self.rules()?;
        let only = left.is_empty() || left == "Surv(.)";
        if only && rules.len() > 1 {
            let names: Vec<String> = rules.iter().map(|rule| format!("`{}`", rule.name)).collect();
            let what = format!("the formula does not say which of {} it is of", names.join(", "));
            return Err(Problem::request(what, Remedy::Write(format!("{} ~ arm", rules[0].name))));
        }
        let at = rules.iter().position(|rule| only || rule.name == left);
        Ok(at.map(|at| rules.swap_remove(at)))
    }

    /// The endpoint that the formula is of, by its name left of `~`: its title and its unit, for the
    /// words of a figure.
    pub(crate) fn endpoint_words(&self) -> Option<(String, String)> {
        let (left, _) = self.formula.split_once('~').filter(|_| !self.derive.is_empty())?;
        let rule = self.meant(left).ok()??;
        let title = match Endpoint::parse(&rule.name) {
            Some(named) => named.title().to_owned(),
            None => rule.name.replace('_', " "),
        };
        let mut letters = title.chars();
        let first = letters.next().map(|letter| letter.to_uppercase().to_string());
        Some((first.unwrap_or_default() + letters.as_str(), rule.unit.to_string()))
    }

    /// The request of a table to which the endpoints were added already, and that has a row for each.
    pub(crate) fn once_derived(&self) -> Result<RowsRequest, Problem> {
        let formula = self.written(false)?.into_owned();
        Ok(RowsRequest { formula, derive: Vec::new(), counts: Vec::new(), ..self.clone() })
    }

    fn rules(&self) -> Result<Vec<Rule>, Problem> {
        let resolve = |error| Problem::analysis(error, None);
        self.derive.iter().map(|spec| spec.resolve().map_err(resolve)).collect()
    }

    /// The columns to read: those that are wanted and not made here, and those of the rules.
    fn columns_to_read(&self, wanted: Vec<String>, rules: &[Rule]) -> Vec<String> {
        let made: Vec<String> = rules.iter().flat_map(Rule::column_names).collect();
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
        derived.map_err(refusal)
    }
}

/// The columns of the data whose names a derived endpoint takes.
pub(crate) fn instead(table: &Table, made: impl Iterator<Item = String>) -> Vec<Doubt> {
    let columns: Vec<String> = made.filter(|name| table.column_names().contains(name)).collect();
    if columns.is_empty() { Vec::new() } else { vec![Doubt::DerivedInstead { columns }] }
}

/// What is odd about the dates.
fn dates(derived: &Derived) -> impl Iterator<Item = Doubt> {
    derived.problems().cloned().map(Doubt::Date)
}

/// What is odd about the texts that decide whether a date counts, such as `Dead` beside `dead`.
pub(crate) fn doubts_of(table: &Table, rule: &Rule) -> Result<Vec<Doubt>, Problem> {
    let mut doubts = Vec::new();
    for column in rule.text_columns() {
        doubts.extend(riskset_data::levels_alike(column, &table.factor(column)?));
    }
    Ok(doubts.into_iter().map(Doubt::Frame).collect())
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
        let by_name = |left: &str| {
            let mut rows = rows.clone();
            rows.formula = format!("{left} ~ 1");
            let data = Data::table(table.clone(), "t.csv");
            run(&Request::Km(KmRequest { rows, ..KmRequest::default() }), &data)
        };
        for left in ["os", "Surv(.)", "Surv( . )", ""] {
            let Answer::Km(answer) = by_name(left).unwrap() else { panic!() };
            assert_eq!(answer.groups[0].curve.time(), [61.0, 92.0]);
            assert_eq!(answer.about.formula, "Surv(os_days, os_event) ~ 1");
        }
        assert!(by_name("dfs").unwrap_err().to_string().contains("`dfs`"));
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
