//! The target functions. Each takes any bytes and must neither panic nor break its law.
//!
//! `cc-core/tests/fuzz_corpus.rs` includes this file and runs every function over the committed seeds, on stable Rust.

use cc_core::dashboard::Dashboard;
use cc_core::{Dtc, DtcStatus, Event, MeasureUnit, Number, SignalId, VehicleRef, Vin, decode_batch};

/// Batches of events: what is written reads back as the same event in the same words.
pub fn events(input: &[u8]) {
    let mut dashboard = Dashboard::default();
    let mut line = 0;
    for item in decode_batch(input) {
        assert!(item.line >= line && item.last_line >= item.line && item.offset <= input.len() as u64);
        line = item.line;
        match item.event {
            Ok(event) => {
                let json = event.to_json();
                let again = Event::from_json(&json).expect("what is written can be read");
                assert!(again.same_as(&event));
                assert_eq!(again.to_json(), json);
                dashboard.add(&event);
                let _ = format!("{event:?}");
            }
            Err(error) => assert!(error.offset() <= input.len() as u64),
        }
    }
    let _ = dashboard.rows();
}

/// Every text the vocabulary reads: what parses prints back the same up to case.
pub fn texts(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Ok(dtc) = text.parse::<Dtc>() {
        assert_eq!(dtc.to_string(), text.to_ascii_uppercase());
    }
    if let Ok(vin) = text.parse::<Vin>() {
        assert_eq!(vin.as_str(), text.to_ascii_uppercase());
        let _ = (vin.check_digit(), vin.country(), vin.manufacturer(), vin.model_years());
    }
    if let Ok(number) = text.parse::<Number>() {
        assert_eq!(number.to_string(), text);
    }
    let _ = text.parse::<MeasureUnit>();
    let _ = text.parse::<SignalId>();
    let _ = text.parse::<VehicleRef>();
    let _ = text.parse::<DtcStatus>();
}
