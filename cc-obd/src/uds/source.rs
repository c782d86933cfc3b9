//! A part of other data, of which an identifier's are made (service 0x2C).

use alloc::vec::Vec;

use super::dtc::{Record, sealed};

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
