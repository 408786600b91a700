//! Hazard ratios over time: the functions of `tv()` with their band, and the hazard ratios of periods;
//! and over a covariate, for terms such as `rcs(age, 4)`.

mod covariate;

use super::rename::{Rename, Words};
use super::residuals::draw;
use super::{FigureAnswer, PageRequest};
use crate::cox::{EffectOverTime, expand};
use crate::{Data, Problem, RowsRequest};
use riskset::{
    CoxModel, DesignMatrix, EffectsByPeriod, Interval, Observations, PeriodEffects, Remedy,
};
use riskset_data::{FrameOptions, ModelFrame};
use riskset_plot::{Layer, PlotFigure, Profile, format};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Hazard ratios over time or over a covariate, drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotEffectRequest {
    /// Data, model and rows; effects that change with time are those of `tv()`, those that change with
    /// a covariate those of `rcs()`, `ns()` and `poly()`.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
    /// Height in millimetres.
    pub height: Option<f64>,
    /// The unit of the time axis in words.
    pub unit: Option<String>,
    /// Level of the bands, as a fraction.
    pub conf_level: f64,
    /// The times at which a new period begins; no hazard ratios by period when empty.
    pub periods: Vec<f64>,
    /// The value of a covariate that its curve is compared with, by covariate; the median of the rows
    /// where none is given.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub reference_values: BTreeMap<String, f64>,
    /// Words for codes.
    pub rename: Vec<Rename>,
}

impl Default for PlotEffectRequest {
    fn default() -> PlotEffectRequest {
        PlotEffectRequest {
            rows: RowsRequest::default(),
            page: PageRequest::default(),
            height: None,
            unit: None,
            conf_level: 0.95,
            periods: Vec::new(),
            reference_values: BTreeMap::new(),
            rename: Vec::new(),
        }
    }
}

/// Places at which a function is drawn.
const PLACES: usize = 200;

