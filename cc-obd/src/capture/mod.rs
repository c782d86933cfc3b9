//! Whole captures: an adapter's log, a log of a bus (`candump`, SLCAN, ASC, CSV), or pairs of request and answer, to readings
//! and trouble codes.
//!
//! [`Decoder`] takes bytes in any chunks and gives [`Decoded`] items in the order of the input, each with its line and
//! ECU. [`EventClock`] turns them into [`cc_core::Event`]s for the rules. Damaged frames are [`Item::Error`]s, never
//! readings, and do not stop the rest.
//!
//! Whether a list of codes is whole, the reply as a whole says: everything between a request and the prompt or the
//! next request. So in a dialogue with an adapter, and on a K-line, an [`Item::Scan`] comes at the end of its reply,
//! and any damage before it (of its ECU, or of an unknown one) leaves it partial. Lists of ECUs without names (headers
//! off) are one scan: a second ECU's list never denies the first one's codes.
//!
//! In the log of a bus, frames of 11 bits whose identifiers are not those of ISO 15765-4 may be a maker's diagnosis, or
//! anything else. From 700 on, what reads as an answer of the usual services is one; below, what answers the last
//! request that was seen. Damage is told where the frame reads as an answer's, where an answer had begun, and of every
//! identifier that has answered a request; other traffic is passed over.
//!
//! A frame of 29 bits in the log of a bus that belongs to no diagnosis may be a truck's (SAE J1939). It is
//! taken as one without being told, on a bus that has shown that it is a truck's: by a message of a
//! [group that we know](crate::j1939::spn::groups), with all bits of its number, its usual priority and its 8 bytes, by
//! an active code (DM1), by an address claim, or by a long message announced as it must be. A car's own 29-bit
//! identifiers do not hit one of these: 40 numbers of two million. [`Decoder::without_trucks`] leaves trucks out.
//!
//! # Examples
//!
//! ```
//! use cc_obd::capture::{CaptureFormat, Decoder, Item};
//!
//! let log = b">010C\r\n7E8 04 41 0C 1A F8\r\n>03\r\n7E8 04 43 01 04 20\r\n7E8 04 41 0C 1A\r\n";
//! let mut decoder = Decoder::new(CaptureFormat::Elm327);
//! decoder.push(log);
//! decoder.finish();
//! let mut seen = Vec::new();
//! while let Some(decoded) = decoder.next_item() {
//!     seen.push(match decoded.item {
//!         Item::Reading(reading) => format!("{}: {}", decoded.line, reading.signal),
//!         Item::TroubleCode(code) => format!("{}: {} from {}", decoded.line, code.dtc, decoded.ecu.unwrap()),
//!         Item::Scan(scan) => format!("{}: scan of {} code", decoded.line, scan.codes.len()),
//!         Item::Error(error) => format!("{}: {error}", decoded.line),
//!         other => format!("{}: {other:?}", decoded.line),
//!     });
//! }
//! assert_eq!(seen, [
//!     "2: engine_speed",
//!     "4: P0420 from 7E8",
//!     "5: single frame says 4 bytes, holds 3",
//!     "5: scan of 1 code",
//! ]);
//! ```

mod adapter;
mod answer;
mod bus;
mod bus_frames;
mod bus_log;
mod bus_signals;
mod code_report;
mod decoder;
mod detect;
mod events;
mod json;
mod kline;
mod lines;
mod older;
mod pairs;
mod reply;
mod tests_json;
mod truck;

use alloc::boxed::Box;
use core::fmt;

use cc_core::{CodeScan, Dtc, DtcStatus, MeasureUnit, MonitorReadiness, SignalId, Timestamp, Value, Vin};

