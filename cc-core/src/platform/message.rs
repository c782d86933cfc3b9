//! Messages between a driver and a workshop.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::MessageId;
use super::json::entity_json;
use super::values::{Prose, TextLine};
use super::words::words;
use crate::event::codec::Leftovers;
use crate::{Timestamp, UnknownFields};

words! {
    /// The two sides of a conversation.
    Participant, "driver or workshop" {
        /// The person who drives the car.
        Driver = "driver",
        /// Whoever answers for the workshop.
        Workshop = "workshop",
    }
}

/// A file that goes with a message: a name to fetch it by, never its bytes.
#[derive(Clone, Eq, PartialEq)]
pub struct Attachment {
    /// What the platform fetches it by.
    pub reference: TextLine,
    /// Its media type (RFC 6838), such as `image/jpeg`.
    pub media_type: Box<str>,
    /// What the sender calls it.
    pub name: Option<TextLine>,
    /// Its size, bytes.
    pub size: Option<i64>,
    /// Fields this version does not know.
    pub unknown: UnknownFields,
    kept: Leftovers,
}

impl Attachment {
    /// A file by its reference.
    pub fn new(reference: TextLine, media_type: &str) -> Self {
        Self {
            reference,
            media_type: media_type.into(),
            name: None,
            size: None,
            unknown: UnknownFields::default(),
            kept: Leftovers::default(),
        }
    }
}

entity_json! {
    Attachment {
        required "reference" => reference: TextLine, "what the platform fetches it by";
        required "mediaType" => media_type: Box<str>, "its media type (RFC 6838)";
        optional "name" => name: TextLine, "what the sender calls it";
        optional "sizeBytes" => size: i64, "its size, bytes";
    }
    shows [size]
    check |attachment| match attachment.size {
        Some(size) if size < 0 => Err(("sizeBytes", "a number from 0")),
        _ => Ok(()),
    }
}

/// One message: text, files, or both. Once sent it does not change.
///
/// # Examples
///
/// ```
/// use cc_core::platform::{Message, Participant};
///
/// let at = |text: &str| text.parse::<cc_core::Timestamp>().map_err(|error| error.to_string());
/// let now = at("2026-05-01T08:00:00Z")?;
/// let message = Message::new("m1".parse()?, Participant::Driver, Some("It rattles.".parse()?), vec![], now)?;
/// assert_eq!(message.text().map(|text| text.as_str()), Some("It rattles."));
/// assert_eq!(format!("{message:?}"), "Message { id: MessageId(…), from: Driver, sent_at: 2026-05-01T08:00:00Z, .. }");
///
/// let error = Message::new("m2".parse()?, Participant::Driver, None, vec![], now).unwrap_err();
/// assert_eq!(error.to_string(), "a message has a text or an attachment");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Message {
    pub(super) id: MessageId,
    pub(super) from: Participant,
    text: Option<Prose>,
    attachments: Vec<Attachment>,
    pub(super) sent_at: Timestamp,
    /// Fields this version does not know.
    pub unknown: UnknownFields,
    kept: Leftovers,
}

impl Message {
    /// A message with something in it.
    pub fn new(
        id: MessageId,
        from: Participant,
        text: Option<Prose>,
        attachments: Vec<Attachment>,
        sent_at: Timestamp,
    ) -> Result<Self, EmptyMessage> {
        if text.is_none() && attachments.is_empty() {
            return Err(EmptyMessage);
        }
        let (unknown, kept) = (UnknownFields::default(), Leftovers::default());
        Ok(Self { id, from, text, attachments, sent_at, unknown, kept })
    }

    /// Its name.
    pub fn id(&self) -> &MessageId {
        &self.id
    }

    /// Who wrote it.
    pub fn from(&self) -> Participant {
        self.from
    }

    /// What it says.
    pub fn text(&self) -> Option<&Prose> {
        self.text.as_ref()
    }

    /// The files that go with it.
    pub fn attachments(&self) -> &[Attachment] {
        &self.attachments
    }

    /// When it was sent.
    pub fn sent_at(&self) -> Timestamp {
        self.sent_at
    }

    /// The order of messages in a conversation.
    pub(super) fn place(&self) -> (Timestamp, &MessageId) {
        (self.sent_at, &self.id)
    }
}

entity_json! {
    Message {
        required "messageId" => id: MessageId, "the message";
        required "from" => from: Participant, "who wrote it";
        optional "text" => text: Prose, "what it says";
        required "attachments" => attachments: Vec<Attachment>, "`Attachment`: the files that go with it";
        required "sentAt" => sent_at: Timestamp, "when it was sent";
    }
    shows [id, from, sent_at]
    check |message| {
        let empty = message.text.is_none() && message.attachments.is_empty();
        if empty { Err(("text", "a text or an attachment")) } else { Ok(()) }
    }
}

/// A message without a text and without a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a message has a text or an attachment")]
pub struct EmptyMessage;
