//! Several places: tables of who was studied, proportions of clustered observations, and one baseline
//! hazard for all places.

use riskset_analysis::federated::{
    Plan, Pooled, PooledAnswer, PooledCox, Round, SiteAnswer, pool, share,
};
use riskset_analysis::{
    Answer, CoxRequest, Data, NewColumn, NpvRequest, Request, RowsRequest, run,
};

fn plan(questions: &str) -> Plan {
    let rules = "[plan]\ntitle = \"Three places\"\nunit = \"days\"\ngrid = 30\nmin_cell = 3\n";
    Plan::from_toml(&format!("{rules}{questions}")).unwrap()
}

/// Lesions of patients: two to four each.
#[derive(Clone, Default)]
struct Lesions {
    patient: Vec<String>,
    gone: Vec<bool>,
    drug: Vec<&'static str>,
    stage: Vec<String>,
    age: Vec<f64>,
}

fn lesions(site: usize) -> Lesions {
    let mut rows = Lesions::default();
    for patient in 0..24 {
        let drug = ["new", "old"][patient % 2];
        for lesion in 0..2 + (patient * 5 + site) % 3 {
            rows.patient.push(format!("{site}-{patient}"));
            rows.gone.push((patient * 7 + lesion * 3 + site) % 4 > usize::from(drug == "old"));
            rows.drug.push(drug);
            rows.stage
                .push(["I", "II", "III", "IV"][(patient / 2 + site) % (3 + site % 2)].to_owned());
            rows.age.push(50.0 + ((patient * 11 + site * 3) % 30) as f64 / 3.0);
        }
    }
    rows
}

impl Lesions {
    fn all() -> Lesions {
        let mut all = Lesions::default();
        for site in 0..3 {
            let Lesions { patient, gone, drug, stage, age } = lesions(site);
            all.patient.extend(patient);
            all.gone.extend(gone);
            all.drug.extend(drug);
            all.stage.extend(stage);
            all.age.extend(age);
        }
        all
    }

    fn data(&self) -> Data {
        let texts = |texts: Vec<String>| NewColumn::Texts(texts.into_iter().map(Some).collect());
        let drugs = self.drug.iter().map(|drug| (*drug).to_owned()).collect();
        let columns = vec![
            ("patient", texts(self.patient.clone())),
            ("gone", NewColumn::Flags(self.gone.iter().copied().map(Some).collect())),
            ("drug", texts(drugs)),
            ("stage", texts(self.stage.clone())),
            ("age", NewColumn::Numbers(self.age.iter().copied().map(Some).collect())),
        ];
        let named = columns.into_iter().map(|(name, values)| (name.to_owned(), values));
        Data::columns("lesions", named.collect()).unwrap()
    }
}

fn close(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance * (1.0 + b.abs()), "{a} {b}");
}

/// Through the files.
fn again(answers: Vec<SiteAnswer>) -> Vec<SiteAnswer> {
    answers.iter().map(|answer| SiteAnswer::from_json(&answer.to_json()).unwrap()).collect()
}

fn first_round(plan: &Plan) -> Pooled {
    let answer =
        |site: usize| share(plan, &format!("S{site}"), &lesions(site).data(), None).unwrap();
    pool(plan, &again((0..3).map(answer).collect()), None).unwrap()
}

#[test]
fn proportions_of_all_places_are_those_of_all_rows() {
    for variance in ["donner", "ratio", "binomial"] {
        let plan = plan(&format!(
            "[[question]]\nname = \"gone\"\nanalysis = \"npv\"\nformula = \"gone ~ 1\"\n\
             cluster = \"patient\"\nby = [\"drug\"]\nvariance = \"{variance}\"\nthreshold = 0.4\n"
        ));
        let pooled = first_round(&plan);
        let PooledAnswer::Counts(answer, shift) = &pooled.answers[0].1 else { unreachable!() };
        let Answer::Npv(npv) = &**answer else { unreachable!() };
        assert_eq!(*shift, 0.0);
        let request = NpvRequest {
            rows: RowsRequest::new("lesions", "gone ~ 1"),
            cluster: "patient".to_owned(),
            by: vec!["drug".to_owned()],
            variance: variance.parse().unwrap(),
            threshold: Some(0.4),
            ..NpvRequest::default()
        };
        let Answer::Npv(whole) = run(&Request::Npv(request), &Lesions::all().data()).unwrap()
        else {
            unreachable!()
        };
        assert_eq!(npv.groups.len(), 2);
        assert_eq!(npv.about.n, whole.about.n);
        for ((name, a), (other, b)) in npv.groups.iter().zip(&whole.groups) {
            assert_eq!(name, other);
            assert_eq!((a.n, a.clusters, a.events), (b.n, b.clusters, b.events));
            close(a.estimate, b.estimate, 1e-12);
            close(a.icc.unwrap(), b.icc.unwrap(), 1e-12);
            close(a.design_effect.unwrap(), b.design_effect.unwrap(), 1e-12);
            close(a.std_error.unwrap(), b.std_error.unwrap(), 1e-12);
            close(a.interval.unwrap().upper.unwrap(), b.interval.unwrap().upper.unwrap(), 1e-12);
            close(a.threshold.unwrap().p_value, b.threshold.unwrap().p_value, 1e-12);
            assert_eq!(a.warnings.len(), b.warnings.len());
        }
    }
}

