//! The words of what is doubtful about searched cut-points, effects over time and what might be.

use riskset::Remedy;

/// What is doubtful about a comparison beyond the simple one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ContrastDoubt {
    /// A column of few values is cut.
    Categories {
        /// The column.
        column: String,
        /// Its different values.
        values: usize,
    },
    /// Few events decide among many cuts.
    FewForSearch {
        /// Events.
        events: usize,
        /// Cuts tried.
        cuts: usize,
    },
    /// The best cut is the first or the last that was tried.
    CutAtEdge {
        /// The cut.
        cut: f64,
    },
    /// All who are censored count as lost.
    AllLost {
        /// How many.
        patients: usize,
    },
    /// Rows of patients that leave time between them.
    Gaps {
        /// The patients.
        patients: Vec<String>,
    },
    /// Patients with a row after their event.
    AfterEvent {
        /// The patients.
        patients: Vec<String>,
    },
    /// A merged table names patients whom the data do not have.
    Strangers {
        /// The patients.
        patients: Vec<String>,
    },
    /// Dated events at or before the patients' entry.
    BeforeEntry {
        /// How many.
        rows: usize,
        /// Of so many patients.
        patients: usize,
    },
    /// Rows of a merged table after the patients' last time.
    AfterEnd {
        /// How many.
        rows: usize,
        /// Of so many patients.
        patients: usize,
    },
}

impl ContrastDoubt {
    /// The fixed word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            ContrastDoubt::Categories { .. } => "categories",
            ContrastDoubt::FewForSearch { .. } => "few_for_search",
            ContrastDoubt::CutAtEdge { .. } => "cut_at_edge",
            ContrastDoubt::AllLost { .. } => "all_lost",
            ContrastDoubt::Gaps { .. } => "gaps",
            ContrastDoubt::AfterEvent { .. } => "after_event",
            ContrastDoubt::Strangers { .. } => "strangers",
            ContrastDoubt::BeforeEntry { .. } => "event_before_entry",
            ContrastDoubt::AfterEnd { .. } => "after_end",
        }
    }

    /// The column that it is about.
    pub fn about(&self) -> Option<&str> {
        match self {
            ContrastDoubt::Categories { column, .. } => Some(column),
            _ => None,
        }
    }

    /// What was found.
    pub fn what(&self) -> String {
        match self {
            ContrastDoubt::Categories { column, values } => format!(
                "`{column}` has only {values} different values: these are categories, and a search \
                 only chooses which of them to put together"
            ),
            ContrastDoubt::FewForSearch { events, cuts } => format!(
                "{events} events decide among {cuts} cuts: other patients would give another one"
            ),
            ContrastDoubt::CutAtEdge { cut } => format!(
                "the best cut, {cut}, is the first or the last that was tried: the statistic still \
                 grows there, and one side has few patients"
            ),
            ContrastDoubt::AllLost { patients } => format!(
                "{} without the event and all of them count as lost, also those still followed at the \
                 end of the study",
                counted(*patients, "one patient is", "patients are")
            ),
            ContrastDoubt::Gaps { patients } => format!(
                "the rows of {} leave time between them in which nobody followed: {}",
                counted(patients.len(), "one patient", "patients"),
                listed(patients)
            ),
            ContrastDoubt::AfterEvent { patients } => format!(
                "a row goes on after the event in {}: {}; that is right for events that recur only",
                counted(patients.len(), "one patient", "patients"),
                listed(patients)
            ),
            ContrastDoubt::Strangers { patients } => format!(
                "the merged table has rows of {} whom the data do not have: {}",
                counted(patients.len(), "one patient", "patients"),
                listed(patients)
            ),
            ContrastDoubt::BeforeEntry { rows, patients } => format!(
                "{} of {} at or before the entry, and none under observation",
                counted(*rows, "a dated event", "dated events"),
                counted(*patients, "one patient", "patients")
            ),
            ContrastDoubt::AfterEnd { rows, patients } => format!(
                "{} of {} after the patient's last time, without effect",
                counted(*rows, "one row of the merged table", "rows of the merged table"),
                counted(*patients, "one patient", "patients")
            ),
        }
    }

    /// What to do.
    pub fn remedy(&self) -> Option<Remedy> {
        Some(match self {
            ContrastDoubt::Categories { column, .. } => Remedy::AnyOf(vec![
                Remedy::Write(format!("factor({column})")),
                Remedy::Ask("compare".into()),
            ]),
            ContrastDoubt::AllLost { .. } => Remedy::set("lost"),
            ContrastDoubt::Gaps { .. } => Remedy::to(
                "check that nobody was under observation there; such time counts for nothing",
            ),
            ContrastDoubt::AfterEvent { .. } => {
                Remedy::to("end the rows at the event unless it recurs")
            }
            ContrastDoubt::Strangers { .. } => {
                Remedy::to("check the column of patients in both tables")
            }
            ContrastDoubt::BeforeEntry { .. } | ContrastDoubt::AfterEnd { .. } => {
                Remedy::to("check their times; the audit names the patients")
            }
            ContrastDoubt::FewForSearch { .. } | ContrastDoubt::CutAtEdge { .. } => {
                Remedy::to("keep the column as a number in a Cox model")
            }
        })
    }
}

/// `one patient`, `3 patients`.
fn counted(n: usize, one: &str, many: &str) -> String {
    match n {
        1 => one.to_owned(),
        n => format!("{n} {many}"),
    }
}

/// The first few.
fn listed(names: &[String]) -> String {
    let shown = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > 5 { format!("{shown}, ...") } else { shown }
}
