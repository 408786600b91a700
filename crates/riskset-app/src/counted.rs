//! Tables that count people: how the page's choices say so, and what is in such a table by its people.

use crate::ask::missing;
use crate::plan::{Counts, Plan, RowsAre};
use riskset::Remedy;
use riskset_analysis::Problem;
use riskset_data::{CountsOf, Look, LookedAt, MISSING, Table, Values, look, written_name};
use serde_json::{Value, json};
use std::borrow::Cow;

/// Words in the names of columns that count people with an event.
const EVENTS: &[&str] =
    &["event", "death", "died", "dead", "relapse", "recurrence", "failure", "progression"];
/// Words in the names of columns that count the censored.
const CENSORED: &[&str] = &["censor", "alive", "withdrawn", "lost"];
/// Names of columns that count everybody of a row.
const PEOPLE: &[&str] = &[
    "n",
    "count",
    "counts",
    "people",
    "patients",
    "subjects",
    "freq",
    "frequency",
    "number",
    "total",
];

impl Counts {
    /// The counts as a request has them.
    ///
    /// # Errors
    ///
    /// A choice that is not made yet, and a column that counts two things.
    fn columns(&self) -> Result<Vec<String>, Problem> {
        let rest =
            self.rest.as_ref().ok_or_else(|| missing("the column that counts the people"))?;
        if self.events.contains(rest) {
            return Err(Problem::request(
                format!("{rest} counts those with an event, and cannot count the others as well"),
                Remedy::to("choose another column for one of them"),
            ));
        }
        let events: Vec<String> = self.events.iter().map(|name| written_name(name)).collect();
        let rest = written_name(rest);
        match (events.is_empty(), self.all) {
            (true, true) => Ok(vec![rest]),
            (true, false) => Err(missing("the column that counts those with the event")),
            (false, all) => {
                let others =
                    events.iter().fold(rest.clone(), |left, event| format!("{left} - {event}"));
                Ok(events.into_iter().chain([if all { others } else { rest }]).collect())
            }
        }
    }
}

impl Plan {
    /// The counts as a request has them; none where a row is a patient.
    ///
    /// # Errors
    ///
    /// As long as they are not chosen.
    pub fn counted(&self) -> Result<Vec<String>, Problem> {
        match self.rows {
            Some(RowsAre::Counts) => self.counts.columns(),
            _ => Ok(Vec::new()),
        }
    }

    /// The people of the table, whose columns and values the other choices are about: a row of the table
    /// of counts for each way in which they ended.
    ///
    /// # Errors
    ///
    /// A count that is missing or no whole number, with its row.
    pub fn people<'a>(&self, table: &'a Table) -> Result<Cow<'a, Table>, Problem> {
        let counts = self.counted()?;
        if counts.is_empty() {
            return Ok(Cow::Borrowed(table));
        }
        Ok(Cow::Owned(CountsOf::parse(&counts)?.grouped(table)?))
    }
}

/// What is in a table of counts, by its people: how many have each level.
///
/// # Errors
///
/// As [`Plan::people`].
pub fn look_at_people(plan: &Plan, table: &Table) -> Result<Look, Problem> {
    let people = plan.people(table)?;
    let column = CountsOf::people_column();
    let mut seen = look(&people);
    seen.columns.retain(|one| one.name != column);
    let numbers = people.numbers(&column)?;
    seen.rows = numbers.iter().sum::<f64>() as usize;
    for one in &mut seen.columns {
        let factor = people.factor(&one.name)?;
        let mut of_level = vec![0.0; factor.levels.len()];
        let mut missing = 0.0;
        for (&code, &people) in factor.codes.iter().zip(&numbers) {
            match code {
                MISSING => missing += people,
                code => of_level[code as usize] += people,
            }
        }
        one.missing = missing as usize;
        for (level, count) in &mut one.levels {
            let place = factor.levels.iter().position(|known| known == level);
            *count = place.map_or(*count, |place| of_level[place] as usize);
        }
    }
    Ok(seen)
}

