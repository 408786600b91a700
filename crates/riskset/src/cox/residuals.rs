//! Residuals of a fitted model, in data order and in the unit of the data.
//!
//! - Martingale: events less the hazard met; deviance: the same, made more symmetric.
//! - Schoenfeld: at each event, x less the mean over the risk set (with Efron's ties, the average
//!   of the means of the terms); scaled: times the variance times the number of events, plus the
//!   coefficient, so that it scatters about beta(t).
//! - Score: the row's part of the gradient; dfbeta: the score times the variance, about how much
//!   the coefficients would change without the row; dfbetas: in standard errors.
//!
//! Sources: Therneau, Grambsch and Fleming (1990), Biometrika 77:147-160; Schoenfeld (1982),
//! Biometrika 69:239-241; Grambsch and Therneau (1994), Biometrika 81:515-526; Cain and Lange
//! (1984), Biometrics 40:493-499.

use super::choices::Ties;
use super::fit::CoxFit;
use super::influence::{
    RecordMeans, hazard_met, score_residuals, sorted_linear_predictor, tied, weighted,
};
use super::risk::Tied;
use crate::Error;
use rayon::prelude::*;

/// A kind of residual that has one value per coefficient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowResidual {
    /// The row's part of the gradient, not multiplied by its case weight.
    Score,
    /// The score times the model-based variance, times the case weight.
    Dfbeta,
    /// The same, divided by the model-based standard errors.
    Dfbetas,
}

/// Residuals with one value per coefficient.
#[derive(Clone, Debug, PartialEq)]
pub struct ResidualMatrix {
    columns: Vec<usize>,
    values: Vec<f64>,
}

impl ResidualMatrix {
    /// The columns of the design to which the values of a row belong: those with a coefficient.
    pub fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// The rows, each with one value per entry of [`columns`](Self::columns); none when there are no
    /// columns.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.values.chunks_exact(self.columns.len().max(1))
    }

    /// Makes rows of columns, `order[i]` being the place of the i-th value of each column.
    fn transpose(kept: &[usize], columns: &[Vec<f64>], order: &[u32]) -> ResidualMatrix {
        let p = kept.len();
        let mut values = vec![0.0; p * order.len()];
        for (j, column) in columns.iter().enumerate() {
            for (value, &place) in column.iter().zip(order) {
                values[place as usize * p + j] = *value;
            }
        }
        ResidualMatrix { columns: kept.to_vec(), values }
    }
}

/// Schoenfeld residuals: one row per event (of a weight above 0), by stratum, then time, then data
/// order.
#[derive(Clone, Debug, PartialEq)]
pub struct Schoenfeld {
    /// The time of each event.
    pub time: Vec<f64>,
    /// The stratum of each event, from 0.
    pub stratum: Vec<u32>,
    /// The row of each event, from 0 in data order.
    pub row: Vec<usize>,
    /// The residuals of each event.
    pub values: ResidualMatrix,
}

impl CoxFit {
    /// The number of events that the model expects of each fitted row, in data order: the hazard
    /// it met while at risk. Exact ties use Breslow's hazard.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] where it is too large for a number: of a row of weight 0, which does
    /// not hold the fit back however large its risk grows.
    pub fn expected(&self) -> Result<Vec<f64>, Error> {
        let expected = self.expected_of(&self.linear_and_met());
        check_residuals(&expected)?;
        Ok(expected)
    }

    /// Martingale residuals, in data order: 1 for an event, less what was
    /// [`expected`](Self::expected). Their weighted sum is 0 in each stratum. An event of weight 0
    /// is no event: the row was followed, and left.
    ///
    /// # Errors
    ///
    /// Those of [`expected`](Self::expected).
    pub fn martingale_residuals(&self) -> Result<Vec<f64>, Error> {
        Ok(self.less_expected(&self.expected()?))
    }

