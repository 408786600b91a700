//! What the coordinator makes of the answers.

use super::counts::EVENT;
use super::two_stage::{TwoStage, two_stage};
use super::{
    CoxState, Plan, PooledTable, Question, ROUND_SCHEMA, Round, Shared, SharedCounts,
    SharedGridStep, SiteAnswer,
};
use crate::{Answer, Data, NewColumn, Problem, Request, run};
use riskset::{
    CoxProgress, CoxRounds, CoxStep, CoxTest, EventCell, EventTable, Regression, Remedy,
};
use std::collections::BTreeMap;

/// The answers of all places, pooled.
#[derive(Debug)]
pub struct Pooled {
    /// The places, in the order given.
    pub sites: Vec<String>,
    /// The round.
    pub round: usize,
    /// What is known by now, in the order of the plan: curves and tests after the first round,
    /// regressions after the last.
    pub answers: Vec<(String, PooledAnswer)>,
    /// The next round; `None` when every regression is done.
    pub next: Option<Round>,
}

/// The answer to one question.
#[derive(Debug)]
pub enum PooledAnswer {
    /// From counts: the answer to the request, of as many rows as were counted, and how far their
    /// times had moved on average before they were told, in the plan's unit.
    Counts(Box<Answer>, f64),
    /// From steps.
    Cox(Box<PooledCox>),
    /// From counts and sums of who was studied.
    Table(PooledTable),
}

/// A Cox model with a baseline hazard for each place.
#[derive(Clone, Debug)]
pub struct PooledCox {
    /// The columns of the design, in order.
    pub columns: Vec<String>,
    /// Coefficients, limits, likelihoods, Wald's test.
    pub fit: Regression,
    /// Rao's test.
    pub score_test: Option<CoxTest>,
    /// Rounds answered.
    pub rounds: usize,
    /// Patients and events of each place, in the order of the places.
    pub by_site: Vec<(usize, usize)>,
    /// Each place's estimate and their meta-analysis, one entry per column that at least two places tell
    /// of; empty with one baseline hazard for all places.
    pub two_stage: Vec<TwoStage>,
    /// With one baseline hazard for all places: how far times had moved on average to the grid, in the
    /// plan's unit. `None` with a baseline hazard for each place, which loses nothing.
    pub shift: Option<f64>,
}

impl PooledCox {
    /// Twice the gain in log likelihood over no covariates.
    pub fn likelihood_ratio_test(&self) -> Option<CoxTest> {
        let gain = self.fit.log_likelihood() - self.fit.log_likelihood_null();
        CoxTest::of(2.0 * gain, self.columns.len())
    }
}

