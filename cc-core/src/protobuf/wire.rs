//! The wire format of protobuf: records of a number, a wire type and a payload, read in place.

use alloc::borrow::Cow;
use alloc::vec;
use alloc::vec::Vec;

use prost::encoding::{WireType, decode_varint, encode_key, encode_varint};

use super::value::mismatch;
use crate::EventDecodeError;
use crate::event::codec::Mismatch;

/// The VIN, in messages that have no field of their own for it.
pub(crate) const VIN: u32 = 1000;
/// How many digits followed the second of the time, where more than needed.
pub(crate) const TIME_DIGITS: u32 = 1001;
/// The numbers of the fields that are null.
pub(crate) const NULL_FIELDS: u32 = 1002;
/// Members of the JSON object that the other fields do not say.
pub(crate) const JSON: u32 = 1003;

/// How deep groups may be nested.
const DEEPEST_GROUP: usize = 100;

pub(crate) const VARINT: u8 = WireType::Varint as u8;
pub(crate) const FIXED_64: u8 = WireType::SixtyFourBit as u8;
pub(crate) const LENGTH: u8 = WireType::LengthDelimited as u8;
pub(crate) const FIXED_32: u8 = WireType::ThirtyTwoBit as u8;
const GROUP_START: u8 = WireType::StartGroup as u8;
const GROUP_END: u8 = WireType::EndGroup as u8;

/// What was expected, and where in the message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct WireError {
    pub(crate) expected: &'static str,
    pub(crate) at: usize,
}

impl WireError {
    /// The error, in a message that begins at `base`.
    pub(crate) fn at_base(self, base: u64) -> EventDecodeError {
        EventDecodeError::Syntax { expected: self.expected, offset: base + self.at as u64 }
    }
}

/// One record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    pub(crate) number: u32,
    pub(crate) wire: u8,
    /// Where the record begins.
    pub(crate) at: usize,
    /// Where its payload begins.
    pub(crate) start: usize,
    /// Where it ends.
    pub(crate) end: usize,
    /// The number, where the payload is one.
    pub(crate) value: u64,
}

/// A place in a message.
#[derive(Clone, Copy)]
pub(crate) struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next record; `None` at the end.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a record is too large to be handed back: measured")]
    pub(crate) fn next(&mut self) -> Result<Option<Record>, WireError> {
        let at = self.at;
        if at >= self.bytes.len() {
            return Ok(None);
        }
        let (number, wire) = self.key()?;
        let start = self.at;
        let value = match wire {
            VARINT => self.varint()?,
            LENGTH => {
                let length = self.varint()?;
                let start = self.at;
                self.skip(length)?;
                return Ok(Some(Record { number, wire, at, start, end: self.at, value: length }));
            }
            FIXED_64 => u64::from_le_bytes(self.fixed()?),
            FIXED_32 => u64::from(u32::from_le_bytes(self.fixed()?)),
            GROUP_START => {
                self.group(number)?;
                0
            }
            _ => return Err(WireError { expected: "a field", at }),
        };
        Ok(Some(Record { number, wire, at, start, end: self.at, value }))
    }

    #[inline]
    fn key(&mut self) -> Result<(u32, u8), WireError> {
        let at = self.at;
        let key = self.varint()?;
        match u32::try_from(key >> 3) {
            Ok(number @ 1..=0x1FFF_FFFF) => Ok((number, (key & 7) as u8)),
            _ => Err(WireError { expected: "a field's number", at }),
        }
    }

    #[inline]
    fn varint(&mut self) -> Result<u64, WireError> {
        let at = self.at;
        let mut rest = self.bytes.get(at..).unwrap_or_default();
        if let Some(byte) = rest.first()
            && *byte < 0x80
        {
            self.at += 1;
            return Ok(u64::from(*byte));
        }
        let length = rest.len();
        match decode_varint(&mut rest) {
            Ok(value) => {
                self.at = at + length - rest.len();
                Ok(value)
            }
            Err(_) => Err(WireError { expected: "a varint", at }),
        }
    }

    #[inline]
    fn fixed<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], WireError> {
        match self.bytes.get(self.at..).and_then(|rest| rest.first_chunk()) {
            Some(bytes) => {
                self.at += LENGTH;
                Ok(*bytes)
            }
            None => Err(WireError { expected: "the rest of the field", at: self.at }),
        }
    }

    #[inline]
    fn skip(&mut self, length: u64) -> Result<(), WireError> {
        let left = self.bytes.len() - self.at;
        match usize::try_from(length) {
            Ok(length) if length <= left => {
                self.at += length;
                Ok(())
            }
            _ => Err(WireError { expected: "the rest of the field", at: self.at }),
        }
    }

    /// Steps over a group whose start was read.
    #[cold]
    fn group(&mut self, number: u32) -> Result<(), WireError> {
        let mut open = vec![number];
        while let Some(innermost) = open.last() {
            let at = self.at;
            let (number, wire) = self.key()?;
            match wire {
                VARINT => drop(self.varint()?),
                FIXED_64 => drop(self.fixed::<8>()?),
                FIXED_32 => drop(self.fixed::<4>()?),
                LENGTH => {
                    let length = self.varint()?;
                    self.skip(length)?;
                }
                GROUP_START if open.len() < DEEPEST_GROUP => open.push(number),
                GROUP_END if number == *innermost => drop(open.pop()),
                _ => return Err(WireError { expected: "a field", at }),
            }
        }
        Ok(())
    }
}