    /// Deviance residuals, in data order: with martingale residual M, the signed root of
    /// -2 (M + log(1 - M)) for an event, of -2 M without one.
    ///
    /// # Errors
    ///
    /// Those of [`expected`](Self::expected).
    pub fn deviance_residuals(&self) -> Result<Vec<f64>, Error> {
        let parts = self.linear_and_met();
        let expected = self.expected_of(&parts);
        check_residuals(&expected)?;
        let parts = parts.into_iter().zip(self.less_expected(&expected));
        let residual = |(row, ((linear, met), martingale)): (usize, ((f64, f64), f64))| {
            // Near M = 0 the two terms cancel but for -M²/2, which takes log(1 - M) in full; near
            // M = 1 what was expected, 1 - M, may be too small for a number, but not its logarithm.
            let log = match self.fails(row) {
                false => 0.0,
                true if martingale < 0.5 => (-martingale).ln_1p(),
                true => linear + met.ln(),
            };
            (-2.0 * (martingale + log)).max(0.0).sqrt().copysign(martingale)
        };
        Ok(parts.enumerate().map(residual).collect())
    }

    fn expected_of(&self, parts: &[(f64, f64)]) -> Vec<f64> {
        let expected =
            |&(linear, met): &(f64, f64)| if met > 0.0 { linear.exp() * met } else { 0.0 };
        parts.iter().map(expected).collect()
    }

    fn less_expected(&self, expected: &[f64]) -> Vec<f64> {
        let residual = |(row, expected)| f64::from(u8::from(self.fails(row))) - expected;
        expected.iter().enumerate().map(residual).collect()
    }

    /// The linear predictor of each row, from the centre of its stratum, and the hazard that it met
    /// there, in data order.
    fn linear_and_met(&self) -> Vec<(f64, f64)> {
        let tied = tied(&self.rows, &self.risk, self.hazard_ties());
        let mut met = hazard_met(&self.rows, &cumulative_hazard(self, &tied), &tied);
        // The hazard since entry is a difference, which rounding may leave below its own last part.
        for (record, tied) in self.rows.records.iter().zip(&tied) {
            let own = tied.hazard - tied.failing_less;
            met[record.failing()].iter_mut().for_each(|met| *met = met.max(own));
        }
        let linear = sorted_linear_predictor(&self.rows, &self.risk);
        let mut parts = vec![(0.0, 0.0); self.n()];
        for (&place, part) in self.rows.order.iter().zip(linear.into_iter().zip(met)) {
            parts[place as usize] = part;
        }
        parts
    }

    /// Whether a data row counts as an event.
    fn fails(&self, row: usize) -> bool {
        self.observations.event()[row] && self.observations.weight(row) > 0.0
    }

    /// Score residuals, dfbeta or dfbetas: one row per row, in data order.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] with exact ties, where the information is singular, or where a residual
    /// is too large for a number.
    pub fn row_residuals(&self, kind: RowResidual) -> Result<ResidualMatrix, Error> {
        self.refuse_exact("score residuals with exact ties")?;
        let mut columns = score_residuals(&self.rows, &self.risk, self.ties);
        for (column, scale) in columns.iter_mut().zip(&self.rows.scales) {
            column.iter_mut().for_each(|value| *value *= scale);
        }
        if kind != RowResidual::Score {
            columns = self.times_variance(&columns)?;
            for (j, column) in columns.iter_mut().enumerate() {
                let unit = match kind {
                    RowResidual::Dfbetas => {
                        self.variance_or_refuse()?[j * self.kept.len() + j].sqrt()
                    }
                    _ => 1.0,
                };
                for (row, value) in column.iter_mut().enumerate() {
                    *value = weighted(&self.rows, row, *value) / unit;
                }
            }
        }
        for column in &columns {
            check_residuals(column)?;
        }
        Ok(ResidualMatrix::transpose(&self.kept, &columns, &self.rows.order))
    }

