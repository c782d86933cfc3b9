//! JSON objects member by member, with every value as it was written.

use std::collections::BTreeMap;

use cc_client::merge::Usual;
use cc_core::Timestamp;
use serde_json::value::RawValue;

/// How deep values may be nested.
pub const DEEPEST: usize = 64;

/// The members of a JSON object, each a JSON text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Members(pub BTreeMap<String, String>);

impl Members {
    /// Takes a text apart; `None` where it is no object, or is nested deeper than [`DEEPEST`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::read(text).ok()
    }

    /// The same; says what is wrong.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        if depth(text) > DEEPEST {
            return Err("expected at most 64 levels of nesting");
        }
        let members: BTreeMap<String, &RawValue> =
            serde_json::from_str(text).map_err(|_| "expected an object")?;
        Ok(Self(members.into_iter().map(|(name, value)| (name, value.get().to_owned())).collect()))
    }

    /// The first member that not everybody can read: half of a surrogate pair, or a number beyond all numbers.
    pub fn unreadable(&self) -> Option<&str> {
        let reads = |value: &str| serde_json::from_str::<Usual<false>>(value).is_ok();
        self.0.iter().find(|(_, value)| !reads(value)).map(|(name, _)| name.as_str())
    }

    /// Whether a member is there, and not `null`.
    pub fn says(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| value != "null")
    }

    /// A member that is a text.
    pub fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.0.get(name)?).ok()
    }

    /// A member that is an instant.
    pub fn instant(&self, name: &str) -> Option<Timestamp> {
        self.text(name).and_then(|text| crate::clock::read(&text))
    }

    /// Sets a member to a text.
    pub fn set_text(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), serde_json::Value::from(value).to_string());
    }

    /// Sets a member to a number.
    pub fn set_number(&mut self, name: &str, value: i64) {
        self.0.insert(name.to_owned(), value.to_string());
    }

    /// The object as one line.
    pub fn to_json(&self) -> String {
        let mut out = String::from("{");
        for (index, (name, value)) in self.0.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            out.push_str(&serde_json::Value::from(name.as_str()).to_string());
            out.push(':');
            out.push_str(&crate::feed::frames::minified(value.as_str().into()));
        }
        out.push('}');
        out
    }
}

/// Why usual parsers do not read a JSON text, if they do not: it is nested too deep, or has half of a surrogate pair or a number beyond
/// all numbers in it.
pub(crate) fn unusual(json: &str) -> Option<String> {
    if depth(json) > DEEPEST {
        return Some(format!("expected at most {DEEPEST} levels of nesting"));
    }
    if serde_json::from_str::<Usual<false>>(json).is_ok() {
        return None;
    }
    let why = "expected whole surrogate pairs, and numbers that a double holds";
    let members = Members::parse(json);
    let name = members.as_ref().and_then(Members::unreadable).map(|name| format!("{name}: "));
    Some(format!("{}{why}", name.unwrap_or_default()))
}

/// Whether an object in a JSON text, or it itself, has a member twice: parsers differ in which of the two they take.
pub(super) fn says_twice(json: &str) -> bool {
    // What is wrong otherwise is wrong by its letters.
    serde_json::from_str::<Usual<true>>(json).is_err_and(|error| error.is_data())
}

/// How deep a JSON text is nested.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_usual_parsers_refuse_is_told_with_its_member() {
        let why = "expected whole surrogate pairs, and numbers that a double holds";
        for (json, said) in [
            (r#"{"a":1e308,"b":"\ud83d\ude97"}"#, None),
            (r#"{"a":1,"b":{"c":-1e999}}"#, Some(format!("b: {why}"))),
            (r#"{"a":"\ud800"}"#, Some(format!("a: {why}"))),
            (r#"["\udc00"]"#, Some(why.to_owned())),
            ("7", None),
            (&"[".repeat(100_000), Some("expected at most 64 levels of nesting".to_owned())),
        ] {
            assert_eq!(unusual(json), said, "{}", json.get(..40).unwrap_or(json));
        }
    }

    #[test]
    fn a_member_that_stands_twice_is_found_however_deep_it_stands() {
        for (json, twice) in [
            (r#"{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}"#, false),
            (r#"{"a":1,"b":2,"a":1}"#, true),
            (r#"{"a":1,"\u0061":1}"#, true),
            (r#"{"b":[[{"c":{"a":1,"a":null}}]]}"#, true),
            (r#"{"a":1e999}"#, false),
            (r#"{"a":"\ud800"}"#, false),
        ] {
            assert_eq!(says_twice(json), twice, "{json}");
        }
    }

    #[test]
    fn members_keep_their_spelling_and_depth_is_bounded() {
        let members = Members::parse("{\"b\": 12.50, \"a\": {\"x\" : \"[[\\\"[\"}}").unwrap();
        assert_eq!(members.to_json(), "{\"a\":{\"x\":\"[[\\\"[\"},\"b\":12.50}");
        let nested = |levels: usize| format!("{{\"a\":{}1{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(Members::parse(&nested(63)).is_some());
        assert_eq!(Members::read(&nested(64)), Err("expected at most 64 levels of nesting"));
        assert_eq!(Members::read("[1]"), Err("expected an object"));
        assert_eq!(DEEPEST, 64);
    }

    #[test]
    fn what_other_programs_refuse_is_found() {
        for (text, found) in [
            (r#"{"a":1,"b":{"c":["\ud800"]}}"#, Some("b")),
            (r#"{"a":{"\udc00":1}}"#, Some("a")),
            (r#"{"a":1e999}"#, Some("a")),
            (r#"{"a":"\ud83d\ude00","b":123456789012345678901234567890,"c":-0.0}"#, None),
        ] {
            assert_eq!(Members::parse(text).unwrap().unreadable(), found, "{text}");
        }
    }
}
