//! Laws that every entity of the platform keeps: over the committed seeds, and over damage done to them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "this test reads the seeds from files")]

use std::collections::BTreeMap;
use std::path::Path;

use cc_core::platform::{
    Booking, Consent, Conversation, EntityDecodeError, Fleet, OpeningHours, Place, ServiceReminder, Share,
    Trip, Workshop,
};
use proptest::prelude::*;
use serde_json::Value;

/// What one kind of entity gives for a text: its JSON and its `Debug`, or the error.
type Read = fn(&str) -> Result<(String, String), EntityDecodeError>;

macro_rules! entities {
    ($($seed:literal => $entity:ident,)*) => {
        &[$(($seed, |json| $entity::from_json(json).map(|entity| (entity.to_json(), format!("{entity:?}"))))),*]
    };
}

const ENTITIES: &[(&str, Read)] = entities! {
    "booking" => Booking,
    "consent" => Consent,
    "conversation" => Conversation,
    "fleet" => Fleet,
    "hours" => OpeningHours,
    "place" => Place,
    "reminder" => ServiceReminder,
    "share" => Share,
    "trip" => Trip,
    "workshop" => Workshop,
};

fn seed(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/platform_entities").join(name);
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn every_entity_comes_back_as_it_came() {
    for (name, read) in ENTITIES {
        let json = seed(name);
        let (back, _) = read(&json).unwrap();
        let value = |json: &str| serde_json::from_str::<Value>(json).unwrap();
        assert_eq!(value(&back), value(&json), "{name}");
        assert_eq!(back.len(), json.len(), "{name}: every digit is where it was");
    }
}

/// Puts a canary in place of every text that people choose.
fn with_canaries(value: &mut Value, name: &str) {
    match value {
        Value::Object(members) => members.iter_mut().for_each(|(name, value)| with_canaries(value, name)),
        Value::Array(items) => items.iter_mut().for_each(|item| with_canaries(item, name)),
        Value::String(text) => {
            let texts =
                ["name", "comment", "text", "address", "reference", "mediaType", "reason", "reasonText"];
            let more = [
                "externalReference",
                "textVersion",
                "bookingDealer",
                "bookingSource",
                "phoneNumber",
                "reasonKey",
            ];
            let ids = ["tripId", "placeId", "shareId", "conversationId", "messageId", "bookingId"];
            if [&texts[..], &more, &ids].concat().contains(&name) {
                text.insert_str(0, "CANARY ");
            } else if name == "vin" {
                *text = "WVWZZZ1KZAM000001".into();
            }
        }
        Value::Number(number) if matches!(name, "latitude" | "longitude") => {
            *number = serde_json::Number::from_f64(-0.98765).unwrap();
        }
        _ => {}
    }
}

#[test]
fn debug_and_errors_show_no_person() {
    let canaries = ["CANARY", "ZAM000001", "98765"];
    for (name, read) in ENTITIES {
        let mut value: Value = serde_json::from_str(&seed(name)).unwrap();
        with_canaries(&mut value, "");
        let (_, shown) = read(&value.to_string()).unwrap();
        assert!(!canaries.iter().any(|canary| shown.contains(canary)), "{name}: {shown}");
        // Each field in turn holds what it cannot.
        let members: BTreeMap<String, Value> = serde_json::from_value(value.clone()).unwrap();
        for field in members.keys() {
            for wrong in ["\"CANARY\\u0007\"", "[\"CANARY\"]", "{\"CANARY\":1}"] {
                let mut broken = value.clone();
                broken[field] = serde_json::from_str(wrong).unwrap();
                if let Err(error) = read(&broken.to_string()) {
                    let told = format!("{error} {error:?}");
                    assert!(!canaries.iter().any(|canary| told.contains(canary)), "{name}.{field}: {told}");
                    let top = told.split(['.', ':', '[']).next().unwrap();
                    assert_eq!(top, field, "{name}: {told}");
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn damage_is_refused_or_read_and_written_alike(
        entity in 0..ENTITIES.len(),
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0_usize..12, "[0-9a-zA-Z{}\\[\\]\",:.+ -]{0,6}"), 1..4),
    ) {
        let (name, read) = ENTITIES[entity];
        let mut json = seed(name);
        for (at, length, with) in cuts {
            let at = at.index(json.len());
            let end = (at + length).min(json.len());
            json.replace_range(at..end, &with);
        }
        match read(&json) {
            Ok((back, _)) => prop_assert_eq!(read(&back).map(|(again, _)| again), Ok(back)),
            Err(error) => prop_assert!(error.offset() <= json.len() as u64),
        }
    }
}
