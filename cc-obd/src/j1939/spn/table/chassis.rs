//! Brakes, wheels, tachograph, cab.

use cc_core::MeasureUnit;

use crate::j1939::spn::row::{Spn, number, state, state_or_error, switch};

/// EBC1, 61441: Electronic brake controller 1.
pub(super) const EBC1: &[Spn] = &[
    switch(561, "asr_engine_control_active", "Traction control acts on the engine", (1, 1)),
    switch(562, "asr_brake_control_active", "Traction control acts on the brakes", (1, 3)),
    switch(563, "abs_active", "Anti-lock braking is working", (1, 5)),
    switch(1121, "ebs_brake_switch", "Brake pedal is pressed, by the brake controller", (1, 7)),
    number(521, "brake_pedal_position", "Brake pedal position", (2, 8), (2, 5, 0.0), MeasureUnit::Percent),
    switch(575, "abs_off_road_switch", "Anti-lock braking off-road switch", (3, 1)),
    switch(576, "asr_off_road_switch", "Traction control off-road switch", (3, 3)),
    switch(577, "asr_hill_holder_switch", "Hill holder switch", (3, 5)),
    switch(1238, "traction_control_override_switch", "Traction control override switch", (3, 7)),
    switch(972, "accelerator_interlock_switch", "Accelerator interlock switch", (4, 1)),
    switch(971, "engine_derate_switch", "Engine derate switch", (4, 3)),
    switch(970, "engine_auxiliary_shutdown_switch", "Auxiliary engine shutdown switch", (4, 5)),
    switch(969, "remote_accelerator_enable_switch", "Remote accelerator enable switch", (4, 7)),
    number(
        973,
        "engine_retarder_selection",
        "Engine retarder selection",
        (5, 8),
        (2, 5, 0.0),
        MeasureUnit::Percent,
    ),
    switch(1243, "abs_fully_operational", "Anti-lock braking is fully operational", (6, 1)),
    switch(1439, "ebs_red_warning_signal", "Brake controller asks for the red warning", (6, 3)),
    switch(1438, "abs_ebs_amber_warning_signal", "Brake controller asks for the amber warning", (6, 5)),
    state(
        1481,
        "brake_control_source_address",
        "Address of the device that controls the brake controller",
        (7, 1),
        8,
    ),
];

/// TCO1, 65132: Tachograph.
pub(super) const TCO1: &[Spn] = &[
    state_or_error(1612, "driver_1_working_state", "What driver 1 does", (1, 1), 3),
    state_or_error(1613, "driver_2_working_state", "What driver 2 does", (1, 4), 3),
    switch(1611, "vehicle_motion_detected", "The tachograph sees the vehicle move", (1, 7)),
    state_or_error(1617, "driver_1_time_state", "Time limits of driver 1", (2, 1), 4),
    switch(1615, "driver_1_card_present", "Card of driver 1 is in", (2, 5)),
    switch(1614, "vehicle_overspeed", "Vehicle is over the limit", (2, 7)),
    state_or_error(1618, "driver_2_time_state", "Time limits of driver 2", (3, 1), 4),
    switch(1616, "driver_2_card_present", "Card of driver 2 is in", (3, 5)),
    switch(1622, "tachograph_system_event", "Tachograph has an event", (4, 1)),
    switch(1621, "tachograph_handling_information", "Tachograph has handling information", (4, 3)),
    switch(1620, "tachograph_fault", "Tachograph performance is impaired", (4, 5)),
    switch(1619, "vehicle_direction_reverse", "Vehicle goes backwards", (4, 7)),
    number(
        1623,
        "tachograph_shaft_speed",
        "Shaft speed at the tachograph",
        (5, 16),
        (1, 8, 0.0),
        MeasureUnit::RevolutionsPerMinute,
    ),
    number(
        1624,
        "tachograph_vehicle_speed",
        "Speed by the tachograph",
        (7, 16),
        (1, 256, 0.0),
        MeasureUnit::KilometerPerHour,
    ),
];

