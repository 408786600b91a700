//! `riskset simulate`

use super::answer::answer_with;
use crate::Failure;
use crate::args::simulate::SimulateArgs;
use crate::output::{Console, refuse_one_file};
use riskset_analysis::{Answer, Request, SimulateRequest};
use std::path::{Path, PathBuf};

/// Simulates, writes the truth where that was asked for, and the answer.
pub fn run(args: &SimulateArgs, console: &mut Console) -> Result<(), Failure> {
    let name = |file: &Path| file.to_string_lossy().into_owned();
    let request = Request::Simulate(SimulateRequest {
        model: name(&args.model),
        n: args.n,
        seed: args.seed,
        repeat: args.repeat.map_or(0, |repeat| repeat as usize),
        ask: args.ask.as_deref().map(name),
    });
    refuse_one_file(args.truth.iter().chain(&args.output.output).map(PathBuf::as_path))?;
    answer_with(&request, &args.output, console, |answer, console| {
        let (Some(file), Answer::Simulate(simulated)) = (&args.truth, answer) else {
            return Ok(());
        };
        let truth = serde_json::to_string_pretty(&simulated.truth)
            .map_err(|error| Failure::analysis(error.to_string()))?;
        console.write_file(file, format!("{truth}\n").as_bytes())
    })
}
