//! What a Cox fit's doubts and tests are called.

use crate::documents::{Head, Test};
use riskset::CoxWarning;

/// Adds the doubts of a fit to the head, with the names of its columns.
pub fn warn(head: &mut Head, warnings: &[CoxWarning], names: &[String]) {
    for warning in warnings {
        let (code, message) = describe(warning, names);
        head.warn(code, message);
    }
}

fn describe(warning: &CoxWarning, names: &[String]) -> (&'static str, String) {
    match warning {
        CoxWarning::NotConverged { iterations } => (
            "not_converged",
            format!(
                "the maximum of the likelihood was not found in {iterations} iterations; do not \
                 use the estimates; look for a covariate that separates events from censorings"
            ),
        ),
        CoxWarning::InfiniteCoefficient { column } => (
            "infinite_coefficient",
            format!(
                "{}: the likelihood rises without end as this coefficient grows, because the \
                 column separates events from the others; its estimate and interval are not \
                 usable; try --firth, or combine levels",
                names[*column]
            ),
        ),
        CoxWarning::Collinear { column, combination } => {
            ("collinear", collinear(&names[*column], combination, names))
        }
        CoxWarning::FewEvents { events, parameters } => (
            "few_events",
            format!(
                "{events} events for {parameters} coefficients, fewer than 10 for each; estimates \
                 and P values are unstable; use fewer terms"
            ),
        ),
        other => ("cox", format!("{other:?}")),
    }
}

fn collinear(name: &str, combination: &[(usize, f64)], names: &[String]) -> String {
    if combination.is_empty() {
        return format!(
            "{name}: the column is the same in all rows that are compared, so it has no \
             coefficient; leave it out"
        );
    }
    let sum: Vec<String> = combination
        .iter()
        .map(|&(column, factor)| match factor == 1.0 {
            true => names[column].clone(),
            false => format!("{factor} x {}", names[column]),
        })
        .collect();
    format!(
        "{name}: the column equals {} up to a constant, so it has no coefficient of its own; \
         leave one of them out",
        sum.join(" + ")
    )
}

/// The test with its name in words.
pub(super) fn named(test: &Test) -> Test {
    let name = match test.name.as_str() {
        "likelihood_ratio" => "Likelihood-ratio test",
        "wald" => "Wald test",
        "score" => "Score test",
        "robust_score" => "Robust score test",
        other => other,
    };
    Test { name: name.to_string(), ..test.clone() }
}
