//! Incidences, forests, panels, flows and swimmers: what stands in their scenes.

use crate::support::{assert_clean, made_up};
use crate::{found, plain};
use riskset::{AalenJohansen, CompetingRisks, Groups};
use riskset_plot::scene::{Role, Shape};
use riskset_plot::{
    CifFigure, CifGroup, Counted, Error, ExplainFigure, ExplainPatient, FigureOptions,
    FlowExclusion, FlowFigure, FlowStep, ForestEffect, ForestFigure, ForestRow, ForestScale,
    KmFigure, PanelContent, PanelInput, Panels, PlotFigure, Profile, RiskTable, Status, Subject,
    SwimmerFigure, extract,
};

/// Four patients of each of two groups: cause 1 at 1, cause 2 at 2, cause 1 at 3, censored at 4.
fn incidences() -> Vec<CifGroup> {
    let time = [1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 3.0, 4.0];
    let cause = [1, 2, 1, 0, 2, 2, 1, 0];
    let response = CompetingRisks::new(&time, &cause, 2).unwrap();
    let groups = Groups::new(vec![0, 0, 0, 0, 1, 1, 1, 1], 2).unwrap();
    let fitted = AalenJohansen::default().fit_groups(&response, &groups).unwrap();
    let names = ["First", "Second"];
    let causes = ["relapse", "death without relapse"];
    fitted.iter().zip(names).map(|(one, name)| CifGroup::new(one, name, &causes)).collect()
}

#[test]
fn incidences_rise_to_the_estimates_of_each_cause() {
    let groups = incidences();
    // No censoring before 4, so each incidence is the share of patients with that cause by then.
    assert_eq!(groups[0].causes[0].estimate, [0.25, 0.25, 0.5, 0.5]);
    assert_eq!(groups[1].causes[1].estimate, [0.25, 0.5, 0.5, 0.5]);
    let figure = CifFigure { groups, causes: vec![], options: FigureOptions::default() };
    let figure = figure.draw(&plain()).unwrap();
    let scene = &figure.scene;
    assert_clean("two groups, two causes", scene);
    let shown = scene.find(|role| matches!(role, Role::Curve(_) | Role::Tail(_)));
    let mut curves: Vec<usize> = shown
        .filter_map(|item| match item.role {
            Role::Curve(index) | Role::Tail(index) => Some(index),
            _ => None,
        })
        .collect();
    curves.dedup();
    curves.sort_unstable();
    curves.dedup();
    assert_eq!(curves, [0, 1, 2, 3]);
    // Counts once per group, not once per cause.
    let first: Vec<String> = scene
        .texts()
        .filter(|(role, _)| matches!(role, Role::Count { time, .. } if *time == 0.0))
        .map(|(_, text)| text.letters())
        .collect();
    assert_eq!(first, ["4", "4"]);
    let data = extract(figure.svg().as_bytes()).unwrap();
    assert_eq!(data.table("curves").unwrap().columns[0].values.len(), 16);
    assert!(scene.title.starts_with("Aalen-Johansen"));
}

/// At risk, events of the cause shown, competing events and censored add up to the patients.
#[test]
fn counts_of_competing_causes_add_up() {
    let options = FigureOptions { risk_table: RiskTable::KmUnicate, ..FigureOptions::default() };
    for causes in [vec!["relapse".to_owned()], vec![]] {
        let figure = CifFigure { groups: incidences(), causes, options: options.clone() };
        let figure = figure.draw(&plain()).unwrap();
        let scene = &figure.scene;
        let check = found(&figure, "at risk + events + censored = patients");
        assert_eq!(check.status, Status::Pass, "{}", check.reason);
        let rows: Vec<String> = scene
            .texts()
            .filter(|(role, _)| matches!(role, Role::RowLabel(_)))
            .map(|(_, text)| text.letters())
            .collect();
        // The long name of a cause takes two lines.
        let wanted = ["First", "At risk", "Relapse", "Death without", "relapse", "Censored"];
        assert_eq!(rows[..6], wanted);
    }
}

