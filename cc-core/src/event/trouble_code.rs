//! Trouble codes as events.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::ToString;
use core::fmt;

use crate::{Dtc, DtcStatus, J2012Dtc, J2012FtbDtc, RawDtc, VagDtc};

/// What a scan found out about a code since the scan before.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum DtcDiff {
    /// The code is new.
    Add,
    /// Its status changed.
    Change,
    /// It is no longer there: a complete scan's verdict on this code.
    Remove,
}

/// One trouble code, seen, changed or gone (`can_dtc`).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TroubleCode {
    code: Box<str>,
    dtc: Option<Dtc>,
    source_type: Option<Box<str>>,
    /// What changed since the last scan.
    pub diff: Option<DtcDiff>,
    /// The status byte as sent, in hex.
    pub status: Option<Box<str>>,
    /// The ECU's role, such as `engine` or `transmission`.
    pub ecu: Option<Box<str>>,
    /// The CAN id of the answer.
    pub rx_id: Option<Box<str>>,
    /// The CAN id of the request.
    pub tx_id: Option<Box<str>>,
    /// `ISOTP`, `TP2` or `ISOTP-NOPAD`.
    pub transport: Option<Box<str>>,
    /// `UDS` or `KWP2000`.
    pub application: Option<Box<str>>,
    /// The extended address of the answer.
    pub rx_local_id: Option<Box<str>>,
    /// The extended address of the request.
    pub tx_local_id: Option<Box<str>>,
    /// Service and data identifiers of the request, in hex.
    pub service_and_did: Option<Box<str>>,
    /// Whether the request was sent to all ECUs.
    pub use_functional_addressing: Option<bool>,
    /// The diagnostic session.
    pub session_type: Option<Box<str>>,
}

impl TroubleCode {
    /// A code of the data stream: `code` in hex, read by `source_type` (`vag` or `j2012`).
    ///
    /// With `vag` the hex is the five-digit number (`00463a` is VAG 17978); with `j2012` it is two or three bytes
    /// (`157000` is P157000). Anything else that is hex is a raw code.
    pub fn from_hex(code: &str, source_type: Option<&str>) -> Self {
        Self {
            source_type: source_type.map(Into::into),
            ..Self::empty(code.into(), read_code(code, source_type))
        }
    }

    /// A code read from a car.
    pub fn new(dtc: Dtc) -> Self {
        let (code, source_type) = match dtc {
            Dtc::Vag(vag) => (format!("{:06x}", vag.number()), Some("vag")),
            Dtc::J2012(code) => (format!("{:04x}", code.raw()), Some("j2012")),
            Dtc::J2012Ftb(code) => {
                let [a, b, c] = code.bytes();
                (format!("{a:02x}{b:02x}{c:02x}"), Some("j2012"))
            }
            Dtc::Kwp(code) => (format!("{:04x}", code.raw()), Some("kwp")),
            Dtc::J1939(code) => {
                (format!("{:06x}", (u32::from(code.fmi()) << 19) | code.spn()), Some("j1939"))
            }
            Dtc::Raw(raw) => (raw.to_string()[4..].replace('-', "").to_ascii_lowercase(), None),
        };
        Self { source_type: source_type.map(Into::into), ..Self::empty(code.into(), Some(dtc)) }
    }

    fn empty(code: Box<str>, dtc: Option<Dtc>) -> Self {
        Self {
            code,
            dtc,
            source_type: None,
            diff: None,
            status: None,
            ecu: None,
            rx_id: None,
            tx_id: None,
            transport: None,
            application: None,
            rx_local_id: None,
            tx_local_id: None,
            service_and_did: None,
            use_functional_addressing: None,
            session_type: None,
        }
    }

    /// The code, unless the text is not one this version can read.
    pub fn dtc(&self) -> Option<Dtc> {
        self.dtc
    }

    /// The code as the data stream writes it, in hex.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// How `code` is to be read: `vag`, `j2012`, or our own `kwp` and `j1939`.
    pub fn source_type(&self) -> Option<&str> {
        self.source_type.as_deref()
    }

    /// The status byte, where there is a readable one.
    pub fn status(&self) -> Option<DtcStatus> {
        self.status.as_deref()?.parse().ok()
    }
}

