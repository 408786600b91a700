//! What an art editor would send back, and that the checklist finds it.

mod support;

use riskset_plot::scene::{Axis, Role, Shape};
use riskset_plot::{
    Annotation, CurveInput, Effect, Figure, FigureOptions, ForestEffect, ForestFigure, ForestRow,
    Intervals, KmFigure, PanelContent, PanelInput, Panels, PlotFigure, Profile, Quantity, Status,
    Subject, SwimmerFigure,
};
use support::{assert_clean, made_up};

fn plain() -> Profile {
    Profile::plain()
}

fn draw(groups: Vec<CurveInput>, options: FigureOptions) -> Figure {
    KmFigure { groups, options }.draw(&plain()).unwrap()
}

fn status(figure: &Figure, check: &str) -> Status {
    let findings = figure.findings();
    let found = findings.iter().find(|finding| finding.check == check);
    found.unwrap_or_else(|| panic!("no `{check}`")).status
}

fn effect(groups: usize) -> Annotation {
    let ratio = Effect::Estimate { value: 0.7, lower: Some(0.55), upper: Some(0.9) };
    let mut effects = vec![Effect::Reference];
    effects.resize(groups, ratio);
    Annotation::Effects { name: "Hazard ratio".to_owned(), level: 0.95, groups: effects }
}

fn groups(count: usize) -> Vec<CurveInput> {
    let names = ["First", "Second", "Third"];
    (0..count).map(|k| made_up(names[k], 120, 3, 0.02 + 0.01 * k as f64)).collect()
}

/// Words over a band, bands over each other, a curve that is pale where most happens, an effect of
/// nobody against nobody: each is found, and none of them in a figure as it comes.
#[test]
fn the_checks_see_what_an_editor_sends_back() {
    let options = || FigureOptions { annotations: vec![effect(2)], ..FigureOptions::default() };
    let good = draw(groups(2), options());
    let checks = ["no text on an interval", "few bands", "the contrast stands beside every effect"];
    for check in checks.into_iter().chain(["most of each curve is drawn in full"]) {
        assert_ne!(status(&good, check), Status::Warn, "{check}");
        assert_ne!(status(&good, check), Status::Fail, "{check}");
    }

    let mut over = good.clone();
    let on_the_band = over.scene.items.iter().find_map(|item| match (&item.role, &item.shape) {
        (Role::Band(0), Shape::Area(points, _)) => Some(points[points.len() / 4]),
        _ => None,
    });
    for item in &mut over.scene.items {
        if let (Role::Annotation, Shape::Text(text)) = (&item.role, &mut item.shape) {
            text.at = on_the_band.unwrap();
        }
    }
    assert_eq!(status(&over, "no text on an interval"), Status::Warn);

    let bands = FigureOptions { intervals: Intervals::Bands, ..FigureOptions::default() };
    assert_eq!(status(&draw(groups(3), bands), "few bands"), Status::Warn);
    let bars = draw(groups(3), FigureOptions::default());
    assert_eq!(status(&bars, "few bands"), Status::NotApplicable);

    let mut pale = good.clone();
    for item in &mut pale.scene.items {
        if item.role == Role::Curve(1) {
            item.role = Role::Tail(1);
        }
    }
    assert_eq!(status(&pale, "most of each curve is drawn in full"), Status::Warn);

    let mut nobody = good;
    for item in &mut nobody.scene.items {
        if let (Role::Annotation, Shape::Text(text)) = (&item.role, &mut item.shape) {
            text.runs[0].text = text.runs[0].text.replace("Second vs First", "");
        }
    }
    assert_eq!(status(&nobody, "the contrast stands beside every effect"), Status::Fail);
}

fn forest() -> ForestFigure {
    let row = |label: &str, value: f64, last: &str| ForestRow {
        label: label.to_owned(),
        cells: vec!["120".to_owned()],
        effect: ForestEffect::Estimate {
            value,
            lower: Some(value * 0.7),
            upper: Some(value * 1.4),
            weight: None,
        },
        last: last.to_owned(),
        ..ForestRow::default()
    };
    ForestFigure {
        rows: vec![row("Age", 1.2, "P = 0.03"), row("Sex", 0.8, "P = 0.21")],
        headers: vec!["Patients".to_owned()],
        effect_header: "Hazard ratio (95% CI)".to_owned(),
        last_header: "P value".to_owned(),
        ..ForestFigure::default()
    }
}

#[test]
fn a_column_that_repeats_its_heading_or_mixes_decimals_is_found() {
    let check = "columns are set alike";
    let good = forest().draw(&plain()).unwrap();
    assert_eq!(status(&good, check), Status::Pass);
    let with = |from: &str, to: &str| {
        let mut figure = good.clone();
        let mut changed = 0;
        for item in &mut figure.scene.items {
            if let (Role::Cell(..), Shape::Text(text)) = (&item.role, &mut item.shape) {
                for run in &mut text.runs {
                    changed += usize::from(run.text.contains(from));
                    run.text = run.text.replace(from, to);
                }
            }
        }
        assert!(changed > 0, "{from}");
        figure
    };
    assert_eq!(status(&with("0.21", "P = 0.21"), check), Status::Warn);
    assert_eq!(status(&with("0.80 (", "0.802 ("), check), Status::Warn);
}

