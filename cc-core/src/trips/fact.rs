//! What an event says about a trip: a small value, so that waiting events cost little.

use crate::{Body, Event, Position, Reading, SignalId};

use super::options::Limits;
use super::spot::{DEGREE, Spot};
use super::wire::{Wire, wire, wire_words};

/// What one event says. The order is that in which the facts of one instant are taken in: whatever is measured at the
/// instant the ignition goes on or off belongs to the trip.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Fact {
    /// Nanoseconds since 1970.
    pub(super) at: i64,
    pub(super) says: Says,
}

wire!(Fact { at, says });

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Says {
    IgnitionOn,
    /// Whether the engine turns.
    Engine(bool),
    /// Whether the car stands with its engine running.
    Idle(bool),
    /// Hundredths of km/h.
    Speed(u32),
    /// Metres, and whether the reading was a whole number of kilometres.
    Odometer(Odometer, u64, bool),
    Fuel(FuelUnit, u32),
    Position(Fix),
    IgnitionOff,
}

/// Which odometer.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Odometer {
    /// The car's.
    Car,
    /// The car's, in steps of ten kilometres.
    CarTens,
    /// The device's.
    Device,
    /// The car's, told once a day, also while it is parked.
    Daily,
}

/// How a car tells its fuel.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum FuelUnit {
    /// Millilitres.
    Liters,
    /// Thousandths of a percent.
    Percent,
}

wire_words!(Odometer { Car = 0, CarTens = 1, Device = 2, Daily = 3 });
wire_words!(FuelUnit { Liters = 0, Percent = 1 });

/// A position.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Fix {
    pub(super) spot: Spot,
    /// Hundredths of km/h.
    pub(super) speed: Option<u32>,
}

wire!(Fix { spot, speed });

/// Why an event is no fact.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum NoFact {
    /// It says nothing about trips.
    Other,
    /// It is not within the years 1678 to 2261.
    Instant,
    /// Its value cannot be true, or is too inexact to be of use.
    Value,
}

impl Fact {
    pub(super) fn of(event: &Event, limits: &Limits) -> Result<Self, NoFact> {
        let at = || event.at.timestamp_nanos_opt().ok_or(NoFact::Instant);
        let says = match &event.body {
            Body::Position(position) => {
                let at = at()?;
                let fix = fix(position, at, limits).ok_or(NoFact::Value)?;
                return Ok(Self { at, says: Says::Position(fix) });
            }
            Body::Reading(reading) => of_reading(reading)?,
            _ => return Err(NoFact::Other),
        };
        Ok(Self { at: at()?, says })
    }
}

fn of_reading(reading: &Reading) -> Result<Says, NoFact> {
    let signal = &reading.signal;
    let is = |id: &SignalId| signal == id;
    let truth = || reading.value.as_bool().ok_or(NoFact::Value);
    let number = |least: f64, most: f64| {
        let row_unit = signal.signal().map(|row| row.unit);
        let value = reading.value.as_f64().filter(|_| reading.unit.is_none() || reading.unit == row_unit);
        value.filter(|value| (least..=most).contains(value)).ok_or(NoFact::Value)
    };
    let odometer = |which| {
        let km = number(0.0, LONGEST_KM)?;
        // All bits set, in the widths and scales that odometers are sent in, stands for no value.
        if [16_777_215.0, 4_294_967_295.0].iter().any(|ones| km == *ones || km == ones / 10.0) {
            return Err(NoFact::Value);
        }
        Ok(Says::Odometer(which, (km * 1_000.0).round() as u64, km.fract() == 0.0))
    };
    if is(&SignalId::IGNITION) {
        Ok(if truth()? { Says::IgnitionOn } else { Says::IgnitionOff })
    } else if is(&SignalId::VEHICLE_SPEED) {
        number(0.0, FASTEST_KPH).map(|kph| Says::Speed((kph * 100.0).round() as u32))
    } else if is(&SignalId::ENGINE_SPEED) {
        number(0.0, 100_000.0).map(|rpm| Says::Engine(rpm > 0.0))
    } else if is(&SignalId::ENGINE_RUNNING) {
        truth().map(Says::Engine)
    } else if is(&SignalId::VEHICLE_IDLE) {
        truth().map(Says::Idle)
    } else if is(&SignalId::ODOMETER) {
        odometer(Odometer::Car)
    } else if is(&SignalId::ODOMETER10) {
        odometer(Odometer::CarTens)
    } else if is(&SignalId::DEVICE_ODOMETER) {
        odometer(Odometer::Device)
    } else if is(&SignalId::DAILY_ODOMETER) {
        odometer(Odometer::Daily)
    } else if is(&SignalId::FUEL_LEVEL) {
        number(0.0, 100.0).map(|percent| Says::Fuel(FuelUnit::Percent, (percent * 1_000.0).round() as u32))
    } else if is(&SignalId::FUEL_LEVEL_VOLUME) {
        number(0.0, 2_000.0).map(|liters| Says::Fuel(FuelUnit::Liters, (liters * 1_000.0).round() as u32))
    } else {
        Err(NoFact::Other)
    }
}

