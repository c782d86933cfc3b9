//! How data are written: the answer of service 0x24 (ISO 14229-1:2020, 11.4 and annex C.2).

use alloc::vec::Vec;
use core::fmt;

use super::part::{Part, RawData, Reader};
use crate::service::{AnswerError, Layer};

named! {
    /// What the next bytes of the data are: the upper four bits of a scaling byte.
    ScalingType & 0x0F {
        0x00 UNSIGNED_NUMERIC "unSignedNumeric";
        0x01 SIGNED_NUMERIC "signedNumeric";
        0x02 BIT_MAPPED_WITHOUT_MASK "bitMappedReportedWithOutMask";
        0x03 BIT_MAPPED_WITH_MASK "bitMappedReportedWithMask";
        0x04 BINARY_CODED_DECIMAL "BinaryCodedDecimal";
        0x05 STATE_ENCODED "stateEncodedVariable";
        0x06 ASCII "ASCII";
        0x07 SIGNED_FLOATING_POINT "signedFloatingPoint";
        0x08 PACKET "packet";
        0x09 FORMULA "formula";
        0x0A UNIT_OR_FORMAT "unit/format";
        0x0B STATE_AND_CONNECTION_TYPE "stateAndConnectionType";
    }
}

/// One scaling byte and its extension.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ScalingRecord<'a> {
    /// What it says something about.
    pub scaling_type: ScalingType,
    /// How many bytes of data it concerns; of a formula, how many bytes its extension has.
    pub length: u8,
    /// What belongs to it: the mask of bits that are valid; a formula's identifier and constants; a unit; a state.
    pub extension: RawData<'a>,
}

/// Scaling bytes with their extensions, at least one, read in place.
///
/// # Examples
///
/// ```
/// use cc_obd::uds::{ReadScalingDataByIdentifierAnswer, ScalingType};
///
/// // Vehicle speed: one unsigned byte, by formula y = 0.75 x + 30, in km/h.
/// let bytes = [0x64, 0x01, 0x05, 0x01, 0x95, 0x00, 0xE0, 0x4B, 0x00, 0x1E, 0xA1, 0x30];
/// let answer = ReadScalingDataByIdentifierAnswer::parse(&bytes)?;
/// let records: Vec<_> = answer.scaling.iter().collect();
/// assert_eq!(records.len(), 3);
/// assert_eq!((records[1].scaling_type, records[1].extension.0.len()), (ScalingType::FORMULA, 5));
/// assert_eq!(records[2].extension.0, [0x30]);
///
/// let cut = ReadScalingDataByIdentifierAnswer::parse(&bytes[..8]).unwrap_err();
/// assert_eq!(cut.to_string(), "scaling cut short or invalid at offset 5");
/// # Ok::<(), cc_obd::service::AnswerError>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct ScalingRecords<'a>(&'a [u8]);

impl<'a> ScalingRecords<'a> {
    /// The records of these bytes; `None` where there is none or the last one is cut short.
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        Self::read(&mut Reader::within(bytes.len(), bytes), Layer::Field("scaling")).ok()
    }

    /// The records in their order.
    pub fn iter(&self) -> impl Iterator<Item = ScalingRecord<'a>> + use<'a> {
        let mut reader = Reader::within(self.0.len(), self.0);
        core::iter::from_fn(move || next(&mut reader, Layer::ParameterData).ok())
    }
}

fn next<'a>(reader: &mut Reader<'a>, layer: Layer) -> Result<ScalingRecord<'a>, AnswerError> {
    let failed = reader.fail(layer);
    let byte = reader.byte(layer)?;
    let (scaling_type, length) = (ScalingType::from_raw(byte >> 4), byte & 0x0F);
    let extension = match (scaling_type, length) {
        (ScalingType::BIT_MAPPED_WITHOUT_MASK | ScalingType::FORMULA, 1..) => usize::from(length),
        (ScalingType::UNIT_OR_FORMAT | ScalingType::STATE_AND_CONNECTION_TYPE, _) => 1,
        // Nobody knows how long the extension of a reserved type is.
        (ScalingType(0x0C..=0x0F) | ScalingType::BIT_MAPPED_WITHOUT_MASK | ScalingType::FORMULA, _) => {
            return Err(failed);
        }
        _ => 0,
    };
    Ok(ScalingRecord { scaling_type, length, extension: RawData(reader.take(extension, layer)?) })
}

impl fmt::Debug for ScalingRecords<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'a> Part<'a> for ScalingRecords<'a> {
    fn read(reader: &mut Reader<'a>, layer: Layer) -> Result<Self, AnswerError> {
        let mut ahead = *reader;
        next(&mut ahead, layer)?;
        while !ahead.rest().is_empty() {
            next(&mut ahead, layer)?;
        }
        Ok(Self(reader.take_rest()))
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0);
    }
}

#[cfg(test)]
impl<'a> crate::uds::sample::Sample<'a> for ScalingRecords<'a> {
    fn sample(from: &mut crate::uds::sample::Entropy<'a>) -> Self {
        let mut bytes = from.some();
        loop {
            match Self::new(bytes) {
                Some(records) => return records,
                None if bytes.is_empty() => bytes = &[0x01],
                None => bytes = &bytes[..bytes.len() - 1],
            }
        }
    }
}
