//! From tables to patients: who they are, which populations they belong to, their outcomes, their
//! groups.

use super::competing;
use super::context::{Cohort, Ends, Outcome};
use super::data::{Sheet, with_remedy, written};
use super::file::{Endpoint, Group, StudyFile, Text};
use super::read::Source;
use super::voice::StudyWords;
use crate::Error;
use riskset_analysis::{self as analysis, KmRequest, Remedy, Request, RowsRequest};
use riskset_data::FrameDoubt;
use riskset_data::endpoint::{Derived, EndpointError, RuleSpec, TimeUnit};
use std::collections::BTreeMap;

/// A doubt raised while reading, as code and sentence.
pub type Doubt = (&'static str, String);

/// Applies populations, endpoints and groups to the patients.
pub fn build(
    source: &Source,
    file: &StudyFile,
    patients: &Sheet,
    raw: &Sheet,
) -> Result<(Cohort, Vec<Doubt>), Error> {
    let mut doubts = Vec::new();
    let populations = populations(source, file, patients)?;
    let found: Vec<Found> = file
        .endpoint
        .iter()
        .map(|endpoint| {
            let of = endpoint.population.as_ref().map(|name| {
                let found =
                    file.population.iter().position(|item| item.name.get_ref() == name.get_ref());
                &populations[found.expect("the reference was checked")]
            });
            outcomes(source, file, endpoint, Sheets { patients, raw, of }, &mut doubts)
        })
        .collect::<Result<_, Error>>()?;
    let groups = file
        .group
        .iter()
        .map(|group| levels(source, group, patients))
        .collect::<Result<_, Error>>()?;
    let endpoints = compete(file, &found, &mut doubts);
    let balances = balances(file, &found, &endpoints, &mut doubts);
    let audits = found.into_iter().map(|found| found.audit).collect();
    Ok((Cohort { n: patients.n(), populations, endpoints, audits, balances, groups }, doubts))
}

/// The outcomes of an endpoint, and where they come from when that is a rule.
struct Found {
    outcomes: Vec<Option<Outcome>>,
    /// What each ends with in the words of the data; `None` beside no outcome.
    values: Vec<Option<String>>,
    /// Who the endpoint is defined for.
    defined: Vec<bool>,
    audit: Option<Derived>,
}

/// The outcomes once the events of other endpoints compete.
fn compete(
    file: &StudyFile,
    found: &[Found],
    doubts: &mut Vec<Doubt>,
) -> Vec<Vec<Option<Outcome>>> {
    let number = |name: &Text| {
        let mut endpoints = file.endpoint.iter();
        endpoints.position(|item| item.name.get_ref() == name.get_ref()).expect("it was checked")
    };
    let mut all = Vec::new();
    for (endpoint, own) in file.endpoint.iter().zip(found) {
        let others: Vec<(usize, usize)> = (endpoint.competing.iter().enumerate())
            .filter_map(|(place, event)| Some((place, number(event.endpoint.as_ref()?))))
            .collect();
        let mut late = 0;
        let outcomes = own.outcomes.iter().enumerate().map(|(patient, outcome)| {
            let of = |&(place, other): &(usize, usize)| (place, found[other].outcomes[patient]);
            let others: Vec<(usize, Option<Outcome>)> = others.iter().map(of).collect();
            let (outcome, is_late) = competing::first((*outcome)?, &others);
            late += usize::from(is_late);
            outcome
        });
        all.push(outcomes.collect());
        if late > 0 {
            doubts.push((
                "competing_after_censoring",
                format!(
                    "{}: {} a competing event after the time had ended without an event, and {} \
                     censored at that end",
                    endpoint.label,
                    if late == 1 {
                        "1 patient has".into()
                    } else {
                        format!("{late} patients have")
                    },
                    if late == 1 { "is" } else { "are" }
                ),
            ));
        }
    }
    all
}

/// What the times of each endpoint end with; several values that all mean censored are a doubt,
/// because one of them may be a competing event.
fn balances(
    file: &StudyFile,
    found: &[Found],
    outcomes: &[Vec<Option<Outcome>>],
    doubts: &mut Vec<Doubt>,
) -> Vec<Ends> {
    let mut all = Vec::new();
    for ((endpoint, found), outcomes) in file.endpoint.iter().zip(found).zip(outcomes) {
        let defined = |patient: &usize| found.defined[*patient];
        let patients: Vec<usize> = (0..outcomes.len()).filter(defined).collect();
        let outcomes: Vec<_> = patients.iter().map(|&patient| outcomes[patient]).collect();
        let values: Vec<_> = patients.iter().map(|&row| found.values[row].clone()).collect();
        let ends = competing::ends(endpoint, &outcomes, &values);
        let by_value = found.audit.is_none() && ends.censored.len() > 1;
        if by_value {
            let counted = ends.censored.iter().map(|(value, count)| format!("{value} {count}"));
            let doubt = analysis::Doubt::CompetingAsCensored { values: counted.collect() };
            doubts.push((
                doubt.code(),
                format!(
                    "{}: {}; name such an event in [[endpoint.competing]]",
                    endpoint.label,
                    doubt.what()
                ),
            ));
        }
        all.push(ends);
    }
    all
}

fn populations(
    source: &Source,
    file: &StudyFile,
    patients: &Sheet,
) -> Result<Vec<Vec<bool>>, Error> {
    let mut all: Vec<Vec<bool>> = Vec::new();
    for spec in &file.population {
        let mut mask = patients.mask(source, spec.filter.as_ref())?;
        if let Some(name) = &spec.of {
            let larger = file
                .population
                .iter()
                .position(|item| item.name.get_ref() == name.get_ref())
                .expect("the reference was checked");
            mask.iter_mut().zip(&all[larger]).for_each(|(member, of)| *member &= of);
        }
        if !mask.contains(&true) {
            return Err(source.refuse(
                spec.filter.as_ref().unwrap_or(&spec.name),
                format!(
                    "the population {:?} selects nobody of {} patients; check the filter and the \
                     spelling of its values",
                    spec.name.get_ref(),
                    patients.n()
                ),
            ));
        }
        all.push(mask);
    }
    Ok(all)
}

fn levels(source: &Source, group: &Group, patients: &Sheet) -> Result<Vec<Option<u32>>, Error> {
    let values = match &group.variable {
        Some(column) => patients.texts(source, column)?,
        None => vec![None; patients.n()],
    };
    let mut index: Vec<Option<u32>> = vec![None; patients.n()];
    for (number, level) in group.levels.iter().enumerate() {
        let members: Vec<bool> = match &level.filter {
            Some(filter) => patients.mask(source, Some(filter))?,
            None => {
                let wanted = level.value.as_ref().map_or(level.name.get_ref().clone(), written);
                values.iter().map(|value| value.as_ref() == Some(&wanted)).collect()
            }
        };
        for row in (0..members.len()).filter(|&row| members[row]) {
            if let Some(earlier) = index[row] {
                return Err(source.refuse(
                    &level.name,
                    format!(
                        "patient {} is in the levels {:?} and {:?}; the levels of a group must not \
                         overlap",
                        patients.id(row),
                        group.levels[earlier as usize].name.get_ref(),
                        level.name.get_ref()
                    ),
                ));
            }
            index[row] = Some(number as u32);
        }
        if !members.contains(&true) {
            return Err(nobody(source, group, &level.name, &values));
        }
    }
    Ok(index)
}

fn nobody(source: &Source, group: &Group, level: &Text, values: &[Option<String>]) -> Error {
    let mut found: Vec<&str> = values.iter().flatten().map(String::as_str).collect();
    found.sort_unstable();
    found.dedup();
    let found = match (&group.variable, found.len()) {
        (Some(column), 1..=12) => {
            format!("; the column {:?} holds {}", column.get_ref(), found.join(", "))
        }
        _ => String::new(),
    };
    source.refuse(
        level,
        format!(
            "no patient is in the level {:?} of the group {:?}{found}; write the value as it \
             stands in the data, or take the level out",
            level.get_ref(),
            group.name.get_ref()
        ),
    )
}

/// The tables that an endpoint may be read from, and the patients it is defined for.
#[derive(Clone, Copy)]
struct Sheets<'a> {
    patients: &'a Sheet,
    raw: &'a Sheet,
    of: Option<&'a Vec<bool>>,
}

