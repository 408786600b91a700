//! How a study file words what a request holds.

use super::file::{Data, Study};
use riskset_analysis::Voice;
use serde::de::value::Error;
use serde::de::{Deserializer, Error as _, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use std::marker::PhantomData;

/// Keys of the file, analyses as its sections.
pub struct StudyWords;

impl Voice for StudyWords {
    fn field(&self, field: &str, value: Option<&str>) -> String {
        match value {
            None => format!("`{field}`"),
            Some(value) if value.parse::<f64>().is_ok() || value == "true" => {
                format!("`{field} = {value}`")
            }
            Some(value) => format!("`{field} = {value:?}`"),
        }
    }

    fn analysis(&self, name: &str) -> String {
        format!("`riskset {name}`")
    }
}

/// The words of a section of the type `S`: its keys, and those of `[study]` and `[data]`. What a request
/// can be told and no key says is not named.
pub struct SectionWords<S>(PhantomData<S>);

impl<S> Default for SectionWords<S> {
    fn default() -> SectionWords<S> {
        SectionWords(PhantomData)
    }
}

impl<S: for<'de> Deserialize<'de>> Voice for SectionWords<S> {
    fn field(&self, field: &str, value: Option<&str>) -> String {
        match field {
            "subset" => "a `filter` in the population".to_owned(),
            "conf_level" => StudyWords.field("level", value),
            _ => StudyWords.field(field, value),
        }
    }

    fn knows(&self, field: &str) -> bool {
        matches!(field, "subset" | "conf_level")
            || [keys::<S>(), keys::<Study>(), keys::<Data>()].concat().contains(&field)
    }

    fn analysis(&self, name: &str) -> String {
        StudyWords.analysis(name)
    }
}

/// The keys of a section, as its type reads them.
fn keys<S: for<'de> Deserialize<'de>>() -> &'static [&'static str] {
    let mut keys: &[&str] = &[];
    // There is nothing to read: what counts is which fields are asked for.
    let _ = S::deserialize(Keys(&mut keys));
    keys
}

/// Notes the fields that a type asks for.
struct Keys<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Keys<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("a section is a struct"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        *self.0 = fields;
        Err(Error::custom("there is nothing to read"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::super::file::{Comparison, Cutpoint, FactorsSpec, Meta, Model, PerformanceSpec};
    use super::*;

    #[test]
    fn a_section_names_the_keys_that_it_has() {
        let words = SectionWords::<PerformanceSpec>::default();
        assert!(words.knows("bootstrap") && words.knows("conf_type") && words.knows("na"));
        assert!(!words.knows("folds") && !words.knows("validate"));
        assert!(SectionWords::<FactorsSpec>::default().knows("same_rows"));
        assert!(SectionWords::<Meta>::default().knows("method"));
        assert_eq!(words.field("subset", None), "a `filter` in the population");
        assert_eq!(words.field("conf_level", Some("0.9")), "`level = 0.9`");
        for keys in [keys::<Comparison>(), keys::<Cutpoint>(), keys::<Model>(), keys::<Study>()] {
            assert!(!keys.is_empty());
        }
    }

    #[test]
    fn fields_become_keys() {
        assert_eq!(StudyWords.field("method", Some("glmm")), "`method = \"glmm\"`");
        assert_eq!(StudyWords.field("conf_level", Some("0.9")), "`conf_level = 0.9`");
        assert_eq!(StudyWords.field("landmark", None), "`landmark`");
    }
}
