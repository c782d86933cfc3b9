//! The events that a test's series and reports stand for.

use cc_core::{
    Argument, Body, CodeScan, Dtc, DtcDiff, Event, EventId, IgnitionType, MeasureUnit, Monitor,
    MonitorReadiness, Number, Reading, ScanService, ScannedCode, SignalId, TroubleCode, Value, ValueKind,
    VehicleRef,
};

use super::PackTest;
use crate::pack::Pack;

/// Something that is no sample of a signal.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    /// Milliseconds after the start.
    pub(crate) at: u64,
    pub(crate) what: What,
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    Code {
        dtc: Dtc,
        diff: DtcDiff,
        status: Option<Box<str>>,
        ecu: Option<Box<str>>,
    },
    /// Fields of an event in the data stream's format, without the common ones.
    Json(Box<str>),
    Ready(bool),
    Scan {
        codes: Vec<Dtc>,
        service: ScanService,
        ecu: Option<Box<str>>,
        complete: bool,
    },
}

pub(super) fn of(test: &PackTest, pack: &Pack, vehicle: &VehicleRef) -> Vec<Event> {
    let mut events = Vec::new();
    for (name, samples) in &test.series {
        let Ok(signal) = name.parse::<SignalId>() else { continue };
        let (kind, unit) = kind_and_unit(&signal, name, pack);
        for sample in samples {
            if let Some(value) = value_of(kind, unit, &sample.value)
                && let Some(at) = test.at(sample.at)
            {
                let id = EventId(events.len() as i64 + 1);
                let mut reading = Reading::new(signal.clone(), value);
                reading.unit = pack.unit_of(name);
                events.push(Event::new(vehicle.clone(), at, id, Body::Reading(reading)));
            }
        }
    }
    for report in &test.reports {
        if let Some(at) = test.at(report.at) {
            let id = EventId(events.len() as i64 + 1);
            events.extend(body_of(&report.what).map(|body| Event::new(vehicle.clone(), at, id, body)));
        }
    }
    events.sort_by_key(|event| event.at);
    events
}

/// How values of the signal are written, if this sample is none.
pub(crate) fn refused(signal: &str, sample: &str, pack: &Pack) -> Option<String> {
    let (kind, unit) = kind_and_unit(&signal.parse().ok()?, signal, pack);
    if value_of(kind, unit, sample).is_some() {
        return None;
    }
    Some(match kind {
        ValueKind::Bool => "write `true` or `false`".to_owned(),
        ValueKind::Number if unit == MeasureUnit::One => "write a number".to_owned(),
        ValueKind::Number => {
            format!("write a number, in {unit} or with its unit right behind it: `110{unit}`")
        }
        ValueKind::Text => "write a text".to_owned(),
        ValueKind::Date => "write a day, such as `2026-03-01`".to_owned(),
        ValueKind::Instant => "write an instant, such as `2026-03-01T08:00:00Z`".to_owned(),
    })
}

/// Whether an argument shows as the text: with its unit, with another unit of the same dimension or without. Numbers may
/// differ by what floating point loses, a part in 10⁹: who writes `12.2 V` means a mean of 12.199999999999998 V as well.
pub(super) fn shows(argument: &Argument, text: &str) -> bool {
    match argument {
        Argument::Bool(value) => text == if *value { "true" } else { "false" },
        Argument::Text(value) => **value == *text,
        Argument::Number { value, unit } => quantity(text).is_some_and(|(wanted, written)| {
            let wanted = written.map_or(Some(wanted), |from| from.convert(wanted, *unit).ok());
            wanted.is_some_and(|wanted| {
                (wanted - value).abs() <= 1e-9 * wanted.abs().max(value.abs()).max(f64::MIN_POSITIVE)
            })
        }),
    }
}

/// A number and the unit behind it, if there is one; nothing where the text is neither.
pub(crate) fn quantity(text: &str) -> Option<(f64, Option<MeasureUnit>)> {
    let digits = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '.'))).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let number = number.parse().ok()?;
    match unit.trim() {
        "" => Some((number, None)),
        unit => Some((number, Some(unit.parse().ok()?))),
    }
}

