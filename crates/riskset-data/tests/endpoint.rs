//! Endpoints by rule: what decides, what is refused or flagged, and in which words.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use riskset_data::Table;
use riskset_data::endpoint::{
    Condition, DateColumns, Dated, Derived, Endpoint, EndpointError, OnProblem, Outcome, Roles,
    Rule, RuleSpec, TimeUnit, parse_date,
};

/// Columns of `zero`, `relapse`, `death` and `visit`, one tuple a patient; empty is missing.
fn data(rows: &[(&str, [&str; 4])]) -> DateColumns {
    let ids = rows.iter().map(|row| row.0.to_owned()).collect();
    let mut columns = DateColumns::new("patient", ids);
    for (index, name) in ["zero", "relapse", "death", "visit"].into_iter().enumerate() {
        let texts: Vec<Option<&str>> = rows.iter().map(|row| Some(row.1[index])).collect();
        columns = columns.date_texts(name, &texts).unwrap();
    }
    columns
}

fn roles() -> Roles {
    Roles {
        time_zero: "zero".to_owned(),
        relapse: vec!["relapse".to_owned()],
        progression: vec!["relapse".to_owned()],
        death: Some("death".to_owned()),
        last_visit: vec!["visit".to_owned()],
        ..Roles::default()
    }
}

/// Disease-free survival of a study that did not record second primary cancers.
fn dfs() -> Rule {
    let ignore = vec!["second_primary".to_owned()];
    Endpoint::Dfs.rule(&Roles { ignore, ..roles() }).unwrap()
}

fn flagging() -> Rule {
    Rule { on_problem: OnProblem::Flag, ..dfs() }
}

fn one(rule: &Rule, dates: [&str; 4]) -> Outcome {
    rule.derive(&data(&[("P1", dates)])).unwrap().outcomes[0].clone()
}

fn refusal(rule: &Rule, rows: &[(&str, [&str; 4])]) -> String {
    rule.derive(&data(rows)).unwrap_err().to_string()
}

#[test]
fn the_earliest_date_decides() {
    let outcome = one(&dfs(), ["2018-03-01", "2018-12-26", "2019-06-01", "2019-05-20"]);
    assert_eq!((outcome.days, outcome.event), (Some(300), Some(true)));
    assert_eq!(outcome.cause.as_deref(), Some("relapse"));
    assert_eq!(outcome.decided_by, ["relapse"]);
    assert_eq!(outcome.audit, "event: relapse on 2018-12-26, day 300 after zero 2018-03-01");
}

/// 20 minutes over midnight are 20/1440 days; 36 hours and a half are 36.5/24 days.
#[test]
fn a_time_of_day_counts_where_all_dates_have_one() {
    let rows = [
        ("P1", ["2018-03-01 23:50", "", "2018-03-02 00:10:00", ""]),
        ("P2", ["2018-03-01T08:00:00Z", "", "", "2018-03-02 08:30 PM"]),
        ("P3", ["2018-03-01 23:50", "2018-03-02", "", ""]),
        // One day: the relapse at noon came before the death.
        ("P4", ["2018-03-01 10:00", "", "2018-03-01 18:00", "2018-03-01 12:00"]),
    ];
    let derived = flagging().derive(&data(&rows)).unwrap();
    let exact: Vec<Option<f64>> = derived.outcomes.iter().map(|one| one.exact_days).collect();
    let close = |found: Option<f64>, expected: f64| (found.unwrap() - expected).abs() < 1e-12;
    assert!(close(exact[0], 20.0 / 1440.0) && close(exact[1], 36.5 / 24.0), "{exact:?}");
    assert_eq!(derived.outcomes[0].days, Some(1), "the day on the calendar is the next one");
    let audit = "event: death on 2018-03-02, 0.0139 days after zero 2018-03-01 23:50:00";
    assert_eq!(derived.outcomes[0].audit, audit);
    // The relapse has no time of day, so the patient is counted in whole days, and it is said.
    assert_eq!(exact[2], Some(1.0));
    let whole =
        "event: relapse on 2018-03-02, day 1 after zero 2018-03-01, without the times of day";
    assert_eq!(derived.outcomes[2].audit, whole);
    assert!(close(exact[3], 8.0 / 24.0), "{exact:?}");
}

