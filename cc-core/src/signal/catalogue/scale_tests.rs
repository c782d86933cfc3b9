//! Answers and what they mean, worked out by hand from SAE J1979-DA, with the sum beside each.

use alloc::vec::Vec;

use proptest::prelude::*;

use crate::{ObdSource, catalogue};

/// Signal, data bytes after the echoed parameter id, value.
const READINGS: &[(&str, &str, Option<f64>)] = &[
    // One byte.
    ("engine_load", "80", Some(12_800.0 / 255.0)), // 128·100/255
    ("engine_coolant_temperature", "7B", Some(83.0)), // 123 - 40
    ("engine_coolant_temperature", "00", Some(-40.0)), // 0 - 40
    ("fuel_pressure", "64", Some(300.0)),          // 100·3
    ("intake_manifold_pressure", "65", Some(101.0)), // 101
    ("vehicle_speed", "78", Some(120.0)),          // 120
    ("timing_advance", "94", Some(10.0)),          // 148/2 - 64
    ("intake_air_temperature", "28", Some(0.0)),   // 40 - 40
    ("throttle_position", "FF", Some(100.0)),      // 255·100/255
    ("egr_commanded", "33", Some(20.0)),           // 51·100/255
    ("barometric_pressure", "65", Some(101.0)),    // 101
    ("warm_ups_since_clear", "0A", Some(10.0)),    // 10
    ("fuel_level", "4C", Some(7_600.0 / 255.0)),   // 76·100/255
    ("ambient_air_temperature", "37", Some(15.0)), // 55 - 40
    ("fuel_type", "04", Some(4.0)),                // diesel
    ("high_voltage_battery_charge", "CC", Some(80.0)), // 204·100/255
    ("engine_oil_temperature", "8C", Some(100.0)), // 140 - 40
    ("engine_torque_demanded", "7D", Some(0.0)),   // 125 - 125
    ("engine_torque_friction", "84", Some(7.0)),   // 132 - 125
    ("high_voltage_battery_health", "E6", Some(23_000.0 / 255.0)), // 230·100/255
    // Around 128.
    ("short_term_fuel_trim_1", "7C", Some(-3.125)), // 124·100/128 - 100
    ("long_term_fuel_trim_1", "80", Some(0.0)),     // 128·100/128 - 100
    ("short_term_fuel_trim_3", "80 FF", Some(99.218_75)), // 255·100/128 - 100
    ("short_term_fuel_trim_3", "80", None),         // a car without bank 3
    ("egr_error", "40", Some(-50.0)),               // 64·100/128 - 100
    ("long_term_secondary_fuel_trim_4", "80 C0", Some(50.0)), // 192·100/128 - 100
    // Two bytes.
    ("engine_speed", "1A F8", Some(1_726.0)),       // (26·256 + 248)/4
    ("mass_air_flow", "01 F4", Some(5.0)),          // 500/100
    ("engine_run_time", "0E 10", Some(3_600.0)),    // 14·256 + 16
    ("distance_with_mil_on", "00 64", Some(100.0)), // 100
    ("fuel_rail_pressure_relative", "03 E8", Some(79.0)), // 1000·0.079
    ("fuel_rail_pressure", "13 88", Some(50_000.0)), // 5000·10
    ("catalyst_temperature_1_1", "12 34", Some(426.0)), // 4660/10 - 40
    ("battery_voltage", "39 8A", Some(14.73)),      // 14730/1000
    ("absolute_load", "01 FE", Some(200.0)),        // 510·100/255
    ("commanded_equivalence_ratio", "80 00", Some(1.0)), // 32768/32768
    ("evaporative_vapor_pressure_absolute", "4E 20", Some(100.0)), // 20000/200
    ("fuel_injection_timing", "69 00", Some(0.0)),  // 26880/128 - 210
    ("fuel_injection_timing", "6C 80", Some(7.0)),  // 27776/128 - 210
    ("fuel_rate", "00 C8", Some(10.0)),             // 200/20
    ("engine_torque_reference", "01 90", Some(400.0)), // 400
    ("exhaust_flow_rate", "01 F4", Some(100.0)),    // 500/5
    ("cylinder_fuel_rate", "03 20", Some(25.0)),    // 800/32
    ("engine_fuel_rate", "00 32 00 64", Some(1.0)), // 50/50
    ("vehicle_fuel_rate", "00 32 00 64", Some(2.0)), // 100/50
    // Two's complement.
    ("evaporative_vapor_pressure", "FF FC", Some(-1.0)), // -4/4
    ("evaporative_vapor_pressure", "7F FF", Some(8_191.75)), // 32767/4
    ("evaporative_vapor_pressure_wide", "FF 00", Some(-256.0)), // -256
    ("dpf_1_pressure_difference", "01 FF 9C 00 00 00 00", Some(-1.0)), // -100/100
    ("high_voltage_battery_current", "07 00 64 00 FF 9C", Some(-10.0)), // -100/10
    ("particulate_sensor_1_output", "02 00 F0 60 00 00 00", Some(-40.0)), // -4000/100
    // Four bytes.
    ("odometer", "00 12 D6 87", Some(123_456.7)),     // 1234567/10
    ("odometer", "FF FF FF FF", Some(429_496_729.5)), // 4294967295/10
    ("engine_run_time_total", "01 00 00 0E 10 00 00 00 00 00 00 00 00", Some(3_600.0)),
    // Bits.
    ("malfunction_indicator", "83 07 65 04", Some(1.0)), // bit 7
    ("trouble_code_count", "83 07 65 04", Some(3.0)),    // bits 6 to 0
    ("power_take_off", "01", Some(1.0)),                 // bit 0
    ("gear_recommended", "10 30", Some(3.0)),            // upper half
    ("glow_plug_lamp", "08 08", Some(1.0)),              // bit 3
    ("boost_pressure_a_control", "04 00 00 00 00 00 00 00 00 02", Some(2.0)), // bits 1 and 0
    ("boost_pressure_b_control", "20 00 00 00 00 00 00 00 00 0C", Some(3.0)), // bits 3 and 2
    ("nox_inducement_level_2", "01 10 00 00 00 00 00 00 00 00 00 00", Some(2.0)), // bits 4 and 3
    ("scr_inducement_active", "84 00 00 00 00 00 00 00 00 00 00 00 00", Some(1.0)),
    ("scr_inducement_history_2", "00 42 00 00 00 00 00 00 00 00 00 00 00", Some(4.0)),
    ("hybrid_mode_enhanced", "08 04 00 00 00 00", Some(2.0)), // bits 2 and 1
    // Several sensors in one answer.
    ("oxygen_sensor_1_voltage", "5A 80", Some(0.45)), // 90/200
    ("oxygen_sensor_1_fuel_trim", "5A 80", Some(0.0)), // 128·100/128 - 100
    ("oxygen_sensor_1_fuel_trim", "5A FF", None),     // plays no part in the trim
    ("wide_oxygen_sensor_1_lambda", "80 00 60 00", Some(1.0)), // 32768/32768
    ("wide_oxygen_sensor_1_voltage", "80 00 60 00", Some(3.0)), // 24576/8192
    ("wide_oxygen_sensor_8_current", "80 00 7F 80", Some(-0.5)), // 32640/256 - 128
    ("maximum_intake_pressure", "00 00 00 19", Some(250.0)), // 25·10
    ("mass_air_flow_a", "01 02 80 00 40", Some(20.0)), // 640/32
    ("mass_air_flow_b", "01 02 80 00 40", None),      // its support bit is 0
    ("mass_air_flow_b", "03 02 80 00 40", Some(2.0)), // 64/32
    ("engine_coolant_temperature_2", "03 7B 5A", Some(50.0)), // 90 - 40
    ("egr_b_error", "20 00 00 00 00 00 60", Some(-25.0)), // 96·100/128 - 100
    ("egr_temperature_a", "10 64 00 00 00", None),    // the wide one is sent
    ("egr_temperature_a_wide", "10 64 00 00 00", Some(360.0)), // 100·4 - 40
    ("fuel_rail_pressure_a", "02 00 00 13 88 00 00 00 00 00 00", Some(50_000.0)), // 5000·10
    ("fuel_rail_temperature_b", "20 00 00 00 00 00 00 00 00 00 64", Some(60.0)), // 100 - 40
    ("boost_pressure_a", "02 00 00 0C 80 00 00 00 00 00", Some(100.0)), // 3200/32
    ("turbocharger_a_speed", "01 3A 98 00 00", Some(150_000.0)), // 15000·10
    ("turbocharger_a_turbine_inlet_temperature", "04 00 00 1B 58 00 00", Some(660.0)), // 7000/10 - 40
    ("exhaust_gas_temperature_2_8", "08 00 00 00 00 00 00 0F A0", Some(360.0)), // 4000/10 - 40
    ("dpf_1_inlet_temperature", "01 1B 58 00 00 00 00 00 00", Some(660.0)), // 7000/10 - 40
    ("dpf_regeneration_trigger", "10 00 33 00 00 00 00", Some(20.0)), // 51·100/255
    ("dpf_regeneration_average_distance", "40 00 00 00 00 01 2C", Some(300.0)), // 300
    ("nox_concentration_1_2", "02 00 00 00 64 00 00 00 00", Some(100.0)), // 100
    ("particulate_concentration_1", "01 00 50 00 00", Some(1.0)), // 80/80
    ("adblue_consumption", "01 00 C8 00 00 00 00 00 00 00", Some(1.0)), // 200/200
    ("adblue_level", "04 00 00 00 00 33 00 00 00 00", Some(20.0)), // 51·100/255
    ("oxygen_concentration_1_1", "01 FF FF 00 00 00 00 00 00 00 00 00 00 00 00 00 00", Some(100.0)), // 65535·100/65535
    ("exhaust_lambda_1_1", "10 00 00 00 00 00 00 00 00 20 00 00 00 00 00 00 00", Some(1.0)), // 8192/8192
    ("high_voltage_battery_voltage", "07 00 64 00 FF 9C", Some(400.0)),                      // 25600/64
    ("fuel_system_b_share_bank_1", "02 00 66 00 00 00 00 00 00", Some(40.0)),                // 102·100/255
    ("gear", "03 30 0E 10", Some(3.0)),                                                      // upper half
    ("gear_ratio", "03 30 0E 10", Some(3.6)),                                                // 3600/1000
    // Cut short.
    ("engine_speed", "1A", None),
    ("gear_ratio", "03 30 0E", None),
    ("engine_speed", "", None),
];

