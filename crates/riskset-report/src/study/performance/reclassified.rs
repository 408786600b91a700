//! How risks move from one model of a section to the other.

use super::{Judged, percent};
use crate::format::NOT_ESTIMABLE;
use crate::methods::words;
use crate::store::{Estimate, Unit, slug};
use crate::study::compare::at_key;
use crate::study::context::Context;
use crate::table::{Align, Table};
use riskset::{ChangeEstimate, NetChange};
use riskset_analysis::PerformanceAnswer;

/// The measures by the part of their keys, with what readers see.
const MEASURES: [(&str, &str); 3] = [
    ("categories", "NRI between categories"),
    ("continuous", "NRI, any change"),
    ("discrimination", "IDI"),
];

/// The parts of a measure.
const PARTS: [&str; 3] = ["events", "free", "net"];

/// Puts each measure under `NAME.reclassified.at_TIME.MEASURE`.
pub fn put(context: &mut Context, judged: &Judged, answer: &PerformanceAnswer) {
    let name = slug(judged.spec.name.get_ref());
    for at in answer.comparison.iter().flat_map(|comparison| &comparison.reclassified) {
        let found = [at.categories.as_ref(), Some(&at.continuous), Some(&at.discrimination)];
        for ((measure, _), change) in MEASURES.iter().zip(found) {
            if let Some(change) = change {
                let key = format!("{name}.reclassified.{}.{measure}", at_key(at.time));
                put_change(context, &key, change);
            }
        }
    }
}

fn put_change(context: &mut Context, key: &str, change: &NetChange) {
    let store = &mut context.store;
    let estimate = |one: &ChangeEstimate| Estimate {
        estimate: Some(one.estimate),
        lower: one.interval.lower,
        upper: one.interval.upper,
    };
    let source = "from the second model to the first, weighted for censoring";
    for (part, one) in PARTS.iter().zip([&change.events, &change.free, &change.net]) {
        store.estimate(&format!("{key}.{part}"), estimate(one), Unit::Value, 3, source);
    }
    let source = "the predictions taken as given";
    store.value(format!("{key}.p_value"), change.net.p_value, Unit::PValue, 3, source);
}

/// One row a measure and time; `None` where no cut-offs were given.
pub fn table(context: &Context, judged: &Judged) -> Option<Table> {
    let spec = judged.spec;
    let [(_, model), (_, against)] = &judged.models[..] else { return None };
    if spec.reclassify.is_empty() {
        return None;
    }
    let (name, ci, unit) = (slug(spec.name.get_ref()), context.ci(), context.unit.name());
    let title = format!(
        "{}: reclassification by {model}, from {against}{}",
        spec.label,
        context.synthetic()
    );
    let mut table = Table::new(title)
        .column("", Align::Left)
        .column(format!("Up with the event ({ci})"), Align::Right)
        .column(format!("Down without ({ci})"), Align::Right)
        .column(format!("Net ({ci})"), Align::Right)
        .column("P", Align::Right);
    for &time in &judged.times {
        for (measure, label) in MEASURES {
            let key = format!("{name}.reclassified.{}.{measure}", at_key(time));
            let mut cells = vec![format!("{label}, by {time} {unit}")];
            // By a time at which nobody had the event nothing is told.
            if context.store.get(&format!("{key}.net.estimate")).is_none() {
                cells.extend([NOT_ESTIMABLE; 4].map(str::to_owned));
            } else {
                let cell =
                    |part| context.store.show_interval(&format!("{key}.{part}"), &context.style);
                cells.extend(PARTS.map(cell));
                let p = context.store.number(&format!("{key}.p_value"));
                cells.push(context.style.p_value(p));
            }
            table = table.row(cells);
        }
    }
    Some(
        table
            .footnote(format!("Categories of risk cut at {}.", cuts(judged)))
            .footnote(words::reclassified(None))
            .footnote(words::RECLASSIFICATION_IS_NOT_PROPER)
            .footnote("NE, not estimable."),
    )
}

/// What Results say of the categories at the first time; `None` where no cut-offs were given.
pub fn sentence(context: &Context, judged: &Judged) -> Option<String> {
    let &time = judged.times.first().filter(|_| !judged.spec.reclassify.is_empty())?;
    let [(_, model), (_, against)] = &judged.models[..] else { return None };
    let name = slug(judged.spec.name.get_ref());
    let key = format!("{name}.reclassified.{}.categories", at_key(time));
    context.store.number(&format!("{key}.net.estimate"))?;
    let show = |part: &str| {
        let key = format!("{key}.{part}");
        format!(
            "{} ({}, {})",
            context.store.show(&format!("{key}.estimate"), &context.style),
            context.ci(),
            context.store.show_range(&key, &context.style)
        )
    };
    Some(format!(
        "With categories of the risk by {time} {} cut at {}, the net reclassification improvement of {model} \
         over {against} was {} in patients with the event and {} in those without.",
        context.unit.name(),
        cuts(judged),
        show("events"),
        show("free")
    ))
}

/// `20% and 40%`.
fn cuts(judged: &Judged) -> String {
    let cuts = judged.spec.reclassify.iter().map(|&cut| format!("{}%", percent(cut)));
    words::join_and(&cuts.collect::<Vec<_>>())
}
