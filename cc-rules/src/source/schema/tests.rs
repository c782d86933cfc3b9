//! The schema against the compiler and every pack there is.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read and write files")]

use std::path::{Path, PathBuf};

use super::super::read::RULE_FIELDS;
use super::super::yaml::{self, Content, Node};
use super::*;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What a YAML reader of an editor makes of a file.
fn as_json(node: &Node) -> Value {
    match &node.content {
        Content::Scalar { text, plain: true, .. } => match text.as_str() {
            "true" => true.into(),
            "false" => false.into(),
            "" | "~" | "null" => Value::Null,
            number if number.parse::<i64>().is_ok() => json!(number.parse::<i64>().unwrap()),
            number if number.parse::<f64>().is_ok_and(f64::is_finite) => {
                json!(number.parse::<f64>().unwrap())
            }
            text => text.into(),
        },
        Content::Scalar { text, .. } => text.as_str().into(),
        Content::Sequence(items) => items.iter().map(as_json).collect(),
        Content::Mapping(entries) => {
            entries.iter().map(|entry| (entry.key.clone(), as_json(&entry.value))).collect()
        }
    }
}

fn errors(text: &str) -> Vec<String> {
    let schema: Value = serde_json::from_str(&json_schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let value = as_json(&yaml::parse(0, text).unwrap().unwrap());
    validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn yaml_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            yaml_files(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            into.push(path);
        }
    }
}

#[test]
fn the_file_in_the_reference_is_the_schema() {
    let path = root().join("docs/reference/pack.schema.json");
    if std::env::var_os("CC_UPDATE_REFERENCE").is_some() {
        std::fs::write(&path, json_schema()).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == json_schema(), "run `CC_UPDATE_REFERENCE=1 cargo test -p cc-rules --lib schema`");
}

#[test]
fn every_pack_of_the_tree_fits() {
    let mut files = Vec::new();
    for folder in ["cc-rules/packs", "examples/cli/tests/packs", "examples/samples"] {
        yaml_files(&root().join(folder), &mut files);
    }
    // A pack of the tests that is wrong on purpose, in ways that are not all the schema's.
    files.retain(|file| !file.ends_with("wrong.yaml"));
    assert!(files.len() > 20, "{files:?}");
    for file in files {
        let found = errors(&std::fs::read_to_string(&file).unwrap());
        assert!(found.is_empty(), "{}: {found:#?}", file.display());
    }
}

#[test]
fn every_sample_of_the_guides_and_the_reference_fits() {
    let mut count = 0;
    for page in ["docs/reference/rules.md", "docs/guides/a-rule-from-idea-to-backtest.md"] {
        let text = std::fs::read_to_string(root().join(page)).unwrap();
        for sample in text
            .split("\n```yaml")
            .skip(1)
            .filter_map(|rest| rest.split_once('\n')?.1.split("\n```").next())
            .map(str::trim_start)
        {
            // Some samples are a part of a rule.
            let whole = ["pack:", "rules:", "tests:", "messages:", "params:", "#"]
                .iter()
                .any(|key| sample.starts_with(key));
            if whole {
                count += 1;
                assert_eq!(errors(sample), [""; 0], "{page}: {sample}");
            }
        }
    }
    assert!(count >= 2, "{count}");
}

#[test]
fn every_key_of_a_rule_that_the_compiler_knows_is_in_the_schema() {
    let rule = rule();
    for key in RULE_FIELDS {
        assert!(rule["properties"].get(key).is_some(), "{key}");
    }
    let keys: std::collections::BTreeSet<&str> = super::super::RULE_KEYS.iter().copied().collect();
    let known: std::collections::BTreeSet<&str> =
        rule["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, known);
}

#[test]
fn unknown_keys_and_values_of_another_kind_do_not_fit() {
    let good = "rules:\n- id: a\n  when: ignition\n  for: 10 s\n  recommend: {action: book, urgency: high, message: m}\n";
    assert_eq!(errors(good), [""; 0]);
    for (from, to) in [
        ("rules:", "rulez:"),
        ("when:", "wehn:"),
        ("10 s", "10"),
        ("10 s", "ten seconds"),
        ("action: book", "action: call"),
        ("urgency: high, ", ""),
        ("message: m", "message: m, colour: red"),
        ("- id: a\n  when", "- when"),
    ] {
        assert_ne!(errors(&good.replacen(from, to, 1)), [""; 0], "{from} → {to}");
    }
}