/// Columns that may count people, and a proposal by their names. Nothing is taken for a count before a
/// person has said that rows are counts.
pub fn propose(look: &Look, table: &Table) -> Value {
    let whole: Vec<&LookedAt> =
        look.columns.iter().filter(|column| is_whole(column, table)).collect();
    let named = |words: &[&str]| -> Vec<&str> {
        let fits = |name: &str| words.iter().any(|word| name.to_lowercase().contains(word));
        whole.iter().map(|column| column.name.as_str()).filter(|name| fits(name)).collect()
    };
    let censored = named(CENSORED);
    let events: Vec<&str> =
        named(EVENTS).into_iter().filter(|name| !censored.contains(name)).collect();
    let people = whole.iter().find(|column| PEOPLE.contains(&column.name.to_lowercase().as_str()));
    let counts_some = |name: &&str| {
        let column = whole.iter().find(|column| column.name == **name);
        column.and_then(|column| column.range).is_some_and(|(_, most)| most > 1.0)
    };
    let repeated = people.is_some_and(|column| column.range.is_some_and(|(_, most)| most > 1.0));
    let looks =
        repeated || (!events.is_empty() && !censored.is_empty()) || events.iter().any(counts_some);
    let (rest, all) = match (censored.first(), people) {
        (Some(censored), _) => (Some(*censored), false),
        (None, people) => (people.map(|column| column.name.as_str()), people.is_some()),
    };
    // A column of 0 and 1 beside the number of people is no count: it says who had the event.
    let events: Vec<&str> = match (all, events.iter().any(counts_some)) {
        (true, false) => Vec::new(),
        _ => events,
    };
    let whole: Vec<&str> = whole.iter().map(|column| column.name.as_str()).collect();
    json!({ "columns": whole, "looks": looks, "events": events, "rest": rest, "all": all })
}

/// Whether a column holds whole numbers from 0, none missing.
fn is_whole(column: &LookedAt, table: &Table) -> bool {
    let from_0 = column.range.is_some_and(|(least, _)| least >= 0.0) && column.missing == 0;
    let whole = |values: &[f64]| values.iter().all(|value| value.fract() == 0.0);
    from_0 && matches!(table.values(&column.name), Ok(Values::Number(values)) if whole(&values))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(csv: &str) -> Table {
        Table::from_csv(csv.as_bytes(), b',', "t.csv", None).unwrap()
    }

    fn proposed(csv: &str) -> Value {
        let table = table(csv);
        propose(&look(&table), &table)
    }

    #[test]
    fn a_table_that_looks_like_counts_is_proposed_and_one_of_patients_is_not() {
        let found = proposed("time,arm,deaths,censored\n1,a,4,1\n1,b,7,0\n2,a,3,2\n");
        assert_eq!(found["looks"], true);
        assert_eq!(found["events"], json!(["deaths"]));
        assert_eq!((&found["rest"], &found["all"]), (&json!("censored"), &json!(false)));
        let found = proposed("time,arm,events,n\n1,a,4,5\n1,b,7,7\n2,a,3,9\n");
        assert_eq!(
            (&found["looks"], &found["rest"], &found["all"]),
            (&json!(true), &json!("n"), &json!(true))
        );
        let found = proposed("time,dead,age,n\n1,1,60,5\n1,0,60,7\n2,1,71,9\n");
        assert_eq!((&found["events"], &found["rest"]), (&json!([]), &json!("n")), "{found}");
        let found = proposed("id,time,event,age\n1,4,1,60\n2,5,0,61\n3,4,1,75\n");
        assert_eq!(found["looks"], false, "{found}");
        for (set, _) in
            [("@lung", ()), ("@colon", ()), ("@veteran", ()), ("@dream", ()), ("@mgus2", ())]
        {
            let table = Table::read(&riskset_data::Source::parse(set).unwrap(), None).unwrap();
            assert_eq!(propose(&look(&table), &table)["looks"], false, "{set}");
        }
    }

    #[test]
    fn levels_are_counted_in_people() {
        let plan: Plan = serde_json::from_value(json!({
            "rows": "counts", "counts": { "events": ["relapse", "death"], "rest": "n", "all": true },
        }))
        .unwrap();
        assert_eq!(plan.counted().unwrap(), ["relapse", "death", "n - relapse - death"]);
        let counts = table("time,arm,relapse,death,n\n1,a,2,1,9\n2,b,3,0,4\n");
        let seen = look_at_people(&plan, &counts).unwrap();
        assert_eq!(seen.rows, 13);
        let levels = |name: &str| {
            seen.columns.iter().find(|column| column.name == name).unwrap().levels.clone()
        };
        let of = |name: &str, n| (name.to_owned(), n);
        assert_eq!(levels("event"), [of("censored", 7), of("death", 1), of("relapse", 5)]);
        assert_eq!(levels("arm"), [of("a", 9), of("b", 4)]);
        assert!(seen.columns.iter().all(|column| column.name != "relapse"));
    }

    #[test]
    fn what_was_not_said_of_counts_is_asked() {
        let refused = |counts: Value| {
            let plan = json!({ "rows": "counts", "counts": counts });
            let plan: Plan = serde_json::from_value(plan).unwrap();
            plan.counted().unwrap_err().to_string()
        };
        assert!(refused(json!({ "events": ["d"] })).contains("not said yet"));
        assert!(refused(json!({ "rest": "c" })).contains("those with the event"));
        assert!(
            refused(json!({ "events": ["d"], "rest": "d" })).contains("cannot count the others")
        );
    }
}
