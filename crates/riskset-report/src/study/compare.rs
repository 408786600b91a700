//! Groups compared for one endpoint: curves, medians, survival at the study's times, log-rank test,
//! hazard ratios with their check, restricted means.
//!
//! Every number goes into the store under `COMPARISON.ENDPOINT`; what is returned besides are the
//! curves, for the figures.

use super::context::{Context, Outcome};
use super::file::{Comparison, Endpoint, Group};
use super::incidence::{self, Incidences};
use crate::Error;
use crate::store::{Estimate, Unit, slug};
use riskset::{Interval, SurvivalCurve};
use riskset_analysis::{
    Answer, CompareAnswer, CompareRequest, Data, FurtherTests, NewColumn, Request, RowsRequest,
};

/// A comparison for one endpoint.
#[derive(Debug)]
pub struct Compared<'a> {
    pub spec: &'a Comparison,
    pub endpoint: &'a Endpoint,
    pub group: &'a Group,
    /// What the keys of its numbers begin with.
    pub prefix: String,
    /// What was estimated.
    pub curves: Curves,
    /// The level that the others are compared with.
    pub reference: usize,
}

/// The curves of a comparison.
#[derive(Debug)]
pub enum Curves {
    /// Kaplan-Meier curves, one per level, in level order.
    Survival(Vec<SurvivalCurve>),
    /// Cumulative incidences, for an endpoint with competing events.
    Incidence(Incidences),
}

impl Compared<'_> {
    /// The incidences, for an endpoint with competing events.
    pub fn incidences(&self) -> Option<&Incidences> {
        match &self.curves {
            Curves::Incidence(incidences) => Some(incidences),
            Curves::Survival(_) => None,
        }
    }

    /// The Kaplan-Meier curves; none for an endpoint with competing events.
    pub fn survival(&self) -> &[SurvivalCurve] {
        match &self.curves {
            Curves::Survival(curves) => curves,
            Curves::Incidence(_) => &[],
        }
    }

    /// The key of a level's numbers.
    pub fn level_key(&self, level: usize) -> String {
        format!("{}.{}", self.prefix, slug(self.group.levels[level].name.get_ref()))
    }

    /// The levels that are compared with the reference.
    pub fn others(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.group.levels.len()).filter(|&level| level != self.reference)
    }
}

/// Who enters, with outcome and level, and who of the population does not.
pub struct Entered {
    pub outcomes: Vec<Outcome>,
    /// The level of each, from 0.
    pub levels: Vec<usize>,
    without_group: usize,
    without_outcome: usize,
    before_landmark: usize,
}

impl Entered {
    /// Whether a time ends without any event.
    pub fn anybody_censored(&self) -> bool {
        self.outcomes.iter().any(|outcome| !outcome.event && outcome.competing.is_none())
    }
}

/// A level in a request: by its number, so that the levels keep the order of the study file whatever
/// they are called.
pub fn code(level: usize) -> String {
    (level + 1).to_string()
}

/// Runs a comparison for all its endpoints.
pub fn compare<'a>(
    context: &mut Context<'a>,
    spec: &'a Comparison,
) -> Result<Vec<Compared<'a>>, Error> {
    spec.endpoints
        .iter()
        .map(|name| {
            let (number, endpoint) = context.endpoint(name);
            compare_endpoint(context, spec, number, endpoint)
        })
        .collect()
}

