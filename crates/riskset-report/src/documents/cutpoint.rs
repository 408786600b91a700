//! The answer of `riskset cutpoint`.

use super::{Document, Estimate, Head};
use crate::format::{NOT_ESTIMABLE, Style};
use crate::table::{Align, Table};
use riskset::{CutPoint, Interval};
use riskset_analysis::{CutpointAnswer, Side, Voice};
use schemars::JsonSchema;
use serde::Serialize;

/// The search for a cut-point.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CutpointDocument {
    /// What every document starts with.
    #[serde(flatten)]
    pub head: Head,
    /// The column that is cut.
    pub column: String,
    /// The level of the interval.
    pub conf_level: f64,
    /// The share of patients at or below the lowest cut tried.
    pub lowest: f64,
    /// The share of patients at or below the highest cut tried.
    pub highest: f64,
    /// The best cut: patients at or below it are the low side.
    pub best: CutEntry,
    /// The patients at or below the best cut.
    pub low: SideEntry,
    /// The patients above it.
    pub high: SideEntry,
    /// The P values of the best cut.
    pub p_values: CutPValues,
    /// The hazard ratio above the best cut against at or below it, as if it had been planned; `null`
    /// is not estimable.
    pub planned_hazard_ratio: Estimate,
    /// What is left of it in patients who did not help to choose; `null` when it was not asked for.
    pub validation: Option<ValidationEntry>,
    /// Every cut tried, increasing.
    pub cuts: Vec<CutEntry>,
}

/// A cut.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct CutEntry {
    /// Its value.
    pub cut: f64,
    /// Patients at or below it.
    pub n_low: usize,
    /// Observed less expected events of those above.
    pub score: f64,
    /// The score standardised over all permutations.
    pub z: f64,
}

/// One side of the best cut.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct SideEntry {
    /// Patients.
    pub n: usize,
    /// Patients with the event.
    pub events: usize,
}

/// The P values of the best cut.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct CutPValues {
    /// As if it had been planned: not to be reported.
    pub uncorrected: f64,
    /// Of the joint normal distribution of the statistics of all cuts.
    pub joint_normal: f64,
    /// An upper bound of it by neighbouring cuts (improved Bonferroni).
    pub bound: f64,
    /// The upper bound of Hothorn and Lausen, over all orders of the patients; `null` for more patients
    /// than can be gone through.
    pub hothorn_lausen: Option<f64>,
    /// The approximation of Lausen and Schumacher; `null` where it is none.
    pub lausen_schumacher: Option<f64>,
    /// Exact, over all orders of the patients; `null` for more patients than can be gone through.
    pub exact: Option<f64>,
    /// By permutation of the patients; `null` when none were asked for.
    pub permutation: Option<f64>,
    /// Its standard error from drawing at random.
    pub permutation_std_error: Option<f64>,
    /// How many permutations, and their seed.
    pub permutations: usize,
    /// The seed of the permutations and of the divisions.
    pub seed: u64,
}

/// What is left of the effect.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct ValidationEntry {
    /// Parts of each division.
    pub folds: usize,
    /// Divisions.
    pub repeats: usize,
    /// Divisions that gave no hazard ratio, or no slope.
    pub without: usize,
    /// The hazard ratio in patients who did not help to choose the cut.
    pub hazard_ratio: Option<f64>,
    /// The slope of the others' coefficients.
    pub shrinkage: Option<f64>,
    /// The hazard ratio of the best cut shrunk by it; 1 where the slope is below 0.
    pub shrunken_hazard_ratio: Option<f64>,
    /// The lowest cut that a search chose.
    pub lowest_cut: Option<f64>,
    /// The highest cut that a search chose.
    pub highest_cut: Option<f64>,
}

impl CutpointDocument {
    /// The document of an answer.
    pub fn of(answer: CutpointAnswer, voice: &dyn Voice) -> CutpointDocument {
        let (request, test) = (&answer.request, &answer.test);
        let limits = answer.effect.map_or(Interval { lower: None, upper: None }, |e| e.interval);
        let validation = answer.validation.map(|found| ValidationEntry {
            folds: request.folds,
            repeats: request.repeats,
            without: found.without,
            hazard_ratio: found.log_ratio.map(f64::exp),
            shrinkage: found.slope,
            shrunken_hazard_ratio: answer
                .effect
                .zip(found.slope)
                .map(|(effect, slope)| (slope.max(0.0) * effect.log_ratio).exp()),
            lowest_cut: found.cuts.map(|cuts| cuts.0),
            highest_cut: found.cuts.map(|cuts| cuts.1),
        });
        CutpointDocument {
            head: Head::of(&answer.about, voice),
            column: answer.column.clone(),
            conf_level: request.conf_level,
            lowest: request.lowest,
            highest: request.highest,
            best: entry(&test.best_cut()),
            low: side(answer.sides[0]),
            high: side(answer.sides[1]),
            p_values: CutPValues {
                uncorrected: test.p_uncorrected,
                joint_normal: test.p_normal,
                bound: test.p_bound,
                hothorn_lausen: test.p_hothorn_lausen,
                lausen_schumacher: test.p_lausen_schumacher,
                exact: test.p_exact,
                permutation: test.p_permutation,
                permutation_std_error: test.permutation_std_error,
                permutations: request.permutations,
                seed: request.seed,
            },
            planned_hazard_ratio: Estimate {
                estimate: answer.effect.map(|effect| effect.log_ratio.exp()),
                lower: limits.lower,
                upper: limits.upper,
            },
            validation,
            cuts: test.cuts.iter().map(entry).collect(),
        }
    }

