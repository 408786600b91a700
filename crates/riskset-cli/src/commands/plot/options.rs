//! The options of a figure over time, as the plot crate has them.

use crate::Failure;
use crate::args::figure::{LegendArg, PlotArgs, RiskTableArg, TailArg};
use riskset_plot::{Annotation, FigureOptions, Legend, Quantity, RiskTable, Tail};

/// Translates the arguments.
pub fn options(
    args: &PlotArgs,
    quantity: Quantity,
    annotations: Vec<Annotation>,
) -> Result<FigureOptions, Failure> {
    if args.per.is_some() && args.unit.is_none() {
        return Err(Failure::usage(
            "--per rescales the time axis, so its unit has to be named; add --unit, such as \
             --unit months --per 30.4375",
        ));
    }
    Ok(FigureOptions {
        width: args.width,
        height: args.height,
        quantity,
        endpoint: args.endpoint.clone(),
        unit: args.unit.clone(),
        per: args.per.unwrap_or(1.0),
        origin: args.origin.clone(),
        x_title: args.xlab.clone(),
        y_title: args.ylab.clone(),
        title: args.title.clone(),
        break_time: args.break_time,
        x_limits: args.xlim,
        y_limits: args.ylim,
        bands: args.conf_band.unwrap_or(true),
        censor_marks: args.censor_marks,
        risk_table: match args.risk_table {
            Some(RiskTableArg::None) => RiskTable::None,
            None | Some(RiskTableArg::AtRisk) => RiskTable::AtRisk,
            Some(RiskTableArg::Censored) => RiskTable::AtRiskCensored,
            Some(RiskTableArg::Kmunicate) => RiskTable::KmUnicate,
        },
        legend: match args.legend {
            None | Some(LegendArg::Auto) => Legend::Auto,
            Some(LegendArg::Direct) => Legend::Direct,
            Some(LegendArg::Inside) => Legend::Inside,
            Some(LegendArg::Top) => Legend::Top,
            Some(LegendArg::None) => Legend::None,
        },
        annotations,
        tail: match args.tail {
            Some(TailArg::Full) => Tail::Full,
            None | Some(TailArg::Lighter) => Tail::default(),
            Some(TailArg::Cut) => match Tail::default() {
                Tail::Lighter { count, share } => Tail::Cut { count, share },
                other => other,
            },
        },
        landmark: args.landmark,
        min_cell: args.min_cell,
        embed: !args.no_embed,
        ..FigureOptions::default()
    })
}
