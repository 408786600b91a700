//! Another program's defaults, against what it prints and against R told to do as it does.

mod support;

use riskset_analysis::{
    Answer, Data, DescribedAs, KmAnswer, NewColumn, Request, TableOneAnswer, conventions_page, run,
};
use support::{ITERATED, answered, close, golden, number, numbers};

/// Numbers that do not come from an iteration.
const CLOSED_FORM: f64 = 1e-12;

fn read(text: &str) -> Request {
    Request::from_json(text).unwrap()
}

fn km(text: &str) -> KmAnswer {
    match answered(&read(text)).unwrap() {
        Answer::Km(answer) => *answer,
        other => panic!("{other:?}"),
    }
}

/// A small table with a time, an event and a group.
fn small(rows: &[(f64, bool, &str)]) -> Data {
    let columns = vec![
        ("time".to_owned(), NewColumn::Numbers(rows.iter().map(|row| Some(row.0)).collect())),
        ("event".to_owned(), NewColumn::Flags(rows.iter().map(|row| Some(row.1)).collect())),
        (
            "group".to_owned(),
            NewColumn::Texts(rows.iter().map(|row| Some(row.2.to_owned())).collect()),
        ),
    ];
    Data::columns("small", columns).unwrap()
}

fn km_of(data: &Data, program: &str, times: &str) -> KmAnswer {
    let text = format!(
        r#"{{"analysis": "km", "data": "small", "formula": "Surv(time, event) ~ group",
            "times": {times}, "match": "{program}"}}"#
    );
    match run(&read(&text), data).unwrap() {
        Answer::Km(answer) => *answer,
        other => panic!("{other:?}"),
    }
}

const LUNG: &str = r#""analysis": "km", "data": "@lung", "formula": "Surv(time, status == 2) ~ 1", "times": [180, 365, 700]"#;

/// Weeks to relapse of children with leukaemia (Freireich et al. 1963, Blood 21:699-716).
fn gehan() -> Vec<(f64, bool, &'static str)> {
    let control = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23];
    let relapsed = [6, 6, 6, 7, 10, 13, 16, 22, 23];
    let censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
    let row = |event: bool, group: &'static str| move |week: i32| (f64::from(week), event, group);
    let rows = control.map(row(true, "control")).into_iter();
    rows.chain(relapsed.map(row(true, "treated")))
        .chain(censored.map(row(false, "treated")))
        .collect()
}

