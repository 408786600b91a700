//! How often tests of two groups reject, when hazards do not differ, differ late, or cross.
//!
//!     cargo run -p riskset --example rejection_rates -- 2000 20261125
//!
//! Two groups of 60 patients, hazard 0.1 a month in the first, enrolled over 12 months and followed
//! until month 36. Delayed: the second group has half the hazard from month 4 on. Crossing: 1.6 times
//! the hazard until month 6, then 0.4 times. Level 0.05, two-sided.

use rayon::prelude::*;
use riskset::{
    Groups, KaplanMeier, LogRank, MaxCombo, PermutationLogRank, Permutations, RightCensored,
    TimeWeight, milestone,
};

const PATIENTS: usize = 60;
const HAZARD: f64 = 0.1;
const TESTS: [&str; 6] = [
    "log-rank",
    "permutation",
    "MaxCombo",
    "modest weights",
    "restricted mean 24",
    "survival at 24",
];

/// The hazard ratio of the second group until a time, and from then on.
struct Effect {
    name: &'static str,
    until: f64,
    early: f64,
    late: f64,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let replicates = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(2000);
    let seed = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(20_261_125);
    println!("| hazards | {} |", TESTS.join(" | "));
    println!("|---|{}", "---|".repeat(TESTS.len()));
    for effect in [
        Effect { name: "no effect", until: 0.0, early: 1.0, late: 1.0 },
        Effect { name: "delayed", until: 4.0, early: 1.0, late: 0.5 },
        Effect { name: "crossing", until: 6.0, early: 1.6, late: 0.4 },
    ] {
        println!("| {} | {} |", effect.name, rates(&effect, replicates, seed).join(" | "));
    }
}

/// The share of replicates in which each test rejects, in percent, with its Monte Carlo error.
fn rates(effect: &Effect, replicates: u64, seed: u64) -> Vec<String> {
    let rejected: Vec<[bool; 6]> =
        (0..replicates).into_par_iter().map(|number| reject(effect, seed, number)).collect();
    let rate = |test: usize| {
        let share = rejected.iter().filter(|all| all[test]).count() as f64 / replicates as f64;
        let error = (share * (1.0 - share) / replicates as f64).sqrt();
        format!("{:.1} ({:.1})", 100.0 * share, 100.0 * error)
    };
    (0..TESTS.len()).map(rate).collect()
}

fn reject(effect: &Effect, seed: u64, number: u64) -> [bool; 6] {
    let mut random = Random(seed.wrapping_add(number.wrapping_mul(0x2545_f491_4f6c_dd1d)));
    let (mut times, mut events, mut index) = (Vec::new(), Vec::new(), Vec::new());
    for patient in 0..2 * PATIENTS {
        let group = (patient % 2) as u32;
        let time = time(effect, group, -random.uniform().ln());
        let censored = 36.0 - 12.0 * random.uniform();
        times.push(time.min(censored));
        events.push(time <= censored);
        index.push(group);
    }
    let rows = RightCensored::new(&times, &events).expect("times are positive");
    let groups = Groups::new(index, 2).expect("both groups have patients");
    let small = |p: Option<f64>| p.is_some_and(|p| p < 0.05);
    let log_rank = LogRank::default().test(&rows, &groups).expect("two groups");
    let permuted = PermutationLogRank::default()
        .permutations(Permutations::Random { draws: 399, seed: number })
        .test(&rows, &groups)
        .expect("no weights");
    let combo = MaxCombo::default().test(&rows, &groups).expect("events in both");
    let modest = MaxCombo::default().weights(&[TimeWeight::ModestlyWeighted { until: 12.0 }]);
    let modest = modest.test(&rows, &groups).expect("events in both");
    let curves = KaplanMeier::default().fit_groups(&rows, &groups).expect("two groups");
    let mean = curves[1].rmst_against(&curves[0], 24.0);
    let at = milestone(&curves[1], &curves[0], 24.0).expect("a finite time");
    [
        small(log_rank.p_value()),
        permuted.p_value < 0.05,
        combo.p_value < 0.05,
        modest.p_value < 0.05,
        small(mean.and_then(|mean| mean.difference.p_value)),
        small(at.and_then(|at| at.p_log_log)),
    ]
}

/// The time at which the cumulative hazard of the group reaches this value.
fn time(effect: &Effect, group: u32, hazard: f64) -> f64 {
    if group == 0 {
        return hazard / HAZARD;
    }
    let before = HAZARD * effect.early * effect.until;
    if hazard <= before {
        hazard / (HAZARD * effect.early)
    } else {
        effect.until + (hazard - before) / (HAZARD * effect.late)
    }
}

/// splitmix64 (Steele, Lea and Flood 2014): enough for a simulation that must be repeatable.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((z ^ (z >> 31)) >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }
}
