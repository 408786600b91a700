//! Several places: a plan read, answered and pooled, without files.

use crate::figure::Drawn;
use crate::frame::Frame;
use crate::held::Held;
use crate::{Returned, json, problem, voice, wait};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use riskset_analysis::federated::{Plan, Pooled, PooledAnswer, Round, SiteAnswer, pool, share};
use riskset_analysis::{Answer, Data, Problem};
use riskset_data::ReadOptions;
use riskset_report::documents::pool::PoolDocument;
use riskset_report::documents::{Format, write};
use serde_json::Map;
use std::sync::Arc;

/// `plan(text, rules)`: the plan with the rules that were said beside it, as JSON, and in words.
pub fn plan(args: &Bound<'_, PyTuple>) -> Returned {
    let py = args.py();
    let (text, said) = args.extract::<(String, Bound<'_, PyDict>)>()?;
    let mut rules = Map::new();
    for (key, rule) in said.iter() {
        let key: String = key.extract()?;
        let rule = json::value(&key, &rule)?;
        rules.insert(key, rule);
    }
    let plan =
        Plan::with_rules(&text, &rules).map_err(|refusal| refuse(py, &refusal, "the plan"))?;
    let most = plan.rules.max_rounds;
    let told = (plan.to_json(), plan.summary(), plan.rules.min_sites, most);
    Ok(told.into_pyobject(py)?.into_any().unbind())
}

/// `share(plan, site, data, reading, round)`: what a place tells, as JSON, and in words. `data` is a
/// name or a table.
pub fn share_rows(args: &Bound<'_, PyTuple>) -> Returned {
    let py = args.py();
    type Given<'py> = (String, String, Bound<'py, PyAny>, Bound<'py, PyAny>, Option<String>);
    let (plan, site, data, reading, round) = args.extract::<Given<'_>>()?;
    let reading: ReadOptions = match reading.is_none() {
        true => ReadOptions::default(),
        false => serde_json::from_value(json::value("reading", &reading)?)
            .map_err(|error| PyTypeError::new_err(format!("reading: {error}")))?,
    };
    let source: Result<String, Arc<crate::frame::Columns>> = match data.extract::<String>() {
        Ok(name) => Ok(name),
        Err(_) => Err(Arc::clone(&Frame::borrowed(&data)?.columns)),
    };
    let place = format!("riskset.federated.share({site})");
    let told = wait::wait(py, None, &Arc::default(), move || -> Result<_, Problem> {
        let plan = read(&plan)?;
        let round = round.as_deref().map(Round::from_json).transpose()?;
        let data = match source {
            Ok(name) => Data::source(&name, reading)?,
            Err(columns) => Data::given(columns, "the data frame"),
        };
        let answer = share(&plan, &site, &data, round.as_ref())?;
        Ok((answer.to_json(), answer.summary()))
    })?;
    let told = told.map_err(|refusal| refuse(py, &refusal, &place))?;
    Ok(told.into_pyobject(py)?.into_any().unbind())
}

/// `pool(plan, answers, round)`: the pooled answers as JSON, as text and as CSV, the request for the
/// next round or `None`, and the figures with their names.
pub fn pool_answers(args: &Bound<'_, PyTuple>) -> Returned {
    let py = args.py();
    let (plan, answers, round) = args.extract::<(String, Vec<String>, Option<String>)>()?;
    let place = "riskset.federated.pool";
    let pooled = wait::wait(py, None, &Arc::default(), move || -> Result<_, Problem> {
        let plan = read(&plan)?;
        let round = round.as_deref().map(Round::from_json).transpose()?;
        let answers: Vec<SiteAnswer> =
            answers.iter().map(|text| SiteAnswer::from_json(text)).collect::<Result<_, _>>()?;
        let pooled = pool(&plan, &answers, round.as_ref())?;
        let next = pooled.next.as_ref().map(Round::to_json);
        let figures = figures(&pooled)?;
        Ok((PoolDocument::of(pooled, &plan.rules, &voice::Python), next, figures))
    })?;
    let (document, next, figures) = pooled.map_err(|refusal| refuse(py, &refusal, place))?;
    let text = |format: Format| -> PyResult<String> {
        let mut text = Vec::new();
        write(&document, format, &mut text)?;
        Ok(String::from_utf8(text)?)
    };
    let texts = (text(Format::Json)?, text(Format::Text)?, text(Format::Csv)?);
    let hand_over = |(name, drawn): (String, Box<Drawn>)| Ok((name, drawn.hand_over(py)?));
    let figures: Vec<(String, Py<PyAny>)> =
        figures.into_iter().map(hand_over).collect::<PyResult<_>>()?;
    Ok((texts.0, texts.1, texts.2, next, figures).into_pyobject(py)?.into_any().unbind())
}

fn figures(pooled: &Pooled) -> Result<Vec<(String, Box<Drawn>)>, Problem> {
    let drawn = |answer| Box::new(Drawn { answer, request: "{}".to_owned() });
    let mut figures = Vec::new();
    for (name, answer) in &pooled.answers {
        match answer {
            PooledAnswer::Counts(answer, _) => {
                if let Answer::Figure(figure) = &**answer {
                    figures.push((name.clone(), drawn((**figure).clone())));
                }
            }
            PooledAnswer::Cox(cox) => {
                for (at, stage) in cox.two_stage.iter().enumerate() {
                    let figure = stage.forest(&cox.fit, at)?;
                    figures.push((format!("{name}-{}", at + 1), drawn(figure)));
                }
            }
            PooledAnswer::Table(_) => {}
        }
    }
    Ok(figures)
}

fn read(plan: &str) -> Result<Plan, Problem> {
    Plan::with_rules(plan, &Map::new())
}

fn refuse(py: Python<'_>, refusal: &Problem, place: &str) -> PyErr {
    problem::raise(py, refusal, place)
}
