//! Groups compared for one endpoint: curves, log-rank test, hazard ratios with their check, and
//! restricted means.

mod strata;

pub use strata::OverStrata;

use crate::contrast::{HazardRatios, hazard_ratios};
use crate::doubt::curves::{doubt as doubt_curve, few_for_mean, shown_quantiles};
use crate::rows::CurveRows;
use crate::{
    About, Data, Doubt, Further, FurtherTests, GroupName, KmGroup, KmRequest, Margin, MarginOf,
    OverTime, OverTimeRequest, PairwiseRequest, Problem, ReferenceLevel, RowsRequest,
};
use riskset::{
    Adjustment, ConfType, CoxModel, DesignMatrix, FlatRule, Groups, LogRank, LogRankTest,
    MarginTest, Milestone, Observations, PairTest, Remedy, Rmst, RmstContrast, RmstPair,
    SurvivalCurve, Ties, milestone, rmst_pairs,
};
use riskset_data::Grouping;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Groups compared for one endpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CompareRequest {
    /// Data, model and rows; `strata()` compares within strata.
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
    /// How tied event times enter the likelihood of the hazard ratios.
    #[serde(with = "crate::choice", skip_serializing_if = "crate::choice::is_default")]
    #[schemars(schema_with = "crate::choice::schema::<Ties>")]
    pub ties: Ties,
    /// Survival at these times, in the unit of the data.
    pub times: Vec<f64>,
    /// Quantiles of the time to the event; the median is always given.
    pub quantiles: Vec<f64>,
    /// Horizon of the restricted means; the shortest follow-up of a group when absent.
    pub rmst: Option<f64>,
    /// Each pair of groups by the log-rank test and by their restricted means, the P values adjusted
    /// like this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairwise: Option<PairwiseRequest>,
    /// Differences and ratios of survival at these times, in the unit of the data.
    pub milestones: Vec<f64>,
    /// Tests beside the log-rank test.
    #[serde(flatten)]
    pub further: FurtherTests,
    /// Hazard ratios by period and on average.
    #[serde(flatten)]
    pub over_time: OverTimeRequest,
    /// Margins of non-inferiority.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub margins: Vec<Margin>,
    /// The one-sided level of the margins.
    pub one_sided: f64,
}

impl Default for CompareRequest {
    fn default() -> CompareRequest {
        CompareRequest {
            rows: RowsRequest::default(),
            conf_level: 0.95,
            conf_type: ConfType::Log,
            flat: FlatRule::Middle,
            ties: Ties::Efron,
            times: Vec::new(),
            quantiles: Vec::new(),
            rmst: None,
            pairwise: None,
            milestones: Vec::new(),
            further: FurtherTests::default(),
            over_time: OverTimeRequest::default(),
            margins: Vec::new(),
            one_sided: 0.025,
        }
    }
}

/// A comparison of groups.
#[derive(Clone, Debug)]
pub struct CompareAnswer {
    /// Rows and doubts.
    pub about: About,
    /// What was asked.
    pub request: CompareRequest,
    /// One entry per group, in level order.
    pub groups: Vec<KmGroup>,
    /// The log-rank test, within the strata where there are some.
    pub test: LogRankTest,
    /// Hazard ratios against the reference, with the test of proportional hazards.
    pub ratios: HazardRatios,
    /// The horizon of the restricted means.
    pub tau: f64,
    /// The restricted mean of each group, in level order; `None` where the curve ends above 0 before
    /// the horizon.
    pub means: Vec<Option<Rmst>>,
    /// Each group's restricted mean against the reference's, in level order; `None` for the reference
    /// and where one of the two does not exist.
    pub mean_contrasts: Vec<Option<RmstContrast>>,
    /// Every pair of groups by the log-rank test, within the strata, when asked for.
    pub pairs: Vec<PairTest>,
    /// Every pair of groups by their restricted means, when asked for; the strata do not enter.
    pub mean_pairs: Vec<RmstPair>,
    /// The columns of `strata()`.
    pub strata: Vec<String>,
    /// Restricted means and survival at the milestones put together over the strata; empty without.
    pub over_strata: Vec<OverStrata>,
    /// For each group in level order, its survival against the reference's at each milestone; empty for
    /// the reference, `None` where a curve is unknown or 0.
    pub milestones: Vec<Vec<Option<Milestone>>>,
    /// The tests beside the log-rank test that were asked for.
    pub further: Further,
    /// Hazard ratios by period and on average, of every group that is not the reference.
    pub over_time: OverTime,
    /// The margins, each estimate against its own.
    pub margins: Vec<MarginResult>,
}

/// An estimate against its margin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MarginResult {
    /// The group, in level order.
    pub group: usize,
    /// The margin.
    pub margin: Margin,
    /// The time of a milestone; `None` for the others.
    pub time: Option<f64>,
    /// What the limit says; `None` where the estimate does not exist.
    pub test: Option<MarginTest>,
}

