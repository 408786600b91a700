//! Stage 2: disease-free and overall survival of the 109 operated patients.
//!
//! A first cohort has its event days laid along each printed median and its limits; then single
//! days are moved, or exchanged between patients, until every printed number is reached.

mod cost;
mod moves;
mod start;

use std::ops::Range;

use super::anneal::Cooling;
use super::random::SplitMix64;

/// Days in the month of the publication's numbers (365.25 / 12).
pub const DAYS_PER_MONTH: f64 = 30.4375;

/// The operated patients.
pub const OPERATED: usize = 109;

/// The patients in the order of this stage: the first three groups are the survival set. The sizes
/// of the first two are chosen (45 is printed), as are the events of each group.
pub const ALL_REMOVED: Range<usize> = 0..23;
pub const LEFT_BEHIND: Range<usize> = 23..45;
pub const CONFIRMED: Range<usize> = 0..45;
pub const NO_CONFIRMED: Range<usize> = 45..92;
pub const SURVIVAL_SET: Range<usize> = 0..92;
pub const OUTSIDE: Range<usize> = 92..OPERATED;

/// A lost patient: alive, and last seen before this many months.
const EARLY_MONTHS: f64 = 21.5;

const COOLING: Cooling = Cooling { hot: 20.0, cold: 0.004, steps: 150_000 };

/// Event and follow-up days after surgery, one entry an operated patient.
#[derive(Clone, Debug)]
pub struct Survival {
    /// First relapse when `relapsed`, and otherwise the end of follow-up.
    pub dfs_day: Vec<i32>,
    /// A disease-free survival event. Every death of the survival set follows a relapse.
    pub relapsed: Vec<bool>,
    /// Death when `died`, and otherwise the last visit.
    pub os_day: Vec<i32>,
    pub died: Vec<bool>,
}

impl Survival {
    fn dfs(&self, patients: Range<usize>) -> Vec<(i32, bool)> {
        patients.map(|p| (self.dfs_day[p], self.relapsed[p])).collect()
    }

    fn os(&self, patients: Range<usize>) -> Vec<(i32, bool)> {
        patients.map(|p| (self.os_day[p], self.died[p])).collect()
    }

    /// (day, event, in `group`) rows for disease-free survival.
    pub fn dfs_by(&self, patients: Range<usize>, group: impl Fn(usize) -> bool) -> Rows {
        patients.map(|p| (self.dfs_day[p], self.relapsed[p], group(p))).collect()
    }

    /// (day, event, in `group`) rows for overall survival.
    pub fn os_by(&self, patients: Range<usize>, group: impl Fn(usize) -> bool) -> Rows {
        patients.map(|p| (self.os_day[p], self.died[p], group(p))).collect()
    }
}

/// (day, event, group) rows.
pub type Rows = Vec<(i32, bool, bool)>;

/// The survival times from one seed. `None` when this seed's search ends short of a target.
pub fn search(seed: u64) -> Option<Survival> {
    let mut random = SplitMix64::new(seed);
    let survival = start::first_cohort(&mut random);
    let mut search = Search::new(survival, random);
    for step in 0..COOLING.steps {
        if search.reached() {
            break;
        }
        search.step(COOLING.at(step));
    }
    search.reached().then_some(search.survival)
}

/// The state of the search: the cohort, and the misfit of each part of the targets.
struct Search {
    survival: Survival,
    /// Who is lost early: fixed, so that the search cannot shorten follow-up to fit.
    lost_early: Vec<bool>,
    misfit: [f64; cost::PARTS],
    random: SplitMix64,
}

impl Search {
    fn new(survival: Survival, random: SplitMix64) -> Search {
        let lost_early = (0..OPERATED)
            .map(|p| !survival.died[p] && f64::from(survival.os_day[p]) < days(EARLY_MONTHS))
            .collect();
        let misfit = std::array::from_fn(|part| cost::misfit(&survival, part));
        Search { survival, lost_early, misfit, random }
    }

    fn reached(&self) -> bool {
        self.misfit.iter().all(|&misfit| misfit == 0.0)
    }
}

/// Months as days, not rounded.
fn days(months: f64) -> f64 {
    months * DAYS_PER_MONTH
}