fn outcomes(
    source: &Source,
    file: &StudyFile,
    endpoint: &Endpoint,
    sheets: Sheets,
    doubts: &mut Vec<Doubt>,
) -> Result<Found, Error> {
    let Sheets { patients, raw, of } = sheets;
    let unit = file.study.unit;
    let wanted: BTreeMap<&str, usize> = (0..patients.n())
        .filter(|&row| of.is_none_or(|members| members[row]))
        .map(|row| (patients.id(row), row))
        .collect();
    // The rows that hold this endpoint: the patients', or others of the same file.
    let sheet = if endpoint.rows.is_some() { raw } else { patients };
    let mask = sheet.mask(source, endpoint.rows.as_ref())?;
    let rows: Vec<usize> =
        (0..sheet.n()).filter(|&row| mask[row] && wanted.contains_key(sheet.id(row))).collect();
    let found = match &endpoint.dates {
        Some(dates) => by_rule(source, endpoint, dates.get_ref(), sheet, &rows, unit, doubts)?,
        None => by_columns(source, endpoint, sheet, &rows, unit, doubts)?,
    };
    let mut outcomes = vec![None; patients.n()];
    let mut values = vec![None; patients.n()];
    let mut seen = vec![false; patients.n()];
    for ((&row, outcome), value) in rows.iter().zip(found.outcomes).zip(found.values) {
        let patient = wanted[sheet.id(row)];
        if std::mem::replace(&mut seen[patient], true) {
            return Err(source.refuse(
                endpoint.rows.as_ref().unwrap_or(&endpoint.name),
                format!(
                    "the patient {} has two rows for the endpoint {:?}; select one with `rows`",
                    sheet.id(row),
                    endpoint.name.get_ref()
                ),
            ));
        }
        outcomes[patient] = outcome;
        values[patient] = value;
    }
    let defined = (0..patients.n()).map(|row| of.is_none_or(|members| members[row])).collect();
    Ok(Found { outcomes, values, defined, audit: found.audit })
}

