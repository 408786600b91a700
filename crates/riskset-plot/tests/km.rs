//! The Kaplan-Meier figure: its scene, its SVG, its files.

mod support;

use riskset_plot::scene::{Axis, Role, Shape};
use riskset_plot::{
    Annotation, Counted, CurveInput, Effect, Error, Figure, FigureOptions, KmFigure, Legend, Point,
    Profile, Quantity, RiskTable, Scene, Tail, extract,
};
use support::{assert_clean, five, made_up};

fn figure(groups: Vec<CurveInput>, options: FigureOptions) -> Figure {
    KmFigure { groups, options }.draw(&Profile::plain()).unwrap()
}

fn scene(groups: Vec<CurveInput>, options: FigureOptions) -> Scene {
    figure(groups, options).scene
}

fn plain_tail() -> FigureOptions {
    FigureOptions { tail: Tail::Full, ..FigureOptions::default() }
}

fn line(scene: &Scene, wanted: &Role) -> Vec<Point> {
    let found = scene.find(|role| role == wanted).next();
    match &found.unwrap_or_else(|| panic!("no {wanted:?}")).shape {
        Shape::Line(points, _) => points.clone(),
        other => panic!("{wanted:?} is {other:?}"),
    }
}

/// Where the ticks say that a time or a value lies.
fn on(scene: &Scene, axis: Axis, value: f64) -> f64 {
    let ticks: Vec<(f64, f64)> = scene
        .items
        .iter()
        .filter_map(|item| match (&item.role, &item.shape) {
            (Role::Tick(at, value), Shape::Line(points, _)) if *at == axis => {
                Some((*value, if axis == Axis::X { points[0].x } else { points[0].y }))
            }
            _ => None,
        })
        .collect();
    let (first, last) = (ticks[0], ticks[ticks.len() - 1]);
    first.1 + (value - first.0) / (last.0 - first.0) * (last.1 - first.1)
}

/// Events at 1, 3 and 5 among five patients: 4/5, then 4/5 * 2/3 = 8/15, then 0.
#[test]
fn steps_turn_at_the_events_and_nowhere_else() {
    let figure = figure(vec![five()], plain_tail());
    let scene = &figure.scene;
    let expected = [
        (0.0, 1.0),
        (1.0, 1.0),
        (1.0, 0.8),
        (3.0, 0.8),
        (3.0, 8.0 / 15.0),
        (5.0, 8.0 / 15.0),
        (5.0, 0.0),
    ];
    let corners = line(scene, &Role::Curve(0));
    assert_eq!(corners.len(), expected.len(), "{corners:?}");
    for (corner, (time, survival)) in corners.iter().zip(expected) {
        assert!((corner.x - on(scene, Axis::X, time)).abs() < 1e-9, "{time}");
        assert!((corner.y - on(scene, Axis::Y, survival)).abs() < 1e-9, "{survival}");
    }
}

#[test]
fn marks_stand_on_the_curve_at_the_censorings() {
    let figure = figure(vec![five()], plain_tail());
    let scene = &figure.scene;
    let marks: Vec<f64> = scene
        .find(|role| matches!(role, Role::Censor(..)))
        .filter_map(|item| match item.role {
            Role::Censor(_, time) => Some(time),
            _ => None,
        })
        .collect();
    assert_eq!(marks, [2.0, 4.0]);
    let mark = line(scene, &Role::Censor(0, 4.0));
    let middle = (mark[0].y + mark[1].y) / 2.0;
    assert!((middle - on(scene, Axis::Y, 8.0 / 15.0)).abs() < 1e-9);
}

/// Checklist 2: each count under its tick, and for every tick a count.
#[test]
fn counts_stand_under_their_ticks() {
    let groups = vec![made_up("First", 120, 3, 0.05), made_up("Second", 80, 4, 0.09)];
    let figure = figure(groups.clone(), FigureOptions::default());
    let scene = &figure.scene;
    let mut counted = 0;
    for (role, text) in scene.texts() {
        if let Role::Count { group, time, counted: Counted::AtRisk } = role {
            assert!((text.at.x - on(scene, Axis::X, *time)).abs() < 1e-9);
            let expected = groups[*group].time.iter().filter(|&t| t < time);
            let before: f64 = expected.count() as f64;
            assert_eq!(text.letters(), format!("{}", groups[*group].n - before));
            counted += 1;
        }
    }
    let ticks = scene.find(|role| matches!(role, Role::Tick(Axis::X, _))).count();
    assert_eq!(counted, 2 * ticks);
}