/// 40 patients, of whom 4 have a relapse and 16 die without one; at a limit of 5 no relapse may
/// show, neither as a step nor as a count nor in the file.
#[test]
fn masked_incidences_give_no_small_cell_away() {
    let time: Vec<f64> = (1..=40).map(f64::from).collect();
    let cause: Vec<u32> = (0..40).map(|row| [1, 2, 2, 0, 0, 2, 2, 0, 0, 0][row % 10]).collect();
    let response = CompetingRisks::new(&time, &cause, 2).unwrap();
    let fit = AalenJohansen::default().fit(&response).unwrap();
    let groups = vec![CifGroup::new(&fit, "All", &["relapse", "death"])];
    let options = FigureOptions {
        min_cell: Some(5),
        risk_table: RiskTable::KmUnicate,
        ..FigureOptions::default()
    };
    let figure = CifFigure { groups, causes: vec![], options }.draw(&plain()).unwrap();
    let scene = &figure.scene;
    for (role, text) in scene.texts() {
        if matches!(role, Role::Count { .. }) {
            let letters = text.letters();
            assert!(letters == "<5" || letters.parse::<i64>().unwrap() % 5 == 0, "{letters}");
        }
    }
    let csv = extract(figure.svg().as_bytes()).unwrap().table("curves").unwrap().to_csv();
    let rows: Vec<Vec<&str>> = csv.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let number = |text: &str| text.parse::<f64>().unwrap();
    for row in &rows {
        assert!(number(row[4]) == 0.0 || number(row[4]) >= 5.0, "{row:?}");
        assert_eq!(number(row[3]) % 5.0, 0.0, "{row:?}");
        assert!(row[1] != "relapse" || number(row[5]) == 0.0, "{row:?}");
    }
    assert!(rows.iter().any(|row| row[1] == "death" && number(row[5]) > 0.0));
    assert!(scene.description.contains("fewer than 5 events"), "{}", scene.description);
}

/// The first group with weights 1, 1, 1, 3: 36 / 12 = 3 of 4 are effective.
#[test]
fn weighted_incidences_say_how_many_patients_stand_behind_them() {
    let response = CompetingRisks::new(&[1.0, 2.0, 3.0, 4.0], &[1, 2, 1, 0], 2).unwrap();
    let response = response.with_weights(&[1.0, 1.0, 1.0, 3.0]).unwrap();
    let fit = AalenJohansen::default().fit(&response).unwrap();
    let one = Groups::single(4);
    let rows: Vec<_> = [1, 2]
        .map(|cause| response.cause_specific(cause).unwrap().headcounts(&one).remove(0))
        .to_vec();
    let groups = vec![CifGroup::new(&fit, "All", &["relapse", "death"]).weighted(&rows)];
    let options = FigureOptions {
        risk_table: RiskTable::KmUnicate,
        break_time: Some(4.0),
        ..FigureOptions::default()
    };
    let figure = CifFigure { groups, causes: vec![], options }.draw(&plain()).unwrap();
    let scene = &figure.scene;
    let row = |wanted: Counted| -> Vec<String> {
        let texts = scene.texts();
        texts
            .filter(|(role, _)| matches!(role, Role::Count { counted, .. } if *counted == wanted))
            .map(|(_, text)| text.letters())
            .collect()
    };
    assert_eq!(row(Counted::AtRisk), ["4", "1"]);
    assert_eq!(row(Counted::Effective), ["3", "1"]);
    assert_eq!(row(Counted::Events), ["0", "2", "0", "1"]);
    assert_eq!(row(Counted::Censored), ["0", "0"]);
    let check = found(&figure, "at risk + events + censored = patients");
    assert_eq!(check.status, Status::Pass, "{}", check.reason);
}

#[test]
fn an_unknown_cause_is_refused() {
    let causes = vec!["progression".to_owned()];
    let figure = CifFigure { groups: incidences(), causes, options: FigureOptions::default() };
    assert!(matches!(figure.draw(&plain()), Err(Error::Nothing { .. })));
}

fn row(label: &str, value: f64, lower: f64, upper: f64) -> ForestRow {
    ForestRow {
        label: label.to_owned(),
        cells: vec!["120".to_owned(), "34".to_owned()],
        effect: ForestEffect::Estimate {
            value,
            lower: Some(lower),
            upper: Some(upper),
            weight: None,
        },
        last: "0.12".to_owned(),
        ..ForestRow::default()
    }
}

