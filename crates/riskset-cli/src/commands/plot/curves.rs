//! Curves by group: survival, incidence, follow-up, cumulative hazard, log(-log).

use super::options::options;
use crate::Failure;
use crate::args::figure::{AnnotateArg, PlotArgs, PlotKind};
use crate::args::rename;
use crate::commands::frame::{Asked, refuse_model_terms};
use crate::commands::km::groups_or_all;
use riskset::{
    ConfType, CoxModel, DesignMatrix, Groups, KaplanMeier, LogRank, Observations, SurvivalCurve,
    SurvivalEstimator, ZphTransform,
};
use riskset_data::Grouping;
use riskset_plot::{
    Annotation, CurveInput, FigureOptions, FollowUp, KmFigure, Profile, Quantity, Scene,
};

/// Fits the curves and lays out the figure.
pub fn scene(args: &PlotArgs, asked: &Asked, profile: &Profile) -> Result<Scene, Failure> {
    figure(args, asked)?.scene(profile).map_err(Failure::analysis)
}

/// Fits the curves.
pub fn figure(args: &PlotArgs, asked: &Asked) -> Result<KmFigure, Failure> {
    let frame = asked.frame()?;
    refuse_model_terms(&frame, "plot")?;
    let response = match args.kind {
        PlotKind::FollowUp => frame.observations()?.clone().reversed(),
        _ => frame.observations()?.clone(),
    };
    let grouping = frame.groups()?;
    let groups = groups_or_all(grouping.as_ref(), frame.n);
    let curves = KaplanMeier::default()
        .conf_level(args.data.conf_level)
        .conf_type(conf_type(args))
        .estimator(match args.kind {
            PlotKind::Cumhaz => SurvivalEstimator::Breslow,
            _ => SurvivalEstimator::KaplanMeier,
        })
        .fit_groups(&response, &groups)?;
    let labels = labels(args, grouping.as_ref())?;
    let annotations = annotations(args, &response, grouping.as_ref(), &curves)?;
    let mut options = options(args, quantity(args), annotations.lines)?;
    options.proportional = annotations.proportional;
    options.follow_up = median_follow_up(args, &response)?;
    Ok(KmFigure {
        groups: inputs(&curves, &labels, &response, &groups),
        options: of_follow_up(args, options),
    })
}

/// The curves under their names; weighted ones with the patients that stand behind them.
pub fn inputs(
    curves: &[SurvivalCurve],
    labels: &[String],
    response: &Observations,
    groups: &Groups,
) -> Vec<CurveInput> {
    let named = curves.iter().zip(labels).map(|(curve, name)| CurveInput::from(curve).named(name));
    match response.weights() {
        None => named.collect(),
        Some(_) => {
            let rows = response.headcounts(groups);
            named.zip(&rows).map(|(curve, rows)| curve.weighted(rows)).collect()
        }
    }
}

/// A curve of follow-up falls at censorings: its axis says so, and marks of "censored" patients would
/// stand at the events.
fn of_follow_up(args: &PlotArgs, mut options: FigureOptions) -> FigureOptions {
    if args.kind == PlotKind::FollowUp {
        options.endpoint.get_or_insert_with(|| "Under follow-up".to_string());
        options.censor_marks = Some(false);
        options.count_events = false;
    }
    options
}

/// The median follow-up of all patients, for the caption. A figure of follow-up shows it itself,
/// and with late entry there is no such number.
pub fn median_follow_up(
    args: &PlotArgs,
    response: &Observations,
) -> Result<Option<FollowUp>, Failure> {
    if args.kind == PlotKind::FollowUp || response.entry().is_some() {
        return Ok(None);
    }
    let median = KaplanMeier::default().fit(&response.clone().reversed())?.median().estimate;
    let per = args.per.unwrap_or(1.0);
    Ok(Some(FollowUp { median: median.map(|median| median / per) }))
}

/// The scale of the intervals; as R does unless something else was asked for.
pub fn conf_type(args: &PlotArgs) -> ConfType {
    args.conf_type.map_or(ConfType::Log, ConfType::from)
}

fn quantity(args: &PlotArgs) -> Quantity {
    match (args.kind, args.incidence) {
        (PlotKind::Km, true) => Quantity::Incidence,
        (PlotKind::Cumhaz, _) => Quantity::CumulativeHazard,
        (PlotKind::Loglog, _) => Quantity::LogMinusLog,
        _ => Quantity::Survival,
    }
}

