//! Dates as people write them: read where there is one reading, refused where there are two.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::read::{ReadError, UnknownWord, as_text};
use crate::values::MISSING;
use crate::{Error, Factor, Place};

/// How dates are written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub enum DateFormat {
    /// Day, month, year: `13.04.2018`, `13/4/18`.
    Dmy,
    /// Month, day, year: `04/13/2018`.
    Mdy,
    /// Year, month, day: `2018-04-13`, `2018/4/13`.
    Ymd,
    /// The number of days that Excel counts, with 1 for 1 January 1900: `43203`.
    Excel,
    /// A pattern of `strptime`: `%d %b %Y`.
    Pattern(String),
}

impl fmt::Display for DateFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DateFormat::Dmy => "dmy",
            DateFormat::Mdy => "mdy",
            DateFormat::Ymd => "ymd",
            DateFormat::Excel => "excel",
            DateFormat::Pattern(pattern) => pattern,
        })
    }
}

impl FromStr for DateFormat {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<DateFormat, UnknownWord> {
        match word {
            "dmy" => Ok(DateFormat::Dmy),
            "mdy" => Ok(DateFormat::Mdy),
            "ymd" => Ok(DateFormat::Ymd),
            "excel" => Ok(DateFormat::Excel),
            pattern if is_pattern(pattern) => Ok(DateFormat::Pattern(pattern.to_string())),
            _ => Err(UnknownWord {
                word: word.to_string(),
                choices: "dmy, mdy, ymd, excel, or a pattern such as %d %b %Y",
            }),
        }
    }
}

/// Whether chrono understands the pattern and it names something of a date.
fn is_pattern(pattern: &str) -> bool {
    use chrono::format::{Item, StrftimeItems};
    pattern.contains('%') && !StrftimeItems::new(pattern).any(|item| matches!(item, Item::Error))
}

as_text!(DateFormat);

/// What the texts of one column say about their dates.
enum Reading {
    /// The day, in whatever order: ISO, a month by name, or an order that was told.
    Plain(NaiveDate),
    /// Three numbers with the year last, whose order the column must show.
    Numbers {
        first: u32,
        second: u32,
        year: i32,
    },
    /// A date that no calendar has.
    Impossible,
    /// A number that Excel may show as a date.
    Serial(NaiveDate),
    Unreadable,
}

/// The values of a column as dates, `None` where missing: as it is told, otherwise as the column
/// itself shows. `2018-04-13`, `20180413`, `13-Apr-2018` and `13APR2018` have one reading;
/// `13.04.2018` has one as soon as some value of the column has a first or second number above 12.
pub(crate) fn read_dates(
    column: &str,
    factor: &Factor,
    told: Option<&DateFormat>,
    place: impl Fn(usize) -> Place,
) -> Result<Vec<Option<NaiveDate>>, Error> {
    let seen = Seen::of(factor, told);
    for problem in DateProblem::ALL {
        let rows = factor.codes.iter().enumerate().filter(|(_, code)| **code != MISSING);
        let bad = rows.filter(|(_, code)| seen.problem(**code as usize) == Some(problem));
        let bad: Vec<(Place, String)> =
            bad.map(|(row, &code)| (place(row), factor.levels[code as usize].clone())).collect();
        if !bad.is_empty() {
            let (rows, first) = (bad.len(), bad.into_iter().take(SHOWN).collect());
            let column = column.to_string();
            return Err(ReadError::Dates { column, first, rows, found: problem }.into());
        }
    }
    let dates: Vec<Option<NaiveDate>> = (0..seen.readings.len()).map(|c| seen.date(c)).collect();
    let of_row = |&code: &u32| if code == MISSING { None } else { dates[code as usize] };
    Ok(factor.codes.iter().map(of_row).collect())
}

/// One field of a column of dates that may hold some that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    Missing,
    Date(NaiveDate),
    /// No calendar has it.
    Impossible(String),
    /// It is no date in a way that is known.
    Unreadable(String),
}

