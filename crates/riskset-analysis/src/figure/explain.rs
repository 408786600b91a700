//! How a curve, a test, an incidence or a coefficient comes about, drawn: the patients at risk at one
//! time with what is computed there, and the log likelihood over the one coefficient.

mod factors;
mod incidence;
mod likelihood;
mod survival;

use factors::Factors;
use incidence::Incidences;
use survival::Story;

use super::look::named;
use super::rename::{Rename, Words};
use super::{FigureAnswer, PageRequest, TimeAxis};
use crate::incidence::competing;
use crate::rows::Rows;
use crate::{CauseRequest, Data, Problem, RowsRequest};
use riskset::{DesignMatrix, Observations, Remedy, Ties};
use riskset_data::{Grouping, ModelFrame};
use riskset_plot::{ExplainFigure, ExplainPatient};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// More bars than this fit no slide.
pub const MOST_PATIENTS: usize = 40;

/// What is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Explained {
    /// Who is at risk at a time, and what is computed there for curves and the log-rank test.
    Steps,
    /// The same for a cumulative incidence with competing causes.
    Incidence,
    /// The same for the partial likelihood of a Cox model: the factor of each event time.
    Factors,
    /// The log likelihood of a Cox model over its one coefficient.
    Likelihood,
}

riskset::choices!(
    Explained,
    "kind of explanation",
    [
        (Explained::Steps, "steps", "Who is at risk at a time, and what is computed there"),
        (Explained::Incidence, "incidence", "The same for a cumulative incidence"),
        (Explained::Factors, "factors", "The same for the partial likelihood of a Cox model"),
        (
            Explained::Likelihood,
            "likelihood",
            "Log likelihood of a Cox model over its one coefficient"
        ),
    ]
);

/// The steps of a curve, a log-rank test, an incidence or a partial likelihood, one a figure; or a
/// likelihood as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotExplainRequest {
    /// Data, model and rows.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// The cause of interest, as the event column has it. Incidence only.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub cause: String,
    /// The value of the event column that means censored. Incidence only.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub censor: String,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
    /// The time axis.
    #[serde(flatten)]
    pub time: TimeAxis,
    /// What is explained.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<Explained>")]
    pub kind: Explained,
    /// Which step, from 1, an observed time each; the last when absent. Not of a likelihood.
    pub step: Option<usize>,
    /// How tied event times are handled. Likelihood and factors only.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<Ties>")]
    pub ties: Ties,
    /// Names of the groups, in their order, instead of the levels.
    pub labels: Vec<String>,
    /// Words for codes.
    pub rename: Vec<Rename>,
}

impl Default for PlotExplainRequest {
    fn default() -> PlotExplainRequest {
        PlotExplainRequest {
            rows: RowsRequest::default(),
            cause: String::new(),
            censor: String::new(),
            page: PageRequest::default(),
            time: TimeAxis::default(),
            kind: Explained::Steps,
            step: None,
            ties: Ties::Efron,
            labels: Vec::new(),
            rename: Vec::new(),
        }
    }
}

impl PlotExplainRequest {
    /// How many steps there are: the distinct observed times. One for a likelihood.
    ///
    /// # Errors
    ///
    /// Those of the rows.
    pub fn steps(&self, data: &Data) -> Result<usize, Problem> {
        match self.kind {
            Explained::Likelihood => Ok(1),
            _ => Ok(times(self.frame(data)?.frame.observations()?).len()),
        }
    }

