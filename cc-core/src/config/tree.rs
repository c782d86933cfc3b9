//! A layer as a tree, and JSON Pointers into it.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Ordering;

use super::Place;
use crate::event::codec::compare_keys;
use crate::rollout::Experiment;

/// A key, ordered as RFC 8785 orders keys.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Key(pub(super) Arc<str>);

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        compare_keys(&self.0, &other.0)
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// One value of a layer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Node {
    /// Anything but an object, as canonical JSON.
    Leaf(Arc<str>),
    Object(BTreeMap<Key, Member>),
    Rollout(Box<Rollout>),
}

/// A value, and where it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Member {
    pub(super) node: Node,
    pub(super) place: Option<Place>,
}

/// A value by experiment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Rollout {
    pub(super) trial: Trial,
    /// One for each arm.
    pub(super) values: Vec<Option<Member>>,
    pub(super) otherwise: Option<Member>,
}

/// An experiment, and whom it reaches.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Trial {
    pub(super) experiment: Experiment,
    /// Attributes, and the values of each that are reached.
    pub(super) only: BTreeMap<Box<str>, Vec<Box<str>>>,
}

/// Adds a key to a JSON Pointer (RFC 6901).
pub(super) fn push_key(path: &mut String, key: &str) {
    path.push('/');
    for character in key.chars() {
        match character {
            '~' => path.push_str("~0"),
            '/' => path.push_str("~1"),
            other => path.push(other),
        }
    }
}

/// The keys of a JSON Pointer; `None` if it is none.
pub(super) fn keys(pointer: &str) -> Option<Vec<String>> {
    if pointer.is_empty() {
        return Some(Vec::new());
    }
    let parts = pointer.strip_prefix('/')?.split('/');
    parts
        .map(|part| {
            let wrong = part.split('~').skip(1).any(|rest| !rest.starts_with(['0', '1']));
            (!wrong).then(|| part.replace("~1", "/").replace("~0", "~"))
        })
        .collect()
}
