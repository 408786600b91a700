//! What a fitted model says of new rows, by itself: the coefficients with their variance and, for each
//! stratum, what its cumulative hazard is summed from. It is all that a prediction needs, so a model
//! can be kept without the patients that made it.
//!
//! With the hazard increments h_i at the centre c of the stratum, their variances v_i and the means
//! m_i of the risk sets (times h_i, from c), the cumulative hazard at x after k events is
//! H_k = exp((x - c)'beta) (h_1 + ... + h_k). The error of beta enters it through
//! g_k = sum of ((x - c) h_i - m_i), so that its variance is
//! exp(2 (x - c)'beta) (sum of v_i + g_k' V g_k).
//!
//! The restricted mean to tau is the area under S(t) = exp(-H). With A_i the area from the time of
//! event i to tau, and G the integral of S(t) g(t) dt, its variance is
//! exp(2 (x - c)'beta) (sum of v_i A_i^2 + G' V G): the delta method on the same increments.
//!
//! Sources: Tsiatis (1981), Ann Stat 9:93-108; Therneau and Grambsch (2000), section 10.2; Zucker
//! (1998), JASA 93:702-709 (the restricted mean under a Cox model).

use super::design::{DesignMatrix, check_finite, check_length};
use super::linear_predictor::LinearPredictor;
use crate::km::median_of;
use crate::regression::linear::quadratic;
use crate::{ConfType, Error, Interval, Quantile, Rmst, normal};

/// The course that the model predicts for given covariates.
#[derive(Clone, Debug, PartialEq)]
pub struct PredictedCurve {
    /// Every distinct event or censoring time of the stratum, increasing.
    pub time: Vec<f64>,
    /// The cumulative hazard at each time.
    pub cumulative_hazard: Vec<f64>,
    /// Its standard error, which is also that of log S(t).
    pub cumulative_hazard_std_error: Vec<f64>,
    /// S(t), the exponential of minus the cumulative hazard.
    pub survival: Vec<f64>,
    /// Limits of S(t) on the scale asked for. `None` where they do not exist.
    pub interval: Vec<Option<Interval>>,
}

impl PredictedCurve {
    /// The standard error of the survival at the time number `index` of the curve, by the delta
    /// method: the survival times the standard error of the cumulative hazard. `None` once the
    /// survival is 0.
    ///
    /// # Panics
    ///
    /// When there is no such time.
    pub fn survival_std_error(&self, index: usize) -> Option<f64> {
        let survival = self.survival[index];
        (survival > 0.0).then(|| survival * self.cumulative_hazard_std_error[index])
    }

    /// The median with the interval of Brookmeyer and Crowley from the limits of the curve; `None`
    /// where a curve does not fall to one half.
    pub fn median(&self) -> Quantile {
        median_of(&self.time, &self.survival, |index| self.interval[index])
    }

    /// S(t) at a time: 1 before the first time of the curve, `None` after its last.
    pub fn survival_at(&self, time: f64) -> Option<f64> {
        let after = self.time.partition_point(|&at| at <= time);
        let last = self.time.last().is_some_and(|&last| time <= last);
        last.then(|| if after == 0 { 1.0 } else { self.survival[after - 1] })
    }
}

/// What a [`CoxPredictor`] is made of. Every number is in the unit of the data.
#[derive(Clone, Debug, PartialEq)]
pub struct PredictorParts {
    /// Columns of the design, those without a coefficient too.
    pub columns: usize,
    /// The columns that have a coefficient, increasing.
    pub kept: Vec<usize>,
    /// Their coefficients.
    pub beta: Vec<f64>,
    /// Their means over the rows of the fit, from which a linear predictor is measured.
    pub means: Vec<f64>,
    /// The variance of the coefficients, row by row; the robust one of a robust fit.
    pub variance: Vec<f64>,
    /// Level of the intervals, as a fraction.
    pub conf_level: f64,
    /// The hazard of each stratum; one for a model without strata.
    pub strata: Vec<StratumHazard>,
}

