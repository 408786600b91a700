//! The tables of a performance document, for people.

use super::{ModelEntry, PerformanceDocument, TimeEntry, ValidationEntry};
use crate::documents::Estimate;
use crate::format::{NOT_ESTIMABLE, Style};
use crate::methods::words;
use crate::table::{Align, Table};
use riskset::Interval;
use riskset_analysis::IncidenceModel;

/// A measure: its name, its time and how it is read off a model.
struct Measure {
    label: String,
    code: &'static str,
    time: Option<f64>,
    decimals: usize,
    of: fn(&ModelEntry, usize) -> Option<Estimate>,
    place: usize,
}

/// A criterion of a model, by its name.
type Criterion = fn(&ModelEntry) -> Option<f64>;

impl PerformanceDocument {
    /// One row a measure, one column a model, and between two the difference.
    pub(super) fn measures_table(&self, style: &Style) -> Table {
        let level = style.level(self.conf_level);
        let mut table = Table::new("Performance").column("", Align::Left);
        for model in &self.models {
            table = table.column(format!("~ {} ({level} CI)", model.terms), Align::Right);
        }
        if self.comparison.is_some() {
            table = table
                .column(format!("Difference ({level} CI)"), Align::Right)
                .column("P", Align::Right);
        }
        for measure in self.measures() {
            let text = |model: &ModelEntry| {
                let found = (measure.of)(model, measure.place);
                found.map_or(NOT_ESTIMABLE.to_owned(), |found| {
                    found.text(style, measure.decimals, NOT_ESTIMABLE)
                })
            };
            let mut cells = vec![measure.label.clone()];
            cells.extend(self.models.iter().map(text));
            cells.extend(self.difference_cells(&measure, style).into_iter().flatten());
            table = table.row(cells);
        }
        let criteria: [(&str, Criterion); 2] =
            [("AIC", |model| model.aic), ("BIC (by events)", |model| model.bic)];
        // With competing risks there is none by the events of one cause.
        for (label, of) in criteria.into_iter().take(if self.incidence.is_some() { 1 } else { 2 }) {
            let mut cells = vec![label.to_owned()];
            let text = |model: &ModelEntry| style.optional(of(model), 1, NOT_ESTIMABLE);
            cells.extend(self.models.iter().map(text));
            table = table.row(cells);
        }
        let counts = self.models.iter().map(|model| model.parameters.to_string());
        let cells = std::iter::once("Coefficients".to_owned()).chain(counts);
        let (controls, null) = match self.incidence {
            Some(_) => (
                "; controls are all without the event of interest by the time, or only those free \
                 of any event",
                "Aalen-Johansen",
            ),
            None => ("", "Kaplan-Meier"),
        };
        let no_likelihood = match &self.incidence {
            Some(found) if found.model == IncidenceModel::FineGray.name() => {
                " A Fine-Gray model has no likelihood, and so no AIC."
            }
            _ => "",
        };
        table.row(cells).footnote(format!(
            "AUC, cumulative/dynamic area under the ROC curve{controls}. R2, one less the Brier score \
             over that of the {null} risk for all. A difference is positive where the first model is \
             better.{no_likelihood} NE, not estimable."
        ))
    }

    fn difference_cells(&self, measure: &Measure, style: &Style) -> Option<[String; 2]> {
        let comparison = self.comparison.as_ref()?;
        let same = |time: Option<f64>| time == measure.time;
        let found = comparison
            .differences
            .iter()
            .find(|found| found.measure == measure.code && same(found.time))?;
        let p = match found.p_value {
            None => String::new(),
            p => style.p_value(p),
        };
        Some([found.difference.text(style, measure.decimals, NOT_ESTIMABLE), p])
    }

    fn measures(&self) -> Vec<Measure> {
        let once = |label: String, code, decimals, of| Measure {
            label,
            code,
            time: None,
            decimals,
            of,
            place: 0,
        };
        let competing = self.incidence.is_some();
        let [harrell, uno] = concordance_names(competing);
        let mut measures = vec![
            once(harrell.to_owned(), "harrell", 3, |model, _| Some(model.harrell)),
            once(format!("{uno} to {}", self.tau), "uno", 3, |model, _| Some(model.uno)),
        ];
        if !competing {
            measures.push(once("Royston's D".to_owned(), "", 2, |model, _| model.royston_d));
            measures.push(once("R2 of D".to_owned(), "", 3, |model, _| model.r2_d));
        }
        for (place, time) in self.models[0].times.iter().map(|at| at.time).enumerate() {
            let at = |label: &str, code, decimals, of| Measure {
                label: format!("{label} at {time}"),
                code,
                time: Some(time),
                decimals,
                of,
                place,
            };
            measures.push(at("AUC", "auc", 3, |model, place| Some(model.times[place].auc)));
            if competing {
                measures.push(at("AUC against event-free", "", 3, |model, place| {
                    model.times[place].auc_event_free
                }));
            }
            measures
                .push(at("Brier score", "brier", 4, |model, place| Some(model.times[place].brier)));
            measures.push(at("R2", "", 3, |model, place| model.times[place].r2));
        }
        if self.models[0].times.len() > 1 {
            let label = "Integrated Brier score".to_owned();
            measures.push(once(label, "integrated_brier", 4, |model, _| model.integrated_brier));
            measures.push(once("Integrated R2".to_owned(), "", 3, |model, _| model.integrated_r2));
        }
        measures
    }

