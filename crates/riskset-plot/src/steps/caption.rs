//! What the figure says about itself: a reading, sentences for the caption, facts for the checks.

use super::curve::{Estimate, StepCurve, StepCurves};
use super::notes::HAZARD_RATIO;
use super::trace;
use crate::caption::{Sentence, Tells, Warning};
use crate::facts::{Facts, PROPORTIONAL};
use crate::figure::Figure;
use crate::font;
use crate::format;
use crate::options::{Annotation, Effect, RiskTable, Tail};
use crate::panel::spec::Panel;
use crate::profile::Profile;
use crate::words::uncapital;
use riskset::{CurveVariance, Remedy};

/// More curves than this are hard to tell apart.
const MOST_CURVES: usize = 4;
/// Groups smaller than this hardly make a curve.
const SMALL_GROUP: f64 = 10.0;

impl StepCurves {
    /// Fills in everything of the figure that is not drawn.
    pub(crate) fn describe(&self, figure: &mut Figure, profile: &Profile, panel: &Panel) {
        figure.scene.title = self.name();
        figure.scene.description = self.reading(profile, panel);
        let marked = panel.series.iter().any(|series| !series.marks.is_empty());
        figure.caption.extend(self.caption(profile, marked));
        figure.warnings.extend(self.warnings());
        figure.scene.facts = self.facts(profile, marked);
    }

    fn name(&self) -> String {
        let default = match self.estimate {
            Estimate::LogMinusLog => Estimate::Survival.words(),
            estimate => estimate.words(),
        };
        let endpoint = self.options.endpoint.as_deref();
        let endpoint = endpoint.map_or_else(|| default.to_owned(), uncapital);
        let estimate = match self.estimate {
            Estimate::Survival | Estimate::Incidence => "Kaplan-Meier estimate of",
            Estimate::CompetingIncidence => "Aalen-Johansen estimate of",
            Estimate::CumulativeHazard => "Cumulative hazard,",
            Estimate::LogMinusLog => "log(-log) of the Kaplan-Meier estimate of",
        };
        let groups = match self.curves.len() {
            1 => String::new(),
            count => format!(" in {count} groups"),
        };
        format!("{estimate} {endpoint}{groups}")
    }

