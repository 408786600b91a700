//! What may be wrong with an answer that was given.

mod contrast;
pub(crate) mod curves;
mod rows;

use crate::told_time;
use riskset::{CoxWarning, Fitted, MetaWarning, ProportionWarning, Regression, Remedy, Voice};
use riskset_data::FrameDoubt;

pub use contrast::ContrastDoubt;

/// A doubt, as facts. Every front end says it; the words are made at the end.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Doubt {
    /// Times that differ by rounding were taken for one.
    TimesMerged {
        /// How many were taken for an earlier one.
        times: usize,
    },
    /// Several values count as censored, and one of them may be a competing event.
    CompetingAsCensored {
        /// The values.
        values: Vec<String>,
    },
    /// A restricted mean beyond the follow-up of a curve that has not reached 0.
    TailUnstable {
        /// The group.
        group: String,
        /// Where its curve ends.
        last_time: f64,
        /// The horizon.
        tau: f64,
    },
    /// A limit that left the range from 0 to 1, and was cut there.
    LimitOutside {
        /// The group.
        group: String,
        /// The first time where it did.
        time: f64,
    },
    /// Few events by a time at which the curve was read.
    FewFailures {
        /// The group.
        group: String,
        /// The last such time.
        time: f64,
        /// The events by then.
        events: usize,
    },
    /// A band of an adjusted curve on the log scale, which holds the curve less often than it says.
    LooseBand,
    /// A restricted mean of few events, whose interval is made for large samples.
    FewForMean {
        /// The group.
        group: String,
        /// The horizon.
        tau: f64,
        /// The events by then.
        events: usize,
    },
    /// Late entry, and an event where one or two are under observation, and more later.
    SmallFirstRiskSet {
        /// The group.
        group: String,
        /// The time of the first such event.
        time: f64,
        /// The rows at risk there.
        at_risk: usize,
        /// The most rows at risk later.
        later: usize,
    },
    /// A quantile is the middle of a flat that lasts to the end of the follow-up.
    QuantileMoves {
        /// The group, with the cause where there are several.
        group: String,
        /// The share with the event: 0.5 for the median.
        probability: f64,
        /// From when the curve is flat.
        from: f64,
        /// The last time under observation.
        to: f64,
    },
    /// What the rows allow and is often a slip.
    Frame(FrameDoubt),
    /// The maximum of the likelihood was not found.
    NotConverged {
        /// Newton steps taken.
        iterations: usize,
    },
    /// A coefficient without a finite estimate.
    InfiniteCoefficient {
        /// The column of the design.
        term: String,
    },
    /// A column that others determine.
    Collinear {
        /// The column of the design.
        term: String,
        /// The columns that add up to it with their factors; empty for a constant column.
        equals: Vec<(String, f64)>,
    },
    /// Few events for the number of coefficients.
    FewEvents {
        /// Events.
        events: usize,
        /// Coefficients.
        parameters: usize,
    },
    /// Crude and adjusted hazard ratios are of different patients.
    OtherRows {
        /// Rows of the multivariable model.
        together: usize,
        /// Rows of the univariable model with the most of them.
        alone: usize,
    },
    /// Matched sets without a case, or of cases alone, which say nothing.
    SetsSayNothing {
        /// Sets without a case.
        without_case: usize,
        /// Sets of cases alone.
        cases_alone: usize,
        /// Rows of both.
        rows: usize,
    },
    /// A model is judged by the rows that made it.
    Apparent,
    /// The group by which a table of patients is split was asked for as one of its rows, and left out.
    GroupAsRow {
        /// The column.
        column: String,
    },
    /// Groups by predicted risk of the rows that made the model.
    OwnGroups,
    /// A group by predicted risk without a patient.
    EmptyGroup {
        /// The group.
        group: String,
    },
    /// A risk is predicted by a time after the last event.
    AfterLastEvent {
        /// The time.
        time: f64,
        /// The last event of the rows that the model is judged on.
        last: f64,
    },
    /// A number of new rows is far from those that made the model.
    OtherUnits {
        /// The column.
        column: String,
        /// Its mean in the rows that made the model.
        before: f64,
        /// Its mean in the new rows.
        after: f64,
    },
    /// New rows beyond all values that made the model.
    Extrapolated {
        /// The covariate.
        column: String,
        /// How many rows.
        rows: usize,
        /// The least value that made the model.
        least: f64,
        /// The greatest value.
        greatest: f64,
    },
    /// A prediction at a time to which nobody was followed.
    BeyondModel {
        /// The time.
        time: f64,
        /// The last time of the rows that made the model.
        last: f64,
    },
    /// What a proportion of clustered observations warns of.
    Proportion {
        /// The group; `None` where there is one for all rows.
        group: Option<String>,
        /// What it is.
        warning: ProportionWarning,
    },
    /// There are few studies.
    FewStudies {
        /// How many.
        studies: usize,
    },
    /// Half an event was added to a study.
    HalfAdded {
        /// The study.
        study: String,
    },
    /// An interval that may be too short, because the studies happen to be alike.
    ShortInterval {
        /// The Hartung-Knapp standard error over the model's.
        ratio: f64,
        /// Whether the studies give counts, of which another model can be made.
        of_counts: bool,
    },
    /// Dates of a patient that contradict each other; the patient is flagged.
    Date(riskset_data::endpoint::Problem),
    /// The data have columns of the names that a derived endpoint has; the derived ones are used.
    DerivedInstead {
        /// The names.
        columns: Vec<String>,
    },
    /// The hazards are not proportional.
    NonProportional {
        /// The terms with a small P value.
        terms: Vec<String>,
    },
    /// A permutation test that cannot reach the level, whatever the data say.
    CannotSucceed {
        /// The smallest P that the numbers of patients allow.
        smallest: f64,
    },
    /// Few patients stand for many in a weighted group.
    LargeWeights {
        /// The group.
        group: String,
        /// Its largest weight.
        largest: f64,
        /// The part of the group's weight that one patient has.
        share: f64,
        /// The effective number of patients.
        effective: f64,
        /// Patients of the group.
        n: usize,
    },
    /// Groups that still differ after weighting.
    Imbalance {
        /// The columns with a standardised difference above 0.1.
        columns: Vec<String>,
    },
    /// Few patients of the smaller group for the coefficients of the propensity model.
    FewForPropensity {
        /// Patients of the smaller group.
        smaller: usize,
        /// Coefficients.
        parameters: usize,
    },
    /// What is doubtful about a comparison beyond the simple one.
    Contrast(ContrastDoubt),
}