#[test]
fn answers_mean_what_the_standard_says() {
    for (id, data, value) in READINGS {
        let bytes: Vec<u8> =
            data.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect();
        let row = catalogue().iter().find(|row| row.id == *id).unwrap_or_else(|| panic!("no row {id}"));
        let source = row.obd.unwrap_or_else(|| panic!("{id} has no source"));
        assert_eq!(source.value_in(&bytes), *value, "{id} {data}");
    }
}

#[test]
fn the_range_of_a_row_is_what_its_field_can_hold() {
    for (id, low, high) in [
        ("engine_coolant_temperature", -40.0, 215.0),
        ("engine_speed", 0.0, 16_383.75),
        ("short_term_fuel_trim_1", -100.0, 99.218_75),
        ("timing_advance", -64.0, 63.5),
        ("catalyst_temperature_1_1", -40.0, 6_513.5),
        ("battery_voltage", 0.0, 65.535),
        ("evaporative_vapor_pressure", -8_192.0, 8_191.75),
        ("evaporative_vapor_pressure_wide", -32_768.0, 32_767.0),
        ("absolute_load", 0.0, 25_700.0),
        ("fuel_injection_timing", -210.0, 301.992_187_5),
        ("fuel_rate", 0.0, 3_276.75),
        ("wide_oxygen_sensor_1_current", -128.0, 127.996_093_75),
        ("engine_torque_actual", -125.0, 130.0),
        ("dpf_1_pressure_difference", -327.68, 327.67),
        ("odometer", 0.0, 429_496_729.5),
        ("turbocharger_a_speed", 0.0, 655_350.0),
    ] {
        let row = catalogue().iter().find(|row| row.id == id).unwrap();
        assert_eq!(row.range, Some((low, high)), "{id}");
    }
}

