//! `riskset meta`

use crate::Failure;
use crate::args::plan::{MetaArgs, MetaCommand, MetaMethodArg, MetaProportionArgs};
use crate::commands::plot;
use crate::output::Console;
use riskset::{MetaFit, MetaModel, MetaStudy, ProportionMeta};
use riskset_data::{Expr, Source, Table};
use riskset_plot::{ForestEffect, ForestFigure, ForestRow, Profile, format};
use riskset_report::documents::Head;
use riskset_report::documents::meta::MetaDocument;

/// Pools and writes the answer.
pub fn run(args: &MetaArgs, console: &mut Console) -> Result<(), Failure> {
    match &args.command {
        MetaCommand::Proportion(args) => proportion(args, console),
    }
}

fn proportion(args: &MetaProportionArgs, console: &mut Console) -> Result<(), Failure> {
    if let Some(file) = &args.forest {
        plot::check_extension(file)?;
    }
    let studies = studies(args)?;
    let fit = fit(args, &studies)?;
    if let Some(file) = &args.forest {
        let profile = Profile::plain();
        let scene = forest(args, &studies.names, &fit, &profile)
            .draw(&profile)
            .map_err(Failure::analysis)?;
        console.write_file(file, &plot::bytes(&scene, file, DPI)?)?;
        console.note(&format!("Caption: {}", scene.caption_texts().join(" ")));
    }
    console.document(&document(args, &studies, &fit), &args.output)
}

/// Dots per inch of PNG and TIFF, as `plot` has by default.
const DPI: f64 = 600.0;

/// The counts of the studies asked for.
struct Studies {
    names: Vec<String>,
    events: Vec<u64>,
    sizes: Vec<u64>,
    missing: usize,
}

fn fit(args: &MetaProportionArgs, studies: &Studies) -> Result<MetaFit, Failure> {
    Ok(ProportionMeta::default()
        .conf_level(args.conf_level)
        .model(match args.method {
            MetaMethodArg::Reml => MetaModel::TwoStep,
            MetaMethodArg::Glmm => MetaModel::Exact,
        })
        .fit(&studies.events, &studies.sizes)?)
}

fn document(args: &MetaProportionArgs, studies: &Studies, fit: &MetaFit) -> MetaDocument {
    let subset = args.subset.as_ref().map_or_else(String::new, |text| format!(", where {text}"));
    let asked = format!("{}: {} of {} by {}{subset}", args.data, args.events, args.n, args.study);
    let head = Head::new("meta-proportion", studies.names.len(), studies.missing, asked);
    MetaDocument::new(head, &studies.names, fit)
}

/// The studies with their exact intervals and weights, and the pooled proportion as a diamond.
fn forest(
    args: &MetaProportionArgs,
    names: &[String],
    fit: &MetaFit,
    profile: &Profile,
) -> ForestFigure {
    let study = |(name, study): (&String, &MetaStudy)| ForestRow {
        label: name.clone(),
        cells: vec![
            format!("{}/{}", study.events, study.n),
            format::number(profile, 100.0 * study.weight, 1),
        ],
        effect: ForestEffect::Estimate {
            value: study.estimate,
            lower: study.interval.lower,
            upper: study.interval.upper,
            weight: Some(study.weight),
        },
        ..ForestRow::default()
    };
    let (events, n): (u64, u64) =
        fit.studies.iter().fold((0, 0), |sum, study| (sum.0 + study.events, sum.1 + study.n));
    let mut rows: Vec<ForestRow> = names.iter().zip(&fit.studies).map(study).collect();
    rows.push(ForestRow {
        label: "Pooled".to_owned(),
        heading: true,
        cells: vec![format!("{events}/{n}"), format::number(profile, 100.0, 1)],
        effect: match (fit.interval.lower, fit.interval.upper) {
            (Some(lower), Some(upper)) => {
                ForestEffect::Summary { value: fit.estimate, lower, upper }
            }
            (lower, upper) => {
                ForestEffect::Estimate { value: fit.estimate, lower, upper, weight: None }
            }
        },
        ..ForestRow::default()
    });
    let level = format::level(profile, args.conf_level);
    let percent = if profile.number.percent { ", %" } else { "" };
    let mut caption = vec![format!(
        "Squares are the studies' proportions, their areas the weights, with exact {level} \
         confidence intervals; the diamond is the pooled proportion from a random-effects model."
    )];
    if let (Some(lower), Some(upper)) = (fit.prediction.lower, fit.prediction.upper) {
        let limits = [lower, upper].map(|limit| format::probability(profile, limit, 1));
        caption.push(format!(
            "The proportion of a further study lies from {} to {}{} with a probability of {level}.",
            limits[0],
            limits[1],
            if profile.number.percent { "%" } else { "" },
        ));
    }
    ForestFigure {
        label_header: "Study".to_owned(),
        headers: vec!["Events/n".to_owned(), "Weight, %".to_owned()],
        effect_header: format!("Proportion{percent} ({level} CI)"),
        caption,
        ..ForestFigure::proportions("Proportion", rows, args.conf_level, None)
    }
}

fn studies(args: &MetaProportionArgs) -> Result<Studies, Failure> {
    let table = Table::read(&Source::parse(&args.data)?, None)?;
    let rows: Vec<u32> = match &args.subset {
        Some(text) => table.rows_where(&Expr::parse(text).map_err(riskset_data::Error::from)?)?,
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