/// A table that writes midnight behind every date has no times of day.
#[test]
fn midnight_everywhere_is_no_time_of_day() {
    let dates = ["2018-03-01 00:00:00", "2018-12-26 00:00:00", "", "2019-05-20T00:00:00"];
    let outcome = one(&dfs(), dates);
    assert_eq!(outcome.audit, "event: relapse on 2018-12-26, day 300 after zero 2018-03-01");
    let early = ["2018-03-01 10:00", "", "2018-03-01 08:00", ""];
    let before = flagging().derive(&data(&[("P1", early)])).unwrap();
    assert_eq!(before.outcomes[0].time, None, "a death before time zero on the same day");
}

#[test]
fn without_an_event_the_last_visit_decides() {
    let outcome = one(&dfs(), ["2018-03-01", "", "", "2020-02-29"]);
    assert_eq!((outcome.days, outcome.event), (Some(730), Some(false)));
    assert_eq!(outcome.cause.as_deref(), Some("censored"));
    assert_eq!(
        outcome.audit,
        "censored: no event recorded, visit is 2020-02-29, day 730 after zero 2018-03-01"
    );
}

/// Relapse and death on one day: the first in the rule names the cause, both decide.
#[test]
fn events_tied_on_one_day() {
    let outcome = one(&dfs(), ["2018-03-01", "2018-03-31", "2018-03-31", "2018-03-31"]);
    assert_eq!(outcome.cause.as_deref(), Some("relapse"));
    assert_eq!(outcome.decided_by, ["relapse", "death"]);
    assert!(outcome.audit.starts_with("event: relapse and death on 2018-03-31"));
}

/// Progression and death on one day: the event of interest counts, not the competing one.
#[test]
fn an_event_comes_before_a_competing_event_of_the_same_day() {
    let ttp = Endpoint::Ttp.rule(&roles()).unwrap();
    let tied = one(&ttp, ["2018-03-01", "2018-03-31", "2018-03-31", "2018-03-31"]);
    assert_eq!((tied.event, tied.cause.as_deref()), (Some(true), Some("relapse")));
    let death = one(&ttp, ["2018-03-01", "", "2018-03-31", "2018-03-10"]);
    assert_eq!((death.event, death.cause.as_deref()), (Some(false), Some("death")));
    assert!(death.audit.starts_with("competing event: death on 2018-03-31"));
}

#[test]
fn an_event_on_the_day_of_time_zero_is_time_zero() {
    let outcome = one(&dfs(), ["2018-03-01", "2018-03-01", "", "2018-03-01"]);
    assert_eq!((outcome.time, outcome.event), (Some(0.0), Some(true)));
}

#[test]
fn units_of_time() {
    let time =
        |unit| one(&Rule { unit, ..dfs() }, ["2018-01-01", "", "", "2022-01-01"]).time.unwrap();
    // Four years with one leap day: 1461 days.
    assert_eq!(time(TimeUnit::Days), 1461.0);
    assert_eq!(time(TimeUnit::Weeks), 1461.0 / 7.0);
    assert_eq!(time(TimeUnit::Months), 48.0);
    assert_eq!(time(TimeUnit::Years), 4.0);
    assert_eq!(TimeUnit::parse("months"), Some(TimeUnit::Months));
    assert_eq!(TimeUnit::parse("fortnights"), None);
}

/// A relapse, a visit, and a death after the cut: all are followed until the cut and no longer.
#[test]
fn a_data_cut_ends_follow_up() {
    let rule = Rule { data_cut: parse_date("2018-12-31"), ..dfs() };
    let ends = |dates| {
        let outcome = one(&rule, dates);
        (outcome.days, outcome.event, outcome.decided_by.join(" "))
    };
    let at_cut = (Some(305), Some(false), String::new());
    assert_eq!(ends(["2018-03-01", "2019-02-01", "", "2019-03-01"]), at_cut);
    assert_eq!(ends(["2018-03-01", "", "", "2019-03-01"]), at_cut);
    // Seen last before the cut, but the death notice shows that the patient was alive at the cut.
    assert_eq!(ends(["2018-03-01", "", "2019-03-01", "2018-06-01"]), at_cut);
    // Lost before the cut: the last visit stands.
    assert_eq!(
        ends(["2018-03-01", "", "", "2018-06-01"]),
        (Some(92), Some(false), "visit".to_owned())
    );
    // On the day of the cut an event still counts.
    assert_eq!(
        ends(["2018-03-01", "2018-12-31", "", "2019-03-01"]),
        (Some(305), Some(true), "relapse".to_owned())
    );
    let audit = one(&rule, ["2018-03-01", "", "", "2019-03-01"]).audit;
    assert_eq!(
        audit,
        "censored: no event up to the data cut 2018-12-31, day 305 after zero 2018-03-01"
    );
}

