//! The types of events and their fields, as the tests know them.

/// What a field of the published format holds, in the tests' own words.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Bool,
    Date,
    DateTime,
    Diff,
    Integer,
    Number,
    /// One of these texts of JSON.
    OneOf(&'static [&'static str]),
    Status,
    Text,
}
use Kind::{Bool, Date, DateTime, Diff, Integer, Number, OneOf, Status, Text};

/// The published types and their fields; names of the form `a_b_km` stand for themselves.
pub(crate) const TYPES: [(&str, &[(&str, Kind)]); 56] = [
    ("calc_vehicle_idle", &[("value", Bool)]),
    ("can_adblue_remaining_distance_km", &[("value", Number)]),
    ("can_ambient_air_temperature_celsius", &[("value", Number)]),
    ("can_distance_with_mil_on_km", &[("value", Number)]),
    (
        "can_dtc",
        &[
            ("code", Text),
            ("diff", Diff),
            ("status", Text),
            ("rxId", Text),
            ("txId", Text),
            ("transport", Text),
            ("application", Text),
            ("ecu", Text),
            ("sourceType", Text),
            ("rxLocalId", Text),
            ("txLocalId", Text),
            ("serviceAndDid", Text),
            ("useFunctionalAddressing", Bool),
            ("sessionType", Text),
        ],
    ),
    (
        "mapped_dtc",
        &[
            ("codeId", Text),
            ("vendorId", Text),
            ("rawCode", Text),
            ("status", Status),
            ("enabled", Bool),
            ("ecu", Text),
            ("descriptionDanish", Text),
            ("descriptionEnglish", Text),
            ("descriptionGerman", Text),
            ("descriptionNorwegian", Text),
            ("descriptionSpanish", Text),
            ("descriptionSwedish", Text),
        ],
    ),
    ("can_engine_code", &[("value", Text)]),
    ("can_engine_coolant_temperature_celsius", &[("value", Number)]),
    ("can_exceeded_oil_change_days", &[("value", Number)]),
    ("can_exceeded_oil_change_km", &[("value", Number)]),
    ("can_fuel_level_liters", &[("value", Number)]),
    ("can_fuel_level_percent", &[("value", Number)]),
    ("can_high_voltage_battery_charge_percent", &[("value", Number)]),
    ("can_high_voltage_battery_temperature_celsius", &[("value", Number)]),
    ("can_last_oil_change_days", &[("value", Number)]),
    ("can_last_oil_change_km", &[("value", Number)]),
    ("can_last_service_at_date", &[("value", Date)]),
    ("can_last_service_at_odometer", &[("value", Number)]),
    ("can_last_service_days", &[("value", Number)]),
    ("can_last_service_km", &[("value", Number)]),
    ("can_mil_lamp", &[("value", Bool), ("color", Text), ("frequency", Text)]),
    ("can_next_oil_change_30days", &[("value", Number)]),
    ("can_next_oil_change_days", &[("value", Number)]),
    ("can_next_oil_change_km", &[("value", Number)]),
    ("can_next_service_30days", &[("value", Number)]),
    ("can_next_service_days", &[("value", Number)]),
    ("can_next_service_km", &[("value", Number)]),
    ("can_odometer_km", &[("value", Number)]),
    ("can_odometer10_km", &[("value", Number)]),
    ("can_oil_change_interval_fixed_days", &[("value", Number)]),
    ("can_oil_change_interval_fixed_km", &[("value", Number)]),
    ("can_oil_change_interval_variable_days", &[("value", Number)]),
    ("can_oil_change_interval_variable_km", &[("value", Number)]),
    ("can_oil_change_type_is_fixed", &[("value", Bool)]),
    ("can_oil_degradation_percent", &[("value", Number)]),
    ("can_range_total_km", &[("value", Number)]),
    ("can_service_interval_days", &[("value", Number)]),
    ("can_service_interval_km", &[("value", Number)]),
    ("can_vehicle_speed_kph", &[("value", Number)]),
    ("can_vin", &[("value", Text)]),
    ("car_battery_voltage", &[("value", Number)]),
    ("car_ignition", &[("value", Bool)]),
    ("car_odometer_km", &[("value", Number)]),
    ("car_profiling", &[("gForce", Number), ("direction", Text)]),
    ("daily_can_odometer_km", &[("value", Number)]),
    ("gpio_battery_external_disconnect", &[("value", Bool)]),
    (
        "gps_position",
        &[
            ("latitude", Number),
            ("longitude", Number),
            ("speed", Number),
            ("direction", Number),
            ("eph", Number),
            ("hdop", Number),
        ],
    ),
    ("service_reminder_lead", &[("value", DateTime)]),
    (
        "car_roadworthy_inspection_date",
        &[
            ("fleetId", Integer),
            ("fleetExternalReference", Text),
            ("workshopId", Integer),
            ("value", DateTime),
        ],
    ),
    ("access_granted_to_fleet", &[("fleetId", Integer)]),
    ("access_granted_to_vehicle", &[]),
    ("access_removed_from_fleet", &[("fleetId", Integer)]),
    ("access_removed_from_vehicle", &[]),
    ("vehicle_added_to_fleet", &[("fleetId", Integer)]),
    ("vehicle_removed_from_fleet", &[("fleetId", Integer)]),
    (
        "car_service_booking",
        &[
            ("bookingSource", Text),
            ("bookingId", Text),
            ("bookingStatus", Text),
            ("bookingDealer", Text),
            ("bookingCreatedDate", DateTime),
            ("fleetId", Integer),
            ("fleetExternalReference", Text),
            ("reasonKey", Text),
            ("reasonText", Text),
            ("workshopId", Integer),
            ("value", DateTime),
        ],
    ),
];

