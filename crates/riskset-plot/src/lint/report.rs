//! What a reader must find in the figure or its caption to trust a comparison: sides of the test,
//! proportional hazards, events, medians, follow-up, landmark, weights, panels that compare.

use super::finding::{Checked, Finding, Status, judged, not_applicable, print_caption};
use crate::caption::Tells;
use crate::facts::{Facts, PROPORTIONAL};
use crate::format;
use crate::geometry::Point;
use crate::profile::Profile;
use crate::scene::{Axis, Counted, Role, Scene, Shape};
use riskset::Remedy;

pub(super) fn findings(figure: Checked<'_>) -> Vec<Finding> {
    let scene = figure.scene;
    if !figure.over_time() {
        return vec![not_applicable(
            "what the caption says",
            "the figure shows no curves over time",
        )];
    }
    vec![
        sides(figure),
        proportional(scene),
        medians(scene),
        follow_up(figure),
        events(figure),
        landmark(scene),
        weights(figure),
        same_axes(scene),
        cut_points(),
    ]
}

/// The facts of every panel.
fn panels(scene: &Scene) -> impl Iterator<Item = (usize, &Facts)> {
    (0..scene.facts.panels.len().max(1)).map(|panel| (panel, scene.facts.of(panel)))
}

fn sides(figure: Checked<'_>) -> Finding {
    let scene = figure.scene;
    let check = "sides of the test named";
    if !scene.facts.p_value {
        return not_applicable(check, "no P value is shown");
    }
    let silent = !figure.tells(Tells::Sides);
    let wrong = silent.then(|| "nothing says whether P is two-sided".to_owned());
    let remedy = print_caption();
    judged(check, wrong, Status::Warn, "the caption names them", remedy)
}

fn proportional(scene: &Scene) -> Finding {
    let check = "a hazard ratio with a test of proportional hazards";
    if !panels(scene).any(|(_, facts)| facts.effect) {
        return not_applicable(check, "no effect is shown");
    }
    let mut tests = panels(scene).filter(|(_, facts)| facts.effect);
    let wrong = tests.find_map(|(_, facts)| match facts.proportional {
        // Where an estimate runs to infinity there is nothing to test.
        None if facts.not_estimable => None,
        None => Some("no test stands behind the hazard ratio".to_owned()),
        Some(p) if p < PROPORTIONAL => {
            let p = format::p_value(&Profile::plain(), p);
            Some(format!("the hazards are not proportional ({p})"))
        }
        Some(_) => None,
    });
    let right = "the test does not speak against proportional hazards";
    let remedy = restricted_means();
    judged(check, wrong, Status::Warn, right, remedy)
}

/// Numbers that do not rest on proportional hazards.
fn restricted_means() -> Remedy {
    Remedy::AnyOf(vec![
        Remedy::to("report restricted means or survival at named times as well"),
        Remedy::Ask("km".into()),
    ])
}

/// The medians that are shown, against the curves as drawn.
fn medians(scene: &Scene) -> Finding {
    let check = "medians agree with the curves";
    if !panels(scene).any(|(_, facts)| !facts.group_medians.is_empty()) {
        return not_applicable(check, "no medians are shown");
    }
    let (mut wrong, mut compared) = (None, false);
    for (panel, facts) in panels(scene).filter(|(_, facts)| !facts.group_medians.is_empty()) {
        let scale = Scale::of(scene, panel).filter(|_| !facts.log_time);
        let Some(scale) = scale else { continue };
        // A part of the axis may not hold the level at which a median is read.
        if !scale.holds_the_level() {
            continue;
        }
        compared = true;
        for (group, median) in facts.group_medians.iter().enumerate() {
            let name = facts.groups.get(group).map_or("", String::as_str);
            let drawn = scale.median(scene, panel, group);
            let agrees = match (median, drawn) {
                (Some(median), Some(drawn)) => (median - drawn).abs() <= 0.005 * scale.span,
                // A curve that was cut, by the axis or where few remain, may end before it.
                (Some(median), None) => {
                    let end = lines(scene, panel, group).filter_map(|points| points.last());
                    let end = end.map(|point| scale.time(point.x)).fold(0.0, f64::max);
                    *median >= end - 0.005 * scale.span
                }
                (None, drawn) => drawn.is_none(),
            };
            // Where the curve is level there, the median is the middle of that stretch.
            if !agrees && !scale.level_at_half(scene, panel, group) {
                let shown = |median: Option<f64>| match median {
                    Some(median) => format!("{median:.2}"),
                    None => "not reached".to_owned(),
                };
                wrong = Some(format!(
                    "the median of `{name}` is {}, but its curve says {}",
                    shown(*median),
                    shown(drawn)
                ));
            }
        }
    }
    if !compared {
        return not_applicable(check, "the axis does not hold the level of a median");
    }
    let right = "each stands where its curve reaches one half";
    let remedy =
        Remedy::to("draw curve and median from the same data; report this as a defect if they are");
    judged(check, wrong, Status::Fail, right, remedy)
}

