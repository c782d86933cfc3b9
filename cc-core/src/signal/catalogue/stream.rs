//! The data stream's own values (push-v2), and where OBD answers them too.

use crate::MeasureUnit as U;
use crate::SignalId;
use crate::signal::Signal;

signals! {
    after 0;

    // Driving.

    /// Whether the car stands with its engine running.
    VEHICLE_IDLE = Signal::boolean("calc_vehicle_idle").published(40);
    /// Whether the ignition is on.
    IGNITION = Signal::boolean("car_ignition").published(41).vss("Vehicle.LowVoltageSystemState");
    /// Speed of the car over ground.
    VEHICLE_SPEED = Signal::number(U::KilometerPerHour, "can_vehicle_speed_kph")
        .published(42).vss("Vehicle.Speed").mode01(0x0D, 0, 8, 1, 1, 0.0);
    /// Distance the car has driven in its life, as its instruments show it.
    ODOMETER = Signal::number(U::Kilometer, "can_odometer_km")
        .published_whole(43).vss("Vehicle.TraveledDistance").mode01(0xA6, 0, 32, 1, 10, 0.0);
    /// Distance the car has driven in its life, where the car tells it only in steps of ten.
    ODOMETER10 = Signal::number(U::Kilometer, "can_odometer10_km").published_whole(44).range(0.0, 10_000_000.0);
    /// The odometer, reported once a day.
    DAILY_ODOMETER = Signal::number(U::Kilometer, "daily_can_odometer_km")
        .published_whole(45).range(0.0, 10_000_000.0);
    /// Distance driven as the device in the car adds it up; deprecated in the data stream.
    DEVICE_ODOMETER = Signal::number(U::Kilometer, "car_odometer_km").published(46).range(0.0, 10_000_000.0);
    /// Distance the car can still drive on what is in its tank and battery.
    RANGE_TOTAL = Signal::number(U::Kilometer, "can_range_total_km")
        .published_whole(47).range(0.0, 10_000.0).vss("Vehicle.Powertrain.Range");
    /// Distance driven since the malfunction indicator lamp came on.
    DISTANCE_WITH_MIL_ON = Signal::number(U::Kilometer, "can_distance_with_mil_on_km")
        .published_whole(48).vss("Vehicle.OBD.DistanceWithMIL").mode01(0x21, 0, 16, 1, 1, 0.0);

    // Temperatures, levels and batteries.

    /// Temperature of the air outside.
    AMBIENT_AIR_TEMPERATURE = Signal::number(U::Celsius, "can_ambient_air_temperature_celsius")
        .published(49).vss("Vehicle.Exterior.AirTemperature").celsius(0x46, 0);
    /// Temperature of the engine's coolant.
    ENGINE_COOLANT_TEMPERATURE = Signal::number(U::Celsius, "can_engine_coolant_temperature_celsius")
        .published_whole(50).vss("Vehicle.Powertrain.CombustionEngine.EngineCoolant.Temperature").celsius(0x05, 0);
    /// How full the fuel tank is.
    FUEL_LEVEL = Signal::number(U::Percent, "can_fuel_level_percent")
        .published_whole(51).vss("Vehicle.Powertrain.FuelSystem.RelativeLevel").percent(0x2F, 0);
    /// Fuel in the tank.
    FUEL_LEVEL_VOLUME = Signal::number(U::Liter, "can_fuel_level_liters")
        .published_whole(52).range(0.0, 2000.0).vss("Vehicle.Powertrain.FuelSystem.AbsoluteLevel");
    /// Distance until the tank of AdBlue (diesel exhaust fluid) is empty.
    ADBLUE_REMAINING_DISTANCE = Signal::number(U::Kilometer, "can_adblue_remaining_distance_km")
        .published_whole(53).range(0.0, 100_000.0)
        .vss("Vehicle.Powertrain.CombustionEngine.DieselExhaustFluid.Range");
    /// Voltage of the starter battery; over OBD, the supply voltage that the control module sees.
    BATTERY_VOLTAGE = Signal::number(U::Volt, "car_battery_voltage")
        .published(54).vss("Vehicle.LowVoltageBattery.CurrentVoltage").mode01(0x42, 0, 16, 1, 1_000, 0.0);
    /// Whether the device in the car has lost its power from outside: unplugged, or the battery disconnected.
    BATTERY_EXTERNAL_DISCONNECT = Signal::boolean("gpio_battery_external_disconnect").published(55);
    /// State of charge of the drive battery.
    HIGH_VOLTAGE_BATTERY_CHARGE = Signal::number(U::Percent, "can_high_voltage_battery_charge_percent")
        .published(56).vss("Vehicle.Powertrain.TractionBattery.StateOfCharge.Current").percent(0x5B, 0);
    /// Temperature of the drive battery.
    HIGH_VOLTAGE_BATTERY_TEMPERATURE = Signal::number(U::Celsius, "can_high_voltage_battery_temperature_celsius")
        .published(57).range(-60.0, 200.0).vss("Vehicle.Powertrain.TractionBattery.Temperature.Average");

    // Oil change.

    /// How far the engine oil is used up; 100 is due for a change.
    OIL_DEGRADATION = Signal::number(U::Percent, "can_oil_degradation_percent")
        .published_whole(58).aliases(&["can_oil_degration_percent"]).range(0.0, 100.0);
    /// Time since the oil change was due.
    EXCEEDED_OIL_CHANGE_TIME = Signal::number(U::Day, "can_exceeded_oil_change_days")
        .published_whole(59).range(-10_000.0, 10_000.0);
    /// Distance driven since the oil change was due.
    EXCEEDED_OIL_CHANGE_DISTANCE = Signal::number(U::Kilometer, "can_exceeded_oil_change_km")
        .published_whole(60).range(-1_000_000.0, 1_000_000.0);
    /// Time since the last oil change.
    LAST_OIL_CHANGE_TIME = Signal::number(U::Day, "can_last_oil_change_days")
        .published_whole(61).range(-10_000.0, 10_000.0);
    /// Distance driven since the last oil change.
    LAST_OIL_CHANGE_DISTANCE = Signal::number(U::Kilometer, "can_last_oil_change_km")
        .published_whole(62).range(-1_000_000.0, 1_000_000.0);
    /// Time until the next oil change, where the car tells it only in steps of 30 days.
    NEXT_OIL_CHANGE_30DAYS = Signal::number(U::Day, "can_next_oil_change_30days")
        .published_whole(63).range(-10_000.0, 10_000.0);
    /// Time until the next oil change; below 0 it is overdue.
    NEXT_OIL_CHANGE_TIME = Signal::number(U::Day, "can_next_oil_change_days")
        .published_whole(64).range(-10_000.0, 10_000.0);
    /// Distance until the next oil change; below 0 it is overdue.
    NEXT_OIL_CHANGE_DISTANCE = Signal::number(U::Kilometer, "can_next_oil_change_km")
        .published_whole(65).range(-1_000_000.0, 1_000_000.0);
    /// Longest time between oil changes on the fixed plan.
    OIL_CHANGE_INTERVAL_FIXED_TIME = Signal::number(U::Day, "can_oil_change_interval_fixed_days")
        .published_whole(66).range(0.0, 100_000.0);
    /// Longest distance between oil changes on the fixed plan.
    OIL_CHANGE_INTERVAL_FIXED_DISTANCE = Signal::number(U::Kilometer, "can_oil_change_interval_fixed_km")
        .published_whole(67).range(0.0, 10_000_000.0);
    /// Longest time between oil changes on the flexible plan.
    OIL_CHANGE_INTERVAL_VARIABLE_TIME = Signal::number(U::Day, "can_oil_change_interval_variable_days")
        .published_whole(68).range(0.0, 100_000.0);
    /// Longest distance between oil changes on the flexible plan.
    OIL_CHANGE_INTERVAL_VARIABLE_DISTANCE = Signal::number(U::Kilometer, "can_oil_change_interval_variable_km")
        .published_whole(69).range(0.0, 10_000_000.0);
    /// Whether the oil is changed by the fixed plan, not the flexible one.
    OIL_CHANGE_TYPE_IS_FIXED = Signal::boolean("can_oil_change_type_is_fixed").published(70);

    // Service.

    /// The day of the last service.
    LAST_SERVICE_DATE = Signal::date("can_last_service_at_date").published(71);
    /// What the odometer showed at the last service.
    LAST_SERVICE_ODOMETER = Signal::number(U::Kilometer, "can_last_service_at_odometer")
        .published_whole(72).range(0.0, 10_000_000.0);
    /// Time since the last service.
    LAST_SERVICE_TIME = Signal::number(U::Day, "can_last_service_days")
        .published_whole(73).range(-10_000.0, 10_000.0);
    /// Distance driven since the last service.
    LAST_SERVICE_DISTANCE = Signal::number(U::Kilometer, "can_last_service_km")
        .published_whole(74).range(-1_000_000.0, 1_000_000.0);
    /// Time until the next service, where the car tells it only in steps of 30 days.
    NEXT_SERVICE_30DAYS = Signal::number(U::Day, "can_next_service_30days")
        .published_whole(75).range(-10_000.0, 10_000.0);
    /// Time until the next service; below 0 it is overdue.
    NEXT_SERVICE_TIME = Signal::number(U::Day, "can_next_service_days")
        .published_whole(76).range(-10_000.0, 10_000.0).vss("Vehicle.Service.TimeToService");
    /// Distance until the next service; below 0 it is overdue.
    NEXT_SERVICE_DISTANCE = Signal::number(U::Kilometer, "can_next_service_km")
        .published_whole(77).range(-1_000_000.0, 1_000_000.0).vss("Vehicle.Service.DistanceToService");
    /// Longest time between services.
    SERVICE_INTERVAL_TIME = Signal::number(U::Day, "can_service_interval_days")
        .published_whole(78).range(0.0, 100_000.0);
    /// Longest distance between services.
    SERVICE_INTERVAL_DISTANCE = Signal::number(U::Kilometer, "can_service_interval_km")
        .published_whole(79).range(0.0, 10_000_000.0);
    /// When a reminder of a service became a lead for the workshop.
    SERVICE_REMINDER_LEAD = Signal::instant("service_reminder_lead").published(80);

    // What the car is.

    /// The maker's code of the engine.
    ENGINE_CODE = Signal::text("can_engine_code")
        .published(81).vss("Vehicle.Powertrain.CombustionEngine.EngineCode");
    /// The vehicle identification number as the car tells it; it names a person's car and stays out of logs.
    VIN = Signal::text("can_vin").published(82).vss("Vehicle.VehicleIdentification.VIN");
}