/// Checklist 3: at risk + events + censored = n in every column.
#[test]
fn the_three_counts_add_up_to_the_patients() {
    let options = FigureOptions { risk_table: RiskTable::KmUnicate, ..FigureOptions::default() };
    let figure = figure(vec![made_up("All", 97, 3, 0.05)], options);
    let scene = &figure.scene;
    let mut sums = std::collections::BTreeMap::new();
    for (role, text) in scene.texts() {
        if let Role::Count { time, .. } = role {
            *sums.entry(time.to_bits()).or_insert(0) += text.letters().parse::<i64>().unwrap();
        }
    }
    assert!(sums.len() >= 3);
    assert!(sums.values().all(|&sum| sum == 97), "{sums:?}");
}

fn hard_groups() -> Vec<(&'static str, Vec<CurveInput>)> {
    let sixty = "Disappearing lesions left in place and followed by MRI every six weeks";
    vec![
        ("one patient", vec![made_up("Many", 40, 3, 0.05), made_up("One", 1, 0, 0.05)]),
        ("no event", vec![made_up("Treated", 30, 2, 0.05), made_up("None", 25, 1, 0.05)]),
        ("only censored", vec![made_up("Nobody", 25, 1, 0.05)]),
        (
            "eight",
            (1..=8).map(|k| made_up(&format!("Centre {k}"), 40, 3, 0.01 * k as f64)).collect(),
        ),
        (
            "long names",
            vec![made_up(sixty, 60, 3, 0.03), made_up(&sixty.to_uppercase(), 60, 3, 0.05)],
        ),
        (
            "awkward names",
            vec![
                made_up("CEA <= 5 ng/mL & <script>", 50, 3, 0.03),
                made_up("$100 \\input{x} 50% =1+1", 50, 3, 0.05),
                made_up("Élodie Müller Łódź ≥ 3", 50, 3, 0.08),
                made_up("טיפול ב", 50, 3, 0.12),
            ],
        ),
        (
            "crossing",
            vec![made_up("A", 60, 3, 0.05), made_up("B", 90, 5, 0.05), made_up("C", 30, 2, 0.05)],
        ),
        ("one word without spaces", vec![made_up(&"Abc".repeat(20), 60, 3, 0.03)]),
    ]
}

#[test]
fn hard_inputs_collide_nowhere_in_any_profile_and_width() {
    let annotations = |groups: usize| {
        let estimate = Effect::Estimate { value: 0.59, lower: Some(0.42), upper: Some(0.82) };
        let mut effects = vec![estimate; groups];
        effects[0] = Effect::Reference;
        vec![
            Annotation::Test { name: "Log-rank".to_owned(), p_value: 0.0031 },
            Annotation::Effects { name: "Hazard ratio".to_owned(), level: 0.95, groups: effects },
        ]
    };
    for profile in Profile::NAMES.map(|name| Profile::named(name).unwrap()) {
        for (name, groups) in hard_groups() {
            for double in [false, true] {
                let page = &profile.page;
                let width = if double { page.double_column } else { page.single_column };
                for risk_table in
                    [RiskTable::AtRisk, RiskTable::AtRiskCensored, RiskTable::KmUnicate]
                {
                    let options = FigureOptions {
                        width: Some(width),
                        unit: Some("months".to_owned()),
                        endpoint: Some("Disease-free survival".to_owned()),
                        annotations: annotations(groups.len()),
                        risk_table,
                        ..FigureOptions::default()
                    };
                    let figure = KmFigure { groups: groups.clone(), options };
                    let figure = figure.draw(&profile).unwrap();
                    let scene = &figure.scene;
                    let place = format!("{name}, {}, {width} mm, {risk_table:?}", profile.name);
                    assert_clean(&place, scene);
                }
            }
        }
    }
}

