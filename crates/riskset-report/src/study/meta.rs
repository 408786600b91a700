//! Counts of several series in one random-effects proportion, beside the study's own numbers.

use super::context::Context;
use super::data::{Input, Sheet};
use super::figures::{Figure, capital, dress, failed};
use super::file::Meta;
use super::text::Section;
use crate::Error;
use crate::methods::words;
use crate::store::{Estimate, Unit, slug, unique_slugs};
use crate::table::{Align, Table};
use riskset::{Interval, MetaFit, MetaModel};
use riskset_analysis::{Answer, Data, MetaProportionRequest, NewColumn, Request};
use riskset_plot::{ForestEffect, ForestFigure, ForestRow, ForestScale, Profile};
use std::path::Path;

/// A meta-analysis whose numbers are in the store.
#[derive(Debug)]
pub struct Pooled<'a> {
    pub spec: &'a Meta,
    pub input: Input,
    /// Each series with the key of its numbers, in the order of the file.
    series: Vec<(String, String)>,
    /// Shares of the weight, in the same order.
    weights: Vec<f64>,
}

/// Reads the counts and pools them; the numbers go under `NAME`.
pub fn pool<'a>(
    context: &mut Context<'a>,
    folder: &Path,
    spec: &'a Meta,
) -> Result<Pooled<'a>, Error> {
    let sheet = Sheet::series(context.source, folder, &spec.file, &spec.study)?;
    let rows = chosen(context, spec, &sheet)?;
    let names: Vec<String> = rows.iter().map(|&(row, ..)| sheet.id(row).to_owned()).collect();
    let count = |of: fn(&(usize, u64, u64)) -> u64| {
        NewColumn::Numbers(rows.iter().map(|row| Some(of(row) as f64)).collect())
    };
    let columns = vec![
        ("series".to_owned(), NewColumn::Texts(names.iter().cloned().map(Some).collect())),
        ("events".to_owned(), count(|row| row.1)),
        ("n".to_owned(), count(|row| row.2)),
    ];
    let request = Request::MetaProportion(MetaProportionRequest {
        events: "events".to_owned(),
        n: "n".to_owned(),
        study: "series".to_owned(),
        conf_level: context.level,
        method: model(spec),
        ..MetaProportionRequest::default()
    });
    let answer =
        Data::columns(spec.name.get_ref(), columns).and_then(|data| context.run(&request, &data));
    let answer = answer.map_err(|problem| context.problem::<Meta>(&spec.name, &problem))?;
    let Answer::MetaProportion(answer) = answer else { unreachable!("a pooling was asked for") };
    let fit = &answer.fit;
    let name = slug(spec.name.get_ref());
    let keys = unique_slugs(names.iter().map(String::as_str));
    let keys = keys.into_iter().map(|key| format!("{name}.series.{key}"));
    let series: Vec<(String, String)> = names.iter().cloned().zip(keys).collect();
    put(context, spec, &name, &series, fit);
    for doubt in &answer.about.doubts {
        context.doubt::<Meta>(&spec.label, doubt);
    }
    let weights = fit.studies.iter().map(|study| study.weight).collect();
    Ok(Pooled { spec, input: sheet.input().clone(), series, weights })
}

fn model(spec: &Meta) -> MetaModel {
    match spec.method.as_ref().map(|text| text.get_ref().as_str()) {
        Some("glmm") => MetaModel::Exact,
        _ => MetaModel::TwoStep,
    }
}

/// The rows with both counts: row, events, size. A series must not be counted twice.
fn chosen(context: &Context, spec: &Meta, sheet: &Sheet) -> Result<Vec<(usize, u64, u64)>, Error> {
    let source = context.source;
    let mask = sheet.mask(source, spec.subset.as_ref())?;
    let (events, sizes) = (sheet.numbers(source, &spec.events)?, sheet.numbers(source, &spec.n)?);
    let count = |text: &super::file::Text, row: usize, value: f64| {
        if value >= 0.0 && value.fract() == 0.0 && value < 9e15 {
            return Ok(value as u64);
        }
        let series = sheet.id(row);
        Err(source.refuse(text, format!("{series}: {value} is not a count (0, 1, 2 and so on)")))
    };
    let mut rows: Vec<(usize, u64, u64)> = Vec::new();
    for row in (0..sheet.n()).filter(|&row| mask[row]) {
        let (Some(k), Some(n)) = (events[row], sizes[row]) else { continue };
        if rows.iter().any(|&(earlier, ..)| sheet.id(earlier) == sheet.id(row)) {
            return Err(source.refuse(
                &spec.study,
                format!(
                    "{:?} stands in two of the rows chosen, and its patients would count twice; \
                     choose one with `subset`",
                    sheet.id(row)
                ),
            ));
        }
        rows.push((row, count(&spec.events, row, k)?, count(&spec.n, row, n)?));
    }
    Ok(rows)
}

