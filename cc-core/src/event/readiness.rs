//! Which emission monitors of a car are ready (SAE J1979 service 01, PID 01).

use alloc::vec::Vec;

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
    /// Whether the ECU asks for the malfunction indicator lamp.
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
