//! One line a patient: what became of the rows.

use super::Merged;
use super::checks::Patients;
use riskset::{Observations, SplitRows};

/// What became of a patient's rows.
#[derive(Clone, Debug, PartialEq)]
pub struct SplitAudit {
    /// The patient.
    pub id: String,
    /// Rows before.
    pub rows: usize,
    /// Pieces after.
    pub pieces: usize,
    /// Where the first row starts.
    pub start: f64,
    /// Where the last ends.
    pub stop: f64,
    /// Rows that end with the event.
    pub events: usize,
    /// Rows of the merged table.
    pub merged: usize,
    /// The same in a sentence, with what was left out and why.
    pub line: String,
}

/// One entry a patient.
pub(super) fn lines(
    patients: &Patients,
    split: &SplitRows,
    response: &Observations,
    merged: Option<&Merged>,
) -> Vec<SplitAudit> {
    let mut pieces = vec![0; response.len()];
    split.pieces.iter().for_each(|piece| pieces[piece.row] += 1);
    let each = patients.all.iter().zip(&patients.range);
    each.map(|((id, rows), &(start, stop))| {
        let own = rows.iter().map(|&row| pieces[row]).sum();
        let events = rows.iter().filter(|&&row| response.event()[row]).count();
        let counted = merged.and_then(|merged| merged.counted.get(id)).copied().unwrap_or_default();
        let mut parts = vec![format!(
            "{} from {start} to {stop} became {}",
            plural(rows.len(), "row"),
            plural(own, "piece")
        )];
        parts.push(match events {
            0 => format!("no event by {stop}"),
            1 => "one event".to_owned(),
            n => format!("{n} events"),
        });
        if merged.is_some() {
            parts.push(format!("{} of the merged table", plural(counted.rows, "row")));
        }
        for (count, what) in [
            (counted.before_entry, "before the start, where measurements hold from the start on"),
            (counted.event_before_entry, "no event under observation, at or before the start"),
            (counted.after_end, "without effect after the end"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        if patients.with_gap.contains(id) {
            parts.push("time between rows that nobody followed".to_owned());
        }
        if patients.after_event.contains(id) {
            parts.push("a row after the event".to_owned());
        }
        SplitAudit {
            id: id.clone(),
            rows: rows.len(),
            pieces: own,
            start,
            stop,
            events,
            merged: counted.rows,
            line: format!("{}.", parts.join("; ")),
        }
    })
    .collect()
}

fn plural(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    }
}
