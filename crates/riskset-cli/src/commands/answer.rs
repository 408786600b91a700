//! A request answered: the way of every analysing command, and of `riskset run`.

use super::plot;
use crate::Failure;
use crate::args::figure::FigureOutputArgs;
use crate::args::{OutputArgs, RunArgs};
use crate::output::Console;
use crate::progress::Busy;
use crate::voice::CommandLine;
use riskset_analysis::{About, Answer, Data, Request, run};
use riskset_report::documents::AnyDocument;

/// Answers the request, or prints it where that was asked for.
pub fn answer(
    request: &Request,
    output: &OutputArgs,
    console: &mut Console,
) -> Result<(), Failure> {
    answer_with(request, output, console, |_, _| Ok(()))
}

/// The same, with something done with the answer before it is written.
pub fn answer_with(
    request: &Request,
    output: &OutputArgs,
    console: &mut Console,
    also: impl FnOnce(&mut Answer, &mut Console) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let request = &console.settled(request)?;
    if console.print_request {
        return console.deliver(request.to_json().as_bytes(), output.output.as_deref());
    }
    let busy = Busy::new("computing", console.quiet);
    let data = Data::of_watched(request, busy.reading())?;
    let mut answer = run(request, &data)?;
    drop(busy);
    say_notes(answer.about(), console);
    also(&mut answer, console)?;
    let document = AnyDocument::of(answer, &CommandLine);
    console.document(&document.expect("a figure is drawn"), output)
}

/// Says what the reader chose about the data.
pub fn say_notes(about: Option<&About>, console: &mut Console) {
    for note in about.iter().flat_map(|about| &about.notes) {
        console.note(&format!("Note: {note}"));
    }
}

/// Answers the request of a file.
pub fn run_file(args: &RunArgs, console: &mut Console) -> Result<(), Failure> {
    let text = super::read_text(&args.request, "the request")?;
    let mut request = Request::from_json(&text)?;
    if let Some((software, _)) = console.matched.take() {
        let fields: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&text).expect("a request was read from it");
        request = request.matched(software, &|field| fields.contains_key(field))?;
    }
    crate::voice::speak_for_file(&request.name());
    console.inputs.extend(crate::args::files(request.files()));
    if request.page().is_some() {
        let output = args.output.output.iter().cloned().collect();
        let output = FigureOutputArgs { output, dpi: args.dpi, lint: false };
        return plot::draw(&request, &output, console);
    }
    answer(&request, &args.output, console)
}