/// The outcomes of rows, in their order.
struct OfRows {
    outcomes: Vec<Option<Outcome>>,
    values: Vec<Option<String>>,
    audit: Option<Derived>,
}

/// One outcome per row, in the order of `rows`.
fn by_rule(
    source: &Source,
    endpoint: &Endpoint,
    spec: &RuleSpec,
    sheet: &Sheet,
    rows: &[usize],
    unit: TimeUnit,
    doubts: &mut Vec<Doubt>,
) -> Result<OfRows, Error> {
    let span = endpoint.dates.as_ref().expect("the caller has seen the dates").span();
    let refuse = |error: &dyn std::fmt::Display| source.refuse_at(span.clone(), error);
    let mut rule = spec.resolve().map_err(|error| refuse(&error))?;
    rule.unit = unit;
    let columns = sheet.dates(&rule, rows).map_err(|error| match error {
        EndpointError::Table(error) => source.refuse_at(span.clone(), with_remedy(&error)),
        other => refuse(&other),
    })?;
    let derived = rule.derive(&columns).map_err(|error| {
        refuse(&Remedy::after(&error.to_string(), error.remedy().as_ref(), &StudyWords))
    })?;
    let unnamed = competing::unnamed(endpoint, &derived);
    if unnamed > 0 {
        doubts.push((
            "competing_as_censored",
            format!(
                "{}: {} patients end with a competing event and are counted as censored, so \
                 1 - S(t) overstates the risk; name it in [[endpoint.competing]] to get the \
                 cumulative incidence",
                endpoint.label, unnamed
            ),
        ));
    }
    let flagged: Vec<&str> = derived.problems().map(|problem| problem.id.as_str()).collect();
    if !flagged.is_empty() {
        doubts.push((
            "dates_flagged",
            format!("{}: dates flagged for patient {}", endpoint.label, flagged.join(", ")),
        ));
    }
    let outcome = |outcome: &riskset_data::endpoint::Outcome| {
        let time = outcome.exact_days? / unit.days();
        let competing = competing::dated(endpoint, outcome);
        Some(Outcome { time, event: outcome.event?, competing })
    };
    let outcomes = derived.outcomes.iter().map(outcome).collect();
    let values = derived.outcomes.iter().map(|outcome| outcome.cause.clone()).collect();
    Ok(OfRows { outcomes, values, audit: Some(derived) })
}

