//! The rows of an adjusted comparison: two groups, and the covariates that may tell them apart.

use super::{AdjustFor, matrix};
use crate::{About, Data, Problem, RowsRequest};
use riskset::{DesignMatrix, Observations, Remedy};
use riskset_data::{Formula, Grouping};

/// The rows of an adjusted comparison.
pub(crate) struct Adjusted {
    pub response: Observations,
    /// Two groups, the reference first.
    pub grouping: Grouping,
    /// The covariates, coded as in a model.
    pub matrix: DesignMatrix,
    /// The name of each column.
    pub names: Vec<String>,
    pub about: About,
}

/// Reads groups and covariates together, so that a row that misses one of them is left out of both
/// comparisons, the crude one too: they are of the same patients.
pub(super) fn of(
    request: &RowsRequest,
    adjust: &AdjustFor,
    data: &Data,
    analysis: &'static str,
) -> Result<Adjusted, Problem> {
    let own = request.parsed()?;
    let covariates = covariates(request, adjust, &own)?;
    let plain = RowsRequest {
        formula: format!("{} + {}", request.formula, adjust.adjust),
        order: Vec::new(),
        reference: None,
        ..request.clone()
    };
    let (formula, options) = (plain.parsed()?, plain.options()?);
    let read = plain.read(data, &formula, &options)?;
    let table = read.table;
    let mut all = plain.rows_of(&table, analysis, &formula, &options)?;
    all.about.doubts.extend(read.doubts);
    all.doubt_competing();
    let terms = all.frame.terms_named(&covariates).map_err(|name| {
        Problem::request(format!("the covariate {name} is a group as well"), Remedy::set("adjust"))
    })?;
    let design = all.frame.design_of(&terms)?;
    let rows = Data::rows_of(&table, &all.frame.rows, Vec::new())?;
    let rows = RowsRequest { subset: None, ..request.once_derived()? }
        .curve_rows(&rows, analysis, false, false)?;
    let Some(grouping) = rows.compared().filter(|grouping| grouping.count() == 2) else {
        let found = rows.grouping.as_ref().map_or(1, Grouping::count);
        return Err(Problem::analysis(
            format!("an adjusted comparison is between two groups, and there are {found}"),
            Remedy::AnyOf(vec![
                Remedy::to("name a column with two levels right of ~"),
                Remedy::set("subset"),
            ]),
        ));
    };
    let mut about = all.about;
    about.formula = format!("{}, adjusted for {}", own.text(), adjust.adjust);
    Ok(Adjusted {
        grouping: grouping.clone(),
        matrix: matrix(&design)?,
        names: design.names,
        response: rows.response,
        about,
    })
}

/// The covariates as a formula of their own; what belongs elsewhere is refused.
fn covariates(
    request: &RowsRequest,
    adjust: &AdjustFor,
    own: &Formula,
) -> Result<Formula, Problem> {
    if adjust.adjust.trim().is_empty() {
        let what = "an adjusted comparison needs the covariates that it is adjusted for";
        return Err(Problem::request(what, Remedy::set_to("adjust", "age + sex")));
    }
    if request.weights.is_some() {
        let what = "an adjusted comparison makes its own weights, so it takes no case weights";
        return Err(Problem::request(what, Remedy::Unset("weights".into())));
    }
    let written = format!("adjusted ~ {}", adjust.adjust);
    let covariates = Formula::parse(&written).map_err(riskset_data::Error::from)?;
    for formula in [own, &covariates] {
        let terms = [
            ("strata()", !formula.strata().is_empty()),
            ("cluster()", formula.cluster().is_some()),
            ("offset()", !formula.offsets().is_empty()),
        ];
        if let Some((term, _)) = terms.into_iter().find(|(_, used)| *used) {
            return Err(Problem::request(
                format!("{term} has no use in an adjusted comparison"),
                Remedy::to("name its column among the covariates"),
            ));
        }
    }
    if covariates.terms().is_empty() {
        let what = "the adjustment names no covariate";
        return Err(Problem::request(what, Remedy::set_to("adjust", "age + sex")));
    }
    let group: Vec<String> = own.variables().iter().flat_map(|own| own.expr.columns()).collect();
    let used = covariates.variables().iter().flat_map(|variable| variable.expr.columns());
    match used.into_iter().find(|column| group.contains(column)) {
        Some(column) => Err(Problem::request(
            format!("`{column}` makes the groups, so they cannot be adjusted for it"),
            Remedy::set("adjust"),
        )),
        None => Ok(covariates),
    }
}

impl Adjusted {
    /// The number of a column becomes its name.
    pub fn explain(&self, error: riskset::Error) -> Problem {
        match error {
            riskset::Error::Aliased { column } => Problem::analysis(
                format!(
                    "the covariate {} is constant or a combination of those before it",
                    self.names.get(column).map_or("", String::as_str)
                ),
                Remedy::to("leave it out"),
            ),
            other => other.into(),
        }
    }
}
