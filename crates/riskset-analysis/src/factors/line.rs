//! One level of a factor, or one number.

use super::FactorsRequest;
use super::rows::Side;
use crate::Problem;
use crate::contrast::estimated;
use crate::curve::Quartiles;
use riskset::{AtTime, Coefficient, KaplanMeier, Quantile, SurvivalCurve};
use riskset_data::{CurveInfo, LevelInfo, TermKind};

/// A level of a factor, or a number per unit, in both models.
#[derive(Clone, Debug)]
pub struct FactorLine {
    /// The level; for a number the column of the design; for a curve the quartiles that are compared.
    pub name: String,
    /// Whether the others are compared with it.
    pub reference: bool,
    /// Rows of the univariable model.
    pub n: usize,
    /// Those that end with the event.
    pub events: usize,
    /// The median of the time to the event, of the rows of the univariable model.
    pub median: Quantile,
    /// From when to when the curve stays at one half, if that is to the end of their follow-up.
    pub median_flat: Option<[f64; 2]>,
    /// Their survival at the times asked for.
    pub at_times: Vec<AtTime>,
    /// The coefficient of the univariable model; `None` for the reference and where it has no finite
    /// estimate.
    pub crude: Option<Coefficient>,
    /// The coefficient of the multivariable model. `None` also for a level that none of its rows
    /// has.
    pub adjusted: Option<Coefficient>,
}

/// The lines of a factor.
pub fn lines(
    request: &FactorsRequest,
    alone: &Side,
    together: &Side,
) -> Result<Vec<FactorLine>, Problem> {
    match &alone.info().kind {
        TermKind::Factor { levels, reference } => {
            of_levels(request, alone, together, levels, *reference)
        }
        TermKind::Curve(info) => of_curve(request, alone, together, info),
        _ => of_columns(request, alone, together),
    }
}

/// A curve is one line: its third quartile against the first, those of the univariable model in both.
fn of_curve(
    request: &FactorsRequest,
    alone: &Side,
    together: &Side,
    info: &CurveInfo,
) -> Result<Vec<FactorLine>, Problem> {
    let curve = model(request).fit(alone.frame.observations()?)?;
    let quartiles = Quartiles::of(info);
    let ratio = |side: &Side| match &side.info().kind {
        TermKind::Curve(own) => quartiles.ratio(side.fit, side.info(), own),
        _ => None,
    };
    Ok(vec![FactorLine {
        name: quartiles.words(&info.covariate),
        reference: false,
        n: alone.frame.n,
        events: alone.fit.n_events(),
        median: curve.median(),
        median_flat: curve.open_flat(0.5),
        at_times: curve.at_times(&request.times)?,
        crude: ratio(alone),
        adjusted: ratio(together),
    }])
}

fn of_levels(
    request: &FactorsRequest,
    alone: &Side,
    together: &Side,
    levels: &[LevelInfo],
    reference: usize,
) -> Result<Vec<FactorLine>, Problem> {
    let curves = model(request).fit_groups(alone.frame.observations()?, &alone.groups()?)?;
    let crude = by_level(alone);
    let adjusted = by_level(together);
    let of = |found: &[(String, Option<Coefficient>)], level: &str| {
        found.iter().find(|(name, _)| name == level).and_then(|(_, coefficient)| *coefficient)
    };
    // Groups are numbered as the levels: the design puts the reference first.
    let line = |(level, curve): (&LevelInfo, &SurvivalCurve)| {
        let is_reference = level.name == levels[reference].name;
        Ok(FactorLine {
            reference: is_reference,
            n: level.n,
            events: level.events,
            median: curve.median(),
            median_flat: curve.open_flat(0.5),
            at_times: curve.at_times(&request.times)?,
            crude: of(&crude, &level.name),
            adjusted: of(&adjusted, &level.name),
            name: level.name.clone(),
        })
    };
    levels.iter().zip(&curves).map(line).collect()
}

/// The coefficient of each level in a model; none for its reference.
fn by_level(side: &Side) -> Vec<(String, Option<Coefficient>)> {
    let TermKind::Factor { levels, reference } = &side.info().kind else { return Vec::new() };
    let fitted = estimated(side.fit);
    let mut columns = side.info().columns.clone();
    let of = |(place, level): (usize, &LevelInfo)| {
        let coefficient = match place == *reference {
            true => None,
            false => columns.next().and_then(|column| fitted[column].copied()),
        };
        (level.name.clone(), coefficient)
    };
    levels.iter().enumerate().map(of).collect()
}

/// A number has one curve for all its rows.
fn of_columns(
    request: &FactorsRequest,
    alone: &Side,
    together: &Side,
) -> Result<Vec<FactorLine>, Problem> {
    let curve = model(request).fit(alone.frame.observations()?)?;
    let (crude, adjusted) = (estimated(alone.fit), estimated(together.fit));
    let columns = alone.info().columns.clone().zip(together.info().columns.clone());
    let line = |(own, all): (usize, usize)| {
        Ok(FactorLine {
            name: alone.design.names[own].clone(),
            reference: false,
            n: alone.frame.n,
            events: alone.fit.n_events(),
            median: curve.median(),
            median_flat: curve.open_flat(0.5),
            at_times: curve.at_times(&request.times)?,
            crude: crude[own].copied(),
            adjusted: adjusted[all].copied(),
        })
    };
    columns.map(line).collect()
}

fn model(request: &FactorsRequest) -> KaplanMeier {
    KaplanMeier::default()
        .conf_level(request.conf_level)
        .conf_type(request.conf_type)
        .flat(request.flat)
}
