//! Axes: from values to millimetres, and the ticks in between.

use crate::format;
use crate::profile::Profile;

/// An axis of a plot.
#[derive(Clone, Debug)]
pub(crate) struct AxisSpec {
    /// Its title; empty for none.
    pub title: String,
    /// The value at its left or lower end.
    pub from: f64,
    /// The value at its right or upper end.
    pub to: f64,
    /// Whether equal ratios take equal lengths.
    pub log: bool,
    /// Values and labels.
    pub ticks: Vec<(f64, String)>,
    /// Whether the axis leaves out its natural zero (or full scale), and must say so.
    pub broken: bool,
    /// Whether labels and title are drawn.
    pub labelled: bool,
}

impl AxisSpec {
    /// Where a value lies on the axis: 0 at its start, 1 at its end.
    pub fn share(&self, value: f64) -> f64 {
        if self.log {
            (value.ln() - self.from.ln()) / (self.to.ln() - self.from.ln())
        } else {
            (value - self.from) / (self.to - self.from)
        }
    }
}

/// A point this near to an end touches it, as a part of the axis.
const TOUCHES: f64 = 0.015;

impl AxisSpec {
    /// Lengthens the axis a little beyond its last tick (and its first, where `both`) when points
    /// would touch its end.
    pub fn clear_ends(&mut self, values: impl Iterator<Item = f64>, both: bool) {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values {
            (low, high) = (low.min(value), high.max(value));
        }
        let range = self.to - self.from;
        let (from, to) = (self.from, self.to);
        if both && low < from + TOUCHES * range {
            self.from = from - 2.0 * TOUCHES * range;
        }
        if high > to - TOUCHES * range {
            self.to = to + 2.0 * TOUCHES * range;
        }
    }
}

/// The smallest step of 1, 2 or 5 times a power of ten that needs at most `most` steps.
pub(crate) fn nice_step(range: f64, most: usize) -> f64 {
    let rough = range / most as f64;
    let power = 10_f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    steps.into_iter().find(|&step| step >= rough * (1.0 - 1e-9)).unwrap_or(10.0 * power)
}

/// The steps that a clinician expects for a unit of time, smallest first.
fn time_steps(unit: &str) -> &'static [f64] {
    let unit = unit.to_lowercase();
    if unit.starts_with("month") {
        &[1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 36.0, 60.0, 120.0, 240.0]
    } else if unit.starts_with("week") {
        &[1.0, 2.0, 4.0, 8.0, 13.0, 26.0, 52.0, 104.0, 208.0]
    } else if unit.starts_with("day") {
        &[1.0, 2.0, 5.0, 7.0, 14.0, 30.0, 60.0, 90.0, 180.0, 365.0, 730.0, 1825.0]
    } else {
        &[]
    }
}

/// The distance of the ticks of a time axis that ends at `to`: regular in the unit, at most `most`
/// steps.
pub(crate) fn time_step(unit: &str, to: f64, most: usize) -> f64 {
    let enough = |step: f64| to / step <= most as f64 + 1e-9;
    match time_steps(unit).iter().copied().find(|&step| enough(step)) {
        // A short follow-up wants finer steps than the list has.
        Some(step) if to / step >= 2.0 => step,
        _ => nice_step(to, most),
    }
}

/// Every multiple of `step` from `from` to `to`.
pub(crate) fn multiples(from: f64, to: f64, step: f64) -> Vec<f64> {
    let first = (from / step - 1e-9).ceil() as i64;
    let last = (to / step + 1e-9).floor() as i64;
    (first..=last).map(|k| k as f64 * step).collect()
}

/// Labels for ticks: all with as many decimals as the finest needs.
pub(crate) fn labelled(profile: &Profile, values: &[f64]) -> Vec<(f64, String)> {
    let needs = |value: f64| {
        (0..6)
            .find(|&decimals| {
                let scale = 10_f64.powi(decimals);
                ((value * scale).round() / scale - value).abs() < 1e-9 * value.abs().max(1e-3)
            })
            .unwrap_or(6)
    };
    let decimals = values.iter().map(|&value| needs(value)).max().unwrap_or(0) as usize;
    values.iter().map(|&value| (value, format::number(profile, value, decimals))).collect()
}

