//! Terms that are a curve of a number: how they are written, named, coded and refused.

use riskset_data::{Curve, Formula, FrameOptions, Knots, ModelFrame, Source, Table, TermKind};

fn lung(terms: &str) -> Result<ModelFrame, riskset_data::Error> {
    let formula = Formula::parse(&format!("Surv(time, status == 2) ~ {terms}"))?;
    let options = FrameOptions::default();
    let table = Table::read(&Source::parse("@lung")?, Some(&options.columns(&formula)))?;
    ModelFrame::build(&table, &formula, &options)
}

fn names(terms: &str) -> Vec<String> {
    lung(terms).unwrap().design().unwrap().names
}

fn refusal(terms: &str) -> String {
    lung(terms).and_then(|frame| frame.design()).unwrap_err().to_string()
}

#[test]
fn columns_are_named_as_in_r() {
    let rcs = ["rcs(age, 4)age", "rcs(age, 4)age'", "rcs(age, 4)age''", "sex"];
    assert_eq!(names("rcs(age,4) + sex"), rcs);
    assert_eq!(names("ns(age, 2)"), ["ns(age, df = 2)1", "ns(age, df = 2)2"]);
    assert_eq!(names("poly(age, degree = 1, raw = TRUE)"), ["poly(age, 1, raw = TRUE)1"]);
    let crossed = [
        "poly(age, 2)1",
        "poly(age, 2)2",
        "factor(sex)2",
        "poly(age, 2)1:factor(sex)2",
        "poly(age, 2)2:factor(sex)2",
    ];
    assert_eq!(names("poly(age, 2)*factor(sex)"), crossed);
}

#[test]
fn what_is_written_is_read_again() {
    let text = "Surv(time, event) ~ rcs(log(bili), c(0.5, 1, 2)) + ns(age, knots = c(50), \
                Boundary.knots = c(30, 80))*sex + poly(x, 2, raw = TRUE)";
    let formula = Formula::parse(text).unwrap();
    let again = Formula::parse(&formula.to_string()).unwrap();
    assert_eq!(formula.term_names(), again.term_names());
    assert_eq!(
        formula.variables()[0].curve,
        Some(Curve::Restricted(Knots::At(vec![0.5, 1.0, 2.0])))
    );
    assert_eq!(formula.columns(), ["time", "event", "bili", "age", "sex", "x"]);
    let of_rows: Vec<bool> = formula
        .variables()
        .iter()
        .filter_map(|variable| variable.curve.as_ref())
        .map(Curve::depends_on_rows)
        .collect();
    assert_eq!(of_rows, [false, false, false]);
    let counted = Formula::parse("Surv(time, event) ~ rcs(age, 4)").unwrap();
    assert!(counted.variables()[0].curve.as_ref().unwrap().depends_on_rows());
}

/// New rows take the knots of the fitted ones: one row alone has no quantiles of its own.
#[test]
fn new_rows_have_the_knots_of_the_fitted_ones() {
    for terms in ["rcs(age, 4)", "ns(age, df = 3)", "poly(age, 2)"] {
        let frame = lung(terms).unwrap();
        let fitted = frame.design().unwrap();
        let TermKind::Curve(info) = &fitted.terms[0].kind else { panic!("{terms}") };
        let age = info.values[0];
        let text = format!("age\n{age}\n120\n");
        let table = Table::from_csv(text.as_bytes(), b',', "new.csv", None).unwrap();
        let design = frame.design_at(&table).unwrap();
        for column in 0..fitted.n_columns() {
            assert_eq!(design.column(column)[0], fitted.column(column)[0], "{terms}");
            assert!(design.column(column)[1].is_finite());
        }
    }
}

#[test]
fn refusals_of_the_formula_point_at_their_place() {
    let says = |terms: &str, parts: &[&str]| {
        let message = Formula::parse(&format!("Surv(t, e) ~ {terms}")).unwrap_err().to_string();
        for part in parts {
            assert!(message.contains(part), "{terms}: {message}");
        }
    };
    says("rcs(age)", &["how the curve may bend", "rcs(x, 4)"]);
    says("rcs(age, 2)", &["3 to 10", "the number 2"]);
    says("rcs(age, c(50, 60))", &["expected 3 to 10 knots in c(...), found 2"]);
    says("rcs(age, c(60, 50, 70))", &["do not increase"]);
    says("ns(age, df = 2.5)", &["a whole number of columns"]);
    says("poly(age, 11)", &["1 to 10"]);
    says("age + rcs(age, 4)", &["`rcs(age, 4)` stands here beside `age`", "keep one"]);
    says("rcs(age, 4) + sex + ns(age, df = 3)", &["beside `rcs(age, 4)`"]);
    says("tv(rcs(age, 4), log(t))", &["a column in tv()"]);
    says("strata(rcs(age, 4))", &["a term of its own"]);
    says("bs(age, 4)", &["straight where the data end"]);
    // An interaction of the column itself is another effect.
    assert!(Formula::parse("Surv(t, e) ~ rcs(age, 4) + age:sex").is_ok());
}

#[test]
fn refusals_of_the_rows_say_what_the_rows_have() {
    let says = |terms: &str, part: &str| {
        let message = refusal(terms);
        assert!(message.contains(part), "{terms}: {message}");
    };
    says("rcs(sex, 4)", "needs 4 distinct values of `sex`, which has 2 distinct values");
    says("rcs(ph.karno, 7)", "needs 7 distinct values of `ph.karno`, which has 6");
    says("rcs(ph.ecog, 4)", "many rows share it");
    says("rcs(age, c(50, 60, 100))", "has a knot at 100, and `age` runs from 39 to 82");
    says("ns(age, knots = c(20, 60))", "has a knot at 20");
    says("rcs(factor(age), 4)", "is a curve over a number");
    let groups = lung("rcs(age, 4)").unwrap().groups().unwrap_err().to_string();
    assert!(groups.contains("makes no groups"), "{groups}");
}
