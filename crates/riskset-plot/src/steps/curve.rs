//! Estimated step functions with their counts: what figures of survival, incidence and hazard share.

use crate::colour::Colour;
use crate::curve::{Counts, CountsAt, CurveInput, counts_before};
use crate::options::{FigureOptions, Quantity};
use riskset::CurveVariance;
use std::fmt;
use std::sync::Arc;

/// The curves of a figure, what they estimate and who is counted under them.
#[derive(Clone, Debug)]
pub(crate) struct StepCurves {
    pub estimate: Estimate,
    /// In the order of the legend.
    pub curves: Vec<StepCurve>,
    /// The groups whose patients are counted, in the order of the counts.
    pub counted: Vec<CountedGroup>,
    pub options: FigureOptions,
}

/// What the curves estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Estimate {
    /// S(t) by Kaplan and Meier.
    Survival,
    /// 1 - S(t), where there is one kind of event.
    Incidence,
    /// The incidence of one of several kinds of events, by Aalen and Johansen.
    CompetingIncidence,
    /// -log S(t).
    CumulativeHazard,
    /// log(-log S(t)).
    LogMinusLog,
}

/// One curve: columns with one entry per time at which something happened, increasing.
#[derive(Clone, Debug)]
pub(crate) struct StepCurve {
    pub label: String,
    /// The group and the cause, where there are several kinds of events.
    pub cause: Option<(String, String)>,
    /// Patients analysed.
    pub n: f64,
    /// From when on anybody is under observation, in the unit of the data.
    pub start: f64,
    /// In the unit of the data.
    pub time: Vec<f64>,
    pub n_risk: Vec<f64>,
    pub n_event: Vec<f64>,
    pub n_censor: Vec<f64>,
    /// The estimate from each time on; `None` where it is infinite.
    pub value: Vec<Option<f64>>,
    pub lower: Vec<Option<f64>>,
    pub upper: Vec<Option<f64>>,
    pub conf_level: Option<f64>,
    pub conf_type: Option<String>,
    /// The name of the band whose limits hold the whole curve; `None` where they hold one time each.
    pub simultaneous: Option<String>,
    pub variance: CurveVariance,
    /// `None` takes the counts from the columns.
    pub counts: Option<CountsAt>,
    pub late_entry: bool,
    pub weighted: bool,
    /// The group's own colour; `None` takes that of `hue`.
    pub colour: Option<Colour>,
    /// Its place among the colours of the profile.
    pub hue: usize,
    /// Its place among the line types of the profile.
    pub dash: usize,
}

/// One group as it is counted: the rows of the table that belong together.
#[derive(Clone)]
pub(crate) struct CountedGroup {
    /// The curve whose key stands for it.
    pub curve: usize,
    pub label: String,
    /// Patients analysed.
    pub n: f64,
    /// Whether the key of a curve stands before the name.
    pub keyed: bool,
    /// Whether rows of their own say how many patients weights rest on.
    pub weighted: bool,
    /// The names of the kinds of events, in the order of [`Tally::events`]; `None` takes the word of
    /// the profile.
    pub events: Vec<Option<String>>,
    /// The counts just before a time in the unit of the data.
    pub at: Arc<dyn Fn(f64) -> Tally + Send + Sync>,
}

/// The counts of a group just before a time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tally {
    pub at_risk: f64,
    pub events: Vec<f64>,
    pub censored: f64,
    pub effective: Option<f64>,
}

impl fmt::Debug for CountedGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CountedGroup").field("label", &self.label).finish_non_exhaustive()
    }
}

impl From<Quantity> for Estimate {
    fn from(quantity: Quantity) -> Estimate {
        match quantity {
            Quantity::Survival => Estimate::Survival,
            Quantity::Incidence => Estimate::Incidence,
            Quantity::CumulativeHazard => Estimate::CumulativeHazard,
            Quantity::LogMinusLog => Estimate::LogMinusLog,
        }
    }
}

impl Estimate {
    /// The value before anything has happened; `None` where it is infinite.
    pub fn at_start(self) -> Option<f64> {
        match self {
            Estimate::Survival => Some(1.0),
            Estimate::Incidence | Estimate::CompetingIncidence | Estimate::CumulativeHazard => {
                Some(0.0)
            }
            Estimate::LogMinusLog => None,
        }
    }

    /// The value that a curve never leaves again; `None` where it is infinite or there is none.
    fn for_ever(self) -> Option<f64> {
        match self {
            Estimate::Survival => Some(0.0),
            Estimate::Incidence => Some(1.0),
            _ => None,
        }
    }

    /// The value of a survival probability; `None` where it is infinite.
    pub fn of_survival(self, survival: f64) -> Option<f64> {
        let value = match self {
            Estimate::Survival => survival,
            Estimate::Incidence | Estimate::CompetingIncidence => 1.0 - survival,
            // Not -ln(1) = -0, which would be labelled with a minus.
            Estimate::CumulativeHazard => (0.0 - survival.ln()).max(0.0),
            Estimate::LogMinusLog => (-survival.ln()).ln(),
        };
        value.is_finite().then_some(value)
    }