/// The fields of a column of dates; single ones that cannot be read are kept. A column whose
/// reading is not known at all, because day and month could be exchanged or its numbers could be
/// those of a spreadsheet, is refused as by [`read_dates`].
pub(crate) fn read_days(
    column: &str,
    factor: &Factor,
    told: Option<&DateFormat>,
    place: impl Fn(usize) -> Place,
) -> Result<Vec<Day>, Error> {
    let seen = Seen::of(factor, told);
    let undecided = |&code: &u32| {
        let problem = (code != MISSING).then(|| seen.problem(code as usize)).flatten();
        matches!(problem, Some(DateProblem::Order | DateProblem::Serial))
    };
    if factor.codes.iter().any(undecided) {
        let of_these = Factor {
            codes: factor.codes.iter().map(|c| if undecided(c) { *c } else { MISSING }).collect(),
            levels: factor.levels.clone(),
        };
        let dates = read_dates(column, &of_these, told, place)?;
        return Ok(dates.into_iter().map(|date| date.map_or(Day::Missing, Day::Date)).collect());
    }
    let of_row = |&code: &u32| {
        if code == MISSING {
            return Day::Missing;
        }
        let text = || factor.levels[code as usize].clone();
        match (seen.problem(code as usize), seen.date(code as usize)) {
            (None, Some(date)) => Day::Date(date),
            (Some(DateProblem::Impossible), _) => Day::Impossible(text()),
            _ => Day::Unreadable(text()),
        }
    };
    Ok(factor.codes.iter().map(of_row).collect())
}

/// What the texts of a column say together.
struct Seen {
    readings: Vec<Reading>,
    order: Option<DateFormat>,
}

impl Seen {
    fn of(factor: &Factor, told: Option<&DateFormat>) -> Seen {
        let readings: Vec<Reading> = factor.levels.iter().map(|text| reading(text, told)).collect();
        // Rows that are not used may show the order of those that are.
        let order = order(&readings, &used_levels(factor))
            .or_else(|| order(&readings, &vec![true; readings.len()]));
        Seen { readings, order }
    }

    /// The date of a level, in the order that was found.
    fn date(&self, code: usize) -> Option<NaiveDate> {
        match self.readings[code] {
            Reading::Plain(date) | Reading::Serial(date) => Some(date),
            Reading::Numbers { first, second, year } => match self.order {
                Some(DateFormat::Mdy) => NaiveDate::from_ymd_opt(year, first, second),
                _ => NaiveDate::from_ymd_opt(year, second, first),
            },
            Reading::Impossible | Reading::Unreadable => None,
        }
    }

    /// Why a level cannot be used as a date.
    fn problem(&self, code: usize) -> Option<DateProblem> {
        match self.readings[code] {
            Reading::Impossible => Some(DateProblem::Impossible),
            Reading::Unreadable => Some(DateProblem::Unreadable),
            Reading::Serial(_) => Some(DateProblem::Serial),
            Reading::Numbers { .. } if self.order.is_none() => Some(DateProblem::Order),
            Reading::Numbers { .. } if self.date(code).is_none() => Some(DateProblem::Impossible),
            Reading::Numbers { .. } | Reading::Plain(_) => None,
        }
    }
}

/// Whether at least half of the texts are written as dates are, read or not.
pub(crate) fn looks_like_dates(factor: &Factor, told: Option<&DateFormat>) -> bool {
    let is_date = |text: &String| match reading(text, told) {
        Reading::Plain(_) | Reading::Numbers { .. } | Reading::Impossible => true,
        Reading::Serial(_) | Reading::Unreadable => false,
    };
    let used = used_levels(factor);
    let used: Vec<&String> =
        factor.levels.iter().zip(used).filter_map(|(text, used)| used.then_some(text)).collect();
    let dates = used.iter().filter(|text| is_date(text)).count();
    dates > 0 && 2 * dates >= used.len()
}

/// How texts are written that are dates: `ymd`, `names` for months by name, or the order that the
/// column proves; `None` where it proves none.
pub(crate) fn found_order(factor: &Factor) -> Option<String> {
    let readings: Vec<Reading> = factor.levels.iter().map(|text| reading(text, None)).collect();
    if readings.iter().any(|reading| matches!(reading, Reading::Numbers { .. })) {
        return order(&readings, &used_levels(factor)).map(|format| format.to_string());
    }
    let named = |text: &String| parts(text).iter().any(|part| matches!(part, Part::Month(_)));
    Some(if factor.levels.iter().any(named) { "names" } else { "ymd" }.to_string())
}

/// Why texts are no dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateProblem {
    /// No calendar has the day: 31 February.
    Impossible,
    /// It is no way to write a date that is known.
    Unreadable,
    /// A number that Excel may show as a date.
    Serial,
    /// Day and month could be exchanged, or the values disagree about their order.
    Order,
}

