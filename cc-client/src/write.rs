//! What a person or a program wants changed: kept until the server has said what became of it.

use std::fmt;
use std::str::FromStr;

use cc_core::Timestamp;
use serde_json::value::RawValue;

use crate::Stamp;
use crate::merge::{Stamps, Usual, is_too_deep, merge_by_clock, merge_patch};

/// Names a write for ever: made before the first attempt to send it, and the same in every attempt (a UUID,
/// RFC 9562).
///
/// # Examples
///
/// ```
/// use cc_client::WriteId;
///
/// let id = WriteId::new("2026-05-01T10:00:00Z".parse()?, [7; 10]);
/// assert_eq!(id.to_string(), "019de2fb-1900-7707-8707-070707070707");
/// assert_eq!(format!("{id:?}"), "WriteId(019de2fb-1900-7707-8707-070707070707)");
/// assert_eq!(id.to_string().parse(), Ok(id));
/// let error = "7".parse::<WriteId>().unwrap_err();
/// assert_eq!(error.to_string(), "expected a UUID as in 0190a3b2-7f00-7000-8000-000000000000");
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct WriteId(pub [u8; 16]);

/// The text is not a UUID.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected a UUID as in 0190a3b2-7f00-7000-8000-000000000000")]
pub struct WriteIdParseError;

impl WriteId {
    /// Makes a UUID of version 7: such ids sort by time, so that a database appends rows at its end.
    pub fn new(now: Timestamp, random: [u8; 10]) -> Self {
        let millis = now.timestamp_millis().max(0) as u64;
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
        bytes[6..].copy_from_slice(&random);
        bytes[6] = 0x70 | bytes[6] & 0x0F;
        bytes[8] = 0x80 | bytes[8] & 0x3F;
        Self(bytes)
    }

    /// Whether it is a UUID of version 7, as [`new`](Self::new) makes them and the protocol asks for.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_client::WriteId;
    ///
    /// assert!("019de2fb-1900-7707-8707-070707070707".parse::<WriteId>()?.is_version_7());
    /// assert!(!"019de2fb-1900-4707-8707-070707070707".parse::<WriteId>()?.is_version_7());
    /// assert!(!WriteId([0; 16]).is_version_7());
    /// # Ok::<(), cc_client::WriteIdParseError>(())
    /// ```
    pub fn is_version_7(&self) -> bool {
        self.0[6] >> 4 == 7 && self.0[8] >> 6 == 0b10
    }
}

impl fmt::Debug for WriteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WriteId({self})")
    }
}

impl fmt::Display for WriteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl FromStr for WriteId {
    type Err = WriteIdParseError;

    fn from_str(text: &str) -> Result<Self, WriteIdParseError> {
        let mut bytes = [0; 16];
        let mut digits = text.bytes().enumerate().filter(|(at, _)| !matches!(at, 8 | 13 | 18 | 23));
        let dashes = [8, 13, 18, 23].iter().all(|at| text.as_bytes().get(*at) == Some(&b'-'));
        if text.len() != 36 || !dashes {
            return Err(WriteIdParseError);
        }
        let mut digit = || {
            let (_, byte) = digits.next()?;
            char::from(byte).to_digit(16).filter(|_| !byte.is_ascii_uppercase())
        };
        for byte in &mut bytes {
            let (Some(high), Some(low)) = (digit(), digit()) else { return Err(WriteIdParseError) };
            *byte = (high << 4 | low) as u8;
        }
        Ok(Self(bytes))
    }
}

/// How a write changes its item.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum WriteKind {
    /// Asks for a transition, such as to cancel a booking. Only the server knows what the item becomes.
    Act,
    /// Removes the item.
    Delete,
    /// Changes some members: a merge patch (RFC 7396).
    Patch,
    /// Creates the item, or replaces all of it.
    Put,
}

impl WriteKind {
    /// Every kind, with its word in the protocol.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Act, "act"), (Self::Delete, "delete"), (Self::Patch, "patch"), (Self::Put, "put")];

    /// Its word in the protocol.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }
}

/// A change of one item, as it waits to be sent.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Write {
    /// Its id.
    pub id: WriteId,
    /// The collection, such as `places`.
    pub collection: Box<str>,
    /// The item's key.
    pub key: Box<str>,
    /// How the item changes.
    pub kind: WriteKind,
    /// The version of the item that was shown when this was written; `None` if there was none.
    pub base: Option<u64>,
    /// When it was written: orders the writes of all devices.
    pub clock: Stamp,
    /// JSON text; empty for [`WriteKind::Delete`].
    pub body: Box<str>,
}