/// What the cumulative hazard of a stratum is summed from.
#[derive(Clone, Debug, PartialEq)]
pub struct StratumHazard {
    /// Every distinct event or censoring time of the stratum, increasing.
    pub time: Vec<f64>,
    /// How many event times are at or before each of them.
    pub steps: Vec<usize>,
    /// The covariates at which the increments are given, one per coefficient.
    pub center: Vec<f64>,
    /// The offset at which they are given.
    pub offset: f64,
    /// The increment of the cumulative hazard at each event time, increasing in time.
    pub hazard: Vec<f64>,
    /// Its variance while the coefficients are known.
    pub variance: Vec<f64>,
    /// The increment times the mean of the risk set from the centre: a column per coefficient.
    pub means: Vec<Vec<f64>>,
}

/// A fitted model as predictions need it.
#[derive(Clone, Debug, PartialEq)]
pub struct CoxPredictor {
    parts: PredictorParts,
    z: f64,
}

impl CoxPredictor {
    /// Checks the parts, which may come from a file.
    ///
    /// # Errors
    ///
    /// [`Error::ConfLevel`], [`Error::Length`] where two parts do not go together, and
    /// [`Error::OutOfRange`] for a number that no fit gives.
    pub fn new(parts: PredictorParts) -> Result<CoxPredictor, Error> {
        let z = normal::two_sided_quantile(parts.conf_level)?;
        let p = parts.kept.len();
        check_length("coefficients", p, parts.beta.len())?;
        check_length("means", p, parts.means.len())?;
        check_length("numbers in the variance", p.saturating_mul(p), parts.variance.len())?;
        check_increasing(&parts.kept, parts.columns)?;
        check_numbers(&[&parts.beta, &parts.means, &parts.variance])?;
        check_length("strata, of which a model has one at least", 1, parts.strata.len().min(1))?;
        parts.strata.iter().try_for_each(|stratum| stratum.check(p))?;
        Ok(CoxPredictor { parts, z })
    }

    /// What it is made of.
    pub fn parts(&self) -> &PredictorParts {
        &self.parts
    }

    /// The linear predictor of each row of `new` from the means of the fit; see
    /// [`CoxFit::linear_predictors`](crate::CoxFit::linear_predictors).
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

    /// The predicted course of each row of `new` in its own stratum, with an offset of 0; see
    /// [`CoxFit::curves_within`](crate::CoxFit::curves_within).
    ///
    /// # Errors
    ///
    /// [`Error::Length`] unless `new` has the columns of the design and there is a stratum per row,
    /// [`Error::OutOfRange`] for a stratum that does not exist, [`Error::Unsupported`] when a hazard
    /// is too large for a number.
    pub fn curves(
        &self,
        new: &DesignMatrix,
        strata: &[usize],
        conf_type: ConfType,
    ) -> Result<Vec<PredictedCurve>, Error> {
        self.check_columns(new)?;
        check_length("strata of the new covariates", new.rows(), strata.len())?;
        let curve = |(row, &stratum): (usize, &usize)| {
            let baseline = self.stratum(stratum)?;
            let (x, risk) = self.centred(new, row, baseline);
            baseline.curve(baseline.path(&x, risk, &self.parts.variance), conf_type, self.z)
        };
        strata.iter().enumerate().map(curve).collect()
    }

    /// The restricted mean of each row of `new` in its own stratum, up to `tau`: `None` where it does
    /// not exist, for a `tau` that is not positive or lies after the last time of the stratum.
    ///
    /// # Errors
    ///
    /// As [`curves`](Self::curves).
    pub fn restricted_means(
        &self,
        new: &DesignMatrix,
        strata: &[usize],
        tau: f64,
    ) -> Result<Vec<Option<Rmst>>, Error> {
        self.check_columns(new)?;
        check_length("strata of the new covariates", new.rows(), strata.len())?;
        let mean = |(row, &stratum): (usize, &usize)| {
            let baseline = self.stratum(stratum)?;
            let (x, risk) = self.centred(new, row, baseline);
            Ok(baseline.restricted_mean((&x, risk), &self.parts.variance, tau, self.z))
        };
        strata.iter().enumerate().map(mean).collect()
    }

