//! Engine and transmission.

use cc_core::MeasureUnit;

use crate::j1939::spn::row::{Spn, number, state, state_or_error, switch};

/// ETC1, 61442: Electronic transmission controller 1.
pub(super) const ETC1: &[Spn] = &[
    switch(560, "driveline_engaged", "Driveline is engaged", (1, 1)),
    switch(573, "torque_converter_lockup_engaged", "Torque converter lockup is engaged", (1, 3)),
    switch(574, "shift_in_process", "A shift is in process", (1, 5)),
    number(
        191,
        "transmission_output_shaft_speed",
        "Output shaft speed",
        (2, 16),
        (1, 8, 0.0),
        MeasureUnit::RevolutionsPerMinute,
    ),
    number(522, "clutch_slip", "Clutch slip", (4, 8), (2, 5, 0.0), MeasureUnit::Percent),
    switch(606, "engine_overspeed_enabled", "Momentary engine overspeed is allowed", (5, 1)),
    switch(607, "progressive_shift_disabled", "Progressive shifting is off", (5, 3)),
    number(
        161,
        "transmission_input_shaft_speed",
        "Input shaft speed",
        (6, 16),
        (1, 8, 0.0),
        MeasureUnit::RevolutionsPerMinute,
    ),
    state(
        1482,
        "transmission_control_source_address",
        "Address of the device that controls the transmission controller",
        (8, 1),
        8,
    ),
];

/// EEC2, 61443: Electronic engine controller 2.
pub(super) const EEC2: &[Spn] = &[
    switch(558, "accelerator_low_idle_switch", "Accelerator pedal 1 is at low idle", (1, 1)),
    switch(559, "accelerator_kickdown_switch", "Accelerator pedal is at kickdown", (1, 3)),
    switch(1437, "road_speed_limit_inactive", "Road speed limit is not active", (1, 5)),
    switch(2970, "accelerator_2_low_idle_switch", "Accelerator pedal 2 is at low idle", (1, 7)),
    number(
        91,
        "accelerator_position_d",
        "Accelerator pedal position 1",
        (2, 8),
        (2, 5, 0.0),
        MeasureUnit::Percent,
    ),
    number(92, "engine_load", "Engine load at the current speed", (3, 8), (1, 1, 0.0), MeasureUnit::Percent),
    number(
        974,
        "remote_accelerator_position",
        "Remote accelerator pedal position",
        (4, 8),
        (2, 5, 0.0),
        MeasureUnit::Percent,
    ),
    number(
        29,
        "accelerator_position_e",
        "Accelerator pedal position 2",
        (5, 8),
        (2, 5, 0.0),
        MeasureUnit::Percent,
    ),
    switch(2979, "acceleration_rate_limit_active", "Acceleration rate limit is active", (6, 1)),
    number(
        3357,
        "engine_torque_available",
        "Most torque the engine can give now",
        (7, 8),
        (2, 5, 0.0),
        MeasureUnit::Percent,
    ),
];

/// EEC1, 61444: Electronic engine controller 1.
pub(super) const EEC1: &[Spn] = &[
    state(899, "engine_torque_mode", "Engine torque mode", (1, 1), 4),
    number(
        512,
        "engine_torque_demanded",
        "Torque the driver asks for",
        (2, 8),
        (1, 1, -125.0),
        MeasureUnit::Percent,
    ),
    number(
        513,
        "engine_torque_actual",
        "Torque the engine gives",
        (3, 8),
        (1, 1, -125.0),
        MeasureUnit::Percent,
    ),
    number(190, "engine_speed", "Engine speed", (4, 16), (1, 8, 0.0), MeasureUnit::RevolutionsPerMinute),
    state(
        1483,
        "engine_control_source_address",
        "Address of the device that controls the engine controller",
        (6, 1),
        8,
    ),
    state_or_error(1675, "engine_starter_mode", "Engine starter mode", (7, 1), 4),
    number(
        2432,
        "engine_demand_torque",
        "Torque all controllers ask for",
        (8, 8),
        (1, 1, -125.0),
        MeasureUnit::Percent,
    ),
];

/// ETC2, 61445: Electronic transmission controller 2.
pub(super) const ETC2: &[Spn] = &[
    number(
        524,
        "transmission_selected_gear",
        "Selected gear; below 0 reverse",
        (1, 8),
        (1, 1, -125.0),
        MeasureUnit::One,
    ),
    number(526, "gear_ratio", "Gear ratio", (2, 16), (1, 1000, 0.0), MeasureUnit::One),
    number(
        523,
        "transmission_current_gear",
        "Current gear; below 0 reverse, 0 neutral",
        (4, 8),
        (1, 1, -125.0),
        MeasureUnit::One,
    ),
];

