//! How often simultaneous bands of adjusted curves hold the whole true curve.
//!
//!     cargo run -p riskset --example adjusted_bands -- 600 60 20261126
//!
//! The first number is that of the replicates, the second that of those with a bootstrap (199 draws).
//! Half of the patients carry a factor that doubles the hazard and makes the second group likelier (0.7
//! instead of 0.3). The hazard is 0.1 a month, 0.6 times that in the second group; patients are followed
//! for 12 to 36 months. Were all in a group, survival would be the mean of two exponentials. Level 0.95;
//! a band counts as holding the curve when it does in all of its range, from the fifth event of the group
//! to the last event at which five are at risk.

use rayon::prelude::*;
use riskset::{
    ConfType, CurveAdjustment, DesignMatrix, Estimand, Groups, KaplanMeier, Observations,
    Propensity, RightCensored, Standardised, bootstrap_curves, normal, weighted_bands,
};

const HAZARD: f64 = 0.1;
const RATIO: f64 = 0.6;
const LEVEL: f64 = 0.95;
const DRAWS: usize = 1000;
const BOOTSTRAP: usize = 199;
const SCALES: [(ConfType, &str); 2] = [(ConfType::Log, "log"), (ConfType::LogLog, "log-log")];
const KINDS: [&str; 5] = [
    "pointwise, weighted",
    "multipliers, weighted",
    "draws, standardised",
    "bootstrap, weighted",
    "bootstrap, standardised",
];

struct Trial {
    rows: Observations,
    groups: Groups,
    design: DesignMatrix,
}

/// A curve at its event times, each with its standard error.
type Curve = Vec<(f64, f64, f64)>;

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|text| text.parse::<u64>().ok());
    let replicates = arguments.next().unwrap_or(600);
    let with_bootstrap = arguments.next().unwrap_or(60);
    let seed = arguments.next().unwrap_or(20_261_126);
    println!("| patients | scale | {} |", KINDS.join(" | "));
    println!("|---|---|{}", "---|".repeat(KINDS.len()));
    for patients in [100, 200] {
        let held: Vec<Vec<Option<[bool; 2]>>> = (0..replicates)
            .into_par_iter()
            .map(|number| replicate(patients, seed, number, number < with_bootstrap))
            .collect();
        for (place, (_, scale)) in SCALES.iter().enumerate() {
            let cell = |kind: usize| {
                let all: Vec<bool> =
                    held.iter().filter_map(|one| Some(one[kind]?[place])).collect();
                let share = all.iter().filter(|&&held| held).count() as f64 / all.len() as f64;
                let error = (share * (1.0 - share) / all.len() as f64).sqrt();
                format!("{:.1} ({:.1})", 100.0 * share, 100.0 * error)
            };
            let cells: Vec<String> = (0..KINDS.len()).map(cell).collect();
            println!("| {patients} | {scale} | {} |", cells.join(" | "));
        }
    }
}

/// For each kind whether the second group's band held its curve, on each scale.
fn replicate(patients: usize, seed: u64, number: u64, bootstrap: bool) -> Vec<Option<[bool; 2]>> {
    let trial = trial(patients, seed, number);
    let Trial { rows, groups, design } = &trial;
    let propensity = Propensity::default();
    let weights = propensity.fit(groups, design).expect("the factor does not separate").weights;
    let weighted = rows.clone().with_weights(&weights).expect("weights are positive");
    let fit = Standardised::fit(rows, groups, design).expect("there are events");
    let band = weighted_bands(&weighted, groups, LEVEL, (DRAWS, number)).expect("draws")[1];
    let Some(band) = band else { return vec![None; KINDS.len()] };
    let curve = weighted_curve(&weighted, groups, band.range);
    let predicted = predicted_curve(&fit, &curve);
    let drawn = fit.bands(LEVEL, (DRAWS, number)).expect("draws")[1];
    let z = normal::two_sided_quantile(LEVEL).expect("a level");
    let again = |how: CurveAdjustment, curve: &Curve| {
        let times: Vec<f64> = curve.iter().map(|at| at.0).collect();
        let at = [&times[..1], &times[..]];
        let draws = (BOOTSTRAP, number);
        let found = bootstrap_curves(rows, groups, design, how, at, LEVEL, draws).ok()?;
        let errors = found.std_errors[1].iter();
        let curve =
            curve.iter().zip(errors).filter_map(|(at, error)| Some((at.0, at.1, (*error)?)));
        Some(held(&curve.collect(), found.bands[1]?.critical))
    };
    let both = [
        bootstrap.then(|| again(CurveAdjustment::Weights(&propensity), &curve)).flatten(),
        bootstrap.then(|| again(CurveAdjustment::Standardise, &predicted)).flatten(),
    ];
    let own = [
        Some(held(&curve, z)),
        Some(held(&curve, band.critical)),
        drawn.map(|band| held(&predicted, band.critical)),
    ];
    own.into_iter().chain(both).collect()
}

