//! Stage 4: which of the 54 patients with lesions is which of the 109 operated patients.
//!
//! Lesions and survival were searched for apart. They are one study only if they agree: a site that
//! regrew within two years is a relapse, and a site declared free needs nearly two years of
//! follow-up. The match is found by augmenting paths (Kuhn 1955, Nav Res Logist Q 2:83-97).

use std::collections::BTreeSet;

use super::estimate::log_rank;
use super::lesions::{COUNTS, Lesion, LesionTable};
use super::random::SplitMix64;
use super::survival::{
    ALL_REMOVED, LEFT_BEHIND, NO_CONFIRMED, OPERATED, OUTSIDE, SURVIVAL_SET, Survival,
};

/// Two years, within which a site regrows or is declared free.
pub const TWO_YEARS: i32 = 730;

/// The two-year visit may come two months early: follow-up needed to declare a site free.
const FREE_AFTER: i32 = 669;

/// Patients outside the survival set who leave lesions behind, who have all removed, and who have
/// only lesions that magnetic resonance still shows (chosen; 9 and 13 of all are printed).
const OUTSIDE_LEAVING: usize = 4;
const OUTSIDE_REMOVED: usize = 5;
const OUTSIDE_UNCONFIRMED: usize = 2;
const INSIDE_UNCONFIRMED: usize = 11;

/// All disappearing lesions of the 67 patients who have any: 296, median 3, quartiles 2 and 6.
const TOTALS: [usize; 67] = [
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
    3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10,
    11, 12, 13, 15,
];

/// How often a random draw is repeated before the stage gives up.
const DRAWS: usize = 1000;

/// The disappearing lesions of the operated patients, one entry a patient.
#[derive(Clone, Debug)]
pub struct Linkage {
    /// Confirmed lesions (disappeared on magnetic resonance as well).
    pub confirmed: Vec<Vec<Lesion>>,
    /// Number of lesions that magnetic resonance still shows.
    pub unconfirmed: Vec<usize>,
}

impl Linkage {
    /// Any disappearing lesion, confirmed or not.
    pub fn total(&self, patient: usize) -> usize {
        self.confirmed[patient].len() + self.unconfirmed[patient]
    }

    /// Whether at least one confirmed lesion stays in place.
    pub fn leaves(&self, patient: usize) -> bool {
        self.confirmed[patient].iter().any(|lesion| lesion.left_behind)
    }

    /// Whether a confirmed lesion left behind grew again.
    pub fn regrew(&self, patient: usize) -> bool {
        has_site(&self.confirmed[patient], false)
    }
}

/// Links the stages. `None` when no draw gives one coherent study.
pub fn link(table: &LesionTable, survival: &Survival, random: &mut SplitMix64) -> Option<Linkage> {
    let (outside, owner) = (0..DRAWS).find_map(|_| match_patients(table, survival, random))?;
    let mut confirmed = vec![Vec::new(); OPERATED];
    for (lesions, patient) in table.lesions.iter().zip(owner) {
        confirmed[patient] = lesions.clone();
    }
    let spare = &outside[OUTSIDE_LEAVING + OUTSIDE_REMOVED..];
    let only_unconfirmed =
        (0..DRAWS).find_map(|_| draw_unconfirmed(&confirmed, spare, survival, random))?;
    let unconfirmed =
        (0..DRAWS).find_map(|_| draw_totals(&confirmed, &only_unconfirmed, random))?;
    Some(Linkage { confirmed, unconfirmed })
}

