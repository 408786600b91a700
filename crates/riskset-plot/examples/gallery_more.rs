//! The figures other than Kaplan-Meier: `cargo run --release --example gallery_more -- DATA OUTPUT`.

#[path = "../tests/support/mod.rs"]
mod support;

use riskset::{AalenJohansen, CompetingRisks, Groups};
use riskset_plot::{
    CifFigure, CifGroup, Figure, FigureOptions, FlowExclusion, FlowFigure, FlowStep, ForestEffect,
    ForestFigure, ForestRow, KmFigure, PanelContent, PanelInput, Panels, PlotFigure, Profile,
    Subject, SwimmerFigure,
};
use std::path::{Path, PathBuf};
use support::Csv;

fn main() {
    let arguments: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let [data, output] = &arguments[..] else {
        panic!("give the data folder and the output folder")
    };
    std::fs::create_dir_all(output).unwrap();
    let plain = Profile::plain();
    let figures: Vec<(&str, Figure)> = vec![
        ("cif-one-cause", cif(data, true, false).draw(&plain).unwrap()),
        ("cif-two-causes", cif(data, false, false).draw(&plain).unwrap()),
        ("cif-both", cif(data, true, true).draw(&plain).unwrap()),
        ("forest-cox", forest().draw(&plain).unwrap()),
        ("forest-cox-120", ForestFigure { width: Some(120.0), ..forest() }.draw(&plain).unwrap()),
        ("forest-meta", meta().draw(&plain).unwrap()),
        ("proportions", proportions().draw(&plain).unwrap()),
        (
            "proportions-85",
            ForestFigure { width: Some(85.0), ..proportions() }.draw(&plain).unwrap(),
        ),
        ("flow", flow(false).draw(&plain).unwrap()),
        ("flow-arms", flow(true).draw(&plain).unwrap()),
        ("swimmer", swimmer().draw(&plain).unwrap()),
        ("residuals", residuals().draw(&plain).unwrap()),
        ("schoenfeld", schoenfeld().draw(&plain).unwrap()),
        ("difference", difference().draw(&plain).unwrap()),
        ("panels-difference", with_difference(data).draw(&plain).unwrap()),
        ("panels", panels(data).draw(&plain).unwrap()),
        ("panels-nature", panels(data).draw(&Profile::named("nature").unwrap()).unwrap()),
    ];
    for (name, figure) in figures {
        for extension in ["svg", "pdf", "png"] {
            let path = output.join(format!("{name}.{extension}"));
            figure.write(&path, 300.0).unwrap();
        }
        println!("{name}: {}", figure.scene.description);
    }
}

fn cif(data: &Path, by_sex: bool, both: bool) -> CifFigure {
    let csv = Csv::read(&data.join("mgus2.csv"));
    let (ptime, pstat) = (csv.numbers("ptime"), csv.numbers("pstat"));
    let (futime, death) = (csv.numbers("futime"), csv.numbers("death"));
    let time: Vec<f64> =
        (0..ptime.len()).map(|i| if pstat[i] == 1.0 { ptime[i] } else { futime[i] }).collect();
    let cause: Vec<u32> =
        (0..ptime.len()).map(|i| if pstat[i] == 1.0 { 1 } else { 2 * death[i] as u32 }).collect();
    let sex = csv.text("sex");
    let levels = if by_sex { vec!["F", "M"] } else { vec!["all"] };
    let index = sex.iter().map(|s| u32::from(by_sex && s == "M")).collect();
    let response = CompetingRisks::new(&time, &cause, 2).unwrap();
    let groups = Groups::new(index, levels.len()).unwrap();
    let fitted = AalenJohansen::default().fit_groups(&response, &groups).unwrap();
    let names: &[&str] = if by_sex { &["Women", "Men"] } else { &["All patients"] };
    let causes = ["plasma cell malignancy", "death without malignancy"];
    let groups =
        fitted.iter().zip(names).map(|(one, name)| CifGroup::new(one, name, &causes)).collect();
    let shown = if by_sex && !both { vec![causes[0].to_owned()] } else { vec![] };
    let options = FigureOptions {
        unit: Some("years".to_owned()),
        per: 12.0,
        origin: Some("diagnosis".to_owned()),
        ..FigureOptions::default()
    };
    CifFigure { groups, causes: shown, options }
}

fn estimate(value: f64, lower: f64, upper: f64) -> ForestEffect {
    ForestEffect::Estimate { value, lower: Some(lower), upper: Some(upper), weight: None }
}

fn row(
    label: &str,
    indent: usize,
    cells: [&str; 2],
    effect: ForestEffect,
    last: &str,
) -> ForestRow {
    ForestRow {
        label: label.to_owned(),
        indent,
        heading: indent == 0 && effect == ForestEffect::None,
        cells: cells.map(str::to_owned).to_vec(),
        effect,
        last: last.to_owned(),
        ..ForestRow::default()
    }
}

