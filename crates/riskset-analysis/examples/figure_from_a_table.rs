//! From a table to a figure with numbers at risk: `cargo run -p riskset-analysis --example
//! figure_from_a_table -- lung.svg` (.svg, .pdf, .png or .tiff).

use riskset_analysis::figure::{Annotate, CurveEstimates, PlotCurvesRequest};
use riskset_analysis::{Answer, Data, Request, RowsRequest, run};
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let file = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "lung.svg".to_owned()));

    // A request holds what is asked; everything that is not said has its default.
    let rows = RowsRequest::new("@lung", "Surv(time, status == 2) ~ sex");
    let estimates =
        CurveEstimates { annotate: vec![Annotate::Logrank], ..CurveEstimates::default() };
    let request =
        Request::PlotKm(PlotCurvesRequest { rows, estimates, ..PlotCurvesRequest::default() });

    // The table is read when it is asked for, and the doubts come with the answer.
    let Answer::Figure(answer) = run(&request, &Data::of(&request)?)? else {
        return Err("a figure was asked for".into());
    };
    answer.figure.write(&file, 300.0)?;
    println!("{}: {}", file.display(), answer.figure.caption_texts().join(" "));
    Ok(())
}
