//! Where a page ended, as a value that crosses the network.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use super::RowKind;
use super::page::{Place, RowOrder};
use crate::{Timestamp, Urgency, VehicleRef};

/// Where a page ended: the last row on it, by what its place depends on.
///
/// Its text is for machines: hex digits of a version, the row's place and a check sum. It names the vehicle, but not its
/// VIN; `Debug` shows neither.
///
/// # Examples
///
/// ```
/// use cc_core::dashboard::Cursor;
///
/// assert_eq!("02ff".parse::<Cursor>().unwrap_err().to_string(), "expected a cursor of version 1, found version 2");
/// assert_eq!("01".parse::<Cursor>().unwrap_err().to_string(), "the cursor is damaged");
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Cursor {
    order: RowOrder,
    open: bool,
    urgency: Option<Urgency>,
    last_occurred: Timestamp,
    count: u64,
    vehicle: VehicleRef,
    kind: RowKind,
    name: Box<str>,
    ecu: Option<Box<str>>,
    is_text: bool,
}

impl Cursor {
    pub(super) fn at(order: RowOrder, place: &Place<'_>) -> Self {
        Self {
            order,
            open: place.open,
            urgency: place.urgency,
            last_occurred: place.last_occurred,
            count: place.count,
            vehicle: place.vehicle.clone(),
            kind: place.kind,
            name: place.name.into(),
            ecu: place.ecu.map(Into::into),
            is_text: place.is_text,
        }
    }

    pub(super) fn place(&self) -> Place<'_> {
        Place {
            open: self.open,
            urgency: self.urgency,
            last_occurred: self.last_occurred,
            count: self.count,
            vehicle: &self.vehicle,
            kind: self.kind,
            name: &self.name,
            ecu: self.ecu.as_deref(),
            is_text: self.is_text,
        }
    }

    /// The order of the page it is from.
    pub fn order(&self) -> RowOrder {
        self.order
    }

    fn to_bytes(&self) -> Vec<u8> {
        let place = |found: Option<usize>| found.map_or(0xFF, |place| place as u8);
        let mut out = Vec::with_capacity(64);
        out.push(VERSION);
        out.push(place(RowOrder::ALL.iter().position(|order| *order == self.order)));
        out.push(u8::from(self.open) | u8::from(self.is_text) << 1 | u8::from(self.ecu.is_some()) << 2);
        out.push(place(
            self.urgency.and_then(|urgency| Urgency::ALL.iter().position(|other| *other == urgency)),
        ));
        out.push(place(RowKind::ALL.iter().position(|kind| *kind == self.kind)));
        out.extend(self.last_occurred.timestamp().to_be_bytes());
        out.extend(self.last_occurred.timestamp_subsec_nanos().to_be_bytes());
        out.extend(self.count.to_be_bytes());
        out.extend(self.vehicle.vehicle.0.to_be_bytes());
        for text in [self.vehicle.organization.as_str(), &self.name, self.ecu.as_deref().unwrap_or_default()]
        {
            out.extend((text.len() as u32).to_be_bytes());
            out.extend(text.as_bytes());
        }
        out.extend(check_sum(&out).to_be_bytes());
        out
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (body, sum) = bytes.split_last_chunk::<4>()?;
        if check_sum(body) != u32::from_be_bytes(*sum) {
            return None;
        }
        let mut reader = Reader(body);
        let [_, order, flags, urgency, kind] = reader.take()?;
        let (seconds, nanos) = (i64::from_be_bytes(reader.take()?), u32::from_be_bytes(reader.take()?));
        let (count, vehicle) = (u64::from_be_bytes(reader.take()?), i64::from_be_bytes(reader.take()?));
        let (organization, name, ecu) = (reader.text()?, reader.text()?, reader.text()?);
        let urgency = match urgency {
            0xFF => None,
            place => Some(*Urgency::ALL.get(usize::from(place))?),
        };
        let cursor = Self {
            order: *RowOrder::ALL.get(usize::from(order))?,
            open: flags & 1 != 0,
            is_text: flags & 2 != 0,
            urgency,
            last_occurred: Timestamp::from_timestamp(seconds, nanos)?,
            count,
            vehicle: VehicleRef {
                organization: organization.parse().ok()?,
                vehicle: crate::VehicleId(vehicle),
            },
            kind: *RowKind::ALL.get(usize::from(kind))?,
            name: name.into(),
            ecu: (flags & 4 != 0).then(|| ecu.into()),
        };
        (reader.0.is_empty() && cursor.to_bytes() == bytes).then_some(cursor)
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take<const LENGTH: usize>(&mut self) -> Option<[u8; LENGTH]> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*head)
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = u32::from_be_bytes(self.take()?) as usize;
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        core::str::from_utf8(head).ok()
    }
}

/// FNV-1a, 32 bits: against damage, not against forgery.
fn check_sum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811C_9DC5, |sum, byte| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

const VERSION: u8 = 1;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Cursor {
    type Err = CursorParseError;

    fn from_str(text: &str) -> Result<Self, CursorParseError> {
        let digits = text.as_bytes().chunks(2);
        let byte = |pair: &[u8]| {
            let text =
                core::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2 && !pair.starts_with('+'))?;
            u8::from_str_radix(text, 16).ok()
        };
        let bytes: Vec<u8> = digits.map(byte).collect::<Option<_>>().ok_or(CursorParseError::Damaged)?;
        match bytes.first() {
            Some(&VERSION) => Self::from_bytes(&bytes).ok_or(CursorParseError::Damaged),
            Some(&found) => Err(CursorParseError::Version { found }),
            None => Err(CursorParseError::Damaged),
        }
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor").field("order", &self.order).finish_non_exhaustive()
    }
}

/// Why a text is not a [`Cursor`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CursorParseError {
    /// It is cut short, changed, or no cursor at all.
    #[error("the cursor is damaged")]
    Damaged,
    /// It is of a version this one does not read.
    #[error("expected a cursor of version {VERSION}, found version {found}")]
    Version {
        /// The version it says it is.
        found: u8,
    },
}