impl Doubt {
    /// The doubts of a Cox or Fine-Gray fit, its columns under their names.
    pub fn of_fit(fit: &Regression, names: &[String]) -> Vec<Doubt> {
        let columns = fit.coefficients().iter().zip(names);
        let of_column = columns.filter_map(|(fitted, name)| match fitted {
            Fitted::Infinite(_) => Some(Doubt::InfiniteCoefficient { term: name.clone() }),
            Fitted::Aliased(aliased) => Some(Doubt::Collinear {
                term: name.clone(),
                equals: aliased
                    .combination
                    .iter()
                    .map(|&(column, factor)| (names[column].clone(), factor))
                    .collect(),
            }),
            _ => None,
        });
        let of_fit = fit.warnings().iter().filter_map(|warning| match warning {
            CoxWarning::NotConverged { iterations } => {
                Some(Doubt::NotConverged { iterations: *iterations })
            }
            CoxWarning::FewEvents { events, parameters } => {
                Some(Doubt::FewEvents { events: *events, parameters: *parameters })
            }
            _ => None,
        });
        of_column.chain(of_fit).collect()
    }

    /// A doubt of a pooling, the studies under their names; `of_counts` where they give counts.
    fn of_pooling(warning: &MetaWarning, names: &[String], of_counts: bool) -> Doubt {
        match warning {
            MetaWarning::FewStudies { studies } => Doubt::FewStudies { studies: *studies },
            MetaWarning::HalfAdded { study } => Doubt::HalfAdded { study: names[*study].clone() },
            MetaWarning::ShortInterval { ratio } => {
                Doubt::ShortInterval { ratio: *ratio, of_counts }
            }
        }
    }

    /// What is doubtful about a pooling of studies of these names: what the fit says, and a row of sums
    /// among the studies. `of_counts` where they give counts, of which another model can be made.
    pub(crate) fn of_studies(
        warnings: &[MetaWarning],
        names: &[String],
        of_counts: bool,
        sums: Option<FrameDoubt>,
    ) -> Vec<Doubt> {
        let fit = warnings.iter().map(|warning| Doubt::of_pooling(warning, names, of_counts));
        sums.map(Doubt::Frame).into_iter().chain(fit).collect()
    }

