//! Stage 3: overall and progression-free survival of the 158 patients of the Kuhlmann cohort.
//!
//! Four medians and one log-rank P value are printed (10 and 3 months with P = 0.003; 51 and 28
//! months with P < 0.05). The tail of progression-free survival without disappearing lesions must
//! be heavy for a P value as large as 0.003 beside medians of 10 and 3 months.

use super::anneal::{Cooling, Printed, accepted_up_to, interpolate, whole};
use super::estimate::{kaplan_meier, log_rank, quantile};
use super::random::SplitMix64;
use super::survival::{DAYS_PER_MONTH, Rows};

/// Patients, and those of them with a disappearing lesion, who come first.
pub const PATIENTS: usize = 158;
pub const WITH_DLM: usize = 32;

const COOLING: Cooling = Cooling { hot: 20.0, cold: 0.002, steps: 20_000 };

/// Potential follow-up in months by share of the ranks (chosen).
const FOLLOW_UP: [(f64, f64); 4] = [(0.0, 40.0), (0.1, 62.0), (0.9, 92.0), (1.0, 98.0)];

/// The log-rank P value of overall survival is only printed as below 0.05: kept within these.
const OS_P: (f64, f64) = (0.006, 0.04);

/// What a group's first draft is spaced along, by a Weibull distribution: medians in months
/// (printed) and shapes (chosen).
struct Draft {
    patients: std::ops::Range<usize>,
    os_median: f64,
    pfs_median: f64,
    pfs_shape: f64,
}

const OS_SHAPE: f64 = 1.1;

const GROUPS: [Draft; 2] = [
    Draft { patients: 0..WITH_DLM, os_median: 51.0, pfs_median: 10.0, pfs_shape: 0.9 },
    Draft { patients: WITH_DLM..PATIENTS, os_median: 28.0, pfs_median: 3.0, pfs_shape: 0.45 },
];

/// The days of each patient, counted from time zero, before the earliest of them hides the others.
#[derive(Clone, Debug)]
pub struct Kuhlmann {
    /// Last visit of a patient who is alive.
    pub follow_up: Vec<i32>,
    pub death: Vec<i32>,
    pub progression: Vec<i32>,
}

impl Kuhlmann {
    /// The end of overall survival, and whether it is a death.
    pub fn os(&self, patient: usize) -> (i32, bool) {
        let (death, follow_up) = (self.death[patient], self.follow_up[patient]);
        (death.min(follow_up), death <= follow_up)
    }

    /// The end of progression-free survival, and whether it is a progression or a death.
    pub fn pfs(&self, patient: usize) -> (i32, bool) {
        let first = self.death[patient].min(self.progression[patient]);
        let follow_up = self.follow_up[patient];
        (first.min(follow_up), first <= follow_up)
    }

    fn misfit(&self) -> f64 {
        let os: Rows = rows(|patient| self.os(patient));
        let pfs: Rows = rows(|patient| self.pfs(patient));
        let (os_p, pfs_p) = (log_rank(os.clone()).1, log_rank(pfs.clone()).1);
        let medians: f64 = GROUPS
            .iter()
            .map(|group| {
                median_misfit(&os[group.patients.clone()], group.os_median)
                    + median_misfit(&pfs[group.patients.clone()], group.pfs_median)
            })
            .sum();
        let above = 1000.0 * (os_p - OS_P.1).max(0.0);
        let below = 2000.0 * (OS_P.0 - os_p).max(0.0);
        let printed_p = Printed { value: 0.003, half_width: 0.0005 };
        medians + printed_p.misfit(Some(pfs_p)) + above * above + below * below
    }
}

/// The cohort from one seed. `None` when this seed's search ends short of a target.
pub fn search(seed: u64) -> Option<Kuhlmann> {
    let mut random = SplitMix64::new(seed);
    let mut cohort = draft(&mut random);
    let mut misfit = cohort.misfit();
    for step in 0..COOLING.steps {
        if misfit == 0.0 {
            break;
        }
        let patient = random.below(PATIENTS);
        let column: fn(&mut Kuhlmann) -> &mut Vec<i32> =
            if random.unit() < 0.4 { |it| &mut it.death } else { |it| &mut it.progression };
        let former = column(&mut cohort)[patient];
        column(&mut cohort)[patient] = (former + random.jump([3, 15, 60, 300])).max(15);
        let new = cohort.misfit();
        if new <= accepted_up_to(misfit, COOLING.at(step), &mut random) {
            misfit = new;
        } else {
            column(&mut cohort)[patient] = former;
        }
    }
    (misfit == 0.0).then_some(cohort)
}

/// Deaths and progressions at the quantiles of Weibull distributions with the printed medians.
fn draft(random: &mut SplitMix64) -> Kuhlmann {
    let follow_up = (0..PATIENTS).map(|rank| {
        let share = (rank as f64 + 0.5) / PATIENTS as f64;
        whole(DAYS_PER_MONTH * interpolate(&FOLLOW_UP, share))
    });
    let follow_up = random.shuffled(follow_up);
    let (mut death, mut progression) = (Vec::new(), Vec::new());
    for group in &GROUPS {
        let n = group.patients.len();
        death.extend(weibull(n, group.os_median, OS_SHAPE, 60, random));
        progression.extend(weibull(n, group.pfs_median, group.pfs_shape, 20, random));
    }
    Kuhlmann { follow_up, death, progression }
}

/// `n` days at the quantiles of a Weibull distribution with a median in months, none before
/// `earliest`, in a random order.
fn weibull(n: usize, median: f64, shape: f64, earliest: i32, random: &mut SplitMix64) -> Vec<i32> {
    let quantile = |rank: usize| {
        let hazard = -libm::log(1.0 - (rank as f64 + 0.5) / n as f64) / std::f64::consts::LN_2;
        whole(DAYS_PER_MONTH * median * libm::pow(hazard, 1.0 / shape)).max(earliest)
    };
    random.shuffled((0..n).map(quantile))
}

fn rows(end: impl Fn(usize) -> (i32, bool)) -> Rows {
    (0..PATIENTS)
        .map(|patient| {
            let (day, event) = end(patient);
            (day, event, patient < WITH_DLM)
        })
        .collect()
}

fn median_misfit(rows: &[(i32, bool, bool)], months: f64) -> f64 {
    let steps = kaplan_meier(rows.iter().map(|row| (row.0, row.1)).collect());
    let median = quantile(&steps, 0.5).map(|day| day / DAYS_PER_MONTH);
    Printed { value: months, half_width: 0.5 }.misfit(median)
}