fn forest() -> ForestFigure {
    ForestFigure {
        name: "Hazard ratios of death".to_owned(),
        rows: vec![
            row("Sex", 0, ["", ""], ForestEffect::None, ""),
            row("Male", 1, ["137", "111"], ForestEffect::Reference, ""),
            row("Female", 1, ["90", "53"], estimate(0.5754, 0.4142, 0.7994), "P < 0.001"),
            row("Age, per year", 0, ["227", "164"], estimate(1.0111, 0.9929, 1.0297), "P = 0.23"),
            row(
                "ECOG performance score, per point",
                0,
                ["227", "164"],
                estimate(1.5898, 1.2727, 1.9859),
                "P < 0.001",
            ),
            row(
                "Institution with a very long name that takes two lines at least",
                0,
                ["12", "3"],
                estimate(3.1, 0.2, 44.0),
                "P = 0.41",
            ),
            row("Nobody failed", 0, ["7", "0"], ForestEffect::NotEstimable, ""),
        ],
        headers: vec!["Patients".to_owned(), "Events".to_owned()],
        last_header: "P value".to_owned(),
        favours: Some(("Lower risk of death".to_owned(), "Higher risk of death".to_owned())),
        ..ForestFigure::default()
    }
}

fn meta() -> ForestFigure {
    let study = |label: &str, n: &str, value: f64, lower: f64, upper: f64, weight: f64| ForestRow {
        label: label.to_owned(),
        cells: vec![n.to_owned()],
        effect: ForestEffect::Estimate {
            value,
            lower: Some(lower),
            upper: Some(upper),
            weight: Some(weight),
        },
        last: format!("{weight:.1}"),
        ..ForestRow::default()
    };
    let mut rows = vec![
        study("Benoist 2006", "11/66", 0.167, 0.086, 0.278, 14.2),
        study("Tanaka 2009", "16/27", 0.593, 0.388, 0.776, 11.0),
        study("Kuhlmann 2023", "70/110", 0.636, 0.539, 0.726, 30.5),
        study("Present study", "391/520", 0.752, 0.712, 0.789, 44.3),
    ];
    rows.push(ForestRow {
        label: "Random effects".to_owned(),
        heading: true,
        effect: ForestEffect::Summary { value: 0.55, lower: 0.34, upper: 0.75 },
        ..ForestRow::default()
    });
    ForestFigure {
        headers: vec!["Lesions".to_owned()],
        last_header: "Weight, %".to_owned(),
        ..ForestFigure::proportions("Viable", rows, 0.95, None)
    }
}

fn proportions() -> ForestFigure {
    let row = |label: &str, cells: &str, value: f64, lower: f64, upper: f64| ForestRow {
        label: label.to_owned(),
        indent: 1,
        cells: vec![cells.to_owned()],
        effect: estimate(value, lower, upper),
        ..ForestRow::default()
    };
    let heading =
        |label: &str| ForestRow { label: label.to_owned(), heading: true, ..ForestRow::default() };
    let rows = vec![
        heading("All lesions"),
        row("Any imaging", "450/520", 0.865, 0.83, 0.895),
        heading("Management"),
        row("Resected", "180/220", 0.818, 0.75, 0.87),
        row("Left in place", "270/300", 0.90, 0.86, 0.93),
    ];
    ForestFigure {
        headers: vec!["Lesions".to_owned()],
        ..ForestFigure::proportions("Negative predictive value", rows, 0.90, Some((0.85, "85%")))
    }
}

fn flow(arms: bool) -> FlowFigure {
    let step = |label: &str, n: u64, excluded: Option<FlowExclusion>| FlowStep {
        label: label.to_owned(),
        n,
        excluded,
    };
    let exclusion = |label: &str, n: u64, reasons: &[(&str, u64)]| {
        let reasons = reasons.iter().map(|(text, n)| ((*text).to_owned(), *n)).collect();
        Some(FlowExclusion { label: label.to_owned(), n, reasons })
    };
    let mut figure = FlowFigure {
        name: "Flow of the patients".to_owned(),
        steps: vec![
            step(
                "Assessed for eligibility",
                310,
                exclusion(
                    "Excluded",
                    77,
                    &[
                        ("No disappearing liver metastasis on MRI after chemotherapy", 41),
                        ("Consent refused", 20),
                        ("Other", 16),
                    ],
                ),
            ),
            step("Included", 233, exclusion("No surgery", 3, &[])),
            step("Analysed", 230, None),
        ],
        ..FlowFigure::default()
    };
    if arms {
        figure.arms = vec![
            vec![
                step("All lesions resected", 110, exclusion("Lost to follow-up", 4, &[])),
                step("Analysed", 106, None),
            ],
            vec![step("Some lesions left in place", 120, None), step("Analysed", 120, None)],
        ];
    }
    figure
}

