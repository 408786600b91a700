//! How a curve, a test or a coefficient comes about, drawn: the patients at risk at one time with what
//! is computed there, and the log likelihood over the one coefficient.

use super::look::named;
use super::rename::{Rename, Words};
use super::residuals::draw;
use super::{FigureAnswer, PageRequest, TimeAxis};
use crate::cox::doubt_fit;
use crate::{Data, Problem, RowsRequest};
use riskset::{CoxModel, DesignMatrix, Groups, KaplanMeier, LogRank, LogRankStep, Remedy, Ties};
use riskset::{Observations, SurvivalCurve, SurvivalStep};
use riskset_data::{Grouping, ModelFrame};
use riskset_plot::{ExplainFigure, ExplainPatient, Layer, PlotFigure};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// More bars than this fit no slide.
pub const MOST_PATIENTS: usize = 40;

/// What is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Explained {
    /// Who is at risk at a time, and what is computed there.
    Steps,
    /// The log likelihood of a Cox model over its one coefficient.
    Likelihood,
}

riskset::choices!(
    Explained,
    "kind of explanation",
    [
        (Explained::Steps, "steps", "Who is at risk at a time, and what is computed there"),
        (
            Explained::Likelihood,
            "likelihood",
            "Log likelihood of a Cox model over its one coefficient"
        ),
    ]
);

