//! Conversations between a driver and a workshop.

use alloc::vec::Vec;
use core::cmp::Ordering;

use super::json::{Entity as _, entity_json};
use super::transition::{StateMachine, StateTransition, goes, refused};
use super::words::words;
use super::{ConversationId, Message, MessageId, Participant, values};
use crate::event::codec::Leftovers;
use crate::{OrganizationKey, Timestamp, UnknownFields, UserId, VehicleId, WorkshopId};

words! {
    /// Whether there is still something to talk about.
    ConversationState, "open or closed" {
        /// Both sides may write.
        Open = "open",
        /// Both sides may read, and either may open it again.
        Closed = "closed",
    }
}

/// How far one side has read: up to and with this message.
#[derive(Clone, Eq, PartialEq)]
pub struct ReadMark {
    sent_at: Timestamp,
    message: MessageId,
    /// Fields this version does not know.
    pub unknown: UnknownFields,
    kept: Leftovers,
}

impl ReadMark {
    /// The last message that was read.
    pub fn message(&self) -> &MessageId {
        &self.message
    }

    fn place(&self) -> (Timestamp, &MessageId) {
        (self.sent_at, &self.message)
    }
}

entity_json! {
    ReadMark {
        required "sentAt" => sent_at: Timestamp, "when that message was sent";
        required "messageId" => message: MessageId, "the message";
    }
    shows [sent_at, message]
    check |_| Ok(())
}

/// What a driver and a workshop write to each other about one car.
///
/// Messages stand in the order they were sent (then by id), whatever the order they arrive in. A read mark only moves
/// forward. A closed conversation takes no message until either side opens it again. Two copies of a conversation,
/// however they came to differ, [merge](Self::merge) to the same one.
///
/// # Examples
///
/// ```
/// use cc_core::platform::{Conversation, ConversationState, Message, Participant};
/// use cc_core::{UserId, WorkshopId};
///
/// let at = |text: &str| text.parse::<cc_core::Timestamp>().map_err(|error| error.to_string());
/// let now = at("2026-05-01T08:00:00Z")?;
/// let talk = Conversation::open("c1".parse()?, "local/0".parse()?, UserId(1), WorkshopId(9), now);
/// let rattle = Message::new("m1".parse()?, Participant::Driver, Some("It rattles.".parse()?), vec![], now)?;
/// let talk = talk.write(rattle.clone(), now)?;
/// assert_eq!(talk.unread(Participant::Workshop), 1);
/// let talk = talk.read(Participant::Workshop, rattle.id(), now)?.close(now)?;
/// assert_eq!((talk.unread(Participant::Workshop), talk.state()), (0, ConversationState::Closed));
///
/// let more = Message::new("m2".parse()?, Participant::Driver, Some("Still.".parse()?), vec![], now)?;
/// assert_eq!(talk.write(more, now).unwrap_err().to_string(), "the conversation is closed");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Conversation {
    /// Its name.
    pub id: ConversationId,
    /// The scope of the other ids.
    pub organization: OrganizationKey,
    /// The car it is about.
    pub vehicle: VehicleId,
    /// The person who drives it.
    pub driver: UserId,
    /// The workshop.
    pub workshop: WorkshopId,
    state: ConversationState,
    state_changed_at: Timestamp,
    driver_read: Option<ReadMark>,
    workshop_read: Option<ReadMark>,
    messages: Vec<Message>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// How often the platform has stored it; its own count.
    pub version: Option<i64>,
    /// Fields this version does not know.
    pub unknown: UnknownFields,
    kept: Leftovers,
}

