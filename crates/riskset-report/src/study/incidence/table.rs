//! The rows of an endpoint with competing events in the table of its comparison, and the table of
//! what the times of each endpoint end with.

use super::super::compare::{Compared, at_key};
use super::super::context::{Context, lower_first};
use super::super::file::Endpoint;
use super::{Cause, Incidences};
use crate::format::told_time;
use crate::table::{Align, Table};

/// The rows of one endpoint: its event first, then each competing event.
pub fn rows(
    context: &Context,
    compared: &Compared,
    incidences: &Incidences,
    mut table: Table,
) -> Table {
    table = table.group(format!("{}, cumulative incidence", compared.endpoint.label));
    for cause in &incidences.causes {
        if !cause.of_interest() {
            table = table.group(format!("{} (competing event)", cause.label));
        }
        table = of_cause(context, compared, cause, table);
    }
    table
}

fn of_cause(context: &Context, compared: &Compared, cause: &Cause, table: Table) -> Table {
    let (ci, path) = (context.ci(), &cause.path);
    let cells = Cells { context, compared };
    let events = format!("{path}events");
    let mut table = table.indented(cells.row(
        "Patients (events)".into(),
        &|key| format!("{} ({})", cells.show(key, "n"), cells.show(key, &events)),
        cells.overall(&format!("{path}gray.p_value")),
    ));
    for time in context.file.study.times() {
        let part = format!("{path}{}", at_key(time));
        table = table.indented(cells.row(
            format!("At {} ({ci}), %", time_words(context, time)),
            &|key| context.store.show_interval(&format!("{key}.{part}"), &context.style),
            String::new(),
        ));
    }
    let ratio = format!("{path}hr");
    table = table.indented(cells.ratios(format!("Cause-specific hazard ratio ({ci})"), &ratio));
    table = table.indented(cells.row(
        "Proportional cause-specific hazards, score test".into(),
        &|_| String::new(),
        cells.overall(&format!("{path}zph.p_value")),
    ));
    match cause.of_interest() {
        true => table.indented(cells.ratios(format!("Subdistribution hazard ratio ({ci})"), "shr")),
        false => table,
    }
}

/// "5 years", "1 year"; "8.8 years" of a horizon that follows from the data, as 8.79945242984.
pub fn time_words(context: &Context, time: f64) -> String {
    let time = told_time(time);
    let unit = context.unit.name();
    let unit = if time == 1.0 { unit.trim_end_matches('s') } else { unit };
    format!("{} {unit}", context.style.level(time / 100.0).trim_end_matches('%'))
}

/// Cells of the comparison's table: one per level, and a P value.
struct Cells<'a> {
    context: &'a Context<'a>,
    compared: &'a Compared<'a>,
}

impl Cells<'_> {
    fn show(&self, key: &str, part: &str) -> String {
        self.context.store.show(&format!("{key}.{part}"), &self.context.style)
    }

    fn overall(&self, part: &str) -> String {
        self.show(&self.compared.prefix, part)
    }

    fn row(&self, label: String, cell: &dyn Fn(&str) -> String, p: String) -> Vec<String> {
        let levels = 0..self.compared.group.levels.len();
        let cells = levels.map(|level| cell(&self.compared.level_key(level)));
        std::iter::once(label).chain(cells).chain([p]).collect()
    }

    fn ratios(&self, label: String, part: &str) -> Vec<String> {
        let levels = 0..self.compared.group.levels.len();
        let cell = |level: usize| match level == self.compared.reference {
            true => "1 (reference)".to_owned(),
            false => {
                let key = format!("{}.{part}", self.compared.level_key(level));
                self.context.store.show_interval(&key, &self.context.style)
            }
        };
        // With more groups than two a P value belongs to a level, which has no room for it.
        let single = (self.compared.group.levels.len() == 2).then(|| 1 - self.compared.reference);
        let p = single.map_or(String::new(), |level| {
            self.show(&self.compared.level_key(level), &format!("{part}.p_value"))
        });
        std::iter::once(label).chain(levels.map(cell)).chain([p]).collect()
    }
}

/// The note of a table that has incidences.
pub fn note(context: &Context) -> String {
    format!(
        "Cumulative incidences are Aalen-Johansen estimates with {} intervals on the {} scale; the P \
         value beside the patients is Gray's test, two-sided. Cause-specific hazard ratios are from Cox \
         models that censor the other events ({}'s method for ties), subdistribution hazard ratios \
         from Fine-Gray models with robust standard errors; their P values are Wald's.",
        context.style.level(context.level),
        context.incidence_scale(),
        context.ties_of()
    )
}

/// What the times of each endpoint end with, by the values of the data.
pub fn outcomes(context: &Context) -> Table {
    let mut table = Table::new(format!("What ends follow-up{}", context.synthetic()))
        .column("Endpoint", Align::Left)
        .column("Counted as", Align::Left)
        .column("Patients", Align::Right);
    for (endpoint, ends) in context.file.endpoint.iter().zip(&context.cohort.balances) {
        table = table.group(&endpoint.label);
        let kinds = [("Event", &ends.event), ("Competing", &ends.competing)];
        for (kind, values) in kinds.into_iter().chain([("Censored", &ends.censored)]) {
            for (value, count) in values {
                // A code says nothing to a reader; what it counts as does.
                let coded = value.parse::<f64>().is_ok() || value.eq_ignore_ascii_case(kind);
                let shown = match (coded, kind) {
                    (true, "Event") => event_label(endpoint),
                    (true, "Censored") => "No event".to_owned(),
                    _ => super::super::figures::capital(value),
                };
                table = table.indented([shown, kind.to_owned(), count.to_string()]);
            }
        }
        if ends.missing > 0 {
            let cells = ["Not recorded".to_owned(), "Missing".to_owned(), ends.missing.to_string()];
            table = table.indented(cells);
        }
    }
    table
}

/// What happened to those with the event, where the data have a code for it.
fn event_label(endpoint: &Endpoint) -> String {
    match (super::super::text::is_death(endpoint), endpoint.competing.is_empty()) {
        (true, _) => "Death".to_owned(),
        (false, false) => endpoint.label.clone(),
        (false, true) => "Event".to_owned(),
    }
}

/// "death without recurrence" and so on, for a sentence.
pub fn names(incidences: &Incidences) -> Vec<String> {
    let others = incidences.causes.iter().filter(|cause| !cause.of_interest());
    others.map(|cause| lower_first(&cause.label)).collect()
}
