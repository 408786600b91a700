//! Estimates with their intervals, one row each, beside a table: the coefficients of a model, a
//! treatment effect by subgroup, the studies of a meta-analysis, proportions against a threshold.

use crate::axis::{self, AxisSpec};
use crate::bounds::{check_label, check_size};
use crate::data::{DataTable, Datum};
use crate::error::Error;
use crate::format;
use crate::profile::Profile;

/// A figure of estimates with their intervals.
#[derive(Clone, Debug)]
pub struct ForestFigure {
    /// What is shown, in words, for a reader who cannot see it: "Hazard ratios of death".
    pub name: String,
    /// The rows, from top to bottom.
    pub rows: Vec<ForestRow>,
    /// The heading of the labels; empty for none.
    pub label_header: String,
    /// Headings of the columns between the labels and the plot: "Patients", "Events".
    pub headers: Vec<String>,
    /// The heading of the estimates: "Hazard ratio (95% CI)".
    pub effect_header: String,
    /// The heading of a second set of estimates, as of the same factors in another model; empty for
    /// none. The first is then drawn with open marks, the second below it with filled ones.
    pub second_header: String,
    /// The heading of the last column: "P value"; empty for no such column.
    pub last_header: String,
    /// The scale of the estimates.
    pub scale: ForestScale,
    /// The title of the axis.
    pub x_title: String,
    /// The range of the axis; `None` takes that of the intervals.
    pub limits: Option<(f64, f64)>,
    /// A line at the value of no effect or at a threshold, with a few words or none.
    pub line: Option<(f64, String)>,
    /// What lies left and right of the line: "Favours levamisole", "Favours observation".
    pub favours: Option<(String, String)>,
    /// Decimals of the written estimates; `None` takes two, or more where two would hide on which
    /// side of 1 a limit lies.
    pub decimals: Option<usize>,
    /// What the areas of the squares show.
    pub squares: Squares,
    /// The level of the intervals, as a fraction.
    pub conf_level: f64,
    /// Sentences for the caption.
    pub caption: Vec<String>,
    /// Width in millimetres; `None` takes two columns of the profile.
    pub width: Option<f64>,
    /// Whether the numbers behind the figure travel inside the file.
    pub embed: bool,
}

/// One row.
#[derive(Clone, Debug, Default)]
pub struct ForestRow {
    /// Its label: a variable, a level, a subgroup, a study.
    pub label: String,
    /// How far the label is moved in: 0 for a variable, 1 for its levels.
    pub indent: usize,
    /// Bold: the heading of a set of rows, or a summary.
    pub heading: bool,
    /// One text per column between labels and plot; fewer leave the rest empty.
    pub cells: Vec<String>,
    /// The estimate.
    pub effect: ForestEffect,
    /// The second estimate, where the figure has a heading for one.
    pub second: ForestEffect,
    /// The text of the last column.
    pub last: String,
}

/// The estimate of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum ForestEffect {
    /// The row is a heading.
    #[default]
    None,
    /// The reference level: no effect by definition.
    Reference,
    /// The estimate does not exist or is infinite.
    NotEstimable,
    /// An estimate with its interval.
    Estimate {
        /// The estimate, on the scale of the axis: a ratio, a fraction, a difference.
        value: f64,
        /// The lower limit; `None` does not exist (the line runs off the axis).
        lower: Option<f64>,
        /// The upper limit; `None` does not exist (the line runs off the axis).
        upper: Option<f64>,
        /// The weight of the row, for the area of its square; `None` draws all alike.
        weight: Option<f64>,
    },
    /// Where a further study is expected, beside the summary of those there are: no estimate of its
    /// own, and drawn as none.
    Prediction {
        /// The lower end.
        lower: f64,
        /// The upper end.
        upper: f64,
    },
    /// The same number before and after something was done, such as weighting: an open mark, and a
    /// filled one that is written beside the plot. No interval.
    Pair {
        /// Before.
        before: f64,
        /// After.
        after: f64,
    },
    /// A summary of several rows: a diamond from limit to limit.
    Summary {
        /// The estimate.
        value: f64,
        /// The lower limit.
        lower: f64,
        /// The upper limit.
        upper: f64,
    },
}

