//! A curve as columns, which are read off it as they are written.

use super::tables::count;
use crate::format::{NOT_ESTIMABLE, Style};
use crate::table::{Align, Table};
use riskset::{CurvePoint, SurvivalCurve};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// A curve as columns: `time`, `n_risk`, `n_event`, `n_censor`, `survival`, `std_error`, `lower`,
/// `upper`, `cumulative_hazard` and `cumulative_hazard_std_error`, one entry per distinct observed
/// time. They are read off the curve as they are written, so that an answer without them, such as
/// the text, costs neither time nor memory for them.
#[derive(Clone, Debug)]
pub struct CurveColumns(pub(super) SurvivalCurve);

/// What the columns are as a schema; their values are read off the curve.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only the names and types of the columns are wanted")]
struct Columns {
    time: Vec<f64>,
    n_risk: Vec<f64>,
    n_event: Vec<f64>,
    n_censor: Vec<f64>,
    survival: Vec<f64>,
    std_error: Vec<Option<f64>>,
    lower: Vec<Option<f64>>,
    upper: Vec<Option<f64>>,
    cumulative_hazard: Vec<Option<f64>>,
    cumulative_hazard_std_error: Vec<Option<f64>>,
}

impl JsonSchema for CurveColumns {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CurveColumns".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Columns::json_schema(generator)
    }
}

impl Serialize for CurveColumns {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let points = Points(&self.0);
        let mut columns = serializer.serialize_struct("CurveColumns", 10)?;
        columns.serialize_field("time", self.0.time())?;
        columns.serialize_field("n_risk", self.0.n_risk())?;
        columns.serialize_field("n_event", self.0.n_event())?;
        columns.serialize_field("n_censor", self.0.n_censor())?;
        columns.serialize_field("survival", self.0.survival())?;
        columns.serialize_field("std_error", &points.column(|point| point.std_error))?;
        columns.serialize_field("lower", &points.column(|point| point.interval?.lower))?;
        columns.serialize_field("upper", &points.column(|point| point.interval?.upper))?;
        columns.serialize_field(
            "cumulative_hazard",
            &points.column(|point| Some(point.cumulative_hazard)),
        )?;
        columns.serialize_field(
            "cumulative_hazard_std_error",
            &points.column(|point| point.cumulative_hazard_std_error),
        )?;
        columns.end()
    }
}

/// The points of a curve, of which one column at a time is written.
struct Points<'a>(&'a SurvivalCurve);

struct PointColumn<'a, F>(&'a SurvivalCurve, F);

impl<'a> Points<'a> {
    fn column<F: Fn(&CurvePoint) -> Option<f64>>(&self, value: F) -> PointColumn<'a, F> {
        PointColumn(self.0, value)
    }
}

impl<F: Fn(&CurvePoint) -> Option<f64>> Serialize for PointColumn<'_, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.points().map(|point| self.1(&point)))
    }
}

impl CurveColumns {
    pub(super) fn table(&self, name: &str, with_interval: bool, style: &Style) -> Table {
        let mut table = Table::new(format!("Curve: {name}"));
        for (index, heading) in
            ["Time", "At risk", "Events", "Censored", "Survival", "Standard error"]
                .iter()
                .enumerate()
        {
            table = table.column(*heading, if index == 0 { Align::Left } else { Align::Right });
        }
        if with_interval {
            table = table.column("Lower", Align::Right).column("Upper", Align::Right);
        }
        for point in self.0.points() {
            let counts = &point.risk_set;
            let mut cells = vec![
                counts.time.to_string(),
                count(counts.n_risk, style),
                count(counts.n_event, style),
                count(counts.n_censor, style),
                style.number(point.survival, 4),
                style.optional(point.std_error, 4, NOT_ESTIMABLE),
            ];
            if with_interval {
                let interval = point.interval.as_ref();
                let limits = [interval.and_then(|i| i.lower), interval.and_then(|i| i.upper)];
                cells.extend(limits.map(|limit| style.optional(limit, 4, NOT_ESTIMABLE)));
            }
            table = table.row(cells);
        }
        table
    }
}
