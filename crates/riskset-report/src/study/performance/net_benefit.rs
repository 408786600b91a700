//! The net benefit of a section's models at the thresholds asked for, by the first of its times.

use super::numbers::per_hundred;
use super::{Judged, percent};
use crate::methods::words;
use crate::store::{Unit, slug};
use crate::study::context::Context;
use crate::table::{Align, Table};
use riskset_analysis::PerformanceAnswer;

/// Puts the net benefit per 100 patients under `NAME.MODEL.net_benefit.at_THRESHOLD`, that of treating
/// everybody under `NAME.treat_all`, and the difference of two models with its P value under
/// `NAME.difference.net_benefit`; a threshold is in per cent.
pub fn put(context: &mut Context, judged: &Judged, answer: &PerformanceAnswer) {
    let name = slug(judged.spec.name.get_ref());
    let store = &mut context.store;
    for ((key, _), model) in judged.models.iter().zip(&answer.models) {
        for at in &model.net_benefit {
            let key = format!("{name}.{key}.net_benefit.{}", at_key(at.threshold));
            let source = "net benefit per 100 patients, predictions and threshold as given";
            store.estimate(
                &key,
                per_hundred(at.model, Some(at.model_interval)),
                Unit::Value,
                1,
                source,
            );
        }
    }
    for at in answer.models.first().iter().flat_map(|model| &model.net_benefit) {
        let key = format!("{name}.treat_all.net_benefit.{}", at_key(at.threshold));
        let source = "net benefit per 100 patients of treating everybody";
        let found = per_hundred(at.treat_all, Some(at.treat_all_interval));
        store.estimate(&key, found, Unit::Value, 1, source);
    }
    for at in answer.comparison.iter().flat_map(|comparison| &comparison.net_benefit) {
        let key = format!("{name}.difference.net_benefit.{}", at_key(at.threshold));
        let source = "paired difference of the net benefit per 100 patients";
        store.estimate(&key, per_hundred(at.estimate, Some(at.interval)), Unit::Value, 1, source);
        store.value(format!("{key}.p_value"), at.p_value, Unit::PValue, 3, "the models as given");
    }
}

/// One row a threshold; `None` where none was asked for.
pub fn table(context: &Context, judged: &Judged) -> Option<Table> {
    let spec = judged.spec;
    let &time = judged.times.first().filter(|_| !spec.thresholds.is_empty())?;
    let (name, ci, unit) = (slug(spec.name.get_ref()), context.ci(), context.unit.name());
    let title = format!(
        "{}: net benefit per 100 patients, risk by {time} {unit}{}",
        spec.label,
        context.synthetic()
    );
    let mut table = Table::new(title).column("Threshold, %", Align::Right);
    for (_, label) in &judged.models {
        let label = crate::study::figures::capital(label);
        table = table.column(format!("{label} ({ci})"), Align::Right);
    }
    let two = spec.against.is_some();
    if two {
        table = table.column(format!("Difference ({ci})"), Align::Right).column("P", Align::Right);
    }
    table = table.column(format!("Treat all ({ci})"), Align::Right);
    for &threshold in &spec.thresholds {
        let key = |of: &str| format!("{name}.{of}.net_benefit.{}", at_key(threshold));
        let cell = |of: &str| context.store.show_interval(&key(of), &context.style);
        let mut cells = vec![percent(threshold)];
        cells.extend(judged.models.iter().map(|(of, _)| cell(of)));
        if two {
            let p = context.store.number(&format!("{}.p_value", key("difference")));
            cells.extend([cell("difference"), context.style.p_value(p)]);
        }
        cells.push(cell("treat_all"));
        table = table.row(cells);
    }
    Some(table.footnote(words::net_benefit_limits(two)).footnote(
        "Treating nobody has a net benefit of 0. NE, not estimable: for the net benefit, nobody with such \
         a risk was followed so long; for P, both models treat the same patients.",
    ))
}

/// What Results say, a sentence a threshold; `None` where none was asked for.
pub fn sentences(context: &Context, judged: &Judged) -> Option<String> {
    let &time = judged.times.first().filter(|_| !judged.spec.thresholds.is_empty())?;
    let name = slug(judged.spec.name.get_ref());
    let show = |key: &str| {
        let range = context.store.show_range(key, &context.style);
        let estimate = context.store.show(&format!("{key}.estimate"), &context.style);
        (estimate, format!("{}, {range}", context.ci()))
    };
    let of_one = |&threshold: &f64| {
        let key = |of: &str| format!("{name}.{of}.net_benefit.{}", at_key(threshold));
        let told = |of: &str, whose: String| {
            let key = key(of);
            if context.store.number(&format!("{key}.estimate")).is_none() {
                return format!("not estimable {whose}");
            }
            let (estimate, limits) = show(&key);
            format!("{estimate} ({limits}) {whose}")
        };
        let models = judged.models.iter().map(|(of, label)| told(of, format!("with {label}")));
        let sides: Vec<String> =
            models.chain([told("treat_all", "when all were treated".to_owned())]).collect();
        let difference = key("difference");
        let difference = match context.store.number(&format!("{difference}.estimate")) {
            None => String::new(),
            Some(_) => {
                let (estimate, limits) = show(&difference);
                let p = context.store.number(&format!("{difference}.p_value"));
                let p =
                    p.map_or(String::new(), |p| format!("; {}", context.style.p_equation(Some(p))));
                format!("; the difference of the models was {estimate} ({limits}{p})")
            }
        };
        format!(
            "At a threshold of {}% for the risk by {time} {}, the net benefit per 100 patients was \
             {}{difference}.",
            percent(threshold),
            context.unit.name(),
            words::join_and(&sides)
        )
    };
    let sentences: Vec<String> = judged.spec.thresholds.iter().map(of_one).collect();
    Some(sentences.join(" "))
}

/// The part of a key that names a threshold in per cent: `at_20`, `at_7_5`.
fn at_key(threshold: f64) -> String {
    format!("at_{}", slug(&percent(threshold)))
}
