//! Air, boost and exhaust gas recirculation (SAE J1979 service 01).

use super::labels::{CONTROL_STATES, SECONDARY_AIR_STATES};
use crate::MeasureUnit as U;
use crate::SignalId;
use crate::signal::Signal;

signals! {
    after super::fuel::END;

    // Intake.

    /// Absolute pressure in the intake manifold.
    INTAKE_MANIFOLD_PRESSURE = Signal::number(U::Kilopascal, "can_intake_manifold_pressure_kpa")
        .vss("Vehicle.Powertrain.CombustionEngine.MAP").mode01(0x0B, 0, 8, 1, 1, 0.0);
    /// Temperature of the air in the intake.
    INTAKE_AIR_TEMPERATURE = Signal::number(U::Celsius, "can_intake_air_temperature_celsius")
        .vss("Vehicle.OBD.IntakeTemp").celsius(0x0F, 0);
    /// Air that the engine draws.
    MASS_AIR_FLOW = Signal::number(U::GramPerSecond, "can_mass_air_flow_grams_per_second")
        .vss("Vehicle.Powertrain.CombustionEngine.MAF").mode01(0x10, 0, 16, 1, 100, 0.0);
    /// Pressure of the air outside.
    BAROMETRIC_PRESSURE = Signal::number(U::Kilopascal, "can_barometric_pressure_kpa")
        .vss("Vehicle.OBD.BarometricPressure").mode01(0x33, 0, 8, 1, 1, 0.0);
    /// Air through mass air flow sensor A, on engines with two.
    MASS_AIR_FLOW_A = Signal::number(U::GramPerSecond, "can_mass_air_flow_a_grams_per_second")
        .mode01(0x66, 8, 16, 1, 32, 0.0).supported_by(7);
    /// Air through mass air flow sensor B, on engines with two.
    MASS_AIR_FLOW_B = Signal::number(U::GramPerSecond, "can_mass_air_flow_b_grams_per_second")
        .mode01(0x66, 24, 16, 1, 32, 0.0).supported_by(6);
    /// Temperature of the air in the intake at bank 1, sensor 1.
    INTAKE_AIR_TEMPERATURE_1_1 = Signal::number(U::Celsius, "can_intake_air_temperature_1_1_celsius")
        .celsius(0x68, 8).supported_by(7);
    /// Temperature of the air in the intake at bank 1, sensor 2.
    INTAKE_AIR_TEMPERATURE_1_2 = Signal::number(U::Celsius, "can_intake_air_temperature_1_2_celsius")
        .celsius(0x68, 16).supported_by(6);
    /// Temperature of the air in the intake at bank 1, sensor 3.
    INTAKE_AIR_TEMPERATURE_1_3 = Signal::number(U::Celsius, "can_intake_air_temperature_1_3_celsius")
        .celsius(0x68, 24).supported_by(5);
    /// Temperature of the air in the intake at bank 2, sensor 1.
    INTAKE_AIR_TEMPERATURE_2_1 = Signal::number(U::Celsius, "can_intake_air_temperature_2_1_celsius")
        .celsius(0x68, 32).supported_by(4);
    /// Temperature of the air in the intake at bank 2, sensor 2.
    INTAKE_AIR_TEMPERATURE_2_2 = Signal::number(U::Celsius, "can_intake_air_temperature_2_2_celsius")
        .celsius(0x68, 40).supported_by(3);
    /// Temperature of the air in the intake at bank 2, sensor 3.
    INTAKE_AIR_TEMPERATURE_2_3 = Signal::number(U::Celsius, "can_intake_air_temperature_2_3_celsius")
        .celsius(0x68, 48).supported_by(2);
    /// Absolute pressure in the intake manifold by sensor A, up to 2,048 kPa.
    INTAKE_MANIFOLD_PRESSURE_A = Signal::number(U::Kilopascal, "can_intake_manifold_pressure_a_kpa")
        .mode01(0x87, 8, 16, 1, 32, 0.0).supported_by(7);
    /// Absolute pressure in the intake manifold by sensor B, up to 2,048 kPa.
    INTAKE_MANIFOLD_PRESSURE_B = Signal::number(U::Kilopascal, "can_intake_manifold_pressure_b_kpa")
        .mode01(0x87, 24, 16, 1, 32, 0.0).supported_by(6);
    /// Temperature of the surface of the intake manifold.
    MANIFOLD_SURFACE_TEMPERATURE = Signal::number(U::Celsius, "can_manifold_surface_temperature_celsius")
        .celsius(0x84, 0);
    /// Position asked for of intake air flow valve A of a diesel engine.
    INTAKE_AIR_FLOW_A_COMMANDED = Signal::number(U::Percent, "can_intake_air_flow_a_commanded_percent")
        .percent(0x6A, 8).supported_by(7);
    /// Position of intake air flow valve A of a diesel engine from its learned closed one.
    INTAKE_AIR_FLOW_A_RELATIVE = Signal::number(U::Percent, "can_intake_air_flow_a_relative_percent")
        .percent(0x6A, 16).supported_by(6);
    /// Position asked for of intake air flow valve B of a diesel engine.
    INTAKE_AIR_FLOW_B_COMMANDED = Signal::number(U::Percent, "can_intake_air_flow_b_commanded_percent")
        .percent(0x6A, 24).supported_by(5);
    /// Position of intake air flow valve B of a diesel engine from its learned closed one.
    INTAKE_AIR_FLOW_B_RELATIVE = Signal::number(U::Percent, "can_intake_air_flow_b_relative_percent")
        .percent(0x6A, 32).supported_by(4);
    /// Where air is pumped into the exhaust, one bit a state.
    SECONDARY_AIR_STATUS = Signal::number(U::One, "can_secondary_air_status")
        .labels(SECONDARY_AIR_STATES).mode01(0x12, 0, 8, 1, 1, 0.0);

    // Turbochargers and boost.

    /// Absolute pressure before the compressor of turbocharger A.
    TURBOCHARGER_A_INLET_PRESSURE = Signal::number(U::Kilopascal, "can_turbocharger_a_inlet_pressure_kpa")
        .mode01(0x6F, 8, 8, 1, 1, 0.0).supported_by(7);
    /// Absolute pressure before the compressor of turbocharger A on cars with the wide range.
    TURBOCHARGER_A_INLET_PRESSURE_WIDE = Signal::number(U::Kilopascal, "can_turbocharger_a_inlet_pressure_wide_kpa")
        .mode01(0x6F, 8, 8, 8, 1, 0.0).supported_by(5);
    /// Absolute pressure before the compressor of turbocharger B.
    TURBOCHARGER_B_INLET_PRESSURE = Signal::number(U::Kilopascal, "can_turbocharger_b_inlet_pressure_kpa")
        .mode01(0x6F, 16, 8, 1, 1, 0.0).supported_by(6);
    /// Absolute pressure before the compressor of turbocharger B on cars with the wide range.
    TURBOCHARGER_B_INLET_PRESSURE_WIDE = Signal::number(U::Kilopascal, "can_turbocharger_b_inlet_pressure_wide_kpa")
        .mode01(0x6F, 16, 8, 8, 1, 0.0).supported_by(4);
    /// Boost pressure A that is asked for, absolute.
    BOOST_PRESSURE_A_COMMANDED = Signal::number(U::Kilopascal, "can_boost_pressure_a_commanded_kpa")
        .mode01(0x70, 8, 16, 1, 32, 0.0).supported_by(7);
    /// Boost pressure A, absolute.
    BOOST_PRESSURE_A = Signal::number(U::Kilopascal, "can_boost_pressure_a_kpa")
        .mode01(0x70, 24, 16, 1, 32, 0.0).supported_by(6);
    /// How boost pressure A is controlled.
    BOOST_PRESSURE_A_CONTROL = Signal::number(U::One, "can_boost_pressure_a_control")
        .labels(CONTROL_STATES).mode01(0x70, 78, 2, 1, 1, 0.0).supported_by(5);
    /// Boost pressure B that is asked for, absolute.
    BOOST_PRESSURE_B_COMMANDED = Signal::number(U::Kilopascal, "can_boost_pressure_b_commanded_kpa")
        .mode01(0x70, 40, 16, 1, 32, 0.0).supported_by(4);
    /// Boost pressure B, absolute.
    BOOST_PRESSURE_B = Signal::number(U::Kilopascal, "can_boost_pressure_b_kpa")
        .mode01(0x70, 56, 16, 1, 32, 0.0).supported_by(3);
    /// How boost pressure B is controlled.
    BOOST_PRESSURE_B_CONTROL = Signal::number(U::One, "can_boost_pressure_b_control")
        .labels(CONTROL_STATES).mode01(0x70, 76, 2, 1, 1, 0.0).supported_by(2);
    /// Vane position asked for of variable-geometry turbocharger A.
    TURBO_GEOMETRY_A_COMMANDED = Signal::number(U::Percent, "can_turbo_geometry_a_commanded_percent")
        .percent(0x71, 8).supported_by(7);
    /// Vane position of variable-geometry turbocharger A.
    TURBO_GEOMETRY_A = Signal::number(U::Percent, "can_turbo_geometry_a_percent")
        .percent(0x71, 16).supported_by(6);
    /// How the vanes of turbocharger A are controlled.
    TURBO_GEOMETRY_A_CONTROL = Signal::number(U::One, "can_turbo_geometry_a_control")
        .labels(CONTROL_STATES).mode01(0x71, 46, 2, 1, 1, 0.0).supported_by(5);
    /// Vane position asked for of variable-geometry turbocharger B.
    TURBO_GEOMETRY_B_COMMANDED = Signal::number(U::Percent, "can_turbo_geometry_b_commanded_percent")
        .percent(0x71, 24).supported_by(4);
    /// Vane position of variable-geometry turbocharger B.
    TURBO_GEOMETRY_B = Signal::number(U::Percent, "can_turbo_geometry_b_percent")
        .percent(0x71, 32).supported_by(3);
    /// How the vanes of turbocharger B are controlled.
    TURBO_GEOMETRY_B_CONTROL = Signal::number(U::One, "can_turbo_geometry_b_control")
        .labels(CONTROL_STATES).mode01(0x71, 44, 2, 1, 1, 0.0).supported_by(2);
    /// Position asked for of wastegate A.
    WASTEGATE_A_COMMANDED = Signal::number(U::Percent, "can_wastegate_a_commanded_percent")
        .percent(0x72, 8).supported_by(7);
    /// Position of wastegate A.
    WASTEGATE_A = Signal::number(U::Percent, "can_wastegate_a_percent").percent(0x72, 16).supported_by(6);
    /// Position asked for of wastegate B.
    WASTEGATE_B_COMMANDED = Signal::number(U::Percent, "can_wastegate_b_commanded_percent")
        .percent(0x72, 24).supported_by(5);
    /// Position of wastegate B.
    WASTEGATE_B = Signal::number(U::Percent, "can_wastegate_b_percent").percent(0x72, 32).supported_by(4);
    /// Speed of turbocharger A.
    TURBOCHARGER_A_SPEED = Signal::number(U::RevolutionsPerMinute, "can_turbocharger_a_speed_rpm")
        .mode01(0x74, 8, 16, 10, 1, 0.0).supported_by(7);
    /// Speed of turbocharger B.
    TURBOCHARGER_B_SPEED = Signal::number(U::RevolutionsPerMinute, "can_turbocharger_b_speed_rpm")
        .mode01(0x74, 24, 16, 10, 1, 0.0).supported_by(6);
    /// Temperature before the compressor of turbocharger A.
    TURBOCHARGER_A_COMPRESSOR_INLET_TEMPERATURE = Signal::number(U::Celsius, "can_turbocharger_a_compressor_inlet_temperature_celsius")
        .celsius(0x75, 8).supported_by(7);
    /// Temperature behind the compressor of turbocharger A.
    TURBOCHARGER_A_COMPRESSOR_OUTLET_TEMPERATURE = Signal::number(U::Celsius, "can_turbocharger_a_compressor_outlet_temperature_celsius")
        .celsius(0x75, 16).supported_by(6);
    /// Temperature before the turbine of turbocharger A.
    TURBOCHARGER_A_TURBINE_INLET_TEMPERATURE = Signal::number(U::Celsius, "can_turbocharger_a_turbine_inlet_temperature_celsius")
        .wide_celsius(0x75, 24).supported_by(5);
    /// Temperature behind the turbine of turbocharger A.
    TURBOCHARGER_A_TURBINE_OUTLET_TEMPERATURE = Signal::number(U::Celsius, "can_turbocharger_a_turbine_outlet_temperature_celsius")
        .wide_celsius(0x75, 40).supported_by(4);
    /// Temperature before the compressor of turbocharger B.
    TURBOCHARGER_B_COMPRESSOR_INLET_TEMPERATURE = Signal::number(U::Celsius, "can_turbocharger_b_compressor_inlet_temperature_celsius")
        .celsius(0x76, 8).supported_by(7);
    /// Temperature behind the compressor of turbocharger B.
    TURBOCHARGER_B_COMPRESSOR_OUTLET_TEMPERATURE = Signal::number(U::Celsius, "can_turbocharger_b_compressor_outlet_temperature_celsius")
        .celsius(0x76, 16).supported_by(6);
    /// Temperature before the turbine of turbocharger B.
    TURBOCHARGER_B_TURBINE_INLET_TEMPERATURE = Signal::number(U::Celsius, "can_turbocharger_b_turbine_inlet_temperature_celsius")
        .wide_celsius(0x76, 24).supported_by(5);
    /// Temperature behind the turbine of turbocharger B.
    TURBOCHARGER_B_TURBINE_OUTLET_TEMPERATURE = Signal::number(U::Celsius, "can_turbocharger_b_turbine_outlet_temperature_celsius")
        .wide_celsius(0x76, 40).supported_by(4);
    /// Temperature at the charge air cooler of bank 1, sensor 1.
    CHARGE_AIR_TEMPERATURE_1_1 = Signal::number(U::Celsius, "can_charge_air_temperature_1_1_celsius")
        .celsius(0x77, 8).supported_by(7);
    /// Temperature at the charge air cooler of bank 1, sensor 2.
    CHARGE_AIR_TEMPERATURE_1_2 = Signal::number(U::Celsius, "can_charge_air_temperature_1_2_celsius")
        .celsius(0x77, 16).supported_by(6);
    /// Temperature at the charge air cooler of bank 2, sensor 1.
    CHARGE_AIR_TEMPERATURE_2_1 = Signal::number(U::Celsius, "can_charge_air_temperature_2_1_celsius")
        .celsius(0x77, 24).supported_by(5);
    /// Temperature at the charge air cooler of bank 2, sensor 2.
    CHARGE_AIR_TEMPERATURE_2_2 = Signal::number(U::Celsius, "can_charge_air_temperature_2_2_celsius")
        .celsius(0x77, 32).supported_by(4);

    // Exhaust gas recirculation (EGR).

    /// Opening of the EGR valve that is asked for.
    EGR_COMMANDED = Signal::number(U::Percent, "can_egr_commanded_percent")
        .vss("Vehicle.OBD.CommandedEGR").percent(0x2C, 0);
    /// How far the EGR valve is off what is asked for, as a share of that.
    EGR_ERROR = Signal::number(U::Percent, "can_egr_error_percent").vss("Vehicle.OBD.EGRError").trim(0x2D, 0);
    /// Opening of EGR valve A that is asked for.
    EGR_A_COMMANDED = Signal::number(U::Percent, "can_egr_a_commanded_percent")
        .percent(0x69, 8).supported_by(7);
    /// Opening of EGR valve A.
    EGR_A_ACTUAL = Signal::number(U::Percent, "can_egr_a_actual_percent").percent(0x69, 16).supported_by(6);
    /// How far EGR valve A is off what is asked for, as a share of that.
    EGR_A_ERROR = Signal::number(U::Percent, "can_egr_a_error_percent").trim(0x69, 24).supported_by(5);
    /// Opening of EGR valve B that is asked for.
    EGR_B_COMMANDED = Signal::number(U::Percent, "can_egr_b_commanded_percent")
        .percent(0x69, 32).supported_by(4);
    /// Opening of EGR valve B.
    EGR_B_ACTUAL = Signal::number(U::Percent, "can_egr_b_actual_percent").percent(0x69, 40).supported_by(3);
    /// How far EGR valve B is off what is asked for, as a share of that.
    EGR_B_ERROR = Signal::number(U::Percent, "can_egr_b_error_percent").trim(0x69, 48).supported_by(2);
    /// Temperature of the recirculated gas at bank 1, sensor 1.
    EGR_TEMPERATURE_A = Signal::number(U::Celsius, "can_egr_temperature_a_celsius")
        .celsius(0x6B, 8).supported_by(7);
    /// Temperature of the recirculated gas at bank 1, sensor 1 on cars with the wide range.
    EGR_TEMPERATURE_A_WIDE = Signal::number(U::Celsius, "can_egr_temperature_a_wide_celsius")
        .mode01(0x6B, 8, 8, 4, 1, -40.0).supported_by(3);
    /// Temperature of the recirculated gas at bank 1, sensor 2.
    EGR_TEMPERATURE_C = Signal::number(U::Celsius, "can_egr_temperature_c_celsius")
        .celsius(0x6B, 16).supported_by(6);
    /// Temperature of the recirculated gas at bank 1, sensor 2 on cars with the wide range.
    EGR_TEMPERATURE_C_WIDE = Signal::number(U::Celsius, "can_egr_temperature_c_wide_celsius")
        .mode01(0x6B, 16, 8, 4, 1, -40.0).supported_by(2);
    /// Temperature of the recirculated gas at bank 2, sensor 1.
    EGR_TEMPERATURE_B = Signal::number(U::Celsius, "can_egr_temperature_b_celsius")
        .celsius(0x6B, 24).supported_by(5);
    /// Temperature of the recirculated gas at bank 2, sensor 1 on cars with the wide range.
    EGR_TEMPERATURE_B_WIDE = Signal::number(U::Celsius, "can_egr_temperature_b_wide_celsius")
        .mode01(0x6B, 24, 8, 4, 1, -40.0).supported_by(1);
    /// Temperature of the recirculated gas at bank 2, sensor 2.
    EGR_TEMPERATURE_D = Signal::number(U::Celsius, "can_egr_temperature_d_celsius")
        .celsius(0x6B, 32).supported_by(4);
    /// Temperature of the recirculated gas at bank 2, sensor 2 on cars with the wide range.
    EGR_TEMPERATURE_D_WIDE = Signal::number(U::Celsius, "can_egr_temperature_d_wide_celsius")
        .mode01(0x6B, 32, 8, 4, 1, -40.0).supported_by(0);

    // Fuel vapour (EVAP).

    /// Opening of the purge valve that is asked for.
    EVAPORATIVE_PURGE_COMMANDED = Signal::number(U::Percent, "can_evaporative_purge_commanded_percent")
        .vss("Vehicle.OBD.CommandedEVAP").percent(0x2E, 0);
    /// Pressure of the fuel vapour against that of the surroundings.
    EVAPORATIVE_VAPOR_PRESSURE = Signal::number(U::Pascal, "can_evaporative_vapor_pressure_pa")
        .vss("Vehicle.OBD.EVAPVaporPressure").mode01(0x32, 0, 16, 1, 4, 0.0).signed();
    /// Absolute pressure of the fuel vapour.
    EVAPORATIVE_VAPOR_PRESSURE_ABSOLUTE = Signal::number(U::Kilopascal, "can_evaporative_vapor_pressure_absolute_kpa")
        .vss("Vehicle.OBD.EVAPVaporPressureAbsolute").mode01(0x53, 0, 16, 1, 200, 0.0);
    /// Pressure of the fuel vapour against that of the surroundings, wide range.
    EVAPORATIVE_VAPOR_PRESSURE_WIDE = Signal::number(U::Pascal, "can_evaporative_vapor_pressure_wide_pa")
        .vss("Vehicle.OBD.EVAPVaporPressureAlternate").mode01(0x54, 0, 16, 1, 1, 0.0).signed();
}
