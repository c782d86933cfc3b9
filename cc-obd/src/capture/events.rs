//! Items of a capture to events for the rules.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;

use cc_core::{
    Body, Dtc, DtcDiff, Event, EventId, Reading, SignalId, Timestamp, TroubleCode, Value, VehicleRef, Vin,
};
use chrono::TimeDelta;

use super::{CaptureCode, CaptureReading, Decoded, Item};
use crate::j1939::DiagnosticMessage;
use crate::kwp::StorageState;
use crate::signals::dbc::Quality;

/// Gives the items of a capture a vehicle and a time, and makes events of them.
///
/// An item with a time stamp (`candump`) keeps it. Without one, the first answer is at the start, and every later
/// answer a step after the one before. A VIN, once read, stands in every later event.
///
/// What becomes an event: readings (not those of freeze frames, nor those outside the range that a DBC file gives),
/// trouble codes, whole lists of codes and the monitors since codes were cleared. A code of services 03 and 0A is
/// confirmed and one of 07 pending by the meaning of those services (SAE J1979), and its event says so in the status. An
/// active code of a truck (DM1, DM12) has failed and is confirmed; one that only was active (DM2, DM23) is no event, as
/// nothing is wrong now. A code of KWP2000 is pending, confirmed, or confirmed and failed by its state; one without a
/// status is no event, as nothing says that it is stored.
///
/// Where several ECUs answer one signal, the first that did keeps it. The malfunction indicator is the car's one lamp,
/// in readings and beside the monitors: on while any of them asks for it, as far as each said last. Clearing (services
/// 04 and 14) takes back what its ECU said.
///
/// # Examples
///
/// ```
/// use cc_core::{Body, Timestamp, VehicleRef};
/// use cc_obd::capture::{CaptureFormat, Decoder, EventClock};
/// use chrono::TimeDelta;
///
/// let mut decoder = Decoder::new(CaptureFormat::Pairs);
/// decoder.push(b"010C>410C1AF8\n03>430104 20\n");
/// decoder.finish();
/// let vehicle: VehicleRef = "local/0".parse()?;
/// let mut clock = EventClock::new(vehicle, Timestamp::UNIX_EPOCH, TimeDelta::seconds(1));
/// let mut events = Vec::new();
/// while let Some(decoded) = decoder.next_item() {
///     events.extend(clock.events(&decoded));
/// }
/// assert!(matches!(&events[0].body, Body::Reading(reading) if reading.signal.as_str() == "engine_speed"));
/// assert!(matches!(&events[1].body, Body::TroubleCode(code) if code.dtc().unwrap().to_string() == "P0420"));
/// assert!(matches!(&events[2].body, Body::CodeScan(scan) if scan.complete));
/// assert_eq!(events[2].at.timestamp(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct EventClock {
    vehicle: VehicleRef,
    start: Timestamp,
    step: TimeDelta,
    next_id: i64,
    vin: Option<Vin>,
    /// The ECU that keeps each signal.
    owners: BTreeMap<SignalId, EcuText>,
    /// Which ECUs ask for the malfunction indicator.
    indicators: BTreeMap<EcuText, bool>,
    /// The last status of every code seen, by ECU and service, or message of a truck.
    codes: BTreeMap<(EcuText, CodeSource, Dtc), Option<u8>>,
}

/// What listed a code.
type CodeSource = (Option<u8>, Option<DiagnosticMessage>);

/// An ECU, where known.
type EcuText = Option<Box<str>>;

impl EventClock {
    /// A clock that starts at `start` and gives each answer `step` more.
    pub fn new(vehicle: VehicleRef, start: Timestamp, step: TimeDelta) -> Self {
        Self {
            vehicle,
            start,
            step,
            next_id: 1,
            vin: None,
            owners: BTreeMap::new(),
            indicators: BTreeMap::new(),
            codes: BTreeMap::new(),
        }
    }

    /// The VIN, once one was read.
    pub fn vin(&self) -> Option<&Vin> {
        self.vin.as_ref()
    }

    /// The events of one item; none for errors, negative answers and what only describes the ECU.
    pub fn events(&mut self, decoded: &Decoded) -> Vec<Event> {
        let at = decoded.at.unwrap_or_else(|| self.instant(decoded.answer));
        let ecu = &decoded.ecu;
        let body = match &decoded.item {
            Item::Reading(reading) => self.reading(ecu.as_deref(), reading),
            Item::TroubleCode(code) => self.trouble_code(ecu.as_deref(), code),
            Item::Scan(scan) => Some(Body::CodeScan(scan.clone())),
            Item::Readiness(readiness) => {
                let mut readiness = readiness.clone();
                readiness.mil = self.indicator(ecu.as_deref(), readiness.mil);
                Some(Body::MonitorReadiness(readiness))
            }
            Item::Cleared(_) => {
                // Its lamp goes out with its codes; an ECU without name may be any.
                match ecu {
                    Some(_) => _ = self.indicators.remove(ecu),
                    None => self.indicators.clear(),
                }
                None
            }
            Item::Vin(vin) => {
                self.vin = Some(*vin);
                None
            }
            _ => None,
        };
        body.map(|body| self.event(at, body)).into_iter().collect()
    }

