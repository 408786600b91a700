//! A bar for each patient: how long each was followed, in which group, and what happened when.

use super::look::named;
use super::rename::{Rename, Words};
use super::{FigureAnswer, PageRequest, TimeAxis};
use crate::rows::times_in;
use crate::{Data, Problem, Rows, RowsRequest};
use riskset::Remedy;
use riskset_data::{Competing, FrameOptions, Grouping, ModelFrame, Table};
use riskset_plot::{Subject, SwimmerFigure};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// More bars than this fit no page.
pub const MOST_BARS: usize = 100;

/// A bar for each patient; rows of one patient by `id`, or by `cluster()` in the formula.
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
    /// Names of the groups: `level=Name` by level, or all of them in their order.
    pub labels: Vec<String>,
    /// The value of the event column that means censored, where it names several kinds of events:
    /// each kind has its own mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub censor: Option<String>,
    /// Further events, each with the column of its time, in the unit and from the origin of the
    /// response; a patient whose time is missing had none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<FurtherEvent>,
    /// Words for codes.
    pub rename: Vec<Rename>,
}

/// An event beside that of the response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FurtherEvent {
    /// The column of its time.
    pub column: String,
    /// What it is called in the figure.
    pub words: String,
}

impl PlotSwimmerRequest {
    /// Lays out the figure: the longest bar first.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        let (rows, table) = self.rows(data)?;
        let frame = &rows.frame;
        if frame.offset.is_some() {
            let what = "offset() in the formula has no use in a figure of bars";
            return Err(Problem::analysis(what, Remedy::to("leave it out")));
        }
        let grouping = frame.groups()?;
        let mut subjects = subjects(frame, grouping.as_ref(), self.time.scale()?)?;
        let words = Words::new(&self.rename);
        let events = self.events(frame, &words);
        self.add_further(&mut subjects, frame, &table, events.len() - self.also.len())?;
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
        let states = match &grouping {
            Some(_) => named(&self.labels, words.groups(grouping.as_ref()), grouping.as_ref())?,
            None => vec!["Followed".to_owned()],
        };
        words.check_used()?;
        let kinds: Vec<String> = events.iter().map(|event| lower(event)).collect();
        let figure = SwimmerFigure {
            name: format!("Follow-up of {} patients, with {}", subjects.len(), kinds.join(", ")),
            subjects,
            states,
            events,
            x_title: self.time.unit_of_rows(&self.rows).title()?,
            width: self.page.width,
            embed: !self.page.no_embed,
        };
        let mut drawn = figure.draw(&profile)?;
        drawn.caption.push("One bar for each patient; an arrow where follow-up goes on.".into());
        FigureAnswer::new(rows.about, Ok(drawn))
    }
}

impl PlotSwimmerRequest {
    /// The rows, with the columns of further events; the rows of one patient are those of one name
    /// where nothing else says so.
    fn rows(&self, data: &Data) -> Result<(Rows, Table), Problem> {
        if let (Some(_), Some(_)) = (self.rows.landmark, self.also.first()) {
            let what = "the times of further events are counted from the origin, and a landmark counts \
                        from its own";
            return Err(Problem::request(what, Remedy::Unset("landmark".into())));
        }
        let formula = self.rows.parsed_for(self.censor.is_some())?;
        let competing = self
            .censor
            .as_ref()
            .map(|censor| Competing { censor: vec![censor.clone()], cause: None });
        let by_name = self.rows.id.clone().filter(|_| formula.cluster().is_none());
        let options = FrameOptions {
            competing,
            cluster: by_name,
            also: self.also.iter().map(|event| event.column.clone()).collect(),
            ..self.rows.options()?
        };
        self.rows.rows_and_table(data, "plot", &formula, &options)
    }

    /// The kinds of events: the causes that the event column names or the one event, then the further
    /// ones.
    fn events(&self, frame: &ModelFrame, words: &Words) -> Vec<String> {
        let named = |cause: &String| words.of(cause).unwrap_or_else(|| cause.clone());
        let mut events: Vec<String> = match &frame.competing {
            Some(competing) => competing.causes.iter().map(named).collect(),
            None => vec![self.time.endpoint.clone().unwrap_or_else(|| "Event".to_owned())],
        };
        events.extend(self.also.iter().map(|event| event.words.clone()));
        events
    }

    /// Marks the further events, whose kinds are numbered from `first` on.
    fn add_further(
        &self,
        subjects: &mut [Subject],
        frame: &ModelFrame,
        table: &Table,
        first: usize,
    ) -> Result<(), Problem> {
        let per = self.time.scale()?;
        let patients = frame.cluster.as_ref().map(|cluster| cluster.groups.index());
        for (kind, event) in self.also.iter().enumerate() {
            let times = times_in(table, &event.column, &frame.rows, "the time of an event")?;
            for (row, time) in times.into_iter().enumerate() {
                let Some(time) = time else { continue };
                let subject = &mut subjects[patients.map_or(row, |index| index[row] as usize)];
                let mark = (time / per, first + kind);
                // A patient with several rows says it in each of them.
                if !subject.events.contains(&mark) {
                    subject.events.push(mark);
                }
            }
        }
        Ok(())
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
            let kind = frame.competing.as_ref().map_or(1, |competing| competing.codes[row]);
            subject.events.push((to / per, kind as usize - 1));
        }
        subject.ongoing = !rows.event()[row];
    }
    Ok(subjects)
}
