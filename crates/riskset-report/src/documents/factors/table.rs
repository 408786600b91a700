//! The table of factors.

use super::{FactorEntry, FactorsDocument, LineEntry, RatioEntry};
use crate::documents::decimals_for;
use crate::format::{NOT_ESTIMABLE, NOT_REACHED, Style};
use crate::table::{Align, RowKind, Table};

impl FactorsDocument {
    /// One row a level, with the factor above; a number stands by itself.
    pub(super) fn main_table(&self, style: &Style) -> Table {
        let level = style.level(self.conf_level);
        let mut table = Table::new("Prognostic factors")
            .column("", Align::Left)
            .column("n", Align::Right)
            .column("Events", Align::Right)
            .column(format!("Median ({level} CI)"), Align::Right);
        for time in self.times() {
            table = table.column(format!("S({time}), % ({level} CI)"), Align::Right);
        }
        table = table
            .column(format!("Univariable HR ({level} CI)"), Align::Right)
            .column("P", Align::Right)
            .column(format!("Multivariable HR ({level} CI)"), Align::Right)
            .column("P", Align::Right);
        for factor in &self.factors {
            self.put_factor(&mut table, factor, style);
        }
        table.footnote(
            "HR, hazard ratio: of a level against its reference, of a number per unit. NR, not \
             reached. NE, not estimable. The P value beside a factor's name is Wald's joint test of \
             its levels.",
        )
    }

    fn times(&self) -> Vec<f64> {
        let line = self.factors.iter().flat_map(|factor| &factor.levels).next();
        line.map_or_else(Vec::new, |line| line.times.iter().map(|at| at.time).collect())
    }

    fn put_factor(&self, table: &mut Table, factor: &FactorEntry, style: &Style) {
        let kind = match factor.kind {
            "factor" => {
                table.push(RowKind::Group, self.heading(factor, style));
                RowKind::Indented
            }
            _ => RowKind::Plain,
        };
        for line in &factor.levels {
            table.push(kind, self.cells(line, style));
        }
        if factor.missing > 0 {
            table.push(RowKind::Indented, ["Missing".to_owned(), factor.missing.to_string()]);
        }
    }

    /// The factor's name with its joint tests, where it has more levels than two.
    fn heading(&self, factor: &FactorEntry, style: &Style) -> Vec<String> {
        let mut cells = vec![factor.term.clone(), String::new(), String::new(), String::new()];
        cells.extend(self.times().iter().map(|_| String::new()));
        let joint = |test: &Option<crate::documents::Test>| match factor.levels.len() > 2 {
            true => style.p_value(test.as_ref().and_then(|test| test.p_value)),
            false => String::new(),
        };
        cells.extend([String::new(), joint(&factor.univariable)]);
        cells.extend([String::new(), joint(&factor.multivariable)]);
        cells
    }

    fn cells(&self, line: &LineEntry, style: &Style) -> Vec<String> {
        let medians = self.factors.iter().flat_map(|factor| &factor.levels);
        let decimals = decimals_for(medians.filter_map(|line| line.median.estimate));
        let mut cells = vec![
            line.level.clone(),
            line.n.to_string(),
            line.events.to_string(),
            line.median.text(style, decimals, NOT_REACHED),
        ];
        cells.extend(line.times.iter().map(|at| {
            let percent = |part: Option<f64>| part.map(|part| 100.0 * part);
            let (all, limits) = (at.survival, (at.survival.lower, at.survival.upper));
            let (lower, upper) = (percent(limits.0), percent(limits.1));
            style.interval(percent(all.estimate), lower, upper, 1, NOT_ESTIMABLE)
        }));
        let ratios = [line.univariable, line.multivariable];
        // Per unit of a fine scale a ratio differs from 1 in its third decimal.
        let near = |limit: f64| (limit - 1.0).abs() < 0.005 && limit != 1.0;
        let limits =
            ratios.iter().flatten().flat_map(|entry| [entry.ratio.lower, entry.ratio.upper]);
        let decimals = if limits.flatten().any(near) { 3 } else { 2 };
        for ratio in ratios {
            cells.extend(ratio_cells(ratio, decimals, style));
        }
        cells
    }
}

fn ratio_cells(ratio: Option<RatioEntry>, decimals: usize, style: &Style) -> [String; 2] {
    match ratio {
        None => ["1 (reference)".to_owned(), String::new()],
        Some(entry) => {
            [entry.ratio.text(style, decimals, NOT_ESTIMABLE), style.p_value(entry.p_value)]
        }
    }
}
