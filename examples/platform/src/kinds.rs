//! What the rows of a database are, by their names: what a salvage keeps has to read as that.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::auth::account::Account;
use crate::feed::Kind;
use crate::items::{Item, Spot};
use crate::storage::{JOINT, StorageError, from_json};
use crate::streams::Stream;

/// The first part of a name.
fn first(name: &str) -> &str {
    name.split(JOINT).next().unwrap_or_default()
}

fn is<T: DeserializeOwned>(bytes: &[u8]) -> bool {
    from_json::<T>(bytes).is_ok()
}

/// Whether a text is JSON.
pub(crate) fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<&RawValue>(bytes).is_ok()
}

fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok()
}

/// Whether a value of the map reads as what its key says.
pub(crate) fn is_value(key: &str, value: &[u8]) -> bool {
    match first(key) {
        "account" => is::<Account>(value),
        "expires" | "seen" | "tombstone" => is::<Spot>(value),
        "item" => from_json::<Item>(value)
            .is_ok_and(|item| item.value.as_deref().is_none_or(|value| is_json(value.as_bytes()))),
        "stream" => is::<Stream>(value),
        "access" | "allowance" | "aside" | "change" | "email" | "holder" | "hook" | "hook failed"
        | "hook waits" | "ingest" | "key" | "layer" | "newest stream" | "next user" | "positions"
        | "producer" | "quarantine" | "rules" | "said" | "session" | "swept" => is_json(value),
        "gone stream" | "history" | "history of" | "history until" | "open share" | "revoked" | "shared"
        | "sid" => is_text(value),
        // Each begins with words; what is none is noise of a damaged page.
        word => !word.is_empty() && word.bytes().all(|letter| letter == b' ' || letter.is_ascii_lowercase()),
    }
}

/// What the messages of logs are.
#[derive(Debug, Default)]
pub(crate) struct Logs(BTreeMap<String, Kind>);

impl Logs {
    /// Notes the stream that a value of the map is.
    pub(crate) fn note(&mut self, value: &[u8]) -> Result<(), StorageError> {
        let source = from_json::<Stream>(value)?.source();
        self.0.insert(source.log, source.kind);
        Ok(())
    }

    /// Whether a message reads as what its log has.
    pub(crate) fn is_message(&self, log: &str, body: &[u8]) -> bool {
        match first(log) {
            "events" | "me" => is_json(body),
            "all events" => is_text(body),
            _ => match self.0.get(log) {
                Some(Kind::Json) => is_json(body),
                Some(Kind::Text) => is_text(body),
                Some(Kind::Binary) | None => true,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::key;

    #[test]
    fn rows_read_as_what_their_names_say() {
        let item = |value: &str| serde_json::json!({"version": 1, "value": value}).to_string();
        let (good, bad) = (item("{\"a\":1}"), item("{\"a\u{1}:1}"));
        for (name, value, is) in [
            ("item", good.as_bytes(), true),
            ("item", bad.as_bytes(), false),
            ("item", b"{\"version\":1,\"owner\":\"\xFF\"}", false),
            ("seen", b"{}", false),
            ("swept", b"7", true),
            ("swept", b"7}", false),
            ("shared", b"user/2", true),
            ("shared", b"user\xAF2", false),
            ("another", b"\xFF", true),
            ("", b"\xFF", false),
            ("\u{1}x", b"\xFF", false),
        ] {
            assert_eq!(is_value(&key(&[name, "demo"]), value), is, "{name} {value:?}");
        }
        let logs = Logs::default();
        for (log, body, is) in [
            ("me", b"{\"a\":1}".as_slice(), true),
            ("me", b"{\"a\":\xFF}", false),
            ("all events", b"1 x", true),
            ("s", b"\xFF", true),
        ] {
            assert_eq!(logs.is_message(&key(&[log, "demo"]), body), is, "{log} {body:?}");
        }
    }
}
