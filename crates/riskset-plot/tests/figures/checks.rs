//! What the checklist says about a figure, and that it sees what is wrong.

use crate::support::made_up;
use crate::{found, plain};
use riskset_plot::scene::{Role, Shape};
use riskset_plot::{
    Annotation, CurveInput, Effect, Figure, FigureOptions, FollowUp, KmFigure, Legend, Quantity,
    Status, extract, lint, lint_file,
};

fn km(groups: Vec<CurveInput>, options: FigureOptions) -> Figure {
    KmFigure { groups, options }.draw(&plain()).unwrap()
}

#[test]
fn the_default_figure_fails_no_check() {
    let groups = vec![made_up("First", 120, 3, 0.02), made_up("Second", 90, 4, 0.05)];
    let options = FigureOptions {
        unit: Some("months".to_owned()),
        origin: Some("randomisation".to_owned()),
        endpoint: Some("Overall survival".to_owned()),
        follow_up: Some(FollowUp { median: Some(31.2) }),
        ..FigureOptions::default()
    };
    let findings = km(groups, options).findings();
    assert!(lint::worst(&findings) <= Status::Pass, "{findings:#?}");
    assert!(findings.len() >= 25);
}

/// Each check sees what it is there for: the scene is broken once for each.
#[test]
fn the_checks_see_what_is_wrong() {
    let groups = || vec![made_up("First", 120, 3, 0.02), made_up("Second", 90, 4, 0.05)];
    let good = km(groups(), FigureOptions::default());

    let mut moved = good.clone();
    for item in &mut moved.scene.items {
        if let (Role::Count { .. }, Shape::Text(text)) = (&item.role, &mut item.shape) {
            text.at.x += 0.8;
        }
    }
    assert_eq!(found(&moved, "counts under their ticks").status, Status::Fail);

    let mut rising = good.clone();
    for item in &mut rising.scene.items {
        if let (Role::Count { time, .. }, Shape::Text(text)) = (&item.role, &mut item.shape)
            && *time > 0.0
        {
            text.runs[0].text = "200".to_owned();
        }
    }
    let check = "numbers at risk never rise and start at the patients analysed";
    assert_eq!(found(&rising, check).status, Status::Warn);

    let mut slanting = good.clone();
    for item in &mut slanting.scene.items {
        if let (Role::Curve(0), Shape::Line(points, _)) = (&item.role, &mut item.shape) {
            points.remove(1);
        }
    }
    assert_eq!(found(&slanting, "lines are steps").status, Status::Fail);

    let mut long = good.clone();
    for item in &mut long.scene.items {
        if let (Role::Tail(1), Shape::Line(points, _)) = (&item.role, &mut item.shape) {
            points.last_mut().unwrap().x += 3.0;
        }
    }
    assert_eq!(found(&long, "curves end at the last follow-up").status, Status::Fail);

    let without = FigureOptions {
        risk_table: riskset_plot::RiskTable::None,
        bands: false,
        ..FigureOptions::default()
    };
    let without = km(groups(), without);
    let check = "numbers at risk for every group from time 0";
    assert_eq!(found(&without, check).status, Status::Fail);
    let check = "uncertainty shown, level and scale named";
    assert_eq!(found(&without, check).status, Status::Warn);

    let annotations = vec![Annotation::Text("P = 0.000".to_owned())];
    let zero = km(groups(), FigureOptions { annotations, ..FigureOptions::default() });
    let check = "P values are written as numbers that can be";
    assert_eq!(found(&zero, check).status, Status::Fail);
    let check = "an effect with its interval beside a P value";
    assert_eq!(found(&zero, check).status, Status::Warn);

    let coded = vec![made_up("sex=1", 60, 3, 0.02), made_up("sex=2", 60, 3, 0.03)];
    let coded = km(coded, FigureOptions::default());
    assert_eq!(found(&coded, "no codes for groups").status, Status::Warn);
    assert_eq!(found(&good, "no codes for groups").status, Status::Pass);

    let foreign = km(vec![made_up("生存", 60, 3, 0.02)], FigureOptions::default());
    assert_eq!(found(&foreign, "every character can be drawn").status, Status::Fail);

    let title = FigureOptions { title: Some("Survival".to_owned()), ..FigureOptions::default() };
    assert_eq!(found(&km(groups(), title), "no title").status, Status::Warn);
}

