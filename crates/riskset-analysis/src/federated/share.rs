//! What one place answers.

use super::common::grid_step;
use super::proportions::proportions;
use super::round::rows_of;
use super::{
    Plan, Round, SHARE_SCHEMA, SharedCounts, SharedGridStep, SharedProportions, SharedStep,
    SharedTable, counts, step, table,
};
use crate::{Data, Problem, Request};
use riskset::Remedy;
use serde::{Deserialize, Serialize};

/// The answer of a place to a plan, or to a further round of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteAnswer {
    /// `riskset.share/1`.
    pub schema: String,
    /// The version of the program.
    pub program: String,
    /// The fingerprint of the plan.
    pub plan: String,
    /// The name of the place.
    pub site: String,
    /// The number of the round, from 1.
    pub round: usize,
    /// What tells these rows from others, so that no round is answered of other rows.
    pub rows: String,
    /// What is told, one entry per question.
    pub answers: Vec<Shared>,
}

/// The sums of one question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Shared {
    /// Counts by time.
    Counts(SharedCounts),
    /// A likelihood with its derivatives.
    Step(SharedStep),
    /// Risk sets on the grid at given coefficients.
    GridStep(SharedGridStep),
    /// Sums over clusters.
    Proportions(SharedProportions),
    /// Counts and means of who was studied.
    Table(SharedTable),
}

impl Shared {
    /// The question that is answered.
    pub fn question(&self) -> &str {
        match self {
            Shared::Counts(counts) => &counts.question,
            Shared::Step(step) => &step.question,
            Shared::GridStep(step) => &step.question,
            Shared::Proportions(sums) => &sums.question,
            Shared::Table(table) => &table.table,
        }
    }
}

/// Answers a plan from the rows of one place: the first round, or a further one.
///
/// # Errors
///
/// A [`Problem`] when the data cannot be used, when an answer would tell of few patients, when the
/// round is of another plan, is one too many, or the rows are not those of the first round.
pub fn share(
    plan: &Plan,
    site: &str,
    data: &Data,
    round: Option<&Round>,
) -> Result<SiteAnswer, Problem> {
    let fingerprint = plan.fingerprint();
    check(plan, &fingerprint, site, round)?;
    let answers = answers(plan, data, round)?;
    let rows = match round {
        None => rows_of(&fingerprint, site, &answers),
        // The first round once more, which nobody is told: other values change it, not only other
        // numbers of patients.
        Some(_) => rows_of(&fingerprint, site, &self::answers(plan, data, None)?),
    };
    let before = round.and_then(|round| round.sites.get(site));
    if before.is_some_and(|before| *before != rows) {
        return Err(Problem::analysis(
            format!("the rows of {site} are not those of the first round"),
            Remedy::to("answer every round from the same file"),
        ));
    }
    Ok(SiteAnswer {
        schema: SHARE_SCHEMA.to_owned(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        plan: fingerprint,
        site: site.to_owned(),
        round: round.map_or(1, |round| round.round),
        rows,
        answers,
    })
}

/// The sums that a round asks for, question by question.
fn answers(plan: &Plan, data: &Data, round: Option<&Round>) -> Result<Vec<Shared>, Problem> {
    let mut answers = Vec::new();
    for question in &plan.questions {
        let of = |problem: Problem| Problem {
            what: format!("question {}: {}", question.name, problem.what),
            ..problem
        };
        let asked = round.and_then(|round| round.regressions.get(&question.name));
        if question.is_regression() {
            let asked = asked.map(|state| (&state.columns[..], &state.beta[..]));
            let (rules, common) = (&plan.rules, question.common_baseline);
            answers.push(match common {
                true => Shared::GridStep(grid_step(question, rules, data, asked).map_err(of)?),
                false => Shared::Step(step::step(question, rules, data, asked).map_err(of)?),
            });
        } else if round.is_none() {
            answers.push(match question.request {
                Request::Npv(_) => {
                    let sums = proportions(question, &plan.rules, data).map_err(of)?;
                    Shared::Proportions(sums)
                }
                _ => Shared::Counts(counts::counts(question, &plan.rules, data).map_err(of)?),
            });
        }
    }
    for asked in plan.tables.iter().filter(|_| round.is_none()) {
        let of = |problem: Problem| Problem {
            what: format!("table {}: {}", asked.name, problem.what),
            ..problem
        };
        answers.push(Shared::Table(table::table(asked, &plan.rules, data).map_err(of)?));
    }
    Ok(answers)
}

fn check(plan: &Plan, fingerprint: &str, site: &str, round: Option<&Round>) -> Result<(), Problem> {
    if site.trim().is_empty() {
        return Err(Problem::request("the place has no name", Remedy::set("site")));
    }
    let Some(round) = round else { return Ok(()) };
    let refuse = |what: String, remedy| Err(Problem::request(what, Remedy::to(remedy)));
    if round.plan != fingerprint {
        return refuse(
            "the round is of another plan".to_owned(),
            "ask the coordinator which plan is meant",
        );
    }
    if round.round > plan.rules.max_rounds {
        let what = format!(
            "round {} is asked for, and the plan allows {}",
            round.round, plan.rules.max_rounds
        );
        return refuse(what, "agree on a plan with more rounds, or a model with fewer covariates");
    }
    match round.sites.contains_key(site) {
        true => Ok(()),
        false => refuse(
            format!("{site} did not answer the first round"),
            "use the name of the first round",
        ),
    }
}

impl SiteAnswer {
    /// Reads the file of an answer.
    ///
    /// # Errors
    ///
    /// A [`Problem`] for text that is no answer of a place.
    pub fn from_json(text: &str) -> Result<SiteAnswer, Problem> {
        let refuse = |reason: String| {
            let what = format!("the answer of a place cannot be read: {reason}");
            Problem::analysis(what, Remedy::to("ask the place for the file once more"))
        };
        let answer: SiteAnswer =
            serde_json::from_str(text).map_err(|error| refuse(error.to_string()))?;
        match answer.schema == SHARE_SCHEMA {
            true => Ok(answer),
            false => Err(refuse(format!("it says it is {}", answer.schema))),
        }
    }

    /// The answer as a file.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("an answer is always JSON") + "\n"
    }

    /// What the answer tells, one sentence a line, for whoever must approve it.
    pub fn summary(&self) -> String {
        let mut lines = vec![format!(
            "{}, round {}, plan {}: what leaves this place.",
            self.site,
            self.round,
            &self.plan[..12.min(self.plan.len())]
        )];
        for answer in &self.answers {
            lines.push(match answer {
                Shared::Counts(counts) => counts_sentence(counts),
                Shared::GridStep(step) => grid_sentence(step),
                Shared::Proportions(sums) => proportions_sentence(sums),
                Shared::Table(table) => table_sentence(table),
                Shared::Step(step) => format!(
                    "{}: of {} patients with {} events, the log partial likelihood at the \
                     coefficients asked about, its gradient ({} numbers) and its second derivatives \
                     ({} numbers), for {}. No row, no time.",
                    step.question,
                    step.n,
                    step.events,
                    step.score.len(),
                    step.information.len(),
                    step.columns.join(", ")
                ),
            });
        }
        lines.push("Nothing else: no row, no identifier, no date.".to_owned());
        lines.join("\n") + "\n"
    }
}

