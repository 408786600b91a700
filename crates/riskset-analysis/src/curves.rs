//! Survival curves by group.

mod more;

pub(crate) use more::band;
pub use more::{FewPatientsLimits, MoreOfCurve};

use crate::doubt::curves::{doubt as doubt_curve, few_for_mean, shown_quantiles};
use crate::explain::{Steps, curves as explain_curves, explained, logrank};
use crate::rows::CurveRows;
use crate::{About, Data, Doubt, GroupName, PairwiseRequest, Problem, RowsRequest};
use riskset::{
    AtTime, BandKind, ConfType, CurveVariance, FewPatients, FlatRule, KaplanMeier, LogRank,
    LogRankTest, LogRankWeight, Quantile, Remedy, Rmst, RmstContrast, RmstPair, SurvivalCurve,
    SurvivalEstimator, rmst_pairs,
};
use riskset_data::Grouping;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Survival curves, with what is read off them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct KmRequest {
    /// Data, model and rows; the groups are the levels of the columns right of `~`.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Level of the confidence intervals, as a fraction.
    pub conf_level: f64,
    /// Scale on which the interval of S(t) is symmetric.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<ConfType>")]
    pub conf_type: ConfType,
    /// Which time of a flat is a quantile.
    #[serde(with = "crate::choice", skip_serializing_if = "crate::choice::is_default")]
    #[schemars(schema_with = "crate::choice::schema::<FlatRule>")]
    pub flat: FlatRule,
    /// How the curve is estimated.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<SurvivalEstimator>")]
    pub estimator: SurvivalEstimator,
    /// Survival at these times, in the unit of the data.
    pub times: Vec<f64>,
    /// Quantiles of the time to the event; 0.5 is the median, which is always given.
    pub quantiles: Vec<f64>,
    /// Restricted mean survival time to this horizon, per group and between two groups.
    pub rmst: Option<f64>,
    /// With `rmst`: each pair of groups by difference and ratio of their restricted means, the P values
    /// adjusted like this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairwise: Option<PairwiseRequest>,
    /// Events and censorings exchanged: the potential follow-up.
    pub reverse: bool,
    /// The whole curve in texts as well; JSON always has it.
    pub curve: bool,
    /// Robust standard errors (the infinitesimal jackknife). Left out, they are robust when the
    /// weights are not all whole numbers or `cluster()` stands in the formula.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub robust: Option<bool>,
    /// Limits of the median and at the times asked for that hold for few patients.
    #[serde(with = "crate::choice::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crate::choice::optional::schema::<FewPatients>")]
    pub few_patients: Option<FewPatients>,
    /// A band that holds the whole curve with the confidence level.
    #[serde(with = "crate::choice::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crate::choice::optional::schema::<BandKind>")]
    pub band: Option<BandKind>,
    /// Survival at the later times asked for of those who have come to this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<f64>,
    /// How it comes about as well: the arithmetic, one row a step.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub explain: bool,
}

impl Default for KmRequest {
    fn default() -> KmRequest {
        KmRequest {
            rows: RowsRequest::default(),
            conf_level: 0.95,
            conf_type: ConfType::Log,
            flat: FlatRule::Middle,
            estimator: SurvivalEstimator::KaplanMeier,
            times: Vec::new(),
            quantiles: Vec::new(),
            rmst: None,
            pairwise: None,
            reverse: false,
            curve: false,
            robust: None,
            few_patients: None,
            band: None,
            given: None,
            explain: false,
        }
    }
}

/// Survival curves.
#[derive(Clone, Debug)]
pub struct KmAnswer {
    /// Rows and doubts.
    pub about: About,
    /// What was asked.
    pub request: KmRequest,
    /// One entry per group, in level order.
    pub groups: Vec<KmGroup>,
    /// The log-rank test, where there are two or more groups and it is defined.
    pub test: Option<LogRankTest>,
    /// The second group's restricted mean against the first's, where there are two groups and both
    /// reach the horizon.
    pub restricted_means: Option<RmstContrast>,
    /// Every pair of groups by their restricted means, when asked for.
    pub mean_pairs: Vec<RmstPair>,
    /// The columns of `strata()`, within which the groups are compared.
    pub strata: Vec<String>,
    /// How standard errors and limits were made; the clusters are those of all groups.
    pub variance: CurveVariance,
}

/// A group with its curve and what was read off it.
#[derive(Clone, Debug)]
pub struct KmGroup {
    /// Its levels.
    pub name: GroupName,
    /// The curve.
    pub curve: SurvivalCurve,
    /// The quantiles asked for, in that order.
    pub quantiles: Vec<Quantile>,
    /// The restricted mean, when asked for; with a flat tail where the curve ends above 0 before
    /// the horizon, which is then a doubt of the answer.
    pub restricted_mean: Option<Rmst>,
    /// The curve at the times asked for, in that order.
    pub at_times: Vec<AtTime>,
    /// What else was asked of it.
    pub more: MoreOfCurve,
}

