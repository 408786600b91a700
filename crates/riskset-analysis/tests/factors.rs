//! Factors alone and together, against R's `coxph` and `survfit`.

mod support;

use riskset::Coefficient;
use riskset_analysis::{
    Answer, Data, Doubt, FactorsAnswer, FactorsRequest, NewColumn, Problem, Request, RowsRequest,
    run,
};
use support::{ITERATED, answered, close, golden, number, numbers};

const FORMULA: &str = "Surv(time, status == 2) ~ age + factor(sex) + \
    factor(ph.ecog, levels = c(1, 0, 2)) + wt.loss";

fn asked(formula: &str, subset: &str, same_rows: bool) -> Result<FactorsAnswer, Problem> {
    let subset = Some(subset.to_owned()).filter(|subset| !subset.is_empty());
    let rows = RowsRequest { subset, ..RowsRequest::new("@lung", formula) };
    let request = FactorsRequest { rows, times: vec![365.0], same_rows, ..Default::default() };
    match answered(&Request::Factors(request))? {
        Answer::Factors(answer) => Ok(*answer),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn same(ours: &Option<Coefficient>, golden: &serde_json::Value, model: &str, place: usize) {
    let ours = ours.as_ref().expect("an estimate");
    let theirs = |what: &str| number(golden, &format!("{model}/{what}/{place}"));
    close(ours.hazard_ratio.unwrap(), theirs("hr"), ITERATED);
    close(ours.interval.lower.unwrap(), theirs("lower"), ITERATED);
    close(ours.interval.upper.unwrap(), theirs("upper"), ITERATED);
    close(ours.p_value.unwrap(), theirs("p"), ITERATED);
}

#[test]
fn lung_agrees_with_r() {
    let golden = golden("factors");
    for (same_rows, crude) in [(false, "/crude"), (true, "/same")] {
        let answer = asked(FORMULA, "ph.ecog < 3", same_rows).unwrap();
        assert_eq!(answer.about.n as f64, number(&golden, "/n/0"));
        assert_eq!(answer.events as f64, number(&golden, "/events/0"));
        let [age, sex, ecog, loss] = &answer.factors[..] else { panic!("{:?}", answer.factors) };
        same(&age.lines[0].crude, &golden, &format!("{crude}/age"), 0);
        same(&sex.lines[1].crude, &golden, &format!("{crude}/sex"), 0);
        same(&ecog.lines[1].crude, &golden, &format!("{crude}/ecog"), 0);
        same(&ecog.lines[2].crude, &golden, &format!("{crude}/ecog"), 1);
        same(&loss.lines[0].crude, &golden, &format!("{crude}/loss"), 0);
        let adjusted =
            [&age.lines[0], &sex.lines[1], &ecog.lines[1], &ecog.lines[2], &loss.lines[0]];
        for (place, line) in adjusted.into_iter().enumerate() {
            same(&line.adjusted, &golden, "/adjusted", place);
        }
        let (alone, together) = (ecog.crude.unwrap(), ecog.adjusted.unwrap());
        close(alone.statistic, number(&golden, &format!("{crude}/joint/statistic/0")), ITERATED);
        close(together.p_value, number(&golden, "/joint/p/0"), ITERATED);
        assert_eq!((alone.df, together.df), (2, 2));
        assert_eq!(loss.missing as f64, number(&golden, "/missing/0"));
        assert_eq!(answer.events_per_parameter(), Some(answer.events as f64 / 5.0));
    }
}

#[test]
fn curves_of_the_levels_agree_with_r() {
    let golden = golden("factors");
    let answer = asked(FORMULA, "ph.ecog < 3", false).unwrap();
    let ecog = &answer.factors[2];
    let names: Vec<(&str, bool)> =
        ecog.lines.iter().map(|line| (line.name.as_str(), line.reference)).collect();
    assert_eq!(names, [("1", true), ("0", false), ("2", false)]);
    for (place, line) in ecog.lines.iter().enumerate() {
        let theirs = |what: &str| numbers(&golden, what)[place];
        assert_eq!(line.n as f64, theirs("/median/n"));
        assert_eq!(line.events as f64, theirs("/median/events"));
        assert_eq!(line.median.estimate, Some(theirs("/median/estimate")));
        assert_eq!(line.median.lower, Some(theirs("/median/lower")));
        assert_eq!(line.median.upper, Some(theirs("/median/upper")));
        close(line.at_times[0].survival.unwrap(), theirs("/at/survival"), 1e-12);
        let limits = line.at_times[0].interval.unwrap();
        close(limits.lower.unwrap(), theirs("/at/lower"), 1e-12);
        close(limits.upper.unwrap(), theirs("/at/upper"), 1e-12);
    }
}

/// Models of other patients are said to be so where they are many, and `same_rows` heals it.
#[test]
fn other_patients_are_said() {
    let formula = "Surv(time, status == 2) ~ age + meal.cal";
    let said = |same: bool| asked(formula, "", same).unwrap().about.doubts;
    assert!(said(false).contains(&Doubt::OtherRows { together: 181, alone: 228 }));
    assert!(!said(true).iter().any(|doubt| matches!(doubt, Doubt::OtherRows { .. })));
    assert_eq!(asked(formula, "", true).unwrap().factors[0].n, 181);
}

#[track_caller]
fn refused(formula: &str, subset: &str, part: &str) {
    let message = asked(formula, subset, false).unwrap_err().to_string();
    assert!(message.contains(part), "{message}");
}

#[test]
fn what_has_no_answer_is_refused() {
    refused("Surv(time, status == 2) ~ 1", "", "the formula names no factors");
    refused("Surv(time, status == 2) ~ age*sex", "", "`age:sex` is an interaction");
    refused("Surv(time, status == 2) ~ age + offset(wt.loss)", "", "offset()");
    // A factor of one level is no factor.
    refused("Surv(time, status == 2) ~ age + factor(sex)", "sex == 1", "factor(sex)");
}

/// The first level of `stage` stands only where `grade` is missing, so the models would compare
/// with different levels.
#[test]
fn a_reference_that_one_model_loses_is_refused() {
    let texts = |values: [&str; 8]| {
        let cell = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        NewColumn::Texts(values.map(cell).to_vec())
    };
    let columns = vec![
        ("time".to_owned(), NewColumn::Numbers((1..=8).map(|time| Some(time.into())).collect())),
        ("death".to_owned(), NewColumn::Flags(vec![Some(true); 8])),
        ("stage".to_owned(), texts(["I", "I", "II", "III", "II", "III", "II", "III"])),
        ("grade".to_owned(), texts(["", "", "low", "high", "high", "low", "low", "high"])),
    ];
    let data = Data::columns("clinic", columns).unwrap();
    let rows = RowsRequest::new("clinic", "Surv(time, death) ~ stage + grade");
    let asked = |same_rows: bool| {
        let rows = rows.clone();
        run(&Request::Factors(FactorsRequest { rows, same_rows, ..Default::default() }), &data)
    };
    let message = asked(false).unwrap_err().to_string();
    assert!(message.contains("the reference level \"I\" of `stage` stands in no row"), "{message}");
    assert!(message.contains("factor(stage, ref = \"II\")"), "{message}");
    assert!(asked(true).is_ok());
}

#[test]
fn a_number_with_one_value_and_few_events_are_doubted() {
    let answer = asked("Surv(time, status == 2) ~ age + sex", "sex == 1", false).unwrap();
    let sex = &answer.factors[1].lines[0];
    assert_eq!((sex.crude, sex.adjusted), (None, None));
    let constant = Doubt::Collinear { term: "sex".to_owned(), equals: Vec::new() };
    assert_eq!(answer.about.doubts.iter().filter(|doubt| **doubt == constant).count(), 1);
    let answer =
        asked("Surv(time, status == 2) ~ age + sex + wt.loss", "inst == 2", false).unwrap();
    assert!(answer.about.doubts.iter().any(|doubt| doubt.code() == "few_events"));
}

/// The factors of the guide's chapter. The JSON is written by tests/golden/rotterdam-gbsg.R.
#[test]
fn the_factors_of_rotterdam_agree_with_r() {
    let golden = golden("rotterdam-gbsg");
    let request = FactorsRequest {
        rows: RowsRequest::new("@rotterdam", "Surv(rtime, recur) ~ age + nodes + pgr + hormon"),
        times: vec![1826.0],
        ..FactorsRequest::default()
    };
    let Answer::Factors(answer) = answered(&Request::Factors(request)).unwrap() else { panic!() };
    for (place, factor) in answer.factors.iter().enumerate() {
        let line = &factor.lines[0];
        let (crude, adjusted) = (line.crude.as_ref().unwrap(), line.adjusted.as_ref().unwrap());
        for (found, key) in [
            (crude, format!("/alone/{place}/{{}}/0")),
            (adjusted, format!("/together/{{}}/{place}")),
        ] {
            let theirs = |part: &str| number(&golden, &key.replace("{}", part));
            close(found.hazard_ratio.unwrap(), theirs("hr"), ITERATED);
            close(found.interval.lower.unwrap(), theirs("lower"), ITERATED);
            close(found.interval.upper.unwrap(), theirs("upper"), ITERATED);
        }
    }
}
