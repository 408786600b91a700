//! A subcohort that was drawn by stratum: from each stratum of the cohort, by something known of all, so
//! many at random.
//!
//! Estimator I of Borgan and others: the risk sets are the subcohort, each of its rows standing for n / m
//! of the n of its stratum, m of whom were drawn; a case outside has its event and is in no risk set.
//! Estimator II: all cases stand for themselves, and each other row of the subcohort for so many of its
//! stratum who are no cases.
//!
//! The variance is that of the weighted Cox model plus, stratum by stratum, that of the draw: with D what a
//! row moves the coefficients by, not weighted, and S their covariance among the m drawn,
//! n (n / m - 1) S. Derivation: docs/methods/terms.md, "Case-cohort samples".
//!
//! Source: Borgan, Langholz, Samuelsen, Goldstein and Pogoda (2000), Lifetime Data Anal 6:39-58.
//! Reference program: `cch` of R survival 3.5 with `I.Borgan` and `II.Borgan`.

use super::{CaseCohort, CaseCohortFit, CaseCohortMethod, OUT, Sample};
use crate::{CoxFit, CoxModel, DesignMatrix, Error, Groups, Response, RowResidual, normal};

/// Of one stratum: those that a drawn row may stand for, and those who were drawn.
#[derive(Clone, Copy)]
struct Stratum {
    all: usize,
    drawn: usize,
}

impl Stratum {
    fn weight(self) -> f64 {
        self.all as f64 / self.drawn as f64
    }
}

impl CaseCohort {
    /// Fits the model to a sample whose subcohort was drawn by stratum. `strata` has the stratum of each row
    /// of the sample, `sizes` how many of the cohort each stratum is; the number given to
    /// [`new`](Self::new) is their sum.
    ///
    /// # Errors
    ///
    /// As [`fit`](Self::fit); [`Error::OutOfRange`] for a stratum smaller than its part of the sample;
    /// [`Error::Unsupported`] for an estimator that knows no strata, and for a stratum of which nobody or a
    /// single row was drawn to stand for others.
    pub fn fit_stratified(
        &self,
        response: &impl Response,
        subcohort: &[bool],
        (strata, sizes): (&Groups, &[usize]),
        design: &DesignMatrix,
    ) -> Result<CaseCohortFit, Error> {
        let z = normal::two_sided_quantile(self.conf_level)?;
        let rows = response.observations();
        self.check(rows, subcohort, design)?;
        strata.check_rows("strata", rows.len())?;
        if sizes.len() != strata.count() {
            let (what, expected, found) = ("sizes of strata", strata.count(), sizes.len());
            return Err(Error::Length { what, expected, found });
        }
        for (stratum, &size) in sizes.iter().enumerate() {
            let found = strata.index().iter().filter(|&&one| one as usize == stratum).count();
            if size < found {
                let (what, value) = ("the size of a stratum of the cohort", size as f64);
                let range = "be at least the number of its rows in the sample";
                return Err(Error::OutOfRange { what, value, range });
            }
        }
        let sample = Sample { rows, subcohort, design };
        let (fit, variance, draw) = match self.method {
            CaseCohortMethod::BorganI => first(&sample, strata, sizes)?,
            CaseCohortMethod::BorganII => second(&sample, strata, sizes)?,
            _ => {
                return Err(Error::Unsupported {
                    what: "this estimator of a subcohort that was drawn by stratum",
                    instead: "choose one of Borgan's",
                });
            }
        };
        Ok(CaseCohortFit::new(&fit, variance, draw, z))
    }
}

type Fitted = (CoxFit, Vec<f64>, Vec<f64>);

/// The subcohort alone at risk, weighted by stratum.
fn first(sample: &Sample<'_>, strata: &Groups, sizes: &[usize]) -> Result<Fitted, Error> {
    let (rows, subcohort) = (sample.rows, sample.subcohort);
    let cases: Vec<usize> = (0..rows.len()).filter(|&row| rows.event()[row]).collect();
    let drawn: Vec<usize> = (0..rows.len()).filter(|&row| subcohort[row]).collect();
    let counted = counted(strata, sizes, &drawn)?;
    let both: Vec<usize> = cases.iter().chain(&drawn).copied().collect();
    let events: Vec<bool> = (0..both.len()).map(|place| place < cases.len()).collect();
    let offset: Vec<f64> = events.iter().map(|&is_case| if is_case { OUT } else { 0.0 }).collect();
    let weight = |(&row, &is_case): (&usize, &bool)| match is_case {
        true => 1.0,
        false => counted[stratum(strata, row)].weight(),
    };
    let weights: Vec<f64> = both.iter().zip(&events).map(weight).collect();
    let response = sample.response(&both, &events, |row| sample.entry(row))?;
    let response = response.with_weights(&weights)?;
    let fit = CoxModel::default().offset(&offset[..]).fit(&response, &sample.design(&both)?)?;
    with_draw(fit, &weights, cases.len(), (&both, strata, &counted))
}

