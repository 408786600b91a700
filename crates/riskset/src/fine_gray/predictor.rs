//! What a Fine-Gray model says of new rows, by itself: the coefficients and, at each time with the
//! event, the cumulative subdistribution hazard with what its error has to do with theirs.
//!
//! With H the cumulative hazard at the covariates c, the incidence at x is
//! F = 1 - exp(-H exp((x - c)'b)). The error of log H has the variance v and with that of b the
//! covariances k, so that log(-log(1 - F)) has the variance v + 2 (x - c)'k + (x - c)'V(x - c); limits
//! are symmetric on that scale. All three are sums of squares and products of what each row does to
//! H and to b (`hazard_influence`).
//!
//! Source: Fine and Gray (1999), J Am Stat Assoc 94:496-509, section 4.

use super::hazard_influence::HazardInfluence;
use super::rows::Rows;
use super::score::Score;
use super::{FineGray, FineGrayFit, influence};
use crate::regression::linear::{Definite, quadratic};
use crate::{CompetingRisks, DesignMatrix, Error, Interval, LinearPredictor, Response, normal};
use rayon::prelude::*;

/// What an [`IncidencePredictor`] is made of. Every number is in the unit of the data.
#[derive(Clone, Debug, PartialEq)]
pub struct IncidenceParts {
    /// Columns of the design, those without a coefficient too.
    pub columns: usize,
    /// The columns that have a coefficient, increasing.
    pub kept: Vec<usize>,
    /// Their coefficients, log subdistribution hazard ratios.
    pub beta: Vec<f64>,
    /// Their means over the rows of the fit, from which a linear predictor is measured.
    pub means: Vec<f64>,
    /// The robust variance of the coefficients, row by row.
    pub variance: Vec<f64>,
    /// Level of the intervals, as a fraction.
    pub conf_level: f64,
    /// The covariates at which the hazard is given, one per coefficient.
    pub center: Vec<f64>,
    /// The distinct times with the event of interest, increasing; at least one.
    pub time: Vec<f64>,
    /// The cumulative subdistribution hazard at each of them, positive.
    pub hazard: Vec<f64>,
    /// The variance of its logarithm.
    pub log_variance: Vec<f64>,
    /// The covariance of its logarithm with each coefficient: a column per coefficient.
    pub log_covariance: Vec<Vec<f64>>,
    /// The last time at which a row of the fit was seen.
    pub last: f64,
}

/// A fitted Fine-Gray model as predictions need it.
#[derive(Clone, Debug, PartialEq)]
pub struct IncidencePredictor {
    parts: IncidenceParts,
    z: f64,
}

/// The incidence that the model expects of a row by a time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ExpectedIncidence {
    /// The time, in the unit of the data.
    pub time: f64,
    /// The incidence as a fraction; 0 before the first event, `None` after the last time that a row of
    /// the fit was seen.
    pub incidence: Option<f64>,
    /// Its standard error; 0 before the first event.
    pub std_error: Option<f64>,
    /// Its interval, symmetric for log(-log(1 - F)).
    pub interval: Option<Interval>,
}

impl IncidenceParts {
    /// Every number but those that count.
    fn numbers(&self) -> impl Iterator<Item = f64> + '_ {
        let lists = [&self.beta, &self.means, &self.center, &self.variance, &self.time];
        let hazards = [&self.hazard, &self.log_variance].into_iter().chain(&self.log_covariance);
        lists.into_iter().chain(hazards).flatten().copied().chain([self.last])
    }
}

impl IncidencePredictor {
    /// Checks the parts, which may come from a file.
    ///
    /// # Errors
    ///
    /// [`Error::ConfLevel`], [`Error::Length`] where two parts do not go together, and
    /// [`Error::OutOfRange`] for a number that no fit gives.
    pub fn new(parts: IncidenceParts) -> Result<IncidencePredictor, Error> {
        let z = normal::two_sided_quantile(parts.conf_level)?;
        let (p, events) = (parts.kept.len(), parts.time.len());
        check_length("coefficients", p, parts.beta.len())?;
        check_length("means", p, parts.means.len())?;
        check_length("centres", p, parts.center.len())?;
        check_length("numbers in the variance", p.saturating_mul(p), parts.variance.len())?;
        check_length("cumulative hazards", events, parts.hazard.len())?;
        check_length("variances of a hazard", events, parts.log_variance.len())?;
        check_length("columns of covariances", p, parts.log_covariance.len())?;
        for column in &parts.log_covariance {
            check_length("covariances of a hazard", events, column.len())?;
        }
        let known = parts.kept.is_sorted_by(|a, b| a < b)
            && parts.kept.last().is_none_or(|&last| last < parts.columns);
        check(known, "the number of a column with a coefficient", "be one of the design")?;
        check(parts.numbers().all(f64::is_finite), "a number of the model", "be finite")?;
        let squares = parts.log_variance.iter().all(|&variance| variance >= 0.0);
        check(squares, "the variance of a hazard", "be at least 0")?;
        let rising = parts.time.is_sorted_by(|a, b| a < b) && parts.hazard.is_sorted();
        let positive = parts.hazard.first().is_some_and(|&first| first > 0.0);
        check(
            rising && positive,
            "the times or the hazard of a model",
            "be increasing, at least one, the hazard above 0",
        )?;
        Ok(IncidencePredictor { parts, z })
    }

