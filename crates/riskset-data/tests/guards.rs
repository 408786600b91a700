//! Guards against wrong numbers without a word: what a frame refuses, and what it doubts.

use riskset::{KaplanMeier, Remedy};
use riskset_data::{
    Counted, Error, Expr, Formula, FrameDoubt, FrameError, FrameOptions, MOST_GROUPS, MOST_LEVELS,
    ModelFrame, ResponsePart, Source, Table,
};

fn subset(text: &str) -> FrameOptions {
    FrameOptions { subset: Some(Expr::parse(text).unwrap()), ..FrameOptions::default() }
}

fn build(table: &Table, formula: &str, options: &FrameOptions) -> Result<ModelFrame, Error> {
    ModelFrame::build(table, &Formula::parse(formula)?, options)
}

/// A file as a front end reads it: the columns of the formula only.
fn file(name: &str, formula: &str, options: &FrameOptions) -> Result<ModelFrame, Error> {
    let path = format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"));
    let columns = options.columns(&Formula::parse(formula)?);
    build(&Table::read(&Source::parse(&path)?, Some(&columns))?, formula, options)
}

fn plain(name: &str, formula: &str) -> Result<ModelFrame, Error> {
    file(name, formula, &FrameOptions::default())
}

fn refused(frame: Result<ModelFrame, Error>) -> FrameError {
    match frame.unwrap_err() {
        Error::Frame(error) => error,
        other => panic!("{other}"),
    }
}

fn counts(pairs: &[(&str, usize)]) -> Vec<(String, usize)> {
    pairs.iter().map(|(value, n)| (value.to_string(), *n)).collect()
}

/// The right answers of this cohort: 43 events of 60, medians 38.6 and 9.8 (R 4.2, survival 3.5-3).
#[test]
fn an_event_coding_is_shown_with_counts_and_none_is_proposed() {
    let error = plain("11k_deceased_living.csv", "Surv(months, event) ~ arm").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the event `event` holds \"DECEASED\" (43 rows), \"LIVING\" (17 rows), and which of them \
         is the event is never guessed"
    );
    let both = ["event == \"DECEASED\"", "event == \"LIVING\""];
    let both = both.map(|text| Remedy::Write(text.to_string())).to_vec();
    assert_eq!(error.remedy(), Some(Remedy::AnyOf(both)));
    let frame = plain("11k_deceased_living.csv", "Surv(months, event == \"DECEASED\") ~ arm");
    let frame = frame.unwrap();
    let groups = frame.groups().unwrap().unwrap();
    let curves =
        KaplanMeier::default().fit_groups(frame.observations().unwrap(), &groups.groups).unwrap();
    let medians: Vec<f64> = curves.iter().map(|curve| curve.median().estimate.unwrap()).collect();
    assert_eq!((groups.labels[0].as_str(), medians), ("arm=Intensified", vec![38.6, 9.8]));
}

#[test]
fn the_balance_counts_what_each_value_is_taken_for() {
    let frame = plain("11h_third_word.csv", "Surv(months, event == \"Dead\") ~ 1").unwrap();
    let balance = &frame.balance;
    assert_eq!(balance.column, "event");
    assert_eq!(balance.event, counts(&[("Dead", 41)]));
    let censored = [("Alive", 16), ("Unknown", 1), ("not reported", 1)];
    assert_eq!(balance.censored, counts(&censored));
    assert_eq!((balance.missing, balance.left_out), (1, 0));

    let text = "t,e,x\n1,1,1\n2,0,\n3,,3\n4,0,4\n5,1,5\n";
    let table = Table::from_csv(text.as_bytes(), b',', "x.csv", None).unwrap();
    let balance = build(&table, "Surv(t, e) ~ x", &FrameOptions::default()).unwrap().balance;
    assert_eq!((balance.event, balance.censored), (counts(&[("1", 2)]), counts(&[("0", 1)])));
    assert_eq!((balance.missing, balance.left_out), (1, 1));
    let balance = build(&table, "Surv(t, e == 1 & x > 2) ~ 1", &FrameOptions::default());
    let balance = balance.unwrap().balance;
    assert_eq!(balance.event, counts(&[("TRUE", 1)]));
}