/// An axis of probabilities from `from` to `to`, in per cent where the profile asks for it.
pub(crate) fn probability_axis(
    profile: &Profile,
    title: String,
    from: f64,
    to: f64,
    most: usize,
) -> AxisSpec {
    let steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5];
    let enough = |step: &&f64| (to - from) / **step <= most as f64 + 1e-9;
    let step = steps.iter().find(enough).copied().unwrap_or_else(|| nice_step(to - from, most));
    let values = multiples(from, to, step);
    let scale = if profile.number.percent { 100.0 } else { 1.0 };
    let shown: Vec<f64> = values.iter().map(|value| value * scale).collect();
    let labels = labelled(profile, &shown);
    let ticks = values.into_iter().zip(labels).map(|(value, (_, label))| (value, label)).collect();
    AxisSpec { title, from, to, log: false, ticks, broken: from > 0.0, labelled: true }
}

/// An axis of plain numbers that holds `from` and `to`, its ends on ticks.
pub(crate) fn linear_axis(
    profile: &Profile,
    title: String,
    from: f64,
    to: f64,
    most: usize,
) -> AxisSpec {
    let (from, to) = if to > from { (from, to) } else { (from - 0.5, to + 0.5) };
    let step = nice_step(to - from, most);
    let from = (from / step + 1e-9).floor() * step;
    let to = (to / step - 1e-9).ceil() * step;
    let ticks = labelled(profile, &multiples(from, to, step));
    AxisSpec { title, from, to, log: false, ticks, broken: false, labelled: true }
}

/// An axis of ratios that holds `from` and `to`: ticks at 1, 2, 5 times powers of ten, or at
/// halves and doubles when the range is narrow.
pub(crate) fn ratio_axis(
    profile: &Profile,
    title: String,
    from: f64,
    to: f64,
    most: usize,
) -> AxisSpec {
    let all: [&[f64]; 7] = [
        &[0.9, 0.92, 0.94, 0.96, 0.98, 1.0, 1.02, 1.04, 1.06, 1.08, 1.1],
        &[0.8, 0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15, 1.2, 1.25],
        &[0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0],
        &[0.25, 0.33, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0],
        &[0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0],
        &[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0],
        &[1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6],
    ];
    let inside = |value: &&f64| **value >= from * 0.999 && **value <= to * 1.001;
    let sets = all.map(|set| set.iter().filter(inside).copied().collect::<Vec<f64>>());
    let covers = |set: &Vec<f64>, all: &[f64]| {
        // Beyond the last tick no more is left than a tick would take.
        let reach = if all[0] >= 0.8 { 1.04 } else { 1.3 };
        all[0] <= from * reach
            && all[all.len() - 1] >= to / reach
            && set.len() <= most
            && set.len() >= 2
    };
    let chosen = (0..sets.len()).find(|&index| covers(&sets[index], all[index]));
    let values = match chosen {
        Some(index) => sets[index].clone(),
        None => vec![from, 1.0, to].into_iter().filter(|v| inside(&v)).collect(),
    };
    let ticks = values.into_iter().map(|value| (value, plain(profile, value))).collect();
    AxisSpec { title, from, to, log: true, ticks, broken: false, labelled: true }
}

/// The ticks of a logarithmic time axis that a clinician expects for a unit, smallest first.
fn log_times(unit: &str) -> &'static [f64] {
    let unit = unit.to_lowercase();
    if unit.starts_with("month") {
        &[1.0, 3.0, 6.0, 12.0, 24.0, 60.0, 120.0, 240.0, 480.0]
    } else if unit.starts_with("week") {
        &[1.0, 2.0, 4.0, 13.0, 26.0, 52.0, 104.0, 260.0, 520.0]
    } else if unit.starts_with("day") {
        &[1.0, 7.0, 30.0, 90.0, 180.0, 365.0, 730.0, 1825.0, 3650.0, 7300.0]
    } else {
        &[]
    }
}

