//! The answer of `riskset compare`.

mod estimands;

pub use estimands::{ContrastEntry, MarginEntry, MilestoneEntry, OverStrataEntry};

use super::further::FurtherEntries;
use super::km::{Comparison, Group, MeanPair, Rmst, mean_pairs_table};
use super::logrank::Pair;
use super::over_time::OverTimeEntries;
use super::{Document, Estimate, Head, Test};
use crate::format::{NOT_ESTIMABLE, NOT_REACHED, Style};
use crate::table::{Align, Table};
use riskset::Interval;
use riskset_analysis::{CompareAnswer, Voice};
use schemars::JsonSchema;
use serde::Serialize;

/// Groups compared for one endpoint.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CompareDocument {
    /// What every document starts with.
    #[serde(flatten)]
    pub head: Head,
    /// The scale of the intervals of S(t).
    pub conf_type: &'static str,
    /// The level of the intervals.
    pub conf_level: f64,
    /// One entry per group, in level order.
    pub groups: Vec<Group>,
    /// The log-rank test; empty where it is not estimable.
    pub tests: Vec<Test>,
    /// The group that the others are compared with.
    pub reference: String,
    /// Hazard ratios against the reference, one per other group; `null` is not estimable.
    pub hazard_ratios: Vec<RatioEntry>,
    /// The test of proportional hazards of all groups together.
    pub zph: Option<Test>,
    /// Restricted means.
    pub rmst: MeansEntry,
    /// Survival at the milestones asked for, one entry per other group and time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub milestones: Vec<MilestoneEntry>,
    /// The tests beside the log-rank test.
    #[serde(flatten)]
    pub further: FurtherEntries,
    /// Hazard ratios by period and on average.
    #[serde(flatten)]
    pub over_time: OverTimeEntries,
    /// Each estimate against its margin.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub margins: Vec<MarginEntry>,
    /// Every pair of groups by the log-rank test, when asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pairwise: Vec<Pair>,
    /// Every pair of groups by their restricted means, when asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rmst_pairs: Vec<MeanPair>,
    /// How the p values of the pairs are adjusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjustment: Option<&'static str>,
    /// The columns whose levels are the strata.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub strata: Vec<String>,
    /// Restricted means and survival at the milestones put together over the strata.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub over_strata: Vec<OverStrataEntry>,
}

/// A hazard ratio.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RatioEntry {
    /// The group.
    pub group: String,
    /// The ratio with its limits.
    #[serde(flatten)]
    pub ratio: Estimate,
    /// Two-sided.
    pub p_value: Option<f64>,
}

/// Restricted means to one horizon.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MeansEntry {
    /// The horizon.
    pub tau: f64,
    /// The mean of each group, in level order.
    pub groups: Vec<Option<Rmst>>,
    /// Each other group's mean less the reference's, in level order.
    pub differences: Vec<MeanDifference>,
    /// Each other group's mean over the reference's, in level order.
    pub ratios: Vec<MeanRatio>,
}

/// A ratio of restricted means.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MeanRatio {
    /// The group.
    pub group: String,
    /// Its mean over the reference's; `null` where one of the two does not exist or is 0.
    pub ratio: Option<Comparison>,
}

/// A difference of restricted means.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MeanDifference {
    /// The group.
    pub group: String,
    /// Its mean less the reference's; `null` where one of the two does not exist.
    pub difference: Option<Comparison>,
}

