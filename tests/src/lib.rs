//! Support for the tests that cross crates: the reference cases and how an answer is compared.

pub mod compare;
/// The checks that the fuzz targets run on what people type and send.
pub mod hard {
    pub mod comparisons;
    pub mod estimators;
    pub mod files;
    pub mod request;
    pub mod rows;
    pub mod table;
    pub mod text;
    pub mod workbook;
}
pub mod reference;