/// Fewer events per coefficient than this are said (Peduzzi et al. 1995, J Clin Epidemiol
/// 48:1503-1510).
const EVENTS_PER_PARAMETER: usize = 10;

/// Below this P value the hazards are called not proportional.
const NOT_PROPORTIONAL: f64 = 0.05;

/// The time of a comparison, where it has one, and its estimate with the standard error.
type Found = (Option<f64>, Option<(f64, f64)>);

impl CompareRequest {
    /// Compares the groups.
    pub(crate) fn run(&self, data: &Data) -> Result<CompareAnswer, Problem> {
        // The reference of a comparison changes its contrasts, and not the order of the groups.
        let (reference, reference_level) = (None, ReferenceLevel::First);
        let plain = RowsRequest { reference, reference_level, ..self.rows.clone() };
        let rows = plain.curve_rows(data, "compare", false, false)?;
        rows.refuse_cluster("compare")?;
        let grouping = compared(&rows)?;
        let reference = self.reference(grouping)?;
        let curves = self.curves().model().fit_groups(&rows.response, &grouping.groups)?;
        let strata = rows.strata.as_ref().map(|strata| &strata.groups);
        let test = LogRank::default().strata(strata).test(&rows.response, &grouping.groups)?;
        let (response, groups) = (&rows.response, &grouping.groups);
        let model = CoxModel::default().ties(self.ties).strata(strata).conf_level(self.conf_level);
        let ratios = hazard_ratios(response, groups, model, reference, &grouping.labels)?;
        let last = curves.iter().map(riskset::SurvivalCurve::last_time);
        let tau = self.rmst.unwrap_or_else(|| last.fold(f64::INFINITY, f64::min));
        let against = |group: usize| match group == reference {
            true => None,
            false => curves[group].rmst_against(&curves[reference], tau),
        };
        let mean_contrasts: Vec<Option<RmstContrast>> = (0..curves.len()).map(against).collect();
        let means: Vec<Option<Rmst>> = curves.iter().map(|curve| curve.rmst(tau)).collect();
        let (pairs, mean_pairs) = match self.pairwise {
            None => (Vec::new(), Vec::new()),
            Some(PairwiseRequest(adjustment)) => (
                LogRank::default().strata(strata).pairwise(response, groups, adjustment)?,
                pairs_of_means(&curves, reference, tau, adjustment),
            ),
        };
        let other = |group: usize| group != reference;
        let milestones = (0..curves.len()).map(|group| match other(group) {
            true => self.milestones(&curves[group], &curves[reference]),
            false => Ok(Vec::new()),
        });
        let milestones = milestones.collect::<Result<Vec<_>, riskset::Error>>()?;
        let over_strata = match strata {
            None => Vec::new(),
            Some(strata) => strata::over_strata(
                response,
                groups,
                strata,
                &self.curves().model(),
                reference,
                (self.rmst, &self.milestones),
            )?,
        };
        let mut about = rows.about.clone();
        let further = self.further.run(response, groups, strata, &mut about)?;
        let over_time = self.over_time(response, grouping, reference, strata)?;
        let margins = self.margins(&ratios, &milestones, &mean_contrasts)?;
        doubt(&mut about, &ratios, rows.response.n_events());
        let names = GroupName::all(Some(grouping)).into_iter().zip(curves);
        let read = names.map(|(name, curve)| self.curves().group(name, curve));
        let groups = read.collect::<Result<Vec<KmGroup>, riskset::Error>>()?;
        for group in &groups {
            let (name, curve) = (group.name.name(), &group.curve);
            let quantiles = shown_quantiles(&self.quantiles);
            doubt_curve(&mut about, name, curve, &self.times, &quantiles);
        }
        for (group, _) in groups.iter().zip(&means).filter(|(_, mean)| mean.is_some()) {
            about.doubts.extend(few_for_mean(group.name.name(), &group.curve, tau));
        }
        Ok(CompareAnswer {
            groups,
            strata: rows.strata_names(),
            over_strata,
            request: self.clone(),
            about,
            test,
            ratios,
            tau,
            means,
            mean_contrasts,
            pairs,
            mean_pairs,
            milestones,
            further,
            over_time,
            margins,
        })
    }

    fn over_time(
        &self,
        response: &Observations,
        grouping: &Grouping,
        reference: usize,
        strata: Option<&Groups>,
    ) -> Result<OverTime, Problem> {
        let others: Vec<usize> =
            (0..grouping.count()).filter(|&group| group != reference).collect();
        let own = grouping.groups.index();
        let columns = others.iter().flat_map(|&group| {
            own.iter().map(move |&own| f64::from(u8::from(own as usize == group)))
        });
        let matrix = DesignMatrix::from_columns(columns.collect(), response.len())?;
        let names: Vec<String> = others.iter().map(|&one| grouping.labels[one].clone()).collect();
        self.over_time.run(response, &matrix, &names, strata, self.conf_level)
    }