    /// Whether the values are probabilities.
    pub fn is_probability(self) -> bool {
        !matches!(self, Estimate::CumulativeHazard | Estimate::LogMinusLog)
    }

    /// Whether the values are incidences, which rise from 0.
    pub fn is_incidence(self) -> bool {
        matches!(self, Estimate::Incidence | Estimate::CompetingIncidence)
    }

    /// The kind of figure, as checks know it.
    pub fn kind(self) -> &'static str {
        match self {
            Estimate::Survival | Estimate::Incidence => "km",
            Estimate::CompetingIncidence => "cif",
            Estimate::CumulativeHazard => "cumhaz",
            Estimate::LogMinusLog => "loglog",
        }
    }

    /// What is estimated, in words and as the default of the axis title.
    pub fn words(self) -> &'static str {
        match self {
            Estimate::Survival => "survival",
            Estimate::Incidence | Estimate::CompetingIncidence => "cumulative incidence",
            Estimate::CumulativeHazard => "cumulative hazard",
            Estimate::LogMinusLog => "log(\u{2212}log S)",
        }
    }

    /// The name of its column in the data.
    pub fn column(self) -> &'static str {
        match self {
            Estimate::Survival => "survival",
            Estimate::Incidence => "incidence",
            Estimate::CompetingIncidence => "estimate",
            Estimate::CumulativeHazard => "cumulative_hazard",
            Estimate::LogMinusLog => "log_minus_log",
        }
    }
}

impl StepCurve {
    /// A curve of survival as a curve of the estimate, at this place of the legend.
    pub fn of_survival(curve: &CurveInput, estimate: Estimate, place: usize) -> StepCurve {
        let value = |survival: &f64| estimate.of_survival(*survival);
        let limit = |survival: &Option<f64>| survival.and_then(|s| estimate.of_survival(s));
        let lower: Vec<_> = curve.lower.iter().map(limit).collect();
        let upper: Vec<_> = curve.upper.iter().map(limit).collect();
        // What falls with S has its limits the other way round.
        let (lower, upper) =
            if estimate == Estimate::Survival { (lower, upper) } else { (upper, lower) };
        StepCurve {
            label: curve.label.clone(),
            cause: None,
            n: curve.n,
            start: curve.start,
            time: curve.time.clone(),
            n_risk: curve.n_risk.clone(),
            n_event: curve.n_event.clone(),
            n_censor: curve.n_censor.clone(),
            value: curve.survival.iter().map(value).collect(),
            lower,
            upper,
            conf_level: curve.conf_level,
            conf_type: curve.conf_type.clone(),
            simultaneous: curve.simultaneous.clone(),
            variance: curve.variance,
            counts: curve.counts.clone(),
            late_entry: curve.late_entry,
            weighted: curve.weighted,
            colour: curve.colour,
            hue: place,
            dash: place,
        }
    }

    /// What is counted just before a time in the unit of the data.
    pub fn counts_at(&self, time: f64) -> Counts {
        match &self.counts {
            Some(CountsAt(counts)) => counts(time),
            None => counts_before(&self.time, &self.n_risk, &self.n_event, &self.n_censor, time),
        }
    }

    /// Patients at risk at the time of a row, each counted once whatever the weight.
    pub fn patients_at_risk(&self, row: usize) -> f64 {
        if self.weighted { self.counts_at(self.time[row]).at_risk } else { self.n_risk[row] }
    }

    /// The estimate at a time in the unit of the data; `None` before the first entry, after the last
    /// follow-up (unless nothing can change any more), and where it is infinite.
    pub fn value_at(&self, estimate: Estimate, time: f64) -> Option<f64> {
        if time < self.start {
            return None;
        }
        let next = self.time.partition_point(|&observed| observed <= time);
        if next == 0 {
            return estimate.at_start();
        }
        let value = self.value[next - 1];
        let past = next == self.time.len() && time > self.time[next - 1];
        if past && (value.is_none() || value != estimate.for_ever()) { None } else { value }
    }

    /// The limits at a time in the unit of the data; `None` where one of them does not exist.
    pub fn limits_at(&self, time: f64) -> Option<(f64, f64)> {
        let row = self.time.partition_point(|&observed| observed <= time).checked_sub(1)?;
        self.lower[row].zip(self.upper[row])
    }

    /// The last event or censoring time.
    pub fn last_time(&self) -> f64 {
        self.time.last().copied().unwrap_or(0.0)
    }

    /// Whether anybody is censored.
    pub fn censors(&self) -> bool {
        self.n_censor.iter().any(|&count| count > 0.0)
    }
}

impl CountedGroup {
    /// A group with one curve and one kind of event.
    pub fn of_curve(place: usize, curve: &StepCurve) -> CountedGroup {
        let source = curve.clone();
        CountedGroup {
            curve: place,
            label: curve.label.clone(),
            n: curve.n,
            keyed: true,
            weighted: curve.weighted,
            events: vec![None],
            at: Arc::new(move |time| {
                let Counts { at_risk, events, censored, effective } = source.counts_at(time);
                Tally { at_risk, events: vec![events], censored, effective }
            }),
        }
    }
}
