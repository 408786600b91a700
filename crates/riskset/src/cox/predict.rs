//! Baseline hazards, and what the model says about given covariates.
//!
//! The cumulative hazard at covariates x is exp(x'beta) times the sum of the hazard increments;
//! its variance has one part from the increments and one from the coefficients, through the
//! difference between x and the means of the risk sets.
//!
//! Sources: Breslow (1974), Biometrics 30:89-99; Tsiatis (1981), Ann Stat 9:93-108; Therneau and
//! Grambsch (2000), section 10.2.

use super::design::{DesignMatrix, check_finite, check_length};
use super::fit::CoxFit;
use super::influence::{RecordMeans, sorted_linear_predictor, tied};
use super::linear_predictor::LinearPredictor;
use super::predictor::{CoxPredictor, PredictedCurve, PredictorParts, StratumHazard};
use crate::choices;
use crate::{Concordance, ConcordanceIndex, ConcordanceWeight, ConfType, Error};

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

impl CoxFit {
    /// The cumulative baseline hazard of each stratum, with the method of the fit for ties (exact
    /// ties use Breslow's).
    ///
    /// ```
    /// use riskset::{BaselineAt, CoxModel, DesignMatrix, RightCensored};
    ///
    /// // Without covariates Nelson and Aalen's: 1/2, then 1/2 + 1.
    /// let rows = RightCensored::new(&[1.0, 2.0], &[true, true])?;
    /// let fit = CoxModel::default().fit(&rows, &DesignMatrix::empty(2))?;
    /// assert_eq!(fit.baseline(BaselineAt::Zero)?[0].cumulative_hazard, [0.5, 1.5]);
    /// # Ok::<(), riskset::Error>(())
    /// ```
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
        self.check_columns(new)?;
        strata.iter().try_for_each(|&stratum| self.check_stratum(stratum))?;
        self.predictor()?.curves(new, strata, conf_type)
    }

    /// What the predictions need of the fit: with it they can be made where the data are not.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] with exact ties, with an infinite coefficient or where the information
    /// is singular.
    pub fn predictor(&self) -> Result<CoxPredictor, Error> {
        self.refuse_exact("predicted curves with exact ties")?;
        self.refuse_infinite("predicted curves with a coefficient that runs to infinity")?;
        CoxPredictor::new(PredictorParts {
            columns: self.columns,
            kept: self.kept.clone(),
            beta: self.beta.clone(),
            means: self.rows.means.clone(),
            variance: self.used_variance()?.to_vec(),
            conf_level: self.conf_level(),
            strata: self.hazards(),
        })
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
        let (kept, beta) = (&self.kept, &self.beta);
        let predictor = |row| LinearPredictor::at(new, row, (kept, beta, &means), variance);
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

    /// The hazard of every stratum, in the unit of the data.
    fn hazards(&self) -> Vec<StratumHazard> {
        let tied = tied(&self.rows, &self.risk, self.ties);
        let p = self.rows.p;
        let means: Vec<Vec<f64>> = (0..p)
            .map(|j| {
                let scale = self.rows.scales[j];
                let means = RecordMeans::new(&self.rows, &self.risk, &tied, j).hazard;
                means.into_iter().map(|mean| mean * scale).collect()
            })
            .collect();
        let hazard = |(stratum, ranges): (usize, &super::parts::Stratum)| {
            let (time, steps) = self.steps(stratum);
            let records = ranges.records.clone();
            let backwards =
                |values: &Vec<f64>| values[records.clone()].iter().rev().copied().collect();
            StratumHazard {
                time,
                steps,
                center: self.rows.centers[stratum * p..(stratum + 1) * p].to_vec(),
                offset: self.rows.offset_centers[stratum],
                hazard: records.clone().rev().map(|record| tied[record].hazard).collect(),
                variance: records.clone().rev().map(|record| tied[record].outer).collect(),
                means: means.iter().map(backwards).collect(),
            }
        };
        self.rows.strata.iter().enumerate().map(hazard).collect()
    }
}
