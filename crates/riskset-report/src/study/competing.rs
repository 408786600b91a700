//! Competing events of an endpoint: what the study file may say of them, and who has one.
//!
//! A competing event is read off the rows of the endpoint, off another endpoint of the same patient,
//! or off the dates of the endpoint's rule. Whichever comes first ends the time; an event of interest
//! comes before one that competes on the same day.

use super::context::{Ends, Outcome};
use super::data::Sheet;
use super::file::{Competing, Endpoint, StudyFile};
use super::read::Source;
use crate::Error;
use riskset_data::endpoint::Derived;

/// Two times that differ by less are one: the rule of risk sets, so that a death on the day of the
/// censoring is not taken for one after it because of rounding.
const SAME_TIME: f64 = 1.490_116_119_384_765_6e-8;

/// The most competing events of one endpoint; a figure or table of more could not be read.
const MOST: usize = 8;

/// Checks the competing events of every endpoint, before any data are read.
pub fn check(source: &Source, file: &StudyFile) -> Result<(), Error> {
    let names: Vec<&str> = file.endpoint.iter().map(|item| &**item.name.get_ref()).collect();
    for endpoint in &file.endpoint {
        if let Some(more) = endpoint.competing.get(MOST) {
            let message =
                format!("an endpoint takes at most {MOST} competing events; combine some");
            return Err(source.refuse(&more.name, message));
        }
        for event in &endpoint.competing {
            one_source(source, endpoint, event)?;
            if let Some(other) = &event.endpoint {
                if !names.contains(&other.get_ref().as_str()) {
                    return Err(source.unknown(other, "the endpoint", &names));
                }
                if other.get_ref() == endpoint.name.get_ref() {
                    let message = "an endpoint cannot compete with itself; name another";
                    return Err(source.refuse(other, message));
                }
            }
        }
        by_dates(source, endpoint)?;
    }
    Ok(())
}

/// Says where the event is to be found exactly once.
fn one_source(source: &Source, endpoint: &Endpoint, event: &Competing) -> Result<(), Error> {
    let keys = [&event.event, &event.endpoint, &event.date];
    let given = keys.iter().filter(|key| key.is_some()).count();
    if given > 1 {
        let message = "the competing event has more than one of `event`, `endpoint` and `date`; keep \
                       the one that says where it stands";
        return Err(source.refuse(&event.name, message));
    }
    match (&endpoint.dates, event) {
        (None, Competing { event: None, endpoint: None, .. }) => Err(source.refuse(
            &event.name,
            "nothing says where the competing event stands; give `event` (a comparison such as \
             \"status == 2\") or `endpoint` (another endpoint of this file)",
        )),
        (Some(_), Competing { event: Some(text), .. }) => Err(source.refuse(
            text,
            "the endpoint is made of dates, so its competing event needs a date too; give `date` (a \
             column of its rule) or `endpoint`",
        )),
        _ => Ok(()),
    }
}

