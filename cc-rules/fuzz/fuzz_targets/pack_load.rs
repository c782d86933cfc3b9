//! Any bytes are a pack or findings; what loads says the same again.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(pack) = cc_rules::Pack::load(bytes) {
        assert_eq!(pack.to_canonical_json().as_bytes(), bytes);
    }
});
