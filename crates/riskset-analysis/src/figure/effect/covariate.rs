//! Hazard ratios over a covariate: a curve with its band for each group, and below it how many rows
//! have which values.

use super::{PLACES, PlotEffectRequest, layer, ratio_labels};
use crate::cox::{doubt_fit, penalised};
use crate::curve::{Course, CurveOver, Places, curves, told};
use crate::figure::rename::Words;
use crate::{About, Problem};
use riskset::{CoxModel, DesignMatrix};
use riskset_data::{Design, ModelFrame, TermKind};
use riskset_plot::{Layer, PlotFigure, Profile, format};

/// Bins of the histogram.
const BINS: usize = 24;

/// The part of the height that the histogram takes, below the curves.
const SHARE: f64 = 0.16;

impl PlotEffectRequest {
    /// One figure for each curve among the terms; none without.
    pub(super) fn over_covariates(
        &self,
        frame: &ModelFrame,
        words: &Words,
        profile: &Profile,
        about: &mut About,
    ) -> Result<Vec<PlotFigure>, Problem> {
        let design = frame.design()?;
        if !design.terms.iter().any(|term| matches!(term.kind, TermKind::Curve(_))) {
            return Ok(Vec::new());
        }
        let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)?;
        let model = CoxModel::default()
            .strata(frame.strata.as_ref().map(|strata| &strata.groups))
            .cluster(frame.cluster.as_ref().map(|cluster| &cluster.groups))
            .offset(frame.offset.as_deref())
            .conf_level(self.conf_level);
        let (fit, penalised) = penalised::fit(frame, &design, &matrix, &model)?;
        doubt_fit(about, &fit, &design);
        penalised::doubt_events(about, &fit, penalised.as_ref());
        let found = curves(&fit, &design, &self.reference_values, Places::Even(PLACES))?;
        let bends = |curve: &CurveOver| match &penalised {
            None => curve.nonlinearity.map(|test| test.p_value),
            Some(all) => {
                let own = all.terms.iter().find(|(name, _)| *name == curve.term);
                let tests = (own.and_then(|own| own.1.nonlinear), curve.nonlinearity);
                tests.0.map(|test| test.p_value).or(tests.1.map(|test| test.p_value))
            }
        };
        let drawn = found.iter().filter(|c| c.courses.iter().any(|one| !one.points.is_empty()));
        Ok(drawn.map(|curve| self.over((curve, bends(curve)), &design, words, profile)).collect())
    }

    fn over(
        &self,
        (curve, bends): (&CurveOver, Option<f64>),
        design: &Design,
        words: &Words,
        profile: &Profile,
    ) -> PlotFigure {
        let name = words.term(&curve.covariate);
        let mut layers: Vec<Layer> =
            curve.courses.iter().map(|course| course_layer(course, words)).collect();
        let labels = ratio_labels(&layers);
        let (low, high) = range(&layers);
        let below = SHARE * (high - low);
        let values = values_of(curve, design);
        layers.push(histogram(&values, &layers, low - below, below));
        let mut notes = Vec::new();
        if let Some(p) = bends {
            notes.push(format!("Straight line, {}", format::p_value(profile, p)));
        }
        PlotFigure {
            kind: "curve".to_owned(),
            name: format!("Hazard ratio over {name}"),
            y_labels: labels,
            y_limits: Some((low - below, high)),
            layers,
            x_title: name.clone(),
            y_title: format!("Hazard ratio (1 at {})", told(curve.reference)),
            levels: vec![(0.0, String::new())],
            notes,
            caption: self.caption(curve, &name, profile),
            ..PlotFigure::default()
        }
    }

    fn caption(&self, curve: &CurveOver, name: &str, profile: &Profile) -> Vec<String> {
        let mut caption = vec![format!(
            "Hazard ratio over {name} against {} from a Cox model, on a logarithmic axis; the band is \
             pointwise at {}, and of no width at the reference. Drawn from the 1% to the 99% quantile; \
             the steps at the bottom show how many have which value.",
            told(curve.reference),
            format::level(profile, self.conf_level)
        )];
        if !curve.knots.is_empty() {
            let knots: Vec<String> = curve.knots.iter().map(|&knot| told(knot)).collect();
            caption.push(format!("Knots at {}.", knots.join(", ")));
        }
        if !curve.at_zero_of.is_empty() {
            caption.push(format!(
                "It is the curve where the other variables of {} are 0 or at their reference.",
                curve.at_zero_of.join(", ")
            ));
        }
        caption
    }
}

fn course_layer(course: &Course, words: &Words) -> Layer {
    let points = course.points.iter();
    let points = points.filter_map(|p| Some((p.value, p.hazard_ratio?, p.interval)));
    let label = course.within.as_ref().map(|(factor, level)| words.level(factor, level));
    layer(points, label.unwrap_or_default())
}

/// From the least to the greatest of curves, bands and no effect, on the log scale.
fn range(layers: &[Layer]) -> (f64, f64) {
    let lines = layers.iter().flat_map(|layer| layer.line.iter().map(|point| point.1));
    let bands = layers.iter().flat_map(|layer| layer.band.iter().flat_map(|b| [b.1, b.2]));
    let widest = lines
        .chain(bands)
        .fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    // A band that is nearly endless would leave the curve without a height of its own.
    let (least, most) = (widest.0.max(-MOST), widest.1.min(MOST));
    if most > least { (least, most) } else { (-0.1, 0.1) }
}

/// Hazard ratios beyond 1000 or below 1/1000 are not drawn.
const MOST: f64 = 6.907755278982137;

fn values_of(curve: &CurveOver, design: &Design) -> Vec<f64> {
    let own = design.terms.iter().find(|term| term.name == curve.term);
    match own.map(|term| &term.kind) {
        Some(TermKind::Curve(info)) => info.values.to_vec(),
        _ => Vec::new(),
    }
}

/// Rows by value over the range that is drawn, as a filled step along the bottom.
fn histogram(values: &[f64], layers: &[Layer], base: f64, height: f64) -> Layer {
    let drawn = layers.iter().flat_map(|layer| layer.line.iter().map(|point| point.0));
    let empty = (f64::INFINITY, f64::NEG_INFINITY);
    let (from, to) = drawn.fold(empty, |(low, high), x| (low.min(x), high.max(x)));
    let step = (to - from) / BINS as f64;
    let mut counts = [0_usize; BINS];
    for &value in values.iter().filter(|value| (from..=to).contains(*value)) {
        counts[(((value - from) / step) as usize).min(BINS - 1)] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    let top = |count: usize| base + 0.9 * height * count as f64 / most;
    let mut band: Vec<(f64, f64, f64)> = counts
        .iter()
        .enumerate()
        .map(|(bin, &count)| (from + step * bin as f64, base, top(count)))
        .collect();
    band.push((to, base, top(counts[BINS - 1])));
    Layer { label: "Distribution".to_owned(), band, steps: true, ..Layer::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of 0, 0, 1 the first bin has two rows and the last has one, half as high.
    #[test]
    fn a_histogram_by_hand() {
        let line = vec![(0.0, 0.0), (1.0, 0.0)];
        let drawn = [Layer { line, ..Layer::default() }];
        let found = histogram(&[0.0, 0.0, 1.0], &drawn, -1.0, 1.0);
        assert_eq!((found.band[0].0, found.band[0].1), (0.0, -1.0));
        assert!((found.band[0].2 + 0.1).abs() < 1e-12);
        assert_eq!(found.band[1].2, -1.0);
        assert!((found.band[BINS].2 + 0.55).abs() < 1e-12);
    }
}