/// What the areas of the squares show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Squares {
    /// The weights of the rows, where they have any; else nothing.
    #[default]
    Weights,
    /// How much each row knows: the inverse of the variance, from its interval. For rows that
    /// estimate the same thing, such as subgroups; not for coefficients in units of their own.
    Information,
}

/// The scale of the estimates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForestScale {
    /// Ratios: equal ratios take equal lengths.
    #[default]
    Ratio,
    /// Probabilities, in per cent where the profile asks for it.
    Probability,
    /// Differences.
    Difference,
}

impl Default for ForestFigure {
    fn default() -> ForestFigure {
        ForestFigure {
            name: String::new(),
            rows: Vec::new(),
            label_header: String::new(),
            headers: Vec::new(),
            effect_header: "Hazard ratio (95% CI)".to_owned(),
            second_header: String::new(),
            last_header: String::new(),
            scale: ForestScale::Ratio,
            x_title: "Hazard ratio".to_owned(),
            limits: None,
            line: Some((1.0, String::new())),
            favours: None,
            decimals: None,
            squares: Squares::default(),
            conf_level: 0.95,
            caption: Vec::new(),
            width: None,
            embed: true,
        }
    }
}

impl ForestRow {
    /// The text of the last column. Under a heading that says P, the sign of equality says nothing.
    pub(super) fn last_text(&self, profile: &Profile, heading: &str) -> String {
        let letter = profile.number.p_letter.as_str();
        let of_p = heading.split_whitespace().any(|word| word.eq_ignore_ascii_case(letter));
        match self.last.strip_prefix(letter).filter(|_| of_p).map(str::trim_start) {
            Some(rest) => rest.strip_prefix('=').map_or(rest, str::trim_start).to_owned(),
            None => self.last.clone(),
        }
    }
}

impl ForestFigure {
    /// Proportions with their intervals, against a threshold where there is one: predictive values
    /// by subgroup, response rates.
    pub fn proportions(
        name: &str,
        rows: Vec<ForestRow>,
        conf_level: f64,
        threshold: Option<(f64, &str)>,
    ) -> ForestFigure {
        let level = format::level(&Profile::plain(), conf_level);
        ForestFigure {
            name: name.to_owned(),
            rows,
            effect_header: format!("{name} ({level} CI)"),
            x_title: name.to_owned(),
            scale: ForestScale::Probability,
            line: threshold.map(|(value, label)| (value, label.to_owned())),
            conf_level,
            ..ForestFigure::default()
        }
    }

    /// Every estimate, the second ones after the first of their rows.
    fn effects(&self) -> impl Iterator<Item = ForestEffect> {
        self.rows.iter().flat_map(|row| [row.effect, row.second])
    }

    /// Whether there are two estimates a row.
    pub(super) fn is_double(&self) -> bool {
        !self.second_header.is_empty()
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        if !self.effects().any(|effect| effect.values().is_some()) {
            return Err(Error::Nothing { what: "estimates" });
        }
        check_size(self.width, None)?;
        for row in &self.rows {
            let texts = row.cells.iter().chain([&row.label, &row.last]);
            texts.into_iter().try_for_each(|text| check_label(text))?;
            let numbers = [row.effect, row.second].map(|effect| {
                let (lower, upper) = effect.limits();
                [effect.values().map(|values| values.0), lower, upper]
            });
            for number in numbers.into_iter().flatten().flatten() {
                let must = match self.scale {
                    ForestScale::Ratio if number <= 0.0 => "above 0 on the scale of ratios",
                    ForestScale::Probability if !(0.0..=1.0).contains(&number) => "from 0 to 1",
                    _ if !number.is_finite() => "finite",
                    _ => continue,
                };
                let place = format!("row `{}`: an estimate or its limit", row.label);
                return Err(Error::Value { place, value: number, must });
            }
        }
        Ok(())
    }

