//! Restricted means of every pair of groups.

use super::{Comparison, RmstComparison};
use crate::documents::logrank::adjusted_heading;
use crate::format::{NOT_ESTIMABLE, Style, told_time};
use crate::table::{Align, Table};
use riskset::RmstPair;
use schemars::JsonSchema;
use serde::Serialize;

/// Two groups by their restricted means.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MeanPair {
    /// The group in the numerator.
    pub a: String,
    /// The group compared with.
    pub b: String,
    /// a - b, in the unit of the data; `null` where one of the two means does not exist.
    pub difference: Option<Comparison>,
    /// The p value of the difference after adjustment for the number of pairs.
    pub p_difference: Option<f64>,
    /// a / b; `null` where one of the two means does not exist or is 0.
    pub ratio: Option<Comparison>,
    /// The p value of the ratio after adjustment for the number of pairs.
    pub p_ratio: Option<f64>,
}

impl MeanPair {
    /// The entry of a pair, the groups by their labels.
    pub fn new(pair: &RmstPair, labels: &[String]) -> MeanPair {
        let labels = [labels[pair.a].as_str(), labels[pair.b].as_str()];
        let found = pair.contrast.as_ref().map(|contrast| RmstComparison::new(labels, contrast));
        MeanPair {
            a: labels[1].to_owned(),
            b: labels[0].to_owned(),
            difference: found.as_ref().map(|found| found.difference),
            p_difference: pair.p_difference,
            ratio: found.and_then(|found| found.ratio),
            p_ratio: pair.p_ratio,
        }
    }
}

/// One row a difference and one a ratio. `adjustment` is the word for programs.
pub(in crate::documents) fn table(
    pairs: &[MeanPair],
    (tau, adjustment, level): (f64, &str, f64),
    style: &Style,
) -> Table {
    let level = style.level(level);
    let tau = told_time(tau);
    let mut table = Table::new(format!("Pairs of groups: restricted means to {tau}"))
        .column("Groups", Align::Left)
        .column(format!("Estimate ({level} CI)"), Align::Right)
        .column("P", Align::Right)
        .column(adjusted_heading(adjustment), Align::Right);
    // Years need a decimal more than months and days.
    let of_means = if tau < 20.0 { 2 } else { 1 };
    for pair in pairs {
        table = table.group(format!("{} against {}", pair.a, pair.b));
        let kinds = [
            ("Difference", pair.difference, pair.p_difference, of_means),
            ("Ratio", pair.ratio, pair.p_ratio, 2),
        ];
        for (kind, found, adjusted, decimals) in kinds {
            let p = found.and_then(|found| found.p_value);
            table = table.indented([
                kind.to_owned(),
                style.interval(
                    found.map(|found| found.estimate),
                    found.map(|found| found.lower),
                    found.map(|found| found.upper),
                    decimals,
                    NOT_ESTIMABLE,
                ),
                style.p_value(p),
                style.p_value(adjusted),
            ]);
        }
    }
    table.footnote(
        "The limits are those of one pair; only P values are adjusted, for the differences and for the \
         ratios each.",
    )
}