fn swimmer() -> SwimmerFigure {
    let subject =
        |label: &str, first: f64, end: f64, events: &[(f64, usize)], ongoing: bool| Subject {
            label: label.to_owned(),
            pieces: vec![(0.0, first, 0), (first, end, 1)],
            events: events.to_vec(),
            ongoing,
        };
    SwimmerFigure {
        name: "Course of ten patients".to_owned(),
        subjects: vec![
            subject("P01", 6.0, 31.0, &[(3.0, 0)], true),
            subject("P02", 5.0, 27.5, &[(4.0, 0), (20.0, 1)], true),
            subject("P03", 7.0, 22.0, &[(6.5, 0), (22.0, 2)], false),
            subject("P04", 2.0, 12.0, &[(8.0, 1), (12.0, 2)], false),
            subject("P05", 3.0, 9.0, &[(5.0, 0)], false),
        ],
        states: vec!["Chemotherapy".to_owned(), "Follow-up".to_owned()],
        events: vec!["Response".to_owned(), "Relapse".to_owned(), "Death".to_owned()],
        x_title: "Months since inclusion".to_owned(),
        width: None,
        embed: true,
    }
}

fn residuals() -> PlotFigure {
    let x: Vec<f64> = (0..120).map(|i| 40.0 + f64::from(i) / 3.0).collect();
    let y: Vec<f64> = (0..120).map(|i| 0.9 - f64::from(i * 37 % 100) / 40.0).collect();
    PlotFigure::residuals("martingale", "Age, years", &x, &y)
}

fn schoenfeld() -> PlotFigure {
    let x: Vec<f64> = (1..120).map(|i| f64::from(i) * 8.0).collect();
    let y: Vec<f64> = (1..120).map(|i| f64::from(i * 37 % 100) / 25.0 - 2.0).collect();
    let smooth = (0..60)
        .map(|i| {
            let x = f64::from(i) * 16.0;
            let y = -0.5 + x / 2000.0;
            (x, y, y - 0.5, y + 0.5)
        })
        .collect();
    let mut figure = PlotFigure::schoenfeld("sex", &x, &y, smooth, -0.53);
    figure.notes = vec!["Score test of proportional hazards P = 0.12".to_owned()];
    figure
}

fn difference() -> PlotFigure {
    let steps: Vec<(f64, f64, f64, f64)> = (0..30)
        .map(|i| {
            let t = f64::from(i);
            let d = 0.2 * (t / 10.0).sin().abs();
            (t, d, d - 0.05 - t / 200.0, d + 0.05 + t / 200.0)
        })
        .collect();
    PlotFigure::difference("Difference of survival", "Time, months", &steps)
}

fn with_difference(data: &Path) -> Panels {
    let mut both = panels(data);
    both.panels.truncate(1);
    both.panels[0].title = None;
    let steps: Vec<(f64, f64, f64, f64)> = (0..90)
        .map(|i| {
            let t = f64::from(i) / 10.0;
            let d = 0.2 * (1.0 - (-t).exp());
            (t, d, d - 0.02 - t / 120.0, d + 0.02 + t / 120.0)
        })
        .collect();
    let content = PlotFigure::difference("Difference", "Time, years", &steps);
    both.panels.push(PanelInput { title: None, content: PanelContent::Plot(content) });
    Panels { columns: Some(1), width: Some(85.0), letters: false, ..both }
}

fn panels(data: &Path) -> Panels {
    let csv = Csv::read(&data.join("colon.csv"));
    let names = [
        ("Obs", "Observation"),
        ("Lev", "Levamisole"),
        ("Lev+5FU", "Levamisole plus fluorouracil"),
    ];
    let km = |etype: &str, endpoint: &str| {
        let csv = Csv::read(&data.join("colon.csv")).only("etype", etype);
        let event: Vec<bool> = csv.numbers("status").iter().map(|&s| s == 1.0).collect();
        let groups = support::curves(&csv.numbers("time"), &event, &csv.text("rx"), &names);
        let options = FigureOptions {
            unit: Some("years".to_owned()),
            per: 365.25,
            endpoint: Some(endpoint.to_owned()),
            ..FigureOptions::default()
        };
        PanelInput {
            title: Some(endpoint.to_owned()),
            content: PanelContent::Km(KmFigure { groups, options }),
        }
    };
    let _ = csv;
    Panels {
        panels: vec![km("1", "Recurrence-free survival"), km("2", "Overall survival")],
        ..Panels::default()
    }
}
