//! Fine and Gray's regression of the cumulative incidence of one cause.
//!
//! A proportional hazards model of the subdistribution: whoever meets another cause stays at risk
//! for ever, with a weight that falls as censoring would have taken him,
//! w(t) = G(t-) / G(T-), G the Kaplan-Meier curve of censoring. Each coefficient is a log
//! subdistribution hazard ratio: it orders incidences, and is not the ratio of rates among those
//! still free of events. Derivation: docs/methods/competing-risks.md, "Fine and Gray".
//!
//! Sources: Fine and Gray (1999), J Am Stat Assoc 94:496-509; Geskus (2011), Biometrics 67:39-49
//! (the weights); Zhou, Fine, Latouche and Labopin (2012), Biostatistics 13:371-383 (clusters).
//! Reference programs: `crr` of R cmprsk, `finegray` with `coxph` of R survival.

mod fit;
mod hazard_influence;
mod influence;
mod predictor;
mod rows;
mod score;

pub use fit::{FineGrayFit, IncidenceCurve};
pub use predictor::{ExpectedIncidence, IncidenceParts, IncidencePredictor};

use crate::{CompetingRisks, DesignMatrix, Error, Groups, Response, normal};

/// Who is at risk of being censored at a time at which others have an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum CensoringTies {
    /// Everybody still under observation, those with the event included, as `crr` counts.
    #[default]
    WithEvents,
    /// Only those without an event at that time: events come before censorings, as `finegray`
    /// counts.
    AfterEvents,
}

/// What the standard errors allow for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum WeightError {
    /// That the censoring curve behind the weights was estimated, too: Fine and Gray's variance.
    #[default]
    Estimated,
    /// Nothing of the kind: the sandwich of a weighted Cox model, as `finegray` with `coxph`.
    Ignored,
}

/// Fine and Gray's model: its options, and [`fit`](Self::fit). Tied events enter by Breslow's
/// method. By default a 95% interval, one censoring curve for all, every row its own cluster.
///
/// ```
/// use riskset::{CompetingRisks, DesignMatrix, FineGray};
///
/// let times = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
/// let response = CompetingRisks::new(&times, &[1, 2, 1, 1, 0, 2, 1, 0], 2)?;
/// let arm = vec![1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0];
/// let fit = FineGray::default().fit(&response, 1, &DesignMatrix::from_columns(arm, 8)?)?;
/// assert!(fit.coefficients()[0].estimate().unwrap().estimate > 0.0);
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct FineGray<'a> {
    conf_level: f64,
    cluster: Option<&'a Groups>,
    censoring_groups: Option<&'a Groups>,
    ties: CensoringTies,
    weight_error: WeightError,
    max_iterations: usize,
}

impl Default for FineGray<'_> {
    fn default() -> Self {
        FineGray {
            conf_level: 0.95,
            cluster: None,
            censoring_groups: None,
            ties: CensoringTies::WithEvents,
            weight_error: WeightError::Estimated,
            max_iterations: 50,
        }
    }
}

impl<'a> FineGray<'a> {
    /// Sets the level of the intervals as a fraction: 0.95, not 95. Checked by [`fit`](Self::fit).
    pub fn conf_level(mut self, level: f64) -> Self {
        self.conf_level = level;
        self
    }

    /// Sets clusters of rows that are not independent, for the standard errors.
    pub fn cluster(mut self, cluster: impl Into<Option<&'a Groups>>) -> Self {
        self.cluster = cluster.into();
        self
    }

    /// Sets groups whose censoring curves differ; the weights use each row's own.
    pub fn censoring_groups(mut self, groups: impl Into<Option<&'a Groups>>) -> Self {
        self.censoring_groups = groups.into();
        self
    }

    /// Sets who is at risk of censoring at event times.
    pub fn censoring_ties(mut self, ties: CensoringTies) -> Self {
        self.ties = ties;
        self
    }

    /// Sets whether the standard errors allow for the estimated weights.
    pub fn weight_error(mut self, weight_error: WeightError) -> Self {
        self.weight_error = weight_error;
        self
    }

    /// Sets how many steps are made at most.
    pub fn max_iterations(mut self, iterations: usize) -> Self {
        self.max_iterations = iterations;
        self
    }

    /// Fits the model of one cause, by its code, to the covariates.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchCause`], [`Error::NoEvents`] when no row has the cause, [`Error::Length`]
    /// when covariates, clusters or groups have another number of rows, [`Error::ConfLevel`], and
    /// [`Error::Unsupported`] for a response with late entry or case weights.
    pub fn fit(
        &self,
        response: &CompetingRisks,
        cause: u32,
        design: &DesignMatrix,
    ) -> Result<FineGrayFit, Error> {
        response.check_cause(cause)?;
        let rows = response.observations();
        if design.rows() != rows.len() {
            let (expected, found) = (rows.len(), design.rows());
            return Err(Error::Length { what: "covariates", expected, found });
        }
        for (what, groups) in
            [("clusters", self.cluster), ("censoring groups", self.censoring_groups)]
        {
            groups.map_or(Ok(()), |groups| groups.check_rows(what, rows.len()))?;
        }
        let instead = "fit the cause-specific hazard by Cox regression";
        if rows.entry_order().is_some() {
            return Err(Error::Unsupported { what: "Fine and Gray with late entry", instead });
        }
        if rows.weights().is_some() {
            return Err(Error::Unsupported { what: "Fine and Gray with case weights", instead });
        }
        if response.n_events(cause) == 0 {
            return Err(Error::NoEvents { rows: rows.len() });
        }
        let z = normal::two_sided_quantile(self.conf_level)?;
        Ok(fit::fit(self, response, cause, design, z))
    }
}
