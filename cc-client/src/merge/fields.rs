//! Two writers, one item: field by field, by clock or by what each of them changed.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::value::RawValue;

use super::patch::{is_too_deep, object, write};
use crate::Stamp;

/// The stamp of the last write of each member of an item.
pub type Stamps = BTreeMap<String, Stamp>;

/// Lays a write over an item, member by member. Of two writes of a member the later one wins, whichever comes
/// first.
///
/// `patch` is a merge patch of the first level: a member that is `null` is removed, and stays removed against
/// earlier writes. Keep `stamps` beside the item, also for removed members.
///
/// # Examples
///
/// ```
/// use cc_client::Stamp;
/// use cc_client::merge::{Stamps, merge_by_clock};
///
/// let at = |millis| Stamp { millis, counter: 0, node: 1 };
/// let write = |mut item: String, mut stamps: Stamps, patch: &str, stamp| {
///     merge_by_clock(&mut item, &mut stamps, patch, stamp).unwrap();
///     (item, stamps)
/// };
/// let (item, stamps) = write("{}".into(), Stamps::new(), r#"{"name":"Home","radius":150}"#, at(2));
/// // An older write comes late: what it says of `name` is old, what it says of `note` is news.
/// let (item, _) = write(item, stamps, r#"{"name":"House","note":"x"}"#, at(1));
/// assert_eq!(item, r#"{"name":"Home","note":"x","radius":150}"#);
/// ```
pub fn merge_by_clock(item: &mut String, stamps: &mut Stamps, patch: &str, stamp: Stamp) -> Option<()> {
    let patch = object(patch)?;
    let mut members: BTreeMap<String, Box<str>> =
        object(item)?.into_iter().map(|(name, value)| (name, value.get().into())).collect();
    for (name, value) in patch {
        if stamps.get(&name).is_some_and(|last| *last >= stamp) {
            continue;
        }
        if value.get() == "null" {
            members.remove(&name);
        } else {
            members.insert(name.clone(), value.get().into());
        }
        stamps.insert(name, stamp);
    }
    *item = write(&members);
    Some(())
}

/// The result of a three-way merge.
#[derive(Clone, Eq, PartialEq)]
pub enum ThreeWay {
    /// Both sides changed these members, and not to the same value.
    Conflict(Vec<String>),
    /// The document with the changes of both sides.
    Merged(String),
}

impl fmt::Debug for ThreeWay {
    /// Shows no value: a person wrote it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict(members) => f.debug_tuple("Conflict").field(members).finish(),
            Self::Merged(document) => write!(f, "Merged({} bytes)", document.len()),
        }
    }
}

/// Merges the changes that two sides made to one document, member by member of the first level. `None` if one
/// of the three is not a JSON object.
///
/// # Examples
///
/// ```
/// use cc_client::merge::{ThreeWay, three_way};
///
/// let base = r#"{"name":"A","plate":"X 1"}"#;
/// let merged = three_way(base, r#"{"name":"B","plate":"X 1"}"#, r#"{"name":"A","plate":"X 2"}"#);
/// assert_eq!(merged, Some(ThreeWay::Merged(r#"{"name":"B","plate":"X 2"}"#.into())));
/// let merged = three_way(base, r#"{"name":"B","plate":"X 1"}"#, r#"{"name":"C","plate":"X 1"}"#);
/// assert_eq!(merged, Some(ThreeWay::Conflict(vec!["name".into()])));
/// ```
pub fn three_way(base: &str, ours: &str, theirs: &str) -> Option<ThreeWay> {
    if [base, ours, theirs].into_iter().any(is_too_deep) {
        return None;
    }
    let (base, ours, theirs) = (object(base)?, object(ours)?, object(theirs)?);
    let mut names: Vec<&String> = base.keys().chain(ours.keys()).chain(theirs.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let (mut members, mut conflicts) = (BTreeMap::new(), Vec::new());
    for name in names {
        let [base, ours, theirs] = [&base, &ours, &theirs].map(|side| side.get(name).copied());
        let chosen = if same(ours, theirs) || same(base, theirs) {
            ours
        } else if same(base, ours) {
            theirs
        } else {
            conflicts.push(name.clone());
            continue;
        };
        if let Some(value) = chosen {
            members.insert(name.clone(), value.get().into());
        }
    }
    Some(if conflicts.is_empty() { ThreeWay::Merged(write(&members)) } else { ThreeWay::Conflict(conflicts) })
}

/// The same value, however it is spaced and sorted; numbers are compared as they are written.
fn same(a: Option<&RawValue>, b: Option<&RawValue>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => a.get() == b.get() || canonical(a.get()) == canonical(b.get()),
        _ => false,
    }
}

fn canonical(text: &str) -> Option<String> {
    if let Some(members) = object(text) {
        let members: Option<BTreeMap<String, Box<str>>> =
            members.into_iter().map(|(name, value)| Some((name, canonical(value.get())?.into()))).collect();
        return members.map(|members| write(&members));
    }
    if text.trim_start().starts_with('[') {
        let values: Vec<&RawValue> = serde_json::from_str(text).ok()?;
        let values: Option<Vec<String>> = values.into_iter().map(|value| canonical(value.get())).collect();
        return values.map(|values| format!("[{}]", values.join(",")));
    }
    if text.starts_with('"') {
        let value: String = serde_json::from_str(text).ok()?;
        return serde_json::to_string(&value).ok();
    }
    Some(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn patches() -> impl Strategy<Value = Vec<(String, Stamp)>> {
        let member = ("[abc]", prop_oneof![Just("null".to_owned()), "[0-9]"]);
        let patch = prop::collection::btree_map(member.0, member.1, 1..4).prop_map(|members| {
            let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
            format!("{{{}}}", members.join(","))
        });
        prop::collection::vec(patch, 1..8).prop_map(|patches| {
            let stamp = |millis: usize| Stamp { millis: millis as u64 / 2, counter: 0, node: millis as u64 };
            patches.into_iter().enumerate().map(|(index, patch)| (patch, stamp(index))).collect()
        })
    }

    fn fold<'a>(writes: impl Iterator<Item = &'a (String, Stamp)>) -> (String, Stamps) {
        let (mut item, mut stamps) = ("{}".to_owned(), Stamps::new());
        for (patch, stamp) in writes {
            merge_by_clock(&mut item, &mut stamps, patch, *stamp).unwrap();
        }
        (item, stamps)
    }

    proptest! {
        #[test]
        fn any_order_and_any_copies_give_the_same_item(writes in patches(), order: prop::sample::Index) {
            let straight = fold(writes.iter());
            let at = order.index(writes.len());
            prop_assert_eq!(&fold(writes[at..].iter().chain(&writes[..at])), &straight);
            prop_assert_eq!(&fold(writes.iter().rev().chain(&writes)), &straight);
        }
    }

    #[test]
    fn spelling_is_no_change() {
        let merged = three_way(r#"{"a":{"x":1,"y":[2]}}"#, r#"{"a":{"y":[ 2],"x":1}}"#, r#"{"a":{"x":1}}"#);
        assert_eq!(merged, Some(ThreeWay::Merged(r#"{"a":{"x":1}}"#.into())));
    }
}
