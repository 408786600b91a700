//! Proportions of lesions, with intervals that allow for several lesions of one patient.

use super::context::Context;
use super::data::Sheet;
use super::file::{Part, Proportion};
use crate::Error;
use crate::store::{Estimate, Unit, slug};
use riskset::{ClusteredProportion, Groups, ProportionInterval, ProportionVariance};
use std::collections::BTreeMap;

/// What the options of a proportion come to, for Methods and captions.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub variance: ProportionVariance,
    pub interval: ProportionInterval,
    pub level: f64,
}

impl Options {
    /// Variance and interval as Methods name them.
    pub fn words(&self) -> String {
        let variance = match self.variance {
            ProportionVariance::Donner => {
                "variance by the design effect of Donner and Donald, with the intraclass \
                 correlation from analysis of variance"
            }
            ProportionVariance::Gee => {
                "variance by generalised estimating equations, exchangeable correlation"
            }
            ProportionVariance::Ratio => "variance of a ratio estimator between patients",
            ProportionVariance::Binomial => "binomial variance, which takes lesions as independent",
        };
        let interval = match self.interval {
            ProportionInterval::Wald => "Wald interval",
            ProportionInterval::Logit => "interval on the logit scale",
            ProportionInterval::Wilson => "Wilson interval",
            ProportionInterval::Exact => "exact interval",
        };
        format!("{variance}; {interval}")
    }
}

/// The options of the study file; their words were checked.
pub fn options(context: &Context, spec: &Proportion) -> Options {
    let variance = match spec.variance.as_ref().map(|text| text.get_ref().as_str()) {
        None | Some("donner") => ProportionVariance::Donner,
        Some("gee") => ProportionVariance::Gee,
        Some("ratio") => ProportionVariance::Ratio,
        Some(_) => ProportionVariance::Binomial,
    };
    let interval = match spec.interval.as_ref().map(|text| text.get_ref().as_str()) {
        None => variance.default_interval(),
        Some("wald") => ProportionInterval::Wald,
        Some("logit") => ProportionInterval::Logit,
        Some("wilson") => ProportionInterval::Wilson,
        Some(_) => ProportionInterval::Exact,
    };
    let level = spec.level.as_ref().map_or(context.level, |level| *level.get_ref());
    Options { variance, interval, level }
}

/// Estimates each row; the numbers go under `NAME.ROW`.
pub fn proportion(context: &mut Context, lesions: &Sheet, spec: &Proportion) -> Result<(), Error> {
    let options = options(context, spec);
    let base = lesions.mask(context.source, spec.filter.as_ref())?;
    let outcome = lesions.flags(context.source, &spec.event)?;
    let patients = lesions.clusters();
    let mut estimator = ClusteredProportion::default()
        .conf_level(options.level)
        .variance(options.variance)
        .interval(options.interval);
    if let Some(threshold) = spec.threshold {
        estimator = estimator.threshold(threshold);
        let key = format!("{}.threshold", slug(spec.name.get_ref()));
        context.store.value(key, Some(100.0 * threshold), Unit::Percent, 0, "threshold");
    }
    for row in &spec.rows {
        let wanted = lesions.mask(context.source, row.filter.as_ref())?;
        let rows: Vec<usize> = (0..base.len())
            .filter(|&lesion| base[lesion] && wanted[lesion] && outcome[lesion].is_some())
            .collect();
        if rows.is_empty() {
            return Err(nobody(context, row));
        }
        let events: Vec<bool> = rows.iter().filter_map(|&lesion| outcome[lesion]).collect();
        let clusters = renumbered(rows.iter().map(|&lesion| patients[lesion]));
        let fit =
            estimator.fit(&events, &clusters).map_err(|error| context.failed(&row.name, error))?;
        put(context, spec, row, &fit, options);
    }
    Ok(())
}

/// The clusters of some rows, numbered from 0 in the order in which they appear.
fn renumbered(clusters: impl Iterator<Item = u32>) -> Groups {
    let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
    let index: Vec<u32> = clusters
        .map(|cluster| {
            let next = numbers.len() as u32;
            *numbers.entry(cluster).or_insert(next)
        })
        .collect();
    Groups::new(index, numbers.len()).expect("every number was just given to a row")
}

fn nobody(context: &Context, row: &Part) -> Error {
    context.source.refuse(
        &row.name,
        format!(
            "no lesion is left for the row {:?}; check its filter and whether the counted column \
             is filled",
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
    let store = &mut context.store;
    store.count(format!("{key}.k"), fit.events, "lesions counted");
    store.count(format!("{key}.n"), fit.n, "lesions");
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
    for warning in &fit.warnings {
        let name = format!("{}, {}", spec.label, row.label);
        let (code, message) = match warning {
            riskset::ProportionWarning::AllAlike => (
                "all_alike",
                format!("{name}: all lesions are alike, so the correlation cannot be seen"),
            ),
            riskset::ProportionWarning::NegativeIcc { .. } => (
                "negative_icc",
                format!("{name}: lesions of one patient differ more than those of different ones"),
            ),
            riskset::ProportionWarning::FewClusters { clusters } => (
                "few_clusters",
                format!(
                    "{name}: the lesions come from {clusters} patients, too few for the variance \
                     and its normal limits to be trusted"
                ),
            ),
        };
        context.warn(code, message);
    }
}
