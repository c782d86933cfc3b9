//! Snapshots: what an ECU measured when a fault appeared (reports 04, 05 and 18).

use alloc::vec::Vec;
use core::fmt;

use cc_core::{DtcStatus, J2012FtbDtc};

use crate::service::{AnswerError, Layer, is_padding};
use crate::uds::part::{Part, RawData, Reader};

/// A code and the snapshots stored with it, read in place (reports 04 and 18).
///
/// A snapshot is a number, a count, and as many data identifiers with their data. No byte says how long the data of
/// an identifier are: [`Self::iter`] asks the caller.
///
/// # Examples
///
/// ```
/// use cc_obd::service::{AnswerError, Layer};
/// use cc_obd::uds::{ReadDtcInformationAnswer, DtcReport};
///
/// // Snapshot 1 has two identifiers: 0100 with two bytes, F40D with one.
/// let answer = [0x59, 0x04, 0x12, 0x34, 0x56, 0x2F, 0x01, 0x02, 0x01, 0x00, 0xAB, 0xCD, 0xF4, 0x0D, 0x32];
/// let DtcReport::DtcSnapshotRecordByDtcNumber { snapshots } = ReadDtcInformationAnswer::parse(&answer)?.report else {
///     panic!("report 04");
/// };
/// assert_eq!(snapshots.dtc.to_string(), "P123456");
///
/// let lengths = |identifier| match identifier {
///     0x0100 => Some(2),
///     0xF40D => Some(1),
///     _ => None,
/// };
/// let data: Vec<_> = snapshots.iter(lengths).collect::<Result<_, _>>()?;
/// assert_eq!((data[1].record_number, data[1].identifier, data[1].data), (1, 0xF40D, &[0x32][..]));
///
/// // Without knowledge of the first one's length, all the rest may be its data.
/// let unknown: Vec<_> = snapshots.iter(|_| None).collect::<Result<_, _>>()?;
/// assert_eq!((unknown.len(), unknown[0].data.len(), unknown[0].is_bounded), (1, 5, false));
///
/// let wrong = snapshots.iter(|_| Some(6)).next().unwrap().unwrap_err();
/// assert_eq!(wrong, AnswerError::Truncated { layer: Layer::ParameterData, offset: 10 });
/// # Ok::<(), AnswerError>(())
/// ```
#[derive(Clone, Copy, Eq)]
pub struct Snapshots<'a> {
    /// The code.
    pub dtc: J2012FtbDtc,
    /// Its status.
    pub status: DtcStatus,
    /// The snapshots' bytes: [`Self::iter`] reads them, [`encode_snapshot`] writes them.
    pub records: RawData<'a>,
    /// How many bytes stand before them in the answer, for the offsets of errors.
    before: usize,
}

/// Snapshots by their number, each with its code, read in place (report 05).
///
/// An ECU without a snapshot of this number answers with the number alone.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct StoredData<'a> {
    first: u8,
    /// What follows the first record's number.
    rest: RawData<'a>,
}

/// One data identifier of a snapshot.
///
/// `Debug` shows no data: it may spell a VIN.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct SnapshotData<'a> {
    /// The number of the snapshot; 0 is the one that the law asks for.
    pub record_number: u8,
    /// The code that it was stored with.
    pub dtc: J2012FtbDtc,
    /// The status of the code.
    pub status: DtcStatus,
    /// What was measured.
    pub identifier: u16,
    /// Its value, in the maker's own format.
    pub data: &'a [u8],
    /// Whether the length of the data is known. Where it is not, the data are all that is left of the answer, and
    /// what follows the identifier in truth is hidden in them.
    pub is_bounded: bool,
}

impl<'a> Snapshots<'a> {
    /// A code's snapshots, from bytes that [`encode_snapshot`] wrote.
    pub fn new(dtc: J2012FtbDtc, status: DtcStatus, records: &'a [u8]) -> Self {
        Self { dtc, status, records: RawData(records), before: 0 }
    }

    /// The data in the ECU's order. `lengths` says how many bytes the data of an identifier have; where it does not
    /// know, they are all the rest.
    ///
    /// # Errors
    ///
    /// The last item is an error where the answer ends inside a snapshot.
    pub fn iter<L: FnMut(u16) -> Option<usize>>(
        &self,
        lengths: L,
    ) -> impl Iterator<Item = Result<SnapshotData<'a>, AnswerError>> + use<'a, L> {
        let reader = Reader::within(self.before + self.records.0.len(), self.records.0);
        SnapshotIter { reader, owner: Some((self.dtc, self.status)), first: None, record: None, lengths }
    }
}

impl<'a> StoredData<'a> {
    /// Records from bytes that [`encode_stored_data`] wrote, or a number alone; `None` where not even that is there.
    pub fn new(records: &'a [u8]) -> Option<Self> {
        records.split_first().map(|(&first, rest)| Self { first, rest: RawData(rest) })
    }

    /// The number of the first record.
    pub fn record_number(&self) -> u8 {
        self.first
    }

    /// The data in the ECU's order; see [`Snapshots::iter`].
    ///
    /// # Errors
    ///
    /// The last item is an error where the answer ends inside a record.
    pub fn iter<L: FnMut(u16) -> Option<usize>>(
        &self,
        lengths: L,
    ) -> impl Iterator<Item = Result<SnapshotData<'a>, AnswerError>> + use<'a, L> {
        let reader = Reader::within(3 + self.rest.0.len(), self.rest.0);
        SnapshotIter { reader, owner: None, first: Some(self.first), record: None, lengths }
    }
}

