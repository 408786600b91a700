//! What a model frame refuses so that no wrong number comes out in silence, and what to do.

use std::fmt;

use riskset::Remedy;

use super::guard::MOST_WRITTEN_OUT;
use crate::error::list;
use crate::formula::written_name;

/// A column or a coding that an analysis would misread.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameError {
    /// An event column whose coding would have to be guessed.
    EventCoding {
        /// The column, or the expression as it is written.
        column: String,
        /// The values with their number of rows after the subset, in natural order.
        values: Vec<(String, usize)>,
        /// Whether the values are numbers, so that a comparison needs no quotes.
        numeric: bool,
    },
    /// A text column that is mostly numbers, taken as a covariate or as groups.
    MostlyNumbers {
        /// The column.
        column: String,
        /// The texts that are no numbers, with their number of rows, in natural order.
        texts: Vec<(String, usize)>,
        /// How many distinct numbers stand beside them.
        numbers: usize,
    },
    /// A measured number taken as groups.
    MeasuredGroups {
        /// The column or expression.
        column: String,
        /// How many distinct values it has.
        values: usize,
    },
    /// More groups, levels or columns than an analysis can hold.
    TooMany {
        /// The term, or the terms together.
        term: String,
        /// How many there are.
        found: usize,
        /// How many there may be.
        limit: usize,
        /// Of what.
        of: Counted,
    },
    /// Everybody has the event or is censored at or before the landmark.
    AfterLandmark {
        /// The landmark, in the unit of the data, as it is written.
        landmark: String,
        /// The complete rows, all of which end by then.
        rows: usize,
    },
    /// A table counts more people than rows are written out for an analysis that needs each.
    TooManyPeople {
        /// How many.
        people: u64,
    },
    /// `tv()` where no effect over time is fitted.
    TimeVarying,
    /// `ridge()`, `pspline()` or `frailty()` where no penalised term is fitted.
    Penalised,
    /// A curve that these rows cannot have.
    Curve {
        /// The term: `rcs(age, 4)`.
        term: String,
        /// Of what it is a curve, as it is written.
        of: String,
        /// Why not.
        fault: CurveFault,
    },
    /// The time or the event on the right-hand side.
    ResponseOnRight {
        /// The column.
        column: String,
        /// What it is to the left of `~`.
        part: ResponsePart,
        /// The other columns of the term, for the words of the remedy.
        with: Vec<String>,
    },
}

/// Why rows have no curve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CurveFault {
    /// The covariate is a category, or true and false.
    NotANumber,
    /// The covariate has fewer distinct values than the curve has columns or knots.
    FewValues {
        /// Distinct values among the rows.
        values: usize,
        /// How many the curve needs.
        needed: usize,
    },
    /// Quantiles that would be knots are one value, which many rows share.
    Coincide,
    /// A knot that was given lies where no row is.
    KnotOutside {
        /// The knot, as it is written.
        knot: String,
        /// The least value of the rows, or the boundary there.
        least: String,
        /// The greatest value, or the boundary there.
        greatest: String,
    },
    /// A curve where groups are asked for.
    Groups,
}

/// What there is too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Groups that are compared.
    Groups,
    /// Levels of one category.
    Levels,
    /// Columns of a design.
    Columns,
}

/// A part of `Surv()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponsePart {
    /// The time that is followed.
    Time,
    /// The event.
    Event,
}

impl std::error::Error for FrameError {}

impl FrameError {
    /// What to do about it.
    pub fn remedy(&self) -> Remedy {
        match self {
            FrameError::EventCoding { column, values, numeric } => {
                let name = written_name(column);
                let mark = if *numeric { "" } else { "\"" };
                let write = |(value, _): &(String, usize)| format!("{name} == {mark}{value}{mark}");
                let mut ways: Vec<Remedy> =
                    values.iter().take(SHOWN).map(|value| Remedy::Write(write(value))).collect();
                if values.len() == 1 {
                    ways.push(Remedy::Write(format!(
                        "!is.na({name}) where a blank means no event"
                    )));
                }
                Remedy::AnyOf(ways)
            }
            FrameError::MostlyNumbers { column, texts, .. } => {
                let missing: Vec<&str> =
                    texts.iter().take(SHOWN).map(|(text, _)| text.as_str()).collect();
                Remedy::AnyOf(vec![
                    Remedy::set_to("na", missing.join(",")),
                    Remedy::Write(format!("factor({}) for categories", written_name(column))),
                ])
            }
            FrameError::MeasuredGroups { column, .. } => {
                let name = written_name(column);
                Remedy::AnyOf(vec![
                    Remedy::Write(format!("I({name} > c) with a cut point c of your choice")),
                    Remedy::Write(format!("factor({name}) if each value is a group")),
                ])
            }
            FrameError::TooMany { of: Counted::Groups, term, .. } => Remedy::AnyOf(vec![
                Remedy::to("check that no identifier is among the terms"),
                Remedy::Write(format!("fewer groups, such as {term} %in% c(...) in I()")),
            ]),
            FrameError::TooMany { term, .. } => Remedy::AnyOf(vec![
                Remedy::to("check that no identifier is among the terms"),
                Remedy::Write(format!("strata({term}) for a baseline of each level's own")),
            ]),
            FrameError::AfterLandmark { .. } => Remedy::set("landmark"),
            FrameError::TooManyPeople { .. } => Remedy::AnyOf(vec![
                Remedy::to(
                    "ask km, logrank, cif or a figure of curves without a robust variance, which count",
                ),
                Remedy::to("draw a sample of the people in the database"),
            ]),
            FrameError::TimeVarying => {
                Remedy::AnyOf(vec![Remedy::Ask("cox".into()), Remedy::to("write the column alone")])
            }
            FrameError::Curve { of, fault, .. } => fault.remedy(of),
            FrameError::Penalised => Remedy::AnyOf(vec![
                Remedy::Ask("cox".into()),
                Remedy::to("write the columns alone, and rcs(x, 4) for a curve"),
            ]),
            FrameError::ResponseOnRight { part: ResponsePart::Event, column, .. } => {
                Remedy::to(format!("leave `{column}` out of the terms"))
            }
            FrameError::ResponseOnRight { part: ResponsePart::Time, with, .. } => {
                let x = with.first().map_or("x".to_string(), |name| written_name(name));
                Remedy::AnyOf(vec![
                    Remedy::to("leave it out of the terms"),
                    Remedy::Write(format!(
                        "Surv(start, stop, event) ~ {x} + {x}:start over rows that are split at \
                         chosen times, for an effect that changes with time"
                    )),
                    Remedy::set("landmark"),
                ])
            }
        }
    }
}