    fn stratum(&self, stratum: usize) -> Result<&StratumHazard, Error> {
        self.parts.strata.get(stratum).ok_or(Error::OutOfRange {
            what: "stratum",
            value: stratum as f64,
            range: "be the number, from 0, of a stratum of the fit",
        })
    }

    fn check_columns(&self, new: &DesignMatrix) -> Result<(), Error> {
        check_length("columns of the new covariates", self.parts.columns, new.columns())
    }

    /// The covariates of a row from the centre of its stratum, and the risk against it.
    fn centred(&self, new: &DesignMatrix, row: usize, stratum: &StratumHazard) -> (Vec<f64>, f64) {
        let columns = self.parts.kept.iter().zip(&stratum.center);
        let x: Vec<f64> = columns.map(|(&j, center)| new.column(j)[row] - center).collect();
        let linear: f64 = x.iter().zip(&self.parts.beta).map(|(x, beta)| x * beta).sum();
        (x, (linear - stratum.offset).exp())
    }
}

impl StratumHazard {
    /// The last time at which the hazard steps up; `None` without an event.
    pub fn last_event(&self) -> Option<f64> {
        self.event_times().last()
    }

    fn check(&self, p: usize) -> Result<(), Error> {
        let events = self.hazard.len();
        check_length("steps of a stratum", self.time.len(), self.steps.len())?;
        check_length("centre of a stratum", p, self.center.len())?;
        check_length("variances of a hazard", events, self.variance.len())?;
        check_length("columns of risk-set means", p, self.means.len())?;
        for column in &self.means {
            check_length("risk-set means", events, column.len())?;
            check_numbers(&[column])?;
        }
        check_numbers(&[&self.time, &self.center, &self.hazard, &self.variance, &[self.offset]])?;
        let rising = self.time.is_sorted_by(|a, b| a < b);
        let single = |pair: &[usize]| pair[1].checked_sub(pair[0]).is_some_and(|step| step <= 1);
        let from_none = self.steps.first().is_none_or(|&first| first <= 1);
        let stepwise = from_none && self.steps.windows(2).all(single);
        if !rising || !stepwise || self.steps.last().is_some_and(|&last| last > events) {
            return Err(Error::OutOfRange {
                what: "an order of the times or steps of a stratum",
                value: f64::NAN,
                range: "be increasing, with no more steps than increments",
            });
        }
        Ok(())
    }

    /// Cumulative hazard and standard error after 0, 1, ... event times, for covariates `x` from the
    /// centre with relative risk `risk`.
    fn path(&self, x: &[f64], risk: f64, variance: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let (mut hazard, mut own, mut gap) = (0.0, 0.0, vec![0.0; x.len()]);
        let (mut hazards, mut errors) = (vec![0.0], vec![0.0]);
        for step in 0..self.hazard.len() {
            hazard += self.hazard[step];
            own += self.variance[step];
            for (j, gap) in gap.iter_mut().enumerate() {
                *gap += x[j] * self.hazard[step] - self.means[j][step];
            }
            hazards.push(hazard * risk);
            errors.push((own + quadratic(variance, &gap, &gap)).max(0.0).sqrt() * risk);
        }
        (hazards, errors)
    }