/// Long names in a legend above the plot and in a list of medians are broken, not cut.
#[test]
fn long_names_are_broken_and_whole() {
    let names = [
        "Disappearing lesions left in place and followed by MRI every six weeks",
        "Complete resection of every lesion that was ever seen, however small",
    ];
    let groups: Vec<CurveInput> = names.map(|name| made_up(name, 60, 3, 0.03)).to_vec();
    let medians = Annotation::Medians {
        level: 0.95,
        groups: vec![[Some(23.0), Some(18.5), None], [None, None, None]],
    };
    for (legend, annotations) in [(Legend::Top, vec![]), (Legend::Auto, vec![medians])] {
        let options = FigureOptions {
            legend,
            annotations,
            risk_table: RiskTable::None,
            ..FigureOptions::default()
        };
        let figure = figure(groups.clone(), options);
        let scene = &figure.scene;
        assert_clean(&format!("{legend:?}"), scene);
        let labels: Vec<String> = scene
            .texts()
            .filter(|(role, _)| matches!(role, Role::LegendLabel(_)))
            .map(|(_, text)| text.letters())
            .collect();
        let whole = labels.join(" ");
        assert!(names.iter().all(|name| whole.contains(name)), "{whole}");
    }
}

/// Every place for the names, every quantity.
#[test]
fn every_choice_is_clean() {
    let groups = vec![made_up("First", 120, 3, 0.02), made_up("Second", 80, 4, 0.05)];
    for legend in [Legend::Auto, Legend::Direct, Legend::Inside, Legend::Top, Legend::None] {
        for quantity in [
            Quantity::Survival,
            Quantity::Incidence,
            Quantity::CumulativeHazard,
            Quantity::LogMinusLog,
        ] {
            let options = FigureOptions { legend, quantity, ..FigureOptions::default() };
            assert_clean(&format!("{legend:?} {quantity:?}"), &scene(groups.clone(), options));
        }
    }
}

#[test]
fn a_curve_ends_at_its_last_follow_up() {
    let groups = vec![made_up("Long", 60, 3, 0.02), made_up("Short", 60, 2, 0.2)];
    let last = groups[1].last_time();
    let figure = figure(groups, plain_tail());
    let scene = &figure.scene;
    let end = *line(scene, &Role::Curve(1)).last().unwrap();
    assert!((end.x - on(scene, Axis::X, last)).abs() < 1e-9);
}

/// Checklist 9: of 40 patients a fifth, 8, is few; fewer remain after the 33rd time.
#[test]
fn the_tail_starts_where_few_remain() {
    let group = made_up("All", 40, 3, 0.05);
    let from = group.time[32];
    let figure = figure(vec![group], FigureOptions::default());
    let scene = &figure.scene;
    let tail = line(scene, &Role::Tail(0));
    assert!((tail[0].x - on(scene, Axis::X, from)).abs() < 1e-9);
    assert!(figure.says("lighter where fewer than 8"));
}

#[test]
fn masked_figures_give_no_small_cell_away() {
    let group = made_up("All", 57, 3, 0.05);
    let options = FigureOptions { min_cell: Some(5), ..FigureOptions::default() };
    let figure = figure(vec![group], options);
    let scene = &figure.scene;
    assert_eq!(scene.find(|role| matches!(role, Role::Censor(..))).count(), 0);
    for (role, text) in scene.texts() {
        if matches!(role, Role::Count { .. }) {
            let letters = text.letters();
            assert!(letters == "<5" || letters.parse::<i64>().unwrap() % 5 == 0, "{letters}");
        }
    }
    let data = extract(figure.svg().as_bytes()).unwrap();
    let csv = data.table("curves").unwrap().to_csv();
    assert!(csv.lines().skip(1).all(|line| {
        let events: f64 = line.split(',').nth(3).unwrap().parse().unwrap();
        events == 0.0 || events >= 5.0
    }));
}

/// Events and censored are rounded like those at risk, in brackets and in rows of their own, and
/// neither the caption nor the reading gives the sums away.
#[test]
fn extended_counts_are_masked_like_the_others() {
    for risk_table in [RiskTable::AtRiskCensored, RiskTable::KmUnicate] {
        let options = FigureOptions { min_cell: Some(5), risk_table, ..FigureOptions::default() };
        let figure = figure(vec![made_up("All", 57, 3, 0.05)], options);
        let scene = &figure.scene;
        let mut cells = 0;
        for (role, text) in scene.texts() {
            if matches!(role, Role::Count { .. }) {
                let letters = text.letters();
                for count in letters.trim_end_matches(')').split(" (") {
                    assert!(count == "<5" || count.parse::<i64>().unwrap() % 5 == 0, "{letters}");
                    cells += 1;
                }
            }
        }
        assert!(cells > 10);
        assert!(!figure.says("add up to"));
        assert!(scene.description.contains("55 patients"), "{}", scene.description);
    }
}

