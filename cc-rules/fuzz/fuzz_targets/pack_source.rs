//! Any text is a pack or findings, each with its place; what compiles loads, and its tests run.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    match cc_rules::source::compile("fuzz.yaml", &[("fuzz.yaml", text)]) {
        Ok(compiled) => {
            let bytes = compiled.pack.to_canonical_json().as_bytes();
            assert_eq!(cc_rules::Pack::load(bytes).expect("what compiles loads").hash(), compiled.pack.hash());
            for test in compiled.tests.iter().take(4) {
                let _ = test.run(&compiled.pack).to_string();
            }
        }
        Err(found) => assert!(found.iter().all(|found| found.line > 0 && found.column > 0)),
    }
});
