//! The conventions of another program: a request that names one takes its defaults, and the answer
//! says what that changed.
//!
//! Programs give other numbers of the same rows because each has chosen something else where there is
//! a choice. Every such choice that is an option here stands in [`CONVENTIONS`] with what each program
//! takes by default and where that is written; what no option can follow stands in [`DEPARTURES`] and
//! is said by name. A request is settled to plain options before it runs, in
//! [`Request::matched`](crate::Request::matched) alone; what was asked for explicitly wins.

mod table;

pub use table::{CONVENTIONS, Convention, DEPARTURES, Departure, conventions_page};

use crate::{Problem, Request};
use riskset::{Remedy, choices};
use serde_json::{Map, Value};

/// A program whose defaults a request takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Software {
    /// R with the package survival.
    R,
    /// SAS: LIFETEST and PHREG.
    Sas,
    /// Stata: `sts`, `stci`, `stcox`.
    Stata,
    /// SPSS Statistics: KM and COXREG.
    Spss,
    /// GraphPad Prism.
    Prism,
    /// lifelines for Python.
    Lifelines,
}

choices!(
    Software,
    "program to match",
    [
        (Software::R, "r", "R with the package survival"),
        (Software::Sas, "sas", "SAS: LIFETEST and PHREG"),
        (Software::Stata, "stata", "Stata: sts, stci and stcox"),
        (Software::Spss, "spss", "SPSS Statistics: KM and COXREG"),
        (Software::Prism, "prism", "GraphPad Prism"),
        (Software::Lifelines, "lifelines", "lifelines for Python"),
    ]
);

impl Software {
    /// As it writes itself: `SAS`.
    pub fn title(self) -> &'static str {
        match self {
            Software::R => "R",
            Software::Sas => "SAS",
            Software::Stata => "Stata",
            Software::Spss => "SPSS",
            Software::Prism => "Prism",
            Software::Lifelines => "lifelines",
        }
    }

    /// The scale of its intervals of S(t).
    pub fn conf_type(self) -> &'static str {
        self.of("conf_type").unwrap_or("log")
    }

    /// Its value of an option; `None` where it has no such number.
    pub fn of(self, option: &str) -> Option<&'static str> {
        CONVENTIONS.iter().find(|one| one.option == option)?.of(self).0
    }

    /// Its place in a row of the tables.
    fn place(self) -> usize {
        self as usize
    }
}

/// What matching another program changed in an answer, and what it could not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matching {
    /// The program.
    pub software: Software,
    /// Options that have its value, which is another than that without it.
    pub moved: Vec<Moved>,
    /// Options that were asked for explicitly and are not the program's.
    pub kept: Vec<Moved>,
    /// Where no option follows the program.
    pub not_matched: Vec<NotMatched>,
}

/// A convention between two values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The option, as a request has it.
    pub option: &'static str,
    /// The value without a program to match; of a kept one the value asked for.
    pub from: String,
    /// The value of the program.
    pub to: &'static str,
    /// The numbers that it moves.
    pub moves: &'static str,
    /// Where the program's default is written.
    pub source: &'static str,
}

/// A number that is not the program's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotMatched {
    /// The number.
    pub what: &'static str,
    /// What the program does.
    pub theirs: String,
    /// What is done here.
    pub ours: String,
}

impl Matching {
    /// What matching did to the options of this request; `None` where it names no program.
    pub fn of(request: &Request) -> Option<Matching> {
        let Value::Object(fields) = request.to_value() else { return None };
        let software: Software = fields.get("match")?.as_str()?.parse().ok()?;
        let analysis = fields.get("analysis").and_then(Value::as_str).unwrap_or_default();
        let known = Request::fields_of(analysis).unwrap_or_default();
        let mut matching =
            Matching { software, moved: Vec::new(), kept: Vec::new(), not_matched: Vec::new() };
        for convention in CONVENTIONS {
            matching.add(convention, analysis, &known, &fields);
        }
        let departures = DEPARTURES
            .iter()
            .filter(|one| one.software == software && one.analyses.contains(&analysis));
        matching.not_matched.extend(departures.map(|one| NotMatched {
            what: one.what,
            theirs: one.theirs.to_owned(),
            ours: one.ours.to_owned(),
        }));
        Some(matching)
    }

    fn add(
        &mut self,
        convention: &'static Convention,
        analysis: &str,
        known: &[String],
        fields: &Map<String, Value>,
    ) {
        let (theirs, source) = convention.of(self.software);
        let Some(theirs) = theirs else { return };
        if !convention.is_option_of(analysis, known) {
            if theirs != convention.default && convention.also.contains(&analysis) {
                self.not_matched.push(NotMatched {
                    what: convention.moves,
                    theirs: format!("{} {theirs}", convention.option),
                    ours: format!("{} {}", convention.option, convention.default),
                });
            }
            return;
        }
        let value = fields.get(convention.option).and_then(Value::as_str);
        let value = value.unwrap_or(convention.default);
        let of = |from: &str| Moved {
            option: convention.option,
            from: from.to_owned(),
            to: theirs,
            moves: convention.moves,
            source,
        };
        // A reference that was named leaves none to be chosen by a rule.
        let named = ["reference", "order"].iter().any(|field| fields.contains_key(*field));
        if convention.option == "reference_level" && named {
            if theirs != convention.default {
                self.kept.push(of("as named"));
            }
        } else if value != theirs {
            self.kept.push(of(value));
        } else if theirs != convention.default {
            self.moved.push(of(convention.default));
        }
    }

    /// Whether nothing of the answer hangs on the program.
    pub fn is_empty(&self) -> bool {
        self.moved.is_empty() && self.kept.is_empty() && self.not_matched.is_empty()
    }

