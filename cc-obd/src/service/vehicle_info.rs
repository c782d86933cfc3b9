//! Service 09: the vehicle's identification, calibrations and names (SAE J1979).

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::{
    AnswerError, Framing, Layer, PerformanceCounters, Supported, byte, is_padding, positive, truncated,
};
use cc_core::{IgnitionType, Vin};

/// One answer to service 09: an info type and its bytes.
///
/// On CAN a count leads the values, and the answer is whole. On K-line and J1850 the byte is the number of the
/// message, each carries four bytes, and [`VehicleInfoAssembler`] joins them.
///
/// `Debug` shows no data: it may spell a VIN.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct VehicleInfo<'a> {
    /// The info type: a line of [`INFO_TYPES`].
    pub info_type: u8,
    /// CAN: how many values follow. K-line: the number of this message, from 1. 0 for the bitmap, info type 00.
    pub count: u8,
    /// The data behind it.
    pub data: &'a [u8],
}

/// What an info type says.
///
/// `Debug` hides texts.
#[non_exhaustive]
#[derive(Clone, Eq, PartialEq)]
pub enum InfoItem {
    /// Info type 04: the name of a calibration, one for each piece of software.
    CalibrationId(String),
    /// Info type 06: the checksum of a calibration.
    CalibrationVerification([u8; 4]),
    /// Info type 0A: the name of the ECU.
    EcuName(String),
    /// Info type 13: the engine family or test group that was certified.
    EngineFamily(String),
    /// Info type 0D: the serial number of the engine.
    EngineSerialNumber(String),
    /// Info type 14: what the car drove since the evaporative monitor last decided, as the ECU counts.
    EvaporativeDistance(u16),
    /// Info type 0F: the number of the exhaust regulation or type approval.
    ExhaustRegulation(String),
    /// Info type 11: the number of the global technical regulation (WWH-OBD).
    GlobalTechnicalRegulation(String),
    /// Info type 12: the ignition cycles with a running engine.
    IgnitionCycles(u16),
    /// Odd info types up to 0E: how many messages of four bytes the next info type takes on K-line and J1850.
    MessageCount {
        /// The info type that takes them.
        info_type: u8,
        /// How many messages.
        count: u8,
    },
    /// Info types 08 and 0B: how often monitors ran.
    Performance(PerformanceCounters),
    /// Info type 10: the protocol of the diagnosis (ISO 27145: 01).
    ProtocolIdentification(u8),
    /// Info type 00: the info types the ECU supports.
    Supported(Supported),
    /// Info type 02.
    Vin(Vin),
    /// Any other info type, as bytes.
    Other {
        /// The info type.
        info_type: u8,
        /// How many bytes it has.
        length: usize,
    },
}

/// One info type of service 09: a line of the table.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InfoTypeRow {
    /// The info type.
    pub info_type: u8,
    /// What it says.
    pub name: &'static str,
    /// How many bytes one value has on CAN, behind the count.
    pub width: usize,
    /// How many messages of four bytes one value takes on K-line and J1850; 0 where those buses do not have it.
    pub messages: u8,
}

macro_rules! info_types {
    ($($info_type:literal $name:literal $width:literal $messages:literal;)*) => {
        /// Every info type that is read, by its number (SAE J1979, annex G; 10 and 11 also ISO 27145-2).
        pub const INFO_TYPES: &[InfoTypeRow] = &[$(InfoTypeRow {
            info_type: $info_type, name: $name, width: $width, messages: $messages,
        }),*];
    };
}

info_types! {
    0x00 "supported info types" 4 1;
    0x01 "message count of the VIN" 0 1;
    0x02 "vehicle identification number" 17 5;
    0x03 "message count of the calibration ids" 0 1;
    0x04 "calibration id" 16 4;
    0x05 "message count of the calibration verification numbers" 0 1;
    0x06 "calibration verification number" 4 1;
    0x07 "message count of the in-use counters, spark" 0 1;
    0x08 "in-use counters, spark ignition" 2 1;
    0x09 "message count of the ECU name" 0 1;
    0x0A "ECU name" 20 5;
    0x0B "in-use counters, compression ignition" 2 1;
    0x0C "message count of the engine serial number" 0 1;
    0x0D "engine serial number" 17 5;
    0x0E "message count of the exhaust regulation number" 0 1;
    0x0F "exhaust regulation or type approval number" 17 5;
    0x10 "protocol identification" 1 0;
    0x11 "global technical regulation number" 11 0;
    0x12 "ignition cycles with a running engine" 2 0;
    0x13 "engine family or test group" 12 0;
    0x14 "distance since the evaporative monitor decided" 2 0;
}

