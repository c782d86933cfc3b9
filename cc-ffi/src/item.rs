//! What was decoded.

use std::fmt;
use std::time::SystemTime;

use cc_core::{Body, DtcDiff, Event, ScanService, Value};
use cc_obd::capture::{Decoded, Item};

use crate::change::unit_text;

/// One thing found in the input. Its text form hides what the car said.
#[derive(Clone, PartialEq, uniffi::Record)]
#[uniffi::export(Display)]
pub struct DecodedItem {
    /// The line that completed it, counted from 1.
    pub line: u64,
    /// Who sent it: a CAN id (`7E8`) or a K-line address (`10`), where known.
    pub ecu: Option<String>,
    /// When, where the input says so.
    pub at: Option<SystemTime>,
    /// What it is.
    pub content: DecodedContent,
    /// The item as one line of JSON, the same bytes in every language. It holds what the car said, a VIN included.
    pub json: String,
}

/// What an item is. Its text form says the kind, and hides what the car said.
#[derive(Clone, PartialEq, uniffi::Enum)]
#[uniffi::export(Display)]
pub enum DecodedContent {
    /// One signal's value.
    Reading {
        /// The signal: an id of the catalogue, or of the signal set that was given.
        signal: String,
        /// Its value.
        value: SignalValue,
        /// The unit of a number, such as `km/h`.
        unit: Option<String>,
        /// The freeze frame it was stored in: then it is not the value now.
        freeze_frame: Option<u8>,
    },
    /// A signal that the car says has no value now.
    NoValue {
        /// The signal.
        signal: String,
    },
    /// One trouble code.
    TroubleCode {
        /// The code's canonical text, such as `P0301` or `VAG 17978`.
        dtc: String,
        /// Its status byte (ISO 14229-1), where there is one.
        status: Option<u8>,
        /// The service that read it, such as 0x03; none in the data stream.
        service: Option<u8>,
        /// The freeze frame that it stored.
        freeze_frame: Option<u8>,
        /// What changed since the last scan, in the data stream.
        diff: Option<CodeDiff>,
    },
    /// An ECU refused a request, or asked for patience.
    NegativeResponse {
        /// The refused service.
        service: u8,
        /// Why (ISO 14229-1, annex A.1).
        reason_code: u8,
        /// The name of the reason, where it has one.
        reason: Option<String>,
        /// Whether the answer follows later.
        pending: bool,
    },
    /// A whole list of codes was read; its codes came before it, one item each.
    CodeScan {
        /// What was asked for.
        service: CodeScanService,
        /// How many codes the list has, possibly none.
        code_count: u32,
        /// Whether the list is known to be complete.
        complete: bool,
    },
    /// The emission monitors.
    MonitorReadiness {
        /// Whether the ECU asks for the malfunction indicator lamp.
        lamp_on: bool,
        /// How many confirmed codes it holds.
        code_count: u8,
        /// The monitors the car has that are ready, by name.
        ready: Vec<String>,
        /// The monitors the car has that are not ready, by name.
        not_ready: Vec<String>,
    },
    /// Something that could not be read, or that the adapter reported.
    Unreadable {
        /// Why: a fragment without a VIN or a position.
        reason: String,
    },
    /// Another event of the data stream; its JSON has the rest.
    StreamEvent {
        /// The event's type, such as `gps_position`.
        event_type: String,
    },
    /// Anything else a car answers: supported ids, names, counts, answers of unknown meaning. Its JSON says it all.
    OtherAnswer,
}

/// One value. Its text form hides texts: one may be a VIN.
#[derive(Clone, PartialEq, uniffi::Enum)]
#[uniffi::export(Display)]
pub enum SignalValue {
    /// True or false.
    Truth {
        /// Which of the two.
        value: bool,
    },
    /// A calendar day.
    Day {
        /// `YYYY-MM-DD`.
        iso: String,
    },
    /// An instant.
    Moment {
        /// When.
        at: SystemTime,
    },
    /// A number.
    Quantity {
        /// The nearest double.
        value: f64,
    },
    /// A text.
    Words {
        /// The text.
        value: String,
    },
}

/// What a scan found out about a code since the scan before.
#[derive(Clone, Copy, Debug, Eq, PartialEq, uniffi::Enum)]
pub enum CodeDiff {
    /// The code is new.
    Added,
    /// Its status changed.
    Changed,
    /// It is no longer there.
    Removed,
}

/// What a list of codes holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq, uniffi::Enum)]
pub enum CodeScanService {
    /// Found in this or the last driving cycle (SAE J1979 service 07).
    Pending,
    /// Stays until the car itself finds the repair good (service 0A).
    Permanent,
    /// Confirmed codes (service 03).
    Stored,
    /// By status mask (ISO 14229-1 service 19).
    Uds,
}

impl fmt::Debug for DecodedItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, ecu, at, content, json: _ } = self;
        f.debug_struct("DecodedItem")
            .field("line", line)
            .field("ecu", ecu)
            .field("at", at)
            .field("content", content)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for DecodedItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl fmt::Debug for DecodedContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reading { .. } => f.write_str("Reading(…)"),
            Self::NoValue { .. } => f.write_str("NoValue(…)"),
            Self::TroubleCode { dtc, .. } => write!(f, "TroubleCode({dtc})"),
            Self::NegativeResponse { service, reason_code, .. } => {
                write!(f, "NegativeResponse({service:02X} {reason_code:02X})")
            }
            Self::CodeScan { code_count, .. } => write!(f, "CodeScan({code_count})"),
            Self::MonitorReadiness { .. } => f.write_str("MonitorReadiness(…)"),
            Self::Unreadable { reason } => write!(f, "Unreadable({reason})"),
            Self::StreamEvent { .. } => f.write_str("StreamEvent(…)"),
            Self::OtherAnswer => f.write_str("OtherAnswer"),
        }
    }
}

