//! What the page needs before anything is opened: examples, rules, choices.

use crate::further;
use crate::routes::State;
use riskset::{CaseCohortMethod, Choice, ConfType, LogRankWeight, Population, ZphTransform};
use riskset_analysis::figure::{Annotate, PerformanceFigure, PlottedResidual};
use riskset_analysis::{AdjustMethod, IncidenceModel, Software};
use riskset_data::datasets;
use riskset_data::endpoint::Endpoint;
use riskset_plot::{Intervals, Legend, Profile, RiskTable, Tail};
use serde_json::{Value, json};

/// Everything that the page offers, from the tables of names that every front end reads.
pub fn start(state: &State) -> Value {
    let sets = datasets::list().iter().map(|set| {
        let about = set.descriptor();
        json!({
            "name": format!("@{}", set.name),
            "title": about.title,
            "rows": about.rows,
            "synthetic": about.synthetic,
        })
    });
    let rules = Endpoint::ALL.iter().map(|rule| {
        json!({
            "name": rule.name(),
            "title": rule.title(),
            "definition": rule.definition(),
            "source": rule.source(),
            "competes": matches!(rule, Endpoint::Dss | Endpoint::Ttp),
        })
    });
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "file": state.first.as_ref().map(|opened| json!({ "file": opened.id, "name": opened.name })),
        "limit": state.shelf.limits().file,
        "sets": sets.collect::<Vec<_>>(),
        "rules": rules.collect::<Vec<_>>(),
        "topics": further::topics(),
        "choices": {
            "theme": Profile::NAMES.map(|name| json!([name, name])),
            "annotate": choices::<Annotate>(),
            "risk_table": choices::<RiskTable>(),
            "legend": choices::<Legend>(),
            "intervals": choices::<Intervals>(),
            "tail": choices::<Tail>(),
            "method": choices::<AdjustMethod>(),
            "target": choices::<Population>(),
            "conf_type": choices::<ConfType>(),
            "match": choices::<Software>(),
            "test": choices::<LogRankWeight>(),
            "transform": choices::<ZphTransform>(),
            "residual": choices::<PlottedResidual>(),
            "performance": choices::<PerformanceFigure>(),
            "incidence_model": choices::<IncidenceModel>(),
            "case_cohort": choices::<CaseCohortMethod>(),
        },
    })
}

/// Names with their help.
fn choices<T: Choice>() -> Value {
    Value::Array(T::ALL.iter().map(|(_, name, help)| json!([name, help])).collect())
}
