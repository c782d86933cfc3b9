//! An event as a line of the data stream, written by hand because there are millions.

use chrono::DateTime;

use crate::Sample;
use crate::car::What;

/// Writes lines, and remembers the day it wrote last.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    day: i64,
    /// `2026-06-01T`.
    date: String,
}

const DAY: i64 = 86_400_000;

impl Lines {
    /// Adds one line to `out`.
    pub(crate) fn write(&mut self, sample: &Sample, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"id\":");
        digits(out, i64::from(sample.id), 1);
        out.extend_from_slice(b",\"vehicleId\":");
        digits(out, i64::from(sample.car), 1);
        out.extend_from_slice(b",\"vin\":\"WVWZZZ1KZAM");
        digits(out, i64::from(sample.car % 1_000_000), 6);
        out.extend_from_slice(b"\",\"organizationKey\":\"fleet\",\"time\":\"");
        self.instant(sample.at, out);
        out.extend_from_slice(b"\",\"type\":\"");
        let value = i64::from(sample.value);
        let (name, places) = match sample.what {
            What::AdblueRange => ("can_adblue_remaining_distance_km", 0),
            What::BatteryVoltage => ("car_battery_voltage", 3),
            What::Coolant => ("can_engine_coolant_temperature_celsius", 0),
            What::FuelLevel => ("can_fuel_level_percent", 0),
            What::Ignition => ("car_ignition", 0),
            What::MisfireCode => ("can_dtc", 0),
            What::Odometer => ("can_odometer_km", 0),
            What::Placard => ("can_tire_pressure_front_left_placard_kpa", 0),
            What::Speed => ("can_vehicle_speed_kph", 0),
            What::TyrePressure => ("can_tire_pressure_front_left_kpa", 0),
        };
        out.extend_from_slice(name.as_bytes());
        match sample.what {
            What::Ignition => {
                out.extend_from_slice(b"\",\"value\":");
                out.extend_from_slice(if value == 0 { b"false" } else { b"true" });
            }
            What::MisfireCode => out.extend_from_slice(
                b"\",\"code\":\"030100\",\"diff\":\"add\",\"status\":\"2f\",\"rxId\":\"0x7e8\",\"txId\":\"0x7e0\",\
                \"transport\":\"ISOTP\",\"application\":\"UDS\",\"ecu\":\"engine\",\"sourceType\":\"j2012\"",
            ),
            _ => {
                out.extend_from_slice(b"\",\"value\":");
                digits(out, value / 1_000, 1);
                if places > 0 {
                    out.push(b'.');
                    digits(out, value % 1_000, places);
                }
            }
        }
        out.extend_from_slice(b"}\n");
    }

    /// An instant as RFC 3339, to the millisecond where it is not a whole second.
    pub(crate) fn instant(&mut self, at: i64, out: &mut Vec<u8>) {
        let day = at.div_euclid(DAY);
        if day != self.day || self.date.is_empty() {
            self.day = day;
            self.date = DateTime::from_timestamp_millis(at)
                .map(|at| at.format("%Y-%m-%dT").to_string())
                .unwrap_or_default();
        }
        let ms = at.rem_euclid(DAY);
        out.extend_from_slice(self.date.as_bytes());
        digits(out, ms / 3_600_000, 2);
        out.push(b':');
        digits(out, ms / 60_000 % 60, 2);
        out.push(b':');
        digits(out, ms / 1_000 % 60, 2);
        if ms % 1_000 != 0 {
            out.push(b'.');
            digits(out, ms % 1_000, 3);
        }
        out.push(b'Z');
    }
}

/// A number that is not negative, in at least so many digits.
fn digits(out: &mut Vec<u8>, number: i64, least: usize) {
    let mut text = [b'0'; 20];
    let (mut rest, mut first) = (number.unsigned_abs(), text.len());
    while rest > 0 || text.len() - first < least {
        first -= 1;
        text[first] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    out.extend_from_slice(&text[first..]);
}
