//! What a command was asked to analyse, as checked rows.

use crate::Failure;
use crate::args::DataArgs;
use crate::args::estimate::CauseArgs;
use crate::progress::Busy;
use riskset_data::{
    Competing, Expr, Formula, FrameOptions, ModelFrame, ReadProgress, Source, Table,
};
use riskset_report::documents::Head;

/// The data, the formula and the rows that a user named.
pub struct Asked<'a> {
    data: &'a str,
    formula: &'a str,
    subset: Option<&'a str>,
    weights: Option<&'a str>,
    cause: Option<&'a CauseArgs>,
    reading: Option<&'a ReadProgress>,
}

impl<'a> Asked<'a> {
    /// From the arguments that every estimating command takes.
    pub fn new(args: &'a DataArgs) -> Asked<'a> {
        Asked {
            data: &args.data,
            formula: &args.formula,
            subset: args.subset.as_deref(),
            weights: args.weights.as_deref(),
            cause: None,
            reading: None,
        }
    }

    /// Reading the file is shown while it lasts.
    pub fn shown(self, busy: &'a Busy) -> Asked<'a> {
        Asked { reading: Some(busy.reading()), ..self }
    }

    /// The event column names causes.
    pub fn with_cause(self, cause: &'a CauseArgs) -> Asked<'a> {
        Asked { cause: Some(cause), ..self }
    }

    /// Reads the columns that the formula uses, and checks the rows.
    pub fn frame(&self) -> Result<ModelFrame, Failure> {
        let formula = Formula::parse(self.formula).map_err(riskset_data::Error::from)?;
        let subset = match self.subset {
            Some(text) => Some(Expr::parse(text).map_err(riskset_data::Error::from)?),
            None => None,
        };
        let options = FrameOptions {
            subset,
            weights: self.weights.map(String::from),
            competing: self.cause.map(|cause| Competing {
                censor: vec![cause.censor.clone()],
                cause: Some(cause.cause.clone()),
            }),
            ..FrameOptions::default()
        };
        let source = Source::parse(self.data)?;
        let columns = options.columns(&formula);
        let table = match self.reading {
            Some(reading) => Table::read_watched(&source, Some(&columns), reading)?,
            None => Table::read(&source, Some(&columns))?,
        };
        Ok(ModelFrame::build(&table, &formula, &options)?)
    }

    /// The head of the answer.
    pub fn head(&self, command: &str, frame: &ModelFrame) -> Head {
        let subset = self.subset.map_or_else(String::new, |subset| format!(", where {subset}"));
        let asked = format!("{}: {}{subset}", self.data, self.formula);
        let mut head = Head::new(command, frame.n, frame.n_missing, asked);
        let merged = frame.observations().map_or(0, |rows| rows.times_merged());
        if merged > 0 {
            let words = if merged == 1 { "time was" } else { "times were" };
            head.warn(
                "times_merged",
                format!("{merged} {words} taken for an earlier one, because they differ only by rounding"),
            );
        }
        head
    }
}

/// Curves and tests take no offsets and no clusters: an option that cannot be honoured is refused.
pub fn refuse_model_terms(frame: &ModelFrame, command: &str) -> Result<(), Failure> {
    let term = match (&frame.offset, &frame.cluster) {
        (Some(_), _) => "offset()",
        (_, Some(_)) => "cluster()",
        _ => return Ok(()),
    };
    Err(Failure::analysis(format!(
        "{term} in the formula: `riskset {command}` has no use for it; leave it out, or use \
         `riskset cox`"
    )))
}

/// The columns whose levels are the strata.
pub fn stratum_columns(frame: &ModelFrame) -> Vec<String> {
    let levels = frame.strata.as_ref().and_then(|strata| strata.levels.first());
    levels.map_or_else(Vec::new, |levels| levels.iter().map(|(name, _)| name.clone()).collect())
}
