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

/// Whether an item reads, and what is in it.
fn is_item(bytes: &[u8]) -> bool {
    let item = from_json::<Item>(bytes);
    item.is_ok_and(|item| item.value.as_deref().is_none_or(|value| is_json(value.as_bytes())))
}

/// Of a row whose name says all: nobody reads its value, and it is worth as much with another.
fn is_any(_: &[u8]) -> bool {
    true
}

/// Says of a value whether it reads as what it is.
type Look = fn(&[u8]) -> bool;

/// The kinds of rows that this platform and those before it write, each with what its value is. One that is not here is left out by a
/// salvage.
const KINDS: &[(&str, Look)] = &[
    ("about", is_any),
    ("access", is_json),
    ("access untold", is_text),
    ("account", is::<Account>),
    ("allowance", is_json),
    ("aside", is_json),
    ("aside of", is_any),
    ("booked", is_any),
    ("care", is_text),
    ("change", is_json),
    ("email", is_json),
    ("expires", is::<Spot>),
    ("fleets", is_any),
    ("gone stream", is_text),
    ("history", is_text),
    ("history of", is_text),
    ("history until", is_text),
    // Of an earlier version.
    ("holder", is_json),
    ("hook", is_json),
    ("hook failed", is_json),
    ("hook waits", is_json),
    ("ingest", is_json),
    ("item", is_item),
    ("jti", is::<u64>),
    ("key", is_json),
    ("known", is_any),
    ("lane", is_json),
    ("layer", is_json),
    ("layer untold", is_text),
    ("mark", is_any),
    ("near", is_any),
    ("newest stream", is_json),
    ("next user", is_json),
    ("open share", is_text),
    ("organization", is_any),
    ("positions", is_json),
    ("probe", is_any),
    ("probe beside", is_any),
    ("producer", is_json),
    ("quarantine", is_json),
    ("revoked", is_text),
    ("rules", is_json),
    ("rules base", is_text),
    ("rules of sight", is::<u64>),
    ("said", is_json),
    ("seen", is::<Spot>),
    ("session", is_json),
    ("shared", is_text),
    ("shared with", is_any),
    ("sid", is_text),
    ("stream", is::<Stream>),
    ("swept", is_json),
    ("talk", is_any),
    ("tombstone", is::<Spot>),
];

/// Whether a value of the map reads as what its key says. A key that says nothing is damaged.
pub(crate) fn is_value(key: &str, value: &[u8]) -> bool {
    let kind = KINDS.iter().find(|(kind, _)| *kind == first(key));
    kind.is_some_and(|(_, is_value)| is_value(value))
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
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

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
            ("organization", b"\xFF", true),
            ("rules base", b"\xFF", false),
            ("jti", b"x", false),
            ("another", b"1", false),
            ("itfm", b"{}", false),
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

    /// Where a variable stands first in a key, by its file, with all that it may be; nothing where it stands further behind, or takes rows
    /// away that are of the kind of others.
    const VARIABLES: &[(&str, &str, &[&str])] = &[
        ("admin/accounts.rs", "lanes", &[]),
        ("events/history.rs", "name", &["history", "history of", "history until"]),
        ("events/history.rs", "type_name", &[]),
        ("events/ingest.rs", "prefix", &["aside of", "mark"]),
        ("storage/mod.rs", "prefix", &[]),
        ("streams/mod.rs", "&producer.id", &[]),
        ("webhooks/mod.rs", "kind", &[]),
    ];
    const LOGS: [&str; 4] = ["all events", "events", "me", "s"];

    /// What stands first in the keys that a source makes, and what rows of one part it writes: literals, constants, variables.
    fn firsts(source: &str) -> impl Iterator<Item = &str> {
        let behind = |call: &'static str| source.split(call).skip(1).map(str::trim_start);
        let made = behind("key(").filter_map(|rest| rest.strip_prefix("&[")).map(str::trim_start);
        let written = behind(".put(").chain(behind("put_json(edit,"));
        let written = written.filter(|rest| rest.starts_with('"') || rest.starts_with(char::is_uppercase));
        made.chain(written).filter_map(|rest| rest.split([',', ']']).next())
    }

    #[allow(clippy::disallowed_methods, reason = "tests")]
    fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }

    #[test]
    fn every_kind_of_row_that_is_written_is_looked_at_and_no_other() {
        let (folder, mut found) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), Vec::new());
        sources(&folder, &mut found);
        // Of an earlier version, and of those who try whether the disk has room.
        let mut written = BTreeSet::from(["holder", "probe", "probe beside"]);
        let mut variables = BTreeSet::new();
        for (path, text) in &found {
            let source = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            let file = path.strip_prefix(&folder).unwrap().to_str().unwrap().replace('\\', "/");
            for first in firsts(source) {
                let constant = source.split_once(&format!("const {first}: &str = ")).map(|(_, rest)| rest);
                let literal =
                    constant.unwrap_or(first).strip_prefix('"').and_then(|rest| rest.split('"').next());
                match literal {
                    Some(kind) => written.insert(kind),
                    None => variables.insert((file.clone(), first)),
                };
            }
        }
        let listed = VARIABLES.iter().map(|(file, name, _)| ((*file).to_owned(), *name)).collect();
        assert_eq!(variables, listed, "say in VARIABLES what they may be");
        written.extend(VARIABLES.iter().flat_map(|(.., kinds)| *kinds));
        written.retain(|kind| !LOGS.contains(kind));
        assert_eq!(written, KINDS.iter().map(|(kind, _)| *kind).collect());
    }
}
