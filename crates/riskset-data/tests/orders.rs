//! The order of levels, curves within strata, and how competing events are coded.

use riskset_data::{
    Competing, Error, Formula, FrameDoubt, FrameOptions, ModelFrame, Source, Table,
};

fn file(name: &str, formula: &str, options: &FrameOptions) -> Result<ModelFrame, Error> {
    let path = match name.strip_prefix('@') {
        Some(_) => name.to_string(),
        None => format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR")),
    };
    let formula = Formula::parse(formula)?;
    let table = Table::read(&Source::parse(&path)?, Some(&options.columns(&formula)))?;
    ModelFrame::build(&table, &formula, options)
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| word.to_string()).collect()
}

#[test]
fn the_order_of_levels_is_the_formula_s_or_the_option_s() {
    let ordered = "Surv(t, e) ~ factor(dose, levels = c(\"low\", \"medium\", \"high\"))";
    let frame = file("b34_ordinal.csv", ordered, &FrameOptions::default()).unwrap();
    assert_eq!(frame.doubts, []);
    assert_eq!(frame.design().unwrap().names, ["factor(dose)medium", "factor(dose)high"]);
    assert_eq!(Formula::parse(ordered).unwrap().to_string(), ordered);

    let mut options = FrameOptions::default();
    options.order.insert("dose".into(), words(&["low", "medium", "high"]));
    let frame = file("b34_ordinal.csv", "Surv(t, e) ~ dose", &options).unwrap();
    let labels = frame.groups().unwrap().unwrap().labels;
    assert_eq!(labels, ["dose=low", "dose=medium", "dose=high"]);
    assert_eq!(frame.doubts, []);

    options.reference.insert("dose".into(), "medium".into());
    let frame = file("b34_ordinal.csv", "Surv(t, e) ~ dose", &options).unwrap();
    assert_eq!(frame.design().unwrap().names, ["doselow", "dosehigh"]);

    // A level that the order forgets would drop its rows.
    options.order.insert("dose".into(), words(&["low", "high"]));
    let frame = file("b34_ordinal.csv", "Surv(t, e) ~ dose", &options).unwrap();
    assert!(matches!(frame.groups().unwrap_err(), Error::NoSuchLevel { .. }));
    for wrong in ["levels = \"a\"", "levels = c(\"a\", \"a\")", "order = c(\"a\")", "levels = c()"]
    {
        assert!(Formula::parse(&format!("Surv(t, e) ~ factor(x, {wrong})")).is_err(), "{wrong}");
    }
}

#[test]
fn strata_are_curves_of_their_own() {
    let plain = FrameOptions::default();
    let alone = file("@lung", "Surv(time, status == 2) ~ strata(sex)", &plain).unwrap();
    assert_eq!(alone.curve_groups().unwrap().unwrap().labels, ["sex=1", "sex=2"]);
    let both = file("b33_confounded.csv", "Surv(t, e) ~ arm + strata(risk)", &plain).unwrap();
    let curves = both.curve_groups().unwrap().unwrap();
    assert_eq!((curves.count(), both.groups().unwrap().unwrap().count()), (4, 2));
    assert_eq!(curves.levels[0].len(), 2);
    assert_eq!(curves.groups.sizes().iter().sum::<usize>(), both.n);
    let none = file("@lung", "Surv(time, status == 2) ~ 1", &plain).unwrap();
    assert_eq!(none.curve_groups().unwrap(), None);
}

#[test]
fn several_values_or_none_may_mean_censored() {
    let competing = |censor: &[&str], cause: &str| FrameOptions {
        competing: Some(Competing { censor: words(censor), cause: Some(cause.into()) }),
        ..FrameOptions::default()
    };
    let formula = "Surv(months, outcome) ~ lvi";
    for censor in [&["AWD,AWOD"][..], &["AWD", "AWOD"]] {
        let frame = file("b14_fourstatus.csv", formula, &competing(censor, "DOD")).unwrap();
        assert_eq!(frame.competing.unwrap().causes, ["DOD", "DOOC"]);
        let censored: Vec<&str> =
            frame.balance.censored.iter().map(|(value, _)| value.as_str()).collect();
        assert_eq!(censored, ["AWD", "AWOD"]);
    }
    let frame = file("b12_nocensor.csv", "Surv(ttd, cause) ~ trt", &competing(&["none"], "2"));
    let frame = frame.unwrap();
    assert_eq!(frame.balance.n_censored(), 0);
    assert!(frame.observations().unwrap().event().iter().all(|event| *event));
    assert!(!frame.doubts.iter().any(|doubt| matches!(doubt, FrameDoubt::AllEvents { .. })));
}
