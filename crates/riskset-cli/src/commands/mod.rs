//! One file per command: from its arguments to its document.

pub mod adjust;
pub mod answer;
pub mod app;
pub mod checklist;
pub mod cif;
pub mod compare;
pub mod cox;
pub mod cutpoint;
pub mod datasets;
pub mod elastic_net;
pub mod endpoint;
pub mod exercise;
pub mod extract;
pub mod factors;
pub mod federated;
pub mod fine_gray;
pub mod installed;
pub mod km;
pub mod licences;
pub mod lint;
pub mod logrank;
pub mod look;
pub mod meta;
pub mod npv;
pub mod performance;
pub mod plot;
pub mod power;
pub mod predict;
pub mod risk_groups;
pub mod sampled;
pub mod simulate;
pub mod split;
pub mod study;
pub mod table;
pub mod tipping;
pub mod verify;

use crate::Failure;
use std::path::Path;

/// The bytes of a file that is not a table; `what` is what a message calls it.
pub(crate) fn read_bytes(file: &Path, what: &str) -> Result<Vec<u8>, Failure> {
    riskset_report::files::read_file(file)
        .map_err(|error| Failure::analysis(format!("{what}: {error}")))
}

/// The same as text.
pub(crate) fn read_text(file: &Path, what: &str) -> Result<String, Failure> {
    String::from_utf8(read_bytes(file, what)?).map_err(|_| {
        Failure::analysis(format!("{what}: {} is not UTF-8 text; save it as UTF-8", file.display()))
    })
}
