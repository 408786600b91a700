//! What a Cox document says of terms, smaller models and the likelihood, in sentences.

use super::{CoxDocument, test_sentence};
use crate::documents::Test;
use crate::format::{NOT_ESTIMABLE, Style};

/// One sentence per term with several coefficients.
pub(in crate::documents) fn joint(tests: &[super::JointTest], style: &Style) -> Vec<String> {
    let sentence = |test: &super::JointTest| {
        let name = format!("Joint Wald test of {}", test.term);
        chi_square(name, test.statistic, test.df, test.p_value, style)
    };
    tests.iter().map(sentence).collect()
}

impl CoxDocument {
    /// The test against a smaller model, when asked for.
    pub(super) fn nested_sentence(&self, style: &Style) -> Option<String> {
        let nested = self.nested.as_ref()?;
        let name = format!("Likelihood-ratio test against ~ {}", nested.against.trim());
        Some(chi_square(name, nested.statistic, nested.df, nested.p_value, style))
    }

    /// The log likelihood and what is made of it.
    pub(super) fn likelihood_sentence(&self, style: &Style) -> String {
        let value = style.number(self.log_likelihood.model, 2);
        match (self.aic, self.bic) {
            (Some(aic), Some(bic)) => {
                let (aic, bic) = (style.number(aic, 2), style.number(bic, 2));
                format!("Log partial likelihood {value}, AIC {aic}, BIC (by events) {bic}")
            }
            (Some(aic), None) => {
                let aic = style.number(aic, 2);
                format!("Log partial likelihood {value}, AIC (effective degrees of freedom) {aic}")
            }
            _ => format!("Log partial likelihood {value}"),
        }
    }
}

fn chi_square(
    name: String,
    statistic: Option<f64>,
    df: Option<usize>,
    p_value: Option<f64>,
    style: &Style,
) -> String {
    match (statistic, df) {
        (Some(statistic), Some(df)) => {
            test_sentence(&Test { name, statistic, df: df as f64, p_value }, style)
        }
        _ => format!("{name}: {NOT_ESTIMABLE}"),
    }
}
