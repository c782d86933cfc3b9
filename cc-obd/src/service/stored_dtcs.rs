//! Services 03, 07 and 0A: stored, pending and permanent codes (SAE J1979; two-byte codes of SAE J2012).

use alloc::vec::Vec;
use core::fmt;

use cc_core::J2012Dtc;

use super::{AnswerError, Framing, Layer, byte, bytes, is_padding, positive, truncated};

/// Which of the three lists.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum DtcService {
    /// Service 03: confirmed codes.
    Stored,
    /// Service 07: codes found in this or the last driving cycle.
    Pending,
    /// Service 0A: codes that only the car itself can clear.
    Permanent,
}

impl DtcService {
    /// The service byte of the request.
    pub const fn service(self) -> u8 {
        match self {
            Self::Stored => 0x03,
            Self::Pending => 0x07,
            Self::Permanent => 0x0A,
        }
    }

    /// The list that this service byte of a request reads.
    pub const fn from_service(service: u8) -> Option<Self> {
        match service {
            0x03 => Some(Self::Stored),
            0x07 => Some(Self::Pending),
            0x0A => Some(Self::Permanent),
            _ => None,
        }
    }
}

/// The codes of one answer, read in place: no allocation.
///
/// `Debug` and equality look at the codes.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct StoredDtcs<'a> {
    pairs: &'a [u8],
    padding: usize,
}

/// Reads an answer to service 03, 07 or 0A.
///
/// On CAN a count leads, and as many codes follow; padding behind them is accepted and counted. On K-line and J1850
/// no count leads, and zero pairs are padding.
///
/// # Examples
///
/// ```
/// use cc_obd::service::{AnswerError, DtcService, Framing, Layer, stored_dtcs};
///
/// let can = [0x43, 0x02, 0x01, 0x33, 0x02, 0x44];
/// let codes: Vec<_> = stored_dtcs(&can, DtcService::Stored, Framing::Can)?.iter().map(|c| c.to_string()).collect();
/// assert_eq!(codes, ["P0133", "P0244"]);
///
/// let kline = [0x43, 0x01, 0x33, 0x02, 0x44, 0x00, 0x00];
/// assert_eq!(stored_dtcs(&kline, DtcService::Stored, Framing::Kline)?.len(), 2);
///
/// let cut = stored_dtcs(&can[..5], DtcService::Stored, Framing::Can);
/// assert_eq!(cut.unwrap_err(), AnswerError::Truncated { layer: Layer::DtcList, offset: 2 });
/// # Ok::<(), AnswerError>(())
/// ```
pub fn stored_dtcs(
    answer: &[u8],
    service: DtcService,
    framing: Framing,
) -> Result<StoredDtcs<'_>, AnswerError> {
    let list = positive(answer, service.service())?;
    let cut = |rest| truncated(Layer::DtcList, answer, rest);
    match framing {
        Framing::Can => {
            let (list, count) = byte(list).map_err(|_| truncated(Layer::Count, answer, list))?;
            let (rest, pairs) = bytes(2 * usize::from(count), list).map_err(|_| cut(list))?;
            if !is_padding(rest) {
                return Err(AnswerError::Trailing {
                    layer: Layer::DtcList,
                    offset: answer.len() - rest.len(),
                });
            }
            Ok(StoredDtcs { pairs, padding: rest.len() })
        }
        Framing::Kline => {
            if list.len() % 2 == 1 {
                return Err(cut(list));
            }
            let codes = list.as_chunks::<2>().0;
            let padding = codes.iter().filter(|pair| **pair == [0, 0]).count() * 2;
            Ok(StoredDtcs { pairs: list, padding })
        }
    }
}

impl<'a> StoredDtcs<'a> {
    /// The codes in the ECU's order. Pairs of zeros say "no code" and are left out.
    pub fn iter(&self) -> impl Iterator<Item = J2012Dtc> + use<'a> {
        let (pairs, _) = self.pairs.as_chunks::<2>();
        pairs.iter().map(|&pair| u16::from_be_bytes(pair)).filter(|&raw| raw != 0).map(J2012Dtc::from_raw)
    }

    /// How many codes there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether the ECU holds no code of this kind.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Appends the answer of that list, service byte first, without padding on CAN. A list of more than 255 codes does
    /// not fit its count; codes beyond are left out.
    pub fn encode(&self, list: DtcService, framing: Framing, out: &mut Vec<u8>) {
        out.push(list.service() | 0x40);
        let mut pairs = self.pairs;
        if framing == Framing::Can {
            let count = u8::try_from(pairs.len() / 2).unwrap_or(u8::MAX);
            pairs = pairs.get(..2 * usize::from(count)).unwrap_or(pairs);
            out.push(count);
        }
        out.extend_from_slice(pairs);
    }

    /// How many bytes were padding.
    pub fn padding(&self) -> usize {
        self.padding
    }
}

impl fmt::Debug for StoredDtcs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