    /// The axis: all intervals, as far as they do not run far beyond the estimates.
    pub(super) fn axis(&self, profile: &Profile) -> AxisSpec {
        let values: Vec<_> = self.effects().filter_map(ForestEffect::values).collect();
        let estimates = || values.iter().map(|row| row.0).chain(self.line.iter().map(|l| l.0));
        let lowest = estimates().fold(f64::INFINITY, f64::min);
        let highest = estimates().fold(f64::NEG_INFINITY, f64::max);
        let limits = || self.effects().map(ForestEffect::limits);
        let lower = limits().filter_map(|limits| limits.0).fold(lowest, f64::min);
        let upper = limits().filter_map(|limits| limits.1).fold(highest, f64::max);
        let title = self.x_title.clone();
        match self.scale {
            ForestScale::Ratio => {
                let far = 4.0;
                let (from, to) = (lower.max(lowest / far), upper.min(highest * far));
                let (from, to) = self.limits.unwrap_or((from * 0.93, to * 1.07));
                axis::ratio_axis(profile, title, from, to, 7)
            }
            ForestScale::Probability => {
                let (from, to) = self.limits.unwrap_or_else(|| {
                    // The full scale, unless everything lies in its upper or lower part.
                    let from = if lower > 0.55 { (lower * 10.0 - 0.5).floor() / 10.0 } else { 0.0 };
                    let to = if upper < 0.45 { (upper * 10.0 + 0.5).ceil() / 10.0 } else { 1.0 };
                    (from, to)
                });
                let percent = if profile.number.percent { ", %" } else { "" };
                axis::probability_axis(profile, format!("{title}{percent}"), from, to, 6)
            }
            ForestScale::Difference => {
                let (from, to) = self.limits.unwrap_or((lower, upper));
                axis::linear_axis(profile, title, from, to, 7)
            }
        }
    }

    /// The estimate of a row as text.
    pub(super) fn written(&self, profile: &Profile, effect: ForestEffect) -> String {
        match effect {
            ForestEffect::None => String::new(),
            ForestEffect::Reference => "Reference".to_owned(),
            ForestEffect::NotEstimable => "Not estimable".to_owned(),
            ForestEffect::Prediction { lower, upper } => {
                let decimals = self.decimals_of(profile);
                let scaled = |value: f64| Some(value * self.factor(profile));
                format::interval(profile, scaled(lower), scaled(upper), decimals)
            }
            ForestEffect::Pair { after, .. } => {
                format::number(profile, after * self.factor(profile), self.decimals_of(profile))
            }
            ForestEffect::Estimate { .. } | ForestEffect::Summary { .. } => {
                let (value, lower, upper) = effect.values().expect("both kinds hold an estimate");
                let scaled = |value: f64| value * self.factor(profile);
                format::estimate(
                    profile,
                    Some(scaled(value)),
                    lower.map(scaled),
                    upper.map(scaled),
                    self.decimals_of(profile),
                )
            }
        }
    }

    /// From the scale of the axis to that of the written numbers.
    fn factor(&self, profile: &Profile) -> f64 {
        let probability = self.scale == ForestScale::Probability;
        if probability && profile.number.percent { 100.0 } else { 1.0 }
    }

    /// The decimals of all rows alike, so that their points stand under each other: as many as most
    /// of them need, and one more only where a limit would else be written as 1.00 that is not 1.
    fn decimals_of(&self, profile: &Profile) -> usize {
        self.decimals.unwrap_or_else(|| match self.scale {
            ForestScale::Probability if profile.number.percent => 1,
            ForestScale::Probability => 3,
            _ => {
                let limits = self.effects().map(ForestEffect::limits);
                limits.map(|(lower, upper)| ratio_decimals(lower, upper)).max().unwrap_or(2)
            }
        })
    }

    /// The weight of a row, for the area of its square.
    pub(super) fn weight(&self, row: &ForestRow) -> Option<f64> {
        let ForestEffect::Estimate { lower, upper, weight, .. } = row.effect else { return None };
        match self.squares {
            Squares::Weights => weight,
            Squares::Information => {
                let (lower, upper) = lower.zip(upper)?;
                let width = match self.scale {
                    ForestScale::Ratio => (upper / lower).ln(),
                    ForestScale::Probability | ForestScale::Difference => upper - lower,
                };
                (width > 0.0).then(|| width.powi(-2))
            }
        }
    }