    /// What is said of it, a sentence each: `conf_type log (R) -> log-log (SAS): limits of S(t) ...`.
    pub fn sentences(&self) -> Vec<String> {
        let program = self.software.title();
        if self.is_empty() {
            return vec![format!("Conventions of {program}: none of this answer differs.")];
        }
        let moved = self.moved.iter().map(|one| {
            format!("{} {} (R) -> {} ({program}): {}.", one.option, one.from, one.to, one.moves)
        });
        let kept = self.kept.iter().map(|one| {
            format!(
                "{} {}, as asked for, and not {} as {program} has it: {}.",
                one.option, one.from, one.to, one.moves
            )
        });
        let not = self.not_matched.iter().map(|one| {
            format!(
                "Not as in {program}: {} ({program}: {}; here: {}).",
                one.what, one.theirs, one.ours
            )
        });
        moved.chain(kept).chain(not).collect()
    }
}

/// Gives the fields of a request the values of a program, where they were not given.
pub(crate) fn settle(
    fields: &mut Map<String, Value>,
    software: Software,
    given: &dyn Fn(&str) -> bool,
) -> Result<(), Problem> {
    let analysis = fields.get("analysis").and_then(Value::as_str).unwrap_or_default().to_owned();
    let known = Request::fields_of(&analysis).unwrap_or_default();
    if !known.iter().any(|field| field == "match") {
        return Err(Problem::request(
            format!("the analysis `{analysis}` has no convention in which programs differ"),
            Remedy::Unset("match".into()),
        ));
    }
    fields.insert("match".to_owned(), software.name().into());
    for convention in CONVENTIONS {
        let (Some(theirs), _) = convention.of(software) else { continue };
        let option = convention.option;
        let named = option == "reference_level" && (given("reference") || given("order"));
        if convention.is_option_of(&analysis, &known) && !given(option) && !named {
            fields.insert(option.to_owned(), theirs.into());
        }
    }
    Ok(())
}

/// Writes down the options of conventions that are left out because they have their default: read again,
/// a request that names a program would take them for not given.
pub(crate) fn complete(fields: &mut Map<String, Value>) {
    if !fields.contains_key("match") {
        return;
    }
    let analysis = fields.get("analysis").and_then(Value::as_str).unwrap_or_default().to_owned();
    let known = Request::fields_of(&analysis).unwrap_or_default();
    let options = CONVENTIONS.iter().filter(|one| one.is_option_of(&analysis, &known));
    for convention in options {
        fields.entry(convention.option).or_insert_with(|| convention.default.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Request {
        Request::from_json(text).unwrap()
    }

    fn sentences(request: &Request) -> Vec<String> {
        Matching::of(request).unwrap().sentences()
    }

    const LUNG: &str = r#""data": "@lung", "formula": "Surv(time, status == 2) ~ sex""#;

    #[test]
    fn a_request_takes_the_defaults_of_the_program_it_names() {
        let km = read(&format!(r#"{{"analysis": "km", {LUNG}, "match": "sas"}}"#));
        let Request::Km(settled) = &km else { panic!() };
        assert_eq!(settled.conf_type, riskset::ConfType::LogLog);
        assert_eq!(settled.flat, riskset::FlatRule::Ended);
        let said = sentences(&km);
        assert_eq!(
            said[0],
            "conf_type log (R) -> log-log (SAS): limits of S(t), of incidences and of quantiles."
        );
        assert_eq!(read(&km.to_json()), km, "what is printed is read as what it was");
    }

    #[test]
    fn what_was_asked_for_wins_and_is_said() {
        let text = format!(
            r#"{{"analysis": "km", {LUNG}, "match": "sas", "conf_type": "plain", "flat": "middle"}}"#
        );
        let km = read(&text);
        let Request::Km(settled) = &km else { panic!() };
        assert_eq!(settled.conf_type, riskset::ConfType::Plain);
        assert!(
            sentences(&km)[0].starts_with("conf_type plain, as asked for, and not log-log as SAS")
        );
        assert_eq!(
            read(&km.to_json()),
            km,
            "the middle of a flat was asked for, though it is the default"
        );
    }

    #[test]
    fn a_reference_that_was_named_stays() {
        let text =
            r#"{"analysis": "cox", "data": "@veteran", "formula": "Surv(time, status) ~ celltype"#;
        let last = read(&format!(r#"{text}", "match": "spss"}}"#));
        assert_eq!(last.rows().unwrap().reference_level, crate::ReferenceLevel::Last);
        let named = read(&format!(r#"{text}", "match": "spss", "reference": "large"}}"#));
        assert_eq!(named.rows().unwrap().reference_level, crate::ReferenceLevel::First);
        assert!(sentences(&named).iter().any(|one| one.contains("as named, as asked for")));
    }

    #[test]
    fn what_cannot_be_followed_is_said_and_where_nothing_can_it_is_refused() {
        let km = read(&format!(r#"{{"analysis": "km", {LUNG}, "match": "spss"}}"#));
        assert!(
            sentences(&km)
                .iter()
                .any(|one| one.starts_with("Not as in SPSS: limits of the median"))
        );
        let r = read(&format!(r#"{{"analysis": "km", {LUNG}, "match": "r"}}"#));
        assert_eq!(sentences(&r), ["Conventions of R: none of this answer differs."]);
        let look = r#"{"analysis": "look", "data": "@lung", "match": "sas"}"#;
        let refused = Request::from_json(look).unwrap_err().to_string();
        assert!(refused.contains("no field `match`"), "{refused}");
        let wrong = format!(r#"{{"analysis": "km", {LUNG}, "match": "saas"}}"#);
        assert!(Request::from_json(&wrong).unwrap_err().to_string().contains("stata"));
    }
}