    /// One row a model and time.
    pub(super) fn calibration_table(&self, style: &Style) -> Table {
        let level = style.level(self.conf_level);
        let times = self.models.iter().flat_map(|model| &model.times);
        let limits = times.filter_map(|at| at.ici).any(|ici| ici.lower.is_some());
        let of_distance = |name: &str| match limits {
            true => format!("{name}, % ({level} CI)"),
            false => format!("{name}, %"),
        };
        let mut table = Table::new("Calibration")
            .column("Model", Align::Left)
            .column("Time", Align::Right)
            .column("Predicted, %", Align::Right)
            .column(format!("Observed, % ({level} CI)"), Align::Right)
            .column(format!("Observed/predicted ({level} CI)"), Align::Right)
            .column(format!("Slope ({level} CI)"), Align::Right)
            .column(of_distance("ICI"), Align::Right)
            .column(of_distance("E90"), Align::Right);
        for model in &self.models {
            for at in &model.times {
                table = table.row(calibration_cells(model, at, style));
            }
        }
        let (observed, model) = match self.incidence {
            Some(_) => ("Aalen-Johansen", "Fine-Gray"),
            None => ("Kaplan-Meier", "Cox"),
        };
        table.footnote(format!(
            "Observed: {observed}. Slope: of log(-log(1 - risk)) in a {model} model, 1 when \
             predictions are as far apart as risks. ICI and E90: mean and 90% quantile of the \
             distance between predictions and their smooth."
        ))
    }

    /// With competing risks: intercept and slope at each time by pseudo-values.
    pub(super) fn pseudo_table(&self, style: &Style) -> Option<Table> {
        self.incidence.as_ref()?;
        let level = style.level(self.conf_level);
        let mut table = Table::new("Calibration by pseudo-values")
            .column("Model", Align::Left)
            .column("Time", Align::Right)
            .column(format!("Intercept ({level} CI)"), Align::Right)
            .column(format!("Slope ({level} CI)"), Align::Right);
        let text = |found: Option<Option<Estimate>>| {
            let found = found.flatten();
            found.map_or(NOT_ESTIMABLE.to_owned(), |found| found.text(style, 2, NOT_ESTIMABLE))
        };
        for model in &self.models {
            for at in &model.times {
                table = table.row([
                    format!("~ {}", model.terms),
                    at.time.to_string(),
                    text(at.pseudo_intercept),
                    text(at.pseudo_slope),
                ]);
            }
        }
        Some(table.footnote(
            "Pseudo-values of the Aalen-Johansen incidence, regressed on log(-log(1 - risk)). Intercept, \
             the slope held at 1: calibration in the large, 0 when it is right, above 0 for risks that \
             are too low. Slope: below 1 for risks that spread too much. Unlike the slope of the \
             Fine-Gray model both are about their time alone.",
        ))
    }

    /// Predicted and observed risks in groups of the model.
    pub(super) fn groups_table(&self, style: &Style) -> Option<Table> {
        let level = style.level(self.conf_level);
        let mut table = Table::new(format!("Groups of predicted risk, ~ {}", self.models[0].terms))
            .column("Group", Align::Left)
            .column("n", Align::Right)
            .column("Events by then", Align::Right)
            .column("Predicted, %", Align::Right)
            .column(format!("Observed, % ({level} CI)"), Align::Right);
        for at in &self.models[0].times {
            table = table.group(format!("By {}", at.time));
            for group in &at.groups {
                table = table.indented([
                    group.group.to_string(),
                    group.n.to_string(),
                    group.events.to_string(),
                    style.number(100.0 * group.predicted, 1),
                    percent(group.observed).text(style, 1, NOT_ESTIMABLE),
                ]);
            }
        }
        Some(table)
    }

    /// What is left of the measures without optimism.
    pub(super) fn corrected_tables(&self, style: &Style) -> Vec<Table> {
        let mut tables = Vec::new();
        for model in &self.models {
            let found =
                [("Bootstrap", &model.bootstrap), ("Cross-validation", &model.cross_validation)];
            for (name, validation) in found {
                if let Some(validation) = validation {
                    let title = format!("{name}, ~ {}", model.terms);
                    tables.push(self.corrected_table(title, validation, style));
                }
            }
        }
        tables
    }