/// A death may be learnt of after the last visit; the relapse after it may not.
#[test]
fn a_death_after_the_last_visit_is_no_problem() {
    let outcome = one(&dfs(), ["2018-03-01", "", "2019-03-01", "2018-06-01"]);
    assert!(outcome.flags.is_empty());
    assert_eq!((outcome.days, outcome.event), (Some(365), Some(true)));
}

#[test]
fn disease_specific_survival_splits_deaths_by_cause() {
    let cause =
        Condition { column: "cause".to_owned(), is: vec!["cancer".to_owned()], is_not: vec![] };
    let roles = Roles { death_from_disease: Some(cause), ..roles() };
    let rule = Rule { on_problem: OnProblem::Flag, ..Endpoint::Dss.rule(&roles).unwrap() };
    let dates = ["2018-03-01", "", "2018-03-31", "2018-03-30"];
    let causes = ["cancer", "stroke", ""].map(|text| Some(text.to_owned()));
    let causes = causes.into_iter().map(|text| text.filter(|text| !text.is_empty())).collect();
    let columns = data(&[("A", dates), ("B", dates), ("C", dates)]).texts("cause", causes).unwrap();
    let derived = rule.derive(&columns).unwrap();
    let causes: Vec<_> =
        derived.outcomes.iter().map(|outcome| (outcome.event, outcome.cause.clone())).collect();
    assert_eq!(causes[0], (Some(true), Some("death from the disease".to_owned())));
    assert_eq!(causes[1], (Some(false), Some("death from another cause".to_owned())));
    assert_eq!(causes[2], (None, None));
    assert_eq!((derived.n_events(), derived.n_competing(), derived.n_without_time()), (1, 1, 1));
    assert_eq!(
        derived.outcomes[2].audit,
        "no time: `death` has a date but `cause` is empty, so it is not known whether the date counts"
    );
}

#[test]
fn every_named_rule_says_what_it_is_and_where_it_is_from() {
    let roles = Roles {
        death_from_disease: Some(Condition {
            column: "cause".to_owned(),
            is: vec!["cancer".to_owned()],
            is_not: vec![],
        }),
        ..roles()
    };
    for endpoint in Endpoint::ALL {
        let ignore = match endpoint {
            Endpoint::Dfs => vec!["second_primary".to_owned()],
            _ => Vec::new(),
        };
        let rule = endpoint.rule(&Roles { ignore, ..roles.clone() }).unwrap();
        assert_eq!(Endpoint::parse(&endpoint.name().to_uppercase()), Some(endpoint));
        assert!(rule.definition.starts_with("Time to") && rule.definition.ends_with("visit."));
        assert!(rule.source.contains("20"), "{}", rule.source);
        assert!(rule.events.iter().chain(&rule.competing).any(|dated| dated.terminal));
    }
}

fn refused_with(dates: [&str; 4], words: &str, time_is_kept: bool) {
    let message = refusal(&dfs(), &[("P0", ["2018-01-01", "", "", "2019-01-01"]), ("P1", dates)]);
    assert!(message.contains(words), "{message}");
    assert!(message.contains("patient P1 (row 2)"), "{message}");
    assert!(message.contains("or flag these patients"), "{message}");
    let outcome = one(&flagging(), dates);
    assert_eq!(outcome.time.is_some(), time_is_kept);
    assert!(outcome.flags[0].to_string().contains(words));
    assert_eq!(outcome.audit.starts_with("no time: "), !time_is_kept);
}

#[test]
fn contradictory_dates_are_refused_or_flagged() {
    refused_with(
        ["", "2018-01-01", "", "2019-01-01"],
        "time zero `zero` is missing, so no time can be counted",
        false,
    );
    refused_with(
        ["2018-03-01", "2018-02-01", "", "2019-01-01"],
        "`relapse` is 2018-02-01, before time zero 2018-03-01",
        false,
    );
    refused_with(
        ["2018-03-01", "", "", "2018-01-01"],
        "`visit` is 2018-01-01, before time zero 2018-03-01",
        false,
    );
    refused_with(
        ["2018-03-01", "2018-12-01", "", "2018-06-01"],
        "`relapse` is 2018-12-01, after the last visit 2018-06-01",
        true,
    );
    refused_with(
        ["2018-03-01", "", "2018-06-01", "2018-07-01"],
        "`visit` is 2018-07-01, after the death on 2018-06-01",
        true,
    );
    refused_with(
        ["2018-03-01", "2023-02-30", "", "2023-06-01"],
        "`relapse` is 2023-02-30, a day that the calendar does not have",
        false,
    );
    refused_with(
        ["2018-03-01", "03/04/2018", "", "2019-01-01"],
        "`relapse` is \"03/04/2018\", which is not written as a date with one reading",
        false,
    );
    refused_with(["2018-03-01", "", "", ""], "there is neither an event nor a last visit", false);
}

