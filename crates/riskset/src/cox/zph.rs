//! The test of proportional hazards: does a coefficient change with time?
//!
//! For a term x the model is extended by x g(t), g being a transformation of time, and the score
//! test of the new coefficient is taken at the fitted model. With V(t) the variance of the
//! covariates over the risk set of an event time, the information of the extended model has the
//! blocks sum V, sum g V and sum g² V; the gradient of the new part is the sum of g times the
//! Schoenfeld residuals. g is centred at its mean over the events, which changes nothing but the
//! rounding.
//!
//! Sources: Grambsch and Therneau (1994), Biometrika 81:515-526; the score form without their
//! approximation of constant V is what `cox.zph` of R survival has computed since 3.0 (2019).

use super::fit::CoxFit;
use crate::choices;
use crate::regression::linear::{Definite, inner};
use crate::{CoxTest, Error, KaplanMeier};
use std::ops::Range;

/// The transformation of time with which a coefficient may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ZphTransform {
    /// The rank of the time among all rows, ties at their middle.
    Rank,
    /// One minus the Kaplan-Meier estimate just before the time.
    #[default]
    Km,
    /// The time itself.
    Identity,
    /// The natural logarithm of the time.
    Log,
}

choices!(
    ZphTransform,
    "transform of time",
    [
        (ZphTransform::Rank, "rank", "Rank of the time"),
        (ZphTransform::Km, "km", "1 - Kaplan-Meier just before the time"),
        (ZphTransform::Identity, "identity", "The time itself"),
        (ZphTransform::Log, "log", "Log of the time"),
    ]
);

/// Tests of proportional hazards.
#[derive(Clone, Debug, PartialEq)]
pub struct Zph {
    /// One test per term, with a degree of freedom per coefficient of the term. `None` for a term
    /// without a coefficient, or where the information is singular.
    pub terms: Vec<Option<CoxTest>>,
    /// The test of all terms together.
    pub global: Option<CoxTest>,
    /// The transformed time of each event, in the order of
    /// [`schoenfeld_residuals`](CoxFit::schoenfeld_residuals), not centred.
    pub transformed_time: Vec<f64>,
}

impl CoxFit {
    /// Tests whether the effect of each term is constant. A term is a range of columns of the
    /// design: one for a number, several for a factor.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] with exact ties, or for the logarithm of an event time that is not
    /// above 0; [`Error::OutOfRange`] for a term beyond the columns of the design.
    pub fn zph(&self, transform: ZphTransform, terms: &[Range<usize>]) -> Result<Zph, Error> {
        self.refuse_exact("a test of proportional hazards with exact ties")?;
        if let Some(term) = terms.iter().find(|term| term.end > self.columns) {
            return Err(Error::OutOfRange {
                what: "last column of a term",
                value: term.end as f64,
                range: "be within the columns of the design",
            });
        }
        let time = self.transformed(transform)?;
        let events = self.rows.records.iter().zip(&time);
        let transformed_time = self.events_by_record(&time);
        let mean = events.map(|(record, g)| f64::from(record.tied) * g).sum::<f64>()
            / transformed_time.len() as f64;
        let g: Vec<f64> = time.iter().map(|g| g - mean).collect();
        let extended = Extended::new(self, &g);
        let columns = |term: &Range<usize>| -> Vec<usize> {
            let kept = self.kept.iter().enumerate();
            kept.filter(|(_, column)| term.contains(column)).map(|(place, _)| place).collect()
        };
        Ok(Zph {
            terms: terms.iter().map(|term| extended.test(&columns(term))).collect(),
            global: extended.test(&(0..self.kept.len()).collect::<Vec<usize>>()),
            transformed_time,
        })
    }

    /// g at each record.
    fn transformed(&self, transform: ZphTransform) -> Result<Vec<f64>, Error> {
        let times = self.rows.records.iter().map(|record| record.time);
        let rows = &self.observations;
        Ok(match transform {
            ZphTransform::Identity => times.collect(),
            ZphTransform::Log => {
                if times.clone().any(|time| time <= 0.0) {
                    return Err(Error::Unsupported {
                        what: "the logarithm of an event time that is not above 0",
                        instead: "test with another transformation of time",
                    });
                }
                times.map(f64::ln).collect()
            }
            ZphTransform::Rank => {
                let (sorted, order) = (rows.sorted_time(), rows.order());
                // How many people come before each place in the order of time.
                let mut passed = Vec::with_capacity(sorted.len() + 1);
                passed.push(0);
                for &row in order {
                    passed.push(passed[passed.len() - 1] + rows.people_at(row as usize));
                }
                let rank = |time: f64| {
                    let before = passed[sorted.partition_point(|&at| at < time)];
                    let through = passed[sorted.partition_point(|&at| at <= time)];
                    (before + through + 1) as f64 / 2.0
                };
                times.map(rank).collect()
            }
            ZphTransform::Km => {
                // Without case weights, as R: g only says when, not how many.
                let plain = match rows.is_counted() {
                    true => rows.clone(),
                    false => rows.clone().with_weights(&vec![1.0; rows.len()])?,
                };
                let curve = KaplanMeier::default().fit(&plain)?;
                let before = |time: f64| {
                    let passed = curve.time().partition_point(|&at| at < time);
                    if passed == 0 { 0.0 } else { 1.0 - curve.survival()[passed - 1] }
                };
                times.map(before).collect()
            }
        })
    }

    /// A value per record as a value per event, by stratum and time.
    fn events_by_record(&self, values: &[f64]) -> Vec<f64> {
        let strata = self.rows.strata.iter();
        let records = strata.flat_map(|stratum| stratum.records.clone().rev());
        records
            .flat_map(|index| {
                let times = self.rows.records[index].tied as usize;
                std::iter::repeat_n(values[index], times)
            })
            .collect()
    }
}

/// The model with x g(t) beside x, at the fitted coefficients, in the scaled unit.
struct Extended {
    p: usize,
    /// The gradient of the new part.
    gradient: Vec<f64>,
    /// sum V, inverted; `None` where it is singular.
    inverse: Option<Definite>,
    /// sum g V.
    cross: Vec<f64>,
    /// sum g² V.
    square: Vec<f64>,
}

impl Extended {
    fn new(fit: &CoxFit, g: &[f64]) -> Extended {
        let (rows, risk) = (&fit.rows, &fit.risk);
        let squares: Vec<f64> = g.iter().map(|g| g * g).collect();
        let once = risk.moments(rows, fit.ties, Some(g));
        let twice = risk.moments(rows, fit.ties, Some(&squares));
        Extended {
            p: rows.p,
            gradient: once.gradient,
            inverse: Definite::new(&fit.information, rows.p),
            cross: once.information,
            square: twice.information,
        }
    }

    /// The score test of the new coefficients of some columns.
    fn test(&self, columns: &[usize]) -> Option<CoxTest> {
        let (p, df) = (self.p, columns.len());
        let inverse = self.inverse.as_ref()?;
        let mut variance = vec![0.0; df * df];
        for (b, &k) in columns.iter().enumerate() {
            let solved = inverse.solve(&self.cross[k * p..(k + 1) * p]);
            for (a, &j) in columns.iter().enumerate() {
                let explained = inner(&self.cross[j * p..(j + 1) * p], &solved);
                variance[a * df + b] = self.square[j * p + k] - explained;
            }
        }
        let gradient: Vec<f64> = columns.iter().map(|&j| self.gradient[j]).collect();
        let solved = Definite::new(&variance, df)?.solve(&gradient);
        CoxTest::of(inner(&solved, &gradient), df)
    }
}
