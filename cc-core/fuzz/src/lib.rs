//! The target functions. Each takes any bytes and must neither panic nor break its law.
//!
//! `cc-core/tests/fuzz_corpus.rs` includes this file and runs every function over the committed seeds, on stable Rust.

use cc_core::config::{Layer, Subject, compile};
use cc_core::dashboard::Dashboard;
use cc_core::privacy::{Policy, PseudonymKey, Purpose, minimise};
use cc_core::rollout::{ExperimentName, Percent};
use cc_core::{Dtc, DtcStatus, Event, MeasureUnit, Number, SignalId, VehicleRef, Vin, decode_batch};

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
    if let Ok(percent) = text.parse::<Percent>() {
        assert!(percent <= Percent::ALL);
    }
    if let Ok(name) = text.parse::<ExperimentName>() {
        assert_eq!(name.as_str(), text);
    }
}

/// Layers of settings, one a line: what compiles is a layer that compiles to itself.
pub fn config(input: &[u8]) {
    let lines = input.split(|byte| *byte == b'\n').take(8);
    let layers: Vec<Layer> =
        lines.enumerate().filter_map(|(i, line)| Layer::parse(&format!("line {i}"), line).ok()).collect();
    let subject = Subject::vehicle("local/0".parse().expect("a vehicle")).with("market", "dk");
    let compiled = compile(&layers, &subject).expect("few layers with names of their own");
    for value in compiled.values() {
        assert_eq!(compiled.get(&value.path).as_deref(), Some(value.json));
        assert!(value.origin.layer().starts_with("line"));
    }
    if let Ok(again) = Layer::parse("again", compiled.to_json()) {
        let again = compile(&[again], &subject).expect("one layer");
        assert_eq!(again.to_json(), compiled.to_json());
        assert!(compiled.changes(&again).is_empty());
    }
}

/// A policy, then events: what is minimised stays as it is when it is minimised again.
pub fn privacy(input: &[u8]) {
    let mut parts = input.splitn(2, |byte| *byte == b'\n');
    let policy = parts.next().and_then(|json| Policy::from_json(json).ok()).unwrap_or_default();
    assert_eq!(Policy::from_json(policy.to_canonical_json()).as_ref(), Ok(&policy));
    let key = PseudonymKey::new(&[7; 32]).expect("a key of 32 bytes");
    let now = "2026-05-01T12:00:00Z".parse().expect("an instant");
    let events: Vec<Event> =
        decode_batch(parts.next().unwrap_or_default()).filter_map(|item| item.event.ok()).collect();
    for purpose in Purpose::ALL {
        let once = minimise(&policy, *purpose, Some(&key), now, events.clone()).expect("there is a key");
        let twice =
            minimise(&policy, *purpose, Some(&key), now, once.events.clone()).expect("there is a key");
        assert_eq!(twice.events, once.events);
        let _ = once.report.to_canonical_json();
    }
}