    /// Schoenfeld residuals, plain or scaled with the model-based variance.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] with exact ties, or, scaled, where the information is singular.
    pub fn schoenfeld_residuals(&self, scaled: bool) -> Result<Schoenfeld, Error> {
        self.refuse_exact("Schoenfeld residuals with exact ties")?;
        let events = self.events_in_order();
        let tied = tied(&self.rows, &self.risk, self.ties);
        let mut columns: Vec<Vec<f64>> = (0..self.rows.p)
            .into_par_iter()
            .map(|j| self.schoenfeld_column(&events, &tied, j))
            .collect();
        if scaled {
            columns = self.times_variance(&columns)?;
            for (column, beta) in columns.iter_mut().zip(&self.beta) {
                column.iter_mut().for_each(|value| *value = *value * events.len() as f64 + beta);
            }
        }
        let order: Vec<u32> = (0..events.len() as u32).collect();
        Ok(Schoenfeld {
            time: events.iter().map(|&(row, _)| self.rows.time[row]).collect(),
            stratum: events.iter().map(|&(_, record)| self.rows.records[record].stratum).collect(),
            row: events.iter().map(|&(row, _)| self.rows.order[row] as usize).collect(),
            values: ResidualMatrix::transpose(&self.kept, &columns, &order),
        })
    }

    /// Sorted row and record of each event, by stratum, time and data order.
    fn events_in_order(&self) -> Vec<(usize, usize)> {
        let mut events = Vec::new();
        for stratum in &self.rows.strata {
            for index in stratum.records.clone().rev() {
                // Within a time, sorted rows keep data order.
                events.extend(self.rows.records[index].failing().map(|row| (row, index)));
            }
        }
        events
    }

    fn schoenfeld_column(&self, events: &[(usize, usize)], tied: &[Tied], j: usize) -> Vec<f64> {
        let means = RecordMeans::new(&self.rows, &self.risk, tied, j);
        let scale = self.rows.scales[j];
        let residual = |&(row, record): &(usize, usize)| {
            (self.rows.covariate(row, j) - means.mean[record]) * scale
        };
        events.iter().map(residual).collect()
    }

    /// Each row of the columns times the model-based variance.
    fn times_variance(&self, columns: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, Error> {
        let variance = self.variance_or_refuse()?;
        let p = columns.len();
        let product = |j: usize| {
            let mut out = vec![0.0; columns[0].len()];
            for (k, column) in columns.iter().enumerate() {
                let factor = variance[k * p + j];
                out.iter_mut().zip(column).for_each(|(out, value)| *out += factor * value);
            }
            out
        };
        Ok((0..p).into_par_iter().map(product).collect())
    }

    pub(super) fn variance_or_refuse(&self) -> Result<&[f64], Error> {
        self.model_variance.as_deref().ok_or(Error::Unsupported {
            what: "a quantity that needs the variance, where the information is singular",
            instead: "leave out the covariate whose coefficient runs to infinity",
        })
    }

    pub(super) fn refuse_exact(&self, what: &'static str) -> Result<(), Error> {
        let instead = "use Efron's or Breslow's ties";
        if self.ties == Ties::Exact { Err(Error::Unsupported { what, instead }) } else { Ok(()) }
    }

    /// The method that gives the hazard increments: exact ties have none of their own.
    pub(super) fn hazard_ties(&self) -> Ties {
        if self.ties == Ties::Exact { Ties::Breslow } else { self.ties }
    }
}

/// Refuses residuals that are not finite. A row of weight 0 does not hold the fit back, however large
/// its risk grows.
fn check_residuals(values: &[f64]) -> Result<(), Error> {
    super::design::check_finite(
        values,
        "a residual too large for a number",
        "leave out rows of weight 0, whose covariates may be anything; where a coefficient runs to \
         infinity, penalty Firth keeps it finite",
    )
}

/// For each record, the sum of the hazard from it down to the first event time of its stratum.
pub(super) fn cumulative_hazard(fit: &CoxFit, tied: &[Tied]) -> Vec<f64> {
    let mut cumulative: Vec<f64> = tied.iter().map(|tied| tied.hazard).collect();
    for stratum in &fit.rows.strata {
        let mut sum = 0.0;
        for value in cumulative[stratum.records.clone()].iter_mut().rev() {
            sum += *value;
            *value = sum;
        }
    }
    cumulative
}
