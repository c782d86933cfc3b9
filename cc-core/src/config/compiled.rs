//! The document that one subject gets.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, btree_map};
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::tree::{Key, keys, push_key};
use super::{ConfigError, ConfigProblem, Origin};
use crate::json::{ObjectWriter, write_string};
use crate::rollout::ExperimentName;

/// A compiled document, with the origin of every value. `Debug` does not show the values.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Compiled {
    pub(super) root: BTreeMap<Key, Value>,
    pub(super) arms: Vec<ConfigArm>,
}

/// A value of a compiled document.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Value {
    /// Anything but an object, as canonical JSON.
    Leaf { json: Arc<str>, origin: Origin },
    /// An object; its origin is the layer that made it.
    Object { members: BTreeMap<Key, Value>, origin: Origin },
}

/// What an experiment meant for a document: worth recording, since it says who was treated how.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConfigArm {
    pub(super) path: Box<str>,
    pub(super) layer: Arc<str>,
    pub(super) experiment: ExperimentName,
    pub(super) arm: Option<Box<str>>,
}

impl ConfigArm {
    /// The JSON Pointer of the value that the experiment decides.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The layer the experiment stands in.
    pub fn layer(&self) -> &str {
        &self.layer
    }

    /// The experiment.
    pub fn experiment(&self) -> &ExperimentName {
        &self.experiment
    }

    /// The arm; `None` where the subject takes no part.
    pub fn arm(&self) -> Option<&str> {
        self.arm.as_deref()
    }

    /// The same as canonical JSON: `arm`, `experiment`, `layer`, `path`.
    pub fn to_canonical_json(&self) -> String {
        let mut out = String::new();
        let mut object = ObjectWriter::new(&mut out);
        object.optional_string("arm", self.arm());
        object.string("experiment", self.experiment.as_str());
        object.string("layer", &self.layer);
        object.string("path", &self.path);
        object.end();
        out
    }
}

/// One value of a compiled document: anything but an object, or an empty object.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConfigValue<'a> {
    /// Its JSON Pointer (RFC 6901).
    pub path: String,
    /// The value, as canonical JSON.
    pub json: &'a str,
    /// Where it comes from.
    pub origin: &'a Origin,
}

impl ConfigValue<'_> {
    /// Where the value comes from, as canonical JSON: `column` and `line` where they are known, `layer`, `path`. The value
    /// itself is not in it.
    pub fn origin_json(&self) -> String {
        let mut out = String::new();
        let mut object = ObjectWriter::new(&mut out);
        if let Some(place) = self.origin.place {
            object.number("column", place.column.into());
        }
        object.string("layer", &self.origin.layer);
        if let Some(place) = self.origin.place {
            object.number("line", place.line.into());
        }
        object.string("path", &self.path);
        object.end();
        out
    }
}