    /// The fixed word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Doubt::TimesMerged { .. } => "times_merged",
            Doubt::CompetingAsCensored { .. } => "competing_as_censored",
            Doubt::TailUnstable { .. } => "tail_unstable",
            Doubt::LimitOutside { .. } => "limit_outside",
            Doubt::FewFailures { .. } => "few_failures",
            Doubt::LooseBand => "loose_band",
            Doubt::FewForMean { .. } => "few_for_mean",
            Doubt::SmallFirstRiskSet { .. } => "small_first_risk_set",
            Doubt::QuantileMoves { .. } => "quantile_moves",
            Doubt::Frame(doubt) => rows::code(doubt),
            Doubt::NotConverged { .. } => "not_converged",
            Doubt::InfiniteCoefficient { .. } => "infinite_coefficient",
            Doubt::Collinear { .. } => "collinear",
            Doubt::FewEvents { .. } => "few_events",
            Doubt::OtherRows { .. } => "other_rows",
            Doubt::SetsSayNothing { .. } => "sets_say_nothing",
            Doubt::Apparent => "apparent",
            Doubt::GroupAsRow { .. } => "group_as_row",
            Doubt::OwnGroups => "own_groups",
            Doubt::EmptyGroup { .. } => "empty_group",
            Doubt::AfterLastEvent { .. } => "after_last_event",
            Doubt::OtherUnits { .. } => "other_units",
            Doubt::Extrapolated { .. } => "extrapolated",
            Doubt::BeyondModel { .. } => "beyond_model",
            Doubt::Proportion { warning: ProportionWarning::AllAlike, .. } => "all_alike",
            Doubt::Proportion { warning: ProportionWarning::NegativeIcc { .. }, .. } => {
                "negative_icc"
            }
            Doubt::Proportion { warning: ProportionWarning::FewClusters { .. }, .. } => {
                "few_clusters"
            }
            Doubt::FewStudies { .. } => "few_studies",
            Doubt::HalfAdded { .. } => "half_added",
            Doubt::ShortInterval { .. } => "short_interval",
            Doubt::Date(_) => "date_problem",
            Doubt::DerivedInstead { .. } => "derived_instead",
            Doubt::NonProportional { .. } => "non_proportional",
            Doubt::CannotSucceed { .. } => "cannot_succeed",
            Doubt::LargeWeights { .. } => "large_weights",
            Doubt::Imbalance { .. } => "imbalance",
            Doubt::FewForPropensity { .. } => "few_for_propensity",
            Doubt::Contrast(doubt) => doubt.code(),
        }
    }

    /// What the doubt is about: a term, a group, a column; `None` for the whole answer.
    pub fn about(&self) -> Option<&str> {
        match self {
            Doubt::TailUnstable { group, .. }
            | Doubt::LimitOutside { group, .. }
            | Doubt::FewFailures { group, .. }
            | Doubt::FewForMean { group, .. }
            | Doubt::SmallFirstRiskSet { group, .. }
            | Doubt::QuantileMoves { group, .. }
            | Doubt::EmptyGroup { group } => Some(group),
            Doubt::Contrast(doubt) => doubt.about(),
            Doubt::Proportion { group, .. } => group.as_deref(),
            Doubt::HalfAdded { study } => Some(study),
            Doubt::LargeWeights { group, .. } => Some(group),
            Doubt::Frame(doubt) => Some(rows::column(doubt)).filter(|column| !column.is_empty()),
            Doubt::InfiniteCoefficient { term } | Doubt::Collinear { term, .. } => Some(term),
            Doubt::OtherUnits { column, .. } | Doubt::Extrapolated { column, .. } => Some(column),
            _ => None,
        }
    }

    /// The same doubt of a group or term under another name; `name` gives it, or `None` to keep it.
    pub fn renamed(mut self, name: impl Fn(&str) -> Option<String>) -> Doubt {
        let about = match &mut self {
            Doubt::TailUnstable { group, .. }
            | Doubt::LimitOutside { group, .. }
            | Doubt::FewFailures { group, .. }
            | Doubt::FewForMean { group, .. }
            | Doubt::SmallFirstRiskSet { group, .. }
            | Doubt::QuantileMoves { group, .. } => Some(group),
            Doubt::InfiniteCoefficient { term } | Doubt::Collinear { term, .. } => Some(term),
            _ => None,
        };
        if let Some(about) = about
            && let Some(new) = name(about)
        {
            *about = new;
        }
        self
    }

    /// What was found, without what to do.
    pub fn what(&self) -> String {
        match self {
            Doubt::TimesMerged { times } => {
                let words = if *times == 1 { "time was" } else { "times were" };
                format!(
                    "{times} {words} taken for an earlier one, because they differ only by rounding"
                )
            }
            Doubt::CompetingAsCensored { values } => format!(
                "the comparison counts several values as censored: {}; if one of them is an event \
                 that makes the event of interest impossible, one minus this curve overstates its \
                 incidence",
                values.join(", ")
            ),
            Doubt::TailUnstable { group, last_time, tau } => format!(
                "{group}: the follow-up ends at {last_time} with a curve above 0, so its restricted \
                 mean to {tau} does not exist; the number shown takes the curve as flat from there, \
                 in favour of the group"
            ),
            Doubt::LimitOutside { group, time } => format!(
                "{group}: at {time} the interval that is symmetric for the probability leaves the \
                 range from 0 to 1, and its limit is cut there"
            ),
            Doubt::FewFailures { group, time, events } => {
                let words = if *events == 1 { "event" } else { "events" };
                format!(
                    "{group}: {events} {words} by {time}, fewer than five, so that the interval on \
                     this scale is rough there"
                )
            }
            Doubt::LooseBand => {
                // The simulation in docs/methods/comparisons.md.
                "on the log scale a band of an adjusted curve holds it less often than its level \
                 says: in 84% of simulated tables of 100 or 200 patients instead of 95%"
                    .to_owned()
            }
            Doubt::FewForMean { group, tau, events } => {
                let words = if *events == 1 { "event" } else { "events" };
                format!(
                    "{group}: {events} {words} by {tau}, fewer than fifteen: the interval of a \
                     restricted mean is made for large samples, and of so few it is too short"
                )
            }
            Doubt::SmallFirstRiskSet { group, time, at_risk, later } => format!(
                "{group}: an event at {time} falls on {at_risk} under observation, and up to {later} \
                 are later: the whole curve after it hangs on that step"
            ),
            Doubt::QuantileMoves { group, probability, from, to } => format!(
                "{group}: from {} to the end of the follow-up, at {}, exactly {}% have had the event; the \
                 time given for it is the middle, which moves with the follow-up though nothing happens",
                told_time(*from),
                told_time(*to),
                percent(*probability)
            ),
            Doubt::Frame(doubt) => rows::what(doubt),
            Doubt::NotConverged { iterations } => format!(
                "the maximum of the likelihood was not found in {iterations} iterations; do not use \
                 the estimates"
            ),
            Doubt::InfiniteCoefficient { term } => format!(
                "{term}: the likelihood rises without end as this coefficient grows, because the \
                 column separates events from the others; its estimate and interval are not usable"
            ),
            Doubt::Collinear { term, equals } if equals.is_empty() => format!(
                "{term}: the column is the same in all rows that are compared, so it has no \
                 coefficient"
            ),
            Doubt::Collinear { term, equals } => format!(
                "{term}: the column equals {} up to a constant, so it has no coefficient of its own",
                sum(equals)
            ),
            Doubt::FewEvents { events, parameters: 1 } => format!(
                "{events} events for 1 coefficient, fewer than 10; estimates and P values are \
                 unstable"
            ),
            Doubt::FewEvents { events, parameters } => format!(
                "{events} events for {parameters} coefficients, fewer than 10 for each; estimates \
                 and P values are unstable"
            ),
            Doubt::SetsSayNothing { without_case, cases_alone, rows } => format!(
                "{without_case} sets without a case and {cases_alone} of cases alone, with {rows} rows, say \
                 nothing of who becomes a case and are left out"
            ),
            Doubt::GroupAsRow { column } => format!(
                "{column} splits the table into its columns, and as a row it would repeat their heads; it \
                 is left out"
            ),
            Doubt::Apparent => "the model is judged by the rows that made it, so every measure is \
                                better than it will be for other patients"
                .to_owned(),
            Doubt::OwnGroups => {
                "the groups are made by a model of the same patients, so their curves \
                                 lie further apart than those of other patients will"
                    .to_owned()
            }
            Doubt::EmptyGroup { group } => format!("{group}: nobody is predicted to be there"),
            Doubt::AfterLastEvent { time, last } => format!(
                "the risk by {time} lies after the last event, at {}: the curve is level there because \
                 nobody was seen to fail, and not because nobody does",
                told_time(*last)
            ),
            Doubt::OtherUnits { column, before, after } => format!(
                "{column}: the mean is {} in the rows that made the model and {} in the new ones, more \
                 than three standard deviations away: another unit, or other patients",
                short(*before),
                short(*after)
            ),
            Doubt::Extrapolated { column, rows, least, greatest } => format!(
                "{column}: {} outside {} to {}, the values that made the model, where its effect is \
                 not known",
                if *rows == 1 { "1 row is".to_owned() } else { format!("{rows} rows are") },
                short(*least),
                short(*greatest)
            ),
            Doubt::BeyondModel { time, last } => format!(
                "nobody who made the model was followed to {time}, the last of them to {}: there is no \
                 prediction",
                told_time(*last)
            ),
            Doubt::OtherRows { together, alone } => format!(
                "the multivariable model has {together} rows and univariable ones up to {alone}, the \
                 others missing some factor: a hazard ratio that changes between the two may do so \
                 because the patients changed"
            ),
            Doubt::Proportion { group: Some(group), warning } => {
                format!("{group}: {}", proportion(warning))
            }
            Doubt::Proportion { group: None, warning } => proportion(warning),
            Doubt::FewStudies { studies } => format!(
                "there are only {studies} studies: the variance between them, and with it every \
                 interval here, is very uncertain"
            ),
            Doubt::HalfAdded { study } => format!(
                "{study}: no events, or nothing else, so half an event was added to both counts"
            ),
            Doubt::ShortInterval { ratio, .. } => format!(
                "the Hartung-Knapp standard error is only {ratio:.2} times that of the model, \
                 because the studies happen to be alike: the interval may be too short"
            ),
            Doubt::Date(problem) => problem.to_string(),
            Doubt::DerivedInstead { columns } => format!(
                "the data have `{}` already; what is derived from the dates is used instead",
                columns.join("`, `")
            ),
            Doubt::NonProportional { terms } => format!(
                "the hazards do not look proportional for {}: one hazard ratio describes them on \
                 average only",
                terms.join(", ")
            ),
            Doubt::CannotSucceed { smallest } => format!(
                "the smallest P value that the permutations of so few patients and events allow is \
                 {smallest:.3}, so the test cannot reach 0.05 whatever the data say"
            ),
            Doubt::LargeWeights { group, largest, share, effective, n } => format!(
                "{group}: the largest weight is {} and one patient has {:.0}% of the weight of the \
                 group, whose {n} patients say as much as {effective:.1} equally weighted ones: few \
                 patients of this group are like those of the other",
                short_weight(*largest),
                100.0 * share
            ),
            Doubt::Imbalance { columns } => format!(
                "after weighting the groups still differ by more than 0.1 standard deviations in {}",
                columns.join(", ")
            ),
            Doubt::Contrast(doubt) => doubt.what(),
            Doubt::FewForPropensity { smaller, parameters } => format!(
                "the smaller group has {smaller} patients for {parameters} coefficients of the \
                 propensity model, fewer than 10 for each; its weights are unstable"
            ),
        }
    }

    /// What to do.
    pub fn remedy(&self) -> Option<Remedy> {
        Some(match self {
            Doubt::TimesMerged { .. } | Doubt::Date(_) => return None,
            Doubt::DerivedInstead { .. } => {
                Remedy::to("give the endpoint another `name`, in a rule of its own")
            }
            Doubt::LimitOutside { .. } | Doubt::FewFailures { .. } | Doubt::LooseBand => {
                Remedy::set_to("conf_type", "log-log")
            }
            Doubt::FewForMean { .. } => {
                Remedy::to("read its limits as the least of the uncertainty")
            }
            Doubt::SmallFirstRiskSet { time, .. } => Remedy::to(format!(
                "count from a landmark after {time}, when enough are under observation"
            )),
            Doubt::CompetingAsCensored { .. } => Remedy::Ask("cif".into()),
            Doubt::TailUnstable { .. } => {
                Remedy::to("choose a horizon within the follow-up of every group")
            }
            Doubt::QuantileMoves { from, .. } => Remedy::to(format!(
                "report {}, when it was reached, or say that it is a middle",
                told_time(*from)
            )),
            Doubt::Frame(doubt) => return rows::remedy(doubt),
            Doubt::NotConverged { .. } => {
                Remedy::to("look for a covariate that separates events from censorings")
            }
            Doubt::InfiniteCoefficient { .. } => {
                Remedy::AnyOf(vec![Remedy::set("firth"), Remedy::to("combine levels")])
            }
            Doubt::Collinear { equals, .. } if equals.is_empty() => Remedy::to("leave it out"),
            Doubt::Collinear { .. } => Remedy::to("leave one of them out"),
            Doubt::FewEvents { .. } => Remedy::to("use fewer terms"),
            Doubt::OtherRows { .. } => Remedy::set_to("same_rows", "true"),
            Doubt::SetsSayNothing { .. } => {
                Remedy::to("check whether these sets lost members to missing values")
            }
            Doubt::GroupAsRow { column } => {
                Remedy::to(format!("take {column} out of the variables"))
            }
            Doubt::Apparent => Remedy::AnyOf(vec![
                Remedy::set("bootstrap"),
                Remedy::set("folds"),
                Remedy::set("validate"),
            ]),
            Doubt::OwnGroups => Remedy::set("validate"),
            Doubt::EmptyGroup { .. } => Remedy::to("choose other cut-offs, or leave it empty"),
            Doubt::AfterLastEvent { .. } | Doubt::BeyondModel { .. } => {
                Remedy::to("ask for earlier times")
            }
            Doubt::Extrapolated { .. } => {
                Remedy::to("check these rows, or do not predict for them")
            }
            Doubt::OtherUnits { .. } => {
                Remedy::to("compare the units, and convert the column if they differ")
            }
            Doubt::Proportion { warning: ProportionWarning::FewClusters { .. }, .. } => {
                return None;
            }
            Doubt::Proportion { .. } => Remedy::set_to("variance", "binomial"),
            Doubt::FewStudies { .. } => Remedy::to("show the single studies first"),
            Doubt::HalfAdded { .. } | Doubt::ShortInterval { of_counts: true, .. } => {
                Remedy::set_to("method", "glmm")
            }
            Doubt::ShortInterval { of_counts: false, .. } => {
                Remedy::to("give the interval of the common effect beside it")
            }
            Doubt::NonProportional { .. } => Remedy::AnyOf(vec![
                Remedy::to("look at the scaled Schoenfeld residuals"),
                Remedy::to("report restricted means, or an effect by period"),
            ]),
            Doubt::CannotSucceed { .. } => {
                Remedy::to("report the estimates with their intervals, and no test")
            }
            Doubt::LargeWeights { .. } => Remedy::AnyOf(vec![
                Remedy::set_to("target", "overlap"),
                Remedy::set_to("truncate", "0.01"),
                Remedy::to("compare only patients who could have been in either group"),
            ]),
            Doubt::Imbalance { .. } => Remedy::AnyOf(vec![
                Remedy::to("add a square or a product of these covariates"),
                Remedy::set_to("target", "overlap"),
            ]),
            Doubt::FewForPropensity { .. } => Remedy::to("adjust for fewer covariates"),
            Doubt::Contrast(doubt) => return doubt.remedy(),
        })
    }

    /// The whole message in the words of a front end.
    pub fn words(&self, voice: &dyn Voice) -> String {
        Remedy::after(&self.what(), self.remedy().as_ref(), voice)
    }
}