/// CVW, 65136: Combination vehicle weight.
pub(super) const CVW: &[Spn] = &[
    number(
        1585,
        "powered_vehicle_weight",
        "Weight of the powered vehicle",
        (1, 16),
        (10, 1, 0.0),
        MeasureUnit::Kilogram,
    ),
    number(
        1760,
        "gross_combination_weight",
        "Weight of the whole combination",
        (3, 16),
        (10, 1, 0.0),
        MeasureUnit::Kilogram,
    ),
];

/// AIR1, 65198: Air supply pressure.
pub(super) const AIR1: &[Spn] = &[
    number(
        46,
        "pneumatic_supply_pressure",
        "Air supply pressure",
        (1, 8),
        (8, 1, 0.0),
        MeasureUnit::Kilopascal,
    ),
    number(
        1086,
        "parking_air_pressure",
        "Parking brake or trailer air pressure",
        (2, 8),
        (8, 1, 0.0),
        MeasureUnit::Kilopascal,
    ),
    number(
        1087,
        "brake_circuit_1_air_pressure",
        "Service brake circuit 1 air pressure",
        (3, 8),
        (8, 1, 0.0),
        MeasureUnit::Kilopascal,
    ),
    number(
        1088,
        "brake_circuit_2_air_pressure",
        "Service brake circuit 2 air pressure",
        (4, 8),
        (8, 1, 0.0),
        MeasureUnit::Kilopascal,
    ),
    number(
        1089,
        "auxiliary_air_pressure",
        "Auxiliary equipment air pressure",
        (5, 8),
        (8, 1, 0.0),
        MeasureUnit::Kilopascal,
    ),
    number(
        1090,
        "air_suspension_pressure",
        "Air suspension supply pressure",
        (6, 8),
        (8, 1, 0.0),
        MeasureUnit::Kilopascal,
    ),
    switch(1351, "air_compressor_active", "Air compressor is working", (7, 1)),
];

/// EBC2, 65215: Wheel speeds.
pub(super) const EBC2: &[Spn] = &[
    number(
        904,
        "front_axle_speed",
        "Front axle speed",
        (1, 16),
        (1, 256, 0.0),
        MeasureUnit::KilometerPerHour,
    ),
    number(
        905,
        "wheel_speed_front_left_relative",
        "Front axle, left wheel, against the axle",
        (3, 8),
        (1, 16, -7.8125),
        MeasureUnit::KilometerPerHour,
    ),
    number(
        906,
        "wheel_speed_front_right_relative",
        "Front axle, right wheel, against the axle",
        (4, 8),
        (1, 16, -7.8125),
        MeasureUnit::KilometerPerHour,
    ),
    number(
        907,
        "wheel_speed_rear_1_left_relative",
        "Rear axle 1, left wheel, against the front axle",
        (5, 8),
        (1, 16, -7.8125),
        MeasureUnit::KilometerPerHour,
    ),
    number(
        908,
        "wheel_speed_rear_1_right_relative",
        "Rear axle 1, right wheel, against the front axle",
        (6, 8),
        (1, 16, -7.8125),
        MeasureUnit::KilometerPerHour,
    ),
    number(
        909,
        "wheel_speed_rear_2_left_relative",
        "Rear axle 2, left wheel, against the front axle",
        (7, 8),
        (1, 16, -7.8125),
        MeasureUnit::KilometerPerHour,
    ),
    number(
        910,
        "wheel_speed_rear_2_right_relative",
        "Rear axle 2, right wheel, against the front axle",
        (8, 8),
        (1, 16, -7.8125),
        MeasureUnit::KilometerPerHour,
    ),
];

/// VDS, 65256: Vehicle direction and speed.
pub(super) const VDS: &[Spn] = &[
    number(165, "compass_bearing", "Bearing", (1, 16), (1, 128, 0.0), MeasureUnit::Degree),
    number(
        517,
        "navigation_vehicle_speed",
        "Speed by satellite navigation",
        (3, 16),
        (1, 256, 0.0),
        MeasureUnit::KilometerPerHour,
    ),
    number(583, "pitch", "Pitch; above 0 uphill", (5, 16), (1, 128, -200.0), MeasureUnit::Degree),
    number(580, "altitude", "Height above sea level", (7, 16), (1, 8, -2500.0), MeasureUnit::Meter),
];

