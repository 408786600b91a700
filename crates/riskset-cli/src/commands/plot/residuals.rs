//! Residuals of a Cox model: scaled Schoenfeld over time, martingale, deviance, dfbeta.

use crate::Failure;
use crate::args::estimate::ZphArg;
use crate::args::figure::{PlotArgs, PlotKind, ResidualPlotArg};
use crate::args::rename;
use crate::commands::cox::transform;
use crate::commands::frame::Asked;
use riskset::{BaselineAt, CoxFit, CoxModel, DesignMatrix, RowResidual};
use riskset_data::Design;
use riskset_plot::{PanelContent, PanelInput, Panels, PlotFigure, Profile, Scene, format};

/// Fits the model and lays out one panel per term.
pub fn scene(args: &PlotArgs, asked: &Asked, profile: &Profile) -> Result<Scene, Failure> {
    let frame = asked.frame()?;
    let design = frame.design()?;
    let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)?;
    let fit = CoxModel::default()
        .strata(frame.strata.as_ref().map(|strata| &strata.groups))
        .offset(frame.offset.as_deref())
        .conf_level(args.data.conf_level)
        .fit(frame.observations()?, &matrix)?;
    let mut figures = match (args.kind, args.residual.unwrap_or(ResidualPlotArg::Martingale)) {
        (PlotKind::Schoenfeld, _) => schoenfeld(args, &fit, &design, profile)?,
        (_, ResidualPlotArg::Martingale) => {
            vec![against_predictor("martingale", &fit, &matrix, fit.martingale_residuals()?)?]
        }
        (_, ResidualPlotArg::Deviance) => {
            vec![against_predictor("deviance", &fit, &matrix, fit.deviance_residuals()?)?]
        }
        (_, ResidualPlotArg::Dfbeta) => dfbeta(args, &fit, &design)?,
    };
    for figure in &mut figures {
        figure.embed = !args.no_embed;
    }
    if let [figure] = &mut figures[..] {
        figure.width = args.width;
        figure.height = args.height;
        return figure.scene(profile).map_err(Failure::analysis);
    }
    let panels = figures
        .into_iter()
        .map(|figure| PanelInput { title: None, content: PanelContent::Plot(figure) });
    let panels = Panels {
        panels: panels.collect(),
        width: args.width,
        height: args.height,
        embed: !args.no_embed,
        ..Panels::default()
    };
    panels.scene(profile).map_err(Failure::analysis)
}

fn schoenfeld(
    args: &PlotArgs,
    fit: &CoxFit,
    design: &Design,
    profile: &Profile,
) -> Result<Vec<PlotFigure>, Failure> {
    let ranges: Vec<_> = (0..design.names.len()).map(|column| column..column + 1).collect();
    let transform = transform(args.transform.unwrap_or(ZphArg::Km));
    let zph = fit.zph(transform, &ranges)?;
    let residuals = fit.schoenfeld_residuals(true)?;
    let mut figures = Vec::new();
    for (place, &column) in residuals.values.columns().iter().enumerate() {
        let Some(coefficient) = fit.coefficients()[column].estimate() else { continue };
        let values: Vec<f64> = residuals.values.rows().map(|row| row[place]).collect();
        let smooth = fit.coefficient_over_time(column, transform)?;
        let smooth = smooth.iter().map(|p| (p.time, p.estimate, p.lower, p.upper)).collect();
        let name = &rename::term(&args.rename, &design.names[column]);
        let estimate = coefficient.estimate;
        let mut figure = PlotFigure::schoenfeld(name, &residuals.time, &values, smooth, estimate);
        if let Some(unit) = &args.unit {
            figure.x_title = format!("Time, {unit}");
        }
        if let Some(test) = &zph.terms[column] {
            let p = format::p_value(profile, test.p_value);
            figure.notes = vec![format!("Test of proportional hazards, {p}")];
        }
        figures.push(figure);
    }
    Ok(figures)
}

fn against_predictor(
    kind: &str,
    fit: &CoxFit,
    matrix: &DesignMatrix,
    residuals: Vec<f64>,
) -> Result<PlotFigure, Failure> {
    let predictors = fit.linear_predictors(matrix, BaselineAt::Mean)?;
    let x: Vec<f64> = predictors.iter().map(|predictor| predictor.estimate).collect();
    Ok(PlotFigure::residuals(kind, "Linear predictor", &x, &residuals))
}

fn dfbeta(args: &PlotArgs, fit: &CoxFit, design: &Design) -> Result<Vec<PlotFigure>, Failure> {
    let matrix = fit.row_residuals(RowResidual::Dfbeta)?;
    let figure = |(place, &column): (usize, &usize)| {
        let values: Vec<f64> = matrix.rows().map(|row| row[place]).collect();
        let rows: Vec<f64> = (1..=values.len()).map(|row| row as f64).collect();
        let mut figure = PlotFigure::residuals("dfbeta", "Row", &rows, &values);
        figure.y_title = format!(
            "Change of the coefficient of {}",
            rename::term(&args.rename, &design.names[column])
        );
        figure
    };
    Ok(matrix.columns().iter().enumerate().map(figure).collect())
}
