//! Effects that are functions of time: the rows cut at every event time, where the function is taken.

use super::CoxRequest;
use crate::Problem;
use riskset::{
    CoxFit, DesignMatrix, Groups, Interval, Observations, Remedy, SplitRows, normal,
    split_at_events,
};
use riskset_data::{Design, ModelFrame, TermInfo, TermKind, TimeVarying};
use std::sync::Arc;

/// A hazard ratio that is a function of time.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectOverTime {
    /// The column of the design, as `x` or `factor(stage)2`.
    pub column: String,
    /// Its terms of `tv()`.
    pub terms: Vec<String>,
    /// The hazard ratio of one more at times, in the order asked for.
    pub points: Vec<EffectPoint>,
}

/// A hazard ratio at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EffectPoint {
    /// The time, in the unit of the data.
    pub time: f64,
    /// The hazard ratio.
    pub hazard_ratio: f64,
    /// Its pointwise limits.
    pub interval: Interval,
}

/// The rows of a model with effects over time.
pub(crate) struct Expanded {
    pub response: Observations,
    pub design: Design,
    pub matrix: DesignMatrix,
    pub strata: Option<Groups>,
    pub cluster: Option<Groups>,
    pub offset: Option<Vec<f64>>,
    terms: Vec<TimeVarying>,
    /// The columns of the design before those of `tv()`.
    plain: usize,
}

/// Cuts the rows and adds the columns of `tv()`; `None` without one in the formula.
pub(crate) fn expand(
    frame: &ModelFrame,
    plain: &Design,
    robust: bool,
) -> Result<Option<Expanded>, Problem> {
    let terms = frame.time_varying(plain);
    if terms.is_empty() {
        return Ok(None);
    }
    let split = split_at_events(frame.observations()?)?;
    let stops: Vec<f64> = split.pieces.iter().map(|piece| piece.stop).collect();
    let mut design = plain.clone();
    let mut values: Vec<f64> = (0..plain.names.len())
        .flat_map(|column| of_pieces(column_of(plain, column), &split))
        .collect();
    for term in &terms {
        let function = term.at(&stops)?;
        let start = design.names.len();
        for column in term.columns.clone() {
            let own = of_pieces(column_of(plain, column), &split);
            values.extend(own.into_iter().zip(&function).map(|(x, g)| x * g));
            design.names.push(format!("tv({}, {})", plain.names[column], term.of_time));
        }
        let columns = start..design.names.len();
        design.terms.push(TermInfo {
            name: term.name.clone(),
            columns,
            kind: TermKind::Interaction(Vec::new()),
        });
    }
    design.values = Arc::new(values);
    design.n_rows = split.pieces.len();
    let groups = |groups: &Groups| {
        let index = split.pieces.iter().map(|piece| groups.index()[piece.row]).collect();
        Groups::new(index, groups.count())
    };
    // Pieces of a patient are no patients of their own.
    let own = robust.then(|| {
        let index = split.pieces.iter().map(|piece| piece.row as u32).collect();
        Groups::new(index, frame.n)
    });
    let cluster = match &frame.cluster {
        Some(cluster) => Some(groups(&cluster.groups)?),
        None => own.transpose()?,
    };
    Ok(Some(Expanded {
        matrix: DesignMatrix::from_shared(design.values.clone(), design.n_rows)?,
        strata: frame.strata.as_ref().map(|strata| groups(&strata.groups)).transpose()?,
        offset: frame.offset.as_ref().map(|offset| of_pieces(offset, &split)),
        cluster,
        response: split.response.into_observations(),
        design,
        terms,
        plain: plain.names.len(),
    }))
}

fn of_pieces(values: &[f64], split: &SplitRows) -> Vec<f64> {
    split.pieces.iter().map(|piece| values[piece.row]).collect()
}

fn column_of(design: &Design, column: usize) -> &[f64] {
    &design.values[column * design.n_rows..(column + 1) * design.n_rows]
}

