//! Messages of trucks (SAE J1939) to items.

use core::time::Duration;

use cc_core::{
    CodeScan, Dtc, IgnitionType, MeasureUnit, Monitor, MonitorReadiness, Number, RawDtc, ScanService,
    ScannedCode, SignalId, Value,
};

use super::decoder::{Decoder, Origin, Sender};
use super::{CaptureCode, CaptureError, CaptureReading, Item, LampReport, NoValue, TruckCode};
use crate::frame::CanFrame;
use crate::j1939::spn::{self, Group, SpnTable, SpnValue};
use crate::j1939::transport::{Control, Receiver, TransportError, TransportFault};
use crate::j1939::{
    CodeList, CodeRecord, DiagnosticMessage, DistanceAndTime, FreezeFrames, GLOBAL_ADDRESS, Id, Lamps,
    Message, MessageError, Pgn, Readiness, SpnConversion, TripReadiness,
};

/// What the decoder knows of trucks.
#[derive(Clone, Debug)]
pub(super) struct Trucks {
    pub(super) are_read: bool,
    pub(super) conversion: Option<SpnConversion>,
    /// Made when the first truck is heard.
    table: Option<SpnTable>,
}

impl Default for Trucks {
    fn default() -> Self {
        Self { are_read: true, conversion: None, table: None }
    }
}

/// What is known of one bus.
#[derive(Clone, Debug)]
pub(super) struct Truck {
    /// Whether it has shown that it is a truck's.
    is_one: bool,
    receiver: Receiver,
    /// Whether the odometer comes in its fine form: then the coarse one is passed over.
    has_fine_distance: bool,
    /// Two bits an address: whether DM1 told of the malfunction indicator, and whether it is lit.
    indicators: [u8; 64],
}

impl Default for Truck {
    fn default() -> Self {
        Self { is_one: false, receiver: Receiver::listener(), has_fine_distance: false, indicators: [0; 64] }
    }
}

impl Truck {
    fn indicator(&self, source: u8) -> Option<bool> {
        let bits = self.indicators[usize::from(source) / 4] >> (source % 4 * 2);
        (bits & 2 != 0).then_some(bits & 1 != 0)
    }

    fn set_indicator(&mut self, source: u8, lit: bool) {
        let (byte, shift) = (&mut self.indicators[usize::from(source) / 4], source % 4 * 2);
        *byte = *byte & !(3 << shift) | (2 | u8::from(lit)) << shift;
    }
}

impl Decoder {
    /// A frame of 29 bits that is no diagnosis of a car. Gives whether the bus is a truck's.
    pub(super) fn truck_frame(&mut self, origin: Origin, frame: &CanFrame) -> bool {
        let Some(id) = Id::of(frame.id()) else { return false };
        let truck = &mut self.buses.current().truck;
        truck.is_one = truck.is_one || is_a_trucks(id, frame.data());
        if !truck.is_one {
            return false;
        }
        // Untimed captures stand still: no message times out.
        let micros = origin.at.map_or(0, |at| at.timestamp_micros());
        let now = Duration::from_micros(u64::try_from(micros).unwrap_or(0));
        let origin = Origin { sender: Sender::Truck(id.source()), ..origin };
        let mut receiver = core::mem::take(&mut truck.receiver);
        match receiver.handle(now, frame) {
            Ok(Some(message)) => self.truck_message(origin, &message),
            Ok(None) => {}
            // Both sides of a transfer know why they ended it, and may begin again.
            Err(error) if matches!(error.fault, TransportFault::Aborted(_)) => {}
            Err(error) => self.truck_error(origin, CaptureError::LongMessage(error)),
        }
        // A listener has no frames to give, only messages that it gave up.
        while let Err(error) = receiver.poll(now) {
            self.lost_message(origin, error);
        }
        self.buses.current().truck.receiver = receiver;
        true
    }

    /// Ends the input: long messages that are still incomplete are errors.
    pub(super) fn end_truck(&mut self, origin: Origin) {
        let mut receiver = core::mem::take(&mut self.buses.current().truck.receiver);
        receiver.finish(|error| self.lost_message(origin, error));
    }

