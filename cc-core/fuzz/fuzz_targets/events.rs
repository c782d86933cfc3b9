//! Batches of events: never a panic, and what is written reads back as the same event in the same words.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut dashboard = cc_core::dashboard::Dashboard::default();
    let mut line = 0;
    for item in cc_core::decode_batch(bytes) {
        assert!(item.line >= line && item.last_line >= item.line && item.offset <= bytes.len());
        line = item.line;
        match item.event {
            Ok(event) => {
                let json = event.to_json();
                let again = cc_core::Event::from_json(&json).expect("what is written can be read");
                assert!(again.same_as(&event));
                assert_eq!(again.to_json(), json);
                dashboard.add(&event);
                let _ = format!("{event:?}");
            }
            Err(error) => assert!(error.offset() <= bytes.len()),
        }
    }
    let _ = dashboard.rows();
});
