//! A part of other data, of which an identifier's are made (service 0x2C).

use alloc::vec::Vec;

use super::dtc::{Record, Records, sealed};
use super::part::{Part, Reader};
use crate::service::{AnswerError, Layer};

/// A part of the data of an identifier.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct SourceData {
    /// Whose data.
    pub identifier: u16,
    /// The first byte, counted from 1.
    pub position: u8,
    /// How many bytes.
    pub size: u8,
}

impl sealed::Sealed for SourceData {}

impl Record for SourceData {
    const SIZE: usize = 4;

    fn from_slice(bytes: &[u8]) -> Option<Self> {
        let &[high, low, position, size] = bytes else { return None };
        Some(Self { identifier: u16::from_be_bytes([high, low]), position, size })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.identifier.to_be_bytes());
        out.extend_from_slice(&[self.position, self.size]);
    }
}

/// Parts of other data, at least one, read in place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sources<'a>(Records<'a, SourceData>);

impl<'a> Sources<'a> {
    /// These parts; `None` where there is none.
    pub fn new(records: Records<'a, SourceData>) -> Option<Self> {
        (!records.is_empty()).then_some(Self(records))
    }

    /// The parts in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = SourceData> + use<'a> {
        self.0.iter()
    }
}

impl<'a> Part<'a> for Sources<'a> {
    fn read(reader: &mut Reader<'a>, layer: Layer) -> Result<Self, AnswerError> {
        let failed = reader.fail(layer);
        Self::new(Records::read(reader, layer)?).ok_or(failed)
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }
}

#[cfg(test)]
impl<'a> crate::uds::sample::Sample<'a> for Sources<'a> {
    fn sample(from: &mut crate::uds::sample::Entropy<'a>) -> Self {
        let any = Records::sample(from);
        Self::new(any).unwrap_or_else(|| Self(Records::new(&[0x12, 0x34, 1, 2]).unwrap()))
    }
}