fn put(context: &mut Context, spec: &Meta, name: &str, series: &[(String, String)], fit: &MetaFit) {
    let store = &mut context.store;
    let percent = |estimate: f64, limits: Interval| Estimate {
        estimate: Some(100.0 * estimate),
        lower: limits.lower.map(|limit| 100.0 * limit),
        upper: limits.upper.map(|limit| 100.0 * limit),
    };
    for ((_, key), study) in series.iter().zip(&fit.studies) {
        store.count(format!("{key}.k"), study.events as usize, "as printed in the series");
        store.count(format!("{key}.n"), study.n as usize, "as printed in the series");
        let own = percent(study.estimate, study.interval);
        store.estimate(key, own, Unit::Percent, 1, "exact interval");
        let weight = Some(100.0 * study.weight);
        store.value(format!("{key}.weight"), weight, Unit::Percent, 1, "share of the weight");
    }
    let source = method(spec);
    store.count(format!("{name}.studies"), series.len(), "series");
    let total = fit.studies.iter().map(|study| study.n as usize).sum();
    store.count(format!("{name}.n"), total, "units of all series");
    let pooled = percent(fit.estimate, fit.interval);
    store.estimate(&format!("{name}.pooled"), pooled, Unit::Percent, 1, source);
    let further = percent(fit.estimate, fit.prediction);
    store.estimate(&format!("{name}.prediction"), further, Unit::Percent, 1, source);
    let between = Some(fit.tau_squared);
    store.value(format!("{name}.tau_squared"), between, Unit::Value, 2, "variance of the logits");
    let share = Some(100.0 * fit.i_squared);
    store.value(format!("{name}.i_squared"), share, Unit::Percent, 0, "share between series");
    let test = "Cochran's test of homogeneity";
    store.value(format!("{name}.q"), Some(fit.q.statistic), Unit::Value, 1, test);
    store.value(format!("{name}.p_value"), Some(fit.q.p_value), Unit::PValue, 3, test);
}

/// How the series were pooled, for Methods, captions and footnotes.
pub fn method(spec: &Meta) -> &'static str {
    words::pooled(model(spec)).0
}

fn measure(spec: &Meta) -> &str {
    spec.measure.as_deref().unwrap_or("Proportion")
}

/// A pooled interval wider than this, in percentage points, says nothing that the series do not say.
const WIDEST: f64 = 50.0;

/// The paragraph of Results.
pub fn text(context: &Context, pooled: &Pooled) -> Section {
    let spec = pooled.spec;
    let name = slug(spec.name.get_ref());
    let show = |key: &str| context.store.show(key, &context.style);
    let range = |key: String| context.store.show_range(&key, &context.style);
    let series: Vec<String> = pooled
        .series
        .iter()
        .map(|(label, key)| {
            format!(
                "{}% in {label} ({} of {})",
                show(&format!("{key}.estimate")),
                show(&format!("{key}.k")),
                show(&format!("{key}.n"))
            )
        })
        .collect();
    let spread = format!(
        "I\u{b2}, {}%; Cochran's test, {}",
        show(&format!("{name}.i_squared")),
        context.style.p_equation(context.store.number(&format!("{name}.p_value")))
    );
    let limit = |part: &str| context.store.number(&format!("{name}.pooled.{part}"));
    let width = limit("upper").zip(limit("lower")).map(|(upper, lower)| upper - lower);
    let mut text = format!("{} was {}.", measure(spec), words::join_and(&series));
    text.push_str(&match width {
        Some(width) if width <= WIDEST => format!(
            " In a random-effects model of the {} series it was {}% ({} {}%; {spread}); the {} \
             prediction interval for a further series was {}%.",
            show(&format!("{name}.studies")),
            show(&format!("{name}.pooled.estimate")),
            context.ci_before_limits(),
            range(format!("{name}.pooled")),
            context.style.level(context.level),
            range(format!("{name}.prediction"))
        ),
        _ => format!(
            " The {} series differ too much, and are too few, for a common value ({} of a random-effects \
             model, {}%; {spread}).",
            show(&format!("{name}.studies")),
            context.ci(),
            range(format!("{name}.pooled"))
        ),
    });
    if let Some(note) = &spec.note {
        text.push_str(&format!(" {note}"));
    }
    Section { heading: spec.label.clone(), paragraphs: vec![text] }
}