/// The position, unless it cannot be true: off the globe, at 0/0 (which receivers without a fix send), or too inexact.
fn fix(position: &Position, at: i64, limits: &Limits) -> Option<Fix> {
    let degrees = |value: f64, most: f64| {
        let value = (-most..=most).contains(&value).then_some(value)?;
        Some((value * DEGREE).round() as i32)
    };
    let latitude = degrees(position.latitude.as_f64(), 90.0)?;
    let longitude = degrees(position.longitude.as_f64(), 180.0)?;
    let over = |value: &Option<crate::Number>, most: f64| value.as_ref().is_some_and(|v| v.as_f64() > most);
    if (latitude, longitude) == (0, 0)
        || over(&position.eph, limits.max_position_error.into())
        || over(&position.hdop, WORST_HDOP)
    {
        return None;
    }
    let speed = position.speed.as_ref().map(crate::Number::as_f64);
    let speed = speed.filter(|kph| (0.0..=FASTEST_KPH).contains(kph)).map(|kph| (kph * 100.0).round() as u32);
    Some(Fix { spot: Spot { at, latitude, longitude }, speed })
}

impl Wire for Says {
    fn write(&self, out: &mut std::vec::Vec<u8>) {
        match self {
            Self::IgnitionOn => out.push(0),
            Self::Engine(on) => {
                out.push(1);
                on.write(out);
            }
            Self::Idle(on) => {
                out.push(2);
                on.write(out);
            }
            Self::Speed(speed) => {
                out.push(3);
                speed.write(out);
            }
            Self::Odometer(which, meters, whole) => {
                out.push(4);
                which.write(out);
                meters.write(out);
                whole.write(out);
            }
            Self::Fuel(unit, level) => {
                out.push(5);
                unit.write(out);
                level.write(out);
            }
            Self::Position(fix) => {
                out.push(6);
                fix.write(out);
            }
            Self::IgnitionOff => out.push(7),
        }
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        Some(match u8::read(input)? {
            0 => Self::IgnitionOn,
            1 => Self::Engine(Wire::read(input)?),
            2 => Self::Idle(Wire::read(input)?),
            3 => Self::Speed(Wire::read(input)?),
            4 => Self::Odometer(Wire::read(input)?, Wire::read(input)?, Wire::read(input)?),
            5 => Self::Fuel(Wire::read(input)?, Wire::read(input)?),
            6 => Self::Position(Wire::read(input)?),
            7 => Self::IgnitionOff,
            _ => return None,
        })
    }
}

/// The highest speed that is a speed; what a car really does is a matter of the options.
const FASTEST_KPH: f64 = 500.0;
/// The range of the catalogue's odometers.
const LONGEST_KM: f64 = 10_000_000.0;
/// A horizontal dilution of precision above this is called poor.
const WORST_HDOP: f64 = 20.0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trips::TripOptions;

    fn fact(body: &str) -> Result<Says, NoFact> {
        let json = std::format!("{{\"id\":1,\"time\":\"2026-05-01T10:00:00Z\",{body}}}");
        let event = Event::from_json(&json).unwrap();
        Fact::of(&event, &Limits::of(&TripOptions::default()).unwrap()).map(|fact| fact.says)
    }

    #[test]
    fn an_event_says_one_thing_or_nothing() {
        let fix = |speed| {
            let spot = Spot { at: 1_777_629_600_000_000_000, latitude: 123_000_000, longitude: -456_000_000 };
            Ok(Says::Position(Fix { spot, speed }))
        };
        for (body, says) in [
            (r#""type":"car_ignition","value":true"#, Ok(Says::IgnitionOn)),
            (r#""type":"car_ignition","value":false"#, Ok(Says::IgnitionOff)),
            (r#""type":"can_vehicle_speed_kph","value":61.25"#, Ok(Says::Speed(6_125))),
            (r#""type":"can_vehicle_speed_kph","value":-1"#, Err(NoFact::Value)),
            (r#""type":"can_engine_speed_rpm","value":0"#, Ok(Says::Engine(false))),
            (r#""type":"calc_vehicle_idle","value":true"#, Ok(Says::Idle(true))),
            (
                r#""type":"can_odometer_km","value":84150"#,
                Ok(Says::Odometer(Odometer::Car, 84_150_000, true)),
            ),
            (r#""type":"can_odometer_km","value":1677721.5"#, Err(NoFact::Value)),
            (r#""type":"car_odometer_km","value":0.1"#, Ok(Says::Odometer(Odometer::Device, 100, false))),
            (r#""type":"can_fuel_level_percent","value":54.5"#, Ok(Says::Fuel(FuelUnit::Percent, 54_500))),
            (r#""type":"can_fuel_level_liters","value":31"#, Ok(Says::Fuel(FuelUnit::Liters, 31_000))),
            (r#""type":"gps_position","latitude":12.3,"longitude":-45.6"#, fix(None)),
            (
                r#""type":"gps_position","latitude":12.3,"longitude":-45.6,"speed":50,"eph":100"#,
                fix(Some(5_000)),
            ),
            (r#""type":"gps_position","latitude":12.3,"longitude":-45.6,"eph":101"#, Err(NoFact::Value)),
            (r#""type":"gps_position","latitude":12.3,"longitude":-45.6,"hdop":21"#, Err(NoFact::Value)),
            (r#""type":"gps_position","latitude":0,"longitude":0"#, Err(NoFact::Value)),
            (r#""type":"gps_position","latitude":91,"longitude":0"#, Err(NoFact::Value)),
            (r#""type":"can_vin","value":"WVWZZZ1KZAM000001""#, Err(NoFact::Other)),
            (r#""type":"trip_started","odometerKm":1"#, Err(NoFact::Other)),
        ] {
            assert_eq!(fact(body), says, "{body}");
        }
    }

    #[test]
    fn what_waits_is_small() {
        assert!(size_of::<Fact>() <= 40, "{}", size_of::<Fact>());
    }
}
