//! What a study computes.

use super::adjust::Adjusted;
use super::analysis::Answered;
use super::compare::Compared;
use super::cutpoint::Searched;
use super::factors::Told;
use super::meta::Pooled;
use super::model::Fitted;
use super::performance::Judged;
use crate::table::Table;

/// Everything computed that is not a number of the store.
pub struct Computed<'a> {
    pub described: Vec<(String, Table)>,
    pub compared: Vec<Vec<Compared<'a>>>,
    pub adjusted: Vec<Adjusted<'a>>,
    pub searched: Vec<Searched<'a>>,
    pub answered: Vec<Answered<'a>>,
    pub models: Vec<Fitted<'a>>,
    pub told: Vec<Told<'a>>,
    pub judged: Vec<Judged<'a>>,
    pub pooled: Vec<Pooled<'a>>,
}
