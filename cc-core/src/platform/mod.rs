//! What a connected-car platform keeps about cars and people.
//!
//! A car's data is of use only among people: a driver who keeps trips and places, friends and companies they are shared
//! with, a workshop that writes back and takes bookings, a fleet that looks after its vans, and a person's say in what
//! any of it is used for. Each of these is an *entity* here: plain data whose rules hold wherever it is, on a phone
//! without a network, in a partner's Python and on the platform.
//!
//! ```text
//!            keeps              shares                    looks after
//!  driver ─────────▶ Trip, Place ────────▶ Share       Fleet ─────────▶ vehicles
//!    │ │                                                 ▲
//!    │ └── Conversation of Messages ──┐                  │ FleetAccess: what a
//!    │                                ▼                  │ data stream may tell
//!    │ Consent                    Workshop ◀── Booking ── vehicle ──▶ ServiceReminder
//!    ▼                            with OpeningHours
//!  what data is used for
//! ```
//!
//! # The entities
//!
//! - [`Trip`]: one drive, kept by the person who drove. What was measured stands once it has ended; what it was for is
//!   the driver's to say.
//! - [`Place`]: a point with a name, such as home.
//! - [`Share`]: one trip, place or vehicle, shown to one person or company until it is revoked or expires. Nobody else
//!   sees it; and nobody sees anything before they have accepted.
//! - [`Conversation`] and [`Message`]: what a driver and a workshop write to each other about a car.
//! - [`Booking`] and [`Bookings`]: an appointment with a workshop, of which a car has one active at most.
//! - [`Workshop`] and [`OpeningHours`]: when it is open, by the clock on its wall.
//! - [`Fleet`] and [`FleetAccess`]: vehicles and the people who look after them, and what access events say.
//! - [`Consents`]: what a person allows. Without a decision, nothing is.
//! - [`ServiceReminder`] and [`ServiceSignals`]: a service that a car will need, and what the car says of it.
//!
//! # States
//!
//! ```text
//!  Trip      recording ── end ──▶ ended
//!
//!  Share     offered ── accept ──▶ accepted ── revoke, decline, expiry ──▶ revoked, declined, expired
//!               └──────── revoke, decline, expiry ────────────────────────────▲
//!
//!  Conversation   open ── close ──▶ closed ── reopen ──▶ open
//!
//!  Booking   NEW ── change ──▶ CHANGED ── cancel ──▶ CANCELLED
//!             └──── cancel, or the appointment goes by and it expires ────▲
//!
//!  Consent   none ── grant ──▶ granted ── remove ──▶ removed ── grant ──▶ granted
//!
//!  Service   upcoming ─▶ due ─▶ overdue      (calendar and counters)
//!  reminder      └── book ──▶ booked ── complete ──▶ done
//! ```
//!
//! What an action does in each state, or the exact message that refuses it, is a table: [`state_machines`], and
//! `docs/reference/platform.md`. A transition takes `&self` and gives the next state or a typed error; nothing changes
//! in place half-way.
//!
//! # Commands and facts
//!
//! A *command* asks for something and can be refused. A *fact* has happened, and cannot: facts reach a phone at least
//! once and in any order, so each type that folds them gives the same state for the same facts, however they come. Who
//! may give a command is for the platform to check; what a command does is settled here.
//!
//! Time is always an argument. Where clocks disagree, a change is stamped a millisecond after the one before it, so
//! that "the latest counts" is never decided by the clock that runs behind.
//!
//! # JSON
//!
//! Every entity reads and writes one JSON object (`from_json`, `to_json`, and `serde` within JSON). Fields this version
//! does not know come back as they were, null stays apart from absent, and numbers keep their digits. What no such
//! entity can be is refused with the field and the byte ([`EntityDecodeError`]), never with what stands there.
//! `updatedAt` and `version` are the platform's for merging.
//!
//! `Debug` shows no person's name, text, address, position or VIN.

mod access;
mod booking;
mod clock_time;
mod consent;
mod conversation;
mod fleet;
mod hours;
mod ids;
mod json;
mod message;
mod place;
mod service_reminder;
mod service_signals;
mod share;
#[cfg(test)]
mod testing;
mod transition;
mod trip;
mod values;
mod words;
mod workshop;
mod zone;

pub use access::FleetAccess;
pub use booking::{
    AUTOMATICALLY_EXPIRED, Booking, BookingError, BookingEventError, BookingState, BookingStatus, Bookings,
};
pub use clock_time::{ClockTime, ClockTimeParseError};
pub use consent::{
    Consent, ConsentDecision, ConsentError, ConsentPurpose, ConsentPurposeParseError, Consents,
};
pub use conversation::{Conversation, ConversationError, ConversationState, ReadMark};
pub use fleet::{Fleet, FleetError, FleetMember, FleetRole, FleetVehicle};
pub use hours::{HoursError, HoursException, OpeningHours, OpeningSpan};
pub use ids::{BookingId, ConversationId, MessageId, NameParseError, PlaceId, ShareId, TripId};
pub use json::EntityDecodeError;
pub use message::{Attachment, EmptyMessage, Message, Participant};
pub use place::{Place, PlaceCategory};
pub use service_reminder::{
    DueHorizon, ReminderError, ReminderState, ReminderStatus, ServiceKind, ServiceReminder,
};
pub use service_signals::{ServiceDue, ServiceSignals};
pub use share::{Share, ShareError, ShareParseError, ShareRecipient, ShareState, ShareStatus, ShareSubject};
pub use transition::{StateMachine, StateTransition, state_machines};
pub use trip::{Trip, TripError, TripFigures, TripPurpose, TripState};
pub use values::{Amount, Coordinates, Prose, TextError, TextLine};
pub use workshop::Workshop;
pub use zone::{ClockZone, ZoneRule, ZoneRuleParseError};