impl DateProblem {
    /// All, in the order in which they are told.
    const ALL: [DateProblem; 4] =
        [DateProblem::Impossible, DateProblem::Unreadable, DateProblem::Serial, DateProblem::Order];
}

/// How many places a message shows.
const SHOWN: usize = 5;

fn used_levels(factor: &Factor) -> Vec<bool> {
    factor.counts().iter().map(|n| *n > 0).collect()
}

/// The order that the values of the column prove; `None` where none or both are proven.
fn order(readings: &[Reading], used: &[bool]) -> Option<DateFormat> {
    let (mut dmy, mut mdy) = (false, false);
    for (reading, _) in readings.iter().zip(used).filter(|(_, used)| **used) {
        if let Reading::Numbers { first, second, .. } = reading {
            dmy |= *first > 12;
            mdy |= *second > 12;
        }
    }
    match (dmy, mdy) {
        (true, false) => Some(DateFormat::Dmy),
        (false, true) => Some(DateFormat::Mdy),
        _ => None,
    }
}

fn reading(text: &str, told: Option<&DateFormat>) -> Reading {
    let text = text.trim();
    if let Some(DateFormat::Pattern(pattern)) = told {
        return match NaiveDate::parse_from_str(text, pattern) {
            Ok(date) => Reading::Plain(date),
            Err(error) if error.kind() == chrono::format::ParseErrorKind::OutOfRange => {
                Reading::Impossible
            }
            Err(_) => Reading::Unreadable,
        };
    }
    let parts = parts(text);
    let day = |year: i32, month: u32, day: u32| match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => Reading::Plain(date),
        None => Reading::Impossible,
    };
    match parts.as_slice() {
        [Part::Number(y, 4), Part::Number(m, 1..=2), Part::Number(d, 1..=2)] => {
            day(*y as i32, *m, *d)
        }
        [Part::Number(ymd, 8)] => day((ymd / 10_000) as i32, ymd / 100 % 100, ymd % 100),
        [Part::Number(d, 1..=2), Part::Month(m), Part::Number(y, 4)]
        | [Part::Month(m), Part::Number(d, 1..=2), Part::Number(y, 4)] => day(*y as i32, *m, *d),
        [Part::Number(a, 1..=2), Part::Number(b, 1..=2), Part::Number(y, n @ (2 | 4))] => {
            numbers(*a, *b, *y, *n, told)
        }
        [Part::Number(serial, 5)] => match excel(*serial) {
            Some(date) if told == Some(&DateFormat::Excel) => Reading::Plain(date),
            Some(date) => Reading::Serial(date),
            None => Reading::Unreadable,
        },
        _ => Reading::Unreadable,
    }
}

/// Three numbers with the year last or, in two digits, anywhere: as told, or by the column. Two
/// digits of a year stand for 1969 to 2068 and are only read in an order that is told.
fn numbers(a: u32, b: u32, c: u32, digits: usize, told: Option<&DateFormat>) -> Reading {
    let full = |y: u32| match (digits, y) {
        (2, 69..) => 1900 + y as i32,
        (2, _) => 2000 + y as i32,
        (_, y) => y as i32,
    };
    let (year, month, day) = match told {
        Some(DateFormat::Dmy) => (full(c), b, a),
        Some(DateFormat::Mdy) => (full(c), a, b),
        Some(DateFormat::Ymd) if digits == 2 => (full(a), b, c),
        _ if digits == 2 => return Reading::Unreadable,
        _ if a > 12 && b > 12 || a == 0 || b == 0 => return Reading::Impossible,
        _ => return Reading::Numbers { first: a, second: b, year: c as i32 },
    };
    NaiveDate::from_ymd_opt(year, month, day).map_or(Reading::Impossible, Reading::Plain)
}

/// The day that Excel shows for a number, counted so that its 29 February 1900 does not matter.
fn excel(serial: u32) -> Option<NaiveDate> {
    let start = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    start.checked_add_days(chrono::Days::new(u64::from(serial)))
}

/// A piece of a date.
#[derive(Clone, Copy)]
enum Part {
    /// Digits: their value and how many they are.
    Number(u32, usize),
    /// A month by its English name or the first three letters of it.
    Month(u32),
    Other,
}

