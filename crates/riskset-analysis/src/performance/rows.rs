//! The rows that make the models, and those on which they are judged.

use super::model::Made;
use super::outcome::{Outcome, with_causes};
use super::{Judged, PerformanceRequest};
use crate::predict::other_units;
use crate::{About, Data, Doubt, Problem, Rows, RowsRequest};
use riskset::{DesignMatrix, Remedy};
use riskset_data::{Formula, FrameOptions, ModelFrame, Table};

/// The rows that make the models: of two models the same, those in which the terms of both are known.
pub struct Making {
    pub about: About,
    /// One per model.
    pub frames: Vec<ModelFrame>,
    /// The terms of each model as written.
    pub names: Vec<String>,
    /// The terms of all models.
    terms: String,
}

impl Making {
    pub fn of(request: &PerformanceRequest, data: &Data) -> Result<Making, Problem> {
        let causes = request.causes();
        let own = request.rows.parsed_for(causes.is_some())?;
        let (response, right) = parts(&request.rows.formula);
        let Some(other) = request.against.as_deref().map(right_side) else {
            let options = with_causes(causes.as_ref(), request.rows.options()?)?;
            let mut rows = request.rows.rows_with(data, "performance", options)?;
            let about = checked(&mut rows)?;
            let terms = right.to_owned();
            return Ok(Making {
                about,
                frames: vec![rows.frame],
                names: vec![terms.clone()],
                terms,
            });
        };
        let terms = format!("{right} + {other}");
        let both = RowsRequest { formula: format!("{response} ~ {terms}"), ..request.rows.clone() };
        let options = with_causes(causes.as_ref(), request.rows.options()?)?;
        let formula = both.parsed_for(causes.is_some())?;
        let read = both.read(data, &formula, &options)?;
        let table = read.table;
        let mut rows = both.rows_of(&table, "performance", &formula, &options)?;
        rows.about.doubts.extend(read.doubts);
        let mut about = checked(&mut rows)?;
        about.formula = own.text().to_owned();
        // The rows of both are there already; the rest of the options holds for them again.
        let used = taken(&table, &rows.frame)?;
        let options = FrameOptions { subset: None, ..options };
        let second = RowsRequest { formula: format!("{response} ~ {other}"), ..both.clone() };
        let second = second.parsed_for(causes.is_some())?;
        let frames = [&own, &second].map(|formula| ModelFrame::build(&used, formula, &options));
        let frames = frames.into_iter().collect::<Result<_, riskset_data::Error>>()?;
        Ok(Making { about, frames, names: vec![right.to_owned(), other.to_owned()], terms })
    }
}

/// The left-hand and the right-hand side of a formula that was read.
fn parts(formula: &str) -> (&str, &str) {
    let (left, right) = formula.split_once('~').unwrap_or((formula, "1"));
    (left.trim(), right.trim())
}

fn right_side(terms: &str) -> &str {
    terms.trim().trim_start_matches('~').trim()
}

/// The rows of a frame as a table.
fn taken(table: &Table, frame: &ModelFrame) -> Result<Table, Problem> {
    Data::rows_of(table, &frame.rows, Vec::new())?.read(None)
}

/// What predictions of one baseline cannot honour is refused.
fn checked(rows: &mut Rows) -> Result<About, Problem> {
    rows.refuse_model_terms()?;
    match &rows.frame.competing {
        None => rows.doubt_competing(),
        Some(_) => refuse_of_incidences(rows)?,
    }
    if rows.frame.strata.is_some() {
        return Err(Problem::analysis(
            "strata() in the formula: each stratum has a baseline of its own, and patients of two \
             strata are ordered by it as well",
            Remedy::to("take the column as a term, or analyse each stratum by itself"),
        ));
    }
    Ok(rows.about.clone())
}

/// What predictions of an incidence cannot honour is refused.
fn refuse_of_incidences(rows: &Rows) -> Result<(), Problem> {
    let observations = rows.frame.observations()?;
    if observations.entry().is_some() {
        let what = "the rows enter late, and predicted incidences are judged from the origin on";
        return Err(Problem::analysis(
            what,
            Remedy::to("use rows that are followed from the origin"),
        ));
    }
    match observations.weights() {
        Some(_) => Err(Problem::analysis(
            "the rows have weights, and predicted incidences are judged by rows that count once",
            Remedy::AnyOf(vec![Remedy::Unset("weights".into()), Remedy::Unset("cause".into())]),
        )),
        None => Ok(()),
    }
}

/// The rows on which models are judged, with their designs.
pub struct Judging {
    pub judged: Judged,
    pub outcome: Outcome,
    /// One per model.
    pub designs: Vec<DesignMatrix>,
}

impl Judging {
    pub fn of(
        request: &PerformanceRequest,
        data: &Data,
        rows: &Making,
        made: &[Made],
        about: &mut About,
    ) -> Result<Judging, Problem> {
        match &request.validate {
            None => Judging::same(request, rows, made),
            Some(name) => Judging::new(request, data, rows, name, about),
        }
    }

    /// The rows that made the models.
    fn same(
        request: &PerformanceRequest,
        rows: &Making,
        made: &[Made],
    ) -> Result<Judging, Problem> {
        let outcome = Outcome::of(&rows.frames[0])?;
        let judged = Judged {
            data: request.rows.data.clone(),
            new: false,
            n: outcome.len(),
            n_missing: rows.about.n_missing,
            events: outcome.n_events(),
            competing: outcome.n_competing(),
        };
        let designs = made.iter().map(|made| made.matrix.clone()).collect();
        Ok(Judging { judged, outcome, designs })
    }

    /// The rows of another table.
    fn new(
        request: &PerformanceRequest,
        data: &Data,
        rows: &Making,
        name: &str,
        about: &mut About,
    ) -> Result<Judging, Problem> {
        let table = data.further("validate")?.read(None)?;
        let own = parts(&request.rows.formula).0;
        let response = request.validate_response.as_deref().unwrap_or(own);
        let response = response.trim().trim_end_matches('~').trim();
        let text = format!("{response} ~ {}", rows.terms);
        let formula = Formula::parse(&text).map_err(riskset_data::Error::from)?;
        let options = with_causes(request.causes().as_ref(), FrameOptions::default())?;
        let frame = ModelFrame::build(&table, &formula, &options)?;
        about.doubts.extend(frame.doubts.iter().cloned().map(Doubt::Frame));
        let used = taken(&table, &frame)?;
        let mut designs = Vec::with_capacity(rows.frames.len());
        for own in &rows.frames {
            let design =
                own.design_at(&used).map_err(|error| in_whole_table(error, &table, &frame))?;
            for doubt in other_units(&own.coding()?, &used)? {
                if !about.doubts.contains(&doubt) {
                    about.doubt(doubt);
                }
            }
            designs.push(DesignMatrix::from_shared(design.values.clone(), design.n_rows)?);
        }
        let outcome = Outcome::of(&frame)?;
        let judged = Judged {
            data: name.to_owned(),
            new: true,
            n: outcome.len(),
            n_missing: frame.n_missing,
            events: outcome.n_events(),
            competing: outcome.n_competing(),
        };
        Ok(Judging { judged, outcome, designs })
    }
}

/// The rows used have places of their own; whoever reads a refusal has the whole table.
fn in_whole_table(
    error: riskset_data::Error,
    table: &Table,
    frame: &ModelFrame,
) -> riskset_data::Error {
    match error {
        riskset_data::Error::UnseenLevel { column, level, levels, place } => {
            let place = table.place(frame.rows[place.row] as usize);
            riskset_data::Error::UnseenLevel { column, level, levels, place }
        }
        other => other,
    }
}
