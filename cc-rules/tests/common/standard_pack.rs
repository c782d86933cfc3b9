//! The sources of the standard pack, read from its folder.

use std::collections::BTreeMap;
use std::path::Path;

use cc_rules::source::{Compiled, compile, includes};

/// Each file of the pack by its name, begun with `pack.yaml`.
pub(crate) fn sources() -> BTreeMap<String, String> {
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

/// The pack as its sources make it.
#[allow(dead_code, reason = "one test file asks for the sources alone")]
pub(crate) fn compiled() -> Compiled {
    let files = sources();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    compile("pack.yaml", &files).unwrap_or_else(|found| panic!("{found}"))
}