impl Conversation {
    /// An open conversation without a message.
    pub fn open(
        id: ConversationId,
        vehicle: crate::VehicleRef,
        driver: UserId,
        workshop: WorkshopId,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            organization: vehicle.organization,
            vehicle: vehicle.vehicle,
            driver,
            workshop,
            state: ConversationState::Open,
            state_changed_at: now,
            driver_read: None,
            workshop_read: None,
            messages: Vec::new(),
            updated_at: Some(now),
            version: None,
            unknown: UnknownFields::default(),
            kept: Leftovers::default(),
        }
    }

    /// Adds a message at its place.
    ///
    /// It says nothing of what its sender has read: a message written without a network may stand after one that the
    /// sender had not seen yet.
    pub fn write(&self, message: Message, now: Timestamp) -> Result<Self, ConversationError> {
        if self.state == ConversationState::Closed {
            return Err(ConversationError::Closed);
        }
        if self.message(message.id()).is_some() {
            return Err(ConversationError::KnownMessage);
        }
        let mut next = self.changed(now);
        let at = next.messages.partition_point(|other| other.place() < message.place());
        next.messages.insert(at, message);
        Ok(next)
    }

    /// One side has read up to and with a message. A mark before the one there is changes nothing.
    pub fn read(
        &self,
        who: Participant,
        message: &MessageId,
        now: Timestamp,
    ) -> Result<Self, ConversationError> {
        let message = self.message(message).ok_or(ConversationError::UnknownMessage)?;
        let mut next = self.changed(now);
        next.mark(who, message);
        Ok(next)
    }

    /// There is nothing more to say.
    pub fn close(&self, now: Timestamp) -> Result<Self, ConversationError> {
        match self.state {
            ConversationState::Open => Ok(self.turned(ConversationState::Closed, now)),
            ConversationState::Closed => Err(ConversationError::Closed),
        }
    }

    /// There is something more to say.
    pub fn reopen(&self, now: Timestamp) -> Result<Self, ConversationError> {
        match self.state {
            ConversationState::Closed => Ok(self.turned(ConversationState::Open, now)),
            ConversationState::Open => Err(ConversationError::Open),
        }
    }

    /// Joins two copies of one conversation: all messages of both, the further read marks, the later state (closed, if
    /// both came at one instant), the later of what else is said. Neither the order of joining nor joining twice
    /// matters.
    pub fn merge(&self, other: &Self) -> Result<Self, ConversationError> {
        if self.id != other.id {
            return Err(ConversationError::AnotherConversation);
        }
        let mut merged = if self.rank(other) == Ordering::Less { other.clone() } else { self.clone() };
        (merged.state_changed_at, merged.state) =
            (self.state_changed_at, self.state).max((other.state_changed_at, other.state));
        merged.driver_read = further(self.driver_read.as_ref(), other.driver_read.as_ref());
        merged.workshop_read = further(self.workshop_read.as_ref(), other.workshop_read.as_ref());
        merged.messages = joined(self.messages.iter().chain(&other.messages).cloned().collect());
        Ok(merged)
    }

    /// The conversation without its messages: what a platform keeps and sends of it, since messages are kept and sent
    /// one by one. State, read marks and times stay.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::UserId;
    /// use cc_core::platform::{Conversation, Message, Participant};
    ///
    /// let now = "2026-05-01T08:00:00Z".parse().map_err(|_| "no instant")?;
    /// let rattle = Message::new("m1".parse()?, Participant::Driver, Some("It rattles.".parse()?), vec![], now)?;
    /// let empty = Conversation::open("c1".parse()?, "local/0".parse()?, UserId(1), cc_core::WorkshopId(9), now);
    /// let talk = empty.write(rattle.clone(), now)?;
    /// let head = talk.without_messages();
    /// assert!(head.messages().is_empty());
    /// assert_eq!(head.with_messages([rattle.clone()]), talk);
    ///
    /// let error = head.read(Participant::Workshop, rattle.id(), now).unwrap_err();
    /// assert_eq!(error.to_string(), "the conversation has no such message");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn without_messages(&self) -> Self {
        Self { messages: Vec::new(), ..self.clone() }
    }

    /// The conversation with messages that belong to it, each once and at its place, whatever its state: how an app puts
    /// together what comes to it one by one. Nothing is written by it, so no time changes.
    #[must_use]
    pub fn with_messages(&self, messages: impl IntoIterator<Item = Message>) -> Self {
        let messages = self.messages.iter().cloned().chain(messages).collect();
        Self { messages: joined(messages), ..self.clone() }
    }

    /// Whether both sides may write.
    pub fn state(&self) -> ConversationState {
        self.state
    }

    /// The messages in the order they were sent.
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// How far one side has read.
    pub fn read_mark(&self, who: Participant) -> Option<&ReadMark> {
        match who {
            Participant::Driver => self.driver_read.as_ref(),
            Participant::Workshop => self.workshop_read.as_ref(),
        }
    }

    /// How many messages of the other side this side has not read.
    pub fn unread(&self, who: Participant) -> usize {
        let mark = self.read_mark(who).map(ReadMark::place);
        let unread = |message: &&Message| message.from != who && Some(message.place()) > mark;
        self.messages.iter().filter(unread).count()
    }

    fn message(&self, id: &MessageId) -> Option<&Message> {
        self.messages.iter().find(|message| message.id == *id)
    }

    fn mark(&mut self, who: Participant, message: &Message) {
        let mark = ReadMark {
            sent_at: message.sent_at,
            message: message.id.clone(),
            unknown: UnknownFields::default(),
            kept: Leftovers::default(),
        };
        let place = match who {
            Participant::Driver => &mut self.driver_read,
            Participant::Workshop => &mut self.workshop_read,
        };
        if place.as_ref().map(ReadMark::place) < Some(mark.place()) {
            *place = Some(mark);
        }
    }

    fn changed(&self, now: Timestamp) -> Self {
        Self { updated_at: Some(values::after(now, self.updated_at)), ..self.clone() }
    }

    fn turned(&self, state: ConversationState, now: Timestamp) -> Self {
        let state_changed_at = values::after(now, Some(self.state_changed_at));
        Self { state, state_changed_at, ..self.changed(now) }
    }

    /// Which of two copies speaks for what does not merge by itself.
    fn rank(&self, other: &Self) -> Ordering {
        let rest = |copy: &Self| {
            let bare = Self {
                messages: Vec::new(),
                driver_read: None,
                workshop_read: None,
                state: ConversationState::Open,
                state_changed_at: Timestamp::UNIX_EPOCH,
                ..copy.clone()
            };
            bare.to_json()
        };
        let order = (self.updated_at, self.version).cmp(&(other.updated_at, other.version));
        order.then_with(|| rest(self).cmp(&rest(other)))
    }
}

