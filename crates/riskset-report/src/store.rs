//! The number store: every number of a study once, under a key.
//!
//! Tables, captions and sentences ask the store and never compute, so that the same quantity reads
//! the same wherever it stands. A key is a path of names: `removal.dfs.all_removed.median.lower`.

use crate::format::{NOT_ESTIMABLE, NOT_REACHED, Style};
pub use riskset_data::endpoint::TimeUnit;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Patients, events, lesions: shown without decimals.
    Count,
    /// Percent: 62.5 for 62.5%.
    Percent,
    /// A probability or a share: 0.625.
    Fraction,
    /// A P value, which has its own rounding.
    PValue,
    /// A time in this unit.
    Time(TimeUnit),
    /// A hazard ratio, an odds ratio, a design effect.
    Ratio,
    /// A test statistic, a degree of freedom, a measured value: the unit is in its source.
    Value,
}

/// Why a number does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// The curve does not come down that far.
    NotReached,
    /// The data cannot give it.
    NotEstimable,
}

/// One number with what a reader needs to use it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Full precision; the reason when it does not exist.
    pub value: Result<f64, Absent>,
    /// What it counts.
    pub unit: Unit,
    /// How many decimals it is shown with.
    pub decimals: usize,
    /// How it was computed and from whom, in words.
    pub source: String,
}

/// The numbers of a study, in the order in which they were computed.
#[derive(Clone, Debug, Default)]
pub struct Store {
    entries: Vec<(String, Entry)>,
    positions: BTreeMap<String, usize>,
}

/// An estimate and its limits, as they are put in the store.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub estimate: Option<f64>,
    /// The lower limit.
    pub lower: Option<f64>,
    /// The upper limit.
    pub upper: Option<f64>,
}

impl Store {
    /// A store without numbers.
    pub fn new() -> Store {
        Store::default()
    }

    /// Puts a number under a key.
    ///
    /// # Panics
    ///
    /// When the key is taken: each number is computed once, and the names of a study file are
    /// checked to be unique before anything is computed.
    pub fn put(&mut self, key: impl Into<String>, entry: Entry) {
        let key = key.into();
        let position = self.entries.len();
        let earlier = self.positions.insert(key.clone(), position);
        assert!(earlier.is_none(), "the number {key} was computed twice");
        self.entries.push((key, entry));
    }

    /// Puts a count.
    pub fn count(&mut self, key: impl Into<String>, count: usize, source: &str) {
        let entry = Entry {
            value: Ok(count as f64),
            unit: Unit::Count,
            decimals: 0,
            source: source.into(),
        };
        self.put(key, entry);
    }

    /// Puts a count `k` under `key.k`, its denominator under `key.n` and the percentage (absent when
    /// `n` is 0) under `key.percent`.
    pub fn share(&mut self, key: &str, k: usize, n: usize, decimals: usize, source: &str) {
        self.count(format!("{key}.k"), k, source);
        self.count(format!("{key}.n"), n, source);
        let value =
            if n == 0 { Err(Absent::NotEstimable) } else { Ok(100.0 * k as f64 / n as f64) };
        let entry = Entry { value, unit: Unit::Percent, decimals, source: source.into() };
        self.put(format!("{key}.percent"), entry);
    }

    /// Puts one number that may not exist (a time that does not exist is one not reached).
    pub fn value(
        &mut self,
        key: impl Into<String>,
        value: Option<f64>,
        unit: Unit,
        decimals: usize,
        source: &str,
    ) {
        let absent = match unit {
            Unit::Time(_) => Absent::NotReached,
            _ => Absent::NotEstimable,
        };
        let value = value.filter(|value| value.is_finite()).ok_or(absent);
        self.put(key, Entry { value, unit, decimals, source: source.into() });
    }

