//! Figures of requests: what their rows, marks and sections hold.

mod support;

use riskset_analysis::figure::{
    FigureAnswer, FurtherEvent, PlotDifferenceRequest, PlotForestRequest, PlotNpvRequest,
    PlotSwimmerRequest,
};
use riskset_analysis::{Answer, Data, NewColumn, NpvRequest, Problem, Request, RowsRequest, run};
use riskset_plot::scene::Role;
use support::answered;

fn figure(request: &Request) -> FigureAnswer {
    match answered(request).unwrap() {
        Answer::Figure(figure) => *figure,
        other => panic!("{other:?}"),
    }
}

/// The words of a row of a table: its label, then its cells from left to right.
fn row(figure: &FigureAnswer, label: &str) -> Vec<String> {
    let scene = &figure.figure.scene;
    let rows = scene.texts().filter(|(_, text)| text.letters() == label);
    let rows: Vec<usize> = rows
        .filter_map(|(role, _)| match role {
            Role::RowLabel(row) => Some(*row),
            _ => None,
        })
        .collect();
    let [wanted] = rows[..] else { panic!("{label}: {rows:?}") };
    let mut cells: Vec<(usize, String)> = scene
        .texts()
        .filter_map(|(role, text)| match role {
            Role::Cell(row, column) if *row == wanted => Some((*column, text.letters())),
            _ => None,
        })
        .collect();
    cells.sort();
    cells.into_iter().map(|(_, text)| text).filter(|text| !text.is_empty()).collect()
}

/// Counts by `table(sex, ph.ecog)` and its events in R: a row of an interaction counts the patients
/// who have both levels, and no code stands in it.
#[test]
fn an_interaction_counts_its_own_patients() {
    let formula = "Surv(time, status == 2) ~ factor(sex) * factor(ph.ecog) + age * meal.cal";
    let mut rows = RowsRequest::new("@lung", formula);
    rows.subset = Some("ph.ecog < 3 & !is.na(meal.cal)".into());
    let drawn = figure(&Request::PlotForest(PlotForestRequest { rows, ..Default::default() }));
    let counts = [
        ("2 \u{d7} 1", ["29", "21"]),
        ("2 \u{d7} 2", ["18", "14"]),
        ("age \u{d7} meal.cal", ["179", "132"]),
        ("age", ["179", "132"]),
    ];
    for (label, counts) in counts {
        assert_eq!(row(&drawn, label)[..2], counts.map(String::from), "{label}");
    }
    assert!(drawn.figure.says("all its levels"));
}

/// Levels against their reference weigh by their variance; a number, in a unit of its own, by nothing:
/// its square is the one of a figure without weights.
#[test]
fn squares_of_levels_show_information() {
    let draw = |formula: &str| {
        let rows = RowsRequest::new("@lung", formula);
        figure(&Request::PlotForest(PlotForestRequest { rows, ..Default::default() }))
    };
    let side = |drawn: &FigureAnswer, row: usize| {
        let wanted = Role::Estimate(row);
        let found = drawn.figure.scene.find(|role| *role == wanted).next().unwrap();
        found.bounds().width()
    };
    // Rows: age, then the heading and the three levels after the reference. One patient has level 3.
    let drawn = draw("Surv(time, status == 2) ~ age + factor(ph.ecog)");
    let [one, two, three] = [3, 4, 5].map(|row| side(&drawn, row));
    assert!(one > two && two > three, "{one} {two} {three}");
    // Areas are inverse to the variance, so that sides are inverse to the standard errors of R's coxph.
    let (first, second) = (0.19884488041226, 0.23034648352068);
    assert!((one / two - second / first).abs() < 1e-6, "{}", one / two);
    let alone = draw("Surv(time, status == 2) ~ age");
    assert!((side(&drawn, 0) - side(&alone, 0)).abs() < 1e-9);
    assert!(drawn.figure.says("inverse to the variance"));
    assert!(!alone.figure.says("inverse to the variance"));
}

fn numbers(values: &[f64]) -> NewColumn {
    NewColumn::Numbers(values.iter().map(|value| value.is_finite().then_some(*value)).collect())
}

fn texts(values: &[&str]) -> NewColumn {
    NewColumn::Texts(values.iter().map(|value| Some((*value).to_owned())).collect())
}

/// Three patients, one of them with two rows; the event column names two kinds, and a column holds the
/// time of a third.
fn courses() -> Data {
    let columns = [
        ("patient", texts(&["P1", "P2", "P2", "P3"])),
        ("start", numbers(&[0.0, 0.0, 6.0, 0.0])),
        ("months", numbers(&[12.0, 6.0, 20.0, 8.0])),
        ("end", texts(&["Death", "none", "none", "Relapse"])),
        ("response", numbers(&[3.0, 4.0, 4.0, f64::NAN])),
        ("line", texts(&["first", "first", "second", "first"])),
    ];
    let columns = columns.map(|(name, values)| (name.to_owned(), values));
    Data::columns("courses", columns.to_vec()).unwrap()
}

