//! Cox regression of a case-cohort sample: all cases of a cohort, and a random part of it.
//!
//! Covariates are known of the subcohort, drawn when the cohort began, and of all cases. The hazard
//! ratios are those of the cohort; what differs is who stands for those at risk:
//!
//! - Prentice: the subcohort and, at its own event, a case outside it;
//! - Self and Prentice: the subcohort alone;
//! - Lin and Ying: the cases, and the others of the subcohort, each for so many of the cohort;
//! - Borgan's I and II: the same as the two before, of a subcohort that was drawn by stratum
//!   (`stratified`).
//!
//! The variance is that of a Cox model plus that of the draw of the subcohort, the sum of squares of
//! what each of its rows moves the coefficients by, less the part of the cohort that it is. Derivation:
//! docs/methods/terms.md, "Case-cohort samples".
//!
//! Sources: Prentice (1986), Biometrika 73:1-11; Self and Prentice (1988), Ann Stat 16:64-81; Lin and
//! Ying (1993), J Am Stat Assoc 88:1341-1349; Therneau and Li (1999), Lifetime Data Anal 5:99-112.
//! Reference program: `cch` of R survival 3.5.

mod stratified;

use crate::regression::linear::{Definite, inner};
use crate::{
    Coefficient, CountingProcess, CoxFit, CoxModel, CoxTest, DesignMatrix, Error, Fitted, Interval,
    Observations, Response, RightCensored, RowResidual, choices, normal,
};

/// Who stands for those at risk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CaseCohortMethod {
    /// The subcohort and, at its own event, a case outside it.
    #[default]
    Prentice,
    /// The subcohort alone.
    SelfPrentice,
    /// All cases, and the others of the subcohort weighted.
    LinYing,
    /// The subcohort alone, weighted by the stratum in which it was drawn.
    BorganI,
    /// All cases, and the others of the subcohort weighted by stratum.
    BorganII,
}

choices!(
    CaseCohortMethod,
    "estimator of a case-cohort sample",
    [
        (
            CaseCohortMethod::Prentice,
            "prentice",
            "The subcohort and, at its own event, a case outside it"
        ),
        (CaseCohortMethod::SelfPrentice, "self-prentice", "The subcohort alone"),
        (
            CaseCohortMethod::LinYing,
            "lin-ying",
            "All cases, and the others of the subcohort weighted"
        ),
        (
            CaseCohortMethod::BorganI,
            "borgan-1",
            "The subcohort alone, weighted by the stratum in which it was drawn"
        ),
        (
            CaseCohortMethod::BorganII,
            "borgan-2",
            "All cases, and the others of the subcohort weighted by stratum"
        ),
    ]
);

/// A model of a case-cohort sample: its options, and [`fit`](Self::fit).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CaseCohort {
    cohort: usize,
    method: CaseCohortMethod,
    conf_level: f64,
}

/// A fitted model. Ties enter by Efron's method.
#[derive(Clone, Debug)]
pub struct CaseCohortFit {
    coefficients: Vec<Fitted>,
    kept: Vec<usize>,
    variance: Vec<f64>,
    draw: Vec<f64>,
    wald: Option<CoxTest>,
    converged: bool,
}

/// Cases are held out of risk sets by this much on the log scale: nothing beside anybody's risk.
const OUT: f64 = -100.0;

impl CaseCohort {
    /// A sample of a cohort of so many.
    pub fn new(cohort: usize) -> CaseCohort {
        CaseCohort { cohort, method: CaseCohortMethod::default(), conf_level: 0.95 }
    }

    /// Sets who stands for those at risk.
    pub fn method(mut self, method: CaseCohortMethod) -> Self {
        self.method = method;
        self
    }

    /// Sets the level of the intervals as a fraction: 0.95, not 95.
    pub fn conf_level(mut self, level: f64) -> Self {
        self.conf_level = level;
        self
    }

    /// Fits the model to the rows of the sample; `subcohort` says of each, in data order, whether it
    /// was drawn. Cases are the rows with the event.
    ///
    /// # Errors
    ///
    /// [`Error::ConfLevel`], [`Error::Length`]; [`Error::OutOfRange`] for a cohort smaller than the
    /// sample; [`Error::Unsupported`] for a row that is neither, for a subcohort without a row that is
    /// no case, and for case weights; and those of [`CoxModel::fit`].
    pub fn fit(
        &self,
        response: &impl Response,
        subcohort: &[bool],
        design: &DesignMatrix,
    ) -> Result<CaseCohortFit, Error> {
        let z = normal::two_sided_quantile(self.conf_level)?;
        let rows = response.observations();
        self.check(rows, subcohort, design)?;
        let sample = Sample { rows, subcohort, design };
        let (fit, variance, draw) = match self.method {
            CaseCohortMethod::LinYing => self.lin_ying(&sample)?,
            CaseCohortMethod::SelfPrentice => self.self_prentice(&sample)?,
            CaseCohortMethod::Prentice => {
                // The two estimates have one limit, and the variance is that of Self and Prentice.
                let (_, variance, draw) = self.self_prentice(&sample)?;
                (sample.prentice()?, variance, draw)
            }
            CaseCohortMethod::BorganI | CaseCohortMethod::BorganII => {
                return Err(Error::Unsupported {
                    what: "an estimator by stratum without the strata of the draw",
                    instead: "give them with the size of each in the cohort",
                });
            }
        };
        Ok(CaseCohortFit::new(&fit, variance, draw, z))
    }

