//! What is drawn is what was declared: estimates of many patients meet the computed truth.

use riskset::{
    AalenJohansen, CompetingRisks, CoxModel, DesignMatrix, Groups, KaplanMeier, RightCensored,
};
use riskset_data::Table;
use riskset_data::simulate::Simulation;

const N: usize = 40_000;

fn simulation(text: &str) -> Simulation {
    let head =
        format!("title = \"t\"\nn = {N}\nunit = \"months\"\ntimes = [6, 12, 24, 48]\nrmst = 36\n");
    Simulation::from_toml(&format!("{head}{text}")).unwrap()
}

fn response(table: &Table) -> RightCensored {
    let events = table.texts("event").unwrap();
    let events: Vec<bool> = events.iter().map(|e| e.as_deref() == Some("event")).collect();
    RightCensored::new(&table.numbers("time").unwrap(), &events).unwrap()
}

/// Within four standard errors, of the estimate and of the truth's own draws.
#[track_caller]
fn near(estimate: f64, error: f64, truth: f64) {
    assert!((estimate - truth).abs() < 4.0 * error, "{estimate} {truth} ({error})");
}

fn check_survival(simulation: &Simulation) {
    let (table, truth) = (simulation.table().unwrap(), simulation.truth());
    let names = match table.has_column("group") {
        true => table.texts("group").unwrap(),
        false => vec![Some("all".to_owned()); N],
    };
    let whole = response(&table);
    for group in &truth.groups {
        let rows: Vec<usize> =
            (0..N).filter(|&row| names[row].as_deref() == Some(&group.name)).collect();
        let time: Vec<f64> =
            rows.iter().map(|&row| riskset::Response::observations(&whole).time()[row]).collect();
        let event: Vec<bool> =
            rows.iter().map(|&row| riskset::Response::observations(&whole).event()[row]).collect();
        let curve =
            KaplanMeier::default().fit(&RightCensored::new(&time, &event).unwrap()).unwrap();
        for (at, survival) in curve.at_times(&truth.times).unwrap().iter().zip(&group.survival) {
            let Some(estimate) = at.survival else { continue };
            let error = at.std_error.unwrap_or(0.001).max(0.001) + truth.error;
            near(estimate, error, *survival);
        }
        let rmst = curve.rmst_with_flat_tail(36.0).unwrap();
        near(rmst.estimate, rmst.std_error + 36.0 * truth.error, group.restricted_mean.unwrap());
        if let Some(median) = group.median {
            let at = curve.at_times(&[median]).unwrap()[0];
            near(at.survival.unwrap(), at.std_error.unwrap() + truth.error, 0.5);
        }
    }
}

#[test]
fn baselines_and_effects_give_the_survival_that_is_said() {
    for text in [
        "[baseline]\nkind = \"exponential\"\nmedian = 20\n[censoring]\nrate = 0.01\n",
        "[baseline]\nkind = \"weibull\"\nmedian = 24\nshape = 1.4\n[censoring]\naccrual = 24\nfollow_up = 36\n\
         [[group]]\nname = \"a\"\nshare = 1\n[[group]]\nname = \"b\"\nshare = 2\nhazard_ratio = 0.5\nfrom = 6\n",
        "cured = 0.3\n[baseline]\nkind = \"log-logistic\"\nmedian = 12\nshape = 1.6\n[censoring]\nfollow_up = 60\n",
        "[baseline]\nkind = \"gompertz\"\nmedian = 24\ngrowth = 0.03\n[frailty]\nvariance = 0.8\nsize = 1\n\
         [censoring]\nrate = 0.005\n",
        "[baseline]\nkind = \"piecewise\"\ncuts = [6, 18]\nrates = [0.02, 0.06, 0.01]\n\
         [censoring]\nfollow_up = 80\n[[covariate]]\nname = \"age\"\nkind = \"normal\"\nmean = [0]\nsd = 1\n\
         hazard_ratio = 1.5\n[[covariate]]\nname = \"cea\"\nkind = \"yes-no\"\nmean = [0.3]\nhazard_ratio = 2\n",
    ] {
        check_survival(&simulation(text));
    }
}

