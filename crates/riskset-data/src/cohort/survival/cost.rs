//! The targets of the survival times, in parts: a move recomputes only the parts it touches.

use std::ops::Range;

use super::super::anneal::Printed;
use super::super::estimate::{
    SCALES, hazard_ratio, kaplan_meier, log_rank, median_days, median_limits, quantile,
};
use super::{
    ALL_REMOVED, CONFIRMED, DAYS_PER_MONTH, LEFT_BEHIND, NO_CONFIRMED, OPERATED, SURVIVAL_SET,
    Survival,
};

/// A printed median disease-free survival with its limits, in months, and the chosen numbers of
/// relapses and deaths of the group.
pub struct GroupMedian {
    pub patients: Range<usize>,
    pub lower: f64,
    pub median: f64,
    pub upper: f64,
    pub relapses: usize,
    pub deaths: usize,
}

/// Parts 0 to 3. The third is the first two together, so it brings no patients of its own.
pub const GROUP_MEDIANS: [GroupMedian; 4] = [
    GroupMedian {
        patients: ALL_REMOVED,
        lower: 6.4,
        median: 11.4,
        upper: 18.8,
        relapses: 19,
        deaths: 5,
    },
    GroupMedian {
        patients: LEFT_BEHIND,
        lower: 5.7,
        median: 7.6,
        upper: 12.1,
        relapses: 18,
        deaths: 4,
    },
    GroupMedian {
        patients: CONFIRMED,
        lower: 7.2,
        median: 9.3,
        upper: 12.8,
        relapses: 0,
        deaths: 0,
    },
    GroupMedian {
        patients: NO_CONFIRMED,
        lower: 7.1,
        median: 8.5,
        upper: 13.1,
        relapses: 40,
        deaths: 10,
    },
];

/// The parts after the four medians.
pub const DFS_RATIO: usize = 4;
pub const OS_RATIO: usize = 5;
pub const OS_LEVEL: usize = 6;
pub const FOLLOW_UP: usize = 7;
pub const PARTS: usize = 8;

/// All removed against left behind, as printed to two decimals: ratio and 95% limits.
const DFS_HAZARD_RATIO: [f64; 3] = [0.92, 0.48, 1.77];
const OS_HAZARD_RATIO: [f64; 3] = [0.80, 0.21, 3.08];

/// Printed follow-up: share of the patients and months.
const FOLLOW_UP_QUARTILES: [(f64, f64); 3] = [(0.25, 24.3), (0.5, 26.1), (0.75, 32.6)];

/// Overall survival stays at or above this in every group: the medians are printed as not reached.
const OS_AT_LEAST: f64 = 0.55;

/// Follow-up is comparable between groups: the log-rank statistic of its distribution at most this.
/// Plausibility, not a printed number.
const FOLLOW_UP_STATISTIC: f64 = 1.5;

/// How far a part is from its printed numbers.
pub fn misfit(survival: &Survival, part: usize) -> f64 {
    match part {
        DFS_RATIO => ratio_misfit(
            survival.dfs_by(CONFIRMED, |patient| ALL_REMOVED.contains(&patient)),
            DFS_HAZARD_RATIO,
        ),
        OS_RATIO => ratio_misfit(
            survival.os_by(CONFIRMED, |patient| ALL_REMOVED.contains(&patient)),
            OS_HAZARD_RATIO,
        ),
        OS_LEVEL => level_misfit(survival),
        FOLLOW_UP => follow_up_misfit(survival),
        group => median_misfit(survival, &GROUP_MEDIANS[group]),
    }
}

/// The limits on all scales, and the median by every convention, so that no choice of interval or
/// of midpoint moves a printed digit.
fn median_misfit(survival: &Survival, group: &GroupMedian) -> f64 {
    let steps = kaplan_meier(survival.dfs(group.patients.clone()));
    let mut total = 0.0;
    for scale in SCALES {
        let (lower, upper) = median_limits(&steps, scale);
        total += months_misfit(lower, group.lower) + months_misfit(upper, group.upper);
    }
    let (first, last) = median_days(&steps).unzip();
    total += months_misfit(first, group.median);
    if last != first {
        total += months_misfit(last, group.median);
    }
    total
}

fn ratio_misfit(rows: Vec<(i32, bool, bool)>, printed: [f64; 3]) -> f64 {
    let found = hazard_ratio(rows);
    (0..3)
        .map(|index| {
            Printed { value: printed[index], half_width: 0.005 }
                .misfit(found.map(|found| found[index]))
        })
        .sum()
}

fn level_misfit(survival: &Survival) -> f64 {
    let last = |patients| kaplan_meier(survival.os(patients)).last().map(|step| step.survival);
    GROUP_MEDIANS
        .iter()
        .filter_map(|group| last(group.patients.clone()))
        .map(|level| 100.0 * (OS_AT_LEAST - level).max(0.0))
        .map(|short| short * short)
        .sum()
}

/// The printed quartiles by both estimators in use: the reverse Kaplan-Meier, and plain quantiles
/// of those alive.
fn follow_up_misfit(survival: &Survival) -> f64 {
    let mut total = 0.0;
    for (patients, group) in [(CONFIRMED, ALL_REMOVED), (SURVIVAL_SET, NO_CONFIRMED)] {
        let rows =
            patients.map(|p| (survival.os_day[p], !survival.died[p], group.contains(&p))).collect();
        let excess = (log_rank(rows).0 - FOLLOW_UP_STATISTIC).max(0.0);
        total += 4.0 * excess * excess;
    }
    let reversed: Vec<(i32, bool)> =
        survival.os(0..OPERATED).into_iter().map(|(day, died)| (day, !died)).collect();
    let mut alive: Vec<i32> = reversed.iter().filter(|row| row.1).map(|row| row.0).collect();
    alive.sort_unstable();
    let steps = kaplan_meier(reversed);
    for (share, months) in FOLLOW_UP_QUARTILES {
        total += months_misfit(quantile(&steps, 1.0 - share), months);
        total += months_misfit(Some(plain_quantile(&alive, share)), months);
    }
    total
}

/// The quantile by linear interpolation between order statistics (definition 7 of Hyndman and Fan
/// 1996, Am Stat 50:361-365).
fn plain_quantile(sorted: &[i32], share: f64) -> f64 {
    let position = (sorted.len() - 1) as f64 * share;
    let below = position as usize;
    let above = (below + 1).min(sorted.len() - 1);
    let (low, high) = (f64::from(sorted[below]), f64::from(sorted[above]));
    low + (position - below as f64) * (high - low)
}

fn months_misfit(day: Option<f64>, months: f64) -> f64 {
    Printed::tenths(months).misfit(day.map(|day| day / DAYS_PER_MONTH))
}