    fn lost_message(&mut self, origin: Origin, error: TransportError) {
        let origin = Origin { sender: Sender::Truck(error.source_address), ..origin };
        self.truck_error(origin, CaptureError::LongMessage(error));
    }

    fn truck_message(&mut self, origin: Origin, message: &Message<'_>) {
        if let Some(diagnosis) = DiagnosticMessage::of(message.pgn) {
            let origin = Origin { answer: self.count_answer(), ..origin };
            if let Err(error) = self.truck_diagnosis(origin, diagnosis, message) {
                self.truck_error(origin, CaptureError::TruckMessage { message: diagnosis, error });
            }
            return;
        }
        match message.pgn {
            Pgn::VEHICLE_IDENTIFICATION => {
                let origin = Origin { answer: self.count_answer(), ..origin };
                match spn::read_vin(message.data) {
                    Ok(Some(vin)) => self.emit(origin, Item::Vin(vin)),
                    Ok(None) => {}
                    Err(error) => self.truck_error(origin, CaptureError::TruckIdentification(error)),
                }
            }
            // The serial number and the unit number single a vehicle out and say nothing of its state.
            Pgn::COMPONENT_IDENTIFICATION => {
                let [make, model, _, _] = spn::component_identification(message.data);
                self.texts(origin, [("component_make", make), ("component_model", model)]);
            }
            Pgn::SOFTWARE_IDENTIFICATION => {
                let fields = spn::software_identification(message.data);
                self.texts(origin, fields.map(|field| ("software_identification", field)));
            }
            pgn if Group::of(pgn).is_some() => {
                let origin = Origin { answer: self.count_answer(), ..origin };
                self.parameters(origin, pgn, message.data);
            }
            _ => {}
        }
    }

    /// The parameters of a group that the table has. One that is not available is passed over: most are.
    fn parameters(&mut self, origin: Origin, pgn: Pgn, data: &[u8]) {
        let truck = &mut self.buses.current().truck;
        truck.has_fine_distance |= pgn.number() == FINE_DISTANCE;
        let coarse = pgn.number() == COARSE_DISTANCE && truck.has_fine_distance;
        let before = self.items.len();
        let table = self.trucks.table.get_or_insert_with(SpnTable::standard);
        for reading in table.read(pgn, data) {
            let signal = reading.signal;
            if coarse && *signal == SignalId::ODOMETER {
                continue;
            }
            let missing = |unlisted| Item::NoValue(NoValue { signal: signal.clone(), unlisted });
            let value = match reading.value {
                SpnValue::Number(number) => Number::from_f64(number).map(Value::Number),
                SpnValue::State(state) => Number::from_f64(f64::from(state)).map(Value::Number),
                SpnValue::Switch(on) => Some(Value::Bool(on)),
                SpnValue::NotAvailable => None,
                SpnValue::Error => {
                    self.items.push_back(origin.item(missing(None)));
                    None
                }
                SpnValue::Reserved => {
                    let raw = reading.spn.raw(data).map(i64::from);
                    self.items.push_back(origin.item(missing(raw)));
                    None
                }
            };
            if let Some(value) = value {
                let unit = Some(reading.spn.unit);
                let reading = CaptureReading::new(signal.clone(), value, unit, None);
                self.items.push_back(origin.item(Item::Reading(reading)));
            }
        }
        if self.items.len() > before {
            self.last_line = origin.line;
        }
    }

