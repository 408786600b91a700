//! The patients behind rows, and what their rows must be: one after the other, without overlap.

use super::Merged;
use crate::{About, ContrastDoubt, Problem};
use riskset::{Observations, Remedy};
use std::collections::BTreeMap;

/// The rows of each patient.
pub(super) struct Patients {
    /// The patients in the order in which the data name them first, each with its rows by time.
    pub all: Vec<(String, Vec<usize>)>,
    /// Where each patient stands in `all`.
    pub place: BTreeMap<String, usize>,
    /// Patients with time between two rows that nobody followed.
    pub with_gap: Vec<String>,
    /// Patients with a row after their event.
    pub after_event: Vec<String>,
    /// The first start and the last stop of each patient, in the order of `all`.
    pub range: Vec<(f64, f64)>,
}

/// Parts of a unit below this are rounding, as for times of a response.
const ROUNDING: f64 = 1.5e-8;

impl Patients {
    /// Refuses rows of one patient that overlap.
    pub fn of(ids: &[String], response: &Observations) -> Result<Patients, Problem> {
        let mut patients = Patients {
            all: Vec::new(),
            place: BTreeMap::new(),
            with_gap: Vec::new(),
            after_event: Vec::new(),
            range: Vec::new(),
        };
        for (row, id) in ids.iter().enumerate() {
            let next = patients.all.len();
            let place = *patients.place.entry(id.clone()).or_insert(next);
            if place == next {
                patients.all.push((id.clone(), Vec::new()));
            }
            patients.all[place].1.push(row);
        }
        let start = |row: usize| response.entry().map_or(0.0, |entry| entry[row]);
        let stop = |row: usize| response.time()[row];
        for (id, rows) in &mut patients.all {
            rows.sort_by(|&a, &b| start(a).total_cmp(&start(b)));
            let mut gap = false;
            for pair in rows.windows(2) {
                let between = start(pair[1]) - stop(pair[0]);
                if between < -ROUNDING * stop(pair[0]).abs().max(1.0) {
                    return Err(Problem::analysis(
                        format!(
                            "the rows of patient {id} overlap: one ends at {} and the next starts at \
                             {}",
                            stop(pair[0]),
                            start(pair[1])
                        ),
                        Remedy::to(
                            "correct the rows, or write Surv(start, stop, event) for rows that \
                                    follow each other",
                        ),
                    ));
                }
                gap |= between > ROUNDING * stop(pair[0]).abs().max(1.0);
                if response.event()[pair[0]] && !patients.after_event.contains(id) {
                    patients.after_event.push(id.clone());
                }
            }
            if gap {
                patients.with_gap.push(id.clone());
            }
            let ends = rows.iter().map(|&row| stop(row)).fold(f64::NEG_INFINITY, f64::max);
            patients.range.push((start(rows[0]), ends));
        }
        Ok(patients)
    }
}

/// What is odd and was let pass.
pub(super) fn doubt(about: &mut About, patients: &Patients, merged: Option<&Merged>) {
    let mut say = |doubt| super::doubt(about, doubt);
    if !patients.with_gap.is_empty() {
        say(ContrastDoubt::Gaps { patients: patients.with_gap.clone() });
    }
    if !patients.after_event.is_empty() {
        say(ContrastDoubt::AfterEvent { patients: patients.after_event.clone() });
    }
    let Some(merged) = merged else { return };
    if !merged.strangers.is_empty() {
        say(ContrastDoubt::Strangers { patients: merged.strangers.clone() });
    }
    let counted = |count: fn(&super::merge::Counted) -> usize| {
        let own = merged.counted.values().map(count);
        own.filter(|count| *count > 0).fold((0, 0), |(rows, patients), n| (rows + n, patients + 1))
    };
    let (rows, n) = counted(|counted| counted.event_before_entry);
    if rows > 0 {
        say(ContrastDoubt::BeforeEntry { rows, patients: n });
    }
    let (rows, n) = counted(|counted| counted.after_end);
    if rows > 0 {
        say(ContrastDoubt::AfterEnd { rows, patients: n });
    }
}