    fn corrected_table(&self, title: String, validation: &ValidationEntry, style: &Style) -> Table {
        let level = style.level(self.conf_level);
        let mut table = Table::new(title)
            .column("", Align::Left)
            .column("Apparent", Align::Right)
            .column("Optimism", Align::Right)
            .column(format!("Corrected ({level} CI)"), Align::Right);
        let [harrell, uno] = concordance_names(self.incidence.is_some());
        for one in &validation.measures {
            let name = match one.measure {
                "harrell" => harrell,
                "uno" => uno,
                "slope" => "Slope of the linear predictor",
                "auc" => "AUC",
                "ici" => "ICI",
                _ => "Brier score",
            };
            let label = one.time.map_or(name.to_owned(), |time| format!("{name} at {time}"));
            let decimals = if matches!(one.measure, "brier" | "ici") { 4 } else { 3 };
            let number = |value: Option<f64>| style.optional(value, decimals, NOT_ESTIMABLE);
            let corrected = match one.lower {
                None => number(one.corrected),
                Some(_) => Estimate { estimate: one.corrected, lower: one.lower, upper: one.upper }
                    .text(style, decimals, NOT_ESTIMABLE),
            };
            table = table.row([label, number(one.apparent), number(one.optimism), corrected]);
        }
        table
    }

    /// Net benefit at the thresholds asked for.
    pub(super) fn net_benefit_table(&self, style: &Style) -> Option<Table> {
        let level = style.level(self.conf_level);
        let thresholds = &self.models[0].net_benefit;
        let first = self.models[0].times.first().filter(|_| !thresholds.is_empty())?;
        let mut table = Table::new(format!("Net benefit per 100 patients, risk by {}", first.time))
            .column("Threshold, %", Align::Right);
        for model in &self.models {
            table = table.column(format!("~ {} ({level} CI)", model.terms), Align::Right);
        }
        let differences = self.comparison.as_ref().map_or(&[][..], |found| &found.net_benefit);
        if !differences.is_empty() {
            table = table
                .column(format!("Difference ({level} CI)"), Align::Right)
                .column("P", Align::Right);
        }
        table = table
            .column(format!("Treat all ({level} CI)"), Align::Right)
            .column("Treat none", Align::Right);
        let benefit = |value: Option<f64>, limits: Interval| {
            let part = |value: Option<f64>| value.map(|value| 100.0 * value);
            let (lower, upper) = (part(limits.lower), part(limits.upper));
            Estimate { estimate: part(value), lower, upper }.text(style, 2, NOT_ESTIMABLE)
        };
        for (place, at) in thresholds.iter().enumerate() {
            let mut cells = vec![style.number(100.0 * at.threshold, 1)];
            let own = |model: &ModelEntry| {
                let own = &model.net_benefit[place];
                benefit(own.model, own.model_interval)
            };
            cells.extend(self.models.iter().map(own));
            if let Some(found) = differences.get(place) {
                let p = found.p_value.map_or(String::new(), |p| style.p_value(Some(p)));
                cells.extend([benefit(found.estimate, found.interval), p]);
            }
            cells.extend([benefit(at.treat_all, at.treat_all_interval), style.number(0.0, 2)]);
            table = table.row(cells);
        }
        Some(table.footnote(words::net_benefit_limits(!differences.is_empty())))
    }
}

/// What the two concordances are called.
fn concordance_names(competing: bool) -> [&'static str; 2] {
    match competing {
        true => ["Wolbers' C", "Wolbers' C, weighted for censoring,"],
        false => ["Harrell's C", "Uno's C"],
    }
}

fn percent(of: Estimate) -> Estimate {
    let times = |part: Option<f64>| part.map(|part| 100.0 * part);
    Estimate { estimate: times(of.estimate), lower: times(of.lower), upper: times(of.upper) }
}

fn calibration_cells(model: &ModelEntry, at: &TimeEntry, style: &Style) -> [String; 8] {
    let distance = |value: Option<Estimate>| match value {
        None => NOT_ESTIMABLE.to_owned(),
        Some(found) if found.lower.is_none() => {
            style.optional(found.estimate.map(|value| 100.0 * value), 1, NOT_ESTIMABLE)
        }
        Some(found) => percent(found).text(style, 1, NOT_ESTIMABLE),
    };
    [
        format!("~ {}", model.terms),
        at.time.to_string(),
        style.number(100.0 * at.predicted, 1),
        percent(at.observed).text(style, 1, NOT_ESTIMABLE),
        at.observed_over_predicted.text(style, 2, NOT_ESTIMABLE),
        at.slope.text(style, 2, NOT_ESTIMABLE),
        distance(at.ici),
        distance(at.e90),
    ]
}
