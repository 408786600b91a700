//! Effects that change with time: by period, as a function of time, and on average.
//!
//! - **By period**: a coefficient of each covariate in each period, from one Cox model of rows cut at
//!   the ends of the periods; that they are all equal is tested by Wald's statistic.
//! - **A function of time**: b + c g(t), from rows cut at every event time, g(t) of a piece taken at
//!   its end, where its risk set is.
//! - **On average**: the events of a Cox model weighted by S(t-), the pooled Kaplan-Meier estimate,
//!   over G(t-), that of the censoring: a mean of the hazard ratio over the events that there would
//!   have been without censoring, whatever the hazards do. Its variance is robust.
//!
//! Derivation: docs/methods/comparisons.md. Sources: Cox (1972), J R Stat Soc B 34:187-220; Schemper,
//! Wakounig and Heinze (2009), Stat Med 28:2473-2489; Xu and O'Quigley (2000), Biostatistics
//! 1:423-439. Reference program: `coxph` of R survival on rows of `survSplit`, with weights.

use super::split::{Piece, SplitRows, split_at, split_at_events};
use crate::regression::linear::Definite;
use crate::{
    CoxFit, CoxModel, CoxTest, DesignMatrix, Error, Groups, Interval, KaplanMeier, Observations,
    Response,
};

/// A coefficient in one period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PeriodEffect {
    /// Where the period starts, excluded; 0 or the first cut before it.
    pub start: f64,
    /// Where it ends, included; `None` for the last, which has no end.
    pub stop: Option<f64>,
    /// Events in it.
    pub events: usize,
    /// The coefficient; `None` where it is not estimable, as in a period without events.
    pub coefficient: Option<f64>,
    /// Its standard error; `None` with it.
    pub std_error: Option<f64>,
    /// The limits of the hazard ratio; `None` with it.
    pub interval: Option<Interval>,
    /// Two-sided; `None` with the coefficient.
    pub p_value: Option<f64>,
}

/// One covariate by period.
#[derive(Clone, Debug, PartialEq)]
pub struct PeriodEffects {
    /// Each period, in the order of time.
    pub periods: Vec<PeriodEffect>,
    /// Wald's test that the coefficients of all periods are equal; `None` unless all exist.
    pub equality: Option<CoxTest>,
}

/// The effects of covariates by period of time: [`fit`](Self::fit) and its options. The level is 0.95
/// by default.
///
/// ```
/// use riskset::{DesignMatrix, EffectsByPeriod, RightCensored};
///
/// let rows = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true; 4])?;
/// let second = DesignMatrix::from_columns(vec![0.0, 1.0, 0.0, 1.0], 4)?;
/// let effects = EffectsByPeriod::new(&[2.0]).fit(&rows, &second)?;
/// // Until 2 the score is 0 where 2 h^2 = 1; afterwards h runs to infinity or to 0.
/// let first = effects[0].periods[0].coefficient.unwrap();
/// assert!((first.exp() - 0.5_f64.sqrt()).abs() < 1e-6);
/// assert_eq!(effects[0].periods[1].coefficient, None);
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct EffectsByPeriod<'a> {
    cuts: Vec<f64>,
    strata: Option<&'a Groups>,
    conf_level: f64,
}

impl<'a> EffectsByPeriod<'a> {
    /// By the periods that end at `cuts`, in any order; the last period has no end.
    pub fn new(cuts: &[f64]) -> Self {
        EffectsByPeriod { cuts: cuts.to_vec(), strata: None, conf_level: 0.95 }
    }

    /// Gives each stratum its own baseline hazard.
    pub fn strata(mut self, strata: impl Into<Option<&'a Groups>>) -> Self {
        self.strata = strata.into();
        self
    }

    /// Sets the confidence level, between 0 and 1.
    pub fn conf_level(mut self, level: f64) -> Self {
        self.conf_level = level;
        self
    }

    /// Fits each column of `covariates` by period, all in one model; one answer for each column.
    ///
    /// # Errors
    ///
    /// As [`split_at`], [`Error::Unsupported`] without a cut, and those of the Cox model.
    pub fn fit(
        &self,
        response: &impl Response,
        covariates: &DesignMatrix,
    ) -> Result<Vec<PeriodEffects>, Error> {
        let mut cuts = self.cuts.clone();
        cuts.sort_by(f64::total_cmp);
        cuts.dedup();
        if cuts.is_empty() {
            return Err(Error::Unsupported {
                what: "effects by period without a cut between two periods",
                instead: "give the times at which a new period begins",
            });
        }
        let split = split_at(response, &cuts)?;
        let period = |piece: &Piece| cuts.partition_point(|&cut| cut <= piece.start);
        let own: Vec<usize> = split.pieces.iter().map(period).collect();
        let count = cuts.len() + 1;
        let mut columns = Vec::new();
        for column in 0..covariates.columns() {
            let values = covariates.column(column);
            for period in 0..count {
                let piece = split.pieces.iter().zip(&own);
                columns.extend(
                    piece.map(|(piece, &at)| if at == period { values[piece.row] } else { 0.0 }),
                );
            }
        }
        let design = DesignMatrix::from_columns(columns, split.pieces.len())?;
        let strata = self.strata.map(|strata| of_pieces(strata, &split)).transpose()?;
        let fit = CoxModel::default()
            .strata(strata.as_ref())
            .conf_level(self.conf_level)
            .fit(&split.response, &design)?;
        let events = |period: usize| {
            let pieces = split.pieces.iter().zip(&own);
            pieces.filter(|(piece, at)| piece.event && **at == period).count()
        };
        let effect = |place: usize| {
            let period = place % count;
            let found = fit.coefficients()[place].estimate();
            PeriodEffect {
                start: if period == 0 { 0.0 } else { cuts[period - 1] },
                stop: cuts.get(period).copied(),
                events: events(period),
                coefficient: found.map(|found| found.estimate),
                std_error: found.and_then(|found| found.std_error),
                interval: found.map(|found| found.interval),
                p_value: found.and_then(|found| found.p_value),
            }
        };
        let one = |column: usize| {
            let places: Vec<usize> = (column * count..(column + 1) * count).collect();
            let equality = equal(&fit, &places);
            PeriodEffects { periods: places.into_iter().map(effect).collect(), equality }
        };
        Ok((0..covariates.columns()).map(one).collect())
    }
}

