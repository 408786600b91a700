//! The curves: steps, uncertainty, tails, axes.

use super::finding::{
    Checked, Finding, Status, finding, judged, not_applicable, pass, print_caption,
};
use crate::caption::Tells;
use crate::geometry::Point;
use crate::scene::{Axis, Role, Scene, Shape};
use riskset::Remedy;
use std::collections::BTreeMap;

/// More curves than this in one plot are hard to tell apart.
const MOST_CURVES: usize = 4;
/// Smaller groups hardly make a curve.
const SMALL_GROUP: f64 = 10.0;
/// More ticks than this are hard to read.
const MOST_TICKS: usize = 11;

pub(super) fn findings(figure: Checked<'_>) -> Vec<Finding> {
    let scene = figure.scene;
    if !figure.over_time() {
        return vec![not_applicable("curves", "the figure shows no curves over time")];
    }
    vec![
        judged(
            "lines are steps",
            slanting(scene),
            Status::Fail,
            "every line is level or upright",
            Remedy::to("draw the estimate as it is, without smoothing"),
        ),
        judged(
            "curves end at the last follow-up",
            beyond(scene),
            Status::Fail,
            "no curve runs past the last follow-up of its group",
            Remedy::to("do not extend curves"),
        ),
        judged(
            "every curve is inside the plot",
            nothing_inside(scene),
            Status::Fail,
            "a part of every curve is drawn",
            Remedy::AnyOf(vec![Remedy::Unset("ylim".into()), Remedy::Unset("xlim".into())]),
        ),
        uncertainty(figure),
        tail(scene),
        pale(scene),
        time_axis(scene),
        full_scale(scene),
        ticks(scene),
        censoring(figure),
        few_curves(scene),
        group_sizes(scene),
    ]
}

fn lines(scene: &Scene) -> impl Iterator<Item = (usize, usize, &Vec<Point>)> {
    scene.items.iter().filter_map(|item| match (&item.role, &item.shape) {
        (Role::Curve(group) | Role::Tail(group), Shape::Line(points, _)) => {
            Some((item.panel, *group, points))
        }
        _ => None,
    })
}

fn slanting(scene: &Scene) -> Option<String> {
    let slants = |pair: &[Point]| {
        (pair[0].x - pair[1].x).abs() > 1e-6 && (pair[0].y - pair[1].y).abs() > 1e-6
    };
    let (_, group, _) = lines(scene).find(|(_, _, points)| points.windows(2).any(slants))?;
    Some(format!("the curve of group {} has a slanting line", group + 1))
}

/// Places of the ticks of one axis in one panel: value and place.
pub(super) fn places(scene: &Scene, panel: usize, axis: Axis) -> Vec<(f64, f64)> {
    let place = |item: &crate::scene::Item| match (&item.role, &item.shape) {
        (Role::Tick(at, value), Shape::Line(points, _)) if *at == axis && item.panel == panel => {
            let place = if axis == Axis::X { points[0].x } else { points[0].y };
            Some((*value, place))
        }
        _ => None,
    };
    scene.items.iter().filter_map(place).collect()
}

fn beyond(scene: &Scene) -> Option<String> {
    (0..scene.facts.panels.len().max(1)).find_map(|panel| beyond_in(scene, panel))
}

fn beyond_in(scene: &Scene, panel: usize) -> Option<String> {
    let ticks = places(scene, panel, Axis::X);
    let (first, last) = (ticks.first()?, ticks.last()?);
    if first.0 == last.0 {
        return None;
    }
    let log = scene.facts.of(panel).log_time;
    let scale = |time: f64| if log { time.ln() } else { time };
    let per = (last.1 - first.1) / (scale(last.0) - scale(first.0));
    lines(scene).filter(|(at, _, _)| *at == panel).find_map(|(_, group, points)| {
        let end = points.last()?.x;
        let time = scale(first.0) + (end - first.1) / per;
        let time = if log { time.exp() } else { time };
        let limit = *scene.facts.of(panel).last_times.get(group)?;
        (time > limit * (1.0 + 1e-9) + 1e-9)
            .then(|| format!("the curve of group {} runs to {time:.2}, past {limit:.2}", group + 1))
    })
}

