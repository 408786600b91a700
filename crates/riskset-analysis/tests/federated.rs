//! Several places that tell sums: where nothing has to be moved, the answer is that of all rows.

use riskset_analysis::federated::{Plan, Pooled, PooledAnswer, Round, SiteAnswer, pool, share};
use riskset_analysis::{Answer, CoxRequest, Data, KmRequest, NewColumn, Request, RowsRequest, run};

const PLAN: &str = r#"
    [plan]
    title = "Three places"
    unit = "days"
    grid = 30
    min_cell = 3

    [[question]]
    name = "os"
    analysis = "km"
    formula = "Surv(time, dead) ~ arm"
    times = [90, 180]

    [[question]]
    name = "test"
    analysis = "logrank"
    formula = "Surv(time, dead) ~ arm"

    [[question]]
    name = "model"
    analysis = "cox"
    formula = "Surv(time, dead) ~ age + arm"
"#;

/// Patients of one place: every (arm, time, kind) holds at least three, times are on the grid.
struct Rows {
    time: Vec<f64>,
    dead: Vec<bool>,
    arm: Vec<&'static str>,
    age: Vec<f64>,
    site: Vec<String>,
}

fn rows(site: usize) -> Rows {
    let mut rows = Rows { time: vec![], dead: vec![], arm: vec![], age: vec![], site: vec![] };
    for (arm, name) in ["A", "B"].into_iter().enumerate() {
        for step in 1..=8 {
            let (deaths, censored) = (3 + (step * (site + 2) + arm) % 4, 3 + (step + site) % 3);
            for patient in 0..deaths + censored {
                rows.time.push(30.0 * step as f64);
                rows.dead.push(patient < deaths);
                rows.arm.push(name);
                rows.age.push(40.0 + ((patient * 7 + step * 5 + site * 3) % 40) as f64);
                rows.site.push(format!("S{site}"));
            }
        }
    }
    rows
}

impl Rows {
    fn data(&self) -> Data {
        let arms = self.arm.iter().map(|arm| Some((*arm).to_owned())).collect();
        let columns = vec![
            ("time", NewColumn::Numbers(self.time.iter().copied().map(Some).collect())),
            ("dead", NewColumn::Flags(self.dead.iter().copied().map(Some).collect())),
            ("arm", NewColumn::Texts(arms)),
            ("age", NewColumn::Numbers(self.age.iter().copied().map(Some).collect())),
            ("site", NewColumn::Texts(self.site.iter().cloned().map(Some).collect())),
        ];
        let named = columns.into_iter().map(|(name, values)| (name.to_owned(), values));
        Data::columns("rows", named.collect()).unwrap()
    }

    fn all() -> Rows {
        let mut all = rows(0);
        for site in 1..3 {
            let more = rows(site);
            all.time.extend(more.time);
            all.dead.extend(more.dead);
            all.arm.extend(more.arm);
            all.age.extend(more.age);
            all.site.extend(more.site);
        }
        all
    }
}

fn answers(plan: &Plan, round: Option<&Round>) -> Vec<SiteAnswer> {
    (0..3)
        .map(|site| share(plan, &format!("S{site}"), &rows(site).data(), round).unwrap())
        .collect()
}

/// All rounds, each through its file.
fn pooled(plan: &Plan) -> (Pooled, Pooled) {
    let through = |answers: Vec<SiteAnswer>| -> Vec<SiteAnswer> {
        answers.iter().map(|answer| SiteAnswer::from_json(&answer.to_json()).unwrap()).collect()
    };
    let first = pool(plan, &through(answers(plan, None)), None).unwrap();
    let mut round = Round::from_json(&first.next.as_ref().unwrap().to_json()).unwrap();
    loop {
        let more = pool(plan, &through(answers(plan, Some(&round))), Some(&round)).unwrap();
        match &more.next {
            Some(next) => round = Round::from_json(&next.to_json()).unwrap(),
            None => return (first, more),
        }
    }
}

fn close(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance * (1.0 + b.abs()), "{a} {b}");
}

