//! What several tests use.
#![allow(dead_code, reason = "every test file uses its own part")]
#![allow(unreachable_pub, reason = "each test is a crate of its own")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

pub(crate) mod descriptors;
pub(crate) mod random;
pub(crate) mod types;

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// The members of an object, by another reader than the one under test.
pub(crate) type Members = BTreeMap<String, Box<RawValue>>;

/// Compares JSON, by another reader than the one under test.
pub(crate) fn same_json(a: &str, b: &str) -> bool {
    let kind = |json: &str| match json.as_bytes()[0] {
        digit @ (b'-' | b'0'..=b'9') => (b'0', digit == b'-'),
        other => (other, false),
    };
    if kind(a) != kind(b) {
        return false;
    }
    match a.as_bytes()[0] {
        b'{' => {
            let read = |json| serde_json::from_str::<BTreeMap<String, &RawValue>>(json).unwrap();
            let (a, b) = (read(a), read(b));
            a.len() == b.len()
                && a.iter().zip(&b).all(|((k, v), (l, w))| k == l && same_json(v.get(), w.get()))
        }
        b'[' => {
            let read = |json| serde_json::from_str::<Vec<&RawValue>>(json).unwrap();
            let (a, b) = (read(a), read(b));
            a.len() == b.len() && a.iter().zip(&b).all(|(v, w)| same_json(v.get(), w.get()))
        }
        b'"' => serde_json::from_str::<String>(a).unwrap() == serde_json::from_str::<String>(b).unwrap(),
        _ => a == b,
    }
}
