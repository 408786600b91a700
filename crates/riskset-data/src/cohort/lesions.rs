//! Stage 1: the 203 confirmed disappearing lesions of 54 patients.
//!
//! Every printed count is exact from the start, because the labels (management, contrast
//! ultrasound, viability) are a fixed multiset. What is searched for is who carries which label:
//! the five printed 90% intervals of the negative predictive value depend on how the labels
//! cluster within patients.

use super::anneal::{Cooling, Printed, accepted_up_to};
use super::estimate::clustered_std_error;
use super::random::SplitMix64;

/// Patients with a confirmed disappearing lesion.
pub const PATIENTS: usize = 54;

/// Confirmed disappearing lesions of each of the 54 patients: 203 in all, median 3, quartiles 1 and
/// 5, over the 54 and also over the 67 patients with any disappearing lesion. Chosen.
pub const COUNTS: [usize; PATIENTS] = [
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4,
    4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5, 6, 6, 6, 7, 7, 8, 8, 9, 9, 10, 11,
];

/// Patients who keep at least one confirmed lesion (chosen: 18 to 46 are possible).
const LEAVING: usize = 26;

/// Confirmed lesions left behind, of which 64 are evaluable (printed). The others follow from the
/// third of the 155 lesions invisible on ultrasound that is printed as resected: 51 of them, with
/// all 48 visible ones, leave 104.
const LEFT_LESIONS: usize = 104;

/// Patients whose lesions were seen by contrast ultrasound, and the most such lesions of one
/// patient (chosen; 3 to 11 patients are possible, except 10).
const SEEN_PATIENTS: usize = 9;
const SEEN_AT_MOST: u32 = 4;

/// The normal quantile of a two-sided 90% interval, at full precision.
const Z90: f64 = 1.644_853_626_951_472_2;

const COOLING: Cooling = Cooling { hot: 500.0, cold: 0.003, steps: 150_000 };

/// What contrast-enhanced ultrasound showed during surgery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ceus {
    Seen,
    Unseen,
    NotDone,
}

/// One lesion: left behind or resected, its ultrasound, and whether it proved non-viable (`None`
/// when it could not be evaluated).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lesion {
    pub left_behind: bool,
    pub ceus: Ceus,
    pub nonviable: Option<bool>,
}

/// The lesions found, one list a patient in the order of [`COUNTS`], and who leaves any behind.
#[derive(Clone, Debug)]
pub struct LesionTable {
    pub lesions: Vec<Vec<Lesion>>,
    pub leaves: Vec<bool>,
}

/// One printed predictive value: its 90% limits in percent, and the lesions it is about.
struct Target {
    lower: f64,
    upper: f64,
    holds: fn(&Lesion) -> bool,
}

const TARGETS: [Target; 5] = [
    Target { lower: 50.8, upper: 74.2, holds: |_| true },
    Target { lower: 44.2, upper: 69.5, holds: |lesion| !lesion.left_behind },
    Target { lower: 48.6, upper: 92.0, holds: |lesion| lesion.left_behind },
    Target { lower: 55.0, upper: 92.3, holds: |lesion| lesion.ceus == Ceus::Unseen },
    Target { lower: 38.7, upper: 87.6, holds: |lesion| lesion.ceus == Ceus::Seen },
];

/// Which of [`TARGETS`] the lesions seen by contrast ultrasound make up.
const SEEN_TARGET: usize = 4;

impl Target {
    fn counts(&self, lesion: &Lesion) -> bool {
        lesion.nonviable.is_some() && (self.holds)(lesion)
    }

    /// How far the interval from (lesions, non-viable) by patient is from the printed one.
    fn misfit(&self, clusters: &[(u32, u32)]) -> f64 {
        let lesions: u32 = clusters.iter().map(|cluster| cluster.0).sum();
        let nonviable: u32 = clusters.iter().map(|cluster| cluster.1).sum();
        let p = f64::from(nonviable) / f64::from(lesions);
        let half_width = Z90 * clustered_std_error(clusters);
        Printed::tenths(self.lower).misfit(Some(100.0 * (p - half_width)))
            + Printed::tenths(self.upper).misfit(Some(100.0 * (p + half_width)))
    }
}

/// The lesions from one seed. `None` when this seed's search ends short of a target.
pub fn search(seed: u64) -> Option<LesionTable> {
    let mut random = SplitMix64::new(seed);
    let seen = seen_lesions(&mut random);
    let mut search = Search::start(&seen, &mut random);
    search.run(&mut random).then(|| search.table())
}