#[test]
fn every_parameter_of_the_standard_with_a_value_has_a_row() {
    // Left out: 00, 20 … (which parameters there are), 02 (a trouble code), 41 (monitors of this drive, an event of
    // its own); 95 to 97, which are reserved; A3, whose fields could not be checked against two sources.
    let left_out = |pid: u8| pid.is_multiple_of(0x20) || matches!(pid, 0x02 | 0x41 | 0x95..=0x97 | 0xA3);
    let rows =
        |pid: u8| catalogue().iter().filter(|row| row.obd.is_some_and(|source| source.pid == pid)).count();
    for pid in 0x01..=0xA8 {
        if !left_out(pid) {
            assert!(rows(pid) > 0, "no row for parameter {pid:02X}");
        }
    }
}

proptest! {
    #[test]
    fn what_a_field_holds_is_within_its_range(
        row in 0..catalogue().len(),
        data in prop::collection::vec(any::<u8>(), 0..48),
    ) {
        let row = &catalogue()[row];
        if let (Some(source), Some((low, high))) = (row.obd, row.range)
            && let Some(value) = source.value_in(&data)
        {
            prop_assert!((low..=high).contains(&value), "{} {value}", row.id);
        }
    }

    #[test]
    fn no_source_reads_past_the_data(
        (bit, bits, signed, mul, div) in any::<(u16, u8, bool, i32, i32)>(),
        supported_by: Option<u16>,
        data in prop::collection::vec(any::<u8>(), 0..16),
    ) {
        let source =
            ObdSource { service: 0x01, pid: 0, bit, bits, signed, mul, div, add: 0.0, absent: None, supported_by };
        let fits = matches!(bits, 1..=32) && usize::from(bit) + usize::from(bits) <= data.len() * 8;
        prop_assert!(source.raw_in(&data).is_none() || fits);
        let _ = source.value_in(&data);
    }
}
