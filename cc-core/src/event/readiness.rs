//! Which emission monitors of a car are ready (SAE J1979 service 01, PID 01).

use alloc::string::String;
use alloc::vec::Vec;

use super::codec::{Cursor, FieldValue, Keep, Mismatch, ReadValue, body_fields, minified, text, word_fields};
use super::{StructuredBody, StructuredType};
use crate::json::ObjectWriter;

/// How the engine lights its fuel: the two kinds have different monitors.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum IgnitionType {
    /// Diesel.
    Compression,
    /// Petrol and gas.
    Spark,
}

/// One emission monitor.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Monitor {
    /// Air conditioning refrigerant (spark).
    AirConditioning,
    /// Boost pressure (compression).
    BoostPressure,
    /// Catalyst (spark).
    Catalyst,
    /// Comprehensive components.
    Components,
    /// Exhaust gas recirculation or variable valve timing.
    Egr,
    /// Evaporative system (spark).
    Evaporative,
    /// Exhaust gas sensor (compression).
    ExhaustGasSensor,
    /// Fuel system.
    FuelSystem,
    /// Heated catalyst (spark).
    HeatedCatalyst,
    /// Misfire.
    Misfire,
    /// Non-methane hydrocarbon catalyst (compression).
    NmhcCatalyst,
    /// Nitrogen oxide aftertreatment (compression).
    NoxAftertreatment,
    /// Oxygen sensor (spark).
    OxygenSensor,
    /// Oxygen sensor heater (spark).
    OxygenSensorHeater,
    /// Particulate filter (compression).
    ParticulateFilter,
    /// Secondary air (spark).
    SecondaryAir,
}

impl Monitor {
    /// The monitor's name in the data stream, such as `fuel_system`.
    pub fn name(self) -> &'static str {
        match self {
            Self::AirConditioning => "air_conditioning",
            Self::BoostPressure => "boost_pressure",
            Self::Catalyst => "catalyst",
            Self::Components => "components",
            Self::Egr => "egr",
            Self::Evaporative => "evaporative",
            Self::ExhaustGasSensor => "exhaust_gas_sensor",
            Self::FuelSystem => "fuel_system",
            Self::HeatedCatalyst => "heated_catalyst",
            Self::Misfire => "misfire",
            Self::NmhcCatalyst => "nmhc_catalyst",
            Self::NoxAftertreatment => "nox_aftertreatment",
            Self::OxygenSensor => "oxygen_sensor",
            Self::OxygenSensorHeater => "oxygen_sensor_heater",
            Self::ParticulateFilter => "particulate_filter",
            Self::SecondaryAir => "secondary_air",
        }
    }

    /// Every monitor, in the order of the enum.
    pub const ALL: [Self; 16] = [
        Self::AirConditioning,
        Self::BoostPressure,
        Self::Catalyst,
        Self::Components,
        Self::Egr,
        Self::Evaporative,
        Self::ExhaustGasSensor,
        Self::FuelSystem,
        Self::HeatedCatalyst,
        Self::Misfire,
        Self::NmhcCatalyst,
        Self::NoxAftertreatment,
        Self::OxygenSensor,
        Self::OxygenSensorHeater,
        Self::ParticulateFilter,
        Self::SecondaryAir,
    ];
}

/// The lamp, the number of codes and the monitors' state.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MonitorReadiness {
    /// Whether the malfunction indicator lamp is asked for. In an answer, by its ECU; in an event, by any of the car's, as
    /// far as each said last: the car has one lamp.
    pub mil: bool,
    /// How many confirmed codes the ECU holds, 0 to 127.
    pub dtc_count: u8,
    /// Which kind of engine the monitors are for.
    pub ignition: IgnitionType,
    /// The monitors this car has, each with whether it is ready.
    pub monitors: Vec<(Monitor, bool)>,
}

impl MonitorReadiness {
    /// Whether every monitor the car has is ready.
    pub fn all_ready(&self) -> bool {
        self.monitors.iter().all(|(_, ready)| *ready)
    }
}

word_fields! { IgnitionType { "compression" => Compression, "spark" => Spark } }

impl StructuredBody for MonitorReadiness {
    const TYPES: &'static [StructuredType] = &[StructuredType {
        name: "can_monitor_readiness",
        published: false,
        number: 14,
        about: "The lamp, the number of confirmed codes, and which emission monitors are ready (SAE J1979 service 01, PID 01).",
        fields: Self::FIELDS,
    }];

    body_fields! { MonitorReadiness {
        required 7 "mil" => mil: bool, "whether the malfunction indicator lamp is asked for: by any ECU, as far as each said last";
        required 8 "dtcCount" => dtc_count: u8, "how many confirmed codes the ECU holds";
        required 9 "ignition" => ignition: IgnitionType, "the kind of engine the monitors are for";
        required 10 "monitors" => monitors: Vec<(Monitor, bool)>, "the monitors the car has, each with whether it is ready";
    }}
}

impl FieldValue for Vec<(Monitor, bool)> {
    const KIND: &'static str = "an object of true and false by monitor";
    const IS_NESTED: bool = true;

    fn read(json: &str) -> Result<ReadValue<Self>, Mismatch> {
        let mut spans = Vec::new();
        if Cursor::new(json.as_bytes(), 0).members(&mut spans).is_err() {
            return Mismatch::expected(Self::KIND);
        }
        let mut monitors = Self::with_capacity(spans.len());
        for span in spans {
            // The key with its quotes is a text.
            let name = text(&json[span.key.0 - 1..=span.key.1], Self::KIND)?;
            let (ready, _) = bool::read(&json[span.value.0..span.value.1])
                .map_err(|mismatch| Mismatch { offset: span.value.0, ..mismatch })?;
            let monitor = Monitor::ALL.into_iter().find(|monitor| monitor.name() == name);
            if let (Some(monitor), Some(ready)) = (monitor, ready) {
                monitors.retain(|(other, _)| *other != monitor);
                monitors.push((monitor, ready));
            }
        }
        let mut again = String::new();
        monitors.write(&mut again);
        let keep = if *again == *minified(json) { Keep::Nothing } else { Keep::Content };
        Ok((Some(monitors), keep))
    }

    fn write(&self, out: &mut String) {
        let mut object = ObjectWriter::new(out);
        for (monitor, ready) in self {
            object.boolean(monitor.name(), *ready);
        }
        object.end();
    }
}