#[test]
fn the_answers_are_those_of_all_rows() {
    let plan = Plan::from_toml(PLAN).unwrap();
    let (first, last) = pooled(&plan);
    let all = Rows::all().data();

    let request = KmRequest {
        rows: RowsRequest::new("rows", "Surv(time, dead) ~ arm"),
        times: vec![90.0, 180.0],
        ..KmRequest::default()
    };
    let Answer::Km(whole) = run(&Request::Km(request), &all).unwrap() else { unreachable!() };
    let PooledAnswer::Counts(answer, shift) = &first.answers[0].1 else { unreachable!() };
    assert_eq!(*shift, 0.0);
    let Answer::Km(km) = &**answer else { unreachable!() };
    for (a, b) in km.groups.iter().zip(&whole.groups) {
        assert_eq!(a.name, b.name);
        for (a, b) in a.curve.points().zip(b.curve.points()) {
            assert_eq!(a.risk_set, b.risk_set);
            close(a.survival, b.survival, 1e-12);
            close(a.std_error.unwrap_or(0.0), b.std_error.unwrap_or(0.0), 1e-12);
        }
    }
    let PooledAnswer::Counts(answer, _) = &first.answers[1].1 else { unreachable!() };
    let Answer::Logrank(test) = &**answer else { unreachable!() };
    let statistic = whole.test.as_ref().unwrap().statistic().unwrap();
    close(test.test.statistic().unwrap(), statistic, 1e-12);

    let request = CoxRequest {
        rows: RowsRequest::new("rows", "Surv(time, dead) ~ age + arm + strata(site)"),
        ..CoxRequest::default()
    };
    let Answer::Cox(whole) = run(&Request::Cox(request), &all).unwrap() else { unreachable!() };
    let PooledAnswer::Cox(cox) = &last.answers[0].1 else { unreachable!() };
    assert_eq!(cox.columns, whole.design.names);
    for column in 0..2 {
        let (a, b) = (&cox.fit.coefficients()[column], &whole.fit.coefficients()[column]);
        let (a, b) = (a.estimate().unwrap(), b.estimate().unwrap());
        close(a.estimate, b.estimate, 1e-12);
        close(a.std_error.unwrap(), b.std_error.unwrap(), 1e-10);
        close(a.interval.upper.unwrap(), b.interval.upper.unwrap(), 1e-10);
    }
    // The places' own estimates, one step from the pooled one: near those of their own models, and of
    // one coefficient pooled to the exact one.
    assert_eq!(cox.two_stage.len(), 2);
    for (column, stage) in cox.two_stage.iter().enumerate() {
        assert_eq!(stage.pooled.studies, ["S0", "S1", "S2"]);
        for (site, study) in stage.pooled.fit.studies.iter().enumerate() {
            let request = CoxRequest {
                rows: RowsRequest::new("rows", "Surv(time, dead) ~ age + arm"),
                ..CoxRequest::default()
            };
            let data = rows(site).data();
            let Answer::Cox(own) = run(&Request::Cox(request), &data).unwrap() else {
                unreachable!()
            };
            let own = own.fit.coefficients()[column].estimate().unwrap();
            let apart = (study.ratio.ln() - own.estimate).abs() / own.std_error.unwrap();
            assert!(apart < 0.05, "{apart} standard errors");
        }
        assert!(stage.forest(&cox.fit, column).unwrap().figure.svg().contains("S2"));
    }
    let one = PLAN.replace("~ age + arm", "~ age");
    let (_, last_of_one) = pooled(&Plan::from_toml(&one).unwrap());
    let PooledAnswer::Cox(of_one) = &last_of_one.answers[0].1 else { unreachable!() };
    let exact = of_one.fit.coefficients()[0].estimate().unwrap();
    close(of_one.two_stage[0].pooled.fit.common.log_ratio, exact.estimate, 1e-9);
    close(of_one.two_stage[0].pooled.fit.common.std_error, exact.std_error.unwrap(), 1e-9);

    let ratio = |test: Option<riskset::CoxTest>| test.unwrap().statistic;
    close(ratio(cox.likelihood_ratio_test()), ratio(whole.fit.likelihood_ratio_test()), 1e-10);
    close(ratio(cox.score_test), ratio(whole.fit.score_test()), 1e-10);
}

#[test]
fn places_that_do_not_belong_together_are_refused() {
    let plan = Plan::from_toml(PLAN).unwrap();
    let good = answers(&plan, None);
    let refused = |answers: &[SiteAnswer], round: Option<&Round>| {
        pool(&plan, answers, round).unwrap_err().to_string()
    };
    assert!(refused(&good[..2], None).contains("2 places answered"));
    let twice = [good[0].clone(), good[1].clone(), good[1].clone()];
    assert!(refused(&twice, None).contains("S1 answers twice"));
    let mut other = good.clone();
    other[2].plan = "0".repeat(64);
    assert!(refused(&other, None).contains("another plan"));
    let mut other = good.clone();
    other[0].program = "0.0.1".to_owned();
    assert!(refused(&other, None).contains("version 0.0.1"));

    let round = pool(&plan, &good, None).unwrap().next.unwrap();
    assert!(refused(&good, Some(&round)).contains("round 1, this is round 2"));
    let second = answers(&plan, Some(&round));
    assert!(refused(&second[..2], Some(&round)).contains("2 places answered"));
    let mut changed = second.clone();
    changed[1].rows = "0".repeat(64);
    assert!(refused(&changed, Some(&round)).contains("other rows"));
    let mut late = second.clone();
    late[1].site = "S9".to_owned();
    assert!(refused(&late, Some(&round)).contains("S9 did not answer the first round"));
}

