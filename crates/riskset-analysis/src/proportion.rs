//! Proportions of clustered observations, such as predictive values by lesion.

use crate::rows::Rows;
use crate::{About, Data, Doubt, GroupName, Problem, RowsRequest};
use riskset::{
    ClusteredProportion, Groups, Proportion, ProportionInterval, ProportionVariance,
    ProportionWarning, Remedy,
};
use riskset_data::{FrameOptions, ModelFrame};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Proportions of clustered observations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct NpvRequest {
    /// Data, the proportion as `nonviable ~ 1`, and rows.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// The column that names the cluster (patient) of each row.
    pub cluster: String,
    /// The columns whose levels make the groups; in a figure each column by itself.
    pub by: Vec<String>,
    /// Level of the two-sided confidence intervals, as a fraction.
    pub conf_level: f64,
    /// How the variance allows for clusters.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<ProportionVariance>")]
    pub variance: ProportionVariance,
    /// The form of the interval; the one that belongs to the variance when none is named.
    #[serde(with = "crate::choice::optional")]
    #[schemars(schema_with = "crate::choice::optional::schema::<ProportionInterval>")]
    pub interval: Option<ProportionInterval>,
    /// Test one-sided whether the proportion exceeds this fraction; a figure marks it.
    pub threshold: Option<f64>,
}

impl Default for NpvRequest {
    fn default() -> NpvRequest {
        NpvRequest {
            rows: RowsRequest::default(),
            cluster: String::new(),
            by: Vec::new(),
            conf_level: 0.95,
            variance: ProportionVariance::Donner,
            interval: None,
            threshold: None,
        }
    }
}

/// Proportions.
#[derive(Clone, Debug)]
pub struct NpvAnswer {
    /// Rows and doubts.
    pub about: About,
    /// What was asked.
    pub request: NpvRequest,
    /// One entry per group, in level order.
    pub groups: Vec<(GroupName, Proportion)>,
}

impl NpvRequest {
    /// Estimates the proportions.
    pub(crate) fn run(&self, data: &Data) -> Result<NpvAnswer, Problem> {
        let options = FrameOptions { by: self.by.clone(), ..self.options()? };
        let Rows { frame, mut about } = self.rows.rows_with(data, "npv", options)?;
        let groups = self.fit(&frame, &mut about)?;
        Ok(NpvAnswer { groups, request: self.clone(), about })
    }

    /// The frame with its clusters, of all rows. Case weights and patients in several rows belong to
    /// curves, and are refused.
    pub(crate) fn options(&self) -> Result<FrameOptions, Problem> {
        if self.cluster.is_empty() {
            let what = "which column names the cluster of each row was not said";
            return Err(Problem::request(what, Remedy::set("cluster")));
        }
        if self.rows.weights.is_some() {
            let what = "a proportion of clustered observations takes no case weights: each \
                        observation is a row";
            return Err(Problem::request(what, Remedy::Unset("weights".into())));
        }
        if self.rows.id.is_some() {
            let what = "the rows of one patient are those of a cluster";
            return Err(Problem::request(what, Remedy::Unset("id".into())));
        }
        Ok(FrameOptions { cluster: Some(self.cluster.clone()), ..self.rows.options()? })
    }

    /// The proportion of each group of a frame; what is doubtful about it goes to `about`.
    pub(crate) fn fit(
        &self,
        frame: &ModelFrame,
        about: &mut About,
    ) -> Result<Vec<(GroupName, Proportion)>, Problem> {
        refuse_terms(frame)?;
        let clusters = &frame.cluster.as_ref().expect("the options name the cluster").groups;
        let all = Groups::single(frame.n);
        let groups = frame.by.as_ref().map_or(&all, |by| &by.groups);
        let fits = self.estimator().fit_groups(frame.outcome()?, clusters, groups)?;
        let groups: Vec<_> = GroupName::all(frame.by.as_ref()).into_iter().zip(fits).collect();
        for (name, fit) in &groups {
            NpvRequest::doubt(about, name, fit);
        }
        Ok(groups)
    }

    /// What is doubtful about a group goes to `about`.
    pub(crate) fn doubt(about: &mut About, name: &GroupName, fit: &Proportion) {
        let doubt = |warning: &ProportionWarning| Doubt::Proportion {
            group: name.label.clone(),
            warning: *warning,
        };
        about.doubts.extend(fit.warnings.iter().map(doubt));
    }

    pub(crate) fn estimator(&self) -> ClusteredProportion {
        let estimator =
            ClusteredProportion::default().conf_level(self.conf_level).variance(self.variance);
        let estimator = self.interval.map_or(estimator.clone(), |form| estimator.interval(form));
        self.threshold.map_or(estimator.clone(), |threshold| estimator.threshold(threshold))
    }
}

/// The right-hand side is 1: groups come from `by`, so that a formula never means two things.
fn refuse_terms(frame: &ModelFrame) -> Result<(), Problem> {
    if frame.groups()?.is_some() || frame.strata.is_some() || frame.offset.is_some() {
        return Err(Problem::analysis(
            "a proportion has no terms right of ~",
            Remedy::AnyOf(vec![Remedy::Write("~ 1".to_owned()), Remedy::set("by")]),
        ));
    }
    Ok(())
}
