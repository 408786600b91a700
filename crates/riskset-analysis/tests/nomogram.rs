//! A nomogram through a request: the points of every value and the total of a survival against rms;
//! what has no axis is refused.
//!
//! The JSON is written by tests/golden/nomogram.R.

mod support;

use riskset_analysis::figure::{FigureAnswer, PlotNomogramRequest, Rename};
use riskset_analysis::{Answer, Problem, Request, RowsRequest};
use riskset_plot::Datum;
use support::{ITERATED, answered, close, golden, numbers};

fn asked(request: PlotNomogramRequest) -> Result<FigureAnswer, Problem> {
    match answered(&Request::PlotNomogram(request))? {
        Answer::Figure(answer) => Ok(*answer),
        other => panic!("{other:?}"),
    }
}

fn lung(terms: &str, times: &[f64]) -> PlotNomogramRequest {
    let mut rows = RowsRequest::new("@lung", format!("Surv(time, status == 2) ~ {terms}"));
    rows.subset = Some("ph.ecog < 3".to_owned());
    PlotNomogramRequest { rows, times: times.to_vec(), ..PlotNomogramRequest::default() }
}

/// The labels and places of an axis, from the numbers that the figure carries.
fn axis(answer: &FigureAnswer, title: &str) -> Vec<(String, f64)> {
    let table = &answer.figure.data.as_ref().unwrap()[0];
    let column = |place: usize| table.columns[place].values.iter().flatten();
    let rows = column(0).zip(column(1)).zip(column(2));
    rows.filter_map(|((axis, label), points)| match (axis, label, points) {
        (Datum::Text(axis), Datum::Text(label), Datum::Number(points)) if axis == title => {
            Some((label.clone(), *points))
        }
        _ => None,
    })
    .collect()
}

#[test]
fn points_agree_with_rms() {
    let golden = golden("nomogram");
    let answer = asked(lung("age + factor(sex) + factor(ph.ecog)", &[180.0])).unwrap();
    for (title, key, labels) in [
        ("age", "/age", &["40", "45", "50", "55", "60", "65", "70", "75", "80"][..]),
        ("sex", "/sex", &["1", "2"]),
        ("ph.ecog", "/ecog", &["0", "1", "2"]),
    ] {
        let (found, expected) = (axis(&answer, title), numbers(&golden, key));
        assert_eq!(found.iter().map(|(label, _)| label).collect::<Vec<_>>(), labels);
        for ((_, found), expected) in found.iter().zip(expected) {
            close(*found, expected, ITERATED);
        }
    }
    let totals = axis(&answer, "Survival at 180, %");
    let survival = numbers(&golden, "/survival").into_iter().zip(numbers(&golden, "/total_180"));
    let mut compared = 0;
    for (survival, expected) in survival {
        let label = format!("{:.0}", 100.0 * survival);
        match totals.iter().find(|(found, _)| *found == label) {
            // Below no points there is no patient.
            None => assert!(expected < 0.0 || expected > 209.0, "{label} {expected}"),
            Some((_, found)) => {
                close(*found, expected, ITERATED);
                compared += 1;
            }
        }
    }
    assert!(compared >= 3, "{totals:?}");
}

/// A transformed column has its own values on its axis, at the places that the transformation gives.
#[test]
fn a_transformed_column_is_read_in_its_own_unit() {
    let answer = asked(lung("log(age) + factor(sex)", &[180.0])).unwrap();
    let ages = axis(&answer, "age");
    let place = |label: &str| ages.iter().find(|(found, _)| found == label).unwrap().1;
    let share = (place("60") - place("40")) / (place("80") - place("40"));
    close(share, (60f64 / 40.0).ln() / 2f64.ln(), ITERATED);
}

/// Two terms of one column are one axis, where their sum only rises.
#[test]
fn several_terms_of_a_column_are_one_axis() {
    let answer = asked(lung("age + I(age > 70) + factor(sex)", &[180.0])).unwrap();
    assert_eq!(axis(&answer, "age").len(), 9);
    assert!(axis(&answer, "I(age > 70)").is_empty());
}

#[test]
fn strata_have_axes_of_their_own_and_codes_have_words() {
    let words = |code: &str, words: &str| Rename { code: code.to_owned(), words: words.to_owned() };
    let request = PlotNomogramRequest {
        rename: vec![words("age", "Age, years"), words("ph.ecog:0", "Fully active")],
        unit: Some("days".to_owned()),
        endpoint: Some("Overall survival".to_owned()),
        ..lung("age + factor(ph.ecog) + strata(sex)", &[180.0, 365.0])
    };
    let answer = asked(request).unwrap();
    assert!(!axis(&answer, "Age, years").is_empty());
    assert_eq!(axis(&answer, "ph.ecog")[0].0, "Fully active");
    for stratum in ["sex=1", "sex=2"] {
        let title = format!("Overall survival at 365 days, %, {stratum}");
        assert!(axis(&answer, &title).len() > 2, "{title}");
    }
    let caption = answer.figure.caption_texts().join(" ");
    assert!(caption.contains("Cox model of 226 patients with 163 events"), "{caption}");
}

#[test]
fn what_has_no_axis_is_refused() {
    let refused = |terms: &str, times: &[f64]| asked(lung(terms, times)).unwrap_err().to_string();
    assert!(refused("age + sex", &[]).contains("no time was given"));
    assert!(refused("age * sex", &[180.0]).contains("`age:sex` is an effect of more than one"));
    assert!(refused("1", &[180.0]).contains("names no covariates"));
    assert!(refused("I((age - 60)^2)", &[180.0]).contains("rises and falls"));
    assert!(refused("age", &[5000.0]).contains("ask for times up to"));
    assert!(refused("age", &[1.0]).contains("nobody has the event by 1"));
    assert!(refused("age + offset(sex)", &[180.0]).contains("offset()"));
}
