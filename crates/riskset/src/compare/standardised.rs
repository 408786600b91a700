//! Standardised curves (the g-formula): what survival would be were all patients in one group.
//!
//! A Cox model with one baseline for each group and common coefficients b predicts every patient's
//! survival in every group; the curve of a group is the mean over all patients. Its standard error
//! holds the uncertainty of the coefficients and of the baseline; the patients are taken as they are.
//! Derivation: docs/methods/comparisons.md.
//!
//! Sources: Makuch (1982), J Chronic Dis 35:437-443; Chang, Gelman and Pagano (1982), J Chronic Dis
//! 35:669-674; Tsiatis (1981), Ann Stat 9:93-108 (variance of the baseline). Reference program:
//! `coxph` and `survfit` of R survival, averaged; the variance written out.

use super::adjusted_band::steady;
use super::contrast::{Contrast, Estimand};
use super::events::check;
use super::weighted::WeightedContrast;
use crate::regression::linear::quadratic;
use crate::{BaselineAt, CoxModel, DesignMatrix, Error, Groups, Observations, Response, normal};

/// A fitted model, from which standardised curves are read.
///
/// ```
/// use riskset::{DesignMatrix, Estimand, Groups, RightCensored, Standardised};
///
/// let rows = RightCensored::new(&[1.0, 2.0, 1.0, 2.0], &[true, false, false, false])?;
/// let groups = Groups::new(vec![0, 0, 1, 1], 2)?;
/// // Without covariates it is exp(-H): one event among two, and none.
/// let fit = Standardised::fit(&rows, &groups, &DesignMatrix::empty(4))?;
/// let survival = |group| Ok(fit.at(group, Estimand::Survival(1.0))?.map(|(survival, _)| survival));
/// assert!((survival(0)?.unwrap() - (-0.5_f64).exp()).abs() < 1e-12);
/// assert_eq!(survival(1)?, Some(1.0));
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Standardised {
    /// Covariates of each patient from their means, one row after the other.
    patients: Vec<Vec<f64>>,
    beta: Vec<f64>,
    variance: Vec<f64>,
    groups: Vec<Baseline>,
}

/// A standardised estimate and what it depends on.
struct Estimate {
    value: f64,
    /// The variance from the increments of its own baseline.
    own: f64,
    /// Its derivative by the coefficients, that of the baseline included.
    slope: Vec<f64>,
}

impl Standardised {
    /// Fits the model: strata are the groups, `design` the covariates to standardise over.
    ///
    /// # Errors
    ///
    /// [`Error::OneGroup`], [`Error::Length`], [`Error::NoEvents`], those of the Cox model, and
    /// [`Error::Unsupported`] for case weights, or when a coefficient runs to infinity or does not
    /// exist.
    pub fn fit(
        response: &impl Response,
        groups: &Groups,
        design: &DesignMatrix,
    ) -> Result<Standardised, Error> {
        let rows = response.observations();
        check(rows, groups, None)?;
        if groups.count() < 2 {
            return Err(Error::OneGroup);
        }
        if rows.weights().is_some() {
            return Err(Error::Unsupported {
                what: "a standardised curve with case weights",
                instead: "leave the weights out: the covariates are what is standardised over",
            });
        }
        let patients = centred(design);
        let (beta, variance) = coefficients(rows, groups, design)?;
        let risk: Vec<f64> = patients.iter().map(|x| dot(x, &beta).exp()).collect();
        let members = groups.rows();
        let baseline = |members: &Vec<usize>| Baseline::new(rows, members, &patients, &risk);
        let groups = members.iter().map(baseline).collect();
        Ok(Standardised { patients, beta, variance, groups })
    }

    /// The estimand were all in `group`, and its standard error. `None` where it does not exist:
    /// after the last time of the group.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchGroup`], [`Error::RequestedTime`] for a time that is not finite.
    pub fn at(&self, group: usize, estimand: Estimand) -> Result<Option<(f64, f64)>, Error> {
        Ok(self.estimate(group, estimand)?.map(|found| (found.value, self.error(&found))))
    }

    /// Compares `group` with `reference`, at this level. `None` where either does not exist.
    ///
    /// # Errors
    ///
    /// As [`at`](Self::at), and [`Error::ConfLevel`].
    pub fn contrast(
        &self,
        group: usize,
        reference: usize,
        estimand: Estimand,
        conf_level: f64,
    ) -> Result<Option<WeightedContrast>, Error> {
        let z = normal::two_sided_quantile(conf_level)?;
        let (Some(a), Some(b)) =
            (self.estimate(group, estimand)?, self.estimate(reference, estimand)?)
        else {
            return Ok(None);
        };
        // The two share the coefficients, and nothing else.
        let spread = |scale_a: f64, scale_b: f64| {
            let slopes = a.slope.iter().zip(&b.slope);
            let slope: Vec<f64> = slopes.map(|(x, y)| x * scale_a - y * scale_b).collect();
            let own = a.own * scale_a * scale_a + b.own * scale_b * scale_b;
            (own + quadratic(&self.variance, &slope, &slope)).max(0.0).sqrt()
        };
        let positive = a.value > 0.0 && b.value > 0.0;
        let ratio = positive.then(|| {
            let error = spread(1.0 / a.value, 1.0 / b.value);
            Contrast::ratio((a.value / b.value).ln(), error, z)
        });
        Ok(Some(WeightedContrast {
            group: (a.value, self.error(&a)),
            reference: (b.value, self.error(&b)),
            difference: Contrast::difference(a.value - b.value, spread(1.0, 1.0), z),
            ratio,
        }))
    }

