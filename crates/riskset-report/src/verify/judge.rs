//! Whether a claim is what the study found.

use super::claims::{Claim, Kind, Measure, Parts, mentions};
use super::results::{Results, Stored};
use super::scan::Number;

/// The largest bound of a P value that is reported as `P < ...`.
const LARGEST_BOUND: f64 = 0.1;

/// What a P value is reported to be above.
const USUAL_BOUNDS: [f64; 7] = [0.05, 0.1, 0.2, 0.5, 0.9, 0.99, 0.999];

/// What became of a claim.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It is this number of the study.
    Agrees { key: String },
    /// It is another; the study says so under the key.
    Differs { key: String, expected: String, why: String },
    /// The study has no such number.
    NoSource,
}

/// What stands around a sentence.
#[derive(Clone, Debug, Default)]
pub struct Around<'a> {
    /// The sentence in small letters.
    pub sentence: &'a str,
    /// The sentences of the paragraph before it, the nearest last, in small letters.
    pub before: &'a [String],
    /// Heading, row and column, in small letters.
    pub context: &'a str,
}

/// A set of candidates that a claim is looked for in.
struct Asked<'a> {
    events: Vec<String>,
    analyses: Vec<String>,
    /// The analyses by requests that the words up to the claim name.
    requests: Vec<String>,
    claim: &'a Claim,
}

/// Judges a claim. The words around it choose which numbers it may be; only where no number of the
/// study is meant by all of them is a word left aside, the vaguest first.
pub fn judge(claim: &Claim, around: &Around, results: &Results) -> Verdict {
    let asked = Asked {
        events: events(around, results),
        analyses: mentions(around.context, &analyses(results, |_| true)),
        requests: requests(around, results),
        claim,
    };
    // What is asked for: analysis, event, time, measure, group.
    let steps = [
        [true, true, true, true, true],
        [false, true, true, true, true],
        [false, false, true, true, true],
        [false, false, false, true, true],
        [false, false, false, false, true],
        [false, false, false, false, false],
    ];
    for step in steps {
        let family: Vec<&Stored> =
            results.numbers.iter().filter(|one| asked.allows(one, step)).collect();
        let family = of_named(claim, family);
        if family.is_empty() {
            continue;
        }
        let matching = |one: &&&Stored| fits(claim, one, results);
        if let Some(found) = family.iter().find(matching) {
            return Verdict::Agrees { key: found.key.clone() };
        }
        if !step[3] {
            break;
        }
        // Where an event is named, its own numbers are meant before those of no event.
        let own = |one: &&Stored| one.event.iter().any(|word| asked.events.contains(word));
        let named: Vec<&Stored> = family.iter().copied().filter(own).collect();
        return differs(claim, if named.is_empty() { &family } else { &named }, results);
    }
    Verdict::NoSource
}

/// A count with a group in its own parenthesis is one of that group, where the study has any.
fn of_named<'a>(claim: &Claim, family: Vec<&'a Stored>) -> Vec<&'a Stored> {
    if claim.kind != Kind::Count || !claim.own_group {
        return family;
    }
    let own = |one: &&Stored| one.group.is_some() || one.of_request;
    let own: Vec<&Stored> = family.iter().copied().filter(own).collect();
    if own.is_empty() { family } else { own }
}

impl Asked<'_> {
    fn allows(&self, one: &Stored, [analysis, event, time, measure, group]: [bool; 5]) -> bool {
        let claim = self.claim;
        let told =
            |one: &Stored| one.analysis.as_ref().is_some_and(|word| self.requests.contains(word));
        kind(claim, one)
            && (!one.of_request || told(one))
            && (!group
                || claim.groups.is_empty()
                || one.group.as_ref().is_none_or(|own| claim.groups.contains(own)))
            && (!measure
                || one.of_request
                || claim.measure.is_none_or(|measure| measured(measure, claim.kind, one)))
            && (!time
                || claim.time.is_none_or(|time| {
                    !matches!(claim.kind, Kind::Percent | Kind::Estimate)
                        || time_of(&one.key).is_none_or(|own| own == time)
                }))
            && (!event
                || self.events.is_empty()
                || one.event.is_empty()
                || one.event.iter().any(|word| self.events.contains(word)))
            && (!analysis
                || self.analyses.is_empty()
                || one.analysis.as_ref().is_none_or(|word| self.analyses.contains(word)))
    }
}

