//! Lists of records of one size, read in place.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use cc_core::{DtcStatus, J2012FtbDtc};

use crate::service::{AnswerError, DtcRecord, Layer, is_padding};
use crate::uds::part::{Part, Reader};

mod sealed {
    /// Only records of this crate.
    pub trait Sealed {}
}

/// A record of a fixed size, as a [`Records`] list holds it.
pub trait Record: sealed::Sealed + Copy + fmt::Debug + PartialEq {
    /// How many bytes it has.
    const SIZE: usize;

    /// Reads the record; `None` where the bytes are not [`Self::SIZE`].
    fn from_slice(bytes: &[u8]) -> Option<Self>;

    /// Appends its bytes.
    fn encode(&self, out: &mut Vec<u8>);
}

/// Records of one size, read in place: no allocation.
///
/// Padding behind the last record, as some transports leave it, is cut and counted by [`Records::padding`]: a part of
/// a record made of one filler, with whole records of that filler before it, and records of zeros, which name no code.
///
/// # Examples
///
/// ```
/// use cc_obd::uds::{FaultCounter, Record, Records};
///
/// let list = Records::<FaultCounter>::new(&[0x12, 0x34, 0x56, 0x3F, 0xAA, 0xAA]).unwrap();
/// assert_eq!((list.len(), list.padding()), (1, 2));
/// assert_eq!(list.iter().next().map(|record| record.counter), Some(63));
/// assert_eq!(Records::<FaultCounter>::new(&[0x12, 0x34]), None);
/// ```
#[derive(Clone, Copy)]
pub struct Records<'a, R> {
    bytes: &'a [u8],
    padding: usize,
    kind: PhantomData<R>,
}

impl<'a, R: Record> Records<'a, R> {
    /// The records of these bytes; `None` where the last one is cut short.
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        let (whole, rest) = bytes.split_at(bytes.len() - bytes.len() % R::SIZE);
        if !is_padding(rest) {
            return None;
        }
        let fill = rest.first().copied().unwrap_or(0);
        let last = whole.chunks_exact(R::SIZE).rposition(|record| record.iter().any(|&byte| byte != fill));
        let used = last.map_or(0, |last| (last + 1) * R::SIZE);
        Some(Self { bytes: &bytes[..used], padding: bytes.len() - used, kind: PhantomData })
    }

    /// The records in the ECU's order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = R> + use<'a, R> {
        RecordIter { bytes: self.bytes, kind: PhantomData }
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.bytes.len() / R::SIZE
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// How many bytes behind the last record were padding.
    pub fn padding(&self) -> usize {
        self.padding
    }
}

struct RecordIter<'a, R> {
    bytes: &'a [u8],
    kind: PhantomData<R>,
}

impl<R: Record> Iterator for RecordIter<'_, R> {
    type Item = R;

    fn next(&mut self) -> Option<R> {
        let (record, rest) = self.bytes.split_at_checked(R::SIZE)?;
        self.bytes = rest;
        R::from_slice(record)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.bytes.len() / R::SIZE;
        (left, Some(left))
    }
}

impl<R: Record> ExactSizeIterator for RecordIter<'_, R> {}

/// No records.
impl<R> Default for Records<'_, R> {
    fn default() -> Self {
        Self { bytes: &[], padding: 0, kind: PhantomData }
    }
}

/// Equal where the records are; padding does not matter.
impl<R: Record> PartialEq for Records<'_, R> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<R: Record> Eq for Records<'_, R> {}

impl<R: Record> fmt::Debug for Records<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'a, R: Record> Part<'a> for Records<'a, R> {
    fn read(reader: &mut Reader<'a>, _: Layer) -> Result<Self, AnswerError> {
        let list = reader.rest();
        let cut = list.len() - list.len() % R::SIZE;
        let Some(records) = Self::new(list) else {
            reader.take(cut, Layer::DtcList)?;
            return Err(reader.fail(Layer::DtcList));
        };
        reader.take_rest();
        reader.pass_over(records.padding);
        Ok(records)
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.bytes);
    }
}

#[cfg(test)]
impl<'a, R: Record> crate::uds::sample::Sample<'a> for Records<'a, R> {
    fn sample(from: &mut crate::uds::sample::Entropy<'a>) -> Self {
        Self { bytes: from.records(R::SIZE), padding: 0, kind: PhantomData }
    }
}

