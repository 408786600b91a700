//! What a user may choose about a figure over time.

use crate::bounds::{check_label, check_size};
use crate::error::Error;
use crate::panel::spec::Legend;
use crate::words::capital;

/// Choices about a figure over time. The default is a figure of one column with bands, marks, and
/// counts at risk.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureOptions {
    /// Width in millimetres; `None` takes one column of the profile.
    pub width: Option<f64>,
    /// Height in millimetres; `None` takes what a plot of pleasant proportion needs.
    pub height: Option<f64>,
    /// What is plotted against time.
    pub quantity: Quantity,
    /// The endpoint in words ("Overall survival"), for the axis title; `None` names the quantity.
    pub endpoint: Option<String>,
    /// The unit of the time axis in words ("months"); `None` leaves it out.
    pub unit: Option<String>,
    /// Units of the data in one unit of the axis: 30.4375 for days shown as months.
    pub per: f64,
    /// The origin of time ("randomisation"), for the axis title.
    pub origin: Option<String>,
    /// The title of the time axis, instead of one made from unit and origin.
    pub x_title: Option<String>,
    /// The title of the other axis, instead of one made from the endpoint.
    pub y_title: Option<String>,
    /// A title above the plot; journals want none.
    pub title: Option<String>,
    /// The distance of the ticks of the time axis, in its unit.
    pub break_time: Option<f64>,
    /// Whether equal ratios of time take equal lengths: for events that come early.
    pub log_time: bool,
    /// Whether a part of the scale is drawn again, larger, in a free place of the plot: for rare
    /// events on the full scale.
    pub inset: bool,
    /// The range of the time axis, in its unit.
    pub x_limits: Option<(f64, f64)>,
    /// The range of the other axis: for probabilities in fractions, or in per cent where the axis is
    /// (an upper limit above 1 says so).
    pub y_limits: Option<(f64, f64)>,
    /// Confidence intervals.
    pub bands: bool,
    /// How they are drawn.
    pub intervals: Intervals,
    /// Censoring marks; `None` shows them unless they would run into a band.
    pub censor_marks: Option<bool>,
    /// The counts under the plot.
    pub risk_table: RiskTable,
    /// Where the groups are named.
    pub legend: Legend,
    /// Lines in the plot: tests, effects, medians.
    pub annotations: Vec<Annotation>,
    /// What happens to a curve where few remain.
    pub tail: Tail,
    /// A landmark, in the unit of the axis: a line, and no group before it.
    pub landmark: Option<f64>,
    /// Counts, steps and marks of fewer than this many patients are masked.
    pub min_cell: Option<u32>,
    /// Whether the caption counts the events of each group; not where the curves fall at
    /// censorings.
    pub count_events: bool,
    /// The median follow-up, for the caption; `None` says nothing of it.
    pub follow_up: Option<FollowUp>,
    /// The P value of the test of proportional hazards behind a hazard ratio; `None` where there
    /// was no test.
    pub proportional: Option<f64>,
    /// Whether the numbers behind the figure travel inside the file.
    pub embed: bool,
}

impl FigureOptions {
    /// Refuses what no figure could follow.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if !(self.per.is_finite() && self.per > 0.0) {
            let place = "the number of data units in one unit of the axis".to_owned();
            return Err(Error::Value { place, value: self.per, must: "more than 0" });
        }
        if let Some(value) = self.break_time.filter(|step| !(step.is_finite() && *step > 0.0)) {
            let place = "the distance of the ticks".to_owned();
            return Err(Error::Value { place, value, must: "more than 0" });
        }
        if let (Some(value), true) = (self.break_time, self.log_time) {
            let place = "the distance of the ticks of a logarithmic time axis".to_owned();
            return Err(Error::Value {
                place,
                value,
                must: "left out: its ticks are not equally apart",
            });
        }
        let words = [&self.endpoint, &self.unit, &self.origin, &self.x_title, &self.y_title];
        words.into_iter().chain([&self.title]).flatten().try_for_each(|text| check_label(text))?;
        check_size(self.width, self.height)
    }

    /// Refuses annotations that do not belong to this many groups, and effects that are none.
    pub(crate) fn check_annotations(&self, count: usize) -> Result<(), Error> {
        let length = |column: &'static str, found: usize| match found == count {
            true => Ok(()),
            false => {
                let label = "annotations".to_owned();
                Err(Error::Length { label, column, expected: count, found })
            }
        };
        for annotation in &self.annotations {
            match annotation {
                Annotation::Effects { groups, .. } => {
                    length("effects", groups.len())?;
                    groups.iter().try_for_each(Effect::check)?;
                }
                Annotation::Medians { groups, .. } => length("medians", groups.len())?,
                Annotation::Text(_) | Annotation::Test { .. } => {}
            }
        }
        Ok(())
    }

    /// The title of the time axis: as given, else "Months since randomisation", "Time, months" or
    /// "Time".
    pub fn time_title(&self) -> String {
        if let Some(title) = &self.x_title {
            return title.clone();
        }
        match (&self.unit, &self.origin) {
            (Some(unit), Some(origin)) => format!("{} since {origin}", capital(unit)),
            (Some(unit), None) => format!("Time, {unit}"),
            (None, Some(origin)) => format!("Time since {origin}"),
            (None, None) => "Time".to_owned(),
        }
    }
}

