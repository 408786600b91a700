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
}

impl ContrastDoubt {
    /// The fixed word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            ContrastDoubt::Categories { .. } => "categories",
            ContrastDoubt::FewForSearch { .. } => "few_for_search",
            ContrastDoubt::CutAtEdge { .. } => "cut_at_edge",
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
        }
    }

    /// What to do.
    pub fn remedy(&self) -> Option<Remedy> {
        Some(match self {
            ContrastDoubt::Categories { column, .. } => Remedy::AnyOf(vec![
                Remedy::Write(format!("factor({column})")),
                Remedy::Ask("compare".into()),
            ]),
            ContrastDoubt::FewForSearch { .. } | ContrastDoubt::CutAtEdge { .. } => {
                Remedy::to("keep the column as a number in a Cox model")
            }
        })
    }
}
