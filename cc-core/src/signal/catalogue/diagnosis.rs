//! What the diagnosis says of itself (SAE J1979 service 01).

use super::labels::{EMISSION_REQUIREMENTS, INDICATOR_DISPLAYS, INDICATOR_MODES, OBD_STANDARDS};
use crate::MeasureUnit as U;
use crate::SignalId;
use crate::signal::Signal;

signals! {
    after super::exhaust::END;

    // The malfunction indicator and what happened since codes were cleared.

    /// Whether the malfunction indicator lamp is commanded on.
    MALFUNCTION_INDICATOR = Signal::boolean("can_malfunction_indicator")
        .vss("Vehicle.OBD.Status.IsMILOn").flag(0x01, 0);
    /// How the malfunction indicator lamp blinks, in the sender's words; events of the lamp carry it.
    MALFUNCTION_INDICATOR_FREQUENCY = Signal::text("can_malfunction_indicator_frequency");
    /// How many confirmed trouble codes this control unit holds.
    TROUBLE_CODE_COUNT = Signal::number(U::One, "can_trouble_code_count")
        .vss("Vehicle.OBD.Status.DTCCount").mode01(0x01, 1, 7, 1, 1, 0.0);
    /// Warm-ups since the trouble codes were cleared.
    WARM_UPS_SINCE_CLEAR = Signal::number(U::One, "can_warm_ups_since_clear")
        .vss("Vehicle.OBD.WarmupsSinceDTCClear").mode01(0x30, 0, 8, 1, 1, 0.0);
    /// Distance driven since the trouble codes were cleared.
    DISTANCE_SINCE_CLEAR = Signal::number(U::Kilometer, "can_distance_since_clear_km")
        .vss("Vehicle.OBD.DistanceSinceDTCClear").mode01(0x31, 0, 16, 1, 1, 0.0);
    /// Time the engine has run since the malfunction indicator lamp came on.
    RUN_TIME_WITH_MIL_ON = Signal::number(U::Minute, "can_run_time_with_mil_on_minutes")
        .vss("Vehicle.OBD.RunTimeMIL").mode01(0x4D, 0, 16, 1, 1, 0.0);
    /// Time the engine has run since the trouble codes were cleared.
    TIME_SINCE_CLEAR = Signal::number(U::Minute, "can_time_since_clear_minutes")
        .vss("Vehicle.OBD.TimeSinceDTCCleared").mode01(0x4E, 0, 16, 1, 1, 0.0);
    /// The on-board diagnostics that this car was built to, by its number in SAE J1979.
    OBD_STANDARD = Signal::number(U::One, "can_obd_standard")
        .labels(OBD_STANDARDS).vss("Vehicle.OBD.OBDStandards").mode01(0x1C, 0, 8, 1, 1, 0.0);
    /// The emission requirements that a heavy vehicle was built to, by their number in SAE J1979.
    EMISSION_REQUIREMENT = Signal::number(U::One, "can_emission_requirement")
        .labels(EMISSION_REQUIREMENTS).mode01(0x5F, 0, 8, 1, 1, 0.0);

    // World-wide harmonised OBD of heavy vehicles.

    /// Whether the malfunction indicators of this vehicle tell grades of failure apart.
    VEHICLE_INDICATOR_DISPLAY = Signal::number(U::One, "can_vehicle_indicator_display")
        .labels(INDICATOR_DISPLAYS).mode01(0x90, 6, 2, 1, 1, 0.0);
    /// How the malfunction indicator of the vehicle is shown.
    VEHICLE_INDICATOR_MODE = Signal::number(U::One, "can_vehicle_indicator_mode")
        .labels(INDICATOR_MODES).mode01(0x90, 2, 4, 1, 1, 0.0);
    /// Whether a monitor of the vehicle has still to run.
    VEHICLE_MONITORS_INCOMPLETE = Signal::boolean("can_vehicle_monitors_incomplete").flag(0x90, 1);
    /// Engine operation with the malfunction indicator of the vehicle continuously on.
    VEHICLE_CONTINUOUS_INDICATOR_TIME = Signal::number(U::Hour, "can_vehicle_continuous_indicator_time_hours")
        .mode01(0x90, 8, 16, 1, 1, 0.0);
    /// How this control unit asks for the malfunction indicator.
    ECU_INDICATOR_MODE = Signal::number(U::One, "can_ecu_indicator_mode")
        .labels(INDICATOR_MODES).mode01(0x91, 4, 4, 1, 1, 0.0);
    /// Engine operation with the malfunction indicator of this control unit continuously on.
    ECU_CONTINUOUS_INDICATOR_TIME = Signal::number(U::Hour, "can_ecu_continuous_indicator_time_hours")
        .mode01(0x91, 8, 16, 1, 1, 0.0);
    /// The highest counter of class B1 failures in this control unit.
    ECU_B1_FAILURE_TIME = Signal::number(U::Hour, "can_ecu_b1_failure_time_hours")
        .mode01(0x91, 24, 16, 1, 1, 0.0);
    /// Engine operation with the malfunction indicator continuously on in the life of the vehicle.
    CUMULATIVE_INDICATOR_TIME = Signal::number(U::Hour, "can_cumulative_indicator_time_hours")
        .mode01(0x93, 8, 16, 1, 1, 0.0).supported_by(7);
}
