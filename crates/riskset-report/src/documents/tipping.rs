//! The answer of `riskset tipping`.

use super::{Document, Estimate, Head};
use crate::format::{NOT_ESTIMABLE, Style};
use crate::table::{Align, Table};
use riskset::{Conclusion, LostCase, TippedRatio};
use riskset_analysis::{LostGroup, TippingAnswer, Voice};
use schemars::JsonSchema;
use serde::Serialize;

/// How much hangs on those who were lost.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TippingDocument {
    /// What every document starts with.
    #[serde(flatten)]
    pub head: Head,
    /// The level of the intervals, which also says when a conclusion turns.
    pub conf_level: f64,
    /// Who was lost, as it was written; `null` for all who are censored.
    pub lost: Option<String>,
    /// Imputations of each ratio at a delta.
    pub imputations: usize,
    /// Their seed.
    pub seed: u64,
    /// The reference.
    pub reference: LostGroupEntry,
    /// The group compared with it.
    pub compared: LostGroupEntry,
    /// What the limits of the observed hazard ratio say: `lower`, `open` or `higher`.
    pub conclusion: Option<&'static str>,
    /// The hazard ratio as observed and in the four cases.
    pub cases: Vec<CaseEntry>,
    /// Ratios at the deltas, one group at a time.
    pub deltas: Vec<DeltaEntry>,
    /// Where the conclusion of a delta of 1 turns, one entry per group and direction.
    pub turns: Vec<TurnEntry>,
}

/// A group.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LostGroupEntry {
    /// `arm=A`.
    pub label: String,
    /// Patients.
    pub n: usize,
    /// Patients with the event.
    pub events: usize,
    /// Patients who were lost.
    pub lost: usize,
}

/// A case.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CaseEntry {
    /// `observed`, `worst` (for the group compared), `best`, `all_events` or `no_events`.
    pub case: &'static str,
    /// The hazard ratio of the group compared; `null` is not estimable.
    #[serde(flatten)]
    pub ratio: TippedEntry,
}

/// A ratio at a delta.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DeltaEntry {
    /// The group whose losses have this delta.
    pub group: String,
    /// The hazard of those lost over that of those followed.
    pub delta: f64,
    /// The pooled hazard ratio.
    #[serde(flatten)]
    pub ratio: TippedEntry,
}

/// A hazard ratio.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct TippedEntry {
    /// The ratio with its limits.
    pub hazard_ratio: Estimate,
    /// The standard error of its logarithm.
    pub std_error: Option<f64>,
    /// Two-sided.
    pub p_value: Option<f64>,
}

/// Where the conclusion turns.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TurnEntry {
    /// The group whose losses have the delta.
    pub group: String,
    /// `more` events (delta above 1) or `fewer`.
    pub towards: &'static str,
    /// The delta; `null` where the conclusion does not turn up to 64, or down to 0.
    pub delta: Option<f64>,
}

fn entry(found: Option<TippedRatio>) -> TippedEntry {
    TippedEntry {
        hazard_ratio: Estimate {
            estimate: found.map(|found| found.log_ratio.exp()),
            lower: found.and_then(|found| found.interval.lower),
            upper: found.and_then(|found| found.interval.upper),
        },
        std_error: found.map(|found| found.std_error),
        p_value: found.map(|found| found.p_value),
    }
}

fn name(case: LostCase) -> &'static str {
    match case {
        LostCase::Observed => "observed",
        LostCase::WorstForSecond => "worst",
        LostCase::BestForSecond => "best",
        LostCase::AllEvents => "all_events",
        LostCase::NoEvents => "no_events",
    }
}