/// A comparison as a caption must tell it: each part left out is found.
#[test]
fn the_checks_see_what_the_caption_lacks() {
    let groups = || vec![made_up("First", 120, 3, 0.02), made_up("Second", 90, 4, 0.05)];
    let estimate = Effect::Estimate { value: 0.6, lower: Some(0.4), upper: Some(0.9) };
    let effect = Annotation::Effects {
        name: "Hazard ratio".to_owned(),
        level: 0.95,
        groups: vec![Effect::Reference, estimate],
    };
    let test = Annotation::Test { name: "Log-rank".to_owned(), p_value: 0.02 };
    let told = FigureOptions {
        annotations: vec![effect, test],
        follow_up: Some(FollowUp { median: None }),
        proportional: Some(0.4),
        ..FigureOptions::default()
    };
    let good = km(groups(), told.clone());
    let checks = [
        "sides of the test named",
        "a hazard ratio with a test of proportional hazards",
        "median follow-up",
        "events of each group",
    ];
    for check in checks {
        assert_eq!(found(&good, check).status, Status::Pass, "{check}");
    }
    assert!(good.says("not reached."), "{:?}", good.caption);
    let mut silent = good.clone();
    silent.caption.clear();
    for check in [checks[0], checks[2], checks[3]] {
        assert_eq!(found(&silent, check).status, Status::Warn, "{check}");
    }
    for proportional in [None, Some(0.01)] {
        let figure = km(groups(), FigureOptions { proportional, ..told.clone() });
        assert_eq!(found(&figure, checks[1]).status, Status::Warn);
        let warned = figure.warnings.iter().any(|one| one.what.contains("not proportional"));
        assert_eq!(warned, proportional.is_some());
    }
    let between = FigureOptions { landmark: Some(7.3), ..told.clone() };
    let check = "landmark drawn, and the patients at risk there";
    assert_eq!(found(&km(groups(), between), check).status, Status::Warn);
    let step = FigureOptions { landmark: Some(20.0), break_time: Some(20.0), ..told };
    assert_eq!(found(&km(groups(), step), check).status, Status::Pass);
}

/// Medians as the curves give them pass, whichever way the curves go; any other is found.
#[test]
fn medians_are_compared_with_the_curves() {
    let groups = || vec![made_up("First", 120, 3, 0.02), made_up("Second", 90, 2, 0.05)];
    let median = |curve: &CurveInput| {
        let at = curve.survival.iter().position(|&s| s <= 0.5);
        at.map(|row| curve.time[row])
    };
    let medians: Vec<[Option<f64>; 3]> =
        groups().iter().map(|curve| [median(curve), None, None]).collect();
    assert!(medians[1][0].is_some());
    let check = "medians agree with the curves";
    for quantity in [Quantity::Survival, Quantity::Incidence] {
        let with = |groups_medians: Vec<[Option<f64>; 3]>| {
            let annotations = vec![Annotation::Medians { level: 0.95, groups: groups_medians }];
            km(groups(), FigureOptions { annotations, quantity, ..FigureOptions::default() })
        };
        let right = found(&with(medians.clone()), check);
        assert_eq!(right.status, Status::Pass, "{}", right.reason);
        let later = medians[1][0].map(|time| time * 1.2);
        let wrong = found(&with(vec![medians[0], [later, None, None]]), check);
        assert_eq!(wrong.status, Status::Fail, "{}", wrong.reason);
        let absent = found(&with(vec![medians[0], [None; 3]]), check);
        assert_eq!(absent.status, Status::Fail, "{}", absent.reason);
    }
}

/// On a scale of hazards a median stands at log 2; a part of the axis without one half, and a curve
/// that ends before its median, say nothing against it.
#[test]
fn medians_stand_at_log_2_and_may_lie_beyond_what_is_drawn() {
    let group = || vec![made_up("All", 90, 2, 0.05)];
    let curve = &group()[0];
    let row = curve.survival.iter().position(|&s| s <= 0.5).unwrap();
    let shown = |median: f64, options: FigureOptions| {
        let groups = vec![[Some(median), None, None]];
        let annotations = vec![Annotation::Medians { level: 0.95, groups }];
        found(
            &km(group(), FigureOptions { annotations, ..options }),
            "medians agree with the curves",
        )
    };
    let hazard = || FigureOptions { quantity: Quantity::CumulativeHazard, ..Default::default() };
    let median = curve.time[row];
    assert_eq!(shown(median, hazard()).status, Status::Pass);
    assert_eq!(shown(1.3 * median, hazard()).status, Status::Fail);
    let high = FigureOptions { y_limits: Some((0.6, 1.0)), ..Default::default() };
    assert_eq!(shown(median, high).status, Status::NotApplicable);
    let early = FigureOptions { x_limits: Some((0.0, 0.7 * median)), ..Default::default() };
    assert_eq!(shown(median, early).status, Status::Pass);
}

