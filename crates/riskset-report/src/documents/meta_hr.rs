//! The answer of `riskset meta hr`.

use super::meta::Heterogeneity;
use super::{Document, Estimate, Head};
use crate::format::{NOT_ESTIMABLE, Style};
use crate::table::{Align, Table};
use riskset::{Interval, PooledRatio};
use riskset_analysis::{MetaHrAnswer, Voice};
use schemars::JsonSchema;
use serde::Serialize;

/// A pooled hazard ratio.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MetaHrDocument {
    /// What every document starts with; `n` is the number of studies.
    #[serde(flatten)]
    pub head: Head,
    /// The level of the intervals.
    pub conf_level: f64,
    /// One entry per study, in data order.
    pub studies: Vec<Study>,
    /// One effect that all studies have.
    pub common: Pooled,
    /// The mean of effects that differ, with Hartung and Knapp's interval.
    pub random: Pooled,
    /// Where the hazard ratio of a further study is expected.
    pub prediction: Estimate,
    /// The variance of the log hazard ratios between studies.
    pub tau_squared: Estimate,
    /// The share of the variation that lies between studies.
    pub i_squared: f64,
    /// Cochran's test that the studies share one hazard ratio.
    pub heterogeneity: Heterogeneity,
}

/// One study.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Study {
    /// Its name.
    pub study: String,
    /// From what its hazard ratio was taken.
    pub source: &'static str,
    /// Its hazard ratio.
    pub hazard_ratio: Estimate,
    /// Its share of the weight with one common effect.
    pub weight_common: f64,
    /// Its share of the weight with random effects.
    pub weight_random: f64,
}

/// A pooled hazard ratio.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Pooled {
    /// The ratio with its interval.
    pub hazard_ratio: Estimate,
    /// The standard error of its logarithm.
    pub log_std_error: f64,
    /// Two-sided.
    pub p_value: f64,
}

impl Pooled {
    fn of(pooled: &PooledRatio) -> Pooled {
        Pooled {
            hazard_ratio: limits(Some(pooled.ratio), pooled.interval),
            log_std_error: pooled.std_error,
            p_value: pooled.p_value,
        }
    }
}

fn limits(estimate: Option<f64>, interval: Interval) -> Estimate {
    Estimate { estimate, lower: interval.lower, upper: interval.upper }
}

impl MetaHrDocument {
    /// The document of an answer.
    pub fn of(answer: &MetaHrAnswer, voice: &dyn Voice) -> MetaHrDocument {
        let fit = &answer.fit;
        let named = answer.studies.iter().zip(&answer.sources).zip(&fit.studies);
        MetaHrDocument {
            head: Head::of(&answer.about, voice),
            conf_level: fit.conf_level,
            studies: named
                .map(|((name, source), study)| Study {
                    study: name.clone(),
                    source: source.words(),
                    hazard_ratio: limits(Some(study.ratio), study.interval),
                    weight_common: study.weight_common,
                    weight_random: study.weight_random,
                })
                .collect(),
            common: Pooled::of(&fit.common),
            random: Pooled::of(&fit.random),
            prediction: limits(None, fit.prediction),
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

impl Document for MetaHrDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn title(&self) -> String {
        format!("{}\n{} studies", self.head.asked, self.head.n)
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        let level = style.level(self.conf_level);
        let mut table = Table::new("Hazard ratios by study")
            .column("Study", Align::Left)
            .column(format!("Hazard ratio ({level} CI)"), Align::Right)
            .column("P", Align::Right)
            .column("Weight, common, %", Align::Right)
            .column("Weight, random, %", Align::Right)
            .column("From", Align::Left);
        for study in &self.studies {
            table = table.row([
                study.study.clone(),
                study.hazard_ratio.text(style, 2, NOT_ESTIMABLE),
                String::new(),
                style.number(100.0 * study.weight_common, 1),
                style.number(100.0 * study.weight_random, 1),
                study.source.to_owned(),
            ]);
        }
        for (name, pooled) in [("Common effect", self.common), ("Random effects", self.random)] {
            table = table.row([
                name.to_owned(),
                pooled.hazard_ratio.text(style, 2, NOT_ESTIMABLE),
                style.p_value(Some(pooled.p_value)),
            ]);
        }
        vec![table]
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let mut notes = vec![
            "Common effect: inverse variances, normal interval. Random effects: restricted maximum \
             likelihood, Hartung and Knapp's interval."
                .to_owned(),
            format!(
                "The hazard ratio of a further study is expected between {} and {} ({} prediction \
                 interval).",
                style.optional(self.prediction.lower, 2, NOT_ESTIMABLE),
                style.optional(self.prediction.upper, 2, NOT_ESTIMABLE),
                style.level(self.conf_level)
            ),
            format!(
                "Heterogeneity: tau squared {}, I squared {}%, Q {} on {} degrees of freedom, {}.",
                self.tau_squared.text(style, 3, NOT_ESTIMABLE),
                style.number(100.0 * self.i_squared, 0),
                style.number(self.heterogeneity.statistic, 2),
                self.heterogeneity.df,
                style.p_equation(Some(self.heterogeneity.p_value))
            ),
        ];
        if self.studies.iter().any(|study| study.source == "medians and events") {
            notes.push(
                "A hazard ratio from medians takes times for exponential: an approximation that a \
                 published hazard ratio should replace."
                    .to_owned(),
            );
        }
        if self.studies.iter().any(|study| study.source == "curves and numbers at risk") {
            notes.push(
                "A hazard ratio from curves takes hazards for proportional and those censored for leaving \
                 evenly between two times; it is as exact as the curves were read."
                    .to_owned(),
            );
        }
        notes
    }
}
