//! The data stream as protobuf.
//!
//! Platforms that move many events between their own systems do not send them as JSON but as protobuf: numbered
//! fields, half the size, several times as fast to read. Of the push-v2 data stream some messages are published, such as
//! `CanOdometerKm` and `CarServiceBooking`; where one is, it is read and written here field by field as published. The
//! others are this project's own, and `cc-core/proto/` says which. An envelope of ours,
//! `cc.sdk.event.v1.Event`, holds any one of them, so that a mixed stream says itself what it carries; a topic of one
//! type carries the message alone.
//!
//! Both encodings say the same. JSON → [`Event`](crate::Event) → protobuf → `Event` → JSON gives the same JSON, spelled
//! the same: what the typed fields cannot say (a null, `12.50`, a zero that another writer would leave out, a word this
//! version does not know, an unknown field) rides along in fields with high numbers. And what this version does not know
//! in protobuf comes back from it byte for byte; JSON shows it as the member `protobuf`.
//!
//! - One event: [`Event::to_protobuf`](crate::Event::to_protobuf), [`Event::from_protobuf`](crate::Event::from_protobuf).
//! - One message of a known type: [`Event::to_protobuf_message`](crate::Event::to_protobuf_message), [`decode_message`].
//! - A stream: [`ProtobufEncoder`], [`ProtobufDecoder`], [`decode_delimited`].
//! - What there is: [`message_types`], [`part_types`].
//!
//! # Examples
//!
//! ```
//! use cc_core::Event;
//!
//! let json = r#"{"id":1,"vehicleId":7,"organizationKey":"semler","time":"2026-05-01T10:00:00.000Z","type":"can_next_service_km","value":12.50,"new":[1]}"#;
//! let event = Event::from_json(json)?;
//! let bytes = event.to_protobuf();
//! assert_eq!(Event::from_protobuf(&bytes)?.to_json(), json);
//!
//! let error = Event::from_protobuf(b"\x08\x01").unwrap_err();
//! assert_eq!(error.to_string(), "expected a message at byte 2");
//! # Ok::<(), cc_core::EventDecodeError>(())
//! ```

mod decode;
mod encode;
mod raw;
mod reader;
mod schema;
mod stream;
mod types;
mod value;
mod wire;
mod writer;

pub use decode::decode_message;
pub use schema::MessageId;
pub use stream::{ProtobufDecoder, ProtobufEncoder, ProtobufItem, ProtobufItems, decode_delimited};
pub use types::{
    BOOKING_PACKAGE, EVENT_PACKAGE, MessageField, MessageSource, MessageType, PartType, ProtobufKind,
    VEHICLE_PACKAGE, message_types, part_types,
};

pub(crate) use reader::MessageReader;
pub(crate) use schema::{FieldRow, Header, StructuredMessage};
pub(crate) use value::WireValue;