    /// Draws one step, or the likelihood.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let named = !self.cause.is_empty() || !self.censor.is_empty();
        if named && self.kind != Explained::Incidence {
            let what = "a cause was named, and only an incidence is of one";
            return Err(Problem::request(what, Remedy::set_to("kind", "incidence")));
        }
        match self.kind {
            Explained::Likelihood => self.likelihood(data),
            _ => self.step_figure(data),
        }
    }

    fn frame(&self, data: &Data) -> Result<Rows, Problem> {
        match self.kind {
            Explained::Incidence => {
                let (cause, censor) = (self.cause.clone(), self.censor.clone());
                let causes = CauseRequest { cause, censor }.competing()?;
                self.rows.competing(data, "plot", causes, false)
            }
            _ => self.rows.rows(data, "plot"),
        }
    }

    fn step_figure(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        if self.ties != Ties::Efron && self.kind != Explained::Factors {
            let what = "ties are a matter of a likelihood, and these steps have none";
            return Err(Problem::request(what, Remedy::set_to("kind", "likelihood")));
        }
        let mut rows = self.frame(data)?;
        if self.kind == Explained::Factors {
            rows.doubt_competing();
        }
        let frame = &rows.frame;
        check(frame)?;
        let observations = frame.observations()?;
        // The columns of a model are covariates, and not groups.
        let grouping = match self.kind {
            Explained::Factors => None,
            _ => frame.groups()?,
        };
        let words = Words::new(&self.rename);
        let groups = match &grouping {
            Some(_) => named(&self.labels, words.groups(grouping.as_ref()), grouping.as_ref())?,
            None => vec!["All".to_owned()],
        };
        words.check_used()?;
        let times = times(observations);
        let step = self.step.unwrap_or(times.len());
        let Some(&time) = step.checked_sub(1).and_then(|place| times.get(place)) else {
            let what = format!("there is no step {step}; there are {}", times.len());
            return Err(Problem::request(what, Remedy::set("step")));
        };
        let mut ends = Ends { risks: None, codes: None, cause: 0 };
        let tale = self.tale(frame, grouping.as_ref(), &groups, &mut ends)?;
        let scale = self.time.scale()?;
        let unit = self.time.unit.as_ref().map_or(String::new(), |unit| format!(" {unit}"));
        let told = |(place, &time): (usize, &f64)| {
            let (at, step, of) = (shown(time / scale), place + 1, times.len());
            let heading = format!("Step {step} of {of}, at {at}{unit}");
            [heading].into_iter().chain(tale.lines(time)).collect()
        };
        let steps = times.iter().enumerate().map(told).collect();
        let axis = self.time.of(&rows.about)?;
        let figure = ExplainFigure {
            name: format!("Step {step} of {}: who is at risk, and what is computed", times.len()),
            patients: patients(frame, observations, grouping.as_ref(), scale, &ends),
            time: time / scale,
            steps,
            step: step - 1,
            curves: tale.curves_to(time, scale),
            x_title: axis.title()?,
            y_title: tale.title().to_owned(),
            width: self.page.width,
            embed: !self.page.no_embed,
            groups: groups.clone(),
        };
        let mut drawn = figure.draw(&profile)?;
        drawn.caption.push(self.caption().into());
        FigureAnswer::new(rows.about, Ok(drawn))
    }

    /// What is told, and what of it stands beside the patients.
    fn tale<'a>(
        &self,
        frame: &'a ModelFrame,
        grouping: Option<&Grouping>,
        groups: &'a [String],
        ends: &mut Ends,
    ) -> Result<Box<dyn Tale + 'a>, Problem> {
        let observations = frame.observations()?;
        Ok(match self.kind {
            Explained::Incidence => {
                let (response, events) = competing(frame)?;
                let cause = events.cause.expect("the options of the frame name a cause");
                ends.codes = Some(events.codes.clone());
                ends.cause = cause;
                let name = events.causes[cause as usize - 1].as_str();
                Box::new(Incidences::new(&response, grouping, groups, (name, cause))?)
            }
            Explained::Factors => {
                let design = frame.design()?;
                let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)?;
                let factors = Factors::new(observations, &matrix, self.ties)?;
                ends.risks = Some(factors.risks.clone());
                Box::new(factors)
            }
            _ => Box::new(Story::new(observations, grouping, groups)?),
        })
    }

    fn caption(&self) -> String {
        let ends = match self.kind {
            Explained::Incidence => {
                "a disc is an event of interest, a square an event of another cause, an upright stroke a \
                 censoring"
            }
            _ => "a disc is an event, an upright stroke a censoring",
        };
        let risks = match self.kind {
            Explained::Factors => {
                " Behind each name stands the risk exp(x'beta) at the estimate. The line at the bottom is \
                 the factor of the last event time."
            }
            _ => "",
        };
        format!(
            "One bar for each patient, in the order in which they leave; {ends}. Coloured bars are at \
             risk at the time of the dashed line, pale ones are not.{risks}"
        )
    }
}

