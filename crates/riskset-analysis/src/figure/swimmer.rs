//! A bar for each patient: how long each was followed, in which group, and where the event was.

use super::look::named;
use super::rename::{Rename, Words};
use super::{FigureAnswer, PageRequest, TimeAxis};
use crate::{Data, Problem, RowsRequest};
use riskset::Remedy;
use riskset_data::{Grouping, ModelFrame};
use riskset_plot::{Subject, SwimmerFigure};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// More bars than this fit no page.
pub const MOST_BARS: usize = 100;

/// A bar for each patient; rows of one patient by `cluster()` in the formula.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotSwimmerRequest {
    /// Data, model and rows.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
    /// The time axis.
    #[serde(flatten)]
    pub time: TimeAxis,
    /// Names of the groups, in their order, instead of the levels.
    pub labels: Vec<String>,
    /// Words for codes.
    pub rename: Vec<Rename>,
}

impl PlotSwimmerRequest {
    /// Lays out the figure: the longest bar first.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        let rows = self.rows.rows(data, "plot")?;
        let frame = &rows.frame;
        if frame.offset.is_some() {
            let what = "offset() in the formula has no use in a figure of bars";
            return Err(Problem::analysis(what, Remedy::to("leave it out")));
        }
        let grouping = frame.groups()?;
        let mut subjects = subjects(frame, grouping.as_ref(), self.time.scale()?)?;
        if subjects.len() > MOST_BARS {
            return Err(Problem::analysis(
                format!(
                    "a bar for each of {} patients fits no page, which has room for {MOST_BARS}",
                    subjects.len()
                ),
                Remedy::set("subset"),
            ));
        }
        subjects.sort_by(|a, b| end(b).total_cmp(&end(a)));
        let words = Words::new(&self.rename);
        let states = match &grouping {
            Some(_) => named(&self.labels, words.groups(grouping.as_ref()), grouping.as_ref())?,
            None => vec!["Followed".to_owned()],
        };
        words.check_used()?;
        let event = self.time.endpoint.clone().unwrap_or_else(|| "Event".to_owned());
        let figure = SwimmerFigure {
            name: format!("Follow-up of {} patients, with {}", subjects.len(), lower(&event)),
            subjects,
            states,
            events: vec![event],
            x_title: self.time.unit_of_rows(&self.rows).title()?,
            width: self.page.width,
            embed: !self.page.no_embed,
        };
        let mut drawn = figure.draw(&profile)?;
        drawn.caption.push("One bar for each patient; an arrow where follow-up goes on.".into());
        FigureAnswer::new(rows.about, Ok(drawn))
    }
}

fn end(subject: &Subject) -> f64 {
    subject.pieces.iter().map(|piece| piece.1).fold(0.0, f64::max)
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// One subject per row, or per value of cluster(), in the order of the data.
fn subjects(
    frame: &ModelFrame,
    grouping: Option<&Grouping>,
    per: f64,
) -> Result<Vec<Subject>, Problem> {
    let rows = frame.observations()?;
    let patients = frame.cluster.as_ref();
    let count = patients.map_or(frame.n, Grouping::count);
    let name = |patient: usize| match patients {
        Some(patients) => {
            patients.levels[patient].last().map_or_else(String::new, |(_, level)| level.clone())
        }
        None => String::new(),
    };
    let mut subjects: Vec<Subject> =
        (0..count).map(|patient| Subject { label: name(patient), ..Subject::default() }).collect();
    // By time, so that the last row of a patient says how the follow-up ended.
    for &row in rows.order() {
        let row = row as usize;
        let patient = patients.map_or(row, |patients| patients.groups.index()[row] as usize);
        let state = grouping.map_or(0, |grouping| grouping.groups.index()[row] as usize);
        let (from, to) = (rows.entry().map_or(0.0, |entry| entry[row]), rows.time()[row]);
        let subject = &mut subjects[patient];
        if from < 0.0 || to < 0.0 {
            return Err(Problem::analysis(
                "a time before 0: the bars of a swimmer plot start at the origin",
                Remedy::to("count time from the first day of each patient"),
            ));
        }
        subject.pieces.push((from / per, to / per, state));
        if rows.event()[row] {
            subject.events.push((to / per, 0));
        }
        subject.ongoing = !rows.event()[row];
    }
    Ok(subjects)
}
