//! The curves as people read them, and their record for spreadsheets.

use super::{AtTimeEntry, KmDocument, mean_pairs_table, more, variance_note};
use crate::documents::{Document, Estimate, Head, decimals_for, logrank};
use crate::format::{NOT_ESTIMABLE, NOT_REACHED, Style};
use crate::table::{Align, Table};

impl KmDocument {
    fn level(&self, style: &Style) -> String {
        format!("{} CI", style.level(self.conf_level))
    }

    fn with_interval(&self) -> bool {
        self.conf_type != "none"
    }

    fn summary(&self, style: &Style) -> Table {
        let title = match (self.reverse, self.estimator) {
            (true, _) => "Potential follow-up (reverse Kaplan-Meier)",
            (_, "kaplan-meier") => "Kaplan-Meier estimate",
            (_, "breslow") => "Breslow estimate of survival",
            _ => "Fleming-Harrington estimate of survival",
        };
        let counted = if self.reverse { "Censored" } else { "Events" };
        let heading = |name: &str| match self.with_interval() {
            true => format!("{name} ({})", self.level(style)),
            false => name.to_string(),
        };
        let mut table = Table::new(title)
            .column("Group", Align::Left)
            .column("n", Align::Right)
            .column(counted, Align::Right)
            .column(heading("Median"), Align::Right);
        for quantile in self.groups.first().map_or(&[][..], |group| &group.quantiles) {
            if quantile.probability != 0.5 {
                table = table
                    .column(heading(&format!("Quantile {}", quantile.probability)), Align::Right);
            }
        }
        let cell = |value: &Estimate, decimals: usize| match self.with_interval() {
            true => value.text(style, decimals, NOT_REACHED),
            false => style.optional(value.estimate, decimals, NOT_REACHED),
        };
        let decimals = decimals_for(self.groups.iter().flat_map(|group| {
            let quantiles = group.quantiles.iter().map(|quantile| quantile.value);
            let values = quantiles.chain([group.median]);
            values.flat_map(|value| [value.estimate, value.lower, value.upper]).flatten()
        }));
        for group in &self.groups {
            let quantiles = group.quantiles.iter().filter(|quantile| quantile.probability != 0.5);
            let head = [group.name().to_string(), group.n.to_string(), group.events.to_string()];
            let values = [cell(&group.median, decimals)].into_iter();
            let values = values.chain(quantiles.map(|quantile| cell(&quantile.value, decimals)));
            table = table.row(head.into_iter().chain(values));
        }
        if table.rows.iter().any(|row| row.cells.iter().any(|cell| cell.contains(NOT_REACHED))) {
            table = table.footnote(format!("{NOT_REACHED}: not reached."));
        }
        table
    }

    fn times(&self, style: &Style) -> Option<Table> {
        if self.groups.iter().all(|group| group.at_times.is_empty()) {
            return None;
        }
        let heading = match self.with_interval() {
            true => format!("Survival, % ({})", self.level(style)),
            false => "Survival, %".to_string(),
        };
        let mut table = Table::new("Survival at given times");
        for (name, align) in [
            ("Time", Align::Left),
            ("At risk", Align::Right),
            ("Events", Align::Right),
            ("Censored", Align::Right),
        ] {
            table = table.column(name, align);
        }
        table = table.column(heading, Align::Right);
        for group in &self.groups {
            table = table.group(group.name());
            for at in &group.at_times {
                table = table.indented(at.cells(style, self.with_interval()));
            }
        }
        let table = table.footnote(
            "At risk just before the time; events and censorings since the previous time listed.",
        );
        let absent = |table: &Table| {
            table.rows.iter().any(|row| row.cells.iter().any(|cell| cell.contains(NOT_ESTIMABLE)))
        };
        Some(match absent(&table) {
            true => table.footnote(format!(
                "{NOT_ESTIMABLE}: not estimable, such as an interval before the first event."
            )),
            false => table,
        })
    }

    fn curves(&self, style: &Style) -> Vec<Table> {
        if !self.show_curve {
            return Vec::new();
        }
        self.groups
            .iter()
            .map(|group| group.curve.table(group.name(), self.with_interval(), style))
            .collect()
    }

    fn pairs(&self, style: &Style) -> Option<Table> {
        let tau = self.groups.iter().find_map(|group| group.rmst.map(|rmst| rmst.tau))?;
        let adjustment = self.adjustment?;
        Some(mean_pairs_table(&self.rmst_pairs, (tau, adjustment, self.conf_level), style))
    }

    fn restricted_means(&self, style: &Style) -> Option<Table> {
        let tau = self.groups.iter().find_map(|group| group.rmst.map(|rmst| rmst.tau))?;
        let mut table = Table::new(format!("Restricted mean survival time to {tau}"))
            .column("Group", Align::Left)
            .column(format!("Mean ({})", self.level(style)), Align::Right)
            .column("Standard error", Align::Right);
        for group in &self.groups {
            let (mean, error) = match group.rmst {
                Some(mean) => (
                    style.interval(
                        Some(mean.estimate),
                        Some(mean.lower),
                        Some(mean.upper),
                        2,
                        NOT_ESTIMABLE,
                    ),
                    style.number(mean.std_error, 3),
                ),
                None => (NOT_ESTIMABLE.to_string(), NOT_ESTIMABLE.to_string()),
            };
            table = table.row([group.name().to_string(), mean, error]);
        }
        Some(table)
    }
}

impl AtTimeEntry {
    fn cells(&self, style: &Style, with_interval: bool) -> [String; 5] {
        let percent = |value: Option<f64>| value.map(|value| 100.0 * value);
        let survival = match with_interval {
            true => style.interval(
                percent(self.survival),
                percent(self.lower),
                percent(self.upper),
                1,
                NOT_ESTIMABLE,
            ),
            false => style.optional(percent(self.survival), 1, NOT_ESTIMABLE),
        };
        [
            self.time.to_string(),
            count(self.n_risk, style),
            count(self.n_event, style),
            count(self.n_censor, style),
            survival,
        ]
    }
}

/// A count; with case weights it need not be whole.
pub(in crate::documents) fn count(value: f64, style: &Style) -> String {
    style.number(value, if value == value.round() { 0 } else { 2 })
}

impl Document for KmDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        let mut tables = vec![self.summary(style)];
        tables.extend(self.times(style));
        tables.extend(more::tables(self, style));
        tables.extend(self.restricted_means(style));
        tables.extend(self.pairs(style));
        tables.extend(self.curves(style));
        tables
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let mut notes: Vec<String> =
            self.tests.iter().map(|test| logrank::sentence(test, style)).collect();
        if !self.strata.is_empty() && !self.tests.is_empty() {
            notes.push(format!("The test is stratified by {}.", self.strata.join(", ")));
        }
        // With the pairs the table has it.
        if let Some(comparison) =
            self.rmst_comparison.as_ref().filter(|_| self.adjustment.is_none())
        {
            let difference = &comparison.difference;
            notes.push(format!(
                "Difference of restricted means to {}, {} less {}: {}, {}",
                comparison.tau,
                comparison.a,
                comparison.b,
                style.interval(
                    Some(difference.estimate),
                    Some(difference.lower),
                    Some(difference.upper),
                    2,
                    NOT_ESTIMABLE
                ),
                style.p_equation(difference.p_value),
            ));
        }
        notes.extend(variance_note(self.variance, self.clusters));
        notes.extend(more::notes(self, style));
        if self.with_interval() {
            notes.push(format!(
                "Intervals: {}, {} scale.",
                style.level(self.conf_level),
                self.conf_type
            ));
        }
        notes
    }
}
