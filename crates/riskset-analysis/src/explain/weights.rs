//! The weights of an adjusted comparison, a patient each.

use super::{StepKind, Steps, column};
use riskset::{Groups, Population, PropensityWeights};

/// Patients shown from the start and from the end.
const SHOWN: (usize, usize) = (15, 15);

/// From the propensity of each patient to the weight, in the order of the propensities. `rows` are the
/// rows of the table, from 0; `names` the two groups.
pub(crate) fn weights(
    found: &PropensityWeights,
    groups: &Groups,
    (rows, names): (&[u32], [&str; 2]),
    target: Population,
    stabilised: bool,
) -> Steps {
    let second = names[1];
    let mut why = vec![format!(
        "The propensity e is the chance to be in {second} of somebody with these covariates, from a \
         logistic regression: 1 / (1 + exp(-x'b)). Nothing of the outcome is in it."
    )];
    why.push(
        match target {
            Population::All => {
                "Whoever is in the second group counts 1 / e, whoever is in the first 1 / (1 - e): a \
                 patient whose own group was unlikely stands for the many alike who went to the other. \
                 Both groups then look like all patients."
            }
            Population::Second => {
                "Whoever is in the second group counts 1, whoever is in the first e / (1 - e): the first \
                 group then looks like the second."
            }
            Population::Overlap => {
                "Whoever is in the second group counts 1 - e, whoever is in the first e: those who could \
                 have been in either count most, and nobody counts more than 1."
            }
        }
        .to_owned(),
    );
    if stabilised {
        why.push("Each weight is multiplied by the share of the own group, so that weights are 1 on average.".to_owned());
    }
    if let Some((lower, upper)) = found.truncated_at {
        why.push(format!(
            "Weights are cut at {lower:.4} and {upper:.4}; {} were.",
            found.truncated
        ));
    }
    why.push(
        "The weighted groups are compared as if each patient were there as often as the weight says; the \
         squares of the weights say how many equally weighted patients that is worth: (sum of w)^2 / (sum \
         of w^2)."
            .to_owned(),
    );
    let columns = vec![
        column("row", "Row", StepKind::Count),
        column("second", format!("In {second}"), StepKind::Count),
        column("propensity", "e", StepKind::Fraction),
        column("own", "Chance of the own group", StepKind::Fraction),
        column("weight", "Weight", StepKind::Number),
        column("square", "Weight squared", StepKind::Number),
    ];
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|&a, &b| found.propensity[a].total_cmp(&found.propensity[b]).then(a.cmp(&b)));
    let of = order.len();
    let gap = (of > SHOWN.0 + SHOWN.1).then_some(SHOWN.0);
    if gap.is_some() {
        order.drain(SHOWN.0..of - SHOWN.1);
    }
    let row = |&row: &usize| {
        let (e, weight) = (found.propensity[row], found.weights[row]);
        let is_second = groups.index()[row] == 1;
        let own = if is_second { e } else { 1.0 - e };
        let flag = f64::from(u8::from(is_second));
        [f64::from(rows[row]) + 1.0, flag, e, own, weight, weight * weight].map(Some).to_vec()
    };
    let table = order.iter().map(row).collect();
    let why: Vec<&str> = why.iter().map(String::as_str).collect();
    let steps = Steps::new("From propensities to weights, patient by patient", &why, columns);
    let steps = steps.with_rows(table);
    match gap {
        Some(_) => Steps { of, gap, ..steps },
        None => steps.summed(|key| key == "weight" || key == "square"),
    }
}