/// Adds up the answers of one round. `round` is the request that they answer; `None` in the first.
///
/// # Errors
///
/// A [`Problem`] when there are too few places, a place answers twice, or answers another plan,
/// round, version or other rows; when places disagree about columns; and when the pooled model
/// cannot be fitted.
pub fn pool(plan: &Plan, answers: &[SiteAnswer], round: Option<&Round>) -> Result<Pooled, Problem> {
    check(plan, answers, round)?;
    let mut pooled = Pooled {
        sites: answers.iter().map(|answer| answer.site.clone()).collect(),
        round: round.map_or(1, |round| round.round),
        answers: Vec::new(),
        next: None,
    };
    let mut regressions = BTreeMap::new();
    let mut done = Vec::new();
    for question in &plan.questions {
        let of = |problem: Problem| Problem {
            what: format!("question {}: {}", question.name, problem.what),
            ..problem
        };
        if question.is_regression() {
            let before = round.and_then(|round| round.regressions.get(&question.name));
            let (state, fit) = advance(question, answers, before).map_err(of)?;
            regressions.insert(question.name.clone(), state);
            done.push((question.name.clone(), fit));
        } else if round.is_none() {
            let (answer, shift) = match question.request {
                Request::Npv(_) => (summed(question, answers).map_err(of)?, 0.0),
                _ => counted(question, answers).map_err(of)?,
            };
            let answer = PooledAnswer::Counts(Box::new(answer), shift);
            pooled.answers.push((question.name.clone(), answer));
        }
    }
    for asked in plan.tables.iter().filter(|_| round.is_none()) {
        let parts = told(&asked.name, answers, |shared| match shared {
            Shared::Table(table) if table.fits(asked) => Some(table),
            _ => None,
        });
        let parts = parts.map_err(|problem| Problem {
            what: format!("table {}: {}", asked.name, problem.what),
            ..problem
        })?;
        let table = PooledAnswer::Table(super::table::pooled(asked.by.as_ref(), &parts));
        pooled.answers.push((asked.name.clone(), table));
    }
    // Regressions end together, so that each is told once.
    if done.iter().all(|(_, fit)| fit.is_some()) {
        let fits = done.into_iter().filter_map(|(name, fit)| Some((name, fit?)));
        pooled.answers.extend(fits.map(|(name, fit)| (name, PooledAnswer::Cox(Box::new(fit)))));
        let place = |name: &String| plan.questions.iter().position(|q| q.name == *name);
        // Tables come first, as in a paper.
        pooled.answers.sort_by_key(|(name, _)| place(name));
        return Ok(pooled);
    }
    if pooled.round >= plan.rules.max_rounds {
        let what = format!(
            "a regression has not reached its maximum after {} rounds, the most that the plan allows",
            pooled.round
        );
        let remedy = Remedy::to("agree on a plan with more rounds, or fewer covariates");
        return Err(Problem::analysis(what, remedy));
    }
    let site = |answer: &SiteAnswer| (answer.site.clone(), answer.rows.clone());
    pooled.next = Some(Round {
        schema: ROUND_SCHEMA.to_owned(),
        plan: plan.fingerprint(),
        round: pooled.round + 1,
        sites: answers.iter().map(site).collect(),
        regressions,
    });
    Ok(pooled)
}

fn check(plan: &Plan, answers: &[SiteAnswer], round: Option<&Round>) -> Result<(), Problem> {
    let refuse = |what: String, remedy| Err(Problem::analysis(what, Remedy::to(remedy)));
    let (fingerprint, number) = (plan.fingerprint(), round.map_or(1, |round| round.round));
    if answers.len() < plan.rules.min_sites {
        let what = format!(
            "{} places answered, and the plan asks for {}",
            answers.len(),
            plan.rules.min_sites
        );
        return refuse(what, "wait for more answers");
    }
    for (index, answer) in answers.iter().enumerate() {
        let site = &answer.site;
        if answers[..index].iter().any(|other| other.site == *site) {
            return refuse(format!("{site} answers twice"), "give one file for each place");
        }
        if answer.plan != fingerprint {
            return refuse(format!("{site} answers another plan"), "send the plan to all again");
        }
        if answer.program != env!("CARGO_PKG_VERSION") {
            let what = format!(
                "{site} answers with version {} of the program, this is {}",
                answer.program,
                env!("CARGO_PKG_VERSION")
            );
            return refuse(what, "use one version everywhere");
        }
        if answer.round != number {
            let what = format!("{site} answers round {}, this is round {number}", answer.round);
            return refuse(what, "take the answers to one round");
        }
        if let Some(round) = round {
            match round.sites.get(site) {
                None => {
                    let what = format!("{site} did not answer the first round");
                    return refuse(what, "begin again with all places");
                }
                Some(rows) if *rows != answer.rows => {
                    let what = format!("{site} answers of other rows than in the first round");
                    return refuse(what, "answer every round from the same file");
                }
                Some(_) => {}
            }
        }
    }
    match round {
        Some(round) if round.plan != fingerprint => {
            refuse("the round is of another plan".to_owned(), "take the plan of the first round")
        }
        Some(round) if round.sites.len() != answers.len() => refuse(
            format!("{} places began, and {} answer now", round.sites.len(), answers.len()),
            "wait for all, or begin again without the missing place",
        ),
        _ => Ok(()),
    }
}