#[test]
fn time_zero_after_the_data_cut() {
    let rule = Rule { data_cut: parse_date("2018-01-31"), ..dfs() };
    let message = refusal(&rule, &[("P1", ["2018-03-01", "", "", "2018-06-01"])]);
    assert!(message.contains("time zero 2018-03-01 lies after the data cut 2018-01-31"));
    // On the day of the cut a patient is followed for 0 days.
    let rule = Rule { data_cut: parse_date("2018-03-01"), ..dfs() };
    assert_eq!(one(&rule, ["2018-03-01", "", "", "2018-06-01"]).days, Some(0));
}

#[test]
fn two_rows_with_one_id() {
    let dates = ["2018-03-01", "", "", "2018-06-01"];
    let message = refusal(&dfs(), &[("P1", dates), ("P2", dates), ("P1", dates)]);
    assert!(message.contains("patient P1 (row 3): row 1 has the same id"), "{message}");
    assert!(message.starts_with("rule `dfs`: the dates of one patient cannot be used"));
}

/// Flagged rows with one id keep their times: which of them is wrong is not known.
#[test]
fn flagged_duplicates_keep_their_times() {
    let dates = ["2018-03-01", "", "", "2018-06-01"];
    let derived = flagging().derive(&data(&[("P1", dates), ("P1", dates)])).unwrap();
    let days: Vec<_> = derived.outcomes.iter().map(|outcome| outcome.days).collect();
    assert_eq!(days, [Some(92), Some(92)]);
    let flags: Vec<usize> = derived.outcomes.iter().map(|outcome| outcome.flags.len()).collect();
    assert_eq!(flags, [0, 1]);
}

/// A second primary is an event of disease-free survival, and none of relapse-free survival.
#[test]
fn second_primaries_count_in_one_of_two_rules() {
    let second = vec![Some(NaiveDate::from_ymd_opt(2018, 3, 31).unwrap())];
    let columns = data(&[("P1", ["2018-03-01", "", "", "2018-06-01"])]);
    let columns = columns.dates("second_cancer_date", second).unwrap();
    let roles = Roles { second_primary: vec!["second_cancer_date".to_owned()], ..roles() };
    let cause = |endpoint: Endpoint| {
        endpoint.rule(&roles).unwrap().derive(&columns).unwrap().outcomes[0].cause.clone()
    };
    assert_eq!(cause(Endpoint::Dfs).as_deref(), Some("second cancer"));
    assert_eq!(cause(Endpoint::Rfs).as_deref(), Some("censored"));
}

/// A definition is made of what was recorded: a component without a column is asked for, or ignored
/// and the definition says so.
#[test]
fn a_definition_holds_what_was_recorded() {
    let of = |endpoint: Endpoint, ignore: &[&str], roles: Roles| {
        let ignore = ignore.iter().map(|&one| one.to_owned()).collect();
        endpoint.rule(&Roles { ignore, ..roles })
    };
    let refusal = |endpoint, ignore, roles| of(endpoint, ignore, roles).unwrap_err().to_string();
    let asked = refusal(Endpoint::Dfs, &[], roles());
    assert!(asked.contains("`second_primary`") && asked.contains("`ignore`"), "{asked}");
    let without = of(Endpoint::Dfs, &["second_primary"], roles()).unwrap().definition;
    assert!(!without.contains("a second primary cancer"), "{without}");
    assert!(without.contains("Second primary cancers were not recorded"), "{without}");
    let second = Roles { second_primary: vec!["second".to_owned()], ..roles() };
    let with = of(Endpoint::Dfs, &[], second.clone()).unwrap().definition;
    assert_eq!(with, Endpoint::Dfs.definition());
    let twice = refusal(Endpoint::Dfs, &["second_primary"], second);
    assert!(twice.contains("the column `second`"), "{twice}");

    let relapse_only = || Roles { progression: vec![], ..roles() };
    assert!(refusal(Endpoint::Efs, &[], relapse_only()).contains("`ignore`"));
    let efs = of(Endpoint::Efs, &["progression"], relapse_only()).unwrap();
    assert!(efs.definition.contains("Progression that precludes surgery was not recorded"));
    assert_eq!(efs.events.len(), 2);
    let none = refusal(Endpoint::Dfs, &["relapse"], roles());
    assert_eq!(none, "rule `dfs`: it cannot ignore `relapse`; it may do without `second_primary`");
    assert!(refusal(Endpoint::Os, &["death"], roles()).contains("needs all that it counts"));
}