/// VW, 65258: Vehicle weight.
pub(super) const VW: &[Spn] = &[
    state(928, "axle_location", "Axle that the weight is about", (1, 1), 8),
    number(582, "axle_weight", "Weight on the axle", (2, 16), (1, 2, 0.0), MeasureUnit::Kilogram),
    number(180, "trailer_weight", "Weight of the trailer", (4, 16), (2, 1, 0.0), MeasureUnit::Kilogram),
    number(181, "cargo_weight", "Weight of the cargo", (6, 16), (2, 1, 0.0), MeasureUnit::Kilogram),
];

/// CCVS1, 65265: Cruise control and vehicle speed 1.
pub(super) const CCVS1: &[Spn] = &[
    switch(69, "two_speed_axle_switch", "Two speed axle is in its low range", (1, 1)),
    switch(70, "parking_brake", "Parking brake is on", (1, 3)),
    switch(1633, "cruise_control_pause_switch", "Cruise control pause switch", (1, 5)),
    switch(
        3807,
        "parking_brake_release_inhibit_request",
        "Parking brake release should be inhibited",
        (1, 7),
    ),
    number(84, "vehicle_speed", "Speed by the wheels", (2, 16), (1, 256, 0.0), MeasureUnit::KilometerPerHour),
    switch(595, "cruise_control_active", "Cruise control is active", (4, 1)),
    switch(596, "cruise_control_enable_switch", "Cruise control enable switch", (4, 3)),
    switch(597, "brake_switch", "Brake pedal is pressed", (4, 5)),
    switch(598, "clutch_switch", "Clutch pedal is pressed", (4, 7)),
    switch(599, "cruise_control_set_switch", "Cruise control set switch", (5, 1)),
    switch(600, "cruise_control_coast_switch", "Cruise control coast switch", (5, 3)),
    switch(601, "cruise_control_resume_switch", "Cruise control resume switch", (5, 5)),
    switch(602, "cruise_control_accelerate_switch", "Cruise control accelerate switch", (5, 7)),
    number(
        86,
        "cruise_control_set_speed",
        "Speed the cruise control is set to",
        (6, 8),
        (1, 1, 0.0),
        MeasureUnit::KilometerPerHour,
    ),
    state(976, "power_take_off_state", "State of the power take-off governor", (7, 1), 5),
    state(527, "cruise_control_state", "State of the cruise control", (7, 6), 3),
    switch(968, "idle_increment_switch", "Idle increment switch", (8, 1)),
    switch(967, "idle_decrement_switch", "Idle decrement switch", (8, 3)),
    switch(966, "engine_test_mode_switch", "Engine test mode switch", (8, 5)),
    switch(1237, "engine_shutdown_override_switch", "Engine shutdown override switch", (8, 7)),
];

/// TIRE, 65268: Tire condition.
pub(super) const TIRE: &[Spn] = &[
    state(929, "tire_location", "Tire that the message is about", (1, 1), 8),
    number(241, "tire_pressure", "Tire pressure", (2, 8), (4, 1, 0.0), MeasureUnit::Kilopascal),
    number(242, "tire_temperature", "Tire temperature", (3, 16), (1, 32, -273.0), MeasureUnit::Celsius),
];

/// DD1, 65276: Dash display 1.
pub(super) const DD1: &[Spn] = &[
    number(80, "washer_fluid_level", "Washer fluid level", (1, 8), (2, 5, 0.0), MeasureUnit::Percent),
    number(96, "fuel_level", "Fuel level", (2, 8), (2, 5, 0.0), MeasureUnit::Percent),
    number(
        95,
        "fuel_filter_pressure_difference",
        "Pressure lost over the fuel filter",
        (3, 8),
        (2, 1, 0.0),
        MeasureUnit::Kilopascal,
    ),
    number(
        99,
        "oil_filter_pressure_difference",
        "Pressure lost over the oil filter",
        (4, 8),
        (1, 2, 0.0),
        MeasureUnit::Kilopascal,
    ),
    number(
        169,
        "cargo_temperature",
        "Temperature in the cargo space",
        (5, 16),
        (1, 32, -273.0),
        MeasureUnit::Celsius,
    ),
    number(38, "fuel_level_2", "Level of the second fuel tank", (7, 8), (2, 5, 0.0), MeasureUnit::Percent),
];