/// A curve of which nothing lies between the ends of the axes.
fn nothing_inside(scene: &Scene) -> Option<String> {
    let panels = 0..scene.facts.panels.len().max(1);
    let mut curves = panels.flat_map(|panel| {
        (0..scene.facts.of(panel).last_times.len()).map(move |curve| (panel, curve))
    });
    let drawn = |(panel, curve): (usize, usize)| {
        lines(scene).any(|(in_panel, group, _)| (in_panel, group) == (panel, curve))
    };
    let (_, curve) = curves.find(|&one| !drawn(one))?;
    Some(format!("nothing of curve {} lies within the axes", curve + 1))
}

fn uncertainty(figure: Checked<'_>) -> Finding {
    let scene = figure.scene;
    let check = "uncertainty shown, level and scale named";
    let bands = scene.find(|role| matches!(role, Role::Band(_) | Role::PointInterval(..))).count();
    let level = scene.facts.conf_level.is_some();
    let named = figure.tells(Tells::Interval);
    match (bands, level && named) {
        (0, _) => {
            let reason = "no confidence intervals are drawn".to_owned();
            finding(check, Status::Warn, reason, Remedy::set_to("conf_band", "true"))
        }
        (_, false) => {
            let reason = "they are there, but nothing names their level".to_owned();
            finding(check, Status::Warn, reason, print_caption())
        }
        _ => pass(check, "intervals, level and scale are there"),
    }
}

fn tail(scene: &Scene) -> Finding {
    let check = "the part where few remain is marked or cut";
    match scene.facts.tail_marked {
        None => not_applicable(check, "enough of each group remain to the end"),
        Some(true) => pass(check, "it is lighter, or cut"),
        Some(false) => finding(
            check,
            Status::Warn,
            "curves run on alike where few of a group remain".to_owned(),
            Remedy::AnyOf(vec![Remedy::set_to("tail", "lighter"), Remedy::set_to("tail", "cut")]),
        ),
    }
}

/// Paler than this part of all its steps, a curve is hard to see where most happens.
const MOST_PALE: f64 = 0.5;

/// The part where few remain is the end of a curve, not most of what happens to a group.
fn pale(scene: &Scene) -> Finding {
    let check = "most of each curve is drawn in full";
    let mut steps: BTreeMap<(usize, usize), (f64, f64)> = BTreeMap::new();
    for item in &scene.items {
        let (group, tail, points) = match (&item.role, &item.shape) {
            (Role::Curve(group), Shape::Line(points, _)) => (*group, false, points),
            (Role::Tail(group), Shape::Line(points, _)) => (*group, true, points),
            _ => continue,
        };
        let height: f64 = points.windows(2).map(|pair| (pair[0].y - pair[1].y).abs()).sum();
        let (all, pale) = steps.entry((item.panel, group)).or_default();
        *all += height;
        *pale += if tail { height } else { 0.0 };
    }
    if !scene.find(|role| matches!(role, Role::Tail(_))).any(|_| true) {
        return not_applicable(check, "no part is lighter");
    }
    let most = steps.into_iter().find(|(_, (all, pale))| *pale > MOST_PALE * all);
    let wrong = most.map(|((_, group), (all, pale))| {
        format!("{:.0}% of the steps of curve {} are pale", 100.0 * pale / all, group + 1)
    });
    let right = "the lighter part is the smaller";
    judged(check, wrong, Status::Warn, right, Remedy::set_to("tail", "full"))
}