#[test]
fn a_table_of_all_places_counts_all_and_joins_what_one_of_them_joined() {
    let plan =
        plan("[[table]]\nname = \"who\"\nby = \"drug\"\nlevels = [\"stage\"]\nmeans = [\"age\"]\n");
    let pooled = first_round(&plan);
    assert!(pooled.next.is_none(), "a table needs one round");
    let PooledAnswer::Table(table) = &pooled.answers[0].1 else { unreachable!() };
    let all = Lesions::all();
    assert_eq!(table.groups, ["new", "old"]);
    for (group, drug) in ["new", "old"].iter().enumerate() {
        let here = |row: &usize| all.drug[*row] == *drug;
        let rows: Vec<usize> = (0..all.drug.len()).filter(here).collect();
        for (names, counts) in &table.levels[0].blocks {
            let of = rows.iter().filter(|&&row| names.contains(&all.stage[row])).count();
            assert_eq!(counts[group], of as u64, "{names:?}");
        }
        let mean = rows.iter().map(|&row| all.age[row]).sum::<f64>() / rows.len() as f64;
        let squares = rows.iter().map(|&row| (all.age[row] - mean).powi(2)).sum::<f64>();
        let found = table.means[0].groups[group];
        assert_eq!(found.n, rows.len() as u64);
        close(found.mean.unwrap(), mean, 1e-12);
        close(found.std_dev.unwrap(), (squares / (rows.len() - 1) as f64).sqrt(), 1e-12);
    }
    let levels: Vec<&Vec<String>> = table.levels[0].blocks.iter().map(|block| &block.0).collect();
    let levels: Vec<&str> = levels.into_iter().flatten().map(String::as_str).collect();
    assert_eq!(levels, ["I", "II", "III", "IV"]);
}

#[test]
fn what_would_tell_of_few_stays_in_its_place() {
    let few = |change: &dyn Fn(&mut Lesions), questions: &str| {
        let mut rows = lesions(0);
        change(&mut rows);
        share(&plan(questions), "S0", &rows.data(), None).unwrap_err().to_string()
    };
    let npv = "[[question]]\nname = \"gone\"\nanalysis = \"npv\"\nformula = \"gone ~ 1\"\n\
               cluster = \"patient\"\n";
    let told = few(&|rows| rows.gone.iter_mut().skip(2).for_each(|gone| *gone = true), npv);
    assert!(told.contains("question gone: all rows has 1 observations without it"), "{told}");
    let told = few(&|rows| rows.patient.iter_mut().for_each(|id| id.truncate(1)), npv);
    assert!(told.contains("question gone: all rows has 1 clusters"), "{told}");
    let table = "[[table]]\nname = \"who\"\nlevels = [\"stage\"]\nby = \"drug\"\n";
    let rename = |rows: &mut Lesions| {
        rows.drug.iter_mut().skip(2).for_each(|drug| *drug = "old");
        rows.drug[..2].fill("new");
    };
    let told = few(&rename, table);
    assert!(told.contains("table who: 2 patients of new have a value of stage"), "{told}");
}