/// FD1, 65213: Fan drive 1.
pub(super) const FD1: &[Spn] = &[
    number(
        975,
        "fan_speed_percent",
        "Fan speed as a share of the fastest",
        (1, 8),
        (2, 5, 0.0),
        MeasureUnit::Percent,
    ),
    state(977, "fan_drive_state", "What drives the fan", (2, 1), 4),
    number(1639, "fan_speed", "Fan speed", (3, 16), (1, 8, 0.0), MeasureUnit::RevolutionsPerMinute),
];

/// EEC3, 65247: Electronic engine controller 3.
pub(super) const EEC3: &[Spn] = &[
    number(
        514,
        "engine_torque_friction",
        "Torque lost to friction",
        (1, 8),
        (1, 1, -125.0),
        MeasureUnit::Percent,
    ),
    number(
        515,
        "engine_speed_desired",
        "Speed the engine should have",
        (2, 16),
        (1, 8, 0.0),
        MeasureUnit::RevolutionsPerMinute,
    ),
    number(
        519,
        "engine_speed_asymmetry_adjustment",
        "Adjustment of the asymmetry of the speed control",
        (4, 8),
        (1, 1, 0.0),
        MeasureUnit::One,
    ),
    number(
        2978,
        "engine_parasitic_losses",
        "Torque lost to auxiliaries, estimated",
        (5, 8),
        (1, 1, -125.0),
        MeasureUnit::Percent,
    ),
];

/// EC1, 65251: Engine configuration 1.
pub(super) const EC1: &[Spn] = &[
    number(
        188,
        "engine_speed_idle",
        "Engine speed at idle",
        (1, 16),
        (1, 8, 0.0),
        MeasureUnit::RevolutionsPerMinute,
    ),
    number(
        544,
        "engine_torque_reference",
        "Torque that the shares refer to",
        (20, 16),
        (1, 1, 0.0),
        MeasureUnit::NewtonMeter,
    ),
];

/// ET1, 65262: Engine temperature 1.
pub(super) const ET1: &[Spn] = &[
    number(
        110,
        "engine_coolant_temperature",
        "Coolant temperature",
        (1, 8),
        (1, 1, -40.0),
        MeasureUnit::Celsius,
    ),
    number(174, "fuel_temperature", "Fuel temperature", (2, 8), (1, 1, -40.0), MeasureUnit::Celsius),
    number(
        175,
        "engine_oil_temperature",
        "Engine oil temperature",
        (3, 16),
        (1, 32, -273.0),
        MeasureUnit::Celsius,
    ),
    number(
        176,
        "turbocharger_oil_temperature",
        "Turbocharger oil temperature",
        (5, 16),
        (1, 32, -273.0),
        MeasureUnit::Celsius,
    ),
    number(
        52,
        "intercooler_temperature",
        "Intercooler temperature",
        (7, 8),
        (1, 1, -40.0),
        MeasureUnit::Celsius,
    ),
    number(
        1134,
        "intercooler_thermostat_opening",
        "Opening of the intercooler thermostat",
        (8, 8),
        (2, 5, 0.0),
        MeasureUnit::Percent,
    ),
];

/// EFL/P1, 65263: Engine fluid level and pressure 1.
pub(super) const EFL_P1: &[Spn] = &[
    number(
        94,
        "fuel_delivery_pressure",
        "Fuel delivery pressure",
        (1, 8),
        (4, 1, 0.0),
        MeasureUnit::Kilopascal,
    ),
    number(
        22,
        "crankcase_blow_by_pressure",
        "Extended crankcase blow-by pressure",
        (2, 8),
        (1, 20, 0.0),
        MeasureUnit::Kilopascal,
    ),
    number(
        98,
        "engine_oil_level_share",
        "Engine oil as a share of what is needed",
        (3, 8),
        (2, 5, 0.0),
        MeasureUnit::Percent,
    ),
    number(100, "engine_oil_pressure", "Engine oil pressure", (4, 8), (4, 1, 0.0), MeasureUnit::Kilopascal),
    number(
        101,
        "crankcase_pressure",
        "Crankcase pressure",
        (5, 16),
        (1, 128, -250.0),
        MeasureUnit::Kilopascal,
    ),
    number(109, "engine_coolant_pressure", "Coolant pressure", (7, 8), (2, 1, 0.0), MeasureUnit::Kilopascal),
    number(111, "engine_coolant_level", "Coolant level", (8, 8), (2, 5, 0.0), MeasureUnit::Percent),
];

/// LFE1, 65266: Fuel economy.
pub(super) const LFE1: &[Spn] = &[
    number(183, "fuel_rate", "Fuel the engine burns", (1, 16), (1, 20, 0.0), MeasureUnit::LiterPerHour),
    number(
        184,
        "fuel_economy_instantaneous",
        "Distance on a litre of fuel now (km/L)",
        (3, 16),
        (1, 512, 0.0),
        MeasureUnit::One,
    ),
    number(
        185,
        "fuel_economy_average",
        "Distance on a litre of fuel on average (km/L)",
        (5, 16),
        (1, 512, 0.0),
        MeasureUnit::One,
    ),
    number(51, "throttle_position", "Throttle 1 opening", (7, 8), (2, 5, 0.0), MeasureUnit::Percent),
    number(3673, "throttle_2_position", "Throttle 2 opening", (8, 8), (2, 5, 0.0), MeasureUnit::Percent),
];

