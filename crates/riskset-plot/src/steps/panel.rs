//! The panel of a Kaplan-Meier figure: axes, ticks that leave room for their counts, series.

use super::curve::{Estimate, StepCurve, StepCurves};
use super::{counts, trace};
use crate::axis::{self, AxisSpec};
use crate::error::Error;
use crate::font::{self, Cut};
use crate::options::{Intervals, Tail};
use crate::panel::layout::{Margins, column_distance, margins};
use crate::panel::spec::{Band, Panel, Reference, Series};
use crate::profile::Profile;
use crate::scene::Axis;
use crate::words::{capital, uncapital};

/// Ticks beyond this many are hard to read.
const MOST_TICKS: usize = 8;
/// Ticks beyond this many are not meant.
const MOST_STEPS: f64 = 200.0;
/// A shorter time axis has no digits left for its ticks.
const SHORTEST: f64 = 1e-9;
/// Marks closer than this touch, in millimetres.
const MARKS_TOUCH: f64 = 0.4;
/// As many marks as may touch now and then without becoming a band.
const FEW_MARKS: usize = 40;

impl StepCurves {
    /// The panel on a page of this width: as many ticks as their counts leave room for, and marks
    /// unless they would run into each other.
    pub(crate) fn panel(&self, profile: &Profile, width: f64) -> Result<Panel, Error> {
        let mut panel = self.ticked(profile, width)?;
        panel.inset = self.inset_axis(profile, &panel.series)?;
        panel.wrap_notes(profile, width);
        let Margins { left, right, .. } = margins(&panel, profile, width);
        if self.options.censor_marks.is_none() && crowded(&panel, width - left - right) {
            panel.series.iter_mut().for_each(|series| series.marks.clear());
        }
        Ok(panel)
    }

    fn ticked(&self, profile: &Profile, width: f64) -> Result<Panel, Error> {
        let range = self.time_range()?;
        let limits = self.value_limits(profile)?;
        let mut panel = self.panel_with(profile, range, limits, MOST_TICKS);
        if self.options.break_time.is_some() {
            return Ok(panel);
        }
        for most in (2..MOST_TICKS).rev() {
            let Margins { left, right, .. } = margins(&panel, profile, width);
            let plot = width - left - right;
            let widest = panel.counts.as_ref().map_or(0.0, |counts| counts.widest(profile));
            let ticks = &panel.x.ticks;
            let close = ticks.windows(2).any(|pair| {
                let apart = (panel.x.share(pair[1].0) - panel.x.share(pair[0].0)) * plot;
                let label = |text: &str| font::width(text, Cut::Regular, profile.type_size.small);
                apart < column_distance(widest.max(label(&pair[1].1)), profile)
            });
            if !close {
                break;
            }
            panel = self.panel_with(profile, range, limits, most);
        }
        Ok(panel)
    }

    /// The range of the time axis, in its unit: from 0 to just past the last follow-up, or what
    /// was asked for.
    fn time_range(&self) -> Result<(f64, f64), Error> {
        let last = self.curves.iter().map(|curve| self.last_shown(curve)).fold(0.0, f64::max);
        let last = last / self.options.per;
        let last = if last > 0.0 { last } else { 1.0 };
        let log = self.log_time();
        let first_event = self.curves.iter().flat_map(|curve| {
            let events = curve.time.iter().zip(&curve.n_event);
            events.filter(|(time, events)| **events > 0.0 && **time > 0.0).map(|(time, _)| *time)
        });
        let first = first_event.fold(f64::INFINITY, f64::min) / self.options.per;
        let (from, to) = match self.options.x_limits {
            Some(limits) => limits,
            None if log && first < last => (first * 0.8, last * 1.05),
            None => (0.0, last),
        };
        for value in [from, to] {
            if !value.is_finite() || value < 0.0 {
                let place = "a limit of the time axis".to_owned();
                return Err(Error::Value { place, value, must: "finite and 0 or more" });
            }
        }
        let step = self.options.break_time.unwrap_or(to - from);
        if (to - from) / step > MOST_STEPS {
            let place = "the distance of the ticks of the time axis".to_owned();
            let must = "long enough for at most 200 ticks";
            return Err(Error::Value { place, value: step, must });
        }
        if to < SHORTEST {
            let place = "the end of the time axis".to_owned();
            let must = "longer; choose a smaller unit of time";
            return Err(Error::Value { place, value: to, must });
        }
        if from >= to || (log && from <= 0.0) {
            let place = "the lower limit of the time axis".to_owned();
            let must = "below the upper one, and more than 0 on a log axis";
            return Err(Error::Value { place, value: from, must });
        }
        Ok((from, to))
    }

