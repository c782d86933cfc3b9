//! The messages of a body: it is read before the writer has its turn, and takes little more memory than its bytes.

use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::feed::{Kind, frames};
use crate::items::members::unusual;
use crate::problem::Problem;

/// The most messages of one append: each is a row, and others write only when all of them are written.
pub const MESSAGES: usize = 5_000;

/// The values of an array: none of them where they are too many.
struct Values<'a>(Option<Vec<&'a RawValue>>);

impl<'de: 'a, 'a> Deserialize<'de> for Values<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Bounded;
        impl<'de> Visitor<'de> for Bounded {
            type Value = Values<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = seq.next_element()? {
                    if values.len() == MESSAGES {
                        // To its end all the same: what is no JSON is told first.
                        while seq.next_element::<IgnoredAny>()?.is_some() {}
                        return Ok(Values(None));
                    }
                    values.push(value);
                }
                Ok(Values(Some(values)))
            }
        }
        from.deserialize_seq(Bounded)
    }
}

/// The messages of a body of a kind.
///
/// Errors: `malformed`, and `too_large` where they are more than [`MESSAGES`].
pub(super) fn messages(kind: Kind, body: &Bytes, may_be_empty: bool) -> Result<Vec<Bytes>, Problem> {
    if kind == Kind::Text && std::str::from_utf8(body).is_err() {
        return Err(Problem::malformed().because(
            "text/* is UTF-8, whole letters each time; other bytes go into a stream of another type",
        ));
    }
    if kind != Kind::Json {
        return Ok(if body.is_empty() { Vec::new() } else { vec![body.clone()] });
    }
    if body.is_empty() && may_be_empty {
        return Ok(Vec::new());
    }
    let line = |value: &RawValue| match unusual(value.get()) {
        Some(why) => Err(Problem::malformed().because(why)),
        None => Ok(frames::minified(value.get().into()).into()),
    };
    if body.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'[') {
        return Ok(vec![line(crate::body::parse(body)?)?]);
    }
    let Values(values) = crate::body::parse(body)?;
    let too_many = || Problem::too_large().because(format!("at most {MESSAGES} messages in one append"));
    let values = values.ok_or_else(too_many)?;
    if values.is_empty() && !may_be_empty {
        return Err(Problem::malformed().because("an empty array appends nothing"));
    }
    values.into_iter().map(line).collect()
}
