//! Writes the synthetic cohorts: `cargo run --release -p riskset-data --example generate_cohorts`.
//!
//! The folder that holds `dream/` and `kuhlmann/` may be given as an argument; without one it is the
//! repository's `datasets/`.

use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../datasets")),
        PathBuf::from,
    );
    for file in riskset_data::cohort::generate()? {
        let path = folder.join(file.path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(&path, &file.text)?;
        println!("{}: {} rows", path.display(), file.text.lines().count() - 1);
    }
    Ok(())
}
