//! What every analysis of a study needs: the study file, the patients' outcomes and groups, the
//! number store, the doubts.

use super::file::{Endpoint, Group, Population, StudyFile, Text};
use super::read::Source;
use super::voice::SectionWords;
use crate::Error;
use crate::format::Style;
use crate::store::Store;
use riskset::{ConfType, QuantileRule, Ties};
use riskset_analysis::{Answer, Data, Doubt, Problem, Request, Voice, run};
use riskset_data::endpoint::{Derived, TimeUnit};
use serde::Deserialize;
use std::cell::RefCell;

/// A time to an event of one patient, in the unit of the study.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    pub time: f64,
    pub event: bool,
    /// The competing event that ended the time, by its place in the endpoint; never beside an event.
    pub competing: Option<u8>,
}

impl Outcome {
    /// What ended the time, for a request: `0` censored, `1` the event, from `2` on the competing
    /// events in the order of the study file.
    pub fn code(&self) -> String {
        match (self.event, self.competing) {
            (true, _) => "1".to_owned(),
            (false, Some(place)) => (usize::from(place) + 2).to_string(),
            (false, None) => "0".to_owned(),
        }
    }
}

/// A doubt about a number; it stands in the report and in `results.json`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Warning {
    /// A word for programs: `few_events`.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
}

/// What the times of an endpoint end with, value by value as the data have them.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Ends {
    /// Values that count as the event.
    pub event: Vec<(String, usize)>,
    /// Values that count as a competing event, each with the label of that event.
    pub competing: Vec<(String, usize)>,
    /// Values that count as censored.
    pub censored: Vec<(String, usize)>,
    /// Patients without the endpoint.
    pub missing: usize,
}

/// The patients, in the order of the data, and what the study file makes of them. The outer vectors
/// follow the sections of the study file.
#[derive(Debug, Default)]
pub struct Cohort {
    pub n: usize,
    pub populations: Vec<Vec<bool>>,
    /// `None` where a patient has no outcome recorded.
    pub endpoints: Vec<Vec<Option<Outcome>>>,
    /// For an endpoint derived from dates: per patient the date that decided, and why censored.
    pub audits: Vec<Option<Derived>>,
    /// For each endpoint, what its patients' times end with.
    pub balances: Vec<Ends>,
    /// The level, from 0; `None` for a patient in none of them.
    pub groups: Vec<Vec<Option<u32>>>,
}

/// Everything an analysis reads and writes.
pub struct Context<'a> {
    pub source: &'a Source,
    pub file: &'a StudyFile,
    pub style: Style,
    pub conf_type: ConfType,
    pub level: f64,
    pub unit: TimeUnit,
    pub cohort: Cohort,
    pub store: Store,
    pub warnings: Vec<Warning>,
    /// What matching another program changed, as the analyses said it, each once.
    pub matching: RefCell<Vec<String>>,
}

impl<'a> Context<'a> {
    /// Answers a request with the defaults of the program that the study matches.
    pub fn run(&self, request: &Request, data: &Data) -> Result<Answer, Problem> {
        let Some(software) = self.file.study.software() else { return run(request, data) };
        // A kind in which no program does anything else is asked as it is.
        let known = Request::fields_of(&request.name()).unwrap_or_default();
        if !known.iter().any(|field| field == "match") {
            return run(request, data);
        }
        // The scale of survival is that of the study, whether it was chosen or is the program's.
        let of_survival = !matches!(request, Request::Cif(_));
        let given = |field: &str| field == "conf_type" && of_survival;
        let answer = run(&request.matched(software, &given)?, data)?;
        let matching = answer.about().and_then(|about| about.matching.as_ref());
        let mut said = self.matching.borrow_mut();
        for sentence in
            matching.filter(|found| !found.is_empty()).iter().flat_map(|m| m.sentences())
        {
            if !said.contains(&sentence) {
                said.push(sentence);
            }
        }
        drop(said);
        Ok(answer)
    }

    /// How tied event times are handled in the study's Cox models.
    pub fn ties(&self) -> Ties {
        let named = self.file.study.software().and_then(|software| software.of("ties"));
        named.and_then(|name| name.parse().ok()).unwrap_or_default()
    }

