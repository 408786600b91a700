//! `riskset meta`

use crate::Failure;
use crate::args::plan::{MetaArgs, MetaCommand, MetaProportionArgs};
use crate::commands::answer::answer;
use crate::commands::plot;
use crate::output::{Console, refuse_one_file};
use riskset::{MetaFit, MetaStudy};
use riskset_analysis::{Answer, Data, MetaProportionRequest, Request};
use riskset_plot::{ForestEffect, ForestFigure, ForestRow, Profile, format};

/// Pools and writes the answer.
pub fn run(args: &MetaArgs, console: &mut Console) -> Result<(), Failure> {
    match &args.command {
        MetaCommand::Proportion(args) => proportion(args, console),
    }
}

fn proportion(args: &MetaProportionArgs, console: &mut Console) -> Result<(), Failure> {
    let request = Request::MetaProportion(MetaProportionRequest {
        data: args.data.clone(),
        events: args.events.clone(),
        n: args.n.clone(),
        study: args.study.clone(),
        subset: args.subset.clone(),
        conf_level: args.conf_level,
        method: args.method,
    });
    if let Some(file) = &args.forest {
        plot::check_extension(file)?;
        let written = args.output.output.as_deref();
        refuse_one_file([file.as_path()].into_iter().chain(written))?;
        let Answer::MetaProportion(answer) = riskset_analysis::run(&request, &Data::of(&request)?)?
        else {
            unreachable!("a request has the answer of its kind")
        };
        let profile = Profile::plain();
        let scene = forest(args, &answer.studies, &answer.fit, &profile)
            .scene(&profile)
            .map_err(Failure::analysis)?;
        console.write_file(file, &plot::bytes(&scene, file, DPI)?)?;
        console.note(&format!("Caption: {}", scene.caption.join(" ")));
    }
    answer(&request, &args.output, console)
}

/// Dots per inch of PNG and TIFF, as `plot` has by default.
const DPI: f64 = 600.0;

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