    /// The instant of an untimed answer; the latest representable one where the sum is beyond it.
    fn instant(&self, answer: u64) -> Timestamp {
        let steps = i32::try_from(answer).unwrap_or(i32::MAX);
        let passed = self.step.checked_mul(steps).unwrap_or(TimeDelta::MAX);
        self.start.checked_add_signed(passed).unwrap_or(Timestamp::MAX_UTC)
    }

    fn event(&mut self, at: Timestamp, body: Body) -> Event {
        let mut event = Event::new(self.vehicle.clone(), at, EventId(self.next_id), body);
        self.next_id += 1;
        event.vin.clone_from(&self.vin);
        event
    }

    fn reading(&mut self, ecu: Option<&str>, reading: &CaptureReading) -> Option<Body> {
        // What was stored some time ago, or is outside its own range, is not what the car measures now.
        let CaptureReading {
            signal,
            value,
            unit,
            unit_text: _,
            quality: Quality::InRange,
            freeze_frame: None,
        } = reading
        else {
            return None;
        };
        let mut value = value.clone();
        if *signal == SignalId::MALFUNCTION_INDICATOR {
            value = Value::Bool(self.indicator(ecu, value.as_bool() == Some(true)));
        } else {
            let owner = self.owners.entry(signal.clone()).or_insert_with(|| ecu.map(Into::into));
            match (owner.as_deref(), ecu) {
                (Some(owner), Some(ecu)) if owner != ecu => return None,
                // Headers were switched on: now the owner has a name.
                (None, Some(ecu)) => *owner = Some(ecu.into()),
                _ => {}
            }
        }
        // A catalogue row knows its own unit; a custom signal carries one.
        let unit = unit.filter(|_| signal.signal().is_none());
        Some(Body::Reading(Reading { signal: signal.clone(), value, unit }))
    }

    /// Whether the malfunction indicator is on, now that this ECU said whether it asks for it.
    fn indicator(&mut self, ecu: Option<&str>, on: bool) -> bool {
        // What an unknown ECU said may be any of the known ones' word, and the other way round: the later counts.
        match ecu {
            Some(_) => _ = self.indicators.remove(&None),
            None => self.indicators.clear(),
        }
        self.indicators.insert(ecu.map(Into::into), on);
        self.indicators.values().any(|&on| on)
    }

    fn trouble_code(&mut self, ecu: Option<&str>, code: &CaptureCode) -> Option<Body> {
        let message = code.truck.map(|truck| truck.message);
        let status = match (code.service, message) {
            // Active: failed now and confirmed; in DM12 the indicator is asked for, too.
            (_, Some(DiagnosticMessage::Dm1)) => Some(0x09),
            (_, Some(DiagnosticMessage::Dm12)) => Some(0x89),
            (_, Some(DiagnosticMessage::Dm6 | DiagnosticMessage::Dm27)) => Some(0x04),
            (Some(0x03 | 0x0A), _) | (_, Some(DiagnosticMessage::Dm28)) => Some(0x08),
            // What was active is no fault of now.
            (_, Some(_)) => return None,
            (Some(0x07), _) => Some(0x04),
            (Some(0x13 | 0x17 | 0x18), _) => match code.kwp_status?.storage() {
                StorageState::NotDetected => return None,
                StorageState::Maturing => Some(0x04),
                StorageState::Stored => Some(0x08),
                StorageState::StoredAndPresent => Some(0x09),
            },
            _ => code.status.map(|status| status.0),
        };
        // The code of a freeze frame was stored some time ago: services 03 and 19 say whether it still is.
        if code.freeze_frame.is_some() {
            return None;
        }
        let known = self.codes.insert((ecu.map(Into::into), (code.service, message), code.dtc), status);
        let mut event = TroubleCode::new(code.dtc);
        event.diff = match known {
            None => Some(DtcDiff::Add),
            Some(before) if before != status => Some(DtcDiff::Change),
            Some(_) => None,
        };
        event.status = status.map(|status| format!("{status:02x}").into());
        event.ecu = ecu.map(Into::into);
        if code.service == Some(0x19) {
            event.application = Some("UDS".into());
        }
        Some(Body::TroubleCode(event))
    }
}
