//! Tables, formulas, model frames, endpoints and bundled data sets for riskset.
//!
//! The way of the data: a [`Source`] is read into a [`Table`]; a [`Formula`] and
//! [`FrameOptions`] turn it into a [`ModelFrame`], which holds the checked response, groups,
//! strata, clusters and the design matrix that the estimators of the core crate take.
//!
//! ```
//! use riskset::KaplanMeier;
//! use riskset_data::{Formula, FrameOptions, ModelFrame, Source, Table};
//!
//! let formula = Formula::parse("Surv(time, status == 2) ~ sex")?;
//! let options = FrameOptions::default();
//! let table = Table::read(&Source::parse("@lung")?, Some(&options.columns(&formula)))?;
//! let frame = ModelFrame::build(&table, &formula, &options)?;
//! let groups = frame.groups()?.expect("the formula has a term");
//! assert_eq!(groups.labels, ["sex=1", "sex=2"]);
//! let curves = KaplanMeier::default().fit_groups(frame.observations()?, &groups.groups)?;
//! assert_eq!(curves.len(), 2);
//! # Ok::<(), riskset_data::Error>(())
//! ```

pub mod cohort;
mod counts;
mod csv;
pub mod datasets;
mod dates;
mod days;
pub mod endpoint;
mod error;
mod eval;
mod formula;
mod frame;
mod look;
mod natural;
mod nearest;
mod progress;
mod read;
mod several;
pub mod simulate;
mod source;
mod table;
mod values;
mod workbook;

pub use counts::{CountsOf, EVENT_OF_COUNTS};
pub use dates::{DateFormat, DateProblem};
pub use error::{Error, Place};
pub use formula::{
    Binary, Curve, Expr, Formula, FormulaError, FrailtyTerm, Function, Knots, ResponseExpr, Ridge,
    Several, Unary, Variable, written_name, written_text,
};
pub use frame::{
    Balance, Coding, Competing, CompetingEvents, Counted, Covariate, CurveFault, CurveInfo, Design,
    FrameDoubt, FrameError, FrameOptions, Grouping, LevelInfo, MOST_CELLS, MOST_COLUMNS,
    MOST_GROUPS, MOST_LEVELS, MOST_NUMERIC_GROUPS, ModelFrame, NumberSeen, Product, ResponsePart,
    TermInfo, TermKind, TimeVarying, levels_alike, names_patients, row_of_sums, words_alike,
};
pub use look::{
    ColumnKind, DatePair, LEVELS_SHOWN, Look, LookedAt, LookedDates, Suggestions, look,
};
pub use natural::natural_order;
pub use nearest::nearest;
pub use progress::ReadProgress;
pub use read::{Decimal, Encoding, ReadError, ReadNote, ReadOptions, Separator, UnknownWord};
pub use source::Source;
pub use table::Table;
pub use values::{Factor, MISSING, Values};