/// A logarithmic axis of time: the steps of the unit, or 1, 2, 5 times powers of ten; powers of ten
/// alone where those are too many.
pub(crate) fn log_time_axis(
    profile: &Profile,
    title: String,
    unit: &str,
    (from, to): (f64, f64),
    most: usize,
) -> AxisSpec {
    let powers = from.log10().floor() as i32..=to.log10().ceil() as i32;
    let decades = |steps: &[f64]| -> Vec<f64> {
        let decade = |power: i32| {
            steps.iter().map(move |step| match power {
                // A quotient is nearer to the decimal than a product with 0.1 or 0.01.
                power if power < 0 => step / 10_f64.powi(-power),
                power => step * 10_f64.powi(power),
            })
        };
        powers.clone().flat_map(decade).collect()
    };
    let sets = [log_times(unit).to_vec(), decades(&[1.0, 2.0, 5.0]), decades(&[1.0])];
    let inside = |value: &f64| *value >= from * 0.999 && *value <= to * 1.001;
    let mut shown =
        sets.into_iter().map(|set| set.into_iter().filter(inside).collect::<Vec<f64>>());
    // The list of a unit ends somewhere, and an axis far beyond it has other ticks.
    let enough = |set: &Vec<f64>| {
        let ends = set.first().zip(set.last());
        (3..=most).contains(&set.len()) && ends.is_some_and(|(_, last)| *last >= to / 4.0)
    };
    match shown.find(enough) {
        Some(values) => AxisSpec {
            title,
            from,
            to,
            log: true,
            ticks: values.into_iter().map(|value| (value, plain(profile, value))).collect(),
            broken: false,
            labelled: true,
        },
        None => ratio_axis(profile, title, from, to, most),
    }
}

/// A number with the digits that it has, and the decimal mark of the profile.
fn plain(profile: &Profile, value: f64) -> String {
    format!("{value}").replace('.', &profile.number.decimal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_steps_are_those_of_a_clinic() {
        assert_eq!(time_step("months", 33.6, 8), 6.0);
        assert_eq!(time_step("months", 80.0, 8), 12.0);
        assert_eq!(time_step("days", 1022.0, 8), 180.0);
        assert_eq!(time_step("years", 9.1, 8), 2.0);
        assert_eq!(time_step("years", 8.0, 8), 1.0);
        assert_eq!(time_step("months", 1.5, 8), 0.2);
    }

    #[test]
    fn ticks_are_labelled_alike() {
        let plain = Profile::plain();
        let labels: Vec<String> =
            labelled(&plain, &multiples(0.0, 1.0, 0.25)).into_iter().map(|tick| tick.1).collect();
        assert_eq!(labels, ["0.00", "0.25", "0.50", "0.75", "1.00"]);
        let axis = probability_axis(&plain, String::new(), 0.0, 1.0, 5);
        let labels: Vec<&str> = axis.ticks.iter().map(|tick| tick.1.as_str()).collect();
        assert_eq!(labels, ["0", "20", "40", "60", "80", "100"]);
    }

    #[test]
    fn logarithmic_time_has_the_steps_of_its_unit() {
        let ticks = |unit: &str, from: f64, to: f64| -> Vec<f64> {
            let axis = log_time_axis(&Profile::plain(), String::new(), unit, (from, to), 8);
            axis.ticks.into_iter().map(|tick| tick.0).collect()
        };
        assert_eq!(ticks("days", 4.0, 1073.0), [7.0, 30.0, 90.0, 180.0, 365.0, 730.0]);
        assert_eq!(ticks("months", 0.4, 90.0), [1.0, 3.0, 6.0, 12.0, 24.0, 60.0]);
        assert_eq!(ticks("years", 0.08, 12.0), [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0]);
        assert_eq!(ticks("", 1e-3, 1e6)[0], 1e-3);
    }

    #[test]
    fn ratios_have_equal_steps_for_equal_ratios() {
        let axis = ratio_axis(&Profile::plain(), String::new(), 0.25, 4.0, 8);
        assert!((axis.share(1.0) - 0.5).abs() < 1e-12);
        assert!(axis.ticks.iter().any(|tick| tick.1 == "1"));
    }

    #[test]
    fn a_short_axis_of_ratios_has_its_ends_and_1_where_it_holds_1() {
        let values = |from, to| {
            let axis = ratio_axis(&Profile::plain(), String::new(), from, to, 8);
            axis.ticks.into_iter().map(|tick| tick.0).collect::<Vec<f64>>()
        };
        assert_eq!(values(0.995, 1.005), [0.995, 1.0, 1.005]);
        assert_eq!(values(1.081, 1.09), [1.081, 1.09]);
        assert_eq!(values(0.97, 1.03), [0.98, 1.0, 1.02]);
        assert_eq!(values(0.88, 1.12), [0.9, 0.95, 1.0, 1.05, 1.1]);
    }
}