fn compare_endpoint<'a>(
    context: &mut Context<'a>,
    spec: &'a Comparison,
    number: usize,
    endpoint: &'a Endpoint,
) -> Result<Compared<'a>, Error> {
    let (_, group) = context.group(&spec.group);
    let entered = enter(context, spec, number)?;
    let prefix = format!("{}.{}", slug(spec.name.get_ref()), slug(endpoint.name.get_ref()));
    let reference = group
        .levels
        .iter()
        .position(|level| level.name.get_ref() == group.reference.get_ref())
        .expect("the reference level was checked");
    let curves = Curves::Survival(Vec::new());
    let mut compared = Compared { spec, endpoint, group, prefix, curves, reference };
    store_counts(context, &compared, &entered);
    if !endpoint.competing.is_empty() {
        let incidences = incidence::compare(context, &compared, &entered)?;
        compared.curves = Curves::Incidence(incidences);
        return Ok(compared);
    }
    let mut answer = ask(context, spec, &entered, reference)?;
    let curves = answer.groups.iter().map(|group| group.curve.clone()).collect();
    compared.curves = Curves::Survival(curves);
    for level in 0..compared.survival().len() {
        store_level(context, &compared, &answer, level);
    }
    store_log_rank(context, &compared, &answer);
    store_permutation(context, &compared, &answer);
    store_milestones(context, &compared, &answer);
    store_hazard_ratios(context, &compared, &answer);
    store_restricted_means(context, &compared, &answer);
    let name = format!("{} ({})", spec.label, endpoint.short());
    // The request knows the levels by their numbers, and readers by their labels.
    let label = |about: &str| {
        let number: usize = about.strip_prefix("group=")?.parse().ok()?;
        Some(group.levels.get(number.checked_sub(1)?)?.label.clone())
    };
    for doubt in answer.about.doubts.drain(..) {
        context.doubt::<Comparison>(&name, &doubt.renamed(label));
    }
    Ok(compared)
}

/// The comparison as a request.
fn ask(
    context: &Context,
    spec: &Comparison,
    entered: &Entered,
    reference: usize,
) -> Result<CompareAnswer, Error> {
    let outcomes = &entered.outcomes;
    let columns = vec![
        ("time".to_owned(), NewColumn::Numbers(outcomes.iter().map(|o| Some(o.time)).collect())),
        ("event".to_owned(), NewColumn::Flags(outcomes.iter().map(|o| Some(o.event)).collect())),
        (
            "group".to_owned(),
            NewColumn::Texts(entered.levels.iter().map(|&level| Some(code(level))).collect()),
        ),
    ];
    let name = spec.name.get_ref();
    let request = Request::Compare(CompareRequest {
        rows: RowsRequest {
            reference: Some(code(reference)),
            ..RowsRequest::new(name, "Surv(time, event) ~ group")
        },
        conf_level: context.level,
        conf_type: context.conf_type,
        times: context.file.study.times(),
        quantiles: Vec::new(),
        rmst: context.file.study.rmst.as_ref().map(|tau| *tau.get_ref()),
        milestones: if spec.milestones { context.file.study.times() } else { Vec::new() },
        further: FurtherTests {
            permutation: spec.permutation,
            seed: spec.seed.unwrap_or(1),
            ..FurtherTests::default()
        },
        ..CompareRequest::default()
    });
    let answer = Data::columns(name, columns).and_then(|data| context.run(&request, &data));
    match answer.map_err(|problem| context.problem::<Comparison>(&spec.name, &problem))? {
        Answer::Compare(answer) => Ok(*answer),
        other => unreachable!("a comparison was asked for, not {other:?}"),
    }
}

fn enter(context: &Context, spec: &Comparison, endpoint: usize) -> Result<Entered, Error> {
    let (population, _) = context.population(&spec.population);
    let (group, group_spec) = context.group(&spec.group);
    let landmark = spec.landmark.as_ref().map(|time| *time.get_ref());
    let (mut outcomes, mut index) = (Vec::new(), Vec::new());
    let (mut without_group, mut without_outcome, mut before_landmark) = (0, 0, 0);
    for row in context.members(population) {
        let level = context.cohort.groups[group][row];
        match (level, context.cohort.endpoints[endpoint][row]) {
            (None, _) => without_group += 1,
            (_, None) => without_outcome += 1,
            (Some(level), Some(outcome)) => match landmark {
                Some(time) if outcome.time <= time => before_landmark += 1,
                _ => {
                    let time = outcome.time - landmark.unwrap_or(0.0);
                    outcomes.push(Outcome { time, ..outcome });
                    index.push(level);
                }
            },
        }
    }
    if let Some(level) =
        (0..group_spec.levels.len()).find(|&level| !index.contains(&(level as u32)))
    {
        return Err(context.source.refuse(
            &spec.name,
            format!(
                "the level {:?} of the group {:?} has no patient in this comparison, so there is \
                 nothing to compare; check the level's value or filter, or take the level out",
                group_spec.levels[level].name.get_ref(),
                group_spec.name.get_ref()
            ),
        ));
    }
    let levels = index.into_iter().map(|level| level as usize).collect();
    Ok(Entered { outcomes, levels, without_group, without_outcome, before_landmark })
}

