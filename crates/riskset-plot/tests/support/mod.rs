//! What the figure tests share: reading a CSV, fitting groups, made-up patients.

#![allow(dead_code)] // each test file uses its own part

use riskset::{Groups, KaplanMeier, RightCensored, SurvivalCurve};
use riskset_plot::scene::{Role, Shape};
use riskset_plot::{CurveInput, Scene};
use std::collections::BTreeMap;
use std::path::Path;

/// Rows of a CSV without quotes, by column name.
pub struct Csv {
    columns: BTreeMap<String, usize>,
    rows: Vec<Vec<String>>,
}

impl Csv {
    pub fn read(path: &Path) -> Csv {
        let text = std::fs::read_to_string(path).unwrap();
        let mut lines = text.lines();
        let split = |line: &str| -> Vec<String> {
            line.split(',').map(|field| field.trim_matches('"').to_owned()).collect()
        };
        let names = split(lines.next().unwrap());
        let columns = names.into_iter().enumerate().map(|(at, name)| (name, at)).collect();
        Csv { columns, rows: lines.map(split).collect() }
    }

    /// The rows whose column holds this value.
    pub fn only(mut self, column: &str, value: &str) -> Csv {
        let at = self.columns[column];
        self.rows.retain(|row| row[at] == value);
        self
    }

    pub fn text(&self, column: &str) -> Vec<String> {
        let at = self.columns[column];
        self.rows.iter().map(|row| row[at].clone()).collect()
    }

    pub fn numbers(&self, column: &str) -> Vec<f64> {
        self.text(column).iter().map(|text| text.parse().unwrap()).collect()
    }
}

/// One curve per group; `names` gives level and label, in order.
pub fn curves(
    time: &[f64],
    event: &[bool],
    level: &[String],
    names: &[(&str, &str)],
) -> Vec<CurveInput> {
    let index = |level: &String| names.iter().position(|name| name.0 == level).unwrap() as u32;
    let groups = Groups::new(level.iter().map(index).collect(), names.len()).unwrap();
    let response = RightCensored::new(time, event).unwrap();
    let fitted = KaplanMeier::default().fit_groups(&response, &groups).unwrap();
    let named =
        |(curve, name): (&SurvivalCurve, &(&str, &str))| CurveInput::from(curve).named(name.1);
    fitted.iter().zip(names).map(named).collect()
}

/// A made-up group: `n` patients, one of them censored in every `every`, times spread by `hazard`.
pub fn made_up(label: &str, n: usize, every: usize, hazard: f64) -> CurveInput {
    let time: Vec<f64> = (0..n)
        .map(|i| -(1.0 - (i as f64 + 0.5) / n as f64).ln() / hazard)
        .map(|time| (time * 100.0).round() / 100.0 + 0.01)
        .collect();
    let event: Vec<bool> = (0..n).map(|i| every == 0 || i % every != every - 1).collect();
    let curve = KaplanMeier::default().fit(&RightCensored::new(&time, &event).unwrap()).unwrap();
    CurveInput::from(&curve).named(label)
}

/// Five patients: events at 1, 3 and 5, censored at 2 and 4.
pub fn five() -> CurveInput {
    let (time, event) = ([1.0, 2.0, 3.0, 4.0, 5.0], [true, false, true, false, true]);
    let curve = KaplanMeier::default().fit(&RightCensored::new(&time, &event).unwrap()).unwrap();
    CurveInput::from(&curve).named("All")
}

/// Nothing leaves the page, no text covers a text, no note covers a curve or a mark.
pub fn assert_clean(name: &str, scene: &Scene) {
    let page = scene.page();
    for item in &scene.items {
        assert!(page.contains(&item.bounds()), "{name}: {item:?} leaves the page");
    }
    let texts: Vec<_> = scene.texts().collect();
    for (index, (role, text)) in texts.iter().enumerate() {
        assert!(text.size >= 6.0, "{name}: {role:?} is smaller than 6 pt");
        let place = text.bounds().grown(-0.1);
        for (other_role, other) in &texts[..index] {
            assert!(
                !place.overlaps(&other.bounds().grown(-0.1)),
                "{name}: {role:?} `{}` covers {other_role:?} `{}`",
                text.letters(),
                other.letters()
            );
        }
        let note = matches!(role, Role::Annotation | Role::LegendLabel(_) | Role::DirectLabel(_));
        for item in scene.items.iter().filter(|_| note) {
            let curve = matches!(item.role, Role::Curve(_) | Role::Tail(_) | Role::Censor(..));
            if let (true, Shape::Line(points, _)) = (curve, &item.shape) {
                let crossed = points.windows(2).any(|p| place.crossed_by(p[0], p[1]));
                assert!(!crossed, "{name}: `{}` covers {:?}", text.letters(), item.role);
            }
        }
    }
}