/// The sums of all places, and what follows.
fn advance(
    question: &Question,
    answers: &[SiteAnswer],
    before: Option<&CoxState>,
) -> Result<(CoxState, Option<PooledCox>), Problem> {
    let Request::Cox(request) = &question.request else {
        unreachable!("only a regression is advanced")
    };
    let Sums { columns, all: sums, by_site, shift, places } = match question.common_baseline {
        true => common(question, answers, before)?,
        false => by_place(question, answers, before)?,
    };
    let mut rounds = match before {
        Some(state) => state.resume(),
        None => CoxRounds::new(columns.len()),
    };
    let asked = rounds.beta().to_vec();
    let fit = match rounds.advance(&sums, request.conf_level)? {
        CoxProgress::Again => None,
        CoxProgress::Done(fit) => Some(PooledCox {
            columns: columns.clone(),
            fit,
            score_test: rounds.score_test(),
            rounds: rounds.rounds(),
            by_site,
            two_stage: two_stage(question, &columns, &places, &asked, request.conf_level)?,
            shift,
        }),
    };
    Ok((CoxState::of(columns, &rounds), fit))
}

/// What all places told of a regression.
struct Sums<'a> {
    columns: Vec<String>,
    /// The sums of all places at the coefficients asked about.
    all: CoxStep,
    /// Patients and events of each place.
    by_site: Vec<(usize, usize)>,
    /// How far times had moved.
    shift: Option<f64>,
    /// The sums of each place, with its name, where it has a baseline hazard of its own.
    places: Vec<(&'a str, CoxStep)>,
}

/// The sums with a baseline hazard for each place.
fn by_place<'a>(
    question: &Question,
    answers: &'a [SiteAnswer],
    before: Option<&CoxState>,
) -> Result<Sums<'a>, Problem> {
    let steps = told(&question.name, answers, |shared| match shared {
        Shared::Step(step) => Some(step),
        _ => None,
    })?;
    let asked: Vec<_> = steps.iter().map(|step| (&step.columns[..], &step.beta[..])).collect();
    let (columns, _) = agreed(answers, &asked, before)?;
    let mut all = steps[0].sums();
    for step in &steps[1..] {
        all.add(&step.sums())?;
    }
    let by_site = steps.iter().map(|step| (step.n, step.events)).collect();
    let named = answers.iter().zip(&steps);
    let places = named.map(|(answer, step)| (answer.site.as_str(), step.sums())).collect();
    Ok(Sums { columns, all, by_site, shift: None, places })
}

/// The sums with one baseline hazard for all places.
fn common<'a>(
    question: &Question,
    answers: &'a [SiteAnswer],
    before: Option<&CoxState>,
) -> Result<Sums<'a>, Problem> {
    let steps = told(&question.name, answers, |shared| match shared {
        Shared::GridStep(step) => Some(step),
        _ => None,
    })?;
    let asked: Vec<_> = steps.iter().map(|step| (&step.columns[..], &step.beta[..])).collect();
    let (columns, beta) = agreed(answers, &asked, before)?;
    let sums = SharedGridStep::pooled(question, &steps, &beta)?;
    let by_site: Vec<(usize, usize)> = steps.iter().map(|step| (step.n, step.events)).collect();
    let moved: f64 = steps.iter().map(|step| step.shift * step.n as f64).sum();
    let shift = moved / sums.n as f64;
    Ok(Sums { columns, all: sums, by_site, shift: Some(shift), places: Vec::new() })
}

/// The columns and coefficients that all places answer about.
fn agreed(
    answers: &[SiteAnswer],
    asked: &[(&[String], &[f64])],
    before: Option<&CoxState>,
) -> Result<(Vec<String>, Vec<f64>), Problem> {
    let (columns, _) = asked.first().expect("at least three places were checked");
    let beta = before.map_or_else(|| vec![0.0; columns.len()], |state| state.beta.clone());
    for (answer, (own, at)) in answers.iter().zip(asked) {
        if own != columns {
            let what = format!(
                "{} has the columns {}, another place {}",
                answer.site,
                own.join(", "),
                columns.join(", ")
            );
            let remedy = Remedy::Write("factor(x, levels = c(\"a\", \"b\"))".to_owned());
            return Err(Problem::analysis(what, remedy));
        }
        if !same(at, &beta) {
            let what = format!("{} answers about other coefficients", answer.site);
            return Err(Problem::analysis(what, Remedy::to("take the answers to one round")));
        }
    }
    Ok((columns.to_vec(), beta))
}

