//! The tables of results, made from the number store.

use super::compare::{Compared, at_key};
use super::context::Context;
use super::file::{FollowUp, Proportion};
use super::incidence;
use super::proportion;
use crate::store::slug;
use crate::table::{Align, Table};
use riskset_data::endpoint::Derived;

/// The table of a comparison: one group of rows per endpoint, one column per level.
pub fn comparison(context: &Context, all: &[Compared]) -> Table {
    let first = &all[0];
    let mut table =
        Table::new(format!("{}{}", first.spec.label, context.synthetic())).column("", Align::Left);
    for level in &first.group.levels {
        table = table.column(&level.label, Align::Right);
    }
    table = table.column("P value", Align::Right);
    for compared in all {
        table = match compared.incidences() {
            Some(incidences) => incidence::table::rows(context, compared, incidences, table),
            None => endpoint_rows(context, compared, table),
        };
    }
    for note in notes(context, all) {
        table = table.footnote(note);
    }
    table
}

fn endpoint_rows(context: &Context, compared: &Compared, table: Table) -> Table {
    let unit = context.unit.name();
    let ci = context.ci();
    let show = |level: usize, part: &str| {
        context.store.show(&format!("{}.{part}", compared.level_key(level)), &context.style)
    };
    let interval = |level: usize, part: &str| {
        context
            .store
            .show_interval(&format!("{}.{part}", compared.level_key(level)), &context.style)
    };
    let overall =
        |part: &str| context.store.show(&format!("{}.{part}", compared.prefix), &context.style);
    let row = |label: String, cell: &dyn Fn(usize) -> String, p: String| {
        let levels = 0..compared.group.levels.len();
        std::iter::once(label).chain(levels.map(cell)).chain([p]).collect::<Vec<String>>()
    };
    let against = |level: usize, text: String, reference: &str| {
        if level == compared.reference { reference.to_owned() } else { text }
    };
    let mut table = table.group(&compared.endpoint.label).indented(row(
        "Patients (events)".into(),
        &|level| format!("{} ({})", show(level, "n"), show(level, "events")),
        String::new(),
    ));
    table = table.indented(row(
        format!("Median ({ci}), {unit}"),
        &|level| interval(level, "median"),
        String::new(),
    ));
    for time in context.file.study.times() {
        table = table.indented(row(
            format!("At {} ({ci}), %", incidence::table::time_words(context, time)),
            &|level| interval(level, &at_key(time)),
            String::new(),
        ));
    }
    let single = (compared.group.levels.len() == 2).then(|| 1 - compared.reference);
    let p_of = |part: &str| single.map_or(String::new(), |level| show(level, part));
    if compared.spec.milestones {
        for time in context.file.study.times() {
            let key = format!("{}.difference", at_key(time));
            let known = compared.others().any(|level| {
                let key = format!("{}.{key}.estimate", compared.level_key(level));
                context.store.number(&key).is_some()
            });
            if !known {
                continue;
            }
            table = table.indented(row(
                format!(
                    "Difference at {} ({ci}), percentage points",
                    incidence::table::time_words(context, time)
                ),
                &|level| match level == compared.reference {
                    true => "0 (reference)".into(),
                    false => interval(level, &key),
                },
                p_of(&format!("{key}.p_value")),
            ));
        }
    }
    // The test is of the curves, and of none of their points.
    table =
        table.indented(row("Log-rank test".into(), &|_| String::new(), overall("logrank.p_value")));
    if compared.spec.permutation.is_some() {
        table = table.indented(row(
            "Permutation log-rank test".into(),
            &|_| String::new(),
            overall("permutation.p_value"),
        ));
    }
    table = table.indented(row(
        format!("Hazard ratio ({ci})"),
        &|level| match level == compared.reference {
            true => "1 (reference)".into(),
            false => interval(level, "hr"),
        },
        p_of("hr.p_value"),
    ));
    table = table.indented(row(
        "Proportional hazards, score test".into(),
        &|_| String::new(),
        overall("zph.p_value"),
    ));
    let horizon = context.store.number(&format!("{}.rmst.tau", compared.prefix));
    let horizon = horizon.map_or_else(String::new, |tau| {
        format!(" to {}", incidence::table::time_words(context, tau))
    });
    table = table.indented(row(
        format!("Restricted mean{horizon} ({ci}), {unit}"),
        &|level| interval(level, "rmst"),
        String::new(),
    ));
    table.indented(row(
        format!("Difference of restricted means ({ci}), {unit}"),
        &|level| match level == compared.reference {
            true => against(level, String::new(), "0 (reference)"),
            false => interval(level, "rmst_difference"),
        },
        p_of("rmst_difference.p_value"),
    ))
}

