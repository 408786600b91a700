//! `riskset endpoint`

use crate::Failure;
use crate::args::study::EndpointArgs;
use crate::output::Console;
use riskset_data::endpoint::{
    Condition, DateColumns, Derived, Endpoint, OnProblem, RuleSpec, Unit,
};
use riskset_data::{Expr, Source, Table};
use riskset_report::documents::endpoint::{EndpointDocument, RulesDocument};

/// Applies the rule and writes the table with the audit columns.
pub fn run(args: &EndpointArgs, console: &mut Console) -> Result<(), Failure> {
    if args.list_rules {
        return console.document(&RulesDocument::new(&Endpoint::ALL), &args.output);
    }
    let derived = derive(args)?;
    let asked = args.data.as_deref().unwrap_or_default();
    console.document(&EndpointDocument::new(asked, &derived), &args.output)
}

fn derive(args: &EndpointArgs) -> Result<Derived, Failure> {
    let rule = spec(args)?.resolve().map_err(Failure::analysis)?;
    let data = args.data.as_deref().unwrap_or_default();
    let table = Table::read(&Source::parse(data)?, None)?;
    let rows: Vec<u32> = match &args.subset {
        Some(text) => {
            let subset = Expr::parse(text).map_err(riskset_data::Error::from)?;
            table.rows_where(&subset)?
        }
        None => (0..table.n_rows() as u32).collect(),
    };
    DateColumns::from_table_rows(&table, &args.id, &rule, &rows)
        .and_then(|columns| rule.derive(&columns))
        .map_err(Failure::analysis)
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
        death: args.death.clone(),
        death_from_disease: args.death_from_disease.as_deref().map(condition).transpose()?,
        last_visit: args.last_visit.clone(),
        data_cut: args.data_cut.clone(),
        unit: Unit::parse(&args.unit).ok_or_else(|| {
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
