//! The numbers behind a figure, which travel inside the file: plotted values, counts, settings and
//! the version of the program.

use crate::data::DataTable;
use crate::error::Error;
use crate::facts::Facts;
use crate::lint::finding::Finding;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The name under which SVG and PNG keep the data.
pub(crate) const MARK: &str = "riskset-figure";
/// Before the data inside a PDF.
pub(crate) const BEGIN: &str = "%riskset-figure-begin\n";
/// After the data inside a PDF.
pub(crate) const END: &str = "\n%riskset-figure-end";

/// What a figure carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Embedded {
    /// `riskset.figure/1`.
    pub schema: String,
    /// The version of riskset that drew the figure.
    pub version: String,
    /// The figure's title for a reader who cannot see it.
    pub title: String,
    /// A reading of the figure.
    pub description: String,
    /// Sentences for the caption.
    pub caption: Vec<String>,
    /// The width of the page, in millimetres.
    pub width: f64,
    /// The height of the page, in millimetres.
    pub height: f64,
    /// The request that drew the figure, as its maker wrote it; `Null` when nobody said.
    #[serde(default)]
    pub settings: Value,
    /// The plotted values, masked where the figure is masked.
    pub tables: Vec<DataTable>,
    /// Facts of the figure.
    pub facts: Facts,
    /// What the checks said when the figure was drawn.
    pub findings: Vec<Finding>,
}

impl Embedded {
    /// What a figure carries, with the version of this crate.
    pub(crate) fn new(tables: Vec<DataTable>) -> Embedded {
        Embedded {
            schema: "riskset.figure/1".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            title: String::new(),
            description: String::new(),
            caption: Vec::new(),
            width: 0.0,
            height: 0.0,
            settings: Value::Null,
            tables,
            facts: Facts::default(),
            findings: Vec::new(),
        }
    }

    /// The data as JSON, numbers at full precision.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("finite numbers and texts always serialise")
    }

    /// One table by its name.
    pub fn table(&self, name: &str) -> Option<&DataTable> {
        self.tables.iter().find(|table| table.name == name)
    }
}

/// The data that a figure carries: the bytes of an SVG, PDF or PNG that riskset wrote.
///
/// # Errors
///
/// [`Error::PixelsOnly`] for a TIFF; [`Error::NoData`] when the file is of another kind, was drawn without data, or was changed by a
/// program that threw them away.
pub fn extract(bytes: &[u8]) -> Result<Embedded, Error> {
    let none = |reason: &str| Error::NoData { reason: reason.to_owned() };
    let json = if bytes.starts_with(b"\x89PNG") {
        from_png(bytes).ok_or_else(|| none("the PNG has no text of that name"))?
    } else if bytes.starts_with(b"%PDF") {
        let text = between(bytes, BEGIN.as_bytes(), END.as_bytes());
        let text = text.ok_or_else(|| none("the PDF has no such attachment"))?;
        String::from_utf8_lossy(text).into_owned()
    } else if bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*") {
        return Err(Error::PixelsOnly);
    } else {
        let opening = format!("<metadata id=\"{MARK}\">");
        let text = between(bytes, opening.as_bytes(), b"</metadata>");
        let text = text.ok_or_else(|| none("it is no SVG, PDF or PNG that holds any"))?;
        unescape(&String::from_utf8_lossy(text))
    };
    serde_json::from_str(&json).map_err(|error| Error::NoData {
        reason: format!("what it holds was written by another version or is damaged ({error})"),
    })
}

fn from_png(bytes: &[u8]) -> Option<String> {
    let reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().ok()?;
    let chunks = &reader.info().utf8_text;
    chunks.iter().find(|chunk| chunk.keyword == MARK)?.get_text().ok()
}

/// What stands between the first `begin` and the next `end`.
fn between<'a>(bytes: &'a [u8], begin: &[u8], end: &[u8]) -> Option<&'a [u8]> {
    let find = |haystack: &[u8], needle: &[u8]| {
        haystack.windows(needle.len()).position(|window| window == needle)
    };
    let from = find(bytes, begin)? + begin.len();
    let to = find(&bytes[from..], end)?;
    Some(&bytes[from..from + to])
}

fn unescape(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