/// Of several columns that end follow-up the latest date counts, whatever their order.
#[test]
fn the_latest_of_several_visits_counts() {
    let scan = vec![parse_date("2018-05-01")];
    let columns =
        data(&[("P1", ["2018-03-01", "", "", "2018-06-01"])]).dates("scan", scan).unwrap();
    for censor in [["visit", "scan"], ["scan", "visit"]] {
        let censor = censor.map(str::to_owned).to_vec();
        let derived = Rule { censor, ..dfs() }.derive(&columns).unwrap();
        assert_eq!(derived.outcomes[0].decided_by, ["visit"]);
    }
}

/// A table of a file or of memory: dates as text, whatever else it holds.
#[test]
fn a_table_is_read_by_a_rule() {
    let csv = "id,zero,relapse,death,visit,age\n7,2018-03-01,,,2018-06-01,61\n8,2018-03-01,2018-05-01,,2018-06-01,NA\n";
    let table = Table::from_csv(csv.as_bytes(), b',', "study.csv", None).unwrap();
    assert_eq!(dfs().columns("id"), ["id", "zero", "relapse", "death", "visit"]);
    let derived = dfs().derive_table(&table, "id").unwrap();
    let found: Vec<_> =
        derived.outcomes.iter().map(|outcome| (outcome.id.as_str(), outcome.days)).collect();
    assert_eq!(found, [("7", Some(92)), ("8", Some(61))]);

    let second = DateColumns::from_table_rows(&table, "id", &dfs(), &[1]).unwrap();
    let derived = dfs().derive(&second).unwrap();
    assert_eq!((derived.outcomes.len(), derived.outcomes[0].row), (1, 1));

    let message = dfs().derive_table(&table, "patient").unwrap_err().to_string();
    assert!(message.contains("patient") && message.contains("study.csv"), "{message}");
    let without = csv.replace("\n8,", "\n,");
    let table = Table::from_csv(without.as_bytes(), b',', "study.csv", None).unwrap();
    assert_eq!(
        dfs().derive_table(&table, "id").unwrap_err().to_string(),
        "row 2 (line 3): `id` is empty, so the patient could not be named in a message; give every \
         row an id"
    );
}

/// 20180301 is the first of March, as the reader has it, and no day count; a number that a
/// spreadsheet would show as a day is refused until the reader is told.
#[test]
fn numbers_are_dates_only_when_they_are_written_as_such() {
    let csv = "id,zero,relapse,death,visit\nA,20180301,,,20180331\n";
    let table = Table::from_csv(csv.as_bytes(), b',', "study.csv", None).unwrap();
    assert_eq!(dfs().derive_table(&table, "id").unwrap().outcomes[0].days, Some(30));
    let csv = "id,zero,relapse,death,visit\nA,43160,,,43190\n";
    let table = Table::from_csv(csv.as_bytes(), b',', "study.csv", None).unwrap();
    let error = dfs().derive_table(&table, "id").unwrap_err();
    let EndpointError::Table(error) = error else { panic!("{error}") };
    let message = error.to_string();
    assert!(message.contains("\"43160\""), "{message}");
    assert!(format!("{:?}", error.remedy()).contains("date_format"), "{:?}", error.remedy());
}

/// Rows selected from a file are named as they stand in the file.
#[test]
fn rows_of_a_selection() {
    let dates = ["2018-03-01", "", "", "2018-06-01"];
    let columns = data(&[("P1", dates), ("P1", dates)]).rows(vec![4, 9]).unwrap();
    let message = dfs().derive(&columns).unwrap_err().to_string();
    assert!(message.contains("patient P1 (row 10): row 5 has the same id"), "{message}");
    let rows: Vec<usize> =
        flagging().derive(&columns).unwrap().outcomes.iter().map(|outcome| outcome.row).collect();
    assert_eq!(rows, [4, 9]);
    assert!(columns.rows(vec![1]).is_err());
}

