//! What names and words of clinical tables hint at. A hint puts a column earlier in a list; it
//! never chooses one.

/// Parts of names of columns that hold a time of follow-up.
const TIMES: [&str; 19] = [
    "time", "month", "days", "year", "week", "surv", "follow", "fu_", "dauer", "monat", "tage",
    "zeit", "aval", "os_", "pfs", "dfs", "mois", "suivi", "tiempo",
];

/// Parts of names of columns that hold an event.
const EVENTS: [&str; 22] = [
    "status",
    "event",
    "dead",
    "death",
    "died",
    "vital",
    "cens",
    "cnsr",
    "relapse",
    "recur",
    "progress",
    "tod",
    "verstorben",
    "deces",
    "décès",
    "ereignis",
    "outcome",
    "os",
    "pfs",
    "dfs",
    "failure",
    "exitus",
];

/// Words of which one is an event or its absence.
const EVENT_WORDS: [&str; 39] = [
    "dead",
    "alive",
    "deceased",
    "living",
    "died",
    "survived",
    "death",
    "surviving",
    "yes",
    "no",
    "y",
    "n",
    "ja",
    "nein",
    "oui",
    "non",
    "si",
    "sí",
    "true",
    "false",
    "event",
    "no event",
    "censored",
    "censor",
    "tod",
    "tot",
    "lebend",
    "verstorben",
    "lebt",
    "décédé",
    "vivant",
    "vivo",
    "exitus",
    "0:living",
    "1:deceased",
    "0:censored",
    "1:progression",
    "not dead",
    "relapse",
];

/// Parts of names of columns that hold the day of death.
const DEATHS: [&str; 10] =
    ["death", "died", "dod", "tod", "deces", "décès", "dead", "exitus", "muerte", "dthdt"];

/// Parts of names of columns that hold the day of the last contact.
const LAST: [&str; 9] =
    ["last", "follow", "contact", "visit", "letzt", "dernier", "fu", "ultim", "lstalv"];

/// Parts of names of columns that hold a day.
const DAYS: [&str; 14] = [
    "date",
    "datum",
    "dat_",
    "_dat",
    "visit",
    "surgery",
    "death",
    "birth",
    "diagnosis",
    "last",
    "first",
    "operation",
    "contact",
    "fecha",
];

fn has(name: &str, parts: &[&str]) -> bool {
    let name = name.to_lowercase();
    parts.iter().any(|part| name.contains(part))
}

pub(super) fn hints_time(name: &str) -> bool {
    has(name, &TIMES)
}

pub(super) fn hints_event(name: &str) -> bool {
    has(name, &EVENTS)
}

pub(super) fn hints_death(name: &str) -> bool {
    has(name, &DEATHS)
}

pub(super) fn hints_last(name: &str) -> bool {
    has(name, &LAST)
}

pub(super) fn hints_day(name: &str) -> bool {
    has(name, &DAYS)
}

pub(super) fn is_event_word(word: &str) -> bool {
    EVENT_WORDS.contains(&word.trim().to_lowercase().as_str())
}

/// How many letters two names share at their start: `OS.time` and `OS` share two.
pub(super) fn common_start(a: &str, b: &str) -> usize {
    let pairs = a.chars().flat_map(char::to_lowercase).zip(b.chars().flat_map(char::to_lowercase));
    pairs.take_while(|(a, b)| a == b).count()
}
