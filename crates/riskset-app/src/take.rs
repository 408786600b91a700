//! What a person takes away: files, made of the same requests as what the page shows.

use crate::answer::{ask, is_synthetic};
use crate::ask::Asked;
use crate::further;
use crate::report;
use crate::study::study;
use crate::voice::Page;
use riskset_analysis::{Answer, Problem, Request};
use riskset_report::documents::{AnyDocument, Format, write};

/// A file to be saved.
pub struct Taken {
    pub name: String,
    pub kind: &'static str,
    pub bytes: Vec<u8>,
}

/// Dots per inch of pictures, as the command line has it.
const DPI: f64 = 600.0;

/// Makes the file that is asked for: `part` is `curves`, `numbers`, `forest`, ...; `format` is the
/// file's extension, `bytes` is the file that is open.
///
/// # Errors
///
/// The refusal of the analysis, and a format that the part does not have.
pub fn take(asked: &Asked, bytes: &[u8], part: &str, format: &str) -> Result<Taken, Problem> {
    match (part, format) {
        ("study", "toml") => {
            let text = study(asked, is_synthetic(asked.name))?;
            return Ok(taken(part, format, text.into_bytes()));
        }
        ("table1", _) => {
            let table = report::table_one(asked, bytes)?;
            let bytes = match format {
                "docx" => table.to_docx(),
                "csv" => table.to_csv().into_bytes(),
                "txt" => table.to_text().into_bytes(),
                "md" => table.to_markdown().into_bytes(),
                "tex" => table.to_latex("table-1").into_bytes(),
                _ => return Err(no_format(part, format)),
            };
            return Ok(taken("table-1", format, bytes));
        }
        ("report", "zip") => return Ok(taken(part, format, report::report(asked, bytes)?)),
        _ => {}
    }
    let request = request(asked, part)?;
    if format == "json" {
        return Ok(taken("request", format, request.to_json().into_bytes()));
    }
    match ask(&request, asked.read)? {
        Answer::Figure(answer) => {
            let figure = answer.figure;
            let bytes = match format {
                "svg" => Ok(figure.svg().into_bytes()),
                "pdf" => figure.pdf(),
                "png" => figure.png(DPI),
                "tiff" => figure.tiff(DPI),
                "csv" => {
                    let tables = figure.data.iter().flatten();
                    let texts: Vec<String> = tables.map(riskset_plot::DataTable::to_csv).collect();
                    Ok(texts.join("\n").into_bytes())
                }
                "txt" => Ok((figure.caption_texts().join(" ") + "\n").into_bytes()),
                _ => return Err(no_format(part, format)),
            };
            Ok(taken(name(part), format, bytes?))
        }
        answer => {
            let document = AnyDocument::of(answer, &Page).expect("a figure was answered above");
            Ok(taken(name(part), format, words(&document, part, format)?))
        }
    }
}

fn request(asked: &Asked, part: &str) -> Result<Request, Problem> {
    let endpoint = asked.plan.endpoints.first();
    let endpoint =
        endpoint.ok_or_else(|| Problem::request("the endpoint was not said yet", None))?;
    match part {
        "curves" => asked.curves(),
        "incidence" | "fine-gray" => {
            let mut endpoints = asked.plan.endpoints.iter();
            let endpoint = endpoints.find(|endpoint| endpoint.competes());
            let endpoint = endpoint
                .ok_or_else(|| Problem::request("no endpoint has competing events", None))?;
            match part {
                "incidence" => asked.incidence_figure(endpoint),
                _ => asked.fine_gray(endpoint),
            }
        }
        "adjusted" | "adjust" | "balance" => {
            let endpoints = asked.survival_endpoints();
            let endpoint = endpoints.first().ok_or_else(|| {
                Problem::request("every endpoint has competing events, and none is adjusted", None)
            })?;
            match part {
                "adjusted" => asked.adjusted_curves(endpoint),
                "adjust" => asked.adjusted(endpoint),
                _ => asked.balance(endpoint),
            }
        }
        "numbers" => asked.numbers(endpoint),
        "model" => asked.model("cox", endpoint),
        "forest" => asked.model("plot-forest", endpoint),
        "subgroups" => asked.subgroups(endpoint),
        "audit" => asked.audit(endpoint),
        "sampled" => asked.of_sample(endpoint),
        kind if further::is_part(kind) => {
            let endpoints = asked.endpoints_of(kind);
            let endpoint = endpoints.first().ok_or_else(|| {
                Problem::request("every endpoint has competing events, and it is of none", None)
            })?;
            asked.further(kind, endpoint)
        }
        _ => Err(Problem::request(format!("there is no part {part:?} to take away"), None)),
    }
}

fn words(document: &AnyDocument, part: &str, format: &str) -> Result<Vec<u8>, Problem> {
    let written = match format {
        "docx" => Format::Docx,
        "txt" => Format::Text,
        "csv" => Format::Csv,
        "md" => Format::Markdown,
        "tex" => Format::Latex,
        _ => return Err(no_format(part, format)),
    };
    let mut bytes = Vec::new();
    write(document, written, &mut bytes)
        .map_err(|error| Problem::analysis(format!("it cannot be written: {error}"), None))?;
    Ok(bytes)
}

fn name(part: &str) -> &str {
    match part {
        "curves" => "figure",
        other => other,
    }
}

fn no_format(part: &str, format: &str) -> Problem {
    Problem::request(format!("{part} cannot be taken away as .{format}"), None)
}

fn taken(name: &str, format: &str, bytes: Vec<u8>) -> Taken {
    let kind = match format {
        "svg" => "image/svg+xml",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "tiff" => "image/tiff",
        "json" => "application/json",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "zip" => "application/zip",
        _ => "text/plain; charset=utf-8",
    };
    Taken { name: format!("{name}.{format}"), kind, bytes }
}
