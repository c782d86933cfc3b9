//! What the tests of several entities need.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::value::RawValue;

use super::EntityDecodeError;
use crate::Timestamp;

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_timestamp(seconds, 0).unwrap()
}

/// Gives an object's members in another order, with one that nobody knows and spaces between; and checks that what
/// comes back has the same members, nothing more and nothing less.
pub(super) fn shuffled_round_trip(json: &str, back: impl Fn(&str) -> String) {
    let members = |json: &str| -> BTreeMap<String, String> {
        let members: BTreeMap<String, &RawValue> = serde_json::from_str(json).unwrap();
        members.into_iter().map(|(name, value)| (name, value.get().into())).collect()
    };
    let mut expected = members(json);
    expected.insert("zUnknown".into(), "{\"a\":[12.0,null,\"\\u00e9\"]}".into());
    let other: Vec<String> =
        expected.iter().rev().map(|(name, value)| format!("\"{name}\" :\n{value}")).collect();
    assert_eq!(members(&back(&format!(" {{ {} }} ", other.join(" , ")))), expected);
}

/// What an error says, with the text that stands at its byte instead of the byte's number.
pub(super) fn told(json: &str, error: &EntityDecodeError) -> String {
    let text = format!("{error}");
    let (message, byte) = text.rsplit_once(" at byte ").unwrap();
    let at: usize = byte.parse().unwrap();
    assert_eq!(at as u64, error.offset());
    let found: String = json[at..].chars().take(8).collect();
    format!("{message} at {found}")
}