/// A note that is pushed onto a curve is found, and so are weighted curves without their counts.
#[test]
fn the_checks_see_text_on_curves_and_weights_without_patients() {
    let groups = || vec![made_up("First", 120, 3, 0.02), made_up("Second", 90, 4, 0.05)];
    let test = Annotation::Test { name: "Log-rank".to_owned(), p_value: 0.02 };
    let options = FigureOptions { annotations: vec![test], ..FigureOptions::default() };
    let good = km(groups(), options);
    assert_eq!(found(&good, "no text on a curve").status, Status::Pass);
    let mut pushed = good.clone();
    let start = pushed
        .scene
        .items
        .iter()
        .find_map(|item| match (&item.role, &item.shape) {
            (Role::Curve(0), Shape::Line(points, _)) => Some(points[0]),
            _ => None,
        })
        .unwrap();
    for item in &mut pushed.scene.items {
        if let (Role::Annotation, Shape::Text(text)) = (&item.role, &mut item.shape) {
            (text.at.x, text.at.y) = (start.x, start.y + 1.0);
        }
    }
    assert_eq!(found(&pushed, "no text on a curve").status, Status::Warn);
    let check = "weighted curves say so and count patients";
    assert_eq!(found(&good, check).status, Status::NotApplicable);
    let mut weighted = good;
    weighted.scene.facts.weighted = true;
    assert_eq!(found(&weighted, check).status, Status::Fail);
}

/// What was found travels with the figure.
#[test]
fn findings_come_back_out_of_the_file() {
    let figure = km(vec![made_up("All", 60, 3, 0.02)], FigureOptions::default());
    let back = extract(&figure.pdf().unwrap()).unwrap();
    assert_eq!(back.findings, figure.findings());
}

#[test]
fn a_legend_that_is_asked_for_is_there() {
    let groups = vec![made_up("First", 120, 3, 0.02), made_up("Second", 90, 4, 0.05)];
    for (legend, labels, direct) in
        [(Legend::Top, 2, 0), (Legend::Direct, 0, 2), (Legend::None, 0, 0)]
    {
        let scene = km(groups.clone(), FigureOptions { legend, ..FigureOptions::default() }).scene;
        let count = |wanted: fn(&Role) -> bool| scene.find(wanted).count();
        assert_eq!(count(|role| matches!(role, Role::LegendLabel(_))), labels, "{legend:?}");
        assert_eq!(count(|role| matches!(role, Role::DirectLabel(_))), direct, "{legend:?}");
    }
}

/// The checks on a file: its own findings, its size, its resolution.
#[test]
fn a_file_is_checked_for_its_size_and_resolution() {
    let mut figure = km(vec![made_up("All", 60, 3, 0.02)], FigureOptions::default());
    figure.settings = serde_json::json!({ "km": { "formula": "y ~ 1" } });
    let status = |bytes: &[u8], check: &str| {
        let findings = lint_file(bytes).unwrap();
        findings.iter().find(|finding| finding.check == check).map(|finding| finding.status)
    };
    let size = "the size is that at which it was drawn";
    let svg = figure.svg();
    assert_eq!(status(svg.as_bytes(), size), Some(Status::Pass));
    assert_eq!(status(&figure.pdf().unwrap(), size), Some(Status::Pass));
    let png = figure.png(300.0).unwrap();
    assert_eq!(status(&png, size), Some(Status::Pass));
    assert_eq!(status(&png, "resolution"), Some(Status::Pass));
    let coarse = figure.png(150.0).unwrap();
    assert_eq!(status(&coarse, "resolution"), Some(Status::Fail));
    let scaled = svg.replace("width=\"85mm\"", "width=\"60mm\"");
    assert_eq!(status(scaled.as_bytes(), size), Some(Status::Warn));
    assert_eq!(extract(&png).unwrap().settings, figure.settings);
    assert!(lint_file(b"<svg></svg>").is_err());
}
