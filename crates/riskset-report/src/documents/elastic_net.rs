//! The answer of `riskset elastic-net`.

use super::{Document, Head};
use crate::format::Style;
use crate::table::{Align, Table};
use riskset_analysis::{ElasticNetAnswer, NetValidation, Voice};
use schemars::JsonSchema;
use serde::Serialize;

/// The elastic net of a Cox model.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ElasticNetDocument {
    /// What every document starts with.
    #[serde(flatten)]
    pub head: Head,
    /// Rows that end with the event.
    pub events: usize,
    /// How tied event times were handled.
    pub ties: &'static str,
    /// The mixture: 1 for the lasso, 0 for ridge regression.
    pub alpha: f64,
    /// Whether columns were divided by their standard deviation.
    pub standardised: bool,
    /// The log partial likelihood without coefficients.
    pub log_likelihood_null: f64,
    /// The columns with what each was divided by.
    pub columns: Vec<NetColumn>,
    /// The choice of lambda by cross-validation; `null` when it was not asked for.
    pub chosen: Option<Chosen>,
    /// The path, lambda decreasing.
    pub path: Vec<NetEntry>,
}

/// A column.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NetColumn {
    /// The column as R names it.
    pub term: String,
    /// Its standard deviation with n, or 1; 0 for one that is the same in all rows.
    pub scale: f64,
    /// The log hazard ratio per unit at the lambda with the least deviance, or at the last without
    /// cross-validation; 0 for one that is left out.
    pub estimate: f64,
    /// The same at the greatest lambda within one standard error; `null` without cross-validation.
    pub estimate_within_one_error: Option<f64>,
    /// The hazard ratio per unit, the exponential of `estimate`.
    pub hazard_ratio: f64,
    /// That of `estimate_within_one_error`.
    pub hazard_ratio_within_one_error: Option<f64>,
}

/// The lambdas that cross-validation chooses.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Chosen {
    /// Parts.
    pub folds: usize,
    /// The seed of the division.
    pub seed: u64,
    /// The lambda with the least deviance.
    pub best: f64,
    /// The greatest lambda within one standard error of it.
    pub within_one_error: f64,
}

/// One lambda.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NetEntry {
    /// The weight of the penalty.
    pub lambda: f64,
    /// How many coefficients are not 0.
    pub kept: usize,
    /// The part of the null model's deviance that is explained.
    pub deviance_explained: f64,
    /// The log partial likelihood.
    pub log_likelihood: f64,
    /// The mean deviance per event in rows that did not help; `null` without cross-validation.
    pub deviance: Option<f64>,
    /// Its standard error.
    pub deviance_std_error: Option<f64>,
    /// Log hazard ratios per unit, in the order of `columns`.
    pub coefficients: Vec<f64>,
}

impl ElasticNetDocument {
    /// The document of an answer.
    pub fn of(answer: &ElasticNetAnswer, voice: &dyn Voice) -> ElasticNetDocument {
        let (path, request) = (&answer.path, &answer.request);
        let validation = answer.validation.as_ref();
        let last = path.points.len() - 1;
        let best = validation.map_or(last, |found| found.best);
        let of_one = |column: usize| {
            let place = validation?.within_one_error;
            Some(path.points[place].coefficients[column])
        };
        let column = |(column, term): (usize, &String)| NetColumn {
            term: term.clone(),
            scale: path.scales[column],
            estimate: path.points[best].coefficients[column],
            estimate_within_one_error: of_one(column),
            hazard_ratio: path.points[best].coefficients[column].exp(),
            hazard_ratio_within_one_error: of_one(column).map(f64::exp),
        };
        let chosen = |found: &NetValidation| Chosen {
            folds: request.folds,
            seed: request.seed,
            best: path.points[found.best].lambda,
            within_one_error: path.points[found.within_one_error].lambda,
        };
        let entry = |place: usize| NetEntry {
            lambda: path.points[place].lambda,
            kept: path.points[place].kept(),
            deviance_explained: path.deviance_explained(place),
            log_likelihood: path.points[place].log_likelihood,
            deviance: validation.map(|found| found.deviance[place]),
            deviance_std_error: validation.map(|found| found.std_error[place]),
            coefficients: path.points[place].coefficients.clone(),
        };
        ElasticNetDocument {
            head: Head::of(&answer.about, voice),
            events: path.events,
            ties: request.ties.name(),
            alpha: request.alpha,
            standardised: request.standardise,
            log_likelihood_null: path.log_likelihood_null,
            columns: answer.names.iter().enumerate().map(column).collect(),
            chosen: validation.map(chosen),
            path: (0..path.points.len()).map(entry).collect(),
        }
    }
}

/// Coefficients with this many decimals.
const DECIMALS: usize = 4;

impl Document for ElasticNetDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        let shown = |value: f64| match value == 0.0 {
            true => String::new(),
            false => style.number(value, DECIMALS),
        };
        let ratio = |value: f64| match value == 0.0 {
            true => String::new(),
            false => style.number(value.exp(), 2),
        };
        let mut table = Table::new("Elastic net").column("Term", Align::Left);
        let heads: &[&str] = match self.chosen {
            Some(_) => &["least deviance", "within one error"],
            None => &["last lambda"],
        };
        for head in heads {
            table = table
                .column(format!("Coefficient, {head}"), Align::Right)
                .column("Hazard ratio", Align::Right);
        }
        for column in &self.columns {
            let mut cells =
                vec![column.term.clone(), shown(column.estimate), ratio(column.estimate)];
            if let Some(estimate) = column.estimate_within_one_error {
                cells.extend([shown(estimate), ratio(estimate)]);
            }
            table = table.row(cells);
        }
        vec![table.footnote("Per unit of the column; an empty cell is a column that is left out.")]
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let mut notes = vec![format!(
            "{} events; alpha {}; columns {}.",
            self.events,
            self.alpha,
            match self.standardised {
                true => "divided by their standard deviation (with n) before they are held back",
                false => "held back as they are, so that their units matter",
            }
        )];
        let first = self.path.first().map_or(0.0, |entry| entry.lambda);
        let last = self.path.last().map_or(0.0, |entry| entry.lambda);
        notes.push(format!(
            "{} lambdas from {} to {}.",
            self.path.len(),
            style.number(first, 5),
            style.number(last, 6)
        ));
        if let Some(chosen) = &self.chosen {
            let kept = |lambda: f64| {
                self.path.iter().find(|entry| entry.lambda == lambda).map_or(0, |entry| entry.kept)
            };
            notes.push(format!(
                "By {} parts (seed {}): least deviance at lambda {} with {} columns, within one standard \
                 error at {} with {}.",
                chosen.folds,
                chosen.seed,
                style.number(chosen.best, 5),
                kept(chosen.best),
                style.number(chosen.within_one_error, 5),
                kept(chosen.within_one_error)
            ));
        }
        notes.push(
            "The coefficients are drawn towards 0 and have no standard error; a column that is left out is \
             not shown to have no effect."
                .to_owned(),
        );
        notes
    }
}