/// The pieces of a text; a time of day after the date is left out.
fn parts(text: &str) -> Vec<Part> {
    let end = text.find(['T', ' ']).filter(|at| text[at + 1..].contains(':')).unwrap_or(text.len());
    let is_time = |at: usize| text[..at].chars().any(|c| c.is_ascii_digit());
    let text = if end < text.len() && is_time(end) { cut_time(text) } else { text };
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let same = |c: char| {
            c.is_ascii_digit() == first.is_ascii_digit()
                && c.is_alphabetic() == first.is_alphabetic()
        };
        let length = rest.find(|c: char| !same(c)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(length);
        if first.is_ascii_digit() {
            parts.push(piece.parse().map_or(Part::Other, |n| Part::Number(n, piece.len())));
        } else if first.is_alphabetic() {
            parts.push(month(piece).map_or(Part::Other, Part::Month));
        } else if !matches!(piece, "-" | "." | "/" | " " | ", " | "," | ". " | "- " | ".-") {
            parts.push(Part::Other);
        }
        rest = after;
    }
    parts
}

/// The text before its time of day.
fn cut_time(text: &str) -> &str {
    let colon = text.find(':').unwrap_or(text.len());
    text[..colon].rfind(['T', ' ']).map_or(text, |at| text[..at].trim_end())
}

fn month(name: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let name = name.to_lowercase();
    let is = |month: &&str| {
        name.len() >= 3 && month.starts_with(&name) || name == "sept" && *month == "september"
    };
    MONTHS.iter().position(is).map(|index| index as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_read_back_as_they_are_written() {
        for word in ["dmy", "mdy", "ymd", "excel", "%d %b %Y"] {
            assert_eq!(word.parse::<DateFormat>().unwrap().to_string(), word);
        }
        let error = "d/m/y".parse::<DateFormat>().unwrap_err().to_string();
        assert!(error.starts_with("`d/m/y` is none of the choices: dmy, mdy"), "{error}");
        assert!("%Q".parse::<DateFormat>().is_err());
    }

    fn read(texts: &[&str], told: Option<&str>) -> Result<Vec<String>, ReadError> {
        let factor = Factor::of_texts(texts.iter().map(|text| Some(*text)));
        let told = told.map(|word| word.parse::<DateFormat>().unwrap());
        let place = |row| Place { row, line: None };
        match read_dates("d", &factor, told.as_ref(), place) {
            Ok(dates) => Ok(dates.into_iter().map(|date| date.unwrap().to_string()).collect()),
            Err(Error::Read(error)) => Err(*error),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn one_reading_is_read() {
        let texts = [
            "2018-08-18",
            "2018/8/18",
            "20180818",
            "18AUG2018",
            "18-Aug-2018",
            "Aug 18, 2018",
            "2018-08-18T10:30:00",
            "2018-08-18 10:30",
            "18 August 2018",
        ];
        let dates = read(&texts, None).unwrap();
        assert!(dates.iter().all(|date| date == "2018-08-18"), "{dates:?}");
        assert_eq!(read(&["13.04.2018", "05.06.2019"], None).unwrap()[1], "2019-06-05");
        assert_eq!(read(&["04/13/2018", "05/06/2019"], None).unwrap()[1], "2019-05-06");
    }

    #[test]
    fn two_readings_are_refused_until_told() {
        let error = read(&["05.06.2019"], None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`d` holds dates that can be read as day and month or as month and day: row 1: \
             \"05.06.2019\""
        );
        assert_eq!(read(&["05.06.2019"], Some("dmy")).unwrap(), ["2019-06-05"]);
        assert_eq!(read(&["05.06.2019"], Some("mdy")).unwrap(), ["2019-05-06"]);
        assert!(read(&["13.04.2018", "01/22/2016"], None).is_err());
        assert!(read(&["28/12/17"], None).is_err());
        assert_eq!(read(&["28/12/17"], Some("dmy")).unwrap(), ["2017-12-28"]);
        assert_eq!(read(&["18 08 2018"], Some("%d %m %Y")).unwrap(), ["2018-08-18"]);
    }

    #[test]
    fn impossible_days_and_serial_numbers_are_called_so() {
        let error = read(&["31.02.2016", "13.04.2018"], None).unwrap_err().to_string();
        assert!(
            error.starts_with("`d` holds days that no calendar has: row 1: \"31.02.2016\""),
            "{error}"
        );
        let error = read(&["43203"], None).unwrap_err().to_string();
        assert!(error.contains("numbers that Excel may show as dates"), "{error}");
        // 43203 is 13 April 2018: 43831 is 1 January 2020, 628 days later.
        assert_eq!(read(&["43203"], Some("excel")).unwrap(), ["2018-04-13"]);
    }
}