use crate::elm::AdapterFault;
use crate::frame::{CanId, FrameError};
use crate::isotp::IsoTpError;
use crate::j1939::transport::TransportError;
use crate::j1939::{DiagnosticMessage, Lamps, MessageError};
use crate::j1979::{ComponentTest, MonitorTest, OxygenSensorTest};
use crate::kwp;
use crate::service::{AnswerError, CycleReadiness, InfoItem, NegativeResponse, Supported};
use crate::signals::dbc::Quality;

pub use bus_log::{BusFrame, BusLine, BusLog};
pub use code_report::{CodeCount, CodeDetail, CodeReport, CodeSeverity, Detail};
pub use decoder::Decoder;
pub use events::EventClock;

/// What the bytes of a capture are.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum CaptureFormat {
    /// The text log of Vector's tools (`.asc`); see [`AscLog`](crate::frame::AscLog).
    Asc,
    /// SocketCAN's `candump`, log or screen format; plain lines of id and data are read too. Frames of ids that carry
    /// no diagnosis are passed over, unless a DBC file describes them.
    Candump,
    /// A table of frames, as loggers write it; see [`CsvLog`](crate::frame::CsvLog).
    Csv,
    /// The text of an ELM327 or STN adapter, or a transcript with requests and prompts, or plain hexadecimal lines.
    Elm327,
    /// A line is `REQUEST>RESPONSE`, both hexadecimal and whole: `1902FF>5902FF0133002F`. On a K-line a response is
    /// one frame, and lines of one request that follow each other are one answer.
    Pairs,
    /// The lines of a serial CAN adapter (SLCAN, Lawicel). Their clock starts again every minute, so that the capture is
    /// taken as untimed.
    Slcan,
}

/// One thing found in a capture.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// The line that completed it, from 1. A line ends with CR, LF or both.
    pub line: u64,
    /// Which answer of the capture it belongs to, from 0: what [`EventClock`] counts untimed captures by. An error that
    /// is no answer has the number of the answer before it.
    pub answer: u64,
    /// Who sent it: the CAN id (`7E8`, `18DAF110`), or the address on a K-line (`10`) or in a truck (`00`), where known.
    pub ecu: Option<Box<str>>,
    /// When, where the capture says so.
    pub at: Option<Timestamp>,
    /// What it is.
    pub item: Item,
}

/// What was found.
///
/// `Debug` hides VINs and texts.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// Codes and what belongs to them were cleared (services 04 and 14).
    Cleared(ClearedReport),
    /// How many codes match (UDS 19).
    CodeCount(CodeCount),
    /// What a report says of a code beside that it is there (UDS 19).
    CodeDetail(CodeDetail),
    /// A report of codes as a whole (UDS 19); its codes follow.
    CodeReport(CodeReport),
    /// A test of a component (service 06 on K-line and J1850).
    ComponentTest(ComponentTest),
    /// The emission monitors of this driving cycle (service 01, parameter 41).
    CycleReadiness(CycleReadiness),
    /// Something that could not be read, or that the adapter reported.
    Error(CaptureError),
    /// A calibration's name or number, or the ECU's name (service 09).
    Info(InfoItem),
    /// The lamps that an ECU of a truck asks for.
    Lamps(LampReport),
    /// A test of a monitor (service 06 on CAN).
    MonitorTest(MonitorTest),
    /// The ECU refused a request, or asked for patience.
    Negative(NegativeResponse),
    /// No freeze frame of this number is stored: the code that would have stored it is zero (service 02).
    NoFreezeFrame(u8),
    /// A signal that the ECU says has no value now.
    NoValue(NoValue),
    /// A positive answer whose meaning is not known.
    Other(OtherAnswer),
    /// A test of an oxygen sensor (service 05).
    OxygenSensorTest(OxygenSensorTest),
    /// Bytes behind a list of codes were passed over as padding: a strict reader refuses the answer.
    Padding(PaddingReport),
    /// The emission monitors since codes were cleared, the lamp and the number of codes (service 01, parameter 01).
    Readiness(MonitorReadiness),
    /// One signal's value.
    Reading(CaptureReading),
    /// A list of codes was read to its end, possibly empty. Its codes came before it, one item each. Its line is the
    /// last one of its reply that gave anything.
    Scan(CodeScan),
    /// Which parameters or info types the ECU supports.
    Supported(SupportedReport),
    /// One trouble code.
    TroubleCode(CaptureCode),
    /// The vehicle identification number.
    Vin(Vin),
}

