//! Residuals of a Cox model.

use riskset::{CoxFit, ResidualMatrix, RowResidual, Schoenfeld};

/// The kinds that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResidualKind {
    /// Events less expected events, one per row.
    Martingale,
    /// The martingale residual made symmetric, one per row.
    Deviance,
    /// Covariates of the one with the event less their expectation, one line per event.
    Schoenfeld,
    /// The same on the scale of the coefficients.
    ScaledSchoenfeld,
    /// The contribution to the score, one line per row.
    Score,
    /// The change of the coefficients without the row.
    Dfbeta,
    /// The same in standard errors.
    Dfbetas,
}

riskset::choices!(
    ResidualKind,
    "kind of residual",
    [
        (ResidualKind::Martingale, "martingale", "Events less expected events"),
        (ResidualKind::Deviance, "deviance", "The martingale residual made symmetric"),
        (ResidualKind::Schoenfeld, "schoenfeld", "Covariates at an event less their expectation"),
        (
            ResidualKind::ScaledSchoenfeld,
            "scaled-schoenfeld",
            "The same on the scale of coefficients"
        ),
        (ResidualKind::Score, "score", "The contribution to the score"),
        (ResidualKind::Dfbeta, "dfbeta", "The change of the coefficients without the row"),
        (ResidualKind::Dfbetas, "dfbetas", "The same in standard errors"),
    ]
);

/// Residuals, by their shape.
#[derive(Clone, Debug)]
pub enum Residuals {
    /// One number per row used.
    PerRow(Vec<f64>),
    /// One line of columns per event, with its time.
    PerEvent(Schoenfeld),
    /// One line of columns per row used.
    Matrix(ResidualMatrix),
}

/// Computes the kinds asked for, in that order.
pub fn all(
    fit: &CoxFit,
    kinds: &[ResidualKind],
) -> Result<Vec<(ResidualKind, Residuals)>, riskset::Error> {
    kinds.iter().map(|&kind| Ok((kind, one(fit, kind)?))).collect()
}

fn one(fit: &CoxFit, kind: ResidualKind) -> Result<Residuals, riskset::Error> {
    Ok(match kind {
        ResidualKind::Martingale => Residuals::PerRow(fit.martingale_residuals()?),
        ResidualKind::Deviance => Residuals::PerRow(fit.deviance_residuals()?),
        ResidualKind::Schoenfeld => Residuals::PerEvent(fit.schoenfeld_residuals(false)?),
        ResidualKind::ScaledSchoenfeld => Residuals::PerEvent(fit.schoenfeld_residuals(true)?),
        ResidualKind::Score => Residuals::Matrix(fit.row_residuals(RowResidual::Score)?),
        ResidualKind::Dfbeta => Residuals::Matrix(fit.row_residuals(RowResidual::Dfbeta)?),
        ResidualKind::Dfbetas => Residuals::Matrix(fit.row_residuals(RowResidual::Dfbetas)?),
    })
}
