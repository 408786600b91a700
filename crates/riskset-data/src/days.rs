//! Dates in expressions: a column of dates may be subtracted from another, in days.

use chrono::{NaiveDate, NaiveTime};

use crate::frame::of_levels;
use crate::{Factor, MISSING};

/// The dates of a text column as days since 1970-01-01, with the time of day as a fraction; NaN
/// where missing. `None` unless every text that a row has is an ISO date.
pub(crate) fn days(factor: &Factor) -> Option<Vec<f64>> {
    let days: Vec<Option<f64>> = factor.levels.iter().map(|level| day(level)).collect();
    let is_text = |&code: &u32| code != MISSING && days[code as usize].is_none();
    let known = factor.codes.iter().any(|&code| code != MISSING);
    (known && !factor.codes.iter().any(is_text)).then(|| of_levels(factor, &days))
}

/// A date as days since 1970-01-01.
pub(crate) fn day_number(date: NaiveDate) -> f64 {
    f64::from(date.signed_duration_since(NaiveDate::default()).num_days() as i32)
}

/// `2020-03-01`, `2020-03-01 08:30`, `2020-03-01T08:30:00`.
pub(crate) fn day(text: &str) -> Option<f64> {
    let text = text.trim();
    let date = NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok()?;
    let days = day_number(date);
    let rest = text[10..].trim_start_matches(['T', ' ']).trim_end_matches('Z');
    if rest.is_empty() {
        return Some(days);
    }
    let time = NaiveTime::parse_from_str(rest, "%H:%M:%S%.f")
        .or_else(|_| NaiveTime::parse_from_str(rest, "%H:%M"))
        .ok()?;
    let seconds = time.signed_duration_since(NaiveTime::MIN).num_seconds();
    Some(days + seconds as f64 / 86_400.0)
}
