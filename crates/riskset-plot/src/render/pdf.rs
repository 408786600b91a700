//! SVG -> PDF: the drawing on a page of its exact size, with metadata and attached data.

use super::canonical::canonical;
use super::{Drawing, MM_PER_INCH, tree};
use crate::embed;
use crate::error::Error;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, TextStr};
use std::collections::BTreeMap;

/// The name of the attached data.
const FILE: &str = "riskset-figure.json";

/// The figure as a PDF of one page of its exact size, fonts embedded as subsets, with its title,
/// its description and (unless left out) its data.
pub(crate) fn pdf(drawing: &Drawing<'_>) -> Result<Vec<u8>, Error> {
    let failure = |message: String| Error::Render { step: "the conversion to PDF", message };
    let tree = tree(&drawing.svg)?;
    let (chunk, sheet_drawing) = svg2pdf::to_chunk(&tree, svg2pdf::ConversionOptions::default())
        .map_err(|error| failure(error.to_string()))?;
    let mut next = Ref::new(1);
    let [catalog, pages, page, content, info, data, file] = std::array::from_fn(|_| next.bump());
    let mut renumbered = BTreeMap::new();
    let chunk = chunk.renumber(|old| *renumbered.entry(old).or_insert_with(|| next.bump()));
    let content_ref = renumbered[&sheet_drawing];

    let points = |mm: f64| (mm / MM_PER_INCH * 72.0) as f32;
    let (width, height) = (points(drawing.scene.width), points(drawing.scene.height));
    let mut pdf = Pdf::new();
    let mut root = pdf.catalog(catalog);
    root.pages(pages);
    if drawing.payload.is_some() {
        let mut names = root.names();
        names.embedded_files().names().insert(pdf_writer::Str(FILE.as_bytes()), file);
    }
    root.finish();
    pdf.pages(pages).kids([page]).count(1);
    let mut sheet = pdf.page(page);
    sheet.media_box(Rect::new(0.0, 0.0, width, height)).parent(pages).contents(content);
    sheet.resources().x_objects().pair(Name(b"Figure"), content_ref);
    sheet.finish();
    let mut draw = Content::new();
    draw.transform([width, 0.0, 0.0, height, 0.0, 0.0]).x_object(Name(b"Figure"));
    pdf.stream(content, &draw.finish());
    pdf.extend(&chunk);
    let producer = concat!("riskset ", env!("CARGO_PKG_VERSION"));
    pdf.document_info(info)
        .title(TextStr(&drawing.scene.title))
        .subject(TextStr(&drawing.scene.description))
        .creator(TextStr(producer))
        .producer(TextStr("svg2pdf"));
    if let Some(payload) = &drawing.payload {
        // Uncompressed, so that the numbers can be read out of the file without a PDF reader.
        let json = format!("{}{}{}", embed::BEGIN, payload, embed::END);
        pdf.embedded_file(data, json.as_bytes());
        pdf.file_spec(file).path(pdf_writer::Str(FILE.as_bytes())).embedded_file(data);
    }
    canonical(&pdf.finish())
        .ok_or_else(|| failure("its objects could not be put into order".to_owned()))
}