    /// The curve of a group as its band needs it, one step an event time.
    pub(super) fn path(&self, group: usize) -> Vec<PathStep> {
        let baseline = &self.groups[group];
        let step = |step: usize| {
            let State { fall, slope, .. } = self.state(&baseline.state(step + 1));
            PathStep { time: baseline.time[step], fall, own: baseline.own[step], slope }
        };
        (0..baseline.time.len()).map(step).collect()
    }

    /// From where to where the curve of a group rests on more than a few of its patients.
    pub(super) fn steady(&self, group: usize) -> Option<(f64, f64)> {
        self.groups[group].steady
    }

    /// The covariance of the coefficients, row-major.
    pub(super) fn covariance(&self) -> &[f64] {
        &self.variance
    }

    /// How many groups there are.
    pub(super) fn count(&self) -> usize {
        self.groups.len()
    }

    fn error(&self, found: &Estimate) -> f64 {
        let shared = quadratic(&self.variance, &found.slope, &found.slope);
        (found.own + shared).max(0.0).sqrt()
    }

    fn estimate(&self, group: usize, estimand: Estimand) -> Result<Option<Estimate>, Error> {
        let count = self.groups.len();
        let baseline = self.groups.get(group).ok_or(Error::NoSuchGroup { group, count })?;
        let (end, is_mean) = match estimand {
            Estimand::Survival(time) => (time, false),
            Estimand::RestrictedMean(tau) => (tau, true),
        };
        if !end.is_finite() {
            return Err(Error::RequestedTime { value: end });
        }
        if end > baseline.last || (is_mean && end <= 0.0) {
            return Ok(None);
        }
        Ok(Some(if is_mean { self.mean(baseline, end) } else { self.survival(baseline, end) }))
    }

    fn survival(&self, baseline: &Baseline, time: f64) -> Estimate {
        let steps = baseline.time.partition_point(|&at| at <= time);
        let state = self.state(&baseline.state(steps));
        let own: f64 = baseline.own[..steps].iter().sum();
        Estimate { own: state.fall * state.fall * own, value: state.survival, slope: state.slope }
    }

    /// The area under the curve. The increment of a time counts with the area under the fall after it.
    fn mean(&self, baseline: &Baseline, tau: f64) -> Estimate {
        let steps = baseline.time.partition_point(|&at| at < tau);
        let mut found = Estimate { value: 0.0, own: 0.0, slope: vec![0.0; self.beta.len()] };
        let (mut fall, mut to) = (0.0, tau);
        for step in (0..=steps).rev() {
            let from = if step == 0 { 0.0 } else { baseline.time[step - 1].max(0.0) };
            let state = self.state(&baseline.state(step));
            found.value += state.survival * (to - from);
            fall += state.fall * (to - from);
            let slopes = found.slope.iter_mut().zip(&state.slope);
            slopes.for_each(|(sum, slope)| *sum += slope * (to - from));
            if step > 0 {
                found.own += baseline.own[step - 1] * fall * fall;
            }
            to = from;
        }
        found
    }

    /// The mean survival at a cumulative hazard H, its derivative by H (positive for a fall), and by
    /// the coefficients: H itself moves by -q'b when b moves.
    fn state(&self, (hazard, q): &(f64, Vec<f64>)) -> State {
        let n = self.patients.len() as f64;
        let mut state = State { survival: 0.0, fall: 0.0, slope: vec![0.0; q.len()] };
        for x in &self.patients {
            let risk = dot(x, &self.beta).exp();
            let survival = (-hazard * risk).exp() / n;
            state.survival += survival;
            state.fall += risk * survival;
            let columns = state.slope.iter_mut().zip(x).zip(q);
            columns.for_each(|((slope, x), q)| *slope += risk * survival * (hazard * x - q));
        }
        // A mean of ones, summed, may lie above 1 by its rounding.
        state.survival = state.survival.min(1.0);
        state
    }
}

/// One event time of a standardised curve.
pub(super) struct PathStep {
    pub time: f64,
    /// How far the curve falls for each unit of hazard.
    pub fall: f64,
    /// The variance of the hazard's increment.
    pub own: f64,
    /// The derivative of the curve by the coefficients.
    pub slope: Vec<f64>,
}

struct State {
    survival: f64,
    fall: f64,
    slope: Vec<f64>,
}