/// The code behind the data stream's hex.
fn read_code(code: &str, source_type: Option<&str>) -> Option<Dtc> {
    let digits = code.len();
    if digits == 0 || digits > 2 * RawDtc::LONGEST || !code.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let number = u64::from_str_radix(code, 16).ok()?;
    match (source_type, digits) {
        (Some("vag"), _) => VagDtc::new(u32::try_from(number).ok()?).ok().map(Dtc::Vag),
        (Some("j2012"), 4) => Some(Dtc::J2012(J2012Dtc::from_raw(number as u16))),
        (Some("j2012"), 6) => {
            let [.., a, b, c] = number.to_be_bytes();
            Some(Dtc::J2012Ftb(J2012FtbDtc::from_bytes([a, b, c])))
        }
        (Some("kwp"), 4) => Some(Dtc::Kwp(crate::KwpDtc::from_raw(number as u16))),
        (Some("j1939"), 6) => {
            crate::J1939Dtc::new((number & 0x7_FFFF) as u32, (number >> 19) as u8).ok().map(Dtc::J1939)
        }
        (_, n) if n % 2 == 0 => RawDtc::new(&number.to_be_bytes()[8 - n / 2..]).ok().map(Dtc::Raw),
        _ => None,
    }
}

/// A code with the platform's own interpretation (`mapped_dtc`).
#[derive(Clone, Eq, PartialEq)]
pub struct MappedDtc {
    /// The platform's number for the code's meaning.
    pub code_id: Option<Box<str>>,
    /// The platform's number for the maker.
    pub vendor_id: Option<Box<str>>,
    /// The code as sent, in hex.
    pub raw_code: Option<Box<str>>,
    /// The status, bit by bit.
    pub status: Option<MappedStatus>,
    /// Whether the code counts.
    pub enabled: Option<bool>,
    /// The ECU's role, such as `engine`.
    pub ecu: Option<Box<str>>,
    /// The platform's words, by language, in the order of [`MappedDtc::LANGUAGES`].
    pub descriptions: [Option<Box<str>>; 6],
}

impl MappedDtc {
    /// The languages of the descriptions and their field names.
    pub const LANGUAGES: [(&'static str, &'static str); 6] = [
        ("da", "descriptionDanish"),
        ("en", "descriptionEnglish"),
        ("de", "descriptionGerman"),
        ("nb", "descriptionNorwegian"),
        ("es", "descriptionSpanish"),
        ("sv", "descriptionSwedish"),
    ];
}

impl fmt::Debug for MappedDtc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MappedDtc")
            .field("raw_code", &self.raw_code)
            .field("ecu", &self.ecu)
            .field("enabled", &self.enabled)
            .finish_non_exhaustive()
    }
}

/// The status of a [`MappedDtc`]: five of ISO 14229-1's bits by name.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct MappedStatus {
    /// Found in this or the last operation cycle.
    pub pending: Option<bool>,
    /// Found often enough to be stored.
    pub confirmed: Option<bool>,
    /// The test has not ended since codes were cleared.
    pub test_not_completed_since_last_clear: Option<bool>,
    /// Found at least once since codes were cleared.
    pub test_failed_since_last_clear: Option<bool>,
    /// The ECU asks for a warning lamp.
    pub warning_indicator_requested: Option<bool>,
    /// Fields this version does not know.
    pub unknown: super::UnknownFields,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_type_says_how_the_hex_is_read() {
        for (code, source_type, text) in [
            ("00463a", Some("vag"), "VAG 17978"),
            ("157000", Some("j2012"), "P157000"),
            ("0301", Some("j2012"), "P0301"),
            ("E10000", Some("j2012"), "U210000"),
            ("4321", None, "RAW 43-21"),
            ("4321", Some("other"), "RAW 43-21"),
        ] {
            assert_eq!(TroubleCode::from_hex(code, source_type).dtc().unwrap().to_string(), text);
        }
        for (code, source_type) in
            [("", None), ("xyz", Some("j2012")), ("123", Some("j2012")), ("ffffff", Some("vag"))]
        {
            assert_eq!(TroubleCode::from_hex(code, source_type).dtc(), None, "{code}");
        }
    }

    #[test]
    fn a_code_from_a_car_reads_back_from_its_hex() {
        for text in ["P0301", "P157000", "VAG 17978", "SPN 1208 FMI 10", "KWP 4321", "RAW 43-21-00"] {
            let event = TroubleCode::new(text.parse().unwrap());
            let again = TroubleCode::from_hex(event.code(), event.source_type());
            assert_eq!(again, event, "{text}");
        }
    }
}