fn proportion(warning: &ProportionWarning) -> String {
    match warning {
        ProportionWarning::AllAlike => "all observations are alike, so the variance within and \
             between clusters cannot be told; the exact interval of independent observations is the \
             honest one"
            .to_owned(),
        ProportionWarning::NegativeIcc { .. } => "the intracluster correlation is negative: the \
             interval is narrower than for independent observations, whose interval belongs beside \
             it"
            .to_owned(),
        ProportionWarning::FewClusters { clusters } => format!(
            "there are only {clusters} clusters; the interval rests on a normal approximation in \
             the number of clusters and is too narrow"
        ),
    }
}

/// Four digits, enough to see a unit.
fn short(value: f64) -> String {
    format!("{}", format!("{value:.3e}").parse::<f64>().unwrap_or(value))
}

/// 50 of 0.5, without the noise of the last bits.
fn percent(share: f64) -> f64 {
    (1e10 * share).round() / 1e8
}

/// A weight as people read it: 3.21, or 1.9e7.
fn short_weight(weight: f64) -> String {
    if weight < 1e5 { format!("{weight:.2}") } else { format!("{weight:.1e}") }
}

/// `0.5 x a + b`.
fn sum(terms: &[(String, f64)]) -> String {
    let term = |(name, factor): &(String, f64)| match *factor == 1.0 {
        true => name.clone(),
        // A factor found by elimination is exact to about eleven digits; more would be noise.
        false => format!("{} x {name}", (factor * 1e6).round() / 1e6),
    };
    terms.iter().map(term).collect::<Vec<String>>().join(" + ")
}