impl PlotEffectRequest {
    /// Fits and draws one panel for each effect.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        let words = Words::new(&self.rename);
        let options = FrameOptions { time_varying: true, penalised: true, ..self.rows.options()? };
        let mut rows = self.rows.rows_with(data, "plot", options)?;
        rows.doubt_competing();
        let frame = &rows.frame;
        let response = frame.observations()?;
        let (first, last) = event_range(response)?;
        if frame.is_penalised() && !(self.periods.is_empty() && self.constant_effects(frame)?) {
            return Err(Problem::request(
                "effects over time are of a model without ridge(), pspline() and frailty()",
                Remedy::to("write the terms without a penalty"),
            ));
        }
        let smooth = self.functions(frame, first, last)?;
        let stepped = self.stepped(frame, &smooth)?;
        if smooth.is_empty() && stepped.is_empty() {
            let curves = self.over_covariates(frame, &words, &profile, &mut rows.about)?;
            if curves.is_empty() {
                return Err(nothing_changes());
            }
            words.check_used()?;
            return draw(curves, &self.page, self.height, &profile, rows.about);
        }
        let names: Vec<String> = match smooth.is_empty() {
            true => stepped.iter().map(|(name, _)| name.clone()).collect(),
            false => smooth.iter().map(|effect| effect.column.clone()).collect(),
        };
        let figure = |name: &String| {
            let own = smooth.iter().find(|effect| effect.column == *name);
            let steps = stepped.iter().find(|(own, _)| own == name).map(|(_, effects)| effects);
            self.figure(&words.term(name), own, steps, (first, last), &profile)
        };
        let figures = names.iter().map(figure).collect();
        words.check_used()?;
        draw(figures, &self.page, self.height, &profile, rows.about)
    }

    fn constant_effects(&self, frame: &ModelFrame) -> Result<bool, Problem> {
        Ok(frame.time_varying(&frame.design()?).is_empty())
    }

    /// The functions of `tv()` from the first event to the last.
    fn functions(
        &self,
        frame: &ModelFrame,
        first: f64,
        last: f64,
    ) -> Result<Vec<EffectOverTime>, Problem> {
        let Some(expanded) = expand(frame, &frame.design()?, false)? else { return Ok(Vec::new()) };
        let model = CoxModel::default()
            .strata(expanded.strata.as_ref())
            .cluster(expanded.cluster.as_ref())
            .offset(expanded.offset.as_deref())
            .conf_level(self.conf_level);
        let fit = model.fit(&expanded.response, &expanded.matrix)?;
        let step = (last - first) / (PLACES - 1) as f64;
        let times: Vec<f64> = match step > 0.0 {
            true => (0..PLACES).map(|place| first + step * place as f64).collect(),
            false => vec![first],
        };
        expanded.effects(&fit, &times, self.conf_level)
    }

    /// The hazard ratios of each column by period, when periods were given.
    fn stepped(
        &self,
        frame: &ModelFrame,
        smooth: &[EffectOverTime],
    ) -> Result<Vec<(String, PeriodEffects)>, Problem> {
        if self.periods.is_empty() {
            return Ok(Vec::new());
        }
        if frame.cluster.is_some() || frame.offset.is_some() {
            return Err(Problem::request(
                "hazard ratios by period take no cluster() and no offset()",
                Remedy::Unset("periods".into()),
            ));
        }
        let design = frame.design()?;
        let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)?;
        let strata = frame.strata.as_ref().map(|strata| &strata.groups);
        let response = frame.observations()?;
        let found = EffectsByPeriod::new(&self.periods)
            .strata(strata)
            .conf_level(self.conf_level)
            .fit(response, &matrix)?;
        let all = design.names.into_iter().zip(found);
        let drawn = |name: &str| smooth.is_empty() || smooth.iter().any(|own| own.column == name);
        Ok(all.filter(|(name, _)| drawn(name)).collect())
    }

    fn figure(
        &self,
        name: &str,
        smooth: Option<&EffectOverTime>,
        stepped: Option<&PeriodEffects>,
        (first, last): (f64, f64),
        profile: &Profile,
    ) -> PlotFigure {
        let mut layers = Vec::new();
        if let Some(effect) = smooth {
            let points = effect.points.iter().map(|p| (p.time, p.hazard_ratio, p.interval));
            layers.push(layer(points, effect.terms.join(" + ")));
        }
        if let Some(effects) = stepped {
            layers
                .push(Layer { steps: true, ..layer(by_period(effects, last), "By period".into()) });
        }
        let mut notes = Vec::new();
        if let Some(test) = stepped.and_then(|effects| effects.equality) {
            notes.push(format!("Equal in all periods, {}", format::p_value(profile, test.p_value)));
        }
        let unit = self.unit.as_ref().map_or(String::new(), |unit| format!(", {unit}"));
        PlotFigure {
            kind: "effect".to_owned(),
            name: format!("Hazard ratio of {name} over time"),
            y_labels: ratio_labels(&layers),
            layers,
            x_title: format!("Time{unit}"),
            y_title: format!("Hazard ratio of {name}"),
            time: true,
            levels: vec![(0.0, String::new())],
            notes,
            caption: vec![format!(
                "Hazard ratio over time from the first event, at {first}, to the last, on a logarithmic \
                 axis; bands are pointwise at {}, and the dashed line is no effect.",
                format::level(profile, self.conf_level)
            )],
            ..PlotFigure::default()
        }
    }
}

fn nothing_changes() -> Problem {
    Problem::request(
        "the formula has no effect that changes with time or with a covariate, and no periods were \
         given",
        Remedy::AnyOf(vec![
            Remedy::Write("rcs(x, 4)".to_owned()),
            Remedy::Write("tv(x, log(t))".to_owned()),
            Remedy::set("periods"),
        ]),
    )
}

