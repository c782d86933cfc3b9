//! Trouble codes as events.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

use super::codec::{
    FieldValue, FieldWriter, Keep, Mismatch, ReadValue, body_fields, read_nested, word_fields,
};
#[cfg(feature = "protobuf")]
use super::{
    EventDecodeError,
    codec::{FieldSink, FieldSource},
};
use super::{StructuredBody, StructuredType};
#[cfg(feature = "protobuf")]
use crate::protobuf::FieldRow;
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
#[derive(Clone, Eq, PartialEq)]
pub struct TroubleCode {
    code: Box<str>,
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
        Self { source_type: source_type.map(Into::into), ..Self::empty(code.into()) }
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
        Self { source_type: source_type.map(Into::into), ..Self::empty(code.into()) }
    }

    fn empty(code: Box<str>) -> Self {
        Self {
            code,
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
        read_code(&self.code, self.source_type.as_deref())
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

impl StructuredBody for TroubleCode {
    const TYPES: &'static [StructuredType] = &[StructuredType {
        name: "can_dtc",
        published: true,
        number: 9,
        about: "One trouble code came, changed or went.",
        fields: Self::FIELDS,
    }];

    body_fields! { TroubleCode {
        required 7 "code" => code: Box<str>, "the code in hex";
        optional 8 "diff" => diff: DtcDiff, "what changed since the last scan";
        optional 9 "status" => status: Box<str>, "the status byte (ISO 14229-1 annex D.2) in hex";
        optional 10 "rxId" => rx_id: Box<str>, "the CAN id of the answer";
        optional 11 "txId" => tx_id: Box<str>, "the CAN id of the request";
        optional 12 "transport" => transport: Box<str>, "ISOTP, TP2 or ISOTP-NOPAD";
        optional 13 "application" => application: Box<str>, "UDS or KWP2000";
        optional 14 "ecu" => ecu: Box<str>, "the ECU's role, such as engine or gateway";
        optional 15 "sourceType" => source_type: Box<str>, "how the code is read: vag or j2012 (ours: kwp, j1939)";
        optional 16 "rxLocalId" => rx_local_id: Box<str>, "the extended address of the answer";
        optional 17 "txLocalId" => tx_local_id: Box<str>, "the extended address of the request";
        optional 18 "serviceAndDid" => service_and_did: Box<str>, "service and data identifiers of the request, in hex";
        optional 19 "useFunctionalAddressing" => use_functional_addressing: bool, "whether all ECUs were asked at once";
        optional 20 "sessionType" => session_type: Box<str>, "the diagnostic session";
    }}
}

/// Shows what is understood of the code; the texts may hold anything.
impl fmt::Debug for TroubleCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TroubleCode")
            .field("dtc", &self.dtc())
            .field("diff", &self.diff)
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}

word_fields! { DtcDiff { "add" => Add, "change" => Change, "remove" => Remove } }

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
    /// The platform's words in Danish.
    pub description_danish: Option<Box<str>>,
    /// The platform's words in English.
    pub description_english: Option<Box<str>>,
    /// The platform's words in German.
    pub description_german: Option<Box<str>>,
    /// The platform's words in Norwegian.
    pub description_norwegian: Option<Box<str>>,
    /// The platform's words in Spanish.
    pub description_spanish: Option<Box<str>>,
    /// The platform's words in Swedish.
    pub description_swedish: Option<Box<str>>,
}

impl MappedDtc {
    /// The platform's words in a language, by its ISO 639-1 code; Norwegian is `nb`, `nn` or `no`.
    pub fn description(&self, language: &str) -> Option<&str> {
        match language {
            "da" => self.description_danish.as_deref(),
            "en" => self.description_english.as_deref(),
            "de" => self.description_german.as_deref(),
            "nb" | "nn" | "no" => self.description_norwegian.as_deref(),
            "es" => self.description_spanish.as_deref(),
            "sv" => self.description_swedish.as_deref(),
            _ => None,
        }
    }
}

impl StructuredBody for MappedDtc {
    const TYPES: &'static [StructuredType] = &[StructuredType {
        name: "mapped_dtc",
        published: true,
        number: 10,
        about: "A trouble code with the platform's own interpretation.",
        fields: Self::FIELDS,
    }];

    body_fields! { MappedDtc {
        optional 7 "codeId" => code_id: Box<str>, "the platform's number for the code's meaning";
        optional 8 "vendorId" => vendor_id: Box<str>, "the platform's number for the maker";
        optional 9 "rawCode" => raw_code: Box<str>, "the code as sent, in hex";
        optional 10 "status" => status: MappedStatus, "the status, bit by bit";
        optional 11 "enabled" => enabled: bool, "whether the code counts";
        optional 12 "ecu" => ecu: Box<str>, "the ECU's role, such as engine or gateway";
        optional 13 "descriptionDanish" => description_danish: Box<str>, "the platform's words in Danish";
        optional 14 "descriptionEnglish" => description_english: Box<str>, "the platform's words in English";
        optional 15 "descriptionGerman" => description_german: Box<str>, "the platform's words in German";
        optional 16 "descriptionNorwegian" => description_norwegian: Box<str>, "the platform's words in Norwegian";
        optional 17 "descriptionSpanish" => description_spanish: Box<str>, "the platform's words in Spanish";
        optional 18 "descriptionSwedish" => description_swedish: Box<str>, "the platform's words in Swedish";
    }}
}

impl fmt::Debug for MappedDtc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MappedDtc")
            .field("status", &self.status)
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

impl MappedStatus {
    body_fields! { MappedStatus {
        optional 1 "pending" => pending: bool, "found in this or the last operation cycle";
        optional 2 "confirmed" => confirmed: bool, "found often enough to be stored";
        optional 3 "testNotCompletedSinceLastClear" => test_not_completed_since_last_clear: bool, "the test has not ended since codes were cleared";
        optional 4 "testFailedSinceLastClear" => test_failed_since_last_clear: bool, "found at least once since codes were cleared";
        optional 5 "warningIndicatorRequested" => warning_indicator_requested: bool, "the ECU asks for a warning lamp";
    } unknown}
}

#[cfg(feature = "protobuf")]
impl MappedStatus {
    /// Its fields in protobuf.
    pub(crate) const ROWS: &'static [FieldRow] = Self::MESSAGE;

    pub(crate) fn read_fields<S: FieldSource>(fields: &mut S) -> Result<Option<Self>, EventDecodeError> {
        Self::read("", fields)
    }

    pub(crate) fn write_fields<W: FieldSink>(&self, out: &mut W) {
        Self::write(self, out);
    }
}

impl FieldValue for MappedStatus {
    const KIND: &'static str = "an object of true and false by name";
    const IS_NESTED: bool = true;

    fn read(json: &str) -> Result<ReadValue<Self>, Mismatch> {
        let (status, plain) = read_nested(json, Self::KIND, |fields| {
            let Some(status) = Self::read("", fields)? else { return Ok(None) };
            Ok(fields.rest()?.map(|unknown| Self { unknown, ..status }))
        })?;
        Ok((status, if plain { Keep::Nothing } else { Keep::Content }))
    }

    fn write(&self, out: &mut String) {
        let mut object = FieldWriter::json();
        Self::write(self, &mut object);
        object.unknown(&self.unknown, |name| Self::FIELDS.iter().any(|field| field.name == name));
        out.push_str(&object.end());
    }
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