/// The events of the sentence; of its row or heading; of the nearest sentence before that names one.
fn events(around: &Around, results: &Results) -> Vec<String> {
    let own = mentions(around.sentence, &results.events);
    if !own.is_empty() {
        return own;
    }
    let before = around.before.iter().rev().map(|sentence| mentions(sentence, &results.events));
    let nearest = before.into_iter().find(|found| !found.is_empty());
    nearest.unwrap_or_else(|| mentions(around.context, &results.events))
}

/// What analyses of a kind are called, the longest first.
fn analyses(results: &Results, of: impl Fn(&Stored) -> bool) -> Vec<String> {
    let numbers = results.numbers.iter().filter(|one| of(one));
    let mut known: Vec<String> = numbers.filter_map(|one| one.analysis.clone()).collect();
    known.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    known.dedup();
    known
}

/// The requests that are named by the heading, by the caption, or before in the same paragraph.
fn requests(around: &Around, results: &Results) -> Vec<String> {
    let known = analyses(results, |one| one.of_request);
    if known.is_empty() {
        return known;
    }
    let words = [around.context, around.sentence].into_iter();
    let words = words.chain(around.before.iter().map(String::as_str));
    words.flat_map(|text| mentions(text, &known)).collect()
}

/// The time in a key: 5 of `at_5`, 1.5 of `at_1_5`.
fn time_of(key: &str) -> Option<f64> {
    let part = key.split('.').find_map(|part| part.strip_prefix("at_"))?;
    part.replace('_', ".").parse().ok()
}

/// Whether a stored number is of the kind that is claimed; of an estimate with limits only the
/// estimate stands for the three.
fn kind(claim: &Claim, one: &Stored) -> bool {
    let ended = |ends: &[&str]| ends.iter().any(|end| one.key.ends_with(end));
    let is_time = ["days", "weeks", "months", "years"].contains(&one.unit.as_str());
    let unit = match claim.kind {
        // The columns of a document have no units; a P value and a count are told by their names.
        _ if one.of_request => match claim.kind {
            Kind::PValue => one.unit == "p value",
            Kind::Count => one.unit == "count",
            _ => one.unit != "p value",
        },
        // The share between series is no proportion, and no proportion is it.
        Kind::Percent if one.key.ends_with(".i_squared") => {
            claim.measure == Some(Measure::Heterogeneity)
        }
        Kind::Percent => one.unit == "percent" || one.unit == "fraction",
        Kind::Points => one.unit == "value",
        // A measurement may have a unit of time too, as an age has.
        Kind::Time => is_time || one.key.contains(".rmst") || one.key.contains(".quartiles."),
        Kind::Ratio => one.unit == "ratio",
        Kind::PValue => one.unit == "p value",
        Kind::Count => one.unit == "count",
        Kind::Estimate => {
            is_time
                || ["percent", "ratio", "value", "fraction", "count"].contains(&one.unit.as_str())
        }
    };
    // "37 events" is no number of patients.
    let of_events = claim.kind == Kind::Count && claim.of_events;
    let counted = ended(&[".events", ".n_event", ".k"]) || !of_events || one.of_request;
    let whole = counted
        && match claim.parts {
            Parts::One(_) => claim.kind == Kind::Estimate || !ended(&[".lower", ".upper"]),
            Parts::Interval { estimate: None, .. } | Parts::Range { .. } => ended(&[".lower"]),
            Parts::Interval { .. } => ended(&[".estimate"]),
            Parts::Share { .. } => !ended(&[".n", ".clusters", ".n_risk", ".df"]),
        };
    unit && whole
}

fn measured(measure: Measure, kind: Kind, one: &Stored) -> bool {
    let has = |part: &str| one.key.split('.').any(|own| own == part);
    let p_value = kind == Kind::PValue;
    match measure {
        Measure::Change => one.key.ends_with("_change"),
        Measure::Heterogeneity if kind == Kind::Percent => has("i_squared"),
        Measure::Heterogeneity => true,
        Measure::Difference => {
            has("difference") || time_of(&one.key).is_some() && (has("crude") || has("adjusted"))
        }
        _ if matches!(kind, Kind::Count | Kind::Percent) => !one.key.ends_with("_change"),
        Measure::HazardRatio if has("events_per_parameter") => true,
        Measure::HazardRatio => has("hr") || (kind == Kind::Time && has("rmst_difference")),
        Measure::Subdistribution => has("shr"),
        Measure::Median if p_value => has("logrank"),
        Measure::Median => has("median") || has("quartiles") || one.unit == "percent",
        Measure::LogRank => has("logrank") || !p_value,
        Measure::Permutation => has("permutation") || !p_value,
        Measure::Gray => has("gray") || !p_value,
        Measure::Proportional => has("zph") || !p_value,
        Measure::RestrictedMean => has("rmst") || has("rmst_difference"),
    }
}