/// Dates of competing events are those of the rule.
fn by_dates(source: &Source, endpoint: &Endpoint) -> Result<(), Error> {
    let Some(rule) = endpoint.dates.as_ref().and_then(|dates| dates.get_ref().resolve().ok())
    else {
        return Ok(());
    };
    let columns: Vec<&str> = rule.competing.iter().map(|dated| dated.column.as_str()).collect();
    let dated: Vec<&Competing> =
        endpoint.competing.iter().filter(|event| event.endpoint.is_none()).collect();
    for event in &dated {
        if columns.is_empty() {
            let message = "the rule of this endpoint has no competing event; add it to `competing` \
                           in [endpoint.dates], or name another endpoint by `endpoint`";
            return Err(source.refuse(&event.name, message));
        }
        match &event.date {
            Some(date) if !columns.contains(&date.get_ref().as_str()) => {
                return Err(source.unknown(date, "the date of a competing event", &columns));
            }
            None if dated.len() > 1 => {
                let message = "an endpoint with several competing events of its rule needs the \
                               `date` of each";
                return Err(source.refuse(&event.name, message));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The competing events that comparisons tell: the place of each in the endpoint, and whether a row
/// of the sheet has it.
pub type Flags = Vec<(usize, Vec<Option<bool>>)>;

/// For each row of a sheet, the competing events that its columns tell.
pub fn flagged(source: &Source, endpoint: &Endpoint, sheet: &Sheet) -> Result<Flags, Error> {
    let told = endpoint.competing.iter().enumerate();
    told.filter_map(|(place, event)| Some((place, event.event.as_ref()?)))
        .map(|(place, text)| Ok((place, sheet.events(source, text)?)))
        .collect()
}

/// What ends the time of a row whose event is known. `None` when a competing event is unknown.
pub fn settle(
    source: &Source,
    endpoint: &Endpoint,
    flags: &Flags,
    (row, id): (usize, &str),
    (time, event): (f64, bool),
) -> Result<Option<Outcome>, Error> {
    let mut competing = None;
    for (place, flags) in flags {
        match flags[row] {
            Some(true) if event || competing.is_some() => {
                let text = endpoint.competing[*place].event.as_ref().expect("it has a comparison");
                let message = format!(
                    "patient {id} has this competing event and another event of the endpoint {:?} at \
                     once; the comparisons must not overlap",
                    endpoint.name.get_ref()
                );
                return Err(source.refuse(text, message));
            }
            Some(true) => competing = Some(place_of(*place)),
            Some(false) => {}
            None if event => {}
            None => return Ok(None),
        }
    }
    Ok(Some(Outcome { time, event, competing }))
}

/// The competing event that ended a time made of dates.
pub fn dated(endpoint: &Endpoint, outcome: &riskset_data::endpoint::Outcome) -> Option<u8> {
    if outcome.event != Some(false) || outcome.cause.as_deref() == Some("censored") {
        return None;
    }
    let place = endpoint.competing.iter().position(|event| match (&event.endpoint, &event.date) {
        (Some(_), _) => false,
        (None, Some(date)) => outcome.decided_by.contains(date.get_ref()),
        (None, None) => true,
    });
    place.map(place_of)
}

fn place_of(place: usize) -> u8 {
    u8::try_from(place).expect("an endpoint has few competing events")
}

/// How a patient's time ends when the events of other endpoints compete, each with its place.
/// The flag says that one of them came only after the time had ended without an event.
pub fn first(own: Outcome, others: &[(usize, Option<Outcome>)]) -> (Option<Outcome>, bool) {
    let (mut found, mut late, mut unknown) = (own, false, false);
    for (place, other) in others {
        let Some(other) = other else {
            unknown = true;
            continue;
        };
        let same = SAME_TIME * found.time.abs().max(1.0);
        let ended = found.event || found.competing.is_some();
        let earlier = other.time < found.time - same;
        let at_once = (other.time - found.time).abs() <= same;
        if other.event && (earlier || (at_once && !ended)) {
            let competing = Some(place_of(*place));
            found = Outcome { time: other.time, event: false, competing };
        } else if other.event && !ended {
            late = true;
        }
    }
    // Without the other endpoint nobody knows whether a censored patient had its event.
    let ended = found.event || found.competing.is_some();
    (if unknown && !ended { None } else { Some(found) }, late)
}

/// What the times end with. `values` are the words of the data.
pub fn ends(endpoint: &Endpoint, outcomes: &[Option<Outcome>], values: &[Option<String>]) -> Ends {
    let mut ends = Ends::default();
    for (outcome, value) in outcomes.iter().zip(values) {
        let word = || value.clone().unwrap_or_default();
        match outcome {
            None => ends.missing += 1,
            Some(Outcome { event: true, .. }) => add(&mut ends.event, word()),
            Some(Outcome { competing: Some(place), .. }) => {
                add(&mut ends.competing, endpoint.competing[usize::from(*place)].label.clone());
            }
            Some(_) => add(&mut ends.censored, word()),
        }
    }
    ends.event.sort();
    ends.competing.sort();
    ends.censored.sort();
    ends
}

fn add(counts: &mut Vec<(String, usize)>, word: String) {
    match counts.iter_mut().find(|(known, _)| *known == word) {
        Some((_, count)) => *count += 1,
        None => counts.push((word, 1)),
    }
}

/// The labels of the competing events that a rule of dates has and the endpoint does not name, with
/// their patients.
pub fn unnamed(endpoint: &Endpoint, derived: &Derived) -> usize {
    let competes = |outcome: &&riskset_data::endpoint::Outcome| {
        outcome.event == Some(false)
            && outcome.cause.as_deref() != Some("censored")
            && dated(endpoint, outcome).is_none()
    };
    derived.outcomes.iter().filter(competes).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(time: f64, event: bool) -> Outcome {
        Outcome { time, event, competing: None }
    }

    /// Death before, at and after the end of follow-up for recurrence.
    #[test]
    fn whichever_comes_first_ends_the_time() {
        let died = |time| vec![(0, Some(outcome(time, true)))];
        let competing = |time| Some(Outcome { time, event: false, competing: Some(0) });
        assert_eq!(first(outcome(5.0, false), &died(3.0)), (competing(3.0), false));
        assert_eq!(first(outcome(5.0, false), &died(5.0)), (competing(5.0), false));
        // Observed until 5 without recurrence and dead at 7: censored at 5, and a doubt.
        assert_eq!(first(outcome(5.0, false), &died(7.0)), (Some(outcome(5.0, false)), true));
        // Recurrence and death on one day is a recurrence; death before it competes.
        assert_eq!(first(outcome(5.0, true), &died(5.0)), (Some(outcome(5.0, true)), false));
        assert_eq!(first(outcome(5.0, true), &died(4.0)), (competing(4.0), false));
        assert_eq!(first(outcome(5.0, true), &died(7.0)), (Some(outcome(5.0, true)), false));
    }

    #[test]
    fn the_first_of_several_counts_and_the_unknown_is_not_guessed() {
        let two = [(0, Some(outcome(4.0, true))), (1, Some(outcome(2.0, true)))];
        let found = first(outcome(5.0, false), &two).0.unwrap();
        assert_eq!((found.time, found.competing), (2.0, Some(1)));
        assert_eq!(first(outcome(5.0, false), &[(0, None)]), (None, false));
        assert_eq!(first(outcome(5.0, true), &[(0, None)]).0, Some(outcome(5.0, true)));
    }
}
