//! What a manuscript is made of: study files, a store that holds every number once, tables,
//! sentences and the HTML report.
//!
//! The crate computes no statistic and draws nothing: numbers come from `riskset`, figures from
//! `riskset-plot`. An answer becomes a document, which is JSON in full precision for programs and
//! rounded tables for people; a study file becomes a folder that is whole or not there.
//!
//! ```
//! use riskset_analysis::{Data, Request, Voice, run};
//! use riskset_report::documents::{AnyDocument, Format, write};
//!
//! /// How remedies are worded: here by the names of the fields.
//! struct Fields;
//! impl Voice for Fields {
//!     fn field(&self, field: &str, _value: Option<&str>) -> String {
//!         field.to_owned()
//!     }
//!     fn analysis(&self, name: &str) -> String {
//!         name.to_owned()
//!     }
//! }
//!
//! let request = r#"{"analysis": "km", "data": "@aml", "formula": "Surv(time, status) ~ 1"}"#;
//! let request = Request::from_json(request)?;
//! let document = AnyDocument::of(run(&request, &Data::of(&request)?)?, &Fields);
//! let mut text = Vec::new();
//! write(&document.expect("an answer in numbers"), Format::Markdown, &mut text)?;
//! assert!(String::from_utf8(text)?.contains("| All | 23 | 18 |"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod changes;
pub mod documents;
mod error;
pub mod escape;
pub mod exercises;
pub mod files;
pub mod format;
pub mod manuscript;
pub mod methods;
pub mod store;
pub mod study;
pub mod table;
pub mod verify;

pub use error::Error;