/// The names given with --labels, or the levels without their columns' names, which are codes to a
/// reader.
pub fn labels(args: &PlotArgs, grouping: Option<&Grouping>) -> Result<Vec<String>, Failure> {
    let count = grouping.map_or(1, Grouping::count);
    if args.labels.is_empty() {
        let levels = |levels: &Vec<(String, String)>| {
            let name =
                |(column, level): &(String, String)| rename::level(&args.rename, column, level);
            levels.iter().map(name).collect::<Vec<_>>().join(", ")
        };
        return Ok(grouping.map_or_else(
            || vec!["All patients".to_string()],
            |grouping| grouping.levels.iter().map(levels).collect(),
        ));
    }
    if args.labels.len() != count {
        let groups = grouping.map_or_else(String::new, |grouping| grouping.labels.join(", "));
        return Err(Failure::usage(format!(
            "--labels names {} groups, but there are {count}: {groups}",
            args.labels.len()
        )));
    }
    Ok(args.labels.clone())
}

/// What --annotate asks for.
pub struct Annotations {
    /// The lines in the plot.
    pub lines: Vec<Annotation>,
    /// The P value of the test of proportional hazards, where a hazard ratio is shown.
    pub proportional: Option<f64>,
}

/// Computes what --annotate asks for.
pub fn annotations(
    args: &PlotArgs,
    response: &Observations,
    grouping: Option<&Grouping>,
    curves: &[SurvivalCurve],
) -> Result<Annotations, Failure> {
    let (mut lines, mut proportional) = (Vec::new(), None);
    for what in &args.annotate {
        match what {
            AnnotateArg::Logrank => lines.push(logrank(response, compared(grouping)?)?),
            AnnotateArg::Hr => {
                let (ratios, p_value) = hazard_ratios(args, response, compared(grouping)?)?;
                lines.extend(ratios);
                proportional = p_value;
            }
            AnnotateArg::Median => lines.push(medians(args, curves)),
        }
    }
    Ok(Annotations { lines, proportional })
}

fn compared(grouping: Option<&Grouping>) -> Result<&Grouping, Failure> {
    grouping.filter(|grouping| grouping.count() > 1).ok_or_else(|| {
        Failure::analysis(
            "--annotate logrank and hr compare groups, but there is only one; name a grouping \
             column right of ~",
        )
    })
}

fn logrank(response: &Observations, grouping: &Grouping) -> Result<Annotation, Failure> {
    let test = LogRank::default().test(response, &grouping.groups, None)?;
    Ok(match test.p_value() {
        Some(p_value) => Annotation::Test { name: "Log-rank".to_string(), p_value },
        None => Annotation::Text("Log-rank test not estimable".to_string()),
    })
}

/// Each group against the first, and the P value of the test of proportional hazards.
fn hazard_ratios(
    args: &PlotArgs,
    response: &Observations,
    grouping: &Grouping,
) -> Result<(Vec<Annotation>, Option<f64>), Failure> {
    let (rows, groups) = (response.len(), grouping.count());
    let mut columns = vec![0.0; rows * (groups - 1)];
    for (row, &group) in grouping.groups.index().iter().enumerate() {
        if group > 0 {
            columns[(group as usize - 1) * rows + row] = 1.0;
        }
    }
    let fit = CoxModel::default()
        .conf_level(args.data.conf_level)
        .fit(response, &DesignMatrix::from_columns(columns, rows)?)?;
    let names = labels(args, Some(grouping))?;
    let effect = |(index, fitted): (usize, &riskset::Fitted)| {
        let (name, contrast) =
            ("Hazard ratio".to_string(), format!("{} v {}", names[index + 1], names[0]));
        let ratio = fitted.hazard_ratio().zip(fitted.interval());
        match ratio {
            Some((estimate, interval)) => Annotation::Effect {
                name,
                contrast,
                estimate,
                lower: interval.lower,
                upper: interval.upper,
                level: args.data.conf_level,
            },
            None => Annotation::Text(format!("{name}, {contrast}: not estimable")),
        }
    };
    let ratios = fit.coefficients().iter().enumerate().map(effect).collect();
    // Where a coefficient runs to infinity there is nothing to test.
    let finite = !fit.any_infinite();
    let tested = finite.then(|| fit.zph(ZphTransform::Km, &[])).transpose()?;
    Ok((ratios, tested.and_then(|tested| tested.global).map(|test| test.p_value)))
}

fn medians(args: &PlotArgs, curves: &[SurvivalCurve]) -> Annotation {
    let per = args.per.unwrap_or(1.0);
    let groups = curves.iter().map(|curve| {
        let median = curve.median();
        [median.estimate, median.lower, median.upper].map(|time| time.map(|time| time / per))
    });
    Annotation::Medians { level: args.data.conf_level, groups: groups.collect() }
}