/// A heading is no tower of words over a narrow column.
#[test]
fn a_long_heading_takes_at_most_three_lines() {
    let header = "Negative predictive value, % (90% CI)".to_owned();
    let figure = ForestFigure { effect_header: header, ..forest() }.draw(&plain()).unwrap();
    assert_clean("long heading", &figure.scene);
    let headings = figure.scene.texts().filter(|(role, _)| **role == Role::Heading);
    let mut lines: Vec<f64> = headings.map(|(_, text)| text.at.y).collect();
    lines.sort_by(f64::total_cmp);
    lines.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
    assert!(lines.len() <= 3, "{lines:?}");
}

/// An inset is a plot of its own: both of its axes have numbers, those of time under their ticks.
#[test]
fn both_axes_of_an_inset_have_numbers() {
    let time: Vec<f64> = (1..=200).map(|k| 0.1 * f64::from(k % 50)).collect();
    let event: Vec<bool> = (0..200).map(|k| k % 40 == 0).collect();
    let rows = riskset::RightCensored::new(&time, &event).unwrap();
    let curve = riskset::KaplanMeier::default().fit(&rows).unwrap();
    let options = FigureOptions {
        inset: true,
        quantity: Quantity::Incidence,
        unit: Some("years".to_owned()),
        ..FigureOptions::default()
    };
    let figure = draw(vec![CurveInput::from(&curve).named("All")], options);
    assert_clean("inset", &figure.scene);
    let numbers = |inset: bool| -> Vec<String> {
        let wanted = |role: &Role| match role {
            Role::InsetLabel => inset,
            Role::TickLabel(Axis::X, _) => !inset,
            _ => false,
        };
        let texts = figure.scene.texts().filter(|(role, _)| wanted(role));
        texts.map(|(_, text)| text.letters()).collect()
    };
    let own = numbers(true);
    for label in numbers(false) {
        assert!(own.contains(&label), "{label} of {own:?}");
    }
}

/// The hazard ratio of long names fits beside the curves in several lines, and its interval is one.
#[test]
fn an_effect_is_broken_between_names_and_not_within_its_interval() {
    let names = ["All metastases removed at surgery", "At least one metastasis left behind"];
    for width in [60.0, 85.0, 120.0] {
        let groups = (0..2).map(|k| made_up(names[k], 120, 3, 0.002 + 0.001 * k as f64)).collect();
        let options = FigureOptions {
            annotations: vec![effect(2)],
            width: Some(width),
            ..FigureOptions::default()
        };
        let figure = draw(groups, options);
        assert_clean("long names", &figure.scene);
        let mut texts = figure.scene.texts();
        let whole = "0.70 (95% CI, 0.55\u{2013}0.90)";
        assert!(texts.any(|(_, text)| text.letters().ends_with(whole)), "at {width} mm");
    }
}

/// The letter of a panel stands once before what is said of it.
#[test]
fn a_caption_names_each_panel_once() {
    let steps: Vec<(f64, f64, f64, f64)> =
        (0..40).map(|k| (f64::from(k), 0.01 * f64::from(k), -0.1, 0.3)).collect();
    let difference = PlotFigure {
        caption: vec!["The line is the difference.".to_owned()],
        ..PlotFigure::difference("Difference", "Months", &steps)
    };
    let survival = KmFigure { groups: groups(2), options: FigureOptions::default() };
    let panel = |content| PanelInput { title: None, content };
    let figure = Panels {
        panels: vec![panel(PanelContent::Km(survival)), panel(PanelContent::Plot(difference))],
        columns: Some(1),
        ..Panels::default()
    };
    let caption = figure.draw(&plain()).unwrap().caption;
    let starts =
        |letter: &str| caption.iter().filter(|sentence| sentence.text.starts_with(letter)).count();
    assert_eq!((starts("A: "), starts("B: ")), (1, 1), "{caption:?}");
    assert_eq!(caption.last().unwrap().text, "B: The line is the difference.");
}

/// The unit counts wherever the title of the axis names it.
#[test]
fn a_swimmer_without_an_origin_has_clinical_ticks_too() {
    let figure = SwimmerFigure {
        name: "Course".to_owned(),
        subjects: vec![Subject { pieces: vec![(0.0, 77.0, 0)], ..Subject::default() }],
        states: vec!["Treatment".to_owned()],
        events: Vec::new(),
        x_title: "Time, months".to_owned(),
        width: None,
        embed: true,
    };
    let scene = figure.draw(&plain()).unwrap().scene;
    let ticks = scene.items.iter().filter_map(|item| match item.role {
        Role::Tick(Axis::X, value) => Some(value),
        _ => None,
    });
    assert_eq!(ticks.collect::<Vec<_>>(), [0.0, 12.0, 24.0, 36.0, 48.0, 60.0, 72.0, 84.0]);
}
