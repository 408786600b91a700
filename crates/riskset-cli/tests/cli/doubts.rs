//! What an answer doubts about its own curves.

use crate::support::riskset_in;
use serde_json::Value;

/// The codes of the warnings of an answer with what they are about, and the answer.
fn doubts(table: &str, args: &[&str]) -> (Vec<(String, String)>, Value) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("d.csv"), table).unwrap();
    let answer = riskset_in(folder.path(), &[args, &["--format", "json"]].concat(), "");
    assert_eq!(answer.status, 0, "{}", answer.err);
    let json: Value = serde_json::from_str(&answer.out).unwrap();
    let text = |warning: &Value, key: &str| warning[key].as_str().unwrap_or("").to_owned();
    let warnings = json["warnings"].as_array().unwrap().iter();
    (warnings.map(|warning| (text(warning, "code"), text(warning, "about"))).collect(), json)
}

fn pair(code: &str, about: &str) -> (String, String) {
    (code.to_owned(), about.to_owned())
}

/// `survfit(Surv(time, status) ~ sex, lung, conf.type = "plain")` at 10 days: of 90 women one died, S is
/// 0.98889 with the standard error 0.01105, so that the upper limit is 1.0105. No man has died.
#[test]
fn a_wald_limit_outside_and_few_events_are_doubted() {
    let model = "Surv(time, status == 2) ~ sex";
    let plain = ["km", "@lung", model, "--times", "10", "--conf-type", "plain"];
    let (found, json) = doubts("x\n1\n", &plain);
    assert_eq!(found, [pair("limit_outside", "sex=2"), pair("few_failures", "sex=2")]);
    let at = &json["groups"][1]["at_times"][0];
    assert_eq!(at["upper"], 1.0);
    assert!((at["std_error"].as_f64().unwrap() - 0.011_049_2).abs() < 1e-6, "{at}");
    let (found, _) = doubts("x\n1\n", &["km", "@lung", model, "--times", "365"]);
    assert_eq!(found, []);
}

/// The interval of a restricted mean is made for large samples: with 20 patients of whom 14 have the
/// event it is doubted, with 15 it is not.
#[test]
fn a_restricted_mean_of_few_events_is_doubted() {
    let table = |events: usize| {
        let row = |row: usize| format!("{},{}\n", row + 1, u8::from(row < events));
        format!("t,e\n{}", (0..20).map(row).collect::<String>())
    };
    let ask = ["km", "d.csv", "Surv(t, e) ~ 1", "--rmst", "18"];
    assert_eq!(doubts(&table(14), &ask).0, [pair("few_for_mean", "all rows")]);
    assert_eq!(doubts(&table(15), &ask).0, []);
    // Events after the horizon do not count.
    let early = ["km", "d.csv", "Surv(t, e) ~ 1", "--rmst", "10"];
    assert_eq!(doubts(&table(15), &early).0, [pair("few_for_mean", "all rows")]);
}

#[test]
fn an_interval_before_the_first_event_is_not_estimable() {
    let model = "Surv(time, status == 2) ~ sex";
    let answer = crate::support::riskset(&["km", "@lung", model, "--times", "10"]);
    assert!(answer.out.contains("100.0 (NE)"), "{}", answer.out);
    assert!(answer.out.contains("NE: not estimable"), "{}", answer.out);
}

/// Two are under observation at 1, where one of them fails; twenty enter at 2.
#[test]
fn a_first_risk_set_of_two_is_doubted() {
    let mut table = String::from("a,b,e\n0,1,1\n0,9,0\n");
    (0..20).for_each(|row| table.push_str(&format!("2,{},{}\n", 3 + row, row % 2)));
    let (found, json) = doubts(&table, &["km", "d.csv", "Surv(a, b, e) ~ 1"]);
    assert!(found.contains(&pair("small_first_risk_set", "all rows")), "{found:?}");
    assert_eq!(json["groups"][0]["curve"]["survival"][0], 0.5);
    // All are there from the start: nothing to doubt.
    let early = table.replace("\n2,", "\n0,");
    let (found, _) = doubts(&early, &["km", "d.csv", "Surv(a, b, e) ~ 1"]);
    assert!(!found.iter().any(|(code, _)| code == "small_first_risk_set"), "{found:?}");
}

/// One alone under observation has the event, so that the curve is 0 for the four who enter later,
/// whose own events no longer show.
#[test]
fn a_risk_set_of_one_is_doubted_however_few_come_later() {
    let table = "a,b,e\n1,2,1\n3,5,1\n3,9,0\n4,12,1\n4,13,1\n";
    let (found, json) =
        doubts(table, &["km", "d.csv", "Surv(a, b, e) ~ 1", "--times", "0,0.5,1,5"]);
    assert!(found.contains(&pair("small_first_risk_set", "all rows")), "{found:?}");
    // Nobody is under observation before 1: no survival, no limits, no events, and no "-0".
    let at = json["groups"][0]["at_times"].as_array().unwrap();
    for row in &at[..2] {
        let null = serde_json::Value::Null;
        assert_eq!([&row["survival"], &row["lower"], &row["std_error"]], [&null; 3], "{row}");
        assert_eq!(row["n_event"].to_string(), "0.0");
    }
    assert_eq!((&at[2]["survival"], &at[3]["survival"]), (&1.0.into(), &0.0.into()));
    // Two at the third event, one of whom goes on, and three enter then.
    let third = "a,b,e\n0,1,0\n0,2,1\n0,3,0\n0,4,1\n0,5,1\n0,9,0\n5,8,1\n5,9,0\n5,9,0\n";
    let (found, _) = doubts(third, &["km", "d.csv", "Surv(a, b, e) ~ 1"]);
    assert!(found.contains(&pair("small_first_risk_set", "all rows")), "{found:?}");
}

