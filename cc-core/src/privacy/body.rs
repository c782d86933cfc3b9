//! What a body may say.

use alloc::boxed::Box;
use alloc::format;

use chrono::Datelike;

use super::report::{ChangeReason, Changes, DropReason};
use super::{Disclosure, Policy, PurposeRules};
use crate::{
    AccessChange, Body, Booking, DrivingEvent, Inspection, MappedDtc, MeasureUnit, Number, Position, Reading,
    SignalId, Timestamp, TripEnded, TripStarted, TroubleCode, Value, Vin,
};

/// Takes from a body what the purpose does not need; says what it took, or why nothing is left.
pub(super) fn minimise_body(
    policy: &Policy,
    rules: &PurposeRules,
    body: &mut Body,
    changes: &mut Changes,
) -> Result<(), DropReason> {
    let cut = Cut { policy, rules };
    if cut.instants(body)? {
        changes.add(ChangeReason::Time);
    }
    let before = body.clone();
    let speed = match body {
        Body::Position(position) => cut.position(position, changes)?,
        Body::Reading(reading) => cut.reading(reading)?,
        _ => false,
    };
    if speed {
        changes.add(ChangeReason::Speed);
    }
    match body {
        Body::Driving(driving) => cut.driving(driving)?,
        Body::Position(_) | Body::Reading(_) | Body::MonitorReadiness(_) | Body::Refuel(_) => return Ok(()),
        Body::TroubleCode(code) => cut.trouble_code(code)?,
        Body::MappedDtc(code) => cut.mapped_dtc(code),
        Body::CodeScan(scan) => cut.text(&mut scan.ecu, is_ecu),
        Body::MilLamp(lamp) => {
            cut.text(&mut lamp.color, |_| false);
            cut.text(&mut lamp.frequency, |_| false);
        }
        Body::Inspection(inspection) => cut.inspection(inspection),
        Body::Booking(booking) => cut.booking(booking),
        Body::TripStarted(TripStarted { trip, odometer: _ })
        | Body::TripEnded(TripEnded { trip, odometer: _, distance: _, duration: _, fuel: _ }) => {
            cut.text(trip, |_| false);
        }
        Body::Access(AccessChange { kind: _, fleet }) => cut.id(fleet),
        // Nothing here knows what such a body says.
        Body::Other(_) => return Err(DropReason::Unknown),
    }
    if *body != before {
        changes.add(ChangeReason::Text);
    }
    Ok(())
}

struct Cut<'a> {
    policy: &'a Policy,
    rules: &'a PurposeRules,
}

