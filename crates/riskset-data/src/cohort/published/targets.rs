//! The printed numbers, and how a computed one is compared with them.

use serde::Deserialize;

use super::Part;
use super::compute::Numbers;
use super::decimal::{half_up, rounded};

/// The content of `published.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    /// The version of the file's layout.
    pub schema: String,
    /// Printed quantities.
    pub quantity: Vec<Quantity>,
    /// Arithmetic from printed numbers.
    pub derived: Vec<Derived>,
    /// Printed numbers that do not follow from each other.
    pub discrepancy: Vec<Discrepancy>,
}

/// A printed quantity. Absent keys are `None`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quantity {
    /// The key.
    pub id: String,
    /// The number as printed.
    pub value: Option<f64>,
    /// The lower limit or quartile.
    pub lower: Option<f64>,
    /// The upper limit or quartile.
    pub upper: Option<f64>,
    /// What the limits are: `ci`, `iqr` or `range`.
    pub interval: Option<String>,
    /// The level of a confidence interval.
    pub level: Option<f64>,
    /// A standard deviation.
    pub sd: Option<f64>,
    /// A numerator.
    pub k: Option<f64>,
    /// A denominator, or the number of patients.
    pub n: Option<f64>,
    /// The percentage printed beside a count.
    pub percent: Option<f64>,
    /// `false`: a median printed as not reached.
    pub reached: Option<bool>,
    /// How a P value is printed: `=` or `<`.
    pub relation: Option<String>,
    /// A comparison in words only.
    pub direction: Option<String>,
    /// The unit.
    pub unit: Option<String>,
    /// The decimals of value and limits.
    #[serde(default)]
    pub decimals: u32,
    /// The decimals of the percentage.
    #[serde(default)]
    pub percent_decimals: u32,
    /// Who or what was counted.
    pub population: String,
    /// The kind of analysis.
    pub analysis: String,
    /// The document and the place in it.
    pub source: String,
    /// A remark.
    pub note: Option<String>,
}

/// Arithmetic from printed numbers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Derived {
    /// The key.
    pub id: String,
    /// The number.
    pub value: f64,
    /// The unit.
    pub unit: String,
    /// The arithmetic.
    pub how: String,
    /// A remark.
    pub note: Option<String>,
}

/// Printed numbers that do not follow from each other, or differ between documents.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discrepancy {
    /// The key.
    pub id: String,
    /// The kind: arithmetic, denominator, rounding, design, definition, citation, between documents.
    pub kind: String,
    /// The quantities concerned.
    #[serde(rename = "where")]
    pub about: Vec<String>,
    /// What does not fit.
    pub detail: String,
}

pub(super) fn read() -> Targets {
    toml::from_str(include_str!("../../../../../datasets/dream/published.toml"))
        .expect("the embedded targets are valid, which a test sees to")
}

/// The parts of a quantity beside the computed numbers.
pub(super) fn compare(quantity: &Quantity, computed: &Numbers) -> Vec<Part> {
    let Quantity { decimals, percent_decimals, .. } = *quantity;
    let printed = [
        ("value", quantity.value, decimals, computed.value),
        ("lower", quantity.lower, decimals, computed.lower),
        ("upper", quantity.upper, decimals, computed.upper),
        ("sd", quantity.sd, decimals, computed.sd),
        ("percent", quantity.percent, percent_decimals, computed.percent),
        ("k", quantity.k, 0, computed.k),
        ("n", quantity.n, 0, computed.n),
    ];
    let not_reached = quantity.reached == Some(false);
    printed
        .into_iter()
        .filter(|(name, printed, ..)| printed.is_some() || (not_reached && *name == "value"))
        .map(|(name, printed, decimals, computed)| Part {
            name,
            printed,
            decimals,
            computed,
            agrees: match (printed, computed) {
                (Some(printed), Some(computed)) if quantity.relation.as_deref() == Some("<") => {
                    name != "value" || computed < printed
                }
                (Some(printed), Some(computed)) => {
                    rounded(computed, decimals) == rounded(printed, decimals)
                }
                (None, None) => true,
                _ => false,
            },
        })
        .collect()
}

/// The quantity as printed, in one line.
pub(super) fn printed(quantity: &Quantity) -> String {
    if let Some(direction) = &quantity.direction {
        return direction.clone();
    }
    line(quantity, quantity.relation.as_deref(), |name| match name {
        "value" => quantity.value,
        "lower" => quantity.lower,
        "upper" => quantity.upper,
        "sd" => quantity.sd,
        "percent" => quantity.percent,
        "k" => quantity.k,
        _ => quantity.n,
    })
}

/// The computed numbers in the same line.
pub(super) fn computed(quantity: &Quantity, parts: &[Part]) -> String {
    line(quantity, Some("="), |name| parts.iter().find(|part| part.name == name)?.computed)
}

/// `25 of 112 (22.3%) patients`, `62.5 (50.8 to 74.2) percent, 95 of 152`, `P < 0.05, n = 158`.
fn line(
    quantity: &Quantity,
    relation: Option<&str>,
    number: impl Fn(&str) -> Option<f64>,
) -> String {
    let text = |name: &str, decimals: u32| number(name).map(|x| half_up(x, decimals));
    let mut line = match (text("value", quantity.decimals), quantity.reached) {
        (Some(value), _) if quantity.analysis == "logrank_p" => {
            format!("P {} {value}", relation.unwrap_or("="))
        }
        (Some(value), _) => value,
        (None, Some(false)) => "not reached".to_owned(),
        (None, _) => String::new(),
    };
    let is_count = quantity.analysis == "count";
    if let Some(n) = text("n", 0).filter(|_| is_count) {
        line += &format!(" of {n}");
    }
    if let Some(percent) = text("percent", quantity.percent_decimals) {
        line += &format!(" ({percent}%)");
    }
    if let Some(sd) = text("sd", quantity.decimals) {
        line += &format!(" (SD {sd})");
    }
    match (text("lower", quantity.decimals), text("upper", quantity.decimals)) {
        (Some(lower), Some(upper)) if line.is_empty() => line = format!("{lower} to {upper}"),
        (Some(lower), Some(upper)) => line += &format!(" ({lower} to {upper})"),
        (None, Some(upper)) => line = format!("up to {upper}"),
        _ => {}
    }
    let says_itself = |unit: &&String| ["probability", "proportion"].contains(&unit.as_str());
    if let Some(unit) = quantity.unit.as_ref().filter(|unit| !says_itself(unit))
        && line != "not reached"
    {
        line += &format!(" {unit}");
    }
    match (text("k", 0), text("n", 0)) {
        (Some(k), Some(n)) => line += &format!(", {k} of {n}"),
        (None, Some(n)) if !is_count => line += &format!(", n = {n}"),
        _ => {}
    }
    line
}
