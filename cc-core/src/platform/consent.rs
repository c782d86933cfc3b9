//! What a person allows, and for what.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use super::json::{Entity as _, entity_json};
use super::transition::{StateMachine, StateTransition, goes, refused};
use super::values::{self, TextLine};
use super::words::{text_field, words};
use crate::event::codec::Leftovers;
use crate::{Timestamp, UnknownFields, UserId};

/// What data is used for, as a word of the organisation's own: `service_reminders`, `marketing`, `insurance`.
///
/// One to 64 characters of `a` to `z`, `0` to `9` and `_`. No purpose implies another.
///
/// # Examples
///
/// ```
/// use cc_core::platform::ConsentPurpose;
///
/// let purpose: ConsentPurpose = "service_reminders".parse()?;
/// assert_eq!(purpose.as_str(), "service_reminders");
/// let error = "Service reminders".parse::<ConsentPurpose>().unwrap_err();
/// assert_eq!(error.to_string(), "expected 1 to 64 characters of a to z, 0 to 9 and _");
/// # Ok::<(), cc_core::platform::ConsentPurposeParseError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ConsentPurpose(Box<str>);

impl ConsentPurpose {
    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ConsentPurpose {
    type Err = ConsentPurposeParseError;

    fn from_str(text: &str) -> Result<Self, ConsentPurposeParseError> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if (1..=64).contains(&text.len()) && text.bytes().all(fits) {
            Ok(Self(text.into()))
        } else {
            Err(ConsentPurposeParseError)
        }
    }
}

impl fmt::Display for ConsentPurpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

text_field!(ConsentPurpose, "1 to 64 characters of a to z, 0 to 9 and _");

/// A text that is not the name of a purpose.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected 1 to 64 characters of a to z, 0 to 9 and _")]
pub struct ConsentPurposeParseError;

words! {
    /// What a person said.
    ConsentDecision, "granted or removed" {
        /// Yes.
        Granted = "granted",
        /// No, or no longer. Of two decisions at one instant this one counts.
        Removed = "removed",
    }
}

/// One decision of one person about one purpose: what was said, when, and to which wording.
///
/// # Examples
///
/// ```
/// use cc_core::platform::{Consent, ConsentDecision};
///
/// let json = r#"{"userId":1,"purpose":"marketing","decision":"removed","at":"2026-05-01T08:00:00Z"}"#;
/// let consent = Consent::from_json(json)?;
/// assert_eq!(consent.decision(), ConsentDecision::Removed);
/// let error = Consent::from_json(json.replace("removed", "maybe")).unwrap_err();
/// assert_eq!(error.to_string(), "decision: expected granted or removed at byte 45");
/// # Ok::<(), cc_core::platform::EntityDecodeError>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Consent {
    user: UserId,
    purpose: ConsentPurpose,
    decision: ConsentDecision,
    at: Timestamp,
    /// The version of the text that the person was shown.
    pub text_version: Option<TextLine>,
    /// Fields this version does not know.
    pub unknown: UnknownFields,
    kept: Leftovers,
}

impl Consent {
    /// A decision.
    pub fn new(user: UserId, purpose: ConsentPurpose, decision: ConsentDecision, at: Timestamp) -> Self {
        Self {
            user,
            purpose,
            decision,
            at,
            text_version: None,
            unknown: UnknownFields::default(),
            kept: Leftovers::default(),
        }
    }

    /// The person.
    pub fn user(&self) -> UserId {
        self.user
    }

    /// What it is about.
    pub fn purpose(&self) -> &ConsentPurpose {
        &self.purpose
    }

    /// What was said.
    pub fn decision(&self) -> ConsentDecision {
        self.decision
    }

    /// When.
    pub fn at(&self) -> Timestamp {
        self.at
    }
}

entity_json! {
    Consent {
        required "userId" => user: UserId, "the person";
        required "purpose" => purpose: ConsentPurpose, "what it is about";
        required "decision" => decision: ConsentDecision, "what was said";
        required "at" => at: Timestamp, "when";
        optional "textVersion" => text_version: TextLine, "the version of the text that the person was shown";
    }
    shows [purpose, decision, at]
    check |_| Ok(())
}

/// Every decision of one person.
///
/// Nothing is allowed without a decision, and the latest counts; the whole history is kept, since it is the proof.
/// Decisions are facts ([`fold`](Self::fold)): they may come from several devices, twice, and in any order.
///
/// # Examples
///
/// ```
/// use cc_core::UserId;
/// use cc_core::platform::Consents;
///
/// let at = |text: &str| text.parse::<cc_core::Timestamp>().map_err(|error| error.to_string());
/// let mut consents = Consents::new(UserId(1));
/// let purpose = "service_reminders".parse()?;
/// assert!(!consents.allows(&purpose));
/// consents.grant(&purpose, at("2026-05-01T08:00:00Z")?);
/// assert!(consents.allows(&purpose));
/// consents.remove(&purpose, at("2026-06-01T08:00:00Z")?)?;
/// assert!(consents.allowed_at(&purpose, at("2026-05-20T00:00:00Z")?) && !consents.allows(&purpose));
///
/// let error = consents.remove(&purpose, at("2026-06-02T08:00:00Z")?).unwrap_err();
/// assert_eq!(error.to_string(), "the consent was already removed");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Consents {
    user: UserId,
    decisions: BTreeSet<Ranked>,
}