fn forest(rows: Vec<ForestRow>) -> ForestFigure {
    ForestFigure {
        rows,
        headers: vec!["Patients".to_owned(), "Events".to_owned()],
        last_header: "P value".to_owned(),
        favours: Some(("Lower risk".to_owned(), "Higher risk".to_owned())),
        ..ForestFigure::default()
    }
}

/// On a log axis the square lies in the middle of an interval that is symmetric in the logarithm.
#[test]
fn the_estimate_stands_in_the_middle_of_its_interval() {
    let figure = forest(vec![row("Treatment", 1.0, 0.5, 2.0), row("Age", 1.2, 0.8, 1.8)]);
    let figure = figure.draw(&plain()).unwrap();
    let scene = &figure.scene;
    assert_clean("forest", scene);
    let square = scene.find(|role| *role == Role::Estimate(0)).next().unwrap().bounds();
    let interval = scene.find(|role| *role == Role::Interval(0)).next().unwrap();
    let Shape::Line(points, _) = &interval.shape else { panic!("an interval is a line") };
    let middle = (square.left + square.right) / 2.0;
    assert!((middle - (points[0].x + points[1].x) / 2.0).abs() < 1e-9);
    let texts: Vec<String> = scene.texts().map(|(_, text)| text.letters()).collect();
    assert!(texts.contains(&"1.00 (0.50–2.00)".to_owned()), "{texts:?}");
}

#[test]
fn an_interval_past_the_axis_ends_in_an_arrow() {
    let figure = forest(vec![row("Few", 1.0, 0.01, 90.0), row("Many", 1.1, 0.9, 1.4)]);
    let figure = figure.draw(&plain()).unwrap();
    let scene = &figure.scene;
    assert_eq!(scene.find(|role| *role == Role::IntervalArrow(0)).count(), 2);
    assert_eq!(scene.find(|role| *role == Role::IntervalArrow(1)).count(), 0);
    assert_clean("arrows", scene);
}

#[test]
fn forests_are_clean_at_every_width_with_long_names() {
    let mut rows = vec![
        ForestRow { label: "Sex".to_owned(), heading: true, ..ForestRow::default() },
        row("A subgroup with a name of more than sixty characters, and then some", 0.9, 0.7, 1.3),
        row("Élodie <= 5 & 50%", 1.1, 0.2, 44.0),
    ];
    rows[0].effect = ForestEffect::None;
    rows.push(ForestRow {
        label: "Nobody failed".to_owned(),
        effect: ForestEffect::NotEstimable,
        ..ForestRow::default()
    });
    for profile in Profile::NAMES.map(|name| Profile::named(name).unwrap()) {
        for width in [profile.page.double_column, 0.75 * profile.page.double_column] {
            let figure = ForestFigure { width: Some(width), ..forest(rows.clone()) };
            let figure = figure.draw(&profile).unwrap();
            let scene = &figure.scene;
            assert_clean(&format!("{} {width}", profile.name), scene);
        }
    }
}

#[test]
fn a_ratio_must_be_positive_and_a_probability_must_be_one() {
    let refusal = |figure: ForestFigure| figure.draw(&plain()).unwrap_err().to_string();
    let negative = forest(vec![row("Age", 1.0, -0.5, 2.0)]);
    assert!(refusal(negative).contains("row `Age`: an estimate or its limit is -0.5"));
    let high =
        ForestFigure { scale: ForestScale::Probability, ..forest(vec![row("A", 0.9, 0.8, 1.2)]) };
    assert!(refusal(high).contains("from 0 to 1"));
    assert!(refusal(forest(vec![ForestRow::default()])).contains("no estimates"));
}

#[test]
fn proportions_stand_against_their_threshold() {
    let figure = ForestFigure {
        headers: vec!["Lesions".to_owned(), "Patients".to_owned()],
        width: Some(85.0),
        ..ForestFigure::proportions(
            "Negative predictive value",
            vec![row("Any imaging", 0.865, 0.83, 0.895)],
            0.90,
            Some((0.85, "85%")),
        )
    };
    let figure = figure.draw(&plain()).unwrap();
    let scene = &figure.scene;
    assert_clean("proportions", scene);
    assert!(scene.description.contains("Any imaging: 86.5 (83.0–89.5)"), "{}", scene.description);
}