/// Survival of one place; times on the grid, or before its ends.
fn survival(site: usize, on_grid: bool) -> Vec<(f64, bool, f64, &'static str)> {
    let mut rows = Vec::new();
    for (arm, name) in ["A", "B"].into_iter().enumerate() {
        for step in 1..=8 {
            let (deaths, censored) = (3 + (step * (site + 2) + arm) % 4, 3 + (step + site) % 3);
            for patient in 0..deaths + censored {
                let before = if on_grid { 0 } else { (patient * 13 + step * 7 + site * 5) % 30 };
                let age = 40.0 + ((patient * 7 + step * 5 + site * 3) % 40) as f64;
                rows.push((30.0 * step as f64 - before as f64, patient < deaths, age, name));
            }
        }
    }
    rows
}

fn table_of(rows: &[(f64, bool, f64, &'static str)]) -> Data {
    let columns = vec![
        ("time", NewColumn::Numbers(rows.iter().map(|row| Some(row.0)).collect())),
        ("dead", NewColumn::Flags(rows.iter().map(|row| Some(row.1)).collect())),
        ("age", NewColumn::Numbers(rows.iter().map(|row| Some(row.2)).collect())),
        ("arm", NewColumn::Texts(rows.iter().map(|row| Some(row.3.to_owned())).collect())),
    ];
    let named = columns.into_iter().map(|(name, values)| (name.to_owned(), values));
    Data::columns("rows", named.collect()).unwrap()
}

/// The pooled model of one baseline hazard, through all its rounds, and the model of all rows.
fn both(ties: &str, on_grid: bool) -> (PooledCox, riskset_analysis::CoxAnswer) {
    let plan = plan(&format!(
        "[[question]]\nname = \"model\"\nanalysis = \"cox\"\nformula = \"Surv(time, dead) ~ age + arm\"\n\
         ties = \"{ties}\"\ncommon_baseline = true\n"
    ));
    let mut round: Option<Round> = None;
    let pooled = loop {
        let answer = |site: usize| {
            let data = table_of(&survival(site, on_grid));
            share(&plan, &format!("S{site}"), &data, round.as_ref()).unwrap()
        };
        let mut pooled = pool(&plan, &again((0..3).map(answer).collect()), round.as_ref()).unwrap();
        match pooled.next {
            Some(next) => round = Some(Round::from_json(&next.to_json()).unwrap()),
            None => break pooled.answers.swap_remove(0).1,
        }
    };
    let PooledAnswer::Cox(pooled) = pooled else { unreachable!() };
    let request = CoxRequest {
        rows: RowsRequest::new("rows", "Surv(time, dead) ~ age + arm"),
        ties: ties.parse().unwrap(),
        ..CoxRequest::default()
    };
    let all: Vec<_> = (0..3).flat_map(|site| survival(site, on_grid)).collect();
    let Answer::Cox(whole) = run(&Request::Cox(request), &table_of(&all)).unwrap() else {
        unreachable!()
    };
    (*pooled, *whole)
}

/// Where all times lie on the grid and no count is small, nothing is lost.
#[test]
fn one_baseline_hazard_for_all_places_is_the_model_of_all_rows_on_the_grid() {
    for ties in ["efron", "breslow"] {
        let (pooled, whole) = both(ties, true);
        assert_eq!(pooled.shift, Some(0.0));
        assert_eq!(pooled.fit.n(), whole.fit.n());
        for column in 0..2 {
            let of = |fit: &riskset::Regression| fit.coefficients()[column].estimate().cloned();
            let (a, b) = (of(&pooled.fit).unwrap(), of(&whole.fit).unwrap());
            close(a.estimate, b.estimate, 1e-12);
            close(a.std_error.unwrap(), b.std_error.unwrap(), 1e-10);
        }
        close(pooled.fit.log_likelihood(), whole.fit.log_likelihood(), 1e-12);
        close(pooled.fit.log_likelihood_null(), whole.fit.log_likelihood_null(), 1e-12);
    }
}

/// What months lose of days: said as the mean distance that times moved, and small against the
/// standard error.
#[test]
fn what_a_grid_loses_is_said() {
    let (pooled, whole) = both("efron", false);
    let shift = pooled.shift.unwrap();
    assert!(shift > 5.0 && shift < 30.0, "{shift}");
    for column in 0..2 {
        let of = |fit: &riskset::Regression| fit.coefficients()[column].estimate().cloned();
        let (a, b) = (of(&pooled.fit).unwrap(), of(&whole.fit).unwrap());
        let apart = (a.estimate - b.estimate).abs() / b.std_error.unwrap();
        assert!(apart > 1e-6 && apart < 0.25, "{apart} standard errors");
    }
}

/// Time, age and arm, with how many died then and how many were censored.
type Cell = ((f64, f64, &'static str), [f64; 2]);

/// The rows of [`survival`] by time, arm and age, with how many died and how many were censored.
fn counted(rows: &[(f64, bool, f64, &'static str)]) -> Data {
    let mut cells: Vec<Cell> = Vec::new();
    for &(time, dead, age, arm) in rows {
        let key = (time, age, arm);
        let at = cells.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
            cells.push((key, [0.0; 2]));
            cells.len() - 1
        });
        cells[at].1[usize::from(!dead)] += 1.0;
    }
    let numbers = |of: &dyn Fn(&Cell) -> f64| {
        NewColumn::Numbers(cells.iter().map(|cell| Some(of(cell))).collect())
    };
    let arms = cells.iter().map(|((_, _, arm), _)| Some((*arm).to_owned())).collect();
    let columns = vec![
        ("time".to_owned(), numbers(&|cell| cell.0.0)),
        ("deaths".to_owned(), numbers(&|cell| cell.1[0])),
        ("alive".to_owned(), numbers(&|cell| cell.1[1])),
        ("age".to_owned(), numbers(&|cell| cell.0.1)),
        ("arm".to_owned(), NewColumn::Texts(arms)),
    ];
    Data::columns("counts", columns).unwrap()
}

/// A plan over tables of counts: each place tells what it tells of its rows, curves, regressions and
/// tables alike.
#[test]
fn places_that_count_people_tell_what_they_tell_of_rows() {
    let plan_of = |event: &str, counts: &str| {
        let question = |name: &str, analysis: &str, right: &str, more: &str| {
            format!(
                "[[question]]\nname = \"{name}\"\nanalysis = \"{analysis}\"\nformula = \"Surv(time, \
                 {event}) ~ {right}\"\n{counts}{more}"
            )
        };
        let table = format!("[[table]]\nname = \"who\"\nby = \"arm\"\nmeans = [\"age\"]\n{counts}");
        plan(
            &[
                question("curves", "km", "arm", ""),
                question("model", "cox", "age", ""),
                question("common", "cox", "age", "common_baseline = true\n"),
                table,
            ]
            .concat(),
        )
    };
    let of_rows = plan_of("dead", "");
    let of_counts = plan_of("event", "counts = [\"deaths\", \"alive\"]\n");
    for site in 0..3 {
        let mut rows = survival(site, true);
        rows.extend(survival(site, true).into_iter().take(30));
        let name = format!("S{site}");
        let told = share(&of_rows, &name, &table_of(&rows), None).unwrap().answers;
        let of_people = share(&of_counts, &name, &counted(&rows), None).unwrap().answers;
        assert_eq!(told.len(), 4);
        let [told, of_people] = [told, of_people].map(|told| serde_json::to_value(told).unwrap());
        assert_alike("", &told, &of_people);
    }
    // The people of one part cannot be the rows of another.
    let rules = "[plan]\ntitle = \"t\"\nunit = \"days\"\ngrid = 30\nmin_cell = 3\n";
    let mixed = format!(
        "{rules}[[question]]\nname = \"curves\"\nanalysis = \"km\"\nformula = \"Surv(time, event) ~ arm\"\n\
         counts = [\"deaths\", \"alive\"]\n[[table]]\nname = \"who\"\nmeans = [\"age\"]\n"
    );
    let said = Plan::from_toml(&mixed).unwrap_err().to_string();
    assert!(said.contains("curves takes the rows of a place for counts of people"), "{said}");
    assert!(said.contains("who takes each for a patient") && said.contains("`counts`"), "{said}");
}

/// Two answers of a place with the same words and counts, and sums that differ by their order alone.
fn assert_alike(at: &str, a: &serde_json::Value, b: &serde_json::Value) {
    use serde_json::Value;
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>(), "{at}");
            a.iter().for_each(|(key, value)| assert_alike(&format!("{at}.{key}"), value, &b[key]));
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{at}");
            let pairs = a.iter().zip(b).enumerate();
            pairs.for_each(|(index, (a, b))| assert_alike(&format!("{at}[{index}]"), a, b));
        }
        (Value::Number(a), Value::Number(b)) => {
            close(a.as_f64().unwrap(), b.as_f64().unwrap(), 1e-12)
        }
        (a, b) => assert_eq!(a, b, "{at}"),
    }
}
