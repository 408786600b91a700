//! The in-process side of `benches/peers/run.py`: makes the data, and times each estimator on it.
//!
//! ```text
//! cargo run --release -p riskset --example peers -- generate DIR ROWS
//! cargo run --release -p riskset --example peers -- run WORKLOAD DIR SECONDS
//! cargo run --release -p riskset --example peers -- phases WORKLOAD DIR
//! cargo run --release -p riskset --example peers -- growth ROWS
//! cargo run --release -p riskset --example peers -- machine
//! ```
//!
//! `run` prints `{"seconds": [...], "processor": [...], "answer": {...}}`, as every program that
//! the script compares does: up to five measurements, fewer when another would pass SECONDS. A
//! measurement goes from plain columns in memory to the answers, so that checking and sorting are
//! part of it.

mod data;
mod machine;
mod phases;
mod workloads;

use serde_json::{Value, json};
use std::error::Error;
use std::path::Path;
use std::time::Instant;

/// Measurements of one workload; the script takes their median.
const REPEATS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["generate", folder, rows] => data::generate(Path::new(folder), rows.parse()?)?,
        ["run", workload, folder, seconds] => {
            println!("{}", run(workload, Path::new(folder), seconds.parse()?)?);
        }
        ["phases", workload, folder] => {
            println!("{}", phases::measure(workload, Path::new(folder))?);
        }
        ["growth", rows] => println!("{}", phases::growth(rows.parse()?)?),
        ["machine"] => println!("{}", machine::measure()),
        _ => {
            eprintln!("usage: peers generate DIR ROWS | run WORKLOAD DIR SECONDS |");
            eprintln!("       phases WORKLOAD DIR | growth ROWS | machine");
            std::process::exit(2);
        }
    }
    Ok(())
}

/// Times one workload.
fn run(name: &str, folder: &Path, limit: f64) -> Result<Value, Box<dyn Error>> {
    let work = workloads::prepare(name, folder)?;
    let (mut seconds, mut processor) = (Vec::new(), Vec::new());
    let mut answer = Value::Null;
    let begin = Instant::now();
    while seconds.len() < REPEATS {
        let (start, used) = (Instant::now(), processor_seconds());
        answer = work()?;
        seconds.push(start.elapsed().as_secs_f64());
        processor.push(processor_seconds().zip(used).map(|(after, before)| after - before));
        let (runs, spent) = (seconds.len() as f64, begin.elapsed().as_secs_f64());
        if spent * (runs + 1.0) / runs > limit {
            break;
        }
    }
    Ok(json!({ "seconds": seconds, "processor": processor, "answer": answer }))
}

/// Processor time of all threads of this process so far, where the system tells it.
fn processor_seconds() -> Option<f64> {
    let mut nanoseconds = 0.0;
    for task in std::fs::read_dir("/proc/self/task").ok()? {
        let text = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        nanoseconds += text.split_whitespace().next()?.parse::<f64>().ok()?;
    }
    Some(nanoseconds * 1e-9)
}
