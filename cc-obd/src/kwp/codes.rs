//! Trouble codes of KWP2000: services 13, 14, 17 and 18.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use cc_core::{J2012Dtc, KwpDtc, VagDtc};

use crate::service::{AnswerError, Layer};
use crate::uds::RawData;
use crate::uds::part::{Part, Reader};

/// Which codes: two bytes.
///
/// ```
/// use cc_obd::kwp::DtcGroup;
/// assert_eq!(DtcGroup::ALL.0, 0xFF00);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DtcGroup(pub u16);

impl DtcGroup {
    /// All codes of the powertrain.
    pub const POWERTRAIN: Self = Self(0x0000);
    /// All codes of the chassis.
    pub const CHASSIS: Self = Self(0x4000);
    /// All codes of the body.
    pub const BODY: Self = Self(0x8000);
    /// All codes of the network.
    pub const NETWORK: Self = Self(0xC000);
    /// All codes.
    pub const ALL: Self = Self(0xFF00);
}

named! {
    /// Which codes service 18 asks for, and how they are to be written.
    DtcRequestStatus & 0xFF {
        0x00 STORED "stored codes of SAE J2012 and their status";
        0x01 SUPPORTED "supported codes of SAE J2012 and their status";
        0x02 STORED_HEX "stored codes of two bytes and their status";
        0x03 SUPPORTED_HEX "supported codes of two bytes and their status";
        0x04 MOST_RECENT "most recent code";
    }
}

/// The status of a code: eight bits of ISO 14230-3, which are not those of UDS.
///
/// # Examples
///
/// ```
/// use cc_obd::kwp::{DtcStatus, DtcSymptom, StorageState};
///
/// let status = DtcStatus(0xE4);
/// assert_eq!((status.symptom(), status.storage()), (DtcSymptom::NoSignal, StorageState::StoredAndPresent));
/// assert!(status.is_test_complete() && status.requests_warning_lamp());
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DtcStatus(pub u8);

/// What is wrong: bits 3 to 0 of a status.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum DtcSymptom {
    /// Above the largest value allowed.
    AboveMaximum,
    /// Below the least value allowed.
    BelowMinimum,
    /// The signal makes no sense.
    InvalidSignal,
    /// No signal, or an open circuit.
    NoSignal,
    /// The ECU does not say.
    None,
    /// Bits that the standard has not given.
    Other(u8),
}

/// Whether a fault is there now, and stored: bits 6 and 5 of a status.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum StorageState {
    /// No fault.
    NotDetected,
    /// It is there, but not long enough to be stored.
    Maturing,
    /// It was there and is stored.
    Stored,
    /// It is there and stored.
    StoredAndPresent,
}

impl DtcStatus {
    /// What is wrong.
    pub const fn symptom(self) -> DtcSymptom {
        match self.0 & 0x0F {
            0 => DtcSymptom::None,
            1 => DtcSymptom::AboveMaximum,
            2 => DtcSymptom::BelowMinimum,
            4 => DtcSymptom::NoSignal,
            8 => DtcSymptom::InvalidSignal,
            other => DtcSymptom::Other(other),
        }
    }

    /// Bit 4: whether the test of this fault ran to its end in this driving cycle.
    pub const fn is_test_complete(self) -> bool {
        self.0 & 0x10 == 0
    }

    /// Whether the fault is there now, and stored.
    pub const fn storage(self) -> StorageState {
        match self.0 >> 5 & 3 {
            0 => StorageState::NotDetected,
            1 => StorageState::Stored,
            2 => StorageState::Maturing,
            _ => StorageState::StoredAndPresent,
        }
    }

    /// Bit 7: whether the fault lights a warning lamp.
    pub const fn requests_warning_lamp(self) -> bool {
        self.0 & 0x80 != 0
    }
}

impl StorageState {
    /// The word for it: `not_detected`, `maturing`, `stored` or `stored_and_present`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotDetected => "not_detected",
            Self::Maturing => "maturing",
            Self::Stored => "stored",
            Self::StoredAndPresent => "stored_and_present",
        }
    }
}

/// The two bytes of a code. What they mean, the maker says.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DtcNumber(pub u16);

impl DtcNumber {
    /// The code as one whose meaning is not known.
    pub const fn kwp(self) -> KwpDtc {
        KwpDtc::from_raw(self.0)
    }

    /// The code as SAE J2012 packs it, as cars answer whose maker follows ISO 15031-6.
    pub const fn j2012(self) -> J2012Dtc {
        J2012Dtc::from_raw(self.0)
    }

    /// The code as a number of the Volkswagen group.
    pub fn vag(self) -> Option<VagDtc> {
        VagDtc::new(self.0.into()).ok()
    }
}

/// A code and its status.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct DtcRecord {
    /// The code.
    pub dtc: DtcNumber,
    /// Its status.
    pub status: DtcStatus,
}

impl DtcRecord {
    /// The code as a number of the Volkswagen group.
    pub fn vag(&self) -> Option<VagDtc> {
        self.dtc.vag()
    }
}

