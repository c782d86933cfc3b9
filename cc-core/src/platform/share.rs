//! Who else sees a trip, a place or a vehicle.

use core::fmt;
use core::str::FromStr;

use super::json::entity_json;
use super::transition::{StateMachine, StateTransition, goes, refused};
use super::words::{text_field, words};
use super::{PlaceId, ShareId, TripId, values};
use crate::event::codec::Leftovers;
use crate::{OrganizationKey, Timestamp, UnknownFields, UserId, VehicleRef};

/// What is shared. In JSON a text: `trip/…`, `place/…` or `vehicle/organization/number`.
///
/// # Examples
///
/// ```
/// use cc_core::platform::ShareSubject;
///
/// let car: ShareSubject = "vehicle/local/7".parse()?;
/// assert_eq!(car.to_string(), "vehicle/local/7");
/// let error = "car/7".parse::<ShareSubject>().unwrap_err();
/// assert_eq!(error.to_string(), "expected trip/…, place/… or vehicle/organization/number");
/// # Ok::<(), cc_core::platform::ShareParseError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ShareSubject {
    /// A place.
    Place(PlaceId),
    /// A trip.
    Trip(TripId),
    /// A vehicle, with what the platform shows of it.
    Vehicle(VehicleRef),
}

impl fmt::Display for ShareSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Place(place) => write!(f, "place/{place}"),
            Self::Trip(trip) => write!(f, "trip/{trip}"),
            Self::Vehicle(vehicle) => write!(f, "vehicle/{vehicle}"),
        }
    }
}

impl FromStr for ShareSubject {
    type Err = ShareParseError;

    fn from_str(text: &str) -> Result<Self, ShareParseError> {
        let error = ShareParseError { expected: SUBJECT };
        let (kind, name) = text.split_once('/').ok_or(error)?;
        match kind {
            "place" => name.parse().map(Self::Place).map_err(|_| error),
            "trip" => name.parse().map(Self::Trip).map_err(|_| error),
            "vehicle" => name.parse().map(Self::Vehicle).map_err(|_| error),
            _ => Err(error),
        }
    }
}

/// Who it is shared with. In JSON a text: `user/number` or `organization/key`.
///
/// # Examples
///
/// ```
/// use cc_core::UserId;
/// use cc_core::platform::ShareRecipient;
///
/// assert_eq!("user/2".parse(), Ok(ShareRecipient::User(UserId(2))));
/// let error = "2".parse::<ShareRecipient>().unwrap_err();
/// assert_eq!(error.to_string(), "expected user/number or organization/key");
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ShareRecipient {
    /// A company: everyone who acts for it.
    Organization(OrganizationKey),
    /// A person.
    User(UserId),
}

impl fmt::Display for ShareRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Organization(key) => write!(f, "organization/{key}"),
            Self::User(user) => write!(f, "user/{user}"),
        }
    }
}

impl FromStr for ShareRecipient {
    type Err = ShareParseError;

    fn from_str(text: &str) -> Result<Self, ShareParseError> {
        let error = ShareParseError { expected: RECIPIENT };
        match text.split_once('/').ok_or(error)? {
            ("organization", key) => key.parse().map(Self::Organization).map_err(|_| error),
            ("user", user) => user.parse().map(Self::User).map_err(|_| error),
            _ => Err(error),
        }
    }
}

/// A text that names nothing that can be shared, or nobody it can be shared with.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected {expected}")]
pub struct ShareParseError {
    /// What the text should be.
    pub expected: &'static str,
}

const SUBJECT: &str = "trip/…, place/… or vehicle/organization/number";
const RECIPIENT: &str = "user/number or organization/key";

text_field!(ShareSubject, SUBJECT);
text_field!(ShareRecipient, RECIPIENT);

words! {
    /// What was said of a share. That it expired is said by the clock alone: [`Share::status`].
    ShareState, "offered, accepted, declined or revoked" {
        /// The owner offers it.
        Offered = "offered",
        /// The recipient has taken it.
        Accepted = "accepted",
        /// The recipient does not want it.
        Declined = "declined",
        /// The owner took it back.
        Revoked = "revoked",
    }
}

words! {
    /// Where a share stands at an instant.
    ShareStatus, "offered, accepted, declined, revoked or expired" {
        /// It waits for the recipient.
        Offered = "offered",
        /// The recipient sees what is shared.
        Accepted = "accepted",
        /// The recipient does not want it.
        Declined = "declined",
        /// The owner took it back.
        Revoked = "revoked",
        /// Its time is over.
        Expired = "expired",
    }
}

