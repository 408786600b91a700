//! Draws the figures of the guide, and the hard ones: `cargo run --release --example gallery --
//! DATA OUTPUT`, where DATA is the folder with lung.csv, colon.csv, veteran.csv and mgus2.csv.

#[path = "../tests/support/mod.rs"]
mod support;

use riskset_plot::{
    Annotation, CurveInput, Effect, Figure, FigureOptions, KmFigure, Legend, Profile, Quantity,
    RiskTable, Tail,
};
use std::path::{Path, PathBuf};
use support::Csv;

fn main() {
    let arguments: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let [data, output] = &arguments[..] else {
        panic!("give the data folder and the output folder")
    };
    std::fs::create_dir_all(output).unwrap();
    let figures: Vec<(&str, Figure)> = [kaplan_meier(data), hard()].into_iter().flatten().collect();
    for (name, figure) in figures {
        for extension in ["svg", "pdf", "png"] {
            let path = output.join(format!("{name}.{extension}"));
            figure.write(&path, 300.0).unwrap();
        }
        println!("{name}: {}", figure.scene.description);
        println!("  {}", figure.caption_texts().join(" "));
        for warning in &figure.warnings {
            println!("  warning: {}", warning.what);
        }
        for finding in figure.findings() {
            if finding.status > riskset_plot::Status::Pass {
                println!("  {:?} {}: {}", finding.status, finding.check, finding.reason);
            }
        }
    }
}

fn effect(name: &str, ratios: &[[f64; 3]]) -> Annotation {
    let ratio = |&[value, lower, upper]: &[f64; 3]| Effect::Estimate {
        value,
        lower: Some(lower),
        upper: Some(upper),
    };
    let groups = std::iter::once(Effect::Reference).chain(ratios.iter().map(ratio)).collect();
    Annotation::Effects { name: name.to_owned(), level: 0.95, groups }
}

fn test(p_value: f64) -> Annotation {
    Annotation::Test { name: "Log-rank".to_owned(), p_value }
}

fn lung(data: &Path) -> Vec<CurveInput> {
    let csv = Csv::read(&data.join("lung.csv"));
    let event: Vec<bool> = csv.numbers("status").iter().map(|&status| status == 2.0).collect();
    let names = [("1", "Male"), ("2", "Female")];
    support::curves(&csv.numbers("time"), &event, &csv.text("sex"), &names)
}

fn colon(data: &Path) -> Vec<CurveInput> {
    let csv = Csv::read(&data.join("colon.csv")).only("etype", "2");
    let event: Vec<bool> = csv.numbers("status").iter().map(|&status| status == 1.0).collect();
    let names = [
        ("Obs", "Observation"),
        ("Lev", "Levamisole"),
        ("Lev+5FU", "Levamisole plus fluorouracil"),
    ];
    support::curves(&csv.numbers("time"), &event, &csv.text("rx"), &names)
}

fn veteran(data: &Path) -> Vec<CurveInput> {
    let csv = Csv::read(&data.join("veteran.csv"));
    let event: Vec<bool> = csv.numbers("status").iter().map(|&status| status == 1.0).collect();
    let names = [
        ("squamous", "Squamous"),
        ("smallcell", "Small cell"),
        ("adeno", "Adenocarcinoma"),
        ("large", "Large cell"),
    ];
    support::curves(&csv.numbers("time"), &event, &csv.text("celltype"), &names)
}

fn months() -> FigureOptions {
    FigureOptions {
        unit: Some("months".to_owned()),
        per: 30.4375,
        endpoint: Some("Overall survival".to_owned()),
        ..FigureOptions::default()
    }
}

