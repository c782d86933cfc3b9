//! The body of `POST /v1/changes`: each change is read by itself, so that one that is ill-typed holds up no other.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::body;
use crate::problem::Problem;

/// The most changes of one request.
pub const MOST: usize = 500;

/// The body.
#[derive(Deserialize)]
struct Batch<'a> {
    #[serde(borrow)]
    changes: Vec<&'a RawValue>,
}

/// The members of a change, as they stand there.
#[derive(Deserialize)]
struct Raw<'a> {
    #[serde(borrow, default, deserialize_with = "member")]
    id: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "member")]
    collection: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "member")]
    key: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "member")]
    kind: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "member")]
    clock: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "member")]
    base: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "member")]
    body: Option<&'a RawValue>,
}

/// A member that is there; `null` says that it is not.
fn member<'de: 'a, 'a, D: Deserializer<'de>>(from: D) -> Result<Option<&'a RawValue>, D::Error> {
    let value = <&RawValue>::deserialize(from)?;
    Ok(Some(value).filter(|value| value.get() != "null"))
}

/// What a change asks for, as far as its members are of their types.
#[derive(Default)]
pub(super) struct Change {
    pub id: String,
    pub collection: String,
    pub key: String,
    pub kind: String,
    pub clock: String,
    pub base: u64,
    pub body: Option<Box<str>>,
    /// The first member that is missing or of another type.
    pub wrong: Option<&'static str>,
}

/// What a client has written, in the order it was made.
#[expect(missing_debug_implementations, reason = "what people wrote")]
pub struct Changes(pub(super) Vec<Change>);

impl Change {
    /// How much it brings, bytes.
    pub(super) fn size(&self) -> usize {
        self.body.as_ref().map_or(0, |body| body.len())
    }
}

impl Changes {
    /// Reads a body.
    ///
    /// Errors: `malformed` where it is none, or one of its changes has no id that it could be answered by, with its index;
    /// `too_large`.
    pub fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let batch: Batch<'_> = body::parse(bytes)?;
        if batch.changes.len() > MOST {
            return Err(Problem::too_large().because(format!("at most {MOST} changes")));
        }
        let changes = batch.changes.into_iter().enumerate().map(|(index, raw)| {
            let wrong = |why| Problem::malformed().because(format!("changes[{index}]{why}"));
            // The members of an array would be taken for it, one after the other.
            let is_object = raw.get().starts_with('{');
            let members = serde_json::from_str::<Raw<'_>>(raw.get()).ok().filter(|_| is_object);
            let members = members.ok_or_else(|| wrong(": expected an object with each member once"))?;
            let id = text(members.id).ok_or_else(|| wrong(".id: expected a text"))?;
            Ok(members.read(id))
        });
        Ok(Self(changes.collect::<Result<_, Problem>>()?))
    }
}

fn text(raw: Option<&RawValue>) -> Option<String> {
    serde_json::from_str(raw?.get()).ok()
}

impl Raw<'_> {
    fn read(self, id: String) -> Change {
        let mut wrong = None;
        let mut text = |why, raw| {
            let text = text(raw);
            if text.is_none() {
                wrong = wrong.or(Some(why));
            }
            text.unwrap_or_default()
        };
        let collection = text("collection: expected a text", self.collection);
        let key = text("key: expected a text", self.key);
        let kind = text("kind: expected a text", self.kind);
        let clock = text("clock: expected a text", self.clock);
        let base = self.base.map_or(Some(0), |base| base.get().parse().ok());
        if base.is_none() {
            wrong = wrong.or(Some("base: expected a whole number from 0 to 18446744073709551615"));
        }
        let (base, body) = (base.unwrap_or(0), self.body.map(|body| body.get().into()));
        Change { id, collection, key, kind, clock, base, body, wrong }
    }
}