    /// The scale of the intervals of incidences.
    pub fn incidence_scale(&self) -> &'static str {
        self.file.study.software().map_or(ConfType::Log.name(), |software| software.conf_type())
    }

    /// `Efron`, whose method it is.
    pub fn ties_of(&self) -> &'static str {
        match self.ties() {
            Ties::Breslow => "Breslow",
            _ => "Efron",
        }
    }

    /// How quartiles of patients' values lie between two of them.
    pub fn quartiles(&self) -> QuantileRule {
        let named = self.file.study.software().and_then(|software| software.of("quartiles"));
        named.and_then(|name| name.parse().ok()).unwrap_or_default()
    }

    pub fn warn(&mut self, code: &'static str, message: String) {
        self.warnings.push(Warning { code, message });
    }

    /// Says a doubt of what a section of the type `S` asked, in the words of that section.
    pub fn doubt<S: for<'de> Deserialize<'de>>(&mut self, analysis: &str, doubt: &Doubt) {
        self.doubt_in(&SectionWords::<S>::default(), analysis, doubt);
    }

    /// Says a doubt in these words.
    pub fn doubt_in(&mut self, words: &dyn Voice, analysis: &str, doubt: &Doubt) {
        self.warn(doubt.code(), format!("{analysis}: {}", doubt.words(words)));
    }

    /// The words "95% CI".
    pub fn ci(&self) -> String {
        format!("{} CI", self.style.level(self.level))
    }

    /// The words "95% CI," before limits, with the comma where the journal has it.
    pub fn ci_before_limits(&self) -> String {
        self.style.ci_before_limits(self.level)
    }

    pub fn population(&self, name: &Text) -> (usize, &'a Population) {
        find(&self.file.population, name, |item| &item.name)
    }

    pub fn endpoint(&self, name: &Text) -> (usize, &'a Endpoint) {
        find(&self.file.endpoint, name, |item| &item.name)
    }

    pub fn group(&self, name: &Text) -> (usize, &'a Group) {
        find(&self.file.group, name, |item| &item.name)
    }

    /// The patients of a population, by row.
    pub fn members(&self, population: usize) -> Vec<usize> {
        rows(&self.cohort.populations[population])
    }

    /// The sentence that says what the data are, for titles; empty for real data.
    pub fn synthetic(&self) -> &'static str {
        if self.file.study.synthetic { " (synthetic data)" } else { "" }
    }

    /// A refusal of what a key of a section of the type `S` asks, in the words of that section.
    pub fn refused<S: for<'de> Deserialize<'de>>(&self, key: &Text, problem: &Problem) -> Error {
        self.source.refuse(key, problem.words(&SectionWords::<S>::default()))
    }

    /// A refusal of an analysis, with the name it has in the study file.
    pub fn problem<S: for<'de> Deserialize<'de>>(&self, name: &Text, problem: &Problem) -> Error {
        self.problem_in(&SectionWords::<S>::default(), name, problem)
    }

    /// The same in these words.
    pub fn problem_in(&self, words: &dyn Voice, name: &Text, problem: &Problem) -> Error {
        let words = problem.words(words);
        self.source.refuse(name, format!("{} cannot be analysed: {words}", name.get_ref()))
    }
}

/// The rows that are marked.
pub fn rows(mask: &[bool]) -> Vec<usize> {
    (0..mask.len()).filter(|&row| mask[row]).collect()
}

fn find<'a, T>(items: &'a [T], name: &Text, of: impl Fn(&T) -> &Text) -> (usize, &'a T) {
    items
        .iter()
        .enumerate()
        .find(|(_, item)| of(item).get_ref() == name.get_ref())
        .expect("the references of the study file were checked")
}

impl Endpoint {
    /// "DFS", or the label without its capital.
    pub fn short(&self) -> &str {
        self.abbreviation.as_deref().unwrap_or(&self.label)
    }

    /// "DFS", or "disease-free survival" inside a sentence.
    pub fn in_text(&self) -> String {
        self.abbreviation.clone().unwrap_or_else(|| self.in_sentence())
    }

    /// The label inside a sentence: "disease-free survival".
    pub fn in_sentence(&self) -> String {
        lower_first(&self.label)
    }
}

/// Without the capital at its start, unless the word is an abbreviation.
pub fn lower_first(text: &str) -> String {
    let mut signs = text.chars();
    match (signs.next(), signs.next()) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}