#[test]
fn a_long_list_of_problems_is_counted() {
    let rows = [("P", ["", "", "", "2018-01-01"]); 14];
    let message = refusal(&dfs(), &rows);
    assert!(message.starts_with("rule `dfs`: dates in 27 places cannot be used as they are:"));
    assert!(message.contains("and 17 more"), "{message}");
}

#[test]
fn a_rule_that_cannot_be_applied() {
    let columns = data(&[("P1", ["2018-03-01", "", "", "2018-06-01"])]);
    let error = |rule: Rule| rule.derive(&columns).unwrap_err().to_string();
    assert_eq!(
        error(Rule { time_zero: "zeros".to_owned(), ..dfs() }),
        "there is no column `zeros` for the rule to read; did you mean `zero`?"
    );
    assert_eq!(
        error(Rule { time_zero: "surgery_date".to_owned(), ..dfs() }),
        "there is no column `surgery_date` for the rule to read; the columns are death, relapse, \
         visit, zero"
    );
    assert!(error(Rule { events: vec![], ..dfs() }).contains("it names no event"));
    assert!(error(Rule { censor: vec![], ..dfs() }).contains("until when a patient"));
    let empty = Condition { column: "cause".to_owned(), is: vec![], is_not: vec![] };
    let events = vec![Dated::death("death").when(empty)];
    assert!(error(Rule { events, ..dfs() }).contains("gives neither `is` nor `is_not`"));
    let short = DateColumns::new("patient", vec!["P1".to_owned()]).dates("zero", vec![]);
    assert_eq!(
        short.unwrap_err().to_string(),
        "column `zero`: 0 values for 1 rows; give one value for each row"
    );
}

#[test]
fn a_named_rule_says_which_column_it_misses() {
    let missing = |endpoint: Endpoint, roles: Roles| endpoint.rule(&roles).unwrap_err().to_string();
    assert_eq!(
        missing(Endpoint::Os, Roles { death: None, ..roles() }),
        "rule `os`: it needs the date of death (`death`), or who is dead at the last contact (`dead`); \
         name the column of the data that holds it"
    );
    let none = || Roles { relapse: vec![], progression: vec![], ..roles() };
    assert!(missing(Endpoint::Rfs, none()).contains("`relapse`"));
    assert!(missing(Endpoint::Ttp, none()).contains("`progression`"));
    assert!(missing(Endpoint::Efs, none()).contains("`progression`"));
    let both = vec!["progression".to_owned(), "relapse".to_owned()];
    assert!(missing(Endpoint::Efs, Roles { ignore: both, ..none() }).contains("or both"));
    assert!(missing(Endpoint::Dss, roles()).contains("`death_from_disease`"));
    assert!(
        missing(Endpoint::Os, Roles { last_visit: vec![], ..roles() }).contains("`last_visit`")
    );
    let nowhere = Roles { time_zero: String::new(), ..roles() };
    assert!(missing(Endpoint::Os, nowhere).contains("`time_zero`"));
}

fn spec(text: &str) -> Result<Rule, EndpointError> {
    toml::from_str::<RuleSpec>(text).unwrap().resolve()
}

const STUDY_COLUMNS: &str = "time_zero = \"zero\"\nlast_visit = \"visit\"\n";

#[test]
fn rules_of_a_study_file() {
    let named = spec(&format!(
        "{STUDY_COLUMNS}name = \"dfs2\"\nrule = \"dfs\"\nignore = \"second_primary\"\nrelapse = [\"relapse\"]\ndeath = \"death\"\n\
         data_cut = 2018-12-31\nunit = \"months\"\non_problem = \"flag\""
    ))
    .unwrap();
    assert_eq!((named.name.as_str(), named.unit), ("dfs2", TimeUnit::Months));
    assert_eq!(named.data_cut, NaiveDate::from_ymd_opt(2018, 12, 31));
    assert_eq!(named.events, dfs().events);
    let own = spec(&format!(
        "{STUDY_COLUMNS}name = \"ttr\"\ndata_cut = \"2018-12-31\"\n\
         events = [{{ column = \"relapse\", label = \"liver relapse\" }}]\n\
         competing = [{{ column = \"death\", terminal = true }}]"
    ))
    .unwrap();
    assert_eq!(own.events[0].words(), "liver relapse");
    assert_eq!(own.competing, [Dated { label: None, ..Dated::death("death") }]);
    assert_eq!(own.date_columns(), ["zero", "relapse", "death", "visit"]);
}

