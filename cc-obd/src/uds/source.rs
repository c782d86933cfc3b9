//! A part of other data, of which an identifier's are made (service 0x2C).

use alloc::vec::Vec;
use core::fmt;

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

impl SourceData {
    /// The part of these bytes, as [`Sources`] hold it.
    pub const fn from_bytes([high, low, position, size]: [u8; 4]) -> Self {
        Self { identifier: u16::from_be_bytes([high, low]), position, size }
    }

    /// Its bytes.
    pub const fn to_bytes(self) -> [u8; 4] {
        let [high, low] = self.identifier.to_be_bytes();
        [high, low, self.position, self.size]
    }
}

/// Parts of other data, at least one, read in place.
///
/// They end a request, and nothing follows a request: zeros are a part here, and no padding.
///
/// # Examples
///
/// ```
/// use cc_obd::uds::{SourceData, Sources};
///
/// let bytes = [0x12, 0x34, 1, 2, 0, 0, 0, 0];
/// let sources = Sources::new(&bytes).unwrap();
/// let first = SourceData { identifier: 0x1234, position: 1, size: 2 };
/// assert!(sources.iter().eq([first, SourceData { identifier: 0, position: 0, size: 0 }]));
/// assert_eq!(first.to_bytes(), bytes[..4]);
/// assert_eq!(Sources::new(&bytes[..3]), None);
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Sources<'a>(&'a [u8]);

impl<'a> Sources<'a> {
    /// The parts of these bytes, four each; `None` where there is none or the last one is cut short.
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        Self::read(&mut Reader::within(bytes.len(), bytes), Layer::Field("sources")).ok()
    }

    /// The parts in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = SourceData> + use<'a> {
        self.0.as_chunks().0.iter().copied().map(SourceData::from_bytes)
    }
}

impl fmt::Debug for Sources<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'a> Part<'a> for Sources<'a> {
    fn read(reader: &mut Reader<'a>, layer: Layer) -> Result<Self, AnswerError> {
        let mut ahead = *reader;
        ahead.array::<4>(layer)?;
        while !ahead.rest().is_empty() {
            ahead.array::<4>(layer)?;
        }
        Ok(Self(reader.take_rest()))
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0);
    }
}

#[cfg(test)]
impl<'a> crate::uds::sample::Sample<'a> for Sources<'a> {
    fn sample(from: &mut crate::uds::sample::Entropy<'a>) -> Self {
        let any = from.some();
        Self::new(&any[..any.len() & !3]).unwrap_or(Self(&[0x12, 0x34, 1, 2]))
    }
}