impl fmt::Display for DecodedContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl fmt::Debug for SignalValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truth { value } => write!(f, "{value}"),
            Self::Day { iso } => f.write_str(iso),
            Self::Moment { at } => write!(f, "{at:?}"),
            Self::Quantity { value } => write!(f, "{value}"),
            Self::Words { .. } => f.write_str("…"),
        }
    }
}

impl fmt::Display for SignalValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl From<Decoded> for DecodedItem {
    fn from(decoded: Decoded) -> Self {
        let json = decoded.to_canonical_json();
        let Decoded { line, answer: _, ecu, at, item } = decoded;
        Self { line, ecu: ecu.map(Into::into), at: at.map(Into::into), content: item.into(), json }
    }
}

impl From<Item> for DecodedContent {
    fn from(item: Item) -> Self {
        match item {
            Item::Reading(reading) => Self::Reading {
                signal: reading.signal.as_str().to_owned(),
                value: reading.value.into(),
                unit: reading.unit.and_then(unit_text),
                freeze_frame: reading.freeze_frame,
            },
            Item::Vin(vin) => Self::Reading {
                signal: cc_core::SignalId::VIN.as_str().to_owned(),
                value: SignalValue::Words { value: vin.as_str().to_owned() },
                unit: None,
                freeze_frame: None,
            },
            Item::NoValue(missing) => Self::NoValue { signal: missing.signal.as_str().to_owned() },
            Item::TroubleCode(code) => Self::TroubleCode {
                dtc: code.dtc.to_string(),
                status: code.status.map(|status| status.0),
                service: code.service,
                freeze_frame: code.freeze_frame,
                diff: None,
            },
            Item::Negative(negative) => Self::NegativeResponse {
                service: negative.service,
                reason_code: negative.code.0,
                reason: negative.code.name().map(str::to_owned),
                pending: negative.is_pending(),
            },
            Item::Scan(scan) => Self::CodeScan {
                service: scan.service.into(),
                code_count: scan.codes.len() as u32,
                complete: scan.complete,
            },
            Item::Readiness(monitors) => readiness(monitors),
            Item::Error(error) => Self::Unreadable { reason: error.to_string() },
            // Items of a kind that this facade has no type for carry their JSON.
            _ => Self::OtherAnswer,
        }
    }
}

impl From<Event> for DecodedContent {
    fn from(event: Event) -> Self {
        let event_type = event.type_name().to_owned();
        match event.body {
            Body::Reading(reading) => Self::Reading {
                signal: reading.signal.as_str().to_owned(),
                unit: unit_text(reading.unit()),
                value: reading.value.into(),
                freeze_frame: None,
            },
            Body::TroubleCode(code) => match code.dtc() {
                Some(dtc) => Self::TroubleCode {
                    dtc: dtc.to_string(),
                    status: code.status().map(|status| status.0),
                    service: None,
                    freeze_frame: None,
                    diff: code.diff.map(Into::into),
                },
                None => Self::StreamEvent { event_type },
            },
            Body::CodeScan(scan) => Self::CodeScan {
                service: scan.service.into(),
                code_count: scan.codes.len() as u32,
                complete: scan.complete,
            },
            Body::MonitorReadiness(monitors) => readiness(monitors),
            _ => Self::StreamEvent { event_type },
        }
    }
}

fn readiness(readiness: cc_core::MonitorReadiness) -> DecodedContent {
    let cc_core::MonitorReadiness { mil, dtc_count, ignition: _, monitors } = readiness;
    let names = |ready| {
        let of_kind = monitors.iter().filter(|(_, is_ready)| *is_ready == ready);
        of_kind.map(|(monitor, _)| monitor.name().to_owned()).collect()
    };
    DecodedContent::MonitorReadiness {
        lamp_on: mil,
        code_count: dtc_count,
        ready: names(true),
        not_ready: names(false),
    }
}

impl From<Value> for SignalValue {
    fn from(value: Value) -> Self {
        match value {
            Value::Bool(value) => Self::Truth { value },
            Value::Date(day) => Self::Day { iso: day.to_string() },
            Value::Instant(at) => Self::Moment { at: at.into() },
            Value::Number(number) => Self::Quantity { value: number.as_f64() },
            Value::Text(text) => Self::Words { value: text.into() },
        }
    }
}

impl From<DtcDiff> for CodeDiff {
    fn from(diff: DtcDiff) -> Self {
        match diff {
            DtcDiff::Add => Self::Added,
            DtcDiff::Change => Self::Changed,
            DtcDiff::Remove => Self::Removed,
        }
    }
}

impl From<ScanService> for CodeScanService {
    fn from(service: ScanService) -> Self {
        match service {
            ScanService::Pending => Self::Pending,
            ScanService::Permanent => Self::Permanent,
            ScanService::Stored => Self::Stored,
            ScanService::Uds => Self::Uds,
        }
    }
}
