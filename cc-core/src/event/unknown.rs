//! Fields nobody here knows, kept as they came.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

/// Fields this version does not know: names and raw JSON texts, in the order they came.
///
/// The texts are whole JSON values and never pass through a float. `Debug` shows only how many there are, since a
/// field nobody knows may hold anything.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct UnknownFields(Vec<(Box<str>, Box<str>)>);

impl UnknownFields {
    /// The raw JSON text of a field.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(key, _)| *key == name).map(|(_, json)| json)
    }

    /// The fields, in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, json)| (&**key, &**json))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The field that came last.
    #[cfg(feature = "protobuf")]
    pub(crate) fn last(&self) -> Option<(&str, &str)> {
        self.0.last().map(|(key, json)| (&**key, &**json))
    }

    /// Adds a field; the caller sees to it that no name comes twice.
    pub(crate) fn push(&mut self, name: Box<str>, json: Box<str>) {
        self.0.push((name, json));
    }
}

impl fmt::Debug for UnknownFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnknownFields({})", self.0.len())
    }
}
