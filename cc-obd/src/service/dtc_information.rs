//! Service 0x19, `ReadDTCInformation` (ISO 14229-1:2020, 12.3): codes by status mask, and their number.

use cc_core::{DtcStatus, J2012FtbDtc};
use core::fmt;

use super::{AnswerError, Layer, byte, is_padding, positive, truncated, word};
use nom::Parser;
use nom::combinator::verify;

/// One code of three bytes and its status.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct DtcRecord {
    /// A two-byte code (SAE J2012) and a failure type byte.
    pub dtc: J2012FtbDtc,
    /// The status byte beside it.
    pub status: DtcStatus,
}

/// The answer to `19 02`, read in place: no allocation.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct DtcRecords<'a> {
    availability: u8,
    records: &'a [[u8; 4]],
    padding: usize,
}

/// Reads an answer to `19 02`, reportDTCByStatusMask.
///
/// Behind the availability mask (which status bits this ECU knows; not the status of a code) stand records of four
/// bytes. Padding behind the last record, as some transports leave it, is cut and counted by
/// [`DtcRecords::padding`]: a strict reader refuses where that is not 0.
///
/// # Examples
///
/// ```
/// use cc_obd::service::{AnswerError, Layer, dtcs_by_status};
///
/// let answer = [0x59, 0x02, 0xCA, 0xE1, 0x00, 0x00, 0x0A, 0x9A, 0x89, 0x13, 0x0A];
/// let records = dtcs_by_status(&answer)?;
/// assert_eq!(records.availability(), 0xCA);
/// let codes: Vec<_> = records.iter().map(|record| record.dtc.to_string()).collect();
/// assert_eq!(codes, ["U210000", "B1A8913"]);
///
/// let cut = dtcs_by_status(&answer[..9]).unwrap_err();
/// assert_eq!(cut, AnswerError::Truncated { layer: Layer::DtcList, offset: 7 });
/// # Ok::<(), AnswerError>(())
/// ```
pub fn dtcs_by_status(answer: &[u8]) -> Result<DtcRecords<'_>, AnswerError> {
    // Hand-written header check before the parsers: this is the hot path of a fleet's ingestion.
    let (availability, list) = match answer {
        [0x59, 0x02, availability, list @ ..] => (*availability, list),
        _ => header(answer, 0x02)?,
    };
    let (records, rest) = list.as_chunks::<4>();
    if rest.is_empty() && records.last().is_none_or(|last| *last != [0; 4]) {
        return Ok(DtcRecords { availability, records, padding: 0 });
    }
    padded(answer, availability, records, rest)
}

/// Cuts padding: a part of a record made of one filler, with whole records of that filler before it, and records of
/// zeros, which name no code.
#[cold]
fn padded<'a>(
    answer: &[u8],
    availability: u8,
    records: &'a [[u8; 4]],
    rest: &[u8],
) -> Result<DtcRecords<'a>, AnswerError> {
    if !is_padding(rest) {
        return Err(truncated(Layer::DtcList, answer, rest));
    }
    let fill = rest.first().copied().unwrap_or(0);
    let codes = records.iter().rposition(|record| *record != [fill; 4]).map_or(0, |last| last + 1);
    let padding = (records.len() - codes) * 4 + rest.len();
    Ok(DtcRecords { availability, records: &records[..codes], padding })
}

/// The availability mask and what follows it.
fn header(answer: &[u8], report: u8) -> Result<(u8, &[u8]), AnswerError> {
    let rest = positive(answer, 0x19)?;
    let (rest, _) = verify(byte, |&found| found == report)
        .parse(rest)
        .map_err(|_: nom::Err<()>| truncated(Layer::SubFunction, answer, rest))?;
    let (list, availability) = byte(rest).map_err(|_| truncated(Layer::StatusMask, answer, rest))?;
    Ok((availability, list))
}

impl<'a> DtcRecords<'a> {
    /// Which bits of the status bytes this ECU supports.
    pub fn availability(&self) -> u8 {
        self.availability
    }

    /// The records in the ECU's order.
    #[inline]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = DtcRecord> + use<'a> {
        self.records.iter().map(|&[high, low, failure, status]| DtcRecord {
            dtc: J2012FtbDtc::from_bytes([high, low, failure]),
            status: DtcStatus(status),
        })
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether the ECU reports no code.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// How many bytes behind the last record were padding.
    pub fn padding(&self) -> usize {
        self.padding
    }
}

impl fmt::Debug for DtcRecords<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// How an ECU writes its codes (ISO 14229-1:2020, table D.4: `DTCFormatIdentifier`).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct DtcCountFormat(pub u8);

/// The answer to `19 01`: how many codes match the status mask.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct DtcCount {
    /// Which bits of the status bytes this ECU supports.
    pub availability: u8,
    /// The format of its codes; 1 is ISO 14229-1.
    pub format: DtcCountFormat,
    /// How many there are.
    pub count: u16,
}

/// Reads an answer to `19 01`, reportNumberOfDTCByStatusMask.
///
/// # Examples
///
/// ```
/// let answer = cc_obd::service::dtc_count(&[0x59, 0x01, 0xFF, 0x01, 0x00, 0x03])?;
/// assert_eq!((answer.format.0, answer.count), (1, 3));
/// assert!(cc_obd::service::dtc_count(&[0x59, 0x01, 0xFF, 0x01, 0x00]).is_err());
/// # Ok::<(), cc_obd::service::AnswerError>(())
/// ```
pub fn dtc_count(answer: &[u8]) -> Result<DtcCount, AnswerError> {
    let (availability, rest) = header(answer, 0x01)?;
    let (rest, format) = byte(rest).map_err(|_| truncated(Layer::Count, answer, rest))?;
    let (rest, count) = word(rest).map_err(|_| truncated(Layer::Count, answer, rest))?;
    if !is_padding(rest) {
        return Err(AnswerError::Trailing { layer: Layer::Count, offset: answer.len() - rest.len() });
    }
    Ok(DtcCount { availability, format: DtcCountFormat(format), count })
}