/// Types outside the published ones: ours, an older name, and one nobody knows.
pub(crate) const MORE_TYPES: [(&str, &[(&str, Kind)]); 4] = [
    ("can_oil_degration_percent", &[("value", Number)]),
    ("can_engine_speed_rpm", &[("value", Number)]),
    ("signal_reading", &[("signal", Text), ("value", Number), ("unit", Text)]),
    ("tomorrows_type", &[("value", Number), ("status", Status), ("other", Text)]),
];

/// Our own types with fields of their own, and a type that newer versions may know.
pub(crate) const OWN_TYPES: [(&str, &[(&str, Kind)]); 8] = [
    (
        "can_dtc_scan",
        &[
            ("ecu", Text),
            ("service", OneOf(&["\"stored\"", "\"uds\"", "\"pending\"", "\"permanent\"", "\"novel\""])),
            ("statusMask", OneOf(&["\"0c\"", "\"0C\"", "\"zz\"", "\"00\""])),
            ("complete", Bool),
            (
                "codes",
                OneOf(&[
                    "[]",
                    "[ ]",
                    "[{\"code\":\"0301\",\"sourceType\":\"j2012\",\"status\":\"2f\"}]",
                    "[{\"code\":\"0301\",\"sourceType\":\"j2012\",\"status\":\"2F\"}]",
                    "[{\"code\":\"4321\"},{\"code\":\"00463a\",\"sourceType\":\"vag\"}]",
                    "[{\"code\":\"0301\",\"sourceType\":\"j2012\",\"protobuf\":\"2001\"}]",
                    "[{\"code\":\"no hex\"}]",
                    "[{\"sourceType\":null}]",
                ]),
            ),
        ],
    ),
    (
        "can_monitor_readiness",
        &[
            ("mil", Bool),
            ("dtcCount", OneOf(&["0", "7", "127", "1.0"])),
            ("ignition", OneOf(&["\"spark\"", "\"compression\"", "\"steam\""])),
            (
                "monitors",
                OneOf(&[
                    "{}",
                    "{\"catalyst\":true,\"egr\":false}",
                    "{ \"egr\" : true , \"flux\" : false }",
                    "{\"egr\":true,\"egr\":false}",
                ]),
            ),
        ],
    ),
    ("trip_started", &[("tripId", Text), ("odometerKm", Number)]),
    (
        "trip_ended",
        &[
            ("tripId", Text),
            ("odometerKm", Number),
            ("distanceKm", Number),
            ("durationSeconds", Number),
            ("fuelLiters", Number),
        ],
    ),
    ("refuel", &[("litersBefore", Number), ("litersAfter", Number)]),
    (
        "signal_reading",
        &[
            (
                "signal",
                OneOf(&["\"engine_speed\"", "\"can_odometer_km\"", "\"KONAEV_CELL_1\"", "\"vehicle_speed\""]),
            ),
            ("kind", OneOf(&["\"date\"", "\"instant\"", "null", "\"moon\""])),
            (
                "value",
                OneOf(&[
                    "0",
                    "12.5",
                    "12.50",
                    "true",
                    "\"\"",
                    "\"2026-05-01\"",
                    "\"2026-05-01T10:00:00Z\"",
                    "{}",
                ]),
            ),
            ("unit", OneOf(&["\"km/h\"", "\"kph\"", "\"parsec\"", "null"])),
        ],
    ),
    (
        "signal_reading",
        &[
            ("signal", OneOf(&["\"odometer\"", "\"IGNITION\"", "\"ignition\"", "\"last_service_date\""])),
            ("value", OneOf(&["7", "7.5", "true", "false", "\"2026-05-01\"", "null"])),
        ],
    ),
    ("can_malfunction_indicator_frequency", &[("value", Text)]),
];
