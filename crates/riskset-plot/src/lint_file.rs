//! A figure as a file: what the checks said when it was drawn, and what became of its size since.

use crate::embed::extract;
use crate::error::Error;
use crate::lint::finding::{Finding, Status, finding, judged};
use riskset::Remedy;

/// Pixels below this resolution look coarse in print, in dots per inch.
const COARSE: f64 = 300.0;
/// A size is kept when it differs by less than this share: a pixel or a point here and there.
const KEPT: f64 = 0.005;

/// The size of the page or picture, as the file states it.
struct Stated {
    /// Millimetres; `None` when the file does not say.
    width: Option<f64>,
    /// Dots per inch, for pixels.
    dpi: Option<Option<f64>>,
}

/// Checks a figure from the bytes of its file: SVG, PDF or PNG.
///
/// # Errors
///
/// [`Error::NoData`] when the file carries no data of riskset's.
pub fn lint_file(bytes: &[u8]) -> Result<Vec<Finding>, Error> {
    let embedded = extract(bytes)?;
    let stated = stated(bytes);
    let mut findings = embedded.findings;
    let check = "the size is that at which it was drawn";
    findings.push(match stated.width {
        None => finding(
            check,
            Status::Warn,
            "the file does not state its size".to_owned(),
            Remedy::to("draw it again; some programs throw the size away"),
        ),
        Some(width) => {
            let wrong = ((width - embedded.width).abs() > KEPT * embedded.width).then(|| {
                format!("it is {width:.1} mm wide and was drawn for {:.1} mm", embedded.width)
            });
            let right = "it was not scaled, so type and lines have their sizes";
            judged(check, wrong, Status::Warn, right, Remedy::set("width"))
        }
    });
    if let Some(dpi) = stated.dpi {
        let wrong = match dpi {
            None => Some("the file states no resolution".to_owned()),
            Some(dpi) if dpi < COARSE - 0.5 => Some(format!("{dpi:.0} dots per inch")),
            Some(_) => None,
        };
        let right = "at least 300 dots per inch";
        findings.push(judged(
            "resolution",
            wrong,
            Status::Fail,
            right,
            Remedy::set_to("dpi", "600"),
        ));
    }
    Ok(findings)
}

fn stated(bytes: &[u8]) -> Stated {
    if bytes.starts_with(b"\x89PNG") {
        let dpi = png_dpi(bytes);
        let width = dpi.map(|(dpi, pixels)| pixels / dpi * 25.4);
        return Stated { width, dpi: Some(dpi.map(|(dpi, _)| dpi)) };
    }
    let text = String::from_utf8_lossy(bytes);
    let width = if bytes.starts_with(b"%PDF") {
        pdf_width(&text).map(|points| points / 72.0 * 25.4)
    } else {
        after(&text, " width=\"").and_then(|value| value.split_once("mm\"")?.0.parse().ok())
    };
    Stated { width, dpi: None }
}

/// Dots per inch, and pixels from left to right.
fn png_dpi(bytes: &[u8]) -> Option<(f64, f64)> {
    let reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().ok()?;
    let info = reader.info();
    let dims = info.pixel_dims.filter(|dims| dims.unit == png::Unit::Meter)?;
    Some((f64::from(dims.xppu) * 0.0254, f64::from(info.width)))
}

/// The width of the page in points.
fn pdf_width(text: &str) -> Option<f64> {
    let page = after(text, "/MediaBox")?;
    let numbers = page[page.find('[')? + 1..page.find(']')?].split_whitespace();
    let numbers: Vec<f64> = numbers.filter_map(|number| number.parse().ok()).collect();
    Some(numbers.get(2)? - numbers.first()?)
}

fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.find(mark).map(|at| &text[at + mark.len()..])
}