fn by_columns(
    source: &Source,
    endpoint: &Endpoint,
    sheet: &Sheet,
    rows: &[usize],
    unit: TimeUnit,
    doubts: &mut Vec<Doubt>,
) -> Result<OfRows, Error> {
    let (time, event) = (
        endpoint.time.as_ref().expect("the endpoint was checked"),
        endpoint.event.as_ref().expect("the endpoint was checked"),
    );
    let times = sheet.times(source, time)?;
    let events = sheet.events(source, event)?;
    let competing = competing::flagged(source, endpoint, sheet)?;
    // The same unit needs no arithmetic, which would only round.
    let from = endpoint.time_unit.unwrap_or(unit);
    let scale = |time: f64| if from == unit { time } else { time * from.days() / unit.days() };
    let mut outcomes = Vec::with_capacity(rows.len());
    for &row in rows {
        if let Some(value) = times[row].filter(|value| !(value.is_finite() && *value >= 0.0)) {
            return Err(source.refuse(
                time,
                format!(
                    "patient {}: the time is {value}, but a time must be 0 or more; correct it or \
                     leave it empty",
                    sheet.id(row)
                ),
            ));
        }
        outcomes.push(match (times[row], events[row]) {
            (Some(time), Some(event)) => {
                let (place, end) = ((row, sheet.id(row)), (scale(time), event));
                competing::settle(source, endpoint, &competing, place, end)?
            }
            _ => None,
        });
    }
    if outcomes.iter().any(Option::is_some) {
        doubts.extend(odd_events(source, endpoint, sheet, rows)?);
    }
    let mut words = sheet.words(source, event)?;
    let values = rows.iter().map(|&row| words[row].take()).collect();
    Ok(OfRows { outcomes, values, audit: None })
}

/// What every analysis doubts about a time and an event as they stand in the data, such as an event column
/// that is called after censoring. The analyses of a study see only the outcomes that were made of them.
fn odd_events(
    source: &Source,
    endpoint: &Endpoint,
    sheet: &Sheet,
    rows: &[usize],
) -> Result<Vec<Doubt>, Error> {
    let (Some(time), Some(event)) = (&endpoint.time, &endpoint.event) else {
        return Ok(Vec::new());
    };
    let time = match sheet.column(time.get_ref()) {
        Ok(_) => riskset_data::written_name(time.get_ref()),
        Err(_) => time.get_ref().clone(),
    };
    let model = format!("Surv({time}, {}) ~ 1", event.get_ref());
    let request = Request::Km(KmRequest {
        rows: RowsRequest::new(&sheet.input().name, &model),
        ..KmRequest::default()
    });
    let answer = sheet.data(rows, Vec::new()).and_then(|data| analysis::run(&request, &data));
    let answer = answer.map_err(|problem| source.refuse(event, problem.words(&StudyWords)))?;
    let doubts =
        answer.about().into_iter().flat_map(|about| &about.doubts).filter(|doubt| match doubt {
            // Said once for the table, where its rows are counted.
            analysis::Doubt::Frame(doubt) => !matches!(doubt, FrameDoubt::TotalRow { .. }),
            _ => false,
        });
    let said =
        |doubt: &analysis::Doubt| format!("{}: {}", endpoint.label, doubt.words(&StudyWords));
    Ok(doubts.map(|doubt| (doubt.code(), said(doubt))).collect())
}

/// Whether a group's definition reads a column that an endpoint is made of: then it is known only
/// when the endpoint is.
pub fn defined_by_outcome<'a>(file: &'a StudyFile, group: &Group) -> Option<&'a str> {
    let texts: Vec<&str> = group
        .variable
        .iter()
        .chain(group.levels.iter().flat_map(|level| &level.filter))
        .map(|text| text.get_ref().as_str())
        .collect();
    let mentions = |column: &str| {
        texts.iter().any(|text| {
            text.split(|sign: char| !(sign.is_alphanumeric() || sign == '_' || sign == '.'))
                .any(|word| word == column)
        })
    };
    file.endpoint.iter().find_map(|endpoint| {
        let rule = endpoint.dates.as_ref().and_then(|dates| dates.get_ref().resolve().ok());
        let dates: Vec<String> = rule.map_or(Vec::new(), |rule| {
            // Time zero itself is known at time zero.
            let later = rule.date_columns().into_iter().filter(|name| *name != rule.time_zero);
            later.map(str::to_owned).collect()
        });
        let columns = endpoint.time.iter().chain(&endpoint.event);
        let columns = columns.map(|text| text.get_ref().clone()).chain(dates);
        columns.into_iter().any(|column| mentions(&column)).then_some(endpoint.label.as_str())
    })
}
