//! Each place's estimate, and their meta-analysis, beside the exact model.
//!
//! At the maximum of all places, one step of Newton's with the sums of a place leads to what it would
//! estimate alone. The estimates are pooled as hazard ratios of studies are: for a single coefficient
//! the common effect is the exact estimate again, because the scores of all places cancel there, and
//! the random effects with their heterogeneity are what the exact model cannot show.

use super::Question;
use crate::figure::{FigureAnswer, PageRequest};
use crate::{About, Data, MetaHrAnswer, MetaHrRequest, Problem, RatioSource};
use riskset::{CoxStep, RatioMeta, Regression};
use riskset_plot::{ForestEffect, ForestRow, format};

/// The two stages of one coefficient.
#[derive(Clone, Debug)]
pub struct TwoStage {
    /// The column of the design.
    pub column: String,
    /// The places' hazard ratios and the pooled ones.
    pub pooled: MetaHrAnswer,
}

/// The two stages of every coefficient; a place that cannot tell the columns apart is left out, and so is
/// a coefficient that fewer than two places tell of.
pub(super) fn two_stage(
    question: &Question,
    columns: &[String],
    places: &[(&str, CoxStep)],
    beta: &[f64],
    conf_level: f64,
) -> Result<Vec<TwoStage>, Problem> {
    let own: Vec<_> =
        places.iter().filter_map(|(name, step)| Some((*name, step.one_step(beta)?))).collect();
    if own.len() < 2 {
        return Ok(Vec::new());
    }
    let rows = question.request.rows().expect("a regression has rows");
    let mut stages = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        let logs: Vec<f64> = own.iter().map(|(_, (estimates, _))| estimates[at]).collect();
        let errors: Vec<f64> = own.iter().map(|(_, (_, errors))| errors[at]).collect();
        let fit = RatioMeta::default().conf_level(conf_level).fit(&logs, &errors)?;
        let studies: Vec<String> = own.iter().map(|(name, _)| (*name).to_owned()).collect();
        let mut about = About::of_sums("meta-hr", rows, studies.len());
        about.formula = format!("{column} in {}", about.formula);
        let request = MetaHrRequest { conf_level, ..MetaHrRequest::default() };
        let sources = vec![RatioSource::OneStep; studies.len()];
        let pooled = MetaHrAnswer { about, request, studies, sources, fit };
        stages.push(TwoStage { column: column.clone(), pooled });
    }
    Ok(stages)
}

impl TwoStage {
    /// The ends of an axis on which all ratios are near 1, in tenths: such an axis has no ticks between
    /// them. `None` where the ratios reach further and the axis finds its own.
    fn limits(&self) -> Option<(f64, f64)> {
        let studies = self.pooled.fit.studies.iter().map(|study| study.interval);
        let all = studies.chain([self.pooled.fit.random.interval, self.pooled.fit.prediction]);
        let (mut least, mut most) = (1.0f64, 1.0f64);
        for interval in all {
            least = least.min(interval.lower?);
            most = most.max(interval.upper?);
        }
        let (least, most) = ((least * 10.0).floor() / 10.0, (most * 10.0).ceil() / 10.0);
        (least > 0.6 && most < 1.7).then_some((least, most))
    }

    /// The forest of the places, with the exact model below.
    ///
    /// # Errors
    ///
    /// A [`Problem`] when the figure cannot be laid out.
    pub fn forest(&self, exact: &Regression, at: usize) -> Result<FigureAnswer, Problem> {
        let profile = PageRequest::default().profile(&Data::none())?;
        let mut figure = crate::figure::meta_hr::forest(&self.pooled, &profile);
        figure.label_header = "Place".to_owned();
        let estimate = exact.coefficients().get(at).and_then(|fitted| fitted.estimate());
        if let Some((value, limits)) = estimate.and_then(|c| Some((c.hazard_ratio?, c.interval))) {
            figure.rows.push(ForestRow {
                label: "All places, exact".to_owned(),
                heading: true,
                cells: vec![String::new(), String::new()],
                effect: ForestEffect::Estimate {
                    value,
                    lower: limits.lower,
                    upper: limits.upper,
                    weight: None,
                },
                ..ForestRow::default()
            });
        }
        figure.limits = self.limits();
        let level = format::level(&profile, figure.conf_level);
        figure.caption = vec![format!(
            "Hazard ratios of {}. Squares are what each place estimates, one step from the model of all \
             places, their areas the weights with random effects, with {level} confidence intervals; \
             diamonds are the pooled hazard ratios, with one common effect and with random effects \
             (restricted maximum likelihood, Hartung and Knapp's interval); the bar is where the \
             hazard ratio of a further place is expected with a probability of {level}. The last row is \
             the model of all places with a baseline hazard for each.",
            self.column
        )];
        FigureAnswer::new(self.pooled.about.clone(), figure.draw(&profile))
    }
}