/// The second group's weighted curve in the range of its band.
fn weighted_curve(weighted: &Observations, groups: &Groups, range: (f64, f64)) -> Curve {
    let curves = KaplanMeier::default().robust(true).fit_groups(weighted, groups).expect("groups");
    let curve = &curves[1];
    let errors = curve.std_errors();
    let row = |row: usize| Some((curve.time()[row], curve.survival()[row], errors[row]?));
    let events = (0..curve.len()).filter(|&row| curve.n_event()[row] > 0.0);
    let within = |at: &(f64, f64, f64)| at.2 > 0.0 && (range.0..=range.1).contains(&at.0);
    events.filter_map(row).filter(within).collect()
}

/// The standardised curve at the same times.
fn predicted_curve(fit: &Standardised, curve: &Curve) -> Curve {
    let at = |&(time, _, _): &(f64, f64, f64)| {
        let (survival, error) = fit.at(1, Estimand::Survival(time)).ok()??;
        Some((time, survival, error))
    };
    curve.iter().filter_map(at).collect()
}

/// Whether the limits with this critical value hold the true curve from each time to the next.
fn held(curve: &Curve, critical: f64) -> [bool; 2] {
    SCALES.map(|(scale, _)| {
        (0..curve.len()).all(|place| {
            let (time, survival, error) = curve[place];
            let Some(limits) = scale.interval(survival, (error / survival).powi(2), critical)
            else {
                return true;
            };
            let next = curve.get(place + 1).map_or(time, |next| next.0);
            limits.upper.is_none_or(|upper| truth(time) <= upper)
                && limits.lower.is_none_or(|lower| truth(next) >= lower)
        })
    })
}

/// Survival were all in the second group.
fn truth(time: f64) -> f64 {
    let survival = |factor: f64| (-HAZARD * RATIO * factor * time).exp();
    0.5 * (survival(1.0) + survival(2.0))
}

fn trial(patients: usize, seed: u64, number: u64) -> Trial {
    let mut random = Random(seed.wrapping_add(number.wrapping_mul(0x2545_f491_4f6c_dd1d)));
    let (mut times, mut events) = (Vec::new(), Vec::new());
    let (mut index, mut factor) = (Vec::new(), Vec::new());
    for patient in 0..patients {
        let carries = patient % 2 == 1;
        let second = random.uniform() < if carries { 0.7 } else { 0.3 };
        let ratio = if second { RATIO } else { 1.0 } * if carries { 2.0 } else { 1.0 };
        let time = -random.uniform().ln() / (HAZARD * ratio);
        let censored = 36.0 - 24.0 * random.uniform();
        times.push(time.min(censored));
        events.push(time <= censored);
        index.push(u32::from(second));
        factor.push(f64::from(u8::from(carries)));
    }
    Trial {
        rows: RightCensored::new(&times, &events).expect("times are positive").into_observations(),
        groups: Groups::new(index, 2).expect("both groups have patients"),
        design: DesignMatrix::from_columns(factor, patients).expect("one column"),
    }
}

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
