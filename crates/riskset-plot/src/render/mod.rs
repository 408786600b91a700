//! SVG -> PDF, PNG and TIFF, with the bundled font and at the exact size. Each way out is a feature of
//! the crate, because the converters are most of what it depends on.

#[cfg(feature = "pdf")]
mod canonical;
#[cfg(feature = "pdf")]
mod pdf;
#[cfg(feature = "pixels")]
mod pixels;

#[cfg(feature = "pdf")]
pub(crate) use pdf::pdf;
#[cfg(feature = "pixels")]
pub(crate) use pixels::{png, tiff};

use crate::error::Error;
use crate::font;
use crate::scene::Scene;
use resvg::usvg::{Options, Tree, fontdb};
use std::sync::{Arc, LazyLock};

const MM_PER_INCH: f64 = 25.4;

/// What a converter needs of a figure.
pub(crate) struct Drawing<'a> {
    /// The drawing without what the file carries.
    pub svg: String,
    /// Its size, title and description.
    pub scene: &'a Scene,
    /// What the file is to carry; `None` for nothing.
    pub payload: Option<String>,
}

/// The bundled typeface as the converters look it up, and no other.
static DATABASE: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut database = fontdb::Database::new();
    for data in font::FILES {
        database.load_font_data(data.to_vec());
    }
    database.set_sans_serif_family(font::FAMILY);
    Arc::new(database)
});

fn tree(svg: &str) -> Result<Tree, Error> {
    let options = Options {
        font_family: font::FAMILY.to_owned(),
        fontdb: DATABASE.clone(),
        ..Options::default()
    };
    Tree::from_str(svg, &options)
        .map_err(|e| Error::Render { step: "reading the SVG", message: e.to_string() })
}
