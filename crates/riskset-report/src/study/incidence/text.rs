//! The sentences of an endpoint with competing events.

use super::super::compare::{Compared, at_key};
use super::super::context::{Context, lower_first};
use super::table::{names, time_words};
use super::{Cause, Incidences};
use crate::methods::words;

/// The paragraphs of one endpoint, parted by an empty line: counts, incidences, Gray's test and hazard
/// ratios of its event, then of each competing event.
pub fn paragraph(context: &Context, compared: &Compared, incidences: &Incidences) -> String {
    let mut sentences = vec![counts(context, compared, incidences)];
    let mut paragraphs = Vec::new();
    for cause in incidences.causes.iter().filter(|cause| cause.number.is_some()) {
        if !cause.of_interest() {
            paragraphs.push(std::mem::take(&mut sentences).join(" "));
        }
        sentences.extend(at_times(context, compared, cause));
        sentences.extend(gray(context, compared, cause));
        let mut ratios = Ratios::default();
        for level in compared.others() {
            ratios.push(cause_specific(context, compared, cause, level));
            if cause.of_interest() {
                ratios.push(subdistribution(context, compared, level));
            }
        }
        sentences.extend(ratios.sentences());
        sentences.extend(proportional(context, compared, cause));
    }
    sentences.extend(super::super::tables::left_out(context, compared));
    paragraphs.push(sentences.join(" "));
    paragraphs.join(PARAGRAPH)
}

/// What parts two paragraphs of a text.
pub const PARAGRAPH: &str = "\n\n";

/// The sentences of hazard ratios, and how many of their intervals hold 1.
#[derive(Default)]
struct Ratios {
    sentences: Vec<String>,
    known: usize,
    open: usize,
}

impl Ratios {
    /// A sentence, and whether its interval holds 1; `None` where there is no ratio.
    fn push(&mut self, (sentence, open): (String, Option<bool>)) {
        self.sentences.push(sentence);
        self.known += usize::from(open.is_some());
        self.open += usize::from(open == Some(true));
    }

    /// An interval that holds 1 is not the absence of an effect: said once for all of them.
    fn sentences(mut self) -> Vec<String> {
        let which = match (self.open, self.known) {
            (0, _) => return self.sentences,
            (1, 1) => "This interval holds 1",
            (open, known) if open == known => "These intervals hold 1",
            (1, _) => "Where the interval holds 1",
            _ => "Where the intervals hold 1",
        };
        let and = if which.starts_with("Where") { "," } else { ", and" };
        let text = format!("{which}{and} an effect in either direction is not excluded.");
        self.sentences.push(text);
        self.sentences
    }
}

fn show(context: &Context, key: &str) -> String {
    context.store.show(key, &context.style)
}

/// The label as the author wrote it: names keep their capitals.
fn level_label(compared: &Compared, level: usize) -> String {
    compared.group.levels[level].label.clone()
}

/// "Recurrence: 468 of 929 patients had the event, 177 of 315 (observation), ...; 38 had a competing
/// event first."
fn counts(context: &Context, compared: &Compared, incidences: &Incidences) -> String {
    let levels: Vec<String> = (0..compared.group.levels.len())
        .map(|level| {
            let key = compared.level_key(level);
            format!(
                "{} of {} ({})",
                show(context, &format!("{key}.events")),
                show(context, &format!("{key}.n")),
                level_label(compared, level)
            )
        })
        .collect();
    let others: Vec<String> = incidences
        .causes
        .iter()
        .filter(|cause| !cause.of_interest())
        .map(|cause| {
            let key = format!("{}.{}events", compared.prefix, cause.path);
            format!("{} ({})", show(context, &key), lower_first(&cause.label))
        })
        .collect();
    format!(
        "{}: {} of {} patients had the event, {}; a competing event came first in {}.",
        compared.endpoint.label,
        show(context, &format!("{}.events", compared.prefix)),
        show(context, &format!("{}.n", compared.prefix)),
        words::join_and(&levels),
        words::join_and(&others)
    )
}

/// "The cumulative incidence of PCM at 5 years was 5.6% (95% CI, 4.0-7.4; women) and ...; at 10
/// years, 9.8% (...) and ...". `None` when no curve reaches a time.
fn at_times(context: &Context, compared: &Compared, cause: &Cause) -> Option<String> {
    let mut first = true;
    let times: Vec<String> = context
        .file
        .study
        .times()
        .into_iter()
        .filter_map(|time| {
            let parts = at_time(context, compared, cause, time, first)?;
            let words = time_words(context, time);
            let text = match first {
                true => format!("at {words} was {parts}"),
                false => format!("at {words}, {parts}"),
            };
            first = false;
            Some(text)
        })
        .collect();
    let what = lower_first(&cause.label);
    (!times.is_empty()).then(|| format!("The cumulative incidence of {what} {}.", times.join("; ")))
}

/// Every level at one time; `None` unless all curves go so far. Groups are named at the first time.
fn at_time(
    context: &Context,
    compared: &Compared,
    cause: &Cause,
    time: f64,
    named: bool,
) -> Option<String> {
    let part = |level: usize| {
        let key = format!("{}.{}{}", compared.level_key(level), cause.path, at_key(time));
        let estimate = context.store.number(&format!("{key}.estimate"))?;
        let mut inside = Vec::new();
        // An incidence of 0 has no limits.
        if estimate > 0.0 {
            let range = context.store.show_range(&key, &context.style);
            inside.push(if named {
                format!("{} {range}", context.ci_before_limits())
            } else {
                range
            });
        }
        if named {
            inside.push(level_label(compared, level));
        }
        let shown = show(context, &format!("{key}.estimate"));
        Some(match inside.is_empty() {
            true => format!("{shown}%"),
            false => format!("{shown}% ({})", inside.join("; ")),
        })
    };
    let parts: Option<Vec<String>> = (0..compared.group.levels.len()).map(part).collect();
    Some(words::join_and(&parts?))
}

