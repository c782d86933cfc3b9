//! What became of a document.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Compiled, ConfigValue};
use crate::json::ObjectWriter;

/// One value that differs between two documents.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConfigChange<'a> {
    /// Its JSON Pointer.
    pub path: String,
    /// What it was; `None` where it is new.
    pub before: Option<ConfigValue<'a>>,
    /// What it is; `None` where it is gone.
    pub after: Option<ConfigValue<'a>>,
}

impl ConfigChange<'_> {
    /// The change as canonical JSON: `after`, `after_layer`, `before`, `before_layer` where there are any, and `path`.
    pub fn to_canonical_json(&self) -> String {
        let mut out = String::new();
        let mut object = ObjectWriter::new(&mut out);
        for (key, layer, value) in
            [("after", "after_layer", &self.after), ("before", "before_layer", &self.before)]
        {
            if let Some(value) = value {
                object.key(key).push_str(value.json);
                object.string(layer, value.origin.layer());
            }
        }
        object.string("path", &self.path);
        object.end();
        out
    }
}

impl Compiled {
    /// What differs in a later document, sorted by path. A value is the same when its text is: `12` and `12.0` differ,
    /// and where a value comes from does not matter.
    ///
    /// ```
    /// use cc_core::config::{Layer, Subject, compile};
    ///
    /// let of = |json| Ok::<_, cc_core::config::ConfigError>(compile(&[Layer::parse("global", json)?], &Subject::default())?);
    /// let (before, after) = (of(r#"{"a": 1, "b": [2]}"#)?, of(r#"{"a": 1, "b": [3]}"#)?);
    /// let changes: Vec<String> = before.changes(&after).iter().map(|change| change.to_canonical_json()).collect();
    /// assert_eq!(changes, [r#"{"after":[3],"after_layer":"global","before":[2],"before_layer":"global","path":"/b"}"#]);
    /// # Ok::<(), cc_core::config::ConfigError>(())
    /// ```
    pub fn changes<'a>(&'a self, after: &'a Self) -> Vec<ConfigChange<'a>> {
        let mut changes: BTreeMap<String, ConfigChange<'a>> = BTreeMap::new();
        for value in self.values() {
            let path = value.path.clone();
            changes.insert(path.clone(), ConfigChange { path, before: Some(value), after: None });
        }
        for value in after.values() {
            let path = value.path.clone();
            let same = changes
                .get(&path)
                .and_then(|change| change.before.as_ref())
                .is_some_and(|b| b.json == value.json);
            if same {
                changes.remove(&path);
            } else {
                let new = || ConfigChange { path: path.clone(), before: None, after: None };
                changes.entry(path.clone()).or_insert_with(new).after = Some(value);
            }
        }
        changes.into_values().collect()
    }
}