fn time_axis(scene: &Scene) -> Finding {
    let check = "time axis starts at 0, unit and origin named";
    let start = places(scene, 0, Axis::X).first().map_or(0.0, |tick| tick.0);
    let facts = &scene.facts;
    if start > 0.0 && !facts.log_time {
        let reason = format!("the first tick stands at {start}");
        return finding(
            check,
            Status::Warn,
            reason,
            Remedy::AnyOf(vec![Remedy::set("xlim"), Remedy::to("say why it does not start at 0")]),
        );
    }
    match (&facts.unit, &facts.origin) {
        (None, _) => {
            let reason = "the unit of time is not named".to_owned();
            finding(check, Status::Warn, reason, Remedy::set("unit"))
        }
        (_, None) => {
            let reason = "the origin of time is not named".to_owned();
            finding(check, Status::Warn, reason, Remedy::set("origin"))
        }
        _ => pass(check, "it starts at 0 and names both"),
    }
}

fn full_scale(scene: &Scene) -> Finding {
    let check = "full scale, or a break mark";
    if scene.facts.kind == "cumhaz" {
        return not_applicable(check, "a cumulative hazard has no upper end");
    }
    let ticks = places(scene, 0, Axis::Y);
    let low = ticks.iter().map(|tick| tick.0).fold(f64::INFINITY, f64::min);
    let broken = scene.find(|role| matches!(role, Role::AxisBreak(_))).count() > 0;
    let wrong =
        (low > 1e-9 && !broken).then(|| format!("the axis starts at {low} and has no break mark"));
    let right = "the axis holds 0, or says that it does not";
    judged(check, wrong, Status::Fail, right, Remedy::Unset("ylim".into()))
}

fn ticks(scene: &Scene) -> Finding {
    let check = "regular ticks, not too many";
    let ticks = places(scene, 0, Axis::X);
    let steps: Vec<f64> = ticks.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    let uneven = steps.windows(2).any(|pair| (pair[0] - pair[1]).abs() > 1e-6 * pair[0].abs());
    let wrong = if uneven && !scene.facts.log_time {
        Some("the steps between the ticks differ".to_owned())
    } else if ticks.len() > MOST_TICKS {
        Some(format!("there are {} ticks", ticks.len()))
    } else {
        None
    };
    let right = "the ticks are regular and at most 11";
    judged(check, wrong, Status::Warn, right, Remedy::set("break_time"))
}

fn censoring(figure: Checked<'_>) -> Finding {
    let check = "censoring marks shown, or said to be left out";
    match figure.scene.facts.censor_marks {
        None => not_applicable(check, "nobody is censored"),
        Some(true) => pass(check, "marks are drawn"),
        Some(false) => {
            let said = figure.tells(Tells::CensoringMarks) || figure.tells(Tells::Masking);
            let wrong = (!said).then(|| "there are none, and nothing says so".to_owned());
            let right = "the caption says that they are left out";
            judged(check, wrong, Status::Warn, right, Remedy::set_to("censor_marks", "true"))
        }
    }
}

fn few_curves(scene: &Scene) -> Finding {
    let mut shown: Vec<(usize, usize)> =
        lines(scene).map(|(panel, group, _)| (panel, group)).collect();
    shown.sort_unstable();
    shown.dedup();
    let panels = shown.iter().map(|shown| shown.0 + 1).max().unwrap_or(1);
    let most = (0..panels).map(|panel| shown.iter().filter(|one| one.0 == panel).count()).max();
    let most = most.unwrap_or(0);
    let wrong = (most > MOST_CURVES).then(|| format!("there are {most} curves in one plot"));
    let right = "at most four curves in a plot";
    judged("few curves", wrong, Status::Warn, right, Remedy::to("split the groups over panels"))
}

fn group_sizes(scene: &Scene) -> Finding {
    let small = (0..scene.facts.panels.len().max(1)).find_map(|panel| {
        let facts = scene.facts.of(panel);
        facts.groups.iter().zip(&facts.group_sizes).find(|(_, n)| **n < SMALL_GROUP)
    });
    let wrong = small.map(|(name, n)| {
        let patients = if *n == 1.0 { "patient" } else { "patients" };
        format!("group `{name}` has {n} {patients}")
    });
    let right = "every group has at least ten patients";
    judged(
        "group sizes",
        wrong,
        Status::Warn,
        right,
        Remedy::to("join small groups, or leave them out"),
    )
}
