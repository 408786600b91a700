//! Measures what it costs to read a table and make a model frame:
//! `cargo run --release -p riskset-data --example read_time -- FILE "FORMULA"`.

use std::time::Instant;

use riskset_data::{Error, Formula, FrameOptions, ModelFrame, Source, Table};

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, formula] = &arguments[..] else {
        eprintln!("usage: read_time FILE FORMULA");
        std::process::exit(2);
    };
    let start = Instant::now();
    let formula = Formula::parse(formula)?;
    let options = FrameOptions::default();
    let table = Table::read(&Source::parse(data)?, Some(&options.columns(&formula)))?;
    println!("read    {:8.1} ms, {} rows", milliseconds(start), table.n_rows());
    report_memory();
    let start = Instant::now();
    let frame = ModelFrame::build(&table, &formula, &options)?;
    println!("frame   {:8.1} ms, {} rows used", milliseconds(start), frame.n);
    let start = Instant::now();
    let groups = frame.groups()?;
    println!("groups  {:8.1} ms, {}", milliseconds(start), groups.map_or(1, |g| g.count()));
    let start = Instant::now();
    println!(
        "design  {:8.1} ms, {} columns",
        {
            let design = frame.design()?;
            std::hint::black_box(&design);
            milliseconds(start)
        },
        frame.design()?.n_columns()
    );
    report_memory();
    Ok(())
}

fn milliseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

/// The peak of resident memory, where the system tells it.
fn report_memory() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    for line in status.lines().filter(|line| line.starts_with("VmHWM")) {
        println!("{line}");
    }
}
