//! The push-v2 JSON codec: what is common to all event types.
//!
//! Decoding scans an object once, notes where its members stand, and lets each field take its own; nothing is built
//! in between. Each field is a [`FieldValue`]; what its typed value does not give back is kept in [`Leftovers`]; the
//! members no field took are the event's [`UnknownFields`](crate::UnknownFields).

mod batch;
mod canonical;
mod decode;
mod encode;
mod field;
mod instant;
mod outline;
mod reader;
mod source;
mod syntax;
mod values;

pub use batch::{BatchItem, EventBatch, decode_batch};
pub use decode::EventDecodeError;
pub use field::EventField;

pub(crate) use canonical::{compare_keys, write_canonical};
pub(crate) use decode::{ENVELOPE, after_mark};
pub(crate) use field::{
    FieldReader, FieldValue, FieldWriter, Keep, Leftovers, Mismatch, ReadValue, body_fields, read_nested,
    read_object,
};
#[cfg(feature = "protobuf")]
pub(crate) use instant::digits as fraction_digits;
pub(crate) use instant::read as read_instant;
pub(crate) use reader::BatchReader;
pub(crate) use source::{FieldSink, FieldSource};
pub(crate) use syntax::{Cursor, DEEPEST, Span, SyntaxError, minified, unescape};
pub(crate) use values::{EventTime, text, word_fields};
