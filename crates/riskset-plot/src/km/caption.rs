//! What the figure says about itself: a reading, sentences for the caption, facts for the checks.

use super::{panel, steps};
use crate::format;
use crate::km::KmFigure;
use crate::options::{Annotation, Quantity, RiskTable, Tail};
use crate::panel::Panel;
use crate::scene::Facts;
use crate::{CurveInput, Profile, Scene, font};

/// More curves than this are hard to tell apart.
const MOST_CURVES: usize = 4;
/// Groups smaller than this hardly make a curve.
const SMALL_GROUP: f64 = 10.0;
/// Below this P value the hazards are not taken as proportional.
pub(crate) const PROPORTIONAL: f64 = 0.05;

impl KmFigure {
    /// Fills in everything of the scene that is not drawn.
    pub(crate) fn describe(&self, scene: &mut Scene, profile: &Profile, panel: &Panel) {
        scene.title = self.name();
        scene.description = self.reading(profile, panel);
        let marked = panel.series.iter().any(|series| !series.marks.is_empty());
        scene.caption.extend(self.caption(profile, marked));
        scene.warnings.extend(self.warnings());
        scene.facts = self.facts(profile, marked);
    }

    fn endpoint(&self) -> String {
        let default = match self.options.quantity {
            Quantity::Survival | Quantity::LogMinusLog => "survival",
            Quantity::Incidence => "cumulative incidence",
            Quantity::CumulativeHazard => "cumulative hazard",
        };
        self.options.endpoint.as_deref().map_or(default.to_owned(), panel::uncapital)
    }

    fn name(&self) -> String {
        let estimate = match self.options.quantity {
            Quantity::Survival | Quantity::Incidence => "Kaplan-Meier estimate of",
            Quantity::CumulativeHazard => "Cumulative hazard,",
            Quantity::LogMinusLog => "log(-log) of the Kaplan-Meier estimate of",
        };
        let groups = match self.groups.len() {
            1 => String::new(),
            count => format!(" in {count} groups"),
        };
        format!("{estimate} {}{groups}", self.endpoint())
    }

    /// One sentence per group, from its numbers.
    fn reading(&self, profile: &Profile, panel: &Panel) -> String {
        let mut ticks: Vec<f64> = panel.x.ticks.iter().map(|tick| tick.0).collect();
        ticks.retain(|&time| time > 0.0);
        let unit = self.options.unit.as_deref().map_or(String::new(), |unit| format!(" {unit}"));
        let every = ticks.len().div_ceil(3).max(1);
        let chosen: Vec<f64> = ticks.iter().copied().skip(every - 1).step_by(every).collect();
        let incidence = self.options.quantity == Quantity::Incidence;
        let sentence = |curve: &CurveInput| {
            let events = curve.counts_at(f64::INFINITY).events;
            let at = |&time: &f64| {
                let survival = curve.survival_at(time * self.options.per)?;
                let value = if incidence { 1.0 - survival } else { survival };
                let text = format::probability(profile, value, 0);
                let percent = if profile.number.percent { "%" } else { "" };
                let unit = if time == 1.0 { unit.trim_end_matches('s') } else { &unit };
                Some(format!("{text}{percent} at {}{unit}", trim(time)))
            };
            let values: Vec<String> = chosen.iter().filter_map(at).collect();
            let what = if incidence { "cumulative incidence" } else { "survival" };
            let values = if values.is_empty() {
                String::new()
            } else {
                format!("; {what} {}", values.join(", "))
            };
            let last = trim(curve.last_time() / self.options.per);
            let events = match self.options.min_cell {
                Some(limit) if events > 0.0 && events < f64::from(limit) => {
                    format!("fewer than {limit}")
                }
                _ => trim(events),
            };
            format!(
                "{}: {} patients, {events} events{values}; last follow-up at {last}{unit}.",
                curve.label,
                trim(curve.n),
            )
        };
        self.groups.iter().map(sentence).collect::<Vec<_>>().join(" ")
    }

