//! Median follow-up by the reverse Kaplan-Meier estimate (Schemper and Smith 1996, Control Clin
//! Trials 17:343-346): events and censorings exchanged, so that a death does not shorten follow-up.

use super::context::{Context, Outcome};
use super::file::FollowUp;
use crate::Error;
use crate::store::{Estimate, Unit, slug};
use riskset_analysis::{Answer, Data, KmRequest, NewColumn, Request, RowsRequest};

/// Puts the quartiles under `NAME.quartiles` (estimate, lower and upper quartile) and the interval
/// of the median under `NAME.median`.
pub fn follow_up(context: &mut Context, spec: &FollowUp) -> Result<(), Error> {
    let (population, _) = context.population(&spec.population);
    let (endpoint, _) = context.endpoint(&spec.endpoint);
    let outcomes: Vec<Outcome> = context
        .members(population)
        .into_iter()
        .filter_map(|row| context.cohort.endpoints[endpoint][row])
        .collect();
    let name = spec.name.get_ref();
    let request = Request::Km(KmRequest {
        rows: RowsRequest::new(name, "Surv(time, event) ~ 1"),
        conf_level: context.level,
        conf_type: context.conf_type,
        reverse: true,
        ..KmRequest::default()
    });
    let columns = vec![
        ("time".to_owned(), NewColumn::Numbers(outcomes.iter().map(|o| Some(o.time)).collect())),
        // Whoever has a competing event was followed until then, as whoever has the event.
        (
            "event".to_owned(),
            NewColumn::Flags(
                outcomes.iter().map(|o| Some(o.event || o.competing.is_some())).collect(),
            ),
        ),
    ];
    let answer = Data::columns(name, columns).and_then(|data| context.run(&request, &data));
    let answer = answer.map_err(|problem| context.problem::<FollowUp>(&spec.name, &problem))?;
    let Answer::Km(answer) = answer else { unreachable!("curves were asked for") };
    let curve = &answer.groups[0].curve;
    let key = slug(spec.name.get_ref());
    let (unit, source) = (Unit::Time(context.unit), "reverse Kaplan-Meier");
    context.store.count(format!("{key}.n"), outcomes.len(), source);
    put_ends(context, &key, &outcomes);
    let (median, quarter) = (curve.median(), |p| curve.quantile(p).estimate);
    let interval = Estimate { estimate: median.estimate, lower: median.lower, upper: median.upper };
    let quartiles =
        Estimate { estimate: median.estimate, lower: quarter(0.25), upper: quarter(0.75) };
    context.store.estimate(&format!("{key}.median"), interval, unit, 1, source);
    context.store.estimate(&format!("{key}.quartiles"), quartiles, unit, 1, source);
    Ok(())
}

/// Who had the event, and how many of the others left before the times that are reported.
fn put_ends(context: &mut Context, key: &str, outcomes: &[Outcome]) {
    let ended = outcomes.iter().filter(|one| one.event || one.competing.is_some()).count();
    let censored: Vec<f64> = outcomes
        .iter()
        .filter(|one| !one.event && one.competing.is_none())
        .map(|one| one.time)
        .collect();
    context.store.count(format!("{key}.events"), ended, "patients with an event");
    context.store.count(format!("{key}.censored"), censored.len(), "patients censored");
    for time in context.file.study.times() {
        let early = censored.iter().filter(|one| **one < time).count();
        let part = super::compare::at_key(time);
        context.store.count(format!("{key}.{part}.censored"), early, "patients censored before");
    }
}
