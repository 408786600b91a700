//! The numbers of a section that judges models, put into the store.

use crate::store::{Estimate, Unit};
use crate::study::compare::at_key;
use crate::study::context::Context;
use riskset::{BrierEstimate, Concordance, Interval, normal};
use riskset_analysis::{ModelComparison, ModelPerformance, RiskGroupsAnswer};

/// Puts what a model is worth under a key.
pub fn put_model(
    context: &mut Context,
    key: &str,
    model: &ModelPerformance,
    observed: &'static str,
) {
    let level = context.level;
    let (store, measures) = (&mut context.store, &model.measures);
    let estimate = |estimate: Option<f64>, interval: Option<Interval>| Estimate {
        estimate,
        lower: interval.and_then(|interval| interval.lower),
        upper: interval.and_then(|interval| interval.upper),
    };
    store.count(format!("{key}.parameters"), model.parameters, "coefficients");
    let harrell = concordance(&measures.harrell, level);
    store.estimate(&format!("{key}.harrell"), harrell, Unit::Value, 3, "Harrell's concordance");
    let uno = concordance(&measures.uno, level);
    store.estimate(&format!("{key}.uno"), uno, Unit::Value, 3, "Uno's concordance");
    for auc in measures.auc.at() {
        let found = estimate(auc.estimate, Some(auc.interval));
        let key = format!("{key}.{}.auc", at_key(auc.time));
        store.estimate(&key, found, Unit::Value, 3, "cumulative/dynamic area under the curve");
    }
    for at in measures.brier.at() {
        let Some(time) = at.time else { continue };
        let BrierEstimate { estimate: score, interval, .. } = at.score;
        let found = estimate(Some(score), Some(interval));
        let key = format!("{key}.{}.brier", at_key(time));
        store.estimate(&key, found, Unit::Value, 3, "Brier score, weighted for censoring");
    }
    for at in &measures.calibration {
        let ratio = estimate(at.ratio, Some(at.ratio_interval));
        let key = format!("{key}.{}.observed_over_predicted", at_key(at.time));
        store.estimate(&key, ratio, Unit::Ratio, 2, observed);
    }
    store.value(format!("{key}.aic"), model.aic, Unit::Value, 1, "Akaike's criterion");
    for corrected in model.bootstrap.iter().flat_map(|found| &found.measures) {
        let at = corrected.time.map_or(String::new(), |time| format!(".{}", at_key(time)));
        let key = format!("{key}{at}.{}.corrected", corrected.measure);
        let decimals = if corrected.measure == "slope" { 2 } else { 3 };
        let source = "corrected for optimism by the bootstrap";
        let Interval { lower, upper } = corrected.interval;
        store.value(key.clone(), corrected.corrected, Unit::Value, decimals, source);
        if lower.is_some() {
            let source = "percentile of the bootstrap, moved by the optimism";
            store.value(format!("{key}.lower"), lower, Unit::Value, decimals, source);
            store.value(format!("{key}.upper"), upper, Unit::Value, decimals, source);
        }
    }
}

/// A concordance with its interval, symmetric and cut at 0 and 1.
fn concordance(found: &Concordance, level: f64) -> Estimate {
    let half = found.std_error.zip(normal::two_sided_quantile(level).ok()).map(|(se, z)| se * z);
    let limit = |sign: f64| Some((found.estimate? + sign * half?).clamp(0.0, 1.0));
    Estimate { estimate: found.estimate, lower: limit(-1.0), upper: limit(1.0) }
}

/// Puts the differences of two models under the name of their section.
pub fn put_comparison(context: &mut Context, name: &str, comparison: &ModelComparison) {
    let store = &mut context.store;
    let harrell = &comparison.harrell;
    let difference = Estimate {
        estimate: harrell.estimate,
        lower: harrell.interval.lower,
        upper: harrell.interval.upper,
    };
    let key = format!("{name}.difference.harrell");
    store.estimate(&key, difference, Unit::Value, 3, "paired difference of Harrell's concordance");
    let p = harrell.p_value;
    store.value(format!("{key}.p_value"), p, Unit::PValue, 3, "the predictions taken as given");
    if let Some(test) = comparison.nested {
        let source = "likelihood-ratio test of the terms that the model has more";
        store.value(format!("{name}.nested.p_value"), Some(test.p_value), Unit::PValue, 3, source);
    }
}

/// A fraction with its limits, of a hundred.
pub fn per_hundred(estimate: Option<f64>, limits: Option<Interval>) -> Estimate {
    let part = |value: Option<f64>| value.map(|value| 100.0 * value);
    Estimate {
        estimate: part(estimate),
        lower: part(limits.and_then(|limits| limits.lower)),
        upper: part(limits.and_then(|limits| limits.upper)),
    }
}

/// The incidence of each group, seen and predicted.
fn put_incidences(context: &mut Context, name: &str, answer: &RiskGroupsAnswer) {
    let store = &mut context.store;
    for (place, group) in answer.groups.iter().enumerate() {
        let key = format!("{name}.group{}", place + 1);
        store.count(format!("{key}.n"), group.n, "patients of the group");
        store.count(format!("{key}.events"), group.events, "events");
        store.count(format!("{key}.competing"), group.competing, "competing events");
        let seen = group.incidence.first();
        let limits = seen.and_then(|at| at.interval);
        let incidence = per_hundred(seen.and_then(|at| at.estimate), limits);
        store.estimate(&format!("{key}.incidence"), incidence, Unit::Percent, 1, "Aalen-Johansen");
        let predicted = group.predicted.first().map(|risk| 100.0 * risk);
        let source = "mean of the predicted incidence";
        store.value(format!("{key}.predicted"), predicted, Unit::Percent, 1, source);
    }
}

/// Puts the groups by predicted risk under the name of their section: `NAME.group1`, from the lowest.
pub fn put_groups(context: &mut Context, name: &str, answer: &RiskGroupsAnswer) {
    if answer.request.cause.is_some() {
        return put_incidences(context, name, answer);
    }
    let unit = Unit::Time(context.unit);
    let store = &mut context.store;
    for (place, group) in answer.groups.iter().enumerate() {
        let key = format!("{name}.group{}", place + 1);
        store.count(format!("{key}.n"), group.n, "patients of the group");
        store.count(format!("{key}.events"), group.events, "events");
        let median = group.seen.as_ref().and_then(|seen| seen.quantiles.first());
        let median = Estimate {
            estimate: median.and_then(|median| median.estimate),
            lower: median.and_then(|median| median.lower),
            upper: median.and_then(|median| median.upper),
        };
        store.estimate(&format!("{key}.median"), median, unit, 1, "Kaplan-Meier");
        let seen = group.seen.as_ref().and_then(|seen| seen.at_times.first());
        let limits = seen.and_then(|at| at.interval);
        let survival = per_hundred(seen.and_then(|at| at.survival), limits);
        store.estimate(&format!("{key}.survival"), survival, Unit::Percent, 1, "Kaplan-Meier");
        let predicted = group.predicted.first().map(|risk| 100.0 * risk);
        let source = "mean of the predicted survival";
        store.value(format!("{key}.predicted"), predicted, Unit::Percent, 1, source);
    }
}