    fn texts<'a>(&mut self, origin: Origin, texts: impl IntoIterator<Item = (&'static str, &'a str)>) {
        let origin = Origin { answer: self.count_answer(), ..origin };
        for (name, text) in texts {
            if let (false, Ok(signal)) = (text.is_empty(), name.parse()) {
                let value = Value::from(text);
                let reading = CaptureReading::new(signal, value, None, None);
                self.emit(origin, Item::Reading(reading));
            }
        }
    }

    fn truck_diagnosis(
        &mut self,
        origin: Origin,
        diagnosis: DiagnosticMessage,
        message: &Message<'_>,
    ) -> Result<(), MessageError> {
        let data = message.data;
        match diagnosis {
            DiagnosticMessage::Dm4 => {
                for (number, frame) in (0..=u8::MAX).zip(FreezeFrames::parse(data)?.iter()) {
                    self.truck_code(origin, diagnosis, frame.code, Some(number));
                    for (signal, value) in [
                        (SignalId::ENGINE_SPEED, frame.engine_speed()),
                        (SignalId::ENGINE_LOAD, frame.engine_load()),
                        (SignalId::ENGINE_COOLANT_TEMPERATURE, frame.coolant_temperature()),
                        (SignalId::VEHICLE_SPEED, frame.vehicle_speed()),
                    ] {
                        self.measured(origin, signal, value, Some(number));
                    }
                }
            }
            DiagnosticMessage::Dm5 => self.truck_readiness(origin, message.source, Readiness::parse(data)?),
            DiagnosticMessage::Dm21 => {
                let counted = DistanceAndTime::parse(data)?;
                for (signal, value) in [
                    (SignalId::DISTANCE_WITH_MIL_ON, counted.distance_with_mil_on),
                    (SignalId::DISTANCE_SINCE_CLEAR, counted.distance_since_clear),
                    (SignalId::RUN_TIME_WITH_MIL_ON, counted.run_time_with_mil_on),
                    (SignalId::TIME_SINCE_CLEAR, counted.time_since_clear),
                ] {
                    self.measured(origin, signal, value.map(f64::from), None);
                }
            }
            DiagnosticMessage::Dm26 => {
                let trip = TripReadiness::parse(data)?;
                let (seconds, warm_ups) = (trip.seconds_since_engine_start, trip.warm_ups_since_clear);
                self.measured(origin, SignalId::ENGINE_RUN_TIME, seconds.map(f64::from), None);
                self.measured(origin, SignalId::WARM_UPS_SINCE_CLEAR, warm_ups.map(f64::from), None);
            }
            _ if diagnosis.is_code_list() => {
                self.truck_codes(origin, diagnosis, message.source, CodeList::parse(data)?);
            }
            _ => {}
        }
        Ok(())
    }

    fn truck_codes(&mut self, origin: Origin, diagnosis: DiagnosticMessage, source: u8, list: CodeList<'_>) {
        let lamps = list.lamps();
        self.emit(origin, Item::Lamps(LampReport { message: diagnosis, lamps }));
        if let (DiagnosticMessage::Dm1, Some(lit)) = (diagnosis, lamps.malfunction_indicator().is_lit()) {
            self.buses.current().truck.set_indicator(source, lit);
            let signal = SignalId::MALFUNCTION_INDICATOR;
            let reading = CaptureReading::new(signal, Value::Bool(lit), Some(MeasureUnit::One), None);
            self.emit(origin, Item::Reading(reading));
        }
        for code in list.iter() {
            self.truck_code(origin, diagnosis, code, None);
        }
        // The others list a part of the codes of their kind, or codes of the past.
        let service = match diagnosis {
            DiagnosticMessage::Dm1 => ScanService::Stored,
            DiagnosticMessage::Dm27 => ScanService::Pending,
            DiagnosticMessage::Dm28 => ScanService::Permanent,
            _ => return,
        };
        let conversion = self.trucks.conversion;
        let scan = CodeScan {
            ecu: origin.sender.text(),
            service,
            status_mask: None,
            // A code that cannot be told may be any.
            complete: list.iter().all(|code| code.dtc(conversion).is_some()),
            codes: list
                .iter()
                .filter_map(|code| Some(ScannedCode { dtc: self.dtc(code)?, status: None }))
                .collect(),
        };
        self.emit(origin, Item::Scan(scan));
    }

    fn truck_code(
        &mut self,
        origin: Origin,
        message: DiagnosticMessage,
        code: CodeRecord,
        freeze_frame: Option<u8>,
    ) {
        if let Some(dtc) = self.dtc(code) {
            let truck = Some(TruckCode { message, occurrences: code.occurrences() });
            let code = CaptureCode { freeze_frame, truck, ..CaptureCode::of(dtc) };
            self.emit(origin, Item::TroubleCode(code));
        }
    }

    /// The code; the bytes as they are where nobody said how they are laid out.
    fn dtc(&self, code: CodeRecord) -> Option<Dtc> {
        match code.dtc(self.trucks.conversion) {
            Some(dtc) => Some(Dtc::J1939(dtc)),
            None => RawDtc::new(&code.0).ok().map(Dtc::Raw),
        }
    }

    /// The monitors, once DM1 has said whether the lamp is lit: DM5 does not.
    fn truck_readiness(&mut self, origin: Origin, source: u8, readiness: Readiness) {
        let compliance = readiness.obd_compliance.map(f64::from);
        self.measured(origin, SignalId::OBD_STANDARD, compliance, None);
        let Some(mil) = self.buses.current().truck.indicator(source) else { return };
        let monitors: alloc::vec::Vec<_> =
            readiness.monitors().map(|monitor| (monitor.monitor, monitor.complete)).collect();
        let has = |which: &[Monitor]| monitors.iter().any(|(monitor, _)| which.contains(monitor));
        let ignition =
            if has(SPARK) && !has(COMPRESSION) { IgnitionType::Spark } else { IgnitionType::Compression };
        let dtc_count = readiness.active.unwrap_or(0).min(127);
        let readiness = MonitorReadiness { mil, dtc_count, ignition, monitors };
        self.emit(origin, Item::Readiness(readiness));
    }

    fn measured(&mut self, origin: Origin, signal: SignalId, value: Option<f64>, freeze_frame: Option<u8>) {
        if let Some(number) = value.and_then(Number::from_f64) {
            let unit = signal.signal().map(|row| row.unit);
            let reading = CaptureReading::new(signal, Value::Number(number), unit, freeze_frame);
            self.emit(origin, Item::Reading(reading));
        }
    }

    /// An error of a truck's message says nothing of the answers of a diagnosis on the same bus.
    fn truck_error(&mut self, origin: Origin, error: CaptureError) {
        let origin = Origin { answer: self.last_answer(), ..origin };
        self.emit(origin, Item::Error(error));
    }
}

