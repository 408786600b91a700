//! Which columns of a design a penalty holds back.

use super::{Design, ModelFrame, TermKind};
use crate::formula::{Curve, FrailtyTerm};
use riskset::Shrinkage;

impl ModelFrame {
    /// Whether a term holds coefficients back.
    pub fn is_penalised(&self) -> bool {
        let smooth = |curve: &Option<Curve>| matches!(curve, Some(Curve::Penalised { .. }));
        !self.ridges.is_empty()
            || self.frailty_of.is_some()
            || self.variables.iter().any(|(variable, _)| smooth(&variable.curve))
    }

    /// What `frailty()` was given; its groups are [`frailty`](Self::frailty).
    pub fn frailty_term(&self) -> Option<&FrailtyTerm> {
        self.frailty_of.as_ref()
    }

    /// The penalties on columns of the design, each with its term as the formula writes it: those of
    /// `ridge()` in their order, then those of `pspline()`.
    pub fn shrinkages(&self, design: &Design) -> Vec<(String, Shrinkage)> {
        let own = |variable: usize| self.terms.iter().position(|term| term[..] == [variable]);
        let ridges = self.ridges.iter().map(|ridge| {
            let terms = ridge.variables.iter().filter_map(|&variable| own(variable));
            let columns = terms.flat_map(|term| design.terms[term].columns.clone()).collect();
            let names: Vec<&str> = ridge
                .variables
                .iter()
                .map(|&index| self.variables[index].0.name.as_str())
                .collect();
            let name = format!("ridge({}, theta = {})", names.join(", "), ridge.theta);
            (name, Shrinkage::Ridge { columns, theta: ridge.theta, scaled: ridge.scaled })
        });
        let smooths = self.variables.iter().enumerate().filter_map(|(index, (variable, _))| {
            let Some(Curve::Penalised { df }) = variable.curve else { return None };
            let term = &design.terms[own(index)?];
            debug_assert!(matches!(term.kind, TermKind::Curve(_)));
            Some((term.name.clone(), Shrinkage::Smooth { columns: term.columns.clone(), df }))
        });
        ridges.chain(smooths).collect()
    }
}
