//! The stored numbers of a study, with what readers call them.

use crate::Error;
use serde_json::Value;
use std::collections::BTreeMap;

/// A stored number.
#[derive(Clone, Debug)]
pub struct Stored {
    pub key: String,
    pub value: f64,
    /// As the study shows it.
    pub shown: String,
    pub unit: String,
    /// The label of the group on its path.
    pub group: Option<String>,
    /// The words of the event or endpoint on its path, the last one when there are several.
    pub event: Vec<String>,
    /// What the analysis on its path is called.
    pub analysis: Option<String>,
    /// Whether it is of the answer to a request, whose keys are those of its document: it is meant only
    /// where the analysis is named, and its key does not tell its statistic.
    pub of_request: bool,
}

/// All numbers of a results file.
#[derive(Clone, Debug)]
pub struct Results {
    pub numbers: Vec<Stored>,
    places: BTreeMap<String, usize>,
    /// Every word of a group, longest first.
    pub groups: Vec<String>,
    /// Every word of an event or endpoint, longest first.
    pub events: Vec<String>,
}

impl Results {
    /// Reads `results.json`.
    ///
    /// # Errors
    ///
    /// [`Error::Data`] for a text that is no results file of a study, or of an older program, which
    /// wrote no labels.
    pub fn read(name: &str, text: &str) -> Result<Results, Error> {
        let refuse = |what: &str| Error::Data(format!("{name}: {what}"));
        let json: Value = serde_json::from_str(text).map_err(|error| {
            refuse(&format!("this is no JSON ({error}); give the results.json that a study wrote"))
        })?;
        let (Some("riskset.study/1"), Some(numbers)) =
            (json["schema"].as_str(), json["numbers"].as_object())
        else {
            return Err(refuse(
                "this is not the results.json of a study; give the one in the study's folder",
            ));
        };
        let Some(labels) = json["labels"].as_object() else {
            return Err(refuse(
                "it has no labels, so an older program wrote it; run the study again",
            ));
        };
        let mut results = Results {
            numbers: Vec::new(),
            places: BTreeMap::new(),
            groups: Vec::new(),
            events: Vec::new(),
        };
        for (key, entry) in numbers {
            let Some(value) = entry["value"].as_f64() else { continue };
            let text = |field: &str| entry[field].as_str().unwrap_or_default().to_owned();
            let mut stored = Stored {
                key: key.clone(),
                value,
                shown: text("shown"),
                unit: text("unit"),
                group: None,
                event: Vec::new(),
                analysis: None,
                of_request: false,
            };
            describe(&mut stored, labels);
            results.places.insert(key.clone(), results.numbers.len());
            results.numbers.push(stored);
        }
        results.complete();
        for label in labels.values() {
            let words = words(label);
            match label["kind"].as_str() {
                Some("group") => results.groups.extend(words),
                Some("event") => results.events.extend(words),
                _ => {}
            }
            // Rows under a heading are told apart by it, as those of an endpoint are by its name.
            results.events.extend(heading(label));
        }
        for list in [&mut results.groups, &mut results.events] {
            list.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
            list.dedup();
        }
        Ok(results)
    }

    /// An estimate whose limits stand below its own key is one of three numbers too: `KEY.estimate` beside
    /// `KEY.lower` and `KEY.upper`.
    fn complete(&mut self) {
        let alone = self.numbers.iter().filter(|one| {
            let part = |part: &str| self.places.contains_key(&format!("{}.{part}", one.key));
            part("lower") && part("upper") && !part("estimate")
        });
        let added: Vec<Stored> = alone
            .map(|one| Stored { key: format!("{}.estimate", one.key), ..one.clone() })
            .collect();
        for one in added {
            self.places.insert(one.key.clone(), self.numbers.len());
            self.numbers.push(one);
        }
    }

    /// The number under a key.
    pub fn get(&self, key: &str) -> Option<&Stored> {
        self.places.get(key).map(|&place| &self.numbers[place])
    }

    /// A count that belongs to the same patients: `NAME` beside the key or above it.
    pub fn above(&self, key: &str, name: &str) -> Option<&Stored> {
        let mut path = key;
        while let Some((parent, _)) = path.rsplit_once('.') {
            if let Some(found) = self.get(&format!("{parent}.{name}")) {
                return Some(found);
            }
            path = parent;
        }
        None
    }
}

/// Walks down the path of a key and takes the words of every labelled part.
fn describe(stored: &mut Stored, labels: &serde_json::Map<String, Value>) {
    let dots = stored.key.match_indices('.').map(|(at, _)| at);
    let mut prefixes: Vec<&str> = dots.map(|at| &stored.key[..at]).collect();
    prefixes.push(&stored.key);
    for label in prefixes.into_iter().filter_map(|prefix| labels.get(prefix)) {
        let words = words(label);
        match label["kind"].as_str() {
            Some("group") => stored.group = words.into_iter().next(),
            Some("event") => stored.event = words,
            Some("analysis") => stored.analysis = words.into_iter().next(),
            Some("request") => {
                stored.analysis = words.into_iter().next();
                stored.of_request = true;
            }
            _ => {}
        }
        if let Some(heading) = heading(label) {
            stored.event = vec![heading];
        }
    }
}

/// The heading that a row stands under, in small letters.
fn heading(label: &Value) -> Option<String> {
    Some(label["heading"].as_str()?.to_lowercase())
}

fn words(label: &Value) -> Vec<String> {
    let words = label["words"].as_array().into_iter().flatten();
    words.filter_map(|word| Some(word.as_str()?.to_lowercase())).collect()
}
