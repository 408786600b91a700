//! A short budget of hostile input in every run of the tests, on the compiler of the project: seeds and
//! earlier findings are damaged at random and go through the checks of the fuzz targets. What a fuzzer
//! that sees the program's branches does better, `fuzz/run.sh` does.
//!
//! `RISKSET_FUZZ_SECONDS` is the time for each target (1 without it), `RISKSET_FUZZ_SEED` another start of
//! the random numbers. An input that breaks a promise is written beside the test's other files, and named.

use riskset_tests::hard::{
    comparisons, estimators, files, request, rows::Rows, table, text, workbook,
};
use riskset_tests::reference::root;
use std::fs;
use std::panic;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// A check panics when a promise is broken.
type Check = fn(&[u8]);

/// Name, check, and the longest input.
const TARGETS: [(&str, Check, usize); 17] = [
    ("estimators", check_estimators, 300),
    ("formula", text::check_formula, 2_000),
    ("subset", text::check_subset, 2_000),
    ("csv", text::check_csv, 8_000),
    ("workbook", workbook::check_workbook, 12_000),
    ("table", table::check_table, 8_000),
    ("stata", table::check_table, 12_000),
    ("sas", table::check_table, 12_000),
    ("transport", table::check_table, 12_000),
    ("parquet", table::check_table, 12_000),
    ("spss", table::check_table, 12_000),
    ("feather", table::check_table, 12_000),
    ("profile", files::check_profile, 4_000),
    ("flow", files::check_flow, 4_000),
    ("study", files::check_study_file, 8_000),
    ("request", request::check_request, 8_000),
    ("figure", files::check_figure, 40_000),
];

/// Nothing takes longer, however it is damaged.
/// An input that takes longer is taken for one without an end.
const NO_END: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(20);

fn check_estimators(bytes: &[u8]) {
    if let Some(rows) = Rows::from_bytes(bytes) {
        estimators::check(&rows);
        comparisons::check(&rows);
    }
}

/// Random numbers from a seed (SplitMix64: Steele, Lea and Flood 2014, OOPSLA 453-472).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number below `n`, which is not 0.
    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

/// Numbers and signs at which programs stumble.
const ODD: [&[u8]; 22] = [
    b"0",
    b"-1",
    b"1e400",
    b"-0.0",
    b"NaN",
    b"inf",
    b"4294967296",
    b"18446744073709551616",
    b"1e-320",
    b"\"",
    b"`",
    b"((((((((",
    b"))))",
    b"[[",
    b"{}",
    b"null",
    b"\n\n",
    b"\r",
    b"\0",
    b"\xff\xfe",
    b"\xf0\x9f\xa6\x80",
    b"9999999999999999999999",
];

/// What a target starts from, and the words in it.
struct Corpus {
    seeds: Vec<Vec<u8>>,
    words: Vec<Vec<u8>>,
}

impl Corpus {
    fn of(target: &str) -> Corpus {
        let mut seeds = Vec::new();
        for folder in ["fuzz/seeds", "tests/hard"] {
            let Ok(found) = fs::read_dir(root().join(folder).join(target)) else { continue };
            let mut paths: Vec<PathBuf> = found.map(|entry| entry.unwrap().path()).collect();
            paths.sort();
            // The findings of the estimators are kept as tables, and the target takes bytes.
            paths.retain(|path| !(target == "estimators" && path.extension().is_some()));
            seeds.extend(paths.iter().map(|path| fs::read(path).unwrap()));
        }
        assert!(!seeds.is_empty(), "no seed of {target}");
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == b'-';
        let mut words: Vec<Vec<u8>> = seeds
            .iter()
            .flat_map(|seed| seed.split(|byte| !is_word(byte)))
            .filter(|word| (2..30).contains(&word.len()))
            .map(<[u8]>::to_vec)
            .collect();
        words.sort();
        words.dedup();
        words.extend(ODD.map(<[u8]>::to_vec));
        Corpus { seeds, words }
    }