    /// One sentence per group, from its numbers.
    fn reading(&self, profile: &Profile, panel: &Panel) -> String {
        let mut ticks: Vec<f64> = panel.x.ticks.iter().map(|tick| tick.0).collect();
        ticks.retain(|&time| time > 0.0);
        let unit = self.options.unit.as_deref().map_or(String::new(), |unit| format!(" {unit}"));
        let every = ticks.len().div_ceil(3).max(1);
        let chosen: Vec<f64> = ticks.iter().copied().skip(every - 1).step_by(every).collect();
        let sentence = |curve: &StepCurve| {
            let events = curve.counts_at(f64::INFINITY).events;
            let at = |&time: &f64| {
                let value = curve.value_at(self.estimate, time * self.options.per)?;
                let text = match self.estimate.is_probability() {
                    true => format::probability(profile, value, 0),
                    false => format::number(profile, value, 2),
                };
                let percent = profile.number.percent && self.estimate.is_probability();
                let percent = if percent { "%" } else { "" };
                let unit = if time == 1.0 { unit.trim_end_matches('s') } else { &unit };
                Some(format!("{text}{percent} at {}{unit}", trim(time)))
            };
            let values: Vec<String> = chosen.iter().filter_map(at).collect();
            let values = if values.is_empty() {
                String::new()
            } else {
                format!("; {} {}", self.estimate.words(), values.join(", "))
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
        self.curves.iter().map(sentence).collect::<Vec<_>>().join(" ")
    }

    fn caption(&self, profile: &Profile, marked: bool) -> Vec<Sentence> {
        let mut caption = Vec::new();
        let curve = &self.curves[0];
        if self.options.bands
            && self.estimate != Estimate::LogMinusLog
            && let (Some(level), Some(scale)) = (curve.conf_level, &curve.conf_type)
        {
            let level = format::level(profile, level);
            let shown = match self.bars() {
                true => "Vertical bars at the labelled times, side by side,",
                false => "Shaded bands",
            };
            let errors = match curve.variance {
                CurveVariance::Greenwood => "",
                CurveVariance::Robust { clusters: None } => ", robust standard errors by row",
                CurveVariance::Robust { .. } => ", robust standard errors by cluster",
            };
            let text = match &curve.simultaneous {
                None => format!(
                    "{shown} are pointwise {level} confidence intervals ({scale} scale{errors})."
                ),
                Some(band) => format!(
                    "{shown} are simultaneous {level} confidence bands ({band}, {scale} scale): each \
                     holds its whole curve."
                ),
            };
            caption.push(Sentence::telling(text, Tells::Interval));
        }
        if self.curves.iter().any(StepCurve::censors) {
            let text = match marked {
                true if self.bars() => "Short marks on the curves show censored patients.",
                true => "Vertical marks show censored patients.",
                false => "Censoring marks are left out.",
            };
            caption.push(Sentence::telling(text, Tells::CensoringMarks));
        }
        caption.extend(self.tail_sentence().map(Sentence::from));
        if self.options.risk_table != RiskTable::None {
            caption.push(Sentence::telling(self.counts_sentence(), Tells::CountTimes));
        }
        if self.options.log_time {
            caption.push("Time is on a logarithmic scale.".into());
        }
        if self.options.inset {
            caption.push("The inset shows the same curves on a larger scale.".into());
        }
        if self.curves.iter().any(|curve| curve.start > 0.0) {
            caption.push("Curves start at the first entry.".into());
        }
        if self.curves.iter().any(|curve| curve.weighted) {
            let text = "Curves are weighted; counts are of patients, whatever their weight, and the \
                        effective number at risk is (sum of weights)\u{b2} / (sum of squared weights).";
            caption.push(Sentence::telling(text, Tells::Weights));
        }
        if let Some(limit) = self.options.min_cell {
            let text = format!(
                "To protect patients, steps stand for at least {limit} events, counts are rounded \
                 down to multiples of {limit}, and curves end where fewer than {limit} remain."
            );
            caption.push(Sentence::telling(text, Tells::Masking));
        }
        let events = self.events_sentence();
        caption.extend(events.map(|text| Sentence::telling(text, Tells::Events)));
        caption.extend(self.tests_sentences(profile));
        let follow_up = self.follow_up_sentence(profile);
        caption.extend(follow_up.map(|text| Sentence::telling(text, Tells::FollowUp)));
        let abbreviated = |one: &Annotation| matches!(one, Annotation::Effects { name, .. } if name == HAZARD_RATIO);
        let pair = self.curves.len() == 2 && !self.has(|a| matches!(a, Annotation::Medians { .. }));
        if self.has(abbreviated) && !pair {
            caption.push("HR, hazard ratio.".into());
        }
        let missing = self.has(|one| {
            matches!(one, Annotation::Medians { groups, .. }
            if groups.iter().flatten().any(Option::is_none))
        });
        if missing {
            caption.push(format!("{}, not reached.", profile.wording.not_reached).into());
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
        let count = |curve: &StepCurve| {
            let events = curve.counts_at(f64::INFINITY).events;
            let of = format!("{} of {}", trim(events), trim(curve.n));
            if self.curves.len() == 1 { of } else { format!("{}, {of}", curve.label) }
        };
        let counts: Vec<String> = self.curves.iter().map(count).collect();
        Some(format!("Events: {}.", counts.join("; ")))
    }

    /// The sides of the tests, and whether the hazards may be taken as proportional.
    fn tests_sentences(&self, profile: &Profile) -> Vec<Sentence> {
        let mut sentences = Vec::new();
        if self.has(|one| matches!(one, Annotation::Test { .. })) {
            sentences.push(Sentence::telling("P values are two-sided.", Tells::Sides));
        }
        if let Some(p) = self.options.proportional {
            let verdict = if p < PROPORTIONAL {
                ", so that the hazard ratio is an average over the follow-up"
            } else {
                ""
            };
            let p = format::p_value(profile, p);
            sentences.push(format!("Test of proportional hazards, {p}{verdict}.").into());
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
            (true, false) if self.late_entry() => {
                "Counts are made just before each time; patients \
                 enter late, so that they need not add up."
                    .to_owned()
            }
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
        let what = match self.options.tail {
            Tail::Full => return None,
            Tail::Lighter { .. } => "Lines are lighter where",
            Tail::Cut { .. } => "Curves end where",
        };
        let marked = |curve: &&StepCurve| trace::tail_from(curve, self.options.tail).is_some();
        let curves: Vec<&StepCurve> = self.curves.iter().filter(marked).collect();
        let limit = |curve: &StepCurve| Some(trace::few(curve.n, self.options.tail)?.ceil());
        let first = limit(curves.first()?)?;
        if curves.iter().all(|curve| limit(curve) == Some(first)) {
            return Some(format!("{what} fewer than {} patients remain at risk.", trim(first)));
        }
        let each = |curve: &&StepCurve| Some(format!("{} ({})", trim(limit(curve)?), curve.label));
        let each: Vec<String> = curves.iter().filter_map(each).collect();
        Some(format!("{what} fewer patients remain at risk than {}.", each.join(", ")))
    }

    fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if self.curves.len() > MOST_CURVES {
            warnings.push(Warning::plain(format!(
                "{} curves in one plot are hard to tell apart; consider panels of at most \
                 {MOST_CURVES}",
                self.curves.len()
            )));
        }
        for curve in self.curves.iter().filter(|curve| curve.n < SMALL_GROUP) {
            warnings.push(Warning::plain(format!(
                "group `{}` has {} patients; a curve of fewer than {SMALL_GROUP} says little",
                curve.label,
                trim(curve.n)
            )));
        }
        if let Some(p) = self.options.proportional.filter(|&p| p < PROPORTIONAL) {
            let p = format::p_value(&Profile::plain(), p);
            warnings.push(Warning {
                what: format!(
                    "the hazards are not proportional ({p}), so that one hazard ratio does not \
                     tell the whole difference"
                ),
                remedy: Some(Remedy::AnyOf(vec![
                    Remedy::to("report restricted means as well"),
                    Remedy::Ask("km".into()),
                ])),
            });
        }
        let missing: String =
            self.curves.iter().flat_map(|curve| font::missing(&curve.label)).collect();
        if !missing.is_empty() {
            warnings.push(Warning::plain(format!(
                "the bundled typeface lacks {missing}; they are drawn as empty boxes in PDF and \
                 pixels, so rename the group or use the SVG"
            )));
        }
        warnings
    }

    fn facts(&self, profile: &Profile, marked: bool) -> Facts {
        let options = &self.options;
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
        let any_tail = self.curves.iter().any(|c| trace::tail_from(c, Tail::default()).is_some());
        let censored = self.curves.iter().any(StepCurve::censors);
        Facts {
            kind: self.estimate.kind().to_owned(),
            profile: profile.name.clone(),
            smallest_type: profile.type_size.smallest,
            groups: self.counted.iter().map(|group| group.label.clone()).collect(),
            group_sizes: self.counted.iter().map(|group| group.n).collect(),
            conf_level: self.curves[0].conf_level,
            conf_type: self.curves[0].conf_type.clone(),
            test,
            effect: self.has(|one| matches!(one, Annotation::Effects { .. })),
            not_estimable: self.has(not_estimable),
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
            late_entry: self.late_entry(),
            log_time: self.log_time(),
            weighted: self.curves.iter().any(|curve| curve.weighted),
            min_cell: options.min_cell.map(f64::from),
            last_times: self.curves.iter().map(|c| c.last_time() / options.per).collect(),
            panels: Vec::new(),
        }
    }
}

/// Whether an effect of some group is not estimable.
fn not_estimable(annotation: &Annotation) -> bool {
    matches!(annotation, Annotation::Effects { groups, .. } if groups.contains(&Effect::NotEstimable))
}

/// A number with at most one decimal.
fn trim(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

impl StepCurves {
    fn late_entry(&self) -> bool {
        self.curves.iter().any(|curve| curve.late_entry)
    }

    /// Whether some annotation is of this kind.
    fn has(&self, kind: impl Fn(&Annotation) -> bool) -> bool {
        self.options.annotations.iter().any(kind)
    }
}