    fn caption(&self, profile: &Profile, marked: bool) -> Vec<String> {
        let mut caption = Vec::new();
        let curve = &self.groups[0];
        if self.options.bands
            && self.options.quantity != Quantity::LogMinusLog
            && let (Some(level), Some(scale)) = (curve.conf_level, &curve.conf_type)
        {
            let level = format::level(profile, level);
            caption.push(format!(
                "Shaded bands are pointwise {level} confidence intervals ({scale} scale)."
            ));
        }
        if self.groups.iter().any(|curve| curve.n_censor.iter().any(|&count| count > 0.0)) {
            caption.push(if marked {
                "Vertical marks show censored patients.".to_owned()
            } else {
                "Censoring marks are left out.".to_owned()
            });
        }
        caption.extend(self.tail_sentence());
        if panel::has_counts(&self.options) {
            caption.push(self.counts_sentence());
        }
        if self.groups.iter().any(|curve| curve.weighted) {
            caption.push(
                "Curves are weighted; counts are of patients, whatever their weight, and the \
                 effective number at risk is (sum of weights)\u{b2} / (sum of squared weights)."
                    .to_owned(),
            );
        }
        if let Some(limit) = self.options.min_cell {
            caption.push(format!(
                "To protect patients, steps stand for at least {limit} events, counts are rounded \
                 down to multiples of {limit}, and curves end where fewer than {limit} remain."
            ));
        }
        caption.extend(self.events_sentence());
        caption.extend(self.tests_sentences(profile));
        caption.extend(self.follow_up_sentence(profile));
        let missing = self.has(|one| {
            matches!(one, Annotation::Medians { groups, .. }
            if groups.iter().flatten().any(Option::is_none))
        });
        if missing {
            caption.push(format!("{}, not reached.", profile.wording.not_reached));
        }
        caption
    }

    /// How many events each group has, unless the counts or a mask speak of it.
    fn events_sentence(&self) -> Option<String> {
        let options = &self.options;
        if !options.count_events
            || options.min_cell.is_some()
            || options.risk_table == RiskTable::KmUnicate
        {
            return None;
        }
        let count = |curve: &CurveInput| {
            let events = curve.counts_at(f64::INFINITY).events;
            let of = format!("{} of {}", trim(events), trim(curve.n));
            if self.groups.len() == 1 { of } else { format!("{}, {of}", curve.label) }
        };
        let counts: Vec<String> = self.groups.iter().map(count).collect();
        Some(format!("Events: {}.", counts.join("; ")))
    }

    /// The sides of the tests, and whether the hazards may be taken as proportional.
    fn tests_sentences(&self, profile: &Profile) -> Vec<String> {
        let mut sentences = Vec::new();
        if self.has(|one| matches!(one, Annotation::Test { .. })) {
            sentences.push("P values are two-sided.".to_owned());
        }
        if let Some(p) = self.options.proportional {
            let verdict = if p < PROPORTIONAL {
                ", so that the hazard ratio is an average over the follow-up"
            } else {
                ""
            };
            sentences.push(format!(
                "Test of proportional hazards, {}{verdict}.",
                format::p_value(profile, p)
            ));
        }
        sentences
    }

    fn follow_up_sentence(&self, profile: &Profile) -> Option<String> {
        let median = match self.options.follow_up?.median {
            Some(median) => {
                let unit = self.options.unit.as_deref().map_or(String::new(), |u| format!(" {u}"));
                let decimals = if median >= 100.0 { 0 } else { 1 };
                format!("{}{unit}", format::number(profile, median, decimals))
            }
            None => "not reached".to_owned(),
        };
        Some(format!("Median follow-up (reverse Kaplan-Meier), {median}."))
    }

    /// When the counts are made, and what they hold.
    fn counts_sentence(&self) -> String {
        let (extended, masked) =
            (self.options.risk_table == RiskTable::KmUnicate, self.options.min_cell.is_some());
        match (extended, masked) {
            (true, false) => "Counts are made just before each time: at risk, events and censored \
                 add up to the patients analysed."
                .to_owned(),
            (true, true) => {
                "Counts are made just before each time; rounded, they need not add up.".to_owned()
            }
            (false, _) => "Numbers at risk are counted just before each time; whoever is censored \
                 at that time is still at risk."
                .to_owned(),
        }
    }