impl CurveFault {
    fn remedy(&self, of: &str) -> Remedy {
        match self {
            CurveFault::NotANumber | CurveFault::Groups => Remedy::AnyOf(vec![
                Remedy::Write(of.to_string()),
                Remedy::Write(format!("cut({of}, c(a, b)) for groups of a number")),
            ]),
            CurveFault::FewValues { .. } => Remedy::AnyOf(vec![
                Remedy::Write(of.to_string()),
                Remedy::Write(format!("factor({of}) if each value is a group")),
            ]),
            CurveFault::Coincide => Remedy::AnyOf(vec![
                Remedy::to("ask for fewer knots"),
                Remedy::Write(format!("rcs({of}, c(a, b, c)) with knots of your choice")),
            ]),
            CurveFault::KnotOutside { .. } => {
                Remedy::to("give knots between the values of the rows")
            }
        }
    }

    fn why(&self, of: &str) -> String {
        match self {
            CurveFault::NotANumber => {
                format!("is a curve over a number, and `{of}` is none in these rows")
            }
            CurveFault::FewValues { values, needed } => {
                let values = match values {
                    1 => "one distinct value".to_string(),
                    values => format!("{values} distinct values"),
                };
                format!(
                    "needs {needed} distinct values of `{of}`, which has {values} in these rows"
                )
            }
            CurveFault::Coincide => format!(
                "has knots at quantiles of `{of}` that are one value, because many rows share it"
            ),
            CurveFault::KnotOutside { knot, least, greatest } => {
                format!("has a knot at {knot}, and `{of}` runs from {least} to {greatest}")
            }
            CurveFault::Groups => "is a curve over a number, and makes no groups".to_string(),
        }
    }
}

/// More values than this are not listed one by one.
const SHOWN: usize = 6;

/// `"a" (3 rows), "b" (1 row)`.
fn counted(values: &[(String, usize)], mark: &str) -> String {
    let one = |(value, n): &(String, usize)| {
        format!("{mark}{value}{mark} ({n} {})", if *n == 1 { "row" } else { "rows" })
    };
    list(&values.iter().map(one).collect::<Vec<_>>(), "")
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FrameError::AfterLandmark { landmark, rows } => write!(
                f,
                "nobody is at risk after the landmark {landmark}: all {rows} complete rows have the \
                 event or are censored by then"
            ),
            FrameError::TooManyPeople { people } => write!(
                f,
                "the table counts {people} people, and this analysis needs a row for each: it writes \
                 out at most {MOST_WRITTEN_OUT}"
            ),
            FrameError::Curve { term, of, fault } => write!(f, "`{term}` {}", fault.why(of)),
            FrameError::Penalised => f.write_str(
                "ridge(), pspline() and frailty() in the formula are penalised terms, which only a Cox \
                 regression fits",
            ),
            FrameError::TimeVarying => f.write_str(
                "tv() in the formula is an effect that changes with time, which only a Cox regression \
                 fits",
            ),
            FrameError::EventCoding { column, values, numeric } => write!(
                f,
                "the event `{column}` holds {}, and which of them is the event is never guessed",
                counted(values, if *numeric { "" } else { "\"" })
            ),
            FrameError::MostlyNumbers { column, texts, numbers } => write!(
                f,
                "`{column}` holds {numbers} different numbers and also {}, so it is neither a \
                 number nor a category",
                counted(texts, "\"")
            ),
            FrameError::MeasuredGroups { column, values } => write!(
                f,
                "`{column}` is a number with {values} different values, and as groups each value \
                 would be one"
            ),
            FrameError::TooMany { term, found, limit, of } => {
                let of = match of {
                    Counted::Groups => "groups",
                    Counted::Levels => "levels",
                    Counted::Columns => "columns in the design",
                };
                write!(f, "`{term}` makes {found} {of}, and at most {limit} are taken")
            }
            FrameError::ResponseOnRight { column, part, .. } => {
                let part = match part {
                    ResponsePart::Time => "the time",
                    ResponsePart::Event => "the event",
                };
                write!(
                    f,
                    "`{column}` is {part} of the response and stands among the terms too, where \
                     it would explain itself"
                )
            }
        }
    }
}
