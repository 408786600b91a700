//! Formulas and tables that a person (or a fuzzer) typed: refused in words, or taken and then
//! finite.

use riskset::Response;
use riskset_data::{Expr, Formula, FrameOptions, ModelFrame, Table};

/// A small table with everything a formula can stumble over: text, flags, missing values, dates,
/// a name with a space.
const TABLE: &str = "id,t0,time,status,sex,flag,when,a b\n\
    1,0,5,1,f,true,2020-01-01,1.5\n2,1,6,0,m,false,2020-02-30,\n3,0,6,2,f,true,,-3\n\
    4,2,9,1,,false,2021-01-01,1e9\n5,0,1,0,m,,2022-12-31,0\n";

/// Formulas for tables of any columns: those of the table above, and names a CSV may well have.
const FORMULAS: [&str; 5] = [
    "Surv(time, status) ~ 1",
    "Surv(t0, time, status == 2) ~ sex + a",
    "Surv(time, status) ~ a * b + strata(sex) + cluster(id)",
    "a ~ b",
    "Surv(a, b) ~ factor(c) + log(a)",
];

/// The bytes as a formula, which is refused in words or built on the table.
///
/// # Panics
///
/// When an answer breaks a promise.
pub fn check_formula(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Formula::parse(text) {
        Ok(formula) => {
            let _ = (formula.term_names(), formula.columns());
            build(&table(), &formula, &FrameOptions::default());
        }
        Err(error) => assert!(error.to_string().len() > 10, "{error}"),
    }
    check_subset(bytes);
}

/// The bytes as a subset. What parses is printed back and parses to the same.
///
/// # Panics
///
/// When that is not so, or an answer breaks a promise.
pub fn check_subset(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let table = table();
    let subset = match Expr::parse(text) {
        Ok(subset) => subset,
        Err(error) => return assert!(error.to_string().len() > 10, "{error}"),
    };
    let printed = subset.to_string();
    // Places in the text may move, as `.` gains backticks; what is printed may not.
    let again = Expr::parse(&printed).map(|again| again.to_string());
    assert_eq!(again.as_ref(), Ok(&printed), "`{text}` is printed as `{printed}`");
    let rows = table.rows_where(&subset);
    rows.err().iter().for_each(|error| assert!(error.to_string().len() > 10));
    let formula = Formula::parse("Surv(time, status) ~ sex").expect("a formula");
    build(&table, &formula, &FrameOptions { subset: Some(subset), ..FrameOptions::default() });
}

fn table() -> Table {
    Table::from_csv(TABLE.as_bytes(), b',', "hard.csv", None).expect("the table is fine")
}

/// The bytes as a CSV file, all columns and those of a formula; then the formula's response.
///
/// # Panics
///
/// When an answer breaks a promise.
pub fn check_csv(bytes: &[u8]) {
    for separator in *b",\t" {
        match Table::from_csv(bytes, separator, "hard.csv", None) {
            Ok(table) => read(&table),
            Err(error) => assert!(error.to_string().len() > 10, "{error}"),
        }
    }
    for text in FORMULAS {
        let formula = Formula::parse(text).expect("a formula");
        let options = FrameOptions::default();
        let table = Table::from_csv(bytes, b',', "hard.csv", Some(&options.columns(&formula)));
        if let Ok(table) = table {
            build(&table, &formula, &options);
        }
    }
}

/// Every column, in every way that it can be read.
pub fn read(table: &Table) {
    assert!(table.n_rows() > 0, "a table without rows");
    for name in table.column_names() {
        let rows = [
            table.values(name).map(|values| values.len()),
            table.texts(name).map(|texts| texts.len()),
            table.factor(name).map(|factor| factor.codes.len()),
        ];
        rows.iter().flatten().for_each(|found| assert_eq!(*found, table.n_rows(), "`{name}`"));
        let _ = (table.numbers(name), table.dates(name));
    }
    let _ = table.place(table.n_rows() - 1);
}

/// The model frame, and that what it hands on is as long as it says and finite.
fn build(table: &Table, formula: &Formula, options: &FrameOptions) {
    let frame = match ModelFrame::build(table, formula, options) {
        Ok(frame) => frame,
        Err(error) => return assert!(error.to_string().len() > 10, "{error}"),
    };
    assert_eq!(frame.rows.len(), frame.n);
    if let Ok(response) = frame.observations() {
        assert_eq!(response.observations().len(), frame.n);
        assert!(response.time().iter().all(|time| time.is_finite()), "a time is not finite");
    }
    if let Ok(Some(groups)) = frame.groups() {
        assert_eq!(groups.labels.len(), groups.groups.count());
    }
    if let Ok(design) = frame.design() {
        assert_eq!(design.names.len(), design.n_columns());
        for column in 0..design.n_columns() {
            assert!(
                design.column(column).iter().all(|x| x.is_finite()),
                "a covariate is not finite"
            );
        }
    }
    for values in [&frame.offset, &frame.weights].into_iter().flatten() {
        assert!(values.iter().all(|value| value.is_finite()), "an offset is not finite");
    }
}