impl KmRequest {
    /// Estimates the curves.
    pub(crate) fn run(&self, data: &Data) -> Result<KmAnswer, Problem> {
        self.check_more()?;
        let mut rows = self.rows.curve_rows(data, "km", self.reverse, self.robust != Some(true))?;
        let robust = rows.settle_variance(self.robust)?;
        let model = self.model().robust(robust).cluster(rows.clusters());
        let clusters = rows.cluster.as_ref().map(Grouping::count);
        let variance = match robust {
            true => CurveVariance::Robust { clusters },
            false => CurveVariance::Greenwood,
        };
        let groups = rows.groups();
        // Each is one pass over the rows: side by side.
        let (curves, test) =
            rayon::join(|| model.fit_groups(&rows.response, &groups), || self.test(&rows));
        let (curves, test) = (curves?, test?);
        let compared = self.compared_steps(&rows, test.is_some())?;
        let strata = rows.strata_names();
        let CurveRows { grouping, mut about, .. } = rows;
        let restricted_means = self.restricted_means(&curves);
        let mean_pairs = self.mean_pairs(&curves)?;
        let named = GroupName::all(grouping.as_ref()).into_iter().zip(curves);
        let groups = named.map(|(name, curve)| self.group(name, curve));
        let groups = groups.collect::<Result<Vec<KmGroup>, riskset::Error>>()?;
        self.doubt_tails(&mut about, &groups);
        for group in &groups {
            let (name, curve) = (group.name.name(), &group.curve);
            let quantiles = shown_quantiles(&self.quantiles);
            doubt_curve(&mut about, name, curve, &self.times, &quantiles);
        }
        let mut steps = if self.explain { explain_curves(&groups, self.rmst) } else { Vec::new() };
        steps.extend(compared);
        explained(&mut about, &self.rows, steps);
        let request = self.clone();
        Ok(KmAnswer {
            request,
            strata,
            about,
            groups,
            test,
            restricted_means,
            mean_pairs,
            variance,
        })
    }

    /// The steps of the test that comes with the curves.
    fn compared_steps(&self, rows: &CurveRows, tested: bool) -> Result<Vec<Steps>, Problem> {
        let Some(grouping) = rows.compared().filter(|_| self.explain && tested) else {
            return Ok(Vec::new());
        };
        let names = GroupName::all(Some(grouping));
        let strata = rows.strata.as_ref().map(|strata| &strata.groups);
        let (model, weight) = (LogRank::default(), LogRankWeight::LogRank);
        logrank(&model, weight, &rows.response, (&grouping.groups, &names), strata)
    }

    /// What is read off a curve.
    pub(crate) fn group(
        &self,
        name: GroupName,
        curve: SurvivalCurve,
    ) -> Result<KmGroup, riskset::Error> {
        Ok(KmGroup {
            name,
            quantiles: self.quantiles.iter().map(|&p| curve.quantile(p)).collect(),
            restricted_mean: self.rmst.and_then(|tau| curve.rmst_with_flat_tail(tau)),
            at_times: curve.at_times(&self.times)?,
            more: self.more(&curve)?,
            curve,
        })
    }

    /// The estimator.
    pub(crate) fn model(&self) -> KaplanMeier {
        KaplanMeier::default()
            .conf_level(self.conf_level)
            .conf_type(self.conf_type)
            .flat(self.flat)
            .estimator(self.estimator)
    }

    /// The log-rank test comes with two or more groups, where it is defined: not for weighted rows,
    /// not for clusters, and not for a curve of follow-up. It compares within the strata where there are some.
    fn test(&self, rows: &CurveRows) -> Result<Option<LogRankTest>, riskset::Error> {
        let Some(grouping) = rows.compared() else { return Ok(None) };
        let response = &rows.response;
        let weighted = response.weights().is_some() && !response.is_counted();
        let counted = !weighted && rows.cluster.is_none();
        if self.reverse || !counted || response.n_events() == 0 {
            return Ok(None);
        }
        let strata = rows.strata.as_ref().map(|strata| &strata.groups);
        LogRank::default().strata(strata).test(response, &grouping.groups).map(Some)
    }

    /// A restricted mean beyond the follow-up rests on a curve that nobody has seen, and one of few
    /// events has an interval that is too short.
    fn doubt_tails(&self, about: &mut About, groups: &[KmGroup]) {
        let Some(tau) = self.rmst else { return };
        for KmGroup { name, curve, .. } in groups {
            if !curve.is_known_at(tau) {
                let (group, last_time) = (name.name().to_owned(), curve.last_time());
                about.doubt(Doubt::TailUnstable { group, last_time, tau });
            } else {
                about.doubts.extend(few_for_mean(name.name(), curve, tau));
            }
        }
    }

    fn mean_pairs(&self, curves: &[SurvivalCurve]) -> Result<Vec<RmstPair>, Problem> {
        let Some(PairwiseRequest(adjustment)) = self.pairwise else { return Ok(Vec::new()) };
        let Some(tau) = self.rmst else {
            let what =
                "pairs of groups are compared by their restricted means, and no horizon was given";
            return Err(Problem::request(what, Remedy::set("rmst")));
        };
        pairs_exist(curves.len())?;
        Ok(rmst_pairs(curves, tau, adjustment))
    }

    fn restricted_means(&self, curves: &[SurvivalCurve]) -> Option<RmstContrast> {
        let [first, second] = curves else { return None };
        second.rmst_against(first, self.rmst?)
    }
}

/// Pairs need two groups.
fn pairs_exist(groups: usize) -> Result<(), Problem> {
    match groups {
        0 | 1 => Err(Problem::analysis(
            "pairs of groups were asked for, and there is only one group",
            Remedy::to("name a grouping column right of ~, such as Surv(time, event) ~ arm"),
        )),
        _ => Ok(()),
    }
}
