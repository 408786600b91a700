//! Baseline hazards, and what the model says about given covariates.
//!
//! The cumulative hazard at covariates x is exp(x'beta) times the sum of the hazard increments;
//! its variance has one part from the increments and one from the coefficients, through the
//! difference between x and the means of the risk sets.
//!
//! Sources: Breslow (1974), Biometrics 30:89-99; Tsiatis (1981), Ann Stat 9:93-108; Therneau and
//! Grambsch (2000), section 10.2.

use super::design::{DesignMatrix, check_length};
use super::fit::CoxFit;
use super::influence::{RecordMeans, sorted_linear_predictor, tied};
use crate::choices;
use crate::regression::linear::quadratic;
use crate::{Concordance, ConcordanceIndex, ConcordanceWeight, ConfType, Error, Interval};

/// The covariates at which a baseline hazard is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum BaselineAt {
    /// All covariates, and the offset, 0.
    #[default]
    Zero,
    /// Each column at its mean over the rows, the offset 0.
    Mean,
}

choices!(
    BaselineAt,
    "place of the baseline",
    [
        (BaselineAt::Zero, "zero", "All covariates 0"),
        (BaselineAt::Mean, "mean", "All covariates at their means"),
    ]
);

/// The cumulative baseline hazard of one stratum.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    /// The stratum, from 0.
    pub stratum: usize,
    /// Every distinct event or censoring time of the stratum, increasing.
    pub time: Vec<f64>,
    /// The cumulative hazard at each time.
    pub cumulative_hazard: Vec<f64>,
}

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

    /// S(t) at a time: 1 before the first time of the curve, `None` after its last.
    pub fn survival_at(&self, time: f64) -> Option<f64> {
        let after = self.time.partition_point(|&at| at <= time);
        let last = self.time.last().is_some_and(|&last| time <= last);
        last.then(|| if after == 0 { 1.0 } else { self.survival[after - 1] })
    }
}

/// The linear predictor at given covariates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinearPredictor {
    /// x'beta less that of the reference; no offset is added.
    pub estimate: f64,
    /// Its standard error (robust when the fit is); 0 at the reference.
    pub std_error: f64,
}