    /// The curve of hazards and standard errors after 0, 1, ... event times.
    fn curve(
        &self,
        (hazards, errors): (Vec<f64>, Vec<f64>),
        conf_type: ConfType,
        z: f64,
    ) -> Result<PredictedCurve, Error> {
        let pick = |values: &[f64]| self.steps.iter().map(|&step| values[step]).collect::<Vec<_>>();
        let (hazard, std_error) = (pick(&hazards), pick(&errors));
        for values in [&hazard, &std_error] {
            check_finite(
                values,
                "a predicted curve whose hazard is too large for a number",
                "predict for covariates nearer to those of the fit",
            )?;
        }
        let survival: Vec<f64> = hazard.iter().map(|hazard| (-hazard).exp()).collect();
        let limits = survival.iter().zip(&std_error);
        Ok(PredictedCurve {
            time: self.time.clone(),
            interval: limits.map(|(&s, se)| conf_type.interval(s, se * se, z)).collect(),
            cumulative_hazard: hazard,
            cumulative_hazard_std_error: std_error,
            survival,
        })
    }

    /// The area under the predicted curve to `tau`, from event time to event time.
    fn restricted_mean(
        &self,
        (x, risk): (&[f64], f64),
        variance: &[f64],
        tau: f64,
        z: f64,
    ) -> Option<Rmst> {
        let known = self.time.last().is_some_and(|&last| tau <= last);
        if !(tau > 0.0 && known && self.time[0] >= 0.0) {
            return None;
        }
        let events: Vec<f64> = self.event_times().take_while(|&time| time < tau).collect();
        // Areas of the curve in the pieces before, between and after the events.
        let (mut hazard, mut gap) = (0.0, vec![0.0; x.len()]);
        let mut weighted = vec![0.0; x.len()];
        let mut areas = Vec::with_capacity(events.len() + 1);
        for piece in 0..=events.len() {
            if let Some(step) = piece.checked_sub(1) {
                hazard += self.hazard[step];
                for (j, gap) in gap.iter_mut().enumerate() {
                    *gap += x[j] * self.hazard[step] - self.means[j][step];
                }
            }
            let start = if piece == 0 { 0.0 } else { events[piece - 1] };
            let end = events.get(piece).copied().unwrap_or(tau);
            let area = (end - start) * (-hazard * risk).exp();
            weighted.iter_mut().zip(&gap).for_each(|(sum, gap)| *sum += area * gap);
            areas.push(area);
        }
        let (mut after, mut own) = (0.0, 0.0);
        for (step, area) in areas[1..].iter().enumerate().rev() {
            after += area;
            own += self.variance[step] * after * after;
        }
        let estimate = after + areas[0];
        let spread = (own + quadratic(variance, &weighted, &weighted)).max(0.0).sqrt();
        let std_error = if spread == 0.0 { 0.0 } else { spread * risk };
        let half = z * std_error;
        let finite = estimate.is_finite() && half.is_finite();
        let (lower, upper) = (estimate - half, estimate + half);
        finite.then_some(Rmst { tau, estimate, std_error, lower, upper })
    }

    /// The distinct times at which the hazard steps up.
    fn event_times(&self) -> impl Iterator<Item = f64> + '_ {
        let before = std::iter::once(0).chain(self.steps.iter().copied());
        let steps = self.time.iter().zip(before.zip(&self.steps));
        steps.filter(|(_, (before, now))| before < now).map(|(&time, _)| time)
    }
}

fn check_increasing(kept: &[usize], columns: usize) -> Result<(), Error> {
    let last = kept.last().copied().unwrap_or(0);
    if kept.is_sorted_by(|a, b| a < b) && (kept.is_empty() || last < columns) {
        return Ok(());
    }
    Err(Error::OutOfRange {
        what: "the number of a column with a coefficient",
        value: last as f64,
        range: "be one of the columns of the design, in their order",
    })
}

fn check_numbers(parts: &[&[f64]]) -> Result<(), Error> {
    match parts.iter().flat_map(|values| values.iter()).find(|value| !value.is_finite()) {
        None => Ok(()),
        Some(&value) => {
            Err(Error::OutOfRange { what: "a number of the model", value, range: "be finite" })
        }
    }
}
