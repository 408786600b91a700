//! Groups compared for an endpoint with competing events: cumulative incidences with their limits at
//! the study's times, Gray's test, cause-specific and subdistribution hazard ratios.
//!
//! Every number goes into the store under `COMPARISON.ENDPOINT`, those of a competing event under
//! `competing.NAME` below it. All of them are answers to requests that the commands ask too.

pub mod figure;
mod models;
pub mod table;
pub mod text;

pub use models::store_ratio;

use super::compare::{Compared, Entered, at_key, code};
use super::context::Context;
use super::file::{Comparison, Endpoint};
use crate::Error;
use crate::store::{Estimate, Unit, slug};
use riskset::{CumulativeIncidence, GrayTestResult, IncidenceAt, Interval};
use riskset_analysis::{
    Answer, CauseRequest, CifAnswer, CifRequest, Data, NewColumn, Problem, Request, RowsRequest,
};

/// The incidences of all groups.
#[derive(Debug)]
pub struct Incidences {
    /// One per level, in level order, with every cause that occurs.
    pub groups: Vec<CumulativeIncidence>,
    /// The event of interest, then the competing events in the order of the study file.
    pub causes: Vec<Cause>,
}

/// An event that ends a time.
#[derive(Clone, Debug)]
pub struct Cause {
    /// `1` for the event of interest, from `2` on the competing events.
    pub code: String,
    /// Its number among the causes that occur, from 1; `None` when nobody had it.
    pub number: Option<u32>,
    /// What readers call it.
    pub label: String,
    /// Below the key of the comparison or of a level: empty for the event of interest,
    /// `competing.NAME.` for another.
    pub path: String,
    /// Its name in the study file; `None` for the event of interest.
    pub name: Option<String>,
}

impl Cause {
    /// Whether it is the event that the endpoint is about.
    pub fn of_interest(&self) -> bool {
        self.name.is_none()
    }
}

/// The events of an endpoint.
pub fn causes(endpoint: &Endpoint) -> Vec<Cause> {
    let interest = Cause {
        code: "1".to_owned(),
        number: None,
        label: endpoint.label.clone(),
        path: String::new(),
        name: None,
    };
    let others = endpoint.competing.iter().enumerate().map(|(place, event)| Cause {
        code: (place + 2).to_string(),
        number: None,
        label: event.label.clone(),
        path: format!("competing.{}.", slug(event.name.get_ref())),
        name: Some(event.name.get_ref().clone()),
    });
    std::iter::once(interest).chain(others).collect()
}

/// The columns that all requests of a comparison read.
pub fn data(name: &str, entered: &Entered, causes: &[Cause]) -> Result<Data, Problem> {
    let outcomes = &entered.outcomes;
    let mut columns = vec![
        ("time".to_owned(), NewColumn::Numbers(outcomes.iter().map(|o| Some(o.time)).collect())),
        ("cause".to_owned(), NewColumn::Texts(outcomes.iter().map(|o| Some(o.code())).collect())),
        (
            "group".to_owned(),
            NewColumn::Texts(entered.levels.iter().map(|&level| Some(code(level))).collect()),
        ),
    ];
    for cause in causes {
        // The hazard of one cause takes the others for censorings, which is what it means.
        let flags = outcomes.iter().map(|outcome| Some(outcome.code() == cause.code)).collect();
        columns.push((format!("cause{}", cause.code), NewColumn::Flags(flags)));
    }
    Data::columns(name, columns)
}

/// Which causes a request is about; `none` says that nobody was censored.
pub fn request(cause: &str, anybody_censored: bool) -> CauseRequest {
    let censor = if anybody_censored { "0" } else { "none" };
    CauseRequest { cause: cause.to_owned(), censor: censor.to_owned() }
}

/// Estimates everything and puts it into the store.
pub fn compare(
    context: &mut Context,
    compared: &Compared,
    entered: &Entered,
) -> Result<Incidences, Error> {
    let spec = compared.spec;
    let mut causes = causes(compared.endpoint);
    let happened = |cause: &Cause| entered.outcomes.iter().any(|o| o.code() == cause.code);
    if !happened(&causes[0]) {
        let message = format!(
            "nobody in this comparison has the event of the endpoint {:?}, so there is no incidence \
             to tell; check the event and the population",
            compared.endpoint.name.get_ref()
        );
        return Err(context.source.refuse(&spec.name, message));
    }
    let data = data(spec.name.get_ref(), entered, &causes);
    let data = data.map_err(|problem| context.problem::<Comparison>(&spec.name, &problem))?;
    let answer = ask(context, compared, entered, &data)?;
    for cause in &mut causes {
        let found = answer.causes.iter().position(|code| *code == cause.code);
        cause.number = found.map(|place| place as u32 + 1);
    }
    store_counts(context, compared, entered, &causes);
    for cause in &causes {
        store_incidences(context, compared, &answer, cause);
        store_gray(context, compared, answer.gray.as_deref().unwrap_or_default(), cause);
    }
    let name = format!("{} ({})", spec.label, compared.endpoint.short());
    answer.about.doubts.iter().for_each(|doubt| context.doubt::<Comparison>(&name, doubt));
    models::compare(context, compared, entered, &data, &causes)?;
    Ok(Incidences {
        groups: answer.groups.into_iter().map(|group| group.incidence).collect(),
        causes,
    })
}

