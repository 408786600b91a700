//! `greenwood meta`

use crate::Failure;
use crate::args::plan::{MetaArgs, MetaCommand, MetaMethodArg, MetaProportionArgs};
use crate::output::Console;
use greenwood::{MetaModel, ProportionMeta};
use greenwood_data::{Expr, Source, Table};
use greenwood_report::documents::Head;
use greenwood_report::documents::meta::MetaDocument;

/// Pools and writes the answer.
pub fn run(args: &MetaArgs, console: &mut Console) -> Result<(), Failure> {
    match &args.command {
        MetaCommand::Proportion(args) => console.document(&document(args)?, &args.output),
    }
}

/// The counts of the studies asked for.
struct Studies {
    names: Vec<String>,
    events: Vec<u64>,
    sizes: Vec<u64>,
    missing: usize,
}

fn document(args: &MetaProportionArgs) -> Result<MetaDocument, Failure> {
    let studies = studies(args)?;
    let fit = ProportionMeta::default()
        .conf_level(args.conf_level)
        .model(match args.method {
            MetaMethodArg::Reml => MetaModel::TwoStep,
            MetaMethodArg::Glmm => MetaModel::Exact,
        })
        .fit(&studies.events, &studies.sizes)?;
    let subset = args.subset.as_ref().map_or_else(String::new, |text| format!(", where {text}"));
    let asked = format!("{}: {} of {} by {}{subset}", args.data, args.events, args.n, args.study);
    let head = Head::new("meta-proportion", studies.names.len(), studies.missing, asked);
    Ok(MetaDocument::new(head, &studies.names, &fit))
}

fn studies(args: &MetaProportionArgs) -> Result<Studies, Failure> {
    let table = Table::read(&Source::parse(&args.data)?, None)?;
    let rows: Vec<u32> = match &args.subset {
        Some(text) => table.rows_where(&Expr::parse(text).map_err(greenwood_data::Error::from)?)?,
        None => (0..table.n_rows() as u32).collect(),
    };
    let names = table.texts(&args.study)?;
    let (events, sizes) = (table.numbers(&args.events)?, table.numbers(&args.n)?);
    let mut studies =
        Studies { names: Vec::new(), events: Vec::new(), sizes: Vec::new(), missing: 0 };
    for row in rows {
        let row = row as usize;
        let (Some(name), false, false) = (&names[row], events[row].is_nan(), sizes[row].is_nan())
        else {
            studies.missing += 1;
            continue;
        };
        studies.names.push(name.clone());
        studies.events.push(count(&table, row, &args.events, events[row])?);
        studies.sizes.push(count(&table, row, &args.n, sizes[row])?);
    }
    Ok(studies)
}

fn count(table: &Table, row: usize, column: &str, value: f64) -> Result<u64, Failure> {
    if value >= 0.0 && value.fract() == 0.0 && value < 9e15 {
        return Ok(value as u64);
    }
    Err(Failure::analysis(format!(
        "column {column}, {}: {value} is not a count; a count is a whole number, 0 or more",
        table.place(row)
    )))
}
