//! The seeds of the fuzz targets, and whatever made one of them fail, hold as plain tests too.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cc_core::{Event, decode_batch};

#[test]
#[expect(clippy::disallowed_methods, reason = "a test may read the project's own files")]
fn every_event_of_the_corpus_comes_back_the_same() {
    let mut events = 0;
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/events")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for event in decode_batch(&bytes).filter_map(|item| item.event.ok()) {
            let json = event.to_json();
            let again = Event::from_json(&json).unwrap();
            assert!(again.same_as(&event), "{json}");
            assert_eq!(again.to_json(), json);
            events += 1;
        }
    }
    assert!(events >= 8, "{events}");
}
