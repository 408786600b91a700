//! The tables of a section that judges models.

use super::{Judged, compared, net_benefit, reclassified};
use crate::format::NOT_ESTIMABLE;
use crate::store::slug;
use crate::study::compare::at_key;
use crate::study::context::Context;
use crate::study::figures::capital;
use crate::table::{Align, Table};

/// The tables by the names of their files.
pub fn tables(context: &Context, judged: &Judged) -> Vec<(String, Table)> {
    let name = judged.spec.name.get_ref();
    let further = [
        ("groups", groups_table(context, judged)),
        ("reclassification", reclassified::table(context, judged)),
        ("net-benefit", net_benefit::table(context, judged)),
    ];
    let further =
        further.into_iter().filter_map(|(part, table)| Some((format!("{name}-{part}"), table?)));
    std::iter::once((name.clone(), measures_table(context, judged))).chain(further).collect()
}

/// One row a measure, one column a model.
fn measures_table(context: &Context, judged: &Judged) -> Table {
    let (spec, ci) = (judged.spec, context.ci());
    let name = slug(spec.name.get_ref());
    let mut table =
        Table::new(format!("{}{}", spec.label, context.synthetic())).column("", Align::Left);
    for (_, label) in &judged.models {
        table = table.column(format!("{} ({ci})", capital(label)), Align::Right);
    }
    let corrected = spec.bootstrap > 0;
    let interval = |key: String| context.store.show_interval(&key, &context.style);
    let show = |key: String| context.store.show(&key, &context.style);
    let [harrell, uno] = judged.concordances();
    let mut rows: Vec<(String, String, bool)> =
        vec![(harrell.to_owned(), "harrell".to_owned(), true)];
    let optimism = "corrected for optimism";
    let also = |rows: &mut Vec<(String, String, bool)>, label: String, key: String| {
        if corrected {
            rows.push((format!("{label}, {optimism}"), format!("{key}.corrected"), false));
        }
    };
    also(&mut rows, harrell.to_owned(), "harrell".to_owned());
    rows.push((uno.to_owned(), "uno".to_owned(), true));
    for &time in &judged.times {
        let (at, unit) = (at_key(time), context.unit.name());
        for (label, measure, has) in [
            ("AUC", "auc", true),
            ("Brier score", "brier", true),
            ("Observed over predicted risk", "observed_over_predicted", false),
        ] {
            let (label, key) = (format!("{label} at {time} {unit}"), format!("{at}.{measure}"));
            rows.push((label.clone(), key.clone(), true));
            if has {
                also(&mut rows, label, key);
            }
        }
    }
    also(&mut rows, "Calibration slope".to_owned(), "slope".to_owned());
    rows.push(("AIC".to_owned(), "aic".to_owned(), false));
    rows.push(("Coefficients".to_owned(), "parameters".to_owned(), false));
    for (label, key, limits) in rows {
        let cell = |(model, _): &(&str, String)| {
            let key = format!("{name}.{model}.{key}");
            let has_limits = context.store.number(&format!("{key}.lower")).is_some();
            match (limits, has_limits) {
                (true, _) => interval(key),
                (false, true) => corrected_cell(context, &key),
                (false, false) => show(key),
            }
        };
        let cells = std::iter::once(label).chain(judged.models.iter().map(cell));
        table = table.row(cells.collect::<Vec<String>>());
    }
    notes(context, judged).into_iter().fold(table, Table::footnote)
}

/// A corrected measure with its limits.
fn corrected_cell(context: &Context, key: &str) -> String {
    let number = |part: &str| context.store.number(&format!("{key}{part}"));
    let (lower, upper) = (number(".lower"), number(".upper"));
    context.style.interval(number(""), lower, upper, 3, NOT_ESTIMABLE)
}

fn notes(context: &Context, judged: &Judged) -> Vec<String> {
    let spec = judged.spec;
    let name = slug(spec.name.get_ref());
    let show = |part: &str| context.store.show(&format!("{name}.{part}"), &context.style);
    let mut notes = vec![format!(
        "{} of {} patients with {} events{} ({} left out for missing values), judged on the same \
         patients; the limits take the predictions as given.",
        judged.fitted(),
        show("n"),
        show("events"),
        match judged.incidence_model {
            Some(_) => format!(" and {} competing ones", show("competing")),
            None => String::new(),
        },
        show("missing")
    )];
    if judged.incidence_model.is_some() {
        notes.push(
            "Whoever had a competing event never has the one of interest: concordances compare such \
             patients too, and they are controls of the AUC."
                .to_owned(),
        );
    }
    if spec.bootstrap > 0 {
        notes.push(format!(
            "Corrected for optimism by {} bootstrap samples, the model made anew in each; limits are \
             the percentiles of the samples, moved by the optimism.",
            spec.bootstrap
        ));
    }
    notes.extend(compared(context, judged).map(|sentence| format!("{sentence}.")));
    notes
}

/// The groups by predicted risk; `None` where none were asked for.
fn groups_table(context: &Context, judged: &Judged) -> Option<Table> {
    let spec = judged.spec;
    if judged.groups.is_empty() {
        return None;
    }
    let name = slug(spec.name.get_ref());
    let (ci, unit) = (context.ci(), context.unit.name());
    let at = judged.times.first().copied().unwrap_or(0.0);
    let title = format!("{}: groups by predicted risk{}", spec.label, context.synthetic());
    let competing = judged.incidence_model.is_some();
    let mut table = Table::new(title)
        .column(format!("Predicted risk by {at} {unit}"), Align::Left)
        .column("Patients (events)", Align::Right);
    table = match competing {
        false => table
            .column(format!("Median, {unit} ({ci})"), Align::Right)
            .column(format!("At {at} {unit}, % ({ci})"), Align::Right)
            .column(format!("Predicted at {at} {unit}, %"), Align::Right),
        true => table
            .column("Competing events", Align::Right)
            .column(format!("Incidence by {at} {unit}, % ({ci})"), Align::Right)
            .column(format!("Predicted by {at} {unit}, %"), Align::Right),
    };
    for (place, label) in judged.groups.iter().enumerate() {
        let key = |part: &str| format!("{name}.group{}.{part}", place + 1);
        let show = |part: &str| context.store.show(&key(part), &context.style);
        let interval = |part: &str| context.store.show_interval(&key(part), &context.style);
        let present = context.store.number(&key("n")) > Some(0.0);
        let or_nothing = |text: String| if present { text } else { NOT_ESTIMABLE.to_owned() };
        table = table.row([
            capital(label.strip_prefix("Risk ").unwrap_or(label)),
            format!("{} ({})", show("n"), show("events")),
            match competing {
                false => or_nothing(interval("median")),
                true => show("competing"),
            },
            or_nothing(interval(if competing { "incidence" } else { "survival" })),
            or_nothing(show("predicted")),
        ]);
    }
    Some(table.footnote(
        "The groups are made by a model of the same patients, so they lie further apart than those of \
         other patients will.",
    ))
}