/// The 19 lesions seen by contrast ultrasound, as (lesions, non-viable) of 9 patients, by drawing
/// until the interval fits. They come first and stay: among all the others the search never finds
/// them.
fn seen_lesions(random: &mut SplitMix64) -> Vec<(u32, u32)> {
    const LESIONS: u32 = 19;
    const NONVIABLE: usize = 12;
    loop {
        let mut clusters = vec![(1u32, 0u32); SEEN_PATIENTS];
        while clusters.iter().map(|cluster| cluster.0).sum::<u32>() < LESIONS {
            let patient = random.below(SEEN_PATIENTS);
            if clusters[patient].0 < SEEN_AT_MOST {
                clusters[patient].0 += 1;
            }
        }
        let owners = (0..SEEN_PATIENTS)
            .flat_map(|patient| std::iter::repeat_n(patient, clusters[patient].0 as usize));
        for &owner in &random.shuffled(owners)[..NONVIABLE] {
            clusters[owner].1 += 1;
        }
        if TARGETS[SEEN_TARGET].misfit(&clusters) == 0.0 {
            clusters.sort_unstable_by(|a, b| b.cmp(a));
            return clusters;
        }
    }
}

/// The labels of the lesions not seen by contrast ultrasound, resected and left behind.
fn other_labels() -> (Vec<Lesion>, Vec<Lesion>) {
    let labels = |left_behind, groups: &[(Ceus, Option<bool>, usize)]| -> Vec<Lesion> {
        groups
            .iter()
            .flat_map(|&(ceus, nonviable, count)| {
                std::iter::repeat_n(Lesion { left_behind, ceus, nonviable }, count)
            })
            .collect()
    };
    let resected = [
        (Ceus::Unseen, Some(true), 9),
        (Ceus::Unseen, Some(false), 4),
        (Ceus::NotDone, Some(true), 29),
        (Ceus::NotDone, Some(false), 27),
        (Ceus::Seen, None, 4),
        (Ceus::Unseen, None, 4),
        (Ceus::NotDone, None, 3),
    ];
    let left_behind = [
        (Ceus::Unseen, Some(true), 33),
        (Ceus::Unseen, Some(false), 11),
        (Ceus::NotDone, Some(true), 12),
        (Ceus::NotDone, Some(false), 8),
        (Ceus::Unseen, None, 23),
        (Ceus::NotDone, None, 17),
    ];
    (labels(false, &resected), labels(true, &left_behind))
}

/// Who leaves lesions behind: the more lesions, the likelier. Drawn until their lesions can hold
/// all that are left behind and those seen by ultrasound, so that the others hold resected ones.
fn draw_leaving(random: &mut SplitMix64) -> Vec<bool> {
    const LESIONS_NEEDED: usize = LEFT_LESIONS + 19;
    let mut spread = 6.0;
    loop {
        let keys: Vec<f64> =
            COUNTS.iter().map(|&count| count as f64 + spread * random.unit()).collect();
        let mut order: Vec<usize> = (0..PATIENTS).collect();
        order.sort_by(|&a, &b| keys[b].total_cmp(&keys[a]));
        order.truncate(LEAVING);
        if order.iter().map(|&patient| COUNTS[patient]).sum::<usize>() >= LESIONS_NEEDED {
            return (0..PATIENTS).map(|patient| order.contains(&patient)).collect();
        }
        spread *= 0.9;
    }
}

/// The state of the search: a place for each of the 203 lesions, the label in it, and what the
/// misfit is computed from, kept up to date.
struct Search {
    owner: Vec<usize>,
    label: Vec<Lesion>,
    /// The lesions of stage "seen by ultrasound": never exchanged.
    frozen: Vec<bool>,
    leaves: Vec<bool>,
    left_count: Vec<usize>,
    clusters: [[(u32, u32); PATIENTS]; 5],
    misfit: [f64; 5],
}

impl Search {
    /// A first table with the right number of everything, at random otherwise.
    fn start(seen: &[(u32, u32)], random: &mut SplitMix64) -> Search {
        let leaves = draw_leaving(random);
        let mut places: Vec<Vec<Lesion>> = vec![Vec::new(); PATIENTS];
        let room = |patient: usize| COUNTS[patient] - usize::from(leaves[patient]);
        for &(lesions, nonviable) in seen {
            // A patient who leaves lesions behind keeps a place for one of them.
            let hosts: Vec<usize> = (0..PATIENTS)
                .filter(|&p| places[p].is_empty() && room(p) >= lesions as usize)
                .collect();
            let host = hosts[random.below(hosts.len())];
            places[host].extend((0..lesions).map(|index| Lesion {
                left_behind: false,
                ceus: Ceus::Seen,
                nonviable: Some(index < nonviable),
            }));
        }
        let fixed: Vec<usize> = places.iter().map(Vec::len).collect();
        fill(&mut places, &leaves, random);
        Search::with_places(&places, &fixed, leaves)
    }