fn row(info_type: u8) -> Option<&'static InfoTypeRow> {
    INFO_TYPES.get(usize::from(info_type))
}

/// Reads an answer to service 09.
///
/// # Examples
///
/// ```
/// use cc_obd::service::{AnswerError, Framing, InfoItem, Layer, vehicle_info};
///
/// let answer = [&[0x49, 0x02, 0x01][..], b"1HGCM82633A004352"].concat();
/// let items = vehicle_info(&answer, Framing::Can)?.items()?;
/// let [InfoItem::Vin(vin)] = &items[..] else { panic!() };
/// assert_eq!(vin.as_str(), "1HGCM82633A004352");
///
/// let cut = vehicle_info(&answer[..15], Framing::Can)?.items().unwrap_err();
/// assert_eq!(cut, AnswerError::Truncated { layer: Layer::ParameterData, offset: 3 });
/// # Ok::<(), AnswerError>(())
/// ```
pub fn vehicle_info(answer: &[u8], framing: Framing) -> Result<VehicleInfo<'_>, AnswerError> {
    let rest = positive(answer, 0x09)?;
    let (rest, info_type) = byte(rest).map_err(|_| truncated(Layer::InfoType, answer, rest))?;
    // The bitmap has no count on CAN; on the old buses every answer has its number.
    if info_type == 0 && framing == Framing::Can {
        return Ok(VehicleInfo { info_type, count: 0, data: rest });
    }
    let (data, count) = byte(rest).map_err(|_| truncated(Layer::Count, answer, rest))?;
    Ok(VehicleInfo { info_type, count, data })
}

impl VehicleInfo<'_> {
    /// The values of a whole answer.
    pub fn items(&self) -> Result<Vec<InfoItem>, AnswerError> {
        let count = usize::from(self.count);
        items(self.info_type, count, self.data)
    }

    /// Appends the answer, service byte first.
    pub fn encode(&self, framing: Framing, out: &mut Vec<u8>) {
        out.extend_from_slice(&[0x49, self.info_type]);
        if self.info_type != 0 || framing == Framing::Kline {
            out.push(self.count);
        }
        out.extend_from_slice(self.data);
    }
}

impl fmt::Debug for VehicleInfo<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VehicleInfo({:02X}, {}, {} bytes)", self.info_type, self.count, self.data.len())
    }
}

impl fmt::Debug for InfoItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CalibrationId(_) => f.write_str("CalibrationId(…)"),
            Self::CalibrationVerification(number) => write!(f, "CalibrationVerification({number:02X?})"),
            Self::EcuName(_) => f.write_str("EcuName(…)"),
            Self::EngineFamily(_) => f.write_str("EngineFamily(…)"),
            Self::EngineSerialNumber(_) => f.write_str("EngineSerialNumber(…)"),
            Self::EvaporativeDistance(count) => write!(f, "EvaporativeDistance({count})"),
            Self::ExhaustRegulation(_) => f.write_str("ExhaustRegulation(…)"),
            Self::GlobalTechnicalRegulation(_) => f.write_str("GlobalTechnicalRegulation(…)"),
            Self::IgnitionCycles(count) => write!(f, "IgnitionCycles({count})"),
            Self::MessageCount { info_type, count } => write!(f, "MessageCount({info_type:02X}, {count})"),
            Self::Performance(counters) => write!(f, "{counters:?}"),
            Self::ProtocolIdentification(protocol) => write!(f, "ProtocolIdentification({protocol:02X})"),
            Self::Supported(ids) => write!(f, "{ids:?}"),
            Self::Vin(vin) => write!(f, "{vin:?}"),
            Self::Other { info_type, length } => write!(f, "Other({info_type:02X}, {length} bytes)"),
        }
    }
}

/// Data starts behind service, info type and count.
const DATA: usize = 3;