/// Four patients fail: the reading must not say so.
#[test]
fn a_masked_reading_names_no_small_number() {
    let time: Vec<f64> = (1..=40).map(f64::from).collect();
    let event: Vec<bool> = (0..40).map(|row| row % 10 == 0).collect();
    let rows = riskset::RightCensored::new(&time, &event).unwrap();
    let curve = riskset::KaplanMeier::default().fit(&rows).unwrap();
    let group = CurveInput::from(&curve).named("All");
    assert_eq!(group.counts_at(f64::INFINITY).events, 4.0);
    let figure =
        figure(vec![group], FigureOptions { min_cell: Some(5), ..FigureOptions::default() });
    let scene = &figure.scene;
    assert!(scene.description.contains("fewer than 5 events"), "{}", scene.description);
}

/// Ten patients of weight 1 and ten of weight 3: 40² / (10 + 90) = 16 of 20 are effective.
#[test]
fn a_weighted_curve_says_how_many_patients_stand_behind_it() {
    let time: Vec<f64> = (1..=20).map(f64::from).collect();
    let event: Vec<bool> = (0..20).map(|row| row % 4 == 0).collect();
    let weight: Vec<f64> = (0..20).map(|row| if row < 10 { 1.0 } else { 3.0 }).collect();
    let rows = riskset::RightCensored::new(&time, &event).unwrap();
    let rows = rows.with_weights(&weight).unwrap().into_observations();
    let curve = riskset::KaplanMeier::default().fit(&rows).unwrap();
    let counts = rows.headcounts(&riskset::Groups::single(20));
    let input = CurveInput::from(&curve).named("All").weighted(&counts[0]);
    for risk_table in [RiskTable::AtRisk, RiskTable::AtRiskCensored, RiskTable::KmUnicate] {
        let options = FigureOptions { risk_table, break_time: Some(10.0), ..plain_tail() };
        let figure = figure(vec![input.clone()], options);
        let scene = &figure.scene;
        let row = |wanted: Counted| -> Vec<String> {
            let texts = scene.texts();
            texts
                .filter(
                    |(role, _)| matches!(role, Role::Count { counted, .. } if *counted == wanted),
                )
                .map(|(_, text)| text.letters())
                .collect()
        };
        let at_risk = if risk_table == RiskTable::AtRiskCensored {
            ["20 (0)", "11 (6)", "1 (14)"]
        } else {
            ["20", "11", "1"]
        };
        assert_eq!(row(Counted::AtRisk), at_risk);
        // (1 + 30)² / (1 + 90) = 10.56, then one patient.
        assert_eq!(row(Counted::Effective), ["16.0", "10.6", "1.0"]);
        assert!(figure.says("whatever their weight"));
        let failed: Vec<_> = figure
            .findings()
            .into_iter()
            .filter(|finding| finding.status == riskset_plot::Status::Fail)
            .collect();
        assert!(failed.is_empty(), "{failed:?}");
        let data = extract(figure.svg().as_bytes()).unwrap();
        assert!(data.table("counts").unwrap().to_csv().contains("All,effective,10,10.6"));
    }
}

#[test]
fn the_same_figure_gives_the_same_bytes() {
    let figure = || {
        let test = Annotation::Test { name: "Log-rank".to_owned(), p_value: 0.2 };
        let options = FigureOptions {
            annotations: vec![test],
            title: Some("Bold".to_owned()),
            ..FigureOptions::default()
        };
        self::figure(vec![made_up("A", 60, 3, 0.05), made_up("B", 60, 3, 0.08)], options)
    };
    assert_eq!(figure().svg(), figure().svg());
    let pdf = || figure().pdf().unwrap();
    let png = || figure().png(150.0).unwrap();
    // Twenty PDFs: what depends on a hash shows up sooner or later.
    assert!((0..20).all(|_| pdf() == pdf()));
    assert!(png() == png());
}

