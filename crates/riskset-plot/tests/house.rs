//! What an art editor would send back: annotations, tails, intervals, axes, tables, bounds.

mod support;

use riskset::{AalenJohansen, CompetingRisks, CountingProcess};
use riskset_plot::scene::{Axis, Item, Role, Shape};
use riskset_plot::{
    Annotation, CifFigure, CifGroup, Counts, CountsAt, CurveInput, Effect, Figure, FigureOptions,
    FlowBranch, FlowFigure, FlowStep, ForestEffect, ForestFigure, ForestRow, ForestScale,
    Intervals, KmFigure, Point, Profile, Rect, RiskTable, Squares, Status, Subject, SwimmerFigure,
    Tail, extract,
};
use std::sync::Arc;
use support::{assert_clean, five, made_up};

fn plain() -> Profile {
    Profile::plain()
}

fn draw(groups: Vec<CurveInput>, options: FigureOptions) -> Figure {
    KmFigure { groups, options }.draw(&plain()).unwrap()
}

fn refusal(groups: Vec<CurveInput>, options: FigureOptions) -> String {
    KmFigure { groups, options }.draw(&plain()).unwrap_err().to_string()
}

fn words(figure: &Figure) -> Vec<String> {
    figure.scene.texts().map(|(_, text)| text.letters()).collect()
}

fn status(figure: &Figure, check: &str) -> Status {
    let findings = figure.findings();
    let found = findings.iter().find(|finding| finding.check == check);
    found.unwrap_or_else(|| panic!("no `{check}`")).status
}

fn effects(groups: Vec<Effect>) -> Annotation {
    Annotation::Effects { name: "Hazard ratio".to_owned(), level: 0.95, groups }
}

fn ratio(value: f64) -> Effect {
    Effect::Estimate { value, lower: Some(0.8 * value), upper: Some(1.25 * value) }
}

fn medians(groups: usize) -> Annotation {
    Annotation::Medians { level: 0.95, groups: vec![[Some(20.0), Some(15.5), None]; groups] }
}

fn annotated(annotations: Vec<Annotation>) -> FigureOptions {
    FigureOptions { annotations, unit: Some("months".to_owned()), ..FigureOptions::default() }
}

/// An effect that runs to infinity is no number, in two groups and in more.
#[test]
fn what_is_not_estimable_is_said_and_not_drawn_as_a_number() {
    let groups = |count: usize| -> Vec<CurveInput> {
        (0..count).map(|k| made_up(&format!("Arm {k}"), 60, 3, 0.03)).collect()
    };
    let two = annotated(vec![effects(vec![Effect::Reference, Effect::NotEstimable])]);
    let said = words(&draw(groups(2), two)).join("|");
    assert!(
        said.contains("Hazard ratio, Arm 1 vs Arm 0") && said.contains("not estimable"),
        "{said}"
    );
    let three = effects(vec![Effect::Reference, ratio(0.8), Effect::NotEstimable]);
    let figure = draw(groups(3), annotated(vec![three]));
    let said = words(&figure);
    for cell in ["Reference", "0.80 (0.64\u{2013}1.00)", "not estimable"] {
        assert!(said.contains(&cell.to_owned()), "{said:?}");
    }
    let check = "a hazard ratio with a test of proportional hazards";
    assert_eq!(status(&figure, check), Status::Pass);
    let away = annotated(vec![effects(vec![Effect::Reference, ratio(1_615_474_842.85)])]);
    assert!(refusal(groups(2), away).contains("declared not estimable"));
    let short = annotated(vec![effects(vec![Effect::Reference])]);
    assert!(refusal(groups(2), short).contains("effects has 1 values for 2"));
}

/// Whether a box and an area share a point: a border that crosses the box, or the box within.
fn meets(place: &Rect, border: &[Point]) -> bool {
    let crossed = border.windows(2).any(|pair| place.crossed_by(pair[0], pair[1]));
    let (x, y) = ((place.left + place.right) / 2.0, (place.top + place.bottom) / 2.0);
    let right = border.windows(2).filter(|pair| {
        (pair[0].y > y) != (pair[1].y > y)
            && x < pair[0].x + (y - pair[0].y) / (pair[1].y - pair[0].y) * (pair[1].x - pair[0].x)
    });
    crossed || right.count() % 2 == 1
}

