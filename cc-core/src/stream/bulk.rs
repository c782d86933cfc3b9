//! One POST of the data stream: taken whole, or rejected whole.

use alloc::vec::Vec;

use super::{EventStream, StreamLimits, StreamPart};
use crate::{Event, EventDecodeError};

/// A bulk that is being received: the body of one POST, which its receiver answers as one.
///
/// The sender of the data stream knows two answers, "stored" and "try again", for all events of a body together. So a
/// receiver may reject a bulk only when it cannot be parsed, validated or stored, and must not for what it merely does
/// not know: the sender would send the same bulk again for ever, with all that is good in it.
///
/// *Parsed* means that the whole body is JSON that [`decode_batch`](crate::decode_batch) reads: one array, objects one a
/// line, or one object; each item an object within the limits. *Validated* means that each event has an `id`, a `time`
/// and a `type`, and that each field its type defines holds JSON of the kind that the type defines, or null. *Stored* is
/// the receiver's own business. Everything else is accepted: types, fields and words nobody knows yet, vehicles that are
/// not the receiver's or not named at all, times of any order, values no car can mean, and events that came before, also
/// in the same bulk ([`Dedup`](crate::dedup::Dedup) finds those).
///
/// # Examples
///
/// ```
/// use cc_core::stream::{Bulk, StreamLimits};
///
/// let mut bulk = Bulk::new(StreamLimits::default());
/// bulk.push(br#"[{"id":1,"time":"2026-05-01T10:00:00Z","#)?;
/// bulk.push(br#""type":"tomorrows_type","vehicleId":404}]"#)?;
/// assert_eq!(bulk.finish()?.len(), 1);
///
/// let mut bulk = Bulk::new(StreamLimits::default());
/// let rejection = bulk.push(br#"[{"id":1,"time":"yesterday","type":"car_ignition","value":true},"#).unwrap_err();
/// assert_eq!(
///     rejection.to_string(),
///     "item 0 on line 1: time: expected a text (date and time of RFC 3339) at byte 16"
/// );
/// # Ok::<(), cc_core::stream::BulkRejection>(())
/// ```
#[derive(Debug)]
pub struct Bulk {
    stream: EventStream,
    events: Vec<Event>,
    /// Whether there is more than white space.
    is_begun: bool,
    rejection: Option<BulkRejection>,
}

/// Why a bulk is not taken. It says which item, where and why, and never what stands there.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BulkRejection {
    /// There is nothing in the body; a bulk of no events is `[]`.
    #[error("expected events, found an empty body")]
    Empty,
    /// An item is no event: the first such in the body.
    #[error("item {index} on line {line}: {reason}")]
    Item {
        /// Which item, from 0.
        index: u64,
        /// The line it begins on, from 1.
        line: u64,
        /// Why; its offset counts from the start of the body.
        reason: EventDecodeError,
    },
}

impl Bulk {
    /// A bulk of which nothing was received yet.
    pub fn new(limits: StreamLimits) -> Self {
        Self { stream: EventStream::new(limits), events: Vec::new(), is_begun: false, rejection: None }
    }

    /// Takes the next piece of the body. Once it is certain that the bulk is rejected it says so; the rest of the body
    /// need not be read then.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), BulkRejection> {
        if self.rejection.is_none() {
            self.stream.push(piece);
            self.take();
        }
        self.rejection.clone().map_or(Ok(()), Err)
    }

    /// Says that the body is over: gives its events in their order, or why there are none.
    pub fn finish(mut self) -> Result<Vec<Event>, BulkRejection> {
        self.stream.finish();
        if self.rejection.is_none() {
            self.take();
        }
        match self.rejection {
            Some(rejection) => Err(rejection),
            None if self.is_begun => Ok(self.events),
            None => Err(BulkRejection::Empty),
        }
    }

    fn take(&mut self) {
        while let Some(part) = self.stream.next_part() {
            self.is_begun = true;
            let StreamPart::Item(item) = part else { continue };
            match item.event {
                Ok(event) => self.events.push(event),
                Err(reason) => {
                    self.rejection = Some(BulkRejection::Item { index: item.index, line: item.line, reason });
                    self.events = Vec::new();
                    return;
                }
            }
        }
    }
}

/// Takes a bulk that is there as a whole, within the usual limits; see [`Bulk`].
///
/// # Examples
///
/// ```
/// use cc_core::stream::accept_bulk;
///
/// let ignition = r#"{"id":1,"time":"2026-05-01T10:00:00Z","type":"car_ignition","value":true}"#;
/// assert_eq!(accept_bulk(format!("[{ignition},{ignition}]").as_bytes())?.len(), 2);
///
/// let rejection = accept_bulk(format!("[{ignition},\n 7]").as_bytes()).unwrap_err();
/// assert_eq!(rejection.to_string(), "item 1 on line 2: expected an object at byte 77");
/// # Ok::<(), cc_core::stream::BulkRejection>(())
/// ```
pub fn accept_bulk(body: &[u8]) -> Result<Vec<Event>, BulkRejection> {
    let mut bulk = Bulk::new(StreamLimits::default());
    bulk.push(body)?;
    bulk.finish()
}
