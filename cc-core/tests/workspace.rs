//! Laws of the whole workspace: which crate may use which, and under which licences.

#![expect(clippy::disallowed_methods, reason = "a test may read the project's own files")]
#![expect(clippy::expect_used, reason = "helpers of tests may fail as tests do")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Who may use whom within the workspace; crates not named here (examples, tools) may use anything.
const MAY_USE: &[(&str, &[&str])] = &[
    ("cc-core", &[]),
    ("cc-obd", &["cc-core"]),
    ("cc-rules", &["cc-core"]),
    ("cc-client", &["cc-core"]),
    ("cc-ffi", &["cc-core", "cc-obd", "cc-rules", "cc-client"]),
    ("connected-cars-python", &["cc-core", "cc-obd", "cc-rules", "cc-client"]),
];

/// Packages that the inner crates never need. A feature of cc-obd that is off by default, `tokio`, acts: it alone may have a
/// runtime.
const NEVER_INSIDE: &[&str] =
    &["tokio", "reqwest", "rusqlite", "pyo3", "rand", "getrandom", "mio", "socket2"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("cc-core stands in the workspace").to_owned()
}

fn metadata(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--manifest-path"])
        .arg(root().join("Cargo.toml"))
        .args(arguments)
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata writes JSON")
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// The normal dependencies of a workspace package, by name.
fn dependencies(package: &Value) -> BTreeSet<&str> {
    package["dependencies"]
        .as_array()
        .expect("a package lists its dependencies")
        .iter()
        .filter(|dependency| dependency["kind"].is_null())
        .map(|dependency| text(dependency, "name"))
        .collect()
}

#[test]
fn crates_use_only_those_they_may() {
    let metadata = metadata(&["--no-deps"]);
    let packages: BTreeMap<&str, &Value> =
        metadata["packages"].as_array().expect("packages").iter().map(|p| (text(p, "name"), p)).collect();
    for (name, allowed) in MAY_USE {
        let Some(package) = packages.get(name) else { panic!("{name} is not in the workspace") };
        for dependency in dependencies(package).into_iter().filter(|d| packages.contains_key(d)) {
            assert!(allowed.contains(&dependency), "{name} must not use {dependency}");
        }
    }
}

#[test]
fn inner_crates_need_no_network_runtime_or_randomness() {
    let metadata = metadata(&["--no-deps"]);
    for package in metadata["packages"].as_array().expect("packages") {
        let name = text(package, "name");
        if ["cc-core", "cc-obd", "cc-rules"].contains(&name) {
            for dependency in package["dependencies"].as_array().expect("dependencies") {
                let needed = text(dependency, "name");
                let is_extra = name == "cc-obd" && needed == "tokio" && dependency["optional"] == true;
                let is_of_tests = !dependency["kind"].is_null();
                assert!(
                    is_extra || is_of_tests || !NEVER_INSIDE.contains(&needed),
                    "{name} must not need {needed}"
                );
            }
            let default = package["features"]["default"].as_array();
            assert!(!default.is_some_and(|default| default.iter().any(|feature| feature == "tokio")));
        }
        if !["cc-ffi", "connected-cars-python", "uniffi-bindgen"].contains(&name) {
            for dependency in package["dependencies"].as_array().expect("dependencies") {
                let binding = ["uniffi", "pyo3"].contains(&text(dependency, "name"));
                assert!(!binding || dependency["optional"] == true, "{name} must build without bindings");
            }
        }
    }
}

#[test]
fn one_version_one_edition_and_a_minimum_rust_everywhere() {
    let metadata = metadata(&["--no-deps"]);
    let packages = metadata["packages"].as_array().expect("packages");
    for key in ["version", "edition", "rust_version", "license"] {
        let values: BTreeSet<&str> = packages.iter().map(|package| text(package, key)).collect();
        assert_eq!(values.len(), 1, "{key} differs between crates: {values:?}");
        assert!(!values.contains(""), "{key} is missing");
    }
}

#[test]
fn every_dependency_has_an_allowed_licence() {
    let deny = std::fs::read_to_string(root().join("deny.toml")).expect("deny.toml");
    let (_, list) = deny.split_once("allow = [").expect("deny.toml lists the allowed licences");
    let (list, _) = list.split_once(']').expect("the list ends");
    let allowed: BTreeSet<&str> = list.split('"').skip(1).step_by(2).collect();
    assert!(allowed.contains("MIT") && !allowed.iter().any(|l| l.contains("GPL")), "{allowed:?}");

    let metadata = metadata(&["--all-features"]);
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(packages.len() > 20, "metadata holds the whole tree");
    for package in packages {
        let licence = text(package, "license").replace('/', " OR ");
        assert!(is_allowed(&licence, &allowed), "{} is under {licence:?}", text(package, "name"));
    }
}

/// Whether an SPDX expression of ORs, ANDs and parentheses can be met with the allowed licences.
fn is_allowed(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let expression = expression.trim();
    for (operator, need_all) in [(" OR ", false), (" AND ", true)] {
        let parts = split_outside_parentheses(expression, operator);
        if parts.len() > 1 {
            let mut verdicts = parts.iter().map(|part| is_allowed(part, allowed));
            return if need_all { verdicts.all(|v| v) } else { verdicts.any(|v| v) };
        }
    }
    match expression.strip_prefix('(').and_then(|e| e.strip_suffix(')')) {
        Some(inner) => is_allowed(inner, allowed),
        None => allowed.contains(expression),
    }
}

fn split_outside_parentheses<'a>(expression: &'a str, operator: &str) -> Vec<&'a str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (i, character) in expression.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 && i >= start && expression[i..].starts_with(operator) => {
                parts.push(&expression[start..i]);
                start = i + operator.len();
            }
            _ => {}
        }
    }
    parts.push(&expression[start..]);
    parts
}

#[test]
fn licence_expressions_are_read_as_spdx_means_them() {
    let allowed = BTreeSet::from(["MIT", "Apache-2.0", "Unicode-3.0"]);
    for (expression, verdict) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("MIT OR GPL-3.0-only", true),
        ("MIT AND GPL-3.0-only", false),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("(MIT OR Apache-2.0) AND NCSA", false),
        ("", false),
    ] {
        assert_eq!(is_allowed(expression, &allowed), verdict, "{expression}");
    }
}
