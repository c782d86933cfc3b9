//! The rows. Adding a signal is adding one row here; decoding, the data stream, rules and the reference page follow.

use super::Signal;
use super::index::Index;
use crate::MeasureUnit as U;
use crate::SignalId;

macro_rules! signals {
    ($($(#[doc = $about:literal])+ $name:ident = $row:expr;)*) => {
        /// Places of the rows.
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "one name a row, spelled as its constant")]
        enum Place { $($name),* }

        /// One constant a row of the [`catalogue`].
        impl SignalId {
            $($(#[doc = $about])+ pub const $name: Self = Self::row(Place::$name as u16);)*
        }

        const ROWS: &[Signal] = &[$($row.about(concat!($($about),+).trim_ascii())),*];
        static BY_ID: Index = Index::of_ids(ROWS);
        static BY_STREAM: Index = Index::of_streams(ROWS);
    };
}

/// All rows, in the order of this file.
pub fn catalogue() -> &'static [Signal] {
    ROWS
}

/// The row with this id.
pub(super) fn index_of_id(id: &str) -> Option<u16> {
    BY_ID.find(id, |row| ROWS[usize::from(row)].id == id)
}

/// The row with this data-stream name or alias.
pub(super) fn index_of_stream(name: &str) -> Option<u16> {
    BY_STREAM.find(name, |row| {
        let row = &ROWS[usize::from(row)];
        row.stream == name || row.stream_aliases.contains(&name)
    })
}

signals! {
    // The data stream's own values (push-v2).

    /// Temperature of the engine's coolant.
    ENGINE_COOLANT_TEMPERATURE = Signal::number("engine_coolant_temperature", U::Celsius, "can_engine_coolant_temperature_celsius")
        .published().range(-40.0, 215.0).vss("Vehicle.Powertrain.CombustionEngine.ECT").mode01(0x05, 0, 8, 1, 1, -40.0);
    /// Whether the ignition is on.
    IGNITION = Signal::boolean("ignition", "car_ignition").published().vss("Vehicle.LowVoltageSystemState");
    /// Voltage of the starter battery.
    BATTERY_VOLTAGE = Signal::number("battery_voltage", U::Volt, "car_battery_voltage")
        .published().range(0.0, 65.535).vss("Vehicle.LowVoltageBattery.CurrentVoltage").mode01(0x42, 0, 16, 1, 1000, 0.0);

    // What OBD answers beyond them (SAE J1979 service 01).

    /// Speed of the engine.
    ENGINE_SPEED = Signal::number("engine_speed", U::RevolutionsPerMinute, "can_engine_speed_rpm")
        .range(0.0, 16_383.75).vss("Vehicle.Powertrain.CombustionEngine.Speed").mode01(0x0C, 0, 16, 1, 4, 0.0);
}