/// Six groups with long names fit on a column: one row each, clear of bands, bars and curves.
#[test]
fn the_table_of_groups_is_clear_of_everything_drawn() {
    let names = [
        "Adjuvant oxaliplatin-based chemotherapy",
        "Local excision (transanal endoscopic microsurgery)",
        "Neoadjuvant chemoradiotherapy and total mesorectal excision",
        "Palliative chemotherapy with bevacizumab",
        "Surgery alone",
        "Watch and wait after clinical complete response",
    ];
    for intervals in [Intervals::Bands, Intervals::Bars] {
        for count in [2, 3, 6] {
            for width in [85.0, 180.0] {
                let mut ratios = vec![Effect::Reference];
                ratios.resize(count, ratio(0.7));
                let test = Annotation::Test { name: "Log-rank".to_owned(), p_value: 0.004 };
                let options = FigureOptions {
                    width: Some(width),
                    intervals,
                    ..annotated(vec![medians(count), effects(ratios), test])
                };
                let group = |k: usize| made_up(names[k], 80, 3, 0.02 + 0.01 * k as f64);
                let figure = draw((0..count).map(group).collect(), options);
                let place = format!("{count} groups at {width} mm, {intervals:?}");
                assert_clean(&place, &figure.scene);
                let notes = figure.scene.texts().filter(|(role, _)| **role == Role::Annotation);
                let notes: Vec<Rect> = notes.map(|(_, text)| text.bounds().grown(-0.1)).collect();
                for item in &figure.scene.items {
                    let border: Vec<Point> = match (&item.role, &item.shape) {
                        (Role::Band(_), Shape::Area(points, _)) => points.clone(),
                        (Role::PointInterval(..), Shape::Line(points, _)) => points.clone(),
                        _ => continue,
                    };
                    assert!(!notes.iter().any(|note| meets(note, &border)), "{place}: {item:?}");
                }
                let said = words(&figure);
                let reference = said.iter().filter(|text| text.as_str() == "Reference").count();
                let contrast = said.iter().filter(|text| text.contains(" vs ")).count();
                // The reference is named once, or the contrast stands beside the ratio.
                assert!(reference == 1 || contrast >= 1, "{place}: {said:?}");
            }
        }
    }
}

fn tails(figure: &Figure) -> usize {
    figure.scene.find(|role| matches!(role, Role::Tail(_))).count()
}

/// Of ten patients a fifth, 2, is few: the curve is full while two remain. In teaching nothing is
/// pale.
#[test]
fn the_curve_of_a_small_group_is_not_pale() {
    let time: Vec<f64> = (1..=10).map(f64::from).collect();
    let rows = riskset::RightCensored::new(&time, &[true; 10]).unwrap();
    let curve = riskset::KaplanMeier::default().fit(&rows).unwrap();
    let group = || vec![CurveInput::from(&curve).named("All")];
    let figure = draw(group(), FigureOptions::default());
    let full = figure.scene.find(|role| *role == Role::Curve(0)).next().unwrap().bounds();
    let tail = figure.scene.find(|role| *role == Role::Tail(0)).next().unwrap().bounds();
    // Two are at risk up to the ninth time, of ten on the axis.
    let plot = figure.scene.find(|role| *role == Role::AxisLine(Axis::X)).next().unwrap().bounds();
    assert!((full.right - (plot.left + 0.9 * plot.width())).abs() < 0.4, "{full:?} {plot:?}");
    assert!(tail.left > full.right - 0.5);
    assert!(figure.says("Lines are lighter where fewer than 2 patients remain at risk."));
    let teaching = FigureOptions { tail: Tail::Full, ..FigureOptions::default() };
    assert_eq!(tails(&draw(group(), teaching)), 0);
}