fn ask(
    context: &Context,
    compared: &Compared,
    entered: &Entered,
    data: &Data,
) -> Result<CifAnswer, Error> {
    let name = compared.spec.name.get_ref();
    let request = Request::Cif(CifRequest {
        rows: RowsRequest::new(name, "Surv(time, cause) ~ group"),
        causes: request("1", entered.anybody_censored()),
        conf_level: context.level,
        gray: true,
        times: context.file.study.times(),
        ..CifRequest::default()
    });
    match context
        .run(&request, data)
        .map_err(|problem| context.problem::<Comparison>(&compared.spec.name, &problem))?
    {
        Answer::Cif(answer) => Ok(*answer),
        other => unreachable!("incidences were asked for, not {other:?}"),
    }
}

/// Per level: patients, events, and each competing event.
fn store_counts(context: &mut Context, compared: &Compared, entered: &Entered, causes: &[Cause]) {
    let count = |level: Option<usize>, code: &str| {
        let rows = entered.outcomes.iter().zip(&entered.levels);
        rows.filter(|(o, own)| level.is_none_or(|level| level == **own) && o.code() == code).count()
    };
    for cause in causes.iter().filter(|cause| !cause.of_interest()) {
        let key = format!("{}.{}events", compared.prefix, cause.path);
        context.store.count(key, count(None, &cause.code), "competing events");
    }
    for level in 0..compared.group.levels.len() {
        let key = compared.level_key(level);
        let n = entered.levels.iter().filter(|own| **own == level).count();
        context.store.count(format!("{key}.n"), n, "patients");
        for cause in causes {
            let what = if cause.of_interest() { "events" } else { "competing events" };
            let key = format!("{key}.{}events", cause.path);
            context.store.count(key, count(Some(level), &cause.code), what);
        }
    }
}

fn store_incidences(context: &mut Context, compared: &Compared, answer: &CifAnswer, cause: &Cause) {
    let source = "cumulative incidence, Aalen-Johansen, interval on the log scale";
    for (level, group) in answer.groups.iter().enumerate() {
        let key = compared.level_key(level);
        if cause.of_interest() {
            let last = Some(group.incidence.last_time());
            let unit = Unit::Time(context.unit);
            let source = "last follow-up of the group";
            context.store.value(format!("{key}.last_time"), last, unit, 1, source);
        }
        for (place, time) in context.file.study.times().into_iter().enumerate() {
            let at = cause.number.map(|number| group.at_times[number as usize - 1][place]);
            let key = format!("{key}.{}{}", cause.path, at_key(time));
            store_at(context, &key, at, source);
            if cause.of_interest() {
                let n_risk = at.map(|at| at.n_risk);
                let source = "patients at risk of any event just before this time";
                context.store.value(format!("{key}.n_risk"), n_risk, Unit::Count, 0, source);
            }
        }
    }
}

/// An incidence in percent. Nobody with the cause is an incidence that is not estimated here.
fn store_at(context: &mut Context, key: &str, at: Option<IncidenceAt>, source: &str) {
    let percent = |value: Option<f64>| value.map(|value| 100.0 * value);
    let none = Interval { lower: None, upper: None };
    let limits = at.and_then(|at| at.interval).unwrap_or(none);
    let estimate = Estimate {
        estimate: percent(at.and_then(|at| at.estimate)),
        lower: percent(limits.lower),
        upper: percent(limits.upper),
    };
    context.store.estimate(key, estimate, Unit::Percent, 1, source);
}

fn store_gray(context: &mut Context, compared: &Compared, tests: &[GrayTestResult], cause: &Cause) {
    let test = tests.iter().find(|test| Some(test.cause) == cause.number);
    let key = format!("{}.{}gray", compared.prefix, cause.path);
    let source = "Gray's test of cumulative incidences, two-sided";
    let statistic = test.and_then(|test| test.statistic);
    context.store.value(format!("{key}.statistic"), statistic, Unit::Value, 2, source);
    let df = test.map(|test| test.df as f64);
    context.store.value(format!("{key}.df"), df, Unit::Count, 0, source);
    let p_value = test.and_then(|test| test.p_value);
    context.store.value(format!("{key}.p_value"), p_value, Unit::PValue, 3, source);
}