macro_rules! record {
    ($(#[$doc:meta])* $name:ident $size:literal { $($(#[$fdoc:meta])* $field:ident: $type:ty;)* }
        [$($pattern:pat),*] => $value:expr, $self:ident => $bytes:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub struct $name {
            $($(#[$fdoc])* pub $field: $type,)*
        }

        record! { @impl $name $size [$($pattern),*] => $value, $self => $bytes }
    };
    (@impl $name:ident $size:literal [$($pattern:pat),*] => $value:expr, $self:ident => $bytes:expr) => {
        impl sealed::Sealed for $name {}

        impl Record for $name {
            const SIZE: usize = $size;

            fn from_slice(bytes: &[u8]) -> Option<Self> {
                let &[$($pattern),*] = bytes else { return None };
                Some($value)
            }

            fn encode(&$self, out: &mut Vec<u8>) {
                let bytes: [u8; $size] = $bytes;
                out.extend_from_slice(&bytes);
            }
        }
    };
}

record! { @impl DtcRecord 4
    [high, low, failure, status] =>
    Self { dtc: J2012FtbDtc::from_bytes([high, low, failure]), status: DtcStatus(status) },
    self => self.bytes()
}

record! {
    /// A code and a snapshot that was stored with it (report 03).
    SnapshotIdentification 4 {
        /// The code.
        dtc: J2012FtbDtc;
        /// The number of the snapshot record; 0 is the one that the law asks for.
        record_number: u8;
    }
    [high, low, failure, record_number] =>
    Self { dtc: J2012FtbDtc::from_bytes([high, low, failure]), record_number },
    self => with(self.dtc, self.record_number)
}

record! {
    /// A code that is not confirmed yet, and how near it is (report 14).
    FaultCounter 4 {
        /// The code.
        dtc: J2012FtbDtc;
        /// From −128, a test that has passed, to 127, one that has failed; 0 where it starts (annex D: two's
        /// complement).
        counter: i8;
    }
    [high, low, failure, counter] =>
    Self { dtc: J2012FtbDtc::from_bytes([high, low, failure]), counter: counter as i8 },
    self => with(self.dtc, self.counter as u8)
}

record! {
    /// A code with its severity and the part of the car that it concerns (reports 08 and 09).
    SeverityRecord 6 {
        /// How bad it is.
        severity: DtcSeverity;
        /// The function concerned, by the maker's numbers.
        functional_unit: u8;
        /// The code.
        dtc: J2012FtbDtc;
        /// Its status.
        status: DtcStatus;
    }
    [severity, functional_unit, high, low, failure, status] =>
    Self {
        severity: DtcSeverity(severity),
        functional_unit,
        dtc: J2012FtbDtc::from_bytes([high, low, failure]),
        status: DtcStatus(status),
    },
    self => {
        let [high, low, failure] = self.dtc.bytes();
        [self.severity.0, self.functional_unit, high, low, failure, self.status.0]
    }
}

record! {
    /// A code with its severity, as world-wide harmonized on-board diagnostics has it (report 42): a byte shorter than
    /// [`SeverityRecord`].
    WwhObdRecord 5 {
        /// How bad it is.
        severity: DtcSeverity;
        /// The bytes of the code: their meaning is that of the answer's format.
        code: [u8; 3];
        /// Its status.
        status: DtcStatus;
    }
    [severity, high, low, failure, status] =>
    Self { severity: DtcSeverity(severity), code: [high, low, failure], status: DtcStatus(status) },
    self => {
        let [high, low, failure] = self.code;
        [self.severity.0, high, low, failure, self.status.0]
    }
}

record! {
    /// A code in the answer's format, and its status (reports 55 and 56).
    FormattedRecord 4 {
        /// The bytes of the code: their meaning is that of the answer's format.
        code: [u8; 3];
        /// Its status.
        status: DtcStatus;
    }
    [high, low, failure, status] => Self { code: [high, low, failure], status: DtcStatus(status) },
    self => {
        let [high, low, failure] = self.code;
        [high, low, failure, self.status.0]
    }
}

fn with(dtc: J2012FtbDtc, last: u8) -> [u8; 4] {
    let [high, low, failure] = dtc.bytes();
    [high, low, failure, last]
}

/// How bad a fault is, and its class by law (ISO 14229-1:2020, annex D: `DTCSeverityMask`).
///
/// # Examples
///
/// ```
/// use cc_obd::uds::DtcSeverity;
///
/// let severity = DtcSeverity(0x42);
/// assert!(severity.check_at_next_halt() && !severity.check_immediately());
/// assert_eq!(severity.class(), 0x02);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DtcSeverity(pub u8);

impl DtcSeverity {
    /// Bit 5: maintenance is enough.
    pub const fn maintenance_only(self) -> bool {
        self.0 & 0x20 != 0
    }

    /// Bit 6: the car should be checked at its next halt.
    pub const fn check_at_next_halt(self) -> bool {
        self.0 & 0x40 != 0
    }

    /// Bit 7: the car should be checked at once.
    pub const fn check_immediately(self) -> bool {
        self.0 & 0x80 != 0
    }

    /// Bits 0 to 4, the class of the fault (global technical regulation on WWH-OBD): bit 0 no class, bit 1 class A,
    /// bit 2 class B1, bit 3 class B2, bit 4 class C.
    pub const fn class(self) -> u8 {
        self.0 & 0x1F
    }
}

impl Part<'_> for DtcSeverity {
    fn read(reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        reader.byte(layer).map(Self)
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.0);
    }
}

#[cfg(test)]
impl crate::uds::sample::Sample<'_> for DtcSeverity {
    fn sample(from: &mut crate::uds::sample::Entropy<'_>) -> Self {
        Self(from.byte())
    }
}