    /// What it is made of.
    pub fn parts(&self) -> &IncidenceParts {
        &self.parts
    }

    /// The linear predictor of each row of `new` from the means of the fit: a log subdistribution
    /// hazard ratio.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] unless `new` has the columns of the design.
    pub fn linear_predictors(&self, new: &DesignMatrix) -> Result<Vec<LinearPredictor>, Error> {
        let parts = &self.parts;
        self.check_columns(new)?;
        let of = (&parts.kept[..], &parts.beta[..], &parts.means[..]);
        let rows = 0..new.rows();
        Ok(rows.map(|row| LinearPredictor::at(new, row, of, &parts.variance)).collect())
    }

    /// The incidence of each row of `new` at each of `times`, row after row; at every time with the
    /// event when there are none.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] unless `new` has the columns of the design.
    pub fn incidences(
        &self,
        new: &DesignMatrix,
        times: &[f64],
    ) -> Result<Vec<Vec<ExpectedIncidence>>, Error> {
        self.check_columns(new)?;
        let times = if times.is_empty() { &self.parts.time[..] } else { times };
        let of_row = |row: usize| {
            let columns = self.parts.kept.iter().zip(&self.parts.center);
            let x: Vec<f64> = columns.map(|(&j, center)| new.column(j)[row] - center).collect();
            times.iter().map(|&time| self.at(time, &x)).collect()
        };
        Ok((0..new.rows()).map(of_row).collect())
    }

    /// The incidence by a time for covariates from the centre.
    fn at(&self, time: f64, x: &[f64]) -> ExpectedIncidence {
        let parts = &self.parts;
        let none = ExpectedIncidence { time, incidence: None, std_error: None, interval: None };
        if time > parts.last || time.is_nan() {
            return none;
        }
        let Some(place) = parts.time.partition_point(|&at| at <= time).checked_sub(1) else {
            let certain = Interval { lower: Some(0.0), upper: Some(0.0) };
            return ExpectedIncidence {
                incidence: Some(0.0),
                std_error: Some(0.0),
                interval: Some(certain),
                ..none
            };
        };
        let linear: f64 = x.iter().zip(&parts.beta).map(|(x, beta)| x * beta).sum();
        let log_hazard = parts.hazard[place].ln() + linear;
        let with: f64 = x.iter().zip(&parts.log_covariance).map(|(x, k)| x * k[place]).sum();
        let own = quadratic(&parts.variance, x, x);
        let error = (parts.log_variance[place] + 2.0 * with + own).max(0.0).sqrt();
        let incidence = |log_hazard: f64| -(-log_hazard.exp()).exp_m1();
        let slope = (log_hazard - log_hazard.exp()).exp();
        let limit = |sign: f64| Some(incidence(log_hazard + sign * self.z * error));
        ExpectedIncidence {
            time,
            incidence: Some(incidence(log_hazard)),
            std_error: Some(slope * error),
            interval: Some(Interval { lower: limit(-1.0), upper: limit(1.0) }),
        }
    }

    fn check_columns(&self, new: &DesignMatrix) -> Result<(), Error> {
        check_length("columns of the new covariates", self.parts.columns, new.columns())
    }
}