/// The increments of the baseline hazard of one group, with Efron's ties.
#[derive(Clone, Debug)]
struct Baseline {
    time: Vec<f64>,
    hazard: Vec<f64>,
    own: Vec<f64>,
    /// The hazard times the mean of the covariates at risk, for each time.
    means: Vec<Vec<f64>>,
    last: f64,
    steady: Option<(f64, f64)>,
}

impl Baseline {
    fn new(
        rows: &Observations,
        members: &[usize],
        patients: &[Vec<f64>],
        risk: &[f64],
    ) -> Baseline {
        let p = patients[0].len();
        let time = |row: usize| rows.time()[row];
        let events = members.iter().filter(|&&row| rows.event()[row]).map(|&row| time(row));
        let mut times: Vec<f64> = events.collect();
        times.sort_unstable_by(f64::total_cmp);
        times.dedup();
        let last = members.iter().map(|&row| time(row)).fold(f64::NEG_INFINITY, f64::max);
        let steady = steady(rows, members);
        let mut baseline =
            Baseline { time: times, hazard: vec![], own: vec![], means: vec![], last, steady };
        for at in baseline.time.clone() {
            let entered = |row: usize| rows.entry().is_none_or(|entry| entry[row] < at);
            let here: Vec<usize> =
                members.iter().copied().filter(|&row| time(row) >= at && entered(row)).collect();
            let dead: Vec<usize> =
                here.iter().copied().filter(|&row| time(row) == at && rows.event()[row]).collect();
            let (all, failing) = (sums(&here, patients, risk, p), sums(&dead, patients, risk, p));
            baseline.add(&all, &failing, dead.len());
        }
        baseline
    }

    /// Adds a time at which the k-th of d tied events meets the risk set less k/d of those who fail.
    fn add(&mut self, all: &(f64, Vec<f64>), failing: &(f64, Vec<f64>), d: usize) {
        let (mut hazard, mut own, mut means) = (0.0, 0.0, vec![0.0; all.1.len()]);
        for k in 0..d {
            let part = k as f64 / d as f64;
            let total = all.0 - part * failing.0;
            hazard += 1.0 / total;
            own += 1.0 / (total * total);
            let columns = means.iter_mut().zip(&all.1).zip(&failing.1);
            columns.for_each(|((mean, all), dead)| *mean += (all - part * dead) / (total * total));
        }
        self.hazard.push(hazard);
        self.own.push(own);
        self.means.push(means);
    }

    /// The cumulative hazard and the sum of `means` after so many event times.
    fn state(&self, steps: usize) -> (f64, Vec<f64>) {
        let mut q = vec![0.0; self.means.first().map_or(0, Vec::len)];
        for means in &self.means[..steps] {
            q.iter_mut().zip(means).for_each(|(q, mean)| *q += mean);
        }
        (self.hazard[..steps].iter().sum(), q)
    }
}

/// The sum of the risks of these rows, and of risk times covariates.
fn sums(rows: &[usize], patients: &[Vec<f64>], risk: &[f64], p: usize) -> (f64, Vec<f64>) {
    let (mut total, mut columns) = (0.0, vec![0.0; p]);
    for &row in rows {
        total += risk[row];
        columns.iter_mut().zip(&patients[row]).for_each(|(sum, x)| *sum += risk[row] * x);
    }
    (total, columns)
}

fn dot(x: &[f64], beta: &[f64]) -> f64 {
    x.iter().zip(beta).map(|(x, beta)| x * beta).sum()
}

/// The covariates of each patient from their means, which keeps every risk within range.
fn centred(design: &DesignMatrix) -> Vec<Vec<f64>> {
    let n = design.rows() as f64;
    let mean = |column| design.column(column).iter().sum::<f64>() / n;
    let means: Vec<f64> = (0..design.columns()).map(mean).collect();
    let patient = |row: usize| {
        means.iter().enumerate().map(|(column, mean)| design.column(column)[row] - mean).collect()
    };
    (0..design.rows()).map(patient).collect()
}

/// Coefficients and their variance, row-major: all that is read of the Cox model.
fn coefficients(
    rows: &Observations,
    groups: &Groups,
    design: &DesignMatrix,
) -> Result<(Vec<f64>, Vec<f64>), Error> {
    let p = design.columns();
    let fit = CoxModel::default().strata(groups).fit(rows, design)?;
    let missing = || Error::Unsupported {
        what: "standardised curves where a coefficient runs to infinity or does not exist",
        instead: "leave the covariate out, or join its categories",
    };
    if !fit.all_estimated() {
        return Err(missing());
    }
    // The linear predictor of a row of 0 with a single 1 is the coefficient.
    let units = (0..p * p).map(|at| f64::from(u8::from(at / p == at % p))).collect();
    let units = if p == 0 { DesignMatrix::empty(1) } else { DesignMatrix::from_columns(units, p)? };
    let predictors = fit.linear_predictors(&units, BaselineAt::Zero)?;
    let beta = predictors.iter().take(p).map(|predictor| predictor.estimate).collect();
    let variance = (0..p * p).map(|at| fit.model_variance(at / p, at % p).ok_or_else(missing));
    Ok((beta, variance.collect::<Result<Vec<f64>, Error>>()?))
}