    /// Puts an estimate and its limits under `key.estimate`, `key.lower` and `key.upper`.
    pub fn estimate(
        &mut self,
        key: &str,
        estimate: Estimate,
        unit: Unit,
        decimals: usize,
        source: &str,
    ) {
        let Estimate { estimate, lower, upper } = estimate;
        for (name, value) in [("estimate", estimate), ("lower", lower), ("upper", upper)] {
            self.value(format!("{key}.{name}"), value, unit, decimals, source);
        }
    }

    /// The number under a key.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.positions.get(key).map(|&position| &self.entries[position].1)
    }

    /// The value under a key, `None` when it does not exist or the key does not.
    pub fn number(&self, key: &str) -> Option<f64> {
        self.get(key).and_then(|entry| entry.value.ok())
    }

    /// Every number, in the order in which it was put.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().map(|(key, entry)| (key.as_str(), entry))
    }

    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The number as it is shown.
    ///
    /// # Panics
    ///
    /// When there is no such key: a sentence that asks for a number nobody computed is a bug.
    pub fn show(&self, key: &str, style: &Style) -> String {
        self.expect(key).show(style)
    }

    /// `estimate (lower-upper)` of the three numbers under `key`.
    ///
    /// # Panics
    ///
    /// As [`show`](Self::show).
    pub fn show_interval(&self, key: &str, style: &Style) -> String {
        let part = |name| self.expect(&format!("{key}.{name}"));
        let (estimate, lower, upper) = (part("estimate"), part("lower"), part("upper"));
        let absent = estimate.absent_text();
        style.interval(
            estimate.value.ok(),
            lower.value.ok(),
            upper.value.ok(),
            estimate.decimals,
            absent,
        )
    }

    /// `lower-upper` of the numbers under `key`.
    ///
    /// # Panics
    ///
    /// As [`show`](Self::show).
    pub fn show_range(&self, key: &str, style: &Style) -> String {
        let part = |name| self.expect(&format!("{key}.{name}"));
        let (lower, upper) = (part("lower"), part("upper"));
        style.range(lower.value.ok(), upper.value.ok(), lower.decimals, lower.absent_text())
    }

    /// `k (percent)` of the numbers that [`share`](Self::share) put under `key`, for a cell below a
    /// heading that names both.
    ///
    /// # Panics
    ///
    /// As [`show`](Self::show).
    pub fn show_share(&self, key: &str, style: &Style) -> String {
        let count = self.show(&format!("{key}.k"), style);
        match self.expect(&format!("{key}.percent")) {
            Entry { value: Err(_), .. } => count,
            entry => style.below(&count, &entry.show(style)),
        }
    }

    /// The numbers as the object `numbers` of `results.json`: full precision, and as shown.
    pub fn to_json(&self, style: &Style) -> Value {
        let numbers: Map<String, Value> =
            self.entries.iter().map(|(key, entry)| (key.clone(), entry.to_json(style))).collect();
        Value::Object(numbers)
    }

    fn expect(&self, key: &str) -> &Entry {
        match self.get(key) {
            Some(entry) => entry,
            None => panic!("nothing computed the number {key}"),
        }
    }
}

impl Entry {
    /// The number as it is shown, the reason when it does not exist.
    pub fn show(&self, style: &Style) -> String {
        match (self.value, self.unit) {
            (Ok(p), Unit::PValue) => style.p_value(Some(p)),
            (Ok(value), _) => style.number(value, self.decimals),
            (Err(_), _) => self.absent_text().to_owned(),
        }
    }

    fn absent_text(&self) -> &'static str {
        match (self.value, self.unit) {
            (Err(Absent::NotReached), _) | (Ok(_), Unit::Time(_)) => NOT_REACHED,
            _ => NOT_ESTIMABLE,
        }
    }

    fn to_json(&self, style: &Style) -> Value {
        let unit = match self.unit {
            Unit::Count => "count",
            Unit::Percent => "percent",
            Unit::Fraction => "fraction",
            Unit::PValue => "p value",
            Unit::Time(unit) => unit.name(),
            Unit::Ratio => "ratio",
            Unit::Value => "value",
        };
        let mut object = json!({
            "value": self.value.ok(),
            "shown": self.show(style),
            "unit": unit,
            "decimals": self.decimals,
            "source": self.source,
        });
        if let Err(absent) = self.value {
            object["absent"] = match absent {
                Absent::NotReached => "not reached".into(),
                Absent::NotEstimable => "not estimable".into(),
            };
        }
        object
    }
}

