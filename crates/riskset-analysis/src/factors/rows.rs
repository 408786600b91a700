//! A factor in one of its two models.

use riskset::{CoxFit, CoxTest, Groups};
use riskset_data::{Design, ModelFrame, TermInfo, TermKind};

/// A model with the place of a factor in it.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    pub frame: &'a ModelFrame,
    pub design: &'a Design,
    pub fit: &'a CoxFit,
    /// The factor, as an index into the terms of the design.
    pub term: usize,
}

impl Side<'_> {
    pub fn info(&self) -> &TermInfo {
        &self.design.terms[self.term]
    }

    /// The level that the others are compared with; `None` for a number.
    pub fn reference(&self) -> Option<&str> {
        match &self.info().kind {
            TermKind::Factor { levels, reference } => Some(&levels[*reference].name),
            _ => None,
        }
    }

    /// Wald's test that all coefficients of the factor are zero.
    pub fn joint(&self) -> Option<CoxTest> {
        let columns: Vec<usize> = self.info().columns.clone().collect();
        self.fit.joint_test(&columns)
    }

    /// The level of each row, the reference being 0 and each column of the factor one more.
    pub fn groups(&self) -> Result<Groups, riskset::Error> {
        let columns = self.info().columns.clone();
        let count = columns.len() + 1;
        let mut level = vec![0_u32; self.design.n_rows];
        for (number, column) in (1..).zip(columns) {
            for (level, &value) in level.iter_mut().zip(self.design.column(column)) {
                if value == 1.0 {
                    *level = number;
                }
            }
        }
        Groups::new(level, count)
    }
}