/// Found six months earlier, and not living a day longer: every time is six months longer, the naive
/// comparison is won, and the truth says by how much.
#[test]
fn a_lead_time_flatters_and_is_in_the_truth() {
    let simulation = simulation(
        "[baseline]\nkind = \"weibull\"\nmedian = 12\nshape = 1.3\n[censoring]\nfollow_up = 40\n\
         [[group]]\nname = \"symptoms\"\nshare = 1\n\
         [[group]]\nname = \"screened\"\nshare = 1\nlead_time = 6\n",
    );
    check_survival(&simulation);
    let truth = simulation.truth();
    let [late, early] = &truth.groups[..] else { panic!("two groups") };
    // At 6, 12, 24 months: the survival of the others at 0, 6, 18.
    assert_eq!((early.survival[0], early.survival[1]), (1.0, late.survival[0]));
    assert!((early.median.unwrap() - late.median.unwrap() - 6.0).abs() < 1e-9);
    // S(t) = 2^-((t / 12)^1.3).
    let weibull = |t: f64| 0.5f64.powf((t / 12.0).powf(1.3));
    assert!((early.survival[2] - weibull(18.0)).abs() < 1e-12);
    assert_eq!(truth.hazard_ratios, [("screened".to_owned(), None)]);
}

#[test]
fn a_model_finds_the_effects_that_were_declared() {
    let simulation = simulation(
        "[baseline]\nkind = \"weibull\"\nmedian = 24\nshape = 1.2\n[censoring]\nrate = 0.01\n\
         [[group]]\nname = \"a\"\nshare = 1\n[[group]]\nname = \"b\"\nshare = 1\nhazard_ratio = 0.6\n\
         [[covariate]]\nname = \"age\"\nkind = \"normal\"\nmean = [0, 0.5]\nsd = 1\nhazard_ratio = 1.4\n",
    );
    let table = simulation.table().unwrap();
    let group = table.texts("group").unwrap();
    let columns: Vec<f64> = group
        .iter()
        .map(|name| f64::from(u8::from(name.as_deref() == Some("b"))))
        .chain(table.numbers("age").unwrap())
        .collect();
    let design = DesignMatrix::from_columns(columns, N).unwrap();
    let fit = CoxModel::default().fit(&response(&table), &design).unwrap();
    for (column, ratio) in [0.6f64, 1.4].into_iter().enumerate() {
        let coefficient = fit.coefficients()[column].estimate().unwrap();
        near(coefficient.estimate, coefficient.std_error.unwrap(), ratio.ln());
    }
    let truth = simulation.truth();
    assert_eq!(truth.hazard_ratios, [("b".to_owned(), Some(0.6))]);
}

#[test]
fn competing_causes_and_late_entry() {
    let simulation = simulation(
        "[baseline]\nkind = \"exponential\"\nmedian = 30\n[censoring]\nfollow_up = 60\n\
         [[cause]]\nname = \"other\"\nbaseline = { kind = \"weibull\", median = 40, shape = 1.5 }\n",
    );
    let (table, truth) = (simulation.table().unwrap(), simulation.truth());
    let codes: Vec<u32> = table
        .texts("event")
        .unwrap()
        .iter()
        .map(|event| match event.as_deref().unwrap() {
            "event" => 1,
            "other" => 2,
            _ => 0,
        })
        .collect();
    let response = CompetingRisks::new(&table.numbers("time").unwrap(), &codes, 2).unwrap();
    let incidence = AalenJohansen::default().fit(&response).unwrap();
    let at = incidence.cause(1).at_times(&truth.times).unwrap();
    for (at, expected) in at.iter().zip(&truth.groups[0].incidence) {
        near(at.estimate.unwrap(), at.std_error.unwrap(), *expected);
    }

    let late = simulation_with_entry();
    let table = late.table().unwrap();
    let (time, entry) = (table.numbers("time").unwrap(), table.numbers("entry").unwrap());
    assert!(time.iter().zip(&entry).all(|(time, entry)| entry < time));
    let rows = self::response(&table).with_entry(&entry).unwrap();
    let curve = KaplanMeier::default().fit(&rows).unwrap();
    let at = curve.at_times(&[24.0]).unwrap()[0];
    near(at.survival.unwrap(), at.std_error.unwrap(), late.truth().groups[0].survival[2]);
}

