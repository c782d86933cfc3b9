//! What the rows promise, checked against facts from outside.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::{SignalId, ValueKind, catalogue};

/// The types of push-v2 whose value is one reading, by kind of value. Its six other vehicle types are events of their
/// own: `can_dtc`, `mapped_dtc`, `can_mil_lamp`, `car_profiling`, `gps_position` and `car_roadworthy_inspection_date`.
const PUBLISHED: [(ValueKind, &[&str]); 5] = [
    (
        ValueKind::Number,
        &[
            "can_adblue_remaining_distance_km",
            "can_ambient_air_temperature_celsius",
            "can_distance_with_mil_on_km",
            "can_engine_coolant_temperature_celsius",
            "can_exceeded_oil_change_days",
            "can_exceeded_oil_change_km",
            "can_fuel_level_liters",
            "can_fuel_level_percent",
            "can_high_voltage_battery_charge_percent",
            "can_high_voltage_battery_temperature_celsius",
            "can_last_oil_change_days",
            "can_last_oil_change_km",
            "can_last_service_at_odometer",
            "can_last_service_days",
            "can_last_service_km",
            "can_next_oil_change_30days",
            "can_next_oil_change_days",
            "can_next_oil_change_km",
            "can_next_service_30days",
            "can_next_service_days",
            "can_next_service_km",
            "can_odometer10_km",
            "can_odometer_km",
            "can_oil_change_interval_fixed_days",
            "can_oil_change_interval_fixed_km",
            "can_oil_change_interval_variable_days",
            "can_oil_change_interval_variable_km",
            "can_oil_degradation_percent",
            "can_range_total_km",
            "can_service_interval_days",
            "can_service_interval_km",
            "can_vehicle_speed_kph",
            "car_battery_voltage",
            "car_odometer_km",
            "daily_can_odometer_km",
        ],
    ),
    (
        ValueKind::Bool,
        &[
            "calc_vehicle_idle",
            "can_oil_change_type_is_fixed",
            "car_ignition",
            "gpio_battery_external_disconnect",
        ],
    ),
    (ValueKind::Text, &["can_engine_code", "can_vin"]),
    (ValueKind::Date, &["can_last_service_at_date"]),
    (ValueKind::Instant, &["service_reminder_lead"]),
];

#[test]
fn every_published_reading_is_a_row_and_no_other_row_claims_to_be_one() {
    for (kind, names) in PUBLISHED {
        let rows: BTreeSet<&str> = catalogue()
            .iter()
            .filter(|row| row.published && row.kind == kind)
            .map(|row| row.stream)
            .collect();
        assert_eq!(rows, names.iter().copied().collect(), "{kind:?}");
    }
    // 49 types, less the six that are events of their own.
    assert_eq!(PUBLISHED.iter().map(|(_, names)| names.len()).sum::<usize>(), 43);
}

#[test]
fn the_older_spelling_names_the_same_row() {
    let signal = crate::Signal::by_stream("can_oil_degration_percent");
    assert_eq!(signal, Some(SignalId::OIL_DEGRADATION));
    assert_eq!(signal, crate::Signal::by_stream("can_oil_degradation_percent"));
    assert_eq!(crate::Signal::by_stream("can_dtc"), None);
}

#[test]
fn a_data_stream_name_ends_in_its_unit_where_it_is_our_own() {
    for row in catalogue().iter().filter(|row| !row.published) {
        assert!(row.stream.starts_with(&alloc::format!("can_{}", row.id)), "{}", row.stream);
    }
}

#[test]
fn a_row_is_whole() {
    let mut paths = BTreeMap::new();
    for row in catalogue() {
        assert!(row.about.ends_with('.') && !row.about.contains("  "), "{}: {}", row.id, row.about);
        assert!(row.id.bytes().all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'_')), "{}", row.id);
        assert_eq!(row.range.is_some(), row.kind == ValueKind::Number, "{}", row.id);
        if let Some(path) = row.vss {
            assert_eq!(paths.insert(path, row.id), None, "{path} twice");
        }
        if let Some(source) = row.obd {
            assert!(source.div != 0 && matches!(source.bits, 1..=32), "{}", row.id);
            assert_eq!(source.bits == 1 && row.labels.is_empty(), row.kind == ValueKind::Bool, "{}", row.id);
            if let Some(bit) = source.supported_by {
                assert!(bit < 8 && source.bit >= 8, "{}: the support bits are the first byte", row.id);
            }
        }
    }
}

#[test]
fn two_fields_of_one_answer_overlap_only_where_its_support_bits_choose_between_them() {
    let mut fields: BTreeMap<u8, Vec<_>> = BTreeMap::new();
    for row in catalogue() {
        if let Some(source) = row.obd {
            fields.entry(source.pid).or_default().push((source, row.id));
        }
    }
    for fields in fields.values() {
        for (i, (a, a_id)) in fields.iter().enumerate() {
            for (b, b_id) in &fields[i + 1..] {
                let apart = a.bit + u16::from(a.bits) <= b.bit || b.bit + u16::from(b.bits) <= a.bit;
                let chosen =
                    a.supported_by.is_some() && b.supported_by.is_some() && a.supported_by != b.supported_by;
                assert!(apart || chosen, "{a_id} and {b_id}");
            }
        }
    }
}