    /// The limits of the other axis in its own unit: an axis in per cent takes 80 to 100 as well as
    /// 0.8 to 1.
    fn value_limits(&self, profile: &Profile) -> Result<Option<(f64, f64)>, Error> {
        let Some((from, to)) = self.options.y_limits else { return Ok(None) };
        let refusal = |value: f64, must: &'static str| {
            let place = "a limit of the axis from bottom to top".to_owned();
            Err(Error::Value { place, value, must })
        };
        let probability = self.estimate.is_probability();
        let per_cent = probability && profile.number.percent && to > 1.0;
        let scale = if per_cent { 0.01 } else { 1.0 };
        let (low, high) = (from * scale, to * scale);
        match (probability, profile.number.percent) {
            _ if !from.is_finite() => refusal(from, "a number"),
            _ if !to.is_finite() => refusal(to, "a number"),
            (true, true) if low < 0.0 => refusal(from, "from 0 to 100 per cent"),
            (true, true) if high > 1.0 => refusal(to, "from 0 to 100 per cent"),
            (true, false) if low < 0.0 => refusal(from, "from 0 to 1"),
            (true, false) if high > 1.0 => refusal(to, "from 0 to 1"),
            _ if low >= high => refusal(from, "below the upper limit"),
            _ => Ok(Some((low, high))),
        }
    }

    fn last_shown(&self, curve: &StepCurve) -> f64 {
        match self.options.tail {
            Tail::Cut { .. } => {
                trace::tail_from(curve, self.options.tail).unwrap_or_else(|| curve.last_time())
            }
            _ => curve.last_time(),
        }
    }

    fn panel_with(
        &self,
        profile: &Profile,
        (from, to): (f64, f64),
        limits: Option<(f64, f64)>,
        most: usize,
    ) -> Panel {
        let options = &self.options;
        let x = self.time_axis(profile, from, to, most);
        let series: Vec<Series> =
            (0..self.curves.len()).map(|group| self.series(profile, group, x.from, x.to)).collect();
        let mut series = series;
        if self.options.bands && self.estimate != Estimate::LogMinusLog && self.bars() {
            self.add_bars(&mut series, &x);
        }
        let y = self.value_axis(profile, &series, limits);
        let mut panel = Panel::new(x, y);
        panel.series = series;
        panel.notes_low = self.estimate == Estimate::Survival;
        panel.legend = options.legend;
        panel.title = options.title.clone();
        let times: Vec<f64> = panel.x.ticks.iter().map(|tick| tick.0).collect();
        panel.counts = counts::counts(&self.counted, options, profile, &times);
        let keyed = self.counted.iter().filter(|group| group.keyed).count();
        let named_below = panel.counts.is_some() && keyed == self.curves.len();
        panel.notes = self.notes(profile, named_below);
        if let Some(landmark) = options.landmark {
            let label = "Landmark".to_owned();
            panel.references.push(Reference { axis: Axis::X, value: landmark, label });
        }
        panel
    }

    fn time_axis(&self, profile: &Profile, from: f64, to: f64, most: usize) -> AxisSpec {
        let options = &self.options;
        let title = options.time_title();
        let unit = options.unit.as_deref().unwrap_or("");
        if self.log_time() {
            return axis::log_time_axis(profile, title, unit, (from, to), most);
        }
        let step = options.break_time.unwrap_or_else(|| axis::time_step(unit, to - from, most));
        // Up to the next tick when it is near, so that the axis ends on one.
        let next = (to / step - 1e-9).ceil() * step;
        let fixed = options.x_limits.is_some();
        let to = if !fixed && next - to < 0.5 * step { next } else { to };
        let ticks = axis::labelled(profile, &axis::multiples(from, to, step));
        AxisSpec { title, from, to, log: false, ticks, broken: false, labelled: true }
    }

    fn value_axis(
        &self,
        profile: &Profile,
        series: &[Series],
        limits: Option<(f64, f64)>,
    ) -> AxisSpec {
        let options = &self.options;
        let title = options.y_title.clone().unwrap_or_else(|| self.value_title(profile));
        // A wide band of a hazard near the end would press all curves down; a probability has an
        // end, and a band cut off at the axis looks narrower than it is.
        let tails = self.estimate.is_incidence();
        let values = || series.iter().flat_map(|series| series.values(tails));
        let highest = values().fold(f64::NEG_INFINITY, f64::max);
        let lowest = values().fold(f64::INFINITY, f64::min);
        let to = |highest: f64| if highest > 0.5 { 1.0 } else { round_up(highest) };
        match (self.estimate, limits) {
            (estimate, Some((from, to))) if estimate.is_probability() => {
                axis::probability_axis(profile, title, from, to, 5)
            }
            (_, Some((from, to))) => axis::linear_axis(profile, title, from, to, 6),
            (Estimate::Survival, None) => axis::probability_axis(profile, title, 0.0, 1.0, 5),
            (estimate, None) if estimate.is_incidence() && options.inset => {
                axis::probability_axis(profile, title, 0.0, 1.0, 5)
            }
            (Estimate::Incidence | Estimate::CompetingIncidence, None) => {
                axis::probability_axis(profile, title, 0.0, to(highest), 5)
            }
            (Estimate::CumulativeHazard, None) => {
                axis::linear_axis(profile, title, 0.0, highest.max(0.01), 6)
            }
            (Estimate::LogMinusLog, None) if lowest.is_finite() => {
                axis::linear_axis(profile, title, lowest, highest, 6)
            }
            (Estimate::LogMinusLog, None) => axis::linear_axis(profile, title, -1.0, 1.0, 6),
        }
    }

    fn series(&self, profile: &Profile, group: usize, from: f64, to: f64) -> Series {
        let curve = &self.curves[group];
        let steps = trace::steps(curve, self.estimate, &self.options, from, to);
        let marked = self.may_show_marks();
        let bands = self.options.bands && self.estimate != Estimate::LogMinusLog;
        Series {
            group,
            name: curve.label.clone(),
            colour: curve.colour.unwrap_or_else(|| profile.colour(curve.hue)),
            dashes: profile.dashes(curve.dash).to_vec(),
            lines: steps.traces(),
            bands: if bands && !self.bars() { steps.band_pieces() } else { Vec::new() },
            bars: Vec::new(),
            marks: if marked { steps.marks } else { Vec::new() },
            dots: Vec::new(),
        }
    }

    /// Whether the time axis is logarithmic.
    pub(super) fn log_time(&self) -> bool {
        self.estimate == Estimate::LogMinusLog || self.options.log_time
    }

    /// The part of the scale that an inset shows: what the curves reach, from the end they start at.
    fn inset_axis(&self, profile: &Profile, series: &[Series]) -> Result<Option<AxisSpec>, Error> {
        if !self.options.inset {
            return Ok(None);
        }
        let values = || series.iter().flat_map(|series| series.values(true));
        let highest = values().fold(0.0, f64::max);
        let lowest = values().fold(1.0, f64::min);
        let (from, to) = match self.estimate {
            Estimate::Survival => (1.0 - round_up(1.0 - lowest), 1.0),
            estimate if estimate.is_incidence() => (0.0, round_up(highest)),
            _ => (0.0, 1.0),
        };
        if to - from > 0.5 {
            let place = "the part of the scale that an inset would show".to_owned();
            let must = "at most one half of it; leave the inset out";
            return Err(Error::Value { place, value: to - from, must });
        }
        Ok(Some(axis::probability_axis(profile, String::new(), from, to, 3)))
    }

    /// Whether intervals are bars at the labelled times.
    pub(super) fn bars(&self) -> bool {
        match self.options.intervals {
            Intervals::Auto => self.curves.len() > 2,
            Intervals::Bands => false,
            Intervals::Bars => true,
        }
    }

    /// The intervals at the ticks after the first, as far as curves are drawn there.
    fn add_bars(&self, series: &mut [Series], x: &AxisSpec) {
        for (series, curve) in series.iter_mut().zip(&self.curves) {
            let end = series.end().map_or(0.0, |end| end.0);
            let ticks = x.ticks.iter().map(|tick| tick.0);
            for time in ticks.filter(|&time| time > x.from && time <= end) {
                let limits = curve.limits_at(time * self.options.per);
                series.bars.extend(limits.map(|(lower, upper)| (time, lower, upper)));
            }
        }
    }

    /// Whether censoring marks may be drawn: as asked, never where they would give cells away.
    fn may_show_marks(&self) -> bool {
        self.options.censor_marks.unwrap_or(true)
            && self.options.min_cell.is_none()
            && self.estimate != Estimate::LogMinusLog
    }

    /// "Overall survival, %" or "Overall survival".
    fn value_title(&self, profile: &Profile) -> String {
        let default = capital_words(self.estimate);
        match (&self.options.endpoint, self.estimate.is_probability()) {
            (endpoint, true) => {
                let unit = if profile.number.percent { ", %" } else { "" };
                format!("{}{unit}", endpoint.as_deref().unwrap_or(&default))
            }
            (Some(endpoint), false) => format!("{default}, {}", uncapital(endpoint)),
            (None, false) => default,
        }
    }
}