/// From millimetres back to values, in one panel.
struct Scale {
    x: [(f64, f64); 2],
    y: [(f64, f64); 2],
    /// From the first tick of the time axis to the last.
    span: f64,
    /// What a curve has reached at its median.
    level: f64,
}

/// Half a hundredth of a millimetre: coordinates are not rounded further.
const NEAR: f64 = 0.005;

impl Scale {
    fn of(scene: &Scene, panel: usize) -> Option<Scale> {
        let [x, y] = [Axis::X, Axis::Y].map(|axis| super::curves::places(scene, panel, axis));
        let ends = |ticks: &[(f64, f64)]| Some([*ticks.first()?, *ticks.last()?]);
        let (x, y) = (ends(&x)?, ends(&y)?);
        (x[0].0 < x[1].0 && y[0].0 < y[1].0).then(|| Scale {
            x,
            y,
            span: x[1].0 - x[0].0,
            // A cumulative hazard is -log S.
            level: match scene.facts.of(panel).kind.as_str() {
                "cumhaz" => std::f64::consts::LN_2,
                _ => 0.5,
            },
        })
    }

    fn holds_the_level(&self) -> bool {
        (self.y[0].0..=self.y[1].0).contains(&self.level)
    }

    /// Where the level of the median stands, in millimetres from the top.
    fn half(&self) -> f64 {
        let [low, high] = self.y;
        low.1 + (self.level - low.0) / (high.0 - low.0) * (high.1 - low.1)
    }

    fn time(&self, x: f64) -> f64 {
        let [first, last] = self.x;
        first.0 + (x - first.1) / (last.1 - first.1) * (last.0 - first.0)
    }

    /// The upright stroke by which a curve gets to the level, or past it: survival from above,
    /// incidence and hazard from below.
    fn median(&self, scene: &Scene, panel: usize, group: usize) -> Option<f64> {
        let half = self.half();
        let crosses = |pair: &&[Point]| {
            let (low, high) = (pair[0].y.min(pair[1].y), pair[0].y.max(pair[1].y));
            low < high && low - NEAR <= half && half <= high + NEAR
        };
        lines(scene, panel, group)
            .find_map(|points| points.windows(2).find(crosses).map(|pair| self.time(pair[0].x)))
    }

    fn level_at_half(&self, scene: &Scene, panel: usize, group: usize) -> bool {
        let half = self.half();
        lines(scene, panel, group).any(|points| {
            let level = |p: &[Point]| (p[0].y - half).abs() < NEAR && (p[1].y - half).abs() < NEAR;
            points.windows(2).any(level)
        })
    }
}

fn lines(scene: &Scene, panel: usize, group: usize) -> impl Iterator<Item = &Vec<Point>> {
    scene.items.iter().filter_map(move |item| match (&item.role, &item.shape) {
        (Role::Curve(of) | Role::Tail(of), Shape::Line(points, _))
            if *of == group && item.panel == panel =>
        {
            Some(points)
        }
        _ => None,
    })
}

