//! Service 0x22, `ReadDataByIdentifier` (ISO 14229-1:2020, 11.2).

use core::fmt;

use super::{AnswerError, Layer, positive, truncated, word};

/// The data identifier of the vehicle identification number (ISO 14229-1, annex C.1).
pub const VIN_IDENTIFIER: u16 = 0xF190;

/// One data identifier and its data.
///
/// `Debug` shows no data: it may spell a VIN.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct DataRecord<'a> {
    /// The identifier asked for.
    pub identifier: u16,
    /// Its data, in the maker's own format.
    pub data: &'a [u8],
}

/// Reads an answer to service 22 for one identifier.
///
/// Where several identifiers were asked for at once their lengths are the maker's knowledge: only a signal set can
/// split such an answer.
///
/// # Examples
///
/// ```
/// use cc_obd::service::{AnswerError, Layer, data_by_identifier};
///
/// let odometer = data_by_identifier(&[0x62, 0x29, 0x5A, 0x02, 0x59, 0x48])?;
/// assert_eq!((odometer.identifier, odometer.data), (0x295A, &[0x02, 0x59, 0x48][..]));
///
/// let cut = data_by_identifier(&[0x62, 0x29]).unwrap_err();
/// assert_eq!(cut, AnswerError::Truncated { layer: Layer::DataIdentifier, offset: 1 });
/// # Ok::<(), AnswerError>(())
/// ```
pub fn data_by_identifier(answer: &[u8]) -> Result<DataRecord<'_>, AnswerError> {
    let rest = positive(answer, 0x22)?;
    let (data, identifier) = word(rest).map_err(|_| truncated(Layer::DataIdentifier, answer, rest))?;
    Ok(DataRecord { identifier, data })
}

impl fmt::Debug for DataRecord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataRecord({:04X}, {} bytes)", self.identifier, self.data.len())
    }
}
