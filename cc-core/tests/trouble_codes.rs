//! Writes `docs/reference/trouble-codes.md` from the words of trouble codes, and proves that the page in the repository
//! is the one it writes. `CC_UPDATE_REFERENCE=1 cargo test -p cc-core --test trouble_codes` rewrites it.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;

use cc_core::Language;
use cc_core::dtc_text::{DtcText, codes, failure_type};
use cc_core::{Dtc, DtcSystem, J1939Dtc, J2012Dtc, J2012FtbDtc};

/// The page, seen from this crate.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/trouble-codes.md");

#[test]
#[expect(clippy::disallowed_methods, reason = "a test compares a file of the repository")]
fn the_reference_page_is_the_one_that_the_words_write() {
    let page = page();
    if std::env::var_os("CC_UPDATE_REFERENCE").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    // A checkout may end its lines in another way.
    let written = std::fs::read_to_string(PAGE).unwrap_or_default().replace("\r\n", "\n");
    assert!(written == page, "run `CC_UPDATE_REFERENCE=1 cargo test -p cc-core --test trouble_codes`");
}

fn english(dtc: impl Into<Dtc>) -> DtcText {
    dtc.into().describe(Language::English)
}

fn page() -> String {
    let mut out = format!(
        "# Trouble codes\n\n<!-- Written by cc-core/tests/trouble_codes.rs; do not edit. -->\n\n\
         {} codes that SAE J2012-DA (ISO 15031-6) defines for every maker, in this project's own words; \
         `cc_core::dtc_text` composes them in {} as well. A line is a part and its place, with the urgency of its codes; \
         then each code and how the part failed. A code that is not here is the maker's, reserved, or one that nobody \
         wrote words for yet; [the guide](../guides/trouble-codes-in-words.md) says how to add your own.\n",
        codes().count(),
        "Danish, German, Norwegian, Spanish and Swedish",
    );
    for (system, name) in [
        (DtcSystem::Powertrain, "Powertrain"),
        (DtcSystem::Chassis, "Chassis"),
        (DtcSystem::Body, "Body"),
        (DtcSystem::Network, "Network"),
    ] {
        let mut hundred = None;
        let _ = write!(out, "\n## {name}\n");
        let mut last: Option<DtcText> = None;
        for code in codes().filter(|code| code.system() == system) {
            let text = english(code);
            let is_new = hundred != Some(code.raw() >> 8);
            if is_new {
                hundred = Some(code.raw() >> 8);
                let _ = write!(out, "\n### {}xx\n", &code.to_string()[..3]);
            }
            let same = last.as_ref().is_some_and(|last| {
                !is_new
                    && (&last.component, &last.location, last.urgency)
                        == (&text.component, &text.location, text.urgency)
            });
            if same {
                let _ = write!(out, "; `{code}` {}", text.failure);
            } else {
                let place = text.location.as_deref().map(|place| format!(" ({place})")).unwrap_or_default();
                let _ = write!(
                    out,
                    "\n- **{}**{place}, {}: `{code}` {}",
                    text.component, text.urgency, text.failure
                );
            }
            last = Some(text);
        }
        out.push('\n');
    }
    out.push_str(
        "\n## Failure types\n\nThe third byte of a three-byte code (SAE J2012-DA). `00` says nothing more; a byte that is \
         not here is reserved, from `F0` on the maker's.\n\n| byte | words |\n|---|---|\n",
    );
    for byte in 0..=u8::MAX {
        if let Some(words) = failure_type(byte, Language::English) {
            let _ = writeln!(out, "| `{byte:02X}` | {words} |");
        }
    }
    out.push_str("\n## Failure modes of trucks\n\nThe failure mode identifier of a J1939 code (SAE J1939-73).\n\n| FMI | words |\n|---|---|\n");
    for fmi in 0..32 {
        let text = english(Dtc::J1939(J1939Dtc::new(100, fmi).unwrap()));
        let _ = writeln!(out, "| {fmi} | {} |", text.failure);
    }
    out
}

#[test]
fn a_failure_type_reads_the_same_alone_and_on_a_code() {
    let base: J2012Dtc = "C0034".parse().unwrap();
    for byte in 0..=u8::MAX {
        let [high, low] = base.raw().to_be_bytes();
        let dtc = Dtc::from(J2012FtbDtc::from_bytes([high, low, byte]));
        if let Some(words) = failure_type(byte, Language::English) {
            assert_eq!(english(dtc).failure, words);
        }
    }
}