    fn check(
        &self,
        rows: &Observations,
        subcohort: &[bool],
        design: &DesignMatrix,
    ) -> Result<(), Error> {
        let lengths = [("the subcohort", subcohort.len()), ("covariates", design.rows())];
        for (what, found) in lengths {
            if found != rows.len() {
                return Err(Error::Length { what, expected: rows.len(), found });
            }
        }
        if self.cohort < rows.len() {
            let range = "be at least that of the sample";
            let value = self.cohort as f64;
            return Err(Error::OutOfRange { what: "the number of the cohort", value, range });
        }
        let refuse = |what, instead| Err(Error::Unsupported { what, instead });
        if rows.weights().is_some() {
            return refuse("a case-cohort sample with case weights", "give every row once");
        }
        if (0..rows.len()).any(|row| !subcohort[row] && !rows.event()[row]) {
            return refuse(
                "a row that is neither a case nor of the subcohort",
                "leave it out; it counts in the number of the cohort",
            );
        }
        if !(0..rows.len()).any(|row| subcohort[row] && !rows.event()[row]) {
            return refuse("a subcohort of cases alone", "check which rows were drawn");
        }
        Ok(())
    }

    /// The fit by the subcohort alone, the variance, and the part of it that is the draw's.
    fn self_prentice(&self, sample: &Sample<'_>) -> Result<(CoxFit, Vec<f64>, Vec<f64>), Error> {
        let (rows, subcohort) = (sample.rows, sample.subcohort);
        let cases: Vec<usize> = (0..rows.len()).filter(|&row| rows.event()[row]).collect();
        let drawn: Vec<usize> = (0..rows.len()).filter(|&row| subcohort[row]).collect();
        // Each case once with its event and no weight at risk, each row drawn once at risk alone.
        let both: Vec<usize> = cases.iter().chain(&drawn).copied().collect();
        let events: Vec<bool> = (0..both.len()).map(|place| place < cases.len()).collect();
        let offset: Vec<f64> =
            events.iter().map(|&is_case| if is_case { OUT } else { 0.0 }).collect();
        let response = sample.response(&both, &events, |row| sample.entry(row))?;
        let fit = CoxModel::default().offset(&offset[..]).fit(&response, &sample.design(&both)?)?;
        let drawn_share = drawn.len() as f64 / self.cohort as f64;
        let (variance, draw) = with_draw(&fit, cases.len()..both.len(), drawn_share, false)?;
        Ok((fit, variance, draw))
    }

    fn lin_ying(&self, sample: &Sample<'_>) -> Result<(CoxFit, Vec<f64>, Vec<f64>), Error> {
        let rows = sample.rows;
        let cases = rows.n_events();
        let (others, drawn) = (self.cohort - cases, rows.len() - cases);
        let weight = (others as f64 / drawn as f64).ln();
        // Cases first, so that the others are the rest.
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_key(|&row| !rows.event()[row]);
        let events: Vec<bool> = (0..order.len()).map(|place| place < cases).collect();
        let offset: Vec<f64> =
            events.iter().map(|&is_case| if is_case { 0.0 } else { weight }).collect();
        let response = sample.response(&order, &events, |row| sample.entry(row))?;
        let model = CoxModel::default().offset(&offset[..]);
        let fit = model.fit(&response, &sample.design(&order)?)?;
        let share = drawn as f64 / others as f64;
        let (variance, draw) = with_draw(&fit, cases..order.len(), share, true)?;
        Ok((fit, variance, draw))
    }
}

struct Sample<'a> {
    rows: &'a Observations,
    subcohort: &'a [bool],
    design: &'a DesignMatrix,
}

