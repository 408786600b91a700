//! Survival curves of groups that were made comparable: weighted, or standardised.

use super::curves::{Annotate, CurvesKind, PlotCurvesRequest, inputs, median_follow_up};
use super::rename::Words;
use crate::adjust::{AdjustedCurve, AdjustedFigure};
use crate::{About, Data, Problem, RowsRequest};
use riskset::{KaplanMeier, Remedy};
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
        if self.estimates.band.is_some() {
            let what = "a simultaneous band is drawn for the patients as they are";
            return Err(Problem::request(what, Remedy::Unset("band".into())));
        }
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
        let (mut groups, lines) = match (&propensity, &fit) {
            (Some(found), _) => {
                let response = plain.clone().with_weights(&found.weights)?;
                let curves = model.robust(true).fit_groups(&response, &grouping.groups)?;
                let lines = self.estimates.weighted(&response, grouping, &curves, per)?;
                (inputs(&curves, &names, &response, &grouping.groups), lines)
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
                let mut groups = inputs(&crude, &names, plain, &grouping.groups);
                for (group, (input, crude)) in groups.iter_mut().zip(&crude).enumerate() {
                    predicted(input, AdjustedCurve::predicted(fit, group, crude)?);
                }
                (groups, Vec::new())
            }
            (None, None) => (Vec::new(), Vec::new()),
        };
        if let Some(draws) = self.adjust_for.bootstrap {
            // The times are those of the curves drawn; a curve of its own has no other use here.
            let curve = |input: &CurveInput| AdjustedCurve {
                time: input.time.clone(),
                ..AdjustedCurve::default()
            };
            let mut curves: Vec<AdjustedCurve> = groups.iter().map(curve).collect();
            let level = self.estimates.conf_level;
            let failed = self.adjust_for.redraw(&rows, &mut curves, level, draws)?;
            groups.iter_mut().zip(&curves).for_each(|(input, curve)| limits(input, curve));
            sentence.extend(self.adjust_for.drawn_sentence(failed).map(|said| format!(" {said}")));
        }
        let quantity = if self.incidence { Quantity::Incidence } else { Quantity::Survival };
        let time = time.of(&rows.about)?;
        let mut options = self.look.options(&self.page, &time, quantity, lines)?;
        options.follow_up = follow_up;
        Ok((rows.about, KmFigure { groups, options }, sentence))
    }
}

/// The predicted curve in place of the patients' own; what is counted stays theirs.
fn predicted(input: &mut CurveInput, curve: AdjustedCurve) {
    limits(input, &curve);
    input.survival = curve.survival;
}

fn limits(input: &mut CurveInput, curve: &AdjustedCurve) {
    input.lower = curve.interval.iter().map(|limits| limits.and_then(|l| l.lower)).collect();
    input.upper = curve.interval.iter().map(|limits| limits.and_then(|l| l.upper)).collect();
}