/// Whether every number of the claim is that of the study.
fn fits(claim: &Claim, one: &Stored, results: &Results) -> bool {
    match claim.parts {
        Parts::One(number) => equals(number, one, claim.kind),
        Parts::Share { part, whole } => {
            let of = ["n", "clusters"].iter().any(|name| {
                results.above(&one.key, name).is_some_and(|n| equals(whole, n, Kind::Count))
            });
            equals(part, one, Kind::Count) && of
        }
        Parts::Range { lower, upper } => {
            let other = sibling(one, "upper").and_then(|key| results.get(&key));
            equals(lower, one, claim.kind)
                && other.is_some_and(|other| equals(upper, other, claim.kind))
        }
        Parts::Interval { estimate, lower, upper } => {
            let own = |part: &str| sibling(one, part).and_then(|key| results.get(&key));
            let limit = |claimed: Option<Number>, part: &str| match (claimed, own(part)) {
                (Some(number), Some(stored)) => equals(number, stored, claim.kind),
                (None, None) => true,
                _ => false,
            };
            limit(estimate, "estimate") && limit(lower, "lower") && limit(upper, "upper")
        }
    }
}

/// The key of another number of the same estimate.
fn sibling(one: &Stored, part: &str) -> Option<String> {
    Some(format!("{}.{part}", one.key.rsplit_once('.')?.0))
}

/// Equal when rounded to what is claimed. A fraction may be written for a percentage.
fn equals(number: Number, stored: &Stored, kind: Kind) -> bool {
    let percent = stored.unit == "percent" && kind == Kind::Estimate && number.decimals > 1;
    // Every P is below 0.9: as a result only a small bound says something.
    if kind == Kind::PValue && number.bound == Some('<') && number.value > LARGEST_BOUND {
        return false;
    }
    // Nor is a P value written as above a number that no rule of rounding gives.
    if kind == Kind::PValue && number.bound == Some('>') && !USUAL_BOUNDS.contains(&number.value) {
        return false;
    }
    // A document has survival as a fraction.
    let fraction = stored.of_request
        && matches!(kind, Kind::Percent | Kind::Points | Kind::Estimate)
        && number.is(100.0 * stored.value);
    number.is(stored.value) || (percent && number.is(stored.value / 100.0)) || fraction
}

/// The candidate that comes nearest, and whose number it is instead.
fn differs(claim: &Claim, family: &[&Stored], results: &Results) -> Verdict {
    let distance = |one: &&&Stored| {
        let numbers = claim.parts.numbers();
        let off =
            |number: &Number, value: f64| (number.value - value).abs() / value.abs().max(1e-9);
        match claim.parts {
            Parts::Interval { .. } => ["estimate", "lower", "upper"]
                .iter()
                .zip(&numbers)
                .filter_map(|(part, number)| {
                    Some(off(number, results.get(&sibling(one, part)?)?.value).min(1.0))
                })
                .sum(),
            _ => off(&numbers[0], one.value),
        }
    };
    let nearest = family
        .iter()
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
        .expect("a family is never empty");
    let elsewhere = results
        .numbers
        .iter()
        .filter(|one| kind(claim, one) && fits(claim, one, results))
        .min_by_key(|one| usize::from(one.event != nearest.event));
    let why = match elsewhere {
        Some(other) if claim.kind != Kind::Count || matches!(claim.parts, Parts::Share { .. }) => {
            format!("it is the value of {}", other.key)
        }
        _ => String::new(),
    };
    Verdict::Differs { key: nearest.key.clone(), expected: expected(claim, nearest, results), why }
}

/// What the study says in the place of the claim.
fn expected(claim: &Claim, one: &Stored, results: &Results) -> String {
    let part = |part: &str| {
        let stored = sibling(one, part).and_then(|key| results.get(&key));
        stored.map_or("NR".to_owned(), |stored| stored.shown.clone())
    };
    match claim.parts {
        Parts::One(_) => one.shown.clone(),
        Parts::Share { .. } => {
            let whole = results.above(&one.key, "n").map_or("?".into(), |n| n.shown.clone());
            format!("{} of {whole}", one.shown)
        }
        Parts::Range { .. } => format!("{} to {}", part("lower"), part("upper")),
        Parts::Interval { .. } => {
            format!("{} ({} to {})", part("estimate"), part("lower"), part("upper"))
        }
    }
}
