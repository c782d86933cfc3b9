//! Service 0x19, `ReadDTCInformation` (ISO 14229-1:2020, 12.3): codes by status mask, and their number.

use alloc::vec::Vec;
use core::fmt;

use cc_core::{Dtc, DtcStatus, J1939Dtc, J2012FtbDtc, RawDtc};

use super::{AnswerError, Layer, byte, is_padding, positive, truncated, word};
use crate::uds::part::{Part, Reader};
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

impl DtcRecord {
    /// The four bytes of an answer.
    pub const fn bytes(self) -> [u8; 4] {
        let [high, low, failure] = self.dtc.bytes();
        [high, low, failure, self.status.0]
    }
}

/// The answer to `19 02` and its kin, read in place: no allocation.
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

impl<'a> Part<'a> for DtcRecords<'a> {
    #[inline]
    fn read(reader: &mut Reader<'a>, _: Layer) -> Result<Self, AnswerError> {
        let availability = reader.byte(Layer::StatusMask)?;
        let before = reader.offset();
        let list = reader.take_rest();
        let (records, rest) = list.as_chunks::<4>();
        if rest.is_empty() && records.last().is_none_or(|last| *last != [0; 4]) {
            return Ok(Self { availability, records, padding: 0 });
        }
        let records = padded(list, availability, records, rest);
        records.inspect(|records| reader.pass_over(records.padding)).map_err(|error| match error {
            AnswerError::Truncated { layer, offset } => {
                AnswerError::Truncated { layer, offset: before + offset }
            }
            other => other,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.availability);
        out.extend_from_slice(self.records.as_flattened());
    }
}

impl Part<'_> for DtcCount {
    fn read(reader: &mut Reader<'_>, _: Layer) -> Result<Self, AnswerError> {
        let availability = reader.byte(Layer::StatusMask)?;
        let format = DtcCountFormat::read(reader, Layer::Count)?;
        Ok(Self { availability, format, count: reader.word(Layer::Count)? })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&[self.availability, self.format.0]);
        self.count.write(out);
    }
}

impl Part<'_> for DtcCountFormat {
    fn read(reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        reader.byte(layer).map(Self)
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.0);
    }
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
    /// The list of these records, each as [`DtcRecord::bytes`] gives it.
    pub fn new(availability: u8, records: &'a [[u8; 4]]) -> Self {
        Self { availability, records, padding: 0 }
    }

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
///
/// # Examples
///
/// ```
/// use cc_obd::service::DtcCountFormat;
///
/// assert_eq!(DtcCountFormat::SAE_J2012_04.dtc([0x9A, 0x89, 0x13]).to_string(), "B1A8913");
/// assert_eq!(DtcCountFormat::SAE_J1939_73.dtc([0xB8, 0x04, 0x0A]).to_string(), "SPN 1208 FMI 10");
/// assert_eq!(DtcCountFormat(0x09).name(), None);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct DtcCountFormat(pub u8);

impl DtcCountFormat {
    /// SAE J2012-DA format 00: a code of two bytes and a failure type.
    pub const SAE_J2012_00: Self = Self(0x00);
    /// ISO 14229-1: three bytes whose meaning is the maker's.
    pub const ISO_14229_1: Self = Self(0x01);
    /// SAE J1939-73: suspect parameter number and failure mode.
    pub const SAE_J1939_73: Self = Self(0x02);
    /// ISO 11992-4: trailers.
    pub const ISO_11992_4: Self = Self(0x03);
    /// SAE J2012-DA format 04: as format 00, for world-wide harmonized on-board diagnostics.
    pub const SAE_J2012_04: Self = Self(0x04);

    /// The name in ISO 14229-1; `None` where it has none.
    pub const fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0x00 => "SAE_J2012-DA_DTCFormat_00",
            0x01 => "ISO_14229-1_DTCFormat",
            0x02 => "SAE_J1939-73_DTCFormat",
            0x03 => "ISO_11992-4_DTCFormat",
            0x04 => "SAE_J2012-DA_DTCFormat_04",
            _ => return None,
        })
    }

    /// The code that three bytes of this format are. Makers fill the format of ISO 14229-1 as SAE J2012 does, and so
    /// it is read; of a format without name, the bytes are kept.
    pub fn dtc(self, bytes: [u8; 3]) -> Dtc {
        match self {
            Self::SAE_J1939_73 => {
                // The low bits of the parameter number come first; its top three share a byte with the failure mode.
                let [low, middle, high] = bytes;
                let spn = u32::from(high >> 5) << 16 | u32::from(middle) << 8 | u32::from(low);
                J1939Dtc::new(spn, high & 0x1F).map_or_else(|_| raw(bytes), Dtc::J1939)
            }
            Self::SAE_J2012_00 | Self::ISO_14229_1 | Self::SAE_J2012_04 => {
                J2012FtbDtc::from_bytes(bytes).into()
            }
            _ => raw(bytes),
        }
    }
}

fn raw(bytes: [u8; 3]) -> Dtc {
    RawDtc::new(&bytes).map_or(J2012FtbDtc::from_bytes(bytes).into(), Dtc::Raw)
}

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
