//! What the figures of an adjusted comparison start from.

use super::rows::{self, Adjusted};
use super::{AdjustFor, AdjustMethod, BAND_DRAWS, doubts};
use crate::{Data, Problem, RowsRequest};
use riskset::{Population, PropensityWeights, Standardised};

/// The adjusted curves of a figure.
pub(crate) struct AdjustedFigure {
    pub rows: Adjusted,
    pub propensity: Option<PropensityWeights>,
    pub fit: Option<Standardised>,
}

/// Where a band holds, see [`riskset::AdjustedBand::range`].
const BAND_RANGE: &str = "It holds from the fifth event of a group to the last event at which five \
                          are at risk.";

impl AdjustFor {
    /// The weights or the model behind a figure.
    pub(crate) fn prepare(
        &self,
        request: &RowsRequest,
        data: &Data,
    ) -> Result<AdjustedFigure, Problem> {
        self.check()?;
        let mut rows = rows::of(request, self, data, "plot")?;
        let groups = &rows.grouping.groups;
        let (propensity, fit) = match self.method {
            AdjustMethod::Iptw => {
                let found = self.propensity().fit(groups, &rows.matrix);
                (Some(found.map_err(|error| rows.explain(error))?), None)
            }
            AdjustMethod::Standardise => {
                let fit = Standardised::fit(&rows.response, groups, &rows.matrix);
                (None, Some(fit.map_err(|error| rows.explain(error))?))
            }
        };
        if let Some(found) = &propensity {
            let doubts = doubts::of_weights(found, &rows, self.target);
            rows.about.doubts.extend(doubts);
        }
        Ok(AdjustedFigure { rows, propensity, fit })
    }

    /// What the limits of the curves are by, when patients were drawn anew.
    pub(crate) fn drawn_sentence(&self, failed: usize) -> Option<String> {
        let draws = self.bootstrap?;
        let what = match self.method {
            AdjustMethod::Iptw => "the propensities",
            AdjustMethod::Standardise => "the model",
        };
        let failed = match failed {
            0 => String::new(),
            n => format!("; {n} of them could not be computed"),
        };
        Some(format!(
            "Limits hold one time each: percentiles over {draws} draws of the patients with seed {}, \
             {what} fitted anew in each{failed}.",
            self.seed
        ))
    }

    /// What a band rests on, for a caption.
    pub(crate) fn band_sentence(&self, failed: usize) -> String {
        let Some(draws) = self.bootstrap else {
            let how = match self.method {
                AdjustMethod::Iptw => {
                    "of random multipliers of what each patient adds to the curve"
                }
                AdjustMethod::Standardise => "of the baseline and the coefficients",
            };
            return format!(
                "The width of the band is that of the largest error in {BAND_DRAWS} draws {how}, with \
                 seed {}. {BAND_RANGE}",
                self.seed
            );
        };
        let what = match self.method {
            AdjustMethod::Iptw => "the propensities",
            AdjustMethod::Standardise => "the model",
        };
        let failed = match failed {
            0 => String::new(),
            n => format!("; {n} of them could not be computed"),
        };
        format!(
            "The width of the band is that of the largest error in {draws} draws of the patients with \
             seed {}, {what} fitted anew in each{failed}. {BAND_RANGE}",
            self.seed
        )
    }

    /// What was done, as a sentence for a caption.
    pub(crate) fn sentence(&self, found: Option<&PropensityWeights>) -> String {
        match found {
            None => format!(
                "Standardised: a Cox model with a baseline for each group predicts all patients in \
                 either group, given {}.",
                self.adjust
            ),
            Some(found) => {
                let whom = match self.target {
                    Population::All => "all patients",
                    Population::Second => "the patients of the second group",
                    Population::Overlap => "the patients who could have been in either group",
                };
                let cut = match (self.truncate, found.truncated) {
                    (Some(tail), cut) => format!(
                        ", truncated at the {}% and {}% quantiles ({cut} weights)",
                        100.0 * tail,
                        100.0 * (1.0 - tail)
                    ),
                    (None, _) => ", not truncated".to_owned(),
                };
                let kind = if self.stabilised { "stabilised " } else { "" };
                let limits = match self.bootstrap {
                    None => "limits are robust and take the weights as known.",
                    Some(_) => "limits are those of the draws.",
                };
                format!(
                    "Weighted to {whom} by the inverse probability of the own group given {} \
                     (logistic regression; {kind}weights{cut}); {limits}",
                    self.adjust
                )
            }
        }
    }
}