impl CompareDocument {
    /// The document of an answer.
    pub fn of(answer: CompareAnswer, voice: &dyn Voice) -> CompareDocument {
        let reference = answer.ratios.reference;
        let names: Vec<String> =
            answer.groups.iter().map(|group| group.name.name().to_owned()).collect();
        let others: Vec<usize> = (0..names.len()).filter(|&group| group != reference).collect();
        let ratio = |&group: &usize| {
            let ratio = answer.ratios.ratios[group];
            let limits = ratio.interval.unwrap_or(Interval { lower: None, upper: None });
            RatioEntry {
                group: names[group].clone(),
                ratio: Estimate {
                    estimate: ratio.estimate,
                    lower: limits.lower,
                    upper: limits.upper,
                },
                p_value: ratio.p_value,
            }
        };
        let difference = |&group: &usize| MeanDifference {
            group: names[group].clone(),
            difference: answer.mean_contrasts[group].as_ref().map(|mean| mean.difference.into()),
        };
        let mean_ratio = |&group: &usize| MeanRatio {
            group: names[group].clone(),
            ratio: answer.mean_contrasts[group]
                .as_ref()
                .and_then(|mean| mean.ratio)
                .map(Comparison::from),
        };
        let zph = answer.ratios.zph.map(|test| Test {
            name: "zph".to_owned(),
            statistic: test.statistic,
            df: test.df as f64,
            p_value: Some(test.p_value),
        });
        CompareDocument {
            head: Head::of(&answer.about, voice),
            conf_type: answer.request.conf_type.name(),
            conf_level: answer.request.conf_level,
            tests: super::km::test(&answer.test).into_iter().collect(),
            hazard_ratios: others.iter().map(ratio).collect(),
            zph,
            rmst: MeansEntry {
                tau: answer.tau,
                groups: answer.means.iter().map(|mean| mean.map(Rmst::from)).collect(),
                differences: others.iter().map(difference).collect(),
                ratios: others.iter().map(mean_ratio).collect(),
            },
            pairwise: answer.pairs.iter().map(|pair| Pair::new(pair, &names)).collect(),
            rmst_pairs: answer.mean_pairs.iter().map(|pair| MeanPair::new(pair, &names)).collect(),
            adjustment: answer.request.pairwise.map(|pairwise| pairwise.0.name()),
            milestones: estimands::milestones(&answer, &names),
            further: FurtherEntries::of(&answer.further, &answer.request.further),
            over_time: OverTimeEntries::of(&answer.over_time),
            margins: estimands::margins(&answer, &names),
            over_strata: estimands::over_strata(&answer, &names),
            reference: names[reference].clone(),
            groups: answer.groups.into_iter().map(Group::from).collect(),
            strata: answer.strata,
        }
    }

    /// One row a group: counts, median, hazard ratio, restricted mean.
    fn summary(&self, style: &Style) -> Table {
        let level = style.level(self.conf_level);
        let mut table = Table::new("Comparison of groups")
            .column("Group", Align::Left)
            .column("n", Align::Right)
            .column("Events", Align::Right)
            .column(format!("Median ({level} CI)"), Align::Right)
            .column(format!("Hazard ratio ({level} CI)"), Align::Right)
            .column("P", Align::Right)
            .column(format!("Restricted mean to {} ({level} CI)", self.rmst.tau), Align::Right);
        for (group, mean) in self.groups.iter().zip(&self.rmst.groups) {
            let name = group.label.clone().unwrap_or_default();
            let ratio = self.hazard_ratios.iter().find(|ratio| ratio.group == name);
            let (effect, p) = match ratio {
                None => ("1 (reference)".to_owned(), String::new()),
                Some(ratio) => {
                    (ratio.ratio.text(style, 2, NOT_ESTIMABLE), style.p_value(ratio.p_value))
                }
            };
            let mean = mean.map(|mean| (mean.estimate, mean.lower, mean.upper));
            table = table.row([
                name,
                group.n.to_string(),
                group.events.to_string(),
                group.median.text(style, 1, NOT_REACHED),
                effect,
                p,
                style.interval(
                    mean.map(|mean| mean.0),
                    mean.map(|mean| mean.1),
                    mean.map(|mean| mean.2),
                    1,
                    NOT_ESTIMABLE,
                ),
            ]);
        }
        table
    }
}

impl Document for CompareDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        let mut tables = vec![self.summary(style)];
        if estimands::is_asked(self) {
            tables.push(estimands::table(self, style));
        }
        if let Some(adjustment) = self.adjustment {
            tables.push(super::logrank::pairs_table(&self.pairwise, adjustment, style));
            let means = (self.rmst.tau, adjustment, self.conf_level);
            tables.push(mean_pairs_table(&self.rmst_pairs, means, style));
        }
        tables.extend(self.over_time.tables(self.conf_level, style));
        tables
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let mut notes: Vec<String> =
            self.tests.iter().map(|test| super::logrank::sentence(test, style)).collect();
        if let Some(test) = &self.zph {
            let p = style.p_equation(test.p_value);
            notes.push(format!("Test of proportional hazards: {p}"));
        }
        for MeanDifference { group, difference } in &self.rmst.differences {
            let Some(difference) = difference else { continue };
            notes.push(format!(
                "Difference of restricted means to {}, {group} less {}: {}, {}",
                self.rmst.tau,
                self.reference,
                style.interval(
                    Some(difference.estimate),
                    Some(difference.lower),
                    Some(difference.upper),
                    2,
                    NOT_ESTIMABLE
                ),
                style.p_equation(difference.p_value),
            ));
        }
        notes.extend(self.further.notes(style));
        notes.extend(self.over_time.notes(style));
        notes.extend(estimands::sentences(self, style));
        if !self.strata.is_empty() {
            notes.push(format!("Test and hazard ratios stratified by {}.", self.strata.join(", ")));
            notes.push(
                "Over the strata: the mean of the differences, or of the logarithms of the ratios, \
                 within the strata, each by its share of the patients."
                    .to_owned(),
            );
        }
        notes
    }
}
