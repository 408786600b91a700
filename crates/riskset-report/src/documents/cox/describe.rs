//! What a Cox fit's doubts and tests are called.

use crate::documents::{Head, Test};
use riskset::{Aliased, CoxWarning, Direction, Fitted, Regression};

/// Adds the doubts of a fit to the head, with the names of its columns: what has no coefficient
/// first, then what concerns the whole fit.
pub fn warn(head: &mut Head, fit: &Regression, names: &[String]) {
    let columns = fit.coefficients().iter().filter_map(|fitted| column(fitted, names));
    for (code, message) in columns.chain(fit.warnings().iter().map(whole)) {
        head.warn(code, message);
    }
}

fn column(fitted: &Fitted, names: &[String]) -> Option<(&'static str, String)> {
    match fitted {
        Fitted::Infinite(infinite) => Some((
            "infinite_coefficient",
            format!(
                "{}: the likelihood rises without end as this coefficient {}, because the column \
                 separates events from the others; it has no estimate and no interval; try \
                 --firth, or combine levels",
                names[infinite.column],
                match infinite.direction {
                    Direction::Up => "grows",
                    Direction::Down => "falls",
                }
            ),
        )),
        Fitted::Aliased(Aliased { column, combination }) => {
            Some(("collinear", collinear(&names[*column], combination, names)))
        }
        Fitted::Estimate(_) | Fitted::Unsettled(_) => None,
    }
}

fn whole(warning: &CoxWarning) -> (&'static str, String) {
    match warning {
        CoxWarning::NotConverged { iterations } => (
            "not_converged",
            format!(
                "the maximum of the likelihood was not found in {iterations} iterations, so there \
                 is no estimate; look for a covariate that separates events from censorings"
            ),
        ),
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
