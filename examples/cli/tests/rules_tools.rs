//! The tools around a pack: `diff`, `docs`, `fmt`, `schema`. `UPDATE_GOLDEN=1 cargo test -p ccars` writes the files anew.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests read and write files")]

mod common;

use common::{assert_golden, ccars};

fn pack(name: &str) -> String {
    format!("../cli/tests/packs/{name}.yaml")
}

const UNTIDY: &str = "\
rules:
# Why it is here.
- recommend: {urgency: high, action: book, message: 'm'}
  when:   'ignition'   # the key is turned
  id: a
";

#[test]
fn output_is_as_it_was() {
    let (good, better, wrong) = (pack("good"), pack("better"), pack("wrong"));
    for (name, arguments, stdin) in [
        ("rules-diff", &["diff", &good, &better][..], ""),
        ("rules-diff-json", &["diff", &good, &better, "--json"], ""),
        ("rules-diff-same", &["diff", &good, &good], ""),
        ("rules-diff-findings", &["diff", &good, &wrong], ""),
        ("rules-docs", &["docs", &good, "--title", "A demo"], ""),
        ("rules-fmt", &["fmt", "-"], UNTIDY),
        ("rules-fmt-check", &["fmt", "--check", "-"], UNTIDY),
        ("rules-fmt-broken", &["fmt", "-"], "rules: [\n"),
        ("rules-fmt-standard", &["fmt", "standard"], ""),
        ("help-rules-diff", &["diff", "--help"], ""),
        ("help-rules-docs", &["docs", "--help"], ""),
        ("help-rules-fmt", &["fmt", "--help"], ""),
        ("help-rules-schema", &["schema", "--help"], ""),
    ] {
        assert_golden(name, &ccars(&[&["rules"], arguments].concat(), stdin));
    }
}

#[test]
fn a_pack_is_formatted_with_all_it_includes_and_then_is_in_order() {
    let folder = std::env::temp_dir().join(format!("ccars-{}-fmt", std::process::id()));
    std::fs::create_dir_all(folder.join("parts")).unwrap();
    let main = folder.join("good.yaml");
    let source = common::samples().join("../cli/tests/packs");
    std::fs::copy(source.join("good.yaml"), &main).unwrap();
    std::fs::write(
        folder.join("parts/signals.yaml"),
        "signals:\n    engine_coolant_temperature: {max_age:   10 min}\n",
    )
    .unwrap();
    let main = main.to_str().unwrap();
    let before = ccars(&["rules", "check", main, "--canonical", "-"], "");
    let check = ccars(&["rules", "fmt", "--check", main], "");
    assert_eq!((check.code, check.stdout.lines().count()), (1, 2), "{check:?}");
    let write = ccars(&["rules", "fmt", main], "");
    assert_eq!((write.code, write.stdout.lines().count()), (0, 2), "{write:?}");
    let again = ccars(&["rules", "fmt", "--check", main], "");
    assert_eq!((again.code, again.stdout.as_str()), (0, ""), "{again:?}");
    let after = ccars(&["rules", "check", main, "--canonical", "-"], "");
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!((before.code, before.stdout), (0, after.stdout));
}

#[test]
fn the_schema_is_the_file_of_the_reference() {
    let run = ccars(&["rules", "schema"], "");
    let file = common::samples().join("../../docs/reference/pack.schema.json");
    assert_eq!(run.stdout, std::fs::read_to_string(file).unwrap());
}
