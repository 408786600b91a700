//! Expressions over several columns: missing values, choices, intervals, dates, and long chains.

use riskset_data::{Error, Expr, Formula, FrameOptions, ModelFrame, Table};

/// Four patients as a registry has them: days to death, or else to the last visit.
const TEXT: &str = "id,death,last,op,seen,dead,age,note,t,e\n\
                    a,100,,2020-01-01,2020-03-01,ja,40,x,1,1\n\
                    b,,250,2020-02-01,2020-12-31,nein,61,,2,1\n\
                    c,30,90,2020-02-28,2020-03-01,ja,75,y,3,1\n\
                    d,,,2020-05-01,,nein,60,,4,0\n";

fn table() -> Table {
    Table::from_csv(TEXT.as_bytes(), b',', "registry.csv", None).unwrap()
}

fn frame(formula: &str) -> ModelFrame {
    let formula = Formula::parse(formula).unwrap();
    ModelFrame::build(&table(), &formula, &FrameOptions::default()).unwrap()
}

fn column(expr: &str) -> Vec<f64> {
    let formula = format!("Surv(t, e) ~ {expr}");
    frame(&formula).design().unwrap().column(0).to_vec()
}

fn rows(subset: &str) -> Vec<u32> {
    table().rows_where(&Expr::parse(subset).unwrap()).unwrap()
}

#[test]
fn one_time_from_two_columns() {
    let frame = frame("Surv(coalesce(death, last), !is.na(death)) ~ 1");
    let observations = frame.observations().unwrap();
    assert_eq!(observations.time(), [100.0, 250.0, 30.0]);
    assert_eq!(observations.event(), [true, false, true]);
    assert_eq!(frame.missing, [("coalesce(death, last)".to_string(), 1)]);
    // Values of the column: 100 and 30 are deaths, a blank is not.
    assert_eq!(frame.balance.event, [("30".to_string(), 1), ("100".to_string(), 1)]);
    assert_eq!(frame.balance.censored, [("NA".to_string(), 1)]);
}

#[test]
fn missing_values_can_be_asked_for() {
    assert_eq!(rows("is.na(note)"), [1, 3]);
    assert_eq!(rows("!is.na(last) & is.na(death)"), [1]);
    assert_eq!(column("ifelse(is.na(note), 0, 1)"), [1.0, 0.0, 1.0, 0.0]);
    // A test that is missing chooses nothing.
    assert_eq!(column("ifelse(death > 50, 2, 3)"), [2.0, 3.0]);
}

#[test]
fn the_least_and_the_greatest_of_a_row() {
    assert_eq!(column("pmin(age, 60)"), [40.0, 60.0, 60.0, 60.0]);
    assert_eq!(column("pmax(death, last)"), [90.0]);
    // Between dates it is a date.
    assert_eq!(column("I(pmax(op, seen) - op)"), [60.0, 334.0, 2.0]);
}

/// Intervals closed to the right, as R's: 60 belongs to (40,60].
#[test]
fn a_number_is_cut_into_intervals() {
    let formula = "Surv(death, dead == \"ja\") ~ cut(age, c(40, 60))";
    let frame =
        ModelFrame::build(&table(), &Formula::parse(formula).unwrap(), &FrameOptions::default())
            .unwrap();
    let labels = frame.groups().unwrap().unwrap().labels;
    let expected = ["cut(age, c(40, 60))=(-Inf,40]", "cut(age, c(40, 60))=(60,Inf]"];
    assert_eq!(labels, expected);
    assert_eq!(rows("cut(age, c(40, 60)) == \"(40,60]\""), [3]);
    assert!(Expr::parse("cut(age, c(60, 40))").is_err());
}

/// 60, 334 and 2 days (2020 is a leap year), over 30.4375.
#[test]
fn dates_are_subtracted_and_compared() {
    let frame = frame("Surv((seen - op) / 30.4375, dead == \"ja\") ~ 1");
    let time = frame.observations().unwrap().time().to_vec();
    assert_eq!(time, [60.0 / 30.4375, 334.0 / 30.4375, 2.0 / 30.4375]);
    assert_eq!(rows("seen - op > 59"), [0, 1]);
    assert_eq!(rows("seen > op"), [0, 1, 2]);
    let text = "from,to,x\n2020-01-01 23:50,2020-01-02 00:10,1\n";
    let night = Table::from_csv(text.as_bytes(), b',', "night.csv", None).unwrap();
    let minutes = Formula::parse("Surv((to - from) * 1440, x) ~ 1").unwrap();
    let frame = ModelFrame::build(&night, &minutes, &FrameOptions::default()).unwrap();
    assert!((frame.observations().unwrap().time()[0] - 20.0).abs() < 1e-6);
    let error = table().rows_where(&Expr::parse("dead - op > 1").unwrap()).unwrap_err();
    assert!(matches!(error, Error::NotANumber { .. }), "{error}");
}