#[test]
fn bad_rules_of_a_study_file() {
    let message = |text: &str| spec(&format!("{STUDY_COLUMNS}{text}")).unwrap_err().to_string();
    assert_eq!(
        message("rule = \"dfss\""),
        "there is no rule named `dfss`; did you mean `dfs`? The named rules are os, dfs, rfs, pfs, \
         efs, dss and ttp; any other endpoint needs its `events`"
    );
    assert!(message("name = \"x\"").contains("rule `x`: it names no event"));
    assert!(
        message("rule = \"os\"\nevents = [{ column = \"death\" }]").contains("keep one of the two")
    );
    assert!(
        message("rule = \"os\"\ndeath = \"death\"\ndata_cut = \"31.12.2018\"")
            .contains("\"31.12.2018\" is not a date; write it as YYYY-MM-DD")
    );
    assert!(toml::from_str::<RuleSpec>("evnts = []").unwrap_err().to_string().contains("evnts"));
}

#[test]
fn the_table_to_write() {
    let rows = [
        ("P,1", ["2018-03-01", "2018-12-26", "", "2018-12-26"]),
        ("P2", ["", "", "", "2018-12-26"]),
    ];
    let rule = Rule { unit: TimeUnit::Weeks, ..flagging() };
    let csv = rule.derive(&data(&rows)).unwrap().to_csv();
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(
        lines[0],
        "patient,dfs_weeks,dfs_event,dfs_cause,dfs_date,dfs_decided_by,dfs_audit,dfs_flags"
    );
    let audit = "\"event: relapse on 2018-12-26, day 300 after zero 2018-03-01\"";
    let weeks = 300.0 / 7.0;
    assert_eq!(lines[1], format!("\"P,1\",{weeks},1,relapse,2018-12-26,relapse,{audit},"));
    let audit = "\"no time: time zero `zero` is missing, so no time can be counted\"";
    assert_eq!(lines[2], format!("P2,,,,,,{audit},missing_time_zero"));
}

#[test]
fn only_one_way_to_write_a_date() {
    assert_eq!(parse_date(" 2020-02-29 "), NaiveDate::from_ymd_opt(2020, 2, 29));
    assert_eq!(parse_date("2020-02-29T08:30:00"), NaiveDate::from_ymd_opt(2020, 2, 29));
    assert_eq!(parse_date("2020-02-29 08:30"), NaiveDate::from_ymd_opt(2020, 2, 29));
    for text in ["2019-02-29", "2019-2-3", "20190203", "2019-02-03x", "+019-02-03", ""] {
        assert_eq!(parse_date(text), None, "{text}");
    }
}

fn day(offset: u16) -> NaiveDate {
    NaiveDate::from_ymd_opt(2015, 1, 1).unwrap() + Days::new(u64::from(offset))
}

/// One patient: time zero, then a relapse, a death and a last visit, each perhaps, in a possible
/// order.
fn patient() -> impl Strategy<Value = [Option<NaiveDate>; 4]> {
    (0u16..2000, any::<[Option<u8>; 2]>(), 0u16..400, any::<bool>()).prop_map(
        |(zero, [relapse, gap], follow_up, died)| {
            let relapse = relapse.map(u16::from);
            let last_visit = zero + relapse.unwrap_or(0).max(follow_up);
            let death = died.then(|| last_visit + u16::from(gap.unwrap_or(0)));
            [Some(zero), relapse.map(|r| zero + r), death, Some(last_visit)]
                .map(|offset| offset.map(day))
        },
    )
}

fn derive(rule: &Rule, patients: &[[Option<NaiveDate>; 4]]) -> Derived {
    let ids = (0..patients.len()).map(|row| row.to_string()).collect();
    let mut columns = DateColumns::new("patient", ids);
    for (index, name) in ["zero", "relapse", "death", "visit"].into_iter().enumerate() {
        let dates = patients.iter().map(|patient| patient[index]).collect();
        columns = columns.dates(name, dates).unwrap();
    }
    rule.derive(&columns).unwrap()
}