fn simulation_with_entry() -> Simulation {
    simulation(
        "[baseline]\nkind = \"exponential\"\nmedian = 20\n[censoring]\nfollow_up = 60\n\
         [entry]\nlatest = 12\n",
    )
}

/// The treated are those who lived to the treatment: a naive comparison sees an effect.
#[test]
fn immortal_time_flatters_a_treatment_without_effect() {
    let simulation = simulation(
        "[baseline]\nkind = \"exponential\"\nmedian = 12\n[censoring]\nfollow_up = 60\n\
         [[group]]\nname = \"not\"\nshare = 1\n[[group]]\nname = \"treated\"\nshare = 1\nknown_after = 6\n",
    );
    let table = simulation.table().unwrap();
    let treated: Vec<u32> = table
        .texts("group")
        .unwrap()
        .iter()
        .map(|name| u32::from(name.as_deref() == Some("treated")))
        .collect();
    let groups = Groups::new(treated, 2).unwrap();
    let curves = KaplanMeier::default().fit_groups(&response(&table), &groups).unwrap();
    let at = |group: usize| curves[group].at_times(&[6.0, 12.0]).unwrap();
    assert_eq!(at(1)[0].survival, Some(1.0));
    assert!(at(1)[1].survival.unwrap() > at(0)[1].survival.unwrap() + 0.2);
}

#[test]
fn the_same_seed_gives_the_same_patients_and_another_gives_others() {
    let mut few = simulation_with_entry();
    few.n = 50;
    let time = |table: Table| table.numbers("time").unwrap();
    assert_eq!(time(few.table().unwrap()), time(few.table_of(few.seed).unwrap()));
    assert_ne!(time(few.table().unwrap()), time(few.table_of(few.seed + 1).unwrap()));
}

#[test]
fn what_is_no_model_is_refused() {
    let refused = |text: &str| {
        let head = "title = \"t\"\nn = 10\nunit = \"months\"\n";
        Simulation::from_toml(&format!("{head}{text}")).unwrap_err().to_string()
    };
    let baseline = "[baseline]\nkind = \"exponential\"\nmedian = 20\n";
    for (text, expected) in [
        ("[baseline]\nkind = \"normal\"\n".to_owned(), "normal"),
        ("[baseline]\nkind = \"exponential\"\nmedian = -1\n".to_owned(), "median"),
        (format!("cured = 1.5\n{baseline}"), "share"),
        (format!("cured = 0.5\n{baseline}"), "for ever"),
        (format!("{baseline}[censoring]\naccrual = 12\n"), "follow_up"),
        (format!("{baseline}[[group]]\nname = \"a\"\nshare = 0\n"), "share"),
        (
            format!("{baseline}[[covariate]]\nname = \"time\"\nkind = \"yes-no\"\nmean = [0.5]\n"),
            "two columns",
        ),
        (
            format!("{baseline}[[covariate]]\nname = \"x\"\nkind = \"yes-no\"\nmean = [1.5]\n"),
            "no share",
        ),
        (format!("{baseline}[frailty]\nvariance = 1\nsize = 0\n"), "no patients"),
    ] {
        let found = refused(&text);
        assert!(found.contains(expected), "{expected}: {found}");
    }
}
