//! Residuals of a Cox model: scaled Schoenfeld over time, martingale, deviance, dfbeta.

use super::rename::{Rename, Words};
use super::{FigureAnswer, PageRequest};
use crate::contrast::estimated;
use crate::cox::doubt_fit;
use crate::{About, Data, Problem, RowsRequest};
use riskset::{BaselineAt, CoxFit, CoxModel, DesignMatrix, RowResidual, ZphTransform};
use riskset_data::Design;
use riskset_plot::{PanelContent, PanelInput, Panels, PlotFigure, Profile, format};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Scaled Schoenfeld residuals of each term, with smooth and band.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotSchoenfeldRequest {
    /// Data, model and rows.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
    /// Height in millimetres.
    pub height: Option<f64>,
    /// The unit of the time axis in words.
    pub unit: Option<String>,
    /// Level of the bands, as a fraction.
    pub conf_level: f64,
    /// The transform of time.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<ZphTransform>")]
    pub transform: ZphTransform,
    /// Words for codes.
    pub rename: Vec<Rename>,
}

impl Default for PlotSchoenfeldRequest {
    fn default() -> PlotSchoenfeldRequest {
        PlotSchoenfeldRequest {
            rows: RowsRequest::default(),
            page: PageRequest::default(),
            height: None,
            unit: None,
            conf_level: 0.95,
            transform: ZphTransform::Km,
            rename: Vec::new(),
        }
    }
}

/// Residuals of a Cox model, one point a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotResidualsRequest {
    /// Data, model and rows.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
    /// Height in millimetres.
    pub height: Option<f64>,
    /// Which residuals.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<PlottedResidual>")]
    pub residual: PlottedResidual,
    /// Words for codes.
    pub rename: Vec<Rename>,
}

impl Default for PlotResidualsRequest {
    fn default() -> PlotResidualsRequest {
        PlotResidualsRequest {
            rows: RowsRequest::default(),
            page: PageRequest::default(),
            height: None,
            residual: PlottedResidual::Martingale,
            rename: Vec::new(),
        }
    }
}

/// Residuals that are drawn one point a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlottedResidual {
    /// Against the linear predictor.
    Martingale,
    /// Against the linear predictor.
    Deviance,
    /// Against the row.
    Dfbeta,
}

riskset::choices!(
    PlottedResidual,
    "kind of residual",
    [
        (PlottedResidual::Martingale, "martingale", "Events less expected events"),
        (PlottedResidual::Deviance, "deviance", "The martingale residual made symmetric"),
        (PlottedResidual::Dfbeta, "dfbeta", "The change of each coefficient without the row"),
    ]
);

