//! Compiles `packs/standard` and writes its canonical form to `packs/standard.json`, which the crate embeds.
#![allow(
    clippy::disallowed_methods,
    reason = "a tool for maintainers: it reads the sources and writes the result"
)]

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    match write() {
        Ok(rules) => {
            println!("{rules} rules");
            ExitCode::SUCCESS
        }
        // Findings in a pack as people read them, a line each.
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Gives how many rules the pack has.
fn write() -> Result<usize, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("packs");
    let mut files = Vec::new();
    let mut wanted = vec!["pack.yaml".to_owned()];
    while let Some(name) = wanted.pop() {
        let text = std::fs::read_to_string(root.join("standard").join(&name))?;
        wanted.extend(cc_rules::source::includes(&name, &text));
        files.push((name, text));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let compiled = cc_rules::source::compile("pack.yaml", &files)?;
    std::fs::write(root.join("standard.json"), compiled.pack.to_canonical_json())?;
    Ok(compiled.pack.rule_ids().len())
}