impl Default for FigureOptions {
    fn default() -> FigureOptions {
        FigureOptions {
            width: None,
            height: None,
            quantity: Quantity::Survival,
            endpoint: None,
            unit: None,
            per: 1.0,
            origin: None,
            x_title: None,
            y_title: None,
            title: None,
            break_time: None,
            log_time: false,
            inset: false,
            x_limits: None,
            y_limits: None,
            bands: true,
            intervals: Intervals::Auto,
            censor_marks: None,
            risk_table: RiskTable::AtRisk,
            legend: Legend::Auto,
            annotations: Vec::new(),
            tail: Tail::default(),
            landmark: None,
            min_cell: None,
            count_events: true,
            follow_up: None,
            proportional: None,
            embed: true,
        }
    }
}

/// What is plotted against time; each is a function of S(t), and so are its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Quantity {
    /// S(t), downwards from 1.
    #[default]
    Survival,
    /// 1 - S(t), upwards from 0: clearer where events are rare.
    Incidence,
    /// -log S(t). With the Breslow estimator this is the Nelson-Aalen estimate.
    CumulativeHazard,
    /// log(-log S(t)) against log time: parallel under proportional hazards.
    LogMinusLog,
}

/// How confidence intervals are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Intervals {
    /// Bands for one or two curves; bars for more, since three bands over each other are mud.
    #[default]
    Auto,
    /// Bands.
    Bands,
    /// Bars at the labelled times, those of the curves side by side.
    Bars,
}

/// The counts under the plot, each just before the time of its tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum RiskTable {
    /// None.
    None,
    /// At risk.
    #[default]
    AtRisk,
    /// At risk, and in brackets the number censored before.
    AtRiskCensored,
    /// At risk, events before and censored before, which add up to the patients analysed.
    ///
    /// Source: Morris et al. (2019), BMJ Open 9:e030215.
    KmUnicate,
}

/// What happens to a curve where few remain at risk.
///
/// Source: Pocock, Clayton and Altman (2002), Lancet 359:1686-1689.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tail {
    /// Drawn like the rest.
    Full,
    /// Drawn lighter and thinner once fewer than `count` patients (of a small group: than a fifth of
    /// it), or less than `share` of the group, are at risk.
    Lighter {
        /// Patients at risk.
        count: f64,
        /// Share of the group, as a fraction.
        share: f64,
    },
    /// Not drawn beyond that point.
    Cut {
        /// Patients at risk.
        count: f64,
        /// Share of the group, as a fraction.
        share: f64,
    },
}

impl Default for Tail {
    fn default() -> Tail {
        Tail::Lighter { count: 10.0, share: 0.1 }
    }
}

/// The median follow-up by the reverse Kaplan-Meier estimate (Schemper and Smith 1996, Control
/// Clin Trials 17:343-346).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FollowUp {
    /// In the unit of the axis; `None` is not reached.
    pub median: Option<f64>,
}

/// Lines in the plot.
#[derive(Clone, Debug, PartialEq)]
pub enum Annotation {
    /// A line as it stands.
    Text(String),
    /// A test by its name, with its P value: "Log-rank P = 0.003".
    Test {
        /// The test in words, sidedness and strata included where they matter.
        name: String,
        /// Its P value.
        p_value: f64,
    },
    /// The effect of every group, in group order: "Hazard ratio". Two groups have their contrast in
    /// one line, more of them a row each.
    Effects {
        /// The measure in words: "Hazard ratio".
        name: String,
        /// The level of the intervals, as a fraction.
        level: f64,
        /// One per group, exactly one of them the reference.
        groups: Vec<Effect>,
    },
    /// The median of every group, in group order and in the unit of the axis.
    Medians {
        /// The level of the intervals, as a fraction.
        level: f64,
        /// Estimate, lower and upper limit of each group; `None` is not reached.
        groups: Vec<[Option<f64>; 3]>,
    },
}

/// The effect of a group against the reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Effect {
    /// The group is the reference.
    Reference,
    /// An estimate with its limits, on the scale of ratios.
    Estimate {
        /// The estimate, finite and more than 0.
        value: f64,
        /// The lower limit; `None` does not exist.
        lower: Option<f64>,
        /// The upper limit; `None` does not exist.
        upper: Option<f64>,
    },
    /// The estimate runs to 0 or to infinity, or does not exist.
    NotEstimable,
}

/// More curves than the profiles have colours and line types would share both.
const MOST_CURVES: usize = 8;

/// Refuses more curves than can be told apart.
pub(crate) fn check_count(curves: usize) -> Result<(), Error> {
    match curves > MOST_CURVES {
        true => Err(Error::Value {
            place: "the number of curves in one plot".to_owned(),
            value: curves as f64,
            must: "at most 8, so that each has a colour and a line of its own; compare fewer groups \
                   or draw panels",
        }),
        false => Ok(()),
    }
}

/// A ratio beyond this, or below its inverse, is the last step of an iteration that runs away.
const RUNS_AWAY: f64 = 1e4;

impl Effect {
    fn check(&self) -> Result<(), Error> {
        match *self {
            Effect::Estimate { value, .. } if !(1.0 / RUNS_AWAY..=RUNS_AWAY).contains(&value) => {
                let place = "an effect".to_owned();
                let must = "from 0.0001 to 10000, or declared not estimable";
                Err(Error::Value { place, value, must })
            }
            _ => Ok(()),
        }
    }
}
