//! The design of some of a frame's terms: of a model nested in the fitted one, on the same rows.

use super::{Design, ModelFrame};
use crate::{Error, Formula};

impl ModelFrame {
    /// Which of the frame's terms a formula names, increasing and without repeats. Variables may
    /// stand in another order within an interaction.
    ///
    /// # Errors
    ///
    /// The name of the first term of the formula that the frame does not have.
    pub fn terms_named(&self, formula: &Formula) -> Result<Vec<usize>, String> {
        let names = formula.term_names();
        let mut found = Vec::with_capacity(names.len());
        for (term, name) in formula.terms().iter().zip(names) {
            let wanted: Vec<&str> =
                term.iter().map(|&index| formula.variables()[index].name.as_str()).collect();
            found.push(self.term_of(wanted).ok_or(name)?);
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// The term that is the product of these variables.
    fn term_of(&self, mut wanted: Vec<&str>) -> Option<usize> {
        wanted.sort_unstable();
        self.terms.iter().position(|term| {
            let mut own: Vec<&str> =
                term.iter().map(|&index| self.variables[index].0.name.as_str()).collect();
            own.sort_unstable();
            own == wanted
        })
    }

    /// The design of these terms alone, coded as a formula with only them would be. Its columns
    /// span no more than those of [`design`](Self::design).
    ///
    /// # Errors
    ///
    /// Those of [`design`](Self::design).
    pub fn design_of(&self, terms: &[usize]) -> Result<Design, Error> {
        let mut nested = self.clone();
        nested.terms = terms.iter().map(|&index| self.terms[index].clone()).collect();
        nested.term_names = terms.iter().map(|&index| self.term_names[index].clone()).collect();
        Design::of(&nested)
    }
}