    fn tail_sentence(&self) -> Option<String> {
        let marked = self.groups.iter().any(|c| steps::tail_from(c, self.options.tail).is_some());
        let (count, share, what) = match self.options.tail {
            Tail::Full => return None,
            Tail::Lighter { count, share } => (count, share, "Lines are lighter where"),
            Tail::Cut { count, share } => (count, share, "Curves end where"),
        };
        let share = if share > 0.0 {
            format!(" or less than {}% of a group", trim(100.0 * share))
        } else {
            String::new()
        };
        marked.then(|| format!("{what} fewer than {} patients{share} remain at risk.", trim(count)))
    }

    fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.groups.len() > MOST_CURVES {
            warnings.push(format!(
                "{} curves in one plot are hard to tell apart; consider panels of at most \
                 {MOST_CURVES}",
                self.groups.len()
            ));
        }
        for curve in self.groups.iter().filter(|curve| curve.n < SMALL_GROUP) {
            warnings.push(format!(
                "group `{}` has {} patients; a curve of fewer than {SMALL_GROUP} says little",
                curve.label,
                trim(curve.n)
            ));
        }
        if let Some(p) = self.options.proportional.filter(|&p| p < PROPORTIONAL) {
            let p = format::p_value(&Profile::plain(), p);
            warnings.push(format!(
                "the hazards are not proportional ({p}), so that one hazard ratio does not tell \
                 the whole difference; report restricted means as well (riskset km --rmst)"
            ));
        }
        let missing: String =
            self.groups.iter().flat_map(|curve| font::missing(&curve.label)).collect();
        if !missing.is_empty() {
            warnings.push(format!(
                "the bundled typeface lacks {missing}; they are drawn as empty boxes in PDF and \
                 pixels, so rename the group or use the SVG"
            ));
        }
        warnings
    }

    fn facts(&self, profile: &Profile, marked: bool) -> Facts {
        let options = &self.options;
        let kind = match options.quantity {
            Quantity::Survival | Quantity::Incidence => "km",
            Quantity::CumulativeHazard => "cumhaz",
            Quantity::LogMinusLog => "loglog",
        };
        let test = options.annotations.iter().find_map(|one| match one {
            Annotation::Test { name, .. } => Some(name.clone()),
            _ => None,
        });
        let written_p = |one: &Annotation| match one {
            Annotation::Text(text) => {
                text.contains(" = 0.") || text.contains("P <") || text.contains("P =")
            }
            Annotation::Test { .. } => true,
            _ => false,
        };
        let any_tail = self.groups.iter().any(|c| steps::tail_from(c, Tail::default()).is_some());
        let censored = self.groups.iter().any(|c| c.n_censor.iter().any(|&count| count > 0.0));
        Facts {
            kind: kind.to_owned(),
            profile: profile.name.clone(),
            smallest_type: profile.type_size.smallest,
            groups: self.groups.iter().map(|curve| curve.label.clone()).collect(),
            group_sizes: self.groups.iter().map(|curve| curve.n).collect(),
            conf_level: self.groups[0].conf_level,
            conf_type: self.groups[0].conf_type.clone(),
            test,
            effect: self.has(|one| matches!(one, Annotation::Effect { .. })),
            p_value: self.has(written_p),
            unit: options.unit.clone(),
            origin: options.origin.clone(),
            endpoint: options.endpoint.clone().or_else(|| options.y_title.clone()),
            censor_marks: censored.then_some(marked),
            tail_marked: any_tail.then_some(options.tail != Tail::Full),
            group_medians: options
                .annotations
                .iter()
                .find_map(|one| match one {
                    Annotation::Medians { groups, .. } => {
                        Some(groups.iter().map(|group| group[0]).collect())
                    }
                    _ => None,
                })
                .unwrap_or_default(),
            proportional: options.proportional,
            landmark: options.landmark,
            weighted: self.groups.iter().any(|curve| curve.weighted),
            min_cell: options.min_cell.map(f64::from),
            last_times: self.groups.iter().map(|c| c.last_time() / options.per).collect(),
            panels: Vec::new(),
        }
    }
}

/// A number with at most one decimal.
fn trim(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}