/// The lighter part begins at the same place whatever the unit of the axis.
#[test]
fn the_lighter_part_begins_at_its_time_in_any_unit() {
    let months: Vec<f64> = (1..=10).map(|month| 30.0 * f64::from(month)).collect();
    let rows = riskset::RightCensored::new(&months, &[true; 10]).unwrap();
    let curve = riskset::KaplanMeier::default().fit(&rows).unwrap();
    let options = FigureOptions { per: 30.0, ..FigureOptions::default() };
    let figure = draw(vec![CurveInput::from(&curve).named("All")], options);
    let tail = figure.scene.find(|role| *role == Role::Tail(0)).next().unwrap().bounds();
    let plot = figure.scene.find(|role| *role == Role::AxisLine(Axis::X)).next().unwrap().bounds();
    assert!((tail.left - (plot.left + 0.9 * plot.width())).abs() < 0.8, "{tail:?} {plot:?}");
}

/// A curve that ends above 0 is known at its last time and not after it.
#[test]
fn survival_is_known_up_to_the_last_time() {
    let rows = riskset::RightCensored::new(&[2.0, 5.0], &[true, false]).unwrap();
    let curve = CurveInput::from(&riskset::KaplanMeier::default().fit(&rows).unwrap());
    let at = [1.0, 2.0, 4.0, 5.0, 5.1].map(|time| curve.survival_at(time));
    assert_eq!(at, [Some(1.0), Some(0.5), Some(0.5), Some(0.5), None]);
    let rows = riskset::RightCensored::new(&[2.0, 5.0], &[true, true]).unwrap();
    let curve = CurveInput::from(&riskset::KaplanMeier::default().fit(&rows).unwrap());
    assert_eq!(curve.survival_at(99.0), Some(0.0));
}

/// A TIFF says how many dots an inch has, and has that many for its size.
#[cfg(feature = "pixels")]
#[test]
fn a_tiff_states_its_resolution() {
    use tiff::{decoder::Decoder, tags::Tag};
    let figure = draw(vec![made_up("All", 40, 3, 0.02)], FigureOptions::default());
    let bytes = figure.tiff(600.0).unwrap();
    let mut image = Decoder::new(std::io::Cursor::new(bytes)).unwrap();
    for tag in [Tag::XResolution, Tag::YResolution] {
        let found = image.get_tag(tag).unwrap();
        assert_eq!(found, tiff::decoder::ifd::Value::Rational(60_000, 100), "600 dots an inch");
    }
    let (width, _) = image.dimensions().unwrap();
    assert!((f64::from(width) - figure.scene.width / 25.4 * 600.0).abs() <= 1.0);
}

/// One or two curves have bands; more have bars at the ticks, with limits of the curve there.
#[test]
fn three_curves_have_bars_at_the_ticks() {
    let groups = |count: usize| -> Vec<CurveInput> {
        (0..count).map(|k| made_up(&format!("Arm {k}"), 90, 3, 0.02 + 0.01 * k as f64)).collect()
    };
    let bands = |figure: &Figure| figure.scene.find(|role| matches!(role, Role::Band(_))).count();
    let two = draw(groups(2), FigureOptions::default());
    assert!(bands(&two) >= 2);
    let three = draw(groups(3), FigureOptions::default());
    assert_eq!(bands(&three), 0);
    let ticks = |item: &Item| match item.role {
        Role::Tick(Axis::X, value) => Some(value),
        _ => None,
    };
    let ticks: Vec<f64> = three.scene.items.iter().filter_map(ticks).collect();
    let bars = three.scene.items.iter().filter_map(|item| match item.role {
        Role::PointInterval(group, time) => Some((group, time)),
        _ => None,
    });
    let bars: Vec<(usize, f64)> = bars.collect();
    assert!(bars.iter().all(|bar| ticks.contains(&bar.1) && bar.1 > 0.0));
    assert!((0..3).all(|group| bars.iter().any(|bar| bar.0 == group)));
    assert!(three.says("Vertical bars at the labelled times"));
    assert_eq!(status(&three, "uncertainty shown, level and scale named"), Status::Pass);
    let asked = FigureOptions { intervals: Intervals::Bands, ..FigureOptions::default() };
    assert!(bands(&draw(groups(3), asked)) >= 3);
}

#[test]
fn nine_curves_are_refused() {
    let groups = (0..9).map(|k| made_up(&format!("G{k}"), 30, 3, 0.03)).collect();
    assert!(refusal(groups, FigureOptions::default()).contains("at most 8"));
}

