//! The committed synthetic cohorts are those that the generator makes, byte for byte.

use std::path::Path;

use greenwood_data::cohort::{self, CohortFile};

fn committed(file: &CohortFile) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets");
    std::fs::read_to_string(folder.join(file.path)).unwrap()
}

#[test]
fn the_committed_files_are_regenerated_byte_for_byte() {
    for file in cohort::generate().unwrap() {
        assert!(
            file.text == committed(&file),
            "{} differs from the committed file; if the change is meant, run `cargo run --release \
             -p greenwood-data --example generate_cohorts` and commit the result",
            file.path
        );
    }
}
