//! The two hazard ratios of a comparison with competing events.
//!
//! The cause-specific one compares the rate of the event among those still free of any event, the
//! subdistribution one the incidence itself; a treatment may change one and not the other, so both
//! stand in the report, and the cause-specific one of every competing event beside them (Latouche and
//! others 2013, J Clin Epidemiol 66:648-653).

use super::super::compare::{Compared, Entered, code};
use super::super::context::Context;
use super::super::file::Comparison;
use super::{Cause, request};
use crate::Error;
use crate::store::{Estimate, Unit};
use riskset::{Coefficient, Fitted, ZphTransform};
use riskset_analysis::{
    Answer, CoxAnswer, CoxRequest, Data, FineGrayAnswer, FineGrayRequest, Problem, Request,
    RowsRequest,
};

/// Fits the models and puts their ratios into the store.
pub fn compare(
    context: &mut Context,
    compared: &Compared,
    entered: &Entered,
    data: &Data,
    causes: &[Cause],
) -> Result<(), Error> {
    for cause in causes {
        let answer = match cause.number {
            Some(_) => Some(cause_specific(context, compared, data, cause)?),
            None => None,
        };
        store_cause_specific(context, compared, cause, answer.as_ref());
    }
    let answer = fine_gray(context, compared, entered, data)?;
    store_subdistribution(context, compared, &answer);
    Ok(())
}

fn rows(compared: &Compared, response: &str) -> RowsRequest {
    RowsRequest {
        reference: Some(code(compared.reference)),
        ..RowsRequest::new(compared.spec.name.get_ref(), format!("Surv(time, {response}) ~ group"))
    }
}

fn cause_specific(
    context: &Context,
    compared: &Compared,
    data: &Data,
    cause: &Cause,
) -> Result<CoxAnswer, Error> {
    let request = Request::Cox(CoxRequest {
        rows: rows(compared, &format!("cause{}", cause.code)),
        conf_level: context.level,
        zph: Some(ZphTransform::Km),
        ..CoxRequest::default()
    });
    match context.run(&request, data).map_err(|problem| refused(context, compared, &problem))? {
        Answer::Cox(answer) => Ok(*answer),
        other => unreachable!("a model was asked for, not {other:?}"),
    }
}

fn fine_gray(
    context: &Context,
    compared: &Compared,
    entered: &Entered,
    data: &Data,
) -> Result<FineGrayAnswer, Error> {
    let request = Request::FineGray(FineGrayRequest {
        rows: rows(compared, "cause"),
        causes: request("1", entered.anybody_censored()),
        conf_level: context.level,
        ..FineGrayRequest::default()
    });
    match context.run(&request, data).map_err(|problem| refused(context, compared, &problem))? {
        Answer::FineGray(answer) => Ok(*answer),
        other => unreachable!("a model was asked for, not {other:?}"),
    }
}

fn refused(context: &Context, compared: &Compared, problem: &Problem) -> Error {
    context.problem::<Comparison>(&compared.spec.name, problem)
}

fn store_cause_specific(
    context: &mut Context,
    compared: &Compared,
    cause: &Cause,
    answer: Option<&CoxAnswer>,
) {
    let source = format!(
        "Cox model of the cause-specific hazard, {} ties, reference {}",
        context.ties_of(),
        compared.group.levels[compared.reference].name.get_ref()
    );
    let fitted = answer.map_or(Vec::new(), CoxAnswer::estimated);
    for (place, level) in compared.others().enumerate() {
        let key = format!("{}.{}hr", compared.level_key(level), cause.path);
        store_ratio(context, &key, fitted.get(place).copied().flatten(), &source);
    }
    let global = answer.and_then(|answer| answer.zph.as_ref()?.global);
    let key = format!("{}.{}zph", compared.prefix, cause.path);
    let source = "score test of proportional cause-specific hazards, Kaplan-Meier time scale";
    let p_value = global.map(|test| test.p_value);
    context.store.value(format!("{key}.p_value"), p_value, Unit::PValue, 3, source);
    let what = format!(
        "{} ({}, cause-specific hazard of {})",
        compared.spec.label,
        compared.endpoint.short(),
        super::super::context::lower_first(&cause.label)
    );
    let doubts = answer.map_or(&[][..], |answer| &answer.about.doubts);
    doubts.iter().for_each(|doubt| context.doubt::<Comparison>(&what, doubt));
}

fn store_subdistribution(context: &mut Context, compared: &Compared, answer: &FineGrayAnswer) {
    let source = format!(
        "Fine-Gray model, robust standard error, reference {}",
        compared.group.levels[compared.reference].name.get_ref()
    );
    let fitted: Vec<_> = answer.fit.coefficients().iter().map(Fitted::estimate).collect();
    for (place, level) in compared.others().enumerate() {
        let key = format!("{}.shr", compared.level_key(level));
        store_ratio(context, &key, fitted.get(place).copied().flatten(), &source);
    }
    let what =
        format!("{} ({}, subdistribution hazard)", compared.spec.label, compared.endpoint.short());
    answer.about.doubts.iter().for_each(|doubt| context.doubt::<Comparison>(&what, doubt));
}

/// A ratio with its limits and P value.
pub fn store_ratio(
    context: &mut Context,
    key: &str,
    coefficient: Option<&Coefficient>,
    source: &str,
) {
    let limits = coefficient.map(|coefficient| coefficient.interval);
    let ratio = Estimate {
        estimate: coefficient.and_then(|coefficient| coefficient.hazard_ratio),
        lower: limits.and_then(|limits| limits.lower),
        upper: limits.and_then(|limits| limits.upper),
    };
    context.store.estimate(key, ratio, Unit::Ratio, 2, source);
    let p_value = coefficient.and_then(|coefficient| coefficient.p_value);
    context.store.value(format!("{key}.p_value"), p_value, Unit::PValue, 3, source);
}