fn swimmer() -> PlotSwimmerRequest {
    let mut rows = RowsRequest::new("courses", "Surv(start, months, end) ~ line");
    rows.id = Some("patient".into());
    PlotSwimmerRequest {
        rows,
        censor: Some("none".into()),
        also: vec![FurtherEvent { column: "response".into(), words: "Response".into() }],
        ..PlotSwimmerRequest::default()
    }
}

/// Every kind of event has its own mark, a patient with two rows has one bar of two pieces and says a
/// response once, and bars are named by the patient.
#[test]
fn a_swimmer_marks_every_kind_of_event() {
    let answer = run(&Request::PlotSwimmer(swimmer()), &courses()).unwrap();
    let Answer::Figure(drawn) = answer else { panic!("no figure") };
    let scene = &drawn.figure.scene;
    let count = |wanted: Role| scene.find(|role| *role == wanted).count();
    // Kinds in their order: Death, Relapse, Response.
    assert_eq!([0, 1, 2].map(|kind| count(Role::Dot(kind))), [1, 1, 2]);
    // The longest bar first: P2 goes on, and is the only one.
    assert_eq!((count(Role::Bar(0)), count(Role::Arrow(0))), (2, 1));
    assert_eq!((count(Role::Arrow(1)), count(Role::Arrow(2))), (0, 0));
    let labels: Vec<String> = scene
        .texts()
        .filter(|(role, _)| matches!(role, Role::RowLabel(_)))
        .map(|(_, text)| text.letters())
        .collect();
    assert_eq!(labels, ["P2", "P1", "P3"]);
    for word in ["Death", "Relapse", "Response"] {
        assert!(scene.texts().any(|(_, text)| text.letters() == word), "{word}");
    }
}

/// A landmark counts time from its own origin, and a column of words holds no times.
#[test]
fn a_further_event_that_cannot_be_placed_is_refused() {
    let refusal = |request: PlotSwimmerRequest| -> Problem {
        run(&Request::PlotSwimmer(request), &courses()).unwrap_err()
    };
    let mut moved = swimmer();
    moved.rows.landmark = Some(2.0);
    assert!(refusal(moved).to_string().contains("landmark"));
    let mut words = swimmer();
    words.also[0].column = "line".into();
    assert!(refusal(words).to_string().contains("no column of numbers"));
}

/// Kataoka 2025: 120 of 227 disappearing metastases were not viable (52.9%), of those not confirmed
/// and resected 22 of 70 (31.4%); the synthetic cohort has these counts.
#[test]
fn sections_hold_several_proportions() {
    let mut rows = RowsRequest::new("@dream_lesions", "nonviable ~ 1");
    rows.subset = Some("kind != \"non-DLM\" & evaluable == 1".into());
    let request = PlotNpvRequest {
        npv: NpvRequest {
            rows,
            cluster: "patient".into(),
            by: vec!["management".into()],
            ..NpvRequest::default()
        },
        section: vec!["All: evaluable == 1".into(), "Not confirmed: kind == \"non-cDLM\"".into()],
        ..PlotNpvRequest::default()
    };
    let drawn = figure(&Request::PlotNpv(request.clone()));
    let texts: Vec<String> = drawn.figure.scene.texts().map(|(_, text)| text.letters()).collect();
    for cell in ["120/227", "25/75", "22/70"] {
        assert!(texts.iter().any(|text| text == cell), "{cell} in {texts:?}");
    }
    let starts = |start: &str| texts.iter().any(|text| text.starts_with(start));
    assert!(starts("52.9 (") && starts("31.4 ("), "{texts:?}");
    let wrong = PlotNpvRequest { section: vec!["no colon".into()], ..request };
    let refusal = answered(&Request::PlotNpv(wrong)).unwrap_err().to_string();
    assert!(refusal.contains("the section \"no colon\""), "{refusal}");
}

/// The line of the lower panel is explained, and each panel is named once.
#[test]
fn a_difference_says_what_its_line_is() {
    let rows = RowsRequest::new("@lung", "Surv(time, status == 2) ~ sex");
    let request = PlotDifferenceRequest { rows, ..PlotDifferenceRequest::default() };
    let drawn = figure(&Request::PlotDifference(request));
    let caption: Vec<&str> = drawn.figure.caption.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(caption.iter().filter(|text| text.starts_with("A: ")).count(), 1);
    let last =
        "B: The line is the difference 2 less 1, with its pointwise 95% confidence interval.";
    assert_eq!(caption.last(), Some(&last));
}