impl fmt::Debug for Write {
    /// Shows neither key nor body: they tell of a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Write")
            .field("id", &self.id)
            .field("collection", &self.collection)
            .field("kind", &self.kind)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// A kind of write in a sentence.
fn named(kind: &str) -> String {
    let article = if kind == "act" { "an" } else { "a" };
    format!("{article} {kind}")
}

/// Why a write cannot be accepted at all.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum WriteError {
    /// The body is not JSON, or not an object where one is needed. Or the body of a delete is not empty.
    #[error("the body of {} is {}", named(kind), if *.kind == "delete" { "empty" } else { "a JSON object" })]
    Body {
        /// The kind of the write.
        kind: &'static str,
    },
    /// No collection can have this name. A name has ASCII letters, digits, `-` and `_`, and begins with a
    /// letter.
    #[error("a collection name has ASCII letters, digits, - or _, and begins with a letter")]
    Collection,
    /// The body nests objects and lists deeper than the protocol takes.
    #[error("the body of {} has more than 64 levels", named(kind))]
    Depth {
        /// The kind of the write.
        kind: &'static str,
    },
    /// The key has control characters in it.
    #[error("a key must not have control characters")]
    Key,
    /// The name of the collection, or the key, is empty or too long.
    #[error("{field} must have 1 to {limit} bytes")]
    Name {
        /// `collection` or `key`.
        field: &'static str,
        /// The most bytes.
        limit: usize,
    },
    /// The body is too large ever to be sent.
    #[error("a write of more than {limit} bytes")]
    TooLarge {
        /// The most bytes.
        limit: usize,
    },
    /// Some parsers refuse this body or read it differently: an object has a member twice, a text has half of
    /// a surrogate pair, or a number does not fit a double.
    #[error(
        "the body of {} holds a member twice, half of a surrogate pair, or a number that no double holds",
        named(kind)
    )]
    Unreadable {
        /// The kind of the write.
        kind: &'static str,
    },
}

impl Write {
    /// A write of an item of which no version was shown ([`Self::base`] is `None`).
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_client::{Stamp, Write, WriteId, WriteKind};
    ///
    /// let clock = Stamp { millis: 1, counter: 0, node: 1 };
    /// let mut booking = Write::new(WriteId([7; 16]), ("bookings", "7"), WriteKind::Put, "{}", clock);
    /// booking.base = Some(3);
    /// assert_eq!(booking.check(), Ok(()));
    /// ```
    pub fn new(id: WriteId, place: (&str, &str), kind: WriteKind, body: &str, clock: Stamp) -> Self {
        let (collection, key) = place;
        Self {
            id,
            collection: collection.into(),
            key: key.into(),
            kind,
            base: None,
            clock,
            body: body.into(),
        }
    }

    /// The largest body that the protocol takes, in bytes.
    pub const LARGEST: usize = 64 << 10;

    /// The longest key that may begin like this one, in bytes. It is 256, or 322 if it begins with `@`: then
    /// the item is of another organization, whose name stands before the key (`@acme/0190…`).
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_client::Write;
    ///
    /// assert_eq!(Write::longest_key("7"), 256);
    /// assert_eq!(Write::longest_key("@acme/7"), 322);
    /// ```
    pub fn longest_key(key: &str) -> usize {
        if key.starts_with('@') { 322 } else { 256 }
    }

    /// Whether the protocol takes this write at all: known when it is written, without a network. What the
    /// values mean, only the platform judges.
    ///
    /// # Errors
    ///
    /// [`WriteError`] says which part is wrong.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_client::{Stamp, Write, WriteError, WriteId, WriteKind};
    ///
    /// let clock = Stamp { millis: 1, counter: 0, node: 1 };
    /// let place = |key, body| Write::new(WriteId([7; 16]), ("places", key), WriteKind::Put, body, clock);
    /// assert_eq!(place("7", r#"{"name":"Pier"}"#).check(), Ok(()));
    /// assert_eq!(place("7\n", "{}").check(), Err(WriteError::Key));
    /// let error = place("7", "Pier").check().unwrap_err();
    /// assert_eq!(error.to_string(), "the body of a put is a JSON object");
    /// ```
    pub fn check(&self) -> Result<(), WriteError> {
        for (field, text, limit) in
            [("collection", &self.collection, 64), ("key", &self.key, Self::longest_key(&self.key))]
        {
            if !(1..=limit).contains(&text.len()) {
                return Err(WriteError::Name { field, limit });
            }
        }
        if !is_collection(&self.collection) {
            return Err(WriteError::Collection);
        }
        if self.key.chars().any(char::is_control) {
            return Err(WriteError::Key);
        }
        if self.body.len() > Self::LARGEST {
            return Err(WriteError::TooLarge { limit: Self::LARGEST });
        }
        let kind = self.kind.as_str();
        if !self.has_body() {
            let is_deep = self.kind != WriteKind::Delete && is_too_deep(&self.body);
            return Err(if is_deep { WriteError::Depth { kind } } else { WriteError::Body { kind } });
        }
        let reads = self.body.is_empty() || serde_json::from_str::<Usual<true>>(&self.body).is_ok();
        if reads { Ok(()) } else { Err(WriteError::Unreadable { kind }) }
    }