proptest! {
    /// Possible dates are never refused, and disease-free survival never outlasts survival.
    #[test]
    fn disease_free_survival_is_within_overall_survival(
        patients in prop::collection::vec(patient(), 1..30),
    ) {
        let os = Endpoint::Os.rule(&roles()).unwrap();
        let (dfs, os) = (derive(&dfs(), &patients), derive(&os, &patients));
        for (dfs, os) in dfs.outcomes.iter().zip(&os.outcomes) {
            prop_assert!(dfs.days <= os.days && dfs.days >= Some(0));
            prop_assert!(dfs.event == Some(true) || os.event == Some(false));
        }
        prop_assert_eq!(dfs.n_events() + dfs.n_censored(), patients.len());
    }

    /// An earlier data cut never lengthens a time or adds an event.
    #[test]
    fn an_earlier_cut_takes_events_away(
        patients in prop::collection::vec(patient(), 1..30),
        cuts in (2000u16..2600, 0u16..600),
    ) {
        let cut = |offset| Rule { data_cut: Some(day(offset)), ..dfs() };
        let late = derive(&cut(cuts.0 + cuts.1), &patients);
        let early = derive(&cut(cuts.0), &patients);
        for (early, late) in early.outcomes.iter().zip(&late.outcomes) {
            prop_assert!(early.days <= late.days);
            prop_assert!(early.event <= late.event);
        }
    }

    /// Months are days over 30.4375, so the order of times is that of days in every unit.
    #[test]
    fn the_unit_keeps_the_order(patients in prop::collection::vec(patient(), 2..30)) {
        let days = derive(&dfs(), &patients);
        for unit in TimeUnit::ALL {
            let times = derive(&Rule { unit, ..dfs() }, &patients);
            for (time, days) in times.outcomes.iter().zip(&days.outcomes) {
                prop_assert_eq!(time.time, days.days.map(|days| days as f64 / unit.days()));
            }
        }
    }

    /// No text makes the reader of dates panic, and what it reads prints as it was written.
    #[test]
    fn any_text_is_a_date_or_is_not(text in "\\PC{0,14}") {
        if let Some(date) = parse_date(&text) {
            prop_assert!(text.trim().starts_with(&date.to_string()));
        }
    }
}

/// One date of the last contact and whether the patient was alive then. By hand: a death after 92
/// days and somebody alive after 61; a status that is missing is no guess.
#[test]
fn a_status_at_the_last_contact_is_a_death_on_that_day() {
    let csv = "id,zero,last,status\n1,2018-03-01,2018-06-01,dead\n2,2018-03-01,2018-05-01,alive\n";
    let table = Table::from_csv(csv.as_bytes(), b',', "study.csv", None).unwrap();
    let condition = |value: &str| Condition {
        column: "status".to_owned(),
        is: vec![value.to_owned()],
        is_not: Vec::new(),
    };
    let roles = |value: &str| Roles {
        time_zero: "zero".to_owned(),
        dead: Some(condition(value)),
        last_visit: vec!["last".to_owned()],
        ..Roles::default()
    };
    let rule = Endpoint::Os.rule(&roles("dead")).unwrap();
    let derived = rule.derive_table(&table, "id").unwrap();
    let found: Vec<_> =
        derived.outcomes.iter().map(|outcome| (outcome.days, outcome.event)).collect();
    assert_eq!(found, [(Some(92), Some(true)), (Some(61), Some(false))]);
    assert_eq!(derived.outcomes[0].cause.as_deref(), Some("death"));

    let slip = Endpoint::Os.rule(&roles("Dead")).unwrap();
    let message = slip.derive_table(&table, "id").unwrap_err().to_string();
    assert!(
        message.starts_with("no row has \"Dead\" in `status`; did you mean \"dead\"?"),
        "{message}"
    );

    let csv = format!("{csv}3,2018-03-01,2018-04-01,\n");
    let table = Table::from_csv(csv.as_bytes(), b',', "study.csv", None).unwrap();
    let message = rule.derive_table(&table, "id").unwrap_err().to_string();
    assert!(
        message.contains("patient 3 (row 3): `last` has a date but `status` is empty"),
        "{message}"
    );
}

/// A status goes with one date of the last contact, and not with a day of death.
#[test]
fn a_status_beside_a_day_of_death_is_refused() {
    let dead = Condition { column: "status".into(), is: vec!["dead".into()], is_not: Vec::new() };
    let only = Roles { dead: Some(dead), death: None, ..roles() };
    let both = Roles { death: Some("death".to_owned()), ..only.clone() };
    let message = Endpoint::Os.rule(&both).unwrap_err().to_string();
    assert!(message.contains("was given both"), "{message}");
    let two = Roles { last_visit: vec!["visit".into(), "scan".into()], ..only.clone() };
    assert!(Endpoint::Os.rule(&two).unwrap_err().to_string().contains("one date"));
    assert!(Endpoint::Dss.rule(&only).unwrap_err().to_string().contains("date of death"));
}