impl Compiled {
    /// The document as canonical JSON: keys sorted (RFC 8785 §3.2.3), no white space, numbers as written.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        write_members(&self.root, &mut out);
        out
    }

    /// SHA-256 of the canonical JSON.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.to_json()).into()
    }

    /// The document's strong entity tag (RFC 9110 §8.8.3): its [`digest`](Self::digest) in hexadecimal, in quotes.
    ///
    /// ```
    /// let nothing = cc_core::config::Compiled::default();
    /// assert_eq!(nothing.to_json(), "{}");
    /// assert_eq!(nothing.etag(), "\"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\"");
    /// ```
    pub fn etag(&self) -> String {
        let mut out = String::with_capacity(66);
        out.push('"');
        for byte in self.digest() {
            // Writing to a String cannot fail.
            let _ = write!(out, "{byte:02x}");
        }
        out.push('"');
        out
    }

    /// The value at a JSON Pointer, as canonical JSON.
    pub fn get(&self, pointer: &str) -> Option<String> {
        let mut out = String::new();
        match self.find(pointer)? {
            Found::Root => write_members(&self.root, &mut out),
            Found::Inner(value) => value.write(&mut out),
        }
        Some(out)
    }

    /// Where the value at a JSON Pointer comes from; for an object, the layer that made it.
    pub fn origin(&self, pointer: &str) -> Option<&Origin> {
        match self.find(pointer)? {
            Found::Root => None,
            Found::Inner(Value::Leaf { origin, .. } | Value::Object { origin, .. }) => Some(origin),
        }
    }

    /// Every value with its origin, in the order of the document.
    pub fn values(&self) -> ConfigValues<'_> {
        ConfigValues { path: String::new(), open: Vec::from([(0, self.root.iter())]) }
    }

    /// What experiments meant for this document, sorted by path.
    pub fn arms(&self) -> &[ConfigArm] {
        &self.arms
    }

    /// The document with nothing in it but what stands at these JSON Pointers. What is not there is left out.
    ///
    /// ```
    /// use cc_core::config::{Layer, Subject, compile};
    ///
    /// let layer = Layer::parse("global", r#"{"map": {"style": "plain", "zoom": 12}, "trace": true}"#)?;
    /// let settings = compile(&[layer], &Subject::default())?;
    /// assert_eq!(settings.select(["/map/zoom", "/nothing"])?.to_json(), r#"{"map":{"zoom":12}}"#);
    /// let error = settings.select(["map"]).unwrap_err();
    /// assert_eq!(error.to_string(), "select: map: expected a JSON Pointer (RFC 6901), such as /map/zoom");
    /// # Ok::<(), cc_core::config::ConfigError>(())
    /// ```
    pub fn select<'a>(&self, pointers: impl IntoIterator<Item = &'a str>) -> Result<Self, ConfigError> {
        let mut chosen = Self::default();
        for pointer in pointers {
            let Some(path) = keys(pointer) else {
                let problem =
                    ConfigProblem::Expected { expected: "a JSON Pointer (RFC 6901), such as /map/zoom" };
                let path = pointer.into();
                return Err(ConfigError { layer: "select".into(), path, place: None, problem });
            };
            if path.is_empty() {
                return Ok(self.clone());
            }
            copy(&self.root, &path, &mut chosen.root);
        }
        let kept = self.arms.iter().filter(|arm| chosen.find(&arm.path).is_some());
        chosen.arms = kept.cloned().collect();
        Ok(chosen)
    }

    fn find(&self, pointer: &str) -> Option<Found<'_>> {
        let mut found = Found::Root;
        for key in keys(pointer)? {
            let members = match found {
                Found::Root => &self.root,
                Found::Inner(Value::Object { members, .. }) => members,
                Found::Inner(Value::Leaf { .. }) => return None,
            };
            found = Found::Inner(members.get(&Key(key.into()))?);
        }
        Some(found)
    }
}

enum Found<'a> {
    Root,
    Inner(&'a Value),
}

/// Copies what stands at a path, with the objects on the way.
fn copy(from: &BTreeMap<Key, Value>, path: &[String], into: &mut BTreeMap<Key, Value>) {
    let Some((first, rest)) = path.split_first() else { return };
    let key = Key(first.as_str().into());
    match (from.get(&key), rest.is_empty()) {
        (Some(value), true) => _ = into.insert(key, value.clone()),
        (Some(Value::Object { members, origin }), false) => {
            let mut inner = match into.remove(&key) {
                Some(Value::Object { members, .. }) => members,
                _ => BTreeMap::new(),
            };
            copy(members, rest, &mut inner);
            if !inner.is_empty() {
                into.insert(key, Value::Object { members: inner, origin: origin.clone() });
            }
        }
        _ => {}
    }
}

impl Value {
    fn write(&self, out: &mut String) {
        match self {
            Self::Leaf { json, .. } => out.push_str(json),
            Self::Object { members, .. } => write_members(members, out),
        }
    }
}

fn write_members(members: &BTreeMap<Key, Value>, out: &mut String) {
    out.push('{');
    for (i, (key, value)) in members.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        write_string(out, &key.0);
        out.push(':');
        value.write(out);
    }
    out.push('}');
}

impl fmt::Debug for Compiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compiled").field("members", &self.root.len()).finish_non_exhaustive()
    }
}

/// The values of a document, one after another. See [`Compiled::values`].
#[derive(Clone)]
pub struct ConfigValues<'a> {
    path: String,
    /// The objects that are open: the length of the path before their own key, and their members to come.
    open: Vec<(usize, btree_map::Iter<'a, Key, Value>)>,
}

impl<'a> Iterator for ConfigValues<'a> {
    type Item = ConfigValue<'a>;

    fn next(&mut self) -> Option<ConfigValue<'a>> {
        loop {
            let (before, members) = self.open.last_mut()?;
            let Some((key, value)) = members.next() else {
                self.path.truncate(*before);
                self.open.pop();
                continue;
            };
            let length = self.path.len();
            push_key(&mut self.path, &key.0);
            let (json, origin) = match value {
                Value::Object { members, .. } if !members.is_empty() => {
                    self.open.push((length, members.iter()));
                    continue;
                }
                Value::Object { origin, .. } => ("{}", origin),
                Value::Leaf { json, origin } => (&**json, origin),
            };
            let path = self.path.clone();
            self.path.truncate(length);
            return Some(ConfigValue { path, json, origin });
        }
    }
}

impl fmt::Debug for ConfigValues<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigValues").finish_non_exhaustive()
    }
}
