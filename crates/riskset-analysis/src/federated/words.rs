//! What a plan asks and lets out, for whoever must agree to it.

use super::{BaselineTable, Plan, Question};
use crate::Request;

impl Plan {
    /// The plan in words, one sentence or question a line.
    pub fn summary(&self) -> String {
        let rules = &self.rules;
        let mut text = format!(
            "{}\nplan {}\nTimes on a grid of {} {}; no count from 1 to {}; at least {} places; at most \
             {} rounds.\n",
            rules.title,
            &self.fingerprint()[..12],
            rules.grid,
            rules.unit.name(),
            rules.min_cell - 1,
            rules.min_sites,
            rules.max_rounds
        );
        if let Some(why) = &rules.fine_grid_because {
            text.push_str(&format!("The grid is finer than a week: {why}\n"));
        }
        self.questions.iter().for_each(|question| text.push_str(&question.summary()));
        self.tables.iter().for_each(|table| text.push_str(&table.summary()));
        text
    }
}

impl Question {
    fn summary(&self) -> String {
        let fields = self.request.to_value();
        let field = |name: &str| fields.get(name).and_then(|v| v.as_str()).unwrap_or("").to_owned();
        let what = match (&self.request, self.is_regression(), self.common_baseline) {
            (_, true, true) => "sums over risk sets on the grid",
            (_, true, false) => "sums of a likelihood",
            (Request::Npv(_), ..) => "sums over clusters",
            _ => "counts by time",
        };
        format!("{}: {} {} ({what})\n", self.name, field("analysis"), field("formula"))
    }
}

impl BaselineTable {
    fn summary(&self) -> String {
        let by = self.by.as_ref().map_or(String::new(), |by| format!(" by {by}"));
        let columns: Vec<&str> =
            self.levels.iter().chain(&self.means).map(String::as_str).collect();
        format!(
            "{}: table of {}{by} (counts of levels, sums of numbers)\n",
            self.name,
            columns.join(", ")
        )
    }
}
