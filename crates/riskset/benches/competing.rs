//! How long cumulative incidence, Gray's test and Fine and Gray's regression take.
//!
//! `cargo bench -p riskset --bench competing -- incidence/1000000` runs one size. Two causes,
//! exponential times with uniform censoring, three groups, seeded.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use riskset::{AalenJohansen, CompetingRisks, DesignMatrix, FineGray, GrayTest, Groups};
use std::hint::black_box;

const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];

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
}

struct Cohort {
    time: Vec<f64>,
    cause: Vec<u32>,
    groups: Groups,
    design: DesignMatrix,
}

fn cohort(rows: usize) -> Cohort {
    let mut random = SplitMix(rows as u64);
    let (mut time, mut cause, mut group) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..rows {
        let of = if row < 3 { row as u32 } else { (random.uniform() * 3.0) as u32 };
        let event = -random.uniform().ln() / (0.1 * f64::from(of + 1));
        let (censoring, which) = (random.uniform() * 30.0, random.uniform());
        time.push(event.min(censoring));
        cause.push(if censoring < event { 0 } else { 1 + u32::from(which > 0.4) });
        group.push(of);
    }
    let covariates = (0..5 * rows).map(|_| random.uniform()).collect();
    Cohort {
        time,
        cause,
        groups: Groups::new(group, 3).expect("every group has a row"),
        design: DesignMatrix::from_columns(covariates, rows).expect("finite covariates"),
    }
}

fn competing(criterion: &mut Criterion) {
    for rows in SIZES {
        let cohort = cohort(rows);
        let make = || CompetingRisks::new(black_box(&cohort.time), &cohort.cause, 2);
        let response = make().expect("good data");
        let mut run = |name: &str, work: &mut dyn FnMut()| {
            let mut bench = criterion.benchmark_group(name);
            bench.sample_size(10).throughput(Throughput::Elements(rows as u64));
            bench.bench_function(BenchmarkId::from_parameter(rows), |bench| bench.iter(&mut *work));
        };
        run("response", &mut || drop(black_box(make())));
        run("incidence", &mut || {
            black_box(AalenJohansen::default().fit_groups(&response, &cohort.groups))
                .expect("fits");
        });
        run("gray", &mut || {
            black_box(GrayTest::default().test(&response, &cohort.groups)).expect("tests");
        });
        run("fine-gray", &mut || {
            black_box(FineGray::default().fit(&response, 1, &cohort.design)).expect("fits");
        });
    }
}

criterion_group!(benches, competing);
criterion_main!(benches);
