//! What Results say of one endpoint in two or more groups.
//!
//! The order is that of a report: who had the event, the curves (medians, survival at the study's
//! times), the contrast with the test of the curves, absolute differences. A difference that is not
//! significant is never called "no difference": the sentence names what the interval is compatible with
//! (Altman and Bland 1995, BMJ 311:485). Advice to the analyst is no result and stands with the cautions
//! of the report.

use super::super::compare::{Compared, at_key};
use super::super::context::Context;
use super::super::file::Endpoint;
use super::super::incidence::table::time_words;
use crate::format::NOT_REACHED;
use crate::methods::words;

/// A hazard ratio beyond this, or beyond its inverse, is a difference that a clinician would not
/// neglect; a convention of this text and no threshold of a test.
const RELEVANT: f64 = 0.8;
/// The P value below which hazards are said to be not proportional.
const NOT_PROPORTIONAL: f64 = 0.05;

/// The paragraph of one endpoint.
pub(super) fn comparison(context: &Context, compared: &Compared) -> String {
    if let Some(incidences) = compared.incidences() {
        return super::super::incidence::text::paragraph(context, compared, incidences);
    }
    let said = Said { context, compared };
    let mut sentences = vec![said.counts(), said.medians()];
    sentences.extend(said.survival_at_times());
    sentences.extend(said.overall_test());
    sentences.extend(compared.others().map(|level| said.hazard_ratio(level)));
    sentences.extend(said.imprecise());
    sentences.extend(said.not_proportional());
    sentences.extend(compared.others().filter_map(|level| said.milestones(level)));
    sentences.extend(compared.others().map(|level| said.restricted_mean(level)));
    sentences.extend(super::super::tables::left_out(context, compared));
    sentences.extend(said.late_groups());
    sentences.join(" ")
}

/// What happened to those with the event of an endpoint: "died", and what it is called.
struct EventWords {
    verb: &'static str,
    one: &'static str,
    many: &'static str,
}

fn event_words(endpoint: &Endpoint) -> EventWords {
    match super::is_death(endpoint) {
        true => EventWords { verb: "died", one: "death", many: "deaths" },
        false => EventWords { verb: "had an event", one: "event", many: "events" },
    }
}

struct Said<'a> {
    context: &'a Context<'a>,
    compared: &'a Compared<'a>,
}