impl Expanded {
    /// The hazard ratio of each column of a `tv()` at these times; a column without a coefficient is
    /// left out.
    pub(crate) fn effects(
        &self,
        fit: &CoxFit,
        times: &[f64],
        conf_level: f64,
    ) -> Result<Vec<EffectOverTime>, Problem> {
        let z = normal::two_sided_quantile(conf_level)?;
        let mut place = self.plain;
        let mut made: Vec<Made> = Vec::new();
        for term in &self.terms {
            let function = term.at(times)?;
            for base in term.columns.clone() {
                let (own, name) = ((place, function.clone()), self.design.names[place].clone());
                match made.iter_mut().find(|made| made.base == base) {
                    Some(made) => {
                        made.columns.push(own);
                        made.names.push(name);
                    }
                    None => made.push(Made { base, columns: vec![own], names: vec![name] }),
                }
                place += 1;
            }
        }
        let mut effects = Vec::new();
        for Made { base, columns, names } in made {
            let at = |index: usize| {
                let parts = columns.iter().map(|(place, function)| (*place, function[index]));
                let parts: Vec<(usize, f64)> = std::iter::once((base, 1.0)).chain(parts).collect();
                point(fit, &parts, times[index], z)
            };
            let points: Option<Vec<EffectPoint>> = (0..times.len()).map(at).collect();
            if let Some(points) = points {
                let column = self.design.names[base].clone();
                effects.push(EffectOverTime { column, terms: names, points });
            }
        }
        Ok(effects)
    }
}

/// A column of the design with those of `tv()` that were made of it.
struct Made {
    base: usize,
    /// Each column with its function at the times.
    columns: Vec<(usize, Vec<f64>)>,
    names: Vec<String>,
}

/// exp of the sum of coefficients times their factors, with its limits.
fn point(fit: &CoxFit, parts: &[(usize, f64)], time: f64, z: f64) -> Option<EffectPoint> {
    let (mut log, mut variance) = (0.0, 0.0);
    for &(column, factor) in parts {
        log += fit.coefficients()[column].estimate()?.estimate * factor;
        for &(other, factor_of) in parts {
            variance += fit.variance(column, other)? * factor * factor_of;
        }
    }
    let half = z * variance.max(0.0).sqrt();
    let interval = Interval { lower: Some((log - half).exp()), upper: Some((log + half).exp()) };
    Some(EffectPoint { time, hazard_ratio: log.exp(), interval })
}

/// The event times at which an effect is read when no times were asked for: the first, the quartiles
/// and the last.
pub(crate) fn usual_times(rows: &Observations) -> Vec<f64> {
    let mut times: Vec<f64> =
        (0..rows.len()).filter(|&row| rows.event()[row]).map(|row| rows.time()[row]).collect();
    times.sort_by(f64::total_cmp);
    let last = times.len().saturating_sub(1);
    let mut chosen: Vec<f64> =
        (0..5).filter_map(|quarter| times.get(last * quarter / 4).copied()).collect();
    chosen.dedup();
    chosen
}

impl CoxRequest {
    /// What rows cut at event times cannot give.
    pub(super) fn refuse_over_time(&self) -> Result<(), Problem> {
        let asked = [
            ("predict", self.predict.is_some()),
            ("baseline", self.baseline),
            ("residuals", !self.residuals.is_empty()),
            ("against", self.against.is_some()),
            ("explain", self.explain),
            ("periods", !self.over_time.periods.is_empty()),
            ("average", self.over_time.average),
        ];
        match asked.into_iter().find(|(_, set)| *set) {
            None => Ok(()),
            Some((field, _)) => Err(Problem::request(
                format!("`{field}` is of a model whose effects do not change with time"),
                Remedy::AnyOf(vec![
                    Remedy::Unset(field.into()),
                    Remedy::to("write the column without tv()"),
                ]),
            )),
        }
    }
}
