//! The target functions. Each takes any bytes and must neither panic nor break its law.
//!
//! `cc-core/tests/fuzz_corpus.rs` includes this file and runs every function over the committed seeds, on stable Rust.

use cc_core::dashboard::Dashboard;
use cc_core::protobuf::{ProtobufDecoder, decode_delimited, decode_message};
use cc_core::{
    Dtc, DtcStatus, Event, EventDecodeError, MeasureUnit, Number, SignalId, VehicleRef, Vin, decode_batch,
};

/// Batches of events: what is written reads back as the same event in the same words.
pub fn events(input: &[u8]) {
    let mut dashboard = Dashboard::default();
    let mut line = 0;
    for item in decode_batch(input) {
        assert!(item.line >= line && item.last_line >= item.line && item.offset <= input.len());
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
            Err(error) => assert!(error.offset() <= input.len()),
        }
    }
    let _ = dashboard.rows();
}

/// Streams of protobuf: what is written reads back as the same event, in JSON too, and any pieces give the same items.
pub fn protobuf(input: &[u8]) {
    let items: Vec<_> = decode_delimited(input).collect();
    let mut decoder = ProtobufDecoder::new().with_limit(input.len());
    let mut pieces = Vec::new();
    for piece in input.chunks(3) {
        decoder.push(piece);
        pieces.extend(std::iter::from_fn(|| decoder.next_item()));
    }
    decoder.finish();
    pieces.extend(std::iter::from_fn(|| decoder.next_item()));
    if !pieces.iter().any(|item| matches!(item.event, Err(EventDecodeError::Size { .. }))) {
        assert_eq!(pieces, items);
    }
    let one = Event::from_protobuf(input);
    for event in items.into_iter().map(|item| item.event).chain([one]) {
        let _ = format!("{event:?}");
        let Ok(event) = event else { continue };
        let again = Event::from_protobuf(event.to_protobuf()).expect("what is written can be read");
        assert!(again.same_as(&event));
        let (message, bytes) = event.to_protobuf_message();
        let alone = decode_message(message, &bytes).expect("what is written can be read");
        assert!(alone.same_as(&event));
        let json = Event::from_json(event.to_json()).expect("what is written can be read");
        assert!(json.same_as(&event));
    }
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