    fn with_places(places: &[Vec<Lesion>], fixed: &[usize], leaves: Vec<bool>) -> Search {
        let mut search = Search {
            owner: Vec::new(),
            label: Vec::new(),
            frozen: Vec::new(),
            left_count: vec![0; PATIENTS],
            leaves,
            clusters: [[(0, 0); PATIENTS]; 5],
            misfit: [0.0; 5],
        };
        for (patient, lesions) in places.iter().enumerate() {
            for (index, &lesion) in lesions.iter().enumerate() {
                search.owner.push(patient);
                search.label.push(lesion);
                search.frozen.push(index < fixed[patient]);
                search.left_count[patient] += usize::from(lesion.left_behind);
                search.count(patient, lesion, true);
            }
        }
        for target in 0..TARGETS.len() {
            search.misfit[target] = search.target_misfit(target);
        }
        search
    }

    /// Adds a lesion to a patient's clusters, or takes it away.
    fn count(&mut self, patient: usize, lesion: Lesion, add: bool) {
        for (target, clusters) in TARGETS.iter().zip(&mut self.clusters) {
            if target.counts(&lesion) {
                let (lesions, nonviable) = &mut clusters[patient];
                let good = u32::from(lesion.nonviable == Some(true));
                if add {
                    *lesions += 1;
                    *nonviable += good;
                } else {
                    *lesions -= 1;
                    *nonviable -= good;
                }
            }
        }
    }

    fn target_misfit(&self, target: usize) -> f64 {
        let clusters: Vec<(u32, u32)> =
            self.clusters[target].iter().copied().filter(|cluster| cluster.0 > 0).collect();
        TARGETS[target].misfit(&clusters)
    }

    fn run(&mut self, random: &mut SplitMix64) -> bool {
        for step in 0..COOLING.steps {
            if self.misfit.iter().all(|&misfit| misfit == 0.0) {
                return true;
            }
            self.exchange(COOLING.at(step), random);
        }
        self.misfit.iter().all(|&misfit| misfit == 0.0)
    }

    /// Exchanges the labels of two lesions of different patients, if that is allowed and accepted.
    fn exchange(&mut self, temperature: f64, random: &mut SplitMix64) {
        let (a, b) = (random.below(self.owner.len()), random.below(self.owner.len()));
        if !self.may_exchange(a, b) {
            return;
        }
        let (label_a, label_b) = (self.label[a], self.label[b]);
        self.move_labels(a, b);
        let mut new = self.misfit;
        for (target, misfit) in new.iter_mut().enumerate() {
            if TARGETS[target].counts(&label_a) || TARGETS[target].counts(&label_b) {
                *misfit = self.target_misfit(target);
            }
        }
        let present: f64 = self.misfit.iter().sum();
        if new.iter().sum::<f64>() <= accepted_up_to(present, temperature, random) {
            self.misfit = new;
        } else {
            self.move_labels(a, b);
        }
    }

    /// A patient of whom all was removed takes no lesion left behind; one who leaves lesions behind
    /// keeps at least one.
    fn may_exchange(&self, a: usize, b: usize) -> bool {
        let (label_a, label_b) = (self.label[a], self.label[b]);
        if self.owner[a] == self.owner[b] || label_a == label_b || self.frozen[a] || self.frozen[b]
        {
            return false;
        }
        if label_a.left_behind == label_b.left_behind {
            return true;
        }
        let (giver, taker) = if label_a.left_behind { (a, b) } else { (b, a) };
        self.left_count[self.owner[giver]] >= 2 && self.leaves[self.owner[taker]]
    }

    fn move_labels(&mut self, a: usize, b: usize) {
        for (from, to) in [(a, b), (b, a)] {
            let (lesion, owner, taker) = (self.label[from], self.owner[from], self.owner[to]);
            self.count(owner, lesion, false);
            self.count(taker, lesion, true);
            self.left_count[owner] -= usize::from(lesion.left_behind);
            self.left_count[taker] += usize::from(lesion.left_behind);
        }
        self.label.swap(a, b);
    }

    fn table(&self) -> LesionTable {
        let mut lesions = vec![Vec::new(); PATIENTS];
        for (&owner, &lesion) in self.owner.iter().zip(&self.label) {
            lesions[owner].push(lesion);
        }
        LesionTable { lesions, leaves: self.leaves.clone() }
    }
}

/// Fills the free places: one lesion left behind for each patient who leaves any, resected ones for
/// the patients who leave none, then the rest at random among those who do.
fn fill(places: &mut [Vec<Lesion>], leaves: &[bool], random: &mut SplitMix64) {
    let (mut resected, mut left_behind) = other_labels();
    random.shuffle(&mut resected);
    random.shuffle(&mut left_behind);
    for (patient, lesions) in places.iter_mut().enumerate() {
        let free = COUNTS[patient] - lesions.len();
        if leaves[patient] {
            lesions.push(left_behind.pop().expect("more lesions are left behind than patients"));
        } else {
            lesions.extend(resected.drain(resected.len() - free..));
        }
    }
    resected.append(&mut left_behind);
    random.shuffle(&mut resected);
    for (patient, lesions) in places.iter_mut().enumerate() {
        let free = COUNTS[patient] - lesions.len();
        lesions.extend(resected.drain(resected.len() - free..));
    }
}
