//! Hazard ratios over a covariate, as entries, tables and sentences. Shared by `cox` and `fine-gray`.

use super::{Estimate, Test};
use crate::format::{NOT_ESTIMABLE, Style};
use crate::table::{Align, Table};
use riskset::RatioPoint;
use riskset_analysis::{Course, CurveOver};
use schemars::JsonSchema;
use serde::Serialize;

/// A curve of a covariate in a model.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CurveEntry {
    /// The term: `rcs(age, 4)`.
    pub term: String,
    /// The covariate: `age`.
    pub covariate: String,
    /// The knots in the unit of the covariate; of a natural spline the inner ones, of a polynomial none.
    pub knots: Vec<f64>,
    /// Beyond which a natural spline is straight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boundary: Option<[f64; 2]>,
    /// The value that the others are compared with.
    pub reference: f64,
    /// Wald's test that the curve is a straight line; `null` for a curve of one column, or where a
    /// coefficient is not known.
    pub nonlinearity: Option<Test>,
    /// The curve, or one for each level of the factor that it interacts with.
    pub courses: Vec<CourseEntry>,
    /// Terms that hold the curve as well; it is that where the other variables of these are 0 or at
    /// their reference.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub at_zero_of: Vec<String>,
}

/// A hazard ratio over a covariate.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CourseEntry {
    /// The factor; left out where the curve is that of everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor: Option<String>,
    /// Its level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// At values, increasing.
    pub at: Vec<RatioAt>,
}

/// A hazard ratio at a value.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct RatioAt {
    /// The value of the covariate.
    pub value: f64,
    /// The standard error of the log hazard ratio; 0 at the reference.
    pub std_error: f64,
    /// The hazard ratio against the reference, with its pointwise limits.
    #[serde(flatten)]
    pub hazard_ratio: Estimate,
}

/// The curves of an answer.
pub fn entries(found: &[CurveOver]) -> Vec<CurveEntry> {
    let one = |curve: &CurveOver| CurveEntry {
        term: curve.term.clone(),
        covariate: curve.covariate.clone(),
        knots: curve.knots.clone(),
        boundary: curve.boundary.map(|(low, high)| [low, high]),
        reference: curve.reference,
        nonlinearity: curve.nonlinearity.map(|test| Test {
            name: "straight_line".to_owned(),
            statistic: test.statistic,
            df: test.df as f64,
            p_value: Some(test.p_value),
        }),
        courses: curve.courses.iter().map(course).collect(),
        at_zero_of: curve.at_zero_of.clone(),
    };
    found.iter().map(one).collect()
}

fn course(course: &Course) -> CourseEntry {
    let at = |point: &RatioPoint| RatioAt {
        value: point.value,
        std_error: point.std_error,
        hazard_ratio: Estimate {
            estimate: point.hazard_ratio,
            lower: point.interval.lower,
            upper: point.interval.upper,
        },
    };
    let within = course.within.as_ref();
    CourseEntry {
        factor: within.map(|(factor, _)| factor.clone()),
        level: within.map(|(_, level)| level.clone()),
        at: course.points.iter().map(at).collect(),
    }
}

/// A table for each curve, in the words of the ratio.
pub fn tables(curves: &[CurveEntry], ratio: &str, conf_level: f64, style: &Style) -> Vec<Table> {
    curves.iter().map(|curve| table(curve, ratio, conf_level, style)).collect()
}

fn table(curve: &CurveEntry, ratio: &str, conf_level: f64, style: &Style) -> Table {
    let level = style.level(conf_level);
    let title = format!("{ratio} over {}, against {}", curve.covariate, told(curve.reference));
    let mut table = Table::new(title)
        .column(curve.covariate.clone(), Align::Left)
        .column(format!("{ratio} ({level} CI)"), Align::Right);
    for course in &curve.courses {
        if let (Some(factor), Some(level)) = (&course.factor, &course.level) {
            table = table.group(format!("{factor} {level}"));
        }
        for at in &course.at {
            let ratio = match at.std_error > 0.0 {
                true => at.hazard_ratio.text(style, 2, NOT_ESTIMABLE),
                false => format!(
                    "{} (reference)",
                    style.optional(at.hazard_ratio.estimate, 2, NOT_ESTIMABLE)
                ),
            };
            let cells = [told(at.value), ratio];
            table = match course.factor {
                Some(_) => table.indented(cells),
                None => table.row(cells),
            };
        }
    }
    table
}

/// Whether each curve bends, and where its knots are.
pub fn notes(curves: &[CurveEntry], style: &Style) -> Vec<String> {
    let mut notes = Vec::new();
    for curve in curves {
        let knots: Vec<String> = curve.knots.iter().map(|&knot| told(knot)).collect();
        if !knots.is_empty() {
            let inner = if curve.boundary.is_some() { "Inner knots" } else { "Knots" };
            notes.push(format!("{inner} of {}: {}.", curve.term, knots.join(", ")));
        }
        if let Some(test) = &curve.nonlinearity {
            let name = format!("Wald test that {} is a straight line", curve.term);
            let named = Test { name, ..test.clone() };
            notes.push(super::cox::test_sentence(&named, style));
        }
        if !curve.at_zero_of.is_empty() {
            notes.push(format!(
                "The curve of {} is that where the other variables of {} are 0 or at their reference.",
                curve.term,
                curve.at_zero_of.join(", ")
            ));
        }
    }
    notes
}

/// A value of a covariate with four digits.
fn told(value: f64) -> String {
    riskset_analysis::told(value)
}
