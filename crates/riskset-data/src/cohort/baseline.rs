//! The columns of the publication's first table: every count, median and quartile is printed, so
//! the values are exact multisets in a random order.

use super::anneal::{Printed, interpolate, whole};
use super::random::SplitMix64;

/// Enrolled patients, of whom the first 109 were operated.
pub const ENROLLED: usize = 112;

/// A text column: its name, and how many patients have which value (empty: missing).
type Counts = (&'static str, &'static [(&'static str, usize)]);

/// The text columns, in the order of the file.
const TEXT_COLUMNS: [Counts; 12] = [
    ("sex", &[("male", 67), ("female", 45)]),
    ("primary_site", &[("right colon", 25), ("left colon", 50), ("rectum", 37)]),
    ("clinical_t", &[("T1/T2", 9), ("T3", 43), ("T4", 35), ("", 25)]),
    ("clinical_n", &[("N0", 22), ("N1", 31), ("N2", 29), ("", 30)]),
    ("primary_resected", &[("yes", 65), ("no", 47)]),
    ("who_ps", &[("0", 84), ("1", 28)]),
    ("kras", &[("wild", 74), ("variant", 34), ("", 4)]),
    ("braf", &[("wild", 71), ("variant", 3), ("", 38)]),
    ("msi", &[("high", 7), ("stable", 45), ("", 60)]),
    (
        "first_regimen",
        &[
            ("doublet", 21),
            ("doublet + EGFR", 38),
            ("doublet + VEGF", 27),
            ("triplet", 9),
            ("triplet + EGFR", 6),
            ("triplet + VEGF", 10),
            ("IAH", 1),
        ],
    ),
    ("contrast_agent", &[("Gd-EOB-DTPA", 69), ("Gd-BOPTA", 14), ("gadolinium", 19), ("", 10)]),
    ("prospective_cohort", &[("1", 66), ("0", 46)]),
];

/// The columns of the operated patients.
const SURGERY_COLUMNS: [Counts; 4] = [
    ("complication_30d", &[("1", 12), ("0", 97)]),
    ("complication_90d", &[("1", 4), ("0", 105)]),
    ("two_stage", &[("1", 6), ("0", 103)]),
    ("adjuvant", &[("oxaliplatin", 38), ("other", 8), ("none", 63)]),
];

/// One column: a value for each enrolled patient; empty where missing or not applicable.
pub type Column = (&'static str, Vec<String>);

/// All columns of the first table and of surgery. `lesions` is the number of disappearing lesions
/// of each operated patient: nobody has fewer metastases than that.
pub fn columns(lesions: &[usize], random: &mut SplitMix64) -> Option<Vec<Column>> {
    let ages = ages(random);
    let mut columns = vec![("age", texts(random.shuffled(ages)))];
    let text: Vec<(&str, Vec<&str>)> =
        TEXT_COLUMNS.iter().map(|&(name, counts)| (name, multiset(counts, random))).collect();
    let prospective = text[text_column("prospective_cohort")].1.clone();
    columns.extend(
        treatment_follows_genotype(text, random)
            .into_iter()
            .map(|(name, values)| (name, texts(values))),
    );
    columns.push(("n_metastases", metastases(lesions, &prospective, random)?));
    let cycles = Quartiles::linear([2.0, 5.0, 8.0, 11.0, 24.0]).values(ENROLLED, 0);
    columns.push(("chemo_cycles", texts(random.shuffled(cycles))));
    columns.push(("cea", marker([0.8, 3.5, 7.2, 68.0, 2400.0], 99, random)));
    columns.push(("ca19_9", marker([0.6, 7.8, 25.5, 94.2, 5200.0], 90, random)));
    for (name, counts) in SURGERY_COLUMNS {
        let mut values = texts(multiset(counts, random));
        values.resize(ENROLLED, String::new());
        columns.push((name, values));
    }
    Some(columns)
}

fn texts<T: ToString>(values: Vec<T>) -> Vec<String> {
    values.iter().map(T::to_string).collect()
}

/// The values in a random order.
fn multiset(counts: &[(&'static str, usize)], random: &mut SplitMix64) -> Vec<&'static str> {
    random.shuffled(counts.iter().flat_map(|&(value, count)| std::iter::repeat_n(value, count)))
}

/// Antibodies against EGFR are given, and BRAF variants found, where KRAS is wild-type: the KRAS
/// and BRAF values are dealt out again in that order (their counts are printed, their joint
/// distribution is chosen).
fn treatment_follows_genotype(
    mut text: Vec<(&'static str, Vec<&'static str>)>,
    random: &mut SplitMix64,
) -> Vec<(&'static str, Vec<&'static str>)> {
    let [kras, braf, regimen] = ["kras", "braf", "first_regimen"].map(text_column);
    let mut order = random.shuffled(0..ENROLLED);
    order.sort_by_key(|&patient| !text[regimen].1[patient].contains("EGFR"));
    deal(&mut text[kras].1, "wild", &order);
    random.shuffle(&mut order);
    order.sort_by_key(|&patient| text[kras].1[patient] != "wild");
    deal(&mut text[braf].1, "variant", &order);
    text
}

fn text_column(name: &str) -> usize {
    TEXT_COLUMNS.iter().position(|column| column.0 == name).expect("a column of the list above")
}

/// Gives all values `first` to the patients who come first in `order`; the others keep the rest in
/// the order it has.
fn deal(values: &mut [&'static str], first: &'static str, order: &[usize]) {
    let mut dealt: Vec<&str> = values.iter().copied().filter(|&value| value == first).collect();
    dealt.extend(values.iter().copied().filter(|&value| value != first));
    for (&patient, value) in order.iter().zip(dealt) {
        values[patient] = value;
    }
}

/// Metastases at diagnosis of the 66 patients of the prospective part: median 7, quartiles 4 and
/// 10, and at least as many as lesions disappeared.
fn metastases(
    lesions: &[usize],
    prospective: &[&str],
    random: &mut SplitMix64,
) -> Option<Vec<String>> {
    let patients: Vec<usize> = (0..ENROLLED).filter(|&p| prospective[p] == "1").collect();
    let values = Quartiles::linear([1.0, 4.0, 7.0, 10.0, 32.0]).values(patients.len(), 0);
    let disappeared = |patient: usize| lesions.get(patient).copied().unwrap_or(0);
    let mut spread = 30.0;
    for _ in 0..200 {
        let mut keyed: Vec<(f64, usize)> =
            patients.iter().map(|&p| (disappeared(p) as f64 + spread * random.unit(), p)).collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        let enough = |((_, p), value): (&(f64, usize), &f64)| *value >= disappeared(*p) as f64;
        if keyed.iter().zip(&values).all(enough) {
            let mut column = vec![String::new(); ENROLLED];
            for ((_, patient), value) in keyed.iter().zip(&values) {
                column[*patient] = value.to_string();
            }
            return Some(column);
        }
        spread *= 0.97;
    }
    None
}

/// A tumour marker with its quartiles on the log scale, missing in some.
fn marker(points: [f64; 5], known: usize, random: &mut SplitMix64) -> Vec<String> {
    let mut values = texts(Quartiles::log(points).values(known, 1));
    values.resize(ENROLLED, String::new());
    random.shuffle(&mut values);
    values
}

/// A smallest value, three quartiles and a largest value.
struct Quartiles {
    points: [f64; 5],
    log: bool,
}

impl Quartiles {
    fn linear(points: [f64; 5]) -> Self {
        Quartiles { points, log: false }
    }

    fn log(points: [f64; 5]) -> Self {
        Quartiles { points, log: true }
    }

    /// `n` increasing values. The ranks beside a quartile are set to it, so that every usual
    /// definition of a quartile gives the printed one.
    fn values(&self, n: usize, decimals: i32) -> Vec<f64> {
        let unit = libm::pow(10.0, f64::from(decimals));
        let line: Vec<(f64, f64)> = [0.0, 0.25, 0.5, 0.75, 1.0]
            .into_iter()
            .zip(self.points.map(|point| if self.log { libm::log(point) } else { point }))
            .collect();
        let mut values: Vec<f64> = (0..n)
            .map(|rank| interpolate(&line, (rank as f64 + 0.5) / n as f64))
            .map(|value| if self.log { libm::exp(value) } else { value })
            .map(|value| f64::from(whole(value * unit)) / unit)
            .collect();
        for (share, quartile) in [(0.25, 1), (0.5, 2), (0.75, 3)] {
            self.fix(&mut values, share, self.points[quartile]);
        }
        values
    }

    fn fix(&self, values: &mut [f64], share: f64, quartile: f64) {
        let position = (values.len() - 1) as f64 * share;
        let (from, to) = ((position - 0.3).floor(), (position + 0.3).ceil());
        for (rank, value) in values.iter_mut().enumerate() {
            let rank = rank as f64;
            *value = if rank < from {
                value.min(quartile)
            } else if rank > to {
                value.max(quartile)
            } else {
                quartile
            };
        }
    }
}

/// 112 ages in whole years, increasing: median 60.5 (the two middle ones are 60 and 61), quartiles
/// 53 and 67, mean 60.0, standard deviation 10.4, the last two by single years up and down.
fn ages(random: &mut SplitMix64) -> Vec<i32> {
    const FIXED: [usize; 6] = [27, 28, 55, 56, 83, 84];
    let line = Quartiles::linear([32.0, 53.0, 60.0, 67.0, 82.0]).values(ENROLLED, 0);
    let mut ages: Vec<i32> = line.into_iter().map(whole).collect();
    (ages[55], ages[56]) = (60, 61);
    let mut misfit = age_misfit(&ages);
    while misfit > 0.0 {
        let rank = random.below(ENROLLED);
        let age = ages[rank] + random.sign();
        let below = FIXED.iter().rev().find(|&&fixed| fixed < rank).map_or(25, |&at| ages[at]);
        let above = FIXED.iter().find(|&&fixed| fixed > rank).map_or(85, |&at| ages[at]);
        if FIXED.contains(&rank) || age < below || age > above {
            continue;
        }
        let former = std::mem::replace(&mut ages[rank], age);
        let new = age_misfit(&ages);
        if new <= misfit {
            misfit = new;
        } else {
            ages[rank] = former;
        }
    }
    ages
}

fn age_misfit(ages: &[i32]) -> f64 {
    let n = ages.len() as f64;
    let mean = f64::from(ages.iter().sum::<i32>()) / n;
    let squares: f64 = ages.iter().map(|&age| f64::from(age) - mean).map(|from| from * from).sum();
    Printed::tenths(60.0).misfit(Some(mean))
        + Printed::tenths(10.4).misfit(Some(libm::sqrt(squares / (n - 1.0))))
}
