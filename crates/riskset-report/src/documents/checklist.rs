//! The answer of `riskset checklist`.

use super::{Document, Head};
use crate::format::Style;
use crate::study::Filled;
use crate::table::Table;
use schemars::JsonSchema;
use serde::Serialize;

/// A reporting checklist with the places of a manuscript.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ChecklistDocument {
    /// What every document starts with; `n` is the number of items.
    #[serde(flatten)]
    pub head: Head,
    /// The items that the authors have to answer.
    pub open: usize,
    /// The checklist.
    #[serde(flatten)]
    pub checklist: Filled,
}

impl ChecklistDocument {
    /// The document of a checklist that was filled in for `study`.
    pub fn new(study: &str, checklist: Filled) -> ChecklistDocument {
        let head = Head::new("checklist", checklist.items.len(), 0, study);
        ChecklistDocument { head, open: checklist.open(), checklist }
    }
}

impl Document for ChecklistDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn title(&self) -> String {
        self.head.asked.clone()
    }

    fn tables(&self, _: &Style) -> Vec<Table> {
        vec![self.checklist.table()]
    }

    fn notes(&self, _: &Style) -> Vec<String> {
        Vec::new()
    }

    fn data(&self) -> Option<Table> {
        Some(self.checklist.table())
    }
}
