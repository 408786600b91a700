//! Calendar dates whose differences are the days found by the searches.
//!
//! No date is printed anywhere. Only the days from surgery (or from the start of treatment) mean
//! anything; the calendar around them is chosen.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::kuhlmann::{self, Kuhlmann};
use super::linkage::{Linkage, TWO_YEARS};
use super::random::SplitMix64;
use super::survival::{OPERATED, OUTSIDE, Survival};

/// The dates of one patient; `None` for what did not happen.
#[derive(Clone, Copy, Debug)]
pub struct Dates {
    pub time_zero: NaiveDate,
    /// First relapse in the liver; in the Kuhlmann cohort, the progression.
    pub local: Option<NaiveDate>,
    pub extrahepatic: Option<NaiveDate>,
    pub death: Option<NaiveDate>,
    pub last_visit: NaiveDate,
}

/// Shares of relapses first seen in the liver alone, and outside it alone; the rest are seen in
/// both on one day (chosen).
const LIVER_FIRST: f64 = 0.50;
const EXTRAHEPATIC_FIRST: f64 = 0.35;

/// Share of the patients with one site of relapse who later have the other (chosen).
const SECOND_SITE: f64 = 0.35;

/// The trial opened on 28 November 2016 (EORTC, "EORTC 1527 DREAM opens"): no surgery before 2017.
const OPENED: (i32, u32, u32) = (2017, 1, 2);

/// A year of whole weeks, so that a weekday stays one.
const WEEKS: u64 = 52 * 7;

/// Dates of the operated patients of DREAM, surgery on weekdays of 2017 to 2019. They are drawn from
/// 2016 on, and those of that year are moved to the next.
pub fn dream_dates(survival: &Survival, linkage: &Linkage, random: &mut SplitMix64) -> Vec<Dates> {
    (0..OPERATED)
        .map(|patient| {
            let drawn = weekday_between((2016, 1, 4), (2019, 12, 20), random);
            let time_zero = if drawn < date(OPENED) { drawn + Days::new(WEEKS) } else { drawn };
            let end = survival.os_day[patient];
            let (local, extrahepatic) = relapse_days(survival, linkage, patient, random);
            let death = survival.died[patient].then_some(end);
            let latest = local.max(extrahepatic).unwrap_or(0);
            let last_visit = if death.is_some() { visit_before(end, latest, random) } else { end };
            let at = |day: i32| after(time_zero, day);
            Dates {
                time_zero,
                local: local.map(at),
                extrahepatic: extrahepatic.map(at),
                death: death.map(at),
                last_visit: at(last_visit),
            }
        })
        .collect()
}

/// The days of relapse in the liver and outside it. A site that regrew is a relapse in the liver.
fn relapse_days(
    survival: &Survival,
    linkage: &Linkage,
    patient: usize,
    random: &mut SplitMix64,
) -> (Option<i32>, Option<i32>) {
    let end = survival.os_day[patient];
    let regrew = linkage.regrew(patient);
    if OUTSIDE.contains(&patient) {
        // Not disease-free after surgery: only the regrowth is dated.
        let day = day_between(90, TWO_YEARS.min(end - 20), random);
        return (regrew.then_some(day), None);
    }
    if !survival.relapsed[patient] {
        return (None, None);
    }
    let first = survival.dfs_day[patient];
    let second = day_between(first + 30, end - 20, random);
    let second = (random.unit() < SECOND_SITE && second > first).then_some(second);
    match random.unit() {
        kind if regrew && kind < 0.8 => (Some(first), second),
        _ if regrew => (Some(first), Some(first)),
        kind if kind < LIVER_FIRST => (Some(first), second),
        kind if kind < LIVER_FIRST + EXTRAHEPATIC_FIRST => (second, Some(first)),
        _ => (Some(first), Some(first)),
    }
}

/// Dates of the Kuhlmann cohort, treatment started between January 2013 and January 2015.
pub fn kuhlmann_dates(cohort: &Kuhlmann, random: &mut SplitMix64) -> Vec<Dates> {
    (0..kuhlmann::PATIENTS)
        .map(|patient| {
            let time_zero = weekday_between((2013, 1, 7), (2015, 1, 30), random);
            let (end, died) = cohort.os(patient);
            let progression = cohort.progression[patient];
            let progression = (progression <= end).then_some(progression);
            let last_visit =
                if died { visit_before(end, progression.unwrap_or(0), random) } else { end };
            let date = |day: i32| after(time_zero, day);
            Dates {
                time_zero,
                local: progression.map(date),
                extrahepatic: None,
                death: died.then(|| date(end)),
                last_visit: date(last_visit),
            }
        })
        .collect()
}

/// A last visit 5 to 45 days before a death, but not before `latest`.
fn visit_before(death: i32, latest: i32, random: &mut SplitMix64) -> i32 {
    (death - 5 - random.below(41) as i32).max(latest)
}

/// A day between two, both possible; the first when they are in the wrong order.
fn day_between(from: i32, to: i32, random: &mut SplitMix64) -> i32 {
    let span = (to - from).max(0) as usize;
    (from + random.below(span + 1) as i32).min(to.max(0))
}

fn weekday_between(
    from: (i32, u32, u32),
    to: (i32, u32, u32),
    random: &mut SplitMix64,
) -> NaiveDate {
    let (from, to) = (date(from), date(to));
    loop {
        let day = after(from, random.below((to - from).num_days() as usize + 1) as i32);
        if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            return day;
        }
    }
}

fn date((year, month, day): (i32, u32, u32)) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("the dates of this file exist")
}

fn after(date: NaiveDate, days: i32) -> NaiveDate {
    date + Days::new(u64::try_from(days).expect("days after time zero are not negative"))
}
