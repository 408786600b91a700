//! A finished figure: what is drawn, its caption, its numbers and the request that drew it; and its
//! files.
//!
//! What a file carries is made when the file is written, so that a caption or a title that was
//! changed in between is the one in the file.

use crate::caption::{Sentence, Warning};
use crate::data::DataTable;
use crate::embed::Embedded;
use crate::error::Error;
use crate::lint;
use crate::lint::finding::{Finding, Told};
#[cfg(any(feature = "pdf", feature = "pixels"))]
use crate::render::{self, Drawing};
use crate::scene::Scene;
use crate::svg;
use serde_json::Value;
use std::path::Path;

/// A figure that is ready to be written.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What is drawn, with title and description for a reader who cannot see it.
    pub scene: Scene,
    /// Sentences for the caption: what bands, marks, counts and lighter lines mean.
    pub caption: Vec<Sentence>,
    /// What the layout or the data call into doubt; empty when nothing does.
    pub warnings: Vec<Warning>,
    /// The plotted values, masked where the figure is masked; `None` leaves them out of the file.
    pub data: Option<Vec<DataTable>>,
    /// The request that drew the figure, set by whoever made it, so that [`extract`](crate::extract)
    /// gives it back. `Null` when nobody said.
    pub settings: Value,
}

impl Figure {
    /// A figure with nothing around its drawing.
    pub(crate) fn new(scene: Scene, data: Option<Vec<DataTable>>) -> Figure {
        let (caption, warnings) = (Vec::new(), Vec::new());
        Figure { scene, caption, warnings, data, settings: Value::Null }
    }

    /// The texts of the caption, in order.
    pub fn caption_texts(&self) -> Vec<String> {
        self.caption.iter().map(|sentence| sentence.text.clone()).collect()
    }

    /// Whether some sentence of the caption holds these words.
    pub fn says(&self, words: &str) -> bool {
        self.caption.iter().any(|sentence| sentence.text.contains(words))
    }

    /// What the checks of a reviewer find.
    pub fn findings(&self) -> Vec<Finding> {
        let tells = self.caption.iter().flat_map(|sentence| sentence.tells.iter().copied());
        lint::lint(&self.scene, &Told { tells: tells.collect(), values: self.data.is_some() })
    }

    /// What the file is to carry; `None` when the data were left out.
    pub fn embedded(&self) -> Option<Embedded> {
        let tables = self.data.clone()?;
        Some(Embedded {
            title: self.scene.title.clone(),
            description: self.scene.description.clone(),
            caption: self.caption_texts(),
            width: self.scene.width,
            height: self.scene.height,
            settings: self.settings.clone(),
            facts: self.scene.facts.clone(),
            findings: self.findings(),
            ..Embedded::new(tables)
        })
    }

    /// The figure as SVG text in millimetres, with text as text. The same figure gives the same
    /// bytes everywhere.
    pub fn svg(&self) -> String {
        svg::document(&self.scene, self.payload().as_deref())
    }

    /// The figure as a PDF of one page of its exact size, fonts embedded as subsets, with its
    /// title, its description and (unless left out) its data.
    ///
    /// # Errors
    ///
    /// [`Error::Render`] when the converter fails.
    #[cfg(feature = "pdf")]
    pub fn pdf(&self) -> Result<Vec<u8>, Error> {
        render::pdf(&self.drawing())
    }

    /// The figure as a PNG of this many dots per inch: RGB on white, resolution stated in the file.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] for a resolution outside its range or too many pixels, [`Error::Render`]
    /// when the renderer fails.
    #[cfg(feature = "pixels")]
    pub fn png(&self, dpi: f64) -> Result<Vec<u8>, Error> {
        render::png(&self.drawing(), dpi)
    }

    /// The figure as a TIFF of this many dots per inch: RGB without transparency, LZW, resolution
    /// stated in the file. A TIFF carries no data.
    ///
    /// # Errors
    ///
    /// As [`png`](Self::png).
    #[cfg(feature = "pixels")]
    pub fn tiff(&self, dpi: f64) -> Result<Vec<u8>, Error> {
        render::tiff(&self.drawing(), dpi)
    }

    /// Writes the figure in the format that the extension names: svg, pdf, png, tif or tiff. `dpi`
    /// matters for pixels only.
    ///
    /// # Errors
    ///
    /// [`Error::Extension`] for another extension, or one whose feature is off, [`Error::Render`] and [`Error::Value`] as above,
    /// [`Error::Io`] when the file cannot be written.
    #[cfg_attr(not(feature = "pixels"), expect(unused_variables, reason = "no pixels"))]
    pub fn write(&self, path: &Path, dpi: f64) -> Result<(), Error> {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
        let bytes = match extension.to_ascii_lowercase().as_str() {
            "svg" => self.svg().into_bytes(),
            #[cfg(feature = "pdf")]
            "pdf" => self.pdf()?,
            #[cfg(feature = "pixels")]
            "png" => self.png(dpi)?,
            #[cfg(feature = "pixels")]
            "tif" | "tiff" => self.tiff(dpi)?,
            _ => return Err(Error::Extension { path: path.to_owned() }),
        };
        std::fs::write(path, bytes).map_err(|source| Error::Io { path: path.to_owned(), source })
    }

    fn payload(&self) -> Option<String> {
        self.embedded().map(|embedded| embedded.to_json())
    }

    #[cfg(any(feature = "pdf", feature = "pixels"))]
    fn drawing(&self) -> Drawing<'_> {
        Drawing {
            // The converters read the drawing alone: what the file carries is put in beside it.
            svg: svg::document(&self.scene, None),
            scene: &self.scene,
            payload: self.payload(),
        }
    }
}
