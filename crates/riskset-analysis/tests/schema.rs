//! The JSON Schema of the requests in `docs/requests` is what the types say.
//!
//! After an intended change run with `RISKSET_BLESS=1`, and read what moved.

use riskset_analysis::Request;
use std::path::Path;

#[test]
fn the_schema_in_the_documentation_is_that_of_the_types() {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/requests/request.schema.json");
    let schema = serde_json::to_string_pretty(&Request::schema()).unwrap() + "\n";
    if std::env::var_os("RISKSET_BLESS").is_some() {
        std::fs::write(&file, &schema).unwrap();
    }
    let stored = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(stored == schema, "docs/requests/request.schema.json is not what the types say");
}

/// Every analysis stands in the schema under the name that a request file has.
#[test]
fn every_analysis_is_in_the_schema() {
    let schema = Request::schema().to_value();
    let names: Vec<&str> = schema["oneOf"]
        .as_array()
        .unwrap()
        .iter()
        .map(|variant| variant["properties"]["analysis"]["const"].as_str().unwrap())
        .collect();
    for name in [
        "km",
        "logrank",
        "compare",
        "cox",
        "factors",
        "performance",
        "cif",
        "fine-gray",
        "npv",
        "plot-km",
    ] {
        assert!(names.contains(&name), "{names:?}");
    }
    assert_eq!(names.len(), 54);
}