impl PlotSchoenfeldRequest {
    /// Fits the model and lays out one panel per term.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        let words = Words::new(&self.rename);
        let fitted = fit(&self.rows, data, self.conf_level)?;
        let figures = self.figures(&fitted.fit, &fitted.design, &words, &profile)?;
        words.check_used()?;
        draw(figures, &self.page, self.height, &profile, fitted.about)
    }

    fn figures(
        &self,
        fit: &CoxFit,
        design: &Design,
        words: &Words,
        profile: &Profile,
    ) -> Result<Vec<PlotFigure>, Problem> {
        let ranges: Vec<_> = (0..design.names.len()).map(|column| column..column + 1).collect();
        let zph = fit.zph(self.transform, &ranges)?;
        let residuals = fit.schoenfeld_residuals(true)?;
        let coefficients = estimated(fit);
        let mut figures = Vec::new();
        for (place, &column) in residuals.values.columns().iter().enumerate() {
            let Some(coefficient) = coefficients[column] else { continue };
            let values: Vec<f64> = residuals.values.rows().map(|row| row[place]).collect();
            let smooth = fit.coefficient_over_time(column, self.transform)?;
            let smooth = smooth.iter().map(|p| (p.time, p.estimate, p.lower, p.upper)).collect();
            let name = &words.term(&design.names[column]);
            let estimate = coefficient.estimate;
            let mut figure =
                PlotFigure::schoenfeld(name, &residuals.time, &values, smooth, estimate);
            if let Some(unit) = &self.unit {
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
}

impl PlotResidualsRequest {
    /// Fits the model and lays out the panels.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        let words = Words::new(&self.rename);
        let fitted = fit(&self.rows, data, 0.95)?;
        let (fit, name) = (&fitted.fit, self.residual.name());
        let figures = match self.residual {
            PlottedResidual::Martingale => {
                vec![against_predictor(name, &fitted, fit.martingale_residuals()?)?]
            }
            PlottedResidual::Deviance => {
                vec![against_predictor(name, &fitted, fit.deviance_residuals()?)?]
            }
            PlottedResidual::Dfbeta => dfbeta(fit, &fitted.design, &words)?,
        };
        words.check_used()?;
        draw(figures, &self.page, self.height, &profile, fitted.about)
    }
}

/// A fitted model with what belongs to it.
struct FittedModel {
    fit: CoxFit,
    design: Design,
    matrix: DesignMatrix,
    about: About,
}

fn fit(rows: &RowsRequest, data: &Data, conf_level: f64) -> Result<FittedModel, Problem> {
    let mut rows = rows.rows(data, "plot")?;
    rows.doubt_competing();
    let frame = &rows.frame;
    let design = frame.design()?;
    let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)?;
    let fit = CoxModel::default()
        .strata(frame.strata.as_ref().map(|strata| &strata.groups))
        .offset(frame.offset.as_deref())
        .conf_level(conf_level)
        .fit(frame.observations()?, &matrix)?;
    let mut about = rows.about;
    doubt_fit(&mut about, &fit, &design);
    Ok(FittedModel { fit, design, matrix, about })
}

fn against_predictor(
    kind: &str,
    model: &FittedModel,
    residuals: Vec<f64>,
) -> Result<PlotFigure, Problem> {
    let predictors = model.fit.linear_predictors(&model.matrix, BaselineAt::Mean)?;
    let x: Vec<f64> = predictors.iter().map(|predictor| predictor.estimate).collect();
    Ok(PlotFigure::residuals(kind, "Linear predictor", &x, &residuals))
}

fn dfbeta(fit: &CoxFit, design: &Design, words: &Words) -> Result<Vec<PlotFigure>, Problem> {
    let matrix = fit.row_residuals(RowResidual::Dfbeta)?;
    let figure = |(place, &column): (usize, &usize)| {
        let values: Vec<f64> = matrix.rows().map(|row| row[place]).collect();
        let rows: Vec<f64> = (1..=values.len()).map(|row| row as f64).collect();
        let mut figure = PlotFigure::residuals("dfbeta", "Row", &rows, &values);
        let term = words.term(&design.names[column]);
        figure.y_title = format!("Change of the coefficient of {term}");
        figure
    };
    Ok(matrix.columns().iter().enumerate().map(figure).collect())
}

/// One plot as it is, several as panels.
pub(super) fn draw(
    mut figures: Vec<PlotFigure>,
    page: &PageRequest,
    height: Option<f64>,
    profile: &Profile,
    about: About,
) -> Result<FigureAnswer, Problem> {
    for figure in &mut figures {
        figure.embed = !page.no_embed;
    }
    if let [figure] = &mut figures[..] {
        figure.width = page.width;
        figure.height = height;
        return FigureAnswer::new(about, figure.draw(profile));
    }
    let panels = figures
        .into_iter()
        .map(|figure| PanelInput { title: None, content: PanelContent::Plot(figure) });
    let panels = Panels {
        panels: panels.collect(),
        width: page.width,
        height,
        embed: !page.no_embed,
        ..Panels::default()
    };
    FigureAnswer::new(about, panels.draw(profile))
}
