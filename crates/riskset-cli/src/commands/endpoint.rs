//! `riskset endpoint`

use crate::Failure;
use crate::args::study::EndpointArgs;
use crate::output::Console;
use riskset_analysis::{EndpointRequest, Request};
use riskset_data::endpoint::{Condition, Endpoint, OnProblem, RuleSpec, TimeUnit};
use riskset_report::documents::endpoint::RulesDocument;

/// What was typed, as a request.
pub fn request(args: &EndpointArgs) -> Result<Request, Failure> {
    Ok(Request::Endpoint(EndpointRequest {
        data: args.data.clone().unwrap_or_default(),
        reading: args.reading.options(),
        id: args.id.clone(),
        subset: args.subset.clone(),
        rule: spec(args)?,
    }))
}

/// The named rules with their definitions.
pub fn list(args: &EndpointArgs, console: &mut Console) -> Result<(), Failure> {
    console.document(&RulesDocument::new(&Endpoint::ALL), &args.output)
}

/// A rule file, or a named rule with the columns of the options.
fn spec(args: &EndpointArgs) -> Result<RuleSpec, Failure> {
    let name = args.rule.clone().unwrap_or_default();
    if name.ends_with(".toml") {
        let text = super::read_text(std::path::Path::new(&name), "the rule")?;
        return toml::from_str(&text)
            .map_err(|error| Failure::analysis(format!("{name}: {error}")));
    }
    Ok(RuleSpec {
        rule: Some(name),
        time_zero: args.time_zero.clone().unwrap_or_default(),
        relapse: args.relapse.clone(),
        progression: args.progression.clone(),
        second_primary: args.second_primary.clone(),
        ignore: args.ignore.clone(),
        death: args.death.clone(),
        death_from_disease: args.death_from_disease.as_deref().map(condition).transpose()?,
        last_visit: args.last_visit.clone(),
        data_cut: args.data_cut.clone(),
        unit: TimeUnit::parse(&args.unit).ok_or_else(|| {
            Failure::usage(format!(
                "--unit {}: there is no such unit; use days, weeks, months or years",
                args.unit
            ))
        })?,
        on_problem: if args.flag { OnProblem::Flag } else { OnProblem::Refuse },
        ..RuleSpec::default()
    })
}

/// `column == value`, the value with or without quotes.
fn condition(text: &str) -> Result<Condition, Failure> {
    let (column, value) = text.split_once("==").ok_or_else(|| {
        Failure::usage(format!("--death-from-disease {text}: write COLUMN == VALUE"))
    })?;
    Ok(Condition {
        column: column.trim().trim_matches('`').to_string(),
        is: vec![value.trim().trim_matches('"').to_string()],
        is_not: Vec::new(),
    })
}
