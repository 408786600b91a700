//! The Cox model at the sizes that matter: `cargo bench -p riskset --bench cox`.
//!
//! `RISKSET_BENCH_CSV=FOLDER` writes the data of each case there instead of measuring, so that
//! another program can be timed on the same rows.

use criterion::{BenchmarkId, Criterion};
use riskset::{
    ConcordanceIndex, CountingProcess, CoxModel, DesignMatrix, Groups, Observations, RightCensored,
    Ties, ZphTransform,
};
use std::hint::black_box;
use std::io::Write;
use std::time::Duration;

/// A small generator, so that the rows are the same everywhere (Marsaglia 2003, xorshift).
struct Random(u64);

impl Random {
    /// Uniform on (0, 1).
    fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// Columns of one case, times in years.
struct Data {
    start: Option<Vec<f64>>,
    time: Vec<f64>,
    event: Vec<bool>,
    x: Vec<f64>,
    p: usize,
}

/// Half of the columns are normal, half are yes or no; about two thirds of the rows have events.
fn data(n: usize, p: usize, days: bool, counting: bool) -> Data {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut x = vec![0.0; n * p];
    let (mut time, mut event) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let mut start = Vec::with_capacity(n);
    for row in 0..n {
        let mut linear = 0.0;
        for j in 0..p {
            let value = if j % 2 == 0 {
                random.normal()
            } else {
                f64::from(u8::from(random.uniform() < 0.5))
            };
            x[j * n + row] = value;
            linear += value * if j % 3 == 0 { 0.3 } else { -0.1 };
        }
        let death = -random.uniform().ln() * f64::exp(-linear);
        let censored = -random.uniform().ln() * 2.0;
        let mut at = death.min(censored);
        if days {
            at = (at * 365.25).ceil() / 365.25;
        }
        let entry = if counting { random.uniform() * 2.0 } else { 0.0 };
        start.push(entry);
        time.push(entry + at);
        event.push(death <= censored);
    }
    Data { start: counting.then_some(start), time, event, x, p }
}

impl Data {
    fn response(&self) -> Observations {
        match &self.start {
            None => RightCensored::new(&self.time, &self.event).unwrap().into_observations(),
            Some(start) => {
                CountingProcess::new(start, &self.time, &self.event).unwrap().into_observations()
            }
        }
    }

    fn design(&self) -> DesignMatrix {
        DesignMatrix::from_columns(self.x.clone(), self.time.len()).unwrap()
    }

    fn write(&self, path: &str) {
        let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
        let names: Vec<String> = (1..=self.p).map(|j| format!("x{j}")).collect();
        writeln!(file, "start,time,event,{}", names.join(",")).unwrap();
        for row in 0..self.time.len() {
            let start = self.start.as_ref().map_or(0.0, |start| start[row]);
            write!(file, "{start},{},{}", self.time[row], u8::from(self.event[row])).unwrap();
            for j in 0..self.p {
                write!(file, ",{}", self.x[j * self.time.len() + row]).unwrap();
            }
            writeln!(file).unwrap();
        }
    }
}

/// Name, rows, columns, whole days, counting process.
const CASES: [(&str, usize, usize, bool, bool); 9] = [
    ("1e3x10", 1_000, 10, false, false),
    ("1e5x1", 100_000, 1, false, false),
    ("1e5x10", 100_000, 10, false, false),
    ("1e5x50", 100_000, 50, false, false),
    ("1e4x100", 10_000, 100, false, false),
    ("1e6x10", 1_000_000, 10, false, false),
    ("1e6x10-days", 1_000_000, 10, true, false),
    ("1e6x10-counting", 1_000_000, 10, false, true),
    ("1e6x1", 1_000_000, 1, false, false),
];

fn main() {
    if let Ok(folder) = std::env::var("RISKSET_BENCH_CSV") {
        for (name, n, p, days, counting) in CASES {
            data(n, p, days, counting).write(&format!("{folder}/cox-{name}.csv"));
        }
        return;
    }
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    let mut group = criterion.benchmark_group("cox");
    for (name, n, p, days, counting) in CASES {
        let data = data(n, p, days, counting);
        // From columns in memory to the fit: sorting is part of it.
        group.bench_function(BenchmarkId::new("efron", name), |bench| {
            let design = data.design();
            bench.iter(|| black_box(CoxModel::default().fit(&data.response(), &design).unwrap()));
        });
    }
    for strata in [10, 1000] {
        let data = data(1_000_000, 10, false, false);
        let index = (0..1_000_000).map(|row| row % strata).collect();
        let groups = Groups::new(index, strata as usize).unwrap();
        group.bench_function(BenchmarkId::new("strata", strata), |bench| {
            let design = data.design();
            let model = CoxModel::default().ties(Ties::Breslow).strata(&groups);
            bench.iter(|| black_box(model.fit(&data.response(), &design).unwrap()));
        });
    }
    let large = data(1_000_000, 1, false, false);
    group.bench_function("concordance/1e6", |bench| {
        let response = large.response();
        bench
            .iter(|| black_box(ConcordanceIndex::default().estimate(&response, &large.x).unwrap()));
    });
    let small = data(100_000, 10, false, false);
    let fit = CoxModel::default().fit(&small.response(), &small.design()).unwrap();
    let terms: Vec<_> = (0..10).map(|j| j..j + 1).collect();
    group.bench_function("zph/1e5x10", |bench| {
        bench.iter(|| black_box(fit.zph(ZphTransform::Km, &terms).unwrap()));
    });
    group.finish();
}
