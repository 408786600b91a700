//! SVG -> PNG and TIFF, with the resolution stated in the file.

use super::{Drawing, MM_PER_INCH, tree};
use crate::embed;
use crate::error::Error;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use std::io::Cursor;
use tiff::encoder::{Compression, Rational, TiffEncoder, colortype::RGB8};
use tiff::tags::ResolutionUnit;

/// More pixels than any journal asks for, and 400 MB of memory.
const MOST_PIXELS: f64 = 1e8;

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
