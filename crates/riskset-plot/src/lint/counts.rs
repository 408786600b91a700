//! The counts under the plot: there, under their ticks, falling, adding up.

use super::finding::{Finding, Status, judged, not_applicable, over_time};
use crate::scene::{Axis, Counted, Role, Scene, Shape};
use riskset::Remedy;
use std::collections::BTreeMap;

/// How far a count may stand beside its tick, in millimetres.
const BESIDE: f64 = 0.5;

/// A count as drawn.
struct Count {
    panel: usize,
    group: usize,
    counted: Counted,
    time: f64,
    /// The number; `None` when it is masked.
    value: Option<f64>,
    /// Where its middle stands.
    x: f64,
}

pub(super) fn findings(scene: &Scene) -> Vec<Finding> {
    if !over_time(scene) {
        return vec![not_applicable("numbers at risk", "the figure shows no curves over time")];
    }
    let counts = counts(scene);
    let ticks = ticks(scene);
    let remedy = Remedy::set("risk_table");
    let present = judged(
        "numbers at risk for every group from time 0",
        absent(scene, &counts, &ticks),
        Status::Fail,
        "every group has counts, the first at time 0",
        remedy,
    );
    if counts.is_empty() {
        return vec![present];
    }
    vec![
        present,
        judged(
            "counts under their ticks",
            beside(scene, &counts, &ticks),
            Status::Fail,
            "every count stands within 0.5 mm of its tick, and every tick has its counts",
            Remedy::to("leave the layout to riskset; do not edit the figure by hand"),
        ),
        judged(
            "numbers at risk never rise and start at the patients analysed",
            rises(scene, &counts),
            Status::Warn,
            "the counts fall from the number analysed",
            Remedy::to("explain late entry, or check the data"),
        ),
        adds_up(scene, &counts),
    ]
}

/// Reads the counts off the scene.
fn counts(scene: &Scene) -> Vec<Count> {
    let count = |item: &crate::scene::Item| match (&item.role, &item.shape) {
        (Role::Count { group, time, counted }, Shape::Text(text)) => {
            let letters = text.letters();
            let number = letters.split(" (").next().unwrap_or("");
            let bounds = text.bounds();
            Some(Count {
                panel: item.panel,
                group: *group,
                counted: *counted,
                time: *time,
                value: number.parse().ok(),
                x: (bounds.left + bounds.right) / 2.0,
            })
        }
        _ => None,
    };
    scene.items.iter().filter_map(count).collect()
}

/// The ticks of the time axis of each panel: value and place.
fn ticks(scene: &Scene) -> BTreeMap<usize, Vec<(f64, f64)>> {
    let mut ticks: BTreeMap<usize, Vec<(f64, f64)>> = BTreeMap::new();
    for item in &scene.items {
        if let (Role::Tick(Axis::X, value), Shape::Line(points, _)) = (&item.role, &item.shape) {
            ticks.entry(item.panel).or_default().push((*value, points[0].x));
        }
    }
    ticks
}

fn absent(
    scene: &Scene,
    counts: &[Count],
    ticks: &BTreeMap<usize, Vec<(f64, f64)>>,
) -> Option<String> {
    if counts.is_empty() {
        return Some("the figure has no numbers at risk".to_owned());
    }
    for (panel, ticks) in ticks {
        let groups: std::collections::BTreeSet<usize> = counts
            .iter()
            .filter(|c| c.panel == *panel && c.counted == Counted::AtRisk)
            .map(|c| c.group)
            .collect();
        let wanted = scene.facts.of(*panel).groups.len();
        if wanted == 0 {
            continue;
        }
        if groups.len() < wanted {
            return Some(format!("{} of {wanted} groups have counts", groups.len()));
        }
        let first = ticks.iter().map(|tick| tick.0).fold(f64::INFINITY, f64::min);
        if first > 0.0 && !scene.facts.of(*panel).log_time {
            return Some(format!("the first counts stand at {first}, not at 0"));
        }
    }
    None
}

fn beside(
    scene: &Scene,
    counts: &[Count],
    ticks: &BTreeMap<usize, Vec<(f64, f64)>>,
) -> Option<String> {
    for count in counts {
        let ticks = ticks.get(&count.panel)?;
        let Some((_, x)) = ticks.iter().find(|tick| tick.0 == count.time) else {
            return Some(format!("a count stands at {}, where there is no tick", count.time));
        };
        if (count.x - x).abs() > BESIDE {
            let off = (count.x - x).abs();
            return Some(format!("the count at {} stands {off:.2} mm beside its tick", count.time));
        }
    }
    // A panel without groups of patients has nobody to count.
    let counted = |panel: usize| !scene.facts.of(panel).groups.is_empty();
    for (panel, ticks) in ticks.iter().filter(|(panel, _)| counted(**panel)) {
        for (time, _) in ticks {
            if !counts.iter().any(|count| count.panel == *panel && count.time == *time) {
                return Some(format!("the tick at {time} has no counts"));
            }
        }
    }
    None
}

fn rises(scene: &Scene, counts: &[Count]) -> Option<String> {
    let mut last: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for count in counts.iter().filter(|count| count.counted == Counted::AtRisk) {
        let Some(value) = count.value else { continue };
        match last.insert((count.panel, count.group), value) {
            Some(before) if value > before => {
                let name = scene.facts.of(count.panel).groups.get(count.group);
                let name = name.map_or(String::new(), |name| format!(" of `{name}`"));
                return Some(format!("the number at risk{name} rises from {before} to {value}"));
            }
            None if count.time == 0.0 => {
                let facts = scene.facts.of(count.panel);
                if let Some(&n) = facts.group_sizes.get(count.group)
                    && facts.kind == "km"
                    && (n - value).abs() > 0.5
                {
                    return Some(format!("{value} are at risk at 0, but {n} were analysed"));
                }
            }
            _ => {}
        }
    }
    None
}

/// At risk, events and censored add up to the patients analysed in every column.
fn adds_up(scene: &Scene, counts: &[Count]) -> Finding {
    let check = "at risk + events + censored = patients";
    let adds = |count: &&Count| count.counted != Counted::Effective;
    if !counts.iter().filter(adds).any(|count| count.counted != Counted::AtRisk) {
        return not_applicable(check, "only numbers at risk are shown");
    }
    if scene.facts.late_entry {
        return not_applicable(check, "patients enter late");
    }
    if scene.facts.min_cell.is_some() {
        return not_applicable(check, "counts are rounded to protect patients");
    }
    let mut sums: BTreeMap<(usize, usize, u64), f64> = BTreeMap::new();
    for count in counts.iter().filter(adds) {
        let key = (count.panel, count.group, count.time.to_bits());
        *sums.entry(key).or_default() += count.value.unwrap_or(f64::NAN);
    }
    let wrong = sums.iter().find_map(|((panel, group, time), sum)| {
        let n = scene.facts.of(*panel).group_sizes.get(*group)?;
        let off = (sum - n).abs() > 0.5 || sum.is_nan();
        off.then(|| format!("at {} they add up to {sum}, not to {n}", f64::from_bits(*time)))
    });
    let right = "every column adds up";
    judged(
        check,
        wrong,
        Status::Fail,
        right,
        Remedy::to("check the data; report this as a defect if they are right"),
    )
}