fn follow_up(figure: Checked<'_>) -> Finding {
    let wrong = (!figure.tells(Tells::FollowUp)).then(|| "the caption is silent".to_owned());
    let right = "the caption names it and its method";
    let remedy = Remedy::to("state it in the text, from the reverse Kaplan-Meier estimate");
    judged("median follow-up", wrong, Status::Warn, right, remedy)
}

fn events(figure: Checked<'_>) -> Finding {
    let scene = figure.scene;
    let counted =
        scene.find(|role| matches!(role, Role::Count { counted: Counted::Events, .. })).count() > 0;
    let check = "events of each group";
    if scene.facts.min_cell.is_some() {
        return not_applicable(check, "small cells are masked");
    }
    let wrong = (!counted && !figure.tells(Tells::Events))
        .then(|| "neither the counts nor the caption give them".to_owned());
    let right = "they stand in the counts or the caption";
    judged(check, wrong, Status::Warn, right, Remedy::set_to("risk_table", "kmunicate"))
}

fn landmark(scene: &Scene) -> Finding {
    let check = "landmark drawn, and the patients at risk there";
    let Some(landmark) = scene.facts.landmark else {
        return not_applicable(check, "groups are taken as known at time zero; no machine can see");
    };
    let ticks = super::curves::places(scene, 0, Axis::X);
    let drawn = scene.find(|role| *role == Role::Reference(Axis::X, landmark)).count() > 0;
    let wrong = if !drawn {
        Some(format!("no line stands at {landmark}"))
    } else if !ticks.iter().any(|tick| (tick.0 - landmark).abs() < 1e-9) {
        Some(format!("no counts are made at {landmark}"))
    } else {
        None
    };
    let remedy = Remedy::set("break_time");
    judged(check, wrong, Status::Warn, "a line and counts stand there", remedy)
}

fn weights(figure: Checked<'_>) -> Finding {
    let scene = figure.scene;
    let check = "weighted curves say so and count patients";
    if !panels(scene).any(|(_, facts)| facts.weighted) {
        return not_applicable(check, "the curves are not weighted");
    }
    let counted =
        scene.find(|role| matches!(role, Role::Count { counted: Counted::Effective, .. })).count()
            > 0;
    let wrong = if !figure.tells(Tells::Weights) {
        Some("the caption does not say that they are weighted".to_owned())
    } else if !counted {
        Some("neither patients nor their effective number are counted".to_owned())
    } else {
        None
    };
    let right = "patients and their effective number are counted";
    judged(check, wrong, Status::Fail, right, Remedy::set("risk_table"))
}

/// Panels with curves of patients share the ticks of both axes.
fn same_axes(scene: &Scene) -> Finding {
    let check = "panels to be compared have the same axes";
    let with_patients: Vec<usize> = panels(scene)
        .filter(|(_, facts)| !facts.groups.is_empty())
        .map(|(panel, _)| panel)
        .collect();
    if with_patients.len() < 2 {
        return not_applicable(check, "there is one panel of patients");
    }
    let values = |panel: usize, axis: Axis| -> Vec<f64> {
        super::curves::places(scene, panel, axis).iter().map(|tick| tick.0).collect()
    };
    let differ = [Axis::X, Axis::Y].into_iter().find(|&axis| {
        with_patients.iter().any(|&panel| values(panel, axis) != values(with_patients[0], axis))
    });
    let wrong = differ.map(|axis| match axis {
        Axis::X => "the time axes differ".to_owned(),
        Axis::Y => "the axes from bottom to top differ".to_owned(),
    });
    judged(
        check,
        wrong,
        Status::Warn,
        "they do",
        Remedy::AnyOf(vec![Remedy::Unset("free_axes".into()), Remedy::to("say why they differ")]),
    )
}

fn cut_points() -> Finding {
    let reason = "no figure shows how groups were found: declare a searched cut-point, with the \
                  corrected P value";
    not_applicable("searched cut-points declared", reason)
}
