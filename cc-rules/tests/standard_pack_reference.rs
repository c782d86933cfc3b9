//! Writes `docs/reference/standard-pack.md` from the pack itself, and proves that the page in the repository is the
//! one it writes. `CC_UPDATE_REFERENCE=1 cargo test -p cc-rules --test standard_pack_reference` rewrites it.

#![cfg(feature = "source")]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test writes the page, and its functions may fail"
)]

#[path = "common/standard_pack.rs"]
mod standard_pack;

use std::path::Path;

use cc_rules::source::{Compiled, reference};
use standard_pack::compiled;

/// The page, seen from this crate.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/standard-pack.md");

#[test]
fn the_reference_page_is_the_one_that_the_pack_writes() {
    let Compiled { pack, tests, .. } = compiled();
    let opening = format!(
        "<!-- Written by cc-rules/tests/standard_pack_reference.rs; do not edit. -->\n\n\
         Version {}, {} rules. How rules are evaluated is in [rules.md](rules.md). `product choice` marks figures that \
         no document gives: trade practice, or a time span of ours. `ccars rules docs` writes such a page for any pack.",
        pack.version(),
        pack.rule_ids().len(),
    );
    let page = reference(&pack, &tests, "The standard pack", &opening);
    if std::env::var_os("CC_UPDATE_REFERENCE").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    let written = std::fs::read_to_string(Path::new(PAGE)).unwrap_or_default();
    assert!(
        written == page,
        "run `CC_UPDATE_REFERENCE=1 cargo test -p cc-rules --test standard_pack_reference`"
    );
}

#[test]
fn every_rule_of_the_page_says_in_words_when_it_holds() {
    let Compiled { pack, tests, .. } = compiled();
    let page = reference(&pack, &tests, "The standard pack", "");
    for part in page.split("\n### ").skip(1) {
        assert!(part.contains("\nIt holds when ") && part.contains("\nExamples, each a test:\n"), "{part}");
    }
}