/// How many fields a message may have that this version knows: the numbers below 32, the VIN and the digits.
pub(crate) const SLOTS: usize = 34;

/// Where each known field of a message stands. It is not cleared between messages: the reader knows which are set.
pub(crate) type Slots = [Slot; SLOTS];

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Slot {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) value: u64,
    pub(crate) wire: u8,
}

/// The slot of a field's number.
#[inline]
pub(crate) const fn slot_of(number: u32) -> Option<usize> {
    match number {
        0..=31 => Some(number as usize),
        VIN => Some(32),
        TIME_DIGITS => Some(33),
        _ => None,
    }
}

/// The number of a slot's field.
pub(crate) const fn number_of(slot: usize) -> u32 {
    match slot {
        32 => VIN,
        33 => TIME_DIGITS,
        _ => slot as u32,
    }
}

/// One field of a message.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) message: &'a [u8],
    pub(crate) number: u32,
    pub(crate) slot: Slot,
    /// Whether it comes more than once in the message.
    pub(crate) is_repeated: bool,
}

impl<'a> Field<'a> {
    #[inline]
    pub(crate) fn varint(&self, expected: &'static str) -> Result<u64, Mismatch> {
        if self.slot.wire == VARINT { Ok(self.slot.value) } else { mismatch(expected, 0) }
    }

    #[inline]
    pub(crate) fn bytes(&self, expected: &'static str) -> Result<&'a [u8], Mismatch> {
        match self.message.get(self.slot.start..self.slot.end) {
            Some(bytes) if self.slot.wire == LENGTH => Ok(bytes),
            _ => mismatch(expected, 0),
        }
    }

    #[inline]
    pub(crate) fn text(&self) -> Result<&'a str, Mismatch> {
        match core::str::from_utf8(self.bytes("a text")?) {
            Ok(text) => Ok(text),
            Err(error) => mismatch("UTF-8", error.valid_up_to()),
        }
    }

    /// The payload of a message, whose fields may be spread over several occurrences.
    pub(crate) fn merged(&self, expected: &'static str) -> Result<Cow<'a, [u8]>, Mismatch> {
        if !self.is_repeated {
            return self.bytes(expected).map(Cow::Borrowed);
        }
        let occurrences = self.occurrences();
        if occurrences.len() == 1 {
            Ok(Cow::Borrowed(occurrences[0]))
        } else {
            Ok(occurrences.concat().into())
        }
    }

    /// The payloads of all occurrences.
    pub(crate) fn occurrences(&self) -> Vec<&'a [u8]> {
        let mut records = Records::new(self.message);
        let mut found = Vec::new();
        // The message was read to its end before.
        while let Ok(Some(record)) = records.next() {
            if record.number == self.number && record.wire == LENGTH {
                found.push(&self.message[record.start..record.end]);
            }
        }
        found
    }
}

/// Writes a text or message with its key and length.
#[inline]
pub(crate) fn put_bytes(number: u32, bytes: &[u8], out: &mut Vec<u8>) {
    encode_key(number, WireType::LengthDelimited, out);
    encode_varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

/// Writes a number with its key.
#[inline]
pub(crate) fn put_varint(number: u32, value: u64, out: &mut Vec<u8>) {
    encode_key(number, WireType::Varint, out);
    encode_varint(value, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<(u32, u8, u64)>, WireError> {
        let mut records = Records::new(bytes);
        let mut all = Vec::new();
        while let Some(record) = records.next()? {
            all.push((record.number, record.wire, record.value));
        }
        Ok(all)
    }

    #[test]
    fn records_are_read_by_their_wire_type() {
        for (bytes, records) in [
            (&[][..], &[][..]),
            (&[0x08, 0x96, 0x01], &[(1, 0, 150)]),
            (&[0x12, 0x02, 0x08, 0x01, 0x18, 0x00], &[(2, 2, 2), (3, 0, 0)]),
            (&[0x0D, 1, 0, 0, 0, 0x11, 2, 0, 0, 0, 0, 0, 0, 0], &[(1, 5, 1), (2, 1, 2)]),
            // A group with a group and a text in it.
            (&[0x0B, 0x13, 0x14, 0x1A, 0x01, 0x0C, 0x0C, 0x08, 0x01], &[(1, 3, 0), (1, 0, 1)]),
        ] {
            assert_eq!(read(bytes).unwrap(), records);
        }
    }

    #[test]
    fn damage_says_what_was_expected_and_where() {
        let deep = [[0x0B; 101].as_slice(), &[0x0C; 101]].concat();
        for (bytes, expected, at) in [
            (&[0x08][..], "a varint", 1),
            (&[0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], "a varint", 1),
            (&[0x00], "a field's number", 0),
            (&[0x08, 0x01, 0x0F], "a field", 2),
            (&[0x0C], "a field", 0),
            (&[0x0B, 0x14], "a field", 1),
            (&[0x0B, 0x08, 0x01], "a varint", 3),
            (&[0x0A, 0x02, 0x08], "the rest of the field", 2),
            (
                &[0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
                "the rest of the field",
                11,
            ),
            (&[0x0D, 1, 0, 0], "the rest of the field", 1),
            (&deep, "a field", 100),
        ] {
            assert_eq!(read(bytes), Err(WireError { expected, at }), "{bytes:?}");
        }
    }

    #[test]
    fn every_slot_has_its_number() {
        for slot in 0..SLOTS {
            assert_eq!(slot_of(number_of(slot)), Some(slot));
        }
        assert_eq!(slot_of(32), None);
    }
}
