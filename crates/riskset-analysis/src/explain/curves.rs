//! The product, Greenwood's sum and the area under a curve.

use super::{StepKind, Steps, column, titled};
use crate::KmGroup;
use riskset::{CurveVariance, SurvivalCurve, SurvivalEstimator};

/// The steps of each curve, and of its restricted mean to `tau`.
pub(crate) fn curves(groups: &[KmGroup], tau: Option<f64>) -> Vec<Steps> {
    groups
        .iter()
        .flat_map(|group| {
            let label = group.name.label.as_deref();
            let area = tau.filter(|_| group.restricted_mean.is_some());
            [Some(curve(&group.curve, label)), area.map(|tau| rectangles(&group.curve, label, tau))]
        })
        .flatten()
        .collect()
}

fn curve(curve: &SurvivalCurve, label: Option<&str>) -> Steps {
    let product = curve.estimator() == SurvivalEstimator::KaplanMeier;
    let (name, factor, why) = match product {
        true => (
            "Kaplan-Meier estimate, step by step",
            "(n - d) / n",
            "Of the n at risk just before a time, d have the event at it: the chance to get past the \
             time is (n - d) / n, and S(t) is the product of these chances.",
        ),
        false => (
            "Survival from the hazard, step by step",
            "exp(-hazard)",
            "The hazard of a time is its events over those at risk; S(t) is the product of the \
             factors exp(-hazard).",
        ),
    };
    let mut reasons = vec![
        why,
        "Who is censored at a time is still at risk at it and leaves just after: a censoring does not \
         move the curve, it makes n smaller for what comes.",
    ];
    reasons.push(match (curve.variance(), product) {
        (CurveVariance::Robust { .. }, _) => {
            "The standard errors are robust: they are made of rows, and not of the counts shown."
        }
        (_, true) => {
            "Greenwood: each event time adds d / (n (n - d)) to the variance of log S(t); S(t) times \
             the root of the sum is its standard error."
        }
        (_, false) => {
            "Each event time adds its share to the variance of log S(t); S(t) times the root of the \
             sum is its standard error."
        }
    });
    if curve.is_left_truncated() {
        reasons.push("Patients enter late: n grows where they enter, between the times shown.");
    }
    let columns = vec![
        column("time", "Time", StepKind::Time),
        column("n_risk", "At risk, n", StepKind::Count),
        column("n_event", "Events, d", StepKind::Count),
        column("n_censor", "Censored", StepKind::Count),
        column("factor", factor, StepKind::Fraction),
        column("survival", "S(t)", StepKind::Fraction),
        column("variance_term", "d / (n (n - d))", StepKind::Fraction),
        column("variance_sum", "Sum", StepKind::Fraction),
        column("std_error", "SE of S(t)", StepKind::Fraction),
    ];
    let rows = curve
        .steps()
        .iter()
        .map(|step| {
            let set = step.risk_set;
            let counts = [set.time, set.n_risk, set.n_event, set.n_censor, step.factor];
            let counts = counts.into_iter().chain([step.survival]).map(Some);
            counts.chain([step.term, step.sum, step.std_error]).collect()
        })
        .collect();
    Steps::new(titled(name, label), &reasons, columns).with_rows(rows)
}

fn rectangles(curve: &SurvivalCurve, label: Option<&str>, tau: f64) -> Steps {
    let why = [
        "The restricted mean survival time is the area under the curve up to the horizon: between two \
         steps the curve is flat, so the area is a sum of rectangles.",
        "It is the mean time without the event that a patient of the group has until the horizon.",
    ];
    let columns = vec![
        column("from", "From", StepKind::Time),
        column("to", "To", StepKind::Time),
        column("survival", "S(t)", StepKind::Fraction),
        column("area", "Width times S(t)", StepKind::Number),
        column("sum", "Area so far", StepKind::Number),
    ];
    let rows = curve
        .area_steps(tau)
        .iter()
        .map(|step| [step.from, step.to, step.survival, step.area, step.sum].map(Some).to_vec())
        .collect();
    let name = format!("Restricted mean to {tau}, step by step");
    Steps::new(titled(&name, label), &why, columns).with_rows(rows)
}
