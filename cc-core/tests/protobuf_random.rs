//! Random events of every type, through both encodings and back.
//!
//! A million of them; `CC_ROUND_TRIPS=10000` asks for another number.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use cc_core::Event;
use cc_core::protobuf::{ProtobufDecoder, ProtobufEncoder, decode_message};
use common::random::{self, Random};
use common::types::{Kind, MORE_TYPES, OWN_TYPES, TYPES};

/// How many events are drawn.
#[expect(clippy::disallowed_methods, reason = "a test may be asked for more")]
fn cases() -> u64 {
    std::env::var("CC_ROUND_TRIPS").ok().map_or(1_000_000, |cases| cases.parse().unwrap())
}

fn all_types() -> Vec<(&'static str, &'static [(&'static str, Kind)])> {
    TYPES.iter().chain(&MORE_TYPES).chain(&OWN_TYPES).copied().collect()
}

macro_rules! quarters {
    ($($name:ident = $seed:literal;)*) => {$(
        #[test]
        fn $name() {
            every_event_comes_back($seed, cases() / 4);
        }
    )*};
}

// Tests run beside each other: four of them use the machine.
quarters! {
    every_event_comes_back_from_both_encodings_1 = 1;
    every_event_comes_back_from_both_encodings_2 = 2;
    every_event_comes_back_from_both_encodings_3 = 3;
    every_event_comes_back_from_both_encodings_4 = 4;
}

fn every_event_comes_back(seed: u64, cases: u64) {
    let types = all_types();
    let mut random = Random::new(seed);
    let (mut json, mut out) = (String::new(), Vec::new());
    let (mut encoder, mut decoder) = (ProtobufEncoder::default(), ProtobufDecoder::new());
    let mut unread = 0;
    for case in 0..cases {
        let (name, fields) = types[case as usize % types.len()];
        random::message(&mut random, name, fields, &mut json);
        // A list or object of ours, filled with anything, may be no event.
        let Ok(event) = Event::from_json(&json) else {
            unread += 1;
            continue;
        };
        out.clear();
        encoder.write(&event, &mut out);
        decoder.push(&out);
        let again = decoder.next_item().unwrap().event;
        let again = again.unwrap_or_else(|error| panic!("{error}\n{json}\n{out:x?}"));
        assert!(again == event, "{json}\n{}\n{out:x?}", again.to_json());
        assert_eq!(again.to_json(), event.to_json(), "{json}");
        if case % 8 == 0 {
            assert_eq!(again.canonical_encoding(), event.canonical_encoding(), "{json}");
            // JSON alone, and protobuf alone, are stable too.
            let second = Event::from_json(event.to_json()).unwrap();
            assert!(second.same_as(&event), "{json}");
            assert_eq!(Event::from_protobuf(second.to_protobuf()).unwrap(), second, "{json}");
            let (message, bytes) = event.to_protobuf_message();
            assert!(decode_message(message, &bytes).unwrap().same_as(&event), "{json}");
        }
    }
    assert!(unread * 50 < cases, "{unread} of {cases} messages were no events");
}