fn event_range(response: &Observations) -> Result<(f64, f64), Problem> {
    let events = (0..response.len()).filter(|&row| response.event()[row]);
    let range = (f64::INFINITY, f64::NEG_INFINITY);
    let (first, last) = events
        .map(|row| response.time()[row])
        .fold(range, |(low, high), time| (low.min(time), high.max(time)));
    match first <= last {
        true => Ok((first, last)),
        false => Err(riskset::Error::NoEvents { rows: response.len() }.into()),
    }
}

/// Hazard ratios as a line with its band, on the log scale.
fn layer(points: impl Iterator<Item = (f64, f64, Interval)>, label: String) -> Layer {
    let mut layer = Layer { label, ..Layer::default() };
    for (time, ratio, limits) in points {
        layer.line.push((time, ratio.ln()));
        if let (Some(lower), Some(upper)) = (limits.lower, limits.upper) {
            layer.band.push((time, lower.ln(), upper.ln()));
        }
    }
    layer
}

/// The start of each period with its hazard ratio, the last to the last event; one that is not
/// estimable is left out.
fn by_period(effects: &PeriodEffects, last: f64) -> impl Iterator<Item = (f64, f64, Interval)> {
    let estimated = |period: &riskset::PeriodEffect| {
        Some((period.start, period.coefficient?.exp(), period.interval?))
    };
    let mut points: Vec<(f64, f64, Interval)> =
        effects.periods.iter().filter_map(estimated).collect();
    if let Some(&(_, ratio, limits)) = points.last() {
        points.push((last, ratio, limits));
    }
    points.into_iter()
}

/// Labels of hazard ratios at the places of their logarithms: those of 1, 2, 5 that lie in the range,
/// powers of ten where these would be many, even steps where they would be few.
pub(super) fn ratio_labels(layers: &[Layer]) -> Vec<(f64, String)> {
    let values = layers.iter().flat_map(|layer| {
        let band = layer.band.iter().flat_map(|&(_, low, high)| [low, high]);
        layer.line.iter().map(|point| point.1).chain(band)
    });
    let (low, high) = values.fold((0.0_f64, 0.0_f64), |(l, h), value| (l.min(value), h.max(value)));
    let steps: &[f64] = if high - low > 7.0 { &[1.0] } else { &[1.0, 2.0, 5.0] };
    let decades = ((low / 10f64.ln()).floor() as i32)..=((high / 10f64.ln()).ceil() as i32);
    let all = decades.flat_map(|decade| steps.iter().map(move |step| step * 10f64.powi(decade)));
    let inside = |ratio: &f64| (low - 0.1..=high + 0.1).contains(&ratio.ln());
    let mut ratios: Vec<f64> = all.filter(inside).collect();
    if ratios.len() < 3 {
        ratios = even_steps(low.exp(), high.exp());
    }
    ratios.into_iter().map(|ratio| (ratio.ln(), shown(ratio))).collect()
}

/// Multiples of 1, 2 or 5 times a power of ten between two numbers, about four of them.
fn even_steps(low: f64, high: f64) -> Vec<f64> {
    let rough = ((high - low) / 4.0).max(1e-6);
    let decade = 10f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * decade);
    let step = steps.into_iter().find(|step| *step >= rough).unwrap_or(10.0 * decade);
    let (from, to) = ((low / step).floor() as i64, (high / step).ceil() as i64);
    (from..=to).map(|place| place as f64 * step).filter(|ratio| *ratio > 0.0).collect()
}

fn shown(ratio: f64) -> String {
    ((ratio * 1e9).round() / 1e9).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: f64, high: f64) -> Vec<String> {
        let line = vec![(1.0, low.ln()), (2.0, high.ln())];
        let layer = Layer { line, ..Layer::default() };
        ratio_labels(&[layer]).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn hazard_ratios_are_labelled_at_round_numbers() {
        assert_eq!(labels(0.21, 1.4), ["0.2", "0.5", "1"]);
        assert_eq!(labels(0.9, 1.05), ["0.9", "0.95", "1", "1.05"]);
        assert_eq!(labels(0.001, 20.0), ["0.001", "0.01", "0.1", "1", "10"]);
    }
}
