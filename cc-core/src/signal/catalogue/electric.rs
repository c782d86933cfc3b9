//! Batteries and charging.

use super::labels::{ENHANCED_HYBRID_MODES, HYBRID_MODES};
use crate::MeasureUnit as U;
use crate::SignalId;
use crate::signal::Signal;

signals! {
    after super::diagnosis::END;

    // The 12 V battery.

    /// State of charge of the starter battery.
    BATTERY_CHARGE = Signal::number(U::Percent, "can_battery_charge_percent").range(0.0, 100.0);
    /// Current into the starter battery; below 0 out of it.
    BATTERY_CURRENT = Signal::number(U::Ampere, "can_battery_current_amperes")
        .range(-3000.0, 3000.0).vss("Vehicle.LowVoltageBattery.CurrentCurrent");
    /// Temperature of the starter battery.
    BATTERY_TEMPERATURE = Signal::number(U::Celsius, "can_battery_temperature_celsius").range(-60.0, 150.0);

    // The drive battery of hybrids and electric cars.

    /// State of health of the drive battery: capacity left of that when new.
    HIGH_VOLTAGE_BATTERY_HEALTH = Signal::number(U::Percent, "can_high_voltage_battery_health_percent")
        .vss("Vehicle.Powertrain.TractionBattery.StateOfHealth").percent(0xB2, 0);
    /// Voltage of the drive battery.
    HIGH_VOLTAGE_BATTERY_VOLTAGE = Signal::number(U::Volt, "can_high_voltage_battery_voltage_volts")
        .vss("Vehicle.Powertrain.TractionBattery.CurrentVoltage").mode01(0x9A, 16, 16, 1, 64, 0.0)
        .supported_by(6);
    /// Current out of the drive battery; below 0 into it. VSS counts the other way, so the row has no path there.
    HIGH_VOLTAGE_BATTERY_CURRENT = Signal::number(U::Ampere, "can_high_voltage_battery_current_amperes")
        .mode01(0x9A, 32, 16, 1, 10, 0.0).signed().supported_by(5);
    /// Whether a plug-in hybrid keeps or uses its charge.
    HYBRID_MODE = Signal::number(U::One, "can_hybrid_mode")
        .labels(HYBRID_MODES).mode01(0x9A, 15, 1, 1, 1, 0.0).supported_by(7);
    /// Whether a plug-in hybrid keeps, uses or raises its charge.
    HYBRID_MODE_ENHANCED = Signal::number(U::One, "can_hybrid_mode_enhanced")
        .labels(ENHANCED_HYBRID_MODES).mode01(0x9A, 13, 2, 1, 1, 0.0).supported_by(4);
    /// Voltage of the weakest cell of the drive battery.
    HIGH_VOLTAGE_BATTERY_CELL_VOLTAGE_MINIMUM = Signal::number(U::Volt, "can_high_voltage_battery_cell_voltage_minimum_volts")
        .range(0.0, 10.0).vss("Vehicle.Powertrain.TractionBattery.CellVoltage.Min");
    /// Voltage of the strongest cell of the drive battery.
    HIGH_VOLTAGE_BATTERY_CELL_VOLTAGE_MAXIMUM = Signal::number(U::Volt, "can_high_voltage_battery_cell_voltage_maximum_volts")
        .range(0.0, 10.0).vss("Vehicle.Powertrain.TractionBattery.CellVoltage.Max");
    /// Temperature of the coldest cell of the drive battery.
    HIGH_VOLTAGE_BATTERY_TEMPERATURE_MINIMUM = Signal::number(U::Celsius, "can_high_voltage_battery_temperature_minimum_celsius")
        .range(-60.0, 200.0).vss("Vehicle.Powertrain.TractionBattery.Temperature.Min");
    /// Temperature of the hottest cell of the drive battery.
    HIGH_VOLTAGE_BATTERY_TEMPERATURE_MAXIMUM = Signal::number(U::Celsius, "can_high_voltage_battery_temperature_maximum_celsius")
        .range(-60.0, 200.0).vss("Vehicle.Powertrain.TractionBattery.Temperature.Max");
    /// Usable energy of the drive battery, as a share of that at certification.
    CERTIFIED_ENERGY_STATE = Signal::number(U::Percent, "can_certified_energy_state_percent")
        .percent(0xD2, 8).supported_by(7);
    /// Range of an electric car, as a share of that at certification.
    CERTIFIED_RANGE_STATE = Signal::number(U::Percent, "can_certified_range_state_percent")
        .percent(0xD2, 16).supported_by(6);

    // Charging.

    /// Whether the drive battery is being charged.
    CHARGING = Signal::boolean("can_charging").vss("Vehicle.Powertrain.TractionBattery.Charging.IsCharging");
    /// Whether a charging cable is plugged in.
    CHARGING_CABLE_CONNECTED = Signal::boolean("can_charging_cable_connected")
        .vss("Vehicle.Powertrain.TractionBattery.Charging.ChargingPort.AnyPosition.IsChargingCableConnected");
    /// Power from the charger.
    CHARGING_POWER = Signal::number(U::Kilowatt, "can_charging_power_kilowatts").range(0.0, 2000.0);
    /// Time until charging is done.
    CHARGING_TIME_TO_COMPLETE = Signal::number(U::Minute, "can_charging_time_to_complete_minutes")
        .range(0.0, 100_000.0).vss("Vehicle.Powertrain.TractionBattery.Charging.TimeToComplete");
    /// Distance the car can still drive on its battery.
    ELECTRIC_RANGE = Signal::number(U::Kilometer, "can_electric_range_km")
        .range(0.0, 5000.0).vss("Vehicle.Powertrain.TractionBattery.Range");
}