fn store_counts(context: &mut Context, compared: &Compared, entered: &Entered) {
    let prefix = &compared.prefix;
    let of = format!("population {}", compared.spec.population.get_ref());
    let events = entered.outcomes.iter().filter(|outcome| outcome.event).count();
    let store = &mut context.store;
    store.count(format!("{prefix}.n"), entered.outcomes.len(), &format!("patients compared; {of}"));
    store.count(format!("{prefix}.events"), events, &format!("events; {of}"));
    let left_out = [
        ("without_group", entered.without_group),
        ("without_outcome", entered.without_outcome),
        ("before_landmark", entered.before_landmark),
    ];
    for (name, count) in left_out {
        store.count(format!("{prefix}.{name}"), count, &format!("patients left out; {of}"));
    }
}

fn store_level(context: &mut Context, compared: &Compared, answer: &CompareAnswer, level: usize) {
    let key = compared.level_key(level);
    let curve = &compared.survival()[level];
    let scale = format!("Kaplan-Meier, {} interval", context.conf_type.name());
    let time = Unit::Time(context.unit);
    context.store.count(format!("{key}.n"), curve.n_rows(), "patients");
    context.store.count(format!("{key}.events"), curve.n_events(), "events");
    let median = curve.median();
    let estimate = Estimate { estimate: median.estimate, lower: median.lower, upper: median.upper };
    context.store.estimate(&format!("{key}.median"), estimate, time, 1, &scale);
    context.store.value(
        format!("{key}.last_time"),
        Some(curve.last_time()),
        time,
        1,
        "last follow-up of the group",
    );
    for answer in &answer.groups[level].at_times {
        let key = format!("{key}.{}", at_key(answer.time));
        let percent = |value: Option<f64>| value.map(|value| 100.0 * value);
        let limits = answer.interval.unwrap_or(Interval { lower: None, upper: None });
        let estimate = Estimate {
            estimate: percent(answer.survival),
            lower: percent(limits.lower),
            upper: percent(limits.upper),
        };
        context.store.estimate(&key, estimate, Unit::Percent, 1, &scale);
        let source = "patients at risk just before this time";
        context.store.value(format!("{key}.n_risk"), Some(answer.n_risk), Unit::Count, 0, source);
    }
}

/// The part of a key that names a time: `at_12`, `at_1_5`.
pub fn at_key(time: f64) -> String {
    format!("at_{}", slug(&time.to_string()))
}

fn store_log_rank(context: &mut Context, compared: &Compared, answer: &CompareAnswer) {
    let (test, prefix) = (&answer.test, &compared.prefix);
    let source = "two-sided log-rank test";
    let store = &mut context.store;
    store.value(format!("{prefix}.logrank.statistic"), test.statistic(), Unit::Value, 2, source);
    store.count(format!("{prefix}.logrank.df"), test.df(), source);
    store.value(format!("{prefix}.logrank.p_value"), test.p_value(), Unit::PValue, 3, source);
    for (level, group) in test.groups().iter().enumerate() {
        let key = format!("{}.expected", compared.level_key(level));
        context.store.value(key, Some(group.expected), Unit::Value, 1, "expected events, log-rank");
    }
}

fn store_permutation(context: &mut Context, compared: &Compared, answer: &CompareAnswer) {
    let Some(test) = &answer.further.permutation else { return };
    let source = match test.std_error {
        None => format!("permutation log-rank test, all {} permutations", test.permutations),
        Some(_) => format!(
            "permutation log-rank test, {} random permutations, seed {}",
            test.permutations, answer.request.further.seed
        ),
    };
    let key = format!("{}.permutation.p_value", compared.prefix);
    context.store.value(key, Some(test.p_value), Unit::PValue, 3, &source);
}