#[test]
fn log_log_limits_of_lung_are_rs() {
    let stored = golden("match");
    for program in ["sas", "stata", "prism", "lifelines"] {
        let answer = km(&format!(r#"{{{LUNG}, "match": "{program}"}}"#));
        let group = &answer.groups[0];
        for (place, at) in group.at_times.iter().enumerate() {
            let limits = at.interval.unwrap();
            for (part, ours) in [("lower", limits.lower), ("upper", limits.upper)] {
                let theirs = number(&stored, &format!("/loglog/{part}/{place}"));
                close(ours.unwrap(), theirs, CLOSED_FORM);
            }
        }
        let median = group.curve.median();
        let ours = [median.estimate, median.lower, median.upper].map(Option::unwrap);
        assert_eq!(ours.to_vec(), numbers(&stored, "/loglog/median"), "{program}");
    }
}

#[test]
fn lifelines_gives_the_same() {
    let stored = golden("match");
    let answer = km(&format!(r#"{{{LUNG}, "match": "lifelines"}}"#));
    let group = &answer.groups[0];
    for (place, at) in group.at_times.iter().enumerate() {
        let limits = at.interval.unwrap();
        close(limits.lower.unwrap(), number(&stored, &format!("/lifelines/lower/{place}")), 1e-12);
        close(limits.upper.unwrap(), number(&stored, &format!("/lifelines/upper/{place}")), 1e-12);
    }
    let median = group.curve.median();
    let ours = [median.estimate, median.lower, median.upper].map(Option::unwrap);
    assert_eq!(ours.to_vec(), numbers(&stored, "/lifelines/median"));
    let cox = r#"{"analysis": "cox", "data": "@lung", "formula": "Surv(time, status == 2) ~ age + sex", "match": "lifelines"}"#;
    let Answer::Cox(cox) = answered(&read(cox)).unwrap() else { panic!() };
    for (place, coefficient) in cox.fit.coefficients().iter().enumerate() {
        let ratio = coefficient.estimate().unwrap().hazard_ratio.unwrap();
        close(ratio, number(&stored, &format!("/lifelines/hr/{place}")), ITERATED);
    }
}

/// SAS and Stata take Breslow's ties; SAS compares with the last level as well.
#[test]
fn breslow_against_the_last_level_is_rs() {
    let stored = golden("match");
    let cox = r#"{"analysis": "cox", "data": "@veteran",
        "formula": "Surv(time, status) ~ celltype + karno", "match": "sas"}"#;
    let Answer::Cox(answer) = answered(&read(cox)).unwrap() else { panic!() };
    assert_eq!(
        answer.design.names,
        ["celltypeadeno", "celltypelarge", "celltypesmallcell", "karno"]
    );
    for (place, coefficient) in answer.fit.coefficients().iter().enumerate() {
        let found = coefficient.estimate().unwrap();
        let stored = |part: &str| number(&stored, &format!("/breslow/{part}/{place}"));
        close(found.hazard_ratio.unwrap(), stored("hr"), ITERATED);
        close(found.interval.lower.unwrap(), stored("lower"), ITERATED);
        close(found.p_value.unwrap(), stored("p"), ITERATED);
    }
    let stata = cox.replace("sas", "stata");
    let Answer::Cox(answer) = answered(&read(&stata)).unwrap() else { panic!() };
    assert_eq!(answer.design.names[0], "celltypelarge", "Stata compares with the first");
}

/// What Stata prints of these data: `sts list` and `stcox treated` at
/// http://data.princeton.edu/pop509/gehan.html and http://data.princeton.edu/pop509/cox.html.
#[test]
fn stata_prints_these_of_gehan() {
    let data = small(&gehan());
    let answer = km_of(&data, "stata", "[1, 2]");
    let printed = [(0.9048, 0.0641, 0.6700, 0.9753), (0.8095, 0.0857, 0.5689, 0.9239)];
    for (at, (survival, std_error, lower, upper)) in answer.groups[0].at_times.iter().zip(printed) {
        let limits = at.interval.unwrap();
        let ours = [at.survival, at.std_error, limits.lower, limits.upper].map(Option::unwrap);
        for (ours, theirs) in ours.into_iter().zip([survival, std_error, lower, upper]) {
            assert_eq!(format!("{ours:.4}"), format!("{theirs:.4}"));
        }
    }
    let cox = r#"{"analysis": "cox", "data": "small", "formula": "Surv(time, event) ~ group", "match": "stata"}"#;
    let Answer::Cox(cox) = run(&read(cox), &data).unwrap() else { panic!() };
    let treated = cox.fit.coefficients()[0].estimate().unwrap();
    let limits = treated.interval;
    let ours = [treated.hazard_ratio, limits.lower, limits.upper].map(Option::unwrap);
    assert_eq!(ours.map(|value| format!("{value:.7}")), ["0.2210887", "0.0990706", "0.4933877"]);
    assert_eq!(format!("{:.6}", cox.fit.log_likelihood()), "-86.379622");
}

/// Ten patients, of whom the last five are censored: the curve stays at one half. SAS prints no median
/// and "0.5 (0.184, 0.753)" (https://psiaims.github.io/CAMIS/Comp/r-sas_survival.html), R the middle,
/// 102.5; Stata and lifelines begin with the flat.
#[test]
fn a_flat_to_the_end_has_three_medians() {
    let times = [54.0, 75.0, 77.0, 84.0, 87.0, 92.0, 103.0, 105.0, 112.0, 118.0];
    let rows: Vec<_> = times.iter().map(|&time| (time, time < 90.0, "all")).collect();
    let median =
        |program: &str| km_of(&small(&rows), program, "[100]").groups[0].curve.median().estimate;
    assert_eq!(["r", "prism"].map(median), [Some(102.5); 2]);
    assert_eq!(median("sas"), None);
    assert_eq!(["stata", "spss", "lifelines"].map(median), [Some(87.0); 3]);
    let sas = km_of(&small(&rows), "sas", "[100, 120]");
    let limits = sas.groups[0].at_times[0].interval.unwrap();
    assert_eq!(format!("{:.3} {:.3}", limits.lower.unwrap(), limits.upper.unwrap()), "0.184 0.753");
    assert_eq!(sas.groups[0].at_times[1].survival, None, "NE in SAS: beyond the last patient");
}

/// 1, 2, 2, 4, 6, 8, all of them events: one half from 2 to 4. `stci` prints 2
/// (http://www.stata.com/statalist/archive/2002-11/msg00284.html), R and SAS 3.
#[test]
fn a_flat_that_an_event_ends_has_two_medians() {
    let rows = [1.0, 2.0, 2.0, 4.0, 6.0, 8.0].map(|time| (time, true, "two"));
    let median =
        |program: &str| km_of(&small(&rows), program, "[1]").groups[0].curve.median().estimate;
    assert_eq!(["r", "sas", "prism"].map(median), [Some(3.0); 3]);
    assert_eq!(["stata", "spss", "lifelines"].map(median), [Some(2.0); 3]);
}

/// SAS's default variance, which CAMIS finds in `cuminc` too.
#[test]
fn aalens_variance_is_cunincs() {
    let stored = golden("match");
    let text = r#"{"analysis": "cif", "data": "@mgus2", "formula": "Surv(etime, event) ~ 1",
        "cause": "pcm", "censor": "censor", "times": [60, 120, 240], "match": "sas"}"#;
    let Answer::Cif(answer) = answered(&read(text)).unwrap() else { panic!() };
    let pcm = answer.causes.iter().position(|cause| cause == "pcm").unwrap();
    for (cause, parts) in
        [(pcm, ["estimate", "variance"]), (1 - pcm, ["other_estimate", "other_variance"])]
    {
        for (place, at) in answer.groups[0].at_times[cause].iter().enumerate() {
            let stored = |part: &str| number(&stored, &format!("/aalen/{part}/{place}"));
            close(at.estimate.unwrap(), stored(parts[0]), CLOSED_FORM);
            close(at.std_error.unwrap(), stored(parts[1]).sqrt(), CLOSED_FORM);
        }
    }
    // g = log(-log F), so that the limits are F to the powers exp(-/+ z se / (F log F)).
    let at = &answer.groups[0].at_times[pcm][0];
    let (f, se) = (at.estimate.unwrap(), at.std_error.unwrap());
    let width = riskset::normal::quantile(0.975) * se / (f * f.ln());
    let limits = at.interval.unwrap();
    close(limits.lower.unwrap(), f.powf((-width).exp()), CLOSED_FORM);
    close(limits.upper.unwrap(), f.powf(width.exp()), CLOSED_FORM);
}

#[test]
fn quartiles_of_patients_are_rs_by_their_definition() {
    let stored = golden("match");
    for (program, place) in
        [("r", "seven"), ("sas", "two"), ("stata", "two"), ("spss", "six"), ("prism", "six")]
    {
        let text = format!(
            r#"{{"analysis": "table-one", "data": "@lung", "by": "sex", "variables": ["age"], "match": "{program}"}}"#
        );
        let Answer::TableOne(answer) = answered(&read(&text)).unwrap() else { panic!() };
        let TableOneAnswer { described, about, .. } = *answer;
        let DescribedAs::Numbers { samples, .. } = &described[0].how else { panic!() };
        let women = samples[1].unwrap();
        let ours = [women.quartiles.0, women.median, women.quartiles.1];
        for (ours, theirs) in ours.into_iter().zip(numbers(&stored, &format!("/quartiles/{place}")))
        {
            close(ours, theirs, CLOSED_FORM);
        }
        assert_eq!(about.matching.unwrap().moved.is_empty(), program == "r");
    }
}

/// The guide shows the table of the program; RISKSET_BLESS=1 writes it anew.
#[test]
fn the_guide_has_the_table() {
    let file = format!("{}/../../docs/guide/match.md", env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(&file).unwrap();
    let (head, rest) = page.split_once("in the program -->\n").unwrap();
    let (_, foot) = rest.split_once("<!-- end of").unwrap();
    let written = format!("{head}in the program -->\n\n{}\n<!-- end of{foot}", conventions_page());
    if std::env::var_os("RISKSET_BLESS").is_some() {
        std::fs::write(&file, &written).unwrap();
    } else {
        assert_eq!(
            page, written,
            "docs/guide/match.md is not the table; RISKSET_BLESS=1 writes it"
        );
    }
}