/// One thing shown to one other person or company, by its owner's leave.
///
/// The owner offers, extends and revokes; the recipient accepts and declines, also later. Only an accepted share that
/// has neither been revoked nor expired lets the recipient see anything, and each end is final: who changes their mind
/// makes another share. Who is asking is for the platform to check.
///
/// # Examples
///
/// ```
/// use cc_core::UserId;
/// use cc_core::platform::{Share, ShareRecipient, ShareStatus, ShareSubject};
///
/// let at = |text: &str| text.parse::<cc_core::Timestamp>().map_err(|error| error.to_string());
/// let (now, friday) = (at("2026-05-01T08:00:00Z")?, at("2026-05-08T00:00:00Z")?);
/// let subject = ShareSubject::Trip("t1".parse()?);
/// let friend = ShareRecipient::User(UserId(2));
/// let share = Share::offer("s1".parse()?, subject.clone(), UserId(1), friend.clone(), Some(friday), now)?;
/// assert!(!share.lets_see(&friend, &subject, now));
/// let share = share.accept(now)?;
/// assert!(share.lets_see(&friend, &subject, now));
/// assert_eq!(share.status(friday), ShareStatus::Expired);
///
/// assert_eq!(share.revoke(now)?.accept(now).unwrap_err().to_string(), "the share was revoked");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Share {
    /// Its name.
    pub id: ShareId,
    subject: ShareSubject,
    owner: UserId,
    recipient: ShareRecipient,
    state: ShareState,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// How often the platform has stored it; its own count.
    pub version: Option<i64>,
    /// Fields this version does not know.
    pub unknown: UnknownFields,
    kept: Leftovers,
}

