//! JSON that every parser reads alike: no member twice in an object, no half of a surrogate pair, no number beyond a double.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A value of it, which is looked at and not kept.
pub(crate) struct Usual;

impl<'de> Deserialize<'de> for Usual {
    fn deserialize<D: Deserializer<'de>>(of: D) -> Result<Self, D::Error> {
        of.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Usual {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self, A::Error> {
        let mut names = BTreeSet::new();
        while let Some((name, _)) = object.next_entry::<String, Self>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a member twice"));
            }
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
            assert_eq!(serde_json::from_str::<Usual>(text).is_ok(), expected, "{text}");
        }
    }
}
