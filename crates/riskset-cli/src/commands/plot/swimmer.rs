//! A bar for each patient: how long each was followed, in which group, and where the event was.

use super::options::options;
use crate::Failure;
use crate::args::figure::PlotArgs;
use crate::commands::frame::Asked;
use riskset_data::{Grouping, ModelFrame};
use riskset_plot::{Figure, Profile, Quantity, Subject, SwimmerFigure};

/// More bars than this fit no page.
const MOST: usize = 100;

/// Lays out the figure: the longest bar first.
pub fn scene(args: &PlotArgs, asked: &Asked, profile: &Profile) -> Result<Figure, Failure> {
    let frame = asked.frame()?;
    if frame.offset.is_some() {
        return Err(Failure::analysis(
            "offset() in the formula: `riskset plot swimmer` has no use for it; leave it out",
        ));
    }
    let grouping = frame.groups()?;
    let mut subjects = subjects(&frame, grouping.as_ref(), args.per.unwrap_or(1.0))?;
    if subjects.len() > MOST {
        return Err(Failure::analysis(format!(
            "a bar for each of {} patients fits no page; choose at most {MOST} with --subset",
            subjects.len()
        )));
    }
    subjects.sort_by(|a, b| end(b).total_cmp(&end(a)));
    let states = match &grouping {
        Some(_) => super::curves::labels(args, grouping.as_ref())?,
        None => vec!["Followed".to_owned()],
    };
    let event = args.endpoint.clone().unwrap_or_else(|| "Event".to_owned());
    let figure = SwimmerFigure {
        name: format!("Follow-up of {} patients, with {}", subjects.len(), lower(&event)),
        subjects,
        states,
        events: vec![event],
        x_title: options(args, Quantity::Survival, Vec::new())?.time_title(),
        width: args.width,
        embed: !args.no_embed,
    };
    let mut drawn = figure.draw(profile).map_err(Failure::analysis)?;
    drawn.caption.push("One bar for each patient; an arrow where follow-up goes on.".into());
    Ok(drawn)
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
) -> Result<Vec<Subject>, Failure> {
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
            return Err(Failure::analysis(
                "a time before 0: the bars of a swimmer plot start at the origin; count time from \
                 the first day of each patient",
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
