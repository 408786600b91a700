//! The answer of `riskset meta proportion`.

use super::{Document, Estimate, Head};
use crate::format::{NOT_ESTIMABLE, Style};
use crate::table::{Align, Table};
use riskset::{Interval, MetaInterval};
use riskset_analysis::{MetaProportionAnswer, Voice};
use serde::Serialize;

/// A pooled proportion.
#[derive(Clone, Debug, Serialize)]
pub struct MetaDocument {
    /// What every document starts with; `n` is the number of studies.
    #[serde(flatten)]
    pub head: Head,
    /// `reml` or `glmm`.
    pub method: &'static str,
    /// How the interval is built.
    pub interval: &'static str,
    /// The level of the intervals.
    pub conf_level: f64,
    /// One entry per study, in data order.
    pub studies: Vec<Study>,
    /// The pooled proportion.
    pub pooled: Estimate,
    /// The standard error of its logit.
    pub logit_std_error: f64,
    /// Where the proportion of a new study is expected.
    pub prediction: Estimate,
    /// The variance between studies, of the logits.
    pub tau_squared: Estimate,
    /// The share of the variation that lies between studies.
    pub i_squared: f64,
    /// Cochran's test that the studies share one proportion.
    pub heterogeneity: Heterogeneity,
}

/// One study.
#[derive(Clone, Debug, Serialize)]
pub struct Study {
    /// Its name.
    pub study: String,
    /// Events.
    pub events: u64,
    /// Observations.
    pub n: u64,
    /// Its proportion with an exact interval.
    pub proportion: Estimate,
    /// Its share of the weight.
    pub weight: f64,
}

/// Cochran's Q.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Heterogeneity {
    /// Chi-square.
    pub statistic: f64,
    /// Degrees of freedom.
    pub df: usize,
    /// The p value.
    pub p_value: f64,
}

impl MetaDocument {
    /// The document of an answer.
    pub fn of(answer: MetaProportionAnswer, voice: &dyn Voice) -> MetaDocument {
        let fit = &answer.fit;
        MetaDocument {
            head: Head::of(&answer.about, voice),
            method: fit.model.name(),
            interval: match fit.interval_type {
                MetaInterval::HartungKnapp => "hartung-knapp",
                MetaInterval::StudentT => "t",
                MetaInterval::Normal => "normal",
            },
            conf_level: fit.conf_level,
            studies: answer
                .studies
                .iter()
                .zip(&fit.studies)
                .map(|(name, study)| Study {
                    study: name.clone(),
                    events: study.events,
                    n: study.n,
                    proportion: limits(Some(study.estimate), study.interval),
                    weight: study.weight,
                })
                .collect(),
            pooled: limits(Some(fit.estimate), fit.interval),
            logit_std_error: fit.std_error,
            prediction: limits(Some(fit.estimate), fit.prediction),
            tau_squared: limits(Some(fit.tau_squared), fit.tau_squared_interval),
            i_squared: fit.i_squared,
            heterogeneity: Heterogeneity {
                statistic: fit.q.statistic,
                df: fit.q.df,
                p_value: fit.q.p_value,
            },
        }
    }
}

fn limits(estimate: Option<f64>, interval: Interval) -> Estimate {
    Estimate { estimate, lower: interval.lower, upper: interval.upper }
}

fn percent(estimate: &Estimate, style: &Style) -> String {
    let percent = |value: Option<f64>| value.map(|value| 100.0 * value);
    style.interval(
        percent(estimate.estimate),
        percent(estimate.lower),
        percent(estimate.upper),
        1,
        NOT_ESTIMABLE,
    )
}

impl Document for MetaDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn title(&self) -> String {
        format!("{}\n{} studies", self.head.asked, self.head.n)
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        let level = style.level(self.conf_level);
        let mut table = Table::new("Proportions by study")
            .column("Study", Align::Left)
            .column("Events", Align::Right)
            .column("n", Align::Right)
            .column(format!("Proportion, % ({level} CI)"), Align::Right)
            .column("Weight, %", Align::Right);
        for study in &self.studies {
            table = table.row([
                study.study.clone(),
                study.events.to_string(),
                study.n.to_string(),
                percent(&study.proportion, style),
                style.number(100.0 * study.weight, 1),
            ]);
        }
        let pooled = percent(&self.pooled, style);
        table = table.row(["Pooled".to_string(), String::new(), String::new(), pooled]);
        vec![table.footnote("Intervals of the single studies are exact (Clopper and Pearson).")]
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let method = match self.method {
            "reml" => "random effects on the log odds, REML, Hartung-Knapp interval",
            _ => "binomial-normal mixed model, maximum likelihood by quadrature",
        };
        let prediction = Estimate { estimate: None, ..self.prediction };
        let percent = |value: Option<f64>| value.map(|value| 100.0 * value);
        vec![
            format!("Method: {method}."),
            format!(
                "A new study is expected between {} and {}% ({} prediction interval).",
                style.optional(percent(prediction.lower), 1, NOT_ESTIMABLE),
                style.optional(percent(prediction.upper), 1, NOT_ESTIMABLE),
                style.level(self.conf_level)
            ),
            format!(
                "Heterogeneity: tau squared {}, I squared {}%, Q {} on {} degrees of freedom, {}.",
                self.tau_squared.text(style, 2, NOT_ESTIMABLE),
                style.number(100.0 * self.i_squared, 0),
                style.number(self.heterogeneity.statistic, 2),
                self.heterogeneity.df,
                style.p_equation(Some(self.heterogeneity.p_value))
            ),
        ]
    }
}