impl CoxFit {
    /// The cumulative baseline hazard of each stratum, with the method of the fit for ties (exact
    /// ties use Breslow's).
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] with an infinite coefficient, and when it is too large for a number,
    /// as at zero for a covariate that is never near zero.
    pub fn baseline(&self, at: BaselineAt) -> Result<Vec<Baseline>, Error> {
        self.refuse_infinite("a baseline hazard with a coefficient that runs to infinity")?;
        let tied = tied(&self.rows, &self.risk, self.hazard_ties());
        let strata = self.rows.strata.iter().enumerate();
        strata
            .map(|(stratum, ranges)| {
                let reference = match at {
                    BaselineAt::Zero => 0.0,
                    BaselineAt::Mean => self.at_means(),
                };
                let factor = (reference - self.at_center(stratum)).exp();
                let (time, steps) = self.steps(stratum);
                let mut sums = Vec::with_capacity(ranges.records.len() + 1);
                sums.push(0.0);
                let mut sum = 0.0;
                for record in ranges.records.clone().rev() {
                    sum += tied[record].hazard * factor;
                    sums.push(sum);
                }
                let cumulative_hazard: Vec<f64> = steps.iter().map(|&step| sums[step]).collect();
                check_finite(
                    &cumulative_hazard,
                    "a baseline hazard too large for a number",
                    "take the baseline at the mean of the covariates, or centre them",
                )?;
                Ok(Baseline { stratum, time, cumulative_hazard })
            })
            .collect()
    }

    /// The predicted course at each row of `new` (columns as in the fitted design), were it in the
    /// given stratum, with an offset of 0. The standard errors are robust when the fit is: the part
    /// of the coefficients then has the sandwich, as Therneau and Grambsch (2000, section 10.2.2)
    /// and R's `survfit` have it.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] unless `new` has the columns of the design, [`Error::Unsupported`] with
    /// exact ties, with an infinite coefficient or where the information is singular,
    /// [`Error::OutOfRange`] for a stratum that does not exist, [`Error::Unsupported`] when a hazard
    /// is too large for a number.
    pub fn curves(
        &self,
        new: &DesignMatrix,
        stratum: usize,
        conf_type: ConfType,
    ) -> Result<Vec<PredictedCurve>, Error> {
        let own = vec![stratum; new.rows()];
        // A stratum that does not exist is refused also for no rows.
        self.check_stratum(stratum)?;
        self.curves_within(new, &own, conf_type)
    }

    /// The same with each row in a stratum of its own: `strata` has one number, from 0, per row of
    /// `new`.
    ///
    /// # Errors
    ///
    /// Those of [`curves`](Self::curves), and [`Error::Length`] unless there is a stratum per row.
    pub fn curves_within(
        &self,
        new: &DesignMatrix,
        strata: &[usize],
        conf_type: ConfType,
    ) -> Result<Vec<PredictedCurve>, Error> {
        self.refuse_exact("predicted curves with exact ties")?;
        self.check_columns(new)?;
        check_length("strata of the new covariates", new.rows(), strata.len())?;
        strata.iter().try_for_each(|&stratum| self.check_stratum(stratum))?;
        self.refuse_infinite("predicted curves with a coefficient that runs to infinity")?;
        let variance = self.used_variance()?;
        let mut baselines: Vec<Option<StratumBaseline>> = Vec::new();
        baselines.resize_with(self.rows.strata.len(), || None);
        let curve = |(row, &stratum): (usize, &usize)| {
            let baseline = baselines[stratum].get_or_insert_with(|| self.stratum_baseline(stratum));
            // Scaled, from the centre of the stratum, as the increments are.
            let x = self.centred(new, row, stratum);
            let risk = x.iter().zip(&self.risk.beta).map(|(x, b)| x * b).sum::<f64>()
                - self.rows.offset_centers[stratum];
            let path = baseline.increments.path(&x, risk.exp(), variance, &self.rows.scales);
            baseline.curve(path, conf_type, self.z)
        };
        strata.iter().enumerate().map(curve).collect()
    }

    fn check_stratum(&self, stratum: usize) -> Result<(), Error> {
        if stratum < self.rows.strata.len() {
            return Ok(());
        }
        Err(Error::OutOfRange {
            what: "stratum",
            value: stratum as f64,
            range: "be the number, from 0, of a stratum of the fit",
        })
    }

    /// What a coefficient at infinity leaves undefined is refused: where the iteration was broken
    /// off says nothing.
    fn refuse_infinite(&self, what: &'static str) -> Result<(), Error> {
        let instead = "fit with Firth's penalty, or leave out the covariate";
        if self.any_infinite() { Err(Error::Unsupported { what, instead }) } else { Ok(()) }
    }

    /// The sandwich when there is one, otherwise the inverse information.
    fn used_variance(&self) -> Result<&[f64], Error> {
        match &self.robust_variance {
            Some(robust) => Ok(robust),
            None => self.variance_or_refuse(),
        }
    }

    fn stratum_baseline(&self, stratum: usize) -> StratumBaseline {
        let (time, steps) = self.steps(stratum);
        StratumBaseline { time, steps, increments: self.increments(stratum) }
    }

    /// x'beta of each row of `new` less that of the reference: of all covariates zero, or of the
    /// mean of the fitted rows. The standard error is that of the difference.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] unless `new` has the columns of the design, [`Error::Unsupported`] with an
    /// infinite coefficient or where the information is singular.
    pub fn linear_predictors(
        &self,
        new: &DesignMatrix,
        reference: BaselineAt,
    ) -> Result<Vec<LinearPredictor>, Error> {
        self.check_columns(new)?;
        self.refuse_infinite("a linear predictor with a coefficient that runs to infinity")?;
        let variance = self.used_variance()?;
        let means = match reference {
            BaselineAt::Zero => vec![0.0; self.kept.len()],
            BaselineAt::Mean => self.rows.means.clone(),
        };
        let predictor = |row: usize| {
            let kept = self.kept.iter().zip(&means);
            let x: Vec<f64> = kept.map(|(&j, mean)| new.column(j)[row] - mean).collect();
            LinearPredictor {
                estimate: x.iter().zip(&self.beta).map(|(x, beta)| x * beta).sum(),
                std_error: quadratic(variance, &x, &x).max(0.0).sqrt(),
            }
        };
        Ok((0..new.rows()).map(predictor).collect())
    }

    /// How well the linear predictor orders the rows: Harrell's concordance or Uno's, within
    /// strata, with a standard error by cluster when the model has clusters. Time that grows as
    /// n log n, so it is computed when asked for.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] for Uno's with late entries.
    pub fn concordance(&self, weight: ConcordanceWeight) -> Result<Concordance, Error> {
        let mut scores = vec![0.0; self.n()];
        let linear = sorted_linear_predictor(&self.rows, &self.risk);
        for (value, &place) in linear.into_iter().zip(&self.rows.order) {
            scores[place as usize] = value;
        }
        ConcordanceIndex::default()
            .weight(weight)
            .strata(self.strata.as_ref())
            .cluster(self.cluster.as_ref())
            .estimate(&self.observations, &scores)
    }

    fn check_columns(&self, new: &DesignMatrix) -> Result<(), Error> {
        check_length("columns of the new covariates", self.columns, new.columns())
    }

    /// x'beta plus the offset at the centre of a stratum, in the unit of the data.
    fn at_center(&self, stratum: usize) -> f64 {
        let p = self.rows.p;
        let centers = &self.rows.centers[stratum * p..(stratum + 1) * p];
        let linear: f64 = centers.iter().zip(&self.beta).map(|(center, beta)| center * beta).sum();
        linear + self.rows.offset_centers[stratum]
    }

    fn at_means(&self) -> f64 {
        self.rows.means.iter().zip(&self.beta).map(|(mean, beta)| mean * beta).sum()
    }

    /// The distinct times of a stratum, increasing, and how many of its event times are at or
    /// before each.
    fn steps(&self, stratum: usize) -> (Vec<f64>, Vec<usize>) {
        let ranges = &self.rows.strata[stratum];
        let mut time: Vec<f64> = self.rows.time[ranges.rows.clone()].to_vec();
        time.dedup();
        time.reverse();
        let records = &self.rows.records[ranges.records.clone()];
        let mut events = records.iter().rev().peekable();
        let mut passed = 0;
        let steps = time.iter().map(|&at| {
            while events.next_if(|record| record.time <= at).is_some() {
                passed += 1;
            }
            passed
        });
        let steps = steps.collect();
        (time, steps)
    }

    fn centred(&self, new: &DesignMatrix, row: usize, stratum: usize) -> Vec<f64> {
        let p = self.rows.p;
        let value = |(j, &column): (usize, &usize)| {
            (new.column(column)[row] - self.rows.centers[stratum * p + j]) / self.rows.scales[j]
        };
        self.kept.iter().enumerate().map(value).collect()
    }

    /// The increments of a stratum by increasing time.
    fn increments(&self, stratum: usize) -> Increments {
        let tied = tied(&self.rows, &self.risk, self.ties);
        let records = self.rows.strata[stratum].records.clone();
        let columns = 0..self.rows.p;
        let means = columns.map(|j| {
            let means = RecordMeans::new(&self.rows, &self.risk, &tied, j);
            means.hazard[records.clone()].iter().rev().copied().collect()
        });
        Increments {
            hazard: records.clone().rev().map(|record| tied[record].hazard).collect(),
            variance: records.clone().rev().map(|record| tied[record].outer).collect(),
            means: means.collect(),
        }
    }
}

