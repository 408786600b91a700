//! What to do about a refusal or a doubt, as a fact.
//!
//! A message and its remedy are two things: the message says what was found, where and why it cannot
//! be used; the remedy says what to do next, and each front end words it in its own terms. A command
//! line writes `--conf-type log-log`, a study file `conf_type = "log-log"`, Python
//! `conf_type="log-log"`. So no option is named below the front ends. The type lies in this crate
//! because every crate above it refuses and doubts.

use std::borrow::Cow;

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Remedy {
    /// Set a field of the request; `value` is `None` where the user has to choose it.
    Set {
        /// The field, in snake case, as the request has it: `conf_type`.
        field: Cow<'static, str>,
        /// The value as the user would write it, without quotes.
        value: Option<String>,
    },
    /// Take a field out of the request.
    Unset(Cow<'static, str>),
    /// Write this in the formula, or in the expression that was given: `event == "dead"`.
    Write(String),
    /// Ask another analysis, named as the commands are: `cif`.
    Ask(Cow<'static, str>),
    /// Something that is the same in every front end, as the end of a sentence in the imperative:
    /// `correct the row`.
    Do(Cow<'static, str>),
    /// One of these.
    AnyOf(Vec<Remedy>),
}

/// How a front end words what a request holds.
pub trait Voice {
    /// A field set to a value, or to one of the user's: `--conf-level 0.9`, `--conf-level`.
    fn field(&self, field: &str, value: Option<&str>) -> String;

    /// Whether there is such a field here. A remedy does not name one that nobody can set.
    fn knows(&self, field: &str) -> bool {
        let _ = field;
        true
    }

    /// Another analysis: `riskset cif`.
    fn analysis(&self, name: &str) -> String;

    /// A whole call of an analysis, its arguments in their order and its fields: what a reader can
    /// copy. Without words of its own a front end has the analysis and what it is given.
    fn call(&self, name: &str, arguments: &[&str], fields: &[(String, String)]) -> String {
        let fields = fields.iter().map(|(field, value)| format!("{field}: {value}"));
        let given: Vec<String> =
            arguments.iter().map(|argument| (*argument).to_owned()).chain(fields).collect();
        format!("{}: {}", self.analysis(name), given.join(", "))
    }
}

impl Remedy {
    /// A field to be set to a value of the user's choice.
    pub fn set(field: &'static str) -> Remedy {
        Remedy::Set { field: field.into(), value: None }
    }

    /// A field to be set to this value.
    pub fn set_to(field: &'static str, value: impl Into<String>) -> Remedy {
        Remedy::Set { field: field.into(), value: Some(value.into()) }
    }

    /// The end of a sentence in the imperative.
    pub fn to(what: impl Into<Cow<'static, str>>) -> Remedy {
        Remedy::Do(what.into())
    }

    /// The part of the remedy that can be followed where only some fields can be set; `None` when
    /// nothing of it can.
    pub fn known(self, knows: &dyn Fn(&str) -> bool) -> Option<Remedy> {
        match self {
            Remedy::Set { ref field, .. } | Remedy::Unset(ref field) => {
                knows(field).then_some(self)
            }
            Remedy::AnyOf(remedies) => {
                let known = remedies.into_iter().filter_map(|remedy| remedy.known(knows));
                let mut known: Vec<Remedy> = known.collect();
                match known.len() {
                    0 | 1 => known.pop(),
                    _ => Some(Remedy::AnyOf(known)),
                }
            }
            Remedy::Write(_) | Remedy::Ask(_) | Remedy::Do(_) => Some(self),
        }
    }

    /// The remedy as the end of a sentence, without a full stop: `say --na, or correct the row`.
    /// `None` when the front end has none of the fields that it names.
    pub fn words(&self, voice: &dyn Voice) -> Option<String> {
        self.clone().known(&|field| voice.knows(field)).map(|remedy| remedy.known_words(voice))
    }

    /// A message with its remedy, where there is one that this front end can follow; without a full stop.
    pub fn after(what: &str, remedy: Option<&Remedy>, voice: &dyn Voice) -> String {
        match remedy.and_then(|remedy| remedy.words(voice)) {
            Some(remedy) => format!("{what}; {remedy}"),
            None => what.to_owned(),
        }
    }

    fn known_words(&self, voice: &dyn Voice) -> String {
        match self {
            // What a condition on the rows is for is not told by its name.
            Remedy::Set { field, value: None } if field == "subset" => {
                format!("choose the rows with {}", voice.field(field, None))
            }
            Remedy::Set { field, value } => format!("say {}", voice.field(field, value.as_deref())),
            Remedy::Unset(field) => format!("leave out {}", voice.field(field, None)),
            Remedy::Write(text) => format!("write {text}"),
            Remedy::Ask(name) => format!("use {}", voice.analysis(name)),
            Remedy::Do(what) => what.to_string(),
            Remedy::AnyOf(remedies) => {
                let words: Vec<String> =
                    remedies.iter().map(|remedy| remedy.known_words(voice)).collect();
                words.join(", or ")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Study;

    impl Voice for Study {
        fn field(&self, field: &str, value: Option<&str>) -> String {
            match value {
                Some(value) => format!("`{field} = \"{value}\"`"),
                None => format!("`{field}`"),
            }
        }

        fn knows(&self, field: &str) -> bool {
            field != "firth"
        }

        fn analysis(&self, name: &str) -> String {
            format!("a [[{name}]]")
        }
    }

    #[test]
    fn a_field_that_cannot_be_set_is_not_named() {
        let both = Remedy::AnyOf(vec![Remedy::set("firth"), Remedy::to("combine levels")]);
        assert_eq!(Remedy::after("infinite", Some(&both), &Study), "infinite; combine levels");
        let only = Remedy::Unset("firth".into());
        assert_eq!(only.words(&Study), None);
        assert_eq!(Remedy::after("no test", Some(&only), &Study), "no test");
        let none = Remedy::AnyOf(vec![only]);
        assert_eq!(none.words(&Study), None);
    }

    #[test]
    fn a_remedy_is_worded_by_the_front_end() {
        let remedy = Remedy::AnyOf(vec![
            Remedy::set_to("conf_type", "log-log"),
            Remedy::Unset("trend".into()),
            Remedy::Write("event == \"dead\"".into()),
            Remedy::Ask("cif".into()),
            Remedy::to("correct the row"),
        ]);
        assert_eq!(
            remedy.words(&Study).unwrap(),
            "say `conf_type = \"log-log\"`, or leave out `trend`, or write event == \"dead\", or \
             use a [[cif]], or correct the row"
        );
    }
}
