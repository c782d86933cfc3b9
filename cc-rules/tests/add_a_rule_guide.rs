//! The change that `docs/guides/add-a-rule.md` shows is applied to the pack as it is, compiled and tested.
#![cfg(feature = "source")]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads the guide and the sources of the pack"
)]

use std::collections::BTreeMap;
use std::path::Path;

use cc_rules::Diagnostics;
use cc_rules::source::{Compiled, compile, includes};

const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/guides/add-a-rule.md");

#[test]
fn the_change_of_the_guide_applies_compiles_and_passes_its_tests() {
    let compiled = try_compile(&changed()).unwrap_or_else(|found| panic!("{found}"));
    assert!(compiled.pack.rule("water-in-fuel").is_some());
    let own: Vec<_> =
        compiled.tests.iter().filter(|test| test.rule.as_deref() == Some("water-in-fuel")).collect();
    assert_eq!(own.len(), 4);
    for test in own {
        let outcome = test.run(&compiled.pack);
        assert!(outcome.passed(), "{outcome}");
    }
}

#[test]
fn the_mistake_of_the_guide_is_reported_as_it_says() {
    let mut files = changed();
    let diesel = files.get_mut("rules/diesel.yaml").unwrap();
    *diesel = diesel.replacen("  for: 1 min\n  max_gap: 1 d\n", "  for: 1 min\n", 1);
    let found = try_compile(&files).unwrap_err().to_string();
    let guide = std::fs::read_to_string(GUIDE).unwrap();
    let shown = guide.split_once("```text\n").unwrap().1.split_once("\n```").unwrap().0;
    assert!(found.contains(shown), "{found}");
}

fn try_compile(files: &BTreeMap<String, String>) -> Result<Compiled, Diagnostics> {
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    compile("pack.yaml", &files)
}

/// The sources of the pack with the guide's diff applied.
fn changed() -> BTreeMap<String, String> {
    let mut files = sources();
    let guide = std::fs::read_to_string(GUIDE).unwrap();
    let diff = guide.split_once("```diff\n").unwrap().1.split_once("\n```").unwrap().0;
    let mut name = None;
    for hunk in hunks(diff) {
        name = hunk.file.or(name);
        let text = files.get_mut(name.unwrap()).unwrap();
        assert_eq!(
            text.matches(&hunk.before).count(),
            1,
            "the guide's context is not in the file:\n{}",
            hunk.before
        );
        *text = text.replacen(&hunk.before, &hunk.after, 1);
    }
    files
}

fn sources() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("packs/standard");
    let mut files = BTreeMap::new();
    let mut wanted = vec!["pack.yaml".to_owned()];
    while let Some(name) = wanted.pop() {
        let text = std::fs::read_to_string(root.join(&name)).unwrap();
        wanted.extend(includes(&name, &text));
        files.insert(name, text);
    }
    files
}

/// One place of the diff: what stands there before and after. `file` only where a new file begins.
struct Hunk<'d> {
    file: Option<&'d str>,
    before: String,
    after: String,
}

fn hunks(diff: &str) -> Vec<Hunk<'_>> {
    let mut hunks: Vec<Hunk<'_>> = Vec::new();
    let mut file = None;
    for line in diff.lines() {
        if let Some(path) = line.strip_prefix("+++ b/cc-rules/packs/standard/") {
            file = Some(path);
        } else if line.starts_with("@@") {
            hunks.push(Hunk { file: file.take(), before: String::new(), after: String::new() });
        } else if let (Some(hunk), Some((mark, rest))) = (hunks.last_mut(), line.split_at_checked(1)) {
            if line.starts_with("--- a/") {
                continue;
            }
            let with_end = format!("{rest}\n");
            if mark != "+" {
                hunk.before += &with_end;
            }
            hunk.after += &with_end;
        }
    }
    hunks
}