fn kaplan_meier(data: &Path) -> Vec<(&'static str, Figure)> {
    let plain = Profile::plain();
    let month = |days: f64| Some(days / 30.4375);
    let lung_notes = vec![
        test(0.00131),
        effect("Hazard ratio", &[[0.588, 0.424, 0.816]]),
        Annotation::Medians {
            level: 0.95,
            groups: vec![
                [month(270.0), month(212.0), month(310.0)],
                [month(426.0), month(348.0), month(550.0)],
            ],
        },
    ];
    let lung_options =
        FigureOptions { annotations: lung_notes, origin: Some("enrolment".to_owned()), ..months() };
    let years = FigureOptions { unit: Some("years".to_owned()), per: 365.25, ..months() };
    let draw = |groups: Vec<CurveInput>, options: FigureOptions, profile: &Profile| {
        KmFigure { groups, options }.draw(profile).unwrap()
    };
    let wide = |options: &FigureOptions| FigureOptions { width: Some(180.0), ..options.clone() };
    let unicate = FigureOptions { risk_table: RiskTable::KmUnicate, ..years.clone() };
    let colon_options = FigureOptions { annotations: vec![test(0.0029)], ..years.clone() };
    let incidence = FigureOptions { quantity: Quantity::Incidence, ..lung_options.clone() };
    let hazard = FigureOptions { quantity: Quantity::CumulativeHazard, ..lung_options.clone() };
    let log_log = FigureOptions {
        quantity: Quantity::LogMinusLog,
        annotations: Vec::new(),
        ..lung_options.clone()
    };
    let masked = FigureOptions { min_cell: Some(5), ..lung_options.clone() };
    let cut = FigureOptions { tail: Tail::Cut { count: 10.0, share: 0.1 }, ..months() };
    let truncated = FigureOptions { y_limits: Some((0.3, 1.0)), ..years.clone() };
    let jama = Profile::named("jama").unwrap();
    let lancet = Profile::named("lancet").unwrap();
    let censored = FigureOptions { risk_table: RiskTable::AtRiskCensored, ..colon_options.clone() };
    vec![
        ("km-lung", draw(lung(data), lung_options.clone(), &plain)),
        ("km-lung-180", draw(lung(data), wide(&lung_options), &plain)),
        ("km-lung-jama", draw(lung(data), lung_options.clone(), &jama)),
        ("km-lung-incidence", draw(lung(data), incidence, &plain)),
        ("km-lung-hazard", draw(lung(data), hazard, &plain)),
        ("km-lung-loglog", draw(lung(data), log_log, &plain)),
        ("km-lung-masked", draw(lung(data), masked, &plain)),
        ("km-lung-cut", draw(lung(data), cut, &plain)),
        ("km-lung-slides", draw(lung(data), lung_options, &Profile::named("slides").unwrap())),
        ("km-colon", draw(colon(data), colon_options.clone(), &plain)),
        ("km-colon-180", draw(colon(data), wide(&colon_options), &plain)),
        ("km-colon-lancet", draw(colon(data), censored, &lancet)),
        ("km-colon-kmunicate", draw(colon(data), unicate, &plain)),
        ("km-colon-truncated", draw(colon(data), truncated, &plain)),
        (
            "km-veteran",
            draw(
                veteran(data),
                FigureOptions { annotations: vec![test(0.00001)], ..months() },
                &plain,
            ),
        ),
        ("km-veteran-180", draw(veteran(data), wide(&months()), &plain)),
    ]
}

fn hard() -> Vec<(&'static str, Figure)> {
    let plain = Profile::plain();
    let draw = |groups: Vec<CurveInput>, options: FigureOptions| {
        KmFigure { groups, options }.draw(&plain).unwrap()
    };
    let made_up = support::made_up;
    let one = vec![made_up("Many", 40, 3, 0.05), made_up("One", 1, 0, 0.05)];
    let none = vec![made_up("Treated", 30, 2, 0.05), made_up("No event at all", 25, 1, 0.05)];
    let eight: Vec<CurveInput> =
        (1..=8).map(|k| made_up(&format!("Centre {k}"), 30 + 5 * k, 3, 0.01 * k as f64)).collect();
    let long = vec![
        made_up(
            "Complete response with no residual disease on any imaging at 3 months",
            60,
            3,
            0.03,
        ),
        made_up(
            "Disappearing lesions left in place and followed by MRI every 6 weeks",
            60,
            3,
            0.05,
        ),
    ];
    let awkward = vec![
        made_up("CEA <= 5 ng/mL & <script>", 50, 3, 0.03),
        made_up("$100 \\input{x} 50% =1+1", 50, 3, 0.05),
        made_up("Élodie Müller Łódź ≥ 3", 50, 3, 0.08),
        made_up("טיפול ב", 50, 3, 0.12),
    ];
    let single = vec![made_up("All patients", 80, 3, 0.04)];
    let direct = FigureOptions { legend: Legend::Direct, ..months1() };
    let wide = |options: FigureOptions| FigureOptions { width: Some(180.0), ..options };
    vec![
        ("hard-one-patient", draw(one, months1())),
        ("hard-no-event", draw(none, months1())),
        ("hard-eight", draw(eight.clone(), months1())),
        ("hard-eight-180", draw(eight, wide(direct))),
        ("hard-long-names", draw(long.clone(), months1())),
        ("hard-long-names-180", draw(long, wide(months1()))),
        ("hard-awkward", draw(awkward.clone(), months1())),
        ("hard-awkward-180", draw(awkward, wide(months1()))),
        ("hard-single", draw(single, months1())),
    ]
}

fn months1() -> FigureOptions {
    FigureOptions { per: 1.0, ..months() }
}