    fn sides(&self) -> Table {
        let mut table = Table::new(format!("Best of {} cuts", self.cuts.len()))
            .column("Side", Align::Left)
            .column("n", Align::Right)
            .column("Events", Align::Right);
        let cut = shown(self.best.cut);
        for (sign, side) in [("<=", self.low), (">", self.high)] {
            let label = format!("{} {sign} {cut}", self.column);
            table = table.row([label, side.n.to_string(), side.events.to_string()]);
        }
        table
    }

    fn tests(&self, style: &Style) -> Table {
        let p = &self.p_values;
        let mut table =
            Table::new("P value of the best cut").column("", Align::Left).column("P", Align::Right);
        if let Some(exact) = p.exact {
            let name = "exact, over all orders of the patients";
            table = table.row([name.to_owned(), style.p_value(Some(exact))]);
        }
        let rows = [
            (format!("permutations ({}, seed {})", p.permutations, p.seed), p.permutation),
            ("joint normal distribution of all statistics".to_owned(), Some(p.joint_normal)),
            ("bound of it by neighbouring cuts".to_owned(), Some(p.bound)),
            ("Lausen and Schumacher".to_owned(), p.lausen_schumacher),
            ("not corrected for the search".to_owned(), Some(p.uncorrected)),
        ];
        let rows = p.hothorn_lausen.map(bound_row).into_iter().chain(rows);
        for (name, value) in rows {
            if value.is_some() || p.permutations > 0 || !name.starts_with("permutations") {
                table = table.row([name, style.p_value(value)]);
            }
        }
        table
    }

    fn ratios(&self, style: &Style) -> Table {
        let level = style.level(self.conf_level);
        let mut table = Table::new(format!(
            "Hazard ratio, {0} > {1} against {0} <= {1}",
            self.column,
            shown(self.best.cut)
        ))
        .column("", Align::Left)
        .column(format!("HR ({level} CI)"), Align::Right);
        let planned = self.planned_hazard_ratio.text(style, 2, NOT_ESTIMABLE);
        table = table.row(["as if the cut had been planned".to_owned(), planned]);
        if let Some(found) = &self.validation {
            let number = |value: Option<f64>| style.optional(value, 2, NOT_ESTIMABLE);
            table = table
                .row(["cross-validated".to_owned(), number(found.hazard_ratio)])
                .row(["shrunken".to_owned(), number(found.shrunken_hazard_ratio)]);
        }
        table
    }

    /// How much smaller the effect is than it looks.
    fn validation_sentence(&self, style: &Style) -> Option<String> {
        let found = self.validation.as_ref()?;
        let looks = self.planned_hazard_ratio.estimate?;
        let (left, slope) = (found.hazard_ratio?, found.shrinkage?);
        let part = left.ln() / looks.ln();
        let much = match part {
            part if part <= 0.0 => "nothing of the effect is left".to_owned(),
            part if part < 0.05 => "next to nothing of the effect is left".to_owned(),
            part => format!("{:.0}% of the effect (on the log scale) is left", 100.0 * part),
        };
        let cuts = match (found.lowest_cut, found.highest_cut) {
            (Some(low), Some(high)) if low < high => {
                format!("; their searches chose cuts from {} to {}", shown(low), shown(high))
            }
            (Some(low), _) => format!("; their searches all chose {}", shown(low)),
            _ => String::new(),
        };
        let without = match found.without {
            0 => String::new(),
            n => format!("; {n} of the divisions gave no estimate and are left out"),
        };
        Some(format!(
            "In patients who did not help to choose the cut the hazard ratio is {} and not {}: {much} \
             (means over {} divisions into {} parts, seed {}; shrinkage factor {}{cuts}{without}).",
            style.number(left, 2),
            style.number(looks, 2),
            found.repeats,
            found.folds,
            self.p_values.seed,
            style.number(slope, 2),
        ))
    }
}

fn entry(cut: &CutPoint) -> CutEntry {
    CutEntry { cut: cut.cut, n_low: cut.n_low, score: cut.score, z: cut.z }
}

fn side(side: Side) -> SideEntry {
    SideEntry { n: side.n, events: side.events }
}

/// A cut without digits that say nothing.
fn shown(cut: f64) -> String {
    format!("{}", format!("{cut:.6e}").parse::<f64>().unwrap_or(cut))
}

impl Document for CutpointDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        vec![self.sides(), self.tests(style), self.ratios(style)]
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let mut notes = vec![format!(
            "The cut was not planned: it is the one of {} between {}% and {}% of the patients that \
             separates these patients best (|z| = {}). Report a corrected P value, and say that the \
             cut was searched.",
            self.cuts.len(),
            percent(self.lowest),
            percent(self.highest),
            style.number(self.best.z.abs(), 2)
        )];
        notes.extend(self.validation_sentence(style));
        notes.push(
            "The interval is that of a planned cut, so it is too short and lies too far from 1. A \
             number that is cut loses information: a Cox model can take the column as it is."
                .to_owned(),
        );
        notes
    }
}

/// `10`, without digits that say nothing.
fn percent(share: f64) -> String {
    ((share * 1e11).round() / 1e9).to_string()
}

/// The bound has its row where it exists.
fn bound_row(p: f64) -> (String, Option<f64>) {
    ("at most (Hothorn and Lausen, over all orders)".to_owned(), Some(p))
}