    /// Whether the body is what one of its kind is: with any other it cannot even be sent.
    pub(crate) fn has_body(&self) -> bool {
        if self.kind == WriteKind::Delete {
            return self.body.is_empty();
        }
        self.body.trim_start().starts_with('{')
            && !is_too_deep(&self.body)
            && serde_json::from_str::<&RawValue>(&self.body).is_ok()
    }

    /// Whether its collection needs the latest version: bookings, shares and vehicles. There the platform
    /// finds a conflict in a write that has not seen the item's latest version. Such writes of one item go
    /// one at a time, each based on the version that the one before came to.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_client::{Stamp, Write, WriteId, WriteKind};
    ///
    /// let clock = Stamp { millis: 1, counter: 0, node: 1 };
    /// let put = |collection| Write::new(WriteId([7; 16]), (collection, "7"), WriteKind::Put, "{}", clock);
    /// assert!(put("bookings").is_of_latest());
    /// assert!(!put("places").is_of_latest());
    /// ```
    pub fn is_of_latest(&self) -> bool {
        matches!(&*self.collection, "bookings" | "shares" | "vehicles")
    }

    /// Whether this makes its item where the platform does it: then nobody else's version lies before it, whatever its own is. A key that
    /// was used before goes on counting.
    pub(crate) fn makes(&self) -> bool {
        self.kind == WriteKind::Put
            && self.base.is_none()
            && matches!(&*self.collection, "bookings" | "shares")
    }

    /// The base of this one, where a write of the same person is done as `version`, and `made` its item: that version where no other's
    /// lies between it and the base.
    pub(crate) fn base_behind(&self, version: u64, made: bool) -> Option<u64> {
        let base = self.base.unwrap_or(0);
        let has_seen = base.checked_add(1) == Some(version) || (made && base < version);
        (self.is_of_latest() && has_seen).then_some(version)
    }

    /// Once this is done as `version`: the base of what waits on top of it, which is what has a base up to the second. `None` where
    /// somebody else's version lies between, or may, or where nobody minds.
    pub(crate) fn base_on_top(&self, version: Option<u64>) -> Option<(u64, u64)> {
        let version = version?;
        let before = version.checked_sub(1)?;
        let is_next = self.is_of_latest() && self.base.unwrap_or(0) == before;
        (is_next || self.makes()).then_some((version, before))
    }

    /// What the item becomes by this write, as far as that can be known before the server has seen it. A
    /// member that is `null` is removed, and a patch replaces whole members.
    ///
    /// The exceptions: messages and vehicles keep a put as it came. A patch of a vehicle also merges inside
    /// its members. A put of a booking or a share lies over what the platform has said of it. A conversation
    /// that is there stays as it is.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_client::{Stamp, Write, WriteId, WriteKind};
    ///
    /// let clock = Stamp { millis: 1, counter: 0, node: 1 };
    /// let write = |kind, body| Write::new(WriteId([7; 16]), ("places", "7"), kind, body, clock);
    /// let put = write(WriteKind::Put, r#"{"name":"Pier","note":null}"#).apply(None);
    /// assert_eq!(put.as_deref(), Some(r#"{"name":"Pier"}"#));
    /// let patched = write(WriteKind::Patch, r#"{"name":null,"radius":150}"#).apply(put.as_deref());
    /// assert_eq!(patched.as_deref(), Some(r#"{"radius":150}"#));
    /// assert_eq!(write(WriteKind::Delete, "").apply(patched.as_deref()), None);
    /// ```
    pub fn apply(&self, value: Option<&str>) -> Option<Box<str>> {
        match self.kind {
            WriteKind::Act => value.map(Into::into),
            WriteKind::Delete => None,
            WriteKind::Patch if &*self.collection == "vehicles" => {
                merge_patch(value, &self.body).map(Into::into)
            }
            WriteKind::Patch => self.laid_over(value.unwrap_or("{}")),
            WriteKind::Put if matches!(&*self.collection, "messages" | "vehicles") => Some(self.body.clone()),
            WriteKind::Put => match (&*self.collection, value) {
                // An end that is left out is none.
                ("shares", Some(value)) => {
                    let endless = merge_patch(Some(value), r#"{"expiresAt":null}"#);
                    self.laid_over(endless.as_deref().unwrap_or(value))
                }
                ("bookings", Some(value)) => self.laid_over(value),
                // One that is there stays as it is.
                ("conversations", Some(value)) => Some(value.into()),
                // Without a null it is what was written, as it was written.
                _ if !self.body.contains("null") => Some(self.body.clone()),
                _ => self.laid_over("{}"),
            },
        }
    }

    /// The body over a value, member by member: its writer has seen what is there.
    fn laid_over(&self, value: &str) -> Option<Box<str>> {
        let mut value = value.to_owned();
        merge_by_clock(&mut value, &mut Stamps::new(), &self.body, self.clock)?;
        Some(value.into())
    }
}

/// Whether a collection could be named like that.
pub(crate) fn is_collection(name: &str) -> bool {
    let is_of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    name.len() <= 64
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(is_of_a_name)
}