impl Share {
    /// Offers something to somebody, until an instant or for good.
    pub fn offer(
        id: ShareId,
        subject: ShareSubject,
        owner: UserId,
        recipient: ShareRecipient,
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self, ShareError> {
        if recipient == ShareRecipient::User(owner) {
            return Err(ShareError::Oneself);
        }
        if expires_at.is_some_and(|end| end <= now) {
            return Err(ShareError::PastExpiry);
        }
        Ok(Self {
            id,
            subject,
            owner,
            recipient,
            state: ShareState::Offered,
            created_at: now,
            expires_at,
            updated_at: Some(now),
            version: None,
            unknown: UnknownFields::default(),
            kept: Leftovers::default(),
        })
    }

    /// The recipient takes it.
    pub fn accept(&self, now: Timestamp) -> Result<Self, ShareError> {
        if self.live(now)? == ShareState::Accepted {
            return Err(ShareError::Accepted);
        }
        Ok(self.become_state(ShareState::Accepted, now))
    }

    /// The recipient does not want it, or no longer.
    pub fn decline(&self, now: Timestamp) -> Result<Self, ShareError> {
        self.live(now)?;
        Ok(self.become_state(ShareState::Declined, now))
    }

    /// The owner takes it back.
    pub fn revoke(&self, now: Timestamp) -> Result<Self, ShareError> {
        self.live(now)?;
        Ok(self.become_state(ShareState::Revoked, now))
    }

    /// The owner sets another end, or none.
    pub fn extend(&self, expires_at: Option<Timestamp>, now: Timestamp) -> Result<Self, ShareError> {
        let state = self.live(now)?;
        if expires_at.is_some_and(|end| end <= now) {
            return Err(ShareError::PastExpiry);
        }
        Ok(Self { expires_at, ..self.become_state(state, now) })
    }

    /// Where it stands at an instant: what ended it, or else what was last said.
    pub fn status(&self, now: Timestamp) -> ShareStatus {
        let expired = self.expires_at.is_some_and(|end| end <= now);
        match self.state {
            ShareState::Declined => ShareStatus::Declined,
            ShareState::Revoked => ShareStatus::Revoked,
            _ if expired => ShareStatus::Expired,
            ShareState::Offered => ShareStatus::Offered,
            ShareState::Accepted => ShareStatus::Accepted,
        }
    }

    /// Whether it lets this recipient see this.
    pub fn lets_see(&self, who: &ShareRecipient, what: &ShareSubject, now: Timestamp) -> bool {
        self.status(now) == ShareStatus::Accepted && self.recipient == *who && self.subject == *what
    }

    /// What is shared.
    pub fn subject(&self) -> &ShareSubject {
        &self.subject
    }

    /// Who shares it.
    pub fn owner(&self) -> UserId {
        self.owner
    }

    /// Who it is shared with.
    pub fn recipient(&self) -> &ShareRecipient {
        &self.recipient
    }

    /// When it was offered.
    pub fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// The first instant at which it no longer holds.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// What was last said, if the share still lives.
    fn live(&self, now: Timestamp) -> Result<ShareState, ShareError> {
        match self.status(now) {
            ShareStatus::Offered | ShareStatus::Accepted => Ok(self.state),
            ShareStatus::Declined => Err(ShareError::Declined),
            ShareStatus::Expired => Err(ShareError::Expired),
            ShareStatus::Revoked => Err(ShareError::Revoked),
        }
    }

    fn become_state(&self, state: ShareState, now: Timestamp) -> Self {
        Self { state, updated_at: Some(values::after(now, self.updated_at)), ..self.clone() }
    }
}

entity_json! {
    Share {
        required "shareId" => id: ShareId, "the share";
        required "subject" => subject: ShareSubject, "what is shared";
        required "ownerId" => owner: UserId, "who shares it";
        required "recipient" => recipient: ShareRecipient, "who it is shared with";
        required "state" => state: ShareState, "what was last said of it";
        required "createdAt" => created_at: Timestamp, "when it was offered";
        optional "expiresAt" => expires_at: Timestamp, "the first instant at which it no longer holds";
        optional "updatedAt" => updated_at: Timestamp, "when it last changed";
        optional "version" => version: i64, "how often the platform has stored it";
    }
    shows [id, state, created_at, expires_at, updated_at, version]
    check |share| {
        if share.recipient == ShareRecipient::User(share.owner) {
            return Err(("recipient", "somebody other than the owner"));
        }
        match share.expires_at {
            Some(end) if end <= share.created_at => Err(("expiresAt", "an instant after createdAt")),
            _ => Ok(()),
        }
    }
}

/// Why a share does not change.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ShareError {
    /// It is accepted already.
    #[error("the share was already accepted")]
    Accepted,
    /// The recipient declined it.
    #[error("the share was declined")]
    Declined,
    /// Its time is over.
    #[error("the share has expired")]
    Expired,
    /// It is with its owner.
    #[error("a share is with somebody other than its owner")]
    Oneself,
    /// The end given is not to come.
    #[error("a share must expire in the future")]
    PastExpiry,
    /// The owner took it back.
    #[error("the share was revoked")]
    Revoked,
}

pub(super) const STATES: StateMachine = StateMachine {
    entity: "Share",
    states: &[
        ("offered", "it waits for the recipient, who sees nothing yet"),
        ("accepted", "the recipient sees what is shared"),
        ("declined", "the recipient does not want it"),
        ("revoked", "the owner took it back"),
        ("expired", "its time is over"),
    ],
    actions: &[
        ("accept", "the recipient takes it"),
        ("decline", "the recipient does not want it, or no longer"),
        ("revoke", "the owner takes it back"),
        ("extend", "the owner sets another end"),
    ],
    transitions: TRANSITIONS,
    refusals: &["a share is with somebody other than its owner", "a share must expire in the future"],
};

const TRANSITIONS: &[StateTransition] = &[
    goes("offered", "accept", "accepted"),
    goes("offered", "decline", "declined"),
    goes("offered", "revoke", "revoked"),
    goes("offered", "extend", "offered"),
    refused("accepted", "accept", "the share was already accepted"),
    goes("accepted", "decline", "declined"),
    goes("accepted", "revoke", "revoked"),
    goes("accepted", "extend", "accepted"),
    refused("declined", "accept", "the share was declined"),
    refused("declined", "decline", "the share was declined"),
    refused("declined", "revoke", "the share was declined"),
    refused("declined", "extend", "the share was declined"),
    refused("revoked", "accept", "the share was revoked"),
    refused("revoked", "decline", "the share was revoked"),
    refused("revoked", "revoke", "the share was revoked"),
    refused("revoked", "extend", "the share was revoked"),
    refused("expired", "accept", "the share has expired"),
    refused("expired", "decline", "the share has expired"),
    refused("expired", "revoke", "the share has expired"),
    refused("expired", "extend", "the share has expired"),
];

#[cfg(test)]
mod tests;
