//! Where the numbers of a figure lie on it, so that a pointer can be answered with them.

use riskset_plot::Figure;
use riskset_plot::scene::{Axis, Role, Shape};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// For each panel two places of the time axis and two of the other, as (value, millimetres).
type Places = BTreeMap<usize, [Vec<(f64, f64)>; 2]>;

/// The axes of every panel that has both, and whether time is on a straight scale there.
pub fn of(figure: &Figure) -> Value {
    let mut places = Places::new();
    for item in &figure.scene.items {
        let (Role::Tick(axis, value), Shape::Line(points, _)) = (&item.role, &item.shape) else {
            continue;
        };
        let Some(start) = points.first() else { continue };
        let axes = places.entry(item.panel).or_default();
        match axis {
            Axis::X => axes[0].push((*value, start.x)),
            Axis::Y => axes[1].push((*value, start.y)),
        }
    }
    let panels = places.into_iter().filter_map(|(panel, [mut x, mut y])| {
        for axis in [&mut x, &mut y] {
            axis.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        let straight = is_straight(&x);
        let ends = |axis: &[(f64, f64)]| Some(json!([axis.first()?, axis.last()?]));
        (x.len() > 1 && y.len() > 1).then(
            || json!({ "panel": panel, "time": ends(&x), "value": ends(&y), "straight": straight }),
        )
    });
    Value::Array(panels.collect())
}

/// Whether equal lengths are equal times, to a tenth of a millimetre.
fn is_straight(ticks: &[(f64, f64)]) -> bool {
    let (Some(&(v0, p0)), Some(&(v1, p1))) = (ticks.first(), ticks.last()) else { return false };
    ticks
        .iter()
        .all(|&(value, place)| (p0 + (p1 - p0) * (value - v0) / (v1 - v0) - place).abs() < 0.1)
}