/// The steps of a curve or of a log-rank test, one a figure; or a likelihood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotExplainRequest {
    /// Data, model and rows.
    #[serde(flatten)]
    pub rows: RowsRequest,
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
    /// Which step, from 1, an observed time each; the last when absent. Steps only.
    pub step: Option<usize>,
    /// How tied event times are handled. Likelihood only.
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
            Explained::Steps => {
                let rows = self.rows.rows(data, "plot")?;
                Ok(times(rows.frame.observations()?).len())
            }
        }
    }

    /// Draws one step, or the likelihood.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        match self.kind {
            Explained::Steps => self.step_figure(data),
            Explained::Likelihood => self.likelihood(data),
        }
    }

    fn step_figure(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        if self.ties != Ties::Efron {
            let what = "ties are a matter of a likelihood, and steps have none";
            return Err(Problem::request(what, Remedy::set_to("kind", "likelihood")));
        }
        let rows = self.rows.rows(data, "plot")?;
        let frame = &rows.frame;
        check(frame)?;
        let observations = frame.observations()?;
        let grouping = frame.groups()?;
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
        let story = Story::new(observations, grouping.as_ref(), &groups)?;
        let scale = self.time.scale()?;
        let unit = self.time.unit.as_ref().map_or(String::new(), |unit| format!(" {unit}"));
        let told = |(place, &time): (usize, &f64)| {
            let (at, step, of) = (shown(time / scale), place + 1, times.len());
            let heading = format!("Step {step} of {of}, at {at}{unit}");
            [heading].into_iter().chain(story.lines(time)).collect()
        };
        let steps = times.iter().enumerate().map(told).collect();
        let axis = self.time.of(&rows.about)?;
        let figure = ExplainFigure {
            name: format!("Step {step} of {}: who is at risk, and what is computed", times.len()),
            patients: patients(frame, observations, grouping.as_ref(), scale),
            time: time / scale,
            steps,
            step: step - 1,
            curves: story.curves_to(time, scale),
            groups,
            x_title: axis.title()?,
            y_title: "Survival".to_owned(),
            width: self.page.width,
            embed: !self.page.no_embed,
        };
        let mut drawn = figure.draw(&profile)?;
        drawn.caption.push(
            "One bar for each patient, in the order in which they leave; a disc is an event, an \
             upright stroke a censoring. Coloured bars are at risk at the time of the dashed line, \
             pale ones are not."
                .into(),
        );
        FigureAnswer::new(rows.about, Ok(drawn))
    }

    fn likelihood(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        if self.step.is_some() || !self.labels.is_empty() {
            let what = "a likelihood has no steps and no groups";
            return Err(Problem::request(what, Remedy::Unset("step".into())));
        }
        if self.ties == Ties::Exact {
            let what = "the likelihood of exact ties is not drawn";
            return Err(Problem::request(what, Remedy::set_to("ties", "efron")));
        }
        let mut rows = self.rows.rows(data, "plot")?;
        rows.doubt_competing();
        let frame = &rows.frame;
        let design = frame.design()?;
        let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)?;
        let model = CoxModel::default()
            .ties(self.ties)
            .strata(frame.strata.as_ref().map(|strata| &strata.groups))
            .offset(frame.offset.as_deref());
        let fit = model.fit(frame.observations()?, &matrix)?;
        let [coefficient] = fit.coefficients() else {
            let what =
                format!("a curve shows one coefficient, and there are {}", design.names.len());
            return Err(Problem::analysis(what, Remedy::to("name one covariate with two levels")));
        };
        let (beta, error) = match coefficient.estimate() {
            Some(riskset::Coefficient { estimate, std_error: Some(error), .. }) => {
                (*estimate, *error)
            }
            _ => {
                let what = "the coefficient has no finite estimate, so the curve has no top";
                return Err(Problem::analysis(what, Remedy::to("name another covariate")));
            }
        };
        let words = Words::new(&self.rename);
        let name = words.term(&design.names[0]);
        words.check_used()?;
        let observations = frame.observations()?;
        let value = |beta: f64| model.step(observations, &matrix, &[beta]);
        let top = value(beta)?.log_likelihood;
        let mut curve = Vec::new();
        for point in -POINTS..=POINTS {
            let at = beta + f64::from(point) * REACH / f64::from(POINTS) * error;
            curve.push((at, value(at)?.log_likelihood - top));
        }
        let parabola = curve.iter().map(|&(x, _)| (x, -0.5 * ((x - beta) / error).powi(2)));
        let parabola: Vec<(f64, f64)> = parabola.collect();
        let cut = -0.5 * riskset::normal::two_sided_quantile(0.95)?.powi(2);
        let figure = PlotFigure {
            kind: "likelihood".to_owned(),
            name: format!("Log likelihood over the coefficient of {name}"),
            layers: vec![
                Layer { label: "Log likelihood".to_owned(), line: curve, ..Layer::default() },
                Layer {
                    label: "Parabola of Wald's interval".to_owned(),
                    line: parabola,
                    ..Layer::default()
                },
            ],
            x_title: format!("Coefficient of {name} (log hazard ratio)"),
            y_title: "Log likelihood less its top".to_owned(),
            levels: vec![(cut, String::new())],
            caption: vec![format!(
                "The top is at {beta:.3}, a hazard ratio of {:.3}. Values above the dashed level are \
                     not rejected by a likelihood-ratio test at 5%; Wald's interval takes the curve for \
                     the parabola.",
                beta.exp()
            )],
            ..PlotFigure::default()
        };
        let mut about = rows.about;
        doubt_fit(&mut about, &fit, &design);
        draw(vec![figure], &self.page, None, &profile, about)
    }
}

/// Points of the curve on either side of its top.
const POINTS: i32 = 60;
/// How many standard errors the curve goes to either side.
const REACH: f64 = 3.0;

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
) -> Vec<ExplainPatient> {
    let patient = |&row: &u32| {
        let row = row as usize;
        ExplainPatient {
            label: match &frame.ids {
                Some(ids) => ids[row].clone(),
                None => (frame.rows[row] + 1).to_string(),
            },
            from: rows.entry().map_or(0.0, |entry| entry[row]) / scale,
            to: rows.time()[row] / scale,
            event: rows.event()[row],
            group: grouping.map_or(0, |grouping| grouping.groups.index()[row] as usize),
        }
    };
    let mut patients: Vec<ExplainPatient> = rows.order().iter().map(patient).collect();
    // At one time the events come first, as whoever is censored there is still at risk.
    patients.sort_by(|a, b| a.to.total_cmp(&b.to).then(b.event.cmp(&a.event)));
    patients
}

/// What is told at each time.
struct Story<'a> {
    names: &'a [String],
    curves: Vec<SurvivalCurve>,
    tests: Vec<LogRankStep>,
}