#[test]
fn a_pdf_page_has_the_exact_size_and_no_system_fonts() {
    let options =
        FigureOptions { width: Some(180.0), height: Some(120.0), ..FigureOptions::default() };
    let pdf = figure(vec![five()], options).pdf().unwrap();
    let text = String::from_utf8_lossy(&pdf);
    // 180 mm = 510.236 pt, 120 mm = 340.157 pt.
    let page = text.split("/MediaBox").nth(1).unwrap();
    let numbers: Vec<f64> = page[page.find('[').unwrap() + 1..page.find(']').unwrap()]
        .split_whitespace()
        .map(|number| number.parse().unwrap())
        .collect();
    assert!((numbers[2] - 510.236).abs() < 0.01 && (numbers[3] - 340.157).abs() < 0.01);
    assert!(text.contains("+LiberationSans"));
    assert!(text.contains("/FontFile2"));
}

#[test]
fn pixels_state_their_resolution_and_have_no_transparency() {
    let options =
        FigureOptions { width: Some(85.0), height: Some(60.0), ..FigureOptions::default() };
    let figure = figure(vec![five()], options);
    let bytes = figure.png(300.0).unwrap();
    let reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
    let info = reader.info();
    assert_eq!((info.width, info.height), (1004, 709)); // 85 and 60 mm at 300 dpi
    assert_eq!(info.color_type, png::ColorType::Rgb);
    assert_eq!(info.pixel_dims.unwrap().xppu, 11811);
    let tiff = figure.tiff(300.0).unwrap();
    let mut decoder = tiff::decoder::Decoder::new(std::io::Cursor::new(&tiff)).unwrap();
    assert_eq!(decoder.dimensions().unwrap(), (1004, 709));
    assert_eq!(decoder.colortype().unwrap(), tiff::ColorType::RGB(8));
    use tiff::tags::Tag;
    assert_eq!(decoder.get_tag_u32(Tag::Compression).unwrap(), 5); // LZW
}

#[test]
fn every_format_gives_its_data_back() {
    let group = made_up("CEA <= 5 & \"x\"", 60, 3, 0.05);
    let figure = figure(vec![group.clone()], FigureOptions::default());
    let svg = extract(figure.svg().as_bytes()).unwrap();
    assert_eq!(Some(&svg), figure.embedded().as_ref());
    assert_eq!(extract(&figure.pdf().unwrap()).unwrap(), svg);
    assert_eq!(extract(&figure.png(100.0).unwrap()).unwrap(), svg);
    let csv = svg.table("curves").unwrap().to_csv();
    let survival: Vec<f64> =
        csv.lines().skip(1).map(|line| line.rsplit(',').nth(2).unwrap().parse().unwrap()).collect();
    assert_eq!(survival, group.survival);
}

#[test]
fn data_stay_at_home_when_asked() {
    let options = FigureOptions { embed: false, ..FigureOptions::default() };
    let figure = figure(vec![five()], options);
    let refusal = extract(figure.svg().as_bytes()).unwrap_err();
    assert!(refusal.to_string().contains("draw it again with its data"), "{refusal}");
    assert!(extract(&figure.pdf().unwrap()).is_err());
    assert!(extract(&figure.png(100.0).unwrap()).is_err());
}

#[test]
fn refusals_say_what_to_do() {
    let refusal = |groups: Vec<CurveInput>, options: FigureOptions| {
        KmFigure { groups, options }.draw(&Profile::plain()).unwrap_err().to_string()
    };
    assert!(refusal(vec![], FigureOptions::default()).contains("no groups"));
    let small = FigureOptions { height: Some(20.0), ..FigureOptions::default() };
    assert!(refusal(vec![five()], small).contains("make the figure larger"));
    let short = CurveInput { n_event: vec![1.0], ..five() };
    assert!(refusal(vec![short], FigureOptions::default()).contains("n_event has 1 values for 5"));
    let high = CurveInput { survival: vec![1.2; 5], ..five() };
    assert!(refusal(vec![high], FigureOptions::default()).contains("from 0 to 1"));
    let backwards = FigureOptions { x_limits: Some((9.0, 3.0)), ..FigureOptions::default() };
    assert!(refusal(vec![five()], backwards).contains("below the upper one"));
    let path = std::path::Path::new("figure.bmp");
    let error = figure(vec![five()], FigureOptions::default()).write(path, 300.0);
    assert!(matches!(error, Err(Error::Extension { .. })));
}