/// 80 to 100 on an axis in per cent is 0.8 to 1; what is no part of the axis is refused; a plot
/// without its curve is found.
#[test]
fn the_limits_of_the_values_are_those_of_the_axis() {
    let with = |limits: (f64, f64)| FigureOptions { y_limits: Some(limits), ..Default::default() };
    let rare = || vec![made_up("All", 200, 2, 0.001)];
    let ticks = |figure: &Figure| -> Vec<f64> {
        let tick = |item: &Item| match item.role {
            Role::Tick(Axis::Y, value) => Some(value),
            _ => None,
        };
        figure.scene.items.iter().filter_map(tick).collect()
    };
    let (percent, fraction) = (draw(rare(), with((80.0, 100.0))), draw(rare(), with((0.8, 1.0))));
    assert_eq!(ticks(&percent), ticks(&fraction));
    assert!((ticks(&percent)[0] - 0.8).abs() < 1e-12);
    for (limits, wanted) in [
        ((0.9, 0.2), "below the upper limit"),
        ((-1.0, 1.0), "from 0 to 100 per cent"),
        ((0.0, 250.0), "from 0 to 100 per cent"),
        ((f64::NAN, 1.0), "a number"),
    ] {
        assert!(refusal(rare(), with(limits)).contains(wanted), "{limits:?}");
    }
    // Censored at once, so that the curve stays at 1.
    let rows = riskset::RightCensored::new(&[1.0, 2.0, 3.0], &[false; 3]).unwrap();
    let level = riskset::KaplanMeier::default().fit(&rows).unwrap();
    let level = vec![CurveInput::from(&level).named("All")];
    let empty = draw(level, with((0.2, 0.4)));
    assert_eq!(status(&empty, "every curve is inside the plot"), Status::Fail);
    assert_eq!(status(&percent, "every curve is inside the plot"), Status::Pass);
}

/// Nobody is under observation before 0.5: no line stands there, and the counts are the caller's.
#[test]
fn a_curve_starts_at_the_first_entry() {
    let counts =
        |time: f64| Counts { at_risk: if time < 0.5 { 0.0 } else { 3.0 }, ..Counts::default() };
    let group = CurveInput { late_entry: true, start: 0.5, ..five() };
    let group = group.counted(CountsAt(Arc::new(counts)));
    let options = FigureOptions {
        risk_table: RiskTable::KmUnicate,
        tail: Tail::Full,
        ..FigureOptions::default()
    };
    let figure = draw(vec![group], options);
    let line = figure.scene.find(|role| *role == Role::Curve(0)).next().unwrap().bounds();
    let plot = figure.scene.find(|role| *role == Role::AxisLine(Axis::X)).next().unwrap().bounds();
    assert!((line.left - (plot.left + 0.1 * plot.width())).abs() < 0.4, "{line:?} {plot:?}");
    assert!(figure.says("Curves start at the first entry."));
    assert!(!figure.says("add up to the patients analysed"));
    assert_eq!(status(&figure, "at risk + events + censored = patients"), Status::NotApplicable);
    assert!(figure.says("need not add up"));
}

/// The same of incidences, from rows (2, 4], (3, 10] of two causes: nobody is at risk before 2.
#[test]
fn an_incidence_starts_at_the_first_entry() {
    let rows = CountingProcess::new(&[2.0, 3.0], &[4.0, 10.0], &[true, true]).unwrap();
    let rows = CompetingRisks::from_observations(rows.into_observations(), &[1, 2], 2).unwrap();
    let incidence = AalenJohansen::default().fit(&rows).unwrap();
    let groups = vec![CifGroup::new(&incidence, "All", &["relapse", "death"])];
    let options = FigureOptions {
        risk_table: RiskTable::KmUnicate,
        tail: Tail::Full,
        x_limits: Some((0.0, 10.0)),
        ..FigureOptions::default()
    };
    let causes = vec!["relapse".to_owned()];
    let figure = CifFigure { groups, causes, options }.draw(&plain()).unwrap();
    let line = figure.scene.find(|role| *role == Role::Curve(0)).next().unwrap().bounds();
    let plot = figure.scene.find(|role| *role == Role::AxisLine(Axis::X)).next().unwrap().bounds();
    assert!((line.left - (plot.left + 0.2 * plot.width())).abs() < 0.4, "{line:?} {plot:?}");
    assert!(figure.says("Curves start at the first entry."));
    assert!(!figure.says("add up to the patients analysed"));
}

