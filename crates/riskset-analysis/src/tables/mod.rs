//! Tables of a manuscript as requests: the patients, survival and incidence at given times.

mod at_times;
mod one;
mod one_answer;

pub use at_times::{
    FewAtRisk, TableCifAnswer, TableCifRequest, TableSurvivalAnswer, TableSurvivalRequest,
};
pub use one::{ColumnSummary, TableOneRequest};
pub use one_answer::{
    Described, DescribedAs, GroupComparison, NumberSummary, Summary, TableColumn, TableOneAnswer,
    TestKind,
};
