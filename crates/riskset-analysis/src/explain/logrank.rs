//! Observed, expected and variance at each event time.

use super::{StepKind, Steps, column};
use crate::{GroupName, Problem};
use riskset::{Groups, LogRank, LogRankStep, LogRankWeight, Observations};

/// The steps of a test; of one stratum after the other.
pub(crate) fn logrank(
    model: &LogRank,
    weight: LogRankWeight,
    rows: &Observations,
    (groups, names): (&Groups, &[GroupName]),
    strata: Option<&Groups>,
) -> Result<Vec<Steps>, Problem> {
    let steps = model.strata(strata).steps(rows, groups)?;
    let weighted = weight != LogRankWeight::LogRank;
    let mut why = vec![
        "If the groups did not differ, the d events of a time would fall on them as they are \
         represented among the n at risk: a group with n_g of n would have E = d n_g / n of them.",
        "Given n, n_g and d, the events of a group vary hypergeometrically: V = d (n_g / n) \
         (1 - n_g / n) (n - d) / (n - 1).",
    ];
    why.push(match weighted {
        false => {
            "The statistic compares the sum of O - E with the sum of V: with two groups it is (sum of \
             (O - E))^2 / (sum of V), chi-square on one degree of freedom."
        }
        true => {
            "Every time has a weight W: O and E count W times, V counts W^2 times, and only then are \
             they summed. The statistic is (sum of W (O - E))^2 / (sum of W^2 V) with two groups, \
             chi-square on one degree of freedom."
        }
    });
    if strata.is_some() {
        why.push("Who is at risk is counted within the stratum, and the sums go over all strata.");
    }
    let mut columns = Vec::new();
    if strata.is_some() {
        columns.push(column("stratum", "Stratum", StepKind::Count));
    }
    columns.push(column("time", "Time", StepKind::Time));
    columns.push(column("n_risk", "At risk, n", StepKind::Count));
    columns.push(column("n_event", "Events, d", StepKind::Count));
    if weighted {
        columns.push(column("weight", "Weight, W", StepKind::Number));
    }
    // With two groups the second is the mirror of the first.
    let shown = if names.len() == 2 { 1 } else { names.len() };
    for (number, name) in (1..).zip(&names[..shown]) {
        let name = name.name();
        columns.push(column(format!("n_risk_{number}"), format!("n, {name}"), StepKind::Count));
        columns.push(column(format!("observed_{number}"), format!("O, {name}"), StepKind::Count));
        columns.push(column(
            format!("expected_{number}"),
            format!("E, {name}"),
            StepKind::Fraction,
        ));
        columns.push(column(
            format!("variance_{number}"),
            format!("V, {name}"),
            StepKind::Fraction,
        ));
        if weighted {
            for (key, heading) in [("observed", "W O"), ("expected", "W E"), ("variance", "W^2 V")]
            {
                let heading = format!("{heading}, {name}");
                let key = format!("weighted_{key}_{number}");
                columns.push(column(key, heading, StepKind::Fraction));
            }
        }
    }
    let row = |step: &LogRankStep| {
        let mut row = Vec::new();
        if strata.is_some() {
            row.push(step.stratum as f64 + 1.0);
        }
        row.extend([step.time, step.n_risk, step.n_event]);
        if weighted {
            row.push(step.weight);
        }
        for group in &step.groups[..shown] {
            row.extend([group.n_risk, group.n_event, group.expected, group.variance]);
            if weighted {
                let w = step.weight;
                row.extend([w * group.n_event, w * group.expected, w * w * group.variance]);
            }
        }
        row.into_iter().map(Some).collect()
    };
    let rows = steps.iter().map(row).collect();
    // What is summed is what the statistic is made of.
    let parts = if weighted { "weighted_" } else { "" };
    let summed = |key: &str| {
        ["observed_", "expected_", "variance_"]
            .iter()
            .any(|part| key.strip_prefix(parts).is_some_and(|key| key.starts_with(part)))
            || key == "n_event"
    };
    let steps = Steps::new("Observed and expected, step by step", &why, columns);
    let mut steps = steps.with_rows(rows).summed(summed);
    let total = |part: &str| steps.total(&format!("{parts}{part}_1"));
    let sums = (total("observed"), total("expected"), total("variance"));
    if let (2, (Some(o), Some(e), Some(v))) = (names.len(), sums)
        && v > 0.0
    {
        let (name, statistic) = (names[0].name(), (o - e) * (o - e) / v);
        steps.why.push(format!(
            "Here, for {name}: ({o:.4} - {e:.4})^2 / {v:.4} = {statistic:.4}. The other group has the \
             same difference with the other sign, and the same variance."
        ));
    }
    Ok(vec![steps])
}
