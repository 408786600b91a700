//! How long curves and tests take, from a thousand rows to ten million.
//!
//! `cargo bench -p riskset --bench nonparametric -- continuous/1000000` runs one size. Times are
//! exponential with uniform censoring, seeded; `days` rounds them up to whole days.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use riskset::{CountingProcess, Groups, KaplanMeier, LogRank, RightCensored};
use std::hint::black_box;

const SIZES: [usize; 5] = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];

/// Steele, Lea and Flood (2014): enough for data that only have to be the same each time.
struct SplitMix(u64);

impl SplitMix {
    /// Uniform in (0, 1).
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 * f64::EPSILON / 2.0 + f64::EPSILON / 4.0
    }

    fn below(&mut self, count: u32) -> u32 {
        (self.uniform() * f64::from(count)) as u32
    }
}

struct Cohort {
    time: Vec<f64>,
    event: Vec<bool>,
    groups: Groups,
    strata: Groups,
}

fn cohort(rows: usize, whole_days: bool, strata: u32) -> Cohort {
    let mut random = SplitMix(rows as u64);
    let mut columns = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for row in 0..rows {
        let (event, censoring) = (-random.uniform().ln() / 0.0005, random.uniform() * 4000.0);
        let time: f64 = event.min(censoring);
        columns.0.push(if whole_days { time.ceil() } else { time });
        columns.1.push(event <= censoring);
        // The first rows use every group and stratum, so that none is empty.
        columns.2.push(if row < 3 { row as u32 } else { random.below(3) });
        columns.3.push(if row < strata as usize { row as u32 } else { random.below(strata) });
    }
    Cohort {
        time: columns.0,
        event: columns.1,
        groups: Groups::new(columns.2, 3).expect("every group has a row"),
        strata: Groups::new(columns.3, strata as usize).expect("every stratum has a row"),
    }
}

fn right_censored(criterion: &mut Criterion) {
    for (name, whole_days) in [("continuous", false), ("days", true)] {
        let mut bench = criterion.benchmark_group(name);
        bench.sample_size(10);
        for rows in SIZES {
            let cohort = cohort(rows, whole_days, 1);
            bench.throughput(Throughput::Elements(rows as u64));
            bench.bench_with_input(BenchmarkId::new("response", rows), &cohort, |bench, cohort| {
                bench.iter(|| RightCensored::new(black_box(&cohort.time), &cohort.event));
            });
            let response = RightCensored::new(&cohort.time, &cohort.event).expect("good data");
            bench.bench_with_input(BenchmarkId::new("km", rows), &cohort, |bench, cohort| {
                bench.iter(|| KaplanMeier::default().fit_groups(&response, &cohort.groups));
            });
            bench.bench_with_input(BenchmarkId::new("logrank", rows), &cohort, |bench, cohort| {
                bench.iter(|| LogRank::default().test(&response, &cohort.groups));
            });
        }
    }
}

fn strata(criterion: &mut Criterion) {
    let mut bench = criterion.benchmark_group("strata");
    bench.sample_size(10);
    for strata in [10, 100, 1000] {
        let cohort = cohort(1_000_000, false, strata);
        let response = RightCensored::new(&cohort.time, &cohort.event).expect("good data");
        bench.bench_with_input(BenchmarkId::new("logrank", strata), &cohort, |bench, cohort| {
            let strata = Some(&cohort.strata);
            bench.iter(|| LogRank::default().strata(strata).test(&response, &cohort.groups));
        });
    }
}

fn counting_process(criterion: &mut Criterion) {
    let mut bench = criterion.benchmark_group("counting-process");
    bench.sample_size(10);
    for rows in [10_000, 1_000_000] {
        let cohort = cohort(rows, false, 1);
        let mut random = SplitMix(1);
        let start: Vec<f64> = cohort.time.iter().map(|time| time * random.uniform()).collect();
        bench.bench_with_input(BenchmarkId::new("response", rows), &cohort, |bench, cohort| {
            bench.iter(|| CountingProcess::new(&start, &cohort.time, &cohort.event));
        });
        let response =
            CountingProcess::new(&start, &cohort.time, &cohort.event).expect("good data");
        bench.bench_with_input(BenchmarkId::new("km", rows), &cohort, |bench, cohort| {
            bench.iter(|| KaplanMeier::default().fit_groups(&response, &cohort.groups));
        });
        bench.bench_with_input(BenchmarkId::new("logrank", rows), &cohort, |bench, cohort| {
            bench.iter(|| LogRank::default().test(&response, &cohort.groups));
        });
    }
}

criterion_group!(benches, right_censored, strata, counting_process);
criterion_main!(benches);