    fn milestones(
        &self,
        group: &SurvivalCurve,
        reference: &SurvivalCurve,
    ) -> Result<Vec<Option<Milestone>>, riskset::Error> {
        self.milestones.iter().map(|&time| milestone(group, reference, time)).collect()
    }

    fn margins(
        &self,
        ratios: &HazardRatios,
        milestones: &[Vec<Option<Milestone>>],
        means: &[Option<RmstContrast>],
    ) -> Result<Vec<MarginResult>, Problem> {
        let mut results = Vec::new();
        let others: Vec<usize> = (0..means.len()).filter(|&g| g != ratios.reference).collect();
        for margin in &self.margins {
            if margin.of == MarginOf::Survival && self.milestones.is_empty() {
                let what = "a margin of survival is one at a time, and no milestone was asked for";
                return Err(Problem::request(what, Remedy::set("milestones")));
            }
            for &group in &others {
                let ratio = &ratios.ratios[group];
                let found: Vec<Found> = match margin.of {
                    MarginOf::HazardRatio => {
                        vec![(None, ratio.estimate.map(f64::ln).zip(ratio.std_error))]
                    }
                    MarginOf::RestrictedMean => {
                        let mean = means[group].as_ref();
                        let mean = mean.map(|mean| mean.difference);
                        vec![(None, mean.map(|mean| (mean.estimate, mean.std_error)))]
                    }
                    MarginOf::Survival => {
                        let times = self.milestones.iter().zip(&milestones[group]);
                        let one = |(&time, one): (&f64, &Option<Milestone>)| {
                            let difference = one.map(|one| one.difference);
                            (Some(time), difference.map(|one| (one.estimate, one.std_error)))
                        };
                        times.map(one).collect()
                    }
                };
                for (time, numbers) in found {
                    // Where nothing varies there is no limit to compare with the margin.
                    let numbers = numbers.filter(|(_, std_error)| *std_error > 0.0);
                    let test = numbers
                        .map(|(estimate, error)| margin.test(estimate, error, self.one_sided));
                    results.push(MarginResult {
                        group,
                        margin: *margin,
                        time,
                        test: test.transpose()?,
                    });
                }
            }
        }
        Ok(results)
    }

    /// The curves behind the comparison.
    fn curves(&self) -> KmRequest {
        KmRequest {
            conf_level: self.conf_level,
            conf_type: self.conf_type,
            flat: self.flat,
            times: self.times.clone(),
            quantiles: self.quantiles.clone(),
            ..KmRequest::default()
        }
    }

    fn reference(&self, grouping: &Grouping) -> Result<usize, Problem> {
        match &self.rows.reference {
            None if self.rows.reference_level == ReferenceLevel::Last
                && self.rows.order.is_empty() =>
            {
                Ok(grouping.count() - 1)
            }
            None => Ok(0),
            Some(name) => crate::comparison::named(grouping, name),
        }
    }
}

/// The pairs of restricted means, the reference before the others, so that they are compared with it.
fn pairs_of_means(
    curves: &[SurvivalCurve],
    reference: usize,
    tau: f64,
    adjustment: Adjustment,
) -> Vec<RmstPair> {
    let others = (0..curves.len()).filter(|&group| group != reference);
    let order: Vec<usize> = std::iter::once(reference).chain(others).collect();
    let ordered: Vec<SurvivalCurve> = order.iter().map(|&group| curves[group].clone()).collect();
    let mut pairs = rmst_pairs(&ordered, tau, adjustment);
    pairs.iter_mut().for_each(|pair| (pair.a, pair.b) = (order[pair.a], order[pair.b]));
    pairs
}

fn compared(rows: &CurveRows) -> Result<&Grouping, Problem> {
    rows.compared().ok_or_else(|| {
        Problem::analysis(
            "a comparison is between groups, and there is only one",
            Remedy::to("name a grouping column right of ~, such as Surv(time, event) ~ arm"),
        )
    })
}

/// What is doubtful about the hazard ratios. Few events are counted for the whole model, and said once.
fn doubt(about: &mut About, ratios: &HazardRatios, events: usize) {
    let own = ratios.doubts.iter().filter(|doubt| !matches!(doubt, Doubt::FewEvents { .. }));
    about.doubts.extend(own.cloned());
    let parameters = ratios.ratios.len() - 1;
    if events < EVENTS_PER_PARAMETER * parameters {
        about.doubt(Doubt::FewEvents { events, parameters });
    }
    if ratios.zph.is_some_and(|test| test.p_value < NOT_PROPORTIONAL) {
        about.doubt(Doubt::NonProportional { terms: vec!["the groups".to_owned()] });
    }
}
