//! Small random data for each estimator, and what must hold for any data: limits hold the estimate,
//! probabilities lie in [0, 1], curves are monotone, every number is finite, and the bits are the same
//! for any number of threads and, where docs/differences.md says so, any order of the rows.
//!
//! A hundred sets an estimator in the ordinary tests; `RISKSET_RANDOM=2000` looks at as many.

#[path = "../../../tests/src/hard/rows.rs"]
#[allow(dead_code)]
mod rows;

#[path = "random/answers.rs"]
mod answers;
#[path = "random/draw.rs"]
mod draw;
#[path = "random/more.rs"]
mod more;

use answers::Answer;
use draw::Draw;
use rows::Rows;

/// Cox and Fine-Gray sum over the rows in their order: the same numbers to this part of them, relative
/// to 1 for what is smaller. Where a coefficient is badly determined, the last bits of the sums are
/// worth many more of it.
const ORDER: f64 = 1e-11;

/// Sums of weights that are rounded: a last place of each sum, times a curve's length.
const WEIGHTS: f64 = 1e-11;

/// The share of this run.
fn sets() -> u64 {
    std::env::var("RISKSET_RANDOM").map_or(100, |text| text.parse().expect("a number of sets"))
}

/// What the order of the rows may change.
#[derive(PartialEq)]
enum Order {
    /// Nothing.
    Bits,
    /// Numbers in their last places.
    Places,
}

/// Draws sets, asks, and checks what must hold. A failure shows the table.
fn holds(name: &str, order: Order, ask: impl Fn(&Rows) -> Answer + Sync) {
    let mut answered = 0;
    for seed in 0..sets() {
        let rows = Draw::new(seed).rows();
        let answer = ask(&rows);
        let shown = || format!("{name}, set {seed}:\n{}", rows.to_csv());
        answer.check(&shown);
        answered += u64::from(!answer.is_refusal());
        if seed % 4 == 0 {
            let threads = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
            assert_eq!(threads.install(|| ask(&rows)).bits, answer.bits, "threads, {}", shown());
        }
        let other = ask(&Draw::new(seed).permuted(&rows));
        match order {
            Order::Bits => {
                assert_eq!(other.bits, answer.bits, "another order, {}", shown());
                let rows = Draw::new(seed + 1).weighted(&rows);
                let other = ask(&Draw::new(seed).permuted(&rows));
                ask(&rows).same_probabilities(&other, WEIGHTS, &shown);
            }
            Order::Places => answer.same_places(&other, ORDER, &shown),
        }
    }
    println!("{name}: {} sets, {answered} answered", sets());
    assert!(answered * 2 > sets(), "{name}: only {answered} of {} sets were answered", sets());
}

#[test]
fn kaplan_meier() {
    holds("km", Order::Bits, answers::km);
}

#[test]
fn restricted_means() {
    holds("rmst", Order::Bits, answers::rmst);
}

#[test]
fn log_rank() {
    holds("logrank", Order::Bits, answers::logrank);
}

#[test]
fn cumulative_incidence() {
    holds("cif", Order::Bits, answers::cif);
}

#[test]
fn gray() {
    holds("gray", Order::Bits, answers::gray);
}

#[test]
fn cox() {
    holds("cox", Order::Places, answers::cox);
}

#[test]
fn fine_gray() {
    holds("fine-gray", Order::Places, answers::fine_gray);
}

#[test]
fn proportions() {
    holds("proportions", Order::Bits, answers::proportions);
}

#[test]
fn meta() {
    holds("meta", Order::Places, answers::meta);
}

#[test]
fn robust_curves() {
    holds("km robust", Order::Places, more::km_robust);
}

#[test]
fn robust_incidences() {
    holds("cif robust", Order::Places, more::cif_robust);
}

#[test]
fn simultaneous_bands() {
    holds("bands", Order::Places, more::bands);
}

#[test]
fn intervals_for_few_patients() {
    holds("few patients", Order::Places, more::few_patients);
}

#[test]
fn differences_at_a_time() {
    holds("milestone", Order::Places, more::contrasts);
}

#[test]
fn largest_of_weighted_tests() {
    holds("max-combo", Order::Places, more::max_combo);
}

#[test]
fn concordance() {
    holds("concordance", Order::Places, more::concordance);
}

#[test]
fn brier_scores() {
    holds("brier", Order::Places, more::brier);
}

#[test]
fn explained_variation() {
    holds("royston", Order::Places, more::separation);
}

#[test]
fn net_benefits() {
    holds("net benefit", Order::Places, more::benefit);
}

#[test]
fn pseudo_values() {
    holds("pseudo-values", Order::Places, more::pseudo);
}

#[test]
fn penalised_cox() {
    holds("firth", Order::Places, more::firth);
}
