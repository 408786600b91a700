//! Figures of the bundled data sets in every profile: nothing collides, no check fails.

mod support;

use riskset::{AalenJohansen, CompetingRisks, Groups};
use riskset_plot::{
    CifFigure, CifGroup, CurveInput, Figure, FigureOptions, KmFigure, Profile, RiskTable, Status,
};
use std::path::PathBuf;
use support::{Csv, assert_clean};

fn data(name: &str) -> Csv {
    Csv::read(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../datasets").join(name))
}

fn curves(csv: &Csv, event: &str, group: &str, names: &[(&str, &str)]) -> Vec<CurveInput> {
    let events: Vec<bool> = csv.text("status").iter().map(|status| status == event).collect();
    support::curves(&csv.numbers("time"), &events, &csv.text(group), names)
}

fn options(width: f64, unit: &str, per: f64) -> FigureOptions {
    FigureOptions {
        width: Some(width),
        unit: Some(unit.to_owned()),
        per,
        origin: Some("enrolment".to_owned()),
        endpoint: Some("Overall survival".to_owned()),
        ..FigureOptions::default()
    }
}

fn assert_good(name: &str, figure: &Figure) {
    assert_clean(name, &figure.scene);
    for finding in figure.findings() {
        assert!(finding.status < Status::Fail, "{name}: {finding:?}");
    }
}

#[test]
fn bundled_data_make_figures_that_fail_no_check() {
    let colon = data("colon.csv").only("etype", "2");
    let arms = [
        ("Obs", "Observation"),
        ("Lev", "Levamisole"),
        ("Lev+5FU", "Levamisole plus fluorouracil"),
    ];
    let cells = [
        ("squamous", "Squamous"),
        ("smallcell", "Small cell"),
        ("adeno", "Adenocarcinoma"),
        ("large", "Large cell"),
    ];
    let sets = [
        ("lung", curves(&data("lung.csv"), "2", "sex", &[("1", "Male"), ("2", "Female")])),
        ("colon", curves(&colon, "1", "rx", &arms)),
        ("veteran", curves(&data("veteran.csv"), "1", "celltype", &cells)),
    ];
    for profile in Profile::NAMES.map(|name| Profile::named(name).unwrap()) {
        for (name, groups) in &sets {
            for width in [profile.page.single_column, profile.page.double_column] {
                for risk_table in
                    [RiskTable::AtRisk, RiskTable::AtRiskCensored, RiskTable::KmUnicate]
                {
                    let options = FigureOptions { risk_table, ..options(width, "months", 30.4375) };
                    let figure = KmFigure { groups: groups.clone(), options };
                    let figure = figure.draw(&profile).unwrap();
                    assert_good(
                        &format!("{name}, {}, {width}, {risk_table:?}", profile.name),
                        &figure,
                    );
                }
            }
        }
    }
}

/// `summary(survfit(Surv(time, status == 2) ~ sex, lung), times = 12 * 30.4375)$n.risk` in R.
#[test]
fn the_counts_of_lung_are_those_of_r() {
    let groups = curves(&data("lung.csv"), "2", "sex", &[("1", "Male"), ("2", "Female")]);
    let figure = KmFigure { groups, options: options(85.0, "months", 30.4375) };
    let figure = figure.draw(&Profile::plain()).unwrap();
    let scene = &figure.scene;
    let at_twelve: Vec<String> = scene
        .texts()
        .filter(|(role, _)| {
            matches!(role, riskset_plot::scene::Role::Count { time, .. } if *time == 12.0)
        })
        .map(|(_, text)| text.letters())
        .collect();
    assert_eq!(at_twelve, ["35", "30"]);
}

#[test]
fn competing_causes_of_mgus2_make_figures_that_fail_no_check() {
    let csv = data("mgus2.csv");
    let (ptime, pstat) = (csv.numbers("ptime"), csv.numbers("pstat"));
    let (futime, death) = (csv.numbers("futime"), csv.numbers("death"));
    let progressed = |row: usize| pstat[row] == 1.0;
    let rows = 0..ptime.len();
    let time: Vec<f64> =
        rows.clone().map(|row| if progressed(row) { ptime[row] } else { futime[row] }).collect();
    let cause: Vec<u32> =
        rows.map(|row| if progressed(row) { 1 } else { 2 * death[row] as u32 }).collect();
    let sex = csv.text("sex").iter().map(|sex| u32::from(sex == "M")).collect();
    let response = CompetingRisks::new(&time, &cause, 2).unwrap();
    let groups = Groups::new(sex, 2).unwrap();
    let fitted = AalenJohansen::default().fit_groups(&response, &groups).unwrap();
    let causes = ["plasma cell malignancy", "death without malignancy"];
    let groups: Vec<CifGroup> = fitted
        .iter()
        .zip(["Women", "Men"])
        .map(|(one, name)| CifGroup::new(one, name, &causes))
        .collect();
    for profile in Profile::NAMES.map(|name| Profile::named(name).unwrap()) {
        for shown in [vec![], vec![causes[0].to_owned()]] {
            for group_count in [1, 2] {
                let figure = CifFigure {
                    groups: groups[..group_count].to_vec(),
                    causes: shown.clone(),
                    options: FigureOptions {
                        endpoint: None,
                        ..options(profile.page.single_column, "years", 12.0)
                    },
                };
                let name = format!("{} {shown:?} {group_count}", profile.name);
                assert_good(&name, &figure.draw(&profile).unwrap());
            }
        }
    }
}