    pub(super) fn reading(&self, profile: &Profile) -> String {
        let mut heading = "";
        let mut sentences = Vec::new();
        for row in &self.rows {
            let written = self.written(profile, row.effect);
            if written.is_empty() {
                heading = &row.label;
                continue;
            }
            let name = if row.indent > 0 && !heading.is_empty() {
                format!("{heading}, {}", row.label)
            } else {
                row.label.clone()
            };
            let second = match self.is_double() {
                true => format!("; {}", self.written(profile, row.second)),
                false => String::new(),
            };
            sentences.push(format!("{name}: {written}{second}."));
        }
        let second = match self.is_double() {
            true => format!("; {}", self.second_header),
            false => String::new(),
        };
        format!("{}{second}. {}", self.effect_header, sentences.join(" "))
    }

    pub(super) fn table(&self) -> DataTable {
        if self.is_double() {
            return self.double_table();
        }
        let mut table =
            DataTable::new("rows", &["label", "cells", "estimate", "lower", "upper", "last"]);
        for row in &self.rows {
            let values = row.effect.values();
            table.row([
                Some(row.label.as_str().into()),
                Some(Datum::Text(row.cells.join("; "))),
                values.map(|values| Datum::Number(values.0)),
                row.effect.limits().0.map(Datum::Number),
                row.effect.limits().1.map(Datum::Number),
                Some(row.last.as_str().into()),
            ]);
        }
        table
    }

    fn double_table(&self) -> DataTable {
        let names = [
            "label",
            "cells",
            "estimate",
            "lower",
            "upper",
            "second_estimate",
            "second_lower",
            "second_upper",
            "last",
        ];
        let mut table = DataTable::new("rows", &names);
        for row in &self.rows {
            let numbers = |effect: ForestEffect| {
                let (lower, upper) = effect.limits();
                let value = effect.values().map(|values| values.0);
                [value, lower, upper].map(|number| number.map(Datum::Number))
            };
            let [estimate, lower, upper] = numbers(row.effect);
            let [second, second_lower, second_upper] = numbers(row.second);
            table.row([
                Some(row.label.as_str().into()),
                Some(Datum::Text(row.cells.join("; "))),
                estimate,
                lower,
                upper,
                second,
                second_lower,
                second_upper,
                Some(row.last.as_str().into()),
            ]);
        }
        table
    }
}

impl ForestEffect {
    /// The limits, whether there is an estimate between them or not.
    pub(super) fn limits(self) -> (Option<f64>, Option<f64>) {
        match self {
            ForestEffect::Prediction { lower, upper } => (Some(lower), Some(upper)),
            _ => self.values().map_or((None, None), |(_, lower, upper)| (lower, upper)),
        }
    }

    /// Estimate, lower and upper limit, where there is an estimate.
    pub(super) fn values(self) -> Option<(f64, Option<f64>, Option<f64>)> {
        match self {
            ForestEffect::Estimate { value, lower, upper, .. } => Some((value, lower, upper)),
            ForestEffect::Summary { value, lower, upper } => {
                Some((value, Some(lower), Some(upper)))
            }
            // The ends of the line between the two marks, so that the axis holds both.
            ForestEffect::Pair { before, after } => {
                Some((after, Some(before.min(after)), Some(before.max(after))))
            }
            _ => None,
        }
    }
}

/// Decimals of a ratio and its limits: two; three where two would write a limit as 1.00 that is not 1, or a narrow interval as
/// a single number.
pub fn ratio_decimals(lower: Option<f64>, upper: Option<f64>) -> usize {
    let hides = |limit: f64| (limit - 1.0).abs() < 0.005 && limit != 1.0;
    let narrow = matches!((lower, upper), (Some(lower), Some(upper)) if upper - lower < 0.02);
    if narrow || [lower, upper].into_iter().flatten().any(hides) { 3 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_beside_1_keeps_the_digit_that_tells_its_side() {
        assert_eq!(ratio_decimals(Some(0.9926), Some(1.0299)), 2);
        assert_eq!(ratio_decimals(Some(0.9996), Some(1.0299)), 3);
        assert_eq!(ratio_decimals(Some(1.001), Some(1.01)), 3);
    }
}
