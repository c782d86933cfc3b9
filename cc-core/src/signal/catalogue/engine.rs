//! The engine and its gearbox (SAE J1979 service 01).

use crate::MeasureUnit as U;
use crate::SignalId;
use crate::signal::Signal;

signals! {
    after super::stream::END;

    // Speed, load, torque and time.

    /// Speed of the engine.
    ENGINE_SPEED = Signal::number(U::RevolutionsPerMinute, "can_engine_speed_rpm")
        .vss("Vehicle.Powertrain.CombustionEngine.Speed").mode01(0x0C, 0, 16, 1, 4, 0.0);
    /// Whether the engine turns.
    ENGINE_RUNNING = Signal::boolean("can_engine_running")
        .vss("Vehicle.Powertrain.CombustionEngine.IsRunning");
    /// Load of the engine: air flow now as a share of the most possible at this speed.
    ENGINE_LOAD = Signal::number(U::Percent, "can_engine_load_percent")
        .vss("Vehicle.OBD.EngineLoad").percent(0x04, 0);
    /// Air mass per intake stroke as a share of the mass at full throttle; above 100 with boost.
    ABSOLUTE_LOAD = Signal::number(U::Percent, "can_absolute_load_percent")
        .vss("Vehicle.OBD.AbsoluteLoad").mode01(0x43, 0, 16, 100, 255, 0.0);
    /// Time since the engine was started.
    ENGINE_RUN_TIME = Signal::number(U::Second, "can_engine_run_time_seconds")
        .vss("Vehicle.OBD.RunTime").mode01(0x1F, 0, 16, 1, 1, 0.0);
    /// Ignition before top dead centre of cylinder 1, without mechanical advance.
    TIMING_ADVANCE = Signal::number(U::Degree, "can_timing_advance_degrees")
        .vss("Vehicle.OBD.TimingAdvance").mode01(0x0E, 0, 8, 1, 2, -64.0);
    /// Torque that the driver asks for, as a share of the reference torque.
    ENGINE_TORQUE_DEMANDED = Signal::number(U::Percent, "can_engine_torque_demanded_percent")
        .mode01(0x61, 0, 8, 1, 1, -125.0);
    /// Torque that the engine gives, as a share of the reference torque.
    ENGINE_TORQUE_ACTUAL = Signal::number(U::Percent, "can_engine_torque_actual_percent")
        .mode01(0x62, 0, 8, 1, 1, -125.0);
    /// The torque that the shares of the others refer to.
    ENGINE_TORQUE_REFERENCE = Signal::number(U::NewtonMeter, "can_engine_torque_reference_newton_meters")
        .mode01(0x63, 0, 16, 1, 1, 0.0);
    /// Most torque at idle, point 1 of the map, as a share of the reference torque.
    ENGINE_TORQUE_MAXIMUM_1 = Signal::number(U::Percent, "can_engine_torque_maximum_1_percent")
        .mode01(0x64, 0, 8, 1, 1, -125.0);
    /// Most torque at point 2 of the map, as a share of the reference torque.
    ENGINE_TORQUE_MAXIMUM_2 = Signal::number(U::Percent, "can_engine_torque_maximum_2_percent")
        .mode01(0x64, 8, 8, 1, 1, -125.0);
    /// Most torque at point 3 of the map, as a share of the reference torque.
    ENGINE_TORQUE_MAXIMUM_3 = Signal::number(U::Percent, "can_engine_torque_maximum_3_percent")
        .mode01(0x64, 16, 8, 1, 1, -125.0);
    /// Most torque at point 4 of the map, as a share of the reference torque.
    ENGINE_TORQUE_MAXIMUM_4 = Signal::number(U::Percent, "can_engine_torque_maximum_4_percent")
        .mode01(0x64, 24, 8, 1, 1, -125.0);
    /// Most torque at point 5 of the map, as a share of the reference torque.
    ENGINE_TORQUE_MAXIMUM_5 = Signal::number(U::Percent, "can_engine_torque_maximum_5_percent")
        .mode01(0x64, 32, 8, 1, 1, -125.0);
    /// Torque lost to friction, as a share of the reference torque.
    ENGINE_TORQUE_FRICTION = Signal::number(U::Percent, "can_engine_torque_friction_percent")
        .mode01(0x8E, 0, 8, 1, 1, -125.0);

    // Temperatures and oil.

    /// Temperature of the coolant at sensor 1 of an engine with two.
    ENGINE_COOLANT_TEMPERATURE_1 = Signal::number(U::Celsius, "can_engine_coolant_temperature_1_celsius")
        .celsius(0x67, 8).supported_by(7);
    /// Temperature of the coolant at sensor 2 of an engine with two.
    ENGINE_COOLANT_TEMPERATURE_2 = Signal::number(U::Celsius, "can_engine_coolant_temperature_2_celsius")
        .celsius(0x67, 16).supported_by(6);
    /// Temperature of the engine oil.
    ENGINE_OIL_TEMPERATURE = Signal::number(U::Celsius, "can_engine_oil_temperature_celsius")
        .vss("Vehicle.Powertrain.CombustionEngine.EngineOil.Temperature").celsius(0x5C, 0);
    /// Level of the engine oil between the marks: 0 is the lower one, 100 the upper one.
    ENGINE_OIL_LEVEL = Signal::number(U::Percent, "can_engine_oil_level_percent").range(-100.0, 200.0);
    /// Pressure of the engine oil.
    ENGINE_OIL_PRESSURE = Signal::number(U::Kilopascal, "can_engine_oil_pressure_kpa")
        .range(0.0, 2000.0).vss("Vehicle.Powertrain.CombustionEngine.EOP");

    // Throttle and accelerator.

    /// Opening of the throttle.
    THROTTLE_POSITION = Signal::number(U::Percent, "can_throttle_position_percent")
        .vss("Vehicle.Powertrain.CombustionEngine.TPS").percent(0x11, 0);
    /// Opening of the throttle from its learned closed position.
    THROTTLE_POSITION_RELATIVE = Signal::number(U::Percent, "can_throttle_position_relative_percent")
        .vss("Vehicle.OBD.RelativeThrottlePosition").percent(0x45, 0);
    /// Opening of the throttle by its sensor B.
    THROTTLE_POSITION_B = Signal::number(U::Percent, "can_throttle_position_b_percent")
        .vss("Vehicle.OBD.ThrottlePositionB").percent(0x47, 0);
    /// Opening of the throttle by its sensor C.
    THROTTLE_POSITION_C = Signal::number(U::Percent, "can_throttle_position_c_percent")
        .vss("Vehicle.OBD.ThrottlePositionC").percent(0x48, 0);
    /// Opening of the throttle by its sensor G.
    THROTTLE_POSITION_G = Signal::number(U::Percent, "can_throttle_position_g_percent").percent(0x8D, 0);
    /// Opening of the throttle that is asked for.
    THROTTLE_ACTUATOR = Signal::number(U::Percent, "can_throttle_actuator_percent")
        .vss("Vehicle.OBD.ThrottleActuator").percent(0x4C, 0);
    /// Opening of throttle A that is asked for, on engines with two.
    THROTTLE_ACTUATOR_A = Signal::number(U::Percent, "can_throttle_actuator_a_percent")
        .percent(0x6C, 8).supported_by(7);
    /// Opening of throttle A from its learned closed position, on engines with two.
    THROTTLE_POSITION_RELATIVE_A = Signal::number(U::Percent, "can_throttle_position_relative_a_percent")
        .percent(0x6C, 16).supported_by(6);
    /// Opening of throttle B that is asked for, on engines with two.
    THROTTLE_ACTUATOR_B = Signal::number(U::Percent, "can_throttle_actuator_b_percent")
        .percent(0x6C, 24).supported_by(5);
    /// Opening of throttle B from its learned closed position, on engines with two.
    THROTTLE_POSITION_RELATIVE_B = Signal::number(U::Percent, "can_throttle_position_relative_b_percent")
        .percent(0x6C, 32).supported_by(4);
    /// Position of the accelerator pedal by its sensor D.
    ACCELERATOR_POSITION_D = Signal::number(U::Percent, "can_accelerator_position_d_percent")
        .vss("Vehicle.OBD.AcceleratorPositionD").percent(0x49, 0);
    /// Position of the accelerator pedal by its sensor E.
    ACCELERATOR_POSITION_E = Signal::number(U::Percent, "can_accelerator_position_e_percent")
        .vss("Vehicle.OBD.AcceleratorPositionE").percent(0x4A, 0);
    /// Position of the accelerator pedal by its sensor F.
    ACCELERATOR_POSITION_F = Signal::number(U::Percent, "can_accelerator_position_f_percent")
        .vss("Vehicle.OBD.AcceleratorPositionF").percent(0x4B, 0);
    /// Position of the accelerator pedal from its learned rest.
    ACCELERATOR_POSITION_RELATIVE = Signal::number(U::Percent, "can_accelerator_position_relative_percent")
        .vss("Vehicle.OBD.RelativeAcceleratorPosition").percent(0x5A, 0);

    // Power take-off, gearbox and glow plugs.

    /// Whether a machine is driven by the power take-off.
    POWER_TAKE_OFF = Signal::boolean("can_power_take_off").vss("Vehicle.OBD.IsPTOActive").flag(0x1E, 7);
    /// Whether the power take-off is active, as the auxiliary inputs tell.
    POWER_TAKE_OFF_AUXILIARY = Signal::boolean("can_power_take_off_auxiliary").flag(0x65, 15).supported_by(7);
    /// Whether an automatic gearbox is in a forward or reverse gear, not in park or neutral.
    AUTOMATIC_GEARBOX_IN_DRIVE = Signal::boolean("can_automatic_gearbox_in_drive")
        .flag(0x65, 14).supported_by(6);
    /// Whether a manual gearbox is in gear with the clutch closed.
    MANUAL_GEARBOX_IN_GEAR = Signal::boolean("can_manual_gearbox_in_gear").flag(0x65, 13).supported_by(5);
    /// Whether the lamp that asks the driver to wait for the glow plugs is on.
    GLOW_PLUG_LAMP = Signal::boolean("can_glow_plug_lamp").flag(0x65, 12).supported_by(4);
    /// The gear that the car recommends; 0 is none.
    GEAR_RECOMMENDED = Signal::number(U::One, "can_gear_recommended")
        .mode01(0x65, 8, 4, 1, 1, 0.0).supported_by(3);
    /// The gear that is engaged; 0 is neutral.
    GEAR = Signal::number(U::One, "can_gear")
        .vss("Vehicle.Powertrain.Transmission.CurrentGear").mode01(0xA4, 8, 4, 1, 1, 0.0).supported_by(7);
    /// Ratio of the engaged gear.
    GEAR_RATIO = Signal::number(U::One, "can_gear_ratio").mode01(0xA4, 16, 16, 1, 1_000, 0.0).supported_by(6);
    /// Speed that the limiter is set to.
    SPEED_LIMITER_SETTING = Signal::number(U::KilometerPerHour, "can_speed_limiter_setting_kph")
        .mode01(0xAA, 0, 8, 1, 1, 0.0);

    // Counters of operation.

    /// Time the engine has run in its life.
    ENGINE_RUN_TIME_TOTAL = Signal::number(U::Second, "can_engine_run_time_total_seconds")
        .mode01(0x7F, 8, 32, 1, 1, 0.0).supported_by(7);
    /// Time the engine has idled in its life.
    ENGINE_IDLE_TIME_TOTAL = Signal::number(U::Second, "can_engine_idle_time_total_seconds")
        .mode01(0x7F, 40, 32, 1, 1, 0.0).supported_by(6);
    /// Time the power take-off has been active in the life of the engine.
    POWER_TAKE_OFF_TIME_TOTAL = Signal::number(U::Second, "can_power_take_off_time_total_seconds")
        .mode01(0x7F, 72, 32, 1, 1, 0.0).supported_by(5);
    /// Distance driven with this engine, as its control module counts it.
    ENGINE_ODOMETER = Signal::number(U::Kilometer, "can_engine_odometer_km").mode01(0xD3, 0, 32, 1, 10, 0.0);
    /// Timer 1 of how long auxiliary emission control device 1 has been active.
    AUXILIARY_EMISSION_CONTROL_1_TIME_1 = Signal::number(U::Second, "can_auxiliary_emission_control_1_time_1_seconds")
        .mode01(0x81, 8, 32, 1, 1, 0.0).supported_by(7);
    /// Timer 2 of how long auxiliary emission control device 1 has been active.
    AUXILIARY_EMISSION_CONTROL_1_TIME_2 = Signal::number(U::Second, "can_auxiliary_emission_control_1_time_2_seconds")
        .mode01(0x81, 40, 32, 1, 1, 0.0).supported_by(7);
    /// Timer 1 of how long auxiliary emission control device 2 has been active.
    AUXILIARY_EMISSION_CONTROL_2_TIME_1 = Signal::number(U::Second, "can_auxiliary_emission_control_2_time_1_seconds")
        .mode01(0x81, 72, 32, 1, 1, 0.0).supported_by(6);
    /// Timer 2 of how long auxiliary emission control device 2 has been active.
    AUXILIARY_EMISSION_CONTROL_2_TIME_2 = Signal::number(U::Second, "can_auxiliary_emission_control_2_time_2_seconds")
        .mode01(0x81, 104, 32, 1, 1, 0.0).supported_by(6);
    /// Timer 1 of how long auxiliary emission control device 3 has been active.
    AUXILIARY_EMISSION_CONTROL_3_TIME_1 = Signal::number(U::Second, "can_auxiliary_emission_control_3_time_1_seconds")
        .mode01(0x81, 136, 32, 1, 1, 0.0).supported_by(5);
    /// Timer 2 of how long auxiliary emission control device 3 has been active.
    AUXILIARY_EMISSION_CONTROL_3_TIME_2 = Signal::number(U::Second, "can_auxiliary_emission_control_3_time_2_seconds")
        .mode01(0x81, 168, 32, 1, 1, 0.0).supported_by(5);
    /// Timer 1 of how long auxiliary emission control device 4 has been active.
    AUXILIARY_EMISSION_CONTROL_4_TIME_1 = Signal::number(U::Second, "can_auxiliary_emission_control_4_time_1_seconds")
        .mode01(0x81, 200, 32, 1, 1, 0.0).supported_by(4);
    /// Timer 2 of how long auxiliary emission control device 4 has been active.
    AUXILIARY_EMISSION_CONTROL_4_TIME_2 = Signal::number(U::Second, "can_auxiliary_emission_control_4_time_2_seconds")
        .mode01(0x81, 232, 32, 1, 1, 0.0).supported_by(4);
    /// Timer 1 of how long auxiliary emission control device 5 has been active.
    AUXILIARY_EMISSION_CONTROL_5_TIME_1 = Signal::number(U::Second, "can_auxiliary_emission_control_5_time_1_seconds")
        .mode01(0x81, 264, 32, 1, 1, 0.0).supported_by(3);
    /// Timer 2 of how long auxiliary emission control device 5 has been active.
    AUXILIARY_EMISSION_CONTROL_5_TIME_2 = Signal::number(U::Second, "can_auxiliary_emission_control_5_time_2_seconds")
        .mode01(0x81, 296, 32, 1, 1, 0.0).supported_by(3);
    /// Timer 1 of how long auxiliary emission control device 6 has been active.
    AUXILIARY_EMISSION_CONTROL_6_TIME_1 = Signal::number(U::Second, "can_auxiliary_emission_control_6_time_1_seconds")
        .mode01(0x82, 8, 32, 1, 1, 0.0).supported_by(7);
    /// Timer 2 of how long auxiliary emission control device 6 has been active.
    AUXILIARY_EMISSION_CONTROL_6_TIME_2 = Signal::number(U::Second, "can_auxiliary_emission_control_6_time_2_seconds")
        .mode01(0x82, 40, 32, 1, 1, 0.0).supported_by(7);
    /// Timer 1 of how long auxiliary emission control device 7 has been active.
    AUXILIARY_EMISSION_CONTROL_7_TIME_1 = Signal::number(U::Second, "can_auxiliary_emission_control_7_time_1_seconds")
        .mode01(0x82, 72, 32, 1, 1, 0.0).supported_by(6);
    /// Timer 2 of how long auxiliary emission control device 7 has been active.
    AUXILIARY_EMISSION_CONTROL_7_TIME_2 = Signal::number(U::Second, "can_auxiliary_emission_control_7_time_2_seconds")
        .mode01(0x82, 104, 32, 1, 1, 0.0).supported_by(6);
    /// Timer 1 of how long auxiliary emission control device 8 has been active.
    AUXILIARY_EMISSION_CONTROL_8_TIME_1 = Signal::number(U::Second, "can_auxiliary_emission_control_8_time_1_seconds")
        .mode01(0x82, 136, 32, 1, 1, 0.0).supported_by(5);
    /// Timer 2 of how long auxiliary emission control device 8 has been active.
    AUXILIARY_EMISSION_CONTROL_8_TIME_2 = Signal::number(U::Second, "can_auxiliary_emission_control_8_time_2_seconds")
        .mode01(0x82, 168, 32, 1, 1, 0.0).supported_by(5);
    /// Timer 1 of how long auxiliary emission control device 9 has been active.
    AUXILIARY_EMISSION_CONTROL_9_TIME_1 = Signal::number(U::Second, "can_auxiliary_emission_control_9_time_1_seconds")
        .mode01(0x82, 200, 32, 1, 1, 0.0).supported_by(4);
    /// Timer 2 of how long auxiliary emission control device 9 has been active.
    AUXILIARY_EMISSION_CONTROL_9_TIME_2 = Signal::number(U::Second, "can_auxiliary_emission_control_9_time_2_seconds")
        .mode01(0x82, 232, 32, 1, 1, 0.0).supported_by(4);
    /// Timer 1 of how long auxiliary emission control device 10 has been active.
    AUXILIARY_EMISSION_CONTROL_10_TIME_1 = Signal::number(U::Second, "can_auxiliary_emission_control_10_time_1_seconds")
        .mode01(0x82, 264, 32, 1, 1, 0.0).supported_by(3);
    /// Timer 2 of how long auxiliary emission control device 10 has been active.
    AUXILIARY_EMISSION_CONTROL_10_TIME_2 = Signal::number(U::Second, "can_auxiliary_emission_control_10_time_2_seconds")
        .mode01(0x82, 296, 32, 1, 1, 0.0).supported_by(3);
    /// Timer 1 of how long auxiliary emission control device 11 has been active.
    AUXILIARY_EMISSION_CONTROL_11_TIME_1 = Signal::number(U::Second, "can_auxiliary_emission_control_11_time_1_seconds")
        .mode01(0x89, 8, 32, 1, 1, 0.0).supported_by(7);
    /// Timer 2 of how long auxiliary emission control device 11 has been active.
    AUXILIARY_EMISSION_CONTROL_11_TIME_2 = Signal::number(U::Second, "can_auxiliary_emission_control_11_time_2_seconds")
        .mode01(0x89, 40, 32, 1, 1, 0.0).supported_by(7);
    /// Timer 1 of how long auxiliary emission control device 12 has been active.
    AUXILIARY_EMISSION_CONTROL_12_TIME_1 = Signal::number(U::Second, "can_auxiliary_emission_control_12_time_1_seconds")
        .mode01(0x89, 72, 32, 1, 1, 0.0).supported_by(6);
    /// Timer 2 of how long auxiliary emission control device 12 has been active.
    AUXILIARY_EMISSION_CONTROL_12_TIME_2 = Signal::number(U::Second, "can_auxiliary_emission_control_12_time_2_seconds")
        .mode01(0x89, 104, 32, 1, 1, 0.0).supported_by(6);
    /// Timer 1 of how long auxiliary emission control device 13 has been active.
    AUXILIARY_EMISSION_CONTROL_13_TIME_1 = Signal::number(U::Second, "can_auxiliary_emission_control_13_time_1_seconds")
        .mode01(0x89, 136, 32, 1, 1, 0.0).supported_by(5);
    /// Timer 2 of how long auxiliary emission control device 13 has been active.
    AUXILIARY_EMISSION_CONTROL_13_TIME_2 = Signal::number(U::Second, "can_auxiliary_emission_control_13_time_2_seconds")
        .mode01(0x89, 168, 32, 1, 1, 0.0).supported_by(5);
    /// Timer 1 of how long auxiliary emission control device 14 has been active.
    AUXILIARY_EMISSION_CONTROL_14_TIME_1 = Signal::number(U::Second, "can_auxiliary_emission_control_14_time_1_seconds")
        .mode01(0x89, 200, 32, 1, 1, 0.0).supported_by(4);
    /// Timer 2 of how long auxiliary emission control device 14 has been active.
    AUXILIARY_EMISSION_CONTROL_14_TIME_2 = Signal::number(U::Second, "can_auxiliary_emission_control_14_time_2_seconds")
        .mode01(0x89, 232, 32, 1, 1, 0.0).supported_by(4);
    /// Timer 1 of how long auxiliary emission control device 15 has been active.
    AUXILIARY_EMISSION_CONTROL_15_TIME_1 = Signal::number(U::Second, "can_auxiliary_emission_control_15_time_1_seconds")
        .mode01(0x89, 264, 32, 1, 1, 0.0).supported_by(3);
    /// Timer 2 of how long auxiliary emission control device 15 has been active.
    AUXILIARY_EMISSION_CONTROL_15_TIME_2 = Signal::number(U::Second, "can_auxiliary_emission_control_15_time_2_seconds")
        .mode01(0x89, 296, 32, 1, 1, 0.0).supported_by(3);
    /// Timer 1 of how long auxiliary emission control device 16 has been active.
    AUXILIARY_EMISSION_CONTROL_16_TIME_1 = Signal::number(U::Second, "can_auxiliary_emission_control_16_time_1_seconds")
        .mode01(0x8A, 8, 32, 1, 1, 0.0).supported_by(7);
    /// Timer 2 of how long auxiliary emission control device 16 has been active.
    AUXILIARY_EMISSION_CONTROL_16_TIME_2 = Signal::number(U::Second, "can_auxiliary_emission_control_16_time_2_seconds")
        .mode01(0x8A, 40, 32, 1, 1, 0.0).supported_by(7);
    /// Timer 1 of how long auxiliary emission control device 17 has been active.
    AUXILIARY_EMISSION_CONTROL_17_TIME_1 = Signal::number(U::Second, "can_auxiliary_emission_control_17_time_1_seconds")
        .mode01(0x8A, 72, 32, 1, 1, 0.0).supported_by(6);
    /// Timer 2 of how long auxiliary emission control device 17 has been active.
    AUXILIARY_EMISSION_CONTROL_17_TIME_2 = Signal::number(U::Second, "can_auxiliary_emission_control_17_time_2_seconds")
        .mode01(0x8A, 104, 32, 1, 1, 0.0).supported_by(6);
    /// Timer 1 of how long auxiliary emission control device 18 has been active.
    AUXILIARY_EMISSION_CONTROL_18_TIME_1 = Signal::number(U::Second, "can_auxiliary_emission_control_18_time_1_seconds")
        .mode01(0x8A, 136, 32, 1, 1, 0.0).supported_by(5);
    /// Timer 2 of how long auxiliary emission control device 18 has been active.
    AUXILIARY_EMISSION_CONTROL_18_TIME_2 = Signal::number(U::Second, "can_auxiliary_emission_control_18_time_2_seconds")
        .mode01(0x8A, 168, 32, 1, 1, 0.0).supported_by(5);
    /// Timer 1 of how long auxiliary emission control device 19 has been active.
    AUXILIARY_EMISSION_CONTROL_19_TIME_1 = Signal::number(U::Second, "can_auxiliary_emission_control_19_time_1_seconds")
        .mode01(0x8A, 200, 32, 1, 1, 0.0).supported_by(4);
    /// Timer 2 of how long auxiliary emission control device 19 has been active.
    AUXILIARY_EMISSION_CONTROL_19_TIME_2 = Signal::number(U::Second, "can_auxiliary_emission_control_19_time_2_seconds")
        .mode01(0x8A, 232, 32, 1, 1, 0.0).supported_by(4);
    /// Timer 1 of how long auxiliary emission control device 20 has been active.
    AUXILIARY_EMISSION_CONTROL_20_TIME_1 = Signal::number(U::Second, "can_auxiliary_emission_control_20_time_1_seconds")
        .mode01(0x8A, 264, 32, 1, 1, 0.0).supported_by(3);
    /// Timer 2 of how long auxiliary emission control device 20 has been active.
    AUXILIARY_EMISSION_CONTROL_20_TIME_2 = Signal::number(U::Second, "can_auxiliary_emission_control_20_time_2_seconds")
        .mode01(0x8A, 296, 32, 1, 1, 0.0).supported_by(3);
}
