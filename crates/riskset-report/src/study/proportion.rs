//! Proportions of units, with intervals that allow for several lesions of one patient.

use super::context::{Context, lower_first};
use super::data::Sheet;
use super::file::{Part, Proportion};
use crate::Error;
use crate::methods::words;
use crate::store::{Estimate, Unit, slug};
use riskset::{ProportionInterval, ProportionVariance};
use riskset_analysis::{
    Answer, Data, NewColumn, NpvAnswer, NpvRequest, Problem, Request, RowsRequest, run,
};

/// What the options of a proportion come to, for Methods and captions.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub variance: ProportionVariance,
    pub interval: ProportionInterval,
    pub level: f64,
}

impl Options {
    /// Variance and interval as Methods name them.
    pub fn words(&self, units: &str) -> String {
        words::proportion(self.variance, self.interval, units)
    }
}

/// The options of the study file; their words were checked.
pub fn options(context: &Context, spec: &Proportion) -> Options {
    let chosen = "the words were checked";
    let variance = spec.variance.as_ref().map(|text| text.get_ref().parse().expect(chosen));
    let variance: ProportionVariance = variance.unwrap_or_default();
    let interval = spec.interval.as_ref().map(|text| text.get_ref().parse().expect(chosen));
    let interval = interval.unwrap_or_else(|| variance.default_interval());
    let level = spec.level.as_ref().map_or(context.level, |level| *level.get_ref());
    Options { variance, interval, level }
}

/// What each row is called where it does not stand under its heading.
pub fn full_labels(spec: &Proportion) -> Vec<String> {
    let mut under = None;
    let label = |row: &Part| {
        under = row.heading.clone().or_else(|| under.take());
        under.as_ref().map_or_else(
            || row.label.clone(),
            |heading| format!("{heading}, {}", lower_first(&row.label)),
        )
    };
    spec.rows.iter().map(label).collect()
}

/// Estimates each row; the numbers go under `NAME.ROW`.
pub fn proportion(context: &mut Context, units: &Sheet, spec: &Proportion) -> Result<(), Error> {
    let options = options(context, spec);
    let base = units.mask(context.source, spec.filter.as_ref())?;
    let outcome = units.events(context.source, &spec.event)?;
    let patients = units.clusters();
    if let Some(threshold) = spec.threshold {
        let key = format!("{}.threshold", slug(spec.name.get_ref()));
        context.store.value(key, Some(100.0 * threshold), Unit::Percent, 0, "threshold");
    }
    for (row, label) in spec.rows.iter().zip(full_labels(spec)) {
        let wanted = units.mask(context.source, row.filter.as_ref())?;
        let rows: Vec<usize> = (0..base.len())
            .filter(|&lesion| base[lesion] && wanted[lesion] && outcome[lesion].is_some())
            .collect();
        if rows.is_empty() {
            return Err(nobody(context, row));
        }
        let columns = vec![
            (
                "event".to_owned(),
                NewColumn::Flags(rows.iter().map(|&lesion| outcome[lesion]).collect()),
            ),
            (
                "patient".to_owned(),
                NewColumn::Numbers(
                    rows.iter().map(|&row| Some(f64::from(patients[row]))).collect(),
                ),
            ),
        ];
        let answer = ask(columns, spec, row, options)
            .map_err(|problem| context.problem::<Proportion>(&row.name, &problem))?;
        put(context, spec, row, &answer.groups[0].1, options);
        for doubt in &answer.about.doubts {
            context.doubt::<Proportion>(&format!("{}, {label}", spec.label), doubt);
        }
    }
    Ok(())
}

/// One row of the table as a request.
fn ask(
    columns: Vec<(String, NewColumn)>,
    spec: &Proportion,
    row: &Part,
    options: Options,
) -> Result<NpvAnswer, Problem> {
    let name = row.name.get_ref();
    let request = Request::Npv(NpvRequest {
        rows: RowsRequest::new(name, "event ~ 1"),
        cluster: "patient".to_owned(),
        by: Vec::new(),
        conf_level: options.level,
        variance: options.variance,
        interval: Some(options.interval),
        threshold: spec.threshold,
    });
    match run(&request, &Data::columns(name, columns)?)? {
        Answer::Npv(answer) => Ok(*answer),
        other => unreachable!("proportions were asked for, not {other:?}"),
    }
}

fn nobody(context: &Context, row: &Part) -> Error {
    context.source.refuse(
        &row.name,
        format!(
            "no {} is left for the row {:?}; check its filter and whether the counted column is \
             filled",
            context.file.one_unit(),
            row.name.get_ref()
        ),
    )
}

fn put(
    context: &mut Context,
    spec: &Proportion,
    row: &Part,
    fit: &riskset::Proportion,
    options: Options,
) {
    let key = format!("{}.{}", slug(spec.name.get_ref()), slug(row.name.get_ref()));
    let source = format!(
        "{} variance, {} interval, level {}",
        options.variance.name(),
        options.interval.name(),
        options.level
    );
    let many = context.file.many_units();
    let store = &mut context.store;
    store.count(format!("{key}.k"), fit.events, &format!("{many} counted"));
    store.count(format!("{key}.n"), fit.n, many);
    store.count(format!("{key}.clusters"), fit.clusters, "patients");
    store.value(format!("{key}.icc"), fit.icc, Unit::Value, 2, &source);
    store.value(format!("{key}.design_effect"), fit.design_effect, Unit::Ratio, 2, &source);
    let estimate = Estimate {
        estimate: Some(100.0 * fit.estimate),
        lower: fit.interval.and_then(|limits| limits.lower).map(|limit| 100.0 * limit),
        upper: fit.interval.and_then(|limits| limits.upper).map(|limit| 100.0 * limit),
    };
    store.estimate(&key, estimate, Unit::Percent, 1, &source);
    if let Some(test) = fit.threshold {
        let source = "one-sided test that the proportion exceeds the threshold";
        store.value(format!("{key}.p_value"), Some(test.p_value), Unit::PValue, 3, source);
    }
}