impl FineGray<'_> {
    /// The predictions of a fit that these options made of the same rows, with their limits. It takes
    /// another pass over the rows for each time with the event, which a fit alone need not pay for.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] where a coefficient has no estimate or its variance does not exist, and
    /// [`Error::Length`] where the rows are not those of the fit.
    pub fn predictor(
        &self,
        response: &CompetingRisks,
        design: &DesignMatrix,
        fit: &FineGrayFit,
    ) -> Result<IncidencePredictor, Error> {
        check_length("covariates", response.observations().len(), design.rows())?;
        check_length("columns", fit.columns, design.columns())?;
        let chosen = design.select(&fit.kept);
        let rows = Rows::new(response, fit.cause(), &chosen, self.censoring_groups, self.ties);
        let p = rows.p;
        let scaled: Vec<f64> = fit.beta.iter().zip(&rows.scales).map(|(b, s)| b * s).collect();
        let score = Score::new(&rows, &scaled);
        let none = Error::Unsupported {
            what: "predictions of a model in which a coefficient has no estimate",
            instead: "leave out its term",
        };
        let inverse = match p {
            0 => Vec::new(),
            _ => {
                let information = Definite::new(&score.information(&rows).0, p);
                information.filter(|_| !fit.any_infinite()).ok_or(none)?.inverse()
            }
        };
        let influence = influence::rows(&rows, &score, fit.weight_error());
        let beta: Vec<f64> = influence
            .chunks_exact(p.max(1))
            .flat_map(|row| {
                (0..p).map(|j| quadratic_row(&inverse, row, j, p)).collect::<Vec<f64>>()
            })
            .collect();
        let hazards = HazardInfluence::new(&rows, &score, &beta, fit.weight_error());
        let units = Units::new(&rows, self.cluster, &beta);
        let found: Vec<(f64, Vec<f64>)> = (0..rows.events.len())
            .into_par_iter()
            .map(|event| units.moments(|place| hazards.at(place, event + 1)))
            .collect();
        let variance = (0..p * p).map(|at| fit.variance(fit.kept[at / p], fit.kept[at % p]));
        let n = design.rows() as f64;
        let mean = |column: usize| chosen.column(column).iter().sum::<f64>() / n;
        let level = score.shift;
        IncidencePredictor::new(IncidenceParts {
            columns: fit.columns,
            kept: fit.kept.clone(),
            beta: fit.beta.clone(),
            means: (0..p).map(mean).collect(),
            variance: variance.map(|found| found.unwrap_or(f64::NAN)).collect(),
            conf_level: self.conf_level,
            center: rows.centers.clone(),
            time: rows.events.iter().map(|event| event.time).collect(),
            hazard: score.integrals.hazard[1..].iter().map(|h| h * (-level).exp()).collect(),
            log_variance: found.iter().map(|found| found.0).collect(),
            log_covariance: (0..p)
                .map(|j| found.iter().map(|found| found.1[j] / rows.scales[j]).collect())
                .collect(),
            last: response.observations().time().iter().copied().fold(f64::NEG_INFINITY, f64::max),
        })
    }
}

/// Entry `j` of a symmetric matrix times a row.
fn quadratic_row(matrix: &[f64], row: &[f64], j: usize, p: usize) -> f64 {
    (0..p).map(|l| matrix[j * p + l] * row[l]).sum()
}

/// Rows that stand together in the sums of squares: each by itself, or those of a cluster.
struct Units {
    p: usize,
    /// The unit of each sorted place.
    of: Vec<usize>,
    count: usize,
    /// What each unit does to the coefficients: `unit * p + column`.
    beta: Vec<f64>,
}

impl Units {
    fn new(rows: &Rows, cluster: Option<&crate::Groups>, beta: &[f64]) -> Units {
        let unit = |place: usize| match cluster {
            None => place,
            Some(cluster) => cluster.index()[rows.order[place] as usize] as usize,
        };
        let (p, of) = (rows.p, (0..rows.n).map(unit).collect::<Vec<usize>>());
        let count = cluster.map_or(rows.n, crate::Groups::count);
        let mut sums = vec![0.0; count * p];
        for (place, row) in beta.chunks_exact(p.max(1)).enumerate() {
            let own = &mut sums[of[place] * p..(of[place] + 1) * p];
            own.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        Units { p, of, count, beta: sums }
    }

    /// The sum of squares of what each unit does to a number, and of its products with what it does to
    /// the coefficients.
    fn moments(&self, influence: impl Fn(usize) -> f64) -> (f64, Vec<f64>) {
        let mut sums = vec![0.0; self.count];
        for (place, &unit) in self.of.iter().enumerate() {
            sums[unit] += influence(place);
        }
        let (mut square, mut products) = (0.0, vec![0.0; self.p]);
        for (unit, sum) in sums.iter().enumerate() {
            square += sum * sum;
            for (j, product) in products.iter_mut().enumerate() {
                *product += sum * self.beta[unit * self.p + j];
            }
        }
        (square, products)
    }
}

fn check_length(what: &'static str, expected: usize, found: usize) -> Result<(), Error> {
    if expected == found { Ok(()) } else { Err(Error::Length { what, expected, found }) }
}

fn check(holds: bool, what: &'static str, range: &'static str) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(Error::OutOfRange { what, value: f64::NAN, range }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file that was altered: an error that is the root of less than 0 would be shown as none.
    #[test]
    fn a_variance_below_0_is_refused() {
        let parts = |variance| IncidenceParts {
            columns: 0,
            kept: Vec::new(),
            beta: Vec::new(),
            means: Vec::new(),
            variance: Vec::new(),
            conf_level: 0.95,
            center: Vec::new(),
            time: vec![1.0],
            hazard: vec![0.5],
            log_variance: vec![variance],
            log_covariance: Vec::new(),
            last: 2.0,
        };
        assert!(IncidencePredictor::new(parts(0.04)).is_ok());
        let refused = IncidencePredictor::new(parts(-0.04)).unwrap_err().to_string();
        assert!(refused.contains("the variance of a hazard"), "{refused}");
    }
}