/// Ten thousand conditions were a stack overflow; ten thousand additions would be a deep tree.
#[test]
fn long_chains_are_answered_or_refused() {
    let chain = |link: &str| format!("age > 1{}", format!(" {link} age > 1").repeat(10_000));
    assert_eq!(rows(&chain("&")), [0, 1, 2, 3]);
    let either = Expr::parse(&chain("|")).unwrap();
    assert_eq!(Expr::parse(&either.to_string()).unwrap().to_string(), either.to_string());
    for operator in ["+", "-", "*", "/"] {
        let text = format!("age{} > 1", format!(" {operator} age").repeat(10_000));
        let error = Expr::parse(&text).unwrap_err();
        assert!(error.problem.starts_with("expected at most 200 additions"), "{}", error.problem);
    }
    for deep in ["(", "-", "!", "is.na(", "ifelse(", "age^"] {
        assert!(Expr::parse(&deep.repeat(10_000)).is_err());
    }
    let sums = format!("age{} > 1", " + age".repeat(200));
    assert_eq!(rows(&sums), [0, 1, 2, 3]);
}

#[test]
fn names_of_several_arguments_read_again_as_they_were_written() {
    for text in [
        "coalesce(death, last, 0)",
        "ifelse(is.na(death), pmin(last, 5), pmax(age, 1))",
        "cut(age, c(-1, 40.5, 60)) == \"(40.5,60]\"",
    ] {
        assert_eq!(Expr::parse(text).unwrap().to_string(), text);
    }
    for wrong in ["is.na(a, b)", "ifelse(a > 1, 2)", "pmin(a)", "cut(a)", "cut(a, c(\"x\"))"] {
        assert!(Expr::parse(wrong).is_err(), "{wrong}");
    }
}

/// The words that people bring from R and from text processors are answered.
#[test]
fn words_from_elsewhere_are_answered() {
    let help = |text: &str| {
        let error = Formula::parse(text).unwrap_err();
        format!("{} {}", error.problem, error.help)
    };
    for (text, answer) in [
        ("survfit(Surv(t, e) ~ x)", "the analysis km"),
        ("coxph(Surv(t, e) ~ x)", "the analysis cox"),
        ("crr(t, e)", "the analysis fine-gray"),
        ("surv(t, e) ~ x", "with a capital S"),
        ("Surv(t, e) ~ tt(x)", "write tv(x, log(t))"),
        ("Surv(t, e) ~ frailty.gaussian(id)", "frailty(id, distribution = \"gaussian\")"),
        ("Surv(t, e) ~ ns(x)", "write ns(x, df = 3)"),
        ("Surv(l, r, type = \"interval2\") ~ x", "in intervals is not here"),
        ("Surv(t, e == \u{201C}dead\u{201D}) ~ x", "straight quotes"),
    ] {
        assert!(help(text).contains(answer), "{text}: {}", help(text));
        assert!(!help(text).contains("--"), "{text}");
    }
}

/// German dates are subtracted and compared as ISO dates are; two readings are refused, and a row
/// that is not used shows the order too.
#[test]
fn dates_of_any_form_are_subtracted_and_compared() {
    let text = "op,last\n13.04.2018,20.04.2018\n05.06.2018,06.06.2018\n";
    let table = Table::from_csv(text.as_bytes(), b',', "t.csv", None).unwrap();
    let days = |expr: &str| table.flags(&Expr::parse(expr).unwrap());
    assert_eq!(days("last - op == 7").unwrap(), [Some(true), Some(false)]);
    assert_eq!(days("op < last").unwrap(), [Some(true), Some(true)]);
    assert_eq!(days("op >= \"2018-05-01\"").unwrap(), [Some(false), Some(true)]);
    let text = "op,last\n05.06.2018,06.07.2018\n";
    let table = Table::from_csv(text.as_bytes(), b',', "t.csv", None).unwrap();
    let error = table.flags(&Expr::parse("last - op > 7").unwrap()).unwrap_err().to_string();
    assert!(error.contains("day and month"), "{error}");
}
