//! `riskset predict`, and the models that `cox`, `fine-gray` and `performance` save for it.

use super::answer::answer_with;
use crate::Failure;
use crate::args::OutputArgs;
use crate::args::predict::PredictArgs;
use crate::output::{Console, refuse_one_file};
use riskset_analysis::{Answer, PredictRequest, Request};
use std::path::{Path, PathBuf};

/// What was typed, as a request.
pub fn request(args: &PredictArgs) -> Request {
    Request::Predict(PredictRequest {
        model: args.model.display().to_string(),
        data: args.data.clone(),
        reading: args.reading.options(),
        times: args.times.clone(),
        tau: args.tau,
        groups: args.groups.clone(),
        at: args.at,
    })
}

/// Answers, and writes the model that was made to its file. The answer itself is then without it.
pub fn answer_and_save(
    request: &Request,
    file: Option<&Path>,
    output: &OutputArgs,
    console: &mut Console,
) -> Result<(), Failure> {
    refuse_one_file(file.into_iter().chain(output.output.as_deref()))?;
    answer_with(request, output, console, |answer, console| {
        let saved = match answer {
            Answer::Cox(answer) => answer.saved.take(),
            Answer::FineGray(answer) => answer.saved.take(),
            Answer::Performance(answer) => answer.saved.take(),
            _ => None,
        };
        match (saved, file) {
            (Some(model), Some(file)) => console.write_file(file, model.to_json().as_bytes()),
            _ => Ok(()),
        }
    })
}

/// The files that the command reads.
pub fn files(args: &PredictArgs) -> Vec<PathBuf> {
    let data = crate::args::files([args.data.as_str()]);
    std::iter::once(args.model.clone()).chain(data).collect()
}