/// An entry of a list of codes.
pub trait Dtcs: Copy + sealed::Sealed {}

impl Dtcs for DtcNumber {}
impl Dtcs for DtcRecord {}

mod sealed {
    pub trait Sealed: Sized {
        /// How many bytes an entry has.
        const SIZE: usize;
        /// Reads one.
        fn read(bytes: &[u8]) -> Option<Self>;
    }
}

impl sealed::Sealed for DtcNumber {
    const SIZE: usize = 2;

    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().map(|bytes| Self(u16::from_be_bytes(bytes))).ok()
    }
}

impl sealed::Sealed for DtcRecord {
    const SIZE: usize = 3;

    fn read(bytes: &[u8]) -> Option<Self> {
        let &[high, low, status] = bytes else { return None };
        Some(Self { dtc: DtcNumber(u16::from_be_bytes([high, low])), status: DtcStatus(status) })
    }
}

/// Codes behind their number, read in place: no allocation.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct DtcList<'a, D> {
    bytes: &'a [u8],
    entry: PhantomData<D>,
}

impl<'a, D: Dtcs> DtcList<'a, D> {
    /// The entries in the ECU's order.
    pub fn iter(&self) -> impl Iterator<Item = D> + use<'a, D> {
        self.bytes.chunks_exact(D::SIZE).filter_map(D::read)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.bytes.len() / D::SIZE
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

impl<D: Dtcs + fmt::Debug> fmt::Debug for DtcList<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'a, D: Dtcs> Part<'a> for DtcList<'a, D> {
    fn read(reader: &mut Reader<'a>, layer: Layer) -> Result<Self, AnswerError> {
        let count = usize::from(reader.byte(layer)?);
        Ok(Self { bytes: reader.take(count * D::SIZE, layer)?, entry: PhantomData })
    }

    fn write(&self, out: &mut Vec<u8>) {
        // A list is read behind a count of one byte, so that its length fits one.
        out.push(self.len() as u8);
        out.extend_from_slice(self.bytes);
    }
}

macro_rules! words {
    ($($name:ident)*) => {
        $(impl Part<'_> for $name {
            fn read(reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
                reader.word(layer).map(Self)
            }

            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.0.to_be_bytes());
            }
        })*
    };
}

words! { DtcGroup DtcNumber }

impl Part<'_> for DtcStatus {
    fn read(reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        reader.byte(layer).map(Self)
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.0);
    }
}

request! {
    /// Asks for codes without their status: service 13.
    ReadDtcRequest = 0x13 {
        /// Which codes; some ECUs take none.
        group: Option<DtcGroup>;
    }
}

answer! {
    /// Codes without their status: service 13.
    ReadDtcAnswer<'a> = 0x13 {
        /// The codes.
        dtcs: DtcList<'a, DtcNumber>;
    }
}

request! {
    /// Tells an ECU to forget codes: service 14.
    ClearDiagnosticInformationRequest = 0x14 {
        /// Which codes.
        group: DtcGroup;
    }
}

answer! {
    /// Codes were forgotten: service 14.
    ClearDiagnosticInformationAnswer = 0x14 {
        /// Which codes; some ECUs do not say.
        group: Option<DtcGroup>;
    }
}

request! {
    /// Asks for all that is stored with one code: service 17.
    ReadStatusOfDtcRequest = 0x17 {
        /// The code.
        dtc: DtcNumber;
    }
}

answer! {
    /// What is stored with one code: service 17.
    ReadStatusOfDtcAnswer<'a> = 0x17 {
        /// How many codes the answer is of; one, where the ECU follows the standard.
        count: u8;
        /// The code.
        dtc: DtcNumber;
        /// Its status.
        status: DtcStatus;
        /// What the maker stores with it.
        data: RawData<'a>;
    }
}

request! {
    /// Asks for codes and their status: service 18.
    ReadDtcByStatusRequest = 0x18 {
        /// Which codes, and how they are to be written.
        status: DtcRequestStatus;
        /// Which group of them.
        group: DtcGroup;
    }
}

answer! {
    /// Codes and their status: service 18.
    ReadDtcByStatusAnswer<'a> = 0x18 {
        /// The codes.
        dtcs: DtcList<'a, DtcRecord>;
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::uds::sample::{Entropy, Sample};

    impl Sample<'_> for DtcGroup {
        fn sample(from: &mut Entropy<'_>) -> Self {
            Self(Sample::sample(from))
        }
    }

    impl Sample<'_> for DtcNumber {
        fn sample(from: &mut Entropy<'_>) -> Self {
            Self(Sample::sample(from))
        }
    }

    impl Sample<'_> for DtcStatus {
        fn sample(from: &mut Entropy<'_>) -> Self {
            Self(Sample::sample(from))
        }
    }

    impl<'a, D: Dtcs> Sample<'a> for DtcList<'a, D> {
        fn sample(from: &mut Entropy<'a>) -> Self {
            let bytes = from.some();
            Self { bytes: &bytes[..bytes.len() / D::SIZE * D::SIZE], entry: PhantomData }
        }
    }
}