fn items(info_type: u8, count: usize, data: &[u8]) -> Result<Vec<InfoItem>, AnswerError> {
    let cut = AnswerError::Truncated { layer: Layer::ParameterData, offset: DATA };
    let other = || Ok(Vec::from([InfoItem::Other { info_type, length: data.len() }]));
    let Some(row) = row(info_type) else { return other() };
    if row.width == 0 {
        let count = u8::try_from(count).unwrap_or(u8::MAX);
        return Ok(Vec::from([InfoItem::MessageCount { info_type: info_type + 1, count }]));
    }
    // Zeros may stand before a VIN (the old buses fill the first message) or behind any text.
    let mut data = if info_type == 0x02 { trim_zeros(data) } else { data };
    let count = if matches!(info_type, 0x00 | 0x02) { 1 } else { count };
    let needed = row.width * count;
    while let (0x0D | 0x0F, [0, rest @ ..]) = (info_type, data)
        && data.len() > needed
    {
        data = rest;
    }
    // A name or VIN may lack its last filler; anything else is as long as the standard says.
    let (values, rest) = match data.split_at_checked(needed) {
        Some((values, rest)) if is_padding(rest) => (values, rest),
        // Editions of the standard may differ in the newest ones.
        _ if info_type >= NEWER => return other(),
        Some((values, rest)) => (values, rest),
        None => return Err(cut),
    };
    if !is_padding(rest) {
        return Err(AnswerError::Trailing { layer: Layer::ParameterData, offset: DATA + needed });
    }
    if let Some(ignition) = counted(info_type) {
        let values = values.as_chunks::<2>().0.iter().map(|&value| u16::from_be_bytes(value)).collect();
        let counters = PerformanceCounters { ignition, first: 0, values };
        return Ok(Vec::from([InfoItem::Performance(counters)]));
    }
    let values = values.chunks_exact(row.width).filter(|value| !(is_text(info_type) && is_unset(value)));
    values.map(|value| item(info_type, value).ok_or(cut)).collect()
}

/// Info types that not every edition has.
const NEWER: u8 = 0x10;

/// The engine whose counters an info type has.
fn counted(info_type: u8) -> Option<IgnitionType> {
    match info_type {
        0x08 => Some(IgnitionType::Spark),
        0x0B => Some(IgnitionType::Compression),
        _ => None,
    }
}

fn item(info_type: u8, value: &[u8]) -> Option<InfoItem> {
    let number = || value.try_into().map(u16::from_be_bytes).ok();
    Some(match info_type {
        0x00 => InfoItem::Supported(Supported::new(0, value.try_into().ok()?)),
        0x02 => InfoItem::Vin(core::str::from_utf8(value).ok()?.parse().ok()?),
        0x04 => InfoItem::CalibrationId(text(value)),
        0x06 => InfoItem::CalibrationVerification(value.try_into().ok()?),
        0x0A => InfoItem::EcuName(text(value)),
        0x0D => InfoItem::EngineSerialNumber(text(value)),
        0x0F => InfoItem::ExhaustRegulation(text(value)),
        0x10 => InfoItem::ProtocolIdentification(*value.first()?),
        0x11 => InfoItem::GlobalTechnicalRegulation(text(value)),
        0x12 => InfoItem::IgnitionCycles(number()?),
        0x13 => InfoItem::EngineFamily(text(value)),
        _ => InfoItem::EvaporativeDistance(number()?),
    })
}

fn is_text(info_type: u8) -> bool {
    matches!(info_type, 0x04 | 0x0A | 0x0D | 0x0F | 0x11 | 0x13)
}

/// Memory that nobody wrote: a text of it is none.
fn is_unset(value: &[u8]) -> bool {
    value.iter().all(|&byte| byte == 0xFF)
}

/// Printable ASCII; a zero inside separates the parts of an ECU name (`ECM` and `EngineControl`).
fn text(bytes: &[u8]) -> String {
    let mut text = String::new();
    for part in bytes.split(|&byte| byte == 0).filter(|part| !part.is_empty()) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.extend(
            part.iter().map(|&byte| if matches!(byte, 0x20..=0x7E) { char::from(byte) } else { '?' }),
        );
    }
    text.truncate(text.trim_end().len());
    text
}

fn trim_zeros(mut data: &[u8]) -> &[u8] {
    while let [0, rest @ ..] = data {
        data = rest;
    }
    data
}

