//! Cars as bytes, so that a server that stops goes on where it was.

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;

use chrono::{Datelike, NaiveDate};

use crate::Timestamp;

/// Why bytes are not the state of a [`Dashboard`](super::Dashboard).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum StateError {
    /// They are cut short, changed, or no state at all.
    #[error("the state is damaged at byte {offset}")]
    Damaged {
        /// Where reading them came to an end.
        offset: usize,
    },
    /// They are of a version this one does not read.
    #[error("expected a state of version {VERSION}, found version {found}")]
    Version {
        /// The version they say they are.
        found: u8,
    },
}

/// The version of the form.
pub(super) const VERSION: u8 = 2;

/// Something that is kept as bytes.
pub(crate) trait Stored: Sized {
    fn write(&self, out: &mut Vec<u8>);
    fn read(bytes: &mut Bytes<'_>) -> Option<Self>;
}

/// Bytes that are read from the front.
pub(crate) struct Bytes<'a> {
    rest: &'a [u8],
}

impl<'a> Bytes<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(head)
    }
}

/// FNV-1a, 64 bits: against damage, not against forgery.
pub(super) fn check_sum(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xCBF2_9CE4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3))
}

/// Seven bits a byte, the lowest first; the highest bit says that more follow.
impl Stored for u64 {
    fn write(&self, out: &mut Vec<u8>) {
        let mut rest = *self;
        while rest >= 0x80 {
            out.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        out.push(rest as u8);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = bytes.byte()?;
            let bits = Self::from(byte & 0x7F);
            if shift == 63 && bits > 1 {
                return None;
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

/// Numbers around 0 are short.
impl Stored for i64 {
    fn write(&self, out: &mut Vec<u8>) {
        (((*self << 1) ^ (*self >> 63)) as u64).write(out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        let number = u64::read(bytes)?;
        Some((number >> 1) as Self ^ -((number & 1) as Self))
    }
}

macro_rules! narrow {
    ($($narrow:ty as $wide:ty),+) => {$(
        impl Stored for $narrow {
            fn write(&self, out: &mut Vec<u8>) {
                <$wide>::from(*self).write(out);
            }

            fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
                <$wide>::read(bytes)?.try_into().ok()
            }
        }
    )+};
}
narrow!(u8 as u64, u16 as u64, u32 as u64, i32 as i64);

impl Stored for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        match bytes.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Stored for Box<str> {
    fn write(&self, out: &mut Vec<u8>) {
        (self.len() as u64).write(out);
        out.extend(self.as_bytes());
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        let length = usize::try_from(u64::read(bytes)?).ok()?;
        core::str::from_utf8(bytes.take(length)?).ok().map(Into::into)
    }
}

impl Stored for [u8; 16] {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        bytes.take(16)?.try_into().ok()
    }
}

impl<T: Stored> Stored for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        Some(if bool::read(bytes)? { Some(T::read(bytes)?) } else { None })
    }
}

impl<T: Stored> Stored for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        (self.len() as u64).write(out);
        for item in self {
            item.write(out);
        }
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        // Nothing is written in less than a byte, so no number asks for more memory than there are bytes.
        let length = usize::try_from(u64::read(bytes)?).ok().filter(|length| *length <= bytes.left())?;
        (0..length).map(|_| T::read(bytes)).collect()
    }
}

impl<A: Stored, B: Stored> Stored for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        Some((A::read(bytes)?, B::read(bytes)?))
    }
}

impl Stored for Timestamp {
    fn write(&self, out: &mut Vec<u8>) {
        self.timestamp().write(out);
        self.timestamp_subsec_nanos().write(out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        Self::from_timestamp(i64::read(bytes)?, u32::read(bytes)?)
    }
}

impl Stored for NaiveDate {
    fn write(&self, out: &mut Vec<u8>) {
        self.num_days_from_ce().write(out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        Self::from_num_days_from_ce_opt(i32::read(bytes)?)
    }
}

/// What has a canonical text is kept as it.
macro_rules! by_text {
    ($($type:ty),+) => {$(
        impl Stored for $type {
            fn write(&self, out: &mut Vec<u8>) {
                Box::<str>::from(self.to_string()).write(out);
            }

            fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
                Box::<str>::read(bytes)?.parse().ok()
            }
        }
    )+};
}
by_text!(crate::Dtc, crate::SignalId, crate::Urgency, crate::ChangeKind, crate::VehicleRef, crate::Vin);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Event;
    use crate::dashboard::{Dashboard, HealthPolicy};