fn two_panels(names: [&str; 2]) -> Panels {
    let panel = |name: &str, hazard: f64| {
        let groups = vec![made_up("First", 120, 3, hazard), made_up("Second", 90, 4, 2.0 * hazard)];
        let options = FigureOptions {
            endpoint: Some(name.to_owned()),
            unit: Some("months".to_owned()),
            ..FigureOptions::default()
        };
        PanelInput {
            title: Some(name.to_owned()),
            content: PanelContent::Km(KmFigure { groups, options }),
        }
    };
    Panels { panels: vec![panel(names[0], 0.02), panel(names[1], 0.04)], ..Panels::default() }
}

/// Checklist 34: the same ticks, on the same level.
#[test]
fn panels_share_their_ticks_and_their_level() {
    let figure = two_panels(["Disease-free survival", "Overall survival"]).draw(&plain()).unwrap();
    let scene = &figure.scene;
    assert_clean("panels", scene);
    let ticks = |panel: usize| -> Vec<f64> {
        let mut ticks = Vec::new();
        for item in scene.items.iter().filter(|item| item.panel == panel) {
            if let Role::Tick(riskset_plot::scene::Axis::X, value) = item.role {
                ticks.push(value);
            }
        }
        ticks
    };
    assert_eq!(ticks(0), ticks(1));
    let floor = |panel: usize| {
        let mut items = scene.items.iter().filter(|item| item.panel == panel);
        let axis = Role::AxisLine(riskset_plot::scene::Axis::X);
        items.find(|item| item.role == axis).unwrap().bounds().bottom
    };
    assert!((floor(0) - floor(1)).abs() < 1e-9);
    let letters: Vec<String> = scene
        .texts()
        .filter(|(role, _)| matches!(role, Role::Letter))
        .map(|(_, text)| text.letters())
        .collect();
    assert_eq!(letters, ["A", "B"]);
    // One legend for both.
    assert_eq!(scene.find(|role| matches!(role, Role::LegendLabel(_))).count(), 2);
    assert!(extract(figure.svg().as_bytes()).unwrap().table("b_curves").is_some());
}

#[test]
fn panels_of_any_number_are_clean() {
    let one = two_panels(["Disease-free survival", "Overall survival"]).panels;
    for count in 1..=5 {
        for columns in [None, Some(1), Some(3)] {
            let panels = one.iter().cycle().take(count).cloned().collect();
            let figure = Panels { panels, columns, ..Panels::default() };
            assert_clean(&format!("{count} {columns:?}"), &figure.draw(&plain()).unwrap().scene);
        }
    }
}

#[test]
fn a_flow_is_drawn_box_by_box() {
    let step = |label: &str, n: u64| FlowStep { label: label.to_owned(), n, excluded: None };
    let mut first = step("Assessed for eligibility", 310);
    first.excluded = Some(FlowExclusion {
        label: "Excluded".to_owned(),
        n: 77,
        reasons: vec![
            ("No disappearing metastasis on MRI".to_owned(), 57),
            ("Other".to_owned(), 20),
        ],
    });
    let figure = FlowFigure {
        steps: vec![first.clone(), step("Included", 233)],
        arms: vec![vec![step("A", 100), step("Analysed", 100)], vec![step("B", 133)]],
        ..FlowFigure::default()
    };
    for width in [85.0, 180.0] {
        let figure = FlowFigure { width: Some(width), ..figure.clone() };
        let figure = figure.draw(&plain()).unwrap();
        let scene = &figure.scene;
        assert_clean("flow", scene);
        let texts: Vec<String> = scene.texts().map(|(_, text)| text.letters()).collect();
        assert!(texts.contains(&"n = 233".to_owned()));
    }
    first.excluded.as_mut().unwrap().reasons[1].1 = 21;
    let wrong = FlowFigure { steps: vec![first, step("Included", 233)], ..FlowFigure::default() };
    let refusal = wrong.draw(&plain()).unwrap_err().to_string();
    assert!(refusal.contains("reasons under `Excluded` is 78"), "{refusal}");
}

