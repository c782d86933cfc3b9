//! A write before the client has taken it.

use std::fmt;

use crate::{Stamp, Write, WriteError, WriteId, WriteKind};

/// A write to be submitted with others by [`crate::Client::submit_all`]. It was checked as far as that is
/// possible without the platform.
///
/// # Examples
///
/// ```
/// use cc_client::{Draft, WriteKind};
///
/// let key = "019f3c52-8d1e-7b60-a4c9-5e2f71d08b36"; // a new UUID for each thing
/// let draft = Draft::new("places", key, WriteKind::Put, r#"{"name":"Pier"}"#)?;
/// assert_eq!(format!("{draft:?}"), r#"Draft { collection: "places", kind: Put, bytes: 15, .. }"#);
///
/// let error = Draft::new("places", key, WriteKind::Put, "Pier").unwrap_err();
/// assert_eq!(error.to_string(), "the body of a put is a JSON object");
/// # Ok::<(), cc_client::WriteError>(())
/// ```
#[must_use = "a draft is accepted by `submit_all`"]
#[derive(Clone)]
pub struct Draft(Write);

impl Draft {
    /// For a new thing, make a new UUID as its key: each key exists once in an organization. The body is a
    /// JSON object; for a [`WriteKind::Delete`] it is empty.
    ///
    /// # Errors
    ///
    /// [`WriteError`] if the protocol can never take it.
    pub fn new(collection: &str, key: &str, kind: WriteKind, body: &str) -> Result<Self, WriteError> {
        let clock = Stamp { millis: 0, counter: 0, node: 0 };
        let write = Write::new(WriteId([0; 16]), (collection, key), kind, body, clock);
        write.check()?;
        Ok(Self(write))
    }

    /// The write that it becomes.
    pub(crate) fn named(self, id: WriteId) -> Write {
        Write { id, ..self.0 }
    }
}

impl fmt::Debug for Draft {
    /// Shows neither key nor body: they tell of a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft")
            .field("collection", &self.0.collection)
            .field("kind", &self.0.kind)
            .field("bytes", &self.0.body.len())
            .finish_non_exhaustive()
    }
}