/// What every place tells of a question or a table.
fn told<'a, T>(
    name: &str,
    answers: &'a [SiteAnswer],
    of: impl Fn(&'a Shared) -> Option<&'a T>,
) -> Result<Vec<&'a T>, Problem> {
    let own = |answer: &'a SiteAnswer| {
        let found = answer.answers.iter().filter(|shared| shared.question() == name).find_map(&of);
        found.ok_or_else(|| unanswered(&answer.site))
    };
    answers.iter().map(own).collect()
}

/// The proportions of all places.
fn summed(question: &Question, answers: &[SiteAnswer]) -> Result<Answer, Problem> {
    let parts = told(&question.name, answers, |shared| match shared {
        Shared::Proportions(sums) => Some(sums),
        _ => None,
    })?;
    Ok(Answer::Npv(Box::new(super::proportions::pooled(question, &parts)?)))
}

/// Coefficients that went through files of text twice.
fn same(a: &[f64], b: &[f64]) -> bool {
    let close = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-14 * b.abs();
    a.len() == b.len() && a.iter().zip(b).all(close)
}

fn unanswered(site: &str) -> Problem {
    let what = format!("{site} did not answer it");
    Problem::analysis(what, Remedy::to("ask the place for the file once more"))
}

/// The answer to the request, of a table with a row for everyone who was counted.
fn counted(question: &Question, answers: &[SiteAnswer]) -> Result<(Answer, f64), Problem> {
    let parts = told(&question.name, answers, |shared| match shared {
        Shared::Counts(counts) => Some(counts),
        _ => None,
    })?;
    let union = Union::of(&parts)?;
    let mut pooled: Option<EventTable> = None;
    for part in &parts {
        let table = union.table(part)?;
        pooled = Some(match pooled {
            None => table,
            Some(sum) => sum.merge(&table)?,
        });
    }
    let table = pooled.expect("at least three places were checked");
    let (request, data) = union.asked(&question.request, &table)?;
    let moved: f64 = parts.iter().map(|part| part.shift * part.n as f64).sum();
    Ok((run(&request, &data)?, moved / table.n() as f64))
}

type Levels = Vec<(String, String)>;

/// The groups, strata and causes of all places, in the order in which they first occur.
struct Union {
    groups: Vec<Levels>,
    strata: Vec<Levels>,
    causes: Vec<String>,
}

impl Union {
    fn of(parts: &[&SharedCounts]) -> Result<Union, Problem> {
        let mut union = Union { groups: Vec::new(), strata: Vec::new(), causes: Vec::new() };
        for part in parts {
            add(&mut union.groups, &part.groups);
            add(&mut union.strata, &part.strata);
            add(&mut union.causes, &part.causes);
        }
        if union.strata.is_empty() {
            union.strata.push(Vec::new());
        }
        Ok(union)
    }

    /// A place's counts with the numbers of the union.
    fn table(&self, part: &SharedCounts) -> Result<EventTable, Problem> {
        let damaged = || {
            let what = "an answer names a group, a stratum or a cause that it does not list";
            Problem::analysis(what, Remedy::to("ask the place for the file once more"))
        };
        let none = [Vec::new()];
        let strata = if part.strata.is_empty() { &none[..] } else { &part.strata };
        let mut cells = Vec::with_capacity(part.cells.len());
        for cell in &part.cells {
            let group = part.groups.get(cell.group).ok_or_else(damaged)?;
            let stratum = strata.get(cell.stratum).ok_or_else(damaged)?;
            if cell.events.len() != part.causes.len() {
                return Err(damaged());
            }
            let mut events = vec![0; self.causes.len()];
            for (cause, count) in part.causes.iter().zip(&cell.events) {
                events[place(&self.causes, cause)] = *count;
            }
            cells.push(EventCell {
                stratum: place(&self.strata, stratum),
                group: place(&self.groups, group),
                time: cell.time,
                events,
                censored: cell.censored,
            });
        }
        Ok(EventTable::new(self.groups.len(), self.strata.len(), self.causes.len(), cells)?)
    }

