//! JSON that every parser reads alike.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// JSON that all parsers read alike: no lone surrogates, no number outside an `f64` and, with `ONCE`, no
/// repeated member. Deserializing only checks; it builds nothing.
///
/// # Examples
///
/// ```
/// use cc_client::merge::Usual;
///
/// let twice = r#"{"a": [{"b": 1, "\u0062": 2}]}"#;
/// serde_json::from_str::<Usual<false>>(twice)?;
/// let error = serde_json::from_str::<Usual<true>>(twice).err().ok_or("it is usual")?;
/// assert!(error.to_string().starts_with("a member twice"));
/// assert!(serde_json::from_str::<Usual<false>>(r#"["\ud800"]"#).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Usual<const ONCE: bool>;

impl<'de, const ONCE: bool> Deserialize<'de> for Usual<ONCE> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Self)
    }
}

impl<'de, const ONCE: bool> Visitor<'de> for Usual<ONCE> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self, A::Error> {
        let mut names = BTreeSet::new();
        while let Some(name) = object.next_key::<String>()? {
            if ONCE && !names.insert(name) {
                return Err(A::Error::custom("a member twice"));
            }
            object.next_value::<Self>()?;
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_every_parser_reads_alike_is_usual() {
        for (text, expected) in [
            (r#"{"a":{"b":[null,true,-1,1.5,1e300,"x",{}]},"b":18446744073709551615}"#, true),
            (r#"{"a":1,"A":2}"#, true),
            (r#"{"a":1,"a":1}"#, false),
            (r#"{"b":[{"a":1,"\u0061":2}]}"#, false),
            (r#"["\ud800"]"#, false),
            ("[1e400]", false),
        ] {
            assert_eq!(serde_json::from_str::<Usual<true>>(text).is_ok(), expected, "{text}");
        }
    }
}
