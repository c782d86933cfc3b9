//! Distances, fuel, hours, services and the clock.

use cc_core::MeasureUnit;

use crate::j1939::spn::row::{Spn, number, state};

/// HRLFC, 64777: High resolution fuel consumption.
pub(super) const HRLFC: &[Spn] = &[
    number(5053, "trip_fuel_precise", "Fuel of this trip", (1, 32), (1, 1000, 0.0), MeasureUnit::Liter),
    number(
        5054,
        "fuel_used_total_precise",
        "Fuel used in the engine's life",
        (5, 32),
        (1, 1000, 0.0),
        MeasureUnit::Liter,
    ),
];

/// SERV, 65216: Service information.
pub(super) const SERV: &[Spn] = &[
    state(911, "service_component_1", "Component the distance is about", (1, 1), 8),
    number(
        914,
        "next_service_distance",
        "Distance until the service; below 0 overdue",
        (2, 16),
        (5, 1, -160_635.0),
        MeasureUnit::Kilometer,
    ),
    state(912, "service_component_2", "Component the calendar time is about", (4, 1), 8),
    number(
        915,
        "next_service_time",
        "Time until the service; below 0 overdue",
        (5, 8),
        (7, 1, -875.0),
        MeasureUnit::Day,
    ),
    state(913, "service_component_3", "Component the time of operation is about", (6, 1), 8),
    number(
        916,
        "next_service_operation_time",
        "Time of operation until the service; below 0 overdue",
        (7, 16),
        (1, 1, -32_127.0),
        MeasureUnit::Hour,
    ),
];

/// VDHR, 65217: High resolution vehicle distance.
pub(super) const VDHR: &[Spn] = &[
    number(
        917,
        "odometer",
        "Distance driven in the vehicle's life",
        (1, 32),
        (1, 200, 0.0),
        MeasureUnit::Kilometer,
    ),
    number(918, "trip_distance", "Distance of this trip", (5, 32), (1, 200, 0.0), MeasureUnit::Kilometer),
];

/// VD, 65248: Vehicle distance.
pub(super) const VD: &[Spn] = &[
    number(244, "trip_distance", "Distance of this trip", (1, 32), (1, 8, 0.0), MeasureUnit::Kilometer),
    number(
        245,
        "odometer",
        "Distance driven in the vehicle's life",
        (5, 32),
        (1, 8, 0.0),
        MeasureUnit::Kilometer,
    ),
];

/// HOURS, 65253: Engine hours and revolutions.
pub(super) const HOURS: &[Spn] = &[
    number(
        247,
        "engine_run_time_total",
        "Time the engine has run in its life",
        (1, 32),
        (180, 1, 0.0),
        MeasureUnit::Second,
    ),
    number(
        249,
        "engine_revolutions_total",
        "Revolutions in the engine's life",
        (5, 32),
        (1000, 1, 0.0),
        MeasureUnit::One,
    ),
];

/// TD, 65254: Time and date.
pub(super) const TD: &[Spn] = &[
    number(959, "clock_second", "Second (UTC)", (1, 8), (1, 4, 0.0), MeasureUnit::Second),
    number(960, "clock_minute", "Minute (UTC)", (2, 8), (1, 1, 0.0), MeasureUnit::One),
    number(961, "clock_hour", "Hour (UTC)", (3, 8), (1, 1, 0.0), MeasureUnit::One),
    number(963, "clock_month", "Month", (4, 8), (1, 1, 0.0), MeasureUnit::One),
    number(
        962,
        "clock_day",
        "Day of the month, in quarters; 0.25 to 1 is the first",
        (5, 8),
        (1, 4, 0.0),
        MeasureUnit::One,
    ),
    number(964, "clock_year", "Year", (6, 8), (1, 1, 1985.0), MeasureUnit::One),
    number(
        1601,
        "clock_local_minute_offset",
        "Minutes that local time is ahead",
        (7, 8),
        (1, 1, -125.0),
        MeasureUnit::Minute,
    ),
    number(
        1602,
        "clock_local_hour_offset",
        "Hours that local time is ahead",
        (8, 8),
        (1, 1, -125.0),
        MeasureUnit::Hour,
    ),
];

/// LFC1, 65257: Fuel consumption.
pub(super) const LFC1: &[Spn] = &[
    number(182, "trip_fuel", "Fuel of this trip", (1, 32), (1, 2, 0.0), MeasureUnit::Liter),
    number(
        250,
        "fuel_used_total",
        "Fuel used in the engine's life",
        (5, 32),
        (1, 2, 0.0),
        MeasureUnit::Liter,
    ),
];