/// What is estimated, as the start of a title; the name of a function keeps its small letter.
fn capital_words(estimate: Estimate) -> String {
    match estimate {
        Estimate::LogMinusLog => estimate.words().to_owned(),
        _ => capital(estimate.words()),
    }
}

impl Series {
    /// Every plotted value, limits included; those of the tail, where few remain, if asked for.
    fn values(&self, tails: bool) -> impl Iterator<Item = f64> + '_ {
        let lines = self.lines.iter().flat_map(|trace| &trace.points);
        let wanted = move |band: &&Band| tails || !band.tail;
        let bands = self.bands.iter().filter(wanted).flat_map(|band| &band.border);
        let bars = self.bars.iter().flat_map(|bar| [bar.1, bar.2]);
        lines.chain(bands).map(|point| point.1).chain(bars)
    }
}

/// Whether the marks of some group run into a band: many, and most of them touching the next.
fn crowded(panel: &Panel, plot: f64) -> bool {
    panel.series.iter().any(|series| {
        let places: Vec<f64> = series.marks.iter().map(|m| panel.x.share(m.0) * plot).collect();
        let touching = places.windows(2).filter(|pair| pair[1] - pair[0] < MARKS_TOUCH).count();
        places.len() > FEW_MARKS && 2 * touching > places.len()
    })
}

/// The next of 0.05, 0.1, 0.2, 0.3, 0.4, 0.5 above a value.
fn round_up(value: f64) -> f64 {
    let ends = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5];
    ends.into_iter().find(|&end| value <= end).unwrap_or(1.0)
}