/// Messages in their order, each once.
fn joined(mut messages: Vec<Message>) -> Vec<Message> {
    // Of two messages of one id, which no sender makes, the later counts.
    messages.sort_by_cached_key(|message| {
        (message.id.clone(), core::cmp::Reverse((message.sent_at, message.write_json())))
    });
    messages.dedup_by(|a, b| a.id == b.id);
    messages.sort_by(|a, b| a.place().cmp(&b.place()));
    messages
}

/// The mark that is further on; of two equal ones, the one that says more.
fn further(a: Option<&ReadMark>, b: Option<&ReadMark>) -> Option<ReadMark> {
    let rank = |mark: &&ReadMark| (mark.sent_at, mark.message.clone(), mark.to_json());
    a.into_iter().chain(b).max_by_key(rank).cloned()
}

entity_json! {
    Conversation {
        required "conversationId" => id: ConversationId, "the conversation";
        required "organizationKey" => organization: OrganizationKey, "the scope of the numbered ids";
        required "vehicleId" => vehicle: VehicleId, "the car it is about";
        required "userId" => driver: UserId, "the person who drives it";
        required "workshopId" => workshop: WorkshopId, "the workshop";
        required "state" => state: ConversationState, "whether both sides may write";
        required "stateChangedAt" => state_changed_at: Timestamp, "since when";
        optional "driverRead" => driver_read: ReadMark, "how far the driver has read: messageId and sentAt";
        optional "workshopRead" => workshop_read: ReadMark, "how far the workshop has read";
        required "messages" => messages: Vec<Message>, "`Message`: in the order they were sent, then by id; none where a platform sends the head";
        optional "updatedAt" => updated_at: Timestamp, "when it last changed";
        optional "version" => version: i64, "how often the platform has stored it";
    }
    shows [id, vehicle, workshop, state, updated_at, version]
    check |conversation| {
        if conversation.messages.windows(2).any(|pair| pair[0].place() >= pair[1].place()) {
            return Err(("messages", "messages in the order they were sent"));
        }
        let mut ids: Vec<&MessageId> = conversation.messages.iter().map(|message| &message.id).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(("messages", "each message once"));
        }
        Ok(())
    }
}

/// Why a conversation does not change.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ConversationError {
    /// Only copies of one conversation merge.
    #[error("two conversations do not merge")]
    AnotherConversation,
    /// It takes nothing until it is opened again.
    #[error("the conversation is closed")]
    Closed,
    /// It has a message of this id.
    #[error("the conversation has this message already")]
    KnownMessage,
    /// It is open already.
    #[error("the conversation is open")]
    Open,
    /// It has no message of this id.
    #[error("the conversation has no such message")]
    UnknownMessage,
}

pub(super) const STATES: StateMachine = StateMachine {
    entity: "Conversation",
    states: &[("open", "both sides may write"), ("closed", "both sides may read")],
    actions: &[
        ("write", "one side sends a message"),
        ("read", "one side has read up to a message"),
        ("close", "there is nothing more to say"),
        ("reopen", "there is something more to say"),
    ],
    transitions: TRANSITIONS,
    refusals: &[
        "the conversation has this message already",
        "the conversation has no such message",
        "two conversations do not merge",
        "a message has a text or an attachment",
    ],
};

const TRANSITIONS: &[StateTransition] = &[
    goes("open", "write", "open"),
    goes("open", "read", "open"),
    goes("open", "close", "closed"),
    refused("open", "reopen", "the conversation is open"),
    refused("closed", "write", "the conversation is closed"),
    goes("closed", "read", "closed"),
    refused("closed", "close", "the conversation is closed"),
    goes("closed", "reopen", "open"),
];

#[cfg(test)]
mod tests;