/// Joins the messages of service 09 on K-line and J1850: numbered from 1, four bytes each.
///
/// # Examples
///
/// ```
/// use cc_obd::service::{AnswerError, Framing, InfoItem, VehicleInfoAssembler, vehicle_info};
///
/// let mut joined = VehicleInfoAssembler::default();
/// for (number, part) in [&b"\0\0\01"[..], b"HGCM", b"8263", b"3A00", b"4352"].iter().enumerate() {
///     let message = [&[0x49, 0x02, number as u8 + 1], *part].concat();
///     let items = joined.push(&vehicle_info(&message, Framing::Kline)?)?;
///     assert_eq!(items.is_some(), number == 4);
///     if let Some([InfoItem::Vin(vin)]) = items.as_deref() {
///         assert_eq!(vin.as_str(), "1HGCM82633A004352");
///     }
/// }
/// // Message 3 without 1 and 2 is an error.
/// assert!(joined.push(&vehicle_info(&[0x49, 0x02, 0x03, 0, 0, 0, 0], Framing::Kline)?).is_err());
///
/// assert_eq!(joined.push(&vehicle_info(&[0x49, 0x02, 0x01, 0, 0, 0, 0x31], Framing::Kline)?), Ok(None));
/// let error = joined.finish().unwrap_err();
/// assert_eq!(error.to_string(), "info type 02 ended after 1 of 5 messages");
/// # Ok::<(), AnswerError>(())
/// ```
#[derive(Clone, Default)]
pub struct VehicleInfoAssembler {
    info_type: u8,
    parts: u8,
    data: Vec<u8>,
}

impl VehicleInfoAssembler {
    /// Takes one message; gives the values once the last of them came.
    ///
    /// A message that begins another value before the last one ended is taken, and [`AnswerError::Incomplete`] says
    /// what was lost.
    pub fn push(&mut self, message: &VehicleInfo<'_>) -> Result<Option<Vec<InfoItem>>, AnswerError> {
        let lost = self.interrupted_by(message);
        match (self.join(message)?, lost) {
            (None, Some(lost)) => Err(lost),
            (items, _) => Ok(items),
        }
    }

    /// Ends the input, or an answer: an error where messages are missing.
    pub fn finish(&mut self) -> Result<(), AnswerError> {
        let have = core::mem::take(&mut self.parts);
        if have == 0 {
            return Ok(());
        }
        let messages = row(self.info_type).map_or(0, |row| row.messages);
        Err(AnswerError::Incomplete { info_type: self.info_type, have, messages })
    }

    /// What is lost where this message comes next.
    pub(crate) fn interrupted_by(&mut self, message: &VehicleInfo<'_>) -> Option<AnswerError> {
        let messages = row(self.info_type).map_or(1, |row| row.messages.max(1));
        let begins = message.count.wrapping_sub(1).is_multiple_of(messages);
        if message.info_type == self.info_type && !begins { None } else { self.finish().err() }
    }

    fn join(&mut self, message: &VehicleInfo<'_>) -> Result<Option<Vec<InfoItem>>, AnswerError> {
        let VehicleInfo { info_type, count: number, data } = *message;
        let parts = match row(info_type) {
            Some(row) if row.width == 0 => return items(info_type, number.into(), data).map(Some),
            Some(row) if row.messages > 0 => row.messages,
            _ => return Ok(Some(Vec::from([InfoItem::Other { info_type, length: data.len() }]))),
        };
        if data.len() != 4 {
            return Err(AnswerError::Truncated { layer: Layer::ParameterData, offset: DATA });
        }
        // Every message of counters stands for itself.
        if let (Some(ignition), &[a, b, c, d]) = (counted(info_type), data) {
            let Some(before) = number.checked_sub(1) else {
                return Err(AnswerError::Truncated { layer: Layer::Count, offset: DATA - 1 });
            };
            let values = Vec::from([u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])]);
            let counters = PerformanceCounters { ignition, first: 2 * usize::from(before), values };
            return Ok(Some(Vec::from([InfoItem::Performance(counters)])));
        }
        // Several calibrations go on counting: 5 starts the second one.
        let place = number.wrapping_sub(1) % parts;
        if number == 0 || (place > 0 && (info_type != self.info_type || place != self.parts)) {
            self.parts = 0;
            return Err(AnswerError::Truncated { layer: Layer::Count, offset: DATA - 1 });
        }
        if place == 0 {
            self.info_type = info_type;
            self.data.clear();
        }
        self.data.extend_from_slice(data);
        self.parts = place + 1;
        if self.parts < parts {
            return Ok(None);
        }
        self.parts = 0;
        items(info_type, 1, &self.data).map(Some)
    }

    /// Whether messages are missing.
    pub fn is_receiving(&self) -> bool {
        self.parts > 0
    }
}

impl fmt::Debug for VehicleInfoAssembler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VehicleInfoAssembler({:02X}, {} messages)", self.info_type, self.parts)
    }
}