    /// The request as asked of a table of everyone counted, and that table.
    fn asked(&self, request: &Request, table: &EventTable) -> Result<(Request, Data), Problem> {
        let (response, groups, strata) = table.single_rows()?;
        let names = |levels: &[Levels]| -> Vec<String> {
            levels.first().map_or(Vec::new(), |l| l.iter().map(|(name, _)| name.clone()).collect())
        };
        let (group_names, stratum_names) = (names(&self.groups), names(&self.strata));
        let unused = |name: &str| {
            let taken = |name: &String| group_names.contains(name) || stratum_names.contains(name);
            let mut name = name.to_owned();
            while taken(&name) {
                name.push('_');
            }
            name
        };
        let (time, event) = (unused("time"), unused("event"));
        let competing = matches!(request, Request::Cif(_) | Request::PlotCif(_));
        let censor = censored_word(request);
        let rows = riskset::Response::observations(&response);
        let word = |cause: u32| match cause {
            0 => Some(censor.clone()),
            cause => Some(self.causes[cause as usize - 1].clone()),
        };
        let mut columns = vec![
            (time.clone(), NewColumn::Numbers(rows.time().iter().map(|t| Some(*t)).collect())),
            (
                event.clone(),
                NewColumn::Texts(response.cause().iter().map(|cause| word(*cause)).collect()),
            ),
        ];
        let single = riskset::Groups::single(rows.len());
        let strata = strata.as_ref().unwrap_or(&single);
        for (names, levels, index) in [
            (&group_names, &self.groups, groups.index()),
            (&stratum_names, &self.strata, strata.index()),
        ] {
            for (column, name) in names.iter().enumerate() {
                let level = |&row: &u32| Some(levels[row as usize][column].1.clone());
                let texts = index.iter().map(level).collect();
                columns.push((name.clone(), NewColumn::Texts(texts)));
            }
        }
        let data = Data::columns("pooled counts", columns)?;
        let response = match competing {
            true => format!("Surv({time}, {event})"),
            false => format!("Surv({time}, {event} == \"{EVENT}\")"),
        };
        let mut terms: Vec<String> = group_names.iter().map(|name| ticked(name)).collect();
        if !stratum_names.is_empty() {
            let quoted: Vec<String> = stratum_names.iter().map(|name| ticked(name)).collect();
            terms.push(format!("strata({})", quoted.join(", ")));
        }
        let right = if terms.is_empty() { "1".to_owned() } else { terms.join(" + ") };
        let order = match &group_names[..] {
            [_] => self.groups.iter().map(|levels| levels[0].1.clone()).collect(),
            _ => Vec::new(),
        };
        Ok((with_formula(request, format!("{response} ~ {right}"), order)?, data))
    }
}

/// A name as a formula has it: in backticks unless it is a plain word.
fn ticked(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let word = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(plain);
    if word { name.to_owned() } else { format!("`{name}`") }
}

/// What censored is called in the pooled table.
fn censored_word(request: &Request) -> String {
    let fields = request.to_value();
    let word = fields.get("censor").and_then(|word| match word {
        serde_json::Value::String(word) => Some(word.clone()),
        serde_json::Value::Array(words) => words.first()?.as_str().map(str::to_owned),
        _ => None,
    });
    word.filter(|word| !word.is_empty()).unwrap_or_else(|| "censored".to_owned())
}

/// The request of other rows: the subset and the order were applied where the rows are, and `order`
/// is that of the first place.
fn with_formula(
    request: &Request,
    formula: String,
    order: Vec<String>,
) -> Result<Request, Problem> {
    let serde_json::Value::Object(mut fields) = request.to_value() else {
        unreachable!("a request is an object")
    };
    for field in ["subset", "reference"] {
        fields.remove(field);
    }
    fields.insert("order".to_owned(), order.into());
    fields.insert("data".to_owned(), "pooled counts".into());
    fields.insert("formula".to_owned(), formula.into());
    Request::from_fields(fields)
}

fn add<T: PartialEq + Clone>(all: &mut Vec<T>, more: &[T]) {
    for item in more {
        if !all.contains(item) {
            all.push(item.clone());
        }
    }
}

fn place<T: PartialEq>(all: &[T], item: &T) -> usize {
    all.iter().position(|other| other == item).expect("the union has every entry")
}
