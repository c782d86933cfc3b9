//! Fuel, its trims and the oxygen sensors (SAE J1979 service 01).

use super::labels::{FUEL_SYSTEM_STATES, FUEL_TYPES};
use crate::MeasureUnit as U;
use crate::SignalId;
use crate::signal::Signal;

signals! {
    after super::engine::END;

    // Fuel: kind, pressure, flow and injection.

    /// The kind of fuel now in use, by its number in SAE J1979.
    FUEL_TYPE = Signal::number(U::One, "can_fuel_type")
        .labels(FUEL_TYPES).vss("Vehicle.OBD.FuelType").mode01(0x51, 0, 8, 1, 1, 0.0);
    /// Share of ethanol in the fuel.
    ETHANOL_SHARE = Signal::number(U::Percent, "can_ethanol_share_percent")
        .vss("Vehicle.OBD.EthanolPercent").percent(0x52, 0);
    /// How fuel system 1 is controlled, one bit a state.
    FUEL_SYSTEM_1_STATUS = Signal::number(U::One, "can_fuel_system_1_status")
        .labels(FUEL_SYSTEM_STATES).mode01(0x03, 0, 8, 1, 1, 0.0);
    /// How fuel system 2 is controlled, one bit a state.
    FUEL_SYSTEM_2_STATUS = Signal::number(U::One, "can_fuel_system_2_status")
        .labels(FUEL_SYSTEM_STATES).mode01(0x03, 8, 8, 1, 1, 0.0);
    /// Pressure in the fuel line above that of the surroundings.
    FUEL_PRESSURE = Signal::number(U::Kilopascal, "can_fuel_pressure_kpa")
        .vss("Vehicle.OBD.FuelPressure").mode01(0x0A, 0, 8, 3, 1, 0.0);
    /// Pressure in the fuel rail above that of the intake manifold.
    FUEL_RAIL_PRESSURE_RELATIVE = Signal::number(U::Kilopascal, "can_fuel_rail_pressure_relative_kpa")
        .vss("Vehicle.OBD.FuelRailPressureVac").mode01(0x22, 0, 16, 79, 1_000, 0.0);
    /// Pressure in the fuel rail above that of the surroundings.
    FUEL_RAIL_PRESSURE = Signal::number(U::Kilopascal, "can_fuel_rail_pressure_kpa")
        .vss("Vehicle.OBD.FuelRailPressureDirect").mode01(0x23, 0, 16, 10, 1, 0.0);
    /// Pressure in the fuel rail.
    FUEL_RAIL_PRESSURE_ABSOLUTE = Signal::number(U::Kilopascal, "can_fuel_rail_pressure_absolute_kpa")
        .vss("Vehicle.OBD.FuelRailPressureAbsolute").mode01(0x59, 0, 16, 10, 1, 0.0);
    /// Pressure asked for in fuel rail A.
    FUEL_RAIL_PRESSURE_A_COMMANDED = Signal::number(U::Kilopascal, "can_fuel_rail_pressure_a_commanded_kpa")
        .mode01(0x6D, 8, 16, 10, 1, 0.0).supported_by(7);
    /// Pressure in fuel rail A.
    FUEL_RAIL_PRESSURE_A = Signal::number(U::Kilopascal, "can_fuel_rail_pressure_a_kpa")
        .mode01(0x6D, 24, 16, 10, 1, 0.0).supported_by(6);
    /// Temperature in fuel rail A.
    FUEL_RAIL_TEMPERATURE_A = Signal::number(U::Celsius, "can_fuel_rail_temperature_a_celsius")
        .celsius(0x6D, 40).supported_by(5);
    /// Pressure asked for in fuel rail B.
    FUEL_RAIL_PRESSURE_B_COMMANDED = Signal::number(U::Kilopascal, "can_fuel_rail_pressure_b_commanded_kpa")
        .mode01(0x6D, 48, 16, 10, 1, 0.0).supported_by(4);
    /// Pressure in fuel rail B.
    FUEL_RAIL_PRESSURE_B = Signal::number(U::Kilopascal, "can_fuel_rail_pressure_b_kpa")
        .mode01(0x6D, 64, 16, 10, 1, 0.0).supported_by(3);
    /// Temperature in fuel rail B.
    FUEL_RAIL_TEMPERATURE_B = Signal::number(U::Celsius, "can_fuel_rail_temperature_b_celsius")
        .celsius(0x6D, 80).supported_by(2);
    /// Pressure asked for in injection control A.
    INJECTION_CONTROL_PRESSURE_A_COMMANDED = Signal::number(U::Kilopascal, "can_injection_control_pressure_a_commanded_kpa")
        .mode01(0x6E, 8, 16, 10, 1, 0.0).supported_by(7);
    /// Pressure in injection control A.
    INJECTION_CONTROL_PRESSURE_A = Signal::number(U::Kilopascal, "can_injection_control_pressure_a_kpa")
        .mode01(0x6E, 24, 16, 10, 1, 0.0).supported_by(6);
    /// Pressure asked for in injection control B.
    INJECTION_CONTROL_PRESSURE_B_COMMANDED = Signal::number(U::Kilopascal, "can_injection_control_pressure_b_commanded_kpa")
        .mode01(0x6E, 40, 16, 10, 1, 0.0).supported_by(5);
    /// Pressure in injection control B.
    INJECTION_CONTROL_PRESSURE_B = Signal::number(U::Kilopascal, "can_injection_control_pressure_b_kpa")
        .mode01(0x6E, 56, 16, 10, 1, 0.0).supported_by(4);
    /// Start of the main injection; above 0 it is before top dead centre.
    FUEL_INJECTION_TIMING = Signal::number(U::Degree, "can_fuel_injection_timing_degrees")
        .vss("Vehicle.OBD.FuelInjectionTiming").mode01(0x5D, 0, 16, 1, 128, -210.0);
    /// Fuel that the engine burns.
    FUEL_RATE = Signal::number(U::LiterPerHour, "can_fuel_rate_liters_per_hour")
        .vss("Vehicle.OBD.FuelRate").mode01(0x5E, 0, 16, 1, 20, 0.0);
    /// Mass of fuel that the engine burns, averaged over the last second.
    ENGINE_FUEL_RATE = Signal::number(U::GramPerSecond, "can_engine_fuel_rate_grams_per_second")
        .mode01(0x9D, 0, 16, 1, 50, 0.0);
    /// Mass of fuel that the car uses, averaged over the last second.
    VEHICLE_FUEL_RATE = Signal::number(U::GramPerSecond, "can_vehicle_fuel_rate_grams_per_second")
        .mode01(0x9D, 16, 16, 1, 50, 0.0);
    /// Mass of fuel injected in one cylinder for one intake stroke.
    CYLINDER_FUEL_RATE = Signal::number(U::MilligramPerStroke, "can_cylinder_fuel_rate_mg_per_stroke")
        .mode01(0xA2, 0, 16, 1, 32, 0.0);
    /// Share of the fuel for bank 1 that fuel system A gives.
    FUEL_SYSTEM_A_SHARE_BANK_1 = Signal::number(U::Percent, "can_fuel_system_a_share_bank_1_percent")
        .percent(0x9F, 8).supported_by(7);
    /// Share of the fuel for bank 1 that fuel system B gives.
    FUEL_SYSTEM_B_SHARE_BANK_1 = Signal::number(U::Percent, "can_fuel_system_b_share_bank_1_percent")
        .percent(0x9F, 16).supported_by(6);
    /// Share of the fuel for bank 2 that fuel system A gives.
    FUEL_SYSTEM_A_SHARE_BANK_2 = Signal::number(U::Percent, "can_fuel_system_a_share_bank_2_percent")
        .percent(0x9F, 24).supported_by(5);
    /// Share of the fuel for bank 2 that fuel system B gives.
    FUEL_SYSTEM_B_SHARE_BANK_2 = Signal::number(U::Percent, "can_fuel_system_b_share_bank_2_percent")
        .percent(0x9F, 32).supported_by(4);
    /// Share of the fuel for bank 3 that fuel system A gives.
    FUEL_SYSTEM_A_SHARE_BANK_3 = Signal::number(U::Percent, "can_fuel_system_a_share_bank_3_percent")
        .percent(0x9F, 40).supported_by(3);
    /// Share of the fuel for bank 3 that fuel system B gives.
    FUEL_SYSTEM_B_SHARE_BANK_3 = Signal::number(U::Percent, "can_fuel_system_b_share_bank_3_percent")
        .percent(0x9F, 48).supported_by(2);
    /// Share of the fuel for bank 4 that fuel system A gives.
    FUEL_SYSTEM_A_SHARE_BANK_4 = Signal::number(U::Percent, "can_fuel_system_a_share_bank_4_percent")
        .percent(0x9F, 56).supported_by(1);
    /// Share of the fuel for bank 4 that fuel system B gives.
    FUEL_SYSTEM_B_SHARE_BANK_4 = Signal::number(U::Percent, "can_fuel_system_b_share_bank_4_percent")
        .percent(0x9F, 64).supported_by(0);
    /// Whether the pressure of fuel control 1 is in closed loop.
    FUEL_PRESSURE_1_CLOSED_LOOP = Signal::boolean("can_fuel_pressure_1_closed_loop")
        .flag(0x92, 15).supported_by(7);
    /// Whether the injected quantity of fuel control 1 is in closed loop.
    FUEL_QUANTITY_1_CLOSED_LOOP = Signal::boolean("can_fuel_quantity_1_closed_loop")
        .flag(0x92, 14).supported_by(6);
    /// Whether the injection timing of fuel control 1 is in closed loop.
    FUEL_TIMING_1_CLOSED_LOOP = Signal::boolean("can_fuel_timing_1_closed_loop")
        .flag(0x92, 13).supported_by(5);
    /// Whether the idle balance of the cylinders of fuel control 1 is in closed loop.
    FUEL_BALANCE_1_CLOSED_LOOP = Signal::boolean("can_fuel_balance_1_closed_loop")
        .flag(0x92, 12).supported_by(4);
    /// Whether the pressure of fuel control 2 is in closed loop.
    FUEL_PRESSURE_2_CLOSED_LOOP = Signal::boolean("can_fuel_pressure_2_closed_loop")
        .flag(0x92, 11).supported_by(3);
    /// Whether the injected quantity of fuel control 2 is in closed loop.
    FUEL_QUANTITY_2_CLOSED_LOOP = Signal::boolean("can_fuel_quantity_2_closed_loop")
        .flag(0x92, 10).supported_by(2);
    /// Whether the injection timing of fuel control 2 is in closed loop.
    FUEL_TIMING_2_CLOSED_LOOP = Signal::boolean("can_fuel_timing_2_closed_loop")
        .flag(0x92, 9).supported_by(1);
    /// Whether the idle balance of the cylinders of fuel control 2 is in closed loop.
    FUEL_BALANCE_2_CLOSED_LOOP = Signal::boolean("can_fuel_balance_2_closed_loop")
        .flag(0x92, 8).supported_by(0);

    // Fuel trims. Above 0 the mixture is made richer, below 0 leaner.

    /// Momentary correction of the fuel for bank 1.
    SHORT_TERM_FUEL_TRIM_1 = Signal::number(U::Percent, "can_short_term_fuel_trim_1_percent")
        .vss("Vehicle.OBD.ShortTermFuelTrim1").trim(0x06, 0);
    /// Momentary correction of the fuel for bank 3.
    SHORT_TERM_FUEL_TRIM_3 = Signal::number(U::Percent, "can_short_term_fuel_trim_3_percent").trim(0x06, 8);
    /// Learned correction of the fuel for bank 1.
    LONG_TERM_FUEL_TRIM_1 = Signal::number(U::Percent, "can_long_term_fuel_trim_1_percent")
        .vss("Vehicle.OBD.LongTermFuelTrim1").trim(0x07, 0);
    /// Learned correction of the fuel for bank 3.
    LONG_TERM_FUEL_TRIM_3 = Signal::number(U::Percent, "can_long_term_fuel_trim_3_percent").trim(0x07, 8);
    /// Momentary correction of the fuel for bank 2.
    SHORT_TERM_FUEL_TRIM_2 = Signal::number(U::Percent, "can_short_term_fuel_trim_2_percent")
        .vss("Vehicle.OBD.ShortTermFuelTrim2").trim(0x08, 0);
    /// Momentary correction of the fuel for bank 4.
    SHORT_TERM_FUEL_TRIM_4 = Signal::number(U::Percent, "can_short_term_fuel_trim_4_percent").trim(0x08, 8);
    /// Learned correction of the fuel for bank 2.
    LONG_TERM_FUEL_TRIM_2 = Signal::number(U::Percent, "can_long_term_fuel_trim_2_percent")
        .vss("Vehicle.OBD.LongTermFuelTrim2").trim(0x09, 0);
    /// Learned correction of the fuel for bank 4.
    LONG_TERM_FUEL_TRIM_4 = Signal::number(U::Percent, "can_long_term_fuel_trim_4_percent").trim(0x09, 8);
    /// Momentary correction of the fuel for bank 1 by the oxygen sensor behind the catalyst.
    SHORT_TERM_SECONDARY_FUEL_TRIM_1 = Signal::number(U::Percent, "can_short_term_secondary_fuel_trim_1_percent")
        .vss("Vehicle.OBD.ShortTermO2Trim1").trim(0x55, 0);
    /// Momentary correction of the fuel for bank 3 by the oxygen sensor behind the catalyst.
    SHORT_TERM_SECONDARY_FUEL_TRIM_3 = Signal::number(U::Percent, "can_short_term_secondary_fuel_trim_3_percent")
        .vss("Vehicle.OBD.ShortTermO2Trim3").trim(0x55, 8);
    /// Learned correction of the fuel for bank 1 by the oxygen sensor behind the catalyst.
    LONG_TERM_SECONDARY_FUEL_TRIM_1 = Signal::number(U::Percent, "can_long_term_secondary_fuel_trim_1_percent")
        .vss("Vehicle.OBD.LongTermO2Trim1").trim(0x56, 0);
    /// Learned correction of the fuel for bank 3 by the oxygen sensor behind the catalyst.
    LONG_TERM_SECONDARY_FUEL_TRIM_3 = Signal::number(U::Percent, "can_long_term_secondary_fuel_trim_3_percent")
        .vss("Vehicle.OBD.LongTermO2Trim3").trim(0x56, 8);
    /// Momentary correction of the fuel for bank 2 by the oxygen sensor behind the catalyst.
    SHORT_TERM_SECONDARY_FUEL_TRIM_2 = Signal::number(U::Percent, "can_short_term_secondary_fuel_trim_2_percent")
        .vss("Vehicle.OBD.ShortTermO2Trim2").trim(0x57, 0);
    /// Momentary correction of the fuel for bank 4 by the oxygen sensor behind the catalyst.
    SHORT_TERM_SECONDARY_FUEL_TRIM_4 = Signal::number(U::Percent, "can_short_term_secondary_fuel_trim_4_percent")
        .vss("Vehicle.OBD.ShortTermO2Trim4").trim(0x57, 8);
    /// Learned correction of the fuel for bank 2 by the oxygen sensor behind the catalyst.
    LONG_TERM_SECONDARY_FUEL_TRIM_2 = Signal::number(U::Percent, "can_long_term_secondary_fuel_trim_2_percent")
        .vss("Vehicle.OBD.LongTermO2Trim2").trim(0x58, 0);
    /// Learned correction of the fuel for bank 4 by the oxygen sensor behind the catalyst.
    LONG_TERM_SECONDARY_FUEL_TRIM_4 = Signal::number(U::Percent, "can_long_term_secondary_fuel_trim_4_percent")
        .vss("Vehicle.OBD.LongTermO2Trim4").trim(0x58, 8);

    // Oxygen sensors. Which number is which place, the two rows of present sensors tell.

    /// Oxygen sensors on an engine of up to two banks: from the lowest bit, bank 1 sensors 1 to 4, then bank
    /// 2.
    OXYGEN_SENSORS_PRESENT = Signal::number(U::One, "can_oxygen_sensors_present")
        .vss("Vehicle.OBD.OxygenSensorsIn2Banks").mode01(0x13, 0, 8, 1, 1, 0.0);
    /// Oxygen sensors on an engine of up to four banks: from the lowest bit, two a bank.
    OXYGEN_SENSORS_PRESENT_4_BANKS = Signal::number(U::One, "can_oxygen_sensors_present_4_banks")
        .vss("Vehicle.OBD.OxygenSensorsIn4Banks").mode01(0x1D, 0, 8, 1, 1, 0.0);
    /// Voltage of oxygen sensor 1.
    OXYGEN_SENSOR_1_VOLTAGE = Signal::number(U::Volt, "can_oxygen_sensor_1_voltage_volts")
        .vss("Vehicle.OBD.O2.Sensor1.Voltage").mode01(0x14, 0, 8, 1, 200, 0.0);
    /// Momentary correction of the fuel by oxygen sensor 1; absent where it plays no part.
    OXYGEN_SENSOR_1_FUEL_TRIM = Signal::number(U::Percent, "can_oxygen_sensor_1_fuel_trim_percent")
        .vss("Vehicle.OBD.O2.Sensor1.ShortTermFuelTrim").trim(0x14, 8).absent(0xFF);
    /// Voltage of oxygen sensor 2.
    OXYGEN_SENSOR_2_VOLTAGE = Signal::number(U::Volt, "can_oxygen_sensor_2_voltage_volts")
        .vss("Vehicle.OBD.O2.Sensor2.Voltage").mode01(0x15, 0, 8, 1, 200, 0.0);
    /// Momentary correction of the fuel by oxygen sensor 2; absent where it plays no part.
    OXYGEN_SENSOR_2_FUEL_TRIM = Signal::number(U::Percent, "can_oxygen_sensor_2_fuel_trim_percent")
        .vss("Vehicle.OBD.O2.Sensor2.ShortTermFuelTrim").trim(0x15, 8).absent(0xFF);
    /// Voltage of oxygen sensor 3.
    OXYGEN_SENSOR_3_VOLTAGE = Signal::number(U::Volt, "can_oxygen_sensor_3_voltage_volts")
        .vss("Vehicle.OBD.O2.Sensor3.Voltage").mode01(0x16, 0, 8, 1, 200, 0.0);
    /// Momentary correction of the fuel by oxygen sensor 3; absent where it plays no part.
    OXYGEN_SENSOR_3_FUEL_TRIM = Signal::number(U::Percent, "can_oxygen_sensor_3_fuel_trim_percent")
        .vss("Vehicle.OBD.O2.Sensor3.ShortTermFuelTrim").trim(0x16, 8).absent(0xFF);
    /// Voltage of oxygen sensor 4.
    OXYGEN_SENSOR_4_VOLTAGE = Signal::number(U::Volt, "can_oxygen_sensor_4_voltage_volts")
        .vss("Vehicle.OBD.O2.Sensor4.Voltage").mode01(0x17, 0, 8, 1, 200, 0.0);
    /// Momentary correction of the fuel by oxygen sensor 4; absent where it plays no part.
    OXYGEN_SENSOR_4_FUEL_TRIM = Signal::number(U::Percent, "can_oxygen_sensor_4_fuel_trim_percent")
        .vss("Vehicle.OBD.O2.Sensor4.ShortTermFuelTrim").trim(0x17, 8).absent(0xFF);
    /// Voltage of oxygen sensor 5.
    OXYGEN_SENSOR_5_VOLTAGE = Signal::number(U::Volt, "can_oxygen_sensor_5_voltage_volts")
        .vss("Vehicle.OBD.O2.Sensor5.Voltage").mode01(0x18, 0, 8, 1, 200, 0.0);
    /// Momentary correction of the fuel by oxygen sensor 5; absent where it plays no part.
    OXYGEN_SENSOR_5_FUEL_TRIM = Signal::number(U::Percent, "can_oxygen_sensor_5_fuel_trim_percent")
        .vss("Vehicle.OBD.O2.Sensor5.ShortTermFuelTrim").trim(0x18, 8).absent(0xFF);
    /// Voltage of oxygen sensor 6.
    OXYGEN_SENSOR_6_VOLTAGE = Signal::number(U::Volt, "can_oxygen_sensor_6_voltage_volts")
        .vss("Vehicle.OBD.O2.Sensor6.Voltage").mode01(0x19, 0, 8, 1, 200, 0.0);
    /// Momentary correction of the fuel by oxygen sensor 6; absent where it plays no part.
    OXYGEN_SENSOR_6_FUEL_TRIM = Signal::number(U::Percent, "can_oxygen_sensor_6_fuel_trim_percent")
        .vss("Vehicle.OBD.O2.Sensor6.ShortTermFuelTrim").trim(0x19, 8).absent(0xFF);
    /// Voltage of oxygen sensor 7.
    OXYGEN_SENSOR_7_VOLTAGE = Signal::number(U::Volt, "can_oxygen_sensor_7_voltage_volts")
        .vss("Vehicle.OBD.O2.Sensor7.Voltage").mode01(0x1A, 0, 8, 1, 200, 0.0);
    /// Momentary correction of the fuel by oxygen sensor 7; absent where it plays no part.
    OXYGEN_SENSOR_7_FUEL_TRIM = Signal::number(U::Percent, "can_oxygen_sensor_7_fuel_trim_percent")
        .vss("Vehicle.OBD.O2.Sensor7.ShortTermFuelTrim").trim(0x1A, 8).absent(0xFF);
    /// Voltage of oxygen sensor 8.
    OXYGEN_SENSOR_8_VOLTAGE = Signal::number(U::Volt, "can_oxygen_sensor_8_voltage_volts")
        .vss("Vehicle.OBD.O2.Sensor8.Voltage").mode01(0x1B, 0, 8, 1, 200, 0.0);
    /// Momentary correction of the fuel by oxygen sensor 8; absent where it plays no part.
    OXYGEN_SENSOR_8_FUEL_TRIM = Signal::number(U::Percent, "can_oxygen_sensor_8_fuel_trim_percent")
        .vss("Vehicle.OBD.O2.Sensor8.ShortTermFuelTrim").trim(0x1B, 8).absent(0xFF);
    /// Lambda at wide-range oxygen sensor 1, where the sensor is read as a voltage.
    WIDE_OXYGEN_SENSOR_1_LAMBDA = Signal::number(U::One, "can_wide_oxygen_sensor_1_lambda")
        .vss("Vehicle.OBD.O2WR.Sensor1.Lambda").mode01(0x24, 0, 16, 1, 32_768, 0.0);
    /// Voltage of wide-range oxygen sensor 1.
    WIDE_OXYGEN_SENSOR_1_VOLTAGE = Signal::number(U::Volt, "can_wide_oxygen_sensor_1_voltage_volts")
        .vss("Vehicle.OBD.O2WR.Sensor1.Voltage").mode01(0x24, 16, 16, 1, 8_192, 0.0);
    /// Lambda at wide-range oxygen sensor 2, where the sensor is read as a voltage.
    WIDE_OXYGEN_SENSOR_2_LAMBDA = Signal::number(U::One, "can_wide_oxygen_sensor_2_lambda")
        .vss("Vehicle.OBD.O2WR.Sensor2.Lambda").mode01(0x25, 0, 16, 1, 32_768, 0.0);
    /// Voltage of wide-range oxygen sensor 2.
    WIDE_OXYGEN_SENSOR_2_VOLTAGE = Signal::number(U::Volt, "can_wide_oxygen_sensor_2_voltage_volts")
        .vss("Vehicle.OBD.O2WR.Sensor2.Voltage").mode01(0x25, 16, 16, 1, 8_192, 0.0);
    /// Lambda at wide-range oxygen sensor 3, where the sensor is read as a voltage.
    WIDE_OXYGEN_SENSOR_3_LAMBDA = Signal::number(U::One, "can_wide_oxygen_sensor_3_lambda")
        .vss("Vehicle.OBD.O2WR.Sensor3.Lambda").mode01(0x26, 0, 16, 1, 32_768, 0.0);
    /// Voltage of wide-range oxygen sensor 3.
    WIDE_OXYGEN_SENSOR_3_VOLTAGE = Signal::number(U::Volt, "can_wide_oxygen_sensor_3_voltage_volts")
        .vss("Vehicle.OBD.O2WR.Sensor3.Voltage").mode01(0x26, 16, 16, 1, 8_192, 0.0);
    /// Lambda at wide-range oxygen sensor 4, where the sensor is read as a voltage.
    WIDE_OXYGEN_SENSOR_4_LAMBDA = Signal::number(U::One, "can_wide_oxygen_sensor_4_lambda")
        .vss("Vehicle.OBD.O2WR.Sensor4.Lambda").mode01(0x27, 0, 16, 1, 32_768, 0.0);
    /// Voltage of wide-range oxygen sensor 4.
    WIDE_OXYGEN_SENSOR_4_VOLTAGE = Signal::number(U::Volt, "can_wide_oxygen_sensor_4_voltage_volts")
        .vss("Vehicle.OBD.O2WR.Sensor4.Voltage").mode01(0x27, 16, 16, 1, 8_192, 0.0);
    /// Lambda at wide-range oxygen sensor 5, where the sensor is read as a voltage.
    WIDE_OXYGEN_SENSOR_5_LAMBDA = Signal::number(U::One, "can_wide_oxygen_sensor_5_lambda")
        .vss("Vehicle.OBD.O2WR.Sensor5.Lambda").mode01(0x28, 0, 16, 1, 32_768, 0.0);
    /// Voltage of wide-range oxygen sensor 5.
    WIDE_OXYGEN_SENSOR_5_VOLTAGE = Signal::number(U::Volt, "can_wide_oxygen_sensor_5_voltage_volts")
        .vss("Vehicle.OBD.O2WR.Sensor5.Voltage").mode01(0x28, 16, 16, 1, 8_192, 0.0);
    /// Lambda at wide-range oxygen sensor 6, where the sensor is read as a voltage.
    WIDE_OXYGEN_SENSOR_6_LAMBDA = Signal::number(U::One, "can_wide_oxygen_sensor_6_lambda")
        .vss("Vehicle.OBD.O2WR.Sensor6.Lambda").mode01(0x29, 0, 16, 1, 32_768, 0.0);
    /// Voltage of wide-range oxygen sensor 6.
    WIDE_OXYGEN_SENSOR_6_VOLTAGE = Signal::number(U::Volt, "can_wide_oxygen_sensor_6_voltage_volts")
        .vss("Vehicle.OBD.O2WR.Sensor6.Voltage").mode01(0x29, 16, 16, 1, 8_192, 0.0);
    /// Lambda at wide-range oxygen sensor 7, where the sensor is read as a voltage.
    WIDE_OXYGEN_SENSOR_7_LAMBDA = Signal::number(U::One, "can_wide_oxygen_sensor_7_lambda")
        .vss("Vehicle.OBD.O2WR.Sensor7.Lambda").mode01(0x2A, 0, 16, 1, 32_768, 0.0);
    /// Voltage of wide-range oxygen sensor 7.
    WIDE_OXYGEN_SENSOR_7_VOLTAGE = Signal::number(U::Volt, "can_wide_oxygen_sensor_7_voltage_volts")
        .vss("Vehicle.OBD.O2WR.Sensor7.Voltage").mode01(0x2A, 16, 16, 1, 8_192, 0.0);
    /// Lambda at wide-range oxygen sensor 8, where the sensor is read as a voltage.
    WIDE_OXYGEN_SENSOR_8_LAMBDA = Signal::number(U::One, "can_wide_oxygen_sensor_8_lambda")
        .vss("Vehicle.OBD.O2WR.Sensor8.Lambda").mode01(0x2B, 0, 16, 1, 32_768, 0.0);
    /// Voltage of wide-range oxygen sensor 8.
    WIDE_OXYGEN_SENSOR_8_VOLTAGE = Signal::number(U::Volt, "can_wide_oxygen_sensor_8_voltage_volts")
        .vss("Vehicle.OBD.O2WR.Sensor8.Voltage").mode01(0x2B, 16, 16, 1, 8_192, 0.0);
    /// Lambda at wide-range oxygen sensor 1, where the sensor is read as a pump current.
    WIDE_OXYGEN_SENSOR_1_PUMP_LAMBDA = Signal::number(U::One, "can_wide_oxygen_sensor_1_pump_lambda")
        .mode01(0x34, 0, 16, 1, 32_768, 0.0);
    /// Pump current of wide-range oxygen sensor 1.
    WIDE_OXYGEN_SENSOR_1_CURRENT = Signal::number(U::Milliampere, "can_wide_oxygen_sensor_1_current_milliamperes")
        .vss("Vehicle.OBD.O2WR.Sensor1.Current").mode01(0x34, 16, 16, 1, 256, -128.0);
    /// Lambda at wide-range oxygen sensor 2, where the sensor is read as a pump current.
    WIDE_OXYGEN_SENSOR_2_PUMP_LAMBDA = Signal::number(U::One, "can_wide_oxygen_sensor_2_pump_lambda")
        .mode01(0x35, 0, 16, 1, 32_768, 0.0);
    /// Pump current of wide-range oxygen sensor 2.
    WIDE_OXYGEN_SENSOR_2_CURRENT = Signal::number(U::Milliampere, "can_wide_oxygen_sensor_2_current_milliamperes")
        .vss("Vehicle.OBD.O2WR.Sensor2.Current").mode01(0x35, 16, 16, 1, 256, -128.0);
    /// Lambda at wide-range oxygen sensor 3, where the sensor is read as a pump current.
    WIDE_OXYGEN_SENSOR_3_PUMP_LAMBDA = Signal::number(U::One, "can_wide_oxygen_sensor_3_pump_lambda")
        .mode01(0x36, 0, 16, 1, 32_768, 0.0);
    /// Pump current of wide-range oxygen sensor 3.
    WIDE_OXYGEN_SENSOR_3_CURRENT = Signal::number(U::Milliampere, "can_wide_oxygen_sensor_3_current_milliamperes")
        .vss("Vehicle.OBD.O2WR.Sensor3.Current").mode01(0x36, 16, 16, 1, 256, -128.0);
    /// Lambda at wide-range oxygen sensor 4, where the sensor is read as a pump current.
    WIDE_OXYGEN_SENSOR_4_PUMP_LAMBDA = Signal::number(U::One, "can_wide_oxygen_sensor_4_pump_lambda")
        .mode01(0x37, 0, 16, 1, 32_768, 0.0);
    /// Pump current of wide-range oxygen sensor 4.
    WIDE_OXYGEN_SENSOR_4_CURRENT = Signal::number(U::Milliampere, "can_wide_oxygen_sensor_4_current_milliamperes")
        .vss("Vehicle.OBD.O2WR.Sensor4.Current").mode01(0x37, 16, 16, 1, 256, -128.0);
    /// Lambda at wide-range oxygen sensor 5, where the sensor is read as a pump current.
    WIDE_OXYGEN_SENSOR_5_PUMP_LAMBDA = Signal::number(U::One, "can_wide_oxygen_sensor_5_pump_lambda")
        .mode01(0x38, 0, 16, 1, 32_768, 0.0);
    /// Pump current of wide-range oxygen sensor 5.
    WIDE_OXYGEN_SENSOR_5_CURRENT = Signal::number(U::Milliampere, "can_wide_oxygen_sensor_5_current_milliamperes")
        .vss("Vehicle.OBD.O2WR.Sensor5.Current").mode01(0x38, 16, 16, 1, 256, -128.0);
    /// Lambda at wide-range oxygen sensor 6, where the sensor is read as a pump current.
    WIDE_OXYGEN_SENSOR_6_PUMP_LAMBDA = Signal::number(U::One, "can_wide_oxygen_sensor_6_pump_lambda")
        .mode01(0x39, 0, 16, 1, 32_768, 0.0);
    /// Pump current of wide-range oxygen sensor 6.
    WIDE_OXYGEN_SENSOR_6_CURRENT = Signal::number(U::Milliampere, "can_wide_oxygen_sensor_6_current_milliamperes")
        .vss("Vehicle.OBD.O2WR.Sensor6.Current").mode01(0x39, 16, 16, 1, 256, -128.0);
    /// Lambda at wide-range oxygen sensor 7, where the sensor is read as a pump current.
    WIDE_OXYGEN_SENSOR_7_PUMP_LAMBDA = Signal::number(U::One, "can_wide_oxygen_sensor_7_pump_lambda")
        .mode01(0x3A, 0, 16, 1, 32_768, 0.0);
    /// Pump current of wide-range oxygen sensor 7.
    WIDE_OXYGEN_SENSOR_7_CURRENT = Signal::number(U::Milliampere, "can_wide_oxygen_sensor_7_current_milliamperes")
        .vss("Vehicle.OBD.O2WR.Sensor7.Current").mode01(0x3A, 16, 16, 1, 256, -128.0);
    /// Lambda at wide-range oxygen sensor 8, where the sensor is read as a pump current.
    WIDE_OXYGEN_SENSOR_8_PUMP_LAMBDA = Signal::number(U::One, "can_wide_oxygen_sensor_8_pump_lambda")
        .mode01(0x3B, 0, 16, 1, 32_768, 0.0);
    /// Pump current of wide-range oxygen sensor 8.
    WIDE_OXYGEN_SENSOR_8_CURRENT = Signal::number(U::Milliampere, "can_wide_oxygen_sensor_8_current_milliamperes")
        .vss("Vehicle.OBD.O2WR.Sensor8.Current").mode01(0x3B, 16, 16, 1, 256, -128.0);
    /// Oxygen in the exhaust at bank 1, sensor 1.
    OXYGEN_CONCENTRATION_1_1 = Signal::number(U::Percent, "can_oxygen_concentration_1_1_percent")
        .mode01(0x8C, 8, 16, 100, 65_535, 0.0).supported_by(7);
    /// Oxygen in the exhaust at bank 1, sensor 2.
    OXYGEN_CONCENTRATION_1_2 = Signal::number(U::Percent, "can_oxygen_concentration_1_2_percent")
        .mode01(0x8C, 24, 16, 100, 65_535, 0.0).supported_by(6);
    /// Oxygen in the exhaust at bank 2, sensor 1.
    OXYGEN_CONCENTRATION_2_1 = Signal::number(U::Percent, "can_oxygen_concentration_2_1_percent")
        .mode01(0x8C, 40, 16, 100, 65_535, 0.0).supported_by(5);
    /// Oxygen in the exhaust at bank 2, sensor 2.
    OXYGEN_CONCENTRATION_2_2 = Signal::number(U::Percent, "can_oxygen_concentration_2_2_percent")
        .mode01(0x8C, 56, 16, 100, 65_535, 0.0).supported_by(4);
    /// Lambda of the exhaust at bank 1, sensor 1.
    EXHAUST_LAMBDA_1_1 = Signal::number(U::One, "can_exhaust_lambda_1_1")
        .mode01(0x8C, 72, 16, 1, 8_192, 0.0).supported_by(3);
    /// Lambda of the exhaust at bank 1, sensor 2.
    EXHAUST_LAMBDA_1_2 = Signal::number(U::One, "can_exhaust_lambda_1_2")
        .mode01(0x8C, 88, 16, 1, 8_192, 0.0).supported_by(2);
    /// Lambda of the exhaust at bank 2, sensor 1.
    EXHAUST_LAMBDA_2_1 = Signal::number(U::One, "can_exhaust_lambda_2_1")
        .mode01(0x8C, 104, 16, 1, 8_192, 0.0).supported_by(1);
    /// Lambda of the exhaust at bank 2, sensor 2.
    EXHAUST_LAMBDA_2_2 = Signal::number(U::One, "can_exhaust_lambda_2_2")
        .mode01(0x8C, 120, 16, 1, 8_192, 0.0).supported_by(0);
    /// Oxygen in the exhaust at bank 1, sensor 3.
    OXYGEN_CONCENTRATION_1_3 = Signal::number(U::Percent, "can_oxygen_concentration_1_3_percent")
        .mode01(0x9C, 8, 16, 100, 65_535, 0.0).supported_by(7);
    /// Oxygen in the exhaust at bank 1, sensor 4.
    OXYGEN_CONCENTRATION_1_4 = Signal::number(U::Percent, "can_oxygen_concentration_1_4_percent")
        .mode01(0x9C, 24, 16, 100, 65_535, 0.0).supported_by(6);
    /// Oxygen in the exhaust at bank 2, sensor 3.
    OXYGEN_CONCENTRATION_2_3 = Signal::number(U::Percent, "can_oxygen_concentration_2_3_percent")
        .mode01(0x9C, 40, 16, 100, 65_535, 0.0).supported_by(5);
    /// Oxygen in the exhaust at bank 2, sensor 4.
    OXYGEN_CONCENTRATION_2_4 = Signal::number(U::Percent, "can_oxygen_concentration_2_4_percent")
        .mode01(0x9C, 56, 16, 100, 65_535, 0.0).supported_by(4);
    /// Lambda of the exhaust at bank 1, sensor 3.
    EXHAUST_LAMBDA_1_3 = Signal::number(U::One, "can_exhaust_lambda_1_3")
        .mode01(0x9C, 72, 16, 1, 8_192, 0.0).supported_by(3);
    /// Lambda of the exhaust at bank 1, sensor 4.
    EXHAUST_LAMBDA_1_4 = Signal::number(U::One, "can_exhaust_lambda_1_4")
        .mode01(0x9C, 88, 16, 1, 8_192, 0.0).supported_by(2);
    /// Lambda of the exhaust at bank 2, sensor 3.
    EXHAUST_LAMBDA_2_3 = Signal::number(U::One, "can_exhaust_lambda_2_3")
        .mode01(0x9C, 104, 16, 1, 8_192, 0.0).supported_by(1);
    /// Lambda of the exhaust at bank 2, sensor 4.
    EXHAUST_LAMBDA_2_4 = Signal::number(U::One, "can_exhaust_lambda_2_4")
        .mode01(0x9C, 120, 16, 1, 8_192, 0.0).supported_by(0);
    /// Lambda that is asked for.
    COMMANDED_EQUIVALENCE_RATIO = Signal::number(U::One, "can_commanded_equivalence_ratio")
        .vss("Vehicle.OBD.CommandedEquivalenceRatio").mode01(0x44, 0, 16, 1, 32_768, 0.0);

    // Ends of scale. Where one is not 0, this car scales the answers of its sensors by it.

    /// Full scale of lambda; 0 stands for the usual 2.
    MAXIMUM_LAMBDA = Signal::number(U::One, "can_maximum_lambda").mode01(0x4F, 0, 8, 1, 1, 0.0);
    /// Full scale of the oxygen sensors' voltage; 0 stands for the usual 8.
    MAXIMUM_OXYGEN_SENSOR_VOLTAGE = Signal::number(U::Volt, "can_maximum_oxygen_sensor_voltage_volts")
        .mode01(0x4F, 8, 8, 1, 1, 0.0);
    /// Full scale of the oxygen sensors' current; 0 stands for the usual 128.
    MAXIMUM_OXYGEN_SENSOR_CURRENT = Signal::number(U::Milliampere, "can_maximum_oxygen_sensor_current_milliamperes")
        .mode01(0x4F, 16, 8, 1, 1, 0.0);
    /// Full scale of the intake pressure; 0 stands for the usual 255.
    MAXIMUM_INTAKE_PRESSURE = Signal::number(U::Kilopascal, "can_maximum_intake_pressure_kpa")
        .mode01(0x4F, 24, 8, 10, 1, 0.0);
    /// Full scale of the mass air flow; 0 stands for the usual 655.35.
    MAXIMUM_MASS_AIR_FLOW = Signal::number(U::GramPerSecond, "can_maximum_mass_air_flow_grams_per_second")
        .vss("Vehicle.OBD.MaxMAF").mode01(0x50, 0, 8, 10, 1, 0.0);
}
