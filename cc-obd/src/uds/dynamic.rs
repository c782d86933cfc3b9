//! Data that come again and again, and identifiers that get their meaning at run time: services 0x2A and 0x2C.

use alloc::vec::Vec;
use core::fmt;

use super::memory::MemoryRanges;
use super::part::{RawData, SomeData};
use super::source::Sources;
use crate::service::{AnswerError, Layer};

tagged! {
    /// How often data shall come, and which: the low bytes of identifiers F200 to F2FF.
    PeriodicTransmission<'a> {
        /// now and then.
        0x01 SendAtSlowRate "sendAtSlowRate" {
            /// The low bytes.
            identifiers: SomeData<'a>;
        }
        /// more often.
        0x02 SendAtMediumRate "sendAtMediumRate" {
            /// The low bytes.
            identifiers: SomeData<'a>;
        }
        /// as often as the maker allows.
        0x03 SendAtFastRate "sendAtFastRate" {
            /// The low bytes.
            identifiers: SomeData<'a>;
        }
        /// no longer.
        0x04 StopSending "stopSending" {
            /// The low bytes; none means all.
            identifiers: RawData<'a>;
        }
    }
}

request! {
    /// A request for data again and again: service 0x2A, `ReadDataByPeriodicIdentifier` (ISO 14229-1:2020, 11.5). The
    /// data come as [`PeriodicData`].
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_obd::uds::{PeriodicTransmission, ReadDataByPeriodicIdentifierRequest};
    ///
    /// let request = ReadDataByPeriodicIdentifierRequest::parse(&[0x2A, 0x04])?;
    /// assert!(matches!(request.transmission, PeriodicTransmission::StopSending { .. }));
    /// assert!(ReadDataByPeriodicIdentifierRequest::parse(&[0x2A, 0x01]).is_err());
    /// # Ok::<(), cc_obd::service::AnswerError>(())
    /// ```
    ReadDataByPeriodicIdentifierRequest<'a> = 0x2A {
        /// How often, and which.
        transmission: PeriodicTransmission<'a>;
    }
}

answer! {
    /// The answer of service 0x2A: the request is accepted.
    ReadDataByPeriodicIdentifierAnswer = 0x2A {}
}

/// Data that come again and again, as an ECU sends them after service 0x2A: a message without service byte.
///
/// `Debug` shows no data.
///
/// # Examples
///
/// ```
/// use cc_obd::uds::PeriodicData;
///
/// let message = PeriodicData::parse(&[0x01, 0x0B, 0xB8])?;
/// assert_eq!((message.identifier(), message.data), (0xF201, &[0x0B, 0xB8][..]));
/// assert!(PeriodicData::parse(&[]).is_err());
/// # Ok::<(), cc_obd::service::AnswerError>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct PeriodicData<'a> {
    /// The low byte of the identifier.
    pub periodic_identifier: u8,
    /// The data.
    pub data: &'a [u8],
}

impl<'a> PeriodicData<'a> {
    /// Reads one message.
    pub fn parse(message: &'a [u8]) -> Result<Self, AnswerError> {
        match message {
            [identifier, data @ ..] => Ok(Self { periodic_identifier: *identifier, data }),
            [] => Err(AnswerError::Truncated { layer: Layer::DataIdentifier, offset: 0 }),
        }
    }

    /// Appends the message.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.periodic_identifier);
        out.extend_from_slice(self.data);
    }

    /// The whole identifier.
    pub const fn identifier(&self) -> u16 {
        0xF200 | self.periodic_identifier as u16
    }
}

impl fmt::Debug for PeriodicData<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PeriodicData({:04X}, {} bytes)", self.identifier(), self.data.len())
    }
}

tagged! {
    /// How an identifier shall get its meaning at run time.
    DynamicDefinition<'a> {
        /// parts of other identifiers' data.
        0x01 DefineByIdentifier "defineByIdentifier" {
            /// The new identifier, F200 to F3FF.
            identifier: u16;
            /// What its data are made of.
            sources: Sources<'a>;
        }
        /// pieces of memory.
        0x02 DefineByMemoryAddress "defineByMemoryAddress" {
            /// The new identifier, F200 to F3FF.
            identifier: u16;
            /// What its data are made of.
            ranges: MemoryRanges<'a>;
        }
        /// no meaning any more.
        0x03 ClearDynamicallyDefinedDataIdentifier "clearDynamicallyDefinedDataIdentifier" {
            /// The identifier; none means all of them.
            identifier: Option<u16>;
        }
    }
}

tagged! {
    /// What was done about an identifier's meaning.
    DynamicDefinitionResult {
        /// defined.
        0x01 DefineByIdentifier "defineByIdentifier" {
            /// The identifier.
            identifier: u16;
        }
        /// defined.
        0x02 DefineByMemoryAddress "defineByMemoryAddress" {
            /// The identifier.
            identifier: u16;
        }
        /// cleared.
        0x03 ClearDynamicallyDefinedDataIdentifier "clearDynamicallyDefinedDataIdentifier" {
            /// The identifier; none where all of them were cleared.
            identifier: Option<u16>;
        }
    }
}

request! {
    /// A request to give an identifier a meaning: service 0x2C, `DynamicallyDefineDataIdentifier` (ISO 14229-1:2020,
    /// 11.6).
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_obd::uds::{DynamicDefinition, DynamicallyDefineDataIdentifierRequest};
    ///
    /// let request = DynamicallyDefineDataIdentifierRequest::parse(&[0x2C, 0x01, 0xF3, 0x01, 0x12, 0x34, 0x01, 0x02])?;
    /// let DynamicDefinition::DefineByIdentifier { sources, .. } = request.definition else { panic!("by identifier") };
    /// let source = sources.iter().next().unwrap();
    /// assert_eq!((source.identifier, source.position, source.size), (0x1234, 1, 2));
    /// assert!(DynamicallyDefineDataIdentifierRequest::parse(&[0x2C, 0x01, 0xF3, 0x01, 0x12]).is_err());
    /// # Ok::<(), cc_obd::service::AnswerError>(())
    /// ```
    DynamicallyDefineDataIdentifierRequest<'a> = 0x2C {
        sub
        /// The meaning.
        definition: DynamicDefinition<'a>;
    }
}

answer! {
    /// The answer of service 0x2C.
    DynamicallyDefineDataIdentifierAnswer = 0x2C {
        sub
        /// What was done.
        definition: DynamicDefinitionResult;
    }
}