#[test]
fn values_that_look_alike_are_named() {
    let frame = plain("11g_case_and_blanks.csv", "Surv(months, event == \"Dead\") ~ arm").unwrap();
    let alike: Vec<usize> = frame
        .doubts
        .iter()
        .map(|doubt| match doubt {
            FrameDoubt::LevelsAlike { column, levels } => {
                assert_eq!(column, "event");
                levels.iter().map(|(_, n)| n).sum()
            }
            other => panic!("{other:?}"),
        })
        .collect();
    // All spellings of Alive (17 patients) and of Dead (43).
    assert_eq!(alike, [17, 43]);
    let frame = plain("20c_arm_blanks.csv", "Surv(months, event) ~ arm").unwrap();
    let rows = |doubt: &FrameDoubt| match doubt {
        FrameDoubt::LevelsAlike { levels, .. } => levels.iter().map(|(_, n)| n).sum(),
        _ => 0_usize,
    };
    let alike: Vec<usize> = frame.doubts.iter().map(rows).collect();
    // None once blanks at the ends are trimmed by the reader.
    assert!(alike.iter().all(|&rows| rows == 30), "{:?}", frame.doubts);
}

#[test]
fn a_blank_that_means_alive_is_doubted() {
    let frame = plain("11j_one_or_blank.csv", "Surv(months, event) ~ arm").unwrap();
    let doubt = FrameDoubt::AllEvents { column: "event".into(), events: 43, missing: 17 };
    assert_eq!(frame.doubts, [doubt]);
    assert_eq!(plain("00_canonical.csv", "Surv(months, event) ~ arm").unwrap().doubts, []);
}

#[test]
fn a_column_that_is_mostly_numbers_is_neither_number_nor_category() {
    let error = refused(plain("17c_one_dot_in_2000.csv", "Surv(months, event) ~ arm + age"));
    let FrameError::MostlyNumbers { column, texts, .. } = &error else { panic!("{error}") };
    assert_eq!((column.as_str(), texts), ("age", &counts(&[(".", 1)])));
    let remedies =
        vec![Remedy::set_to("na", "."), Remedy::Write("factor(age) for categories".into())];
    assert_eq!(error.remedy(), Remedy::AnyOf(remedies));
    plain("17c_one_dot_in_2000.csv", "Surv(months, event) ~ factor(age)").unwrap();
}

/// The kind of a column is decided on the rows that are used: one coefficient, as when the words
/// had never been there.
#[test]
fn a_word_in_rows_that_are_left_out_makes_no_category() {
    let formula = "Surv(months, dead) ~ stage + arm";
    let frame = file("stage_unknown.csv", formula, &subset("known == 1")).unwrap();
    assert_eq!(frame.design().unwrap().names[0], "stage");
    assert!(matches!(
        refused(plain("stage_unknown.csv", formula)),
        FrameError::MostlyNumbers { .. }
    ));
    let formula = "Surv(months, event) ~ 1";
    for left in ["months != \"unknown\"", "id != \"c\""] {
        let frame = file("29_unknown_then_subset.csv", formula, &subset(left)).unwrap();
        assert_eq!(frame.n_excluded, 1);
    }
}

#[test]
fn sites_written_with_zeros_stay_categories() {
    let text = "t,e,site\n1,1,\"001\"\n2,0,\"002\"\n3,1,x3\n";
    let table = Table::from_csv(text.as_bytes(), b',', "x.csv", None).unwrap();
    let frame = build(&table, "Surv(t, e) ~ site", &FrameOptions::default()).unwrap();
    let groups = frame.groups().unwrap().unwrap();
    assert_eq!(groups.labels, ["site=001", "site=002", "site=x3"]);
}

#[test]
fn patients_parameters_and_totals_are_seen_though_no_formula_names_them() {
    let frame = plain("21_patient_twice.csv", "Surv(months, event) ~ arm").unwrap();
    let repeated = FrameDoubt::RepeatedIds { column: "id".into(), patients: 60, rows: 62 };
    assert_eq!(frame.doubts, [repeated]);
    let clustered = "Surv(months, event) ~ arm + cluster(id)";
    assert_eq!(plain("21_patient_twice.csv", clustered).unwrap().doubts, []);

    let pooled = plain("05_adtte.csv", "Surv(AVAL, CNSR) ~ TRTP").unwrap();
    let several = |doubt: &FrameDoubt| matches!(doubt, FrameDoubt::SeveralParameters { .. });
    assert!(pooled.doubts.iter().any(several));
    let one = subset("PARAMCD == \"OS\"");
    let frame = file("05_adtte.csv", "Surv(AVAL, CNSR) ~ TRTP", &one).unwrap();
    assert_eq!(frame.doubts, [FrameDoubt::CnsrAsEvent { column: "CNSR".into() }]);
    let frame = file("05_adtte.csv", "Surv(AVAL, CNSR == 0) ~ TRTP", &one).unwrap();
    assert_eq!(frame.doubts, []);

    let text = "name,t,e\nA,1,1\nB,2,0\nSumme:,3,1\n";
    let table = Table::from_csv(text.as_bytes(), b',', "x.csv", None).unwrap();
    let frame = build(&table, "Surv(t, e) ~ 1", &FrameOptions::default()).unwrap();
    let place = table.place(2);
    let total = FrameDoubt::TotalRow { column: "name".into(), value: "Summe:".into(), place };
    assert_eq!(frame.doubts, [total]);
}