fn grid_sentence(step: &SharedGridStep) -> String {
    let times = step.times.len();
    let smallest = step.times.iter().map(|time| time.events).filter(|&count| count > 0).min();
    format!(
        "{}: of {} patients with {} events, at {times} grid times and at the coefficients asked about, \
         how many had the event, and sums over those at risk{} of exp(x'b), of it times x ({} numbers) \
         and times pairs of x ({} numbers), for {}. The smallest count of events is {}. No row.",
        step.question,
        step.n,
        step.events,
        match step.times.iter().any(|time| time.failing.is_some()) {
            true => " and over those with the event",
            false => "",
        },
        step.columns.len(),
        step.columns.len() * step.columns.len(),
        step.columns.join(", "),
        smallest.map_or("none".to_owned(), |count| count.to_string())
    )
}

fn proportions_sentence(sums: &SharedProportions) -> String {
    let count = |of: fn(&super::SharedSums) -> usize| sums.groups.iter().map(of).sum::<usize>();
    format!(
        "{}: of {} observations of {} clusters, {} with the property, in {} groups; of each group four \
         sums of squares and products over its clusters.",
        sums.question,
        count(|sums| sums.n),
        count(|sums| sums.clusters),
        count(|sums| sums.events),
        sums.groups.len()
    )
}

fn table_sentence(table: &SharedTable) -> String {
    let levels: Vec<&str> = table.levels.iter().map(|levels| levels.column.as_str()).collect();
    let means: Vec<&str> = table.means.iter().map(|means| means.column.as_str()).collect();
    let counts = table.levels.iter().flat_map(|levels| &levels.blocks).flat_map(|block| &block.1);
    let smallest = counts.copied().filter(|count| *count > 0).min();
    let part = |what: &str, names: &[&str]| match names {
        [] => String::new(),
        names => format!("; {what} {}", names.join(", ")),
    };
    format!(
        "{}: {} groups{}{}; the smallest count is {}.",
        table.table,
        table.groups.len(),
        part("how many patients have each level of", &levels),
        part("numbers, sums and sums of squares of", &means),
        smallest.map_or("none".to_owned(), |count| count.to_string())
    )
}

fn counts_sentence(counts: &SharedCounts) -> String {
    let smallest = counts
        .cells
        .iter()
        .flat_map(|cell| cell.events.iter().chain([&cell.censored]))
        .filter(|&&count| count > 0)
        .min();
    format!(
        "{}: of {} patients, events ({}) and censorings at {} grid times in {} groups; the smallest \
         count is {}.",
        counts.question,
        counts.n,
        counts.causes.join(", "),
        counts.cells.len(),
        counts.groups.len() * counts.strata.len().max(1),
        smallest.map_or("none".to_owned(), u64::to_string)
    )
}
