//! Service 09: the vehicle's identification, calibrations and names (SAE J1979).

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::{AnswerError, Framing, Layer, Supported, byte, is_padding, positive, truncated};
use cc_core::Vin;

/// One answer to service 09: an info type and its bytes.
///
/// On CAN a count leads the values, and the answer is whole. On K-line and J1850 the byte is the number of the
/// message, each carries four bytes, and [`VehicleInfoAssembler`] joins them.
///
/// `Debug` shows no data: it may spell a VIN.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct VehicleInfo<'a> {
    /// The info type: 02 VIN, 04 calibration id, 06 verification number, 0A ECU name …
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
    let width = match info_type {
        0x00 => 4,
        0x02 => 17,
        0x04 => 16,
        0x06 => 4,
        0x0A => 20,
        _ => return Ok(Vec::from([InfoItem::Other { info_type, length: data.len() }])),
    };
    // Zeros may stand before a VIN (the old buses fill the first message) or behind any text.
    let data = if info_type == 0x02 { trim_zeros(data) } else { data };
    let count = if matches!(info_type, 0x00 | 0x02) { 1 } else { count };
    let needed = width * count;
    // A name or VIN may lack its last filler; anything else is as long as the standard says.
    let Some((values, rest)) = data.split_at_checked(needed) else { return Err(cut) };
    if !is_padding(rest) {
        return Err(AnswerError::Trailing { layer: Layer::ParameterData, offset: DATA + needed });
    }
    values.chunks_exact(width).map(|value| item(info_type, value).ok_or(cut)).collect()
}

fn item(info_type: u8, value: &[u8]) -> Option<InfoItem> {
    Some(match info_type {
        0x00 => InfoItem::Supported(Supported::new(0, value.try_into().ok()?)),
        0x02 => InfoItem::Vin(core::str::from_utf8(value).ok()?.parse().ok()?),
        0x06 => InfoItem::CalibrationVerification(value.try_into().ok()?),
        0x04 => InfoItem::CalibrationId(text(value)),
        _ => InfoItem::EcuName(text(value)),
    })
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
    pub fn push(&mut self, message: &VehicleInfo<'_>) -> Result<Option<Vec<InfoItem>>, AnswerError> {
        let VehicleInfo { info_type, count: number, data } = *message;
        // Odd info types say how many messages the next even one takes.
        let parts = match info_type {
            0x00 => 1,
            0x02 => 5,
            0x04 => 4,
            0x06 => 1,
            0x0A => 5,
            _ => return Ok(Some(Vec::from([InfoItem::Other { info_type, length: data.len() }]))),
        };
        if data.len() != 4 {
            return Err(AnswerError::Truncated { layer: Layer::ParameterData, offset: DATA });
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
