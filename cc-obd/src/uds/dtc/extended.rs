//! Extended data: counters and the like that an ECU keeps for a code (reports 06, 10, 16, 19 and 1A).

use alloc::vec::Vec;
use core::fmt;

use cc_core::{DtcStatus, J2012FtbDtc};

use super::records::Records;
use crate::service::{AnswerError, DtcRecord, Layer, is_padding};
use crate::uds::part::{Part, RawData, Reader};

/// A code and its extended data, read in place (reports 06, 10 and 19).
///
/// Each record is a number and data. No byte says how long the data are: [`Self::iter`] asks the caller.
///
/// # Examples
///
/// ```
/// use cc_obd::service::{AnswerError, Layer};
/// use cc_obd::uds::{ReadDtcInformationAnswer, DtcReport};
///
/// let answer = [0x59, 0x06, 0x12, 0x34, 0x56, 0x2F, 0x01, 0x17, 0x02, 0x00, 0x05];
/// let DtcReport::DtcExtDataRecordByDtcNumber { extended_data } = ReadDtcInformationAnswer::parse(&answer)?.report else {
///     panic!("report 06");
/// };
/// let lengths = |record_number| Some(if record_number == 1 { 1 } else { 2 });
/// let records: Vec<_> = extended_data.iter(lengths).collect::<Result<_, _>>()?;
/// assert_eq!((records[1].record_number, records[1].data), (2, &[0x00, 0x05][..]));
///
/// let cut = extended_data.iter(|_| Some(3)).last().unwrap().unwrap_err();
/// assert_eq!(cut, AnswerError::Truncated { layer: Layer::ParameterData, offset: 11 });
/// # Ok::<(), AnswerError>(())
/// ```
#[derive(Clone, Copy, Eq)]
pub struct ExtendedData<'a> {
    /// The code.
    pub dtc: J2012FtbDtc,
    /// Its status.
    pub status: DtcStatus,
    /// The records' bytes: [`Self::iter`] reads them; each is its number and its data.
    pub records: RawData<'a>,
    /// How many bytes stand before them in the answer, for the offsets of errors.
    before: usize,
}

/// One record of extended data.
///
/// `Debug` shows no data: nobody knows what they say.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct ExtendedRecord<'a> {
    /// The record's number: 01 to 8F are the maker's, 90 to EF the law's.
    pub record_number: u8,
    /// The code that it belongs to.
    pub dtc: J2012FtbDtc,
    /// The status of the code.
    pub status: DtcStatus,
    /// The data, in the maker's own format.
    pub data: &'a [u8],
    /// Whether the length of the data is known. Where it is not, the data are all that is left of the answer.
    pub is_bounded: bool,
}

/// The extended data of one number of all codes that have it, read in place (report 16).
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct ExtendedDataByRecord<'a> {
    /// The record's number.
    pub record_number: u8,
    /// The records' bytes: [`Self::iter`] reads them; each is a code, its status and its data.
    pub records: RawData<'a>,
}

/// The codes that support extended data of one number, read in place (report 1A).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ExtendedDataSupport<'a> {
    /// Which bits of the status bytes this ECU supports.
    pub availability: u8,
    numbered: Option<(u8, Records<'a, DtcRecord>)>,
}

impl<'a> ExtendedData<'a> {
    /// A code's extended data; each record is its number and its data.
    pub fn new(dtc: J2012FtbDtc, status: DtcStatus, records: &'a [u8]) -> Self {
        Self { dtc, status, records: RawData(records), before: 0 }
    }

    /// The records in the ECU's order. `lengths` says how many bytes the data of a record number have; where it does
    /// not know, they are all the rest.
    ///
    /// # Errors
    ///
    /// The last item is an error where the answer ends inside a record.
    pub fn iter<L: FnMut(u8) -> Option<usize>>(
        &self,
        mut lengths: L,
    ) -> impl Iterator<Item = Result<ExtendedRecord<'a>, AnswerError>> + use<'a, L> {
        let &Self { dtc, status, records, before } = self;
        let mut reader = Reader::within(before + records.0.len(), records.0);
        records_of(move || {
            let rest = reader.rest();
            let Some(&record_number) = rest.first() else { return Ok(None) };
            let length = lengths(record_number);
            if is_filling(rest, 1, length) {
                return Ok(None);
            }
            reader.byte(Layer::Field("record_number"))?;
            let data = take(&mut reader, length)?;
            Ok(Some(ExtendedRecord { record_number, dtc, status, data, is_bounded: length.is_some() }))
        })
    }
}

