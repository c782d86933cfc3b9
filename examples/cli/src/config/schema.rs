//! Checking a document by a JSON Schema. It lives in this tool: cars and phones get documents that were checked.

use std::path::{Path, PathBuf};

use cc_core::config::Compiled;
use example_terminal::{Failure, Input, printable};
use jsonschema::Validator;

/// A schema read from a file.
pub(super) fn read(path: &Path) -> Result<Validator, Failure> {
    let name = path.display();
    let bytes = Input::open(Some(path))?.read_all(LARGEST_SCHEMA)?;
    let schema = serde_json::from_slice(&bytes)
        .map_err(|error| Failure::usage(format!("{name}: the schema is not JSON: {error}")))?;
    jsonschema::validator_for(&schema).map_err(|error| Failure::usage(format!("{name}: {error}")))
}

/// The same, where one was asked for.
pub(super) fn read_optional(path: Option<&PathBuf>) -> Result<Option<Validator>, Failure> {
    path.map(|path| read(path)).transpose()
}

/// What is wrong with a document: the origin of each wrong value, its path, and why; never the value.
pub(super) fn findings(schema: &Validator, document: &Compiled) -> Result<Vec<String>, Failure> {
    let json = serde_json::from_str(&document.to_json())
        .map_err(|error| Failure::usage(format!("the document cannot be checked: {error}")))?;
    let findings = schema.iter_errors(&json).map(|error| {
        let path = error.instance_path().as_str();
        // Of the document itself no layer is the origin: something is missing in all.
        let origin = document.origin(path).map_or_else(|| "document".to_owned(), ToString::to_string);
        let place = if path.is_empty() { origin } else { format!("{origin}: {path}") };
        printable(&format!("{place}: {}", error.masked())).into_owned()
    });
    Ok(findings.collect())
}

const LARGEST_SCHEMA: u64 = 16 << 20;