fn row(label: &str, value: f64, lower: f64, upper: f64, p: &str) -> ForestRow {
    let effect =
        ForestEffect::Estimate { value, lower: Some(lower), upper: Some(upper), weight: None };
    ForestRow { label: label.to_owned(), effect, last: p.to_owned(), ..ForestRow::default() }
}

fn subgroups() -> ForestFigure {
    let all = ForestEffect::Summary { value: 0.9, lower: 0.8, upper: 1.0125 };
    ForestFigure {
        name: "Hazard ratios".to_owned(),
        rows: vec![
            row("Many", 0.8, 0.8 / 1.2, 0.8 * 1.2, "P = 0.034"),
            row("Few", 12.0, 12.0 / 1.44, 12.0 * 1.44, "P < 0.001"),
            ForestRow { label: "All".to_owned(), effect: all, ..ForestRow::default() },
        ],
        last_header: "P value".to_owned(),
        squares: Squares::Information,
        favours: Some(("Favours treatment".to_owned(), "Favours control".to_owned())),
        ..ForestFigure::default()
    }
}

/// log(1.44) = 2 log(1.2): half the precision, a quarter of the information, a quarter of the area.
#[test]
fn squares_show_information_and_columns_stand_under_each_other() {
    let figure = subgroups().draw(&plain()).unwrap();
    assert_clean("subgroups", &figure.scene);
    let square = |row: usize| {
        let mut items = figure.scene.find(move |role| *role == Role::Estimate(row));
        items.next().unwrap().bounds()
    };
    let area = |row: usize| square(row).width() * square(row).height();
    assert!((area(0) / area(1) - 4.0).abs() < 1e-9, "{} {}", area(0), area(1));
    assert!(figure.says("Areas of squares"));
    let said = words(&figure);
    assert!(said.contains(&"0.034".to_owned()) && said.contains(&"< 0.001".to_owned()), "{said:?}");
    assert!(!said.iter().any(|text| text.starts_with("P =")));
    // Decimal points of the estimates, and of the P values, have one place each.
    let points = |wanted: fn(usize) -> bool| -> Vec<f64> {
        let cells = figure.scene.texts().filter_map(move |(role, text)| match role {
            Role::Cell(_, column) if wanted(*column) => {
                let letters = text.letters();
                let before = letters.split('.').next().unwrap().len();
                // Bold digits are as wide as regular ones.
                let digit = riskset_plot_width(before, &letters, text.size);
                Some(text.bounds().left + digit)
            }
            _ => None,
        });
        cells.collect()
    };
    for places in [points(|column| column == usize::MAX - 1), points(|column| column == usize::MAX)]
    {
        assert!(places.len() >= 2);
        assert!(places.iter().all(|place| (place - places[0]).abs() < 1e-6), "{places:?}");
    }
    assert_eq!(figure.scene.find(|role| matches!(role, Role::Arrow(_))).count(), 4);
}

/// The width of the letters before the point: digits of 1139/2048, a sign and a blank.
fn riskset_plot_width(before: usize, letters: &str, size: f64) -> f64 {
    let unit = |c: char| match c {
        '0'..='9' => 1139.0,
        '<' => 1196.0,
        ' ' => 569.0,
        other => panic!("no width for {other}"),
    };
    let units: f64 = letters.chars().take(before).map(unit).sum();
    units / 2048.0 * size * 25.4 / 72.0
}

