//! Proportions of clustered observations, such as predictive values by lesion.

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
    /// The columns whose levels make the groups.
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
    /// Test one-sided whether the proportion exceeds this.
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
        if self.cluster.is_empty() {
            let what = "which column names the cluster of each row was not said";
            return Err(Problem::request(what, Remedy::set("cluster")));
        }
        let options = FrameOptions {
            cluster: Some(self.cluster.clone()),
            by: self.by.clone(),
            ..self.rows.options()?
        };
        let rows = self.rows.rows_with(data, "npv", options)?;
        refuse_terms(&rows.frame)?;
        let frame = &rows.frame;
        let clusters = &frame.cluster.as_ref().expect("the cluster column was named").groups;
        let all = Groups::single(frame.n);
        let groups = frame.by.as_ref().map_or(&all, |by| &by.groups);
        let fits = self.estimator().fit_groups(frame.outcome()?, clusters, groups)?;
        let names = GroupName::all(frame.by.as_ref());
        let groups: Vec<(GroupName, Proportion)> = names.into_iter().zip(fits).collect();
        let mut about = rows.about;
        for (name, fit) in &groups {
            let doubt = |warning: &ProportionWarning| Doubt::Proportion {
                group: name.label.clone(),
                warning: *warning,
            };
            about.doubts.extend(fit.warnings.iter().map(doubt));
        }
        Ok(NpvAnswer { groups, request: self.clone(), about })
    }

    fn estimator(&self) -> ClusteredProportion {
        let estimator =
            ClusteredProportion::default().conf_level(self.conf_level).variance(self.variance);
        let estimator = self.interval.map_or(estimator.clone(), |form| estimator.interval(form));
        self.threshold.map_or(estimator.clone(), |threshold| estimator.threshold(threshold))
    }
}

/// The right-hand side is 1: groups come from `by`, so that a formula never means two things.
pub(crate) fn refuse_terms(frame: &ModelFrame) -> Result<(), Problem> {
    if frame.groups()?.is_some() || frame.strata.is_some() || frame.offset.is_some() {
        return Err(Problem::analysis(
            "a proportion has no terms right of ~",
            Remedy::AnyOf(vec![Remedy::Write("~ 1".to_owned()), Remedy::set("by")]),
        ));
    }
    Ok(())
}