    /// A seed with a few changes.
    fn damaged(&self, random: &mut Random, longest: usize) -> Vec<u8> {
        let mut bytes = self.seeds[random.below(self.seeds.len())].clone();
        for _ in 0..1 + random.below(6) {
            self.change(&mut bytes, random);
        }
        bytes.truncate(longest);
        bytes
    }

    fn change(&self, bytes: &mut Vec<u8>, random: &mut Random) {
        let at = random.below(bytes.len() + 1);
        let end = at + random.below((bytes.len() - at).min(60) + 1);
        match random.below(8) {
            0 => drop(bytes.drain(at..end)),
            1 => {
                let again = bytes[at..end].to_vec();
                drop(bytes.splice(at..at, again));
            }
            2 | 3 => {
                let word = self.words[random.below(self.words.len())].clone();
                let until = if random.below(2) == 0 { at } else { end };
                drop(bytes.splice(at..until, word));
            }
            4 => {
                let other = &self.seeds[random.below(self.seeds.len())];
                let from = random.below(other.len() + 1);
                let until = from + random.below((other.len() - from).min(200) + 1);
                drop(bytes.splice(at..end, other[from..until].to_vec()));
            }
            5 => bytes.truncate(at),
            6 => {
                // One part many times, as in deep nesting and long chains.
                let part = bytes[at..end.min(at + 12)].to_vec();
                let times = 1 << random.below(8);
                drop(bytes.splice(at..at, part.repeat(times)));
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = random.next() as u8;
                }
            }
        }
    }
}

/// The number in a variable of the environment.
fn told(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect(name))
}

/// Whether a check panics on an input; `None` when it does not come back, so that an endless loop is
/// named and does not keep the tests.
fn in_time(check: Check, bytes: &[u8]) -> Option<bool> {
    let (sender, receiver) = mpsc::channel();
    let own = bytes.to_vec();
    thread::spawn(move || sender.send(panic::catch_unwind(|| check(&own)).is_err()));
    receiver.recv_timeout(NO_END).ok()
}

/// Runs a target for its time: how many inputs were tried, and what broke it.
fn run(
    (name, check, longest): (&str, Check, usize),
    time: Duration,
    seed: u64,
) -> (u64, Option<String>) {
    let (corpus, mut random) = (Corpus::of(name), Random(seed));
    let (start, mut tried) = (Instant::now(), 0);
    while start.elapsed() < time {
        let bytes = corpus.damaged(&mut random, longest);
        let began = Instant::now();
        let broken = in_time(check, &bytes);
        tried += 1;
        if broken != Some(false) || began.elapsed() > LONGEST {
            let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("broken-{name}"));
            fs::write(&file, &bytes).unwrap();
            let what = match broken {
                Some(true) => "breaks a promise",
                Some(false) => "takes too long",
                None => "has no end",
            };
            return (tried, Some(format!("{name}: {} {what}, input {tried}", file.display())));
        }
    }
    (tried, None)
}

#[test]
fn damaged_input_breaks_no_promise() {
    let time = Duration::from_secs(told("RISKSET_FUZZ_SECONDS", 1));
    let seed = told("RISKSET_FUZZ_SEED", 1926);
    let only = std::env::var("RISKSET_FUZZ_TARGET").ok();
    let mut broken = Vec::new();
    for target in TARGETS {
        if only.as_deref().is_none_or(|only| only == target.0) {
            let (tried, found) = run(target, time, seed);
            println!("{:<12} {tried:>10} inputs tried, failed {}", target.0, found.iter().count());
            broken.extend(found);
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// The way it is damaged is no no-op, and the same in every run.
#[test]
fn damage_is_different_each_time_and_the_same_each_run() {
    let corpus = Corpus::of("formula");
    let some = |seed| {
        let mut random = Random(seed);
        (0..200).map(|_| corpus.damaged(&mut random, 2_000)).collect::<Vec<_>>()
    };
    let (one, again) = (some(1), some(1));
    assert!(one == again && one != some(2));
    let changed = one.iter().filter(|bytes| !corpus.seeds.contains(bytes)).count();
    assert!(changed > 180, "{changed}");
}