/// Wald's test that these coefficients are all equal: of their differences from the first.
fn equal(fit: &CoxFit, places: &[usize]) -> Option<CoxTest> {
    let estimates: Option<Vec<f64>> = places
        .iter()
        .map(|&place| fit.coefficients()[place].estimate().map(|found| found.estimate))
        .collect();
    let estimates = estimates?;
    let covariance = |a: usize, b: usize| fit.variance(places[a], places[b]);
    let df = places.len() - 1;
    let difference: Vec<f64> = (1..=df).map(|k| estimates[k] - estimates[0]).collect();
    let spread: Option<Vec<f64>> = (0..df * df)
        .map(|at| {
            let (a, b) = (at / df + 1, at % df + 1);
            Some(covariance(a, b)? - covariance(a, 0)? - covariance(0, b)? + covariance(0, 0)?)
        })
        .collect();
    let solved = Definite::new(&spread?, df)?.solve(&difference);
    let statistic: f64 = difference.iter().zip(&solved).map(|(a, b)| a * b).sum();
    CoxTest::of(statistic, df)
}

/// Average hazard ratios, with a robust variance: [`fit`](Self::fit) and its options. The level is
/// 0.95 by default.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AverageHazardRatio<'a> {
    strata: Option<&'a Groups>,
    conf_level: f64,
}

impl Default for AverageHazardRatio<'_> {
    fn default() -> Self {
        AverageHazardRatio { strata: None, conf_level: 0.95 }
    }
}

impl<'a> AverageHazardRatio<'a> {
    /// Gives each stratum its own baseline hazard.
    pub fn strata(mut self, strata: impl Into<Option<&'a Groups>>) -> Self {
        self.strata = strata.into();
        self
    }

    /// Sets the confidence level, between 0 and 1.
    pub fn conf_level(mut self, level: f64) -> Self {
        self.conf_level = level;
        self
    }

    /// Fits the columns of `covariates` together.
    ///
    /// # Errors
    ///
    /// As [`split_at_events`], [`Error::Unsupported`] for rows that enter late or have case weights,
    /// and those of the Cox model.
    pub fn fit(
        &self,
        response: &impl Response,
        covariates: &DesignMatrix,
    ) -> Result<CoxFit, Error> {
        let rows = response.observations();
        if rows.entry().is_some() || rows.weights().is_some() {
            return Err(Error::Unsupported {
                what: "an average hazard ratio of rows that enter late or have case weights",
                instead: "its weights rest on one curve of all patients from the origin; leave the \
                          weights and the entry times out",
            });
        }
        let split = split_at_events(rows)?;
        let weights = average_weights(rows, &split)?;
        let columns = (0..covariates.columns()).flat_map(|column| {
            let values = covariates.column(column);
            split.pieces.iter().map(|piece| values[piece.row])
        });
        let design = DesignMatrix::from_columns(columns.collect(), split.pieces.len())?;
        let strata = self.strata.map(|strata| of_pieces(strata, &split)).transpose()?;
        let patients = split.pieces.iter().map(|piece| piece.row as u32).collect();
        let patients = Groups::new(patients, rows.len())?;
        let response = split.response.with_weights(&weights)?;
        let model = CoxModel::default().strata(strata.as_ref()).cluster(&patients);
        model.conf_level(self.conf_level).fit(&response, &design)
    }
}

/// S(t-) / G(t-) at the end of each piece. A piece that ends after the last event is in no risk set of
/// an event, and weighs 1.
fn average_weights(rows: &Observations, split: &SplitRows) -> Result<Vec<f64>, Error> {
    let survival = KaplanMeier::default().fit(rows)?;
    let censoring = KaplanMeier::default().fit(&rows.clone().reversed())?;
    let before = |curve: &crate::SurvivalCurve, time: f64| match curve
        .time()
        .partition_point(|&at| at < time)
    {
        0 => 1.0,
        place => curve.survival()[place - 1],
    };
    let weight = |piece: &Piece| match before(&censoring, piece.stop) {
        left if left > 0.0 => before(&survival, piece.stop) / left,
        _ => 1.0,
    };
    Ok(split.pieces.iter().map(weight).collect())
}

/// The groups of the rows as groups of their pieces.
pub(crate) fn of_pieces(groups: &Groups, split: &SplitRows) -> Result<Groups, Error> {
    let index = split.pieces.iter().map(|piece| groups.index()[piece.row]).collect();
    Groups::new(index, groups.count())
}
