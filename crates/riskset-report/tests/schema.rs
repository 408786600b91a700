//! The JSON Schema of the documents in `docs/requests` is what the types say.
//!
//! After an intended change run with `RISKSET_BLESS=1`, and read what moved: keys are added, never
//! renamed.

use riskset_report::documents::AnyDocument;
use riskset_report::documents::datasets::{ListDocument, ShowDocument};
use riskset_report::documents::lint::LintDocument;
use riskset_report::documents::pool::PoolDocument;
use schemars::{JsonSchema, schema_for};
use std::path::Path;

/// Every document that a command gives as JSON.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only the types are wanted")]
enum Every {
    Analysis(AnyDocument),
    Pooled(PoolDocument),
    DatasetList(ListDocument),
    Dataset(ShowDocument),
    Lint(LintDocument),
}

#[test]
fn the_schema_in_the_documentation_is_that_of_the_types() {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/requests/document.schema.json");
    let schema = serde_json::to_string_pretty(&schema_for!(Every)).unwrap() + "\n";
    if std::env::var_os("RISKSET_BLESS").is_some() {
        std::fs::write(&file, &schema).unwrap();
    }
    let stored = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(stored == schema, "docs/requests/document.schema.json is not what the types say");
}

/// Every document has its schema by name, and in it what every document starts with.
#[test]
fn every_document_is_in_the_schema() {
    let schema = schema_for!(Every).to_value();
    let definitions = schema["$defs"].as_object().unwrap();
    for name in ["KmDocument", "CoxDocument", "CifDocument", "MetaDocument", "PowerDocument"] {
        let properties = definitions[name]["properties"].as_object().expect(name);
        for key in ["schema", "n", "n_missing", "warnings"] {
            assert!(properties.contains_key(key), "{name} has no `{key}`: {properties:?}");
        }
    }
    assert!(definitions.len() > 40, "{}", definitions.len());
}