impl Said<'_> {
    fn show(&self, key: &str) -> String {
        self.context.store.show(key, &self.context.style)
    }

    fn number(&self, key: &str) -> Option<f64> {
        self.context.store.number(key)
    }

    fn range(&self, key: &str) -> String {
        self.context.store.show_range(key, &self.context.style)
    }

    fn p(&self, key: &str) -> String {
        self.context.style.p_equation(self.number(key))
    }

    /// The label as the author wrote it: names keep their capitals.
    fn label(&self, level: usize) -> &str {
        &self.compared.group.levels[level].label
    }

    fn levels(&self) -> std::ops::Range<usize> {
        0..self.compared.group.levels.len()
    }

    fn contrast(&self, level: usize) -> String {
        format!("{} vs {}", self.label(level), self.label(self.compared.reference))
    }

    /// "Overall survival: 9 of 45 patients died, 5 of 23 (All removed) and 4 of 22 (...)."
    fn counts(&self) -> String {
        let level = |level: usize| {
            let key = self.compared.level_key(level);
            let (events, n) = (self.show(&format!("{key}.events")), self.show(&format!("{key}.n")));
            format!("{events} of {n} ({})", self.label(level))
        };
        let prefix = &self.compared.prefix;
        format!(
            "{}: {} of {} patients {}, {}.",
            self.compared.endpoint.label,
            self.show(&format!("{prefix}.events")),
            self.show(&format!("{prefix}.n")),
            event_words(self.compared.endpoint).verb,
            words::join_and(&self.levels().map(level).collect::<Vec<String>>())
        )
    }

    fn median_key(&self, level: usize) -> String {
        format!("{}.median", self.compared.level_key(level))
    }

    fn medians(&self) -> String {
        let name = &self.compared.endpoint.in_text();
        let reached =
            |level: usize| self.number(&format!("{}.estimate", self.median_key(level))).is_some();
        match self.levels().any(reached) {
            true => {
                let parts: Vec<String> = self.levels().map(|level| self.median(level)).collect();
                format!("Median {name} was {}.", words::join_and(&parts))
            }
            false => self.no_median(name),
        }
    }

    fn median(&self, level: usize) -> String {
        let (key, ci) = (self.median_key(level), self.context.ci_before_limits());
        let number = |part: &str| self.number(&format!("{key}.{part}"));
        // Sentences spell out what tables abbreviate.
        let range = self.range(&key).replace(NOT_REACHED, "not reached");
        let label = self.label(level);
        match number("estimate") {
            None if number("lower").is_none() && number("upper").is_none() => {
                format!("not reached ({label})")
            }
            None => format!("not reached ({ci} {range}; {label})"),
            Some(_) => format!(
                "{} {} ({ci} {range}; {label})",
                self.show(&format!("{key}.estimate")),
                self.context.unit.name()
            ),
        }
    }

    /// "Median OS was not reached in either group (lower 95% limits, 30.6 and 30.0 months)."
    fn no_median(&self, name: &str) -> String {
        let lower = |level: usize| {
            let key = format!("{}.lower", self.median_key(level));
            self.number(&key).map(|_| self.show(&key))
        };
        let groups = match self.levels().len() {
            1 => "",
            2 => " in either group",
            _ => " in any group",
        };
        let limits: Vec<Option<String>> = self.levels().map(lower).collect();
        if limits.iter().all(Option::is_none) {
            return format!("Median {name} was not reached{groups}.");
        }
        let many = if limits.len() == 1 { "limit" } else { "limits" };
        let unit = self.context.unit.name();
        let shown = match limits.iter().cloned().collect::<Option<Vec<String>>>() {
            Some(limits) => format!("{} {unit}", words::join_and(&limits)),
            // Where one is not reached either, each is told with its group.
            None => {
                let of = |(level, limit): (usize, &Option<String>)| match limit {
                    Some(limit) => format!("{limit} {unit} [{}]", self.label(level)),
                    None => format!("not reached [{}]", self.label(level)),
                };
                words::join_and(&self.levels().zip(&limits).map(of).collect::<Vec<String>>())
            }
        };
        format!(
            "Median {name} was not reached{groups} (lower {} {many}, {shown}).",
            self.context.style.level(self.context.level)
        )
    }

    /// "In the same order, overall survival was, at 12 months, 95.6% (95% CI, 83.4-98.9) and ...; ...".
    fn survival_at_times(&self) -> Option<String> {
        let mut parts = Vec::new();
        for time in self.context.file.study.times() {
            let first = parts.is_empty();
            let of_levels: Option<Vec<String>> =
                self.levels().map(|level| self.survival_at(level, time, first)).collect();
            if let Some(of_levels) = of_levels {
                let words = time_words(self.context, time);
                parts.push(format!("at {words}, {}", words::join_and(&of_levels)));
            }
        }
        let name = self.compared.endpoint.in_sentence();
        (!parts.is_empty()).then(|| format!("In the same order, {name} was, {}.", parts.join("; ")))
    }

    /// `None` where the curve does not go so far. The first group at the first time names the interval.
    fn survival_at(&self, level: usize, time: f64, first: bool) -> Option<String> {
        let key = format!("{}.{}", self.compared.level_key(level), at_key(time));
        let estimate = self.number(&format!("{key}.estimate"))?;
        let shown = self.show(&format!("{key}.estimate"));
        Some(match (estimate < 100.0, first && level == 0) {
            // Before the first event there is no interval.
            (false, _) => format!("{shown}% (no event yet)"),
            (true, true) => {
                format!("{shown}% ({} {})", self.context.ci_before_limits(), self.range(&key))
            }
            (true, false) => format!("{shown}% ({})", self.range(&key)),
        })
    }

    /// The P values of the comparison of all curves: log-rank and, where asked for, by permutation.
    fn tests(&self) -> String {
        let prefix = &self.compared.prefix;
        let mut text =
            format!("two-sided log-rank {}", self.p(&format!("{prefix}.logrank.p_value")));
        let key = format!("{prefix}.permutation.p_value");
        if self.context.store.get(&key).is_some() {
            text.push_str(&format!("; by permutation, {}", self.p(&key)));
        }
        text
    }

    /// With two groups the test stands beside their hazard ratio.
    fn overall_test(&self) -> Option<String> {
        (self.levels().len() != 2).then(|| format!("The curves were compared: {}.", self.tests()))
    }

    fn hazard_ratio(&self, level: usize) -> String {
        let key = format!("{}.hr", self.compared.level_key(level));
        let contrast = self.contrast(level);
        let two = self.levels().len() == 2;
        let estimate = format!("{key}.estimate");
        if self.number(&estimate).is_none() {
            let tests = if two { format!(" ({})", self.tests()) } else { String::new() };
            return format!("The hazard ratio ({contrast}) could not be estimated{tests}.");
        }
        let p = if two { self.tests() } else { self.p(&format!("{key}.p_value")) };
        let mut text = format!(
            "The hazard ratio ({contrast}) was {} ({} {}; {p}).",
            self.show(&estimate),
            self.context.ci_before_limits(),
            self.range(&key)
        );
        text.extend(self.compatible(&key));
        text
    }

    /// What an interval that holds 1 is compatible with.
    fn compatible(&self, key: &str) -> Option<String> {
        let limit = |part: &str| self.number(&format!("{key}.{part}"));
        let (lower, upper) = (limit("lower")?, limit("upper")?);
        if lower > 1.0 || upper < 1.0 {
            return None;
        }
        let shown = |part: &str| self.show(&format!("{key}.{part}"));
        let relevant = holds_relevant(lower, upper);
        Some(format!(
            " The {} was compatible with a hazard ratio from {} to {}{}.",
            self.context.ci(),
            shown("lower"),
            shown("upper"),
            if relevant { "; a clinically relevant difference cannot be excluded" } else { "" }
        ))
    }

    /// "The estimates are imprecise (9 deaths)."
    fn imprecise(&self) -> Option<String> {
        let name = format!("{} ({}): ", self.compared.spec.label, self.compared.endpoint.short());
        let mut warnings = self.context.warnings.iter();
        warnings.find(|one| one.code == "few_events" && one.message.starts_with(&name))?;
        let key = format!("{}.events", self.compared.prefix);
        let words = event_words(self.compared.endpoint);
        let word = if self.number(&key) == Some(1.0) { words.one } else { words.many };
        Some(format!("The estimates are imprecise ({} {word}).", self.show(&key)))
    }

    /// Groups that time zero does not know yet: whoever lives longer has more time to get into one. Said
    /// once, with the first endpoint.
    fn late_groups(&self) -> Option<String> {
        let spec = self.compared.spec;
        let late = self.compared.group.known.get_ref() == "after" && spec.landmark.is_none();
        let first = spec.endpoints.first().map(|name| name.get_ref());
        (late && first == Some(self.compared.endpoint.name.get_ref())).then(|| {
            "The groups became known only after time zero, so that this comparison is open to \
             immortal-time bias."
                .to_owned()
        })
    }

    /// A test that finds nothing shows nothing, so only what it finds is said.
    fn not_proportional(&self) -> Option<String> {
        let key = format!("{}.zph.p_value", self.compared.prefix);
        self.number(&key).filter(|p| *p < NOT_PROPORTIONAL)?;
        Some(format!(
            "The hazards were not proportional (score test, {}), so the hazard ratio is an average \
             over time.",
            self.p(&key)
        ))
    }

    /// What differs at each of the study's times: the estimand in words, so that it is not taken for
    /// the hazard ratio.
    fn milestones(&self, level: usize) -> Option<String> {
        if !self.compared.spec.milestones {
            return None;
        }
        let part = |time: f64| {
            let key = format!("{}.{}.difference", self.compared.level_key(level), at_key(time));
            self.number(&format!("{key}.estimate"))?;
            Some(format!(
                "{} percentage points at {} ({} {}; {})",
                self.show(&format!("{key}.estimate")),
                time_words(self.context, time),
                self.context.ci_before_limits(),
                self.range(&key),
                self.p(&format!("{key}.p_value"))
            ))
        };
        let parts: Vec<String> =
            self.context.file.study.times().into_iter().filter_map(part).collect();
        (!parts.is_empty()).then(|| {
            format!(
                "The absolute difference in {} ({} minus {}) was {}.",
                self.compared.endpoint.in_sentence(),
                self.label(level),
                self.label(self.compared.reference),
                words::join_and(&parts)
            )
        })
    }

    fn restricted_mean(&self, level: usize) -> String {
        let key = format!("{}.rmst_difference", self.compared.level_key(level));
        let tau = self.number(&format!("{}.rmst.tau", self.compared.prefix));
        let until = tau.map_or_else(String::new, |tau| time_words(self.context, tau));
        // "restricted mean survival time" is the name of its own.
        let name = match self.compared.endpoint.in_sentence() {
            name if name == "overall survival" => "survival".to_owned(),
            name => name,
        };
        if self.number(&format!("{key}.estimate")).is_none() {
            return format!(
                "The restricted mean {name} time to {until} could not be estimated, because a curve \
                 ends earlier."
            );
        }
        format!(
            "The difference in restricted mean {name} time to {until} ({} minus {}) was {} {} ({} {}; \
             {}).",
            self.label(level),
            self.label(self.compared.reference),
            self.show(&format!("{key}.estimate")),
            self.context.unit.name(),
            self.context.ci_before_limits(),
            self.range(&key),
            self.p(&format!("{key}.p_value"))
        )
    }
}

/// Whether an interval of a hazard ratio holds a difference that a clinician would not neglect.
fn holds_relevant(lower: f64, upper: f64) -> bool {
    lower < RELEVANT || upper > 1.0 / RELEVANT
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0.8 and its inverse, 1.25, are themselves not beyond the bound.
    #[test]
    fn a_relevant_difference_lies_beyond_four_fifths_or_its_inverse() {
        assert!(!holds_relevant(0.80, 1.25));
        assert!(holds_relevant(0.79, 1.10));
        assert!(holds_relevant(0.90, 1.26));
    }
}
