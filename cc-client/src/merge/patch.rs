//! Merge patches (RFC 7396), over JSON text: numbers keep their digits.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// Lays a patch over a document. `None` if the result has no value: the patch is `null` or not JSON, or one
/// of the two is nested deeper than 64 levels.
///
/// Members keep the text of their values. Those of an object that was merged are sorted by name.
///
/// # Examples
///
/// ```
/// use cc_client::merge::merge_patch;
///
/// let place = r#"{"name": "Home", "radius": 150.0, "note": "x"}"#;
/// let merged = merge_patch(Some(place), r#"{"name": "House", "note": null}"#);
/// assert_eq!(merged.as_deref(), Some(r#"{"name":"House","radius":150.0}"#));
/// ```
pub fn merge_patch(target: Option<&str>, patch: &str) -> Option<String> {
    let deep = is_too_deep(patch) || target.is_some_and(is_too_deep);
    if deep { None } else { merge(target, patch) }
}

fn merge(target: Option<&str>, patch: &str) -> Option<String> {
    let Some(patch) = object(patch) else {
        let value: &RawValue = serde_json::from_str(patch).ok()?;
        return (value.get() != "null").then(|| value.get().to_owned());
    };
    let mut members: BTreeMap<String, Box<str>> = BTreeMap::new();
    for (name, value) in target.and_then(object).unwrap_or_default() {
        members.insert(name, value.get().into());
    }
    for (name, value) in patch {
        let merged = merge(members.get(&name).map(AsRef::as_ref), value.get());
        match merged {
            Some(merged) => members.insert(name, merged.into()),
            None => members.remove(&name),
        };
    }
    Some(write(&members))
}

/// Nested deeper than anything that is meant.
pub(crate) fn is_too_deep(text: &str) -> bool {
    let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > 64 {
            return true;
        }
    }
    false
}

/// The members of an object; `None` for anything else.
pub(super) fn object(text: &str) -> Option<BTreeMap<String, &RawValue>> {
    text.trim_start().starts_with('{').then(|| serde_json::from_str(text).ok())?
}

pub(super) fn write(members: &BTreeMap<String, Box<str>>) -> String {
    let mut out = String::from("{");
    for (name, value) in members {
        if out.len() > 1 {
            out.push(',');
        }
        // A text always has a JSON form.
        out.push_str(&serde_json::to_string(name).unwrap_or_default());
        out.push(':');
        out.push_str(value);
    }
    out.push('}');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_is_bounded() {
        let deep = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
        assert_eq!(merge_patch(Some("{}"), &deep), None);
        assert_eq!(merge_patch(None, r#"{"a":"{{{[[[\\"}"#).as_deref(), Some(r#"{"a":"{{{[[[\\"}"#));
    }

    #[test]
    fn does_what_the_appendix_of_the_standard_says() {
        for (target, patch, result) in [
            (r#"{"a":"b"}"#, r#"{"a":"c"}"#, Some(r#"{"a":"c"}"#)),
            (r#"{"a":"b"}"#, r#"{"b":"c"}"#, Some(r#"{"a":"b","b":"c"}"#)),
            (r#"{"a":"b"}"#, r#"{"a":null}"#, Some("{}")),
            (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, Some(r#"{"b":"c"}"#)),
            (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, Some(r#"{"a":"c"}"#)),
            (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, Some(r#"{"a":{"b":"d"}}"#)),
            (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, Some(r#"{"a":[1]}"#)),
            (r#"["a","b"]"#, r#"["c","d"]"#, Some(r#"["c","d"]"#)),
            (r#"{"a":"b"}"#, r#"["c"]"#, Some(r#"["c"]"#)),
            (r#"{"a":"foo"}"#, "null", None),
            (r#"{"e":null}"#, r#"{"a":1}"#, Some(r#"{"a":1,"e":null}"#)),
            ("[1,2]", r#"{"a":"b","c":null}"#, Some(r#"{"a":"b"}"#)),
            ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, Some(r#"{"a":{"bb":{}}}"#)),
        ] {
            assert_eq!(merge_patch(Some(target), patch).as_deref(), result, "{target} {patch}");
        }
    }
}
