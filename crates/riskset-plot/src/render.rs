//! SVG -> PDF, PNG and TIFF, with the bundled font and at the exact size.

use crate::canonical::canonical;
use crate::embed;
use crate::error::Error;
use crate::font;
use crate::scene::Scene;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, TextStr};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{self, Tree};
use std::collections::BTreeMap;
use std::io::Cursor;

const MM_PER_INCH: f64 = 25.4;

/// More pixels than any journal asks for, and 400 MB of memory.
const MOST_PIXELS: f64 = 1e8;

/// What a converter needs of a figure.
pub(crate) struct Drawing<'a> {
    /// The drawing without what the file carries.
    pub svg: String,
    /// Its size, title and description.
    pub scene: &'a Scene,
    /// What the file is to carry; `None` for nothing.
    pub payload: Option<String>,
}

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
        names.embedded_files().names().insert(pdf_writer::Str(embed::FILE.as_bytes()), file);
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
        pdf.file_spec(file).path(pdf_writer::Str(embed::FILE.as_bytes())).embedded_file(data);
    }
    canonical(&pdf.finish())
        .ok_or_else(|| failure("its objects could not be put into order".to_owned()))
}

/// The figure as a PNG of this many dots per inch: RGB on white, resolution stated in the file.
pub(crate) fn png(drawing: &Drawing<'_>, dpi: f64) -> Result<Vec<u8>, Error> {
    let failure = |message: String| Error::Render { step: "writing the PNG", message };
    let picture = picture(drawing, dpi)?;
    let per_metre = (dpi / MM_PER_INCH * 1000.0).round() as u32;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width, picture.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: png::Unit::Meter,
    }));
    let chunk = |result: Result<(), png::EncodingError>| result.map_err(|e| failure(e.to_string()));
    chunk(encoder.add_itxt_chunk("Title".to_owned(), drawing.scene.title.clone()))?;
    chunk(encoder.add_itxt_chunk("Description".to_owned(), drawing.scene.description.clone()))?;
    if let Some(payload) = &drawing.payload {
        chunk(encoder.add_itxt_chunk(embed::MARK.to_owned(), payload.clone()))?;
    }
    let mut writer = encoder.write_header().map_err(|error| failure(error.to_string()))?;
    writer.write_image_data(&picture.rgb).map_err(|error| failure(error.to_string()))?;
    writer.finish().map_err(|error| failure(error.to_string()))?;
    Ok(bytes)
}

/// The figure as a TIFF of this many dots per inch: RGB without transparency, LZW, resolution
/// stated in the file. A TIFF carries no data.
pub(crate) fn tiff(drawing: &Drawing<'_>, dpi: f64) -> Result<Vec<u8>, Error> {
    use tiff::encoder::{Compression, Rational, TiffEncoder, colortype::RGB8};
    use tiff::tags::ResolutionUnit;
    let failure =
        |e: tiff::TiffError| Error::Render { step: "writing the TIFF", message: e.to_string() };
    let picture = picture(drawing, dpi)?;
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder =
        TiffEncoder::new(&mut bytes).map_err(failure)?.with_compression(Compression::Lzw);
    let mut image = encoder.new_image::<RGB8>(picture.width, picture.height).map_err(failure)?;
    image.resolution(ResolutionUnit::Inch, Rational { n: (dpi * 100.0).round() as u32, d: 100 });
    image.write_data(&picture.rgb).map_err(failure)?;
    Ok(bytes.into_inner())
}

/// Pixels, row by row, three bytes each.
struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

fn picture(drawing: &Drawing<'_>, dpi: f64) -> Result<Picture, Error> {
    let failure = |message: String| Error::Render { step: "drawing the pixels", message };
    if !(dpi.is_finite() && (30.0..=2400.0).contains(&dpi)) {
        let place = "the resolution".to_owned();
        return Err(Error::Value { place, value: dpi, must: "from 30 to 2400 dots per inch" });
    }
    let pixels = |mm: f64| (mm / MM_PER_INCH * dpi).round();
    let (width, height) = (pixels(drawing.scene.width), pixels(drawing.scene.height));
    if width * height > MOST_PIXELS {
        let place = format!("the number of pixels ({width} x {height})");
        let must = "at most 100 million; choose fewer dots per inch, a smaller figure or a PDF";
        return Err(Error::Value { place, value: width * height, must });
    }
    let (width, height) = (width as u32, height as u32);
    let tree = tree(&drawing.svg)?;
    let mut pixmap = Pixmap::new(width, height)
        .ok_or_else(|| failure(format!("{width} x {height} pixels cannot be held")))?;
    pixmap.fill(Color::WHITE);
    let scale = Transform::from_scale(
        width as f32 / tree.size().width(),
        height as f32 / tree.size().height(),
    );
    resvg::render(&tree, scale, &mut pixmap.as_mut());
    let rgb = pixmap.data().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]);
    Ok(Picture { width, height, rgb: rgb.collect() })
}

fn tree(svg: &str) -> Result<Tree, Error> {
    let options = usvg::Options {
        font_family: font::FAMILY.to_owned(),
        fontdb: font::database(),
        ..usvg::Options::default()
    };
    Tree::from_str(svg, &options)
        .map_err(|e| Error::Render { step: "reading the SVG", message: e.to_string() })
}
