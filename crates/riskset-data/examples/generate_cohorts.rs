//! Writes the synthetic cohorts into `datasets`, the same bytes on every machine.
//!
//!     cargo run --release -p riskset-data --example generate_cohorts

use riskset_data::cohort::{self, CohortFile};
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets");
    for CohortFile { path, text } in cohort::generate()? {
        std::fs::write(folder.join(path), text)?;
        println!("wrote {path}");
    }
    Ok(())
}