#[test]
fn a_place_refuses_what_would_tell_of_few_and_what_is_not_its_round() {
    let plan = Plan::from_toml(PLAN).unwrap();
    let round = pool(&plan, &answers(&plan, None), None).unwrap().next.unwrap();
    let refused = |plan: &Plan, site: &str, rows: &Rows, round: Option<&Round>| {
        share(plan, site, &rows.data(), round).unwrap_err().to_string()
    };
    // Other rows in the second round.
    let mut fewer = rows(1);
    let last = fewer.dead.iter().rposition(|dead| !dead).unwrap();
    fewer.dead[last] = true;
    assert!(refused(&plan, "S1", &fewer, Some(&round)).contains("not those of the first round"));
    // As many patients and events, and another age.
    let mut older = rows(1);
    older.age[0] += 1.0;
    assert!(refused(&plan, "S1", &older, Some(&round)).contains("not those of the first round"));
    assert!(share(&plan, "S1", &rows(1).data(), Some(&round)).is_ok());
    assert!(refused(&plan, "S7", &rows(1), Some(&round)).contains("did not answer"));
    let mut late = round.clone();
    late.round = 13;
    assert!(refused(&plan, "S1", &rows(1), Some(&late)).contains("the plan allows 12"));
    let mut other = round.clone();
    other.plan = "0".repeat(64);
    assert!(refused(&plan, "S1", &rows(1), Some(&other)).contains("another plan"));
    // Two patients in arm B.
    let mut few = rows(0);
    let mut left = 2;
    for row in 0..few.arm.len() {
        if few.arm[row] == "B" && left > 0 {
            left -= 1;
        } else {
            few.arm[row] = "A";
        }
    }
    let told = refused(&plan, "S0", &few, None);
    assert!(told.contains("question os: arm=B has 2"), "{told}");
    let model = "[plan]\ntitle = \"m\"\nunit = \"days\"\ngrid = 30\n[[question]]\nname = \"model\"\n\
                 analysis = \"cox\"\nformula = \"Surv(time, dead) ~ arm\"\n";
    let told = refused(&Plan::from_toml(model).unwrap(), "S0", &few, None);
    assert!(told.contains("armB"), "{told}");
    // Three events for a coefficient.
    let mut rare = rows(0);
    let mut events = 0;
    for dead in rare.dead.iter_mut() {
        *dead &= events < 3;
        events += usize::from(*dead);
    }
    let told = refused(&Plan::from_toml(model).unwrap(), "S0", &rare, None);
    assert!(told.contains("1 coefficients for 3 events"), "{told}");
}

/// The least that may be told is told: three patients with an event in an arm, ten events for a
/// coefficient. One less is not. An arm that everybody has tells of nobody.
#[test]
fn a_place_tells_what_the_rules_just_allow() {
    let model = "[plan]\ntitle = \"m\"\nunit = \"days\"\ngrid = 30\nmin_cell = 3\n[[question]]\n\
                 name = \"model\"\nanalysis = \"cox\"\nformula = \"Surv(time, dead) ~ arm\"\n";
    let plan = Plan::from_toml(model).unwrap();
    let told = |rows: &Rows| share(&plan, "S0", &rows.data(), None).map_err(|p| p.to_string());
    // The first `in_b` patients of arm B, of whom `dead_in_b` have an event, and events in all.
    let with = |in_b: usize, dead_in_b: usize, events: usize| {
        let mut rows = rows(0);
        let mut left = events - dead_in_b;
        for row in 0..rows.arm.len() {
            rows.arm[row] = if row < in_b { "B" } else { "A" };
            rows.dead[row] = if row < in_b { row < dead_in_b } else { left > 0 };
            left -= usize::from(row >= in_b && left > 0);
        }
        rows
    };
    assert_eq!(told(&with(3, 3, 10)).map(|_| ()), Ok(()));
    assert!(told(&with(3, 2, 10)).unwrap_err().contains("fewer than 3 patients or events have"));
    assert!(told(&with(2, 2, 10)).unwrap_err().contains("fewer than 3 patients or events have"));
    assert!(told(&with(3, 3, 9)).unwrap_err().contains("1 coefficients for 9 events"));
    let everybody = rows(0).arm.len();
    assert!(told(&with(everybody - 3, everybody - 6, everybody - 3)).is_ok(), "three without");
    assert!(
        told(&with(everybody - 2, everybody - 6, everybody - 4)).unwrap_err().contains("do not")
    );
}