#[test]
fn words_in_the_order_of_the_alphabet_are_doubted() {
    let frame = plain("b34_ordinal.csv", "Surv(t, e) ~ dose").unwrap();
    let order = |words: [&str; 3]| words.map(str::to_string).to_vec();
    let doubt = FrameDoubt::OrderOfWords {
        term: "dose".into(),
        levels: order(["high", "low", "medium"]),
        meant: order(["low", "medium", "high"]),
    };
    assert_eq!(frame.doubts, [doubt]);
}

#[test]
fn weights_that_are_not_whole_are_counted() {
    let text = "t,e,w\n1,1,1\n2,0,0.5\n3,1,2.5\n";
    let table = Table::from_csv(text.as_bytes(), b',', "x.csv", None).unwrap();
    let options = FrameOptions { weights: Some("w".into()), ..FrameOptions::default() };
    let frame = build(&table, "Surv(t, e) ~ 1", &options).unwrap();
    assert_eq!(frame.doubts, [FrameDoubt::WeightsNotWhole { column: "w".into(), rows: 2 }]);
}

#[test]
fn a_measured_number_makes_no_groups() {
    let frame = plain("b30_stage.csv", "Surv(t, e) ~ biom").unwrap();
    assert_eq!(frame.design().unwrap().names, ["biom"]);
    let Error::Frame(FrameError::MeasuredGroups { column, values }) = frame.groups().unwrap_err()
    else {
        panic!("another refusal")
    };
    assert_eq!((column.as_str(), values), ("biom", 195));
    let cut = plain("b30_stage.csv", "Surv(t, e) ~ I(biom > 5)").unwrap();
    assert_eq!(cut.groups().unwrap().unwrap().count(), 2);
}

/// Without the limits 30,000 groups asked for 7 GB and 3,000 levels took minutes.
#[test]
fn too_many_groups_and_levels_are_refused_before_their_square_is_allocated() {
    let row = |i: usize| format!("p{i},{},1\n", i + 1);
    let text = format!("who,t,e\n{}", (0..30_000).map(row).collect::<String>());
    let table = Table::from_csv(text.as_bytes(), b',', "x.csv", None).unwrap();
    let frame = build(&table, "Surv(t, e) ~ who", &FrameOptions::default()).unwrap();
    let too_many = |of: Counted, limit: usize| {
        Error::from(FrameError::TooMany { term: "who".into(), found: 30_000, limit, of })
    };
    assert_eq!(frame.groups().unwrap_err(), too_many(Counted::Groups, MOST_GROUPS));
    assert_eq!(frame.design().unwrap_err(), too_many(Counted::Levels, MOST_LEVELS));
}

#[test]
fn the_response_explains_nothing() {
    let part = |formula: &str| match refused(plain("00_canonical.csv", formula)) {
        FrameError::ResponseOnRight { column, part, .. } => (column, part),
        other => panic!("{other}"),
    };
    let time = ("months".to_string(), ResponsePart::Time);
    let event = ("event".to_string(), ResponsePart::Event);
    assert_eq!(part("Surv(months, event) ~ event"), event);
    assert_eq!(part("Surv(months, event == 1) ~ arm + strata(event)"), event);
    assert_eq!(part("Surv(months, event) ~ age:log(months)"), time);
    // Parts of a time, and rows split at chosen times, are no such slip.
    plain("00_canonical.csv", "Surv(months + age, event) ~ age").unwrap();
    plain("00_canonical.csv", "Surv(age, months + 100, event) ~ arm + arm:months").unwrap();
}