/// A key made from a name in the data: lower case, letters and digits kept, everything else one
/// underscore. Never empty.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for sign in name.to_lowercase().chars() {
        if sign.is_alphanumeric() {
            slug.push(sign);
        } else if !slug.ends_with('_') && !slug.is_empty() {
            slug.push('_');
        }
    }
    let slug = slug.trim_end_matches('_');
    if slug.is_empty() { "unnamed".to_owned() } else { slug.to_owned() }
}

/// Keys for a list of names, in their order; a key that is taken gets `_2`, `_3` and so on.
pub fn unique_slugs<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut slugs: Vec<String> = Vec::new();
    for name in names {
        let base = slug(name);
        let mut candidate = base.clone();
        let mut number = 2;
        while slugs.contains(&candidate) {
            candidate = format!("{base}_{number}");
            number += 1;
        }
        slugs.push(candidate);
    }
    slugs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> Store {
        let mut store = Store::new();
        let months = Unit::Time(TimeUnit::Months);
        let median = Estimate { estimate: Some(11.44), lower: Some(6.4), upper: None };
        store.estimate("a.dfs.median", median, months, 1, "Kaplan-Meier");
        let ratio = Estimate { estimate: Some(0.921), lower: Some(0.48), upper: Some(1.77) };
        store.estimate("a.dfs.hr", ratio, Unit::Ratio, 2, "Cox");
        store.share("a.male", 35, 112, 1, "counted");
        store.share("a.none", 0, 0, 1, "counted");
        store.value("a.p", Some(1e-5), Unit::PValue, 3, "log-rank");
        store
    }

    #[test]
    fn numbers_are_shown_by_their_unit() {
        let (store, style) = (store(), Style::default());
        assert_eq!(store.show_interval("a.dfs.median", &style), "11.4 (6.4 to NR)");
        assert_eq!(store.show_interval("a.dfs.hr", &style), "0.92 (0.48-1.77)");
        assert_eq!(store.show_range("a.dfs.hr", &style), "0.48-1.77");
        assert_eq!(store.show_share("a.male", &style), "35 (31.3%)");
        assert_eq!(store.show_share("a.none", &style), "0");
        assert_eq!(store.show("a.p", &style), "<0.001");
    }

    #[test]
    fn the_json_has_full_precision_and_says_why_a_number_is_absent() {
        let json = store().to_json(&Style::default());
        assert_eq!(json["a.dfs.median.estimate"]["value"], 11.44);
        assert_eq!(json["a.dfs.median.upper"]["value"], Value::Null);
        assert_eq!(json["a.dfs.median.upper"]["absent"], "not reached");
        assert_eq!(json["a.none.percent"]["absent"], "not estimable");
        assert_eq!(json["a.dfs.median.estimate"]["unit"], "months");
    }

    #[test]
    #[should_panic(expected = "the number a.p was computed twice")]
    fn a_key_is_used_once() {
        store().value("a.p", None, Unit::PValue, 3, "again");
    }

    #[test]
    fn keys_from_names_are_safe_and_distinct() {
        assert_eq!(slug("At least one left behind"), "at_least_one_left_behind");
        assert_eq!(slug("../../etc"), "etc");
        assert_eq!(slug("<= 5 %"), "5");
        assert_eq!(slug("!!"), "unnamed");
        assert_eq!(slug("Älter als 60"), "älter_als_60");
        assert_eq!(unique_slugs(["A", "a", "A!"]), ["a", "a_2", "a_3"]);
    }
}