impl<'a> Story<'a> {
    fn new(
        rows: &Observations,
        grouping: Option<&Grouping>,
        names: &'a [String],
    ) -> Result<Story<'a>, Problem> {
        let single = Groups::single(rows.len());
        let groups = grouping.map_or(&single, |grouping| &grouping.groups);
        let curves = KaplanMeier::default().fit_groups(rows, groups)?;
        let tests = match names.len() > 1 && rows.n_events() > 0 {
            true => LogRank::default().steps(rows, groups, None)?,
            false => Vec::new(),
        };
        Ok(Story { names, curves, tests })
    }

    /// What is computed at a time, a line for each group and two for the test.
    fn lines(&self, time: f64) -> Vec<String> {
        let mut lines = Vec::new();
        for (name, curve) in self.names.iter().zip(&self.curves) {
            let name = if self.names.len() > 1 { format!("{name}: ") } else { String::new() };
            let steps = curve.steps();
            let here = steps.iter().position(|step| step.risk_set.time == time);
            lines.push(match here {
                Some(place) => {
                    let before = place.checked_sub(1).map_or(1.0, |place| steps[place].survival);
                    format!("{name}{}", product(&steps[place], before))
                }
                None => format!("{name}nothing happens, S stays."),
            });
        }
        lines.extend(self.test_lines(time));
        lines
    }

    fn test_lines(&self, time: f64) -> Vec<String> {
        let Some(place) = self.tests.iter().position(|step| step.time == time) else {
            return Vec::new();
        };
        let (step, so_far) = (&self.tests[place], &self.tests[..=place]);
        let (first, name) = (step.groups[0], &self.names[0]);
        let sum = |of: fn(&LogRankStep) -> f64| so_far.iter().map(of).sum::<f64>();
        let observed = sum(|step| step.groups[0].n_event);
        let expected = sum(|step| step.groups[0].expected);
        let variance = sum(|step| step.groups[0].variance);
        vec![
            format!(
                "If alike, {name} expects {} \u{d7} {} / {} = {:.4} of the events and has {}; variance {:.4}.",
                shown(step.n_event),
                shown(first.n_risk),
                shown(step.n_risk),
                first.expected,
                shown(first.n_event),
                first.variance,
            ),
            format!(
                "So far {name}: O = {}, E = {expected:.4}, V = {variance:.4}.",
                shown(observed)
            ),
        ]
    }

    /// The curves up to a time, in units of the axis.
    fn curves_to(&self, time: f64, scale: f64) -> Vec<Vec<(f64, f64)>> {
        let to = |curve: &SurvivalCurve| {
            let steps = curve.steps();
            let past = steps.iter().filter(|step| step.risk_set.time <= time);
            let corners = past.map(|step| (step.risk_set.time / scale, step.survival));
            let mut corners: Vec<(f64, f64)> = [(0.0, 1.0)].into_iter().chain(corners).collect();
            // The curve of a group ends where its last patient leaves.
            let last = steps.last().map_or(0.0, |step| step.risk_set.time).min(time) / scale;
            let height = corners.last().map_or(1.0, |corner| corner.1);
            if corners.last().is_some_and(|corner| corner.0 < last) {
                corners.push((last, height));
            }
            corners
        };
        self.curves.iter().map(to).collect()
    }
}

/// `3 at risk, 1 with the event; S = 0.8000 × (3 − 1) / 3 = 0.5333.`
fn product(step: &SurvivalStep, before: f64) -> String {
    let set = step.risk_set;
    let (n, d) = (shown(set.n_risk), shown(set.n_event));
    if set.n_event == 0.0 {
        let censored = shown(set.n_censor);
        return format!("{n} at risk, {censored} censored; S stays at {:.4}.", step.survival);
    }
    format!(
        "{n} at risk, {d} with the event; S = {before:.4} \u{d7} ({n} \u{2212} {d}) / {n} = {:.4}.",
        step.survival
    )
}

/// A count or a time as it was written.
fn shown(value: f64) -> String {
    format!("{value}")
}