fn store_milestones(context: &mut Context, compared: &Compared, answer: &CompareAnswer) {
    let source = "difference of Kaplan-Meier estimates, percentage points";
    for level in compared.others() {
        for (time, found) in answer.request.milestones.iter().zip(&answer.milestones[level]) {
            let key = format!("{}.{}.difference", compared.level_key(level), at_key(*time));
            let percent = |number: f64| 100.0 * number;
            let found = found.map(|found| found.difference);
            let estimate = Estimate {
                estimate: found.map(|found| percent(found.estimate)),
                lower: found.map(|found| percent(found.lower)),
                upper: found.map(|found| percent(found.upper)),
            };
            context.store.estimate(&key, estimate, Unit::Value, 1, source);
            let p = found.and_then(|found| found.p_value);
            context.store.value(format!("{key}.p_value"), p, Unit::PValue, 3, source);
        }
    }
}

fn store_hazard_ratios(context: &mut Context, compared: &Compared, answer: &CompareAnswer) {
    let source = format!(
        "Cox model, {} ties, reference {}",
        context.ties_of(),
        compared.group.levels[compared.reference].name.get_ref()
    );
    for level in compared.others() {
        let key = format!("{}.hr", compared.level_key(level));
        let ratio = answer.ratios.ratios[level];
        let limits = ratio.interval.unwrap_or(Interval { lower: None, upper: None });
        let estimate =
            Estimate { estimate: ratio.estimate, lower: limits.lower, upper: limits.upper };
        context.store.estimate(&key, estimate, Unit::Ratio, 2, &source);
        context.store.value(format!("{key}.p_value"), ratio.p_value, Unit::PValue, 3, &source);
        // What the limits mean as a change of the hazard, for sentences.
        for (name, limit) in [("lower", limits.lower), ("upper", limits.upper)] {
            let change = limit.map(|limit| 100.0 * (limit - 1.0).abs());
            let key = format!("{key}.{name}_change");
            context.store.value(key, change, Unit::Percent, 0, "distance of the limit from 1");
        }
    }
    let (prefix, zph) = (&compared.prefix, answer.ratios.zph);
    let check = "score test of proportional hazards, Kaplan-Meier time scale";
    let statistic = zph.map(|test| test.statistic);
    context.store.value(format!("{prefix}.zph.statistic"), statistic, Unit::Value, 2, check);
    let p_value = zph.map(|test| test.p_value);
    context.store.value(format!("{prefix}.zph.p_value"), p_value, Unit::PValue, 3, check);
}

fn store_restricted_means(context: &mut Context, compared: &Compared, answer: &CompareAnswer) {
    let time = Unit::Time(context.unit);
    let prefix = &compared.prefix;
    let source = "restricted mean survival time, area under the Kaplan-Meier curve";
    context.store.value(format!("{prefix}.rmst.tau"), Some(answer.tau), time, 1, "horizon");
    for (level, mean) in answer.means.iter().enumerate() {
        let estimate = Estimate {
            estimate: mean.map(|mean| mean.estimate),
            lower: mean.map(|mean| mean.lower),
            upper: mean.map(|mean| mean.upper),
        };
        let key = format!("{}.rmst", compared.level_key(level));
        context.store.estimate(&key, estimate, Unit::Value, 1, source);
    }
    for level in compared.others() {
        let difference = answer.mean_contrasts[level].as_ref().map(|contrast| contrast.difference);
        let estimate = Estimate {
            estimate: difference.map(|value| value.estimate),
            lower: difference.map(|value| value.lower),
            upper: difference.map(|value| value.upper),
        };
        let key = format!("{}.rmst_difference", compared.level_key(level));
        context.store.estimate(&key, estimate, Unit::Value, 1, source);
        let p = difference.and_then(|value| value.p_value);
        context.store.value(format!("{key}.p_value"), p, Unit::PValue, 3, source);
    }
}
