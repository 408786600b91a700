//! What weighting does to two groups: the love plot of their differences, and how their propensities
//! overlap.

use super::rename::{Rename, Words};
use super::{FigureAnswer, PageRequest};
use crate::adjust::{AdjustFor, AdjustedFigure};
use crate::{Data, Problem, RowsRequest};
use riskset::{Balance, Groups, PropensityWeights, Remedy, balance};
use riskset_plot::{
    ForestEffect, ForestFigure, ForestRow, ForestScale, Layer, PlotFigure, Profile, format,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Balance and overlap of two groups.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotBalanceRequest {
    /// Data, model and rows; the one column right of `~` has the two groups.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// What is adjusted for.
    #[serde(flatten)]
    pub adjust_for: AdjustFor,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
    /// Words for codes.
    pub rename: Vec<Rename>,
}

/// The bins of a propensity.
const BINS: usize = 20;

impl PlotBalanceRequest {
    fn prepare(&self, data: &Data) -> Result<(AdjustedFigure, PropensityWeights), Problem> {
        if self.adjust_for.bootstrap.is_some() {
            let what = "draws of patients give limits, and this figure has none";
            return Err(Problem::request(what, Remedy::Unset("bootstrap".into())));
        }
        let mut prepared = self.adjust_for.prepare(&self.rows, data)?;
        match prepared.propensity.take() {
            Some(found) => Ok((prepared, found)),
            None => Err(Problem::request(
                "a standardisation weights nobody, so it has no balance to draw",
                Remedy::set_to("method", "iptw"),
            )),
        }
    }

    /// The standardised difference of each covariate before and after weighting.
    pub(crate) fn love(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        let words = Words::new(&self.rename);
        let (prepared, found) = self.prepare(data)?;
        let rows = &prepared.rows;
        let groups = words.groups(Some(&rows.grouping));
        let all = balance(&rows.grouping.groups, &rows.matrix, &found.weights)?;
        let lines = rows.names.iter().zip(&all);
        let lines = lines.map(|(name, one)| line(&profile, words.term(name), one));
        let mut caption = vec![format!(
            "Standardised differences, {} less {}, before (open) and after weighting (filled); \
             means of the patients as they are.",
            groups[1], groups[0]
        )];
        caption.push(self.adjust_for.sentence(Some(&found)));
        caption.push(effective(&found, &rows.grouping.groups, &groups));
        let figure = ForestFigure {
            name: "Balance of the covariates".to_owned(),
            rows: lines.collect(),
            label_header: "Covariate".to_owned(),
            headers: vec![
                format!("Mean, {}", groups[0]),
                format!("Mean, {}", groups[1]),
                "Before".to_owned(),
            ],
            effect_header: "After".to_owned(),
            scale: ForestScale::Difference,
            x_title: "Standardised difference".to_owned(),
            line: Some((0.0, String::new())),
            decimals: Some(2),
            caption,
            width: self.page.width,
            embed: !self.page.no_embed,
            ..ForestFigure::default()
        };
        words.check_used()?;
        FigureAnswer::new(prepared.rows.about, figure.draw(&profile))
    }

    /// The propensities of both groups, as the outlines of two histograms.
    pub(crate) fn overlap(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        let words = Words::new(&self.rename);
        let (prepared, found) = self.prepare(data)?;
        let rows = &prepared.rows;
        let names = words.groups(Some(&rows.grouping));
        let shares = [0, 1].map(|group| shares(&found.propensity, &rows.grouping.groups, group));
        let layer = |group: usize| Layer {
            label: names[group].clone(),
            line: steps(&shares[group]),
            steps: true,
            ..Layer::default()
        };
        let highest = shares.iter().flatten().copied().fold(0.0, f64::max);
        let figure = PlotFigure {
            kind: "overlap".to_owned(),
            name: "Overlap of the propensities".to_owned(),
            layers: vec![layer(0), layer(1)],
            x_title: format!("Propensity: the chance of {}", names[1]),
            y_title: "Patients of the group, %".to_owned(),
            x_limits: Some((0.0, 1.0)),
            y_limits: Some((0.0, 1.1 * highest)),
            caption: vec![
                format!(
                    "Share of each group by propensity, the chance of {} given {} (logistic \
                     regression), in steps of {}; where only one group has patients nothing can be \
                     compared.",
                    names[1],
                    self.adjust_for.adjust,
                    1.0 / BINS as f64
                ),
                effective(&found, &rows.grouping.groups, &names),
            ],
            width: self.page.width,
            embed: !self.page.no_embed,
            ..PlotFigure::default()
        };
        words.check_used()?;
        FigureAnswer::new(prepared.rows.about, figure.draw(&profile))
    }
}

fn line(profile: &Profile, label: String, one: &Balance) -> ForestRow {
    let number = |value: f64| format::number(profile, value, 2);
    let (effect, before) = match (one.before, one.after) {
        (Some(before), Some(after)) => (ForestEffect::Pair { before, after }, number(before)),
        _ => (ForestEffect::NotEstimable, String::new()),
    };
    let cells = vec![number(one.means[0]), number(one.means[1]), before];
    ForestRow { label, cells, effect, ..ForestRow::default() }
}

/// `Effective numbers: 61.2 of 80 patients of A, ...`
fn effective(found: &PropensityWeights, groups: &Groups, names: &[String]) -> String {
    let sizes = groups.sizes();
    let part = |group: usize| {
        format!("{:.1} of {} ({})", found.effective[group], sizes[group], names[group])
    };
    format!("Effective numbers of patients after weighting: {}, {}.", part(0), part(1))
}

/// The part of a group in each bin, in per cent.
fn shares(propensity: &[f64], groups: &Groups, group: u32) -> Vec<f64> {
    let mut counts = [0.0; BINS];
    let own = groups.index().iter().zip(propensity).filter(|(own, _)| **own == group);
    let mut total = 0.0;
    for (_, e) in own {
        counts[((e * BINS as f64) as usize).min(BINS - 1)] += 1.0;
        total += 1.0;
    }
    counts.iter().map(|count| 100.0 * count / total).collect()
}

/// The outline of a histogram, from 0 to 1.
fn steps(shares: &[f64]) -> Vec<(f64, f64)> {
    let place = |bin: usize| bin as f64 / BINS as f64;
    let bins = shares.iter().enumerate().map(|(bin, share)| (place(bin), *share));
    let last = shares.last().copied().unwrap_or(0.0);
    bins.chain([(1.0, last)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three patients of the first group: two in the first bin, one with a propensity of 1.
    #[test]
    fn shares_are_of_the_own_group_and_1_lies_in_the_last_bin() {
        let groups = Groups::new(vec![0, 0, 0, 1], 2).unwrap();
        let shares = shares(&[0.01, 0.04, 1.0, 0.5], &groups, 0);
        assert!((shares[0] - 200.0 / 3.0).abs() < 1e-12);
        assert!((shares[BINS - 1] - 100.0 / 3.0).abs() < 1e-12);
        assert_eq!(shares.iter().filter(|share| **share > 0.0).count(), 2);
    }
}