/// One signal's value.
#[derive(Clone, Debug, PartialEq)]
pub struct CaptureReading {
    /// Which signal: the signal set's own id where a set describes the answer, `Message.Signal` where a DBC file
    /// describes the frame, else the catalogue's.
    pub signal: SignalId,
    /// Its value.
    pub value: Value,
    /// The unit of a number; `None` where the set names none that is known.
    pub unit: Option<MeasureUnit>,
    /// The unit as a DBC file writes it, where it is none that is known.
    pub unit_text: Option<Box<str>>,
    /// Whether it is within the range that a DBC file gives.
    pub quality: Quality,
    /// The number of the freeze frame it was stored in (service 02): then it is not the value now.
    pub freeze_frame: Option<u8>,
}

impl CaptureReading {
    fn new(signal: SignalId, value: Value, unit: Option<MeasureUnit>, freeze_frame: Option<u8>) -> Self {
        Self { signal, value, unit, unit_text: None, quality: Quality::InRange, freeze_frame }
    }
}

/// A signal without a value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NoValue {
    /// Which signal.
    pub signal: SignalId,
    /// The raw number, where an enumeration does not list it or a standard keeps it for other uses; `None` where the number
    /// means "no value".
    pub unlisted: Option<i64>,
}

/// One trouble code.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CaptureCode {
    /// The code.
    pub dtc: Dtc,
    /// Its status byte, where the service gives one (UDS).
    pub status: Option<DtcStatus>,
    /// Its status of KWP2000, whose bits are others.
    pub kwp_status: Option<kwp::DtcStatus>,
    /// The service of the request: 03, 07, 0A, 02, 19, or of KWP2000 13, 17 or 18; `None` in a truck, where nobody asks.
    pub service: Option<u8>,
    /// The freeze frame that this code stored (service 02, DM4).
    pub freeze_frame: Option<u8>,
    /// How bad it is, where the report says so (UDS 19 08, 09 and 42).
    pub severity: Option<CodeSeverity>,
    /// What a truck says of it.
    pub truck: Option<TruckCode>,
}

impl CaptureCode {
    /// A code of which nothing else is known.
    fn of(dtc: Dtc) -> Self {
        Self {
            dtc,
            status: None,
            kwp_status: None,
            service: None,
            freeze_frame: None,
            severity: None,
            truck: None,
        }
    }
}

/// What the diagnostic messages of trucks say of a code (SAE J1939-73).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TruckCode {
    /// The message: DM1 lists active codes, DM2 those that were.
    pub message: DiagnosticMessage,
    /// How often the fault came up, where the ECU counts.
    pub occurrences: Option<u8>,
}

/// The lamps that an ECU of a truck asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LampReport {
    /// The message.
    pub message: DiagnosticMessage,
    /// Their states.
    pub lamps: Lamps,
}

/// What was cleared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ClearedReport {
    /// The service of the request: 04 or 14.
    pub service: u8,
}

/// What the two bytes of a code of KWP2000 mean: the maker's choice, which no answer tells.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum KwpCodes {
    /// Not known: [`Dtc::Kwp`], unless the request is for codes of SAE J2012.
    #[default]
    Unknown,
    /// SAE J2012: [`Dtc::J2012`].
    J2012,
    /// A number of the Volkswagen group: [`Dtc::Vag`].
    Vag,
}

/// Bytes behind a list of codes that no record accounts for, all of them one usual filler.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PaddingReport {
    /// The service of the request: 03, 07, 0A or 19.
    pub service: u8,
    /// How many bytes.
    pub length: usize,
}