/// A prediction interval has ends and no square, and its text has no estimate.
#[test]
fn a_prediction_interval_is_no_study() {
    let mut rows = vec![row("Study", 0.6, 0.4, 0.8, "")];
    let effect = ForestEffect::Prediction { lower: 0.3, upper: 0.9 };
    rows.push(ForestRow { label: "Prediction".to_owned(), effect, ..ForestRow::default() });
    let scale = ForestScale::Probability;
    let figure = ForestFigure { rows, scale, line: None, ..ForestFigure::default() };
    let figure = figure.draw(&plain()).unwrap();
    assert_eq!(figure.scene.find(|role| *role == Role::Estimate(1)).count(), 0);
    assert_eq!(figure.scene.find(|role| *role == Role::Interval(1)).count(), 3);
    assert!(words(&figure).contains(&"30.0\u{2013}90.0".to_owned()), "{:?}", words(&figure));
}

/// Months have ticks of 6; the arrow starts where the bar ends; eight kinds of events are told
/// apart, and two at one time stand side by side.
#[test]
fn a_swimmer_has_clinical_ticks_and_arrows_on_its_bars() {
    let figure = SwimmerFigure {
        name: "Course".to_owned(),
        subjects: vec![Subject {
            label: "P1".to_owned(),
            pieces: vec![(0.0, 33.4, 0)],
            events: vec![(12.0, 0), (12.0, 5)],
            ongoing: true,
        }],
        states: vec!["Treatment".to_owned()],
        events: (0..8).map(|k| format!("Event {k}")).collect(),
        x_title: "Months since inclusion".to_owned(),
        width: None,
        embed: true,
    };
    let figure = figure.draw(&plain()).unwrap();
    assert_clean("swimmer", &figure.scene);
    let tick = |item: &Item| match item.role {
        Role::Tick(Axis::X, value) => Some(value),
        _ => None,
    };
    let ticks: Vec<f64> = figure.scene.items.iter().filter_map(tick).collect();
    assert_eq!(ticks, [0.0, 6.0, 12.0, 18.0, 24.0, 30.0, 36.0]);
    let one =
        |wanted: Role| figure.scene.find(move |role| *role == wanted).next().unwrap().bounds();
    assert!((one(Role::Arrow(0)).left - one(Role::Bar(0)).right).abs() < 0.1);
    assert!(one(Role::Dot(5)).left >= one(Role::Dot(0)).right);
}

fn step(label: &str, n: u64) -> FlowStep {
    FlowStep { label: label.to_owned(), n, excluded: None }
}

/// Lesions of the patients are a column of their own, in their own unit.
#[test]
fn a_flow_goes_on_in_another_unit() {
    let branch = FlowBranch {
        unit: "lesions".to_owned(),
        steps: vec![step("Disappearing lesions", 159), step("Assessed", 159)],
    };
    let figure = FlowFigure {
        steps: vec![step("Included", 45)],
        branch: Some(branch),
        ..FlowFigure::default()
    };
    let drawn = figure.draw(&plain()).unwrap();
    assert_clean("branch", &drawn.scene);
    assert!(words(&drawn).contains(&"n = 159 lesions".to_owned()));
    assert!(drawn.scene.description.contains("In lesions: Disappearing lesions: 159."));
    let arms = vec![vec![step("A", 45)]];
    let both = FlowFigure { arms, ..figure }.draw(&plain()).unwrap_err().to_string();
    assert!(both.contains("the number of arms"), "{both}");
}

/// The stem to the arms stands in the middle of them, with exclusions beside it.
#[test]
fn the_split_into_arms_is_symmetric() {
    let mut first = step("Assessed", 30);
    first.excluded = Some(riskset_plot::FlowExclusion {
        label: "Excluded".to_owned(),
        n: 10,
        reasons: vec![("Not eligible".to_owned(), 6), ("Declined".to_owned(), 4)],
    });
    let figure = FlowFigure {
        steps: vec![first, step("Randomised", 20)],
        arms: vec![vec![step("A", 10)], vec![step("B", 10)]],
        ..FlowFigure::default()
    };
    let drawn = figure.draw(&plain()).unwrap();
    assert_clean("arms", &drawn.scene);
    let box_of = |label: &str| {
        let mut texts = drawn.scene.texts();
        let (_, text) = texts.find(|(_, text)| text.letters() == label).unwrap();
        text.at.x
    };
    let middle = (box_of("A") + box_of("B")) / 2.0;
    assert!((box_of("Randomised") - middle).abs() < 1e-9);
}