impl<'a> ExtendedDataByRecord<'a> {
    /// The records in the ECU's order. `lengths` says how many bytes the data of a code have; where it does not know,
    /// they are all the rest.
    ///
    /// # Errors
    ///
    /// The last item is an error where the answer ends inside a record.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_obd::uds::{ReadDtcInformationAnswer, DtcReport};
    ///
    /// let answer = [0x59, 0x16, 0x01, 0x12, 0x34, 0x56, 0x2F, 0x17, 0x9A, 0x89, 0x13, 0x0A, 0x03];
    /// let DtcReport::DtcExtDataRecordByRecordNumber { extended_data } = ReadDtcInformationAnswer::parse(&answer)?.report
    /// else {
    ///     panic!("report 16");
    /// };
    /// let records: Vec<_> = extended_data.iter(|_| Some(1)).collect::<Result<_, _>>()?;
    /// assert_eq!((records[1].dtc.to_string().as_str(), records[1].data), ("B1A8913", &[0x03][..]));
    /// assert!(extended_data.iter(|_| Some(2)).last().unwrap().is_err());
    /// # Ok::<(), cc_obd::service::AnswerError>(())
    /// ```
    pub fn iter<L: FnMut(J2012FtbDtc) -> Option<usize>>(
        &self,
        mut lengths: L,
    ) -> impl Iterator<Item = Result<ExtendedRecord<'a>, AnswerError>> + use<'a, L> {
        let &Self { record_number, records } = self;
        let mut reader = Reader::within(3 + records.0.len(), records.0);
        records_of(move || {
            let rest = reader.rest();
            if rest.is_empty() {
                return Ok(None);
            }
            let Some(&[high, low, failure, status]) = rest.first_chunk() else {
                return if is_padding(rest) { Ok(None) } else { Err(reader.fail(Layer::DtcList)) };
            };
            let dtc = J2012FtbDtc::from_bytes([high, low, failure]);
            let length = lengths(dtc);
            if is_filling(rest, 4, length) {
                return Ok(None);
            }
            reader.take(4, Layer::DtcList)?;
            let data = take(&mut reader, length)?;
            let status = DtcStatus(status);
            Ok(Some(ExtendedRecord { record_number, dtc, status, data, is_bounded: length.is_some() }))
        })
    }
}

impl<'a> ExtendedDataSupport<'a> {
    /// The answer of an ECU whose codes `records` support the record number.
    pub fn new(availability: u8, record_number: u8, records: Records<'a, DtcRecord>) -> Self {
        Self { availability, numbered: Some((record_number, records)) }
    }

    /// The record's number; `None` where no code supports it.
    pub fn record_number(&self) -> Option<u8> {
        self.numbered.map(|(number, _)| number)
    }

    /// The codes that support it.
    pub fn records(&self) -> Records<'a, DtcRecord> {
        self.numbered.map_or_else(Records::default, |(_, records)| records)
    }
}

/// An iterator over what `next` gives, until it gives nothing or fails.
fn records_of<'a>(
    mut next: impl FnMut() -> Result<Option<ExtendedRecord<'a>>, AnswerError>,
) -> impl Iterator<Item = Result<ExtendedRecord<'a>, AnswerError>> {
    let mut is_over = false;
    core::iter::from_fn(move || {
        if is_over {
            return None;
        }
        let item = next().transpose();
        is_over = !matches!(item, Some(Ok(_)));
        item
    })
}