/// Four patients of whom three change the group: three rows count as censored until the patients are
/// named, and then one patient is.
#[test]
fn a_change_of_group_is_no_censoring_where_the_patient_is_named() {
    let table =
        "id,a,b,e,g\n1,0,4,0,x\n1,4,9,1,y\n2,0,5,0,x\n2,5,8,0,y\n3,0,6,0,x\n3,6,7,1,y\n4,0,7,1,x\n";
    let km = ["km", "d.csv", "Surv(a, b, e) ~ g", "--times", "0,9"];
    let censored = |json: &Value| -> Vec<f64> {
        let at = json["groups"].as_array().unwrap().iter();
        at.map(|group| group["at_times"][1]["n_censor"].as_f64().unwrap()).collect()
    };
    let (found, json) = doubts(table, &km);
    assert!(found.contains(&pair("rows_go_on", "id")), "{found:?}");
    assert_eq!(censored(&json), [3.0, 1.0]);
    assert_eq!(json["groups"][0]["at_times"][0]["n_risk"], 4.0);
    let (found, json) = doubts(table, &[&km[..], &["--id", "id"]].concat());
    assert!(!found.iter().any(|(code, _)| code == "rows_go_on"), "{found:?}");
    assert_eq!((censored(&json), &json["balance"]["continuing"]), (vec![0.0, 1.0], &3.into()));
}

/// Two of four fail at 1 and 2 and nobody after them, so that the middle of the flat, 5.5, lies between
/// the second death and the end of the follow-up at 9, wherever that is.
#[test]
fn a_quantile_that_moves_with_the_follow_up_is_doubted() {
    let table = "t,e,g\n1,1,a\n2,1,a\n7,0,a\n9,0,a\n1,1,b\n2,0,b\n3,1,b\n4,1,b\n";
    let moves = pair("quantile_moves", "g=a");
    for command in ["km", "logrank", "compare"] {
        let (found, json) = doubts(table, &[command, "d.csv", "Surv(t, e) ~ g"]);
        assert!(found.contains(&moves) || command == "logrank", "{command}: {found:?}");
        let other = |(code, about): &(String, String)| code == "quantile_moves" && about != "g=a";
        assert!(!found.iter().any(other), "{command}: {found:?}");
        if command == "km" {
            assert_eq!(json["groups"][0]["median"]["estimate"], 5.5);
            let warnings = json["warnings"].as_array().unwrap();
            let of = |warning: &&Value| warning["code"] == "quantile_moves";
            let message = warnings.iter().find(of).unwrap()["message"].as_str().unwrap();
            assert!(message.contains("from 2 to the end of the follow-up, at 9, exactly 50%"));
        }
    }
    let incidence = [
        "cif",
        "d.csv",
        "Surv(t, factor(e)) ~ g",
        "--cause",
        "1",
        "--censor",
        "0",
        "--quantiles",
        "0.5",
    ];
    let (found, _) = doubts(table, &incidence);
    assert_eq!(found.iter().filter(|(code, _)| code == "quantile_moves").count(), 1, "{found:?}");
}

/// A table that was made to be read ends with sums: whatever pools or derives its rows says so.
#[test]
fn a_row_of_sums_is_doubted_whatever_is_asked() {
    let counts = "study,e,n\nA,3,20\nB,5,30\nC,4,25\nTotal,12,75\n";
    let pool = ["meta", "proportion", "d.csv", "--events", "e", "--n", "n", "--study", "study"];
    let first = |table: &str, ask: &[&str]| doubts(table, ask).0.first().cloned();
    let sums = pair("total_row", "study");
    assert_eq!(first(counts, &pool), Some(sums.clone()));
    assert_ne!(first(&counts.replace("Total", "Totnes"), &pool), Some(sums.clone()));
    let subset = [&pool[..], &["--subset", "study != \"Total\""]].concat();
    assert_ne!(first(counts, &subset), Some(sums.clone()));
    // A line of sums below each part counts as well.
    let ratios = "study,hr,l,u\nA,0.8,0.5,1.28\nSubtotal,0.8,0.5,1.28\nB,0.7,0.5,0.98\n";
    let columns = ["--hr", "hr", "--lower", "l", "--upper", "u", "--study", "study"];
    assert_eq!(first(ratios, &[&["meta", "hr", "d.csv"][..], &columns].concat()), Some(sums));
    let dates = "id,op,dead,seen\na,2020-01-01,,2021-01-01\nMean,2020-01-01,,2021-01-01\n";
    let columns = ["--time-zero", "op", "--death", "dead", "--last-visit", "seen", "--id", "id"];
    let ask = [&["endpoint", "d.csv", "--rule", "os"][..], &columns].concat();
    assert_eq!(first(dates, &ask), Some(pair("total_row", "id")));
}