/// Three patients of two groups at time 2: who is at risk there has the colour of the group, who has
/// left is pale; all steps are equally high; the curve ends at the step.
#[test]
fn a_step_shows_who_is_at_risk() {
    let patient = |label: &str, from, to, event, group| ExplainPatient {
        label: label.to_owned(),
        from,
        to,
        event,
        group,
        competing: false,
    };
    let mut figure = ExplainFigure {
        name: "Step".to_owned(),
        groups: vec!["A".to_owned(), "B".to_owned()],
        patients: vec![
            patient("1", 0.0, 1.0, true, 0),
            patient("2", 0.0, 2.0, false, 0),
            patient("3", 2.0, 4.0, true, 1),
            patient("4", 0.0, 6.0, false, 1),
        ],
        time: 2.0,
        steps: vec![
            vec!["Step 1 of 2".to_owned(); 5],
            vec!["Step 2 of 2".to_owned(), "S = 0.5".to_owned()],
        ],
        step: 1,
        curves: vec![vec![(0.0, 1.0), (1.0, 0.5), (2.0, 0.5)], vec![(0.0, 1.0), (2.0, 1.0)]],
        x_title: "Months".to_owned(),
        y_title: "Survival".to_owned(),
        width: None,
        embed: true,
    };
    let drawn = figure.draw(&plain()).unwrap();
    assert_clean("explain", &drawn.scene);
    let colour = |row: usize| {
        let bar = drawn.scene.find(move |role| *role == Role::Bar(row)).next().unwrap();
        match &bar.shape {
            Shape::Area(_, fill) => fill.colour,
            other => panic!("{other:?}"),
        }
    };
    // Who is censored at 2 is at risk there, who enters at 2 is not yet.
    assert_eq!([colour(1), colour(3)], [plain().colour(0), plain().colour(1)]);
    assert_eq!(colour(0), colour(2));
    assert_ne!(colour(0), plain().colour(0));
    let ends = drawn.scene.find(|role| matches!(role, Role::Curve(_))).map(|c| c.bounds().right);
    let now = drawn.scene.find(|role| matches!(role, Role::Reference(..))).next().unwrap();
    assert!(ends.into_iter().all(|end| (end - now.bounds().right).abs() < 0.3));
    figure.step = 0;
    assert_eq!(figure.draw(&plain()).unwrap().scene.height, drawn.scene.height);
    figure.step = 2;
    assert!(figure.draw(&plain()).unwrap_err().to_string().contains("the step"));
}

#[test]
fn swimmers_and_residuals_are_clean() {
    let swimmer = SwimmerFigure {
        name: "Course".to_owned(),
        subjects: (1..=12)
            .map(|k| Subject {
                label: format!("P{k:02}"),
                pieces: vec![(0.0, 3.0, 0), (3.0, 3.0 + f64::from(k), 1)],
                events: vec![(f64::from(k), 0), (3.0, 1)],
                ongoing: k % 2 == 0,
            })
            .collect(),
        states: vec!["Treatment".to_owned(), "Follow-up".to_owned()],
        events: vec!["Response".to_owned(), "Relapse".to_owned()],
        x_title: "Months since inclusion".to_owned(),
        width: None,
        embed: true,
    };
    assert_clean("swimmer", &swimmer.draw(&plain()).unwrap().scene);
    let (x, y) = ([1.0, 2.0, 3.0], [-1.0, 0.5, 0.25]);
    let residuals = PlotFigure::residuals("deviance", "Linear predictor", &x, &y);
    let figure = residuals.draw(&plain()).unwrap();
    let scene = &figure.scene;
    assert_clean("residuals", scene);
    assert_eq!(scene.find(|role| matches!(role, Role::Dot(_))).count(), 3);
    let steps = [(0.0, 0.0, -0.1, 0.1), (2.0, 0.2, 0.0, 0.4), (5.0, 0.1, -0.2, 0.3)];
    let difference = PlotFigure::difference("Difference of survival", "Months", &steps);
    assert_clean("difference", &difference.draw(&plain()).unwrap().scene);
}