/// A decision in the order that says which is the latest, its JSON deciding last.
#[derive(Clone, Eq, PartialEq)]
struct Ranked(Consent, String);

impl Ranked {
    fn rank(&self) -> (&ConsentPurpose, Timestamp, ConsentDecision, &str) {
        (&self.0.purpose, self.0.at, self.0.decision, &self.1)
    }
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Consents {
    /// A person who has said nothing yet.
    pub fn new(user: UserId) -> Self {
        Self { user, decisions: BTreeSet::new() }
    }

    /// Takes in a decision that was made; one of another person is not taken.
    pub fn fold(&mut self, consent: Consent) -> Result<(), ConsentError> {
        if consent.user != self.user {
            return Err(ConsentError::AnotherPerson);
        }
        let json = consent.write_json();
        self.decisions.insert(Ranked(consent, json));
        Ok(())
    }

    /// The person says yes, also once more to a new wording. Gives the decision to tell others of.
    pub fn grant(&mut self, purpose: &ConsentPurpose, now: Timestamp) -> Consent {
        self.decide(purpose, ConsentDecision::Granted, now)
    }

    /// The person takes it back.
    pub fn remove(&mut self, purpose: &ConsentPurpose, now: Timestamp) -> Result<Consent, ConsentError> {
        match self.latest(purpose).map(|latest| latest.decision) {
            None => Err(ConsentError::NothingGranted),
            Some(ConsentDecision::Removed) => Err(ConsentError::Removed),
            Some(ConsentDecision::Granted) => Ok(self.decide(purpose, ConsentDecision::Removed, now)),
        }
    }

    /// Whether the latest decision allows a purpose.
    pub fn allows(&self, purpose: &ConsentPurpose) -> bool {
        self.latest(purpose).is_some_and(|latest| latest.decision == ConsentDecision::Granted)
    }

    /// Whether a purpose was allowed at an instant, as far as is known now.
    pub fn allowed_at(&self, purpose: &ConsentPurpose, at: Timestamp) -> bool {
        let until = self.history(purpose).take_while(|consent| consent.at <= at).last();
        until.is_some_and(|latest| latest.decision == ConsentDecision::Granted)
    }

    /// The decision that counts.
    pub fn latest(&self, purpose: &ConsentPurpose) -> Option<&Consent> {
        self.history(purpose).last()
    }

    /// Every decision about a purpose, the oldest first.
    pub fn history(&self, purpose: &ConsentPurpose) -> impl Iterator<Item = &Consent> {
        self.decisions.iter().map(|ranked| &ranked.0).filter(move |consent| consent.purpose == *purpose)
    }

    /// The purposes the person has decided about.
    pub fn purposes(&self) -> Vec<&ConsentPurpose> {
        let mut purposes: Vec<_> = self.decisions.iter().map(|ranked| &ranked.0.purpose).collect();
        purposes.dedup();
        purposes
    }

    fn decide(&mut self, purpose: &ConsentPurpose, decision: ConsentDecision, now: Timestamp) -> Consent {
        let at = values::after(now, self.latest(purpose).map(|latest| latest.at));
        let consent = Consent::new(self.user, purpose.clone(), decision, at);
        let json = consent.write_json();
        self.decisions.insert(Ranked(consent.clone(), json));
        consent
    }
}

impl fmt::Debug for Consents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Consents({} decisions)", self.decisions.len())
    }
}

/// Why a decision is not taken.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ConsentError {
    /// It is of another person.
    #[error("the consent is another person's")]
    AnotherPerson,
    /// There is nothing to take back.
    #[error("no consent was granted")]
    NothingGranted,
    /// It was taken back before.
    #[error("the consent was already removed")]
    Removed,
}

pub(super) const STATES: StateMachine = StateMachine {
    entity: "Consent",
    states: &[
        ("none", "nothing was said, and nothing is allowed"),
        ("granted", "the person allows the purpose"),
        ("removed", "the person no longer allows it"),
    ],
    actions: &[("grant", "say yes, also once more to a new wording"), ("remove", "take it back")],
    transitions: TRANSITIONS,
    refusals: &["the consent is another person's"],
};

const TRANSITIONS: &[StateTransition] = &[
    goes("none", "grant", "granted"),
    refused("none", "remove", "no consent was granted"),
    goes("granted", "grant", "granted"),
    goes("granted", "remove", "removed"),
    goes("removed", "grant", "granted"),
    refused("removed", "remove", "the consent was already removed"),
];

#[cfg(test)]
mod tests;
