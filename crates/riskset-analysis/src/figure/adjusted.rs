//! Survival curves of groups that were made comparable: weighted, or standardised.

use super::curves::{Annotate, CurvesKind, PlotCurvesRequest, inputs, median_follow_up};
use super::rename::Words;
use crate::adjust::{AdjustedCurve, AdjustedFigure, BAND_DRAWS, check_band};
use crate::{About, Data, Problem, RowsRequest};
use riskset::{KaplanMeier, Remedy, weighted_bands};
use riskset_plot::{CurveInput, KmFigure, Quantity};

impl PlotCurvesRequest {
    /// What adjusted curves cannot show is refused.
    fn check_adjusted(&self, kind: CurvesKind) -> Result<(), Problem> {
        if kind != CurvesKind::Km {
            return Err(Problem::request(
                "only survival curves are adjusted",
                Remedy::AnyOf(vec![Remedy::Unset("adjust".into()), Remedy::Ask("plot km".into())]),
            ));
        }
        if self.estimates.annotate.contains(&Annotate::Logrank) {
            return Err(Problem::request(
                "a log-rank test compares the patients as they are, and these curves are adjusted",
                Remedy::AnyOf(vec![
                    Remedy::set_to("annotate", "hr"),
                    Remedy::Unset("annotate".into()),
                ]),
            ));
        }
        check_band(self.estimates.band, self.estimates.conf_type)?;
        if self.estimates.robust == Some(false) {
            let what =
                "adjusted curves have robust standard errors, and the request asks for others";
            return Err(Problem::request(what, Remedy::Unset("robust".into())));
        }
        Ok(())
    }

    /// The adjusted curves, and a sentence for the caption that says how.
    pub(super) fn adjusted(
        &self,
        kind: CurvesKind,
        rows: &RowsRequest,
        data: &Data,
        words: &Words,
    ) -> Result<(About, KmFigure, String), Problem> {
        self.check_adjusted(kind)?;
        let time = match self.incidence {
            true => self.time.unit_of_rows(rows),
            false => self.time.of_rows(rows),
        };
        let AdjustedFigure { rows, propensity, fit } = self.adjust_for.prepare(rows, data)?;
        let (grouping, plain) = (&rows.grouping, &rows.response);
        let names = self.look.names(words, Some(grouping))?;
        let per = self.time.scale()?;
        let model = KaplanMeier::default()
            .conf_level(self.estimates.conf_level)
            .conf_type(self.estimates.conf_type);
        let follow_up = median_follow_up(plain, per)?;
        let mut sentence = self.adjust_for.sentence(propensity.as_ref());
        let level = self.estimates.conf_level;
        let own = self.estimates.band.is_some() && self.adjust_for.bootstrap.is_none();
        let own = own.then_some((BAND_DRAWS, self.adjust_for.seed));
        let (mut groups, mut adjusted, bands, lines) = match (&propensity, &fit) {
            (Some(found), _) => {
                let response = plain.clone().with_weights(&found.weights)?;
                let curves = model.robust(true).fit_groups(&response, &grouping.groups)?;
                let lines = self.estimates.weighted(&response, grouping, &curves, per)?;
                let bands =
                    own.map(|draws| weighted_bands(&response, &grouping.groups, level, draws));
                let adjusted: Vec<_> = curves.iter().map(AdjustedCurve::of).collect();
                let groups = inputs(&curves, &names, &response, &grouping.groups);
                (groups, adjusted, bands.transpose()?.unwrap_or_default(), lines)
            }
            (None, Some(fit)) => {
                if let Some(what) = self.estimates.annotate.first() {
                    return Err(Problem::request(
                        format!(
                            "standardised curves come from a model that gives each group its own \
                             baseline, so there is no {} of theirs to write",
                            what.name()
                        ),
                        Remedy::Unset("annotate".into()),
                    ));
                }
                let crude = model.fit_groups(plain, &grouping.groups)?;
                let groups = inputs(&crude, &names, plain, &grouping.groups);
                let curve = |(group, crude)| AdjustedCurve::predicted(fit, group, crude);
                let adjusted = crude.iter().enumerate().map(curve).collect::<Result<_, _>>()?;
                let bands = own.map(|draws| fit.bands(level, draws)).transpose()?;
                (groups, adjusted, bands.unwrap_or_default(), Vec::new())
            }
            (None, None) => (Vec::new(), Vec::new(), Vec::new(), Vec::new()),
        };
        let (kind, scale) = (self.estimates.band, self.estimates.conf_type);
        let mut failed = 0;
        if let Some(draws) = self.adjust_for.bootstrap {
            let band = kind.map(|_| scale);
            failed = self.adjust_for.redraw(&rows, &mut adjusted, level, band, draws)?;
        }
        adjusted.iter_mut().zip(bands).for_each(|(curve, band)| curve.set_own_band(band, scale));
        let said = match kind {
            Some(_) => Some(self.adjust_for.band_sentence(failed)),
            None => self.adjust_for.drawn_sentence(failed),
        };
        sentence.extend(said.map(|said| format!(" {said}")));
        let kind = kind.map(|kind| kind.name());
        groups.iter_mut().zip(adjusted).for_each(|(input, curve)| shown(input, curve, kind));
        let quantity = if self.incidence { Quantity::Incidence } else { Quantity::Survival };
        let time = time.of(&rows.about)?;
        let mut options = self.look.options(&self.page, &time, quantity, lines)?;
        options.follow_up = follow_up;
        Ok((rows.about, KmFigure { groups, options }, sentence))
    }
}

/// The adjusted curve in place of the patients' own, with its limits or its band; what is counted stays
/// theirs.
fn shown(input: &mut CurveInput, curve: AdjustedCurve, kind: Option<&str>) {
    let interval = match (kind, &curve.band) {
        (None, _) => curve.interval,
        (Some(_), Some(band)) => band.interval.clone(),
        (Some(_), None) => vec![None; curve.time.len()],
    };
    input.lower = interval.iter().map(|limits| limits.and_then(|l| l.lower)).collect();
    input.upper = interval.iter().map(|limits| limits.and_then(|l| l.upper)).collect();
    input.survival = curve.survival;
    input.simultaneous = kind.map(str::to_owned);
}
