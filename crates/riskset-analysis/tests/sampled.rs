//! Regressions of samples drawn from a cohort, through requests: matched sets against `clogit`,
//! case-cohort samples against `cch`; what is refused and doubted.

mod support;

use riskset::{CaseCohortMethod, Ties};
use riskset_analysis::{
    Answer, CaseCohortAnswer, CaseCohortRequest, ClogitAnswer, ClogitRequest, Data, Doubt,
    NewColumn, Problem, Request, RowsRequest, run,
};
use support::{ITERATED, answered, close, golden, number, numbers};

/// `cch` stops at a change of the likelihood of 1e-9.
const CCH: f64 = 1e-6;

fn columns(key: &str, names: &[&str]) -> Data {
    let golden = golden("sampled");
    let column = |name: &&str| {
        let values = numbers(&golden, &format!("/{key}/{name}"));
        (name.to_string(), NewColumn::Numbers(values.into_iter().map(Some).collect()))
    };
    Data::columns("sets", names.iter().map(column).collect()).unwrap()
}

fn clogit(data: &Data, formula: &str, ties: Ties) -> Result<ClogitAnswer, Problem> {
    let rows = RowsRequest::new("sets", formula);
    let request = ClogitRequest { rows, ties, ..ClogitRequest::default() };
    match run(&Request::Clogit(request), data)? {
        Answer::Clogit(answer) => Ok(*answer),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn agrees(answer: &ClogitAnswer, key: &str) {
    let golden = golden("sampled");
    let theirs = |part: &str| numbers(&golden, &format!("/{key}/{part}"));
    let found = answer.fit.coefficients().iter().map(|one| one.estimate().unwrap());
    for ((found, beta), error) in found.zip(theirs("coef")).zip(theirs("error")) {
        close(found.estimate, beta, ITERATED);
        close(found.std_error.unwrap(), error, ITERATED);
    }
    close(answer.fit.log_likelihood_null(), theirs("loglik")[0], ITERATED);
    close(answer.fit.log_likelihood(), theirs("loglik")[1], ITERATED);
}

#[test]
fn one_case_a_set_agrees_with_clogit() {
    let data = columns("infert", &["set", "case", "spontaneous", "induced"]);
    let formula = "case ~ spontaneous + induced + strata(set)";
    for ties in [Ties::Exact, Ties::Efron, Ties::Breslow] {
        let answer = clogit(&data, formula, ties).unwrap();
        agrees(&answer, "infert/exact");
        assert_eq!((answer.sets.used, answer.sets.cases, answer.sets.most_cases), (83, 83, 1));
        assert_eq!(answer.strata, ["set"]);
    }
}

#[test]
fn several_cases_a_set_agree_with_clogit_and_sets_without_contrast_are_told() {
    let data = columns("sets", &["set", "case", "x", "z"]);
    let exact = clogit(&data, "case == 1 ~ x + z + strata(set)", Ties::Exact).unwrap();
    agrees(&exact, "sets/exact");
    agrees(&clogit(&data, "case ~ x + z + strata(set)", Ties::Efron).unwrap(), "sets/efron");
    let golden = golden("sampled");
    assert_eq!(exact.sets.rows as f64, number(&golden, "/sets/used/0"));
    assert_eq!(exact.sets.cases as f64, number(&golden, "/sets/cases/0"));
    let left_out = exact.sets.without_case + exact.sets.cases_alone;
    assert_eq!(exact.sets.used + left_out, 30);
    let doubt = exact.about.doubts.iter().find(|doubt| doubt.code() == "sets_say_nothing").unwrap();
    let said = Doubt::SetsSayNothing {
        without_case: exact.sets.without_case,
        cases_alone: exact.sets.cases_alone,
        rows: exact.sets.rows_left_out,
    };
    assert_eq!(doubt, &said);
}

#[test]
fn sets_that_cannot_be_compared_are_refused() {
    let data = columns("sets", &["set", "case", "x", "z"]);
    let said = |formula: &str| clogit(&data, formula, Ties::Exact).unwrap_err().to_string();
    assert!(said("case ~ x").contains("no sets"));
    assert!(said("Surv(z + 1, case) ~ x + strata(set)").contains("matched sets have none"));
    assert!(said("case ~ strata(set)").contains("no covariates"));
    // Everybody is a set.
    assert!(said("case ~ z + strata(set, x)").contains("no set has both"));
    assert!(said("case ~ x + cluster(z) + strata(set)").contains("cluster()"));
    // A covariate that is the same within each set says nothing.
    let answer = clogit(&data, "case ~ x + set + strata(set)", Ties::Exact).unwrap();
    assert!(answer.about.doubts.iter().any(|doubt| doubt.code() == "collinear"));
}

fn nwtco() -> CaseCohortRequest {
    CaseCohortRequest {
        rows: RowsRequest::new("@nwtco", "Surv(edrel, rel) ~ factor(stage) + factor(histol) + age"),
        subcohort: "in.subcohort".to_owned(),
        ..CaseCohortRequest::default()
    }
}

fn case_cohort(request: CaseCohortRequest) -> Result<CaseCohortAnswer, Problem> {
    match answered(&Request::CaseCohort(request))? {
        Answer::CaseCohort(answer) => Ok(*answer),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_case_cohort_sample_agrees_with_cch() {
    let golden = golden("sampled");
    for (method, name) in
        [(CaseCohortMethod::Prentice, "Prentice"), (CaseCohortMethod::LinYing, "LinYing")]
    {
        let answer = case_cohort(CaseCohortRequest { method, ..nwtco() }).unwrap();
        assert_eq!((answer.cohort, answer.drawn, answer.cases), (4028, 668, 571));
        assert_eq!(answer.outside + answer.drawn + answer.cases - answer.cases_drawn, 4028);
        let found = answer.fit.coefficients().iter().map(|one| one.estimate().unwrap());
        let theirs = |part: &str| numbers(&golden, &format!("/nwtco/{name}/{part}"));
        for ((found, beta), error) in found.zip(theirs("coef")).zip(theirs("error")) {
            close(found.estimate, beta, CCH);
            close(found.std_error.unwrap(), error, CCH);
        }
    }
}

/// The sample alone with the number of the cohort is what the whole cohort is.
#[test]
fn the_rest_of_the_cohort_counts_only_in_its_number() {
    let whole = case_cohort(nwtco()).unwrap();
    let rows = RowsRequest { subset: Some("in.subcohort | rel == 1".to_owned()), ..nwtco().rows };
    let alone = CaseCohortRequest { rows, ..nwtco() };
    let refused = case_cohort(alone.clone()).unwrap_err().to_string();
    assert!(refused.contains("how many the cohort was"), "{refused}");
    let sized = CaseCohortRequest { cohort_size: Some(4028), ..alone.clone() };
    let answer = case_cohort(sized).unwrap();
    assert_eq!(answer.fit.coefficients(), whole.fit.coefficients());
    let small = CaseCohortRequest { cohort_size: Some(100), ..alone };
    assert!(case_cohort(small).unwrap_err().to_string().contains("said to be 100"));
}

#[test]
fn what_is_no_case_cohort_sample_is_refused() {
    let said = |request: CaseCohortRequest| case_cohort(request).unwrap_err().to_string();
    let subcohort = String::new();
    assert!(said(CaseCohortRequest { subcohort, ..nwtco() }).contains("which rows were drawn"));
    let rows = RowsRequest::new("@nwtco", "Surv(edrel, rel) ~ age + strata(stage)");
    assert!(said(CaseCohortRequest { rows, ..nwtco() }).contains("strata()"));
    let subcohort = "in.subcohrt".to_owned();
    assert!(said(CaseCohortRequest { subcohort, ..nwtco() }).contains("in.subcohrt"));
}

fn by_stratum(method: CaseCohortMethod) -> CaseCohortRequest {
    let formula = "Surv(edrel, rel) ~ factor(stage) + factor(histol) + age";
    CaseCohortRequest {
        rows: RowsRequest::new("@nwtco", formula),
        subcohort: "in.subcohort".to_owned(),
        stratum: Some("instit".to_owned()),
        method,
        ..CaseCohortRequest::default()
    }
}

fn stratified(request: CaseCohortRequest) -> Result<CaseCohortAnswer, Problem> {
    match answered(&Request::CaseCohort(request))? {
        Answer::CaseCohort(answer) => Ok(*answer),
        other => panic!("{other:?}"),
    }
}

/// The JSON is written by tests/golden/sampled-strata.R.
#[test]
fn a_subcohort_drawn_by_stratum_agrees_with_cch() {
    let golden = golden("sampled-strata");
    for (method, key) in
        [(CaseCohortMethod::BorganI, "first"), (CaseCohortMethod::BorganII, "second")]
    {
        let answer = stratified(by_stratum(method)).unwrap();
        let theirs = |part: &str| numbers(&golden, &format!("/{key}/{part}"));
        let found = answer.fit.coefficients().iter().map(|one| one.estimate().unwrap());
        for ((found, beta), error) in found.zip(theirs("coef")).zip(theirs("error")) {
            close(found.estimate, beta, CCH);
            close(found.std_error.unwrap(), error, CCH);
        }
        let counts = |key: &str| numbers(&golden, &format!("/{key}"));
        for (place, stratum) in answer.strata.iter().enumerate() {
            let told = [stratum.cohort, stratum.drawn, stratum.cases].map(|count| count as f64);
            assert_eq!(told, ["cohort", "drawn", "cases"].map(|key| counts(key)[place]));
        }
        assert_eq!(answer.cohort, 4028);
        // The sizes that the rows tell are those that can be said.
        let cohort_sizes = [("1", 3622), ("2", 406)].map(|(level, size)| (level.to_owned(), size));
        let said = CaseCohortRequest { cohort_sizes: cohort_sizes.into(), ..by_stratum(method) };
        let said = stratified(said).unwrap();
        assert_eq!(said.strata, answer.strata);
    }
}

#[test]
fn strata_of_a_draw_that_are_not_known_are_refused() {
    let refused = |request: CaseCohortRequest| stratified(request).unwrap_err().to_string();
    let first = || by_stratum(CaseCohortMethod::BorganI);
    let sizes = |sizes: &[(&str, usize)]| {
        sizes.iter().map(|(level, size)| ((*level).to_owned(), *size)).collect()
    };
    let none = CaseCohortRequest { stratum: None, ..first() };
    assert!(refused(none).contains("no column of its strata"));
    assert!(refused(by_stratum(CaseCohortMethod::LinYing)).contains("drawn of all"));
    let one = CaseCohortRequest { cohort_size: Some(4028), ..first() };
    assert!(refused(one).contains("not enough"));
    let other = CaseCohortRequest { cohort_sizes: sizes(&[("3", 10)]), ..first() };
    assert!(refused(other).contains("the strata are 1, 2"));
    let half = CaseCohortRequest { cohort_sizes: sizes(&[("1", 4000)]), ..first() };
    assert!(refused(half).contains("no size was given of the stratum \"2\""));
    let small = CaseCohortRequest { cohort_sizes: sizes(&[("1", 10), ("2", 406)]), ..first() };
    assert!(refused(small).contains("is said to be 10"));
    let subset = Some("in.subcohort | rel == 1".to_owned());
    let mut sample = first();
    sample.rows.subset = subset;
    assert!(refused(sample).contains("do not say how many each stratum was"));
}