/// Long names stand above their rows; the words of the rows keep their counts beside them.
#[test]
fn counts_stand_beside_their_words_under_long_names() {
    let name = "Neoadjuvant chemoradiotherapy followed by total mesorectal excision of the rectum";
    let options = FigureOptions { risk_table: RiskTable::KmUnicate, ..FigureOptions::default() };
    let figure = draw(vec![made_up(name, 90, 3, 0.02)], options);
    assert_clean("long name", &figure.scene);
    let baseline = |wanted: &str| {
        let mut texts = figure.scene.texts();
        let found = texts
            .find(|(role, text)| matches!(role, Role::RowLabel(_)) && text.letters() == wanted);
        found.unwrap().1.at.y
    };
    let counts = figure.scene.texts().filter(|(role, _)| matches!(role, Role::Count { .. }));
    let lines: Vec<f64> = counts.map(|(_, text)| text.at.y).collect();
    for word in ["At risk", "Events", "Censored"] {
        assert!(lines.iter().any(|y| (y - baseline(word)).abs() < 1e-9), "{word}");
    }
}

/// Every run is a text of its own: readers disagree on spans in text that is flush right.
#[test]
fn text_is_read_alike_by_all_readers() {
    let test = Annotation::Test { name: "Log-rank".to_owned(), p_value: 0.004 };
    let groups = vec![made_up("First", 120, 3, 0.02), made_up("Second", 90, 4, 0.05)];
    let svg = draw(groups, annotated(vec![test])).svg();
    assert!(!svg.contains("<tspan"));
    assert!(svg.contains(">Log-rank</text>") && svg.contains(">= 0.004</text>"), "{svg}");
}

#[test]
fn what_is_beyond_reason_is_refused_before_it_costs_time() {
    let with = |options: FigureOptions| refusal(vec![five()], options);
    let ticks = FigureOptions { break_time: Some(1e-9), ..FigureOptions::default() };
    assert!(with(ticks).contains("at most 200 ticks"));
    let size = FigureOptions { width: Some(1e7), ..FigureOptions::default() };
    assert!(with(size).contains("from 10 to 2000 mm"));
    let long = made_up(&"x".repeat(20_000), 30, 3, 0.03);
    assert!(refusal(vec![long], FigureOptions::default()).contains("at most 500"));
    let denormal = CurveInput { time: vec![1e-320, 2e-320, 3e-320, 4e-320, 5e-320], ..five() };
    assert!(refusal(vec![denormal], FigureOptions::default()).contains("smaller unit of time"));
    let poster =
        FigureOptions { width: Some(1000.0), height: Some(1000.0), ..FigureOptions::default() };
    let poster = draw(vec![five()], poster);
    assert!(poster.png(2400.0).unwrap_err().to_string().contains("100 million"));
    assert!(poster.tiff(2400.0).is_err());
}

/// What is no character of XML cannot come from a name; what was damaged cannot stop the reader.
#[test]
fn hostile_names_and_damaged_files_do_no_harm() {
    let group = made_up("a\u{ffff}b\u{fffe}", 60, 3, 0.03);
    let svg = draw(vec![group], FigureOptions::default()).svg();
    assert!(resvg::usvg::roxmltree::Document::parse(&svg).is_ok());
    let svg = draw(vec![five()], FigureOptions::default()).svg();
    let ragged = svg.replacen("[1.0,2.0,3.0,4.0,5.0]", "[1.0]", 1);
    assert_ne!(svg, ragged);
    let data = extract(ragged.as_bytes()).unwrap();
    assert!(data.tables.iter().all(|table| !table.to_csv().is_empty()));
}

