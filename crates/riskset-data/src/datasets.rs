//! The bundled data sets: published survival data, each with its description.

use serde::Deserialize;

/// A bundled data set: its table, and the text of its description.
#[derive(Clone, Copy, Debug)]
pub struct Dataset {
    /// The name, without `@`.
    pub name: &'static str,
    /// The table as CSV.
    pub csv: &'static str,
    toml: &'static str,
}

/// What a data set is, where it comes from, and what its columns mean.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Descriptor {
    /// One line: what the patients had and what was compared.
    pub title: String,
    /// A longer description, where there is more to say.
    #[serde(default)]
    pub description: Option<String>,
    /// The publication to cite.
    pub publication: String,
    /// Under which licence the compilation is distributed, and by whom.
    pub licence: String,
    /// The number of rows.
    pub rows: usize,
    /// Whether the patients are made up.
    #[serde(default)]
    pub synthetic: bool,
    /// A formula that fits the data, to start from.
    #[serde(default)]
    pub example: Option<String>,
    /// The columns in the order of the table.
    pub columns: Vec<ColumnInfo>,
}

/// A column of a data set.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ColumnInfo {
    /// The name in the header.
    pub name: String,
    /// What it holds.
    pub meaning: String,
    /// The unit of its numbers.
    #[serde(default)]
    pub unit: Option<String>,
    /// What its codes mean.
    #[serde(default)]
    pub coding: Option<String>,
}

impl Dataset {
    /// The description.
    ///
    /// # Panics
    ///
    /// Never: the descriptions are part of the program, and a test reads each.
    pub fn descriptor(&self) -> Descriptor {
        toml::from_str(self.toml).expect("bundled descriptions are valid")
    }
}

/// `datasets/NAME.csv` with `datasets/NAME.toml`.
macro_rules! datasets {
    ($($name:literal: $file:literal),* $(,)?) => {
        &[$(Dataset {
            name: $name,
            csv: include_str!(concat!("../../../datasets/", $file, ".csv")),
            toml: include_str!(concat!("../../../datasets/", $file, ".toml")),
        }),*]
    };
}

static ALL: &[Dataset] = datasets! {
    "aml": "aml",
    "aml_cause": "aml_cause",
    "bladder": "bladder",
    "bladder2": "bladder2",
    "cgd": "cgd",
    "colon": "colon",
    "dlm_literature": "dlm_literature",
    "dream": "dream/patients",
    "dream_lesions": "dream/lesions",
    "flchain": "flchain",
    "gbsg": "gbsg",
    "heart": "heart",
    "kidney": "kidney",
    "kuhlmann": "kuhlmann/patients",
    "kuhlmann_lesions": "kuhlmann/lesions",
    "lung": "lung",
    "mgus2": "mgus2",
    "myeloid": "myeloid",
    "nwtco": "nwtco",
    "ovarian": "ovarian",
    "pbc": "pbc",
    "pbcseq": "pbcseq",
    "rats": "rats",
    "retinopathy": "retinopathy",
    "rotterdam": "rotterdam",
    "transplant": "transplant",
    "veteran": "veteran",
};

/// All data sets, by name.
pub fn list() -> &'static [Dataset] {
    ALL
}

/// The data set of that name, without `@`.
pub fn get(name: &str) -> Option<&'static Dataset> {
    ALL.iter().find(|dataset| dataset.name == name)
}

/// The names, in order.
pub(crate) fn names() -> impl Iterator<Item = &'static str> + Clone {
    ALL.iter().map(|dataset| dataset.name)
}

/// The bundled name equal to `name`.
pub(crate) fn find(name: &str) -> Option<&'static str> {
    get(name).map(|dataset| dataset.name)
}