/// Appends one snapshot, as reports 04 and 18 have it. More than 255 identifiers have no count: the answer must end
/// with them.
pub fn encode_snapshot(record_number: u8, data: &[(u16, &[u8])], out: &mut Vec<u8>) {
    out.push(record_number);
    encode_data(data, out);
}

/// Appends one snapshot with its code, as report 05 has it.
pub fn encode_stored_data(
    record_number: u8,
    dtc: J2012FtbDtc,
    status: DtcStatus,
    data: &[(u16, &[u8])],
    out: &mut Vec<u8>,
) {
    out.push(record_number);
    dtc.write(out);
    status.write(out);
    encode_data(data, out);
}

fn encode_data(data: &[(u16, &[u8])], out: &mut Vec<u8>) {
    out.push(u8::try_from(data.len()).unwrap_or(UNCOUNTED));
    for (identifier, bytes) in data {
        identifier.write(out);
        out.extend_from_slice(bytes);
    }
}

/// The count that says nothing about how many identifiers there are (ISO 14229-1:2020, 12.3.3: more than 255).
const UNCOUNTED: u8 = 0;

struct SnapshotIter<'a, L> {
    reader: Reader<'a>,
    /// The code of all records, where it leads the answer.
    owner: Option<(J2012FtbDtc, DtcStatus)>,
    /// The number of the first record, where it was read already.
    first: Option<u8>,
    record: Option<OpenRecord>,
    lengths: L,
}

/// A record with identifiers left.
#[derive(Clone, Copy)]
struct OpenRecord {
    number: u8,
    owner: (J2012FtbDtc, DtcStatus),
    /// How many; `None` where the record has all the rest.
    left: Option<u8>,
}

impl<'a, L: FnMut(u16) -> Option<usize>> SnapshotIter<'a, L> {
    fn read(&mut self) -> Result<Option<SnapshotData<'a>>, AnswerError> {
        let mut record = match self.record {
            Some(record) if record.left != Some(0) => record,
            _ => match self.open()? {
                Some(record) => record,
                None => return Ok(None),
            },
        };
        if record.left.is_none() && self.reader.rest().is_empty() {
            return Ok(None);
        }
        let identifier = self.reader.word(Layer::DataIdentifier)?;
        let length = (self.lengths)(identifier);
        let data = match length {
            Some(length) => self.reader.take(length, Layer::ParameterData)?,
            None => self.reader.take_rest(),
        };
        record.left = match length {
            Some(_) => record.left.map(|left| left - 1),
            None => Some(0),
        };
        self.record = Some(record);
        let OpenRecord { number: record_number, owner: (dtc, status), .. } = record;
        Ok(Some(SnapshotData { record_number, dtc, status, identifier, data, is_bounded: length.is_some() }))
    }

    /// The head of the next record.
    fn open(&mut self) -> Result<Option<OpenRecord>, AnswerError> {
        let number = match self.first.take() {
            Some(first) => first,
            None if is_filling(self.reader.rest()) => return Ok(None),
            None => self.reader.byte(Layer::Field("record_number"))?,
        };
        let owner = match self.owner {
            Some(owner) => owner,
            // A number alone: no code has such a record.
            None if is_padding(self.reader.rest()) && self.reader.rest().len() < 4 => return Ok(None),
            None => {
                let layer = Layer::DtcList;
                (J2012FtbDtc::read(&mut self.reader, layer)?, DtcStatus::read(&mut self.reader, layer)?)
            }
        };
        let count = self.reader.byte(Layer::Count)?;
        Ok(Some(OpenRecord { number, owner, left: (count != UNCOUNTED).then_some(count) }))
    }
}

/// Whether there is no record more: nothing, or a filler that is too short for the record it would be.
fn is_filling(rest: &[u8]) -> bool {
    let Some(&fill) = rest.first() else { return true };
    is_padding(rest) && (fill == 0 || rest.len() < 2 + 2 * usize::from(fill))
}

impl<'a, L: FnMut(u16) -> Option<usize>> Iterator for SnapshotIter<'a, L> {
    type Item = Result<SnapshotData<'a>, AnswerError>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.read().transpose();
        if !matches!(item, Some(Ok(_))) {
            self.reader.take_rest();
            self.record = None;
        }
        item
    }
}

impl<'a> Part<'a> for Snapshots<'a> {
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

impl<'a> Part<'a> for StoredData<'a> {
    fn read(reader: &mut Reader<'a>, _: Layer) -> Result<Self, AnswerError> {
        let first = reader.byte(Layer::Field("record_number"))?;
        Ok(Self { first, rest: RawData(reader.take_rest()) })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.first);
        self.rest.write(out);
    }
}

/// Equal where code and bytes are, wherever in an answer they stood.
impl PartialEq for Snapshots<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.dtc, self.status, self.records) == (other.dtc, other.status, other.records)
    }
}

impl fmt::Debug for Snapshots<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Snapshots({} {}, {:?})", self.dtc, self.status, self.records)
    }
}

impl fmt::Debug for StoredData<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredData({:02X}, {:?})", self.first, self.rest)
    }
}

impl fmt::Debug for SnapshotData<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "SnapshotData({} of {}, {:04X}, {} bytes)",
            self.record_number,
            self.dtc,
            self.identifier,
            self.data.len()
        )
    }
}