/// The unit of a signal's numbers, with a space before it; nothing where they have none.
pub(super) fn unit_text(signal: &str, pack: &Pack) -> String {
    let unit = signal.parse().map_or(MeasureUnit::One, |id| kind_and_unit(&id, signal, pack).1);
    if unit == MeasureUnit::One { String::new() } else { format!(" {unit}") }
}

fn kind_and_unit(signal: &SignalId, name: &str, pack: &Pack) -> (ValueKind, MeasureUnit) {
    match signal.signal() {
        Some(row) => (row.kind, row.unit),
        None => {
            (pack.kind_of(name).unwrap_or(ValueKind::Number), pack.unit_of(name).unwrap_or(MeasureUnit::One))
        }
    }
}

/// A number, in the signal's unit or with another one of the same dimension right behind it: `250°F`.
fn number(text: &str, unit: MeasureUnit) -> Option<Number> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let digits = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '.')))?;
    let (digits, written) = text.split_at(digits);
    let (number, written) = (digits.parse::<Number>().ok()?, written.parse::<MeasureUnit>().ok()?);
    if written == unit {
        return Some(number);
    }
    Number::from_f64(written.convert(number.as_f64(), unit).ok()?)
}

fn value_of(kind: ValueKind, unit: MeasureUnit, text: &str) -> Option<Value> {
    Some(match kind {
        ValueKind::Bool => Value::Bool(text.parse().ok()?),
        ValueKind::Number => Value::Number(number(text, unit)?),
        ValueKind::Text => Value::Text(text.into()),
        ValueKind::Date => Value::Date(text.parse().ok()?),
        ValueKind::Instant => Value::Instant(text.parse().ok()?),
    })
}

fn body_of(what: &What) -> Option<Body> {
    Some(match what {
        What::Code { dtc, diff, status, ecu } => {
            let mut code = TroubleCode::new(*dtc);
            code.diff = Some(*diff);
            code.status.clone_from(status);
            code.ecu.clone_from(ecu);
            Body::TroubleCode(code)
        }
        What::Ready(ready) => Body::MonitorReadiness(MonitorReadiness {
            mil: false,
            dtc_count: 0,
            ignition: IgnitionType::Spark,
            monitors: vec![(Monitor::Misfire, true), (Monitor::Catalyst, *ready)],
        }),
        What::Scan { codes, service, ecu, complete } => Body::CodeScan(CodeScan {
            ecu: ecu.clone(),
            service: *service,
            status_mask: None,
            complete: *complete,
            codes: codes.iter().map(|dtc| ScannedCode { dtc: *dtc, status: None }).collect(),
        }),
        What::Json(fields) => {
            let text = format!(
                "{{\"id\":0,\"time\":\"2026-01-01T00:00:00Z\",\"organizationKey\":\"local\",\"vehicleId\":0,{fields}}}"
            );
            Event::from_json(&text).ok()?.body
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_shows_as_its_number_in_any_unit_but_for_what_floating_point_loses() {
        let volts = |value| Argument::Number { value, unit: MeasureUnit::Volt };
        let celsius = |value| Argument::Number { value, unit: MeasureUnit::Celsius };
        let count = Argument::Number { value: 3.0, unit: MeasureUnit::One };
        for (argument, text, expected) in [
            (volts(12.199_999_999_999_998), "12.2 V", true),
            (volts(12.199_999_999_999_998), "12.2", true),
            (volts(12.2), "12.2V", true),
            (volts(12.201), "12.2 V", false),
            (volts(12.2), "12.2 km", false),
            (volts(0.0), "0 V", true),
            (volts(1e-12), "0 V", false),
            (celsius(-10.0), "-10 °C", true),
            (celsius(-10.0), "14 °F", true),
            (count.clone(), "3", true),
            (count.clone(), "4", false),
            (count, "3 V", false),
            (Argument::Bool(true), "true", true),
            (Argument::Bool(true), "1", false),
            (Argument::Text("petrol".into()), "petrol", true),
            (Argument::Text("petrol".into()), "diesel", false),
        ] {
            assert_eq!(shows(&argument, text), expected, "{argument:?} {text}");
        }
    }
}