/// One row per series, the pooled proportion, the prediction.
pub fn table(context: &Context, pooled: &Pooled) -> Table {
    let spec = pooled.spec;
    let name = slug(spec.name.get_ref());
    let show = |key: String| context.store.show(&key, &context.style);
    let interval = |key: &str| context.store.show_interval(key, &context.style);
    let mut table = Table::new(spec.label.clone())
        .column("Series", Align::Left)
        .column("No. / of", Align::Right)
        .column(format!("{} ({}), %", measure(spec), context.ci()), Align::Right)
        .column("Weight, %", Align::Right);
    for (label, key) in &pooled.series {
        table = table.row([
            label.clone(),
            format!("{} / {}", show(format!("{key}.k")), show(format!("{key}.n"))),
            interval(key),
            show(format!("{key}.weight")),
        ]);
    }
    let empty = String::new;
    table = table.row(["Pooled".into(), empty(), interval(&format!("{name}.pooled")), empty()]);
    let range = context.store.show_range(&format!("{name}.prediction"), &context.style);
    table = table.row(["Prediction interval of a further series".into(), empty(), range, empty()]);
    table = table.footnote(format!(
        "{}; intervals of the series are exact. Variance between series (logits) {}, I² {}%, \
         Cochran's test {}.",
        capital(method(spec)),
        show(format!("{name}.tau_squared")),
        show(format!("{name}.i_squared")),
        context.style.p_equation(context.store.number(&format!("{name}.p_value")))
    ));
    spec.note.iter().fold(table, |table, note| table.footnote(note.clone()))
}

/// The forest plot.
pub fn figure(context: &Context, profile: &Profile, pooled: &Pooled) -> Result<Figure, Error> {
    let spec = pooled.spec;
    let name = spec.name.get_ref().clone();
    let prefix = slug(&name);
    let show = |key: String| context.store.show(&key, &context.style);
    let number = |key: &str, part: &str| {
        context.store.number(&format!("{key}.{part}")).map(|percent| 0.01 * percent)
    };
    let effect = |key: &str, weight: Option<f64>| match number(key, "estimate") {
        None => ForestEffect::NotEstimable,
        Some(value) => ForestEffect::Estimate {
            value,
            lower: number(key, "lower"),
            upper: number(key, "upper"),
            weight,
        },
    };
    let mut rows: Vec<ForestRow> = pooled
        .series
        .iter()
        .zip(&pooled.weights)
        .map(|((label, key), &weight)| ForestRow {
            label: label.clone(),
            cells: vec![format!("{}/{}", show(format!("{key}.k")), show(format!("{key}.n")))],
            effect: effect(key, Some(weight)),
            last: format!("{}%", show(format!("{key}.weight"))),
            ..ForestRow::default()
        })
        .collect();
    let key = format!("{prefix}.pooled");
    let summary = match (number(&key, "estimate"), number(&key, "lower"), number(&key, "upper")) {
        (Some(value), Some(lower), Some(upper)) => ForestEffect::Summary { value, lower, upper },
        _ => effect(&key, None),
    };
    rows.push(ForestRow { label: "Pooled".into(), effect: summary, ..ForestRow::default() });
    let prediction = format!("{prefix}.prediction");
    rows.push(ForestRow {
        label: "Prediction".into(),
        effect: match (number(&prediction, "lower"), number(&prediction, "upper")) {
            (Some(lower), Some(upper)) => ForestEffect::Prediction { lower, upper },
            _ => ForestEffect::NotEstimable,
        },
        ..ForestRow::default()
    });
    let figure = ForestFigure {
        name: spec.label.clone(),
        rows,
        label_header: "Series".into(),
        headers: vec!["No.".into()],
        effect_header: format!("{} ({})", measure(spec), context.ci()),
        last_header: "Weight".into(),
        scale: ForestScale::Probability,
        x_title: measure(spec).to_owned(),
        limits: Some((0.0, 1.0)),
        line: None,
        decimals: Some(1),
        conf_level: context.level,
        ..ForestFigure::default()
    };
    let scene = figure.draw(profile).map_err(|error| failed(&name, &error))?;
    let note = spec.note.as_ref().map_or(String::new(), |note| format!(" {note}"));
    let caption = format!(
        "{}. Intervals of the series are exact; the last line is the prediction interval of a \
         further series.{note}",
        capital(method(spec))
    );
    // The counts are those of the literature, whatever the study's own data are.
    Ok(dress(false, name, spec.label.clone(), caption, scene))
}
