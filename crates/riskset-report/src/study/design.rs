//! The size of the study as it was planned: the requests of `riskset power`, their numbers in the
//! store, and what Methods say of them.

use super::context::Context;
use super::file::{Design, StudyFile};
use super::read::Source;
use super::voice::StudyWords;
use crate::Error;
use crate::methods::words;
use crate::store::{Unit, slug};
use riskset_analysis::{Answer, Data, LogrankPlan, Problem, Request, run};

/// Refuses a plan whose request cannot be read, before any data are.
pub fn check(source: &Source, file: &StudyFile) -> Result<(), Error> {
    let designs = file.manuscript.iter().flat_map(|spec| &spec.design);
    designs.into_iter().try_for_each(|spec| request(source, spec).map(|_| ()))
}

fn request(source: &Source, spec: &Design) -> Result<Request, Error> {
    let refuse = |problem: Problem| {
        source.refuse(&spec.name, format!("the request: {}", problem.words(&StudyWords)))
    };
    let text = serde_json::to_string(&spec.request)
        .map_err(|error| source.refuse(&spec.name, format!("the request: {error}")))?;
    let request = Request::from_json(&text).map_err(refuse)?;
    match request {
        Request::PowerNpv(_) | Request::PowerLogrank(_) => Ok(request),
        _ => Err(source.refuse(
            &spec.name,
            "a plan of the size is a request of \"power-npv\" or \"power-logrank\"; write one of them as \
             `analysis`",
        )),
    }
}

/// Plans, and puts the numbers under `design.NAME`.
pub fn plan(context: &mut Context, spec: &Design) -> Result<(), Error> {
    let request = request(context.source, spec)?;
    let answer = Data::of(&request).and_then(|data| run(&request, &data));
    let answer = answer.map_err(|problem| context.problem_in(&StudyWords, &spec.name, &problem))?;
    let key = format!("design.{}", slug(spec.name.get_ref()));
    let source = "plan of the study's size";
    let store = &mut context.store;
    let mut put = |part: &str, value: Option<f64>, unit: Unit, decimals: usize| {
        if value.is_some() {
            store.value(format!("{key}.{part}"), value, unit, decimals, source);
        }
    };
    let percent = |part: f64| Some(100.0 * part);
    match answer {
        Answer::PowerNpv(plan) => {
            let (asked, count) = (&plan.request, &plan.count);
            put("p0", percent(plan.p0), Unit::Percent, 0);
            put("p1", percent(plan.p1), Unit::Percent, 0);
            put("alpha", Some(asked.alpha), Unit::Value, 2);
            put("power", percent(asked.power), Unit::Percent, 0);
            put("icc", Some(asked.icc), Unit::Value, 2);
            put("cluster_size", Some(asked.cluster_size), Unit::Value, 0);
            put("units", Some(count.units as f64), Unit::Count, 0);
            if asked.plans_patients() {
                put("patients", Some(count.expected_patients), Unit::Count, 0);
                put("enrolled", Some(count.enrolled as f64), Unit::Count, 0);
                put("carriers", asked.carriers.and_then(percent), Unit::Percent, 0);
                put("evaluable", asked.evaluable.and_then(percent), Unit::Percent, 0);
                put("loss", asked.loss.and_then(percent), Unit::Percent, 0);
            }
        }
        Answer::PowerLogrank(plan) => {
            let asked = &plan.request;
            put("alpha", Some(asked.alpha), Unit::Value, 3);
            put("hr", asked.hazard_ratio, Unit::Ratio, 2);
            put("power", asked.power.and_then(percent), Unit::Percent, 0);
            match &plan.plan {
                LogrankPlan::Events(count) => {
                    put("events", Some(count.events as f64), Unit::Count, 0)
                }
                LogrankPlan::Patients(count) => {
                    put("events", Some(count.events as f64), Unit::Count, 0);
                    put("patients", Some(count.patients() as f64), Unit::Count, 0);
                }
                _ => {}
            }
        }
        other => unreachable!("plans were asked for, not {other:?}"),
    }
    Ok(())
}

/// What Methods say of a plan.
pub fn words(context: &Context, spec: &Design) -> String {
    let key = format!("design.{}", slug(spec.name.get_ref()));
    let show = |part: &str| {
        let key = format!("{key}.{part}");
        context.store.get(&key).map(|entry| entry.show(&context.style))
    };
    let get = |part: &str| show(part).unwrap_or_default();
    let mut text = match show("p0") {
        Some(p0) => {
            let many = context.file.many_units();
            let mut text = format!(
                "With {} evaluable {many} a proportion of at most {p0}% would be rejected with a power of \
                 {}% if the proportion is {}% (one-sided test at a level of {}; {} {many} of one patient, \
                 intraclass correlation {}).",
                get("units"),
                get("power"),
                get("p1"),
                get("alpha"),
                get("cluster_size"),
                get("icc")
            );
            if let Some(patients) = show("patients") {
                let mut because = Vec::new();
                because
                    .extend(show("carriers").map(|share| format!("{share}% of patients have any")));
                because.extend(show("evaluable").map(|share| format!("{share}% can be evaluated")));
                text.push_str(&format!(
                    " They were expected from {patients} patients ({})",
                    words::join_and(&because)
                ));
                match show("loss") {
                    Some(loss) => text.push_str(&format!(
                        "; {} were to be enrolled, to allow for {loss}% lost.",
                        get("enrolled")
                    )),
                    None => text.push('.'),
                }
            }
            text
        }
        None => {
            let patients = show("patients").map_or(String::new(), |n| format!(" in {n} patients"));
            let power =
                show("power").map_or(String::new(), |power| format!(" with a power of {power}%"));
            format!(
                "A log-rank test was planned with {} events{patients}, which would find a hazard ratio of \
                 {}{power} (level, {}).",
                get("events"),
                get("hr"),
                get("alpha")
            )
        }
    };
    if let Some(note) = &spec.note {
        text.push_str(&format!(" {note}"));
    }
    text
}