/// Refuses what has outgrown the range of numbers.
pub(super) fn check_finite(
    values: &[f64],
    what: &'static str,
    instead: &'static str,
) -> Result<(), Error> {
    let finite = values.iter().all(|value| value.is_finite());
    if finite { Ok(()) } else { Err(Error::Unsupported { what, instead }) }
}

/// A stratum's distinct times, how many of its event times are at or before each, and what its
/// hazard is summed from.
struct StratumBaseline {
    time: Vec<f64>,
    steps: Vec<usize>,
    increments: Increments,
}

impl StratumBaseline {
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
}

/// What a stratum's cumulative hazard is summed from, at the centre and in the scaled unit.
struct Increments {
    hazard: Vec<f64>,
    variance: Vec<f64>,
    /// The hazard times the mean of the risk set, one column per coefficient.
    means: Vec<Vec<f64>>,
}

impl Increments {
    /// Cumulative hazard and standard error after 0, 1, ... event times, for scaled covariates `x`
    /// with relative risk `risk`.
    fn path(&self, x: &[f64], risk: f64, variance: &[f64], scales: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let (mut hazard, mut own, mut gap) = (0.0, 0.0, vec![0.0; x.len()]);
        let (mut hazards, mut errors) = (vec![0.0], vec![0.0]);
        for step in 0..self.hazard.len() {
            hazard += self.hazard[step];
            own += self.variance[step];
            for (j, gap) in gap.iter_mut().enumerate() {
                *gap += (x[j] * self.hazard[step] - self.means[j][step]) * scales[j];
            }
            hazards.push(hazard * risk);
            errors.push((own + quadratic(variance, &gap, &gap)).max(0.0).sqrt() * risk);
        }
        (hazards, errors)
    }
}