fn notes(context: &Context, all: &[Compared]) -> Vec<String> {
    let first = &all[0];
    let (_, population) = context.population(&first.spec.population);
    let mut notes = vec![format!("Population: {}.", population.label)];
    if all.iter().any(|compared| compared.incidences().is_none()) {
        notes[0].push_str(&format!(
            " Kaplan-Meier estimates with {} intervals on the {} scale; log-rank tests are two-sided; \
             hazard ratios from a Cox model with {}'s method for ties, their P value Wald's.",
            context.style.level(context.level),
            context.conf_type.name(),
            context.ties_of()
        ));
    }
    if all.iter().any(|compared| compared.incidences().is_some()) {
        notes[0].push(' ');
        notes[0].push_str(&incidence::table::note(context));
    }
    notes[0].push_str(" NR, not reached; NE, not estimable.");
    if let Some(landmark) = &first.spec.landmark {
        notes.push(format!(
            "Landmark analysis: patients still at risk at {} {}, with time counted from there.",
            landmark.get_ref(),
            context.unit.name()
        ));
    }
    notes.extend(all.iter().filter_map(|compared| left_out(context, compared)));
    notes
}

/// Who of the population is not in the comparison; nothing when everybody is.
pub fn left_out(context: &Context, compared: &Compared) -> Option<String> {
    let count = |part: &str| {
        let key = format!("{}.{part}", compared.prefix);
        context.store.number(&key).filter(|count| *count > 0.0)?;
        Some(context.store.show(&key, &context.style))
    };
    let parts: Vec<String> = [
        ("without_group", "patients in none of the groups"),
        ("without_outcome", "patients without the endpoint"),
        ("before_landmark", "patients no longer at risk at the landmark"),
    ]
    .iter()
    .filter_map(|(part, words)| Some(format!("{} {words}", count(part)?)))
    .collect();
    (!parts.is_empty()).then(|| {
        format!(
            "Not in this comparison of {}: {}.",
            compared.endpoint.in_sentence(),
            parts.join("; ")
        )
    })
}

/// What a rule made of every patient's dates, as `riskset endpoint` writes it.
pub fn audit(derived: &Derived) -> Table {
    let header = derived.header();
    let table = header.iter().fold(Table::new(""), |table, name| table.column(name, Align::Left));
    derived.rows().fold(table, Table::row)
}

/// Follow-up of every population asked for.
pub fn follow_up(context: &Context, all: &[FollowUp]) -> Table {
    let unit = context.unit.name();
    let mut table = Table::new(format!("Follow-up{}", context.synthetic()))
        .column("Population", Align::Left)
        .column("Patients", Align::Right)
        .column(format!("Median (IQR), {unit}"), Align::Right)
        .column(format!("{} of the median", context.ci()), Align::Right);
    for spec in all {
        let key = slug(spec.name.get_ref());
        table = table.row([
            spec.label.clone(),
            context.store.show(&format!("{key}.n"), &context.style),
            context.store.show_interval(&format!("{key}.quartiles"), &context.style),
            context.store.show_range(&format!("{key}.median"), &context.style),
        ]);
    }
    table.footnote(
        "Reverse Kaplan-Meier estimate: deaths do not shorten follow-up. NR, not reached.",
    )
}

/// The table of a proportion.
pub fn proportion(context: &Context, spec: &Proportion) -> Table {
    let options = proportion::options(context, spec);
    let level = context.style.level(options.level);
    let measure = spec.measure.as_deref().unwrap_or("Proportion");
    let name = slug(spec.name.get_ref());
    let mut table = Table::new(format!("{}{}", spec.label, context.synthetic()))
        .column("", Align::Left)
        .column("Patients", Align::Right)
        .column(
            format!("{}, No. / of", super::figures::capital(context.file.many_units())),
            Align::Right,
        )
        .column(format!("{measure} ({level} CI), %"), Align::Right)
        .column("ICC", Align::Right)
        .column("Design effect", Align::Right);
    if spec.threshold.is_some() {
        table = table.column("P value", Align::Right);
    }
    let grouped = spec.rows.iter().any(|row| row.heading.is_some());
    for row in &spec.rows {
        let key = format!("{name}.{}", slug(row.name.get_ref()));
        let show = |part: &str| context.store.show(&format!("{key}.{part}"), &context.style);
        if let Some(heading) = &row.heading {
            table = table.group(heading);
        }
        let mut cells = vec![
            row.label.clone(),
            show("clusters"),
            format!("{} / {}", show("k"), show("n")),
            context.store.show_interval(&key, &context.style),
            show("icc"),
            show("design_effect"),
        ];
        if spec.threshold.is_some() {
            let p = format!("{key}.p_value");
            cells.push(context.store.get(&p).map_or(String::new(), |p| p.show(&context.style)));
        }
        table = if grouped { table.indented(cells) } else { table.row(cells) };
    }
    table = table.footnote(format!(
        "Intervals allow for several {} of one patient: {}. ICC, intraclass correlation; NE, \
         not estimable.",
        context.file.many_units(),
        options.words(context.file.many_units())
    ));
    match spec.threshold {
        Some(_) => {
            let threshold = context.store.show(&format!("{name}.threshold"), &context.style);
            table.footnote(format!(
                "P values: one-sided test that the proportion exceeds {threshold}%."
            ))
        }
        None => table,
    }
}
