//! The cohort that the search starts from.

use std::ops::Range;

use super::super::anneal::{interpolate, whole};
use super::super::estimate::{SCALES, limit_ranks};
use super::super::random::SplitMix64;
use super::cost::{GROUP_MEDIANS, GroupMedian};
use super::{OPERATED, OUTSIDE, Survival, days};

/// Follow-up of the patients by their share of the ranks, in months: through the printed quartiles
/// 24.3, 26.1 and 32.6, with a few lost early.
const FOLLOW_UP: [(f64, f64); 7] =
    [(0.0, 9.0), (0.04, 21.0), (0.10, 23.6), (0.245, 24.3), (0.5, 26.1), (0.75, 32.6), (1.0, 60.0)];

/// Deaths among the operated patients outside the survival set (chosen).
const DEATHS_OUTSIDE: usize = 5;

/// Everyone followed along the printed quartiles, then relapses and deaths in each group.
pub fn first_cohort(random: &mut SplitMix64) -> Survival {
    let share = |rank: usize| (rank as f64 + 0.5) / OPERATED as f64;
    let follow_up = (0..OPERATED).map(|rank| whole(days(interpolate(&FOLLOW_UP, share(rank)))));
    let os_day = random.shuffled(follow_up);
    let mut survival = Survival {
        dfs_day: os_day.clone(),
        relapsed: vec![false; OPERATED],
        os_day,
        died: vec![false; OPERATED],
    };
    for group in GROUP_MEDIANS.iter().filter(|group| group.relapses > 0) {
        relapse(&mut survival, group, random);
    }
    let outside = random.shuffled(OUTSIDE);
    for (index, &patient) in outside[..DEATHS_OUTSIDE].iter().enumerate() {
        die(&mut survival, patient, spread_deaths(6.0, index, DEATHS_OUTSIDE));
    }
    survival
}

/// Gives a group its relapses, on days laid through the limits and the median, and its deaths,
/// among those who relapse early.
fn relapse(survival: &mut Survival, group: &GroupMedian, random: &mut SplitMix64) {
    let mut patients = random.shuffled(group.patients.clone());
    patients.sort_by_key(|&patient| survival.os_day[patient]);
    patients.truncate(group.relapses);
    random.shuffle(&mut patients);
    for (&patient, day) in patients.iter().zip(relapse_days(group)) {
        survival.dfs_day[patient] = day;
        survival.relapsed[patient] = true;
        if day >= survival.os_day[patient] - 1 {
            survival.os_day[patient] = day + 30;
        }
    }
    patients.sort_by_key(|&patient| survival.dfs_day[patient]);
    patients.truncate(2 * group.deaths);
    random.shuffle(&mut patients);
    for (index, &patient) in patients[..group.deaths].iter().enumerate() {
        let day = spread_deaths(8.0, index, group.deaths).max(survival.dfs_day[patient] + 60);
        die(survival, patient, day);
    }
}

/// The event days of a group by rank: from day 45 through the limits and the median to day 900. The
/// ranks that become the limits are averaged over the scales of the interval.
fn relapse_days(group: &GroupMedian) -> Vec<i32> {
    let Range { start, end } = group.patients;
    let n = end - start;
    let mean = |rank: fn((f64, f64)) -> f64| {
        SCALES.iter().map(|&scale| rank(limit_ranks(n, scale))).sum::<f64>() / SCALES.len() as f64
    };
    let points = [
        (0.3, 45.0),
        (mean(|ranks| ranks.0), days(group.lower)),
        ((n as f64 + 1.0) / 2.0, days(group.median)),
        (mean(|ranks| ranks.1), days(group.upper)),
        (group.relapses as f64 + 0.5, 900.0),
    ];
    (1..=group.relapses).map(|rank| whole(interpolate(&points, rank as f64)).max(41)).collect()
}

/// Deaths spread evenly over 22 months from a first month.
fn spread_deaths(from: f64, index: usize, count: usize) -> i32 {
    whole(days(from + 22.0 * (index as f64 + 0.5) / count as f64))
}

fn die(survival: &mut Survival, patient: usize, day: i32) {
    survival.os_day[patient] = day;
    survival.died[patient] = true;
    if !survival.relapsed[patient] {
        survival.dfs_day[patient] = day;
    }
}
