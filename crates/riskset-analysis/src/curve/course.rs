//! Which columns of a design make a curve, and what of them belongs to each level of a factor.
//!
//! A product of a curve with k columns and a factor with m has k times m columns, the variable that
//! stands first in the formula varying fastest. Those of one level, in order, are the curve's own k
//! columns times that level: what is added to the curve there.

use riskset::Basis;
use riskset_data::{CurveInfo, Design, TermInfo, TermKind};
use std::ops::Range;

/// The groups of rows in which a curve is one curve.
pub(super) struct Courses {
    pub groups: Vec<Group>,
    /// Column sets of products of the curve with something else, each in the order of its columns.
    products: Vec<Vec<usize>>,
    pub at_zero_of: Vec<String>,
    /// A product whose columns were not taken apart.
    unknown: bool,
}

/// A group of rows, and the columns that make the curve in it.
pub(super) struct Group {
    pub within: Option<(String, String)>,
    /// The curve's own columns, and those of a product.
    columns: Vec<Vec<usize>>,
}

impl Courses {
    pub fn of(design: &Design, term: &TermInfo, info: &CurveInfo) -> Courses {
        let own: Vec<usize> = term.columns.clone().collect();
        let mut found = Courses {
            groups: vec![Group { within: None, columns: vec![own.clone()] }],
            products: Vec::new(),
            at_zero_of: Vec::new(),
            unknown: false,
        };
        let with: Vec<&TermInfo> =
            design.terms.iter().filter(|other| holds(other, &term.name)).collect();
        for other in &with {
            match sets(other, &term.name, info.basis.columns()) {
                Some(sets) => found.products.extend(sets.into_iter().map(|(_, columns)| columns)),
                None => found.unknown = true,
            }
        }
        let by_level = match &with[..] {
            [only] => sets(only, &term.name, info.basis.columns())
                .and_then(|sets| levels(design, &own, sets)),
            _ => None,
        };
        match by_level {
            Some(groups) => found.groups = groups,
            None => found.at_zero_of = with.iter().map(|other| other.name.clone()).collect(),
        }
        found
    }

    /// The conditions under which the curve is straight everywhere; `None` where a product was not
    /// taken apart.
    pub fn conditions(&self, info: &CurveInfo) -> Option<Vec<Vec<(usize, f64)>>> {
        if self.unknown {
            return None;
        }
        let own = self.groups.first().and_then(|group| group.columns.first())?;
        let conditions = info.basis.straight_when();
        let on = |columns: &Vec<usize>| -> Vec<Vec<(usize, f64)>> {
            let one = |factors: &Vec<f64>| {
                let parts = columns.iter().copied().zip(factors.iter().copied());
                parts.filter(|(_, factor)| *factor != 0.0).collect()
            };
            conditions.iter().map(one).collect()
        };
        Some(std::iter::once(own).chain(&self.products).flat_map(on).collect())
    }
}

impl Group {
    /// The columns with what each differs by between two values of the covariate.
    pub fn difference(&self, info: &CurveInfo, from: f64, to: f64) -> Vec<(usize, f64)> {
        let steps = steps(info, from, to);
        let of = |columns: &Vec<usize>| {
            columns.iter().copied().zip(steps.iter().copied()).collect::<Vec<_>>()
        };
        self.columns.iter().flat_map(of).collect()
    }
}

/// The same of the curve's own columns.
pub(super) fn difference(
    info: &CurveInfo,
    columns: Range<usize>,
    from: f64,
    to: f64,
) -> Vec<(usize, f64)> {
    columns.zip(steps(info, from, to)).collect()
}

fn steps(info: &CurveInfo, from: f64, to: f64) -> Vec<f64> {
    info.basis.at(to).iter().zip(info.basis.at(from)).map(|(to, from)| to - from).collect()
}

/// Whether a term is a product that the curve is a part of.
fn holds(term: &TermInfo, curve: &str) -> bool {
    match &term.kind {
        TermKind::Interaction(products) => products
            .first()
            .is_some_and(|product| product.factors.iter().any(|(name, _)| name == curve)),
        _ => false,
    }
}

/// The columns of a product of two variables by what the other one is in them: the level of a factor,
/// or `None` for a number. `None` for a product of more.
type Sets = Vec<(Option<(String, String)>, Vec<usize>)>;

fn sets(term: &TermInfo, curve: &str, k: usize) -> Option<Sets> {
    let TermKind::Interaction(products) = &term.kind else { return None };
    let [first, second] = &products.first()?.factors[..] else { return None };
    let curve_first = first.0 == curve;
    let other = if curve_first { second } else { first };
    let m = products.len() / k;
    // A number, or another curve: the columns of each set are told apart by their place alone.
    let place = |set: usize, column: usize| match curve_first {
        true => set * k + column,
        false => column * m + set,
    };
    let of = |set: usize| {
        let columns = (0..k).map(|column| term.columns.start + place(set, column)).collect();
        let factors = &products[place(set, 0)].factors;
        let level = factors.iter().find(|(name, _)| *name == other.0)?.1.clone();
        Some((level.map(|level| (other.0.clone(), level)), columns))
    };
    (0..m).map(of).collect()
}

/// One group for each level of the factor, the reference too; `None` when the other is no factor.
fn levels(design: &Design, own: &[usize], sets: Sets) -> Option<Vec<Group>> {
    let (factor, _) = sets.first()?.0.clone()?;
    let known = design.terms.iter().find(|term| term.name == factor)?;
    let TermKind::Factor { levels, .. } = &known.kind else { return None };
    let group = |name: &String| {
        let added = sets.iter().find(|(level, _)| level.as_ref().is_some_and(|l| l.1 == *name));
        let columns = std::iter::once(own.to_vec()).chain(added.map(|(_, set)| set.clone()));
        Group { within: Some((factor.clone(), name.clone())), columns: columns.collect() }
    };
    Some(levels.iter().map(|level| group(&level.name)).collect())
}