fn gray(context: &Context, compared: &Compared, cause: &Cause) -> Option<String> {
    let key = format!("{}.{}gray.p_value", compared.prefix, cause.path);
    let p = context.store.number(&key)?;
    Some(format!(
        "Gray's test of the equality of these incidences over the whole follow-up gave {}.",
        context.style.p_equation(Some(p))
    ))
}

fn cause_specific(
    context: &Context,
    compared: &Compared,
    cause: &Cause,
    level: usize,
) -> (String, Option<bool>) {
    let what = lower_first(&cause.label);
    let name = format!("cause-specific hazard ratio of {what}");
    ratio(context, compared, level, &format!("{}hr", cause.path), &name)
}

fn subdistribution(context: &Context, compared: &Compared, level: usize) -> (String, Option<bool>) {
    ratio(context, compared, level, "shr", "subdistribution hazard ratio")
}

fn ratio(
    context: &Context,
    compared: &Compared,
    level: usize,
    part: &str,
    name: &str,
) -> (String, Option<bool>) {
    let key = format!("{}.{part}", compared.level_key(level));
    let contrast = format!(
        "{} vs {}",
        level_label(compared, level),
        level_label(compared, compared.reference)
    );
    if context.store.number(&format!("{key}.estimate")).is_none() {
        return (format!("The {name} ({contrast}) cannot be estimated."), None);
    }
    let p = context.store.number(&format!("{key}.p_value"));
    let range = context.store.show_range(&key, &context.style);
    let limit = |end: &str| context.store.number(&format!("{key}.{end}"));
    let open = limit("lower").is_some_and(|lower| lower <= 1.0)
        && limit("upper").is_some_and(|upper| upper >= 1.0);
    let text = format!(
        "The {name} ({contrast}) was {} ({} {range}; {}).",
        show(context, &format!("{key}.estimate")),
        context.ci_before_limits(),
        context.style.p_equation(p)
    );
    (text, Some(open))
}

/// Hazards that do not look proportional are said; a test that finds nothing shows nothing.
fn proportional(context: &Context, compared: &Compared, cause: &Cause) -> Option<String> {
    let key = format!("{}.{}zph.p_value", compared.prefix, cause.path);
    let p = context.store.number(&key).filter(|p| *p < 0.05)?;
    Some(format!(
        "The cause-specific hazards of {} were not proportional (score test, {}), so their ratio is an \
         average over time.",
        lower_first(&cause.label),
        context.style.p_equation(Some(p))
    ))
}

/// Methods of all comparisons and models with competing events; nothing when there are none.
pub fn methods(context: &Context, compared: &[Vec<Compared>]) -> Option<String> {
    let of_model = context.file.model.iter().any(|model| {
        let (_, endpoint) = context.endpoint(&model.endpoint);
        !endpoint.competing.is_empty()
    });
    let with: Vec<(&Compared, &Incidences)> =
        compared.iter().flatten().filter_map(|one| Some((one, one.incidences()?))).collect();
    if with.is_empty() && !of_model {
        return None;
    }
    let mut sentences = Vec::new();
    let mut said = Vec::new();
    for (one, incidences) in &with {
        let sentence = format!(
            "For {}, {} counted as {}.",
            lower_first(&one.endpoint.label),
            words::join_and(&names(incidences)),
            if incidences.causes.len() > 2 { "competing events" } else { "a competing event" }
        );
        if !said.contains(&sentence) {
            said.push(sentence);
        }
    }
    sentences.append(&mut said);
    if !with.is_empty() {
        let estimated = words::incidences(&context.style.level(context.level), "log");
        sentences.push(format!("{estimated}, and compared by Gray's test."));
    }
    sentences.push(
        "Hazard ratios are cause-specific, from Cox models in which the other events censor, and \
         subdistribution hazard ratios of the event of interest are from Fine-Gray models with robust \
         standard errors: the first compares the rate of the event among patients who have had none, \
         the second its cumulative incidence."
            .to_owned(),
    );
    Some(sentences.join(" "))
}

/// One line for the terminal: incidence at the last time asked for, subdistribution ratio, Gray.
pub fn line(context: &Context, compared: &Compared) -> String {
    let last = context.file.study.times().into_iter().rfind(|time| {
        (0..compared.group.levels.len()).all(|level| {
            let key = format!("{}.{}.estimate", compared.level_key(level), at_key(*time));
            context.store.number(&key).is_some()
        })
    });
    let mut parts = Vec::new();
    if let Some(time) = last {
        let levels = (0..compared.group.levels.len()).map(|level| {
            let key = format!("{}.{}", compared.level_key(level), at_key(time));
            let label = &compared.group.levels[level].label;
            format!("{label} {}", context.store.show_interval(&key, &context.style))
        });
        let levels: Vec<String> = levels.collect();
        let words = time_words(context, time);
        parts.push(format!("incidence at {words}, %, {}", levels.join("; ")));
    }
    let ratios = compared.others().map(|level| {
        let key = format!("{}.shr", compared.level_key(level));
        format!("SHR {}", context.store.show_interval(&key, &context.style))
    });
    parts.push(ratios.collect::<Vec<String>>().join(", "));
    let p = context.store.number(&format!("{}.gray.p_value", compared.prefix));
    format!(
        "{}, {}: {}, Gray {}",
        compared.spec.label,
        compared.endpoint.short(),
        parts.join("; "),
        context.style.p_equation(p)
    )
}