/// A bitmap of supported ids.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SupportedReport {
    /// The service they belong to: 01, 02, 05, 06, 08 or 09.
    pub service: u8,
    /// The ids.
    pub ids: Supported,
}

/// A positive answer whose meaning is not known. The bytes are left out: they may spell a VIN.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct OtherAnswer {
    /// The service of the request.
    pub service: u8,
    /// The parameter (one byte) or data identifier (two), where the service has one.
    pub identifier: Option<u16>,
    /// How many bytes the answer has.
    pub length: usize,
}

/// Why a part of a capture could not be read.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CaptureError {
    /// The adapter reported a fault.
    #[error("adapter says: {0}")]
    Adapter(AdapterFault),
    /// Requests and answers on a bus read as such once the first byte of each frame is taken for an address: nothing says
    /// that it is one, and none of them is read. Told once a capture. In a log of answers alone, who asks follows from them.
    #[error("requests on {request} and answers on {answer} may use extended addressing, and are not read")]
    Addressing {
        /// Who asks.
        request: CanId,
        /// Who answers.
        answer: CanId,
    },
    /// Long answers of several ECUs came without headers: their lines cannot be told apart.
    #[error("long answers of several ECUs cannot be told apart without headers")]
    Ambiguous,
    /// An answer is damaged.
    #[error("{0}")]
    Answer(AnswerError),
    /// A line is not a frame.
    #[error("{0}")]
    Frame(FrameError),
    /// Frames do not make a message.
    #[error("{0}")]
    IsoTp(IsoTpError),
    /// A long message of a truck did not arrive.
    #[error("{0}")]
    LongMessage(TransportError),
    /// A numbered line is missing or stands twice.
    #[error("expected line {expected:x} of the answer, found {found:x}")]
    LineNumber {
        /// The number due.
        expected: u8,
        /// The number found.
        found: u8,
    },
    /// A line of an adapter holds a byte that is no text: what stood there is lost, and nothing of the line is read.
    #[error("not text: byte {byte:02x} at offset {offset}")]
    NotText {
        /// The byte: a control byte, or one above ASCII.
        byte: u8,
        /// Where, in bytes from the start of the line.
        offset: usize,
    },
    /// The line is longer than any capture's lines are.
    #[error("line too long")]
    Overlong,
    /// The vehicle identification of a truck is no VIN. Its text is not told.
    #[error("vehicle identification: {0}")]
    TruckIdentification(MessageError),
    /// A message of a truck is damaged.
    #[error("{message}: {error}")]
    TruckMessage {
        /// Which message.
        message: DiagnosticMessage,
        /// What is wrong with it.
        error: MessageError,
    },
    /// A long answer without headers ended before its announced length.
    #[error("answer ended after {have} of {length} bytes")]
    Unfinished {
        /// Bytes received.
        have: usize,
        /// Bytes announced.
        length: usize,
    },
    /// The line has none of the known forms.
    #[error("not understood")]
    Unreadable,
    /// The answer belongs to another request than the one on its line.
    #[error("the answer does not belong to the request")]
    WrongRequest,
}

impl CaptureError {
    /// Whether the error says that nothing answered, rather than that something is damaged.
    ///
    /// ```
    /// use cc_obd::capture::CaptureError;
    /// use cc_obd::elm::AdapterFault;
    /// assert!(CaptureError::Adapter(AdapterFault::NoData).is_silence());
    /// assert!(!CaptureError::Unreadable.is_silence());
    /// ```
    pub fn is_silence(self) -> bool {
        matches!(self, Self::Adapter(fault) if fault.is_silence())
    }
}

impl fmt::Display for CaptureFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Asc => "asc",
            Self::Candump => "candump",
            Self::Csv => "csv",
            Self::Elm327 => "elm327",
            Self::Pairs => "pairs",
            Self::Slcan => "slcan",
        })
    }
}
