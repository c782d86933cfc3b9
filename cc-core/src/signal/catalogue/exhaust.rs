//! Exhaust and its treatment (SAE J1979 service 01).

use super::labels::{CONTROL_AREA_STATES, INDUCEMENT_REASONS, INDUCEMENT_STATES};
use crate::MeasureUnit as U;
use crate::SignalId;
use crate::signal::Signal;

signals! {
    after super::air::END;

    // Catalysts and exhaust gas.

    /// Temperature of the catalyst of bank 1, sensor 1.
    CATALYST_TEMPERATURE_1_1 = Signal::number(U::Celsius, "can_catalyst_temperature_1_1_celsius")
        .vss("Vehicle.OBD.Catalyst.Bank1.Temperature1").wide_celsius(0x3C, 0);
    /// Temperature of the catalyst of bank 2, sensor 1.
    CATALYST_TEMPERATURE_2_1 = Signal::number(U::Celsius, "can_catalyst_temperature_2_1_celsius")
        .vss("Vehicle.OBD.Catalyst.Bank2.Temperature1").wide_celsius(0x3D, 0);
    /// Temperature of the catalyst of bank 1, sensor 2.
    CATALYST_TEMPERATURE_1_2 = Signal::number(U::Celsius, "can_catalyst_temperature_1_2_celsius")
        .vss("Vehicle.OBD.Catalyst.Bank1.Temperature2").wide_celsius(0x3E, 0);
    /// Temperature of the catalyst of bank 2, sensor 2.
    CATALYST_TEMPERATURE_2_2 = Signal::number(U::Celsius, "can_catalyst_temperature_2_2_celsius")
        .vss("Vehicle.OBD.Catalyst.Bank2.Temperature2").wide_celsius(0x3F, 0);
    /// Temperature of the exhaust gas at bank 1, sensor 1.
    EXHAUST_GAS_TEMPERATURE_1_1 = Signal::number(U::Celsius, "can_exhaust_gas_temperature_1_1_celsius")
        .wide_celsius(0x78, 8).supported_by(7);
    /// Temperature of the exhaust gas at bank 1, sensor 2.
    EXHAUST_GAS_TEMPERATURE_1_2 = Signal::number(U::Celsius, "can_exhaust_gas_temperature_1_2_celsius")
        .wide_celsius(0x78, 24).supported_by(6);
    /// Temperature of the exhaust gas at bank 1, sensor 3.
    EXHAUST_GAS_TEMPERATURE_1_3 = Signal::number(U::Celsius, "can_exhaust_gas_temperature_1_3_celsius")
        .wide_celsius(0x78, 40).supported_by(5);
    /// Temperature of the exhaust gas at bank 1, sensor 4.
    EXHAUST_GAS_TEMPERATURE_1_4 = Signal::number(U::Celsius, "can_exhaust_gas_temperature_1_4_celsius")
        .wide_celsius(0x78, 56).supported_by(4);
    /// Temperature of the exhaust gas at bank 2, sensor 1.
    EXHAUST_GAS_TEMPERATURE_2_1 = Signal::number(U::Celsius, "can_exhaust_gas_temperature_2_1_celsius")
        .wide_celsius(0x79, 8).supported_by(7);
    /// Temperature of the exhaust gas at bank 2, sensor 2.
    EXHAUST_GAS_TEMPERATURE_2_2 = Signal::number(U::Celsius, "can_exhaust_gas_temperature_2_2_celsius")
        .wide_celsius(0x79, 24).supported_by(6);
    /// Temperature of the exhaust gas at bank 2, sensor 3.
    EXHAUST_GAS_TEMPERATURE_2_3 = Signal::number(U::Celsius, "can_exhaust_gas_temperature_2_3_celsius")
        .wide_celsius(0x79, 40).supported_by(5);
    /// Temperature of the exhaust gas at bank 2, sensor 4.
    EXHAUST_GAS_TEMPERATURE_2_4 = Signal::number(U::Celsius, "can_exhaust_gas_temperature_2_4_celsius")
        .wide_celsius(0x79, 56).supported_by(4);
    /// Temperature of the exhaust gas at bank 1, sensor 5.
    EXHAUST_GAS_TEMPERATURE_1_5 = Signal::number(U::Celsius, "can_exhaust_gas_temperature_1_5_celsius")
        .wide_celsius(0x98, 8).supported_by(7);
    /// Temperature of the exhaust gas at bank 1, sensor 6.
    EXHAUST_GAS_TEMPERATURE_1_6 = Signal::number(U::Celsius, "can_exhaust_gas_temperature_1_6_celsius")
        .wide_celsius(0x98, 24).supported_by(6);
    /// Temperature of the exhaust gas at bank 1, sensor 7.
    EXHAUST_GAS_TEMPERATURE_1_7 = Signal::number(U::Celsius, "can_exhaust_gas_temperature_1_7_celsius")
        .wide_celsius(0x98, 40).supported_by(5);
    /// Temperature of the exhaust gas at bank 1, sensor 8.
    EXHAUST_GAS_TEMPERATURE_1_8 = Signal::number(U::Celsius, "can_exhaust_gas_temperature_1_8_celsius")
        .wide_celsius(0x98, 56).supported_by(4);
    /// Temperature of the exhaust gas at bank 2, sensor 5.
    EXHAUST_GAS_TEMPERATURE_2_5 = Signal::number(U::Celsius, "can_exhaust_gas_temperature_2_5_celsius")
        .wide_celsius(0x99, 8).supported_by(7);
    /// Temperature of the exhaust gas at bank 2, sensor 6.
    EXHAUST_GAS_TEMPERATURE_2_6 = Signal::number(U::Celsius, "can_exhaust_gas_temperature_2_6_celsius")
        .wide_celsius(0x99, 24).supported_by(6);
    /// Temperature of the exhaust gas at bank 2, sensor 7.
    EXHAUST_GAS_TEMPERATURE_2_7 = Signal::number(U::Celsius, "can_exhaust_gas_temperature_2_7_celsius")
        .wide_celsius(0x99, 40).supported_by(5);
    /// Temperature of the exhaust gas at bank 2, sensor 8.
    EXHAUST_GAS_TEMPERATURE_2_8 = Signal::number(U::Celsius, "can_exhaust_gas_temperature_2_8_celsius")
        .wide_celsius(0x99, 56).supported_by(4);
    /// Pressure of the exhaust gas of bank 1.
    EXHAUST_PRESSURE_1 = Signal::number(U::Kilopascal, "can_exhaust_pressure_1_kpa")
        .mode01(0x73, 8, 16, 1, 100, 0.0).supported_by(7);
    /// Pressure of the exhaust gas of bank 2.
    EXHAUST_PRESSURE_2 = Signal::number(U::Kilopascal, "can_exhaust_pressure_2_kpa")
        .mode01(0x73, 24, 16, 1, 100, 0.0).supported_by(6);
    /// Mass of exhaust gas.
    EXHAUST_FLOW_RATE = Signal::number(U::KilogramPerHour, "can_exhaust_flow_rate_kg_per_hour")
        .mode01(0x9E, 0, 16, 1, 5, 0.0);

    // Diesel particulate filter (DPF) and particulate sensors.

    /// Pressure lost over the particulate filter of bank 1.
    DPF_1_PRESSURE_DIFFERENCE = Signal::number(U::Kilopascal, "can_dpf_1_pressure_difference_kpa")
        .vss("Vehicle.Powertrain.CombustionEngine.DieselParticulateFilter.DeltaPressure")
        .mode01(0x7A, 8, 16, 1, 100, 0.0).signed().supported_by(7);
    /// Pressure before the particulate filter of bank 1.
    DPF_1_INLET_PRESSURE = Signal::number(U::Kilopascal, "can_dpf_1_inlet_pressure_kpa")
        .mode01(0x7A, 24, 16, 1, 100, 0.0).supported_by(6);
    /// Pressure behind the particulate filter of bank 1.
    DPF_1_OUTLET_PRESSURE = Signal::number(U::Kilopascal, "can_dpf_1_outlet_pressure_kpa")
        .mode01(0x7A, 40, 16, 1, 100, 0.0).supported_by(5);
    /// Pressure lost over the particulate filter of bank 2.
    DPF_2_PRESSURE_DIFFERENCE = Signal::number(U::Kilopascal, "can_dpf_2_pressure_difference_kpa")
        .mode01(0x7B, 8, 16, 1, 100, 0.0).signed().supported_by(7);
    /// Pressure before the particulate filter of bank 2.
    DPF_2_INLET_PRESSURE = Signal::number(U::Kilopascal, "can_dpf_2_inlet_pressure_kpa")
        .mode01(0x7B, 24, 16, 1, 100, 0.0).supported_by(6);
    /// Pressure behind the particulate filter of bank 2.
    DPF_2_OUTLET_PRESSURE = Signal::number(U::Kilopascal, "can_dpf_2_outlet_pressure_kpa")
        .mode01(0x7B, 40, 16, 1, 100, 0.0).supported_by(5);
    /// Temperature before the particulate filter of bank 1.
    DPF_1_INLET_TEMPERATURE = Signal::number(U::Celsius, "can_dpf_1_inlet_temperature_celsius")
        .vss("Vehicle.Powertrain.CombustionEngine.DieselParticulateFilter.InletTemperature")
        .wide_celsius(0x7C, 8).supported_by(7);
    /// Temperature behind the particulate filter of bank 1.
    DPF_1_OUTLET_TEMPERATURE = Signal::number(U::Celsius, "can_dpf_1_outlet_temperature_celsius")
        .vss("Vehicle.Powertrain.CombustionEngine.DieselParticulateFilter.OutletTemperature")
        .wide_celsius(0x7C, 24).supported_by(6);
    /// Temperature before the particulate filter of bank 2.
    DPF_2_INLET_TEMPERATURE = Signal::number(U::Celsius, "can_dpf_2_inlet_temperature_celsius")
        .wide_celsius(0x7C, 40).supported_by(5);
    /// Temperature behind the particulate filter of bank 2.
    DPF_2_OUTLET_TEMPERATURE = Signal::number(U::Celsius, "can_dpf_2_outlet_temperature_celsius")
        .wide_celsius(0x7C, 56).supported_by(4);
    /// Whether the particulate filter is being burned clean.
    DPF_REGENERATION = Signal::boolean("can_dpf_regeneration").flag(0x8B, 15).supported_by(7);
    /// Whether the regeneration of the particulate filter is an active one, not passive.
    DPF_REGENERATION_ACTIVE = Signal::boolean("can_dpf_regeneration_active").flag(0x8B, 14).supported_by(6);
    /// Whether the nitrogen oxide adsorber is being emptied.
    NOX_ADSORBER_REGENERATION = Signal::boolean("can_nox_adsorber_regeneration")
        .flag(0x8B, 13).supported_by(5);
    /// Whether sulphur is being driven out of the nitrogen oxide adsorber.
    NOX_ADSORBER_DESULFURIZATION = Signal::boolean("can_nox_adsorber_desulfurization")
        .flag(0x8B, 12).supported_by(4);
    /// How near the next regeneration of the particulate filter is; 100 starts it.
    DPF_REGENERATION_TRIGGER = Signal::number(U::Percent, "can_dpf_regeneration_trigger_percent")
        .percent(0x8B, 16).supported_by(3);
    /// Average time between regenerations of the particulate filter.
    DPF_REGENERATION_AVERAGE_TIME = Signal::number(U::Minute, "can_dpf_regeneration_average_time_minutes")
        .mode01(0x8B, 24, 16, 1, 1, 0.0).supported_by(2);
    /// Average distance between regenerations of the particulate filter.
    DPF_REGENERATION_AVERAGE_DISTANCE = Signal::number(U::Kilometer, "can_dpf_regeneration_average_distance_km")
        .mode01(0x8B, 40, 16, 1, 1, 0.0).supported_by(1);
    /// Particulate mass in the exhaust gas of bank 1.
    PARTICULATE_CONCENTRATION_1 = Signal::number(U::MilligramPerCubicMeter, "can_particulate_concentration_1_mg_per_cubic_meter")
        .mode01(0x86, 8, 16, 1, 80, 0.0).supported_by(7);
    /// Particulate mass in the exhaust gas of bank 2.
    PARTICULATE_CONCENTRATION_2 = Signal::number(U::MilligramPerCubicMeter, "can_particulate_concentration_2_mg_per_cubic_meter")
        .mode01(0x86, 24, 16, 1, 80, 0.0).supported_by(6);
    /// Whether the particulate sensor of bank 1 is measuring.
    PARTICULATE_SENSOR_1_MEASURING = Signal::boolean("can_particulate_sensor_1_measuring")
        .flag(0x8F, 15).supported_by(7);
    /// Whether the particulate sensor of bank 1 is being burned clean.
    PARTICULATE_SENSOR_1_REGENERATING = Signal::boolean("can_particulate_sensor_1_regenerating")
        .flag(0x8F, 14).supported_by(7);
    /// Normalised output of the particulate sensor of bank 1.
    PARTICULATE_SENSOR_1_OUTPUT = Signal::number(U::Percent, "can_particulate_sensor_1_output_percent")
        .mode01(0x8F, 16, 16, 1, 100, 0.0).signed().supported_by(6);
    /// Whether the particulate sensor of bank 2 is measuring.
    PARTICULATE_SENSOR_2_MEASURING = Signal::boolean("can_particulate_sensor_2_measuring")
        .flag(0x8F, 39).supported_by(5);
    /// Whether the particulate sensor of bank 2 is being burned clean.
    PARTICULATE_SENSOR_2_REGENERATING = Signal::boolean("can_particulate_sensor_2_regenerating")
        .flag(0x8F, 38).supported_by(5);
    /// Normalised output of the particulate sensor of bank 2.
    PARTICULATE_SENSOR_2_OUTPUT = Signal::number(U::Percent, "can_particulate_sensor_2_output_percent")
        .mode01(0x8F, 40, 16, 1, 100, 0.0).signed().supported_by(4);

    // Nitrogen oxides.

    /// Nitrogen oxides in the exhaust gas at bank 1, sensor 1.
    NOX_CONCENTRATION_1_1 = Signal::number(U::PartsPerMillion, "can_nox_concentration_1_1_ppm")
        .mode01(0x83, 8, 16, 1, 1, 0.0).supported_by(7);
    /// Nitrogen oxides in the exhaust gas at bank 1, sensor 2.
    NOX_CONCENTRATION_1_2 = Signal::number(U::PartsPerMillion, "can_nox_concentration_1_2_ppm")
        .mode01(0x83, 24, 16, 1, 1, 0.0).supported_by(6);
    /// Nitrogen oxides in the exhaust gas at bank 2, sensor 1.
    NOX_CONCENTRATION_2_1 = Signal::number(U::PartsPerMillion, "can_nox_concentration_2_1_ppm")
        .mode01(0x83, 40, 16, 1, 1, 0.0).supported_by(5);
    /// Nitrogen oxides in the exhaust gas at bank 2, sensor 2.
    NOX_CONCENTRATION_2_2 = Signal::number(U::PartsPerMillion, "can_nox_concentration_2_2_ppm")
        .mode01(0x83, 56, 16, 1, 1, 0.0).supported_by(4);
    /// Nitrogen oxides in the exhaust gas, with the corrections of the control module, at bank 1, sensor 1.
    NOX_CONCENTRATION_CORRECTED_1_1 = Signal::number(U::PartsPerMillion, "can_nox_concentration_corrected_1_1_ppm")
        .mode01(0xA1, 8, 16, 1, 1, 0.0).supported_by(7);
    /// Nitrogen oxides in the exhaust gas, with the corrections of the control module, at bank 1, sensor 2.
    NOX_CONCENTRATION_CORRECTED_1_2 = Signal::number(U::PartsPerMillion, "can_nox_concentration_corrected_1_2_ppm")
        .mode01(0xA1, 24, 16, 1, 1, 0.0).supported_by(6);
    /// Nitrogen oxides in the exhaust gas, with the corrections of the control module, at bank 2, sensor 1.
    NOX_CONCENTRATION_CORRECTED_2_1 = Signal::number(U::PartsPerMillion, "can_nox_concentration_corrected_2_1_ppm")
        .mode01(0xA1, 40, 16, 1, 1, 0.0).supported_by(5);
    /// Nitrogen oxides in the exhaust gas, with the corrections of the control module, at bank 2, sensor 2.
    NOX_CONCENTRATION_CORRECTED_2_2 = Signal::number(U::PartsPerMillion, "can_nox_concentration_corrected_2_2_ppm")
        .mode01(0xA1, 56, 16, 1, 1, 0.0).supported_by(4);
    /// Nitrogen oxides in the exhaust gas at bank 1, sensor 3.
    NOX_CONCENTRATION_1_3 = Signal::number(U::PartsPerMillion, "can_nox_concentration_1_3_ppm")
        .mode01(0xA7, 8, 16, 1, 1, 0.0).supported_by(7);
    /// Nitrogen oxides in the exhaust gas at bank 1, sensor 4.
    NOX_CONCENTRATION_1_4 = Signal::number(U::PartsPerMillion, "can_nox_concentration_1_4_ppm")
        .mode01(0xA7, 24, 16, 1, 1, 0.0).supported_by(6);
    /// Nitrogen oxides in the exhaust gas at bank 2, sensor 3.
    NOX_CONCENTRATION_2_3 = Signal::number(U::PartsPerMillion, "can_nox_concentration_2_3_ppm")
        .mode01(0xA7, 40, 16, 1, 1, 0.0).supported_by(5);
    /// Nitrogen oxides in the exhaust gas at bank 2, sensor 4.
    NOX_CONCENTRATION_2_4 = Signal::number(U::PartsPerMillion, "can_nox_concentration_2_4_ppm")
        .mode01(0xA7, 56, 16, 1, 1, 0.0).supported_by(4);
    /// Nitrogen oxides in the exhaust gas, with the corrections of the control module, at bank 1, sensor 3.
    NOX_CONCENTRATION_CORRECTED_1_3 = Signal::number(U::PartsPerMillion, "can_nox_concentration_corrected_1_3_ppm")
        .mode01(0xA8, 8, 16, 1, 1, 0.0).supported_by(7);
    /// Nitrogen oxides in the exhaust gas, with the corrections of the control module, at bank 1, sensor 4.
    NOX_CONCENTRATION_CORRECTED_1_4 = Signal::number(U::PartsPerMillion, "can_nox_concentration_corrected_1_4_ppm")
        .mode01(0xA8, 24, 16, 1, 1, 0.0).supported_by(6);
    /// Nitrogen oxides in the exhaust gas, with the corrections of the control module, at bank 2, sensor 3.
    NOX_CONCENTRATION_CORRECTED_2_3 = Signal::number(U::PartsPerMillion, "can_nox_concentration_corrected_2_3_ppm")
        .mode01(0xA8, 40, 16, 1, 1, 0.0).supported_by(5);
    /// Nitrogen oxides in the exhaust gas, with the corrections of the control module, at bank 2, sensor 4.
    NOX_CONCENTRATION_CORRECTED_2_4 = Signal::number(U::PartsPerMillion, "can_nox_concentration_corrected_2_4_ppm")
        .mode01(0xA8, 56, 16, 1, 1, 0.0).supported_by(4);
    /// Whether the engine runs where the not-to-exceed limit for nitrogen oxides holds, one bit a state.
    NOX_CONTROL_AREA_STATUS = Signal::number(U::One, "can_nox_control_area_status")
        .labels(CONTROL_AREA_STATES).mode01(0x7D, 0, 8, 1, 1, 0.0);
    /// Whether the engine runs where the not-to-exceed limit for particulates holds, one bit a state.
    PARTICULATE_CONTROL_AREA_STATUS = Signal::number(U::One, "can_particulate_control_area_status")
        .labels(CONTROL_AREA_STATES).mode01(0x7E, 0, 8, 1, 1, 0.0);

    // AdBlue (reagent of selective catalytic reduction, SCR).

    /// Average consumption of reagent.
    ADBLUE_CONSUMPTION = Signal::number(U::LiterPerHour, "can_adblue_consumption_liters_per_hour")
        .mode01(0x85, 8, 16, 1, 200, 0.0).supported_by(7);
    /// Average consumption of reagent that was asked for.
    ADBLUE_CONSUMPTION_DEMANDED = Signal::number(U::LiterPerHour, "can_adblue_consumption_demanded_liters_per_hour")
        .mode01(0x85, 24, 16, 1, 200, 0.0).supported_by(6);
    /// How full the reagent tank is.
    ADBLUE_LEVEL = Signal::number(U::Percent, "can_adblue_level_percent")
        .vss("Vehicle.Powertrain.CombustionEngine.DieselExhaustFluid.Level").percent(0x85, 40)
        .supported_by(5);
    /// Time the engine has run with the warning about nitrogen oxides on.
    NOX_WARNING_TIME_TOTAL = Signal::number(U::Second, "can_nox_warning_time_total_seconds")
        .mode01(0x85, 48, 32, 1, 1, 0.0).supported_by(4);
    /// Share of urea in the reagent.
    ADBLUE_FLUID_CONCENTRATION = Signal::number(U::Percent, "can_adblue_fluid_concentration_percent")
        .mode01(0x9B, 8, 8, 1, 4, 0.0).supported_by(6);
    /// Temperature in the reagent tank.
    ADBLUE_FLUID_TEMPERATURE = Signal::number(U::Celsius, "can_adblue_fluid_temperature_celsius")
        .celsius(0x9B, 16).supported_by(5);
    /// How full the reagent tank is, by the fluid sensor.
    ADBLUE_FLUID_LEVEL = Signal::number(U::Percent, "can_adblue_fluid_level_percent")
        .percent(0x9B, 24).supported_by(4);
    /// Dose of reagent that is asked for, as a share of the most.
    ADBLUE_DOSING_COMMANDED = Signal::number(U::Percent, "can_adblue_dosing_commanded_percent")
        .mode01(0xA5, 8, 8, 1, 2, 0.0).supported_by(7);
    /// Reagent used in this drive cycle.
    ADBLUE_DRIVE_CYCLE_USAGE = Signal::number(U::Liter, "can_adblue_drive_cycle_usage_liters")
        .mode01(0xA5, 16, 16, 1, 2_000, 0.0).supported_by(6);
    /// Whether the car limits itself because its reagent system is not in order.
    SCR_INDUCEMENT_ACTIVE = Signal::boolean("can_scr_inducement_active").flag(0x88, 0);
    /// Whether the reagent is low, as a reason for inducement.
    SCR_INDUCEMENT_LOW_LEVEL = Signal::boolean("can_scr_inducement_low_level").flag(0x88, 7);
    /// Whether the reagent is a wrong one, as a reason for inducement.
    SCR_INDUCEMENT_WRONG_REAGENT = Signal::boolean("can_scr_inducement_wrong_reagent").flag(0x88, 6);
    /// Whether the consumption of reagent is off, as a reason for inducement.
    SCR_INDUCEMENT_CONSUMPTION = Signal::boolean("can_scr_inducement_consumption").flag(0x88, 5);
    /// Whether the emissions of nitrogen oxides are too high, as a reason for inducement.
    SCR_INDUCEMENT_NOX = Signal::boolean("can_scr_inducement_nox").flag(0x88, 4);
    /// Reasons for inducement in this block of 10,000 km, one bit a reason.
    SCR_INDUCEMENT_HISTORY_1 = Signal::number(U::One, "can_scr_inducement_history_1")
        .labels(INDUCEMENT_REASONS).mode01(0x88, 12, 4, 1, 1, 0.0);
    /// Reasons for inducement in the block of 10,000 km before, one bit a reason.
    SCR_INDUCEMENT_HISTORY_2 = Signal::number(U::One, "can_scr_inducement_history_2")
        .labels(INDUCEMENT_REASONS).mode01(0x88, 8, 4, 1, 1, 0.0);
    /// Reasons for inducement in the block two before, one bit a reason.
    SCR_INDUCEMENT_HISTORY_3 = Signal::number(U::One, "can_scr_inducement_history_3")
        .labels(INDUCEMENT_REASONS).mode01(0x88, 20, 4, 1, 1, 0.0);
    /// Reasons for inducement in the block three before, one bit a reason.
    SCR_INDUCEMENT_HISTORY_4 = Signal::number(U::One, "can_scr_inducement_history_4")
        .labels(INDUCEMENT_REASONS).mode01(0x88, 16, 4, 1, 1, 0.0);
    /// Distance driven with inducement in this block of 10,000 km.
    SCR_INDUCEMENT_DISTANCE_1 = Signal::number(U::Kilometer, "can_scr_inducement_distance_1_km")
        .mode01(0x88, 24, 16, 1, 1, 0.0);
    /// Distance driven in this block of 10,000 km.
    SCR_BLOCK_DISTANCE = Signal::number(U::Kilometer, "can_scr_block_distance_km")
        .mode01(0x88, 40, 16, 1, 1, 0.0);
    /// Distance driven with inducement in the block of 10,000 km before.
    SCR_INDUCEMENT_DISTANCE_2 = Signal::number(U::Kilometer, "can_scr_inducement_distance_2_km")
        .mode01(0x88, 56, 16, 1, 1, 0.0);
    /// Distance driven with inducement in the block two before.
    SCR_INDUCEMENT_DISTANCE_3 = Signal::number(U::Kilometer, "can_scr_inducement_distance_3_km")
        .mode01(0x88, 72, 16, 1, 1, 0.0);
    /// Distance driven with inducement in the block three before.
    SCR_INDUCEMENT_DISTANCE_4 = Signal::number(U::Kilometer, "can_scr_inducement_distance_4_km")
        .mode01(0x88, 88, 16, 1, 1, 0.0);
    /// Whether the warning of the nitrogen oxide control system is on.
    NOX_WARNING_ACTIVE = Signal::boolean("can_nox_warning_active").flag(0x94, 15).supported_by(7);
    /// State of level 1 of the measures that make a driver mend the nitrogen oxide control system.
    NOX_INDUCEMENT_LEVEL_1 = Signal::number(U::One, "can_nox_inducement_level_1")
        .labels(INDUCEMENT_STATES).mode01(0x94, 13, 2, 1, 1, 0.0).supported_by(7);
    /// State of level 2 of the measures that make a driver mend the nitrogen oxide control system.
    NOX_INDUCEMENT_LEVEL_2 = Signal::number(U::One, "can_nox_inducement_level_2")
        .labels(INDUCEMENT_STATES).mode01(0x94, 11, 2, 1, 1, 0.0).supported_by(7);
    /// State of level 3 of the measures that make a driver mend the nitrogen oxide control system.
    NOX_INDUCEMENT_LEVEL_3 = Signal::number(U::One, "can_nox_inducement_level_3")
        .labels(INDUCEMENT_STATES).mode01(0x94, 9, 2, 1, 1, 0.0).supported_by(7);
    /// Operation with a wrong reagent.
    REAGENT_QUALITY_COUNTER = Signal::number(U::Hour, "can_reagent_quality_counter_hours")
        .mode01(0x94, 16, 16, 1, 1, 0.0).supported_by(6);
    /// Operation with a wrong consumption of reagent.
    REAGENT_CONSUMPTION_COUNTER = Signal::number(U::Hour, "can_reagent_consumption_counter_hours")
        .mode01(0x94, 32, 16, 1, 1, 0.0).supported_by(5);
    /// Operation with an interrupted dosing.
    REAGENT_DOSING_COUNTER = Signal::number(U::Hour, "can_reagent_dosing_counter_hours")
        .mode01(0x94, 48, 16, 1, 1, 0.0).supported_by(4);
    /// Operation with a blocked EGR valve.
    EGR_VALVE_COUNTER = Signal::number(U::Hour, "can_egr_valve_counter_hours")
        .mode01(0x94, 64, 16, 1, 1, 0.0).supported_by(3);
    /// Operation with a failure of the monitoring itself.
    NOX_MONITORING_COUNTER = Signal::number(U::Hour, "can_nox_monitoring_counter_hours")
        .mode01(0x94, 80, 16, 1, 1, 0.0).supported_by(2);
}