/// AMB, 65269: Ambient conditions.
pub(super) const AMB: &[Spn] = &[
    number(
        108,
        "barometric_pressure",
        "Pressure of the air outside",
        (1, 8),
        (1, 2, 0.0),
        MeasureUnit::Kilopascal,
    ),
    number(170, "cab_temperature", "Temperature in the cab", (2, 16), (1, 32, -273.0), MeasureUnit::Celsius),
    number(
        171,
        "ambient_air_temperature",
        "Temperature of the air outside",
        (4, 16),
        (1, 32, -273.0),
        MeasureUnit::Celsius,
    ),
    number(
        172,
        "intake_air_temperature",
        "Temperature of the air the engine takes in",
        (6, 8),
        (1, 1, -40.0),
        MeasureUnit::Celsius,
    ),
    number(
        79,
        "road_surface_temperature",
        "Temperature of the road",
        (7, 16),
        (1, 32, -273.0),
        MeasureUnit::Celsius,
    ),
];

/// IC1, 65270: Intake and exhaust conditions 1.
pub(super) const IC1: &[Spn] = &[
    number(
        81,
        "dpf_1_intake_pressure_gauge",
        "Pressure before the particulate filter",
        (1, 8),
        (1, 2, 0.0),
        MeasureUnit::Kilopascal,
    ),
    number(
        102,
        "intake_manifold_pressure_gauge",
        "Pressure in the intake manifold above that outside (boost)",
        (2, 8),
        (2, 1, 0.0),
        MeasureUnit::Kilopascal,
    ),
    number(
        105,
        "intake_manifold_temperature",
        "Temperature in the intake manifold",
        (3, 8),
        (1, 1, -40.0),
        MeasureUnit::Celsius,
    ),
    number(
        106,
        "air_intake_pressure",
        "Absolute pressure of the air intake",
        (4, 8),
        (2, 1, 0.0),
        MeasureUnit::Kilopascal,
    ),
    number(
        107,
        "air_filter_pressure_difference",
        "Pressure lost over the air filter",
        (5, 8),
        (1, 20, 0.0),
        MeasureUnit::Kilopascal,
    ),
    number(
        173,
        "exhaust_gas_temperature",
        "Exhaust gas temperature",
        (6, 16),
        (1, 32, -273.0),
        MeasureUnit::Celsius,
    ),
    number(
        112,
        "coolant_filter_pressure_difference",
        "Pressure lost over the coolant filter",
        (8, 8),
        (1, 2, 0.0),
        MeasureUnit::Kilopascal,
    ),
];

/// VEP1, 65271: Vehicle electrical power 1.
pub(super) const VEP1: &[Spn] = &[
    number(
        114,
        "battery_current",
        "Current into the battery; below 0 out of it",
        (1, 8),
        (1, 1, -125.0),
        MeasureUnit::Ampere,
    ),
    number(115, "alternator_current", "Alternator current", (2, 8), (1, 1, 0.0), MeasureUnit::Ampere),
    number(167, "charging_voltage", "Charging system voltage", (3, 16), (1, 20, 0.0), MeasureUnit::Volt),
    number(168, "battery_voltage", "Battery voltage", (5, 16), (1, 20, 0.0), MeasureUnit::Volt),
    number(
        158,
        "keyswitch_voltage",
        "Battery voltage behind the key switch",
        (7, 16),
        (1, 20, 0.0),
        MeasureUnit::Volt,
    ),
];

/// TRF1, 65272: Transmission fluids 1.
pub(super) const TRF1: &[Spn] = &[
    number(123, "clutch_pressure", "Clutch pressure", (1, 8), (16, 1, 0.0), MeasureUnit::Kilopascal),
    number(
        124,
        "transmission_oil_level",
        "Transmission oil level",
        (2, 8),
        (2, 5, 0.0),
        MeasureUnit::Percent,
    ),
    number(
        126,
        "transmission_filter_pressure_difference",
        "Pressure lost over the transmission filter",
        (3, 8),
        (2, 1, 0.0),
        MeasureUnit::Kilopascal,
    ),
    number(
        127,
        "transmission_oil_pressure",
        "Transmission oil pressure",
        (4, 8),
        (16, 1, 0.0),
        MeasureUnit::Kilopascal,
    ),
    number(
        177,
        "transmission_oil_temperature",
        "Transmission oil temperature",
        (5, 16),
        (1, 32, -273.0),
        MeasureUnit::Celsius,
    ),
];