fn take<'a>(reader: &mut Reader<'a>, length: Option<usize>) -> Result<&'a [u8], AnswerError> {
    match length {
        Some(length) => reader.take(length, Layer::ParameterData),
        None => Ok(reader.take_rest()),
    }
}

/// Whether the rest is padding: zeros, which name no record, or a filler that is no whole number of records.
fn is_filling(rest: &[u8], head: usize, length: Option<usize>) -> bool {
    let size = head.saturating_add(length.unwrap_or(0));
    is_padding(rest) && (rest.first() == Some(&0) || (length.is_some() && !rest.len().is_multiple_of(size)))
}

impl<'a> Part<'a> for ExtendedData<'a> {
    fn read(reader: &mut Reader<'a>, layer: Layer) -> Result<Self, AnswerError> {
        let dtc = J2012FtbDtc::read(reader, layer)?;
        let status = DtcStatus::read(reader, layer)?;
        let before = reader.offset();
        Ok(Self { dtc, status, records: RawData(reader.take_rest()), before })
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.dtc.write(out);
        self.status.write(out);
        self.records.write(out);
    }
}

impl<'a> Part<'a> for ExtendedDataByRecord<'a> {
    fn read(reader: &mut Reader<'a>, _: Layer) -> Result<Self, AnswerError> {
        let record_number = reader.byte(Layer::Field("record_number"))?;
        Ok(Self { record_number, records: RawData(reader.take_rest()) })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.record_number);
        self.records.write(out);
    }
}

impl<'a> Part<'a> for ExtendedDataSupport<'a> {
    fn read(reader: &mut Reader<'a>, _: Layer) -> Result<Self, AnswerError> {
        let availability = reader.byte(Layer::StatusMask)?;
        if reader.rest().is_empty() {
            return Ok(Self { availability, numbered: None });
        }
        let record_number = reader.byte(Layer::Field("record_number"))?;
        Ok(Self { availability, numbered: Some((record_number, Records::read(reader, Layer::DtcList)?)) })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.availability);
        if let Some((record_number, records)) = self.numbered {
            out.push(record_number);
            records.write(out);
        }
    }
}

/// Equal where code and bytes are, wherever in an answer they stood.
impl PartialEq for ExtendedData<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.dtc, self.status, self.records) == (other.dtc, other.status, other.records)
    }
}

impl fmt::Debug for ExtendedData<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExtendedData({} {}, {:?})", self.dtc, self.status, self.records)
    }
}

impl fmt::Debug for ExtendedDataByRecord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExtendedDataByRecord({:02X}, {:?})", self.record_number, self.records)
    }
}

impl fmt::Debug for ExtendedRecord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExtendedRecord({:02X} of {}, {} bytes)", self.record_number, self.dtc, self.data.len())
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::uds::dtc::snapshot::{Snapshots, StoredData};
    use crate::uds::sample::{Entropy, Sample};

    impl<'a> Sample<'a> for ExtendedData<'a> {
        fn sample(from: &mut Entropy<'a>) -> Self {
            Self::new(Sample::sample(from), Sample::sample(from), from.some())
        }
    }

    impl<'a> Sample<'a> for Snapshots<'a> {
        fn sample(from: &mut Entropy<'a>) -> Self {
            Self::new(Sample::sample(from), Sample::sample(from), from.some())
        }
    }

    impl<'a> Sample<'a> for StoredData<'a> {
        fn sample(from: &mut Entropy<'a>) -> Self {
            Self::new(from.some()).unwrap_or_else(|| Self::new(&[1]).unwrap())
        }
    }

    impl<'a> Sample<'a> for ExtendedDataByRecord<'a> {
        fn sample(from: &mut Entropy<'a>) -> Self {
            Self { record_number: from.byte(), records: Sample::sample(from) }
        }
    }

    impl<'a> Sample<'a> for ExtendedDataSupport<'a> {
        fn sample(from: &mut Entropy<'a>) -> Self {
            let numbered = from.byte() & 1 != 0;
            Self {
                availability: from.byte(),
                numbered: numbered.then(|| (from.byte(), Sample::sample(from))),
            }
        }
    }
}