/// All cases, and the others of the subcohort weighted by stratum.
fn second(sample: &Sample<'_>, strata: &Groups, sizes: &[usize]) -> Result<Fitted, Error> {
    let rows = sample.rows;
    // Cases first, so that the others are the rest.
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|&row| !rows.event()[row]);
    let cases = rows.n_events();
    let mut others = sizes.to_vec();
    order[..cases].iter().for_each(|&row| others[stratum(strata, row)] -= 1);
    let counted = counted(strata, &others, &order[cases..])?;
    let weight = |(place, &row): (usize, &usize)| match place < cases {
        true => 1.0,
        false => counted[stratum(strata, row)].weight(),
    };
    let weights: Vec<f64> = order.iter().enumerate().map(weight).collect();
    let events: Vec<bool> = (0..order.len()).map(|place| place < cases).collect();
    let response = sample.response(&order, &events, |row| sample.entry(row))?;
    let response = response.with_weights(&weights)?;
    let fit = CoxModel::default().fit(&response, &sample.design(&order)?)?;
    with_draw(fit, &weights, cases, (&order, strata, &counted))
}

fn stratum(strata: &Groups, row: usize) -> usize {
    strata.index()[row] as usize
}

/// How many of each stratum were drawn of how many.
fn counted(strata: &Groups, all: &[usize], drawn: &[usize]) -> Result<Vec<Stratum>, Error> {
    let mut counts: Vec<Stratum> = all.iter().map(|&all| Stratum { all, drawn: 0 }).collect();
    drawn.iter().for_each(|&row| counts[stratum(strata, row)].drawn += 1);
    // A single row has no covariance; where it is all there are, nothing was left to chance.
    let alone = |one: &Stratum| one.drawn < 2 && one.all > one.drawn;
    match counts.iter().any(alone) {
        true => Err(Error::Unsupported {
            what: "a stratum of which nobody, or a single row, was drawn for the subcohort",
            instead: "join it with another stratum that was drawn in the same way",
        }),
        false => Ok(counts),
    }
}

/// The variance with that of the draw; the rows from `start` on are those that were drawn.
fn with_draw(
    fit: CoxFit,
    weights: &[f64],
    start: usize,
    (order, strata, counted): (&[usize], &Groups, &[Stratum]),
) -> Result<Fitted, Error> {
    let moved = fit.row_residuals(RowResidual::Dfbeta)?;
    let p = moved.columns().len();
    let mut parts: Vec<Vec<Vec<f64>>> = vec![Vec::new(); counted.len()];
    for (place, row) in moved.rows().enumerate().skip(start) {
        // What the row moves the coefficients by, without its weight.
        let own = row.iter().map(|value| value / weights[place]).collect();
        parts[stratum(strata, order[place])].push(own);
    }
    let mut draw = vec![0.0; p * p];
    for (rows, stratum) in parts.iter().zip(counted).filter(|(rows, _)| rows.len() > 1) {
        let m = rows.len() as f64;
        let mean: Vec<f64> =
            (0..p).map(|at| rows.iter().map(|row| row[at]).sum::<f64>() / m).collect();
        let times = stratum.all as f64 * (stratum.weight() - 1.0) / (m - 1.0);
        for (at, draw) in draw.iter_mut().enumerate() {
            let (a, b) = (at / p, at % p);
            let product = |row: &Vec<f64>| (row[a] - mean[a]) * (row[b] - mean[b]);
            *draw += times * rows.iter().map(product).sum::<f64>();
        }
    }
    let kept = &fit.kept;
    let model = |at: usize| fit.model_variance(kept[at / p], kept[at % p]).unwrap_or(f64::INFINITY);
    let variance = draw.iter().enumerate().map(|(at, draw)| model(at) + draw).collect();
    Ok((fit, variance, draw))
}