/// What is told at each time, and drawn below the patients.
trait Tale {
    /// What is computed at a time, a line each.
    fn lines(&self, time: f64) -> Vec<String>;
    /// The curves up to a time, in units of the axis.
    fn curves_to(&self, time: f64, scale: f64) -> Vec<Vec<(f64, f64)>>;
    /// What the curves are.
    fn title(&self) -> &'static str;
}

/// A step curve up to a time, in units of the axis, from `start` at 0. It ends where its last point is.
fn corners(
    start: f64,
    points: impl Iterator<Item = (f64, f64)>,
    time: f64,
    scale: f64,
) -> Vec<(f64, f64)> {
    let (mut all, mut last) = (vec![(0.0, start)], 0.0);
    for (at, value) in points {
        last = at;
        if at <= time {
            all.push((at / scale, value));
        }
    }
    let end = f64::min(last, time) / scale;
    let (at, value) = all[all.len() - 1];
    if at < end {
        all.push((end, value));
    }
    all
}

/// What stands beside the patients: their risks, and which cause ended their time.
struct Ends {
    risks: Option<Vec<f64>>,
    codes: Option<Vec<u32>>,
    cause: u32,
}

impl Ends {
    /// Whether a row ends with the event, and whether with a competing one.
    fn of(&self, row: usize, event: bool) -> (bool, bool) {
        match &self.codes {
            Some(codes) => (codes[row] == self.cause, codes[row] != 0 && codes[row] != self.cause),
            None => (event, false),
        }
    }
}

fn check(frame: &ModelFrame) -> Result<(), Problem> {
    let refused = [
        (frame.weights.is_some(), "weights", "steps show patients, and weighted rows are none"),
        (frame.offset.is_some(), "formula", "an offset has no use in steps of curves"),
        (frame.strata.is_some(), "formula", "strata are shown one at a time"),
    ];
    if let Some((_, _, what)) = refused.iter().find(|(found, _, _)| *found) {
        return Err(Problem::analysis(*what, Remedy::to("leave them out or name a subset")));
    }
    if frame.n > MOST_PATIENTS {
        let what = format!(
            "a bar for each of {} patients fits no slide, which has room for {MOST_PATIENTS}",
            frame.n
        );
        return Err(Problem::analysis(what, Remedy::set("subset")));
    }
    Ok(())
}

/// The distinct observed times, increasing.
fn times(rows: &Observations) -> Vec<f64> {
    let mut times = rows.time().to_vec();
    times.sort_by(f64::total_cmp);
    times.dedup();
    times
}

/// The patients in the order in which they leave, named by their identifiers or their rows.
fn patients(
    frame: &ModelFrame,
    rows: &Observations,
    grouping: Option<&Grouping>,
    scale: f64,
    ends: &Ends,
) -> Vec<ExplainPatient> {
    let patient = |&row: &u32| {
        let row = row as usize;
        let name = match &frame.ids {
            Some(ids) => ids[row].clone(),
            None => (frame.rows[row] + 1).to_string(),
        };
        let (event, competing) = ends.of(row, rows.event()[row]);
        ExplainPatient {
            label: match &ends.risks {
                Some(risks) => format!("{name}: {:.2}", risks[row]),
                None => name,
            },
            from: rows.entry().map_or(0.0, |entry| entry[row]) / scale,
            to: rows.time()[row] / scale,
            event,
            competing,
            group: grouping.map_or(0, |grouping| grouping.groups.index()[row] as usize),
        }
    };
    let mut patients: Vec<ExplainPatient> = rows.order().iter().map(patient).collect();
    // At one time the events come first, as whoever is censored there is still at risk.
    patients.sort_by(|a, b| {
        a.to.total_cmp(&b.to).then((b.event || b.competing).cmp(&(a.event || a.competing)))
    });
    patients
}

/// A count or a time as it was written.
fn shown(value: f64) -> String {
    format!("{value}")
}