/// The SVG as a reader of XML sees it: text as text, a title, a description, millimetres.
#[test]
fn the_svg_is_well_formed_and_speaks() {
    let groups = vec![made_up("a < b & \u{1} c", 60, 3, 0.05), made_up("Other", 60, 3, 0.02)];
    let svg = figure(groups, FigureOptions::default()).svg();
    let document = resvg::usvg::roxmltree::Document::parse(&svg).unwrap();
    let root = document.root_element();
    assert_eq!(root.attribute("width"), Some("85mm"));
    let text = |name: &str| {
        let element = root.children().find(|node| node.has_tag_name(name)).unwrap();
        element.text().unwrap().to_owned()
    };
    assert!(text("title").contains("in 2 groups"));
    assert!(text("desc").contains("a < b &  c: 60 patients, 40 events"));
    assert!(svg.contains(">Number at risk</text>"));
    assert!(!svg.contains("dy="));
}

/// The corners of the smallest figure, at two decimals of a millimetre.
#[test]
fn the_svg_draws_the_curve_at_two_decimals() {
    let options = FigureOptions { width: Some(85.0), height: Some(60.0), ..plain_tail() };
    let figure = figure(vec![five()], options);
    let scene = &figure.scene;
    let svg = figure.svg();
    let element = svg.lines().find(|line| line.contains("class=\"curve g0\"")).unwrap();
    let points = element.split("points=\"").nth(1).unwrap().split('"').next().unwrap();
    let drawn: Vec<String> = points.split_whitespace().map(str::to_owned).collect();
    let expected: Vec<String> = line(scene, &Role::Curve(0))
        .iter()
        .map(|point| format!("{:.0},{:.0}", point.x * 100.0, point.y * 100.0))
        .collect();
    assert_eq!(drawn, expected);
}

/// Checklist 4: whoever fails or is censored at the time of a tick is still at risk there.
#[test]
fn counts_are_made_just_before_their_ticks() {
    let options = FigureOptions { risk_table: RiskTable::KmUnicate, ..plain_tail() };
    let figure = figure(vec![five()], options);
    let scene = &figure.scene;
    let row = |wanted: Counted| -> Vec<String> {
        scene
            .texts()
            .filter(|(role, _)| matches!(role, Role::Count { counted, .. } if *counted == wanted))
            .map(|(_, text)| text.letters())
            .collect()
    };
    // Ticks at 0, 1, ..., 5; events at 1, 3, 5, censored at 2 and 4.
    assert_eq!(row(Counted::AtRisk), ["5", "5", "4", "3", "2", "1"]);
    assert_eq!(row(Counted::Events), ["0", "0", "1", "1", "2", "2"]);
    assert_eq!(row(Counted::Censored), ["0", "0", "0", "1", "1", "2"]);
}

/// Late entry: nobody is at risk at 0, and the count rises when the second patient enters.
#[test]
fn counts_follow_late_entry() {
    let count = |time: f64| riskset_plot::Counts {
        at_risk: if time > 0.0 && time <= 5.0 { 2.0 } else { 0.0 },
        ..Default::default()
    };
    let counts = Some(riskset_plot::CountsAt(std::sync::Arc::new(count)));
    let figure = figure(vec![CurveInput { counts, ..five() }], plain_tail());
    let scene = &figure.scene;
    let counts: Vec<String> = scene
        .texts()
        .filter(|(role, _)| matches!(role, Role::Count { .. }))
        .map(|(_, text)| text.letters())
        .collect();
    assert_eq!(counts, ["0", "2", "2", "2", "2", "2"]);
}

/// A figure of very many patients carries what can be seen, its last value included.
#[test]
fn a_large_figure_carries_only_what_can_be_told_apart() {
    let n = 40_000;
    let time: Vec<f64> = (1..=n).map(f64::from).collect();
    let event = vec![true; n as usize];
    let response = riskset::RightCensored::new(&time, &event).unwrap();
    let curve = riskset::KaplanMeier::default().fit(&response).unwrap();
    let figure = figure(vec![CurveInput::from(&curve).named("All")], FigureOptions::default());
    let table = figure.embedded().unwrap();
    let times = &table.table("curves").unwrap().columns[1].values;
    assert!((5_000..=20_000).contains(&times.len()), "{}", times.len());
    assert_eq!(times.last().unwrap(), &Some(riskset_plot::Datum::Number(f64::from(n))));
}