impl Cut<'_> {
    fn allows(&self, what: Disclosure) -> bool {
        self.rules.disclosure >= what
    }

    /// Keeps a text where texts are allowed, or where it is one of those that everybody writes alike.
    fn text(&self, text: &mut Option<Box<str>>, is_known: impl Fn(&str) -> bool) {
        if !self.allows(Disclosure::Texts) && text.as_deref().is_some_and(|text| !is_known(text)) {
            *text = None;
        }
    }

    /// Keeps another system's name for a thing where identifiers are allowed.
    fn identifier(&self, text: &mut Option<Box<str>>) {
        if !self.allows(Disclosure::Identifiers) {
            *text = None;
        }
    }

    /// Keeps the platform's own id of a thing where vehicles are known by theirs.
    fn id<T>(&self, id: &mut Option<T>) {
        if !self.allows(Disclosure::Vehicle) {
            *id = None;
        }
    }

    /// Tells the body's instants and days as precisely as the event's own; says whether one changed.
    fn instants(&self, body: &mut Body) -> Result<bool, DropReason> {
        match body {
            Body::Booking(booking) => {
                Ok(self.instant(&mut booking.created)? | self.instant(&mut booking.appointment)?)
            }
            Body::Inspection(inspection) => self.instant(&mut inspection.due),
            Body::Reading(reading) => match &mut reading.value {
                Value::Instant(at) => {
                    let before = *at;
                    *at = self.coarse(before)?;
                    Ok(*at != before)
                }
                Value::Date(day) => {
                    let before = *day;
                    *day = self.rules.time.coarsen_day(before);
                    if *day != before && !(0..=9_999).contains(&day.year()) {
                        return Err(DropReason::Unreadable);
                    }
                    Ok(*day != before)
                }
                Value::Bool(_) | Value::Number(_) | Value::Text(_) => Ok(false),
            },
            _ => Ok(false),
        }
    }

    fn instant(&self, at: &mut Option<Timestamp>) -> Result<bool, DropReason> {
        let before = *at;
        *at = before.map(|at| self.coarse(at)).transpose()?;
        Ok(*at != before)
    }

    fn coarse(&self, at: Timestamp) -> Result<Timestamp, DropReason> {
        if self.rules.time == super::TimePrecision::Exact {
            return Ok(at);
        }
        let coarse = self.rules.time.coarsen(at);
        let is_readable = [coarse, at].iter().all(|at| (0..=9_999).contains(&at.year()));
        is_readable.then_some(coarse).ok_or(DropReason::Unreadable)
    }

    fn position(&self, position: &mut Position, changes: &mut Changes) -> Result<bool, DropReason> {
        let Position { latitude, longitude, speed, direction, eph, hdop } = position;
        let centre = self.rules.position.coarsen(latitude, longitude).ok_or(DropReason::Unreadable)?;
        if self.rules.position != super::PositionPrecision::Exact {
            let given = [direction, eph, hdop].map(Option::take).iter().any(Option::is_some);
            if given || centre.0 != *latitude || centre.1 != *longitude {
                changes.add(ChangeReason::Position);
            }
            (*latitude, *longitude) = centre;
        }
        Ok(speed.as_mut().is_some_and(|speed| self.cap(speed)))
    }

    /// Whether a speed was capped, km/h.
    fn cap(&self, speed: &mut Number) -> bool {
        let too_fast = speed.as_f64().abs() > self.policy.speed_cap.as_f64();
        if too_fast {
            *speed = self.policy.speed_cap.clone();
        }
        too_fast
    }

    fn driving(&self, driving: &DrivingEvent) -> Result<(), DropReason> {
        if driving.g_force.as_f64().abs() < self.policy.least_acceleration.as_f64() {
            return Err(DropReason::BelowThreshold);
        }
        if driving.kind().is_none() && !self.allows(Disclosure::Texts) {
            return Err(DropReason::Text);
        }
        Ok(())
    }

    /// Whether a speed was capped.
    fn reading(&self, reading: &mut Reading) -> Result<bool, DropReason> {
        let needed = match (&reading.value, reading.signal.signal()) {
            // A name may hold anything.
            (_, None) => Disclosure::Texts,
            (Value::Text(vin), _) if reading.signal == SignalId::VIN && vin.parse::<Vin>().is_ok() => {
                Disclosure::Identifiers
            }
            // What is said to be a VIN and is none may be anything.
            _ if reading.signal == SignalId::VIN => Disclosure::Texts,
            (Value::Text(_), _) => Disclosure::Texts,
            (Value::Bool(_) | Value::Date(_) | Value::Instant(_) | Value::Number(_), _) => {
                Disclosure::Pseudonym
            }
        };
        if !self.allows(needed) {
            return Err(DropReason::Text);
        }
        let unit = reading.unit();
        let Value::Number(number) = &mut reading.value else { return Ok(false) };
        if unit == MeasureUnit::KilometerPerHour {
            return Ok(self.cap(number));
        }
        match unit.convert(number.as_f64(), MeasureUnit::KilometerPerHour) {
            Ok(speed) if speed.abs() > self.policy.speed_cap.as_f64() => {
                reading.unit = Some(MeasureUnit::KilometerPerHour);
                *number = self.policy.speed_cap.clone();
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn trouble_code(&self, code: &mut TroubleCode) -> Result<(), DropReason> {
        if self.allows(Disclosure::Texts) {
            return Ok(());
        }
        if code.dtc().is_none() {
            return Err(DropReason::Text);
        }
        let source = code.source_type().filter(|source| ["vag", "j2012", "kwp", "j1939"].contains(source));
        let mut known = TroubleCode::from_hex(&code.code().to_ascii_lowercase(), source);
        known.diff = code.diff;
        known.status = code.status().map(|status| format!("{:02x}", status.0).into());
        known.use_functional_addressing = code.use_functional_addressing;
        let words = |words: &'static [&'static str]| move |text: &str| words.contains(&text);
        for (field, is_known) in [
            (&mut code.ecu, &is_ecu as &dyn Fn(&str) -> bool),
            (&mut code.rx_id, &|text: &str| is_hex(text, 8)),
            (&mut code.tx_id, &|text: &str| is_hex(text, 8)),
            (&mut code.rx_local_id, &|text: &str| is_hex(text, 4)),
            (&mut code.tx_local_id, &|text: &str| is_hex(text, 4)),
            (&mut code.service_and_did, &|text: &str| is_hex(text, 16)),
            (&mut code.session_type, &|text: &str| is_hex(text, 4)),
            (&mut code.transport, &words(&["ISOTP", "TP2", "ISOTP-NOPAD"])),
            (&mut code.application, &words(&["UDS", "KWP2000"])),
        ] {
            self.text(field, is_known);
        }
        known.ecu = code.ecu.take();
        known.rx_id = code.rx_id.take();
        known.tx_id = code.tx_id.take();
        known.rx_local_id = code.rx_local_id.take();
        known.tx_local_id = code.tx_local_id.take();
        known.service_and_did = code.service_and_did.take();
        known.session_type = code.session_type.take();
        known.transport = code.transport.take();
        known.application = code.application.take();
        *code = known;
        Ok(())
    }

    fn mapped_dtc(&self, code: &mut MappedDtc) {
        let MappedDtc {
            code_id,
            vendor_id,
            raw_code,
            status,
            enabled: _,
            ecu,
            description_danish,
            description_english,
            description_german,
            description_norwegian,
            description_spanish,
            description_swedish,
        } = code;
        let is_number = |text: &str| text.len() <= 10 && text.bytes().all(|b| b.is_ascii_digit());
        self.text(code_id, is_number);
        self.text(vendor_id, is_number);
        self.text(raw_code, |text| is_hex(text, 8));
        self.text(ecu, is_ecu);
        for description in [
            description_danish,
            description_english,
            description_german,
            description_norwegian,
            description_spanish,
            description_swedish,
        ] {
            self.text(description, |_| false);
        }
        if let Some(status) = status {
            // Unknown fields go in every purpose, wherever they stand.
            status.unknown = crate::UnknownFields::default();
        }
    }

    fn inspection(&self, inspection: &mut Inspection) {
        let Inspection { fleet, fleet_external_reference, workshop, due: _ } = inspection;
        self.id(fleet);
        self.identifier(fleet_external_reference);
        self.id(workshop);
    }

    fn booking(&self, booking: &mut Booking) {
        let Booking {
            source,
            booking_id,
            status,
            dealer,
            created: _,
            fleet,
            fleet_external_reference,
            reason_key,
            reason_text,
            workshop,
            appointment: _,
        } = booking;
        self.identifier(booking_id);
        self.identifier(fleet_external_reference);
        self.id(fleet);
        self.id(workshop);
        for text in [source, dealer, reason_key, reason_text] {
            self.text(text, |_| false);
        }
        self.text(status, |status| ["NEW", "CHANGED", "CANCELLED"].contains(&status));
    }
}

/// Whether a text is a number in hexadecimal of so many digits at most.
fn is_hex(text: &str, most: usize) -> bool {
    text.len() <= most && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Whether a text names an ECU as the data stream or an address does, and so says nothing of a person.
fn is_ecu(text: &str) -> bool {
    const ROLES: [&str; 15] = [
        "airbag",
        "aircondition",
        "brakes",
        "central_electrics",
        "central_electrics_secondary",
        "driver_door",
        "electric_drive",
        "electric_drive_secondary",
        "engine",
        "engine_secondary",
        "high_voltage_battery",
        "gateway",
        "instruments",
        "online_communication_unit",
        "transmission",
    ];
    is_hex(text, 8) || ROLES.contains(&text)
}