/// A draw of the patients outside the survival set who have lesions, and for each patient of the
/// lesion table the operated patient. `None` when this draw admits no match.
fn match_patients(
    table: &LesionTable,
    survival: &Survival,
    random: &mut SplitMix64,
) -> Option<(Vec<usize>, Vec<usize>)> {
    let outside = random.shuffled(OUTSIDE);
    let hosts: Vec<usize> = LEFT_BEHIND.chain(outside[..OUTSIDE_LEAVING].iter().copied()).collect();
    let leaving = random.shuffled((0..COUNTS.len()).filter(|&index| table.leaves[index]));
    let mut matching = Matching { table, survival, hosts: &hosts, guest: vec![None; OPERATED] };
    for &index in &leaving {
        if !matching.place(index, &mut BTreeSet::new()) {
            return None;
        }
    }
    let mut owner = vec![0; COUNTS.len()];
    for &host in &hosts {
        owner[matching.guest[host].expect("as many hosts as patients leaving lesions")] = host;
    }
    let removed = random.shuffled((0..COUNTS.len()).filter(|&index| !table.leaves[index]));
    let removed_hosts = ALL_REMOVED
        .chain(outside[OUTSIDE_LEAVING..OUTSIDE_LEAVING + OUTSIDE_REMOVED].iter().copied());
    for (index, host) in removed.into_iter().zip(removed_hosts) {
        owner[index] = host;
    }
    Some((outside, owner))
}

/// A partial match of patients of the lesion table with operated patients.
struct Matching<'a> {
    table: &'a LesionTable,
    survival: &'a Survival,
    hosts: &'a [usize],
    guest: Vec<Option<usize>>,
}

impl Matching<'_> {
    /// Finds a host for a patient of the lesion table, moving earlier guests where needed.
    fn place(&mut self, index: usize, visited: &mut BTreeSet<usize>) -> bool {
        for &host in self.hosts {
            if !self.fits(index, host) || !visited.insert(host) {
                continue;
            }
            let former = self.guest[host];
            if former.is_none_or(|former| self.place(former, visited)) {
                self.guest[host] = Some(index);
                return true;
            }
        }
        false
    }

    fn fits(&self, index: usize, patient: usize) -> bool {
        let lesions = &self.table.lesions[index];
        let relapsed_in_time = OUTSIDE.contains(&patient)
            || (self.survival.relapsed[patient] && self.survival.dfs_day[patient] <= TWO_YEARS);
        let seen_long_enough = self.survival.os_day[patient] >= FREE_AFTER;
        (!has_site(lesions, false) || relapsed_in_time)
            && (!has_site(lesions, true) || seen_long_enough)
    }
}

/// Whether a site left behind proved non-viable (`true`) or viable (`false`).
fn has_site(lesions: &[Lesion], nonviable: bool) -> bool {
    lesions.iter().any(|lesion| lesion.left_behind && lesion.nonviable == Some(nonviable))
}

/// 13 patients with only unconfirmed lesions. Survival with and without disappearing lesions is
/// printed as similar, without a number: drawn with log-rank P values above 0.4.
fn draw_unconfirmed(
    confirmed: &[Vec<Lesion>],
    spare: &[usize],
    survival: &Survival,
    random: &mut SplitMix64,
) -> Option<Vec<usize>> {
    let mut drawn = random.shuffled(NO_CONFIRMED);
    drawn.truncate(INSIDE_UNCONFIRMED);
    drawn.extend(&spare[..OUTSIDE_UNCONFIRMED]);
    let with_lesion = |patient: usize| !confirmed[patient].is_empty() || drawn.contains(&patient);
    let similar = log_rank(survival.dfs_by(SURVIVAL_SET, with_lesion)).1 > 0.4
        && log_rank(survival.os_by(SURVIVAL_SET, with_lesion)).1 > 0.4;
    similar.then_some(drawn)
}

/// Gives the totals to the patients, larger ones rather to those with more confirmed lesions, and
/// returns how many are not confirmed. `None` when a total falls short of the confirmed ones.
fn draw_totals(
    confirmed: &[Vec<Lesion>],
    only_unconfirmed: &[usize],
    random: &mut SplitMix64,
) -> Option<Vec<usize>> {
    let mut keyed: Vec<(f64, usize)> = (0..OPERATED)
        .filter(|&p| !confirmed[p].is_empty() || only_unconfirmed.contains(&p))
        .map(|p| (confirmed[p].len() as f64 + 3.0 * random.unit(), p))
        .collect();
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut unconfirmed = vec![0; OPERATED];
    for (&(_, patient), total) in keyed.iter().zip(TOTALS) {
        unconfirmed[patient] = total.checked_sub(confirmed[patient].len())?;
    }
    Some(unconfirmed)
}
