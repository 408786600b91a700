//! Which columns of dates may be what, by their names: a proposal that the page shows and that a
//! person changes or keeps. Nothing is derived before it was seen.

use riskset_data::Look;
use serde_json::{Value, json};

/// Words in the names of columns, in the languages in which we have seen them.
const START: &[&str] = &[
    "surgery",
    "operation",
    "random",
    "diagnos",
    "inclusion",
    "enrol",
    "start",
    "baseline",
    "registration",
    "treatment",
    "resection",
    "op_date",
    "date_op",
];
const RELAPSE: &[&str] = &["relapse", "recurrence", "recur", "progression", "metasta", "rezidiv"];
const PROGRESSION: &[&str] = &["progression", "pd_date"];
const SECOND: &[&str] = &["second_primary", "second primary", "secondary_cancer"];
const DEATH: &[&str] = &["death", "died", "dod", "deceased", "exitus", "tod"];
const LAST: &[&str] = &["last", "follow", "fup", "contact", "visit", "seen", "censor"];
/// Names of a column that says which patient a row is.
const PATIENT: &[&str] = &["patient", "id", "subject", "record", "case", "usubjid", "pat"];

/// The proposal for a table.
pub fn propose(look: &Look) -> Value {
    let named = |words: &[&str], but: &[&str]| -> Vec<&str> {
        let fits = |name: &str, words: &[&str]| {
            let name = name.to_lowercase();
            words.iter().any(|word| name.contains(word))
        };
        let dates = look.dates.iter().map(String::as_str);
        dates.filter(|name| fits(name, words) && !fits(name, but)).collect()
    };
    let last = named(LAST, DEATH);
    json!({
        "id": patient(look),
        "time_zero": named(START, &[RELAPSE, DEATH, LAST].concat()).first(),
        "relapse": named(RELAPSE, &[DEATH, LAST].concat()),
        "progression": named(PROGRESSION, &[DEATH, LAST].concat()),
        "second_primary": named(SECOND, &[]),
        "death": named(DEATH, &[]).first(),
        "last_visit": last,
    })
}

/// The column that names the patient: called so, and with a value of its own in every row.
fn patient(look: &Look) -> Option<&str> {
    let whole = |word: &str, name: &str| {
        name.split(|sign: char| !sign.is_alphanumeric()).any(|part| part == word)
    };
    let fits = |name: &str| PATIENT.iter().any(|word| whole(word, &name.to_lowercase()));
    let column = look
        .columns
        .iter()
        .find(|column| fits(&column.name) && column.missing == 0 && column.distinct == look.rows);
    column.map(|column| column.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use riskset_data::{Source, Table, look};

    #[test]
    fn the_dates_of_a_study_are_proposed_by_their_names() {
        let table = Table::read(&Source::parse("@dream").unwrap(), None).unwrap();
        assert_eq!(
            propose(&look(&table)),
            json!({
                "id": "patient",
                "time_zero": "surgery_date",
                "relapse": ["local_relapse_date", "extrahepatic_progression_date"],
                "progression": ["extrahepatic_progression_date"],
                "second_primary": [],
                "death": "death_date",
                "last_visit": ["last_visit_date"],
            })
        );
    }

    #[test]
    fn where_no_name_says_so_nothing_is_proposed() {
        let table = Table::read(&Source::parse("@lung").unwrap(), None).unwrap();
        let proposed = propose(&look(&table));
        assert_eq!((&proposed["id"], &proposed["time_zero"]), (&Value::Null, &Value::Null));
    }
}