    fn again<T: Stored + PartialEq + core::fmt::Debug>(value: &T) -> Result<(), TestCaseError> {
        let mut out = Vec::new();
        value.write(&mut out);
        let mut bytes = Bytes::new(&out);
        let read = T::read(&mut bytes);
        prop_assert_eq!(read.as_ref(), Some(value));
        prop_assert_eq!(bytes.left(), 0);
        for end in 0..out.len() {
            prop_assert!(T::read(&mut Bytes::new(&out[..end])).is_none());
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_and_nothing_less_does(
            number: u64, signed: i64, short: u16, text in ".{0,20}", list in prop::collection::vec(any::<Option<bool>>(), 0..20),
            seconds in -8_000_000_000_000..8_000_000_000_000_i64, nanos in 0..1_000_000_000_u32,
        ) {
            again(&(number, signed))?;
            again(&(short, Box::<str>::from(text)))?;
            again(&list)?;
            again(&Timestamp::from_timestamp(seconds, nanos).unwrap())?;
        }

        #[test]
        fn any_bytes_read_as_something_or_nothing(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = (u64::read(&mut Bytes::new(&bytes)), i64::read(&mut Bytes::new(&bytes)));
            let _ = Vec::<Option<Box<str>>>::read(&mut Bytes::new(&bytes));
            let _ = Vec::<(Timestamp, NaiveDate)>::read(&mut Bytes::new(&bytes));
        }

        #[test]
        fn a_state_that_only_looks_whole_does_no_harm(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
            let mut whole = Dashboard::default();
            for (id, rest) in [
                r#""type":"can_dtc","code":"0301","sourceType":"j2012","ecu":"engine""#,
                r#""type":"can_dtc_scan","ecu":"7E8","service":"stored","complete":true,"codes":[{"code":"0301","sourceType":"j2012"}]"#,
                r#""type":"can_brake_lamp","value":true"#,
                r#""type":"can_odometer_km","value":74211"#,
                r#""type":"can_next_service_km","value":1200"#,
            ].into_iter().enumerate() {
                whole.add(&event(id, rest));
            }
            let mut bytes = whole.save();
            let body = bytes.len() - 8;
            for (place, byte) in changes {
                bytes[place.index(body)] = byte;
            }
            bytes.truncate(body);
            let sum = check_sum(&bytes);
            bytes.extend(sum.to_be_bytes());
            let mut again = Dashboard::default();
            if again.restore(&bytes).is_ok() {
                let vehicles: Vec<_> = again.vehicles().cloned().collect();
                for (id, rest) in [r#""type":"can_dtc","code":"0301","sourceType":"j2012","ecu":"7E8""#, r#""type":"can_brake_lamp","value":false"#].into_iter().enumerate() {
                    again.add(&event(id, rest));
                }
                let now = "2026-05-02T10:00:00Z".parse().unwrap();
                for vehicle in &vehicles {
                    let _ = again.health(vehicle, &HealthPolicy::default(), now).to_json();
                }
                again.forget_before(now);
                let saved = again.save();
                prop_assert_eq!(Dashboard::default().restore(&saved), Ok(again.vehicles().count()));
            }
        }
    }

    fn event(id: usize, rest: &str) -> Event {
        let json = alloc::format!(
            r#"{{"id":{id},"vehicleId":7,"organizationKey":"semler","vin":"WVWZZZ1KZAM000001","time":"2026-05-01T10:0{id}:00Z",{rest}}}"#
        );
        Event::from_json(json).unwrap()
    }
}