/// Rare events on the full scale, and once more on their own in a free place.
#[test]
fn an_inset_shows_rare_events_beside_the_full_scale() {
    let time: Vec<f64> = (1..=200).map(|k| 1.0 + f64::from(k % 50)).collect();
    let event: Vec<bool> = (0..200).map(|k| k % 33 == 0).collect();
    let rows = riskset::RightCensored::new(&time, &event).unwrap();
    let curve = riskset::KaplanMeier::default().fit(&rows).unwrap();
    let group = || vec![CurveInput::from(&curve).named("All")];
    for quantity in [riskset_plot::Quantity::Survival, riskset_plot::Quantity::Incidence] {
        let options = FigureOptions { inset: true, quantity, ..FigureOptions::default() };
        let figure = draw(group(), options);
        assert_clean("inset", &figure.scene);
        let tall = |wanted: Role| -> f64 {
            let items = figure.scene.find(|role| *role == wanted);
            items.map(|item| item.bounds().height()).sum()
        };
        // The curve takes more of the inset's height than of the plot's.
        assert!(tall(Role::Inset(0)) > tall(Role::Curve(0)) + tall(Role::Tail(0)), "{quantity:?}");
        assert!(figure.says("The inset shows the same curves"));
        assert_eq!(status(&figure, "every curve is inside the plot"), Status::Pass);
    }
    let common = vec![made_up("All", 60, 0, 0.05)];
    let options = FigureOptions { inset: true, ..FigureOptions::default() };
    assert!(refusal(common, options).contains("leave the inset out"));
}

/// Equal ratios of time are equally long, and no check asks for a 0 that such an axis has not.
#[test]
fn time_may_be_logarithmic() {
    let group = || vec![made_up("All", 90, 3, 0.05)];
    let figure = draw(group(), FigureOptions { log_time: true, ..FigureOptions::default() });
    assert_clean("log time", &figure.scene);
    let tick = |item: &Item| match (&item.role, &item.shape) {
        (Role::Tick(Axis::X, value), Shape::Line(points, _)) => Some((*value, points[0].x)),
        _ => None,
    };
    let ticks: Vec<(f64, f64)> = figure.scene.items.iter().filter_map(tick).collect();
    let slope = |a: (f64, f64), b: (f64, f64)| (b.1 - a.1) / (b.0 / a.0).ln();
    let first = slope(ticks[0], ticks[1]);
    assert!(ticks.len() >= 3);
    assert!(ticks.windows(2).all(|pair| (slope(pair[0], pair[1]) - first).abs() < 1e-6));
    let failed: Vec<_> = figure.findings();
    assert!(failed.iter().all(|finding| finding.status < Status::Fail), "{failed:#?}");
    let both = FigureOptions { log_time: true, break_time: Some(5.0), ..FigureOptions::default() };
    assert!(refusal(group(), both).contains("not equally apart"));
}

/// One range of time for curves and their difference, whatever the data go on to.
#[test]
fn a_difference_is_cut_like_the_curves_above_it() {
    use riskset_plot::{PanelContent, PanelInput, Panels, PlotFigure};
    let options = FigureOptions { x_limits: Some((0.0, 12.0)), ..FigureOptions::default() };
    let groups = vec![made_up("First", 120, 3, 0.02), made_up("Second", 90, 4, 0.05)];
    let steps: Vec<(f64, f64, f64, f64)> =
        (0..40).map(|k| (f64::from(k), 0.01 * f64::from(k), -0.1, 0.3)).collect();
    let difference = PlotFigure::difference("Difference", "Months", &steps);
    let panel = |content| PanelInput { title: None, content };
    let figure = Panels {
        panels: vec![
            panel(PanelContent::Km(KmFigure { groups, options })),
            panel(PanelContent::Plot(difference)),
        ],
        columns: Some(1),
        ..Panels::default()
    };
    let drawn = figure.draw(&plain()).unwrap();
    assert_clean("difference", &drawn.scene);
    let of = |panel: usize, wanted: fn(&Role) -> bool| -> f64 {
        let items = drawn.scene.items.iter().filter(|item| item.panel == panel);
        items.filter(|item| wanted(&item.role)).map(|item| item.bounds().right).fold(0.0, f64::max)
    };
    let axis = of(1, |role| *role == Role::AxisLine(Axis::X));
    assert!((axis - of(0, |role| *role == Role::AxisLine(Axis::X))).abs() < 1e-9);
    assert!(of(1, |role| matches!(role, Role::Curve(_))) <= axis + 0.3);
    assert!(of(1, |role| matches!(role, Role::Band(_))) <= axis + 0.3);
}
