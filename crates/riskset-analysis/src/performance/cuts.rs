//! Cut-offs of predicted risks or of linear predictors.

use crate::Problem;
use riskset::Remedy;

/// Increasing cut-offs; whoever is at one belongs to the group above it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cuts<'a> {
    /// The cut-offs.
    pub cuts: &'a [f64],
    /// The time by which a risk is predicted; `None` for linear predictors.
    pub at: Option<f64>,
    /// The field of the request that has them.
    pub field: &'static str,
}

impl Cuts<'_> {
    /// Refuses cut-offs that make no groups.
    pub fn refuse(&self) -> Result<(), Problem> {
        if self.cuts.is_empty() {
            let what = "groups were asked for, and no cut-off was given";
            return Err(Problem::request(what, Remedy::set(self.field)));
        }
        if !self.cuts.is_sorted_by(|a, b| a < b) || self.cuts.iter().any(|cut| !cut.is_finite()) {
            let what = "the cut-offs of the groups are not increasing numbers";
            return Err(Problem::request(what, Remedy::set(self.field)));
        }
        let risk = |cut: &&f64| **cut <= 0.0 || **cut >= 1.0;
        match (self.at, self.cuts.iter().find(risk)) {
            (Some(_), Some(cut)) => Err(Problem::request(
                format!("the cut-off {cut} is no risk, which lies between 0 and 1"),
                Remedy::AnyOf(vec![
                    Remedy::set_to("groups", "0.2,0.5"),
                    Remedy::Unset("at".into()),
                ]),
            )),
            _ => Ok(()),
        }
    }

    /// The group of a risk or a linear predictor, from 0 by increasing risk.
    pub fn place(&self, value: f64) -> usize {
        self.cuts.partition_point(|&cut| cut <= value)
    }

    /// The name of each group, by increasing risk.
    pub fn labels(&self) -> Vec<String> {
        let (what, sign) = if self.at.is_some() { ("Risk", "%") } else { ("Linear predictor", "") };
        let shown = |value: f64| match self.at {
            // The rounding of 100 times a fraction is not shown.
            Some(_) => (100.0 * value * 1e8).round() / 1e8,
            None => value,
        };
        let cuts: Vec<String> = self.cuts.iter().map(|&cut| shown(cut).to_string()).collect();
        let Some(highest) = cuts.last() else { return Vec::new() };
        let between = cuts.windows(2);
        let between =
            between.map(|two| format!("{what} {}{sign} to below {}{sign}", two[0], two[1]));
        std::iter::once(format!("{what} below {}{sign}", cuts[0]))
            .chain(between)
            .chain([format!("{what} {highest}{sign} or more")])
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_named_by_their_cut_offs_and_hold_the_lower_one() {
        let cuts = Cuts { cuts: &[0.07, 0.29], at: Some(365.0), field: "groups" };
        let labels = ["Risk below 7%", "Risk 7% to below 29%", "Risk 29% or more"];
        assert_eq!(cuts.labels(), labels);
        assert_eq!([0.0, 0.07, 0.2, 0.29, 1.0].map(|risk| cuts.place(risk)), [0, 1, 1, 2, 2]);
        let predictor = Cuts { cuts: &[-0.5], at: None, field: "groups" };
        assert_eq!(
            predictor.labels(),
            ["Linear predictor below -0.5", "Linear predictor -0.5 or more"]
        );
    }

    #[test]
    fn cut_offs_that_make_no_groups_are_refused() {
        let refused =
            |cuts: &[f64], at| Cuts { cuts, at, field: "groups" }.refuse().unwrap_err().to_string();
        assert!(refused(&[], None).contains("no cut-off"));
        assert!(refused(&[0.5, 0.2], None).contains("not increasing"));
        assert!(refused(&[f64::NAN], None).contains("not increasing"));
        assert!(refused(&[20.0, 50.0], Some(365.0)).contains("20 is no risk"));
        assert!(Cuts { cuts: &[-1.0, 2.0], at: None, field: "groups" }.refuse().is_ok());
    }
}