/// VDHR, in steps of 5 m.
const FINE_DISTANCE: u32 = 65_217;
/// VD, in steps of 125 m.
const COARSE_DISTANCE: u32 = 65_248;

/// Lamps that are all not available.
const NO_LAMPS: Lamps = Lamps([0xFF; 2]);

const SPARK: &[Monitor] =
    &[Monitor::Catalyst, Monitor::HeatedCatalyst, Monitor::Evaporative, Monitor::SecondaryAir];
const COMPRESSION: &[Monitor] =
    &[Monitor::BoostPressure, Monitor::NmhcCatalyst, Monitor::NoxAftertreatment, Monitor::ParticulateFilter];

/// Whether only a truck sends this; see the [module](super).
fn is_a_trucks(id: Id, data: &[u8]) -> bool {
    let is_to_all = id.destination() == GLOBAL_ADDRESS;
    if data.len() != 8 || id.source() == GLOBAL_ADDRESS {
        return false;
    }
    match (id.pgn(), id.priority()) {
        (Pgn::ADDRESS_CLAIMED, 6) => is_to_all,
        (Pgn::TRANSPORT_CONTROL, _) => match Control::parse(data) {
            Ok((Control::Broadcast { .. }, _)) => is_to_all,
            Ok((Control::RequestToSend { .. }, _)) => !is_to_all,
            _ => false,
        },
        // One without lamps and codes says nothing, and proves nothing.
        (pgn, 6) if DiagnosticMessage::of(pgn) == Some(DiagnosticMessage::Dm1) => {
            CodeList::parse(data).is_ok_and(|list| list.lamps() != NO_LAMPS || !list.is_empty())
        }
        (pgn, priority) => Group::of(pgn).is_some_and(|group| group.priority == priority),
    }
}