impl Sample<'_> {
    fn entry(&self, row: usize) -> f64 {
        self.rows.entry().map_or(0.0, |entry| entry[row])
    }

    fn design(&self, rows: &[usize]) -> Result<DesignMatrix, Error> {
        let column = |at: usize| rows.iter().map(move |&row| self.design.column(at)[row]);
        let values = (0..self.design.columns()).flat_map(column).collect();
        DesignMatrix::from_columns(values, rows.len())
    }

    fn response(
        &self,
        rows: &[usize],
        events: &[bool],
        entry: impl Fn(usize) -> f64,
    ) -> Result<Observations, Error> {
        let times: Vec<f64> = rows.iter().map(|&row| self.rows.time()[row]).collect();
        let entries: Vec<f64> = rows.iter().map(|&row| entry(row)).collect();
        if self.rows.entry().is_none() && entries.iter().all(|&entry| entry == 0.0) {
            return Ok(RightCensored::new(&times, events)?.into_observations());
        }
        Ok(CountingProcess::new(&entries, &times, events)?.into_observations())
    }

    /// A case outside the subcohort enters between the last time before its event and the event.
    fn prentice(&self) -> Result<CoxFit, Error> {
        let rows: Vec<usize> = (0..self.rows.len()).collect();
        let sorted = self.rows.sorted_time();
        let entry = |row: usize| {
            let own = self.entry(row);
            if self.subcohort[row] {
                return own;
            }
            let time = self.rows.time()[row];
            let before = sorted[..sorted.partition_point(|&at| at < time)].last();
            let before = before.map_or(own, |&before| before.max(own));
            (before + time) / 2.0
        };
        let response = self.response(&rows, self.rows.event(), entry)?;
        CoxModel::default().fit(&response, self.design)
    }
}

/// The variance of a fit with that of the draw of `rows`, of which they are a share; `centred` where
/// what they move the coefficients by does not add up to 0.
fn with_draw(
    fit: &CoxFit,
    rows: std::ops::Range<usize>,
    share: f64,
    centred: bool,
) -> Result<(Vec<f64>, Vec<f64>), Error> {
    let moved = fit.row_residuals(RowResidual::Dfbeta)?;
    let p = moved.columns().len();
    let moved: Vec<&[f64]> = moved.rows().skip(rows.start).take(rows.len()).collect();
    let mean = |at: usize| moved.iter().map(|row| row[at]).sum::<f64>() / moved.len() as f64;
    let means: Vec<f64> = (0..p).map(|at| if centred { mean(at) } else { 0.0 }).collect();
    let product = |at: usize| {
        let (a, b) = (at / p, at % p);
        let one = |row: &&[f64]| (row[a] - means[a]) * (row[b] - means[b]);
        (1.0 - share) * moved.iter().map(one).sum::<f64>()
    };
    let draw: Vec<f64> = (0..p * p).map(product).collect();
    let kept = &fit.kept;
    let model = |at: usize| fit.model_variance(kept[at / p], kept[at % p]).unwrap_or(f64::INFINITY);
    let variance = draw.iter().enumerate().map(|(at, draw)| model(at) + draw).collect();
    Ok((variance, draw))
}

impl CaseCohortFit {
    fn new(fit: &CoxFit, variance: Vec<f64>, draw: Vec<f64>, z: f64) -> CaseCohortFit {
        let kept = fit.kept.clone();
        let p = kept.len();
        let mut coefficients = fit.coefficients().to_vec();
        for (place, &column) in kept.iter().enumerate() {
            if let Fitted::Estimate(found) = &mut coefficients[column] {
                let square = variance[place * p + place];
                *found = with_error(*found, Some(square.sqrt()).filter(|e| e.is_finite()), z);
            }
        }
        let beta = &fit.beta;
        let finite = fit.all_estimated();
        let wald = Definite::new(&variance, p).filter(|_| finite && p > 0);
        let wald = wald.and_then(|variance| CoxTest::of(inner(&variance.solve(beta), beta), p));
        CaseCohortFit { coefficients, kept, variance, draw, wald, converged: fit.converged() }
    }

    /// What became of each column of the design, in order; standard errors hold the draw.
    pub fn coefficients(&self) -> &[Fitted] {
        &self.coefficients
    }

    /// The variance of two columns; `None` for one without a coefficient.
    pub fn variance(&self, a: usize, b: usize) -> Option<f64> {
        self.read(&self.variance, a, b)
    }

    /// The part of it that is due to the draw of the subcohort.
    pub fn draw_variance(&self, a: usize, b: usize) -> Option<f64> {
        self.read(&self.draw, a, b)
    }

    fn read(&self, of: &[f64], a: usize, b: usize) -> Option<f64> {
        let place = |column: usize| self.kept.iter().position(|&kept| kept == column);
        let value = of[place(a)? * self.kept.len() + place(b)?];
        value.is_finite().then_some(value)
    }

    /// The Wald test that all coefficients are zero; `None` where one has no estimate.
    pub fn wald_test(&self) -> Option<CoxTest> {
        self.wald
    }

    /// Whether the maximum was found.
    pub fn converged(&self) -> bool {
        self.converged
    }
}

fn with_error(found: Coefficient, std_error: Option<f64>, z: f64) -> Coefficient {
    let ratio = std_error.filter(|&error| error > 0.0).map(|error| found.estimate / error);
    let limit = |sign: f64| {
        let limit = (found.estimate + sign * z * std_error?).exp();
        limit.is_finite().then_some(limit)
    };
    Coefficient {
        std_error,
        robust_std_error: None,
        z: ratio,
        p_value: ratio.map(normal::two_sided_p),
        interval: Interval { lower: limit(-1.0), upper: limit(1.0) },
        ..found
    }
}