impl TippingDocument {
    /// The document of an answer.
    pub fn of(answer: TippingAnswer, voice: &dyn Voice) -> TippingDocument {
        let request = &answer.request;
        let group = |own: &LostGroup| LostGroupEntry {
            label: own.name.name().to_owned(),
            n: own.n,
            events: own.events,
            lost: own.lost,
        };
        let labels = answer.groups.each_ref().map(|own| own.name.name().to_owned());
        // The group compared comes first: its losses are what a reader asks about.
        let order = [1, 0];
        let deltas = order.into_iter().flat_map(|own| {
            let label = labels[own].clone();
            answer.deltas[own].iter().map(move |&(delta, found)| DeltaEntry {
                group: label.clone(),
                delta,
                ratio: entry(found),
            })
        });
        let turns = order.into_iter().flat_map(|own| {
            ["more", "fewer"].into_iter().zip(answer.turns[own]).map({
                let label = labels[own].clone();
                move |(towards, delta)| TurnEntry { group: label.clone(), towards, delta }
            })
        });
        let observed = answer.cases.iter().find(|(case, _)| *case == LostCase::Observed);
        let conclusion =
            observed.and_then(|(_, found)| *found).map(|found| match found.conclusion() {
                Conclusion::Lower => "lower",
                Conclusion::Open => "open",
                Conclusion::Higher => "higher",
            });
        TippingDocument {
            head: Head::of(&answer.about, voice),
            conf_level: request.conf_level,
            lost: request.lost.clone(),
            imputations: request.imputations,
            seed: request.seed,
            reference: group(&answer.groups[0]),
            compared: group(&answer.groups[1]),
            conclusion,
            cases: answer
                .cases
                .iter()
                .map(|&(case, found)| CaseEntry { case: name(case), ratio: entry(found) })
                .collect(),
            deltas: deltas.collect(),
            turns: turns.collect(),
        }
    }

    fn ratios(&self, style: &Style) -> Table {
        let level = style.level(self.conf_level);
        let (reference, compared) = (&self.reference.label, &self.compared.label);
        let mut table = Table::new(format!("Hazard ratio, {compared} against {reference}"))
            .column("Those who were lost", Align::Left)
            .column(format!("HR ({level} CI)"), Align::Right)
            .column("P", Align::Right);
        let cells = |words: String, ratio: &TippedEntry| {
            let text = ratio.hazard_ratio.text(style, 2, NOT_ESTIMABLE);
            [words, text, style.p_value(ratio.p_value)]
        };
        for one in &self.cases {
            let words = match one.case {
                "worst" => format!("worst case: events in {compared} only"),
                "best" => format!("best case: events in {reference} only"),
                "all_events" => "all have the event".to_owned(),
                "no_events" => "none has the event".to_owned(),
                _ => "as observed, censored".to_owned(),
            };
            table = table.row(cells(words, &one.ratio));
        }
        let mut last = "";
        for one in &self.deltas {
            if one.group != last {
                table = table.group(format!("Imputed, delta in {}", one.group));
            }
            last = &one.group;
            table = table.indented(cells(one.delta.to_string(), &one.ratio));
        }
        table
    }

    /// Where it turns, for people.
    fn turning(&self, style: &Style) -> Vec<String> {
        let Some(conclusion) = self.conclusion else {
            return vec![
                "There is no observed hazard ratio, so there is no conclusion that could \
                         turn."
                    .to_owned(),
            ];
        };
        let what = match conclusion {
            "lower" => "a hazard ratio below 1",
            "higher" => "a hazard ratio above 1",
            _ => "limits on both sides of 1",
        };
        let mut told = Vec::new();
        for one in &self.turns {
            let Some(delta) = one.delta else { continue };
            told.push(format!("{} times in {}", style.number(delta, 2), one.group));
        }
        let held = format!(
            "Nothing turned on the way to a hazard 64 times as high, or to none, {}.",
            if told.is_empty() { "in either group" } else { "where no delta is named" }
        );
        match told.is_empty() {
            true => vec![format!("The conclusion, {what}, does not turn. {held}")],
            false => vec![format!(
                "The conclusion, {what}, turns when the hazard of those who were lost is, against that \
                 of those still followed, {}. {held}",
                told.join("; or ")
            )],
        }
    }
}

impl Document for TippingDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        let mut groups = Table::new("Groups")
            .column("Group", Align::Left)
            .column("n", Align::Right)
            .column("Events", Align::Right)
            .column("Lost", Align::Right);
        for one in [&self.reference, &self.compared] {
            let counts = [one.n, one.events, one.lost].map(|count| count.to_string());
            groups = groups.row(std::iter::once(one.label.clone()).chain(counts));
        }
        vec![groups, self.ratios(style)]
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let mut notes = self.turning(style);
        notes.push(format!(
            "Delta is the hazard of those lost over that of those of their group still followed; 1 is \
             censoring that says nothing. {} imputations, seed {}, put together by Rubin's rules; one \
             group at a time.",
            self.imputations, self.seed
        ));
        notes
    }
}
